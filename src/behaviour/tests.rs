use super::*;
use crate::engine::Run;
use crate::engine::ViolationKind;
use crate::engine::tlc_output::variables;

/// A step of a behaviour as TLC prints it.
fn state(number: u64, action: Option<(&str, usize)>, text: &str) -> State {
    State {
        number,
        action: action.map(|(name, _)| name.to_owned()),
        location: action.map(|(_, line)| Region {
            module: "Vote".to_owned(),
            line,
            column: 1,
            last_line: line + 3,
            last_column: 9,
        }),
        text: text.to_owned(),
        variables: variables(text),
    }
}

const SPEC: &str = "---- MODULE Vote ----
\\* vote.go:10-20 (*node).campaign
Campaign(n) ==
    /\\ role[n] = \"follower\"    \\* vote.go:11
    /\\ role' = [role EXCEPT ![n] = \"candidate\"]
    /\\ UNCHANGED term

\\* vote.go:30-41 (*node).grant
Grant(n) ==
    /\\ TRUE

Next ==
    \\/ \\E n \\in Node : Campaign(n)
    \\/ \\E n \\in Node : \\E m \\in DOMAIN messages : Grant(n)
    \\/ \\E m \\in DOMAIN messages : role' = role
====
";

/// As TLC prints functions over strings.
fn role(n1: &str, n2: &str, term: &str, messages: &str) -> String {
    format!(
        "/\\ role = [n1 |-> \"{n1}\", n2 |-> \"{n2}\", n3 |-> \"follower\"]\n\
         /\\ term = [n1 |-> {term}, n2 |-> {term}, n3 |-> 0]\n/\\ messages = {messages}"
    )
}

fn request(to: &str) -> String {
    format!("[from |-> \"n1\", to |-> \"{to}\", type |-> \"RequestVote\"]")
}

fn election() -> Vec<State> {
    let (two, three) = (request("n2"), request("n3"));
    let granted = "[from |-> \"n2\", to |-> \"n1\", type |-> \"Granted\"]";
    vec![
        state(1, None, &role("follower", "follower", "0", "<<>>")),
        state(2, Some(("Campaign", 4)), &role("candidate", "follower", "0", &format!("({two} :> 1 @@ {three} :> 1)"))),
        state(3, Some(("Grant", 10)), &role("candidate", "voter", "0", &format!("({three} :> 1 @@ {granted} :> 1)"))),
        state(4, Some(("Lose", 10)), &role("candidate", "voter", "0", &format!("({granted} :> 1)"))),
        state(5, Some(("Win", 10)), &role("leader", "voter", "0", "<<>>")),
    ]
}

fn behaviour(kind: ViolationKind, states: Vec<State>, lasso: Option<Lasso>) -> Behaviour {
    let violation = Violation {
        kind,
        name: Some("OneLeader".to_owned()),
        message: "Invariant OneLeader is violated.".to_owned(),
        behaviour: states,
        lasso,
        diagnostics: Vec::new(),
    };
    let modules = Modules::from([("Vote".to_owned(), ("Vote.tla".to_owned(), SPEC.to_owned()))]);
    let checked = Checked { outcome: Outcome::Violated { violation }, run: Run::default() };
    Behaviour::of(&checked, &modules).unwrap()
}

fn vote() -> Behaviour {
    behaviour(ViolationKind::Invariant, election(), None)
}

#[test]
fn a_step_has_its_place_its_source_and_what_changed() {
    let step = &vote().steps[1];
    assert_eq!(step.place.as_ref().map(|place| (place.file.as_str(), place.line)), Some(("Vote.tla", 4)));
    let source: Vec<String> = step.source.iter().map(cited).collect();
    assert_eq!(source, ["vote.go:10-20", "vote.go:11"]);
    let changes: Vec<String> = step.changes.iter().map(Change::to_string).collect();
    assert_eq!(
        changes,
        [
            format!("messages + {}", request("n2")),
            format!("messages + {}", request("n3")),
            "role.n1: \"follower\" -> \"candidate\"".to_owned(),
        ]
    );
}

/// As TLC names what stands below a quantifier over a set that differs from state to state.
#[test]
fn a_step_that_is_only_called_next_has_the_name_of_what_next_calls() {
    let step = |line, column| {
        let mut states = vec![state(1, None, "/\\ x = 1"), state(2, Some(("Next", line)), "/\\ x = 2")];
        states[1].location.as_mut().unwrap().column = column;
        let step = behaviour(ViolationKind::Invariant, states, None).steps.remove(1);
        (step.action.unwrap(), step.place.unwrap().line, step.source.iter().map(cited).collect::<Vec<_>>())
    };
    assert_eq!(step(14, 24), ("Grant".to_owned(), 10, vec!["vote.go:30-41".to_owned()]));
    assert_eq!(step(15, 8), ("Next".to_owned(), 15, Vec::new()));
    assert_eq!(step(1, 1), ("Next".to_owned(), 1, Vec::new()));
    assert_eq!(step(99, 99), ("Next".to_owned(), 99, Vec::new()));
}

