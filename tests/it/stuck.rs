//! Why a search of the evaluator goes no further: a deadlock, and a trace specification that somebody wrote, whose trace it rejects.

use camino::Utf8PathBuf;
use serde_json::Value;
use serde_json::json;
use specgen::base::disk;

use crate::front::home;
use crate::front::say;
use crate::json::fits;
use crate::project::Ran;
use crate::project::program;
use crate::project::ran;

/// A counter with a step that no event tells of, and its trace specification in the style of the field.
const COUNTER: &str = r#"---- MODULE Count ----
EXTENDS Naturals, Sequences, TLC, Json, IOUtils
Trace == ndJsonDeserialize(IOEnv.TRACE_PATH)
VARIABLES c, l
vars == <<c, l>>
Inc(by) == c' = c + by
Dec == c > 0 /\ c' = c - 1
Reset == c > 1 /\ c' = 0
IsEvent(e) ==
    /\ l <= Len(Trace)
    /\ Trace[l].event = e
    /\ l' = l + 1
Matches == "c" \in DOMAIN Trace[l] => c' = Trace[l].c
IsInc(by) == IsEvent("Inc") /\ Inc(by) /\ Matches
IsDec == IsEvent("Dec") /\ Dec /\ Matches
Init == c = 0 /\ l = 1
Next == (\E by \in 1..2 : IsInc(by)) \/ IsDec \/ (Reset /\ UNCHANGED l)
Spec == Init /\ [][Next]_vars
View == <<c, l>>
Accepted == TLCGet("stats").diameter - 1 >= Len(Trace)
Matched == [](l <= Len(Trace) => [](TLCGet("queue") = 1 \/ l > Len(Trace)))
Ends == <>(l > Len(Trace))
Answers == c = 0 ~> c = 1
Stays == c = 9 ~> c = 9
Goes == ~ENABLED Next => l > Len(Trace)
Small == c < 2
====
"#;

const GOOD: &str =
    "{\"event\":\"Inc\",\"c\":1}\n{\"event\":\"Inc\"}\n{\"event\":\"Inc\",\"c\":4}\n{\"event\":\"Dec\",\"c\":3}\n";

fn judged(config: &str, trace: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    disk::put(&at("Count.tla"), COUNTER).unwrap();
    disk::put(&at("Count.cfg"), format!("SPECIFICATION Spec VIEW View CHECK_DEADLOCK {config}")).unwrap();
    disk::put(&at("t.ndjson"), trace).unwrap();
    let mut command = program();
    command
        .env("TRACE_PATH", at("t.ndjson"))
        .args(["check", at("Count.tla").as_str(), "--tlc", "--engine", "native"])
        .args(more);
    ran(command)
}

fn native(config: &str, trace: &str) -> Value {
    let json = judged(config, trace, &["--json"]).json();
    fits(&json);
    json["result"]["native"].clone()
}

/// The part of a tree that does not hold and has no part that does not: the text and its operands.
fn wrong(parts: &Value) -> (String, Value) {
    let part =
        parts.as_array().unwrap().iter().find(|part| ["false", "failed"].contains(&part["came"].as_str().unwrap()));
    let part = part.unwrap_or_else(|| panic!("all of it holds: {parts}"));
    match &part["parts"] {
        Value::Null => (part["text"].as_str().unwrap().to_owned(), part["operands"].clone()),
        inner => wrong(inner),
    }
}

