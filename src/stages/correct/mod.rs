//! # Correct: from IISpec to a TLA+ spec that TLC explores without an error
//!
//! | reads  | the IISpec of the draft or of the round before, and the divergences of that round                                        |
//! | writes | `iispec/<Module>.tla`, `<Module>.tla`, `MC.tla`, its configs, `check.json`, `verify.json`, `origin.json`, `attempts/NN/`, `mutation.json`, `findings.json`, `corrections.json` and `added.cfg` where something was corrected without the model |
//! | calls  | the transform, SANY, TLC once a search, `verify` on its output, the model                                                |
//! | never  | changes what a property says, or what Next leads to                                                                      |
//! | stops  | no error found · TLC's time is up (Unknown) · `correct.max_attempts` · the same problem twice · an invariant is in doubt · the system has a bug |

mod amend;
mod finding;
mod fixed;
mod guard;
mod judge;
pub mod model;
mod problem;
pub mod tested;

use camino::Utf8Path;

use super::Desk;
use super::shared::asking;
use super::shared::bounds;
use super::shared::cited;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::session::Inputs;
use amend::Question;
use finding::Book;
use fixed::Text;
use guard::Guard;
use judge::Judged;
use problem::Problem;

/// Changes when the stage would write something else from the same inputs.
const FORMAT: u32 = 8;

const PROMPT: &str = include_str!("../../../prompts/correct.md");

/// What mutants of the spec showed, where `correct.mutants` asks for them.
pub const MUTATION: &str = "mutation.json";

/// Where a round starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// The IISpec.
    pub iispec: String,
    /// What the round before found wrong with it, as text for the model; empty in the first round.
    pub divergences: String,
    /// What the rounds before changed, as text for the model; empty where none did.
    pub earlier: String,
    /// What the rounds before added to the configs.
    pub added: String,
}

/// Where `round` starts: from the draft, or from what the round before left and what was found wrong with it.
pub fn start(desk: &Desk<'_>, round: u32, divergences: &str) -> Result<Start, Failure> {
    let before = round.checked_sub(1).map(|r| super::in_round(super::CORRECT, r));
    let folder = desk.session.folder(before.as_deref().unwrap_or(super::DRAFT));
    let mut earlier = Vec::new();
    for round in 1..round {
        let changed = changes(desk, round)?;
        earlier.push(format!("When other traces were rejected, round {round} changed this:\n\n```diff\n{changed}```"));
    }
    let added = if before.is_some() { bounds::added(&folder)? } else { String::new() };
    Ok(Start {
        added,
        iispec: disk::read_text(&super::iispec(&folder, desk.module()?))?,
        divergences: divergences.to_owned(),
        earlier: earlier.join("\n\n"),
    })
}

/// What `round`, one after the first, changed in the IISpec, as a unified diff.
pub fn changes(desk: &Desk<'_>, round: u32) -> Result<String, Failure> {
    let module = desk.module()?;
    let name = |round: u32| super::iispec(Utf8Path::new(&super::in_round(super::CORRECT, round)), module).into_string();
    let folder = |round: u32| desk.session.folder(&super::in_round(super::CORRECT, round));
    let text = |round: u32| disk::read_text(&super::iispec(&folder(round), module));
    let (before, after) = (text(round - 1)?, text(round)?);
    let diff = similar::TextDiff::from_lines(before.as_str(), after.as_str());
    Ok(diff.unified_diff().context_radius(3).header(&name(round - 1), &name(round)).to_string())
}

