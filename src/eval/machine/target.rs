//! Which variables an expression names, perhaps through names that stand for them.

use std::rc::Rc;

use super::Machine;
use crate::eval::closure::Slot;
use crate::eval::closure::Thunk;
use crate::eval::code::Argument;
use crate::eval::code::Body;
use crate::eval::code::Code;
use crate::eval::code::Op;

/// Names that stand for names are followed so far: a definition may stand for itself.
const NAMES: u32 = 1_000;

/// Where the slots of an expression are found.
#[derive(Clone, Copy)]
enum Around<'a> {
    /// In the frame that begins there.
    Frame(usize),
    /// In what an expression captured that waits.
    Waiting(&'a Thunk),
    /// Where these say, in the slots of another.
    Captured(&'a [(u32, u32)], &'a Self),
    /// The first are these arguments, others where the second says, in the slots of the caller.
    Called(&'a [Argument], &'a [(u32, u32)], &'a Self),
}

impl Machine<'_> {
    /// The variable that an expression names as one to be assigned, perhaps through a name.
    pub(super) fn target(&self, code: &Code, initial: bool) -> Option<usize> {
        match &code.op {
            Op::Prime(inner) if !initial => match &inner.op {
                Op::Variable(variable) => Some(*variable),
                _ => self.named(inner, &Around::Frame(self.base), false, NAMES),
            },
            _ => self.named(code, &Around::Frame(self.base), !initial, NAMES),
        }
    }

    /// The variable that an expression names, with a prime or without.
    fn named(&self, code: &Code, around: &Around<'_>, primed: bool, left: u32) -> Option<usize> {
        let left = left.checked_sub(1)?;
        match &code.op {
            Op::Variable(variable) if !primed => Some(*variable),
            Op::Prime(inner) if primed => self.named(inner, around, false, left),
            Op::Local(slot) => self.named_slot(*slot, around, primed, left),
            Op::Call(id, args, captured) => {
                let definition = &self.program.definitions[*id];
                let within = Around::Called(args, captured, around);
                let is_name = definition.inherited == args.len();
                if is_name { self.named(&definition.code, &within, primed, left) } else { None }
            }
            _ => None,
        }
    }

    fn named_slot(&self, slot: u32, around: &Around<'_>, primed: bool, left: u32) -> Option<usize> {
        let left = left.checked_sub(1)?;
        let place = |captures: &[(u32, u32)]| captures.iter().position(|(_, to)| *to == slot);
        let captured = |captures: &[(u32, u32)], outer: &Around<'_>| {
            let (from, _) = captures[place(captures)?];
            self.named_slot(from, outer, primed, left)
        };
        match around {
            Around::Frame(base) => self.named_by(&self.stack[base + slot as usize], primed, left),
            Around::Waiting(thunk) => self.named_by(&thunk.captured[place(&thunk.body.captures)?], primed, left),
            Around::Captured(captures, outer) => captured(captures, outer),
            Around::Called(args, captures, outer) => match args.get(slot as usize) {
                Some(Argument::Now(code)) => self.named(code, outer, primed, left),
                Some(Argument::Later(body)) => {
                    self.named(&body.code, &Around::Captured(&body.captures, outer), primed, left)
                }
                Some(Argument::Operator(_)) => None,
                None => captured(captures, outer),
            },
        }
    }

    fn named_by(&self, slot: &Slot, primed: bool, left: u32) -> Option<usize> {
        let Slot::Thunk(thunk) = slot else { return None };
        self.named(&thunk.body.code, &Around::Waiting(thunk), primed, left)
    }

    /// The variables a tuple of variables consists of; `false` if it is something else.
    pub(super) fn parts(&self, code: &Code, variables: &mut Vec<usize>) -> bool {
        match &code.op {
            Op::Variable(variable) => {
                variables.push(*variable);
                true
            }
            Op::Tuple(items) => items.iter().all(|item| self.parts(item, variables)),
            Op::Call(id, args, _) if args.is_empty() => self.parts(&self.program.definitions[*id].code, variables),
            Op::Local(_) => match self.named(code, &Around::Frame(self.base), false, NAMES) {
                Some(variable) => {
                    variables.push(variable);
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// The expression that a name stands for, where it waits.
    pub(super) fn waiting(&self, slot: u32) -> Option<Rc<Thunk>> {
        match self.slot(slot) {
            Slot::Thunk(thunk) => Some(thunk.clone()),
            _ => None,
        }
    }

    pub(super) fn is_unassigned(&self, variable: usize) -> bool {
        let state = if self.primed { &self.next } else { &self.now };
        state.get(variable).is_some_and(Option::is_none)
    }

    /// A variable that waits for its value.
    pub(super) fn unassigned(&self, code: &Code, variable: usize) -> Slot {
        let code = Code { op: Op::Variable(variable), site: code.site, needs: code.needs };
        let body = Rc::new(Body { code, size: 0, captures: Vec::new() });
        Slot::Thunk(Rc::new(Thunk { needs: body.code.needs, body, captured: Box::default(), known: None.into() }))
    }
}
