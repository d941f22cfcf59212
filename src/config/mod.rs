//! Settings: defaults, then specgen.yaml, then the environment, then flags; each value knows where it came from.
//!
//! The only reader of the environment. A layer is a YAML tree; later layers replace leaves of earlier ones, and the
//! merged tree is read into [`Config`], which refuses unknown keys.

mod layers;
pub mod model;

use std::collections::BTreeMap;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::disk;

pub use layers::Origin;
pub use layers::Setting;
pub use model::Config;
pub use model::JudgingEngine;

/// The defaults, shipped inside the program.
pub const DEFAULTS: &str = include_str!("../../config/default.yaml");

/// The project file's name.
pub const PROJECT_FILE: &str = "specgen.yaml";

/// Modules that every spec may extend, and the one that is generated beside it: none of them can be the project's own.
pub const TAKEN: [&str; 10] =
    ["Naturals", "Integers", "Reals", "Sequences", "FiniteSets", "Bags", "TLC", "TLCExt", "Json", "MC"];

/// The longest name that becomes that of a file or folder. File systems end at 255 bytes, and stages add to it.
pub const NAME_LENGTH: usize = 100;

/// Settings in force, and where they apply.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Typed values.
    pub config: Config,
    /// Every leaf with its origin, by dotted path.
    pub leaves: BTreeMap<String, Setting>,
    /// The folder of specgen.yaml; relative paths in it start here.
    pub project: Utf8PathBuf,
}

/// What the environment says, read once at the start.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The process's own.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process() -> Self {
        // Variables that are not text cannot be ours.
        let text = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        Self { variables: text.collect() }
    }

    /// Given ones, for tests.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self { variables: pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect() }
    }

    /// All variables, for a specification that reads them.
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// One variable; empty counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }
}

/// Reads all layers for the project at `project`.
///
/// `flags` are pairs of dotted path and YAML text. A missing specgen.yaml is an error only if `needs_project`.
pub fn load(
    project: &Utf8Path,
    environment: &Environment,
    flags: &[(String, String)],
    needs_project: bool,
) -> Result<Settings, Diagnostic> {
    let file = project.join(PROJECT_FILE);
    let text = disk::read_text_if_there(&file).map_err(|e| e.diagnostic())?;
    match &text {
        Some(text) if needs_project && is_blank(text) => {
            return Err(Diagnostic::error("config/missing", format!("{file} is empty"))
                .at(Place::at(file.as_str(), 1, 1, Some(text)))
                .hint("`specgen init DIR` writes a commented one to start from; examples/etcd has a full one"));
        }
        None if needs_project => {
            return Err(Diagnostic::error("config/no-project", format!("no {PROJECT_FILE} in {project}")).hint(
                "run in a project directory or name one with --project DIR; `specgen init DIR --source FILE` writes a new \
                 one, and `specgen draft FILE` does without",
            ));
        }
        _ => {}
    }
    layered(project, environment, flags, (&file, text.as_deref()))
}

/// Reads all layers, with `text` in the place of the project file that is not there.
pub fn with_text(
    project: &Utf8Path,
    environment: &Environment,
    flags: &[(String, String)],
    text: &str,
) -> Result<Settings, Diagnostic> {
    layered(project, environment, flags, (&project.join(PROJECT_FILE), Some(text)))
}

fn layered(
    project: &Utf8Path,
    environment: &Environment,
    flags: &[(String, String)],
    (file, text): (&Utf8Path, Option<&str>),
) -> Result<Settings, Diagnostic> {
    let mut tree = layers::Tree::default();
    tree.add_yaml(DEFAULTS, "config/default.yaml", Origin::Default)?;
    if let Some(text) = text {
        tree.add_yaml(text, file.as_str(), Origin::File(file.to_string()))?;
    }
    let text = text.unwrap_or_default();
    tree.add_environment(&environment.variables)?;
    for (path, value) in flags {
        tree.set(path, value, Origin::Flag(format!("--set {path}")))?;
    }
    let config = tree.typed(text, file.as_str())?;
    if config.format != 1 {
        return Err(Diagnostic::error(
            "config/format",
            format!("{PROJECT_FILE} has format {}, this specgen reads 1", config.format),
        )
        .at(place_of(file.as_str(), text, "format"))
        .hint("write `format: 1`, or use the specgen that the file was written for"));
    }
    let shown = |path: &str, diagnostic: Diagnostic| match tree.origin(path) {
        Some(Origin::File(_)) => diagnostic.at(place_of(file.as_str(), text, path)),
        Some(origin) => diagnostic.hint(format!("{path} was set by {origin}")),
        None => diagnostic,
    };
    check_session(&config.session).map_err(|wrong| shown("session", wrong))?;
    config.target.module.as_deref().map_or(Ok(()), check_module).map_err(|wrong| shown("target.module", wrong))?;
    check_seeds(&config.harness).map_err(|wrong| shown("harness.judge", wrong))?;
    Ok(Settings { config, leaves: tree.leaves(), project: project.to_owned() })
}

