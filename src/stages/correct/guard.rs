//! The guard against cheating: an edit may not touch what the properties say, or what TLC explores.
//!
//! It looks at text alone, so it cannot know whether an action says what the source does. An action that allows too much
//! is what the stage challenge is for: deliberately wrong traces must still be rejected.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::problem::Problem;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::tla;
use crate::tla::shape;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::uses;

/// What every later text must keep.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    file: String,
    properties: Vec<String>,
    /// Shapes of the properties, of all that they use, and of `Spec`.
    frozen: BTreeMap<String, String>,
    /// Shapes of Init and of what it uses.
    initial: BTreeMap<String, String>,
    /// The operators on the way from Next to the actions, with their disjuncts.
    way: BTreeMap<String, Vec<Disjunct>>,
    /// What Next leads to.
    actions: BTreeSet<String>,
}

impl Guard {
    /// The guard that `iispec`, the text a round starts with, sets for it. `mapped` are the actions that events stand for.
    pub(super) fn of(
        iispec: &str,
        properties: &[String],
        mapped: &BTreeSet<String>,
        module: &str,
    ) -> Result<Self, Failure> {
        let file = format!("{module}.tla");
        let parsed = parse(iispec, &file).map_err(|d| Failure { diagnostics: d })?;
        let definitions = uses::definitions(&parsed);
        let missing = properties.iter().find(|p| !definitions.contains_key(p.as_str()));
        if let Some(name) = missing {
            return Err(Diagnostic::error(
                "correct/no-property",
                format!("the spec does not define the property `{name}`"),
            )
            .hint("target.properties of specgen.yaml lists what the spec must define")
            .into());
        }
        let variables = uses::variables(&parsed);
        let speaks = |property: &String| {
            let reached = uses::reachable(&definitions, [property.clone()]);
            reached.iter().any(|name| !uses::names_in(&definitions[name.as_str()].body).is_disjoint(&variables))
        };
        // A module that it extends may declare the variables.
        if let Some(name) = properties.iter().find(|property| !variables.is_empty() && !speaks(property)) {
            return Err(Diagnostic::error(
                "correct/vacuous-property",
                format!("the property `{name}` speaks of no variable, so no state can violate it"),
            )
            .hint("let it say what must be true of every state, or take it out of target.properties")
            .into());
        }
        let mut frozen_names = uses::reachable(&definitions, properties.iter().cloned());
        frozen_names.insert("Spec".to_owned());
        let shape = |name: &String| Some((name.clone(), shape::of_definition(definitions.get(name.as_str())?)));
        let frozen = frozen_names.iter().filter_map(shape).collect();
        let initial = uses::reachable(&definitions, ["Init".to_owned()]).iter().filter_map(shape).collect();
        let (way, actions) = explored(&definitions, mapped);
        Ok(Self { file, properties: properties.to_vec(), frozen, initial, way, actions })
    }

