//! report.json: everything the report says, except how long things took.

use serde::Deserialize;
use serde::Serialize;

use super::tree::Frontier;
use crate::stages::challenge::model::Challenge;

/// Format number of [`Report`], and changes when the stage would write something else from the same inputs.
pub const FORMAT: u32 = 5;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// What is modelled.
    pub system: String,
    /// The spec's module.
    pub module: String,
    /// What identifies the source.
    pub source_digest: String,
    /// The verdict on all of it.
    pub verdict: Verdict,
    /// The stages in the order they ran.
    pub stages: Vec<Stage>,
    /// What TLC showed.
    pub check: Check,
    /// What validation showed.
    pub traces: Traces,
    /// What was made wrong on purpose; absent where not every trace is accepted.
    pub challenge: Option<Challenge>,
    /// What the accepted traces exercise.
    pub coverage: Coverage,
    /// The rounds after the first.
    pub rounds: Vec<Round>,
    /// Properties that were violated on the way, and whose mistake that was.
    pub findings: Vec<Finding>,
    /// The operators of the spec.
    pub blocks: Vec<Block>,
}

/// A verdict to read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// `ok`, `bad` or `unknown`.
    pub class: String,
    /// In words.
    pub text: String,
}

/// A stage.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stage {
    /// Its folder.
    pub name: String,
    /// Its own sentence.
    pub did: String,
    /// Digests of the replies in its attempts, which tell whose a model call is.
    pub replies: Vec<String>,
}

/// Exhaustive checking.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Check {
    /// In a sentence.
    pub text: String,
    /// One a property.
    pub properties: Vec<Property>,
    /// One a named search.
    pub searches: Vec<Search>,
    /// The constants and constraints that bound the searches: `MC.tla`.
    pub bounds: String,
    /// `MC.tla` and its configs.
    pub config: String,
}

/// A search.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Search {
    /// Its name.
    pub name: String,
    /// Why it is made.
    pub why: String,
    /// `ok`, `bad` or `unknown`; a simulation is never `ok`.
    pub class: String,
    /// In words.
    pub verdict: String,
}

/// A property.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// `ok`, `bad` or `unknown`.
    pub class: String,
    /// In words.
    pub verdict: String,
}

/// All traces.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Traces {
    /// In a sentence.
    pub text: String,
    /// One a trace.
    pub each: Vec<Cell>,
    /// Why traces are rejected, or have no verdict.
    pub divergences: Vec<Divergence>,
}

/// A trace in the strip.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// Its seed.
    pub label: String,
    /// `ok`, `bad` or `unknown`.
    pub class: String,
    /// All there is to say in a line.
    pub title: String,
}

/// A rejected trace, or one without a verdict.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Divergence {
    /// The trace.
    pub title: String,
    /// Where and why.
    pub text: String,
    /// The states there were, and what ruled them out.
    #[serde(default)]
    pub search: Option<Frontier>,
}

/// What the accepted traces exercise.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Coverage {
    /// Events by kind, the most frequent first; actions never seen have 0.
    pub events: Vec<Counted>,
    /// Silent actions, with how often each was taken.
    #[serde(default)]
    pub silent: Vec<Silent>,
    /// Source functions, the most frequent first.
    pub functions: Vec<Function>,
    /// Fields compared, with the expressions they are compared with.
    pub checked: Vec<String>,
    /// Variables that none of these expressions mentions.
    pub unchecked: Vec<String>,
}

/// A kind of event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counted {
    /// Its name.
    pub name: String,
    /// How often.
    pub count: usize,
    /// Of the most frequent one.
    pub percent: usize,
    /// `never`, or nothing.
    pub class: String,
}

/// A silent action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Silent {
    /// Its name.
    pub name: String,
    /// How often.
    pub count: usize,
    /// `never`, or nothing.
    pub class: String,
}

/// A source function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Function {
    /// Its qualified name.
    pub name: String,
    /// In how many events it ran.
    pub count: usize,
    /// Whether it has a probe; else the events are counted whose action names it.
    pub probed: bool,
    /// Whether no event tells of it, and the silent steps are counted whose action names it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// `never`, or nothing.
    pub class: String,
}

/// A round after the first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Round {
    /// Which.
    pub title: String,
    /// What the round before found.
    pub problem: String,
    /// What changed in the IISpec.
    pub diff: String,
}

/// A property that was violated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The property, the stage, and whose mistake it was.
    pub title: String,
    /// The evidence and the counterexample.
    pub text: String,
}

/// An operator beside its source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Block {
    /// Its name.
    pub operator: String,
    /// Its lines.
    pub spec: Vec<Line>,
    /// The function it stands for, with its file and lines.
    pub place: String,
    /// That function's lines.
    pub source: Vec<Line>,
}

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Its number.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// Whether the operator cites it.
    pub cited: bool,
}
