//! One JSON object into one header or one event; what is wrong is said with the line it is on.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::instrument::FieldKind;
use crate::trace::literal;
use crate::trace::model::Event;
use crate::trace::model::FORMAT;
use crate::trace::model::Header;
use crate::trace::model::Object;

/// How much of a line is shown with a diagnostic.
const SHOWN: usize = 120;

/// A line and where it is from.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) file: &'a str,
    pub(super) number: usize,
    pub(super) text: &'a str,
}

/// What helps where a line is something else.
const ONE_OBJECT: &str = "a trace has one JSON object a line; docs/trace-format.md has an example";

impl Line<'_> {
    /// An error at this line; where `part` is found in the text, it is marked.
    pub(super) fn error(self, code: &str, message: impl Into<String>, part: Option<&str>) -> Diagnostic {
        let at = part.and_then(|part| self.text.find(part)).unwrap_or(0);
        let column = self.text[..at].chars().count();
        // The mark is kept inside the part that is shown.
        let from = column.saturating_sub(SHOWN / 2);
        let shown: String = self.text.trim_end().chars().skip(from).take(SHOWN).collect();
        let width = part.filter(|_| at > 0).map_or(1, |part| part.chars().count().clamp(1, SHOWN / 2));
        let place = if from == 0 {
            let text = shown;
            Place {
                file: self.file.to_owned(),
                line: self.number,
                column: column + 1,
                text,
                width,
                label: String::new(),
            }
        } else {
            Place::at(self.file, self.number, column + 1, None)
        };
        Diagnostic::error(code, message).at(place)
    }

    fn object(self) -> Result<Object, Diagnostic> {
        if self.text.trim().is_empty() {
            return Err(self.error("trace/not-json", "an empty line", None).hint(ONE_OBJECT));
        }
        match serde_json::from_str(self.text) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(self.error("trace/not-json", "the line is not a JSON object", None).hint(ONE_OBJECT)),
            Err(error) => {
                // The parser numbers the one line it is given, and says so at the end.
                let said = error.to_string();
                let said = said.rfind(" at line ").map_or(said.as_str(), |end| &said[..end]);
                let message = format!("not JSON: {said}, at column {}", error.column());
                Err(self.error("trace/not-json", message, None).hint(ONE_OBJECT))
            }
        }
    }

    fn missing(self, name: &str) -> Diagnostic {
        let hint = match self.number {
            1 => "the first line says {\"specgen_trace\":1,\"system\":...,\"nodes\":[...]}",
            _ => "an event has `seq`, `event`, `node` and `state`; docs/trace-format.md describes them",
        };
        self.error("trace/missing-field", format!("`{name}` is missing"), None).hint(hint)
    }

    fn wrong(self, name: &str, expected: &str) -> Diagnostic {
        self.error("trace/wrong-type", format!("`{name}` is not {expected}"), Some(&format!("\"{name}\"")))
            .hint("docs/trace-format.md describes every field")
    }

    fn text_of(self, object: &mut Object, name: &str) -> Result<Option<String>, Diagnostic> {
        match object.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "a string")),
        }
    }

    fn object_of(self, object: &mut Object, name: &str) -> Result<Option<Object>, Diagnostic> {
        let fields = match object.remove(name) {
            None => return Ok(None),
            Some(Value::Object(fields)) => fields,
            Some(_) => return Err(self.wrong(name, "an object")),
        };
        for (field, value) in &fields {
            if let Err(reason) = literal::literal(value, FieldKind::Scalar) {
                let message = format!("`{name}.{field}`: {reason}");
                let error = self.error("trace/value", message, Some(&format!("\"{field}\"")));
                return Err(
                    error.hint("write integers, strings, booleans, lists and objects; leave out what is not known")
                );
            }
        }
        Ok(Some(fields))
    }

    fn names_of(self, object: &mut Object, name: &str) -> Result<Option<Vec<String>>, Diagnostic> {
        match object.remove(name) {
            None => Ok(None),
            Some(value) => serde_json::from_value(value).map(Some).map_err(|_| self.wrong(name, "a list of strings")),
        }
    }
}

/// Reads the first line.
pub(super) fn header(line: Line<'_>) -> Result<Header, Diagnostic> {
    let mut object = line.object()?;
    match object.remove("specgen_trace") {
        None => {
            return Err(line.missing("specgen_trace"));
        }
        Some(value) => match value.as_u64() {
            Some(FORMAT) => {}
            Some(number) if number > FORMAT => {
                let message = format!("the trace has format {number}, this specgen reads up to {FORMAT}");
                return Err(line.error("trace/format", message, Some("specgen_trace")).hint("use a newer specgen"));
            }
            _ => return Err(line.wrong("specgen_trace", "a format number")),
        },
    }
    let system = line.text_of(&mut object, "system")?.ok_or_else(|| line.missing("system"))?;
    let mut nodes = line.names_of(&mut object, "nodes")?.ok_or_else(|| line.missing("nodes"))?;
    nodes.sort();
    if nodes.is_empty() || nodes.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(line.wrong("nodes", "a list of at least one name without repetition"));
    }
    let seed = match object.remove("seed") {
        None => None,
        Some(value) => Some(value.as_i64().ok_or_else(|| line.wrong("seed", "an integer"))?),
    };
    let extra: BTreeMap<String, Value> = object.into_iter().collect();
    Ok(Header { system, nodes, seed, extra })
}

/// Reads any other line.
pub(super) fn event(line: Line<'_>) -> Result<Event, Diagnostic> {
    let mut object = line.object()?;
    let seq = match object.remove("seq") {
        None => return Err(line.missing("seq")),
        Some(value) => value.as_u64().ok_or_else(|| line.wrong("seq", "a number from 1"))?,
    };
    let aborted = match object.remove("aborted") {
        None => false,
        Some(value) => value.as_bool().ok_or_else(|| line.wrong("aborted", "true or false"))?,
    };
    Ok(Event {
        line: line.number,
        seq,
        name: line.text_of(&mut object, "event")?.ok_or_else(|| line.missing("event"))?,
        node: line.text_of(&mut object, "node")?.ok_or_else(|| line.missing("node"))?,
        params: line.object_of(&mut object, "params")?.unwrap_or_default(),
        state: line.object_of(&mut object, "state")?.ok_or_else(|| line.missing("state"))?,
        probe: line.text_of(&mut object, "probe")?.unwrap_or_default(),
        function: line.text_of(&mut object, "function")?.unwrap_or_default(),
        path: line.names_of(&mut object, "path")?.unwrap_or_default(),
        aborted,
    })
}
