//! What is asked for: the initial states, or the successors of a state.

use super::Machine;
use super::State;
use super::guided::Choices;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::program::Expression;
use crate::eval::value::Value;

/// What is being enumerated, and what was found.
pub(super) struct Search {
    /// Whether the states are initial ones, so that variables are assigned without a prime.
    pub(super) initial: bool,
    /// Whether one state is enough, also one in which not all variables have a value.
    pub(super) one: bool,
    pub(super) found: Vec<State>,
    /// For each state that was found, what was chosen on the way, where somebody wants to know.
    pub(super) choices: Option<Vec<Choices>>,
}

impl Search {
    pub(super) fn initial() -> Self {
        Self { initial: true, ..Self::steps() }
    }

    pub(super) fn steps() -> Self {
        Self { initial: false, one: false, found: Vec::new(), choices: None }
    }
}

/// The states that were made, and what ended it where not all could be. TLC judges each state as it is made, so those made before an
/// error come before it.
pub struct Made {
    /// Each with what was chosen on the way to it, where that was asked for.
    pub states: Vec<(State, Choices)>,
    /// Why there may be more.
    pub fault: Option<Box<Fault>>,
}

impl Machine<'_> {
    /// The states that satisfy an initial predicate; one may come more than once.
    ///
    /// # Errors
    /// Part of the predicate has no value, or leaves a variable without one.
    pub fn initial_states(&mut self, init: &Expression) -> Eval<Vec<State>> {
        self.all(init, &[], Search::initial())
    }

    /// The same, with those that were made before an error.
    pub fn make_initial(&mut self, init: &Expression) -> Made {
        self.make(init, Search::initial())
    }

    /// The successors of the current state; one may come more than once.
    ///
    /// # Errors
    /// Part of the action has no value, or leaves a variable without one.
    pub fn successors(&mut self, next: &Expression) -> Eval<Vec<State>> {
        self.successors_with(next, &[])
    }

    /// The same for an action with names, whose values these are.
    ///
    /// # Errors
    /// Part of the action has no value, or leaves a variable without one.
    pub fn successors_with(&mut self, next: &Expression, values: &[Value]) -> Eval<Vec<State>> {
        self.all(next, values, Search::steps())
    }

    /// The successors that were made, before an error if there is one; with what was chosen on the way to each if that is asked for.
    pub fn make_successors(&mut self, next: &Expression, choices: bool) -> Made {
        self.make(next, Search { choices: choices.then(Vec::new), ..Search::steps() })
    }

    fn all(&mut self, expression: &Expression, values: &[Value], mut search: Search) -> Eval<Vec<State>> {
        self.enumerate(expression, values, &mut search)?;
        Ok(search.found)
    }

    fn make(&mut self, expression: &Expression, mut search: Search) -> Made {
        let fault = self.enumerate(expression, &[], &mut search).err();
        let Search { found, choices, .. } = search;
        let mut choices = choices.unwrap_or_default();
        choices.resize(found.len(), Choices::new());
        Made { states: found.into_iter().zip(choices).collect(), fault }
    }

    fn enumerate(&mut self, expression: &Expression, values: &[Value], search: &mut Search) -> Eval<()> {
        let none = vec![None; self.program.variables.len()];
        if search.initial {
            self.set_now(&none);
        } else {
            self.set_next(&none);
        }
        self.in_expression(expression, values, |machine| machine.seek(&expression.body.code, None, search))
    }
}
