//! What becomes of a text that is read as TLA+, where it says something twice or what cannot be followed.

use super::Options;
use super::TLA_MARK;
use super::Transformed;
use super::transform;
use crate::base::diag::Diagnostic;

/// A module with the constants N and S and the variables x, y and z; its actions begin in line 6.
fn module(actions: &str) -> String {
    format!(
        "---- MODULE M ----\n{TLA_MARK}\nEXTENDS Integers\nCONSTANTS N, S\nVARIABLES x, y, z\n{actions}\n\
         Spec == x = 0 /\\ y = 0 /\\ z = 0 /\\ [][Next]_<<x, y, z>>\n====\n"
    )
}

fn made(actions: &str) -> Result<Transformed, Vec<Diagnostic>> {
    transform(&module(actions), "M.tla", &Options::default())
}

#[test]
fn conjuncts_that_contradict_each_other_in_every_state_are_refused_with_what_to_write() {
    let cases = [
        ("Next == x' = 1 /\\ x' = 2 /\\ UNCHANGED <<y, z>>", "6: `x' = 1` and by `x' = 2`", "keep one of them"),
        ("Next == x' = 1 /\\ x' = N /\\ UNCHANGED <<y, z>>", "6: `x' = 1` and by `x' = N`", "keep one"),
        (
            "Next == \\E i \\in N : /\\ x' = 1\n                    /\\ x' \\in S\n                    /\\ y' = i",
            "7: `x' = 1` and by `x' \\in S`",
            "write `1 \\in S`",
        ),
        ("Next == \\A i \\in N : x' = 1 /\\ x' \\in {i}", "6: `x' = 1` and by `x' \\in {i}`", "write `1 \\in {i}`"),
        ("Next == x' = 1 /\\ x' \\in y", "6: `x' = 1` and by `x' \\in y`", "write `1 \\in y`"),
        ("Next == x' \\in S /\\ (x' = 1 /\\ z' = y)", "6: `x' \\in S` and by `x' = 1`", "write `1 \\in S`"),
        ("Next == x' \\in S /\\ x' \\in 0..N", "6: `x' \\in S` and by `x' \\in 0..N`", "`x' \\in (S) \\cap (0..N)`"),
        ("Set == x' = 2\nNext == \\E i \\in S : x' = 1 /\\ Set", "6: `x' = 1` and by `x' = 2`", "keep one"),
        ("Next == IF y > 0 THEN x' = 1 /\\ x' = 2 ELSE x' = 3", "6: `x' = 1` and by `x' = 2`", "under IF"),
        ("Next == \\/ x' = 1\n        \\/ x' = 2 /\\ x' = 3", "7: `x' = 2` and by `x' = 3`", "`\\/`"),
        ("Next == x' = 1 /\\ (IF y > 0 THEN z' = 1 ELSE z' = 2) /\\ x' = 2", "6: `x' = 1` and by `x' = 2`", "keep one"),
    ];
    for (actions, wanted, hint) in cases {
        let refused = made(actions).unwrap_err();
        let shown: Vec<String> =
            refused.iter().map(|d| format!("{} {}: {}", d.code, d.places[0].line, d.message)).collect();
        let wanted = wanted.replacen(": ", ": `x` gets two next values at once, by ", 1);
        assert_eq!(shown, [format!("transform/conflict {wanted}")], "{actions}");
        assert_eq!(refused[0].places.len(), 2, "{actions}");
        assert!(refused[0].hints.iter().any(|said| said.contains(hint)), "{actions}: {:?}", refused[0].hints);
    }
}

#[test]
fn a_second_conjunct_that_can_be_a_test_on_purpose_stays_with_a_warning() {
    for pair in [
        "x' = 1 /\\ x' = y",
        "x' = y /\\ x' = 1",
        "x' = x + 1 /\\ x' \\in 0..N",
        "x' \\in S /\\ x' = x + 1",
        "x' \\in S /\\ x' \\in 0..y",
        "\\E i \\in S : x' = i /\\ x' \\in 0..N",
        "LET n == y IN x' = n /\\ x' \\in S",
    ] {
        let done = made(&format!("A == ({pair}) /\\ UNCHANGED <<y, z>>\nNext == A")).unwrap();
        assert!(done.text.contains(pair), "{}", done.text);
        let codes: Vec<&str> = done.warnings.iter().map(|warning| warning.code.as_str()).collect();
        assert_eq!(codes, ["lint/assigned-twice"], "{pair}");
    }
    let done = made("Set(n) == x' = n\nA == Set(1) /\\ Set(N) /\\ UNCHANGED <<y, z>>\nNext == A").unwrap();
    assert_eq!(done.warnings.len(), 1, "the argument may be another one elsewhere");
}

