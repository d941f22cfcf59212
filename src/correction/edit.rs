//! Insertions and replacements in a text.

use crate::base::span::LineIndex;
use crate::base::span::Span;

/// One edit; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) with: String,
}

impl Edit {
    /// An insertion.
    pub(super) fn at(offset: usize, with: impl Into<String>) -> Self {
        Self { span: Span::new(offset, offset), with: with.into() }
    }
}

/// The text with all edits, which do not overlap.
pub(super) fn applied(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut text = text.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.span.range(), &edit.with);
    }
    text
}

/// The first line of an edit, from 1, and the lines before and after it.
pub(super) fn shown(text: &str, edit: &Edit) -> (usize, String, String) {
    let after = applied(text, std::slice::from_ref(edit));
    let line = LineIndex::new(text).line(edit.span.start);
    let start = text[..edit.span.start].rfind('\n').map_or(0, |at| at + 1);
    let lines = |text: &str, end: usize| {
        let end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        text[start..end].trim_end().to_owned()
    };
    (line, lines(text, edit.span.end), lines(&after, edit.span.start + edit.with.len()))
}
