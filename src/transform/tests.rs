//! What the transformation makes of small modules, and what it refuses.

use super::Granularity;
use super::Options;
use super::Pass;
use super::Reading;
use super::Style;
use super::transform;

/// A module with two variables and a helper, read imperatively.
fn module(body: &str) -> String {
    let next = if body.contains("Next ==") { "" } else { "Next == \\E s \\in {1, 2} : A(s)\n" };
    format!(
        "---- MODULE M ----\n\\* specgen: iispec 1\nEXTENDS Integers\nCONSTANT C\nVARIABLES x, y\nvars == <<x, y>>\n\
         F(s) == x[s] > 0\n{body}\n{next}Spec == x = 0 /\\ y = 0 /\\ [][Next]_vars\n====\n"
    )
}

fn refused(body: &str) -> Vec<String> {
    let all = transform(&module(body), "M.tla", &Options::default()).map(|done| done.text).unwrap_err();
    all.iter().map(ToString::to_string).collect()
}

fn body_of(body: &str) -> String {
    let text = transform(&module(body), "M.tla", &Options::default()).unwrap().text;
    let from = text.find("vars ==").unwrap();
    let to = text.find("Next ==").unwrap();
    text[from..to].trim().to_owned()
}

#[test]
fn a_statement_that_means_nothing_imperatively_is_refused() {
    let cases = [
        ("A(s) == /\\ Missing(s) /\\ x' = 1", "transform/unknown-operator"),
        ("A(s) == /\\ C' = 1 /\\ x' = 1", "transform/not-a-variable"),
        ("A(s) == /\\ F(s) => x' = 1 /\\ y' = 2", "transform/assignment-in-expression"),
        ("A(s) == /\\ ~(x' = 1) /\\ y' = 2", "transform/assignment-in-expression"),
        ("A(s) == /\\ {x' = 1} # {} /\\ y' = 2", "transform/assignment-in-expression"),
        ("A(s) == /\\ x'[s] = 1 /\\ y' = 2", "transform/assignment-to-part"),
        ("A(s) == \\E z : x' = z", "transform/unbounded"),
        ("A(s) == LET p(z) == x' = z IN p(1) /\\ y' = 1", "transform/local-procedure"),
        ("P(s) == x' = s\nA(s) == y' = {P(t) : t \\in {1}}", "transform/procedure-as-value"),
        ("P(s) == x' = s\nA(s) == IF ~(\\A t \\in {1} : P(t)) THEN y' = 1 ELSE y' = 2", "transform/procedure-as-value"),
        ("P(s) == x' = s\nG(s) == CHOOSE t \\in {1, 2} : P(t)\nA(s) == y' = G(s)", "transform/procedure-as-value"),
        ("P(s) == x' = s\nA(s) == LET p(z) == 1 + P(z) IN y' = p(1)", "transform/local-procedure"),
        ("P(s) == x' = s\nA(s) == y' = Fold(P, 1)", "transform/procedure-as-value"),
        ("I == INSTANCE Other\nA(s) == x' = 1", "transform/instance"),
        ("a ++ b == a + b + x\nA(s) == x' = s /\\ y' = x ++ 3", "transform/symbol-reads"),
        ("a ** b == a + x\na ++ b == a ** b\nO(n) == n ++ 2\nA(s) == x' = s /\\ y' = O(1)", "transform/symbol-reads"),
        (
            "get == y' = y + 1 /\\ x + y\nG == y < 4 /\\ (get > 1 => x' = 0)\nA(s) == x' = x + get",
            "transform/assignment-in-expression",
        ),
        ("get == y' = y + 1 /\\ x + y\nG == y < get\nA(s) == x' = x + get", "transform/procedure-as-value"),
        ("a (+) b == x' = a + b\nA(s) == s (+) 1", "transform/assignment-in-expression"),
        ("P(s) == x' = s /\\ x' = x + 1\nCan(s) == ENABLED P(s)\nA(s) == Can(s) /\\ P(s)", "transform/not-a-value"),
        (
            "A(s) == x' = 1 /\\ (\\A t \\in {1} : LET g(z) == z + t IN \\A u \\in {2} : y' = g(u)) /\\ x' = 2",
            "transform/local-operator-in-loop",
        ),
    ];
    for (body, code) in cases {
        let found = refused(body);
        assert!(found.iter().any(|line| line.starts_with(code)), "{body}: {found:?}");
    }
}

