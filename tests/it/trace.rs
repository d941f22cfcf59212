//! `specgen trace` from the outside.

use std::path::Path;
use std::path::PathBuf;

use crate::project::Ran;
use crate::project::program;
use crate::project::ran;
use crate::whole::SESSION;
use crate::whole::UNDISTURBED;
use crate::whole::Whole;

/// A folder with files in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| folder.put(name, text));
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = camino::Utf8PathBuf::from_path_buf(self.path(name)).unwrap();
        specgen::base::disk::put(&path, text).unwrap();
    }

    fn text(&self, name: &str) -> String {
        crate::map::read(self.path(name).to_str().unwrap())
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = program();
        command.current_dir(self.0.path()).args(["--json", "trace"]).args(arguments);
        ran(command)
    }

    fn words(&self, arguments: &[&str]) -> String {
        let mut command = program();
        command.current_dir(self.0.path()).arg("trace").args(arguments);
        let ran = ran(command);
        assert_eq!(ran.exit, 0, "{ran:?}");
        ran.out
    }
}

fn log(node: &str, events: &[(&str, &str)]) -> String {
    let header = format!("{{\"specgen_trace\":1,\"system\":\"s\",\"nodes\":[\"{node}\"],\"process\":\"{node}\"}}\n");
    let line = |(at, (name, clock)): (usize, &(&str, &str))| {
        let seq = at + 1;
        format!(
            "{{\"seq\":{seq},\"event\":\"{name}\",\"node\":\"{node}\",\"state\":{{\"x\":{seq}}},\"clock\":{clock}}}\n"
        )
    };
    events.iter().enumerate().map(line).fold(header, |text, line| text + &line)
}

fn two_logs() -> Folder {
    Folder::new(&[
        ("a.ndjson", &log("a", &[("Send", "{\"a\":1}"), ("Work", "{\"a\":2}")])),
        ("b.ndjson", &log("b", &[("Receive", "{\"a\":1,\"b\":1}")])),
    ])
}

#[test]
fn logs_merge_to_the_same_bytes_in_any_order_and_as_often_as_one_likes() {
    let folder = two_logs();
    let merged = folder.run(&["merge", "a.ndjson", "b.ndjson", "-o", "1.ndjson"]).json();
    assert_eq!(
        (merged["result"]["by"].as_str(), merged["result"]["concurrent_neighbours"].as_u64()),
        (Some("vector"), Some(1))
    );
    folder.run(&["merge", "b.ndjson", "a.ndjson", "b.ndjson", "-o", "2.ndjson"]).json();
    folder.run(&["merge", "2.ndjson", "a.ndjson", "-o", "3.ndjson"]).json();
    let text = folder.text("1.ndjson");
    assert_eq!((&folder.text("2.ndjson"), &folder.text("3.ndjson")), (&text, &text));
    assert!(text.lines().nth(3).unwrap().contains("\"event\":\"Receive\""), "{text}");
    assert_eq!(folder.run(&["check", "1.ndjson"]).json()["result"]["files"][0]["events"], 3);
}

#[test]
fn the_schema_that_is_shipped_fits_what_is_written() {
    let schema: serde_json::Value = serde_json::from_str(&crate::map::read("docs/trace.schema.json")).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let folder = two_logs();
    folder.run(&["merge", "a.ndjson", "b.ndjson", "-o", "all.ndjson"]).json();
    for line in folder.text("all.ndjson").lines() {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(schema.is_valid(&line), "{line}");
        if line.get("step").is_some() {
            line.as_object_mut().unwrap().remove("step");
            assert!(!schema.is_valid(&line), "{line}");
        }
    }
}

#[test]
fn a_merge_that_fails_writes_nothing() {
    let folder = two_logs();
    folder.run(&["merge", "b.ndjson", "-o", "1.ndjson", "--by", "vector"]).failed_once(13, "trace/gap");
    folder
        .run(&["merge", "a.ndjson", "b.ndjson", "-o", "1.ndjson", "--by", "interval"])
        .failed_once(13, "trace/unordered");
    assert!(!folder.path("1.ndjson").exists());
}

#[test]
fn a_part_of_a_trace_keeps_what_its_events_were() {
    let folder = two_logs();
    folder.run(&["merge", "a.ndjson", "b.ndjson", "-o", "all.ndjson"]).json();
    let cut = folder.run(&["cut", "all.ndjson", "--node", "a", "--events", "2..", "-o", "part.ndjson"]).json();
    assert_eq!((cut["result"]["read"].as_u64(), cut["result"]["written"].as_u64()), (Some(3), Some(1)));
    let line: serde_json::Value = serde_json::from_str(folder.text("part.ndjson").lines().nth(1).unwrap()).unwrap();
    assert_eq!((&line["seq"], &line["process"], &line["step"]), (&1.into(), &"a".into(), &2.into()));
    folder.run(&["cut", "all.ndjson", "--action", "None", "-o", "no.ndjson"]).failed_once(13, "trace/no-events");
    assert!(!folder.path("no.ndjson").exists());
}

