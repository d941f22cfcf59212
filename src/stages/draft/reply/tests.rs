use super::*;
use crate::base::diag::Place;

const SPEC: &str = "---- MODULE M ----
VARIABLE x
Init == x = y

Stay ==
  x' = x

Keep ==
  x' = x
====
";

fn block(edits: &[(&str, &str)]) -> String {
    let one = |(old, new): &(&str, &str)| format!("```edit\n<<<<<<< old\n{old}\n=======\n{new}\n>>>>>>> new\n```\n");
    edits.iter().map(one).collect()
}

fn tried(reply: &str, properties: &[String]) -> (Tried, Option<String>) {
    let found =
        [Diagnostic::error("tla/unknown-name", "`y` is not known here").at(Place::at("M.tla", 3, 13, Some(SPEC)))];
    try_edits(reply, SPEC, &Reach::of(SPEC, "M.tla", &found, properties))
}

/// The code each edit is refused with, empty where it is made.
fn codes(tried: &Tried) -> Vec<&str> {
    tried.edits.iter().map(|edit| edit.refused.as_ref().map_or("", |why| why.code.as_str())).collect()
}

#[test]
fn each_edit_is_made_or_refused_with_its_reason() {
    let edits = [
        ("Init == x = y", "Init == x = 0"),
        ("Init == x = z", "Init == x = 0"),
        ("  x' = x", "  x' = 0"),
        ("Stay ==\n  x' = x", "Stay ==\n  x' = 0"),
        ("VARIABLE x\nInit == x = y", "VARIABLES x, y\nInit == x = y"),
        ("Keep ==", "Keep =="),
    ];
    let (tried, after) = tried(&block(&edits), &[]);
    let expected = [
        "llm/edits-overlap",
        "llm/edit-not-found",
        "llm/edit-ambiguous",
        "draft/edit-out-of-reach",
        "",
        "llm/edit-changes-nothing",
    ];
    assert_eq!(codes(&tried), expected);
    assert_eq!(after.unwrap(), SPEC.replace("VARIABLE x", "VARIABLES x, y"));
    assert_eq!(tried.refused(), 5);
}

#[test]
fn a_reply_without_an_edit_or_that_loses_a_definition_is_refused_as_a_whole() {
    let (nothing, after) = tried("no idea", &[]);
    assert_eq!((nothing.refused[0].code.as_str(), nothing.refused(), after), ("llm/no-edits-in-reply", 1, None));
    let edits = [("VARIABLE x", "VARIABLES x, y"), ("Init == x = y", "")];
    let (lost, after) = tried(&block(&edits), &["Init".to_owned()]);
    let whole: Vec<_> = lost.refused.iter().map(|d| d.code.as_str()).collect();
    assert_eq!(whole, ["draft/definition-lost", "draft/property-weaker"]);
    assert_eq!((codes(&lost), lost.refused(), after), (vec!["", ""], 2, None));
}

#[test]
fn the_next_attempt_is_told_what_was_made_and_why_the_rest_was_not() {
    let edits = [("Init == x = y", "Init == x = 0"), ("Keep ==\n  x' = x", "Keep ==\n  x' = 0")];
    let found = [Diagnostic::error("tla/unknown-name", "`y` is not known here")];
    let words = tried(&block(&edits), &[]).0.words(1, &found);
    for said in [
        "## Attempt 2\n",
        "- tla/unknown-name: `y` is not known here\n",
        "This edit was applied:\n\n```\n<<<<<<< old\nInit == x = y\n=======\nInit == x = 0\n>>>>>>> new\n```\n",
        "This edit was refused: edit 2 changes `Keep`, which no diagnostic points at (",
    ] {
        assert!(words.contains(said), "no {said:?} in {words}");
    }
    let words = tried("no idea", &[]).0.words(0, &found);
    assert!(words.contains("Nothing of the reply was applied: the reply has no block marked `edit`"), "{words}");
}
