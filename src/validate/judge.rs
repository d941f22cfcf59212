//! Verdicts: acceptance and rejection each need what TLC said about that very trace, in a run that closed normally.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::engine::Engine;
use crate::trace::mapping::Mapping;
use crate::trace::model::Trace;
use crate::validate::data;
use crate::validate::explain;
use crate::validate::explain::Explained;
use crate::validate::frontier;
use crate::validate::model::Acceptance;
use crate::validate::model::By;
use crate::validate::model::DivergenceKind;
use crate::validate::model::FORMAT;
use crate::validate::model::Judged;
use crate::validate::model::Report;
use crate::validate::model::Verdict;
use crate::validate::model::Violated;
use crate::validate::native;
use crate::validate::plan;
use crate::validate::spec::Specification;
use crate::validate::threads::Cursors;
use crate::validate::threads::Threads;
use crate::validate::tlc;

/// Why a trace has no verdict that was left out because another was rejected.
pub const LEFT_OUT: &str = "not judged: another trace was rejected before (--fail-fast)";

/// How to validate.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many runs at the same time.
    pub cores: usize,
    /// The time limit of one run.
    pub limit: Duration,
    /// The most events in one run.
    pub largest_batch: usize,
    /// How often a run is repeated without a trace that TLC could not evaluate.
    pub reruns: usize,
    /// Megabytes of heap for one run.
    pub memory: Option<u32>,
    /// Whether runs are expected to take long: other JVM flags pay off then.
    pub long: bool,
    /// Whether to say why a trace is rejected.
    pub explain: bool,
    /// How many evaluations may be spent on steps that would explain what is rejected, for all traces together. It is no time,
    /// so that the same is found everywhere.
    pub suggest: u64,
    /// Definitions that have to be true of every state of the behaviour that explains a trace; only the evaluator asks for it.
    pub invariants: Vec<String>,
    /// Whether to leave the other traces once one is rejected; TLC finishes the runs that are under way.
    pub fail_fast: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cores: 2,
            limit: Duration::from_secs(600),
            largest_batch: 30_000,
            reruns: 8,
            memory: None,
            long: false,
            explain: true,
            suggest: 0,
            invariants: Vec::new(),
            fail_fast: false,
        }
    }
}

/// Who judges.
#[derive(Clone)]
pub enum Judge {
    /// TLC, in a child.
    Tlc(Arc<dyn Engine>),
    /// The evaluator, in threads of this process; where it cannot evaluate something, TLC if it is there.
    Native {
        /// TLC.
        instead: Option<Arc<dyn Engine>>,
    },
}

/// Everything a run needs; shared between tasks.
pub(super) struct Job {
    pub(super) spec: Specification,
    pub(super) mapping: Mapping,
    pub(super) traces: Arc<[Trace]>,
    pub(super) folder: Utf8PathBuf,
    pub(super) settings: Settings,
    /// One is rejected, and the others are not asked for.
    rejected: AtomicBool,
}

impl Job {
    /// Take notice of a finding.
    pub(super) fn notice(&self, finding: &Finding) {
        if matches!(finding, Finding::Stuck { .. } | Finding::Evaluation { .. } | Finding::Violated { .. }) {
            self.rejected.store(true, Ordering::Relaxed);
        }
    }

    /// The finding of a trace that is not to be judged any more.
    pub(super) fn left_out(&self) -> Option<Finding> {
        let over = self.settings.fail_fast && self.rejected.load(Ordering::Relaxed);
        over.then(|| Finding::Unknown(LEFT_OUT.to_owned()))
    }
}

/// What of a trace is explained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// How many events; of a trace with intervals those that ended.
    pub(super) explained: usize,
    /// With intervals, of each thread how many; empty where they are not known, or the lines are the order.
    pub(super) cursors: Cursors,
    /// With intervals, the index of the event in question where it is known.
    pub(super) event: Option<usize>,
}

impl Position {
    /// After so many lines.
    pub(super) fn after(explained: usize) -> Self {
        Self { explained, ..Self::default() }
    }

    /// Whether more is explained than at another position: more events, or in the order of threads more of the first that differs.
    pub(super) fn is_beyond(&self, other: &Self) -> bool {
        (self.explained, &self.cursors) > (other.explained, &other.cursors)
    }

    /// The index of the event in question.
    fn event(&self, job: &Job, index: usize) -> usize {
        let first = || Threads::of(&job.traces[index]).ok()?.first(&self.cursors);
        self.event.or_else(|| if self.cursors.is_empty() { None } else { first() }).unwrap_or(self.explained)
    }
}

/// A verdict before it is explained.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// With its grounds.
    Accepted(Acceptance),
    /// Nothing explains what comes next.
    Stuck {
        /// How many events are explained.
        at: Position,
    },
    /// The next step could not be evaluated.
    Evaluation {
        /// How many events are explained.
        at: Position,
        /// What was said of it.
        message: String,
    },
    /// The next event has steps, and each leads to a state that violates an invariant.
    Violated {
        /// How many events are explained.
        at: Position,
        /// The first that was met.
        violated: Box<Violated>,
    },
    /// The evaluator cannot do something that the trace needs.
    Unsupported(String),
    /// No claim.
    Unknown(String),
}

/// What was found of some traces, by their index.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) findings: BTreeMap<usize, Finding>,
    pub(super) explained: BTreeMap<usize, Explained>,
    pub(super) runs: usize,
    pub(super) cpu_milliseconds: u64,
}

impl Found {
    pub(super) fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.explained.extend(other.explained);
        self.runs += other.runs;
        self.cpu_milliseconds += other.cpu_milliseconds;
    }
}

