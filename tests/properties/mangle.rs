//! What goes wrong in text that is no module: a config, a trace, a mapping, at places that are chosen by number.

/// The text with one part of it removed, doubled, moved or replaced by one of `words`; now and then a line, or all after a place.
pub(crate) fn mangle(text: &str, words: &[&str], choose: &mut dyn FnMut(usize) -> usize) -> String {
    let of_lines = choose(4) == 0;
    let mut parts = if of_lines { text.split_inclusive('\n').collect() } else { parts(text) };
    if parts.is_empty() {
        return words[choose(words.len())].to_owned();
    }
    let at = choose(parts.len());
    match choose(7) {
        0 => drop(parts.remove(at)),
        1 => parts.insert(at, parts[at]),
        2 => parts[at] = words[choose(words.len())],
        3 => parts.insert(at, words[choose(words.len())]),
        4 => parts[at] = parts[choose(parts.len())],
        5 => {
            let other = choose(parts.len());
            parts.swap(at, other);
        }
        _ if choose(4) == 0 => parts.truncate(at),
        _ => parts[at] = "",
    }
    parts.concat()
}

/// Words, runs of white space, and every other character by itself.
fn parts(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        _ if c.is_alphanumeric() || c == '_' => 0,
        _ if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if kind(first) == 2 {
            first.len_utf8()
        } else {
            rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len())
        };
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}