#[test]
fn a_prime_above_a_parameter_or_a_local_is_on_its_value() {
    let made = body_of("Sum(m) == m + 1\nA(m) == x' = Sum(m)'\nB == A(y)");
    assert!(made.contains("[st EXCEPT !.x = Sum(m)]"), "{made}");
    let made = body_of("A(s) == LET m == y IN y' = y + 1 /\\ x' = m'");
    assert!(made.contains("LET m == st.y") && !made.contains("m'"), "{made}");
    // The name of a quantifier stands for a value in TLA+ too.
    let made = body_of("A(s) == \\E t \\in {1} : y' = y + t /\\ x' = (t + y)'");
    assert!(made.contains("x' = (t + y)'"), "{made}");
}

#[test]
fn a_tuple_of_variables_with_the_name_of_a_parameter_is_not_used() {
    let made =
        body_of("P(both) == x' = both\nA(s) == P(s)\nQ == \\E rest \\in {1} : x' = rest\nboth == <<y>>\nrest == <<y>>");
    assert_eq!(made.matches("UNCHANGED y").count(), 2, "{made}");
    assert!(made.find("P(both)") < made.find("both =="), "{made}");
}

#[test]
fn what_a_procedure_called_for_its_value_does_is_reported_of_its_callers() {
    let body = "take(s) == /\\ x' = x + s /\\ x\nB(s) == IF take(s) > 1 THEN y' = 1 ELSE y' = 2\nA(s) == y' = 0 /\\ (y > 0 => B(s))";
    let done = transform(&module(body), "M.tla", &Options { pass: Pass::Analysis, ..Options::default() }).unwrap();
    for (name, reads, action) in [("B", "x", false), ("A", "x y", true)] {
        let line = done.report.iter().find(|line| line.name == name).unwrap();
        assert_eq!(line.action, action, "{name}");
        assert_eq!((line.reads.join(" ").as_str(), line.writes.join(" ").as_str()), (reads, "x y"), "{name}");
    }
}

#[test]
fn a_name_bound_in_a_loop_or_behind_a_cut_is_not_the_local_operator_that_it_hides() {
    let looped = "A(s) == LET r(k) == k IN x' = r(1) /\\ (\\A r \\in {1} : x' = x + r) /\\ y' = x";
    assert!(body_of(looped).contains("A_loop1(st1, {1})"), "{}", body_of(looped));
    let cut = module(
        "A(s) == /\\ LET r(k) == k IN\n            /\\ x' = r(s)\n            \\* @yield\n            /\\ y' = {r \\in {s} : r = s}",
    );
    let options = Options { granularity: Granularity::Yield, ..Options::default() };
    let made = transform(&cut, "M.tla", &options).unwrap().text;
    assert!(made.contains("[at |-> \"A_2\", s |-> s]"), "{made}");
}

