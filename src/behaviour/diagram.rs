//! What a sequence diagram of a behaviour shows: who takes part, who acts in each step, and which messages fly.
//!
//! Nobody says what a process is. Most specifications say it all the same: several variables are functions over the same
//! few names. A message is a record, wherever it lies, that names two of them as its sender and its receiver; it is sent
//! in the step in which it first lies somewhere, and gone in the step in which it does no more.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Behaviour;
use super::Step;
use super::Values;
use super::change::entries;
use super::change::is_bag;
use crate::tla::value::Value;

/// Fields that name a sender, a receiver, and the kind of a message.
const SENDERS: [&str; 7] = ["from", "src", "source", "sender", "msource", "mfrom", "msrc"];
const RECEIVERS: [&str; 8] = ["to", "dst", "dest", "destination", "receiver", "mdest", "mto", "mdst"];
const KINDS: [&str; 5] = ["type", "kind", "mtype", "tag", "name"];

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Diagram {
    /// The processes; empty where the behaviour shows none.
    pub(super) lifelines: Vec<String>,
    /// For each step, the positions of the processes that act in it.
    pub(super) actors: Vec<Vec<usize>>,
    /// Messages, in the order in which they were sent.
    pub(super) messages: Vec<Arrow>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) label: String,
    pub(super) from: usize,
    pub(super) to: usize,
    /// The step in which it was sent, from 0.
    pub(super) sent: usize,
    /// How it ended, if it did.
    pub(super) end: Option<End>,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The receiver acted in the step in which it went.
    Received(usize),
    /// It went, and the receiver did nothing.
    Lost(usize),
}

/// Who and what.
pub(super) fn diagram(behaviour: &Behaviour) -> Diagram {
    let processes = processes(&behaviour.steps);
    let mut diagram = Diagram { lifelines: processes.iter().map(label).collect(), ..Diagram::default() };
    let mut flying: Vec<(Value, usize)> = Vec::new();
    let mut before = BTreeMap::new();
    let mut earlier = Values::new();
    for (row, step) in behaviour.steps.iter().enumerate() {
        let values = step.values();
        let now = messages(&values, &processes);
        let mut actors = changed(&earlier, &values, &processes);
        earlier = values;
        for (message, count) in &before {
            let gone = count - now.get(message).copied().unwrap_or(0).min(*count);
            for _ in 0..gone {
                if let Some(index) = flying.iter().position(|(flown, _)| flown == message) {
                    let arrow = &mut diagram.messages[flying.remove(index).1];
                    let received = actors.contains(&arrow.to);
                    arrow.end = Some(if received { End::Received(row) } else { End::Lost(row) });
                }
            }
        }
        for (message, count) in &now {
            for _ in before.get(message).copied().unwrap_or(0)..*count {
                let Some((from, to)) = ends(message, &processes) else { continue };
                flying.push((message.clone(), diagram.messages.len()));
                diagram.messages.push(Arrow { label: kind(message), from, to, sent: row, end: None });
                if row > 0 && actors.is_empty() {
                    actors.insert(from);
                }
            }
        }
        before = now;
        diagram.actors.push(actors.into_iter().collect());
    }
    diagram
}

/// The domain that most variables share: at least two names, the same in every state.
fn processes(steps: &[Step]) -> Vec<Value> {
    let Some(first) = steps.first() else { return Vec::new() };
    let domain = |step: &Step, name: &str| -> Option<Vec<Value>> {
        let named = over_names(&step.value(name)?)?;
        let plain = |key: &Value| matches!(key, Value::Str(_) | Value::Model(_) | Value::Int(_));
        (named.len() >= 2 && named.keys().all(plain)).then(|| named.into_keys().collect())
    };
    let mut shared: BTreeMap<Vec<Value>, usize> = BTreeMap::new();
    for name in first.state.keys() {
        let Some(keys) = domain(first, name) else { continue };
        if steps.iter().all(|step| domain(step, name).as_ref() == Some(&keys)) {
            *shared.entry(keys).or_default() += 1;
        }
    }
    // A sequence may have two elements by chance, and a record two fields; two variables that do are functions.
    shared.retain(|keys, variables| *variables >= 2 || matches!(keys[0], Value::Model(_)));
    shared.into_iter().max_by_key(|(keys, variables)| (*variables, keys.len())).map_or_else(Vec::new, |(keys, _)| keys)
}

/// A function's entries. TLC prints one over strings as a record.
fn over_names(value: &Value) -> Option<BTreeMap<Value, Value>> {
    match value {
        Value::Record(fields) => {
            Some(fields.iter().map(|(key, value)| (Value::Str(key.clone()), value.clone())).collect())
        }
        other => entries(other),
    }
}

/// Whose entry of a function over the processes is another one.
fn changed(before: &Values, after: &Values, processes: &[Value]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for (name, value) in after {
        let (Some(now), Some(earlier)) = (over_names(value), before.get(name).and_then(over_names)) else {
            continue;
        };
        if now.keys().eq(processes) && earlier.keys().eq(processes) {
            found.extend(processes.iter().enumerate().filter(|(_, p)| now[*p] != earlier[*p]).map(|(index, _)| index));
        }
    }
    found
}

/// Every message that lies anywhere in a state, with how often it does.
fn messages(values: &Values, processes: &[Value]) -> BTreeMap<Value, usize> {
    let mut found = BTreeMap::new();
    for value in values.values() {
        collect(value, 1, processes, &mut found);
    }
    found
}

fn collect(value: &Value, count: usize, processes: &[Value], found: &mut BTreeMap<Value, usize>) {
    match value {
        Value::Record(_) if ends(value, processes).is_some() => *found.entry(value.clone()).or_default() += count,
        Value::Record(fields) => fields.values().for_each(|field| collect(field, count, processes, found)),
        Value::Set(items) => items.iter().for_each(|item| collect(item, count, processes, found)),
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, count, processes, found)),
        Value::Function(counts) if is_bag(counts) => {
            for (key, times) in counts {
                let times = if let Value::Int(times) = times { usize::try_from(*times).unwrap_or(0) } else { 0 };
                collect(key, count * times, processes, found);
            }
        }
        Value::Function(entries) => entries.values().for_each(|entry| collect(entry, count, processes, found)),
        Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::Model(_) => {}
    }
}

/// The sender and the receiver of a message, as positions.
fn ends(message: &Value, processes: &[Value]) -> Option<(usize, usize)> {
    let Value::Record(fields) = message else { return None };
    let at = |names: &[&str]| {
        let value = names.iter().find_map(|name| fields.get(*name))?;
        processes.iter().position(|process| process == value)
    };
    Some((at(&SENDERS)?, at(&RECEIVERS)?))
}

fn kind(message: &Value) -> String {
    let Value::Record(fields) = message else { return String::new() };
    KINDS.iter().find_map(|name| fields.get(*name)).map_or_else(|| "message".to_owned(), label)
}

/// A name without quotes.
fn label(value: &Value) -> String {
    match value {
        Value::Str(text) | Value::Model(text) => text.clone(),
        other => other.to_string(),
    }
}
