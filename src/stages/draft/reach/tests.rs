use super::*;
use crate::base::diag::Place;
use crate::llm::edits;

const SPEC: &str = "---- MODULE M ----
EXTENDS Naturals
CONSTANT Limit
VARIABLE x

\\* counter.go:1-3
Init == x = 0

\\* counter.go:5
\\* says why
Up ==
  /\\ x < Limit
  /\\ x' = y + 1

Half(n) == n \\div 2
Small == x <= Limit /\\ Half(x) < Limit
Spec == Init /\\ [][Up]_x
====
";

fn at(code: &str, message: &str, text: &str, needle: &str) -> Diagnostic {
    let line = text.lines().position(|line| line.contains(needle)).unwrap() + 1;
    Diagnostic::error(code, message).at(Place::at("M.tla", line, 1, Some(text)))
}

/// The codes of what is wrong with replacing `old` by `new` in `text`, of which `found` is said.
fn refused(text: &str, found: &[Diagnostic], old: &str, new: &str) -> Vec<String> {
    let properties = ["Small".to_owned()];
    let reach = Reach::of(text, "M.tla", found, &properties);
    let edit = Edit { old: format!("{old}\n"), new: format!("{new}\n") };
    let place = edits::locate_edits(text, std::slice::from_ref(&edit)).remove(0).unwrap();
    if let Some(objection) = reach.objection(1, &place, &edit) {
        return vec![objection.code];
    }
    reach.losses(&edits::replace(text, &[(place, &edit)])).into_iter().map(|d| d.code).collect()
}

fn unknown(text: &str) -> [Diagnostic; 1] {
    [at("tla/unknown-name", "`y` is not known here", text, "y + 1")]
}

#[test]
fn the_definition_that_a_diagnostic_points_at_may_be_changed() {
    assert!(refused(SPEC, &unknown(SPEC), "  /\\ x' = y + 1", "  /\\ x' = x + 1").is_empty());
    // Its comment is a part of it, and declarations are free.
    assert!(refused(SPEC, &unknown(SPEC), "\\* says why", "\\* says that").is_empty());
    assert!(refused(SPEC, &unknown(SPEC), "VARIABLE x", "VARIABLE x, y").is_empty());
}

#[test]
fn an_edit_of_another_definition_or_its_comment_is_out_of_reach() {
    for (old, new) in [
        ("Init == x = 0", "Init == x = 1"),
        ("\\* counter.go:1-3", "\\* counter.go:7"),
        ("Half(n) == n \\div 2", "Half(n) == n \\div 3"),
        // Lines around a change do not count, lines between two do.
        ("  /\\ x' = y + 1\n\nHalf(n) == n \\div 2", "  /\\ x' = x + 1\n\nHalf(n) == n"),
    ] {
        assert_eq!(refused(SPEC, &unknown(SPEC), old, new), ["draft/edit-out-of-reach"], "{old}");
    }
    let around = "  /\\ x' = y + 1\n\nHalf(n) == n \\div 2";
    assert!(refused(SPEC, &unknown(SPEC), around, &around.replace("y + 1", "x + 1")).is_empty());
}

#[test]
fn a_new_definition_stands_between_others_above_their_comments() {
    let new = "y == 1\n\n\\* counter.go:5\n\\* says why";
    assert!(refused(SPEC, &unknown(SPEC), "\\* counter.go:5\n\\* says why", new).is_empty());
    let sound = [at("tla/unknown-name", "`y` is not known here", SPEC, "Half(n)")];
    let within = "\\* counter.go:5\ny == 1\n\\* says why";
    assert_eq!(refused(SPEC, &sound, "\\* counter.go:5\n\\* says why", within), ["draft/edit-out-of-reach"]);
}

#[test]
fn an_edit_that_swallows_the_next_definition_is_out_of_reach() {
    for new in ["  /\\ x' = x + 1 (*", "  /\\ x' = x + 1\n====", "  /\\ LET z == 1"] {
        let codes = refused(SPEC, &unknown(SPEC), "  /\\ x' = y + 1", new);
        assert!(!codes.is_empty(), "{new}");
    }
    // What breaks only the definition it may change is for the next attempt.
    assert!(refused(SPEC, &unknown(SPEC), "  /\\ x' = y + 1", "  /\\ x' = (x + 1").is_empty());
}

#[test]
fn no_definition_and_no_declaration_may_go() {
    let lost = ["draft/definition-lost"];
    assert_eq!(refused(SPEC, &unknown(SPEC), "Up ==\n  /\\ x < Limit\n  /\\ x' = y + 1", ""), lost);
    assert_eq!(refused(SPEC, &unknown(SPEC), "CONSTANT Limit", ""), lost);
    // A name that a diagnostic is about may.
    let twice = SPEC.replace("VARIABLE x", "VARIABLES x, z");
    let found = [at("tla/duplicate", "`z` is already known here", &twice, "VARIABLES")];
    assert!(refused(&twice, &found, "VARIABLES x, z", "VARIABLE x").is_empty());
}

