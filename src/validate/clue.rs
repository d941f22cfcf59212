//! Clues for a step that is not enabled: what comes nearest to the thing it needs, and which steps made that thing.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::instrument::FieldKind;
use crate::tla::value::Value;
use crate::trace::literal::literal;
use crate::trace::mapping::Action;
use crate::trace::model::Event;
use crate::trace::model::Trace;
use crate::validate::explain::plain;
use crate::validate::model::Made;
use crate::validate::model::Nearest;
use crate::validate::model::Part;
use crate::validate::model::Previous;
use crate::validate::scan::identifiers;

/// How many steps are shown that led to the thing.
const STEPS: usize = 4;

/// What a condition such as `m \in DOMAIN messages` misses, and the record there that differs from it least.
pub(super) fn nearest(
    guard: &str,
    action: &Action,
    event: &Event,
    before: &BTreeMap<String, Value>,
) -> Option<Nearest> {
    let names: Vec<&str> = identifiers(guard).collect();
    let (parameter, wanted) = action.parameters.iter().filter(|p| names.contains(&p.name.as_str())).find_map(|p| {
        let path: Vec<String> = p.from.as_deref()?.strip_prefix("params.")?.split('.').map(str::to_owned).collect();
        let text = literal(event.param(&path)?, FieldKind::Scalar).ok()?;
        Some((p.name.clone(), Value::parse(&text).ok().filter(|v| matches!(v, Value::Record(_)))?))
    })?;
    let (variable, elements) =
        names.iter().find_map(|name| Some(((*name).to_owned(), elements(before.get(*name)?)?)))?;
    let differing = elements.iter().filter_map(|element| Some((parts(&wanted, element)?, element)));
    let (parts, element) = differing.min_by_key(|(parts, _)| parts.len())?;
    // What agrees in less than half of its fields is another thing, not a nearly right one.
    let close = matches!(&wanted, Value::Record(fields) if parts.len() * 2 <= fields.len());
    close.then(|| Nearest { parameter, variable, element: element.to_string(), parts })
}

/// The records that a set, a bag or a sequence holds.
fn elements(value: &Value) -> Option<Vec<&Value>> {
    let all: Vec<&Value> = match value {
        Value::Set(items) => items.iter().collect(),
        Value::Sequence(items) => items.iter().collect(),
        Value::Function(pairs) => pairs.keys().collect(),
        _ => return None,
    };
    let records: Vec<&Value> = all.into_iter().filter(|v| matches!(v, Value::Record(_))).collect();
    (!records.is_empty()).then_some(records)
}

/// The fields in which two records of the same shape differ.
fn parts(wanted: &Value, there: &Value) -> Option<Vec<Part>> {
    let (Value::Record(wanted), Value::Record(there)) = (wanted, there) else { return None };
    if !wanted.keys().eq(there.keys()) {
        return None;
    }
    let differing = wanted.iter().zip(there.values()).filter(|((_, wanted), there)| plain(wanted) != plain(there));
    Some(
        differing
            .map(|((field, wanted), there)| Part {
                field: field.clone(),
                wanted: wanted.to_string(),
                there: there.to_string(),
            })
            .collect(),
    )
}

/// The event before `cursor` that brought forth a parameter of that event, last of all, and the steps of its node since
/// it brought forth something before: one of these steps made it.
pub(super) fn made(trace: &Trace, cursor: usize) -> Option<Made> {
    let event = trace.events.get(cursor)?;
    let (parameter, value) = event.params.iter().find(|(_, value)| value.as_object().is_some_and(|o| o.len() > 1))?;
    let within = |earlier: &Event| earlier.params.values().any(|other| holds(other, value));
    let at = trace.events[..cursor].iter().rposition(within)?;
    let source = &trace.events[at];
    let own = trace.events[..at].iter().rev().filter(|e| e.node == source.node);
    let mut steps: Vec<Previous> = own.take_while(|e| e.name != source.name).take(STEPS).map(Previous::of).collect();
    steps.reverse();
    Some(Made {
        parameter: parameter.clone(),
        by: Previous { params: Default::default(), ..Previous::of(source) },
        steps,
    })
}

