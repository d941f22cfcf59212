//! `specgen explain`: a diagnostic code, or the source lines behind a line of the spec.

mod code;
mod place;

use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::ExplainArgs;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::cli::exit::ExitCode;
use crate::provenance::Citation;

/// What was asked for.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Explained {
    /// All codes, or those of a room.
    List {
        /// In the order of the rooms.
        codes: Vec<Line>,
    },
    /// One code.
    Code {
        /// The code.
        code: String,
        /// What it says, in a sentence or two.
        means: String,
        /// A message of this code.
        example: String,
        /// A text that leads to it and the same text mended; null where no text shows it.
        texts: Option<Texts>,
        /// What leads to it.
        cause: String,
        /// What to do about it.
        fix: String,
        /// The exit code where it ends a run.
        exit: ExitCode,
        /// Mistakes that lead to it.
        cards: Vec<Card>,
    },
    /// A line of the spec.
    Place {
        /// The artefact, relative to the session.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The operator that holds it; null where none does.
        operator: Option<String>,
        /// The function this operator was translated from, where it says so.
        function: Option<Citation>,
        /// The lines of the source that are cited there.
        citations: Vec<Citation>,
        /// Why there is no source behind the line; null where there is one.
        without: Option<String>,
    },
}

/// A code with what it means.
#[derive(Serialize, JsonSchema)]
pub(super) struct Line {
    code: String,
    means: String,
}

/// A module with a mistake, perhaps followed by those it needs, and the same without it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Texts {
    before: String,
    after: String,
}

/// A mistake and its repair.
#[derive(Serialize, JsonSchema)]
pub(super) struct Card {
    id: String,
    cause: String,
    fix: String,
}

/// Explains what was asked for: everything, a room, a code, or a place.
pub(super) async fn explain(context: &Context, args: &ExplainArgs) -> Result<Answer, Failure> {
    let Some(what) = &args.what else { return code::list(None) };
    match args.place() {
        Some((file, line)) => place::explain(context, file, line).await,
        None if what.contains(['.', ':']) => {
            Err(Diagnostic::error("explain/place", format!("`{what}` is no FILE:LINE and no code"))
                .hint("for example: specgen explain Raft.tla:120, or specgen explain tlc/violated")
                .into())
        }
        None => code::explain(what),
    }
}
