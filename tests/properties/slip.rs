//! Slips: what people and models get wrong in a module, at a place that is chosen by number.

use specgen::tla::tree;
use specgen::tla::tree::Token;
use specgen::tla::tree::TokenKind;

/// What slips in: words of TLA+ and of what it is taken for.
const WORDS: [&str; 64] = [
    "/\\",
    "\\/",
    "=",
    "==",
    "(",
    ")",
    "[",
    "]",
    ",",
    "'",
    "IN",
    "LET",
    "THEN",
    "\\in",
    "+",
    ">>",
    "<<",
    "}",
    "{",
    ":",
    "!",
    "x",
    "ELSE",
    "IF",
    "CASE",
    "->",
    "|->",
    "<-",
    "EXCEPT",
    "@",
    "UNCHANGED",
    "DOMAIN",
    "SUBSET",
    "~",
    "-",
    ".",
    "..",
    ":=",
    "!=",
    "&&",
    "||",
    "|",
    ";",
    "END",
    "\"",
    "\\A",
    "\\E",
    "CHOOSE",
    "LAMBDA",
    "RECURSIVE",
    "LOCAL",
    "INSTANCE",
    "WITH",
    "EXTENDS",
    "VARIABLE",
    "CONSTANT",
    "ASSUME",
    "THEOREM",
    "[]",
    "<>",
    "1",
    "_",
    "====",
    "----",
];

/// `text` after one slip. `choose` gives a number below its argument, which is above zero.
pub(crate) fn slip(text: &str, choose: &mut dyn FnMut(usize) -> usize) -> String {
    let tree = tree::parse(text).tree;
    let spans: Vec<_> = tree.tokens().iter().map(|token| token.span()).filter(|span| span.start < span.end).collect();
    if spans.is_empty() {
        return text.to_owned();
    }
    let mut pick = |limit: usize| choose(limit.max(1));
    let (kind, mut span, mut other) = (pick(12), spans[pick(spans.len())], spans[pick(spans.len())]);
    let names: Vec<_> = tree.tokens().iter().filter(|token| token.kind == TokenKind::Name).map(Token::span).collect();
    if kind > 8 && !names.is_empty() {
        (span, other) = (names[pick(names.len())], names[pick(names.len())]);
    }
    let word = WORDS[pick(WORDS.len())];
    let (here, there) = (&text[span.range()], &text[other.range()]);
    let mut changed = text.to_owned();
    match kind {
        0 => changed.replace_range(span.range(), ""),
        1 => changed.insert_str(span.start, &format!("{word} ")),
        2 => changed.replace_range(span.range(), word),
        3 | 9 | 10 => changed.replace_range(span.range(), there),
        11 => changed.insert(span.end, '\''),
        4 if span.end <= other.start => changed = swap(text, span.range(), other.range()),
        4 => changed = swap(text, other.range(), span.range()),
        5 => changed.insert_str(span.end, &format!(" {here}")),
        6 => changed = indent(text, span.start, pick(9) as isize - 4),
        7 => changed.replace_range(line(text, span.start), ""),
        _ => changed.insert_str(line(text, span.start).start, &text[line(text, other.start)]),
    }
    changed
}

fn swap(text: &str, first: std::ops::Range<usize>, second: std::ops::Range<usize>) -> String {
    if first == second {
        return text.to_owned();
    }
    let (a, b) = (&text[first.clone()], &text[second.clone()]);
    format!("{}{b}{}{a}{}", &text[..first.start], &text[first.end..second.start], &text[second.end..])
}

/// The line that holds `at`, its end included.
fn line(text: &str, at: usize) -> std::ops::Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    start..text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// The line that holds `at` further right, or left as far as there are blanks.
fn indent(text: &str, at: usize, by: isize) -> String {
    let line = line(text, at);
    let blanks = text[line.clone()].bytes().take_while(|byte| *byte == b' ').count();
    let width = blanks.saturating_add_signed(by);
    format!("{}{}{}", &text[..line.start], " ".repeat(width), &text[line.start + blanks..])
}
