//! Whether what events open is closed, and what they close was open: one obligation of the trace mapping after the other, an event at a
//! time, with as much memory as there is open.

use std::collections::HashMap;

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::instrument::Obligation;
use crate::instrument::Side;
use crate::trace::model::Event;

/// How many obligations that are left open are told, of each kind.
const TOLD: usize = 3;

/// What came of an obligation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often it was opened.
    pub opened: u64,
    /// How often it was closed.
    pub closed: u64,
    /// How often an event such as a crash let go of it.
    pub dropped: u64,
    /// How many are open still.
    pub open: u64,
}

/// The obligations of a trace, as far as it was read.
pub struct Obligations<'a> {
    file: String,
    kinds: Vec<Kind<'a>>,
}

struct Kind<'a> {
    said: &'a Obligation,
    count: Count,
    /// By key, the events that opened it, in their order.
    open: HashMap<String, Vec<Opened>>,
}

struct Opened {
    line: usize,
    node: String,
    event: String,
    /// Whether something closed it, where that may happen again.
    met: bool,
}

impl<'a> Obligations<'a> {
    /// Those that a trace mapping lists, for a trace in this file.
    pub fn new(said: &'a [Obligation], file: &str) -> Self {
        let kinds = said.iter().map(|said| Kind { said, count: Count::default(), open: HashMap::new() });
        Self { file: file.to_owned(), kinds: kinds.collect() }
    }

    /// The next event.
    ///
    /// # Errors
    /// It closes what is not open (`trace/not-opened`), or has no value where a key says (`trace/obligation-key`).
    pub fn take(&mut self, event: &Event) -> Result<(), Diagnostic> {
        let at = Place::at(&self.file, event.line, 1, None);
        // An error of one kind leaves the others as they are: the event is seen by all.
        let errors: Vec<_> = self.kinds.iter_mut().filter_map(|kind| kind.take(event).err()).collect();
        errors.into_iter().next().map_or(Ok(()), |error| Err(error.at(at)))
    }

    /// At the end of the trace, what is open and must not be (`trace/not-closed`), each where it was opened.
    pub fn left(&self) -> Vec<Diagnostic> {
        self.kinds.iter().flat_map(|kind| kind.left(&self.file)).collect()
    }

    /// What came of each, by name, in the order of the mapping.
    pub fn counts(&self) -> Vec<(&'a str, Count)> {
        let open = |kind: &Kind<'_>| kind.open.values().flatten().filter(|opened| !opened.met).count() as u64;
        self.kinds
            .iter()
            .map(|kind| (kind.said.name.as_str(), Count { open: open(kind), ..kind.count.clone() }))
            .collect()
    }
}

impl Kind<'_> {
    fn take(&mut self, event: &Event) -> Result<(), Diagnostic> {
        if self.said.dropped_by.contains(&event.name) {
            let mut dropped = 0;
            self.open.retain(|_, opened| {
                opened.retain(|opened| {
                    let goes = opened.node == event.node;
                    dropped += u64::from(goes && !opened.met);
                    !goes
                });
                !opened.is_empty()
            });
            self.count.dropped += dropped;
        }
        // What an event closes was open before it: it cannot be what it opens itself.
        if let Some(key) = self.key(&self.said.close, event)? {
            self.close(&key, event)?;
        }
        if let Some(key) = self.key(&self.said.open, event)? {
            let opened = Opened { line: event.line, node: event.node.clone(), event: event.name.clone(), met: false };
            self.open.entry(key).or_default().push(opened);
            self.count.opened += 1;
        }
        Ok(())
    }

    fn close(&mut self, key: &str, event: &Event) -> Result<(), Diagnostic> {
        let name = &self.said.name;
        match self.open.get_mut(key) {
            Some(opened) if self.said.again => opened.iter_mut().for_each(|opened| opened.met = true),
            // The latest is closed first, as of locks that are taken twice.
            Some(opened) => {
                opened.pop();
                if opened.is_empty() {
                    self.open.remove(key);
                }
            }
            None => {
                let message = format!("`{}` closes `{name}` {key}, which no event before it opened", event.name);
                let hint = "the event that opens it has no probe, stands too late in the trace, or another key";
                return Err(Diagnostic::error("trace/not-opened", message).hint(hint));
            }
        }
        self.count.closed += 1;
        Ok(())
    }

    /// The key of the side that an event is, if it is one.
    fn key(&self, sides: &[Side], event: &Event) -> Result<Option<String>, Diagnostic> {
        let is = |side: &&Side| {
            side.event == event.name && side.only.iter().all(|(path, value)| part(event, path).as_ref() == Some(value))
        };
        let Some(side) = sides.iter().find(is) else { return Ok(None) };
        let mut key = Vec::with_capacity(side.key.len());
        for path in &side.key {
            let Some(value) = part(event, path) else {
                let message = format!("`{}` has no `{path}`, by which `{}` is known", event.name, self.said.name);
                let hint = "record it, or correct `key` in `obligations` of the trace mapping";
                return Err(Diagnostic::error("trace/obligation-key", message).hint(hint));
            };
            key.push(value.to_string());
        }
        Ok(Some(format!("({})", key.join(", "))))
    }

    fn left(&self, file: &str) -> Vec<Diagnostic> {
        if self.said.may_stay_open {
            return Vec::new();
        }
        let name = &self.said.name;
        let open = self.open.iter().flat_map(|(key, opened)| opened.iter().map(move |opened| (opened, key)));
        let mut open: Vec<_> = open.filter(|(opened, _)| !opened.met).collect();
        open.sort_by_key(|(opened, key)| (opened.line, *key));
        let more = open.len().saturating_sub(TOLD);
        let hint = "let the run end when nothing is under way, name what ends it under `dropped_by`, or say `may_stay_open: true`";
        let told = open.iter().take(TOLD).enumerate().map(|(number, (opened, key))| {
            let others = if number + 1 == TOLD && more > 0 { format!("; and {more} more") } else { String::new() };
            let message = format!("`{}` opens `{name}` {key}, which nothing closes{others}", opened.event);
            Diagnostic::error("trace/not-closed", message).at(Place::at(file, opened.line, 1, None)).hint(hint)
        });
        told.collect()
    }
}

