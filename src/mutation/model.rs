//! What came of the mutants, as data.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;

/// The kind of a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A condition becomes `TRUE`.
    DropGuard,
    /// `v' = e` becomes `UNCHANGED v`.
    SkipAssignment,
    /// `<` for `<=`, `=` for `#`, `\in` for `\notin`, and the other way round.
    SwapComparison,
    /// A number is one more, or one less.
    ChangeNumber,
    /// `\A` for `\E`, or the other way round.
    SwapQuantifier,
    /// An alternative becomes `FALSE`.
    DropDisjunct,
    /// THEN and ELSE of an IF change places.
    SwapBranches,
}

impl Kind {
    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::DropGuard => "drop-guard",
            Self::SkipAssignment => "skip-assignment",
            Self::SwapComparison => "swap-comparison",
            Self::ChangeNumber => "change-number",
            Self::SwapQuantifier => "swap-quantifier",
            Self::DropDisjunct => "drop-disjunct",
            Self::SwapBranches => "swap-branches",
        }
    }
}

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It violates something, or comes to a state without a successor where that is an error.
    Killed,
    /// All its states were looked at, and it violates nothing.
    Survived,
    /// The same, and its states are those of the specification itself: in this model it is no mistake.
    SameStates,
    /// Something in it has no value, and nothing is violated elsewhere.
    Failed,
    /// A budget was used up before anything was violated.
    Unknown,
    /// It cannot be loaded.
    Invalid,
}

impl Fate {
    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Survived => "survived",
            Self::SameStates => "same-states",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
        }
    }
}

/// The specification with one mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mutant {
    /// What kind of mistake.
    pub kind: Kind,
    /// The definition it is in.
    pub definition: String,
    /// Where.
    pub place: Place,
    /// What stands there.
    pub before: String,
    /// What the mutant has instead.
    pub after: String,
    /// What became of it.
    pub fate: Fate,
    /// The invariants and properties it violates, `deadlock` among them where that is an error.
    pub violates: Vec<String>,
    /// The one with the shortest behaviour among them.
    pub first: Option<String>,
    /// What has no value in it, or which budget was used up.
    pub why: Option<String>,
    /// Different states that were looked at.
    pub distinct: u64,
}

/// Whether something that must hold was put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A mutant violates it.
    Tested,
    /// All mutants were looked at, and none violates it.
    Vacuous,
    /// None of those that were looked at violates it, and a budget or the evaluator kept others from being asked.
    Unknown,
}

impl Standing {
    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tested => "put to the test",
            Self::Vacuous => "vacuous",
            Self::Unknown => "no verdict",
        }
    }
}

/// What must hold, and how many mistakes it notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Property {
    /// As the config names it.
    pub name: String,
    /// Whether it was put to the test.
    pub standing: Standing,
    /// How many mutants violate it.
    pub violated_by: usize,
    /// How many mutants nothing else notices.
    pub alone: usize,
    /// How many mutants were not asked to the end.
    pub unasked: usize,
}

/// How many mutants came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Mistakes that can be made.
    pub made: usize,
    /// Those that were searched.
    pub searched: usize,
    /// See the fates.
    pub killed: usize,
    /// See the fates.
    pub survived: usize,
    /// See the fates.
    pub same_states: usize,
    /// See the fates.
    pub failed: usize,
    /// See the fates.
    pub unknown: usize,
    /// See the fates.
    pub invalid: usize,
}

/// The mutation score of a specification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Different states of the specification itself.
    pub distinct: u64,
    /// Whether all states of the specification itself were looked at; else why not.
    pub unfinished: Option<String>,
    /// How many mutants came to what.
    pub counts: Counts,
    /// Killed mutants in a hundred of those that were killed or survived; null where there are none.
    pub score: Option<f64>,
    /// The seed by which mutants were chosen where there are too many.
    pub seed: i64,
    /// In the order of the config.
    pub properties: Vec<Property>,
    /// By their places.
    pub mutants: Vec<Mutant>,
    /// What is wrong: what is vacuous, and what has no verdict.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// The least good standing; an unknown one is better than a vacuous one.
    pub fn standing(&self) -> Standing {
        let has = |standing| self.properties.iter().any(|property| property.standing == standing);
        match () {
            () if has(Standing::Vacuous) => Standing::Vacuous,
            () if has(Standing::Unknown) || self.properties.is_empty() => Standing::Unknown,
            () => Standing::Tested,
        }
    }
}
