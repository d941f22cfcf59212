//! # Instrument — probes in the source, by its syntax tree
//!
//! | reads  | a [`TraceConfig`], the outline, the text of the probed files and of the helper files |
//! | makes  | [`Instrumented`]: new texts, the list of points, one patch                            |
//! | never  | moves a line of Go or Rust: whatever it inserts stands on a line that was there       |
//!
//! Pure: nothing here opens a file.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::source;
use crate::source::FileOutline;
use crate::source::Found;
use crate::source::Function;
use crate::source::LanguageName;
use crate::source::Outline;

pub mod blame;
mod correspondence;
pub mod edit;
mod expression;
mod foreign;
mod go;
pub mod inserted;
mod lines;
mod model;
mod obligation;
mod place;
mod predecessor;
mod python;
mod rust;

pub use correspondence::unmatched;
pub use edit::Edit;
pub use edit::Edited;
pub use expression::Expression;
pub use inserted::Inserted;
pub use model::Action;
pub use model::Constant;
pub use model::FORMAT;
pub use model::FieldKind;
pub use model::Order;
pub use model::Origin;
pub use model::Parameter;
pub use model::Point;
pub use model::Probe;
pub use model::Receiver;
pub use model::Silent;
pub use model::StateField;
pub use model::TraceConfig;
pub use model::Trigger;
pub use model::Variable;
pub use obligation::Obligation;
pub use obligation::Side;
pub use python::modules;

/// The texts that instrumentation works on.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Files of the source by path: at least those of [`TraceConfig::source_files`].
    pub files: BTreeMap<String, String>,
    /// Helper files by the names the configuration gives them.
    pub support: BTreeMap<String, String>,
}

/// What instrumentation makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrumented {
    /// Changed and added files by path, whole.
    pub files: BTreeMap<String, String>,
    /// Which of them were not there: the emitter and the helper files.
    pub added: BTreeSet<String>,
    /// Where something was inserted, in the order of the probes.
    pub points: Vec<Point>,
    /// Of each changed file what is not of the original, in the order of the text.
    pub inserted: BTreeMap<String, Vec<Inserted>>,
    /// What is odd about the probed files, and stops nothing.
    pub warnings: Vec<Diagnostic>,
    /// All changes as one unified diff for `patch -p1`.
    pub diff: String,
}

/// An insertion that a language front-end decided on.
struct Insertion {
    edits: Vec<Edit>,
    /// Lines of the points; empty for helper insertions.
    lines: Vec<usize>,
}

/// What a language needs beside the probes.
struct Additions {
    /// New files by path.
    files: BTreeMap<String, String>,
    /// What files of the source need, such as an import.
    edits: Vec<(String, Edit)>,
}

/// Edits by file, each with the number of its probe; `None` for what all probes need.
type Edits = BTreeMap<String, Vec<(Edit, Option<usize>)>>;

/// One probe with the function it was resolved to.
struct Site<'a> {
    config: &'a TraceConfig,
    probe: &'a Probe,
    function: &'a Function,
    text: &'a str,
}

impl Site<'_> {
    /// The state's fields with the sources that hold for this probe.
    fn state(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = &self.probe.state;
        self.config.state.iter().map(|s| (s.field.as_str(), own.get(&s.field).unwrap_or(&s.source).as_str()))
    }

    fn refuse(&self, code: &str, what: &str) -> Diagnostic {
        let Probe { trigger, file, .. } = self.probe;
        let message = format!("put the {} probe into {} of {file}: {what}", trigger.word(), self.function.qualified);
        Diagnostic::error(code, message)
    }
}

/// The trace emitter of a language.
pub fn emitter(language: LanguageName) -> &'static str {
    match language {
        LanguageName::Go => include_str!("../../lib/emit/go/specgen_emit.go"),
        LanguageName::Rust => include_str!("../../lib/emit/rust/specgen_emit.rs"),
        LanguageName::Python => include_str!("../../lib/emit/python/specgen_emit.py"),
    }
}

