//! `specgen config show`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::ConfigArgs;
use super::args::ConfigVerb;
use crate::base::diag::Failure;
use crate::config::Setting;

/// The settings in force.
#[derive(Serialize, JsonSchema)]
pub(super) struct Shown {
    /// By dotted path.
    settings: BTreeMap<String, Setting>,
}

/// Each value with where it came from.
pub(super) fn config(context: &Context, args: &ConfigArgs) -> Result<Answer, Failure> {
    let ConfigVerb::Show = args.verb;
    let mut text = String::new();
    for (path, setting) in &context.settings.leaves {
        let value = serde_json::to_string(&setting.value).unwrap_or_default();
        let shown = if value.chars().count() > 60 {
            format!("{}...", value.chars().take(57).collect::<String>())
        } else {
            value
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{path:<24} {shown:<62} {}", setting.origin);
    }
    Ok(Answer::of(&Shown { settings: context.settings.leaves.clone() }, text))
}
