//! Steps that no event tells of: what they may explain, and what not.

use super::*;
use specgen::trace::read::read_from;

const EVENTS: &str = "
actions:
- {name: Read}
- {name: Look}
- {name: Set, harness: true}
";

/// The small module and a mapping with these silent actions.
fn hidden(silent: &str) -> (Specification, Mapping) {
    let mapping = format!("node_parameter: s\nstate: [{{field: x, spec: x}}]{EVENTS}silent:{silent}\n");
    let spec = Specification::new("Hidden", include_str!("Hidden.tla"), Vec::new());
    (spec, serde_yaml::from_str(&mapping).unwrap())
}

/// A trace of `Read 3`, `Look 3` and `Set`.
fn told(events: &[&str]) -> Trace {
    let mut text = "{\"specgen_trace\":1,\"system\":\"hidden\",\"nodes\":[\"n1\"]}\n".to_owned();
    for (index, event) in events.iter().enumerate() {
        let (name, x) = event.split_once(' ').unwrap_or((event, ""));
        let state = if x.is_empty() { json!({}) } else { json!({ "x": x.parse::<i64>().unwrap() }) };
        let event = json!({"seq": index + 1, "event": name, "node": "n1", "params": {"by": 2}, "state": state});
        text.push_str(&event.to_string());
        text.push('\n');
    }
    read_from(text.as_bytes(), &events.join(", "), Default::default()).unwrap()
}

/// What is found of traces: how many silent steps explain one, or how many of its events are explained.
fn found(silent: &str, traces: &[&[&str]]) -> Vec<Result<usize, usize>> {
    let (spec, mapping) = hidden(silent);
    let traces: Vec<Trace> = traces.iter().map(|events| told(events)).collect();
    let all: Vec<Report> = judges().iter().map(|by| judge_with(by, &spec, &mapping, &traces)).collect();
    let outcome = |judged: &Judged| match &judged.verdict {
        Verdict::Accepted { evidence, .. } => Ok(evidence.silent().steps),
        Verdict::Rejected(divergence) => Err(divergence.event_index),
        Verdict::Unknown { why } => panic!("{}: {why}", judged.trace),
    };
    for other in &all[1..] {
        agree(&all[0], other);
        let outcomes = |report: &Report| report.traces.iter().map(outcome).collect::<Vec<_>>();
        assert_eq!(outcomes(&all[0]), outcomes(other));
    }
    all[0].traces.iter().map(outcome).collect()
}

/// Both come to the same, but for the number of silent steps: one behaviour is as good as another.
fn agree(one: &Report, other: &Report) {
    for (one, other) in one.traces.iter().zip(&other.traces) {
        match (&one.verdict, &other.verdict) {
            (Verdict::Accepted { events, .. }, Verdict::Accepted { events: same, .. }) => assert_eq!(events, same),
            (verdict, other) => assert_eq!(essence(verdict), essence(other), "{}", one.trace),
        }
    }
}

#[test]
fn silent_steps_explain_as_many_as_are_allowed_between_two_events_and_no_more() {
    let raise = "\n- {name: Raise, parameters: [{name: by, source: '{1}'}], before: [Read], at_most: 2}";
    let traces: [&[&str]; 6] =
        [&["Read 0"], &["Read 2"], &["Read 3"], &["Read 2", "Read 4"], &["Read 1", "Read 4"], &["Read 2", "Read 2"]];
    assert_eq!(found(raise, &traces), [Ok(0), Ok(2), Err(0), Ok(4), Err(1), Ok(2)]);
}

#[test]
fn silent_steps_are_taken_before_the_events_that_the_mapping_names_only() {
    let raise = "\n- {name: Raise, parameters: [{name: by, source: '{1}'}], before: [Read]}";
    let traces: [&[&str]; 4] = [&["Look 1"], &["Read 1", "Look 1"], &["Read 1", "Look 2"], &["Look 0", "Read 1"]];
    assert_eq!(found(raise, &traces), [Err(0), Ok(1), Err(1), Ok(1)]);
    let none: [&[&str]; 1] = [&["Read 1"]];
    assert_eq!(found(" []", &none), [Err(0)]);
}

