//! Which operators of a module act, which speak about behaviours, and which neither.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::tla::ops;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Module;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// How an assignment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// `v' = e`, in a procedure.
    Primed,
    /// `v = e`, in an initial predicate.
    Initial,
}

/// What the definitions of a module are.
#[derive(Debug)]
pub(super) struct Acting<'a> {
    pub(super) definitions: BTreeMap<&'a str, &'a Definition>,
    pub(super) variables: Vec<String>,
    /// Operators that assign, say UNCHANGED or call such operators.
    pub(super) procedures: BTreeSet<&'a str>,
    /// Operators that give variables their first values.
    pub(super) initial: BTreeSet<&'a str>,
}

impl<'a> Acting<'a> {
    pub(super) fn of(module: &'a Module) -> Self {
        let definitions: BTreeMap<_, _> =
            module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect();
        let mut variables = Vec::new();
        for unit in &module.units {
            if let UnitKind::Variables(names) = &unit.kind {
                variables.extend(names.iter().map(|name| name.text.clone()));
            }
        }
        let mut acting = Self { definitions, variables, procedures: BTreeSet::new(), initial: BTreeSet::new() };
        let temporal = acting.closure(|_, body, found| {
            visit::any(body, &|e| is_temporal(e) || e.as_call().is_some_and(|(name, _)| found.contains(name)))
        });
        acting.procedures = acting.closure(|this, body, found| acts(body, Writing::Primed, &this.variables, found));
        acting.procedures.retain(|name| !temporal.contains(name));
        acting.initial = acting.closure(|this, body, found| acts(body, Writing::Initial, &this.variables, found));
        acting.initial.retain(|name| !temporal.contains(name) && !acting.procedures.contains(name));
        acting
    }

    /// The operators for which `test` holds, given those for which it is known to hold.
    fn closure(&self, test: impl Fn(&Self, &Expr, &BTreeSet<&'a str>) -> bool) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        loop {
            let more: BTreeSet<&str> = self
                .definitions
                .iter()
                .filter(|(name, d)| found.contains(*name) || is_operator(d) && test(self, &d.body, &found))
                .map(|(name, _)| *name)
                .collect();
            if more.len() == found.len() {
                return found;
            }
            found = more;
        }
    }

    /// The operators that act, in a procedure or in an initial predicate.
    pub(super) fn set(&self, writing: Writing) -> &BTreeSet<&'a str> {
        match writing {
            Writing::Primed => &self.procedures,
            Writing::Initial => &self.initial,
        }
    }

    /// Whether `expr`, as a statement, acts.
    pub(super) fn acts(&self, expr: &Expr, writing: Writing) -> bool {
        acts(expr, writing, &self.variables, self.set(writing))
    }

    /// Whether evaluating `expr` calls a procedure.
    pub(super) fn calls(&self, expr: &Expr) -> bool {
        calls(expr, &self.procedures)
    }
}

fn is_operator(definition: &Definition) -> bool {
    matches!(definition.head, Head::Operator(..))
}

fn is_temporal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Prefix(op, _) => op == "[]" || op == "<>",
        ExprKind::Infix(op, ..) => op == "~>" || op == "-+->",
        ExprKind::Action(..) | ExprKind::Fair(..) => true,
        ExprKind::Quant(Quantifier::TemporalAll | Quantifier::TemporalSome, ..) => true,
        _ => false,
    }
}

/// Whether evaluating `expr` calls one of `procedures`; what stands below ENABLED is not evaluated.
fn calls(expr: &Expr, procedures: &BTreeSet<&str>) -> bool {
    match &expr.kind {
        ExprKind::Prefix(op, _) if op == "ENABLED" => return false,
        ExprKind::Name { path, name, .. } if path.is_empty() && procedures.contains(name.as_str()) => return true,
        _ => {}
    }
    let mut found = false;
    visit::children(&expr.kind, &mut |child| found = found || calls(child, procedures));
    found
}

/// The variable that `expr` assigns when it stands left of `=` or `\in`.
pub(super) fn target<'e>(expr: &'e Expr, writing: Writing, variables: &[String]) -> Option<&'e str> {
    match (&expr.kind, writing) {
        (ExprKind::Paren(inner), _) => target(inner, writing, variables),
        (ExprKind::Postfix(op, inner), Writing::Primed) if op == "'" => inner.as_name(),
        (_, Writing::Initial) => expr.as_name().filter(|name| variables.iter().any(|v| v == name)),
        _ => None,
    }
}

fn acts(expr: &Expr, writing: Writing, variables: &[String], acting: &BTreeSet<&str>) -> bool {
    let inside = |e: &Expr| acts(e, writing, variables, acting);
    let for_value = |e: &Expr| writing == Writing::Primed && calls(e, acting);
    match &expr.kind {
        ExprKind::Paren(e) | ExprKind::Label(_, _, e) => inside(e),
        ExprKind::Let(units, e) => {
            let mut local = false;
            units.iter().for_each(|unit| visit::unit_children(unit, &mut |e| local = local || for_value(e)));
            local || inside(e)
        }
        ExprKind::Quant(Quantifier::All | Quantifier::Some, bounds, e) => {
            inside(e) || bounds.iter().filter_map(|bound| bound.set.as_ref()).any(for_value)
        }
        ExprKind::Junction(_, items) => items.iter().any(|item| inside(&item.expr)),
        ExprKind::Infix(op, a, b) if matches!(ops::canonical(op), "/\\" | "\\/") => inside(a) || inside(b),
        ExprKind::Infix(op, a, b) if op == "=" || op == "\\in" => {
            target(a, writing, variables).is_some() || for_value(a) || for_value(b)
        }
        ExprKind::If(c, a, b) => for_value(c) || inside(a) || inside(b),
        ExprKind::Case(arms) => arms.iter().any(|arm| arm.guard.as_ref().is_some_and(for_value) || inside(&arm.body)),
        ExprKind::Prefix(op, _) if op == "UNCHANGED" => writing == Writing::Primed,
        ExprKind::Name { path, name, .. } if path.is_empty() && acting.contains(name.as_str()) => true,
        _ => for_value(expr),
    }
}
