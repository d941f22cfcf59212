//! `specgen fmt FILE.tla`: one layout for TLA+ modules, with the same tokens, comments and meaning.

use std::io::Read as _;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::FmtArgs;
use super::check;
use super::exit::ExitCode;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::tla::format;
use crate::tla::tree::MAX_BYTES;

/// What came of the files.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Shown {
    /// One a file, in the order of the arguments.
    files: Vec<Laid>,
}

/// What came of one file.
#[derive(Debug, Serialize, JsonSchema)]
struct Laid {
    /// The file; `-` is standard input.
    file: String,
    /// `same`, `different` or `refused`.
    layout: &'static str,
    /// Why it was refused.
    diagnostics: Vec<Diagnostic>,
    /// The text laid out; of a file that was refused, as it is, and empty where that was for its size.
    text: String,
}

/// Formats each file by itself; `-` is standard input.
pub(super) fn fmt(context: &Context, args: &FmtArgs) -> Result<Answer, Failure> {
    if !args.check && !args.write && args.files.len() > 1 {
        let diagnostic = Diagnostic::error("config/usage", "several files cannot be printed one after the other");
        return Err(diagnostic
            .hint("use --write to lay them out in place, or --check to ask which would change")
            .into());
    }
    let mut all = Vec::new();
    for file in &args.files {
        let input = match read(file) {
            Err(failure) if check::is_too_large(&failure) => {
                let (file, diagnostics) = (file.to_string(), failure.diagnostics);
                all.push(Laid { file, layout: "refused", diagnostics, text: String::new() });
                continue;
            }
            input => input?,
        };
        let formatted = format::format(&input, file.as_str());
        let layout = match (formatted.diagnostics.is_empty(), formatted.text == input) {
            (false, _) => "refused",
            (true, true) => "same",
            (true, false) => "different",
        };
        if args.write && layout == "different" && file != "-" {
            disk::put(file, &formatted.text)?;
        }
        all.push(Laid { file: file.to_string(), layout, diagnostics: formatted.diagnostics, text: formatted.text });
    }
    let bad = |laid: &Laid| laid.layout == "refused" || (args.check && laid.layout == "different");
    let exit = if all.iter().any(bad) { ExitCode::SpecRejected } else { ExitCode::Success };
    for diagnostic in all.iter().flat_map(|laid| &laid.diagnostics) {
        context.ui.diagnostic(diagnostic);
    }
    let words = words(&all, args);
    Ok(Answer::of(&Shown { files: all }, words).exit(exit))
}

fn read(file: &Utf8Path) -> Result<String, Failure> {
    if file != "-" {
        return check::read(file);
    }
    let start = || Place::of("-", "", crate::base::span::Span::default());
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| {
        Failure::from(Diagnostic::error("disk/io", format!("read standard input: {error}")).at(start()))
    })?;
    if bytes.len() > MAX_BYTES {
        return Err(check::too_large(0).at(start()).into());
    }
    Ok(disk::as_text(file, bytes)?)
}

/// The text of the file, or which files are not laid out so.
fn words(all: &[Laid], args: &FmtArgs) -> String {
    let names = |layout: &str, said: &str| -> String {
        let named = all.iter().filter(|laid| laid.layout == layout);
        named.map(|laid| format!("{}: {said}\n", laid.file)).collect()
    };
    if args.check {
        return names("different", "would change") + &names("refused", "left as it is");
    }
    if args.write && args.files.iter().all(|file| file != "-") {
        return names("different", "laid out") + &names("refused", "left as it is");
    }
    all.iter().map(|laid| laid.text.as_str()).collect()
}
