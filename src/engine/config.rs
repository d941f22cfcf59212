//! What a TLC config file names: enough of its grammar to know which invariants and properties are checked.

use crate::base::diag::Diagnostic;
use crate::tla::config::Word;
use crate::tla::config::is_keyword;
use crate::tla::config::without_comments;
use crate::tla::config::words;

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
        for Word { text: word, line } in words(&without_comments(text)) {
            if is_keyword(word) {
                if ["CHECK_DEADLOCK", "ALIAS", "POSTCONDITION"].contains(&word) {
                    config.newer.push((word.to_owned(), line));
                }
                word.clone_into(&mut keyword);
            } else {
                // Assignments stand under CONSTANT only, which is not taken.
                config.take(&keyword, word);
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
