//! What an edit of the model may reach: the definitions that diagnostics point at, and no others.
//!
//! 1. An edit changes lines of damaged definitions, of declarations, or between definitions, and no others.
//! 2. Afterwards every other definition is the same tree, so that nothing swallows or splits it either.
//! 3. Every name the module defined or declared is there, unless it is what a diagnostic is about.
//! 4. A property, and what it rests on, loses no word and gains none that would make it weaker.
//!
//! A comment directly above a definition belongs to it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::base::diag::Diagnostic;
use crate::base::span::LineIndex;
use crate::llm::edits::Edit;
use crate::tla::fix;
use crate::tla::tree;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Words that can make a formula weaker, or say nothing in its place.
const WEAKENING: &[&str] =
    &["\\/", "=>", "<=>", "~", "TRUE", "FALSE", "\\E", "CHOOSE", "IF", "CASE", "<>", "~>", "BOOLEAN", "STRING"];

/// Spellings of such words that are none in TLA+, so that a property that has them may get the right ones.
const MEANT: &[(&str, &str)] = &[
    ("implies", "=>"),
    ("iff", "<=>"),
    ("true", "TRUE"),
    ("false", "FALSE"),
    ("exists", "\\E"),
    ("if", "IF"),
    ("case", "CASE"),
    ("!", "~"),
];

/// Words that only give a formula its form.
const FORM: &[&str] = &["/\\", ";", "end", "END", "return", "THEN", "ELSE", "then", "else"];

/// Ends of the codes of diagnostics that quote a word which may have to go.
const IS_ABOUT_A_WORD: &[&str] = &[
    "/unknown-name",
    "/unknown-operator",
    "/duplicate",
    "/multiple-definition",
    "-unexpected",
    "/parse-error",
    "lexical",
    "/lexical-error",
];

/// A unit of the module: a definition, a declaration, or what could not be read.
#[derive(Clone, Debug)]
struct Part {
    kind: Kind,
    /// What it defines; empty where it defines nothing.
    name: String,
    /// Its own lines, from 0 and half-open.
    own: Range<usize>,
    /// The same with the comment above it.
    lines: Range<usize>,
    damaged: bool,
    shape: String,
}

impl Part {
    /// Whether it says something that an edit could spoil.
    fn says_something(&self) -> bool {
        matches!(
            self.kind,
            Kind::Definition
                | Kind::ModuleDefinition
                | Kind::Assume
                | Kind::Theorem
                | Kind::Instance
                | Kind::Module
                | Kind::Error
        )
    }

    fn title(&self, text: &str) -> String {
        if self.name.is_empty() {
            return format!("`{}`", text.lines().nth(self.own.start).unwrap_or_default().trim());
        }
        format!("`{}`", self.name)
    }
}

/// A text, and which of its parts diagnostics point at.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    text: &'a str,
    parts: Vec<Part>,
    /// Words that diagnostics say are wrong.
    wrong_words: BTreeSet<String>,
    properties: &'a [String],
    /// Whether a diagnostic points at no place, so that all of the text is in question.
    anywhere: bool,
}

impl<'a> Reach<'a> {
    /// What may be changed in `text` on account of diagnostics whose places are in `file`.
    pub(super) fn of(text: &'a str, file: &str, found: &[Diagnostic], properties: &'a [String]) -> Self {
        let mut parts = parts(text);
        let named: BTreeSet<String> = found.iter().flat_map(|diagnostic| quoted(&diagnostic.message)).collect();
        let of_words = found.iter().filter(|d| IS_ABOUT_A_WORD.iter().any(|code| d.code.ends_with(code)));
        let wrong_words = of_words.flat_map(|diagnostic| quoted(&diagnostic.message)).collect();
        let mut anywhere = parts.is_empty();
        let mut lines = BTreeSet::new();
        for diagnostic in found {
            let here: Vec<usize> =
                diagnostic.places.iter().filter(|p| p.file == file).map(|p| p.line.saturating_sub(1)).collect();
            anywhere |= here.is_empty();
            lines.extend(here);
        }
        for part in &mut parts {
            part.damaged = part.kind == Kind::Error
                || lines.range(part.lines.clone()).next().is_some()
                || named.contains(&part.name);
        }
        // Where reading stops at the head of a definition, or in what is none, the one before it has no end.
        for at in 1..parts.len() {
            let stopped = parts[at].kind == Kind::Error || lines.contains(&parts[at].own.start);
            parts[at - 1].damaged |= parts[at].damaged && stopped && may_lack_its_end(found);
        }
        Self { text, parts, wrong_words, properties, anywhere }
    }

    /// The lines of the damaged parts, from 0 and half-open, in order.
    pub(super) fn damaged(&self) -> impl Iterator<Item = Range<usize>> {
        let damaged = self.parts.iter().filter(|part| part.damaged || self.anywhere);
        damaged.map(|part| part.lines.clone())
    }

