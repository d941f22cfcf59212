//! The numbers of states are TLC's.

use super::*;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

/// What comes of a model, in brief.
pub(super) fn explored(units: &str, config: &str) -> String {
    explored_within(units, config, 100_000, Budget::default())
}

fn explored_deep(units: &str, config: &str) -> String {
    explored_by(units, config, Budget::default(), |deadlock| Search { deadlock, limit: 100_000, deep: true })
}

pub(super) fn explored_within(units: &str, config: &str, limit: u64, budget: Budget) -> String {
    explored_by(units, config, budget, |deadlock| Search { deadlock, limit, deep: false })
}

fn explored_by(units: &str, config: &str, budget: Budget, search: impl Fn(bool) -> Search + Sync) -> String {
    let text = format!("---- MODULE M ----\nEXTENDS Naturals, Sequences, FiniteSets, TLC\n{units}\n====\n");
    let config = Config::parse(config, "M.cfg").unwrap();
    on_large_stack(|| {
        let source = Source { path: "M.tla".into(), text };
        let (program, model) = match Model::load(&source, &NoLibrary, &config) {
            Ok(loaded) => loaded,
            Err(found) => return found[0].code.clone(),
        };
        let mut machine = Machine::new(&program, budget);
        let found = explore(&mut machine, &model, search(config.deadlock.unwrap_or(false)));
        let verdict = match found.verdict {
            Verdict::Holds => "holds".to_owned(),
            Verdict::Violated { invariant, behaviour } => format!("{invariant} after {}", behaviour.len()),
            Verdict::Property { name, behaviour, .. } => format!("{name} after {}", behaviour.len()),
            Verdict::Assumption => "assumption".to_owned(),
            Verdict::Postcondition { name } => name,
            Verdict::Deadlock { behaviour } => format!("deadlock after {}", behaviour.len()),
            Verdict::Failed { fault, behaviour } => format!("{} after {}", fault.kind.code(), behaviour.len()),
        };
        format!("{verdict}: {} generated, {} distinct, depth {}", found.generated, found.distinct, found.depth)
    })
}

