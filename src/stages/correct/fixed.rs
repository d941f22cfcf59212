//! What is corrected before the model is asked: values that are missing when the spec runs, by the fixers of `correction`.
//!
//! The fixers search with the evaluator; whether a correction helped says TLC, as of everything else here. What they leave out
//! of the behaviours or of the search stands in `corrections.json` and is told.

use std::time::Duration;

use camino::Utf8Path;
use serde::Serialize;

use super::Desk;
use super::amend::words;
use super::guard::Guard;
use super::judge;
use super::judge::Judged;
use super::problem::Problem;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::correction;
use crate::correction::Beside;
use crate::correction::Corrected;
use crate::correction::Correction;
use crate::correction::Effort;
use crate::correction::Made;
use crate::engine::Class;
use crate::stages::shared::asking;
use crate::stages::shared::bounds;
use crate::stages::shared::citations;
use crate::stages::shared::layout::laid_out;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;
use crate::transform;

/// The record of what was corrected.
const FILE: &str = "corrections.json";

/// Format number of [`Record`].
const FORMAT: u32 = 1;

/// Each search of a fixer sees so many states; no time bounds it, so that it finds the same on every machine.
const STATES: u64 = 20_000;
const TIME: Duration = Duration::from_secs(3600);

/// After so many corrections one after the other the model is asked.
const MOST: usize = 5;

/// What runs without a value, and may have one by an edit that needs no model.
const FIXABLE: [Class; 5] =
    [Class::NotEnumerable, Class::Overflow, Class::OutsideDomain, Class::EmptySequence, Class::NoSuchField];

/// What is judged.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) iispec: String,
    /// Lines for the config of each search.
    pub(super) added: String,
    /// What was corrected without the model.
    pub(super) corrections: Vec<Correction>,
}

/// corrections.json.
#[derive(Serialize)]
struct Record<'a> {
    format: u32,
    kept: &'a [Correction],
    /// Made and taken back, with why.
    taken_back: &'a [Correction],
    why: Option<String>,
}

impl Text {
    /// Writes what was corrected, if something was.
    pub(super) fn record(&self, folder: &Utf8Path) -> Result<(), Failure> {
        if !self.added.is_empty() {
            disk::put(&folder.join(bounds::ADDED), &self.added)?;
        }
        if self.corrections.is_empty() {
            return Ok(());
        }
        record(folder, &self.corrections, &[], None)
    }

    /// How much of it there is, to go on a sentence with; empty where nothing was corrected.
    pub(super) fn sentence(&self) -> String {
        let all = proposals(&self.corrections);
        let decisions = all.iter().filter(|one| one.decision.is_some()).count();
        match all.len() {
            0 => String::new(),
            some => format!(", {some} without a model, {decisions} of them decisions to look at ({FILE})"),
        }
    }
}

/// One for each proposal, which may have several edits.
fn proposals(corrections: &[Correction]) -> Vec<&Correction> {
    let mut all: Vec<&Correction> = corrections.iter().collect();
    all.dedup_by(|a, b| (&a.fixer, &a.message, &a.decision) == (&b.fixer, &b.message, &b.decision));
    all
}

fn record(
    folder: &Utf8Path,
    kept: &[Correction],
    taken_back: &[Correction],
    why: Option<String>,
) -> Result<(), Failure> {
    crate::stages::write_json(&folder.join(FILE), &Record { format: FORMAT, kept, taken_back, why })
}

