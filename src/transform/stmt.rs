//! Statements: the reading of an expression as imperative code, and back.

use super::facts::Names;
use crate::base::span::Span;
use crate::tla::free::free_names;
use crate::tla::syntax::Arm;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Item;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::visit;

/// A statement with its place and the comments beside it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stmt {
    pub(super) kind: StmtKind,
    pub(super) span: Span,
    pub(super) notes: Notes,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum StmtKind {
    /// `UNCHANGED e`: nothing.
    Skip(Expr),
    /// A condition: where it is false, the whole action is disabled.
    Guard(Expr),
    /// `v' = e`.
    Assign(String, Expr),
    /// `v' \in S`.
    Pick(String, Expr),
    /// A call of a procedure.
    Call(String, Vec<Expr>),
    /// One after the other.
    Seq(Vec<Stmt>),
    /// IF.
    If(Expr, Box<Stmt>, Box<Stmt>),
    /// CASE; no condition is `OTHER`.
    Case(Vec<(Option<Expr>, Stmt)>),
    /// One of several.
    Or(Vec<Stmt>),
    /// `\E`.
    Exists(Vec<Bound>, Box<Stmt>),
    /// `\A`: a loop.
    Loop(Vec<Bound>, Box<Stmt>),
    /// LET.
    Let(Vec<Unit>, Box<Stmt>),
    /// Run the first, which returns, and name its outcome; then the second.
    Bind(String, Box<Stmt>, Box<Stmt>),
    /// The end of a procedure that is called for its value.
    Return(Expr),
}

impl Stmt {
    pub(super) fn new(kind: StmtKind, span: Span) -> Self {
        Self { kind, span, notes: Notes::default() }
    }

    /// The statements of a sequence, sequences in it opened; any other statement alone.
    pub(super) fn steps(&self) -> Vec<&Self> {
        match &self.kind {
            StmtKind::Seq(list) if self.notes.is_empty() => list.iter().flat_map(Self::steps).collect(),
            _ => vec![self],
        }
    }

    /// The statements of a sequence, whatever comments stand around it.
    pub(super) fn steps_inside(&self) -> Vec<&Self> {
        match &self.kind {
            StmtKind::Seq(list) => list.iter().flat_map(Self::steps).collect(),
            _ => vec![self],
        }
    }

    /// Those of the local names with their arities, innermost last, that this takes from around it.
    pub(super) fn locals(&self, scope: &[(String, usize)]) -> Vec<(String, usize)> {
        let used = free_names(&self.to_expr());
        let hidden = |number: usize, name: &str| scope[number + 1..].iter().any(|(other, _)| other == name);
        let taken =
            scope.iter().enumerate().filter(|(number, (name, _))| used.contains(name) && !hidden(*number, name));
        taken.map(|(_, local)| local.clone()).collect()
    }

    /// The procedures that this names in calls.
    pub(super) fn calls(&self) -> Names {
        let mut names = Names::new();
        self.walk(&mut |s| {
            if let StmtKind::Call(name, _) = &s.kind {
                names.insert(name.clone());
            }
        });
        names
    }

    /// Call `f` on this and every statement inside.
    pub(super) fn walk<'a>(&'a self, f: &mut dyn FnMut(&'a Self)) {
        f(self);
        match &self.kind {
            StmtKind::Seq(list) | StmtKind::Or(list) => list.iter().for_each(|s| s.walk(f)),
            StmtKind::If(_, a, b) => {
                a.walk(f);
                b.walk(f);
            }
            StmtKind::Case(arms) => arms.iter().for_each(|(_, s)| s.walk(f)),
            StmtKind::Exists(_, s) | StmtKind::Loop(_, s) | StmtKind::Let(_, s) => s.walk(f),
            StmtKind::Bind(_, first, rest) => {
                first.walk(f);
                rest.walk(f);
            }
            _ => {}
        }
    }

    /// The statement as an action formula again.
    pub(super) fn to_expr(&self) -> Expr {
        let mut expr = Expr::new(self.to_kind(), self.span);
        expr.notes = self.notes.clone();
        expr
    }

