//! Each fixer by a text before and after, and the guard by fixers that do harm.

mod meanings;

use super::edit::Permit;
use super::edit::Proposal;
use super::fixers::FIXERS;
use super::*;
use crate::base::span::Span;
use crate::tla::check::NoLibrary;
use crate::tla::fix::view::Problem;

fn source(text: &str) -> Source {
    Source { path: "M.tla".to_owned(), text: text.to_owned() }
}

/// A module around `body`, so that it says what a fixer is for and nothing else. A text with a header is one already.
fn module(body: &str) -> String {
    if body.contains("MODULE") || body.contains("```tla") {
        return body.to_owned();
    }
    format!(
        "---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, Bags\nCONSTANTS A, B, P(_)\nVARIABLES x, y\n{body}\n====\n"
    )
}

/// Fixer, before, after: the body is repaired by that fixer, among others, and is clean then.
const REPAIRS: &[(&str, &str, &str)] = &[
    ("header", "---- MODULE Other ----\nF == 1\n====\n", "---- MODULE M ----\nF == 1\n====\n"),
    ("header", "---- MODULE M\nF == 1\n====\n", "---- MODULE M ----\nF == 1\n====\n"),
    (
        "header",
        "---- MODULE M ----\nEXTENDS Naturals\nEXTENDS Sequences\nF == Len(<<1>>) + 1\n====\n",
        "---- MODULE M ----\nEXTENDS Naturals, Sequences\n\nF == Len(<<1>>) + 1\n====\n",
    ),
    (
        "header",
        "Here it is:\n```tla\nEXTENDS Naturals\nF == 1 + 1\n```\nBye.\n",
        "Here it is:\n```tla\n---- MODULE M ----\nEXTENDS Naturals\nF == 1 + 1\n====\n```\nBye.\n",
    ),
    ("header", "---- MODULE M ----\nF == 1\n```\nBye.\n", "---- MODULE M ----\nF == 1\n====\n```\nBye.\n"),
    (
        "ascii",
        "F == ∧ x ∈ A ∪ B\n     ∧ ∨ y ≠ 1\n       ∨ ∀ a∈A : ¬P(a)\n     ∧ y ≤ 2",
        "F == /\\ x \\in A \\cup B\n     /\\ \\/ y # 1\n        \\/ \\A a\\in A : ~P(a)\n     /\\ y <= 2",
    ),
    ("ascii", "F == x = ∅", "F == x = {}"),
    ("ascii", "F == x\u{a0}= “idle”", "F == x = \"idle\""),
    ("ascii", "F == x = 'idle'", "F == x = \"idle\""),
    ("ascii", "F == x′ = ⟨1, 2⟩", "F == x' = <<1, 2>>"),
    ("ascii", "F ≜ x = \"idle", "F == x = \"idle\""),
    ("comment", "// the first state\nF == 1", "\\* the first state\nF == 1"),
    ("comment", "F == 1 # the first state\nG == 2", "F == 1 \\* the first state\nG == 2"),
    ("comment", "F == 1\nHere the next action follows.\nG == 2", "F == 1\n\\* Here the next action follows.\nG == 2"),
    ("comment", "/* the first\n   state */\nF == 1", "(* the first\n   state *)\nF == 1"),
    ("typed", "CONSTANT N \\in Nat\nF == N", "CONSTANT N\nASSUME N \\in Nat\nF == N"),
    (
        "typed",
        "CONSTANTS N: Nat, S = {1, 2}, Q\nF == N",
        "CONSTANTS N, S, Q\nASSUME N \\in Nat\nASSUME S = {1, 2}\nF == N",
    ),
    ("reserved", "CONSTANTS NEW, Old\nF == x = NEW", "CONSTANTS New, Old\nF == x = New"),
    ("reserved", "F == \\A _ \\in A : x = 1", "F == \\A any \\in A : x = 1"),
    ("item", "F == /\\ x == 1\n     /\\ y = 2", "F == /\\ x = 1\n     /\\ y = 2"),
    ("item", "F == IF x == 1 THEN y ELSE 2", "F == IF x = 1 THEN y ELSE 2"),
    (
        "item",
        "F ==\n  /\\ n == x + 1\n  /\\ y' = n\n  /\\ x' = n",
        "F ==\n  /\\ LET n == x + 1\n     IN  /\\ y' = n\n         /\\ x' = n",
    ),
    ("comprehension", "F == {P(a) : a \\in A : a # x}", "F == {P(a) : a \\in {a \\in A : a # x}}"),
    ("comprehension", "F == {S \\subseteq A : Cardinality(S) > 1}", "F == {S \\in SUBSET A : Cardinality(S) > 1}"),
    ("let-equals", "F == LET a = 1\n         b = a + 1\n     IN b", "F == LET a == 1\n         b == a + 1\n     IN b"),
    ("spelling", "F == x = 1 && y = 2", "F == x = 1 /\\ y = 2"),
    ("spelling", "F == x != 1", "F == x # 1"),
    ("spelling", "F == A \\setminus {x}", "F == A \\ {x}"),
    ("spelling", "F == x' := 1", "F == x' = 1"),
    ("spelling", "F == x := x + 1", "F == x' = x + 1"),
    ("spelling", "F == {a \\in A | P(a)}", "F == {a \\in A : P(a)}"),
    ("spelling", "F == \\E S \\subseteq A : P(S)", "F == \\E S \\in SUBSET A : P(S)"),
    ("spelling", "F == [n -> 1, m |-> 2]", "F == [n |-> 1, m |-> 2]"),
    ("spelling", "F == !P(x) /\\ y = 1", "F == ~P(x) /\\ y = 1"),
    ("spelling", "F == x not in A", "F == x \\notin A"),
    ("spelling", "F == x = 1 and not P(y) or y = true", "F == (x = 1 /\\ ~ P(y)) \\/ y = TRUE"),
    ("spelling", "F == if x = 1 then 2 else 3", "F == IF x = 1 THEN 2 ELSE 3"),
    ("spelling", "F == [x EXCEPT ![1] |-> 2]", "F == [x EXCEPT ![1] = 2]"),
    ("spelling", "F == CASE x = 1 : 2 [] OTHER : 3", "F == CASE x = 1 -> 2 [] OTHER -> 3"),
    ("spelling", "F == forall a in A : P(a)", "F == \\A a \\in A : P(a)"),
    ("spelling", "F == x // 2 = 1", "F == x \\div 2 = 1"),
    ("spelling", "F == x <> 1", "F == x # 1"),
    ("spelling", "F == x \\leqslant 1", "F == x <= 1"),
    ("spelling", "Init == x := 1 /\\ y = 2", "Init == x = 1 /\\ y = 2"),
    ("leftover", "F == IF x = 1 THEN 1 ELSE 2\nENDIF\nG == F", "F == IF x = 1 THEN 1 ELSE 2\n\nG == F"),
    ("leftover", "F == IF x = 1 THEN 1 ELSE 2\n     END IF\nG == F", "F == IF x = 1 THEN 1 ELSE 2\n     \nG == F"),
    ("leftover", "F == return x + 1", "F == x + 1"),
    ("leftover", "F == x = 1;\nG == F", "F == x = 1\nG == F"),
    ("leftover", "F == 1\n```\n```text\nG == 2", "F == 1\n\n\nG == 2"),
    ("leftover", "F == 1\nG == F()", "F == 1\nG == F"),
    ("leftover", "F == UNCHANGED x'", "F == UNCHANGED x"),
    ("leftover", "CONSTANTS\n  C\n  D\nF == C", "CONSTANTS\n  C,\n  D\nF == C"),
    ("update", "F == [x EXCEPT [1] = 2]", "F == [x EXCEPT ![1] = 2]"),
    ("update", "F == [x EXCEPT !n = 2, !m = 3]", "F == [x EXCEPT !.n = 2, !.m = 3]"),
    ("update", "F == [y EXCEPT ![1] = x WITH [2] = 3]", "F == [y EXCEPT ![1] = [x EXCEPT ![2] = 3]]"),
    ("update", "F == [x WITH n = 1]", "F == [x EXCEPT !.n = 1]"),
    ("update", "F == x[1](2)", "F == x[1][2]"),
    ("update", "F == x.\"n\" = 1", "F == x.n = 1"),
    ("update", "F == [\"n\" |-> 1, \"m\" |-> x[1]]", "F == [n |-> 1, m |-> x[1]]"),
    ("update", "G(a) == x\nF == G'(1) = 2", "G(a) == x\nF == G(1)' = 2"),
    ("missing-in", "F ==\n  /\\ LET a == 1\n  /\\ x = a", "F ==\n  /\\ LET a == 1\n     IN /\\ x = a"),
    ("missing-in", "F == LET a == 1\n     /\\ x = a\nG == 1", "F == LET a == 1\n     IN /\\ x = a\nG == 1"),
    (
        "shift",
        "F ==\n  /\\ LET a == 1\n  IN  x = a\n  /\\ y = 1",
        "F ==\n  /\\ LET a == 1\n     IN  x = a\n  /\\ y = 1",
    ),
    (
        "shift",
        "F ==\n  /\\ LET a == 1 IN\n  /\\ x = a\n  /\\ y = a",
        "F ==\n  /\\ LET a == 1 IN\n     /\\ x = a\n     /\\ y = a",
    ),
    (
        "missing-in",
        "F == LET a == 1\n         /\\ x = a\n         /\\ y = a\nG == 1",
        "F == LET a == 1\n      IN /\\ x = a\n         /\\ y = a\nG == 1",
    ),
    (
        "close",
        "F ==\n  /\\ x \\in [A -> Seq(A)\n  /\\ y \\in Seq(A)\n  /\\ x = 1",
        "F ==\n  /\\ x \\in [A -> Seq(A)]\n  /\\ y \\in Seq(A)\n  /\\ x = 1",
    ),
    ("spelling", "F == [n = 1, m |-> 2]", "F == [n |-> 1, m |-> 2]"),
    ("leftover", "F == return [x EXCEPT ![1] = 2]", "F == [x EXCEPT ![1] = 2]"),
    (
        "bullet",
        "F ==\n  /\\ x = 1\n  /\\ x = 2 \\/ y = 1\n   /\\ y = 3",
        "F ==\n  /\\ x = 1\n  /\\ x = 2 \\/ y = 1\n  /\\ y = 3",
    ),
    ("bullet", "F ==\n  /\\ x = 1\n  y =\n    3\n  /\\ x # 2", "F ==\n  /\\ x = 1\n  /\\ y =\n       3\n  /\\ x # 2"),
    ("bracket", "F == <<1, 2\n\nG == 1", "F == <<1, 2>>\n\nG == 1"),
    ("bracket", "F == {1, 2]", "F == {1, 2}"),
    ("bracket", "F == (1 + 2))", "F == (1 + 2)"),
    ("bracket", "F == <<x y>>", "F == <<x, y>>"),
    ("bracket", "F == <<x, y,>>", "F == <<x, y>>"),
    ("bracket", "F == \\A a \\in A P(a)", "F == \\A a \\in A : P(a)"),
    ("bracket", "F == IF x = 1 y ELSE 2", "F == IF x = 1 THEN y ELSE 2"),
    ("bracket", "F == UNCHANGED x, y", "F == UNCHANGED <<x, y>>"),
    ("chain", "F == 0 <= x <= 5", "F == 0 <= x /\\ x <= 5"),
    ("precedence", "F == A \\ B \\cup {1}", "F == (A \\ B) \\cup {1}"),
    ("precedence", "F == x = 1 \\/ x = 2 /\\ y = 1", "F == x = 1 \\/ (x = 2 /\\ y = 1)"),
    ("precedence", "F == P(x) => P(y) => x = y", "F == P(x) => (P(y) => x = y)"),
    ("record", "F == [n = 1, m = x]", "F == [n |-> 1, m |-> x]"),
    (
        "extends",
        "---- MODULE M ----\nF(s) == Len(s)\n====\n",
        "---- MODULE M ----\nEXTENDS Sequences\nF(s) == Len(s)\n====\n",
    ),
    (
        "extends",
        "\\* The lesser.\nF == Min(1, 2)",
        "Min(a_, b_) == IF a_ < b_ THEN a_ ELSE b_\n\n\\* The lesser.\nF == Min(1, 2)",
    ),
    (
        "extends",
        "F == Max(A)\nG == Max(1, 2)",
        "Max(set_) == CHOOSE a_ \\in set_ : \\A b_ \\in set_ : a_ >= b_\n\nF == Max(A)\nG == Max({1, 2})",
    ),
    ("extends", "F == x (+) Bag({1})", "F == x (+) SetToBag({1})"),
    ("extends", "F == [][x' = 1]_vars", "\nvars == <<x, y>>\nF == [][x' = 1]_vars"),
    ("order", "F == G\nG == 1", "G == 1\n\nF == G"),
    ("order", "F == G \\/ H\nG == x' = 1\nH == x' = 2", "G == x' = 1\n\nH == x' = 2\n\nF == G \\/ H"),
    ("order", "F(n) == IF n = 0 THEN 0 ELSE F(n - 1)", "RECURSIVE F(_)\nF(n) == IF n = 0 THEN 0 ELSE F(n - 1)"),
    ("bound", "F == \\E s \\in A, i \\in DOMAIN s : P(i)", "F == \\E s \\in A : \\E i \\in DOMAIN s : P(i)"),
    ("bound", "F == {P(a) : a \\in A /\\ a # 1}", "F == {P(a) : a \\in {a \\in A : /\\ a # 1}}"),
    ("bound", "F == {<<a, b>> : a \\in A /\\ b \\in B}", "F == {<<a, b>> : a \\in A , b \\in B}"),
    (
        "scope",
        "F ==\n  /\\ LET a == 1\n     IN x = a\n  /\\ y = a",
        "F ==\n  /\\ LET a == 1\n     IN /\\ x = a\n        /\\ y = a",
    ),
    (
        "box",
        "Next == x' = 1\nvars == <<x, y>>\nF == x = 1 /\\ []Next_vars",
        "Next == x' = 1\nvars == <<x, y>>\nF == x = 1 /\\ [][Next]_vars",
    ),
    ("case", "F == HEAD(x)", "F == Head(x)"),
    ("declare", "CONSTANT C\nF == x = Nil", "CONSTANT C, Nil\nF == x = Nil"),
    ("declare", "VARIABLE w\nF == z' = 1 /\\ z = 2", "VARIABLE w, z\nF == z' = 1 /\\ z = 2"),
    (
        "declare",
        "---- MODULE M ----\nEXTENDS Naturals\nF == z' = w /\\ w' = z + 1\n====\n",
        "---- MODULE M ----\nEXTENDS Naturals\nVARIABLES z, w\nF == z' = w /\\ w' = z + 1\n====\n",
    ),
    ("arity", "CONSTANTS Key\nF == Key(1)", "CONSTANTS Key(_)\nF == Key(1)"),
    ("arity", "F == x(1)", "F == x[1]"),
    ("arity", "RECURSIVE F\nF(n) == F(n)", "RECURSIVE F(_)\nF(n) == F(n)"),
    (
        "arity",
        "Least(S) == CHOOSE a \\in S : \\A b \\in S : a <= b\nF == Least(1, 2)",
        "Least(S) == CHOOSE a \\in S : \\A b \\in S : a <= b\nF == Least({1, 2})",
    ),
    ("duplicate", "F == 1\nG == F\nF == 1", "F == 1\nG == F\n"),
    ("duplicate", "F == \\E a \\in A : \\E a \\in B : P(a)", "F == \\E a \\in A : \\E a1 \\in B : P(a1)"),
    (
        "duplicate",
        "G(a) == a\nG(a, b) == G(a) + b\nF == G(1, 2) + G(3)",
        "G(a) == a\nG2(a, b) == G(a) + b\nF == G2(1, 2) + G(3)",
    ),
];

