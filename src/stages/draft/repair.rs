//! The syntax loop: judge, ask for edits, apply them, judge again.

use std::time::Duration;

use camino::Utf8Path;

use super::Desk;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::engine::Engine as _;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::instrument::TraceConfig;
use crate::knowledge;
use crate::llm;
use crate::llm::prompt::Fields;
use crate::provenance;
use crate::source::Found;
use crate::source::Outline;
use crate::source::find;
use crate::stages::shared::asking::IISPEC;
use crate::stages::shared::asking::Material;
use crate::stages::shared::asking::ask;

/// How long SANY may take.
const SANY_LIMIT: Duration = Duration::from_secs(120);

/// The end of the loop.
pub(super) struct Repaired {
    /// Clean text.
    pub(super) spec: String,
    /// How many replies were applied.
    pub(super) repairs: u32,
}

/// Repairs `spec` until nothing is wrong with it. Every attempt lies in `attempts/NN/` with what was found.
pub(super) async fn until_clean(
    desk: &Desk<'_>,
    folder: &Utf8Path,
    material: &Material,
    mut spec: String,
) -> Result<Repaired, Failure> {
    let limit = desk.settings.config.draft.max_attempts;
    let cards = knowledge::cards()?;
    let mut tried: Vec<String> = Vec::new();
    let mut before: Option<Vec<Diagnostic>> = None;
    let mut repairs = 0;
    for attempt in 0..=limit {
        let place = folder.join(format!("attempts/{attempt:02}"));
        spec = with_true_ranges(&material.outline, &spec);
        let found = judge(desk, &place, material, &spec).await?;
        crate::stages::write_json(&place.join("diagnostics.json"), &found)?;
        if found.is_empty() {
            return Ok(Repaired { spec, repairs });
        }
        if attempt == limit || before.as_ref() == Some(&found) {
            return Err(gave_up(found, attempt, attempt < limit));
        }
        desk.ui.say(&format!("  {} thing(s) to mend, which the model is asked to: first, {}", found.len(), found[0]));
        let shown: Vec<_> = found.iter().take(20).map(|d| d.render(false)).collect();
        let fitting = knowledge::Index::new(&cards).best(&found, desk.settings.config.draft.cards);
        let advice: Vec<_> = fitting.iter().map(|c| knowledge::render(c)).collect();
        let fields = Fields::new()
            .set("module", desk.module()?)
            .set("iispec", IISPEC)
            .set("diagnostics", shown.join("\n\n"))
            .set("cards", or_none(advice.join("\n\n")))
            .set("tried", or_none(tried.join("\n\n")))
            .set("spec", &spec);
        let reply = ask(desk, "repair", &format!("repair {}", attempt + 1), super::REPAIR_PROMPT, &fields).await?;
        disk::put(&place.join("reply.md"), &reply)?;
        match llm::edits::parse_edits(&reply)
            .map_err(|d| vec![d])
            .and_then(|edits| llm::edits::apply_edits(&spec, &edits))
        {
            Ok(text) => {
                tried.push(format!("Edits were applied against: {}", found[0]));
                before = Some(found);
                spec = text;
                repairs += 1;
            }
            Err(refused) => {
                let reasons: Vec<_> = refused.iter().map(ToString::to_string).collect();
                tried.push(format!("A reply was refused: {}", reasons.join("; ")));
            }
        }
    }
    unreachable!("the last attempt returns")
}

pub(in crate::stages) fn or_none(text: String) -> String {
    if text.is_empty() { "(none)".to_owned() } else { text }
}

fn gave_up(found: Vec<Diagnostic>, attempts: u32, same: bool) -> Failure {
    let why = if same { "an attempt left the same diagnostics" } else { "draft.max_attempts is reached" };
    let head = Diagnostic::error("draft/gave-up", format!("the draft is not clean after {attempts} repair(s): {why}"))
        .hint("the last text and its diagnostics are in the attempts folder of 01-draft.partial; raise draft.max_attempts, or start another session with another model");
    Failure { diagnostics: std::iter::once(head).chain(found).collect() }
}

/// Everything that is wrong with the text: form, syntax and names (SANY), then what is missing and what is cited wrongly.
async fn judge(desk: &Desk<'_>, place: &Utf8Path, material: &Material, spec: &str) -> Result<Vec<Diagnostic>, Failure> {
    let module = desk.module()?;
    let name = format!("{module}.tla");
    let file = place.join(&name);
    disk::put(&file, spec)?;
    desk.ui.waiting("SANY");
    let request = ParseRequest { limit: SANY_LIMIT, ..ParseRequest::new(crate::harness::absolute(&file)?) };
    let mut found = match desk.tools.parse(&request).await? {
        Parsed::Clean { .. } => Vec::new(),
        Parsed::Rejected { diagnostics } => {
            diagnostics.into_iter().filter(|d| d.severity == crate::base::diag::Severity::Error).collect()
        }
        Parsed::Unknown { why } => return Err(why.into()),
    };
    for place in found.iter_mut().flat_map(|d: &mut Diagnostic| &mut d.places) {
        // Paths of this machine would reach the prompt, and with it the key of the recorded call.
        place.file.clone_from(&name);
    }
    if found.is_empty() {
        found.extend(missing_operators(desk, spec, &name)?);
        found.extend(wrong_citations(&material.outline, spec, &name));
    }
    Ok(found)
}

