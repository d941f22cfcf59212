//! One repair card: a mistake a model makes, how our checker and SANY report it, and the mended text.

use serde::Deserialize;

use crate::base::diag::Diagnostic;

/// The format of a card file this program reads.
pub const FORMAT: u64 = 2;

/// The classes of error that SANY reports; each has a card.
pub const SANY_CODES: [&str; 11] = [
    "sany/parse-error",
    "sany/lexical-error",
    "sany/indentation",
    "sany/precedence",
    "sany/unknown-operator",
    "sany/arity",
    "sany/multiple-definition",
    "sany/name-mismatch",
    "sany/missing-module",
    "sany/level",
    "sany/other",
];

/// A mistake and its repair.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The format number of the file, [`FORMAT`].
    pub format: u64,
    /// The name of the card, kebab-case; the file is `<id>.yaml`.
    pub id: String,
    /// The code of the diagnostic of our own checker that the mistake leads to.
    pub code: String,
    /// The code of SANY's diagnostic, one of [`SANY_CODES`].
    pub sany: String,
    /// What the message of SANY looks like; ours is what the checker says of `before`.
    pub symptom: String,
    /// What is wrong.
    pub cause: String,
    /// What to write in its place.
    pub fix: String,
    /// A small module with the mistake.
    pub before: String,
    /// The same module, mended.
    pub after: String,
}

impl Card {
    /// Reads the card `<stem>.yaml`; the format number is looked at before anything else.
    pub fn parse(stem: &str, text: &str) -> Result<Self, Diagnostic> {
        let refuse = |what: String| Diagnostic::error("knowledge/card", format!("read card {stem}: {what}"));
        let tree: serde_yaml::Value = serde_yaml::from_str(text).map_err(|e| refuse(e.to_string()))?;
        match tree.get("format").and_then(serde_yaml::Value::as_u64) {
            Some(FORMAT) => {}
            Some(other) => return Err(refuse(format!("format {other}, this specgen reads {FORMAT}"))),
            None => return Err(refuse("no format number".to_owned())),
        }
        // Read from the text again: its errors name line and column.
        let card: Self = serde_yaml::from_str(text).map_err(|e| refuse(e.to_string()))?;
        match card.objection(stem) {
            Some(objection) => Err(refuse(objection)),
            None => Ok(card),
        }
    }

    /// The name of the module that both texts are about.
    pub fn module(&self) -> &str {
        module_name(&self.after).unwrap_or_default()
    }

    /// Whether a diagnostic of this code is what the card is about.
    pub fn is_about(&self, code: &str) -> bool {
        self.code == code || self.sany == code
    }

    fn objection(&self, stem: &str) -> Option<String> {
        if self.id != stem {
            return Some(format!("id {} is not the name of the file", self.id));
        }
        if !is_kebab_case(&self.id) {
            return Some(format!("id {} is not kebab-case", self.id));
        }
        if !self.code.starts_with("tla/") {
            return Some(format!("{} is no code of our checker", self.code));
        }
        if !SANY_CODES.contains(&self.sany.as_str()) {
            return Some(format!("unknown code {} of SANY", self.sany));
        }
        let texts = [("symptom", &self.symptom), ("cause", &self.cause), ("fix", &self.fix), ("before", &self.before)];
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Some(format!("{name} is empty"));
        }
        if module_name(&self.after).is_none() {
            return Some("after is not a module".to_owned());
        }
        (self.before == self.after).then(|| "before and after are the same".to_owned())
    }
}

/// The name in the header of the first module of a text.
pub fn module_name(text: &str) -> Option<&str> {
    let header = text.lines().find(|line| line.starts_with("----"))?;
    header.split_whitespace().skip_while(|word| *word != "MODULE").nth(1)
}

fn is_kebab_case(id: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.split('-').all(is_part)
}

/// The card as a few lines of Markdown for a prompt: of the two modules only where they differ, a line around it.
pub fn render(card: &Card) -> String {
    let (wrong, right) = excerpts(&card.before, &card.after);
    let fence = if wrong.contains("```") || right.contains("```") { "~~~~" } else { "```" };
    format!(
        "### {} ({})\n\nCause: {}\n\nFix: {}\n\nWrong:\n\n{fence}tla\n{wrong}\n{fence}\n\nRight:\n\n{fence}tla\n{right}\n{fence}\n",
        card.id,
        card.code,
        card.cause.trim(),
        card.fix.trim(),
    )
}

/// The lines in which two texts differ, of each with a line around them.
pub fn excerpts(before: &str, after: &str) -> (String, String) {
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let shorter = before.len().min(after.len());
    let head = (0..shorter).take_while(|i| before[*i] == after[*i]).count();
    let tail = (1..=shorter - head).take_while(|i| before[before.len() - i] == after[after.len() - i]).count();
    (excerpt(&before, head, tail), excerpt(&after, head, tail))
}

/// The lines that are not among the first `head` and the last `tail`, with one of each of those.
fn excerpt(lines: &[&str], head: usize, tail: usize) -> String {
    let start = head.saturating_sub(1);
    let end = (lines.len() - tail + 1).min(lines.len());
    lines[start..end].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "format: 2\nid: a-card\ncode: tla/level\nsany: sany/other\nsymptom: s\ncause: c\nfix: f\nbefore: |\n  x\nafter: |\n  ---- MODULE M ----\n  ====\n";

    #[test]
    fn a_card_is_read_with_all_its_fields() {
        let card = Card::parse("a-card", GOOD).unwrap();
        assert_eq!((card.code.as_str(), card.module()), ("tla/level", "M"));
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let error = Card::parse("a-card", &format!("{GOOD}extra: 1\n")).unwrap_err();
        assert!(error.message.contains("unknown field `extra`"), "{error}");
    }

    #[test]
    fn a_newer_format_is_named_before_its_unknown_keys() {
        let text = GOOD.replace("format: 2", "format: 3\nextra: 1");
        let error = Card::parse("a-card", &text).unwrap_err();
        assert_eq!(error.message, "read card a-card: format 3, this specgen reads 2");
    }

    #[test]
    fn a_card_under_another_name_or_with_an_unknown_code_is_refused() {
        assert!(Card::parse("b-card", GOOD).is_err());
        assert!(Card::parse("a-card", &GOOD.replace("sany/other", "sany/typo")).is_err());
        assert!(Card::parse("a-card", &GOOD.replace("tla/level", "sany/other")).is_err());
        assert!(Card::parse("A_card", &GOOD.replace("a-card", "A_card")).is_err());
        assert!(Card::parse("a-card", &GOOD.replace("fix: f", "fix: ''")).is_err());
        assert!(Card::parse("a-card", "").is_err());
    }

    #[test]
    fn a_rendered_card_shows_only_where_the_modules_differ() {
        let cards = crate::knowledge::shipped();
        let card = cards.iter().find(|card| card.id == "missing-recursive").unwrap();
        insta::assert_snapshot!(render(card));
    }

    #[test]
    fn a_rendered_card_is_short_and_its_fences_close() {
        for card in crate::knowledge::shipped() {
            let shown = render(card);
            assert!(shown.lines().count() <= 45, "{shown}");
            let fence = if shown.contains("~~~~") { "~~~~" } else { "```" };
            assert_eq!(shown.lines().filter(|line| line.starts_with(fence)).count(), 4, "{shown}");
        }
    }
}
