//! Reading as TLA+: only UNCHANGED is completed.

use std::collections::BTreeMap;

use super::OperatorReport;
use super::Options;
use super::Style;
use super::Transformed;
use super::action::called_as_actions;
use super::action::remade;
use super::assemble::Piece;
use super::assemble::initial_actions;
use super::assemble::operator_report;
use super::assemble::pieces_of;
use super::assemble::write;
use super::facts::Names;
use super::plain::Bodies;
use super::plain::Completer;
use super::read::Refusal;
use super::stmt::StmtKind;
use super::stmt::acts;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Unit;
use crate::tla::visit;

/// The module with each action complete. What holds something in `refusals`, or calls what does, stays as it is.
pub(super) fn complete(text: &str, bodies: &Bodies<'_>, options: &Options, refusals: &[Refusal]) -> Transformed {
    let facts = bodies.facts;
    let mut actions = initial_actions(bodies, options);
    loop {
        let mut more = actions.clone();
        actions.iter().filter_map(|name| bodies.stmts.get(name)).for_each(|stmt| called_as_actions(stmt, &mut more));
        if more == actions {
            break;
        }
        actions = more;
    }
    let parts = used_as_parts(bodies, &actions);
    let mut assigns: BTreeMap<String, Names> = BTreeMap::new();
    for name in bodies.stmts.keys() {
        let full = actions.contains(name) && !parts.contains(name);
        assigns.insert(name.clone(), if full { facts.all() } else { Names::new() });
    }
    loop {
        let completer = Completer { bodies, assigns: &assigns };
        let mut next = assigns.clone();
        for (name, stmt) in &bodies.stmts {
            next.entry(name.clone()).or_default().extend(completer.covered(stmt));
        }
        if next == assigns {
            break;
        }
        assigns = next;
    }
    let completer = Completer { bodies, assigns: &assigns };
    let opaque = opaque(bodies, refusals);
    let mut report: Vec<OperatorReport> = Vec::new();
    let make = |name: &str, definition: &crate::tla::syntax::Definition| {
        let stmt = bodies.stmts.get(name)?;
        if !actions.contains(name) && !parts.contains(name) || opaque.contains(name) {
            return None;
        }
        let done = completer.complete(stmt, assigns.get(name)?);
        (done != *stmt).then(|| remade(definition, &done))
    };
    let pieces = pieces_of(text, facts.module, false, |definition| {
        let name = &definition.name.text;
        let unit = make(name, definition);
        let style = if unit.is_some() { Style::Completed } else { Style::Kept };
        report.push(operator_report(bodies, name, actions.contains(name), style));
        match unit {
            Some(unit) => vec![Piece::unit(unit)],
            None => vec![Piece::kept(definition)],
        }
    });
    let (text, origin) = write(text, facts.module, pieces, true);
    Transformed { text, origin, report, warnings: Vec::new() }
}

/// Operators of which it is not known what they assign: a part of one cannot be read, an operator in a LET of it assigns, or
/// it names such a one.
fn opaque(bodies: &Bodies<'_>, refusals: &[Refusal]) -> Names {
    let facts = bodies.facts;
    let definitions = facts.module.units.iter().filter_map(Unit::definition);
    let unread = definitions.filter(|definition| {
        let body = definition.body.span;
        refusals.iter().any(|refusal| body.start <= refusal.span.start && refusal.span.end <= body.end)
            || visit::any(&definition.body, &|e| match &e.kind {
                ExprKind::Let(units, _) => {
                    let mut locals = units.iter().filter_map(Unit::definition);
                    locals.any(|local| acts(&local.body, &|name| facts.is_procedure(name)))
                }
                _ => false,
            })
    });
    let mut opaque: Names = unread.map(|definition| definition.name.text.clone()).collect();
    loop {
        let before = opaque.len();
        let naming = facts.operators.iter().filter(|(_, operator)| !operator.refs.is_disjoint(&opaque));
        let naming: Vec<String> = naming.map(|(name, _)| name.clone()).collect();
        opaque.extend(naming);
        if opaque.len() == before {
            return opaque;
        }
    }
}

/// Procedures that are called beside other statements that act.
fn used_as_parts(bodies: &Bodies<'_>, actions: &Names) -> Names {
    let mut parts = Names::new();
    for (name, stmt) in &bodies.stmts {
        let mut whole = Names::new();
        called_as_actions(stmt, &mut whole);
        stmt.walk(&mut |s| {
            if let StmtKind::Call(callee, _) = &s.kind
                && !(actions.contains(name) && whole.contains(callee))
            {
                parts.insert(callee.clone());
            }
            if let StmtKind::Seq(list) = &s.kind {
                let calls = list.iter().filter(|s| !matches!(s.kind, StmtKind::Guard(_) | StmtKind::Skip(_)));
                let calls: Vec<_> = calls.collect();
                for call in calls.iter().filter(|_| calls.len() > 1) {
                    call.walk(&mut |s| {
                        if let StmtKind::Call(callee, _) = &s.kind {
                            parts.insert(callee.clone());
                        }
                    });
                }
            }
        });
    }
    parts
}
