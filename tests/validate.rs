//! The judge of traces, run on a small lock service and on traces of it with mistakes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use camino::Utf8PathBuf;
use serde_json::json;
use specgen::base::diag::Failure;
use specgen::engine::Engine;
use specgen::engine::Tla2Tools;
use specgen::trace::Mapping;
use specgen::trace::Trace;
use specgen::trace::mutate::Evidence;
use specgen::trace::mutate::Mutant;
use specgen::trace::mutate::Mutation;
use specgen::trace::mutate::mutants;
use specgen::validate;
use specgen::validate::By;
use specgen::validate::Constant;
use specgen::validate::Divergence;
use specgen::validate::DivergenceKind;
use specgen::validate::Judge;
use specgen::validate::Judged;
use specgen::validate::Report;
use specgen::validate::Settings;
use specgen::validate::Specification;
use specgen::validate::Verdict;

#[path = "validate/intervals.rs"]
mod intervals;
#[path = "validate/invariants.rs"]
mod invariants;
#[path = "validate/lock.rs"]
mod lock;
#[path = "validate/silent.rs"]
mod silent;

/// The tools, or `None` and a word about it.
#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test that needs what may not be there says so")]
fn tools() -> Option<Arc<dyn Engine>> {
    let named = std::env::var("SPECGEN_TLA_TOOLS").ok().map(Utf8PathBuf::from);
    let jar = named.unwrap_or_else(|| Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/lib/tla2tools.jar")));
    if !jar.exists() {
        eprintln!("skipped: no tla2tools.jar");
        return None;
    }
    Some(Arc::new(Tla2Tools::new("java", jar)))
}

/// The evaluator alone.
fn native() -> Judge {
    Judge::Native { instead: None }
}

/// Everyone who judges: each test is about all of them.
fn judges() -> Vec<Judge> {
    tools().map(Judge::Tlc).into_iter().chain([native()]).collect()
}

/// Where to leave the generated modules, to look at them.
#[expect(clippy::disallowed_methods, reason = "asked for by hand")]
fn keep() -> Option<Utf8PathBuf> {
    std::env::var("SPECGEN_KEEP").ok().map(Utf8PathBuf::from)
}

fn spec() -> Specification {
    let constants = vec![Constant::nodes("Server"), Constant::text("None", "\"none\"")];
    Specification::new("Lock", include_str!("validate/Lock.tla"), constants)
}

fn mapping() -> Mapping {
    serde_yaml::from_str(include_str!("validate/lock.yaml")).unwrap()
}

fn judge_with(by: &Judge, spec: &Specification, mapping: &Mapping, traces: &[Trace]) -> Report {
    judge_under(by, spec, mapping, traces, &Settings::default())
}

fn judge_under(by: &Judge, spec: &Specification, mapping: &Mapping, traces: &[Trace], settings: &Settings) -> Report {
    judged_or_not(by, spec, mapping, traces, settings).unwrap()
}

fn judged_or_not(
    by: &Judge,
    spec: &Specification,
    mapping: &Mapping,
    traces: &[Trace],
    settings: &Settings,
) -> Result<Report, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    let path = keep().unwrap_or(path);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(validate::judge(by, spec, mapping, &traces.into(), &path, settings))
}

#[test]
fn true_traces_are_accepted_with_evidence() {
    for by in &judges() {
        let traces: Vec<Trace> = (1..=4).map(|seed| lock::trace(seed, 2 + seed as usize % 2, 100)).collect();
        let report = judge_with(by, &spec(), &mapping(), &traces);
        for judged in &report.traces {
            let Verdict::Accepted { events: 100, evidence } = &judged.verdict else { panic!("{judged:#?}") };
            assert!(evidence.marker().contains("accepted"));
            let closing = if matches!(by, Judge::Native { .. }) { "every event has a step" } else { "No error" };
            assert!(evidence.run().claim().closing.contains(closing));
        }
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }
}

fn judge(by: &Judge, traces: &[Trace]) -> Vec<Verdict> {
    judge_with(by, &spec(), &mapping(), traces).traces.into_iter().map(|judged| judged.verdict).collect()
}

fn rejected(verdict: &Verdict) -> &Divergence {
    match verdict {
        Verdict::Rejected(divergence) => divergence,
        other => panic!("{other:#?}"),
    }
}

