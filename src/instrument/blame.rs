//! What a compiler says of the instrumented copy, at the place that it comes from: the probe, its expression, the original line.

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::instrument::Expression;
use crate::instrument::Inserted;
use crate::instrument::Instrumented;
use crate::instrument::Sources;
use crate::instrument::TraceConfig;
use crate::instrument::inserted;
use crate::source::LanguageName;

/// One complaint of a compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file, relative to the root of the compiled tree; empty where the compiler names none.
    pub file: String,
    /// The line, from 1; 0 where the compiler names none.
    pub line: usize,
    /// Which bytes of the line, from 0; the whole line where the compiler names none.
    pub columns: Option<Span>,
    /// Its words.
    pub message: String,
}

impl Complaint {
    /// One without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { file: String::new(), line: 0, columns: None, message: message.into() }
    }

    /// What it says of a source in which nothing is inserted.
    pub fn of_source(&self, text: Option<&str>) -> Option<Place> {
        if self.line == 0 {
            return None;
        }
        let Some(text) = text else { return Some(Place::at(&self.file, self.line, 1, None)) };
        Some(Place::of(&self.file, text, self.span(text)?))
    }

    fn span(&self, text: &str) -> Option<Span> {
        let line = LineIndex::new(text).line_span(self.line)?;
        let length = text.get(line.range())?.trim_end().len();
        Some(match self.columns {
            Some(columns) => Span::new(line.start + columns.start.min(length), line.start + columns.end.min(length)),
            None => Span::new(line.start, line.start + length),
        })
    }
}

/// Each complaint about the copy as a diagnostic, without those that say the same of the same place.
pub fn diagnostics(
    config: &TraceConfig,
    made: &Instrumented,
    sources: &Sources,
    complaints: &[Complaint],
) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for complaint in complaints {
        let mut diagnostic = diagnostic(config, made, sources, complaint);
        diagnostic.hints.extend(support_module(config, &complaint.message));
        if !all.contains(&diagnostic) {
            all.push(diagnostic);
        }
    }
    all
}

/// What the module of a support file is called, where a complaint of Rust's compiler is about one of the file's own name.
fn support_module(config: &TraceConfig, message: &str) -> Option<String> {
    if config.language != Some(LanguageName::Rust)
        || !["find", "resolve", "unresolved"].iter().any(|w| message.contains(w))
    {
        return None;
    }
    let stem = |file: &str| file.rsplit('/').next().unwrap_or(file).trim_end_matches(".rs").to_owned();
    config.support.iter().map(|file| (file, stem(file))).find_map(|(file, stem)| {
        let named = message.split('`').skip(1).step_by(2).any(|path| path.split("::").any(|part| part == stem));
        (named && !stem.starts_with("specgen_"))
            .then(|| format!("the support file {file} is the module `crate::specgen_{stem}` of the copy"))
    })
}

fn diagnostic(config: &TraceConfig, made: &Instrumented, sources: &Sources, complaint: &Complaint) -> Diagnostic {
    let Complaint { file, message, .. } = complaint;
    let error = |what: &str| Diagnostic::error("instrument/compile", format!("{what}: {message}"));
    let original = sources.files.get(file);
    let found = made.inserted.get(file).zip(made.files.get(file)).zip(original);
    let Some(((pieces, text), original)) = found else { return added(config, made, complaint) };
    let Some(span) = complaint.span(text) else { return error(&format!("compile {file}")) };
    let source = inserted::source(pieces, span.start);
    let place = Place::of(file, original, Span::new(source.offset, source.offset + 1));
    let touched =
        pieces.iter().find(|piece| piece.new.start < span.end.max(span.start + 1) && span.start < piece.new.end);
    let Some(piece) = source.inserted.as_ref().or(touched) else {
        let hint = "the line is as it was, so that something which was inserted elsewhere changes what it means";
        return error(&format!("compile {file} with the probes")).at(place).hint(hint);
    };
    let place = place.label("inserted here");
    let Some(number) = piece.probe else {
        return error(&format!("compile what all probes of {file} need")).at(place);
    };
    let probe = &config.probes[number - 1];
    let probe = format!("the {} probe of {}", probe.trigger.word(), probe.function);
    let hint = "an expression sees the names that are known where its probe stands, and no others";
    match guilty(config, *piece, text, span, number) {
        Some(expression) => error(&format!("compile {} of {probe}", expression.key))
            .at(config.lines.place_of(&expression))
            .at(place)
            .hint(hint),
        None => error(&format!("compile {probe}"))
            .at(config.lines.place(&config.lines.probes, number - 1))
            .at(place)
            .hint(hint),
    }
}

/// The expression of a probe that a compiler means by a part of what was inserted for it.
fn guilty<'a>(
    config: &'a TraceConfig,
    piece: Inserted,
    text: &str,
    said: Span,
    number: usize,
) -> Option<Expression<'a>> {
    let code = text.get(piece.new.range())?;
    let replaced = &config.probes[number - 1].state;
    let (mut best, mut most) = (None, 0);
    for expression in config.expressions() {
        let own = expression.probe.is_none_or(|probe| probe == number);
        let hidden = expression.field.is_some_and(|field| replaced.contains_key(&config.state[field].field));
        if !own || hidden || expression.text.is_empty() {
            continue;
        }
        for (at, _) in code.match_indices(expression.text) {
            // `r` is also a letter of other words, and of the inserted code's own.
            if !stands_alone(code, at, expression.text.len()) {
                continue;
            }
            let start = piece.new.start + at;
            let end = start + expression.text.len();
            let covers = start <= said.start && said.start < end;
            let covered = said.start <= start && end <= said.end;
            let weight = if covers { 1_000_000 + expression.text.len() } else { expression.text.len() };
            if (covers || covered) && weight > most {
                most = weight;
                best = Some(expression.clone());
            }
        }
    }
    best
}

fn stands_alone(code: &str, at: usize, length: usize) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !part(code[..at].chars().next_back()) && !part(code[at + length..].chars().next())
}

/// A complaint about a file that was added, or about none.
fn added(config: &TraceConfig, made: &Instrumented, complaint: &Complaint) -> Diagnostic {
    let Complaint { file, line, message, .. } = complaint;
    let error = |what: &str| Diagnostic::error("instrument/compile", format!("{what}: {message}"));
    if !made.added.contains(file) {
        return error("compile the instrumented copy").at(complaint.of_source(None));
    }
    let base = file.rsplit('/').next().unwrap_or(file);
    let support = config.support.iter().find(|name| {
        let own = name.rsplit('/').next().unwrap_or(name);
        own == base || base.strip_prefix("specgen_") == Some(own)
    });
    let text = made.files.get(file).map(String::as_str);
    if let Some(name) = support {
        let place = complaint.of_source(text).map(|place| Place { file: name.clone(), ..place });
        return error(&format!("compile the support file {name}")).at(place);
    }
    // The generated state function has a line for each field.
    let said = text.and_then(|text| text.lines().nth(line.saturating_sub(1))).unwrap_or_default().trim();
    let of_field = |e: &Expression<'_>| e.field.is_some() && said.ends_with(&format!(": {},", e.text));
    match config.expressions().into_iter().find(of_field) {
        Some(expression) => error(&format!("compile {}", expression.key)).at(config.lines.place_of(&expression)).hint(
            "the state function stands in a file of its own, where only the receiver and the package's names are known",
        ),
        None => error(&format!("compile {file}, which specgen adds")).at(complaint.of_source(text)),
    }
}
