//! `scripts/prerequisites` says in a line each what is missing, does not run or is too old.

use std::os::unix::fs::PermissionsExt as _;

use specgen::base::disk;
use specgen::base::process::find_program;

/// What the script says where `cargo`, `go` and `java` print these lines; `None` is a program that only fails.
fn said(cargo: Option<&str>, go: Option<&str>, java: Option<&str>) -> (bool, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = camino::Utf8Path::from_path(folder.path()).unwrap();
    for tool in ["sh", "sed", "sort", "head", "grep", "printf", "true", "dirname"] {
        if let Ok(real) = find_program(tool, "") {
            std::os::unix::fs::symlink(real, path.join(tool)).unwrap();
        }
    }
    let others = [("git", Some("git version 2.40.1")), ("cc", Some("cc")), ("python3", Some("Python 3.11.2"))];
    let programs = [("cargo", cargo), ("go", go), ("java", java)].into_iter().chain(others);
    for (name, prints) in programs {
        let script =
            prints.map_or_else(|| "#!/bin/sh\nexit 1\n".to_owned(), |text| format!("#!/bin/sh\necho '{text}'\n"));
        disk::put(&path.join(name), script).unwrap();
        std::fs::set_permissions(path.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = assert_cmd::Command::new("/bin/sh");
    let output = command.arg(crate::project::here("scripts/prerequisites")).env("PATH", path).output().unwrap();
    let lines = String::from_utf8(output.stderr).unwrap().lines().map(str::to_owned).collect();
    (output.status.success(), lines)
}

#[test]
fn versions_that_are_new_enough_pass_without_a_word() {
    for (cargo, go, java) in [
        ("cargo 1.90.0 (840b83a10 2025-07-30)", "go version go1.22.0 linux/amd64", "openjdk version \"11\" 2018-09-25"),
        ("cargo 1.100.0", "go version go1.26.8 linux/amd64", "java version \"17.0.15\" 2025-04-15 LTS"),
    ] {
        assert_eq!(said(Some(cargo), Some(go), Some(java)), (true, Vec::new()));
    }
}

#[test]
fn what_does_not_run_or_is_too_old_has_a_line_each() {
    let (passed, lines) = said(None, Some("go version go1.9.7 linux/amd64"), Some("java version \"1.8.0_392\""));
    assert!(!passed);
    let begins = ["not working: `cargo --version`", "too old: go 1.9, where 1.22", "too old: java 1.8, where 11"];
    assert_eq!(lines.len(), begins.len(), "{lines:?}");
    for (line, begin) in lines.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
    let (passed, lines) = said(Some("cargo 1.89.2"), Some("go version go1.30"), Some("openjdk version \"21.0.1\""));
    assert!(!passed && lines.len() == 1 && lines[0].starts_with("too old: cargo 1.89"), "{lines:?}");
}

#[test]
fn the_script_and_doctor_look_at_the_same_programs_and_say_the_same_commands() {
    let folder = tempfile::tempdir().unwrap();
    let path = camino::Utf8Path::from_path(folder.path()).unwrap();
    for tool in ["sh", "sed", "sort", "head", "grep", "printf", "true", "dirname"] {
        if let Ok(real) = find_program(tool, "") {
            std::os::unix::fs::symlink(real, path.join(tool)).unwrap();
        }
    }
    let mut script = assert_cmd::Command::new("/bin/sh");
    script.arg(crate::project::here("scripts/prerequisites")).env("PATH", path);
    let said = String::from_utf8(script.output().unwrap().stderr).unwrap();
    let mut doctor = crate::project::program();
    doctor.current_dir(path).args(["--json", "doctor"]).env("PATH", path).env_remove("JAVA_HOME");
    let ran = crate::project::ran(doctor);
    assert_eq!(ran.exit, 21, "{ran:?}");
    let json = ran.json();
    let checks = json["result"]["checks"].as_array().unwrap();
    let programs = checks.iter().filter(|check| !["tla2tools", "disk"].contains(&check["name"].as_str().unwrap()));
    let mut count = 0;
    for check in programs {
        let (name, install) = (check["name"].as_str().unwrap(), &check["install"]);
        assert_eq!(check["status"], "missing", "{check}");
        let line = said.lines().find(|line| line.contains(&format!("missing: {name} ("))).unwrap_or_default();
        for way in [&install["debian"], &install["brew"]] {
            assert!(line.contains(way.as_str().unwrap()), "{name}: {line}");
        }
        count += 1;
    }
    assert_eq!(said.lines().count(), count, "{said}");
}