/// What no fixer may touch: what it means is not certain.
const LEFT: &[(&str, &str)] = &[
    ("an operator that nobody defines", "F == Unheard(1)"),
    ("a line that is no part of a list of names", "VARIABLE z\nG(a, b)  x[a] = y[b]\nG(a, b) == x[a] = y[b]"),
    ("a name that lost its scope", "G == \\E a \\in A : P(a)\nF == a"),
    ("a name in lower case is no constant", "F == x = self"),
    ("a name in the plural that is known in the singular", "CONSTANT Node\nF == x \\in Nodes"),
    ("two definitions with different bodies", "F == 1\nF == 2"),
    ("equations in a row", "F == x = y = 1"),
    ("comparisons that point both ways", "F == x < 1 > y"),
    ("an assignment to a part", "F == /\\ x[1] := 2\n     /\\ y' = y"),
    ("an assignment in a definition that is no step", "F == x := 2"),
    ("IF without ELSE", "F == IF x = 1 THEN y = 2\nG == 1"),
    ("connectives whose lines say something else", "F ==\n  \\/ x = 1\n        /\\ y = 2\n      \\/ y = 3"),
    ("an argument too few", "G(a, b) == a\nF == G(1)"),
    ("a comment that is never closed", "(* the rest\nF == 1"),
    ("words that name something are no prose", "VARIABLE lock\nF == x = 1 /\\\nlock x y"),
    ("`#` before what may be an operand", "F == x\n# y, 1"),
];

