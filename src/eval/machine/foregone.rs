//! What is the same for every element of a set, found without going through the set.
//!
//! The bodies of quantifiers in specifications begin with guards that do not look at all of the names: in
//! `\E i \in Server, m \in messages : state[i] = Leader /\ ...` one look at `state[i]` says what the body is for every `m`. So the
//! body is tried once with names that stand for nothing. If it has a value then, parts were looked at in the same order as they
//! would be for every element, and none of them was one of the names: the value is that of each, and so is each error that
//! would be met. Otherwise nothing is known, and the elements are gone through.

use super::Elements;
use super::Machine;
use crate::eval::closure::Slot;
use crate::eval::code::Bind;
use crate::eval::code::Code;
use crate::eval::code::Op;
use crate::eval::code::Pattern;
use crate::eval::error::Eval;

/// Trying costs about as much as one element, so there have to be some.
const WORTHWHILE: usize = 8;

/// What can be said of a formula before it gives a variable a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outlook {
    False,
    True,
    /// It comes to the point where it does.
    Open,
}

impl From<bool> for Outlook {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl Machine<'_> {
    /// What `body` is for whatever choice of the names, if that can be said without one; `None` also where there is
    /// no choice, or where trying does not pay.
    pub(super) fn foregone<T>(
        &mut self,
        binds: &[Bind],
        sets: &[Elements],
        body: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Option<T> {
        let count = sets.iter().fold(1_usize, |count, set| count.saturating_mul(set.count_at_least()));
        if count < WORTHWHILE {
            return None;
        }
        self.unbind(binds);
        self.tried(body)
    }

    /// What comes of an evaluation that may come to nothing and leaves no trace outside.
    pub(super) fn tried<T>(&mut self, run: impl FnOnce(&mut Self) -> Eval<T>) -> Option<T> {
        let before = std::mem::replace(&mut self.trying, true);
        let result = run(self);
        self.trying = before;
        result.ok()
    }

    /// What a formula that gives variables values is before it gives the first.
    pub(super) fn outlook(&mut self, code: &Code, initial: bool) -> Eval<Outlook> {
        if !self.assigns(code, initial) {
            return self.condition(code).map(Outlook::from);
        }
        match &code.op {
            Op::And(parts) => {
                for part in parts {
                    let outlook = self.outlook(part, initial)?;
                    if outlook != Outlook::True {
                        return Ok(outlook);
                    }
                }
                Ok(Outlook::True)
            }
            Op::Or(parts) => {
                // Each is gone through, whatever comes of those before it.
                let mut whole = Outlook::False;
                for part in parts {
                    match self.outlook(part, initial)? {
                        Outlook::Open => return Ok(Outlook::Open),
                        Outlook::True => whole = Outlook::True,
                        Outlook::False => {}
                    }
                }
                Ok(whole)
            }
            Op::If(condition, yes, no) => {
                let chosen = if self.truth(condition)? { yes } else { no };
                self.outlook(chosen, initial)
            }
            Op::Let(values, body) => {
                self.bind_locals(values);
                self.outlook(body, initial)
            }
            Op::Call(id, args, captured) => {
                self.in_definition(*id, args, captured, |machine, code| machine.outlook(code, initial))
            }
            Op::Quantified(false, binds, body) => {
                for bind in binds {
                    if self.elements_of(&bind.set)?.count_at_least() == 0 {
                        return Ok(Outlook::Open);
                    }
                }
                self.unbind(binds);
                self.outlook(body, initial)
            }
            // An equation is a test, unless it is of a variable that may have no value yet.
            Op::Equal(target, _) if self.target(target, initial).is_none() => self.truth(code).map(Outlook::from),
            _ => Ok(Outlook::Open),
        }
    }

    fn unbind(&mut self, binds: &[Bind]) {
        for bind in binds {
            match &bind.pattern {
                Pattern::One(slot) => self.set(*slot, Slot::Empty),
                Pattern::Tuple(slots) => slots.iter().for_each(|slot| self.set(*slot, Slot::Empty)),
            }
        }
    }
}
