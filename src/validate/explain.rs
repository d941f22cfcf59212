//! Why a trace is rejected: what the specification has before the event that nothing explains, and what follows from it.

use std::collections::BTreeMap;

use crate::tla::value::Value;
use crate::trace::mapping::StateField;
use crate::trace::model::Event;
use crate::trace::model::Trace;
use crate::trace::probes;
use crate::validate::clue;
use crate::validate::data;
use crate::validate::judge::Finding;
use crate::validate::judge::Job;
use crate::validate::model::Difference;
use crate::validate::model::Divergence;
use crate::validate::model::DivergenceKind;
use crate::validate::model::FORMAT;
use crate::validate::model::Previous;
use crate::validate::model::Refusal;
use crate::validate::model::Suggestions;
use crate::validate::threads::Cursors;

/// How many events before the one in question are shown.
pub(super) const PREVIOUS: usize = 5;

/// How many ways to take an action are compared with what was observed.
const WAYS: usize = 4;

/// Of so many states it is told why the action cannot be taken.
const REFUSALS: usize = 10;

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
    refusals: Vec<Refusal>,
    /// What would explain the event, where that was looked for.
    pub(super) suggestions: Option<Suggestions>,
    /// With intervals, the same of each event that may come next, by its index.
    pub(super) each: BTreeMap<usize, Self>,
}

/// What an explanation says of one event that may come next beside others.
pub(super) struct Said<'e> {
    pub(super) kind: DivergenceKind,
    pub(super) candidates: usize,
    pub(super) ways: usize,
    pub(super) differences: &'e [Difference],
    pub(super) guard: Option<&'e str>,
    pub(super) refusals: &'e [Refusal],
}

impl Explained {
    /// Of several events that may come next, each explained by itself: that of the first, with all of them.
    pub(super) fn of_each(each: BTreeMap<usize, Self>, first: Option<usize>) -> Self {
        let first = first.and_then(|event| each.get(&event)).cloned().unwrap_or_default();
        Self { each, ..first }
    }

    /// What it says of the event with this index.
    pub(super) fn said(&self, event: usize) -> Option<Said<'_>> {
        let Self { candidates, ways, differences, guard, refusals, .. } = self.each.get(&event)?;
        let kind = kind(self.each.get(&event));
        let refusals = if kind == DivergenceKind::NotEnabled { refusals.as_slice() } else { &[] };
        Some(Said { kind, candidates: *candidates, ways: *ways, differences, guard: guard.as_deref(), refusals })
    }
}

/// A rejected trace.
pub(super) struct Subject {
    pub(super) index: usize,
    /// How many of its events are needed.
    keep: usize,
    /// How many of them are explained.
    pub(super) target: usize,
    /// Whether it is an invariant that the next one violates.
    pub(super) violated: bool,
    /// With intervals, of each thread how many events are explained.
    pub(super) cursors: Cursors,
}

impl Subject {
    /// `None` for what is not rejected.
    pub(super) fn of(job: &Job, index: usize, finding: &Finding) -> Option<Self> {
        let trace = &job.traces[index];
        let intervals = job.mapping.has_intervals();
        let mut cursors = Cursors::default();
        let (keep, target) = match finding {
            Finding::Stuck { at } | Finding::Violated { at, .. } if intervals => {
                cursors.clone_from(&at.cursors);
                (data::judged(trace), at.explained)
            }
            // Which states there were, no single order says.
            Finding::Evaluation { .. } | Finding::Accepted(_) if intervals => return None,
            Finding::Stuck { at } | Finding::Violated { at, .. } => (at.explained + 1, at.explained),
            Finding::Evaluation { at, .. } => (at.explained, at.explained),
            Finding::Accepted(_) if data::judged(trace) < trace.events.len() => {
                (data::judged(trace), data::judged(trace))
            }
            Finding::Accepted(_) | Finding::Unsupported(_) | Finding::Unknown(_) => return None,
        };
        Some(Self { index, keep, target, violated: matches!(finding, Finding::Violated { .. }), cursors })
    }

    /// What is to be explained before, as TLA+.
    pub(super) fn goal(&self) -> String {
        let cursors: Vec<String> = self.cursors.iter().map(ToString::to_string).collect();
        if cursors.is_empty() { self.target.to_string() } else { format!("<<{}>>", cursors.join(", ")) }
    }

    /// The same trace, about one of the events that may come next.
    pub(super) fn about(&self, event: usize) -> Self {
        Self { target: event, cursors: Cursors::default(), ..*self }
    }

    /// The event that nothing explains, where one is to be looked at.
    pub(super) fn event<'a>(&self, job: &'a Job) -> Option<&'a Event> {
        job.traces[self.index].events.get(self.target).filter(|_| self.target < self.keep)
    }

    pub(super) fn trace(&self, job: &Job) -> Trace {
        let trace = &job.traces[self.index];
        Trace { events: trace.events[..self.keep.min(trace.events.len())].to_vec(), ..trace.clone() }
    }
}

/// A state before the event, and what follows from it.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    pub(super) before: BTreeMap<String, Value>,
    /// The first condition of the action that does not hold.
    pub(super) guard: Option<String>,
    pub(super) ways: Vec<Way>,
    /// Why there is no way, where that is known.
    pub(super) refusal: Option<Refusal>,
}

/// A way to take the action, whatever was observed.
#[derive(Debug, PartialEq)]
pub(super) struct Way {
    /// One a compared field; `None` where a condition rules the comparison out.
    shown: Vec<Option<Value>>,
}

