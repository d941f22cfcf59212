//! Which cards fit given diagnostics: BM25, by the crate `bm25`, over the code, the message and the line of a diagnostic
//! and the words of a card.
//!
//! The words are cut here, because those of TLA+ are no words for tokenizers of prose: `/\`, `==` and `|->` are what a
//! diagnostic is about. Scores are sums of numbers in one order, and equals stand by id, so that the same diagnostics find
//! the same cards everywhere.

use std::collections::BTreeMap;

use bm25::EmbedderBuilder;
use bm25::Embedding;
use bm25::Scorer;
use bm25::TokenEmbedder;
use bm25::TokenEmbedding;
use bm25::Tokenizer;

use crate::base::diag::Diagnostic;
use crate::base::diag::Severity;
use crate::knowledge::card::Card;
use crate::tla::check;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

/// How much a long card is discounted. All cards are short, and how short says little, so it is less than the usual 0.75.
const B: f32 = 0.3;

/// How often the words of a card count: what imitates a message counts more than what explains it.
const SYMPTOM_WEIGHT: usize = 3;

/// How often a word of a diagnostic counts, by where it stands. The code alone says which cards are in question.
const CODE_WEIGHT: usize = 16;
const MESSAGE_WEIGHT: usize = 4;
/// The line holds names of the user's own.
const LINE_WEIGHT: usize = 3;
/// Hints and labels are the same for many mistakes.
const HINT_WEIGHT: usize = 1;

/// Tokens of TLA+, and of other languages where models mistake one for the other, longest first.
const SYMBOLS: [&str; 34] = [
    "----", "====", "```", "|->", "<=>", "(+)", "(-)", "/\\", "\\/", "==", ":=", "=>", "->", "<<", ">>", "!=", "/=",
    "<=", ">=", "=<", "&&", "||", "..", "[]", "<>", "~>", ":>", "@@", "//", "++", "+=", "-=", "(*", "*)",
];

/// Words of nearly every message.
const STOP_WORDS: [&str; 14] =
    ["a", "an", "at", "c", "col", "column", "is", "l", "line", "m", "of", "that", "the", "token"];

/// Cards, ready to be asked.
pub struct Index<'a> {
    cards: &'a [Card],
    scorer: Scorer<usize, Word>,
}

impl std::fmt::Debug for Index<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("cards", &self.cards.len()).finish_non_exhaustive()
    }
}

impl<'a> Index<'a> {
    /// The index of these cards. Our checker is asked what it says of each mistake, which takes some milliseconds.
    pub fn new(cards: &'a [Card]) -> Self {
        let documents: Vec<String> = cards.iter().map(document).collect();
        let texts: Vec<&str> = documents.iter().map(String::as_str).collect();
        let embedder = EmbedderBuilder::<Word, Words>::with_tokenizer_and_fit_to_corpus(Words, &texts).b(B).build();
        let mut scorer = Scorer::new();
        for (position, text) in texts.iter().enumerate() {
            scorer.upsert(&position, embedder.embed(text));
        }
        Self { cards, scorer }
    }

    /// The at most `limit` cards that fit the diagnostics best, best first; of equals the first by id.
    ///
    /// A card is as good as it is for the diagnostic it fits best. Cards that share nothing with any diagnostic are left
    /// out, and a diagnostic whose code no card has is nothing that cards speak of, whatever words it shares with them.
    pub fn best(&self, diagnostics: &[Diagnostic], limit: usize) -> Vec<&'a Card> {
        let known = |diagnostic: &&Diagnostic| self.cards.iter().any(|card| card.is_about(&diagnostic.code));
        let queries: Vec<_> = diagnostics.iter().filter(known).map(query).collect();
        let score = |position: usize| {
            let scores = queries.iter().filter_map(|query| self.scorer.score(&position, query));
            scores.fold(0.0, f32::max)
        };
        let mut ranked: Vec<(f32, &Card)> = self.cards.iter().enumerate().map(|(at, card)| (score(at), card)).collect();
        ranked.retain(|(score, _)| *score > 0.0);
        ranked.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.id.cmp(&y.id)));
        ranked.into_iter().take(limit).map(|(_, card)| card).collect()
    }
}

/// A word as the place of a number in a vector, so that no two words share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Word(String);

impl TokenEmbedder for Word {
    type EmbeddingSpace = Self;

    fn embed(token: &str) -> Self {
        Self(token.to_owned())
    }
}

#[derive(Default)]
struct Words;

