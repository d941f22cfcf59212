//! A behaviour as TLC prints it, inside whatever else it printed, with `-tool` or without.
//!
//! ```text
//! State 2: <Step(1) line 6, col 12 to line 6, col 131 of module C>
//! /\ log = << 1,
//!    2 >>
//! /\ x = 1
//! ```
//!
//! With `-tool` a state begins `2: <...>` and ends at `@!@!@ENDMSG`, without at an empty line.

use crate::base::diag::Diagnostic;
use crate::tla::value::Value;
use crate::trace::fields::Line;
use crate::trace::formats::states;
use crate::trace::model::Event;
use crate::trace::model::Object;

/// The state that is being read, and how many were before.
#[derive(Default)]
pub(super) struct Behaviour {
    done: u64,
    state: Option<State>,
}

struct State {
    /// The line it begins on.
    number: usize,
    head: String,
    action: String,
    /// Each variable's text, from its name on, and its line.
    variables: Vec<(usize, String)>,
}

impl Behaviour {
    /// The event that a line ends, if it ends one.
    pub(super) fn line(&mut self, line: Line<'_>) -> Result<Option<Event>, Diagnostic> {
        let text = line.text.trim_end();
        if let Some((number, action)) = head(text) {
            let ended = self.close(line.file);
            self.state = Some(State {
                number: line.number,
                head: text.to_owned(),
                action: action.to_owned(),
                variables: Vec::new(),
            });
            let expected = self.done + 1;
            if number != expected {
                self.state = None;
                let message = format!("state {number} where {expected} was expected");
                let hint =
                    "the text has several behaviours: keep one of them, or let TLC stop at the first (no -continue)";
                return Err(line.error("trace/sequence", message, None).hint(hint));
            }
            return ended;
        }
        if text.is_empty() || text.starts_with("@!@!@") {
            return self.close(line.file);
        }
        if let Some(state) = &mut self.state {
            match (text.strip_prefix("/\\ "), state.variables.last_mut()) {
                (Some(variable), _) => state.variables.push((line.number, variable.to_owned())),
                (None, Some((_, last))) => last.extend(["\n", text]),
                (None, None) => state.variables.push((line.number, text.to_owned())),
            }
        }
        Ok(None)
    }

    /// The event that the end of the text ends; an error if there was none at all.
    pub(super) fn end(&mut self, file: &str) -> Result<Option<Event>, Diagnostic> {
        let last = self.close(file)?;
        if last.is_none() && self.done == 0 {
            let line = Line { file, number: 1, text: "" };
            let error =
                line.error("trace/no-events", "the text has no behaviour: no line begins with `State 1: <`", None);
            return Err(error.hint("TLC prints one when a property is violated"));
        }
        Ok(last)
    }

    fn close(&mut self, file: &str) -> Result<Option<Event>, Diagnostic> {
        let Some(state) = self.state.take() else { return Ok(None) };
        self.done += 1;
        let line = Line { file, number: state.number, text: &state.head };
        let mut variables = Object::new();
        for (number, text) in &state.variables {
            let line = Line { file, number: *number, text };
            let (name, value) = text.split_once(" = ").ok_or_else(|| {
                line.error("trace/value", "no variable with its value", None).hint("TLC prints `/\\ name = value`")
            })?;
            let value = Value::parse(value.trim()).map_err(|error| {
                line.error("trace/value", format!("`{name}`: {error}"), None).hint("TLC prints no such value")
            })?;
            variables.insert(name.trim().to_owned(), value.to_json());
        }
        let (name, params) = called(&state.action);
        states::step(line, self.done, name, params, variables).map(Some)
    }
}

/// The number of a state and its action, where a line begins one.
fn head(text: &str) -> Option<(u64, &str)> {
    let (number, rest) = text.strip_prefix("State ").unwrap_or(text).split_once(": ")?;
    let number = number.parse().ok()?;
    match rest.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        Some(action) => Some((number, action)),
        None => (rest == "Stuttering").then_some((number, rest)),
    }
}

/// The name of an action and its arguments, as in `Step(1) line 6, col 12 to line 6, col 131 of module C`.
fn called(action: &str) -> (&str, Object) {
    let called = action.split(" line ").next().unwrap_or(action).trim();
    if called == "Initial predicate" {
        return (states::FIRST, Object::new());
    }
    let Some((name, arguments)) = called.strip_suffix(')').and_then(|called| called.split_once('(')) else {
        return (called, Object::new());
    };
    let arguments = Value::parse(&format!("<<{arguments}>>")).map(|arguments| arguments.to_json());
    (name, arguments.into_iter().map(|values| ("arguments".to_owned(), values)).collect())
}
