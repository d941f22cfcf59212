//! Whose mistake a violated property is: the specification's, the property's, or the system's. It is asked before
//! anything is edited.
//!
//! The answer is read strictly and its evidence is looked up: source lines in the survey, a sentence in the brief, an
//! entry for each step of the counterexample. What lacks its evidence is refused, and the next attempt is told why.

use std::collections::BTreeSet;

use camino::Utf8Path;
use serde::Deserialize;

use super::Desk;
use super::amend::Question;
use super::amend::words;
use super::model::findings::Answer;
use super::model::findings::Edits;
use super::model::findings::Explained;
use super::model::findings::FILE;
use super::model::findings::FORMAT;
use super::model::findings::Finding;
use super::model::findings::Findings;
use super::model::findings::Lines;
use super::problem::called;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::base::text::one_line;
use crate::base::yaml;
use crate::behaviour::Behaviour;
use crate::behaviour::Step;
use crate::llm::blocks;
use crate::llm::blocks::Block;
use crate::provenance;
use crate::source::Outline;
use crate::stages::shared::citations;

pub(super) const PROMPT: &str = include_str!("../../../prompts/finding.md");

/// Fewer words stand in every brief and say nothing.
const FEWEST_WORDS: usize = 4;

/// findings.json, which is written as soon as there is one: a stage that fails keeps it, too.
pub(super) struct Book<'a> {
    folder: &'a Utf8Path,
    findings: Findings,
}

impl<'a> Book<'a> {
    /// An empty one, and no file yet.
    pub(super) fn new(folder: &'a Utf8Path) -> Self {
        Self { folder, findings: Findings { format: FORMAT, findings: Vec::new() } }
    }

    fn add(&mut self, finding: Finding) -> Result<(), Failure> {
        self.findings.findings.push(finding);
        crate::stages::write_json(&self.folder.join(FILE), &self.findings)
    }
}

/// One model call: the reply, and the new text or why the reply is refused. An error is the end of the stage, where no
/// edit can be the answer.
pub(super) async fn ask(
    question: &Question<'_>,
    counterexample: &Behaviour,
    attempt: u32,
    book: &mut Book<'_>,
) -> Result<(String, Result<String, String>), Failure> {
    let desk = question.desk;
    let reply = question.ask("finding", PROMPT).await?;
    let brief = desk.brief()?;
    let outline = &question.material.outline;
    let evidence = Evidence { outline, brief: &brief, iispec: question.iispec, counterexample };
    let mut finding = match evidence.finding(&reply, attempt) {
        Ok(finding) => finding,
        Err(wrong) => return Ok((reply, Err(words(wrong)))),
    };
    desk.ui.say(&format!("  {}: {}: {}", finding.property, finding.answer.words(), finding.because));
    let edited = match finding.answer {
        Answer::Unfaithful => Some(question.edited(&reply)?),
        Answer::Invariant | Answer::System => None,
    };
    finding.edits = edited.as_ref().map(|edited| match edited {
        Ok(_) => Edits::Kept,
        Err(why) => Edits::Refused { why: why.clone() },
    });
    let end = ended(desk, &finding)?;
    book.add(finding)?;
    match (edited, end) {
        (Some(edited), _) => Ok((reply, edited)),
        (None, end) => Err(end.into()),
    }
}

/// The answer as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    answer: Answer,
    because: String,
    source: Option<Vec<String>>,
    brief: Option<String>,
    steps: Option<Vec<FormStep>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormStep {
    action: String,
    source: Option<Vec<String>>,
    brief: Option<String>,
}

fn no_evidence(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("correct/no-evidence", message)
}

fn bad_form(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("correct/bad-finding", message)
}

/// What an answer is held against.
struct Evidence<'a> {
    outline: &'a Outline,
    brief: &'a str,
    iispec: &'a str,
    counterexample: &'a Behaviour,
}

