//! Brackets that are missing, too many, or of another kind.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::tree::TokenKind;

const PAIRS: &[(&str, &str)] = &[("(", ")"), ("[", "]"), ("{", "}"), ("<<", ">>")];

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(&tokens, problem.span.start);
    let Some(token) = tokens.get(index) else { return Vec::new() };
    let mut proposals = Vec::new();
    let word = view.word(token);
    let is_close = PAIRS.iter().any(|(_, close)| *close == word);
    let wanted = PAIRS.iter().map(|(_, close)| *close).find(|close| problem.quoted(0) == *close);
    if let Some(wanted) = wanted {
        // Another kind of bracket closes it.
        if is_close && word != wanted {
            proposals.push(Proposal::replace(token.span(), wanted));
        }
        // What is open ends with the line before, or here.
        let end = tokens[..index].last().map_or(0, |before| before.end as usize);
        proposals.push(Proposal::insert(end, wanted));
        // `]]` at the end of a line may belong further back; the place before this token's line is tried, no other.
    }
    if is_close {
        proposals.push(Proposal::replace(token.span(), ""));
    }
    // A comma between things of a list that stand on lines of their own.
    let before = index.checked_sub(1).map(|at| tokens[at]);
    let between = before.is_some_and(|before| before.line < token.line || before.kind == TokenKind::Str);
    if between && wanted.is_some() {
        proposals.push(Proposal::insert(before.map_or(0, |before| before.end as usize), ","));
    }
    // A comma before a closing bracket.
    if is_close && before.is_some_and(|before| before.is(",")) {
        proposals.push(Proposal::replace(before.map(|before| before.span()).unwrap_or_default(), ""));
    }
    proposals
}