/// Whether `value` is a part of `other`; the thing itself is none of its parts.
fn holds(other: &Json, value: &Json) -> bool {
    let part = |item: &Json| item == value || holds(item, value);
    match other {
        Json::Array(items) => items.iter().any(part),
        Json::Object(fields) => fields.values().any(part),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::instrument::Parameter;
    use crate::trace::model::Header;

    fn event(name: &str, node: &str, params: Json) -> Event {
        Event {
            line: 0,
            seq: 0,
            name: name.to_owned(),
            node: node.to_owned(),
            params: params.as_object().unwrap().clone(),
            state: Default::default(),
            probe: String::new(),
            function: String::new(),
            path: Vec::new(),
            aborted: false,
            stamp: Default::default(),
        }
    }

    fn action() -> Action {
        let parameter = Parameter { name: "m".to_owned(), from: Some("params.m".to_owned()), source: None };
        Action { name: "Receive".to_owned(), parameters: vec![parameter], harness: false, stated: None }
    }

    fn near(messages: &str, m: Json) -> Option<Nearest> {
        let before = BTreeMap::from([("messages".to_owned(), Value::parse(messages).unwrap())]);
        nearest("m \\in DOMAIN messages", &action(), &event("Receive", "n1", json!({ "m": m })), &before)
    }

    #[test]
    fn the_record_that_differs_least_is_told_with_its_difference() {
        let bag = "([to |-> \"n1\", index |-> 2, term |-> 1] :> 1 @@ [to |-> \"n2\", index |-> 9, term |-> 9] :> 1)";
        let found = near(bag, json!({"index": 1, "term": 1, "to": "n1"})).unwrap();
        assert_eq!((found.parameter.as_str(), found.variable.as_str()), ("m", "messages"));
        let part = Part { field: "index".to_owned(), wanted: "1".to_owned(), there: "2".to_owned() };
        assert_eq!(found.parts, [part]);
    }

    #[test]
    fn what_is_quite_different_or_of_another_shape_is_no_near_record() {
        assert_eq!(
            near("{[to |-> \"n2\", index |-> 9, term |-> 9]}", json!({"index": 1, "term": 1, "to": "n1"})),
            None
        );
        assert_eq!(near("{[to |-> \"n1\"]}", json!({"index": 1, "term": 1, "to": "n1"})), None);
        assert_eq!(near("{}", json!({"index": 1, "term": 1, "to": "n1"})), None);
    }

    #[test]
    fn the_steps_that_made_a_message_are_those_of_its_sender_since_it_sent_before() {
        let (one, two) = (json!({"type": "a", "n": 1}), json!({"type": "a", "n": 2}));
        let events = vec![
            event("Old", "n2", json!({})),
            event("Send", "n2", json!({ "messages": [one] })),
            event("Step", "n2", json!({"why": 1})),
            event("Step", "n3", json!({})),
            event("Send", "n2", json!({ "messages": [two] })),
            event("Receive", "n1", json!({ "m": one })),
            event("Receive", "n1", json!({ "m": two })),
        ];
        let header = Header { system: String::new(), nodes: Vec::new(), seed: None, extra: Default::default() };
        let trace = Trace { file: String::new(), header, events, truncated: false };
        let made = made(&trace, 6).unwrap();
        assert_eq!((made.by.event.as_str(), made.by.node.as_str()), ("Send", "n2"));
        let steps: Vec<_> = made.steps.iter().map(|s| (s.event.as_str(), s.node.as_str())).collect();
        assert_eq!(steps, [("Step", "n2")]);
        assert_eq!(super::made(&trace, 4).map(|m| m.by.event), None);
    }
}
