//! Changes of a text by places in it, which keep everything else as it was.

use std::collections::BTreeSet;

use super::assemble::end_with_comments;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla::print::print_unit;
use crate::tla::syntax::Unit;

/// For each line, the lines of an older text that it came from.
type Origin = Vec<BTreeSet<usize>>;

pub(super) struct Edits<'a> {
    pub(super) text: &'a str,
    list: Vec<(Span, String, Option<Origin>)>,
}

/// A changed text.
pub(super) struct Edited {
    pub(super) text: String,
    /// For each line, the lines of the old text that it came from.
    pub(super) origin: Vec<BTreeSet<usize>>,
}

impl<'a> Edits<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, list: Vec::new() }
    }

    /// Another text at a place.
    pub(super) fn put(&mut self, span: Span, new: String) {
        self.list.push((span, new, None));
    }

    /// Units at the end of what stands before `at`, declared before the first, which may call each other.
    pub(super) fn units(&mut self, at: usize, units: &[Unit]) {
        let lines = LineIndex::new(self.text);
        let definitions = units.iter().filter_map(Unit::definition);
        let heads = definitions.map(|definition| {
            let places = vec!["_"; definition.params().len()].join(", ");
            format!("RECURSIVE {}({places})", definition.name.text)
        });
        let mut text: Vec<String> = [String::new(), String::new()].into_iter().chain(heads).collect();
        let mut origin = vec![BTreeSet::new(); text.len()];
        for (n, unit) in units.iter().enumerate() {
            if n > 0 {
                text.push(String::new());
                origin.push(BTreeSet::new());
            }
            let laid = print_unit(unit, Some(&lines));
            for (n, line) in laid.text.split('\n').enumerate() {
                text.push(line.to_owned());
                origin.push(laid.origin.get(n).cloned().unwrap_or_default());
            }
        }
        if !self.text[at..].lines().nth(1).unwrap_or_default().trim().is_empty() {
            text.push(String::new());
            origin.push(BTreeSet::new());
        }
        self.list.push((Span::new(at, at), text.join("\n"), Some(origin)));
    }

    pub(super) fn insert(&mut self, at: usize, new: String) {
        self.put(Span::new(at, at), new);
    }

    /// Another unit at a place, which says itself what the comment behind it says.
    pub(super) fn replace(&mut self, span: Span, unit: &Unit) {
        let new = print_unit(unit, None).text;
        let end = end_with_comments(self.text, span.end);
        let behind = self.text[span.end..end].trim();
        let span = if new.contains(behind) { Span::new(span.start, end) } else { span };
        self.put(span, new);
    }

    pub(super) fn applied(mut self) -> Edited {
        self.list.sort_by_key(|(span, ..)| span.start);
        let lines = LineIndex::new(self.text);
        let mut edited = Edited { text: String::new(), origin: vec![BTreeSet::new()] };
        let mut at = 0;
        for (span, new, origin) in &self.list {
            edited.keep(self.text, Span::new(at, span.start), &lines);
            let from = (span.start < span.end).then(|| lines.line(span.start)..=lines.line(span.end));
            edited.add(new, |n| match origin {
                Some(origin) => origin[n].iter().copied().collect(),
                None => from.clone().into_iter().flatten().collect(),
            });
            at = span.end;
        }
        edited.keep(self.text, Span::new(at, self.text.len()), &lines);
        edited
    }
}

impl Edited {
    /// What was said of a place of this text, said of the place of the old text, the contents of `file`, that it came from.
    pub(super) fn blamed(&self, said: Diagnostic, text: &str, file: &str) -> Diagnostic {
        let old = |line: usize| self.origin.get(line - 1).and_then(|from| from.first().copied());
        let lines = self.origin.len();
        let places = said.places.iter().filter_map(|place| {
            let line = (place.line..=lines).chain((1..place.line).rev()).find_map(old)?;
            let shown = text.lines().nth(line - 1).unwrap_or_default();
            let column = shown.len() - shown.trim_start().len() + 1;
            let width = shown.trim().chars().count().max(1);
            Some(Place { width, label: place.label.clone(), ..Place::at(file, line, column, Some(text)) })
        });
        Diagnostic { places: places.collect(), ..said }
    }

    fn keep(&mut self, text: &str, span: Span, lines: &LineIndex) {
        let first = lines.line(span.start);
        self.add(&text[span.range()], |n| vec![first + n]);
    }

    fn add(&mut self, part: &str, from: impl Fn(usize) -> Vec<usize>) {
        for (n, line) in part.split('\n').enumerate() {
            if n > 0 {
                self.text.push('\n');
                self.origin.push(BTreeSet::new());
            }
            self.text.push_str(line);
            if let Some(last) = self.origin.last_mut().filter(|_| !line.trim().is_empty()) {
                last.extend(from(n));
            }
        }
    }
}
