//! A line that stands some columns off, where the lines around it show its column.

use super::Problem;
use super::Proposal;
use super::View;
use super::shift;
use crate::tla::tree::Token;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let places = [Some(problem.span), problem.other].into_iter().flatten();
    let indices = places.map(|place| View::index(tokens, place.start)).filter(|index| *index < tokens.len());
    let mut proposals = Vec::new();
    for index in indices {
        // Reading stops at a word that ends its item too early, or right behind it.
        let near = [index.checked_sub(1), Some(index)].into_iter().flatten();
        proposals.extend(near.filter_map(|at| word(view, tokens, at)));
        proposals.extend(bullet(view, tokens, index));
    }
    proposals
}

/// THEN, ELSE or IN at the left of its IF or LET: below it, or with the bullet behind it in the column of the next item.
fn word(view: &View, tokens: &[Token], at: usize) -> Option<Proposal> {
    let word = tokens.get(at).filter(|word| view.starts_line(word))?;
    let opener = opener(view, tokens, at)?;
    let (next, below) = (tokens.get(at + 1)?, next_line(view, tokens, at)?);
    let listed = is_bullet(next) && below.canonical == next.canonical && below.column > opener.column;
    let (from, to) = if listed { (next.column, below.column) } else { (word.column, opener.column) };
    let amount = to.checked_sub(from).filter(|amount| *amount > 0 && word.column < opener.column)?;
    Some(shift::by(view, &[view.line_start(word.start as usize)], amount))
}

/// The IF or LET of the definition that the word at `at` goes on with.
fn opener<'t>(view: &View, tokens: &'t [Token], at: usize) -> Option<&'t Token> {
    let word = tokens[at];
    let opens = ["THEN", "ELSE"].iter().any(|other| word.is(other)).then_some("IF");
    let opens = opens.or(word.is("IN").then_some("LET"))?;
    let from = view.definition_around(word.start as usize)?.start;
    let mut depth = 0usize;
    for token in tokens[..at].iter().rev().take_while(|token| token.start as usize >= from) {
        if token.is(word.canonical) {
            depth += 1;
        } else if token.is(opens) {
            if depth == 0 {
                return Some(token);
            }
            depth -= 1;
        }
    }
    None
}

/// A bullet one column beside those of the items right above and below it.
fn bullet(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let at = (0..=index).rev().find(|at| view.starts_line(&tokens[*at]))?;
    let stray = tokens.get(at).filter(|stray| is_bullet(stray))?;
    let below = next_line(view, tokens, at)?;
    let is_item = |other: usize| {
        tokens[other].is(stray.canonical) && (view.starts_line(&tokens[other]) || shift::opens(tokens, other))
    };
    let above = (0..at).rev().find(|other| view.starts_line(&tokens[*other]) || is_item(*other))?;
    let column = below.column;
    let fits = is_item(above) && tokens[above].column == column && below.is(stray.canonical);
    if fits { beside(view, stray, column) } else { None }
}

/// The line that begins with `token` one column to the side, if that is where `column` is.
fn beside(view: &View, token: &Token, column: u32) -> Option<Proposal> {
    let line = [view.line_start(token.start as usize)];
    match i64::from(column) - i64::from(token.column) {
        1 => Some(shift::by(view, &line, 1)),
        -1 => shift::back(view, &line, 1),
        _ => None,
    }
}

fn is_bullet(token: &Token) -> bool {
    token.is("/\\") || token.is("\\/")
}

/// The first token of a line below the one at `at`.
fn next_line<'t>(view: &View, tokens: &'t [Token], at: usize) -> Option<&'t Token> {
    tokens[at + 1..].iter().find(|token| view.starts_line(token))
}