fn told(fixed: &Fixed) -> String {
    let made = fixed.fixes.iter().map(|fix| format!("made {} {}", fix.fixer, fix.code));
    let left = fixed.left.iter().map(|left| format!("left {} {}", left.code, left.message));
    made.chain(left).collect::<Vec<_>>().join("\n")
}

fn differences(all: impl Iterator<Item = Option<String>>) {
    let all: Vec<String> = all.flatten().collect();
    assert!(all.is_empty(), "{}", all.join("\n----\n"));
}

#[test]
fn every_fixer_makes_its_repairs_and_the_text_is_clean_then() {
    differences(REPAIRS.iter().map(|(fixer, before, after)| {
        let fixed = fix(&source(&module(before)), &NoLibrary);
        let made = fixed.fixes.iter().any(|fix| fix.fixer == *fixer);
        let good = made && fixed.text == module(after) && fixed.verdict == Verdict::Clean;
        (!good).then(|| format!("{fixer}: {before}\n{}\n{}", fixed.text, told(&fixed)))
    }));
}

#[test]
fn what_is_not_certain_is_left() {
    differences(LEFT.iter().map(|(what, body)| {
        let text = module(body);
        let fixed = fix(&source(&text), &NoLibrary);
        let good = fixed.text == text && fixed.verdict != Verdict::Clean;
        (!good).then(|| format!("{what}:\n{}\n{}", fixed.text, told(&fixed)))
    }));
}

