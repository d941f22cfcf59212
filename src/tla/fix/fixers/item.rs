//! `==` in an item of a bulleted list or another formula.

use super::Problem;
use super::Proposal;
use super::View;
use super::shift;
use super::spelling;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::guard::spellings::Where;
use crate::tla::fix::walk;
use crate::tla::ops;
use crate::tla::ops::Grouping;
use crate::tla::tree::Kind;
use crate::tla::tree::Token;

/// `/\ x == e` is an equation if `x` is a variable or a constant, and a definition for the items below if nobody has it.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    if problem.code == "tla/duplicate" {
        return operands(view, problem, index).into_iter().collect();
    }
    let (Some(name), true) = (tokens.get(index), problem.message.contains("the start of the definition of")) else {
        return Vec::new();
    };
    let Some(sign) = tokens.iter().skip(index).take(40).position(|token| token.is("==")) else { return Vec::new() };
    let sign = index + sign;
    // `e /\ x == 1` looks like the head of an operator `/\`; e may be the end of the item above.
    let joined = sign > index + 2 && ["/\\", "\\/", "&&", "||"].contains(&tokens[sign - 2].canonical);
    let at = if joined { sign - 1 } else { index };
    // `a = x == b` would be `a = x = b`, which is no better. (Of `a = x && y == b`, the head starts with x.)
    let is_infix = tokens.get(index + 1).is_some_and(|op| ops::infix(op.canonical).is_some());
    let before = if is_infix { Some(index + 1) } else { access(view, tokens, index).checked_sub(1) };
    if before.is_some_and(|before| wants_brackets(tokens[before].canonical)) {
        return Vec::new();
    }
    if guard::is_declared(view, view.word(&tokens[at])) || guard::uses::is_no_head(view, &tokens[at]) {
        let mut proposal = Proposal::replace(tokens[sign].span(), "=");
        let heads = [tokens[at], *name].map(|head| view.word(&head));
        let heads = heads.into_iter().filter(|head| guard::uses::is_compared(view, head));
        proposal.permit.undefines.extend(heads.map(str::to_owned));
        return vec![proposal];
    }
    local(view, tokens, at).into_iter().collect()
}

/// Where the record starts of which the name at `at` is a field: `m` of `m.type`, `F` of `F(i)[j].type`.
fn access(view: &View, tokens: &[Token], mut at: usize) -> usize {
    while guard::uses::is_field(view, &tokens[at]) {
        let mut start = at - 2;
        while tokens[start].is("]") || tokens[start].is(")") {
            let Some(open) = walk::opening(tokens, start) else { return start };
            let applied = open.checked_sub(1).filter(|before| tokens[*before].end == tokens[open].start);
            let Some(before) = applied else { return open };
            start = before;
        }
        at = start;
    }
    at
}

/// Whether an equation cannot stand behind `op` without brackets.
fn wants_brackets(op: &str) -> bool {
    let both = ops::infix(op).zip(ops::infix("="));
    both.is_some_and(|(before, equals)| ops::group((op, before), ("=", equals)) == Grouping::Conflict)
}

/// `Inv == a = b && x == e`, where `b && x == e` is read as the definition of `&&`, whose parameters have names of constants
/// or variables.
fn operands(view: &View, problem: &Problem, index: usize) -> Option<Proposal> {
    let mut path = view.path(problem.span).into_iter().rev();
    let definition = path.find(|node| node.is(Kind::Definition))?;
    let tokens = view.tokens();
    let first = View::index(tokens, definition.span().start);
    let [left, op, right, sign] = tokens.get(first..first + 4)? else { return None };
    let goes_on = !view.starts_line(left) || left.column > view.least_column();
    let is_head = definition.child(0).is_some_and(|head| head.is(Kind::InfixHead)) && sign.is("==");
    if !is_head || !goes_on || !(first..=first + 2).contains(&index) {
        return None;
    }
    let mut proposal = Proposal::replace(sign.span(), "=");
    proposal = match spelling::known(view.word(op), &[Where::Foreign]).next() {
        Some(known) => proposal.and(op.span(), known),
        None => proposal,
    };
    // `a !=` before it is read as what is inside of `a`.
    if let Some([mark, equals]) = first.checked_sub(2).map(|at| [tokens[at], tokens[at + 1]])
        && (view.word(&mark), view.word(&equals)) == ("!", "=")
    {
        proposal = proposal.and(mark.span().to(equals.span()), "#");
    }
    let heads = [left, right].map(|head| view.word(head)).into_iter().filter(|head| guard::is_declared(view, head));
    proposal.permit.undefines.extend(heads.map(str::to_owned));
    Some(proposal)
}

/// ```text
/// /\ x == e        /\ LET x == e
/// /\ F(x)             IN  /\ F(x)
/// ```
fn local(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let (bullet, name) = (tokens[index.checked_sub(1)?], tokens[index]);
    let starts = view.starts_line(&bullet) || shift::opens(tokens, index - 1);
    if !bullet.is("/\\") || !starts || bullet.line != name.line {
        return None;
    }
    // What the definition has named before, as a parameter above all, is no new name.
    let heads = view.heads();
    let head = heads[..View::index(heads, bullet.start as usize)].last().map_or(0, |head| head.start as usize);
    let before = &tokens[View::index(tokens, head).min(index)..index];
    if before.iter().any(|token| view.word(token) == view.word(&name)) {
        return None;
    }
    let start = view.line_start(bullet.start as usize);
    // The lines of this item, and those of the items below it.
    let own = shift::lines_while(view, start, |column| column > bullet.column);
    let all = shift::lines_while(view, start, |column| column >= bullet.column);
    let rest = all.get(own.len()..).filter(|rest| !rest.is_empty())?;
    let next = tokens[View::index(tokens, rest[0])];
    if !next.is("/\\") || next.column != bullet.column {
        return None;
    }
    let insert = Proposal::insert(name.start as usize, "LET ");
    let moved = shift::by(view, own.get(1..)?, 4);
    let in_at = next.start as usize;
    let below = shift::by(view, &rest[1..], 7);
    insert.with(&moved)?.with(&below)?.with(&Proposal::replace(Span::new(in_at, in_at), "   IN  "))
}
