//! The tree that is evaluated: names are numbers of slots, variables and definitions.

use std::cell::Cell;
use std::cell::OnceCell;
use std::rc::Rc;

use super::error::Kind;
use super::error::Site;
use super::native::Native;
use super::text::Text;
use super::value::Value;

/// What an expression depends on, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs(u8);

impl Needs {
    /// Nothing.
    pub(super) const NOTHING: Self = Self(0);
    /// A variable in the current state.
    pub(super) const STATE: Self = Self(1);
    /// A variable in the next state.
    pub(super) const NEXT: Self = Self(2);
    /// A parameter, which may stand for anything.
    pub(super) const PARAMETER: Self = Self(4);
    /// Something that differs from one evaluation to the next, or that is seen from outside.
    pub(super) const WORLD: Self = Self(8);
    /// A slot of the frame.
    pub(super) const FRAME: Self = Self(16);
    /// What an instance puts in the place of a variable.
    pub(super) const PUT: Self = Self(32);
    /// The same in the next state.
    pub(super) const PUT_NEXT: Self = Self(64);

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The needs of what is looked at in the next state.
    pub(super) const fn put_ahead(self) -> Self {
        if self.meets(Self::PUT) { self.without(Self::PUT).and(Self::PUT_NEXT) } else { self }
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// An expression.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) op: Op,
    pub(super) site: Site,
    pub(super) needs: Needs,
}

/// Code that runs in a frame of its own.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) code: Code,
    /// How many slots the frame has.
    pub(super) size: usize,
    /// Slots of the frame around it, and where they stand in this one.
    pub(super) captures: Vec<(u32, u32)>,
}

/// A bound name, or a tuple of them.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    One(u32),
    Tuple(Vec<u32>),
}

/// `x \in S`.
#[derive(Debug)]
pub(super) struct Bind {
    pub(super) pattern: Pattern,
    pub(super) set: Code,
}

/// What is called with arguments.
#[derive(Debug)]
pub(super) enum OperatorCode {
    /// The definition with this number; slots of the frame around a LET, and where the definition has them.
    Definition(usize, Vec<(u32, u32)>),
    /// A LAMBDA, or an operator of the language; its parameters are the first slots.
    Lambda(Rc<Body>),
    /// An operator of a standard module.
    Native(&'static Native),
    /// An operator that is itself a parameter.
    Slot(u32),
}

/// An argument.
#[derive(Debug)]
pub(super) enum Argument {
    /// Evaluated before the call, because that is as cheap as waiting.
    Now(Code),
    /// Evaluated when it is needed.
    Later(Rc<Body>),
    /// An operator.
    Operator(Rc<OperatorCode>),
}

impl Argument {
    /// The expression, if it is one that is evaluated before the call.
    pub(super) fn code(&self) -> Option<&Code> {
        match self {
            Self::Now(code) => Some(code),
            Self::Later(_) | Self::Operator(_) => None,
        }
    }
}

/// One `!path = value`.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: Vec<Code>,
    /// Where `@` stands.
    pub(super) at: u32,
    pub(super) value: Code,
}

/// Operators of two sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetOp {
    Cup,
    Cap,
    Minus,
}

/// What an expression is.
#[derive(Debug)]
pub(super) enum Op {
    Value(Value),
    /// An expression that depends on nothing.
    Once(Box<Code>, OnceCell<Value>),
    Local(u32),
    Variable(usize),
    Prime(Box<Code>),
    Not(Box<Code>),
    And(Vec<Code>),
    Or(Vec<Code>),
    Implies(Box<Code>, Box<Code>),
    Equivalent(Box<Code>, Box<Code>),
    Equal(Box<Code>, Box<Code>),
    Differ(Box<Code>, Box<Code>),
    In(Box<Code>, Box<Code>),
    NotIn(Box<Code>, Box<Code>),
    Subset(Box<Code>, Box<Code>),
    Combine(SetOp, Box<Code>, Box<Code>),
    Subsets(Box<Code>),
    Union(Box<Code>),
    Domain(Box<Code>),
    Product(Vec<Code>),
    If(Box<Code>, Box<Code>, Box<Code>),
    Case(Vec<(Code, Code)>, Option<Box<Code>>),
    Let(Vec<(u32, Rc<Body>)>, Box<Code>),
    /// `\A` if the flag is set.
    Quantified(bool, Vec<Bind>, Box<Code>),
    Choose(Box<Bind>, Box<Code>),
    Tuple(Vec<Code>),
    Set(Vec<Code>),
    Record(Rc<[Text]>, Vec<Code>),
    RecordSet(Rc<[Text]>, Vec<Code>),
    Filter(Box<Code>, Pattern, Rc<Body>),
    Map(Vec<Bind>, Box<Code>),
    Function {
        sets: Vec<Code>,
        patterns: Rc<[Pattern]>,
        body: Rc<Body>,
        itself: Option<u32>,
    },
    FunctionSet(Box<Code>, Box<Code>),
    Apply(Box<Code>, Box<Code>),
    Field(Box<Code>, Text),
    Except(Box<Code>, Vec<Change>),
    Call(usize, Vec<Argument>, Vec<(u32, u32)>),
    CallSlot(u32, Vec<Argument>),
    Native(&'static Native, Vec<Argument>),
    /// `UNCHANGED e`.
    Unchanged(Box<Code>),
    /// `ENABLED A`.
    Enabled(Box<Code>),
    /// `[A]_v`; `<<A>>_v` if the flag is set.
    Step(bool, Box<Code>, Box<Code>),
    /// What has no value here.
    Fail(Kind, String),
}

/// A definition.
#[derive(Debug)]
pub(super) struct Definition {
    /// How many parameters each parameter takes itself.
    pub(super) params: Vec<usize>,
    /// How many of them are those of the instance it belongs to.
    pub(super) inherited: usize,
    pub(super) code: Code,
    /// How many slots the frame has; the first are the parameters.
    pub(super) size: usize,
    /// Whether it looks at the next state, perhaps through a parameter.
    pub(super) primes: bool,
    /// The value of a constant without parameters.
    pub(super) known: OnceCell<Value>,
    /// Whether it has alternatives, once somebody has asked (`Program::has_alternatives`).
    pub(super) alternatives: Cell<Option<bool>>,
}

impl Definition {
    /// Whether it has one value for good.
    pub(super) fn is_constant(&self) -> bool {
        self.params.is_empty() && self.code.needs == Needs::NOTHING
    }
}
