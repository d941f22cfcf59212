//! `specgen check --engine native`: a model by the evaluator, without a JVM. docs/eval.md says what it checks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

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
use crate::base::process;
use crate::base::process::Exit;
use crate::base::process::ProcessError;
use crate::base::text::cut;
use crate::behaviour::Behaviour;
use crate::behaviour::Modules;
use crate::engine;
use crate::engine::Class;
use crate::engine::Lasso;
use crate::eval;
use crate::eval::Budget;
use crate::eval::Config;
use crate::eval::Ended;
use crate::eval::Eval;
use crate::eval::Exec;
use crate::eval::Explored;
use crate::eval::Kind;
use crate::eval::Machine;
use crate::eval::Model;
use crate::eval::Part;
use crate::eval::Program;
use crate::eval::Shows;
use crate::eval::State;
use crate::eval::Value;
use crate::eval::Verdict;
use crate::tla::check::Source;
use crate::validate::Stuck;

/// More different states than this are TLC's to go through.
const MOST_STATES: u64 = 2_000_000;

/// A program that a specification starts may print so many bytes.
const MOST_OUTPUT: usize = 16 << 20;

/// So many lines that a specification printed are shown.
const PRINTED: usize = 20;

/// A state and why no step leads further take so many lines, of which so many are variables, of so many characters.
const LINES: usize = 39;
const VARIABLES: usize = 15;
const WIDTH: usize = 120;

/// What came of a model.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Ran {
    /// `holds`, `violated`, `rejected` or `unknown`.
    verdict: &'static str,
    /// Which kind of failure, as TLC has them; null where it holds, for a limit of the evaluator, and where a file that the
    /// specification reads cannot be read.
    class: Option<Class>,
    /// Its diagnostic code, which `specgen explain` describes.
    code: Option<&'static str>,
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
    /// The same as TLC's counterexamples are told; null where there is no state to show, or no verdict.
    counterexample: Option<Behaviour>,
    /// Why no step leads further, of a deadlock and of a trace that is not explained; null for any other verdict.
    stuck: Option<Stuck>,
    /// What the verdict means where a property is about behaviours and no fairness is asked for.
    notes: Vec<String>,
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
    let (source, text) = asked(module, args, args.only_tlc(), "is about TLC, and `--engine native` does not ask it")?;
    let mut config = Config::parse(&text.text, &text.path)?;
    config.setup.environment = Some(context.environment.all().clone());
    config.setup.exec = args.allow_exec.then(|| Exec { run: start, limit: Duration::from_secs(args.limit) });
    let deadlock = !args.no_deadlock && config.deadlock.unwrap_or(true);
    let library = Directories::of(module, libraries);
    eval::on_large_stack(|| {
        let watch = Stopwatch::start();
        let (program, model) =
            Model::load(&source, &library, &config).map_err(|diagnostics| Failure { diagnostics })?;
        let mut machine = Machine::new(&program, Budget::of_seconds(args.limit));
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
                ran.behaviour = behaviour.iter().map(|state| variables(&program, state, behaviour.len())).collect();
            }
        }
        ran.counterexample = counterexample(&ran, &explored.verdict);
        ran.notes = notes(&model, &explored.verdict);
        let told = |state: &State| variables(&program, state, explored.furthest.as_ref().map_or(1, |f| f.states.len()));
        ran.stuck = explored.furthest.as_ref().map(|f| Stuck::of(&mut machine, &program, &model, f, told));
        ran.config.clone_from(&text.path);
        ran.printed = printed;
        ran.milliseconds = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        let words = words(&ran);
        Ok((ran, words, exit))
    })
}

/// The texts of the module and of its config, for a command of the evaluator; a flag that means nothing to it is refused.
pub(super) fn asked(
    module: &Utf8Path,
    args: &TlcArgs,
    unfit: Option<&str>,
    why: &str,
) -> Result<(Source, Source), Failure> {
    if let Some(flag) = unfit {
        let refused = Diagnostic::error("config/usage", format!("`{flag}` {why}"));
        return Err(refused.hint("leave one of them out").into());
    }
    let file = args.config.clone().unwrap_or_else(|| module.with_extension("cfg"));
    let config = Source { path: file.to_string(), text: disk::read_text(&file).map_err(|error| error.diagnostic())? };
    Ok((Source { path: module.to_string(), text: super::check::read(module)? }, config))
}

