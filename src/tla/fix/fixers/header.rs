//! The frame of a module: its header, its name, its end, and the modules it extends.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::tree::Kind;
use crate::tla::tree::TokenKind;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    match problem.code.as_str() {
        "tla/module-name" => {
            vec![Proposal::replace(problem.span, &view.stem).renaming(problem.quoted(1), &view.stem)]
        }
        "tla/parse-unclosed-module" => close(view),
        "tla/parse-no-module" => open(view),
        "tla/parse-unexpected" => unexpected(view, problem).into_iter().collect(),
        _ => not_extended(view, problem),
    }
}

/// The dashes after the name of the module, and a second EXTENDS, which is part of the first.
fn unexpected(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    if problem.message.contains("`----` after the name of the module") {
        return Some(Proposal::insert(tokens[index.checked_sub(1)?].end as usize, " ----"));
    }
    let word = tokens.get(index).filter(|word| word.is("EXTENDS") && view.starts_line(word))?;
    let first = view.units().into_iter().find(|unit| unit.is(Kind::Extends))?;
    let list = tokens[index + 1..].iter().take_while(|token| token.line == word.line);
    let list: Vec<_> = list.collect();
    let is_list = list.iter().enumerate().all(|(at, token)| (at % 2 == 1) == token.is(","));
    let last = list.last().filter(|last| is_list && last.kind == TokenKind::Name)?;
    let names = &view.text()[list[0].start as usize..last.end as usize];
    let mut proposal = Proposal::insert(first.span().end, format!(", {names}"));
    for token in list.iter().filter(|token| token.kind == TokenKind::Name) {
        proposal = proposal.declaring(view.word(token));
    }
    Some(proposal.and(word.span().to(last.span()), "").declaring("EXTENDS"))
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}

/// `====` before the fence that ends the module, or at the end.
fn close(view: &View) -> Vec<Proposal> {
    let start = view.units().first().map_or(0, |unit| unit.span().start);
    let (at, end) = end_of_module(view.text(), start);
    vec![Proposal::insert(at, end)]
}

/// Where the module that starts at `start` ends, and what to put there.
fn end_of_module(text: &str, start: usize) -> (usize, &'static str) {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if is_fence(line) {
            return (at, "====\n");
        }
        at += line.len();
    }
    (text.len(), if text.ends_with('\n') { "====\n" } else { "\n====\n" })
}

/// A header before the first line that is TLA+, if there are definitions at all.
fn open(view: &View) -> Vec<Proposal> {
    let text = view.text();
    if !text.contains("==") {
        return Vec::new();
    }
    let mut at = 0;
    let mut first = None;
    let mut named = None;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        let starts = ["EXTENDS", "CONSTANT", "VARIABLE", "\\*", "(*"].iter().any(|word| words.starts_with(word));
        if words.trim_matches(['-', ' ', '\r', '\n']).to_ascii_uppercase().starts_with("MODULE ") {
            named = Some(Span::new(at, at + line.trim_end().len()));
        }
        if starts && first.is_none() {
            first = Some(at);
        }
        at += line.len();
    }
    let header = format!("---- MODULE {} ----", view.stem);
    let mut proposal = match (named, first) {
        (Some(line), _) => Proposal::replace(line, header),
        (None, Some(first)) => Proposal::insert(first, format!("{header}\n")),
        (None, None) => return Vec::new(),
    };
    if !text.lines().any(|line| line.starts_with("====")) {
        let start = named.map_or(first.unwrap_or_default(), |line| line.end);
        let (at, end) = end_of_module(text, start);
        proposal = proposal.and(Span::new(at, at), end);
    }
    vec![proposal]
}

/// A module that cannot be found is no longer extended, if nothing of it is used.
fn not_extended(view: &View, problem: &Problem) -> Vec<Proposal> {
    let read = !view.units().iter().any(|unit| unit.is(Kind::Error));
    without(view, problem.quoted(0)).filter(|_| read).into_iter().collect()
}

/// The module is no longer in EXTENDS.
pub(super) fn without(view: &View, module: &str) -> Option<Proposal> {
    let extends = view.units().into_iter().find(|unit| unit.is(Kind::Extends))?;
    let names: Vec<_> = extends.children().collect();
    let at = names.iter().position(|name| name.text() == module)?;
    let span = match (at, names.len()) {
        (_, 1) => extends.span(),
        (0, _) => Span::new(names[0].span().start, names[1].span().start),
        _ => Span::new(names[at - 1].span().end, names[at].span().end),
    };
    let mut proposal = Proposal::replace(span, "").declaring(module);
    if names.len() == 1 {
        proposal = proposal.declaring("EXTENDS");
    }
    Some(proposal)
}
