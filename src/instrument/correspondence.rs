//! Whether the probes and the actions of a configuration, and the actions of the specification, belong together.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::diag::Diagnostic;
use crate::base::spelling;
use crate::instrument::TraceConfig;

static LITERAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""([^"\\]*)"|'([^'\\]*)'"#).expect("it is a regular expression"));

/// What makes a name that is no literal: a sum, a call of what formats, a function.
static COMPUTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"["']\s*\+|\+\s*["']|!\s*\(|Sprintf|%|\bf["']|\.format"#).expect("it is a regular expression")
});

/// The names that the probes' events can have; `None` where some of them cannot be told.
fn events(config: &TraceConfig) -> (BTreeSet<&str>, bool) {
    let mut names: BTreeSet<&str> = config.probes.iter().filter_map(|probe| probe.event.as_deref()).collect();
    let mut all = true;
    for expression in config.probes.iter().filter_map(|probe| probe.event_expression.as_deref()) {
        let literals = LITERAL.captures_iter(expression).filter_map(|found| found.get(1).or(found.get(2)));
        let literals: Vec<&str> = literals.map(|found| found.as_str()).collect();
        all &= !literals.is_empty() && !COMPUTED.is_match(expression);
        names.extend(literals.into_iter().filter(|name| !name.is_empty()));
    }
    (names, all)
}

/// Probes without an action, actions without a probe, and actions of the specification (each with its place) that the
/// configuration does not know.
pub fn unmatched(config: &TraceConfig, spec: &[(String, String)]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let names = || config.actions.iter().map(|action| action.name.as_str());
    for (number, probe) in config.probes.iter().enumerate() {
        let Some(event) = probe.event.as_deref().filter(|event| !names().any(|name| name == *event)) else { continue };
        let message =
            format!("the {} probe of {} writes `{event}`, which is no action", probe.trigger.word(), probe.function);
        let hint = match spelling::nearest(event, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "list it under `actions`, with the action of the specification behind it".to_owned(),
        };
        let place = config.lines.place(&config.lines.probes, number);
        found.push(Diagnostic::error("instrument/no-action", message).at(place).hint(hint));
    }
    let (events, all) = events(config);
    for (number, action) in config.actions.iter().enumerate() {
        if all && !action.harness && !events.contains(action.name.as_str()) {
            let message = format!("no probe writes `{}`", action.name);
            let hint = "add a probe, say `harness: true` if the harness writes it, or list it under `silent`";
            let place = config.lines.place(&config.lines.actions, number);
            found.push(Diagnostic::warning("instrument/no-probe", message).at(place).hint(hint));
        }
    }
    for (name, place) in spec {
        let called = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
        let known =
            config.actions.iter().any(|action| action.name == *name || action.stmt.as_deref().is_some_and(called))
                || config.silent.iter().any(|silent| silent.name == *name);
        if !known {
            let message = format!("the specification has the action {name} ({place}), which no event tells of");
            let hint =
                "list it under `actions` with a probe, or under `silent`; a trace in which it happens is rejected";
            found.push(Diagnostic::warning("instrument/no-probe", message).hint(hint));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(probes: &str, actions: &str, spec: &[&str]) -> Vec<(String, Option<usize>)> {
        let text = format!(
            "format: 1\nsystem: s\nlanguage: go\nprobes:\n{probes}\nactions:\n{actions}\nsilent:\n- {{name: Lose, before: [A]}}\n"
        );
        let config = TraceConfig::read(&text, "t.yaml").unwrap();
        let spec: Vec<_> = spec.iter().map(|name| ((*name).to_owned(), "S.tla:1".to_owned())).collect();
        let found = unmatched(&config, &spec);
        found.into_iter().map(|d| (d.code, d.places.first().map(|place| place.line))).collect()
    }

    const PROBE: &str = "- {function: f, file: a.go, trigger: exit, ";

    #[test]
    fn a_probe_and_an_action_that_know_nothing_of_each_other_are_named() {
        let found = said(&format!("{PROBE}event: B}}"), "- {name: A}\n- {name: H, harness: true}", &[]);
        assert_eq!(found, [("instrument/no-action".to_owned(), Some(5)), ("instrument/no-probe".to_owned(), Some(7))]);
        assert_eq!(said(&format!("{PROBE}event: A}}"), "- {name: A}", &[]), []);
    }

    #[test]
    fn an_expression_names_the_events_of_its_literals_or_any() {
        let either = format!("{PROBE}event_expression: 'if x {{ \"A\" }} else {{ \"B\" }}'}}");
        assert_eq!(said(&either, "- {name: A}\n- {name: C}", &[]), [("instrument/no-probe".to_owned(), Some(8))]);
        assert_eq!(said(&format!("{PROBE}event_expression: ev(m)}}"), "- {name: C}", &[]), []);
        assert_eq!(said(&format!("{PROBE}event_expression: '\"Step_\" + m.Type'}}"), "- {name: C}", &[]), []);
    }

    #[test]
    fn an_action_of_the_specification_that_no_event_tells_of_is_named() {
        let probe = format!("{PROBE}event: A}}");
        let found = said(&probe, "- {name: A, stmt: 'Step(s) /\\ x'}", &["A", "Lose", "Step", "Crash"]);
        assert_eq!(found, [("instrument/no-probe".to_owned(), None)]);
    }
}
