//! Code together with what it saw when it was written down: arguments that wait, functions and sets by rule, operators.

use std::cell::OnceCell;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::hash::Hasher;
use std::rc::Rc;

use super::code::Body;
use super::code::Needs;
use super::code::OperatorCode;
use super::code::Pattern;
use super::order;
use super::value::Value;

/// What a name of a frame stands for.
#[derive(Clone, Debug, Default)]
pub(super) enum Slot {
    /// Nothing yet.
    #[default]
    Empty,
    /// A value.
    Value(Value),
    /// An expression that is evaluated when its value is needed.
    Thunk(Rc<Thunk>),
    /// An operator that was handed over as an argument.
    Operator(Rc<Operator>),
}

impl Slot {
    pub(super) fn needs(&self) -> Needs {
        match self {
            Self::Empty | Self::Value(_) => Needs::NOTHING,
            Self::Thunk(thunk) => thunk.needs,
            Self::Operator(operator) => operator.needs,
        }
    }
}

/// What code depends on that captured these slots.
pub(super) fn needs_with(code: Needs, captured: &[Slot]) -> Needs {
    let own = code.without(Needs::PARAMETER).without(Needs::FRAME);
    captured.iter().fold(own, |needs, slot| needs.and(slot.needs()))
}

/// An argument or a definition of a LET: evaluated at most once for each state it is seen in.
#[derive(Debug)]
pub(super) struct Thunk {
    pub(super) body: Rc<Body>,
    pub(super) captured: Box<[Slot]>,
    /// What it depends on, with what its parameters stand for.
    pub(super) needs: Needs,
    /// The value, and what it depends on: see `Machine::stamp`.
    pub(super) known: RefCell<Option<(u64, Value)>>,
}

/// An operator as an argument.
#[derive(Debug)]
pub(super) struct Operator {
    pub(super) code: Rc<OperatorCode>,
    pub(super) captured: Box<[Slot]>,
    /// What it depends on, its own arguments left out.
    pub(super) needs: Needs,
}

/// `[x \in S |-> e]` before its values are needed.
#[derive(Debug)]
pub struct Lambda {
    pub(super) body: Rc<Body>,
    pub(super) captured: Box<[Slot]>,
    pub(super) patterns: Rc<[Pattern]>,
    /// One for each pattern.
    pub(super) domains: Vec<Value>,
    /// The slot in which the body finds the function itself.
    pub(super) itself: Option<u32>,
    /// Whether its variables are those of the next state.
    pub(super) primed: bool,
    /// Values of a recursive function, which would be computed again and again.
    pub(super) known: RefCell<HashMap<Key, Value>>,
    pub(super) explicit: OnceCell<Value>,
}

/// `{x \in S : p}` over a set that is not enumerated.
#[derive(Debug)]
pub struct Filter {
    pub(super) source: Value,
    pub(super) pattern: Pattern,
    pub(super) body: Rc<Body>,
    pub(super) captured: Box<[Slot]>,
    pub(super) primed: bool,
}

/// A value without lazy parts that can be looked up.
#[derive(Clone, Debug)]
pub(super) struct Key(pub(super) Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        order::equal(&self.0, &other.0).unwrap_or(false)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash64());
    }
}
