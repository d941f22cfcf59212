//! Mutated specs: an exact change of the IISpec must make TLC find a violation of the invariant that it breaks.

use camino::Utf8Path;
use serde::Deserialize;

use super::model::SpecMutation;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::yaml;
use crate::config::model::Search;
use crate::config::model::Simulate;
use crate::config::model::formula;
use crate::engine::Outcome;
use crate::stages::Desk;
use crate::stages::shared::bounds;
use crate::stages::shared::explore::explore;
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
    pub(super) name: String,
    pub(super) violates: String,
    why: String,
    old: String,
    new: String,
    /// The one of `check.searches` whose bounds apply; the first where neither this nor `constraint` is given.
    search: Option<String>,
    /// A state constraint of its own: the searches' may keep TLC from the violation, or let it look at too much else.
    #[serde(default, deserialize_with = "formula")]
    constraint: Option<String>,
    /// Random behaviours instead of all states, under `constraint`.
    simulate: Option<Simulate>,
}

impl Edit {
    /// The search that has to find the violation.
    pub(super) fn bounds(&self, searches: &[Search]) -> Result<Search, Diagnostic> {
        let wrong = |why: &str| Diagnostic::error("challenge/mutations", format!("the mutation `{}` {why}", self.name));
        match (&self.search, &self.constraint) {
            (None, None) if self.simulate.is_none() => {
                searches.first().cloned().ok_or_else(|| wrong("has no bounds, and check names none"))
            }
            (None, constraint) => Ok(Search { simulate: self.simulate, ..bounds::unnamed(constraint.clone()) }),
            (Some(name), None) if self.simulate.is_none() => {
                let found = searches.iter().find(|s| s.name == *name).cloned();
                found.ok_or_else(|| wrong(&format!("names the search `{name}`, which check.searches has not")))
            }
            (Some(_), _) => Err(wrong("names a search and has bounds of its own as well")),
        }
    }
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
    (iispec, added): (&str, &str),
    edit: &Edit,
    searches: &[Search],
    place: &Utf8Path,
) -> Result<SpecMutation, Failure> {
    let text = edited(iispec, edit)?;
    let module = desk.module()?;
    let failed =
        || Diagnostic::error("challenge/mutations", format!("the mutation `{}` cannot be transformed", edit.name));
    let transformed = transform::transform(&text, "IISpec.tla", &transform::Options::default())
        .map_err(|d| Failure::of(d, failed()))?;
    transformed.warnings.iter().for_each(|warning| desk.ui.diagnostic(warning));
    let config = &desk.settings.config;
    let search = edit.bounds(searches)?;
    disk::put(&place.join(format!("{module}.tla")), &transformed.text)?;
    disk::put(&place.join("MC.tla"), bounds::module(config, module, std::slice::from_ref(&search), desk.ui)?)?;
    // Alone, so that no other invariant can fall first.
    let cfg = bounds::config(config, &search, std::slice::from_ref(&edit.violates))?;
    disk::put(&place.join(bounds::config_name(&search)), cfg + added)?;
    let what = format!("mutation {}", edit.name);
    let outcome = explore(desk, place, &search, config.challenge.time_limit, &what).await?.outcome;
    let judged = !matches!(outcome, Outcome::Unknown { .. });
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
        judged,
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