const TLC: &str = "State 1: <Initial predicate>\n/\\ s = {1}\n/\\ x = 0\n\nState 2: <Up(2) line 1, col 1 to line 1, col 2 of module M>\n\
                   /\\ s = {1, 2}\n/\\ x = 2\n\n";

#[test]
fn a_counterexample_goes_to_itf_and_back_to_the_same_events() {
    let folder = Folder::new(&[("tlc.txt", TLC)]);
    for (from, to, out) in [("tlc.txt", "specgen", "1"), ("1", "itf", "2"), ("2", "specgen", "3"), ("3", "itf", "4")] {
        folder.run(&["convert", from, "--to", to, "--system", "M", "-o", out]).json();
    }
    assert_eq!(folder.text("3"), folder.text("1"));
    assert_eq!(folder.text("4"), folder.text("2"));
    assert!(folder.text("1").contains("\"state\":{\"s\":{\"#set\":[1,2]},\"x\":2}"), "{}", folder.text("1"));
}

#[test]
fn a_trace_is_shown_by_what_its_events_changed() {
    let folder = Folder::new(&[("tlc.txt", TLC)]);
    let expected = "seq  node  event  with           what changed\n  1  *     Init                  s={#set:[1]} x=0\n  2  *     Up     arguments=[2]  s={#set:[1,2]} x=2\n";
    assert_eq!(folder.words(&["show", "tlc.txt"]), expected);
    let few = folder.words(&["show", "tlc.txt", "--limit", "1"]);
    assert_eq!((few.lines().count(), few.contains("and more")), (3, true));
}

#[test]
fn what_happened_is_counted() {
    let folder = two_logs();
    folder.run(&["merge", "a.ndjson", "b.ndjson", "-o", "all.ndjson"]).json();
    let json = folder.run(&["stat", "all.ndjson"]).json();
    let statistics = &json["result"]["statistics"];
    assert_eq!((&statistics["events"], &statistics["kinds"]["Work"]["a"]), (&3.into(), &1.into()));
    assert_eq!(statistics["nodes"]["b"], serde_json::json!({"events": 1, "first": 3, "last": 3}));
    let gap = folder.text("a.ndjson").replace("\"seq\":2", "\"seq\":4");
    folder.put("gap.ndjson", &gap);
    let json = folder.run(&["stat", "gap.ndjson"]).json();
    assert_eq!((&json["exit"], &json["result"]["diagnostics"][0]["code"]), (&13.into(), &"trace/sequence".into()));
}

#[test]
fn the_mapping_has_to_know_the_events_of_every_format() {
    let folder = Folder::new(&[
        ("tlc.txt", TLC),
        ("m.yaml", "format: 1\nsystem: M\nnode_parameter: s\nactions: [{name: Init}]\n"),
    ]);
    let json = folder.run(&["check", "tlc.txt", "--mapping", "m.yaml"]).json();
    let mistake = &json["result"]["files"][0]["diagnostics"][0];
    assert_eq!((&mistake["code"], &mistake["places"][0]["line"]), (&"trace/unknown-event".into(), &5.into()));
}

#[test]
fn what_events_owe_each_other_is_held_against_a_trace() {
    let clock = "{\"a\":1}";
    let mapping = "format: 1\nsystem: s\nnode_parameter: s\nactions:\n- {name: Lock}\n- {name: Unlock}\nobligations:\n- name: lock\n  open: [{event: Lock, key: [node]}]\n  close: [{event: Unlock, key: [node]}]\n";
    let folder = Folder::new(&[
        ("m.yaml", mapping),
        ("closed.ndjson", &log("a", &[("Lock", clock), ("Unlock", clock)])),
        ("open.ndjson", &log("a", &[("Unlock", clock), ("Lock", clock)])),
        ("odd.yaml", &mapping.replace("close: [{event: Unlock, key: [node]}]", "close: [{event: Unlock, key: [nod]}]")),
        ("overlap.yaml", &mapping.replace("actions:", "order: intervals\nactions:")),
    ]);
    let words = folder.words(&["check", "closed.ndjson", "--mapping", "m.yaml"]);
    assert!(words.contains("\n  lock: opened 1 times, closed 1 times\n"), "{words}");
    let checked = folder.run(&["check", "open.ndjson", "--mapping", "m.yaml"]).json();
    let file = &checked["result"]["files"][0];
    let told: Vec<_> =
        file["diagnostics"].as_array().unwrap().iter().map(|d| (&d["code"], &d["places"][0]["line"])).collect();
    assert_eq!(told, [(&"trace/not-opened".into(), &2.into())]);
    assert_eq!((&checked["exit"], &file["obligations"][0]["open"]), (&13.into(), &1.into()));
    for mapping in ["odd.yaml", "overlap.yaml"] {
        let refused = folder.run(&["check", "closed.ndjson", "--mapping", mapping]).json();
        let wrong = &refused["diagnostics"][0];
        assert_eq!(
            (&wrong["code"], wrong["places"][0]["line"].as_u64() >= Some(7)),
            (&"instrument/config".into(), true),
            "{refused}"
        );
    }
}

