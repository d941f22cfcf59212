//! `specgen check --engine native`: a model by the evaluator, without a JVM. docs/eval.md says what it checks.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Context;
use super::check::Directories;
use super::exit::ExitCode;
use super::tlc::args::TlcArgs;
use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Severity;
use crate::base::disk;
use crate::eval;
use crate::eval::Budget;
use crate::eval::Config;
use crate::eval::Eval;
use crate::eval::Explored;
use crate::eval::Machine;
use crate::eval::Model;
use crate::eval::Program;
use crate::eval::State;
use crate::eval::Value;
use crate::eval::Verdict;
use crate::tla::check::Source;

/// More different states than this are TLC's to go through.
const MOST_STATES: u64 = 2_000_000;

/// Evaluations a second that an evaluator surely does not exceed.
const STEPS_A_SECOND: u64 = 50_000_000;

/// So many lines that a specification printed are shown.
const PRINTED: usize = 20;

/// What came of a model.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Ran {
    /// `holds`, `violated` or `unknown`.
    verdict: &'static str,
    /// The verdict in a sentence.
    message: String,
    /// The config file.
    config: String,
    /// States that were made, repetitions included.
    generated: u64,
    /// Different states within the constraints.
    distinct: u64,
    /// The length of the longest shortest behaviour.
    depth: u64,
    /// What shows a violation, or led to an error: of each state the variables, as TLA+.
    behaviour: Vec<BTreeMap<String, String>>,
    /// What is wrong, where the verdict is not `holds`.
    diagnostics: Vec<Diagnostic>,
    /// What the specification printed, its last lines.
    printed: Vec<String>,
    /// Milliseconds from start to end.
    milliseconds: u64,
}

/// Checks the model of one module.
pub(super) fn check(
    context: &Context,
    module: &Utf8Path,
    args: &TlcArgs,
    libraries: &[Utf8PathBuf],
) -> Result<(Ran, String, ExitCode), Failure> {
    if let Some(flag) = args.only_tlc() {
        let message = format!("`{flag}` is about TLC, and `--engine native` does not ask it");
        return Err(Diagnostic::error("config/usage", message).hint("leave one of them out").into());
    }
    let file = args.config.clone().unwrap_or_else(|| module.with_extension("cfg"));
    let text = disk::read_text(&file).map_err(|error| error.diagnostic())?;
    let mut config = Config::parse(&text, file.as_str())?;
    config.setup.environment = Some(context.environment.all().clone());
    let source = Source { path: module.to_string(), text: super::check::read(module)? };
    let deadlock = !args.no_deadlock && config.deadlock.unwrap_or(true);
    let steps = args.limit.saturating_mul(STEPS_A_SECOND);
    let library = Directories::of(module, libraries);
    eval::on_large_stack(|| {
        let watch = Stopwatch::start();
        let (program, model) =
            Model::load(&source, &library, &config).map_err(|diagnostics| Failure { diagnostics })?;
        let mut machine = Machine::new(&program, Budget { steps, ..Budget::default() });
        let search = eval::Search { deadlock, limit: MOST_STATES, deep: args.depth_first };
        let explored = eval::explore(&mut machine, &model, search);
        let mut printed = machine.printed();
        printed.drain(..printed.len().saturating_sub(PRINTED));
        let behaviour = explored.verdict.behaviour();
        let (mut ran, exit) = told(&program, &explored, deadlock || model.names_something());
        match shown(&program, &mut machine, &model, behaviour) {
            Ok(shown) => ran.behaviour = shown,
            Err(fault) => {
                let wrong = program.diagnostic(&fault);
                let message = format!("the ALIAS has no value, so the variables are shown: {}", wrong.message);
                ran.diagnostics.push(Diagnostic { severity: Severity::Warning, message, ..wrong });
                ran.behaviour = behaviour.iter().map(|state| variables(&program, state)).collect();
            }
        }
        ran.config = file.to_string();
        ran.printed = printed;
        ran.milliseconds = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        let words = words(&ran);
        Ok((ran, words, exit))
    })
}

