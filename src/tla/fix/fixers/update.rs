//! Updates of functions and records as other languages write them.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::tree::Token;

/// `f WITH [k] = e` and `f WITH ![k] = e` inside brackets.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(&tokens, problem.span.start);
    let mut proposals = Vec::new();
    let Some(token) = tokens.get(index) else { return proposals };
    if token.is("WITH") || view.word(token) == "with" {
        proposals.extend(with(view, &tokens, index));
    }
    proposals.extend(missing_mark(view, &tokens, index));
    proposals.extend(missing_dot(view, problem, &tokens, index));
    proposals.extend(record_in_braces(view, &tokens, index));
    if token.is("OTHER") {
        proposals.push(Proposal::insert(token.start as usize, "[] ").adding(&["[]"]));
    }
    proposals.extend(primed_call(view, &tokens, index));
    proposals
}

/// The index of the bracket that belongs to the one at `at`, going forward.
pub(super) fn closing(tokens: &[&Token], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.canonical {
            "(" | "[" | "{" | "<<" => depth += 1,
            ")" | "]" | "}" | ">>" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

/// The same, going back.
fn opening(tokens: &[&Token], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for index in (0..=at).rev() {
        match tokens[index].canonical {
            ")" | "]" | "}" | ">>" => depth += 1,
            "(" | "[" | "{" | "<<" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

fn with(view: &View, tokens: &[&Token], index: usize) -> Option<Proposal> {
    let last = index.checked_sub(1)?;
    let first = if [")", "]", "}"].contains(&tokens[last].canonical) { opening(tokens, last)? } else { last };
    let mut open = index + 1;
    let marked = view.word(tokens.get(open)?) == "!";
    open += usize::from(marked);
    if !tokens.get(open)?.is("[") {
        return None;
    }
    // The value ends where the brackets around the update do.
    let mut depth = 0usize;
    let end = tokens.iter().enumerate().skip(open).find_map(|(at, token)| match token.canonical {
        "(" | "[" | "{" | "<<" => {
            depth += 1;
            None
        }
        ")" | "]" | "}" | ">>" if depth > 0 => {
            depth -= 1;
            None
        }
        ")" | "]" | "}" | ">>" | "," => (depth == 0).then_some(at),
        _ => None,
    })?;
    let start = tokens[first].start as usize;
    let close = tokens[end - 1].end as usize;
    let mut proposal = Proposal::insert(start, "[").and(tokens[index].span(), "EXCEPT");
    if !marked {
        let at = tokens[open].start as usize;
        proposal = proposal.and(Span::new(at, at), "!");
    }
    Some(proposal.and(Span::new(close, close), "]").adding(&["EXCEPT", "!"]).removing(&["WITH", "with"]))
}

/// `[f EXCEPT [k] = e]` without its `!`.
fn missing_mark(view: &View, tokens: &[&Token], index: usize) -> Option<Proposal> {
    let token = tokens.get(index)?;
    let after = tokens[index.checked_sub(1)?];
    let wanted = after.is("EXCEPT") || after.is(",");
    (wanted && ["[", "."].contains(&view.word(token)))
        .then(|| Proposal::insert(token.start as usize, "!").adding(&["!"]))
}

/// `!field = e` is `!.field = e`, for all the updates of one EXCEPT.
fn missing_dot(view: &View, problem: &Problem, tokens: &[&Token], index: usize) -> Option<Proposal> {
    if !problem.message.contains("after `!`") {
        return None;
    }
    let mut proposal = Proposal::insert(tokens.get(index)?.start as usize, ".");
    let mut depth = 0usize;
    for pair in tokens[index..].windows(3) {
        match pair[0].canonical {
            "(" | "[" | "{" | "<<" => depth += 1,
            ")" | "]" | "}" | ">>" if depth == 0 => break,
            ")" | "]" | "}" | ">>" => depth -= 1,
            _ => {}
        }
        let next_is_name = pair[2].kind == crate::tla::tree::TokenKind::Name;
        if depth == 0 && pair[0].is(",") && view.word(pair[1]) == "!" && next_is_name {
            let at = pair[2].start as usize;
            proposal = proposal.and(Span::new(at, at), ".");
        }
    }
    Some(proposal)
}

/// `{field |-> e}` is `[field |-> e]`.
fn record_in_braces(view: &View, tokens: &[&Token], index: usize) -> Option<Proposal> {
    let open = index.checked_sub(2)?;
    if !tokens.get(index)?.is("|->") || view.word(tokens[open]) != "{" {
        return None;
    }
    let close = closing(tokens, open)?;
    Some(Proposal::replace(tokens[open].span(), "[").and(tokens[close].span(), "]"))
}

/// `F'(x)` is `F(x)'`.
fn primed_call(view: &View, tokens: &[&Token], index: usize) -> Option<Proposal> {
    let token = tokens.get(index)?;
    let prime = tokens[index.checked_sub(1)?];
    if view.word(token) != "(" || !prime.is("'") {
        return None;
    }
    let close = tokens[closing(tokens, index)?];
    let span = prime.span().to(close.span());
    let call = &view.text()[prime.end as usize..close.end as usize];
    let mut proposal = Proposal::replace(span, format!("{call}'"));
    proposal.permit.reorders = true;
    Some(proposal)
}
