//! Types of parameters, and names where there are none.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::walk::closing;
use crate::tla::fix::walk::enclosing;
use crate::tla::fix::walk::outside;

/// `F(n: Nat, m) == e` is `F(n (* : Nat *), m) == e`.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    typed(view, problem).or_else(|| underscored(view, problem)).into_iter().collect()
}

/// `RECURSIVE F(n, k)` is `RECURSIVE F(_, _)`.
fn underscored(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let open = [Some(index), index.checked_sub(1)].into_iter().flatten();
    let open = open.filter(|at| tokens.get(*at).is_some_and(|token| view.word(token) == "(")).last()?;
    let inside = &tokens[open + 1..closing(tokens, open)?];
    let named = inside.iter().filter(|token| !token.is(","));
    let all: Vec<Proposal> = named.map(|token| Proposal::replace(token.span(), "_")).collect();
    let proposal = Proposal::joined(all);
    let allowed = proposal.edits.iter().all(|edit| guard::places::is_undeclared(view, edit.span, &edit.new));
    (allowed && !proposal.edits.is_empty()).then_some(proposal)
}

fn typed(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let open = enclosing(tokens, index).filter(|_| tokens.get(index).is_some_and(|token| token.is(":")))?;
    let close = closing(tokens, open)?;
    let commas = outside(&tokens[open + 1..close]).map(|at| open + 1 + at).filter(|at| tokens[*at].is(","));
    let mut proposal = Proposal::default();
    let mut from = open + 1;
    for end in commas.chain([close]) {
        if tokens.get(from + 1).filter(|_| from + 2 < end).is_some_and(|sign| sign.is(":")) {
            let span = Span::new(tokens[from + 1].start as usize, tokens[end - 1].end as usize);
            proposal = proposal.and(span, guard::spellings::annotation(&view.text()[span.range()])?);
        }
        from = end + 1;
    }
    let allowed = proposal.edits.iter().all(|edit| guard::places::is_annotation(view, edit.span, &edit.new));
    (allowed && !proposal.edits.is_empty()).then_some(proposal)
}
