//! Commas that separate nothing.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::fix::guard;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// A comma after which nothing of a list can follow: at the end of an item of a bulleted list, of a definition, of a
/// declaration, before IN, THEN and ELSE.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let near = [Some(index), index.checked_sub(1)].into_iter().flatten();
    let commas = near.filter(|at| tokens.get(*at).is_some_and(|token| token.is(",")));
    let ends = commas.filter(|at| ends(view, tokens, *at)).map(|at| Proposal::replace(tokens[at].span(), ""));
    let semicolon = tokens.get(index).filter(|token| view.word(token) == ";");
    let semicolon = semicolon.filter(|token| guard::places::misplaced(view, token.span(), ",").is_none());
    ends.chain(semicolon.map(|token| Proposal::replace(token.span(), ","))).collect()
}

fn ends(view: &View, tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return true };
    let starts_item = view.starts_line(next) && (next.is("/\\") || next.is("\\/"));
    let word = next.kind == TokenKind::Keyword
        && ["IN", "THEN", "ELSE", "VARIABLE", "CONSTANT", "ASSUME", "RECURSIVE", "THEOREM"].contains(&next.canonical);
    let mark = matches!(next.kind, TokenKind::Dashes | TokenKind::Close);
    starts_item || word || mark || view.is_head(next) && view.starts_line(next)
}
