//! Definitions that are used before they stand, or in themselves.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    if problem.code != "tla/unknown-name" {
        return Vec::new();
    }
    let name = problem.quoted(0);
    // Inside its own definition, in a LET or of the module.
    let path = view.path(problem.span);
    let own = path.iter().rev().find(|node| node.is(Kind::Definition) && view.name_of(**node).as_deref() == Some(name));
    if let Some(own) = own {
        return recursive(view, *own, own.span().start).into_iter().collect();
    }
    let Some(user) = view.unit_at(problem.span.start) else { return Vec::new() };
    let below = |unit: &Node<'_>| {
        unit.is(Kind::Definition)
            && unit.span().start > user.span().start
            && view.name_of(*unit).as_deref() == Some(name)
    };
    let declared = |unit: &Node<'_>| {
        matches!(unit.kind(), Kind::Variables | Kind::Constants)
            && unit.span().start > user.span().start
            && unit.children().any(|child| child.text().split('(').next() == Some(name))
    };
    if let Some(list) = view.units().into_iter().find(declared) {
        return vec![moved(view, list, view.line_start(user.span().start))];
    }
    let Some(definition) = view.units().into_iter().find(below) else { return Vec::new() };
    let at = view.line_start(user.span().start);
    let mut proposals = vec![moved(view, definition, at)];
    proposals.extend(recursive(view, definition, at));
    proposals
}

/// `RECURSIVE F(_, _)` at `at`.
fn recursive(view: &View, definition: Node<'_>, at: usize) -> Option<Proposal> {
    let head = definition.children().next().filter(|head| head.is(Kind::OperatorHead))?;
    let name = view.name_of(definition)?;
    let parameters = head.children().filter(|child| matches!(child.kind(), Kind::Declaration | Kind::Name)).count();
    let first = head.children().next().is_some_and(|child| child.is(Kind::Name) && child.text() == name);
    let parameters = parameters - usize::from(first);
    // Without parameters nothing ends.
    let tokens = definition.all_tokens();
    let uses_itself = tokens.iter().filter(|token| view.word(token) == name).count() > 1;
    if parameters == 0 && uses_itself {
        return None;
    }
    let list = vec!["_"; parameters].join(", ");
    let declaration = if parameters == 0 { format!("RECURSIVE {name}") } else { format!("RECURSIVE {name}({list})") };
    let indent: String =
        view.text()[view.line_start(at)..at].chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    Some(Proposal::insert(at, format!("{declaration}\n{indent}")).declaring(name).adding(&["RECURSIVE", "_"]))
}

/// The definition, with the comment lines right above it, at `at`.
fn moved(view: &View, definition: Node<'_>, at: usize) -> Proposal {
    let text = view.text();
    let start = with_comments(view, definition.span().start);
    let end = text[definition.span().end..].find('\n').map_or(text.len(), |at| at + definition.span().end + 1);
    let piece = text[start..end].to_owned();
    let mut proposal = Proposal::insert(at, format!("{piece}\n")).and(Span::new(start, end), "");
    proposal.permit.moves = true;
    proposal
}

/// The start of the first of the comment lines right above the one that holds `offset`, or of that line.
pub(super) fn with_comments(view: &View, offset: usize) -> usize {
    let text = view.text();
    let mut start = view.line_start(offset);
    while start > 0 {
        let above = view.line_start(start - 1);
        if !text[above..start].trim_start().starts_with("\\*") {
            break;
        }
        start = above;
    }
    start
}
