//! A killed run goes on where it was: the same bytes as an undisturbed one, and no call is paid twice.

use std::path::Path;
use std::process::Child;
use std::process::Stdio;
use std::time::Duration;

use crate::project::Project;
use crate::project::tools;

const STAGES: [&str; 2] = ["01-draft", "02-correct"];

/// Starts the program without waiting for it.
#[expect(clippy::disallowed_methods, reason = "the test kills the program")]
fn start(project: &Project, jar: &Path) -> Child {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_specgen"));
    command.current_dir(project.path("")).args(["correct", "--quiet", "--tla-tools"]).arg(jar);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until the file is there; the program that ends before is an error.
fn wait_for(path: &Path, child: &mut Child) {
    while !path.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the program ended before {} was there", path.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// `kill -9`, as the operating system does when memory is short.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn project() -> Project {
    let project = Project::new();
    project.errs_twice();
    project
}

/// Goes on (`correct` is what `resume` does up to that stage) and compares.
#[track_caller]
fn ends_like_an_undisturbed_run(project: &Project, jar: &Path, calls: usize) {
    let jar = jar.to_str().unwrap();
    let resumed = project.run(&["correct", "--tla-tools", jar]);
    assert_eq!(resumed.exit, 0, "{resumed:?}");
    let other = self::project();
    let undisturbed = other.run(&["correct", "--tla-tools", jar]);
    assert_eq!(undisturbed.exit, 0, "{undisturbed:?}");
    for stage in STAGES {
        let folder = format!(".specgen/default/{stage}");
        assert_eq!(project.tree(&folder), other.tree(&folder));
    }
    assert_eq!(project.text(".specgen/default/session.json"), other.text(".specgen/default/session.json"));
    assert!(!project.path(".specgen/default/02-correct.partial").exists());
    assert_eq!(other.calls(), 4);
    assert_eq!(project.calls(), calls, "{}", project.text("calls.log"));
}

#[test]
fn a_run_killed_while_the_model_thinks_pays_only_for_the_answer_it_did_not_get() {
    let Some(jar) = tools() else { return };
    for kind in ["draft", "translate", "repair", "correct"] {
        let project = project();
        project.put(&format!("block-{kind}"), "");
        let mut child = start(&project, &jar);
        wait_for(&project.path(&format!("here-{kind}")), &mut child);
        kill(child);
        specgen::base::disk::remove(&project.utf8(&format!("block-{kind}"))).unwrap();
        ends_like_an_undisturbed_run(&project, &jar, 5);
    }
}

#[test]
fn a_run_killed_between_two_stages_keeps_the_first() {
    let Some(jar) = tools() else { return };
    let project = project();
    let mut child = start(&project, &jar);
    wait_for(&project.path(".specgen/default/02-correct.partial"), &mut child);
    kill(child);
    assert!(project.path(".specgen/default/01-draft").exists());
    ends_like_an_undisturbed_run(&project, &jar, 4);
}

#[test]
fn a_run_killed_between_a_folder_and_its_row_does_the_stage_again_without_a_call() {
    let Some(jar) = tools() else { return };
    let project = project();
    let ran = project.run(&["draft", "--tla-tools", jar.to_str().unwrap()]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    project.put(".specgen/default/session.json", "{\"format\": 1, \"stages\": {}}\n");
    ends_like_an_undisturbed_run(&project, &jar, 4);
}
