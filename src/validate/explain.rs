//! Why a trace is rejected: one more run for all of them, up to the event that nothing explains.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::tla::value::Value;
use crate::trace::model::Trace;
use crate::validate::clue;
use crate::validate::data;
use crate::validate::data::Encoded;
use crate::validate::judge::Finding;
use crate::validate::judge::Job;
use crate::validate::judge::in_parallel;
use crate::validate::model::Difference;
use crate::validate::model::Divergence;
use crate::validate::model::DivergenceKind;
use crate::validate::model::FORMAT;
use crate::validate::model::Previous;
use crate::validate::model::Report;
use crate::validate::module::Selection;
use crate::validate::module::Writer;
use crate::validate::plan;
use crate::validate::run::Ending;
use crate::validate::run::Place;
use crate::validate::run::Ran;
use crate::validate::run::count;
use crate::validate::run::run;

/// How many events before the one in question are shown.
const PREVIOUS: usize = 5;

/// How many ways to take an action are compared with what was observed.
const WAYS: usize = 4;

/// What an explanation found out about a trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Explained {
    before: BTreeMap<String, Value>,
    candidates: usize,
    ways: usize,
    differences: Vec<Difference>,
    guard: Option<String>,
    /// The run closed normally, so that what was not printed does not exist.
    complete: bool,
    message: Option<String>,
}

/// Explains all rejected traces.
pub(super) async fn explain(
    job: &Arc<Job>,
    findings: &BTreeMap<usize, Finding>,
    report: &mut Report,
) -> Result<BTreeMap<usize, Explained>, Failure> {
    let mut subjects = Vec::new();
    for (index, finding) in findings {
        let trace = &job.traces[*index];
        let keep = match finding {
            Finding::Stuck { cursor } => cursor + 1,
            Finding::Evaluation { cursor, .. } => *cursor,
            Finding::Accepted(_) if data::judged(trace) < trace.events.len() => data::judged(trace),
            Finding::Accepted(_) | Finding::Unknown(_) => continue,
        };
        let target = if let Finding::Stuck { cursor } = finding { *cursor } else { keep };
        subjects.push(Subject { index: *index, keep, target });
    }
    if subjects.is_empty() || !job.settings.explain {
        return Ok(BTreeMap::new());
    }
    let short: Vec<Trace> = subjects.iter().map(|subject| subject.trace(job)).collect();
    let batches = plan::batches(&short, job.settings.cores, job.settings.largest_batch);
    let subjects = Arc::new(subjects);
    let short = Arc::new(short);
    let task = |job: Arc<Job>, number: usize, batch: Vec<usize>| {
        let (subjects, short) = (Arc::clone(&subjects), Arc::clone(&short));
        async move { explain_batch(&job, &subjects, &short, number, &batch).await }
    };
    let mut all = BTreeMap::new();
    for (explained, runs, cpu_milliseconds) in in_parallel(job, batches, task).await? {
        report.runs += runs;
        report.cpu_milliseconds += cpu_milliseconds;
        all.extend(explained);
    }
    Ok(all)
}

/// A rejected trace.
struct Subject {
    index: usize,
    /// How many of its events are needed.
    keep: usize,
    /// How many of them are explained.
    target: usize,
}

impl Subject {
    fn trace(&self, job: &Job) -> Trace {
        let trace = &job.traces[self.index];
        Trace { events: trace.events[..self.keep.min(trace.events.len())].to_vec(), ..trace.clone() }
    }
}

type Part = (BTreeMap<usize, Explained>, usize, u64);

