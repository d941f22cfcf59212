//! What came before what: by numbers, by clocks, or by time.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::BinaryHeap;

use super::Held;
use super::Key;
use crate::base::diag::Diagnostic;
use crate::trace::model::Clock;
use crate::trace::model::Event;

/// How many events of a circle are named.
const SHOWN: usize = 8;

/// What orders events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The numbers of one process.
    Sequence,
    /// Lamport's clock: what has the smaller number comes first, what has the same number on another node is concurrent.
    /// It orders more than one event caused by another, but never the wrong way round.
    Lamport,
    /// Vector clocks: exactly what could have caused what.
    Vector,
    /// Time: what ended before another began comes first; what overlaps is concurrent.
    Interval,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sequence, Self::Lamport, Self::Vector, Self::Interval];

    /// As users write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Lamport => "lamport",
            Self::Vector => "vector",
            Self::Interval => "interval",
        }
    }

    /// What the events must have for it.
    fn needs(self) -> &'static str {
        match self {
            Self::Sequence => "one process",
            Self::Lamport => "`clock`, a number",
            Self::Vector => "`clock`, an object with its own node",
            Self::Interval => "`start` and `end`",
        }
    }

    /// Which of two events of a merged trace came first; `None` where they are concurrent, or where that is not known.
    pub fn compare(self, a: &Event, b: &Event) -> Option<Ordering> {
        let (a_key, b_key) = (a.stamp.origin.as_ref()?, b.stamp.origin.as_ref()?);
        if a_key == b_key {
            return Some(Ordering::Equal);
        }
        match self {
            Self::Sequence => (a_key.0 == b_key.0).then(|| a_key.1.cmp(&b_key.1)),
            Self::Lamport => Some(lamport(a)?.cmp(&lamport(b)?)).filter(|order| order.is_ne()),
            Self::Vector => {
                // An event has seen another if it counts as many events of the other's node.
                let seen = |by: &Event, other: &Event| Some(component(by, &other.node) >= own(other)?);
                match (seen(b, a)?, seen(a, b)?) {
                    (true, _) => Some(Ordering::Less),
                    (false, true) => Some(Ordering::Greater),
                    (false, false) => None,
                }
            }
            Self::Interval if thread(a) == thread(b) => Some(a_key.1.cmp(&b_key.1)),
            Self::Interval => {
                let ((a_start, a_end), (b_start, b_end)) = (a.stamp.interval?, b.stamp.interval?);
                match (a_end < b_start, b_end < a_start) {
                    (true, _) => Some(Ordering::Less),
                    (false, true) => Some(Ordering::Greater),
                    (false, false) => None,
                }
            }
        }
    }

    fn fits(self, event: &Event) -> bool {
        match self {
            Self::Sequence => true,
            Self::Lamport => lamport(event).is_some(),
            Self::Vector => own(event).is_some(),
            Self::Interval => event.stamp.interval.is_some(),
        }
    }
}

fn lamport(event: &Event) -> Option<u64> {
    match &event.stamp.clock {
        Some(Clock::Lamport(time)) => Some(*time),
        _ => None,
    }
}

/// How many events of `node` the event has seen, itself included; 0 without a vector clock.
fn component(event: &Event, node: &str) -> u64 {
    match &event.stamp.clock {
        Some(Clock::Vector(times)) => times.get(node).copied().unwrap_or(0),
        _ => 0,
    }
}

fn own(event: &Event) -> Option<u64> {
    Some(component(event, &event.node)).filter(|own| *own > 0)
}

/// What runs one thing after another: a thread of a process.
fn thread(event: &Event) -> (Option<&str>, &str) {
    (event.stamp.origin.as_ref().map(|(process, _)| process.as_str()), &event.stamp.thread)
}

fn processes(events: &BTreeMap<Key, Held>) -> BTreeSet<&str> {
    events.keys().map(|(process, _)| process.as_str()).collect()
}

/// What all events can be ordered by; of several ways the one that orders least beyond what is certain.
pub(super) fn known_of_all(events: &BTreeMap<Key, Held>) -> Result<By, Diagnostic> {
    let processes = processes(events);
    if processes.len() <= 1 {
        return Ok(By::Sequence);
    }
    let all = |by: &By| events.values().all(|held| by.fits(&held.event));
    [By::Vector, By::Interval, By::Lamport].into_iter().find(all).ok_or_else(|| {
        let message = format!("nothing orders the events of {} processes", processes.len());
        let hint = "let every event have a `clock`, or `start` and `end`; docs/traces.md says what each orders";
        Diagnostic::error("trace/unordered", message).hint(hint)
    })
}

