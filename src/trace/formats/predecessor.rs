//! The predecessor's converted traces: a line of constants, then for each event what it does to the specification's variables.
//!
//! ```text
//! {"Server": ["n1", "n2"], "Nil": ["Nil"]}
//! {"term": [{"op": "Update", "path": [], "args": [{"n1": 1, "n2": 0}]}], "event": "Timeout"}
//! ```
//!
//! `Update` puts `args[0]` at the `path` inside the variable. The format has operations for sets, bags and sequences as well;
//! what they do to a value that was not recorded is not known here, so they are refused. An event is of the whole system,
//! and its state has every variable that was updated so far.

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::trace::fields::Line;
use crate::trace::formats::WHOLE;
use crate::trace::model::Event;
use crate::trace::model::Object;
use crate::trace::model::Stamp;

/// What is known from the lines before.
#[derive(Default)]
pub(super) struct Variables {
    constants: Option<Object>,
    now: Object,
}

impl Variables {
    /// The constants, under the one key that a header has for them.
    pub(super) fn constants(self) -> Object {
        self.constants.into_iter().map(|constants| ("constants".to_owned(), constants.into())).collect()
    }

    /// A line as an event; `None` for the first one.
    pub(super) fn event(&mut self, line: Line<'_>) -> Result<Option<Event>, Diagnostic> {
        let mut object = line.object()?;
        if self.constants.is_none() && !object.contains_key("event") {
            self.constants = Some(object);
            return Ok(None);
        }
        let hint = "an event has `event` and, for each variable that it changes, a list of updates";
        let name = line.text_of(&mut object, "event")?.ok_or_else(|| line.lacks("event", hint))?;
        for (variable, updates) in object {
            let Value::Array(updates) = updates else { return Err(line.wrong(&variable, "a list of updates")) };
            for update in &updates {
                self.update(line, &variable, update)?;
            }
        }
        line.values("state", &self.now)?;
        let (params, state) = (Object::new(), self.now.clone());
        Ok(Some(line.event_of(name, WHOLE.to_owned(), params, state, Stamp::default())))
    }

    fn update(&mut self, line: Line<'_>, variable: &str, update: &Value) -> Result<(), Diagnostic> {
        let wrong = || line.wrong(variable, "a list of {\"op\": ..., \"path\": [...], \"args\": [...]}");
        let op = update.get("op").and_then(Value::as_str).ok_or_else(wrong)?;
        if op != "Update" {
            let message = format!("the operation `{op}` on `{variable}` cannot be read");
            let hint = "specgen reads `Update` only: let the converter write the variable's whole value";
            return Err(line.error("trace/unsupported", message, Some(&format!("\"{op}\""))).hint(hint));
        }
        let path = update.get("path").and_then(Value::as_array).ok_or_else(wrong)?;
        let [new] = update.get("args").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() else {
            return Err(wrong());
        };
        let mut place = self.now.entry(variable.to_owned()).or_insert_with(|| Object::new().into());
        for key in path {
            let key = key.as_str().ok_or_else(wrong)?;
            let Value::Object(inside) = place else {
                let message = format!("`{variable}` has no part `{key}`: it is no function");
                let hint = "the path leads through what the events before have put there";
                return Err(line.error("trace/value", message, Some(&format!("\"{variable}\""))).hint(hint));
            };
            place = inside.entry(key.to_owned()).or_insert_with(|| Object::new().into());
        }
        *place = new.clone();
        Ok(())
    }
}