    /// Whether `text`, an answer to `problem`, keeps everything; else what it does not.
    pub(super) fn allows(&self, text: &str, problem: &Problem) -> Result<(), Vec<Diagnostic>> {
        let parsed = parse(text, &self.file)?;
        let definitions = uses::definitions(&parsed);
        let mut wrong = Vec::new();
        for (name, shape) in &self.frozen {
            let role = if self.properties.contains(name) { "the property" } else { "what a property rests on," };
            let now = definitions.get(name.as_str()).map(|d| shape::of_definition(d));
            if now.is_none() {
                let message = format!("the edits remove {role} `{name}`");
                wrong.push(Diagnostic::error("correct/property-removed", message));
            } else if now.as_ref() != Some(shape) {
                let message = format!(
                    "the edits change {role} `{name}`; where an action needs another definition, give it an operator of its own"
                );
                wrong.push(Diagnostic::error("correct/property-changed", message));
            }
        }
        if problem.begins_well {
            wrong.extend(self.begins_elsewhere(&definitions));
        }
        wrong.extend(self.no_longer_explored(&definitions));
        let duplicates = duplicates(&parsed);
        wrong.extend(
            duplicates.map(|n| Diagnostic::error("correct/defined-twice", format!("the edits define `{n}` twice"))),
        );
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Other initial states hide a violation that steps lead to as well as fewer actions do.
    fn begins_elsewhere(&self, definitions: &BTreeMap<&str, &Definition>) -> Vec<Diagnostic> {
        let differs =
            |name: &str, shape: &String| definitions.get(name).map(|d| shape::of_definition(d)).as_ref() != Some(shape);
        let changed = self.initial.iter().filter(|(name, shape)| differs(name, shape));
        let refused = |(name, _): (&String, &String)| {
            let message = format!(
                "the edits change `{name}`, and so the initial states; the first state of the counterexample is right, mend the step that goes wrong"
            );
            Diagnostic::error("correct/init-changed", message)
        };
        changed.map(refused).collect()
    }

    /// What TLC would no longer look at: an invariant holds, too, where no state is left to violate it.
    fn no_longer_explored(&self, definitions: &BTreeMap<&str, &Definition>) -> Vec<Diagnostic> {
        let reached = uses::reachable(definitions, ["Next".to_owned()]);
        let gone: Vec<&String> = self.actions.iter().filter(|a| !reached.contains(*a)).collect();
        let removed = |action: &&String| {
            Diagnostic::error("correct/action-removed", format!("the edits take the action `{action}` out of Next"))
        };
        let mut wrong: Vec<Diagnostic> = gone.iter().map(removed).collect();
        for (operator, before) in self.way.iter().filter(|_| gone.is_empty()) {
            let now = definitions.get(operator.as_str()).map(|d| disjuncts(d)).unwrap_or_default();
            for (name, _) in before.iter().filter(|(_, shape)| !now.iter().any(|(_, other)| other == shape)) {
                let message = format!(
                    "the edits change the disjunct of `{operator}` that names {name}; disjuncts may only be added"
                );
                wrong.push(Diagnostic::error("correct/next-changed", message));
            }
        }
        wrong
    }
}

/// The operators on the way from Next to the actions, Next among them, with the disjuncts of each by name; and the
/// actions: those of the trace mapping, and what else Next names.
fn explored(
    definitions: &BTreeMap<&str, &Definition>,
    mapped: &BTreeSet<String>,
) -> (BTreeMap<String, Vec<Disjunct>>, BTreeSet<String>) {
    let (mut way, mut actions) = (BTreeMap::new(), BTreeSet::new());
    let mut waiting = vec!["Next".to_owned()];
    while let Some(name) = waiting.pop() {
        let Some(definition) = definitions.get(name.as_str()) else { continue };
        let leads_on =
            || uses::reachable(definitions, uses::names_in(&definition.body)).iter().any(|n| mapped.contains(n));
        if name == "Next" || !mapped.contains(&name) && leads_on() {
            if way.insert(name, disjuncts(definition)).is_none() {
                waiting.extend(uses::names_in(&definition.body));
            }
        } else {
            actions.insert(name);
        }
    }
    (way, actions)
}

/// What a disjunct is called, and its shape.
type Disjunct = (String, String);

fn disjuncts(definition: &Definition) -> Vec<Disjunct> {
    let named = |e: &Expr| (uses::names_in(e).into_iter().collect::<Vec<_>>().join(" "), shape::of_expr(e));
    uses::disjuncts(&definition.body).into_iter().map(named).collect()
}

fn parse(text: &str, file: &str) -> Result<Module, Vec<Diagnostic>> {
    let parsed = tla::parse_module(text, file);
    match parsed.module {
        Some(module) if parsed.diagnostics.is_empty() => Ok(module),
        _ => Err(parsed.diagnostics),
    }
}

fn duplicates(module: &Module) -> impl Iterator<Item = String> {
    let mut seen = BTreeSet::new();
    let names = module.units.iter().filter_map(Unit::definition).map(|d| d.name.text.clone());
    names.filter(move |name| !seen.insert(name.clone())).collect::<Vec<_>>().into_iter()
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

    fn codes_of(spec: &str, mapped: &[&str], text: &str) -> Vec<String> {
        let mapped = mapped.iter().map(|a| (*a).to_owned()).collect();
        let guard = Guard::of(spec, &["Small".to_owned()], &mapped, "M").unwrap();
        guard.allows(text, &Problem::of_traces("")).err().unwrap_or_default().into_iter().map(|d| d.code).collect()
    }

    fn codes(text: &str) -> Vec<String> {
        codes_of(SPEC, &["Up", "Down"], text)
    }

    #[test]
    fn a_property_that_speaks_of_no_variable_is_refused_from_the_start() {
        for (from, to) in [("x <= Limit", "TRUE"), ("x <= Limit", "Limit = 3")] {
            let guard = Guard::of(&SPEC.replace(from, to), &["Small".to_owned()], &BTreeSet::new(), "M");
            assert_eq!(guard.unwrap_err().diagnostics[0].code, "correct/vacuous-property");
        }
        let through = SPEC.replace("x <= Limit", "Within(3)\nWithin(n) == x <= n");
        assert!(Guard::of(&through, &["Small".to_owned()], &BTreeSet::new(), "M").is_ok());
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

    #[test]
    fn what_a_property_shares_with_an_action_is_frozen_too() {
        let shared = SPEC.replace("Up == x' = x + 1", "Up == x < Limit /\\ x' = x + 1");
        let codes = |text: &str| codes_of(&shared, &["Up", "Down"], text);
        assert_eq!(codes(&shared.replace("Limit == 3", "Limit == 1000")), ["correct/property-changed"]);
        // The honest way: another operator for the action.
        let own = shared.replace("Limit == 3", "Limit == 3\nBound == 2").replace("x < Limit", "x < Bound");
        assert!(codes(&own).is_empty());
    }

    #[test]
    fn an_action_may_not_be_left_in_next_in_name_only() {
        let quantified = SPEC.replace("Up \\/ Down", "(\\E i \\in {1} : Up) \\/ Down");
        let emptied = quantified.replace("{1}", "{}");
        assert_eq!(codes_of(&quantified, &["Up", "Down"], &emptied), ["correct/next-changed"]);
        let within = SPEC.replace("Next == Up \\/ Down", "Moves == Up \\/ Down\nNext == Moves");
        let codes = |text: &str| codes_of(&within, &["Up", "Down"], text);
        assert_eq!(codes(&within.replace("Up \\/ Down", "Up")), ["correct/action-removed"]);
        assert_eq!(codes(&within.replace("Up \\/ Down", "(Up /\\ FALSE) \\/ Down")), ["correct/next-changed"]);
        assert_eq!(codes(&within.replace("Next == Moves", "Next == FALSE /\\ Moves")), ["correct/next-changed"]);
    }

    #[test]
    fn the_initial_states_stay_where_only_later_ones_are_wrong() {
        let spec = SPEC.replace("Init == x = 0", "Start == 0\nInit == x = Start");
        let guard = Guard::of(&spec, &["Small".to_owned()], &BTreeSet::new(), "M").unwrap();
        let codes = |text: &str, begins_well: bool| {
            let problem = Problem { begins_well, ..Problem::of_traces("") };
            guard.allows(text, &problem).err().unwrap_or_default().into_iter().map(|d| d.code).collect::<Vec<_>>()
        };
        for (from, to) in [("x = Start", "x = Start /\\ FALSE"), ("Start == 0", "Start == 3")] {
            let text = spec.replace(from, to);
            assert_eq!(codes(&text, true), ["correct/init-changed"]);
            assert!(codes(&text, false).is_empty());
        }
        assert!(codes(&spec.replace("x + 1", "IF x < 3 THEN x + 1 ELSE x"), true).is_empty());
    }

    #[test]
    fn an_action_may_be_added() {
        let more = SPEC.replace("Next == Up \\/ Down", "Stay == x' = x\nNext == Up \\/ Stay \\/ Down");
        assert!(codes(&more).is_empty());
    }

    #[test]
    fn an_action_that_allows_everything_is_not_seen_by_a_guard_on_text() {
        // The stage challenge sees it: wrong traces are accepted.
        assert!(codes(&SPEC.replace("x' = x + 1", "x' \\in 0..3")).is_empty());
    }
}
