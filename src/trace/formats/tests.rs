use camino::Utf8PathBuf;
use serde_json::json;

use super::*;
use crate::trace::model::Clock;

const SHARED: &str = "../shared/data/trace";

struct File(tempfile::TempDir);

impl File {
    fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = Self(folder);
        disk::put(&file.path(), text).unwrap();
        file
    }

    fn path(&self) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.0.path().join("t.trace")).unwrap()
    }
}

/// The format that is told, the header, the events, and the mistakes as code and line.
type Found = (Format, Header, Vec<Event>, Vec<(String, usize)>);

fn found_in(path: &Utf8Path) -> Result<Found, Diagnostic> {
    let mut stream = Stream::open(path, None, read::Options::default())?;
    let (mut events, mut wrong) = (Vec::new(), Vec::new());
    for event in stream.by_ref() {
        match event {
            Ok(event) => events.push(event),
            Err(error) => wrong.push((error.code, error.places[0].line)),
        }
    }
    Ok((stream.format, stream.header, events, wrong))
}

fn found(text: &str) -> Found {
    found_in(&File::of(text).path()).unwrap()
}

fn mistakes(text: &str) -> Vec<(String, usize)> {
    found_in(&File::of(text).path()).map_or_else(|e| vec![(e.code, e.places[0].line)], |found| found.3)
}

#[track_caller]
fn one(text: &str, code: &str, line: usize) {
    assert_eq!(mistakes(text), [(code.to_owned(), line)], "{text}");
}

#[expect(clippy::print_stderr, reason = "a test says why it did not run")]
fn there(path: Utf8PathBuf) -> Option<Utf8PathBuf> {
    let there = disk::exists(&path);
    if !there {
        eprintln!("skipped: no {path}");
    }
    there.then_some(path)
}

const ETCD: &str = r#"{"level":"info","ts":1.5,"msg":"started"}
{"ts":1712329729.6024537,"tag":"trace","event":{"name":"Commit","nid":"2","state":{"term":2,"vote":"2","commit":6},"role":"StateLeader","log":10,"conf":[["1"],[]],"msg":{"type":"MsgApp"},"prop":{"match":3}}}
"#;

#[test]
fn an_event_of_etcd_keeps_all_that_it_says() {
    let (format, header, events, wrong) = found(ETCD);
    assert_eq!((format, header.nodes.as_slice(), wrong.len()), (Format::Etcd, &["2".to_owned()][..], 0));
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.seq, event.line, event.name.as_str(), event.node.as_str()), (1, 2, "Commit", "2"));
    let state = json!({"term": 2, "vote": "2", "commit": 6, "role": "StateLeader", "log": 10, "conf": [["1"], []]});
    assert_eq!(serde_json::Value::from(event.state.clone()), state);
    assert_eq!(serde_json::Value::from(event.params.clone()), json!({"msg": {"type": "MsgApp"}, "match": 3}));
    let (start, end) = event.stamp.interval.unwrap();
    assert_eq!((start, start / 1000), (end, 1_712_329_729_602_453));
}

#[test]
fn mistakes_in_a_log_of_etcd_have_their_lines() {
    one(&ETCD.replace("\"nid\":\"2\",", ""), "trace/missing-field", 2);
    one(&ETCD.replace("\"nid\":\"2\"", "\"nid\":2"), "trace/wrong-type", 2);
    one(&ETCD.replace("1712329729.6024537", "\"noon\""), "trace/wrong-type", 2);
    one(&ETCD.replace("\"log\":10", "\"log\":null"), "trace/value", 2);
    one(&ETCD.replace("\"event\"", "\"even\""), "trace/missing-field", 2);
    one(&format!("{ETCD}no\n"), "trace/not-json", 3);
    one(&format!("{ETCD}{{\"tag\":\"tr"), "trace/truncated", 3);
}

#[test]
fn the_trace_that_etcd_ships_is_read_whole() {
    let home = std::env::home_dir().and_then(|home| Utf8PathBuf::from_path_buf(home).ok()).unwrap_or_default();
    let Some(path) = there(home.join("go/pkg/mod/go.etcd.io/raft/v3@v3.6.0/tla/example.ndjson")) else { return };
    let (format, header, events, wrong) = found_in(&path).unwrap();
    assert_eq!((format, header.nodes.len(), events.len(), wrong), (Format::Etcd, 10, 4888, Vec::new()));
}

/// The states of the simulator's trace are those of the converted one; `term` is what the converter calls the term.
#[track_caller]
fn tell_the_same_story(raw: &Utf8Path, converted: &Utf8Path, term: &str, nodes: &[&str], events: usize) {
    let (format, header, raw, wrong) = found_in(raw).unwrap();
    assert_eq!((format, header.nodes.join(","), wrong.len()), (Format::PredecessorRaw, nodes.join(","), 0));
    let (format, header, converted, wrong) = found_in(converted).unwrap();
    assert_eq!((format, header.nodes.join(","), wrong.len()), (Format::Predecessor, "*".to_owned(), 0));
    assert_eq!(header.extra["constants"]["Server"], json!(nodes));
    assert_eq!((raw.len(), converted.len()), (events, events));
    for (raw, converted) in raw.iter().zip(&converted) {
        assert_eq!(raw.name, converted.name);
        assert_eq!(raw.state["term"], converted.state[term][&raw.node], "{raw:?}");
    }
}

