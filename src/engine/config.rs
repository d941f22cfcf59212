//! What a TLC config file names: enough of its grammar to know which invariants and properties are checked.

use crate::base::diag::Diagnostic;

/// The parts of a config file that a verdict depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlcConfig {
    /// After `INVARIANT` or `INVARIANTS`.
    pub invariants: Vec<String>,
    /// After `PROPERTY` or `PROPERTIES`.
    pub properties: Vec<String>,
    /// `CONSTRAINT`, `ACTION_CONSTRAINT`, `VIEW` and `SYMMETRY`, each as `KEYWORD name`.
    pub restrictions: Vec<String>,
    /// After `SPECIFICATION`.
    pub specification: Option<String>,
    /// Keywords that only newer versions know, with their lines.
    pub newer: Vec<(String, usize)>,
}

impl TlcConfig {
    /// Reads the text of a config file; what is not understood is left to TLC to complain of.
    pub fn parse(text: &str) -> Self {
        let mut config = Self::default();
        let mut keyword = String::new();
        for (word, line) in words(text) {
            if is_keyword(&word) {
                if ["CHECK_DEADLOCK", "ALIAS", "POSTCONDITION"].contains(&word.as_str()) {
                    config.newer.push((word.clone(), line));
                }
                keyword.clone_from(&word);
            } else {
                // Assignments stand under CONSTANT only, which is not taken.
                config.take(&keyword, &word);
            }
        }
        config
    }

    fn take(&mut self, keyword: &str, word: &str) {
        match keyword {
            "INVARIANT" | "INVARIANTS" => self.invariants.push(word.to_owned()),
            "PROPERTY" | "PROPERTIES" => self.properties.push(word.to_owned()),
            "SPECIFICATION" => self.specification = Some(word.to_owned()),
            "ACTION_CONSTRAINT" | "ACTION_CONSTRAINTS" | "CONSTRAINT" | "CONSTRAINTS" | "SYMMETRY" | "VIEW" => {
                self.restrictions.push(format!("{keyword} {word}"));
            }
            _ => {}
        }
    }

    /// One warning for each keyword that the 2020 version of TLC takes for an error.
    pub fn portability(&self, file: &str, text: &str) -> Vec<Diagnostic> {
        let warn = |(keyword, line): &(String, usize)| {
            Diagnostic::warning("tlc/config-newer", format!("`{keyword}` is not known to older versions of TLC"))
                .at(crate::base::diag::Place::at(file, *line, 1, Some(text)))
        };
        self.newer.iter().map(warn).collect()
    }
}

fn is_keyword(word: &str) -> bool {
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

/// The words of a config file with their lines, without comments.
fn words(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (index, line) in text.lines().enumerate() {
        let mut kept = String::new();
        let mut rest = line;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("(*") {
                depth += 1;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("*)").filter(|_| depth > 0) {
                depth -= 1;
                rest = after;
            } else if depth == 0 && rest.starts_with(r"\*") {
                break;
            } else {
                let next = rest.chars().next().map_or(1, char::len_utf8);
                kept.push_str(if depth == 0 { &rest[..next] } else { " " });
                rest = &rest[next..];
            }
        }
        let spaced = kept.replace("<-", " <- ").replace('=', " = ").replace(',', " ");
        found.extend(spaced.split_whitespace().map(|word| (word.to_owned(), index + 1)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_through_comments_and_assignments() {
        let text = "\\* INVARIANT No\nCONSTANTS N=3 Server = {s1, s2}\n  Log <- MCLog\n(* INVARIANT\n Neither *) INVARIANTS TypeOk\n Safe \\* last\nPROPERTY Live\nCONSTRAINT Small\nCHECK_DEADLOCK FALSE\nSPECIFICATION Spec";
        let config = TlcConfig::parse(text);
        assert_eq!(config.invariants, ["TypeOk", "Safe"]);
        assert_eq!(config.properties, ["Live"]);
        assert_eq!(config.restrictions, ["CONSTRAINT Small"]);
        assert_eq!(config.specification.as_deref(), Some("Spec"));
        assert_eq!(config.newer, [("CHECK_DEADLOCK".to_owned(), 9)]);
        assert_eq!(config.portability("MC.cfg", text)[0].places[0].text, "CHECK_DEADLOCK FALSE");
    }

    #[test]
    fn a_keyword_with_nothing_after_it_names_nothing() {
        let config = TlcConfig::parse("INVARIANT\nPROPERTIES\nINIT Init NEXT Next\n");
        assert_eq!((config.invariants.len(), config.properties.len()), (0, 0));
    }
}