/// Runs a program for a specification, which waits for its end.
fn start(command: &[String], set: &[(String, String)], limit: Duration) -> Result<Ended, (Kind, String)> {
    let fails = |why: String| (Kind::Undefined, why);
    let (program, arguments) = command.split_first().ok_or_else(|| fails("the command is empty".to_owned()))?;
    let command = process::Command::new(program).args(arguments).limit(limit).output_limit(MOST_OUTPUT);
    let command = set.iter().fold(command, |command, (name, value)| command.env(name, value));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let finished = runtime.map_err(|e| fails(e.to_string()))?.block_on(command.run());
    let finished = finished.map_err(|error| match error {
        ProcessError::Interrupted { .. } => (Kind::TooLong, error.to_string()),
        _ => fails(error.to_string()),
    })?;
    let status = match finished.exit {
        Exit::Success => 0,
        Exit::Failure(status) => status,
        // As Java has it.
        Exit::Signalled(signal) => 128 + signal,
        Exit::Timeout => return Err((Kind::TooLong, format!("it did not end within {} s", limit.as_secs()))),
        other => return Err((Kind::TooLarge, format!("it was {other}"))),
    };
    Ok(Ended { status, stdout: finished.stdout, stderr: finished.stderr })
}

/// All but the behaviour.
fn told(program: &Program, explored: &Explored, named: bool) -> (Ran, ExitCode) {
    let Explored { verdict, generated, distinct, depth, .. } = explored;
    let class = class(verdict, *distinct, named);
    let mut diagnostics = Vec::new();
    let nothing = |message: &str| ("unknown", message.to_owned());
    let violated = |message: String| ("violated", message);
    let (word, message) = match verdict {
        Verdict::Holds if *distinct == 0 => nothing("there is no state, so nothing was checked"),
        Verdict::Holds if !named => nothing("the config names nothing that is to hold"),
        Verdict::Holds => ("holds", "all states were seen, and what the config names holds".to_owned()),
        Verdict::Assumption => violated("an assumption is false".to_owned()),
        Verdict::Postcondition { name } => violated(format!("the postcondition {name} is false")),
        Verdict::Violated { invariant, .. } => {
            violated(format!("the invariant {invariant} is false in the last state"))
        }
        Verdict::Property { name, .. } => violated(format!("the property {name} is false of the behaviour")),
        Verdict::Deadlock { .. } => violated("the last state has no successor".to_owned()),
        Verdict::Failed { fault, .. } => {
            diagnostics.push(program.diagnostic(fault));
            let word = match fault.kind {
                // As TLC has it: the specification says what must hold there.
                Kind::Assertion => "violated",
                kind if kind.is_limit() => "unknown",
                // The specification was not looked at.
                Kind::Unreadable => "unknown",
                _ => "rejected",
            };
            (word, fault.message.clone())
        }
    };
    let code = match verdict {
        Verdict::Failed { fault, .. } => Some(fault.kind.code()),
        _ => class.map(Class::code),
    };
    if word == "unknown" && diagnostics.is_empty() {
        diagnostics.extend(code.map(|code| Diagnostic::error(code, message.clone())));
    }
    let ran = Ran {
        verdict: word,
        class,
        code,
        message,
        config: String::new(),
        generated: *generated,
        distinct: *distinct,
        depth: *depth,
        behaviour: Vec::new(),
        counterexample: None,
        stuck: None,
        notes: Vec::new(),
        diagnostics,
        printed: Vec::new(),
        milliseconds: 0,
    };
    (ran, code.map_or(ExitCode::Success, ExitCode::of_code))
}

/// What it means that a property which speaks of behaviours holds, or does not.
fn notes(model: &Model, verdict: &Verdict) -> Vec<String> {
    let form = |part: &Part| match part {
        Part::Eventually(_) => Some(("`<>P`", false)),
        Part::LeadsTo(..) => Some(("`P ~> Q`", false)),
        Part::Comes(None, _) => Some(("`<>P`", true)),
        Part::Comes(Some(_), _) => Some(("`P ~> Q`", true)),
        _ => None,
    };
    let said = |name: &str, fair: bool| {
        match verdict {
        Verdict::Property { name: violated, .. } if violated != name => None,
        Verdict::Property { shows: Shows::Back(to), .. } => {
            Some(format!("after the last state shown it may go on with state {}, and round for ever", to + 1))
        }
        Verdict::Property { shows: Shows::Stopping, .. } if fair => {
            Some("no step leads on from the last state shown, and what is to come has not come".to_owned())
        }
        Verdict::Property { shows: Shows::Stopping, .. } => Some(
            "without fairness a behaviour may stop in the last state shown, and then what is to come never does; it is not \
             said that it cannot come"
                .to_owned(),
        ),
        Verdict::Holds if fair => Some("it comes in every behaviour that goes on as long as it can".to_owned()),
        Verdict::Holds => {
            let why = "no fairness is asked for, so a behaviour may stop anywhere; in no state is it still to come";
            Some(why.to_owned())
        }
        _ => None,
    }
    };
    let named = model.properties.iter();
    let all = named.flat_map(|(name, parts)| parts.iter().filter_map(form).map(move |form| (name, form)));
    all.filter_map(|(name, (form, fair))| Some(format!("{name} ({form}): {}", said(name, fair)?))).collect()
}

