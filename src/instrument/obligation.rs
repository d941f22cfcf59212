//! What an event owes: a lock that is taken is given back, an answer was given by somebody.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// Something that events open and other events close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// What is owed, in a word or two.
    pub name: String,
    /// The events that open it.
    pub open: Vec<Side>,
    /// The events that close it; each needs one before it that opened it.
    pub close: Vec<Side>,
    /// One opening may be closed more than once, as by a message that is delivered twice.
    #[serde(default)]
    pub again: bool,
    /// It may be open at the end of a trace.
    #[serde(default)]
    pub may_stay_open: bool,
    /// Events after which nothing is left of what their node has opened, such as a crash.
    #[serde(default)]
    pub dropped_by: Vec<String>,
}

/// One of the events that open or close an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Its name.
    pub event: String,
    /// What tells obligations of one kind apart, each as a path: `node`, `thread`, `params.m.term` or `state.term`. What is closed has
    /// the same values, in the same order, as what was opened.
    pub key: Vec<String>,
    /// Only events that have these values at these paths.
    #[serde(default, rename = "where")]
    pub only: BTreeMap<String, Value>,
}

/// Whether a path leads to a part of an event.
fn leads(path: &str) -> bool {
    let inside = |rest: &str| rest.split('.').all(|part| !part.is_empty());
    ["node", "thread"].contains(&path)
        || ["params.", "state."].iter().any(|part| path.strip_prefix(part).is_some_and(inside))
}

/// The first obligation that contradicts itself: its index, what is wrong, and what helps.
pub(super) fn contradiction(obligations: &[Obligation]) -> Option<(usize, String, &'static str)> {
    let mut names = BTreeSet::new();
    for (item, obligation) in obligations.iter().enumerate() {
        let name = &obligation.name;
        let wrong = |what: String, hint| Some((item, format!("the obligation `{name}` {what}"), hint));
        if !names.insert(name) {
            return wrong("stands twice".to_owned(), "leave one of them out, or give it another name");
        }
        if obligation.open.is_empty() || obligation.close.is_empty() {
            return wrong("is not both opened and closed".to_owned(), "list events under `open` and under `close`");
        }
        let mut sides = obligation.open.iter().chain(&obligation.close);
        if let Some(path) = sides.clone().flat_map(|s| s.key.iter().chain(s.only.keys())).find(|path| !leads(path)) {
            return wrong(
                format!("has `{path}`, which is no part of an event"),
                "a path is `node`, `thread`, or begins with `params.` or `state.`",
            );
        }
        let wanted = obligation.open[0].key.len();
        if let Some(other) = sides.find(|side| side.key.len() != wanted) {
            let what = format!("has a key of {wanted} parts, and one of {} for `{}`", other.key.len(), other.event);
            return wrong(what, "keys are compared part by part: give each side as many");
        }
    }
    None
}
