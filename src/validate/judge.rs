//! Verdicts: acceptance and rejection each need what TLC said about that very trace, in a run that closed normally.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::engine::Engine;
use crate::trace::mapping::Mapping;
use crate::trace::model::Trace;
use crate::validate::data;
use crate::validate::explain;
use crate::validate::model::Acceptance;
use crate::validate::model::DivergenceKind;
use crate::validate::model::FORMAT;
use crate::validate::model::Judged;
use crate::validate::model::Report;
use crate::validate::model::Verdict;
use crate::validate::module::Selection;
use crate::validate::module::Writer;
use crate::validate::plan;
use crate::validate::run::Ending;
use crate::validate::run::Place;
use crate::validate::run::Ran;
use crate::validate::run::count;
use crate::validate::run::run;
use crate::validate::spec::Specification;

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
        }
    }
}

/// Everything a run needs; shared between tasks.
pub(super) struct Job {
    pub(super) engine: Arc<dyn Engine>,
    pub(super) spec: Specification,
    pub(super) mapping: Mapping,
    pub(super) traces: Vec<Trace>,
    pub(super) folder: Utf8PathBuf,
    pub(super) settings: Settings,
}

/// A verdict before it is explained.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// With its grounds.
    Accepted(Acceptance),
    /// Nothing explains the event after so many.
    Stuck {
        /// How many events are explained.
        cursor: usize,
    },
    /// TLC could not evaluate the step after so many events.
    Evaluation {
        /// How many events are explained.
        cursor: usize,
        /// What TLC said.
        message: String,
    },
    /// No claim.
    Unknown(String),
}

/// Judges traces: one verdict each, in their order. Fails where the mapping says nothing or does not fit, or where TLC
/// cannot be run at all.
pub async fn judge(
    engine: Arc<dyn Engine>,
    spec: &Specification,
    mapping: &Mapping,
    traces: &[Trace],
    folder: &Utf8Path,
    settings: &Settings,
) -> Result<Report, Failure> {
    let mistakes = plan::check(spec, mapping, traces);
    if !mistakes.is_empty() {
        return Err(Failure { diagnostics: mistakes });
    }
    let job = Arc::new(Job {
        engine,
        spec: spec.clone(),
        mapping: mapping.clone(),
        traces: traces.to_vec(),
        folder: folder.to_owned(),
        settings: settings.clone(),
    });
    let mut report = Report { format: FORMAT, traces: Vec::new(), runs: 0, cpu_milliseconds: 0 };
    let batches = plan::batches(traces, settings.cores, settings.largest_batch);
    let task = |job: Arc<Job>, number: usize, batch: Vec<usize>| async move { judge_batch(&job, number, &batch).await };
    let mut findings = BTreeMap::new();
    for part in in_parallel(&job, batches, task).await? {
        report.runs += part.runs;
        report.cpu_milliseconds += part.cpu_milliseconds;
        findings.extend(part.findings);
    }
    let explained = explain::explain(&job, &findings, &mut report).await?;
    for (index, trace) in traces.iter().enumerate() {
        let finding = findings.remove(&index).unwrap_or_else(|| Finding::Unknown("it was not judged".to_owned()));
        let verdict = verdict(&job, index, finding, explained.get(&index));
        report.traces.push(Judged { trace: trace.file.clone(), verdict });
    }
    Ok(report)
}

fn verdict(job: &Job, index: usize, finding: Finding, explained: Option<&explain::Explained>) -> Verdict {
    let trace = &job.traces[index];
    let judged = data::judged(trace);
    match finding {
        Finding::Accepted(evidence) if judged == trace.events.len() => Verdict::Accepted { events: judged, evidence },
        Finding::Accepted(_) => {
            Verdict::Rejected(Box::new(explain::divergence(job, index, judged, DivergenceKind::Aborted, explained)))
        }
        Finding::Stuck { cursor } => {
            let kind = explain::kind(explained);
            Verdict::Rejected(Box::new(explain::divergence(job, index, cursor, kind, explained)))
        }
        Finding::Evaluation { cursor, message } => {
            let kind = DivergenceKind::EvaluationError;
            let mut divergence = explain::divergence(job, index, cursor, kind, explained);
            divergence.message = Some(message);
            Verdict::Rejected(Box::new(divergence))
        }
        Finding::Unknown(why) => Verdict::Unknown { why },
    }
}