#[test]
fn a_trace_that_a_foreign_trace_specification_rejects_is_explained_by_the_nearest_action() {
    let bad = GOOD.replace("\"c\":4", "\"c\":6");
    for config in ["FALSE PROPERTY Matched", "FALSE POSTCONDITION Accepted"] {
        assert!(native(config, GOOD)["stuck"].is_null(), "{config}");
        let found = native(config, &bad);
        assert_eq!(found["verdict"], "violated", "{config}: {found}");
        let stuck = &found["stuck"];
        let cursor = json!({
            "variable": "l", "at": 3, "trace": "Trace", "events": 4, "event": "[c |-> 6, event |-> \"Inc\"]",
        });
        // The counter is 2 or 3, or it was set back.
        assert_eq!((&stuck["cursor"], &stuck["states"]), (&cursor, &json!(3)), "{config}: {stuck}");
        assert_eq!(stuck["frontier"].as_array().unwrap().len(), 3);
        for state in stuck["frontier"].as_array().unwrap() {
            assert_eq!(state["state"]["l"], "3");
            let nearest = &state["actions"][0];
            assert_eq!(
                (&nearest["action"], &nearest["failing"], &nearest["came"]),
                (&json!("IsInc(by)"), &json!(1), &json!("false"))
            );
            let (text, operands) = wrong(&nearest["parts"]);
            assert_eq!(text, "c' = Trace[l].c");
            assert_eq!(operands[1], json!({"text": "Trace[l].c", "value": "6"}));
            let others: Vec<&str> =
                state["actions"].as_array().unwrap().iter().map(|a| a["action"].as_str().unwrap()).collect();
            assert_eq!(others[..3], ["IsInc(by)", "IsInc(by)", "IsDec"], "{others:?}");
        }
        assert_eq!(stuck["frontier"][0]["actions"][0]["choices"], json!(["1"]));
    }
    // The event that nothing has is another one.
    let unknown = GOOD.replace("\"Dec\"", "\"Half\"");
    let stuck = native("FALSE PROPERTY Matched", &unknown)["stuck"].clone();
    assert_eq!(stuck["cursor"]["at"], 4);
    let nearest = &stuck["frontier"][0]["actions"][0];
    assert_eq!(wrong(&nearest["parts"]).0, "Trace[l].event = e", "{nearest}");
}

