//! Where a bracket that was missing stands: only where every place at which it could be read means the same.

use super::sorts::Sorts;
use crate::base::span::Span;
use crate::tla::fix::edit::Proposal;
use crate::tla::fix::view::View;
use crate::tla::fix::walk;
use crate::tla::ops;
use crate::tla::tree;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

const CLOSING: &[&str] = &[")", "]", "}", ">>"];

/// At how many other places a bracket is tried.
const MAX_PLACES: usize = 60;

/// Operators whose operands may be grouped in any way.
const ASSOCIATIVE: &[&str] = &["/\\", "\\/", "+", "*", "\\cup", "\\cap", "\\o"];

/// A bracket that an edit closes is closed where no other place gives it another meaning, and reading goes on behind it.
pub(super) fn brackets(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    let old = proposal.edits.iter().filter(|edit| edit.new.is_empty());
    let closers = old.filter(|edit| CLOSING.contains(&&before.text()[edit.span.range()]));
    for edit in closers.collect::<Vec<_>>() {
        if may_open(before, edit.span) {
            return Some("the bracket that is missing may stand elsewhere".to_owned());
        }
    }
    let places = proposal.placed();
    let is_new = |at: usize| places.iter().any(|(_, place)| (place.start..place.end).contains(&at));
    let tokens = after.tokens();
    let sorts = Sorts::of(after);
    for (edit, place) in &places {
        if edit.span.start < edit.span.end || !CLOSING.contains(&edit.new.as_str()) {
            continue;
        }
        let index = View::index(tokens, place.start);
        let Some(open) = walk::opening(tokens, index).filter(|open| !is_new(tokens[*open].start as usize)) else {
            continue;
        };
        if stops_on_line(after, place.end) {
            return Some("the line cannot be read behind the bracket".to_owned());
        }
        if is_elsewhere(after, &sorts, (open, index)) {
            return Some("the bracket may stand elsewhere".to_owned());
        }
    }
    None
}

/// Whether the bracket at `place`, which nobody opens, could be opened where the definition says something else than without
/// it.
fn may_open(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let close = View::index(tokens, place.start);
    let Some(unit) = view.definition_around(place.start) else { return false };
    let written = &view.text()[place.range()];
    let Some(opener) = [("(", ")"), ("[", "]"), ("{", "}"), ("<<", ">>")].iter().find(|pair| pair.1 == written) else {
        return false;
    };
    let sorts = Sorts::of(view);
    let start = view.line_start(unit.start);
    let text = &view.text()[start..unit.end];
    let (from, to) = (place.start - start, place.end - start);
    let without = format!("{}{}", &text[..from], &text[to..]);
    let Some((errors, meant, _)) = read(&without, None, &sorts) else { return false };
    let from_head = View::index(tokens, unit.start);
    let sign = tokens[from_head..close].iter().position(|token| token.is("==")).map_or(from_head, |at| from_head + at);
    let around = walk::enclosing(tokens, close).unwrap_or(sign).max(sign);
    let mut depth = 0i32;
    let mut places = Vec::new();
    for at in (around + 1..close).rev() {
        match tokens[at].canonical {
            word if CLOSING.contains(&word) => depth += 1,
            "(" | "[" | "{" | "<<" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            places.push(tokens[at].start as usize - start);
        }
    }
    places.into_iter().take(MAX_PLACES).any(|at| {
        let other = format!("{}{}{}", &text[..at], opener.0, &text[at..]);
        let found = read(&other, Some(Span::new(at, at + opener.0.len())), &sorts);
        found.is_some_and(|(others, meaning, clash)| {
            !clash && meaning != meant && others.iter().zip(&errors).any(|(others, errors)| others <= errors)
        })
    })
}

/// Whether reading stops behind `at` on its line.
fn stops_on_line(view: &View, at: usize) -> bool {
    let end = view.text()[at..].find('\n').map_or(view.text().len(), |length| at + length);
    view.problems.iter().any(|problem| {
        let stop = ["tla/parse-unexpected", "tla/parse-lexical"].contains(&problem.code.as_str());
        stop && (at..end).contains(&problem.span.start)
    })
}

