//! The guard against cheating: an edit may not touch a property, or take an action out of Next.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::tla;
use crate::tla::shape;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::visit;

/// What every later text must keep.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    file: String,
    properties: Vec<String>,
    /// Shapes of the properties, of `Spec`, and of what only the properties use.
    frozen: BTreeMap<String, String>,
    /// Operators named in Next.
    actions: BTreeSet<String>,
}

impl Guard {
    /// The guard that `iispec`, the text a round starts with, sets for it.
    pub(super) fn of(iispec: &str, properties: &[String], module: &str) -> Result<Self, Failure> {
        let file = format!("{module}.tla");
        let parsed = parse(iispec, &file).map_err(|d| Failure { diagnostics: d })?;
        let definitions = definitions(&parsed);
        let missing = properties.iter().find(|p| !definitions.contains_key(p.as_str()));
        if let Some(name) = missing {
            return Err(Diagnostic::error(
                "correct/no-property",
                format!("the spec does not define the property `{name}`"),
            )
            .hint("target.properties of specgen.yaml lists what the spec must define")
            .into());
        }
        let behaviour = closure(&definitions, ["Init", "Next"].map(str::to_owned));
        let mut frozen_names = closure(&definitions, properties.iter().cloned());
        frozen_names.retain(|name| !behaviour.contains(name) || properties.contains(name));
        frozen_names.insert("Spec".to_owned());
        let shape = |name: &String| Some((name.clone(), shape::of_definition(definitions.get(name.as_str())?)));
        let frozen = frozen_names.iter().filter_map(shape).collect();
        let actions = definitions.get("Next").map(|next| names_in(&next.body)).unwrap_or_default();
        let actions = actions.into_iter().filter(|name| definitions.contains_key(name.as_str())).collect();
        Ok(Self { file, properties: properties.to_vec(), frozen, actions })
    }

    /// Whether `text` keeps everything; else what it does not.
    pub(super) fn allows(&self, text: &str) -> Result<(), Vec<Diagnostic>> {
        let parsed = parse(text, &self.file)?;
        let definitions = definitions(&parsed);
        let mut wrong = Vec::new();
        for (name, shape) in &self.frozen {
            let role = if self.properties.contains(name) { "the property" } else { "what a property rests on," };
            match definitions.get(name.as_str()) {
                None => wrong
                    .push(Diagnostic::error("correct/property-removed", format!("the edits remove {role} `{name}`"))),
                Some(definition) if shape::of_definition(definition) != *shape => {
                    wrong.push(Diagnostic::error(
                        "correct/property-changed",
                        format!("the edits change {role} `{name}`"),
                    ));
                }
                Some(_) => {}
            }
        }
        let next = definitions.get("Next").map(|next| names_in(&next.body)).unwrap_or_default();
        for action in self.actions.iter().filter(|a| !next.contains(*a) || !definitions.contains_key(a.as_str())) {
            wrong.push(Diagnostic::error(
                "correct/action-removed",
                format!("the edits take the action `{action}` out of Next"),
            ));
        }
        let duplicates = duplicates(&parsed);
        wrong.extend(
            duplicates.map(|n| Diagnostic::error("correct/defined-twice", format!("the edits define `{n}` twice"))),
        );
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

fn parse(text: &str, file: &str) -> Result<Module, Vec<Diagnostic>> {
    let parsed = tla::parse_module(text, file);
    match parsed.module {
        Some(module) if parsed.diagnostics.is_empty() => Ok(module),
        _ => Err(parsed.diagnostics),
    }
}

fn definitions(module: &Module) -> BTreeMap<&str, &Definition> {
    module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect()
}

fn duplicates(module: &Module) -> impl Iterator<Item = String> {
    let mut seen = BTreeSet::new();
    let names = module.units.iter().filter_map(Unit::definition).map(|d| d.name.text.clone());
    names.filter(move |name| !seen.insert(name.clone())).collect::<Vec<_>>().into_iter()
}

/// Every name in an expression, LET definitions included. Bound names that are called like an operator count too, which
/// only freezes more.
fn names_in(expr: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit::walk(expr, &mut |e| {
        if let ExprKind::Name { name, .. } = &e.kind {
            names.insert(name.clone());
        }
    });
    names
}

/// The operators reachable from `roots`, these included.
fn closure(definitions: &BTreeMap<&str, &Definition>, roots: impl IntoIterator<Item = String>) -> BTreeSet<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "---- MODULE M ----
EXTENDS Naturals
VARIABLE x
Limit == 3
Small == x <= Limit
Init == x = 0
Up == x' = x + 1
Down == x' = x - 1
Next == Up \\/ Down
Spec == Init /\\ [][Next]_x
====
";

    fn codes(text: &str) -> Vec<String> {
        let guard = Guard::of(SPEC, &["Small".to_owned()], "M").unwrap();
        guard.allows(text).err().unwrap_or_default().into_iter().map(|d| d.code).collect()
    }

    #[test]
    fn an_honest_edit_passes() {
        assert!(codes(SPEC).is_empty());
        assert!(codes(&SPEC.replace("x + 1", "IF x < 3 THEN x + 1 ELSE x")).is_empty());
        assert!(codes(&SPEC.replace("Small == x <= Limit", "Small == \\* why\n    (x <= Limit)")).is_empty());
    }

    #[test]
    fn a_weakened_property_is_refused() {
        assert_eq!(codes(&SPEC.replace("x <= Limit", "TRUE")), ["correct/property-changed"]);
        assert_eq!(codes(&SPEC.replace("Small == x <= Limit\n", "")), ["correct/property-removed"]);
    }

    #[test]
    fn what_only_a_property_uses_is_frozen_too() {
        assert_eq!(codes(&SPEC.replace("Limit == 3", "Limit == 1000")), ["correct/property-changed"]);
    }

    #[test]
    fn an_action_may_not_leave_next() {
        assert_eq!(codes(&SPEC.replace("Up \\/ Down", "Up")), ["correct/action-removed"]);
    }

    #[test]
    fn spec_may_not_change() {
        assert_eq!(codes(&SPEC.replace("[][Next]_x", "[][FALSE]_x")), ["correct/property-changed"]);
    }
}