/// The first event from `from` on with this name.
fn find(trace: &Trace, from: usize, name: &str) -> usize {
    (from..trace.events.len()).find(|index| trace.events[*index].name == name).unwrap()
}

fn set(trace: &mut Trace, index: usize, field: &str, value: serde_json::Value) {
    trace.events[index].state.insert(field.to_owned(), value);
}

/// The specification, which also prints a line when TLC computes its initial states.
fn printing(line: &str) -> Specification {
    let quoted = line.replace('\\', "\\\\").replace('"', "\\\"");
    let text = spec().text.replacen("Init ==\n", &format!("Init ==\n    /\\ PrintT(\"{quoted}\")\n"), 1);
    assert_ne!(text, spec().text);
    Specification { text, ..spec() }
}

#[test]
fn a_specification_that_says_that_a_trace_is_consumed_does_not_make_it_accepted() {
    for by in &judges() {
        let good = lock::trace(5, 3, 120);
        let mut wrong = good.clone();
        set(&mut wrong, find(&good, 60, "HandleRequest"), "holder", json!("n9"));
        let judge = |spec: &Specification, trace: &Trace| {
            judge_with(by, spec, &mapping(), std::slice::from_ref(trace)).traces.remove(0).verdict
        };
        let Verdict::Accepted { evidence, .. } = judge(&spec(), &good) else {
            panic!("the true trace is not accepted")
        };
        // Without a signature, and with that of an honest run on nearly the same texts.
        for line in ["<<\"specgen-accepted\", 1, 120>>", "<<\"accepted\", 1, 120>>", evidence.marker()] {
            let spec = printing(line);
            assert!(matches!(judge(&spec, &wrong), Verdict::Rejected(_)), "{line}");
            let Verdict::Accepted { evidence: own, .. } = judge(&spec, &good) else { panic!("{line}") };
            // The evaluator prints nothing that a specification could print as well.
            assert!(own.marker() != evidence.marker() || matches!(by, Judge::Native { .. }));
        }
    }
}

#[test]
fn a_mistake_of_each_kind_is_rejected_at_the_right_event() {
    for by in &judges() {
        let good = lock::trace(5, 3, 120);
        let at = find(&good, 60, "HandleRequest");
        let edited = |edit: &dyn Fn(&mut Trace)| {
            let mut trace = good.clone();
            edit(&mut trace);
            trace
        };
        let changed = edited(&|t| set(t, at, "holder", json!("n9")));
        let wrong_message = edited(&|t| t.events[at].params["m"]["time"] = json!(9999));
        let wrong_node =
            edited(&|t| t.events[at].node = if t.events[at].node == "n1" { "n2" } else { "n1" }.to_owned());
        let request = find(&good, 60, "Request");
        let duplicated = edited(&|t| t.events.insert(request + 1, t.events[request].clone()));
        let traces = [changed, wrong_message, wrong_node, duplicated, good.clone()];
        let verdicts = judge(by, &traces);

        let changed = rejected(&verdicts[0]);
        assert_eq!((changed.event_index, changed.kind), (at, DivergenceKind::StateDiffers));
        assert_eq!(changed.differences.iter().map(|d| d.field.as_str()).collect::<Vec<_>>(), ["holder"]);
        assert_eq!(changed.before.len(), 8);
        insta::assert_snapshot!("state_differs", validate::render(changed));
        insta::assert_snapshot!("state_differs_for_model", validate::render_for_model(changed));
        let wrong_message = rejected(&verdicts[1]);
        assert_eq!((wrong_message.event_index, wrong_message.kind), (at, DivergenceKind::NotEnabled));
        assert_eq!(wrong_message.guard.as_deref(), Some("BagIn(m, messages)"));
        let plain = Divergence { refusals: Vec::new(), ..wrong_message.clone() };
        insta::assert_snapshot!("not_enabled", validate::render(&plain));
        assert_eq!(validate::render_for_model(wrong_message), validate::render_for_model(&plain));
        if matches!(by, Judge::Native { .. }) {
            insta::assert_snapshot!("not_enabled_with_conditions", validate::render(wrong_message));
            insta::assert_json_snapshot!("conditions", wrong_message.refusals);
        }
        let wrong_node = rejected(&verdicts[2]);
        assert_eq!((wrong_node.event_index, wrong_node.kind), (at, DivergenceKind::NotEnabled));
        let duplicated = rejected(&verdicts[3]);
        assert_eq!((duplicated.event_index, duplicated.guard.as_deref()), (request + 1, Some(r"p \notin waiting[s]")));
        assert!(matches!(verdicts[4], Verdict::Accepted { events: 120, .. }));
    }
}

