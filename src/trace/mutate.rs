//! Traces with one deliberate mistake, to test a judge of traces: it must reject every one, and at the right event.
//!
//! A mutant is worth nothing if the mistaken trace is a possible one as well. Each operator therefore chooses only events
//! where its mistake shows, by a rule that is written beside it. Fields that the mapping does not compare in every state
//! are left alone, and parameters that the event's action does not take. One thing is asked of the caller: events whose
//! action has a choice, so that one observation more or less might be another choice, must be listed as `unsure`.
//!
//! Two notions are used. An event *changes* a field if its node's last observation of it was another. A *kind* of event
//! (its name) *never changes* a field if no event of the trace with that name does: what the real system was never seen
//! to do by such an event, the specification's action is taken not to do either.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::trace::mapping::Mapping;
use crate::trace::mapping::Origin;
use crate::trace::model::Object;
use crate::trace::model::Trace;

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
    /// The field keeps the value from before the event: an effect is lost. Only where the event changes it.
    Stale {
        /// The field.
        field: String,
    },
    /// A parameter of the event, such as `["m", "term"]`, has a number greater than all others there: a message that
    /// nobody ever sent.
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
    /// A word for the kind of mistake and its field.
    pub fn label(&self) -> String {
        match self {
            Self::Raise { field, by, only: None, .. } => format!("raise {field} by {by}"),
            Self::Raise { field, by, only: Some((other, value)), .. } => {
                format!("raise {field} by {by} where {other} is {value}")
            }
            Self::Another { field, unless: None } => format!("wrong {field}"),
            Self::Another { field, unless: Some(_) } => format!("second {field}"),
            Self::Stale { field } => format!("lose the change of {field}"),
            Self::Param { path } => format!("change {}", path.join(".")),
            Self::Swap { field } => format!("swap two events, by {field}"),
            Self::Drop { field } => format!("drop an event, by {field}"),
            Self::Duplicate { field, .. } => format!("duplicate an event, by {field}"),
            Self::WrongNode { field } => format!("wrong node, by {field}"),
        }
    }
}

