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
fn continuous_integration_runs_the_test_command_and_nothing_else() {
    let workflow: serde_yaml::Value = serde_yaml::from_str(&read(".github/workflows/test.yml")).unwrap();
    let jobs = workflow["jobs"].as_mapping().unwrap().values();
    let steps = jobs.flat_map(|job| job["steps"].as_sequence().unwrap());
    let runs: Vec<&str> = steps.filter_map(|step| step.get("run")).map(|run| run.as_str().unwrap()).collect();
    assert_eq!(runs, ["make test"]);
    let lines = read(".ci/run");
    let commands: Vec<&str> = lines.lines().filter(|l| !l.starts_with('#') && !l.starts_with("set ")).collect();
    assert_eq!(commands, ["cd \"$(dirname \"$0\")/..\"", "exec make test"]);
}

/// What `scripts/advisories` does with a cargo-deny that is this script.
fn advisories(cargo_deny: &str) -> (bool, String) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = camino::Utf8PathBuf::from_path_buf(folder.path().join("cargo-deny")).unwrap();
    specgen::base::disk::put(&file, format!("#!/bin/sh\n{cargo_deny}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = assert_cmd::Command::new("sh");
    let output = command.arg(crate::project::here("scripts/advisories")).arg(&file).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn an_advisory_fails_the_check_and_a_database_that_is_out_of_reach_is_said() {
    assert_eq!(advisories("exit 0"), (true, String::new()));
    assert!(!advisories("[ \"$1\" = fetch ]").0, "what is found is a failure");
    let (passed, said) = advisories("echo no route; exit 1");
    assert!(passed && said.contains("skipped: the advisories are not checked") && said.contains("no route"), "{said}");
}

#[test]
fn no_source_file_is_too_long_to_read() {
    for entry in ignore::Walk::new("src").flatten().filter(|e| e.path().extension().is_some_and(|e| e == "rs")) {
        let lines = read(entry.path().to_str().unwrap()).lines().count();
        assert!(lines <= 600, "{} has {lines} lines", entry.path().display());
    }
}
