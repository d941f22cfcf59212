//! `specgen check FILE.tla`: syntax, names and levels by the program's own front end; TLC after it where a config is named.

use std::fmt::Write as _;
use std::io::ErrorKind;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::CheckArgs;
use super::correct;
use super::exit::ExitCode;
use super::mutate;
use super::native;
use super::sarif;
use super::tlc;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::base::disk;
use crate::base::disk::DiskError;
use crate::mutation;
use crate::tla::check;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::check::Verdict;
use crate::tla::tree;
use crate::transform::lint;

/// What came of the files.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Shown {
    /// One a file, in the order of the arguments.
    files: Vec<Checked>,
    /// What TLC found; null where it was not asked, or where the front end found an error.
    tlc: Option<tlc::Ran>,
    /// What the evaluator found; null where it was not asked, or where the front end found an error.
    native: Option<native::Ran>,
    /// With --mutate, the mutants and which invariants notice them; else null.
    mutation: Option<mutation::Report>,
    /// With --fix-runtime, what was corrected and what is left; else null.
    correction: Option<correct::Ran>,
}

impl Shown {
    /// The files alone.
    fn of(files: Vec<Checked>) -> Self {
        Self { files, tlc: None, native: None, mutation: None, correction: None }
    }
}

/// What came of one file.
#[derive(Debug, Serialize, JsonSchema)]
struct Checked {
    /// The file.
    file: String,
    /// `clean`, `parse-error`, `semantic-error` or `unreadable`.
    verdict: &'static str,
    /// What is wrong; warnings stand here also where it is clean.
    diagnostics: Vec<Diagnostic>,
}

/// The directories modules are looked for in: beside the file first.
pub(super) struct Directories<'a> {
    beside: &'a Utf8Path,
    others: &'a [Utf8PathBuf],
}

impl<'a> Directories<'a> {
    /// Those for a file.
    pub(super) fn of(file: &'a Utf8Path, others: &'a [Utf8PathBuf]) -> Self {
        let beside = file.parent().filter(|parent| !parent.as_str().is_empty());
        Self { beside: beside.unwrap_or(Utf8Path::new("")), others }
    }
}

impl Library for Directories<'_> {
    fn find(&self, name: &str) -> Option<Source> {
        let directories = std::iter::once(self.beside).chain(self.others.iter().map(Utf8PathBuf::as_path));
        directories.map(|directory| directory.join(format!("{name}.tla"))).find_map(|path| {
            let text = disk::read_text_if_there(&path).ok()??;
            Some(Source { path: path.to_string(), text })
        })
    }
}

/// Checks each file by itself.
pub(super) async fn check(context: &Context, args: &CheckArgs) -> Result<Answer, Failure> {
    if args.tlc.depth_first && !args.tlc.native() {
        let message = "`--depth-first` is about the evaluator; TLC explores breadth first";
        return Err(Diagnostic::error("config/usage", message).hint("add `--engine native`").into());
    }
    if args.tlc.allow_exec && !args.tlc.native() {
        let message = "`--allow-exec` is about the evaluator; TLC starts what a specification asks for";
        return Err(Diagnostic::error("config/usage", message).hint("add `--engine native`, or leave it out").into());
    }
    let mut all = Vec::new();
    let mut unread = None;
    for file in &args.files {
        match read(file) {
            Ok(text) => all.push(checked(file, text, &args.libraries)),
            Err(failure) if is_too_large(&failure) => {
                let verdict = name(Verdict::ParseError);
                all.push(Checked { file: file.to_string(), verdict, diagnostics: failure.diagnostics });
            }
            // The others are checked all the same, and a SARIF log is written whatever happens.
            Err(failure) => {
                let diagnostics = failure.diagnostics.clone();
                all.push(Checked { file: file.to_string(), verdict: UNREAD, diagnostics });
                unread.get_or_insert(failure);
            }
        }
    }
    if let Some(failure) = unread.take_if(|_| !args.sarif && all.iter().all(|checked| checked.verdict == UNREAD)) {
        let others = all.into_iter().flat_map(|checked| checked.diagnostics).skip(failure.diagnostics.len());
        return Err(Failure { diagnostics: failure.diagnostics.into_iter().chain(others).collect() });
    }
    let clean = all.iter().all(|checked| checked.verdict == "clean");
    let text = if args.sarif {
        let diagnostics: Vec<&Diagnostic> = all.iter().flat_map(|checked| &checked.diagnostics).collect();
        serde_json::to_string_pretty(&sarif::log(&diagnostics)).expect("SARIF has string keys")
    } else {
        words(&all, context.ui.colour())
    };
    let exit = match (clean, unread) {
        (_, Some(_)) => ExitCode::BadInput,
        (true, None) => ExitCode::Success,
        (false, None) => ExitCode::SpecRejected,
    };
    match args.files.as_slice() {
        [module] if clean && args.tlc.mutate => {
            let (report, words, exit) = mutate::check(context, module, &args.tlc, &args.libraries)?;
            Ok(Answer::of(&Shown { mutation: Some(report), ..Shown::of(all) }, format!("{text}{words}")).exit(exit))
        }
        [module] if clean && args.tlc.fix_runtime => {
            let (ran, words, exit) = correct::check(context, module, &args.tlc, &args.libraries)?;
            Ok(Answer::of(&Shown { correction: Some(ran), ..Shown::of(all) }, format!("{text}{words}")).exit(exit))
        }
        [module] if clean && args.tlc.native() => {
            let (ran, words, exit) = native::check(context, module, &args.tlc, &args.libraries)?;
            Ok(Answer::of(&Shown { native: Some(ran), ..Shown::of(all) }, format!("{text}{words}")).exit(exit))
        }
        [module] if clean && args.tlc.asked() => {
            let (ran, words, exit) = tlc::check(context, module, &args.tlc).await?;
            Ok(Answer::of(&Shown { tlc: Some(ran), ..Shown::of(all) }, format!("{text}{words}")).exit(exit))
        }
        [_, _, ..] if args.tlc.asked() => Err(Diagnostic::error("config/usage", "TLC checks the model of one module")
            .hint("name one FILE.tla")
            .into()),
        _ => Ok(Answer::of(&Shown::of(all), text).exit(exit)),
    }
}

