//! What properties say of whole behaviours, which is asked once all states were seen.

use std::collections::VecDeque;

use super::compile::Part;
use super::explored::Shows;
use super::model::Model;

/// The steps of a search, and what is asked of the behaviours that they make.
#[derive(Default)]
pub(super) struct Whole {
    steps: Vec<(usize, usize)>,
    questions: Vec<Question>,
}

struct Question {
    name: String,
    /// Whether it is violated by a behaviour that never leaves the states in which Q is false, and not by one that comes to one.
    stays: bool,
    /// Where P is true.
    from: Vec<usize>,
    /// Where Q is false.
    not: Vec<usize>,
}

/// A violation: the property, numbers of states, and what of them shows it.
pub(super) type Found<'w> = (&'w str, Vec<usize>, Shows);

impl Whole {
    pub(super) fn of(model: &Model) -> Self {
        let all = model.properties.iter().flat_map(|(name, parts)| parts.iter().map(move |part| (name, part)));
        let asked = all.filter_map(|(name, part)| {
            let stays = match part {
                Part::AlwaysAfter(..) => false,
                Part::Comes(..) => true,
                _ => return None,
            };
            Some(Question { name: name.clone(), stays, from: Vec::new(), not: Vec::new() })
        });
        Self { steps: Vec::new(), questions: asked.collect() }
    }

    pub(super) fn step(&mut self, from: usize, to: usize) {
        if !self.questions.is_empty() {
            self.steps.push((from, to));
        }
    }

    /// Whether P and Q of a question are true of a state.
    pub(super) fn told(&mut self, question: usize, state: usize, p: bool, q: bool) {
        let question = &mut self.questions[question];
        question.from.extend((p && !(question.stays && q)).then_some(state));
        question.not.extend((!q).then_some(state));
    }

    /// The first violation among so many states.
    pub(super) fn violation(&self, states: usize) -> Option<Found<'_>> {
        let mut following: Vec<Vec<usize>> = vec![Vec::new(); states];
        for (from, to) in &self.steps {
            following[*from].push(*to);
        }
        self.questions.iter().find_map(|question| {
            let (way, shows) = match question.stays {
                false => (way(&following, &question.from, &question.not)?, Shows::Whole),
                true => staying(&following, &question.from, &question.not)?,
            };
            Some((question.name.as_str(), way, shows))
        })
    }
}

/// A shortest way from one of some states to one of others.
fn way(following: &[Vec<usize>], from: &[usize], to: &[usize]) -> Option<Vec<usize>> {
    let reached = Reached::from(following, from, |_| true);
    let at = to.iter().copied().find(|to| reached.before[*to].is_some())?;
    Some(reached.way_to(at))
}

/// A behaviour from one of some states that stays within others: as long as it can go on it does, so it ends where nothing follows,
/// or goes round.
fn staying(following: &[Vec<usize>], from: &[usize], within: &[usize]) -> Option<(Vec<usize>, Shows)> {
    let mut inside = vec![false; following.len()];
    within.iter().for_each(|at| inside[*at] = true);
    let reached = Reached::from(following, from, |at| inside[at]);
    let ends = |at: &usize| following[*at].iter().all(|next| next == at);
    if let Some(at) = reached.order.iter().copied().find(ends) {
        return Some((reached.way_to(at), Shows::Stopping));
    }
    let circle = circle(following, &reached.order, |at| inside[at])?;
    let mut way = reached.way_to(circle[0]);
    let first = way.len() - 1;
    way.extend(&circle[1..]);
    Some((way, Shows::Back(first)))
}

/// How far a state has been looked at.
#[derive(Clone, Copy, PartialEq)]
enum Looked {
    Not,
    /// It is on the way at hand.
    Begun,
    /// No circle leads through it.
    Done,
}