#[test]
fn the_explanation_of_a_rejected_trace_is_forty_lines_at_most() {
    let bad = GOOD.replace("\"c\":4", "\"c\":6");
    let told = judged("FALSE PROPERTY Matched", &bad, &[]);
    assert_eq!(told.exit, 10);
    let (_, told) = told.out.split_once("The state that came furthest").unwrap();
    assert!(told.lines().count() <= 40, "{told}");
    for line in [
        "2 of 4 events are explained, and no step explains the next (l = 3):",
        "  Trace[3] = [c |-> 6, event |-> \"Inc\"]",
        "The nearest action is IsInc(by) {1} (Count.tla:17), 1 conjunct is false:",
        "                         Trace[l].c = 6",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
}

#[test]
fn a_deadlock_is_explained_and_other_violations_only_where_a_trace_ends_there() {
    let bad = GOOD.replace("\"c\":1}", "\"c\":7}");
    let deadlock = native("TRUE INVARIANT Goes", &bad);
    let invariant = native("FALSE INVARIANT Goes", &bad);
    for found in [&deadlock, &invariant] {
        assert_eq!(wrong(&found["stuck"]["frontier"][0]["actions"][0]["parts"]).0, "c' = Trace[l].c", "{found}");
    }
    // A deadlock behind the last event is one, too, and nothing of the trace is left.
    let found = native("TRUE PROPERTY Matched", "{\"event\":\"Inc\",\"c\":1}\n");
    assert_eq!((&found["class"], &found["stuck"]["cursor"]["event"]), (&json!("deadlock"), &Value::Null), "{found}");
    assert_eq!(wrong(&found["stuck"]["frontier"][0]["actions"][0]["parts"]).0, "l <= Len(Trace)");
    let small = native("FALSE INVARIANT Small", GOOD);
    assert_eq!((&small["verdict"], &small["stuck"]), (&json!("violated"), &Value::Null));
}

#[test]
fn what_it_means_that_a_behaviour_may_stop_is_told_with_the_verdict() {
    for (property, verdict, note) in [
        ("Ends", "violated", Some("Ends (`<>P`): without fairness a behaviour may stop in the last state shown")),
        ("Answers", "violated", Some("Answers (`P ~> Q`): without fairness a behaviour may stop")),
        ("Stays", "holds", Some("Stays (`P ~> Q`): no fairness is asked for, so a behaviour may stop anywhere")),
        ("Matched", "violated", None),
    ] {
        let config = format!("FALSE PROPERTY {property}");
        let found = native(&config, GOOD);
        assert_eq!(found["verdict"], verdict, "{property}: {found}");
        let told = found["notes"][0].as_str().unwrap_or_default();
        assert!(note.map_or(told.is_empty(), |note| told.starts_with(note)), "{property}: {told}");
        let text = judged(&config, GOOD, &[]).out;
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn a_trace_that_cannot_be_read_is_bad_input_and_no_rejection() {
    for (trace, told) in [("{\"event\":\"Inc\"}\n{\"ev", "t.ndjson:2: not JSON"), ("?", "no trace to read: ")] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
        disk::put(&at("Count.tla"), COUNTER).unwrap();
        disk::put(&at("Count.cfg"), "SPECIFICATION Spec PROPERTY Matched").unwrap();
        if trace != "?" {
            disk::put(&at("t.ndjson"), trace).unwrap();
        }
        let mut command = program();
        command.env("TRACE_PATH", at("t.ndjson"));
        command.args(["check", at("Count.tla").as_str(), "--tlc", "--engine", "native", "--json"]);
        let ran = ran(command);
        let json = ran.json();
        fits(&json);
        let native = &json["result"]["native"];
        assert_eq!((ran.exit, &native["code"], &native["verdict"]), (13, &json!("eval/unreadable"), &json!("unknown")));
        assert!(native["message"].as_str().unwrap().contains(told), "{native}");
    }
}

/// The trace specification of a module of a registry, as it is, with a line of its example changed.
#[test]
fn a_rejected_trace_of_etcd_names_the_conjunct_that_is_false() {
    let tla = home().join("go/pkg/mod/go.etcd.io/raft/v3@v3.6.0/tla");
    let Ok(text) = disk::read_text(&Utf8PathBuf::from_path_buf(tla.join("example.ndjson")).unwrap()) else {
        return say("skipped: no go.etcd.io/raft/v3@v3.6.0");
    };
    let lines: Vec<&str> = text.lines().take(200).collect();
    let wrong_at = (150..200).find(|line| lines[*line].contains("\"name\":\"SendAppendEntriesRequest\"")).unwrap();
    let mutated = lines[wrong_at].replace("\"term\":", "\"term\":7");
    assert_ne!(mutated, lines[wrong_at]);
    let trace: Vec<&str> =
        lines.iter().enumerate().map(|(at, line)| if at == wrong_at { &*mutated } else { line }).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = Utf8PathBuf::from_path_buf(folder.path().join("t.ndjson")).unwrap();
    disk::put(&file, trace.join("\n")).unwrap();
    let mut command = program();
    command.env("JSON", &file).arg("check").arg(tla.join("Traceetcdraft.tla"));
    command.arg("--config").arg(tla.join("Traceetcdraft.cfg")).args(["--engine", "native", "--json"]);
    let json = ran(command).json();
    fits(&json);
    let stuck = &json["result"]["native"]["stuck"];
    assert_eq!(
        (&stuck["cursor"]["at"], &stuck["cursor"]["trace"]),
        (&json!(wrong_at + 1), &json!("TraceLog")),
        "{stuck}"
    );
    let nearest = &stuck["frontier"][0]["actions"][0];
    let (text, operands) = wrong(&nearest["parts"]);
    assert_eq!(nearest["action"], "AppendEntriesIfLogged(i, j, <<b,e>>)");
    assert_eq!(text, "currentTerm'[i] = logline.event.state.term");
    assert_eq!(
        operands,
        json!([{"text": "currentTerm'[i]", "value": "2"}, {"text": "logline.event.state.term", "value": "72"}])
    );
}
