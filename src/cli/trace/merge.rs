//! `specgen trace merge`.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use super::args::TraceMergeArgs;
use super::open;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::cli::Answer;
use crate::trace::merge::Logs;
use crate::trace::read;

/// A trace that was merged.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Merged {
    /// The file.
    output: String,
    /// What ordered the events: `sequence`, `lamport`, `vector` or `interval`.
    by: &'static str,
    /// How many events it has.
    events: usize,
    /// The processes that they are from.
    processes: BTreeSet<String>,
    /// How many neighbours could stand the other way round.
    concurrent_neighbours: usize,
}

/// Merges.
pub(super) fn merge(args: &TraceMergeArgs) -> Result<Answer, Failure> {
    let mut joined: Option<Logs> = None;
    for file in &args.files {
        let log = log(args, file)?;
        joined = Some(match joined {
            None => log,
            Some(joined) => joined.join(log)?,
        });
    }
    let joined = joined.ok_or_else(|| Diagnostic::error("config/usage", "merge no file").hint("name the logs"))?;
    let merged = joined.order(args.by)?;
    let mut output = disk::Whole::begin(&args.output)?;
    output.write(format!("{}\n", merged.header.to_json()))?;
    for event in &merged.events {
        output.write(format!("{}\n", event.to_json(event.seq)))?;
    }
    output.finish()?;
    let origins = merged.events.iter().filter_map(|event| event.stamp.origin.as_ref());
    let made = Merged {
        output: args.output.to_string(),
        by: merged.by.name(),
        events: merged.events.len(),
        processes: origins.map(|(process, _)| process.clone()).collect(),
        concurrent_neighbours: merged.concurrent_neighbours(),
    };
    let text = format!(
        "{}: {} events of {} processes, ordered by {}; concurrent neighbours: {}\n",
        made.output,
        made.events,
        made.processes.len(),
        made.by,
        made.concurrent_neighbours
    );
    Ok(Answer::of(&Shown::Merged(made), text))
}

fn log(args: &TraceMergeArgs, file: &Utf8Path) -> Result<Logs, Failure> {
    let mut stream = open(file, &args.reading, None)?;
    let mut events = Vec::new();
    let wrong = read::each(&mut stream, |event| {
        events.push(event);
        Ok(ControlFlow::Continue(()))
    });
    if !wrong.is_empty() {
        return Err(Failure { diagnostics: wrong });
    }
    read::some(file.as_str(), events.len() as u64)?;
    Ok(Logs::of(file.as_str(), stream.header, events)?)
}
