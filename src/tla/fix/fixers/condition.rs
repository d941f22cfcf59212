//! Conditions as Python and C write them.

use super::Problem;
use super::Proposal;
use super::View;
use super::leftover;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::guard::spellings;
use crate::tla::fix::walk::closing;
use crate::tla::fix::walk::outside;
use crate::tla::tree::Token;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let found = colon(view, problem, tokens, index).or_else(|| then(view, problem, tokens, index));
    found.into_iter().chain(operator(view, tokens, index)).chain(blocks(view, tokens, index)).collect()
}

/// `IF c : a` is `IF c THEN a`; after THEN and ELSE a colon says nothing.
fn colon(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    let colon = tokens.get(index).filter(|token| view.word(token) == ":")?;
    let (before, next) = (tokens[index.checked_sub(1)?], tokens.get(index + 1)?);
    let condition = problem.quoted(0) == "THEN" && problem.message.contains("after the condition of IF");
    if condition && !next.is("THEN") {
        return Some(Proposal::replace(colon.span(), " THEN").adding(&["THEN"]));
    }
    (condition || before.is("THEN") || before.is("ELSE")).then(|| Proposal::replace(colon.span(), ""))
}

/// Whether the definition goes on with a THEN of an IF above.
pub(super) fn has_then(view: &View, tokens: &[Token], index: usize) -> bool {
    let mut behind = tokens[index.min(tokens.len())..].iter().take_while(|token| !view.is_head(token));
    behind.find(|token| token.is("THEN") || token.is("IF")).is_some_and(|token| token.is("THEN"))
}

/// `IF c` above a list that begins with what a variable is next: no condition says that, so the THEN is missing before it.
fn then(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    if problem.quoted(0) != "THEN" || !problem.message.contains("after the condition of IF") {
        return None;
    }
    if has_then(view, tokens, index) {
        return None;
    }
    let mut depth = 0usize;
    let opener = tokens[..index.min(tokens.len())].iter().rposition(|token| {
        let found = token.is("IF") && depth == 0;
        depth = (depth + usize::from(token.is("THEN"))).saturating_sub(usize::from(token.is("IF")));
        found
    })?;
    let is_bullet = |token: &Token| token.is("/\\") || token.is("\\/");
    let first = opener + tokens[opener..index].iter().position(|token| view.starts_line(token) && !token.is("IF"))?;
    let [bullet, name, prime, ..] = tokens[first..index] else { return None };
    let updates = prime.is("'") && view.is_variable(view.word(&name)) || name.is("UNCHANGED");
    if !is_bullet(&bullet) || !updates || first == opener + 1 {
        return None;
    }
    let next = tokens[first + 1..index].iter().find(|token| view.starts_line(token));
    let column = next.filter(|next| next.is(bullet.canonical)).map_or(bullet.column, |next| next.column);
    let (end, at) = (tokens[first - 1].end as usize, bullet.start as usize);
    let proposal = match column.checked_sub(bullet.column)? {
        0 => Proposal::insert(end, " THEN"),
        4 => Proposal::insert(at - 1, "THEN"),
        5 => Proposal::insert(at, "THEN "),
        _ => return None,
    };
    Some(proposal.adding(&["THEN"]))
}

/// `c ? a : b` and `a if c else b` are `IF c THEN a ELSE b`, where what they are made of is all that stands between the
/// brackets or after the sign that wants a value.
fn operator(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let near = [Some(index), index.checked_sub(1), index.checked_sub(2)].into_iter().flatten();
    let mut near = near.filter(|at| tokens.get(*at).is_some_and(|token| ["?", "if"].contains(&view.word(token))));
    let sign = near.next()?;
    let on_line = |at: &usize| tokens[*at].line == tokens[sign].line;
    let mut depth = 0usize;
    let mut start = sign;
    for at in (0..sign).rev().filter(on_line) {
        match tokens[at].canonical {
            ")" | "]" | "}" | ">>" => depth += 1,
            "(" | "[" | "{" | "<<" if depth > 0 => depth -= 1,
            _ if depth == 0 && guard::places::wants_operand(tokens, at) => break,
            _ => {}
        }
        start = at;
    }
    let mut end = sign;
    for at in (sign + 1..tokens.len()).take_while(on_line) {
        match tokens[at].canonical {
            "(" | "[" | "{" | "<<" => depth += 1,
            ")" | "]" | "}" | ">>" | "," if depth == 0 => break,
            ")" | "]" | "}" | ">>" => depth -= 1,
            _ => {}
        }
        end = at;
    }
    let span = Span::new(tokens[start].start as usize, tokens[end].end as usize);
    let right = spellings::conditional(&view.text()[span.range()])?;
    guard::places::is_whole_operand(view, span).then(|| Proposal::replace(span, right))
}

/// `if (c) { a } else { b }` is `IF (c) THEN a ELSE b`, where `a` and `b` are formulas: sets of truth values nobody writes.
fn blocks(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let from = view.definition_around(tokens.get(index)?.start as usize)?.start;
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| view.word(token).eq_ignore_ascii_case(word));
    let mut at = (View::index(tokens, from)..=index).find(|at| is(*at, "if"))?;
    let mut proposal = Proposal::default().adding(&["THEN"]);
    loop {
        proposal = proposal.and(tokens[at].span(), "IF");
        let mut open = at + 1;
        while !tokens.get(open)?.is("{") {
            let opens = ["(", "[", "<<"].contains(&tokens[open].canonical);
            open = if opens { closing(tokens, open)? + 1 } else { open + 1 };
        }
        let close = block(tokens, open)?;
        proposal = proposal.and(tokens[open].span(), "THEN").and(alone(view, tokens, close), "");
        if !is(close + 1, "else") {
            return None;
        }
        proposal = proposal.and(tokens[close + 1].span(), "ELSE");
        at = close + 2;
        if !is(at, "if") {
            let close = tokens.get(at).filter(|open| open.is("{")).and_then(|_| block(tokens, at))?;
            return Some(proposal.and(alone(view, tokens, at), "").and(alone(view, tokens, close), ""));
        }
    }
}

/// The brace at `at` with the blanks that only it needs.
fn alone(view: &View, tokens: &[Token], at: usize) -> Span {
    let span = leftover::whole_line(view, tokens[at].span());
    let next = tokens.get(at + 1).filter(|next| next.line == tokens[at].line);
    next.map_or(span, |next| Span::new(span.start, next.start as usize))
}

/// The index of the brace that closes the one at `open`, if there is one formula between them.
fn block(tokens: &[Token], open: usize) -> Option<usize> {
    let close = closing(tokens, open)?;
    let inside = || outside(&tokens[open + 1..close]).map(|at| &tokens[open + 1 + at]);
    let says = ["=", "#", "'", "\\in", "/\\", "\\/", "UNCHANGED", "<", ">", "<=", ">="];
    let formula = inside().any(|token| says.contains(&token.canonical));
    let several = inside().any(|token| [",", ";", ":", "=="].contains(&token.canonical));
    (formula && !several).then_some(close)
}
