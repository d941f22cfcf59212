//! What is found in small modules, and what is left alone.

use super::lint;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

/// The codes and lines said of a module with the variables x, y and z, whose actions begin in line 5.
fn said(actions: &str) -> Vec<String> {
    let next = if actions.contains("Next ==") { "" } else { "Next == A\n" };
    let text = format!(
        "---- MODULE M ----\nEXTENDS Integers\nVARIABLES x, y, z\nvars == <<x, y, z>>\n{actions}\n{next}\
         Spec == x = 0 /\\ y = 0 /\\ z = 0 /\\ [][Next]_vars\n====\n"
    );
    let found = lint(&Source { path: "M.tla".to_owned(), text }, &NoLibrary);
    found.iter().map(|d| format!("{}:{} {}", d.code, d.places[0].line, d.message)).collect()
}

#[test]
fn a_branch_that_forgets_a_variable_is_found_with_its_path() {
    let cases = [
        ("A == /\\ IF x > 0 THEN x' = 1\n        ELSE UNCHANGED <<x, y>>\n     /\\ UNCHANGED z", "5 `A` leaves `y`"),
        (
            "A == \\E i \\in {1} :\n  \\/ x' = i /\\ UNCHANGED <<y, z>>\n  \\/ y' = i /\\ UNCHANGED z",
            "7 `A` leaves `x`",
        ),
        ("A == /\\ UNCHANGED <<x, z>>\n     /\\ x > 0 => y' = 1", "6 `A` leaves `y`"),
        ("B == x' = 1 /\\ UNCHANGED z\nA == LET v == 1 IN B", "6 `A` leaves `y`"),
        (
            "A == /\\ CASE x = 0 -> x' = 1\n       [] x = 1 -> y' = 1 /\\ UNCHANGED x\n     /\\ UNCHANGED z",
            "5 `A` leaves `y`",
        ),
        ("Set(v) == v' = 1\nA == Set(x) /\\ Set(z)", "6 `A` leaves `y`"),
        ("A == LET d == x' = 1\n         e(v) == v' = 2\n     IN d /\\ e(y)", "5 `A` leaves `z`"),
        ("A == \\A i \\in {1, 2} : i > 2 => x' = i /\\ UNCHANGED <<y, z>>", "5 `A` leaves `x`, `y`, `z`"),
        ("B == x > 0 => x' = 1 /\\ y' = 2\nA == B /\\ z' = 3", "5 `A` leaves `x`, `y`"),
        (
            "RECURSIVE Go(_)\nGo(n) == IF n = 0 THEN UNCHANGED vars ELSE IF n = 1\n  THEN x' = 0 ELSE Go(n - 1)\nA == Go(3)",
            "7 `A` leaves `y`, `z`",
        ),
    ];
    for (actions, wanted) in cases {
        let found = said(actions);
        let unassigned: Vec<_> = found.iter().filter(|line| line.starts_with("lint/unassigned")).collect();
        assert!(unassigned.iter().any(|line| line.contains(wanted)), "{actions}\n{found:?}");
        assert_eq!(unassigned.len(), 1, "{actions}\n{found:?}");
    }
}

#[test]
fn what_contradicts_itself_is_found_across_calls() {
    let cases = [
        ("B == x' = 1\nA == B /\\ x' = 2 /\\ UNCHANGED <<y, z>>", "lint/assigned-twice"),
        ("B(v) == v' = 1\nA == B(x) /\\ B(x) /\\ UNCHANGED <<y, z>>", "lint/assigned-twice"),
        ("yz == <<y, z>>\nA == x' = 1 /\\ y' = 1 /\\ UNCHANGED yz", "lint/unchanged-conflict"),
        ("A == UNCHANGED vars /\\ x' = 1", "lint/unchanged-conflict"),
        ("A == y' = x' /\\ x' = 1 /\\ UNCHANGED z", "lint/primed-read"),
        ("F == x' + 1\nA == y' = F /\\ x' = 1 /\\ UNCHANGED z", "lint/primed-read"),
        ("A == LET g == x' + 1 IN y' = g /\\ x' = 2 /\\ z' = 1", "lint/primed-read"),
        ("A == LET g == x'\n         h == g + 1 IN y' = h /\\ x' = 2 /\\ z' = 1", "lint/primed-read"),
        (
            "A == LET d == x' = 1\n         e(v) == v' = 2\n     IN d /\\ e(y) /\\ e(x) /\\ UNCHANGED z",
            "lint/assigned-twice",
        ),
        ("xy == <<x, y>>\nKeep(v) == UNCHANGED v\nA == x' = 1 /\\ Keep(xy) /\\ z' = 2", "lint/unchanged-conflict"),
        ("A == LET k == <<y, z>> IN x' = 1 /\\ y' = 2 /\\ UNCHANGED k", "lint/unchanged-conflict"),
        ("A == vars' = <<1, 2, 3>>", "lint/misplaced"),
        ("A == <<x, y>>' = <<1, 2>> /\\ z' = 3", "lint/misplaced"),
        ("A == <<x', y'>> = <<1, 2>> /\\ z' = 3", "lint/misplaced"),
        ("A == vars' = <<1, 2, 3>> /\\ x' = 1", "lint/assigned-twice"),
        ("A == \\A i \\in {1, 2} : i > 2 => x' = i /\\ UNCHANGED <<y, z>>", "lint/misplaced"),
        ("A == ~(x' = 1) /\\ x' = 2 /\\ UNCHANGED <<y, z>>", "lint/misplaced"),
        ("A == (\\A i \\in {1, 2} : x' = i) /\\ UNCHANGED <<y, z>>", "lint/misplaced"),
        ("A == x' = 1 /\\ UNCHANGED <<y, z>>\nB == y' = 1 /\\ UNCHANGED <<x, z>>", "lint/unreached"),
        ("A == x' = 1 /\\ UNCHANGED <<y, z>>", "lint/never-changed:3 no action ever changes `y`"),
    ];
    for (actions, wanted) in cases {
        let found = said(actions);
        assert!(found.iter().any(|line| line.starts_with(wanted)), "{actions}\n{found:?}");
    }
}

