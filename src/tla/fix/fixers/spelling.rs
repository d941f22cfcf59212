//! Operators as other languages and notations write them.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::tree::TokenKind;

/// What is written, and what TLA+ has for it. A backslash and the word after it are two tokens.
const WORDS: &[(&str, &str)] = &[
    ("&&", "/\\"),
    ("||", "\\/"),
    ("!=", "#"),
    ("≠", "#"),
    (":=", "="),
    ("\\setminus", "\\"),
    ("\\neq", "#"),
    ("\\ne", "#"),
    ("\\le", "<="),
    ("\\emptyset", "{}"),
    ("\\bigcup", "UNION"),
    ("\\not", "~"),
    ("\\lor", "\\/"),
    ("\\exists", "\\E"),
    ("\\forall", "\\A"),
    ("\\mod", "%"),
    ("\\wedge", "/\\"),
    ("\\vee", "\\/"),
    ("\\rightarrow", "->"),
    ("\\mapsto", "|->"),
    ("∧", "/\\"),
    ("∨", "\\/"),
    ("¬", "~"),
    ("∈", "\\in"),
    ("∉", "\\notin"),
    ("⊆", "\\subseteq"),
    ("∪", "\\cup"),
    ("∩", "\\cap"),
    ("∀", "\\A"),
    ("∃", "\\E"),
    ("≤", "<="),
    ("≥", ">="),
    ("→", "->"),
    ("×", "\\X"),
    ("∖", "\\"),
    ("≜", "=="),
    ("“", "\""),
    ("”", "\""),
    ("and", "/\\"),
    ("AND", "/\\"),
    ("or", "\\/"),
    ("OR", "\\/"),
    ("not", "~"),
    ("NOT", "~"),
    ("in", "\\in"),
    ("true", "TRUE"),
    ("false", "FALSE"),
    ("|", ":"),
    ("|->", "->"),
    ("->", "|->"),
    ("=>", "->"),
    (":", "|->"),
    ("==", "="),
    ("=", "|->"),
];

/// Sums and differences of bags as they are written by who knows `\cup`; only where the module extends Bags.
const BAGS: &[(&str, &str)] =
    &[("\\uplus", "(+)"), ("\\+", "(+)"), ("\\-", "(-)"), ("-+", "(-)"), ("\\oplus", "(+)"), ("\\ominus", "(-)")];

/// Whether `new` is what TLA+ has for `old`.
pub(in crate::tla::fix) fn is_spelling(old: &str, new: &str) -> bool {
    WORDS.iter().chain(BAGS).any(|pair| *pair == (old, new.trim_end()))
}

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(&tokens, problem.span.start);
    let text = view.text();
    let mut proposals = Vec::new();
    // The wrong operator is what stands there, or what was read as part of an expression just before it.
    for at in [Some(index), index.checked_sub(1), index.checked_sub(2), Some(index + 1)].into_iter().flatten() {
        let Some(token) = tokens.get(at) else { continue };
        if token.kind == TokenKind::Str {
            continue;
        }
        let mut spellings = vec![token.span()];
        // `\setminus` is a backslash and a word; `!=` is two symbols.
        if let Some(next) = tokens.get(at + 1).filter(|next| next.start == token.end) {
            spellings.insert(0, Span::new(token.start as usize, next.end as usize));
        }
        for span in spellings {
            let written = &text[span.range()];
            let bags = BAGS.iter().filter(|_| view.extends("Bags") && problem.code != "tla/unknown-name");
            let known = WORDS.iter().filter(|_| problem.code != "tla/arity");
            for (_, right) in bags.chain(known).filter(|(wrong, _)| *wrong == written) {
                proposals.push(spelled(view, span, right));
            }
        }
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
        let alike = WORDS.iter().chain(BAGS.iter().filter(|_| view.extends("Bags")));
        proposals.extend(alike.filter(|(wrong, _)| *wrong == op).map(|(_, right)| spelled(view, token.span(), right)));
    }
    proposals
}
