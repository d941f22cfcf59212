//! `specgen check --engine native`: a model by the evaluator, without a JVM; and trace specifications that others wrote.

use camino::Utf8PathBuf;
use specgen::base::disk;

use crate::front::home;
use crate::front::say;
use crate::project::Ran;
use crate::project::checked;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

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
Soon == <>(hour = 2)
Ends == hour = 1 /\\ hour' = 2
Asserts == Assert(hour > 1, \"early\") /\\ UNCHANGED hour
Random == hour # RandomElement({7})
None == {}
Shown == [now |-> hour, then |-> hour']
Wrong == [now |-> hour + \"a\"]
====
";

fn check(config: &str, more: &[&str]) -> Ran {
    checked(("Clock", CLOCK), config, &[&["--engine", "native"], more].concat())
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

#[test]
fn what_is_violated_is_told_as_by_tlc() {
    for (config, class, violated, steps) in [
        ("SPECIFICATION Spec INVARIANT Tiny", "invariant", Some("Tiny"), 3),
        ("SPECIFICATION Spec PROPERTY Up", "action-property", Some("Up"), 4),
        ("SPECIFICATION Spec PROPERTY Soon", "liveness", Some("Soon"), 1),
        ("INIT Init NEXT Ends INVARIANT Small", "deadlock", None, 2),
        ("INIT Init NEXT Asserts INVARIANT Small", "assertion", None, 1),
    ] {
        let ran = check(config, &["--json"]);
        let native = ran.json()["result"]["native"].clone();
        let shown = &native["counterexample"];
        assert_eq!((ran.exit, native["verdict"].as_str()), (10, Some("violated")), "{config}: {native}");
        assert_eq!((native["class"].as_str(), shown["class"].as_str()), (Some(class), Some(class)), "{config}");
        assert_eq!(shown["violated"].as_str(), violated, "{config}");
        let told: Vec<&str> =
            shown["steps"].as_array().unwrap().iter().map(|s| s["state"]["hour"].as_str().unwrap()).collect();
        assert_eq!(told.len(), steps, "{config}: {told:?}");
        assert_eq!(native["behaviour"].as_array().unwrap().len(), steps, "{config}");
    }
    let held = check("SPECIFICATION Spec INVARIANT Small", &["--json"]).json()["result"]["native"].clone();
    assert!(held["class"].is_null() && held["code"].is_null() && held["counterexample"].is_null(), "{held}");
    let unknown = check("SPECIFICATION Spec INVARIANT Random", &["--json"]).json()["result"]["native"].clone();
    assert_eq!((&unknown["class"], &unknown["code"]), (&serde_json::Value::Null, &"eval/unsupported".into()));
}

#[test]
fn a_program_is_started_only_where_that_is_allowed() {
    let runs = |invariant: &str, more: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
        let module = format!(
            "---- MODULE Run ----\nEXTENDS Naturals, IOUtils\nVARIABLE x\nInit == x = 0\nNext == UNCHANGED x\nInv == {invariant}\n====\n"
        );
        disk::put(&at("Run.tla"), module).unwrap();
        disk::put(&at("Run.cfg"), "INIT Init NEXT Next INVARIANT Inv").unwrap();
        let mut command = program();
        command.args(["check", at("Run.tla").as_str(), "--tlc", "--engine", "native", "--json"]).args(more);
        let ran = ran(command);
        let native = ran.json()["result"]["native"].clone();
        (
            ran.exit,
            native["code"].as_str().unwrap_or("holds").to_owned(),
            native["message"].as_str().unwrap().to_owned(),
        )
    };
    let echo = "IOExec(<<\"sh\", \"-c\", \"echo a; echo b >&2; exit 3\">>) = [exitValue |-> 3, stdout |-> \"a\\n\", stderr |-> \"b\\n\"]";
    let (exit, code, message) = runs(echo, &[]);
    assert_eq!((exit, code.as_str()), (15, "eval/unsupported"), "{message}");
    assert!(message.contains("`--allow-exec`"), "{message}");
    assert_eq!(runs(echo, &["--allow-exec"]).0, 0, "{:?}", runs(echo, &["--allow-exec"]));
    let set = "IOEnvExec([WORD |-> \"w\"], <<\"sh\", \"-c\", \"printf $WORD\">>).stdout = \"w\"";
    assert_eq!(runs(set, &["--allow-exec"]).0, 0, "{:?}", runs(set, &["--allow-exec"]));
    let (exit, code, message) = runs("IOExec(<<\"no-such-program-anywhere\">>).exitValue = 0", &["--allow-exec"]);
    assert_eq!((exit, code.as_str()), (10, "eval/undefined"), "{message}");
    let (exit, code, message) = runs("IOExec(<<\"sleep\", \"600\">>).exitValue = 0", &["--allow-exec", "--limit", "1"]);
    assert_eq!((exit, code.as_str()), (30, "eval/too-long"), "{message}");
    assert_eq!(runs("IOExecTemplate(<<\"echo\">>, <<>>).exitValue = 0", &["--allow-exec"]).1, "eval/unsupported");
    let mut by_tlc = program();
    by_tlc.args(["check", "Run.tla", "--tlc", "--allow-exec"]);
    assert_eq!(ran(by_tlc).exit, 2);
}

/// Files called like standard modules. TLC reads them, and has its own code for the operators that it knows.
#[test]
fn a_module_of_ones_own_is_read_as_by_tlc() {
    let module = |name: &str, text: &str| (format!("{name}.tla"), format!("---- MODULE {name} ----\n{text}\n===="));
    let files = [
        module(
            "Sequences",
            "LOCAL INSTANCE Naturals\nLen(s) == 42\nHead(s) == 43\nExtra(s) == <<s, Len(s)>>\ns \\o t == <<\"mine\">>",
        ),
        module("Naturals", "Nat == {0}\na + b == <<a, b>>\na ++ b == <<\"mine\", a, b>>\nx < y == TRUE"),
        module("TLC", "d :> e == <<d, e>>\nMine == \"mine\"\nToString(a, b) == <<b, a>>"),
        module("Json", "ToJson(v) == <<\"json\", v>>\nndJsonDeserialize(f) == <<[a |-> 1]>>"),
        module("SequencesExt", "Last(s) == \"last\""),
        module(
            "M",
            "EXTENDS Naturals, Sequences, TLC, Json, SequencesExt\nVARIABLE x\nInit == x = <<Len(<<1, 2>>), Head(<<1, 2>>), \
             Extra(<<1, 2>>), <<1>> \\o <<2>>, 1 + 2, 1 ++ 2, 7 \\in Nat, 2 < 1, 5 :> 6, Mine, ToJson(3), \
             ndJsonDeserialize(\"none\")[1].a, Last(<<1>>)>>\nNext == UNCHANGED x\nInv == x # x",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    files.iter().for_each(|(name, text)| disk::put(&at(name), text).unwrap());
    disk::put(&at("M.cfg"), "INIT Init NEXT Next INVARIANT Inv").unwrap();
    let found = |engine: &str, more: &[&str]| {
        let mut command = program();
        command.args(["check", at("M.tla").as_str(), "--tlc", "--json", "--engine", engine]).args(more);
        let ran = ran(command);
        ran.json()["result"][engine]["counterexample"]["steps"][0]["state"]["x"].clone()
    };
    let ours = found("native", &[]);
    assert_eq!(
        ours,
        "<<2, 1, <<<<1, 2>>, 2>>, <<1, 2>>, 3, <<\"mine\", 1, 2>>, TRUE, FALSE, (5 :> 6), \"mine\", \
         <<\"json\", 3>>, 1, \"last\">>"
    );
    // One of ours has another number of parameters than the code.
    let taken = disk::read_text(&at("M.tla")).unwrap();
    let other = taken.replace("Mine,", "ToString(1, 2),");
    disk::put(&at("M.tla"), &other).unwrap();
    assert!(found("native", &[]).is_null());
    let Some(jar) = tools() else { return };
    let tlc = ["--tla-tools", jar.to_str().unwrap()];
    assert!(found("tlc", &tlc).is_null());
    disk::put(&at("M.tla"), taken).unwrap();
    assert_eq!(found("tlc", &tlc), ours);
}

/// The text of the community module, beside the specification: what nobody can evaluate is a place for code.
#[test]
fn a_place_for_code_in_a_module_of_ones_own_is_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    let json = "---- MODULE Json ----\nToJson(v) == CHOOSE s \\in STRING : TRUE\nndJsonDeserialize(f) == CHOOSE v : TRUE\n\
                JsonDeserialize(f) == <<f>>\nJsonSerialize(f, v) == TRUE\n====\n";
    disk::put(&at("Json.tla"), json).unwrap();
    disk::put(&at("t.ndjson"), "{\"a\": 7}\n").unwrap();
    let module = format!(
        "---- MODULE M ----\nEXTENDS Json\nVARIABLE x\nInit == x = <<ToJson(<<1>>), ndJsonDeserialize(\"{}\")[1].a, \
         JsonDeserialize(\"f\")>>\nNext == UNCHANGED x\nInv == x # x\nWrites == JsonSerialize(\"f\", x)\n====\n",
        at("t.ndjson")
    );
    disk::put(&at("M.tla"), module).unwrap();
    let native = |config: &str| {
        disk::put(&at("M.cfg"), config).unwrap();
        let mut command = program();
        command.args(["check", at("M.tla").as_str(), "--tlc", "--json", "--engine", "native"]);
        ran(command).json()["result"]["native"].clone()
    };
    let found = native("INIT Init NEXT Next INVARIANT Inv");
    assert_eq!(found["behaviour"][0]["x"], "<<\"[1]\", 7, <<\"f\">>>>", "{found}");
    assert_eq!(native("INIT Init NEXT Next INVARIANT Writes")["code"], "eval/unsupported");
}