#[test]
fn the_next_event_gives_a_silent_action_its_arguments() {
    let raise = "\n- {name: Raise, parameters: [{name: by, from: params.by}], before: [Read]}";
    let traces: [&[&str]; 3] = [&["Read 2"], &["Read 1"], &["Read 2", "Look 2", "Read 4"]];
    assert_eq!(found(raise, &traces), [Ok(1), Err(0), Ok(2)]);
}

#[test]
fn a_state_is_told_apart_by_which_silent_steps_are_left() {
    // Only Other and then First lead to 10; First and Other lead to 1, from where First has to be left.
    let both = "\n- {name: First, before: [Read]}\n- {name: Other, before: [Read]}";
    let traces: [&[&str]; 3] = [&["Read 10"], &["Read 1", "Read 10"], &["Read 11"]];
    assert_eq!(found(both, &traces), [Ok(2), Ok(2), Err(0)]);
}

#[test]
fn a_state_that_is_met_again_after_fewer_silent_steps_is_gone_on_from() {
    // Set leads to 0, where one Raise leads to 1; after Flip it leads to 1 itself, and one Raise to 2.
    let steps =
        "\n- {name: Flip, before: [Set]}\n- {name: Raise, parameters: [{name: by, source: '{1}'}], before: [Read]}";
    let traces: [&[&str]; 3] = [&["Set", "Read 2"], &["Set", "Read 1"], &["Set", "Read 3"]];
    assert_eq!(found(steps, &traces), [Ok(2), Ok(1), Err(1)]);
}

#[test]
fn a_silent_step_without_a_value_rejects_what_needs_it_and_no_other() {
    let broken = "\n- {name: Broken, before: [Read], at_most: 2}";
    let (spec, mapping) = hidden(broken);
    for by in &judges() {
        let report = judge_with(by, &spec, &mapping, &[told(&["Look 0"]), told(&["Read 2"])]);
        assert!(matches!(report.traces[0].verdict, Verdict::Accepted { events: 1, .. }));
        let divergence = rejected(&report.traces[1].verdict);
        assert_eq!((divergence.event_index, divergence.kind), (0, DivergenceKind::EvaluationError));
        assert!(divergence.message.as_deref().unwrap().contains("div"), "{divergence:?}");
    }
}

#[test]
fn the_evaluator_says_which_silent_actions_it_took() {
    let (spec, mapping) = hidden("\n- {name: First, before: [Read]}\n- {name: Other, before: [Read]}");
    let report = judge_with(&native(), &spec, &mapping, &[told(&["Read 10", "Look 10"])]);
    let Verdict::Accepted { events: 2, evidence } = &report.traces[0].verdict else { panic!("{report:#?}") };
    assert_eq!(evidence.silent().to_string(), "2 silent steps: First 1, Other 1");
    assert_eq!(evidence.run().claim().depth, Some(5));
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}