/// The part of an event that a path leads to.
fn part(event: &Event, path: &str) -> Option<Value> {
    match path {
        "node" => return Some(event.node.clone().into()),
        "thread" => return (!event.stamp.thread.is_empty()).then(|| event.stamp.thread.clone().into()),
        _ => {}
    }
    let (of, rest) = path.split_once('.')?;
    let object = match of {
        "params" => &event.params,
        "state" => &event.state,
        _ => return None,
    };
    let mut parts = rest.split('.');
    let first = object.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part)).cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::trace::read;
    use crate::trace::read::Options;

    /// What comes of a trace: the errors of events and of the end, as code and line, and the counts.
    fn outcome(obligations: &str, events: &[(&str, &str, Value)]) -> (Vec<(String, usize)>, Vec<Count>) {
        let said: Vec<Obligation> = serde_yaml::from_str(obligations).unwrap();
        let header = json!({"specgen_trace": 1, "system": "lock", "nodes": ["n1", "n2"]});
        let lines = events.iter().enumerate().map(|(index, (event, node, params))| {
            json!({"seq": index + 1, "event": event, "node": node, "params": params, "state": {}})
        });
        let text: String = std::iter::once(header).chain(lines).map(|line| format!("{line}\n")).collect();
        let trace = read::read_from(text.as_bytes(), "t.ndjson", Options::default()).unwrap();
        let mut all = Obligations::new(&said, "t.ndjson");
        let mut wrong: Vec<Diagnostic> = trace.events.iter().filter_map(|event| all.take(event).err()).collect();
        wrong.extend(all.left());
        let told = wrong.into_iter().map(|error| (error.code, error.places[0].line));
        (told.collect(), all.counts().into_iter().map(|(_, count)| count).collect())
    }

    const LOCK: &str = "- {name: lock, open: [{event: Lock, key: [node]}], close: [{event: Unlock, key: [node]}], dropped_by: [Crash]}";

    fn codes(told: &[(&str, usize)]) -> Vec<(String, usize)> {
        told.iter().map(|(code, line)| ((*code).to_owned(), *line)).collect()
    }

    #[test]
    fn what_is_opened_is_closed_by_the_same_key() {
        let none = json!({});
        let (told, counts) = outcome(
            LOCK,
            &[("Lock", "n1", none.clone()), ("Other", "n2", none.clone()), ("Unlock", "n1", none.clone())],
        );
        assert_eq!((told, &counts[0]), (codes(&[]), &Count { opened: 1, closed: 1, dropped: 0, open: 0 }));
        let (told, counts) = outcome(LOCK, &[("Lock", "n1", none.clone()), ("Unlock", "n2", none)]);
        assert_eq!(told, codes(&[("trace/not-opened", 3), ("trace/not-closed", 2)]));
        assert_eq!(counts[0], Count { opened: 1, closed: 0, dropped: 0, open: 1 });
    }

    #[test]
    fn an_event_before_the_one_that_opens_closes_nothing() {
        let none = json!({});
        let (told, _) = outcome(LOCK, &[("Unlock", "n1", none.clone()), ("Lock", "n1", none)]);
        assert_eq!(told, codes(&[("trace/not-opened", 2), ("trace/not-closed", 3)]));
    }

    #[test]
    fn a_lock_that_is_taken_twice_is_given_back_twice() {
        let none = json!({});
        let two = |last: &'static str| {
            [("Lock", "n1", json!({})), ("Lock", "n1", json!({})), ("Unlock", "n1", json!({})), (last, "n1", json!({}))]
        };
        assert_eq!(outcome(LOCK, &two("Unlock")).0, codes(&[]));
        assert_eq!(outcome(LOCK, &two("Other")).0, codes(&[("trace/not-closed", 2)]));
        let crashed = [("Lock", "n1", none.clone()), ("Lock", "n2", none.clone()), ("Crash", "n1", none)];
        let (told, counts) = outcome(LOCK, &crashed);
        assert_eq!((told, counts[0].dropped), (codes(&[("trace/not-closed", 3)]), 1));
    }

    const VOTE: &str = "
- name: granted vote
  open: [{event: Asked, key: [node, params.from, params.term], where: {params.granted: true}}]
  close: [{event: Answered, key: [params.from, node, params.term], where: {params.granted: true}}]
  again: true
  may_stay_open: true
";

    #[test]
    fn an_answer_presupposes_what_it_says_as_often_as_it_comes() {
        let vote = |granted: bool, from: &str| json!({"from": from, "term": 3, "granted": granted});
        let granted = [
            ("Asked", "n2", vote(true, "n1")),
            ("Answered", "n1", vote(true, "n2")),
            ("Answered", "n1", vote(true, "n2")),
            ("Asked", "n1", vote(true, "n2")),
        ];
        assert_eq!(outcome(VOTE, &granted).0, codes(&[]));
        let refused = [("Asked", "n2", vote(false, "n1")), ("Answered", "n1", vote(true, "n2"))];
        assert_eq!(outcome(VOTE, &refused).0, codes(&[("trace/not-opened", 3)]));
        let nameless = [("Asked", "n2", json!({"from": "n1", "granted": true}))];
        assert_eq!(outcome(VOTE, &nameless).0, codes(&[("trace/obligation-key", 2)]));
    }
}
