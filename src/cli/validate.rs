//! `specgen validate`: the session's traces, or traces of the user's own against the session's spec.

use std::fmt::Write as _;
use std::sync::Arc;

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::ValidateArgs;
use super::desk::Workplace;
use super::exit::ExitCode;
use super::stages::Ran;
use super::stages::session_root;
use super::verdicts;
use super::verdicts::Verdicts;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::base::disk;
use crate::config::JudgingEngine;
use crate::pipeline::Goal;
use crate::session::Session;
use crate::stages;
use crate::stages::shared::judging;
use crate::trace::Event;
use crate::trace::Mapping;
use crate::trace::Probes;
use crate::trace::Trace;
use crate::trace::read;
use crate::trace::types;
use crate::validate;
use crate::validate::DivergenceKind;
use crate::validate::Specification;
use crate::validate::Verdict;

/// The verdicts.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Validated {
    /// On the session's own traces.
    Session(Ran),
    /// On the traces that were named.
    Traces {
        /// One a trace that could be read, in the order of the arguments.
        traces: Vec<validate::Judged>,
        /// That the spec is not up to date, the values for which TLC could not compare an event with it, as far as they can
        /// be told, and the errors of traces that cannot be read, which have no verdict.
        diagnostics: Vec<Diagnostic>,
    },
}

/// Validates.
pub(super) async fn validate(context: &Context, args: ValidateArgs) -> Result<Answer, Failure> {
    if args.traces.is_empty() {
        let (ran, text, exit) = super::stages::reach(context, &context.settings, Goal::Validate).await?;
        return Ok(Answer::of(&Validated::Session(ran), text).exit(exit));
    }
    let workplace = workplace(context).await?;
    let desk = workplace.desk();
    let against = Against::of(&desk)?;
    let Against { module, mapping, probes, .. } = &against;
    let (traces, digests, unreadable) = read_all(&against, &args);
    let report = |verdicts: &[validate::Judged], unreadable: &[_]| match &args.junit {
        Some(file) => disk::put(file, validate::junit(module, verdicts, unreadable)),
        None => Ok(()),
    };
    if traces.is_empty() {
        report(&[], &unreadable)?;
        return Err(Failure { diagnostics: diagnostics(unreadable) });
    }
    context.ui.begin("validate");
    context.ui.waiting(&format!("{} trace(s)", traces.len()));
    let Verdicts { verdicts, notes } = verdicts::of(&desk, &against, &traces, &digests, &args).await?;
    context.ui.end("done");
    report(&verdicts, &unreadable)?;
    let said = stale(&desk)?.into_iter().chain(notes).chain(odd(&verdicts, &traces));
    let said =
        said.chain(traces.iter().filter(|_| probes.is_some()).filter_map(|trace| without_origin(trace, mapping)));
    let said: Vec<_> = said.chain(diagnostics(unreadable)).collect();
    said.iter().for_each(|diagnostic| context.ui.diagnostic(diagnostic));
    Ok(answer(verdicts, said))
}

/// Files with what is wrong with each.
type Unreadable = Vec<(Utf8PathBuf, Failure)>;

/// The traces that can be read, the digest of each one's file, and what is wrong with the others.
fn read_all(against: &Against, args: &ValidateArgs) -> (Arc<[Trace]>, Vec<String>, Unreadable) {
    let options = against.reading(args.allow_truncated);
    let (mut traces, mut digests, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    let mut files = Vec::new();
    for named in &args.traces {
        match disk::matching(named) {
            Ok(found) => files.extend(found),
            Err(diagnostic) => unreadable.push((named.clone(), diagnostic.into())),
        }
    }
    for file in &files {
        match read::read_digested(file, options) {
            Ok((trace, digest)) => {
                traces.push(trace);
                digests.push(digest);
            }
            Err(failure) => unreadable.push((file.clone(), failure)),
        }
    }
    (traces.into(), digests, unreadable)
}

/// The project's tools, as far as judging needs them.
pub(super) async fn workplace(context: &Context) -> Result<Workplace<'_>, Failure> {
    let session = Session::look(session_root(&context.settings))?;
    match context.settings.config.validate.engine {
        JudgingEngine::Tlc => Workplace::around(context, &context.settings, session).await,
        JudgingEngine::Native => Workplace::without_tools(context, &context.settings, session).await,
    }
}

/// What traces are held against: the session's newest spec.
pub(super) struct Against {
    pub(super) module: String,
    pub(super) spec: Specification,
    pub(super) mapping: Mapping,
    pub(super) probes: Option<Probes>,
}

impl Against {
    pub(super) fn of(desk: &stages::Desk<'_>) -> Result<Self, Failure> {
        let (config, path) = desk.trace_mapping()?;
        let mapping = Mapping::of(&config, path.as_str())?;
        let module = desk.module()?;
        let spec = judging::specification(&config, module, &disk::read_text(&newest_spec(desk.session, module)?)?);
        let probes = judging::probes_of(desk, &config)?;
        Ok(Self { module: module.to_owned(), spec, mapping, probes })
    }

    /// How a trace is read that is to be judged.
    pub(super) fn reading(&self, allow_truncated: bool) -> read::Options<'_> {
        read::Options { mapping: Some(&self.mapping), allow_truncated, probes: self.probes.as_ref() }
    }
}

