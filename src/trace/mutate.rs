//! Traces with one deliberate mistake, to test a judge of traces: it must reject every one, and at the right event.
//!
//! A mutant is worth nothing if the mistaken trace is a possible one as well. Each operator therefore chooses only events
//! where its mistake shows, by a rule that is written beside it. The rules need two things of the caller: the fields that
//! are named must be compared by the judge (without a condition), and the events whose action has a choice, so that one
//! observation more or less might be another choice, must be listed as `unsure`.
//!
//! Two notions are used. An event *changes* a field if its node's last observation of it was another. A *kind* of event
//! (its name) *never changes* a field if no event of the trace with that name does: what the real system was never seen
//! to do by such an event, the specification's action is taken not to do either.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::trace::model::Event;
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
pub fn mutants(trace: &Trace, mutations: &[Mutation], unsure: &[&str], each: usize, seed: u64) -> Vec<Mutant> {
    let history = History::of(trace);
    let mut found = Vec::new();
    for (number, mutation) in mutations.iter().enumerate() {
        let sure = |index: &usize| !unsure.contains(&trace.events[*index].name.as_str());
        let places: Vec<usize> =
            (0..trace.events.len()).filter(sure).filter(|index| history.apply(mutation, *index).is_some()).collect();
        for turn in 0..each.min(places.len()) {
            // One from each of as many equal parts of the places.
            let (from, to) =
                (places.len() * turn / each.min(places.len()), places.len() * (turn + 1) / each.min(places.len()));
            let mixed = (seed ^ (number as u64 * 31 + turn as u64)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
            let place = places[from + usize::try_from(mixed).unwrap_or(0) % (to - from)];
            found.extend(history.apply(mutation, place));
        }
    }
    found
}

/// A trace with what is known of each node before each event.
struct History<'a> {
    trace: &'a Trace,
    /// Before each event: the last observed value of each field of its node.
    before: Vec<BTreeMap<&'a str, &'a Value>>,
    /// Before each event: the same for all nodes.
    last: Vec<BTreeMap<&'a str, BTreeMap<&'a str, &'a Value>>>,
    /// Kinds of event and the fields they change.
    changes: BTreeSet<(&'a str, &'a str)>,
    values: BTreeMap<&'a str, Vec<&'a Value>>,
}

