//! A module as it is run: procedures, statements, and expressions that may call.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::span::Span;
use crate::eval::Expression;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Unit;

/// A procedure.
#[derive(Debug)]
pub(super) struct Procedure {
    pub(super) parameters: Vec<String>,
    pub(super) body: Stmt,
}

/// A statement.
#[derive(Debug)]
pub(super) struct Stmt {
    pub(super) kind: StmtKind,
    pub(super) span: Span,
    /// Whether it assigns, says UNCHANGED or calls.
    pub(super) acts: bool,
}

/// What a statement does.
#[derive(Debug)]
pub(super) enum StmtKind {
    /// `UNCHANGED e`.
    Nothing,
    /// `v' = e`; the number of the variable.
    Assign(usize, Term),
    /// `v' \in S`.
    Pick(usize, Term),
    /// A guard; the value, where the value of a procedure is wanted.
    Formula(Term),
    Call(String, Vec<Term>),
    Sequence(Vec<Stmt>),
    If(Term, Box<Stmt>, Box<Stmt>),
    /// No condition is `OTHER`.
    Case(Vec<(Option<Term>, Stmt)>),
    Choice(Vec<Stmt>),
    /// `\E`.
    Some(Vec<Binding>, Box<Stmt>),
    /// `\A`.
    Each(Vec<Binding>, Box<Stmt>),
    Let(Vec<Local>, Box<Stmt>),
}

/// `x, y \in S`, or `<<x, y>> \in S`.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) names: Vec<String>,
    pub(super) tuple: bool,
    pub(super) set: Term,
}

/// One part of a LET.
#[derive(Debug)]
pub(super) enum Local {
    /// Without parameters; it runs where it stands if it calls, else it is evaluated where it stands when it is needed.
    Value(String, Box<Term>),
    /// Operators with parameters, functions, and what is recursive: they read the state in which they stand.
    Operators(Rc<Operators>),
}

/// Definitions of a LET that stay definitions.
#[derive(Debug)]
pub(super) struct Operators {
    pub(super) units: Vec<Unit>,
    pub(super) names: Vec<String>,
    /// What they mention.
    pub(super) mentioned: Vec<String>,
}

/// An expression that may call procedures.
#[derive(Debug)]
pub(super) enum Term {
    /// One that does not.
    Pure(Pure),
    Call(String, Vec<Self>, Span),
    And(Vec<Self>, Span),
    Or(Vec<Self>, Span),
    Implies(Box<Self>, Box<Self>, Span),
    If(Box<Self>, Box<Self>, Box<Self>, Span),
    Case(Vec<(Option<Self>, Self)>, Span),
    /// The parts in turn, each under a name, then the expression over these names.
    Let(Vec<Local>, Box<Self>),
}

/// An expression that calls no procedure.
#[derive(Debug)]
pub(super) struct Pure {
    pub(super) expr: Expr,
    /// The names in it.
    pub(super) mentioned: Vec<String>,
    /// By what is known of its names.
    pub(super) compiled: RefCell<BTreeMap<String, Rc<Expression>>>,
}

impl Term {
    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Pure(pure) => pure.expr.span,
            Self::Call(_, _, span)
            | Self::And(_, span)
            | Self::Or(_, span)
            | Self::Implies(_, _, span)
            | Self::If(_, _, _, span)
            | Self::Case(_, span) => *span,
            Self::Let(_, body) => body.span(),
        }
    }
}
