//! Where the threads of a rejected trace with intervals are, and what keeps each from going on.

use crate::trace::model::Event;
use crate::validate::explain::Explained;
use crate::validate::explain::PREVIOUS;
use crate::validate::judge::Job;
use crate::validate::judge::Position;
use crate::validate::model::Divergence;
use crate::validate::model::Frontier;
use crate::validate::model::Pending;
use crate::validate::model::Previous;
use crate::validate::model::ThreadAt;
use crate::validate::threads::Thread;
use crate::validate::threads::Threads;

/// Adds them to a rejection, and leaves of the events before it those that are explained; nothing where the order is that of the
/// lines, or nothing is known of the threads.
pub(super) fn add(job: &Job, index: usize, at: &Position, explained: Option<&Explained>, divergence: &mut Divergence) {
    let trace = &job.traces[index];
    if !job.mapping.has_intervals() || at.cursors.is_empty() {
        return;
    }
    let Ok(threads) = Threads::of(trace) else { return };
    let told = |(number, thread): (usize, &Thread)| ThreadAt {
        thread: thread.name.clone(),
        explained: at.cursors[number] as usize,
        events: thread.events.len(),
        pending: threads.next(&at.cursors, number).map(|event| {
            let waits_for = threads.waits_for(&at.cursors, number).map(|other| threads.threads[other].name.clone());
            pending(&trace.events[event], event, waits_for, explained)
        }),
    };
    let all = threads.threads.iter().enumerate().map(told).collect();
    divergence.frontier = Some(Frontier { explained: at.explained, threads: all });
    let taken = threads.threads.iter().zip(&at.cursors).flat_map(|(thread, taken)| &thread.events[..*taken as usize]);
    let mut taken: Vec<usize> = taken.copied().collect();
    taken.sort_unstable();
    let shown = &taken[taken.len().saturating_sub(PREVIOUS)..];
    divergence.previous_events = shown.iter().map(|event| Previous::of(&trace.events[*event])).collect();
}

fn pending(event: &Event, index: usize, waits_for: Option<String>, explained: Option<&Explained>) -> Pending {
    let said = explained.and_then(|explained| explained.said(index));
    let (start, end) = match event.stamp.interval {
        Some((start, end)) => (start, Some(end)),
        None => (event.stamp.begun.unwrap_or_default(), None),
    };
    Pending {
        event_index: index,
        line: event.line,
        event: event.name.clone(),
        node: event.node.clone(),
        params: event.params.clone(),
        observed: event.state.clone(),
        start,
        end,
        waits_for,
        kind: said.as_ref().map(|said| said.kind),
        candidates: said.as_ref().map_or(0, |said| said.candidates),
        ways: said.as_ref().map_or(0, |said| said.ways),
        differences: said.as_ref().map(|said| said.differences.to_vec()).unwrap_or_default(),
        guard: said.as_ref().and_then(|said| said.guard.map(str::to_owned)),
        refusals: said.map(|said| said.refusals.to_vec()).unwrap_or_default(),
    }
}
