//! Parts of actions: procedures that may stand as formulas beside other conjuncts, each assigning what it assigns and nothing
//! else; the action around them keeps the rest.

use std::collections::BTreeMap;

use super::Options;
use super::action::called_as_actions;
use super::action::has_leaf;
use super::facts::Names;
use super::once;
use super::plain::Bodies;
use super::stmt::Stmt;
use super::stmt::StmtKind;

/// The parts, and what each assigns.
pub(super) type Parts = BTreeMap<String, Names>;

/// The procedures that become parts. One that is needed on states, because a caller cannot do without them, is none: its text
/// would stand there twice.
pub(super) fn of(bodies: &Bodies<'_>, options: &Options) -> Parts {
    let mut able: Parts = bodies
        .writes
        .iter()
        .filter(|(name, writes)| {
            let writes = !writes.is_empty();
            writes && !is_named(bodies, options, name) && !bodies.is_recursive(name)
        })
        .map(|(name, writes)| (name.clone(), writes.clone()))
        .collect();
    loop {
        let before = able.len();
        let formulas: Names = bodies
            .stmts
            .iter()
            .filter(|(_, stmt)| is_formula(bodies, &able, stmt))
            .map(|(name, _)| name.clone())
            .collect();
        let needed = needed_on_states(bodies, &able, &formulas);
        let with_primes =
            |name: &String| bodies.stmts.get(name).is_some_and(|stmt| once::with_primes(bodies, &able, stmt).is_some());
        let kept: Names = able.keys().filter(|name| with_primes(name) && !needed.contains(*name)).cloned().collect();
        able.retain(|name, _| kept.contains(name));
        if able.len() == before {
            break;
        }
    }
    let used = beside_others(bodies, &able);
    able.retain(|name, _| used.contains(name));
    able
}

/// Whether `stmt` needs primes and UNCHANGED at most.
pub(super) fn is_formula(bodies: &Bodies<'_>, parts: &Parts, stmt: &Stmt) -> bool {
    bodies.is_plain(stmt, false) || once::with_primes(bodies, parts, stmt).is_some()
}

/// Whether others than procedures, or the user, name the procedure as an action.
fn is_named(bodies: &Bodies<'_>, options: &Options, name: &str) -> bool {
    let facts = bodies.facts;
    !facts.is_procedure(name)
        || facts.roots.contains(name)
        || facts.fair.contains(name)
        || options.actions.iter().any(|action| action == name)
        || facts.operators.values().any(|op| !op.procedure && op.refs.contains(name))
}

/// What is called where a state is handed on, and what that calls.
fn needed_on_states(bodies: &Bodies<'_>, parts: &Parts, formulas: &Names) -> Names {
    let mut needed = Names::new();
    let mut waiting = Vec::new();
    for (name, stmt) in bodies.stmts.iter().filter(|(name, _)| !formulas.contains(*name)) {
        let mut alone = Names::new();
        if bodies.facts.roots.contains(name) || !has_leaf(bodies, parts, stmt, false) {
            called_as_actions(stmt, &mut alone);
        }
        waiting.extend(calls(stmt).difference(&alone).cloned());
    }
    while let Some(name) = waiting.pop() {
        if needed.insert(name.clone()) {
            waiting.extend(bodies.stmts.get(&name).map(calls).unwrap_or_default());
        }
    }
    needed
}

/// Those of `able` that are called beside other statements that act, or by what is.
fn beside_others(bodies: &Bodies<'_>, able: &Parts) -> Names {
    let mut used = Names::new();
    loop {
        let before = used.len();
        for (name, stmt) in &bodies.stmts {
            let mut alone = Names::new();
            if !used.contains(name) {
                called_as_actions(stmt, &mut alone);
            }
            used.extend(calls(stmt).into_iter().filter(|callee| able.contains_key(callee) && !alone.contains(callee)));
        }
        if used.len() == before {
            return used;
        }
    }
}

fn calls(stmt: &Stmt) -> Names {
    let mut names = Names::new();
    stmt.walk(&mut |s| {
        if let StmtKind::Call(name, _) = &s.kind {
            names.insert(name.clone());
        }
    });
    names
}