/// All but the behaviour.
fn told(program: &Program, explored: &Explored, named: bool) -> (Ran, ExitCode) {
    let Explored { verdict, generated, distinct, depth } = explored;
    let mut diagnostics = Vec::new();
    let violated = |message: String| ("violated", message, ExitCode::SpecRejected);
    let mut nothing = |code: &str, message: &str| {
        diagnostics.push(Diagnostic::error(code, message));
        ("unknown", message.to_owned(), ExitCode::of_code(code))
    };
    let (verdict, message, exit) = match verdict {
        Verdict::Holds if *distinct == 0 => nothing("tlc/no-states", "there is no state, so nothing was checked"),
        Verdict::Holds if !named => nothing("tlc/nothing-named", "the config names nothing that is to hold"),
        Verdict::Holds => {
            ("holds", "all states were seen, and what the config names holds".to_owned(), ExitCode::Success)
        }
        Verdict::Assumption => violated("an assumption is false".to_owned()),
        Verdict::Postcondition { name } => violated(format!("the postcondition {name} is false")),
        Verdict::Violated { invariant, .. } => {
            violated(format!("the invariant {invariant} is false in the last state"))
        }
        Verdict::Property { name, .. } => violated(format!("the property {name} is false of the behaviour")),
        Verdict::Deadlock { .. } => violated("the last state has no successor".to_owned()),
        Verdict::Failed { fault, .. } => {
            diagnostics.push(program.diagnostic(fault));
            let verdict = if fault.kind.is_limit() { "unknown" } else { "rejected" };
            (verdict, fault.message.clone(), ExitCode::of_code(fault.kind.code()))
        }
    };
    let (generated, distinct, depth) = (*generated, *distinct, *depth);
    let (config, behaviour, printed) = (String::new(), Vec::new(), Vec::new());
    let ran =
        Ran { verdict, message, config, generated, distinct, depth, behaviour, diagnostics, printed, milliseconds: 0 };
    (ran, exit)
}

/// The states of a behaviour as the ALIAS has them, or by their variables. As in TLC, the state after the last is the last.
fn shown(
    program: &Program,
    machine: &mut Machine<'_>,
    model: &Model,
    behaviour: &[State],
) -> Eval<Vec<BTreeMap<String, String>>> {
    let Some(alias) = &model.alias else {
        return Ok(behaviour.iter().map(|state| variables(program, state)).collect());
    };
    let mut all = Vec::new();
    for (number, state) in behaviour.iter().enumerate() {
        machine.set_now(state);
        machine.set_next(behaviour.get(number + 1).unwrap_or(state));
        all.push(match machine.eval(alias)? {
            Value::Record(record) => record
                .names()
                .iter()
                .zip(record.items())
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            other => BTreeMap::from([("ALIAS".to_owned(), other.to_string())]),
        });
    }
    Ok(all)
}

fn variables(program: &Program, state: &State) -> BTreeMap<String, String> {
    let named = program.variables().iter().zip(state);
    named.filter_map(|(name, value)| Some((name.clone(), value.as_ref()?.to_string()))).collect()
}

fn words(ran: &Ran) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for line in &ran.printed {
        let _ = writeln!(text, "{line}");
    }
    for diagnostic in &ran.diagnostics {
        let _ = writeln!(text, "{diagnostic}");
    }
    if let Some(last) = ran.behaviour.last() {
        let _ = writeln!(text, "State {}, the last of the behaviour (--json has all):", ran.behaviour.len());
        for (name, value) in last {
            let _ = writeln!(text, "  {name} = {value}");
        }
    }
    let (distinct, generated, depth) = (ran.distinct, ran.generated, ran.depth);
    let counts = format!("{distinct} different states, {generated} generated, depth {depth}");
    let _ = writeln!(text, "{}: {}; {counts}", ran.verdict, ran.message);
    text
}
