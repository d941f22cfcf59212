//! Conditions of an action: TLC goes on from each part of a disjunction that holds, and from each choice of a `\E`, so that a
//! later one without a value is an error, although an earlier one holds.

use super::Machine;
use crate::eval::code::Bind;
use crate::eval::code::Code;
use crate::eval::code::Op;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::program::Program;

impl Program {
    /// Whether there may be several ways to satisfy a condition.
    fn has_alternatives(&self, code: &Code) -> bool {
        match &code.op {
            Op::Or(_) | Op::Quantified(false, ..) => true,
            Op::And(parts) => parts.iter().any(|part| self.has_alternatives(part)),
            Op::Implies(_, then) => self.has_alternatives(then),
            Op::If(_, yes, no) => self.has_alternatives(yes) || self.has_alternatives(no),
            Op::Case(arms, other) => {
                let mut bodies = arms.iter().map(|(_, body)| body).chain(other.as_deref());
                bodies.any(|body| self.has_alternatives(body))
            }
            Op::Let(_, body) | Op::Quantified(true, _, body) => self.has_alternatives(body),
            Op::Call(id, ..) => {
                let definition = &self.definitions[*id];
                definition.alternatives.get().unwrap_or_else(|| {
                    // So it is taken for one where it refers to itself, which costs time only.
                    definition.alternatives.set(Some(true));
                    let found = self.has_alternatives(&definition.code);
                    definition.alternatives.set(Some(found));
                    found
                })
            }
            _ => false,
        }
    }
}

impl Machine<'_> {
    /// Whether a condition of an action holds.
    pub(super) fn condition(&mut self, code: &Code) -> Eval<bool> {
        if !self.program.has_alternatives(code) {
            return self.truth(code);
        }
        self.tick().map_err(|fault| fault.at(code.site))?;
        self.depth += 1;
        let holds = if self.depth > self.budget.depth {
            Err(Fault::new(Kind::TooDeep, "a condition nests deeper than the budget allows"))
        } else {
            self.condition_in(code)
        };
        self.depth -= 1;
        holds.map_err(|fault| fault.at(code.site))
    }

    fn condition_in(&mut self, code: &Code) -> Eval<bool> {
        match &code.op {
            Op::And(parts) => {
                for part in parts {
                    if !self.condition(part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Op::Or(parts) => parts.iter().try_fold(false, |any, part| Ok(self.condition(part)? || any)),
            Op::Implies(test, then) => Ok(!self.truth(test)? || self.condition(then)?),
            Op::If(test, yes, no) => {
                let chosen = if self.truth(test)? { yes } else { no };
                self.condition(chosen)
            }
            Op::Case(arms, other) => {
                for (guard, body) in arms {
                    if self.truth(guard)? {
                        return self.condition(body);
                    }
                }
                match other {
                    Some(other) => self.condition(other),
                    // Evaluation says that no arm applies.
                    None => self.truth(code),
                }
            }
            Op::Let(values, body) => {
                self.bind_locals(values);
                self.condition(body)
            }
            Op::Quantified(all, binds, body) => self.quantified_condition(*all, binds, body),
            Op::Call(id, args, captured) => {
                self.in_definition(*id, args, captured, |machine, code| machine.condition(code))
            }
            _ => self.truth(code),
        }
    }

    fn quantified_condition(&mut self, all: bool, binds: &[Bind], body: &Code) -> Eval<bool> {
        let sets = binds.iter().map(|bind| self.elements_of(&bind.set)).collect::<Eval<Vec<_>>>()?;
        if let Some(same) = self.foregone(binds, &sets, |machine| machine.condition(body)) {
            return Ok(same);
        }
        let mut any = false;
        let failed = self.search(binds, &sets, &mut |machine| {
            let holds = machine.condition(body)?;
            any |= holds;
            Ok(all && !holds)
        })?;
        Ok(if all { !failed } else { any })
    }
}
