//! `specgen cfa FILE.tla --verify`: what the transform made, compared with what the file says.

use super::Context;
use super::args::CfaArgs;
use super::setup;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk::Scratch;
use crate::config::JudgingEngine;
use crate::transform::Transformed;
use crate::verify;
use crate::verify::Compared;
use crate::verify::Effort;
use crate::verify::Judge;
use crate::verify::Specification;
use crate::verify::Tlc;
use crate::verify::Wish;

/// Compares `done`, which was made of `text`.
pub(super) async fn verified(
    context: &Context,
    args: &CfaArgs,
    text: &str,
    done: &Transformed,
) -> Result<Compared, Failure> {
    let mut constants = context.settings.config.check.constants.clone();
    for constant in &args.constants {
        let Some((name, value)) = constant.split_once('=') else {
            let message = format!("--constant {constant}: write NAME=VALUE");
            return Err(Diagnostic::error("config/usage", message).into());
        };
        constants.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    let values = constants.into_iter().collect();
    let specification = Specification::new(args.file.as_str(), text, done, values)?;
    // The evaluator needs no tools, and is not kept waiting for them.
    let engine = context.settings.config.verify.engine;
    let (tools, _) = match engine {
        JudgingEngine::Tlc => setup::tools(context).await?,
        JudgingEngine::Native => setup::tools_at_hand(context),
    };
    let folder = Scratch::new()?;
    let judge = Judge::new(engine, Tlc { engine: &tools, folder: folder.path() });
    let wish = Wish { reached: args.states, mixed: args.states, ..Wish::default() };
    verify::verify(judge, specification, wish, Effort::default()).await
}
