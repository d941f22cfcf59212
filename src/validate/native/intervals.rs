//! The search for a behaviour that a trace with intervals describes: some order of its events that keeps which of them ended
//! before which began. Depth first, of the threads that may step first the one whose event ends first.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::ground::End;
use super::ground::Ground;
use super::ground::Taken;
use super::ground::Tally;
use super::ground::covers;
use super::is_limit;
use super::steps::Bound;
use super::steps::Loaded;
use crate::eval::Eval;
use crate::eval::Fault;
use crate::eval::Machine;
use crate::eval::State;
use crate::eval::fingerprint;
use crate::validate::judge::Position;
use crate::validate::threads::Cursors;
use crate::validate::threads::Threads;

/// A state after some events of each thread.
struct Node {
    state: State,
    cursors: Cursors,
    /// How many events that ended are explained.
    explained: usize,
    /// The thread whose event comes next, as silent steps were taken for it.
    held: Option<usize>,
    taken: Taken,
    /// How often each silent action was taken before the last event; nothing where there are none.
    silently: Rc<[usize]>,
}

/// What may be done next: the step of a thread's next event, or a silent step before it.
#[derive(Clone, Copy)]
enum Choice {
    Step(usize),
    Silent(usize),
}

/// A state that is gone on from.
struct Frame {
    node: Node,
    /// What is still to be tried, the next at the end.
    choices: Vec<Choice>,
    /// Where the last choice leads to, as far as not gone on from, the next at the end.
    ready: Vec<Node>,
}

/// Where a state was met: the cursors, the thread that silent steps were taken for, the fingerprint.
type Place = (Cursors, Option<usize>, u64);

/// A search.
pub(super) struct Search<'s, 'p> {
    ground: Ground<'s, 'p>,
    threads: &'s Threads,
    /// What was gone on from. With fewer silent steps behind it, a state has all the ways on that it has with more.
    seen: HashMap<Place, Vec<Taken>>,
    farthest: Position,
    silently: Vec<usize>,
}

/// The event that could not be evaluated, and where.
struct Wrong {
    at: Position,
    fault: Box<Fault>,
}

impl<'s, 'p> Search<'s, 'p> {
    pub(super) fn new(
        machine: &'s mut Machine<'p>,
        loaded: &'s Loaded,
        events: &'s [Bound],
        threads: &'s Threads,
        limit: Duration,
    ) -> Self {
        let silently = vec![0; loaded.silent];
        let ground = Ground::new(machine, loaded, events, limit);
        Self { ground, threads, seen: HashMap::new(), farthest: Position::default(), silently }
    }

    pub(super) fn tally(&self) -> Tally {
        self.ground.tally(self.silently.clone())
    }

    pub(super) fn run(&mut self) -> End {
        let start = self.at(&self.threads.start(), 0, None);
        self.farthest = start.clone();
        let mut initial = match self.ground.initial(&start) {
            Ok(states) if states.is_empty() && self.ground.violation.is_none() => return End::NoState,
            Ok(states) => self.roots(states),
            Err(fault) if is_limit(&fault) => return self.ground.given_up(&fault),
            Err(fault) => return End::NoStart(fault),
        };
        initial.reverse();
        let mut wrong: Option<Wrong> = None;
        for node in std::iter::from_fn(move || initial.pop()) {
            if let Some(end) = self.from(node, &mut wrong) {
                return end;
            }
        }
        match (wrong, self.ground.violation.take()) {
            (Some(Wrong { at, fault }), _) => End::Fault { at, fault },
            (None, Some(violation)) if !self.farthest.is_beyond(&violation.at) => violation.end(),
            (None, _) => End::Stuck { at: self.farthest.clone() },
        }
    }

    /// Goes on from a state, and from all it leads to; `None` where that leads nowhere.
    fn from(&mut self, root: Node, wrong: &mut Option<Wrong>) -> Option<End> {
        let mut frames: Vec<Frame> = Vec::new();
        let mut next = Some(root);
        loop {
            if let Some(node) = next.take() {
                // Beyond an error that is met earlier nothing matters any more, but before it there may be another.
                if wrong.as_ref().is_none_or(|wrong| node.explained < wrong.at.explained) {
                    match self.entered(node) {
                        Ok(None) => {}
                        Ok(Some(frame)) => frames.push(frame),
                        Err(end) => return Some(end),
                    }
                }
            }
            let frame = frames.last_mut()?;
            if wrong.as_ref().is_some_and(|wrong| frame.node.explained >= wrong.at.explained) {
                frames.pop();
                continue;
            }
            if let Some(node) = frame.ready.pop() {
                next = Some(node);
                continue;
            }
            let Some(choice) = frame.choices.pop() else {
                frames.pop();
                continue;
            };
            match self.chosen(&frame.node, choice) {
                Ok(nodes) => {
                    frame.ready = nodes;
                    frame.ready.reverse();
                }
                Err(fault) if is_limit(&fault) => return Some(self.ground.given_up(&fault)),
                Err(fault) => {
                    let (Choice::Step(thread) | Choice::Silent(thread)) = choice;
                    let event = self.threads.next(&frame.node.cursors, thread);
                    *wrong = Some(Wrong { at: self.at(&frame.node.cursors, frame.node.explained, event), fault });
                }
            }
        }
    }

