//! # The syntax tree: every byte of the text, with errors in it
//!
//! | reads  | the text of a module, however broken                          |
//! | writes | a [`Tree`] and [`SyntaxError`]s; the tree prints as the text   |
//! | calls  | nothing outside `base`                                        |
//! | never  | resolves names: that is `tla::check`                          |
//!
//! A node is a range of tokens and a list of nodes below it. Comments and blanks stand between tokens and belong to
//! the node around them. The grammar is SANY's, so what one accepts the other does, apart from proofs, which are
//! kept as text.

mod definition;
mod kind;
mod lex;
mod parse;
mod symbols;
mod token;

#[cfg(test)]
mod tests;

pub use kind::Kind;
pub use parse::MAX_BYTES;
pub use parse::MAX_DEPTH;
pub(in crate::tla) use parse::lines;
pub use parse::parse;
pub(in crate::tla) use parse::read;
pub use parse::too_large;
pub use token::Token;
pub use token::TokenKind;
pub use token::Trivia;
pub use token::TriviaKind;

use crate::base::span::Span;

/// Whether `text` is a reserved word, which cannot be a name.
pub fn is_keyword(text: &str) -> bool {
    symbols::keyword(text).is_some()
}

/// The ASCII spelling of a symbol that SANY reads in Unicode from its version 1.8.0 on.
pub fn ascii(symbol: char) -> Option<&'static str> {
    symbols::unicode(symbol)
}

/// What is wrong with a text. Where there is none, SANY reads the text, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Stable code, `tla/parse-...` or, for a warning, another.
    pub code: &'static str,
    /// Where.
    pub span: Span,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<String>,
    /// Another place that has to do with it, and why.
    pub other: Option<(Span, String)>,
    /// Whether the text is still read as TLA+.
    pub warning: bool,
}

impl SyntaxError {
    pub(in crate::tla) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into(), hints: Vec::new(), other: None, warning: false }
    }

    pub(in crate::tla) fn hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        self.hints.extend((!hint.is_empty()).then_some(hint));
        self
    }

    pub(in crate::tla) fn other(mut self, span: Span, why: impl Into<String>) -> Self {
        self.other = Some((span, why.into()));
        self
    }
}

#[derive(Clone, Copy, Debug)]
struct NodeData {
    kind: Kind,
    /// First token.
    first: u32,
    /// One past the last token.
    end: u32,
    /// Where the list of its children starts.
    children: u32,
    /// How many there are.
    count: u32,
}

/// A text as a tree.
#[derive(Debug)]
pub struct Tree {
    text: String,
    tokens: Vec<Token>,
    trivia: Vec<Trivia>,
    nodes: Vec<NodeData>,
    children: Vec<u32>,
}

/// What came of reading a text.
#[derive(Debug)]
pub struct Parsed {
    /// The tree; what could not be read is in [`Kind::Error`] nodes.
    pub tree: Tree,
    /// What is wrong, by place; warnings are among them.
    pub errors: Vec<SyntaxError>,
}

impl Parsed {
    /// Whether SANY's parser would take it.
    pub fn is_clean(&self) -> bool {
        self.errors.iter().all(|error| error.warning)
    }
}

impl Tree {
    /// The symbols and names of number sets that are written in Unicode.
    pub fn foreign(&self) -> impl Iterator<Item = &Token> {
        let written = |token: &&Token| matches!(token.kind, TokenKind::Symbol | TokenKind::Name | TokenKind::Close);
        self.tokens.iter().filter(written).filter(|token| !self.text[token.span().range()].is_ascii())
    }

