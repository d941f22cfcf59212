//! A trace as a document of the Informal Trace Format, written a state at a time.
//!
//! The step is in `mbt::actionTaken` and `mbt::nondetPicks`, as Quint has it. Of a trace of the whole system the variables are
//! its own; otherwise they are `node` and `state`, what was seen of that node.

use serde_json::Value;
use serde_json::json;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::trace::formats::WHOLE;
use crate::trace::model::Event;
use crate::trace::model::Header;
use crate::trace::model::Object;

/// What has been written.
pub struct Writer {
    file: String,
    whole: bool,
    variables: Option<Vec<String>>,
    states: u64,
}

impl Writer {
    /// Nothing so far of the trace in `file`.
    pub fn new(file: &str, header: &Header) -> Self {
        let whole = header.nodes.iter().all(|node| node == WHOLE);
        Self { file: file.to_owned(), whole, variables: None, states: 0 }
    }

    /// The text for the next event.
    pub fn event(&mut self, event: &Event) -> Result<String, Diagnostic> {
        let mut state = if self.whole { event.state.clone() } else { Object::new() };
        if !self.whole {
            state.insert("node".to_owned(), event.node.clone().into());
            state.insert("state".to_owned(), event.state.clone().into());
        }
        let names: Vec<String> = state.keys().cloned().collect();
        let begin = match &self.variables {
            None => beginning(&names),
            Some(known) if *known == names => ",\n".to_owned(),
            Some(known) => {
                let message = format!("the state has {}, the states before {}", list(&names), list(known));
                return Err(Diagnostic::error("trace/missing-field", message)
                    .at(Place::at(&self.file, event.line, 1, None))
                    .hint("every state of an ITF document has all variables"));
            }
        };
        self.variables.get_or_insert(names);
        state.insert("#meta".to_owned(), json!({ "index": self.states }));
        state.insert("mbt::actionTaken".to_owned(), event.name.clone().into());
        state.insert("mbt::nondetPicks".to_owned(), event.params.clone().into());
        self.states += 1;
        Ok(format!("{begin}{}", Value::Object(state)))
    }

    /// The text that ends the document.
    pub fn end(self) -> String {
        format!("{}\n]}}\n", if self.variables.is_none() { beginning(&[]) } else { String::new() })
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() { "no variable".to_owned() } else { quoted.join(", ") }
}

fn beginning(names: &[String]) -> String {
    let own = ["mbt::actionTaken".to_owned(), "mbt::nondetPicks".to_owned()];
    let vars: Vec<&String> = own.iter().chain(names).collect();
    let meta = json!({ "format": "ITF", "description": "written by specgen" });
    format!("{{\"#meta\":{meta},\"vars\":{},\"states\":[\n", json!(vars))
}
