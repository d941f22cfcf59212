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
use crate::config::Settings;
use crate::instrument::Obligation;
use crate::instrument::TraceConfig;
use crate::session::manifest;
use crate::stages;
use crate::stages::instrument;
use crate::stages::shared::judging;
use crate::trace::Probes;
use crate::trace::formats::Format;
use crate::trace::formats::Stream;
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
    /// Whether it was held against the mapping, if there is one: a behaviour of a specification (ITF, TLC) is only where
    /// `--mapping` is given.
    held: bool,
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

/// What the events were held against, beside the format.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Against {
    /// The trace mapping, which has to know every event: the one of `--mapping`, or the project's; null where there is none,
    /// or `--no-mapping` is given.
    #[schemars(with = "Option<String>")]
    mapping: Option<Utf8PathBuf>,
    /// The probes of the session's instrumented copy, one of which has to have written each event that names one; null where
    /// there is no such copy, or the mapping is another than the one that it was made with.
    #[schemars(with = "Option<String>")]
    probes: Option<Utf8PathBuf>,
    /// Whether there is a copy, made with another mapping: the project's has changed since.
    other_copy: bool,
}

/// The same, read.
#[derive(Default)]
struct Known {
    mapping: Option<Mapping>,
    obligations: Vec<Obligation>,
    probes: Option<Probes>,
}

/// Checks each file by itself.
pub(super) fn check(context: &Context, args: &TraceCheckArgs) -> Result<Answer, Failure> {
    let (against, known) = against(context, args)?;
    let files: Vec<Checked> = args.files.iter().map(|file| one(args, file, &known)).collect();
    let ok = files.iter().all(|checked| checked.ok);
    let text = format!("{}{}", words(&files, &against), against.sentence());
    let shown = Shown::Checked { files, against };
    Ok(Answer::of(&shown, text).exit(if ok { ExitCode::Success } else { ExitCode::BadInput }))
}

/// The mapping that is named, or else the project's; and with the project's the probes of its session.
fn against(context: &Context, args: &TraceCheckArgs) -> Result<(Against, Known), Failure> {
    let settings = &context.settings;
    let of_project = settings.config.target.trace.as_ref().map(|file| settings.project.join(file));
    let named = args.mapping.clone().or(of_project.clone()).filter(|_| !args.no_mapping);
    let Some(path) = named else {
        return Ok((Against { mapping: None, probes: None, other_copy: false }, Known::default()));
    };
    let text = disk::read_text(&path).map_err(|error| {
        let asked = if args.mapping.is_none() { Some("or leave it out with --no-mapping") } else { None };
        asked.into_iter().fold(error.diagnostic(), Diagnostic::hint)
    })?;
    let config = TraceConfig::read(&text, path.as_str())?;
    let mapping = Mapping::of(&config, path.as_str())?;
    let own = match of_project {
        Some(own) if own == path || disk::read_text_if_there(&own)?.is_some_and(|own| own == text) => Some(own),
        Some(_) | None => None,
    };
    let points = own.map_or(Ok(None), |own| points_of(settings, &own))?;
    let probes = match &points {
        Some((points, true)) => judging::probes_at(points, &config)?,
        Some((_, false)) | None => None,
    };
    let other_copy = points.as_ref().is_some_and(|(_, made_with_it)| !made_with_it);
    let against = Against {
        mapping: Some(path),
        probes: points.map(|(points, _)| points).filter(|_| probes.is_some()),
        other_copy,
    };
    Ok((against, Known { mapping: Some(mapping), obligations: config.obligations, probes }))
}

/// The points of the session's instrumented copy, if there is one, and whether it was made with the mapping as it is now:
/// points are numbered after the mapping, so that after a change of it they are those of other probes.
fn points_of(settings: &Settings, mapping: &Utf8Path) -> Result<Option<(Utf8PathBuf, bool)>, Failure> {
    let root = session_root(settings);
    let manifest = manifest::read(&root.join("session.json"))?;
    let Some(row) = manifest.stages.get(stages::INSTRUMENT) else { return Ok(None) };
    let is_fresh = row.inputs.get(instrument::MAPPING) == Some(&instrument::digest_of_mapping(mapping)?);
    Ok(Some((root.join(stages::INSTRUMENT).join(judging::POINTS), is_fresh)))
}

impl Against {
    fn sentence(&self) -> String {
        match (&self.mapping, &self.probes) {
            (Some(mapping), Some(probes)) => format!("held against {mapping} and the probes of {probes}"),
            (Some(mapping), None) if self.other_copy => {
                format!("held against {mapping}, and no probes: it has changed since the instrumented copy was made")
            }
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
        held: false,
        obligations: Vec::new(),
        diagnostics: Vec::new(),
    };
    let format = match args.reading.from.map_or_else(|| Format::of(file), Ok) {
        Ok(format) => format,
        Err(diagnostic) => return Checked { diagnostics: vec![diagnostic], ..checked },
    };
    let known = Some(known).filter(|_| args.mapping.is_some() || !format.is_of_specification());
    let mapping = known.and_then(|known| known.mapping.as_ref());
    checked.held = mapping.is_some();
    let mut owed = Obligations::new(known.map_or(&[], |known| &known.obligations), file.as_str());
    let probes = known.and_then(|known| known.probes.as_ref());
    let options = read::Options { mapping, allow_truncated: args.reading.allow_truncated, probes };
    match Stream::open(file, Some(format), options) {
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

fn words(files: &[Checked], against: &Against) -> String {
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
            let not_held = !checked.held && against.mapping.is_some();
            let held = if not_held { ", a behaviour of a specification, held against the format alone" } else { "" };
            writeln!(text, "{file}: {format}, events: {events}, nodes: {nodes}{over}{cut}{held}{owed}")
        } else {
            writeln!(text, "{file}: mistakes: {}", checked.diagnostics.len())
        };
    }
    text
}
