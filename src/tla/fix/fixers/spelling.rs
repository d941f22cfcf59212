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
];

/// Signs that stand for one another inside square brackets, at the very place where reading stopped.
const SIGNS: &[(&str, &str)] = &[
    ("|->", "->"),
    ("->", "|->"),
    ("=>", "->"),
    ("=>", "|->"),
    (":", "|->"),
    ("=", "|->"),
    ("->", ":"),
    ("\\subseteq", "\\in SUBSET"),
    ("<-", "\\in"),
    ("==", "="),
];

/// Sums and differences of bags as they are written by who knows `\cup`.
const BAGS: &[(&str, &str)] =
    &[("\\uplus", "(+)"), ("\\+", "(+)"), ("\\-", "(-)"), ("-+", "(-)"), ("\\oplus", "(+)"), ("\\ominus", "(-)")];

/// Between bounds; only `bound` proposes it, where both sides are bounds.
const BETWEEN_BOUNDS: (&str, &str) = ("/\\", ",");

/// Whether `new` is what TLA+ has for `old`.
pub(in crate::tla::fix) fn is_spelling(old: &str, new: &str) -> bool {
    WORDS.iter().chain(BAGS).chain(SIGNS).chain(&[BETWEEN_BOUNDS]).any(|pair| *pair == (old, new.trim_end()))
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
            let known = WORDS.iter().filter(|_| problem.code != "tla/arity");
            let signs = SIGNS.iter().filter(|_| at == index && problem.code == "tla/parse-unexpected");
            for (_, right) in BAGS.iter().chain(known).chain(signs).filter(|(wrong, _)| *wrong == written) {
                proposals.push(spelled(view, span, right));
            }
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
        let alike = WORDS.iter().chain(BAGS);
        proposals.extend(alike.filter(|(wrong, _)| *wrong == op).map(|(_, right)| spelled(view, token.span(), right)));
    }
    proposals
}
