//! `specgen cfa FILE.tla`: an IISpec becomes an ordinary TLA+ module.

use std::fmt::Write as _;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::CfaArgs;
use super::args::GranularityArg;
use super::args::ReadingArg;
use super::check;
use super::check::Directories;
use super::exit::ExitCode;
use super::verify::verified;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Severity;
use crate::base::disk;
use crate::tla;
use crate::tla::check::Source;
use crate::transform;
use crate::transform::Granularity;
use crate::transform::OperatorReport;
use crate::transform::Options;
use crate::transform::PASSES;
use crate::transform::Pass;
use crate::transform::Reading;
use crate::transform::graph;
use crate::transform::lint;
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
    /// Where the module, or with --emit-graph the graph, was written, if not to stdout.
    written: Option<String>,
    /// With --verify: what was compared and found equal.
    verified: Option<Compared>,
}

/// Transforms one file.
pub(super) async fn cfa(context: &Context, args: &CfaArgs) -> Result<Answer, Failure> {
    let text = check::read(&args.file)?;
    if args.verify && (args.granularity != GranularityArg::Function || args.pass != "all") {
        let message =
            "--verify compares whole actions: not with another --granularity than function, nor with one --pass";
        let hint = "verify the module without cuts; a cut one has stacks in its states, which the IISpec has not";
        return Err(Diagnostic::error("config/usage", message).hint(hint).into());
    }
    if args.pass == "vav" {
        return Ok(linted(context, args, text));
    }
    if let Some(output) = &args.emit_graph {
        return drawn(args, text, output);
    }
    let reading = args.reading.map(|reading| match reading {
        ReadingArg::Imperative => Reading::Iispec,
        ReadingArg::Tla => Reading::Tla,
    });
    let granularity = match args.granularity {
        GranularityArg::Function => Granularity::Function,
        GranularityArg::Yield => Granularity::Yield,
        GranularityArg::Statement => Granularity::Statement,
    };
    let pass = PASSES.iter().find(|(_, name, _)| *name == args.pass).map(|(pass, ..)| *pass).unwrap_or_default();
    let options = Options { reading, actions: args.actions.clone(), granularity, pass };
    let mut done =
        transform::transform(&text, args.file.as_str(), &options).map_err(|diagnostics| Failure { diagnostics })?;
    done.warnings.extend(unsound(args, &text));
    done.warnings.iter().for_each(|warning| context.ui.diagnostic(warning));
    let compared = if args.verify { Some(verified(context, args, &text, &done).await?) } else { None };
    compared.iter().for_each(|compared| context.ui.say(&compared.sentence()));
    if let Some(output) = &args.output {
        disk::put(output, &done.text)?;
    }
    let printed = match (&args.output, pass) {
        (_, Pass::Analysis) => table(&done.report),
        (Some(_), _) => String::new(),
        (None, _) => done.text.clone(),
    };
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

/// What SANY would refuse of the input, and of the output as well: the transform reads one file, and what that extends it does
/// not know.
fn unsound(args: &CfaArgs, text: &str) -> Vec<Diagnostic> {
    let source = Source { path: args.file.to_string(), text: text.to_owned() };
    let mut found = tla::check::check(&source, &Directories::of(&args.file, &[])).diagnostics;
    // The name of the file is for the output to fit, wherever that goes.
    found.retain(|one| one.severity == Severity::Error && one.code != "tla/module-name");
    found.into_iter().map(|error| Diagnostic { severity: Severity::Warning, ..error }).collect()
}

/// The linter alone, which changes nothing.
fn linted(context: &Context, args: &CfaArgs, text: String) -> Answer {
    let source = Source { path: args.file.to_string(), text };
    let warnings = lint::lint(&source, &Directories::of(&args.file, &[]));
    warnings.iter().for_each(|warning| context.ui.diagnostic(warning));
    let exit = if warnings.is_empty() { ExitCode::Success } else { ExitCode::SpecRejected };
    let Source { path: file, text } = source;
    Answer::of(&Shown { file, text, operators: Vec::new(), warnings, written: None, verified: None }, "").exit(exit)
}

/// The control-flow graphs alone.
fn drawn(args: &CfaArgs, text: String, output: &Utf8Path) -> Result<Answer, Failure> {
    let mut graphs = graph::graphs(&text, args.file.as_str()).map_err(|diagnostics| Failure { diagnostics })?;
    if let Some(name) = &args.operator {
        let names: Vec<String> = graphs.iter().map(|graph| graph.name.clone()).collect();
        graphs.retain(|graph| graph.name == *name);
        if graphs.is_empty() {
            let message = format!("--operator {name}: no operator of that name acts");
            let hint = format!("those that do: {}", names.join(", "));
            return Err(Diagnostic::error("config/usage", message).hint(hint).into());
        }
    }
    let drawn = match output.extension() {
        Some("dot") => graph::dot(&graphs),
        Some("svg") => graph::svg(&graphs),
        _ => {
            let message = format!("--emit-graph {output}: neither .dot nor .svg");
            return Err(Diagnostic::error("config/usage", message).into());
        }
    };
    disk::put(output, &drawn)?;
    let (file, written) = (args.file.to_string(), Some(output.to_string()));
    let shown = Shown { file, text, operators: Vec::new(), warnings: Vec::new(), written, verified: None };
    Ok(Answer::of(&shown, ""))
}

/// What each operator is, reads and writes.
fn table(operators: &[OperatorReport]) -> String {
    let mut text = String::new();
    for operator in operators {
        let kind = match (operator.procedure, operator.action) {
            (true, true) => "action",
            (true, false) => "procedure",
            (false, _) => "function",
        };
        let outcomes = if operator.deterministic { "one outcome" } else { "any number of outcomes" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}: {kind}, {outcomes}", operator.name);
        for (what, names) in [("reads", &operator.reads), ("writes", &operator.writes)] {
            if !names.is_empty() {
                let _ = writeln!(text, "  {what} {}", names.join(", "));
            }
        }
    }
    text
}
