//! What a verdict "holds" rests on. There is one way to make it, and it asks for everything.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The grounds for [`Outcome::Holds`](crate::engine::Outcome::Holds). Its fields are private, so that it can only come
/// from [`Evidence::new`], and from disk by the same check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Claim", into = "Claim")]
pub struct Evidence(Claim);

/// The same, unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// The message the tool closed with.
    pub closing: String,
    /// States generated.
    pub states: u64,
    /// Different states.
    pub distinct_states: u64,
    /// States left on the queue.
    pub queue: u64,
    /// Depth of the complete search.
    pub depth: Option<u64>,
    /// Invariants named in the config.
    pub invariants: Vec<String>,
    /// Properties named in the config.
    pub properties: Vec<String>,
    /// Whether a state without successor would have been an error.
    pub deadlock: bool,
    /// What the config restricts the state space by; the verdict is about the rest.
    pub restrictions: Vec<String>,
}

/// What is missing from a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// No closing message.
    #[error("the closing message is missing")]
    Closing,
    /// No states.
    #[error("not one state was found")]
    States,
    /// States left.
    #[error("states are left whose successors were not computed")]
    Queue,
    /// No names.
    #[error("the config names no invariant and no property")]
    Names,
}

impl Evidence {
    /// Accepts a claim that has everything.
    pub fn new(claim: Claim) -> Result<Self, Missing> {
        if claim.closing.trim().is_empty() {
            return Err(Missing::Closing);
        }
        if claim.distinct_states == 0 || claim.states == 0 {
            return Err(Missing::States);
        }
        if claim.queue > 0 {
            return Err(Missing::Queue);
        }
        if claim.invariants.is_empty() && claim.properties.is_empty() {
            return Err(Missing::Names);
        }
        Ok(Self(claim))
    }

    /// What was claimed and accepted.
    pub fn claim(&self) -> &Claim {
        &self.0
    }
}

impl TryFrom<Claim> for Evidence {
    type Error = Missing;

    fn try_from(claim: Claim) -> Result<Self, Missing> {
        Self::new(claim)
    }
}

impl From<Evidence> for Claim {
    fn from(evidence: Evidence) -> Self {
        evidence.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Claim {
        Claim {
            closing: "No error has been found.".to_owned(),
            states: 5,
            distinct_states: 4,
            invariants: vec!["TypeOk".to_owned()],
            ..Claim::default()
        }
    }

    #[test]
    fn a_claim_without_any_one_ground_is_refused() {
        assert!(Evidence::new(whole()).is_ok());
        assert_eq!(Evidence::new(Claim { closing: " ".to_owned(), ..whole() }), Err(Missing::Closing));
        assert_eq!(Evidence::new(Claim { states: 0, ..whole() }), Err(Missing::States));
        assert_eq!(Evidence::new(Claim { distinct_states: 0, ..whole() }), Err(Missing::States));
        assert_eq!(Evidence::new(Claim { queue: 1, ..whole() }), Err(Missing::Queue));
        assert_eq!(Evidence::new(Claim { invariants: Vec::new(), ..whole() }), Err(Missing::Names));
        let properties = vec!["Live".to_owned()];
        assert!(Evidence::new(Claim { invariants: Vec::new(), properties, ..whole() }).is_ok());
    }

    #[test]
    fn evidence_read_from_disk_is_checked_again() {
        let text = serde_json::to_string(&Evidence::new(whole()).unwrap()).unwrap();
        assert!(serde_json::from_str::<Evidence>(&text).is_ok());
        assert!(
            serde_json::from_str::<Evidence>(&text.replace("\"distinct_states\":4", "\"distinct_states\":0")).is_err()
        );
    }
}
