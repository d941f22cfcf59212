//! Whether two states are a step of an action, asked first of the choices by which the step was found.
//!
//! A step that a specification made is mostly checked against an action that is written like its own: the same quantifiers over
//! the same sets. Going through all of `\E i, j \in Server, b, e \in 1..Len(log[i])` for each step takes longer than making
//! the steps did. The values that names stood for when the step was found are likely to be the ones that show it to
//! be a step of the other action; so they are tried, wherever they are elements of the sets that are gone through. Each is looked at in
//! full, in the order of the action, so what is found is a step. If none is, or something has no value, nothing is known, and
//! all elements are gone through.

use super::Machine;
use crate::eval::closure::Slot;
use crate::eval::code::Bind;
use crate::eval::code::Code;
use crate::eval::code::Op;
use crate::eval::error::Eval;
use crate::eval::value::Value;

/// The values that names stood for when a step was found, each once.
pub(in crate::eval) type Choices = Vec<Value>;

/// More are not kept.
const KEPT: usize = 64;

impl Machine<'_> {
    /// What the names of all frames stand for.
    pub(super) fn choices_made(&self) -> Choices {
        let mut choices: Choices = Vec::new();
        for slot in &self.stack {
            if let Slot::Value(value) = slot
                && value.is_solid()
                && choices.len() < KEPT
                && !choices.iter().any(|known| known.hash64() == value.hash64())
            {
                choices.push(value.clone());
            }
        }
        choices
    }

    /// Whether the action is seen to hold with nothing but these choices.
    pub(super) fn is_shown(&mut self, code: &Code, choices: &Choices) -> Eval<bool> {
        match &code.op {
            Op::And(parts) => {
                for part in parts {
                    if !self.is_shown(part, choices)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Op::Or(parts) => {
                for part in parts {
                    if self.is_shown(part, choices)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Op::If(condition, yes, no) => {
                let chosen = if self.truth(condition)? { yes } else { no };
                self.is_shown(chosen, choices)
            }
            Op::Let(values, body) => {
                self.bind_locals(values);
                self.is_shown(body, choices)
            }
            Op::Call(id, args, captured) => {
                self.in_definition(*id, args, captured, |machine, code| machine.is_shown(code, choices))
            }
            Op::Quantified(false, binds, body) => {
                let sets = binds.iter().map(|bind| self.value(&bind.set)).collect::<Eval<Vec<_>>>()?;
                self.is_shown_by(binds, &sets, body, choices)
            }
            _ => self.truth(code),
        }
    }

    fn is_shown_by(&mut self, binds: &[Bind], sets: &[Value], body: &Code, choices: &Choices) -> Eval<bool> {
        let ([bind, binds @ ..], [set, sets @ ..]) = (binds, sets) else { return self.is_shown(body, choices) };
        for choice in choices {
            // Most choices are no elements of most sets, nor of a kind that can be compared with them.
            if self.is_member(choice, set).unwrap_or(false) {
                self.bind(&bind.pattern, choice.clone())?;
                if self.is_shown_by(binds, sets, body, choices)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
