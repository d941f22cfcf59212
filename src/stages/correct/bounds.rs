//! The model configuration: constants, constraint and invariants as MC.tla and MC.cfg.

use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::template;
use crate::config::Config;
use crate::tla::format;

const MODULE: &str = include_str!("../../../templates/tla/MC.tla.j2");
const CONFIG: &str = include_str!("../../../templates/tla/MC.cfg.j2");

#[derive(Serialize)]
struct Fields<'a> {
    module: &'a str,
    constants: Vec<Constant<'a>>,
    constraint: Option<String>,
    properties: &'a [String],
}

#[derive(Serialize)]
struct Constant<'a> {
    name: &'a str,
    value: &'a str,
}

/// MC.tla and MC.cfg for `module`.
pub(in crate::stages) fn render(config: &Config, module: &str) -> Result<(String, String), Diagnostic> {
    if config.target.properties.is_empty() {
        return Err(Diagnostic::error(
            "config/no-properties",
            "target.properties names no invariant, so checking would show nothing",
        )
        .hint("list the operators of the spec that must always hold, for example `properties: [TypeOK]`"));
    }
    let constants = config.check.constants.iter().map(|(name, value)| Constant { name, value });
    // The text may have several lines with a junction list in it, which must keep its columns to each other.
    let constraint = config
        .check
        .constraint
        .as_ref()
        .map(|text| text.trim_end().lines().map(|l| format!("    {l}")).collect::<Vec<_>>().join("\n"));
    let fields = Fields { module, constants: constants.collect(), constraint, properties: &config.target.properties };
    let text = template::render("MC.tla.j2", MODULE, &fields)?;
    Ok((format::format(&text, "MC.tla").text, template::render("MC.cfg.j2", CONFIG, &fields)?))
}
