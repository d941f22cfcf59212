//! What came of a search.

use super::error::Fault;
use super::furthest::Furthest;
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
    /// From where it came no further, where that is what was found.
    pub furthest: Option<Furthest>,
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
        /// What of the behaviour shows it.
        shows: Shows,
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

/// What of a behaviour shows that a property is false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// Its only state, or its last step.
    Step,
    /// That it may stop in its last state for good: no fairness is asked for, or no step leads on.
    Stopping,
    /// That after its last state it may go back to the state of this number, from 0, and round for ever.
    Back(usize),
    /// All of it; it was found once all states were seen.
    Whole,
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
