//! The successors of given states by given actions, computed by TLC: many modules, states and actions in one JVM.
//!
//! Each module is instantiated with variables that all share. A case (module, state, action, arguments) is an initial state
//! with a number, and its steps keep the number, so that the states which TLC dumps say whose successors they are. TLC stops
//! at the first expression it cannot evaluate; the case is known, as each says that it begins, and the next run goes on
//! behind it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use camino::Utf8Path;
use serde_json::json;

use super::question::Answer;
use super::question::Answers;
use super::question::Case;
use super::question::State;
use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::template;
use crate::engine::CheckRequest;
use crate::engine::Checked;
use crate::engine::Engine;
use crate::engine::Outcome;
use crate::engine::Reason;
use crate::engine::tlc_output;
use crate::tla::value::Value;

/// As many cases as one run takes; each prints a line, and not more than ten thousand lines are kept.
pub(super) const CASES_A_RUN: usize = 8_000;

/// A run that ends without an answer, as one does that takes too long, is tried again with half of its cases. After so many of
/// these nothing more is asked: each may have taken all of its time.
const SILENT_RUNS: usize = 3;

/// The name of the generated module.
const MODULE: &str = "SpecgenSuccessors";

/// A module and states of it.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// The module's name.
    pub(super) module: String,
    /// Its text.
    pub(super) text: String,
    /// Its variables.
    pub(super) variables: Vec<String>,
    /// An expression for each of its constants.
    pub(super) constants: Vec<(String, String)>,
    /// States of it.
    pub(super) states: Vec<State>,
}

/// What to ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// The modules.
    pub(super) subjects: &'a [Subject],
    /// The names that are model values in their states.
    pub(super) models: &'a [String],
    /// The cases. After one that TLC cannot evaluate it has to be started again.
    pub(super) cases: &'a [Case],
    /// So many cases in one run.
    pub(super) at_once: usize,
    /// After so many errors the cases that are left stay without an answer.
    pub(super) errors: usize,
    /// The time limit of one run.
    pub(super) limit: Duration,
}

/// Asks TLC. What is generated is put into `folder`.
pub(super) async fn ask(
    engine: &dyn Engine,
    folder: &Utf8Path,
    question: &Question<'_>,
) -> Result<Answers, Diagnostic> {
    let mut answers = Answers::default();
    let mut left: Vec<usize> = (0..question.cases.len()).collect();
    let (mut errors, mut silent) = (0, 0);
    let mut at_once = question.at_once.clamp(1, CASES_A_RUN);
    while !left.is_empty() && errors < question.errors {
        let asked: Vec<usize> = left.iter().copied().take(at_once).collect();
        let checked = run(engine, folder, question, &asked).await?;
        answers.runs += 1;
        let answered = match read(&checked, question, &asked)? {
            Ending::All => asked.len(),
            Ending::Refused(subject, said) => {
                answers.refused.insert(subject, said);
                left.retain(|case| question.cases[*case].subject != subject);
                continue;
            }
            Ending::Error(position, said) => {
                errors += 1;
                answers.of.insert(asked[position], Answer::Error(said));
                position
            }
            Ending::Silent(why) => {
                silent += 1;
                let given_up = match (silent < SILENT_RUNS, asked.len()) {
                    (true, 1) => asked,
                    (true, _) => Vec::new(),
                    (false, _) => left.clone(),
                };
                answers.open.extend(given_up.into_iter().map(|case| (case, why.clone())));
                at_once = at_once.min(left.len()).div_ceil(2);
                left.retain(|case| !answers.open.contains_key(case));
                continue;
            }
        };
        let mut found = successors(folder, question, &asked)?;
        for case in &asked[..answered] {
            answers.of.insert(*case, Answer::Successors(found.remove(case).unwrap_or_default()));
        }
        left.retain(|case| !answers.of.contains_key(case));
    }
    Ok(answers)
}

/// One run of TLC.
async fn run(
    engine: &dyn Engine,
    folder: &Utf8Path,
    question: &Question<'_>,
    asked: &[usize],
) -> Result<Checked, Diagnostic> {
    let put = |name: &str, text: &str| disk::put(&folder.join(name), text).map_err(|e| e.diagnostic());
    let fields = fields(question, asked);
    for subject in used(question, asked) {
        let subject = &question.subjects[subject];
        put(&format!("{}.tla", subject.module), &subject.text)?;
    }
    let module = include_str!("../../templates/tla/Successors.tla.j2");
    let config = include_str!("../../templates/tla/Successors.cfg.j2");
    put(&format!("{MODULE}.tla"), &template::render("Successors.tla.j2", module, &fields)?)?;
    put(&format!("{MODULE}.cfg"), &template::render("Successors.cfg.j2", config, &fields)?)?;
    let dump = dump(folder);
    disk::remove(&dump).map_err(|e| e.diagnostic())?;
    let mut request = CheckRequest::new(folder.join(format!("{MODULE}.tla")), folder.join(format!("{MODULE}.cfg")));
    request.deadlock = false;
    request.limit = question.limit;
    request.extra = vec!["-dump".to_owned(), disk::absolute(&dump).into_string()];
    engine.check(&request, &mut |_| {}).await
}

fn dump(folder: &Utf8Path) -> camino::Utf8PathBuf {
    folder.join("successors.dump")
}

/// The subjects of the cases.
fn used(question: &Question<'_>, asked: &[usize]) -> BTreeSet<usize> {
    asked.iter().map(|case| question.cases[*case].subject).collect()
}

/// The names of the variables that all modules share.
fn shared(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("verify_{number}_")).collect()
}

