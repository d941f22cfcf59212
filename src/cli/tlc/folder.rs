//! The folder of a run: what TLC printed, its states and checkpoint, and the views of a counterexample.

use std::collections::BTreeMap;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Serialize;

use super::Ran;
use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::disk::DiskError;
use crate::behaviour;
use crate::engine::Outcome;
use crate::engine::Reason;

/// Format of `run.json`.
const FORMAT: u32 = 1;

/// The folder of runs, beside the module.
const RUNS: &str = ".specgen-check";

/// What `run.json` holds.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    format: u32,
    /// SHA-256 of the config and of every module beside the one that is checked, by file name.
    digests: BTreeMap<String, String>,
}

/// A folder that is ready for a run.
pub(super) struct Folder {
    pub(super) path: Utf8PathBuf,
    /// The checkpoint to go on from.
    pub(super) checkpoint: Option<Utf8PathBuf>,
    /// Whether a checkpoint was there that the run does not go on from.
    pub(super) left_checkpoint: bool,
}

impl Folder {
    /// Finds or makes the folder. To go on from a checkpoint, there has to be one, of these very files.
    pub(super) fn open(
        module: &Utf8Path,
        config: &Utf8Path,
        out: Option<&Utf8Path>,
        recover: bool,
    ) -> Result<Self, Diagnostic> {
        let name = config.file_stem().unwrap_or("model");
        let path = out.map_or_else(|| disk::beside(module).join(RUNS).join(name), Utf8Path::to_owned);
        let states = path.join("states");
        let found = checkpoint(&states);
        let record = Record { format: FORMAT, digests: digests(module, config).map_err(|e| e.diagnostic())? };
        if recover {
            let checkpoint = found.ok_or_else(|| {
                Diagnostic::error("tlc/recover", format!("there is no checkpoint in {states}"))
                    .hint("TLC writes one after three seconds and then each minute; run it without --recover")
            })?;
            same(&path, &record)?;
            return Ok(Self { path, checkpoint: Some(checkpoint), left_checkpoint: false });
        }
        let make = || -> Result<(), DiskError> {
            disk::create_dir(&path)?;
            for old in disk::names_in(&path)?.iter().filter(|name| OURS.contains(&name.as_str())) {
                disk::remove(&path.join(old))?;
            }
            disk::remove(&states)?;
            disk::create_dir(&states)?;
            disk::put(&path.join("run.json"), pretty(&record))
        };
        make().map_err(|error| error.diagnostic())?;
        Ok(Self { path, checkpoint: None, left_checkpoint: found.is_some() })
    }

    /// Where TLC's states are.
    pub(super) fn states(&self) -> Utf8PathBuf {
        self.path.join("states")
    }

    /// Writes the views of a counterexample, keeps the states only where one can go on from them, and lists the files.
    pub(super) fn keep(&self, outcome: &Outcome, ran: &Ran) -> Result<Vec<String>, Diagnostic> {
        let put = |name: &str, text: String| disk::put(&self.path.join(name), text).map_err(|e| e.diagnostic());
        if let Some(behaviour) = &ran.counterexample {
            put("counterexample.txt", behaviour::text(behaviour) + "\n")?;
            put("counterexample.itf.json", pretty(&behaviour::itf(behaviour)))?;
            put("counterexample.svg", behaviour::svg(behaviour))?;
        }
        let unfinished = matches!(outcome, Outcome::Unknown { why } if goes_on(why.reason));
        if !unfinished || checkpoint(&self.states()).is_none() {
            disk::remove(&self.states()).map_err(|error| error.diagnostic())?;
        }
        let mut files = disk::names_in(&self.path).map_err(|error| error.diagnostic())?;
        files.push("result.json".to_owned());
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Writes the result as `--json` prints it.
    pub(super) fn put_result(&self, ran: &Ran) -> Result<(), Diagnostic> {
        disk::put(&self.path.join("result.json"), pretty(ran)).map_err(|error| error.diagnostic())
    }
}

/// What a run may have left that the next one replaces.
const OURS: [&str; 7] = [
    "counterexample.itf.json",
    "counterexample.svg",
    "counterexample.txt",
    "grown.cfg",
    "result.json",
    "run.json",
    "tlc.log",
];

fn pretty(data: &impl Serialize) -> String {
    serde_json::to_string_pretty(data).expect("what is written has string keys") + "\n"
}

/// Whether more time, memory or disk space would help.
fn goes_on(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TimedOut
            | Reason::Interrupted
            | Reason::OutOfMemory
            | Reason::OutOfDisk
            | Reason::Killed
            | Reason::Silent
    )
}

/// The newest folder of states that holds a whole checkpoint: TLC renames its parts when all are written.
fn checkpoint(states: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut folders = disk::folders_in(states).ok()?;
    folders.sort();
    let whole =
        |folder: &Utf8PathBuf| ["queue.chkpt", "vars.chkpt"].iter().all(|part| disk::exists(&folder.join(part)));
    folders.iter().rev().map(|name| states.join(name)).find(whole)
}

fn digests(module: &Utf8Path, config: &Utf8Path) -> Result<BTreeMap<String, String>, DiskError> {
    let folder = disk::beside(module);
    let mut digests = BTreeMap::new();
    for name in disk::names_in(folder)?.into_iter().filter(|name| name.ends_with(".tla")) {
        digests.insert(name.clone(), disk::sha256_file(&folder.join(name))?);
    }
    digests.insert(config.file_name().unwrap_or_default().to_owned(), disk::sha256_file(config)?);
    Ok(digests)
}

/// Refuses to go on with another specification: TLC itself would not notice.
fn same(path: &Utf8Path, now: &Record) -> Result<(), Diagnostic> {
    let text = disk::read_text(&path.join("run.json")).map_err(|error| error.diagnostic())?;
    let then: Record = serde_json::from_str(&text)
        .map_err(|error| Diagnostic::error("tlc/recover", format!("read {path}/run.json: {error}")))?;
    if then == *now {
        return Ok(());
    }
    let changed = now.digests.iter().find(|(name, digest)| then.digests.get(*name) != Some(digest));
    let name = changed.map_or_else(|| "a module that is gone".to_owned(), |(name, _)| name.clone());
    Err(Diagnostic::error("tlc/recover", format!("{name} is not what it was when the checkpoint was written"))
        .hint("run it without --recover"))
}
