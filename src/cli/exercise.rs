//! `specgen exercise`: traces of the real system, of the seeds of the settings or of as many as one likes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::num::NonZeroUsize;

use camino::Utf8PathBuf;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::desk::Workplace;
use super::exit::ExitCode;
use super::stages::session_root;
use crate::base::diag::Failure;
use crate::config;
use crate::config::Settings;
use crate::pipeline;
use crate::session::Session;
use crate::stages;
use crate::stages::exercise::many;
use crate::stages::exercise::many::Asked;
use crate::stages::exercise::many::Outcome;
use crate::stages::exercise::many::Ran;
use crate::stages::exercise::model::Runs;

/// So many seeds at the most, so that a slip of the keyboard is told at once.
const MOST: u64 = 1_000_000;

/// So many seeds that failed are told one by one.
const TOLD: usize = 20;

pub(super) const HELP: &str = "\
Examples:
  specgen exercise                                 the seeds of harness.train and harness.judge, as `specgen run` has them
  specgen exercise --seeds 1..100                  as many at a time as the machine has cores
  specgen exercise --seeds 1..20,77 --jobs 1
  specgen exercise --seeds 17 --again              does the same seed give the same bytes?
  specgen validate --trace .specgen/NAME/runs/*/traces/*.ndjson

No spec is needed, and no model: the source, the trace mapping and the harness are. Traces, and what is left of runs that
fail, are below runs/ in the session's folder; the same command goes on where it was stopped.

Exit codes: 0 every seed has its trace, 14 a run failed, 21 the harness does not build or a seed gave other bytes.";

/// Arguments of exercise.
#[derive(Debug, Args)]
pub(super) struct ExerciseArgs {
    /// Which seeds: numbers and ranges, both ends included, with commas; without it those of the settings
    #[arg(long, value_name = "1..100,7", value_parser = seeds)]
    pub(super) seeds: Option<Seeds>,
    /// How many runs at a time; the default is the machine's number of cores
    #[arg(long, short, value_name = "N", requires = "seeds")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Run each seed once more: it has to give the same bytes
    #[arg(long, requires = "seeds")]
    pub(super) again: bool,
}

/// Seeds without repetition, in the order in which they were named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seeds(Vec<u64>);

fn seeds(text: &str) -> Result<Seeds, String> {
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for part in text.split(',').map(str::trim) {
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| format!("`{text}` in `{part}` is no number"));
        let (from, to) = match part.split_once("..") {
            None => (number(part)?, number(part)?),
            Some((from, to)) => (number(from)?, number(to.strip_prefix('=').unwrap_or(to))?),
        };
        if from > to {
            return Err(format!("`{part}` has no seed: {from} is greater than {to}"));
        }
        if to - from >= MOST || seen.len() as u64 + (to - from) >= MOST {
            return Err(format!("`{part}` makes more than {MOST} seeds"));
        }
        all.extend((from..=to).filter(|seed| seen.insert(*seed)));
    }
    Ok(Seeds(all))
}

/// What came of it.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Shown {
    /// Of the seeds of the settings.
    Stage {
        /// The stage's folder, with `traces` and `runs.json`.
        #[schemars(with = "String")]
        folder: Utf8PathBuf,
        /// How many traces it has.
        traces: usize,
    },
    /// Of `--seeds`.
    Many {
        /// The folder of this build, with `traces`, `failed` and `runs.json`.
        #[schemars(with = "String")]
        folder: Utf8PathBuf,
        /// The seeds, in their order.
        seeds: Vec<Ran>,
    },
}

/// Runs the stage, or many seeds.
pub(super) async fn exercise(context: &Context, args: ExerciseArgs) -> Result<Answer, Failure> {
    let settings = &context.settings;
    needed(settings)?;
    let session = Session::open(session_root(settings))?;
    let workplace = Workplace::without_tools(context, settings, session).await?;
    let desk = workplace.desk();
    let Some(Seeds(seeds)) = args.seeds else {
        pipeline::exercised(&desk, true).await?;
        let folder = desk.session.folder(stages::EXERCISE);
        let runs: Runs = stages::read_json(&folder.join("runs.json"))?;
        let text = format!("{} traces in {}", runs.runs.len(), folder.join("traces"));
        return Ok(Answer::of(&Shown::Stage { folder, traces: runs.runs.len() }, text));
    };
    pipeline::exercised(&desk, false).await?;
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let asked = Asked { seeds, jobs: args.jobs.map_or(cores, NonZeroUsize::get), again: args.again };
    context.ui.begin("exercise");
    let many = many::many(&desk, &asked).await;
    context.ui.end(if many.is_ok() { "done" } else { "failed" });
    let (folder, seeds) = many?;
    let any = |wanted: fn(&Outcome) -> bool| seeds.iter().any(|ran| wanted(&ran.outcome));
    let exit = if any(|outcome| matches!(outcome, Outcome::Failed { .. })) {
        ExitCode::of_code("harness/run")
    } else if any(|outcome| matches!(outcome, Outcome::Differs { .. })) {
        ExitCode::of_code("harness/differs")
    } else {
        ExitCode::Success
    };
    let text = in_words(&folder, &seeds, args.again);
    Ok(Answer::of(&Shown::Many { folder, seeds }, text).exit(exit))
}

fn needed(settings: &Settings) -> Result<(), Failure> {
    let config = &settings.config;
    let wanted = [
        (config.target.trace.is_none(), "target.trace", "trace/trace.yaml"),
        (config.harness.dir.is_none(), "harness.dir", "harness"),
        (config.harness.run.is_empty(), "harness.run", "[\"{out}/harness\", --seed, \"{seed}\"]"),
    ];
    let missing = wanted.into_iter().filter(|(is_missing, ..)| *is_missing);
    let diagnostics: Vec<_> =
        missing.map(|(_, path, example)| config::missing(&settings.project, path, example)).collect();
    if diagnostics.is_empty() { Ok(()) } else { Err(Failure { diagnostics }) }
}

fn in_words(folder: &camino::Utf8Path, seeds: &[Ran], again: bool) -> String {
    let (mut recorded, mut kept, mut events) = (0_usize, 0_usize, 0_u64);
    for ran in seeds {
        if let Outcome::Recorded { events: of_trace, .. } = ran.outcome {
            recorded += 1;
            kept += usize::from(ran.kept);
            events += of_trace;
        }
    }
    let same = if again { ", each twice to the same bytes" } else { "" };
    let earlier = if kept > 0 { format!(" ({kept} of them by a run before)") } else { String::new() };
    let mut text =
        format!("{recorded} of {} seeds recorded{same}{earlier}: {events} events in {folder}/traces", seeds.len());
    let troubled = || seeds.iter().filter(|ran| !matches!(ran.outcome, Outcome::Recorded { .. }));
    for ran in troubled().take(TOLD) {
        let what = match &ran.outcome {
            Outcome::Failed { why } => why.clone(),
            Outcome::Differs { line } => format!("harness/differs: two runs differ from line {line} on"),
            Outcome::Recorded { .. } => continue,
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  seed {}, {} nodes: {what}\n    {}", ran.seed, ran.nodes, ran.place);
    }
    let more = troubled().count().saturating_sub(TOLD);
    if more > 0 {
        let _ = write!(text, "\n  and {more} more, in {folder}/runs.json");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_numbers_and_ranges_without_repetition() {
        assert_eq!(seeds("1..3").unwrap(), Seeds(vec![1, 2, 3]));
        assert_eq!(seeds("7, 2..=4,3").unwrap(), Seeds(vec![7, 2, 3, 4]));
        for (wrong, why) in [
            ("", "no number"),
            ("1..", "no number"),
            ("-1", "no number"),
            ("5..2", "greater"),
            ("0..1000000", "more than"),
            ("1..600000,700000..1300000", "more than"),
            ("0..18446744073709551615", "more than"),
        ] {
            let said = seeds(wrong).unwrap_err();
            assert!(said.contains(why), "{wrong}: {said}");
        }
    }
}
