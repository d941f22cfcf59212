//! Traces of operations that overlap: accepted if some order that keeps what ended before what began is a behaviour.

use super::*;
use specgen::trace::read::read_from;
use specgen::validate::Frontier;

const STACK: &str = "
node_parameter: t
order: intervals
state: []
actions:
- {name: Push, parameters: [{name: t, from: node}, {name: v, from: params.v}]}
- {name: Pop, parameters: [{name: t, from: node}, {name: v, from: params.v}]}
- {name: PopEmpty, parameters: [{name: t, from: node}, {name: n, from: params.n}]}
- {name: Ignore, parameters: [{name: t, from: node}, {name: v, from: params.v}]}
- {name: Broken, parameters: [{name: t, from: node}, {name: v, from: params.v}]}
";

const SPIN: &str = "
node_parameter: t
order: intervals
state: [{field: holds, spec: 'owner = t', local: true}]
actions:
- {name: TryLock, parameters: [{name: t, from: node}]}
- {name: TryLockFail, parameters: [{name: t, from: node}]}
- {name: Unlock, parameters: [{name: t, from: node}]}
";

fn stack() -> (Specification, Mapping) {
    let spec = Specification::new("Stack", include_str!("Stack.tla"), vec![Constant::nodes("Thread")]);
    (spec, serde_yaml::from_str(STACK).unwrap())
}

fn spin() -> (Specification, Mapping) {
    let spec = Specification::new("Spin", include_str!("Spin.tla"), vec![Constant::nodes("Thread")]);
    (spec, serde_yaml::from_str(SPIN).unwrap())
}

/// An operation of a thread; `end` is `None` where it did not end.
#[derive(Clone, Debug)]
struct Operation {
    thread: usize,
    name: &'static str,
    value: i64,
    start: u64,
    end: Option<u64>,
}

fn operation(thread: usize, name: &'static str, value: i64, start: u64, end: impl Into<Option<u64>>) -> Operation {
    Operation { thread, name, value, start, end: end.into() }
}

/// As a trace: of a lock what the thread then holds is observed, of a stack the value is handed over.
fn trace(name: &str, operations: &[Operation]) -> Trace {
    let mut text = "{\"specgen_trace\":1,\"system\":\"s\",\"nodes\":[\"t1\",\"t2\",\"t3\",\"t4\"]}\n".to_owned();
    let mut sorted = operations.to_vec();
    sorted.sort_by_key(|operation| (operation.end.unwrap_or(u64::MAX), operation.start));
    for (index, operation) in sorted.iter().enumerate() {
        let thread = format!("t{}", operation.thread + 1);
        let of_lock = ["TryLock", "TryLockFail", "Unlock"].contains(&operation.name);
        let state = if of_lock { json!({ "holds": operation.value == 1 }) } else { json!({}) };
        let params = if of_lock { json!({}) } else { json!({ "v": operation.value, "n": operation.value }) };
        let mut event = json!({"seq": index + 1, "event": operation.name, "node": thread, "params": params, "state": state, "thread": thread, "start": operation.start});
        if let Some(end) = operation.end {
            event["end"] = end.into();
        }
        text.push_str(&event.to_string());
        text.push('\n');
    }
    read_from(text.as_bytes(), name, Default::default()).unwrap()
}

/// What both judges find, with all that an explanation says.
fn found(spec: &Specification, mapping: &Mapping, traces: &[Trace]) -> Vec<Verdict> {
    let all: Vec<Report> = judges().iter().map(|by| judge_with(by, spec, mapping, traces)).collect();
    for other in &all[1..] {
        for (one, other) in all[0].traces.iter().zip(&other.traces) {
            assert_eq!(without_trees(&one.verdict), without_trees(&other.verdict), "{}", one.trace);
        }
    }
    all.into_iter().next_back().unwrap().traces.into_iter().map(|judged| judged.verdict).collect()
}

/// What must be the same whoever judges.
fn without_trees(verdict: &Verdict) -> Result<usize, Box<Divergence>> {
    match verdict {
        Verdict::Accepted { evidence, .. } => Ok(evidence.silent().steps),
        Verdict::Unknown { why } => panic!("{why}"),
        Verdict::Rejected(divergence) => {
            let mut same =
                Divergence { message: None, refusals: Vec::new(), suggestions: None, ..(**divergence).clone() };
            for thread in same.frontier.iter_mut().flat_map(|frontier| &mut frontier.threads) {
                thread.pending.iter_mut().for_each(|pending| pending.refusals.clear());
            }
            Err(Box::new(same))
        }
    }
}

