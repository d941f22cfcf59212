//! Which events of a trace are meant.

use crate::trace::model::Event;

/// Numbers of events, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first, from 1.
    pub from: u64,
    /// The last.
    pub to: u64,
}

/// What an event must be to be meant; what is empty asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// One of these numbers.
    pub events: Option<Range>,
    /// Of one of these nodes.
    pub nodes: Vec<String>,
    /// Of one of these names.
    pub actions: Vec<String>,
}

impl Selection {
    /// Whether the event is meant.
    pub fn has(&self, event: &Event) -> bool {
        let named = |names: &[String], name: &String| names.is_empty() || names.contains(name);
        self.events.is_none_or(|range| (range.from..=range.to).contains(&event.seq))
            && named(&self.nodes, &event.node)
            && named(&self.actions, &event.name)
    }

    /// Whether no event after this one can be meant.
    pub fn ends_before(&self, event: &Event) -> bool {
        self.events.is_some_and(|range| event.seq > range.to)
    }
}
