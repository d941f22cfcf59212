//! The model configuration: constants, searches with their constraints, and invariants as MC.tla and one config a search.

use std::collections::BTreeSet;

use camino::Utf8Path;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::template;
use crate::base::text::one_line;
use crate::base::ui::Ui;
use crate::config::Config;
use crate::config::NAME_LENGTH;
use crate::config::model::Search;
use crate::tla::format;

const MODULE: &str = include_str!("../../../templates/tla/MC.tla.j2");
const CONFIG: &str = include_str!("../../../templates/tla/MC.cfg.j2");

#[derive(Serialize)]
struct ModuleFields<'a> {
    module: &'a str,
    constants: Vec<Constant<'a>>,
    bounds: Vec<Bound>,
}

#[derive(Serialize)]
struct ConfigFields<'a> {
    constants: Vec<Constant<'a>>,
    bound: Option<String>,
    properties: &'a [String],
}

#[derive(Serialize)]
struct Constant<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Bound {
    name: String,
    why: String,
    operator: String,
    constraint: String,
}

/// The searches that the settings ask for. Without `check.searches` it is one without a name, under `check.constraint`.
pub fn searches(config: &Config) -> Result<Vec<Search>, Diagnostic> {
    let check = &config.check;
    if check.searches.is_empty() {
        return Ok(vec![unnamed(check.constraint.clone())]);
    }
    let wrong = |why: String| Diagnostic::error("config/searches", format!("check.searches: {why}"));
    if check.constraint.is_some() {
        return Err(wrong("check.constraint is set as well".to_owned())
            .hint("write it as the constraint of one of the searches"));
    }
    let mut names = BTreeSet::new();
    for search in &check.searches {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if search.name.is_empty() || search.name.len() > NAME_LENGTH || !search.name.chars().all(fits) {
            let shown = search.name.escape_debug();
            return Err(wrong(format!(
                "`{shown}` is no name of small letters, digits and dashes, {NAME_LENGTH} at most"
            )));
        }
        if !names.insert(search.name.as_str()) {
            return Err(wrong(format!("two have the name `{}`", search.name)));
        }
        if search.simulate.is_some_and(|s| s.behaviours == 0 || s.depth == 0) {
            return Err(wrong(format!("`{}` simulates nothing", search.name)));
        }
    }
    if check.searches.iter().all(|s| s.simulate.is_some()) {
        return Err(wrong("all of them simulate, so that nothing would be explored to the end".to_owned())
            .hint("add a search without `simulate`, however small its bounds"));
    }
    Ok(check.searches.clone())
}

/// The searches that the stage `correct` makes: all, or those that `check.only` names.
pub fn chosen(config: &Config) -> Result<Vec<Search>, Diagnostic> {
    let all = searches(config)?;
    let only = &config.check.only;
    if let Some(unknown) = only.iter().find(|name| !all.iter().any(|s| s.name == **name)) {
        let names: Vec<_> = all.iter().map(|s| s.name.as_str()).filter(|name| !name.is_empty()).collect();
        return Err(Diagnostic::error("config/searches", format!("check.only: there is no search `{unknown}`"))
            .hint(format!("check.searches has these: {}", names.join(", "))));
    }
    let chosen: Vec<Search> = all.into_iter().filter(|s| only.is_empty() || only.contains(&s.name)).collect();
    if chosen.iter().all(|s| s.simulate.is_some()) {
        return Err(Diagnostic::error("config/searches", "check.only: all that it names simulate")
            .hint("name one without `simulate` as well, so that something is explored to the end"));
    }
    Ok(chosen)
}

/// A search that needs no name, as it is the only one.
pub fn unnamed(constraint: Option<String>) -> Search {
    Search { name: String::new(), why: String::new(), constraint, simulate: None, time_limit: None }
}

/// What corrections without a model add to the config of each search: a file of the stage `correct`, where there is something.
pub const ADDED: &str = "added.cfg";

/// The same, of the folder of a round of the stage; empty where nothing was added.
pub fn added(folder: &Utf8Path) -> Result<String, Failure> {
    Ok(disk::read_text_if_there(&folder.join(ADDED))?.unwrap_or_default())
}

/// The file name of a search's config.
pub fn config_name(search: &Search) -> String {
    if search.name.is_empty() { "MC.cfg".to_owned() } else { format!("MC-{}.cfg", search.name) }
}

fn operator(search: &Search) -> String {
    if search.name.is_empty() {
        "mc_Constraint".to_owned()
    } else {
        format!("mc_Constraint_{}", search.name.replace('-', "_"))
    }
}

fn constants(config: &Config) -> Vec<Constant<'_>> {
    config.check.constants.iter().map(|(name, value)| Constant { name, value }).collect()
}