/// How many events are explained, or that all are.
fn explained(verdict: &Verdict) -> Option<usize> {
    match verdict {
        Verdict::Rejected(divergence) => Some(frontier(divergence).explained),
        Verdict::Accepted { .. } => None,
        Verdict::Unknown { why } => panic!("{why}"),
    }
}

fn frontier(divergence: &Divergence) -> &Frontier {
    divergence.frontier.as_ref().unwrap()
}

fn outcomes(of: (Specification, Mapping), traces: &[&[Operation]]) -> Vec<Option<usize>> {
    let traces: Vec<Trace> = traces.iter().enumerate().map(|(n, o)| trace(&n.to_string(), o)).collect();
    found(&of.0, &of.1, &traces).iter().map(explained).collect()
}

#[test]
fn what_overlaps_may_have_taken_effect_in_either_order_and_what_does_not_may_not() {
    let push = |start, end| operation(0, "Push", 7, start, end);
    let pop = |start, end| operation(1, "Pop", 7, start, end);
    let empty = |start, end| operation(1, "PopEmpty", 0, start, end);
    let traces: [&[Operation]; 6] = [
        &[push(10, 20), pop(15, 30)],
        &[pop(5, 20), push(10, 30)],
        &[pop(5, 9), push(10, 30)],
        &[push(10, 20), empty(15, 30)],
        &[push(10, 20), empty(21, 30)],
        // They touch, so they overlap.
        &[push(10, 20), empty(20, 30)],
    ];
    assert_eq!(outcomes(stack(), &traces), [None, None, Some(0), None, Some(1), None]);
}

#[test]
fn a_lock_that_two_hold_at_once_is_rejected() {
    let lock = |thread, start, end| operation(thread, "TryLock", 1, start, end);
    let fail = |thread, start, end| operation(thread, "TryLockFail", 0, start, end);
    let unlock = |thread, start, end| operation(thread, "Unlock", 0, start, end);
    let traces: [&[Operation]; 5] = [
        &[lock(0, 1, 9), fail(1, 2, 4), unlock(0, 20, 30), lock(2, 21, 25)],
        &[lock(0, 1, 9), lock(1, 2, 4), unlock(0, 20, 30)],
        &[lock(0, 1, 4), fail(1, 5, 9), unlock(0, 10, 11), fail(1, 12, 13)],
        &[lock(0, 1, 4), unlock(0, 5, 20), lock(1, 6, 7), fail(2, 8, 9), unlock(1, 10, 11), lock(2, 12, 19)],
        // The thread observed that it does not hold the lock it took.
        &[operation(0, "TryLock", 0, 1, 4)],
    ];
    assert_eq!(outcomes(spin(), &traces), [None, Some(1), Some(3), None, Some(0)]);
}

#[test]
fn an_operation_that_did_not_end_may_have_taken_effect_or_not() {
    let killed = operation(0, "Push", 7, 10, None);
    let pop = |start, end| operation(1, "Pop", 7, start, end);
    let empty = |start, end| operation(2, "PopEmpty", 0, start, end);
    let traces: [&[Operation]; 5] = [
        &[killed.clone(), pop(20, 30)],
        &[killed.clone(), empty(20, 30)],
        &[killed.clone(), empty(20, 30), pop(31, 40), empty(41, 50)],
        &[killed.clone(), pop(1, 9)],
        &[killed, pop(20, 30), pop(31, 40)],
    ];
    assert_eq!(outcomes(stack(), &traces), [None, None, None, Some(0), Some(1)]);
}

/// A mapping of the stack with another line in place of the first that begins alike.
fn stack_with(from: &str, to: &str) -> (Specification, Mapping) {
    assert!(STACK.contains(from));
    (stack().0, serde_yaml::from_str(&STACK.replacen(from, to, 1)).unwrap())
}

/// The code of what keeps a trace from being judged.
fn refused(of: &(Specification, Mapping), trace: &Trace) -> String {
    let codes: Vec<String> = judges()
        .iter()
        .map(|by| {
            let failure =
                judged_or_not(by, &of.0, &of.1, std::slice::from_ref(trace), &Settings::default()).unwrap_err();
            failure.diagnostics[0].code.clone()
        })
        .collect();
    assert!(codes.iter().all(|code| *code == codes[0]));
    codes[0].clone()
}

