//! `specgen trace mutate`: traces with one deliberate mistake each.

use std::fmt::Write as _;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use super::args::TraceMutateArgs;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::cli::Answer;
use crate::cli::Context;
use crate::cli::exit::ExitCode;
use crate::cli::validate::Against;
use crate::cli::validate::workplace;
use crate::trace::Trace;
use crate::trace::mutate;
use crate::trace::mutate::Evidence;
use crate::trace::read;

/// Traces with one mistake each.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Mutated {
    /// In the order of the files, and of the kinds of mistakes.
    mutants: Vec<Written>,
}

/// One of them.
#[derive(Serialize, JsonSchema)]
struct Written {
    /// The file.
    output: String,
    /// The trace that it was made of.
    of: String,
    /// What is wrong: the kind of mistake, and the event, from 0.
    mistake: String,
    /// The first event, from 0, at which a judge can notice it.
    earliest: usize,
    /// The last event, from 0, at which a judge has to have noticed it.
    latest: usize,
}

/// Mutates.
pub(super) async fn mutate(context: &Context, args: &TraceMutateArgs) -> Result<Answer, Failure> {
    let workplace = workplace(context).await?;
    let desk = workplace.desk();
    let against = Against::of(&desk)?;
    against.mapping.in_lines("`trace mutate`")?;
    let load = |file| read::read(file, against.reading(false));
    let traces = args.files.iter().map(|file| load(file)).collect::<Result<Vec<Trace>, _>>()?;
    let evidence = Evidence::of(&traces, &against.mapping);
    let unsure = &context.settings.config.challenge.unsure;
    let mut mutants = Vec::new();
    for (file, trace) in args.files.iter().zip(&traces) {
        let one = std::slice::from_ref(trace);
        let made = mutate::make(one, evidence.clone(), &against.mapping, unsure, args.count).mutants;
        if made.len() < args.count {
            return Err(few(file, made.len(), args.count).into());
        }
        for (number, mutant) in (1..).zip(made) {
            let stem = file.file_stem().unwrap_or("trace");
            let output = args.output.join(format!("{stem}-{number:02}.ndjson"));
            disk::put(&output, mutant.trace.to_ndjson())?;
            let (output, of) = (output.to_string(), file.to_string());
            mutants.push(Written {
                output,
                of,
                mistake: mutant.name,
                earliest: mutant.earliest,
                latest: mutant.latest,
            });
        }
    }
    let text = text(&mutants, args);
    Ok(Answer::of(&Shown::Mutated(Mutated { mutants }), text).exit(ExitCode::Success))
}

fn few(file: &Utf8Path, made: usize, asked: usize) -> Diagnostic {
    let message = format!("only {made} of the {asked} mutants that are asked for can be made of this trace");
    Diagnostic::error("trace/few-mutants", message)
        .at(Place::at(file.as_str(), 1, 1, None))
        .hint("ask for fewer with --count, or take a longer trace")
}

fn text(mutants: &[Written], args: &TraceMutateArgs) -> String {
    let mut text = String::new();
    for Written { output, mistake, earliest, latest, .. } in mutants {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{output}: {mistake}; to be noticed at event {} to {}", earliest + 1, latest + 1);
    }
    let _ = writeln!(text, "{} traces with one mistake each, of {} files", mutants.len(), args.files.len());
    text
}
