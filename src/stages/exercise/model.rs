//! What exercise writes.

use serde::Deserialize;
use serde::Serialize;

/// Format number of [`Runs`], and changes when the stage would write something else from the same inputs.
pub const FORMAT: u32 = 1;

/// runs.json.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    /// Format number.
    pub format: u32,
    /// The runs, training seeds first.
    pub runs: Vec<Recorded>,
}

/// One run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Its seed.
    pub seed: u64,
    /// How many nodes.
    pub nodes: u32,
    /// Whether it may teach the spec, or only judges it.
    pub training: bool,
    /// Its trace, relative to the stage's folder.
    pub trace: String,
    /// Digest of the trace.
    pub sha256: String,
}