#[test]
fn the_same_mistake_on_many_lines_is_told_once_and_hides_no_other() {
    let text = log("a", &[("Work", "{\"a\":1}"); 30]);
    let folder = Folder::new(&[
        ("m.yaml", "format: 1\nsystem: s\nnode_parameter: s\nactions: [{name: Send}]\n"),
        ("unmapped.ndjson", &format!("{text}no\n")),
        ("nowhere.ndjson", &text.replace("\"node\":\"a\",", "")),
    ]);
    let codes = |of: &serde_json::Value| -> Vec<(String, u64)> {
        let told = of["diagnostics"].as_array().unwrap().iter();
        told.map(|d| (d["code"].as_str().unwrap().to_owned(), d["places"][0]["line"].as_u64().unwrap())).collect()
    };
    let checked = folder.run(&["check", "unmapped.ndjson", "--mapping", "m.yaml"]).json();
    let expected = [("trace/unknown-event".to_owned(), 2), ("trace/not-json".to_owned(), 32)];
    assert_eq!(codes(&checked["result"]["files"][0]), expected);
    let counted = folder.run(&["stat", "nowhere.ndjson"]).json();
    assert_eq!(codes(&counted["result"]), [("trace/missing-field".to_owned(), 2)]);
}

/// Events until the file is so long.
fn long_trace(path: &Path, bytes: usize) -> usize {
    let filler = "x".repeat(900);
    let mut text = "{\"specgen_trace\":1,\"system\":\"s\",\"nodes\":[\"n1\"]}\n".to_owned();
    let mut events = 0;
    while text.len() < bytes {
        events += 1;
        text.extend([format!(
            "{{\"seq\":{events},\"event\":\"E\",\"node\":\"n1\",\"state\":{{\"x\":\"{filler}\"}}}}\n"
        )]);
    }
    specgen::base::disk::put(camino::Utf8Path::from_path(path).unwrap(), text).unwrap();
    events
}

#[tokio::test]
async fn a_long_trace_is_streamed_and_not_loaded() {
    let folder = Folder::new(&[]);
    let events = long_trace(&folder.path("long.ndjson"), 96 << 20);
    for arguments in [&["check"][..], &["convert", "-o", "out.ndjson"]] {
        let command = specgen::base::process::Command::new(env!("CARGO_BIN_EXE_specgen"));
        let directory = camino::Utf8PathBuf::from_path_buf(folder.0.path().to_owned()).unwrap();
        let finished =
            command.arg("trace").args(arguments).arg("long.ndjson").directory(directory).run().await.unwrap();
        assert!(finished.stdout.contains(&events.to_string()), "{finished:?}");
        let peak = finished.peak_memory.unwrap();
        assert!(peak < 48 << 20, "{arguments:?} took {} MB for a trace of 96", peak >> 20);
    }
}

#[test]
fn an_origin_that_no_probe_of_the_session_has_is_refused_and_none_is_told() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    let trace = whole.project.text(&format!("{SESSION}/04-exercise/traces/2.ndjson"));
    let validate = |text: &str| {
        whole.project.put("mine.ndjson", text);
        whole.project.run(&["validate", "--trace", "mine.ndjson", "--tla-tools", whole.jar()])
    };
    let first = trace.lines().nth(1).unwrap();
    let event: serde_json::Value = serde_json::from_str(first).unwrap();
    assert_eq!((&event["probe"], &event["function"]), (&"counter.go:9".into(), &"(*Counter).Up".into()), "{first}");
    let genuine = validate(&trace);
    assert_eq!((genuine.exit, genuine.json()["result"]["diagnostics"].to_string().as_str()), (0, "[]"), "{genuine:?}");
    for (key, value) in [("probe", "counter.go:10"), ("function", "Evil"), ("probe", "harness:Up")] {
        let mut forged = event.clone();
        forged[key] = value.into();
        let ran = validate(&trace.replace(first, &forged.to_string()));
        ran.failed(13, "trace/unknown-probe").says("counter.go:9 in (*Counter).Up");
        assert_eq!(ran.json()["diagnostics"][0]["places"][0]["line"], 2, "{ran:?}");
    }
    let mut mute = event.clone();
    for key in ["probe", "function"] {
        mute.as_object_mut().unwrap().remove(key);
    }
    let ran = validate(&trace.replace(first, &mute.to_string()));
    assert_eq!((ran.exit, &ran.json()["result"]["diagnostics"][0]["code"]), (0, &"trace/no-origin".into()), "{ran:?}");
}
