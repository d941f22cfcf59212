//! A diagnostic as data: code, message, place, hints. Text and JSON are views of it.

use annotate_snippets::AnnotationKind;
use annotate_snippets::Level;
use annotate_snippets::Renderer;
use annotate_snippets::Snippet;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::span::LineIndex;
use crate::base::span::Span;

/// The longest line, in bytes, that is shown with a diagnostic. Nobody reads a longer one, and each place would hold it.
pub const MAX_LINE: usize = 2000;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The command cannot go on, or its result does not hold.
    Error,
    /// Worth knowing; nothing stops.
    Warning,
}

/// A place in a file, with enough of the text to show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Path as the user knows it (relative where possible).
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The whole line's text without its ending; empty where it is not known, or longer than 2,000 bytes.
    #[serde(default)]
    pub text: String,
    /// How many columns are meant; at least 1.
    pub width: usize,
    /// What to say at the place.
    #[serde(default)]
    pub label: String,
}

impl Place {
    /// The place of `span` in `text`, the contents of `file`.
    pub fn of(file: impl Into<String>, text: &str, span: Span) -> Self {
        Self::by(&LineIndex::new(text), file, text, span)
    }

    /// The same where the lines of `text` have been indexed already.
    pub fn by(index: &LineIndex, file: impl Into<String>, text: &str, span: Span) -> Self {
        let start = span.start.min(text.len());
        let position = index.position(text, start);
        let line_span = index.line_span(position.line).unwrap_or_default();
        let line = text.get(line_span.range()).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let end = span.end.min(line_span.start + line.len());
        let width = text.get(start..end.max(start)).map_or(1, |s| s.chars().count().max(1));
        Self {
            file: file.into(),
            line: position.line,
            column: position.column,
            text: if line.len() > MAX_LINE { String::new() } else { line.to_owned() },
            width,
            label: String::new(),
        }
    }

    /// A place known only by line and column, its text looked up in `text` if given.
    pub fn at(file: impl Into<String>, line: usize, column: usize, text: Option<&str>) -> Self {
        let shown = text.and_then(|t| t.lines().nth(line.saturating_sub(1))).unwrap_or_default().to_owned();
        Self { file: file.into(), line, column, text: shown, width: 1, label: String::new() }
    }

    /// The same place with words beside it.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
}

/// One thing to say to the user, or to the model: the same data in the terminal, in JSON and in a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// Stable code, `room/what`, for example `sany/unknown-operator`.
    pub code: String,
    /// A lower-case fragment that says what is wrong.
    pub message: String,
    /// Where, first the place that matters most.
    #[serde(default)]
    pub places: Vec<Place>,
    /// What to do about it.
    #[serde(default)]
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: code.into(),
            message: message.into(),
            places: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// A warning.
    pub fn warning(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same with a place added, where there is one.
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.places.extend(place.into());
        self
    }

    /// The same with a hint added.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// As rustc would show it; `colour` adds ANSI codes.
    pub fn render(&self, colour: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level
            .primary_title(self.message.as_str())
            .id(self.code.as_str())
            .elements(Vec::<annotate_snippets::Message<'_>>::new());
        for (position, place) in self.places.iter().enumerate() {
            if place.text.is_empty() {
                group = group.element(
                    annotate_snippets::Origin::path(place.file.as_str()).line(place.line).char_column(place.column),
                );
                continue;
            }
            let start =
                place.text.char_indices().nth(place.column.saturating_sub(1)).map_or(place.text.len(), |(i, _)| i);
            let end = place.text[start..].char_indices().nth(place.width).map_or(place.text.len(), |(i, _)| start + i);
            let kind = if position == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mark = kind.span(start..end.max(start)).label(place.label.as_str());
            group = group.element(
                Snippet::source(place.text.as_str()).path(place.file.as_str()).line_start(place.line).annotation(mark),
            );
        }
        for hint in &self.hints {
            group = group.element(Level::HELP.message(hint.as_str()));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

impl std::fmt::Display for Diagnostic {
    /// One line: `code: message (file:line:column)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        if let Some(place) = self.places.first() {
            write!(f, " ({}:{}:{})", place.file, place.line, place.column)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// What a parser of JSON or YAML says, without the place at its end: a diagnostic has that apart.
pub fn without_place(said: &str) -> &str {
    said.rfind(" at line ").map_or(said, |end| &said[..end])
}

/// What a command failed with: at least one diagnostic, the first the one that decides the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The diagnostics, most important first.
    pub diagnostics: Vec<Diagnostic>,
}

impl Failure {
    /// Several at once; `fallback` stands in where the list is empty.
    pub fn of(diagnostics: Vec<Diagnostic>, fallback: Diagnostic) -> Self {
        if diagnostics.is_empty() { fallback.into() } else { Self { diagnostics } }
    }

    /// The code of the first.
    pub fn code(&self) -> &str {
        self.diagnostics.first().map_or("internal/empty-failure", |d| d.code.as_str())
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic] }
    }
}

impl From<crate::base::disk::DiskError> for Failure {
    fn from(error: crate::base::disk::DiskError) -> Self {
        error.diagnostic().into()
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.diagnostics.first() {
            Some(first) => write!(f, "{first}"),
            None => f.write_str("failed without a reason"),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_its_place_as_rustc_does() {
        let text = "---- MODULE M ----\nNext == x' = y + 1\n====\n";
        let at = text.find("y +").unwrap();
        let place = Place::of("M.tla", text, Span::new(at, at + 1)).label("not declared");
        let shown = Diagnostic::error("sany/unknown-operator", "unknown operator `y`")
            .at(place)
            .hint("declare it: `VARIABLES x, y`")
            .render(false);
        insta::assert_snapshot!(shown);
    }
}
