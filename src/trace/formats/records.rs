//! What the formats of lines have in common: numbering, and a last line that was cut off.

use std::io::BufRead;

use crate::base::diag::Diagnostic;
use crate::trace::fields::Line;
use crate::trace::formats::etcd;
use crate::trace::formats::predecessor;
use crate::trace::formats::predecessor_raw;
use crate::trace::formats::tlc_text;
use crate::trace::lines::Lines;
use crate::trace::lines::ends_reading;
use crate::trace::lines::is_cut_off;
use crate::trace::model::Event;
use crate::trace::model::Object;

/// How a line is read, with what is known from the lines before.
pub(super) enum Shape {
    Etcd,
    PredecessorRaw,
    Predecessor(predecessor::Variables),
    TlcText(tlc_text::Behaviour),
}

impl Shape {
    /// The event that a line ends, if it is or ends one.
    fn read(&mut self, line: Line<'_>) -> Result<Option<Event>, Diagnostic> {
        match self {
            Self::Etcd => etcd::event(line),
            Self::PredecessorRaw => predecessor_raw::event(line).map(Some),
            Self::Predecessor(variables) => variables.event(line),
            Self::TlcText(behaviour) => behaviour.line(line),
        }
    }

    /// The event that the end of the file ends.
    fn end(&mut self, file: &str) -> Result<Option<Event>, Diagnostic> {
        match self {
            Self::TlcText(behaviour) => behaviour.end(file),
            Self::Etcd | Self::PredecessorRaw | Self::Predecessor(_) => Ok(None),
        }
    }

    /// Whether a line that is no event was meant to be none, and no other message.
    fn has_lines_between(&self) -> bool {
        matches!(self, Self::TlcText(_) | Self::Predecessor(_))
    }
}

/// The events of a file of lines, numbered from 1.
pub(super) struct Records<R> {
    lines: Lines<R>,
    file: String,
    shape: Shape,
    allow_truncated: bool,
    events: u64,
    ended: bool,
    pub(super) truncated: bool,
    pub(super) passed_over: usize,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R, file: &str, shape: Shape, allow_truncated: bool) -> Self {
        Self {
            lines: Lines::new(input),
            file: file.to_owned(),
            shape,
            allow_truncated,
            events: 0,
            ended: false,
            truncated: false,
            passed_over: 0,
        }
    }

    /// What the file says of the trace as a whole; known at the end.
    pub(super) fn said(self) -> Object {
        match self.shape {
            Shape::Predecessor(variables) => variables.constants(),
            Shape::Etcd | Shape::PredecessorRaw | Shape::TlcText(_) => Object::new(),
        }
    }

    fn line(&mut self, text: &str, ended: bool) -> Option<Result<Event, Diagnostic>> {
        let line = Line { file: &self.file, number: self.lines.number, text };
        match self.shape.read(line) {
            Err(error) if is_cut_off(&error, ended) => {
                self.truncated = true;
                (!self.allow_truncated).then(|| Err(line.truncated()))
            }
            Err(error) => Some(Err(error)),
            Ok(Some(event)) => Some(Ok(self.numbered(event))),
            Ok(None) => {
                self.passed_over += usize::from(!self.shape.has_lines_between());
                None
            }
        }
    }

    fn numbered(&mut self, event: Event) -> Event {
        self.events += 1;
        Event { seq: self.events, ..event }
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Event, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let found = match self.lines.next(&self.file) {
                Ok(Some((text, ended))) => self.line(&text, ended),
                Ok(None) => {
                    self.ended = true;
                    match self.shape.end(&self.file) {
                        Ok(event) => event.map(|event| Ok(self.numbered(event))),
                        Err(error) => Some(Err(error)),
                    }
                }
                Err(error) => {
                    self.ended = ends_reading(&error);
                    Some(Err(error))
                }
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}