#[test]
fn recursion_that_nothing_ends_is_refused() {
    let spin = |body: &str| format!("RECURSIVE Spin(_)\nSpin(s) == {body}\nA(s) == Spin(s)");
    let both = "RECURSIVE Spin(_), Other(_)\nOther(s) == y' = s /\\ Spin(s)\nSpin(s) == Other(s)\nA(s) == Spin(s)";
    let endless = [
        spin("x' = x + 1 /\\ Spin(s)"),
        spin("IF s > 1 THEN Spin(s - 1) ELSE LET n == s IN x' = n /\\ Spin(n)"),
        both.to_owned(),
        spin("(x' = 1 /\\ Spin(s)) \\/ (y' = 1 /\\ Spin(s + 1))"),
        spin("(s = 0 /\\ x' = 1) \\/ Spin(s - 1)"),
        spin("\\E k \\in {1, 2} : x' = k /\\ Spin(s - 1)"),
        spin("x' \\in {1, 2} /\\ Spin(s)"),
        spin("IF TRUE THEN x' = x + 1 /\\ Spin(s - 1) ELSE UNCHANGED x"),
        spin("x' = Spin(s - 1) + 1"),
        spin("/\\ x' = s\n           /\\ Spin(s - 1) + 1"),
        spin("IF Spin(s) > 2 THEN x' = 1 ELSE y' = 2"),
        spin("LET n == Spin(s) IN IF s > 1 THEN x' = n ELSE y' = 2"),
        "RECURSIVE Spin(_), Other(_)\nOther(s) == Spin(s) \\/ Spin(s + 1)\nSpin(s) == y' = s /\\ Other(s)\nA(s) == Spin(s)"
            .to_owned(),
    ];
    for body in endless {
        let said = refused(&body);
        assert!(said.iter().any(|said| said.starts_with("transform/endless")), "{body}");
        // What only calls it is not accused as well.
        assert!(!said.iter().any(|said| said.contains("`A`") || said.contains("`Next`")), "{said:?}");
    }
    for body in [
        "IF s > 1 THEN x' = s /\\ Spin(s - 1) ELSE UNCHANGED x",
        "x < 3 /\\ x' = x + 1 /\\ Spin(s)",
        "\\A n \\in 1..s : Spin(n - 1)",
        "(s = 0 /\\ x' = 1) \\/ (s > 0 /\\ Spin(s - 1))",
        "(s > 0 /\\ Spin(s - 1)) \\/ (s < 0 /\\ Spin(s + 1))",
        "\\E n \\in 1..s : x' = n /\\ Spin(n - 1)",
        "x' \\in 1..s /\\ Spin(x - 1)",
        "IF s = 0 THEN x' = 1 ELSE x' = Spin(s - 1) + 1",
        "/\\ s > 0\n           /\\ x' = x + 1\n           /\\ Spin(s - 1) + 1",
        "/\\ x' = s\n           /\\ s > 0 /\\ Spin(s - 1)",
        "/\\ \\E n \\in 1..s : x' = Spin(n - 1)",
    ] {
        body_of(&spin(body));
    }
    // Where nothing that is tested on the way has changed, it comes back to the same call.
    for body in [
        "IF s > 1 THEN y' = y + 1 /\\ Spin(s) ELSE x' = s",
        "s > 0 /\\ y' = 1 /\\ Spin(s)",
        "IF F(s) /\\ y > 2 THEN Spin(s) ELSE UNCHANGED y",
        "CASE s = 1 -> x' = 1 [] s = 2 -> LET n == s IN x' = n /\\ Spin(s)",
        "IF s = 0 THEN x' = 1 ELSE y' = Spin(s) + 1",
    ] {
        let said = refused(&spin(body));
        let once = said.iter().filter(|said| said.contains("with its own arguments")).count();
        assert_eq!((once, said.len()), (1, 1), "{body}: {said:?}");
    }
    for body in [
        "IF y < 9 THEN y' = y + 1 /\\ Spin(s) ELSE x' = s",
        "x < 3 /\\ x' = x + 1 /\\ Spin(s)",
        "IF F(s) THEN x' = [x EXCEPT ![s] = 0] /\\ Spin(s) ELSE UNCHANGED y",
        "\\E n \\in {1, 2} : n > s /\\ y' = n /\\ Spin(s)",
        "IF s > 1 THEN LET s_ == s IN x' = s_ /\\ \\E n \\in 1..x : Spin(n) ELSE y' = 1",
        "/\\ Next_(s)\n           /\\ Spin(s)\nNext_(n) == y > 0 /\\ y' = y - 1",
    ] {
        body_of(&spin(body));
    }
    // A process that waits in between may go on for ever.
    let waits = module(&spin("/\\ x' = s\n           \\* @yield\n           /\\ Spin(s)"));
    assert!(cut(&waits, Pass::All).is_ok());
}

