//! findings.json: whose mistake each violated property is, with the evidence.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::behaviour::Behaviour;
use crate::provenance;

/// The file.
pub const FILE: &str = "findings.json";

/// Format number of [`Findings`].
pub const FORMAT: u32 = 1;

/// All findings of one run of the stage, in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// [`FORMAT`].
    pub format: u32,
    /// One a counterexample that was explained, with evidence that holds.
    pub findings: Vec<Finding>,
}

/// A violated property, and whose mistake that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The attempt at which it was asked, from 0; its prompt's problem and the reply are in `attempts/`.
    pub attempt: u32,
    /// The property.
    pub property: String,
    /// Whose mistake it is.
    pub answer: Answer,
    /// Why, in a sentence or two.
    pub because: String,
    /// The source lines that show it.
    pub source: Vec<Lines>,
    /// The sentence of the brief that shows it.
    pub brief: Option<String>,
    /// Where the system has the bug: how the source takes each step of the counterexample after the initial state.
    pub steps: Vec<Explained>,
    /// Where the specification is unfaithful: what became of the edits.
    pub edits: Option<Edits>,
    /// The behaviour that violates the property.
    pub counterexample: Behaviour,
}

impl Finding {
    /// For a person: why, the evidence, and the steps with the source lines of each where they were asked for.
    pub fn text(&self) -> String {
        let joined = |lines: &[Lines]| lines.iter().map(Lines::to_string).collect::<Vec<_>>().join(", ");
        let mut text = vec![self.because.clone()];
        text.extend((!self.source.is_empty()).then(|| format!("source: {}", joined(&self.source))));
        text.extend(self.brief.iter().map(|sentence| format!("brief: {sentence}")));
        text.extend(self.edits.iter().map(|edits| match edits {
            Edits::Kept => "edits: kept".to_owned(),
            Edits::Refused { why } => format!("edits: refused, for {why}"),
        }));
        text.push("the counterexample:".to_owned());
        for (index, step) in self.counterexample.steps.iter().enumerate() {
            let explained = index.checked_sub(1).and_then(|index| self.steps.get(index));
            let evidence = explained.map_or_else(String::new, |explained| match &explained.brief {
                Some(sentence) if explained.source.is_empty() => format!("  the brief: {sentence}"),
                _ => format!("  {}", joined(&explained.source)),
            });
            text.push(format!("{:>3}  {}{evidence}", step.number, step.action.as_deref().unwrap_or("initial state")));
            text.extend(step.changes.iter().map(|change| format!("       {change}")));
        }
        text.join("\n")
    }
}

/// Which of three it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The specification does what the source does not.
    Unfaithful,
    /// The property demands what nobody promises.
    Invariant,
    /// The source does what the property rightly forbids.
    System,
}

impl Answer {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unfaithful => "the specification is unfaithful",
            Self::Invariant => "the invariant is in doubt",
            Self::System => "the system has a bug",
        }
    }
}

/// How the source takes a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// The action.
    pub action: String,
    /// The source lines that take it.
    pub source: Vec<Lines>,
    /// For an action that has no source, the sentence of the brief that asks for it.
    pub brief: Option<String>,
}

/// What became of edits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "became", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edits {
    /// They are in the IISpec.
    Kept,
    /// None of them is.
    Refused {
        /// The reasons.
        why: String,
    },
}

/// Lines of a source file, which it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// The file, as the survey names it.
    pub file: String,
    /// First line.
    pub first: usize,
    /// Last line; the first where it is one line.
    pub last: usize,
}

impl Lines {
    /// `file:line` or `file:first-last`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (file, first, last) = provenance::place(text)?;
        Some(Self { file: file.to_owned(), first, last })
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.first)?;
        if self.last == self.first { Ok(()) } else { write!(f, "-{}", self.last) }
    }
}
