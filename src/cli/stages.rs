//! The commands that run stages.

use std::num::NonZeroU64;
use std::sync::Arc;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::DraftArgs;
use super::desk::Workplace;
use super::exit::ExitCode;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::ui::Ui;
use crate::config;
use crate::config::Settings;
use crate::llm::Budget;
use crate::llm::Catalog;
use crate::llm::Client;
use crate::llm::Event;
use crate::llm::Key;
use crate::llm::catalog::Wiring;
use crate::mutation;
use crate::mutation::Standing;
use crate::pipeline;
use crate::pipeline::Goal;
use crate::pipeline::Reached;
use crate::session::Session;
use crate::stages;
use crate::stages::Desk;
use crate::stages::challenge::model as challenge;
use crate::stages::challenge::model::Challenge;
use crate::stages::validate::model::Counts;
use crate::stages::validate::model::Verdicts;
use crate::validate;

/// What came of a run up to some stage. What a later stage says is null where the run ends before it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Ran {
    /// The session's folder.
    #[schemars(with = "String")]
    session: Utf8PathBuf,
    /// The last round of correct; 0 where no trace was rejected.
    round: u32,
    /// Verdicts on the traces.
    traces: Option<Counts>,
    /// What TLC found, in a sentence.
    check: Option<String>,
    /// How the verdict was challenged, in a sentence.
    challenge: Option<String>,
    /// Whether mutants of the spec put each property to the test, in a sentence; null where `correct.mutants` asks for none.
    mutants: Option<String>,
    /// The page that shows all of it.
    #[schemars(with = "Option<String>")]
    report: Option<Utf8PathBuf>,
}

/// The session's folder.
pub(super) fn session_root(settings: &Settings) -> Utf8PathBuf {
    settings.project.join(".specgen").join(&settings.config.session)
}

/// Runs up to `goal` and says what came of it.
pub(super) async fn until(context: &Context, goal: Goal) -> Result<Answer, Failure> {
    let (ran, text, exit) = reach(context, &context.settings, goal).await?;
    Ok(Answer::of(&ran, text).exit(exit))
}

/// `specgen draft`: other sources than the project file's may be named.
pub(super) async fn draft(context: &Context, args: DraftArgs) -> Result<Answer, Failure> {
    let mut settings = context.settings.clone();
    if !args.sources.is_empty() {
        settings.config.target.files = args.sources;
    }
    let (ran, text, exit) = reach(context, &settings, Goal::Draft).await?;
    Ok(Answer::of(&ran, text).exit(exit))
}

/// The same as data, with the words for it and the exit code.
pub(super) async fn reach(
    context: &Context,
    settings: &Settings,
    goal: Goal,
) -> Result<(Ran, String, ExitCode), Failure> {
    needed(settings, goal)?;
    let session = Session::open(session_root(settings))?;
    let workplace = match goal {
        Goal::Instrument => Workplace::without_tools(context, settings, session).await?,
        _ => Workplace::around(context, settings, session).await?,
    };
    let desk = workplace.desk();
    let reached = pipeline::run(&desk, goal).await?;
    told(&desk, goal, reached)
}

/// All settings that a run up to `goal` cannot do without and that have no value, before anything is begun.
fn needed(settings: &Settings, goal: Goal) -> Result<(), Failure> {
    let target = &settings.config.target;
    let config = &settings.config;
    // Who gives the specification asks no model for one, and the brief is for the model.
    let drafts = config.draft.from.is_none();
    let wanted = [
        (Goal::Draft, target.system.is_none(), "target.system", "a bounded queue (queue.go)"),
        (Goal::Draft, target.module.is_none(), "target.module", "Queue"),
        (Goal::Draft, target.files.is_empty(), "target.files", "[queue.go]"),
        (Goal::Draft, drafts && target.brief.is_none(), "target.brief", "brief.md"),
        (Goal::Correct, target.properties.is_empty(), "target.properties", "[TypeOK]"),
        (Goal::Instrument, target.trace.is_none(), "target.trace", "trace/trace.yaml"),
        (Goal::Validate, config.harness.dir.is_none(), "harness.dir", "harness"),
        (Goal::Validate, config.harness.run.is_empty(), "harness.run", "[\"{out}/harness\", --seed, \"{seed}\"]"),
    ];
    let missing = wanted.into_iter().filter(|(from, is_missing, ..)| *is_missing && goal.includes(*from));
    let diagnostics: Vec<_> = missing
        .map(|(from, _, path, example)| {
            let missing = config::missing(&settings.project, path, example);
            match from {
                Goal::Draft | Goal::Correct => missing,
                _ => missing.hint("only traces need it: `specgen correct` goes as far as TLC without"),
            }
        })
        .collect();
    if diagnostics.is_empty() { Ok(()) } else { Err(Failure { diagnostics }) }
}

