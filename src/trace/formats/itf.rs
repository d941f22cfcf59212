//! The Informal Trace Format (Apalache's ADR-015, also written by Quint): one document with a list of states.
//!
//! Values keep their marks (`#set`, `#map`, `#tup`, `#bigint`), which our format has as well. A state's `#meta` is dropped.
//! The format does not name the step that led to a state; Quint does, in the variable `mbt::actionTaken`, with what was
//! chosen in `mbt::nondetPicks`. Without it the first state is `Init` and every other `Next`.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::base::diag::Diagnostic;
use crate::trace::formats::states;
use crate::trace::formats::states::Document;
use crate::trace::formats::states::Said;
use crate::trace::model::Event;
use crate::trace::model::Object;

const HINT: &str = "an ITF document has `vars`, the names of the variables, and `states`";

#[derive(Deserialize)]
struct Itf<'a> {
    vars: Vec<String>,
    #[serde(borrow)]
    states: Vec<&'a RawValue>,
    #[serde(default)]
    r#loop: Option<u64>,
    #[serde(default)]
    params: Vec<String>,
}

/// Reads a document.
pub(super) fn read(file: &str, text: &str) -> Result<Said, Diagnostic> {
    let document = Document::new(file, text);
    let itf: Itf<'_> = document.parse(HINT)?;
    let mut said = Object::new();
    said.extend(itf.r#loop.map(|index| ("loop".to_owned(), index.into())));
    let named: Vec<&String> = itf.params.iter().chain(&itf.vars).collect();
    let read = |(index, state): (usize, &&RawValue)| event(&document, &named, index, state);
    Ok((said, itf.states.iter().enumerate().map(read).collect()))
}

fn event(document: &Document<'_>, named: &[&String], index: usize, state: &RawValue) -> Result<Event, Diagnostic> {
    let line = document.line_of(state);
    let mut variables = states::variables(line, state)?;
    variables.remove("#meta");
    if let Some(missing) = named.iter().find(|name| !variables.contains_key(name.as_str())) {
        return Err(line.lacks(missing, "a state of an ITF document has a value for each name in `vars`"));
    }
    let name = match variables.remove("mbt::actionTaken") {
        Some(Value::String(name)) => name,
        _ if index == 0 => states::FIRST.to_owned(),
        _ => "Next".to_owned(),
    };
    let params = line.plain_object_of(&mut variables, "mbt::nondetPicks")?.unwrap_or_default();
    states::step(line, index as u64 + 1, &name, params, variables)
}