    /// The first line of the first definition: what stands above it is header and declarations.
    pub(super) fn first_definition(&self) -> usize {
        let first = self.parts.iter().find(|part| part.says_something());
        first.map_or(self.text.lines().count(), |part| part.lines.start)
    }

    /// The names of the definitions that are no edit's business.
    pub(super) fn sound(&self) -> Vec<&str> {
        let sound = self.parts.iter().filter(|part| !part.damaged && !self.anywhere && !part.name.is_empty());
        sound.map(|part| part.name.as_str()).collect()
    }

    /// Why the edit numbered `number`, which replaces `place`, may not be made.
    pub(super) fn objection(&self, number: usize, place: &Range<usize>, edit: &Edit) -> Option<Diagnostic> {
        if self.anywhere {
            return None;
        }
        let changed = changed(place, edit);
        let meets = |part: &&Part| {
            let meets = if changed.is_empty() {
                part.lines.start < changed.start && changed.start < part.lines.end
            } else {
                part.lines.start < changed.end && changed.start < part.lines.end
            };
            meets && part.says_something() && !part.damaged
        };
        let part = self.parts.iter().find(meets)?;
        let message = format!("edit {number} changes {}, which no diagnostic points at", part.title(self.text));
        let hint =
            "change the definitions that are reported; new definitions stand between others, above their comments";
        Some(Diagnostic::error("draft/edit-out-of-reach", message).hint(hint))
    }

    /// What `after`, the text with the edits made, has lost.
    pub(super) fn losses(&self, after: &str) -> Vec<Diagnostic> {
        let mut wrong: Vec<Diagnostic> = self.lost_names(after);
        wrong.extend(self.weakened(after));
        if wrong.is_empty() && !self.anywhere {
            wrong.extend(self.read_differently(after));
        }
        wrong
    }

    fn lost_names(&self, after: &str) -> Vec<Diagnostic> {
        let now = names(after);
        let lost = names(self.text).into_iter().filter(|name| !now.contains(name));
        let lost = lost.filter(|name| self.properties.contains(name) || !self.wrong_words.contains(name));
        let error = |name: String| {
            Diagnostic::error("draft/definition-lost", format!("`{name}` would no longer be defined or declared"))
                .hint("keep every definition; mend it where it stands")
        };
        lost.map(error).collect()
    }

    fn weakened(&self, after: &str) -> Vec<Diagnostic> {
        let (old, new) = (bodies(self.text), bodies(after));
        let mut wrong = Vec::new();
        for name in self.frozen(&old) {
            let all_new: Vec<&String> = new.iter().filter(|(other, _)| *other == name).flat_map(|(_, b)| b).collect();
            for (_, body) in old.iter().filter(|(other, _)| *other == name) {
                let Some(why) = self.weaker(body, &all_new) else { continue };
                let role = if self.properties.contains(&name) { "the property" } else { "what a property rests on," };
                let error = Diagnostic::error("draft/property-weaker", format!("{role} `{name}` {why}"));
                wrong.push(error.hint("mend its form and keep what it says; a property is never made weaker to pass"));
            }
        }
        wrong
    }

    /// The properties and all that they use.
    fn frozen(&self, bodies: &[(String, Vec<String>)]) -> BTreeSet<String> {
        let mut frozen = BTreeSet::new();
        let mut waiting: Vec<String> = self.properties.to_vec();
        while let Some(name) = waiting.pop() {
            let used = bodies.iter().filter(|(other, _)| *other == name).flat_map(|(_, body)| body);
            let defined = used.filter(|word| bodies.iter().any(|(other, _)| other == *word));
            let defined: Vec<String> = defined.cloned().collect();
            if frozen.insert(name) {
                waiting.extend(defined);
            }
        }
        frozen
    }

    fn weaker(&self, old: &[String], new: &[&String]) -> Option<String> {
        let kept = |word: &&String| !FORM.contains(&word.as_str()) && !self.wrong_words.contains(*word);
        let mut rest = new.iter();
        if let Some(lost) = old.iter().filter(kept).find(|word| !rest.any(|other| same(word, other))) {
            return Some(format!("would lose `{lost}`, or have its words in another order"));
        }
        let count =
            |words: &mut dyn Iterator<Item = &String>, weak: &str| words.filter(|word| same(word, weak)).count();
        let gained = WEAKENING.iter().find(|weak| count(&mut new.iter().copied(), weak) > count(&mut old.iter(), weak));
        gained.map(|weak| format!("would get another `{weak}`, which can make it weaker"))
    }

    fn read_differently(&self, after: &str) -> Option<Diagnostic> {
        let mut now: BTreeMap<String, usize> = BTreeMap::new();
        for part in parts(after) {
            *now.entry(part.shape).or_default() += 1;
        }
        let sound = self.parts.iter().filter(|part| part.says_something() && !part.damaged);
        let missing = sound.into_iter().find(|part| match now.get_mut(&part.shape) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })?;
        let message = format!("{}, which no diagnostic points at, would be read differently", missing.title(self.text));
        Some(Diagnostic::error("draft/edit-out-of-reach", message).hint("close what the edit opens"))
    }
}

