//! From the artefacts of the earlier stages to the data of the report.

use camino::Utf8Path;

use super::coverage;
use super::data::Block;
use super::data::Cell;
use super::data::Check;
use super::data::Divergence;
use super::data::FORMAT;
use super::data::Finding;
use super::data::Line;
use super::data::Property;
use super::data::Report;
use super::data::Round;
use super::data::Search;
use super::data::Stage;
use super::data::Traces;
use super::data::Verdict;
use super::tree;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::engine::Outcome;
use crate::provenance;
use crate::stages;
use crate::stages::Desk;
use crate::validate;

use crate::stages::challenge::model as challenge;
use crate::stages::correct::model::Check as CheckFile;
use crate::stages::correct::model::Extent;
use crate::stages::correct::model::Searched;
use crate::stages::correct::model::findings;
use crate::stages::correct::model::findings::Findings;
use crate::stages::validate::model::Judged;
use crate::stages::validate::model::Verdict as Overall;
use crate::stages::validate::model::Verdicts;

/// The folders of all stages before this one, in the order they ran.
pub(super) fn earlier(desk: &Desk<'_>, round: u32) -> Result<Vec<String>, Failure> {
    let mut names = vec![stages::DRAFT.to_owned()];
    for round in 0..=round {
        names.push(stages::in_round(stages::CORRECT, round));
        if round == 0 {
            names.extend([stages::INSTRUMENT.to_owned(), stages::EXERCISE.to_owned()]);
        }
        names.push(stages::in_round(stages::VALIDATE, round));
    }
    if challenge::applies(desk, round)? {
        names.push(stages::CHALLENGE.to_owned());
    }
    Ok(names)
}

/// Everything.
pub(super) fn gather(desk: &Desk<'_>, round: u32) -> Result<Report, Failure> {
    let correct = desk.session.folder(&stages::in_round(stages::CORRECT, round));
    let validated = desk.session.folder(&stages::in_round(stages::VALIDATE, round));
    let check: CheckFile = stages::read_json(&correct.join("check.json"))?;
    let verdicts: Verdicts = stages::read_json(&validated.join("verdicts.json"))?;
    let challenge: Option<challenge::Challenge> = if challenge::applies(desk, round)? {
        Some(stages::read_json(&desk.session.folder(stages::CHALLENGE).join("challenge.json"))?)
    } else {
        None
    };
    let spec = disk::read_text(&correct.join(format!("{}.tla", desk.module()?)))?;
    Ok(Report {
        format: FORMAT,
        system: desk.system()?.to_owned(),
        module: desk.module()?.to_owned(),
        source_digest: desk.source.digest.clone(),
        verdict: overall(&check, &verdicts, challenge.as_ref()),
        stages: stage_rows(desk, round)?,
        check: check_of(&check, &correct)?,
        traces: traces_of(&verdicts),
        challenge,
        coverage: coverage::of(desk, &verdicts, &spec)?,
        rounds: rounds(desk, round)?,
        findings: found(desk, round)?,
        blocks: blocks(desk, &spec)?,
    })
}

fn overall(check: &CheckFile, verdicts: &Verdicts, challenge: Option<&challenge::Challenge>) -> Verdict {
    let class = match verdicts.exit_of_all(check.holds()) {
        Overall::SomeRejected => "bad",
        _ if check.fails() => "bad",
        Overall::AllAccepted => "ok",
        Overall::NoVerdict => "unknown",
    };
    let challenge = challenge.map(|c| format!(" Challenge: {}.", c.sentence())).unwrap_or_default();
    Verdict { class: class.to_owned(), text: format!("{}. {}.{challenge}", verdicts.sentence(), check.sentence()) }
}

