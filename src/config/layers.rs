//! Layers of YAML trees, merged leaf by leaf with the origin of each leaf.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_yaml::Value;

use super::model::Config;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::without_place;
use crate::base::spelling;
use crate::base::yaml;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase", tag = "kind", content = "name")]
pub enum Origin {
    /// config/default.yaml.
    Default,
    /// A project file, by path.
    File(String),
    /// An environment variable, by name.
    Environment(String),
    /// A flag, as written.
    Flag(String),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => f.write_str(path),
            Self::Environment(name) => write!(f, "${name}"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// One leaf: its value and where it came from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Setting {
    /// The YAML value.
    #[schemars(with = "serde_json::Value")]
    pub value: Value,
    /// The layer that set it.
    pub origin: Origin,
}

/// The merged tree, kept flat: dotted path to leaf. Lists, and maps whose keys the user chooses, are leaves.
#[derive(Debug, Default)]
pub(super) struct Tree {
    leaves: BTreeMap<String, Setting>,
}

/// What the variables of all settings begin with.
const PREFIX: &str = "SPECGEN_";

/// Names, which are text even where YAML would read a number or nothing.
const PLAIN: [&str; 2] = ["session", "llm.model"];

/// Maps with keys of the user's own are replaced whole.
const WHOLE: [&str; 1] = ["check.constants"];

impl Tree {
    pub(super) fn leaves(self) -> BTreeMap<String, Setting> {
        self.leaves
    }

    /// Where a leaf's value came from.
    pub(super) fn origin(&self, path: &str) -> Option<&Origin> {
        self.leaves.get(path).map(|setting| &setting.origin)
    }

    pub(super) fn add_yaml(&mut self, text: &str, file: &str, origin: Origin) -> Result<(), Diagnostic> {
        let value: Value = serde_yaml::from_str(text).map_err(|e| yaml_error(&e, text, file))?;
        match value {
            Value::Null => Ok(()),
            Value::Mapping(_) => {
                self.flatten(String::new(), value, &origin);
                Ok(())
            }
            _ => Err(Diagnostic::error("config/wrong-type", "the file is not a mapping of settings")
                .at(Place::at(file, 1, 1, Some(text)))
                .hint("begin it with `format: 1`, one setting a line; `specgen init` writes one to start from")),
        }
    }

    fn flatten(&mut self, path: String, value: Value, origin: &Origin) {
        match value {
            Value::Mapping(map) if !WHOLE.contains(&path.as_str()) && !map.is_empty() => {
                for (key, value) in map {
                    let key = key.as_str().map_or_else(|| format!("{key:?}"), str::to_owned);
                    let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                    self.flatten(path, value, origin);
                }
            }
            value => {
                self.leaves.insert(path, Setting { value, origin: origin.clone() });
            }
        }
    }

    pub(super) fn add_environment(&mut self, variables: &BTreeMap<String, String>) -> Result<(), Diagnostic> {
        for (name, text) in variables {
            let Some(rest) = name.strip_prefix(PREFIX) else { continue };
            // A project's own provider may call the variable of its key so.
            if text.is_empty() || rest.ends_with("_KEY") {
                continue;
            }
            let path = match rest {
                "TLA_TOOLS" => "tools.tla_tools".to_owned(),
                _ => rest.to_lowercase().replace("__", "."),
            };
            if !self.leaves.contains_key(&path) {
                return Err(self.no_variable(name));
            }
            self.set(&path, text, Origin::Environment(name.clone()))?;
        }
        Ok(())
    }

    /// A variable that no setting answers to. It is not passed over: whoever set it believes that it is in force.
    fn no_variable(&self, name: &str) -> Diagnostic {
        // What all of them begin with makes none of them more alike.
        let bare = |name: &str| name.trim_start_matches(PREFIX).to_owned();
        let known: Vec<String> = self.leaves.keys().map(|path| bare(&variable(path))).collect();
        let diagnostic = Diagnostic::error("config/unknown-key", format!("no setting answers to ${name}"));
        let diagnostic = match spelling::nearest(&bare(name), known.iter().map(String::as_str)) {
            Some(nearest) => diagnostic.hint(format!("did you mean `{PREFIX}{nearest}`?")),
            None => diagnostic,
        };
        diagnostic.hint(
            "a dot of a setting is two underscores: SPECGEN_LLM__MODEL for llm.model; `specgen config show` lists all settings, \
             `unset` takes the variable away",
        )
    }

