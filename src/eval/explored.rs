//! What came of a search.

use super::error::Fault;
use super::machine::State;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Explored {
    /// What was found.
    pub verdict: Verdict,
    /// States that were made, repetitions included.
    pub generated: u64,
    /// Different states within the constraints.
    pub distinct: u64,
    /// The length of the longest shortest way to a state, the first state counted.
    pub depth: u64,
}

/// What was found.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// All states were looked at, and everything that was named holds.
    Holds,
    /// An assumption is false.
    Assumption,
    /// The postcondition is false.
    Postcondition {
        /// Its name.
        name: String,
    },
    /// An invariant is false in the last state.
    Violated {
        /// Its name.
        invariant: String,
        /// From an initial state on.
        behaviour: Vec<State>,
    },
    /// A property is false of the behaviour, or of it and the last state for ever.
    Property {
        /// Its name.
        name: String,
        /// From an initial state on.
        behaviour: Vec<State>,
        /// Whether all of the behaviour shows it, and not its only state or its last step.
        whole: bool,
    },
    /// The last state has no successor.
    Deadlock {
        /// From an initial state on.
        behaviour: Vec<State>,
    },
    /// Something could not be evaluated in or after the last state.
    Failed {
        /// What.
        fault: Fault,
        /// From an initial state on; empty if there is none yet.
        behaviour: Vec<State>,
    },
}

impl Verdict {
    /// The behaviour that shows it, from an initial state on; empty where there is none.
    pub fn behaviour(&self) -> &[State] {
        match self {
            Self::Violated { behaviour, .. }
            | Self::Property { behaviour, .. }
            | Self::Deadlock { behaviour }
            | Self::Failed { behaviour, .. } => behaviour,
            Self::Holds | Self::Assumption | Self::Postcondition { .. } => &[],
        }
    }
}
