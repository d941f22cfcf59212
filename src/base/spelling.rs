//! Did you mean: the known name closest to one that is not known.

/// How alike two names must be, from 0 to 1, for one to be taken for the other.
const ALIKE: f32 = 0.6;

/// The one of `known` whose spelling is closest to `word`, if it is close enough to be meant; of equals the last.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let score = |candidate: &str| similar::TextDiff::from_chars(word, candidate).ratio();
    let scored = known.into_iter().map(|candidate| (score(candidate), candidate));
    let (score, name) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score > ALIKE).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["anthropic", "openai", "replay"];
        assert_eq!(nearest("antropic", known), Some("anthropic"));
        assert_eq!(nearest("OpenAI".to_lowercase().as_str(), known), Some("openai"));
        assert_eq!(nearest("xyz", known), None);
        assert_eq!(nearest("x", []), None);
    }
}
