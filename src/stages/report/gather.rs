//! From the artefacts of the earlier stages to the data of the report.

use camino::Utf8Path;

use super::coverage;
use super::data::Block;
use super::data::Cell;
use super::data::Check;
use super::data::Divergence;
use super::data::FORMAT;
use super::data::Line;
use super::data::Property;
use super::data::Report;
use super::data::Round;
use super::data::Stage;
use super::data::Traces;
use super::data::Verdict;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::engine::Outcome;
use crate::provenance;
use crate::stages;
use crate::stages::Desk;
use crate::validate;

use crate::stages::correct::model::Check as CheckFile;
use crate::stages::validate::model::Judged;
use crate::stages::validate::model::Verdict as Overall;
use crate::stages::validate::model::Verdicts;

/// The folders of all stages before this one, in the order they ran.
pub(super) fn earlier(round: u32) -> Vec<String> {
    let mut names = vec![stages::DRAFT.to_owned()];
    for round in 0..=round {
        names.push(stages::in_round(stages::CORRECT, round));
        if round == 0 {
            names.extend([stages::INSTRUMENT.to_owned(), stages::EXERCISE.to_owned()]);
        }
        names.push(stages::in_round(stages::VALIDATE, round));
    }
    names
}

/// Everything.
pub(super) fn gather(desk: &Desk<'_>, round: u32) -> Result<Report, Failure> {
    let correct = desk.session.folder(&stages::in_round(stages::CORRECT, round));
    let validated = desk.session.folder(&stages::in_round(stages::VALIDATE, round));
    let check: CheckFile = stages::read_json(&correct.join("check.json"))?;
    let verdicts: Verdicts = stages::read_json(&validated.join("verdicts.json"))?;
    let spec = disk::read_text(&correct.join(format!("{}.tla", desk.module()?)))?;
    Ok(Report {
        format: FORMAT,
        system: desk.system()?.to_owned(),
        module: desk.module()?.to_owned(),
        source_digest: desk.source.digest.clone(),
        verdict: overall(&check, &verdicts),
        stages: stage_rows(desk, round)?,
        check: check_of(&check, &correct)?,
        traces: traces_of(&verdicts),
        coverage: coverage::of(desk, &verdicts, &spec)?,
        rounds: rounds(desk, round)?,
        blocks: blocks(desk, &spec)?,
    })
}

fn overall(check: &CheckFile, verdicts: &Verdicts) -> Verdict {
    let class = match (verdicts.exit_of_all(check.holds()), &check.outcome) {
        (Overall::SomeRejected, _) | (_, Outcome::Violated { .. } | Outcome::Rejected { .. }) => "bad",
        (Overall::AllAccepted, _) => "ok",
        (Overall::NoVerdict, _) => "unknown",
    };
    Verdict { class: class.to_owned(), text: format!("{}. {}.", verdicts.sentence(), check.sentence()) }
}

fn stage_rows(desk: &Desk<'_>, round: u32) -> Result<Vec<Stage>, Failure> {
    let mut rows = Vec::new();
    for name in earlier(round) {
        let folder = desk.session.folder(&name);
        let did: stages::Did = stages::read_json(&folder.join("did.json"))?;
        let attempts = folder.join("attempts");
        let mut replies = Vec::new();
        if disk::exists(&attempts) {
            for file in disk::files_under(&attempts)? {
                if file.file_name() == Some("reply.md") {
                    replies.push(disk::sha256_file(&attempts.join(file))?);
                }
            }
        }
        rows.push(Stage { name, did: did.did, replies });
    }
    Ok(rows)
}

fn check_of(check: &CheckFile, correct: &Utf8Path) -> Result<Check, Failure> {
    let mut config = String::new();
    for name in ["MC.tla", "MC.cfg"] {
        config.push_str(&disk::read_text(&correct.join(name))?);
        config.push('\n');
    }
    let verdict = |name: &String| {
        let (class, verdict) = property(&check.outcome, name);
        Property { name: name.clone(), class: class.to_owned(), verdict }
    };
    Ok(Check {
        text: format!("{}.", check.sentence()),
        properties: check.invariants.iter().map(verdict).collect(),
        config,
    })
}