#[test]
fn assignments_in_branches_that_exclude_each_other_are_no_conflict() {
    for action in [
        "(y > 1 => x' = 1) /\\ (y < 1 => x' = 2) /\\ (y = 1 => UNCHANGED x)",
        "(IF y > 1 THEN x' = 1 ELSE UNCHANGED x) /\\ (IF y < 1 THEN x' = 2 ELSE TRUE)",
        "(x' = 1 \\/ x' = 2) /\\ x' > y",
        "CASE y = 1 -> x' = 1 [] y = 2 -> x' = 2 [] OTHER -> UNCHANGED x",
        "x' = 1 /\\ (y = 0 \\/ x' = 2)",
    ] {
        assert!(made(&format!("Next == ({action}) /\\ UNCHANGED <<y, z>>")).is_ok(), "{action}");
    }
}

#[test]
fn what_repeats_a_conjunct_is_dropped_with_its_comment_kept() {
    let done = made(
        "Next ==\n    /\\ x' = y + 1\n    /\\ y' \\in S\n    \\* once more\n    /\\ x' = (y  +  1)\n    /\\ y' \\in S",
    )
    .unwrap();
    assert_eq!(done.text.matches("x' =").count(), 1, "{}", done.text);
    assert_eq!(done.text.matches("y' \\in S").count(), 1, "{}", done.text);
    assert!(done.text.contains("once more") && done.text.contains("UNCHANGED z"), "{}", done.text);
    let again = transform(&done.text, "M.tla", &Options::default()).unwrap();
    assert_eq!(again.text, done.text);
    let inner = made("Next == x' = y /\\ (\\E y \\in S : x' = y) /\\ UNCHANGED <<y, z>>");
    // Another `y`: this one is bound here.
    assert_eq!(inner.unwrap().text.matches("x' = y").count(), 2);
}

#[test]
fn an_action_that_goes_on_in_an_instance_or_an_argument_is_left_alone_and_said() {
    for (actions, place) in [
        ("M == INSTANCE Other WITH v <- x\nNext == M!Step /\\ y' = 1", (7, 9)),
        ("M == INSTANCE Other WITH v <- x\nPart == M!Step\nNext == Part /\\ y' = 1", (8, 1)),
        ("Set(n) == x' = n\nDo(Op(_)) == Op(1)\nNext == Do(Set) /\\ y' = 1", (8, 12)),
        ("Next == (y = 1 => x' = 1) /\\ y' = 1", (6, 19)),
    ] {
        let done = made(actions).unwrap();
        assert!(done.text.contains(actions.lines().last().unwrap()), "{}", done.text);
        let [warning] = done.warnings.as_slice() else { panic!("{actions}: {:?}", done.warnings) };
        assert_eq!(warning.code, "transform/left-alone", "{actions}");
        assert_eq!((warning.places[0].line, warning.places[0].column), place, "{actions}: {warning:?}");
    }
    // An operator of an instance is not the one of the same name here.
    let done = made("M == INSTANCE Other WITH v <- x\nStep == x' = 1\nNext == \\/ M!Step\n        \\/ Step").unwrap();
    assert!(done.text.contains("UNCHANGED <<y, z>>") && done.text.contains("\\/ M!Step\n"), "{}", done.text);
}

#[test]
fn recursion_without_an_end_and_an_unknown_action_are_refused_as_tla_too() {
    let endless = made("RECURSIVE Go(_)\nGo(n) == x' = n /\\ Go(n + 1)\nNext == Go(0) /\\ y' = 1").unwrap_err();
    assert!(endless.iter().all(|d| d.code == "transform/endless") && !endless.is_empty(), "{endless:?}");
    let options = Options { actions: vec!["Nobody".to_owned()], ..Options::default() };
    let unknown = transform(&module("Next == x' = 1"), "M.tla", &options).unwrap_err();
    assert_eq!(unknown[0].code, "transform/unknown-action");
}
