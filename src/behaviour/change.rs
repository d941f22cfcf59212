//! What differs between two values, as deep as they have the same shape.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::tla::value::Value;

/// One difference between a state and the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// A value became another one.
    Changed {
        /// The variable, with the entry of a function or the field of a record: `log["n1"][2].term`.
        path: String,
        /// The value before, in TLA+.
        before: String,
        /// The value after.
        after: String,
    },
    /// An element of a set or bag, an entry of a function, or an element of a sequence was added.
    Added {
        /// What it was added to.
        path: String,
        /// The element; of an entry of a function, `key :> value`.
        value: String,
    },
    /// One was removed.
    Removed {
        /// What it was removed from.
        path: String,
        /// The element.
        value: String,
    },
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed { path, before, after } => write!(f, "{path}: {before} -> {after}"),
            Self::Added { path, value } => write!(f, "{path} + {value}"),
            Self::Removed { path, value } => write!(f, "{path} - {value}"),
        }
    }
}

/// Adds what differs between `before` and `after`, which stand at `path`.
pub(super) fn compare(path: &str, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Record(old), Value::Record(new)) if old.keys().eq(new.keys()) => {
            for (field, old) in old {
                compare(&format!("{path}.{field}"), old, &new[field], changes);
            }
        }
        (Value::Set(old), Value::Set(new)) => {
            changes.extend(new.difference(old).map(|value| added(path, value)));
            changes.extend(old.difference(new).map(|value| removed(path, value)));
        }
        (Value::Sequence(old), Value::Sequence(new)) => sequences(path, old, new, changes),
        _ => match (entries(before), entries(after)) {
            (Some(old), Some(new)) => functions(path, &old, &new, changes),
            _ => changes.push(Change::Changed {
                path: path.to_owned(),
                before: before.to_string(),
                after: after.to_string(),
            }),
        },
    }
}

fn added(path: &str, value: impl ToString) -> Change {
    Change::Added { path: path.to_owned(), value: value.to_string() }
}

fn removed(path: &str, value: impl ToString) -> Change {
    Change::Removed { path: path.to_owned(), value: value.to_string() }
}

/// A function's entries. TLC prints one whose domain is `1..n` as a sequence, and so the empty one.
pub(super) fn entries(value: &Value) -> Option<BTreeMap<Value, Value>> {
    match value {
        Value::Function(entries) => Some(entries.clone()),
        Value::Sequence(items) => Some((1..).map(Value::Int).zip(items.iter().cloned()).collect()),
        _ => None,
    }
}

fn sequences(path: &str, old: &[Value], new: &[Value], changes: &mut Vec<Change>) {
    if let Some(more) = new.strip_prefix(old) {
        changes.extend(more.iter().map(|value| added(path, value)));
    } else if let Some(fewer) = old.strip_suffix(new).or_else(|| old.strip_prefix(new)) {
        changes.extend(fewer.iter().map(|value| removed(path, value)));
    } else if old.len() == new.len() {
        for (index, (old, new)) in old.iter().zip(new).enumerate() {
            compare(&format!("{path}[{}]", index + 1), old, new, changes);
        }
    } else {
        let text = |items: &[Value]| Value::Sequence(items.to_vec()).to_string();
        changes.push(Change::Changed { path: path.to_owned(), before: text(old), after: text(new) });
    }
}

fn functions(path: &str, old: &BTreeMap<Value, Value>, new: &BTreeMap<Value, Value>, changes: &mut Vec<Change>) {
    let bag = is_bag(old) && is_bag(new);
    let entry = |key: &Value, value: &Value| if bag { key.to_string() } else { format!("{key} :> {value}") };
    for (key, value) in new {
        match old.get(key) {
            None => changes.push(added(path, entry(key, value))),
            Some(before) if bag && before < value => changes.push(added(path, key)),
            Some(before) if bag && before > value => changes.push(removed(path, key)),
            Some(before) => compare(&format!("{path}[{key}]"), before, value, changes),
        }
    }
    let gone = old.iter().filter(|(key, _)| !new.contains_key(key));
    changes.extend(gone.map(|(key, value)| removed(path, entry(key, value))));
}

/// A function from records to numbers counts them.
pub(super) fn is_bag(entries: &BTreeMap<Value, Value>) -> bool {
    entries.iter().all(|(key, value)| matches!((key, value), (Value::Record(_), Value::Int(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(before: &str, after: &str) -> Vec<String> {
        let mut found = Vec::new();
        compare("v", &Value::parse(before).unwrap(), &Value::parse(after).unwrap(), &mut found);
        found.iter().map(Change::to_string).collect()
    }

    #[test]
    fn the_entry_that_changed_is_named() {
        let function =
            |role: &str| format!("(n1 :> [role |-> \"{role}\", term |-> 1] @@ n2 :> [role |-> \"x\", term |-> 1])");
        assert_eq!(changes(&function("follower"), &function("leader")), ["v[n1].role: \"follower\" -> \"leader\""]);
        assert_eq!(changes("<<1, 2, 3>>", "<<1, 5, 3>>"), ["v[2]: 2 -> 5"]);
        assert_eq!(changes("{1}", "{1}"), [] as [&str; 0]);
        assert_eq!(changes("1", "\"a\""), ["v: 1 -> \"a\""]);
        assert_eq!(changes("[a |-> 1]", "[b |-> 1]"), ["v: [a |-> 1] -> [b |-> 1]"]);
    }

    #[test]
    fn what_comes_and_goes_is_named_by_itself() {
        assert_eq!(changes("{1, 2}", "{2, 3}"), ["v + 3", "v - 1"]);
        assert_eq!(changes("<<1, 2>>", "<<1, 2, 3>>"), ["v + 3"]);
        assert_eq!(changes("<<1, 2>>", "<<2>>"), ["v - 1"]);
        assert_eq!(changes("<<1, 2>>", "<<1>>"), ["v - 2"]);
        assert_eq!(changes("<<1, 2>>", "<<3>>"), ["v: <<1, 2>> -> <<3>>"]);
        assert_eq!(changes("<<>>", "(n1 :> 2)"), ["v + n1 :> 2"]);
        assert_eq!(changes("(n1 :> 2 @@ n2 :> 3)", "(n2 :> 3)"), ["v - n1 :> 2"]);
    }

    #[test]
    fn a_bag_gains_and_loses_its_elements() {
        let (one, two) = ("([to |-> n1] :> 1)", "([to |-> n1] :> 2)");
        assert_eq!(changes("<<>>", one), ["v + [to |-> n1]"]);
        assert_eq!(changes(one, two), ["v + [to |-> n1]"]);
        assert_eq!(changes(two, one), ["v - [to |-> n1]"]);
        assert_eq!(changes(one, "<<>>"), ["v - [to |-> n1]"]);
    }
}
