//! challenge.json: what was made wrong on purpose, and whether it was noticed. Nothing in it differs from run to run.

use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Failure;
use crate::stages;
use crate::stages::Desk;
use crate::stages::validate::model::Verdicts;

/// Format number of [`Challenge`].
pub const FORMAT: u32 = 5;

/// The file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// [`FORMAT`].
    pub format: u32,
    /// Traces with one mistake each.
    pub mutants: Vec<Mutant>,
    /// The compared fields of which no mistake could be made.
    pub without: Vec<String>,
    /// Bugs planted into the source.
    pub bugs: Vec<Bug>,
    /// The spec as it is, under the bounds of its changes.
    pub controls: Vec<Control>,
    /// Changes of the spec.
    pub mutations: Vec<SpecMutation>,
}

/// Whether the last round leaves something to challenge, and so the file: every trace was accepted.
pub fn applies(desk: &Desk<'_>, round: u32) -> Result<bool, Failure> {
    let folder = desk.session.folder(&stages::in_round(stages::VALIDATE, round));
    let verdicts: Verdicts = stages::read_json(&folder.join("verdicts.json"))?;
    Ok(!verdicts.traces.is_empty() && verdicts.accepted() == verdicts.traces.len())
}

/// A trace with one mistake.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// The trace and what was done to it.
    pub name: String,
    /// `accepted`, `rejected`, or why there is no verdict.
    pub verdict: String,
    /// Index of the event that was rejected, from 0.
    pub event: Option<usize>,
    /// First and last event at which the rejection is right.
    pub expected: (usize, usize),
    /// Whether there is a verdict.
    pub judged: bool,
    /// Rejected within the range.
    pub caught: bool,
}

/// A bug planted into the source.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bug {
    /// The patch's name.
    pub name: String,
    /// How many traces were recorded and rejected, in words.
    pub verdict: String,
    /// The first trace rejected, where one was.
    pub found: Option<Found>,
    /// Seeds at which the system itself panicked.
    pub panicked: Vec<u64>,
    /// Seeds at which the run took longer than `harness.time_limit`: there is no verdict on them, unless what they wrote up to
    /// there is rejected.
    #[serde(default)]
    pub hung: Vec<u64>,
    /// What was to be expected, in words.
    pub expected: String,
    /// Whether a trace was rejected, or every seed has a verdict.
    pub judged: bool,
    /// At least one trace was rejected.
    pub caught: bool,
}

/// Where a planted bug showed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// The run's seed.
    pub seed: u64,
    /// Index of the event, from 0.
    pub event_index: usize,
    /// The event's name.
    pub event: String,
    /// Fields that differ; empty where the action was not possible at all.
    pub fields: Vec<String>,
    /// What kind of disagreement.
    pub kind: crate::validate::DivergenceKind,
}

/// The spec without its mutations, within their bounds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The mutations whose bounds these are.
    pub mutations: Vec<String>,
    /// The invariants that these have to violate, and the spec may not.
    pub properties: Vec<String>,
    /// The search of the stage correct that this is, where it made it.
    pub search: Option<String>,
    /// What TLC said. How far a search came that ran out of time is in the log only, as it differs from run to run.
    pub verdict: String,
    /// Whether it passed.
    pub passed: Passed,
}

/// Whether a control passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passed {
    /// No violation in any state within the bounds.
    Whole,
    /// No violation, and not every state was seen.
    Part,
    /// There is a violation, or TLC could make nothing of it.
    No,
}

impl Passed {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Whole => "passed",
            Self::Part => "passed as far as it went",
            Self::No => "**failed**",
        }
    }
}

/// A change of the spec.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecMutation {
    /// Its name.
    pub name: String,
    /// Why this change is wrong.
    pub why: String,
    /// What TLC said.
    pub verdict: String,
    /// The invariant that fell.
    pub found: Option<String>,
    /// How many states lead to it.
    pub states: Option<usize>,
    /// The invariant that has to fall.
    pub expected: String,
    /// Whether TLC came to an end.
    pub judged: bool,
    /// The invariant fell.
    pub caught: bool,
}

