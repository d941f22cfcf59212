//! All reachable states of a model, breadth first, where each thing that must hold is asked by itself.
//!
//! A search that ends at its first violation tells of one invariant and leaves the others unasked. Here one that is
//! violated is not asked again, and the search goes on for the others, also behind a state that has no successors because
//! something in them has no value.

use std::collections::HashSet;
use std::collections::VecDeque;
use std::time::Duration;

use super::compile::Part;
use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::hash;
use super::look;
use super::machine::Choices;
use super::machine::Facts;
use super::machine::Machine;
use super::machine::Made;
use super::machine::State;
use super::model::Model;
use super::symmetry::Symmetry;
use crate::base::clock::Stopwatch;

/// How far a search may go.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Different states.
    pub states: u64,
    /// Time.
    pub time: Duration,
    /// Whether a state without a successor is told of.
    pub deadlock: bool,
    /// Whether it may end once everything that must hold is violated or has no value.
    pub until_answered: bool,
}

/// What was found of one invariant or property.
#[derive(Clone, Debug)]
pub enum Answer {
    /// No state that was looked at violates it.
    Kept,
    /// It is violated by a behaviour of so many states.
    Violated(u64),
    /// It has no value somewhere, or only TLC can check it.
    Failed(Box<Fault>),
}

/// How a search ended.
#[derive(Clone, Debug)]
pub enum End {
    /// All states were looked at.
    Whole,
    /// Everything that must hold is violated or has no value, so that nothing was left to ask.
    Answered,
    /// A budget is used up.
    Spent(String),
    /// The initial states cannot be had.
    Failed(Box<Fault>),
}

/// What came of a search.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How it ended.
    pub end: End,
    /// Each invariant and property by its name, in the order of the config.
    pub answers: Vec<(String, Answer)>,
    /// The length of a shortest behaviour into a state without a successor.
    pub deadlock: Option<u64>,
    /// The first of what had no value in the steps.
    pub fault: Option<Box<Fault>>,
    /// Different states within the constraints.
    pub distinct: u64,
    /// States that were made, repetitions included.
    pub generated: u64,
    /// The same for two searches that found the same states; of different ones it differs almost surely.
    pub mark: u64,
}

struct Asker<'m, 'p> {
    machine: &'m mut Machine<'p>,
    model: &'m Model,
    bounds: Bounds,
    seen: HashSet<u64>,
    queue: VecDeque<(State, u64)>,
    symmetry: Option<Symmetry>,
    since: Stopwatch,
    diameter: u64,
    asked: Asked,
    /// For each invariant of the model, and then for each property, where its answer stands.
    places: Vec<usize>,
}

/// Why a search does not go on.
enum Stop {
    Spent(String),
    Failed(Box<Fault>),
    Answered,
}

/// Goes through all states within `bounds` and asks everything that the model names.
pub fn ask(machine: &mut Machine<'_>, model: &Model, bounds: Bounds) -> Asked {
    let mut answers: Vec<(String, Answer)> = Vec::new();
    let mut places = Vec::new();
    let properties = model.properties.iter().map(|(name, _)| name);
    for name in model.invariants.iter().map(|(name, _)| name).chain(properties) {
        // A property may have parts that are invariants.
        let known = answers.iter().position(|(other, _)| other == name);
        places.push(known.unwrap_or(answers.len()));
        if known.is_none() {
            answers.push((name.clone(), Answer::Kept));
        }
    }
    let asked = Asked { end: End::Whole, answers, deadlock: None, fault: None, distinct: 0, generated: 0, mark: 0 };
    let (seen, queue, since) = (HashSet::new(), VecDeque::new(), Stopwatch::start());
    let mut asker = Asker { machine, model, bounds, seen, queue, symmetry: None, since, diameter: 0, asked, places };
    let end = match asker.run() {
        Ok(()) => End::Whole,
        Err(Stop::Answered) => End::Answered,
        Err(Stop::Spent(why)) => End::Spent(why),
        Err(Stop::Failed(fault)) => End::Failed(fault),
    };
    let distinct = asker.seen.len() as u64;
    Asked { end, distinct, ..asker.asked }
}

impl Asker<'_, '_> {
    fn run(&mut self) -> Result<(), Stop> {
        let model = self.model;
        self.tell(0);
        for assumption in &model.assumptions {
            if !self.machine.holds(assumption).map_err(Stop::Failed)? {
                return Err(Stop::Failed(Fault::new(Kind::Assertion, "an assumption is false")));
            }
        }
        if let Some(named) = &model.symmetry {
            self.symmetry = Some(Symmetry::of(self.machine, named).map_err(Stop::Failed)?);
        }
        for number in 0..model.properties.len() {
            let (_, parts) = &model.properties[number];
            if parts.iter().any(|part| matches!(part, Part::AlwaysAfter(..) | Part::Comes(..))) {
                let fault = Fault::new(Kind::Unsupported, "a property of whole behaviours is not asked by itself");
                self.answer_property(number, Answer::Failed(fault));
            }
        }
        let initial = self.machine.initial_states(&model.init).map_err(Stop::Failed)?;
        for state in initial {
            self.tell(1);
            self.first(&state);
            self.visit(state, None, 1)?;
        }
        while let Some((state, depth)) = self.queue.pop_front() {
            if self.since.elapsed() > self.bounds.time {
                return Err(Stop::Spent(format!("the time of {} s is over", self.bounds.time.as_secs())));
            }
            let kept = |(_, answer): &(String, Answer)| matches!(answer, Answer::Kept);
            if self.bounds.until_answered && !self.asked.answers.iter().any(kept) {
                return Err(Stop::Answered);
            }
            self.go_on(&state, depth)?;
        }
        Ok(())
    }

