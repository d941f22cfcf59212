//! The parser: tokens to a tree, by recursive descent with SANY's grammar.
//!
//! After an error it goes on at the next unit of the module, so that one run reports each unit's first error. What does
//! not keep it from reading on (a precedence conflict, an item that is not indented) is reported and read on.

mod bracket;
mod expr;
mod module;
mod operand;
mod proof;

use std::collections::HashMap;

use super::Kind;
use super::NodeData;
use super::Parsed;
use super::SyntaxError;
use super::Token;
use super::TokenKind;
use super::Tree;
use super::Trivia;
use super::TriviaKind;
use super::definition;
use super::lex;
use crate::base::span::LineIndex;
use crate::base::span::Span;

/// How deep expressions may nest. No text a person wrote comes near.
pub const MAX_DEPTH: usize = 1000;
/// Texts above this are not specifications; the limit keeps memory in bounds.
pub const MAX_BYTES: usize = 32 << 20;
/// Nobody reads more errors than this, and placing each takes time.
const MAX_ERRORS: usize = 200;
/// Enough for [`MAX_DEPTH`] levels, each of which takes several frames, in a build without optimisation.
const STACK_BYTES: usize = 64 << 20;

/// A unit cannot be read further; the error has been recorded.
struct Stop;

type Step<T = ()> = Result<T, Stop>;

/// Where a node starts.
#[derive(Clone, Copy)]
struct Mark {
    token: usize,
    pending: usize,
}

/// The bulleted list whose item is being read.
#[derive(Clone, Copy, Default)]
struct List {
    /// The column of its bullets; every token of an item stands right of it.
    column: u32,
    /// `/\` or `\/`.
    bullet: &'static str,
}

struct Parser {
    text: String,
    tokens: Vec<Token>,
    at: usize,
    nodes: Vec<NodeData>,
    children: Vec<u32>,
    /// Finished nodes that have no parent yet.
    pending: Vec<u32>,
    list: List,
    /// Token ranges of lists inside the item being read.
    inner_lists: Vec<(usize, usize)>,
    depth: usize,
    /// How many modules are open.
    modules: usize,
    /// Whether the rest of the text was not read.
    cut_off: bool,
    /// Whether what is read is the subscript of a fairness condition.
    in_fairness: bool,
    /// For each bracket that was asked for, the partner of each; see [`Parser::partner`].
    partners: HashMap<&'static str, Vec<Option<usize>>>,
    /// The errors, each with the byte up to which the text had been read.
    errors: Vec<(usize, SyntaxError)>,
}

/// Read `text`. Never panics, never runs out of stack, and always gives a tree that prints as `text`.
pub fn parse(text: &str) -> Parsed {
    // A thread of its own, because the caller's stack may be small.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || read(text));
        thread.expect("a thread can be started").join().expect("the parser does not panic")
    })
}

/// The tree of a text of which nothing is looked at.
fn unread(text: &str) -> Tree {
    let mut tree = read("").tree;
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    tree.text = text.to_owned();
    tree.trivia = vec![Trivia { kind: TriviaKind::Outside, start: 0, end }];
    for token in &mut tree.tokens {
        (token.start, token.end, token.trivia) = (end, end, 1);
    }
    tree
}

/// The error about a text of so many bytes.
pub fn too_large(bytes: u64) -> SyntaxError {
    let message = format!("the text has {} MB, the limit is {} MB", bytes.div_ceil(1 << 20), MAX_BYTES >> 20);
    SyntaxError::new("tla/parse-too-large", Span::default(), message)
        .hint("no specification is so long; data belongs into a file of its own, which the module Json reads")
}

/// The lines of a text, for the places of what is wrong with it: none where it is refused for its size.
pub(in crate::tla) fn lines(text: &str) -> LineIndex {
    LineIndex::new(if text.len() > MAX_BYTES { "" } else { text })
}

/// The same, on a stack that the caller knows to be large.
pub(in crate::tla) fn read(text: &str) -> Parsed {
    if text.len() > MAX_BYTES {
        return Parsed { tree: unread(text), errors: vec![too_large(text.len() as u64)] };
    }
    let lex::Lexed { tokens, trivia, errors } = lex::lex(text);
    let errors = errors.into_iter().map(|error| (read_ahead_from(&tokens, error.span.start), error)).collect();
    let mut parser = Parser {
        text: text.to_owned(),
        tokens: definition::mark(tokens),
        at: 0,
        nodes: Vec::new(),
        children: Vec::new(),
        pending: Vec::new(),
        list: List::default(),
        inner_lists: Vec::new(),
        depth: 0,
        modules: 0,
        cut_off: false,
        in_fairness: false,
        partners: HashMap::new(),
        errors,
    };
    parser.file();
    let Parser { text, tokens, nodes, children, mut errors, .. } = parser;
    // In the order in which the parser met them, and what the lexer met where SANY's lexer, which reads ahead to the
    // next `==`, would have met it.
    errors.sort_by_key(|(at, _)| *at);
    let errors = errors.into_iter().map(|(_, error)| error).collect();
    Parsed { tree: Tree { text, tokens, trivia, nodes, children }, errors }
}