#[test]
fn a_text_without_a_mark_is_refused_where_the_readings_differ() {
    let unmarked = |body: &str| module(body).replace("\\* specgen: iispec 1\n", "");
    let differs = transform(&unmarked("A(s) == x' = 1 /\\ y' = x"), "M.tla", &Options::default()).unwrap_err();
    assert!(differs[0].to_string().starts_with("transform/reading-undeclared"), "{}", differs[0]);
    let same = transform(&unmarked("A(s) == x' = 1 /\\ y' = x'"), "M.tla", &Options::default()).unwrap();
    assert!(same.text.starts_with("\\* specgen: tla 1\n---- MODULE M"));
    let options = Options { reading: Some(Reading::Iispec), ..Options::default() };
    assert!(transform(&unmarked("A(s) == x' = 1 /\\ y' = x"), "M.tla", &options).is_ok());
}

#[test]
fn a_plain_action_only_gets_its_unchanged() {
    let made = body_of("A(s) == /\\ F(s) \\* go:1\n        /\\ IF C THEN x' = 1 ELSE UNCHANGED vars \\* go:2");
    insta::assert_snapshot!(made);
    let kept = "A(s) ==   /\\ x'   = 1  \\* as it was\n          /\\ UNCHANGED y";
    let laid = "A(s) == /\\ x' = 1  \\* as it was\n        /\\ UNCHANGED y";
    assert!(body_of(kept).ends_with(laid), "{}", body_of(kept));
    let wrong = body_of("A(s) == /\\ x' = 1 /\\ UNCHANGED <<x, y>>");
    assert!(wrong.ends_with("/\\ x' = 1\n    /\\ UNCHANGED y"), "{wrong}");
}

#[test]
fn a_read_after_an_assignment_goes_through_a_state() {
    let body = "P(s) == /\\ x' = [x EXCEPT ![s] = @ + 1] \\* go:1\n        /\\ y' = 3 \\* go:2\n        /\\ IF F(s) THEN y' = x[s] ELSE UNCHANGED <<>> \\* go:3\n\
                A(s) == /\\ y > 0 \\* go:4\n        /\\ P(s) \\* go:5\n        /\\ y < 9 \\* go:6\n        /\\ \\A t \\in {1, s} : P(t) \\* go:7";
    insta::assert_snapshot!(body_of(body));
}

#[test]
fn new_names_avoid_those_of_the_module() {
    let made = body_of("State == 1\nP_on == 2\nP(st) == x' = st /\\ y' = x\nA(s) == P(s) /\\ P(State + P_on)");
    assert!(made.contains("P_on_(sys, st) =="), "{made}");
    assert!(made.contains("SystemState =="), "{made}");
}

#[test]
fn each_line_knows_the_lines_it_came_from() {
    let text = module("A(s) == /\\ x' = [x EXCEPT ![s] = 1] \\* go:1\n        /\\ y' = x[s] \\* go:2");
    let done = transform(&text, "M.tla", &Options::default()).unwrap();
    let line = |part: &str| done.text.lines().position(|line| line.contains(part)).unwrap();
    let input = |part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    for part in ["go:1", "go:2", "Spec ==", "VARIABLES"] {
        let origin = &done.origin[line(part)];
        assert_eq!(origin.line, line(part) + 1);
        assert_eq!(origin.from_lines, [input(part)], "{part}\n{}", done.text);
    }
    assert_eq!(done.origin.len(), done.text.lines().count());
}

#[test]
fn an_operator_is_reported_and_extra_actions_are_kept() {
    let text = module("P(s) == x' = s /\\ y' = x\nA(s) == P(s) /\\ P(s + 1)");
    let options = Options { actions: vec!["P".to_owned()], ..Options::default() };
    let done = transform(&text, "M.tla", &options).unwrap();
    assert!(done.text.contains("\nP(s) ==") && done.text.contains("\nP_on(st, s) =="), "{}", done.text);
    let report = done.report.iter().find(|line| line.name == "P").unwrap();
    assert_eq!(
        (report.style, report.procedure, report.action, report.deterministic),
        (Style::StatePassing, true, true, true)
    );
    assert_eq!(
        (report.writes.as_slice(), report.reads.as_slice()),
        (&["x".to_owned(), "y".to_owned()][..], &["x".to_owned()][..])
    );
    let options = Options { actions: vec!["Nope".to_owned()], ..Options::default() };
    assert!(transform(&text, "M.tla", &options).unwrap_err()[0].to_string().starts_with("transform/unknown-action"));
}

