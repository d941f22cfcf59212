//! Words and marks of other languages that end or start something there and nothing in TLA+.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::tree::Kind;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

pub(super) const CODES: &[&str] =
    &["tla/parse-unexpected", "tla/parse-lexical", "tla/parse-precedence", "tla/parse-indentation", "tla/unknown-name"];

/// What ends a statement elsewhere.
const ENDS: &[&str] = &["END", "ENDIF", "END_IF", "FI", "ENDCASE", "DO", "DONE", "BEGIN", "begin", "end", ";"];

/// How many tokens after `return` reading may stop because of it: it looks like a function or an operator.
const RETURN_IS_NEAR: usize = 16;

/// The same in two words.
const PHRASES: &[&str] = &["END IF", "END CASE", "END LET", "END WHILE", "END FOR", "end if"];

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let mut proposals = Vec::new();
    if problem.code == "tla/unknown-name" {
        return returned(view, tokens, index).into_iter().collect();
    }
    if let Some(token) = tokens.get(index) {
        let word = view.word(token);
        // Between brackets `;` separates.
        let separates = word == ";" && guard::places::misplaced(view, token.span(), ",").is_none();
        if let Some(end) = ENDS.iter().find(|end| **end == word && !separates) {
            proposals.push(Proposal::replace(whole_line(view, token.span()), "").removing(&[end]));
        }
        proposals.extend(phrase(view, tokens, index));
        // `return e` is `e`.
        let near = tokens[..=index].iter().rev().take(RETURN_IS_NEAR);
        if let Some(word) = near.into_iter().find(|word| view.word(word) == "return") {
            let end = tokens.get(View::index(tokens, word.end as usize)).map_or(word.end, |next| next.start);
            let end = if view.text()[word.end as usize..end as usize].contains('\n') { word.end } else { end };
            proposals.push(Proposal::replace(Span::new(word.start as usize, end as usize), "").removing(&["return"]));
        }
        // `F()` is `F`.
        for at in [index.checked_sub(1), Some(index)].into_iter().flatten() {
            if let (Some(open), Some(close)) = (tokens.get(at), tokens.get(at + 1))
                && (view.word(open), view.word(close)) == ("(", ")")
            {
                let both = open.span().to(close.span());
                let name = at.checked_sub(1).map_or("", |name| view.word(&tokens[name]));
                let method = guard::places::misplaced(view, both, "").is_some() || !guard::is_defined(view, name);
                proposals.extend((!method).then(|| Proposal::replace(both, "")));
            }
        }
        // A list of declarations without its commas.
        let listed = index > 0 && token.kind == TokenKind::Name && tokens[index - 1].kind == TokenKind::Name;
        let unit = view.unit_at(tokens[index.saturating_sub(1)].start as usize);
        if let Some(list) =
            unit.filter(|unit| listed && matches!(unit.kind(), Kind::Constants | Kind::Variables | Kind::Extends))
        {
            proposals.extend(commas(view, index, list.span().start));
        }
        // A full stop behind a list of modules or names.
        let lists = unit.is_some_and(|unit| matches!(unit.kind(), Kind::Constants | Kind::Variables | Kind::Extends));
        if token.is(".") && lists && tokens.get(index + 1).is_none_or(|next| view.starts_line(next)) {
            proposals.push(Proposal::replace(token.span(), ""));
        }
        // A fence that stands inside the module.
        let start = view.line_start(token.start as usize);
        let line = view.text()[start..].lines().next().unwrap_or_default();
        if line.trim_start().starts_with("```") && !line.contains("==") {
            proposals.push(Proposal::replace(Span::new(start, start + line.trim_end().len()), "").removing(&["`"]));
        }
    }
    if problem.code == "tla/parse-precedence" {
        proposals.extend(primed_unchanged(view, problem));
    }
    proposals
}

/// `F == return` above a list of bullets, which is read as `return /\ ...`.
fn returned(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let word = tokens.get(index).filter(|word| view.word(word) == "return")?;
    let first = tokens[index.checked_sub(1)?].is("==");
    first.then(|| Proposal::replace(word.span(), "").removing(&["return"]))
}

/// The line of what is removed, with its end, where nothing else stands on it; else what is removed, with the blanks before
/// it at the end of a line.
pub(super) fn whole_line(view: &View, span: Span) -> Span {
    let text = view.text();
    let start = view.line_start(span.start);
    let rest = text[span.end..].split_inclusive('\n').next().unwrap_or_default();
    if !rest.trim().is_empty() {
        return span;
    }
    match text[start..span.start].trim_end() {
        "" => Span::new(start, span.end + rest.len()),
        before => Span::new(start + before.len(), span.end),
    }
}

/// `END IF`, where either of its words stopped the reading.
fn phrase(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let pairs = [Some(index), index.checked_sub(1)].into_iter().flatten();
    let spans = pairs.filter_map(|at| Some(tokens.get(at)?.span().to(tokens.get(at + 1)?.span())));
    let known =
        |span: Span| PHRASES.iter().find(|phrase| **phrase == &view.text()[span.range()]).map(|known| (span, *known));
    let (span, phrase) = spans.filter_map(known).next()?;
    Some(Proposal::replace(whole_line(view, span), "").removing(&[phrase]))
}

/// A comma before each name of the list that has none. What begins a line at the column of the list's keyword, or left of
/// it, is not of the list.
fn commas(view: &View, index: usize, list: usize) -> Option<Proposal> {
    let tokens = view.tokens();
    let column = |at: usize| at - view.line_start(at);
    let mut proposal = None;
    for pair in tokens[index - 1..].windows(2) {
        let is_outside = view.starts_line(&pair[1]) && column(pair[1].start as usize) <= column(list);
        if view.is_head(&pair[1]) || is_outside || pair.iter().any(|token| token.kind != TokenKind::Name) {
            break;
        }
        let end = pair[0].end as usize;
        proposal = Some(proposal.unwrap_or_else(Proposal::default).and(Span::new(end, end), ","));
    }
    proposal
}

/// `UNCHANGED x'` says `x' = x`, which is `UNCHANGED x`.
fn primed_unchanged(view: &View, problem: &Problem) -> Vec<Proposal> {
    if !problem.message.contains("`UNCHANGED` and `'`") {
        return Vec::new();
    }
    let tokens = view.tokens();
    let mut index = View::index(tokens, problem.span.start);
    if !tokens.get(index).is_some_and(|token| token.is("'")) {
        let found = tokens[index..].iter().take(12).position(|token| token.is("'"));
        let Some(found) = found else { return Vec::new() };
        index += found;
    }
    vec![Proposal::replace(tokens[index].span(), "").removing(&["'"])]
}
