//! check.json: what TLC showed.

use serde::Deserialize;
use serde::Serialize;

use crate::engine::Outcome;

/// Format number of [`Check`].
pub const FORMAT: u32 = 1;

/// The verdict of exhaustive checking, without anything that differs from run to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// [`FORMAT`].
    pub format: u32,
    /// Invariants that were named.
    pub invariants: Vec<String>,
    /// The verdict. Its counts are those of a complete search, else absent: how far an incomplete one came is no fact about the spec.
    pub outcome: Outcome,
}

impl Check {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        match &self.outcome {
            Outcome::Holds { evidence } => {
                let claim = evidence.claim();
                format!(
                    "TLC found no error in {} distinct states ({} invariants)",
                    claim.distinct_states,
                    claim.invariants.len()
                )
            }
            Outcome::Violated { violation } => format!("TLC: {}", violation.message),
            Outcome::Rejected { .. } => "TLC rejected the spec".to_owned(),
            Outcome::Unknown { why } => format!("TLC reached no verdict: {}", why.message),
        }
    }

    /// Whether everything named was shown to hold.
    pub fn holds(&self) -> bool {
        matches!(self.outcome, Outcome::Holds { .. })
    }
}
