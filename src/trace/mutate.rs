//! Traces with one deliberate mistake, to test a judge of traces: it must reject every one, and at the right event.
//!
//! A mutant is worth nothing if the mistaken trace is a possible one as well. Each operator therefore chooses only events
//! where its mistake shows, by a rule that is written beside it. Fields that the mapping does not compare in every state
//! are left alone, and parameters that the event's action does not take. One thing is asked of the caller: events whose
//! action has a choice, so that one observation more or less might be another choice, must be listed as `unsure`. Where silent
//! steps may come before an event at which a mistake would show, none is made.
//!
//! Two notions are used. An event *changes* a field if its node's last observation of it was another; of a field whose
//! expression does not speak of the node, the last observation of any node. A *kind* of event (its name) *never changes*
//! a field if no event of the [`Evidence`] with that name does: what the real system was never seen to do by such an event,
//! the specification's action is taken not to do either.

mod history;
mod plan;

use serde_json::Value;

use crate::trace::model::Trace;
pub use history::Evidence;
use history::History;
pub use plan::Made;
pub use plan::make;

/// A kind of mistake.
#[derive(Clone, Debug, PartialEq)]
pub enum Mutation {
    /// The field's number is raised by `by`. Any event that observes it; with `only`, where another field has a value;
    /// with `steady`, where the event does not change the field.
    Raise {
        /// The field.
        field: String,
        /// By how much.
        by: i64,
        /// Only where this field has this value.
        only: Option<(String, Value)>,
        /// Only where the event does not change the field.
        steady: bool,
    },
    /// The field has another value that occurs in the trace: a wrong role. With `unless`, only where its value is not
    /// this one and the event does not change it: a second vote.
    Another {
        /// The field.
        field: String,
        /// Not where the field has this value, and not this value.
        unless: Option<Value>,
    },
    /// A part of the field's value is wrong: of a map the value at one key is another that occurs there, of a set or a bag one
    /// element is missing, or too much where there is none, of a list the last.
    Part {
        /// The field.
        field: String,
    },
    /// An element of the field's list holds a number greater than all others of its name there: a message of another term.
    Element {
        /// The field.
        field: String,
    },
    /// An element of the field's list, which is no set, is there once more: a message sent twice.
    Again {
        /// The field.
        field: String,
    },
    /// The field has the value already that its next change brings: an effect before its cause, such as a commit without a
    /// quorum. Only where the event does not change it; with `only`, where this other field has this value, then and at the
    /// change.
    Early {
        /// The field.
        field: String,
        /// Only where this field has this value.
        only: Option<(String, Value)>,
    },
    /// The field keeps the value from before the event: an effect is lost. Only where the event changes it.
    Stale {
        /// The field.
        field: String,
    },
    /// A parameter of the event, such as `["m", "term"]`, has a number greater than all others there: a message that
    /// nobody ever sent. A parameter that is itself a truth value has the other one.
    Param {
        /// The parameter and the way to the number.
        path: Vec<String>,
    },
    /// An event and the next one, of the same node, are exchanged. The first changes the field, the second is of a kind
    /// that never does, and has the new value.
    Swap {
        /// The field.
        field: String,
    },
    /// An event is missing. It changes the field; the next of its node is of a kind that never does, and has the new value.
    Drop {
        /// The field.
        field: String,
    },
    /// An event is there twice. It raises the field, as do all events of its kind whose nodes have the same value of
    /// `context` before.
    Duplicate {
        /// The field.
        field: String,
        /// What the effect depends on.
        context: Option<String>,
    },
    /// An event comes late: after the next one of its node, by which the harness stops the node. It changes nothing that is
    /// observed, and neither does the stop, so that nothing but the order tells. See [`Evidence`] for what stops a node.
    Late,
    /// An event is said to be another node's, whose value of the field is another. It is of a kind that never changes it.
    WrongNode {
        /// The field.
        field: String,
    },
}

