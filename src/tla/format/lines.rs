//! The lines of the output, with comments at their ends or alone.

use std::collections::BTreeSet;

use super::gap::Comment;

/// The column up to which comments are moved to stand below each other.
const FURTHEST: usize = 90;

#[derive(Default)]
struct Line {
    code: String,
    /// Comments after the code, or alone on the line.
    comments: Vec<Comment>,
    /// The column of a comment that is alone on its line; `None` for one that follows code or stands below such one.
    own: Option<usize>,
    /// Where the code ended in the input.
    input_end: usize,
}

impl Line {
    fn width(&self) -> usize {
        self.code.trim_end().chars().count()
    }

    /// The column of the input in which a comment at the end of the line started.
    fn tail(&self) -> Option<usize> {
        self.comments.first().filter(|_| self.own.is_none()).map(|comment| comment.column)
    }
}

/// Lines being written.
pub(super) struct Lines {
    lines: Vec<Line>,
    column: usize,
}

impl Default for Lines {
    fn default() -> Self {
        Self { lines: vec![Line::default()], column: 0 }
    }
}

impl Lines {
    fn last(&mut self) -> &mut Line {
        self.lines.last_mut().expect("there is always a line")
    }

    /// The column of what comes next.
    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// Whether the line has so many characters besides its indentation.
    pub(super) fn is_code(&self, characters: usize) -> bool {
        self.lines.last().is_some_and(|line| line.code.trim().chars().count() == characters)
    }

    /// Whether the line has only blanks, up to a column.
    pub(super) fn starts_with(&self, column: usize) -> bool {
        self.lines.last().is_some_and(|line| line.code.len() == column && line.code.trim().is_empty())
    }

    /// Start a line.
    pub(super) fn line(&mut self, blanks: usize, indent: usize) {
        self.lines.extend((0..blanks).map(|_| Line::default()));
        self.lines.push(Line { code: " ".repeat(indent), ..Line::default() });
        self.column = indent;
    }

    pub(super) fn spaces(&mut self, count: usize) {
        self.code(&" ".repeat(count));
    }

    pub(super) fn code(&mut self, text: &str) {
        self.last().code.push_str(text);
        self.column += text.chars().count();
    }

    /// A comment between two tokens of a line.
    pub(super) fn inline(&mut self, text: &str) {
        let blank = !self.last().code.is_empty() && !self.last().code.ends_with(' ');
        self.spaces(usize::from(blank));
        self.code(text);
    }

    /// A comment at the end of the line.
    pub(super) fn trailing(&mut self, comment: Comment, input_end: usize) {
        let line = self.last();
        if line.comments.is_empty() {
            line.input_end = input_end;
        }
        line.comments.push(comment);
    }

    /// A comment on the line that has been started.
    pub(super) fn own(&mut self, comment: Comment, column: usize) {
        let line = self.last();
        line.own = Some(column);
        line.comments.push(comment);
    }

    /// A comment after another one on its line.
    pub(super) fn beside(&mut self, comment: Comment) {
        self.last().comments.push(comment);
    }

    /// The comments of the line become code, so that a token can follow.
    pub(super) fn join(&mut self, indent: usize) {
        let line = self.last();
        line.own = None;
        let texts: Vec<String> =
            line.comments.drain(..).map(|c| c.lines.into_iter().map(|(_, l)| l).collect()).collect();
        let texts = texts.join(" ");
        line.code = format!("{}{texts} ", " ".repeat(indent));
        self.column = self.last().code.chars().count();
    }

    /// The text, without a line end after it.
    pub(super) fn finish(self) -> String {
        let columns = comment_columns(&self.lines);
        let mut text = String::new();
        for (n, (line, column)) in self.lines.iter().zip(columns).enumerate() {
            if n > 0 {
                text.push('\n');
            }
            let code = line.code.trim_end();
            text.push_str(code);
            let Some(column) = column else { continue };
            let mut at = line.width();
            for (n, comment) in line.comments.iter().enumerate() {
                let start = if n == 0 { column.max(at) } else { at + 1 };
                at = put(&mut text, comment, at, start);
            }
        }
        text
    }
}

/// Put a comment in a column; where it ends.
fn put(text: &mut String, comment: &Comment, at: usize, start: usize) -> usize {
    let mut end = at;
    for (n, (column, line)) in comment.lines.iter().enumerate() {
        let column = if n == 0 { start } else { (column + start).saturating_sub(comment.column) };
        if n > 0 {
            text.push('\n');
            end = 0;
        }
        if !line.is_empty() {
            text.push_str(&" ".repeat(column - end));
            text.push_str(line);
            end = column + line.chars().count();
        }
    }
    end
}

/// The columns of comments: those at the ends of lines that shared a column in a definition do so again.
fn comment_columns(lines: &[Line]) -> Vec<Option<usize>> {
    let mut columns: Vec<Option<usize>> = lines.iter().map(|line| line.own).collect();
    let mut from = 0;
    while from < lines.len() {
        let starts = |line: &Line| line.code.starts_with(|c: char| !c.is_whitespace());
        let end = lines[from + 1..].iter().position(starts).map_or(lines.len(), |n| from + 1 + n);
        let tails: BTreeSet<usize> = lines[from..end].iter().filter_map(Line::tail).collect();
        for tail in tails {
            let column = shared_column(lines[from..end].iter().filter(|line| line.tail() == Some(tail)), tail);
            for (line, own) in lines[from..end].iter().zip(&mut columns[from..end]) {
                if line.tail() == Some(tail) {
                    *own = Some(if column > line.width() { column } else { line.width() + 2 });
                }
            }
        }
        from = end;
    }
    columns
}

/// Where comments go that stood in the column `tail`. A comment far from all code was put there on purpose.
fn shared_column<'l>(run: impl Iterator<Item = &'l Line> + Clone, tail: usize) -> usize {
    let distance = run.clone().filter(|line| line.width() > 0).map(|line| tail.saturating_sub(line.input_end)).min();
    // `THEN (* why *)` has one space.
    let close = distance == Some(1) && run.clone().all(|line| line.comments.iter().all(|comment| !comment.ends_line));
    let wanted = run.map(Line::width).max().unwrap_or(0) + if close { 1 } else { 2 };
    match distance {
        Some(0..=3) if wanted <= FURTHEST => wanted,
        Some(0..=3) if tail > FURTHEST => 0,
        _ => tail,
    }
}
