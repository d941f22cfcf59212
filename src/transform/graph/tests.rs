use super::*;

const TEXT: &str = r#"---- MODULE M ----
\* specgen: iispec 1
EXTENDS Naturals
CONSTANT Node
VARIABLES x, role
Free(n) == role[n] = "idle"
bump(n) == x' = x + n
Work(n) ==
    /\ Free(n)          \* a guard
    /\ IF x < 3
       THEN bump(1)
       ELSE /\ x' = 0
            /\ UNCHANGED role
    /\ \A m \in Node \ {n} :
           LET next == x + 1
           IN  CASE role[m] = "idle" -> x' = next
                 [] OTHER -> \/ /\ x' \in {1, 2}
                             \/ role' = [role EXCEPT ![m] = "idle"]
Next == \E n \in Node : Work(n)
====
"#;

fn of(name: &str) -> Vec<Graph> {
    graphs(TEXT, "M.tla").unwrap().into_iter().filter(|graph| graph.name == name).collect()
}

#[test]
fn each_procedure_has_a_graph_and_no_other_operator() {
    let names: Vec<String> = graphs(TEXT, "M.tla").unwrap().into_iter().map(|graph| graph.name).collect();
    assert_eq!(names, ["bump", "Work", "Next"]);
    assert!(graphs("---- MODULE M ----\nA == (\n====", "M.tla").is_err());
}

#[test]
fn a_graph_in_dot_names_the_line_of_each_statement() {
    insta::assert_snapshot!(dot(&of("Work")));
}

#[test]
fn a_drawing_has_the_nodes_and_the_ways_of_the_graph() {
    insta::assert_snapshot!(svg(&of("Work")));
}

#[test]
fn graphs_that_stand_in_one_drawing_stand_below_each_other() {
    let all = graphs(TEXT, "M.tla").unwrap();
    let heights = |graphs: &[Graph]| {
        let svg = svg(graphs);
        let height = svg.split("height=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        height.parse::<f32>().unwrap()
    };
    let one_by_one: f32 = all.chunks(1).map(heights).sum();
    assert!(heights(&all) > heights(&of("Work")) && heights(&all) <= one_by_one + 3.0 * 52.0);
}