    fn to_kind(&self) -> ExprKind {
        let boxed = |s: &Self| Box::new(s.to_expr());
        match &self.kind {
            StmtKind::Skip(e) | StmtKind::Guard(e) | StmtKind::Return(e) => return_kind(e),
            StmtKind::Assign(v, e) => infix("=", v, e),
            StmtKind::Pick(v, e) => infix("\\in", v, e),
            StmtKind::Call(name, args) => ExprKind::Name { path: Vec::new(), name: name.clone(), args: args.clone() },
            StmtKind::Seq(_) => ExprKind::Junction(true, items(&self.steps_inside())),
            StmtKind::Or(list) => ExprKind::Junction(false, items(&list.iter().collect::<Vec<_>>())),
            StmtKind::If(c, a, b) => ExprKind::If(Box::new(c.clone()), boxed(a), boxed(b)),
            StmtKind::Case(arms) => {
                let arm = |(guard, body): &(Option<Expr>, Self)| Arm { guard: guard.clone(), body: body.to_expr() };
                ExprKind::Case(arms.iter().map(arm).collect())
            }
            StmtKind::Exists(bounds, s) => ExprKind::Quant(Quantifier::Some, bounds.clone(), boxed(s)),
            StmtKind::Loop(bounds, s) => ExprKind::Quant(Quantifier::All, bounds.clone(), boxed(s)),
            StmtKind::Let(units, s) => ExprKind::Let(units.clone(), boxed(s)),
            StmtKind::Bind(name, first, rest) => {
                let unit = super::pass::local(name, first.to_expr());
                ExprKind::Let(vec![unit], boxed(rest))
            }
        }
    }
}

/// The node itself; comments around it go inside a parenthesis-free copy.
fn return_kind(expr: &Expr) -> ExprKind {
    if expr.notes.is_empty() { expr.kind.clone() } else { ExprKind::Paren(Box::new(expr.clone())) }
}

fn infix(op: &str, variable: &str, value: &Expr) -> ExprKind {
    let name = Expr::name(variable, Span::default());
    let primed = Expr::new(ExprKind::Postfix("'".to_owned(), Box::new(name)), Span::default());
    ExprKind::Infix(op.to_owned(), Box::new(primed), Box::new(value.clone()))
}

fn items(list: &[&Stmt]) -> Vec<Item> {
    let item = |s: &&Stmt| {
        let mut expr = s.to_expr();
        let notes = std::mem::take(&mut expr.notes);
        Item { expr, notes }
    };
    list.iter().map(item).collect()
}

/// All comments in and around `expr`, for when the expression itself is dropped.
pub(super) fn all_notes(expr: &Expr) -> Notes {
    let mut notes = Notes::default();
    visit::walk(expr, &mut |e| {
        notes.before.extend(e.notes.before.iter().cloned());
        notes.after.extend(e.notes.after.iter().cloned());
        if let ExprKind::Junction(_, items) = &e.kind {
            for item in items {
                notes.before.extend(item.notes.before.iter().cloned());
                notes.after.extend(item.notes.after.iter().cloned());
            }
        }
    });
    notes
}

/// The variable of `v'`, if `expr` is that.
pub(super) fn primed(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Postfix(op, inner) if op == "'" => inner.as_name(),
        ExprKind::Paren(inner) => primed(inner),
        _ => None,
    }
}

/// Whether `expr`, read as a statement, assigns, says UNCHANGED or calls a procedure, given whether a name is one.
pub(super) fn acts(expr: &Expr, is_procedure: &dyn Fn(&str) -> bool) -> bool {
    let acts = |e: &Expr| acts(e, is_procedure);
    match &expr.kind {
        ExprKind::Paren(e) | ExprKind::Label(_, _, e) | ExprKind::Let(_, e) => acts(e),
        ExprKind::Quant(Quantifier::All | Quantifier::Some, _, e) => acts(e),
        ExprKind::Junction(_, items) => items.iter().any(|item| acts(&item.expr)),
        ExprKind::Infix(op, a, b) if op == "/\\" || op == "\\/" => acts(a) || acts(b),
        ExprKind::Infix(op, a, _) if op == "=" || op == "\\in" => primed(a).is_some(),
        ExprKind::If(_, a, b) => acts(a) || acts(b),
        ExprKind::Case(arms) => arms.iter().any(|arm| acts(&arm.body)),
        ExprKind::Prefix(op, _) => op == "UNCHANGED",
        ExprKind::Name { path, name, .. } => path.is_empty() && is_procedure(name),
        _ => false,
    }
}

/// Whether `expr` calls a procedure anywhere. What ENABLED says of an action does not run it.
pub(super) fn calls(expr: &Expr, is_procedure: &dyn Fn(&str) -> bool) -> bool {
    match &expr.kind {
        ExprKind::Name { path, name, .. } if path.is_empty() && is_procedure(name) => true,
        ExprKind::Prefix(op, _) if op == "ENABLED" => false,
        kind => {
            let mut found = false;
            visit::children(kind, &mut |child| found = found || calls(child, is_procedure));
            found
        }
    }
}
