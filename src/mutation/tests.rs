//! What judges is judged: an invariant that says nothing is found, and one that says something is not.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Effort;
use super::Fate;
use super::Kind;
use super::Report;
use super::Standing;
use super::run;
use crate::base::diag::Failure;
use crate::eval::Config;
use crate::tla::check::Library;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

const LOCK: &str = "---- MODULE Lock ----
EXTENDS Integers
VARIABLES owner, waiting, count

vars == <<owner, waiting, count>>
Threads == 1..2
Nobody == 0
Free == owner = Nobody

Init == owner = Nobody /\\ waiting = {} /\\ count = 0

Ask(t) ==
    /\\ t \\notin waiting
    /\\ owner # t
    /\\ waiting' = waiting \\cup {t}
    /\\ UNCHANGED <<owner, count>>

Take(t) ==
    /\\ t \\in waiting
    /\\ Free
    /\\ owner' = t
    /\\ waiting' = waiting \\ {t}
    /\\ count' = count + 1

Leave(t) ==
    /\\ owner = t
    /\\ owner' = Nobody
    /\\ count' = count - 1
    /\\ UNCHANGED waiting

Next == \\E t \\in Threads : Ask(t) \\/ Take(t) \\/ Leave(t)
Spec == Init /\\ [][Next]_vars

OneOwner == count = IF Free THEN 0 ELSE 1
NotBoth == owner \\notin waiting
Typed == waiting \\subseteq Nat
Tautology == owner = owner
Few == -3 < count /\\ count < 4
Grows == [][count' # count => count' + count = 1]_vars
====
";

const EFFORT: Effort = Effort { mutants: 1000, states: 2000, time: Duration::from_secs(600), seed: 1, deadlock: true };

struct Beside(Vec<Source>);

impl Library for Beside {
    fn find(&self, name: &str) -> Option<Source> {
        self.0.iter().find(|source| source.path == format!("{name}.tla")).cloned()
    }
}

fn source(text: &str) -> Source {
    let name = text.split("MODULE ").nth(1).unwrap().split(' ').next().unwrap();
    Source { path: format!("{name}.tla"), text: text.to_owned() }
}

fn scored(text: &str, config: &str, effort: Effort) -> Result<Report, Failure> {
    run(&source(text), &NoLibrary, &Config::parse(config, "M.cfg").unwrap(), effort, &|_| {})
}

fn standings(report: &Report) -> BTreeMap<&str, Standing> {
    report.properties.iter().map(|property| (property.name.as_str(), property.standing)).collect()
}

#[test]
fn what_is_true_of_everything_is_vacuous_and_what_says_something_is_not() {
    let config = "SPECIFICATION Spec INVARIANTS OneOwner NotBoth Typed Tautology PROPERTY Grows CONSTRAINT Few";
    let report = scored(LOCK, config, EFFORT).unwrap();
    let standings = standings(&report);
    for (name, standing) in [
        ("OneOwner", Standing::Tested),
        ("NotBoth", Standing::Tested),
        ("Grows", Standing::Tested),
        ("Typed", Standing::Vacuous),
        ("Tautology", Standing::Vacuous),
    ] {
        assert_eq!(standings[name], standing, "{name}: {report:#?}");
    }
    let codes: Vec<&str> = report.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert_eq!(codes, ["mutation/vacuous", "mutation/vacuous"]);
    assert_eq!(report.standing(), Standing::Vacuous);
    assert_eq!(report.counts.invalid, 0, "{report:#?}");
}

#[test]
fn every_property_is_asked_though_another_is_violated_first() {
    let report = scored(LOCK, "SPECIFICATION Spec INVARIANTS OneOwner NotBoth", EFFORT).unwrap();
    let both = report.mutants.iter().find(|mutant| mutant.violates == ["OneOwner", "NotBoth"]);
    assert!(both.is_some_and(|mutant| mutant.first.is_some()), "{report:#?}");
}

#[test]
fn each_kind_of_mistake_is_made_where_steps_are_and_nowhere_else() {
    let more = LOCK
        .replace("count' = count + 1", "count' = IF count > 0 /\\ (\\A x \\in waiting : x > 0) THEN 1 ELSE count + 1");
    let report = scored(&more, "SPECIFICATION Spec INVARIANT NotBoth", EFFORT).unwrap();
    for kind in [
        Kind::DropGuard,
        Kind::SkipAssignment,
        Kind::SwapComparison,
        Kind::ChangeNumber,
        Kind::SwapQuantifier,
        Kind::DropDisjunct,
        Kind::SwapBranches,
    ] {
        assert!(report.mutants.iter().any(|mutant| mutant.kind == kind), "{kind:?}");
    }
    let inside = ["Ask", "Take", "Leave", "Next", "Threads", "Nobody", "Free"];
    for mutant in &report.mutants {
        assert!(inside.contains(&mutant.definition.as_str()), "{mutant:#?}");
        assert_ne!(mutant.before, mutant.after);
    }
}

