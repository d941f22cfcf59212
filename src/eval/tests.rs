//! What TLC says of the same expressions was looked up with it; `tests/it/evaluation.rs` does so for thousands.

use super::*;
use crate::tla::check::Library;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

const EXTENDS: &str = "EXTENDS Integers, Sequences, FiniteSets, Bags, TLC";

struct Files(Vec<(&'static str, &'static str)>);

impl Library for Files {
    fn find(&self, name: &str) -> Option<Source> {
        let (name, text) = self.0.iter().find(|(known, _)| *known == name)?;
        Some(Source { path: format!("{name}.tla"), text: (*text).to_owned() })
    }
}

fn program(units: &str, library: &dyn Library, setup: &Setup) -> Program {
    let text = format!("---- MODULE M ----\n{units}\n====\n");
    Program::load(&Source { path: "M.tla".into(), text }, library, setup).unwrap_or_else(|found| panic!("{found:?}"))
}

/// What `Result` is in a module with these units: as TLC prints it, or the class of the error.
pub(super) fn result_in(units: &str, library: &(dyn Library + Sync), setup: &Setup) -> String {
    on_large_stack(|| {
        let mut program = program(units, library, setup);
        let expression = program.definition("Result").unwrap();
        let budget = Budget { depth: 5_000, steps: 5_000_000, ..Budget::default() };
        match Machine::new(&program, budget).eval(&expression) {
            Ok(value) => value.to_string(),
            Err(fault) => {
                assert!(fault.site.is_some(), "{fault:?}");
                fault.kind.code().to_owned()
            }
        }
    })
}

fn result(units: &str) -> String {
    result_in(&format!("{EXTENDS}\n{units}"), &NoLibrary, &Setup::default())
}

fn value(expr: &str) -> String {
    result(&format!("Result == {expr}"))
}

/// Each expression has the value, which `value` looks up, or the class of its error.
#[track_caller]
pub(super) fn all_by(value: impl Fn(&str) -> String, cases: &[(&str, &str)]) {
    for (expr, expected) in cases {
        assert_eq!(value(expr), *expected, "{expr}");
    }
}

#[track_caller]
fn all(cases: &[(&str, &str)]) {
    all_by(value, cases);
}

#[test]
fn numbers_have_32_bits() {
    all(&[
        ("1 + 2 * 3 - 4", "3"),
        ("-7 \\div 2", "-3"),
        ("(-7) \\div 2", "-4"),
        ("-7 % 2", "1"),
        ("7 \\div (-2)", "-4"),
        ("2 ^ 10", "1024"),
        ("2147483647 + 1", "eval/overflow"),
        ("2147483648", "eval/overflow"),
        ("2 ^ 31", "eval/overflow"),
        ("0 ^ 0", "eval/operand"),
        ("1 % 0", "eval/division"),
        ("1 \\div 0", "eval/division"),
        ("1 + \"a\"", "eval/operand"),
        ("\\hFF", "255"),
        ("1 .. 3", "1..3"),
        ("3 .. 1", "{}"),
    ]);
}

#[test]
fn connectives_look_from_left_to_right_and_no_further_than_they_must() {
    all(&[
        ("FALSE /\\ 1", "FALSE"),
        ("TRUE \\/ 1", "TRUE"),
        ("TRUE /\\ 1", "eval/operand"),
        ("FALSE => 1", "TRUE"),
        ("TRUE <=> FALSE", "FALSE"),
        ("IF TRUE THEN 1 ELSE 1 \\div 0", "1"),
        ("CASE FALSE -> 1 [] TRUE -> 2 [] OTHER -> 3", "2"),
        ("CASE FALSE -> 1", "eval/no-case"),
        ("~1", "eval/operand"),
    ]);
}

#[test]
fn values_of_different_kinds_are_not_compared() {
    all(&[
        ("1 = \"a\"", "eval/incomparable"),
        ("{1} = {\"a\"}", "eval/incomparable"),
        ("{1} = {\"a\", \"b\"}", "FALSE"),
        ("<<1, 2>> = [x \\in {1, 2} |-> x]", "TRUE"),
        ("[a |-> 1] = [x \\in {\"a\"} |-> 1]", "TRUE"),
        ("<<>> = [x \\in {} |-> 1]", "TRUE"),
        ("{1} = <<1>>", "eval/incomparable"),
        ("{1, \"a\"}", "eval/incomparable"),
        ("1 \\in {1, \"a\"}", "TRUE"),
        ("{3, 1, 2, 1} = 1..3", "TRUE"),
        ("1..3 = {1, 2}", "FALSE"),
    ]);
}

