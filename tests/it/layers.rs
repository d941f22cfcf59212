//! Enforces the one-way flow drawn in ARCHITECTURE.md.

use regex::Regex;

use crate::codes::program_of;
use crate::map::layers_of_the_map;
use crate::map::read;

/// Stages in pipeline order; a stage hands artefacts to the next, never code.
const STAGES: [&str; 7] = ["draft", "correct", "instrument", "exercise", "validate", "challenge", "report"];

fn rank<S: AsRef<str>>(names: &[S], name: &str) -> Option<usize> {
    names.iter().position(|n| n.as_ref() == name)
}

/// The uses in one file that go the wrong way. `path` is relative to `src`, without its extension.
fn wrong_uses(layers: &[String], path: &str, text: &str) -> Vec<String> {
    let parts: Vec<_> = path.split('/').collect();
    let uses = Regex::new(r"crate::(\w+)(?:::(\w+))?").unwrap();
    let mut wrong = Vec::new();
    if Regex::new(r"crate::\{").unwrap().is_match(text) {
        wrong.push(format!("{path}: write one `use crate::x::y;` a line, not `crate::{{..}}`"));
    }
    let Some(own) = rank(layers, parts[0]) else { return wrong };
    for found in uses.captures_iter(text) {
        if rank(layers, &found[1]).is_some_and(|used| used > own) {
            wrong.push(format!("{path}: {} must not use {}", parts[0], &found[1]));
        }
        let stages =
            (parts.get(1).and_then(|s| rank(&STAGES, s)), found.get(2).and_then(|s| rank(&STAGES, s.as_str())));
        if let ("stages", "stages", (Some(me), Some(them))) = (parts[0], &found[1], stages)
            && them != me
        {
            wrong.push(format!("{path}: {} must not use the stage {}", parts[1], STAGES[them]));
        }
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
fn children_start_in_one_file() {
    let files = ignore::Walk::new("src").flatten().filter(|e| e.path().extension().is_some_and(|e| e == "rs"));
    let starting: Vec<_> = files
        .map(|e| e.path().to_str().unwrap().to_owned())
        .filter(|path| !path.ends_with("tests.rs") && starts_children(&read(path)))
        .collect();
    assert_eq!(starting, ["src/base/process.rs"], "everything else asks base::process");
}

#[test]
fn a_use_of_a_lower_layer_is_found() {
    let layers = layers_of_the_map();
    assert!(wrong_uses(&layers, "base/disk", "use crate::config::Settings;").len() == 1);
    assert!(wrong_uses(&layers, "stages/report", "use crate::stages::draft::Analysis;").len() == 1);
    assert!(wrong_uses(&layers, "stages/report", "use crate::base::disk;").is_empty());
}
