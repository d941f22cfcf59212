//! The words of TLC's config files.

/// One word of a config, and the line it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Word<'t> {
    /// As it stands there; a string with its quotes.
    pub text: &'t str,
    /// From 1.
    pub line: usize,
}

/// Whether a word begins a section.
pub fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 21] = [
        "ACTION_CONSTRAINT",
        "ACTION_CONSTRAINTS",
        "ALIAS",
        "CHECK_DEADLOCK",
        "CONSTANT",
        "CONSTANTS",
        "CONSTRAINT",
        "CONSTRAINTS",
        "INIT",
        "INVARIANT",
        "INVARIANTS",
        "NEXT",
        "POSTCONDITION",
        "PROPERTIES",
        "PROPERTY",
        "SPECIFICATION",
        "SYMMETRY",
        "TYPE",
        "TYPE_CONSTRAINT",
        "VIEW",
        "_PERIODIC",
    ];
    KEYWORDS.contains(&word)
}

/// The text with its comments blanked out.
pub fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if rest.starts_with("(*") {
            depth += 1;
            rest = &rest[2..];
        } else if depth > 0 && rest.starts_with("*)") {
            depth -= 1;
            rest = &rest[2..];
            kept.push(' ');
        } else if depth == 0 && rest.starts_with("\\*") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else {
            if depth == 0 || letter == '\n' {
                kept.push(letter);
            }
            rest = &rest[letter.len_utf8()..];
        }
    }
    kept
}

/// The words of a config without comments.
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for (number, mut rest) in (1..).zip(text.lines()) {
        loop {
            rest = rest.trim_start();
            let Some(first) = rest.chars().next() else { break };
            let end = match first {
                '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
                '{' | '}' | ',' | '=' | '[' | ']' => 1,
                '<' if rest.starts_with("<-") => 2,
                _ => rest.find(|c: char| c.is_whitespace() || "{},=[]<\"".contains(c)).unwrap_or(rest.len()).max(1),
            };
            let end = rest.char_indices().map(|(at, _)| at).find(|at| *at >= end).unwrap_or(rest.len());
            words.push(Word { text: &rest[..end], line: number });
            rest = &rest[end..];
        }
    }
    words
}
