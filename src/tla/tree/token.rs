//! Tokens, and what stands between them.

use crate::base::span::Span;

/// What a token is; what it says is its text, or for a word or a symbol [`Token::is`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name, `@` included.
    Name,
    /// A number.
    Number,
    /// A string with its quotes.
    Str,
    /// The number of a proof step, `<1>a.`.
    Step,
    /// A reserved word, `WF_` and `SF_` included.
    Keyword,
    /// An operator or a bracket.
    Symbol,
    /// `---- MODULE`.
    Begin,
    /// `----`, four or more.
    Dashes,
    /// `====`, four or more.
    Close,
    /// Where a definition starts: without text, found by looking ahead for its `==`.
    Break,
    /// What is no token of TLA+.
    Bad,
    /// The end of the text.
    End,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// One spelling for each word and symbol (`\in` for `∈`); empty for the others.
    pub canonical: &'static str,
    /// Where it stands.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1; a tab goes to the next multiple of 8, as in SANY.
    pub column: u32,
    /// How much trivia stands before it in the file.
    pub(super) trivia: u32,
}

impl Token {
    /// Whether it is this word or symbol, in its canonical spelling.
    pub fn is(&self, canonical: &str) -> bool {
        self.canonical == canonical
    }

    /// Its byte range.
    pub fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// What a piece of trivia is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriviaKind {
    /// Spaces, tabs, line ends.
    Blank,
    /// `\* ...`.
    Line,
    /// `(* ... *)`, nested ones included. PlusCal lives here.
    Block,
    /// Text before or after the module, which TLA+ ignores.
    Outside,
}

/// What stands between tokens.
#[derive(Clone, Copy, Debug)]
pub struct Trivia {
    /// What it is.
    pub kind: TriviaKind,
    /// Where it stands.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}
