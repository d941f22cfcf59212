//! What a fairness condition says once its action is cut: it is about the first piece, and leaves the others free to wait.

use std::collections::BTreeMap;

use super::Cutting;
use crate::base::span::Span;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Unit;
use crate::tla::visit;
use crate::transform::facts::Facts;
use crate::transform::facts::Names;
use crate::transform::read::Refusal;

const HINT: &str =
    "add the fairness of the action that goes on to the output, or write that of the whole next-state relation";

/// A warning for each fairness condition on an action that is cut. One that names the next-state relation has the action that
/// goes on, `resume`, among its own.
pub(super) fn doubts(facts: &Facts<'_>, cutting: &Cutting, resume: &str) -> Vec<Refusal> {
    let mut found = Vec::new();
    for definition in facts.module.units.iter().filter_map(Unit::definition) {
        let mut locals = BTreeMap::new();
        visit::walk(&definition.body, &mut |e| {
            if let ExprKind::Let(units, _) = &e.kind {
                locals.extend(units.iter().filter_map(Unit::definition).map(|own| (own.name.text.as_str(), &own.body)));
            }
        });
        visit::walk(&definition.body, &mut |e| {
            let ExprKind::Fair(_, _, action) = &e.kind else { return };
            let named = reached(facts, &locals, action);
            if named.is_disjoint(&facts.next)
                && let Some(cut) = named.intersection(cutting).next()
            {
                found.push(doubt(e.span, cut, resume));
            }
        });
    }
    found
}

fn doubt(span: Span, cut: &str, resume: &str) -> Refusal {
    let message = format!("`{cut}` is cut: this fairness is of its first piece, and `{resume}` may wait for ever");
    Refusal { span, code: "transform/fairness-of-piece", message, hint: HINT }
}

/// The operators that an expression names, themselves and through others, `locals` of LETs among them.
fn reached(facts: &Facts<'_>, locals: &BTreeMap<&str, &Expr>, expr: &Expr) -> Names {
    let mut waiting = Vec::new();
    visit::walk(expr, &mut |e| waiting.extend(e.as_call().map(|(name, _)| name.to_owned())));
    let mut found = Names::new();
    while let Some(name) = waiting.pop() {
        if !found.insert(name.clone()) {
            continue;
        }
        if let Some(operator) = facts.operators.get(&name) {
            waiting.extend(operator.refs.iter().cloned());
        }
        if let Some(local) = locals.get(name.as_str()) {
            visit::walk(local, &mut |e| waiting.extend(e.as_call().map(|(name, _)| name.to_owned())));
        }
    }
    found
}