#[test]
fn what_a_property_shares_with_the_steps_is_mutated_for_the_steps_alone() {
    let effort = Effort { deadlock: false, ..EFFORT };
    let report = scored(LOCK, "SPECIFICATION Spec INVARIANT OneOwner", effort).unwrap();
    let free = report.mutants.iter().find(|mutant| mutant.definition == "Free").unwrap();
    // With `Free` negated for both, what the invariant says would be negated, too.
    assert_eq!((free.before.as_str(), free.after.as_str()), ("owner = Nobody", "owner # Nobody"));
    assert_eq!(free.fate, Fate::Survived, "a lock that is never taken keeps the invariant: {free:#?}");
    let lent = LOCK.replace("Free\n    /\\ owner' = t", "(Free \\/ owner = 1)\n    /\\ owner' = t");
    assert_eq!(scored(&lent, "SPECIFICATION Spec INVARIANT OneOwner", EFFORT).unwrap_err().code(), "mutation/violated");
}

#[test]
fn a_property_may_name_the_steps_as_a_whole() {
    let text = LOCK.replace("====\n", "Allowed == [][Next]_vars\n====\n");
    for behaviour in ["SPECIFICATION Spec", "INIT Init NEXT Next"] {
        let config = format!("{behaviour} PROPERTY Allowed CONSTRAINT Few");
        let report = scored(&text, &config, Effort { deadlock: false, ..EFFORT }).unwrap();
        assert_eq!(report.standing(), Standing::Tested, "{config}: {report:#?}");
        assert_eq!(report.counts.invalid, 0, "{config}: {report:#?}");
        let skipped = report.mutants.iter().find(|one| one.definition == "Leave" && one.before == "owner' = Nobody");
        assert_eq!(skipped.unwrap().violates, ["Allowed"], "{config}");
    }
}

#[test]
fn an_extended_module_is_mutated_where_it_stands() {
    let model = source("---- MODULE MC ----\nEXTENDS Lock\nFewer == count < 3\n====\n");
    let library = Beside(vec![source(LOCK)]);
    let config = Config::parse("SPECIFICATION Spec INVARIANTS OneOwner CONSTRAINT Fewer", "MC.cfg").unwrap();
    let report = run(&model, &library, &config, EFFORT, &|_| {}).unwrap();
    assert_eq!(report.standing(), Standing::Tested, "{report:#?}");
    assert!(report.mutants.iter().all(|mutant| mutant.place.file == "Lock.tla" && mutant.definition != "Fewer"));
}

#[test]
fn where_a_budget_ends_a_search_nothing_is_called_vacuous() {
    let config = "SPECIFICATION Spec INVARIANT Tautology";
    for effort in
        [Effort { states: 3, ..EFFORT }, Effort { mutants: 4, ..EFFORT }, Effort { time: Duration::ZERO, ..EFFORT }]
    {
        let report = scored(LOCK, config, effort).unwrap();
        assert_eq!(report.standing(), Standing::Unknown, "{report:#?}");
        assert_eq!(report.diagnostics[0].code, "mutation/no-verdict");
    }
}

#[test]
fn the_same_seed_chooses_the_same_mutants_and_another_others() {
    let places = |seed| {
        let effort = Effort { mutants: 5, seed, ..EFFORT };
        let report = scored(LOCK, "SPECIFICATION Spec INVARIANT OneOwner", effort).unwrap();
        report.mutants.iter().map(|mutant| (mutant.place.line, mutant.after.clone())).collect::<Vec<_>>()
    };
    assert_eq!(places(1), places(1));
    assert_ne!(places(1), places(2));
}

#[test]
fn a_property_that_only_tlc_checks_has_no_verdict_and_keeps_no_other_from_one() {
    let text = LOCK.replace("====\n", "Often == []<>Free\n====\n");
    let report = scored(&text, "SPECIFICATION Spec INVARIANT OneOwner PROPERTY Often", EFFORT).unwrap();
    assert_eq!(standings(&report), BTreeMap::from([("OneOwner", Standing::Tested), ("Often", Standing::Unknown)]));
}

#[test]
fn a_mutant_that_has_no_value_is_counted_apart_and_searched_on() {
    let text = "---- MODULE Queue ----
EXTENDS Naturals, Sequences
VARIABLES queue, last
Init == queue = <<>> /\\ last = 0
Put == Len(queue) < 2 /\\ queue' = Append(queue, 1) /\\ UNCHANGED last
Get == /\\ queue # <<>>
       /\\ last' = Head(queue)
       /\\ queue' = Tail(queue)
Next == Put \\/ Get
Short == Len(queue) <= 2
====
";
    let report = scored(text, "INIT Init NEXT Next INVARIANT Short", EFFORT).unwrap();
    let dropped = report.mutants.iter().find(|mutant| mutant.before == "queue # <<>>").unwrap();
    assert_eq!((dropped.kind, dropped.fate), (Kind::DropGuard, Fate::Failed));
    assert!(dropped.why.as_ref().unwrap().contains("Head"), "{dropped:#?}");
    assert_eq!(report.standing(), Standing::Tested);
}

#[test]
fn nothing_to_ask_and_nothing_to_mutate_are_errors() {
    let text = "---- MODULE Still ----\nVARIABLE x\nInit == x = {}\nNext == UNCHANGED x\nSame == x = {}\n====\n";
    for config in ["INIT Init NEXT Next", "INIT Init NEXT Next INVARIANT Same"] {
        assert_eq!(scored(text, config, EFFORT).unwrap_err().code(), "mutation/nothing", "{config}");
    }
}
