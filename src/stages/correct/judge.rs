//! One look at an IISpec: transform it, parse it, explore it.

use camino::Utf8Path;

use super::Desk;
use super::Problem;
use super::fixed;
use super::model::Check;
use super::model::FORMAT;
use super::model::Searched;
use super::model::VERIFIED_FORMAT;
use super::model::Verified;
use super::model::reached;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::behaviour::Behaviour;
use crate::behaviour::Modules;
use crate::engine::Engine as _;
use crate::engine::Outcome;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::stages::shared::bounds;
use crate::stages::shared::explore::explore;
use crate::transform;
use crate::transform::LineOrigin;
use crate::verify;
use crate::verify::Effort;
use crate::verify::Judge;
use crate::verify::Specification;
use crate::verify::Tlc;
use crate::verify::Wish;

/// What diagnostics call the IISpec: recorded calls have this name in their prompts.
pub(super) const LABEL: &str = "IISpec.tla";

/// The module that holds the bounds of the settings.
pub(super) const MODEL: &str = "MC.tla";

/// States from the initial ones outward in which the actions are verified, and as many mixed from them.
const STATES: usize = 50;

/// What a look showed.
pub(super) enum Judged {
    /// Nothing is left to correct.
    Done(Box<Done>),
    /// Something is.
    Problem(Problem),
}

/// The artefacts of a successful look.
pub(super) struct Done {
    /// Names and texts: the spec and its model configurations.
    pub(super) files: Vec<(String, String)>,
    /// For each line of the spec, the lines of the IISpec it came from.
    pub(super) origin: Vec<LineOrigin>,
    /// What TLC said.
    pub(super) check: Check,
    /// Whether the spec says what the IISpec does.
    pub(super) verified: Verified,
}

/// Judges `iispec`, working in `place`; `added` are lines for the config of each search.
pub(super) async fn judge(desk: &Desk<'_>, place: &Utf8Path, iispec: &str, added: &str) -> Result<Judged, Failure> {
    let module = desk.module()?;
    let name = format!("{module}.tla");
    desk.ui.waiting("the transform");
    let transformed = match transform::transform(iispec, LABEL, &transform::Options::default()) {
        Ok(transformed) => transformed,
        Err(diagnostics) => return Ok(Judged::Problem(Problem::of_diagnostics("the transform", diagnostics))),
    };
    transformed.warnings.iter().for_each(|warning| desk.ui.diagnostic(warning));
    let config = &desk.settings.config;
    let searches = bounds::chosen(config)?;
    let mut files = vec![(MODEL.to_owned(), bounds::module(config, module, &searches, desk.ui)?)];
    for search in &searches {
        let text = bounds::config(config, search, &config.target.properties)?;
        files.push((bounds::config_name(search), text + added));
    }
    files.push((name.clone(), transformed.text.clone()));
    let modules: Modules = [(module.to_owned(), (name, transformed.text.clone()))].into();
    for (name, text) in &files {
        disk::put(&place.join(name), text)?;
    }
    let place = crate::harness::absolute(place)?;

    desk.ui.waiting("SANY");
    match desk.tools.parse(&ParseRequest::new(place.join(MODEL))).await? {
        Parsed::Clean { .. } => {}
        Parsed::Rejected { diagnostics } => return Ok(Judged::Problem(relative("SANY", diagnostics))),
        Parsed::Unknown { why } => return Err(why.into()),
    }
    let mut check = Check { format: FORMAT, invariants: config.target.properties.clone(), searches: Vec::new() };
    for search in &searches {
        let what = format!("check {}", search.name).trim_end().to_owned();
        let checked = explore(desk, &place, search, config.check.time_limit, &what).await?;
        let way = Behaviour::of(&checked, &modules);
        let outcome = checked.outcome;
        match outcome {
            Outcome::Violated { violation } => {
                let problem = Problem::of_violation(&violation, &config.target.properties, &modules);
                return Ok(Judged::Problem(problem));
            }
            Outcome::Rejected { diagnostics } => {
                let problem = relative("TLC", diagnostics);
                return Ok(Judged::Problem(problem.on_the_way(way.as_ref(), &checked.run.behaviour)));
            }
            // An invariant that is true of the initial state has not been put to any test.
            Outcome::Holds { ref evidence } if evidence.claim().distinct_states == 1 => {
                return Err(nothing_moves(&what).into());
            }
            Outcome::Holds { .. } | Outcome::Unknown { .. } => {}
        }
        let far = reached(&outcome);
        let searched = Searched::new(search, outcome);
        desk.ui.say(&format!("  {what}: {}{far}", searched.sentence()));
        check.searches.push(searched);
    }
    let verified = verified(desk, &place, iispec, &transformed, added).await?;
    Ok(Judged::Done(Box::new(Done { files, origin: transformed.origin, check, verified })))
}

/// Holds what the transform made against the IISpec as it reads; a difference is the transform's fault and nobody can
/// correct it in the IISpec. What cannot be compared is told and claims nothing.
async fn verified(
    desk: &Desk<'_>,
    place: &Utf8Path,
    iispec: &str,
    made: &transform::Transformed,
    added: &str,
) -> Result<Verified, Failure> {
    desk.ui.waiting("the interpreter of IISpecs, and the spec in the same states");
    let folder = place.join("verify");
    let settings = desk.settings.config.check.constants.clone();
    let values = settings.into_iter().chain(fixed::constants(added)).collect();
    let compared = match Specification::new(LABEL, iispec, made, values) {
        Ok(specification) => {
            let wish = Wish { reached: STATES, mixed: STATES, ..Wish::default() };
            let judge = Judge::new(desk.settings.config.verify.engine, Tlc { engine: desk.tools, folder: &folder });
            verify::verify(judge, specification, wish, Effort::default()).await
        }
        Err(failure) => Err(failure),
    };
    let verified = match compared {
        Ok(compared) => Verified { format: VERIFIED_FORMAT, compared: Some(compared), open: None },
        Err(failure) if ["verify/differs", "process/interrupted"].contains(&failure.code()) => return Err(failure),
        Err(failure) => {
            // Without the place, which is a path of this machine.
            let why = failure.diagnostics.first().map(|diagnostic| diagnostic.message.clone()).unwrap_or_default();
            Verified { format: VERIFIED_FORMAT, compared: None, open: Some(why) }
        }
    };
    // Both texts are artefacts already, and the order of the states in TLC's dump differs from run to run.
    disk::remove(&folder)?;
    desk.ui.say(&format!("  verify: {}", verified.sentence()));
    Ok(verified)
}

fn nothing_moves(what: &str) -> Diagnostic {
    Diagnostic::error("correct/nothing-moves", format!("{what}: TLC found one state and no step to another"))
        .hint("see whether the constants or the constraint under `check` exclude every step, or whether every action leaves the variables as they are")
}

/// Paths of this machine would reach the prompt, and with it the key of the recorded call.
fn relative(by: &str, mut diagnostics: Vec<Diagnostic>) -> Problem {
    for place in diagnostics.iter_mut().flat_map(|d| &mut d.places) {
        let name = place.file.rsplit('/').next().unwrap_or_default().to_owned();
        place.file = name;
    }
    let bounds = diagnostics.iter().all(is_of_the_bounds);
    Problem { bounds, ..Problem::of_diagnostics(by, diagnostics) }
}

/// Whether it is about what the settings under `check` say and not about the spec.
fn is_of_the_bounds(diagnostic: &Diagnostic) -> bool {
    let in_model = !diagnostic.places.is_empty() && diagnostic.places.iter().all(|place| place.file == MODEL);
    in_model || diagnostic.code.starts_with("tlc/config")
}
