//! # Challenge: does the verdict mean something?
//!
//! | reads  | the accepted traces, the source, the IISpec and the spec of the last round, patches, mutations |
//! | writes | `challenge.json`, `challenge.md`                                                              |
//! | calls  | the language's build tool, the harness, TLC, `git apply`                                      |
//! | never  | asks a model                                                                                  |
//! | stops  | everything wrong was noticed · something survived · a control failed                           |

mod bugs;
mod controls;
pub mod model;
mod specs;

use std::sync::Arc;

use camino::Utf8Path;
use model::Challenge;
use model::FORMAT;
use model::Mutant;

use super::Desk;
use super::correct::model::Check;
use super::exercise::model::Recorded;
use super::exercise::model::Runs;
use super::shared::bounds;
use super::shared::judging;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::session::Inputs;
use crate::trace::Trace;
use crate::trace::mapping::Mapping;
use crate::trace::mutate;
use crate::trace::mutate::Evidence;
use crate::trace::read;
use crate::validate::Specification;
use crate::validate::Verdict;

/// How many survivors are named in the message.
const NAMED: usize = 20;

/// What the stage depends on, beside the inputs of the stages that it does again with a mistake: what is needed to judge
/// the traces, and to record others.
pub fn inputs(desk: &Desk<'_>, round: u32, again: Inputs) -> Result<Inputs, Failure> {
    let config = &desk.settings.config;
    let mut inputs = again;
    let correct = desk.session.folder(&super::in_round(super::CORRECT, round));
    let iispec = super::iispec(&correct, desk.module()?);
    inputs.insert("IISpec".to_owned(), disk::sha256(disk::read_text(&iispec)?.as_bytes()));
    inputs.insert("check".to_owned(), disk::sha256_file(&correct.join("check.json"))?);
    let added = bounds::added(&correct)?;
    if !added.is_empty() {
        inputs.insert("added".to_owned(), disk::sha256(added.as_bytes()));
    }
    for path in config.challenge.bugs.iter().chain(&config.challenge.mutations) {
        inputs.insert(format!("challenge {path}"), disk::sha256_file(&desk.project(path))?);
    }
    super::setting_inputs(&mut inputs, "challenge", &(&config.challenge, &config.check, &config.tlc));
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Makes everything wrong that the settings name, and looks whether it is noticed.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path, round: u32) -> Result<String, Failure> {
    let settings = &desk.settings.config.challenge;
    let correct = desk.session.folder(&super::in_round(super::CORRECT, round));
    let (config, path) = desk.trace_mapping()?;
    let mapping = Mapping::of(&config, path.as_str())?;
    let module = desk.module()?;
    let spec = judging::specification(&config, module, &disk::read_text(&correct.join(format!("{module}.tla")))?);
    let mut challenge = Challenge { format: FORMAT, ..Challenge::default() };
    if settings.mutants > 0 {
        (challenge.mutants, challenge.without) = mutants(desk, &spec, &mapping).await?;
    }
    for patch in &settings.bugs {
        let bug = bugs::challenge(desk, &spec, &mapping, patch).await?;
        desk.ui.say(&format!("  bug {}: {}", bug.name, bug.verdict));
        challenge.bugs.push(bug);
    }
    if let Some(file) = &settings.mutations {
        mutations(desk, &mut challenge, &desk.project(file), &correct).await?;
    }
    super::write_json(&folder.join("challenge.json"), &challenge)?;
    disk::put(&folder.join("challenge.md"), challenge.markdown())?;
    controls::failed(&challenge.controls)?;
    survived(&challenge)?;
    Ok(challenge.sentence())
}

/// The controls of the mutations in `file`, and then the mutations: nothing is made of these where a control failed.
async fn mutations(
    desk: &Desk<'_>,
    challenge: &mut Challenge,
    file: &Utf8Path,
    correct: &Utf8Path,
) -> Result<(), Failure> {
    let edits = specs::read(file)?;
    let searches = bounds::searches(&desk.settings.config)?;
    let check: Check = super::read_json(&correct.join("check.json"))?;
    let spec = disk::read_text(&correct.join(format!("{}.tla", desk.module()?)))?;
    let added = bounds::added(correct)?;
    let place = crate::harness::absolute(&desk.session.root.join("build/mutations"))?;
    disk::remove(&place)?;
    challenge.controls = controls::run(desk, &check, &searches, (&spec, &added), &edits, &place).await?;
    if controls::failed(&challenge.controls).is_err() {
        return Ok(());
    }
    let iispec = disk::read_text(&super::iispec(correct, desk.module()?))?;
    for (number, edit) in edits.iter().enumerate() {
        let place = place.join(format!("{:02}", number + 1));
        let mutation = specs::challenge(desk, (&iispec, &added), edit, &searches, &place).await?;
        desk.ui.say(&format!("  spec mutation {}: {}", mutation.name, mutation.verdict));
        challenge.mutations.push(mutation);
    }
    Ok(())
}

