//! What `specgen status` says of a session is what a run then does with it.

use crate::whole::SESSION;
use crate::whole::STAGES;
use crate::whole::UNDISTURBED;
use crate::whole::Whole;

/// Each stage with its state and the reasons.
fn rows(whole: &Whole) -> Vec<(String, String, String)> {
    let ran = whole.run("status");
    assert_eq!(ran.exit, 0, "{ran:?}");
    let json = ran.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let because = |row: &serde_json::Value| {
        let reasons = row["because"].as_array().unwrap();
        reasons.iter().map(text).collect::<Vec<_>>().join("; ")
    };
    let rows = json["result"]["stages"].as_array().unwrap();
    rows.iter().map(|row| (text(&row["stage"]), text(&row["state"]), because(row))).collect()
}

/// The stages that are not fresh, and why.
fn due(whole: &Whole) -> Vec<(String, String)> {
    let due = rows(whole).into_iter().filter(|(_, state, _)| state != "fresh");
    due.map(|(stage, state, because)| (stage, format!("{state}: {because}"))).collect()
}

/// Runs, and holds what ran against what was said before: what was called fresh is not run again.
fn agrees_with_a_run(whole: &Whole) {
    let before = rows(whole);
    let ran = whole.run("run");
    assert_eq!(ran.exit, 0, "{ran:?}");
    for (stage, state, _) in &before {
        let skipped = ran.err.contains(&format!("{stage} is fresh"));
        assert!(state != "fresh" || skipped, "{stage} was called fresh and ran: {ran:?}");
    }
    assert!(due(whole).is_empty(), "{:?}", due(whole));
}

fn is(stage: &str, why: &str) -> (String, String) {
    (stage.to_owned(), why.to_owned())
}

#[test]
fn a_session_that_ran_to_the_end_is_fresh() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    let rows = rows(&whole);
    assert_eq!(rows.iter().map(|(stage, ..)| stage.as_str()).collect::<Vec<_>>(), STAGES);
    assert!(rows.iter().all(|(_, state, because)| state == "fresh" && because.is_empty()), "{rows:?}");
}

#[test]
fn what_reads_a_stale_stage_is_stale_because_of_it() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    let settings = whole.project.text("specgen.yaml");
    // A setting that only the stage correct reads.
    whole.project.put("specgen.yaml", &format!("{settings}correct: {{max_attempts: 9}}\n"));
    assert_eq!(
        due(&whole),
        [
            is("02-correct", "stale: settings check changed"),
            is("05-validate", "stale: 02-correct is stale"),
            is("06-challenge", "stale: 02-correct is stale; 05-validate is stale"),
            is("07-report", "stale: 02-correct is stale; 05-validate is stale; 06-challenge is stale"),
        ]
    );
    agrees_with_a_run(&whole);
}

#[test]
fn what_reads_a_changed_artefact_is_stale_and_what_does_not_is_fresh() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    whole.project.put(&format!("{SESSION}/03-instrument/changes.patch"), "changed");
    let due_now = due(&whole);
    let stages: Vec<_> = due_now.iter().map(|(stage, _)| stage.as_str()).collect();
    assert_eq!(stages, ["03-instrument", "04-exercise", "05-validate", "06-challenge", "07-report"], "{due_now:?}");
    assert_eq!(due_now[1], is("04-exercise", "stale: 03-instrument is stale"));
    agrees_with_a_run(&whole);
}

#[test]
fn without_the_tools_what_they_made_counts_as_changed() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    let ran = whole.project.run(&["status", "--tla-tools", "no-such.jar"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert!(ran.err.contains("find the TLA+ tools"), "{ran:?}");
    let rows = ran.json()["result"]["stages"].clone();
    assert_eq!((&rows[0]["state"], &rows[0]["because"][0]), (&"stale".into(), &"TLA+ tools changed".into()), "{rows}");
    assert_eq!(rows[2]["state"], "fresh", "{rows}");
}

#[test]
fn a_report_on_what_was_changed_by_hand_is_no_verdict() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    assert_eq!(whole.project.run(&["report"]).exit, 0);
    let spec = format!("{SESSION}/02-correct/Counter.tla");
    whole.project.put(&spec, &whole.project.text(&spec).replace("n + 1", "n + 2"));
    whole.project.run(&["report"]).failed(40, "session/changed").says("02-correct");
}

#[test]
fn an_edited_or_missing_page_is_told_and_mended() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    let (html, summary) = (format!("{SESSION}/report.html"), format!("{SESSION}/summary.md"));
    let written = (whole.project.text(&html), whole.project.text(&summary));
    whole.project.put(&summary, &written.1.replace("accepted", "rejected"));
    assert_eq!(due(&whole), [is("07-report", "stale: summary.md is not what the session's records say")]);
    whole.run("report").failed(40, "session/changed").says("summary.md");
    specgen::base::disk::remove(&whole.project.utf8(&html)).unwrap();
    assert!(due(&whole)[0].1.contains("report.html is missing"), "{:?}", due(&whole));
    whole.run("report").failed(40, "session/changed").says("report.html is missing");
    agrees_with_a_run(&whole);
    assert_eq!((whole.project.text(&html), whole.project.text(&summary)), written);
}

#[test]
fn a_report_on_a_session_that_a_run_would_make_anew_says_so() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    let fresh = whole.run("report");
    assert_eq!((fresh.exit, fresh.json()["result"]["diagnostics"].to_string().as_str()), (0, "[]"), "{fresh:?}");
    let settings = whole.project.text("specgen.yaml");
    whole.project.put("specgen.yaml", &format!("{settings}correct: {{max_attempts: 9}}\n"));
    let stale = whole.run("report");
    let warning = stale.json()["result"]["diagnostics"][0].clone();
    assert_eq!((stale.exit, &warning["code"]), (0, &"session/stale".into()), "{stale:?}");
    stale.says("02-correct is stale: settings check changed").says("07-report is stale");
}

#[test]
fn what_reads_a_missing_stage_is_stale_because_of_it() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    specgen::base::disk::remove(&whole.project.utf8(SESSION).join("04-exercise")).unwrap();
    let due_now = due(&whole);
    assert_eq!(due_now[0], is("04-exercise", "missing: "));
    assert_eq!(due_now[1], is("05-validate", "stale: 04-exercise is missing"), "{due_now:?}");
    agrees_with_a_run(&whole);
}

#[test]
fn the_iispec_of_a_session_has_its_modules_name_and_is_clean() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let project = &undisturbed.whole.project;
    for stage in ["01-draft", "02-correct"] {
        let file = format!("{SESSION}/{stage}/iispec/Counter.tla");
        let ran = project.run(&["check", &file]);
        assert_eq!(ran.exit, 0, "{ran:?}");
    }
    let ran = project.run(&["explain", "iispec/Counter.tla:12"]);
    assert_eq!(
        (ran.exit, ran.json()["result"]["file"].as_str()),
        (0, Some("02-correct/iispec/Counter.tla")),
        "{ran:?}"
    );
}