async fn explain_batch(
    job: &Job,
    subjects: &[Subject],
    short: &[Trace],
    number: usize,
    batch: &[usize],
) -> Result<Part, Diagnostic> {
    let traces: Vec<&Trace> = batch.iter().map(|position| &short[*position]).collect();
    let encoded = data::encode(&job.mapping, &traces)?;
    let nodes = traces.first().map(|trace| trace.header.nodes.clone()).unwrap_or_default();
    let targets: Vec<usize> = batch.iter().map(|position| subjects[*position].target).collect();
    let writer = Writer::new(&job.spec, &job.mapping);
    let folder = job.folder.join(format!("explain-{:02}", number + 1));
    let selected: Vec<usize> = (1..=batch.len()).collect();
    let mut cpu_milliseconds = 0;
    let mut runs = 0;
    let mut best: Option<Ran> = None;
    // Conditions are cut out of the text and may not stand alone; the second time goes without.
    for guards in [true, false] {
        let selection =
            Selection { encoded: &encoded, nodes: &nodes, selected: &selected, targets: &targets, guards, watch: None };
        let place = Place { folder: &folder, settings: &job.settings, explain: true };
        let ran = run(&job.engine, &writer, &job.spec, &selection, place).await?;
        runs += 1;
        cpu_milliseconds += ran.cpu_milliseconds;
        let closed = matches!(ran.ending, Ending::Closed(_));
        if closed || best.as_ref().is_none_or(|known| known.remarks.len() < ran.remarks.len()) {
            best = Some(ran);
        }
        if closed {
            break;
        }
    }
    let Some(ran) = best else { return Ok((BTreeMap::new(), runs, cpu_milliseconds)) };
    let mut explained = BTreeMap::new();
    for (number, position) in batch.iter().enumerate() {
        let subject = &subjects[*position];
        explained.insert(subject.index, read(job, &writer, &encoded, &ran, number + 1, subject));
    }
    Ok((explained, runs, cpu_milliseconds))
}

/// A state before the event, and what follows from it.
#[derive(Default)]
struct Candidate {
    before: BTreeMap<String, Value>,
    blame: usize,
    ways: Vec<Way>,
}

struct Way {
    /// One a compared field; `None` where a condition rules the comparison out.
    shown: Vec<Option<Value>>,
    /// The compared fields that differ.
    differing: Vec<usize>,
}

fn read(job: &Job, writer: &Writer<'_>, encoded: &Encoded, ran: &Ran, number: usize, subject: &Subject) -> Explained {
    let event = job.traces[subject.index].events.get(subject.target);
    let observed: Vec<Option<String>> = encoded
        .columns
        .iter()
        .map(|column| {
            let field = &job.mapping.state[column.field];
            let value = event?.state.get(&field.field)?;
            data::field_literal(field, value).ok()
        })
        .collect();
    let mut candidates = candidates(ran, number, &observed);
    let mut explained = Explained {
        candidates: candidates.len(),
        ways: candidates.iter().map(|candidate| candidate.ways.len()).sum(),
        complete: matches!(ran.ending, Ending::Closed(_)),
        ..Explained::default()
    };
    if let Ending::Evaluation { message, .. } | Ending::Lost { message, .. } | Ending::Failed { why: message } =
        &ran.ending
    {
        explained.message = Some(format!("the run that was to explain the rejection failed: {message}"));
    }
    let nearest = |candidate: &Candidate| candidate.ways.iter().map(|way| way.differing.len()).min();
    candidates.sort_by_key(|candidate| (nearest(candidate).is_none(), nearest(candidate)));
    let Some(mut best) = candidates.into_iter().next() else { return explained };
    best.ways.sort_by_key(|way| way.differing.len());
    explained.differences = differences(job, encoded, &best.ways, &observed);
    if best.ways.is_empty()
        && let Some(event) = event
    {
        explained.guard = writer.guard(&event.name, best.blame);
    }
    explained.before = best.before;
    explained
}