    pub(super) fn set(&mut self, path: &str, text: &str, origin: Origin) -> Result<(), Diagnostic> {
        if !self.leaves.contains_key(path) {
            let hint = nearest(path, self.leaves.keys().map(String::as_str));
            return Err(Diagnostic::error("config/unknown-key", format!("no setting `{path}` ({origin})")).hint(hint));
        }
        if PLAIN.contains(&path) {
            self.leaves.insert(path.to_owned(), Setting { value: Value::String(text.to_owned()), origin });
            return Ok(());
        }
        // Text that is no YAML, or a mapping without braces as in `\A x \in S : p`, is meant as it stands.
        let parsed =
            serde_yaml::from_str(text).ok().filter(|v: &Value| !v.is_mapping() || text.trim_start().starts_with('{'));
        let value = parsed.unwrap_or_else(|| Value::String(text.to_owned()));
        self.leaves.insert(path.to_owned(), Setting { value, origin });
        Ok(())
    }

    /// A section of the defaults that some layer gives a value of its own, which would be lost without a word.
    fn section_as_value(&self) -> Option<&str> {
        let is_section = |path: &str| {
            self.leaves.keys().any(|other| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
        };
        let given = self.leaves.iter().filter(|(_, setting)| {
            let value = &setting.value;
            !value.is_null() && value.as_mapping().is_none_or(|map| !map.is_empty())
        });
        given.map(|(path, _)| path.as_str()).find(|path| is_section(path))
    }

    /// The typed configuration; `text` and `file` are the project file's, to show the place of a mistake in it.
    pub(super) fn typed(&self, text: &str, file: &str) -> Result<Config, Diagnostic> {
        if let Some(path) = self.section_as_value() {
            return Err(Diagnostic::error("config/wrong-type", format!("{path}: it is a section, not a value"))
                .at(find(text, path, file))
                .hint(format!("write its settings below it, indented: `{path}:` and then `  name: value`")));
        }
        let mut root = Value::Mapping(serde_yaml::Mapping::new());
        for (path, setting) in &self.leaves {
            insert(&mut root, path, setting.value.clone());
        }
        serde_path_to_error::deserialize(root).map_err(|error| {
            let path = error.path().to_string();
            let message = error.inner().to_string();
            let unknown = message.split('`').nth(1).filter(|_| message.contains("unknown field"));
            let full = match unknown {
                Some(field) if !path.ends_with(field) => {
                    format!("{path}.{field}").trim_start_matches(['.', '?']).to_owned()
                }
                _ => path,
            };
            let code = if unknown.is_some() { "config/unknown-key" } else { "config/wrong-type" };
            // All settings of a section would be too long a list; the values of one are not.
            let message = match unknown {
                Some(_) => message.split(", expected one of").next().unwrap_or(&message),
                None => &message,
            };
            let mut diagnostic = Diagnostic::error(code, format!("{full}: {}", in_words(message)));
            // An element of a list is `list[0]`, and one of a map that is replaced whole `map.key`.
            let whole = WHOLE.into_iter().find(|path| full.starts_with(&format!("{path}.")));
            let leaf = self.leaves.get(whole.unwrap_or(full.split('[').next().unwrap_or(&full)));
            diagnostic = match leaf.map(|setting| &setting.origin) {
                Some(origin @ (Origin::Environment(_) | Origin::Flag(_))) => {
                    diagnostic.hint(format!("it was set by {origin}"))
                }
                _ => diagnostic.at(find(text, &full, file)),
            };
            if let (None, Some(default)) = (unknown, load_defaults().leaves.get(&full)) {
                let default = serde_yaml::to_string(&default.value).unwrap_or_default();
                diagnostic =
                    diagnostic.hint(format!("the default is {}; config/default.yaml explains it", default.trim()));
            } else if unknown.is_none() {
                diagnostic = diagnostic.hint("`specgen config show` shows the shape of every setting");
            }
            if unknown.is_some() {
                diagnostic = diagnostic.hint(nearest(&full, load_defaults().leaves.keys().map(String::as_str)));
            }
            diagnostic
        })
    }
}

/// The expected type in words of YAML rather than of Rust.
fn in_words(message: &str) -> String {
    let Some((what, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let words = match expected {
        "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "a nonzero u32" | "a nonzero u64" => "a whole number, 1 or more",
        "f64" => "a number",
        "a sequence" => "a list, as in [a, b]",
        "a string" | "path string" => "text",
        other if other.starts_with("struct ") => "a section of settings",
        other => other,
    };
    format!("{what}, expected {words}")
}

/// The variable of a setting.
pub(super) fn variable(path: &str) -> String {
    match path {
        "tools.tla_tools" => "SPECGEN_TLA_TOOLS".to_owned(),
        path => format!("{PREFIX}{}", path.to_uppercase().replace('.', "__")),
    }
}

fn load_defaults() -> Tree {
    let mut tree = Tree::default();
    tree.add_yaml(super::DEFAULTS, "config/default.yaml", Origin::Default)
        .expect("the shipped defaults are YAML, and a test reads them");
    tree
}

fn insert(root: &mut Value, path: &str, value: Value) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    if !root.is_mapping() {
        *root = Value::Mapping(serde_yaml::Mapping::new());
    }
    let Some(map) = root.as_mapping_mut() else { return };
    match rest {
        None => {
            map.insert(Value::String(head.to_owned()), value);
        }
        Some(rest) => {
            let child = map.entry(Value::String(head.to_owned())).or_insert(Value::Null);
            insert(child, rest, value);
        }
    }
}

/// The place of a dotted path in YAML text: each segment on a line of its own, deeper than the one before.
pub(super) fn find(text: &str, path: &str, file: &str) -> Option<Place> {
    let mut from = 0;
    let mut found = None;
    let lines: Vec<_> = text.lines().collect();
    for segment in path.split('.') {
        let position = lines.iter().skip(from).position(|line| key_column(line, segment).is_some());
        let Some(position) = position else { break };
        let line = from + position;
        let column = key_column(lines[line], segment)?;
        let mut place = Place::at(file, line + 1, column + 1, Some(text));
        place.width = segment.chars().count();
        found = Some(place);
        from = line;
    }
    found
}

fn key_column(line: &str, key: &str) -> Option<usize> {
    let at = line.match_indices(key).find(|(at, _)| {
        let before = line[..*at].chars().next_back();
        let after = line[at + key.len()..].trim_start();
        before.is_none_or(|c| c.is_whitespace() || c == '{' || c == ',' || c == '-') && after.starts_with(':')
    })?;
    Some(line[..at.0].chars().count())
}

/// A hint that names the setting closest in spelling.
fn nearest<'a>(path: &str, known: impl Iterator<Item = &'a str>) -> String {
    match spelling::nearest(path, known) {
        Some(name) => format!("did you mean `{name}`? `specgen config show` lists all settings"),
        None => "`specgen config show` lists all settings".to_owned(),
    }
}

/// A YAML syntax error with its place.
pub(super) fn yaml_error(error: &serde_yaml::Error, text: &str, file: &str) -> Diagnostic {
    let message = error.to_string();
    let message = without_place(&message);
    let diagnostic = Diagnostic::error("config/yaml", message);
    if let Some(line) = yaml::repeated(text, message) {
        return diagnostic
            .at(Place::at(file, line, 1, Some(text)))
            .hint("leave one of the two out, or make one of both");
    }
    let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
    diagnostic
        .at(Place::at(file, line, column, Some(text)))
        .hint("check the indentation above this line, and that every bracket and quote is closed")
}
