//! Each fixer by a text before and after, and the guard by fixers that do harm.

mod guesses;
mod meanings;
mod repairs;

use super::edit::Permit;
use super::edit::Proposal;
use super::fixers::FIXERS;
use super::*;
use crate::base::span::Span;
use crate::tla::check::NoLibrary;
use crate::tla::fix::view::Problem;
use repairs::LEFT;
use repairs::REPAIRS;

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
fn what_only_comes_along_with_edits_that_help_is_left_out() {
    let body = "Init == y = [a \\in A -> 0]\nT == {a : A : P(a)}\nNext == y' = [a \\in A -> 1]";
    let fixed = fix(&source(&module(body)), &NoLibrary);
    let repaired = body.replace("A -> ", "A |-> ");
    assert!(fixed.text.contains(&repaired), "{}", fixed.text);
    assert!(fixed.fixes[0].message.ends_with("(and 1 more)"), "{:?}", fixed.fixes);
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
    let tokens: Vec<_> = view.tokens().iter().filter(|token| token.start as usize >= start).collect();
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
