//! Operators with too many or too few arguments, where one reading checks.

use super::Problem;
use super::Proposal;
use super::View;
use super::extend::arguments;
use crate::base::span::Span;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    let tokens = view.tokens();
    match problem.code.as_str() {
        "tla/recursive" => {
            let wanted = problem.message.rsplit("defined with ").next().and_then(number);
            wanted.and_then(|count| declared(view, Kind::Recursive, name, count)).into_iter().collect()
        }
        "tla/no-meaning" => brackets(view, problem),
        _ => {
            let at = View::index(&tokens, problem.span.start);
            let mut proposals = Vec::new();
            if let Some(count) = arguments(view, at).filter(|count| *count > 0) {
                proposals.extend(declared(view, Kind::Constants, name, count));
                proposals.extend(application(view, problem));
            }
            proposals
        }
    }
}

fn number(text: &str) -> Option<usize> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The name in a list of declarations, with as many parameters.
fn declared(view: &View, kind: Kind, name: &str, count: usize) -> Option<Proposal> {
    let units = view.units();
    let mut lists = units.iter().flat_map(|unit| View::all(*unit)).filter(|node| node.is(kind));
    let mut places = lists.by_ref().flat_map(|unit| unit.children().collect::<Vec<_>>());
    let place = places.find(|child| child.text() == name)?;
    let list = vec!["_"; count].join(", ");
    Some(Proposal::replace(place.span(), format!("{name}({list})")).adding(&["_"]))
}

/// `f(x)` where `f` is a function is `f[x]`.
fn application(view: &View, problem: &Problem) -> Option<Proposal> {
    let path = view.path(problem.span);
    let call = path.iter().rev().find(|node| node.is(Kind::Reference) && node.find(Kind::Arguments).is_some())?;
    let list = call.find(Kind::Arguments)?.span();
    let list = if view.text()[list.range()].starts_with('(') {
        list
    } else {
        let start = list.start - view.text()[..list.start].chars().rev().take_while(|c| *c != '(').count() - 1;
        let end = list.end + view.text()[list.end..].find(')')? + 1;
        Span::new(start, end)
    };
    let ends = (Span::new(list.start, list.start + 1), Span::new(list.end - 1, list.end));
    Some(Proposal::replace(ends.0, "[").and(ends.1, "]"))
}

/// `s \o [e]` is `s \o <<e>>`, `b (-) [e]` is `b (-) SetToBag({e})`.
fn brackets(view: &View, problem: &Problem) -> Vec<Proposal> {
    let path = view.path(problem.span);
    let Some(at) = path.iter().rposition(|node| node.is(Kind::Brackets)) else { return Vec::new() };
    let parent: Option<&Node<'_>> = at.checked_sub(1).map(|at| &path[at]);
    let Some(op) = parent.filter(|parent| parent.is(Kind::Infix)).and_then(|parent| parent.token()) else {
        return Vec::new();
    };
    let span = path[at].span();
    let (open, close) = (Span::new(span.start, span.start + 1), Span::new(span.end - 1, span.end));
    match op.canonical {
        "\\o" | "\\circ" => vec![Proposal::replace(open, "<<").and(close, ">>")],
        "(+)" | "(-)" | "\\oplus" | "\\ominus" => {
            vec![Proposal::replace(open, "SetToBag({").and(close, "})").adding(&["SetToBag"])]
        }
        _ => Vec::new(),
    }
}
