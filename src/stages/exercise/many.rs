//! Traces of many seeds, side by side: what an exercise of the pipeline does for the few seeds that teach and judge a
//! spec, for as many as one likes, with or without a spec. A seed that fails is kept and told, and does not end the others.
//!
//! ```text
//! runs/<build>/          one folder a build: of the instrumented copy, the harness and its settings
//!   runs.json            what came of each seed, written anew after each, so that a run that is stopped goes on
//!   traces/<seed>.ndjson
//!   failed/<seed>/       what a run that failed left: trace.ndjson, output.log, and again.ndjson where two differ
//! ```

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use tokio::task::JoinSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Exit;
use crate::config::Settings;
use crate::harness;
use crate::harness::Harness;
use crate::session::Inputs;
use crate::stages;
use crate::stages::Desk;

/// Format number of [`Index`].
const FORMAT: u32 = 1;

/// Below the session's folder.
const FOLDER: &str = "runs";

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which seeds, in the order of the runs.
    pub seeds: Vec<u64>,
    /// How many runs at a time, at least one.
    pub jobs: usize,
    /// Whether each seed is run once more, to see whether it gives the same bytes.
    pub again: bool,
}

/// What came of a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Its trace is there.
    Recorded {
        /// Digest of the trace.
        sha256: String,
        /// How many lines the trace has below its header.
        events: u64,
    },
    /// The harness, or the system in it, failed.
    Failed {
        /// How the run ended, and the last line that it wrote.
        why: String,
    },
    /// Two runs gave different bytes.
    Differs {
        /// The first line that differs, counted from 1.
        line: u64,
    },
}

/// A seed and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ran {
    /// The seed.
    pub seed: u64,
    /// How many nodes its run has.
    pub nodes: u32,
    /// Whether an earlier command had recorded it, so that nothing was run.
    pub kept: bool,
    /// What came of it.
    pub outcome: Outcome,
    /// The trace, or the folder with what is left of a run that failed or differs.
    #[schemars(with = "String")]
    pub place: Utf8PathBuf,
}

/// runs.json.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    format: u32,
    /// What the folder was made from, by name.
    inputs: Inputs,
    seeds: BTreeMap<u64, Outcome>,
}

/// Builds the harness and runs it for every seed, as many at a time as asked for. What came of each, in the order of the
/// seeds, and the folder of all.
///
/// # Errors
/// The harness does not build, the disk fails, somebody stopped it. That a run fails is no error of this.
pub async fn many(desk: &Desk<'_>, asked: &Asked) -> Result<(Utf8PathBuf, Vec<Ran>), Failure> {
    let mut inputs = super::inputs(desk)?;
    // Which seeds the pipeline runs is nothing to these.
    let mut of_runs = desk.settings.config.harness.clone();
    (of_runs.train, of_runs.judge) = (Vec::new(), Vec::new());
    stages::setting_inputs(&mut inputs, "harness", &of_runs);
    let build = disk::sha256(serde_json::to_string(&inputs).unwrap_or_default().as_bytes());
    let folder = harness::absolute(&desk.session.root.join(FOLDER).join(&build[..12]))?;
    disk::create_dir(&folder.join("traces"))?;
    let mut index = Index { format: FORMAT, inputs, seeds: BTreeMap::new() };
    if disk::exists(&folder.join("runs.json")) {
        index.seeds = stages::read_json::<Index>(&folder.join("runs.json"))?.seeds;
    }
    desk.ui.waiting("the build of the harness");
    let scratch = desk.session.root.join("build");
    let tree = desk.session.folder(stages::INSTRUMENT).join("tree");
    let log = desk.session.root.join("logs/harness-build.log");
    let built = harness::build(desk.settings, &tree, &scratch, &log).await?;
    let bench = Arc::new(Bench { settings: desk.settings.clone(), built, folder: folder.clone() });
    let ran = all(desk, &bench, asked, &mut index).await?;
    Ok((folder, ran))
}

async fn all(desk: &Desk<'_>, bench: &Arc<Bench>, asked: &Asked, index: &mut Index) -> Result<Vec<Ran>, Failure> {
    let mut done: BTreeMap<u64, Ran> = BTreeMap::new();
    let mut running: JoinSet<Result<Ran, Failure>> = JoinSet::new();
    let mut waiting = asked.seeds.iter().copied();
    let mut failed = 0;
    loop {
        while running.len() < asked.jobs.max(1)
            && let Some(seed) = waiting.next()
        {
            let (bench, known, again) = (Arc::clone(bench), index.seeds.get(&seed).cloned(), asked.again);
            running.spawn(async move { bench.run(seed, known, again).await });
        }
        let Some(ran) = running.join_next().await else { break };
        // Nobody aborts a run, so what did not end has panicked.
        let ran = ran.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
        failed += usize::from(!matches!(ran.outcome, Outcome::Recorded { .. }));
        if !ran.kept {
            index.seeds.insert(ran.seed, ran.outcome.clone());
            stages::write_json(&bench.folder.join("runs.json"), index)?;
        }
        done.insert(ran.seed, ran);
        let troubled = if failed == 0 { String::new() } else { format!(", {failed} failed") };
        desk.ui.waiting(&format!("{} of {} seeds{troubled}", done.len(), asked.seeds.len()));
    }
    Ok(asked.seeds.iter().filter_map(|seed| done.get(seed).cloned()).collect())
}

