use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;
use crate::trace::model::Clock;
use crate::trace::model::Stamp;

/// An execution of some nodes, each in a process of its own: its events in the order in which they happened, with what each
/// came directly after.
struct Execution {
    events: Vec<Event>,
    causes: Vec<Vec<usize>>,
}

const NODES: [&str; 3] = ["n1", "n2", "n3"];

/// What a node does: something of its own, or receive what the event of this number sent.
type Step = (usize, Option<usize>);

fn execution(steps: &[Step]) -> Execution {
    let mut made = Execution { events: Vec::new(), causes: Vec::new() };
    let mut clocks: Vec<BTreeMap<String, u64>> = vec![BTreeMap::new(); NODES.len()];
    let (mut lamport, mut last) = ([0_u64; 3], [None; 3]);
    for (at, (node, received)) in steps.iter().enumerate() {
        let sent = received.filter(|_| at > 0).map(|number| number % at);
        let mut causes: Vec<usize> = last[*node].into_iter().collect();
        if let Some(sent) = sent {
            causes.push(sent);
            let Some(Clock::Vector(theirs)) = made.events[sent].stamp.clock.clone() else { unreachable!() };
            for (name, count) in theirs {
                let own = clocks[*node].entry(name).or_default();
                *own = count.max(*own);
            }
            lamport[*node] = lamport[*node].max(made.events[sent].seq);
        }
        *clocks[*node].entry(NODES[*node].to_owned()).or_default() += 1;
        lamport[*node] += 1;
        let step = made.events.iter().filter(|e| e.node == NODES[*node]).count() as u64 + 1;
        made.events.push(Event {
            line: 0,
            // Lamport's time, until it is written.
            seq: lamport[*node],
            name: format!("E{at}"),
            node: NODES[*node].to_owned(),
            params: Default::default(),
            state: Default::default(),
            probe: String::new(),
            function: String::new(),
            path: Vec::new(),
            aborted: false,
            stamp: Stamp {
                origin: Some((NODES[*node].to_owned(), step)),
                thread: String::new(),
                clock: Some(Clock::Vector(clocks[*node].clone())),
                interval: None,
                begun: None,
            },
        });
        made.causes.push(causes);
        last[*node] = Some(at);
    }
    made
}

impl Execution {
    /// Whether one event came before another, by following the causes.
    fn came_before(&self, earlier: usize, later: usize) -> bool {
        self.causes[later].iter().any(|cause| *cause == earlier || self.came_before(earlier, *cause))
    }

    fn with_lamport_clocks(mut self) -> Self {
        for event in &mut self.events {
            event.stamp.clock = Some(Clock::Lamport(event.seq));
        }
        self
    }

    /// The log of one node, without what a merge would add.
    fn log(&self, node: &str) -> Logs {
        let header = Header { nodes: vec![node.to_owned()], ..header() };
        let mut events: Vec<Event> = self.events.iter().filter(|e| e.node == node).cloned().collect();
        for (at, event) in events.iter_mut().enumerate() {
            (event.seq, event.line, event.stamp.origin) = (at as u64 + 1, at + 2, None);
        }
        Logs::of(&format!("{node}.ndjson"), header, events).unwrap()
    }

    fn logs(&self) -> Vec<Logs> {
        NODES.iter().map(|node| self.log(node)).collect()
    }

    fn number(&self, event: &Event) -> usize {
        self.events.iter().position(|e| e.name == event.name).unwrap()
    }
}

fn header() -> Header {
    Header { system: "s".to_owned(), nodes: vec!["n1".to_owned()], seed: Some(3), extra: BTreeMap::new() }
}

fn joined(logs: impl IntoIterator<Item = Logs>) -> Logs {
    logs.into_iter().reduce(|one, other| one.join(other).unwrap()).unwrap()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..NODES.len(), prop::option::of(0_usize..20)), 1..16)
}

