//! What is asked about the output of the transform, and what may be answered, whoever answers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::tla::value::Value;

/// The values of a module's variables, in their order.
pub type State = Vec<Value>;

/// Which successors are wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Case {
    /// The number of the subject, from 0.
    pub(super) subject: usize,
    /// The number of its state, from 0.
    pub(super) state: usize,
    /// The operator that is the action.
    pub(super) action: String,
    /// Its arguments.
    pub(super) arguments: Vec<Value>,
}

/// What is said of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These are the successors; the empty set where the action is disabled.
    Successors(BTreeSet<State>),
    /// It cannot be evaluated; what was said of that.
    Error(String),
}

/// What was answered. A case that is in none of these was not looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    /// By the number of the case.
    pub(super) of: BTreeMap<usize, Answer>,
    /// Cases that stay without an answer, and why.
    pub(super) open: BTreeMap<usize, String>,
    /// Cases that the evaluator cannot do and TLC may, and what it lacks.
    pub(super) lacking: BTreeMap<usize, String>,
    /// Subjects that are no proper modules, with what is wrong; their cases have no answer.
    pub(super) refused: BTreeMap<usize, Diagnostic>,
    /// How often TLC was started.
    pub(super) runs: usize,
}
