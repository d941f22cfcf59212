//! `specgen explain`: a diagnostic code, or the source lines behind a line of the spec.

mod code;
mod place;

use super::Answer;
use super::Context;
use super::args::ExplainArgs;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;

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
