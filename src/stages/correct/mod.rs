//! # Correct: from IISpec to a TLA+ spec that TLC explores without an error
//!
//! | reads  | the IISpec of the draft or of the round before, and the divergences of that round                |
//! | writes | `IISpec.tla`, `<Module>.tla`, `MC.tla`, its configs, `check.json`, `origin.json`, `attempts/NN/` |
//! | calls  | the transform, SANY, TLC once a search, the model                                                |
//! | never  | changes a property, or removes an action from Next                                               |
//! | stops  | no error found · TLC's time is up (Unknown) · `correct.max_attempts` · the same problem twice    |

pub(super) mod bounds;
pub(super) mod explore;
mod guard;
mod judge;
pub mod model;
mod problem;

use camino::Utf8Path;

use super::Desk;
use super::draft;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::llm;
use crate::llm::prompt::Fields;
use crate::session::Inputs;
use guard::Guard;
use judge::Judged;
use problem::Problem;

/// Changes when the stage would write something else from the same inputs.
const FORMAT: u32 = 2;

const PROMPT: &str = include_str!("../../../prompts/correct.md");

/// Where a round starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// The IISpec.
    pub iispec: String,
    /// What the round before found wrong with it, as text for the model; empty in the first round.
    pub divergences: String,
}

/// Where `round` starts: from the draft, or from what the round before left and what was found wrong with it.
pub fn start(desk: &Desk<'_>, round: u32, divergences: &str) -> Result<Start, Failure> {
    let before = round.checked_sub(1).map(|r| super::in_round(super::CORRECT, r));
    let folder = desk.session.folder(before.as_deref().unwrap_or(super::DRAFT));
    Ok(Start { iispec: disk::read_text(&folder.join("IISpec.tla"))?, divergences: divergences.to_owned() })
}

/// What the stage depends on.
pub fn inputs(desk: &Desk<'_>, start: &Start) -> Result<Inputs, Failure> {
    let config = &desk.settings.config;
    let mut inputs = Inputs::new();
    inputs.insert("IISpec".to_owned(), disk::sha256(start.iispec.as_bytes()));
    inputs.insert("divergences".to_owned(), disk::sha256(start.divergences.as_bytes()));
    inputs.insert("brief".to_owned(), disk::sha256(desk.brief()?.as_bytes()));
    inputs.insert("source".to_owned(), desk.source.digest.clone());
    inputs.insert("TLA+ tools".to_owned(), desk.tools_digest.to_owned());
    inputs.insert("prompts".to_owned(), disk::sha256([PROMPT, draft::IISPEC].concat().as_bytes()));
    super::setting_inputs(
        &mut inputs,
        "check",
        &(&config.check, &config.tlc, &config.correct.max_attempts, config.llm.max_tokens),
    );
    super::setting_inputs(
        &mut inputs,
        "target",
        &(&config.target.module, &config.target.properties, &config.target.show),
    );
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Runs a round into `folder`.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path, start: &Start) -> Result<String, Failure> {
    let guard = Guard::of(&start.iispec, &desk.settings.config.target.properties, desk.module()?)?;
    let mut iispec = start.iispec.clone();
    let mut tried: Vec<String> = Vec::new();
    let mut problem = (!start.divergences.is_empty()).then(|| Problem::of_traces(&start.divergences));
    let mut repairs = 0;
    for attempt in 0..=desk.settings.config.correct.max_attempts {
        let place = folder.join(format!("attempts/{attempt:02}"));
        disk::put(&place.join("IISpec.tla"), &iispec)?;
        let current = match problem.take() {
            Some(problem) => problem,
            None => match judge::judge(desk, &place, &iispec).await? {
                Judged::Done(done) => return finish(folder, &iispec, &done, repairs),
                Judged::Problem(problem) => problem,
            },
        };
        disk::put(&place.join("problem.md"), &current.text)?;
        if attempt == desk.settings.config.correct.max_attempts || tried.iter().any(|t| t.contains(&current.mark())) {
            return Err(gave_up(current, attempt));
        }
        desk.ui.say(&format!("  attempt {attempt}: {}", current.title));
        match amend(desk, &place, &guard, &iispec, &current, &tried).await? {
            Ok((text, said)) => {
                tried.push(format!(
                    "Against \"{}\" these edits were applied ({}):\n\n{said}",
                    current.title,
                    current.mark()
                ));
                iispec = text;
                repairs += 1;
            }
            Err(refused) => {
                tried.push(format!("A reply was refused: {refused}"));
                problem = Some(current);
            }
        }
    }
    unreachable!("the last attempt returns")
}

/// One model call and its edits: the new text and what was said, or why the reply is refused.
async fn amend(
    desk: &Desk<'_>,
    place: &Utf8Path,
    guard: &Guard,
    iispec: &str,
    problem: &Problem,
    tried: &[String],
) -> Result<Result<(String, String), String>, Failure> {
    let material = draft::Material::gather(desk)?;
    let tried = if tried.is_empty() { "(nothing yet)".to_owned() } else { tried.join("\n\n") };
    let fields = Fields::new()
        .set("system", desk.system()?)
        .set("module", desk.module()?)
        .set("iispec", draft::IISPEC)
        .set("brief", desk.brief()?)
        .set("properties", desk.settings.config.target.properties.join(", "))
        .set("problem", &problem.text)
        .set("tried", tried)
        .set("spec", iispec)
        .set("source", &material.source);
    let reply = draft::ask(desk, "correct", &problem.title, PROMPT, &fields).await?;
    disk::put(&place.join("reply.md"), &reply)?;
    let words = |d: Vec<Diagnostic>| d.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let edited = llm::edits::parse_edits(&reply)
        .map_err(|d| vec![d])
        .and_then(|edits| llm::edits::apply_edits(iispec, &edits))
        .map_err(words);
    Ok(edited.and_then(|text| guard.allows(&text).map(|()| (text, reply)).map_err(words)))
}

fn finish(folder: &Utf8Path, iispec: &str, done: &judge::Done, repairs: u32) -> Result<String, Failure> {
    disk::put(&folder.join("IISpec.tla"), iispec)?;
    for (name, text) in &done.files {
        disk::put(&folder.join(name), text)?;
    }
    super::write_json(&folder.join("origin.json"), &done.origin)?;
    super::write_json(&folder.join("check.json"), &done.check)?;
    Ok(format!("{}; {repairs} correction(s)", done.check.sentence()))
}

fn gave_up(problem: Problem, attempts: u32) -> Failure {
    let head =
        Diagnostic::error("correct/gave-up", format!("not corrected after {attempts} attempt(s): {}", problem.title))
            .hint("the attempts are in the stage's .partial folder; raise correct.max_attempts or use another model");
    Failure { diagnostics: std::iter::once(head).chain(problem.diagnostics).collect() }
}
