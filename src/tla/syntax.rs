//! The tree: modules, units, definitions and expressions, each with its place and the comments around it.

use crate::base::span::Span;
use crate::tla::visit::height_of;

/// The comments that stand around one node, as written, `\*` or `(*` included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// On lines of their own before the node.
    pub before: Vec<String>,
    /// On the line where the node ends.
    pub after: Vec<String>,
}

impl Notes {
    /// Whether there is no comment at all.
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// Put the comments of `other` outside of these.
    pub fn wrap(&mut self, other: Self) {
        let inner = std::mem::replace(&mut self.before, other.before);
        self.before.extend(inner);
        self.after.extend(other.after);
    }
}

/// A name where it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name itself.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Comments around it, as in a list of variables.
    pub notes: Notes,
}

/// A parameter or constant: a value (`arity` 0) or an operator, possibly written as a symbol (`_+_`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The declared name or symbol.
    pub name: Name,
    /// How many arguments it takes.
    pub arity: usize,
    /// How it is written.
    pub fixity: Fixity,
}

/// How an operator is written around its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixity {
    /// `F(a, b)`.
    Named,
    /// `-. a`.
    Prefix,
    /// `a + b`.
    Infix,
    /// `a ^+`.
    Postfix,
}

/// One `x, y \in S`, `<<x, y>> \in S` or, without a set, `x, y`.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The names that are bound.
    pub names: Vec<Name>,
    /// Whether they are the parts of one tuple.
    pub tuple: bool,
    /// What they range over; `None` when unbounded.
    pub set: Option<Expr>,
}

/// A whole module.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// Text before the header, which TLA+ ignores.
    pub preamble: String,
    /// Its name.
    pub name: Name,
    /// Comments between the header and EXTENDS.
    pub opening: Vec<String>,
    /// The modules it extends.
    pub extends: Vec<Name>,
    /// What it declares and defines, in order.
    pub units: Vec<Unit>,
    /// Comments after the last unit.
    pub trailing: Vec<String>,
    /// From the dashes of the header to the end of the closing line.
    pub span: Span,
    /// Where the closing `====` starts.
    pub end: usize,
}

/// One top-level thing of a module, or of a LET.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Which thing.
    pub kind: UnitKind,
    /// Where it stands, comments left out.
    pub span: Span,
    /// Comments around it.
    pub notes: Notes,
}

/// What a unit is.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitKind {
    /// `CONSTANTS a, F(_)`.
    Constants(Vec<Param>),
    /// `VARIABLES x, y`.
    Variables(Vec<Name>),
    /// `RECURSIVE F(_)`.
    Recursive(Vec<Param>),
    /// `ASSUME name == e`.
    Assume {
        /// The name, if it has one.
        name: Option<Name>,
        /// What is assumed.
        body: Expr,
    },
    /// `INSTANCE M WITH ...`, with or without a name.
    Instance(Instance),
    /// `F(x) == e` or `f[x \in S] == e`.
    Definition(Box<Definition>),
    /// A module inside the module.
    Module(Box<Module>),
    /// `------`.
    Separator,
    /// A theorem with its proof, `USE`, `HIDE`: kept as text.
    Opaque(String),
}

/// An instantiation.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Whether `LOCAL` stands before it.
    pub local: bool,
    /// The name given to it, with parameters.
    pub name: Option<(Name, Vec<Param>)>,
    /// The module.
    pub module: Name,
    /// The substitutions.
    pub with: Vec<(Name, Expr)>,
}

/// A definition of an operator or of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Whether `LOCAL` stands before it.
    pub local: bool,
    /// Its name.
    pub name: Name,
    /// What stands between the name and `==`.
    pub head: Head,
    /// The right-hand side.
    pub body: Expr,
}

/// The left-hand side of a definition without the name.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    /// An operator with parameters.
    Operator(Vec<Param>, Fixity),
    /// A function over bounds.
    Function(Vec<Bound>),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
    /// Comments around it.
    pub notes: Notes,
    height: u32,
}

/// One bulleted item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The item.
    pub expr: Expr,
    /// Comments before its bullet and after it.
    pub notes: Notes,
}

/// One arm of a CASE.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// The condition; `None` is `OTHER`.
    pub guard: Option<Expr>,
    /// The value.
    pub body: Expr,
}

/// One step of a path in EXCEPT.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `.name`.
    Field(String),
    /// `[a, b]`.
    Index(Vec<Expr>),
}

/// One `!path = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Where in the value.
    pub path: Vec<Step>,
    /// The new value.
    pub value: Expr,
}

/// A prefix `M(x)!` of a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Qualifier {
    /// The name of the instance.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Expr>,
}

