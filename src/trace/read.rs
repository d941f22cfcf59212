//! The streaming reader: a line at a time, never more than a megabyte of it, every mistake with its line number.

use std::io::BufRead;
use std::ops::ControlFlow;

use camino::Utf8Path;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::digest::Digesting;
use crate::base::disk;
use crate::trace::fields;
use crate::trace::fields::Line;
use crate::trace::lines::Lines;
use crate::trace::lines::ends_reading;
use crate::trace::lines::is_cut_off;
use crate::trace::mapping::Mapping;
use crate::trace::model::Event;
use crate::trace::model::Header;
use crate::trace::model::Trace;
use crate::trace::probes::Probes;

/// How many mistakes of one file are reported.
const MAX_DIAGNOSTICS: usize = 20;

/// What a reader lets pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The header must name this mapping's system, and the events must be known to it.
    pub mapping: Option<&'a Mapping>,
    /// A last line that was cut off (its writer was killed) is left out instead of reported.
    pub allow_truncated: bool,
    /// The probes that may have written the events; every event that says where it is from must be of one of them.
    pub probes: Option<&'a Probes>,
}

/// Reads a whole trace from a file.
pub fn read(path: &Utf8Path, options: Options<'_>) -> Result<Trace, Failure> {
    read_from(disk::open(path)?, path.as_str(), options)
}

/// The same, with the digest of what was read.
pub fn read_digested(path: &Utf8Path, options: Options<'_>) -> Result<(Trace, String), Failure> {
    let mut input = Digesting::new(disk::open(path)?);
    let trace = read_from(&mut input, path.as_str(), options)?;
    Ok((trace, input.sha256()))
}

/// Reads a whole trace, or what is wrong with it, as [`each`] collects it.
pub fn read_from(input: impl BufRead, file: &str, options: Options<'_>) -> Result<Trace, Failure> {
    let mut reader = Reader::new(input, file, options)?;
    let mut events = Vec::new();
    let diagnostics = each(&mut reader, |event| {
        events.push(event);
        Ok(ControlFlow::Continue(()))
    });
    if !diagnostics.is_empty() {
        return Err(Failure { diagnostics });
    }
    some(file, events.len() as u64)?;
    Ok(Trace { file: file.to_owned(), header: reader.header, events, truncated: reader.truncated })
}

/// Hands every event to `take`, until that breaks off, and collects up to twenty different mistakes before it
/// gives up, each with the first line that makes it.
pub fn each(
    events: impl Iterator<Item = Result<Event, Diagnostic>>,
    mut take: impl FnMut(Event) -> Result<ControlFlow<()>, Diagnostic>,
) -> Vec<Diagnostic> {
    let mut wrong: Vec<Diagnostic> = Vec::new();
    for event in events {
        match event.and_then(&mut take) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            // The same mistake on every line, such as an event that nobody mapped, is one thing to mend.
            Err(again) if wrong.iter().any(|known| known.message == again.message) => {}
            Err(diagnostic) => wrong.push(diagnostic),
        }
        if wrong.len() >= MAX_DIAGNOSTICS {
            break;
        }
    }
    wrong
}

/// That a trace has events at all.
pub fn some(file: &str, events: u64) -> Result<(), Diagnostic> {
    if events > 0 {
        return Ok(());
    }
    Err(Diagnostic::error("trace/no-events", "the trace has no events")
        .at(Place::at(file, 1, 1, None))
        .hint("check that the probes are in the code that ran"))
}

/// An iterator over the events of a trace. After a mistake it goes on with the next line.
pub struct Reader<'a, R> {
    lines: Lines<R>,
    file: String,
    options: Options<'a>,
    /// The first line.
    pub header: Header,
    /// Whether the last line was cut off and left out; known at the end.
    pub truncated: bool,
    expected: u64,
    failed: bool,
}

impl<'a, R: BufRead> Reader<'a, R> {
    /// Reads the header.
    pub fn new(input: R, file: &str, options: Options<'a>) -> Result<Self, Diagnostic> {
        let mut lines = Lines::new(input);
        let header = match lines.next(file)? {
            None => {
                let place = Place::at(file, 1, 1, None);
                return Err(Diagnostic::error("trace/empty", "the trace is empty")
                    .at(place)
                    .hint("its first line is a header; was the program that writes it started and stopped properly?"));
            }
            Some((text, _)) => {
                let line = Line { file, number: 1, text: &text };
                let header = fields::header(line)?;
                same_system(line, &header, options.mapping)?;
                header
            }
        };
        Ok(Self { lines, file: file.to_owned(), options, header, truncated: false, expected: 1, failed: false })
    }

