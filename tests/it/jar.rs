//! Which jar is used, asked and refused: the one that is named, the one in lib/, and what is none.

use camino::Utf8Path;
use specgen::base::disk;
use specgen::toolchain::Source;
use specgen::toolchain::Toolchain;

use crate::project::Project;
use crate::project::Ran;
use crate::project::java;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

#[test]
fn a_jar_that_is_not_there_is_a_matter_of_the_toolchain() {
    if java() {
        Project::new()
            .run(&["draft", "--tla-tools", "absent.jar"])
            .failed_once(21, "toolchain/tla2tools-missing")
            .says("absent.jar is not there (named by --tla-tools)");
    }
}

#[test]
fn a_jar_of_another_digest_is_used_only_where_it_is_named() {
    let Some(jar) = tools() else { return };
    let project = Project::new();
    let bytes = disk::read(Utf8Path::from_path(&jar).unwrap()).unwrap();
    let other = [bytes.as_slice(), b"more"].concat();
    disk::put(&project.utf8("lib/tla2tools.jar"), other).unwrap();
    project.run(&["draft"]).failed_once(21, "toolchain/digest").says("specgen setup").says("--tla-tools");
    assert_eq!(project.calls(), 0);
    let ran = project.run(&["draft", "--tla-tools", "lib/tla2tools.jar"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
}

#[test]
fn a_jar_that_is_none_gives_no_verdict_on_the_spec() {
    if !java() {
        return;
    }
    let project = Project::new();
    project.put("mine.jar", "not a jar");
    let jar = project.path("mine.jar");
    let ran = project.run(&["draft", "--tla-tools", jar.to_str().unwrap()]);
    ran.failed_once(21, "toolchain/java").says(jar.to_str().unwrap());
    assert!(!project.path(".specgen/default/01-draft").exists());
}

#[test]
fn setup_and_doctor_look_at_the_jar_that_is_named() {
    let Some(jar) = tools() else { return };
    let bytes = disk::read(Utf8Path::from_path(&jar).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        disk::put(&Utf8Path::from_path(folder.path()).unwrap().join(name), bytes).unwrap();
    };
    put("pinned.jar", &bytes);
    put("own.jar", &[bytes.as_slice(), b"more"].concat());
    put("none.jar", b"not a jar");
    let pinned = Toolchain::built_in().pinned(&disk::sha256(&bytes)).map(Source::name);
    let run = |arguments: &[&str], variable: &str| {
        let mut command = program();
        command.current_dir(folder.path()).arg("--json").args(arguments).env("SPECGEN_TLA_TOOLS", variable);
        ran(command)
    };
    let known = pinned.as_deref().map(|pinned| ("pinned.jar", "ok", pinned));
    for (name, status, words) in known.into_iter().chain([("own.jar", "warning", "TLC2 Version")]) {
        for set_up in [run(&["setup", "--tla-tools", name], ""), run(&["setup"], name)] {
            assert_eq!(set_up.exit, 0, "{set_up:?}");
            let json = set_up.json();
            let found = &json["result"];
            assert!(found["path"].as_str().unwrap().ends_with(name), "{found}");
            assert!(found["source"].as_str().unwrap().contains(words), "{found}");
            assert_eq!(found["already"], true);
        }
        let tools = checked(&run(&["doctor", "--tla-tools", name], ""));
        assert_eq!(tools["status"], status, "{tools}");
    }
    for name in ["none.jar", "."] {
        run(&["setup", "--tla-tools", name], "").failed_once(21, "toolchain/not-tla2tools");
        run(&["setup"], name).failed_once(21, "toolchain/not-tla2tools");
        let doctor = run(&["doctor", "--tla-tools", name], "");
        assert_eq!((doctor.exit, doctor.json()["ok"].as_bool()), (21, Some(false)), "{doctor:?}");
        assert_eq!(checked(&doctor)["status"], "missing");
    }
    run(&["setup", "--tla-tools", "absent.jar"], "").failed_once(21, "toolchain/tla2tools-missing");
    assert!(!folder.path().join("lib").exists(), "nothing is fetched");
}

/// What doctor says about the TLA+ tools.
fn checked(doctor: &Ran) -> serde_json::Value {
    let json = doctor.json();
    let checks = json["result"]["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == "tla2tools").unwrap().clone()
}

#[test]
fn a_named_jar_of_no_pinned_version_cannot_be_asked_without_java() {
    let project = Project::new();
    project.put("own.jar", "own");
    let mut command = project.command(&["setup", "--tla-tools", "own.jar"]);
    command.env("PATH", project.path("src")).env_remove("JAVA_HOME");
    ran(command).failed_once(21, "toolchain/java-missing");
}

#[test]
fn without_java_the_missing_program_is_named() {
    let project = Project::new();
    let mut command = project.command(&["draft"]);
    command.env("PATH", project.path("src")).env_remove("JAVA_HOME");
    ran(command).failed_once(21, "toolchain/java-missing");
}
