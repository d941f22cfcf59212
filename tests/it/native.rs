//! `specgen check --engine native`: a model by the evaluator, without a JVM; and trace specifications that others wrote.

use camino::Utf8PathBuf;
use specgen::base::disk;

use crate::front::home;
use crate::front::say;
use crate::project::Ran;
use crate::project::program;
use crate::project::ran;

const CLOCK: &str = "---- MODULE Clock ----
EXTENDS Naturals, TLC
VARIABLE hour
Init == hour = 1
Next == hour' = (hour % 3) + 1
Spec == Init /\\ [][Next]_hour
Small == hour < 4
Tiny == hour < 3
Up == [][hour' > hour]_hour
Comes == []<>(hour = 1)
Random == hour # RandomElement({7})
None == {}
Shown == [now |-> hour, then |-> hour']
Wrong == [now |-> hour + \"a\"]
====
";

fn check(config: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    disk::put(&at("Clock.tla"), CLOCK).unwrap();
    disk::put(&at("Clock.cfg"), config).unwrap();
    let mut command = program();
    command.env_remove("JAVA_HOME").env("PATH", "").args([
        "check",
        at("Clock.tla").as_str(),
        "--tlc",
        "--engine",
        "native",
    ]);
    command.args(more);
    ran(command)
}

#[test]
fn a_model_is_checked_without_java_and_what_is_no_pass_ends_in_its_own_code() {
    for (config, exit, words) in [
        ("SPECIFICATION Spec INVARIANT Small", 0, "holds: all states were seen"),
        ("SPECIFICATION Spec INVARIANT Tiny", 10, "the invariant Tiny is false in the last state"),
        ("SPECIFICATION Spec PROPERTY Up", 10, "the property Up is false of the behaviour; 3 different states"),
        ("SPECIFICATION Spec PROPERTY Comes", 15, "a temporal part that cannot be checked here"),
        ("SPECIFICATION Spec INVARIANT Random", 15, "unknown: `RandomElement` cannot be evaluated here"),
        ("SPECIFICATION Spec INVARIANT Small SYMMETRY Shown", 10, "`hour` has no value in the current state"),
        ("SPECIFICATION Spec INVARIANT Small SYMMETRY None VIEW Small", 15, "SYMMETRY together with VIEW"),
        ("SPECIFICATION Spec INVARIANT Tiny ALIAS Shown", 10, "  now = 3\n  then = 3\n"),
        ("SPECIFICATION Spec INVARIANT Tiny ALIAS Wrong", 10, "the ALIAS has no value, so the variables are shown"),
        ("SPECIFICATION Spec CHECK_DEADLOCK FALSE", 14, "the config names nothing that is to hold"),
        ("INIT Tiny NEXT Next INVARIANT Small", 10, "`hour` has no value in the current state"),
        ("INVARIANT Small", 2, "the config names no initial predicate"),
    ] {
        let ran = check(config, &[]);
        assert_eq!(ran.exit, exit, "{config}: {}{}", ran.out, ran.err);
        assert!(format!("{}{}", ran.out, ran.err).contains(words), "{config}: {}{}", ran.out, ran.err);
    }
    assert_eq!(check("SPECIFICATION Spec INVARIANT Small", &["--workers", "2"]).exit, 2);
    assert_eq!(check("SPECIFICATION Spec INVARIANT Small", &["--depth-first"]).exit, 0);
    let mut by_tlc = program();
    by_tlc.args(["check", "Clock.tla", "--tlc", "--depth-first"]);
    let by_tlc = ran(by_tlc);
    assert!(by_tlc.err.contains("TLC explores breadth first"), "{by_tlc:?}");
    assert_eq!(by_tlc.exit, 2, "{}", by_tlc.err);
}

#[test]
fn the_states_of_a_violation_are_in_the_json() {
    let json = check("SPECIFICATION Spec INVARIANT Tiny", &["--json"]).json();
    let native = &json["result"]["native"];
    assert_eq!(native["verdict"], "violated");
    assert_eq!(native["distinct"], 3);
    assert_eq!(native["behaviour"], serde_json::json!([{"hour": "1"}, {"hour": "2"}, {"hour": "3"}]));
}

/// Its config as it is: eight invariants, the refinement, `TraceMatched`; 200 of the 4,888 lines of its example.
#[test]
fn the_trace_specification_of_etcd_runs_as_it_is() {
    let tla = home().join("go/pkg/mod/go.etcd.io/raft/v3@v3.6.0/tla");
    let Ok(text) = disk::read_text(&Utf8PathBuf::from_path_buf(tla.join("example.ndjson")).unwrap()) else {
        return say("skipped: no go.etcd.io/raft/v3@v3.6.0");
    };
    let lines: Vec<&str> = text.lines().take(200).collect();
    let judged = |lines: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let trace = Utf8PathBuf::from_path_buf(folder.path().join("t.ndjson")).unwrap();
        disk::put(&trace, lines.join("\n")).unwrap();
        let mut command = program();
        command.env("JSON", &trace).arg("check").arg(tla.join("Traceetcdraft.tla"));
        command.arg("--config").arg(tla.join("Traceetcdraft.cfg")).args(["--engine", "native", "--json"]);
        let ran = ran(command);
        (ran.exit, ran.json()["result"]["native"].clone())
    };
    let (exit, native) = judged(&lines);
    assert_eq!((exit, native["verdict"].as_str()), (0, Some("holds")), "{native}");
    // A term that no message has: the trace is left at this line.
    let wrong = (150..200).find(|line| lines[*line].contains("\"name\":\"SendAppendEntriesRequest\"")).unwrap();
    let mutated = lines[wrong].replace("\"term\":", "\"term\":7");
    let lines: Vec<&str> =
        lines.iter().enumerate().map(|(at, line)| if at == wrong { &*mutated } else { line }).collect();
    let (exit, native) = judged(&lines);
    assert_eq!((exit, native["message"].as_str()), (10, Some("the property TraceMatched is false of the behaviour")));
    let states = native["behaviour"].as_array().unwrap();
    assert_eq!(states.last().unwrap()["l"], (wrong + 1).to_string());
}
