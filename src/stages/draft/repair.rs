//! The syntax loop: judge, mend what needs no model, ask for edits, make those that may be made, judge again.

use std::time::Duration;

use camino::Utf8Path;

use super::Desk;
use super::behind;
use super::reach::Reach;
use super::reply::try_edits;
use super::shown;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::base::disk;
use crate::engine::Engine as _;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::knowledge;
use crate::llm::prompt::Fields;
use crate::llm::prompt::SEPARATOR;
use crate::llm::prompt::Template;
use crate::provenance;
use crate::stages::shared::asking::IISPEC;
use crate::stages::shared::asking::Material;
use crate::stages::shared::asking::ask;
use crate::stages::shared::asking::text_at;
use crate::stages::shared::citations;
use crate::stages::shared::mending::mend;
use crate::stages::shared::mending::record;
use crate::tla::check;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

/// How long SANY may take.
const SANY_LIMIT: Duration = Duration::from_secs(120);

/// How many diagnostics a prompt shows.
const SHOWN: usize = 20;

/// Within how many lines of each other two checkers mean the same.
const NEAR: usize = 3;

/// The end of the loop.
pub(super) struct Repaired {
    /// Clean text.
    pub(super) spec: String,
    /// How many fixes were made without a model.
    pub(super) fixes: usize,
    /// Of how many replies edits were applied.
    pub(super) repairs: u32,
}

/// Repairs `spec` until nothing is wrong with it. Every attempt lies in `attempts/NN/` with what was found.
pub(super) async fn until_clean(
    desk: &Desk<'_>,
    folder: &Utf8Path,
    material: &Material,
    mut spec: String,
) -> Result<Repaired, Failure> {
    let config = &desk.settings.config;
    let limit = config.draft.max_attempts;
    let name = format!("{}.tla", desk.module()?);
    let mut tried: Vec<String> = Vec::new();
    let mut before: Vec<Diagnostic> = Vec::new();
    let (mut fixes, mut repairs) = (0, 0);
    for attempt in 0..=limit {
        let place = folder.join(format!("attempts/{attempt:02}"));
        spec = citations::with_true_heads(&material.outline, &spec);
        let (mended, made, found) = look(desk, &place, material, spec).await?;
        (spec, fixes) = (mended, fixes + made);
        if found.is_empty() {
            return Ok(Repaired { spec, fixes, repairs });
        }
        if let Some(end) = end(attempt, limit, &before, &found) {
            return Err(Failure { diagnostics: std::iter::once(end).chain(found).collect() });
        }
        desk.ui.say(&format!("  {} thing(s) to mend, which the model is asked to: first, {}", found.len(), found[0]));
        let reach = Reach::of(&spec, &name, &found, &config.target.properties);
        let fields = fields(desk, material, &spec, &found, &reach, &tried)?;
        disk::put(&place.join("prompt.md"), &filled(&fields)?)?;
        let reply = ask(desk, "repair", &format!("repair {}", attempt + 1), super::REPAIR_PROMPT, &fields).await?;
        disk::put(&place.join("reply.md"), &reply)?;
        let (tried_edits, after) = try_edits(&reply, &spec, &reach);
        crate::stages::write_json(&place.join("edits.json"), &tried_edits)?;
        if tried_edits.refused() > 0 {
            desk.ui.say(&format!(
                "  {} edit(s) refused; edits.json of attempt {attempt:02} says why",
                tried_edits.refused()
            ));
        }
        tried.push(tried_edits.words(attempt, &found));
        if let Some(after) = after {
            spec = after;
            repairs += 1;
        }
        before = found;
    }
    unreachable!("the last attempt returns")
}

/// Judges `spec` and, where SANY does not accept it, has it mended without a model and judges it again: the text, how
/// many fixes were made, and what is wrong with it still.
async fn look(
    desk: &Desk<'_>,
    place: &Utf8Path,
    material: &Material,
    spec: String,
) -> Result<(String, usize, Vec<Diagnostic>), Failure> {
    let name = format!("{}.tla", desk.module()?);
    let (mut spec, mut fixes) = (spec, 0);
    let mut judged = judge(desk, place, material, &spec).await?;
    if !judged.parses {
        let fixed = mend(desk.ui, &name, &spec, &desk.settings.config.check.constants);
        let made = fixed.fixes.len();
        if made > 0 {
            record(place, &fixed.fixes)?;
            let unfixed = place.join("unfixed");
            disk::put(&unfixed.join(&name), &spec)?;
            crate::stages::write_json(&unfixed.join("diagnostics.json"), &judged.found)?;
            desk.ui.say(&format!("  {made} fix(es) made without a model"));
            (spec, fixes) = (fixed.text, made);
            judged = judge(desk, place, material, &spec).await?;
        }
    }
    crate::stages::write_json(&place.join("diagnostics.json"), &judged.found)?;
    Ok((spec, fixes, judged.found))
}

/// What the prompt is filled with.
fn fields(
    desk: &Desk<'_>,
    material: &Material,
    spec: &str,
    found: &[Diagnostic],
    reach: &Reach<'_>,
    tried: &[String],
) -> Result<Fields, Failure> {
    let mut shown: Vec<_> = found.iter().take(SHOWN).map(|d| d.render(false)).collect();
    if found.len() > SHOWN {
        shown.push(format!("... and {} more", found.len() - SHOWN));
    }
    let cards = knowledge::cards()?;
    let fitting = knowledge::Index::new(&cards).best(found, desk.settings.config.draft.cards);
    let advice: Vec<_> = fitting.iter().map(|c| knowledge::render(c)).collect();
    Ok(Fields::new()
        .set("module", desk.module()?)
        .set("iispec", IISPEC)
        .set("diagnostics", shown.join("\n\n"))
        .set("source", or_none(text_at(desk, &material.outline, &behind::functions(spec, found, material))?))
        .set("cards", or_none(advice.join("\n\n")))
        .set("tried", or_none(tried.join("\n")))
        .set("spec", shown::module(spec, reach)))
}