impl Evidence<'_> {
    /// The finding of a reply, or all that is wrong with it.
    fn finding(&self, reply: &str, attempt: u32) -> Result<Finding, Vec<Diagnostic>> {
        let all = blocks::fenced_blocks(reply);
        let form = form(&all).map_err(|wrong| vec![wrong])?;
        let mut wrong = Vec::new();
        if form.because.trim().is_empty() {
            wrong.push(no_evidence("`because` is empty"));
        }
        let source = self.lines(form.source.unwrap_or_default(), "`source`", &mut wrong);
        let brief = self.sentence(form.brief, "`brief`", &mut wrong);
        let steps = form.steps.unwrap_or_default();
        let has_edits = all.iter().any(|block| block.is("edit"));
        if has_edits && form.answer != Answer::Unfaithful {
            wrong.push(bad_form("edits belong to the answer `unfaithful` alone: either they go, or the answer does"));
        }
        if !steps.is_empty() && form.answer != Answer::System {
            wrong.push(bad_form("`steps` belong to the answer `system` alone"));
        }
        match form.answer {
            Answer::Unfaithful if source.is_empty() => {
                wrong.push(no_evidence("`unfaithful` needs in `source` the lines that the source has instead"));
            }
            Answer::Unfaithful if !has_edits => wrong.push(no_evidence("`unfaithful` needs the edits that mend it")),
            Answer::System if source.is_empty() && self.taken().is_empty() => {
                wrong.push(no_evidence(
                    "the initial state violates the property: name in `source` the lines that set it",
                ));
            }
            Answer::Unfaithful | Answer::Invariant | Answer::System => {}
        }
        let steps = if form.answer == Answer::System { self.steps(steps, &mut wrong) } else { Vec::new() };
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let counterexample = self.counterexample.clone();
        Ok(Finding {
            attempt,
            property: counterexample.violated.clone().unwrap_or_else(|| counterexample.message.clone()),
            answer: form.answer,
            because: one_line(&form.because),
            source,
            brief,
            steps,
            edits: None,
            counterexample,
        })
    }

    /// The steps of the counterexample after its initial state.
    fn taken(&self) -> &[Step] {
        self.counterexample.steps.get(1..).unwrap_or_default()
    }

    /// Citations of lines that are there.
    fn lines(&self, cited: Vec<String>, what: &str, wrong: &mut Vec<Diagnostic>) -> Vec<Lines> {
        let mut found = Vec::new();
        for text in cited {
            let Some(lines) = Lines::parse(text.trim()) else {
                wrong.push(no_evidence(format!("{what}: `{text}` is not of the form FILE:LINE or FILE:FIRST-LAST")));
                continue;
            };
            match citations::not_there(self.outline, &lines.file, (lines.first, lines.last)) {
                Some(not_there) => {
                    let hints = not_there.hints.join("; ");
                    wrong.push(no_evidence(format!("{what}: `{lines}`: {}; {hints}", not_there.message)));
                }
                None => found.push(lines),
            }
        }
        found
    }

    /// A sentence that stands in the brief, apart from white space.
    fn sentence(&self, said: Option<String>, what: &str, wrong: &mut Vec<Diagnostic>) -> Option<String> {
        let said = one_line(said?.trim());
        if said.is_empty() {
            return None;
        }
        if said.split(' ').count() < FEWEST_WORDS {
            wrong.push(no_evidence(format!("{what}: \"{said}\" is too short for a sentence of the brief")));
        } else if !one_line(self.brief).contains(&said) {
            wrong.push(no_evidence(format!(
                "{what}: the brief does not have the sentence \"{said}\"; quote it exactly"
            )));
        }
        Some(said)
    }

    /// An entry for each step of the counterexample, with what takes it.
    fn steps(&self, entries: Vec<FormStep>, wrong: &mut Vec<Diagnostic>) -> Vec<Explained> {
        let taken = self.taken();
        if entries.len() != taken.len() {
            wrong.push(no_evidence(format!(
                "`steps` has {} entries, and the counterexample has {} steps after its initial state",
                entries.len(),
                taken.len()
            )));
            return Vec::new();
        }
        let mut explained = Vec::new();
        for (entry, step) in entries.into_iter().zip(taken) {
            let what = format!("step {}, `{}`", step.number, called(step));
            let named = entry.action.split('(').next().unwrap_or_default().trim();
            if named != called(step) {
                wrong.push(no_evidence(format!("{what}, is called `{}` in `steps`", entry.action)));
            }
            let count = wrong.len();
            let source = self.lines(entry.source.unwrap_or_default(), &what, wrong);
            let brief = self.sentence(entry.brief, &what, wrong);
            let of_the_brief = brief.is_some() && has_no_source(self.iispec, called(step));
            if wrong.len() == count && source.is_empty() && !of_the_brief {
                wrong.push(no_evidence(format!("{what}, has no source line that takes it")));
            }
            explained.push(Explained { action: called(step).to_owned(), source, brief });
        }
        explained
    }
}

fn form(all: &[Block]) -> Result<Form, Diagnostic> {
    let found: Vec<&Block> = all.iter().filter(|block| block.is("finding")).collect();
    match found.as_slice() {
        [block] if block.closed => yaml::read(&block.body, "finding", "correct/bad-finding"),
        [_] => Err(bad_form("the block marked `finding` has no closing fence")),
        _ => Err(bad_form(format!("the reply has {} blocks marked `finding`, and needs one", found.len()))),
    }
}

/// Whether the specification says of an action that nothing in the source does it: what the brief adds, as the loss of a
/// message, is a step that no source line takes.
fn has_no_source(iispec: &str, action: &str) -> bool {
    let lines: Vec<&str> = iispec.lines().collect();
    let said = |block: &provenance::Block| {
        let text = lines.get(block.first - 1..block.last).unwrap_or_default();
        block.citations.is_empty() && text.iter().any(|line| provenance::no_source(line).is_some())
    };
    provenance::blocks(iispec).iter().any(|block| block.operator == action && said(block))
}

/// The end of the stage that an answer without edits is.
fn ended(desk: &Desk<'_>, finding: &Finding) -> Result<Diagnostic, Failure> {
    let (property, because) = (&finding.property, &finding.because);
    let kept = format!("{FILE} in the stage's .partial folder has the counterexample and the answer");
    let end = if finding.answer == Answer::System {
        let steps = finding.steps.len();
        Diagnostic::error("correct/system-bug", format!("the system violates `{property}` in {steps} step(s): {because}"))
            .hint(kept)
            .hint("if it is so, mend the system and name its new source; if not, say in the brief what is overlooked; then `specgen resume`")
    } else {
        let says = match &finding.brief {
            Some(sentence) => format!("the brief says: {sentence}"),
            None => "the brief does not say it, so that only you can".to_owned(),
        };
        Diagnostic::error("correct/invariant-in-doubt", format!("whether `{property}` has to hold is in doubt: {because}"))
            .hint(says)
            .hint(kept)
            .hint("say in the brief what has to hold, or change target.properties in specgen.yaml; then `specgen resume`. The property itself is never edited here")
    };
    let lines = finding.source.iter().chain(finding.steps.iter().flat_map(|step| &step.source));
    let mut seen = BTreeSet::new();
    let mut places = Vec::new();
    for lines in lines.filter(|lines| seen.insert((&lines.file, lines.first))) {
        let text = disk::read_text(&desk.source.root.join(&lines.file))?;
        places.push(Place::at(&lines.file, lines.first, 1, Some(&text)));
    }
    Ok(places.into_iter().fold(end, Diagnostic::at))
}

#[cfg(test)]
mod tests;
