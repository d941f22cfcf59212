//! Laying out text: documents that choose between one line and several, after Wadler.
//!
//! A document also carries the input lines it came from, and comments, which always end their line.

use std::collections::BTreeSet;

/// Something to lay out.
#[derive(Clone, Debug)]
pub enum Doc {
    /// Nothing.
    Nil,
    /// Text without a line break.
    Text(String),
    /// A space, or a line break when the group does not fit; the text is what stands for it in one line.
    Line(&'static str),
    /// Always a line break.
    Break,
    /// A comment: what follows it starts on a new line.
    Comment(String),
    /// A comment at the end of a line; it ends the line but does not make its group break.
    Trailing(String),
    /// An input line that what follows came from.
    From(usize),
    /// One after the other.
    Concat(Vec<Self>),
    /// One line if it fits.
    Group(Box<Self>),
    /// Line breaks inside go further right.
    Nest(usize, Box<Self>),
    /// Line breaks inside go to the column where this starts.
    Align(Box<Self>),
}

/// Laid out text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// The text, without a line break at its end.
    pub text: String,
    /// For each line, the input lines it came from.
    pub origin: Vec<BTreeSet<usize>>,
}

/// Text.
pub fn text(text: impl Into<String>) -> Doc {
    Doc::Text(text.into())
}

/// One after the other.
pub fn concat(parts: impl IntoIterator<Item = Doc>) -> Doc {
    Doc::Concat(parts.into_iter().collect())
}

impl Doc {
    /// On one line if it fits.
    pub fn group(self) -> Self {
        Self::Group(Box::new(self))
    }

    /// With line breaks aligned to where it starts.
    pub fn align(self) -> Self {
        Self::Align(Box::new(self))
    }

    /// With line breaks indented.
    pub fn nest(self, by: usize) -> Self {
        Self::Nest(by, Box::new(self))
    }

    /// Whether it cannot stand on one line.
    pub fn breaks(&self) -> bool {
        self.breaks_after(&mut false)
    }

    /// The same after something that may have ended the line with a comment.
    fn breaks_after(&self, closed: &mut bool) -> bool {
        match self {
            Self::Break | Self::Comment(_) => true,
            Self::Nil | Self::Line(_) | Self::From(_) => false,
            Self::Text(text) => *closed && !text.trim().is_empty(),
            Self::Trailing(_) => std::mem::replace(closed, true),
            Self::Concat(parts) => parts.iter().any(|part| part.breaks_after(closed)),
            Self::Group(inner) | Self::Nest(_, inner) | Self::Align(inner) => inner.breaks_after(closed),
        }
    }
}

struct Renderer {
    width: usize,
    text: String,
    origin: Vec<BTreeSet<usize>>,
    column: usize,
    /// A comment stands on this line, so nothing else may.
    closed: bool,
}

struct Task<'a> {
    indent: usize,
    flat: bool,
    doc: &'a Doc,
}

/// Lay out `doc` in lines of at most `width` characters where it can be done.
pub fn render(doc: &Doc, width: usize) -> Laid {
    let mut renderer = Renderer { width, text: String::new(), origin: vec![BTreeSet::new()], column: 0, closed: false };
    let mut stack = vec![Task { indent: 0, flat: false, doc }];
    while let Some(task) = stack.pop() {
        renderer.put(task, &mut stack);
    }
    let text = renderer.text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    Laid { text, origin: renderer.origin }
}

impl Renderer {
    fn put<'a>(&mut self, task: Task<'a>, stack: &mut Vec<Task<'a>>) {
        let Task { indent, flat, doc } = task;
        match doc {
            Doc::Nil => {}
            Doc::Text(text) => {
                if self.closed && !text.trim().is_empty() {
                    self.newline(indent);
                }
                self.text.push_str(text);
                self.column += text.chars().count();
            }
            Doc::Line(one_line) if flat => {
                self.text.push_str(one_line);
                self.column += one_line.len();
            }
            Doc::Line(_) | Doc::Break => self.newline(indent),
            Doc::Comment(comment) | Doc::Trailing(comment) => self.comment(comment, indent),
            Doc::From(line) => {
                if let Some(last) = self.origin.last_mut() {
                    last.insert(*line);
                }
            }
            Doc::Concat(parts) => stack.extend(parts.iter().rev().map(|doc| Task { indent, flat, doc })),
            Doc::Group(inner) => {
                let flat = flat || (!inner.breaks() && self.fits(inner, stack));
                stack.push(Task { indent, flat, doc: inner });
            }
            Doc::Nest(by, inner) => stack.push(Task { indent: indent + by, flat, doc: inner }),
            Doc::Align(inner) => {
                if self.closed {
                    self.newline(indent);
                }
                stack.push(Task { indent: self.column, flat, doc: inner });
            }
        }
    }

    fn comment(&mut self, comment: &str, indent: usize) {
        if self.closed {
            self.newline(indent);
        }
        for (position, line) in comment.lines().enumerate() {
            if position > 0 {
                self.newline(indent);
            }
            let line = if position > 0 { line.trim() } else { line };
            self.text.push_str(line);
            self.column += line.chars().count();
        }
        self.closed = true;
    }

    fn newline(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
        self.closed = false;
        self.origin.push(BTreeSet::new());
    }

    /// Whether `doc`, and what follows it up to the next line break, fits in the line.
    fn fits(&self, doc: &Doc, rest: &[Task<'_>]) -> bool {
        let Some(mut left) = self.width.checked_sub(self.column) else { return false };
        let mut stack = vec![(true, doc)];
        let mut after = rest.iter().rev();
        loop {
            let Some((flat, doc)) = stack.pop().or_else(|| after.next().map(|task| (task.flat, task.doc))) else {
                return true;
            };
            let used = match doc {
                Doc::Nil | Doc::From(_) => 0,
                Doc::Text(text) => text.chars().count(),
                Doc::Line(one_line) if flat => one_line.len(),
                Doc::Line(_) | Doc::Break | Doc::Comment(_) | Doc::Trailing(_) => return true,
                Doc::Concat(parts) => {
                    stack.extend(parts.iter().rev().map(|doc| (flat, doc)));
                    0
                }
                Doc::Group(inner) | Doc::Nest(_, inner) | Doc::Align(inner) => {
                    stack.push((flat, inner));
                    0
                }
            };
            match left.checked_sub(used) {
                Some(now) => left = now,
                None => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_on_one_line_and_a_comment_ends_its_line() {
        let list = |parts: &[&str]| {
            let mut docs = vec![text("{")];
            for (n, part) in parts.iter().enumerate() {
                docs.extend((n > 0).then(|| concat([text(","), Doc::Line(" ")])));
                docs.push(text(*part));
            }
            docs.push(text("}"));
            concat(docs).align().group()
        };
        assert_eq!(render(&list(&["a", "b"]), 10).text, "{a, b}");
        assert_eq!(render(&list(&["aaaa", "bbbb"]), 10).text, "{aaaa,\nbbbb}");
        let noted = concat([text("a"), Doc::Comment("\\* why".to_owned()), text("b")]);
        assert_eq!(render(&noted, 10).text, "a\\* why\nb");
    }
}
