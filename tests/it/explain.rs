//! `specgen explain FILE:LINE`: on the trace spec that specgen generates, and on every line of every spec.

use specgen::stages;

use crate::project::Project;
use crate::project::tools;
use crate::whole::SESSION;
use crate::whole::UNDISTURBED;

/// The number of the first line that has these words.
fn line(text: &str, words: &str) -> usize {
    text.lines().position(|line| line.contains(words)).unwrap_or_else(|| panic!("no `{words}` in\n{text}")) + 1
}

#[test]
fn every_part_of_a_generated_trace_spec_says_where_it_comes_from() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let project = &undisturbed.whole.project;
    let spec = project.text(&format!("{SESSION}/05-validate/CounterTrace.tla"));
    let mapping = project.text("trace/trace.yaml");
    let (action, field) = (line(&mapping, "- name: Up"), line(&mapping, "- {field: n"));
    let probed = line(&project.text("src/counter.go"), "func (c *Counter) Up");
    let act = line(&spec, "specgenAct1(");
    let said = spec.lines().nth(act - 1).unwrap();
    assert!(said.contains(&format!("\\* Up, trace.yaml:{action}, counter.go:")), "{said}");
    assert!(said.contains(" in (*Counter).Up"), "{said}");
    let check = line(&spec, "(n)' =");
    assert!(spec.lines().nth(check - 2).unwrap().trim() == format!("\\* n, trace.yaml:{field}"), "{spec}");

    let explained = |line: usize| {
        let ran = project.run(&["explain", &format!("CounterTrace.tla:{line}")]);
        assert_eq!(ran.exit, 0, "{ran:?}");
        ran.json()["result"].clone()
    };
    let of_action = explained(act + 1);
    assert_eq!(of_action["file"], "05-validate/CounterTrace.tla");
    let places: Vec<_> = of_action["citations"].as_array().unwrap().iter().map(|c| (&c["file"], &c["first"])).collect();
    assert_eq!(places[0], (&"trace/trace.yaml".into(), &action.into()));
    assert_eq!(places[1].0, "counter.go");
    assert!(places[1].1.as_u64().unwrap() >= probed as u64, "{places:?}");
    let of_field = explained(check);
    let places: Vec<_> = of_field["citations"].as_array().unwrap().iter().map(|c| (&c["file"], &c["first"])).collect();
    assert_eq!(places, [(&"trace/trace.yaml".into(), &field.into())]);

    let mut command = crate::project::program();
    command.current_dir(project.path("")).args(["explain", &format!("CounterTrace.tla:{check}")]);
    let words = crate::project::ran(command).out;
    assert!(words.contains(&format!("trace/trace.yaml:{field}")) && words.contains("{field: n,"), "{words}");
}

/// What `explain` says of a line, with the words for people.
fn place(project: &Project, file: &str, line: usize) -> (serde_json::Value, String) {
    let at = format!("{file}:{line}");
    let ran = project.run(&["explain", &at]);
    assert_eq!(ran.exit, 0, "{at}: {ran:?}");
    let mut command = crate::project::program();
    command.current_dir(project.path("")).args(["explain", &at]);
    (ran.json()["result"].clone(), crate::project::ran(command).out)
}

/// Holds each line of a text to this: either the lines of the source are printed, or a word why there are none.
fn every_line_has_a_source_or_a_word(project: &Project, file: &str) {
    for line in 1..=project.text(&format!("{SESSION}/{file}")).lines().count() {
        let (found, words) = place(project, file, line);
        let cited = found["citations"].as_array().unwrap();
        let why = found["without"].as_str();
        assert_eq!(cited.is_empty(), why.is_some(), "{file}:{line} has one or the other: {found}");
        assert_eq!(why.is_some_and(|why| words.contains(&format!("no source: {why}"))), why.is_some(), "{words}");
        for citation in cited {
            let place = format!("\n{}:{}", citation["file"].as_str().unwrap(), citation["first"]);
            assert!(words.contains(&place), "{file}:{line} shows {place}: {words}");
            let numbered = |number: u64| words.lines().any(|line| line.trim_start().starts_with(&format!("{number} ")));
            let (first, last) = (citation["first"].as_u64().unwrap(), citation["last"].as_u64().unwrap());
            assert!((first..=last).all(numbered), "{file}:{line} prints each line that it cites: {words}");
        }
    }
}

#[test]
fn every_line_that_a_session_has_of_a_spec_has_a_source_or_a_word() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let files = [
        "01-draft/iispec/Counter.tla",
        "02-correct/iispec/Counter.tla",
        "02-correct/Counter.tla",
        "02-correct/MC.tla",
        "02-correct/MC.cfg",
        "05-validate/CounterTrace.tla",
    ];
    for file in files {
        every_line_has_a_source_or_a_word(&undisturbed.whole.project, file);
    }
}

#[test]
fn the_head_of_an_operator_has_the_lines_of_its_function_and_a_denied_source_its_reason() {
    let Some(jar) = tools() else { return };
    let project = Project::new();
    let spec = project.text("Counter.tla").replace("VARIABLE n", "VARIABLES n, lost").replace("<<n>>", "<<n, lost>>");
    let spec =
        spec.replace("Init == n = 0", "\\* no source: nothing is counted or lost\nInit == n = 0 /\\ lost = FALSE");
    let lose = "\\* a remark above it\n\\* counter.go:9-15 (*Counter).Up\nLose ==\n    /\\ n < 3           \\* counter.go:10\n    /\\ lost' = TRUE    \\* no source: the brief\n\nNext == Up \\/ Lose";
    project.put("own.tla", &spec.replace("Next == Up", lose));
    let ran = project.run(&["correct", "--iispec", "own.tla", "--tla-tools", jar.to_str().unwrap()]);
    assert_eq!(ran.exit, 0, "{ran:?}");

    for file in ["02-correct/iispec/Counter.tla", "02-correct/Counter.tla"] {
        let text = project.text(&format!("{SESSION}/{file}"));
        let whole = serde_json::json!([9, 15]);
        for head in ["Up ==", "Lose ==", "\\* a remark above it"] {
            let (found, words) = place(&project, file, line(&text, head));
            let cited = &found["citations"][0];
            assert_eq!(serde_json::json!([cited["first"], cited["last"]]), whole, "{head}: {found}");
            assert!(words.contains("translated from (*Counter).Up, counter.go:9-15"), "{words}");
            assert!(words.contains("\n 9  func (c *Counter) Up() bool {\n"), "{words}");
        }
        let why = |part: &str| place(&project, file, line(&text, part)).0["without"].clone();
        assert_eq!(why("lost' = TRUE"), "the brief");
        assert_eq!(why("Init =="), "nothing is counted or lost");
        assert_eq!(why("Next =="), "Next cites no line of the source");
        assert!(why("VARIABLES").as_str().unwrap().contains("no operator"));
        every_line_has_a_source_or_a_word(&project, file);
    }
    let text = project.text(&format!("{SESSION}/02-correct/Counter.tla"));
    let (found, _) = place(&project, "Counter.tla", line(&text, "UNCHANGED"));
    assert_eq!(found["file"], "02-correct/Counter.tla");
    assert!(found["without"].as_str().unwrap().contains("transform added"), "{found}");
    assert_eq!(found["function"]["function"], "(*Counter).Up");
    let iispec = stages::iispec(&project.utf8(&format!("{SESSION}/02-correct")), "Counter");
    assert!(!specgen::base::disk::read_text(&iispec).unwrap().contains("UNCHANGED"), "the IISpec has no such line");
}