/// The class that TLC has for it. Of an error that TLC tells apart more finely it is the class for any.
fn class(verdict: &Verdict, distinct: u64, named: bool) -> Option<Class> {
    Some(match verdict {
        Verdict::Holds if distinct == 0 => Class::NoStates,
        Verdict::Holds if !named => Class::NothingNamed,
        Verdict::Holds => return None,
        Verdict::Assumption => Class::Assumption,
        Verdict::Postcondition { .. } => Class::Postcondition,
        Verdict::Violated { .. } => Class::Invariant,
        Verdict::Property { shows: Shows::Step, .. } => Class::ActionProperty,
        Verdict::Property { .. } => Class::Liveness,
        Verdict::Deadlock { .. } => Class::Deadlock,
        Verdict::Failed { fault, .. } => match fault.kind {
            kind if kind.is_limit() => return None,
            Kind::Unreadable => return None,
            Kind::Incomparable => Class::TypeMismatch,
            Kind::NotEnumerable => Class::NotEnumerable,
            Kind::Overflow => Class::Overflow,
            Kind::NoChoice => Class::ChooseNothing,
            Kind::NoCase => Class::CaseWithoutMatch,
            Kind::Assertion => Class::Assertion,
            Kind::NoConstant => Class::ConfigConstant,
            _ => Class::Evaluation,
        },
    })
}

/// What is shown of the states, as TLC's are.
fn counterexample(ran: &Ran, verdict: &Verdict) -> Option<Behaviour> {
    let (violated, lasso) = match verdict {
        Verdict::Violated { invariant, .. } => (Some(invariant.clone()), None),
        Verdict::Property { name, shows, .. } => {
            let lasso = match shows {
                Shows::Step => None,
                Shows::Back(to) => Some(Lasso::BackTo(*to as u64 + 1)),
                Shows::Stopping | Shows::Whole => Some(Lasso::Stuttering),
            };
            (Some(name.clone()), lasso)
        }
        _ => (None, None),
    };
    let state = |(number, shown): (u64, &BTreeMap<String, String>)| engine::State {
        number,
        action: None,
        location: None,
        text: String::new(),
        variables: shown.clone(),
    };
    let states = (1..).zip(&ran.behaviour).map(state);
    let made = Behaviour::made(ran.class?, violated, &ran.message, states, &Modules::new())?;
    Some(Behaviour { lasso, ..made })
}

/// The states of a behaviour as the ALIAS has them, or by their variables. As in TLC, the state after the last is the last.
fn shown(
    program: &Program,
    machine: &mut Machine<'_>,
    model: &Model,
    behaviour: &[State],
) -> Eval<Vec<BTreeMap<String, String>>> {
    let Some(alias) = &model.alias else {
        return Ok(behaviour.iter().map(|state| variables(program, state, behaviour.len())).collect());
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
                .map(|(name, value)| (name.to_string(), value.whole(behaviour.len())))
                .collect(),
            other => BTreeMap::from([("ALIAS".to_owned(), other.whole(behaviour.len()))]),
        });
    }
    Ok(all)
}

fn variables(program: &Program, state: &State, states: usize) -> BTreeMap<String, String> {
    let named = program.variables().iter().zip(state);
    named.filter_map(|(name, value)| Some((name.clone(), value.as_ref()?.whole(states)))).collect()
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
    let mut lines = states(ran);
    if let Some(stuck) = &ran.stuck {
        lines.extend(stuck.lines(LINES.saturating_sub(lines.len()).max(LINES / 2)));
    }
    for line in lines.iter().chain(&ran.notes) {
        let _ = writeln!(text, "{line}");
    }
    let (distinct, generated, depth) = (ran.distinct, ran.generated, ran.depth);
    let counts = format!("{distinct} different states, {generated} generated, depth {depth}");
    let _ = writeln!(text, "{}: {}; {counts}", ran.verdict, ran.message);
    text
}

/// The last state of the behaviour; of a trace that is not explained the state that is nearest to a step.
fn states(ran: &Ran) -> Vec<String> {
    let line = |(name, value): (&String, &String)| format!("  {name} = {value}");
    let ended = matches!(ran.class, Some(Class::Deadlock | Class::Invariant | Class::ActionProperty));
    match (&ran.stuck, ran.behaviour.last()) {
        (Some(Stuck { states, frontier, .. }), _) if !ended => {
            let Some(first) = frontier.first() else { return Vec::new() };
            let which = if *states == 1 { String::new() } else { format!(", one of {states}") };
            let head = format!("The state that came furthest{which} (--json has all):");
            let shown = first.state.iter().take(VARIABLES).map(line).map(|line| cut(&line, WIDTH));
            std::iter::once(head).chain(shown).collect()
        }
        (_, Some(last)) => {
            let head = format!("State {}, the last of the behaviour (--json has all):", ran.behaviour.len());
            std::iter::once(head).chain(last.iter().map(line)).collect()
        }
        (_, None) => Vec::new(),
    }
}
