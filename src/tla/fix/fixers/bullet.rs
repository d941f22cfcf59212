//! A bullet that stands in another column than its list.

use super::Problem;
use super::Proposal;
use super::View;
use super::shift;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// How far from its list a bullet may stand.
const NEAR: u32 = 3;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let places = [Some(problem.span), problem.other].into_iter().flatten();
    let missing = (problem.code == "tla/parse-unexpected").then(|| missing(view, problem.span.start)).flatten();
    missing.into_iter().chain(places.flat_map(|place| near(view, place.start))).collect()
}

/// A line without its bullet, right below and above lines with one in its own column.
fn missing(view: &View, place: usize) -> Option<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, place);
    let token = tokens.get(index).filter(|token| token.kind == TokenKind::Name && view.starts_line(token))?;
    let shallow = |other: &&Token| view.starts_line(other) && other.column <= token.column;
    let above = tokens[..index].iter().rev().find(shallow)?;
    let below = tokens[index + 1..].iter().find(shallow)?;
    let is_item = |other: &Token| other.column == token.column && other.canonical == above.canonical;
    let word = ["/\\", "\\/"].into_iter().find(|word| above.is(word)).filter(|_| is_item(above) && is_item(below))?;
    let lines = shift::lines_while(view, view.line_start(place), |column| column > token.column);
    let moved = shift::by(view, lines.get(1..)?, 3);
    Proposal::insert(token.start as usize, format!("{word} ")).with(&moved).map(|all| all.adding(&[word]))
}

fn near(view: &View, place: usize) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, place);
    // The bullet itself, or the last one before the place where reading stopped.
    let is_bullet = |token: &Token| (token.is("/\\") || token.is("\\/")) && view.starts_line(token);
    let upto = (index + 1).min(tokens.len());
    let start = view.unit_at(place).map_or(0, |unit| unit.span().start);
    let near = tokens[..upto].iter().rev().take_while(|token| token.start as usize >= start);
    let stray: Vec<&Token> = near.filter(|token| is_bullet(token)).take(2).collect();
    stray.into_iter().flat_map(|bullet| realigned(view, tokens, bullet)).collect()
}

/// The line, with those below that stand right of its bullet, moved to the column of a list above.
fn realigned(view: &View, tokens: &[Token], bullet: &Token) -> Vec<Proposal> {
    let at = View::index(tokens, bullet.start as usize);
    let mut columns: Vec<u32> = Vec::new();
    let definition = view.definition_around(bullet.start as usize);
    let unit = definition.as_ref().map_or(0, |unit| unit.start);
    // Two that stray alike: one alone would be moved, and the other mean what nobody says.
    let inside = tokens[at..]
        .iter()
        .take_while(|other| definition.as_ref().is_some_and(|d| d.contains(&(other.start as usize))));
    let mut same_column = inside.filter(|other| other.column == bullet.column && view.starts_line(other)).skip(1);
    if same_column.any(|other| shift::is_bullet(other) && !other.is(bullet.canonical))
        && same_column.any(|other| other.is(bullet.canonical))
    {
        return Vec::new();
    }
    let above = tokens[..at].iter().rev().take_while(|other| other.start as usize >= unit).take(400);
    for other in above.filter(|other| other.is(bullet.canonical)) {
        if other.column != bullet.column
            && other.column.abs_diff(bullet.column) <= NEAR
            && !columns.contains(&other.column)
        {
            columns.push(other.column);
        }
    }
    columns.sort_by_key(|column| column.abs_diff(bullet.column));
    let start = view.line_start(bullet.start as usize);
    let deeper = shift::lines_while(view, start, |column| column > bullet.column);
    columns.into_iter().take(3).filter_map(|column| moved(view, &deeper, bullet.column, column)).collect()
}

fn moved(view: &View, lines: &[usize], from: u32, to: u32) -> Option<Proposal> {
    if to > from {
        return Some(shift::by(view, lines, to - from));
    }
    shift::back(view, lines, (from - to) as usize)
}
