//! Operators as other languages and notations write them.

use super::super::guard::spellings::SPELLINGS;
use super::super::guard::spellings::Where;
use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::tree::TokenKind;

/// The pairs of these kinds that have `written` on the left.
fn known<'a>(written: &'a str, kinds: &'a [Where]) -> impl Iterator<Item = &'static str> + 'a {
    SPELLINGS.iter().filter(move |(wrong, _, kind)| *wrong == written && kinds.contains(kind)).map(|(_, right, _)| *right)
}

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(&tokens, problem.span.start);
    let text = view.text();
    let mut proposals = Vec::new();
    // The wrong operator is what stands there, or what was read as part of an expression just before it; `\setminus` is
    // a backslash and a word, `!=` two symbols.
    for at in [0, 1, 2, 3, 4].into_iter().filter_map(|back| (index + 1).checked_sub(back)) {
        let Some(token) = tokens.get(at).filter(|token| token.kind != TokenKind::Str) else { continue };
        let mut end = token.end;
        let mut spans = vec![token.span()];
        for next in
            tokens[at + 1..].iter().take(3).take_while(|next| next.start == std::mem::replace(&mut end, next.end))
        {
            spans.insert(0, Span::new(token.start as usize, next.end as usize));
        }
        for span in spans {
            let written = &text[span.range()];
            let mut kinds = vec![Where::Bags];
            kinds.extend((problem.code != "tla/arity").then_some(Where::Foreign));
            kinds.extend((at == index && problem.code == "tla/parse-unexpected").then_some(Where::Stop));
            proposals.extend(known(written, &kinds).map(|right| spelled(view, span, right)));
        }
    }
    if problem.code == "tla/parse-unexpected" {
        proposals.extend(first_field(view, index));
    }
    if problem.code == "tla/unknown-operator" || problem.code == "tla/arity" {
        proposals.extend(of_operator(view, problem));
    }
    proposals.dedup();
    proposals
}

fn spelled(view: &View, span: Span, right: &str) -> Proposal {
    let text = view.text();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let word = letter(right.chars().last()) && letter(text[span.end..].chars().next());
    let right_text = if word { format!("{right} ") } else { right.to_owned() };
    Proposal::replace(span, right_text)
}

/// `[n -> 1, ...` where the fields of a record are meant.
fn first_field(view: &View, index: usize) -> Option<Proposal> {
    let tokens = view.tokens();
    let mut depth = 0usize;
    for at in (0..index.min(tokens.len())).rev() {
        match tokens[at].canonical {
            ")" | "]" | "}" | ">>" => depth += 1,
            "[" if depth == 0 => {
                let sign = tokens.get(at + 2).filter(|sign| sign.is("->") && tokens[at + 1].kind == TokenKind::Name)?;
                return Some(spelled(view, sign.span(), "|->"));
            }
            "(" | "[" | "{" | "<<" => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// An operator nobody defines: `{x \in S | P}`, `a := b`.
fn of_operator(view: &View, problem: &Problem) -> Vec<Proposal> {
    let op = problem.quoted(0);
    let tokens = view.tokens();
    let here = tokens.iter().filter(|token| {
        let at = token.start as usize;
        problem.span.start <= at && at < problem.span.end && view.word(token) == op
    });
    let mut proposals = Vec::new();
    for token in here {
        let alike = known(op, &[Where::Bags, Where::Foreign]);
        proposals.extend(alike.map(|right| spelled(view, token.span(), right)));
    }
    proposals
}
