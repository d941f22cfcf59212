//! Mutated specs: an exact change of the IISpec must make TLC find a violation of the invariant that it breaks.

use std::time::Duration;

use camino::Utf8Path;
use serde::Deserialize;

use super::model::SpecMutation;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::yaml;
use crate::engine::CheckRequest;
use crate::engine::Engine as _;
use crate::engine::Outcome;
use crate::engine::Simulation;
use crate::stages::Desk;
use crate::stages::shared::bounds;
use crate::transform;

/// The file that `challenge.mutations` names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    mutations: Vec<Edit>,
}

/// One change of the IISpec.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    name: String,
    violates: String,
    why: String,
    old: String,
    new: String,
    /// A state constraint of its own: the check's may keep TLC from the violation, or let it look at too much else.
    constraint: Option<String>,
    /// Random behaviours of so many states instead of all states.
    simulate: Option<u64>,
}

/// Reads the file of mutations.
pub(super) fn read(path: &Utf8Path) -> Result<Vec<Edit>, Failure> {
    let file: File = yaml::read(&disk::read_text(path)?, path.as_str(), "challenge/mutations")?;
    if file.format != 1 {
        let message = format!("read {path}: format {} is not known", file.format);
        return Err(Diagnostic::error("challenge/mutations", message).hint("this specgen reads format 1").into());
    }
    Ok(file.mutations)
}

/// The text with the edit.
fn edited(iispec: &str, edit: &Edit) -> Result<String, Diagnostic> {
    let (old, new) = (edit.old.trim_end_matches('\n'), edit.new.trim_end_matches('\n'));
    let times = if old.is_empty() { 0 } else { iispec.matches(old).count() };
    if times != 1 {
        return Err(Diagnostic::error(
            "challenge/mutations",
            format!("the old text of the mutation `{}` occurs {times} times in the IISpec", edit.name),
        )
        .hint("it has to occur exactly once; the IISpec of the last round is in the folder of that round"));
    }
    Ok(iispec.replacen(old, new, 1))
}

/// What one mutation comes to, worked out in `place`.
pub(super) async fn challenge(
    desk: &Desk<'_>,
    iispec: &str,
    edit: &Edit,
    place: &Utf8Path,
) -> Result<SpecMutation, Failure> {
    let text = edited(iispec, edit)?;
    let module = desk.module()?;
    let failed =
        || Diagnostic::error("challenge/mutations", format!("the mutation `{}` cannot be transformed", edit.name));
    let transformed = transform::transform(&text, "IISpec.tla", &transform::Options::default())
        .map_err(|d| Failure::of(d, failed()))?;
    let mut config = desk.settings.config.clone();
    // Alone, so that no other invariant can fall first.
    config.target.properties = vec![edit.violates.clone()];
    if edit.constraint.is_some() {
        config.check.constraint.clone_from(&edit.constraint);
    }
    let (mc, cfg) = bounds::render(&config, module)?;
    disk::put(&place.join(format!("{module}.tla")), &transformed.text)?;
    disk::put(&place.join("MC.tla"), mc)?;
    disk::put(&place.join("MC.cfg"), cfg)?;
    let request = CheckRequest {
        deadlock: config.check.deadlock,
        workers: 1,
        simulate: edit.simulate.map(|depth| Simulation { behaviours: None, depth }),
        memory: Some(config.tlc.memory_mb),
        limit: Duration::from_secs(config.challenge.time_limit),
        long: true,
        seed: Some(1),
        ..CheckRequest::new(place.join("MC.tla"), place.join("MC.cfg"))
    };
    desk.ui.waiting(&format!("TLC on the spec with {}", edit.name));
    let outcome = desk.tools.check(&request, &mut |_| {}).await?.outcome;
    let (verdict, found, states) = match outcome {
        Outcome::Violated { violation } => {
            (violation.message.clone(), violation.name.clone(), Some(violation.behaviour.len()))
        }
        Outcome::Holds { .. } => ("no error found".to_owned(), None, None),
        Outcome::Rejected { diagnostics } => {
            (format!("rejected: {}", diagnostics.first().map_or("", |d| d.message.as_str())), None, None)
        }
        Outcome::Unknown { why } => (format!("no verdict: {}", why.message), None, None),
    };
    let caught = found.as_deref() == Some(edit.violates.as_str());
    Ok(SpecMutation {
        name: edit.name.clone(),
        why: edit.why.clone(),
        verdict,
        found,
        states,
        expected: edit.violates.clone(),
        caught,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_text_has_to_occur_exactly_once() {
        let text = "format: 1\nmutations: [{name: m, violates: P, why: w, old: \"x = 1\", new: \"x = 2\"}]\n";
        let file: File = serde_yaml::from_str(text).unwrap();
        let edit = &file.mutations[0];
        assert_eq!(edited("A == x = 1 /\\ y", edit).unwrap(), "A == x = 2 /\\ y");
        for iispec in ["A == y", "x = 1 x = 1"] {
            assert_eq!(edited(iispec, edit).unwrap_err().code, "challenge/mutations");
        }
    }
}
