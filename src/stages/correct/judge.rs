//! One look at an IISpec: transform it, parse it, explore it.

use std::time::Duration;

use camino::Utf8Path;

use super::Desk;
use super::Problem;
use super::model::Check;
use super::model::FORMAT;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::engine::CheckRequest;
use crate::engine::Engine as _;
use crate::engine::Outcome;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::engine::Progress;
use crate::stages::shared::bounds;
use crate::transform;
use crate::transform::LineOrigin;

/// What a look showed.
pub(super) enum Judged {
    /// Nothing is left to correct.
    Done(Box<Done>),
    /// Something is.
    Problem(Problem),
}

/// The artefacts of a successful look.
pub(super) struct Done {
    /// Names and texts: the spec and its model configuration.
    pub(super) files: Vec<(String, String)>,
    /// For each line of the spec, the lines of the IISpec it came from.
    pub(super) origin: Vec<LineOrigin>,
    /// What TLC said.
    pub(super) check: Check,
}

/// Judges `iispec`, working in `place`.
pub(super) async fn judge(desk: &Desk<'_>, place: &Utf8Path, iispec: &str) -> Result<Judged, Failure> {
    let module = desk.module()?;
    let name = format!("{module}.tla");
    desk.ui.waiting("the transform");
    let options = transform::Options { reading: None, actions: desk.settings.config.target.properties.clone() };
    let transformed =
        match transform::transform(iispec, "IISpec.tla", &transform::Options { actions: Vec::new(), ..options }) {
            Ok(transformed) => transformed,
            Err(diagnostics) => return Ok(Judged::Problem(Problem::of_diagnostics("the transform", diagnostics))),
        };
    let (mc, cfg) = bounds::render(&desk.settings.config, module)?;
    disk::put(&place.join(&name), &transformed.text)?;
    disk::put(&place.join("MC.tla"), &mc)?;
    disk::put(&place.join("MC.cfg"), &cfg)?;
    let place = crate::harness::absolute(place)?;

    desk.ui.waiting("SANY");
    match desk.tools.parse(&ParseRequest::new(place.join("MC.tla"))).await? {
        Parsed::Clean { .. } => {}
        Parsed::Rejected { diagnostics } => return Ok(Judged::Problem(relative("SANY", diagnostics))),
        Parsed::Unknown { why } => return Err(why.into()),
    }
    let outcome = explore(desk, &place).await?;
    let files = vec![(name, transformed.text), ("MC.tla".to_owned(), mc), ("MC.cfg".to_owned(), cfg)];
    let invariants = desk.settings.config.target.properties.clone();
    Ok(match outcome {
        Outcome::Violated { violation } => Judged::Problem(Problem::of_violation(&violation)),
        Outcome::Rejected { diagnostics } => Judged::Problem(relative("TLC", diagnostics)),
        outcome => Judged::Done(Box::new(Done {
            files,
            origin: transformed.origin,
            check: Check { format: FORMAT, invariants, outcome },
        })),
    })
}

/// Paths of this machine would reach the prompt, and with it the key of the recorded call.
fn relative(by: &str, mut diagnostics: Vec<crate::base::diag::Diagnostic>) -> Problem {
    for place in diagnostics.iter_mut().flat_map(|d| &mut d.places) {
        let name = place.file.rsplit('/').next().unwrap_or_default().to_owned();
        place.file = name;
    }
    Problem::of_diagnostics(by, diagnostics)
}

async fn explore(desk: &Desk<'_>, place: &Utf8Path) -> Result<Outcome, Failure> {
    let config = &desk.settings.config;
    let request = CheckRequest {
        deadlock: config.check.deadlock,
        workers: config.tlc.workers as usize,
        memory: Some(config.tlc.memory_mb),
        limit: Duration::from_secs(config.check.time_limit),
        long: true,
        seed: Some(1),
        ..CheckRequest::new(place.join("MC.tla"), place.join("MC.cfg"))
    };
    let mut on_progress = |p: Progress| {
        let distinct = p.distinct.map_or_else(String::new, |d| format!(", {d} distinct"));
        desk.ui.waiting(&format!("TLC: {} states{distinct}, {} s", p.states, p.milliseconds / 1000));
    };
    desk.ui.waiting("TLC");
    Ok(desk.tools.check(&request, &mut on_progress).await?.outcome)
}
