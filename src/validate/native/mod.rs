//! Findings by the evaluator: no file, no child; as many threads as there are cores, each with a program of its own.

mod explain;
mod ground;
mod intervals;
mod search;
mod steps;
mod suggest;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::engine::Evidence;
use crate::engine::evidence::Claim;
use crate::eval;
use crate::eval::Budget;
use crate::eval::Fault;
use crate::eval::Invariant;
use crate::eval::Machine;
use crate::eval::Program;
use crate::eval::State;
use crate::eval::on_large_stack;
use crate::validate::data;
use crate::validate::explain::Subject;
use crate::validate::judge::Finding;
use crate::validate::judge::Found;
use crate::validate::judge::Job;
use crate::validate::model::Acceptance;
use crate::validate::model::SilentSteps;
use crate::validate::model::Violated;
use crate::validate::module::Writer;
use crate::validate::next;
use crate::validate::threads::Threads;
use ground::End;
use ground::Tally;
use search::Search;
use steps::Loaded;
use steps::Plan;

/// A finding for every trace, and what the specification has where one is rejected.
pub(super) async fn findings(job: &Arc<Job>) -> Result<Found, Failure> {
    let job = Arc::clone(job);
    let judged = tokio::task::spawn_blocking(move || in_threads(&job)).await;
    judged.map_err(|e| Failure::from(Diagnostic::error("internal/task", format!("a validation task died: {e}"))))?
}

fn in_threads(job: &Job) -> Result<Found, Failure> {
    let plan = Plan::of(job)?;
    let next = AtomicUsize::new(0);
    let all = Mutex::new((Found::default(), None::<(usize, Vec<Diagnostic>)>));
    std::thread::scope(|scope| {
        for _ in 0..job.settings.cores.clamp(1, job.traces.len().max(1)) {
            scope.spawn(|| {
                on_large_stack(|| {
                    let found = Worker { job, plan: &plan, next: &next }.work();
                    let mut all = all.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    match found {
                        Ok(found) => all.0.add(found),
                        // Of several the first, whoever came to it first.
                        Err(wrong) if all.1.as_ref().is_none_or(|known| wrong.0 < known.0) => all.1 = Some(wrong),
                        Err(_) => {}
                    }
                });
            });
        }
    });
    match all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        (found, None) => Ok(found),
        (_, Some((_, diagnostics))) => Err(Failure { diagnostics }),
    }
}

/// How many programs a thread keeps at most.
const PROGRAMS: usize = 8;

/// What one thread does: trace after trace, until none is left.
struct Worker<'a> {
    job: &'a Job,
    plan: &'a Plan,
    next: &'a AtomicUsize,
}

/// What is wrong with a trace that has this index, or with the specification.
type Wrong = (usize, Vec<Diagnostic>);

