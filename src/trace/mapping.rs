//! How the events of a trace map to the actions and expressions of a specification.

use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::instrument::FieldKind;
use crate::instrument::Order;
use crate::instrument::Parameter;
use crate::instrument::Silent;
use crate::instrument::TraceConfig;

/// The mapping. It is made from the tracing configuration, of which it is the part that a judge of traces needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// What is traced; a trace whose header has another name is refused. `None` compares nothing.
    #[serde(default)]
    pub system: Option<String>,
    /// The name that stands for the event's node in the `spec` expressions.
    pub node_parameter: String,
    /// What is observed of a node's state.
    pub state: Vec<StateField>,
    /// What orders the events of a trace.
    #[serde(default)]
    pub order: Order,
    /// The action behind each event.
    pub actions: Vec<Action>,
    /// The actions that may be taken without an event.
    #[serde(default)]
    pub silent: Vec<Silent>,
}

/// One observed field of a node's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateField {
    /// Its name in the trace.
    pub field: String,
    /// The TLA+ expression over the specification's variables that must be equal to it.
    pub spec: String,
    /// How the JSON value is read.
    #[serde(default)]
    pub kind: FieldKind,
    /// TLA+: compared only in states where this holds.
    #[serde(default)]
    pub when: Option<String>,
    /// Whether it is compared at all.
    #[serde(default = "yes")]
    pub check: bool,
    /// Whether an event with a state may leave it out; then it is not compared there.
    #[serde(default)]
    pub optional: bool,
    /// Whether only operations of the event's own thread change it.
    #[serde(default)]
    pub local: bool,
    /// Where the tracing configuration says so, where that is known.
    #[serde(skip)]
    pub stated: Option<Place>,
}

fn yes() -> bool {
    true
}

/// The action behind an event of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The name of the event and of the action.
    pub name: String,
    /// Its arguments, in order.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// Whether the harness writes the event itself: it may come without a state.
    #[serde(default)]
    pub harness: bool,
    /// Where the tracing configuration says so, where that is known.
    #[serde(skip)]
    pub stated: Option<Place>,
}

impl Mapping {
    /// The part of a tracing configuration that a judge of traces needs; `file` is where that is from.
    ///
    /// # Errors
    /// It does not name the node.
    pub fn of(config: &TraceConfig, file: &str) -> Result<Self, Diagnostic> {
        let node_parameter = config.node_parameter.clone().ok_or_else(|| {
            Diagnostic::error("validate/mapping", format!("{file}: node_parameter is not set"))
                .hint("name the variable that stands for the event's node in the `spec` expressions")
        })?;
        let lines = &config.lines;
        let state = config.state.iter().enumerate().filter_map(|(item, field)| {
            Some(StateField {
                field: field.field.clone(),
                spec: field.spec.clone()?,
                kind: field.kind,
                when: field.when.clone(),
                check: field.check,
                optional: field.optional,
                local: field.local,
                stated: lines.place(&lines.state, item),
            })
        });
        let actions = config.actions.iter().enumerate().map(|(item, action)| Action {
            name: action.name.clone(),
            parameters: action.parameters.clone(),
            harness: action.harness,
            stated: lines.place(&lines.actions, item),
        });
        let system = Some(config.system.clone());
        let silent = config.silent.clone();
        Ok(Self {
            system,
            node_parameter,
            state: state.collect(),
            order: config.order,
            actions: actions.collect(),
            silent,
        })
    }

    /// Whether the events of a trace may have taken effect in another order than that of their lines.
    pub fn has_intervals(&self) -> bool {
        self.order == Order::Intervals
    }

    /// What is only done with traces in the order of their lines; `what` says what it is.
    ///
    /// # Errors
    /// The order is another.
    pub fn in_lines(&self, what: &str) -> Result<(), Diagnostic> {
        if !self.has_intervals() {
            return Ok(());
        }
        let message =
            format!("{what} is about traces in the order of their lines, and the mapping says `order: intervals`");
        Err(Diagnostic::error("trace/intervals", message)
            .hint("docs/traces.md says what is done with operations that overlap; `challenge.mutants: 0` leaves mutated traces out"))
    }

    /// The action behind `event`.
    pub fn action(&self, event: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == event)
    }

    /// Whether the field is the same for all nodes: its expression does not speak of the event's.
    pub fn is_shared(&self, field: &StateField) -> bool {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        !field.spec.split(|c| !word(c)).any(|name| name == self.node_parameter)
    }

    /// The fields that are compared, in the order of the mapping.
    pub fn checked(&self) -> impl Iterator<Item = &StateField> {
        self.state.iter().filter(|field| field.check)
    }

    /// The known event name that `event` was most likely meant to be.
    pub fn nearest(&self, event: &str) -> Option<&str> {
        let best = self.actions.iter().map(|action| (distance(event, &action.name), action.name.as_str())).min()?;
        (best.0 <= event.chars().count().max(3) / 2).then_some(best.1)
    }
}

/// Insertions, deletions and replacements between two names, case ignored.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (corner + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_event_is_found_through_a_misspelling() {
        let action =
            |name: &str| Action { name: name.to_owned(), parameters: Vec::new(), harness: false, stated: None };
        let mapping = Mapping {
            system: None,
            node_parameter: "s".to_owned(),
            state: Vec::new(),
            order: Order::Lines,
            actions: vec![action("Step_MsgApp"), action("Step_MsgVote"), action("tickElection")],
            silent: Vec::new(),
        };
        assert_eq!(mapping.nearest("Step_MsgVot"), Some("Step_MsgVote"));
        assert_eq!(mapping.nearest("TickElektion"), Some("tickElection"));
        assert_eq!(mapping.nearest("q"), None);
    }
}
