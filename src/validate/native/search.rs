//! The search for a behaviour that a trace describes: depth first along its events, and breadth first among the silent
//! steps between two of them, so that those with the fewest come first.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::VecDeque;
use std::time::Duration;

use super::ground::End;
use super::ground::Ground;
use super::ground::Taken;
use super::ground::Tally;
use super::ground::covers;
use super::ground::distinct;
use super::is_limit;
use super::steps::Bound;
use super::steps::Loaded;
use crate::eval::Eval;
use crate::eval::Fault;
use crate::eval::Machine;
use crate::eval::State;
use crate::eval::fingerprint;
use crate::validate::judge::Position;

/// A state after some events.
struct Node {
    state: State,
    taken: Taken,
}

/// States after the same events.
struct Level {
    /// Those that are still to be gone on from.
    left: VecDeque<Node>,
    /// The one that the search went on from by the next event. If that led nowhere, its silent steps are next.
    tried: Option<Node>,
}

/// The ways that are still to be gone on along: of each number of events the states, up to the one that the search is at.
#[derive(Default)]
struct Ways {
    levels: Vec<Level>,
    /// How many states there are in all.
    waiting: usize,
}

impl Ways {
    /// The states after one event more.
    fn push(&mut self, nodes: Vec<Node>) {
        self.waiting += nodes.len();
        self.levels.push(Level { left: nodes.into(), tried: None });
    }

    fn pop(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        self.waiting -= level.left.len() + usize::from(level.tried.is_some());
    }

    /// More states after as many events.
    fn add(&mut self, nodes: Vec<Node>) {
        let Some(level) = self.levels.last_mut() else { return };
        self.waiting += nodes.len();
        level.left.extend(nodes);
    }

    fn next(&mut self) -> Option<Node> {
        let level = self.levels.last_mut()?;
        let node = level.left.pop_front()?;
        self.waiting -= 1;
        if level.left.is_empty() {
            level.left = VecDeque::new();
        }
        Some(node)
    }

    /// Whose silent steps are next, if the ways from it lead nowhere.
    fn keep_tried(&mut self, node: Node) {
        let Some(level) = self.levels.last_mut() else { return };
        self.waiting += 1;
        level.tried = Some(node);
    }

    fn take_tried(&mut self) -> Option<Node> {
        let node = self.levels.last_mut()?.tried.take()?;
        self.waiting -= 1;
        Some(node)
    }
}

/// What was gone on from, by the number of events and the fingerprint.
#[derive(Default)]
struct Seen {
    /// Where there are no silent steps.
    plain: HashSet<(usize, u64)>,
    /// With fewer silent steps behind it, a state has all the ways on that it has with more.
    taken: HashMap<(usize, u64), Vec<Taken>>,
}

impl Seen {
    /// Whether it is worth going on from here; remembers it then, unless no other way `may_lead` here.
    fn is_new(&mut self, cursor: usize, node: &Node, may_lead: bool) -> bool {
        if self.is_empty() && !may_lead {
            return true;
        }
        let place = (cursor, fingerprint(&node.state));
        if node.taken.is_empty() {
            return if may_lead { self.plain.insert(place) } else { !self.plain.contains(&place) };
        }
        let covers = |fewer: &Taken| covers(fewer, &node.taken);
        let new = !self.taken.get(&place).is_some_and(|known| known.iter().any(covers));
        if new && may_lead {
            self.taken.entry(place).or_default().push(node.taken.clone());
        }
        new
    }

    fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.taken.is_empty()
    }
}

/// A search.
pub(super) struct Search<'s, 'p> {
    ground: Ground<'s, 'p>,
    seen: Seen,
    /// How often each silent action is taken on the way to the end that was found.
    silently: Vec<usize>,
}

impl<'s, 'p> Search<'s, 'p> {
    pub(super) fn new(machine: &'s mut Machine<'p>, loaded: &'s Loaded, events: &'s [Bound], limit: Duration) -> Self {
        let silently = vec![0; loaded.silent];
        Self { ground: Ground::new(machine, loaded, events, limit), seen: Seen::default(), silently }
    }

    pub(super) fn tally(&self) -> Tally {
        self.ground.tally(self.silently.clone())
    }

