//! The events of a trace as each thread did them, and which of them came before which by the times at which they began and
//! ended.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::trace::mapping::Mapping;
use crate::trace::model::Event;
use crate::trace::model::Trace;
use crate::validate::data;

/// Of each thread how many of its events are taken.
pub(super) type Cursors = Box<[u32]>;

/// The threads of a trace, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Threads {
    pub(super) threads: Vec<Thread>,
    /// Of each event the rank of when it began and, if it did, ended among all these times: they fit into any engine's numbers.
    pub(super) times: Vec<(u32, Option<u32>)>,
}

/// What one thread did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thread {
    pub(super) name: String,
    /// Its events in their order, each an index of the trace's.
    pub(super) events: Vec<usize>,
}

impl Threads {
    /// The threads of the events of a trace that are judged.
    ///
    /// # Errors
    /// An event that does not say when it was or whose it is, or lines that contradict the times.
    pub(super) fn of(trace: &Trace) -> Result<Self, Diagnostic> {
        let events = &trace.events[..data::judged(trace)];
        let mut times = Vec::with_capacity(events.len());
        for event in events {
            times.push(time(event).ok_or_else(|| no_interval(trace, event))?);
        }
        in_order(trace, &times)?;
        let mut threads: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let named = events.iter().any(|event| !event.stamp.thread.is_empty());
        for (index, event) in events.iter().enumerate() {
            let own = threads.entry(thread(trace, event, named)?).or_default();
            if let Some(before) = own.last()
                && times[*before].1.is_none_or(|end| times[index].0 < end)
            {
                return Err(not_after(trace, *before, index));
            }
            own.push(index);
        }
        let threads = threads.into_iter().map(|(name, events)| Thread { name, events }).collect();
        Ok(Self { threads, times: ranks(&times) })
    }

    /// The cursors before the first event.
    pub(super) fn start(&self) -> Cursors {
        vec![0; self.threads.len()].into()
    }

    /// The event that a thread does next.
    pub(super) fn next(&self, cursors: &[u32], thread: usize) -> Option<usize> {
        self.threads[thread].events.get(cursors[thread] as usize).copied()
    }

    /// The threads whose next event may be taken: no other thread has one left that ended before it began. Of a thread's
    /// events that are left the next one ends first.
    pub(super) fn free(&self, cursors: &[u32]) -> Vec<usize> {
        (0..self.threads.len())
            .filter(|thread| self.next(cursors, *thread).is_some() && self.waits_for(cursors, *thread).is_none())
            .collect()
    }

    /// The thread whose next event ended before the next one of `thread` began.
    pub(super) fn waits_for(&self, cursors: &[u32], thread: usize) -> Option<usize> {
        let start = self.times[self.next(cursors, thread)?].0;
        (0..self.threads.len()).filter(|other| *other != thread).find(|other| {
            let end = self.next(cursors, *other).and_then(|event| self.times[event].1);
            end.is_some_and(|end| end < start)
        })
    }

    /// Whether an event has to be taken: it ended.
    pub(super) fn has_ended(&self, event: usize) -> bool {
        self.times[event].1.is_some()
    }

    /// How many events have to be taken.
    pub(super) fn required(&self) -> usize {
        self.times.iter().filter(|(_, end)| end.is_some()).count()
    }

    /// The threads by what ends first of that which they do next.
    pub(super) fn by_end(&self, cursors: &[u32]) -> Vec<usize> {
        let mut free = self.free(cursors);
        let end = |thread: &usize| self.next(cursors, *thread).and_then(|event| self.times[event].1);
        free.sort_by_key(|thread| (end(thread).is_none(), end(thread)));
        free
    }

    /// Of the events that may be taken next the one that ends first.
    pub(super) fn first(&self, cursors: &[u32]) -> Option<usize> {
        self.next(cursors, *self.by_end(cursors).first()?)
    }
}

/// When an event began and ended.
fn time(event: &Event) -> Option<(u64, Option<u64>)> {
    match (event.stamp.interval, event.stamp.begun) {
        (Some((start, end)), _) => Some((start, Some(end))),
        (None, Some(start)) => Some((start, None)),
        (None, None) => None,
    }
}

