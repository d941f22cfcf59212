//! `specgen trace stat`.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use super::args::TraceStatArgs;
use super::open;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::cli::Answer;
use crate::cli::exit::ExitCode;
use crate::trace::read;
use crate::trace::stat::Statistics;

/// What happened in a trace.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Counted {
    /// The file.
    file: String,
    /// The format of the file.
    format: &'static str,
    /// The traced system.
    system: String,
    /// Whether the last line was cut off and left out.
    truncated: bool,
    /// Counted over the events that were read.
    statistics: Statistics,
    /// Lines that could not be read and gaps between numbers, up to twenty; what comes after the twentieth is not counted.
    diagnostics: Vec<Diagnostic>,
}

/// Counts.
pub(super) fn stat(args: &TraceStatArgs) -> Result<Answer, Failure> {
    let mut stream = open(&args.file, &args.reading, None)?;
    let mut statistics = Statistics::of(&stream.header);
    let diagnostics = read::each(&mut stream, |event| {
        statistics.add(&event);
        Ok(ControlFlow::Continue(()))
    });
    if diagnostics.is_empty() {
        read::some(args.file.as_str(), statistics.events)?;
    }
    let counted = Counted {
        file: args.file.to_string(),
        format: stream.format.name(),
        system: stream.header.system.clone(),
        truncated: stream.truncated(),
        statistics,
        diagnostics,
    };
    let exit = if counted.diagnostics.is_empty() { ExitCode::Success } else { ExitCode::BadInput };
    let text = words(&counted);
    Ok(Answer::of(&Shown::Counted(Box::new(counted)), text).exit(exit))
}

fn words(counted: &Counted) -> String {
    let Counted { file, format, system, statistics, .. } = counted;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ =
        writeln!(text, "{file}: {format}, {system}, events: {}, aborted: {}", statistics.events, statistics.aborted);
    if let (Some(first), Some(last)) = (&statistics.first, &statistics.last) {
        for (word, mark) in [("first", first), ("last", last)] {
            let _ = writeln!(text, "{word:>6}  {} {} on {}", mark.seq, mark.event, mark.node);
        }
    }
    if let Some(duration) = statistics.duration {
        let seconds =
            |nanoseconds: u64| format!("{}.{:06} s", nanoseconds / 1_000_000_000, nanoseconds / 1000 % 1_000_000);
        let pause = statistics.longest_pause.as_ref();
        let pause = pause.map(|p| format!(", longest pause {} before event {}", seconds(p.nanoseconds), p.before));
        let _ = writeln!(text, "  time  {}{}", seconds(duration), pause.unwrap_or_default());
    }
    text.push_str("\nevents by kind\n");
    for (kind, nodes) in &statistics.kinds {
        let each: Vec<String> = nodes.iter().map(|(node, count)| format!("{node}: {count}")).collect();
        let _ = writeln!(text, "{:>8}  {kind}  ({})", nodes.values().sum::<u64>(), each.join(", "));
    }
    text.push_str("\nevents by node\n");
    for (node, share) in &statistics.nodes {
        let _ = match (share.first, share.last) {
            (Some(first), Some(last)) => writeln!(text, "{:>8}  {node}  ({first}..{last})", share.events),
            _ => writeln!(text, "{:>8}  {node}", 0),
        };
    }
    for diagnostic in &counted.diagnostics {
        let _ = writeln!(text, "\n{}", diagnostic.render(false));
    }
    if counted.truncated {
        text.push_str("\nthe last line is cut off and left out\n");
    }
    text
}
