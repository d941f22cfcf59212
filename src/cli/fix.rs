//! `specgen fix FILE.tla`: repairs without a model, each with its reason.

use std::fmt::Write as _;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::FixArgs;
use super::check;
use super::check::Directories;
use super::exit::ExitCode;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::tla::check::Source;
use crate::tla::check::Verdict;
use crate::tla::fix;
use crate::tla::fix::Fix;

/// What came of the files.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Shown {
    /// One a file, in the order of the arguments.
    files: Vec<Repaired>,
}

/// The shape of a [`Fix`].
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct FixShape {
    /// Which fixer made it.
    fixer: String,
    /// The code of the diagnostic it is for.
    code: String,
    /// The message of that diagnostic.
    message: String,
    /// The line of the first change, in the text as it was then; from 1.
    line: usize,
    /// The lines as they were.
    before: String,
    /// The lines as they are.
    after: String,
    /// Why this is the right repair.
    why: String,
}

/// What came of one file.
#[derive(Debug, Serialize, JsonSchema)]
struct Repaired {
    /// The file.
    file: String,
    /// `clean`, `parse-error` or `semantic-error`, of the repaired text.
    verdict: &'static str,
    /// The fixes in the order in which they were made.
    #[schemars(with = "Vec<FixShape>")]
    fixes: Vec<Fix>,
    /// What is wrong still.
    left: Vec<Diagnostic>,
    /// From the file to the repaired text, as `diff -u` has it.
    diff: String,
    /// Whether the file holds the repaired text now.
    written: bool,
}

/// Repairs each file by itself.
pub(super) fn fix(context: &Context, args: &FixArgs) -> Result<Answer, Failure> {
    let mut all = Vec::new();
    for file in &args.files {
        let text = match check::read(file) {
            Err(failure) if check::is_too_large(&failure) => {
                all.push(refused(file, failure.diagnostics));
                continue;
            }
            text => text?,
        };
        let library = Directories::of(file, &args.libraries);
        let fixed = fix::fix(&Source { path: file.to_string(), text: text.clone() }, &library);
        let unfinished = fixed.unfinished(file.as_str());
        let mut left = fixed.left;
        left.extend(unfinished);
        let written = args.write && fixed.text != text;
        if written {
            disk::put(file, &fixed.text)?;
        }
        all.push(Repaired {
            file: file.to_string(),
            verdict: check::name(fixed.verdict),
            diff: diff(file.as_str(), &text, &fixed.text),
            fixes: fixed.fixes,
            left,
            written,
        });
    }
    let clean = all.iter().all(|repaired| repaired.verdict == "clean");
    let text = words(&all, context.ui.colour());
    Ok(Answer::of(&Shown { files: all }, text).exit(if clean { ExitCode::Success } else { ExitCode::SpecRejected }))
}

/// A file that is not looked at.
fn refused(file: &Utf8Path, left: Vec<Diagnostic>) -> Repaired {
    let (file, verdict) = (file.to_string(), check::name(Verdict::ParseError));
    Repaired { file, verdict, fixes: Vec::new(), left, diff: String::new(), written: false }
}

/// From one text to the other, as `diff -u` has it; empty where they are the same.
pub(super) fn diff(file: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let diff = similar::TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(2).header(file, file).to_string()
}

/// The fixes as rustc shows diagnostics, what is left, and the difference of texts that were not written.
fn words(all: &[Repaired], colour: bool) -> String {
    let mut text = String::new();
    for repaired in all {
        for fix in &repaired.fixes {
            let line = fix.before.lines().next().unwrap_or_default();
            let mut place = Place::at(repaired.file.as_str(), fix.line, 1, None);
            line.clone_into(&mut place.text);
            place.width = line.chars().count().max(1);
            let shown = Diagnostic::warning(fix.code.as_str(), format!("fixed by `{}`: {}", fix.fixer, fix.message))
                .at(place)
                .hint(fix.why);
            let _ = writeln!(text, "{}\n", shown.render(colour));
        }
        for diagnostic in &repaired.left {
            let _ = writeln!(text, "{}\n", diagnostic.render(colour));
        }
        if !repaired.written && !repaired.diff.is_empty() {
            let _ = writeln!(text, "{}", repaired.diff);
        }
    }
    for repaired in all {
        let (fixes, left) = (repaired.fixes.len(), repaired.left.len());
        let written = if repaired.written { ", written" } else { "" };
        let _ = writeln!(
            text,
            "{}: {}, fixes: {fixes}, diagnostics left: {left}{written}",
            repaired.file, repaired.verdict
        );
    }
    text
}
