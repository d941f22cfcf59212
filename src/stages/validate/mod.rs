//! # Validate: are the traces of the real system behaviours of the spec?
//!
//! | reads  | `<Module>.tla` and the IISpec of the round's correct, `04-exercise/traces`, the trace mapping |
//! | writes | `verdicts.json`, `divergences.md`, `feedback.md` (what the next round is told), `<Module>Trace.tla` |
//! | calls  | the evaluator, or TLC                                                                 |
//! | never  | looks at the judging traces while training traces are rejected                        |
//! | stops  | every trace has a verdict                                                             |

mod focus;
pub mod model;

use std::fmt::Write as _;
use std::sync::Arc;

use camino::Utf8Path;
use model::FORMAT;
use model::Judged;
use model::Verdicts;

use super::Desk;
use super::exercise::model::Recorded;
use super::exercise::model::Runs;
use super::shared::judging;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::session::Inputs;
use crate::trace::Probes;
use crate::trace::Trace;
use crate::trace::mapping::Mapping;
use crate::trace::read;
use crate::validate;
use crate::validate::Verdict;

/// Divergences shown to the model in one round: the first of each kind of event tell the most.
const FEEDBACK: usize = 3;

/// What the stage depends on.
pub fn inputs(desk: &Desk<'_>, round: u32) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::new();
    let correct = desk.session.folder(&super::in_round(super::CORRECT, round));
    let module = desk.module()?;
    for (name, file) in [("spec", correct.join(format!("{module}.tla"))), ("IISpec", super::iispec(&correct, module))] {
        inputs.insert(name.to_owned(), disk::sha256_file(&file)?);
    }
    let traces = desk.session.manifest()?.stages.get(super::EXERCISE).map(|row| row.output.clone()).unwrap_or_default();
    inputs.insert("traces".to_owned(), traces);
    let (_, path) = desk.trace_mapping()?;
    inputs.insert("trace mapping".to_owned(), disk::sha256(disk::read_text(&path)?.as_bytes()));
    inputs.insert("TLA+ tools".to_owned(), desk.tools_digest.to_owned());
    super::setting_inputs(&mut inputs, "validate", &desk.settings.config.validate);
    inputs.insert("templates".to_owned(), disk::sha256(validate::templates().as_bytes()));
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Validates the training traces, and if all of them are accepted the judging ones.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path, round: u32) -> Result<String, Failure> {
    let (config, path) = desk.trace_mapping()?;
    let mapping = Mapping::of(&config, path.as_str())?;
    let module = desk.module()?;
    let file = desk.session.folder(&super::in_round(super::CORRECT, round)).join(format!("{module}.tla"));
    let spec = judging::specification(&config, module, &disk::read_text(&file)?);
    let probes = judging::probes_of(desk, &config)?;
    let exercise = desk.session.folder(super::EXERCISE);
    let runs: Runs = super::read_json(&exercise.join("runs.json"))?;
    let mut verdicts =
        Verdicts { format: FORMAT, traces: Vec::new(), checked: mapping.checked().map(|f| f.field.clone()).collect() };
    for training in [true, false] {
        let chosen: Vec<&Recorded> = runs.runs.iter().filter(|r| r.training == training).collect();
        if chosen.is_empty() {
            continue;
        }
        let what = if training { "training" } else { "judging" };
        desk.ui.waiting(&format!("{} on {} {what} traces", judging::judge_of(desk), chosen.len()));
        let traces = load(&exercise, &chosen, &mapping, probes.as_ref())?;
        // What TLC may have run on is kept out of the artefact: it holds the traces a second time.
        let place = crate::harness::absolute(&desk.session.root.join("build/validate"))?;
        disk::remove(&place)?;
        let asked = judging::Asked { suggestions: true, ..judging::Asked::default() };
        let judged = judging::judge_with(desk, &spec, &mapping, &traces, &place, asked).await?;
        let (name, trace_spec) = validate::trace_spec(&spec, &mapping, &traces)?;
        trace_spec.warnings().iter().for_each(|warning| desk.ui.diagnostic(warning));
        disk::put(&folder.join(name), trace_spec.text)?;
        verdicts.traces.extend(judged.into_iter().map(|(events, judged)| Judged {
            trace: judged.trace,
            training,
            events,
            verdict: judged.verdict,
            by: judged.by,
        }));
        if verdicts.accepted() < verdicts.traces.len() {
            break;
        }
    }
    super::write_json(&folder.join("verdicts.json"), &verdicts)?;
    disk::put(&folder.join("divergences.md"), divergences(&verdicts))?;
    let correct = desk.session.folder(&super::in_round(super::CORRECT, round));
    let iispec = disk::read_text(&super::iispec(&correct, module))?;
    disk::put(&folder.join("feedback.md"), feedback_text(&verdicts, &iispec))?;
    Ok(verdicts.sentence())
}