/// The constants that lines of a config give values.
pub(super) fn constants(added: &str) -> impl Iterator<Item = (String, String)> {
    let lines = added.lines().map(str::trim).filter(|line| !line.starts_with("\\*"));
    let value = |line: &str| line.split_once(" = ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    lines.filter_map(value).collect::<Vec<_>>().into_iter()
}

/// Judges a text, and corrects it as long as that helps.
pub(super) async fn judge(
    desk: &Desk<'_>,
    guard: &Guard,
    place: &Utf8Path,
    text: &mut Text,
) -> Result<Judged, Failure> {
    let mut judged = judge::judge(desk, place, &text.iispec, &text.added).await?;
    for number in 1..=MOST {
        let Judged::Problem(problem) = &judged else { break };
        if !is_fixable(problem) {
            break;
        }
        // The folder of the text that was judged last has the configuration it was judged with.
        let from = if number == 1 { place.to_owned() } else { place.join(format!("corrected-{:02}", number - 1)) };
        let (corrected, tail) = corrected(desk, &from, text)?;
        if corrected.kept.is_empty() {
            break;
        }
        let place = place.join(format!("corrected-{number:02}"));
        let edited = match allowed(desk, guard, problem, text, (&corrected, &tail))? {
            Ok(edited) => edited,
            Err(why) => {
                record(&place, &[], &corrected.kept, Some(why))?;
                break;
            }
        };
        disk::put(&crate::stages::iispec(&place, desk.module()?), &edited.iispec)?;
        let after = judge::judge(desk, &place, &edited.iispec, &edited.added).await?;
        if matches!(&after, Judged::Problem(left) if left.title == problem.title) {
            record(&place, &[], &corrected.kept, Some("the problem is the same".to_owned()))?;
            break;
        }
        record(&place, &corrected.kept, &corrected.taken_back, None)?;
        tell(desk, &corrected.kept);
        *text = edited;
        judged = after;
    }
    Ok(judged)
}

fn tell(desk: &Desk<'_>, kept: &[Correction]) {
    for one in proposals(kept) {
        desk.ui.say(&format!("  corrected without a model, by `{}`: {}; {}", one.fixer, one.message, one.why));
        if let Some(decision) = &one.decision {
            desk.ui.say(&format!("    a decision to look at: {decision}"));
        }
    }
}

fn is_fixable(problem: &Problem) -> bool {
    let code = problem.diagnostics.first().map(|diagnostic| diagnostic.code.as_str());
    !problem.bounds && FIXABLE.iter().any(|class| Some(class.code()) == code)
}

/// What the fixers make of the text, in the first search of all states, and the lines that they add to its config.
fn corrected(desk: &Desk<'_>, place: &Utf8Path, text: &Text) -> Result<(Corrected, String), Failure> {
    let config = &desk.settings.config;
    let module = desk.module()?;
    let searches = bounds::chosen(config)?;
    let search = searches.iter().find(|search| search.simulate.is_none());
    let name = search.map_or_else(|| "MC.cfg".to_owned(), bounds::config_name);
    let root = Source { path: judge::MODEL.to_owned(), text: disk::read_text(&place.join(judge::MODEL))? };
    let config_text = disk::read_text(&place.join(&name))?;
    let make = |iispec: &str| {
        let made = transform::transform(iispec, judge::LABEL, &transform::Options::default()).ok()?;
        let source = Source { path: format!("{module}.tla"), text: made.text };
        Some(Made { root: root.clone(), module: source, origin: made.origin })
    };
    let files = &config.target.files;
    let read = |file: &str| {
        let cited = files.iter().find(|one| one.as_str() == file)?;
        disk::read_text(&desk.source.root.join(cited)).ok()
    };
    let effort = Effort { states: STATES, time: TIME, deadlock: config.check.deadlock };
    // A file has the name of its module.
    let source = Source { path: format!("{module}.tla"), text: text.iispec.clone() };
    let beside = Beside { library: &NoLibrary, texts: Some(&read), made: Some(&make) };
    let before = Source { path: name, text: config_text };
    let corrected = correction::correct(&source, &before, beside, effort);
    let added = corrected.config.strip_prefix(&before.text).unwrap_or_default().to_owned();
    Ok((corrected, added))
}

/// The text with the corrections, or why they are refused: the guard judges a fixer like a model.
fn allowed(
    desk: &Desk<'_>,
    guard: &Guard,
    problem: &Problem,
    text: &Text,
    (corrected, tail): (&Corrected, &str),
) -> Result<Result<Text, String>, Failure> {
    if let Err(wrong) = guard.allows(&corrected.module, problem) {
        return Ok(Err(words(wrong)));
    }
    let wrong = citations::found_in(desk, &asking::Material::gather(desk)?, &corrected.module, judge::LABEL);
    if !wrong.is_empty() {
        return Ok(Err(words(wrong)));
    }
    let corrections = [&text.corrections[..], &corrected.kept].concat();
    let iispec = laid_out(desk, &corrected.module, judge::LABEL);
    Ok(Ok(Text { iispec, added: format!("{}{tail}", text.added), corrections }))
}
