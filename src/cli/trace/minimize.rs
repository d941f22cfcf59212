//! `specgen trace minimize`: a rejected trace made smaller.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use super::args::TraceMinimizeArgs;
use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::cli::Answer;
use crate::cli::Context;
use crate::cli::exit::ExitCode;
use crate::cli::validate::Against;
use crate::cli::validate::workplace;
use crate::stages::Desk;
use crate::stages::shared::judging;
use crate::trace::Trace;
use crate::trace::read;
use crate::validate;
use crate::validate::Divergence;
use crate::validate::Verdict;
use crate::validate::minimize;
use crate::validate::minimize::Cause;
use crate::validate::minimize::Minimised;

/// A trace that was made smaller.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Minimized {
    /// The file.
    output: String,
    /// Events, nodes and fields before.
    before: Size,
    /// Events, nodes and fields after.
    after: Size,
    /// Why both are rejected.
    cause: Cause,
    /// The smaller trace's divergence.
    divergence: Divergence,
    /// How many smaller traces were judged.
    judged: usize,
    /// Whether time ran out before everything was tried; otherwise no single event, node or optional field can be left out.
    stopped: bool,
    /// From start to end.
    milliseconds: u64,
}

/// How large a trace is.
#[derive(Serialize, JsonSchema)]
struct Size {
    events: usize,
    /// Nodes in the header.
    nodes: usize,
    /// Different fields in the states of its events.
    fields: usize,
}

impl Size {
    fn of(trace: &Trace) -> Self {
        let fields: std::collections::BTreeSet<&String> =
            trace.events.iter().flat_map(|event| event.state.keys()).collect();
        Self { events: trace.events.len(), nodes: trace.header.nodes.len(), fields: fields.len() }
    }
}

/// Minimises.
pub(super) async fn minimize(context: &Context, args: &TraceMinimizeArgs) -> Result<Answer, Failure> {
    let watch = Stopwatch::start();
    let workplace = workplace(context).await?;
    let (desk, scratch) = (workplace.desk(), disk::Scratch::new()?);
    let against = Against::of(&desk)?;
    against.mapping.in_lines("`trace minimize`")?;
    let trace = read::read(&args.file, against.reading(args.allow_truncated))?;
    let judge = async |traces: Arc<[Trace]>| verdicts(&desk, &against, &traces, scratch.path(), args).await;
    let first = judge(vec![trace.clone()].into()).await?;
    let divergence = rejection(&args.file, first)?;
    context.ui.begin("minimize");
    let limit = Duration::from_secs(args.limit);
    let mut written = None;
    let go_on = |smallest: &Trace| {
        if written != Some(smallest.events.len()) {
            context.ui.waiting(&format!("{} of {} events", smallest.events.len(), trace.events.len()));
            // Whoever stops this has the smallest so far; that it cannot be written is said at the end.
            let _ = disk::put(&args.output, smallest.to_ndjson());
            written = Some(smallest.events.len());
        }
        watch.elapsed() < limit
    };
    let optional = against.mapping.state.iter().filter(|field| field.optional).map(|field| field.field.clone());
    let search = minimize::Search { judge, go_on, optional: optional.collect() };
    let found = minimize::minimize(&trace, &divergence, search).await?;
    context.ui.end("done");
    disk::put(&args.output, found.trace.to_ndjson())?;
    // What counts is what somebody reads who has the file alone.
    let written = read::read(&args.output, against.reading(false))?;
    let last = verdicts(&desk, &against, &vec![written].into(), scratch.path(), args).await?;
    let divergence = rejection(&args.output, last)?;
    Ok(answer(args, &trace, found, divergence, &watch))
}

async fn verdicts(
    desk: &Desk<'_>,
    against: &Against,
    traces: &Arc<[Trace]>,
    place: &Utf8Path,
    args: &TraceMinimizeArgs,
) -> Result<Vec<Verdict>, Failure> {
    let asked = judging::Asked { invariants: args.invariants, ..judging::Asked::default() };
    let judged = judging::judge_with(desk, &against.spec, &against.mapping, traces, place, asked).await?;
    Ok(judged.into_iter().map(|(_, judged)| judged.verdict).collect())
}

fn rejection(file: &Utf8Path, verdicts: Vec<Verdict>) -> Result<Divergence, Diagnostic> {
    let not =
        |message: String| Diagnostic::error("trace/not-rejected", message).at(Place::at(file.as_str(), 1, 1, None));
    match verdicts.into_iter().next() {
        Some(Verdict::Rejected(divergence)) => Ok(*divergence),
        Some(Verdict::Accepted { .. }) => Err(not("the spec accepts the trace".to_owned())
            .hint("there is no cause to be kept; `specgen trace cut` takes a part of a trace")),
        Some(Verdict::Unknown { why }) => {
            Err(not(format!("it is not known whether the spec accepts the trace: {why}")))
        }
        None => Err(not("the trace was not judged".to_owned())),
    }
}

fn answer(
    args: &TraceMinimizeArgs,
    trace: &Trace,
    found: Minimised,
    divergence: Divergence,
    watch: &Stopwatch,
) -> Answer {
    let (before, after) = (Size::of(trace), Size::of(&found.trace));
    let mut text = validate::render(&divergence);
    let of = |what: &str, before: usize, after: usize| match before == after {
        true => format!("{before} {what}"),
        false => format!("{after} of {before} {what}"),
    };
    let sizes = [
        of("events", before.events, after.events),
        of("nodes", before.nodes, after.nodes),
        of("fields", before.fields, after.fields),
    ];
    let left = if found.stopped {
        format!("stopped early, after {} s: a longer --limit may find less", args.limit)
    } else {
        "no single event, node or optional field can be left out".to_owned()
    };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n{}: {}; {} smaller traces judged, {left}", args.output, sizes.join(", "), found.judged);
    let minimized = Minimized {
        output: args.output.to_string(),
        before,
        after,
        cause: found.cause,
        divergence,
        judged: found.judged,
        stopped: found.stopped,
        milliseconds: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    Answer::of(&Shown::Minimized(Box::new(minimized)), text).exit(ExitCode::Success)
}
