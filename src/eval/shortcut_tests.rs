//! Evaluation is cut short only where nothing but time is saved: values, errors and what is printed stay the same.

use super::explore_tests::explored;
use super::explore_tests::explored_within;
use super::tests::all_by;
use super::tests::result_in;
use super::*;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

fn value(expr: &str) -> String {
    let units = format!("EXTENDS Integers, Sequences, FiniteSets, TLC\nResult == {expr}");
    result_in(&units, &NoLibrary, &Setup::default())
}

#[test]
fn a_quantifier_whose_body_does_not_look_at_its_name_has_the_value_of_the_body() {
    all_by(
        value,
        &[
            (r"\E x \in 1..20 : 1 = 2 /\ x = 3", "FALSE"),
            (r"\E x \in 1..20 : 1 = 1 /\ x = 3", "TRUE"),
            (r"\A x \in 1..20 : 1 = 1 \/ x = 3", "TRUE"),
            (r"\A x \in 1..20 : 1 = 2 \/ x = 3", "FALSE"),
            (r"\A x \in 1..20 : \E y \in 1..20 : y = x", "TRUE"),
            (r"\A x \in 1..20 : \E y \in 2..20 : y = x", "FALSE"),
            (r"\E x \in 1..20, y \in 1..20 : x = 20 /\ y = 20", "TRUE"),
            (r"\A <<x, y>> \in (1..4) \X (1..4) : x + y < 9", "TRUE"),
            (r"\E x \in 1..20 : {x, 3} = {3} /\ Cardinality({x, 3}) = 1", "TRUE"),
            (r"\E x \in 1..20 : LET y == x IN 1 = 2 /\ y = 3", "FALSE"),
        ],
    );
}

#[test]
fn where_there_is_no_element_the_body_is_not_looked_at() {
    all_by(
        value,
        &[
            (r"\E x \in 1..20, y \in {} : TRUE", "FALSE"),
            (r"\A x \in 1..20, y \in {} : FALSE", "TRUE"),
            (r"\A x \in {} : 1 = <<>>", "TRUE"),
            (r"\E x \in {y \in 1..20 : y > 20} : TRUE", "FALSE"),
            (r"\A x \in SUBSET {} : x # {}", "FALSE"),
            (r"\A f \in [1..20 -> {}] : FALSE", "TRUE"),
        ],
    );
}

