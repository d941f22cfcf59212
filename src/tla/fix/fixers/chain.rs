//! Comparisons in a row, and implications in a row.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

const ORDER: &[&str] = &["<", "\\leq", ">", "\\geq"];

/// `a <= b <= c` is `a <= b /\ b <= c`.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let places = [Some(problem.span), problem.other];
    let nodes = places.into_iter().flatten().flat_map(|place| view.path(place));
    let mut proposals: Vec<Proposal> = nodes.filter_map(|node| comparison(view, node)).collect();
    proposals.dedup();
    proposals
}

fn is_order(node: Node<'_>) -> bool {
    let op = node.token().map(|token| ops::canonical(token.canonical));
    node.is(Kind::Infix) && op.is_some_and(|op| ORDER.contains(&op))
}

fn comparison(view: &View, outer: Node<'_>) -> Option<Proposal> {
    let inner = outer.child(0).filter(|inner| is_order(*inner) && is_order(outer))?;
    // Three in a row, or one that points the other way, are left.
    let (first, middle) = (inner.child(0)?, inner.child(1)?);
    let up = |node: Node<'_>| node.token().is_some_and(|token| token.canonical.contains(['<']) || token.is("\\leq"));
    if is_order(first) || up(outer) != up(inner) {
        return None;
    }
    let words: Vec<String> = middle.all_tokens().iter().map(|token| view.word(token).to_owned()).collect();
    let at = middle.span().end;
    let mut proposal = Proposal::replace(Span::new(at, at), format!(" /\\ {}", middle.text())).adding(&["/\\"]);
    proposal.permit.repeats = words;
    Some(proposal)
}