#[test]
fn every_fixer_has_a_repair_of_its_own_a_reason_and_codes_that_there_are() {
    for fixer in FIXERS {
        assert!(REPAIRS.iter().any(|(name, _, _)| *name == fixer.name), "{}", fixer.name);
        for code in fixer.codes {
            let explained = include_str!("../../../lib/codes/tla.yaml");
            assert!(explained.contains(&format!("- code: {code}\n")), "{code}");
        }
        assert!(!fixer.why.is_empty());
    }
}

#[test]
fn a_fix_says_what_it_is_for_and_where() {
    let fixed = fix(&source("---- MODULE Other ----\nF == 1\n====\n"), &NoLibrary);
    let [only] = &fixed.fixes[..] else { panic!("{:#?}", fixed.fixes) };
    assert_eq!((only.code.as_str(), only.line), ("tla/module-name", 1));
    assert_eq!((only.before.as_str(), only.after.as_str()), ("---- MODULE Other ----", "---- MODULE M ----"));
}

#[test]
fn a_fix_that_somebody_has_something_against_is_not_made() {
    let text = module("F == A + C\nG == x != y");
    let allow = |_: &str, after: &str| !after.contains("P(_), C");
    let fixed = fix_if(&source(&text), &NoLibrary, &allow);
    assert_eq!(fixed.text, module("F == A + C\nG == x # y"));
    assert_eq!(fixed.left.len(), 1, "{:#?}", fixed.left);
    assert_eq!(fix(&source(&text), &NoLibrary).verdict, Verdict::Clean);
}

