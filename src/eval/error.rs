//! Why an expression has no value.

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::Span;

/// Where something stands: which of the program's files, and where in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The number of the file in the program.
    pub file: u32,
    /// The bytes of it.
    pub span: Span,
}

/// What went wrong, after the classes TLC has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A function is applied outside of its domain, a record has no such field, a sequence is too short.
    Undefined,
    /// Two values are compared that TLC cannot compare.
    Incomparable,
    /// A set is enumerated or counted that is infinite or only known by its members.
    NotEnumerable,
    /// An operand is not of the kind its operator needs.
    Operand,
    /// A number does not fit 32 bits.
    Overflow,
    /// Division or remainder by a number it is not defined for.
    Division,
    /// Nothing satisfies a CHOOSE.
    NoChoice,
    /// No arm of a CASE applies.
    NoCase,
    /// `Assert` failed.
    Assertion,
    /// A variable has no value yet.
    Unassigned,
    /// A constant has no value.
    NoConstant,
    /// A file that the specification reads is not there, or is not what it is read as.
    Unreadable,
    /// Something this evaluator does not do; TLC may.
    Unsupported,
    /// A set or a function has more elements than the budget allows.
    TooLarge,
    /// Evaluation or a value nests deeper than the budget allows.
    TooDeep,
    /// Evaluation takes more steps than the budget allows.
    TooLong,
}

impl Kind {
    /// The stable code of its diagnostic.
    pub fn code(self) -> &'static str {
        match self {
            Self::Undefined => "eval/undefined",
            Self::Incomparable => "eval/incomparable",
            Self::NotEnumerable => "eval/not-enumerable",
            Self::Operand => "eval/operand",
            Self::Overflow => "eval/overflow",
            Self::Division => "eval/division",
            Self::NoChoice => "eval/no-choice",
            Self::NoCase => "eval/no-case",
            Self::Assertion => "eval/assertion",
            Self::Unassigned => "eval/unassigned",
            Self::NoConstant => "eval/no-constant",
            Self::Unreadable => "eval/unreadable",
            Self::Unsupported => "eval/unsupported",
            Self::TooLarge => "eval/too-large",
            Self::TooDeep => "eval/too-deep",
            Self::TooLong => "eval/too-long",
        }
    }

    /// Whether it says nothing about the specification: TLC, or a larger budget, may find a value.
    pub fn is_limit(self) -> bool {
        matches!(self, Self::Unsupported | Self::TooLarge | Self::TooDeep | Self::TooLong)
    }
}

/// An expression has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The class.
    pub kind: Kind,
    /// A lower-case fragment.
    pub message: String,
    /// The smallest expression that is to blame; `None` until the evaluator has added it.
    pub site: Option<Site>,
}

/// Boxed, because results are passed through every level of evaluation.
pub type Eval<T> = Result<T, Box<Fault>>;

impl Fault {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { kind, message: message.into(), site: None })
    }

    /// The same at a place, if it has none yet.
    pub(super) fn at(mut self: Box<Self>, site: Site) -> Box<Self> {
        self.site.get_or_insert(site);
        self
    }

    /// To show: `file` gives the path and the text of a file of the program.
    pub fn diagnostic<'a>(&self, file: impl Fn(u32) -> (&'a str, &'a str)) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.kind.code(), self.message.clone());
        if let Some(site) = self.site {
            let (path, text) = file(site.file);
            diagnostic = diagnostic.at(Place::of(path, text, site.span));
        }
        diagnostic
    }
}
