//! The search for a behaviour that a trace describes: depth first along its events, and breadth first among the silent
//! steps between two of them, so that those with the fewest come first.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::VecDeque;
use std::time::Duration;

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
    /// None does: the longest explain so many events, and what comes next violates this invariant, in this state.
    Violated { cursor: usize, invariant: usize, state: State, initial: bool },
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

/// How often each silent action was taken since the last event; nothing where there are no silent actions.
type Taken = Box<[u32]>;

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
        let covers = |fewer: &Taken| fewer.iter().zip(&node.taken).all(|(fewer, taken)| fewer <= taken);
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
    machine: &'s mut Machine<'p>,
    loaded: &'s Loaded,
    pub(super) events: &'s [Bound],
    seen: Seen,
    limit: Limit,
    /// States that were made, and of these the ones that were gone on from.
    pub(super) generated: u64,
    pub(super) visited: u64,
    /// How often each silent action is taken on the way to the end that was found.
    pub(super) silently: Vec<usize>,
    /// Of the states that violate an invariant the first with the most events before it.
    violation: Option<Violation>,
}

/// A state that is left out.
struct Violation {
    /// How many events are explained before it.
    cursor: usize,
    invariant: usize,
    state: State,
    initial: bool,
}

impl<'s, 'p> Search<'s, 'p> {
    pub(super) fn new(machine: &'s mut Machine<'p>, loaded: &'s Loaded, events: &'s [Bound], limit: Duration) -> Self {
        let limit = Limit { watch: Stopwatch::start(), limit };
        let silently = vec![0; loaded.silent];
        let (seen, violation) = (Seen::default(), None);
        Self { machine, loaded, events, seen, limit, generated: 0, visited: 0, silently, violation }
    }

