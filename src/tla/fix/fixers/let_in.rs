//! LET: its definitions, and where they end.

use super::Problem;
use super::Proposal;
use super::View;
use super::shift;
use crate::base::span::Span;
use crate::tla::tree::TokenKind;

/// `x = e` where a definition is wanted.
pub(super) fn equals(view: &View, problem: &Problem) -> Vec<Proposal> {
    let wanted = ["definition"].iter().any(|word| problem.message.contains(word));
    let tokens = view.tokens();
    let index = View::index(&tokens, problem.span.start);
    if !wanted || tokens.get(index).is_none_or(|token| token.kind != TokenKind::Name) {
        return Vec::new();
    }
    // The head ends before the first `=` outside of its brackets.
    let mut depth = 0usize;
    for token in tokens.iter().skip(index + 1).take(40) {
        match view.word(token) {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "=" | ":=" if depth == 0 => return vec![Proposal::replace(token.span(), "==")],
            _ if depth == 0 => return Vec::new(),
            _ => {}
        }
    }
    Vec::new()
}

/// No IN after the definitions.
pub(super) fn missing(view: &View, problem: &Problem) -> Vec<Proposal> {
    if !problem.message.contains("another definition of the LET") || problem.quoted(0) != "IN" {
        return Vec::new();
    }
    let at = problem.span.start;
    let insert = Proposal::insert(at, "IN ");
    let tokens = view.tokens();
    let Some(token) = tokens.get(View::index(&tokens, at)).filter(|token| view.starts_line(token)) else {
        return vec![insert];
    };
    let start = view.line_start(at);
    // The body may be the rest of the list the LET is an item of; it then has to stand right of it.
    let below = shift::lines_while(view, start, |column| column >= token.column);
    let moved = shift::by(view, &below, 3).and(Span::new(at, at), "IN ");
    vec![insert, moved]
}
