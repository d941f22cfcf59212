//! Which value of an event is of another type than it should be, by the other events or by what TLC said.
//!
//! A field may hold numbers and names in turn, so this is no check of a trace: it explains why TLC could not compare one.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::trace::model::Event;
use crate::trace::model::Object;
use crate::trace::model::Trace;

/// The values of the event at `index` of a trace that TLC could not evaluate which are of a type that the same field has
/// in no other event; where there are none, the value that TLC's `message` complains about.
pub fn odd(traces: &[Trace], trace: &Trace, index: usize, message: &str) -> Vec<Diagnostic> {
    let Some(event) = trace.events.get(index) else { return Vec::new() };
    let own = leaves(event);
    let mut elsewhere: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let others: Vec<_> =
        traces.iter().flat_map(|t| &t.events).filter(|e| !std::ptr::eq(*e, event)).map(leaves).collect();
    for (key, value) in others.iter().flatten() {
        *elsewhere.entry(key).or_default().entry(kind(value)).or_default() += 1;
    }
    let mut found = Vec::new();
    for (key, value) in &own {
        let kinds = elsewhere.get(key.as_str()).map(|kinds| kinds.iter().collect::<Vec<_>>()).unwrap_or_default();
        if let [(expected, count)] = kinds.as_slice()
            && **expected != kind(value)
        {
            found.push(diagnostic(trace, event, key, value, &format!("in {count} other places it is {expected}")));
        }
    }
    if found.is_empty()
        && let Some((expected, culprit)) = complaint(message)
    {
        // Strings and numbers are written alike in TLA+ and JSON.
        let culprit: Option<Value> = serde_json::from_str(culprit).ok();
        let fits = own.iter().filter(|(_, value)| culprit.as_ref() == Some(*value));
        found.extend(fits.map(|(key, value)| {
            diagnostic(trace, event, key, value, &format!("the specification has {expected} there"))
        }));
    }
    found
}

fn diagnostic(trace: &Trace, event: &Event, key: &str, value: &Value, why: &str) -> Diagnostic {
    // The name of the event is in the key only to keep the parameters of different events apart.
    let field = key.rsplit(' ').next().unwrap_or(key);
    let message = format!("`{field}` of event `{}` is {} ({value}); {why}", event.name, kind(value));
    Diagnostic::error("trace/wrong-type", message).at(Place::at(&trace.file, event.line, 1, None)).hint(
        "TLC compares no two values of different types; correct the program that writes the trace, or the mapping",
    )
}

/// What TLC wanted and what it got, as in `equality of integer 2 with non-integer: "x" (file:line)`.
fn complaint(message: &str) -> Option<(&'static str, &str)> {
    let (_, after) = message.split_once(" non-")?;
    let (wanted, rest) = after.split_once(':')?;
    let wanted = match wanted {
        "integer" => "a number",
        "string" => "a string",
        "boolean" => "a boolean",
        _ => return None,
    };
    let culprit = rest.trim_start();
    Some((wanted, culprit.split_once(" (").map_or(culprit, |(value, _)| value).trim_end()))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// All values of an event by their paths. State is the same for all events; parameters belong to those of one name.
fn leaves(event: &Event) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    fields("state", &event.state, &mut found);
    fields(&format!("{} params", event.name), &event.params, &mut found);
    found
}

fn fields<'a>(path: &str, object: &'a Object, found: &mut Vec<(String, &'a Value)>) {
    for (name, value) in object {
        walk(format!("{path}.{name}"), value, found);
    }
}

fn walk<'a>(path: String, value: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(object) => fields(&path, object, found),
        Value::Array(items) => items.iter().for_each(|item| walk(format!("{path}[]"), item, found)),
        _ => {}
    }
    found.push((path, value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::read;

    fn trace(events: &[&str]) -> Trace {
        let mut text = "{\"specgen_trace\":1,\"system\":\"x\",\"nodes\":[\"n\"]}\n".to_owned();
        for (at, rest) in events.iter().enumerate() {
            text.extend([format!("{{\"seq\":{},\"event\":\"E\",\"node\":\"n\",{rest}}}\n", at + 1)]);
        }
        read::read_from(text.as_bytes(), "t.ndjson", read::Options::default()).unwrap()
    }

    fn told(trace: &Trace, index: usize, message: &str) -> Vec<(String, usize)> {
        let told = odd(std::slice::from_ref(trace), trace, index, message);
        told.into_iter().map(|d| (d.message, d.places[0].line)).collect()
    }

    #[test]
    fn a_string_among_numbers_is_found_wherever_it_stands() {
        let trace = trace(&[
            r#""params":{"m":{"term":1}},"state":{"log":[1,2],"n":1}"#,
            r#""params":{"m":{"term":"2"}},"state":{"log":[1,"b"],"n":"x"}"#,
            r#""params":{"m":{"term":3}},"state":{"log":[],"n":3}"#,
        ]);
        let told = told(&trace, 1, "");
        let messages: Vec<&str> = told.iter().map(|(message, _)| message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "`state.log[]` of event `E` is a string (\"b\"); in 2 other places it is a number",
                "`state.n` of event `E` is a string (\"x\"); in 2 other places it is a number",
                "`params.m.term` of event `E` is a string (\"2\"); in 2 other places it is a number",
            ]
        );
        assert!(told.iter().all(|(_, line)| *line == 3));
    }

    #[test]
    fn a_field_that_is_now_this_and_now_that_is_not_odd() {
        let state = |n: &str| format!("\"params\":{{}},\"state\":{{\"n\":{n}}}");
        let states = [state("1"), state("\"none\""), state("\"none\"")];
        assert!(told(&trace(&states.each_ref().map(String::as_str)), 1, "").is_empty());
        let states = [state("1"), state("2")];
        assert!(told(&trace(&states.each_ref().map(String::as_str)), 1, "").is_empty());
    }

    #[test]
    fn where_no_other_event_tells_tlc_does() {
        let trace = trace(&[r#""params":{},"state":{"n":"x","k":"y"}"#]);
        let said = "attempted to check equality of integer 2 with non-integer: \"x\" (/tmp/a/T.tla:69:8)";
        let expected = "`state.n` of event `E` is a string (\"x\"); the specification has a number there";
        assert_eq!(told(&trace, 0, said), [(expected.to_owned(), 2)]);
        assert!(told(&trace, 0, "Evaluating an expression failed").is_empty());
    }
}