/// A trace with one mistake.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// What was done, for a report: `raise currentTerm by 1 at event 57`.
    pub name: String,
    /// The trace.
    pub trace: Trace,
    /// The first event (index from 0, in this trace) at which the mistake can be detected.
    pub earliest: usize,
    /// The last event at which it must have been detected.
    pub latest: usize,
}

impl Mutation {
    /// The field that the mistake is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Param { .. } | Self::Late => None,
            Self::Raise { field, .. }
            | Self::Another { field, .. }
            | Self::Part { field }
            | Self::Element { field }
            | Self::Again { field }
            | Self::Early { field, .. }
            | Self::Stale { field }
            | Self::Swap { field }
            | Self::Drop { field }
            | Self::Duplicate { field, .. }
            | Self::WrongNode { field } => Some(field),
        }
    }

    /// A word for the kind of mistake and its field.
    pub fn label(&self) -> String {
        match self {
            Self::Raise { field, by, only: None, .. } => format!("raise {field} by {by}"),
            Self::Raise { field, by, only: Some((other, value)), .. } => {
                format!("raise {field} by {by} where {other} is {value}")
            }
            Self::Another { field, unless: None } => format!("wrong {field}"),
            Self::Another { field, unless: Some(_) } => format!("second {field}"),
            Self::Part { field } => format!("wrong part of {field}"),
            Self::Element { field } => format!("wrong element of {field}"),
            Self::Again { field } => format!("element of {field} once more"),
            Self::Early { field, only: None } => format!("{field} before its time"),
            Self::Early { field, only: Some((other, value)) } => {
                format!("{field} before its time where {other} is {value}")
            }
            Self::Stale { field } => format!("lose the change of {field}"),
            Self::Param { path } => format!("change {}", path.join(".")),
            Self::Swap { field } => format!("swap two events, by {field}"),
            Self::Drop { field } => format!("drop an event, by {field}"),
            Self::Duplicate { field, .. } => format!("duplicate an event, by {field}"),
            Self::Late => "an event past the stop of its node".to_owned(),
            Self::WrongNode { field } => format!("wrong node, by {field}"),
        }
    }
}

