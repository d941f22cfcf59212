//! YAML files as typed values, with the place of a mistake and the name that was meant.

use serde::de::DeserializeOwned;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::without_place;
use crate::base::spelling;

/// Reads `text`, the contents of `file`. A mistake becomes a diagnostic with the code `code`: the path in the file, what
/// is wrong there, the place, and for an unknown name the nearest known one.
pub fn read<T: DeserializeOwned>(text: &str, file: &str, code: &str) -> Result<T, Diagnostic> {
    serde_path_to_error::deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
        let (path, error) = (error.path().to_string(), error.into_inner());
        let said = error.to_string();
        let said = without_place(&said);
        let said = ancestors(&path).find_map(|above| said.strip_prefix(above)?.strip_prefix(": ")).unwrap_or(said);
        let (what, known) =
            said.split_once(", expected one of ").or(said.split_once(", expected `")).unwrap_or((said, ""));
        let unknown = what.split('`').nth(1).filter(|_| what.starts_with("unknown "));
        let what = if unknown.is_some() { what } else { said };
        let at = if path.is_empty() || path == "." { String::new() } else { format!("at `{path}`: ") };
        let start = error.location().map_or((1, 1), |l| (l.line(), l.column()));
        let start = repeated(text, said).map_or(start, |line| (line, 1));
        let mut diagnostic =
            Diagnostic::error(code, format!("read {file}: {at}{what}")).at(place(text, file, start, unknown));
        if let Some(unknown) = unknown {
            let known: Vec<&str> =
                known.split(['`', ',']).map(str::trim).filter(|w| !w.is_empty() && *w != "or").collect();
            diagnostic = match spelling::nearest(unknown, known.iter().copied()) {
                Some(name) => diagnostic.hint(format!("did you mean `{name}`?")),
                None => diagnostic.hint(format!("known here: {}", known.join(", "))),
            };
        }
        diagnostic
    })
}

/// `a.b.c`, `a.b`, `a`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rfind(['.', '[']).map(|end| &path[..end]))
}

/// The line of the second key that `said`, the words of the parser, calls a duplicate: the parser itself tells none
/// then, or that of the mapping.
pub fn repeated(text: &str, said: &str) -> Option<usize> {
    let quoted = ["duplicate entry with key ", "duplicate field "].iter().find_map(|words| said.strip_prefix(words))?;
    let key = quoted.trim_matches(['"', '`']);
    // The columns at which the key has been seen in the mappings that are still open.
    let mut seen: Vec<usize> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let begins = line.trim_start();
        if begins.is_empty() || begins.starts_with('#') {
            continue;
        }
        let item = begins.starts_with("- ");
        let dash = line.len() - begins.len();
        let inside = begins.trim_start_matches("- ").trim_start();
        let column = line.len() - inside.len();
        // An item of a list begins a mapping of its own.
        seen.retain(|open| if item { *open <= dash } else { *open <= column });
        if inside.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')) {
            if seen.contains(&column) {
                return Some(index + 1);
            }
            seen.push(column);
        }
    }
    None
}

/// The parser points to the mapping an unknown name is in; the name itself is there or below.
fn place(text: &str, file: &str, (line, column): (usize, usize), name: Option<&str>) -> Place {
    // Where the text ends too early the parser points behind its last line.
    let last = text.split('\n').count();
    let (line, column) = if line > last { (last, 1) } else { (line, column) };
    let below = text.lines().enumerate().skip(line.saturating_sub(1));
    let found =
        name.and_then(|name| below.into_iter().find_map(|(index, text)| Some((index + 1, text.find(name)?, name))));
    let Some((line, start, name)) = found else { return Place::at(file, line.max(1), column.max(1), Some(text)) };
    let mut place = Place::at(file, line, 1, Some(text));
    place.column = place.text[..start].chars().count() + 1;
    place.width = name.chars().count();
    place
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only how it is read matters")]
    struct Thing {
        size: u32,
        kind: Option<Kind>,
        parts: Option<BTreeMap<String, Vec<Self>>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Round,
        Square,
    }

    fn shown(text: &str) -> String {
        read::<Thing>(text, "thing.yaml", "thing/bad").unwrap_err().render(false)
    }

    #[test]
    fn a_mistake_is_shown_where_it_is_with_what_was_meant() {
        let texts = [
            "size: many\n",
            "kind: round\n",
            "size: 1\nkind: rond\n",
            "size: 1\nparts:\n  left:\n  - size: 2\n    knd: square\n",
            "size: [1\n",
            "size: 1\nparts:\n  left:\n  - size: x\n",
            "",
            "size: 1\nkind: round\nsize: 2\n",
        ];
        insta::assert_snapshot!(texts.map(shown).join("\n\n"));
    }

    #[test]
    fn a_key_is_repeated_only_within_one_mapping() {
        let line = |text: &str| repeated(text, "duplicate entry with key \"a\"");
        assert_eq!(line("a: 1\nb:\n  a: 2\n# a: 3\na: 4\n"), Some(5));
        assert_eq!(line("l:\n- a: 1\n  b: 2\n- a: 3\n  a : 4\n"), Some(5));
        assert_eq!(line("l:\n  x:\n    a: 1\n  y:\n    a: 2\n"), None);
        assert_eq!(repeated("a: 1\na: 2\n", "something else"), None);
    }
}
