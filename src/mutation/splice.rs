//! Edits of a text that move nothing else: what follows an edit keeps its column, as columns bind junction lists.

use crate::base::span::Span;
use crate::base::text::column;

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) with: String,
}

/// The text with all edits, which do not overlap.
pub(super) fn splice(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut text = text.to_owned();
    for Edit { span, with } in edits.into_iter().rev() {
        let ends = column(&text, span.end);
        text.replace_range(span.range(), with);
        let at = span.start + with.len();
        if text[at..].starts_with(['\n', '\r']) || at == text.len() {
            continue;
        }
        let now = column(&text, at);
        let gap = if now <= ends { " ".repeat(ends - now) } else { format!("\n{}", " ".repeat(ends)) };
        text.insert_str(at, &gap);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, old: &str, with: &str) -> String {
        let start = text.find(old).unwrap();
        splice(text, &[Edit { span: Span::new(start, start + old.len()), with: with.to_owned() }])
    }

    #[test]
    fn what_follows_an_edit_keeps_its_column() {
        let text = "A == x < 3 /\\ \\/ a\n              \\/ b\n";
        assert_eq!(edited(text, "x < 3", "TRUE"), "A == TRUE  /\\ \\/ a\n              \\/ b\n");
        let longer = edited(text, "3", "1000");
        assert_eq!(longer, "A == x < 1000\n           /\\ \\/ a\n              \\/ b\n");
        assert_eq!(edited("A == x\n", "x", "long"), "A == long\n");
    }

    #[test]
    fn edits_of_one_line_do_not_disturb_each_other() {
        let span = |at| Span::new(at, at + 1);
        let edits = [Edit { span: span(0), with: "xx".into() }, Edit { span: span(4), with: "yy".into() }];
        assert_eq!(splice("a + b + c", &edits), "xx\n  + yy\n      + c");
    }
}