/// That every process's events are there from the first on.
pub(super) fn whole(events: &BTreeMap<Key, Held>) -> Result<(), Diagnostic> {
    let mut before: Option<(&Key, &Held)> = None;
    for (key, held) in events {
        let last = before.filter(|((process, _), _)| *process == key.0);
        let expected = last.map_or(1, |((_, step), _)| step + 1);
        if key.1 != expected {
            let message = match key.1 - expected {
                1 => format!("event {expected} of process `{}` is missing", key.0),
                _ => format!("events {expected} to {} of process `{}` are missing", key.1 - 1, key.0),
            };
            let error = Diagnostic::error("trace/gap", message).at(held.place());
            let error = last.into_iter().fold(error, |error, (_, held)| error.at(held.place()));
            return Err(error.hint("merge the whole logs of all processes"));
        }
        before = Some((key, held));
    }
    Ok(())
}

/// The events in an order that keeps what came first.
pub(super) fn sorted(by: By, events: &BTreeMap<Key, Held>) -> Result<Vec<Key>, Diagnostic> {
    if let Some(held) = events.values().find(|held| !by.fits(&held.event)) {
        let message =
            format!("the event `{}` cannot be ordered by {}: it lacks {}", held.event.name, by.name(), by.needs());
        let hint = "choose another --by, or let the program that writes the log record it";
        return Err(Diagnostic::error("trace/unordered", message).at(held.place()).hint(hint));
    }
    match by {
        By::Sequence => sequence(events),
        By::Lamport => {
            follows(events, |event| &event.node, |a, b| lamport(a) < lamport(b))?;
            Ok(by_time(events, lamport))
        }
        By::Interval => {
            let ended =
                |a: &Event, b: &Event| a.stamp.interval.map(|(_, end)| end) <= b.stamp.interval.map(|(start, _)| start);
            follows(events, |event| &event.stamp.thread, ended)?;
            // What ended before another began also began before it.
            Ok(by_time(events, |event| event.stamp.interval))
        }
        By::Vector => {
            follows(events, |event| &event.node, |a, b| own(a) < own(b))?;
            vector(events)
        }
    }
}

fn sequence(events: &BTreeMap<Key, Held>) -> Result<Vec<Key>, Diagnostic> {
    let processes = processes(events);
    if processes.len() > 1 {
        let message = format!("the numbers of {} processes do not order their events", processes.len());
        let hint = "each process counts for itself; use clocks or time";
        return Err(Diagnostic::error("trace/unordered", message).hint(hint));
    }
    Ok(events.keys().cloned().collect())
}

/// The events by what `time` says of each; at the same time, by their keys.
fn by_time<T: Ord>(events: &BTreeMap<Key, Held>, time: impl Fn(&Event) -> T) -> Vec<Key> {
    let mut keys: Vec<_> = events.iter().map(|(key, held)| (time(&held.event), key)).collect();
    keys.sort();
    keys.into_iter().map(|(_, key)| key.clone()).collect()
}

/// That in the log of each process the events of one line of work, a node or a thread, are in the order that the clocks say.
fn follows<'a>(
    events: &'a BTreeMap<Key, Held>,
    line: impl Fn(&'a Event) -> &'a str,
    in_order: impl Fn(&Event, &Event) -> bool,
) -> Result<(), Diagnostic> {
    let mut last: BTreeMap<(&str, &str), &Held> = BTreeMap::new();
    for ((process, _), held) in events {
        if let Some(before) = last.insert((process, line(&held.event)), held)
            && !in_order(&before.event, &held.event)
        {
            return Err(circle(&[before, held]));
        }
    }
    Ok(())
}

/// Events each of which comes before the next, and the last before the first.
fn circle(events: &[&Held]) -> Diagnostic {
    let named: Vec<String> = events.iter().take(SHOWN).map(|held| told(&held.event)).collect();
    let rest = if events.len() > SHOWN { format!(" and {} more", events.len() - SHOWN) } else { String::new() };
    let message =
        format!("these events come each before the next and the last before the first: {}{rest}", named.join(", "));
    let error = Diagnostic::error("trace/cycle", message);
    let error = events.iter().take(SHOWN).fold(error, |error, held| error.at(held.place()));
    error.hint("a clock went back, or was not taken over from a message before the event was recorded")
}

fn told(event: &Event) -> String {
    let (process, step) = event.stamp.origin.clone().unwrap_or_default();
    format!("{process}#{step} {}", event.name)
}

