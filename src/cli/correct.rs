//! `specgen check --fix-runtime`: errors of running a model, corrected without a language model. docs/correct.md.

use std::fmt::Write as _;
use std::time::Duration;

use camino::Utf8Component;
use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Context;
use super::check::Directories;
use super::exit::ExitCode;
use super::fix;
use super::native;
use super::tlc::args::TlcArgs;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::correction;
use crate::correction::Beside;
use crate::correction::Correction;
use crate::correction::Effort;
use crate::correction::Texts;
use crate::tla::check::Source;

/// What came of the correction.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Ran {
    /// Kept, in the order in which they were made.
    kept: Vec<Correction>,
    /// Made and taken back, as they did not help.
    taken_back: Vec<Correction>,
    /// What still has no value; null where everything that was searched has.
    left: Option<Diagnostic>,
    /// The invariants and properties that are violated, `deadlock` among them; no fixer mends those.
    violated: Vec<String>,
    /// Different states that were searched in the end.
    distinct: u64,
    /// Whether all states were searched in the end.
    whole: bool,
    /// From the files to the corrected texts, as `diff -u` has it.
    diff: String,
    /// Whether the files hold the corrected texts now.
    written: bool,
}

/// Corrects the model of one module.
pub(super) fn check(
    context: &Context,
    module: &Utf8Path,
    args: &TlcArgs,
    libraries: &[Utf8PathBuf],
) -> Result<(Ran, String, ExitCode), Failure> {
    let why = "means nothing to `--fix-runtime`, whose searches the evaluator makes";
    let (source, config) = native::asked(module, args, args.only_tlc(), why)?;
    let effort = Effort { states: args.states, time: Duration::from_secs(args.limit), deadlock: !args.no_deadlock };
    let read = |file: &str| args.source.as_ref().and_then(|root| disk::read_text(&inside(root, file)?).ok());
    let texts = args.source.is_some().then_some(&read as Texts<'_>);
    let directories = Directories::of(module, libraries);
    let beside = Beside { library: &directories, texts, made: None };
    context.ui.begin("correction");
    let corrected = correction::correct(&source, &config, beside, effort);
    context.ui.end("searched");
    let written = args.write && !corrected.kept.is_empty();
    if written {
        for (Source { path, text: old }, new) in [(&source, &corrected.module), (&config, &corrected.config)] {
            if old != new {
                disk::put(Utf8Path::new(path), new)?;
            }
        }
    }
    let diff = [
        fix::diff(&source.path, &source.text, &corrected.module),
        fix::diff(&config.path, &config.text, &corrected.config),
    ];
    let exit = match &corrected.left {
        Some(left) => ExitCode::of_code(&left.code),
        None if !corrected.violated.is_empty() => ExitCode::SpecRejected,
        None if !corrected.whole => ExitCode::Unknown,
        None => ExitCode::Success,
    };
    let ran = Ran {
        kept: corrected.kept,
        taken_back: corrected.taken_back,
        left: corrected.left,
        violated: corrected.violated,
        distinct: corrected.distinct,
        whole: corrected.whole,
        diff: diff.concat(),
        written,
    };
    let words = words(&ran, context.ui.colour());
    Ok((ran, words, exit))
}

/// A file below a folder; `None` for one that would stand beside it.
fn inside(root: &Utf8Path, file: &str) -> Option<Utf8PathBuf> {
    let goes_up = Utf8Path::new(file).components().any(|part| !matches!(part, Utf8Component::Normal(_)));
    (!goes_up).then(|| root.join(file))
}

fn words(ran: &Ran, colour: bool) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for (what, all) in [("corrected", &ran.kept), ("taken back", &ran.taken_back)] {
        for Correction { fixer, code, message, file, line, why, decision, .. } in all {
            let _ = writeln!(text, "{file}:{line}: {what} by `{fixer}`: {message} [{code}]\n  {why}");
            if let Some(decision) = decision {
                let _ = writeln!(text, "  a decision to look at: {decision}");
            }
        }
    }
    if !ran.written && !ran.diff.is_empty() {
        let _ = writeln!(text, "\n{}", ran.diff);
    }
    if let Some(left) = &ran.left {
        let _ = writeln!(text, "{}\n", left.render(colour));
    }
    let left = match &ran.left {
        Some(left) => format!("left: {}", left.message),
        None if !ran.violated.is_empty() => format!("violated: {}", ran.violated.join(", ")),
        None if ran.whole => "everything has a value, and nothing that the config names is violated".to_owned(),
        None => "everything has a value, as far as the states go".to_owned(),
    };
    let written = if ran.written { ", written" } else { "" };
    let _ = writeln!(text, "corrections: {}{written}; {left}; {} states", ran.kept.len(), ran.distinct);
    text
}