    /// The whole.
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, id: self.nodes.len() as u32 - 1 }
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All tokens; those without text mark where definitions start.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// All comments, blanks, and the text outside the module.
    pub fn trivia(&self) -> &[Trivia] {
        &self.trivia
    }

    /// The trivia that stand before the token at `index`.
    pub fn trivia_before(&self, index: usize) -> &[Trivia] {
        let start = if index == 0 { 0 } else { self.tokens[index - 1].trivia as usize };
        &self.trivia[start..self.tokens[index].trivia as usize]
    }

    /// The text again, put together from the leaves of the tree.
    pub fn print(&self) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut stack = vec![Element::Node(self.root())];
        while let Some(element) = stack.pop() {
            match element {
                Element::Node(node) => {
                    let at = stack.len();
                    stack.extend(node.elements());
                    stack[at..].reverse();
                }
                Element::Token(index) => {
                    for piece in self.trivia_before(index) {
                        text.push_str(&self.text[piece.start as usize..piece.end as usize]);
                    }
                    text.push_str(&self.text[self.tokens[index].span().range()]);
                }
            }
        }
        text
    }
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: u32,
}

/// A node or a token below a node.
#[derive(Clone, Copy)]
pub enum Element<'t> {
    /// A node.
    Node(Node<'t>),
    /// The index of a token.
    Token(usize),
}

impl<'t> Node<'t> {
    fn data(self) -> &'t NodeData {
        &self.tree.nodes[self.id as usize]
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// Whether it is of this kind.
    pub fn is(self, kind: Kind) -> bool {
        self.kind() == kind
    }

    /// The tree it is in.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// From its first token to its last, both included.
    pub fn span(self) -> Span {
        let data = self.data();
        let tokens = &self.tree.tokens[data.first as usize..data.end as usize];
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => Span::new(first.start as usize, last.end as usize),
            _ => Span::default(),
        }
    }

    /// The indices of its tokens.
    pub fn range(self) -> std::ops::Range<usize> {
        self.data().first as usize..self.data().end as usize
    }

    /// Its text, comments inside included.
    pub fn text(self) -> &'t str {
        &self.tree.text[self.span().range()]
    }

    /// The nodes below it.
    pub fn children(self) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        let data = self.data();
        let ids = &self.tree.children[data.children as usize..(data.children + data.count) as usize];
        ids.iter().map(move |id| Node { tree: self.tree, id: *id })
    }

    /// The node below it at this place.
    pub fn child(self, index: usize) -> Option<Self> {
        let data = self.data();
        let at = (index < data.count as usize).then_some(data.children as usize + index)?;
        Some(Node { tree: self.tree, id: self.tree.children[at] })
    }

    /// The first node below it of this kind.
    pub fn find(self, kind: Kind) -> Option<Self> {
        self.children().find(|child| child.is(kind))
    }

    /// All tokens in it, those of the nodes below included.
    pub fn all_tokens(self) -> &'t [Token] {
        &self.tree.tokens[self.data().first as usize..self.data().end as usize]
    }

    /// The nodes and tokens right below it, in order.
    pub fn elements(self) -> Vec<Element<'t>> {
        let data = self.data();
        let mut at = data.first;
        let mut elements = Vec::new();
        for child in self.children() {
            elements.extend((at..child.data().first).map(|index| Element::Token(index as usize)));
            elements.push(Element::Node(child));
            at = child.data().end;
        }
        elements.extend((at..data.end).map(|index| Element::Token(index as usize)));
        elements
    }

    /// The tokens right below it, without those that have no text.
    pub fn tokens(self) -> impl Iterator<Item = &'t Token> {
        let data = self.data();
        let mut at = data.first;
        let mut children = self.children().peekable();
        std::iter::from_fn(move || {
            while let Some(child) = children.next_if(|child| child.data().first == at) {
                at = child.data().end;
            }
            let token = (at < data.end).then(|| &self.tree.tokens[at as usize]);
            at += 1;
            token
        })
        .filter(|token| token.kind != TokenKind::Break)
    }

    /// The first token right below it.
    pub fn token(self) -> Option<&'t Token> {
        self.tokens().next()
    }

    /// The text of a token of this tree.
    pub fn token_text(self, token: &Token) -> &'t str {
        &self.tree.text[token.span().range()]
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.kind())?;
        if self.children().len() > 0 {
            f.debug_list().entries(self.children()).finish()
        } else {
            write!(f, "({})", self.text())
        }
    }
}