/// Whether a word of an old text is still there as `new`.
fn same(old: &str, new: &str) -> bool {
    old == new || MEANT.iter().any(|(from, to)| from.eq_ignore_ascii_case(old) && *to == new)
}

/// Whether something was expected that did not come before reading stopped.
fn may_lack_its_end(found: &[Diagnostic]) -> bool {
    found.iter().any(|d| d.code.contains("/parse-") || d.code.starts_with("sany/"))
}

/// The words between backticks or double quotes.
fn quoted(message: &str) -> Vec<String> {
    let between = |mark: char| {
        let pieces = message.split(mark).skip(1).step_by(2);
        pieces.filter(|piece| !piece.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    [between('`'), between('"')].concat()
}

/// The lines of `place` that really differ from the new ones, from 0 and half-open.
fn changed(place: &Range<usize>, edit: &Edit) -> Range<usize> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (edit.old.lines().map(str::trim_end).collect(), edit.new.lines().map(str::trim_end).collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    // Blank lines at either end belong to nobody.
    let (mut start, mut end) = (head, old.len() - tail);
    while start < end && old[start].is_empty() {
        start += 1;
    }
    while start < end && old[end - 1].is_empty() {
        end -= 1;
    }
    place.start + start..place.start + end
}

/// The units of the module in `text`, in order.
fn parts(text: &str) -> Vec<Part> {
    let parsed = tree::parse(text);
    let index = LineIndex::new(text);
    let Some(module) = parsed.tree.root().child(0) else { return Vec::new() };
    let lines: Vec<&str> = text.lines().collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut behind = 0;
    for unit in module.children() {
        let span = unit.span();
        let start = index.position(text, span.start).line - 1;
        let end = index.position(text, span.end.saturating_sub(1).max(span.start)).line.max(start + 1);
        let above = (behind.min(start)..start).rev().take_while(|line| is_comment(lines[*line])).last();
        let head = if unit.is(Kind::Header) { None } else { head(text, unit) };
        parts.push(Part {
            kind: unit.kind(),
            name: head.unwrap_or_default(),
            own: start..end,
            lines: above.unwrap_or(start)..end,
            damaged: false,
            shape: fix::shape(unit, &[]),
        });
        behind = end;
    }
    parts
}

/// Whether a line can be part of the comment above a definition.
fn is_comment(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("\\*") || line.starts_with("(*") || line.ends_with("*)") || line.starts_with('*')
}

fn head(text: &str, unit: Node<'_>) -> Option<String> {
    let tokens = unit.all_tokens();
    let named = matches!(unit.kind(), Kind::Definition | Kind::ModuleDefinition | Kind::Error);
    let mut tokens = tokens.iter().filter(|token| named && token.kind != TokenKind::Break);
    tokens.find(|token| token.kind == TokenKind::Name).map(|token| text[token.span().range()].to_owned())
}

/// Names of definitions that begin a line, with the words up to the next one; broken parts included.
fn bodies(text: &str) -> Vec<(String, Vec<String>)> {
    let parsed = tree::parse(text);
    let tokens = parsed.tree.tokens();
    let mut bodies: Vec<(String, Vec<String>)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if let Some(head) = begins(text, tokens, at) {
            bodies.push((text[head.span().range()].to_owned(), Vec::new()));
        }
        let declares = ["VARIABLE", "VARIABLES", "CONSTANT", "CONSTANTS", "EXTENDS", "RECURSIVE"];
        let text_of = &text[token.span().range()];
        if declares.contains(&text_of) && at_margin(text, token) {
            // What follows is of no definition.
            bodies.push((String::new(), Vec::new()));
        }
        let word = fix::word(text, token);
        if let (Some((_, body)), Some(word)) = (bodies.last_mut(), word) {
            body.push(word.to_owned());
        }
    }
    bodies.retain(|(name, _)| !name.is_empty());
    bodies
}

/// The token a definition in the first column begins with, where `at` is the mark before it.
fn begins<'t>(text: &str, tokens: &'t [Token], at: usize) -> Option<&'t Token> {
    let head = tokens.get(at + 1).filter(|_| tokens[at].kind == TokenKind::Break)?;
    at_margin(text, head).then_some(head)
}

fn at_margin(text: &str, token: &Token) -> bool {
    let start = token.start as usize;
    start == 0 || text[..start].ends_with('\n')
}

/// What a text defines in the first column, and declares.
fn names(text: &str) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = bodies(text).into_iter().map(|(name, _)| name).collect();
    let parsed = tree::parse(text);
    let Some(module) = parsed.tree.root().child(0) else { return names };
    for unit in module.children().filter(|unit| unit.is(Kind::Constants) || unit.is(Kind::Variables)) {
        let declared = unit.all_tokens().iter().filter(|token| token.kind == TokenKind::Name);
        names.extend(declared.map(|token| text[token.span().range()].to_owned()));
    }
    names
}

#[cfg(test)]
mod tests;
