//! Whose mistake a violated property is: the answers of a model, what is made of them, and what they need as evidence.

use serde_json::Value;

use crate::project::MENDED;
use crate::project::Project;
use crate::project::Ran;
use crate::project::UNFAITHFUL;
use crate::project::tools;

/// A counter that counts up to four where its source and `TypeOK` stop at three, and what the model answers, one reply a call.
fn violating(replies: &[&str]) -> Project {
    let project = Project::new();
    let text = project.text("Counter.tla").replace("n < 3  ", "n < 4  ");
    project.put("mine.tla", &text);
    answers(&project, replies);
    project
}

fn answers(project: &Project, replies: &[&str]) {
    for (number, reply) in replies.iter().enumerate() {
        project.put(&format!("reply-finding-{}.md", number + 1), reply);
    }
}

fn correct(project: &Project, more: &[&str]) -> Option<Ran> {
    let jar = tools()?;
    let jar = jar.to_str().unwrap();
    Some(project.run(&[&["correct", "--iispec", "mine.tla", "--tla-tools", jar], more].concat()))
}

fn findings(project: &Project, folder: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(&project.text(&format!(".specgen/default/{folder}/findings.json"))).unwrap();
    assert_eq!(all["format"], 1);
    all["findings"].as_array().unwrap().clone()
}

/// The prompts of all calls that say these words.
fn prompts(project: &Project, words: &str) -> Vec<String> {
    let calls = project.tree(".specgen/default/calls");
    let prompts = calls.iter().filter(|(file, _)| file.ends_with(".prompt.md"));
    let texts = prompts.map(|(file, _)| project.text(&format!(".specgen/default/calls/{file}")));
    texts.filter(|text| text.contains(words)).collect()
}

/// An answer with these lines behind `because`.
fn answer(answer: &str, more: &str) -> String {
    format!("So it is.\n\n```finding\nanswer: {answer}\nbecause: >-\n  because: of this\n{more}```\n")
}

/// An answer that explains this many steps, the first of them without a source line if so wished.
fn system(steps: usize, first_without: bool) -> String {
    let step = "  - action: Up\n    source:\n      - counter.go:10-11\n";
    let mut all = vec![step; steps];
    if first_without {
        all[0] = "  - action: Up\n";
    }
    answer("system", &format!("source:\n  - counter.go:10\nsteps:\n{}", all.concat()))
}