impl Tokenizer for Words {
    fn tokenize(&self, text: &str) -> Vec<String> {
        tokens(text)
    }
}

fn document(card: &Card) -> String {
    let mut text = format!("{} {}\n{}\n{}\n", as_word(&card.code), as_word(&card.sany), card.cause, card.fix);
    for _ in 0..SYMPTOM_WEIGHT {
        text.extend([&card.symptom, "\n"]);
        text.extend(own_messages(card).iter().flat_map(|message| [message, "\n"]));
    }
    // What both texts share has nothing to do with the mistake.
    for line in card.before.lines().filter(|line| card.after.lines().all(|other| other != *line)) {
        text.extend([line, "\n"]);
    }
    text
}

/// What our checker says of the mistake, each message once.
fn own_messages(card: &Card) -> Vec<String> {
    let source = Source { path: format!("{}.tla", card.module()), text: card.before.clone() };
    let mut found = check::check(&source, &NoLibrary).diagnostics;
    found.retain(|diagnostic| diagnostic.severity == Severity::Error && diagnostic.code == card.code);
    let mut messages: Vec<String> = found.into_iter().map(|diagnostic| diagnostic.message).collect();
    messages.dedup();
    messages
}

/// A code as one word.
fn as_word(code: &str) -> String {
    code.replace(['/', '-'], "_")
}

/// A word counts by where it stands most prominently, however often the diagnostic repeats it.
fn query(diagnostic: &Diagnostic) -> Embedding<Word> {
    let mut weights: BTreeMap<String, usize> = BTreeMap::new();
    let mut say = |text: &str, weight: usize| {
        for word in tokens(text) {
            let known = weights.entry(word).or_default();
            *known = weight.max(*known);
        }
    };
    say(&as_word(&diagnostic.code), CODE_WEIGHT);
    say(&diagnostic.message, MESSAGE_WEIGHT);
    for (position, place) in diagnostic.places.iter().enumerate() {
        say(&place.text, if position == 0 { LINE_WEIGHT } else { HINT_WEIGHT });
        say(&place.label, HINT_WEIGHT);
    }
    for hint in &diagnostic.hints {
        say(hint, HINT_WEIGHT);
    }
    // The scorer counts a word as often as it stands in the query, and its value there not at all.
    let repeated = weights.into_iter().flat_map(|(word, weight)| std::iter::repeat_n(word, weight));
    Embedding(repeated.map(|word| TokenEmbedding { index: Word(word), value: 1.0 }).collect())
}

/// Names and commands such as `\in` in lower case, and symbols. Numbers are places and say nothing.
fn tokens(text: &str) -> Vec<String> {
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
        if (says_something || token.len() > 1 && token.starts_with('`')) && !STOP_WORDS.contains(&token.as_str()) {
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

    static INDEX: std::sync::LazyLock<Index<'static>> = std::sync::LazyLock::new(|| Index::new(shipped()));

    fn ids(diagnostics: &[Diagnostic], limit: usize) -> Vec<&'static str> {
        INDEX.best(diagnostics, limit).into_iter().map(|card| card.id.as_str()).collect()
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
    fn what_our_checker_says_finds_the_same_cards() {
        for (code, message, line, card) in [
            (
                "tla/unknown-name",
                "`Cardinality` is not known here",
                "Size == Cardinality(Node)",
                "missing-extends-finitesets",
            ),
            ("tla/unknown-operator", "the operator `:=` is not defined", "x := 1", "assignment-operator"),
            (
                "tla/parse-unexpected",
                "expected `ELSE` after THEN, found the start of the definition of `Next`",
                "Next ==",
                "missing-else",
            ),
            (
                "tla/level",
                "an assumption must be constant, but this is a state function",
                "ASSUME x < 3",
                "assume-about-variable",
            ),
        ] {
            let diagnostic = Diagnostic::error(code, message).at(Place::at("M.tla", 1, 1, Some(line)));
            assert_eq!(ids(&[diagnostic], 1), [card]);
        }
    }

    #[test]
    fn of_equal_cards_the_first_by_id_comes_first() {
        let mut cards = vec![shipped()[0].clone(), shipped()[0].clone()];
        cards[0].id = "b".to_owned();
        cards[1].id = "a".to_owned();
        let found = Index::new(&cards).best(&[Diagnostic::error(cards[0].code.clone(), "x")], 9);
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
        assert!(Index::new(&[]).best(&diagnostic, 3).is_empty());
        assert!(ids(&diagnostic, 0).is_empty());
    }
}
