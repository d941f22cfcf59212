//! What a trace shows of each node before each event, and what a mistake would be there.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Mutant;
use super::Mutation;
use crate::instrument::FieldKind;
use crate::instrument::Origin;
use crate::trace::mapping::Mapping;
use crate::trace::model::Object;
use crate::trace::model::Trace;

/// A change of one place of a trace.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
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
    /// The event stands behind this one.
    Late { behind: usize },
    /// The event is this node's.
    Node(String),
}

/// What traces of a system show of its kinds of event: which of them change which fields, and which stop a node.
///
/// The harness *stops* a node by an event of its own, such as a crash, if what the node does next is always an event of one
/// and the same kind, the restart, and a node that has done something before does an event of that kind at no other time.
#[derive(Clone, Debug)]
pub struct Evidence {
    mapping: Mapping,
    /// Kinds of event and the fields they change.
    changes: BTreeSet<(String, String)>,
    /// Kinds of event that stop a node.
    stops: BTreeSet<String>,
}

impl Evidence {
    /// What `traces` show.
    pub fn of(traces: &[Trace], mapping: &Mapping) -> Self {
        let mut evidence = Self { mapping: mapping.clone(), changes: BTreeSet::new(), stops: stops(traces, mapping) };
        for trace in traces {
            let history = History::of(trace, &evidence);
            let changed = trace.events.iter().enumerate().flat_map(|(index, event)| {
                let fields = event.state.keys().filter(|field| history.changed(index, field)).cloned();
                fields.map(|field| (event.name.clone(), field)).collect::<Vec<_>>()
            });
            let changed: Vec<_> = changed.collect();
            evidence.changes.extend(changed);
        }
        evidence
    }
}

/// The first and the last event of the mutant at which the mistake may show.
fn range(index: usize, edit: &Edit) -> (usize, usize) {
    match edit {
        Edit::Remove { before } => (index, before - 1),
        Edit::Repeat => (index + 1, index + 1),
        // That it is missing where it was may show before.
        Edit::Late { behind } => (index, *behind),
        Edit::Field(..) | Edit::Param(..) | Edit::Swap | Edit::Node(_) => (index, index),
    }
}

/// A trace with what is known of each node before each event.
pub(super) struct History<'a> {
    trace: &'a Trace,
    evidence: &'a Evidence,
    /// Before each event: the last observed value of each field of its node, or of any node where it is the same for all.
    before: Vec<BTreeMap<&'a str, &'a Value>>,
    values: BTreeMap<&'a str, Vec<&'a Value>>,
}