impl Worker<'_> {
    fn work(&self) -> Result<Found, Wrong> {
        let mut found = Found::default();
        // Traces of other nodes take turns as the harness recorded them: each program is made once.
        let mut loaded: HashMap<&[String], Loaded> = HashMap::new();
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(trace) = self.job.traces.get(index) else { return Ok(found) };
            if let Some(finding) = self.job.left_out() {
                found.findings.insert(index, finding);
                continue;
            }
            let nodes = trace.header.nodes.as_slice();
            if loaded.len() >= PROGRAMS && !loaded.contains_key(nodes) {
                loaded.clear();
            }
            let ready = match loaded.entry(nodes) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    new.insert(Loaded::new(self.job, self.plan, nodes).map_err(|wrong| (index, wrong))?)
                }
            };
            self.judge(index, ready, &mut found)?;
        }
    }

    fn judge(&self, index: usize, loaded: &mut Loaded, found: &mut Found) -> Result<(), Wrong> {
        let events = loaded.events(self.job, self.plan, index).map_err(|wrong| (index, vec![wrong]))?;
        let threads = self.threads(index).map_err(|wrong| (index, vec![wrong]))?;
        let mut machine = self.machine(&loaded.program);
        let limit = self.job.settings.limit;
        let (end, tally) = match &threads {
            Some(threads) => {
                let mut search = intervals::Search::new(&mut machine, loaded, &events, threads, limit);
                (search.run(), search.tally())
            }
            None => {
                let mut search = Search::new(&mut machine, loaded, &events, limit);
                (search.run(), search.tally())
            }
        };
        let finding = self.finding(index, loaded, end, &tally);
        self.job.notice(&finding);
        if let Some(subject) = Subject::of(self.job, index, &finding).filter(|_| self.job.settings.explain) {
            let explained = match &threads {
                Some(threads) => explain::explain_threads(self, loaded, &events, &subject, threads),
                None => explain::explain(self, loaded, &events, &subject),
            };
            found.explained.insert(index, explained.map_err(|wrong| (index, wrong))?);
        }
        found.findings.insert(index, finding);
        Ok(())
    }

    /// The threads of a trace, where intervals order it.
    fn threads(&self, index: usize) -> Result<Option<Threads>, Diagnostic> {
        self.job.mapping.has_intervals().then(|| Threads::of(&self.job.traces[index])).transpose()
    }

    /// The text of a condition of an action, by its number in the explanation.
    fn guard(&self, action: &str, number: usize) -> Option<String> {
        Writer::new(&self.job.spec, &self.job.mapping).guard(action, number)
    }

    /// The time limit is a budget of steps, too, so that one expression cannot take longer either.
    fn machine<'p>(&self, program: &'p Program) -> Machine<'p> {
        Machine::new(program, Budget::of_seconds(self.job.settings.limit.as_secs().max(1)))
    }

    /// What an acceptance rests on: that the search came to the end of the trace, and what it went through.
    fn evidence(&self, search: &Tally) -> Result<Acceptance, String> {
        let events = search.events;
        let mut silent = SilentSteps { steps: search.silently.iter().sum(), ..SilentSteps::default() };
        for (action, taken) in self.job.mapping.silent.iter().zip(&search.silently).filter(|(_, taken)| **taken > 0) {
            *silent.by_action.entry(action.name.clone()).or_default() += taken;
        }
        let claim = Claim {
            closing: format!("specgen {}: every event has a step", env!("CARGO_PKG_VERSION")),
            states: search.generated,
            distinct_states: search.visited,
            depth: u64::try_from(events + silent.steps + 1).ok(),
            invariants: self.job.settings.invariants.clone(),
            properties: vec!["the trace is consumed".to_owned()],
            ..Claim::default()
        };
        let run = Evidence::new(claim).map_err(|missing| format!("the search ended without evidence: {missing}"))?;
        Ok(Acceptance::new(format!("accepted after {events} events"), run, silent))
    }

    fn finding(&self, index: usize, loaded: &Loaded, end: End, search: &Tally) -> Finding {
        match end {
            End::Reached => match self.evidence(search) {
                Ok(acceptance) => Finding::Accepted(acceptance),
                Err(why) => Finding::Unknown(why),
            },
            End::Violated { at, invariant, state, initial } => {
                let violated = self.violated(loaded, &loaded.invariants[invariant], &state, initial);
                Finding::Violated { at, violated: Box::new(violated) }
            }
            End::Stuck { at } if at.explained < data::judged(&self.job.traces[index]) => Finding::Stuck { at },
            End::Stuck { .. } => Finding::Unknown("the search ended without an end".to_owned()),
            End::Fault { at, fault } => Finding::Evaluation { at, message: loaded.told(&fault) },
            End::NoState => Finding::Unknown("the initial predicate has no state".to_owned()),
            End::NoStart(fault) => Finding::Unknown(loaded.told(&fault)),
            End::Unsupported(why) => Finding::Unsupported(why),
            End::Limit(why) => Finding::Unknown(why),
        }
    }
}

impl Worker<'_> {
    /// An invariant that is not true of this state.
    fn violated(&self, loaded: &Loaded, invariant: &Invariant, state: &State, initial: bool) -> Violated {
        let named = loaded.program.variables().iter().zip(state).enumerate();
        let read = named.filter(|(number, _)| invariant.looks_at(*number)).map(|(_, pair)| pair);
        let values = read.filter_map(|(name, value)| Some((name.clone(), eval::printed(value.as_ref()?)?)));
        Violated {
            invariant: invariant.name.clone(),
            place: next::place(&self.job.spec, &invariant.name)
                .unwrap_or_else(|| format!("{}.tla", self.job.spec.name)),
            initial,
            values: values.collect(),
        }
    }
}

/// Whether nothing is known of the specification by this: another engine, or a larger budget, may find a value.
fn is_limit(fault: &Fault) -> bool {
    fault.kind.is_limit()
}

/// A clock that is looked at as the search goes on.
struct Limit {
    watch: Stopwatch,
    limit: std::time::Duration,
}

impl Limit {
    fn is_over(&self) -> bool {
        self.watch.elapsed() > self.limit
    }
}
