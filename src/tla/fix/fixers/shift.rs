//! Whole lines moved to the right, so that they stand inside the item they belong to.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::ops;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let Some(token) = tokens.get(index).filter(|token| view.starts_line(token)) else { return Vec::new() };
    let bullet = bullet(view, problem, tokens, index).filter(|bullet| !has_readings(view, bullet, (tokens, index)));
    let start = view.line_start(token.start as usize);
    let mut proposals = Vec::new();
    for column in bullet.map(|bullet| bullet.column).into_iter().filter(|column| token.column <= *column) {
        let least = column + 1 - token.column;
        // What stands right of the bullet is inside already; what stands at it may be meant to be.
        let deeper = lines_while(view, start, |other| other > column.min(token.column));
        let rest = lines_while(view, start, |other| other >= token.column);
        // The next item of the list is no part of this one.
        let is_item = |at: &&usize| {
            tokens.get(View::index(tokens, **at)).is_some_and(|first| first.column == column && is_bullet(first))
        };
        let item: Vec<usize> = rest.iter().take_while(|at| **at == start || !is_item(at)).copied().collect();
        for amount in [least + 2, least] {
            proposals.push(by(view, &deeper, amount));
            proposals.push(by(view, &item, amount));
            proposals.push(by(view, &rest, amount));
            proposals.push(by(view, &deeper[..1], amount));
        }
    }
    proposals.dedup();
    proposals
}

pub(super) fn is_bullet(token: &Token) -> bool {
    token.is("/\\") || token.is("\\/")
}

/// Whether the bullet at `index` could be about more than the last item of the list that begins with `list`: it is of
/// another kind, or the items below it may be of the list or of the operand that is wanted before it.
fn has_readings(view: &View, list: &Token, (tokens, index): (&[Token], usize)) -> bool {
    let stray = tokens[index];
    if !is_bullet(&stray) {
        return false;
    }
    let below = tokens[index + 1..].iter().find(|token| view.starts_line(token) && token.column <= stray.column);
    let listed = below.is_some_and(|below| below.is(stray.canonical) && below.column == stray.column);
    let before = index.checked_sub(1).map_or("", |before| tokens[before].canonical);
    // An item that says what a thing is, is no part of what is missing there.
    let formula = ["/\\", "\\/", "=>", "<=>", "\\equiv", "~>", "-+>"].contains(&before);
    let wanted = !formula && ops::infix(before).is_some() || ["{", "<<", "["].contains(&before);
    !list.is(stray.canonical)
        || listed && ["=>", "<=>", "~", "\\/", "->", "ELSE"].contains(&before)
        || list.column == stray.column && wanted
}

/// The bullet of the item the token should be inside of.
fn bullet(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Token> {
    if let Some(other) = problem.other {
        let at = View::index(tokens, other.start);
        return tokens.get(at).copied();
    }
    // SANY's rule: the nearest bullet above that stands at or right of the token.
    let start = view.unit_at(problem.span.start).map_or(0, |unit| unit.span().start);
    let above = tokens[..index].iter().rev().take_while(|token| token.start as usize >= start);
    let bullets = above.filter(|token| is_bullet(token));
    let mut least = u32::MAX;
    for bullet in bullets {
        if bullet.column < least {
            least = bullet.column;
            if view.starts_line(bullet) || opens(tokens, View::index(tokens, bullet.start as usize)) {
                if bullet.column >= tokens.get(index)?.column {
                    return Some(*bullet);
                }
                return None;
            }
        }
    }
    None
}

/// Whether the bullet at `at` starts a list in the middle of a line: it stands where an operand is wanted.
pub(super) fn opens(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| tokens[at]);
    before.is_some_and(|before| {
        matches!(before.kind, TokenKind::Keyword)
            || [":", "(", "==", "/\\", "\\/", "=>", "->", "~", "=", ","].contains(&before.canonical)
    })
}

/// The starts of the lines from the one at `start` on, as long as their first token stands in a column that fits; the
/// first line belongs to them anyway. Lines without a token go with the one before.
pub(super) fn lines_while(view: &View, start: usize, fits: impl Fn(u32) -> bool) -> Vec<usize> {
    let tokens = view.tokens();
    let end = view.unit_at(tokens[View::index(tokens, start).min(tokens.len() - 1)].start as usize);
    let end = end.map_or(view.text().len(), |unit| unit.span().end);
    let mut starts = Vec::new();
    let mut waiting = Vec::new();
    let mut at = start;
    for line in view.text()[start..].split_inclusive('\n') {
        if at >= end {
            break;
        }
        let first = tokens.get(View::index(tokens, at)).filter(|token| (token.start as usize) < at + line.len());
        match first {
            Some(token) if starts.is_empty() || fits(token.column) => {
                starts.append(&mut waiting);
                starts.push(at);
            }
            Some(_) => break,
            None => waiting.push(at),
        }
        at += line.len();
    }
    starts
}

/// These lines moved to the right.
pub(super) fn by(view: &View, lines: &[usize], amount: u32) -> Proposal {
    let blank = |at: &&usize| !view.text()[**at..].lines().next().unwrap_or_default().trim().is_empty();
    let mut proposal = Proposal::default();
    for at in lines.iter().filter(blank) {
        proposal = proposal.and(Span::new(*at, *at), " ".repeat(amount as usize));
    }
    proposal
}

/// These lines moved to the left; `None` where one has no blanks for it.
pub(super) fn back(view: &View, lines: &[usize], amount: usize) -> Option<Proposal> {
    let mut proposal = Proposal::default();
    for at in lines {
        let line = view.text()[*at..].lines().next().unwrap_or_default();
        if line.trim().is_empty() {
            continue;
        }
        if !line.starts_with(&" ".repeat(amount)) {
            return None;
        }
        proposal = proposal.and(Span::new(*at, *at + amount), "");
    }
    Some(proposal)
}