    pub(super) fn run(&mut self) -> End {
        let initial = match self.initial() {
            Ok(states) if states.is_empty() && self.violation.is_none() => return End::NoState,
            Ok(states) => states,
            Err(fault) if is_limit(&fault) => return self.given_up(&fault),
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
                Err(fault) if is_limit(&fault) => return self.given_up(&fault),
                Err(fault) => {
                    wrong = Some((cursor, fault));
                    continue;
                }
            }
            let Some(node) = ways.next() else {
                ways.pop();
                continue;
            };
            if cursor == self.events.len() {
                self.visited += 1;
                self.count_silent(&ways.levels);
                return End::Reached;
            }
            // As long as there is one way only, none of its states has to be remembered.
            let silent = !self.loaded.steps[self.events[cursor].kind].silent.is_empty();
            if !self.seen.is_new(cursor, &node, silent || ways.waiting > 0) {
                continue;
            }
            self.visited += 1;
            if let Some(why) = self.exhausted() {
                return End::Limit(why);
            }
            farthest = farthest.max(cursor);
            match self.following(&node.state, cursor) {
                Ok(states) => {
                    if silent {
                        ways.keep_tried(node);
                    }
                    ways.push(self.after_event(states));
                }
                Err(fault) if is_limit(&fault) => return self.given_up(&fault),
                Err(fault) => wrong = Some((cursor, fault)),
            }
        }
        match (wrong, self.violation.take()) {
            (Some((cursor, fault)), _) => End::Fault { cursor, fault },
            (None, Some(Violation { cursor, invariant, state, initial })) if cursor == farthest => {
                End::Violated { cursor, invariant, state, initial }
            }
            (None, _) => End::Stuck { cursor: farthest },
        }
    }

    fn initial(&mut self) -> Eval<Vec<State>> {
        let states = self.machine.initial_states(&self.loaded.init)?;
        self.generated = states.len() as u64;
        let kept = self.kept(None, states, Some(0))?;
        // One that there is beside others keeps nothing from being explained.
        self.violation = self.violation.take().filter(|_| kept.is_empty());
        Ok(kept)
    }

    /// The states in which all invariants hold. Of a step only those are looked at that it may have changed. A state that is left
    /// out is remembered as what comes next after so many events, if it is.
    fn kept(&mut self, before: Option<&State>, states: Vec<State>, after: Option<usize>) -> Eval<Vec<State>> {
        if self.loaded.invariants.is_empty() {
            return Ok(states);
        }
        let mut kept = Vec::with_capacity(states.len());
        for state in states {
            match self.violated(before, &state)? {
                None => kept.push(state),
                Some(invariant) => {
                    let farther = |cursor| self.violation.as_ref().is_none_or(|known| known.cursor < cursor);
                    if let Some(cursor) = after.filter(|cursor| farther(*cursor)) {
                        self.violation = Some(Violation { cursor, invariant, state, initial: before.is_none() });
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

    /// States just after an event, or before the first.
    fn after_event(&self, states: Vec<State>) -> Vec<Node> {
        states.into_iter().map(|state| Node { state, taken: vec![0; self.loaded.silent].into() }).collect()
    }

    fn count_silent(&mut self, levels: &[Level]) {
        for node in levels.iter().filter_map(|level| level.tried.as_ref()) {
            for (all, taken) in self.silently.iter_mut().zip(&node.taken) {
                *all += *taken as usize;
            }
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
        let states = self.machine.successors_with(&self.loaded.steps[*kind].event, values)?;
        self.generated += states.len() as u64;
        self.kept(Some(state), states, Some(cursor))
    }

    /// What one more silent step before the next event leads to.
    fn silent(&mut self, node: &Node, cursor: usize) -> Eval<Vec<Node>> {
        let Some(Bound { kind, values }) = self.events.get(cursor) else { return Ok(Vec::new()) };
        let mut nodes = Vec::new();
        for silent in &self.loaded.steps[*kind].silent {
            if node.taken[silent.number] == silent.at_most {
                continue;
            }
            let mut taken = node.taken.clone();
            taken[silent.number] += 1;
            self.machine.set_now(&node.state);
            let states = self.machine.successors_with(&silent.action, values)?;
            self.generated += states.len() as u64;
            let states = self.kept(Some(&node.state), states, None)?;
            nodes.extend(states.into_iter().map(|state| Node { state, taken: taken.clone() }));
        }
        Ok(nodes)
    }

    fn exhausted(&self) -> Option<String> {
        if self.visited > MOST_STATES {
            return Some(format!("not judged: the search goes through more than {MOST_STATES} states"));
        }
        let seconds = self.limit.limit.as_secs();
        self.limit.is_over().then(|| format!("not judged within {seconds} seconds"))
    }

    /// All states that explain so many events, in the order in which TLC finds them; where the next event is `known`, also
    /// those that silent steps before it lead to.
    ///
    /// # Errors
    /// A step that cannot be evaluated, or the limit: there is none before the place that [`Search::run`] told.
    pub(super) fn walk(&mut self, target: usize, known: bool) -> Result<Vec<State>, String> {
        let told = |loaded: &Loaded, fault: Box<Fault>| loaded.told(&fault);
        let initial = self.initial().map_err(|fault| told(self.loaded, fault))?;
        let mut waiting: VecDeque<(usize, Node)> =
            self.after_event(initial).into_iter().map(|node| (0, node)).collect();
        let (mut found, mut reached) = (Vec::new(), 0);
        while let Some((cursor, node)) = waiting.pop_front() {
            // Without silent steps the states after fewer events are all behind.
            if self.loaded.silent == 0 && cursor > reached {
                self.seen = Seen::default();
                reached = cursor;
            }
            if !self.seen.is_new(cursor, &node, true) {
                continue;
            }
            self.visited += 1;
            if let Some(why) = self.exhausted() {
                return Err(why);
            }
            if cursor < target {
                let states = self.following(&node.state, cursor).map_err(|fault| told(self.loaded, fault))?;
                waiting.extend(self.after_event(states).into_iter().map(|node| (cursor + 1, node)));
            }
            if cursor < target || known {
                let nodes = self.silent(&node, cursor).map_err(|fault| told(self.loaded, fault))?;
                waiting.extend(nodes.into_iter().map(|node| (cursor, node)));
            }
            if cursor == target {
                found.push(node.state);
            }
        }
        Ok(distinct(found))
    }
}

/// Each state once.
fn distinct(states: Vec<State>) -> Vec<State> {
    let mut seen = HashSet::new();
    states.into_iter().filter(|state| seen.insert(fingerprint(state))).collect()
}
