//! Verdicts of `validate --trace` are kept in the session, and no other than those of the very same question are given again.

use serde_json::Value;
use specgen::base::disk;

use crate::cli::HEADER;
use crate::cli::up;
use crate::cli::with_spec;
use crate::project::Project;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

const KEPT: &str = ".specgen/default/build/verdicts";

/// A project with a trace that is accepted and one that is rejected.
fn with_traces() -> Project {
    let project = with_spec();
    project.put("good.ndjson", &format!("{HEADER}\n{}\n{}\n", up(1, 1), up(2, 2)));
    project.put("bad.ndjson", &format!("{HEADER}\n{}\n{}\n", up(1, 1), up(2, 3)));
    project
}

/// The verdicts on both traces, and which of them are cached.
fn judged(project: &Project, more: &[&str]) -> (Vec<Value>, [bool; 2]) {
    let ran = project.run(&[&["validate", "--trace", "good.ndjson", "bad.ndjson"], more].concat());
    let traces = ran.json()["result"]["traces"].as_array().unwrap().clone();
    let verdicts = traces.iter().map(|judged| judged["verdict"].clone()).collect();
    (verdicts, [0, 1].map(|index: usize| traces[index]["cached"] == true))
}

fn files(project: &Project) -> Vec<String> {
    disk::names_in(&project.utf8(KEPT)).unwrap()
}

/// The codes of the warnings that name a kept verdict, and the two verdicts.
fn noted(project: &Project) -> (usize, [Value; 2]) {
    let ran = project.run(&["validate", "--trace", "good.ndjson", "bad.ndjson"]);
    let result = ran.json()["result"].clone();
    let all = result["diagnostics"].as_array().unwrap();
    let notes = all.iter().filter(|told| told["code"] == "session/verdict-cache").count();
    assert_eq!(ran.err.contains("session/verdict-cache"), notes > 0, "{ran:?}");
    assert_eq!(ran.exit, 11, "{ran:?}");
    (notes, [0, 1].map(|index: usize| result["traces"][index]["verdict"]["verdict"].clone()))
}

#[test]
fn a_verdict_is_given_again_and_said_to_be_cached() {
    let project = with_traces();
    let (first, cached) = judged(&project, &[]);
    assert_eq!((cached, files(&project).len()), ([false, false], 2));
    let (again, cached) = judged(&project, &[]);
    assert_eq!((cached, again), ([true, true], first.clone()));
    let mut for_people = program();
    for_people.current_dir(project.path("")).args(["validate", "--trace", "good.ndjson", "bad.ndjson"]);
    let said = ran(for_people).out;
    for words in ["good.ndjson (2 events, cached)", "rejected, cached  bad.ndjson:3", "the evaluator, 2 cached"] {
        assert!(said.contains(words), "{said}");
    }
    let (anew, cached) = judged(&project, &["--no-cache"]);
    assert_eq!((cached, anew), ([false, false], first));
}

#[test]
fn without_the_cache_nothing_is_kept() {
    let project = with_traces();
    judged(&project, &["--no-cache"]);
    assert!(files(&project).is_empty());
}

#[test]
fn whatever_a_verdict_depends_on_is_part_of_the_question() {
    let project = with_traces();
    judged(&project, &[]);
    project.put("good.ndjson", &format!("{HEADER}\n{}\n", up(1, 1)));
    assert_eq!(judged(&project, &[]).1, [false, true], "another trace");
    let spec = ".specgen/default/02-correct/Counter.tla";
    let text = project.text(spec);
    project.put(spec, &text.replace("n' = n + 1", "n' = n + 2"));
    let (verdicts, cached) = judged(&project, &[]);
    assert_eq!((cached, &verdicts[0]["verdict"]), ([false, false], &"rejected".into()), "another specification");
    project.put(spec, &text);
    assert_eq!(judged(&project, &[]).1, [true, true], "the first one again");
    let mapping = project.text("trace/trace.yaml");
    project.put("trace/trace.yaml", &mapping.replace("spec: n,", "spec: \"n - 0\","));
    assert_eq!(judged(&project, &[]).1, [false, false], "another mapping");
    project.put("trace/trace.yaml", &mapping);
    if let Some(jar) = tools() {
        let more = ["--engine", "tlc", "--tla-tools", jar.to_str().unwrap()];
        assert_eq!(judged(&project, &more).1, [false, false], "another engine");
        assert_eq!(judged(&project, &more).1, [true, true]);
    }
}

