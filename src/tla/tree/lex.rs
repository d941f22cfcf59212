//! Text to tokens and trivia; every byte is in exactly one of them.

use super::SyntaxError;
use super::symbols;
use super::token::Token;
use super::token::TokenKind;
use super::token::Trivia;
use super::token::TriviaKind;
use crate::base::span::Span;

/// A text cut up.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    /// The tokens; the last is `End`.
    pub(super) tokens: Vec<Token>,
    /// What stands between them.
    pub(super) trivia: Vec<Trivia>,
    /// What could not be read.
    pub(super) errors: Vec<SyntaxError>,
}

/// More than this many unreadable places are not worth telling.
const MAX_ERRORS: usize = 50;

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: u32,
    column: u32,
    out: Lexed,
    /// Up to here no letter follows in the word being read; without it a row of `_` would be looked through for each.
    letterless: usize,
    /// Whether no `'` follows, which is looked for once.
    no_tick: bool,
}

/// Cut up `text`, which is shorter than 4 GB. Text outside the first module is trivia.
pub(super) fn lex(text: &str) -> Lexed {
    let (bytes, out) = (text.as_bytes(), Lexed::default());
    let mut lexer = Lexer { text, bytes, at: 0, line: 1, column: 1, out, letterless: 0, no_tick: false };
    let start = module_start(text).unwrap_or(text.len());
    lexer.trivia(TriviaKind::Outside, start);
    let mut depth = 0usize;
    while lexer.at < lexer.bytes.len() {
        match lexer.step() {
            Some(TokenKind::Begin) => depth += 1,
            Some(TokenKind::Close) if depth <= 1 => {
                lexer.trivia(TriviaKind::Outside, lexer.bytes.len() - lexer.at);
            }
            Some(TokenKind::Close) => depth -= 1,
            _ => {}
        }
    }
    lexer.push(TokenKind::End, "", 0);
    lexer.out
}

/// Where the dashes of the first `---- MODULE` start.
fn module_start(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("----").map(|at| at + from) {
        if begin_length(&bytes[found..]).is_some() {
            return Some(found);
        }
        from = found + run(&bytes[found..], b'-');
    }
    None
}

/// The length of `---- MODULE` at the start of `bytes`; only spaces may stand between.
fn begin_length(bytes: &[u8]) -> Option<usize> {
    let dashes = run(bytes, b'-');
    let length = dashes + run(&bytes[dashes..], b' ');
    (dashes >= 4 && bytes[length..].starts_with(b"MODULE")).then_some(length + 6)
}

fn run(bytes: &[u8], byte: u8) -> usize {
    bytes.iter().take_while(|b| **b == byte).count()
}

