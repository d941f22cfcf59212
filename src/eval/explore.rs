//! All reachable states of a model, breadth first, as TLC goes through them, or depth first.

use std::collections::HashMap;
use std::collections::VecDeque;

use super::compile::Part;
use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::explored::Explored;
use super::explored::Shows;
use super::explored::Verdict;
use super::furthest::furthest;
use super::hash;
use super::look;
use super::machine::Choices;
use super::machine::Facts;
use super::machine::Machine;
use super::machine::State;
use super::model::Model;
use super::symmetry::Symmetry;
use super::value::Value;
use super::whole::Whole;
use crate::base::clock::Stopwatch;

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
    deep: bool,
    /// By fingerprint. Two states with one fingerprint are taken for one, as by TLC; with n states the chance of that
    /// is about n * n / 2^65.
    seen: HashMap<u64, usize>,
    reached: Vec<Reached>,
    queue: VecDeque<usize>,
    generated: u64,
    diameter: u64,
    since: Stopwatch,
    whole: Whole,
    /// Whether a property says something of steps.
    checks_steps: bool,
    symmetry: Option<Symmetry>,
}

/// How a search ends before all states were seen.
enum Stop {
    Invariant(String, Vec<State>),
    Property(String, Vec<State>, Shows),
    Deadlock(Vec<State>),
    Fault(Box<Fault>, Vec<State>),
    Assumption,
    Postcondition(String),
}

/// How the states are gone through.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Whether a state without a successor is an error.
    pub deadlock: bool,
    /// How many different states there may be.
    pub limit: u64,
    /// Whether the newest state is gone on from first. The same states are found, but a behaviour to one of them need not be a
    /// shortest.
    pub deep: bool,
}

/// Go through all states.
pub fn explore(machine: &mut Machine<'_>, model: &Model, search: Search) -> Explored {
    let Search { deadlock, limit, deep } = search;
    let mut explorer = Explorer {
        machine,
        model,
        deadlock,
        limit,
        deep,
        seen: HashMap::new(),
        reached: Vec::new(),
        queue: VecDeque::new(),
        generated: 0,
        diameter: 0,
        since: Stopwatch::start(),
        whole: Whole::of(model),
        symmetry: None,
        checks_steps: model
            .properties
            .iter()
            .any(|(_, parts)| parts.iter().any(|part| matches!(part, Part::Steps(..)))),
    };
    let verdict = match explorer.run() {
        Ok(()) => Verdict::Holds,
        Err(Stop::Assumption) => Verdict::Assumption,
        Err(Stop::Postcondition(name)) => Verdict::Postcondition { name },
        Err(Stop::Invariant(invariant, behaviour)) => Verdict::Violated { invariant, behaviour },
        Err(Stop::Property(name, behaviour, shows)) => Verdict::Property { name, behaviour, shows },
        Err(Stop::Deadlock(behaviour)) => Verdict::Deadlock { behaviour },
        Err(Stop::Fault(fault, behaviour)) => Verdict::Failed { fault: *fault, behaviour },
    };
    let Explorer { machine, seen, reached, generated, diameter, .. } = explorer;
    let before = |one: &Reached| one.from.map(|from| &reached[from].state);
    let steps: Vec<_> = reached.iter().map(|one| (before(one), &one.state)).collect();
    let furthest = furthest(machine, model, &verdict, &steps);
    Explored { verdict, generated, distinct: seen.len() as u64, depth: diameter, furthest }
}

/// 64 bits that tell states apart.
pub fn fingerprint(state: &[Option<Value>]) -> u64 {
    state.iter().flatten().map(Value::hash64).fold(0, hash::pair)
}

impl Explorer<'_, '_> {
    fn run(&mut self) -> Result<(), Stop> {
        let model = self.model;
        self.tell(0);
        for assumption in &model.assumptions {
            let holds = self.machine.holds(assumption).map_err(|fault| Stop::Fault(fault, Vec::new()))?;
            if !holds {
                return Err(Stop::Assumption);
            }
        }
        if let Some(named) = &model.symmetry {
            let symmetry = Symmetry::of(self.machine, named).map_err(|fault| Stop::Fault(fault, Vec::new()))?;
            self.symmetry = Some(symmetry);
        }
        let initial = self.machine.make_initial(&model.init);
        for (state, _) in initial.states {
            self.tell(1);
            self.starts_well(&state)?;
            if let Some(at) = self.visit(state, None)? {
                // It is among those to be gone on from now.
                self.tell(1);
                self.stays_well(at)?;
            }
        }
        if let Some(fault) = initial.fault {
            return Err(Stop::Fault(fault, Vec::new()));
        }
        while let Some(at) = if self.deep { self.queue.pop_back() } else { self.queue.pop_front() } {
            self.go_on(at)?;
        }
        self.ends_well()
    }

