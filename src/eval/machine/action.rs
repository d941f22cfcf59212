//! What relates two states.

use super::Machine;
use super::guided::Choices;
use crate::eval::code::Code;
use crate::eval::error::Eval;
use crate::eval::program::Expression;

impl Machine<'_> {
    /// Whether the two states are a step of the action, or the subscript is the same in both. The action is tried first with
    /// the choices by which the step was found: where these show it to be one, an error that TLC would meet on its way to them
    /// is not met.
    ///
    /// # Errors
    /// One of them has no value, or the action one that is not Boolean.
    pub fn is_step(&mut self, action: &Expression, subscript: &Expression, choices: &Choices) -> Eval<bool> {
        let is_shown = |machine: &mut Self| machine.is_shown(&action.body.code, choices);
        if !choices.is_empty() && self.tried(|machine| machine.in_expression(action, &[], is_shown)) == Some(true) {
            return Ok(true);
        }
        // As TLC does, the action first: an error in it is one on a step that changes nothing, too.
        Ok(self.holds(action)?
            || self.in_expression(subscript, &[], |machine| machine.unchanged(&subscript.body.code))?)
    }

    /// `UNCHANGED e`, both states given.
    pub(super) fn unchanged(&mut self, code: &Code) -> Eval<bool> {
        let now = self.value(code)?;
        let next = self.with_prime(true, |machine| machine.value(code))?;
        self.equal(&now, &next)
    }
}
