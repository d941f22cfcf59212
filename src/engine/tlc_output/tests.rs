use camino::Utf8Path;

use super::*;
use crate::base::disk;

fn events(name: &str) -> Vec<Event> {
    let file = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/tlc/{name}.out"));
    let text = disk::read_text(&file).unwrap();
    let mut reader = Reader::default();
    let mut events: Vec<Event> = text.lines().filter_map(|line| reader.line(line)).collect();
    events.extend(reader.end());
    events
}

#[test]
fn a_successful_run_is_read_in_full() {
    let events = events("success");
    assert!(events.contains(&Event::Version("TLC2 Version 2.15 of Day Month 20?? (rev: d5b5a7f)".to_owned())));
    assert!(events.contains(&Event::Mode { simulation: false }));
    assert!(events.contains(&Event::Sany("Semantic processing of module Counter".to_owned())));
    assert!(events.contains(&Event::Printed("<<\"seen\", 0>>".to_owned())));
    let counts = Counts { states: 5, distinct: Some(4), queue: Some(0), depth: None };
    assert!(events.contains(&Event::Stats(counts)));
    assert!(events.contains(&Event::Progress(Counts { depth: Some(4), ..counts })));
    assert!(events.contains(&Event::Depth(4)));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Success(text) if text.starts_with("Model checking completed")))
    );
    assert_eq!(events.last(), Some(&Event::Finished));
}

#[test]
fn no_recorded_output_holds_an_unknown_message() {
    let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tlc");
    let files = disk::files_under(&folder).unwrap();
    let outputs: Vec<&str> = files.iter().filter_map(|f| f.as_str().strip_suffix(".out")).collect();
    assert!(outputs.len() > 25);
    for name in outputs {
        let unknown: Vec<Event> = events(name).into_iter().filter(|e| matches!(e, Event::Unknown(_))).collect();
        assert_eq!(unknown, [], "{name}");
    }
}

#[test]
fn an_unknown_code_is_reported_as_unknown_and_an_unknown_error_as_an_error() {
    let message = |severity| Message { code: 9999, severity, text: "new".to_owned(), nested: Vec::new() };
    assert_eq!(event(message(0)), Event::Unknown(message(0)));
    assert_eq!(event(message(1)), Event::Error(message(1)));
    assert_eq!(event(message(3)), Event::Warning(message(3)));
    // A known code with a text that is not what it was is not taken for anything.
    let odd = Message { code: 2199, severity: 0, text: "many states".to_owned(), nested: Vec::new() };
    assert_eq!(event(odd.clone()), Event::Unknown(odd));
}

#[test]
fn a_state_has_its_action_its_place_and_its_variables() {
    let states: Vec<State> =
        events("invariant").into_iter().filter_map(|e| if let Event::State(s) = e { Some(s) } else { None }).collect();
    assert_eq!(states.len(), 4);
    assert_eq!((states[0].number, &states[0].action, &states[0].location), (1, &None, &None));
    assert_eq!(states[1].action.as_deref(), Some("Up"));
    let region = Region { module: "Counter".to_owned(), line: 7, column: 7, last_line: 9, last_column: 53 };
    assert_eq!(states[1].location, Some(region));
    assert_eq!(states[1].variables["x"], "1");
    assert_eq!(states[1].variables["log"], "<<[at |-> 0, who |-> \"up\"]>>");
}

#[test]
fn one_variable_and_a_value_over_several_lines_are_read() {
    assert_eq!(variables("x = 0\n")["x"], "0");
    let two = variables("/\\ a = [ b |-> 1,\n       c |-> 2 ]\n/\\ d = {\"x = 1\"}\n");
    assert_eq!(two["a"], "[ b |-> 1,\n       c |-> 2 ]");
    assert_eq!(two["d"], "{\"x = 1\"}");
}

#[test]
fn a_lasso_and_stuttering_are_told_apart() {
    assert!(events("temporal").contains(&Event::Lasso(Lasso::BackTo(1))));
    assert!(events("stutter").contains(&Event::Lasso(Lasso::Stuttering)));
}

#[test]
fn coverage_counts_actions_and_expressions() {
    let found: Vec<Coverage> = events("coverage")
        .into_iter()
        .filter_map(|e| if let Event::Coverage(c) = e { Some(c) } else { None })
        .collect();
    let action = |name: &str| found.iter().find(|c| c.name == name).map(|c| (c.kind, c.distinct, c.count));
    assert_eq!(action("Init"), Some((CoverageKind::Initial, Some(1), 1)));
    assert_eq!(action("Up"), Some((CoverageKind::Action, Some(3), 3)));
    assert_eq!(action("Reset"), Some((CoverageKind::Action, Some(0), 1)));
    assert!(found.iter().any(|c| c.kind == CoverageKind::Expression && c.region.line == 11 && c.count == 5));
}

#[test]
fn a_call_stack_is_a_list_of_regions() {
    let found =
        events("half").into_iter().find_map(|e| if let Event::CallStack(s) = e { Some(s) } else { None }).unwrap();
    assert_eq!(found.len(), 4);
    assert_eq!((found[3].line, found[3].column, found[3].module.as_str()), (8, 38, "Eval"));
}

#[test]
fn a_simulation_does_not_know_how_many_states_are_different() {
    let counts = Counts { states: 16, distinct: None, queue: None, depth: None };
    assert!(events("simulate").contains(&Event::Progress(counts)));
}
