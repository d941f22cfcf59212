//! Each fixer by a text before and after, and the guard by fixers that do harm.

use super::edit::Proposal;
use super::fixers::FIXERS;
use super::*;
use crate::tla::check::NoLibrary;
use crate::tla::fix::view::Problem;

fn source(text: &str) -> Source {
    Source { path: "M.tla".to_owned(), text: text.to_owned() }
}

/// A module around `body`, so that it says what a fixer is for and nothing else.
fn module(body: &str) -> String {
    format!(
        "---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, Bags\nCONSTANTS A, B, P(_)\nVARIABLES x, y\n{body}\n====\n"
    )
}

/// The body is repaired to `after` by `fixer`, among others, and is clean then.
fn repairs(fixer: &str, before: &str, after: &str) {
    let fixed = fix(&source(&module(before)), &NoLibrary);
    assert_eq!(fixed.text, module(after));
    assert_eq!(fixed.verdict, Verdict::Clean, "{:#?}", fixed.left);
    assert!(fixed.fixes.iter().any(|fix| fix.fixer == fixer), "{:#?}", fixed.fixes);
}

/// Nothing is done about the body.
fn leaves(before: &str) {
    let fixed = fix(&source(&module(before)), &NoLibrary);
    assert_eq!(fixed.text, module(before), "{:#?}", fixed.fixes);
    assert_ne!(fixed.verdict, Verdict::Clean);
}