/// The name of the thread of an event.
fn thread(trace: &Trace, event: &Event, named: bool) -> Result<String, Diagnostic> {
    let own = match (named, event.stamp.thread.is_empty()) {
        (true, true) => {
            let message = format!("event `{}` does not say its `thread`, and others do", event.name);
            let hint = "record it with every event, or with none: then each node is one thread";
            return Err(Diagnostic::error("trace/thread", message).at(place(trace, event)).hint(hint));
        }
        (true, false) => &event.stamp.thread,
        (false, _) => &event.node,
    };
    Ok(event.stamp.origin.as_ref().map_or_else(|| own.clone(), |(process, _)| format!("{process}/{own}")))
}

/// That no event stands behind one that began after it had ended: what comes before some line then comes before it in time, too.
fn in_order(trace: &Trace, times: &[(u64, Option<u64>)]) -> Result<(), Diagnostic> {
    let mut latest: Option<usize> = None;
    for (index, (start, end)) in times.iter().enumerate() {
        if let (Some(before), Some(end)) = (latest, end)
            && *end < times[before].0
        {
            let [early, late] = [&trace.events[index], &trace.events[before]];
            let message = format!("`{}` ended before `{}` began, and stands behind it", early.name, late.name);
            let hint = "write events as they end, or put the lines in order with `specgen trace merge --by interval`";
            let error = Diagnostic::error("trace/interval-order", message);
            return Err(error.at(place(trace, early)).at(place(trace, late)).hint(hint));
        }
        if latest.is_none_or(|before| times[before].0 < *start) {
            latest = Some(index);
        }
    }
    Ok(())
}

fn not_after(trace: &Trace, before: usize, index: usize) -> Diagnostic {
    let [before, event] = [&trace.events[before], &trace.events[index]];
    let message = match before.stamp.interval {
        Some(_) => format!("`{}` begins before `{}` of the same thread ended", event.name, before.name),
        None => format!("`{}` comes after `{}` of the same thread, which has no `end`", event.name, before.name),
    };
    let hint = "a thread does one operation after another; let `thread` say who did each";
    Diagnostic::error("trace/interval-order", message).at(place(trace, event)).at(place(trace, before)).hint(hint)
}

fn no_interval(trace: &Trace, event: &Event) -> Diagnostic {
    let message = format!("event `{}` has no `start` and `end`, which `order: intervals` needs", event.name);
    let hint = "record both with every event; `order: lines` takes events in the order of their lines";
    Diagnostic::error("trace/no-interval", message).at(place(trace, event)).hint(hint)
}

fn place(trace: &Trace, event: &Event) -> Place {
    Place::at(&trace.file, event.line, 1, None)
}

/// The same times as numbers from 1.
fn ranks(times: &[(u64, Option<u64>)]) -> Vec<(u32, Option<u32>)> {
    let all: BTreeSet<u64> = times.iter().flat_map(|(start, end)| std::iter::once(*start).chain(*end)).collect();
    let ranks: BTreeMap<u64, u32> = all.into_iter().zip(1..).collect();
    times.iter().map(|(start, end)| (ranks[start], end.map(|end| ranks[&end]))).collect()
}

/// What keeps traces from being judged in this order, one diagnostic a trace.
pub(super) fn check(mapping: &Mapping, traces: &[Trace]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for trace in traces {
        if mapping.has_intervals() {
            found.extend(Threads::of(trace).map_or_else(Some, |threads| {
                unended(trace, &threads).or_else(|| shared_node(mapping, trace, &threads))
            }));
        } else if let Some(event) = trace.events.iter().find(|event| event.stamp.begun.is_some()) {
            let message = format!("event `{}` did not end, so its line does not say when it was", event.name);
            let hint = "such events need `order: intervals` in the tracing configuration; leave the line out otherwise";
            found.push(Diagnostic::error("trace/no-interval", message).at(place(trace, event)).hint(hint));
        }
    }
    found
}

