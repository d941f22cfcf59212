//! `specgen check --mutate` and `--fix-runtime`, without Java.

use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::mutation::Report;

use crate::project::Project;
use crate::project::Ran;
use crate::project::checked;
use crate::project::here;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

const CLOCK: &str = "---- MODULE Clock ----
EXTENDS Naturals
VARIABLES hour, bell

Init == hour = 1 /\\ bell = FALSE
Strike == hour = 3 /\\ bell' = ~bell /\\ hour' = 1
Tick == hour < 3 /\\ hour' = hour + 1 /\\ UNCHANGED bell
Next == Strike \\/ Tick

Small == hour <= 3
Typed == hour \\in Nat
Tiny == hour < 3
Few == hour < 6
====
";

/// A run on a copy of the clock.
fn check(config: &str, more: &[&str]) -> Ran {
    checked(("Clock", CLOCK), config, more)
}

#[test]
fn a_vacuous_invariant_is_no_success_and_one_that_is_put_to_the_test_is() {
    for (invariants, more, exit, words) in [
        ("Small", &[][..], 0, "Small  put to the test"),
        ("Small Typed", &[], 10, "no mutant of the steps violates `Typed`"),
        ("Typed", &["--mutants", "2"], 14, "no mutant violates `Typed`, and"),
        ("Typed", &["--states", "1"], 14, "no verdict"),
        ("Tiny", &[], 10, "the specification itself violates Tiny, in a behaviour of 3 states"),
        ("", &[], 14, "names no invariant and no property"),
        ("Small", &["--workers", "2"], 2, "`--workers` means nothing to `--mutate`"),
    ] {
        let section = if invariants.is_empty() { "" } else { "INVARIANTS" };
        let config = format!("INIT Init NEXT Next CONSTRAINT Few {section} {invariants}");
        let ran = check(&config, &[&["--mutate"], more].concat());
        assert_eq!(ran.exit, exit, "{invariants}: {}{}", ran.out, ran.err);
        assert!(format!("{}{}", ran.out, ran.err).contains(words), "{invariants}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn the_json_has_each_mutant_with_what_it_violates() {
    let ran = check("INIT Init NEXT Next CONSTRAINT Few INVARIANTS Small Typed", &["--mutate", "--json"]);
    let report = &ran.json()["result"]["mutation"];
    let mutants = report["mutants"].as_array().unwrap();
    let dropped =
        mutants.iter().find(|mutant| mutant["before"] == "hour < 3" && mutant["kind"] == "drop-guard").unwrap();
    assert_eq!((&dropped["after"], &dropped["fate"]), (&"TRUE".into(), &"killed".into()));
    assert_eq!(dropped["violates"], serde_json::json!(["Small"]));
    let standings: Vec<_> =
        report["properties"].as_array().unwrap().iter().map(|one| one["standing"].clone()).collect();
    assert_eq!(standings, ["tested", "vacuous"]);
    assert_eq!(report["counts"]["searched"], mutants.len());
}

#[test]
fn what_is_corrected_is_shown_and_written_only_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    let (module, config) = (at("NoServers.tla"), at("NoServers.cfg"));
    for file in [&module, &config] {
        let from =
            Utf8PathBuf::from_path_buf(here(&format!("tests/data/correct/{}", file.file_name().unwrap()))).unwrap();
        disk::put(file, disk::read_text(&from).unwrap()).unwrap();
    }
    let run = |more: &[&str]| {
        let mut command = program();
        command.args(["check", module.as_str(), "--tlc", "--fix-runtime"]).args(more);
        ran(command)
    };
    let before = disk::read_text(&config).unwrap();
    let shown = run(&[]);
    assert_eq!(shown.exit, 0, "{shown:?}");
    assert!(shown.out.contains("+    Server = {server1, server2, server3}"), "{}", shown.out);
    assert_eq!(disk::read_text(&config).unwrap(), before);
    let written = run(&["--write", "--json"]).json();
    assert_eq!(written["result"]["correction"]["written"], true, "{written:#}");
    assert!(disk::read_text(&config).unwrap().ends_with("    Server = {server1, server2, server3}\n"));
    let again = run(&["--json"]).json();
    assert_eq!(again["result"]["correction"]["kept"], serde_json::json!([]), "{again:#}");
}

#[test]
fn the_rates_without_a_model_and_with_recorded_calls_are_printed_by_one_command() {
    let jar = tools();
    let mut command = assert_cmd::Command::new("sh");
    if jar.is_none() {
        command.env("PROVIDER", "none");
    }
    let output = command.arg(here("scripts/corrected")).arg(env!("CARGO_BIN_EXE_specgen")).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("corrected without a model: 15 of 22\n") && said.ends_with("weakenings accepted: 0\n"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(jar.is_none() || said.contains("corrected with recorded calls: 19 of 22\n"), "{said}");
}

#[test]
fn a_correction_that_weakens_what_is_checked_is_counted_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    // In place of the program one that makes its property say nothing, or takes it out of the config.
    let program = env!("CARGO_BIN_EXE_specgen");
    let text = format!(
        "{program} \"$@\"; ended=$?\nfor file in \"$@\"; do case $file in\n*/BackOff.tla) echo \"$(sed 's/^Few == .*/Few == TRUE/' $file)\" > $file ;;\n\
         */NoNil.tla) echo 'SPECIFICATION Spec' > ${{file%.tla}}.cfg ;;\nesac; done\nexit $ended\n"
    );
    disk::put(&at("weaker"), format!("#!/bin/sh\n{text}")).unwrap();
    assert_cmd::Command::new("chmod").args(["+x", at("weaker").as_str()]).assert().success();
    let mut command = assert_cmd::Command::new("sh");
    command.env("PROVIDER", "none");
    let output = command.arg(here("scripts/corrected")).arg(at("weaker").as_str()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.ends_with("weakenings accepted: 2\n"), "{said}");
}

#[test]
fn mutants_of_the_spec_are_kept_with_the_stage_and_decide_how_it_ends() {
    let Some(jar) = tools() else { return };
    for (states, exit, standing) in [("100", 0, "tested"), ("1", 14, "unknown")] {
        let project = Project::new();
        let states = format!("correct.mutant_states={states}");
        let more = ["--set", "correct.mutants=50", "--set", states.as_str(), "--tla-tools", jar.to_str().unwrap()];
        let ran = project.run(&[&["correct"][..], &more].concat());
        assert_eq!(ran.exit, exit, "{ran:?}");
        let report: Report = serde_json::from_str(&project.text(".specgen/default/02-correct/mutation.json")).unwrap();
        assert_eq!(report.properties[0].standing.name() == "put to the test", standing == "tested", "{report:#?}");
        assert!(report.mutants.iter().all(|mutant| mutant.place.file == "Counter.tla"), "{report:#?}");
        assert!(ran.json()["result"]["mutants"].as_str().unwrap().starts_with("mutants: "), "{ran:?}");
        let again = project.run(&[&["correct"][..], &more].concat());
        assert_eq!(again.exit, exit, "a stage that is fresh says the same: {again:?}");
    }
}

#[test]
fn what_is_corrected_holds_for_tlc_too() {
    let Some(jar) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = here("tests/data/correct/source");
    for name in
        ["AnyFunction", "AnyStart", "BackOff", "GuardedLog", "GuardedMap", "MissingUnchanged", "NoNil", "NoServers"]
    {
        let at = |ending: &str| Utf8PathBuf::from_path_buf(folder.path().join(format!("{name}.{ending}"))).unwrap();
        for ending in ["tla", "cfg"] {
            let from = Utf8PathBuf::from_path_buf(here(&format!("tests/data/correct/{name}.{ending}"))).unwrap();
            disk::put(&at(ending), disk::read_text(&from).unwrap()).unwrap();
        }
        let run = |more: &[&str]| {
            let mut command = program();
            command.args(["check", at("tla").as_str(), "--tlc"]).args(more);
            ran(command)
        };
        assert_eq!(run(&["--fix-runtime", "--write", "--source", source.to_str().unwrap()]).exit, 0, "{name}");
        let by_tlc = run(&["--workers", "1", "--tla-tools", jar.to_str().unwrap()]);
        assert_eq!(by_tlc.exit, 0, "{name}: {}{}", by_tlc.out, by_tlc.err);
    }
}