    fn event(&mut self, text: &str, ended: bool) -> Option<Result<Event, Diagnostic>> {
        let line = Line { file: &self.file, number: self.lines.number, text };
        let event = match fields::event(line) {
            Err(error) if is_cut_off(&error, ended) => {
                if self.options.allow_truncated {
                    self.truncated = true;
                    return None;
                }
                return Some(Err(line.truncated()));
            }
            Err(error) => {
                self.expected += 1;
                return Some(Err(error));
            }
            Ok(event) => event,
        };
        Some(self.checked(event, text))
    }

    fn checked(&mut self, event: Event, text: &str) -> Result<Event, Diagnostic> {
        let line = Line { file: &self.file, number: event.line, text };
        let expected = std::mem::replace(&mut self.expected, event.seq.saturating_add(1));
        if event.seq != expected {
            let message = format!("event {} where {expected} was expected", event.seq);
            let hint = "events were lost or written out of order; number them under the lock that orders them";
            return Err(line.error("trace/sequence", message, Some("\"seq\"")).hint(hint));
        }
        if self.header.nodes.binary_search(&event.node).is_err() {
            let message = format!("node `{}` is not in the header", event.node);
            let hint = format!("the header has {}", self.header.nodes.join(", "));
            return Err(line.error("trace/unknown-node", message, Some("\"node\"")).hint(hint));
        }
        self.options.mapping.map_or(Ok(()), |mapping| mapped(line, mapping, &event))?;
        if let Some(probes) = self.options.probes {
            let action = self.options.mapping.and_then(|mapping| mapping.action(&event.name));
            probes.check(line, &event, action.is_some_and(|action| action.harness))?;
        }
        Ok(event)
    }
}

/// The mapping has an action for the event.
pub(super) fn mapped(line: Line<'_>, mapping: &Mapping, event: &Event) -> Result<(), Diagnostic> {
    if mapping.action(&event.name).is_some() {
        return Ok(());
    }
    let message = format!("event `{}` is mapped to no action", event.name);
    let error = line.error("trace/unknown-event", message, Some("\"event\""));
    Err(match mapping.nearest(&event.name) {
        Some(name) => error.hint(format!("the nearest is `{name}`")),
        None => error.hint("add it to `actions` of the tracing configuration"),
    })
}

/// The header names the system of the mapping, where that names one.
fn same_system(line: Line<'_>, header: &Header, mapping: Option<&Mapping>) -> Result<(), Diagnostic> {
    match mapping.and_then(|mapping| mapping.system.as_deref()) {
        Some(system) if system != header.system => {
            let message = format!("the trace is of `{}`, the tracing configuration of `{system}`", header.system);
            let hint =
                "name a trace of this system; if it is one, let the harness write the same `system` into the header";
            Err(line.error("trace/other-system", message, Some("\"system\"")).hint(hint))
        }
        _ => Ok(()),
    }
}