/// MC.tla, for all of `searches`. A text that cannot be laid out, as a constraint of the config that cannot be read, is told.
pub fn module(config: &Config, module: &str, searches: &[Search], ui: &Ui) -> Result<String, Diagnostic> {
    // The text may have several lines with a junction list in it, which must keep its columns to each other.
    let indented = |text: &str| text.trim_end().lines().map(|l| format!("    {l}")).collect::<Vec<_>>().join("\n");
    let bound = |search: &'_ Search| {
        let why = one_line(&search.why);
        let constraint = indented(search.constraint.as_ref()?);
        Some(Bound { name: search.name.clone(), why, operator: operator(search), constraint })
    };
    let bounds = searches.iter().filter_map(bound).collect();
    let text = template::render("MC.tla.j2", MODULE, &ModuleFields { module, constants: constants(config), bounds })?;
    let formatted = format::format(&text, "MC.tla");
    formatted.warnings().iter().for_each(|warning| ui.diagnostic(warning));
    Ok(formatted.text)
}

/// The config of one search for `properties`.
pub fn config(config: &Config, search: &Search, properties: &[String]) -> Result<String, Diagnostic> {
    if properties.is_empty() {
        return Err(Diagnostic::error(
            "config/no-properties",
            "target.properties names no invariant, so checking would show nothing",
        )
        .hint("list the operators of the spec that must always hold, for example `properties: [TypeOK]`"));
    }
    let bound = search.constraint.is_some().then(|| operator(search));
    template::render("MC.cfg.j2", CONFIG, &ConfigFields { constants: constants(config), bound, properties })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::config::Environment;

    fn loaded(check: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let folder = camino::Utf8Path::from_path(folder.path()).unwrap().to_owned();
        disk::put(&folder.join("specgen.yaml"), format!("format: 1\ncheck: {check}\n")).unwrap();
        let loaded = config::load(&folder, &Environment::default(), &[], true).unwrap_or_else(|d| panic!("{d}"));
        disk::remove(&folder).unwrap();
        loaded.config
    }

    #[test]
    fn a_single_constraint_is_a_search_without_a_name() {
        let config = loaded("{constraint: 'x < 2'}");
        let all = searches(&config).unwrap();
        assert_eq!((all.len(), config_name(&all[0]).as_str()), (1, "MC.cfg"));
        assert!(module(&config, "M", &all, &Ui::new(true)).unwrap().contains("mc_Constraint ==\n    x < 2\n"));
        assert!(super::config(&config, &all[0], &["P".to_owned()]).unwrap().ends_with("CONSTRAINT mc_Constraint\n"));
        assert_eq!(super::config(&config, &all[0], &[]).unwrap_err().code, "config/no-properties");
    }

    #[test]
    fn each_search_has_its_own_operator_and_config() {
        let config = loaded("{searches: [{name: one-term, why: small, constraint: a}, {name: all, why: no bounds}]}");
        let all = searches(&config).unwrap();
        let text = module(&config, "M", &all, &Ui::new(true)).unwrap();
        assert!(
            text.contains("\\* one-term: small\n") && text.contains("mc_Constraint_one_term ==\n    a\n"),
            "{text}"
        );
        assert!(!text.contains("mc_Constraint_all"));
        assert_eq!(config_name(&all[0]), "MC-one-term.cfg");
        assert!(!super::config(&config, &all[1], &["P".to_owned()]).unwrap().contains("\nCONSTRAINT"));
    }

    #[test]
    fn searches_that_would_show_nothing_or_collide_are_refused() {
        let wrong = [
            "{constraint: a, searches: [{name: s, why: w}]}",
            "{searches: [{name: s, why: w}, {name: s, why: w}]}",
            "{searches: [{name: 'A b', why: w}]}",
            "{searches: [{name: '../x', why: w}]}",
            &format!("{{searches: [{{name: {}, why: w}}]}}", "a".repeat(300)),
            "{searches: [{name: s, why: w}, {name: t, why: w, simulate: {behaviours: 0, depth: 5}}]}",
            "{searches: [{name: s, why: w, simulate: {behaviours: 5, depth: 5}}]}",
        ];
        for text in wrong {
            assert_eq!(searches(&loaded(text)).unwrap_err().code, "config/searches", "{text}");
        }
    }

    #[test]
    fn only_the_named_searches_are_made_and_an_unknown_name_is_refused() {
        let all =
            "searches: [{name: a, why: w}, {name: b, why: w}, {name: c, why: w, simulate: {behaviours: 1, depth: 1}}]";
        let names = |only: &str| {
            let chosen = chosen(&loaded(&format!("{{{all}, only: {only}}}")));
            chosen.map(|searches| searches.iter().map(|s| s.name.clone()).collect::<Vec<_>>()).map_err(|d| d.message)
        };
        assert_eq!(names("[]").unwrap(), ["a", "b", "c"]);
        assert_eq!(names("[b]").unwrap(), ["b"]);
        assert!(names("[b, x]").unwrap_err().contains("`x`"));
        assert!(names("[c]").unwrap_err().contains("simulate"));
    }
}
