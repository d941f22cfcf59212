//! Which cards fit given diagnostics: BM25 over the words of a diagnostic and the words of a card.
//!
//! Written here, since no crate for it is well kept: `bm25` needs `fxhash`, which is unmaintained (RUSTSEC-2025-0057),
//! `probly-search` had its last release in July 2024, and `bm25_turbo` is under the AGPL. Words of TLA+ are also no
//! words for their tokenizers: `/\`, `==` and `|->` are what a diagnostic is about.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::knowledge::card::Card;

/// How fast a repeated word stops to count: the usual value.
const K1: f64 = 1.2;

/// How much a long card is discounted. All cards are short, and how short says little, so it is less than the usual 0.75.
const B: f64 = 0.3;

/// What a card with the diagnostic's own code is given on top; about as much as two rare words.
const CODE_BONUS: f64 = 6.0;

/// The symptom imitates the message, so its words count more than those of the explanation.
const SYMPTOM_WEIGHT: f64 = 3.0;

/// The line holds names of the user's own, so its words count less than those of the message.
const LINE_WEIGHT: f64 = 0.75;

/// Hints and labels are the same for many mistakes.
const HINT_WEIGHT: f64 = 0.3;

/// Tokens of TLA+, and of other languages where models mistake one for the other, longest first.
const SYMBOLS: [&str; 34] = [
    "----", "====", "```", "|->", "<=>", "(+)", "(-)", "/\\", "\\/", "==", ":=", "=>", "->", "<<", ">>", "!=", "/=",
    "<=", ">=", "=<", "&&", "||", "..", "[]", "<>", "~>", ":>", "@@", "//", "++", "+=", "-=", "(*", "*)",
];

/// Words of nearly every message.
const STOP_WORDS: [&str; 14] =
    ["a", "an", "at", "c", "col", "column", "is", "l", "line", "m", "of", "that", "the", "token"];

/// Bags of words: a word and how much of it there is.
type Words = BTreeMap<String, f64>;

/// The at most `limit` cards that fit the diagnostics best, best first; of equals the first by id.
///
/// A card is as good as it is for the diagnostic it fits best. Cards that share nothing with any diagnostic are left out,
/// and a diagnostic whose code no card has is nothing that cards speak of, whatever words it shares with them.
pub fn retrieve<'a>(diagnostics: &[Diagnostic], cards: &'a [Card], limit: usize) -> Vec<&'a Card> {
    let index = Index::new(cards);
    let mut best = vec![0.0_f64; cards.len()];
    let known: BTreeSet<&str> = cards.iter().map(|card| card.code.as_str()).collect();
    for diagnostic in diagnostics.iter().filter(|diagnostic| known.contains(diagnostic.code.as_str())) {
        let query = query(diagnostic);
        for (position, card) in cards.iter().enumerate() {
            let bonus = if card.code == diagnostic.code { CODE_BONUS } else { 0.0 };
            best[position] = best[position].max(index.score(&query, position) + bonus);
        }
    }
    let mut ranked: Vec<(f64, &Card)> = best.into_iter().zip(cards).filter(|(score, _)| *score > 0.0).collect();
    ranked.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.id.cmp(&y.id)));
    ranked.into_iter().take(limit).map(|(_, card)| card).collect()
}

struct Index {
    documents: Vec<Words>,
    lengths: Vec<f64>,
    mean_length: f64,
    rarity: BTreeMap<String, f64>,
}

impl Index {
    fn new(cards: &[Card]) -> Self {
        let documents: Vec<Words> = cards.iter().map(document).collect();
        let lengths: Vec<f64> = documents.iter().map(|words| words.values().sum()).collect();
        let count = documents.len().max(1) as f64;
        let mut holders = Words::new();
        for word in documents.iter().flat_map(BTreeMap::keys) {
            *holders.entry(word.clone()).or_default() += 1.0;
        }
        let rarity = holders.into_iter().map(|(word, n)| (word, (1.0 + (count - n + 0.5) / (n + 0.5)).ln()));
        let mean_length = lengths.iter().sum::<f64>() / count;
        Self { documents, mean_length, rarity: rarity.collect(), lengths }
    }

    fn score(&self, query: &Words, position: usize) -> f64 {
        let discount = K1 * (1.0 - B + B * self.lengths[position] / self.mean_length);
        let of_word = |(word, weight): (&String, &f64)| {
            let frequency = self.documents[position].get(word)?;
            Some(weight * self.rarity.get(word)? * frequency * (K1 + 1.0) / (frequency + discount))
        };
        query.iter().filter_map(of_word).sum()
    }
}

fn document(card: &Card) -> Words {
    let mut words = Words::new();
    add(&mut words, &card.code, 1.0);
    add(&mut words, &card.symptom, SYMPTOM_WEIGHT);
    add(&mut words, &card.cause, 1.0);
    add(&mut words, &card.fix, 1.0);
    // What both texts share has nothing to do with the mistake.
    for line in card.before.lines().filter(|line| card.after.lines().all(|other| other != *line)) {
        add(&mut words, line, 1.0);
    }
    words
}