#[test]
fn a_tuple_that_is_assigned_is_one_warning_and_leaves_nothing_without_a_next_value() {
    for actions in ["A == vars' = <<1, 2, 3>>", "A == <<x, y>>' = <<1, 2>> /\\ z' = 3"] {
        let found = said(actions);
        assert_eq!(found, ["lint/misplaced:5 TLC takes no tuple apart: an assignment is of one variable"], "{actions}");
    }
}

#[test]
fn a_path_is_shown_with_the_sides_of_implications_and_the_calls_on_it() {
    let hints = |actions: &str, code: &str| {
        let text = format!(
            "---- MODULE M ----\nEXTENDS Integers\nVARIABLES x, y\n{actions}\nNext == A\n\
             Spec == x = 0 /\\ y = 0 /\\ [][Next]_<<x, y>>\n====\n"
        );
        let found = lint(&Source { path: "M.tla".to_owned(), text }, &NoLibrary);
        let warning = found.into_iter().find(|warning| warning.code == code).unwrap();
        let places: Vec<_> = warning.places.iter().map(|place| (place.line, place.column)).collect();
        (places, warning.hints[0].clone())
    };
    let (places, path) = hints("A == (x = 1 => y' = 2) /\\ x' = x + 1", "lint/unassigned");
    assert_eq!((places, path.as_str()), (vec![(4, 7)], "on the path `A` (line 4), the left of `=>` false (line 4)"));
    // Both calls, and what they do.
    let (places, path) =
        hints("Set(v, w) == v' = w\nA == Set(x, 2) /\\ Set(y, 1) /\\ Set(x, 3)", "lint/assigned-twice");
    assert_eq!((places, path.as_str()), (vec![(5, 32), (4, 14), (5, 6)], "on the path `A` (line 5)"));
    let branch = "A == x' = 1 /\\ y' = 1 /\\ IF x > 0\n  THEN TRUE\n  ELSE x' = 2";
    let (places, path) = hints(branch, "lint/assigned-twice");
    assert_eq!((places, path.as_str()), (vec![(6, 8), (4, 6)], "on the path `A` (line 4), ELSE (line 6)"));
}

