//! From the lossless tree to [`syntax`](super::syntax): what programs work on, with the comments around each node.
//!
//! A comment goes to the node it follows on its line, else to the node it stands before. The walk is in the order of the
//! text, so that each comment is taken once, by the first node that can have it.

mod bracket;
mod expr;
mod module;
#[cfg(test)]
mod tests;

use super::syntax::Expr;
use super::syntax::ExprKind;
use super::syntax::Module;
use super::tree;
use super::tree::Element;
use super::tree::Kind;
use super::tree::Node;
use super::tree::SyntaxError;
use super::tree::Token;
use super::tree::TokenKind;
use super::tree::Tree;
use super::tree::TriviaKind;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::LineIndex;
use crate::base::span::Span;

/// How high a tree may grow, so that walks over it cannot exhaust a stack.
const MAX_HEIGHT: u32 = 300;
/// The stack of the thread that lowers a tree of [`tree::MAX_DEPTH`] levels.
const STACK_BYTES: usize = 64 << 20;

/// What came of reading a text.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The module, without the units that could not be read; `None` without a header.
    pub module: Option<Module>,
    /// What was wrong; empty if the module is whole.
    pub diagnostics: Vec<Diagnostic>,
}

/// Something the syntax has no place for.
type Lowered<T> = Result<T, Box<SyntaxError>>;

/// A comment and the token it stands before.
struct Comment {
    text: String,
    before: usize,
    /// Whether a token of the same line stands before it.
    trailing: bool,
    start: usize,
}

struct Lower<'t> {
    tree: &'t Tree,
    comments: Vec<Comment>,
    /// The first comment nobody has taken.
    comment: usize,
    /// The token up to which the text has been walked.
    at: usize,
    errors: Vec<SyntaxError>,
}

/// Parse the first module of `text`, the contents of `file`.
pub fn parse_module(text: &str, file: &str) -> Parsed {
    // A thread of its own, because the caller's stack may be small.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || read(text, file));
        thread.expect("a thread can be started").join().expect("lowering does not panic")
    })
}

fn read(text: &str, file: &str) -> Parsed {
    let tree::Parsed { tree, errors } = tree::read(text);
    let mut lower = Lower { tree: &tree, comments: comments(&tree), comment: 0, at: 0, errors: Vec::new() };
    let module = tree.root().child(0).and_then(|node| lower.module(node));
    let module = module.map(|module| Module { preamble: text[..module.span.start].to_owned(), ..module });
    let errors = errors.into_iter().filter(|error| !error.warning).chain(lower.errors);
    let lines = tree::lines(text);
    let diagnostics = errors.map(|error| diagnostic(&error, &lines, text, file)).collect();
    Parsed { module, diagnostics }
}

pub(in crate::tla) fn diagnostic(error: &SyntaxError, lines: &LineIndex, text: &str, file: &str) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(error.code, error.message.clone()).at(Place::by(lines, file, text, error.span));
    if let Some((span, why)) = &error.other {
        diagnostic = diagnostic.at(Place::by(lines, file, text, *span).label(why.as_str()));
    }
    diagnostic.hints.extend(error.hints.iter().cloned());
    diagnostic
}

fn comments(tree: &Tree) -> Vec<Comment> {
    let mut comments = Vec::new();
    for index in 0..tree.tokens().len() {
        let mut same_line = index > 0;
        for piece in tree.trivia_before(index) {
            let text = &tree.text()[piece.start as usize..piece.end as usize];
            if matches!(piece.kind, TriviaKind::Line | TriviaKind::Block) {
                let shown = if piece.kind == TriviaKind::Line { text.trim_end() } else { text };
                let start = piece.start as usize;
                comments.push(Comment { text: shown.to_owned(), before: index, trailing: same_line, start });
            }
            same_line &= !text.contains('\n');
        }
    }
    comments
}

impl<'t> Lower<'t> {
    /// The comments that nobody has taken yet and that stand before the next token.
    fn comments_before(&mut self) -> Vec<String> {
        self.take_comments(|_| true)
    }

    /// The comments after the last token on its line.
    fn comments_after(&mut self) -> Vec<String> {
        self.take_comments(|comment| comment.trailing)
    }

    fn take_comments(&mut self, wanted: impl Fn(&Comment) -> bool) -> Vec<String> {
        let rest = &self.comments[self.comment..];
        let taken = rest.iter().take_while(|comment| comment.before <= self.at && wanted(comment));
        let taken: Vec<_> = taken.map(|comment| comment.text.clone()).collect();
        self.comment += taken.len();
        taken
    }

    /// A node at the place of a node, if the tree does not get too high by it.
    fn node(&self, kind: ExprKind, span: Span) -> Lowered<Expr> {
        let expr = Expr::new(kind, span);
        if expr.height() > MAX_HEIGHT {
            let message = format!("expressions nest deeper than {MAX_HEIGHT} levels");
            let error = SyntaxError::new("tla/parse-too-deep", span, message);
            return Err(Box::new(error.hint("give parts of it a name of their own")));
        }
        Ok(expr)
    }

    fn unsupported<T>(&self, node: Node<'_>, what: &str) -> Lowered<T> {
        let error = SyntaxError::new("tla/unsupported", node.span(), format!("{what} cannot be worked on"));
        Err(Box::new(error.hint("write it in another way")))
    }

    /// The text of a token, operators in Unicode in their ASCII spelling.
    fn text(&self, token: &Token) -> &'t str {
        let text = &self.tree.text()[token.span().range()];
        if text.is_ascii() || token.canonical.is_empty() { text } else { token.canonical }
    }

    /// The first token right below a node.
    fn token_of(&self, node: Node<'t>) -> Option<&'t Token> {
        node.elements().into_iter().find_map(|element| match element {
            Element::Token(index) => Some(&self.tree.tokens()[index]).filter(|t| t.kind != TokenKind::Break),
            Element::Node(_) => None,
        })
    }

    /// Whether the token at `index` is this symbol.
    fn is_at(&self, index: usize, canonical: &str) -> bool {
        self.tree.tokens().get(index).is_some_and(|token| token.is(canonical))
    }

    /// Go past `node`, and a comma after it if there is one; whether there was.
    fn past(&mut self, node: Node<'t>) -> bool {
        self.at = node.range().end;
        let comma = self.is_at(self.at, ",");
        self.at += usize::from(comma);
        comma
    }

    fn of_kind(node: Node<'t>, kind: Kind) -> impl Iterator<Item = Node<'t>> {
        node.children().filter(move |child| child.is(kind))
    }
}