/// What a file is whose text cannot be had.
const UNREAD: &str = "unreadable";
/// The code of a file that is refused for its size.
const TOO_LARGE: &str = "tla/parse-too-large";

fn checked(file: &Utf8Path, text: String, libraries: &[Utf8PathBuf]) -> Checked {
    let library = Directories::of(file, libraries);
    let source = Source { path: file.to_string(), text };
    let report = check::check(&source, &library);
    let verdict = report.verdict();
    let mut diagnostics = report.diagnostics;
    if verdict == Verdict::Clean {
        diagnostics.extend(lint::lint(&source, &library));
    }
    Checked { file: file.to_string(), verdict: name(verdict), diagnostics }
}

/// The text of a file; what is wrong with the file stands at its start.
pub(super) fn read(file: &Utf8Path) -> Result<String, Failure> {
    disk::read_text_at_most(file, tree::MAX_BYTES).map_err(|error| refused(file, &error).into())
}

/// Why a file is not read, with a place. One that is too long for a module costs no more than to ask for its length.
fn refused(file: &Utf8Path, error: &DiskError) -> Diagnostic {
    let start = Place::at(file.as_str(), 1, 1, None);
    if error.source.kind() == ErrorKind::FileTooLarge {
        return too_large(disk::length(file).unwrap_or_default()).at(start);
    }
    let diagnostic = error.diagnostic();
    if diagnostic.places.is_empty() { diagnostic.at(start) } else { diagnostic }
}

/// Of a text of so many bytes, or more than the limit where that is not known.
pub(super) fn too_large(bytes: u64) -> Diagnostic {
    let error = tree::too_large(bytes.max(tree::MAX_BYTES as u64 + 1));
    Diagnostic { hints: error.hints, ..Diagnostic::error(error.code, error.message) }
}

/// Whether a file was refused for its size alone, which is a verdict on it.
pub(super) fn is_too_large(failure: &Failure) -> bool {
    failure.code() == TOO_LARGE
}

/// `clean`, `parse-error` or `semantic-error`.
pub(super) fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clean => "clean",
        Verdict::ParseError => "parse-error",
        Verdict::SemanticError => "semantic-error",
    }
}

/// As rustc shows it, and one line a file at the end.
fn words(all: &[Checked], colour: bool) -> String {
    let mut text = String::new();
    for diagnostic in all.iter().flat_map(|checked| &checked.diagnostics) {
        text.push_str(&diagnostic.render(colour));
        text.push_str("\n\n");
    }
    for checked in all {
        let count = |severity| checked.diagnostics.iter().filter(|d| d.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        // Writing to a String cannot fail.
        let _ = match (errors, warnings) {
            (0, 0) => writeln!(text, "{}: clean", checked.file),
            (0, warnings) => writeln!(text, "{}: clean, warnings: {warnings}", checked.file),
            (errors, warnings) => writeln!(text, "{}: errors: {errors}, warnings: {warnings}", checked.file),
        };
    }
    text
}