/// A word counts once, however often a diagnostic repeats it, and as much as where it stands most prominently.
fn query(diagnostic: &Diagnostic) -> Words {
    let mut words = Words::new();
    let asides = diagnostic.hints.iter().chain(diagnostic.places.iter().map(|place| &place.label));
    words.extend(asides.flat_map(|text| tokens(text)).map(|word| (word, HINT_WEIGHT)));
    // Later places, such as where the definition begins, are overruled by the first.
    for (position, place) in diagnostic.places.iter().enumerate().rev() {
        let weight = if position == 0 { LINE_WEIGHT } else { HINT_WEIGHT };
        words.extend(tokens(&place.text).into_iter().map(|word| (word, weight)));
    }
    let said = [&diagnostic.code, &diagnostic.message];
    words.extend(said.into_iter().flat_map(|text| tokens(text)).map(|word| (word, 1.0)));
    words
}

fn add(words: &mut Words, text: &str, weight: f64) {
    for word in tokens(text) {
        *words.entry(word).or_default() += weight;
    }
}

/// Names and commands such as `\in` in lower case, and symbols. Numbers are places and say nothing.
fn tokens(text: &str) -> Vec<String> {
    let stop: BTreeSet<&str> = STOP_WORDS.into_iter().collect();
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            Some(symbol) => symbol.len(),
            None => word_length(rest, first),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        let token = token.to_lowercase();
        let says_something = !first.is_whitespace() && !first.is_ascii_digit() && !matches!(first, '`' | '"' | ';');
        if (says_something || token.len() > 1 && token.starts_with('`')) && !stop.contains(token.as_str()) {
            found.push(token);
        }
    }
    found
}

/// The bytes of the name, command, number or single symbol at the start of `text`, whose first character is `first`.
fn word_length(text: &str, first: char) -> usize {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let start = first.len_utf8();
    if first != '\\' && !is_part(first) {
        return start;
    }
    start + text[start..].find(|character| !is_part(character)).unwrap_or(text.len() - start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::Place;
    use crate::knowledge::shipped;

    fn ids(diagnostics: &[Diagnostic], limit: usize) -> Vec<&'static str> {
        retrieve(diagnostics, shipped(), limit).into_iter().map(|card| card.id.as_str()).collect()
    }

    #[test]
    fn symbols_and_commands_are_words_and_numbers_are_not() {
        assert_eq!(
            tokens(r#"x' /\ y |-> \in 12 "::" `Foo'"#),
            ["x", "'", "/\\", "y", "|->", "\\in", ":", ":", "foo", "'"]
        );
        assert_eq!(tokens("“é``` ```"), ["“", "é", "```", "```"]);
    }

    #[test]
    fn an_operator_of_a_standard_module_finds_the_card_of_that_module() {
        for (name, card) in [
            ("Cardinality", "missing-extends-finitesets"),
            ("SelectSeq", "missing-extends-sequences"),
            ("BagToSet", "missing-extends-bags"),
            ("ToString", "missing-extends-tlc"),
            ("Nat", "missing-extends-integers"),
        ] {
            let diagnostic = Diagnostic::error("sany/unknown-operator", format!("unknown operator `{name}`"));
            assert_eq!(ids(&[diagnostic], 1), [card]);
        }
    }

    #[test]
    fn the_offending_line_decides_between_cards_of_one_message() {
        let message = "item is not properly indented inside conjunction or disjunction list item";
        for (line, card) in [
            ("        IN next' = n", "in-at-bullet-column"),
            ("        ELSE x' = x", "else-at-bullet-column"),
            ("        ]", "closing-bracket-at-bullet-column"),
        ] {
            let place = Place::at("M.tla", 1, 9, Some(line));
            assert_eq!(ids(&[Diagnostic::error("sany/indentation", message).at(place)], 1), [card]);
        }
    }

    #[test]
    fn of_equal_cards_the_first_by_id_comes_first() {
        let mut cards = vec![shipped()[0].clone(), shipped()[0].clone()];
        cards[0].id = "b".to_owned();
        cards[1].id = "a".to_owned();
        let found = retrieve(&[Diagnostic::error(cards[0].code.clone(), "x")], &cards, 9);
        assert_eq!(found.iter().map(|card| card.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn every_diagnostic_has_a_say() {
        let first = Diagnostic::error("sany/unknown-operator", "unknown operator `Cardinality`");
        let second = Diagnostic::error("sany/unknown-operator", "unknown operator `Append`");
        let found = ids(&[first, second], 2);
        assert!(found.contains(&"missing-extends-finitesets") && found.contains(&"missing-extends-sequences"));
    }

    #[test]
    fn a_diagnostic_of_a_code_without_cards_finds_none() {
        let message =
            "raft.go:2900 cites a line that raft.go does not have: missing ELSE, unknown operator `Cardinality`";
        assert!(ids(&[Diagnostic::error("draft/citation-line", message)], 3).is_empty());
        let both = [
            Diagnostic::error("draft/citation-line", message),
            Diagnostic::error("sany/unknown-operator", "unknown operator `Append`"),
        ];
        assert_eq!(ids(&both, 3), ids(&both[1..], 3));
    }

    #[test]
    fn without_diagnostics_cards_or_room_nothing_is_found() {
        assert!(ids(&[], 3).is_empty());
        let diagnostic = [Diagnostic::error("sany/other", "x")];
        assert!(retrieve(&diagnostic, &[], 3).is_empty());
        assert!(ids(&diagnostic, 0).is_empty());
    }
}
