//! Actions that assign each variable once: a formula with primes, and what stays on its way through a state.

use super::Options;
use super::Style;
use super::transform;

/// The module's action A, and what became of it.
fn made(body: &str) -> (String, Style) {
    let text = format!(
        "---- MODULE M ----\n\\* specgen: iispec 1\nEXTENDS Integers, Sequences\nVARIABLES x, y, z\nvars == <<x, y, z>>\n\
         Big == x > 3\n{body}\nNext == \\E s \\in {{1, 2}} : A(s)\nSpec == x = 0 /\\ y = 0 /\\ z = 0 /\\ [][Next]_vars\n====\n"
    );
    let done = transform(&text, "M.tla", &Options::default()).unwrap();
    let from = done.text.find("A(s) ==").unwrap();
    let to = done.text.find("Next ==").unwrap();
    let style = done.report.iter().find(|line| line.name == "A").unwrap().style;
    (done.text[from..to].trim().to_owned(), style)
}

#[test]
fn a_read_of_what_was_assigned_once_gets_a_prime_and_the_action_keeps_its_form() {
    let (text, style) = made(
        "A(s) ==\n    /\\ x' = x + s \\* go:1\n    /\\ IF x > 10 \\* go:2\n       THEN /\\ y' = <<x, z>>\n            \
         /\\ z' = Len(y)\n       ELSE y' = [i \\in 1..x |-> x - i]\n    /\\ y # <<>>",
    );
    let expected = "A(s) ==\n    /\\ x' = x + s  \\* go:1\n    /\\ IF x' > 10  \\* go:2\n       THEN /\\ y' = <<x', z>>\n            \
                    /\\ z' = Len(y')\n       ELSE /\\ y' = [i \\in 1..x' |-> x' - i]\n            /\\ UNCHANGED z\n    /\\ y' # <<>>";
    assert_eq!(text, expected);
    assert_eq!(style, Style::Completed);
}

#[test]
fn after_a_branch_that_may_have_assigned_the_new_value_is_read_since_the_other_leaves_it_unchanged() {
    let (text, _) = made("A(s) == /\\ IF s = 1 THEN x' = 5 ELSE TRUE\n        /\\ \\E t \\in 1..x : y' = t + x");
    assert!(text.contains("ELSE /\\ TRUE\n            /\\ UNCHANGED x"), "{text}");
    assert!(text.contains("\\E t \\in 1..x' :") && text.contains("y' = t + x'"), "{text}");
    let (text, _) = made("A(s) == (x' = 1 \\/ y' \\in {x, s}) /\\ z' = x + y");
    assert!(text.contains("y' \\in {x, s}") && text.contains("z' = x' + y'"), "{text}");
}

#[test]
fn a_local_has_the_value_of_its_place() {
    let (text, _) =
        made("A(s) == LET old == x IN x' = 5 /\\ LET new(n) == x + n IN y' = new(1) + old /\\ z' = new(old)");
    assert!(text.contains("old == x\n") && text.contains("new(n) == x' + n"), "{text}");
}

#[test]
fn what_a_prime_cannot_say_goes_through_a_state() {
    let bodies = [
        ("assigned twice", "A(s) == x' = s /\\ y' = x /\\ x' = x + 1"),
        ("assigned twice on one way", "A(s) == (IF s = 1 THEN x' = s ELSE TRUE) /\\ y' = x /\\ x' = 1"),
        ("read by an operator", "A(s) == x' = s /\\ (IF Big THEN y' = 1 ELSE y' = 2)"),
        ("a loop", "A(s) == x' = s /\\ \\A t \\in {1} : y' = x"),
        ("a call", "B(s) == y' = x + s\nA(s) == x' = s /\\ B(s)"),
        ("a test that an assignment looks like", "A(s) == x' \\in {1, s} /\\ x = s /\\ y' = 2"),
        ("one below a connective", "A(s) == x' \\in {1, s} /\\ (y > 0 \\/ ~(x \\in {s})) /\\ y' = 2"),
        ("a prime before the assignment", "A(s) == y' = x' /\\ x' = s"),
    ];
    for (what, body) in bodies {
        let (text, style) = made(body);
        assert_ne!(style, Style::Completed, "{what}: {text}");
        assert!(text.contains("st") && !text.contains("x' >") && !text.contains("= x'\n"), "{what}: {text}");
    }
}

#[test]
fn of_a_procedure_that_is_called_too_there_is_one_text() {
    let body = "A(s) == x' = s /\\ y' = x\nB(s) == A(s) /\\ A(s + 1)";
    let all = format!(
        "---- MODULE M ----\n\\* specgen: iispec 1\nEXTENDS Integers\nVARIABLES x, y\n{body}\n\
         Next == \\E s \\in {{1, 2}} : A(s) \\/ B(s)\nSpec == x = 0 /\\ y = 0 /\\ [][Next]_<<x, y>>\n====\n"
    );
    let done = transform(&all, "M.tla", &Options::default()).unwrap();
    assert!(done.text.contains("LET st == A_on(State, s)"), "{}", done.text);
}

