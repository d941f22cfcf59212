//! Tuples between other brackets.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::walk::closing;
use crate::tla::fix::walk::enclosing;
use crate::tla::fix::walk::outside;
use crate::tla::tree::Kind;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    if problem.code == "tla/no-meaning" {
        return square(view, problem).into_iter().collect();
    }
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let near = [Some(index), index.checked_sub(1)].into_iter().flatten();
    let near = || near.clone().filter(|at| *at < tokens.len());
    let ends = near().filter(|at| tokens[*at].is(">")).map(|at| spelled(view, &tokens[at], ">>"));
    let starts = near().filter(|at| tokens[*at].is("<")).map(|at| pointed(view, tokens, at));
    starts
        .chain(ends)
        .flatten()
        .chain(last(view, problem, tokens, index))
        .chain(single(view, problem, tokens, index))
        .chain(round(view, problem, tokens, index))
        .collect()
}

/// `[]` for `<<>>`, where reading stops behind it or what it is read with has no place.
pub(super) fn empty(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let near = [Some(index), index.checked_sub(1)].into_iter().flatten().filter_map(|at| tokens.get(at));
    near.filter(|token| token.is("[]")).filter_map(|token| spelled(view, token, "<<>>")).collect()
}

/// `<<a, b>` above a definition `F`: `b > F ==` looks like the head of an operator.
fn last(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    let [value, sign, ..] = tokens.get(index..)? else { return None };
    let is_head = problem.message.contains("the start of the definition of") && sign.is(">");
    let mut proposal = spelled(view, sign, ">>").filter(|_| is_head)?;
    let word = view.word(value);
    proposal.permit.undefines.extend(guard::is_declared(view, word).then(|| word.to_owned()));
    Some(proposal)
}

/// `<<a, b>` before a sign that is no operand of `>`.
fn single(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    let open = enclosing(tokens, index).filter(|open| problem.quoted(0) == ">>" && tokens[*open].is("<<"))?;
    let inside = &tokens[open + 1..index];
    let ends = |next: Option<&Token>| {
        let signs = ["/\\", "\\/", ",", ")", "]", "}"];
        next.is_none_or(|next| next.line > tokens[open].line || signs.iter().any(|sign| next.is(sign)))
    };
    let on_line = outside(inside).filter(|at| inside[*at].line == tokens[open].line && inside[*at].is(">"));
    let mut closing = on_line.filter(|at| ends(inside.get(at + 1)));
    let first = closing.next().filter(|_| closing.next().is_none())?;
    spelled(view, &inside[first], ">>")
}

fn spelled(view: &View, token: &Token, right: &str) -> Option<Proposal> {
    let fits = guard::places::misplaced(view, token.span(), right).is_none();
    fits.then(|| Proposal::replace(token.span(), right))
}

/// `<a, b>` where no number can be compared.
fn pointed(view: &View, tokens: &[Token], open: usize) -> Option<Proposal> {
    let mut on_line = outside(&tokens[open + 1..]).map(|at| &tokens[open + 1 + at]);
    let close = on_line.find(|token| token.is(">") || token.line > tokens[open].line)?;
    let same_line = close.line == tokens[open].line;
    let mut end = spelled(view, close, ">>")?;
    // `m > F ==` looks like the head of an operator.
    let last = View::index(tokens, close.start as usize).checked_sub(1).map(|last| &tokens[last])?;
    let is_head = view.is_head(last) && guard::is_declared(view, view.word(last));
    end.permit.undefines.extend(is_head.then(|| view.word(last).to_owned()));
    spelled(view, &tokens[open], "<<").filter(|_| same_line)?.with(&end)
}

/// `UNCHANGED (x, y)` and `\E (a, b) \in S`.
fn round(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    let is_open = |at: &usize| tokens.get(*at).is_some_and(|token| view.word(token) == "(");
    let open = if problem.message.contains("the name of a bound variable") {
        Some(index).filter(is_open)?
    } else {
        let open = tokens[..index.min(tokens.len())].iter().rposition(|token| view.word(token) == "(")?;
        open.checked_sub(1).filter(|before| tokens[*before].is("UNCHANGED"))? + 1
    };
    let close = closing(tokens, open)?;
    let names = tokens[open + 1..close].iter().enumerate();
    let listed =
        names.into_iter().all(|(at, token)| if at % 2 == 0 { token.kind == TokenKind::Name } else { token.is(",") });
    (listed && close > open + 2).then(|| Proposal::replace(tokens[open].span(), "<<").and(tokens[close].span(), ">>"))
}

/// `[a, b]`, which is no record and no function.
fn square(view: &View, problem: &Problem) -> Option<Proposal> {
    let path = view.path(problem.span);
    let node = path.iter().rfind(|node| node.is(Kind::Brackets))?;
    let signs = ["=", ":", "=>", "|->", "->"];
    let field = |part: &crate::tla::tree::Node<'_>| part.token().is_some_and(|sign| signs.contains(&sign.canonical));
    let parts: Vec<_> = node.children().collect();
    let span = node.span();
    (parts.len() > 1 && !parts.iter().any(field)).then(|| {
        Proposal::replace(Span::new(span.start, span.start + 1), "<<").and(Span::new(span.end - 1, span.end), ">>")
    })
}
