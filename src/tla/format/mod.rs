//! # The formatter: a module in one layout, with the same tokens, comments and meaning
//!
//! | reads  | the text of a module                                                        |
//! | writes | the text laid out anew, or the same text and diagnostics                      |
//! | calls  | `tla::tree`                                                                 |
//! | never  | changes a token, a comment, or what a bulleted list holds                     |
//!
//! Line breaks of the author stay; columns and spaces follow from the tree; lines that are too long break. The result
//! is read again and its tree compared with the first one; then it is formatted again until nothing changes.
//! `docs/format.md` has the rules.

mod build;
mod compare;
mod gap;
mod lines;
mod render;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla::lower;
use crate::tla::print::WIDTH;
use crate::tla::tree;
use crate::tla::tree::Kind;
use crate::tla::tree::TokenKind;
use crate::tla::tree::Tree;
use crate::tla::tree::TriviaKind;

/// How often a text is formatted at most before it must be stable.
const ROUNDS: usize = 6;
/// Trees higher than this are left alone, as the layout is found by recursion.
const MAX_HEIGHT: usize = 4 * tree::MAX_DEPTH;
/// The stack for trees of that height.
const STACK_BYTES: usize = 64 << 20;

/// What came of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// The text laid out, or as it was if there are diagnostics.
    pub text: String,
    /// Why the text was left alone.
    pub diagnostics: Vec<Diagnostic>,
    /// For each line of the text the lines of the input its tokens stood in, from 1; empty if there are diagnostics.
    pub origin: Vec<BTreeSet<usize>>,
}

impl Formatted {
    /// The refusal as warnings, for who can go on without the layout.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let warning = |found: &Diagnostic| Diagnostic { severity: Severity::Warning, ..found.clone() };
        self.diagnostics.iter().map(warning).collect()
    }
}

/// Format `text`, the contents of `file`.
pub fn format(text: &str, file: &str) -> Formatted {
    // A thread of its own, because the caller's stack may be small.
    std::thread::scope(|scope| {
        let thread =
            std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || formatted(text, file, pass));
        thread.expect("a thread can be started").join().expect("the formatter does not panic")
    })
}

fn formatted(text: &str, file: &str, pass: impl Fn(&Tree) -> String) -> Formatted {
    let parsed = tree::read(text);
    if !parsed.is_clean() {
        let errors = parsed.errors.iter().filter(|error| !error.warning);
        let lines = tree::lines(text);
        return unchanged(text, errors.map(|error| lower::diagnostic(error, &lines, text, file)).collect());
    }
    let refuse = |code, span, message: String| {
        let diagnostic = Diagnostic::error(code, message).at(Place::of(file, text, span));
        unchanged(text, vec![diagnostic.hint("the file is left as it was")])
    };
    if compare::height(parsed.tree.root()) > MAX_HEIGHT {
        let message = format!("the tree is higher than {MAX_HEIGHT} levels");
        return refuse("tla/format-too-deep", Span::default(), message);
    }
    let mut before = text.to_owned();
    let mut tree = None;
    for _ in 0..ROUNDS {
        let current = tree.as_ref().unwrap_or(&parsed.tree);
        let after = pass(current);
        let read = tree::read(&after);
        if let Some(difference) = compare::difference(&parsed.tree, &read.tree).filter(|_| after != before) {
            return refuse("tla/format-changed", difference.span, difference.what);
        }
        if after == before {
            let origin = origin(&parsed.tree, current);
            return Formatted { text: after, diagnostics: Vec::new(), origin };
        }
        before = after;
        tree = Some(read.tree);
    }
    let message = format!("the layout is not stable after {ROUNDS} rounds");
    refuse("tla/format-unstable", Span::default(), message)
}

fn unchanged(text: &str, diagnostics: Vec<Diagnostic>) -> Formatted {
    Formatted { text: text.to_owned(), diagnostics, origin: Vec::new() }
}

/// Format once.
fn pass(tree: &Tree) -> String {
    let mut gaps = gap::gaps(tree);
    let units = tree.root().children().flat_map(|module| module.children());
    for unit in units.filter_map(|unit| unit.range().find(|index| tree.tokens()[*index].kind != TokenKind::Break)) {
        gaps[unit].breaks = true;
    }
    for (index, token) in tree.tokens().iter().enumerate() {
        gaps[index].breaks |= token.kind == TokenKind::Close;
    }
    join_locals(tree, &mut gaps);
    let mut build = build::Build { tree, gaps: &gaps, ops: Vec::new() };
    build.file(tree.root());
    let ops = build.ops;
    let (head, tail) = outside(tree);
    let tail = if tail.is_empty() { "\n" } else { tail };
    format!("{head}{}{tail}", render::render(tree, &gaps, &ops, WIDTH)).replace("\r\n", "\n")
}

/// `LET x == e` and `IN  e` are on one line each, even if they were not.
fn join_locals(tree: &Tree, gaps: &mut [gap::Gap]) {
    let mut stack = vec![tree.root()];
    while let Some(node) = stack.pop() {
        let ends = node.is(Kind::Let).then(|| [node.child(0), node.children().next_back()]);
        for part in ends.into_iter().flatten().flatten() {
            let first = part.range().find(|index| tree.tokens()[*index].kind != TokenKind::Break);
            if let Some(gap) = first.map(|first| &mut gaps[first]).filter(|gap| gap.comments.is_empty()) {
                gap.breaks = false;
            }
        }
        stack.extend(node.children());
    }
}

/// The text before and after the module.
fn outside(tree: &Tree) -> (&str, &str) {
    let tokens = tree.tokens();
    let start = tokens.iter().find(|token| token.kind != TokenKind::Break).map_or(0, |token| token.start as usize);
    let end = tokens.iter().rev().find(|token| token.end > token.start).map_or(0, |token| token.end as usize);
    let first = tree.trivia().first().filter(|piece| piece.kind == TriviaKind::Outside && piece.end as usize <= start);
    let head = if first.is_some() { &tree.text()[..start] } else { "" };
    (head, &tree.text()[end..])
}

/// Tokens and comments keep their order, so those of a line say which lines it was made of.
fn origin(input: &Tree, output: &Tree) -> Vec<BTreeSet<usize>> {
    let mut origin = vec![BTreeSet::new(); output.text().lines().count()];
    let mut put = |from: usize, to: usize| {
        origin.get_mut(to - 1).map(|lines: &mut BTreeSet<usize>| lines.insert(from));
    };
    for (from, to) in input.tokens().iter().zip(output.tokens()).filter(|(from, _)| from.end > from.start) {
        put(from.line as usize, to.line as usize);
    }
    for ((from, count), (to, _)) in comment_lines(input).into_iter().zip(comment_lines(output)) {
        (0..count).for_each(|n| put(from + n, to + n));
    }
    origin
}

/// The first line of each comment or text outside the module, from 1, and how many it has.
fn comment_lines(tree: &Tree) -> Vec<(usize, usize)> {
    let lines = LineIndex::new(tree.text());
    let pieces = tree.trivia().iter().filter(|piece| piece.kind != TriviaKind::Blank);
    let text = |piece: &tree::Trivia| &tree.text()[piece.start as usize..piece.end as usize];
    pieces.map(|piece| (lines.line(piece.start as usize), text(piece).lines().count())).collect()
}