#[test]
fn what_a_property_says_stays_as_it_is() {
    let property = "Grows == x' > x \\/ UNCHANGED x\nProp == [][Grows]_vars";
    let made = body_of(&format!("A(s) == x' = 1\n{property}"));
    assert!(made.contains(property), "{made}");
    let enabled = body_of("P(s) == x' = s\nCan == ENABLED P(1)\nA(s) == P(1) /\\ P(2)");
    assert!(enabled.contains("\nP(s) ==\n    /\\ x' = s\n    /\\ UNCHANGED y"), "{enabled}");
}

#[test]
fn a_procedure_that_returns_is_an_operator_to_a_state_and_a_value() {
    let body = "take(s) == /\\ x[s] > 0 \\* go:1\n           /\\ x' = [x EXCEPT ![s] = @ - 1]\n           /\\ x[s] \\* go:2\n\
                A(s) == /\\ y' = y + take(s) + y \\* go:3\n        /\\ IF y > 3 /\\ take(s) = 1 THEN y' = 0 ELSE UNCHANGED y \\* go:4";
    insta::assert_snapshot!(body_of(body));
}

#[test]
fn a_call_that_only_properties_make_is_no_call() {
    let made = body_of("P(s) == x' = s\nA(s) == P(s)\nGrows == P(1) => y > 0\nProp == [][Grows]_vars");
    assert!(made.contains("Grows == P(1) => y > 0"), "{made}");
}

#[test]
fn an_update_with_a_call_keeps_its_at_so_that_an_index_outside_of_the_domain_changes_nothing() {
    let made = |value: &str| body_of(&format!("take == x' = x + 1 /\\ x\nA(s) == y' = [y EXCEPT ![s] = {value}]"));
    assert!(made("@ + take").contains("[old1 EXCEPT ![old2] = @ + got3.value]"), "{}", made("@ + take"));
    // What runs before the update needs the old value by another name.
    let nested = made("[@ EXCEPT ![@] = @ + take]");
    assert!(nested.contains("old3 == old1[old2]") && nested.contains("old4 == old1[old2]"), "{nested}");
    assert!(nested.contains("[old3 EXCEPT ![old4] = @ + got5.value]"), "{nested}");
}

#[test]
fn an_unchanged_of_something_else_than_variables_is_dropped_whatever_it_is() {
    for other in ["<<take, x>>", "F(s)", "(x + 1)", "take"] {
        let made = body_of(&format!(
            "take == x' = x + 1 /\\ x\nA(s) == s > 1 /\\ y' = 3 /\\ UNCHANGED {other}\nB(s) == y' = take"
        ));
        assert!(made.contains("/\\ y' = 3\n    /\\ UNCHANGED x"), "{other}: {made}");
        assert_eq!(made.matches("UNCHANGED").count(), 1, "{other}: {made}");
    }
    let branches = body_of("A(s) == IF s > 1 THEN UNCHANGED F(s) ELSE y' = 3 /\\ x' = 1");
    assert!(branches.contains("THEN UNCHANGED vars"), "{branches}");
    // Read as TLA+ it is a formula like any other.
    let text = module("A(s) == y' = 3 /\\ UNCHANGED F(s)").replace("iispec 1", "tla 1");
    let made = transform(&text, "M.tla", &Options::default()).unwrap().text;
    assert!(made.contains("UNCHANGED F(s)"), "{made}");
}