/// Which quantifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// `\A`.
    All,
    /// `\E`.
    Some,
    /// `\AA`.
    TemporalAll,
    /// `\EE`.
    TemporalSome,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A name, possibly qualified and applied.
    Name {
        /// `M!`, `N(x)!` before it.
        path: Vec<Qualifier>,
        /// The name.
        name: String,
        /// Its arguments; empty when there are no parentheses.
        args: Vec<Expr>,
    },
    /// An operator symbol as an argument, as in `Fold(+, 0, s)`.
    Symbol(String),
    /// A number as written.
    Number(String),
    /// A string as written, without the quotes.
    Str(String),
    /// `@`.
    At,
    /// `(e)`.
    Paren(Box<Expr>),
    /// `op e`.
    Prefix(String, Box<Expr>),
    /// `a op b`.
    Infix(String, Box<Expr>, Box<Expr>),
    /// `e op`.
    Postfix(String, Box<Expr>),
    /// A bulleted list; `/\` if the flag is set.
    Junction(bool, Vec<Item>),
    /// `IF a THEN b ELSE c`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `CASE a -> b [] ...`.
    Case(Vec<Arm>),
    /// `LET ... IN e`.
    Let(Vec<Unit>, Box<Expr>),
    /// `\A`, `\E`, `\AA`, `\EE`.
    Quant(Quantifier, Vec<Bound>, Box<Expr>),
    /// `CHOOSE x \in S : p`.
    Choose(Box<Bound>, Box<Expr>),
    /// `LAMBDA x, y : e`.
    Lambda(Vec<Param>, Box<Expr>),
    /// `<<a, b>>`.
    Tuple(Vec<Expr>),
    /// `{a, b}`.
    Set(Vec<Expr>),
    /// `{x \in S : p}`.
    Filter(Box<Bound>, Box<Expr>),
    /// `{e : x \in S}`.
    Map(Box<Expr>, Vec<Bound>),
    /// `f[a, b]`.
    Apply(Box<Expr>, Vec<Expr>),
    /// `[x \in S |-> e]`.
    Function(Vec<Bound>, Box<Expr>),
    /// `[S -> T]`.
    FunctionSet(Box<Expr>, Box<Expr>),
    /// `[a |-> 1]`.
    Record(Vec<(Name, Expr)>),
    /// `[a : S]`.
    RecordSet(Vec<(Name, Expr)>),
    /// `[f EXCEPT ![a] = b]`.
    Except(Box<Expr>, Vec<Update>),
    /// `r.a`.
    Field(Box<Expr>, String),
    /// `[A]_v`; `<<A>>_v` if the flag is set.
    Action(bool, Box<Expr>, Box<Expr>),
    /// `WF_v(A)`; `SF_v(A)` if the flag is set.
    Fair(bool, Box<Expr>, Box<Expr>),
    /// `label(x) :: e`.
    Label(Name, Vec<Name>, Box<Expr>),
}

impl Expr {
    /// A node at a place.
    pub fn new(kind: ExprKind, span: Span) -> Self {
        let height = height_of(&kind);
        Self { kind, span, notes: Notes::default(), height }
    }

    /// How many levels of nodes there are; the parser bounds it, so that a walk cannot exhaust the stack.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// A plain name.
    pub fn name(name: impl Into<String>, span: Span) -> Self {
        Self::call(name, Vec::new(), span)
    }

    /// A name applied to arguments.
    pub fn call(name: impl Into<String>, args: Vec<Self>, span: Span) -> Self {
        Self::new(ExprKind::Name { path: Vec::new(), name: name.into(), args }, span)
    }

    /// `a op b`.
    pub fn infix(op: &str, left: Self, right: Self) -> Self {
        let span = left.span.to(right.span);
        Self::new(ExprKind::Infix(op.to_owned(), Box::new(left), Box::new(right)), span)
    }

    /// The name, if this is an unqualified name without arguments.
    pub fn as_name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name { path, name, args } if path.is_empty() && args.is_empty() => Some(name),
            ExprKind::Paren(inner) => inner.as_name(),
            _ => None,
        }
    }

    /// The name and the arguments, if this is an unqualified name.
    pub fn as_call(&self) -> Option<(&str, &[Self])> {
        match &self.kind {
            ExprKind::Name { path, name, args } if path.is_empty() => Some((name, args)),
            _ => None,
        }
    }
}

impl Unit {
    /// The definition, if it is one.
    pub fn definition(&self) -> Option<&Definition> {
        match &self.kind {
            UnitKind::Definition(definition) => Some(definition),
            _ => None,
        }
    }
}

impl Definition {
    /// The parameters of an operator; none for a function.
    pub fn params(&self) -> &[Param] {
        match &self.head {
            Head::Operator(params, _) => params,
            Head::Function(_) => &[],
        }
    }
}

impl Name {
    /// A name at a place.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span, notes: Notes::default() }
    }
}

impl Param {
    /// A parameter that is a value.
    pub fn value(name: impl Into<String>, span: Span) -> Self {
        Self { name: Name::new(name, span), arity: 0, fixity: Fixity::Named }
    }
}
