//! Repair cards: what models get wrong in TLA+, how our checker and SANY say so, and how it is mended.
//!
//! The cards are `lib/knowledge/*.yaml`, one mistake a file, and are compiled into the program. A new card is a file
//! there and a line in the list below; tests compare the two and hold every card against the checker and SANY. What the
//! codes of diagnostics mean is in [`codes`].

pub mod card;
pub mod codes;
pub mod retrieve;

use crate::base::diag::Failure;

pub use card::Card;
pub use card::render;
pub use retrieve::Index;

macro_rules! embedded {
    ($($id:literal),* $(,)?) => { &[$(($id, include_str!(concat!("../../lib/knowledge/", $id, ".yaml")))),*] };
}

/// Every card's id and text, by id.
const EMBEDDED: &[(&str, &str)] = embedded![
    "action-without-box",
    "assignment-operator",
    "assignment-to-primed",
    "assume-about-variable",
    "bang-for-not",
    "bound-variable-out-of-scope",
    "bound-variable-shadows-variable",
    "call-of-field",
    "case-separators",
    "chained-comparison",
    "closing-bracket-at-bullet-column",
    "compound-assignment",
    "constant-with-value",
    "double-ampersand-or-bar",
    "double-equals-in-formula",
    "duplicate-definition",
    "else-at-bullet-column",
    "empty-parentheses",
    "except-maps-to",
    "except-without-bang",
    "except-word-missing",
    "extends-out-of-place",
    "function-called-with-parentheses",
    "hash-comment",
    "implication-chain",
    "in-at-bullet-column",
    "in-without-backslash",
    "junction-item-left-of-bullet",
    "junction-list-out-of-column",
    "latex-operator-names",
    "let-pattern",
    "let-single-equals",
    "let-without-in",
    "lower-case-keywords",
    "maps-to-in-function-set",
    "markdown-fence-in-module",
    "missing-comma-in-tuple",
    "missing-else",
    "missing-extends-bags",
    "missing-extends-finitesets",
    "missing-extends-integers",
    "missing-extends-sequences",
    "missing-extends-tlc",
    "missing-module",
    "missing-module-end",
    "missing-recursive",
    "missing-then",
    "mixed-and-or",
    "module-header-malformed",
    "module-name-mismatch",
    "naturals-has-no-negatives",
    "no-module",
    "non-ascii-quotes",
    "not-equal-bang",
    "operator-as-argument",
    "operator-used-before-definition",
    "parameter-shadows-operator",
    "primed-action",
    "quantifier-over-subset",
    "quantifier-without-colon",
    "record-field-access-quoted",
    "record-field-quoted-in-constructor",
    "record-field-with-colon",
    "record-field-with-equals",
    "recursive-arity",
    "recursive-without-definition",
    "redefined-standard-operator",
    "reserved-word-as-name",
    "set-filter-and-map-mixed",
    "set-filter-two-variables",
    "set-operators-without-parentheses",
    "single-equals-in-definition",
    "slash-comment",
    "statement-in-module-body",
    "string-with-single-quotes",
    "surplus-parenthesis",
    "temporal-inside-action",
    "trailing-comma",
    "unbalanced-curly-brace",
    "unbalanced-parenthesis",
    "unbalanced-square-bracket",
    "unchanged-without-brackets",
    "unclosed-comment",
    "undeclared-constant",
    "undeclared-variable",
    "undefined-helper",
    "undefined-vars",
    "underscore-as-bound-variable",
    "unicode-operators",
    "unterminated-string",
    "word-operators",
    "wrong-bag-operators",
    "wrong-number-of-arguments",
];

/// The cards that are part of the program, by id.
pub fn cards() -> Result<Vec<Card>, Failure> {
    EMBEDDED.iter().map(|(id, text)| Card::parse(id, text).map_err(Failure::from)).collect()
}

/// The cards, for tests, which need not care that reading can fail.
#[cfg(test)]
pub(crate) fn shipped() -> &'static [Card] {
    static SHIPPED: std::sync::LazyLock<Vec<Card>> = std::sync::LazyLock::new(|| cards().unwrap());
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use camino::Utf8Path;

    use super::*;
    use crate::base::disk;

    #[test]
    fn the_list_of_cards_is_the_folder() {
        let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("lib/knowledge");
        let files = disk::files_under(&folder).unwrap();
        let files: BTreeSet<&str> = files.iter().filter_map(|file| file.file_stem()).collect();
        assert_eq!(files, EMBEDDED.iter().map(|(id, _)| *id).collect());
        assert!(EMBEDDED.is_sorted());
    }

    #[test]
    fn every_embedded_card_is_read() {
        for (id, text) in EMBEDDED {
            if let Err(error) = Card::parse(id, text) {
                panic!("{error}");
            }
        }
    }

    #[test]
    fn every_code_has_a_card_and_every_card_a_module_of_its_own() {
        let codes: BTreeSet<&str> = shipped().iter().map(|card| card.sany.as_str()).collect();
        assert_eq!(codes, BTreeSet::from(card::SANY_CODES));
        let explained = codes::all().unwrap();
        for card in shipped() {
            assert!(codes::find(&explained, &card.code).is_ok(), "{}: {}", card.id, card.code);
        }
        let modules: BTreeSet<&str> = shipped().iter().map(Card::module).collect();
        assert_eq!(modules.len(), shipped().len());
    }
}