/// What is said of the edits to a property that a diagnostic points at, in whose text `from` stands for `to`.
fn property(broken: &str, mended: &str, message: &str) -> Vec<String> {
    let sound = "Small == x <= Limit /\\ Half(x) < Limit";
    let text = SPEC.replace(sound, broken);
    assert_ne!(text, SPEC);
    let found = [at("tla/unknown-name", message, &text, broken)];
    refused(&text, &found, broken, mended)
}

#[test]
fn a_property_may_be_mended() {
    for (broken, mended, message) in [
        (
            "Small == x <= Limits /\\ Half(x) < Limit",
            "Small == x <= Limit /\\ Half(x) < Limit",
            "`Limits` is not known here",
        ),
        (
            "Small == x =< Limit && Half(x) < Limit",
            "Small == /\\ x <= Limit\n  /\\ Half(x) < Limit",
            "the operator `&&`",
        ),
        (
            "Small == x > 0 implies Half(x) < x",
            "Small == x > 0 => Half(x) < x",
            "expected a definition, found `implies`",
        ),
        ("Small == (x <= Limit /\\ Half(x) < Limit", "Small == (x <= Limit /\\ Half(x) < Limit)", "expected `)`"),
    ] {
        assert_eq!(property(broken, mended, message), [""; 0], "{mended}");
    }
}

#[test]
fn a_property_is_neither_emptied_nor_weakened() {
    let broken = "Small == x <= Limits /\\ Half(x) < Limit";
    let message = "`Limits` is not known here";
    for mended in [
        "Small == TRUE",
        "Small == x <= Limit",
        "Small == x <= Limit \\/ Half(x) < Limit",
        "Small == x <= Limit /\\ Half(x) < Limit \\/ TRUE",
        "Small == x > Limit => x <= Limit /\\ Half(x) < Limit",
        "Small == Limit <= x /\\ Half(x) < Limit",
        "Small == x <= Limit \\* /\\ Half(x) < Limit",
        "Small == IF x > 3 THEN x = x ELSE x <= Limit /\\ Half(x) < Limit",
        "Small == ~(x <= Limit /\\ Half(x) < Limit)",
    ] {
        assert_eq!(property(broken, mended, message), ["draft/property-weaker"], "{mended}");
    }
    assert_eq!(property(broken, "", message), ["draft/definition-lost", "draft/property-weaker"]);
}

#[test]
fn a_property_goes_not_even_where_a_diagnostic_is_about_its_name() {
    let broken = "Small == x <= Limit /\\ Half(x) < Limit\nSmall == x < 9";
    let text = SPEC.replace("Small == x <= Limit /\\ Half(x) < Limit", broken);
    let found = [at("tla/duplicate", "`Small` is already defined", &text, "Small == x < 9")];
    // Of two bodies neither is the one that may go.
    assert_eq!(refused(&text, &found, "Small == x < 9", ""), ["draft/property-weaker"]);
    assert!(refused(&text, &found, broken, "").contains(&"draft/definition-lost".to_owned()));
}

#[test]
fn what_a_property_rests_on_keeps_its_words() {
    let text = SPEC.replace("n \\div 2", "n / z \\div 2");
    let found = [at("tla/unknown-name", "`z` is not known here", &text, "Half(n)")];
    let edit = |new: &str| refused(&text, &found, "Half(n) == n / z \\div 2", new);
    assert_eq!(edit("Half(n) == 0"), ["draft/property-weaker"]);
    assert!(edit("Half(n) == n / Limit \\div 2").is_empty());
}

#[test]
fn what_lacks_its_end_is_damaged_though_reading_stops_at_the_next_definition() {
    let text = SPEC.replace("x = 0", "(x = 0");
    let found = [at("tla/parse-unexpected", "expected `)`, found the start of the definition of `Up`", &text, "Up ==")];
    assert!(refused(&text, &found, "Init == (x = 0", "Init == (x = 0)").is_empty());
    let far = refused(&text, &found, "Half(n) == n \\div 2", "Half(n) == 2");
    assert_eq!(far, ["draft/edit-out-of-reach"]);
}

#[test]
fn a_diagnostic_without_a_place_puts_all_in_reach_but_no_property_at_risk() {
    let found = [Diagnostic::error("sany/other", "something")];
    assert!(refused(SPEC, &found, "Init == x = 0", "Init == x = 1").is_empty());
    let weaker = refused(SPEC, &found, "Small == x <= Limit /\\ Half(x) < Limit", "Small == x <= Limit");
    assert_eq!(weaker, ["draft/property-weaker"]);
}

#[test]
fn a_missing_operator_is_added_and_nothing_else_changed() {
    let found = [at("draft/missing-operator", "the module does not define `Next`", SPEC, "MODULE")];
    let edit = |old: &str, new: &str| refused(SPEC, &found, old, new);
    assert!(edit("Half(n) == n \\div 2", "Next == Up\nHalf(n) == n \\div 2").is_empty());
    assert_eq!(edit("Half(n) == n \\div 2", "Next == Up\nHalf(n) == n"), ["draft/edit-out-of-reach"]);
}
