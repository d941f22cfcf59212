//! Operators written as symbols that read variables.
//!
//! What an IISpec evaluates after an assignment sees the new value, through operators too: these get a form with the state as
//! a parameter, `F_on(st, a)`, which a symbol has no place for.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::facts::Names;
use super::read::Refusal;
use crate::tla::free::free_names_of;
use crate::tla::ops;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Unit;

/// The symbols that read variables and are used where statements may have assigned them.
pub(super) fn refusals(facts: &Facts<'_>) -> Vec<Refusal> {
    let definitions: Vec<_> = facts.module.units.iter().filter_map(Unit::definition).collect();
    let names: BTreeMap<&str, Names> = definitions.iter().map(|d| (d.name.text.as_str(), free_names_of(d))).collect();
    let symbols: Vec<&Definition> = definitions.into_iter().filter(|definition| is_symbol(definition)).collect();
    let mut reading = Names::new();
    loop {
        let reads = |name: &String| {
            facts.is_variable(name)
                || reading.contains(ops::canonical(name))
                || facts.operators.get(name).is_some_and(|op| !op.reads.is_empty() || !op.primed.is_empty())
        };
        let found = symbols.iter().filter(|symbol| names[symbol.name.text.as_str()].iter().any(reads));
        let found: Names = found.map(|symbol| ops::canonical(&symbol.name.text).to_owned()).collect();
        if found == reading {
            break;
        }
        reading = found;
    }
    let mut run: Names = facts.served();
    run.extend(facts.operators.iter().filter(|(_, operator)| operator.procedure).map(|(name, _)| name.clone()));
    let used = |symbol: &&Definition| {
        let symbol = ops::canonical(&symbol.name.text);
        let mut users = run.iter().filter_map(|name| names.get(name.as_str()));
        reading.contains(symbol) && users.any(|free| free.iter().any(|name| ops::canonical(name) == symbol))
    };
    let refusal = |symbol: &Definition| Refusal {
        span: symbol.name.span,
        code: "transform/symbol-reads",
        message: format!("`{}` reads variables and is written as a symbol", symbol.name.text),
        hint: "give it a name: `Plus(a, b) == ...`, or hand over what it reads",
    };
    symbols.into_iter().filter(used).map(refusal).collect()
}

fn is_symbol(definition: &Definition) -> bool {
    matches!(definition.head, Head::Operator(_, fixity) if fixity != Fixity::Named)
}