/// Runs a task for each batch, as many at a time as there are cores.
pub(super) async fn in_parallel<T, F, R>(job: &Arc<Job>, batches: Vec<Vec<usize>>, task: F) -> Result<Vec<T>, Failure>
where
    T: Send + 'static,
    F: Fn(Arc<Job>, usize, Vec<usize>) -> R,
    R: Future<Output = Result<T, Diagnostic>> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(job.settings.cores.max(1)));
    let mut tasks = JoinSet::new();
    for (number, batch) in batches.into_iter().enumerate() {
        let (room, work) = (Arc::clone(&room), task(Arc::clone(job), number, batch));
        tasks.spawn(async move {
            let _permit = room.acquire().await;
            (number, work.await)
        });
    }
    let mut done = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        let (number, result) =
            joined.map_err(|e| Diagnostic::error("internal/task", format!("a validation task died: {e}")))?;
        done.push((number, result?));
    }
    done.sort_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, part)| part).collect())
}

struct Part {
    findings: BTreeMap<usize, Finding>,
    runs: usize,
    cpu_milliseconds: u64,
}

/// Judges the traces of one batch; a trace that TLC cannot evaluate is taken out, and the rest runs again.
async fn judge_batch(job: &Job, number: usize, batch: &[usize]) -> Result<Part, Diagnostic> {
    let traces: Vec<&Trace> = batch.iter().map(|index| &job.traces[*index]).collect();
    let encoded = data::encode(&job.mapping, &traces)?;
    let nodes = traces.first().map(|trace| trace.header.nodes.clone()).unwrap_or_default();
    let writer = Writer::new(&job.spec, &job.mapping);
    let folder = job.folder.join(format!("judge-{:02}", number + 1));
    let mut selected: Vec<usize> = (1..=batch.len()).collect();
    let mut part = Part { findings: BTreeMap::new(), runs: 0, cpu_milliseconds: 0 };
    let mut watch = None;
    while !selected.is_empty() {
        let (targets, guards) = (&[][..], false);
        let selection = Selection { encoded: &encoded, nodes: &nodes, selected: &selected, targets, guards, watch };
        let place = Place { folder: &folder, settings: &job.settings, explain: false };
        let ran = run(&job.engine, &writer, &job.spec, &selection, place).await?;
        part.runs += 1;
        part.cpu_milliseconds += ran.cpu_milliseconds;
        let give_up = |why: &str, part: &mut Part, selected: &mut Vec<usize>| {
            for number in selected.drain(..) {
                part.findings.insert(batch[number - 1], Finding::Unknown(why.to_owned()));
            }
        };
        match &ran.ending {
            Ending::Closed(evidence) => {
                for number in selected.drain(..) {
                    let length = data::judged(traces[number - 1]);
                    let finding = finding(&ran, number, length, evidence.clone());
                    part.findings.insert(batch[number - 1], finding);
                }
            }
            Ending::Evaluation { trace, cursor, message } if selected.contains(trace) => {
                let finding = Finding::Evaluation { cursor: *cursor, message: message.clone() };
                part.findings.insert(batch[*trace - 1], finding);
                selected.retain(|number| number != trace);
                watch = Some(range(*cursor, selected.len()));
                if part.runs > job.settings.reruns {
                    let why = "not judged: TLC could not evaluate the specification on too many other traces";
                    give_up(why, &mut part, &mut selected);
                }
            }
            Ending::Lost { depth, message } => {
                // The depth counts states, and may be a level behind.
                let next = Some(range(depth.saturating_sub(3), selected.len()));
                if watch == next || part.runs > job.settings.reruns {
                    give_up(message, &mut part, &mut selected);
                }
                watch = next;
            }
            Ending::Evaluation { message, .. } => give_up(message, &mut part, &mut selected),
            Ending::Failed { why } => give_up(why, &mut part, &mut selected),
        }
    }
    Ok(part)
}

/// Levels of the search to watch from `from` on: as many as give no more lines than are read.
fn range(from: usize, traces: usize) -> (usize, usize) {
    (from, from + 5000 / traces.max(1))
}

/// What a closed run says of a trace.
fn finding(ran: &Ran, number: usize, length: usize, evidence: crate::engine::Evidence) -> Finding {
    let mut mine = ran.remarks.iter().filter(|remark| remark.trace == number);
    let stuck = mine.clone().filter(|remark| remark.what == "stuck").filter_map(|r| count(r.rest.first())).max();
    let marker = mine.find(|remark| remark.what == "accepted" && count(remark.rest.first()) == Some(length));
    match (marker, stuck) {
        (Some(marker), _) => Finding::Accepted(Acceptance::new(marker.line.clone(), evidence)),
        (None, Some(cursor)) if cursor < length => Finding::Stuck { cursor },
        _ => Finding::Unknown("TLC closed normally, but said nothing about this trace".to_owned()),
    }
}
