//! Mutated traces: accepted traces with one mistake each, over as many kinds of mistake as the trace and mapping allow.

use std::collections::BTreeSet;

use serde_json::Value;

use super::model::Mutant;
use crate::trace::Trace;
use crate::trace::mapping::Mapping;
use crate::trace::mutate;
use crate::trace::mutate::Mutation;
use crate::validate::Verdict;

/// A field with at most this many values is taken for a role.
const ROLES: usize = 5;

/// More of one kind and trace are not tried to reach the number that was asked for.
const MOST_EACH: usize = 20;

/// The mistakes that make sense for a trace: from the mapping's compared fields and the events' parameters, a family of
/// mistakes after the other.
fn families(trace: &Trace, mapping: &Mapping) -> Vec<Vec<Mutation>> {
    let fields = mapping.checked().filter(|f| f.when.is_none()).map(|f| f.field.clone());
    let fields: Vec<(String, Vec<Value>)> = fields.map(|field| (field.clone(), values(trace, &field))).collect();
    let all = |fits: fn(&Value) -> bool| fields.iter().filter(move |(_, v)| !v.is_empty() && v.iter().all(fits));
    let numbers: Vec<&String> = all(|v| v.is_i64()).map(|(field, _)| field).collect();
    let texts: Vec<&(String, Vec<Value>)> = all(Value::is_string).collect();
    let node = |v: &Value| trace.header.nodes.iter().any(|n| Some(n.as_str()) == v.as_str());
    let is_role = |values: &[Value]| values.len() <= ROLES && !values.iter().any(node);
    let of_roles = texts.iter().filter(|(_, v)| is_role(v));
    let roles: Vec<(&String, &Value)> = of_roles.flat_map(|(field, v)| v.iter().map(move |v| (field, v))).collect();
    let raise = |field: &String, only: Option<(String, Value)>| Mutation::Raise {
        field: field.clone(),
        by: 1,
        steady: only.is_some(),
        only,
    };
    let mut found = vec![numbers.iter().map(|f| raise(f, None)).collect::<Vec<_>>()];
    // An effect without its cause, such as a commit without a quorum: told apart by role.
    found.push(
        numbers.iter().flat_map(|f| roles.iter().map(|(r, v)| raise(f, Some(((*r).clone(), (*v).clone()))))).collect(),
    );
    found.push(texts.iter().map(|(field, _)| Mutation::Another { field: field.clone(), unless: None }).collect());
    // A field that names nodes has one value that is none: another value, where there was one, is a second vote.
    let none = |values: &[Value]| values.iter().any(node).then(|| values.iter().find(|v| !node(v)).cloned()).flatten();
    let second = |(field, values): &&(String, Vec<Value>)| {
        Some(Mutation::Another { field: field.clone(), unless: Some(none(values)?) })
    };
    found.push(texts.iter().filter_map(second).collect());
    for make in [
        |field| Mutation::Stale { field },
        |field| Mutation::Swap { field },
        |field| Mutation::Drop { field },
        |field| Mutation::WrongNode { field },
    ] {
        found.push(fields.iter().map(|(field, _)| make(field.clone())).collect());
    }
    let contexts: Vec<Option<String>> =
        std::iter::once(None).chain(texts.iter().filter(|(_, v)| is_role(v)).map(|(f, _)| Some(f.clone()))).collect();
    let repeat = |field: &String, context: &Option<String>| Mutation::Duplicate {
        field: field.clone(),
        context: context.clone(),
    };
    found.push(numbers.iter().flat_map(|f| contexts.iter().map(|c| repeat(f, c))).collect());
    found.push(paths(trace).into_iter().map(|path| Mutation::Param { path }).collect());
    found
}

/// The values of a field in a trace.
fn values(trace: &Trace, field: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for value in trace.events.iter().filter_map(|event| event.state.get(field)) {
        if !found.contains(value) {
            found.push(value.clone());
        }
    }
    found
}

/// The ways to all numbers in parameters.
fn paths(trace: &Trace) -> BTreeSet<Vec<String>> {
    fn walk(way: &[String], value: &Value, found: &mut BTreeSet<Vec<String>>) {
        match value {
            Value::Object(map) => {
                map.iter().for_each(|(key, inner)| walk(&[way, std::slice::from_ref(key)].concat(), inner, found));
            }
            Value::Number(_) => {
                found.insert(way.to_vec());
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for (key, value) in trace.events.iter().flat_map(|event| &event.params) {
        walk(std::slice::from_ref(key), value, &mut found);
    }
    found
}

/// `count` mutants of each trace, if there are so many, with the kinds of mistake in turn.
pub(super) fn make(trace: &Trace, mapping: &Mapping, unsure: &[String], count: usize) -> Vec<mutate::Mutant> {
    let unsure: Vec<&str> = unsure.iter().map(String::as_str).collect();
    let families = families(trace, mapping);
    let seed = trace.header.seed.and_then(|s| u64::try_from(s).ok()).unwrap_or_default();
    let mut chosen: Vec<mutate::Mutant> = Vec::new();
    for each in 1..=MOST_EACH {
        let mut lists: Vec<_> =
            families.iter().map(|f| mutate::mutants(trace, mapping, f, &unsure, each, seed).into_iter()).collect();
        loop {
            let before = lists.iter().map(ExactSizeIterator::len).sum::<usize>();
            for list in &mut lists {
                let Some(mutant) = list.next() else { continue };
                if chosen.len() >= count {
                    return chosen;
                }
                if !chosen.iter().any(|c| c.trace == mutant.trace) {
                    chosen.push(mutant);
                }
            }
            if before == 0 {
                break;
            }
        }
    }
    chosen
}

/// The verdict on one.
pub(super) fn outcome(mutant: &mutate::Mutant, name: String, verdict: &Verdict) -> Mutant {
    let (said, event) = match verdict {
        Verdict::Accepted { .. } => ("accepted".to_owned(), None),
        Verdict::Rejected(divergence) => ("rejected".to_owned(), Some(divergence.event_index)),
        Verdict::Unknown { why } => (format!("no verdict: {why}"), None),
    };
    let caught = event.is_some_and(|event| (mutant.earliest..=mutant.latest).contains(&event));
    Mutant { name, verdict: said, event, expected: (mutant.earliest, mutant.latest), caught }
}
