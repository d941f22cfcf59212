//! `specgen trace`: traces looked at, checked, converted, merged and cut, without a project; and, with one, checked against its
//! mapping, made smaller or wrong.

pub(super) mod args;
mod check;
mod convert;
mod merge;
mod minimize;
mod mutate;
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
use super::Context;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::trace::formats::Stream;
use crate::trace::mapping::Mapping;
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
        /// What they were held against.
        against: check::Against,
    },
    /// Of convert and of cut.
    Written(convert::Written),
    /// Of merge.
    Merged(merge::Merged),
    /// Of show.
    Events(show::Table),
    /// Of mutate.
    Mutated(mutate::Mutated),
    /// Of minimize.
    Minimized(Box<minimize::Minimized>),
    /// Of stat.
    Counted(Box<stat::Counted>),
}

/// Does what the arguments say.
pub(super) async fn trace(context: &Context, args: TraceArgs) -> Result<Answer, Failure> {
    match args.verb {
        TraceVerb::Check(args) => check::check(context, &args),
        TraceVerb::Convert(args) => convert::convert(&args),
        TraceVerb::Merge(args) => merge::merge(&args),
        TraceVerb::Show(args) => show::show(args),
        TraceVerb::Stat(args) => stat::stat(&args),
        TraceVerb::Cut(args) => convert::cut(args),
        TraceVerb::Mutate(args) => mutate::mutate(context, &args).await,
        TraceVerb::Minimize(args) => minimize::minimize(context, &args).await,
    }
}

impl From<TraceSelection> for Selection {
    fn from(TraceSelection { events, nodes, actions }: TraceSelection) -> Self {
        Self { events, nodes, actions }
    }
}

/// Opens a trace.
fn open<'a>(file: &Utf8Path, reading: &TraceReading, mapping: Option<&'a Mapping>) -> Result<Stream<'a>, Diagnostic> {
    let options = read::Options { mapping, allow_truncated: reading.allow_truncated, probes: None };
    Stream::open(file, reading.from, options)
}
