//! Reserved words used as names, and `_` where a bound variable is wanted.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::tree;
use crate::tla::tree::Kind;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Words that mean something in proofs only, so that a module without proofs can rename them all.
const OF_PROOFS: &[&str] = &[
    "ACTION",
    "ACTIONS",
    "BY",
    "DEF",
    "DEFINE",
    "DEFS",
    "HAVE",
    "HIDE",
    "NEW",
    "OBVIOUS",
    "OMITTED",
    "ONLY",
    "PICK",
    "PROOF",
    "PROVE",
    "QED",
    "STATE",
    "SUFFICES",
    "TAKE",
    "TEMPORAL",
    "TEMPORALS",
    "USE",
    "WITNESS",
];

/// Whether the word means something in proofs only.
pub(super) fn is_of_proofs(word: &str) -> bool {
    OF_PROOFS.contains(&word)
}

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let Some(token) = tokens.get(index) else { return Vec::new() };
    let word = view.word(token);
    if word == "_" {
        return underscore(view, tokens, index).into_iter().collect();
    }
    // What no declaration and no bound can be called is nothing else in what can be read.
    if problem.message.starts_with("expected the name of a") && token.kind == TokenKind::Keyword {
        return vec![renamed(view, tokens, word)];
    }
    let near = [Some(index), index.checked_sub(1), Some(index + 1)];
    let near = near.into_iter().flatten().filter_map(|at| tokens.get(at)).map(|token| view.word(token));
    let proofs = View::all(view.tree.root()).iter().any(|node| node.is(Kind::Theorem))
        || tokens.iter().any(|token| token.kind == TokenKind::Step);
    near.filter(|word| OF_PROOFS.contains(word) && !proofs).map(|word| renamed(view, tokens, word)).collect()
}

/// Every `STATE` is `State`.
fn renamed(view: &View, tokens: &[Token], word: &str) -> Proposal {
    let base: String = word.chars().take(1).chain(word.chars().skip(1).map(|c| c.to_ascii_lowercase())).collect();
    let fresh = super::fresh(view, &base);
    let mut proposal = Proposal::default().renaming(word, &fresh);
    for token in tokens.iter().filter(|token| view.word(token) == word && token.kind == TokenKind::Keyword) {
        proposal = proposal.and(token.span(), &*fresh);
    }
    proposal
}

/// `\A _ \in S : e` and `[_ \in S |-> e]` bind a name that nothing uses.
fn underscore(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let after = tokens.get(index + 1)?;
    let before = tokens[index.checked_sub(1)?];
    let binds = after.is("\\in") || (after.is(":") && before.is("CHOOSE"));
    let opens = ["\\A", "\\E", "CHOOSE", "[", "{", ","].contains(&before.canonical);
    let fresh = super::fresh(view, "any");
    (binds && opens && !tree::is_keyword(&fresh))
        .then(|| Proposal::replace(tokens[index].span(), &*fresh).renaming("_", fresh))
}
