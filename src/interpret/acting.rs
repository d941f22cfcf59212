//! Which operators of a module act, which speak about behaviours, and which neither.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::tla::free;
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
#[derive(Debug, Default)]
pub(super) struct Acting<'a> {
    pub(super) definitions: BTreeMap<&'a str, &'a Definition>,
    pub(super) variables: Vec<String>,
    /// Operators that assign, say UNCHANGED or call such operators.
    pub(super) procedures: BTreeSet<&'a str>,
    /// Operators that give variables their first values.
    pub(super) initial: BTreeSet<&'a str>,
    /// Operators that speak about behaviours.
    temporal: BTreeSet<&'a str>,
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
        let mut acting = Self { definitions, variables, ..Self::default() };
        acting.temporal = acting
            .closure(|_, d, found| is_operator(d) && visit::any(&d.body, &|e| is_temporal(e) || found_in(e, found)));
        let acts_as = |writing| {
            move |this: &Self, d: &Definition, found: &BTreeSet<&'a str>| {
                is_operator(d) && acts(&d.body, writing, &this.variables, found)
            }
        };
        acting.procedures = acting.closure(acts_as(Writing::Primed));
        acting.procedures.retain(|name| !acting.temporal.contains(name));
        acting.initial = acting.closure(acts_as(Writing::Initial));
        acting.initial.retain(|name| !acting.temporal.contains(name) && !acting.procedures.contains(name));
        acting
    }

    /// The operators and functions that read variables and do not speak about behaviours.
    pub(super) fn reading(&self) -> BTreeSet<&'a str> {
        let mut reading = self.closure(|this, d, found| {
            let names = free::free_names_of(d);
            names.iter().any(|name| this.variables.contains(name) || found.contains(name.as_str()))
        });
        reading.retain(|name| !self.temporal.contains(name));
        reading
    }

    /// The definitions for which `test` holds, given those for which it is known to hold.
    fn closure(&self, test: impl Fn(&Self, &Definition, &BTreeSet<&'a str>) -> bool) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        loop {
            let more: BTreeSet<&str> = self
                .definitions
                .iter()
                .filter(|(name, d)| found.contains(*name) || test(self, d, &found))
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

fn found_in(expr: &Expr, found: &BTreeSet<&str>) -> bool {
    expr.as_call().is_some_and(|(name, _)| found.contains(name))
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
