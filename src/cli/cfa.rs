//! `specgen cfa FILE.tla`: an IISpec becomes an ordinary TLA+ module.

use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::CfaArgs;
use super::args::ReadingArg;
use super::check;
use super::verify::verified;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::transform;
use crate::transform::OperatorReport;
use crate::transform::Options;
use crate::transform::Reading;
use crate::verify::Compared;

/// What became of the module.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Shown {
    /// The file that was read.
    file: String,
    /// The module.
    text: String,
    /// The operators of the file in its order, and what became of each.
    operators: Vec<OperatorReport>,
    /// What is odd, but no reason to refuse.
    warnings: Vec<Diagnostic>,
    /// Where the module was written, if not to stdout.
    written: Option<String>,
    /// With --verify: what was compared and found equal.
    verified: Option<Compared>,
}

/// Transforms one file.
pub(super) async fn cfa(context: &Context, args: &CfaArgs) -> Result<Answer, Failure> {
    let text = check::read(&args.file)?;
    let reading = args.reading.map(|reading| match reading {
        ReadingArg::Imperative => Reading::Iispec,
        ReadingArg::Tla => Reading::Tla,
    });
    let options = Options { reading, actions: args.actions.clone() };
    let done =
        transform::transform(&text, args.file.as_str(), &options).map_err(|diagnostics| Failure { diagnostics })?;
    done.warnings.iter().for_each(|warning| context.ui.diagnostic(warning));
    let compared = if args.verify { Some(verified(context, args, &text, &done).await?) } else { None };
    compared.iter().for_each(|compared| context.ui.say(&compared.sentence()));
    if let Some(output) = &args.output {
        disk::put(output, &done.text)?;
    }
    let printed = if args.output.is_some() { String::new() } else { done.text.clone() };
    let shown = Shown {
        file: args.file.to_string(),
        text: done.text,
        operators: done.report,
        warnings: done.warnings,
        written: args.output.as_ref().map(ToString::to_string),
        verified: compared,
    };
    Ok(Answer::of(&shown, printed))
}