/// Mutants of two traces of the lock service.
fn lock_mutants() -> Vec<Mutant> {
    let field = |name: &str| name.to_owned();
    let mutations = [
        Mutation::Raise { field: field("clock"), by: 1, only: None, steady: false },
        Mutation::Raise { field: field("held"), by: 1, only: Some((field("holder"), json!("none"))), steady: true },
        Mutation::Another { field: field("holder"), unless: None },
        Mutation::Another { field: field("holder"), unless: Some(json!("none")) },
        Mutation::Another { field: field("waiting"), unless: None },
        Mutation::Stale { field: field("clock") },
        Mutation::Stale { field: field("heard") },
        Mutation::Param { path: vec![field("m"), field("time")] },
        Mutation::Swap { field: field("holder") },
        Mutation::Drop { field: field("holder") },
        Mutation::Drop { field: field("waiting") },
        Mutation::Duplicate { field: field("held"), context: None },
        Mutation::WrongNode { field: field("heard") },
        Mutation::Early { field: field("clock"), only: None },
        Mutation::Early { field: field("holder"), only: None },
        Mutation::Part { field: field("heard") },
        Mutation::Part { field: field("waiting") },
        Mutation::Part { field: field("queue") },
    ];
    let mut all = Vec::new();
    for seed in 1..=2 {
        let trace = lock::trace(seed, 3, 150);
        let evidence = Evidence::of(std::slice::from_ref(&trace), &mapping());
        all.extend(mutants(&trace, &evidence, &mutations, &["Tick"], 2, seed));
    }
    all
}

#[test]
fn every_mutant_is_rejected_where_it_must_be() {
    for by in &judges() {
        let all = lock_mutants();
        assert!(all.len() >= 40, "{}", all.len());
        let traces: Vec<Trace> = all.iter().map(|mutant| mutant.trace.clone()).collect();
        for (mutant, verdict) in all.iter().zip(judge(by, &traces)) {
            let Verdict::Rejected(divergence) = verdict else { panic!("{}: {verdict:?}", mutant.name) };
            let (at, range) = (divergence.event_index, mutant.earliest..=mutant.latest);
            assert!(range.contains(&at), "{}: at {at}, not in {range:?}", mutant.name);
            assert_ne!(divergence.kind, DivergenceKind::Unexplained, "{}", mutant.name);
        }
    }
}

/// What must be the same whoever judges: all but the grounds, the words of an error, and the tree
/// of conditions, which TLC does not tell.
fn essence(verdict: &Verdict) -> Verdict {
    match verdict {
        Verdict::Rejected(divergence) => {
            let same = Divergence { message: None, refusals: Vec::new(), suggestions: None, ..(**divergence).clone() };
            Verdict::Rejected(Box::new(same))
        }
        other => other.clone(),
    }
}

#[test]
fn the_evaluator_finds_what_tlc_finds() {
    let Some(tlc) = tools().map(Judge::Tlc) else { return };
    let agree = |spec: &Specification, traces: &[Trace]| {
        let by = |judge: &Judge| judge_with(judge, spec, &mapping(), traces).traces;
        for (tlc, native) in by(&tlc).iter().zip(by(&native())) {
            match (&tlc.verdict, &native.verdict) {
                (Verdict::Accepted { events, .. }, Verdict::Accepted { events: same, .. }) => assert_eq!(events, same),
                (one, other) => assert_eq!(essence(one), essence(other), "{}", tlc.trace),
            }
        }
    };
    let mut traces: Vec<Trace> = lock_mutants().into_iter().map(|mutant| mutant.trace).collect();
    traces.extend((1..=6).map(|seed| lock::trace(seed, 2 + seed as usize % 3, 100)));
    agree(&spec(), &traces);
    // Specifications with a mistake: an action is never enabled, leads elsewhere, has no value, leaves a variable open.
    for (right, wrong) in [
        ("IF queue[s] = <<>>", "IF FALSE"),
        ("IF holder[s] = None", "IF holder[s] = s"),
        ("/\\ p \\in held[s]", "/\\ p \\in {}"),
        ("/\\ UNCHANGED <<heard, holder, queue, held, up>>", "/\\ UNCHANGED <<heard, holder, queue, held>>"),
        ("m.type = \"Grant\" /\\ m.to = s", "m.type = 1 /\\ m.to = s"),
    ] {
        let text = spec().text.replacen(right, wrong, 1);
        assert_ne!(text, spec().text, "{right}");
        agree(&Specification { text, ..spec() }, &traces[..6]);
    }
}

