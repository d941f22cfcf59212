//! What happened in a trace, counted as its events pass by.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::trace::model::Event;
use crate::trace::model::Header;

/// What happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Statistics {
    /// How many events there are.
    pub events: u64,
    /// How many of them are calls that did not return.
    pub aborted: u64,
    /// Each name of an event, with how many there are on each node.
    pub kinds: BTreeMap<String, BTreeMap<String, u64>>,
    /// Each node of the header.
    pub nodes: BTreeMap<String, Share>,
    /// Each thread that is named, with how many events it has.
    pub threads: BTreeMap<String, u64>,
    /// The first event.
    pub first: Option<Mark>,
    /// The last event.
    pub last: Option<Mark>,
    /// Nanoseconds from the first beginning to the last end, where events have times.
    pub duration: Option<u64>,
    /// The longest time in which nothing was recorded, where events have times.
    pub longest_pause: Option<Pause>,
    #[serde(skip)]
    span: Option<(u64, u64)>,
}

/// A node's part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Share {
    /// How many events are its own; a node of the header may have none.
    pub events: u64,
    /// The number of its first.
    pub first: Option<u64>,
    /// The number of its last.
    pub last: Option<u64>,
}

/// An event, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mark {
    /// Its number.
    pub seq: u64,
    /// Its name.
    pub event: String,
    /// Its node.
    pub node: String,
}

/// A time in which nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pause {
    /// How long, in nanoseconds.
    pub nanoseconds: u64,
    /// The number of the event after it.
    pub before: u64,
}

impl Statistics {
    /// Nothing so far.
    pub fn of(header: &Header) -> Self {
        let nodes = header.nodes.iter().map(|node| (node.clone(), Share::default())).collect();
        Self { nodes, ..Self::default() }
    }

    /// Counts an event.
    pub fn add(&mut self, event: &Event) {
        self.events += 1;
        self.aborted += u64::from(event.aborted);
        *self.kinds.entry(event.name.clone()).or_default().entry(event.node.clone()).or_default() += 1;
        let share = self.nodes.entry(event.node.clone()).or_default();
        share.events += 1;
        share.first.get_or_insert(event.seq);
        share.last = Some(event.seq);
        if !event.stamp.thread.is_empty() {
            *self.threads.entry(event.stamp.thread.clone()).or_default() += 1;
        }
        let mark = Mark { seq: event.seq, event: event.name.clone(), node: event.node.clone() };
        self.first.get_or_insert_with(|| mark.clone());
        self.last = Some(mark);
        if let Some((start, end)) = event.stamp.interval {
            self.time(event.seq, start, end);
        }
    }

    fn time(&mut self, seq: u64, start: u64, end: u64) {
        let (first, last) = self.span.unwrap_or((start, end));
        // Of events that were written as they ended, one may begin before another that stands earlier.
        let pause = start.saturating_sub(last);
        if pause > self.longest_pause.as_ref().map_or(0, |pause| pause.nanoseconds) {
            self.longest_pause = Some(Pause { nanoseconds: pause, before: seq });
        }
        let span = (first.min(start), last.max(end));
        self.span = Some(span);
        self.duration = Some(span.1 - span.0);
    }
}
