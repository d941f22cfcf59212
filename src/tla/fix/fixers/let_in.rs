//! LET: its definitions, and where they end.

use super::Problem;
use super::Proposal;
use super::View;
use super::shift;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// `x = e` where a definition is wanted.
pub(super) fn equals(view: &View, problem: &Problem) -> Vec<Proposal> {
    let wanted = ["definition"].iter().any(|word| problem.message.contains(word));
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    // Between definitions of the module only what starts a line can be another.
    let inside = problem.message.contains("LET");
    if !wanted || tokens.get(index).is_some_and(|token| !inside && !view.starts_line(token)) {
        return Vec::new();
    }
    if tokens.get(index).is_none_or(|token| token.kind != TokenKind::Name) {
        return Vec::new();
    }
    // The head ends before the first `=` outside of its brackets.
    let mut depth = 0usize;
    for token in tokens.iter().skip(index + 1).take(40) {
        match view.word(token) {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "=" | ":=" if depth == 0 => {
                // A variable after the first definition is what the LET is for; its IN is missing.
                let first = index.checked_sub(1).is_some_and(|before| tokens[before].is("LET"));
                let name = view.word(&tokens[index]);
                if inside && !first && (guard::is_declared(view, name) || is_outer(view, tokens, index)) {
                    return Vec::new();
                }
                let only = Proposal::replace(token.span(), "==");
                let all = if inside && !first { unfinished(view, tokens, index) } else { None };
                return std::iter::once(only).chain(all).collect();
            }
            _ if depth == 0 => return Vec::new(),
            _ => {}
        }
    }
    Vec::new()
}

/// Whether what the definition has before its LET, above all its parameters, is called as the name at `index`.
fn is_outer(view: &View, tokens: &[Token], index: usize) -> bool {
    let unit = view.definition_around(tokens[index].start as usize);
    let from = unit.map_or(0, |unit| View::index(tokens, unit.start)).min(index);
    let word = tokens[from..index].iter().rposition(|token| token.is("LET"));
    word.is_some_and(|word| tokens[from..from + word].iter().any(|token| view.word(token) == view.word(&tokens[index])))
}

/// The definitions of a LET from `index` on, each written with `=`, and the IN that is missing before the list below and
/// left of them. Without it the next definition of the module would be one of the LET.
fn unfinished(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let from = View::index(tokens, view.definition_around(tokens[index].start as usize)?.start);
    let column = tokens[index].column;
    let word = tokens[from..index].iter().rposition(|token| token.is("LET"))? + from;
    let first = tokens.get(word + 1).filter(|first| first.column == column)?;
    let mut proposal = Proposal::default();
    for (at, token) in tokens.iter().enumerate().skip(index).filter(|(_, token)| view.starts_line(token)) {
        if token.column > column {
            continue;
        }
        if token.column < first.column {
            let is_body = token.is("/\\") && token.column > view.least_column();
            return if is_body { proposal.with(&before_list(view, token)?) } else { None };
        }
        let sign = tokens.get(at + 1).filter(|sign| sign.is("=") || view.word(sign) == ":=")?;
        let name = view.word(token);
        // What has a meaning already is compared in the body, whose IN is missing before it.
        let is_new = token.kind == TokenKind::Name
            && !guard::is_defined(view, name)
            && tokens[from..at].iter().all(|before| view.word(before) != name);
        proposal = is_new.then(|| proposal.and(sign.span(), "=="))?;
    }
    None
}

/// IN before a list, whose items stay in one column.
fn before_list(view: &View, bullet: &Token) -> Option<Proposal> {
    let at = bullet.start as usize;
    in_blanks(view, at).or_else(|| {
        let lines = shift::lines_while(view, view.line_start(at), |column| column >= bullet.column);
        Some(shift::by(view, lines.get(1..)?, 3).and(Span::new(at, at), "IN "))
    })
}

/// No IN after the definitions.
pub(super) fn missing(view: &View, problem: &Problem) -> Vec<Proposal> {
    if !problem.message.contains("another definition of the LET") || problem.quoted(0) != "IN" {
        return Vec::new();
    }
    let at = problem.span.start;
    let insert = Proposal::insert(at, "IN ");
    let tokens = view.tokens();
    if let Some(bullet) = swallowed(view, tokens, View::index(tokens, at)) {
        let at = bullet.start as usize;
        return in_blanks(view, at).into_iter().chain([Proposal::insert(at, "IN "), insert]).collect();
    }
    let Some(token) = tokens.get(View::index(tokens, at)).filter(|token| view.starts_line(token)) else {
        return vec![insert];
    };
    if has_body_below(view, tokens, token) {
        return Vec::new();
    }
    let start = view.line_start(at);
    // The body may be the rest of the list the LET is an item of; it then has to stand right of it.
    let below = shift::lines_while(view, start, |column| column >= token.column);
    let moved = shift::by(view, &below, 3).and(Span::new(at, at), "IN ");
    in_blanks(view, at).into_iter().chain([insert, moved]).collect()
}

/// Whether `x = e` stands above a list that looks like the body, so that it may be a definition whose name is taken: left of it,
/// and no further item of a list in which the LET is one.
fn has_body_below(view: &View, tokens: &[Token], token: &Token) -> bool {
    let at = View::index(tokens, token.start as usize);
    let equation = token.kind == TokenKind::Name && tokens.get(at + 1).is_some_and(|sign| sign.is("="));
    let mut below = tokens[at + 1..].iter().filter(|token| view.starts_line(token));
    let Some(bullet) = below.find(|below| below.column < token.column).filter(|_| equation) else { return false };
    let from = view.definition_around(token.start as usize).map_or(0, |unit| View::index(tokens, unit.start));
    let is_item = |other: &Token| other.canonical == bullet.canonical && other.column == bullet.column;
    (bullet.is("/\\") || bullet.is("\\/")) && !tokens[from..at].iter().any(is_item)
}

/// IN where blanks are, so that what follows it keeps the column it shares with the lines below.
fn in_blanks(view: &View, at: usize) -> Option<Proposal> {
    let start = at.checked_sub(3)?;
    let tokens = view.tokens();
    let index = View::index(tokens, at);
    let first = tokens.get(index)?;
    let below = tokens[index + 1..].iter().find(|token| view.starts_line(token) && token.column <= first.column)?;
    if below.column != first.column || below.canonical != first.canonical {
        return None;
    }
    (view.text().get(start..at) == Some("   ")).then(|| Proposal::replace(Span::new(start, at), "IN "))
}

/// The bullet at or left of the last definition's name, which was read as an operator of its body.
fn swallowed<'t>(view: &View, tokens: &'t [Token], stop: usize) -> Option<&'t Token> {
    let word = (0..stop.min(tokens.len())).rev().find(|at| tokens[*at].is("LET"))?;
    let name = tokens.get(word + 1)?;
    let is_bullet = |token: &&Token| (token.is("/\\") || token.is("\\/")) && view.starts_line(token);
    tokens[word + 2..stop].iter().find(is_bullet).filter(|bullet| bullet.column <= name.column)
}
