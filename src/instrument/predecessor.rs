//! The older layout of a trace configuration: `spec_name`, `constants`, `variables`, `actions`, `interactions`.

use serde::Deserialize;

use crate::base::diag::Diagnostic;
use crate::base::yaml;
use crate::instrument::model::Action;
use crate::instrument::model::Constant;
use crate::instrument::model::FORMAT;
use crate::instrument::model::Parameter;
use crate::instrument::model::TraceConfig;
use crate::instrument::model::Variable;

/// Keys this layout's own tools ignore are ignored here too.
#[derive(Deserialize)]
struct Old {
    spec_name: String,
    #[serde(default)]
    constants: Vec<OldConstant>,
    #[serde(default)]
    variables: Vec<OldVariable>,
    #[serde(default)]
    actions: Vec<OldAction>,
    #[serde(default, alias = "Interactions")]
    interactions: Vec<OldName>,
}

#[derive(Deserialize)]
struct OldConstant {
    name: String,
    value: Scalar,
}

/// TLA+ text; files in the wild write `value: 3` as well as `value: '3'`.
#[derive(Deserialize)]
#[serde(from = "serde_yaml::Value")]
struct Scalar(String);

impl From<serde_yaml::Value> for Scalar {
    fn from(value: serde_yaml::Value) -> Self {
        Self(match value {
            serde_yaml::Value::String(text) => text,
            serde_yaml::Value::Bool(truth) => truth.to_string().to_uppercase(),
            serde_yaml::Value::Number(number) => number.to_string(),
            _ => String::new(),
        })
    }
}

#[derive(Deserialize)]
struct OldVariable {
    name: String,
    #[serde(default)]
    default_type: Option<String>,
    #[serde(default)]
    default_value: Option<Scalar>,
}

#[derive(Deserialize)]
struct OldAction {
    name: String,
    #[serde(default)]
    parameters: Vec<OldParameter>,
    #[serde(default)]
    stmt: Option<String>,
    #[serde(default, alias = "python_function", alias = "rust_function")]
    go_function: Option<String>,
}

#[derive(Deserialize)]
struct OldParameter {
    name: String,
    #[serde(default)]
    source: Option<String>,
}

#[derive(Deserialize)]
struct OldName {
    name: String,
}

/// Reads the older layout as far as it goes; it knows no probes.
pub(super) fn read(text: &str, file: &str) -> Result<TraceConfig, Diagnostic> {
    let old: Old = yaml::read(text, file, "instrument/config")?;
    Ok(TraceConfig {
        format: FORMAT,
        system: old.spec_name,
        language: None,
        package: None,
        crate_root: "src/lib.rs".to_owned(),
        support: Vec::new(),
        pure: Vec::new(),
        receiver: None,
        node: None,
        node_parameter: None,
        probes: Vec::new(),
        state: Vec::new(),
        order: crate::instrument::Order::Lines,
        actions: old.actions.into_iter().map(action).collect(),
        silent: Vec::new(),
        obligations: Vec::new(),
        constants: old.constants.into_iter().map(|c| Constant { name: c.name, value: single(&c.value.0) }).collect(),
        variables: old.variables.into_iter().map(variable).collect(),
        interactions: old.interactions.into_iter().map(|i| i.name).collect(),
        lines: crate::instrument::lines::Lines::default(),
    })
}

fn action(old: OldAction) -> Action {
    let parameter = |p: OldParameter| Parameter { name: p.name, from: None, source: p.source };
    Action {
        name: old.name,
        parameters: old.parameters.into_iter().map(parameter).collect(),
        functions: old.go_function.into_iter().collect(),
        harness: false,
        stmt: old.stmt.as_deref().map(single),
    }
}

fn variable(old: OldVariable) -> Variable {
    Variable { name: old.name, default_type: old.default_type, default_value: old.default_value.map(|v| single(&v.0)) }
}

/// The layout doubles backslashes even inside single quotes, where YAML keeps both.
fn single(tla: &str) -> String {
    let mut text = String::with_capacity(tla.len());
    let mut characters = tla.chars().peekable();
    while let Some(character) = characters.next() {
        text.push(character);
        // `\\in` is `\in`; TLA+ itself has `\\` only as an infix operator, between spaces.
        if character == '\\' && characters.peek() == Some(&'\\') {
            let mut ahead = characters.clone();
            ahead.next();
            if ahead.peek().is_some_and(|c| c.is_alphabetic()) {
                characters.next();
            }
        }
    }
    text
}