#[test]
fn a_silent_action_that_nothing_constrains_is_refused() {
    let codes = |silent: &str| {
        let (spec, mapping) = hidden(silent);
        let found = validate::check(&spec, &mapping, &[told(&["Read 0"])]);
        assert!(found.iter().all(|diagnostic| !diagnostic.hints.is_empty()));
        found.into_iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(codes("\n- {name: Flip, before: [Read]}"), none);
    assert_eq!(codes("\n- {name: Flip}"), ["trace/unconstrained-silent"]);
    assert_eq!(codes("\n- {name: Flip, before: []}"), ["trace/unconstrained-silent"]);
    assert_eq!(codes("\n- {name: Flip, before: [Read, Raed]}"), ["trace/silent-event"]);
    assert_eq!(codes("\n- {name: Flip, before: [Flip]}"), ["trace/silent-event"]);
    assert_eq!(codes("\n- {name: Flip, before: [Read], at_most: 0}"), ["trace/silent-bound"]);
    assert_eq!(codes("\n- {name: Flip, before: [Read], at_most: 17}"), ["trace/silent-bound"]);
    assert_eq!(codes("\n- {name: Look, before: [Read]}"), ["trace/silent-logged"]);
    assert_eq!(codes("\n- {name: Look, before: [Read], also_logged: true}"), none);
    assert_eq!(codes("\n- {name: Blink, before: [Read]}"), ["trace/unmapped-action"]);
    assert_eq!(codes("\n- {name: Raise, before: [Read]}"), ["trace/mapping"]);
    let raise = |parameter: &str| format!("\n- {{name: Raise, before: [Read], parameters: [{{name: by{parameter}}}]}}");
    assert_eq!(codes(&raise("")), ["trace/mapping"]);
    assert_eq!(codes(&raise(", from: params.most")), ["trace/missing-parameter"]);
    assert_eq!(codes(&raise(", from: params.most, source: '{1}'")), none);
}

/// A trace of the lock service without its events of this name.
fn without(mut trace: Trace, name: &str) -> Trace {
    trace.events.retain(|event| event.name != name);
    trace
}

/// The mapping of the lock service, where `name` is silent, with these parameters.
fn lock_mapping(name: &str, parameters: &str) -> Mapping {
    let mut mapping = mapping();
    mapping.actions.retain(|action| action.name != name);
    let before: Vec<&str> = mapping.actions.iter().map(|action| action.name.as_str()).collect();
    let before = before.join(", ");
    let silent = format!("[{{name: {name}, parameters: {parameters}, before: [{before}], at_most: 2}}]");
    mapping.silent = serde_yaml::from_str(&silent).unwrap();
    mapping
}

#[test]
fn with_hidden_events_the_evaluator_finds_what_tlc_finds() {
    let cases =
        [("Tick", "[{name: s, from: node}]"), ("Request", "[{name: s, source: Server}, {name: p, source: Server}]")];
    for (name, parameters) in cases {
        let traces: Vec<Trace> = (1..=3).map(|seed| without(lock::trace(seed, 2, 25), name)).collect();
        let field = |name: &str| name.to_owned();
        let mutations = [
            Mutation::Raise { field: field("clock"), by: 1, only: None, steady: false },
            Mutation::Another { field: field("holder"), unless: None },
            Mutation::Param { path: vec![field("m"), field("time")] },
            Mutation::Stale { field: field("clock") },
            Mutation::Drop { field: field("holder") },
            Mutation::Part { field: field("waiting") },
        ];
        let mut all = traces.clone();
        for (trace, seed) in traces.iter().zip(1..) {
            let evidence = Evidence::of(std::slice::from_ref(trace), &mapping());
            all.extend(mutants(trace, &evidence, &mutations, &[], 1, seed).into_iter().map(|mutant| mutant.trace));
        }
        let mapping = lock_mapping(name, parameters);
        let reports: Vec<Report> = judges().iter().map(|by| judge_with(by, &spec(), &mapping, &all)).collect();
        reports[1..].iter().for_each(|other| agree(&reports[0], other));
        let (accepted, rejected): (Vec<_>, Vec<_>) =
            reports[0].traces.iter().partition(|judged| matches!(&judged.verdict, Verdict::Accepted { .. }));
        let silent = accepted.iter().filter(|judged| match &judged.verdict {
            Verdict::Accepted { evidence, .. } => evidence.silent().steps > 0,
            _ => false,
        });
        let full = traces.iter().all(|trace| accepted.iter().any(|judged| judged.trace == trace.file));
        assert!(full && rejected.len() > 8 && silent.count() > 1, "{name}");
    }
}

/// The first rejection with these suggestions asked for.
fn suggested(spec: &Specification, mapping: &Mapping, trace: &Trace, suggest: u64) -> Divergence {
    let settings = Settings { suggest, ..Settings::default() };
    let report = judge_under(&native(), spec, mapping, std::slice::from_ref(trace), &settings);
    rejected(&report.traces[0].verdict).clone()
}

/// The lines of the terminal's text that suggest something.
fn suggestion(divergence: &Divergence) -> Vec<String> {
    let text = validate::render(divergence);
    assert!(text.lines().count() <= 40, "{text}");
    assert!(!validate::render_for_model(divergence).contains("steps without an event"));
    let lines = text.lines().skip_while(|line| !line.contains("without an event"));
    lines.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
}

const ENOUGH: u64 = 1_000_000;

#[test]
fn steps_that_would_explain_a_rejected_event_are_suggested() {
    let (spec, mapping) = hidden(" []");
    let one = suggested(&spec, &mapping, &told(&["Look 0", "Read 2"]), ENOUGH);
    assert_eq!(
        suggestion(&one),
        [
            "It would be explained after steps without an event:",
            "  Raise(1) (Hidden.tla:15), then Raise(1) (Hidden.tla:15)",
            "  add a probe where they happen, or list them under `silent` with `before: [Read]`",
        ]
    );
    // What is suggested explains it, as the tests above show; further away there is nothing.
    assert_eq!(suggested(&spec, &mapping, &told(&["Read 4"]), ENOUGH).suggestions, None);
    assert_eq!(suggested(&spec, &mapping, &told(&["Read 2"]), 0).suggestions, None);
    let stopped = suggested(&spec, &mapping, &told(&["Read 2"]), 4);
    assert!(stopped.suggestions.as_ref().unwrap().stopped, "{stopped:?}");
    assert!(suggestion(&stopped)[0].contains("was stopped"), "{stopped:?}");
}

#[test]
fn a_step_that_is_more_than_a_call_is_suggested_by_the_action_that_it_calls() {
    let (spec, mapping) = hidden(" []");
    let of = |next: &str| {
        let text = spec.text.replace("Next == Read", &format!("Next == {next}")).replace(" \\/ Raise(1)", "");
        let spec = Specification::new("Hidden", text, Vec::new());
        suggestion(&suggested(&spec, &mapping, &told(&["Look 0", "Read 2"]), ENOUGH))
    };
    assert_eq!(of("(\\E n \\in {2, 3} : y = 0 /\\ Raise(n)) \\/ Read")[1], "  Raise(2) (Hidden.tla:15)");
    // What stands beside the call counts: y is 1 only after Flip.
    let after_flip = "  Flip (Hidden.tla:17), then Raise(2) (Hidden.tla:15)";
    assert_eq!(of("(\\E n \\in {2, 3} : y = 1 /\\ Raise(n)) \\/ Read")[1], after_flip);
    assert_eq!(
        of("(y = 0 /\\ x' = x + 2 /\\ y' = y) \\/ Read")[1],
        "  y = 0 /\\ x' = x + 2 /\\ y' = y (Hidden.tla:27)"
    );
}

#[test]
fn a_suggestion_says_that_an_action_is_silent_already_or_has_events() {
    let raise = "\n- {name: Raise, parameters: [{name: by, source: '{1}'}], before: [Read], at_most: 2}";
    let (spec, mapping) = hidden(raise);
    let more = suggested(&spec, &mapping, &told(&["Read 3"]), ENOUGH);
    assert_eq!(suggestion(&more)[1], "  Raise(1) (Hidden.tla:15, silent already: not so often, or not here)");
    // A message is handled that was sent by an event which is missing.
    let mut trace = lock::trace(5, 3, 60);
    let at = find(&trace, 0, "Request");
    let removed = trace.events.remove(at);
    let divergence = suggested(&super::spec(), &super::mapping(), &trace, 10 * ENOUGH);
    let found = &divergence.suggestions.as_ref().unwrap().found;
    let request = format!("Request({:?}, {})", removed.node, removed.params["to"]);
    assert!(found.iter().any(|steps| steps[0].action == request), "{request}: {divergence:#?}");
    assert!(found.iter().flatten().all(|step| step.told == validate::Told::ByEvent));
}