#[test]
fn the_two_kinds_of_trace_of_the_predecessor_tell_the_same_story() {
    let data = Utf8Path::new("tests/data/trace");
    let (raw, converted) = (data.join("simulator.ndjson"), data.join("converted.ndjson"));
    tell_the_same_story(&raw, &converted, "term", &["n1", "n2"], 6);
}

#[test]
fn the_traces_that_the_predecessor_came_with_tell_the_same_story() {
    let file = |name: &str| there(Utf8Path::new(SHARED).join(name));
    if let (Some(raw), Some(converted)) = (file("raw_trace.ndjson"), file("trace.ndjson")) {
        tell_the_same_story(&raw, &converted, "currentTerm", &["n1", "n2", "n3"], 22);
    }
}

const CONVERTED: &str = r#"{"Server": ["n1", "n2"]}
{"term": [{"op": "Update", "path": [], "args": [{"n1": 0, "n2": 0}]}], "event": "Start"}
{"term": [{"op": "Update", "path": ["n2"], "args": [1]}], "event": "Timeout"}
"#;

#[test]
fn updates_of_variables_add_up_to_states() {
    let (_, _, events, wrong) = found(CONVERTED);
    assert!(wrong.is_empty(), "{wrong:?}");
    let states: Vec<_> = events.iter().map(|event| event.state["term"].clone()).collect();
    assert_eq!(states, [json!({"n1": 0, "n2": 0}), json!({"n1": 0, "n2": 1})]);
}

#[test]
fn mistakes_in_the_traces_of_the_predecessor_have_their_lines() {
    one(&CONVERTED.replacen("Update", "AddToBag", 1), "trace/unsupported", 2);
    one(&CONVERTED.replace("[\"n2\"], \"args", "[\"n2\", \"x\"], \"args"), "trace/value", 3);
    one(&CONVERTED.replace(", \"event\": \"Timeout\"", ""), "trace/missing-field", 3);
    one(&CONVERTED.replace("\"args\": [1]", "\"args\": []"), "trace/wrong-type", 3);
    one(&format!("{CONVERTED}map[x:1]\n"), "trace/not-json", 4);
    let raw = "{\"action\":\"Tick\",\"node_id\":1,\"term\":0}\n";
    one(&format!("{raw}{}", raw.replace("node_id", "node")), "trace/missing-field", 2);
    one(&format!("{raw}{}", raw.replace(":0", ":0.5")), "trace/value", 2);
    one(&format!("{raw}{{\"action\":"), "trace/truncated", 2);
}

const ITF: &str = r##"{
  "#meta": {"format": "ITF"},
  "vars": ["x", "mbt::actionTaken"],
  "loop": 0,
  "states": [
    {"#meta": {"index": 0}, "x": {"#bigint": "1"}, "mbt::actionTaken": "init", "mbt::nondetPicks": {"k": 1}},
    {"#meta": {"index": 1}, "x": {"#set": [{"#tup": [1, "a"]}]}, "mbt::actionTaken": "step"}
  ]
}
"##;

#[test]
fn an_itf_document_is_read_with_its_marks() {
    let (format, header, events, wrong) = found(ITF);
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!((format, header.nodes.join(","), &header.extra["loop"]), (Format::Itf, "*".to_owned(), &json!(0)));
    let names: Vec<(&str, usize)> = events.iter().map(|event| (event.name.as_str(), event.line)).collect();
    assert_eq!(names, [("init", 6), ("step", 7)]);
    assert_eq!(events[1].state["x"], json!({"#set": [{"#tup": [1, "a"]}]}));
    assert_eq!(serde_json::Value::from(events[0].params.clone()), json!({"k": 1}));
}

#[test]
fn mistakes_in_an_itf_document_have_their_lines() {
    one(&ITF.replace("{\"#bigint\": \"1\"}", "{\"#unserializable\": \"Int\"}"), "trace/value", 6);
    one(&ITF.replace("\"x\": {\"#set\"", "\"y\": {\"#set\""), "trace/missing-field", 7);
    one(&ITF.replace("\"loop\": 0,", "\"loop\": 0"), "trace/not-json", 5);
    one(&ITF.replace("\"vars\": [\"x\", ", "\"vars\": [1, "), "trace/not-json", 3);
}

const TLC: &str = r#"TLC2 Version 2.15
Error: Invariant Inv is violated.
Error: The behavior up to this point is:
State 1: <Initial predicate>
/\ m = [n1 |-> 1, n2 |-> {}]
/\ x = 0

State 2: <Step(1, "a") line 6, col 12 to line 6, col 131 of module C>
/\ m = [ n1 |-> 2,
  n2 |-> {<<0, "a\"b">>} ]
/\ x = (0 :> N @@ 1 :> N)

5 states generated, 5 distinct states found, 2 states left on queue.
"#;

