//! Controls of the mutated specs: the spec as it is, under the very bounds under which a mutation has to violate its
//! invariant. Without one, a violation could be the bounds' doing, or the spec's own.

use camino::Utf8Path;

use super::model::Control;
use super::model::Passed;
use super::specs::Edit;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::config::model::Search;
use crate::engine::Outcome;
use crate::engine::Reason;
use crate::stages::Desk;
use crate::stages::correct::model::Check;
use crate::stages::correct::model::Extent;
use crate::stages::correct::model::Searched;
use crate::stages::correct::model::reached;
use crate::stages::shared::bounds;
use crate::stages::shared::explore::explore;

/// Mutations with one control in common.
struct Group<'a> {
    search: Search,
    edits: Vec<&'a Edit>,
}

impl Group<'_> {
    /// The invariants that the mutations violate, each once.
    fn properties(&self) -> Vec<String> {
        let mut properties: Vec<String> = Vec::new();
        for edit in &self.edits {
            if !properties.contains(&edit.violates) {
                properties.push(edit.violates.clone());
            }
        }
        properties
    }
}

fn groups<'a>(searches: &[Search], edits: &'a [Edit]) -> Result<Vec<Group<'a>>, Diagnostic> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for edit in edits {
        let search = edit.bounds(searches)?;
        match groups.iter_mut().find(|g| g.search == search) {
            Some(group) => group.edits.push(edit),
            None => groups.push(Group { search, edits: vec![edit] }),
        }
    }
    Ok(groups)
}

/// Runs the control of each distinct search, or takes what the stage correct saw where it made that search.
pub(super) async fn run(
    desk: &Desk<'_>,
    check: &Check,
    searches: &[Search],
    (spec, added): (&str, &str),
    edits: &[Edit],
    place: &Utf8Path,
) -> Result<Vec<Control>, Failure> {
    let mut controls = Vec::new();
    for (number, group) in groups(searches, edits)?.iter().enumerate() {
        let properties = group.properties();
        let ran = check.searches.iter().find(|s| s.name == group.search.name);
        let seen = ran.filter(|_| searches.contains(&group.search));
        let seen = seen.filter(|_| properties.iter().all(|p| check.invariants.contains(p)));
        let (searched, far) = match seen {
            Some(searched) => (searched.clone(), String::new()),
            None => {
                let place = place.join(format!("control-{:02}", number + 1));
                let outcome = unmutated(desk, (spec, added), group, &place).await?;
                let far = reached(&outcome);
                (Searched::new(&group.search, outcome), far)
            }
        };
        let control = Control {
            mutations: group.edits.iter().map(|e| e.name.clone()).collect(),
            properties,
            search: seen.map(|s| s.name.clone()).filter(|name| !name.is_empty()),
            verdict: searched.sentence(),
            passed: passed(&searched),
        };
        desk.ui.say(&format!("  control of {}: {}{far}", control.mutations.join(", "), control.verdict));
        controls.push(control);
    }
    Ok(controls)
}

async fn unmutated(
    desk: &Desk<'_>,
    (spec, added): (&str, &str),
    group: &Group<'_>,
    place: &Utf8Path,
) -> Result<Outcome, Failure> {
    let config = &desk.settings.config;
    let module = desk.module()?;
    disk::put(&place.join(format!("{module}.tla")), spec)?;
    disk::put(&place.join("MC.tla"), bounds::module(config, module, std::slice::from_ref(&group.search), desk.ui)?)?;
    let text = bounds::config(config, &group.search, &group.properties())?;
    disk::put(&place.join(bounds::config_name(&group.search)), text + added)?;
    let what = format!("control of {}", group.edits.first().map_or("", |e| e.name.as_str()));
    Ok(explore(desk, place, &group.search, config.challenge.time_limit, &what).await?.outcome)
}

/// Running out of time without a violation passes, and is said; anything else that is no verdict does not.
fn passed(searched: &Searched) -> Passed {
    match (searched.extent(), &searched.outcome) {
        (Extent::All(_), _) => Passed::Whole,
        (Extent::Simulated(_), _) => Passed::Part,
        (Extent::None, Outcome::Unknown { why }) if why.reason == Reason::TimedOut => Passed::Part,
        (Extent::None, _) => Passed::No,
    }
}

/// The failure of the challenge where a control did not pass.
pub(super) fn failed(controls: &[Control]) -> Result<(), Diagnostic> {
    let bad: Vec<&Control> = controls.iter().filter(|c| c.passed == Passed::No).collect();
    let Some(first) = bad.first() else { return Ok(()) };
    let mut diagnostic = Diagnostic::error(
        "challenge/control",
        format!(
            "the spec without the mutation `{}` does not pass within its bounds: {}",
            first.mutations.join("`, `"),
            first.verdict
        ),
    );
    for control in &bad[1..] {
        diagnostic = diagnostic.hint(format!("nor without `{}`: {}", control.mutations.join("`, `"), control.verdict));
    }
    Err(diagnostic.hint("a violation by a mutated spec means nothing where the spec itself has one").hint(
        "the run is in build/mutations of the session; add the bounds to check.searches to have the spec corrected",
    ))
}

#[cfg(test)]
mod tests;
