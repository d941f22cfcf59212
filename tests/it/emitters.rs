//! The emitters' own tests, each in its language.

use std::process::Command;

use crate::project::here;

fn passes(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test runs the tests of another language")]
fn the_emitter_for_go_passes_its_tests() {
    if crate::project::go() {
        let mut go = Command::new("go");
        passes(go.args(["test", "specgen_emit.go", "specgen_emit_test.go"]).current_dir(here("lib/emit/go")));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test runs the tests of another language")]
fn the_emitter_for_rust_passes_its_tests() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("emit");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2021", "--test", "-o"]).arg(&program);
    passes(rustc.arg(here("lib/emit/rust/specgen_emit_test.rs")));
    passes(&mut Command::new(program));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test runs the tests of another language")]
fn the_emitter_for_python_passes_its_tests() {
    if python() {
        let mut python = Command::new("python3");
        let test = python.args(["-m", "unittest", "specgen_emit_test"]).current_dir(here("lib/emit/python"));
        passes(test.env("PYTHONDONTWRITEBYTECODE", "1"));
    }
}

/// Whether there is a Python; says so where there is none.
#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test that needs what may not be there says so")]
pub(crate) fn python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|o| o.status.success());
    if !found {
        eprintln!("skipped: no Python");
    }
    found
}
