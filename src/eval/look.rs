//! What a search does with a state, whatever it looks for: whether it lies within the constraints, by what it is known, and which
//! invariants it may violate.

use super::error::Eval;
use super::explore::fingerprint;
use super::explore::same;
use super::machine::Facts;
use super::machine::Machine;
use super::machine::State;
use super::model::Model;
use super::program::Expression;
use super::symmetry::Symmetry;

/// Whether a state lies within the constraints; `before` is the one that leads to it, with what is to be told of its step.
pub(super) fn is_inside(
    machine: &mut Machine<'_>,
    model: &Model,
    state: &State,
    before: Option<(&State, Facts)>,
) -> Eval<bool> {
    machine.set_now(state);
    for constraint in &model.constraints {
        if !machine.holds(constraint)? {
            return Ok(false);
        }
    }
    if let Some((before, facts)) = before.filter(|_| !model.action_constraints.is_empty()) {
        machine.tell(facts);
        machine.set_now(before);
        machine.set_next(state);
        for constraint in &model.action_constraints {
            if !machine.holds(constraint)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// By what a state is known: its view, or itself.
pub(super) fn view_of(
    machine: &mut Machine<'_>,
    model: &Model,
    symmetry: Option<&Symmetry>,
    state: &State,
    facts: Facts,
) -> Eval<u64> {
    if let Some(view) = &model.view {
        machine.tell(facts);
        machine.set_now(state);
        return Ok(machine.eval(view)?.hash64());
    }
    match symmetry {
        Some(symmetry) => symmetry.fingerprint(state),
        None => Ok(fingerprint(state)),
    }
}

/// The invariants with their numbers, but for those that look at nothing that has changed: they are as in the state before.
pub(super) fn due<'m>(
    model: &'m Model,
    state: &State,
    before: Option<&State>,
) -> impl Iterator<Item = (usize, &'m str, &'m Expression)> + use<'m> {
    let changed: Option<Vec<bool>> = before
        .map(|before| state.iter().zip(before).map(|(now, before)| !same(now.as_ref(), before.as_ref())).collect());
    let invariants = model.invariants.iter().zip(&model.reads).enumerate();
    invariants.filter_map(move |(number, ((name, invariant), reads))| {
        let both = changed.as_ref().zip(reads.as_ref());
        let is_idle = both.is_some_and(|(changed, reads)| !changed.iter().zip(reads).any(|(c, r)| *c && *r));
        (!is_idle).then_some((number, name.as_str(), invariant))
    })
}
