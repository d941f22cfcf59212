//! Two operators that bind equally tightly: parentheses as readers take them, where the lines do not say otherwise.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    // Comments and marks of prose that look like operators.
    if ["`//`", "`**`", "`##`"].iter().any(|sign| problem.message.contains(sign)) {
        return Vec::new();
    }
    let mut proposals = Vec::new();
    let places = [Some(problem.span), problem.other];
    for place in places.into_iter().flatten() {
        let path = view.path(place);
        // The operator is right below the infix expression it makes.
        // What a bracket that nobody closes holds is not known, and so not what the operators join.
        let is_open = |stop: &Problem| {
            stop.code == "tla/parse-unexpected"
                && [")", "]", "}", ">>"].contains(&stop.quoted(0))
                && view.definition_around(stop.span.start) == view.definition_around(place.start)
        };
        let known = !view.problems.iter().any(is_open);
        for node in path.iter().rev().filter(|node| known && node.is(Kind::Infix)).take(3) {
            proposals.extend(infix(view, *node));
        }
        let unit = path.iter().find(|node| node.is(Kind::Definition));
        let is_read = |stop: &Problem| {
            stop.code != "tla/parse-unexpected"
                || view.definition_around(stop.span.start) != view.definition_around(place.start)
        };
        let whole = unit.is_some() && view.problems.iter().all(is_read);
        proposals.extend(path.iter().rev().filter(|_| whole).find_map(|node| always(view, *node)));
        for node in path.iter().rev().filter(|node| matches!(node.kind(), Kind::Prefix | Kind::Postfix)).take(2) {
            proposals.push(around(node.span()));
            proposals.extend(node.children().map(|child| around(child.span())));
        }
    }
    proposals.dedup();
    proposals
}

fn infix(view: &View, node: Node<'_>) -> Vec<Proposal> {
    let operands: Vec<Node<'_>> = node.children().collect();
    let (Some(outer), [left, right]) = (node.token(), &operands[..]) else { return Vec::new() };
    let mut proposals = Vec::new();
    for (operand, other) in [(left, right), (right, left)] {
        let Some(inner) = operand.token().filter(|_| operand.is(Kind::Infix)) else { continue };
        // A connective that starts a line is a bullet out of its column: what it joins is not known.
        if [outer, inner].into_iter().any(|op| is_connective(op) && view.starts_line(op)) {
            continue;
        }
        // What stands on another line than its `/\` may be joined by either.
        if [(outer, inner), (inner, outer)]
            .iter()
            .any(|(and, or)| and.is("/\\") && or.is("\\/") && ends_line(view, and))
        {
            continue;
        }
        // `a => b /\ c => d` may be two implications.
        let middle = operand.children().nth(usize::from(operand.span().start == left.span().start));
        let joined = middle.is_some_and(|middle| middle.is(Kind::Infix) && middle.token().is_some_and(is_connective));
        if joined && [outer, inner].iter().all(|op| op.is("=>")) {
            continue;
        }
        let rest = operand.children().nth(usize::from(operand.span().start == left.span().start));
        let other = rest.map(|rest| {
            if rest.span().start < other.span().start {
                rest.span().to(other.span())
            } else {
                other.span().to(rest.span())
            }
        });
        match (ops::canonical(inner.canonical), ops::canonical(outer.canonical)) {
            // `a \/ b /\ c` is `a \/ (b /\ c)` in every language that ranks them.
            ("\\/", "/\\") => proposals.extend(other.map(around)),
            ("/\\", "\\/") => proposals.push(around(operand.span())),
            // So is `a + b % c`.
            ("+" | "-", "%") => proposals.extend(other.map(around)),
            // Implications in a row group to the right.
            ("=>", "=>") => proposals.extend(other.map(around)),
            (inner, outer) if is_relation(inner) && is_relation(outer) || guard::uses_no_order(inner, outer) => {}
            _ => proposals.push(around(operand.span())),
        }
    }
    proposals
}

/// `[]x = 1` and `[]<>x = 1` say that `x = 1` is so: no formula about time is compared with a value.
fn always(view: &View, node: Node<'_>) -> Option<Proposal> {
    let relation = node.token().filter(|op| node.is(Kind::Infix) && is_relation(ops::canonical(op.canonical)))?;
    let mut inner = node.child(0).filter(|left| left.span().end <= relation.start as usize)?;
    let temporal = |node: Node<'_>| node.is(Kind::Prefix) && node.token().is_some_and(|op| op.is("[]") || op.is("<>"));
    if !temporal(inner) {
        return None;
    }
    while temporal(inner) {
        inner = inner.child(0)?;
    }
    // What else is joined to the comparison may be meant to be always so, too.
    let around_it = view.path(node.span()).into_iter().rev().find(|outer| outer.span() != node.span());
    if around_it.is_some_and(|outer| outer.is(Kind::Infix)) {
        return None;
    }
    Some(around(Span::new(inner.span().start, node.span().end)))
}

fn ends_line(view: &View, op: &Token) -> bool {
    view.text()[op.end as usize..].lines().next().is_none_or(|rest| rest.trim().is_empty())
}

fn is_connective(op: &Token) -> bool {
    op.is("/\\") || op.is("\\/")
}

/// `a = b = c` can mean three things.
fn is_relation(op: &str) -> bool {
    ops::infix(op).is_some_and(|binding| binding.low == 5 && binding.high == 5)
}

fn around(span: Span) -> Proposal {
    Proposal::insert(span.start, "(").and(Span::new(span.end, span.end), ")")
}