#[test]
fn an_error_that_an_element_meets_is_met() {
    all_by(
        value,
        &[
            (r"\E x \in 1..20 : Head(<<>>) = 1 /\ x = 3", "eval/undefined"),
            (r#"\E x \in 1..20 : x = 2 /\ 1 = "a""#, "eval/incomparable"),
            (r#"\A x \in 1..20 : x < 21 \/ 1 = "a""#, "TRUE"),
            (r#"\A x \in 1..20 : Assert(x < 4, "four")"#, "eval/assertion"),
            (r"\E x \in 1..20 : 1 = 2 /\ Head(<<>>) = 1", "FALSE"),
        ],
    );
}

#[test]
fn what_is_seen_from_outside_happens_as_often_as_tlc_does_it() {
    all_by(
        value,
        &[
            (r"TLCSet(1, 0) /\ (\A x \in 1..20 : TLCSet(1, TLCGet(1) + 1)) /\ TLCGet(1) = 20", "TRUE"),
            (r"TLCSet(1, 0) /\ (\E x \in 1..20 : TLCSet(1, TLCGet(1) + 1) /\ FALSE) /\ FALSE", "FALSE"),
        ],
    );
    let text = "---- MODULE M ----\nEXTENDS Integers, TLC\nR == \\A x \\in 1..20 : PrintT(\"here\")\n====\n";
    on_large_stack(|| {
        let source = Source { path: "M.tla".into(), text: text.into() };
        let mut program = Program::load(&source, &NoLibrary, &Setup::default()).unwrap();
        let expression = program.definition("R").unwrap();
        let mut machine = Machine::new(&program, Budget::default());
        assert!(machine.holds(&expression).unwrap());
        assert_eq!(machine.printed().len(), 20);
    });
}

const FEW_STEPS: Budget =
    Budget { steps: 200_000, depth: 1_000, elements: 1_000_000, successors: 2_000_000, time: None };

#[test]
fn a_guard_that_does_not_look_at_an_element_is_looked_at_once() {
    let units = r"VARIABLES x, y
Init == x = 0 /\ y = 0
Take(i, range) == x < 0 /\ range[1] = 3 /\ x' = i /\ UNCHANGED y
Wait(range) == range[1] = 3 /\ x < 3 /\ range[2] = 5 /\ x' = x + 1 /\ UNCHANGED y
Next == \/ \E i \in 1..1000, j, k \in 1..1000 : Take(i, <<j, k>>)
        \/ \E j, k \in 1..1000 : Wait(<<j, k>>)
Inv == \E i, j \in 1..1000 : x >= 0 \/ i = j";
    let found = explored_within(units, "INIT Init NEXT Next INVARIANT Inv", 10, FEW_STEPS);
    assert_eq!(found, "holds: 4 generated, 4 distinct, depth 4");
}

#[test]
fn what_comes_before_the_guard_is_not_passed_over() {
    let next = |next: &str| explored(&format!("VARIABLE x\nInit == x = 0\nNext == {next}"), "INIT Init NEXT Next");
    assert_eq!(next(r"\E i \in 1..20 : i > 18 /\ x < 1 /\ x' = i"), "holds: 3 generated, 3 distinct, depth 2");
    assert_eq!(next(r"\E i \in 1..20 : x' = i % 3 /\ x < 1 /\ i > 1"), "holds: 20 generated, 3 distinct, depth 2");
    assert_eq!(
        next(r"\E i \in 1..20 : IF x = 0 THEN x' = i % 2 ELSE FALSE"),
        "holds: 21 generated, 2 distinct, depth 2"
    );
    assert_eq!(next(r"\E i \in 1..20 : x = 5 \/ (x = 0 /\ x' = i % 2)"), "holds: 21 generated, 2 distinct, depth 2");
    assert_eq!(
        next(r"\E i \in 1..20 : x = 5 /\ \E j \in {1} \ {Head(<<>>)} : x' = j"),
        "holds: 1 generated, 1 distinct, depth 1"
    );
    assert!(next(r"\E i \in 1..20 : (x = 0 \/ Head(<<>>) = 1) /\ x = 1 /\ x' = i").starts_with("eval/undefined"));
    assert!(next(r"\E i \in 1..20 : (x = 0 \/ Head(<<>>) = x') /\ x = 1 /\ x' = i").starts_with("eval/undefined"));
    assert!(next(r"\E i \in 1..20 : \E j \in {1} \ {Head(<<>>)} : x = 5 /\ x' = j").starts_with("eval/undefined"));
}

const STEPS: &str = r"VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\ y = 0
Next == x < 3 /\ \E j \in 1..1000 : j = 700 + x /\ x' = x + 1 /\ y' = j
";

#[test]
fn a_step_is_first_looked_for_where_it_came_from() {
    let units = format!(
        "{STEPS}{}",
        r"Add(i, j, k) == j = k /\ x' = x + 1 /\ y' = j
P == [][\E i, j, k \in 1..1000 : y' = i /\ Add(i, j, k)]_vars"
    );
    let found = explored_within(&units, "INIT Init NEXT Next PROPERTY P", 10, FEW_STEPS);
    assert_eq!(found, "holds: 4 generated, 4 distinct, depth 4");
}

#[test]
fn a_step_that_came_from_elsewhere_is_looked_for_everywhere() {
    for (action, expected) in [
        (r"\E i \in 1..1000 : y' = i + 100 /\ i < 900", "holds"),
        (r"\E i \in 1..1000 : y' = i + 100 /\ i > 600", "P after 2"),
        (r"\E i \in 1..1000 : y' = i /\ x' = x", "P after 2"),
        (r"\E i \in 1..1000 : y' = i /\ i # 702", "P after 4"),
        (r"\A i \in {1, 2} : x' > x", "holds"),
        (r#"\E i \in 1..1000 : x' = x + "a" \/ y' = i"#, "eval/operand after 2"),
        (r#"(\E i \in 1..1000 : i = 700 /\ x = 0 /\ y' = i) \/ (\E i \in 1..1000 : x > 0 /\ y' = i)"#, "holds"),
        (r"(x' = x + 2) \/ (y' = 1) \/ (x = 0)", "P after 3"),
    ] {
        let found = explored(&format!("{STEPS}P == [][{action}]_vars"), "INIT Init NEXT Next PROPERTY P");
        assert!(found.starts_with(expected), "{action}: {found}");
    }
}
