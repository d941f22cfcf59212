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
    // By line feeds alone, as `patch` counts lines: a carriage return in the middle of a line ends none.
    let [before_lines, after_lines] =
        [old.unwrap_or_default(), new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let changes = similar::TextDiff::configure().newline_terminated(true).diff_slices(&before_lines, &after_lines);
    changes.unified_diff().context_radius(3).header(&before, &format!("b/{path}")).to_string()
}

/// A file that a diff changes, as it was before: its path, and its text; `None` where the diff adds it.
pub type Reverted = (String, Option<String>);

/// Takes a diff of [`diff`]s back; `read` gives the text of a file as it is now. `None` where that is not what the diff leads
/// to.
pub fn revert(diff: &str, read: &dyn Fn(&str) -> Option<String>) -> Option<Vec<Reverted>> {
    let mut lines = diff.split_inclusive('\n').peekable();
    let mut all = Vec::new();
    while let Some(header) = lines.next() {
        let old = header.strip_prefix("--- ")?.trim_end();
        let path = lines.next()?.strip_prefix("+++ b/")?.trim_end().to_owned();
        let now = read(&path)?;
        let (mut rest, mut before) = (now.split_inclusive('\n'), String::new());
        let mut done = 0;
        while let Some((first, mut counts)) = lines.peek().and_then(|line| hunk(line)) {
            lines.next();
            while done + 1 < first {
                before.push_str(rest.next()?);
                done += 1;
            }
            while counts != (0, 0) {
                let line = lines.next()?;
                let unended = lines.next_if(|next| next.starts_with("\\ ")).is_some();
                let text = line.get(1..)?;
                let text = if unended { text.strip_suffix('\n')? } else { text };
                let kind = line.as_bytes().first()?;
                if matches!(kind, b' ' | b'-') {
                    counts.0 -= 1;
                    before.push_str(text);
                }
                if matches!(kind, b' ' | b'+') {
                    counts.1 -= 1;
                    done += 1;
                    if rest.next()? != text {
                        return None;
                    }
                }
            }
        }
        before.extend(rest);
        all.push((path, (old != "/dev/null").then_some(before)));
    }
    Some(all)
}

/// The first line of the new text that a hunk is about, and how many lines it has of the old and of the new one.
fn hunk(line: &str) -> Option<(usize, (usize, usize))> {
    let (old, new) = line.strip_prefix("@@ -")?.split_once(" @@")?.0.split_once(" +")?;
    let range = |text: &str| -> Option<(usize, usize)> {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    };
    let ((_, before), (first, after)) = (range(old)?, range(new)?);
    // An empty range is said to begin at the line before it.
    Some((if after == 0 { first + 1 } else { first }, (before, after)))
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

    #[test]
    fn a_diff_is_taken_back_only_from_what_it_leads_to() {
        let (old, new) = ("a\nb\nc\nd\ne\nf\ng\nh", "a\nx\nc\nd\ne\nf\ng\nh\ni\n");
        let changes = format!("{}{}", diff("f", Some(old), new), diff("g", None, new));
        let back = revert(&changes, &|_| Some(new.to_owned())).unwrap();
        assert_eq!(back, [("f".to_owned(), Some(old.to_owned())), ("g".to_owned(), None)]);
        assert_eq!(revert(&changes, &|_| Some(new.replace('x', "y"))), None);
        assert_eq!(revert(&changes, &|_| None), None);
    }

    proptest! {
        #[test]
        fn a_diff_leads_back(old in "([abc]?\r?\n){0,9}[abc]?", new in "([abc]?\r?\n){0,9}[abc]?") {
            prop_assume!(old != new);
            let back = revert(&diff("f", Some(&old), &new), &|_| Some(new.clone()));
            prop_assert_eq!(back, Some(vec![("f".to_owned(), Some(old))]));
        }

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