#[test]
fn a_clean_text_without_unicode_is_not_touched() {
    let text = module("F == x = \"∈\" \\* ∈\nG == x' = 1");
    let fixed = fix(&source(&text), &NoLibrary);
    assert_eq!((fixed.text, fixed.verdict), (text, Verdict::Clean));
}

fn harm(propose: fn(&View, &Problem) -> Vec<Proposal>, body: &str) {
    let fixer = Fixer { name: "harm", codes: &["tla/unknown-name", "tla/parse-unexpected"], why: "", propose };
    let text = module(body);
    let fixed = with(&[fixer], &source(&text), &NoLibrary, &mut |_, _, _| {}, &|_, _| true);
    assert_eq!(fixed.text, text, "{:#?}", fixed.fixes);
}

fn replacing(view: &View, old: &str, new: &str) -> Vec<Proposal> {
    let Some(start) = view.text().find(old) else { return Vec::new() };
    vec![Proposal::replace(Span::new(start, start + old.len()), new)]
}

fn renaming(view: &View, old: &str, new: &str, names: (&str, &str)) -> Vec<Proposal> {
    replacing(view, old, new).into_iter().map(|all| all.renaming(names.0, names.1)).collect()
}

#[test]
fn a_fixer_that_drops_a_definition_is_refused() {
    harm(|view, _| replacing(view, "Inv == nope > 0\n", ""), "Inv == nope > 0\nF == 1");
    harm(|view, _| replacing(view, "Inv == (x\n", "\n"), "Inv == (x\nF == 1");
    harm(
        |view, _| {
            let mut all = replacing(view, "Inv == nope > 0\n", "");
            all[0].permit.drops_double = true;
            all
        },
        "Inv == nope > 0\nF == 1",
    );
}