#[test]
fn what_is_right_is_left_alone() {
    // An action that Next does not reach shows that something was looked at, and assigns every variable.
    let one = |actions: &str| {
        let found = said(&format!("{actions}\nUnused == x' = 1 /\\ y' = 1 /\\ z' = 1"));
        assert_eq!(found.len(), 1, "{actions}\n{found:?}");
        assert!(found[0].starts_with("lint/unreached"), "{actions}\n{found:?}");
    };
    one("A == /\\ x = 0 => x' = 1 \n     /\\ x # 0 => UNCHANGED x\n     /\\ UNCHANGED <<y, z>>");
    one(
        "A == /\\ IF y > 1 THEN x' = 1 ELSE TRUE\n     /\\ IF y <= 1 THEN UNCHANGED x ELSE TRUE\n     /\\ UNCHANGED <<y, z>>",
    );
    one("A == /\\ x' = 1 /\\ y' = x' /\\ x' > 0 /\\ z' = y' + x'");
    one("xy == <<x, y>>\nA == /\\ UNCHANGED xy /\\ UNCHANGED vars");
    one("A == \\E i \\in {1} : LET B(n) == x' = n IN B(i) /\\ UNCHANGED <<y, z>>");
    one("A == \\/ x > 0 /\\ FALSE\n     \\/ UNCHANGED vars");
    one("B == x' = 1 /\\ y' = 1 /\\ z' = 1\nA == ~ENABLED B /\\ UNCHANGED vars\nNext == A \\/ B");
    one("xy == <<x, y>>\nKeep(v) == UNCHANGED v\nA == Keep(xy) /\\ Keep(<<z>>)");
    one("A == LET keep(v) == UNCHANGED v IN keep(vars)");
    one("A == LET k == <<y, z>>\n         g == x' IN x' = 1 /\\ UNCHANGED k /\\ g > 0");
    one("B == (x = 1 => UNCHANGED vars) /\\ (~(x = 1) => x' = 1 /\\ y' = 2 /\\ z' = 3)\nA == B \\/ UNCHANGED vars");
    one("Do(Op(_), v) == Op(v)\nA == Do(LAMBDA v : x' = v, 2) /\\ UNCHANGED <<y, z>>");
    one("B == x > 5 /\\ FALSE\nA == B \\/ UNCHANGED vars");
    one("Inv == x > 0\nA == x' = 1 /\\ UNCHANGED <<y, z>> /\\ Inv'");
    one("Do(Op(_)) == Op(1)\nB(n) == x' = n\nA == Do(B) /\\ UNCHANGED <<y, z>>");
    one("B == x' = 1 /\\ UNCHANGED y\nA == B /\\ UNCHANGED z\nAgain == \\E i \\in {1, 2} : A");
}

/// Each path of the first assigns x and of the second leaves it, unless both can be.
#[test]
fn comparisons_with_literals_that_exclude_each_other_are_no_path() {
    let two = |first: &str, second: &str| {
        let found = said(&format!(
            "A == /\\ IF {first} THEN x' = 1 ELSE TRUE\n     /\\ IF {second} THEN x' = 2 ELSE TRUE\n     /\\ y' = x /\\ z' = x"
        ));
        found.iter().any(|line| line.starts_with("lint/assigned-twice"))
    };
    let apart = [
        ("y = \"a\"", "y = \"b\""),
        ("y = 0", "y = 1"),
        ("y = 0", "1 = y"),
        ("y = TRUE", "y = FALSE"),
        ("z[y] = \"a\"", "z[y] = \"b\""),
        ("y = 0", "y > 0"),
        ("y < 3", "y >= 3"),
        ("y <= 3", "4 < y"),
        ("y = -1", "y \\geq 0"),
        ("y \\in {\"a\", \"b\"}", "y = \"c\""),
        ("y \\in {1, 2}", "y \\notin {0, 1, 2}"),
        ("y = \"a\" /\\ z > 0", "z < 9 /\\ y = \"b\""),
        ("~(y # 1)", "y = 2"),
        ("~(y # 1 \\/ z = 3)", "y = 2"),
    ];
    for (first, second) in apart {
        assert!(!two(first, second), "{first}, {second}");
        assert!(!two(second, first), "{second}, {first}");
    }
    let together = [
        ("y = \"a\"", "z = \"b\""),
        ("y = 0", "y >= 0"),
        ("y <= 3", "y > 2"),
        ("y \\in {\"a\", \"b\"}", "y = \"b\""),
        ("y # 1", "y # 2"),
        ("y = 1 \\/ z = 1", "y = 2"),
        ("y = z", "y = 1"),
    ];
    for (first, second) in together {
        assert!(two(first, second), "{first}, {second}");
    }
    // A name that is bound twice is not one value, and what was not tested may be.
    let bound = "A == /\\ \\E i \\in {1} : i = 1 /\\ x' = i\n     /\\ \\E i \\in {2} : i = 2 /\\ x' = i\n     /\\ y' = x /\\ z' = x";
    assert!(said(bound).iter().any(|line| line.starts_with("lint/assigned-twice")));
    // All that is left of a value is gone through.
    let cases = "A == /\\ y \\in {\"a\", \"b\"}\n     /\\ IF y = \"a\" THEN x' = 1 ELSE IF y = \"b\" THEN x' = 2 ELSE y' = 1\n     /\\ z' = x /\\ UNCHANGED y";
    assert_eq!(said(cases), Vec::<String>::new());
}

#[test]
fn an_iispec_and_a_module_without_its_others_are_not_looked_at() {
    let text = |head: &str| {
        format!(
            "---- MODULE M ----\n{head}\nVARIABLES x, y\nNext == x' = 1\nSpec == x = 0 /\\ [][Next]_<<x, y>>\n====\n"
        )
    };
    let count = |head: &str| lint(&Source { path: "M.tla".to_owned(), text: text(head) }, &NoLibrary).len();
    assert!(count("EXTENDS Naturals") > 0);
    assert_eq!(count("\\* specgen: iispec 1"), 0);
    assert_eq!(count("EXTENDS Elsewhere"), 0);
}