fn module(body: &str, next: &str) -> String {
    format!(
        "---- MODULE M ----\n\\* specgen: iispec 1\nEXTENDS Integers\nVARIABLES x, y, z\nvars == <<x, y, z>>\n\
         {body}\nNext == \\E s \\in {{1, 2}} : {next}\nSpec == x = 0 /\\ y = 0 /\\ z = 0 /\\ [][Next]_vars\n====\n"
    )
}

fn of_module(text: &str) -> (String, Vec<(String, bool)>) {
    let done = transform(text, "M.tla", &Options::default()).unwrap();
    let actions = done.report.iter().map(|line| (line.name.clone(), line.action)).collect();
    (done.text, actions)
}

#[test]
fn a_procedure_beside_other_statements_assigns_its_own_and_the_action_keeps_the_rest() {
    let body = "Lock(s) == IF x = 0 THEN /\\ x' = s\n                         /\\ UNCHANGED y\n                    ELSE TRUE\n\
                Count(s) == Lock(s) /\\ z' = z + x\nA(s) == y > 0 /\\ y' = y + 1 /\\ Lock(s + y)";
    let (text, actions) = of_module(&module(body, "A(s) \\/ Lock(s)"));
    let lock = "Lock(s) ==\n    IF x = 0\n    THEN /\\ x' = s\n    ELSE /\\ TRUE\n         /\\ UNCHANGED x\n";
    assert!(text.contains(lock), "{text}");
    assert!(text.contains("/\\ Lock(s)\n    /\\ z' = z + x'\n    /\\ UNCHANGED y"), "{text}");
    assert!(text.contains("/\\ y' = y + 1\n    /\\ Lock(s + y')\n    /\\ UNCHANGED z"), "{text}");
    assert!(text.contains("\\/ A(s)\n        \\/ /\\ Lock(s)\n           /\\ UNCHANGED <<y, z>>"), "{text}");
    assert!(!text.contains("_on"), "{text}");
    assert!(actions.contains(&("A".to_owned(), true)) && actions.contains(&("Lock".to_owned(), false)), "{actions:?}");
}

#[test]
fn what_others_name_as_an_action_or_need_on_states_is_no_part() {
    let lock = "Lock(s) == x' = s";
    let cases = [
        ("a caller assigns twice", "A(s) == y' = 1 /\\ Lock(s)\nB(s) == Lock(s) /\\ x' = x + 1"),
        (
            "a caller reads what it assigns through an operator",
            "Big == x > 3\nA(s) == Lock(s) /\\ (Big \\/ y = 1)\nB(s) == y' = 1",
        ),
        ("what it reads is assigned before", "P(s) == y' = x\nA(s) == x' = 1 /\\ P(s)\nB(s) == y' = 1"),
        ("a property asks whether it is enabled", "A(s) == y' = 1 /\\ Lock(s)\nB(s) == y' = 2\nCan == ENABLED Lock(1)"),
        (
            "it puts a prime on what it is given",
            "Q(m) == y' = m /\\ z' = (y + m)'\nA(s) == x' = s /\\ Q(x)\nB(s) == y' = 2",
        ),
        (
            "an operator of it puts a prime on what it is given",
            "Sum(m) == z + m\nQ(m) == z' = 1 /\\ y' = Sum(m)'\nA(s) == Q(x) /\\ x' = 1\nB(s) == y' = 2",
        ),
        (
            "an operator puts a prime on what was assigned",
            "Val(v) == v' + 1\nA(s) == x' = 2 /\\ y' = Val(x)\nB(s) == y' = 2",
        ),
        ("it is called twice", "A(s) == Lock(s) /\\ Lock(s + 1)\nB(s) == y' = 2"),
    ];
    for (what, rest) in cases {
        let (text, _) = of_module(&module(&format!("{lock}\n{rest}"), "A(s) \\/ B(s)"));
        assert!(text.contains("_on(st"), "{what}: {text}");
    }
    let fair = module("Lock(s) == x' = s\nA(s) == y' = 1 /\\ Lock(s)", "A(s)")
        .replace("[][Next]_vars", "[][Next]_vars /\\ WF_vars(Lock(1))");
    assert!(of_module(&fair).0.contains("Lock_on(st"), "{}", of_module(&fair).0);
}

#[test]
fn a_part_that_calls_a_part_is_one_too() {
    let body = "P(s) == x' = s\nQ(s) == s > 0 /\\ P(s)\nA(s) == Q(s) /\\ y' = x + 1";
    let (text, _) = of_module(&module(body, "A(s) \\/ P(s)"));
    assert!(text.contains("P(s) == x' = s\n") && text.contains("y' = x' + 1\n    /\\ UNCHANGED z"), "{text}");
    assert!(!text.contains("_on"), "{text}");
}
