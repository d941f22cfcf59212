//! What relates two states.

use super::Machine;
use crate::eval::code::Code;
use crate::eval::error::Eval;
use crate::eval::program::Expression;

impl Machine<'_> {
    /// Whether the two states are a step of the action, or the subscript is the same in both.
    ///
    /// # Errors
    /// One of them has no value, or the action one that is not Boolean.
    pub fn is_step(&mut self, action: &Expression, subscript: &Expression) -> Eval<bool> {
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