/// States from which each step leads to the next, and from the last to the first. A step to the same state is none.
fn circle(following: &[Vec<usize>], starts: &[usize], inside: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
    let mut looked = vec![Looked::Not; following.len()];
    for start in starts {
        if looked[*start] == Looked::Done {
            continue;
        }
        looked[*start] = Looked::Begun;
        // The states of the way, each with how many of those after it were looked at.
        let mut way = vec![(*start, 0)];
        while let Some((at, count)) = way.last_mut() {
            let Some(next) = following[*at].get(*count).copied() else {
                looked[*at] = Looked::Done;
                way.pop();
                continue;
            };
            *count += 1;
            if next == *at || !inside(next) {
                continue;
            }
            match looked[next] {
                Looked::Not => {
                    looked[next] = Looked::Begun;
                    way.push((next, 0));
                }
                Looked::Begun => {
                    let first = way.iter().position(|(state, _)| *state == next)?;
                    return Some(way[first..].iter().map(|(state, _)| *state).collect());
                }
                Looked::Done => {}
            }
        }
    }
    None
}

/// States that can be reached, nearest first, and from where each is.
struct Reached {
    before: Vec<Option<Option<usize>>>,
    order: Vec<usize>,
}

impl Reached {
    fn from(following: &[Vec<usize>], from: &[usize], inside: impl Fn(usize) -> bool) -> Self {
        let mut before: Vec<Option<Option<usize>>> = vec![None; following.len()];
        let mut queue: VecDeque<usize> = VecDeque::new();
        for start in from {
            if before[*start].is_none() {
                before[*start] = Some(None);
                queue.push_back(*start);
            }
        }
        let mut order = Vec::new();
        while let Some(at) = queue.pop_front() {
            order.push(at);
            for next in following[at].iter().copied().filter(|next| inside(*next)) {
                if before[next].is_none() {
                    before[next] = Some(Some(at));
                    queue.push_back(next);
                }
            }
        }
        Self { before, order }
    }

    fn way_to(&self, to: usize) -> Vec<usize> {
        let mut way = vec![to];
        while let Some(Some(from)) = way.last().and_then(|at| self.before[*at]) {
            way.push(from);
        }
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph by chance, and states of it.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap_or(0) % limit
        }
    }

    /// The states from which one can stay inside: the largest set of which each has a step into it, or none to another state.
    fn can_stay(following: &[Vec<usize>], inside: &[bool]) -> Vec<bool> {
        let mut can = inside.to_vec();
        loop {
            let goes_on = |at: usize| {
                let mut others = following[at].iter().filter(|next| **next != at).peekable();
                others.peek().is_none() || others.any(|next| can[*next])
            };
            let fewer: Vec<bool> = (0..can.len()).map(|at| can[at] && goes_on(at)).collect();
            if fewer == can {
                return can;
            }
            can = fewer;
        }
    }

    #[test]
    fn a_behaviour_that_stays_is_found_where_there_is_one_and_is_one() {
        let mut random = Random(3);
        let (mut stopping, mut back, mut none) = (0, 0, 0);
        for _ in 0..3000 {
            let count = 1 + random.below(9);
            let mut following = vec![Vec::new(); count];
            for _ in 0..random.below(2 * count + 1) {
                let (from, to) = (random.below(count), random.below(count));
                following[from].push(to);
            }
            let within: Vec<usize> = (0..count).filter(|_| random.below(4) > 0).collect();
            let from: Vec<usize> = within.iter().copied().filter(|_| random.below(3) == 0).collect();
            let inside: Vec<bool> = (0..count).map(|at| within.contains(&at)).collect();
            let can = can_stay(&following, &inside);
            let Some((way, shows)) = staying(&following, &from, &within) else {
                assert!(!from.iter().any(|at| can[*at]), "{following:?}, from {from:?} within {within:?}");
                none += 1;
                continue;
            };
            let last = *way.last().unwrap();
            assert!(from.contains(&way[0]) && way.iter().all(|at| inside[*at]));
            assert!(way.windows(2).all(|pair| following[pair[0]].contains(&pair[1])));
            match shows {
                Shows::Stopping => {
                    assert!(following[last].iter().all(|next| *next == last));
                    stopping += 1;
                }
                Shows::Back(to) => {
                    assert!(way[to] != last && following[last].contains(&way[to]));
                    back += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(stopping > 300 && back > 100 && none > 300, "{stopping}, {back}, {none}");
    }
}