fn diagnostics(unreadable: Unreadable) -> Vec<Diagnostic> {
    unreadable.into_iter().flat_map(|(_, failure)| failure.diagnostics).collect()
}

/// That the spec is not the one that a run would make now. Which engine judges is asked for these traces alone: as both
/// judge alike, none makes another spec of the session's.
fn stale(desk: &stages::Desk<'_>) -> Result<Option<Diagnostic>, Failure> {
    let behind = super::status::behind(desk)?;
    for engine in [JudgingEngine::Tlc, JudgingEngine::Native] {
        let mut settings = desk.settings.clone();
        settings.config.validate.engine = engine;
        if !behind.is_empty() && super::status::behind(&stages::Desk { settings: &settings, ..*desk })?.is_empty() {
            return Ok(None);
        }
    }
    Ok((!behind.is_empty()).then(|| {
        Diagnostic::warning("session/stale", format!("the spec of {} is not up to date", desk.session.root))
            .at(Place::at(desk.session.root.join("session.json"), 1, 1, None))
            .hint(behind.join("; "))
            .hint("the verdicts are about the spec that is there; `specgen correct` makes the one of now")
    }))
}

/// That events of a trace do not say which probe wrote them, so that nothing was held against the probes there are.
fn without_origin(trace: &Trace, mapping: &Mapping) -> Option<Diagnostic> {
    let by_harness = |event: &Event| mapping.action(&event.name).is_some_and(|action| action.harness);
    let mute = |event: &&Event| event.probe.is_empty() && event.function.is_empty() && !by_harness(event);
    let first = trace.events.iter().find(mute)?;
    let (count, all) = (trace.events.iter().filter(mute).count(), trace.events.len());
    let message = format!("{count} of {all} events do not say which probe wrote them");
    let warning =
        Diagnostic::warning("trace/no-origin", message).at(Place::at(trace.file.as_str(), first.line, 1, None));
    Some(warning.hint("they are judged all the same; the emitters write `probe` and `function`"))
}

/// The values for which TLC could not compare an event with the spec, as far as they can be told.
fn odd(verdicts: &[validate::Judged], traces: &[Trace]) -> Vec<Diagnostic> {
    let of = |(judged, trace): (&validate::Judged, &Trace)| match &judged.verdict {
        Verdict::Rejected(d) if d.kind == DivergenceKind::EvaluationError => {
            types::odd(traces, trace, d.event_index, d.message.as_deref().unwrap_or_default())
        }
        _ => Vec::new(),
    };
    verdicts.iter().zip(traces).flat_map(of).collect()
}

fn answer(traces: Vec<validate::Judged>, diagnostics: Vec<Diagnostic>) -> Answer {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for judged in &traces {
        let cached = if judged.cached { ", cached" } else { "" };
        let _ = match &judged.verdict {
            Verdict::Accepted { events, evidence } => match evidence.silent() {
                silent if silent.steps > 0 => {
                    writeln!(text, "accepted  {} ({events} events, {silent}{cached})", judged.trace)
                }
                _ => writeln!(text, "accepted  {} ({events} events{cached})", judged.trace),
            },
            Verdict::Rejected(divergence) => writeln!(text, "rejected{cached}  {}", validate::render(divergence)),
            Verdict::Unknown { why } => writeln!(text, "unknown   {}: {why}", judged.trace),
        };
    }
    let some = |fits: fn(&Verdict) -> bool| traces.iter().any(|j| fits(&j.verdict));
    if traces.len() > 1 {
        let count = |fits: fn(&Verdict) -> bool| traces.iter().filter(|j| fits(&j.verdict)).count();
        let (accepted, rejected) =
            (count(|v| matches!(v, Verdict::Accepted { .. })), count(|v| matches!(v, Verdict::Rejected(_))));
        let unknown = traces.len() - accepted - rejected;
        let by = validate::judges(traces.iter().map(|judged| &judged.by));
        let cached = match traces.iter().filter(|judged| judged.cached).count() {
            0 => String::new(),
            cached => format!(", {cached} cached"),
        };
        let _ = writeln!(
            text,
            "{} traces: {accepted} accepted, {rejected} rejected, {unknown} unknown; {by}{cached}",
            traces.len()
        );
    }
    let exit = if some(|v| matches!(v, Verdict::Rejected(_))) {
        ExitCode::TraceRejected
    } else if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        ExitCode::BadInput
    } else if some(|v| matches!(v, Verdict::Unknown { .. })) {
        ExitCode::Unknown
    } else {
        ExitCode::Success
    };
    Answer::of(&Validated::Traces { traces, diagnostics }, text).exit(exit)
}

/// The spec of the last finished round of correct.
pub(super) fn newest_spec(session: &Session, module: &str) -> Result<Utf8PathBuf, Failure> {
    let stages = session.manifest()?.stages;
    let rounds =
        (0..).map(|round| stages::in_round(stages::CORRECT, round)).take_while(|name| stages.contains_key(name));
    let folder = rounds.last().ok_or_else(|| {
        Diagnostic::error("session/no-spec", format!("the session {} has no spec yet", session.root))
            .at(Place::at(session.root.join("session.json"), 1, 1, None))
            .hint("`specgen correct` makes one")
    })?;
    Ok(session.folder(&folder).join(format!("{module}.tla")))
}
