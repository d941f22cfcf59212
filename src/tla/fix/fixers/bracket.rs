//! Brackets that are missing, too many, or of another kind.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::walk::closing;
use crate::tla::fix::walk::enclosing;
use crate::tla::fix::walk::outside;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

const PAIRS: &[(&str, &str)] = &[("(", ")"), ("[", "]"), ("{", "}"), ("<<", ">>")];

/// The next item of a list stands in its column while a bracket of the item before it is open, and the definition closes
/// fewer brackets of the kind than it opens.
pub(super) fn close(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let is_item = |bullet: &&Token| (bullet.is("/\\") || bullet.is("\\/")) && view.starts_line(bullet);
    let Some(bullet) = tokens.get(index).filter(is_item) else {
        return Vec::new();
    };
    let (before, after) = view.heads().split_at(View::index(view.heads(), bullet.start as usize + 1));
    let from = before.last().map_or(0, |head| head.start);
    let end = after.first().map_or(u32::MAX, |head| head.start);
    let mut open: Vec<&str> = Vec::new();
    for token in tokens[..index].iter().skip_while(|token| token.start < from) {
        let word = view.word(token);
        if let Some((_, close)) = PAIRS.iter().find(|(open, _)| *open == word) {
            open.push(close);
        } else if open.last() == Some(&word) {
            open.pop();
        }
    }
    let Some((close, before)) = open.pop().zip(index.checked_sub(1).map(|at| tokens[at])) else { return Vec::new() };
    let unit = || tokens.iter().filter(|token| (from..end).contains(&token.start)).map(|token| view.word(token));
    let opening = PAIRS.iter().find(|(_, other)| *other == close).map_or("", |(open, _)| *open);
    let unbalanced = unit().filter(|word| *word == opening).count() > unit().filter(|word| *word == close).count();
    if unbalanced { vec![Proposal::insert(before.end as usize, close)] } else { Vec::new() }
}

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let Some(token) = tokens.get(index) else { return Vec::new() };
    let mut proposals = Vec::new();
    let word = view.word(token);
    let is_close = PAIRS.iter().any(|(_, close)| *close == word);
    let wanted = PAIRS.iter().map(|(_, close)| *close).find(|close| problem.quoted(0) == *close);
    if let Some(wanted) = wanted {
        // Another kind of bracket closes it.
        let closed = tokens.get(index + 1).is_some_and(|next| view.word(next) == wanted);
        if is_close && word != wanted && !closed {
            proposals.push(Proposal::replace(token.span(), wanted));
        }
        // What is open ends with the line before, or here.
        let end = tokens[..index].last().map_or(0, |before| before.end as usize);
        proposals.push(Proposal::insert(end, wanted));
        // Or at another place, if it is the only one where what it closes is of the right kind.
        let open = enclosing(tokens, index);
        let places = open.map(|open| guard::brackets::places(view, open, None)).unwrap_or_default();
        proposals.extend(places.into_iter().map(|at| Proposal::insert(at, wanted)));
    }
    if is_close {
        proposals.push(Proposal::replace(token.span(), ""));
    }
    proposals.extend(super::arity::head(view, problem));
    proposals.extend(missing_word(view, problem, tokens, index));
    proposals.extend(unchanged(view, tokens, index));
    // A comma between things of a list that stand on lines of their own, or between two names of it.
    let before = index.checked_sub(1).map(|at| tokens[at]);
    let listed = problem.quoted(0) == ">>" || problem.quoted(0) == "}";
    let foreign = |token: &Token| ["for", "if", "in", "where", "with"].contains(&view.word(token));
    let between = before.filter(|before| !foreign(before) && !foreign(token)).is_some_and(|before| {
        before.line < token.line
            || before.kind == TokenKind::Str
            || (listed && before.kind == TokenKind::Name && token.kind == TokenKind::Name)
            || (problem.quoted(0) == "]"
                && token.kind == TokenKind::Name
                && tokens.get(index + 1).is_some_and(|sign| sign.is(":") || sign.is("|->")))
    });
    let ends = matches!(token.kind, TokenKind::Close | TokenKind::Dashes) || view.is_head(token);
    if between && !ends && wanted.is_some() && !problem.message.contains("a parenthesis") {
        proposals.push(Proposal::insert(before.map_or(0, |before| before.end as usize), ","));
    }
    // A comma before a closing bracket.
    if is_close && before.is_some_and(|before| before.is(",")) {
        proposals.push(Proposal::replace(before.map(|before| before.span()).unwrap_or_default(), ""));
    }
    proposals.dedup();
    proposals
}