#[test]
fn a_behaviour_is_found_in_what_tlc_printed() {
    let (format, _, events, wrong) = found(TLC);
    assert!(wrong.is_empty(), "{wrong:?}");
    let names: Vec<(&str, usize)> = events.iter().map(|event| (event.name.as_str(), event.line)).collect();
    assert_eq!((format, names), (Format::TlcText, vec![("Init", 4), ("Step", 8)]));
    assert_eq!(events[1].params["arguments"], json!([1, "a"]));
    assert_eq!(events[1].state["m"], json!({"n1": 2, "n2": {"#set": [[0, "a\"b"]]}}));
    assert_eq!(events[1].state["x"], json!({"#map": [[0, {"#model": "N"}], [1, {"#model": "N"}]]}));
}

#[test]
fn the_tool_mode_of_tlc_is_read_alike() {
    let tool = "@!@!@STARTMSG 2217:4 @!@!@\n1: <Initial predicate>\nx = 0\n\n@!@!@ENDMSG 2217 @!@!@\n\
                @!@!@STARTMSG 2217:4 @!@!@\n2: <Next line 1, col 1 to line 1, col 2 of module C>\nx = 1\n@!@!@ENDMSG 2217 @!@!@\n\
                @!@!@STARTMSG 2218:4 @!@!@\n3: Stuttering\n@!@!@ENDMSG 2218 @!@!@\n";
    let (_, _, events, wrong) = found(tool);
    assert!(wrong.is_empty(), "{wrong:?}");
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!((names, &events[1].state["x"]), (vec!["Init", "Next", "Stuttering"], &json!(1)));
}

#[test]
fn mistakes_in_what_tlc_printed_have_their_lines() {
    one(&TLC.replace("State 2", "State 3"), "trace/sequence", 8);
    one(&TLC.replace("/\\ x = 0", "/\\ x = <<0"), "trace/value", 6);
    one(&TLC.replace("State ", "Stat "), "trace/no-events", 1);
}

#[test]
fn the_json_of_tlc_is_read_in_its_three_shapes() {
    let states = r#""state":[[2,{"x":1}],[1,{"x":0}]],"action":[[[1,{"x":0}],{"name":"Step","context":{"k":3}},[2,{"x":1}]],[[2,{"x":1}],{"name":"Back"},[1,{"x":0}]]]"#;
    for text in [format!("{{{states}}}\n"), format!("{{\n\"counterexample\":{{{states}}},\n\"vars\":[\"x\"]}}\n")] {
        let (format, header, events, wrong) = found(&text);
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!((format, &header.extra["loop"]), (Format::TlcJson, &json!(0)));
        let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(
            (names, &events[1].params["k"], &events[1].state["x"]),
            (vec!["Init", "Step"], &json!(3), &json!(1))
        );
    }
    let (format, _, events, _) = found("[{\"x\":0},\n{\"x\":1}]\n");
    assert_eq!((format, events.len(), events[1].line), (Format::TlcJson, 2, 2));
    one("{\"state\":[[1,{\"x\":0}],\n[3,{\"x\":0}]],\"action\":[]}\n", "trace/sequence", 2);
    one("[{\"x\":0},\n2]\n", "trace/wrong-type", 2);
}

#[test]
fn a_file_that_begins_like_no_trace_is_told_so() {
    let path = File::of("---- MODULE M ----\n");
    let error = Format::of(&path.path()).unwrap_err();
    assert_eq!(error.code, "trace/unknown-format");
    assert!(error.hints[0].contains("predecessor-raw"), "{error:?}");
    assert_eq!(Format::ALL.map(|format| Format::named(format.name())), Format::ALL.map(Some));
}

#[test]
fn a_trace_of_ours_is_a_stream_too() {
    let text = "{\"specgen_trace\":1,\"system\":\"s\",\"nodes\":[\"n1\"]}\n\
                {\"seq\":1,\"event\":\"E\",\"node\":\"n1\",\"state\":{},\"thread\":\"t\",\"clock\":{\"n1\":1},\"process\":\"p\",\"step\":1,\"start\":3,\"end\":4}\n";
    let (format, header, events, wrong) = found(text);
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!((format, header.system.as_str()), (Format::Specgen, "s"));
    let stamp = &events[0].stamp;
    assert_eq!((stamp.thread.as_str(), stamp.interval, &stamp.origin), ("t", Some((3, 4)), &Some(("p".to_owned(), 1))));
    assert_eq!(stamp.clock, Some(Clock::Vector([("n1".to_owned(), 1)].into())));
    let again = format!("{}\n{}\n", header.to_json(), events[0].to_json(1));
    assert_eq!(found(&again).2, events);
    one(&text.replace("\"end\":4", "\"end\":2"), "trace/interval", 2);
    one(&text.replace("\"step\":1,", ""), "trace/missing-field", 2);
    one(&text.replace("\"step\":1", "\"step\":0"), "trace/wrong-type", 2);
    one(&text.replace("\"clock\":{\"n1\":1}", "\"clock\":\"x\""), "trace/wrong-type", 2);
}
