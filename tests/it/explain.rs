//! `specgen explain FILE:LINE` on the trace spec that specgen generates.

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