const QUEUE: &str = r"CONSTANT N
VARIABLES x, q
vars == <<x, q>>
Init == x = 0 /\ q = <<>>
Inc == x < N /\ x' = x + 1 /\ UNCHANGED q
Push(v) == Len(q) < 3 /\ q' = Append(q, v) /\ x' \in {x, 0}
Next == Inc \/ \E v \in 1..3 : Push(v)
Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
Small == Len(q) < 4
Short == Len(q) < 3
Low == x < 4
Grows == Len(q') > Len(q)
Length == Len(q)";

#[test]
fn all_states_are_found() {
    let holds = "holds: 630 generated, 240 distinct, depth 9";
    assert_eq!(explored(QUEUE, "SPECIFICATION Spec CONSTANT N = 5 INVARIANT Small"), holds);
    assert_eq!(explored(QUEUE, "INIT Init NEXT Next CONSTANT N = 5"), holds);
}

#[test]
fn what_is_violated_is_found_on_a_shortest_way() {
    let violated = explored(QUEUE, "SPECIFICATION Spec\nCONSTANTS N = 5 \\* five\nINVARIANTS Small Short");
    assert!(violated.starts_with("Short after 4:"), "{violated}");
    let violated = explored(QUEUE, "SPECIFICATION Spec CONSTANT N = 5 INVARIANT Low");
    assert!(violated.starts_with("Low after 5:"), "{violated}");
    let ended = explored(QUEUE, "SPECIFICATION Spec CONSTANT N = 1 CHECK_DEADLOCK TRUE");
    assert!(ended.starts_with("deadlock after 5:"), "{ended}");
}

/// What is handed to an operator that is a parameter is read by it: an invariant is looked at again where it changes.
#[test]
fn an_invariant_that_reads_through_a_parameter_is_looked_at_in_every_state() {
    let config = "INIT Init NEXT Next INVARIANT Inv";
    let count = "VARIABLE x\nInit == x = 0\nNext == x < 5 /\\ x' = x + 1\nId(k) == k\nP(F(_)) == F(x) < 3\n";
    for inv in ["P(LAMBDA k : k)", "P(Id)", "LET Q(F(_)) == F(x) < 3 IN Q(Id)"] {
        let found = explored(&format!("{count}Inv == {inv}"), config);
        assert!(found.starts_with("Inv after 4:"), "{inv}: {found}");
    }
    let inner = "---- MODULE Inner ----\nCONSTANT Op(_)\nVARIABLE q\nOk == Op(q) < 3\n====\n";
    for instance in
        ["J(Op(_)) == INSTANCE Inner WITH q <- x\nInv == J(Id)!Ok", "J(Op(_), q) == INSTANCE Inner\nInv == J(Id, x)!Ok"]
    {
        let found = explored(&format!("{count}{inner}{instance}"), config);
        assert!(found.starts_with("Inv after 4:"), "{instance}: {found}");
    }
}

#[test]
fn a_budget_ends_the_successors_of_one_state_and_one_long_evaluation() {
    let units = |next: &str| {
        format!(
            "VARIABLE x\nInit == x = {{}}\nRECURSIVE Fib(_)\nFib(n) == IF n < 2 THEN n ELSE Fib(n - 1) + Fib(n - 2)\nNext == {next}"
        )
    };
    let (config, deep) = ("INIT Init NEXT Next", |deadlock| Search { deadlock, limit: 1000, deep: false });
    let few = Budget { successors: 500, ..Budget::default() };
    let found = explored_by(&units("x' \\in SUBSET (1..10)"), config, few, deep);
    assert!(found.starts_with("eval/too-large after 1:"), "{found}");
    let found = explored_by(&units("x' \\in SUBSET (1..8)"), config, few, deep);
    assert!(found.starts_with("holds: "), "{found}");
    let short = Budget { time: Some(std::time::Duration::ZERO), ..Budget::default() };
    let found = explored_by(&units("x' = {Fib(30)}"), config, short, deep);
    assert!(found.starts_with("eval/too-long after 1:"), "{found}");
    // A value that shares its parts has more characters than any memory holds.
    let whole = "VARIABLE x\nInit == x = <<>>\nNext == Len(x) < 60 /\\ x' = Append(x, x)\nInv == Len(x) < 60";
    assert!(explored(whole, "INIT Init NEXT Next INVARIANT Inv").starts_with("Inv after 61:"));
}

#[test]
fn depth_first_the_same_states_are_found() {
    let found = explored_deep(QUEUE, "SPECIFICATION Spec CONSTANT N = 5 INVARIANT Small");
    assert!(found.starts_with("holds: 630 generated, 240 distinct"), "{found}");
    // The newest state first: one long behaviour, and hardly a state beside it.
    let line = r"VARIABLES x, y
Init == x = 0 /\ y = 0
Next == x < 100 /\ x' = x + 1 /\ y' \in 0..9
Short == x < 100";
    assert_eq!(
        explored_deep(line, "INIT Init NEXT Next INVARIANT Short"),
        "Short after 101: 992 generated, 992 distinct, depth 100"
    );
    let broad = explored(line, "INIT Init NEXT Next INVARIANT Short");
    assert_eq!(broad, "Short after 101: 9812 generated, 992 distinct, depth 100");
    let property = format!("{line}\nP == [][y' # 8]_y");
    assert!(explored_deep(&property, "INIT Init NEXT Next PROPERTY P").starts_with("P after "));
}

#[test]
fn constraints_and_a_view_make_the_space_smaller() {
    let of = |more: &str| explored(QUEUE, &format!("SPECIFICATION Spec CONSTANT N = 5 {more}"));
    assert_eq!(of("CONSTRAINT Short"), "holds: 495 generated, 78 distinct, depth 8");
    assert_eq!(of("ACTION_CONSTRAINT Grows"), "holds: 80 generated, 40 distinct, depth 4");
    assert_eq!(of("VIEW Length"), "holds: 14 generated, 4 distinct, depth 4");
}

/// The numbers are those of TLC for the same module and config.
#[test]
fn states_that_a_permutation_makes_of_each_other_are_one() {
    let units = r"CONSTANT RM
VARIABLES rmState, tmState, tmPrepared, msgs
Init == rmState = [r \in RM |-> {}] /\ tmState = 0 /\ tmPrepared = {} /\ msgs = {}
Receive(r) == /\ tmState = 0 /\ <<r>> \in msgs /\ tmPrepared' = tmPrepared \cup {r}
              /\ UNCHANGED <<rmState, tmState, msgs>>
Prepare(r) == /\ rmState[r] = {} /\ rmState' = [rmState EXCEPT ![r] = {r}] /\ msgs' = msgs \cup {<<r>>}
              /\ UNCHANGED <<tmState, tmPrepared>>
Commit == tmState = 0 /\ tmPrepared = RM /\ tmState' = 1 /\ UNCHANGED <<rmState, tmPrepared, msgs>>
Next == Commit \/ \E r \in RM : Receive(r) \/ Prepare(r)
Small == Cardinality(tmPrepared) < 3
Sym == Permutations(RM)
First == CHOOSE r \in RM : TRUE
Swap == {[r \in RM |-> IF r = a THEN b ELSE IF r = b THEN a ELSE r] : a \in {First}, b \in RM}
Half == {[r \in RM |-> CHOOSE o \in RM : TRUE]}
P == <>(tmState = 0)
S == [][tmState' >= tmState]_tmState
Len3 == Cardinality(msgs)";
    let of = |config: &str| {
        let config = format!("INIT Init NEXT Next CONSTANT RM = {{r1, r2, r3, r4}} {config}");
        explored(units, &config)
    };
    assert_eq!(of(""), "holds: 326 generated, 82 distinct, depth 10");
    // The swaps with one of them make all permutations.
    for symmetry in ["Sym", "Swap"] {
        assert_eq!(of(&format!("SYMMETRY {symmetry}")), "holds: 62 generated, 16 distinct, depth 10");
    }
    assert!(of("SYMMETRY Sym INVARIANT Small").starts_with("Small after 7:"));
    assert!(of("SYMMETRY Sym PROPERTY S").starts_with("holds: "));
    assert!(of("SYMMETRY Half").starts_with("eval/operand after 0"));
    assert_eq!(of("SYMMETRY Sym PROPERTY P"), "eval/unsupported");
    assert_eq!(of("SYMMETRY Sym VIEW Len3"), "eval/unsupported");
}

#[test]
fn actions_are_written_in_many_ways() {
    let next = |next: &str| {
        let units = format!(
            "VARIABLES x, y\nSet(v, e) == v' = e\nBoth == <<x, y>>\nInit == x = 0 /\\ y \\in {{1, 2}}\nNext == {next}"
        );
        explored(&units, "INIT Init NEXT Next")
    };
    for (action, expected) in [
        (r"Set(x, (x + 1) % 3) /\ UNCHANGED y", "8 generated, 6 distinct, depth 3"),
        (r"x < 2 /\ (IF y = 1 THEN x' = 1 ELSE x' = 2) /\ y' = y", "5 generated, 4 distinct, depth 2"),
        (r"LET step == x' = y IN step /\ UNCHANGED <<y>>", "6 generated, 4 distinct, depth 2"),
        (r"\A v \in {1} : x' = v /\ y' = v", "5 generated, 3 distinct, depth 2"),
        (r"CASE y = 1 -> UNCHANGED Both [] OTHER -> x' = 1 /\ y' = 1", "5 generated, 3 distinct, depth 2"),
        (r"x' \in SUBSET {1} /\ y' = Cardinality(x')", "10 generated, 4 distinct, depth 2"),
        (r"[x' = 1 /\ y' = 1]_Both", "8 generated, 3 distinct, depth 2"),
        (r"<<x' \in 0..1 /\ y' = y>>_x", "6 generated, 4 distinct, depth 2"),
        (r"x' = 1 /\ x' = 2 /\ y' = y", "2 generated, 2 distinct, depth 1"),
    ] {
        assert_eq!(next(action), format!("holds: {expected}"), "{action}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_said_and_is_no_pass() {
    let of =
        |units: &str, config: &str| explored_within(&format!("VARIABLES x\n{units}"), config, 50, Budget::default());
    let config = "INIT Init NEXT Next INVARIANT Inv";
    let units = |next: &str| format!("Init == x = 0\nNext == {next}\nInv == x < 60");
    assert!(of(&units("x' = x + \"a\""), config).starts_with("eval/operand after 1:"));
    assert!(of(&units("x < 2"), config).starts_with("eval/unassigned after 1:"));
    assert!(of(&units("x' > 1"), config).starts_with("eval/unassigned after 1:"));
    assert!(of(&units("x' \\in Nat"), config).starts_with("eval/not-enumerable after 1:"));
    assert!(of(&units("x' = Nat"), config).starts_with("eval/not-enumerable after 1:"));
    assert!(of(&units("x' = x + 1"), config).starts_with("eval/too-large after 50:"));
    let open = "Init == TRUE\nNext == x' = 1\nInv == TRUE\nSpec == Init /\\ [][Next]_x";
    assert!(of(open, "SPECIFICATION Spec INVARIANT Inv").starts_with("eval/unassigned after 0:"));
}

#[test]
fn what_only_tlc_checks_is_refused() {
    let refused = |config: &str| Config::parse(config, "M.cfg").unwrap_err().code;
    assert_eq!(refused("CONSTANT N"), "eval/config");
    assert_eq!(refused("CONSTANT N = 99999999999"), "eval/config");
    assert_eq!(refused("Init"), "eval/config");
    assert_eq!(refused("INIT Init NEXT Next Other"), "eval/config");
    assert_eq!(refused("INIT Init NEXT Next INIT Other"), "eval/config");
    let load = |config: &str, spec: &str| {
        let text = format!("---- MODULE M ----\nVARIABLE x\nInit == x = 0\nNext == x' = x\n{spec}\n====\n");
        let config = Config::parse(config, "M.cfg").unwrap();
        Model::load(&Source { path: "M.tla".into(), text }, &NoLibrary, &config).err().unwrap()[0].code.clone()
    };
    assert_eq!(load("INIT Init", ""), "eval/config");
    assert_eq!(load("SPECIFICATION Nope", ""), "eval/unknown-name");
    let fair = "Spec == Init /\\ [][Next]_x /\\ WF_x(Next)\nLive == <>(x = 1)";
    assert_eq!(load("SPECIFICATION Spec PROPERTY Live", fair), "eval/unsupported");
    for live in ["[]<>(x = 1)", "<>[](x = 1)", "WF_x(Next)", "<><<Next>>_x", "~[](x = 1)", "[](x = 0 => <>[](x = 1))"] {
        let live = format!("Live == {live}");
        assert_eq!(load("INIT Init NEXT Next PROPERTY Live", &live), "eval/unsupported", "{live}");
    }
    assert_eq!(load("SPECIFICATION Spec", "Spec == Init /\\ [][Next]_x /\\ <>(x = 1)"), "eval/unsupported");
    assert_eq!(load("SPECIFICATION Spec", "Spec == Init /\\ [](x = 0)"), "eval/unsupported");
}

#[test]
fn what_the_config_puts_nowhere_or_cannot_put_there_is_refused() {
    let text = "---- MODULE M ----\nEXTENDS Naturals, Sequences\nCONSTANT K\nVARIABLE x\nFive == 5\nTen == 10\nOf(n) == n\n\
                N == INSTANCE Naturals\nInit == x = 0\nNext == x' = x\nInv == x \\in Nat\n====\n";
    let load = |constants: &str| {
        let config = format!("CONSTANTS K = 1 {constants} INIT Init NEXT Next INVARIANT Inv");
        let config = Config::parse(&config, "M.cfg").unwrap();
        let loaded = Model::load(&Source { path: "M.tla".into(), text: text.into() }, &NoLibrary, &config);
        loaded.err().map(|found| format!("{}: {}", found[0].code, found[0].message))
    };
    for fine in ["Five <- Ten", "Nat <- Ten", "N!Nat <- Ten", "Five = 7", "Len <- Of", "Five <- [M]Ten", "K <- Ten"] {
        assert_eq!(load(fine), None, "{fine}");
    }
    for (wrong, why) in [
        ("Zork <- Ten", "`Zork`, which the specification neither"),
        ("x <- Ten", "`x`, which the specification neither"),
        ("BOOLEAN <- Ten", "`BOOLEAN`, which"),
        ("N!Zork <- Ten", "`N!Zork`, which"),
        ("Five <- [Zork]Ten", "`Five <- [Zork]`, which"),
        ("Five <- Zork", "`Five` by `Zork`, which is nowhere"),
        ("Five <- x", "`Five` by `x`, which is nowhere"),
        ("Len <- Ten", "`Len` takes 1 arguments"),
        ("Five <- Of", "`Five` takes 0 arguments"),
        ("Five <- Ten Ten <- K", "which it replaces itself"),
    ] {
        let said = load(wrong).unwrap_or_default();
        assert!(said.starts_with("eval/config: ") && said.contains(why), "{wrong}: {said}");
    }
    let nested = |depth: usize| format!("CONSTANT K = {}1{}", "{".repeat(depth), "}".repeat(depth));
    assert!(Config::parse(&nested(3), "M.cfg").is_ok());
    assert_eq!(Config::parse(&nested(100_000), "M.cfg").unwrap_err().code, "eval/config");
}

const COUNTER: &str = r"VARIABLE x
Init == x = 0
Next == x < 3 /\ x' = x + 1
Above(y) == y > x
";

fn counted(units: &str, config: &str) -> String {
    let told = explored(&format!("{COUNTER}{units}"), &format!("INIT Init NEXT Next {config}"));
    told.split(':').next().unwrap_or_default().to_owned()
}

#[test]
fn properties_of_behaviours_that_may_stop_at_any_time() {
    for (property, expected) in [
        ("x = 0", "holds"),
        ("x = 1", "P after 1"),
        ("[][x' > x]_x", "holds"),
        ("[][x' < 2]_x", "P after 3"),
        ("[](x <= 3)", "holds"),
        ("[](x < 2)", "P after 3"),
        (r"x = 0 /\ [][Next]_x", "holds"),
        (r"x = 0 /\ [][Next]_x /\ [](x # 3)", "P after 4"),
        ("[](x = 1 => [](x >= 1))", "holds"),
        ("[](x = 1 => [](x < 3))", "P after 4"),
        ("[](x = 7 => [](x < 3))", "holds"),
        ("[](x = 3 => [](x # 2))", "holds"),
        ("<>(x = 0)", "holds"),
        ("<>(x = 3)", "P after 1"),
        ("(x = 1) ~> (x > 0)", "holds"),
        ("(x = 1) ~> (x = 2)", "P after 2"),
        ("[](x = 1 => <>(x = 2))", "P after 2"),
        ("[](x + \"a\" = 1)", "eval/operand after 1"),
    ] {
        assert_eq!(counted(&format!("P == {property}"), "PROPERTY P"), expected, "{property}");
    }
}

#[test]
fn a_step_to_a_state_that_is_known_is_a_step() {
    let units = "VARIABLE x\nInit == x = 0\nNext == x' = (x + 1) % 3\nP == [][x' > x]_x";
    assert!(explored(units, "INIT Init NEXT Next PROPERTY P").starts_with("P after 4:"));
}

#[test]
fn what_lies_outside_of_the_constraints_is_checked_as_well() {
    let units = "VARIABLE x\nInit == x = 0\nNext == x' = x + 2\nC == x < 2\n";
    let found =
        |property: &str| explored(&format!("{units}P == {property}"), "INIT Init NEXT Next CONSTRAINT C PROPERTY P");
    assert!(found("[][x' = x + 1]_x").starts_with("P after 2:"), "{}", found("[][x' = x + 1]_x"));
    assert!(found("[](x < 2)").starts_with("P after 2:"), "{}", found("[](x < 2)"));
}

#[test]
fn what_is_said_of_one_state_has_no_prime() {
    for (units, config) in [
        ("Inv == x > 0 => x' = x", "INVARIANT Inv"),
        (r"P == x = 0 \/ x' = 1", "PROPERTY P"),
        ("C == x' < 3", "CONSTRAINT C"),
    ] {
        assert_eq!(counted(units, config), "eval/config", "{units}");
    }
    assert_eq!(counted("P == [][Head(<<>>) = 1]_x", "PROPERTY P"), "eval/undefined after 2");
}

#[test]
fn operators_that_refer_to_one_another_are_of_the_level_of_what_they_look_at() {
    let even = "RECURSIVE Even(_), Odd(_)\nEven(n) == n = 0 \\/ Odd(n - 1)\nOdd(n) == n # 0 /\\ Even(n - 1)\n";
    assert_eq!(counted(&format!("{even}Inv == Even(x) # Odd(x)"), "INVARIANT Inv"), "holds");
    assert_eq!(counted(&format!("{even}Inv == Even(x)"), "INVARIANT Inv"), "Inv after 2");
    assert_eq!(counted(&format!("{even}Inv == Even(x')"), "INVARIANT Inv"), "eval/config");
    assert_eq!(counted(&format!("{even}Inv == ENABLED (Next /\\ Odd(x'))"), "INVARIANT Inv"), "Inv after 2");
    let ahead = "RECURSIVE Even(_), Odd(_)\nEven(n) == n = 0 \\/ Odd(n - 1)\nOdd(n) == n = x' \\/ Even(n - 1)\n";
    assert_eq!(counted(&format!("{ahead}Inv == Even(x)"), "INVARIANT Inv"), "eval/config");
}

/// So does TLC, which goes on from each of them.
#[test]
fn each_way_to_satisfy_a_condition_of_an_action_is_looked_at() {
    let model = |condition: &str| {
        let units = format!(
            "VARIABLE x\nf == <<1, 2>>\nIn(n) == n = 0 \\/ f[n] < 3\nInit == x = 0\n\
             Next == x < 3 /\\ {condition} /\\ x' = x + 1"
        );
        let found = explored(&units, "INIT Init NEXT Next");
        found.split(':').next().unwrap().to_owned()
    };
    assert_eq!(model("(x < 3 \\/ f[x] = 1)"), "eval/undefined after 1");
    assert_eq!(model("In(x)"), "eval/undefined after 1");
    assert_eq!(model("(\\E n \\in 1..3 : f[n] = 1)"), "eval/undefined after 1");
    assert_eq!(model("(CASE x = 0 -> (x < 3 \\/ f[x] = 1))"), "eval/undefined after 1");
    assert_eq!(model("(CASE x > 0 -> (x < 3 \\/ f[x] = 1))"), "eval/no-case after 1");
    assert_eq!(model("(\\A n \\in {x} : LET m == n IN IF m < 9 THEN In(m) ELSE FALSE)"), "eval/undefined after 1");
    // An expression goes no further than it has to, and so does ENABLED.
    assert_eq!(model("(x < 3 \\/ f[x] = 1) = TRUE"), "holds");
    assert_eq!(model("(x < 0 => f[x] = 1)"), "holds");
    assert_eq!(model("ENABLED ((x < 3 \\/ f[x] = 1) /\\ x' = 1)"), "holds");
}

#[test]
fn a_search_tells_how_far_it_is() {
    // As a trace specification asks: one state is left to go on from, unless all is done.
    assert_eq!(counted(r#"P == [](x < 4 => [](TLCGet("queue") = 1))"#, "PROPERTY P"), "P after 4");
    let post = r#"Post == TLCGet("distinct") = 4 /\ TLCGet("diameter") = 4"#;
    assert_eq!(counted(post, "POSTCONDITION Post"), "holds");
    assert_eq!(counted(r#"Post == TLCGet("generated") = 3"#, "POSTCONDITION Post"), "Post");
    assert_eq!(counted(r#"Inv == TLCGet("level") = x"#, "INVARIANT Inv"), "holds");
    assert_eq!(counted(r#"Inv == TLCGet("level") < 3"#, "INVARIANT Inv"), "Inv after 4");
    assert_eq!(counted(r#"Post == TLCGet("level") = 0"#, "POSTCONDITION Post"), "holds");
    assert_eq!(counted("Post == x = 3", "POSTCONDITION Post"), "eval/unassigned after 0");
    assert_eq!(counted(r#"ASSUME TLCGet("config").mode = "dfs""#, ""), "assumption");
}

#[test]
fn an_action_is_enabled_where_it_has_a_step() {
    assert_eq!(counted("Inv == ENABLED Next <=> x < 3", "INVARIANT Inv"), "holds");
    assert_eq!(counted(r"Inv == ENABLED (x' = x + 1 /\ x > 1) => x # 2", "INVARIANT Inv"), "Inv after 3");
    assert_eq!(counted("P == [][ENABLED Next]_x", "PROPERTY P"), "holds");
    assert_eq!(counted("P == [][(ENABLED Next)']_x", "PROPERTY P"), "P after 4");
    // Also where it leaves a variable open.
    let open = r"VARIABLES x, y
Init == x = 0 /\ y = 0
A == x' = 1 /\ x = 0
Next == A /\ y' = 1
Inv == ENABLED A <=> x = 0";
    assert!(explored(open, "INIT Init NEXT Next INVARIANT Inv").starts_with("holds: 2 generated"));
}

#[test]
fn enabled_of_a_variable_for_which_an_instance_has_an_expression_is_refused() {
    let told = |with: &str, invariant: &str| {
        let inner = "---- MODULE In ----\nEXTENDS Naturals\nVARIABLE h\nGo == h' = h + 1\nSame == UNCHANGED h\n\
            On == ENABLED Go\nStays == ENABLED Same\nLow == ENABLED (h < 9)\n====";
        let units = format!(
            "VARIABLES x, y\n{inner}\nI == INSTANCE In WITH h <- {with}\nInit == x = 0 /\\ y = 0\n\
             Next == x < 3 /\\ x' = x + 1 /\\ y' = y\nInv == {invariant}"
        );
        explored(&units, "INIT Init NEXT Next INVARIANT Inv")
    };
    assert!(told("x", "I!On").starts_with("holds: 4 generated"));
    for with in ["x + y", "5", "<<x>>[1]"] {
        for invariant in ["I!On", "I!Stays"] {
            let told = told(with, invariant);
            assert!(told.starts_with("eval/unsupported"), "{with}, {invariant}: {told}");
        }
        assert!(told(with, "I!Low").starts_with("holds: 4 generated"), "{with}");
    }
}

#[test]
fn init_and_next_are_no_constants() {
    let told = |init: &str, next: &str| {
        explored(
            &format!("VARIABLE x\nInit == {init}\nNext == {next}\nInv == x = 1"),
            "INIT Init NEXT Next INVARIANT Inv",
        )
    };
    assert_eq!(told("x = 1", "FALSE"), "eval/config");
    assert_eq!(told("FALSE", "x' = x"), "eval/config");
    assert!(told("x = 1", "x = 2").starts_with("holds"));
    assert!(told("x = 1", "1' = 2").starts_with("holds"));
}

#[test]
fn an_operator_that_looks_at_a_variable_makes_what_it_is_given_to_depend_on_it() {
    assert_eq!(counted("Inv == Len(SelectSeq(<<1, 2, 3>>, Above)) = 3 - x", "INVARIANT Inv"), "holds");
    assert_eq!(counted("Inv == Len(SelectSeq(<<1, 2, 3>>, Above)) > 0", "INVARIANT Inv"), "Inv after 4");
}

#[test]
fn an_invariant_is_looked_at_again_where_something_it_reads_has_changed() {
    let units = r"VARIABLES x, y
Init == x = 0 /\ y = 0
Next == \/ x < 3 /\ x' = x + 1 /\ UNCHANGED y
        \/ x = 3 /\ y' = 1 /\ UNCHANGED x
Apply(F(_), v) == F(v)
Through(v) == v + y
";
    for invariant in [
        "y = 0",
        "<<x, y>> # <<3, 1>>",
        "Apply(Through, 1) = 1",
        r"LET z == y IN \A i \in {z} : i = 0",
        "Apply(LAMBDA v : v + y, 0) = 0",
        r"[i \in {1} |-> y][1] = 0",
        r"{i \in {1} : y = 1} = {}",
    ] {
        let told = explored(&format!("{units}Inv == {invariant}"), "INIT Init NEXT Next INVARIANT Inv");
        assert!(told.starts_with("Inv after 5:"), "{invariant}: {told}");
    }
}