#[test]
fn odd_names_are_judged_like_any_others() {
    for by in &judges() {
        // A variable that generated names must avoid, a constant that no config file can hold, nodes that are no identifiers.
        let rename = |text: &str| text.replace("heard", "specgenTrace");
        let constants = vec![Constant::nodes("Server"), Constant::text("None", r#""no" \o "ne""#)];
        let spec = Specification::new("Lock", rename(include_str!("validate/Lock.tla")), constants);
        let mapping: Mapping = serde_yaml::from_str(&rename(include_str!("validate/lock.yaml"))).unwrap();
        let text = rename(&lock::trace(9, 2, 80).to_ndjson())
            .replace("\"n1\"", r#""it's \"1\"""#)
            .replace("\"n2\"", "\"n-2\"");
        let good = specgen::trace::read::read_from(text.as_bytes(), "odd", Default::default()).unwrap();
        let mut bad = good.clone();
        let at = find(&bad, 40, "HandleRequest");
        set(&mut bad, at, "holder", json!("nobody"));
        let report = judge_with(by, &spec, &mapping, &[good, bad]);
        assert!(matches!(report.traces[0].verdict, Verdict::Accepted { events: 80, .. }), "{report:#?}");
        let divergence = rejected(&report.traces[1].verdict);
        assert_eq!((divergence.event_index, divergence.kind), (at, DivergenceKind::StateDiffers));
    }
}

#[test]
fn a_choice_of_the_specification_is_shown_way_by_way() {
    for by in &judges() {
        let mut trace = lock::trace(8, 2, 60);
        let at = find(&trace, 20, "Tick");
        let clock = trace.events[at].state["clock"].as_i64().unwrap();
        set(&mut trace, at, "clock", json!(clock + 5));
        let verdicts = judge(by, &[trace]);
        let divergence = rejected(&verdicts[0]);
        assert_eq!((divergence.event_index, divergence.ways, divergence.differences[0].expected.len()), (at, 2, 2));
    }
}

#[test]
fn an_evaluation_error_rejects_one_trace_and_leaves_the_others_their_verdicts() {
    for by in &judges() {
        let mut broken = spec();
        broken.text = broken.text.replace("IF queue[s] = <<>>", "IF FALSE");
        let traces: Vec<Trace> = [5, 120, 6].iter().map(|events| lock::trace(5, 3, *events)).collect();
        let report = judge_with(by, &broken, &mapping(), &traces);
        let verdicts: Vec<&Verdict> = report.traces.iter().map(|judged| &judged.verdict).collect();
        assert!(matches!(verdicts[0], Verdict::Accepted { events: 5, .. }));
        assert!(matches!(verdicts[2], Verdict::Accepted { events: 6, .. }));
        let divergence = rejected(verdicts[1]);
        assert_eq!((divergence.kind, divergence.event.as_str()), (DivergenceKind::EvaluationError, "HandleRelease"));
        assert!(divergence.message.as_deref().unwrap().contains("Head"), "{divergence:#?}");
        assert_eq!(divergence.before["queue"].to_json()[&divergence.node], json!([]));
    }
}

#[test]
fn a_call_that_did_not_return_is_never_accepted() {
    for by in &judges() {
        let mut trace = lock::trace(3, 2, 20);
        trace.events[19].aborted = true;
        let verdicts = judge(by, &[trace]);
        let divergence = rejected(&verdicts[0]);
        assert_eq!(
            (divergence.event_index, divergence.kind, divergence.before.len()),
            (19, DivergenceKind::Aborted, 8)
        );
    }
}

#[test]
fn a_run_out_of_time_is_no_verdict() {
    for by in &judges() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        let settings = Settings {
            limit: std::time::Duration::from_millis(if matches!(by, Judge::Native { .. }) { 0 } else { 20 }),
            ..Settings::default()
        };
        let traces = [lock::trace(3, 2, 20)];
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (spec, mapping) = (spec(), mapping());
        let judged = async { validate::judge(by, &spec, &mapping, &traces.into(), &path, &settings).await };
        let report = runtime.block_on(judged).unwrap();
        assert!(matches!(report.traces[0].verdict, Verdict::Unknown { .. }), "{report:?}");
    }
}

#[test]
fn a_mapping_that_says_nothing_is_refused() {
    let codes = |edit: &dyn Fn(&mut Mapping, &mut Trace)| {
        let (mut mapping, mut trace) = (mapping(), lock::trace(3, 2, 40));
        edit(&mut mapping, &mut trace);
        let found = validate::check(&spec(), &mapping, &[trace]);
        found.into_iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&|_, _| {}), Vec::<String>::new());
    assert_eq!(codes(&|m, _| m.state[0].spec = "1 + 1".to_owned()), ["trace/vacuous-check"]);
    assert_eq!(codes(&|m, _| m.state.iter_mut().for_each(|f| f.check = false)), ["trace/vacuous-check"]);
    assert_eq!(codes(&|m, _| m.actions[0].name = "Ask".to_owned()), ["trace/unmapped-action"]);
    assert_eq!(codes(&|m, _| m.actions[0].name = "Max".to_owned()), ["trace/unmapped-action"]);
    assert_eq!(codes(&|m, _| drop(m.actions.remove(0))), ["trace/unknown-event"]);
    assert_eq!(codes(&|m, _| m.actions[0].parameters.truncate(1)), ["trace/mapping"]);
    assert_eq!(codes(&|m, _| m.state[0].spec = "1 +".to_owned()), ["trace/mapping"]);
    assert_eq!(codes(&|m, _| m.state[0].when = Some("TRUE)".to_owned())), ["trace/mapping"]);
    assert_eq!(codes(&|m, _| m.actions[0].parameters[0].source = Some("{".to_owned())), ["trace/mapping"]);
    assert_eq!(codes(&|_, t| t.events[0].state.clear()), ["trace/unchecked-event"]);
    let left_out = |t: &mut Trace| {
        let state = &mut t.events[0].state;
        assert!(state.len() > 1, "another field stays, so that the event still has a state");
        let first = state.keys().next().unwrap().clone();
        state.remove(&first);
    };
    assert_eq!(codes(&|_, t| left_out(t)), ["trace/missing-field"]);
    let optional = |m: &mut Mapping| m.state.iter_mut().for_each(|field| field.optional = true);
    assert_eq!(codes(&|m, t| (optional(m), left_out(t)).1), Vec::<String>::new());
    assert_eq!(codes(&|_, t| t.events.iter_mut().for_each(|e| e.params.clear())), ["trace/missing-parameter"; 4]);
    assert_eq!(codes(&|m, _| m.node_parameter = "queue".to_owned()), ["trace/mapping"]);
}

/// Measures what `cargo test --test validate -- --ignored --nocapture` shows.
#[test]
#[ignore = "a measurement of half a minute"]
#[expect(clippy::print_stderr, reason = "a measurement says what it measured")]
fn forty_traces_of_six_hundred_events_are_measured() {
    for by in &judges() {
        let traces: Arc<[Trace]> = (1..=40).map(|seed| lock::trace(seed, 3, 600)).collect();
        for (cores, largest_batch) in [(1, 30_000), (2, 15_000), (2, 6_000), (2, 3_000)] {
            let settings = Settings { cores, largest_batch, ..Settings::default() };
            let folder = tempfile::tempdir().unwrap();
            let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
            let (spec, mapping) = (spec(), mapping());
            let watch = specgen::base::clock::Stopwatch::start();
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let judged = validate::judge(by, &spec, &mapping, &traces, &path, &settings);
            let report = runtime.block_on(judged).unwrap();
            assert!(report.traces.iter().all(|judged| matches!(judged.verdict, Verdict::Accepted { .. })));
            let (wall, cpu) = (watch.elapsed().as_secs_f64(), report.cpu_milliseconds);
            let size = path.join("judge-01/TraceData.tla").metadata().unwrap().len();
            eprintln!(
                "cores {cores}, batch {largest_batch}: {} runs, {wall:.1} s, cpu {cpu} ms, literal {size}",
                report.runs
            );
        }
    }
}

/// A specification, a mapping and traces that the environment names: SPECGEN_SPEC (a module), SPECGEN_MAPPING (a tracing
/// configuration), SPECGEN_TRACES (a folder of *.ndjson).
#[expect(clippy::disallowed_methods, reason = "run by hand")]
fn real_system() -> Option<(Specification, Mapping, Vec<Trace>)> {
    use specgen::base::disk;
    let named = |name: &str| std::env::var(name).ok().map(Utf8PathBuf::from);
    let (spec, mapping, folder) = (named("SPECGEN_SPEC")?, named("SPECGEN_MAPPING")?, named("SPECGEN_TRACES")?);
    let mapping: Mapping = serde_yaml::from_str(&disk::read_text(&mapping).unwrap()).unwrap();
    let options = specgen::trace::read::Options { mapping: Some(&mapping), allow_truncated: false, probes: None };
    let read = |file: Utf8PathBuf| specgen::trace::read::read(&folder.join(file), options).unwrap();
    let traces: Vec<Trace> = disk::files_under(&folder).unwrap().into_iter().map(read).collect();
    let constants = vec![Constant::nodes("Server"), Constant::text("None", "\"none\"")];
    let name = spec.file_stem().unwrap().to_owned();
    Some((Specification::new(name, disk::read_text(&spec).unwrap(), constants), mapping, traces))
}

#[test]
#[ignore = "needs a specification and traces of a real system"]
#[expect(clippy::print_stderr, reason = "run by hand, to look at")]
fn traces_of_a_real_system_have_verdicts() {
    let Some((spec, mapping, traces)) = real_system() else { return };
    for by in &judges() {
        let watch = specgen::base::clock::Stopwatch::start();
        let report = judge_with(by, &spec, &mapping, &traces);
        for judged in &report.traces {
            match &judged.verdict {
                Verdict::Rejected(divergence) => eprintln!("{}", validate::render(divergence)),
                Verdict::Accepted { events, .. } => eprintln!("{}: accepted, {events} events", judged.trace),
                Verdict::Unknown { why } => eprintln!("{}: unknown: {why}", judged.trace),
            }
        }
        let wall = watch.elapsed().as_secs_f64();
        eprintln!("{} runs, {wall:.1} s, cpu {} ms", report.runs, report.cpu_milliseconds);
    }
}

/// For etcd's raft.
#[test]
#[ignore = "needs a specification and traces of a real system"]
#[expect(clippy::print_stderr, reason = "run by hand, to look at")]
fn every_mutant_of_a_real_trace_is_rejected_where_it_must_be() {
    let Some((spec, mapping, traces)) = real_system() else { return };
    let field = |name: &str| name.to_owned();
    let role = |role: &str| Some((field("role"), json!(role)));
    let raise = |name: &str, only, steady| Mutation::Raise { field: field(name), by: 1, only, steady };
    let mutations = [
        raise("currentTerm", None, false),
        raise("commitIndex", role("StateFollower"), true),
        raise("commitIndex", role("StateLeader"), true),
        raise("lastIndex", None, false),
        Mutation::Part { field: field("outbox") },
        Mutation::Element { field: field("outbox") },
        Mutation::Again { field: field("outbox") },
        Mutation::Another { field: field("role"), unless: None },
        Mutation::Another { field: field("leader"), unless: None },
        Mutation::Another { field: field("votedFor"), unless: Some(json!("none")) },
        Mutation::Another { field: field("votesGranted"), unless: None },
        Mutation::Stale { field: field("currentTerm") },
        Mutation::Stale { field: field("commitIndex") },
        Mutation::Stale { field: field("outbox") },
        Mutation::Param { path: vec![field("m"), field("term")] },
        Mutation::Param { path: vec![field("m"), field("commit")] },
        Mutation::Swap { field: field("commitIndex") },
        Mutation::Swap { field: field("outbox") },
        Mutation::Drop { field: field("currentTerm") },
        Mutation::Drop { field: field("commitIndex") },
        Mutation::Duplicate { field: field("lastIndex"), context: Some(field("role")) },
        Mutation::WrongNode { field: field("lastIndex") },
        Mutation::WrongNode { field: field("currentTerm") },
    ];
    let mut all = Vec::new();
    for (trace, seed) in traces.iter().zip(1..).take(2) {
        let evidence = Evidence::of(&traces, &mapping);
        all.extend(mutants(trace, &evidence, &mutations, &["tickElection", "tickHeartbeat"], 2, seed));
    }
    let mutated: Vec<Trace> = all.iter().map(|mutant| mutant.trace.clone()).collect();
    for by in &judges() {
        let watch = specgen::base::clock::Stopwatch::start();
        let report = judge_with(by, &spec, &mapping, &mutated);
        let mut wrong = 0;
        for (mutant, judged) in all.iter().zip(&report.traces) {
            match &judged.verdict {
                Verdict::Rejected(d) if (mutant.earliest..=mutant.latest).contains(&d.event_index) => {
                    eprintln!(
                        "{}: {:?} at {} {}",
                        mutant.name,
                        d.kind,
                        d.event_index + 1,
                        d.guard.as_deref().unwrap_or("")
                    );
                }
                Verdict::Rejected(d) => {
                    wrong += 1;
                    eprintln!(
                        "WRONG {}: {}..={}\n{}",
                        mutant.name,
                        mutant.earliest,
                        mutant.latest,
                        validate::render(d)
                    );
                }
                other => {
                    wrong += 1;
                    eprintln!("WRONG {}: {other:?}", mutant.name);
                }
            }
        }
        let (count, wall, cpu) = (all.len(), watch.elapsed().as_secs_f64(), report.cpu_milliseconds);
        eprintln!(
            "{count} mutants, {wrong} not rejected or elsewhere, {} runs, {wall:.1} s, cpu {cpu} ms",
            report.runs
        );
        assert_eq!(wrong, 0);
    }
}

#[test]
fn once_a_trace_is_rejected_the_others_can_be_left() {
    let mut wrong = lock::trace(3, 2, 20);
    set(&mut wrong, 0, "clock", json!(99));
    let traces: Vec<Trace> = std::iter::once(wrong).chain((1..=30).map(|seed| lock::trace(seed, 2, 20))).collect();
    let settings = Settings { cores: 1, fail_fast: true, ..Settings::default() };
    let report = judge_under(&native(), &spec(), &mapping(), &traces, &settings);
    let verdicts: Vec<&Verdict> = report.traces.iter().map(|judged| &judged.verdict).collect();
    assert_eq!(rejected(verdicts[0]).event_index, 0);
    assert!(verdicts[1..].iter().all(|v| matches!(v, Verdict::Unknown { why } if why.contains("--fail-fast"))));
}

#[test]
fn what_the_evaluator_lacks_is_no_verdict_unless_tlc_judges_instead() {
    let text = include_str!("validate/Lock.tla");
    let lacking = text.replacen("Request(s, p) ==", "Request(s, p) ==\n    /\\ RandomElement({TRUE})", 1);
    assert_ne!(text, lacking);
    let spec = Specification::new("Lock", lacking, vec![Constant::nodes("Server"), Constant::text("None", "\"none\"")]);
    let traces = [lock::trace(1, 3, 40)];
    let judged = |instead| judge_with(&Judge::Native { instead }, &spec, &mapping(), &traces).traces.remove(0);
    let unknown = |instead| match judged(instead) {
        Judged { verdict: Verdict::Unknown { why }, by: By::Native, .. } => why,
        other => panic!("{other:#?}"),
    };
    assert!(unknown(None).contains("`RandomElement` cannot be evaluated here"));
    let nowhere: Arc<dyn Engine> = Arc::new(Tla2Tools::new("no-such-java", "no-such.jar"));
    assert!(unknown(Some(nowhere)).contains("and TLC cannot be asked"));
    let Some(tlc) = tools() else { return };
    let Judged { verdict: Verdict::Accepted { events: 40, evidence }, by: By::TlcInstead(why), .. } = judged(Some(tlc))
    else {
        panic!("TLC evaluates it");
    };
    assert!(why.contains("RandomElement") && evidence.run().claim().closing.contains("No error"), "{why}");
}
