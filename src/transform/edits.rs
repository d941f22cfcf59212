//! Changes of a text by places in it, which keep everything else as it was.

use std::collections::BTreeSet;

use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla::print::print_unit;
use crate::tla::syntax::Unit;

pub(super) struct Edits<'a> {
    pub(super) text: &'a str,
    list: Vec<(Span, String)>,
}

/// A changed text.
pub(super) struct Edited {
    pub(super) text: String,
    /// For each line, the lines of the old text that it came from.
    pub(super) origin: Vec<BTreeSet<usize>>,
}

impl<'a> Edits<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, list: Vec::new() }
    }

    /// Another text at a place.
    pub(super) fn put(&mut self, span: Span, new: String) {
        self.list.push((span, new));
    }

    pub(super) fn insert(&mut self, at: usize, new: String) {
        self.put(Span::new(at, at), new);
    }

    /// Another unit at a place.
    pub(super) fn replace(&mut self, span: Span, unit: &Unit) {
        self.put(span, print_unit(unit, None).text);
    }

    pub(super) fn applied(mut self) -> Edited {
        self.list.sort_by_key(|(span, _)| span.start);
        let lines = LineIndex::new(self.text);
        let mut edited = Edited { text: String::new(), origin: vec![BTreeSet::new()] };
        let mut at = 0;
        for (span, new) in &self.list {
            edited.keep(self.text, Span::new(at, span.start), &lines);
            let from = (span.start < span.end).then(|| lines.line(span.start)..=lines.line(span.end));
            edited.add(new, |_| from.clone().into_iter().flatten().collect());
            at = span.end;
        }
        edited.keep(self.text, Span::new(at, self.text.len()), &lines);
        edited
    }
}

impl Edited {
    fn keep(&mut self, text: &str, span: Span, lines: &LineIndex) {
        let first = lines.line(span.start);
        self.add(&text[span.range()], |n| vec![first + n]);
    }

    fn add(&mut self, part: &str, from: impl Fn(usize) -> Vec<usize>) {
        for (n, line) in part.split('\n').enumerate() {
            if n > 0 {
                self.text.push('\n');
                self.origin.push(BTreeSet::new());
            }
            self.text.push_str(line);
            if let Some(last) = self.origin.last_mut().filter(|_| !line.trim().is_empty()) {
                last.extend(from(n));
            }
        }
    }
}