fn property(outcome: &Outcome, name: &String) -> (&'static str, String) {
    match outcome {
        Outcome::Holds { evidence }
            if evidence.claim().invariants.contains(name) || evidence.claim().properties.contains(name) =>
        {
            (
                "ok",
                format!("holds within the bounds ({} distinct states, all explored)", evidence.claim().distinct_states),
            )
        }
        Outcome::Holds { .. } => ("unknown", "unknown: TLC was not asked about it".to_owned()),
        Outcome::Violated { violation } if violation.name.as_ref() == Some(name) => {
            ("bad", format!("violated: {}", violation.message))
        }
        Outcome::Violated { .. } => ("unknown", "unknown: TLC stopped at another violation".to_owned()),
        Outcome::Rejected { .. } => ("unknown", "unknown: TLC rejected the spec".to_owned()),
        Outcome::Unknown { why } => {
            let far = match (why.reached.distinct, why.reached.depth) {
                (Some(distinct), Some(depth)) if distinct > 0 => {
                    format!("; no violation in at least {distinct} distinct states, to depth {depth}")
                }
                _ => String::new(),
            };
            ("unknown", format!("unknown: {}{far}", why.message))
        }
    }
}

fn traces_of(verdicts: &Verdicts) -> Traces {
    let mut traces = Traces { text: format!("{}.", verdicts.sentence()), each: Vec::new(), divergences: Vec::new() };
    for judged in &verdicts.traces {
        let (class, what) = match &judged.verdict {
            validate::Verdict::Accepted { events, .. } => ("ok", format!("accepted, {events} events")),
            validate::Verdict::Rejected(d) => {
                traces
                    .divergences
                    .push(Divergence { title: format!("{} is rejected", judged.trace), text: validate::render(d) });
                ("bad", format!("rejected at event {} of {}", d.event_index + 1, d.events))
            }
            validate::Verdict::Unknown { why } => {
                traces
                    .divergences
                    .push(Divergence { title: format!("{} has no verdict", judged.trace), text: why.clone() });
                ("unknown", format!("no verdict: {why}"))
            }
        };
        traces.each.push(cell(judged, class, &what));
    }
    traces
}

fn cell(judged: &Judged, class: &str, what: &str) -> Cell {
    let label = Utf8Path::new(&judged.trace).file_stem().unwrap_or(&judged.trace).to_owned();
    let use_ = if judged.training { "training" } else { "judging" };
    Cell { title: format!("{} ({use_}): {what}", judged.trace), label, class: class.to_owned() }
}

fn rounds(desk: &Desk<'_>, last: u32) -> Result<Vec<Round>, Failure> {
    let mut rounds = Vec::new();
    for round in 1..=last {
        let diff = stages::correct::changes(desk, round)?;
        let feedback = desk.session.folder(&stages::in_round(stages::VALIDATE, round - 1)).join("feedback.md");
        rounds.push(Round { title: format!("Round {round}"), problem: disk::read_text(&feedback)?, diff });
    }
    Ok(rounds)
}

fn blocks(desk: &Desk<'_>, spec: &str) -> Result<Vec<Block>, Failure> {
    let lines: Vec<&str> = spec.lines().collect();
    let mut found = Vec::new();
    for block in provenance::blocks(spec) {
        let line = |n: usize| Some(Line { number: n, text: (*lines.get(n - 1)?).to_owned(), cited: false });
        let mut shown = Block {
            spec: (block.first..=block.last).filter_map(line).collect(),
            operator: block.operator.clone(),
            place: String::new(),
            source: Vec::new(),
        };
        if let Some(function) = &block.function {
            shown.place = format!(
                "{} {}:{}-{}",
                function.function.as_deref().unwrap_or_default(),
                function.file,
                function.first,
                function.last
            );
            shown.source = source_lines(desk, &block, function)?;
        }
        found.push(shown);
    }
    Ok(found)
}

/// The lines of the function a block stands for; empty where the citation leads out of the source.
fn source_lines(
    desk: &Desk<'_>,
    block: &provenance::Block,
    function: &provenance::Citation,
) -> Result<Vec<Line>, Failure> {
    if Utf8Path::new(&function.file).components().any(|c| c.as_str() == "..") {
        return Ok(Vec::new());
    }
    let text = disk::read_text_if_there(&desk.source.root.join(&function.file))?.unwrap_or_default();
    // The citation of the whole function says nothing about its single lines.
    let cited: Vec<_> =
        block.citations.iter().filter(|c| c.file == function.file && c.spec_line != function.spec_line).collect();
    let lines = text.lines().enumerate().map(|(at, text)| (at + 1, text));
    let inside = lines.filter(|(n, _)| (function.first..=function.last).contains(n));
    Ok(inside
        .map(|(number, text)| Line {
            number,
            text: text.to_owned(),
            cited: cited.iter().any(|c| (c.first..=c.last).contains(&number)),
        })
        .collect())
}