#[test]
fn a_damaged_entry_is_told_and_passed_over() {
    let project = with_traces();
    judged(&project, &[]);
    let whole: Vec<(String, String)> = files(&project)
        .iter()
        .map(|name| (format!("{KEPT}/{name}"), project.text(&format!("{KEPT}/{name}"))))
        .collect();
    let (good, bad) = match whole[0].1.contains("rejected") {
        true => (&whole[1], &whole[0]),
        false => (&whole[0], &whole[1]),
    };
    let forged = bad.1.replace("\"event_index\":1", "\"event_index\":0");
    assert_ne!(forged, bad.1);
    for text in [
        "",
        "{}",
        &bad.1[..bad.1.len() / 2],
        &forged,
        &good.1,
        &bad.1.replace("\"format\":1,\"inputs", "\"format\":2,\"inputs"),
    ] {
        project.put(&bad.0, text);
        assert_eq!(noted(&project), (1, ["accepted".into(), "rejected".into()]), "{text}");
        assert_eq!(noted(&project).0, 0, "it is whole again");
        assert_eq!(project.text(&bad.0), bad.1);
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_costs_no_verdict() {
    let project = with_traces();
    project.put(KEPT, "a file where a folder should be");
    assert_eq!(noted(&project).1, ["accepted", "rejected"].map(Value::from));
}

#[test]
fn what_is_unknown_is_not_kept() {
    let project = with_traces();
    let spec = ".specgen/default/02-correct/Counter.tla";
    let text = project.text(spec);
    project.put(spec, &text.replace("Init ==", "Init == FALSE /\\"));
    let (verdicts, _) = judged(&project, &[]);
    assert_eq!(verdicts[0]["verdict"], "unknown", "{verdicts:?}");
    assert!(files(&project).is_empty());
}

#[test]
fn what_looks_at_more_than_the_trace_is_not_kept() {
    let project = with_traces();
    let spec = ".specgen/default/02-correct/Counter.tla";
    project.put(spec, &project.text(spec).replace("EXTENDS ", "EXTENDS Json, "));
    let (verdicts, _) = judged(&project, &[]);
    assert_eq!(verdicts[0]["verdict"], "accepted", "{verdicts:?}");
    assert!(files(&project).is_empty());
}

#[test]
fn a_rejection_that_is_known_leaves_the_others_where_one_is_enough() {
    let project = with_traces();
    let ran = project.run(&["validate", "--fail-fast", "--trace", "bad.ndjson"]);
    assert_eq!(ran.exit, 11, "{ran:?}");
    let (verdicts, cached) = judged(&project, &["--fail-fast"]);
    assert_eq!((cached, &verdicts[0]["verdict"]), ([false, true], &"unknown".into()), "{verdicts:?}");
    assert_eq!(files(&project).len(), 1);
}

#[test]
fn invariants_that_were_asked_for_are_part_of_the_question() {
    let project = with_traces();
    let spec = ".specgen/default/02-correct/Counter.tla";
    let text = project.text(spec);
    let line = text.lines().position(|line| line.starts_with("TypeOK ==")).unwrap();
    let low: String = text
        .lines()
        .enumerate()
        .map(|(at, told)| if at == line { "TypeOK == n < 2\n".to_owned() } else { format!("{told}\n") })
        .collect();
    project.put(spec, &low);
    assert_eq!(judged(&project, &[]).0[0]["verdict"], "accepted");
    let (verdicts, cached) = judged(&project, &["--invariants"]);
    assert_eq!((cached, &verdicts[0]["kind"]), ([false, false], &"invariant-violated".into()), "{verdicts:?}");
    assert_eq!(verdicts[0]["violated"]["place"], format!("Counter.tla:{}", line + 1));
    assert_eq!((&verdicts[0]["violated"]["values"]["n"], &verdicts[0]["line"]), (&2.into(), &3.into()));
    assert_eq!(judged(&project, &["--invariants"]), (verdicts, [true, true]));
    assert_eq!(judged(&project, &[]).1, [true, true]);
}

#[test]
fn a_trace_that_breaks_an_invariant_is_made_smaller_as_long_as_it_breaks_that_one() {
    let project = with_traces();
    let spec = ".specgen/default/02-correct/Counter.tla";
    let text = project.text(spec).replace("n' = n + 1 ", "n' \\in {n, n + 1} ").replace("n \\in 0..3", "n # 2");
    project.put(spec, &text);
    let events: String = (1..).zip([0, 0, 1, 1, 2, 2]).map(|(seq, n)| format!("{}\n", up(seq, n))).collect();
    project.put("slow.ndjson", &format!("{HEADER}\n{events}"));
    let minimize =
        |more: &[&str]| project.run(&[&["trace", "minimize", "slow.ndjson", "-o", "small.ndjson"], more].concat());
    let ran = minimize(&["--invariants"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    let result = ran.json()["result"].clone();
    let cause = &result["cause"];
    assert_eq!((&cause["kind"], &cause["violated"]), (&"invariant-violated".into(), &"TypeOK".into()), "{result}");
    assert_eq!((&result["before"]["events"], &result["after"]["events"]), (&6.into(), &2.into()), "{result}");
    let small: Vec<String> = project.text("small.ndjson").lines().skip(1).map(str::to_owned).collect();
    assert!(small[0].contains("\"n\":1") && small[1].contains("\"n\":2"), "{small:?}");
    minimize(&[]).failed(13, "trace/not-rejected");
}

#[test]
fn an_error_in_a_comparison_is_told_of_the_field_and_of_no_generated_module() {
    let project = with_traces();
    let spec = ".specgen/default/02-correct/Counter.tla";
    project.put(spec, &project.text(spec).replace("n' = n + 1 ", "n' \\in {n, n + 1} "));
    let mut events: Vec<String> = (1..).zip([0, 0, 0, 0]).map(|(seq, n)| up(seq, n)).collect();
    events[3] = events[3].replace("\"n\":0", "\"n\":\"abc\"");
    project.put("odd.ndjson", &format!("{HEADER}\n{}\n", events.join("\n")));
    let ran = project.run(&["trace", "minimize", "odd.ndjson", "-o", "small.ndjson"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    let result = ran.json()["result"].clone();
    assert_eq!((&result["before"]["events"], &result["after"]["events"]), (&4.into(), &1.into()), "{result}");
    let message = result["cause"]["message"].as_str().unwrap();
    assert!(message.contains("the field `n` is compared with `") && !message.contains(".tla"), "{message}");
}