#[test]
fn a_module_gets_the_name_of_its_file() {
    let fixed = fix(&source("---- MODULE Other ----\nF == 1\n====\n"), &NoLibrary);
    assert_eq!((fixed.text.as_str(), fixed.verdict), ("---- MODULE M ----\nF == 1\n====\n", Verdict::Clean));
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
fn a_module_without_frame_gets_one_inside_the_fence() {
    let fixed = fix(&source("Here it is:\n```tla\nEXTENDS Naturals\nF == 1 + 1\n```\nBye.\n"), &NoLibrary);
    assert_eq!(fixed.verdict, Verdict::Clean, "{}\n{:#?}", fixed.text, fixed.left);
    assert!(fixed.text.contains("---- MODULE M ----\nEXTENDS Naturals\nF == 1 + 1\n"), "{}", fixed.text);
    let fixed = fix(&source("---- MODULE M ----\nF == 1\n```\nBye.\n"), &NoLibrary);
    assert_eq!((fixed.text.as_str(), fixed.verdict), ("---- MODULE M ----\nF == 1\n====\n```\nBye.\n", Verdict::Clean));
}

#[test]
fn operators_of_other_languages_are_spelled_as_in_tla() {
    repairs("spelling", "F == x = 1 && y = 2", "F == x = 1 /\\ y = 2");
    repairs("spelling", "F == x != 1", "F == x # 1");
    repairs("spelling", "F == A \\setminus {x}", "F == A \\ {x}");
    repairs("spelling", "F == x' := 1", "F == x' = 1");
    repairs("spelling", "F == {a \\in A | P(a)}", "F == {a \\in A : P(a)}");
    repairs("spelling", "F == \\E S \\subseteq A : P(S)", "F == \\E S \\in SUBSET A : P(S)");
    repairs("spelling", "F == [n -> 1, m |-> 2]", "F == [n |-> 1, m |-> 2]");
}

#[test]
fn a_definition_of_a_let_is_written_with_two_signs() {
    repairs(
        "let-equals",
        "F == LET a = 1\n         b = a + 1\n     IN b",
        "F == LET a == 1\n         b == a + 1\n     IN b",
    );
}

#[test]
fn a_let_gets_its_in() {
    repairs("missing-in", "F ==\n  /\\ LET a == 1\n  /\\ x = a", "F ==\n  /\\ LET a == 1\n     IN /\\ x = a");
}

#[test]
fn what_belongs_to_an_item_is_moved_right_of_its_bullet() {
    repairs(
        "shift",
        "F ==\n  /\\ LET a == 1\n  IN  x = a\n  /\\ y = 1",
        "F ==\n  /\\ LET a == 1\n     IN  x = a\n  /\\ y = 1",
    );
    repairs(
        "shift",
        "F ==\n  /\\ LET a == 1 IN\n  /\\ x = a\n  /\\ y = a",
        "F ==\n  /\\ LET a == 1 IN\n     /\\ x = a\n     /\\ y = a",
    );
}

#[test]
fn words_that_end_something_elsewhere_go() {
    repairs("leftover", "F == IF x = 1 THEN 1 ELSE 2\nENDIF\nG == F", "F == IF x = 1 THEN 1 ELSE 2\n\nG == F");
    repairs("leftover", "F == 1\nG == F()", "F == 1\nG == F");
    repairs("leftover", "F == UNCHANGED x'", "F == UNCHANGED x");
    repairs("leftover", "CONSTANTS\n  C\n  D\nF == C", "CONSTANTS\n  C,\n  D\nF == C");
}

#[test]
fn updates_of_other_languages_become_except() {
    repairs("update", "F == [x EXCEPT [1] = 2]", "F == [x EXCEPT ![1] = 2]");
    repairs("update", "F == [x EXCEPT !n = 2, !m = 3]", "F == [x EXCEPT !.n = 2, !.m = 3]");
    repairs("update", "F == [y EXCEPT ![1] = x WITH [2] = 3]", "F == [y EXCEPT ![1] = [x EXCEPT ![2] = 3]]");
    repairs("update", "G(a) == x\nF == G'(1) = 2", "G(a) == x\nF == G(1)' = 2");
}

#[test]
fn brackets_are_put_where_the_layout_shows_them() {
    repairs("bracket", "F == <<1, 2\n\nG == 1", "F == <<1, 2>>\n\nG == 1");
    repairs("bracket", "F == {1, 2]", "F == {1, 2}");
    repairs("bracket", "F == (1 + 2))", "F == (1 + 2)");
}

#[test]
fn operators_that_bind_alike_are_read_from_left_to_right() {
    repairs("precedence", "F == A \\ B \\cup {1}", "F == (A \\ B) \\cup {1}");
}

#[test]
fn a_known_name_brings_its_module_or_its_definition() {
    let before = "---- MODULE M ----\nF(s) == Len(s)\n====\n";
    let fixed = fix(&source(before), &NoLibrary);
    assert_eq!(fixed.text, "---- MODULE M ----\nEXTENDS Sequences\nF(s) == Len(s)\n====\n");
    repairs("extends", "F == Min(1, 2)", "Min(a_, b_) == IF a_ < b_ THEN a_ ELSE b_\n\nF == Min(1, 2)");
    repairs("extends", "F == x (+) Bag({1})", "F == x (+) SetToBag({1})");
}

#[test]
fn what_is_defined_below_is_moved_up_or_declared_recursive() {
    repairs("order", "F == G\nG == 1", "G == 1\n\nF == G\n".trim_end());
    repairs("order", "F(n) == IF n = 0 THEN 0 ELSE F(n - 1)", "RECURSIVE F(_)\nF(n) == IF n = 0 THEN 0 ELSE F(n - 1)");
}

#[test]
fn a_bound_that_uses_another_gets_its_own_quantifier() {
    repairs("bound", "F == \\E s \\in A, i \\in DOMAIN s : P(i)", "F == \\E s \\in A : \\E i \\in DOMAIN s : P(i)");
    repairs("bound", "F == {P(a) : a \\in A /\\ a # 1}", "F == {P(a) : a \\in {a \\in A : /\\ a # 1}}");
    repairs("bound", "F == {<<a, b>> : a \\in A /\\ b \\in B}", "F == {<<a, b>> : a \\in A , b \\in B}");
}

#[test]
fn what_uses_a_name_of_a_let_becomes_part_of_its_body() {
    repairs(
        "scope",
        "F ==\n  /\\ LET a == 1\n     IN x = a\n  /\\ y = a",
        "F ==\n  /\\ LET a == 1\n     IN /\\ x = a\n        /\\ y = a",
    );
}

#[test]
fn an_unknown_value_is_a_constant_and_a_primed_one_a_variable() {
    let fixed = fix(&source(&module("F == x = Nil")), &NoLibrary);
    assert!(fixed.text.contains("CONSTANTS A, B, P(_), Nil\n"), "{}", fixed.text);
    let fixed = fix(&source(&module("F == z' = 1 /\\ z = 2")), &NoLibrary);
    assert!(fixed.text.contains("VARIABLES x, y, z\n"), "{}", fixed.text);
}

#[test]
fn an_unknown_operator_and_a_name_out_of_its_scope_are_left() {
    leaves("F == Unheard(1)");
    leaves("G == \\E a \\in A : P(a)\nF == a");
}

#[test]
fn a_declaration_gets_the_parameters_of_its_uses() {
    let fixed = fix(&source(&module("CONSTANTS Key\nF == Key(1)")), &NoLibrary);
    assert!(fixed.text.contains("CONSTANTS Key(_)\n"), "{}", fixed.text);
    repairs("arity", "F == x(1)", "F == x[1]");
    repairs("arity", "RECURSIVE F\nF(n) == F(n)", "RECURSIVE F(_)\nF(n) == F(n)");
    repairs(
        "arity",
        "Least(S) == CHOOSE a \\in S : \\A b \\in S : a <= b\nF == Least(1, 2)",
        "Least(S) == CHOOSE a \\in S : \\A b \\in S : a <= b\nF == Least({1, 2})",
    );
}

#[test]
fn doubles_are_kept_once_and_inner_names_renamed() {
    repairs("duplicate", "F == 1\nG == F\nF == 1", "F == 1\nG == F\n");
    repairs("duplicate", "F == \\E a \\in A : \\E a \\in B : P(a)", "F == \\E a \\in A : \\E a1 \\in B : P(a1)");
    leaves("F == 1\nF == 2");
}

fn harm(propose: fn(&View, &Problem) -> Vec<Proposal>, body: &str) {
    let fixer = Fixer { name: "harm", codes: &["tla/unknown-name", "tla/parse-unexpected"], why: "", propose };
    let text = module(body);
    let fixed = with(&[fixer], &source(&text), &NoLibrary, &mut |_, _, _| {}, &|_, _| true);
    assert_eq!(fixed.text, text, "{:#?}", fixed.fixes);
}

fn replacing(view: &View, old: &str, new: &str) -> Vec<Proposal> {
    let Some(start) = view.text().find(old) else { return Vec::new() };
    vec![Proposal::replace(crate::base::span::Span::new(start, start + old.len()), new)]
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
    harm(
        |view, _| replacing(view, "Inv == x = 1 /\\ nope", "Inv == x = 1 \\* /\\ nope"),
        "Inv == x = 1 /\\ nope\nF == 1",
    );
    let removing = |view: &View, _: &Problem| {
        replacing(view, "nope > 0 /\\ ", "").into_iter().map(|all| all.removing(&["nope", ">", "0", "/\\"])).collect()
    };
    let unprimed = |view: &View, _: &Problem| {
        let renamed = |all: Proposal| all.removing(&["'"]).renaming("nope", "x");
        replacing(view, "nope' = 1", "x = 1").into_iter().map(renamed).collect()
    };
    harm(unprimed, "F == nope' = 1");
    harm(removing, "Inv == nope > 0 /\\ x = 1");
}

#[test]
fn a_fixer_that_changes_a_definition_no_diagnostic_touches_is_refused() {
    harm(
        |view, _| {
            let mut all = replacing(view, "x - y", "(x - y)").pop().unwrap_or_default();
            if let Some(other) = replacing(view, "nope", "x").pop() {
                all = all.with(&other).unwrap_or_default().renaming("nope", "x");
            }
            vec![all]
        },
        "Clean == x - y\nF == nope",
    );
}

#[test]
fn a_fixer_that_makes_nothing_better_is_taken_back() {
    harm(|view, _| replacing(view, "F == nope", "F == (nope)"), "F == nope");
}

#[test]
fn every_fixer_is_for_codes_that_there_are() {
    for fixer in FIXERS {
        for code in fixer.codes {
            let explained = include_str!("../../../lib/codes/tla.yaml");
            assert!(explained.contains(&format!("- code: {code}\n")), "{code}");
        }
        assert!(!fixer.why.is_empty());
    }
}
