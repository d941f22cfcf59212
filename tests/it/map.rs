//! Holds ARCHITECTURE.md against the tree.

use std::collections::BTreeSet;

#[expect(clippy::disallowed_methods, reason = "a test reads the repository itself")]
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The first column of the table under `heading`, without backticks.
fn table(heading: &str) -> Vec<String> {
    let text = read("ARCHITECTURE.md");
    let section = text.split(&format!("## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|l| l.starts_with("| `"));
    rows.map(|l| l.split('`').nth(1).unwrap().to_owned()).collect()
}

pub(crate) fn layers_of_the_map() -> Vec<String> {
    table("Layers")
}

fn modules() -> BTreeSet<String> {
    let lib = read("src/lib.rs");
    lib.lines().filter_map(|l| l.strip_prefix("pub mod ")).map(|l| l.trim_end_matches(';').to_owned()).collect()
}

#[test]
fn every_module_is_a_layer_of_the_map_and_the_other_way_round() {
    assert_eq!(layers_of_the_map().into_iter().collect::<BTreeSet<_>>(), modules());
}

#[test]
fn every_module_has_its_file() {
    for module in modules() {
        let file = format!("src/{module}.rs");
        let folder = format!("src/{module}/mod.rs");
        assert!(std::path::Path::new(&file).exists() || std::path::Path::new(&folder).exists(), "{module}");
    }
}

#[test]
fn every_stage_of_the_map_has_its_code() {
    for stage in table("The flow") {
        let name = stage.split_once('-').unwrap().1.to_owned();
        let file = format!("src/stages/{name}.rs");
        let folder = format!("src/stages/{name}/mod.rs");
        assert!(std::path::Path::new(&file).exists() || std::path::Path::new(&folder).exists(), "{stage}");
    }
}

#[test]
fn no_source_file_is_too_long_to_read() {
    for entry in ignore::Walk::new("src").flatten().filter(|e| e.path().extension().is_some_and(|e| e == "rs")) {
        let lines = read(entry.path().to_str().unwrap()).lines().count();
        assert!(lines <= 600, "{} has {lines} lines", entry.path().display());
    }
}
