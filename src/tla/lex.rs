//! Tokens with their columns, and the comments between them.

use crate::base::span::Span;
use crate::tla::ops::KEYWORDS;
use crate::tla::ops::SYMBOLS;
use crate::tla::ops::WORDS;

/// What a token is; what it says is its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name.
    Name,
    /// A reserved word, `WF_` and `SF_` included.
    Keyword,
    /// A number.
    Number,
    /// A string with its quotes.
    Str,
    /// An operator or a bracket.
    Symbol,
    /// `----`, four or more.
    Dashes,
    /// `====`, four or more.
    Close,
    /// The end of the text.
    End,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Its text.
    pub text: &'a str,
    /// Where it stands.
    pub span: Span,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1; a tab goes to the next multiple of 8, as in SANY.
    pub column: usize,
}

/// A comment and the token it stands before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'a> {
    /// As written, line ending left out.
    pub text: &'a str,
    /// Index of the next token.
    pub before: usize,
    /// Whether a token of the same line stands before it.
    pub trailing: bool,
    /// Where it stands.
    pub span: Span,
}

/// A text cut into tokens.
#[derive(Clone, Debug, Default)]
pub struct Lexed<'a> {
    /// The tokens; the last is `End`.
    pub tokens: Vec<Token<'a>>,
    /// The comments in order.
    pub comments: Vec<Comment<'a>>,
    /// What could not be read: a message and a place.
    pub errors: Vec<(String, Span)>,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    column: usize,
    token_line: usize,
    out: Lexed<'a>,
}

/// Cut `text` from byte `start` on; stops after the `====` that closes the module.
pub fn lex(text: &str, start: usize) -> Lexed<'_> {
    let line = text[..start].matches('\n').count() + 1;
    let mut lexer = Lexer { text, at: start, line, column: 1, token_line: 0, out: Lexed::default() };
    let mut depth = 0usize;
    while lexer.step(&mut depth) {}
    lexer.out
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn advance(&mut self, length: usize) {
        let end = self.at + length;
        for c in self.text[self.at..end].chars() {
            match c {
                '\n' => {
                    self.line += 1;
                    self.column = 1;
                }
                '\t' => self.column = (self.column - 1) / 8 * 8 + 9,
                _ => self.column += 1,
            }
        }
        self.at = end;
    }

    /// Read one token or comment; `false` at the end.
    fn step(&mut self, depth: &mut usize) -> bool {
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start().len();
        self.advance(blank);
        let rest = self.rest();
        if rest.is_empty() {
            self.push(TokenKind::End, 0);
            return false;
        }
        if rest.starts_with("\\*") {
            let length = rest.find('\n').unwrap_or(rest.len());
            self.comment(length, rest[..length].trim_end().len());
            return true;
        }
        if rest.starts_with("(*") {
            let length = self.block_comment_length();
            self.comment(length, length);
            return true;
        }
        let (kind, length) = self.token(rest);
        self.push(kind, length);
        match (kind, &rest[..length]) {
            (TokenKind::Keyword, "MODULE") => *depth += 1,
            (TokenKind::Close, _) => {
                *depth = depth.saturating_sub(1);
                if *depth == 0 {
                    self.push(TokenKind::End, 0);
                    return false;
                }
            }
            _ => {}
        }
        true
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let span = Span::new(self.at, self.at + length);
        let text = &self.text[span.range()];
        self.out.tokens.push(Token { kind, text, span, line: self.line, column: self.column });
        self.advance(length);
        self.token_line = self.line;
    }

    fn comment(&mut self, length: usize, shown: usize) {
        let span = Span::new(self.at, self.at + shown);
        let trailing = self.token_line == self.line;
        let before = self.out.tokens.len();
        self.out.comments.push(Comment { text: &self.text[span.range()], before, trailing, span });
        self.advance(length);
    }

    fn block_comment_length(&mut self) -> usize {
        let rest = self.rest();
        let mut depth = 0usize;
        let mut at = 0;
        while at < rest.len() {
            if rest[at..].starts_with("(*") {
                depth += 1;
                at += 2;
            } else if rest[at..].starts_with("*)") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += rest[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        self.out.errors.push(("a comment `(*` is never closed".to_owned(), Span::new(self.at, self.at + 2)));
        rest.len()
    }

    fn token(&mut self, rest: &'a str) -> (TokenKind, usize) {
        let first = rest.as_bytes()[0];
        if first.is_ascii_alphanumeric() || (first == b'_' && word_length(rest) > 1) {
            return word(rest);
        }
        match first {
            b'"' => (TokenKind::Str, self.string_length(rest)),
            b'\\' if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => self.backslash(rest),
            b'-' if run(rest, b'-') >= 4 => (TokenKind::Dashes, run(rest, b'-')),
            b'=' if run(rest, b'=') >= 4 => (TokenKind::Close, run(rest, b'=')),
            _ => match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
                Some(symbol) => (TokenKind::Symbol, symbol.len()),
                None => {
                    let length = rest.chars().next().map_or(1, char::len_utf8);
                    let span = Span::new(self.at, self.at + length);
                    self.out.errors.push((format!("`{}` is not a symbol of TLA+", &rest[..length]), span));
                    (TokenKind::Symbol, length)
                }
            },
        }
    }

    fn string_length(&mut self, rest: &str) -> usize {
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                '\n' => {
                    self.out
                        .errors
                        .push(("a string is not closed on its line".to_owned(), Span::new(self.at, self.at + at)));
                    return at;
                }
                '"' if !escaped => return at + 1,
                _ => escaped = c == '\\' && !escaped,
            }
        }
        self.out.errors.push(("a string is not closed".to_owned(), Span::new(self.at, self.at + rest.len())));
        rest.len()
    }

    fn backslash(&self, rest: &str) -> (TokenKind, usize) {
        let letters = rest[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
        if let Some(digits) = based_number(rest) {
            return (TokenKind::Number, digits);
        }
        // As in SANY, the longest known word wins, even when letters follow it.
        let known = (1..=letters).rev().find(|n| WORDS.binary_search(&&rest[1..=*n]).is_ok());
        (TokenKind::Symbol, known.map_or(1, |n| n + 1))
    }
}