/// Names that the brief promises and later stages rely on.
fn missing_operators(desk: &Desk<'_>, spec: &str, file: &str) -> Result<Vec<Diagnostic>, Failure> {
    let config = &desk.settings.config.target;
    let mut wanted: Vec<String> = ["Init", "Next", "Spec"].map(str::to_owned).into();
    wanted.extend(config.properties.iter().cloned());
    if let Some(trace) = &config.trace {
        let path = desk.project(trace);
        let mapping = TraceConfig::read(&disk::read_text(&path)?, path.as_str())?;
        wanted.extend(mapping.actions.iter().map(|a| a.name.clone()));
    }
    let defined: std::collections::BTreeSet<_> = provenance::blocks(spec).into_iter().map(|b| b.operator).collect();
    let missing = wanted.into_iter().filter(|name| !defined.contains(name));
    let error = |name: String| {
        Diagnostic::error("draft/missing-operator", format!("the module does not define `{name}`"))
            .at(Place::at(file, 1, 1, Some(spec)))
            .hint("the brief asks for it by exactly this name; its definition starts in the first column")
    };
    Ok(missing.map(error).collect())
}

/// Citations of files or lines that are not there, and of lines outside the function named above the operator.
pub(super) fn wrong_citations(outline: &Outline, spec: &str, file: &str) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for block in provenance::blocks(spec) {
        for citation in block.function.iter().chain(&block.citations) {
            let at = || Place::at(file, citation.spec_line, 1, Some(spec));
            let shown = format!("{}:{}", citation.file, citation.first);
            let Some(source) = outline.file(&citation.file) else {
                let files: Vec<_> = outline.files.iter().map(|f| f.path.as_str()).collect();
                wrong.push(
                    Diagnostic::error(
                        "draft/citation-file",
                        format!("{shown} cites a file that is not among the sources"),
                    )
                    .at(at())
                    .hint(format!("the files are {}", files.join(", "))),
                );
                continue;
            };
            if citation.first == 0 || citation.last < citation.first || citation.last > source.lines {
                wrong.push(
                    Diagnostic::error(
                        "draft/citation-line",
                        format!("{shown} cites a line that {} does not have", citation.file),
                    )
                    .at(at())
                    .hint(format!("it has {} lines", source.lines)),
                );
            }
        }
        wrong.extend(outside_function(outline, spec, file, &block));
    }
    wrong
}

/// The line range of a function named above an operator is known from the survey, so a wrong one is no question for the
/// model: it is put right.
fn with_true_ranges(outline: &Outline, spec: &str) -> String {
    let mut lines: Vec<String> = spec.lines().map(str::to_owned).collect();
    for named in provenance::blocks(spec).into_iter().filter_map(|b| b.function) {
        let Some(name) = &named.function else { continue };
        let Found::One(_, function) = find(outline, Some(&named.file), name) else { continue };
        let line = &mut lines[named.spec_line - 1];
        for old in [format!("{}:{}-{}", named.file, named.first, named.last), format!("{}:{}", named.file, named.first)]
        {
            if line.contains(&old) {
                *line =
                    line.replacen(&old, &format!("{}:{}-{}", named.file, function.first_line, function.last_line), 1);
                break;
            }
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn outside_function(outline: &Outline, spec: &str, file: &str, block: &provenance::Block) -> Vec<Diagnostic> {
    let Some(named) = &block.function else { return Vec::new() };
    let Some(name) = &named.function else { return Vec::new() };
    let at = |line| Place::at(file, line, 1, Some(spec));
    let Found::One(_, function) = find(outline, Some(&named.file), name) else {
        return vec![
            Diagnostic::error("draft/citation-function", format!("{} has no function `{name}`", named.file))
                .at(at(named.spec_line))
                .hint("name the function as the survey does"),
        ];
    };
    let inside = function.first_line..=function.last_line;
    let outside = block
        .citations
        .iter()
        .filter(|c| c.file == named.file && !(inside.contains(&c.first) && inside.contains(&c.last)));
    let error = |c: &provenance::Citation| {
        Diagnostic::error(
            "draft/citation-outside",
            format!(
                "{}:{}-{} is not inside `{name}`, the function named above `{}`",
                c.file, c.first, c.last, block.operator
            ),
        )
        .at(at(c.spec_line))
        .hint(format!("`{name}` is {}:{}-{}", c.file, function.first_line, function.last_line))
    };
    outside.map(error).collect()
}
