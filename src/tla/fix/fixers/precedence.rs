//! Two operators that bind equally tightly: parentheses as they are read from left to right, or as the lines show.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let places = [Some(problem.span), problem.other];
    for place in places.into_iter().flatten() {
        let path = view.path(place);
        // The operator is right below the infix expression it makes.
        for node in path.iter().rev().filter(|node| node.is(Kind::Infix)).take(3) {
            let operands: Vec<Node<'_>> = node.children().collect();
            for operand in operands.iter().filter(|operand| operand.is(Kind::Infix)) {
                proposals.push(around(operand.span()));
            }
            // `a \ b \cup c` by lines: what stands on a line of its own belongs together.
            if let Some(first) = operands.first().filter(|first| first.is(Kind::Infix))
                && let (Some(inner), Some(last)) = (first.children().nth(1), operands.get(1))
            {
                proposals.push(around(inner.span().to(last.span())));
            }
        }
        for node in path.iter().rev().filter(|node| matches!(node.kind(), Kind::Prefix | Kind::Postfix)).take(2) {
            proposals.push(around(node.span()));
            proposals.extend(node.children().map(|child| around(child.span())));
        }
    }
    proposals.dedup();
    proposals
}

fn around(span: Span) -> Proposal {
    Proposal::insert(span.start, "(").and(Span::new(span.end, span.end), ")")
}