/// Nothing but comments, spaces and separators.
fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#') || line == "---")
}

/// Where a setting stands in the project file, or the section it belongs into, or the first line.
fn place_of(file: &str, text: &str, path: &str) -> Place {
    layers::find(text, path, file).unwrap_or_else(|| Place::at(file, 1, 1, Some(text)))
}

/// A setting that has no value and is needed, with the place in specgen.yaml where it belongs.
pub fn missing(project: &Utf8Path, path: &str, example: &str) -> Diagnostic {
    let file = project.join(PROJECT_FILE);
    let text = disk::read_text_if_there(&file).ok().flatten().unwrap_or_default();
    let key = path.rsplit('.').next().unwrap_or(path);
    let place = place_of(file.as_str(), &text, path).label(format!("`{key}` belongs here"));
    Diagnostic::error("config/missing", format!("{path} is not set"))
        .at(place)
        .hint(format!("for example `{key}: {example}`; or give it with `--set {path}=...`"))
}

/// A session is one folder below .specgen/, so its name is no path.
fn check_session(name: &str) -> Result<(), Diagnostic> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !name.is_empty() && name.len() <= NAME_LENGTH && !name.starts_with('.') && name.chars().all(plain) {
        return Ok(());
    }
    Err(Diagnostic::error("config/session-name", format!("`{}` is no name of a session", name.escape_debug())).hint(
        format!(
            "it is the name of a folder: letters, digits, `.`, `_` and `-`, no dot at its head, {NAME_LENGTH} at most"
        ),
    ))
}