/// Judges traces: one verdict each, in their order. Fails where the mapping says nothing or does not fit, or where TLC
/// cannot be run at all.
pub async fn judge(
    judge: &Judge,
    spec: &Specification,
    mapping: &Mapping,
    traces: &Arc<[Trace]>,
    folder: &Utf8Path,
    settings: &Settings,
) -> Result<Report, Failure> {
    let mistakes = plan::check(spec, mapping, traces);
    if !mistakes.is_empty() {
        return Err(Failure { diagnostics: mistakes });
    }
    let job = Arc::new(Job {
        spec: spec.clone(),
        mapping: mapping.clone(),
        traces: Arc::clone(traces),
        folder: folder.to_owned(),
        settings: settings.clone(),
        rejected: AtomicBool::new(false),
    });
    let (found, instead) = match judge {
        Judge::Tlc(_) if !settings.invariants.is_empty() => return Err(no_invariants().into()),
        Judge::Tlc(engine) => (tlc::findings(&job, engine).await?, None),
        Judge::Native { instead } => {
            let mut found = native::findings(&job).await?;
            let why = ask_instead(&job, &mut found, instead.as_ref()).await;
            (found, Some(why))
        }
    };
    let Found { mut findings, explained, runs, cpu_milliseconds } = found;
    let mut report = Report { format: FORMAT, traces: Vec::new(), runs, cpu_milliseconds };
    for (index, trace) in traces.iter().enumerate() {
        let finding = findings.remove(&index).unwrap_or_else(|| Finding::Unknown("it was not judged".to_owned()));
        let verdict = verdict(&job, index, finding, explained.get(&index));
        let by = match &instead {
            None => By::Tlc,
            Some(why) => why.get(&index).map_or(By::Native, |why| By::TlcInstead(why.clone())),
        };
        report.traces.push(Judged { trace: trace.file.clone(), verdict, by, cached: false });
    }
    Ok(report)
}

fn no_invariants() -> Diagnostic {
    Diagnostic::error("validate/invariants", "TLC judges traces without invariants")
        .hint("leave `--invariants` out, or let the evaluator judge: `--engine native`")
}

/// Lets TLC judge the traces for which the evaluator lacks something; says of which traces TLC has judged, and why.
async fn ask_instead(job: &Job, found: &mut Found, engine: Option<&Arc<dyn Engine>>) -> BTreeMap<usize, String> {
    let unsupported = |(index, finding): (&usize, &Finding)| match finding {
        Finding::Unsupported(why) => Some((*index, why.clone())),
        _ => None,
    };
    let open: BTreeMap<usize, String> = found.findings.iter().filter_map(unsupported).collect();
    // TLC would judge without the invariants.
    let may_ask = !open.is_empty() && job.settings.invariants.is_empty();
    let Some(engine) = engine.filter(|_| may_ask) else { return BTreeMap::new() };
    let part = Arc::new(Job {
        spec: job.spec.clone(),
        mapping: job.mapping.clone(),
        traces: open.keys().map(|index| job.traces[*index].clone()).collect(),
        folder: job.folder.clone(),
        settings: job.settings.clone(),
        rejected: AtomicBool::new(job.rejected.load(Ordering::Relaxed)),
    });
    match tlc::findings(&part, engine).await {
        Ok(told) => {
            found.runs += told.runs;
            found.cpu_milliseconds += told.cpu_milliseconds;
            let indices: Vec<usize> = open.keys().copied().collect();
            found.findings.extend(told.findings.into_iter().map(|(index, finding)| (indices[index], finding)));
            found.explained.extend(told.explained.into_iter().map(|(index, explained)| (indices[index], explained)));
            open
        }
        Err(failure) => {
            let and = failure.diagnostics.first().map(|d| d.message.clone()).unwrap_or_default();
            for (index, why) in open {
                found.findings.insert(index, Finding::Unknown(format!("{why}; and TLC cannot be asked: {and}")));
            }
            BTreeMap::new()
        }
    }
}

fn verdict(job: &Job, index: usize, finding: Finding, explained: Option<&Explained>) -> Verdict {
    let trace = &job.traces[index];
    let judged = data::judged(trace);
    match finding {
        Finding::Accepted(evidence) if judged == trace.events.len() => Verdict::Accepted { events: judged, evidence },
        Finding::Accepted(_) => {
            Verdict::Rejected(Box::new(explain::divergence(job, index, judged, DivergenceKind::Aborted, explained)))
        }
        Finding::Stuck { at } => {
            let kind = explain::kind(explained);
            let mut divergence = explain::divergence(job, index, at.event(job, index), kind, explained);
            frontier::add(job, index, &at, explained, &mut divergence);
            Verdict::Rejected(Box::new(divergence))
        }
        Finding::Violated { at, violated } => {
            let kind = DivergenceKind::InvariantViolated;
            let mut divergence = explain::divergence(job, index, at.event(job, index), kind, explained);
            frontier::add(job, index, &at, explained, &mut divergence);
            divergence.violated = Some(*violated);
            Verdict::Rejected(Box::new(divergence))
        }
        Finding::Evaluation { at, message } => {
            let kind = DivergenceKind::EvaluationError;
            let mut divergence = explain::divergence(job, index, at.event(job, index), kind, explained);
            frontier::add(job, index, &at, explained, &mut divergence);
            divergence.message = Some(message);
            Verdict::Rejected(Box::new(divergence))
        }
        Finding::Unsupported(why) | Finding::Unknown(why) => Verdict::Unknown { why },
    }
}
