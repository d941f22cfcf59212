//! What names stand for where an expression stands: actions, tuples of variables, next values behind a LET.

use super::paths::Paths;
use crate::tla::free::free_names;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Unit;
use crate::tla::visit;
use crate::transform::facts::Names;
use crate::transform::stmt::acts;
use crate::transform::stmt::calls;
use crate::transform::stmt::primed;

/// A name that a LET, a quantifier or a parameter brings into scope.
#[derive(Clone, Copy)]
pub(super) struct Local<'a> {
    pub(super) name: &'a str,
    /// What a LET says it is.
    pub(super) definition: Option<&'a Definition>,
    /// Whether that acts.
    acts: bool,
}

impl<'a> Local<'a> {
    /// A name of which nothing is known.
    pub(super) fn bound(name: &'a str) -> Self {
        Self { name, definition: None, acts: false }
    }
}

impl<'a> Paths<'a> {
    pub(super) fn local(&self, name: &str) -> Option<Local<'a>> {
        self.locals.iter().rev().find(|local| local.name == name).copied()
    }

    /// Bring what a LET defines into scope.
    pub(super) fn enter(&mut self, units: &'a [Unit]) {
        self.locals = self.with(units, &self.locals);
    }

    fn with<'e>(&self, units: &'e [Unit], around: &[Local<'e>]) -> Vec<Local<'e>> {
        let mut locals = around.to_vec();
        for definition in units.iter().filter_map(Unit::definition) {
            let acts = self.acts_among(&definition.body, &locals);
            locals.push(Local { name: &definition.name.text, definition: Some(definition), acts });
        }
        locals
    }

    /// Whether an operator of the module acts, be it below `=>` or in a LET.
    pub(super) fn is_action(&self, name: &str) -> bool {
        self.acting.contains(name)
    }

    /// Find the operators that act, until no more are found.
    pub(super) fn find_actions(&mut self) {
        loop {
            let found = self.definitions.iter().filter(|(name, definition)| {
                let temporal = self.facts.operators.get(**name).is_some_and(|operator| operator.temporal);
                !temporal && !self.acting.contains(**name) && self.acts_among(&definition.body, &[])
            });
            let found: Names = found.map(|(name, _)| (*name).to_owned()).collect();
            if found.is_empty() {
                return;
            }
            self.acting.extend(found);
        }
    }

    /// Whether `expr` assigns, says UNCHANGED or calls what does.
    pub(super) fn acts(&self, expr: &Expr) -> bool {
        self.acts_among(expr, &self.locals)
    }

    fn acts_among(&self, expr: &Expr, locals: &[Local<'_>]) -> bool {
        let inside = |e: &Expr| self.acts_among(e, locals);
        match &expr.kind {
            ExprKind::Paren(e) | ExprKind::Label(_, _, e) | ExprKind::Quant(_, _, e) => inside(e),
            ExprKind::Let(units, e) => self.acts_among(e, &self.with(units, locals)),
            ExprKind::Junction(_, items) => items.iter().any(|item| inside(&item.expr)),
            ExprKind::Infix(op, a, b) if op == "/\\" || op == "\\/" => inside(a) || inside(b),
            ExprKind::Infix(op, _, b) if op == "=>" => inside(b),
            ExprKind::Infix(op, a, _) if op == "=" || op == "\\in" => {
                primed(a).is_some() || self.assigned_among(a, locals).is_some()
            }
            ExprKind::If(_, a, b) => inside(a) || inside(b),
            ExprKind::Case(arms) => arms.iter().any(|arm| inside(&arm.body)),
            _ => acts(expr, &|name| match locals.iter().rev().find(|local| local.name == name) {
                Some(local) => local.acts,
                None => self.is_action(name),
            }),
        }
    }

    /// Whether an action stands in `expr` where it cannot be followed: as an argument, or in a LAMBDA.
    pub(super) fn hands_over(&self, expr: &Expr) -> bool {
        let lambda = |e: &Expr| matches!(&e.kind, ExprKind::Lambda(_, body) if self.acts(body));
        calls(expr, &|name| self.is_action(name)) || visit::any(expr, &lambda)
    }

    /// The variables, and the parameters standing for some, that `expr` is, or is a tuple of.
    pub(super) fn variables(&self, expr: &Expr) -> Option<Names> {
        self.variables_among(expr, &self.locals)
    }

    fn variables_among(&self, expr: &Expr, locals: &[Local<'_>]) -> Option<Names> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.variables_among(inner, locals),
            ExprKind::Tuple(parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.variables_among(part, locals)).collect();
                Some(parts?.into_iter().flatten().collect())
            }
            _ => {
                let name = expr.as_name()?;
                let Some(at) = locals.iter().rposition(|local| local.name == name) else {
                    return self.facts.variables_of(expr);
                };
                match locals[at].definition {
                    None => Some(Names::from([name.to_owned()])),
                    // What a LET defines reads what stands before it.
                    Some(Definition { head: Head::Operator(params, _), body, .. }) if params.is_empty() => {
                        self.variables_among(body, &locals[..at])
                    }
                    Some(_) => None,
                }
            }
        }
    }

    /// The variables of which `expr` is the next value: `v'`, `<<v, w>>'`, `<<v', w'>>`.
    pub(super) fn assigned(&self, expr: &Expr) -> Option<Names> {
        self.assigned_among(expr, &self.locals)
    }

    fn assigned_among(&self, expr: &Expr, locals: &[Local<'_>]) -> Option<Names> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.assigned_among(inner, locals),
            ExprKind::Postfix(op, inner) if op == "'" => self.variables_among(inner, locals),
            ExprKind::Tuple(parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.assigned_among(part, locals)).collect();
                Some(parts?.into_iter().flatten().collect()).filter(|names: &Names| !names.is_empty())
            }
            _ => None,
        }
    }

    /// The variables whose next values `expr` reads, also behind what a LET defines.
    pub(super) fn primes(&self, expr: &Expr) -> Names {
        let mut primes = self.facts.reads(expr).1;
        let mut names = free_names(expr);
        for local in self.locals.iter().rev() {
            if let Some(definition) = local.definition.filter(|_| names.contains(local.name)) {
                primes.extend(self.facts.reads(&definition.body).1);
                names.extend(free_names(&definition.body));
            }
        }
        primes
    }
}
