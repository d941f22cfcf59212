//! What TLC's `-dumpTrace json` writes. Its versions differ:
//!
//! ```text
//! {"state": [[1, {"x": 0}], [2, {"x": 1}]], "action": [[[1, {"x": 0}], {"name": "Next", ...}, [2, {"x": 1}]]]}
//! {"counterexample": {"state": [...], "action": [...]}, "vars": ["x"]}
//! [{"x": 0}, {"x": 1}]
//! ```
//!
//! Its JSON has lists for sets and sequences alike, and objects for all functions; that is how they stay.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::base::diag::Diagnostic;
use crate::trace::formats::states;
use crate::trace::formats::states::Document;
use crate::trace::formats::states::Said;
use crate::trace::model::Event;
use crate::trace::model::Object;

const HINT: &str = "TLC writes such a document with -dumpTrace json FILE";

#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    counterexample: Counterexample<'a>,
}

#[derive(Deserialize)]
struct Counterexample<'a> {
    #[serde(borrow)]
    state: Vec<(u64, &'a RawValue)>,
    #[serde(default)]
    action: Vec<(Numbered, Taken, Numbered)>,
}

/// A state's number; its variables stand in `state` already.
#[derive(Deserialize)]
struct Numbered(u64, serde::de::IgnoredAny);

/// A step that was taken.
#[derive(Deserialize)]
struct Taken {
    name: String,
    #[serde(default)]
    context: Option<Value>,
}

/// Reads a document.
pub(super) fn read(file: &str, text: &str) -> Result<Said, Diagnostic> {
    let document = Document::new(file, text);
    if text.trim_start().starts_with('[') {
        let listed: Vec<&RawValue> = document.parse(HINT)?;
        let numbered = (1..).zip(listed).collect();
        return Ok(events(&document, Counterexample { state: numbered, action: Vec::new() }));
    }
    // Which of the two it is, is told by the key, so that a mistake is reported for the right one.
    let keys: BTreeMap<String, serde::de::IgnoredAny> = document.parse(HINT)?;
    if keys.contains_key("counterexample") {
        let wrapped: Wrapped<'_> = document.parse(HINT)?;
        return Ok(events(&document, wrapped.counterexample));
    }
    Ok(events(&document, document.parse(HINT)?))
}

fn events(document: &Document<'_>, mut found: Counterexample<'_>) -> Said {
    found.state.sort_by_key(|(number, _)| *number);
    // A step back closes the loop of a behaviour that violates liveness.
    let (ahead, back): (Vec<_>, Vec<_>) = found.action.iter().partition(|(from, _, to)| from.0 < to.0);
    let mut said = Object::new();
    said.extend(back.first().map(|(_, _, to)| ("loop".to_owned(), to.0.saturating_sub(1).into())));
    let taken: BTreeMap<u64, &Taken> = ahead.into_iter().map(|(_, taken, to)| (to.0, taken)).collect();
    let read = |(expected, (number, state)): (u64, &(u64, &RawValue))| {
        event(document, expected, *number, state, taken.get(number).copied())
    };
    (said, (1..).zip(&found.state).map(read).collect())
}

fn event(
    document: &Document<'_>,
    expected: u64,
    number: u64,
    state: &RawValue,
    taken: Option<&Taken>,
) -> Result<Event, Diagnostic> {
    let line = document.line_of(state);
    if number != expected {
        let message = format!("state {number} where {expected} was expected");
        let hint = "the behaviour is not whole, or holds one state twice";
        return Err(line.error("trace/sequence", message, None).hint(hint));
    }
    let name = match taken {
        Some(taken) => taken.name.as_str(),
        None if number == 1 => states::FIRST,
        None => "Next",
    };
    let params = match taken.and_then(|taken| taken.context.as_ref()) {
        Some(Value::Object(context)) => context.clone(),
        _ => Object::new(),
    };
    states::step(line, number, name, params, states::variables(line, state)?)
}