impl<'a> History<'a> {
    fn of(trace: &'a Trace) -> Self {
        let mut nodes: BTreeMap<&str, BTreeMap<&str, &Value>> = BTreeMap::new();
        let mut history =
            Self { trace, before: Vec::new(), last: Vec::new(), changes: BTreeSet::new(), values: BTreeMap::new() };
        for event in &trace.events {
            history.last.push(nodes.clone());
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

    fn with_state(&self, index: usize, field: &str, value: Value) -> Vec<Event> {
        let mut events = self.trace.events.clone();
        events[index].state.insert(field.to_owned(), value);
        events
    }

    fn apply(&self, mutation: &Mutation, index: usize) -> Option<Mutant> {
        let event = &self.trace.events[index];
        let mut range = (index, index);
        let events = match mutation {
            Mutation::Raise { field, by, only, steady } => {
                let fits = only.as_ref().is_none_or(|(other, value)| event.state.get(other) == Some(value));
                let still = !*steady || self.step(index, field).is_some_and(|(before, after)| before == after);
                let number = event.state.get(field)?.as_i64().filter(|_| fits && still)?;
                self.with_state(index, field, (number + by).into())
            }
            Mutation::Another { field, unless } => {
                let now = event.state.get(field)?;
                if unless.is_some() && (unless.as_ref() == Some(now) || self.step(index, field)?.0 != now) {
                    return None;
                }
                let other = |value: &&&Value| **value != now && Some(**value) != unless.as_ref();
                self.with_state(index, field, (*self.values.get(field.as_str())?.iter().find(other)?).clone())
            }
            Mutation::Stale { field } => {
                let (before, after) = self.step(index, field)?;
                if before == after {
                    return None;
                }
                self.with_state(index, field, before.clone())
            }
            Mutation::Param { path } => self.raise_param(index, path)?,
            Mutation::Swap { field } => self.swap(index, field)?,
            Mutation::Drop { field } => {
                let next = self.follower(index, field)?;
                range = (index, next - 1);
                let mut events = self.trace.events.clone();
                events.remove(index);
                events
            }
            Mutation::Duplicate { field, context } => {
                range = (index + 1, index + 1);
                self.duplicate(index, field, context.as_deref())?
            }
            Mutation::WrongNode { field } => self.wrong_node(index, field)?,
        };
        Some(self.mutant(mutation, index, events, range))
    }

    fn mutant(&self, mutation: &Mutation, index: usize, mut events: Vec<Event>, range: (usize, usize)) -> Mutant {
        for (position, event) in events.iter_mut().enumerate() {
            event.seq = position as u64 + 1;
            event.line = position + 2;
        }
        let name = format!("{} at event {}", mutation.label(), index + 1);
        let trace = Trace { events, ..self.trace.clone() };
        Mutant { name, trace, earliest: range.0, latest: range.1 }
    }

    fn raise_param(&self, index: usize, path: &[String]) -> Option<Vec<Event>> {
        self.trace.events[index].param(path)?.as_i64()?;
        let highest = self.trace.events.iter().filter_map(|event| event.param(path)?.as_i64()).max()?;
        let mut events = self.trace.events.clone();
        let (first, rest) = path.split_first()?;
        let start = events[index].params.get_mut(first)?;
        *rest.iter().try_fold(start, |value, key| value.get_mut(key))? = (highest + 1000).into();
        Some(events)
    }

    /// The next event of the same node, if it shows that the event changed the field: its kind never does.
    fn follower(&self, index: usize, field: &str) -> Option<usize> {
        let events = &self.trace.events;
        let next = (index + 1..events.len()).find(|next| events[*next].node == events[index].node)?;
        (self.changed(index, field) && self.keeps(next, field)).then_some(next)
    }

    fn swap(&self, index: usize, field: &str) -> Option<Vec<Event>> {
        if self.follower(index, field)? != index + 1 {
            return None;
        }
        let mut events = self.trace.events.clone();
        events.swap(index, index + 1);
        Some(events)
    }

    fn duplicate(&self, index: usize, field: &str, context: Option<&str>) -> Option<Vec<Event>> {
        let number = |value: &Value| value.as_i64();
        let raises = |at: usize| self.step(at, field).and_then(|(b, a)| Some(number(a)? > number(b)?)).unwrap_or(false);
        // What the effect depends on must be the same for the copy as for the original.
        let same = context.is_none_or(|context| !self.changed(index, context));
        let around = |at: usize| context.and_then(|context| self.before[at].get(context));
        let events = &self.trace.events;
        let alike = |at: &usize| {
            events[*at].name == events[index].name && around(*at) == around(index) && self.step(*at, field).is_some()
        };
        if !raises(index) || !same || !(0..events.len()).filter(alike).all(raises) {
            return None;
        }
        let mut events = events.clone();
        let copy = events[index].clone();
        events.insert(index + 1, copy);
        Some(events)
    }

    fn wrong_node(&self, index: usize, field: &str) -> Option<Vec<Event>> {
        if !self.keeps(index, field) {
            return None;
        }
        let event = &self.trace.events[index];
        let value = event.state.get(field)?;
        let others = self.last[index].iter().filter(|(node, _)| **node != event.node);
        let (other, _) =
            others.into_iter().find(|(_, fields)| fields.get(field).is_some_and(|known| *known != value))?;
        let mut events = self.trace.events.clone();
        events[index].node = (*other).to_owned();
        Some(events)
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

    fn ranges(mutation: Mutation) -> Vec<(usize, usize)> {
        mutants(&trace(), &[mutation], &[], 9, 1).iter().map(|mutant| (mutant.earliest, mutant.latest)).collect()
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
        assert_eq!(ranges(Mutation::Param { path: vec!["m".to_owned(), "t".to_owned()] }).len(), 8);
    }

    #[test]
    fn mutants_are_numbered_anew_and_the_same_each_time() {
        let make = || mutants(&trace(), &[Mutation::Drop { field: "x".to_owned() }], &["Look"], 2, 3);
        assert_eq!(make(), make());
        for mutant in make() {
            let text = mutant.trace.to_ndjson();
            assert_eq!(read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap(), mutant.trace);
        }
    }
}