fn candidates(ran: &Ran, number: usize, observed: &[Option<String>]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for remark in ran.remarks.iter().filter(|remark| remark.trace == number) {
        match (remark.what.as_str(), found.last_mut()) {
            ("before", _) => {
                let before = match remark.rest.get(1) {
                    Some(Value::Record(fields)) => fields.clone(),
                    _ => BTreeMap::new(),
                };
                found.push(Candidate { before, ..Candidate::default() });
            }
            ("blame", Some(candidate)) => candidate.blame = count(remark.rest.first()).unwrap_or(0),
            ("way", Some(candidate)) => {
                if let Some(Value::Sequence(cells)) = remark.rest.first() {
                    let way = way(cells, observed);
                    if !candidate.ways.iter().any(|known| known.shown == way.shown) {
                        candidate.ways.push(way);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn way(cells: &[Value], observed: &[Option<String>]) -> Way {
    let shown: Vec<Option<Value>> = cells
        .iter()
        .map(|cell| match cell {
            Value::Sequence(items) => items.first().cloned(),
            _ => None,
        })
        .collect();
    let differs = |(spec, seen): (&Option<Value>, &Option<String>)| match (spec, seen) {
        (Some(spec), Some(seen)) => Value::parse(seen).map_or(true, |seen| plain(&seen) != plain(spec)),
        _ => false,
    };
    let differing = shown.iter().zip(observed).enumerate().filter(|(_, pair)| differs(*pair)).map(|(i, _)| i);
    Way { differing: differing.collect(), shown }
}

/// Records and sequences are functions; the same function in different clothes becomes the same value.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Sequence(items) => Value::Function((1..).map(Value::Int).zip(items.iter().map(plain)).collect()),
        Value::Record(fields) => {
            Value::Function(fields.iter().map(|(name, value)| (Value::Str(name.clone()), plain(value))).collect())
        }
        Value::Function(pairs) => {
            Value::Function(pairs.iter().map(|(key, value)| (plain(key), plain(value))).collect())
        }
        Value::Set(items) => Value::Set(items.iter().map(plain).collect()),
        Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::Model(_) => value.clone(),
    }
}

fn differences(job: &Job, encoded: &Encoded, ways: &[Way], observed: &[Option<String>]) -> Vec<Difference> {
    let ways = &ways[..ways.len().min(WAYS)];
    let mut found = Vec::new();
    for (index, column) in encoded.columns.iter().enumerate() {
        if !ways.iter().any(|way| way.differing.contains(&index)) {
            continue;
        }
        let field = &job.mapping.state[column.field];
        let text = |value: &Option<Value>| value.as_ref().map_or("(not compared)".to_owned(), ToString::to_string);
        found.push(Difference {
            field: field.field.clone(),
            spec: field.spec.trim().to_owned(),
            expected: ways.iter().map(|way| way.shown.get(index).map_or_else(String::new, text)).collect(),
            observed: observed[index].clone().unwrap_or_default(),
        });
    }
    // What differs in the nearest way comes first.
    let first = ways.first().map(|way| way.differing.clone()).unwrap_or_default();
    let name = |index: &usize| job.mapping.state[encoded.columns[*index].field].field.clone();
    let first: Vec<String> = first.iter().map(name).collect();
    found.sort_by_key(|difference| !first.contains(&difference.field));
    found
}

/// What kind of disagreement an explanation shows.
pub(super) fn kind(explained: Option<&Explained>) -> DivergenceKind {
    match explained {
        Some(explained) if explained.ways > 0 => DivergenceKind::StateDiffers,
        Some(explained) if explained.complete && explained.candidates > 0 => DivergenceKind::NotEnabled,
        _ => DivergenceKind::Unexplained,
    }
}

/// The divergence of a trace after `cursor` events.
pub(super) fn divergence(
    job: &Job,
    index: usize,
    cursor: usize,
    kind: DivergenceKind,
    explained: Option<&Explained>,
) -> Divergence {
    let trace = &job.traces[index];
    let cursor = cursor.min(trace.events.len().saturating_sub(1));
    let event = &trace.events[cursor];
    let explained = explained.cloned().unwrap_or_default();
    let action = job.mapping.actions.iter().find(|action| action.name == event.name);
    let missed = explained.guard.as_deref().zip(action);
    let nearest = missed.and_then(|(guard, action)| clue::nearest(guard, action, event, &explained.before));
    Divergence {
        format: FORMAT,
        trace: trace.file.clone(),
        event_index: cursor,
        events: trace.events.len(),
        line: event.line,
        event: event.name.clone(),
        node: event.node.clone(),
        probe: event.probe.clone(),
        function: event.function.clone(),
        path: event.path.clone(),
        params: event.params.clone(),
        observed: event.state.clone(),
        kind,
        before: explained.before,
        candidates: explained.candidates,
        ways: explained.ways,
        differences: explained.differences,
        guard: explained.guard,
        nearest,
        made: if kind == DivergenceKind::NotEnabled { clue::made(trace, cursor) } else { None },
        message: explained.message,
        previous_events: trace.events[cursor.saturating_sub(PREVIOUS)..cursor].iter().map(Previous::of).collect(),
    }
}
