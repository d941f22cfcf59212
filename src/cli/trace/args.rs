//! Arguments of `specgen trace`, with help that teaches.

use camino::Utf8PathBuf;
use clap::Args;
use clap::Subcommand;

use crate::trace::formats::Format;
use crate::trace::merge::By;
use crate::trace::select::Range;

/// Arguments of trace.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: TraceVerb,
}

const TRACE_FORMATS: &str = "\
Formats: specgen (ours, docs/trace-format.md), etcd, predecessor, predecessor-raw, itf, tlc, tlc-json. Which one a file is in is
told by how it begins; --from says so instead. docs/traces.md describes what is made of each.";

const TRACE_MERGE_HELP: &str = "\
The order is by what all events have: vector clocks, else intervals, else Lamport clocks; within one process by its numbers.
Events that nothing orders stay concurrent: the file has them in some order, the same for the same events, and their clocks say
that it is one of several. A missing event and a circle are named with the events in them.

Examples:
  specgen trace merge n1.ndjson n2.ndjson n3.ndjson --output run.ndjson
  specgen trace merge run.ndjson n4.ndjson --output all.ndjson     a merged trace can be merged again
  specgen trace merge *.ndjson --by interval --output run.ndjson";

const TRACE_CUT_HELP: &str = "\
Examples:
  specgen trace cut run.ndjson --events 100..200 --output part.ndjson
  specgen trace cut run.ndjson --node n1 --node n2 --output two.ndjson
  specgen trace cut run.ndjson --action Timeout --output timeouts.ndjson

Each event keeps its process and its number there (`process`, `step`), so that pieces of one trace can be told to be that.";

const TRACE_MINIMIZE_HELP: &str = "\
The trace is judged as `specgen validate --trace` does, and has to be rejected. Then nodes, events and fields that the mapping calls
optional are left out, large pieces first, and each smaller trace is judged again. One is kept if its last event is rejected for the same
cause: the same event on the same node, the same fields that differ, the same condition that does not hold. The output
always has the smallest so far, also after Ctrl-C.

Examples:
  specgen trace minimize --project examples/etcd --session s1 run.ndjson --output small.ndjson
  specgen trace minimize run.ndjson --output small.ndjson --limit 60";

const TRACE_MUTATE_HELP: &str = "\
Each file that is written is one of the traces with one mistake: a wrong value of a compared field, an effect that is lost, doubled or
before its cause, an event left out, exchanged with the next or of another node, a message nobody sent. Mistakes are made only where they
show, and each line says within which events a judge has to notice it. A spec that accepts such a trace says too little.
The same traces give the same mutants.