proptest! {
    #[test]
    fn joining_is_idempotent_commutative_and_associative(steps in steps()) {
        let [a, b, c] = execution(&steps).logs().try_into().unwrap();
        prop_assert_eq!(joined([a.clone(), a.clone()]), a.clone());
        prop_assert_eq!(joined([a.clone(), b.clone()]), joined([b.clone(), a.clone()]));
        let left = joined([joined([a.clone(), b.clone()]), c.clone()]);
        let right = joined([a.clone(), joined([b, c.clone()])]);
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(joined([left, c, a]), right);
    }

    #[test]
    fn vector_clocks_tell_exactly_what_came_before_what(steps in steps()) {
        let execution = execution(&steps);
        let merged = joined(execution.logs()).order(Some(By::Vector)).unwrap();
        prop_assert_eq!(merged.events.len(), steps.len());
        for (i, a) in merged.events.iter().enumerate() {
            for (j, b) in merged.events.iter().enumerate() {
                let (x, y) = (execution.number(a), execution.number(b));
                let expected = match (x == y, execution.came_before(x, y), execution.came_before(y, x)) {
                    (true, ..) => Some(Ordering::Equal),
                    (_, true, _) => Some(Ordering::Less),
                    (_, _, true) => Some(Ordering::Greater),
                    _ => None,
                };
                prop_assert_eq!(By::Vector.compare(a, b), expected);
                prop_assert!(expected.is_none_or(|order| order == i.cmp(&j)), "the merged trace keeps the order");
            }
        }
    }

    #[test]
    fn lamport_clocks_never_order_the_wrong_way_round(steps in steps()) {
        let execution = execution(&steps).with_lamport_clocks();
        let merged = joined(execution.logs()).order(None).unwrap();
        for (i, a) in merged.events.iter().enumerate() {
            for b in &merged.events[i + 1..] {
                prop_assert!(!execution.came_before(execution.number(b), execution.number(a)));
                prop_assert_ne!(By::Lamport.compare(a, b), Some(Ordering::Greater));
            }
        }
    }

    #[test]
    fn a_merged_trace_merges_again_to_itself(steps in steps()) {
        let execution = execution(&steps);
        let merged = joined(execution.logs()).order(Some(By::Vector)).unwrap();
        let again = Logs::of("m.ndjson", merged.header.clone(), merged.events.clone()).unwrap();
        let mut logs = execution.logs();
        logs.push(again);
        prop_assert_eq!(joined(logs).order(Some(By::Vector)).unwrap(), merged);
    }

    #[test]
    fn a_lost_event_is_named_as_a_gap(steps in steps(), lost in 0_usize..16) {
        let execution = execution(&steps);
        let lost = &execution.events[lost % steps.len()];
        let mut logs = joined(execution.logs());
        let key = lost.stamp.origin.clone().unwrap();
        let last = !logs.events.contains_key(&(key.0.clone(), key.1 + 1));
        logs.events.remove(&key);
        // A log that ends early lacks nothing, unless another has seen what came after.
        let seen = execution.events.iter().any(|e| e.node != lost.node && By::Vector.compare(lost, e) == Some(Ordering::Less));
        match logs.order(Some(By::Vector)) {
            Ok(_) => prop_assert!(last && !seen),
            Err(error) => prop_assert!(error.code == "trace/gap" && (!last || seen), "{error:?}"),
        }
    }
}

fn stamped(node: &str, stamp: Stamp) -> Event {
    let mut event = execution(&[(0, None)]).events.remove(0);
    event.node = node.to_owned();
    event.stamp = stamp;
    event
}

fn by_vector(node: &str, times: &[(&str, u64)]) -> Event {
    let times = times.iter().map(|(node, count)| ((*node).to_owned(), *count)).collect();
    stamped(node, Stamp { clock: Some(Clock::Vector(times)), ..Stamp::default() })
}

fn by_time(thread: &str, start: u64, end: u64) -> Event {
    stamped("n1", Stamp { thread: thread.to_owned(), interval: Some((start, end)), ..Stamp::default() })
}