fn told(desk: &Desk<'_>, goal: Goal, reached: Reached) -> Result<(Ran, String, ExitCode), Failure> {
    let root = &desk.session.root;
    let Reached { round, report } = reached;
    if goal < Goal::Validate {
        let session = root.clone();
        let (mutants, exit) = if goal == Goal::Correct { of_mutants(desk, round)? } else { (None, ExitCode::Success) };
        let text = mutants.clone().unwrap_or_default();
        let ran = Ran { session, round, traces: None, check: None, challenge: None, mutants, report };
        return Ok((ran, text, exit));
    }
    let verdicts: Verdicts =
        stages::read_json(&root.join(stages::in_round(stages::VALIDATE, round)).join("verdicts.json"))?;
    let check: stages::correct::model::Check =
        stages::read_json(&root.join(stages::in_round(stages::CORRECT, round)).join("check.json"))?;
    let exit = verdicts.exit_of_all(check.holds());
    let challenge: Option<Challenge> = match goal >= Goal::Report && challenge::applies(desk, round)? {
        true => Some(stages::read_json(&root.join(stages::CHALLENGE).join("challenge.json"))?),
        false => None,
    };
    let challenge = challenge.map(|challenge| challenge.sentence());
    let mut text = format!("{}\n{}", verdicts.sentence(), check.sentence());
    if let Some(divergence) = verdicts.first_rejection() {
        let all = root.join(stages::in_round(stages::VALIDATE, round)).join("divergences.md");
        text = format!("{text}\nrejected  {}all of them: {all}", validate::render(divergence));
    }
    if let Some(challenge) = &challenge {
        text.push_str("\nchallenge: ");
        text.push_str(challenge);
    }
    if let Some(report) = &report {
        text.push_str("\nreport: ");
        text.push_str(report.as_str());
    }
    let exit = match exit {
        stages::validate::model::Verdict::AllAccepted => ExitCode::Success,
        stages::validate::model::Verdict::SomeRejected => ExitCode::TraceRejected,
        stages::validate::model::Verdict::NoVerdict => ExitCode::Unknown,
    };
    let (mutants, of_mutants) = of_mutants(desk, round)?;
    if let Some(mutants) = &mutants {
        text.push('\n');
        text.push_str(mutants);
    }
    let exit = if exit == ExitCode::Success { of_mutants } else { exit };
    let (session, traces, check) = (root.clone(), Some(verdicts.counts()), Some(check.sentence()));
    Ok((Ran { session, round, traces, check, challenge, mutants, report }, text, exit))
}

/// What mutants of the spec showed, where there were any, and whether that is a success.
fn of_mutants(desk: &Desk<'_>, round: u32) -> Result<(Option<String>, ExitCode), Failure> {
    let file = desk.session.folder(&stages::in_round(stages::CORRECT, round)).join(stages::correct::MUTATION);
    if !disk::exists(&file) {
        return Ok((None, ExitCode::Success));
    }
    let report: mutation::Report = stages::read_json(&file)?;
    let exit = match report.standing() {
        Standing::Tested => ExitCode::Success,
        Standing::Vacuous => ExitCode::of_code("mutation/vacuous"),
        Standing::Unknown => ExitCode::of_code("mutation/no-verdict"),
    };
    Ok((Some(stages::correct::tested::sentence(&report)), exit))
}

/// The providers that ship with the program, and the project's own.
fn catalog(settings: &Settings) -> Result<Catalog, Failure> {
    let Some(file) = &settings.config.llm.providers else { return Ok(Catalog::built_in()) };
    let path = settings.project.join(file);
    Ok(Catalog::built_in().overlay(Catalog::parse(path.as_str(), &disk::read_text(&path)?)?))
}

/// The model client the settings ask for.
pub(super) fn client(context: &Context, settings: &Settings, root: &Utf8Path) -> Result<Client, Failure> {
    let config = &settings.config.llm;
    let catalog = catalog(settings)?;
    let mut entry = catalog.get(&config.provider)?.clone();
    if let Some(base_url) = &config.base_url {
        entry.base_url = Some(base_url.clone());
    }
    if !config.command.is_empty() {
        entry.argv.clone_from(&config.command);
    }
    if let Some(seconds) = config.time_limit {
        entry.limits.total_seconds = seconds.get();
    }
    if let Some(attempts) = config.attempts {
        entry.retry.attempts = attempts.get();
    }
    let read = |name: &str| context.environment.get(name).and_then(Key::new);
    // No key that the environment holds may reach a file or a message, whichever provider is asked.
    let shipped = Catalog::built_in();
    let entries = shipped.providers.values().chain(catalog.providers.values());
    let others: Vec<Key> = entries.filter_map(|e| e.key_env.as_deref()).filter_map(read).collect();
    let folder = if config.provider == "handoff" { root.join("handoff") } else { settings.project.join(&config.calls) };
    let wiring = Wiring {
        key: entry.key_env.as_deref().and_then(read),
        model: config.model.clone(),
        secrets: others.clone(),
        folder: Some(folder),
    };
    let price = entry.model(&wiring).and_then(|model| entry.price(model));
    let provider = entry.build(&config.provider, wiring).map_err(|e| Failure::from(*e.diagnostic))?;
    let budget = &settings.config.budget;
    let budget = Budget { calls: budget.calls.map(NonZeroU64::get), tokens: budget.tokens, usd: budget.usd };
    let ui = Arc::clone(&context.ui);
    let client = Client::new(provider, root.join("calls")).retry(entry.retry).reply_bytes(entry.limits.reply_bytes);
    Ok(client.price(price).budget(budget).secrets(others).progress(move |event| tell(&ui, &event)))
}

fn tell(ui: &Ui, event: &Event) {
    match event {
        Event::Received { bytes } => ui.waiting(&format!("the model's reply, {bytes} bytes so far")),
        Event::Retrying { attempt, wait, why } => {
            ui.say(&format!("  attempt {attempt} failed ({why}); again in {:.0} s", wait.as_secs_f64()));
        }
        Event::Waiting { prompt, reply } => ui.say(&format!("  the prompt is in {prompt}; write the reply to {reply}")),
    }
}
