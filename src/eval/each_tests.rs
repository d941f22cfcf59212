//! One search that asks everything finds the states of `explore`, and of each what a search for it alone finds.

use std::time::Duration;

use super::*;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

const QUEUE: &str = r"---- MODULE M ----
EXTENDS Naturals, Sequences
CONSTANT N
VARIABLES x, q
vars == <<x, q>>
Init == x = 0 /\ q = <<>>
Inc == x < N /\ x' = x + 1 /\ UNCHANGED q
Push(v) == Len(q) < 3 /\ q' = Append(q, v) /\ x' \in {x, 0}
Next == Inc \/ \E v \in 1..3 : Push(v)
Small == Len(q) < 4
Short == Len(q) < 3
Low == x < 4
Undefined == Head(q) > 0
Up == [][x' >= x]_vars
Grows == [](Len(q) < 2)
Ends == x = 0 ~> x < N
After == [](x = N => [](x > 0))
====
";

fn bounds(states: u64) -> Bounds {
    Bounds { states, time: Duration::from_secs(600), deadlock: true, until_answered: false }
}

/// What was found of each, and of the whole.
fn asked(config: &str, bounds: Bounds) -> (Vec<String>, String) {
    let config = Config::parse(&format!("INIT Init NEXT Next CONSTANT N = 5 {config}"), "M.cfg").unwrap();
    on_large_stack(|| {
        let source = Source { path: "M.tla".into(), text: QUEUE.to_owned() };
        let (program, model) = Model::load(&source, &NoLibrary, &config).unwrap();
        let asked = ask(&mut Machine::new(&program, Budget::default()), &model, bounds);
        let said = |(name, answer): &(String, Answer)| match answer {
            Answer::Kept => format!("{name}: kept"),
            Answer::Violated(length) => format!("{name}: violated after {length}"),
            Answer::Failed(fault) => format!("{name}: {}", fault.kind.code()),
        };
        let end = match &asked.end {
            End::Whole => "whole",
            End::Answered => "answered",
            End::Spent(_) => "spent",
            End::Failed(_) => "failed",
        };
        let whole =
            format!("{end}: {} generated, {} distinct, deadlock {:?}", asked.generated, asked.distinct, asked.deadlock);
        (asked.answers.iter().map(said).collect(), whole)
    })
}

#[test]
fn the_states_are_those_of_a_search_that_ends_at_the_first_violation() {
    let whole = "whole: 630 generated, 240 distinct, deadlock Some(9)";
    assert_eq!(asked("", bounds(1000)), (Vec::new(), whole.to_owned()));
    let (each, same) = asked("INVARIANTS Small Short Low PROPERTIES Up Grows Ends", bounds(1000));
    let wanted = [
        "Small: kept",
        "Short: violated after 4",
        "Low: violated after 5",
        "Grows: violated after 3",
        "Up: violated after 3",
        "Ends: kept",
    ];
    assert_eq!(each, wanted);
    assert_eq!(same, whole);
}

#[test]
fn what_has_no_value_keeps_nothing_else_from_being_asked() {
    let (each, whole) = asked("INVARIANTS Undefined Short PROPERTY After", bounds(1000));
    assert_eq!(each, ["Undefined: eval/undefined", "Short: violated after 4", "After: eval/unsupported"]);
    assert!(whole.starts_with("whole: 630 generated"), "{whole}");
}

#[test]
fn a_search_ends_at_its_bounds_or_once_everything_is_answered() {
    let (each, end) = asked("INVARIANT Small", bounds(10));
    assert_eq!(each, ["Small: kept"]);
    assert!(end.starts_with("spent"), "{end}");
    let (_, end) = asked("INVARIANT Short", Bounds { until_answered: true, ..bounds(1000) });
    assert!(end.starts_with("answered"), "{end}");
    let (_, end) = asked("INVARIANT Small", Bounds { until_answered: true, ..bounds(1000) });
    assert!(end.starts_with("whole"), "{end}");
}
