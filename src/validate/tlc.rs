//! Findings by TLC: many traces share a run of generated modules, and what their printed lines say is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::engine::Engine;
use crate::engine::Evidence;
use crate::tla::value::Value;
use crate::trace::model::Trace;
use crate::validate::data;
use crate::validate::explain::Candidate;
use crate::validate::explain::Explained;
use crate::validate::explain::Subject;
use crate::validate::explain::Way;
use crate::validate::judge::Finding;
use crate::validate::judge::Found;
use crate::validate::judge::Job;
use crate::validate::judge::Position;
use crate::validate::model::Acceptance;
use crate::validate::model::SilentSteps;
use crate::validate::module::Selection;
use crate::validate::module::Writer;
use crate::validate::plan;
use crate::validate::run::Ending;
use crate::validate::run::Place;
use crate::validate::run::Ran;
use crate::validate::run::Remark;
use crate::validate::run::count;
use crate::validate::run::run;
use crate::validate::threads::Cursors;
use crate::validate::threads::Threads;

/// A finding for every trace, and for those that are rejected what the specification has there: one more run for all of
/// them, up to the event that nothing explains.
pub(super) async fn findings(job: &Arc<Job>, engine: &Arc<dyn Engine>) -> Result<Found, Failure> {
    let batches = plan::batches(&job.traces, job.settings.cores, job.settings.largest_batch);
    let task = |job: Arc<Job>, number: usize, batch: Vec<usize>| {
        let engine = Arc::clone(engine);
        async move { judge_batch(&job, &engine, number, &batch).await }
    };
    let mut found = Found::default();
    for part in in_parallel(job, batches, task).await? {
        found.add(part);
    }
    if job.settings.explain {
        explain(job, engine, &mut found).await?;
    }
    Ok(found)
}

async fn explain(job: &Arc<Job>, engine: &Arc<dyn Engine>, found: &mut Found) -> Result<(), Failure> {
    let subjects = found.findings.iter();
    let subjects: Vec<Subject> = subjects.filter_map(|(index, finding)| Subject::of(job, *index, finding)).collect();
    let short: Vec<Trace> = subjects.iter().map(|subject| subject.trace(job)).collect();
    let batches = plan::batches(&short, job.settings.cores, job.settings.largest_batch);
    let (subjects, short) = (Arc::new(subjects), Arc::new(short));
    let task = |job: Arc<Job>, number: usize, batch: Vec<usize>| {
        let (subjects, short, engine) = (Arc::clone(&subjects), Arc::clone(&short), Arc::clone(engine));
        async move { explain_batch(&job, &engine, &subjects, &short, number, &batch).await }
    };
    for part in in_parallel(job, batches, task).await? {
        found.add(part);
    }
    Ok(())
}

/// Runs a task for each batch, as many at a time as there are cores.
async fn in_parallel<T, F, R>(job: &Arc<Job>, batches: Vec<Vec<usize>>, task: F) -> Result<Vec<T>, Failure>
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