/// What the runs share.
struct Bench {
    settings: Settings,
    built: Harness,
    folder: Utf8PathBuf,
}

impl Bench {
    async fn run(&self, seed: u64, known: Option<Outcome>, again: bool) -> Result<Ran, Failure> {
        let (trace, failed) =
            (self.folder.join(format!("traces/{seed}.ndjson")), self.folder.join(format!("failed/{seed}")));
        let told = |outcome: Outcome, kept: bool| {
            let place = if matches!(outcome, Outcome::Recorded { .. }) { trace.clone() } else { failed.clone() };
            Ran { seed, nodes: harness::nodes_of(&self.settings, seed), kept, outcome, place }
        };
        let is_there = |outcome: &Outcome| match outcome {
            Outcome::Recorded { sha256, .. } => disk::sha256_file(&trace).is_ok_and(|now| now == *sha256),
            Outcome::Failed { .. } | Outcome::Differs { .. } => false,
        };
        let known = known.filter(is_there);
        if let Some(outcome) = known.clone().filter(|_| !again) {
            return Ok(told(outcome, true));
        }
        // What a run before this one left there.
        disk::remove(&failed)?;
        disk::create_dir(&failed)?;
        if known.is_none() {
            if let Some(why) = self.record(seed, &failed.join("trace.ndjson"), &failed).await? {
                return Ok(told(Outcome::Failed { why }, false));
            }
            disk::rename(&failed.join("trace.ndjson"), &trace)?;
        }
        if again {
            let second = failed.join("again.ndjson");
            if let Some(why) = self.record(seed, &second, &failed).await? {
                let why = format!("{why} (the run before it recorded a trace)");
                return Ok(told(Outcome::Failed { why }, false));
            }
            if let Some(line) = first_difference(&trace, &second)? {
                disk::rename(&trace, &failed.join("trace.ndjson"))?;
                return Ok(told(Outcome::Differs { line }, false));
            }
        }
        disk::remove(&failed)?;
        let outcome = Outcome::Recorded { sha256: disk::sha256_file(&trace)?, events: events_in(&trace)? };
        Ok(told(outcome, false))
    }

    /// Records a seed; why that failed, if it did.
    async fn record(&self, seed: u64, trace: &Utf8Path, beside: &Utf8Path) -> Result<Option<String>, Failure> {
        let log = beside.join("output.log");
        match self.built.record(&self.settings, seed, trace, Some(&log)).await {
            Ok(run) if run.exit == Exit::Success => Ok(None),
            Ok(run) if run.exit == Exit::Interrupted => {
                Err(crate::base::process::interruption(format!("stopped in the run of seed {seed}")).into())
            }
            Ok(run) => Ok(Some(format!("{}: {}", run.exit, run.last_words))),
            Err(failure) if failure.code() == "harness/run" => Ok(Some("success, but there is no trace".to_owned())),
            Err(failure) => Err(failure),
        }
    }
}

/// The first line, counted from 1, in which two files differ.
fn first_difference(one: &Utf8Path, other: &Utf8Path) -> Result<Option<u64>, Failure> {
    let (mut one, mut other) = (disk::open(one)?.bytes(), disk::open(other)?.bytes());
    let mut line = 1;
    loop {
        match (one.next().transpose(), other.next().transpose()) {
            (Ok(None), Ok(None)) => return Ok(None),
            (Ok(a), Ok(b)) if a == b => line += u64::from(a == Some(b'\n')),
            (Ok(_), Ok(_)) => return Ok(Some(line)),
            (Err(error), _) | (_, Err(error)) => {
                return Err(Diagnostic::error("disk/io", format!("read a trace: {error}")).into());
            }
        }
    }
}

/// The lines below the header.
fn events_in(trace: &Utf8Path) -> Result<u64, Failure> {
    let mut lines = 0_u64;
    for byte in disk::open(trace)?.bytes() {
        let byte = byte.map_err(|error| Diagnostic::error("disk/io", format!("read {trace}: {error}")))?;
        lines += u64::from(byte == b'\n');
    }
    Ok(lines.saturating_sub(1))
}