#[test]
fn what_says_nothing_is_refused() {
    let push = trace("push", &[operation(0, "Push", 7, 1, 2)]);
    let shared = stack_with("state: []", "state: [{field: top, spec: 'stack'}]");
    assert_eq!(refused(&shared, &push), "trace/shared-field");
    let said_so = stack_with("state: []", "state: [{field: top, spec: 'stack', local: true}]");
    assert_eq!(refused(&said_so, &push), "trace/shared-field");
    let of_node = stack_with("state: []", "state: [{field: done, spec: 'done[t]', local: true, optional: true}]");
    let mut two = trace("two", &[operation(0, "Push", 7, 1, 2), operation(1, "Push", 8, 1, 2)]);
    for event in &mut two.events {
        event.state.insert("done".to_owned(), json!(1));
    }
    let (spec, mapping) = &of_node;
    assert!(matches!(found(spec, mapping, std::slice::from_ref(&two))[0], Verdict::Accepted { events: 2, .. }));
    two.events[1].node = "t1".to_owned();
    assert_eq!(refused(&of_node, &two), "trace/shared-field");
    // The action does not look at its argument, or the event does not give it.
    assert_eq!(refused(&stack(), &trace("ignored", &[operation(0, "Ignore", 7, 1, 2)])), "trace/unchecked-event");
    assert_eq!(
        refused(&spin(), &{
            let mut unseen = trace("unseen", &[operation(0, "TryLock", 1, 1, 2)]);
            unseen.events[0].state.clear();
            unseen
        }),
        "trace/unchecked-event"
    );
    let mut untimed = push.clone();
    untimed.events[0].stamp.interval = None;
    assert_eq!(refused(&stack(), &untimed), "trace/no-interval");
    // Nothing has to be explained.
    assert_eq!(refused(&stack(), &trace("killed", &[operation(0, "Push", 7, 1, None)])), "trace/no-interval");
    let lines = stack_with("order: intervals\nstate: []", "state: [{field: done, spec: 'done[t]'}]");
    assert_eq!(
        refused(&lines, &{
            let mut open = two;
            open.events[0].stamp.interval = None;
            open.events[0].stamp.begun = Some(1);
            open
        }),
        "trace/no-interval"
    );
    let silent = stack_with("actions:", "silent: [{name: Drop}]\nactions:");
    assert_eq!(refused(&silent, &push), "trace/unconstrained-silent");
}

#[test]
fn cursors_that_never_move_are_no_pass() {
    // No event has a step; there is no initial state; what was recorded is a call that did not return.
    let pop = trace("pop", &[operation(0, "Pop", 7, 1, 5), operation(1, "Pop", 8, 2, 6)]);
    let (spec, mapping) = stack();
    let verdict = &found(&spec, &mapping, std::slice::from_ref(&pop))[0];
    assert_eq!(explained(verdict), Some(0));
    let text = spec.text.replace("Init == stack = <<>>", "Init == 1 = 2 /\\ stack = <<>>");
    let mut aborted = trace("aborted", &[operation(0, "Push", 7, 1, 5)]);
    aborted.events[0].aborted = true;
    for by in &judges() {
        let none =
            judge_with(by, &Specification { text: text.clone(), ..spec.clone() }, &mapping, std::slice::from_ref(&pop));
        assert!(matches!(none.traces[0].verdict, Verdict::Unknown { .. }), "{none:#?}");
        let report = judge_with(by, &spec, &mapping, std::slice::from_ref(&aborted));
        assert_eq!(rejected(&report.traces[0].verdict).kind, DivergenceKind::Aborted);
    }
}

#[test]
fn a_silent_step_is_taken_for_the_event_that_comes_next() {
    let (spec, mapping) = spin();
    let expire = |before: &str| Mapping {
        silent: serde_yaml::from_str(&format!("[{{name: Expire, before: [{before}]}}]")).unwrap(),
        ..mapping.clone()
    };
    let lock = |thread, start, end| operation(thread, "TryLock", 1, start, end);
    let fail = |thread, start, end| operation(thread, "TryLockFail", 0, start, end);
    let twice = trace("twice", &[lock(0, 1, 4), lock(1, 5, 9), lock(2, 6, 10), fail(3, 11, 12)]);
    let fails = trace("fails", &[lock(0, 1, 4), fail(2, 5, 8), lock(1, 5, 9), fail(3, 11, 12)]);
    let traces = [twice, fails];
    let steps = |mapping: &Mapping| -> Vec<Option<usize>> {
        found(&spec, mapping, &traces).iter().map(|verdict| without_trees(verdict).ok()).collect()
    };
    assert_eq!(steps(&expire("TryLock")), [Some(2), Some(1)]);
    // For a thread that fails the lock has to be taken: what expires for it is no use to another.
    assert_eq!(steps(&expire("TryLockFail")), [None, None]);
    assert_eq!(steps(&expire("Unlock")), [None, None]);
}

