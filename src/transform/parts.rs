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
        let primed = named(bodies, |stmt| once::with_primes(bodies, &able, stmt).is_some());
        let formulas = named(bodies, |stmt| bodies.is_plain(stmt, false)).union(&primed).cloned().collect();
        let needed = needed_on_states(bodies, &able, &formulas);
        able.retain(|name, _| primed.contains(name) && !needed.contains(name));
        if able.len() == before {
            break;
        }
    }
    let used = beside_others(bodies, &able);
    able.retain(|name, _| used.contains(name));
    able
}

/// The procedures of which `test` holds.
fn named(bodies: &Bodies<'_>, test: impl Fn(&Stmt) -> bool) -> Names {
    bodies.stmts.iter().filter(|(_, stmt)| test(stmt)).map(|(name, _)| name.clone()).collect()
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
    for (name, stmt) in bodies.stmts.iter().filter(|(name, _)| !formulas.contains(*name)) {
        let mut alone = Names::new();
        if bodies.facts.roots.contains(name) || !has_leaf(bodies, parts, stmt, false) {
            called_as_actions(stmt, &mut alone);
        }
        for callee in stmt.calls().difference(&alone) {
            needed.extend(bodies.stmts.get(callee).map(|stmt| bodies.called(stmt)).unwrap_or_default());
            needed.insert(callee.clone());
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
            used.extend(stmt.calls().into_iter().filter(|callee| able.contains_key(callee) && !alone.contains(callee)));
        }
        if used.len() == before {
            return used;
        }
    }
}
