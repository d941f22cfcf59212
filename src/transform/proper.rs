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
use super::stmt::StmtKind;

/// The module with each action complete.
pub(super) fn complete(text: &str, bodies: &Bodies<'_>, options: &Options) -> Transformed {
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
    let mut report: Vec<OperatorReport> = Vec::new();
    let make = |name: &str, definition: &crate::tla::syntax::Definition| {
        let stmt = bodies.stmts.get(name)?;
        if !actions.contains(name) && !parts.contains(name) {
            return None;
        }
        let done = completer.complete(stmt, assigns.get(name)?);
        (done != *stmt).then(|| remade(definition, &done))
    };
    let pieces = pieces_of(text, facts.module, |definition| {
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
