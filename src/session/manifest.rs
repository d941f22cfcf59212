//! session.json: for each finished stage, the digests of what went in and of what came out.
//!
//! No times in it, so that an interrupted and resumed session ends in the same bytes as an undisturbed one.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde::Deserialize;
use serde::Serialize;

use super::Inputs;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;

/// The format this program writes and the newest it reads.
pub const FORMAT: u32 = 1;

/// The file's contents.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`] of the writer.
    pub format: u32,
    /// Finished stages by folder name.
    pub stages: BTreeMap<String, Row>,
}

/// A finished stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it depended on.
    pub inputs: Inputs,
    /// Digest of its folder.
    pub output: String,
}

impl Row {
    /// In words, what differs from `now`.
    pub fn differences(&self, now: &Inputs) -> Vec<String> {
        let mut reasons = Vec::new();
        for (name, digest) in now {
            match self.inputs.get(name) {
                None => reasons.push(format!("{name} is new")),
                Some(old) if old != digest => reasons.push(format!("{name} changed")),
                Some(_) => {}
            }
        }
        reasons
            .extend(self.inputs.keys().filter(|name| !now.contains_key(*name)).map(|name| format!("{name} is gone")));
        reasons
    }
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

/// Reads the file; an absent one is an empty session.
pub fn read(path: &Utf8Path) -> Result<Manifest, Failure> {
    let Some(text) = disk::read_text_if_there(path)? else {
        return Ok(Manifest { format: FORMAT, stages: BTreeMap::new() });
    };
    let damaged = |e: serde_json::Error| {
        Diagnostic::error("session/damaged", format!("read {path}: {e}"))
            .at(Place::at(path.as_str(), e.line().max(1), e.column().max(1), Some(&text)))
            .hint(format!(
                "remove {path} and run `specgen resume`: the stages run again, no recorded call is paid again"
            ))
    };
    let only: FormatOnly = serde_json::from_str(&text).map_err(damaged)?;
    if only.format > FORMAT {
        let line = text.lines().position(|line| line.contains("\"format\"")).map_or(1, |at| at + 1);
        return Err(Diagnostic::error(
            "session/format",
            format!("read {path}: format {} is newer than {FORMAT}", only.format),
        )
        .at(Place::at(path.as_str(), line, 1, Some(&text)))
        .hint("use the specgen that wrote it, or a newer one")
        .into());
    }
    Ok(serde_json::from_str(&text).map_err(damaged)?)
}

/// Writes the file whole.
pub fn write(path: &Utf8Path, manifest: &Manifest) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(manifest).expect("a manifest has string keys and no floats");
    text.push('\n');
    Ok(disk::put(path, text)?)
}
