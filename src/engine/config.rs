//! What a TLC config file names: enough of its grammar to know which invariants and properties are checked.

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::spelling;
use crate::engine::sany_report::Sources;
use crate::tla::check::is_standard_operator;
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
    /// What is assigned or replaced under `CONSTANT` or `CONSTANTS`, with the lines.
    pub assigned: Vec<(String, usize)>,
    /// Keywords that only newer versions know, with their lines.
    pub newer: Vec<(String, usize)>,
}

impl TlcConfig {
    /// Reads the text of a config file; what is not understood is left to TLC to complain of.
    pub fn parse(text: &str) -> Self {
        let mut config = Self::default();
        let mut keyword = String::new();
        let text = without_comments(text);
        let words = words(&text);
        for (at, &Word { text: word, line }) in words.iter().enumerate() {
            if is_keyword(word) {
                if ["CHECK_DEADLOCK", "ALIAS", "POSTCONDITION"].contains(&word) {
                    config.newer.push((word.to_owned(), line));
                }
                word.clone_into(&mut keyword);
            } else if ["CONSTANT", "CONSTANTS"].contains(&keyword.as_str()) {
                if words.get(at + 1).is_some_and(|next| ["=", "<-"].contains(&next.text)) {
                    config.assigned.push((word.to_owned(), line));
                }
            } else {
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
                .at(Place::at(file, *line, 1, Some(text)))
        };
        self.newer.iter().map(warn).collect()
    }

    /// One warning for each assigned name that no module of the run has, which TLC passes over without a word. None where
    /// the names of a module are not known.
    pub(super) fn unused(&self, file: &str, text: &str, sources: &Sources) -> Vec<Diagnostic> {
        let Some(names) = sources.names() else { return Vec::new() };
        let unknown = self.assigned.iter().filter(|(name, _)| !names.contains(name) && !is_standard_operator(name));
        let warn = |(name, line): &(String, usize)| {
            let message = format!("`{name}` is assigned, but no module has a constant or a definition of that name");
            let diagnostic = Diagnostic::warning("tlc/config-unused", message).at(place_of(name, *line, file, text));
            match spelling::nearest(name, names.iter().map(String::as_str)) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic.hint("TLC passes over it: take it out, or declare it in the module"),
            }
        };
        unknown.map(warn).collect()
    }
}

/// Where a name stands in a line of a config.
pub(super) fn place_of(name: &str, line: usize, file: &str, text: &str) -> Place {
    let whole = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let alone = |at: &usize| {
        let (before, after) = (whole[..*at].chars().next_back(), whole[at + name.len()..].chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    };
    let column = whole.match_indices(name).map(|(at, _)| at).find(alone).map(|at| whole[..at].chars().count() + 1);
    let mut place = Place::at(file, line, column.unwrap_or(1), Some(text));
    place.width = name.chars().count().max(1);
    place
}

/// The place of the first word of `said` that is a name in the config: one that TLC speaks of as such, else one that begins
/// with a capital letter.
pub(super) fn named_in(said: &str, file: &str, text: &str) -> Option<Place> {
    let blank = without_comments(text);
    let words = words(&blank);
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_owned();
    let spoken = [" specified in the configuration file", " does not appear"].map(|after| said.split(after).next());
    let before = spoken.into_iter().flatten().filter(|head| head.len() < said.len());
    let before = before.filter_map(|head| head.split_whitespace().next_back());
    let behind = ["identifier ", "was given: ", "parameter "].map(|before| said.split(before).nth(1));
    let behind = behind.into_iter().flatten().filter_map(|rest| rest.split_whitespace().next());
    let capital = said.split_whitespace().filter(|word| word.starts_with(char::is_uppercase));
    let place = |name: String| {
        let line = words.iter().find(|word| word.text == name && !is_keyword(&name))?.line;
        Some(place_of(&name, line, file, text))
    };
    before.chain(behind).chain(capital).map(bare).find_map(place)
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
        let assigned = [("N", 2), ("Server", 2), ("Log", 3)].map(|(name, line)| (name.to_owned(), line));
        assert_eq!(config.assigned, assigned);
    }

    #[test]
    fn a_name_that_tlc_complains_of_has_its_place_in_the_config() {
        let text = "SPECIFICATION nospec\n(* inv *)\nINVARIANT invariant inv\nCONSTANT k <- nowhere Server = 3\n";
        for (said, place) in [
            ("the name nospec specified in the configuration file is not defined in the specification", Some((1, 15))),
            (
                "the invariant inv specified in the configuration file is not defined in the specification",
                Some((3, 21)),
            ),
            (
                "the invariant invariant specified in the configuration file is not defined in the specification",
                Some((3, 11)),
            ),
            ("the configuration file substitutes for k with the undefined identifier nowhere.", Some((4, 15))),
            ("TLC requires invariant not to take any argument, but one was given: inv", Some((3, 21))),
            ("the constant Server is wrong", Some((4, 23))),
            ("the constant parameter Other is not assigned a value by the configuration file.", None),
        ] {
            let found = named_in(said, "M.cfg", text).map(|place| (place.line, place.column));
            assert_eq!(found, place, "{said}");
        }
    }

    #[test]
    fn an_assigned_name_that_no_module_has_is_told() {
        let text = "CONSTANTS N = 3 Server = {s1}\n  Lgo <- MCLog Nat <- MCNat\n";
        let module =
            "---- MODULE M ----\nEXTENDS Naturals\nCONSTANTS N, Server\nLog == 1\nMCLog == 2\nMCNat == 0..3\n====\n";
        let told = |modules: &[(&str, Option<&str>)]| {
            let mut sources = Sources::default();
            for (name, text) in modules {
                sources.add(*name, format!("{name}.tla"), text.map(str::to_owned));
            }
            TlcConfig::parse(text).unused("M.cfg", text, &sources)
        };
        let known = told(&[("M", Some(module)), ("Naturals", None)]);
        assert_eq!(known.len(), 1, "{known:?}");
        assert_eq!(
            (known[0].code.as_str(), known[0].places[0].line, known[0].places[0].column),
            ("tlc/config-unused", 2, 3)
        );
        assert!(known[0].hints[0].contains("`Log`"), "{known:?}");
        // What cannot be read might have the name.
        assert!(told(&[("M", Some(module)), ("Other", None)]).is_empty());
        assert!(told(&[("M", Some("no module"))]).is_empty());
    }

    #[test]
    fn a_keyword_with_nothing_after_it_names_nothing() {
        let config = TlcConfig::parse("INVARIANT\nPROPERTIES\nINIT Init NEXT Next\n");
        assert_eq!((config.invariants.len(), config.properties.len()), (0, 0));
    }
}
