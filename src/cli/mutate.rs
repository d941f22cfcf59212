//! `specgen check --mutate`: whether each invariant is put to the test. docs/correct.md says what is mutated.

use std::fmt::Write as _;
use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use super::Context;
use super::check::Directories;
use super::exit::ExitCode;
use super::native;
use super::tlc::args::TlcArgs;
use crate::base::diag::Failure;
use crate::base::text;
use crate::eval::Config;
use crate::mutation;
use crate::mutation::Effort;
use crate::mutation::Fate;
use crate::mutation::Mutant;
use crate::mutation::Report;
use crate::mutation::Standing;

/// So much of an expression is shown in a line.
const SHOWN: usize = 48;

/// Puts the invariants of the model of one module to the test.
pub(super) fn check(
    context: &Context,
    module: &Utf8Path,
    args: &TlcArgs,
    libraries: &[Utf8PathBuf],
) -> Result<(Report, String, ExitCode), Failure> {
    let unfit = args.only_tlc_but(&["--seed"]).or(args.depth_first.then_some("--depth-first"));
    let why = "means nothing to `--mutate`, whose searches the evaluator makes";
    let (source, text) = native::asked(module, args, unfit, why)?;
    let mut config = Config::parse(&text.text, &text.path)?;
    config.setup.environment = Some(context.environment.all().clone());
    let effort = Effort {
        mutants: args.mutants,
        states: args.states,
        time: Duration::from_secs(args.limit),
        seed: args.seed.unwrap_or(1),
        deadlock: !args.no_deadlock && config.deadlock.unwrap_or(true),
    };
    context.ui.begin("mutants");
    let tell = |what: &str| context.ui.waiting(what);
    let report = mutation::run(&source, &Directories::of(module, libraries), &config, effort, &tell);
    context.ui.end(if report.is_ok() { "searched" } else { "refused" });
    let report = report?;
    let exit = match report.standing() {
        Standing::Tested => ExitCode::Success,
        Standing::Vacuous => ExitCode::of_code("mutation/vacuous"),
        Standing::Unknown => ExitCode::of_code("mutation/no-verdict"),
    };
    let words = words(&report);
    Ok((report, words, exit))
}

/// The table: the invariants, then the mutants that nothing notices.
fn words(report: &Report) -> String {
    let mut text = String::new();
    let width = report.properties.iter().map(|property| property.name.len()).max().unwrap_or_default();
    // Writing to a String cannot fail.
    for property in &report.properties {
        let (name, standing, by) = (&property.name, property.standing.name(), property.violated_by);
        let alone = if property.alone > 0 { format!(", {} by nothing else", property.alone) } else { String::new() };
        let _ = writeln!(text, "{name:width$}  {standing:15}  notices {by} mutants{alone}");
    }
    for fate in [Fate::Survived, Fate::Failed, Fate::Unknown, Fate::Invalid] {
        let such: Vec<&Mutant> = report.mutants.iter().filter(|mutant| mutant.fate == fate).collect();
        if !such.is_empty() {
            let _ = writeln!(text, "\n{}:", fate.name());
            such.into_iter().for_each(|mutant| text.push_str(&line(mutant)));
        }
    }
    text.push('\n');
    for diagnostic in &report.diagnostics {
        let _ = writeln!(text, "{diagnostic}");
    }
    let counts = &report.counts;
    let score = report.score.map_or_else(|| "no score".to_owned(), |score| format!("score {score} %"));
    let _ = writeln!(
        text,
        "{score}: {} killed, {} survived; {} with the same states, {} without a value, {} unknown, {} invalid; {} of {} mutants, {} states of the specification{}",
        counts.killed,
        counts.survived,
        counts.same_states,
        counts.failed,
        counts.unknown,
        counts.invalid,
        counts.searched,
        counts.made,
        report.distinct,
        report.unfinished.as_ref().map_or_else(String::new, |why| format!(", as far as it was searched ({why})")),
    );
    text
}

fn line(mutant: &Mutant) -> String {
    let Mutant { kind, place, definition, before, after, why, .. } = mutant;
    let (before, after) = (text::cut(before, SHOWN), text::cut(after, SHOWN));
    let why = why.as_ref().map_or_else(String::new, |why| format!(" ({})", text::cut(why, 2 * SHOWN)));
    format!("  {}:{} {definition}: {}: {before} -> {after}{why}\n", place.file, place.line, kind.name())
}