impl<R: BufRead> Iterator for Reader<'_, R> {
    type Item = Result<Event, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.lines.next(&self.file) {
            Ok(None) => None,
            Ok(Some((text, ended))) => self.event(&text, ended),
            Err(diagnostic) => {
                self.failed = ends_reading(&diagnostic);
                self.expected += 1;
                Some(Err(diagnostic))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::mapping::Action;

    use super::*;

    const HEADER: &str = "{\"specgen_trace\":1,\"system\":\"lock\",\"nodes\":[\"n2\",\"n1\"],\"seed\":7}\n";

    fn line(seq: u64, event: &str, node: &str) -> String {
        format!(
            "{{\"seq\":{seq},\"event\":\"{event}\",\"node\":\"{node}\",\"params\":{{}},\"state\":{{\"x\":{seq}}}}}\n"
        )
    }

    fn mapping() -> Mapping {
        let action =
            |name: &str| Action { name: name.to_owned(), parameters: Vec::new(), harness: false, stated: None };
        Mapping {
            system: Some("lock".to_owned()),
            node_parameter: "s".to_owned(),
            state: Vec::new(),
            order: Default::default(),
            actions: vec![action("Acquire"), action("Release")],
            silent: Vec::new(),
        }
    }

    /// The codes of the mistakes, each with its line.
    fn mistakes(text: &str) -> Vec<(String, usize)> {
        let mapping = mapping();
        let options = Options { mapping: Some(&mapping), allow_truncated: false, probes: None };
        match read_from(text.as_bytes(), "t.ndjson", options) {
            Ok(_) => Vec::new(),
            Err(failure) => failure.diagnostics.into_iter().map(|d| (d.code, d.places[0].line)).collect(),
        }
    }

    fn one(text: &str, code: &str, line: usize) {
        assert_eq!(mistakes(text), [(code.to_owned(), line)]);
    }

    #[test]
    fn a_trace_is_read_and_written_again() {
        let text = format!("{HEADER}{}{}", line(1, "Acquire", "n1"), line(2, "Release", "n1"));
        let trace = read_from(text.as_bytes(), "t", Options::default()).unwrap();
        assert_eq!((trace.header.nodes.join(","), trace.header.seed), ("n1,n2".to_owned(), Some(7)));
        assert_eq!((trace.events.len(), trace.events[1].line), (2, 3));
        let again = read_from(trace.to_ndjson().as_bytes(), "t", Options::default()).unwrap();
        assert_eq!(again, trace);
    }

    #[test]
    fn the_example_of_the_description_is_a_trace() {
        let text = include_str!("../../docs/trace-format.md");
        let example = text.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
        let trace = read_from(example.as_bytes(), "t", Options::default()).unwrap();
        assert_eq!((trace.events.len(), trace.events[1].path.len()), (2, 1));
    }

    #[test]
    fn every_mistake_has_its_code_and_line() {
        let good = line(1, "Acquire", "n1");
        one("", "trace/empty", 1);
        one(HEADER, "trace/no-events", 1);
        one("{}\n", "trace/missing-field", 1);
        one(&HEADER.replace(":1,", ":2,"), "trace/format", 1);
        one(&format!("{}{good}", HEADER.replace("lock", "clock")), "trace/other-system", 1);
        one(&HEADER.replace(":1,", ":\"1\","), "trace/wrong-type", 1);
        one(&HEADER.replace("\"n1\"", "\"n2\""), "trace/wrong-type", 1);
        one(&format!("{HEADER}{good}no\n"), "trace/not-json", 3);
        one(&format!("{HEADER}{good}\n"), "trace/not-json", 3);
        one(&format!("{HEADER}[1]\n"), "trace/not-json", 2);
        one(&format!("{HEADER}{}", good.replace("\"state\"", "\"stat\"")), "trace/missing-field", 2);
        one(&format!("{HEADER}{}", good.replace("\"n1\"", "1")), "trace/wrong-type", 2);
        one(&format!("{HEADER}{}", good.replace("\"x\":1", "\"x\":1.5")), "trace/value", 2);
        one(&format!("{HEADER}{good}{}", line(3, "Acquire", "n1")), "trace/sequence", 3);
        one(&format!("{HEADER}{good}{good}"), "trace/sequence", 3);
        one(&format!("{HEADER}{}", line(1, "Acquire", "n3")), "trace/unknown-node", 2);
        one(&format!("{HEADER}{}", line(1, "Aquire", "n1")), "trace/unknown-event", 2);
        one(&format!("{HEADER}{good}{{\"seq\":2,\"ev"), "trace/truncated", 3);
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_wherever_it_stands() {
        let good = line(1, "Acquire", "n1");
        one(&format!("{HEADER}{}", good.replace("\"x\":1", "\"x\":1,\"x\":1")), "trace/duplicate-key", 2);
        one(&format!("{HEADER}{}", good.replace("\"seq\":1", "\"seq\":1,\"seq\":1")), "trace/duplicate-key", 2);
        one(&format!("{}{good}", HEADER.replace("\"seed\":7", "\"seed\":7,\"seed\":8")), "trace/duplicate-key", 1);
    }

    #[test]
    fn a_mark_of_the_byte_order_is_skipped_at_the_start_and_nowhere_else() {
        let good = line(1, "Acquire", "n1");
        assert_eq!(mistakes(&format!("\u{feff}{HEADER}{good}")), []);
        one(&format!("{HEADER}\u{feff}{good}"), "trace/not-json", 2);
    }

    #[test]
    fn a_line_that_is_no_utf8_is_refused_with_its_number_and_the_next_is_read() {
        let mut bytes = format!("{HEADER}{}", line(1, "Acquire", "n1")).into_bytes();
        bytes.extend(
            line(2, "Acquire", "n1")
                .replace("\"x\"", "\"?\"")
                .bytes()
                .map(|byte| if byte == b'?' { 0xff } else { byte }),
        );
        bytes.extend(line(3, "Aquire", "n1").bytes());
        let mapping = mapping();
        let options = Options { mapping: Some(&mapping), allow_truncated: true, probes: None };
        let failure = read_from(&bytes[..], "t.ndjson", options).unwrap_err();
        let told: Vec<_> =
            failure.diagnostics.iter().map(|d| (d.code.as_str(), d.places[0].line, d.hints.len())).collect();
        assert_eq!(told, [("trace/not-utf8", 3, 1), ("trace/unknown-event", 4, 1)]);
    }

    #[test]
    fn a_trace_of_another_system_is_told_with_both_names() {
        let text = format!("{}{}", HEADER.replace("lock", "clock"), line(1, "Acquire", "n1"));
        let mut mapping = mapping();
        let told =
            read_from(text.as_bytes(), "t", Options { mapping: Some(&mapping), allow_truncated: true, probes: None });
        let diagnostic = told.unwrap_err().diagnostics.remove(0);
        assert_eq!((diagnostic.code.as_str(), diagnostic.places[0].line), ("trace/other-system", 1));
        assert!(diagnostic.message.contains("`clock`") && diagnostic.message.contains("`lock`"), "{diagnostic:?}");
        assert!(!diagnostic.hints.is_empty());
        mapping.system = None;
        let options = Options { mapping: Some(&mapping), allow_truncated: false, probes: None };
        assert_eq!(read_from(text.as_bytes(), "t", options).unwrap().header.system, "clock");
    }

    #[test]
    fn an_unknown_event_hints_at_the_nearest() {
        let mapping = mapping();
        let options = Options { mapping: Some(&mapping), allow_truncated: false, probes: None };
        let text = format!("{HEADER}{}", line(1, "Aquire", "n1"));
        let failure = read_from(text.as_bytes(), "t.ndjson", options).unwrap_err();
        insta::assert_snapshot!(failure.diagnostics[0].render(false));
    }

    #[test]
    fn a_cut_off_last_line_may_be_left_out() {
        let text = format!("{HEADER}{}{{\"seq\":2,\"ev\u{e9}", line(1, "Acquire", "n1"));
        for cut in 1..3 {
            let options = Options { mapping: None, allow_truncated: true, probes: None };
            let trace = read_from(&text.as_bytes()[..text.len() - cut + 1], "t", options).unwrap();
            assert_eq!((trace.events.len(), trace.truncated), (1, true));
        }
        let whole = format!("{HEADER}{}", line(1, "Acquire", "n1"));
        assert!(!read_from(whole.trim_end().as_bytes(), "t", Options::default()).unwrap().truncated);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_skipped_without_being_kept() {
        let long = line(1, "Acquire", "n1").replace("\"x\"", &format!("\"{}\"", "x".repeat(10 << 20)));
        one(&format!("{HEADER}{long}{}", line(2, "Acquire", "n1")), "trace/line-too-long", 2);
    }

    #[test]
    fn reading_stops_after_twenty_mistakes() {
        let events: String = (1..=100).map(|n| line(n, &format!("Event{n}"), "n1")).collect();
        assert_eq!(mistakes(&format!("{HEADER}{events}")).len(), 20);
    }

    #[test]
    fn the_same_mistake_on_many_lines_is_told_once() {
        let events: String = (1..=100).map(|n| line(n, if n == 1 { "Acquire" } else { "Renew" }, "n1")).collect();
        one(&format!("{HEADER}{events}"), "trace/unknown-event", 3);
    }
}
