//! `specgen trace`: traces looked at, checked, converted, merged and cut, without a project.

pub(super) mod args;
mod check;
mod convert;
mod merge;
mod show;
mod stat;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use self::args::TraceArgs;
use self::args::TraceReading;
use self::args::TraceSelection;
use self::args::TraceVerb;
use super::Answer;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::trace::formats::Stream;
use crate::trace::mapping::Mapping;
use crate::trace::model::Event;
use crate::trace::read;
use crate::trace::select::Selection;

/// What came of the traces.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Shown {
    /// Of check.
    Checked {
        /// One a file, in the order of the arguments.
        files: Vec<check::Checked>,
    },
    /// Of convert and of cut.
    Written(convert::Written),
    /// Of merge.
    Merged(merge::Merged),
    /// Of show.
    Events(show::Table),
    /// Of stat.
    Counted(Box<stat::Counted>),
}

/// Does what the arguments say.
pub(super) fn trace(args: TraceArgs) -> Result<Answer, Failure> {
    match args.verb {
        TraceVerb::Check(args) => check::check(&args),
        TraceVerb::Convert(args) => convert::convert(&args),
        TraceVerb::Merge(args) => merge::merge(&args),
        TraceVerb::Show(args) => show::show(args),
        TraceVerb::Stat(args) => stat::stat(&args),
        TraceVerb::Cut(args) => convert::cut(args),
    }
}

impl From<TraceSelection> for Selection {
    fn from(TraceSelection { events, nodes, actions }: TraceSelection) -> Self {
        Self { events, nodes, actions }
    }
}

/// Opens a trace.
fn open<'a>(file: &Utf8Path, reading: &TraceReading, mapping: Option<&'a Mapping>) -> Result<Stream<'a>, Diagnostic> {
    let options = read::Options { mapping, allow_truncated: reading.allow_truncated };
    Stream::open(file, reading.from, options)
}

/// Hands every event on, one at a time; collects what is wrong, up to the limit. `true` from `each` ends the reading.
fn each(stream: &mut Stream<'_>, mut each: impl FnMut(Event) -> Result<bool, Diagnostic>) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for event in stream.by_ref() {
        match event.and_then(&mut each) {
            Ok(true) => break,
            Ok(false) => {}
            Err(diagnostic) => wrong.push(diagnostic),
        }
        if wrong.len() >= read::MAX_DIAGNOSTICS {
            break;
        }
    }
    wrong
}

/// That a trace has events at all.
fn some(file: &Utf8Path, events: u64) -> Result<(), Diagnostic> {
    if events > 0 {
        return Ok(());
    }
    let place = Place::at(file.as_str(), 1, 1, None);
    Err(Diagnostic::error("trace/no-events", "the trace has no event")
        .at(place)
        .hint("check that the probes are in the code that ran"))
}
