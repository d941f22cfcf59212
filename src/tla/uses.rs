//! Which operators use which, and which variables they assign.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// The operators of a module by name; of one that is defined twice, the last definition.
pub fn definitions(module: &Module) -> BTreeMap<&str, &Definition> {
    module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect()
}

/// The variables that a module declares itself.
pub fn variables(module: &Module) -> BTreeSet<String> {
    let declared = module.units.iter().filter_map(|unit| match &unit.kind {
        UnitKind::Variables(names) => Some(names),
        _ => None,
    });
    declared.flatten().map(|name| name.text.clone()).collect()
}

/// Every name in an expression, LET definitions included. Bound names that are called like an operator count too, so
/// that more may seem to be used than is.
pub fn names_in(expr: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit::walk(expr, &mut |e| {
        if let ExprKind::Name { name, .. } = &e.kind {
            names.insert(name.clone());
        }
    });
    names
}

/// The operators reachable from `roots`, these included.
pub fn reachable(
    definitions: &BTreeMap<&str, &Definition>,
    roots: impl IntoIterator<Item = String>,
) -> BTreeSet<String> {
    let mut waiting: Vec<String> = roots.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some(definition) = definitions.get(name.as_str()) else { continue };
        if reached.insert(name) {
            waiting.extend(names_in(&definition.body));
        }
    }
    reached
}

/// Whether this node says something of the next state: a prime, or UNCHANGED.
pub fn looks_ahead(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Postfix(op, _) => op == "'",
        ExprKind::Prefix(op, _) => op == "UNCHANGED",
        _ => false,
    }
}

/// The names that `v' = e` and `v' \in S` in an expression assign.
pub fn assigned_in(expr: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit::walk(expr, &mut |e| {
        let ExprKind::Infix(operator, left, _) = &e.kind else { return };
        let ExprKind::Postfix(prime, variable) = &left.kind else { return };
        if matches!(operator.as_str(), "=" | "\\in")
            && prime == "'"
            && let Some(name) = variable.as_name()
        {
            names.insert(name.to_owned());
        }
    });
    names
}

/// The parts of a disjunction, in any of its forms; of anything else itself.
pub fn disjuncts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Paren(inner) => disjuncts(inner),
        ExprKind::Junction(false, items) => items.iter().flat_map(|item| disjuncts(&item.expr)).collect(),
        ExprKind::Infix(operator, left, right) if operator == "\\/" => {
            disjuncts(left).into_iter().chain(disjuncts(right)).collect()
        }
        _ => vec![expr],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tla::parse_module;

    #[test]
    fn uses_assignments_and_disjuncts_are_found() {
        let text = "---- MODULE M ----\nVARIABLES x, y\nA == /\\ x' = y'\n     /\\ B\nB == \\E z \\in {1} : y' \\in {z}\nC == x = 1\nNext == (A \\/ B) \\/ C\n====\n";
        let module = parse_module(text, "M.tla").module.unwrap();
        let definitions = definitions(&module);
        let names = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(names(reachable(&definitions, ["A".to_owned()])), "A B");
        assert_eq!(names(assigned_in(&definitions["A"].body)), "x");
        assert_eq!(names(assigned_in(&definitions["B"].body)), "y");
        assert_eq!(names(assigned_in(&definitions["C"].body)), "");
        let next: Vec<_> = disjuncts(&definitions["Next"].body).iter().map(|e| e.as_name().unwrap()).collect();
        assert_eq!(next, ["A", "B", "C"]);
    }
}