/// The prompt for a person to read.
fn filled(fields: &Fields) -> Result<String, Failure> {
    let filled = Template::parse("repair", super::REPAIR_PROMPT)?.fill(fields)?;
    Ok(format!("{}\n\n{SEPARATOR}\n\n{}\n", filled.system, filled.prompt))
}

pub(in crate::stages) fn or_none(text: String) -> String {
    if text.is_empty() { "(none)".to_owned() } else { text }
}

/// Why the loop ends before the text is clean, if it does; `before` was found an attempt earlier.
fn end(attempt: u32, limit: u32, before: &[Diagnostic], found: &[Diagnostic]) -> Option<Diagnostic> {
    let kept = "the texts, their diagnostics and the replies are in the attempts folder of 01-draft.partial";
    // The first `found` is what was wrong at the start, and no attempt has left it.
    if attempt >= 2 && is_same(before, found) {
        let message = format!("attempts {} and {attempt} left the same diagnostics", attempt - 1);
        let end = Diagnostic::error("draft/no-progress", message);
        return Some(end.hint(format!("{kept}; start another session with another model")));
    }
    (attempt == limit).then(|| {
        let message = format!("the draft is not clean after {attempt} attempt(s), which is draft.max_attempts");
        Diagnostic::error("draft/attempts-spent", message)
            .hint(format!("{kept}; raise draft.max_attempts, or start another session with another model"))
    })
}

/// Whether the same is wrong, be it on other lines.
fn is_same(one: &[Diagnostic], other: &[Diagnostic]) -> bool {
    let marks = |found: &[Diagnostic]| {
        let line = |d: &Diagnostic| d.places.first().map(|place| place.text.trim().to_owned());
        let mut marks: Vec<_> = found.iter().map(|d| (d.code.clone(), d.message.clone(), line(d))).collect();
        marks.sort_unstable();
        marks
    };
    marks(one) == marks(other)
}

/// What is wrong with a text.
struct Judged {
    /// Whether SANY accepts it.
    parses: bool,
    found: Vec<Diagnostic>,
}

/// Everything that is wrong with the text: form, syntax and names, then what is missing and what is cited wrongly.
///
/// SANY decides whether there is anything about syntax and names; what it is, our checker says, and SANY where ours
/// says nothing.
async fn judge(desk: &Desk<'_>, place: &Utf8Path, material: &Material, spec: &str) -> Result<Judged, Failure> {
    let module = desk.module()?;
    let name = format!("{module}.tla");
    let file = place.join(&name);
    disk::put(&file, spec)?;
    desk.ui.waiting("SANY");
    let request = ParseRequest { limit: SANY_LIMIT, ..ParseRequest::new(crate::harness::absolute(&file)?) };
    let mut said = match desk.tools.parse(&request).await? {
        Parsed::Clean { .. } => {
            let mut found = missing_operators(desk, material, spec, &name);
            found.extend(citations::found_in(desk, material, spec, &name));
            return Ok(Judged { parses: true, found });
        }
        Parsed::Rejected { diagnostics } => diagnostics,
        Parsed::Unknown { why } => return Err(why.into()),
    };
    said.retain(|d| d.severity == Severity::Error);
    for place in said.iter_mut().flat_map(|d: &mut Diagnostic| &mut d.places) {
        // Paths of this machine would reach the prompt, and with it the key of the recorded call.
        place.file.clone_from(&name);
    }
    let mut found = check::check(&Source { path: name, text: spec.to_owned() }, &NoLibrary).diagnostics;
    found.retain(|d| d.severity == Severity::Error);
    Ok(Judged { parses: false, found: both(found, said) })
}

/// What our checker found, and what SANY said at places where ours found nothing.
fn both(ours: Vec<Diagnostic>, sany: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let line = |d: &Diagnostic| d.places.first().map(|place| place.line);
    let known = |said: &Diagnostic| match line(said) {
        Some(at) => ours.iter().filter_map(line).any(|other| other.abs_diff(at) <= NEAR),
        None => !ours.is_empty(),
    };
    let more: Vec<_> = sany.into_iter().filter(|said| !known(said)).collect();
    ours.into_iter().chain(more).collect()
}

/// Names that the brief promises and later stages rely on.
fn missing_operators(desk: &Desk<'_>, material: &Material, spec: &str, file: &str) -> Vec<Diagnostic> {
    let config = &desk.settings.config.target;
    let mut wanted: Vec<String> = ["Init", "Next", "Spec"].map(str::to_owned).into();
    wanted.extend(config.properties.iter().cloned());
    wanted.extend(material.actions.keys().cloned());
    let defined: std::collections::BTreeSet<_> = provenance::blocks(spec).into_iter().map(|b| b.operator).collect();
    let missing = wanted.into_iter().filter(|name| !defined.contains(name));
    let error = |name: String| {
        Diagnostic::error("draft/missing-operator", format!("the module does not define `{name}`"))
            .at(Place::at(file, 1, 1, Some(spec)))
            .hint("the brief asks for it by exactly this name; its definition starts in the first column")
    };
    missing.map(error).collect()
}