#[test]
fn sets_by_rule_are_enumerated_only_where_they_must_be() {
    all(&[
        ("3 \\in Nat", "TRUE"),
        ("\\A x \\in Nat : x > 0", "eval/not-enumerable"),
        ("<<1, 2>> \\in Seq(Nat)", "TRUE"),
        ("{1, 2} \\in SUBSET Nat", "TRUE"),
        ("[x \\in Nat |-> x + 1][3]", "4"),
        ("[x \\in 1..2 |-> x] \\in [1..2 -> Nat]", "TRUE"),
        ("[a |-> 1] \\in [a : Nat]", "TRUE"),
        ("<<1, \"a\">> \\in Nat \\X STRING", "TRUE"),
        ("5 \\in {x \\in Nat : x > 3}", "TRUE"),
        ("Cardinality(SUBSET (1..30))", "1073741824"),
        ("Cardinality(SUBSET (1..31))", "eval/overflow"),
        ("Nat = Nat", "TRUE"),
        ("1 \\in Nat \\cup {-1}", "TRUE"),
        ("{x \\in Int : x > 1} = {}", "eval/not-enumerable"),
        ("IsFiniteSet(Nat)", "FALSE"),
    ]);
}

#[test]
fn enumeration_has_tlcs_order() {
    all(&[
        ("SUBSET {3, 1, 2}", "{{}, {1}, {2}, {3}, {1, 2}, {1, 3}, {2, 3}, {1, 2, 3}}"),
        ("CHOOSE s \\in SUBSET {3, 1, 2} : Cardinality(s) > 1", "{1, 2}"),
        ("[{2, 1} -> {5, 4}]", "{<<4, 4>>, <<4, 5>>, <<5, 4>>, <<5, 5>>}"),
        ("{1, 2} \\X {3, 4}", "{<<1, 3>>, <<1, 4>>, <<2, 3>>, <<2, 4>>}"),
        ("{<<3>>, <<1, 2>>, <<>>, <<2, 1>>}", "{<<>>, <<3>>, <<1, 2>>, <<2, 1>>}"),
        ("{{1, 2}, {3}, {}}", "{{}, {3}, {1, 2}}"),
        ("CHOOSE x \\in {3, 1, 2} : x > 1", "2"),
        ("CHOOSE x \\in {3, 1, 2} : x > 3", "eval/no-choice"),
        ("{TRUE, FALSE}", "{FALSE, TRUE}"),
    ]);
}

#[test]
fn strings_are_ordered_by_when_they_were_first_seen() {
    assert_eq!(
        result("zeta == 1\nalpha == 2\nResult == {\"alpha\", \"new\", \"zeta\"}"),
        r#"{"zeta", "alpha", "new"}"#
    );
    assert_eq!(value("[b |-> 1, a |-> 2]"), "[b |-> 1, a |-> 2]");
}