    pub(super) fn run(&mut self) -> End {
        let initial = match self.ground.initial(&Position::after(0)) {
            Ok(states) if states.is_empty() && self.ground.violation.is_none() => return End::NoState,
            Ok(states) => states,
            Err(fault) if is_limit(&fault) => return self.ground.given_up(&fault),
            Err(fault) => return End::NoStart(fault),
        };
        let mut ways = Ways::default();
        ways.push(self.after_event(initial));
        let mut farthest = 0;
        let mut wrong: Option<(usize, Box<Fault>)> = None;
        while let Some(cursor) = ways.levels.len().checked_sub(1) {
            // Beyond an error that is met earlier nothing matters any more, but before it there may be another.
            if wrong.as_ref().is_some_and(|(at, _)| cursor >= *at) {
                ways.pop();
                continue;
            }
            match ways.take_tried().map_or_else(|| Ok(Vec::new()), |tried| self.silent(&tried, cursor)) {
                Ok(nodes) => ways.add(nodes),
                Err(fault) if is_limit(&fault) => return self.ground.given_up(&fault),
                Err(fault) => {
                    wrong = Some((cursor, fault));
                    continue;
                }
            }
            let Some(node) = ways.next() else {
                ways.pop();
                continue;
            };
            if cursor == self.ground.events.len() {
                self.ground.visited += 1;
                self.count_silent(&ways.levels);
                return End::Reached;
            }
            // As long as there is one way only, none of its states has to be remembered.
            let silent = self.ground.has_silent(cursor);
            if !self.seen.is_new(cursor, &node, silent || ways.waiting > 0) {
                continue;
            }
            self.ground.visited += 1;
            if let Some(why) = self.ground.exhausted() {
                return End::Limit(why);
            }
            farthest = farthest.max(cursor);
            match self.ground.following(&node.state, cursor, &Position::after(cursor)) {
                Ok(states) => {
                    if silent {
                        ways.keep_tried(node);
                    }
                    ways.push(self.after_event(states));
                }
                Err(fault) if is_limit(&fault) => return self.ground.given_up(&fault),
                Err(fault) => wrong = Some((cursor, fault)),
            }
        }
        match (wrong, self.ground.violation.take()) {
            (Some((cursor, fault)), _) => End::Fault { at: Position::after(cursor), fault },
            (None, Some(violation)) if violation.at.explained == farthest => violation.end(),
            (None, _) => End::Stuck { at: Position::after(farthest) },
        }
    }

    /// States just after an event, or before the first.
    fn after_event(&self, states: Vec<State>) -> Vec<Node> {
        states.into_iter().map(|state| Node { state, taken: self.ground.none_taken() }).collect()
    }

    fn count_silent(&mut self, levels: &[Level]) {
        for node in levels.iter().filter_map(|level| level.tried.as_ref()) {
            for (all, taken) in self.silently.iter_mut().zip(&node.taken) {
                *all += *taken as usize;
            }
        }
    }

    /// What one more silent step before the next event leads to.
    fn silent(&mut self, node: &Node, cursor: usize) -> Eval<Vec<Node>> {
        let found = self.ground.silent(&node.state, &node.taken, cursor)?;
        Ok(found.into_iter().map(|(state, taken)| Node { state, taken }).collect())
    }

    /// All states that explain so many events, in the order in which TLC finds them; where the next event is `known`, also
    /// those that silent steps before it lead to.
    ///
    /// # Errors
    /// A step that cannot be evaluated, or the limit: there is none before the place that [`Search::run`] told.
    pub(super) fn walk(&mut self, target: usize, known: bool) -> Result<Vec<State>, String> {
        let told = |loaded: &Loaded, fault: Box<Fault>| loaded.told(&fault);
        let initial = self.ground.initial(&Position::after(0)).map_err(|fault| told(self.ground.loaded, fault))?;
        let mut waiting: VecDeque<(usize, Node)> =
            self.after_event(initial).into_iter().map(|node| (0, node)).collect();
        let (mut found, mut reached) = (Vec::new(), 0);
        while let Some((cursor, node)) = waiting.pop_front() {
            // Without silent steps the states after fewer events are all behind.
            if self.ground.loaded.silent == 0 && cursor > reached {
                self.seen = Seen::default();
                reached = cursor;
            }
            if !self.seen.is_new(cursor, &node, true) {
                continue;
            }
            self.ground.visited += 1;
            if let Some(why) = self.ground.exhausted() {
                return Err(why);
            }
            if cursor < target {
                let states = self.ground.following(&node.state, cursor, &Position::after(cursor));
                let states = states.map_err(|fault| told(self.ground.loaded, fault))?;
                waiting.extend(self.after_event(states).into_iter().map(|node| (cursor + 1, node)));
            }
            if cursor < target || known {
                let nodes = self.silent(&node, cursor).map_err(|fault| told(self.ground.loaded, fault))?;
                waiting.extend(nodes.into_iter().map(|node| (cursor, node)));
            }
            if cursor == target {
                found.push(node.state);
            }
        }
        Ok(distinct(found))
    }
}
