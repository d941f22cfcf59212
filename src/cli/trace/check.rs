//! `specgen trace check`.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use super::args::TraceCheckArgs;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::cli::Answer;
use crate::cli::Context;
use crate::cli::exit::ExitCode;
use crate::cli::stages::session_root;
use crate::instrument::TraceConfig;
use crate::stages;
use crate::stages::shared::judging;
use crate::trace::Probes;
use crate::trace::formats::Stream;
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

/// What the events were held against, beside the format.
#[derive(Clone, Serialize, JsonSchema)]
pub(in crate::cli) struct Against {
    /// The trace mapping, which has to know every event: the one of `--mapping`, or the project's; null where there is none,
    /// or `--no-mapping` is given.
    #[schemars(with = "Option<String>")]
    mapping: Option<Utf8PathBuf>,
    /// The probes of the session's instrumented copy, one of which has to have written each event that names one; null where
    /// there is no such copy, or the mapping is another than the project's.
    #[schemars(with = "Option<String>")]
    probes: Option<Utf8PathBuf>,
}

/// The same, read.
struct Known {
    mapping: Option<Mapping>,
    probes: Option<Probes>,
}

/// Checks each file by itself.
pub(super) fn check(context: &Context, args: &TraceCheckArgs) -> Result<Answer, Failure> {
    let (against, known) = against(context, args)?;
    let files: Vec<Checked> = args.files.iter().map(|file| one(args, file, &known)).collect();
    let ok = files.iter().all(|checked| checked.ok);
    let text = format!("{}{}", words(&files), against.sentence());
    let shown = Shown::Checked { files, against };
    Ok(Answer::of(&shown, text).exit(if ok { ExitCode::Success } else { ExitCode::BadInput }))
}

/// The mapping that is named, or else the project's; and with the project's the probes of its session, as points of a copy
/// are numbered after the mapping that it was made with.
fn against(context: &Context, args: &TraceCheckArgs) -> Result<(Against, Known), Failure> {
    let settings = &context.settings;
    let of_project = settings.config.target.trace.as_ref().map(|file| settings.project.join(file));
    let named = args.mapping.clone().or(of_project.clone()).filter(|_| !args.no_mapping);
    let Some(path) = named else {
        return Ok((Against { mapping: None, probes: None }, Known { mapping: None, probes: None }));
    };
    let text = disk::read_text(&path)?;
    let config = TraceConfig::read(&text, path.as_str())?;
    let mapping = Mapping::of(&config, path.as_str())?;
    let is_of_project = match of_project {
        Some(own) if own != path => disk::read_text_if_there(&own)?.is_some_and(|own| own == text),
        own => own.is_some(),
    };
    let points = session_root(settings).join(stages::INSTRUMENT).join(judging::POINTS);
    let probes = if is_of_project { judging::probes_at(&points, &config)? } else { None };
    let against = Against { mapping: Some(path), probes: probes.is_some().then_some(points) };
    Ok((against, Known { mapping: Some(mapping), probes }))
}

impl Against {
    fn sentence(&self) -> String {
        match (&self.mapping, &self.probes) {
            (Some(mapping), Some(probes)) => format!("held against {mapping} and the probes of {probes}"),
            (Some(mapping), None) => format!("held against {mapping}, and no probes"),
            (None, _) => "held against the format alone, and no mapping".to_owned(),
        }
    }
}

fn one(args: &TraceCheckArgs, file: &Utf8Path, known: &Known) -> Checked {
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
    let Known { mapping, probes } = known;
    let options = read::Options {
        mapping: mapping.as_ref(),
        allow_truncated: args.reading.allow_truncated,
        probes: probes.as_ref(),
    };
    match Stream::open(file, args.reading.from, options) {
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