#[test]
fn a_fixer_that_weakens_or_empties_a_definition_is_refused() {
    harm(|view, _| replacing(view, "nope > 0", "TRUE"), "Inv == x = 1 /\\ nope > 0");
    harm(|view, _| replacing(view, " /\\ nope > 0", ""), "Inv == x = 1 /\\ nope > 0");
    harm(|view, _| replacing(view, "nope > 0", "x > 0"), "Inv == x = 1 /\\ nope > 0");
    harm(|view, _| renaming(view, "nope > 0", "x > 0", ("nope", "x")), "Inv == x = 1 /\\ nope > 0");
    harm(
        |view, _| replacing(view, "Inv == x = 1 /\\ nope", "Inv == x = 1 \\* /\\ nope"),
        "Inv == x = 1 /\\ nope\nF == 1",
    );
    harm(|view, _| replacing(view, "# nope is wrong", "\\* nope is wrong"), "Inv == x\n  # nope is wrong == 1");
    let removing = |view: &View, _: &Problem| {
        replacing(view, "nope > 0 /\\ ", "").into_iter().map(|all| all.removing(&["nope", ">", "0", "/\\"])).collect()
    };
    harm(removing, "Inv == nope > 0 /\\ x = 1");
    let unprimed = |view: &View, _: &Problem| {
        let renamed = |all: Proposal| all.removing(&["'"]).renaming("nope", "x");
        replacing(view, "nope' = 1", "x = 1").into_iter().map(renamed).collect()
    };
    harm(unprimed, "F == nope' = 1");
}

