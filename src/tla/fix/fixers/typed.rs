//! Constants that are declared with a type or a value.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::fix::walk::outside;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// `CONSTANT N \in Nat` is `CONSTANT N` with `ASSUME N \in Nat`; so are `N : Nat` and `N = 3`.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    typed(view, problem).into_iter().collect()
}

fn typed(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let stop = View::index(tokens, problem.span.start);
    let keyword = (0..stop.min(tokens.len())).rev().find(|at| tokens[*at].kind == TokenKind::Keyword)?;
    if !tokens[keyword].is("CONSTANT") || !SIGNS.contains(&tokens.get(stop)?.canonical) {
        return None;
    }
    let end = end_of_list(view, tokens, keyword + 1);
    let mut items: Vec<&[Token]> = Vec::new();
    let mut from = keyword + 1;
    for comma in outside(&tokens[from..end]).map(|at| keyword + 1 + at).filter(|at| tokens[*at].is(",")) {
        items.push(&tokens[from..comma]);
        from = comma + 1;
    }
    items.push(&tokens[from..end]);
    let (mut names, mut assumed) = (Vec::new(), Vec::new());
    let mut result = Proposal::default().adding(&["ASSUME", "\\in"]);
    for item in items {
        let name = item.first().filter(|name| name.kind == TokenKind::Name)?;
        let written = view.word(name);
        let [first, sign, .., last] = item else {
            (item.len() == 1).then(|| names.push(written.to_owned()))?;
            continue;
        };
        if !SIGNS.contains(&sign.canonical) {
            // An operator, `F(_)`.
            let plain = item[1..].iter().all(|token| ["(", ")", ",", "_"].contains(&view.word(token)));
            plain.then(|| names.push(view.text()[first.start as usize..last.end as usize].to_owned()))?;
            continue;
        }
        let value = &view.text()[sign.end as usize..last.end as usize];
        let sign = if sign.is(":") { "\\in" } else { view.word(sign) };
        assumed.push(format!("\nASSUME {written} {sign} {}", value.trim_start()));
        names.push(written.to_owned());
        result.permit.repeats.push(written.to_owned());
    }
    let (first, last) = (tokens[keyword + 1], tokens[end - 1]);
    let list = first.span().to(last.span());
    // A comment in the list would be lost.
    let comments = ["\\*", "(*"].iter().any(|mark| view.text()[list.range()].contains(mark));
    result.permit.reorders = true;
    (!assumed.is_empty() && !comments).then(|| result.and(list, format!("{}{}", names.join(", "), assumed.concat())))
}

const SIGNS: &[&str] = &["\\in", "=", ":"];

/// The index after the last token of the list that starts at `from`.
fn end_of_list(view: &View, tokens: &[Token], from: usize) -> usize {
    let starts = |token: &Token| {
        let word = ["CONSTANT", "VARIABLE", "ASSUME", "AXIOM", "THEOREM", "RECURSIVE", "INSTANCE", "LOCAL", "EXTENDS"];
        word.contains(&token.canonical)
            || matches!(token.kind, TokenKind::Dashes | TokenKind::Close)
            || view.is_head(token)
    };
    tokens[from..].iter().position(starts).map_or(tokens.len(), |at| from + at).max(from + 1)
}
