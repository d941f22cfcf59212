//! Edits as byte ranges: applied together, undone exactly, shown as a unified diff.

use crate::base::span::Span;

/// New text in the place of a byte range; an empty range is an insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub new: String,
}

impl Edit {
    /// An insertion before the byte at `offset`.
    pub fn insert(offset: usize, new: impl Into<String>) -> Self {
        Self { span: Span::new(offset, offset), new: new.into() }
    }
}

/// A text after edits, and the edits that lead back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text.
    pub text: String,
    /// Edits of the new text that give the old one back, byte for byte.
    pub undo: Vec<Edit>,
}

/// Applies `edits`, whose ranges are all of `text` as it is; insertions at one place keep their order. `None` where
/// ranges overlap, lie outside or cut a character.
pub fn apply(text: &str, edits: &[Edit]) -> Option<Edited> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|e| (e.span.start, e.span.end));
    let (mut new, mut undo, mut done) = (String::with_capacity(text.len()), Vec::new(), 0);
    for edit in sorted {
        // The first is `None` where this edit begins inside the one before.
        new.push_str(text.get(done..edit.span.start)?);
        let old = text.get(edit.span.range())?;
        let start = new.len();
        new.push_str(&edit.new);
        undo.push(Edit { span: Span::new(start, new.len()), new: old.to_owned() });
        done = edit.span.end;
    }
    new.push_str(text.get(done..)?);
    Some(Edited { text: new, undo })
}

/// The change of one file as a unified diff, as `patch -p1` takes it; `None` for a file that is not there.
pub fn diff(path: &str, old: Option<&str>, new: &str) -> String {
    let before = old.map_or_else(|| "/dev/null".to_owned(), |_| format!("a/{path}"));
    let changes = similar::TextDiff::from_lines(old.unwrap_or_default(), new);
    changes.unified_diff().context_radius(3).header(&before, &format!("b/{path}")).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        let edits = [Edit::insert(1, "x"), Edit::insert(1, "y"), Edit { span: Span::new(2, 3), new: String::new() }];
        assert_eq!(apply("abcd", &edits).unwrap().text, "axybd");
    }

    #[test]
    fn overlapping_edits_are_refused() {
        let edit = |start, end| Edit { span: Span::new(start, end), new: String::new() };
        assert_eq!(apply("abcd", &[edit(0, 2), edit(1, 3)]), None);
        assert_eq!(apply("abcd", &[edit(3, 9)]), None);
        assert_eq!(apply("ä", &[edit(1, 1)]), None);
    }

    proptest! {
        #[test]
        fn undo_gives_the_old_bytes_back(text in "[a-zä\n]{0,40}", cuts in proptest::collection::vec((0_usize..41, 0_usize..5, "[xyö]{0,3}"), 0..5)) {
            let edits: Vec<Edit> =
                cuts.into_iter().map(|(start, length, new)| Edit { span: Span::new(start, start + length), new }).collect();
            if let Some(edited) = apply(&text, &edits) {
                prop_assert_eq!(apply(&edited.text, &edited.undo).map(|e| e.text), Some(text));
            }
        }
    }
}