/// Stages write files that have the module's name, so it is no path either, and none of the modules beside it.
fn check_module(name: &str) -> Result<(), Diagnostic> {
    let refused = |why: &str, hint: String| {
        let message = format!("`{}` is no name for the module: {why}", name.escape_debug());
        Err(Diagnostic::error("config/module-name", message).hint(hint))
    };
    if TAKEN.contains(&name) {
        return refused("another module has it", format!("for example `{name}Spec`"));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let letter = name.chars().any(|c| c.is_ascii_alphabetic());
    if !letter || name.len() > NAME_LENGTH || !name.chars().all(plain) {
        let hint = format!("letters, digits and `_`, at least one letter, {NAME_LENGTH} at most, for example `Raft`");
        return refused("it is no name in TLA+", hint);
    }
    Ok(())
}

/// Judging by a seed that was trained on would show nothing, and a seed twice counts one trace as two.
fn check_seeds(harness: &model::Harness) -> Result<(), Diagnostic> {
    let wrong = |why: String| {
        Err(Diagnostic::error("config/seeds", why).hint(
            "a trace that the spec was corrected by judges nothing, so each seed stands once, in one of the two lists",
        ))
    };
    let mut lists = BTreeMap::new();
    let train = harness.train.iter().map(|seed| (seed, "harness.train"));
    for (seed, list) in train.chain(harness.judge.iter().map(|seed| (seed, "harness.judge"))) {
        match lists.insert(seed, list) {
            None => {}
            Some(before) if before == list => return wrong(format!("seed {seed} stands twice in {list}")),
            Some(before) => return wrong(format!("seed {seed} stands in {before} and in {list}")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        disk::put(&path.join(PROJECT_FILE), text).unwrap();
        (folder, path)
    }

    #[test]
    fn the_defaults_are_complete_and_typed() {
        let settings = load(Utf8Path::new("/nowhere"), &Environment::default(), &[], false).unwrap();
        assert_eq!(settings.config.draft.max_attempts, 5);
        assert_eq!(settings.leaves["llm.provider"].origin, Origin::Default);
    }

    #[test]
    fn later_layers_win_and_say_where_they_come_from() {
        let (_keep, path) = project("format: 1\ndraft: {max_attempts: 2, cards: 1}\n");
        let environment = Environment::of(&[("SPECGEN_DRAFT__CARDS", "7"), ("SPECGEN_TLA_TOOLS", "/x.jar")]);
        let flags = [("correct.max_attempts".to_owned(), "9".to_owned())];
        let settings = load(&path, &environment, &flags, true).unwrap();
        assert_eq!((settings.config.draft.max_attempts, settings.config.draft.cards), (2, 7));
        assert_eq!(settings.config.correct.max_attempts, 9);
        assert_eq!(settings.config.tools.tla_tools.as_deref(), Some(Utf8Path::new("/x.jar")));
        assert_eq!(settings.leaves["draft.cards"].origin, Origin::Environment("SPECGEN_DRAFT__CARDS".to_owned()));
        assert!(matches!(settings.leaves["draft.max_attempts"].origin, Origin::File(_)));
    }

    #[test]
    fn a_variable_that_no_setting_answers_to_is_told_with_the_nearest() {
        for (name, hint) in [
            ("SPECGEN_DRAFT_CARDS", "did you mean `SPECGEN_DRAFT__CARDS`?"),
            ("SPECGEN_DRAFT__CARD", "did you mean `SPECGEN_DRAFT__CARDS`?"),
            ("SPECGEN_TLATOOLS", "did you mean `SPECGEN_TLA_TOOLS`?"),
            ("SPECGEN_SESION", "did you mean `SPECGEN_SESSION`?"),
            ("SPECGEN_ZZZZZZ", "two underscores"),
            ("SPECGEN_DRAFT", "two underscores"),
        ] {
            let loaded = load(Utf8Path::new("/nowhere"), &Environment::of(&[(name, "7")]), &[], false);
            let diagnostic = loaded.unwrap_err();
            assert_eq!(diagnostic.code, "config/unknown-key");
            assert!(diagnostic.message.contains(name), "{diagnostic:?}");
            assert!(diagnostic.hints.iter().any(|h| h.contains(hint)), "{diagnostic:?}");
        }
        for (name, text) in [("SPECGEN_DRAFT_CARDS", ""), ("SPECGEN_MINE_API_KEY", "k"), ("OTHER", "7")] {
            load(Utf8Path::new("/nowhere"), &Environment::of(&[(name, text)]), &[], false).unwrap();
        }
    }

    #[test]
    fn every_setting_has_a_variable() {
        let settings = load(Utf8Path::new("/nowhere"), &Environment::default(), &[], false).unwrap();
        for (path, setting) in &settings.leaves {
            let text = serde_yaml::to_string(&setting.value).unwrap();
            let name = layers::variable(path);
            let again = load(Utf8Path::new("/nowhere"), &Environment::of(&[(&name, text.trim())]), &[], false).unwrap();
            assert_eq!(again.leaves[path].origin, Origin::Environment(name), "{path}");
        }
    }

    #[test]
    fn an_unknown_key_is_shown_at_its_line() {
        let (_keep, path) = project("format: 1\ndraft:\n  max_atempts: 2\n");
        let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
        assert_eq!(diagnostic.code, "config/unknown-key");
        assert_eq!(diagnostic.places[0].line, 3);
        assert!(diagnostic.hints[0].contains("max_attempts"), "{diagnostic:?}");
    }

    #[test]
    fn a_wrong_type_is_shown_at_its_line() {
        let (_keep, path) = project("format: 1\ndraft:\n  max_attempts: many\n");
        let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
        assert_eq!((diagnostic.code.as_str(), diagnostic.places[0].line), ("config/wrong-type", 3));
    }

    #[test]
    fn what_yaml_reads_as_a_truth_value_or_a_number_is_tla_as_well() {
        let (_keep, path) =
            project("format: 1\ncheck:\n  constants: {X: 3, Y: -1, B: FALSE, S: '{1, 2}', N: a}\n  constraint: true\n");
        let check = load(&path, &Environment::default(), &[], true).unwrap().config.check;
        let constants: Vec<_> = check.constants.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(constants, ["B=FALSE", "N=a", "S={1, 2}", "X=3", "Y=-1"]);
        assert_eq!(check.constraint.as_deref(), Some("TRUE"));
        for (text, meant) in [("FALSE", Some("FALSE")), ("x < 3", Some("x < 3")), ("3", Some("3")), ("null", None)] {
            let flag = [("check.constraint".to_owned(), text.to_owned())];
            let check = load(&path, &Environment::default(), &flag, true).unwrap().config.check;
            assert_eq!(check.constraint.as_deref(), meant, "{text}");
        }
        let (_keep, path) = project("format: 1\ncheck:\n  searches:\n    - {name: s, why: w, constraint: FALSE}\n");
        let check = load(&path, &Environment::default(), &[], true).unwrap().config.check;
        assert_eq!(check.searches[0].constraint.as_deref(), Some("FALSE"));
    }

    #[test]
    fn what_is_not_tla_in_yaml_is_to_be_put_into_quotes() {
        for (line, text) in [
            (3, "check:\n  constants: {Server: {s1, s2}}\n"),
            (4, "check:\n  constants:\n    X: 1.5\n"),
            (4, "check:\n  constants:\n    X: null\n"),
            (3, "check:\n  constraint: [a]\n"),
            (3, "check:\n  constraint: ''\n"),
        ] {
            let (_keep, path) = project(&format!("format: 1\n{text}"));
            let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
            assert_eq!((diagnostic.code.as_str(), diagnostic.places[0].line), ("config/wrong-type", line), "{text}");
            assert!(diagnostic.message.contains("put it into quotes, as in '{s1, s2}'"), "{diagnostic:?}");
        }
        let flag = [("check.constants".to_owned(), "{Server: {s1, s2}}".to_owned())];
        let diagnostic = load(Utf8Path::new("/nowhere"), &Environment::default(), &flag, false).unwrap_err();
        assert!(diagnostic.hints[0].contains("--set check.constants"), "{diagnostic:?}");
    }

    #[test]
    fn a_budget_below_zero_or_of_no_calls_is_shown_at_its_line() {
        for (key, value) in [
            ("usd", "-1"),
            ("usd", "-0.5"),
            ("usd", ".nan"),
            ("usd", ".inf"),
            ("tokens", "-1"),
            ("calls", "-1"),
            ("calls", "0"),
        ] {
            let (_keep, path) = project(&format!("format: 1\nbudget:\n  {key}: {value}\n"));
            let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
            assert_eq!(
                (diagnostic.code.as_str(), diagnostic.places[0].line),
                ("config/wrong-type", 3),
                "{key}: {value}"
            );
            assert!(diagnostic.message.contains(" or more"), "{diagnostic:?}");
            let flag = [(format!("budget.{key}"), value.to_owned())];
            let diagnostic = load(Utf8Path::new("/nowhere"), &Environment::default(), &flag, false).unwrap_err();
            assert_eq!(diagnostic.code, "config/wrong-type");
            assert!(diagnostic.hints[0].contains(&format!("--set budget.{key}")), "{diagnostic:?}");
        }
        for (key, value) in [("usd", "0"), ("usd", "0.01"), ("usd", "null"), ("calls", "1"), ("calls", "null")] {
            let flag = [(format!("budget.{key}"), value.to_owned())];
            load(Utf8Path::new("/nowhere"), &Environment::default(), &flag, false).unwrap();
        }
    }

    #[test]
    fn broken_yaml_is_shown_at_its_line() {
        let (_keep, path) = project("format: 1\ndraft: [unclosed\n");
        let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
        assert_eq!(diagnostic.code, "config/yaml");
        assert!(!diagnostic.places.is_empty());
    }

    #[test]
    fn a_missing_project_file_is_named() {
        let diagnostic = load(Utf8Path::new("/nowhere"), &Environment::default(), &[], true).unwrap_err();
        assert_eq!(diagnostic.code, "config/no-project");
    }

    #[test]
    fn a_session_has_the_name_of_a_folder() {
        let named = |name: &str| {
            let flags = [("session".to_owned(), name.to_owned())];
            load(Utf8Path::new("/nowhere"), &Environment::default(), &flags, false)
        };
        for good in ["etcd", "2026", "1.0", "a_b-c.d", "null", "true"] {
            assert_eq!(named(good).unwrap().config.session, good);
        }
        let long = "a".repeat(300);
        for bad in ["../evil", "a/b", "..", ".hidden", "", "a b", "a\\b", "é", "/tmp", "a\0", &long] {
            assert_eq!(named(bad).unwrap_err().code, "config/session-name", "{bad}");
        }
        let (_keep, path) = project("format: 1\nsession: a/b\n");
        let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
        assert_eq!((diagnostic.code.as_str(), diagnostic.places[0].line), ("config/session-name", 2));
    }

    #[test]
    fn the_module_has_a_name_of_tla_and_of_no_other_module() {
        let loaded = |name: &str| {
            let name = serde_json::to_string(name).unwrap();
            let (_keep, path) = project(&format!("format: 1\ntarget:\n  module: {name}\n"));
            load(&path, &Environment::default(), &[], true)
        };
        for good in ["Raft", "raft_3", "_a", "3a"] {
            assert_eq!(loaded(good).unwrap().config.target.module.as_deref(), Some(good));
        }
        let long = "a".repeat(300);
        for bad in ["../../x", "..", "", "a/b", "/tmp/x", "a\0b", "a b", "É", "3", "_", "MC", "Naturals", &long] {
            let diagnostic = loaded(bad).unwrap_err();
            assert_eq!((diagnostic.code.as_str(), diagnostic.places[0].line), ("config/module-name", 3), "{bad}");
            assert!(!diagnostic.hints.is_empty() && !diagnostic.message.contains('\0'), "{diagnostic:?}");
        }
        let flag = [("target.module".to_owned(), "../x".to_owned())];
        let diagnostic = load(Utf8Path::new("/nowhere"), &Environment::default(), &flag, false).unwrap_err();
        assert_eq!(diagnostic.code, "config/module-name");
        assert!(diagnostic.hints.iter().any(|hint| hint.contains("--set target.module")), "{diagnostic:?}");
    }

    #[test]
    fn a_seed_stands_in_one_of_the_two_lists_and_once() {
        let loaded = |train: &str, judge: &str| {
            let (_keep, path) = project(&format!("format: 1\nharness:\n  train: {train}\n  judge: {judge}\n"));
            load(&path, &Environment::default(), &[], true)
        };
        loaded("[1, 2]", "[3, 4]").unwrap();
        let both = loaded("[1, 2]", "[3, 2]").unwrap_err();
        assert_eq!((both.code.as_str(), both.places[0].line), ("config/seeds", 4));
        assert_eq!(both.message, "seed 2 stands in harness.train and in harness.judge");
        assert_eq!(loaded("[1, 1]", "[]").unwrap_err().message, "seed 1 stands twice in harness.train");
    }

    #[test]
    fn an_empty_project_file_is_called_empty() {
        for text in ["", "\n", "# later\n---\n"] {
            let (_keep, path) = project(text);
            let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
            assert_eq!(diagnostic.code, "config/missing");
            assert!(diagnostic.message.ends_with("is empty"), "{diagnostic:?}");
        }
    }

    #[test]
    fn every_mistake_in_the_settings_comes_with_a_hint() {
        for text in
            ["format: 2\n", "- 1\n", "format: 1\ntarget: 7\n", "format: 1\ndraft: {max_attempts: many}\n", "a: [\n"]
        {
            let (_keep, path) = project(text);
            let diagnostic = load(&path, &Environment::default(), &[], true).unwrap_err();
            assert!(!diagnostic.hints.is_empty() && !diagnostic.places.is_empty(), "{diagnostic:?}");
        }
    }

    #[test]
    fn a_missing_setting_is_told_with_where_it_belongs() {
        let (_keep, path) = project("format: 1\n\ntarget:\n  module: M\n");
        let diagnostic = missing(&path, "target.brief", "brief.md");
        assert_eq!((diagnostic.places[0].line, diagnostic.code.as_str()), (3, "config/missing"));
        assert_eq!(missing(&path, "harness.dir", "harness").places[0].line, 1);
    }
}
