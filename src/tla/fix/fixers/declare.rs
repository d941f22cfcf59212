//! Names that nobody declared.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::check;
use crate::tla::fix::guard;
use crate::tla::fix::guard::spellings;
use crate::tla::tree;
use crate::tla::tree::Kind;

/// Words of TLA+ written like names.
const BUILT_IN: &[&str] = &["UNION", "SUBSET", "DOMAIN", "TRUE", "FALSE", "BOOLEAN", "UNCHANGED", "ENABLED"];

/// `HEAD` for `Head`, `Union` for `UNION`.
pub(super) fn case(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    // A short name, or one that is bound elsewhere, is out of its scope rather than misspelled.
    if name.len() < 3 || view.is_bound_somewhere(name) {
        return Vec::new();
    }
    let alike = |other: &str| other != name && other.eq_ignore_ascii_case(name);
    let hinted = problem.hints.iter().filter(|hint| hint.contains("looks like it"));
    let mut known: Vec<String> = hinted.filter_map(|hint| hint.split('`').nth(1)).map(str::to_owned).collect();
    let other = guard::uses::NAMES.iter().find(|(from, _)| *from == name).map(|(_, to)| (*to).to_owned());
    known.extend(BUILT_IN.iter().map(|word| (*word).to_owned()));
    known.retain(|other| alike(other));
    known.extend(other);
    known.retain(|other| !may_be_element(view, name, other));
    known.retain(|other| view.is_variable(other) || !may_be_variable(view, name, other));
    // Of two that are alike neither is certain.
    if known.iter().filter(|other| guard::is_defined(view, other)).count() > 1 {
        return Vec::new();
    }
    let token = view.tokens();
    let at = View::index(token, problem.span.start);
    let Some(token) = token.get(at).filter(|token| view.word(token) == name) else { return Vec::new() };
    if ["NOT", "not", "Not"].contains(&name) {
        return vec![Proposal::replace(token.span(), "~")];
    }
    known.into_iter().map(|right| Proposal::replace(token.span(), &right).renaming(name, right)).collect()
}

/// Whether `name` may be an element of what is called as it with a capital: a server of the constant Server. Behind `\in` stands
/// the set.
fn may_be_element(view: &View, name: &str, capital: &str) -> bool {
    let tokens = view.tokens();
    let is_set = |at: &usize| {
        at.checked_sub(1).is_some_and(|before| ["\\in", "\\subseteq", "SUBSET"].contains(&tokens[before].canonical))
    };
    let lower = |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase());
    lower(name) && !lower(capital) && view.is_constant(capital) && !view.places(name).iter().all(is_set)
}

/// Whether `name` is a variable that nobody declared: it is primed or UNCHANGED, or an element of what is called like it.
fn may_be_variable(view: &View, name: &str, other: &str) -> bool {
    let tokens = view.tokens();
    let member = ["\\in", "\\subseteq"];
    view.places(name).iter().any(|at| {
        let next = |by: usize| tokens.get(at + by).map_or("", |next| view.word(next));
        let kept = tokens[..*at]
            .iter()
            .rev()
            .find(|token| !token.is(",") && !token.is("<<") && token.kind != tree::TokenKind::Name);
        next(1) == "'" || member.contains(&next(1)) && next(2) == other || kept.is_some_and(|word| word.is("UNCHANGED"))
    })
}

/// `[]Next_vars` for `[][Next]_vars`.
pub(super) fn boxed(view: &View, problem: &Problem) -> Vec<Proposal> {
    if problem.code != "tla/unknown-name" {
        return subscripted(view, problem).into_iter().collect();
    }
    let name = problem.quoted(0);
    let right = spellings::boxed(name).map(|(_, _, right)| right);
    let before = view.text()[..problem.span.start].trim_end().ends_with("[]");
    right.filter(|_| before).map(|right| Proposal::replace(problem.span, right)).into_iter().collect()
}

/// A constant, or a variable if it is primed somewhere.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    let Some(kind) = kind_of(view, problem) else { return Vec::new() };
    let user = view.unit_at(problem.span.start).map_or(0, |unit| unit.span().start);
    let units = view.units();
    if let Some(list) = units.iter().rfind(|unit| unit.is(kind) && unit.span().start < user) {
        return vec![Proposal::insert(list.span().end, format!(", {name}")).declaring(name)];
    }
    // A list of its own, with all that belong into it.
    let root = view.tree.root();
    let after = units.iter().find(|unit| unit.is(Kind::Extends)).copied();
    let header = || root.child(0).and_then(|module| module.find(Kind::Header));
    let Some(place) = after.or_else(header) else { return Vec::new() };
    let mut names: Vec<&str> = Vec::new();
    for other in view.problems.iter().filter(|other| other.code == problem.code && kind_of(view, other) == Some(kind)) {
        if !names.contains(&other.quoted(0)) {
            names.push(other.quoted(0));
        }
    }
    let keyword = if kind == Kind::Variables { "VARIABLES" } else { "CONSTANTS" };
    let text = format!("\n{keyword} {}", names.join(", "));
    vec![names.iter().fold(Proposal::insert(place.span().end, text), |proposal, name| proposal.declaring(*name))]
}