/// Judges the traces of one batch; a trace that TLC cannot evaluate is taken out, and the rest runs again.
async fn judge_batch(job: &Job, engine: &Arc<dyn Engine>, number: usize, batch: &[usize]) -> Result<Found, Diagnostic> {
    let traces: Vec<&Trace> = batch.iter().map(|index| &job.traces[*index]).collect();
    let encoded = data::encode(&job.mapping, &traces)?;
    let nodes = traces.first().map(|trace| trace.header.nodes.clone()).unwrap_or_default();
    let writer = Writer::new(&job.spec, &job.mapping);
    let folder = job.folder.join(format!("judge-{:02}", number + 1));
    let mut selected: Vec<usize> = (1..=batch.len()).collect();
    let mut part = Found::default();
    let mut watch = None;
    if let Some(finding) = job.left_out() {
        part.findings.extend(batch.iter().map(|index| (*index, finding.clone())));
        return Ok(part);
    }
    while !selected.is_empty() {
        let (targets, guards) = (&[][..], false);
        let selection = Selection { encoded: &encoded, nodes: &nodes, selected: &selected, targets, guards, watch };
        let place = Place { folder: &folder, settings: &job.settings, explain: false };
        let ran = run(engine, &writer, &job.spec, &selection, place).await?;
        part.runs += 1;
        part.cpu_milliseconds += ran.cpu_milliseconds;
        let give_up = |why: &str, part: &mut Found, selected: &mut Vec<usize>| {
            for number in selected.drain(..) {
                part.findings.insert(batch[number - 1], Finding::Unknown(why.to_owned()));
            }
        };
        match &ran.ending {
            Ending::Closed(evidence) => {
                for number in selected.drain(..) {
                    let length = match encoded.threads.get(number - 1) {
                        Some(threads) => threads.required(),
                        None => data::judged(traces[number - 1]),
                    };
                    let finding = finding(&ran, number, length, evidence.clone());
                    part.findings.insert(batch[number - 1], finding);
                }
            }
            Ending::Evaluation { trace, cursor, message } if selected.contains(trace) => {
                let finding = Finding::Evaluation { at: Position::after(*cursor), message: message.clone() };
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
    part.findings.values().for_each(|finding| job.notice(finding));
    Ok(part)
}

/// Levels of the search to watch from `from` on: as many as give no more lines than are read.
fn range(from: usize, traces: usize) -> (usize, usize) {
    (from, from + 5000 / traces.max(1))
}

/// What a closed run says of a trace.
fn finding(ran: &Ran, number: usize, length: usize, evidence: Evidence) -> Finding {
    let mut mine = ran.remarks.iter().filter(|remark| remark.trace == number);
    let stuck = mine.clone().filter(|remark| remark.what == "stuck").filter_map(position);
    let stuck = stuck.reduce(|one, other| if other.is_beyond(&one) { other } else { one });
    let level = mine.clone().find(|remark| remark.what == "level").and_then(|r| count(r.rest.first()));
    let marker = mine.find(|remark| remark.what == "accepted" && count(remark.rest.first()) == Some(length));
    match (marker, stuck) {
        (Some(marker), _) => {
            // The level of the state before the last event: 1 and the steps that lead there. The first is the smallest.
            let steps = level.map_or(0, |level| level.saturating_sub(length));
            let silent = SilentSteps { steps, ..SilentSteps::default() };
            Finding::Accepted(Acceptance::new(marker.line.clone(), evidence, silent))
        }
        (None, Some(at)) if at.explained < length => Finding::Stuck { at },
        _ => Finding::Unknown("TLC closed normally, but said nothing about this trace".to_owned()),
    }
}

/// What is explained where nothing explains more: how many events and, with intervals, how many of each thread.
fn position(remark: &Remark) -> Option<Position> {
    let cursors = match remark.rest.get(1) {
        Some(Value::Sequence(cursors)) => {
            let counts: Option<Vec<u32>> =
                cursors.iter().map(|cursor| u32::try_from(count(Some(cursor))?).ok()).collect();
            counts?.into()
        }
        _ => Cursors::default(),
    };
    Some(Position { explained: count(remark.rest.first())?, cursors, event: None })
}

async fn explain_batch(
    job: &Job,
    engine: &Arc<dyn Engine>,
    subjects: &[Subject],
    short: &[Trace],
    number: usize,
    batch: &[usize],
) -> Result<Found, Diagnostic> {
    let traces: Vec<&Trace> = batch.iter().map(|position| &short[*position]).collect();
    let encoded = data::encode(&job.mapping, &traces)?;
    let nodes = traces.first().map(|trace| trace.header.nodes.clone()).unwrap_or_default();
    let targets: Vec<String> = batch.iter().map(|position| subjects[*position].goal()).collect();
    let writer = Writer::new(&job.spec, &job.mapping);
    let folder = job.folder.join(format!("explain-{:02}", number + 1));
    let selected: Vec<usize> = (1..=batch.len()).collect();
    let mut part = Found::default();
    let mut best: Option<Ran> = None;
    // Conditions are cut out of the text and may not stand alone; the second time goes without.
    for guards in [true, false] {
        let selection =
            Selection { encoded: &encoded, nodes: &nodes, selected: &selected, targets: &targets, guards, watch: None };
        let place = Place { folder: &folder, settings: &job.settings, explain: true };
        let ran = run(engine, &writer, &job.spec, &selection, place).await?;
        part.runs += 1;
        part.cpu_milliseconds += ran.cpu_milliseconds;
        let closed = matches!(ran.ending, Ending::Closed(_));
        if closed || best.as_ref().is_none_or(|known| known.remarks.len() < ran.remarks.len()) {
            best = Some(ran);
        }
        if closed {
            break;
        }
    }
    let Some(ran) = best else { return Ok(part) };
    for (number, position) in batch.iter().enumerate() {
        let subject = &subjects[*position];
        part.explained.insert(subject.index, read(job, &writer, &ran, number + 1, subject));
    }
    Ok(part)
}

/// What a run says of a trace.
fn read(job: &Job, writer: &Writer<'_>, ran: &Ran, number: usize, subject: &Subject) -> Explained {
    let complete = matches!(ran.ending, Ending::Closed(_));
    let message = match &ran.ending {
        Ending::Closed(_) => None,
        Ending::Evaluation { message, .. } | Ending::Lost { message, .. } | Ending::Failed { why: message } => {
            Some(message.as_str())
        }
    };
    if job.mapping.has_intervals() {
        return read_threads(job, writer, ran, number, subject, message);
    }
    let event = job.traces[subject.index].events.get(subject.target);
    let guard = |blame: usize| writer.guard(&event?.name, blame);
    let remarks = ran.remarks.iter().filter(|remark| remark.trace == number);
    Explained::of(job, subject, candidates(remarks, guard), complete, message)
}

/// The same with intervals: of each event that may come next what the run says.
fn read_threads(
    job: &Job,
    writer: &Writer<'_>,
    ran: &Ran,
    number: usize,
    subject: &Subject,
    message: Option<&str>,
) -> Explained {
    let trace = &job.traces[subject.index];
    let Ok(threads) = Threads::of(trace) else { return Explained::default() };
    let free = threads.free(&subject.cursors).into_iter().filter_map(|thread| threads.next(&subject.cursors, thread));
    let one = |event: usize| {
        let guard = |blame: usize| writer.guard(&trace.events[event].name, blame);
        // What is said from one event on to the next is about it.
        let mut mine = false;
        let mut about = Vec::new();
        for remark in ran.remarks.iter().filter(|remark| remark.trace == number) {
            if remark.what == "thread" {
                mine = count(remark.rest.first()) == Some(event + 1);
            }
            if mine {
                about.push(remark);
            }
        }
        (event, Explained::of(job, &subject.about(event), candidates(about, guard), message.is_none(), message))
    };
    Explained::of_each(free.map(one).collect(), threads.first(&subject.cursors))
}

fn candidates<'r>(
    remarks: impl IntoIterator<Item = &'r Remark>,
    guard: impl Fn(usize) -> Option<String>,
) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut again = false;
    for remark in remarks {
        match (remark.what.as_str(), found.last_mut()) {
            ("before" | "thread", _) => {
                let before = match remark.rest.get(1) {
                    Some(Value::Record(fields)) => fields.clone(),
                    _ => BTreeMap::new(),
                };
                // The same state after more silent steps says the same.
                again = found.iter().any(|candidate| candidate.before == before);
                if !again {
                    found.push(Candidate { before, ..Candidate::default() });
                }
            }
            _ if again => {}
            ("blame", Some(candidate)) => candidate.guard = guard(count(remark.rest.first()).unwrap_or(0)),
            ("way", Some(candidate)) => {
                if let Some(Value::Sequence(cells)) = remark.rest.first() {
                    candidate.ways.push(Way::of(cells));
                }
            }
            _ => {}
        }
    }
    found
}