fn stage_rows(desk: &Desk<'_>, round: u32) -> Result<Vec<Stage>, Failure> {
    let mut rows = Vec::new();
    for name in earlier(desk, round)? {
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
    for file in disk::files_under(correct)? {
        if file.parent() == Some(Utf8Path::new("")) && file.as_str().starts_with("MC") {
            config.push_str(&disk::read_text(&correct.join(file))?);
            config.push('\n');
        }
    }
    let verdict = |name: &String| {
        let (class, verdict) = property(check, name);
        Property { name: name.clone(), class: class.to_owned(), verdict }
    };
    let search = |s: &Searched| Search {
        name: s.name.clone(),
        why: s.why.clone(),
        class: match (s.extent(), &s.outcome) {
            (Extent::None, Outcome::Violated { .. } | Outcome::Rejected { .. }) => "bad",
            (Extent::All(_), _) => "ok",
            (Extent::Simulated(_) | Extent::None, _) => "unknown",
        }
        .to_owned(),
        verdict: s.sentence(),
    };
    Ok(Check {
        text: format!("{}.", check.sentence()),
        properties: check.invariants.iter().map(verdict).collect(),
        searches: check.searches.iter().filter(|s| !s.name.is_empty()).map(search).collect(),
        bounds: disk::read_text(&correct.join("MC.tla"))?,
        config,
    })
}

/// The verdict on one property over all searches.
fn property(check: &CheckFile, name: &String) -> (&'static str, String) {
    let each: Vec<_> = check.searches.iter().map(|s| in_search(s, name)).collect();
    if let Some(bad) = each.iter().find(|(class, _)| *class == "bad") {
        return bad.clone();
    }
    let class = if check.holds() && each.iter().all(|(class, _)| *class == "ok") { "ok" } else { "unknown" };
    if let [only] = each.as_slice() {
        let holds = if class == "ok" { "holds within the bounds: " } else { "" };
        return (class, format!("{holds}{}", only.1));
    }
    if class == "ok" {
        let simulated = check.searches.iter().filter(|s| matches!(s.extent(), Extent::Simulated(_))).count();
        let random = if simulated > 0 { format!(", and in {simulated} simulation(s)") } else { String::new() };
        return (
            class,
            format!("holds in all states within the bounds of {} searches{random}", each.len() - simulated),
        );
    }
    let missing = check.searches.iter().zip(&each).filter(|(_, (class, _))| *class != "ok");
    let texts: Vec<String> = missing.map(|(searched, (_, said))| format!("{}: {said}", searched.name)).collect();
    (class, texts.join("; "))
}

/// The verdict on one property in one search. A simulation takes nothing from the exhaustive ones beside it.
fn in_search(searched: &Searched, name: &String) -> (&'static str, String) {
    match (&searched.outcome, searched.extent()) {
        (Outcome::Holds { evidence }, Extent::All(states)) => {
            if evidence.claim().invariants.contains(name) || evidence.claim().properties.contains(name) {
                ("ok", format!("{states} distinct states, all explored"))
            } else {
                ("unknown", "unknown: TLC was not asked about it".to_owned())
            }
        }
        (_, Extent::Simulated(behaviours)) => ("ok", format!("{behaviours} random behaviours, not exhaustive")),
        (Outcome::Violated { violation }, _) if violation.name.as_ref() == Some(name) => {
            ("bad", format!("violated: {}", violation.message))
        }
        (Outcome::Violated { .. }, _) => ("unknown", "unknown: TLC stopped at another violation".to_owned()),
        (Outcome::Rejected { .. }, _) => ("unknown", "unknown: TLC rejected the spec".to_owned()),
        (Outcome::Unknown { why }, _) => ("unknown", format!("unknown: {}", why.message)),
        (Outcome::Holds { .. }, _) => ("unknown", "unknown: TLC's answer is none to what it was asked".to_owned()),
    }
}

fn traces_of(verdicts: &Verdicts) -> Traces {
    let mut traces = Traces { text: format!("{}.", verdicts.sentence()), each: Vec::new(), divergences: Vec::new() };
    for judged in &verdicts.traces {
        let (class, what) = match &judged.verdict {
            validate::Verdict::Accepted { events, evidence } => match evidence.silent() {
                silent if silent.steps > 0 => ("ok", format!("accepted, {events} events, {silent}")),
                _ => ("ok", format!("accepted, {events} events")),
            },
            validate::Verdict::Rejected(d) => {
                let title = format!("{} is rejected", judged.trace);
                traces.divergences.push(Divergence { title, text: validate::render(d), search: tree::search(d) });
                ("bad", format!("rejected at event {} of {}", d.event_index + 1, d.events))
            }
            validate::Verdict::Unknown { why } => {
                let title = format!("{} has no verdict", judged.trace);
                traces.divergences.push(Divergence { title, text: why.clone(), search: None });
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

/// The findings of all rounds.
fn found(desk: &Desk<'_>, last: u32) -> Result<Vec<Finding>, Failure> {
    let mut all = Vec::new();
    for stage in (0..=last).map(|round| stages::in_round(stages::CORRECT, round)) {
        let file = desk.session.folder(&stage).join(findings::FILE);
        if !disk::exists(&file) {
            continue;
        }
        let found: Findings = stages::read_json(&file)?;
        all.extend(found.findings.iter().map(|finding| Finding {
            title: format!("{}, attempt {} of {stage}: {}", finding.property, finding.attempt, finding.answer.words()),
            text: finding.text(),
        }));
    }
    Ok(all)
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
    if !disk::stays_inside(Utf8Path::new(&function.file)) {
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
