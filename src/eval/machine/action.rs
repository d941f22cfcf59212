//! What relates two states.

use super::Machine;
use crate::eval::code::Code;
use crate::eval::error::Eval;

impl Machine<'_> {
    /// `UNCHANGED e`, both states given.
    pub(super) fn unchanged(&mut self, code: &Code) -> Eval<bool> {
        let now = self.value(code)?;
        let next = self.with_prime(true, |machine| machine.value(code))?;
        self.equal(&now, &next)
    }
}
