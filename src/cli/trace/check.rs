//! `specgen trace check`.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use super::args::TraceCheckArgs;
use super::open;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::cli::Answer;
use crate::cli::exit::ExitCode;
use crate::instrument::Obligation;
use crate::instrument::TraceConfig;
use crate::trace::mapping::Mapping;
use crate::trace::obligations::Count;
use crate::trace::obligations::Obligations;
use crate::trace::read;

/// What came of one file.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Checked {
    /// The file.
    file: String,
    /// Whether it is a trace without a mistake.
    ok: bool,
    /// Its format; null where it could not be told.
    format: Option<&'static str>,
    /// How many events were read.
    events: u64,
    /// How many nodes there are.
    nodes: usize,
    /// Lines that are no events, such as other messages of a log.
    passed_over: usize,
    /// Whether the last line was cut off and left out.
    truncated: bool,
    /// What came of each obligation of the mapping, in its order.
    obligations: Vec<Owed>,
    /// What is wrong, up to twenty different mistakes, each at the first line that makes it.
    diagnostics: Vec<Diagnostic>,
}

/// An obligation of the trace mapping, as a trace has it.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Owed {
    /// Its name.
    name: String,
    /// How often events opened it.
    opened: u64,
    /// How often events closed it.
    closed: u64,
    /// How often an event such as a crash let go of it.
    dropped: u64,
    /// How many nothing has closed.
    open: u64,
}

/// What files are held against.
struct Against {
    mapping: Mapping,
    obligations: Vec<Obligation>,
}

/// Checks each file by itself.
pub(super) fn check(args: &TraceCheckArgs) -> Result<Answer, Failure> {
    let against = args.mapping.as_deref().map(against).transpose()?;
    let files: Vec<Checked> = args.files.iter().map(|file| one(args, file, against.as_ref())).collect();
    let ok = files.iter().all(|checked| checked.ok);
    let text = words(&files);
    Ok(Answer::of(&Shown::Checked { files }, text).exit(if ok { ExitCode::Success } else { ExitCode::BadInput }))
}

fn against(file: &Utf8Path) -> Result<Against, Failure> {
    let config = TraceConfig::read(&disk::read_text(file)?, file.as_str())?;
    Ok(Against { mapping: Mapping::of(&config, file.as_str())?, obligations: config.obligations })
}

fn one(args: &TraceCheckArgs, file: &Utf8Path, against: Option<&Against>) -> Checked {
    let mut checked = Checked {
        file: file.to_string(),
        ok: false,
        format: None,
        events: 0,
        nodes: 0,
        passed_over: 0,
        truncated: false,
        obligations: Vec::new(),
        diagnostics: Vec::new(),
    };
    let mut owed = Obligations::new(against.map_or(&[], |against| &against.obligations), file.as_str());
    match open(file, &args.reading, against.map(|against| &against.mapping)) {
        Err(diagnostic) => checked.diagnostics.push(diagnostic),
        Ok(mut stream) => {
            checked.diagnostics = read::each(&mut stream, |event| {
                checked.events += 1;
                owed.take(&event)?;
                Ok(ControlFlow::Continue(()))
            });
            (checked.format, checked.nodes) = (Some(stream.format.name()), stream.header.nodes.len());
            (checked.passed_over, checked.truncated) = (stream.passed_over(), stream.truncated());
            if checked.diagnostics.is_empty() {
                checked.diagnostics.extend(read::some(file.as_str(), checked.events).err());
                // Of a trace with a mistake it is not known what else is missing.
                checked.diagnostics.extend(owed.left());
            }
            checked.obligations = owed.counts().into_iter().map(Owed::from).collect();
        }
    }
    checked.ok = checked.diagnostics.is_empty();
    checked
}

impl From<(&str, Count)> for Owed {
    fn from((name, count): (&str, Count)) -> Self {
        let Count { opened, closed, dropped, open } = count;
        Self { name: name.to_owned(), opened, closed, dropped, open }
    }
}

impl Owed {
    fn words(&self) -> String {
        let Self { name, opened, closed, dropped, open } = self;
        let more = |count: &u64, what: &str| if *count > 0 { format!(", {count} {what}") } else { String::new() };
        let rest = more(dropped, "dropped") + &more(open, "open");
        format!("\n  {name}: opened {opened} times, closed {closed} times{rest}")
    }
}

fn words(files: &[Checked]) -> String {
    let mut text = String::new();
    for checked in files {
        for diagnostic in &checked.diagnostics {
            text.push_str(&diagnostic.render(false));
            text.push_str("\n\n");
        }
        let Checked { file, events, nodes, .. } = checked;
        // Writing to a String cannot fail.
        let _ = if checked.ok {
            let over =
                if checked.passed_over > 0 { format!(", other lines: {}", checked.passed_over) } else { String::new() };
            let cut = if checked.truncated { ", the last line is cut off and left out" } else { "" };
            let format = checked.format.unwrap_or_default();
            let owed: String = checked.obligations.iter().map(Owed::words).collect();
            writeln!(text, "{file}: {format}, events: {events}, nodes: {nodes}{over}{cut}{owed}")
        } else {
            writeln!(text, "{file}: mistakes: {}", checked.diagnostics.len())
        };
    }
    text
}
