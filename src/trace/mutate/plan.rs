//! Which mistakes are made in which traces: one each, over as many kinds of mistake as the traces and the mapping allow.

use std::collections::BTreeSet;
use std::collections::HashSet;

use serde_json::Value;

use super::Evidence;
use super::Mutant;
use super::Mutation;
use super::mutants;
use crate::trace::mapping::Mapping;
use crate::trace::model::Trace;

/// A field with at most this many values is taken for a role.
const ROLES: usize = 5;

/// So many traces of each number of nodes are mutated.
const TRACES: usize = 3;

/// More of one mistake and trace are not tried to reach the number that was asked for.
const MOST_EACH: usize = 20;

/// Mistakes of one kind, each with another field or parameter.
struct Kind {
    mutations: Vec<Mutation>,
    /// Whether each of them is made, or one of them for each number of nodes.
    each: bool,
}

/// What the traces show of the compared fields.
struct Fields {
    /// Each with its values, in the order of the mapping.
    all: Vec<(String, Vec<Value>)>,
    /// Texts with few values, none of them a node.
    roles: Vec<(String, Value)>,
    nodes: BTreeSet<String>,
}

impl Fields {
    fn of(traces: &[Trace], mapping: &Mapping) -> Self {
        let nodes: BTreeSet<String> = traces.iter().flat_map(|trace| trace.header.nodes.clone()).collect();
        let all: Vec<_> = mapping.checked().map(|f| (f.field.clone(), values(traces, &f.field))).collect();
        let mut fields = Self { all, roles: Vec::new(), nodes };
        let always = |name: &String| mapping.checked().any(|f| f.field == *name && f.when.is_none());
        let roles = fields.texts().filter(|(field, values)| fields.is_role(values) && always(field));
        let roles = roles.flat_map(|(field, values)| values.iter().map(move |v| (field.clone(), v.clone())));
        fields.roles = roles.collect();
        fields
    }

    fn with(&self, fits: impl Fn(&Value) -> bool) -> impl Iterator<Item = &(String, Vec<Value>)> {
        self.all.iter().filter(move |(_, values)| !values.is_empty() && values.iter().all(&fits))
    }

    fn texts(&self) -> impl Iterator<Item = &(String, Vec<Value>)> {
        self.with(Value::is_string)
    }

    fn numbers(&self) -> impl Iterator<Item = &String> {
        self.with(Value::is_i64).map(|(field, _)| field)
    }

    fn is_node(&self, value: &Value) -> bool {
        value.as_str().is_some_and(|text| self.nodes.contains(text))
    }

    fn is_role(&self, values: &[Value]) -> bool {
        values.len() <= ROLES && !values.iter().any(|value| self.is_node(value))
    }

    /// Of a field that names nodes, the value that is none.
    fn none(&self, values: &[Value]) -> Option<Value> {
        values.iter().any(|v| self.is_node(v)).then(|| values.iter().find(|v| !self.is_node(v)).cloned()).flatten()
    }
}

/// The mistakes that make sense, from the mapping's compared fields and the events' parameters. None knows the system.
fn kinds(traces: &[Trace], mapping: &Mapping) -> Vec<Kind> {
    let fields = Fields::of(traces, mapping);
    let names = || fields.all.iter().map(|(field, _)| field.clone());
    let wrong = fields.all.iter().filter_map(|(field, values)| {
        let field = field.clone();
        Some(match values.first()? {
            Value::Number(_) => Mutation::Raise { field, by: 1, only: None, steady: false },
            Value::Array(_) | Value::Object(_) => Mutation::Part { field },
            _ => Mutation::Another { field, unless: None },
        })
    });
    let mut found = vec![Kind { mutations: wrong.collect(), each: true }];
    // What was sent, changed or doubled.
    let lists = || fields.with(Value::is_array).map(|(field, _)| field.clone());
    found.push(Kind { mutations: lists().map(|field| Mutation::Element { field }).collect(), each: true });
    found.push(Kind { mutations: lists().map(|field| Mutation::Again { field }).collect(), each: true });
    // An effect before its cause: a commit before its quorum, told apart by role, as each has causes of its own.
    let early = names().flat_map(|field| {
        let roles = fields.roles.iter().filter(|(role, _)| *role != field).cloned().map(Some);
        let only: Vec<_> =
            if fields.roles.iter().all(|(role, _)| *role == field) { vec![None] } else { roles.collect() };
        only.into_iter().map(move |only| Mutation::Early { field: field.clone(), only })
    });
    found.push(Kind { mutations: early.collect(), each: true });
    let mut once = |mutations: Vec<Mutation>| found.push(Kind { mutations, each: false });
    // A field that names nodes has one value that is none: another value, where there was one, is a second vote.
    let second = |(field, values): &(String, Vec<Value>)| {
        Some(Mutation::Another { field: field.clone(), unless: Some(fields.none(values)?) })
    };
    once(fields.texts().filter_map(second).collect());
    // An effect without its cause.
    let raise = |field: &String, only: &(String, Value)| Mutation::Raise {
        field: field.clone(),
        by: 1,
        only: Some(only.clone()),
        steady: true,
    };
    once(fields.numbers().flat_map(|field| fields.roles.iter().map(move |role| raise(field, role))).collect());
    for make in [
        |field| Mutation::Stale { field },
        |field| Mutation::Swap { field },
        |field| Mutation::Drop { field },
        |field| Mutation::WrongNode { field },
    ] {
        once(names().map(make).collect());
    }
    let role_fields: BTreeSet<&String> = fields.roles.iter().map(|(field, _)| field).collect();
    let contexts: Vec<Option<String>> =
        std::iter::once(None).chain(role_fields.into_iter().cloned().map(Some)).collect();
    let repeat = |field: &String, context: &Option<String>| Mutation::Duplicate {
        field: field.clone(),
        context: context.clone(),
    };
    once(fields.numbers().flat_map(|field| contexts.iter().map(move |context| repeat(field, context))).collect());
    once(vec![Mutation::Late]);
    once(paths(traces).into_iter().map(|path| Mutation::Param { path }).collect());
    found
}

