//! The numbers of states are TLC's.

use super::*;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

/// What comes of a model, in brief.
fn explored(units: &str, config: &str) -> String {
    explored_at_most(units, config, 100_000)
}

fn explored_at_most(units: &str, config: &str, limit: u64) -> String {
    let text = format!("---- MODULE M ----\nEXTENDS Naturals, Sequences, FiniteSets\n{units}\n====\n");
    let config = Config::parse(config, "M.cfg").unwrap();
    on_large_stack(|| {
        let source = Source { path: "M.tla".into(), text };
        let (program, model) = Model::load(&source, &NoLibrary, &config).unwrap_or_else(|found| panic!("{found:?}"));
        let mut machine = Machine::new(&program, Budget::default());
        let found = explore(&mut machine, &model, config.deadlock.unwrap_or(false), limit);
        let verdict = match found.verdict {
            Verdict::Holds => "holds".to_owned(),
            Verdict::Violated { invariant, behaviour } => format!("{invariant} after {}", behaviour.len()),
            Verdict::Deadlock { behaviour } => format!("deadlock after {}", behaviour.len()),
            Verdict::Failed { fault, behaviour } => format!("{} after {}", fault.kind.code(), behaviour.len()),
        };
        format!("{verdict}: {} generated, {} distinct, depth {}", found.generated, found.distinct, found.depth)
    })
}

const QUEUE: &str = r"CONSTANT N
VARIABLES x, q
vars == <<x, q>>
Init == x = 0 /\ q = <<>>
Inc == x < N /\ x' = x + 1 /\ UNCHANGED q
Push(v) == Len(q) < 3 /\ q' = Append(q, v) /\ x' \in {x, 0}
Next == Inc \/ \E v \in 1..3 : Push(v)
Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
Small == Len(q) < 4
Short == Len(q) < 3
Low == x < 4
Grows == Len(q') > Len(q)
Length == Len(q)";

#[test]
fn all_states_are_found() {
    let holds = "holds: 630 generated, 240 distinct, depth 9";
    assert_eq!(explored(QUEUE, "SPECIFICATION Spec CONSTANT N = 5 INVARIANT Small"), holds);
    assert_eq!(explored(QUEUE, "INIT Init NEXT Next CONSTANT N = 5"), holds);
}

#[test]
fn what_is_violated_is_found_on_a_shortest_way() {
    let violated = explored(QUEUE, "SPECIFICATION Spec\nCONSTANTS N = 5 \\* five\nINVARIANTS Small Short");
    assert!(violated.starts_with("Short after 4:"), "{violated}");
    let violated = explored(QUEUE, "SPECIFICATION Spec CONSTANT N = 5 INVARIANT Low");
    assert!(violated.starts_with("Low after 5:"), "{violated}");
    let ended = explored(QUEUE, "SPECIFICATION Spec CONSTANT N = 1 CHECK_DEADLOCK TRUE");
    assert!(ended.starts_with("deadlock after 5:"), "{ended}");
}

#[test]
fn constraints_and_a_view_make_the_space_smaller() {
    let of = |more: &str| explored(QUEUE, &format!("SPECIFICATION Spec CONSTANT N = 5 {more}"));
    assert_eq!(of("CONSTRAINT Short"), "holds: 495 generated, 78 distinct, depth 8");
    assert_eq!(of("ACTION_CONSTRAINT Grows"), "holds: 80 generated, 40 distinct, depth 4");
    assert_eq!(of("VIEW Length"), "holds: 14 generated, 4 distinct, depth 4");
}

#[test]
fn actions_are_written_in_many_ways() {
    let next = |next: &str| {
        let units = format!(
            "VARIABLES x, y\nSet(v, e) == v' = e\nBoth == <<x, y>>\nInit == x = 0 /\\ y \\in {{1, 2}}\nNext == {next}"
        );
        explored(&units, "INIT Init NEXT Next")
    };
    for (action, expected) in [
        (r"Set(x, (x + 1) % 3) /\ UNCHANGED y", "8 generated, 6 distinct, depth 3"),
        (r"x < 2 /\ (IF y = 1 THEN x' = 1 ELSE x' = 2) /\ y' = y", "5 generated, 4 distinct, depth 2"),
        (r"LET step == x' = y IN step /\ UNCHANGED <<y>>", "6 generated, 4 distinct, depth 2"),
        (r"\A v \in {1} : x' = v /\ y' = v", "5 generated, 3 distinct, depth 2"),
        (r"CASE y = 1 -> UNCHANGED Both [] OTHER -> x' = 1 /\ y' = 1", "5 generated, 3 distinct, depth 2"),
        (r"x' \in SUBSET {1} /\ y' = Cardinality(x')", "10 generated, 4 distinct, depth 2"),
        (r"[x' = 1 /\ y' = 1]_Both", "8 generated, 3 distinct, depth 2"),
        (r"<<x' \in 0..1 /\ y' = y>>_x", "6 generated, 4 distinct, depth 2"),
        (r"x' = 1 /\ x' = 2 /\ y' = y", "2 generated, 2 distinct, depth 1"),
    ] {
        assert_eq!(next(action), format!("holds: {expected}"), "{action}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_said_and_is_no_pass() {
    let of = |units: &str, config: &str| explored_at_most(&format!("VARIABLES x\n{units}"), config, 50);
    let config = "INIT Init NEXT Next INVARIANT Inv";
    let units = |next: &str| format!("Init == x = 0\nNext == {next}\nInv == x < 60");
    assert!(of(&units("x' = x + \"a\""), config).starts_with("eval/operand after 1:"));
    assert!(of(&units("x < 2"), config).starts_with("eval/unassigned after 1:"));
    assert!(of(&units("x' > 1"), config).starts_with("eval/unassigned after 1:"));
    assert!(of(&units("x' \\in Nat"), config).starts_with("eval/not-enumerable after 1:"));
    assert!(of(&units("x' = Nat"), config).starts_with("eval/not-enumerable after 1:"));
    assert!(of(&units("x' = x + 1"), config).starts_with("eval/too-large after 50:"));
    assert!(of("Init == TRUE\nNext == x' = 1\nInv == TRUE", config).starts_with("eval/unassigned after 0:"));
}

#[test]
fn what_only_tlc_checks_is_refused() {
    let refused = |config: &str| Config::parse(config, "M.cfg").unwrap_err().code;
    assert_eq!(refused("SPECIFICATION Spec PROPERTY Live"), "eval/unsupported");
    assert_eq!(refused("SYMMETRY Perms"), "eval/unsupported");
    assert_eq!(refused("CONSTANT N"), "eval/config");
    assert_eq!(refused("CONSTANT N = 99999999999"), "eval/config");
    assert_eq!(refused("Init"), "eval/config");
    let load = |config: &str, spec: &str| {
        let text = format!("---- MODULE M ----\nVARIABLE x\nInit == x = 0\nNext == x' = x\n{spec}\n====\n");
        let config = Config::parse(config, "M.cfg").unwrap();
        Model::load(&Source { path: "M.tla".into(), text }, &NoLibrary, &config).err().unwrap()[0].code.clone()
    };
    assert_eq!(load("INIT Init", ""), "eval/config");
    assert_eq!(load("SPECIFICATION Spec", "Spec == Init /\\ [][Next]_x /\\ <>(x = 1)"), "eval/unsupported");
    assert_eq!(load("SPECIFICATION Spec", "Spec == Init /\\ [](x = 0)"), "eval/unsupported");
}