impl Lexer<'_> {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Step over `length` bytes, counting lines and columns.
    fn advance(&mut self, length: usize) {
        let end = self.at + length;
        let mut at = self.at;
        while at < end {
            match self.bytes[at] {
                b'\n' => {
                    self.line += 1;
                    self.column = 1;
                }
                b'\t' => self.column = (self.column - 1) / 8 * 8 + 9,
                // The end of a line on its own, but not the first half of CRLF.
                b'\r' if self.bytes.get(at + 1) != Some(&b'\n') => {
                    self.line += 1;
                    self.column = 1;
                }
                // The bytes of one character count once.
                byte if byte & 0xC0 != 0x80 => self.column += 1,
                _ => {}
            }
            at += 1;
        }
        self.at = end;
    }

    fn trivia(&mut self, kind: TriviaKind, length: usize) {
        if length > 0 {
            let (start, end) = (self.at as u32, (self.at + length) as u32);
            self.out.trivia.push(Trivia { kind, start, end });
            self.advance(length);
        }
    }

    fn push(&mut self, kind: TokenKind, canonical: &'static str, length: usize) {
        let (line, column, trivia) = (self.line, self.column, self.out.trivia.len() as u32);
        let (start, end) = (self.at as u32, (self.at + length) as u32);
        self.out.tokens.push(Token { kind, canonical, start, end, line, column, trivia });
        self.advance(length);
    }

    fn error(&mut self, length: usize, message: String, hint: &'static str) {
        if self.out.errors.len() < MAX_ERRORS {
            let span = Span::new(self.at, self.at + length);
            self.out.errors.push(SyntaxError::new("tla/parse-lexical", span, message).hint(hint));
        }
    }

    /// Read one token or one piece of trivia; what token it was.
    fn step(&mut self) -> Option<TokenKind> {
        let rest = self.rest();
        let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        if blank > 0 {
            self.trivia(TriviaKind::Blank, blank);
            return None;
        }
        if rest.starts_with(b"\\*") {
            let length = rest.iter().take_while(|b| !matches!(b, b'\n' | b'\r')).count();
            self.trivia(TriviaKind::Line, length);
            return None;
        }
        if rest.starts_with(b"(*") {
            let length = self.block_comment_length();
            self.trivia(TriviaKind::Block, length);
            return None;
        }
        let (kind, canonical, length) = self.token();
        self.push(kind, canonical, length);
        Some(kind)
    }

    fn block_comment_length(&mut self) -> usize {
        let rest = self.rest();
        let (mut depth, mut at) = (0usize, 0);
        while at < rest.len() {
            match rest[at] {
                b'(' if rest.get(at + 1) == Some(&b'*') => {
                    depth += 1;
                    at += 2;
                }
                b'*' if rest.get(at + 1) == Some(&b')') => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return at;
                    }
                }
                _ => at += 1,
            }
        }
        let length = rest.len();
        self.error(2, "a comment `(*` is never closed".to_owned(), "close it with `*)`; comments nest");
        length
    }

    fn token(&mut self) -> (TokenKind, &'static str, usize) {
        let rest = self.rest();
        let first = rest[0];
        if first.is_ascii_alphanumeric() || first == b'_' {
            return self.word();
        }
        match first {
            b'"' => (TokenKind::Str, "", self.string_length()),
            b'-' if run(rest, b'-') >= 4 => match begin_length(rest) {
                Some(length) => (TokenKind::Begin, "MODULE", length),
                None => (TokenKind::Dashes, "----", run(rest, b'-')),
            },
            b'=' if run(rest, b'=') >= 4 => (TokenKind::Close, "====", run(rest, b'=')),
            b'\\' => self.backslash(),
            b'<' if step_length(rest) > 0 => (TokenKind::Step, "", step_length(rest)),
            b'@' if rest.get(1) != Some(&b'@') => (TokenKind::Name, "@", 1),
            b'[' if rest.starts_with(b"[]ASSUME") => (TokenKind::Keyword, "ASSUME", 8),
            b'[' if rest.starts_with(b"[]PROVE") => (TokenKind::Keyword, "PROVE", 7),
            b'(' if rest.starts_with(b"(\\X)") => (TokenKind::Symbol, "(\\X)", 4),
            _ if first.is_ascii() => {
                match symbols::starting_with(first).iter().find(|symbol| rest.starts_with(symbol.as_bytes())) {
                    Some(symbol) => (TokenKind::Symbol, symbol, symbol.len()),
                    None => self.bad(),
                }
            }
            _ => self.unicode(),
        }
    }

    fn unicode(&mut self) -> (TokenKind, &'static str, usize) {
        let c = self.text[self.at..].chars().next().unwrap_or_default();
        let length = c.len_utf8();
        if symbols::is_number_set(c) {
            return (TokenKind::Name, "", length);
        }
        match symbols::unicode(c) {
            Some(">>") if self.rest().get(length) == Some(&b'_') => (TokenKind::Symbol, ">>_", length + 1),
            Some(symbol) => (TokenKind::Symbol, symbol, length),
            None => self.bad(),
        }
    }

    /// A run of characters of which none starts a token.
    fn bad(&mut self) -> (TokenKind, &'static str, usize) {
        let unreadable = |c: &char| match c {
            '?' | ';' | '`' => true,
            c if c.is_ascii() => c.is_ascii_control() && !c.is_ascii_whitespace(),
            c => symbols::unicode(*c).is_none() && !symbols::is_number_set(*c),
        };
        let length: usize = self.text[self.at..].chars().take_while(unreadable).map(char::len_utf8).sum();
        let length = length.max(self.text[self.at..].chars().next().map_or(1, char::len_utf8));
        let shown: String = self.text[self.at..self.at + length].chars().take(20).collect();
        let hint = if shown.is_ascii() {
            "this character has no meaning in TLA+ outside comments and strings"
        } else {
            "write operators in ASCII, such as `\\in` or `=>`; other languages belong into comments and strings"
        };
        self.error(length, format!("`{}` is not a symbol of TLA+", shown.escape_debug()), hint);
        (TokenKind::Bad, "", length)
    }

    fn word(&mut self) -> (TokenKind, &'static str, usize) {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"WF_") {
            return (TokenKind::Keyword, "WF_", 3);
        }
        if rest.starts_with(b"SF_") {
            return (TokenKind::Keyword, "SF_", 3);
        }
        if self.at >= self.letterless {
            let letterless = rest.iter().take_while(|b| b.is_ascii_digit() || **b == b'_').count();
            let letter = rest.get(letterless).is_some_and(u8::is_ascii_alphabetic);
            self.letterless = if letter { self.at } else { self.at + letterless };
        }
        if self.at < self.letterless {
            // A name needs a letter, so `_1` is two tokens and `12_` is two.
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            return if digits > 0 { (TokenKind::Number, "", digits) } else { (TokenKind::Symbol, "_", 1) };
        }
        let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        match symbols::keyword(&self.text[self.at..self.at + length]) {
            Some(keyword) => (TokenKind::Keyword, keyword, length),
            None => (TokenKind::Name, "", length),
        }
    }

    fn string_length(&mut self) -> usize {
        let (rest, no_tick) = (&self.bytes[self.at..], self.no_tick);
        let mut at = 1;
        let broken = loop {
            match rest.get(at) {
                None | Some(b'\n' | b'\r') => break "a string is not closed on its line",
                Some(b'"') => return at + 1,
                Some(b'\\') => match rest.get(at + 1) {
                    Some(b'n' | b't' | b'r' | b'f' | b'\\' | b'"') => at += 2,
                    _ => break "a string has an unknown escape",
                },
                // Between ` and ' everything stands for itself, line ends included.
                Some(b'`') => match (!no_tick).then(|| rest[at..].iter().position(|b| *b == b'\'')).flatten() {
                    Some(length) => at += length + 1,
                    None => {
                        self.no_tick = true;
                        break "a string has a ` without a '";
                    }
                },
                Some(_) => at += 1,
            }
        };
        let rest_of_line = rest[at..].iter().take_while(|b| !matches!(b, b'\n' | b'\r' | b'"')).count();
        let length = at + rest_of_line + usize::from(rest.get(at + rest_of_line) == Some(&b'"'));
        let hint = match broken {
            "a string has an unknown escape" => "the escapes are \\\" \\\\ \\t \\n \\f \\r",
            _ => "close the string with `\"` on the same line",
        };
        self.error(length, broken.to_owned(), hint);
        length
    }

    fn backslash(&self) -> (TokenKind, &'static str, usize) {
        let rest = self.rest();
        let letters = rest[1..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let text = &self.text[self.at + 1..self.at + 1 + letters];
        // As in SANY, the longest known symbol wins, even when letters follow it.
        let known = (1..=letters.min(12)).rev().find_map(|n| Some((symbols::word(&text[..n])?, n + 1)));
        let number = number_length(rest);
        match known {
            Some((symbol, length)) if length >= number => (TokenKind::Symbol, symbol, length),
            _ if number > 0 => (TokenKind::Number, "", number),
            _ if rest.starts_with(b"\\/") => (TokenKind::Symbol, "\\/", 2),
            _ => (TokenKind::Symbol, "\\", 1),
        }
    }
}

