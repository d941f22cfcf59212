//! A trace in memory.

use std::collections::BTreeMap;

use serde_json::Value;

/// The newest format of a trace that this program reads, and the one that it writes.
pub const FORMAT: u64 = 1;

/// A JSON object with its keys in order.
pub type Object = serde_json::Map<String, Value>;

/// The first line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// What was traced.
    pub system: String,
    /// The names of the nodes, sorted, at least one.
    pub nodes: Vec<String>,
    /// What made the run, where it can be repeated.
    pub seed: Option<i64>,
    /// Whatever else the header says.
    pub extra: BTreeMap<String, Value>,
}

/// One event: a call of the real system that has returned, or something its harness did.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The line in the file, from 1; the header is line 1.
    pub line: usize,
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// What happened.
    pub name: String,
    /// The node it happened on.
    pub node: String,
    /// What it happened with.
    pub params: Object,
    /// The node's state afterwards, as far as it was observed.
    pub state: Object,
    /// The source line of the probe, `file:line`.
    pub probe: String,
    /// The function that the probe stands in.
    pub function: String,
    /// The functions of interest that ran inside it, in order.
    pub path: Vec<String>,
    /// The call did not return: it panicked.
    pub aborted: bool,
    /// Who recorded it, and when.
    pub stamp: Stamp,
}

/// Who recorded an event, and when. A trace that one thread wrote needs none of it: its lines are in order. Where several
/// processes or threads write, this is what [`merge`](crate::trace::merge) orders their events by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stamp {
    /// The process whose log it is from, with its number there, from 1; only in a merged trace.
    pub origin: Option<(String, u64)>,
    /// The thread, unique in its process; empty where it is not known.
    pub thread: String,
    /// The logical clock of its process just after it.
    pub clock: Option<Clock>,
    /// When it began and ended, in nanoseconds of one clock that all processes share.
    pub interval: Option<(u64, u64)>,
    /// When it began, where nothing says that it ended: its thread was killed, or the trace was closed.
    pub begun: Option<u64>,
}

/// A logical clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Lamport's: greater than that of everything that could have caused the event.
    Lamport(u64),
    /// Of each process the number of its events, by its own component, that could have caused this one or are it.
    Vector(BTreeMap<String, u64>),
}

/// A trace that was read without a complaint.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Where it is from, as the user knows it.
    pub file: String,
    /// Its first line.
    pub header: Header,
    /// Its events, at least one.
    pub events: Vec<Event>,
    /// Whether the last line was cut off and left out.
    pub truncated: bool,
}

impl Trace {
    /// As a file: one header, one line an event, numbered anew from 1.
    pub fn to_ndjson(&self) -> String {
        let mut text = format!("{}\n", self.header.to_json());
        for (index, event) in self.events.iter().enumerate() {
            text.push_str(&event.to_json(index as u64 + 1).to_string());
            text.push('\n');
        }
        text
    }
}

impl Header {
    /// As the first line of a file.
    pub fn to_json(&self) -> Value {
        let mut object: Object = self.extra.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        object.insert("specgen_trace".to_owned(), FORMAT.into());
        object.insert("system".to_owned(), self.system.clone().into());
        object.insert("nodes".to_owned(), self.nodes.clone().into());
        if let Some(seed) = self.seed {
            object.insert("seed".to_owned(), seed.into());
        }
        Value::Object(object)
    }
}

impl Event {
    /// As a line of a file, numbered `seq`.
    pub fn to_json(&self, seq: u64) -> Value {
        let mut value = serde_json::json!({
            "seq": seq,
            "event": self.name,
            "node": self.node,
            "params": self.params,
            "state": self.state,
            "probe": self.probe,
            "function": self.function,
            "path": self.path,
        });
        if self.aborted {
            value["aborted"] = true.into();
        }
        self.stamp.write(&mut value);
        value
    }

    /// The parameter at `path`, such as `["m", "from"]` for `params.m.from`.
    pub fn param(&self, path: &[String]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.params.get(first)?, |value, key| value.get(key))
    }
}

impl Stamp {
    fn write(&self, event: &mut Value) {
        if let Some((process, step)) = &self.origin {
            event["process"] = process.clone().into();
            event["step"] = (*step).into();
        }
        if !self.thread.is_empty() {
            event["thread"] = self.thread.clone().into();
        }
        match &self.clock {
            None => {}
            Some(Clock::Lamport(time)) => event["clock"] = (*time).into(),
            Some(Clock::Vector(times)) => event["clock"] = serde_json::json!(times),
        }
        if let Some((start, end)) = self.interval {
            event["start"] = start.into();
            event["end"] = end.into();
        } else if let Some(start) = self.begun {
            event["start"] = start.into();
        }
    }
}
