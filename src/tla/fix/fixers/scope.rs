//! A LET or a quantifier whose body ends before the last use of its names.

use super::Problem;
use super::Proposal;
use super::View;
use super::shift;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

/// The items of the list below the one with the LET become part of its body:
///
/// ```text
/// /\ LET n == e IN a        /\ LET n == e IN /\ a
/// /\ F(n)                                    /\ F(n)
/// ```
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    let Some(unit) = view.unit_at(problem.span.start) else { return Vec::new() };
    let binders =
        View::all(unit).into_iter().filter(|node| node.span().end <= problem.span.start && binds(view, *node, name));
    let mut binders: Vec<Node<'_>> = binders.collect();
    binders.sort_by_key(|node| std::cmp::Reverse(node.span().end));
    binders.into_iter().take(2).filter_map(|binder| widened(view, binder, problem)).collect()
}

fn binds(view: &View, node: Node<'_>, name: &str) -> bool {
    match node.kind() {
        Kind::Let => node.children().any(|child| view.name_of(child).as_deref() == Some(name)),
        Kind::Quantifier => node
            .children()
            .filter(|child| child.is(Kind::Bound))
            .any(|bound| bound.children().any(|child| child.is(Kind::Name) && child.text() == name)),
        _ => false,
    }
}

fn widened(view: &View, binder: Node<'_>, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let next = tokens.get(View::index(tokens, binder.span().end))?;
    let is_bullet = next.is("/\\") || next.is("\\/");
    // What follows must be the next item of the list, on a line of its own, and hold the use.
    if !is_bullet || !view.starts_line(next) || next.start as usize > problem.span.start {
        return None;
    }
    let body = binder.children().next_back()?;
    let first = tokens.get(View::index(tokens, body.span().start))?;
    let rest = shift::lines_while(view, view.line_start(next.start as usize), |column| column >= next.column);
    let amount = first.column.checked_sub(next.column).filter(|amount| *amount > 0)?;
    let moved = shift::by(view, &rest, amount);
    if body.is(Kind::Junction) {
        return first.is(next.canonical).then_some(moved);
    }
    // A body that is no list becomes the first item of one.
    let start = body.span().start;
    let line = view.line_start(start);
    let own = shift::lines_while(view, line, |column| column > next.column);
    let mut proposal = Proposal::insert(start, format!("{} ", view.word(next))).with(&moved)?;
    for edit in shift::by(view, &own, 3).edits.into_iter().skip(1).filter(|edit| edit.span.start < body.span().end) {
        proposal.edits.push(edit);
    }
    let word = if next.is("/\\") { "/\\" } else { "\\/" };
    Some(proposal.adding(&[word]))
}