impl<'a> History<'a> {
    pub(super) fn of(trace: &'a Trace, evidence: &'a Evidence) -> Self {
        let mapping = &evidence.mapping;
        let shared: BTreeSet<&str> =
            mapping.state.iter().filter(|f| mapping.is_shared(f)).map(|f| f.field.as_str()).collect();
        let mut all: BTreeMap<&str, &Value> = BTreeMap::new();
        let mut nodes: BTreeMap<&str, BTreeMap<&str, &Value>> = BTreeMap::new();
        let mut history = Self { trace, evidence, before: Vec::new(), values: BTreeMap::new() };
        for event in &trace.events {
            let node = nodes.entry(&event.node).or_default();
            history.before.push(node.iter().chain(&all).map(|(field, value)| (*field, *value)).collect());
            for (field, value) in &event.state {
                let known = if shared.contains(field.as_str()) { &mut all } else { &mut *node };
                known.insert(field, value);
                let values = history.values.entry(field).or_default();
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        history
    }

    /// Whether the field is compared after the event. A condition of the mapping is understood where it asks for one value
    /// of another compared field; what is compared under any other is left alone.
    fn compared(&self, index: usize, field: &str) -> bool {
        let mapping = &self.evidence.mapping;
        let state = &self.trace.events[index].state;
        let Some(found) = mapping.checked().find(|f| f.field == field) else { return false };
        let holds = |when: &str| {
            let (left, right) = when.split_once('=')?;
            let plain = |text: &str| text.split_whitespace().collect::<String>();
            let asked = mapping.checked().find(|f| f.when.is_none() && plain(&f.spec) == plain(left))?;
            let wanted: Value = serde_json::from_str(right.trim()).ok()?;
            Some(state.get(&asked.field)? == &wanted)
        };
        state.contains_key(field) && found.when.as_deref().is_none_or(|when| holds(when) == Some(true))
    }

    /// Whether the field is the same for all nodes.
    fn is_shared(&self, field: &str) -> bool {
        let mapping = &self.evidence.mapping;
        mapping.state.iter().any(|f| f.field == field && mapping.is_shared(f))
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
        let changes = &self.evidence.changes;
        self.step(index, field).is_some() && !changes.contains(&(kind.to_owned(), field.to_owned()))
    }

    /// What the mistake would be at an event, if it shows there.
    pub(super) fn edit(&self, mutation: &Mutation, index: usize) -> Option<Edit> {
        let event = &self.trace.events[index];
        if mutation.field().is_some_and(|field| !self.compared(index, field)) {
            return None;
        }
        match mutation {
            Mutation::Param { path } => self.other_param(index, path),
            Mutation::Part { field } => self.part(index, field).map(|value| Edit::Field(field.clone(), value)),
            Mutation::Element { field } => self.element(index, field).map(|value| Edit::Field(field.clone(), value)),
            Mutation::Again { field } => {
                let list = event.state.get(field)?.as_array().filter(|_| !self.has_kind(field, FieldKind::Set))?;
                let twice = list.iter().chain([list.first()?]).cloned().collect();
                Some(Edit::Field(field.clone(), Value::Array(twice)))
            }
            Mutation::Early { field, only } => {
                self.early(index, field, only.as_ref()).map(|value| Edit::Field(field.clone(), value))
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
            Mutation::Late => self.late(index).map(|behind| Edit::Late { behind }),
            Mutation::WrongNode { field } => self.wrong_node(index, field).map(Edit::Node),
        }
    }

    /// Whether no silent step may come before an event at which the mistake shows: it might make up for it.
    pub(super) fn is_certain(&self, index: usize, edit: &Edit) -> bool {
        let mapping = &self.evidence.mapping;
        let last = match edit {
            Edit::Remove { before } => *before,
            Edit::Late { behind } => *behind,
            Edit::Swap => index + 1,
            Edit::Field(..) | Edit::Param(..) | Edit::Repeat | Edit::Node(_) => index,
        };
        let shown = self.trace.events.get(index..=last).unwrap_or_default();
        !shown.iter().any(|event| mapping.silent.iter().any(|silent| silent.is_before(&event.name)))
    }

    pub(super) fn mutant(&self, mutation: &Mutation, index: usize, edit: &Edit) -> Mutant {
        let mut events = self.trace.events.clone();
        let (earliest, latest) = range(index, edit);
        match edit {
            Edit::Field(field, value) => {
                events[index].state.insert(field.clone(), value.clone());
            }
            Edit::Param(path, value) => set(&mut events[index].params, path, value),
            Edit::Swap => events.swap(index, index + 1),
            Edit::Remove { .. } => {
                events.remove(index);
            }
            Edit::Repeat => events.insert(index + 1, events[index].clone()),
            Edit::Late { behind } => {
                let late = events.remove(index);
                events.insert(*behind, late);
            }
            Edit::Node(node) => events[index].node.clone_from(node),
        }
        for (position, event) in events.iter_mut().enumerate() {
            event.seq = position as u64 + 1;
            event.line = position + 2;
        }
        let name = format!("{} at event {}", mutation.label(), index + 1);
        let trace = Trace { events, ..self.trace.clone() };
        Mutant { name, trace, earliest, latest }
    }

    /// A number that no event has there, or the other truth value, if the event's action takes what it is part of.
    fn other_param(&self, index: usize, path: &[String]) -> Option<Edit> {
        let event = &self.trace.events[index];
        let now = event.param(path)?;
        let mut origins =
            self.evidence.mapping.action(&event.name)?.parameters.iter().map(|parameter| parameter.origin());
        if !origins.any(|origin| matches!(origin, Ok(Origin::Param(taken)) if path.starts_with(&taken))) {
            return None;
        }
        // Inside a message the other truth value may make another message that is under way as well.
        if let (Value::Bool(now), 1) = (now, path.len()) {
            return Some(Edit::Param(path.to_vec(), (!now).into()));
        }
        now.as_i64()?;
        let highest = self.trace.events.iter().filter_map(|event| event.param(path)?.as_i64()).max()?;
        Some(Edit::Param(path.to_vec(), (highest + 1000).into()))
    }

    /// The next event that has to do with the field: of the same node, or of any where it is the same for all.
    fn next(&self, index: usize, field: &str) -> Option<usize> {
        let events = &self.trace.events;
        let shared = self.is_shared(field);
        (index + 1..events.len()).find(|next| shared || events[*next].node == events[index].node)
    }

    /// That event, if it shows that this one changed the field: its kind never does.
    fn follower(&self, index: usize, field: &str) -> Option<usize> {
        let next = self.next(index, field)?;
        (self.changed(index, field) && self.keeps(next, field) && self.compared(next, field)).then_some(next)
    }

    /// The value that the next change of the field brings, if this event does not change it.
    fn early(&self, index: usize, field: &str, only: Option<&(String, Value)>) -> Option<Value> {
        let fits = |at: usize| only.is_none_or(|(other, value)| self.trace.events[at].state.get(other) == Some(value));
        let (before, now) = self.step(index, field)?;
        let mut at = index;
        let change = loop {
            at = self.next(at, field)?;
            if self.changed(at, field) {
                break at;
            }
        };
        let value = self.trace.events[change].state.get(field)?;
        (before == now && value != now && fits(index) && fits(change)).then(|| value.clone())
    }

    /// The next event of the node, if it stops the node, and neither it nor this one changes anything that is observed.
    fn late(&self, index: usize) -> Option<usize> {
        let events = &self.trace.events;
        let event = &events[index];
        let next = (index + 1..events.len()).find(|next| events[*next].node == event.node)?;
        let seen = |at: usize| events[at].state.keys().all(|field| self.step(at, field).is_some());
        let still = |at: usize| seen(at) && !events[at].state.keys().any(|field| self.changed(at, field));
        let by_node = !is_by_harness(&self.evidence.mapping, &event.name);
        (by_node && self.evidence.stops.contains(&events[next].name) && still(index) && still(next)).then_some(next)
    }

    /// The field's value with a part of it wrong.
    fn part(&self, index: usize, field: &str) -> Option<Value> {
        let now = self.trace.events[index].state.get(field)?;
        let mut others = self.values.get(field)?.iter().filter(|value| **value != now);
        match now {
            Value::Object(map) => others.find_map(|other| {
                let (key, wrong) = map.iter().find_map(|(key, value)| {
                    let wrong = other.get(key).filter(|wrong| *wrong != value)?;
                    Some((key.clone(), wrong.clone()))
                })?;
                let mut map = map.clone();
                map.insert(key, wrong);
                Some(Value::Object(map))
            }),
            Value::Array(list) if list.is_empty() => {
                others.find_map(|other| Some(Value::Array(vec![other.as_array()?.first()?.clone()])))
            }
            Value::Array(list) => {
                let kept = if self.has_kind(field, FieldKind::Set) { &list[1..] } else { &list[..list.len() - 1] };
                Some(Value::Array(kept.to_vec()))
            }
            _ => None,
        }
    }

    /// The field's list with a number too great in its first element that holds any.
    fn element(&self, index: usize, field: &str) -> Option<Value> {
        let mut list = self.trace.events[index].state.get(field)?.as_array()?.clone();
        let numbered =
            |item: &Value| item.as_object().and_then(|o| o.iter().find(|(_, v)| v.is_i64()).map(|(k, _)| k.clone()));
        let (at, key) = list.iter().enumerate().find_map(|(at, item)| Some((at, numbered(item)?)))?;
        let items = self.values.get(field)?.iter().filter_map(|value| value.as_array()).flatten();
        let highest = items.filter_map(|item| item.get(&key)?.as_i64()).max()?;
        list[at][&key] = (highest + 1000).into();
        Some(Value::Array(list))
    }

    fn has_kind(&self, field: &str, kind: FieldKind) -> bool {
        self.evidence.mapping.state.iter().any(|f| f.field == field && f.kind == kind)
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
        if self.is_shared(field) || !self.keeps(index, field) {
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

fn is_by_harness(mapping: &Mapping, kind: &str) -> bool {
    mapping.action(kind).is_some_and(|action| action.harness)
}

/// The kinds of event that stop a node; see [`Evidence`].
fn stops(traces: &[Trace], mapping: &Mapping) -> BTreeSet<String> {
    // What a node does after an event of the harness, and which of the harness's come every time before what a node does.
    let mut followed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut preceded: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for trace in traces {
        let mut since: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut begun: BTreeSet<&str> = BTreeSet::new();
        for event in &trace.events {
            let (node, kind) = (event.node.as_str(), event.name.as_str());
            if is_by_harness(mapping, kind) {
                since.entry(node).or_default().insert(kind);
                continue;
            }
            let before = since.remove(node).unwrap_or_default();
            before.iter().for_each(|stop| {
                followed.entry(stop).or_default().insert(kind);
            });
            if !begun.insert(node) {
                preceded.entry(kind).and_modify(|known| known.retain(|stop| before.contains(stop))).or_insert(before);
            }
        }
    }
    let brackets = |stop: &str, after: &BTreeSet<&str>| {
        let restart = after.first().filter(|_| after.len() == 1);
        restart.and_then(|restart| preceded.get(restart)).is_some_and(|before| before.contains(stop))
    };
    followed.iter().filter(|(stop, after)| brackets(stop, after)).map(|(stop, _)| (*stop).to_owned()).collect()
}

/// Sets the value at a path that exists.
fn set(params: &mut Object, path: &[String], value: &Value) {
    let Some((first, rest)) = path.split_first() else { return };
    let place = params.get_mut(first).and_then(|start| rest.iter().try_fold(start, |inner, key| inner.get_mut(key)));
    if let Some(place) = place {
        place.clone_from(value);
    }
}