/// What the stage depends on.
pub fn inputs(desk: &Desk<'_>, start: &Start) -> Result<Inputs, Failure> {
    let config = &desk.settings.config;
    let mut inputs = Inputs::new();
    inputs.insert("IISpec".to_owned(), disk::sha256(start.iispec.as_bytes()));
    inputs.insert("divergences".to_owned(), disk::sha256(start.divergences.as_bytes()));
    inputs.insert("rounds before".to_owned(), disk::sha256(start.earlier.as_bytes()));
    inputs.extend(desk.brief_if_named()?.map(|brief| ("brief".to_owned(), disk::sha256(brief.as_bytes()))));
    inputs.insert("source".to_owned(), desk.source.digest.clone());
    inputs.insert("TLA+ tools".to_owned(), desk.tools_digest.to_owned());
    inputs.insert("prompts".to_owned(), disk::sha256([PROMPT, finding::PROMPT, asking::IISPEC].concat().as_bytes()));
    super::setting_inputs(
        &mut inputs,
        "check",
        &(&config.check, &config.tlc, &config.correct.max_attempts, config.llm.max_tokens),
    );
    super::setting_inputs(&mut inputs, "verify", &config.verify);
    super::setting_inputs(
        &mut inputs,
        "target",
        &(&config.target.module, &config.target.properties, &config.target.show),
    );
    super::setting_inputs(&mut inputs, "actions", &cited::functions_of_actions(desk)?);
    if !start.added.is_empty() {
        inputs.insert("added".to_owned(), disk::sha256(start.added.as_bytes()));
    }
    if config.correct.mutants > 0 {
        super::setting_inputs(&mut inputs, "mutants", &(config.correct.mutants, config.correct.mutant_states));
    }
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Runs a round into `folder`.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path, start: &Start) -> Result<String, Failure> {
    let actions = cited::functions_of_actions(desk)?.into_keys().collect();
    let guard = Guard::of(&start.iispec, &desk.settings.config.target.properties, &actions, desk.module()?)?;
    let mut text = Text { iispec: start.iispec.clone(), added: start.added.clone(), corrections: Vec::new() };
    let mut tried: Vec<String> = (!start.earlier.is_empty()).then(|| start.earlier.clone()).into_iter().collect();
    let rejected = (!start.divergences.is_empty()).then(|| Problem::of_traces(&start.divergences));
    let mut problem = rejected.clone();
    let mut book = Book::new(folder);
    let mut repairs = 0;
    for attempt in 0..=desk.settings.config.correct.max_attempts {
        let place = folder.join(format!("attempts/{attempt:02}"));
        disk::put(&super::iispec(&place, desk.module()?), &text.iispec)?;
        let current = match problem.take() {
            Some(problem) => problem,
            None => match fixed::judge(desk, &guard, &place, &mut text).await? {
                Judged::Done(done) => return finish(desk, folder, &text, &done, repairs),
                Judged::Problem(problem) => problem,
            },
        };
        disk::put(&place.join("problem.md"), &current.text)?;
        // After an edit it is the edit that broke what fitted before.
        if current.bounds && repairs == 0 && text.corrections.is_empty() {
            return Err(wrong_bounds(current));
        }
        if attempt == desk.settings.config.correct.max_attempts || tried.iter().any(|t| t.contains(&current.mark())) {
            return Err(gave_up(current, attempt));
        }
        desk.ui.say(&format!("  to correct, which the model is asked to: {}", current.title));
        // What a round began with has to stay mended while something else is.
        let asked = match &rejected {
            Some(rejected) if rejected.mark() != current.mark() => current.clone().after(rejected),
            _ => current.clone(),
        };
        let material = asking::Material::gather(desk)?;
        let question = Question {
            desk,
            guard: &guard,
            place: &place,
            iispec: &text.iispec,
            problem: &asked,
            tried: &tried,
            material,
        };
        let (reply, amended) = answered(&question, attempt, &mut book).await?;
        match amended {
            Ok(edited) => {
                tried.push(format!(
                    "Against \"{}\" these edits were applied ({}):\n\n{reply}",
                    current.title,
                    current.mark()
                ));
                text.iispec = edited;
                repairs += 1;
            }
            Err(refused) => {
                tried.push(format!("Nothing of this reply was applied, for {refused}:\n\n{reply}"));
                problem = Some(current);
            }
        }
    }
    unreachable!("the last attempt returns")
}

/// One model call: the reply, and the new text or why the reply is refused.
async fn answered(
    question: &Question<'_>,
    attempt: u32,
    book: &mut Book<'_>,
) -> Result<(String, Result<String, String>), Failure> {
    if let Some(counterexample) = &question.problem.counterexample {
        return finding::ask(question, counterexample, attempt, book).await;
    }
    let reply = question.ask("correct", PROMPT).await?;
    let edited = question.edited(&reply)?;
    Ok((reply, edited))
}

fn finish(
    desk: &Desk<'_>,
    folder: &Utf8Path,
    text: &Text,
    done: &judge::Done,
    repairs: u32,
) -> Result<String, Failure> {
    disk::put(&super::iispec(folder, desk.module()?), &text.iispec)?;
    text.record(folder)?;
    for (name, text) in &done.files {
        disk::put(&folder.join(name), text)?;
    }
    super::write_json(&folder.join("origin.json"), &done.origin)?;
    super::write_json(&folder.join("check.json"), &done.check)?;
    super::write_json(&folder.join("verify.json"), &done.verified)?;
    let did = format!("{}; {repairs} correction(s){}", done.check.sentence(), text.sentence());
    let Some(report) = tested::by_mutants(desk, folder)? else { return Ok(did) };
    super::write_json(&folder.join(MUTATION), &report)?;
    Ok(format!("{did}; {}", tested::sentence(&report)))
}

fn wrong_bounds(problem: Problem) -> Failure {
    let head = Diagnostic::error("config/bounds", format!("what `check` of the settings says does not fit the spec: {}", problem.title))
        .hint("mend check.constants and the constraints in specgen.yaml, then `specgen resume`; the spec is in attempts/00 of the stage's .partial folder");
    Failure { diagnostics: std::iter::once(head).chain(problem.diagnostics).collect() }
}

fn gave_up(problem: Problem, attempts: u32) -> Failure {
    let head =
        Diagnostic::error("correct/gave-up", format!("not corrected after {attempts} attempt(s): {}", problem.title))
            .hint("the attempts are in the stage's .partial folder; raise correct.max_attempts, or start another session with another model");
    Failure { diagnostics: std::iter::once(head).chain(problem.diagnostics).collect() }
}
