//! What the example of etcd's raft promises: its settings may be changed, but not below what the demo is to show.

use std::collections::BTreeSet;

use serde_yaml::Value;
use specgen::base::disk;

fn yaml(path: &str) -> Value {
    of("etcd", path)
}

fn of(example: &str, path: &str) -> Value {
    let path = camino::Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example).join(path);
    serde_yaml::from_str(&disk::read_text(&path).unwrap()).unwrap()
}

fn numbers(list: &Value) -> Vec<u64> {
    list.as_sequence().unwrap().iter().map(|value| value.as_u64().unwrap()).collect()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_sequence().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn the_demo_trains_on_twenty_seeds_and_judges_on_twenty_others_of_five_hundred_events_or_more() {
    let harness = &yaml("specgen.yaml")["harness"];
    let (train, judge) = (numbers(&harness["train"]), numbers(&harness["judge"]));
    let all: BTreeSet<u64> = train.iter().chain(&judge).copied().collect();
    assert_eq!((train.len(), judge.len(), all.len()), (20, 20, 40));
    assert!(harness["events"].as_u64().unwrap() >= 500);
    assert_eq!(numbers(&harness["nodes"]).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([3, 5]));
}

#[test]
fn the_demo_is_challenged_with_thirty_mutants_five_bugs_and_a_mutation_of_each_invariant() {
    let settings = yaml("specgen.yaml");
    let challenge = &settings["challenge"];
    assert!(challenge["mutants"].as_u64().unwrap() >= 30);
    assert!(texts(&challenge["bugs"]).len() >= 5);
    let mutations = yaml(challenge["mutations"].as_str().unwrap());
    let violated = mutations["mutations"].as_sequence().unwrap().iter().map(|m| m["violates"].as_str().unwrap());
    let violated: BTreeSet<&str> = violated.collect();
    let properties: BTreeSet<&str> = texts(&settings["target"]["properties"]).into_iter().collect();
    assert_eq!(violated, properties);
    for needed in ["ElectionSafety", "LogMatching", "LeaderCompleteness", "StateMachineSafety"] {
        assert!(properties.contains(needed), "{needed}");
    }
}

#[test]
fn the_spin_lock_is_challenged_with_mutants_bugs_and_a_mutation_of_each_invariant() {
    let settings = of("spinlock", "specgen.yaml");
    let challenge = &settings["challenge"];
    assert!(challenge["mutants"].as_u64().unwrap() >= 10);
    assert!(texts(&challenge["bugs"]).len() >= 2);
    for bug in texts(&challenge["bugs"]) {
        let path = camino::Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/spinlock").join(bug);
        let patch = disk::read_text(&path).unwrap();
        assert!(
            patch.starts_with("# ") && patch.contains("+++ b/src/mutex/spin.rs"),
            "{bug}: what is wrong, and the change"
        );
    }
    let mutations = of("spinlock", challenge["mutations"].as_str().unwrap());
    let violated = mutations["mutations"].as_sequence().unwrap().iter().map(|m| m["violates"].as_str().unwrap());
    let properties: BTreeSet<&str> = texts(&settings["target"]["properties"]).into_iter().collect();
    assert_eq!(violated.collect::<BTreeSet<&str>>(), properties);
}

#[test]
fn the_demo_compares_term_vote_role_commit_and_the_last_entry_after_every_event_that_has_a_state() {
    let mapping = yaml("trace/trace.yaml");
    let compared = |field: &&Value| {
        let said = |key: &str| field.get(key).and_then(Value::as_bool);
        said("check") != Some(false) && said("optional") != Some(true) && field.get("when").is_none()
    };
    let state = mapping["state"].as_sequence().unwrap();
    let always: BTreeSet<&str> = state.iter().filter(compared).map(|field| field["field"].as_str().unwrap()).collect();
    for needed in ["currentTerm", "votedFor", "role", "commitIndex", "lastIndex", "lastTerm"] {
        assert!(always.contains(needed), "{needed} is not among {always:?}");
    }
    assert!(mapping["actions"].as_sequence().unwrap().len() >= 15);
}

#[test]
fn the_recorded_calls_are_the_two_of_the_draft_and_one_correction_for_each_planted_fault() {
    assert_eq!(recorded("calls"), ["draft", "translate"]);
    assert_eq!(recorded("faults/calls"), ["correct"; 6]);
}

/// The stages of the recorded calls in a folder of the example, in order; each record is held to its prompt and reply.
fn recorded(folder: &str) -> Vec<String> {
    let calls = camino::Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/etcd").join(folder);
    let mut stages = Vec::new();
    for entry in fs_err::read_dir(&calls).unwrap() {
        let path = camino::Utf8PathBuf::from_path_buf(entry.unwrap().path()).unwrap();
        if path.extension() == Some("json") {
            let call: Value = serde_yaml::from_str(&disk::read_text(&path).unwrap()).unwrap();
            // A reply is as it was recorded, and the prompt is the one that it answered.
            for (what, file) in
                [("prompt", path.with_extension("prompt.md")), ("reply", path.with_extension("reply.md"))]
            {
                let text = disk::read_text(&file).unwrap();
                assert_eq!(call[what]["sha256"].as_str().unwrap(), disk::sha256(text.as_bytes()), "{file}");
            }
            stages.push(call["request"]["stage"].as_str().unwrap().to_owned());
        }
    }
    stages.sort();
    stages
}
