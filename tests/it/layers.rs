//! Enforces the one-way flow drawn in ARCHITECTURE.md.

use std::sync::LazyLock;

use regex::Regex;

use crate::codes::program_of;
use crate::map::layers_of_the_map;
use crate::map::read;

/// Stages in pipeline order; a stage hands artefacts to the next, never code.
const STAGES: [&str; 7] = ["draft", "correct", "instrument", "exercise", "validate", "challenge", "report"];

// Compiled once: it takes longer than to look through a file.
static OPENING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\s*)(?:pub(?:\([^)]*\))? )?mod (\w+) \{$").unwrap());
static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:crate|self|super)(?:::\w+)+").unwrap());
static GROUPED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:crate|super|self)::\{").unwrap());

fn rank<S: AsRef<str>>(names: &[S], name: &str) -> Option<usize> {
    names.iter().position(|n| n.as_ref() == name)
}

/// The module of a file; `path` is relative to `src`, without its extension.
fn module_of(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !["mod", "lib", "main"].contains(part)).map(str::to_owned).collect()
}

/// Every path in a text that begins with `crate`, `self` or `super`, from the crate's root on. Inline modules are told by
/// their indentation, which rustfmt holds.
fn paths(file: &[String], text: &str) -> Vec<Vec<String>> {
    let mut inner: Vec<(String, String)> = Vec::new();
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(opened) = OPENING.captures(line) {
            inner.push((format!("{}}}", &opened[1]), opened[2].to_owned()));
        } else if inner.last().is_some_and(|(end, _)| line == end) {
            inner.pop();
        }
        let here: Vec<String> = file.iter().cloned().chain(inner.iter().map(|(_, name)| name.clone())).collect();
        for part in PATH.find_iter(line.split("//").next().unwrap_or_default()) {
            let mut at = here.clone();
            for word in part.as_str().split("::") {
                match word {
                    "crate" => at.clear(),
                    "self" => {}
                    "super" => drop(at.pop()),
                    name => at.push(name.to_owned()),
                }
            }
            found.push(at);
        }
    }
    found
}

/// Why a stage, or what stages share, must not use this path, if it must not.
fn wrong_between_stages(module: &[String], used: &[String]) -> Option<String> {
    let [stages, me, ..] = module else { return None };
    let [their_stages, them, ..] = used else { return None };
    if stages != "stages" || their_stages != "stages" || me == them {
        return None;
    }
    let (mine, theirs) = (rank(&STAGES, me), rank(&STAGES, them)?);
    match mine {
        Some(mine) if theirs < mine && used.get(2).is_some_and(|part| part == "model") => None,
        Some(mine) if theirs < mine => Some(format!("{me} may use the model of {them} only")),
        _ => Some(format!("{me} must not use the stage {them}")),
    }
}

/// The uses in one file that go the wrong way.
fn wrong_uses(layers: &[String], path: &str, text: &str) -> Vec<String> {
    let module = module_of(path);
    let mut wrong = Vec::new();
    if GROUPED.is_match(text) {
        wrong.push(format!("{path}: write one `use crate::x::y;` a line, not `crate::{{..}}`"));
    }
    let Some(own) = module.first().and_then(|layer| rank(layers, layer)) else { return wrong };
    for used in paths(&module, text) {
        if used.first().and_then(|layer| rank(layers, layer)).is_some_and(|layer| layer > own) {
            wrong.push(format!("{path}: {} must not use {}", module[0], used[0]));
        }
        wrong.extend(wrong_between_stages(&module, &used).map(|why| format!("{path}: {why} ({})", used.join("::"))));
    }
    wrong
}

#[test]
fn code_depends_only_on_the_layers_above_it() {
    let layers = layers_of_the_map();
    let mut wrong = Vec::new();
    for entry in ignore::Walk::new("src").flatten().filter(|e| e.path().extension().is_some_and(|e| e == "rs")) {
        let path = entry.path().strip_prefix("src").unwrap().with_extension("");
        wrong.extend(wrong_uses(&layers, path.to_str().unwrap(), &read(entry.path().to_str().unwrap())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Whether the text, as far as it is part of the program, names what starts a child.
fn starts_children(text: &str) -> bool {
    let program = program_of(text).replace("std::process::ExitCode", "");
    Regex::new(r"\b(std|tokio)::process\b|\bCommandWrap\b").unwrap().is_match(&program)
}

#[test]
fn the_interpreter_and_the_transform_know_nothing_of_each_other() {
    for entry in ignore::Walk::new("src").flatten().filter(|e| e.path().extension().is_some_and(|e| e == "rs")) {
        let path = entry.path().strip_prefix("src").unwrap().with_extension("");
        let module = module_of(path.to_str().unwrap());
        let other = match module.first().map(String::as_str) {
            Some("interpret") => "transform",
            Some("transform") => "interpret",
            _ => continue,
        };
        let used = paths(&module, &read(entry.path().to_str().unwrap()));
        assert!(used.iter().all(|used| used.first().is_none_or(|layer| layer != other)), "{}", path.display());
    }
}

#[test]
fn children_start_in_one_module() {
    let files = ignore::Walk::new("src").flatten().filter(|e| e.path().extension().is_some_and(|e| e == "rs"));
    let starting: Vec<_> = files
        .map(|e| e.path().to_str().unwrap().to_owned())
        .filter(|path| {
            !path.starts_with("src/base/process") && !path.ends_with("tests.rs") && starts_children(&read(path))
        })
        .collect();
    assert!(starting.is_empty(), "everything but base::process asks it: {starting:?}");
}

#[test]
fn a_use_of_a_lower_layer_is_found() {
    let layers = layers_of_the_map();
    assert!(wrong_uses(&layers, "base/disk", "use crate::config::Settings;").len() == 1);
    assert!(wrong_uses(&layers, "base/disk", "use super::super::config::Settings;").len() == 1);
    assert!(wrong_uses(&layers, "stages/report/mod", "use crate::base::disk;").is_empty());
}

#[test]
fn a_stage_that_uses_more_of_another_than_what_it_wrote_is_found() {
    let layers = layers_of_the_map();
    for (file, text, wrong) in [
        ("stages/report/mod", "use crate::stages::draft::Analysis;", 1),
        ("stages/report/mod", "use super::draft;", 1),
        ("stages/report/page", "    super::super::validate::judge(x)", 1),
        ("stages/report/page", "use super::super::validate::model::Verdicts;", 0),
        ("stages/report/page", "use super::data::Report;", 0),
        ("stages/exercise/mod", "use super::validate::model::Verdicts;", 1),
        ("stages/instrument", "use self::place;\nuse super::exercise::model::Runs;", 1),
        ("stages/shared/judging", "use super::super::exercise::model::Runs;", 1),
        ("stages/validate/mod", "use super::shared::judging;", 0),
        ("stages/exercise/mod", "mod tests {\n    use super::model::Runs;\n}\nuse super::draft::ask;", 1),
        ("stages/exercise/mod", "mod tests {\n    use super::super::draft::ask;\n}", 1),
    ] {
        assert_eq!(wrong_uses(&layers, file, text).len(), wrong, "{file}: {text}");
    }
}