/// What the template is filled with.
fn fields(question: &Question<'_>, asked: &[usize]) -> serde_json::Value {
    let used = used(question, asked);
    let width = used.iter().map(|subject| question.subjects[*subject].variables.len()).max().unwrap_or(0);
    let variables = shared(width);
    let mut actions: BTreeMap<usize, Vec<(&str, usize)>> = BTreeMap::new();
    let mut cases = Vec::new();
    for case in asked.iter().map(|case| &question.cases[*case]) {
        let list = actions.entry(case.subject).or_default();
        let action = (case.action.as_str(), case.arguments.len());
        let known = list.iter().position(|other| *other == action);
        let number = known.unwrap_or_else(|| {
            list.push(action);
            list.len() - 1
        });
        let arguments = Value::Sequence(case.arguments.clone());
        cases.push(format!("<<{}, {}, {}, {arguments}>>", case.subject + 1, case.state + 1, number + 1));
    }
    let subjects = used.iter().map(|number| {
        let subject = &question.subjects[*number];
        let names = subject.variables.iter().zip(&variables).map(|(own, shared)| format!("{own} <- {shared}"));
        let constants = subject.constants.iter().map(|(name, value)| format!("{name} <- {value}"));
        let with: Vec<String> = names.chain(constants).collect();
        let state = |state: &State| {
            let filled = state.iter().cloned().chain(std::iter::repeat(Value::Int(0))).take(width);
            Value::Sequence(filled.collect()).to_string()
        };
        let calls = actions[number].iter().enumerate().map(|(index, (name, arity))| {
            let arguments: Vec<String> = (1..=*arity).map(|n| format!("p[{n}]")).collect();
            let list = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
            json!({ "number": index + 1, "call": format!("verify_{}!{name}{list}", number + 1) })
        });
        json!({
            "number": number + 1,
            "module": subject.module,
            "with": with,
            "states": subject.states.iter().map(state).collect::<Vec<_>>(),
            "actions": calls.collect::<Vec<_>>(),
            "unused": variables[subject.variables.len()..],
        })
    });
    json!({
        "module": MODULE,
        "models": question.models,
        "variables": variables,
        "subjects": subjects.collect::<Vec<_>>(),
        "cases": cases,
    })
}

/// The successors that TLC dumped, by the number of the case.
fn successors(
    folder: &Utf8Path,
    question: &Question<'_>,
    asked: &[usize],
) -> Result<BTreeMap<usize, BTreeSet<State>>, Diagnostic> {
    let mut found: BTreeMap<usize, BTreeSet<State>> = BTreeMap::new();
    let text = disk::read_text_if_there(&dump(folder)).map_err(|e| e.diagnostic())?.unwrap_or_default();
    for block in text.split("\n\n") {
        let values = tlc_output::variables(block.split_once('\n').map_or("", |(_, body)| body));
        if values.get("verify_done").map(|value| value.trim()) != Some("1") {
            continue;
        }
        let number = values.get("verify_case").and_then(|value| value.trim().parse::<usize>().ok());
        let case = number.and_then(|number| asked.get(number.checked_sub(1)?).copied());
        let case = case.ok_or_else(|| unreadable("a state without the number of its case"))?;
        let width = question.subjects[question.cases[case].subject].variables.len();
        let value = |name: String| {
            let text = values.get(&name).ok_or_else(|| unreadable("a state without one of its variables"))?;
            Value::parse(text).map(Value::canonical).map_err(|error| unreadable(&error.to_string()))
        };
        let state = shared(width).into_iter().map(value).collect::<Result<State, Diagnostic>>()?;
        found.entry(case).or_default().insert(state);
    }
    Ok(found)
}

fn unreadable(what: &str) -> Diagnostic {
    Diagnostic::error("verify/unreadable", format!("read the states that TLC found: {what}"))
}

/// How a run ended.
enum Ending {
    /// Every case was evaluated.
    All,
    /// The case at this position could not be.
    Error(usize, String),
    /// SANY refused a subject.
    Refused(usize, Diagnostic),
    /// It ended without an answer, and may have one to fewer cases.
    Silent(String),
}

fn read(checked: &Checked, question: &Question<'_>, asked: &[usize]) -> Result<Ending, Diagnostic> {
    let said = match &checked.outcome {
        Outcome::Holds { .. } => return Ok(Ending::All),
        Outcome::Unknown { why } if why.reason == Reason::Interrupted => {
            return Err(Diagnostic::error("process/interrupted", why.message.clone()));
        }
        Outcome::Unknown { why } => return Ok(Ending::Silent(why.message.clone())),
        Outcome::Violated { violation } => violation.message.clone(),
        Outcome::Rejected { diagnostics } => {
            for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.code.starts_with("sany/")) {
                if let Some(subject) = blamed(diagnostic, question, asked) {
                    return Ok(Ending::Refused(subject, diagnostic.clone()));
                }
            }
            diagnostics.first().map(|diagnostic| diagnostic.message.clone()).unwrap_or_default()
        }
    };
    let last = checked.run.printed.iter().rev().find_map(|line| {
        let Ok(Value::Sequence(parts)) = Value::parse(line) else { return None };
        let [Value::Str(word), Value::Int(number)] = parts.as_slice() else { return None };
        (word == "verify").then(|| usize::try_from(*number).ok()?.checked_sub(1))?
    });
    match last {
        Some(position) if !checked.run.printed_cut && position < asked.len() => Ok(Ending::Error(position, said)),
        _ => Err(Diagnostic::error("verify/no-answer", said)),
    }
}

/// The subject whose text a diagnostic is about.
fn blamed(diagnostic: &Diagnostic, question: &Question<'_>, asked: &[usize]) -> Option<usize> {
    let file = diagnostic.places.first()?.file.as_str();
    let file = file.rsplit('/').next()?;
    used(question, asked).into_iter().find(|subject| format!("{}.tla", question.subjects[*subject].module) == file)
}