Examples:
  specgen trace mutate --project examples/etcd --session s1 run.ndjson --output mutants
  specgen trace mutate traces/*.ndjson --output mutants --count 30 && specgen validate --trace 'mutants/*.ndjson'";

/// What to do with traces.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TraceVerb {
    /// Whether the files are traces: everything wrong with its line
    #[command(after_help = TRACE_FORMATS)]
    Check(TraceCheckArgs),
    /// The same trace in our format, or in ITF
    #[command(after_help = TRACE_FORMATS)]
    Convert(TraceConvertArgs),
    /// The logs of several processes as one trace
    #[command(after_help = TRACE_MERGE_HELP)]
    Merge(TraceMergeArgs),
    /// The events as a table: what each changed of its node's state
    #[command(after_help = TRACE_FORMATS)]
    Show(TraceShowArgs),
    /// What happened: events by kind and node, first and last, gaps
    #[command(after_help = TRACE_FORMATS)]
    Stat(TraceStatArgs),
    /// A part of a trace: some events, nodes or actions
    #[command(after_help = TRACE_CUT_HELP)]
    Cut(TraceCutArgs),
    /// Traces with one deliberate mistake each, to test what a spec rejects
    #[command(after_help = TRACE_MUTATE_HELP)]
    Mutate(TraceMutateArgs),
    /// A rejected trace made smaller: rejected for the same cause with fewer events, nodes and fields
    #[command(after_help = TRACE_MINIMIZE_HELP)]
    Minimize(TraceMinimizeArgs),
}

/// Arguments of trace minimize.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceMinimizeArgs {
    /// Trace that the session's spec rejects
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Utf8PathBuf,
    /// Where the smaller trace is written
    #[arg(long, short, value_name = "FILE")]
    pub(in crate::cli) output: Utf8PathBuf,
    /// Stop after so many seconds, with what was found until then
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(in crate::cli) limit: u64,
    /// A trace is rejected also where its behaviour cannot keep the invariants of target.properties (docs/traces.md)
    #[arg(long)]
    pub(in crate::cli) invariants: bool,
    /// Leave out a last line that is cut off, as a killed program leaves it
    #[arg(long)]
    pub(in crate::cli) allow_truncated: bool,
}

/// Arguments of trace mutate.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceMutateArgs {
    /// Traces that the session's spec accepts
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<Utf8PathBuf>,
    /// Folder in which the mutants are written
    #[arg(long, short, value_name = "FOLDER")]
    pub(in crate::cli) output: Utf8PathBuf,
    /// At least so many of each trace
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub(in crate::cli) count: usize,
}

/// How files are read.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceReading {
    /// Format of the files, if not the one that they begin like
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(in crate::cli) from: Option<Format>,
    /// Leave out a last line that is cut off, as a killed program leaves it
    #[arg(long)]
    pub(in crate::cli) allow_truncated: bool,
}

/// Which events.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceSelection {
    /// Numbers of events, both included: 10..20, 10.. or ..20
    #[arg(long, value_name = "RANGE", value_parser = range)]
    pub(in crate::cli) events: Option<Range>,
    /// Events of this node; may be repeated
    #[arg(long = "node", value_name = "NODE")]
    pub(in crate::cli) nodes: Vec<String>,
    /// Events of this name; may be repeated
    #[arg(long = "action", value_name = "EVENT")]
    pub(in crate::cli) actions: Vec<String>,
}

/// Arguments of trace check.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceCheckArgs {
    /// Traces
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<Utf8PathBuf>,
    /// Trace mapping (trace.yaml) that has to know every event; the default is the project's (target.trace), with the probes
    /// of the session's instrumented copy
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) mapping: Option<Utf8PathBuf>,
    /// Hold the traces against their format alone
    #[arg(long, conflicts_with = "mapping")]
    pub(in crate::cli) no_mapping: bool,
    #[command(flatten)]
    pub(in crate::cli) reading: TraceReading,
}

/// Arguments of trace convert.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceConvertArgs {
    /// Trace
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Utf8PathBuf,
    /// Where the trace is written, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(in crate::cli) output: Utf8PathBuf,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", default_value = "specgen", value_parser = ["specgen", "itf"])]
    pub(in crate::cli) to: String,
    /// The traced system's name, where the format has none; the default is the file's
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) system: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: TraceReading,
}

/// Arguments of trace merge.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceMergeArgs {
    /// Logs, each of one process, or merged before
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<Utf8PathBuf>,
    /// Where the trace is written, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(in crate::cli) output: Utf8PathBuf,
    /// What orders events: sequence, lamport, vector or interval
    #[arg(long, value_name = "WHAT", value_parser = by)]
    pub(in crate::cli) by: Option<By>,
    #[command(flatten)]
    pub(in crate::cli) reading: TraceReading,
}

/// Arguments of trace show.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceShowArgs {
    /// Trace
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Utf8PathBuf,
    /// The most events to show
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    pub(in crate::cli) limit: usize,
    #[command(flatten)]
    pub(in crate::cli) selection: TraceSelection,
    #[command(flatten)]
    pub(in crate::cli) reading: TraceReading,
}

/// Arguments of trace stat.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceStatArgs {
    /// Trace
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Utf8PathBuf,
    #[command(flatten)]
    pub(in crate::cli) reading: TraceReading,
}

/// Arguments of trace cut.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceCutArgs {
    /// Trace
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Utf8PathBuf,
    /// Where the part is written, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(in crate::cli) output: Utf8PathBuf,
    #[command(flatten)]
    pub(in crate::cli) selection: TraceSelection,
    #[command(flatten)]
    pub(in crate::cli) reading: TraceReading,
}

fn format(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| format!("choose one of {}", Format::ALL.map(Format::name).join(", ")))
}

fn by(name: &str) -> Result<By, String> {
    let known = By::ALL.into_iter().find(|by| by.name() == name);
    known.ok_or_else(|| format!("choose one of {}", By::ALL.map(By::name).join(", ")))
}

fn range(text: &str) -> Result<Range, String> {
    let wrong = || "write it as 10..20, 10.. or ..20; events are numbered from 1".to_owned();
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let end = |text: &str, open: u64| if text.is_empty() { Ok(open) } else { text.parse().map_err(|_| wrong()) };
    let (from, to) = (end(from, 1)?, end(to, u64::MAX)?);
    if from == 0 || from > to { Err(wrong()) } else { Ok(Range { from, to }) }
}
