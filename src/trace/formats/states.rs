//! What the formats of states have in common: a step of a specification as an event of the whole system.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::without_place;
use crate::base::span::LineIndex;
use crate::trace::fields::Line;
use crate::trace::formats::WHOLE;
use crate::trace::model::Event;
use crate::trace::model::Object;
use crate::trace::model::Stamp;

/// The name of the first state of a behaviour that does not name it.
pub(super) const FIRST: &str = "Init";

/// What a document says: of the trace as a whole, and its events.
pub(super) type Said = (Object, Vec<Result<Event, Diagnostic>>);

/// A document with the places of its parts.
pub(super) struct Document<'a> {
    file: &'a str,
    text: &'a str,
    lines: LineIndex,
}

impl<'a> Document<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, lines: LineIndex::new(text) }
    }

    /// The whole as `T`, or where it is no JSON.
    pub(super) fn parse<T: serde::Deserialize<'a>>(&self, hint: &str) -> Result<T, Diagnostic> {
        serde_json::from_str(self.text).map_err(|error| {
            let said = error.to_string();
            let said = without_place(&said);
            let place = Place::at(self.file, error.line().max(1), error.column().max(1), Some(self.text));
            Diagnostic::error("trace/not-json", format!("not a document of states: {said}")).at(place).hint(hint)
        })
    }

    /// The line that a part of the document begins on.
    pub(super) fn line_of(&self, part: &RawValue) -> Line<'a> {
        // Both are slices of one text, so that their distance is an offset in it.
        let offset = (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let number = self.lines.line(offset);
        let text = self.lines.line_span(number).and_then(|span| self.text.get(span.range())?.lines().next());
        Line { file: self.file, number, text: text.unwrap_or_default() }
    }
}

/// A state, which begins on `line`, as an object of variables.
pub(super) fn variables(line: Line<'_>, state: &RawValue) -> Result<Object, Diagnostic> {
    match serde_json::from_str(state.get()) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(line
            .error("trace/wrong-type", "the state is no object of variables", None)
            .hint("a state has the name of each variable with its value")),
    }
}

/// A step to `state`.
pub(super) fn step(line: Line<'_>, seq: u64, name: &str, params: Object, state: Object) -> Result<Event, Diagnostic> {
    line.values("state", &state)?;
    line.values("params", &params)?;
    let event = line.event_of(name.to_owned(), WHOLE.to_owned(), params, state, Stamp::default());
    Ok(Event { seq, ..event })
}