#[test]
fn a_fixer_that_takes_a_name_for_a_leftover_is_refused() {
    let removing = |view: &View, _: &Problem| {
        replacing(view, "END > nope", "> nope").into_iter().map(|all| all.removing(&["END"])).collect()
    };
    harm(removing, "END == 1\nInv == (END > nope");
}

#[test]
fn a_fixer_that_makes_an_equation_of_a_definition_is_refused() {
    let equation = |view: &View, _: &Problem| {
        let mut all = replacing(view, "Inv == nope", "Inv = nope");
        all[0].permit.undefines.push("Inv".to_owned());
        all
    };
    harm(equation, "F == 1 /\\\nInv == nope");
}

#[test]
fn a_fixer_that_changes_a_definition_no_diagnostic_touches_is_refused() {
    harm(
        |view, _| {
            let mut all = replacing(view, "x - y", "(x - y)").pop().unwrap_or_default();
            if let Some(other) = replacing(view, "nope", "noper").pop() {
                all = all.with(&other).unwrap_or_default().renaming("nope", "noper");
            }
            vec![all]
        },
        "Clean == x - y\nF == nope\nG == noper",
    );
}

#[test]
fn a_fixer_that_makes_nothing_better_is_taken_back() {
    harm(|view, _| replacing(view, "F == nope", "F == (nope)"), "F == nope");
}

/// All that a permit can allow at once.
fn everything() -> Permit {
    Permit {
        removes: vec!["END", "FI", ";", "'", "return", "END IF"],
        adds: vec!["\\E", "\\A", "EXCEPT", "!", "RECURSIVE", "_", "\\in", "[]", "/\\", "\\/", "THEN", "ASSUME"],
        declares: vec!["nope".to_owned()],
        reorders: true,
        ..Permit::default()
    }
}

const INVARIANTS: &str = r#"TypeOK == x \in A /\ y \in [A -> B]
Inv ==
    /\ \A a \in A : y[a] >= 0 => ~P(a)
    /\ x # 0 \/ Cardinality(A) > 1
    /\ nope
Live == \A a \in A : (x = a) ~> <>[](y' = [y EXCEPT ![a] = @ + 1])"#;

/// What each word of the invariants could be replaced with so that less is said.
fn weaker(word: &str) -> Vec<&'static str> {
    let mut all = vec!["", "TRUE", "x"];
    all.extend(match word {
        "/\\" => &["\\/", "=>", ","][..],
        "\\/" => &["/\\", "=>"],
        "=>" => &["\\/", "<=>", "/\\"],
        "\\A" => &["\\E", "CHOOSE"],
        "\\in" => &["\\notin", "\\subseteq"],
        "#" => &["=", "<="],
        ">=" => &["<=", "#"],
        ">" => &["#", ">="],
        "~>" => &["=>"],
        "<>" => &["[]", "~"],
        "[]" => &["<>"],
        "=" => &["#", "=>", "\\in"],
        "0" | "1" => &["2"],
        _ => &["A"],
    });
    all
}

