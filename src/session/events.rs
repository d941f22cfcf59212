//! events.ndjson: what happened when, for people and the report. Never an input of a stage.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde::Deserialize;
use serde::Serialize;

use crate::base::clock;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Taken;

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// When, in UTC.
    pub at: String,
    /// Which stage.
    pub stage: String,
    /// What.
    pub kind: Kind,
    /// How long it took, for ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// CPU seconds of this program and its children, for ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
    /// Peak of resident memory of this program and its children in bytes, for ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_bytes: Option<u64>,
}

/// What a stage took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// Seconds from start to end.
    pub seconds: f64,
    /// CPU time and memory.
    pub taken: Taken,
}

/// What happened to a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It began.
    Started,
    /// Its folder is complete.
    Finished,
    /// It was fresh.
    Skipped,
    /// It ended with a diagnostic.
    Failed,
}

/// Adds a line; ends say what the stage took.
pub fn append(root: &Utf8Path, stage: &str, kind: Kind, took: Option<Took>) -> Result<(), Failure> {
    let event = Event {
        at: clock::now().to_string(),
        stage: stage.to_owned(),
        kind,
        seconds: took.map(|t| t.seconds),
        cpu_seconds: took.and_then(|t| t.taken.cpu).map(|cpu| cpu.as_secs_f64()),
        peak_bytes: took.and_then(|t| t.taken.peak_memory),
    };
    let line = serde_json::to_string(&event).expect("an event has string keys");
    Ok(disk::append_line(&root.join("events.ndjson"), &line)?)
}

/// The seconds each stage took when it last ran to its end. A torn line, left by a crash, is passed over.
pub fn seconds(root: &Utf8Path) -> Result<BTreeMap<String, f64>, Failure> {
    let text = disk::read_text_if_there(&root.join("events.ndjson"))?.unwrap_or_default();
    let events = text.lines().filter_map(|line| serde_json::from_str::<Event>(line).ok());
    Ok(events.filter(|e| e.kind == Kind::Finished).filter_map(|e| Some((e.stage, e.seconds?))).collect())
}
