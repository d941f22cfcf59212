//! The module as the model sees it: all of a small one, of a large one what is damaged with the lines around it.

use std::fmt::Write as _;
use std::ops::Range;

use super::reach::Reach;
use crate::llm::prompt::fence;

/// A module of at most this many lines is shown whole.
const WHOLE: usize = 120;

/// Lines shown before and after each damaged definition.
const AROUND: usize = 4;

/// What the prompt shows of `text`.
pub(super) fn module(text: &str, reach: &Reach<'_>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= WHOLE {
        return format!("The whole module:\n\n{}", fence(text, "tla"));
    }
    let mut shown = format!(
        "The module has {} lines. These are its declarations and the definitions to mend, with the lines around them.\n",
        lines.len()
    );
    for range in ranges(lines.len(), reach) {
        let part = lines[range.clone()].join("\n");
        // Writing to a String cannot fail.
        let _ = write!(shown, "\nLines {} to {}:\n\n{}\n", range.start + 1, range.end, fence(&part, "tla"));
    }
    let sound = reach.sound();
    if !sound.is_empty() {
        let _ = write!(shown, "\nDefined as well, and to be left as they are: {}\n", sound.join(", "));
    }
    shown
}

/// The runs of lines to show, apart from each other.
fn ranges(count: usize, reach: &Reach<'_>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let head = 0..reach.first_definition();
    let damaged = reach.damaged().map(|lines| lines.start.saturating_sub(AROUND)..(lines.end + AROUND).min(count));
    for next in std::iter::once(head).chain(damaged).filter(|range| !range.is_empty()) {
        match ranges.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => ranges.push(next),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::Diagnostic;
    use crate::base::diag::Place;

    fn long(definitions: usize) -> String {
        let mut text = "---- MODULE M ----\nEXTENDS Naturals\nVARIABLE x\n\n".to_owned();
        for n in 0..definitions {
            let _ = write!(text, "\\* about {n}\nF{n} ==\n  x = {n}\n\n");
        }
        text.push_str("====\n");
        text
    }

    fn shown(text: &str, line: usize) -> String {
        let found = [Diagnostic::error("tla/unknown-name", "`y` is not known here").at(Place::at(
            "M.tla",
            line,
            3,
            Some(text),
        ))];
        module(text, &Reach::of(text, "M.tla", &found, &[]))
    }

    #[test]
    fn a_small_module_is_shown_whole() {
        let text = long(5);
        assert!(shown(&text, 7).contains(&text));
    }

    #[test]
    fn of_a_large_module_the_damaged_definition_is_shown_with_the_lines_around_it() {
        let text = long(100);
        // F50 is in the lines 206 and 207, its comment in 205.
        let shown = shown(&text, 207);
        assert!(
            shown.contains("Lines 1 to 4:\n\n```tla\n---- MODULE M ----\nEXTENDS Naturals\nVARIABLE x\n"),
            "{shown}"
        );
        assert!(shown.contains("Lines 201 to 211:"), "{shown}");
        assert!(shown.contains("\\* about 50\nF50 ==\n  x = 50\n"), "{shown}");
        assert!(shown.contains("F49, F51") && !shown.contains("F60 =="), "{shown}");
        assert!(shown.len() < text.len() / 2);
    }
}
