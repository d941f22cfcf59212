use super::*;
use crate::behaviour::Modules;
use crate::engine::Class;
use crate::engine::State;

const GO: &str = "package counter

func (c *Counter) Up() bool {
\tif c.n < 3 {
\t\tc.n++
\t}
\treturn false
}
";

const BRIEF: &str = "The counter counts.\nIt may be reset at any\ntime, by nobody in particular. Messages are lost.\n";

const SPEC: &str = "---- MODULE M ----
\\* counter.go:3-8 (*Counter).Up
Up == n' = n + 1  \\* counter.go:5

\\* no source: the brief has resets
Reset == n' = 9
====
";

const EDIT: &str = "```edit\n<<<<<<< old\na\n=======\nb\n>>>>>>> new\n```\n";

fn state(number: u64, action: Option<&str>) -> State {
    let variables = [("n".to_owned(), number.to_string())].into();
    State { number, action: action.map(str::to_owned), location: None, text: format!("n = {number}"), variables }
}

/// The finding of a reply to a counterexample with these steps, or the codes and words of its refusal.
fn read_of(actions: &[&str], reply: &str) -> Result<Finding, String> {
    let outline = Outline { format: 1, files: vec![crate::source::survey_text("counter.go", GO).unwrap()] };
    let mut states = vec![state(1, None)];
    states.extend(actions.iter().zip(2..).map(|(action, number)| state(number, Some(action))));
    let counterexample =
        Behaviour::made(Class::Invariant, Some("TypeOK".to_owned()), "said", &states, &Modules::new()).unwrap();
    let evidence = Evidence { outline: &outline, brief: BRIEF, iispec: SPEC, counterexample: &counterexample };
    evidence.finding(reply, 1).map_err(words)
}

fn read(reply: &str) -> Result<Finding, String> {
    read_of(&["Up", "Reset"], reply)
}

fn block(answer: &str, more: &str) -> String {
    format!("Why.\n\n```finding\nanswer: {answer}\nbecause: >-\n  it is: so\n{more}```\n")
}

#[track_caller]
fn refused(reply: &str, code: &str, words: &str) {
    let wrong = read(reply).unwrap_err();
    assert!(wrong.contains(code) && wrong.contains(words), "{wrong}");
}

#[test]
fn the_answer_unfaithful_needs_source_lines_that_are_there_and_edits() {
    let found = read(&(block("unfaithful", "source:\n  - counter.go:4\n  - counter.go:4-5\n") + EDIT)).unwrap();
    assert_eq!(
        (found.answer, found.because.as_str(), found.property.as_str()),
        (Answer::Unfaithful, "it is: so", "TypeOK")
    );
    assert_eq!(found.source.iter().map(ToString::to_string).collect::<Vec<_>>(), ["counter.go:4", "counter.go:4-5"]);
    assert_eq!((found.attempt, found.counterexample.steps.len(), found.edits), (1, 3, None));
    let flow = block("unfaithful", "source: [counter.go:4, counter.go:4-5]\n") + EDIT;
    assert_eq!(read(&flow).unwrap().source, found.source);

    let with = |source: &str| block("unfaithful", source) + EDIT;
    refused(&with(""), "correct/no-evidence", "`source`");
    refused(&with("source:\n"), "correct/no-evidence", "`source`");
    refused(&with("source:\n  - counter.go:99\n"), "correct/no-evidence", "it has 8 lines");
    refused(&with("source:\n  - counter.go:5-4\n"), "correct/no-evidence", "does not have");
    refused(&with("source:\n  - other.go:4\n"), "correct/no-evidence", "the files are counter.go");
    refused(&with("source:\n  - counter.go:4, as it says\n"), "correct/no-evidence", "FILE:LINE");
    // One that is there does not make up for one that is not.
    refused(&with("source:\n  - counter.go:4\n  - counter.go:99\n"), "correct/no-evidence", "counter.go:99");
    refused(&block("unfaithful", "source:\n  - counter.go:4\n"), "correct/no-evidence", "needs the edits");
}