    /// Make the successors of a state.
    fn go_on(&mut self, at: usize) -> Result<(), Stop> {
        let model = self.model;
        self.tell(self.reached[at].depth);
        let state = self.reached[at].state.clone();
        self.machine.set_now(&state);
        let made = self.machine.make_successors(&model.next, self.checks_steps);
        if made.states.is_empty() && made.fault.is_none() && self.deadlock {
            return Err(Stop::Deadlock(self.behaviour(Some(at))));
        }
        let mut following = Vec::new();
        for (next, choices) in made.states {
            let to = self.visit(next.clone(), Some(at))?;
            // As in TLC, a step out of the constraints is one as well.
            self.tell(self.reached[at].depth);
            self.steps_well(at, &next, &choices)?;
            following.extend(to);
        }
        if let Some(fault) = made.fault {
            return Err(self.stop(fault, Some(at)));
        }
        // As in TLC: once all successors are there, of each of them and of the state itself.
        for to in following {
            self.whole.step(at, to);
            self.tell(self.reached[to].depth);
            self.stays_well(to)?;
        }
        self.tell(self.reached[at].depth);
        self.stays_well(at)
    }

    /// Say how far the search is.
    fn tell(&mut self, level: u64) {
        self.machine.tell(self.facts(level));
    }

    fn facts(&self, level: u64) -> Facts {
        Facts {
            level,
            generated: self.generated,
            distinct: self.seen.len() as u64,
            queue: self.queue.len() as u64,
            diameter: self.diameter,
            deadlock: self.deadlock,
            since: self.since,
        }
    }

    /// Look at a state that was made; what lies outside of the constraints is checked, too, but not counted. The number of
    /// the state, if it lies within.
    fn visit(&mut self, state: State, from: Option<usize>) -> Result<Option<usize>, Stop> {
        self.generated += 1;
        let depth = from.map_or(1, |from| self.reached[from].depth + 1);
        // For TLC the level is still that of the state before, and 0 for an initial state.
        self.tell(depth - 1);
        let inside = self.is_inside(&state, from).map_err(|fault| self.stop(fault, from))?;
        if inside {
            let fingerprint = self.view_of(&state, depth).map_err(|fault| self.stop(fault, from))?;
            let number = self.reached.len();
            if let Some(known) = self.seen.get(&fingerprint) {
                return Ok(Some(*known));
            }
            self.seen.insert(fingerprint, number);
            if self.seen.len() as u64 > self.limit {
                let fault = Fault::new(Kind::TooLarge, format!("there are more than {} different states", self.limit));
                return Err(self.stop(fault, from));
            }
        }
        self.machine.set_now(&state);
        self.tell(depth - 1);
        let violated = self.violated(&state, from);
        match violated {
            Ok(None) if inside => {
                self.diameter = self.diameter.max(depth);
                self.reached.push(Reached { state, from, depth });
                self.queue.push_back(self.reached.len() - 1);
                Ok(Some(self.reached.len() - 1))
            }
            Ok(None) => Ok(None),
            Ok(Some(invariant)) => Err(Stop::Invariant(invariant, self.behaviour_to(from, state))),
            Err(fault) => Err(Stop::Fault(fault, self.behaviour_to(from, state))),
        }
    }

    fn is_inside(&mut self, state: &State, from: Option<usize>) -> Eval<bool> {
        // Of a step the level is that of its first state.
        let facts = from.map(|from| self.facts(self.reached[from].depth));
        let before = from.zip(facts).map(|(from, facts)| (&self.reached[from].state, facts));
        look::is_inside(self.machine, self.model, state, before)
    }

    fn violated(&mut self, state: &State, from: Option<usize>) -> Eval<Option<String>> {
        let before = from.map(|from| &self.reached[from].state);
        for (_, name, invariant) in look::due(self.model, state, before) {
            if !self.machine.holds(invariant)? {
                return Ok(Some(name.to_owned()));
            }
        }
        Ok(None)
    }