impl Challenge {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        let part = |all: Vec<bool>, what: &str| {
            (!all.is_empty())
                .then(|| format!("{} of {} {what}", all.iter().filter(|caught| **caught).count(), all.len()))
        };
        let parts = [
            part(self.mutants.iter().map(|m| m.caught).collect(), "mutated traces rejected at the right event"),
            part(self.bugs.iter().map(|b| b.caught).collect(), "planted bugs caught"),
            part(self.mutations.iter().map(|m| m.caught).collect(), "mutated specs violate their invariant"),
        ];
        let mut said: Vec<String> = parts.into_iter().flatten().collect();
        if !self.controls.is_empty() {
            let count = |passed| self.controls.iter().filter(|c| c.passed == passed).count();
            let (whole, part) = (count(Passed::Whole), count(Passed::Part));
            let part = if part > 0 { format!(" and {part} as far as it went") } else { String::new() };
            said.push(format!("{whole}{part} of {} controls passed", self.controls.len()));
        }
        if said.is_empty() {
            "the settings name nothing to challenge the verdict with".to_owned()
        } else {
            said.join(", ")
        }
    }

    /// What was not caught, each in a line.
    pub fn survivors(&self) -> Vec<String> {
        let mutants = self.mutants.iter().filter(|m| !m.caught).map(|m| {
            let at = m.event.map_or_else(String::new, |event| format!(" at event index {event}"));
            format!("{}: {}{at}, expected in {}..={}", m.name, m.verdict, m.expected.0, m.expected.1)
        });
        let bugs = self.bugs.iter().filter(|b| !b.caught).map(|b| format!("bug {}: {}", b.name, b.verdict));
        let specs = self.mutations.iter().filter(|m| !m.caught);
        let specs =
            specs.map(|m| format!("spec mutation {}: {}, expected a violation of {}", m.name, m.verdict, m.expected));
        mutants.chain(bugs).chain(specs).collect()
    }

    /// Whether one of them has a verdict: it was there to be noticed, and was not.
    pub fn overlooked(&self) -> bool {
        let mutants = self.mutants.iter().map(|m| (m.judged, m.caught));
        let bugs = self.bugs.iter().map(|b| (b.judged, b.caught));
        let specs = self.mutations.iter().map(|m| (m.judged, m.caught));
        mutants.chain(bugs).chain(specs).any(|(judged, caught)| judged && !caught)
    }

    /// For people.
    pub fn markdown(&self) -> String {
        let mark = |caught: bool, judged: bool| match (caught, judged) {
            (true, _) => "caught",
            (false, true) => "**survived**",
            (false, false) => "**no verdict**",
        };
        let mut lines = vec!["# Challenge".to_owned(), String::new(), format!("{}.", self.sentence())];
        if !self.mutants.is_empty() {
            lines.push(
                "\n## Mutated traces\n\n| trace and mistake | rejected at index | expected | |\n|---|---|---|---|"
                    .to_owned(),
            );
        }
        for m in &self.mutants {
            let at = m.event.map_or_else(|| m.verdict.clone(), |event| event.to_string());
            lines.push(format!(
                "| {} | {at} | {}..={} | {} |",
                m.name,
                m.expected.0,
                m.expected.1,
                mark(m.caught, m.judged)
            ));
        }
        if !self.without.is_empty() {
            lines.push(format!(
                "\nNo mistake could be made of {}: nothing shows where it is compared.",
                self.without.join(", ")
            ));
        }
        if !self.bugs.is_empty() {
            lines.push("\n## Planted bugs\n\n| bug | verdict | first | |\n|---|---|---|---|".to_owned());
        }
        for b in &self.bugs {
            let first = b.found.as_ref().map_or_else(String::new, |f| {
                let fields = if f.fields.is_empty() { format!("{:?}", f.kind) } else { f.fields.join(", ") };
                format!("seed {}, event index {} ({}): {fields}", f.seed, f.event_index, f.event)
            });
            lines.push(format!("| {} | {} | {first} | {} |", b.name, b.verdict, mark(b.caught, b.judged)));
        }
        if !self.controls.is_empty() {
            lines.push("\n## Controls: the spec without its mutations, within the same bounds\n\n| without | invariants | TLC | |\n|---|---|---|---|".to_owned());
        }
        for c in &self.controls {
            let by = c.search.as_ref().map_or_else(String::new, |s| format!("search {s} of check.json: "));
            let (without, properties) = (c.mutations.join(", "), c.properties.join(", "));
            lines.push(format!("| {without} | {properties} | {by}{} | {} |", c.verdict, c.passed.words()));
        }
        if !self.mutations.is_empty() {
            lines.push("\n## Mutated specs\n\n| mutation | expected | TLC | |\n|---|---|---|---|".to_owned());
        }
        for m in &self.mutations {
            lines.push(format!(
                "| {}: {} | {} | {} | {} |",
                m.name,
                m.why,
                m.expected,
                m.verdict,
                mark(m.caught, m.judged)
            ));
        }
        lines.join("\n") + "\n"
    }
}
