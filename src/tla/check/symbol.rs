//! What names stand for.

use std::collections::HashMap;
use std::rc::Rc;

use crate::base::span::Span;

/// A name, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Name(u32);

/// Names and their numbers.
#[derive(Debug, Default)]
pub(super) struct Names {
    texts: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, Name>,
}

impl Names {
    pub(super) fn number(&mut self, text: &str) -> Name {
        if let Some(name) = self.numbers.get(text) {
            return *name;
        }
        let (name, text) = (Name(self.texts.len() as u32), Rc::<str>::from(text));
        self.texts.push(text.clone());
        self.numbers.insert(text, name);
        name
    }

    pub(super) fn text(&self, name: Name) -> Rc<str> {
        self.texts[name.0 as usize].clone()
    }
}

/// How much of a behaviour a formula speaks of.
pub(super) type Level = u8;
pub(super) const CONSTANT: Level = 0;
pub(super) const STATE: Level = 1;
pub(super) const ACTION: Level = 2;
pub(super) const TEMPORAL: Level = 3;

/// A level as people call it.
pub(super) fn level_name(level: Level) -> &'static str {
    ["a constant", "a state function", "an action", "a temporal formula"][usize::from(level.min(TEMPORAL))]
}

/// A symbol, by number.
pub(super) type Id = u32;

/// What kind of thing a symbol is. The classes are those SANY tells apart when a name comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Constant,
    Variable,
    /// Defined, RECURSIVE or built in.
    Operator,
    /// A parameter or a bound variable.
    Parameter,
    /// The name of an INSTANCE.
    Instance,
    /// The name of a theorem or an assumption.
    Statement,
}

impl Class {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Variable => "variable",
            Self::Operator => "operator",
            Self::Parameter => "parameter or bound variable",
            Self::Instance => "instance",
            Self::Statement => "theorem or assumption",
        }
    }
}

/// A parameter of an operator, as its users see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// How many arguments the argument takes: 0 for an expression.
    pub(super) arity: usize,
    /// The highest level it may have.
    pub(super) max: Level,
    /// Whether its level counts for that of the application.
    pub(super) counts: bool,
}

impl Slot {
    pub(super) fn of(arity: usize) -> Self {
        Self { arity, max: TEMPORAL, counts: true }
    }
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) struct Symbol {
    pub(super) name: Name,
    pub(super) class: Class,
    pub(super) slots: Vec<Slot>,
    /// Its level when all it depends on is constant.
    pub(super) level: Level,
    /// The parameters and constants, other than its own parameters, its level depends on.
    pub(super) depends: Vec<Id>,
    /// For a parameter or a constant: the highest level it may have.
    pub(super) max: Level,
    /// The module that defines it first.
    pub(super) origin: Name,
    pub(super) local: bool,
    /// A definition of the same name may replace it, because some versions of its module lack it.
    pub(super) soft: bool,
    /// Which file, and where in it; `None` for what is built in.
    pub(super) place: Option<(usize, Span)>,
    /// Declared RECURSIVE and not defined yet, at this depth of LETs.
    pub(super) pending: Option<usize>,
    /// The labels in its definition, which can stand after `!`.
    pub(super) labels: Vec<Name>,
    /// For an instance: what can stand after `!`.
    pub(super) members: Option<Rc<HashMap<Name, Id>>>,
}

/// The level of an expression.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    /// When all it depends on is constant.
    pub(super) level: Level,
    /// The parameters and constants its level depends on.
    pub(super) depends: Vec<Id>,
}

impl Value {
    pub(super) fn of(level: Level) -> Self {
        Self { level, depends: Vec::new() }
    }

    /// The level of something both are parts of.
    pub(super) fn join(&mut self, other: &Self) {
        self.level = self.level.max(other.level);
        for id in &other.depends {
            if !self.depends.contains(id) {
                self.depends.push(*id);
            }
        }
    }
}