fn load(
    exercise: &Utf8Path,
    chosen: &[&Recorded],
    mapping: &Mapping,
    probes: Option<&Probes>,
) -> Result<Arc<[Trace]>, Failure> {
    let one = |run: &&Recorded| {
        let options = read::Options { mapping: Some(mapping), allow_truncated: false, probes };
        let mut trace = read::read(&exercise.join(&run.trace), options)?;
        // As it is called in the session, so that no path of this machine reaches an artefact or a prompt.
        trace.file.clone_from(&run.trace);
        Ok(trace)
    };
    chosen.iter().map(one).collect()
}

fn divergences(verdicts: &Verdicts) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for judged in &verdicts.traces {
        match &judged.verdict {
            Verdict::Accepted { .. } => {}
            Verdict::Rejected(divergence) => {
                let _ = write!(text, "## {}\n\n```\n{}```\n\n", judged.trace, validate::render(divergence));
            }
            Verdict::Unknown { why } => {
                let _ = write!(text, "## {}\n\nNo verdict: {why}\n\n", judged.trace);
            }
        }
    }
    if text.is_empty() { "None.\n".to_owned() } else { text }
}

/// What the model is told: of the rejected training traces, the first of each kind of event, earliest events first.
fn feedback_text(verdicts: &Verdicts, iispec: &str) -> String {
    let rejected = verdicts.traces.iter().filter(|t| t.training).filter_map(|t| match &t.verdict {
        Verdict::Rejected(divergence) => Some(divergence),
        Verdict::Accepted { .. } | Verdict::Unknown { .. } => None,
    });
    let mut all: Vec<_> = rejected.collect();
    all.sort_by_key(|d| (d.event_index, d.trace.clone()));
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut shown = Vec::new();
    for divergence in &all {
        let kind = (
            divergence.event.clone(),
            format!("{:?} {:?}", divergence.kind, divergence.differences.iter().map(|d| &d.field).collect::<Vec<_>>()),
        );
        if shown.len() < FEEDBACK && !seen.contains(&kind) {
            seen.push(kind);
            shown.push(format!(
                "#### Divergence {}\n\n```\n{}{}```",
                shown.len() + 1,
                validate::render_for_model(divergence),
                focus::focus(iispec, divergence)
            ));
        }
    }
    if shown.is_empty() {
        return String::new();
    }
    let training = verdicts.traces.iter().filter(|t| t.training).count();
    let which = match all.len() {
        one if one == shown.len() => "Each is shown at its first event without an explanation.",
        _ => "Each ends at its first event without an explanation; shown is one of each kind, the earliest.",
    };
    format!("{} of {training} traces are rejected. {which}\n\n{}\n", all.len(), shown.join("\n\n"))
}

/// What the next round of correct has to look at; empty where nothing is rejected.
pub fn feedback(desk: &Desk<'_>, round: u32) -> Result<String, Failure> {
    let folder = desk.session.folder(&super::in_round(super::VALIDATE, round));
    Ok(disk::read_text(&folder.join("feedback.md"))?)
}
