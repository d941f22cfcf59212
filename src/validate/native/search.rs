//! The search for a behaviour that a trace describes: depth first along its events.

use std::collections::HashSet;
use std::time::Duration;
use std::vec::IntoIter;

use super::Limit;
use super::is_limit;
use super::steps::Bound;
use super::steps::Loaded;
use crate::base::clock::Stopwatch;
use crate::eval::Eval;
use crate::eval::Fault;
use crate::eval::Kind;
use crate::eval::Machine;
use crate::eval::State;
use crate::eval::fingerprint;

/// More states than this are not looked at.
const MOST_STATES: u64 = 20_000_000;

/// How a search ended.
#[derive(Debug)]
pub(super) enum End {
    /// One way leads to the end of the trace, and no error was met before.
    Reached,
    /// None does; the longest explain so many events.
    Stuck { cursor: usize },
    /// The step after so many events, the fewest of which that can be said, cannot be evaluated.
    Fault { cursor: usize, fault: Box<Fault> },
    /// There is nothing to start from.
    NoState,
    /// Where to start from cannot be evaluated.
    NoStart(Box<Fault>),
    /// The evaluator cannot do something that the search needs.
    Unsupported(String),
    /// The search was given up, so that nothing is known.
    Limit(String),
}

/// States after the same events that are still to be gone on from.
struct Level {
    left: IntoIter<State>,
    /// The state they follow from, by its fingerprint; it is dead once none of them is left.
    from: u64,
}

/// A search.
pub(super) struct Search<'s, 'p> {
    machine: &'s mut Machine<'p>,
    loaded: &'s Loaded,
    pub(super) events: &'s [Bound],
    /// States from which no way leads to the end, each with its number of events.
    dead: HashSet<(usize, u64)>,
    limit: Limit,
    /// States that were made, and of these the ones that were gone on from.
    pub(super) generated: u64,
    pub(super) visited: u64,
}

impl<'s, 'p> Search<'s, 'p> {
    pub(super) fn new(machine: &'s mut Machine<'p>, loaded: &'s Loaded, events: &'s [Bound], limit: Duration) -> Self {
        let limit = Limit { watch: Stopwatch::start(), limit };
        Self { machine, loaded, events, dead: HashSet::new(), limit, generated: 0, visited: 0 }
    }

    pub(super) fn run(&mut self) -> End {
        let initial = match self.machine.initial_states(&self.loaded.init) {
            Ok(states) if states.is_empty() => return End::NoState,
            Ok(states) => states,
            Err(fault) if is_limit(&fault) => return self.given_up(&fault),
            Err(fault) => return End::NoStart(fault),
        };
        self.generated = initial.len() as u64;
        let mut levels = vec![Level { left: initial.into_iter(), from: 0 }];
        let mut farthest = 0;
        let mut wrong: Option<(usize, Box<Fault>)> = None;
        while let Some(level) = levels.last_mut() {
            let from = level.from;
            let state = level.left.next();
            let cursor = levels.len() - 1;
            let Some(state) = state else {
                levels.pop();
                if let Some(before) = levels.len().checked_sub(1) {
                    self.dead.insert((before, from));
                }
                continue;
            };
            // Beyond an error that is met earlier nothing matters any more, but before it there may be another.
            if wrong.as_ref().is_some_and(|(at, _)| cursor >= *at) {
                continue;
            }
            if cursor == self.events.len() {
                self.visited += 1;
                return End::Reached;
            }
            let print = fingerprint(&state);
            if self.dead.contains(&(cursor, print)) {
                continue;
            }
            self.visited += 1;
            if let Some(why) = self.exhausted() {
                return End::Limit(why);
            }
            farthest = farthest.max(cursor);
            match self.following(&state, cursor) {
                Ok(states) => {
                    self.generated += states.len() as u64;
                    levels.push(Level { left: states.into_iter(), from: print });
                }
                Err(fault) if is_limit(&fault) => return self.given_up(&fault),
                Err(fault) => wrong = Some((cursor, fault)),
            }
        }
        match wrong {
            Some((cursor, fault)) => End::Fault { cursor, fault },
            None => End::Stuck { cursor: farthest },
        }
    }

    fn given_up(&self, fault: &Fault) -> End {
        let told = self.loaded.told(fault);
        if fault.kind == Kind::Unsupported { End::Unsupported(told) } else { End::Limit(told) }
    }

    /// The states after the next event.
    fn following(&mut self, state: &State, cursor: usize) -> Eval<Vec<State>> {
        let Bound { kind, values } = &self.events[cursor];
        self.machine.set_now(state);
        self.machine.successors_with(&self.loaded.steps[*kind], values)
    }

    fn exhausted(&self) -> Option<String> {
        if self.visited > MOST_STATES {
            return Some(format!("not judged: the search goes through more than {MOST_STATES} states"));
        }
        let seconds = self.limit.limit.as_secs();
        self.limit.is_over().then(|| format!("not judged within {seconds} seconds"))
    }

    /// All states that explain so many events, in the order in which TLC finds them.
    ///
    /// # Errors
    /// A step that cannot be evaluated, or the limit: there is none before the place that [`Search::run`] told.
    pub(super) fn walk(&mut self, target: usize) -> Result<Vec<State>, String> {
        let told = |loaded: &Loaded, fault: Box<Fault>| loaded.told(&fault);
        let initial = self.machine.initial_states(&self.loaded.init);
        let mut states = distinct(initial.map_err(|fault| told(self.loaded, fault))?);
        for cursor in 0..target {
            let mut next = Vec::new();
            for state in states {
                self.visited += 1;
                if let Some(why) = self.exhausted() {
                    return Err(why);
                }
                next.extend(self.following(&state, cursor).map_err(|fault| told(self.loaded, fault))?);
            }
            states = distinct(next);
        }
        Ok(states)
    }
}

/// Each state once.
fn distinct(states: Vec<State>) -> Vec<State> {
    let mut seen = HashSet::new();
    states.into_iter().filter(|state| seen.insert(fingerprint(state))).collect()
}