impl Way {
    /// From one sequence a compared field: what is compared, or nothing.
    pub(super) fn of(cells: &[Value]) -> Self {
        let shown = cells.iter().map(|cell| match cell {
            Value::Sequence(items) => items.first().cloned(),
            _ => None,
        });
        Self { shown: shown.collect() }
    }

    /// The compared fields that differ.
    fn differing(&self, observed: &[Option<String>]) -> Vec<usize> {
        let differs = |(spec, seen): (&Option<Value>, &Option<String>)| match (spec, seen) {
            (Some(spec), Some(seen)) => Value::parse(seen).map_or(true, |seen| plain(&seen) != plain(spec)),
            _ => false,
        };
        self.shown.iter().zip(observed).enumerate().filter(|(_, pair)| differs(*pair)).map(|(i, _)| i).collect()
    }
}

impl Explained {
    /// Of the states before the event, in the order in which TLC finds them; `failure` is what ended the look at them.
    pub(super) fn of(
        job: &Job,
        subject: &Subject,
        mut candidates: Vec<Candidate>,
        complete: bool,
        failure: Option<&str>,
    ) -> Self {
        let event = job.traces[subject.index].events.get(subject.target);
        let seen = |field: &StateField| data::field_literal(field, event?.state.get(&field.field)?).ok();
        let observed: Vec<Option<String>> = job.mapping.checked().map(seen).collect();
        let refusals = candidates.iter_mut().filter_map(|candidate| candidate.refusal.take());
        let mut refusals: Vec<Refusal> = refusals.take(REFUSALS).collect();
        refusals.sort_by_key(|refusal| refusal.failing);
        let mut candidates: Vec<Compared> = candidates.into_iter().map(|c| Compared::of(c, &observed)).collect();
        let mut explained = Self {
            candidates: candidates.len(),
            ways: candidates.iter().map(|candidate| candidate.ways.len()).sum(),
            complete,
            refusals,
            message: failure.map(|why| format!("the run that was to explain the rejection failed: {why}")),
            ..Self::default()
        };
        candidates.sort_by_key(|candidate| (candidate.nearest().is_none(), candidate.nearest()));
        let Some(best) = candidates.into_iter().next() else { return explained };
        explained.differences = differences(job, &best.ways, &observed);
        explained.guard = best.guard.filter(|_| best.ways.is_empty());
        explained.before = best.before;
        explained
    }
}

/// A candidate whose ways are different ones, the nearest to what was observed first, each with the fields that differ.
struct Compared {
    before: BTreeMap<String, Value>,
    guard: Option<String>,
    ways: Vec<(Vec<usize>, Way)>,
}

impl Compared {
    fn of(candidate: Candidate, observed: &[Option<String>]) -> Self {
        let mut ways: Vec<(Vec<usize>, Way)> = Vec::new();
        for way in candidate.ways {
            if !ways.iter().any(|(_, known)| *known == way) {
                ways.push((way.differing(observed), way));
            }
        }
        ways.sort_by_key(|(differing, _)| differing.len());
        Self { before: candidate.before, guard: candidate.guard, ways }
    }

    fn nearest(&self) -> Option<usize> {
        self.ways.first().map(|(differing, _)| differing.len())
    }
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

fn differences(job: &Job, ways: &[(Vec<usize>, Way)], observed: &[Option<String>]) -> Vec<Difference> {
    let ways = &ways[..ways.len().min(WAYS)];
    let mut found = Vec::new();
    for (index, field) in job.mapping.checked().enumerate() {
        if !ways.iter().any(|(differing, _)| differing.contains(&index)) {
            continue;
        }
        let text = |value: &Option<Value>| value.as_ref().map_or("(not compared)".to_owned(), ToString::to_string);
        let difference = Difference {
            field: field.field.clone(),
            spec: field.spec.trim().to_owned(),
            expected: ways.iter().map(|(_, way)| way.shown.get(index).map_or_else(String::new, text)).collect(),
            observed: observed[index].clone().unwrap_or_default(),
        };
        // What differs in the nearest way comes first.
        let first = ways.first().is_some_and(|(differing, _)| differing.contains(&index));
        found.push((!first, difference));
    }
    found.sort_by_key(|(later, _)| *later);
    found.into_iter().map(|(_, difference)| difference).collect()
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
    let unsaid = event.probe.is_empty() && event.function.is_empty();
    let (probe, function) = match action {
        Some(action) if unsaid && action.harness => probes::of_harness(&event.name),
        _ => (event.probe.clone(), event.function.clone()),
    };
    Divergence {
        format: FORMAT,
        trace: trace.file.clone(),
        event_index: cursor,
        events: trace.events.len(),
        line: event.line,
        event: event.name.clone(),
        node: event.node.clone(),
        probe,
        function,
        path: event.path.clone(),
        params: event.params.clone(),
        observed: event.state.clone(),
        kind,
        violated: None,
        before: explained.before,
        candidates: explained.candidates,
        ways: explained.ways,
        differences: if kind == DivergenceKind::InvariantViolated { Vec::new() } else { explained.differences },
        guard: explained.guard,
        nearest,
        made: if kind == DivergenceKind::NotEnabled { clue::made(trace, cursor) } else { None },
        message: explained.message,
        refusals: if kind == DivergenceKind::NotEnabled { explained.refusals } else { Vec::new() },
        suggestions: explained.suggestions,
        frontier: None,
        previous_events: trace.events[cursor.saturating_sub(PREVIOUS)..cursor].iter().map(Previous::of).collect(),
    }
}
