//! All reachable states of a model, breadth first, as TLC goes through them.

use std::collections::HashSet;
use std::collections::VecDeque;

use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::hash;
use super::machine::Machine;
use super::machine::State;
use super::model::Model;
use super::value::Value;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Explored {
    /// What was found.
    pub verdict: Verdict,
    /// States that were made, repetitions included.
    pub generated: u64,
    /// Different states within the constraints.
    pub distinct: u64,
    /// The length of the longest shortest way to a state, the first state counted.
    pub depth: u64,
}

/// What was found.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// All states were looked at, and every invariant holds in each.
    Holds,
    /// An invariant is false in the last state.
    Violated {
        /// Its name.
        invariant: String,
        /// From an initial state on.
        behaviour: Vec<State>,
    },
    /// The last state has no successor.
    Deadlock {
        /// From an initial state on.
        behaviour: Vec<State>,
    },
    /// Something could not be evaluated in or after the last state.
    Failed {
        /// What.
        fault: Fault,
        /// From an initial state on; empty if there is none yet.
        behaviour: Vec<State>,
    },
}

/// A state that was reached, and from where.
struct Reached {
    state: State,
    from: Option<usize>,
    depth: u64,
}

struct Explorer<'m, 'p> {
    machine: &'m mut Machine<'p>,
    model: &'m Model,
    deadlock: bool,
    limit: u64,
    /// By fingerprint. Two states with one fingerprint are taken for one, as by TLC; with n states the chance of that
    /// is about n * n / 2^65.
    seen: HashSet<u64>,
    reached: Vec<Reached>,
    queue: VecDeque<usize>,
    generated: u64,
}

/// How a search ends before all states were seen.
enum Stop {
    Invariant(String, Vec<State>),
    Deadlock(Vec<State>),
    Fault(Box<Fault>, Vec<State>),
}

/// Go through all states; `deadlock` says whether a state without a successor is an error, `limit` how many different
/// states there may be.
pub fn explore(machine: &mut Machine<'_>, model: &Model, deadlock: bool, limit: u64) -> Explored {
    let mut explorer = Explorer {
        machine,
        model,
        deadlock,
        limit,
        seen: HashSet::new(),
        reached: Vec::new(),
        queue: VecDeque::new(),
        generated: 0,
    };
    let verdict = match explorer.run() {
        Ok(()) => Verdict::Holds,
        Err(Stop::Invariant(invariant, behaviour)) => Verdict::Violated { invariant, behaviour },
        Err(Stop::Deadlock(behaviour)) => Verdict::Deadlock { behaviour },
        Err(Stop::Fault(fault, behaviour)) => Verdict::Failed { fault: *fault, behaviour },
    };
    let Explorer { seen, reached, generated, .. } = explorer;
    let depth = reached.iter().map(|reached| reached.depth).max().unwrap_or(0);
    Explored { verdict, generated, distinct: seen.len() as u64, depth }
}

/// 64 bits that tell states apart.
pub fn fingerprint(state: &[Option<Value>]) -> u64 {
    state.iter().flatten().map(Value::hash64).fold(0, hash::pair)
}

impl Explorer<'_, '_> {
    fn run(&mut self) -> Result<(), Stop> {
        let initial = self.machine.initial_states(&self.model.init);
        for state in initial.map_err(|fault| Stop::Fault(fault, Vec::new()))? {
            self.visit(state, None)?;
        }
        while let Some(at) = self.queue.pop_front() {
            let state = self.reached[at].state.clone();
            self.machine.set_now(&state);
            let successors = self.machine.successors(&self.model.next).map_err(|fault| self.stop(fault, Some(at)))?;
            if successors.is_empty() && self.deadlock {
                return Err(Stop::Deadlock(self.behaviour(Some(at))));
            }
            for next in successors {
                self.visit(next, Some(at))?;
            }
        }
        Ok(())
    }

    /// Look at a state that was made; what lies outside of the constraints is checked, too, but not counted.
    fn visit(&mut self, state: State, from: Option<usize>) -> Result<(), Stop> {
        self.generated += 1;
        let inside = self.is_inside(&state, from).map_err(|fault| self.stop(fault, from))?;
        if inside {
            let fingerprint = self.view_of(&state).map_err(|fault| self.stop(fault, from))?;
            if !self.seen.insert(fingerprint) {
                return Ok(());
            }
            if self.seen.len() as u64 > self.limit {
                let fault = Fault::new(Kind::TooLarge, format!("there are more than {} different states", self.limit));
                return Err(self.stop(fault, from));
            }
        }
        self.machine.set_now(&state);
        let violated = self.violated();
        let depth = from.map_or(1, |from| self.reached[from].depth + 1);
        match violated {
            Ok(None) => {
                if inside {
                    self.reached.push(Reached { state, from, depth });
                    self.queue.push_back(self.reached.len() - 1);
                }
                Ok(())
            }
            Ok(Some(invariant)) => Err(Stop::Invariant(invariant, self.behaviour_to(from, state))),
            Err(fault) => Err(Stop::Fault(fault, self.behaviour_to(from, state))),
        }
    }

    fn is_inside(&mut self, state: &State, from: Option<usize>) -> Eval<bool> {
        self.machine.set_now(state);
        for constraint in &self.model.constraints {
            if !self.machine.holds(constraint)? {
                return Ok(false);
            }
        }
        if let Some(from) = from.filter(|_| !self.model.action_constraints.is_empty()) {
            self.machine.set_now(&self.reached[from].state);
            self.machine.set_next(state);
            for constraint in &self.model.action_constraints {
                if !self.machine.holds(constraint)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn violated(&mut self) -> Eval<Option<String>> {
        for (name, invariant) in &self.model.invariants {
            if !self.machine.holds(invariant)? {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }

    fn view_of(&mut self, state: &State) -> Eval<u64> {
        if let Some(view) = &self.model.view {
            self.machine.set_now(state);
            return Ok(self.machine.eval(view)?.hash64());
        }
        Ok(fingerprint(state))
    }

    fn stop(&self, fault: Box<Fault>, at: Option<usize>) -> Stop {
        Stop::Fault(fault, self.behaviour(at))
    }

    fn behaviour(&self, at: Option<usize>) -> Vec<State> {
        let mut states = Vec::new();
        let mut at = at;
        while let Some(index) = at {
            states.push(self.reached[index].state.clone());
            at = self.reached[index].from;
        }
        states.reverse();
        states
    }

    fn behaviour_to(&self, from: Option<usize>, last: State) -> Vec<State> {
        let mut states = self.behaviour(from);
        states.push(last);
        states
    }
}
