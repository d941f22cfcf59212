use serde_json::json;

use super::*;
use crate::trace::read;

/// What a trace of so many nodes shows: a clock that each node has, a vote, a role, a set and a map that the boss keeps, and
/// a flag of all nodes.
fn trace(nodes: usize, seed: u64) -> Trace {
    let names: Vec<String> = (1..=nodes).map(|n| format!("n{n}")).collect();
    let mut text = json!({"specgen_trace": 1, "system": "x", "nodes": names, "seed": seed}).to_string() + "\n";
    let mut clocks = vec![0_u64; nodes];
    let mut votes = vec!["none".to_owned(); nodes];
    for index in 0..60_u64 {
        let at = usize::try_from((index * 7 + seed) % nodes as u64).unwrap();
        let step = index.is_multiple_of(4);
        if step {
            clocks[at] += 1;
            votes[at] = if votes[at] == "none" {
                names[usize::try_from(index / 4).unwrap() % nodes].clone()
            } else {
                "none".to_owned()
            };
        }
        let seen: Vec<&String> = names.iter().take(usize::try_from(clocks[0]).unwrap() % nodes).collect();
        let map: serde_json::Map<String, Value> =
            names.iter().zip(&clocks).map(|(n, c)| (n.clone(), json!(c))).collect();
        let line = json!({
            "seq": index + 1, "event": if step { "Step" } else { "Look" }, "node": names[at],
            "params": {"m": {"clock": clocks[at]}},
            "state": {"clock": clocks[at], "vote": votes[at], "role": if at == 0 { "boss" } else { "hand" },
                "seen": seen, "map": map, "flag": clocks[0].is_multiple_of(2), "odd": clocks[at]},
        });
        text.push_str(&(line.to_string() + "\n"));
    }
    let mut trace = read::read_from(text.as_bytes(), "t", read::Options::default()).unwrap();
    trace.file = format!("{nodes}-{seed}");
    trace
}

fn mapping() -> Mapping {
    let field = |name: &str| json!({"field": name, "spec": format!("{name}[s]")});
    serde_json::from_value(json!({
        "node_parameter": "s",
        "state": [
            field("clock"), field("vote"), field("role"),
            {"field": "seen", "spec": "seen[s]", "kind": "set"},
            {"field": "map", "spec": "map[s]", "kind": "map", "when": "role[s] = \"boss\""},
            {"field": "flag", "spec": "flag"},
            {"field": "odd", "spec": "odd[s]", "when": "odd[s] > 1"},
            {"field": "note", "spec": "note[s]", "check": false},
        ],
        "actions": [{"name": "Step", "parameters": [{"name": "m", "from": "params.m"}]}, {"name": "Look"}],
    }))
    .unwrap()
}

fn traces() -> Vec<Trace> {
    [(3, 1), (5, 2), (3, 3), (5, 4), (3, 5), (5, 6), (3, 7)].map(|(nodes, seed)| trace(nodes, seed)).into()
}

#[test]
fn every_compared_field_and_every_kind_of_mistake_has_a_mutant_on_traces_of_both_sizes() {
    let made = make(&traces(), Evidence::of(&traces(), &mapping()), &mapping(), &[], 0);
    let names: Vec<String> = made.mutants.iter().map(|m| format!("{} {}", m.trace.file, m.name)).collect();
    for field in ["clock", "vote", "role", "seen", "map", "flag"] {
        let of = |what: &str| names.iter().any(|name| name.contains(&format!(" {what}")));
        let wrong =
            [format!("raise {field} by 1 at"), format!("wrong {field} at"), format!("wrong part of {field} at")];
        assert!(wrong.iter().any(|what| of(what)), "{field}: {names:#?}");
        // A role never changes here, and the map of the boss does at every event.
        let still = ["role", "map"].contains(&field);
        assert!(of(&format!("{field} before its time")) || still, "{field}: {names:#?}");
    }
    let kinds = [
        "second vote",
        "raise clock by 1 where",
        "lose the change",
        "swap two",
        "drop an",
        "wrong node",
        "duplicate an",
        "change m",
    ];
    for kind in kinds {
        for nodes in ["3-", "5-"] {
            assert!(names.iter().any(|n| n.starts_with(nodes) && n.contains(kind)), "{kind} {nodes}: {names:#?}");
        }
    }
    // A condition that is not understood is not guessed at, and said.
    assert_eq!(made.without, ["odd"]);
    assert!(!names.iter().any(|name| name.contains("odd") || name.contains("note")), "{names:#?}");
    let files: BTreeSet<&str> = made.mutants.iter().map(|m| m.trace.file.as_str()).collect();
    assert_eq!(files, BTreeSet::from(["3-1", "3-3", "3-5", "5-2", "5-4", "5-6"]), "three traces of each size");
}

#[test]
fn the_choice_is_the_same_each_time_and_grows_with_the_number_that_is_asked_for() {
    let named = |count: usize| {
        let made = make(&traces(), Evidence::of(&traces(), &mapping()), &mapping(), &[], count).mutants;
        made.into_iter().map(|mutant| (mutant.name, mutant.trace)).collect::<Vec<_>>()
    };
    let few = named(0);
    assert_eq!(few, named(few.len()));
    let more = named(few.len() + 20);
    assert_eq!((more.len(), &more[..few.len()]), (few.len() + 20, few.as_slice()));
    for (position, (_, trace)) in more.iter().enumerate() {
        assert!(more[..position].iter().all(|(_, other)| other != trace), "each is another trace");
    }
}
