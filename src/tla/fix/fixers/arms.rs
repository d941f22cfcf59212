//! The arms of CASE.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::fix::guard;
use crate::tla::fix::guard::spellings;
use crate::tla::tree::Token;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let Some(case) = tokens[..index.min(tokens.len())].iter().rposition(|token| token.is("CASE")) else {
        return Vec::new();
    };
    let inside =
        view.definition_around(problem.span.start).is_some_and(|unit| unit.start <= tokens[case].start as usize);
    if !inside {
        return Vec::new();
    }
    if problem.code == "tla/unknown-name" {
        return named_other(view, tokens, index).into_iter().collect();
    }
    [
        arrow(view, problem, &tokens[case..index]),
        separator(view, tokens, index),
        other(tokens, index),
        named_other(view, tokens, index),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `CASE c => a` is `CASE c -> a`, if there is one arrow that it can be.
fn arrow(view: &View, problem: &Problem, arms: &[Token]) -> Option<Proposal> {
    if problem.quoted(0) != "->" {
        return None;
    }
    let start = arms.iter().rposition(|token| token.is("[]") || token.is("CASE"))?;
    let mut arrows = arms[start..].iter().filter(|token| token.is("=>"));
    let only = arrows.next().filter(|_| arrows.next().is_none())?;
    (view.word(only) == "=>").then(|| Proposal::replace(only.span(), "->"))
}

/// `[]` between arms that a comma, or nothing but the end of the line, separates.
fn separator(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let stop = tokens.get(index)?;
    let line = tokens[index + 1..].iter().take_while(|token| token.line == stop.line);
    let is_arm = line.into_iter().any(|token| token.is("->"));
    if stop.is(",") {
        let next = tokens.get(index + 1)?;
        let below = tokens[index + 1..].iter().take_while(|token| token.line == next.line);
        let is_arm = below.into_iter().any(|token| token.is("->"));
        return is_arm.then(|| Proposal::replace(stop.span(), " []").adding(&["[]"]));
    }
    (is_arm && view.starts_line(stop)).then(|| Proposal::insert(stop.start as usize, "[] ").adding(&["[]"]))
}

/// `[] OTHERWISE -> a`, where nobody defines the word.
fn named_other(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let (before, word, after) = (tokens.get(index.checked_sub(1)?)?, tokens.get(index)?, tokens.get(index + 1)?);
    let arm = before.is("[]") && after.is("->");
    let known = spellings::is_spelling(view.word(word), "OTHER") && !guard::is_defined(view, view.word(word));
    (arm && known).then(|| Proposal::replace(word.span(), "OTHER"))
}

/// `ELSE a` is `[] OTHER -> a`, and so is `[] ELSE -> a`.
fn other(tokens: &[Token], index: usize) -> Option<Proposal> {
    let stop = tokens.get(index).filter(|token| token.is("ELSE"))?;
    if index.checked_sub(1).is_some_and(|before| tokens[before].is("[]")) {
        return tokens.get(index + 1).filter(|arrow| arrow.is("->")).map(|_| Proposal::replace(stop.span(), "OTHER"));
    }
    // `ELSE -> a` has its arrow.
    let arrow = tokens.get(index + 1).filter(|arrow| arrow.is("->"));
    Some(Proposal::replace(arrow.map_or(stop.span(), |arrow| stop.span().to(arrow.span())), "[] OTHER ->"))
}
