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
use crate::instrument::TraceConfig;
use crate::trace::mapping::Mapping;
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
    /// What is wrong, up to twenty different mistakes, each at the first line that makes it.
    diagnostics: Vec<Diagnostic>,
}

/// Checks each file by itself.
pub(super) fn check(args: &TraceCheckArgs) -> Result<Answer, Failure> {
    let mapping = args.mapping.as_deref().map(mapping).transpose()?;
    let files: Vec<Checked> = args.files.iter().map(|file| one(args, file, mapping.as_ref())).collect();
    let ok = files.iter().all(|checked| checked.ok);
    let text = words(&files);
    Ok(Answer::of(&Shown::Checked { files }, text).exit(if ok { ExitCode::Success } else { ExitCode::BadInput }))
}

fn mapping(file: &Utf8Path) -> Result<Mapping, Failure> {
    let config = TraceConfig::read(&disk::read_text(file)?, file.as_str())?;
    Ok(Mapping::of(&config, file.as_str())?)
}

fn one(args: &TraceCheckArgs, file: &Utf8Path, mapping: Option<&Mapping>) -> Checked {
    let mut checked = Checked {
        file: file.to_string(),
        ok: false,
        format: None,
        events: 0,
        nodes: 0,
        passed_over: 0,
        truncated: false,
        diagnostics: Vec::new(),
    };
    match open(file, &args.reading, mapping) {
        Err(diagnostic) => checked.diagnostics.push(diagnostic),
        Ok(mut stream) => {
            checked.diagnostics = read::each(&mut stream, |_| {
                checked.events += 1;
                Ok(ControlFlow::Continue(()))
            });
            (checked.format, checked.nodes) = (Some(stream.format.name()), stream.header.nodes.len());
            (checked.passed_over, checked.truncated) = (stream.passed_over(), stream.truncated());
            if checked.diagnostics.is_empty() {
                checked.diagnostics.extend(read::some(file.as_str(), checked.events).err());
            }
        }
    }
    checked.ok = checked.diagnostics.is_empty();
    checked
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
            writeln!(text, "{file}: {format}, events: {events}, nodes: {nodes}{over}{cut}")
        } else {
            writeln!(text, "{file}: mistakes: {}", checked.diagnostics.len())
        };
    }
    text
}
