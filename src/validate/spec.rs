//! The specification that traces are judged by, and the names that generated modules may use beside it.

use std::collections::BTreeMap;

use crate::trace::mapping::Mapping;
use crate::validate::scan;
use crate::validate::scan::Scan;

/// A specification as text, with what its constants are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specification {
    /// The name of the root module.
    pub name: String,
    /// The text of the root module.
    pub text: String,
    /// Further modules that it extends, by name.
    pub extra: BTreeMap<String, String>,
    /// The name of its initial predicate.
    pub init: String,
    /// Its constants.
    pub constants: Vec<Constant>,
}

/// A constant of the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// What it is.
    pub value: ConstantValue,
}

/// What a constant is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstantValue {
    /// The set of the trace's nodes, as strings.
    Nodes,
    /// TLA+ text.
    Text(String),
}

impl Specification {
    /// A specification of one module whose initial predicate is `Init`.
    pub fn new(name: impl Into<String>, text: impl Into<String>, constants: Vec<Constant>) -> Self {
        let (name, text) = (name.into(), text.into());
        Self { name, text, extra: BTreeMap::new(), init: "Init".to_owned(), constants }
    }

    /// Its modules, each a name and a text.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &str)> {
        let root = std::iter::once((self.name.as_str(), self.text.as_str()));
        root.chain(self.extra.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// Whether its values may depend on more than its text: on the environment, files, time or chance. Rather too often.
    pub fn looks_elsewhere(&self, mapping: &Mapping) -> bool {
        const DOORS: [&str; 8] =
            ["CSV", "IOUtils", "JavaTime", "Json", "RandomElement", "Randomization", "TLCGet", "TLCSet"];
        let scan = self.scan();
        let used = |door: &str| scan.identifiers.contains(door) || written(mapping).any(|name| name == door);
        DOORS.into_iter().any(used)
    }

    pub(super) fn scan(&self) -> Scan {
        Scan::of(self.modules().map(|(_, text)| text))
    }
}

impl Constant {
    /// A constant that is the set of the trace's nodes.
    pub fn nodes(name: impl Into<String>) -> Self {
        Self { name: name.into(), value: ConstantValue::Nodes }
    }

    /// A constant given as TLA+ text.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), value: ConstantValue::Text(text.into()) }
    }

    /// Its TLA+ text for these nodes.
    pub(super) fn value(&self, nodes: &[String]) -> String {
        match &self.value {
            ConstantValue::Text(text) => text.trim().to_owned(),
            ConstantValue::Nodes => {
                let names: Vec<String> = nodes.iter().map(|node| crate::trace::literal::quoted(node)).collect();
                format!("{{{}}}", names.join(", "))
            }
        }
    }
}

/// Whether a config file can hold the value itself. TLC evaluates a definition it is pointed to anew at each use.
pub(super) fn is_plain(value: &str) -> bool {
    // Any other word is a model value, as in every config file.
    const SETS: [&str; 5] = ["Nat", "Int", "Real", "BOOLEAN", "STRING"];
    let inner = value.strip_prefix('{').and_then(|v| v.strip_suffix('}'));
    let atom = |item: &str| {
        let item = item.trim();
        let quoted = item.len() > 1 && item.starts_with('"') && item.ends_with('"');
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        quoted && item[1..item.len() - 1].chars().all(|c| c != '"' && c != '\\' && c != ',')
            || !item.is_empty() && item.chars().all(|c| c.is_ascii_digit())
            || item.starts_with(|c: char| c.is_ascii_alphabetic()) && item.chars().all(word) && !SETS.contains(&item)
    };
    match inner {
        Some(items) => items.trim().is_empty() || items.split(',').all(atom),
        None => atom(value),
    }
}

/// A prefix that no name of the specification or the mapping begins with.
pub(super) fn prefix(scan: &Scan, mapping: &Mapping) -> String {
    let used: Vec<&str> = written(mapping).collect();
    let free = |prefix: &String| {
        let taken = |name: &str| name.starts_with(prefix.as_str());
        !scan.identifiers.iter().any(|name| taken(name)) && !used.iter().any(|name| taken(name))
    };
    let numbered = (1_usize..).map(|number| format!("specgen{number}_"));
    std::iter::once("specgen".to_owned()).chain(numbered).find(free).unwrap_or_default()
}

/// The identifiers in the TLA+ texts of the mapping.
fn written(mapping: &Mapping) -> impl Iterator<Item = &str> {
    let texts = mapping.state.iter().flat_map(|field| [Some(&field.spec), field.when.as_ref()]);
    let parameters = mapping.actions.iter().map(|action| &action.parameters);
    let parameters = parameters.chain(mapping.silent.iter().map(|silent| &silent.parameters)).flatten();
    let sources = parameters.map(|parameter| parameter.source.as_ref());
    texts.chain(sources).flatten().flat_map(|text| scan::identifiers(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_value_is_one_that_a_config_file_can_hold() {
        for plain in ["3", "\"none\"", "{\"n1\", \"n2\"}", "{}", "n1", "{a, b}", "TRUE"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in ["1..3", "{{1}}", "<<1>>", "-1", "\"a\\\"b\"", "[a |-> 1]", "", "Nat"] {
            assert!(!is_plain(other), "{other}");
        }
    }

    #[test]
    fn generated_names_stay_away_from_those_of_the_specification() {
        let mapping = Mapping {
            system: None,
            node_parameter: "s".to_owned(),
            state: Vec::new(),
            order: Default::default(),
            actions: Vec::new(),
            silent: Vec::new(),
        };
        let scan = |text: &str| Scan::of(std::iter::once(text));
        assert_eq!(prefix(&scan("VARIABLE x"), &mapping), "specgen");
        assert_eq!(prefix(&scan("VARIABLE specgenTrace"), &mapping), "specgen1_");
    }
}