#[test]
fn a_rejection_says_of_each_thread_what_keeps_it() {
    let (spec, mapping) = stack();
    let whole = trace(
        "kept",
        &[
            operation(0, "Push", 1, 1, 10),
            operation(1, "Push", 2, 2, 11),
            operation(0, "Pop", 9, 12, 30),
            operation(1, "PopEmpty", 0, 13, 20),
            operation(2, "Push", 3, 25, 40),
        ],
    );
    let verdict = found(&spec, &mapping, std::slice::from_ref(&whole)).remove(0);
    let divergence = rejected(&verdict);
    let at = frontier(divergence);
    assert_eq!((at.explained, divergence.event.as_str(), divergence.kind), (2, "PopEmpty", DivergenceKind::NotEnabled));
    let pending: Vec<_> = at
        .threads
        .iter()
        .map(|thread| {
            let pending = thread.pending.as_ref().unwrap();
            (thread.explained, pending.event.as_str(), pending.guard.as_deref(), pending.waits_for.as_deref())
        })
        .collect();
    let waits = (0, "Push", None, Some("t2"));
    assert_eq!(
        pending,
        [(1, "Pop", Some("v = Head(stack)"), None), (1, "PopEmpty", Some("n = Len(stack)"), None), waits]
    );
    // Both orders of what is explained are there.
    assert_eq!(divergence.candidates, 2);
    insta::assert_snapshot!("frontier", validate::render(divergence));
}

#[test]
fn an_error_on_the_way_rejects() {
    let (spec, mapping) = stack();
    let broken = trace("broken", &[operation(0, "Broken", 4, 1, 9), operation(1, "Push", 4, 2, 8)]);
    for by in &judges() {
        let report = judge_with(by, &spec, &mapping, std::slice::from_ref(&broken));
        // Push first would have been a way; TLC meets the error on the other, and the evaluator may not.
        match &report.traces[0].verdict {
            Verdict::Accepted { .. } => assert!(matches!(by, Judge::Native { .. })),
            verdict => assert_eq!(rejected(verdict).kind, DivergenceKind::EvaluationError),
        }
        let alone = trace("alone", &[operation(0, "Broken", 4, 1, 9)]);
        let report = judge_with(by, &spec, &mapping, &[alone]);
        let divergence = rejected(&report.traces[0].verdict);
        assert_eq!((divergence.kind, divergence.event_index), (DivergenceKind::EvaluationError, 0));
    }
}

#[test]
fn invariants_hold_on_the_order_that_explains_a_trace() {
    let (spec, mapping) = stack();
    let settings = Settings { invariants: vec!["Short".to_owned()], ..Settings::default() };
    // Only if the pop comes between the two is the stack short enough.
    let short = [operation(0, "Push", 1, 1, 9), operation(1, "Push", 2, 2, 10), operation(2, "Pop", 1, 3, 11)];
    let long = [operation(0, "Push", 1, 1, 9), operation(1, "Push", 2, 2, 10), operation(2, "Pop", 1, 12, 13)];
    let traces = [trace("short", &short), trace("long", &long)];
    let report = judge_under(&native(), &spec, &mapping, &traces, &settings);
    assert!(matches!(report.traces[0].verdict, Verdict::Accepted { .. }));
    let divergence = rejected(&report.traces[1].verdict);
    assert_eq!((divergence.kind, frontier(divergence).explained), (DivergenceKind::InvariantViolated, 1));
}

/// The least random numbers that are good enough.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What an operation does to a stack, if it may be what it says.
fn apply(stack: &mut Vec<i64>, operation: &Operation) -> bool {
    match operation.name {
        "Push" => {
            stack.push(operation.value);
            true
        }
        "Pop" => stack.pop() == Some(operation.value),
        _ => stack.is_empty(),
    }
}

