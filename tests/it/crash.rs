//! Nothing is lost: whatever ends a run, the next one ends in the same bytes as a run that nothing disturbed.

use std::path::Path;
use std::time::Duration;

use specgen::base::disk;

use crate::whole::SESSION;
use crate::whole::STAGES;
use crate::whole::UNDISTURBED;
use crate::whole::Undisturbed;
use crate::whole::Whole;
use crate::whole::ended;
use crate::whole::kill;
use crate::whole::runs;
use crate::whole::say;
use crate::whole::wait_for;

/// Waits until a child is held, and says its process; `None` where the program ended before.
fn held(whole: &Whole, child: &mut std::process::Child) -> Option<String> {
    let held = whole.project.path("held");
    wait_for(&held, child).then(|| {
        let process = whole.project.text("held").trim().to_owned();
        disk::remove(&whole.project.utf8("held")).unwrap();
        process
    })
}

/// A process that was killed is gone soon; one that was forgotten sleeps for ten minutes.
#[track_caller]
fn is_gone(process: &str) {
    for _ in 0..1000 {
        if !runs(process) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the process {process} is still there");
}

#[test]
fn a_run_killed_at_each_of_its_children_ends_like_an_undisturbed_one() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::new().unwrap();
    whole.project.put("hold-new", "");
    let mut command = "run";
    loop {
        let mut child = whole.start(command);
        let Some(process) = held(&whole, &mut child) else {
            assert_eq!(ended(child).exit, 0);
            break;
        };
        kill(&mut child);
        is_gone(&process);
        command = "resume";
    }
    whole.is_like(undisturbed);
    let kills = whole.project.text("held.log");
    let of = |what: &str| kills.lines().filter(|line| line.starts_with(what)).count();
    // Each loop was interrupted in both of its turns, and so was every later stage that has children.
    for (what, times) in [("model ", 4), ("java 01-draft", 2), ("java 02-correct", 2), ("go 03-instrument", 1)] {
        assert_eq!(of(what), times, "{what}: {kills}");
    }
    for what in ["build ", "record . 3", "java build/validate", "java build/mutants", "java build/mutations"] {
        assert!(of(what) > 0, "{what}: {kills}");
    }
    assert_eq!(whole.project.calls(), undisturbed.calls, "an answer that was there was paid again");
}

/// Takes the row of a stage out of session.json, so that it counts as not finished.
pub(crate) fn forget(whole: &Whole, stage: &str) {
    let mut manifest: serde_json::Value = serde_json::from_str(&whole.project.text(&session_json())).unwrap();
    manifest["stages"].as_object_mut().unwrap().remove(stage).unwrap();
    whole.project.put(&session_json(), &manifest.to_string());
}

fn session_json() -> String {
    format!("{SESSION}/session.json")
}

#[test]
fn a_run_killed_between_a_folder_and_its_row_does_the_stage_again_without_a_call() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    for stage in STAGES {
        forget(&whole, stage);
        whole.resumes_to(undisturbed);
    }
    assert_eq!(whole.project.calls(), undisturbed.calls);
}

#[test]
fn a_run_killed_while_it_writes_or_removes_leaves_nothing_behind() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    for stage in ["02-correct", "04-exercise", "07-report"] {
        forget(&whole, stage);
        // Half of the stage's folder is removed, half of a new one is written, and so is half of a file here and there.
        disk::remove(&whole.project.utf8(&format!("{SESSION}/{stage}/did.json"))).unwrap();
        whole.project.put(&format!("{SESSION}/{stage}.partial-abc123/half.json"), "{");
        for place in ["", "calls/"] {
            whole.project.put(&format!("{SESSION}/{place}.specgen-put-abc123"), "{");
        }
        whole.resumes_to(undisturbed);
    }
    assert_eq!(whole.project.calls(), undisturbed.calls);
}

#[test]
fn what_a_killed_run_left_running_does_not_reach_the_next() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    if !Path::new("/usr/bin/setsid").exists() {
        say("skipped: no setsid");
        return;
    }
    let whole = Whole::copy_of(undisturbed);
    forget(&whole, "04-exercise");
    whole.project.put("hold", "record");
    whole.project.put("stray-once", "");
    let mut child = whole.start("resume");
    let process = held(&whole, &mut child).unwrap();
    kill(&mut child);
    is_gone(&process);
    let stray = whole.project.text("stray").trim().to_owned();
    assert!(runs(&stray), "nothing is left running, so the test shows nothing");
    whole.resumes_to(undisturbed);
    assert!(runs(&stray));
    disk::remove(&whole.project.utf8("stray")).unwrap();
    is_gone(&stray);
    whole.is_like(undisturbed);
}

#[test]
fn a_session_that_cannot_be_read_says_what_to_do_and_nothing_is_paid_again() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    let good = whole.project.text(&session_json());
    for torn in [&good[..good.len() / 2], "", "\0\0\0\0", "[]", "{\"format\": 1}"] {
        whole.project.put(&session_json(), torn);
        for command in ["resume", "run", "status", "report"] {
            whole.run(command).failed(40, "session/damaged").says("remove ./.specgen/default/session.json");
        }
        assert_eq!(whole.project.text(&session_json()), torn, "what cannot be read is left alone");
    }
    disk::remove(&whole.project.utf8(&session_json())).unwrap();
    whole.resumes_to(undisturbed);
    assert_eq!(whole.project.calls(), undisturbed.calls);
}

