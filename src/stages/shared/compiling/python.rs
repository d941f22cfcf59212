//! Python: every file is compiled, the probed modules are imported, and their names are looked up.

use camino::Utf8Path;
use serde::Deserialize;

use super::Compiler;
use super::Outcome;
use super::Ran;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::instrument::blame::Complaint;
use crate::instrument::inserted;

const SCRIPT: &str = include_str!("compile.py");

#[derive(Deserialize)]
struct Said {
    kind: Kind,
    file: String,
    line: usize,
    column: Option<usize>,
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Refused,
    Missing,
    Unknown,
}

pub(super) async fn run(compiler: &Compiler<'_>, tree: &Utf8Path) -> Result<Ran, Failure> {
    let scratch = disk::absolute(compiler.scratch);
    let (script, report) = (scratch.join("compile.py"), scratch.join("report.json"));
    disk::put(&script, SCRIPT)?;
    disk::remove(&report)?;
    // What Python compiles must not become part of the tree.
    let command = Command::new("python3").env("PYTHONPYCACHEPREFIX", scratch.join("cache").as_str());
    let modules = super::modules(compiler.config);
    let line = format!("python3 -m compileall . && python3 -c 'import {}'", modules[1..].join(", "));
    let finished = compiler.finish(command.arg(script.as_str()).arg(report.as_str()).args(modules), tree).await?;
    let outcome = match super::stopped(finished.exit) {
        Some(outcome) => outcome,
        None => match disk::read_text_if_there(&report)? {
            Some(text) => judged(compiler, serde_json::from_str(&text).unwrap_or_default()),
            // The import ended the interpreter.
            None => super::refusal(Vec::new(), &finished),
        },
    };
    Ok(Ran { line, outcome })
}

fn judged(compiler: &Compiler<'_>, said: Vec<Said>) -> Outcome {
    let of = |kind: Kind| said.iter().filter(move |entry| entry.kind == kind);
    let missing: Vec<String> = of(Kind::Missing).map(|entry| entry.message.clone()).collect();
    if compiler.offline && !missing.is_empty() && of(Kind::Refused).next().is_none() {
        return Outcome::Lacks(missing);
    }
    let complaint = |entry: &Said| Complaint {
        file: entry.file.clone(),
        line: entry.line,
        columns: entry.column.map(|column| Span::new(column, column + 1)),
        message: match entry.kind {
            Kind::Missing => format!("ModuleNotFoundError: No module named '{}'", entry.message),
            _ => entry.message.clone(),
        },
    };
    // A name that code of the source cannot know may be a mistake of the source; one of a probe is the probe's.
    let wrong = said.iter().filter(|entry| entry.kind != Kind::Unknown || inserted(compiler, entry));
    let complaints: Vec<Complaint> = wrong.map(complaint).collect();
    if complaints.is_empty() { Outcome::Accepts } else { Outcome::Refuses(complaints) }
}

/// Whether a place is in what was inserted.
fn inserted(compiler: &Compiler<'_>, said: &Said) -> bool {
    let Some(made) = compiler.made else { return false };
    let (Some(pieces), Some(text)) = (made.inserted.get(&said.file), made.files.get(&said.file)) else { return false };
    let Some(line) = LineIndex::new(text).line_span(said.line) else { return false };
    match said.column {
        Some(column) => inserted::source(pieces, line.start + column).inserted.is_some(),
        // Of older versions of Python only the line is known.
        None => pieces.iter().any(|piece| piece.new.start < line.end && line.start < piece.new.end),
    }
}
