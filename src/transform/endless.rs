//! Recursion that never ends: a procedure of which every way leads back into it, or one that starts again as it was (`again`).

use std::collections::BTreeMap;

use super::again;
use super::conflicts::varies;
use super::facts::Names;
use super::plain::Bodies;
use super::read::Refusal;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::span::Span;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Unit;

/// A refusal for each procedure that calls itself on every way through it. One that only calls what never ends is not accused.
pub(super) fn refusals(bodies: &Bodies<'_>) -> Vec<Refusal> {
    let definitions: BTreeMap<_, _> =
        bodies.facts.module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect();
    let ways = Ways::of(bodies, &definitions);
    let endless =
        |name: &str| bodies.stmts.contains_key(name) && !ways.ending.contains(name) && bodies.is_recursive(name);
    let refusal = |definition: &Definition| Refusal {
        span: definition.name.span,
        code: "transform/endless",
        message: format!(
            "run `{}`: each way through it leads to another call of it, so that it never ends",
            definition.name.text
        ),
        hint: "give it a way that ends, or a line `\\* @yield` where other processes may run, with --granularity yield",
    };
    let refused = definitions
        .iter()
        .filter(|(name, _)| endless(name) || bodies.returning.get(**name).is_some_and(|form| endless(form)));
    let refused: Vec<_> = refused.map(|(_, definition)| refusal(definition)).collect();
    // What is said of a whole procedure is not said of a call in it again.
    let accused = |span: &Span| refused.iter().any(|refusal| refusal.span == *span);
    let others = bodies.stmts.iter().filter_map(|(name, stmt)| {
        let definition = definitions.get(bodies.written(name)).filter(|definition| !accused(&definition.name.span))?;
        Some(again::refusals(bodies, name, definition, stmt))
    });
    let others: Vec<_> = others.flatten().collect();
    refused.into_iter().chain(others).collect()
}

/// What the ways through procedures come to, in the state that is best for them.
struct Ways<'a> {
    bodies: &'a Bodies<'a>,
    /// Procedures with a way that ends, or on which a guard is false.
    ending: Names,
    /// Procedures of which no way may get through: what stands behind a call of them may not run.
    stopping: Names,
}

impl<'a> Ways<'a> {
    fn of(bodies: &'a Bodies<'a>, definitions: &BTreeMap<&'a str, &'a Definition>) -> Self {
        let mut ways = Self { bodies, ending: Names::new(), stopping: Names::new() };
        let mut order: Vec<_> = bodies.stmts.iter().collect();
        loop {
            let before = (ways.ending.len(), ways.stopping.len());
            for (name, stmt) in order.iter().copied() {
                let definition = definitions.get(bodies.written(name)).into_iter();
                let params = definition.flat_map(|definition| definition.params());
                let bound: Vec<_> = params.map(|param| param.name.text.as_str()).collect();
                if ways.end(stmt, &bound) {
                    ways.ending.insert(name.clone());
                }
                if ways.stop(stmt, &bound) {
                    ways.stopping.insert(name.clone());
                }
            }
            if before == (ways.ending.len(), ways.stopping.len()) {
                return ways;
            }
            order.reverse();
        }
    }

    /// Whether some way through `stmt` ends; `bound` are the names around it.
    fn end(&self, stmt: &'a Stmt, bound: &[&'a str]) -> bool {
        match &stmt.kind {
            StmtKind::Call(name, _) => self.ending.contains(name),
            StmtKind::Seq(list) => {
                let until = list.iter().position(|step| self.stop(step, bound)).map_or(list.len(), |stop| stop + 1);
                list[..until].iter().all(|step| self.end(step, bound))
            }
            StmtKind::If(c, a, b) => match c.as_name() {
                Some("TRUE") => self.end(a, bound),
                Some("FALSE") => self.end(b, bound),
                _ => self.end(a, bound) || self.end(b, bound),
            },
            StmtKind::Case(arms) => arms.iter().any(|(_, s)| self.end(s, bound)),
            // Each alternative is looked at, so one that never ends is enough.
            StmtKind::Or(list) => list.iter().all(|s| self.end(s, bound)),
            StmtKind::Let(units, s) => self.end(s, &with_units(bound, units)),
            StmtKind::Bind(outcome, run, then) => {
                self.end(run, bound) && (self.stop(run, bound) || self.end(then, &with(bound, outcome)))
            }
            StmtKind::Exists(bounds, s) | StmtKind::Loop(bounds, s) => {
                self.may_be_empty(bounds, bound) || self.end(s, &with_bounds(bound, bounds))
            }
            _ => true,
        }
    }

    /// Whether it may be that no way leads through `stmt`.
    fn stop(&self, stmt: &'a Stmt, bound: &[&'a str]) -> bool {
        match &stmt.kind {
            StmtKind::Guard(e) => e.as_name() != Some("TRUE"),
            StmtKind::Pick(_, set) => varies(set, bound, self.bodies.facts),
            StmtKind::Call(name, _) => self.stopping.contains(name),
            StmtKind::Seq(list) => list.iter().any(|s| self.stop(s, bound)),
            StmtKind::If(_, a, b) => self.stop(a, bound) || self.stop(b, bound),
            StmtKind::Case(arms) => arms.iter().any(|(_, s)| self.stop(s, bound)),
            StmtKind::Or(list) => list.iter().all(|s| self.stop(s, bound)),
            StmtKind::Let(units, s) => self.stop(s, &with_units(bound, units)),
            StmtKind::Exists(bounds, s) => {
                self.may_be_empty(bounds, bound) || self.stop(s, &with_bounds(bound, bounds))
            }
            StmtKind::Loop(bounds, s) => self.stop(s, &with_bounds(bound, bounds)),
            StmtKind::Bind(outcome, run, then) => self.stop(run, bound) || self.stop(then, &with(bound, outcome)),
            StmtKind::Skip(_) | StmtKind::Assign(..) | StmtKind::Return(_) => false,
        }
    }

    /// Whether a set that is gone through may be empty. One that is the same in every state is taken to have elements.
    fn may_be_empty(&self, bounds: &[Bound], bound: &[&str]) -> bool {
        bounds.iter().filter_map(|b| b.set.as_ref()).any(|set| varies(set, bound, self.bodies.facts))
    }
}

fn with<'a>(bound: &[&'a str], name: &'a str) -> Vec<&'a str> {
    bound.iter().copied().chain([name]).collect()
}

fn with_bounds<'a>(bound: &[&'a str], bounds: &'a [Bound]) -> Vec<&'a str> {
    bound.iter().copied().chain(bounds.iter().flat_map(|b| &b.names).map(|name| name.text.as_str())).collect()
}

fn with_units<'a>(bound: &[&'a str], units: &'a [Unit]) -> Vec<&'a str> {
    bound.iter().copied().chain(units.iter().filter_map(Unit::definition).map(|d| d.name.text.as_str())).collect()
}
