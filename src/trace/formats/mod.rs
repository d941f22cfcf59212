//! # Formats — traces that others wrote, as a stream of our events
//!
//! | reads  | a file in any format of [`Format`]                                              |
//! | makes  | a [`Stream`]: our header, then one event at a time                              |
//! | never  | passes over what it does not understand: each mistake is a diagnostic with its line |
//!
//! One file a format. What is made of each part of a format is said in its file and, for users, in `docs/traces.md`.

mod etcd;
mod itf;
mod predecessor;
mod predecessor_raw;
mod records;
mod states;
mod tlc_json;
mod tlc_text;
pub mod to_itf;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::io::Read as _;

use camino::Utf8Path;
use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::disk;
use crate::trace::fields::Line;
use crate::trace::model::Event;
use crate::trace::model::Header;
use crate::trace::model::Object;
use crate::trace::read;
use crate::trace::read::Reader;
use records::Records;
use records::Shape;

/// The node of an event that is of the whole system: a step of a specification has no node of its own.
pub const WHOLE: &str = "*";

/// How much of a file is looked at to tell its format.
const LOOKED_AT: u64 = 1 << 16;

/// A format that traces are read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Ours, `docs/trace-format.md`.
    Specgen,
    /// The predecessor's simulator: an object a line with `action`, `node_id` and the node's state.
    PredecessorRaw,
    /// The predecessor's converted trace: a line of constants, then updates of variables.
    Predecessor,
    /// etcd raft's `state_trace.go`: an object a line with `"tag":"trace"`.
    Etcd,
    /// The Informal Trace Format of Apalache and Quint: one document of states.
    Itf,
    /// A behaviour as TLC prints it, with or without `-tool`.
    TlcText,
    /// A behaviour as TLC's `-dumpTrace json` writes it.
    TlcJson,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Specgen, Self::PredecessorRaw, Self::Predecessor, Self::Etcd, Self::Itf, Self::TlcText, Self::TlcJson];

    /// As users write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Specgen => "specgen",
            Self::PredecessorRaw => "predecessor-raw",
            Self::Predecessor => "predecessor",
            Self::Etcd => "etcd",
            Self::Itf => "itf",
            Self::TlcText => "tlc",
            Self::TlcJson => "tlc-json",
        }
    }

    /// Whether it is for behaviours of a specification, whose steps bear the names of its actions and not those of events.
    pub fn is_of_specification(self) -> bool {
        matches!(self, Self::Itf | Self::TlcText | Self::TlcJson)
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The format of a file, by how it begins.
    pub fn of(path: &Utf8Path) -> Result<Self, Diagnostic> {
        let mut beginning = Vec::new();
        let failed = |e: std::io::Error| Diagnostic::error("disk/io", format!("read {path}: {e}"));
        let input = disk::open(path).map_err(|e| e.diagnostic())?;
        input.take(LOOKED_AT).read_to_end(&mut beginning).map_err(failed)?;
        told_by(&String::from_utf8_lossy(&beginning)).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Diagnostic::error("trace/unknown-format", "the file begins like no trace that specgen reads")
                .at(Place::at(path.as_str(), 1, 1, None))
                .hint(format!("if it is one, say which with --from: {names}"))
                .hint("docs/traces.md shows how each begins")
        })
    }
}

fn told_by(beginning: &str) -> Option<Format> {
    let text = beginning.trim_start();
    let first = text.lines().next().unwrap_or_default();
    // A log begins with other messages.
    if text.starts_with('{') && text.contains("\"tag\":\"trace\"") {
        return Some(Format::Etcd);
    }
    if let Ok(Value::Object(object)) = serde_json::from_str(first) {
        let has = |key: &str| object.contains_key(key);
        let all_lists = !object.is_empty() && object.values().all(Value::is_array);
        return match () {
            () if has("specgen_trace") => Some(Format::Specgen),
            () if has("states") => Some(Format::Itf),
            () if has("counterexample") || has("state") && has("action") && all_lists => Some(Format::TlcJson),
            () if has("action") && has("node_id") => Some(Format::PredecessorRaw),
            () if all_lists => Some(Format::Predecessor),
            () => None,
        };
    }
    // A document on many lines, or on one that is longer than what is looked at.
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    match text.chars().next() {
        Some('{') if has("specgen_trace") => Some(Format::Specgen),
        Some('{') if has("counterexample") || has("state") && !has("vars") => Some(Format::TlcJson),
        Some('{') if has("states") || has("vars") => Some(Format::Itf),
        Some('[') => Some(Format::TlcJson),
        _ if ["State 1: ", "@!@!@STARTMSG", "TLC2 Version"].iter().any(|mark| text.contains(mark)) => {
            Some(Format::TlcText)
        }
        // Our reader says best what an empty file lacks.
        None => Some(Format::Specgen),
        _ => None,
    }
}

