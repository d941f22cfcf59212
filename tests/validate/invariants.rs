//! Invariants while traces are judged: a behaviour that explains a trace has to keep them.

use super::*;
use specgen::trace::read::read_from;
use specgen::validate::Violated;

const SPEC: &str = r"---- MODULE Choice ----
EXTENDS Naturals
VARIABLES x, y
Init == x \in {0, 7} /\ y = 0
Choose == x' \in {x + 1, x + 2} /\ UNCHANGED y
Other == x' = x /\ y' = y + 1
Small == x < 4
Low == x # 1
Broken == y = 0 \/ 1 \div (y - 1) = 5
Ahead == x' > x
Nothing == x = 7
====";

/// A trace of these events, each with what `y` is after it.
fn trace(events: &[(&str, i64)]) -> Trace {
    let mut text = "{\"specgen_trace\":1,\"system\":\"choice\",\"nodes\":[\"n1\"]}\n".to_owned();
    for (index, (event, y)) in events.iter().enumerate() {
        let event = json!({"seq": index + 1, "event": event, "node": "n1", "params": {}, "state": {"y": y}});
        text += &event.to_string();
        text.push('\n');
    }
    read_from(text.as_bytes(), "t.ndjson", Default::default()).unwrap()
}

fn spec() -> Specification {
    Specification::new("Choice", SPEC, Vec::new())
}

fn mapping() -> Mapping {
    serde_yaml::from_str("node_parameter: s\nstate: [{field: y, spec: y}]\nactions: [{name: Choose}, {name: Other}]\n")
        .unwrap()
}

fn under(invariants: &[&str]) -> Settings {
    let invariants = invariants.iter().map(|name| (*name).to_owned()).collect();
    Settings { invariants, suggest: 100_000, ..Settings::default() }
}

fn verdict(invariants: &[&str], events: &[(&str, i64)]) -> Verdict {
    judge_under(&native(), &spec(), &mapping(), &[trace(events)], &under(invariants)).traces.remove(0).verdict
}

#[test]
fn a_trace_is_accepted_if_one_behaviour_that_explains_it_keeps_the_invariants() {
    // From 0 by one step to 2 only, from there to 3.
    let two = [("Choose", 0), ("Choose", 0)];
    assert!(matches!(verdict(&["Small", "Low"], &two), Verdict::Accepted { events: 2, .. }));
    let Verdict::Accepted { evidence, .. } = verdict(&["Small"], &two) else { panic!("it is accepted") };
    assert_eq!(evidence.run().claim().invariants, ["Small"]);
}

#[test]
fn an_event_that_leads_only_to_states_that_violate_an_invariant_is_rejected_with_its_values() {
    let three = [("Choose", 0), ("Other", 1), ("Choose", 1)];
    assert!(matches!(verdict(&[], &three), Verdict::Accepted { .. }));
    let told = verdict(&["Small", "Low"], &[&three[..], &[("Choose", 1)]].concat());
    let divergence = rejected(&told);
    assert_eq!((divergence.event_index, divergence.line, divergence.kind), (3, 5, DivergenceKind::InvariantViolated));
    let Violated { invariant, place, initial, values } = divergence.violated.clone().unwrap();
    assert_eq!((invariant.as_str(), place.as_str(), initial), ("Small", "Choice.tla:7", false));
    let values: Vec<String> = values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    assert_eq!(values, ["x = 4"], "only what the invariant looks at");
    let text = validate::render(divergence);
    assert!(text.contains("but to a state that violates Small (Choice.tla:7):\n  x = 4\n"), "{text}");
    assert_eq!(divergence.suggestions, None);
}

#[test]
fn an_event_without_a_step_is_not_laid_to_an_invariant() {
    let told = verdict(&["Small", "Low"], &[("Choose", 0), ("Other", 5)]);
    assert_eq!((rejected(&told).event_index, rejected(&told).kind), (1, DivergenceKind::StateDiffers));
    let told = verdict(&["Small"], &[("Other", 5)]);
    assert_eq!(rejected(&told).kind, DivergenceKind::StateDiffers, "7 violates it, but there is 0");
}

#[test]
fn an_initial_state_that_violates_an_invariant_is_told_as_one() {
    let spec = Specification::new("Choice", SPEC.replace("{0, 7}", "{8, 9}"), Vec::new());
    let report = judge_under(&native(), &spec, &mapping(), &[trace(&[("Choose", 0)])], &under(&["Small"]));
    let divergence = rejected(&report.traces[0].verdict);
    let violated = divergence.violated.as_ref().unwrap();
    assert_eq!((divergence.event_index, violated.initial), (0, true));
    assert!(validate::render(divergence).contains("The initial state of the specification violates Small"));
}

#[test]
fn an_invariant_without_a_value_is_an_error_and_no_violation() {
    let told = verdict(&["Broken"], &[("Other", 1)]);
    let divergence = rejected(&told);
    assert_eq!((divergence.event_index, divergence.kind), (0, DivergenceKind::EvaluationError));
}

#[test]
fn what_is_no_invariant_is_refused() {
    for wrong in ["Ahead", "Absent", "Choose"] {
        let settings = under(&[wrong]);
        let failure = judged_or_not(&native(), &spec(), &mapping(), &[trace(&[("Choose", 0)])], &settings).unwrap_err();
        assert!(failure.to_string().contains(wrong), "{failure}");
    }
}

#[test]
fn tlc_does_not_judge_without_the_invariants_that_were_asked_for() {
    let Some(tlc) = tools() else { return };
    let asked = |by: &Judge, spec: &Specification| {
        judged_or_not(by, spec, &mapping(), &[trace(&[("Choose", 0)])], &under(&["Small"]))
    };
    assert_eq!(asked(&Judge::Tlc(Arc::clone(&tlc)), &spec()).unwrap_err().code(), "validate/invariants");
    let needs_tlc = Specification::new(
        "Choice",
        SPEC.replace("EXTENDS ", "EXTENDS TLC, ").replace("y = 0\n", "y = 0 * TLCGet(\"level\")\n"),
        Vec::new(),
    );
    let report = asked(&Judge::Native { instead: Some(tlc) }, &needs_tlc).unwrap();
    assert!(matches!(&report.traces[0].verdict, Verdict::Unknown { .. }), "{report:?}");
}
