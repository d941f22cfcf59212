//! What stands between two tokens: line ends, blank lines, comments.

use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;
use crate::tla::tree::Tree;
use crate::tla::tree::TriviaKind;

/// A comment between two tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// Its lines, without blanks around them; each but the first with the column it stood in.
    pub(super) lines: Vec<(usize, String)>,
    /// The column it started in, from 0.
    pub(super) column: usize,
    /// How many line ends stand between it and what is before it.
    pub(super) after_lines: usize,
    /// Whether it ends its line, whatever follows.
    pub(super) ends_line: bool,
}

impl Comment {
    /// How wide it is, if it is one line.
    pub(super) fn width(&self) -> usize {
        self.lines.first().map_or(0, |(_, line)| line.chars().count())
    }
}

/// What stands before a token.
#[derive(Clone, Debug, Default)]
pub(super) struct Gap {
    /// The comments, in order.
    pub(super) comments: Vec<Comment>,
    /// How many line ends stand between the last comment, or the token before, and the token.
    pub(super) lines: usize,
    /// Whether the token starts a line.
    pub(super) breaks: bool,
}

/// What stands before each token, by its index; nothing where the token has no text.
pub(super) fn gaps(tree: &Tree) -> Vec<Gap> {
    let mut gaps = Vec::with_capacity(tree.tokens().len());
    let mut held = Gap::default();
    let mut cursor = Cursor { text: tree.text(), at: 0, column: 0 };
    for (index, token) in tree.tokens().iter().enumerate() {
        read(tree, index, &mut held, &mut cursor);
        if token.kind == TokenKind::Break {
            gaps.push(Gap::default());
            continue;
        }
        held.breaks = held.lines > 0
            || held.comments.iter().any(|c| c.ends_line || c.lines.len() > 1)
            || (!held.comments.is_empty() && held.comments.iter().any(|c| c.after_lines > 0) && is_bullet(token));
        gaps.push(std::mem::take(&mut held));
    }
    gaps
}

fn is_bullet(token: &Token) -> bool {
    token.is("/\\") || token.is("\\/")
}

fn read(tree: &Tree, index: usize, gap: &mut Gap, cursor: &mut Cursor<'_>) {
    for piece in tree.trivia_before(index) {
        let text = &tree.text()[piece.start as usize..piece.end as usize];
        match piece.kind {
            TriviaKind::Outside => {}
            TriviaKind::Blank => gap.lines += line_ends(text),
            TriviaKind::Line | TriviaKind::Block => {
                let column = cursor.column_of(piece.start as usize);
                let after_lines = std::mem::take(&mut gap.lines);
                let ends_line = piece.kind == TriviaKind::Line;
                gap.comments.push(Comment { lines: lines(text, column), column, after_lines, ends_line });
            }
        }
    }
}

fn line_ends(text: &str) -> usize {
    text.split('\n').count() - 1 + text.replace("\r\n", "\n").matches('\r').count()
}

/// The lines of a comment, with the column each starts in.
fn lines(text: &str, first: usize) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate().map(|(n, line)| {
        let start = if n == 0 { first } else { width(&line[..line.len() - line.trim_start().len()], 0) };
        (start, line.trim().to_owned())
    });
    lines.collect()
}

/// Columns of bytes, asked for in the order of the text, so that a long line is gone through once.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    column: usize,
}

impl Cursor<'_> {
    /// The column of a byte, from 0, where tabs go to multiples of 8.
    fn column_of(&mut self, at: usize) -> usize {
        let between = &self.text[self.at..at];
        self.column = match between.rfind(['\n', '\r']) {
            Some(end) => width(&between[end + 1..], 0),
            None => width(between, self.column),
        };
        self.at = at;
        self.column
    }
}

/// The column after `text` that starts in a column.
pub(super) fn width(text: &str, start: usize) -> usize {
    text.chars().fold(start, |column, c| if c == '\t' { column / 8 * 8 + 8 } else { column + 1 })
}

/// The comments of a text, line by line, for a comparison of two texts.
pub(super) fn comments(tree: &Tree) -> Vec<String> {
    let comments = tree.trivia().iter().filter(|piece| matches!(piece.kind, TriviaKind::Line | TriviaKind::Block));
    let text = |piece: &crate::tla::tree::Trivia| tree.text()[piece.start as usize..piece.end as usize].to_owned();
    comments.map(|piece| text(piece).lines().map(str::trim).collect::<Vec<_>>().join("\n")).collect()
}
