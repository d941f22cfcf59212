//! `specgen exercise`: traces of many seeds, without a spec and without a model.

use serde_json::Value;
use serde_json::json;

use crate::project::Project;
use crate::project::go;

/// Counts as often as the seed says; `--events` says what goes wrong, and for which seeds.
const HARNESS: &str = r#"// Command harness counts, and does what a test wants.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"specgen.example/counter"
)

func main() {
	seed := flag.Int("seed", 0, "")
	out := flag.String("out", "", "")
	flag.Parse()
	file, err := os.Create(*out)
	if err != nil {
		panic(err)
	}
	counter.SpecgenOpen(file, map[string]any{"system": "counter", "nodes": []string{"c1"}, "seed": *seed})
	c := &counter.Counter{}
	for range *seed {
		c.Up()
	}
	if *seed == 4 {
		fmt.Println("four is too many")
		os.Exit(3)
	}
	if *seed == 5 {
		counter.SpecgenEmit("Time", "c1", map[string]any{"now": time.Now().UnixNano()}, nil)
	}
	if *seed == 6 {
		os.Remove(*out)
	}
	if err := counter.SpecgenClose(); err != nil {
		panic(err)
	}
}
"#;

fn project() -> Project {
    let project = Project::new();
    let settings = project.text("specgen.yaml");
    let harness = "harness:\n  dir: harness\n  build: [go, build, -o, '{out}/harness', .]\n  \
                   run: ['{out}/harness', --seed, '{seed}', --out, '{trace}']\n  train: [1]\n  judge: [2]\n";
    project.put("specgen.yaml", &format!("{settings}{harness}"));
    project.put("harness/main.go", HARNESS);
    project
}

/// Seed, outcome, events and whether it was there before.
fn rows(json: &Value) -> Vec<(u64, String, Option<u64>, bool)> {
    let seeds = json["result"]["seeds"].as_array().unwrap();
    let row = |seed: &Value| {
        let outcome = &seed["outcome"];
        let kind = outcome["kind"].as_str().unwrap().to_owned();
        (seed["seed"].as_u64().unwrap(), kind, outcome["events"].as_u64(), seed["kept"].as_bool().unwrap())
    };
    seeds.iter().map(row).collect()
}

fn recorded(seed: u64, events: u64, kept: bool) -> (u64, String, Option<u64>, bool) {
    (seed, "recorded".to_owned(), Some(events), kept)
}

