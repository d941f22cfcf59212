//! Bounds that use a name of their own list.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::walk;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::TokenKind;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    let path = view.path(problem.span);
    let mut proposals = Vec::new();
    for node in path.iter().rev() {
        match node.kind() {
            Kind::Quantifier => {
                proposals.extend(split(*node, problem.span, name));
                proposals.extend(joined(*node, problem.span));
            }
            Kind::Set => proposals.extend(divided(view, *node, name)),
            Kind::Map => {
                proposals.extend(joined(*node, problem.span));
                proposals.extend(filtered(*node, problem.span, name));
            }
            _ => {}
        }
    }
    proposals
}

fn binds(bound: Node<'_>, name: &str) -> bool {
    let names = bound.children().take_while(|child| matches!(child.kind(), Kind::Name | Kind::NameTuple));
    names.flat_map(View::all).any(|node| node.is(Kind::Name) && node.text() == name)
}

/// `\E r \in R, i \in F(r) : e` to `\E r \in R : \E i \in F(r) : e`.
fn split(quantifier: Node<'_>, place: Span, name: &str) -> Option<Proposal> {
    let sign = quantifier.token()?;
    let word = ["\\E", "\\A"].into_iter().find(|word| sign.is(word))?;
    let bounds: Vec<_> = quantifier.children().filter(|child| child.is(Kind::Bound)).collect();
    let using = bounds.iter().position(|bound| {
        let span = bound.span();
        span.start <= place.start && place.end <= span.end
    })?;
    let before = bounds[..using].iter().any(|bound| binds(*bound, name));
    let between = Span::new(bounds[using.checked_sub(1)?].span().end, bounds[using].span().start);
    before.then(|| Proposal::replace(between, format!(" : {word} ")).adding(&[word]))
}

/// `{x \in S, P}` to `{x \in S : P}`, where nothing but that bound could give the name of `P` a meaning.
fn divided(view: &View, set: Node<'_>, name: &str) -> Option<Proposal> {
    let parts: Vec<_> = set.children().collect();
    let [bound, condition] = parts[..] else { return None };
    let named = bound.is(Kind::Bound) && binds(bound, name);
    let used = condition.all_tokens().iter().any(|token| view.word(token) == name);
    let between = Span::new(bound.span().end, condition.span().start);
    let is_comma = view.text()[between.range()].trim() == ",";
    (named && used && is_comma).then(|| Proposal::replace(between, " : "))
}

/// `x \in S /\ y \in T` in a list of bounds to `x \in S, y \in T`, if all of it is of that form.
fn joined(node: Node<'_>, place: Span) -> Option<Proposal> {
    let bound = node
        .children()
        .find(|child| child.is(Kind::Bound) && child.span().start <= place.start && place.end <= child.span().end)?;
    let mut inner = bound.children().next_back()?;
    let mut proposal = Proposal::default();
    while inner.is(Kind::Infix) && inner.token().is_some_and(|token| token.is("/\\")) {
        let right = inner.child(1)?;
        let is_bound = right.is(Kind::Infix)
            && right.token().is_some_and(|token| token.is("\\in"))
            && right.child(0).is_some_and(|left| left.is(Kind::Reference) && left.all_tokens().len() == 1);
        if !is_bound {
            return None;
        }
        proposal = proposal.and(inner.token()?.span(), ",");
        inner = inner.child(0)?;
    }
    (!proposal.edits.is_empty()).then_some(proposal)
}

