//! What the specification has before the event that nothing explains.

use std::collections::BTreeMap;

use super::Worker;
use super::ground::distinct;
use super::intervals;
use super::search::Search;
use super::steps::Bound;
use super::steps::Loaded;
use super::steps::Look;
use super::suggest::suggest;
use crate::base::diag::Diagnostic;
use crate::eval;
use crate::eval::Fault;
use crate::eval::Machine;
use crate::eval::Program;
use crate::eval::State;
use crate::tla::value::Value;
use crate::validate::explain::Candidate;
use crate::validate::explain::Explained;
use crate::validate::explain::Subject;
use crate::validate::explain::Way;
use crate::validate::model::Refusal;
use crate::validate::refusal::conjunct;
use crate::validate::threads::Threads;

/// Looks at a rejected trace.
pub(super) fn explain(
    worker: &Worker<'_>,
    loaded: &mut Loaded,
    events: &[Bound],
    subject: &Subject,
) -> Result<Explained, Vec<Diagnostic>> {
    let (job, plan) = (worker.job, worker.plan);
    let event = subject.event(job).and(events.get(subject.target));
    let looked = match event {
        Some(event) => Some((event, loaded.look(job, plan, event.kind)?)),
        None => None,
    };
    let mut machine = worker.machine(&loaded.program);
    let walked = Search::new(&mut machine, loaded, events, job.settings.limit).walk(subject.target, event.is_some());
    let states = match walked {
        Ok(states) => states,
        Err(why) => return Ok(Explained::of(job, subject, Vec::new(), false, Some(&why))),
    };
    let looked = looked.as_ref().map(|(event, look)| (*event, look));
    let (mut explained, failed) = look_at(worker, loaded, &mut machine, subject, looked, &states);
    if let Some((event, _)) = looked
        && !failed
        && job.settings.suggest > 0
        && !subject.violated
    {
        explained.suggestions = suggest(job, loaded, event, &states);
    }
    Ok(explained)
}

/// What an event is looked at with.
type Looked<'l> = (&'l Bound, &'l Look);

/// What the specification has in these states, and whether something there could not be evaluated.
fn look_at(
    worker: &Worker<'_>,
    loaded: &Loaded,
    machine: &mut Machine<'_>,
    subject: &Subject,
    looked: Option<Looked<'_>>,
    states: &[State],
) -> (Explained, bool) {
    let job = worker.job;
    let mut candidates = Vec::new();
    let mut failure = None;
    for state in states {
        let before = variables(&loaded.program, state);
        let mut candidate = Candidate { before, ..Candidate::default() };
        if let Some((event, look)) = looked {
            machine.set_now(state);
            let action = job.traces[subject.index].events[subject.target].name.as_str();
            candidate.guard = blame(machine, look, event).and_then(|number| worker.guard(action, number));
            if let Err(fault) = ways(machine, look, event, &mut candidate) {
                failure.get_or_insert(loaded.told(&fault));
            } else if candidate.ways.is_empty() {
                let reason = machine.reason(&look.action, &event.values);
                let parts = reason.parts.iter().map(|part| conjunct(&loaded.program, part)).collect();
                let state = candidate.before.clone();
                candidate.refusal = Some(Refusal { state, failing: reason.count(), parts });
            }
        }
        candidates.push(candidate);
    }
    (Explained::of(job, subject, candidates, failure.is_none(), failure.as_deref()), failure.is_some())
}

/// Looks at a rejected trace with intervals: at each event that may come next.
pub(super) fn explain_threads(
    worker: &Worker<'_>,
    loaded: &mut Loaded,
    events: &[Bound],
    subject: &Subject,
    threads: &Threads,
) -> Result<Explained, Vec<Diagnostic>> {
    let job = worker.job;
    let free = threads.free(&subject.cursors).into_iter();
    let free: Vec<(usize, usize)> =
        free.filter_map(|thread| Some((thread, threads.next(&subject.cursors, thread)?))).collect();
    let mut looks = Vec::with_capacity(free.len());
    for (_, event) in &free {
        looks.push(loaded.look(job, worker.plan, events[*event].kind)?);
    }
    let mut machine = worker.machine(&loaded.program);
    let mut search = intervals::Search::new(&mut machine, loaded, events, threads, job.settings.limit);
    let walked = search.walk(&subject.cursors);
    let first = threads.first(&subject.cursors);
    let mut each = BTreeMap::new();
    let mut suggested = None;
    for ((thread, event), look) in free.into_iter().zip(&looks) {
        let about = subject.about(event);
        let states = match &walked {
            Ok(states) => states,
            Err(why) => {
                each.insert(event, Explained::of(job, &about, Vec::new(), false, Some(why)));
                continue;
            }
        };
        let here = states.iter().filter(|(_, held)| held.is_none_or(|held| held == thread));
        let here = distinct(here.map(|(state, _)| state.clone()).collect());
        let (explained, failed) = look_at(worker, loaded, &mut machine, &about, Some((&events[event], look)), &here);
        each.insert(event, explained);
        if first == Some(event) && !failed && !subject.violated {
            suggested = Some((event, here));
        }
    }
    let mut explained = Explained::of_each(each, first);
    if let Some((event, states)) = suggested.filter(|_| job.settings.suggest > 0) {
        explained.suggestions = suggest(job, loaded, &events[event], &states);
    }
    Ok(explained)
}

/// The number of the first condition of the action that does not hold.
fn blame(machine: &mut Machine<'_>, look: &Look, event: &Bound) -> Option<usize> {
    match machine.eval_with(look.blame.as_ref()?, &event.values) {
        Ok(eval::Value::Int(number)) => usize::try_from(number).ok(),
        // It is a hint: what cannot be told is left out.
        Ok(_) | Err(_) => None,
    }
}

/// All ways to take the action, each with what is compared after it.
fn ways(machine: &mut Machine<'_>, look: &Look, event: &Bound, into: &mut Candidate) -> Result<(), Box<Fault>> {
    for next in machine.successors_with(&look.action, &event.values)? {
        machine.set_next(&next);
        let mut cells = Vec::new();
        for shown in &look.shown {
            let cell = machine.eval_with(shown, &event.values)?;
            cells.push(eval::printed(&cell).unwrap_or_else(|| Value::Sequence(Vec::new())));
        }
        into.ways.push(Way::of(&cells));
    }
    Ok(())
}

fn variables(program: &Program, state: &State) -> BTreeMap<String, Value> {
    let named = program.variables().iter().zip(state);
    named.filter_map(|(name, value)| Some((name.clone(), eval::printed(value.as_ref()?)?))).collect()
}
