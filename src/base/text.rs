//! Text made fit for a line, and for XML; where a byte stands in what is no text.

use crate::base::diag::MAX_LINE;

/// The text on one line: every run of white space is one space.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many characters stand before `at` in its line.
pub fn column(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
    text[start..at].chars().count()
}

/// At most `limit` characters, the end replaced by `...`.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(3)).chain("...".chars()).collect()
}

/// The line and column, from 1, of the byte at `at`, and its line as far as it can be shown; empty where it is too long.
pub fn place(bytes: &[u8], at: usize) -> (usize, usize, String) {
    let before = &bytes[..at.min(bytes.len())];
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let end = bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| start + length);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    let is_shown = end - start <= MAX_LINE && !bytes[start..end].contains(&0);
    let shown = if is_shown { String::from_utf8_lossy(&bytes[start..end]) } else { "".into() };
    (line, column, shown.trim_end().to_owned())
}

/// As text between tags; characters that XML cannot hold are replaced.
pub fn in_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(character),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