/// The end of the last `==` before `place`.
fn read_ahead_from(tokens: &[Token], place: usize) -> usize {
    let before = tokens.iter().take_while(|token| (token.start as usize) < place);
    before.filter(|token| token.is("==")).last().map_or(0, |token| token.end as usize)
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn ahead(&self, n: usize) -> &Token {
        &self.tokens[(self.at + n).min(self.tokens.len() - 1)]
    }

    fn is(&self, canonical: &str) -> bool {
        self.peek().canonical == canonical
    }

    fn is_kind(&self, kind: TokenKind) -> bool {
        self.peek().kind == kind
    }

    fn bump(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len());
    }

    fn eat(&mut self, canonical: &str) -> bool {
        let found = self.is(canonical);
        if found {
            self.bump();
        }
        found
    }

    fn mark(&self) -> Mark {
        Mark { token: self.at, pending: self.pending.len() }
    }

    /// All since `mark` is a node of this kind.
    fn finish(&mut self, mark: Mark, kind: Kind) {
        let children = self.children.len() as u32;
        let count = (self.pending.len() - mark.pending) as u32;
        self.children.extend(self.pending.drain(mark.pending..));
        self.pending.push(self.nodes.len() as u32);
        let (first, end) = (mark.token as u32, self.at as u32);
        self.nodes.push(NodeData { kind, first, end, children, count });
    }

    fn token_text(&self, token: &Token) -> &str {
        &self.text[token.span().range()]
    }

    /// Record an error and go on.
    fn report(&mut self, error: SyntaxError) {
        if self.errors.len() >= MAX_ERRORS {
            return;
        }
        self.errors.push((self.peek().start as usize, error));
    }

    /// Record an error and stop.
    fn fail<T>(&mut self, error: SyntaxError) -> Step<T> {
        self.report(error);
        Err(Stop)
    }

    /// The next token is not what the grammar wants here.
    fn unexpected<T>(&mut self, expected: &str) -> Step<T> {
        self.unexpected_hint(expected, "")
    }

    fn unexpected_hint<T>(&mut self, expected: &str, hint: &str) -> Step<T> {
        let token = *self.peek();
        if token.kind == TokenKind::Bad {
            // The lexer has reported it.
            return Err(Stop);
        }
        let found = match token.kind {
            TokenKind::End => "the end of the file".to_owned(),
            TokenKind::Break => format!("the start of the definition of `{}`", self.token_text(self.ahead(1))),
            _ => format!("`{}`", self.token_text(&token).chars().take(40).collect::<String>()),
        };
        let mut error =
            SyntaxError::new("tla/parse-unexpected", self.place(), format!("expected {expected}, found {found}"));
        error = error.hint(hint);
        if let Some(hint) = self.hint_for(&token) {
            error = error.hint(hint);
        }
        self.fail(error)
    }

    /// Where to point to: the next token, or for a definition the first token of its head.
    fn place(&self) -> Span {
        let token = self.peek();
        if token.kind == TokenKind::Break { self.ahead(1).span() } else { token.span() }
    }

    /// What people mean when they write this where it cannot stand.
    fn hint_for(&self, token: &Token) -> Option<String> {
        if self.list.column > 0 && token.column <= self.list.column && token.kind != TokenKind::End {
            let List { column, bullet } = self.list;
            return Some(format!(
                "it stands at or left of the bullet `{bullet}` in column {column}, which ends that item"
            ));
        }
        let text = self.token_text(token);
        let hint = match text {
            "=" => "a definition is written with `==`",
            "&&" | "and" | "AND" => "conjunction is `/\\`",
            "||" | "or" | "OR" => "disjunction is `\\/`",
            "not" | "NOT" => "negation is `~`",
            "in" => "membership is `\\in`",
            ":=" => "TLA+ has no assignment; write `x' = e` in an action",
            "!" if self.ahead(1).is("=") => "inequality is `#` or `/=`",
            "WITH" => "`WITH` belongs to INSTANCE; a record or function is updated by `[f EXCEPT ![i] = e]`",
            "ELSE" => "every `IF` has one `THEN` and one `ELSE`",
            "\\neq" => "inequality is `#` or `/=`",
            _ => return self.hint_for_word(token),
        };
        Some(hint.to_owned())
    }

    fn hint_for_word(&self, token: &Token) -> Option<String> {
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at])?;
        if before.is("\\") && before.end == token.start {
            return Some(format!("`\\{}` is no operator of TLA+", self.token_text(token)));
        }
        (token.kind == TokenKind::Keyword && before.kind != TokenKind::Keyword && self.token_text(token) != "IN")
            .then(|| format!("`{}` is a reserved word", self.token_text(token)))
    }

    fn expect(&mut self, canonical: &'static str, whence: &str) -> Step {
        if self.eat(canonical) { Ok(()) } else { self.unexpected(&format!("`{canonical}` {whence}")) }
    }

    /// A name, as a node.
    fn name(&mut self, what: &str) -> Step {
        if !self.is_kind(TokenKind::Name) {
            return self.unexpected(what);
        }
        let mark = self.mark();
        self.bump();
        self.finish(mark, Kind::Name);
        Ok(())
    }

    /// Whether the next token stands right of the bullets of the list being read.
    fn is_inside(&self) -> bool {
        self.peek().column > self.list.column
    }

    /// The token that closes the bracket to be read next. All are found at once: looking each up would be quadratic.
    fn partner(&mut self, open: &'static str, close: &'static str) -> Option<usize> {
        let tokens = &self.tokens;
        let partners = self.partners.entry(open).or_insert_with(|| {
            let mut partners = vec![None; tokens.len()];
            let mut opened = Vec::new();
            for (index, token) in tokens.iter().enumerate() {
                if token.is(open) {
                    opened.push(index);
                } else if token.is(close)
                    && let Some(start) = opened.pop()
                {
                    partners[start] = Some(index);
                }
            }
            partners
        });
        partners.get(self.at).copied().flatten()
    }

    /// Run `inner` one level deeper.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        if self.depth >= MAX_DEPTH {
            let message = format!("expressions nest deeper than {MAX_DEPTH} levels");
            let error = SyntaxError::new("tla/parse-too-deep", self.place(), message);
            return self.fail(error.hint("give parts of it a name of their own"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }
}
