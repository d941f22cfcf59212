use super::*;
use crate::base::diag::Severity;

/// Modules by name.
struct Modules(&'static [(&'static str, &'static str)]);

impl Library for Modules {
    fn find(&self, name: &str) -> Option<Source> {
        let (_, inside) = self.0.iter().find(|(module, _)| *module == name)?;
        Some(module(name, inside))
    }
}

fn module(name: &str, inside: &str) -> Source {
    Source { path: format!("{name}.tla"), text: format!("---- MODULE {name} ----\n{inside}\n====\n") }
}

fn with(modules: &'static [(&'static str, &'static str)], inside: &str) -> Report {
    check(&module("M", inside), &Modules(modules))
}

/// Code and line of each error; warnings start with `w`.
fn errors(inside: &str) -> Vec<String> {
    told(&with(&[], inside))
}

fn told(report: &Report) -> Vec<String> {
    let shown = |d: &Diagnostic| {
        let warning = if d.severity == Severity::Warning { "w " } else { "" };
        format!("{warning}{} {}", d.code.trim_start_matches("tla/"), d.places[0].line - 1)
    };
    report.diagnostics.iter().map(shown).collect()
}

#[test]
fn a_name_is_known_from_its_declaration_on() {
    assert_eq!(errors("F == x\nVARIABLE x\nG == x /\\ H\nH == G"), ["unknown-name 1", "unknown-name 3"]);
    assert_eq!(errors("H(x) == H(x)"), ["unknown-name 1"]);
    assert_eq!(errors("f[x \\in {1}] == f[x]\ng[x \\in g] == 1"), ["unknown-name 2"]);
    assert_eq!(errors("G == {y \\in {1}, 2}"), ["unknown-name 1"]);
    assert_eq!(errors("F == \\A x \\in {1}, y \\in {x} : y"), ["unknown-name 1"]);
}

#[test]
fn operators_come_from_modules() {
    assert_eq!(errors("F == 1 + 2"), ["unknown-operator 1"]);
    assert_eq!(errors("EXTENDS Naturals\nF == 1 + 2\nG == -1"), ["unknown-operator 3"]);
    assert_eq!(errors("EXTENDS Integers\nF == 1 + 2\nG == -1"), [""; 0]);
    assert_eq!(errors("I == INSTANCE Naturals\nF == I!+(1,2)\nG == I!Foo"), ["unknown-name 3"]);
    let hint = &with(&[], "F == Len(<<>>)").diagnostics[0].hints[0];
    assert!(hint.contains("Sequences"), "{hint}");
}

#[test]
fn arguments_are_counted_and_operators_told_from_expressions() {
    let text = "F(G(_)) == G(1)\nH == F(1)\nK(x) == x\nL == F(K)\nM == F(LAMBDA y : y)\nN == F(LAMBDA y, z : y)\nO == K\nP == K(K)\nQ == K(1, 2)";
    assert_eq!(errors(text), ["operator-argument 2", "operator-argument 6", "arity 7", "arity 8", "arity 9"]);
    assert_eq!(errors("EXTENDS TLC\nI == SortSeq(<<1>>, 3)\nJ == SortSeq(<<1>>, =)"), ["operator-argument 2"]);
}

#[test]
fn nothing_hides_an_outer_name() {
    let text = "VARIABLE x\nF == \\E y \\in {1} : \\E y \\in {2} : y = y\nG == LET x == 3 IN x\nH == LET G == 3 IN G\nF(a, a) == a";
    assert_eq!(errors(text), ["duplicate 2", "duplicate 3", "duplicate 4", "duplicate 5", "duplicate 5"]);
    assert_eq!(errors("t(t) == t"), ["duplicate 1"]);
    assert_eq!(errors("VARIABLES x, x\nCONSTANT c\nCONSTANT c"), ["w duplicate 1", "w duplicate 3"]);
    assert_eq!(
        errors("EXTENDS Naturals\nNat == 1\nx + y == 2\nTRUE == 1"),
        ["duplicate 2", "duplicate 3", "duplicate 4"]
    );
}

#[test]
fn recursive_declarations_are_kept() {
    let text = "RECURSIVE F(_)\nF(x, y) == x\nRECURSIVE G(_)\nG(x) == G(x, 1)\nRECURSIVE Q(_)\nA == LET RECURSIVE R(_) Z == 1 IN R(1)";
    assert_eq!(errors(text), ["recursive 2", "arity 4", "recursive 6", "recursive 5"]);
    assert_eq!(errors("RECURSIVE K(_), L\nK(x) == L\nL == K(1)"), [""; 0]);
    assert_eq!(errors("RECURSIVE F(_)\nASSUME TRUE\nG == 1\nF(x) == x\nASSUME TRUE"), ["recursive 2"]);
    assert_eq!(errors("RECURSIVE F(_)\nF(x) == x' /\\ F(1)"), ["level 2"]);
    // Which parameters are operators is known from the head on.
    let map =
        |argument: &str| format!("P(a) == a\nRECURSIVE Ap(_, _)\nAp(F(_), n) == IF n THEN F(n) ELSE Ap({argument}, n)");
    for fine in ["F", "P", "LAMBDA k : k"] {
        assert_eq!(errors(&map(fine)), [""; 0], "{fine}");
    }
    for wrong in ["TRUE", "F(n)"] {
        assert_eq!(errors(&map(wrong)), ["operator-argument 3"], "{wrong}");
    }
    assert_eq!(errors("P(a) == a\nRECURSIVE Ap(_)\nB == Ap(P)\nAp(F(_)) == F(1)"), ["arity 3"]);
}

#[test]
fn levels_are_checked_as_sany_does() {
    let text = "VARIABLE x
H == [][x' = 1]_x
P1 == IF x' = 1 THEN H ELSE H
P2 == H <=> (x' = 1)
P3 == \\E y \\in {1} : H /\\ x' = 1
N == [x' = 1]_x
P4 == []N
P5 == <>N
P6 == []([x' = 1]_x) /\\ <><<x' = 1>>_x
P7 == {y \\in {1} : H}
P8 == [y \\in {1} |-> H]
P9 == [x EXCEPT ![1] = H]
Q1 == WF_x(H)
Q2 == [H]_x
Q3 == [x' = 1]_(x')
Q4 == (x')'
Q5 == (x' = 1) ~> (x = 1)
Q6 == ENABLED (x' = 1) /\\ UNCHANGED x
ASSUME x = 1
Q7 == \\A y \\in {x'} : H";
    let levels: Vec<_> =
        [4, 5, 7, 8, 10, 12, 13, 14, 15, 16, 17, 19, 20].iter().map(|n| format!("level {n}")).collect();
    assert_eq!(errors(text), levels);
}

#[test]
fn a_parameter_hands_its_level_on() {
    let text = "VARIABLE x\nF(a) == a'\nG == F(x)\nH == F(x')\nI(b) == F(b)\nJ == I(x')\nK == LET q == x' IN F(q)";
    assert_eq!(errors(text), ["level 4", "level 6", "level 7"]);
    // But not where it is the set of a bound variable.
    let bound = "VARIABLE x\nF(a) == \\E y \\in a : y\nG == F([]x)\nH == \\E y \\in []x : y";
    assert_eq!(errors(bound), ["level 4"]);
}

#[test]
fn an_inner_module_is_defined_once() {
    let inner = |name: &str| format!("---- MODULE {name} ----\nA == 1\n====\n");
    assert_eq!(errors(&[inner("In"), inner("In")].concat()), ["duplicate 4"]);
    assert_eq!(errors(&[inner("In"), inner("Other")].concat()), [""; 0]);
}

const INSTANTIATED: &[(&str, &str)] = &[
    ("A", "CONSTANT c\nFoo == c\nBar(y) == y"),
    ("B", "CONSTANT c\nVARIABLE v\nFoo == v' = c"),
    ("C", "LOCAL F == 1\nLOCAL INSTANCE Naturals\nG == 1 + 2"),
    ("X", "EXTENDS Y"),
    ("Y", "EXTENDS X"),
    ("Z", "F == ("),
    ("Other", "F == undefined"),
];

#[test]
fn instances_substitute() {
    let errors = |inside: &str| told(&with(INSTANTIATED, inside));
    assert_eq!(errors("I == INSTANCE A WITH c <- 1, c <- 2, zz <- 3"), ["substitution 1", "substitution 1"]);
    assert_eq!(
        errors("I == INSTANCE A\nc == 4\nJ == INSTANCE A\nF == J!Bar(1) /\\ J!Bar /\\ J"),
        ["substitution 1", "arity 4", "no-meaning 4"]
    );
    assert_eq!(
        errors("I(p) == INSTANCE A WITH c <- p\nF == I(1)!Foo /\\ I!Foo\nVARIABLE v\nG == I(v)!Foo'\nH == I(v')!Foo'"),
        ["arity 2", "level 5"]
    );
    assert_eq!(
        errors("VARIABLE v\nI == INSTANCE B WITH c <- v\nJ == INSTANCE B WITH c <- 1, v <- v'"),
        ["level 2", "level 3"]
    );
    assert_eq!(errors("EXTENDS C\nH == F\nI == 1 + 2"), ["unknown-name 2", "unknown-operator 3"]);
    assert_eq!(
        errors("---- MODULE In ----\nVARIABLE x\nF == x\n====\nVARIABLE x\nI == INSTANCE In\nG == I!F"),
        [""; 0]
    );
}

#[test]
fn a_constant_declared_twice_is_one_parameter_of_the_module() {
    const TWICE: &[(&str, &str)] = &[("A", "CONSTANT C\nCONSTANT C\nF == C")];
    assert_eq!(told(&with(TWICE, "I == INSTANCE A WITH C <- 1\nG == I!F")), ["w duplicate 2"]);
}

#[test]
fn an_instance_defined_twice_is_warned_of_and_one_is_no_value() {
    assert_eq!(errors("I == INSTANCE Naturals\nI == INSTANCE Sequences\nF == I!+(I!Len(<<>>), 1)"), ["w duplicate 2"]);
    assert_eq!(errors("I == INSTANCE Naturals\nI(x) == INSTANCE Naturals"), ["duplicate 2"]);
    const ONE: &[(&str, &str)] = &[("A", "CONSTANT C\nF == C")];
    assert_eq!(told(&with(ONE, "C == INSTANCE Naturals\nI == INSTANCE A")), ["substitution 2"]);
}

#[test]
fn no_more_is_said_of_a_module_than_somebody_could_read() {
    let doubled = check(&module("M", &"F == 1\n".repeat(5_000)), &NoLibrary);
    assert_eq!(doubled.diagnostics.len(), MAX_FINDINGS);
    let name = "n".repeat(100_000);
    let unknown = check(&module("M", &format!("F == {name}")), &NoLibrary);
    assert!(unknown.diagnostics[0].message.len() <= MAX_MESSAGE && unknown.diagnostics[0].places[0].text.is_empty());
}

#[test]
fn missing_broken_and_cyclic_modules_are_told_and_hide_no_name() {
    let report = |inside: &str| with(INSTANTIATED, inside);
    assert_eq!(told(&report("EXTENDS Nope\nF == foo")), ["missing-module 1"]);
    assert_eq!(report("EXTENDS Nope").verdict(), Verdict::ParseError);
    assert_eq!(told(&report("EXTENDS X"))[0], "cyclic-modules 1");
    assert_eq!(told(&report("EXTENDS Z\nG == foo")), ["parse-unexpected 2", "broken-module 1"]);
    let other = report("EXTENDS Other");
    assert_eq!(other.diagnostics[0].places[0].file, "Other.tla");
    assert_eq!(other.verdict(), Verdict::SemanticError);
    let renamed = check(&Source { path: "dir/N.tla".to_owned(), ..module("M", "") }, &NoLibrary);
    assert_eq!(renamed.diagnostics[0].code, "tla/module-name");
}

#[test]
fn a_broken_definition_hides_no_error_elsewhere_and_makes_none() {
    let text = "F(x) == (x\nG == F(1)\nH == undefined";
    assert_eq!(errors(text), ["parse-unexpected 2", "unknown-name 3"]);
}

#[test]
fn a_part_of_a_definition_is_named_by_its_label() {
    let text = "VARIABLE x\nF == lab :: x = 1\nG == F!lab\nH == F!1\nI == F!nope\nJ == x!lab\nK == x!1";
    assert_eq!(errors(text), ["unknown-name 5", "no-meaning 6", "no-meaning 7"]);
}

#[test]
fn a_label_has_the_names_bound_since_the_label_or_definition_around_it() {
    let with = |label: &str| format!("A == \\E x \\in {{1}}, y \\in {{2}} : {label} :: x = y");
    for label in ["l(x, y)", "l(y, x)", "l(x, y) :: m"] {
        assert_eq!(errors(&with(label)), [""; 0], "{label}");
    }
    for label in ["l", "l(x)", "l(x, x, y)", "l(x, y, z)", "l(x, y) :: m(x)"] {
        assert_eq!(errors(&with(label)), ["label 1"], "{label}");
    }
    for right in [
        "A(p) == l :: p",
        "A == \\E x \\in {1} : LET f(y) == l :: y IN f(x) = 1",
        "A == \\E x \\in {1} : LET f(y) == y IN l(x) :: f(x) = 1",
        "A[x \\in {1}] == l(x) :: x",
        "A == {l(x) :: x : x \\in {1}}",
        "A == \\E <<x, y>> \\in {<<1, 2>>} : l(x, y) :: TRUE",
        "A == (\\E x \\in {1} : x = 1) /\\ l :: TRUE",
        "A == \\E x \\in {1} : \\E y \\in (l(x) :: {x}) : y = 1",
        "F(Op(_)) == Op(1)\nA == F(LAMBDA x : l(x) :: x)",
        "A == (k :: (l :: TRUE)) /\\ (m :: (l :: TRUE))\nB == l :: TRUE",
        "A == (l :: TRUE) /\\ LET f == l :: TRUE IN f",
        "ASSUME N == l :: TRUE",
        "THEOREM N == l :: TRUE",
        "A(f) == [(l :: f) EXCEPT ![k :: 1] = 2]",
    ] {
        assert_eq!(errors(right), [""; 0], "{right}");
    }
    for wrong in [
        "A(p) == l(p) :: p",
        "A == \\E x \\in {1} : LET f(y) == l(x) :: y IN f(x) = 1",
        "A[x \\in {1}] == l :: x",
        "A == \\E x \\in (l(x) :: {1}) : TRUE",
        "A == (\\E x \\in {1} : x = 1) /\\ l(x) :: TRUE",
        "A == (l :: TRUE) /\\ (l :: FALSE)",
        "A == (l :: TRUE) /\\ LET f == TRUE IN l :: f",
        "ASSUME l :: TRUE",
        "THEOREM l :: TRUE",
        "A(f) == [f EXCEPT ![1] = l :: 2]",
    ] {
        assert_eq!(errors(wrong), ["label 1"], "{wrong}");
    }
    assert_eq!(errors("A == \\E x \\in {1} : l(1) :: x"), ["parse-unexpected 1"]);
    // What binds the name may stand in the part that cannot be read.
    assert_eq!(errors("A == l(x) :: TRUE\nB == ("), ["parse-unexpected 3"]);
}

#[test]
fn arguments_after_a_subscript_are_warned_of_as_sany_ignores_them() {
    assert_eq!(
        errors("VARIABLE v\nF == [][v' = 1]_v(2)\nG == [][v' = 1]_w(2)"),
        ["w no-meaning 2", "w no-meaning 3", "unknown-name 3"]
    );
}

#[test]
fn other_things_are_told() {
    assert_eq!(
        errors("F == [a |-> 1, a |-> 2]\nG == @\nH == [1]"),
        ["duplicate-field 1", "no-meaning 2", "no-meaning 3"]
    );
    assert_eq!(errors("EXTENDS SequencesExt\nIsSorted(s) == s"), [""; 0]);
}

#[test]
fn deep_and_long_expressions_are_checked_without_running_out_of_stack() {
    let broken = "F == (\n".repeat(100_000);
    assert!(errors(&broken).len() < 3000);
    let unknown = format!("F == <<{}1>>", "a, ".repeat(100_000));
    assert!(errors(&unknown).len() < 3000);
    let many: String = (0..20_000).map(|n| format!("F{n}(x) == LET y{n} == x IN y{n}\n")).collect();
    assert_eq!(errors(&many), [""; 0]);
    let chain = format!("EXTENDS Naturals\nF == 1{}", " + 1".repeat(100_000));
    assert_eq!(errors(&chain), [""; 0]);
    for (open, inner, close) in [
        ("(", "1", ")"),
        ("~", "1", ""),
        ("IF 1 THEN 1 ELSE ", "1", ""),
        ("LET a == 1 IN ", "1", ""),
        ("/\\ ", "1", ""),
        ("[q |-> ", "1", "]"),
        ("{", "1", "}"),
        ("CASE 1 -> ", "1", ""),
        ("<<1, ", "1", ">>"),
        ("[1 EXCEPT ![", "1", "] = 1]"),
        ("G(LAMBDA b : ", "1", ")"),
        ("[", "1", "]_1"),
    ] {
        let deep = format!("G(H(_)) == 1\nF == {}{inner}{}", open.repeat(490), close.repeat(490));
        let told = errors(&deep);
        assert!(told.iter().all(|error| error != "parse-too-deep 2"), "{open}: {:?}", told.first());
        let deeper = format!("F == {}{inner}{}", open.repeat(2000), close.repeat(2000));
        assert_eq!(errors(&deeper)[0], "parse-too-deep 1", "{open}");
    }
}