/// Whether the bracket at `close` could stand at another place of its definition and say something else there; so it could if
/// it closes what another definition opens.
fn is_elsewhere(view: &View, sorts: &Sorts<'_>, (open, close): (usize, usize)) -> bool {
    let tokens = view.tokens();
    let Some(unit) = view.definition_around(tokens[open].start as usize) else { return false };
    let bracket = tokens[close];
    if bracket.end as usize > unit.end {
        return true;
    }
    let written = view.word(&bracket);
    let start = view.line_start(unit.start);
    let text = &view.text()[start..unit.end];
    let (from, to) = (bracket.start as usize - start, bracket.end as usize - start);
    let rest = format!("{}{}", &text[..from], &text[to..]);
    let Some((errors, meant, _)) = read(text, None, sorts) else { return false };
    let moved = |at: usize| if at > from { at - (to - from) } else { at };
    // Of several that close side by side each may be the one that was missing.
    let beside = (0..close).rev().take_while(|at| view.word(&tokens[*at]) == written);
    let opens = std::iter::once(open).chain(beside.filter_map(|at| walk::opening(tokens, at)));
    let ends = opens.flat_map(|open| places(view, open, Some(close)));
    ends.take(MAX_PLACES).any(|end| {
        let at = moved(end - start);
        let other = format!("{}{written}{}", &rest[..at], &rest[at..]);
        let place = Span::new(at, at + written.len());
        let found = read(&other, Some(place), sorts);
        found.is_some_and(|([others, stops], meaning, clash)| {
            let fewer = others < errors[0] || stops < errors[1];
            // What operators that bind equally tightly mean is not known, and the tree shows one of two.
            let differs = meaning != meant || others > stops;
            !clash && (fewer || stops == errors[1] && differs)
        })
    })
}

/// Where the bracket at `open` could close if the one at `close` were not there: before an operator or a comma, at the end
/// of a line and of the definition, in no bracket that is opened behind it.
pub(in crate::tla::fix) fn places(view: &View, open: usize, close: Option<usize>) -> Vec<usize> {
    let tokens = view.tokens();
    let unit = view.definition_around(tokens[open].start as usize);
    let end = unit.map_or(view.text().len(), |unit| unit.end);
    // `f[i].x` and `f[i.x]`; a record has its fields behind its bracket.
    let is_index =
        tokens[open].is("[") && open.checked_sub(1).is_some_and(|before| tokens[before].end == tokens[open].start);
    let behind = tokens.iter().enumerate().skip(open + 1).filter(|(at, _)| Some(*at) != close);
    let is_inside = |token: &&Token| (token.start as usize) < end && token.kind != TokenKind::Close;
    let inside: Vec<&Token> = behind.map(|(_, token)| token).take_while(is_inside).collect();
    let mut depth = 0i32;
    let mut places = Vec::new();
    for (at, token) in inside.iter().enumerate() {
        let ends = token.is(",") || CLOSING.contains(&token.canonical);
        let breaks =
            ops::infix(token.canonical).is_some() || ends || token.is(".") && is_index || view.starts_line(token);
        if depth == 0 && at > 0 && breaks {
            places.push(inside[at - 1].end as usize);
        }
        match token.canonical {
            "(" | "[" | "{" | "<<" => depth += 1,
            word if CLOSING.contains(&word) => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return places;
        }
    }
    places.extend(inside.last().map(|last| last.end as usize));
    places
}

/// How many errors a definition has by itself, with and without those of operators that bind equally tightly, what it means, and whether what stands at `place` has no place there.
fn read(definition: &str, place: Option<Span>, sorts: &Sorts<'_>) -> Option<([usize; 2], String, bool)> {
    const HEADER: &str = "---- MODULE M ----\n";
    let parsed = tree::parse(&format!("{HEADER}{definition}\n====\n"));
    let all = parsed.errors.iter().filter(|error| !error.warning);
    // There only parentheses are missing, which may well have been meant.
    let others = all.clone().filter(|error| error.code != "tla/parse-precedence").count();
    let errors = [all.count(), others];
    let module = parsed.tree.root().child(0)?;
    let place = place.map(|place| Span::new(place.start + HEADER.len(), place.end + HEADER.len()));
    let clash = place.is_some_and(|place| sorts.clash(module, place));
    Some((errors, meaning(module), clash))
}

/// What a node says: its words and how they are grouped, without parentheses that change nothing.
fn meaning(node: Node<'_>) -> String {
    let op = |node: Node<'_>| node.token().filter(|_| node.is(Kind::Infix)).map(|op| ops::canonical(op.canonical));
    if node.is(Kind::Paren) {
        return node.children().map(meaning).collect();
    }
    if let Some(own) = op(node).filter(|op| ASSOCIATIVE.contains(op)) {
        let mut operands = Vec::new();
        let mut waiting: Vec<Node<'_>> = node.children().rev().collect();
        while let Some(next) = waiting.pop() {
            if next.is(Kind::Paren) || op(next) == Some(own) {
                waiting.extend(next.children().rev());
            } else {
                operands.push(meaning(next));
            }
        }
        return format!("({own} {})", operands.join(" "));
    }
    let own: Vec<&str> = node.tokens().map(|token| node.token_text(token)).collect();
    let parts: Vec<String> = node.children().map(meaning).collect();
    format!("({:?} {} {})", node.kind(), own.join(" "), parts.join(" "))
}