#[test]
fn messages_fly_from_the_step_that_sends_them_to_the_one_that_takes_them() {
    let diagram = diagram::diagram(&vote());
    assert_eq!(diagram.lifelines, ["n1", "n2", "n3"]);
    assert_eq!(diagram.actors, [vec![], vec![0], vec![1], vec![], vec![0]]);
    let messages: Vec<_> = diagram.messages.iter().map(|m| (m.label.as_str(), m.from, m.to, m.sent, m.end)).collect();
    assert_eq!(
        messages,
        [
            ("RequestVote", 0, 1, 1, Some(diagram::End::Received(2))),
            ("RequestVote", 0, 2, 1, Some(diagram::End::Lost(3))),
            ("Granted", 1, 0, 2, Some(diagram::End::Received(4))),
        ]
    );
}

/// Two records with the same fields by chance would draw them as processes; one does not.
#[test]
fn one_record_is_no_function_over_processes() {
    let states = vec![
        state(1, None, "/\\ x = [low |-> 1, high |-> 2]\n/\\ y = <<1, 2>>"),
        state(2, Some(("Up", 4)), "/\\ x = [low |-> 2, high |-> 2]\n/\\ y = <<1, 2>>"),
    ];
    assert!(diagram::diagram(&behaviour(ViolationKind::Deadlock, states, None)).lifelines.is_empty());
}

#[test]
fn a_behaviour_without_processes_is_drawn_as_steps() {
    let states = vec![state(1, None, "/\\ x = <<1, 2>>"), state(2, Some(("Up", 4)), "/\\ x = <<2>>")];
    let plain = behaviour(ViolationKind::Deadlock, states, None);
    assert!(diagram::diagram(&plain).lifelines.is_empty());
    assert!(svg(&plain).contains("2  Up"));
}

#[test]
fn the_views_are_these() {
    let looping = behaviour(ViolationKind::Temporal, election(), Some(Lasso::BackTo(2)));
    insta::assert_snapshot!("text", text(&looping));
    insta::assert_snapshot!("itf", serde_json::to_string_pretty(&itf(&looping)).unwrap());
    insta::assert_snapshot!("svg", svg(&looping));
}

/// The format's description: integers as strings, the loop as an index from 0, every state with all variables.
#[test]
fn itf_has_the_shape_that_apalache_describes() {
    let trace = itf(&behaviour(ViolationKind::Temporal, election(), Some(Lasso::BackTo(2))));
    assert_eq!((&trace["loop"], &trace["#meta"]["format"]), (&1.into(), &"ITF".into()));
    assert_eq!(trace["vars"], serde_json::json!(["messages", "role", "term"]));
    assert_eq!(trace["states"][0]["term"]["n3"], serde_json::json!({"#bigint": "0"}));
    assert_eq!(trace["states"][1]["messages"]["#map"][1][1], serde_json::json!({"#bigint": "1"}));
    assert_eq!(trace["states"][4]["#meta"]["index"], 4);
    let stuttering = behaviour(ViolationKind::Temporal, election(), Some(Lasso::Stuttering));
    assert!(itf(&stuttering).get("loop").is_none());
}

#[test]
fn a_long_behaviour_has_at_most_sixty_lines_and_shows_its_end() {
    let value = |n: u64| (0..9).map(|v| format!("/\\ v{v} = {}", n + v)).collect::<Vec<_>>().join("\n");
    for length in [1, 30, 33, 500] {
        let states = (1..=length).map(|n| state(n, (n > 1).then_some(("Up", 4)), &value(n))).collect();
        let shown = text(&behaviour(ViolationKind::Invariant, states, Some(Lasso::Stuttering)));
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.len() <= 60, "{length}: {} lines", lines.len());
        assert!(lines.iter().all(|line| line.chars().count() <= 150));
        assert!(lines.iter().any(|line| line.contains(&format!("{length}  "))), "{shown}");
        assert!(length == 1 || shown.contains(&format!("v0: {} -> {length}", length - 1)), "{shown}");
    }
}

#[test]
fn a_value_that_cannot_be_read_is_compared_as_text() {
    let states =
        vec![state(1, None, "/\\ x = 1\n/\\ f = {odd!}"), state(2, Some(("Up", 4)), "/\\ x = 1\n/\\ f = {odder!}")];
    let odd = behaviour(ViolationKind::Invariant, states, None);
    assert_eq!(odd.steps[1].changes.iter().map(Change::to_string).collect::<Vec<_>>(), ["f: {odd!} -> {odder!}"]);
    assert_eq!(itf(&odd)["states"][0]["f"], serde_json::json!({"#unserializable": "{odd!}"}));
}