/// A trace of which nothing has to be explained: it would be accepted unseen.
fn unended(trace: &Trace, threads: &Threads) -> Option<Diagnostic> {
    let first = trace.events.first().filter(|_| threads.required() == 0 && !threads.times.is_empty())?;
    let error = Diagnostic::error("trace/no-interval", "no event has an `end`, so nothing has to be explained");
    Some(error.at(place(trace, first)).hint("record when operations end"))
}

/// A node whose fields are said to be one thread's, and which has two.
fn shared_node(mapping: &Mapping, trace: &Trace, threads: &Threads) -> Option<Diagnostic> {
    let field = mapping.checked().next()?;
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, thread) in threads.threads.iter().enumerate() {
        for event in thread.events.iter().map(|index| &trace.events[*index]).filter(|event| !event.state.is_empty()) {
            if *owners.entry(&event.node).or_insert(number) != number {
                let message =
                    format!("`{}` is compared at `{}`, where more than one thread works", field.field, event.node);
                let error = Diagnostic::error("trace/shared-field", message).at(place(trace, event));
                return Some(error.hint("let each thread be a node, or set `check: false` and hand over what was read as an argument of the action"));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::read::read_from;

    /// Events `thread start end`; without an end where it is `-`.
    fn trace(events: &[&str]) -> Trace {
        let mut text = "{\"specgen_trace\":1,\"system\":\"s\",\"nodes\":[\"n\"]}\n".to_owned();
        for (index, event) in events.iter().enumerate() {
            let words: Vec<&str> = event.split(' ').collect();
            let mut line = serde_json::json!({"seq": index + 1, "event": "E", "node": "n", "state": {}});
            if words[0] != "-" {
                line["thread"] = words[0].into();
            }
            for (key, word) in ["start", "end"].into_iter().zip(&words[1..]) {
                if let Ok(time) = word.parse::<u64>() {
                    line[key] = time.into();
                }
            }
            text.push_str(&line.to_string());
            text.push('\n');
        }
        read_from(text.as_bytes(), "t", Default::default()).unwrap()
    }

    fn wrong(events: &[&str]) -> String {
        Threads::of(&trace(events)).unwrap_err().code
    }

    #[test]
    fn a_thread_may_step_if_nothing_that_is_left_ended_before_it_began() {
        let threads = Threads::of(&trace(&["a 10 20", "b 15 30", "a 25 40", "c 30 -", "b 31 50"])).unwrap();
        assert_eq!(
            threads.threads.iter().map(|t| t.events.clone()).collect::<Vec<_>>(),
            [vec![0, 2], vec![1, 4], vec![3]]
        );
        assert_eq!(threads.free(&[0, 0, 0]), [0, 1]);
        assert_eq!((threads.waits_for(&[0, 0, 0], 2), threads.waits_for(&[1, 0, 0], 2)), (Some(0), None));
        // Events that touch overlap.
        assert_eq!(threads.free(&[1, 0, 0]), [0, 1, 2]);
        assert_eq!(threads.by_end(&[1, 0, 0]), [1, 0, 2]);
        assert_eq!((threads.free(&[2, 2, 0]), threads.required()), (vec![2], 4));
    }

    #[test]
    fn times_that_order_nothing_are_refused() {
        assert_eq!(wrong(&["a 1 2", "b - -"]), "trace/no-interval");
        assert_eq!(wrong(&["a 1 2", "- 1 3"]), "trace/thread");
        assert_eq!(wrong(&["a 1 5", "a 4 9"]), "trace/interval-order");
        assert_eq!(wrong(&["a 1 -", "a 4 9"]), "trace/interval-order");
        assert_eq!(wrong(&["a 6 9", "b 1 5"]), "trace/interval-order");
        assert!(Threads::of(&trace(&["a 1 5", "a 5 5", "a 5 9"])).is_ok());
        assert_eq!(Threads::of(&trace(&["- 1 5", "- 6 9"])).unwrap().threads[0].name, "n");
    }
}