/// The proposals that take out, replace or double one word of the invariants, or swap two.
fn mutations(view: &View) -> Vec<(String, Proposal)> {
    let start = view.text().find("TypeOK").unwrap();
    let tokens: Vec<_> = view.tokens().into_iter().filter(|token| token.start as usize >= start).collect();
    let mut all = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| !token.is("====")) {
        let word = view.word(token);
        let is_mark = "()[]{},:.!@".contains(word) || word == "==";
        for new in weaker(word).into_iter().filter(|new| *new != word && !is_mark) {
            all.push((format!("`{word}` to `{new}`"), Proposal::replace(token.span(), format!(" {new} "))));
        }
        let next = tokens.get(at + 1).filter(|next| !next.is("====") && view.word(next) != word);
        if let Some(next) = next.filter(|next| !is_mark && !"()[]{},:.!@'".contains(view.word(next))) {
            let swapped = format!("{} {word}", view.word(next));
            all.push((format!("swap `{swapped}`"), Proposal::replace(token.span().to(next.span()), swapped)));
        }
    }
    all
}

fn refused(view: &View, proposal: &Proposal, checks: &[guard::Check]) -> bool {
    let text = proposal.apply(view.text()).unwrap();
    let after = View::of(&source(&text), &NoLibrary);
    checks.iter().any(|check| check(view, &after, proposal).is_some())
}

#[test]
fn no_word_of_an_invariant_can_go_or_become_another_whatever_the_fixer_may() {
    let view = View::of(&source(&module(INVARIANTS)), &NoLibrary);
    let mut seen = 0;
    for (what, mut proposal) in mutations(&view) {
        proposal.permit = everything();
        assert!(refused(&view, &proposal, &guard::CHECKS), "{what}");
        seen += 1;
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn no_definition_can_go_whatever_the_fixer_may() {
    let view = View::of(&source(&module(INVARIANTS)), &NoLibrary);
    for unit in view.units().into_iter().filter(|unit| view.name_of(*unit).is_some()) {
        for permit in [Permit { drops_double: true, ..everything() }, Permit { moves: true, ..everything() }] {
            let mut proposal = Proposal::replace(unit.span(), "");
            proposal.permit = permit;
            assert!(refused(&view, &proposal, &guard::CHECKS), "{}", unit.text());
            let body = Span::new(unit.span().start + unit.text().find("==").unwrap() + 2, unit.span().end);
            proposal.edits[0] = Proposal::replace(body, " TRUE").edits.remove(0);
            assert!(refused(&view, &proposal, &guard::CHECKS), "{}", unit.text());
        }
    }
}

/// Each check of the guard refuses what no other does, so that none can be lost unnoticed.
#[test]
fn every_check_of_the_guard_is_needed() {
    let texts = [
        // lists: a name becomes another that there is.
        ("F == nope = y", ("nope", "x", ("nope", "x"))),
        // words: a connective goes.
        ("F == nope /\\ y", ("/\\ y", "", ("", ""))),
        // definitions: one becomes a part of the one above.
        ("G == (x +\nF == nope", ("F ==", "LET F ==", ("", ""))),
        // trees: parentheses in a clean definition.
        ("G == 3 - 2 - 1\nF == nope", ("2 - 1", "(2 - 1)", ("", ""))),
    ];
    for (index, (body, (old, new, names))) in texts.into_iter().enumerate() {
        let view = View::of(&source(&module(body)), &NoLibrary);
        let mut all: Vec<Proposal> = renaming(&view, old, new, names);
        all[0].permit.renames.retain(|(from, _)| !from.is_empty());
        if index == 1 {
            // Only what is told to be a form may come, and nothing may go.
            all[0].permit.adds.push("/\\");
        }
        assert!(refused(&view, &all[0], &guard::CHECKS), "{body}");
        let others: Vec<guard::Check> =
            guard::CHECKS.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, check)| *check).collect();
        assert!(!refused(&view, &all[0], &others), "check {index} is not needed for {body}");
    }
}
