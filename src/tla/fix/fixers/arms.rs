//! The arms of CASE.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::guard::spellings;
use crate::tla::fix::walk;
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
        bars(view, tokens, case),
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

/// `CASE c -> a | d -> b`, where each part between the bars has one arrow, so that none of them is an operator.
fn bars(view: &View, tokens: &[Token], case: usize) -> Option<Proposal> {
    let unit = view.definition_around(tokens[case].start as usize)?;
    let of_unit = &tokens[View::index(tokens, unit.start)..View::index(tokens, unit.end)];
    let only = of_unit.iter().filter(|token| token.is("CASE")).count() == 1;
    let rest = &tokens[case + 1..View::index(tokens, unit.end)];
    let ends = |token: &Token| ["IF", "THEN", "ELSE", "LET", "IN", ",", "[]"].contains(&token.canonical);
    let (mut signs, mut arrows) = (Vec::new(), vec![0usize]);
    for at in walk::outside(rest).take_while(|at| !ends(&rest[*at])) {
        match view.word(&rest[at]) {
            "|" => {
                signs.push(rest[at].span());
                arrows.push(0);
            }
            "->" => *arrows.last_mut()? += 1,
            _ => {}
        }
    }
    let known =
        || view.extends("Bitwise") || tokens.windows(3).any(|three| view.word(&three[0]) == "|" && three[2].is("=="));
    let sure = only && !signs.is_empty() && arrows.iter().all(|count| *count == 1) && !known();
    sure.then(|| signs.into_iter().fold(Proposal::default(), |proposal, sign| proposal.and(wide(view, sign), "[]")))
}

/// The bar with a blank of the indentation before it, so that what follows keeps its column.
fn wide(view: &View, sign: Span) -> Span {
    let blank = view.text()[view.line_start(sign.start)..sign.start].ends_with("  ");
    Span::new(sign.start - usize::from(blank), sign.end)
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