fn survived(challenge: &Challenge) -> Result<(), Diagnostic> {
    let survivors = challenge.survivors();
    if survivors.is_empty() {
        return Ok(());
    }
    let mut diagnostic = match challenge.overlooked() {
        true => Diagnostic::error(
            "challenge/survived",
            format!("{} mistake(s) were not noticed: {}", survivors.len(), challenge.sentence()),
        ),
        false => Diagnostic::error(
            "challenge/no-verdict",
            format!("there is no verdict on {} mistake(s): {}", survivors.len(), challenge.sentence()),
        )
        .hint("on a busy machine TLC needs more time: raise challenge.time_limit and run `specgen resume`"),
    };
    if challenge.bugs.iter().any(|bug| !bug.caught && !bug.hung.is_empty()) {
        diagnostic = diagnostic.hint(
            "a bug that makes the system hang shows only where a trace is rejected before that: let the harness end such a run by \
             itself, or raise harness.time_limit where the run is only slow",
        );
    }
    for survivor in survivors.iter().take(NAMED) {
        diagnostic = diagnostic.hint(survivor.clone());
    }
    Err(diagnostic.hint("challenge.md in the stage's .partial folder lists all of them"))
}

/// Mutants of training traces of each number of nodes, all judged in one go, and the fields without one.
async fn mutants(
    desk: &Desk<'_>,
    spec: &Specification,
    mapping: &Mapping,
) -> Result<(Vec<Mutant>, Vec<String>), Failure> {
    mapping.in_lines("making mistakes in traces")?;
    let settings = &desk.settings.config.challenge;
    let exercise = desk.session.folder(super::EXERCISE);
    let runs: Runs = super::read_json(&exercise.join("runs.json"))?;
    let load = |run: &Recorded| -> Result<Trace, Failure> {
        let options = read::Options { mapping: Some(mapping), allow_truncated: false, probes: None };
        let mut trace = read::read(&exercise.join(&run.trace), options)?;
        trace.file.clone_from(&run.trace);
        Ok(trace)
    };
    let training = runs.runs.iter().filter(|run| run.training).map(load).collect::<Result<Vec<_>, _>>()?;
    let mutate::Made { mutants: made, without } =
        mutate::make(&training, Evidence::of(&training, mapping), mapping, &settings.unsure, settings.mutants);
    if made.len() < settings.mutants {
        let message = format!(
            "only {} of the {} mutants that challenge.mutants asks for can be made of the training traces",
            made.len(),
            settings.mutants
        );
        return Err(Diagnostic::error("challenge/few-mutants", message)
            .hint("lower challenge.mutants, or record longer traces")
            .into());
    }
    desk.ui.waiting(&format!("{} on {} mutated traces", judging::judge_of(desk), made.len()));
    let place = crate::harness::absolute(&desk.session.root.join("build/mutants"))?;
    disk::remove(&place)?;
    let all: Arc<[Trace]> = made.iter().map(|mutant| mutant.trace.clone()).collect();
    let judged = judging::judge(desk, spec, mapping, &all, &place).await?;
    let name = |mutant: &mutate::Mutant| format!("{}: {}", mutant.trace.file, mutant.name);
    let outcomes = made.iter().zip(&judged);
    let outcomes = outcomes.map(|(mutant, (_, judged))| outcome(mutant, name(mutant), &judged.verdict));
    Ok((outcomes.collect(), without))
}

/// The verdict on one.
fn outcome(mutant: &mutate::Mutant, name: String, verdict: &Verdict) -> Mutant {
    let (said, event) = match verdict {
        Verdict::Accepted { .. } => ("accepted".to_owned(), None),
        Verdict::Rejected(divergence) => ("rejected".to_owned(), Some(divergence.event_index)),
        Verdict::Unknown { why } => (format!("no verdict: {why}"), None),
    };
    let judged = !matches!(verdict, Verdict::Unknown { .. });
    let caught = event.is_some_and(|event| (mutant.earliest..=mutant.latest).contains(&event));
    Mutant { name, verdict: said, event, expected: (mutant.earliest, mutant.latest), judged, caught }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_verdict_is_not_said_to_be_overlooked() {
        let mutation = |judged: bool| model::SpecMutation {
            name: "m".to_owned(),
            why: String::new(),
            verdict: String::new(),
            found: None,
            states: None,
            expected: "P".to_owned(),
            judged,
            caught: false,
        };
        let code = |mutations: Vec<model::SpecMutation>| {
            survived(&Challenge { mutations, ..Challenge::default() }).map_err(|d| d.code)
        };
        assert_eq!(code(vec![mutation(false)]), Err("challenge/no-verdict".to_owned()));
        assert_eq!(code(vec![mutation(false), mutation(true)]), Err("challenge/survived".to_owned()));
        assert_eq!(code(Vec::new()), Ok(()));
    }
}