#[test]
fn a_session_of_a_newer_format_is_not_resumed() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    whole.project.put(&session_json(), &whole.project.text(&session_json()).replace("\"format\": 1", "\"format\": 2"));
    whole.run("resume").failed(40, "session/format").says("format 2 is newer than 1");
}

#[test]
fn an_artefact_that_was_edited_is_made_again() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    for file in ["02-correct/Counter.tla", "04-exercise/traces/1.ndjson", "05-validate/verdicts.json"] {
        whole.project.put(&format!("{SESSION}/{file}"), "edited by hand");
        whole.resumes_to(undisturbed);
    }
    disk::remove(&whole.project.utf8(&format!("{SESSION}/03-instrument"))).unwrap();
    whole.resumes_to(undisturbed);
}

#[test]
fn a_torn_event_is_passed_over_and_does_not_take_the_next_with_it() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    let events = format!("{SESSION}/events.ndjson");
    let good = whole.project.text(&events);
    whole.project.put(&events, &good[..good.len() - 20]);
    whole.resumes_to(undisturbed);
    let text = whole.project.text(&events);
    let torn = text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_err()).count();
    assert_eq!((torn, text.lines().count()), (1, good.lines().count() + STAGES.len()));
}

#[test]
fn a_torn_record_of_a_call_is_never_taken_for_an_answer() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    for stage in ["01-draft", "02-correct"] {
        forget(&whole, stage);
    }
    let names = undisturbed.files.iter().map(|(file, _)| format!("{SESSION}/{file}"));
    let calls: Vec<(String, String)> =
        names.filter(|name| name.contains("/calls/")).map(|name| (name.clone(), whole.project.text(&name))).collect();
    for ending in [".json", ".reply.md", ".prompt.md"] {
        for (file, good) in &calls {
            let torn = if file.ends_with(ending) { &good[..good.len() / 2] } else { good };
            whole.project.put(file, torn);
        }
        whole.run("resume").failed(40, "llm/record-damaged").says("remove the record's three files");
        assert_eq!(whole.project.calls(), undisturbed.calls);
    }
    for (file, _) in &calls {
        disk::remove(&whole.project.utf8(file)).unwrap();
    }
    whole.resumes_to(undisturbed);
    assert_eq!(whole.project.calls(), 2 * undisturbed.calls);
}

#[test]
fn a_second_process_on_a_session_is_refused_and_the_first_goes_on() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    forget(&whole, "05-validate");
    whole.project.put("hold", "java");
    let mut child = whole.start("resume");
    let process = held(&whole, &mut child).unwrap();
    whole.run("resume").failed(40, "session/locked").says("another specgen works on the session");
    assert!(runs(&process));
    kill(&mut child);
    whole.resumes_to(undisturbed);
}

#[test]
fn an_orderly_end_kills_the_children_and_says_how_to_go_on() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    for (signal, named, kind, stage) in [
        ("INT", "Ctrl-C", "java", "01-draft"),
        ("TERM", "SIGTERM", "java", "05-validate"),
        ("TERM", "SIGTERM", "record", "04-exercise"),
        ("INT", "Ctrl-C", "model", "01-draft"),
    ] {
        if kind == "model" {
            disk::remove(&whole.project.utf8(SESSION)).unwrap();
        } else {
            forget(&whole, stage);
        }
        whole.project.put("hold", kind);
        let mut child = whole.start("resume");
        let process = held(&whole, &mut child).unwrap();
        send(signal, child.id());
        let ran = ended(child);
        ran.failed(31, "process/interrupted").says(&format!("stopped by {named}"));
        assert_eq!(ran.err.matches("specgen resume").count(), 1, "{ran:?}");
        is_gone(&process);
        whole.resumes_to(undisturbed);
    }
}

/// Sends a signal as `kill` does.
fn send(signal: &str, process: u32) {
    assert_cmd::Command::new("kill").args(["-s", signal, &process.to_string()]).assert().success();
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Kills runs after as many stages and as much time as the dice say, until there were so many kills; whenever a session
/// gets to its end, it is compared and another is begun.
fn killed_at_random(kills: usize, seed: u64, undisturbed: &Undisturbed) {
    let mut dice = Dice(seed);
    let mut whole = Whole::new().unwrap();
    let mut killed = Vec::new();
    let mut ends = 0;
    while killed.len() < kills {
        let (stages, wait) = (dice.below(3), Duration::from_millis(dice.below(1200)));
        let before = whole.finished_stages();
        let mut child = whole.start("resume");
        while whole.finished_stages() < before + stages && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(wait);
        if child.try_wait().unwrap().is_none() {
            kill(&mut child);
            killed.push(format!("{} ms after {}", wait.as_millis(), whole.last_event()));
            continue;
        }
        assert_eq!(ended(child).exit, 0);
        whole.is_like(undisturbed);
        ends += 1;
        whole = Whole::new().unwrap();
    }
    whole.resumes_to(undisturbed);
    say(&format!("{ends} sessions ended in between; killed at {killed:#?}"));
}

#[test]
fn a_run_killed_at_random_moments_ends_like_an_undisturbed_one() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    killed_at_random(4, 7, undisturbed);
}

#[test]
#[ignore = "takes minutes: run by hand with --ignored --nocapture"]
fn a_run_killed_at_fifty_random_moments_ends_like_an_undisturbed_one() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    killed_at_random(50, 4711, undisturbed);
}