/// `\A x \in S P`, `\A x \in S, P` and `IF c a ELSE b`: a word or sign that can stand at that place only.
fn missing_word(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    let token = tokens.get(index)?;
    let at = token.start as usize;
    // A block of C is no set.
    if view.word(token) == "{" {
        return None;
    }
    match problem.quoted(0) {
        "." if problem.message.contains("the name of a field") => {
            divided(view, tokens, index).map(|sign| Proposal::replace(sign, ":"))
        }
        ":" if problem.message.contains("after the bounds of a quantifier") => {
            if let Some(sign) = divided(view, tokens, index) {
                return Some(Proposal::replace(sign, ":"));
            }
            // The colon stands further on.
            if outside(&tokens[index..])
                .map(|at| &tokens[index + at])
                .take_while(|next| next.line == token.line)
                .any(|next| next.is(":"))
            {
                return None;
            }
            let end = tokens[index.checked_sub(1)?].end as usize;
            Some(Proposal::insert(end, if view.text()[end..].starts_with(char::is_whitespace) { " :" } else { " : " }))
        }
        "(" if problem.message.contains("the action of a fairness condition") && token.is("[") => {
            let close = closing(tokens, index)?;
            Some(Proposal::replace(token.span(), "(").and(tokens[close].span(), ")"))
        }
        // `\A r s \in S`.
        "\\in" if problem.message.contains("after bound variables") && token.kind == TokenKind::Name => {
            let before = tokens[index.checked_sub(1)?];
            let mut rest = tokens[index..].iter().skip_while(|next| next.kind == TokenKind::Name);
            let bound = before.kind == TokenKind::Name && rest.next().is_some_and(|next| next.is("\\in"));
            bound.then(|| Proposal::insert(before.end as usize, ","))
        }
        "}" if ["where", "if"].contains(&view.word(token)) => {
            let fits = guard::places::misplaced(view, token.span(), ":").is_none();
            fits.then(|| Proposal::replace(token.span(), ":"))
        }
        "(" if problem.message.contains("the action of a fairness condition") && token.kind == TokenKind::Name => {
            Some(Proposal::insert(at, "(").and(Span::new(token.end as usize, token.end as usize), ")"))
        }
        "THEN" if super::condition::has_then(view, tokens, index) => None,
        "THEN" if view.starts_line(token) || token.line == tokens[index.checked_sub(1)?].line => {
            Some(Proposal::insert(at, "THEN ").adding(&["THEN"]))
        }
        _ => None,
    }
}

/// `\A x \in S . P` and `\E x \in S | P`: the sign that stands for the colon, with blanks around it.
fn divided(view: &View, tokens: &[Token], index: usize) -> Option<Span> {
    let start = tokens[..index.min(tokens.len())].iter().rposition(|token| token.is("\\E") || token.is("\\A"))?;
    let bounds = &tokens[start..index.min(tokens.len())];
    let sign = outside(bounds).map(|at| &bounds[at]).find(|token| token.is(".") || token.is("|"))?;
    let (before, after) = (&view.text()[..sign.start as usize], &view.text()[sign.end as usize..]);
    let apart = before.ends_with(' ') && after.starts_with(' ');
    apart.then(|| sign.span())
}

/// `UNCHANGED a, b` is `UNCHANGED <<a, b>>`.
fn unchanged(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let first = tokens[index.checked_sub(1)?];
    if !tokens.get(index)?.is(",") || !tokens[index.checked_sub(2)?].is("UNCHANGED") || first.kind != TokenKind::Name {
        return None;
    }
    let mut last = index - 1;
    while tokens.get(last + 1).is_some_and(|token| token.is(","))
        && tokens.get(last + 2).is_some_and(|token| token.kind == TokenKind::Name && is_variable(view, token))
    {
        last += 2;
    }
    let (start, end) = (first.start as usize, tokens[last].end as usize);
    (last > index && is_variable(view, &first)).then(|| Proposal::insert(start, "<<").and(Span::new(end, end), ">>"))
}

fn is_variable(view: &View, token: &Token) -> bool {
    guard::is_declared(view, view.word(token))
}
