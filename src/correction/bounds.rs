//! A set without an end where one is gone through: a part of it, up to a constant that the config gives.

use std::collections::BTreeSet;

use super::Draft;
use super::Proposal;
use super::edit::Edit;
use crate::base::span::Span;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Module;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// The constant's name, where the module has none of that name.
const NAME: &str = "MaxNat";

/// `Nat` and `Int` in what is to blame become `0..MaxNat` and `-MaxNat..MaxNat`.
pub(super) fn propose(draft: &Draft, module: &Module, frozen: &BTreeSet<String>, blamed: Span) -> Option<Proposal> {
    let text = &draft.module;
    let mut name = NAME.to_owned();
    let known = declares(module, &name);
    while !known && text.contains(&name) {
        name.push('_');
    }
    let mut edits = Vec::new();
    for unit in &module.units {
        let Some(definition) = unit.definition().filter(|definition| !frozen.contains(&definition.name.text)) else {
            continue;
        };
        visit::walk(&definition.body, &mut |e| {
            if e.span.start >= blamed.start && e.span.end <= blamed.end {
                edits.extend(edit(e, &name));
            }
        });
        if !edits.is_empty() {
            break;
        }
    }
    if edits.is_empty() {
        return None;
    }
    let mut config = Vec::new();
    if !known {
        let at = module.units.first()?.span.start;
        edits.push(Edit::at(
            at,
            format!("\\* Bounds what is gone through; its value stands in the config.\nCONSTANT {name}\n"),
        ));
        let gap = if draft.config.is_empty() || draft.config.ends_with('\n') { "" } else { "\n" };
        let lines = "    \\* a bound of the model, not of the specification: what needs larger numbers is not seen";
        config.push(Edit::at(draft.config.len(), format!("{gap}CONSTANTS\n{lines}\n    {name} = 3\n")));
    }
    let why = "all elements of an infinite set cannot be gone through; the bound is part of the model".to_owned();
    let decision = Some(format!("numbers above {name} are not gone through; the config gives its value"));
    Some(Proposal { fixer: "bounds", why, decision, module: edits, config })
}

fn declares(module: &Module, name: &str) -> bool {
    let of = |kind: &UnitKind| matches!(kind, UnitKind::Constants(all) if all.iter().any(|one| one.name.text == name));
    module.units.iter().any(|unit| of(&unit.kind))
}

fn edit(set: &Expr, name: &str) -> Option<Edit> {
    let with = match set.as_call()?.0 {
        "Nat" => format!("(0..{name})"),
        "Int" => format!("(-{name}..{name})"),
        _ => return None,
    };
    Some(Edit { span: set.span, with })
}