#[test]
fn the_answer_invariant_needs_a_sentence_of_the_brief_or_none() {
    let quoted = |sentence: &str| block("invariant", &format!("brief: >-\n  {sentence}\n"));
    let found = read(&quoted("It may be   reset at any time,\n  by nobody in particular.")).unwrap();
    assert_eq!(found.brief.as_deref(), Some("It may be reset at any time, by nobody in particular."));
    for none in ["", "brief:\n", "brief: ''\n"] {
        assert_eq!(read(&block("invariant", none)).unwrap().brief, None);
    }
    refused(&quoted("It may be reset at every time."), "correct/no-evidence", "the brief does not have");
    refused(&quoted("Messages are lost."), "correct/no-evidence", "too short");
    refused(&block("invariant", "source:\n  - counter.go:99\n"), "correct/no-evidence", "counter.go:99");
}

#[test]
fn the_answer_system_needs_evidence_of_every_step() {
    let reset = "  - action: Reset\n    brief: >-\n      It may be reset at any time\n";
    let up = "  - action: Up(1)\n    source:\n      - counter.go:4-5\n";
    let with = |steps: &[&str]| block("system", &format!("steps:\n{}", steps.concat()));
    let found = read(&with(&[up, reset])).unwrap();
    let steps: Vec<_> =
        found.steps.iter().map(|step| (step.action.as_str(), step.source.len(), step.brief.is_some())).collect();
    assert_eq!(steps, [("Up", 1, false), ("Reset", 0, true)]);

    refused(&with(&[up]), "correct/no-evidence", "has 1 entries, and the counterexample has 2 steps");
    refused(&block("system", "source:\n  - counter.go:4\n"), "correct/no-evidence", "has 0 entries");
    refused(&with(&[reset, up]), "correct/no-evidence", "step 2, `Up`, is called `Reset`");
    refused(&with(&["  - action: Up\n", reset]), "correct/no-evidence", "step 2, `Up`, has no source line");
    refused(&with(&["  - action: Up\n    source: []\n", reset]), "correct/no-evidence", "has no source line");
    refused(&with(&[&up.replace("4-5", "9"), reset]), "correct/no-evidence", "step 2, `Up`: `counter.go:9`: ");
    refused(&with(&[up, "  - action: Reset\n"]), "correct/no-evidence", "step 3, `Reset`, has no source line");
    refused(&with(&[up, &reset.replace("any", "no")]), "correct/no-evidence", "the brief does not have");
    // A sentence is no evidence for what the source does.
    refused(&with(&[&reset.replace("Reset", "Up"), reset]), "correct/no-evidence", "step 2, `Up`, has no source line");

    // Where the initial state is wrong there is no step to explain.
    let wrong = read_of(&[], &block("system", "")).unwrap_err();
    assert!(wrong.contains("the initial state violates"), "{wrong}");
    assert!(read_of(&[], &block("system", "source:\n  - counter.go:4\n")).is_ok());
}

#[test]
fn an_answer_that_is_not_of_the_form_is_refused() {
    let good = block("invariant", "");
    assert!(read(&good).is_ok());
    refused("The spec is wrong.\n", "correct/bad-finding", "has 0 blocks");
    refused(&(good.clone() + &good), "correct/bad-finding", "has 2 blocks");
    refused(good.trim_end().trim_end_matches('`'), "correct/bad-finding", "no closing fence");
    refused(&block("both", ""), "correct/bad-finding", "answer");
    refused(&block("invariant", "proof: none\n"), "correct/bad-finding", "proof");
    refused(&good.replace("because: >-\n  it is: so\n", ""), "correct/bad-finding", "because");
    refused(&good.replace("  it is: so\n", ""), "correct/no-evidence", "`because` is empty");
    refused(&(good.clone() + EDIT), "correct/bad-finding", "edits belong to");
    let step = "steps:\n  - action: Up\n    source:\n      - counter.go:4\n";
    refused(&block("invariant", step), "correct/bad-finding", "`steps` belong to");
    refused(&(block("system", step) + EDIT), "correct/bad-finding", "edits belong to");
}

#[test]
fn findings_are_read_as_they_were_written_and_no_field_is_unknown() {
    let finding = read(&(block("unfaithful", "source:\n  - counter.go:4\n") + EDIT)).unwrap();
    let finding = Finding { edits: Some(Edits::Refused { why: "x".to_owned() }), ..finding };
    let all = Findings { format: FORMAT, findings: vec![finding] };
    let text = serde_json::to_string(&all).unwrap();
    let again: Findings = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
    let more = text.replacen("\"attempt\"", "\"guess\":1,\"attempt\"", 1);
    assert!(serde_json::from_str::<Findings>(&more).is_err());
}