#[test]
fn an_unfaithful_specification_is_mended_once_the_source_is_cited_and_the_guard_agrees() {
    let weaker =
        format!("{UNFAITHFUL}```edit\n<<<<<<< old\nTypeOK == n \\in 0..3\n=======\nTypeOK == TRUE\n>>>>>>> new\n```\n");
    let elsewhere = format!("{}{MENDED}", UNFAITHFUL.replace("counter.go:10", "counter.go:1000"));
    let right = format!("{UNFAITHFUL}{MENDED}");
    let project = violating(&[MENDED, &elsewhere, &weaker, &right]);
    let Some(ran) = correct(&project, &[]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(project.text("calls.log"), "finding\n".repeat(4));
    assert_eq!(project.text(".specgen/default/02-correct/iispec/Counter.tla"), project.text("Counter.tla"));

    // Each refusal is told to the next.
    assert_eq!(prompts(&project, "the reply has 0 blocks marked `finding`").len(), 3);
    assert_eq!(prompts(&project, "counter.go:1000 cites a line that counter.go does not have").len(), 2);
    assert_eq!(prompts(&project, "the edits change the property `TypeOK`").len(), 1);
    for words in ["5. Up (counter.go:9-15 (*Counter).Up)\n   n: 3 -> 4", "violates TypeOK"] {
        assert_eq!(prompts(&project, words).len(), 4, "{words}");
    }

    // Only what had its evidence is a finding, and the stage that succeeds keeps it.
    let found = findings(&project, "02-correct");
    assert_eq!(found.len(), 2, "{found:#?}");
    for (finding, attempt, became) in [(&found[0], 2, "refused"), (&found[1], 3, "kept")] {
        assert_eq!(
            (&finding["attempt"], &finding["edits"]["became"]),
            (&attempt.into(), &became.into()),
            "{finding:#}"
        );
        assert_eq!((&finding["property"], &finding["answer"]), (&"TypeOK".into(), &"unfaithful".into()));
        assert_eq!(finding["source"], serde_json::json!([{"file": "counter.go", "first": 10, "last": 10}]));
        let steps = finding["counterexample"]["steps"].as_array().unwrap();
        assert_eq!((steps.len(), &steps[4]["action"], &steps[4]["state"]["n"]), (5, &"Up".into(), &"4".into()));
    }
    assert!(found[0]["edits"]["why"].as_str().unwrap().contains("TypeOK"), "{found:#?}");
}

#[test]
fn an_invariant_in_doubt_ends_the_stage_and_the_property_stays_until_the_user_says_otherwise() {
    let sentence = "The counter may go\nbeyond three when it is told to.";
    let quoted = |text: &str| answer("invariant", &format!("brief: >-\n  {text}\n"));
    let asked = "The counter may go beyond three when it is told to.";
    // What the brief does not say is no evidence for it, and without any the user has to say it.
    for (brief, replies, calls, says) in [
        (sentence, vec![quoted(asked)], 1, format!("the brief says: {asked}")),
        ("Nothing more.", vec![quoted(asked), answer("invariant", "")], 2, "only you can".to_owned()),
    ] {
        let replies: Vec<&str> = replies.iter().map(String::as_str).collect();
        let project = violating(&replies);
        let before = project.text("brief.md");
        project.put("brief.md", &format!("{before}\n{brief}\n"));
        let Some(ran) = correct(&project, &[]) else { return };
        ran.failed_once(10, "correct/invariant-in-doubt").says("`TypeOK`").says(&says).says("target.properties");
        assert_eq!(project.calls(), calls, "{ran:?}");
        assert_eq!(prompts(&project, "the brief does not have the sentence").len(), calls - 1);
        let found = findings(&project, "02-correct.partial");
        assert_eq!((found.len(), &found[0]["answer"], &found[0]["edits"]), (1, &"invariant".into(), &Value::Null));
        assert_eq!(found[0]["brief"], if calls == 1 { asked.into() } else { Value::Null });
        let attempt = format!(".specgen/default/02-correct.partial/attempts/0{}/iispec/Counter.tla", calls - 1);
        assert_eq!(project.text(&attempt), project.text("mine.tla"), "nothing was edited");

        // The user's word: the brief says that the property holds, and it is the specification that is wrong.
        project.put("brief.md", &format!("{before}\nIt stops at three.\n"));
        specgen::base::disk::remove(&project.utf8("calls.log")).unwrap();
        answers(&project, &[&format!("{UNFAITHFUL}{MENDED}")]);
        let again = correct(&project, &[]).unwrap();
        assert_eq!((again.exit, project.calls()), (0, 1), "{again:?}");
        assert_eq!(findings(&project, "02-correct").len(), 1);
    }
}

#[test]
fn a_bug_of_the_system_is_kept_as_a_finding_if_every_step_has_its_source() {
    let (without, short, whole) = (system(4, true), system(3, false), system(4, false));
    let project = violating(&[&without, &short, &whole]);
    let Some(ran) = correct(&project, &[]) else { return };
    ran.failed_once(10, "correct/system-bug").says("`TypeOK` in 4 step(s)").says("counter.go");
    assert_eq!(project.text("calls.log"), "finding\n".repeat(3));
    assert_eq!(prompts(&project, "step 2, `Up`, has no source line that takes it").len(), 2);
    assert_eq!(prompts(&project, "`steps` has 3 entries, and the counterexample has 4 steps").len(), 1);
    let found = findings(&project, "02-correct.partial");
    assert_eq!((found.len(), &found[0]["answer"], &found[0]["attempt"]), (1, &"system".into(), &2.into()));
    let steps = found[0]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 4);
    assert!(steps.iter().all(|step| step["source"][0]["last"] == 11), "{found:#?}");
    assert!(!project.path(".specgen/default/02-correct").exists());
}

#[test]
fn answers_that_are_refused_are_attempts_and_come_to_an_end() {
    let project = violating(&[]);
    project.put("reply-finding.md", &system(4, true));
    let Some(ran) = correct(&project, &["--set", "correct.max_attempts=2"]) else { return };
    ran.failed(12, "correct/gave-up").says("violates TypeOK");
    assert_eq!(project.calls(), 2, "{ran:?}");
    assert!(!project.path(".specgen/default/02-correct.partial/findings.json").exists());
}

#[test]
fn a_deadlock_is_no_question_of_whose_mistake_a_property_is() {
    let project = Project::new();
    project.put("mine.tla", &project.text("Counter.tla"));
    let Some(ran) = correct(&project, &["--set", "check.deadlock=true", "--set", "correct.max_attempts=1"]) else {
        return;
    };
    ran.failed(12, "correct/gave-up");
    assert_eq!(project.text("calls.log"), "correct\n");
    assert_eq!(prompts(&project, "or a bound is missing. The property itself stays as it is.").len(), 1);
    assert!(!project.path(".specgen/default/02-correct.partial/findings.json").exists());
}