/// Up to `each` mutants of every kind, spread over the trace; the same for the same arguments.
pub fn mutants(
    trace: &Trace,
    mapping: &Mapping,
    mutations: &[Mutation],
    unsure: &[&str],
    each: usize,
    seed: u64,
) -> Vec<Mutant> {
    let history = History::of(trace, mapping);
    let sure: Vec<usize> = (0..trace.events.len())
        .filter(|index| !unsure.contains(&trace.events[*index].name.as_str()) && !trace.events[*index].aborted)
        .collect();
    let mut found = Vec::new();
    for (number, mutation) in mutations.iter().enumerate() {
        let edits: Vec<(usize, Edit)> =
            sure.iter().filter_map(|index| Some((*index, history.edit(mutation, *index)?))).collect();
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

/// A change of one place of a trace.
#[derive(Clone, Debug, PartialEq)]
enum Edit {
    /// A field of the state has this value.
    Field(String, Value),
    /// A parameter has this value.
    Param(Vec<String>, Value),
    /// The event and the next are exchanged.
    Swap,
    /// The event is missing; it is noticed before this one.
    Remove { before: usize },
    /// The event is there twice.
    Repeat,
    /// The event is this node's.
    Node(String),
}

/// A trace with what is known of each node before each event.
struct History<'a> {
    trace: &'a Trace,
    mapping: &'a Mapping,
    /// Before each event: the last observed value of each field of its node.
    before: Vec<BTreeMap<&'a str, &'a Value>>,
    /// Kinds of event and the fields they change.
    changes: BTreeSet<(&'a str, &'a str)>,
    values: BTreeMap<&'a str, Vec<&'a Value>>,
}

impl<'a> History<'a> {
    fn of(trace: &'a Trace, mapping: &'a Mapping) -> Self {
        let mut nodes: BTreeMap<&str, BTreeMap<&str, &Value>> = BTreeMap::new();
        let mut history =
            Self { trace, mapping, before: Vec::new(), changes: BTreeSet::new(), values: BTreeMap::new() };
        for event in &trace.events {
            let node = nodes.entry(&event.node).or_default();
            history.before.push(node.clone());
            for (field, value) in &event.state {
                if node.insert(field, value).is_some_and(|known| known != value) {
                    history.changes.insert((&event.name, field));
                }
                let values = history.values.entry(field).or_default();
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        history
    }

    /// The values of a field before and after an event.
    fn step(&self, index: usize, field: &str) -> Option<(&'a Value, &'a Value)> {
        Some((*self.before[index].get(field)?, self.trace.events[index].state.get(field)?))
    }

    fn changed(&self, index: usize, field: &str) -> bool {
        self.step(index, field).is_some_and(|(before, after)| before != after)
    }

    /// The event observes the field, is of a kind that never changes it, and did not.
    fn keeps(&self, index: usize, field: &str) -> bool {
        let kind = self.trace.events[index].name.as_str();
        self.step(index, field).is_some() && !self.changes.contains(&(kind, field))
    }

    /// What the mistake would be at an event, if it shows there.
    fn edit(&self, mutation: &Mutation, index: usize) -> Option<Edit> {
        let compared = |name: &String| self.mapping.checked().any(|f| f.field == *name && f.when.is_none());
        let event = &self.trace.events[index];
        match mutation {
            Mutation::Param { path } => self.raise_param(index, path),
            Mutation::Raise { field, .. }
            | Mutation::Another { field, .. }
            | Mutation::Stale { field }
            | Mutation::Swap { field }
            | Mutation::Drop { field }
            | Mutation::Duplicate { field, .. }
            | Mutation::WrongNode { field }
                if !compared(field) =>
            {
                None
            }
            Mutation::Raise { field, by, only, steady } => {
                let fits = only.as_ref().is_none_or(|(other, value)| event.state.get(other) == Some(value));
                let still = !*steady || self.step(index, field).is_some_and(|(before, after)| before == after);
                let number = event.state.get(field)?.as_i64().filter(|_| fits && still)?;
                Some(Edit::Field(field.clone(), (number + by).into()))
            }
            Mutation::Another { field, unless } => {
                let now = event.state.get(field)?;
                if unless.is_some() && (unless.as_ref() == Some(now) || self.step(index, field)?.0 != now) {
                    return None;
                }
                let other = |value: &&&Value| **value != now && Some(**value) != unless.as_ref();
                let value = self.values.get(field.as_str())?.iter().find(other)?;
                Some(Edit::Field(field.clone(), (*value).clone()))
            }
            Mutation::Stale { field } => {
                let (before, after) = self.step(index, field)?;
                (before != after).then(|| Edit::Field(field.clone(), before.clone()))
            }
            Mutation::Swap { field } => (self.follower(index, field)? == index + 1).then_some(Edit::Swap),
            Mutation::Drop { field } => Some(Edit::Remove { before: self.follower(index, field)? }),
            Mutation::Duplicate { field, context } => {
                self.repeats(index, field, context.as_deref()).then_some(Edit::Repeat)
            }
            Mutation::WrongNode { field } => self.wrong_node(index, field).map(Edit::Node),
        }
    }

    fn mutant(&self, mutation: &Mutation, index: usize, edit: &Edit) -> Mutant {
        let mut events = self.trace.events.clone();
        let mut range = (index, index);
        match edit {
            Edit::Field(field, value) => {
                events[index].state.insert(field.clone(), value.clone());
            }
            Edit::Param(path, value) => set(&mut events[index].params, path, value),
            Edit::Swap => events.swap(index, index + 1),
            Edit::Remove { before } => {
                range = (index, before - 1);
                events.remove(index);
            }
            Edit::Repeat => {
                range = (index + 1, index + 1);
                events.insert(index + 1, events[index].clone());
            }
            Edit::Node(node) => events[index].node.clone_from(node),
        }
        for (position, event) in events.iter_mut().enumerate() {
            event.seq = position as u64 + 1;
            event.line = position + 2;
        }
        let name = format!("{} at event {}", mutation.label(), index + 1);
        let trace = Trace { events, ..self.trace.clone() };
        Mutant { name, trace, earliest: range.0, latest: range.1 }
    }

    /// A number that no event has there, if the event's action takes what it is part of.
    fn raise_param(&self, index: usize, path: &[String]) -> Option<Edit> {
        let event = &self.trace.events[index];
        event.param(path)?.as_i64()?;
        let mut origins = self.mapping.action(&event.name)?.parameters.iter().map(|parameter| parameter.origin());
        if !origins.any(|origin| matches!(origin, Ok(Origin::Param(taken)) if path.starts_with(&taken))) {
            return None;
        }
        let highest = self.trace.events.iter().filter_map(|event| event.param(path)?.as_i64()).max()?;
        Some(Edit::Param(path.to_vec(), (highest + 1000).into()))
    }

    /// The next event of the same node, if it shows that the event changed the field: its kind never does.
    fn follower(&self, index: usize, field: &str) -> Option<usize> {
        let events = &self.trace.events;
        let next = (index + 1..events.len()).find(|next| events[*next].node == events[index].node)?;
        (self.changed(index, field) && self.keeps(next, field)).then_some(next)
    }

    fn repeats(&self, index: usize, field: &str, context: Option<&str>) -> bool {
        let raises = |at: usize| {
            let grows = |(before, after): (&Value, &Value)| Some(after.as_i64()? > before.as_i64()?);
            self.step(at, field).and_then(grows).unwrap_or(false)
        };
        // What the effect depends on must be the same for the copy as for the original.
        let same = context.is_none_or(|context| !self.changed(index, context));
        let around = |at: usize| context.and_then(|context| self.before[at].get(context));
        let events = &self.trace.events;
        let alike = |at: &usize| {
            events[*at].name == events[index].name && around(*at) == around(index) && self.step(*at, field).is_some()
        };
        raises(index) && same && (0..events.len()).filter(alike).all(raises)
    }

    /// Another node whose last value of the field is another.
    fn wrong_node(&self, index: usize, field: &str) -> Option<String> {
        if !self.keeps(index, field) {
            return None;
        }
        let event = &self.trace.events[index];
        let value = event.state.get(field)?;
        let last = |node: &&String| {
            let mut earlier = self.trace.events[..index].iter().rev().filter(|earlier| earlier.node == **node);
            earlier.find_map(|earlier| earlier.state.get(field))
        };
        let mut others = self.trace.header.nodes.iter().filter(|node| **node != event.node);
        others.find(|node| last(node).is_some_and(|known| known != value)).cloned()
    }
}

/// Sets the value at a path that exists.
fn set(params: &mut Object, path: &[String], value: &Value) {
    let Some((first, rest)) = path.split_first() else { return };
    let place = params.get_mut(first).and_then(|start| rest.iter().try_fold(start, |inner, key| inner.get_mut(key)));
    if let Some(place) = place {
        place.clone_from(value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
        let field = |name: &str| json!({"field": name, "spec": name});
        let parameter = json!({"name": "m", "from": "params.m"});
        serde_json::from_value(json!({
            "node_parameter": "s", "state": [field("x"), field("role")],
            "actions": [{"name": "Set", "parameters": [parameter]}, {"name": "Look"}],
        }))
        .unwrap()
    }

    fn ranges(mutation: Mutation) -> Vec<(usize, usize)> {
        mutants(&trace(), &mapping(), &[mutation], &[], 9, 1)
            .iter()
            .map(|mutant| (mutant.earliest, mutant.latest))
            .collect()
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
    }

    #[test]
    fn mutants_are_numbered_anew_and_the_same_each_time() {
        let make = || mutants(&trace(), &mapping(), &[Mutation::Drop { field: "x".to_owned() }], &["Look"], 2, 3);
        assert_eq!(make(), make());
        for mutant in make() {
            let text = mutant.trace.to_ndjson();
            assert_eq!(read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap(), mutant.trace);
        }
    }
}
