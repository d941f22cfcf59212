//! One JSON object into one header or one event; what is wrong is said with the line it is on.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::without_place;
use crate::instrument::FieldKind;
use crate::trace::literal;
use crate::trace::model::Clock;
use crate::trace::model::Event;
use crate::trace::model::FORMAT;
use crate::trace::model::Header;
use crate::trace::model::Object;
use crate::trace::model::Stamp;
use crate::trace::unique::Unique;

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

    /// The line as an object.
    pub(super) fn object(self) -> Result<Object, Diagnostic> {
        if self.text.trim().is_empty() {
            return Err(self.error("trace/not-json", "an empty line", None).hint(ONE_OBJECT));
        }
        match serde_json::from_str(self.text).map(|Unique(value)| value) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(self.error("trace/not-json", "the line is not a JSON object", None).hint(ONE_OBJECT)),
            // What is JSON is refused for a key alone.
            Err(error) if error.is_data() => {
                let message = format!("{}, at column {}", without_place(&error.to_string()), error.column());
                let hint = "write each key of an object once: which of its values counts is not said";
                Err(self.error("trace/duplicate-key", message, None).hint(hint))
            }
            Err(error) => {
                // The parser numbers the one line it is given.
                let said = error.to_string();
                let message = format!("not JSON: {}, at column {}", without_place(&said), error.column());
                Err(self.error("trace/not-json", message, None).hint(ONE_OBJECT))
            }
        }
    }

    fn missing(self, name: &str) -> Diagnostic {
        self.lacks(
            name,
            match self.number {
                1 => "the first line says {\"specgen_trace\":1,\"system\":...,\"nodes\":[...]}",
                _ => "an event has `seq`, `event`, `node` and `state`; docs/trace-format.md describes them",
            },
        )
    }

    /// A key that is not there.
    pub(super) fn lacks(self, name: &str, hint: &str) -> Diagnostic {
        self.error("trace/missing-field", format!("`{name}` is missing"), None).hint(hint)
    }

    /// The last line, which has no end.
    pub(super) fn truncated(self) -> Diagnostic {
        let hint = "its writer was killed; `--allow-truncated` takes the lines before";
        self.error("trace/truncated", "the last line is cut off", None).hint(hint)
    }

    /// An event on this line, without a number.
    pub(super) fn event_of(self, name: String, node: String, params: Object, state: Object, stamp: Stamp) -> Event {
        Event {
            line: self.number,
            seq: 0,
            name,
            node,
            params,
            state,
            probe: String::new(),
            function: String::new(),
            path: Vec::new(),
            aborted: false,
            stamp,
        }
    }

    /// A key whose value is another than it should be.
    pub(super) fn wrong(self, name: &str, expected: &str) -> Diagnostic {
        self.error("trace/wrong-type", format!("`{name}` is not {expected}"), Some(&format!("\"{name}\"")))
            .hint("docs/trace-format.md describes every field")
    }

    pub(super) fn text_of(self, object: &mut Object, name: &str) -> Result<Option<String>, Diagnostic> {
        match object.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "a string")),
        }
    }

    pub(super) fn count_of(self, object: &mut Object, name: &str) -> Result<Option<u64>, Diagnostic> {
        match object.remove(name) {
            None => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| self.wrong(name, "a number from 0")),
        }
    }

    /// An object of anything.
    pub(super) fn plain_object_of(self, object: &mut Object, name: &str) -> Result<Option<Object>, Diagnostic> {
        match object.remove(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(fields)),
            Some(_) => Err(self.wrong(name, "an object")),
        }
    }

    /// An object of values.
    fn object_of(self, object: &mut Object, name: &str) -> Result<Option<Object>, Diagnostic> {
        let fields = self.plain_object_of(object, name)?;
        fields.as_ref().map_or(Ok(()), |fields| self.values(name, fields))?;
        Ok(fields)
    }

    /// Every value has a counterpart in TLA+.
    pub(super) fn values(self, name: &str, fields: &Object) -> Result<(), Diagnostic> {
        // Nearly every value is surely one: only for the others the text is made that may have no place for a part.
        for (field, value) in fields.iter().filter(|(_, value)| !is_plain(value)) {
            if let Err(reason) = literal::literal(value, FieldKind::Scalar) {
                let message = format!("`{name}.{field}`: {reason}");
                let error = self.error("trace/value", message, Some(&format!("\"{field}\"")));
                return Err(
                    error.hint("write integers, strings, booleans, lists and objects; leave out what is not known")
                );
            }
        }
        Ok(())
    }

    fn names_of(self, object: &mut Object, name: &str) -> Result<Option<Vec<String>>, Diagnostic> {
        match object.remove(name) {
            None => Ok(None),
            Some(value) => serde_json::from_value(value).map(Some).map_err(|_| self.wrong(name, "a list of strings")),
        }
    }
}

/// Whether a value surely has a literal.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => number.as_i64().is_some_and(|n| n.unsigned_abs() <= i32::MAX as u64),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(object) => object.iter().all(|(key, value)| !key.starts_with('#') && is_plain(value)),
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
///
/// Its number must be that of an event; what numbers follow each other is for the caller to say.
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
        stamp: stamp(line, &mut object)?,
    })
}

fn stamp(line: Line<'_>, object: &mut Object) -> Result<Stamp, Diagnostic> {
    let clock = match object.remove("clock") {
        None => None,
        Some(Value::Number(number)) => {
            let time = number.as_u64().ok_or_else(|| line.wrong("clock", "a number from 0"))?;
            Some(Clock::Lamport(time))
        }
        Some(value) => {
            let expected = "a number from 0, or an object with a number from 0 for each process";
            let times = serde_json::from_value(value).map_err(|_| line.wrong("clock", expected))?;
            Some(Clock::Vector(times))
        }
    };
    Ok(Stamp {
        origin: both(line, line.text_of(object, "process")?, "process", step(line, object)?, "step")?,
        thread: line.text_of(object, "thread")?.unwrap_or_default(),
        clock,
        ..interval(line, object)?
    })
}

/// The number of an event in the log of its process.
fn step(line: Line<'_>, object: &mut Object) -> Result<Option<u64>, Diagnostic> {
    let step = object.remove("step");
    let from_one = |value: Value| value.as_u64().filter(|step| *step > 0);
    step.map(|value| from_one(value).ok_or_else(|| line.wrong("step", "a number from 1"))).transpose()
}

/// When an event began and ended, or when it began if it did not end.
fn interval(line: Line<'_>, object: &mut Object) -> Result<Stamp, Diagnostic> {
    match (line.count_of(object, "start")?, line.count_of(object, "end")?) {
        (Some(start), Some(end)) if end < start => {
            let message = format!("the event ends at {end}, before it starts at {start}");
            let hint = "read the same clock for both, one that never goes back";
            Err(line.error("trace/interval", message, Some("\"end\"")).hint(hint))
        }
        (Some(start), Some(end)) => Ok(Stamp { interval: Some((start, end)), ..Stamp::default() }),
        (None, Some(_)) => Err(line.missing("start")),
        (begun, None) => Ok(Stamp { begun, ..Stamp::default() }),
    }
}

/// Two keys that say something only together.
fn both<A, B>(
    line: Line<'_>,
    a: Option<A>,
    a_name: &str,
    b: Option<B>,
    b_name: &str,
) -> Result<Option<(A, B)>, Diagnostic> {
    match (a, b) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(line.missing(b_name)),
        (None, Some(_)) => Err(line.missing(a_name)),
    }
}