fn run(rest: &str, byte: u8) -> usize {
    rest.bytes().take_while(|b| *b == byte).count()
}

fn word_length(rest: &str) -> usize {
    rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count()
}

fn word(rest: &str) -> (TokenKind, usize) {
    let length = word_length(rest);
    let text = &rest[..length];
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let fraction = rest[length..].strip_prefix('.').map_or(0, |r| r.bytes().take_while(u8::is_ascii_digit).count());
        return (TokenKind::Number, if fraction > 0 { length + 1 + fraction } else { length });
    }
    if text.starts_with("WF_") || text.starts_with("SF_") {
        return (TokenKind::Keyword, 3);
    }
    let kind = if KEYWORDS.binary_search(&text).is_ok() { TokenKind::Keyword } else { TokenKind::Name };
    (kind, length)
}

/// The length of `\b01`, `\o17` or `\hFF` at the start of `rest`.
fn based_number(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let good: fn(&u8) -> bool = match bytes.get(1)? {
        b'b' | b'B' => |b| matches!(b, b'0' | b'1'),
        b'o' | b'O' => |b| (b'0'..=b'7').contains(b),
        b'h' | b'H' => u8::is_ascii_hexdigit,
        _ => return None,
    };
    let digits = bytes[2..].iter().take_while(|b| good(b)).count();
    // `\o` before a name is concatenation; before a digit it is a number, as in SANY.
    let ends = !bytes.get(2 + digits).is_some_and(u8::is_ascii_alphanumeric);
    (digits > 0 && ends).then_some(2 + digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        lex(text, 0).tokens.iter().map(|t| t.text).collect()
    }

    #[test]
    fn operators_take_the_longest_match() {
        assert_eq!(texts("a\\o b1..3"), ["a", "\\o", "b1", "..", "3", ""]);
        assert_eq!(texts("S \\ {x} \\cup{<<>>}"), ["S", "\\", "{", "x", "}", "\\cup", "{", "<<", ">>", "}", ""]);
        assert_eq!(
            texts("[][Next]_vars /\\ WF_vars(A)"),
            ["[]", "[", "Next", "]_", "vars", "/\\", "WF_", "vars", "(", "A", ")", ""]
        );
        assert_eq!(texts("1..3 \\b01 x' |-> \"a\\\"b\""), ["1", "..", "3", "\\b01", "x", "'", "|->", "\"a\\\"b\"", ""]);
    }

    #[test]
    fn the_word_tables_are_sorted() {
        assert!(WORDS.is_sorted());
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn comments_nest_and_know_their_token() {
        let lexed = lex("a (* x (* y *) z *) + \\* tail\n  b", 0);
        let shown: Vec<_> = lexed.comments.iter().map(|c| (c.text, c.before, c.trailing)).collect();
        assert_eq!(shown, [("(* x (* y *) z *)", 1, true), ("\\* tail", 2, true)]);
    }
}
