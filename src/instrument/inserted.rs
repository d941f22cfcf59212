//! Where inserted text lies in an instrumented file, and what a place in that file was in the original.

use crate::base::span::Span;
use crate::instrument::Edit;
use crate::instrument::edit;

/// A piece of an instrumented text that is not in the original, or stands there in another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inserted {
    /// In the instrumented text.
    pub new: Span,
    /// What it stands for in the original; empty for what was only inserted.
    pub old: Span,
    /// The number of its probe in the configuration, from 1; `None` for what all probes need, such as an import.
    pub probe: Option<usize>,
}

/// What a place of an instrumented text was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The byte of the original: of inserted text, the one that it was inserted before.
    pub offset: usize,
    /// The inserted text that holds the place, if one does.
    pub inserted: Option<Inserted>,
}

/// The source of the byte at `offset` of the instrumented text; `all` is in the order of the text.
pub fn source(all: &[Inserted], offset: usize) -> Source {
    let before = all.partition_point(|piece| piece.new.start <= offset);
    let Some(last) = before.checked_sub(1).and_then(|position| all.get(position)) else {
        return Source { offset, inserted: None };
    };
    if offset < last.new.end {
        return Source { offset: last.old.start, inserted: Some(*last) };
    }
    Source { offset: last.old.end + (offset - last.new.end), inserted: None }
}

/// Applies edits that each belong to a probe, or to none; the new text, and where they are in it.
pub(super) fn apply(text: &str, mut edits: Vec<(Edit, Option<usize>)>) -> Option<(String, Vec<Inserted>)> {
    edits.sort_by_key(|(edit, _)| (edit.span.start, edit.span.end));
    let (edits, probes): (Vec<Edit>, Vec<Option<usize>>) = edits.into_iter().unzip();
    let edited = edit::apply(text, &edits)?;
    let pieces = edited.undo.iter().zip(&edits).zip(probes);
    let inserted = pieces.map(|((undo, edit), probe)| Inserted { new: undo.span, old: edit.span, probe });
    Some((edited.text, inserted.collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_place_behind_an_insertion_is_where_it_was() {
        let edits =
            vec![(Edit::insert(2, "xyz"), Some(1)), (Edit::insert(2, "u"), None), (Edit::insert(4, "v"), Some(2))];
        let (text, inserted) = apply("abcdef", edits).unwrap();
        assert_eq!(text, "abxyzucdvef");
        let at = |offset| (source(&inserted, offset).offset, source(&inserted, offset).inserted.map(|i| i.probe));
        assert_eq!(
            [0, 1, 2, 4, 5].map(at),
            [(0, None), (1, None), (2, Some(Some(1))), (2, Some(Some(1))), (2, Some(None))]
        );
        assert_eq!([6, 8, 9].map(at), [(2, None), (4, Some(Some(2))), (4, None)]);
    }

    proptest! {
        #[test]
        fn every_byte_outside_insertions_is_that_of_the_original(
            text in "[a-z]{0,30}", cuts in proptest::collection::vec((0_usize..31, "[A-Z]{0,4}"), 0..6),
        ) {
            let cuts = cuts.into_iter().filter(|(at, _)| *at <= text.len());
            let (new, inserted) = apply(&text, cuts.map(|(at, new)| (Edit::insert(at, new), None)).collect()).unwrap();
            for (offset, byte) in new.bytes().enumerate() {
                let source = source(&inserted, offset);
                prop_assert_eq!(source.inserted.is_some(), byte.is_ascii_uppercase());
                prop_assert!(source.inserted.is_some() || text.as_bytes()[source.offset] == byte);
            }
        }
    }
}