/// `{e : x \in S /\ P}` to `{e : x \in {x \in S : /\ P}}`.
fn filtered(map: Node<'_>, place: Span, name: &str) -> Option<Proposal> {
    let bound = map
        .children()
        .find(|child| child.is(Kind::Bound) && child.span().start <= place.start && place.end <= child.span().end)?;
    if !binds(bound, name) || bound.children().filter(|child| child.is(Kind::Name)).count() != 1 {
        return None;
    }
    let set = bound.children().next_back()?;
    let mut inner = set;
    let mut sign = None;
    while inner.is(Kind::Infix) && inner.token().is_some_and(|token| token.is("/\\") || token.is("|")) {
        sign = inner.token();
        inner = inner.child(0)?;
    }
    let sign = sign?;
    let start = inner.span().start;
    let at = sign.start as usize;
    let opened = Proposal::insert(start, format!("{{{name} \\in "));
    let divided = if sign.is("|") { opened.and(sign.span(), ":") } else { opened.and(Span::new(at, at), ": ") };
    let proposal = divided.and(Span::new(set.span().end, set.span().end), "}");
    let mut proposal = proposal.adding(&["\\in"]);
    proposal.permit.repeats.push(name.to_owned());
    Some(proposal)
}

/// `{e : x \in S : P}` to `{e : x \in {x \in S : P}}`, for one name; `{e for x in S}` to `{e : x \in S}`.
pub(super) fn comprehension(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let near = [Some(index), index.checked_sub(1)].into_iter().flatten();
    let word = near.filter_map(|at| tokens.get(at)).find(|token| view.word(token) == "for");
    let word = word.filter(|token| guard::places::misplaced(view, token.span(), ":").is_none());
    let python = word.map(|token| {
        let spelled = Proposal::replace(token.span(), ":");
        let sign = tokens.iter().find(|sign| sign.start > token.start && view.word(sign) == "in");
        sign.map_or(spelled.clone(), |sign| spelled.and(sign.span(), "\\in"))
    });
    let made = filtered_later(view, problem).into_iter().chain(subsets(view, problem)).chain(python);
    made.chain(mapped(view, problem)).collect()
}

/// `{x \in S |-> e}` to `[x \in S |-> e]`.
fn mapped(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    tokens.get(index).filter(|sign| sign.is("|->"))?;
    let open = walk::enclosing(tokens, index).filter(|open| tokens[*open].is("{"))?;
    let [name, sign, ..] = tokens.get(open + 1..)? else { return None };
    let close = walk::closing(tokens, open).filter(|_| name.kind == TokenKind::Name && sign.is("\\in"))?;
    Some(Proposal::replace(tokens[open].span(), "[").and(tokens[close].span(), "]"))
}

/// `{x \subseteq S : P}` to `{x \in SUBSET S : P}`.
fn subsets(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let stop = View::index(tokens, problem.span.start).min(tokens.len());
    let mut depth = 0usize;
    for at in (0..stop).rev() {
        match tokens[at].canonical {
            ")" | "]" | "}" | ">>" => depth += 1,
            "{" if depth == 0 => {
                let sign = tokens.get(at + 2).filter(|sign| sign.is("\\subseteq"))?;
                let named = tokens[at + 1].kind == TokenKind::Name;
                return named.then(|| Proposal::replace(sign.span(), "\\in SUBSET"));
            }
            "(" | "[" | "{" | "<<" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn filtered_later(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let stop = View::index(tokens, problem.span.start);
    tokens.get(stop).filter(|sign| sign.is(":"))?;
    let open = walk::enclosing(tokens, stop).filter(|open| tokens[*open].is("{"))?;
    let mut outside = walk::outside(&tokens[open + 1..stop]).map(|at| open + 1 + at);
    let (first, close) = (outside.find(|at| tokens[*at].is(":"))?, walk::closing(tokens, open)?);
    let name = tokens[first + 1];
    if close <= stop || name.kind != TokenKind::Name || !tokens[first + 2].is("\\in") || tokens.get(first + 3)?.is(":")
    {
        return None;
    }
    let (set, end) = (tokens[first + 3].start as usize, tokens[close].start as usize);
    let word = view.word(&name);
    let mut proposal = Proposal::insert(set, format!("{{{word} \\in ")).and(Span::new(end, end), "}").adding(&["\\in"]);
    proposal.permit.repeats.push(word.to_owned());
    Some(proposal)
}