/// Orders by vector clocks: a node's events are numbered by its own component, and every component of an event is one that
/// came before it.
fn vector(events: &BTreeMap<Key, Held>) -> Result<Vec<Key>, Diagnostic> {
    let held: Vec<(&Key, &Held)> = events.iter().collect();
    let owned = owned(&held)?;
    let mut waiting: Vec<usize> = vec![0; held.len()];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); held.len()];
    for (index, (_, this)) in held.iter().enumerate() {
        for earlier in causes(this, &owned, &held)? {
            waiting[index] += 1;
            after[earlier].push(index);
        }
    }
    let free = |index: &usize| Reverse((held[*index].0, *index));
    let mut ready: BinaryHeap<_> = (0..held.len()).filter(|index| waiting[*index] == 0).map(|i| free(&i)).collect();
    let mut sorted = Vec::with_capacity(held.len());
    while let Some(Reverse((key, index))) = ready.pop() {
        sorted.push(key.clone());
        for later in &after[index] {
            waiting[*later] -= 1;
            if waiting[*later] == 0 {
                ready.push(free(later));
            }
        }
    }
    if sorted.len() < held.len() { Err(circle(&some_circle(&held, &waiting, &after))) } else { Ok(sorted) }
}

/// Of each node its events by its own component, which counts them from 1.
fn owned<'a>(held: &[(&'a Key, &'a Held)]) -> Result<BTreeMap<&'a str, Vec<usize>>, Diagnostic> {
    let mut owned: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (_, this)) in held.iter().enumerate() {
        owned.entry(&this.event.node).or_default().push(index);
    }
    for (node, indices) in &mut owned {
        indices.sort_by_key(|index| own(&held[*index].1.event));
        for (expected, index) in (1..).zip(indices.iter()) {
            let this = held[*index].1;
            let count = own(&this.event).unwrap_or(0);
            if count > expected {
                let message = format!("event {expected} of node `{node}` by its clock is missing; the next is {count}");
                let hint = "merge the logs of all processes; a vector clock counts recorded events only";
                return Err(Diagnostic::error("trace/gap", message).at(this.place()).hint(hint));
            }
            if count < expected {
                let before = indices.iter().map(|i| held[*i].1).filter(|h| own(&h.event) == Some(count));
                return Err(circle(&before.take(2).collect::<Vec<_>>()));
            }
        }
    }
    Ok(owned)
}

/// The events that came just before one: the one before on its node, and the last of each other node that it has seen.
fn causes(this: &Held, owned: &BTreeMap<&str, Vec<usize>>, held: &[(&Key, &Held)]) -> Result<Vec<usize>, Diagnostic> {
    let Some(Clock::Vector(times)) = &this.event.stamp.clock else { return Ok(Vec::new()) };
    let mut causes = Vec::new();
    for (node, count) in times {
        let last = if *node == this.event.node { count.saturating_sub(1) } else { *count };
        let Some(position) = last.checked_sub(1) else { continue };
        let of_node = owned.get(node.as_str()).map(Vec::as_slice).unwrap_or_default();
        let Some(index) = usize::try_from(position).ok().and_then(|position| of_node.get(position)) else {
            let has = of_node.len();
            let message =
                format!("{} has seen {last} events of `{node}`, of which the logs have {has}", told(&this.event));
            return Err(Diagnostic::error("trace/gap", message)
                .at(this.place())
                .hint("merge the logs of all processes; a vector clock counts recorded events only"));
        };
        causes.push(*index);
    }
    for cause in &causes {
        let earlier = held[*cause].1;
        let Some(Clock::Vector(theirs)) = &earlier.event.stamp.clock else { continue };
        // What it has not seen of its cause's past, although it has seen the cause.
        if let Some((node, count)) = theirs.iter().find(|(node, count)| component(&this.event, node) < **count) {
            let message = format!(
                "{} has seen {}, but not event {count} of `{node}`, which that had seen",
                told(&this.event),
                told(&earlier.event)
            );
            return Err(Diagnostic::error("trace/clock", message)
                .at(this.place())
                .at(earlier.place())
                .hint("take over every component of a message's clock that is greater than one's own"));
        }
    }
    Ok(causes)
}

/// A circle among the events that wait for each other.
fn some_circle<'a>(held: &[(&'a Key, &'a Held)], waiting: &[usize], after: &[Vec<usize>]) -> Vec<&'a Held> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, later) in after.iter().enumerate().filter(|(index, _)| waiting[*index] > 0) {
        for later in later {
            before.entry(*later).or_insert(index);
        }
    }
    // Whoever still waits, waits for another that does; walking back must come to an event twice.
    let mut walked: Vec<usize> = Vec::new();
    let mut at = waiting.iter().position(|count| *count > 0);
    while let Some(index) = at {
        if let Some(first) = walked.iter().position(|seen| *seen == index) {
            return walked[first..].iter().rev().map(|index| held[*index].1).collect();
        }
        walked.push(index);
        at = before.get(&index).copied();
    }
    Vec::new()
}
