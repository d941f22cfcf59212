//! The stage `correct` where a spec has no value as it runs: what is corrected before the model is asked.

use serde_json::Value;

use crate::project::Project;
use crate::project::Ran;
use crate::project::tools;

const QUEUE: &str = "package counter

// Counter counts what it takes from its queue.
type Counter struct {
\tn     int
\tqueue []int
}

// Up takes the next number.
func (c *Counter) Up() bool {
\tif len(c.queue) == 0 {
\t\treturn false
\t}
\tc.n = c.queue[0]
\tc.queue = c.queue[1:]
\treturn true
}
";

fn spec(variables: &str, init: &str, up: &str) -> String {
    format!(
        "---- MODULE Counter ----
\\* specgen: iispec 1
EXTENDS Naturals, Sequences

VARIABLES {variables}

vars == <<{variables}>>

TypeOK == n \\in 0..2000000000

Init == {init}

\\* counter.go:10-17 (*Counter).Up
Up ==
{up}

Next == Up

Spec == Init /\\ [][Next]_vars
====
"
    )
}

fn of_queue() -> String {
    let up = "    /\\ n' = Head(queue)      \\* counter.go:14\n    /\\ queue' = Tail(queue)  \\* counter.go:15";
    spec("n, queue", "n = 0 /\\ queue = <<1, 2, 3>>", up)
}

fn given(source: &str, spec: &str) -> Project {
    let project = Project::new();
    project.put("src/counter.go", source);
    project.put("mine.tla", spec);
    project
}

fn correct(project: &Project) -> Option<Ran> {
    let jar = tools()?;
    Some(project.run(&["correct", "--iispec", "mine.tla", "--tla-tools", jar.to_str().unwrap()]))
}

fn record(project: &Project, file: &str) -> Value {
    serde_json::from_str(&project.text(&format!(".specgen/default/02-correct{file}/corrections.json"))).unwrap()
}

#[test]
fn a_guard_of_the_source_is_added_before_the_model_is_asked() {
    let project = given(QUEUE, &of_queue());
    let Some(ran) = correct(&project) else { return };
    assert_eq!((ran.exit, project.calls()), (0, 0), "{ran:?}");
    let text = project.text(".specgen/default/02-correct/iispec/Counter.tla");
    assert!(text.contains("    /\\ queue # <<>>  \\* counter.go:11: not `len(c.queue) == 0`\n"), "{text}");
    let decision = "`Up` is not taken where `queue # <<>>` is false";
    assert_eq!(record(&project, "")["kept"][0]["decision"], decision);
    assert!(ran.err.contains(&format!("a decision to look at: {decision}")), "{ran:?}");
    // Once fresh, nothing is done again.
    assert_eq!(correct(&project).unwrap().exit, 0);
}

#[test]
fn what_the_source_does_not_guard_is_for_the_model_and_it_sees_the_text_as_it_was() {
    let project = given(&QUEUE.replace("== 0", "== 7"), &of_queue());
    let Some(ran) = correct(&project) else { return };
    assert_ne!(ran.exit, 0, "{ran:?}");
    assert!(project.calls() > 0);
    let prompts = project.tree(".specgen/default/calls");
    let (prompt, _) = prompts.iter().find(|(file, _)| file.ends_with(".prompt.md")).unwrap();
    let prompt = project.text(&format!(".specgen/default/calls/{prompt}"));
    assert!(prompt.contains("    /\\ n' = Head(queue)") && !prompt.contains("queue # <<>>"), "{prompt}");
    assert!(!project.tree(".specgen/default/02-correct.partial").iter().any(|(file, _)| file.contains("corrections")));
}

#[test]
fn a_counter_that_overflows_and_an_endless_set_are_bounded_in_the_configs_of_all_searches() {
    for (init, up, added, constant) in [
        ("n = 1", "    n' = n * 1000  \\* counter.go:14", "CONSTRAINT Bounded_n\n", "Bounded_n == n < 1000000000"),
        ("n = 0", "    \\E k \\in Nat : n' = k % 3  \\* counter.go:14", "    MaxNat = 3\n", "CONSTANT MaxNat"),
    ] {
        let project = given(QUEUE, &spec("n", init, up));
        let Some(ran) = correct(&project) else { return };
        assert_eq!((ran.exit, project.calls()), (0, 0), "{ran:?}");
        let text = project.text(".specgen/default/02-correct/iispec/Counter.tla");
        assert!(text.contains(constant), "{text}");
        for file in ["added.cfg", "MC.cfg"] {
            let text = project.text(&format!(".specgen/default/02-correct/{file}"));
            assert!(text.ends_with(added), "{file}: {text}");
        }
        assert!(record(&project, "")["kept"][0]["decision"].is_string());
        assert_eq!(ran.err.matches("a decision to look at: ").count(), 1, "{ran:?}");
        assert!(!ran.err.contains("not compared"), "{ran:?}");
    }
}
