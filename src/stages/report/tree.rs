//! The search for an explanation of a rejected trace, as the page shows it: what was explained, the states there were then, and why
//! the action could be taken in none of them.

use serde::Deserialize;
use serde::Serialize;

use crate::validate::Came;
use crate::validate::Conjunct;
use crate::validate::Divergence;

/// What there was before the event that nothing explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frontier {
    /// How many events are explained.
    pub explained: usize,
    /// Of how many.
    pub events: usize,
    /// The last of those, oldest first.
    pub last: Vec<String>,
    /// The event that nothing explains.
    pub event: String,
    /// How many states explain what was before.
    pub candidates: usize,
    /// Some of them, the nearest first.
    pub states: Vec<State>,
    /// What was observed after the event, where it differs from what the action leads to: the field, what was expected, what was
    /// observed.
    pub differences: Vec<[String; 3]>,
}

/// A state, and why the action cannot be taken there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// How many conditions do not hold.
    pub failing: usize,
    /// Each variable with its value.
    pub variables: Vec<[String; 2]>,
    /// The action's conjuncts; empty where it can be taken.
    pub parts: Vec<Part>,
}

/// A part of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `true`, `false`, `not-reached` or `failed`.
    pub class: String,
    /// In words.
    pub came: String,
    /// The file and the line.
    pub place: String,
    /// As it stands there, with the choice of a quantifier before it.
    pub text: String,
    /// Each operand with its value, and why there is no value.
    pub operands: Vec<String>,
    /// What it consists of.
    pub parts: Vec<Self>,
}

/// What is known of the search; `None` where nothing is.
pub(super) fn search(divergence: &Divergence) -> Option<Frontier> {
    let variables = |state: &std::collections::BTreeMap<String, crate::tla::value::Value>| {
        state.iter().map(|(name, value)| [name.clone(), value.to_string()]).collect()
    };
    let mut states: Vec<State> = divergence
        .refusals
        .iter()
        .map(|refusal| State {
            failing: refusal.failing,
            variables: variables(&refusal.state),
            parts: refusal.parts.iter().map(part).collect(),
        })
        .collect();
    if states.is_empty() && !divergence.before.is_empty() {
        states.push(State { failing: 0, variables: variables(&divergence.before), parts: Vec::new() });
    }
    let differences = divergence.differences.iter();
    let differences = differences.map(|d| [d.field.clone(), d.expected.join(", or "), d.observed.clone()]).collect();
    let last = divergence.previous_events.iter().map(|event| {
        let params = serde_json::Value::Object(event.params.clone());
        format!("line {}: {} on {} {params}", event.line, event.event, event.node)
    });
    (!states.is_empty()).then(|| Frontier {
        explained: divergence.event_index,
        events: divergence.events,
        last: last.collect(),
        event: format!("line {}: {} on {}", divergence.line, divergence.event, divergence.node),
        candidates: divergence.candidates,
        states,
        differences,
    })
}

fn part(of: &Conjunct) -> Part {
    let (class, came) = match of.came {
        Came::True => ("true", "true"),
        Came::False => ("false", "false"),
        Came::NotReached => ("not-reached", "not reached"),
        Came::Failed => ("failed", "no value"),
    };
    let choice = of.choice.as_ref().map_or_else(String::new, |choice| format!("{{{choice}}} "));
    let operands = of.operands.iter().map(|operand| format!("{} = {}", operand.text, operand.value));
    Part {
        class: class.to_owned(),
        came: came.to_owned(),
        place: of.place.clone(),
        text: format!("{choice}{}", of.text),
        operands: operands.chain(of.message.clone()).collect(),
        parts: of.parts.iter().map(part).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_state_has_its_variables_and_the_tree_of_its_conjuncts() {
        let inner =
            json!({"place": "M.tla:3", "text": "x < 3", "came": "false", "operands": [{"text": "x", "value": "4"}]});
        let outer = json!({"place": "M.tla:2", "text": "\\E k \\in S : x < 3", "came": "false", "choice": "k = 1", "parts": [inner]});
        let failed = json!({"place": "M.tla:4", "text": "y[9]", "came": "failed", "message": "outside"});
        let divergence = json!({
            "format": 1, "trace": "t", "event_index": 1, "events": 3, "line": 3, "event": "Up", "node": "n1", "probe": "", "function": "",
            "path": [], "params": {}, "observed": {}, "kind": "not-enabled", "before": {"x": 4}, "candidates": 2, "ways": 0,
            "differences": [], "guard": null, "message": null,
            "previous_events": [{"line": 2, "event": "Up", "node": "n1", "params": {"a": 1}}],
            "refusals": [{"state": {"x": 4}, "failing": 1, "parts": [outer, failed]}, {"failing": 2, "parts": []}],
        });
        let mut divergence: Divergence = serde_json::from_value(divergence).unwrap();
        let found = search(&divergence).unwrap();
        assert_eq!((found.explained, found.events, found.last), (1, 3, vec!["line 2: Up on n1 {\"a\":1}".to_owned()]));
        // One that an older program wrote has no variables.
        let variables: Vec<usize> = found.states.iter().map(|state| state.variables.len()).collect();
        assert_eq!((variables, found.states[0].variables[0].clone()), (vec![1, 0], ["x".to_owned(), "4".to_owned()]));
        let [outer, failed] = found.states[0].parts.as_slice() else { panic!("{:?}", found.states) };
        assert_eq!(
            (outer.text.as_str(), outer.parts[0].operands.as_slice()),
            ("{k = 1} \\E k \\in S : x < 3", &["x = 4".to_owned()][..])
        );
        assert_eq!((failed.class.as_str(), failed.operands.as_slice()), ("failed", &["outside".to_owned()][..]));
        divergence.refusals.clear();
        assert_eq!(search(&divergence).unwrap().states[0].variables.len(), 1);
        divergence.before.clear();
        assert_eq!(search(&divergence), None);
    }
}