/// Each list is the log of one process.
fn order(logs: &[Vec<Event>], by: By) -> Result<Merged, Diagnostic> {
    let log = |(at, events): (usize, &Vec<Event>)| {
        let named = Header { extra: [("process".to_owned(), format!("p{at}").into())].into(), ..header() };
        let numbered = (1..).zip(events).map(|(seq, event)| Event { seq, line: seq as usize + 1, ..event.clone() });
        Logs::of(&format!("p{at}.ndjson"), named, numbered).unwrap()
    };
    joined(logs.iter().enumerate().map(log)).order(Some(by))
}

#[test]
fn clocks_that_saw_each_other_are_a_cycle_with_its_events() {
    let logs = [vec![by_vector("n1", &[("n1", 1), ("n2", 1)])], vec![by_vector("n2", &[("n1", 1), ("n2", 1)])]];
    let error = order(&logs, By::Vector).unwrap_err();
    assert_eq!(error.code, "trace/cycle");
    let places: Vec<&str> = error.places.iter().map(|place| place.file.as_str()).collect();
    assert_eq!(places, ["p1.ndjson", "p0.ndjson"]);
    assert!(error.message.ends_with("p1#1 E0, p0#1 E0"), "{}", error.message);
}

#[test]
fn a_clock_that_goes_back_is_a_cycle() {
    let logs = [vec![by_vector("n1", &[("n1", 2)]), by_vector("n1", &[("n1", 1)])]];
    assert_eq!(order(&logs, By::Vector).unwrap_err().code, "trace/cycle");
    let logs = [vec![by_time("a", 5, 9), by_time("a", 8, 12)]];
    assert_eq!(order(&logs, By::Interval).unwrap_err().code, "trace/cycle");
    assert!(order(&[vec![by_time("a", 5, 9), by_time("b", 8, 12)]], By::Interval).is_ok());
}

#[test]
fn a_clock_that_forgets_what_its_cause_had_seen_is_told() {
    let logs = [
        vec![by_vector("n1", &[("n1", 1)])],
        vec![by_vector("n2", &[("n1", 1), ("n2", 1)])],
        vec![by_vector("n3", &[("n2", 1), ("n3", 1)])],
    ];
    let error = order(&logs, By::Vector).unwrap_err();
    assert_eq!((error.code.as_str(), error.places[0].file.as_str()), ("trace/clock", "p2.ndjson"));
}

#[test]
fn what_overlaps_in_time_is_concurrent() {
    let logs = [vec![by_time("", 1, 4), by_time("", 6, 9)], vec![by_time("", 3, 5)]];
    let merged = order(&logs, By::Interval).unwrap();
    let starts: Vec<u64> = merged.events.iter().map(|event| event.stamp.interval.unwrap().0).collect();
    assert_eq!(starts, [1, 3, 6]);
    assert_eq!(By::Interval.compare(&merged.events[0], &merged.events[1]), None);
    assert_eq!(By::Interval.compare(&merged.events[1], &merged.events[2]), Some(Ordering::Less));
    assert_eq!(merged.concurrent_neighbours(), 1);
}

#[test]
fn what_cannot_be_ordered_is_said_and_not_guessed() {
    let lone = stamped("n1", Stamp::default());
    for (by, code) in
        [(By::Vector, "trace/unordered"), (By::Interval, "trace/unordered"), (By::Sequence, "trace/unordered")]
    {
        assert_eq!(order(&[vec![lone.clone()], vec![lone.clone()]], by).unwrap_err().code, code);
    }
    assert!(order(&[vec![lone.clone(), lone.clone()]], By::Sequence).is_ok());
}

#[test]
fn one_event_told_in_two_ways_is_a_conflict() {
    let execution = execution(&[(0, None)]);
    let (one, mut other) = (execution.log("n1"), execution.log("n1"));
    other.events.values_mut().for_each(|held| held.event.name = "Other".to_owned());
    let errors = [one.clone().join(other.clone()).unwrap_err(), other.join(one).unwrap_err()];
    assert!(errors[0].code == "trace/conflict" && errors[0] == errors[1], "{errors:?}");
    let (mut seeded, plain) = (execution.log("n1"), execution.log("n1"));
    seeded.header.seed = Some(4);
    assert_eq!(seeded.join(plain).unwrap_err().code, "trace/conflict");
}