/// What the name must have been meant to be; `None` if that is not clear.
fn kind_of(view: &View, problem: &Problem) -> Option<Kind> {
    let name = problem.quoted(0);
    let other_case =
        tree::is_keyword(&name.to_ascii_uppercase()) || FOREIGN.contains(&name.to_ascii_uppercase().as_str());
    // What could not be read may bind it.
    let broken = view.units().iter().any(|unit| unit.is(Kind::Error));
    if broken || other_case || name == "@" || view.is_bound_somewhere(name) {
        return None;
    }
    let tokens = view.tokens();
    for at in view.places(name) {
        let next = tokens.get(at + 1).map_or("", |next| view.word(next));
        // What is applied or has parts is an operator or an instance, and nobody knows which.
        if next == "(" || next == "!" {
            return None;
        }
    }
    let kind = guard::uses::declarable(view, name)?;
    // The module has a value for nothing.
    let lists = view.units().into_iter().filter(|unit| unit.is(Kind::Constants));
    let nothing = lists.flat_map(|list| list.children()).any(|child| guard::uses::is_nothing(child.text()));
    if nothing && guard::uses::is_nothing(name) {
        return None;
    }
    // A constant is written with a capital; a name in lower case was bound once, and lost its scope.
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase()) || guard::uses::is_nothing(name);
    let twin =
        |other: &Problem| other.code == problem.code && other.quoted(0) != name && is_alike(other.quoted(0), name);
    if view.problems.iter().any(twin) {
        return None;
    }
    let typo = problem.hints.iter().filter_map(|hint| hint.split('`').nth(1)).any(|known| is_alike(known, name));
    (!is_near_known(view, name) && !is_applied(view, name) && (kind == Kind::Variables || capital && !typo))
        .then_some(kind)
}

/// Whether a name that is known differs in one letter: one more, one less, another one, or two in the other order.
fn is_near_known(view: &View, name: &str) -> bool {
    let known = view.tokens().iter().filter(|token| token.kind == tree::TokenKind::Name).map(|token| view.word(token));
    let mut known = known.filter(|other| *other != name && other.len() > 2 && guard::is_defined(view, other));
    known.any(|other| differs_in_one(name, other) || differs_in_one(other, name))
}

fn differs_in_one(long: &str, short: &str) -> bool {
    let (long, short): (Vec<char>, Vec<char>) = (long.chars().collect(), short.chars().collect());
    let same = long.iter().zip(&short).take_while(|(a, b)| a == b).count();
    let rest = |a: &[char], b: &[char], skip: (usize, usize)| a.get(same + skip.0..) == b.get(same + skip.1..);
    // Names with numbers and letters at the end are names of several.
    let counted = same + 1 >= short.len() && long.len() == short.len();
    let letter = long.get(same).is_some_and(|c| c.is_alphabetic()) && !counted;
    let swapped = long.get(same) == short.get(same + 1) && long.get(same + 1) == short.get(same);
    let one_more = long.len() == short.len() + 1 && rest(&long, &short, (1, 0));
    let other = long.len() == short.len() && (rest(&long, &short, (1, 1)) || swapped && rest(&long, &short, (2, 2)));
    same > 0 && letter && (one_more || other)
}

/// `SeqNat`, where a parenthesis is missing: an operator that is known, and what it is applied to.
fn is_applied(view: &View, name: &str) -> bool {
    let known =
        |word: &str| word.len() > 1 && (!check::standard_modules_of(word).is_empty() || guard::is_defined(view, word));
    let cuts = name.char_indices().map(|(at, _)| at).filter(|at| *at > 1);
    cuts.into_iter().any(|at| {
        let (operator, argument) = name.split_at(at);
        check::standard_modules_of(operator).iter().any(|module| view.extends(module))
            && (known(argument) || argument == "STRING")
    })
}

/// Whether two names differ in case and by a plural at most.
fn is_alike(one: &str, other: &str) -> bool {
    one.trim_end_matches('s').eq_ignore_ascii_case(other.trim_end_matches('s'))
}

/// Words of statements.
const FOREIGN: &[&str] =
    &["WHILE", "FOR", "RETURN", "DO", "END", "BEGIN", "BREAK", "CONTINUE", "AWAIT", "SKIP", "ENDIF"];

/// `[][A]v` is `[][A]_v`.
fn subscripted(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let close = tokens.get(View::index(tokens, problem.span.start).checked_sub(1)?)?;
    let right = format!("{}_", view.word(close));
    guard::places::is_subscripted(view, close.span(), &right).then(|| Proposal::replace(close.span(), right))
}
