use super::*;

/// What comes of `A` in the state `x = 1`, `q = <<>>`: the values of `x`, or the class of the fault.
fn after(body: &str) -> Result<Vec<String>, &'static str> {
    let text = format!(
        "---- MODULE M ----\nEXTENDS Naturals, Sequences\nVARIABLES x, q\nInit == x = 1 /\\ q = <<>>\n{body}\nNext == A\n\
         Spec == Init /\\ [][Next]_<<x, q>>\n===="
    );
    let source = Source { path: "M.tla".into(), text };
    let interpreter = Interpreter::new(source, "", &Setup::default()).unwrap();
    let start = interpreter.initial_states().unwrap().remove(0);
    let call = Call { action: "A".to_owned(), arguments: Vec::new() };
    let states = interpreter.successors(&call, &start).map_err(|fault| fault.kind.code())?;
    Ok(states.iter().map(|state| state[0].as_ref().unwrap().to_string()).collect())
}

#[test]
fn a_later_statement_sees_what_an_earlier_one_assigned() {
    assert_eq!(after("A == /\\ x' = x + 1\n     /\\ q' = <<x>>\n     /\\ x' = x + Head(q)"), Ok(vec!["4".to_owned()]));
}

#[test]
fn a_local_operator_reads_the_state_in_which_it_stands_and_what_is_around_it_the_state_now() {
    let with =
        |function: &str, then: &str| after(&format!("{function}\nA == LET m(k) == {then} IN x' = 5 /\\ x' = F(m(1))"));
    let values = |text: &str| Ok(vec![text.to_owned()]);
    assert_eq!(with("F(e) == e + x", "k"), values("6"));
    assert_eq!(with("F(e) == e + x'", "k"), values("6"));
    assert_eq!(with("F(e) == e + x'", "k + x"), values("7"));
    assert_eq!(with("G == x'\nF(e) == e", "k + G"), values("2"));
    assert_eq!(with("G == x\nF(e) == e + G", "k + G"), values("7"));
}

#[test]
fn an_update_outside_of_the_domain_runs_its_calls_and_needs_no_value() {
    let with = |value: &str| after(&format!("inc == x' = x + 1 /\\ x\nA == q' = [q EXCEPT ![x] = {value}]"));
    assert_eq!(with("@ + inc"), Ok(vec!["2".to_owned()]));
    assert_eq!(with("(@ + inc) * 2 + @"), Ok(vec!["2".to_owned()]));
    assert_eq!(with("Head(<<>>) + inc"), Ok(vec!["2".to_owned()]));
    // Whether a call is made that depends on it stays open.
    assert_eq!(with("IF @ = 1 THEN inc ELSE 0"), Err("eval/unsupported"));
}

#[test]
fn a_false_guard_disables_the_whole_action() {
    assert_eq!(after("P == x > 5\nA == x' = 2 /\\ P"), Ok(Vec::new()));
    assert_eq!(after("A == x > 5 /\\ x' = Head(q)"), Ok(Vec::new()));
}

#[test]
fn an_expression_without_a_value_is_an_error_unless_a_guard_behind_it_is_false_whatever_the_state() {
    assert_eq!(after("A == x' = Head(q)"), Err("eval/undefined"));
    assert_eq!(after("A == x' = Head(q) /\\ 1 = 1"), Err("eval/undefined"));
    // TLC reads no state here, so that it may find either.
    assert_eq!(after("A == x' = Head(q) /\\ 1 = 2"), Err("eval/unsupported"));
    assert_eq!(after("P == x' = Head(q)\nA == P /\\ (LET n == x IN q' = <<n>>) /\\ 1 = 2"), Err("eval/unsupported"));
    assert_eq!(after("A == \\A n \\in {1, 2} : n = 1 /\\ x' = Head(q)"), Err("eval/unsupported"));
    // A guard that looks at a variable needs the state.
    assert_eq!(after("A == x' = Head(q) /\\ x = 5"), Err("eval/undefined"));
}

#[test]
fn an_action_of_very_many_statements_stays_open() {
    let twice = |n: u32| format!("P{} == P{n} /\\ P{n}\n", n + 1);
    let calls: String = (0..30).map(twice).collect();
    assert_eq!(after(&format!("P0 == x' = x\n{calls}A == P30")), Err(Kind::TooLong.code()));
}