/// A trace that is being read.
pub struct Stream<'a> {
    file: String,
    options: read::Options<'a>,
    /// Its format.
    pub format: Format,
    /// Its header; of a format that has none, what the whole file says.
    pub header: Header,
    source: Source<'a>,
}

enum Source<'a> {
    Own(Reader<'a, BufReader<File>>),
    Records(Records<BufReader<File>>),
    States(std::vec::IntoIter<Result<Event, Diagnostic>>),
}

impl<'a> Stream<'a> {
    /// Opens a file; without `format` it is told by how the file begins. Where what a header says has to be gathered from
    /// the lines, they are read twice.
    pub fn open(path: &Utf8Path, format: Option<Format>, options: read::Options<'a>) -> Result<Self, Diagnostic> {
        let format = format.map_or_else(|| Format::of(path), Ok)?;
        let file = path.as_str();
        let open = || disk::open(path).map_err(|e| e.diagnostic());
        let records = |shape| Ok(Records::new(open()?, file, shape, options.allow_truncated));
        let (header, source) = match format {
            Format::Specgen => {
                let reader = Reader::new(open()?, file, options)?;
                (reader.header.clone(), Source::Own(reader))
            }
            // There is no node to name, and nothing said of the whole.
            Format::TlcText => {
                let shape = Shape::TlcText(tlc_text::Behaviour::default());
                (header(path, BTreeSet::new(), Object::new()), Source::Records(records(shape)?))
            }
            Format::Etcd | Format::PredecessorRaw | Format::Predecessor => {
                let shape = || match format {
                    Format::Etcd => Shape::Etcd,
                    Format::PredecessorRaw => Shape::PredecessorRaw,
                    _ => Shape::Predecessor(predecessor::Variables::default()),
                };
                let mut first: Records<_> = records(shape())?;
                let nodes: BTreeSet<String> = first.by_ref().flatten().map(|event| event.node).collect();
                (header(path, nodes, first.said()), Source::Records(records(shape())?))
            }
            Format::Itf | Format::TlcJson => {
                let text = disk::read_text(path).map_err(|e| e.diagnostic())?;
                let read = if format == Format::Itf { itf::read } else { tlc_json::read };
                let (said, events) = read(file, &text)?;
                (header(path, BTreeSet::new(), said), Source::States(events.into_iter()))
            }
        };
        Ok(Self { file: file.to_owned(), options, format, header, source })
    }

    /// The event, if the mapping knows it. Our own reader has looked already.
    fn known(&self, event: Event) -> Result<Event, Diagnostic> {
        let line = Line { file: &self.file, number: event.line, text: "" };
        self.options.mapping.map_or(Ok(()), |mapping| read::mapped(line, mapping, &event))?;
        Ok(event)
    }

    /// Whether the last line was cut off and left out; known at the end.
    pub fn truncated(&self) -> bool {
        match &self.source {
            Source::Own(reader) => reader.truncated,
            Source::Records(records) => records.truncated,
            Source::States(_) => false,
        }
    }

    /// How many lines were no events, such as other messages of a log; known at the end.
    pub fn passed_over(&self) -> usize {
        match &self.source {
            Source::Records(records) => records.passed_over,
            Source::Own(_) | Source::States(_) => 0,
        }
    }
}

impl Iterator for Stream<'_> {
    type Item = Result<Event, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Own(reader) => reader.next(),
            Source::Records(records) => records.next().map(|event| self.known(event?)),
            Source::States(states) => states.next().map(|event| self.known(event?)),
        }
    }
}

/// The header of a trace whose format has none. The system is called as the file is.
fn header(path: &Utf8Path, nodes: BTreeSet<String>, said: Object) -> Header {
    let nodes: Vec<String> = if nodes.is_empty() { vec![WHOLE.to_owned()] } else { nodes.into_iter().collect() };
    let extra: BTreeMap<String, Value> = said.into_iter().collect();
    Header { system: path.file_stem().unwrap_or("trace").to_owned(), nodes, seed: None, extra }
}

#[cfg(test)]
mod tests;
