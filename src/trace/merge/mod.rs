//! # Merge — the logs of several processes as one trace
//!
//! | reads  | logs: each the events that one process, or an earlier merge, wrote                      |
//! | makes  | [`Logs`], a set of events that can be joined in any order and as often as one likes; from it one [`Merged`] trace |
//! | never  | invents an order: events that nothing orders stay concurrent, [`By::compare`] says which |
//! | stops  | two logs contradict each other · an event is missing · the events order each other in a circle |
//!
//! An event is known by its process and its number there. Joining is the union of sets, therefore idempotent, commutative
//! and associative; everything that could depend on the order of the arguments happens after it, on the whole set.

mod order;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::trace::model::Event;
use crate::trace::model::Header;
pub use order::By;

/// An event's process, and its number there.
pub type Key = (String, u64);

/// The header's key that names the process of a log.
const PROCESS: &str = "process";

/// A set of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Logs {
    header: Header,
    events: BTreeMap<Key, Held>,
}

/// An event, without its place in a file, and that place.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    event: Event,
    file: String,
    line: usize,
}

impl Held {
    fn place(&self) -> Place {
        Place::at(&self.file, self.line, 1, None)
    }
}

/// One trace of all events.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// Its header.
    pub header: Header,
    /// Its events in an order that keeps what came before what. Where nothing says that, the names of the processes do,
    /// so that the same events give the same trace.
    pub events: Vec<Event>,
    /// What ordered them.
    pub by: By,
}

impl Merged {
    /// How many neighbours are concurrent: they might stand the other way round.
    pub fn concurrent_neighbours(&self) -> usize {
        self.events.windows(2).filter(|pair| self.by.compare(&pair[0], &pair[1]).is_none()).count()
    }
}

/// The name of the process that wrote the events of a trace that do not say so themselves: the header's `process`, or its nodes.
pub fn process_of(header: &Header) -> String {
    let named = header.extra.get(PROCESS).and_then(Value::as_str).map(str::to_owned);
    named.unwrap_or_else(|| header.nodes.join("+"))
}

impl Logs {
    /// What one file holds.
    pub fn of(file: &str, mut header: Header, events: impl IntoIterator<Item = Event>) -> Result<Self, Diagnostic> {
        let process = process_of(&header);
        header.extra.remove(PROCESS);
        let mut logs = Self { header, events: BTreeMap::new() };
        for mut event in events {
            let key = event.stamp.origin.get_or_insert_with(|| (process.clone(), event.seq)).clone();
            let line = std::mem::take(&mut event.line);
            event.seq = 0;
            logs.add(key, Held { event, file: file.to_owned(), line })?;
        }
        Ok(logs)
    }

    /// The events of both. Fails where they contradict each other.
    pub fn join(mut self, other: Self) -> Result<Self, Diagnostic> {
        let (ours, theirs) = (&self.header.system, &other.header.system);
        if ours != theirs {
            let message = format!("the logs are of `{}` and of `{}`", ours.min(theirs), ours.max(theirs));
            let hint = "merge the logs of one run of one system";
            return Err(Diagnostic::error("trace/other-system", message).hint(hint));
        }
        let nodes: BTreeSet<String> = self.header.nodes.drain(..).chain(other.header.nodes).collect();
        self.header.nodes = nodes.into_iter().collect();
        self.header.seed = agreed("seed", self.header.seed, other.header.seed)?;
        for (key, value) in other.header.extra {
            let merged = agreed(&key, self.header.extra.remove(&key), Some(value))?;
            self.header.extra.extend(merged.map(|value| (key, value)));
        }
        for (key, held) in other.events {
            self.add(key, held)?;
        }
        Ok(self)
    }

    fn add(&mut self, key: Key, held: Held) -> Result<(), Diagnostic> {
        match self.events.get_mut(&key) {
            None => drop(self.events.insert(key, held)),
            Some(known) if known.event != held.event => {
                let message = format!("event {} of process `{}` is told in two ways", key.1, key.0);
                let (one, other) = if (&known.file, known.line) <= (&held.file, held.line) {
                    (known.place(), held.place())
                } else {
                    (held.place(), known.place())
                };
                return Err(Diagnostic::error("trace/conflict", message)
                    .at(one)
                    .at(other)
                    .hint("logs of different runs, or processes without names: let each write its own `process` into the header"));
            }
            // Which file it is said to be from must not depend on which came first.
            Some(known) if (&held.file, held.line) < (&known.file, known.line) => *known = held,
            Some(_) => {}
        }
        Ok(())
    }

    /// The one trace of all these events, ordered by `by`, or by what all of them have.
    pub fn order(self, by: Option<By>) -> Result<Merged, Diagnostic> {
        let by = by.map_or_else(|| order::known_of_all(&self.events), Ok)?;
        order::whole(&self.events)?;
        let sorted = order::sorted(by, &self.events)?;
        let Self { header, mut events } = self;
        let numbered = (1..).zip(sorted).filter_map(|(seq, key)| {
            let held = events.remove(&key)?;
            Some(Event { seq, line: usize::try_from(seq).unwrap_or(usize::MAX).saturating_add(1), ..held.event })
        });
        Ok(Merged { header, events: numbered.collect(), by })
    }
}

/// What both say, where both say something.
fn agreed<T: PartialEq + std::fmt::Debug>(
    key: &str,
    one: Option<T>,
    other: Option<T>,
) -> Result<Option<T>, Diagnostic> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => {
            let message = format!("the headers of two logs differ in `{key}`");
            Err(Diagnostic::error("trace/conflict", message).hint("merge the logs of one run of one system"))
        }
        (one, other) => Ok(one.or(other)),
    }
}
