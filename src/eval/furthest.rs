//! Where a search came furthest, for an explanation of why it came no further.
//!
//! A model is taken for a trace specification if its next-state relation applies a constant sequence to a variable, as in
//! `Trace[l]`, that begins with one number in all initial states, and that every step to a new state leaves or raises by one.

use super::error::Site;
use super::explored::Shows;
use super::explored::Verdict;
use super::machine::Machine;
use super::machine::State;
use super::model::Model;
use super::reads::constants_at;
use super::value::Value;

/// So many states are kept.
const STATES: usize = 100;

/// The states from which no step leads further.
#[derive(Clone, Debug)]
pub struct Furthest {
    /// The first of them.
    pub states: Vec<State>,
    /// How many there are.
    pub count: usize,
    /// What a trace specification has read.
    pub cursor: Option<Cursor>,
}

/// How far a trace specification has read its trace.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The number of the variable.
    pub variable: usize,
    /// Where the constant stands that it is applied to.
    pub trace: Site,
    /// Its value.
    pub at: usize,
    /// How many elements the constant has.
    pub events: usize,
    /// The element at the cursor; none is left where it is behind the last.
    pub event: Option<Value>,
}

/// A sequence, and the variable by which it is read.
struct Followed {
    trace: Site,
    items: Vec<Value>,
    variable: usize,
}

/// Where a search came furthest that ended like this; `steps` are the states that were reached, each with the one before it.
pub(super) fn furthest(
    machine: &mut Machine<'_>,
    model: &Model,
    verdict: &Verdict,
    steps: &[(Option<&State>, &State)],
) -> Option<Furthest> {
    if matches!(verdict, Verdict::Holds | Verdict::Assumption | Verdict::Failed { .. }) {
        return None;
    }
    let followed = followed(machine, model, steps);
    if let Verdict::Deadlock { behaviour } = verdict {
        let last = behaviour.last()?.clone();
        let cursor = followed.map(|followed| followed.cursor(&last));
        return Some(Furthest { states: vec![last], count: 1, cursor });
    }
    let followed = followed?;
    let states: Vec<&State> = match verdict {
        Verdict::Postcondition { .. } | Verdict::Property { shows: Shows::Whole, .. } => {
            let at = |state: &State| number(state, followed.variable);
            let most = steps.iter().filter_map(|(_, state)| at(state)).max()?;
            steps.iter().map(|(_, state)| *state).filter(|state| at(state) == Some(most)).collect()
        }
        // What is false of a state has nothing to do with how far the search came, unless the state is an end.
        _ => {
            let last = verdict.behaviour().last()?;
            machine.set_now(last);
            let ends = machine.successors(&model.next).is_ok_and(|next| next.is_empty());
            ends.then(|| vec![last])?
        }
    };
    let cursor = followed.cursor(states.first()?);
    cursor.event.as_ref()?;
    let kept = states.iter().take(STATES).map(|state| (*state).clone()).collect();
    Some(Furthest { states: kept, count: states.len(), cursor: Some(cursor) })
}

impl Followed {
    fn cursor(&self, state: &State) -> Cursor {
        let at = number(state, self.variable).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
        let event = at.checked_sub(1).and_then(|index| self.items.get(index)).cloned();
        Cursor { variable: self.variable, trace: self.trace, at, events: self.items.len(), event }
    }
}

/// What the next-state relation reads step by step; none where it is not one thing.
fn followed(machine: &mut Machine<'_>, model: &Model, steps: &[(Option<&State>, &State)]) -> Option<Followed> {
    let mut found: Vec<Followed> = Vec::new();
    for (trace, definition, variable) in constants_at(machine.program(), &model.next) {
        if found.iter().any(|known| known.variable == variable) || !goes_on(steps, variable) {
            continue;
        }
        if let Ok(Some(items)) = machine.constant_sequence(definition) {
            found.push(Followed { trace, items, variable });
        }
    }
    found.pop().filter(|_| found.is_empty())
}

fn goes_on(steps: &[(Option<&State>, &State)], variable: usize) -> bool {
    let mut first = None;
    steps.iter().all(|(before, state)| match (before, number(state, variable)) {
        (Some(before), Some(now)) => number(before, variable).is_some_and(|before| now == before || now - 1 == before),
        (None, Some(now)) => *first.get_or_insert(now) == now,
        (_, None) => false,
    })
}

fn number(state: &State, variable: usize) -> Option<i32> {
    match state.get(variable)? {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    }
}