/// The values of a field in traces.
fn values(traces: &[Trace], field: &str) -> Vec<Value> {
    let mut seen = HashSet::new();
    let all = traces.iter().flat_map(|trace| &trace.events).filter_map(|event| event.state.get(field));
    all.filter(|value| seen.insert(*value)).cloned().collect()
}

/// The ways to all numbers and truth values in parameters.
fn paths(traces: &[Trace]) -> BTreeSet<Vec<String>> {
    fn walk(way: &[String], value: &Value, found: &mut BTreeSet<Vec<String>>) {
        match value {
            Value::Object(map) => {
                map.iter().for_each(|(key, inner)| walk(&[way, std::slice::from_ref(key)].concat(), inner, found));
            }
            Value::Number(_) | Value::Bool(_) => {
                found.insert(way.to_vec());
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for (key, value) in traces.iter().flat_map(|trace| &trace.events).flat_map(|event| &event.params) {
        walk(std::slice::from_ref(key), value, &mut found);
    }
    found
}

/// What was made, and the compared fields of which nothing could be.
pub struct Made {
    /// The traces.
    pub mutants: Vec<Mutant>,
    /// The fields.
    pub without: Vec<String>,
}

/// The traces of one number of nodes.
struct Group<'a> {
    traces: Vec<&'a Trace>,
}

/// Makes mutants of `traces`: a wrong value of every compared field and an effect of it before its cause, in turn on traces
/// of another number of nodes, and every other kind of mistake on traces of each; then more, up to `count`, in the same order.
/// `evidence` is of these traces and perhaps of others of the same system.
pub fn make(traces: &[Trace], evidence: Evidence, mapping: &Mapping, unsure: &[String], count: usize) -> Made {
    let unsure: Vec<&str> = unsure.iter().map(String::as_str).collect();
    let kinds = kinds(traces, mapping);
    let mut maker = Maker { groups: groups(traces), evidence, unsure, tried: 0, made: Vec::new() };
    for (number, kind) in kinds.iter().enumerate().filter(|(_, kind)| kind.each) {
        for (position, mutation) in kind.mutations.iter().enumerate() {
            maker.one(&[mutation], position + number, 1);
        }
    }
    for (number, kind) in kinds.iter().enumerate().filter(|(_, kind)| !kind.each) {
        for group in 0..maker.groups.len() {
            // Other fields than of the kind before, and than of the other number of nodes.
            let turned = kind.mutations.iter().cycle().skip((number + group) % kind.mutations.len().max(1));
            let turned: Vec<&Mutation> = turned.take(kind.mutations.len()).collect();
            maker.one(&turned, group, 1);
        }
    }
    let without = mapping.checked().map(|f| f.field.clone());
    let without = without.filter(|field| !maker.made.iter().any(|(of, _)| of.as_deref() == Some(field))).collect();
    for each in 1..=MOST_EACH {
        for mutation in longest_first(&kinds) {
            for group in 0..maker.groups.len() {
                if maker.made.len() < count {
                    maker.one(&[mutation], group, each);
                }
            }
        }
    }
    Made { mutants: maker.made.into_iter().map(|(_, mutant)| mutant).collect(), without }
}

/// One mutation of each kind after the other, so that what is left over is of all kinds.
fn longest_first(kinds: &[Kind]) -> Vec<&Mutation> {
    let longest = kinds.iter().map(|kind| kind.mutations.len()).max().unwrap_or_default();
    (0..longest).flat_map(|position| kinds.iter().filter_map(move |kind| kind.mutations.get(position))).collect()
}

/// The first traces of each number of nodes.
fn groups(traces: &[Trace]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for trace in traces {
        let same = |group: &&mut Group<'_>| group.traces[0].header.nodes.len() == trace.header.nodes.len();
        match groups.iter_mut().find(same) {
            Some(group) if group.traces.len() >= TRACES => {}
            Some(group) => group.traces.push(trace),
            None => groups.push(Group { traces: vec![trace] }),
        }
    }
    groups
}

struct Maker<'a> {
    groups: Vec<Group<'a>>,
    evidence: Evidence,
    unsure: Vec<&'a str>,
    tried: usize,
    /// Each with the field that it is about.
    made: Vec<(Option<String>, Mutant)>,
}

impl Maker<'_> {
    /// One mutant more by the first of `mutations` that makes one, on a trace of this group or, where none has a place for
    /// it, of another. Its traces take turns.
    fn one(&mut self, mutations: &[&Mutation], group: usize, each: usize) {
        self.tried += 1;
        for mutation in mutations {
            for turn in 0..self.groups.len() {
                let traces = &self.groups[(group + turn) % self.groups.len()].traces;
                let traces = (0..traces.len()).map(|position| traces[(self.tried + position) % traces.len()]);
                let found = traces.flat_map(|trace| {
                    let seed = trace.header.seed.and_then(|s| u64::try_from(s).ok()).unwrap_or_default();
                    mutants(trace, &self.evidence, &[(*mutation).clone()], &self.unsure, each, seed)
                });
                let new = |mutant: &Mutant| self.made.iter().all(|(_, known)| known.trace != mutant.trace);
                if let Some(mutant) = found.into_iter().find(new) {
                    self.made.push((mutation.field().map(str::to_owned), mutant));
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
