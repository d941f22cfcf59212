//! The parser: tokens to a tree, by recursive descent, one unit at a time.
//!
//! After an error the parser goes on at the next unit, so that one call reports as much as it can.

mod bracket;
mod expr;
mod module;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::Span;
use crate::tla::lex::Comment;
use crate::tla::lex::Lexed;
use crate::tla::lex::Token;
use crate::tla::lex::TokenKind;
use crate::tla::lex::lex;
use crate::tla::syntax::Module;

/// How deep expressions may nest before the parser gives up.
const MAX_DEPTH: usize = 100;
/// How high a tree may grow, for example by a long chain of `+`.
const MAX_HEIGHT: u32 = 300;

/// What came of reading a text.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The module, without the units that could not be read; `None` without a header.
    pub module: Option<Module>,
    /// What was wrong; empty if the module is whole.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a construct could not be read.
#[derive(Debug)]
struct Fault {
    code: &'static str,
    message: String,
    span: Span,
    hint: Option<&'static str>,
}

type Parse<T> = Result<T, Box<Fault>>;

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    comments: Vec<Comment<'a>>,
    deciders: Vec<Option<&'a str>>,
    at: usize,
    comment: usize,
    columns: Vec<usize>,
    depth: usize,
    faults: Vec<Fault>,
}

/// Parse the first module of `text`, the contents of `file`.
pub fn parse_module(text: &str, file: &str) -> Parsed {
    let Some(start) = module_start(text) else {
        let place = Place::of(file, text, Span::new(0, 0));
        let missing = Diagnostic::error("tla/no-module", "find `---- MODULE Name ----`: there is no module header");
        return Parsed { module: None, diagnostics: vec![missing.at(place)] };
    };
    let Lexed { tokens, comments, errors } = lex(text, start);
    let deciders = deciders(&tokens);
    let faults = errors.into_iter().map(|(message, span)| Fault { code: "tla/lexical", message, span, hint: None });
    let faults = faults.collect();
    let columns = Vec::new();
    let mut parser = Parser { text, tokens, comments, deciders, at: 0, comment: 0, columns, depth: 0, faults };
    let module = match parser.module() {
        Ok(mut module) => {
            module.preamble = text[..start].to_owned();
            Some(module)
        }
        Err(fault) => {
            parser.faults.push(*fault);
            None
        }
    };
    let diagnostics = parser.faults.iter().map(|fault| fault.diagnostic(text, file)).collect();
    Parsed { module, diagnostics }
}

/// Where the dashes of the first module header start.
fn module_start(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..].find("----").map(|at| at + from) {
        let dashes = text[found..].bytes().take_while(|b| *b == b'-').count();
        let after = text[found + dashes..].trim_start();
        if after.strip_prefix("MODULE").is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r'])) {
            return Some(found);
        }
        from = found + dashes;
    }
    None
}

/// For each `[` and `{`, the first token of its own level that says which construct it opens.
fn deciders<'a>(tokens: &[Token<'a>]) -> Vec<Option<&'a str>> {
    let mut found = vec![None; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" | "<<" if token.kind == TokenKind::Symbol => open.push(index),
            ")" | "]" | "]_" | "}" | ">>" | ">>_" if token.kind == TokenKind::Symbol => drop(open.pop()),
            "|->" | "EXCEPT" | ":" => {
                if let Some(slot) = open.last().and_then(|at| found.get_mut(*at)) {
                    // In `[`, a colon can belong to a quantifier; `|->` and EXCEPT decide.
                    if slot.is_none_or(|text| text == ":") {
                        *slot = Some(token.text);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

impl Fault {
    fn diagnostic(&self, text: &str, file: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code, self.message.clone()).at(Place::of(file, text, self.span));
        match self.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}

impl<'a> Parser<'a> {
    /// The token that is there, whatever its column.
    fn real(&self) -> Token<'a> {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    /// The next token, or `End` if it stands left of the innermost bulleted item.
    fn peek(&self) -> Token<'a> {
        let token = self.real();
        match self.columns.last() {
            Some(column) if token.column <= *column => Token { kind: TokenKind::End, text: "", ..token },
            _ => token,
        }
    }

    /// The token `n` after the next one, whatever its column.
    fn ahead(&self, n: usize) -> Token<'a> {
        self.tokens[(self.at + n).min(self.tokens.len() - 1)]
    }

    fn is(&self, text: &str) -> bool {
        let token = self.peek();
        token.text == text && token.kind != TokenKind::Str
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.is(text);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, text: &'static str, whence: &str) -> Parse<()> {
        if self.eat(text) { Ok(()) } else { Err(self.unexpected(&format!("`{text}` {whence}"))) }
    }

    /// The fault that the next token is not what was expected.
    fn unexpected(&self, expected: &str) -> Box<Fault> {
        let token = self.real();
        let shown =
            if token.kind == TokenKind::End { "the end of the module".to_owned() } else { format!("`{}`", token.text) };
        let blocked = self.peek().kind == TokenKind::End && token.kind != TokenKind::End;
        let code = if blocked {
            "tla/junction-indent"
        } else if token.kind == TokenKind::End {
            "tla/unexpected-end"
        } else {
            "tla/syntax"
        };
        let hint = blocked.then_some("what belongs to a `/\\` or `\\/` item must stand right of its bullet");
        Box::new(Fault { code, message: format!("expected {expected}, found {shown}"), span: token.span, hint })
    }

    fn too_deep(&self) -> Box<Fault> {
        let message = "this expression nests too deeply to be read".to_owned();
        Box::new(Fault {
            code: "tla/too-deep",
            message,
            span: self.real().span,
            hint: Some("split it into definitions"),
        })
    }

    /// The comments that nobody has taken yet and that stand before the next token.
    fn comments_before(&mut self) -> Vec<String> {
        self.take_comments(|_| true)
    }

    /// The comments after the last token on its line.
    fn comments_after(&mut self) -> Vec<String> {
        self.take_comments(|comment| comment.trailing)
    }

    fn take_comments(&mut self, wanted: impl Fn(&Comment<'a>) -> bool) -> Vec<String> {
        let rest = &self.comments[self.comment..];
        let taken = rest.iter().take_while(|comment| comment.before <= self.at && wanted(comment));
        let taken: Vec<_> = taken.map(|comment| comment.text.to_owned()).collect();
        self.comment += taken.len();
        taken
    }

    /// From `start` to the end of the last token read.
    fn span_from(&self, start: usize) -> Span {
        let end = self.at.checked_sub(1).map_or(start, |last| self.tokens[last].span.end);
        Span::new(start, end)
    }
}