/// Up to `each` mutants of every kind, spread over the trace; the same for the same arguments. `evidence` is of this trace
/// and of others of the same system.
pub fn mutants(
    trace: &Trace,
    evidence: &Evidence,
    mutations: &[Mutation],
    unsure: &[&str],
    each: usize,
    seed: u64,
) -> Vec<Mutant> {
    let history = History::of(trace, evidence);
    let sure: Vec<usize> = (0..trace.events.len())
        .filter(|index| !unsure.contains(&trace.events[*index].name.as_str()) && !trace.events[*index].aborted)
        .collect();
    let mut found = Vec::new();
    for (number, mutation) in mutations.iter().enumerate() {
        let edits = sure.iter().filter_map(|index| Some((*index, history.edit(mutation, *index)?)));
        let edits: Vec<_> = edits.filter(|(index, edit)| history.is_certain(*index, edit)).collect();
        let parts = each.min(edits.len());
        for part in 0..parts {
            // One from each of as many equal parts of the places.
            let (from, to) = (edits.len() * part / parts, edits.len() * (part + 1) / parts);
            let mixed = (seed ^ (number as u64 * 31 + part as u64)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
            let (index, edit) = &edits[from + usize::try_from(mixed).unwrap_or(0) % (to - from)];
            found.push(history.mutant(mutation, *index, edit));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::trace::mapping::Mapping;
    use crate::trace::read;

    use super::*;

    fn trace() -> Trace {
        let mut text = "{\"specgen_trace\":1,\"system\":\"x\",\"nodes\":[\"n1\",\"n2\"]}\n".to_owned();
        let rows = [
            ("Set", "n1", 1, "a"),
            ("Set", "n2", 5, "b"),
            ("Set", "n1", 2, "a"),
            ("Look", "n1", 2, "a"),
            ("Set", "n2", 6, "b"),
            ("Set", "n1", 3, "a"),
            ("Look", "n2", 6, "b"),
            ("Look", "n1", 3, "a"),
        ];
        for (index, (event, node, x, role)) in rows.into_iter().enumerate() {
            let line = json!({
                "seq": index + 1, "event": event, "node": node,
                "params": {"m": {"t": x}}, "state": {"x": x, "role": role},
            });
            text.push_str(&line.to_string());
            text.push('\n');
        }
        read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap()
    }

    fn mapping() -> Mapping {
        let field = |name: &str| json!({"field": name, "spec": format!("{name}[s]")});
        let parameter = json!({"name": "m", "from": "params.m"});
        serde_json::from_value(json!({
            "node_parameter": "s", "state": [field("x"), field("role")],
            "actions": [{"name": "Set", "parameters": [parameter]}, {"name": "Look"}],
        }))
        .unwrap()
    }

    fn ranges(mutation: Mutation) -> Vec<(usize, usize)> {
        mutants(&trace(), &Evidence::of(&[trace()], &mapping()), &[mutation], &[], 9, 1)
            .iter()
            .map(|mutant| (mutant.earliest, mutant.latest))
            .collect()
    }

    #[test]
    fn no_mistake_is_made_where_a_silent_step_might_make_up_for_it() {
        let silent = json!([{"name": "Hide", "before": ["Look"]}]);
        let mapping = Mapping { silent: serde_json::from_value(silent).unwrap(), ..mapping() };
        let evidence = Evidence::of(&[trace()], &mapping);
        let x = || "x".to_owned();
        let places = |mutation: Mutation| {
            let made = mutants(&trace(), &evidence, &[mutation], &[], 9, 1);
            made.iter().map(|mutant| mutant.earliest).collect::<Vec<_>>()
        };
        assert_eq!(places(Mutation::Raise { field: x(), by: 9, only: None, steady: false }), [0, 1, 2, 4, 5]);
        // The next event of the node is a Look.
        assert_eq!(ranges(Mutation::Swap { field: x() }), [(2, 2)]);
        assert!(places(Mutation::Swap { field: x() }).is_empty());
        assert!(!ranges(Mutation::Drop { field: x() }).is_empty());
        assert!(places(Mutation::Drop { field: x() }).is_empty());
    }

    #[test]
    fn each_operator_chooses_only_events_where_its_mistake_shows() {
        let x = || "x".to_owned();
        assert_eq!(ranges(Mutation::Swap { field: x() }), [(2, 2)]);
        assert_eq!(ranges(Mutation::Drop { field: x() }), [(2, 2), (4, 5), (5, 6)]);
        assert_eq!(ranges(Mutation::Duplicate { field: x(), context: None }), [(3, 3), (5, 5), (6, 6)]);
        assert_eq!(ranges(Mutation::WrongNode { field: x() }), [(3, 3), (6, 6), (7, 7)]);
        assert_eq!(ranges(Mutation::Stale { field: x() }), [(2, 2), (4, 4), (5, 5)]);
        let steady = Mutation::Raise { field: x(), by: 1, only: Some(("role".to_owned(), json!("b"))), steady: true };
        assert_eq!(ranges(steady), [(6, 6)]);
        assert_eq!(ranges(Mutation::Another { field: "role".to_owned(), unless: Some(json!("a")) }), []);
        assert_eq!(ranges(Mutation::Param { path: vec!["m".to_owned(), "t".to_owned()] }).len(), 5);
        assert_eq!(ranges(Mutation::Early { field: x(), only: None }), [(3, 3)]);
    }

    /// Traces of one flag for all nodes, of a set, of a map that is compared in one role only, and of an answer.
    fn odd() -> (Trace, Mapping) {
        let mut text = "{\"specgen_trace\":1,\"system\":\"x\",\"nodes\":[\"n1\",\"n2\"]}\n".to_owned();
        let rows = [
            ("Take", "n1", true, "boss", json!(["n1"]), json!({"n1": 1, "n2": 1})),
            ("Ask", "n2", true, "idle", json!([]), json!({"n1": 0, "n2": 0})),
            ("Give", "n1", false, "boss", json!(["n1", "n2"]), json!({"n1": 1, "n2": 2})),
            ("Ask", "n2", false, "idle", json!([]), json!({"n1": 0, "n2": 0})),
        ];
        for (index, (event, node, flag, role, set, map)) in rows.into_iter().enumerate() {
            let line = json!({"seq": index + 1, "event": event, "node": node, "params": {"answer": flag},
                "state": {"flag": flag, "role": role, "set": set, "map": map}});
            text.push_str(&line.to_string());
            text.push('\n');
        }
        let answer = json!({"name": "answer", "from": "params.answer"});
        let mapping = serde_json::from_value(json!({
            "node_parameter": "s",
            "state": [
                {"field": "flag", "spec": "flag"}, {"field": "role", "spec": "role[s]"},
                {"field": "set", "spec": "set[s]", "kind": "set"},
                {"field": "map", "spec": "map[s]", "kind": "map", "when": "role[s]  = \"boss\""},
            ],
            "actions": [{"name": "Take"}, {"name": "Ask", "parameters": [answer]}, {"name": "Give"}],
        }));
        (read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap(), mapping.unwrap())
    }

    /// Where the mistake is made, and what stands there then.
    fn made(mutation: Mutation, field: &str) -> Vec<(usize, Value)> {
        let (trace, mapping) = odd();
        let evidence = Evidence::of(std::slice::from_ref(&trace), &mapping);
        let made = mutants(&trace, &evidence, &[mutation], &[], 9, 1);
        let at = |mutant: &Mutant| {
            let event = &mutant.trace.events[mutant.earliest];
            (mutant.earliest, event.state.get(field).or(event.params.get(field)).unwrap().clone())
        };
        made.iter().map(at).collect()
    }

    #[test]
    fn a_part_of_a_set_or_a_map_is_made_wrong_only_where_it_is_compared() {
        let of = |field: &str| made(Mutation::Part { field: field.to_owned() }, field);
        let sets = [(0, json!([])), (1, json!(["n1"])), (2, json!(["n2"])), (3, json!(["n1"]))];
        assert_eq!(of("set"), sets);
        assert_eq!(of("map"), [(0, json!({"n1": 0, "n2": 1})), (2, json!({"n1": 1, "n2": 1}))]);
    }

    #[test]
    fn an_element_of_a_list_is_changed_or_doubled() {
        let text = "{\"specgen_trace\":1,\"system\":\"x\",\"nodes\":[\"n1\"]}\n".to_owned();
        let rows = [json!([]), json!([{"to": "n2", "term": 3}, {"to": "n3", "term": 2}]), json!(["plain"])];
        let line = |(index, sent): (usize, &Value)| {
            json!({"seq": index + 1, "event": "Send", "node": "n1", "params": {}, "state": {"sent": sent}}).to_string()
        };
        let text = text + &rows.iter().enumerate().map(line).collect::<Vec<_>>().join("\n");
        let trace = read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap();
        let made = |mutation: Mutation, kind: &str| -> Vec<Value> {
            let field = json!({"field": "sent", "spec": "sent[s]", "kind": kind});
            let mapping = json!({"node_parameter": "s", "state": [field], "actions": [{"name": "Send"}]});
            let evidence = Evidence::of(std::slice::from_ref(&trace), &serde_json::from_value(mapping).unwrap());
            let made = mutants(&trace, &evidence, &[mutation], &[], 9, 1);
            made.iter().map(|mutant| mutant.trace.events[mutant.earliest].state["sent"].clone()).collect()
        };
        let element = || Mutation::Element { field: "sent".to_owned() };
        assert_eq!(made(element(), "bag"), [json!([{"to": "n2", "term": 1003}, {"to": "n3", "term": 2}])]);
        let again = || Mutation::Again { field: "sent".to_owned() };
        let twice = [json!([{"to": "n2", "term": 3}, {"to": "n3", "term": 2}, {"to": "n2", "term": 3}])];
        assert_eq!(made(again(), "bag"), [twice[0].clone(), json!(["plain", "plain"])]);
        assert!(made(again(), "set").is_empty());
    }

    #[test]
    fn a_flag_of_all_nodes_is_known_by_what_any_of_them_saw_last() {
        // n2 sees at once what n1 has done: neither of its events changes the flag.
        assert_eq!(made(Mutation::Stale { field: "flag".to_owned() }, "flag"), [(2, json!(true))]);
        let early = Mutation::Early { field: "flag".to_owned(), only: None };
        assert_eq!(made(early, "flag"), [(1, json!(false))]);
        assert_eq!(made(Mutation::Drop { field: "flag".to_owned() }, "flag"), [(2, json!(false))]);
        assert_eq!(made(Mutation::WrongNode { field: "flag".to_owned() }, "flag"), []);
        let other = Mutation::Another { field: "flag".to_owned(), unless: None };
        assert_eq!(made(other, "flag").len(), 4);
    }

    #[test]
    fn an_answer_is_turned_round() {
        let answer = Mutation::Param { path: vec!["answer".to_owned()] };
        assert_eq!(made(answer, "answer"), [(1, json!(false)), (3, json!(true))]);
    }

    /// The kinds of event of one node, in order, all with the same state but `Set`.
    fn in_order(kinds: &[&str]) -> Trace {
        let mut text = "{\"specgen_trace\":1,\"system\":\"x\",\"nodes\":[\"n1\"]}\n".to_owned();
        let mut x = 0;
        for (index, kind) in kinds.iter().enumerate() {
            x += i32::from(*kind == "Set");
            let line = json!({"seq": index + 1, "event": kind, "node": "n1", "params": {}, "state": {"x": x}});
            text.push_str(&line.to_string());
            text.push('\n');
        }
        read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap()
    }

    /// Where events come late, and the order of all then.
    fn late(traces: &[&[&str]]) -> Vec<(usize, usize, String)> {
        let traces: Vec<Trace> = traces.iter().map(|kinds| in_order(kinds)).collect();
        let mapping = serde_json::from_value(json!({
            "node_parameter": "s", "state": [{"field": "x", "spec": "x[s]"}],
            "actions": [{"name": "Look"}, {"name": "Set"}, {"name": "Start"},
                {"name": "Crash", "harness": true}, {"name": "Lose", "harness": true}],
        }))
        .unwrap();
        let made = mutants(&traces[0], &Evidence::of(&traces, &mapping), &[Mutation::Late], &[], 9, 1);
        let order = |mutant: &Mutant| mutant.trace.events.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(" ");
        made.iter().map(|mutant| (mutant.earliest, mutant.latest, order(mutant))).collect()
    }

    #[test]
    fn an_event_comes_late_only_past_what_stops_its_node() {
        let stopped: &[&str] = &["Start", "Look", "Look", "Crash", "Lose", "Start", "Look", "Lose", "Look"];
        let moved = "Start Look Crash Look Lose Start Look Lose Look";
        assert_eq!(late(&[stopped]), [(2, 3, moved.to_owned())]);
        // An event that changes what is observed would be noticed without the order.
        assert!(late(&[&["Look", "Set", "Crash", "Start"]]).is_empty());
        // A node that was seen to do something else then, or to start at another time, need not have been stopped.
        assert!(late(&[stopped, &["Start", "Crash", "Look"]]).is_empty());
        assert!(late(&[stopped, &["Look", "Start"]]).is_empty());
        assert_eq!(late(&[stopped, &["Start", "Look"]]).len(), 1);
    }

    #[test]
    fn mutants_are_numbered_anew_and_the_same_each_time() {
        let evidence = Evidence::of(&[trace()], &mapping());
        let make = || mutants(&trace(), &evidence, &[Mutation::Drop { field: "x".to_owned() }], &["Look"], 2, 3);
        assert_eq!(make(), make());
        for mutant in make() {
            let text = mutant.trace.to_ndjson();
            assert_eq!(read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap(), mutant.trace);
        }
    }
}