/// Operations of a run: each takes effect at a moment of its own, within its interval.
fn run(random: &mut Random, threads: u64, count: usize) -> Vec<Operation> {
    let mut stack: Vec<i64> = Vec::new();
    let mut operations: Vec<Operation> = Vec::new();
    let mut moments: Vec<u64> = Vec::new();
    for number in 0..count {
        let (thread, value) = (random.below(threads) as usize, number as i64 % 3 + 1);
        let (name, value) = match (random.below(2), stack.pop()) {
            (0, top) => {
                stack.extend(top);
                stack.push(value);
                ("Push", value)
            }
            (_, Some(top)) => ("Pop", top),
            (_, None) => ("PopEmpty", 0),
        };
        let moment = 100 * (number as u64 + 1);
        let before = operations.iter().zip(&moments).rev().find(|(other, _)| other.thread == thread);
        // It begins after the moment at which the thread's operation before it took effect, which is then cut short.
        let earliest = before.map_or(1, |(_, moment)| moment + 2).max(moment.saturating_sub(350));
        let start = earliest + random.below(moment - earliest + 1);
        if let Some(other) = operations.iter_mut().rev().find(|other| other.thread == thread) {
            other.end = other.end.map(|end| end.min(start - 1));
        }
        operations.push(operation(thread, name, value, start, moment + random.below(350)));
        moments.push(moment);
    }
    // Sometimes the last that some thread did is not known to have ended.
    if random.below(3) == 0
        && let Some(last) = operations.last_mut()
    {
        last.end = None;
    }
    operations
}

/// A mistake: another value, another operation, or a wrong time.
fn mutate(random: &mut Random, operations: &mut [Operation]) {
    let number = random.below(operations.len() as u64) as usize;
    let operation = &mut operations[number];
    match random.below(3) {
        0 => operation.value = operation.value % 3 + 1,
        1 if operation.name == "Push" => operation.name = "Pop",
        1 => operation.name = "Push",
        _ => operation.end = operation.end.map(|_| operation.start),
    }
    if operation.name == "PopEmpty" {
        operation.value = 0;
    }
}

/// How many of the operations that ended some order explains, `None` if all: every permutation is made, those that put an operation
/// behind one that began after it had ended are left out, and of the others each is carried out as far as it goes.
fn oracle(operations: &[Operation]) -> Option<usize> {
    let ended = operations.iter().filter(|operation| operation.end.is_some()).count();
    let mut best = 0;
    permutations(&mut (0..operations.len()).collect(), 0, &mut |order| {
        let before = |a: &Operation, b: &Operation| {
            a.end.is_some_and(|end| end < b.start) || a.thread == b.thread && a.start < b.start
        };
        let kept = (0..order.len())
            .all(|late| (0..late).all(|early| !before(&operations[order[late]], &operations[order[early]])));
        if kept {
            // What did not end may be left out, wherever that is in the order.
            let open: Vec<usize> = (0..operations.len()).filter(|n| operations[*n].end.is_none()).collect();
            for taken in 0..1_u32 << open.len() {
                let is_taken = |n: usize| open.iter().position(|o| *o == n).is_none_or(|bit| taken >> bit & 1 == 1);
                let mut stack = Vec::new();
                let legal = order.iter().filter(|n| is_taken(**n)).take_while(|n| apply(&mut stack, &operations[**n]));
                best = best.max(legal.filter(|n| operations[**n].end.is_some()).count());
            }
        }
    });
    (best < ended).then_some(best)
}

fn permutations(order: &mut Vec<usize>, from: usize, each: &mut impl FnMut(&[usize])) {
    if from == order.len() {
        return each(order);
    }
    for other in from..order.len() {
        order.swap(from, other);
        permutations(order, from + 1, each);
        order.swap(from, other);
    }
}

#[test]
fn the_search_finds_what_trying_every_permutation_finds() {
    let mut random = Random(20_261_122);
    let mut traces = Vec::new();
    let mut expected = Vec::new();
    for number in 0..400 {
        let (threads, count) = (2 + random.below(3), 4 + random.below(4) as usize);
        let mut operations = run(&mut random, threads, count);
        let true_to_life = number % 3 == 0;
        if !true_to_life {
            mutate(&mut random, &mut operations);
        }
        if operations.iter().all(|operation| operation.end.is_none()) {
            continue;
        }
        let outcome = oracle(&operations);
        assert!(!true_to_life || outcome.is_none(), "{operations:?}");
        expected.push(outcome);
        traces.push(trace(&format!("{number}: {operations:?}"), &operations));
    }
    let rejections = expected.iter().flatten().count();
    assert!(rejections > 80 && expected.len() - rejections > 150, "{rejections} of {}", expected.len());
    let (spec, mapping) = stack();
    for (verdict, (outcome, trace)) in found(&spec, &mapping, &traces).iter().zip(expected.iter().zip(&traces)) {
        assert_eq!(explained(verdict), *outcome, "{}", trace.file);
    }
}