    fn view_of(&mut self, state: &State, depth: u64) -> Eval<u64> {
        let facts = self.facts(depth);
        look::view_of(self.machine, self.model, self.symmetry.as_ref(), state, facts)
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

/// What properties say.
impl Explorer<'_, '_> {
    fn starts_well(&mut self, state: &State) -> Result<(), Stop> {
        let model = self.model;
        self.machine.set_now(state);
        for (name, parts) in &model.properties {
            for part in parts {
                if let Part::First(predicate) = part {
                    let holds = self.machine.holds(predicate);
                    if !holds.map_err(|fault| Stop::Fault(fault, vec![state.clone()]))? {
                        return Err(Stop::Property(name.clone(), vec![state.clone()], Shows::Step));
                    }
                }
            }
        }
        Ok(())
    }

    fn steps_well(&mut self, from: usize, next: &State, choices: &Choices) -> Result<(), Stop> {
        let model = self.model;
        for (name, parts) in &model.properties {
            for part in parts {
                if let Part::Steps(action, subscript) = part {
                    self.machine.set_now(&self.reached[from].state);
                    self.machine.set_next(next);
                    let holds = self.machine.is_step(action, subscript, choices);
                    if !holds.map_err(|fault| Stop::Fault(fault, self.behaviour_to(Some(from), next.clone())))? {
                        let behaviour = self.behaviour_to(Some(from), next.clone());
                        return Err(Stop::Property(name.clone(), behaviour, Shows::Step));
                    }
                }
            }
        }
        Ok(())
    }

    fn stays_well(&mut self, at: usize) -> Result<(), Stop> {
        let model = self.model;
        if model.properties.is_empty() {
            return Ok(());
        }
        self.machine.set_now(&self.reached[at].state);
        let mut number = 0;
        for (name, parts) in &model.properties {
            for part in parts {
                let holds = match part {
                    Part::First(_) | Part::Steps(..) | Part::Always(_) => Ok(true),
                    // The behaviour that changes nothing from its first state on is one, too.
                    Part::Eventually(p) if self.reached[at].from.is_none() => self.machine.holds(p),
                    Part::Eventually(_) => Ok(true),
                    Part::LeadsTo(p, q) => self.machine.holds(p).and_then(|p| Ok(!p || self.machine.holds(q)?)),
                    Part::AlwaysAfter(..) | Part::Comes(..) => {
                        number += 1;
                        self.holds_both(part, at).map(|(p, q)| {
                            self.whole.told(number - 1, at, p, q);
                            true
                        })
                    }
                };
                if !holds.map_err(|fault| self.stop(fault, Some(at)))? {
                    return Err(Stop::Property(name.clone(), self.behaviour(Some(at)), Shows::Stopping));
                }
            }
        }
        Ok(())
    }

    /// Whether P and Q of a part about whole behaviours are true of a state.
    fn holds_both(&mut self, part: &Part, at: usize) -> Eval<(bool, bool)> {
        let (p, q) = match part {
            Part::AlwaysAfter(p, q) => (Some(p), q),
            Part::Comes(p, q) => (p.as_ref(), q),
            _ => return Ok((false, true)),
        };
        let p = match p {
            Some(p) => self.machine.holds(p)?,
            None => self.reached[at].from.is_none(),
        };
        Ok((p, self.machine.holds(q)?))
    }

    /// What can be said once all states were seen.
    fn ends_well(&mut self) -> Result<(), Stop> {
        if let Some((name, way, shows)) = self.whole.violation(self.reached.len()) {
            let mut behaviour = self.behaviour(way.first().copied());
            let before = behaviour.len().saturating_sub(1);
            behaviour.extend(way.iter().skip(1).map(|at| self.reached[*at].state.clone()));
            let shows = match shows {
                Shows::Back(to) => Shows::Back(before + to),
                other => other,
            };
            return Err(Stop::Property(name.to_owned(), behaviour, shows));
        }
        if let Some((name, postcondition)) = &self.model.postcondition {
            // It is about the search and no state: the level is 0, and a variable has no value.
            self.tell(0);
            let none = vec![None; self.reached.first().map_or(0, |first| first.state.len())];
            self.machine.set_now(&none);
            self.machine.set_next(&none);
            let holds = self.machine.holds(postcondition).map_err(|fault| Stop::Fault(fault, Vec::new()))?;
            if !holds {
                return Err(Stop::Postcondition(name.clone()));
            }
        }
        Ok(())
    }
}

/// Whether two values are surely the same.
pub(super) fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.hash64() == b.hash64() && super::order::equal(a, b).unwrap_or(false),
        _ => false,
    }
}
