use camino::Utf8Path;
use camino::Utf8PathBuf;

use super::*;
use crate::base::disk;
use crate::engine::tlc_output::Reader;

fn folder() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tlc")
}

fn output(name: &str) -> String {
    disk::read_text(&folder().join(format!("{name}.out"))).unwrap()
}

fn circumstances(config: &str, exit: Exit) -> Circumstances {
    let mut sources = Sources::default();
    for module in ["Assume", "Broken", "Counter", "Eval", "Odd"] {
        let file = format!("{module}.tla");
        sources.add(module, &file, Some(disk::read_text(&folder().join(&file)).unwrap()));
    }
    Circumstances {
        config_text: disk::read_text(&folder().join(format!("{config}.cfg"))).unwrap(),
        config_file: format!("{config}.cfg"),
        deadlock: true,
        simulation: false,
        distributed: false,
        limit: Duration::from_secs(9),
        stops_itself: false,
        exit,
        stderr: String::new(),
        sources,
    }
}

fn judged(text: &str, around: &Circumstances) -> Checked {
    let mut reader = Reader::default();
    let mut transcript = Transcript::default();
    for line in text.lines() {
        if let Some(event) = reader.line(line) {
            transcript.add(event, 1);
        }
    }
    if let Some(event) = reader.end() {
        transcript.add(event, 1);
    }
    transcript.judge(around)
}

fn recorded(name: &str, exit: i32) -> Checked {
    let exit = if exit == 0 { Exit::Success } else { Exit::Failure(exit) };
    judged(&output(name), &circumstances(name, exit))
}

fn unknown(checked: &Checked) -> Option<Reason> {
    match &checked.outcome {
        Outcome::Unknown { why } => Some(why.reason),
        _ => None,
    }
}

fn violation(name: &str, exit: i32) -> Violation {
    match recorded(name, exit).outcome {
        Outcome::Violated { violation } => violation,
        other => panic!("{name}: {other:?}"),
    }
}