/// The length of `\b01`, `\o17` or `\hFF` at the start of `rest`, or 0.
fn number_length(rest: &[u8]) -> usize {
    let good: fn(&u8) -> bool = match rest.get(1) {
        Some(b'b' | b'B') => |b| matches!(b, b'0' | b'1'),
        Some(b'o' | b'O') => |b| (b'0'..=b'7').contains(b),
        Some(b'h' | b'H') => u8::is_ascii_hexdigit,
        _ => return 0,
    };
    match rest[2..].iter().take_while(|b| good(b)).count() {
        0 => 0,
        digits => digits + 2,
    }
}

/// The length of `<1>`, `<*>a` or `<1>a.` at the start of `rest`, or 0.
fn step_length(rest: &[u8]) -> usize {
    let level = match rest.get(1) {
        Some(b'+' | b'*') => 1,
        _ => rest[1..].iter().take_while(|b| b.is_ascii_digit()).count(),
    };
    if level == 0 || rest.get(1 + level) != Some(&b'>') {
        return 0;
    }
    let label = rest[2 + level..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let dots = rest[2 + level + label..].iter().take_while(|b| **b == b'.').count();
    2 + level + label + dots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(inside: &str) -> Vec<String> {
        let text = format!("---- MODULE {inside}");
        let lexed = lex(&text);
        lexed.tokens[1..].iter().map(|t| text[t.span().range()].to_owned()).collect()
    }

    #[test]
    fn the_longest_symbol_is_read() {
        assert_eq!(texts("a\\o b1..3"), ["a", "\\o", "b1", "..", "3", ""]);
        assert_eq!(texts("S \\ {x} \\cup{<<>>}"), ["S", "\\", "{", "x", "}", "\\cup", "{", "<<", ">>", "}", ""]);
        assert_eq!(
            texts("[][N]_vars /\\WF_v(A)"),
            ["[]", "[", "N", "]_", "vars", "/\\", "WF_", "v", "(", "A", ")", ""]
        );
        assert_eq!(
            texts("\\b01 x' \"a\\\"b\" 1a _x _1 <1>2. \\subsetq"),
            ["\\b01", "x", "'", "\"a\\\"b\"", "1a", "_x", "_", "1", "<1>2.", "\\subset", "q", ""]
        );
    }

    #[test]
    fn columns_count_characters_and_tabs_go_to_multiples_of_eight() {
        let columns = |inside: &str| -> Vec<_> {
            lex(&format!("---- MODULE M ----\n{inside}")).tokens[3..].iter().map(|t| (t.line, t.column)).collect()
        };
        assert_eq!(columns("\ta b\r\n∀ x"), [(2, 9), (2, 11), (3, 1), (3, 3), (3, 4)]);
    }

    #[test]
    fn what_cannot_be_read_is_one_error_and_one_token() {
        let lexed = lex("---- MODULE M ----\nF == “ä” + \"a\\d\"\n====");
        assert_eq!(lexed.errors.len(), 2, "{:?}", lexed.errors);
        assert!(lexed.tokens.iter().any(|t| t.kind == TokenKind::Bad));
    }
}