#[test]
fn every_seed_has_its_trace_without_a_spec_or_a_model_and_is_not_run_twice() {
    if !go() {
        return;
    }
    let project = project();
    let ran = project.run(&["exercise", "--seeds", "3,1..2"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    let json = ran.json();
    assert_eq!(rows(&json), [recorded(3, 3, false), recorded(1, 1, false), recorded(2, 2, false)]);
    let trace = json["result"]["seeds"][0]["place"].as_str().unwrap().to_owned();
    assert_eq!(project.run(&["trace", "check", &trace]).exit, 0);
    assert_eq!(project.calls(), 0);
    // One that was changed since is run again, the others are not.
    specgen::base::disk::put(camino::Utf8Path::new(&trace), "").unwrap();
    let json = project.run(&["exercise", "--seeds", "1..3"]).json();
    assert_eq!(rows(&json), [recorded(1, 1, true), recorded(2, 2, true), recorded(3, 3, false)]);
    // Another harness has a folder of its own.
    project.put("harness/main.go", &HARNESS.replace("range *seed", "range *seed + 1"));
    let other = project.run(&["exercise", "--seeds", "1"]).json();
    assert_eq!(rows(&other), [recorded(1, 2, false)]);
    assert_ne!(other["result"]["folder"], json["result"]["folder"]);
}

#[test]
fn what_failed_is_kept_and_told_and_does_not_end_the_others() {
    if !go() {
        return;
    }
    let project = project();
    let ran = project.run(&["exercise", "--seeds", "4..7", "--jobs", "1"]);
    assert_eq!(ran.exit, 14, "{ran:?}");
    let json = ran.json();
    let outcomes: Vec<_> = rows(&json).into_iter().map(|row| row.1).collect();
    assert_eq!(outcomes, ["failed", "recorded", "failed", "recorded"]);
    let first = &json["result"]["seeds"][0];
    assert_eq!(first["outcome"]["why"], json!("failure, status 3: four is too many"));
    let place = camino::Utf8Path::new(first["place"].as_str().unwrap());
    let text = |name: &str| specgen::base::disk::read_text(&place.join(name)).unwrap();
    assert!(text("output.log").contains("four is too many"));
    assert_eq!(text("trace.ndjson").lines().count(), 5, "what was written up to there");
    assert_eq!(json["result"]["seeds"][2]["outcome"]["why"], "success, but there is no trace");
    // A run that failed is run again.
    assert_eq!(rows(&project.run(&["exercise", "--seeds", "4"]).json())[0], (4, "failed".to_owned(), None, false));
}

#[test]
fn a_seed_that_gives_other_bytes_is_told_with_the_line() {
    if !go() {
        return;
    }
    let project = project();
    assert_eq!(project.run(&["exercise", "--seeds", "2..3", "--again"]).exit, 0);
    // Of one that is recorded, what is there is what a new run has to give.
    let ran = project.run(&["exercise", "--seeds", "2,5", "--again"]);
    assert_eq!(ran.exit, 21, "{ran:?}");
    let json = ran.json();
    let seeds = &json["result"]["seeds"];
    assert_eq!(seeds[0]["outcome"]["kind"], "recorded");
    assert_eq!(seeds[1]["outcome"], json!({"kind": "differs", "line": 7}));
    let place = camino::Utf8Path::new(seeds[1]["place"].as_str().unwrap());
    let trace = |name: &str| specgen::base::disk::read_text(&place.join(name)).unwrap();
    assert_ne!(trace("trace.ndjson"), trace("again.ndjson"));
}

#[test]
fn without_seeds_those_of_the_settings_are_recorded_as_a_run_does() {
    if !go() {
        return;
    }
    let project = project();
    let json = project.run(&["exercise"]).json();
    assert_eq!(json["result"]["traces"], 2);
    assert!(project.path(".specgen/default/04-exercise/traces/1.ndjson").exists(), "{json}");
}

#[test]
fn what_cannot_be_run_is_said_first() {
    let project = Project::new();
    project.run(&["exercise", "--seeds", "1..3"]).failed(2, "config/missing");
    project.run(&["exercise", "--seeds", "3..1"]).failed_as_usage();
    project.run(&["exercise", "--jobs", "2"]).failed_as_usage();
}

#[test]
fn in_a_project_a_trace_is_held_against_its_mapping_and_the_probes_of_its_copy() {
    if !go() {
        return;
    }
    let project = project();
    let ran = project.run(&["exercise", "--seeds", "2"]);
    let trace = ran.json()["result"]["seeds"][0]["place"].as_str().unwrap().to_owned();
    let text = project.text(&trace);
    let check = |file: &str, more: &[&str]| project.run(&[&["trace", "check", file], more].concat());
    let good = check(&trace, &[]);
    assert_eq!(good.exit, 0, "{good:?}");
    let against = &good.json()["result"]["against"];
    assert!(against["mapping"].as_str().unwrap().ends_with("trace/trace.yaml"), "{against}");
    assert!(against["probes"].as_str().unwrap().ends_with("03-instrument/points.json"), "{against}");

    project.put("other.yaml", &format!("{}# another\n", project.text("trace/trace.yaml")));
    project.put("event.ndjson", &text.replacen("\"event\":\"Up\"", "\"event\":\"Upp\"", 1));
    project.put("probe.ndjson", &text.replacen("counter.go:9", "counter.go:8", 1));
    let own = ["--mapping", "trace/trace.yaml"];
    for (file, code, caught) in [
        ("event.ndjson", "trace/unknown-event", [&[][..], &own, &["--mapping", "other.yaml"]].as_slice()),
        // Points are numbered after the mapping that they were made with.
        ("probe.ndjson", "trace/unknown-probe", &[&[], &own]),
    ] {
        for more in caught {
            let ran = check(file, more);
            let json = ran.json();
            let found = &json["result"]["files"][0]["diagnostics"][0]["code"];
            assert_eq!((ran.exit, found.as_str()), (13, Some(code)), "{file} {more:?}: {json}");
        }
        let alone = check(file, &["--no-mapping"]);
        let nothing = json!({"mapping": null, "probes": null, "other_copy": false});
        assert_eq!((alone.exit, &alone.json()["result"]["against"]), (0, &nothing));
    }
    assert_eq!(check("probe.ndjson", &["--mapping", "other.yaml"]).exit, 0);
    check(&trace, &["--no-mapping", "--mapping", "other.yaml"]).failed_as_usage();

    // A behaviour of the specification has no events of the system.
    let text = "State 1: <Initial predicate>\n/\\ n = 0\n\nState 2: <Up line 4, col 1 to line 4, col 9 of module Counter>\n/\\ n = 1\n";
    project.put("behaviour.txt", text);
    let behaviour = check("behaviour.txt", &[]);
    assert_eq!((behaviour.exit, &behaviour.json()["result"]["files"][0]["held"]), (0, &json!(false)), "{behaviour:?}");
    assert_eq!(check("behaviour.txt", &own).exit, 13, "`Init` is no event");
    assert_eq!(check(&trace, &[]).json()["result"]["files"][0]["held"], true);

    // The points of a copy that another mapping made may be those of other probes.
    project.put("trace/trace.yaml", &format!("{}# changed\n", project.text("trace/trace.yaml")));
    let changed = check("probe.ndjson", &[]);
    let against = changed.json()["result"]["against"].clone();
    assert_eq!((changed.exit, &against["probes"], &against["other_copy"]), (0, &json!(null), &json!(true)));
    assert_eq!(check("event.ndjson", &[]).exit, 13);
    specgen::base::disk::remove(&project.utf8("trace/trace.yaml")).unwrap();
    check(&trace, &[]).failed(13, "disk/not-found").says("--no-mapping");
    assert_eq!(check(&trace, &["--no-mapping"]).exit, 0);
}

#[test]
fn the_copy_is_made_without_a_spec_a_brief_or_a_model() {
    if !go() {
        return;
    }
    let project = project();
    let settings = project.text("specgen.yaml").replace("  brief: brief.md\n  properties: [TypeOK]\n", "");
    project.put("specgen.yaml", &settings);
    let ran = project.run(&["instrument"]);
    assert_eq!((ran.exit, project.calls()), (0, 0), "{ran:?}");
    assert!(project.path(".specgen/default/03-instrument/points.json").exists());
    assert!(!project.path(".specgen/default/01-draft").exists());
    // Without it there is nothing to insert.
    project.put("specgen.yaml", &settings.replace("  trace: trace/trace.yaml\n", ""));
    project.run(&["instrument"]).failed(2, "config/missing").says("target.trace");
}