fn rejection(name: &str, exit: i32) -> Diagnostic {
    match recorded(name, exit).outcome {
        Outcome::Rejected { diagnostics } => diagnostics[0].clone(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_complete_run_with_named_invariants_holds() {
    let Outcome::Holds { evidence } = recorded("success", 0).outcome else { panic!("does not hold") };
    let claim = evidence.claim();
    assert_eq!((claim.states, claim.distinct_states, claim.queue, claim.depth), (5, 4, 0, Some(4)));
    assert_eq!(claim.invariants, ["Bounded", "Says"]);
    assert_eq!(claim.closing, "Model checking completed. No error has been found.");
}

#[test]
fn a_config_that_names_nothing_never_holds() {
    assert_eq!(unknown(&recorded("nothing", 0)), Some(Reason::NothingNamed));
}

#[test]
fn no_states_never_hold() {
    assert_eq!(unknown(&recorded("noinit", 0)), Some(Reason::NoStates));
}

#[test]
fn what_breaks_down_in_tlc_itself_says_nothing_of_the_specification() {
    let said = "Cannot read the array length because \"this.states\" is null";
    let error = |text: &str| format!("@!@!@STARTMSG 1000:1 @!@!@\n{text}\n@!@!@ENDMSG 1000 @!@!@\n");
    let around = circumstances("success", Exit::Failure(255));
    assert_eq!(unknown(&judged(&error(said), &around)), Some(Reason::Failed));
    // The state that a worker found is told nevertheless.
    let found = "@!@!@STARTMSG 2217:4 @!@!@\n1: <Initial predicate>\n/\\ x = 1\n\n@!@!@ENDMSG 2217 @!@!@\n";
    let around = Circumstances { distributed: true, ..around };
    assert_eq!(unknown(&judged(&(error(said) + found), &around)), Some(Reason::FoundByWorker));
    assert_eq!(unknown(&judged(&(error("Attempted to apply a function") + found), &around)), None);
}

#[test]
fn a_simulation_never_holds() {
    assert_eq!(
        unknown(&judged(
            &output("simulate"),
            &Circumstances { simulation: true, ..circumstances("success", Exit::Success) }
        )),
        Some(Reason::Simulated)
    );
    let asked = Circumstances { simulation: true, ..circumstances("success", Exit::Success) };
    assert_eq!(unknown(&judged(&output("success"), &asked)), Some(Reason::Simulated));
    // One that tried nothing does not even count as a simulation.
    let without = |word: &str, text: &str| -> String {
        text.lines().filter(|line| !line.contains(word)).map(|line| format!("{line}\n")).collect()
    };
    let uncounted = without("states generated", &output("simulate"));
    assert_eq!(unknown(&judged(&uncounted, &asked)), Some(Reason::Simulated));
    for nothing in
        [without("initial states", &uncounted), uncounted.replace("Computed 1 initial", "Computed 0 initial")]
    {
        assert_ne!(nothing, uncounted);
        assert_eq!(unknown(&judged(&nothing, &asked)), Some(Reason::NoStates));
    }
    // Neither does an output of simulation where a complete search was asked for, with or without a closing message.
    let text = output("success").replace("STARTMSG 2187", "STARTMSG 2188").replace("ENDMSG 2187", "ENDMSG 2188");
    assert_eq!(unknown(&judged(&text, &circumstances("success", Exit::Success))), Some(Reason::Simulated));
}

/// Every way to damage a good output: no prefix of it, and no output with one of its deciding messages taken out,
/// holds.
#[test]
fn a_damaged_success_never_holds() {
    let text = output("success");
    let around = circumstances("success", Exit::Success);
    let holds = |text: &str, around: &Circumstances| matches!(judged(text, around).outcome, Outcome::Holds { .. });
    assert!(holds(&text, &around));
    let lines: Vec<&str> = text.lines().collect();
    for count in 0..lines.len() {
        assert!(!holds(&lines[..count].join("\n"), &around), "the first {count} lines hold");
    }
    for code in [2193, 2199, 2186] {
        let start = lines.iter().position(|line| line.contains(&format!("STARTMSG {code}"))).unwrap();
        let end = lines.iter().position(|line| line.contains(&format!("ENDMSG {code}"))).unwrap();
        let without: Vec<&str> = [&lines[..start], &lines[end + 1..]].concat();
        assert!(!holds(&without.join("\n"), &around), "without {code} it holds");
    }
    for (from, to) in [
        ("\n5 states generated, 4 distinct", "\n5 states generated, 0 distinct"),
        ("\n5 states generated, 4 distinct", "\n0 states generated, 4 distinct"),
        ("found, 0 states left on queue.\n@!@!@ENDMSG 2199", "found, 7 states left on queue.\n@!@!@ENDMSG 2199"),
        ("found, 0 states left on queue.\n@!@!@ENDMSG 2199", "found.\n@!@!@ENDMSG 2199"),
        (
            "4 distinct states found, 0 states left on queue.\n@!@!@ENDMSG 2199",
            "0 states left on queue.\n@!@!@ENDMSG 2199",
        ),
        ("\n5 states generated", "\nmany states generated"),
        ("STARTMSG 2193:0", "STARTMSG 9193:0"),
        ("ENDMSG 2193", "ENDMSG 9193"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(!holds(&text.replace(from, to), &around), "{from} -> {to} holds");
    }
    for exit in [Exit::Failure(1), Exit::Failure(255), Exit::Signalled(9), Exit::Timeout] {
        assert!(!holds(&text, &Circumstances { exit, ..around.clone() }), "{exit:?} holds");
    }
    let config_text = around.config_text.replace("INVARIANTS Bounded", "\\* INVARIANTS Bounded").replace("Says", "");
    assert!(!holds(&text, &Circumstances { config_text, ..around.clone() }));
    let error = "\n@!@!@STARTMSG 9999:1 @!@!@\nsomething new\n@!@!@ENDMSG 9999 @!@!@\n";
    assert!(!holds(&format!("{text}{error}"), &around));
    let cut = "@!@!@STARTMSG 1000:1 @!@!@\nTLC threw";
    assert!(!holds(&format!("{text}{cut}"), &around));
}

#[test]
fn an_unfinished_run_says_how_far_it_came() {
    let text = output("killed");
    let late = judged(&text, &circumstances("grow", Exit::Timeout));
    let Outcome::Unknown { why } = &late.outcome else { panic!("{late:?}") };
    assert_eq!(why.reason, Reason::TimedOut);
    assert_eq!(
        (why.reached.states, why.reached.distinct, why.reached.depth),
        (3_611_449, Some(3_611_448), Some(3_611_448))
    );
    assert_eq!(unknown(&judged(&text, &circumstances("grow", Exit::Signalled(15)))), Some(Reason::Killed));
    assert_eq!(unknown(&judged(&text, &circumstances("grow", Exit::Success))), Some(Reason::Silent));
}

#[test]
fn running_out_of_memory_is_no_verdict() {
    assert_eq!(unknown(&recorded("oom", 75)), Some(Reason::OutOfMemory));
}

#[test]
fn an_invariant_is_violated_by_a_behaviour() {
    let violation = violation("invariant", 12);
    assert_eq!((violation.kind, violation.name.as_deref()), (ViolationKind::Invariant, Some("Small")));
    assert_eq!(violation.behaviour.len(), 4);
    assert_eq!(violation.behaviour[3].variables["x"], "3");
}

#[test]
fn an_invariant_is_violated_by_an_initial_state() {
    let violation = violation("initinv", 12);
    assert_eq!((violation.kind, violation.name.as_deref()), (ViolationKind::Invariant, Some("Zero")));
    assert_eq!(violation.behaviour[0].variables["y"], "{}");
}

#[test]
fn other_violations_have_their_kind_and_behaviour() {
    let deadlock = violation("deadlock", 11);
    assert_eq!((deadlock.kind, deadlock.behaviour.len(), deadlock.lasso), (ViolationKind::Deadlock, 3, None));
    let temporal = violation("temporal", 13);
    assert_eq!((temporal.kind, temporal.name, temporal.lasso), (ViolationKind::Temporal, None, Some(Lasso::BackTo(1))));
    assert_eq!(violation("stutter", 13).lasso, Some(Lasso::Stuttering));
    let action = violation("action", 13);
    assert_eq!((action.kind, action.name.as_deref()), (ViolationKind::ActionProperty, Some("NeverBack")));
    let assumption = violation("assume", 10);
    assert_eq!((assumption.kind, assumption.diagnostics[0].places[0].line), (ViolationKind::Assumption, 3));
}

#[test]
fn a_violation_stands_even_where_the_run_was_killed_after_it() {
    let checked = judged(&output("invariant"), &circumstances("invariant", Exit::Timeout));
    assert!(matches!(checked.outcome, Outcome::Violated { .. }));
}

#[test]
fn a_failed_assertion_is_a_violation_at_its_place() {
    let guard = violation("guard", 75);
    assert_eq!(guard.kind, ViolationKind::Assertion);
    assert_eq!((guard.diagnostics[0].code.as_str(), guard.diagnostics[0].places[0].line), ("tlc/assert", 7));
    let invariant = violation("assert", 76);
    assert_eq!(
        (invariant.kind, invariant.name.as_deref(), invariant.behaviour.len()),
        (ViolationKind::Assertion, Some("Checks"), 3)
    );
}

#[test]
fn errors_of_evaluation_and_config_are_diagnostics_with_places() {
    let names = [
        ("half", 75),
        ("eval", 75),
        ("inverror", 76),
        ("forget", 75),
        ("partial", 255),
        ("deep", 75),
        ("cfgname", 151),
        ("cfgconst", 151),
        ("cfgsyntax", 255),
        ("nocfg", 255),
        ("parse", 150),
    ];
    let shown = names.map(|(name, exit)| {
        let config = if name == "nocfg" { "success" } else { name };
        let checked = judged(&output(name), &circumstances(config, Exit::Failure(exit)));
        let Outcome::Rejected { diagnostics } = checked.outcome else { panic!("{name}: {checked:?}") };
        format!("==== {name}\n{}", diagnostics[0].render(false))
    });
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn an_error_of_evaluation_keeps_the_behaviour_that_led_to_it() {
    let checked = recorded("half", 75);
    assert_eq!(checked.run.behaviour.len(), 2);
    assert_eq!(rejection("half", 75).code, "tlc/wrong-operand");
}

#[test]
fn a_wrong_switch_is_our_own_failure() {
    let checked = judged(&output("badopt"), &circumstances("success", Exit::Failure(1)));
    assert_eq!(unknown(&checked), Some(Reason::Failed));
}

#[test]
fn unknown_messages_are_kept_as_warnings() {
    let text = format!("{}@!@!@STARTMSG 9998:0 @!@!@\nnews\n@!@!@ENDMSG 9998 @!@!@\n", output("success"));
    let checked = judged(&text, &circumstances("success", Exit::Success));
    assert_eq!(checked.run.warnings.len(), 1);
    assert_eq!(checked.run.warnings[0].code, "tlc/unknown-message");
    assert!(matches!(checked.outcome, Outcome::Holds { .. }));
}

#[test]
fn a_verdict_survives_the_disk() {
    for (name, exit) in [("success", 0), ("temporal", 13), ("half", 75), ("nothing", 0)] {
        let checked = recorded(name, exit);
        let text = serde_json::to_string(&checked).unwrap();
        assert_eq!(serde_json::from_str::<Checked>(&text).unwrap(), checked);
    }
}