#[test]
fn a_loop_over_a_set_that_is_infinite_by_its_text_is_refused() {
    let shapes = [
        "Nat",
        "(Int)",
        "Nat \\ {0}",
        "SUBSET Nat",
        "{C} \\cup Nat",
        "STRING",
        "Ids",
        "SUBSET Some",
        "{C} \\X Nat",
        "[{C} -> Nat]",
        "[Ids -> {C}]",
        "[id: Ids, of: {C}]",
    ];
    for set in shapes {
        let said = refused(&format!("Ids == Nat\nSome == Ids \\ {{C}}\nA(s) == \\A i \\in {set} : x' = x + 1"));
        assert!(said[0].starts_with("transform/unbounded"), "{set}: {said:?}");
    }
    let said = refused("A(s) == LET all == Nat IN \\A i \\in all : x' = x + 1");
    assert!(said[0].starts_with("transform/unbounded"), "{said:?}");
    for body in [
        "\\A i \\in C \\ Nat : x' = x + 1",
        "\\E i \\in Nat : x' = i",
        "LET Some == {1} IN \\A i \\in Some : x' = i",
        "\\A i \\in [{C} -> {1}] : x' = x + 1",
    ] {
        body_of(&format!("A(s) == {body}"));
    }
}

#[test]
fn a_module_that_is_cut_already_is_not_cut_again_and_that_is_said() {
    let text = module("Add(s) == x' = x + s /\\ y' = x\nA(s) == Add(s) /\\ x' = 0");
    for granularity in [Granularity::Yield, Granularity::Statement] {
        let options = Options { granularity: Granularity::Statement, pass: Pass::Cuts, ..Options::default() };
        let once = transform(&text, "M.tla", &options).unwrap();
        assert!(once.text.contains("VARIABLE stack") && once.warnings.is_empty(), "{}", once.text);
        for pass in [Pass::Cuts, Pass::All] {
            let again = transform(&once.text, "M.tla", &Options { granularity, pass, ..Options::default() }).unwrap();
            let warnings: Vec<_> =
                again.warnings.iter().map(|warning| (warning.code.clone(), warning.places[0].line)).collect();
            assert_eq!(warnings, [("transform/cut-already".to_owned(), 1)]);
            let as_it_is = transform(&once.text, "M.tla", &Options { pass, ..Options::default() });
            let same = if pass == Pass::Cuts { once.text.clone() } else { as_it_is.unwrap().text };
            assert_eq!(again.text, same);
        }
    }
}

fn cut(text: &str, pass: Pass) -> Result<String, String> {
    let options = Options { granularity: Granularity::Yield, pass, ..Options::default() };
    transform(text, "M.tla", &options).map(|done| done.text).map_err(|all| all[0].to_string())
}

#[test]
fn a_cut_procedure_leaves_frames_with_the_locals_it_needs() {
    let lost = include_str!("testdata/Lost.tla");
    insta::assert_snapshot!(cut(lost, Pass::Cuts).unwrap());
    // What the pass leaves has no cuts, so the pass leaves it alone.
    let once = cut(lost, Pass::Cuts).unwrap();
    assert_eq!(cut(&once, Pass::Cuts).unwrap(), once);
}

#[test]
fn a_cut_that_cannot_be_is_refused() {
    let actions = |body: &str, next: &str| module(&format!("{body}\nNext == {next}"));
    let cases = [
        (
            actions(
                "A(s) == /\\ x' = s\n        \\* @yield\n        /\\ y' = s",
                "\\E s \\in {1} : A(s)\nB == x = 1 \\* @yield",
            ),
            "transform/idle-mark",
        ),
        (
            actions(
                "A(s) == /\\ x' = s\n        \\* @yield\n        /\\ y' = s",
                "\\E s \\in x : A(s) \\/ \\E s \\in {1} : B(s)\nB(s) == x' = 1",
            ),
            "transform/no-process",
        ),
        (
            actions("P == /\\ x' = 1\n     \\* @yield\n     /\\ y' = 1\nA(s) == x' = 1 + P", "\\E s \\in {1} : A(s)"),
            "transform/cut-value",
        ),
    ];
    for (text, code) in cases {
        let said = cut(&text, Pass::All).unwrap_err();
        assert!(said.starts_with(code), "{said}\n{text}");
    }
}