    fn go_on(&mut self, state: &State, depth: u64) -> Result<(), Stop> {
        let model = self.model;
        self.tell(depth);
        self.machine.set_now(state);
        let checks_steps =
            model.properties.iter().any(|(_, parts)| parts.iter().any(|part| matches!(part, Part::Steps(..))));
        let Made { states: successors, fault } = self.machine.make_successors(&model.next, checks_steps);
        if let Some(fault) = fault {
            return self.no_step(fault);
        }
        if successors.is_empty() && self.bounds.deadlock {
            self.asked.deadlock.get_or_insert(depth);
        }
        for (next, choices) in successors {
            self.step(state, &next, &choices, depth);
            self.visit(next, Some(state), depth + 1)?;
        }
        Ok(())
    }

    /// A step that has no value is told of, and the search goes on elsewhere; a budget is one of the whole search.
    fn no_step(&mut self, fault: Box<Fault>) -> Result<(), Stop> {
        if fault.kind.is_limit() {
            return Err(Stop::Spent(fault.message));
        }
        self.asked.fault.get_or_insert(fault);
        Ok(())
    }

    fn visit(&mut self, state: State, before: Option<&State>, depth: u64) -> Result<(), Stop> {
        self.asked.generated += 1;
        self.tell(depth - 1);
        let inside = match self.is_inside(&state, before, depth) {
            Ok(inside) => inside,
            Err(fault) => return self.no_step(fault),
        };
        if inside {
            let fingerprint = match self.view_of(&state, depth) {
                Ok(fingerprint) => fingerprint,
                Err(fault) => return self.no_step(fault),
            };
            if !self.seen.insert(fingerprint) {
                return Ok(());
            }
            // A sum, as the order does not matter.
            self.asked.mark = self.asked.mark.wrapping_add(hash::pair(1, fingerprint));
            if self.seen.len() as u64 > self.bounds.states {
                return Err(Stop::Spent(format!("there are more than {} different states", self.bounds.states)));
            }
        }
        self.machine.set_now(&state);
        self.tell(depth - 1);
        self.ask_invariants(&state, before, depth);
        if inside {
            self.diameter = self.diameter.max(depth);
            self.tell(depth);
            self.machine.set_now(&state);
            self.ask_of_state(before.is_none(), depth);
            self.queue.push_back((state, depth));
        }
        Ok(())
    }

    fn is_inside(&mut self, state: &State, before: Option<&State>, depth: u64) -> Eval<bool> {
        let before = before.map(|before| (before, self.facts(depth - 1)));
        look::is_inside(self.machine, self.model, state, before)
    }

    fn view_of(&mut self, state: &State, depth: u64) -> Eval<u64> {
        let facts = self.facts(depth);
        look::view_of(self.machine, self.model, self.symmetry.as_ref(), state, facts)
    }

    fn tell(&mut self, level: u64) {
        self.machine.tell(self.facts(level));
    }

    fn facts(&self, level: u64) -> Facts {
        Facts {
            level,
            generated: self.asked.generated,
            distinct: self.seen.len() as u64,
            queue: self.queue.len() as u64,
            diameter: self.diameter,
            deadlock: self.bounds.deadlock,
            since: self.since,
        }
    }
}

/// What is asked.
impl Asker<'_, '_> {
    fn is_open(&self, place: usize) -> bool {
        matches!(self.asked.answers[self.places[place]].1, Answer::Kept)
    }

    /// Notes what the evaluation of something that must hold came to in a behaviour of so many states.
    fn note(&mut self, place: usize, holds: Eval<bool>, length: u64) {
        match holds {
            Ok(true) => {}
            Ok(false) => self.asked.answers[self.places[place]].1 = Answer::Violated(length),
            Err(fault) => self.asked.answers[self.places[place]].1 = Answer::Failed(fault),
        }
    }

    fn answer_property(&mut self, number: usize, answer: Answer) {
        let place = self.places[self.model.invariants.len() + number];
        self.asked.answers[place].1 = answer;
    }

    fn ask_invariants(&mut self, state: &State, before: Option<&State>, depth: u64) {
        for (number, _, invariant) in look::due(self.model, state, before) {
            // One that is not due holds in the state before, or it would not be open.
            if self.is_open(number) {
                let holds = self.machine.holds(invariant);
                self.note(number, holds, depth);
            }
        }
    }

    fn first(&mut self, state: &State) {
        self.machine.set_now(state);
        self.each_part(1, |machine, part| match part {
            Part::First(predicate) => machine.holds(predicate),
            _ => Ok(true),
        });
    }

    fn step(&mut self, before: &State, next: &State, choices: &Choices, depth: u64) {
        self.tell(depth);
        self.machine.set_now(before);
        self.machine.set_next(next);
        self.each_part(depth + 1, |machine, part| match part {
            Part::Steps(action, subscript) => machine.is_step(action, subscript, choices),
            _ => Ok(true),
        });
    }

    /// Behaviours may stop changing at any time, as there is no fairness that the evaluator checks.
    fn ask_of_state(&mut self, initial: bool, depth: u64) {
        self.each_part(depth, |machine, part| match part {
            Part::Eventually(p) if initial => machine.holds(p),
            Part::LeadsTo(p, q) => Ok(!machine.holds(p)? || machine.holds(q)?),
            _ => Ok(true),
        });
    }

    fn each_part(&mut self, length: u64, mut holds: impl FnMut(&mut Machine<'_>, &Part) -> Eval<bool>) {
        let model = self.model;
        for (number, (_, parts)) in model.properties.iter().enumerate() {
            for part in parts {
                let place = model.invariants.len() + number;
                if self.is_open(place) {
                    let answer = holds(self.machine, part);
                    self.note(place, answer, length);
                }
            }
        }
    }
}
