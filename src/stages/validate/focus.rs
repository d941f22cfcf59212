//! Where in the IISpec a divergence's cause may lie, for the model: the operators that assign what differs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::provenance;
use crate::tla;
use crate::tla::uses;
use crate::validate::Divergence;

/// For each variable that differs, the operators that assign it in the steps which the event's action can take, with the
/// source function each stands for. Empty where nothing is compared, or the text is not what SANY has read.
pub(super) fn focus(iispec: &str, divergence: &Divergence) -> String {
    let Some(module) = tla::parse_module(iispec, "IISpec.tla").module else { return String::new() };
    let definitions = uses::definitions(&module);
    let reached = uses::reachable(&definitions, [divergence.event.clone()]);
    let assigned: BTreeMap<&str, _> = definitions
        .iter()
        .filter(|(name, _)| reached.contains(**name))
        .map(|(name, definition)| (*name, uses::assigned_in(&definition.body)))
        .collect();
    let blocks = provenance::blocks(iispec);
    let place = |name: &str| {
        let function = blocks.iter().find(|b| b.operator == name).and_then(|b| b.function.as_ref());
        function.map_or_else(|| name.to_owned(), |f| format!("{name} ({}:{}-{})", f.file, f.first, f.last))
    };
    let mut text = String::new();
    for variable in divergence.before.keys() {
        let about = |d: &crate::validate::Difference| words(&d.spec).any(|word| word == variable);
        let operators: Vec<_> = assigned.iter().filter(|(_, names)| names.contains(variable)).collect();
        if divergence.differences.iter().any(about) && !operators.is_empty() {
            let operators: Vec<_> = operators.iter().map(|(name, _)| place(name)).collect();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {variable}: {}", operators.join(", "));
        }
    }
    match text.is_empty() {
        true => text,
        false => format!("\nOf what {} uses, these operators assign what differs:\n{text}", divergence.event),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}