#[test]
fn the_state_after_a_turn_of_a_loop_around_a_loop_is_bound_by_a_set() {
    let made = body_of("A(s) == \\A t \\in {1, 2}, u \\in {3} : x' = x + t + u");
    let outer = "ELSE LET t == CHOOSE t \\in todo : TRUE\n             some2 == {A_loop2(st, all2, t)}\n         \
                 IN  CHOOSE st3 \\in {A_loop1(st1, todo \\ {t}, all2) : st1 \\in some2} : TRUE";
    assert!(made.contains(outer), "{made}");
    assert!(made.contains("IN  A_loop2(st1, todo \\ {u}, t)"), "{made}");
    // A loop that runs no other is a chain of LETs, as long as its set is large; so is one whose turns only call.
    let called = body_of("P(t) == x' = x + t\nA(s) == \\A t \\in {1, 2} : P(t)");
    assert!(called.contains("IN  A_loop1(st1, todo \\ {t})"), "{called}");
    let looping = body_of("P(t) == \\A u \\in {t} : x' = x + u\nA(s) == \\A t \\in {1, 2} : P(t)");
    assert!(looping.contains("some2 == {P_on(st, t)}"), "{looping}");
}

#[test]
fn names_of_the_module_are_not_taken_by_cuts() {
    let text =
        include_str!("testdata/Lost.tla").replace("left", "stack").replace("seen", "here").replace("(p)", "(self)");
    let made = cut(&text.replace("[p]", "[self]"), Pass::Cuts).unwrap();
    assert!(made.contains("VARIABLE frames") && made.contains("process, frame) =="), "{made}");
}

#[test]
fn reads_of_what_every_path_has_assigned_get_their_primes_once() {
    let options = Options { pass: Pass::Primes, ..Options::default() };
    let text = module(
        "A(s) == /\\ x' = x + 1\n        /\\ IF x > 1 THEN y' = x ELSE UNCHANGED y\n        /\\ x' = [x EXCEPT ![y] = x]",
    );
    let made = transform(&text, "M.tla", &options).unwrap().text;
    assert!(made.contains("x' = x + 1") && made.contains("IF x' > 1 THEN y' = x' ELSE UNCHANGED y"), "{made}");
    assert!(made.contains("x' = [x' EXCEPT ![y] = x']"), "{made}");
    assert_eq!(transform(&made, "M.tla", &options).unwrap().text, made);
    // A comparison stays one.
    let compared = module("A(s) == /\\ x' = s\n        /\\ y' = IF x = y THEN x ELSE (x) \\in {y}");
    let made = transform(&compared, "M.tla", &options).unwrap().text;
    assert!(made.contains("y' = IF x = y THEN x' ELSE (x) \\in {y}"), "{made}");
    assert_eq!(transform(&made, "M.tla", &options).unwrap().text, made);
}

#[test]
fn what_calls_a_local_operator_that_assigns_is_left_alone_in_tla() {
    let text = "---- MODULE M ----\nVARIABLES x, y\nInit == x = 0 /\\ y = 0\n\
                A == LET Both(n) == x' = n /\\ y' = n IN (x = 0 /\\ Both(1)) \\/ (x = 1 /\\ Both(0))\n\
                B == x' = 1\nNext == A \\/ B\nSpec == Init /\\ [][Next]_<<x, y>>\n====\n";
    let made = transform(text, "M.tla", &Options { reading: Some(Reading::Tla), ..Options::default() }).unwrap();
    assert_eq!(made.text.matches("UNCHANGED").count(), 1, "{}", made.text);
    assert!(made.text.contains("B ==\n    /\\ x' = 1\n    /\\ UNCHANGED y"), "{}", made.text);
}

#[test]
fn what_needs_nothing_comes_out_as_the_formatter_leaves_it() {
    let done =
        transform(&module("A(s) == x' = [x EXCEPT ![s] = @ + 1] /\\ y' = x"), "M.tla", &Options::default()).unwrap();
    for pass in [Pass::All, Pass::Unchanged] {
        let again = transform(&done.text, "M.tla", &Options { pass, ..Options::default() }).unwrap();
        assert_eq!(again.text, done.text, "{pass:?}");
    }
}
