//! From an IISpec of one's own, through rejected traces and rounds of correction, to a spec that the traces agree with.

use crate::project::Project;
use crate::project::Ran;
use crate::project::go;
use crate::project::tools;

const UP: &str = "    /\\ n' = n + 1      \\* counter.go:11";
const LIMIT: &str = "    /\\ n < 3           \\* counter.go:10";

/// The counter with its harness, and an IISpec of one's own in `mine.tla` with these lines in place of the right ones.
fn given(changes: &[(&str, &str)]) -> Project {
    let project = Project::new();
    let settings = project.text("specgen.yaml");
    let harness = "harness:\n  dir: harness\n  build: [go, build, -o, '{out}/harness', .]\n  \
                   run: ['{out}/harness', --out, '{trace}']\n  train: [1]\n  judge: [2]\n";
    project.put("specgen.yaml", &format!("{settings}{harness}"));
    let right = project.text("Counter.tla");
    let text = changes.iter().fold(right, |text, (old, new)| {
        assert!(text.contains(old));
        text.replace(old, new)
    });
    project.put("mine.tla", &text);
    project
}

fn run(project: &Project, arguments: &[&str]) -> Option<Ran> {
    let jar = tools()?;
    let mut command = project.command(arguments);
    command.args(["--iispec", "mine.tla", "--tla-tools", jar.to_str().unwrap()]);
    Some(crate::project::ran(command))
}

fn edit(old: &str, new: &str) -> String {
    format!("The source says so.\n\n```edit\n<<<<<<< old\n{old}\n=======\n{new}\n>>>>>>> new\n```\n")
}

#[test]
fn an_iispec_of_ones_own_is_not_drafted_and_the_session_says_where_it_is_from() {
    let project = given(&[]);
    let Some(ran) = run(&project, &["draft"]) else { return };
    assert_eq!((ran.exit, project.calls()), (0, 0), "{ran:?}");
    assert!(ran.err.contains("given as mine.tla, not drafted"), "{ran:?}");
    assert!(project.text(".specgen/default/01-draft/given.json").contains("\"mine.tla\""));
    assert!(project.path(".specgen/default/01-draft/outline.json").exists());
    assert!(!project.path(".specgen/default/01-draft/analysis.md").exists());
}

#[test]
fn an_iispec_of_ones_own_is_an_input_by_its_contents() {
    let project = given(&[]);
    let Some(_) = run(&project, &["draft"]) else { return };
    project.put("mine.tla", &project.text("mine.tla").replace("counter.go:10\n", "counter.go:10, the limit\n"));
    let status = run(&project, &["status"]).unwrap();
    assert!(status.out.contains("given IISpec"), "{status:?}");
    let again = run(&project, &["draft"]).unwrap();
    assert!(again.err.contains("given as mine.tla"), "{again:?}");
    let fresh = run(&project, &["draft"]).unwrap();
    assert!(fresh.err.contains("01-draft is fresh"), "{fresh:?}");
}