/// Inserts the probes of `config`; or everything that is wrong with any of them.
pub fn instrument(config: &TraceConfig, outline: &Outline, sources: &Sources) -> Result<Instrumented, Vec<Diagnostic>> {
    let language = match language_of(config) {
        Ok(language) => language,
        Err(diagnostic) => return Err(vec![diagnostic]),
    };
    let (mut edits, mut points, mut wrong) = (Edits::new(), Vec::new(), expression::refused(config, language, sources));
    wrong.extend(foreign::refused(config, language));
    for (number, probe) in config.probes.iter().enumerate() {
        match insertion(config, probe, language, outline, sources) {
            Ok((function, insertion)) => {
                let own = insertion.edits.into_iter().map(|edit| (edit, Some(number + 1)));
                edits.entry(probe.file.clone()).or_default().extend(own);
                let event = probe.event.clone().or_else(|| probe.event_expression.clone());
                points.extend(insertion.lines.into_iter().map(|line| Point {
                    probe: number + 1,
                    event: event.clone(),
                    function: function.qualified.clone(),
                    file: probe.file.clone(),
                    line,
                    trigger: probe.trigger,
                }));
            }
            Err(diagnostic) => wrong.push(diagnostic.at(config.lines.place(&config.lines.probes, number))),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let added = match language {
        LanguageName::Go => go::additions(config, outline, sources),
        LanguageName::Rust => rust::additions(config, sources),
        LanguageName::Python => python::additions(config, sources),
    };
    let added = added.map_err(|diagnostic| vec![diagnostic])?;
    Ok(put_together(added, edits, points, sources))
}

fn put_together(added: Additions, mut edits: Edits, points: Vec<Point>, sources: &Sources) -> Instrumented {
    for (file, edit) in added.edits {
        // First: what all probes need stands before what one of them needs at the same place.
        edits.entry(file).or_default().insert(0, (edit, None));
    }
    let (mut files, mut inserted) = (BTreeMap::new(), BTreeMap::new());
    let warnings = foreign::odd(edits.keys(), sources);
    for (path, edits) in edits {
        let made = sources.files.get(&path).and_then(|text| inserted::apply(text, edits));
        let (text, pieces) = made.expect("front-ends insert at the edges of syntax nodes");
        files.insert(path.clone(), text);
        inserted.insert(path, pieces);
    }
    let names: BTreeSet<String> = added.files.keys().cloned().collect();
    files.extend(added.files);
    let diff =
        files.iter().map(|(path, new)| edit::diff(path, sources.files.get(path).map(String::as_str), new)).collect();
    Instrumented { files, added: names, points, inserted, warnings, diff }
}

fn language_of(config: &TraceConfig) -> Result<LanguageName, Diagnostic> {
    match config.language {
        Some(language) if !config.probes.is_empty() => Ok(language),
        _ => Err(Diagnostic::error("instrument/no-probes", "instrument without `language` and `probes`")
            .hint("the trace configuration says nothing about probes; add both keys")),
    }
}

fn insertion<'a>(
    config: &TraceConfig,
    probe: &Probe,
    language: LanguageName,
    outline: &'a Outline,
    sources: &Sources,
) -> Result<(&'a Function, Insertion), Diagnostic> {
    let (file, function) = resolve(probe, outline)?;
    let text = sources.files.get(&probe.file).filter(|text| crate::base::disk::sha256(text.as_bytes()) == file.sha256);
    let text = text.ok_or_else(|| {
        Diagnostic::error(
            "instrument/stale",
            format!("instrument {}: it is not the file that was surveyed", probe.file),
        )
        .hint("survey the source again")
    })?;
    let site = Site { config, probe, function, text };
    let tree = source::parse(source::language(language), &probe.file, text)?;
    let insertion = match language {
        LanguageName::Go => go::insertion(&site, &tree),
        LanguageName::Rust => rust::insertion(&site, &tree),
        LanguageName::Python => python::insertion(&site, &tree),
    }?;
    Ok((function, insertion))
}

fn resolve<'a>(probe: &Probe, outline: &'a Outline) -> Result<(&'a FileOutline, &'a Function), Diagnostic> {
    let Probe { function, file, .. } = probe;
    if outline.file(file).is_none() {
        let files: Vec<&str> = outline.files.iter().map(|f| f.path.as_str()).collect();
        return Err(Diagnostic::error("instrument/no-file", format!("put a probe into {file}: it was not surveyed"))
            .hint(format!("surveyed are {}", files.join(", "))));
    }
    match source::find(outline, Some(file), function) {
        Found::One(file, function) => Ok((file, function)),
        Found::Many(all) => Err(Diagnostic::error(
            "instrument/ambiguous",
            format!("put a probe into {function} of {file}: there are several"),
        )
        .hint(format!("give one of these names: {}", all.join(", ")))),
        Found::None(near) => {
            let message = format!("put a probe into {function} of {file}: there is no such function");
            let diagnostic = Diagnostic::error("instrument/no-function", message);
            Err(if near.is_empty() {
                diagnostic
            } else {
                diagnostic.hint(format!("the closest names are {}", near.join(", ")))
            })
        }
    }
}

/// A helper file that joins the probed code.
struct Helper<'a> {
    /// As the configuration names it.
    name: &'a str,
    /// What it is called beside the emitter.
    beside: String,
    text: &'a str,
}

fn helpers<'a>(config: &'a TraceConfig, sources: &'a Sources) -> Result<Vec<Helper<'a>>, Diagnostic> {
    let helper = |name: &'a String| {
        let text = sources.support.get(name).ok_or_else(|| {
            Diagnostic::error("instrument/no-support", format!("add the support file {name}: there is no such file"))
                .hint("support files are named relative to the trace configuration")
        })?;
        let base = name.rsplit('/').next().unwrap_or(name);
        let beside = if base.starts_with("specgen_") { base.to_owned() } else { format!("specgen_{base}") };
        Ok(Helper { name, beside, text })
    };
    config.support.iter().map(helper).collect()
}

/// The source has what would be added.
fn taken(message: String) -> Diagnostic {
    Diagnostic::error("instrument/name-taken", message)
        .hint("is the source instrumented already? use an untouched copy")
}

/// A string literal that Go, Rust and Python read alike.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests;