    /// What may be done in a state that was not gone on from before; the end is that of the search.
    fn entered(&mut self, node: Node) -> Result<Option<Frame>, End> {
        if node.explained == self.threads.required() {
            self.ground.visited += 1;
            self.silently = node.silently.to_vec();
            return Err(End::Reached);
        }
        if !self.is_new(&node) {
            return Ok(None);
        }
        self.ground.visited += 1;
        if let Some(why) = self.ground.exhausted() {
            return Err(End::Limit(why));
        }
        let at = self.at(&node.cursors, node.explained, None);
        if at.is_beyond(&self.farthest) {
            self.farthest = at;
        }
        let mut choices = self.choices(&node, self.threads.by_end(&node.cursors));
        choices.reverse();
        Ok(Some(Frame { node, choices, ready: Vec::new() }))
    }

    /// The steps of events of these threads, and then the silent ones before them.
    fn choices(&self, node: &Node, mut threads: Vec<usize>) -> Vec<Choice> {
        threads.retain(|thread| node.held.is_none_or(|held| held == *thread));
        let silent = threads.iter().copied().filter(|thread| {
            self.threads.next(&node.cursors, *thread).is_some_and(|event| self.ground.has_silent(event))
        });
        threads.iter().copied().map(Choice::Step).chain(silent.map(Choice::Silent)).collect()
    }

    fn at(&self, cursors: &Cursors, explained: usize, event: Option<usize>) -> Position {
        Position { explained, cursors: cursors.clone(), event }
    }

    fn is_new(&mut self, node: &Node) -> bool {
        let known = self.seen.entry((node.cursors.clone(), node.held, fingerprint(&node.state))).or_default();
        let new = !known.iter().any(|fewer| covers(fewer, &node.taken));
        if new {
            known.push(node.taken.clone());
        }
        new
    }

    fn roots(&self, states: Vec<State>) -> Vec<Node> {
        let root = |state| Node {
            state,
            cursors: self.threads.start(),
            explained: 0,
            held: None,
            taken: self.ground.none_taken(),
            silently: vec![0; self.ground.loaded.silent].into(),
        };
        states.into_iter().map(root).collect()
    }

    /// Where a choice leads to.
    fn chosen(&mut self, node: &Node, choice: Choice) -> Eval<Vec<Node>> {
        let (Choice::Step(thread) | Choice::Silent(thread)) = choice;
        let Some(event) = self.threads.next(&node.cursors, thread) else { return Ok(Vec::new()) };
        if let Choice::Silent(_) = choice {
            let found = self.ground.silent(&node.state, &node.taken, event)?;
            let silent = |(state, taken)| Node {
                state,
                cursors: node.cursors.clone(),
                explained: node.explained,
                held: Some(thread),
                taken,
                silently: Rc::clone(&node.silently),
            };
            return Ok(found.into_iter().map(silent).collect());
        }
        let at = self.at(&node.cursors, node.explained, Some(event));
        let states = self.ground.following(&node.state, event, &at)?;
        let mut cursors = node.cursors.clone();
        cursors[thread] += 1;
        let explained = node.explained + usize::from(self.threads.has_ended(event));
        let silently: Rc<[usize]> = match node.held {
            None => Rc::clone(&node.silently),
            Some(_) => node.silently.iter().zip(&node.taken).map(|(all, taken)| all + *taken as usize).collect(),
        };
        let after = |state| Node {
            state,
            cursors: cursors.clone(),
            explained,
            held: None,
            taken: self.ground.none_taken(),
            silently: Rc::clone(&silently),
        };
        Ok(states.into_iter().map(after).collect())
    }

    /// All states after so many events of each thread, in the order in which TLC finds them, each with the thread that silent
    /// steps were taken for.
    ///
    /// # Errors
    /// A step that cannot be evaluated, or the limit.
    pub(super) fn walk(&mut self, target: &Cursors) -> Result<Vec<(State, Option<usize>)>, String> {
        let start = self.at(&self.threads.start(), 0, None);
        let initial = self.ground.initial(&start).map_err(|fault| self.ground.loaded.told(&fault))?;
        let mut waiting: VecDeque<Node> = self.roots(initial).into();
        let mut found = Vec::new();
        while let Some(node) = waiting.pop_front() {
            if !self.is_new(&node) {
                continue;
            }
            self.ground.visited += 1;
            if let Some(why) = self.ground.exhausted() {
                return Err(why);
            }
            let there = node.cursors == *target;
            let mut threads = self.threads.free(&node.cursors);
            // No thread goes beyond what is explained of it.
            threads.retain(|thread| there || node.cursors[*thread] < target[*thread]);
            for choice in self.choices(&node, threads) {
                if there && matches!(choice, Choice::Step(_)) {
                    continue;
                }
                let nodes = self.chosen(&node, choice).map_err(|fault| self.ground.loaded.told(&fault))?;
                waiting.extend(nodes);
            }
            if there {
                found.push((node.state, node.held));
            }
        }
        Ok(found)
    }
}