#[test]
fn functions_records_and_sequences_are_one_kind() {
    all(&[
        ("[x \\in 1..3 |-> IF x = 2 THEN \"a\" + 1 ELSE x][1]", "1"),
        ("[x, y \\in 1..2 |-> x + y][1, 2]", "3"),
        ("[<<x, y>> \\in {<<1, 2>>} |-> x + y][1, 2]", "3"),
        ("<<1, 2>>[3]", "eval/undefined"),
        ("[a |-> 1].b", "eval/undefined"),
        ("[a |-> 1][\"a\"]", "1"),
        ("DOMAIN [a |-> 1]", "{\"a\"}"),
        ("DOMAIN <<4, 5>>", "1..2"),
        ("[[a |-> 1, b |-> <<1, 2>>] EXCEPT !.a = @ + 1, !.b[2] = 9]", "[a |-> 2, b |-> <<1, 9>>]"),
        ("[<<1>> EXCEPT ![2] = 5]", "<<1>>"),
        ("[[x \\in Nat |-> x] EXCEPT ![2] = 5][2]", "eval/unsupported"),
        ("1 :> 2 @@ 3 :> 4", "(1 :> 2 @@ 3 :> 4)"),
        ("(1 :> 2 @@ 1 :> 4)[1]", "2"),
        ("<<1, 2>> \\o <<3>>", "<<1, 2, 3>>"),
        ("\"ab\" \\o \"c\"", "\"abc\""),
        ("Len(\"abc\")", "3"),
        (r#""a\"b\\c""#, r#""a\"b\\c""#),
        (r#"Len("a\"b\\c")"#, "5"),
        (r#"ToString(<<"a">>)"#, r#""<<\"a\">>""#),
        ("SubSeq(<<1, 2, 3>>, 2, 3)", "<<2, 3>>"),
        ("SubSeq(<<1>>, 1, 2)", "eval/undefined"),
        ("Head(<<>>)", "eval/undefined"),
        ("<<Head(\"abc\"), Tail(\"abc\"), Tail(\"a\")>>", "<<\"a\", \"bc\", \"\">>"),
        ("<<SubSeq(\"abc\", 1, 2), SubSeq(\"abc\", 3, 3), SubSeq(\"abc\", 7, 6)>>", "<<\"ab\", \"c\", \"\">>"),
        ("Append(\"abc\", \"d\")", "\"abcd\""),
        ("SelectSeq(\"abc\", LAMBDA c : c # \"b\")", "<<\"a\", \"c\">>"),
        ("SubSeq(\"abc\", 0, 2)", "eval/undefined"),
        ("SubSeq(\"abc\", 1, 4)", "eval/undefined"),
        ("Head(\"\")", "eval/undefined"),
        ("Tail(\"\")", "eval/undefined"),
        ("Append(\"abc\", 1)", "eval/operand"),
        ("SelectSeq(<<1, 2, 3>>, LAMBDA x : x > 1)", "<<2, 3>>"),
        ("SortSeq(<<2, 3, 1>>, LAMBDA x, y : x < y)", "<<1, 2, 3>>"),
        ("1[2]", "eval/undefined"),
    ]);
}

#[test]
fn definitions_take_operators_and_recur() {
    assert_eq!(result("f[n \\in Nat] == IF n = 0 THEN 1 ELSE n * f[n - 1]\nResult == f[10]"), "3628800");
    assert_eq!(
        result("fib[n \\in 0..60] == IF n < 2 THEN n ELSE fib[n - 1] + fib[n - 2]\nResult == fib[40]"),
        "102334155"
    );
    let sum =
        "RECURSIVE Sum(_)\nSum(S) == IF S = {} THEN 0 ELSE LET x == CHOOSE x \\in S : TRUE IN x + Sum(S \\ {x})\n";
    assert_eq!(result(&format!("{sum}Result == Sum(1..100)")), "5050");
    assert_eq!(result("Twice(F(_), x) == F(F(x))\nResult == LET d == 3 IN Twice(LAMBDA x : x * d, 2)"), "18");
    assert_eq!(
        result("Fold(F(_, _), a, b) == F(a, b)\nResult == <<Fold(+, 1, 2), Fold(\\cup, {1}, {2})>>"),
        "<<3, {1, 2}>>"
    );
    assert_eq!(result("a ++ b == a * 10 + b\nResult == 1 ++ 2 ++ 3"), "123");
    assert_eq!(result("-. a == 2 * a\nResult == 3"), "3");
    let even = "RECURSIVE Even(_), Odd(_)\nEven(n) == n = 0 \\/ Odd(n - 1)\nOdd(n) == n # 0 /\\ Even(n - 1)\n";
    assert_eq!(result(&format!("{even}Result == Even(101)")), "FALSE");
}

#[test]
fn a_let_sees_what_stands_around_it() {
    all(&[
        ("LET a == 1 b == a + 1 IN {a, b}", "{1, 2}"),
        ("LET F(x) == LET y == x + 1 G(z) == z + y + x IN G(10) IN F(1)", "13"),
        (
            "LET RECURSIVE E(_), O(_) E(n) == n = 0 \\/ O(n - 1) O(n) == n # 0 /\\ E(n - 1) IN <<E(7), O(7)>>",
            "<<FALSE, TRUE>>",
        ),
        (
            "{LET RECURSIVE A(_), B(_, _) A(n) == IF n = 0 THEN k ELSE B(n - 1, 1) \
             B(n, m) == IF n = 0 THEN k + m ELSE A(n - 1) IN <<A(4), A(3)>> : k \\in {1, 5}}",
            "{<<1, 2>>, <<5, 6>>}",
        ),
        ("{LET RECURSIVE F(_) F(n) == IF n = 0 THEN k ELSE F(n - 1) IN F(3) : k \\in 1..2}", "{1, 2}"),
        ("{LET f[n \\in 0..3] == IF n = 0 THEN k ELSE f[n - 1] IN f[3] : k \\in 1..2}", "{1, 2}"),
        ("[k \\in 1..2 |-> LET F(x) == x + k IN {F(y) : y \\in {1, 2}}]", "<<{2, 3}, {3, 4}>>"),
        ("LET a == 1 \\div 0 IN 5", "5"),
        ("\\E x \\in 1..3, <<y, z>> \\in {<<1, 2>>} : x = y + z", "TRUE"),
        ("{<<x, y>> \\in (1..2) \\X (1..2) : x < y}", "{<<1, 2>>}"),
        ("{x + y : x \\in 1..2, y \\in {10, 20}}", "{11, 12, 21, 22}"),
    ]);
}

#[test]
fn arguments_wait_until_they_are_needed() {
    assert_eq!(result("F(x) == 1\nResult == F(1 \\div 0)"), "1");
    assert_eq!(result("F(x, y) == IF x THEN y ELSE 0\nResult == F(FALSE, 1 \\div 0)"), "0");
}

#[test]
fn bags_are_functions_to_numbers() {
    all(&[
        ("SetToBag({1, 2}) (+) SetToBag({2})", "<<1, 2>>"),
        ("SetToBag({1, 2}) (-) SetToBag({2})", "<<1>>"),
        ("CopiesIn(3, SetToBag({1}))", "0"),
        ("BagCardinality(SetToBag({1, 2}) (+) SetToBag({2}))", "3"),
        ("SetToBag({1}) \\sqsubseteq SetToBag({1, 2})", "TRUE"),
        ("Cardinality(SubBag(SetToBag({1, 2}) (+) SetToBag({2})))", "6"),
        ("SubBag(SetToBag({1}) (+) SetToBag({1}))", "{<< >>, <<1>>, <<2>>}"),
        ("BagUnion({SetToBag({1}), SetToBag({1, 2})})", "<<2, 1>>"),
        ("BagUnion({})", "<< >>"),
        ("BagOfAll(LAMBDA x : x % 2, SetToBag({1, 2, 3}))", "(0 :> 1 @@ 1 :> 2)"),
    ]);
}

#[test]
fn registers_assertions_and_missing_constants_are_tlcs() {
    all(&[("Assert(1 = 2, \"no\")", "eval/assertion"), ("ToString({2, 1})", "\"{1, 2}\"")]);
    assert_eq!(value("<<TLCSet(1, 5), TLCGet(1), TLCSet(1, 6), TLCGet(1)>>"), "<<TRUE, 5, TRUE, 6>>");
    all(&[("TLCGet(2)", "eval/undefined"), ("TLCGet(\"spec\")", "eval/unsupported")]);
    assert_eq!(result("CONSTANT N\nResult == N + 1"), "eval/no-constant");
    assert_eq!(result("Result == <>TRUE"), "eval/unsupported");
}

#[test]
fn budgets_end_what_would_not_end() {
    assert_eq!(result("RECURSIVE F(_)\nF(n) == F(n + 1)\nResult == F(0)"), "eval/too-deep");
    assert_eq!(
        result("RECURSIVE F(_)\nF(n) == IF n = 0 THEN <<>> ELSE <<F(n - 1)>>\nResult == F(1500)"),
        "eval/too-deep"
    );
    assert_eq!(value("Cardinality({x + y : x \\in 1..1100, y \\in 1..1100}) > 0"), "eval/too-large");
    assert_eq!(value("\\A s \\in SUBSET (1..30) : s = s"), "eval/too-long");
}

#[test]
fn model_values_are_unlike_anything_else() {
    let setup = Setup {
        constants: vec![
            ("N".into(), Constant::Int(3)),
            ("S".into(), Constant::Set(vec![Constant::Model("s2".into()), Constant::Model("s1".into())])),
            ("Nil".into(), Constant::Model("Nil".into())),
        ],
        replaced: vec![("Value".into(), "MCValue".into())],
        ..Setup::default()
    };
    let units = "EXTENDS Naturals\nCONSTANTS N, S, Nil\nValue == Nat\nMCValue == 0..N\n";
    let in_setup = |expr: &str| result_in(&format!("{units}Result == {expr}"), &NoLibrary, &setup);
    assert_eq!(in_setup("S"), "{s2, s1}");
    assert_eq!(in_setup("Nil = 1"), "FALSE");
    assert_eq!(in_setup("Nil \\in Value"), "FALSE");
    assert_eq!(in_setup("{Nil, 1, 2}"), "{Nil, 1, 2}");
    assert_eq!(in_setup("Value"), "0..3");
}

#[test]
fn modules_are_extended_and_instantiated() {
    let files = Files(vec![
        ("Base", "---- MODULE Base ----\nEXTENDS Naturals\nCONSTANT C\nF(x) == x + C\nLOCAL G == 1\n===="),
        ("Inst", "---- MODULE Inst ----\nEXTENDS Naturals\nCONSTANTS D, Op(_)\nH(x) == Op(x) * D\n===="),
    ]);
    let setup = Setup { constants: vec![("C".into(), Constant::Int(5))], ..Setup::default() };
    let in_files = |units: &str| result_in(units, &files, &setup);
    assert_eq!(in_files("EXTENDS Base\nG == 7\nResult == F(G)"), "12");
    assert_eq!(in_files("EXTENDS Base\nI == INSTANCE Inst WITH D <- C + 1, Op <- F\nResult == I!H(1)"), "36");
    assert_eq!(
        in_files("EXTENDS Base\nI(d) == INSTANCE Inst WITH D <- d, Op <- LAMBDA x : x + d\nResult == I(3)!H(1)"),
        "12"
    );
    assert_eq!(in_files("EXTENDS Base\nD == 2\nOp(x) == x\nINSTANCE Inst\nResult == H(4)"), "8");
}

#[test]
fn modules_that_need_each_other_end_in_an_error() {
    let files = Files(vec![
        ("A", "---- MODULE A ----\nB == INSTANCE B\n===="),
        ("B", "---- MODULE B ----\nA == INSTANCE A\n===="),
        ("C", "---- MODULE C ----\nEXTENDS D\n===="),
        ("D", "---- MODULE D ----\nEXTENDS C\n===="),
    ]);
    for units in ["I == INSTANCE A", "I == INSTANCE C"] {
        let text = format!("---- MODULE M ----\n{units}\n====\n");
        let source = Source { path: "M.tla".into(), text };
        let found = on_large_stack(|| Program::load(&source, &files, &Setup::default()).err());
        assert_eq!(found.unwrap()[0].code, "eval/no-module");
    }
}

#[test]
fn a_name_that_is_nowhere_defined_is_an_error_of_the_module() {
    let text = "---- MODULE M ----\nA == Missing\n====\n".to_owned();
    let found = Program::load(&Source { path: "M.tla".into(), text }, &NoLibrary, &Setup::default()).err().unwrap();
    assert_eq!(found[0].code, "eval/unknown-name");
    let text = "---- MODULE M ----\nEXTENDS Missing\n====\n".to_owned();
    let found = Program::load(&Source { path: "M.tla".into(), text }, &NoLibrary, &Setup::default()).err().unwrap();
    assert_eq!(found[0].code, "eval/no-module");
}

#[test]
fn state_expressions_are_of_the_state_they_are_evaluated_in() {
    on_large_stack(|| {
        let units = "EXTENDS Naturals\nVARIABLES x, y\nSame(v) == v' = v\nGrows == x' > x\nSum == x + y\nPart == LET s == x + y IN s' - s";
        let mut program = program(units, &NoLibrary, &Setup::default());
        let names = ["Sum", "Grows", "Part", "Sum'"];
        let same = crate::tla::syntax::Expr::call(
            "Same",
            vec![crate::tla::syntax::Expr::name("y", Default::default())],
            Default::default(),
        );
        let same = program.expression(&same, &[]).unwrap();
        let compiled: Vec<_> = names[..3].iter().map(|name| program.definition(name).unwrap()).collect();
        let mut machine = Machine::new(&program, Budget::default());
        assert_eq!(machine.eval(&compiled[0]).unwrap_err().kind, Kind::Unassigned);
        machine.set_now(&[Some(Value::Int(1)), Some(Value::Int(2))]);
        machine.set_next(&[Some(Value::Int(5)), Some(Value::Int(2))]);
        assert_eq!(machine.eval(&compiled[0]).unwrap().to_string(), "3");
        assert!(machine.holds(&compiled[1]).unwrap());
        assert_eq!(machine.eval(&compiled[2]).unwrap().to_string(), "4");
        assert!(machine.holds(&same).unwrap());
        machine.set_next(&[Some(Value::Int(0)), Some(Value::Int(3))]);
        assert!(!machine.holds(&same).unwrap() && !machine.holds(&compiled[1]).unwrap());
    });
}

#[test]
fn equal_values_have_equal_hashes_however_they_are_held() {
    on_large_stack(|| {
        let pairs = [
            ("1..3", "{3, 2, 1}"),
            ("<<1, 2>>", "[x \\in {1, 2} |-> x]"),
            ("[a |-> 1, b |-> 2]", "[x \\in {\"b\", \"a\"} |-> IF x = \"a\" THEN 1 ELSE 2]"),
            ("<<>>", "[x \\in {} |-> 1]"),
        ];
        for (a, b) in pairs {
            let program = &mut program(&format!("{EXTENDS}\nA == {a}\nB == {b}"), &NoLibrary, &Setup::default());
            let (a, b) = (program.definition("A").unwrap(), program.definition("B").unwrap());
            let mut machine = Machine::new(program, Budget::default());
            let (a, b) = (machine.eval(&a).unwrap(), machine.eval(&b).unwrap());
            assert!(equal(&a, &b).unwrap());
            assert_eq!(a.hash64(), b.hash64(), "{a} and {b}");
        }
    });
}

#[test]
fn listed_sets_without_an_order_are_combined_at_once_and_other_parts_wait() {
    all(&[
        (
            r#"{} \ (({[b |-> "Next"], [b |-> -1]} \cup {}) \ {[b |-> "b"], <<[b |-> "x1"], 0>>[1]})"#,
            "eval/incomparable",
        ),
        (r"{} \cap ({[v4 \in TRUE |-> TRUE], 3} \ (4 ^ 0))", "eval/operand"),
        (
            r#"{CHOOSE v \in ({[val |-> "a"], [val |-> 1], [val |-> TRUE]} \cap {[val |-> 1]}) \cup {[val |-> 4]} : TRUE}"#,
            "eval/incomparable",
        ),
        (r"(UNION {TRUE}) \cap {}", "{}"),
        (r"Len(<<1, 2, UNION {7}>>)", "3"),
        (r"UNION {TRUE}", "eval/operand"),
        (r#"{"x1" : v \in {} \cap (UNION {TRUE})}"#, "{}"),
        (r"CHOOSE v \in (SUBSET {}) \cup {{[w \in FALSE |-> -1]}} : TRUE", "{}"),
        (r#"CHOOSE v \in {[w \in {2} |-> {u \in STRING : TRUE}]} \cup {1 :> {"zeta"}} : TRUE"#, r#"<<{"zeta"}>>"#),
        (
            r"CHOOSE v \in {<<[w \in {1} |-> 1], [w \in FALSE |-> 1]>>} \cup {<<[w \in {0} |-> 1], [w \in FALSE |-> 1]>>} : TRUE",
            "eval/operand",
        ),
        (r"[i \in {1} |-> {u \in STRING : TRUE}] = [i \in {2} |-> {}]", "FALSE"),
        (r"{[i \in {1} |-> {u \in STRING : TRUE}]} = {}", "FALSE"),
    ]);
}