#[test]
fn an_iispec_that_does_not_parse_is_repaired_like_a_drafted_one() {
    let project = given(&[("n + 1  ", "n + one")]);
    project.edits("repair", &UP.replace("n + 1  ", "n + one"), UP);
    let Some(ran) = run(&project, &["draft"]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(project.text("calls.log"), "repair\n");
    assert!(project.text(".specgen/default/01-draft/iispec/Counter.tla").contains(UP));
}

#[test]
fn a_given_file_that_is_missing_or_holds_another_module_is_bad_input() {
    let project = given(&[]);
    for (text, code) in [
        (Some(String::new()), "iispec/no-module"),
        (Some("Init == TRUE\n".to_owned()), "iispec/no-module"),
        (Some(project.text("mine.tla").replace("MODULE Counter", "MODULE Clock")), "iispec/other-module"),
        (None, "iispec/missing"),
    ] {
        match text {
            Some(text) => project.put("mine.tla", &text),
            None => specgen::base::disk::remove(&project.utf8("mine.tla")).unwrap(),
        }
        let Some(ran) = run(&project, &["draft"]) else { return };
        ran.failed(13, code).says("mine.tla");
        assert_eq!(project.calls(), 0);
    }
}

/// Two mistakes that only traces show, one behind the other, and a model that mends what it is told of.
fn mended_in_two_rounds() -> Project {
    let wrong_up = UP.replace("n + 1", "3    ");
    let wrong_limit = LIMIT.replace("n < 3", "n < 1");
    let project = given(&[(UP, &wrong_up), (LIMIT, &wrong_limit)]);
    project.put("reply-correct-1.md", &edit(&wrong_up, UP));
    project.put("reply-correct-2.md", &edit(&wrong_limit, LIMIT));
    project
}

/// The prompt of the call whose reply lies in this round.
fn prompt_of(project: &Project, round: &str) -> String {
    let reply = project.text(&format!(".specgen/default/{round}/attempts/00/reply.md"));
    let calls = project.tree(".specgen/default/calls");
    let with = |file: &&(String, String)| {
        file.0.ends_with(".reply.md") && project.text(&format!(".specgen/default/calls/{}", file.0)) == reply
    };
    let file = calls.iter().find(with).unwrap().0.replace(".reply.md", ".prompt.md");
    project.text(&format!(".specgen/default/calls/{file}"))
}

#[test]
fn a_rejected_trace_goes_back_to_the_model_until_all_are_accepted() {
    let project = mended_in_two_rounds();
    if !go() {
        return;
    }
    let Some(ran) = run(&project, &["run"]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(project.text("calls.log"), "correct\ncorrect\n");
    assert_eq!(ran.json()["result"]["round"], 2);
    let session = |file: &str| project.text(&format!(".specgen/default/{file}"));

    // Each round has folders of its own, and starts with what the one before left.
    assert!(
        session("02-correct/iispec/Counter.tla").contains("n < 1")
            && session("02-correct/iispec/Counter.tla").contains("n' = 3")
    );
    assert!(
        session("02-correct.1/iispec/Counter.tla").contains("n < 1")
            && session("02-correct.1/iispec/Counter.tla").contains(UP)
    );
    assert_eq!(session("02-correct.2/iispec/Counter.tla"), project.text("Counter.tla"));
    for (round, accepted) in [("05-validate", 0), ("05-validate.1", 0), ("05-validate.2", 2)] {
        let verdicts = session(&format!("{round}/verdicts.json"));
        assert_eq!(verdicts.matches("\"accepted\"").count(), accepted, "{round}: {verdicts}");
    }

    // The model is told what was rejected and why, where that is assigned, and what was tried before.
    let first = prompt_of(&project, "02-correct.1");
    for words in
        ["1 of 1 traces are rejected", "event 1 of 3 has no explanation", "n: Up (counter.go:9-15)", "(nothing yet)"]
    {
        assert!(first.contains(words), "no `{words}` in {first}");
    }
    let row = first.lines().find(|l| l.contains("observed") && l.contains("specification")).unwrap();
    assert!(row.contains("compared with"), "{row}");
    let second = prompt_of(&project, "02-correct.2");
    for words in [
        "event 2 of 3 has no explanation",
        "does not hold: n < 1",
        "round 1 changed this",
        "--- 02-correct/iispec/Counter.tla",
        &format!("+{UP}"),
    ] {
        assert!(second.contains(words), "no `{words}` in {second}");
    }

    // The report shows each round with the divergence that caused it and the change it made.
    let report: serde_json::Value = serde_json::from_str(&session("07-report/report.json")).unwrap();
    let rounds = report["rounds"].as_array().unwrap();
    assert_eq!(rounds.len(), 2);
    for (round, (problem, change)) in
        rounds.iter().zip([("event 1 of 3", format!("+{UP}")), ("event 2 of 3", format!("+{LIMIT}"))])
    {
        assert!(round["problem"].as_str().unwrap().contains(problem), "{round}");
        assert!(round["diff"].as_str().unwrap().contains(&change), "{round}");
    }
    for page in ["summary.md", "report.html"] {
        let page = session(page);
        assert!(page.contains("Round 1") && page.contains("Round 2") && page.contains("given as mine.tla"), "{page}");
    }
    let summary = session("summary.md");
    assert!(summary.contains("event 2 of 3 has no explanation") && summary.contains(&format!("+{LIMIT}")), "{summary}");

    // The bounds stand beside the verdict that holds within them only, and the challenge beside the verdict it is of.
    assert!(summary.contains("no state beyond these bounds:\n\n```tla\n---- MODULE MC"), "{summary}");
    assert!(
        summary.lines().nth(2).unwrap().contains("all explored within the bounds (1 invariants). Challenge: "),
        "{summary}"
    );
    assert_eq!(ran.json()["result"]["challenge"], "the settings name nothing to challenge the verdict with");

    let again = run(&project, &["run"]).unwrap();
    assert_eq!((again.exit, project.calls()), (0, 2), "{again:?}");
    assert!(again.err.contains("02-correct.2 is fresh"), "{again:?}");
    // Of challenge and report there is one folder, whatever the round.
    let status = run(&project, &["status"]).unwrap().json();
    let rows = status["result"]["stages"].as_array().unwrap();
    assert_eq!(rows.len(), 11, "{status}");
    assert!(rows.iter().all(|row| row["state"] == "fresh"), "{status}");

    // Traces of one's own are judged by the spec that is there, and a spec that is behind its sources is named as such.
    let trace = project.path(".specgen/default/04-exercise/traces/2.ndjson");
    let validate = ["validate", "--trace", trace.to_str().unwrap()];
    let ran = run(&project, &validate).unwrap();
    assert!(!ran.err.contains("session/stale"), "{ran:?}");
    let native = run(&project, &[&validate[..], &["--engine", "native"]].concat()).unwrap();
    assert!(native.exit == 0 && !native.err.contains("session/stale"), "{native:?}");
    project.put("mine.tla", &project.text("mine.tla").replace("counter.go:10\n", "counter.go:10, the limit\n"));
    let ran = run(&project, &validate).unwrap();
    assert!(ran.exit == 0 && ran.err.contains("session/stale") && ran.err.contains("01-draft"), "{ran:?}");
    assert_eq!(ran.json()["result"]["diagnostics"][0]["code"], "session/stale", "{ran:?}");
}

#[test]
fn a_reply_handed_in_between_two_runs_is_found_by_the_second() {
    let wrong = LIMIT.replace("n < 3", "n < 1");
    let project = given(&[(LIMIT, &wrong)]);
    if !go() {
        return;
    }
    let arguments = ["run", "--provider", "handoff", "--set", "llm.time_limit=1"];
    let Some(waited) = run(&project, &arguments) else { return };
    waited.failed(20, "llm/timeout");
    let handoff = project.tree(".specgen/default/handoff");
    let [(prompt, _)] = handoff.as_slice() else { panic!("{handoff:?}") };
    assert!(prompt.starts_with("correct-") && prompt.ends_with("/prompt.md"), "{prompt}");
    let reply = prompt.replace("prompt.md", "reply.md");
    project.put(&format!(".specgen/default/handoff/{reply}"), &edit(&wrong, LIMIT));
    let ran = run(&project, &arguments).unwrap();
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(project.text(".specgen/default/02-correct.1/iispec/Counter.tla"), project.text("Counter.tla"));
}

#[test]
fn rounds_end_at_their_limit_with_the_traces_rejected() {
    let project = mended_in_two_rounds();
    if !go() {
        return;
    }
    let Some(ran) = run(&project, &["run", "--set", "correct.max_rounds=1"]) else { return };
    assert_eq!((ran.exit, project.calls()), (11, 1), "{ran:?}");
    assert!(!project.path(".specgen/default/02-correct.2").exists());
}

#[test]
fn a_reply_that_weakens_a_property_is_refused_and_the_model_told_why() {
    let wrong = LIMIT.replace("n < 3", "n < 1");
    let project = given(&[(LIMIT, &wrong)]);
    if !go() {
        return;
    }
    project.put("reply-correct-1.md", &edit("TypeOK == n \\in 0..3", "TypeOK == TRUE"));
    project.put("reply-correct-2.md", &edit(&wrong, LIMIT));
    let Some(ran) = run(&project, &["run"]) else { return };
    assert_eq!((ran.exit, project.calls()), (0, 2), "{ran:?}");
    assert!(project.text(".specgen/default/02-correct.1/iispec/Counter.tla").contains("TypeOK == n \\in 0..3"));
    let prompts = project.tree(".specgen/default/calls");
    let told = |file: &&(String, String)| {
        file.0.ends_with(".prompt.md")
            && project
                .text(&format!(".specgen/default/calls/{}", file.0))
                .contains("the edits change the property `TypeOK`")
    };
    assert_eq!(prompts.iter().filter(told).count(), 1);
}

#[test]
fn a_repair_that_allows_everything_passes_the_guard_and_is_found_by_wrong_traces() {
    let wrong = LIMIT.replace("n < 3", "n < 1");
    let project = given(&[(LIMIT, &wrong)]);
    if !go() {
        return;
    }
    let all = format!("{wrong}\n{UP}");
    project.put("reply-correct-1.md", &edit(&all, "    /\\ n' \\in 0..3    \\* counter.go:11"));
    let Some(ran) = run(&project, &["run", "--set", "challenge.mutants=2"]) else { return };
    assert!(ran.err.contains("2 of 2 traces accepted"), "{ran:?}");
    assert!(ran.err.contains("challenge/survived"), "{ran:?}");
    assert_ne!(ran.exit, 0);
}

#[test]
fn bounds_that_do_not_fit_the_spec_are_the_settings_mistake_and_the_model_is_not_asked() {
    let constant = ("VARIABLE n", "CONSTANT Limit\n\nVARIABLE n");
    for (changes, setting, says) in [
        (&[constant][..], "check.constants={}", "Limit"),
        (&[constant][..], "check.constants={Limit: '3', Server: '{1}'}", "Server"),
        (&[constant][..], "check.constants={Limit: 'three'}", "three"),
        (&[][..], "check.constraint=m < 3", "`m`"),
        (&[][..], "check.constraint=n <", "constraint"),
    ] {
        let project = given(changes);
        let Some(ran) = run(&project, &["correct", "--set", setting]) else { return };
        ran.failed(2, "config/bounds").says(says);
        assert_eq!(project.calls(), 0, "{setting}");
    }
}

#[test]
fn a_model_in_which_nothing_moves_shows_nothing() {
    for (changes, setting) in
        [(&[][..], "check.constraint=n = 0"), (&[("n' = n + 1", "n' = n    ")][..], "check.deadlock=false")]
    {
        let project = given(changes);
        let Some(ran) = run(&project, &["correct", "--set", setting]) else { return };
        ran.failed(10, "correct/nothing-moves");
        assert_eq!(project.calls(), 0);
    }
}

#[test]
fn a_spec_that_is_given_needs_no_brief_until_a_model_is_asked() {
    let project = given(&[]);
    project.put("specgen.yaml", &project.text("specgen.yaml").replace("  brief: brief.md\n", ""));
    let Some(ran) = run(&project, &["correct"]) else { return };
    assert_eq!((ran.exit, project.calls()), (0, 0), "{ran:?}");
    // A property that does not hold is a question to the model, which is told the brief.
    project.put("mine.tla", &project.text("mine.tla").replace(LIMIT, &LIMIT.replace("n < 3", "n < 4")));
    run(&project, &["correct"]).unwrap().failed(2, "config/missing").says("target.brief");
    assert_eq!(project.calls(), 0);
    // What is needed whoever wrote the spec is needed still.
    let bare = project.text("specgen.yaml").replace("  properties: [TypeOK]\n", "");
    project.put("specgen.yaml", &bare);
    run(&project, &["correct"]).unwrap().failed(2, "config/missing").says("target.properties");
}

#[test]
fn where_nobody_can_mend_a_given_spec_the_run_ends_with_the_traces_rejected() {
    let project = mended_in_two_rounds();
    if !go() {
        return;
    }
    let replay = ["run", "--provider", "replay"];
    let Some(ran) = run(&project, &replay) else { return };
    assert_eq!((ran.exit, project.calls()), (11, 0), "{ran:?}");
    assert!(ran.err.contains("--provider NAME") && !ran.err.contains("llm/"), "{ran:?}");
    let result = &ran.json()["result"];
    assert_eq!((&result["round"], &result["traces"]["rejected"]), (&0.into(), &1.into()), "{result}");
    assert!(project.text(".specgen/default/05-validate/divergences.md").contains("has no explanation"));
    let status = run(&project, &["status", "--provider", "replay"]).unwrap();
    assert!(status.out.contains("07-report") && !status.out.contains("02-correct.1"), "{status:?}");
    let mut in_words = crate::project::program();
    in_words.current_dir(project.path("")).args(replay).args(["--iispec", "mine.tla"]);
    in_words.args(["--tla-tools", tools().unwrap().to_str().unwrap()]);
    let in_words = crate::project::ran(in_words);
    assert!(in_words.out.contains("event 1 of 3 has no explanation"), "{in_words:?}");

    // With somebody to ask it goes on from there, and where something was recorded a call that is not is an error as ever.
    let asked = run(&project, &["run", "--set", "correct.max_rounds=1"]).unwrap();
    assert_eq!((asked.exit, project.calls()), (11, 1), "{asked:?}");
    run(&project, &replay).unwrap().failed_once(20, "llm/replay-miss");
}

/// A change of the counter's method as a patch.
fn planted(line: &str) -> String {
    format!(
        "--- a/counter.go\n+++ b/counter.go\n@@ -9,4 +9,4 @@\n func (c *Counter) Up() bool {{\n \tif c.n < 3 {{\n-\t\tc.n++\n+\t\t{line}\n \t\treturn true\n"
    )
}

#[test]
fn a_planted_bug_that_hangs_has_no_verdict_and_the_others_have_theirs() {
    let project = given(&[]);
    if !go() {
        return;
    }
    project.put("bugs/hang.patch", &planted("for c.n++; c.n == 2; {}"));
    project.put("bugs/two.patch", &planted("c.n += 2"));
    project.put("bugs/both.patch", &planted("for c.n += 2; c.n == 4; {}"));
    let bugs = "challenge.bugs=[bugs/hang.patch, bugs/both.patch, bugs/two.patch]";
    let settings = [bugs, "challenge.seeds=[1]", "challenge.mutants=0", "harness.time_limit=10"];
    let Some(ran) = run(&project, &[&["run"][..], settings.map(|s| ["--set", s]).as_flattened()].concat()) else {
        return;
    };
    ran.failed(14, "challenge/no-verdict").says("bug hang: 0 of 1 traces rejected, 1 without a verdict");
    let text = project.text(".specgen/default/06-challenge.partial/challenge.json");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let row = |bug: &serde_json::Value| {
        let word = |key: &str| bug[key].as_bool().unwrap();
        (
            bug["name"].as_str().unwrap().to_owned(),
            word("caught"),
            word("judged"),
            bug["hung"] == serde_json::json!([1]),
        )
    };
    let rows: Vec<_> = json["bugs"].as_array().unwrap().iter().map(row).collect();
    let expected = [("hang", false, false, true), ("both", true, true, true), ("two", true, true, false)];
    assert_eq!(rows, expected.map(|(name, caught, judged, hung)| (name.to_owned(), caught, judged, hung)), "{text}");
}
