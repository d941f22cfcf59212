//! What starts a declaration or a definition in another case or another language.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::walk;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Words before the head of a definition that say nothing.
const SAID_BY_THE_HEAD: &[&str] = &["def", "func", "fn", "DEFINE", "OPERATOR", "INVARIANT", "PROPERTY"];

/// Words that start a declaration.
const OF_DECLARATIONS: &[&str] = &[
    "EXTENDS",
    "CONSTANT",
    "CONSTANTS",
    "VARIABLE",
    "VARIABLES",
    "ASSUME",
    "THEOREM",
    "LOCAL",
    "RECURSIVE",
    "INSTANCE",
];

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let Some(token) = tokens.get(index).filter(|token| view.starts_line(token)) else { return Vec::new() };
    let word = view.word(token);
    let head = SAID_BY_THE_HEAD.iter().find(|known| **known == word && !guard::is_defined(view, word));
    if let Some(word) = head {
        return before_head(view, tokens, index, word).into_iter().collect();
    }
    let follows = tokens.get(index + 1).is_some_and(|next| {
        let listed = next.column > token.column && !view.is_head(next);
        next.kind == TokenKind::Name && (next.line == token.line || listed)
    });
    let upper = word.to_ascii_uppercase();
    let right = match upper.as_str() {
        "IMPORT" => "EXTENDS",
        "VAR" => "VARIABLES",
        "CONST" => "CONSTANTS",
        other => other,
    };
    let declares = OF_DECLARATIONS.contains(&right) && right != word;
    (declares && follows && !guard::is_defined(view, word))
        .then(|| Proposal::replace(token.span(), right))
        .into_iter()
        .collect()
}

/// `def F(a) == e` is `F(a) == e`, and so is `def F(a): return e`.
fn before_head(view: &View, tokens: &[Token], index: usize, word: &'static str) -> Option<Proposal> {
    let (first, name) = (tokens[index], tokens.get(index + 1)?);
    let mut proposal = Proposal::replace(Span::new(first.start as usize, name.start as usize), "").removing(&[word]);
    let open = tokens.get(index + 2)?;
    let sign = if view.word(open) == "(" { walk::closing(tokens, index + 2)? + 1 } else { index + 2 };
    let sign_at = tokens.get(sign)?;
    if word == "def" && view.word(sign_at) == ":" {
        proposal = proposal.and(sign_at.span(), " ==");
        let next = tokens.get(sign + 1)?;
        if view.word(next) == "return" {
            let value = tokens.get(sign + 2).map_or(next.end, |value| value.start);
            let both = Span::new(next.start as usize, value as usize);
            proposal = proposal.and(both, "").removing(&["return"]);
        }
        return Some(proposal);
    }
    (name.kind == TokenKind::Name && sign_at.is("==")).then_some(proposal)
}
