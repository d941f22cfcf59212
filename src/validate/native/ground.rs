//! What every search for a behaviour does, whatever orders the events: steps, invariants, limits.

use std::collections::HashSet;
use std::time::Duration;

use super::Limit;
use super::steps::Bound;
use super::steps::Loaded;
use crate::base::clock::Stopwatch;
use crate::eval::Eval;
use crate::eval::Fault;
use crate::eval::Kind;
use crate::eval::Machine;
use crate::eval::State;
use crate::eval::fingerprint;
use crate::validate::judge::Position;

/// More states than this are not looked at.
const MOST_STATES: u64 = 20_000_000;

/// How a search ended.
#[derive(Debug)]
pub(super) enum End {
    /// One way leads to the end of the trace, and no error was met before.
    Reached,
    /// None does; the longest explain so many events.
    Stuck { at: Position },
    /// None does: the longest explain so many events, and what comes next violates this invariant, in this state.
    Violated { at: Position, invariant: usize, state: State, initial: bool },
    /// The step after so many events, the fewest of which that can be said, cannot be evaluated.
    Fault { at: Position, fault: Box<Fault> },
    /// There is nothing to start from.
    NoState,
    /// Where to start from cannot be evaluated.
    NoStart(Box<Fault>),
    /// The evaluator cannot do something that the search needs.
    Unsupported(String),
    /// The search was given up, so that nothing is known.
    Limit(String),
}

/// How often each silent action was taken since the last event; nothing where there are no silent actions.
pub(super) type Taken = Box<[u32]>;

/// A state that is left out.
pub(super) struct Violation {
    /// What is explained before it.
    pub(super) at: Position,
    invariant: usize,
    state: State,
    initial: bool,
}

impl Violation {
    pub(super) fn end(self) -> End {
        let Self { at, invariant, state, initial } = self;
        End::Violated { at, invariant, state, initial }
    }
}

/// What a search stands on.
pub(super) struct Ground<'s, 'p> {
    machine: &'s mut Machine<'p>,
    pub(super) loaded: &'s Loaded,
    pub(super) events: &'s [Bound],
    limit: Limit,
    /// States that were made, and of these the ones that were gone on from.
    pub(super) generated: u64,
    pub(super) visited: u64,
    /// Of the states that violate an invariant the first with the most events before it.
    pub(super) violation: Option<Violation>,
}

/// What a search did, and how often each silent action is taken on the way to the end that it found.
pub(super) struct Tally {
    pub(super) events: usize,
    pub(super) generated: u64,
    pub(super) visited: u64,
    pub(super) silently: Vec<usize>,
}

impl<'s, 'p> Ground<'s, 'p> {
    pub(super) fn new(machine: &'s mut Machine<'p>, loaded: &'s Loaded, events: &'s [Bound], limit: Duration) -> Self {
        let limit = Limit { watch: Stopwatch::start(), limit };
        Self { machine, loaded, events, limit, generated: 0, visited: 0, violation: None }
    }

    pub(super) fn tally(&self, silently: Vec<usize>) -> Tally {
        Tally { events: self.events.len(), generated: self.generated, visited: self.visited, silently }
    }

    /// The states to start from; `at` is there.
    pub(super) fn initial(&mut self, at: &Position) -> Eval<Vec<State>> {
        let states = self.machine.initial_states(&self.loaded.init)?;
        self.generated = states.len() as u64;
        let kept = self.kept(None, states, Some(at))?;
        // One that there is beside others keeps nothing from being explained.
        self.violation = self.violation.take().filter(|_| kept.is_empty());
        Ok(kept)
    }

    /// The states in which all invariants hold. Of a step only those are looked at that it may have changed. A state that is left
    /// out is remembered as what comes next after so many events, if it is.
    fn kept(&mut self, before: Option<&State>, states: Vec<State>, after: Option<&Position>) -> Eval<Vec<State>> {
        if self.loaded.invariants.is_empty() {
            return Ok(states);
        }
        let mut kept = Vec::with_capacity(states.len());
        for state in states {
            match self.violated(before, &state)? {
                None => kept.push(state),
                Some(invariant) => {
                    let farther = |at: &&Position| self.violation.as_ref().is_none_or(|known| at.is_beyond(&known.at));
                    if let Some(at) = after.filter(farther) {
                        let initial = before.is_none();
                        self.violation = Some(Violation { at: at.clone(), invariant, state, initial });
                    }
                }
            }
        }
        Ok(kept)
    }

    fn violated(&mut self, before: Option<&State>, state: &State) -> Eval<Option<usize>> {
        let loaded = self.loaded;
        self.machine.set_now(state);
        for (number, invariant) in loaded.invariants.iter().enumerate() {
            let touched = before.is_none_or(|before| invariant.is_touched(before, state));
            if touched && !self.machine.holds(&invariant.formula)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// The states after an event; `at` is before it.
    pub(super) fn following(&mut self, state: &State, event: usize, at: &Position) -> Eval<Vec<State>> {
        let Bound { kind, values } = &self.events[event];
        self.machine.set_now(state);
        let states = self.machine.successors_with(&self.loaded.steps[*kind].event, values)?;
        self.generated += states.len() as u64;
        self.kept(Some(state), states, Some(at))
    }

    /// Whether any silent action may be taken before an event.
    pub(super) fn has_silent(&self, event: usize) -> bool {
        !self.loaded.steps[self.events[event].kind].silent.is_empty()
    }

    /// What one more silent step before an event leads to.
    pub(super) fn silent(&mut self, state: &State, taken: &Taken, event: usize) -> Eval<Vec<(State, Taken)>> {
        let Some(Bound { kind, values }) = self.events.get(event) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for silent in &self.loaded.steps[*kind].silent {
            if taken[silent.number] == silent.at_most {
                continue;
            }
            let mut taken = taken.clone();
            taken[silent.number] += 1;
            self.machine.set_now(state);
            let states = self.machine.successors_with(&silent.action, values)?;
            self.generated += states.len() as u64;
            let states = self.kept(Some(state), states, None)?;
            found.extend(states.into_iter().map(|state| (state, taken.clone())));
        }
        Ok(found)
    }

    /// No silent step.
    pub(super) fn none_taken(&self) -> Taken {
        vec![0; self.loaded.silent].into()
    }

    pub(super) fn given_up(&self, fault: &Fault) -> End {
        let told = self.loaded.told(fault);
        if fault.kind == Kind::Unsupported { End::Unsupported(told) } else { End::Limit(told) }
    }

    pub(super) fn exhausted(&self) -> Option<String> {
        if self.visited > MOST_STATES {
            return Some(format!("not judged: the search goes through more than {MOST_STATES} states"));
        }
        let seconds = self.limit.limit.as_secs();
        self.limit.is_over().then(|| format!("not judged within {seconds} seconds"))
    }
}

/// Whether another way to a state, with these silent steps since the last event, leaves at least the same ways on.
pub(super) fn covers(fewer: &Taken, taken: &Taken) -> bool {
    fewer.iter().zip(taken).all(|(fewer, taken)| fewer <= taken)
}

/// Each state once.
pub(super) fn distinct(states: Vec<State>) -> Vec<State> {
    let mut seen = HashSet::new();
    states.into_iter().filter(|state| seen.insert(fingerprint(state))).collect()
}
