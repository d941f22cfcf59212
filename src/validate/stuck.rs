//! Why a search goes no further: of each state from which no step leads on, the actions, the nearest first, each with what its
//! conjuncts came to.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::text::cut;
use crate::eval;
use crate::eval::Furthest;
use crate::eval::Machine;
use crate::eval::Model;
use crate::eval::Program;
use crate::eval::Reason;
use crate::eval::State;
use crate::validate::model::Came;
use crate::validate::model::Conjunct;
use crate::validate::refusal;
use crate::validate::refusal::conjunct;

/// So many characters of a line are shown.
const WIDTH: usize = 120;
/// So many of a value.
const VALUE: usize = 72;
/// So many of an action.
const NAME: usize = 64;

/// The states from which no step leads further, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stuck {
    /// How far a trace specification has read its trace; null where the model is none.
    pub cursor: Option<Reading>,
    /// How many such states there are.
    pub states: usize,
    /// The first hundred of them, the one that is nearest to a step first.
    pub frontier: Vec<StuckState>,
}

/// How far a trace was read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Reading {
    /// The variable that counts.
    pub variable: String,
    /// Its value.
    pub at: usize,
    /// The sequence that it counts through, as the specification writes it.
    pub trace: String,
    /// How many elements that has.
    pub events: usize,
    /// The one that no step explains, as TLA+; null behind the last.
    pub event: Option<String>,
}

/// A state from which no step leads further.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StuckState {
    /// The variables, as TLA+.
    pub state: BTreeMap<String, String>,
    /// The actions, the nearest first: that with the fewest conjuncts that do not hold, and of those the one with the most that do.
    pub actions: Vec<Attempt>,
}

/// An action in a state.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Attempt {
    /// As the next-state relation writes it.
    pub action: String,
    /// What was chosen for the quantifiers around it, the outermost first.
    pub choices: Vec<String>,
    /// Where it stands.
    pub place: String,
    /// What it came to; `true` where there is a step, but it leads nowhere new.
    pub came: Came,
    /// How many of its conjuncts do not hold, of those that were reached.
    pub failing: usize,
    /// How many do.
    pub holding: usize,
    /// Its conjuncts, after the conditions around it.
    pub parts: Vec<Conjunct>,
}

impl Stuck {
    /// Looks at the states where a search came furthest; they are shown as `variables` has it.
    pub fn of(
        machine: &mut Machine<'_>,
        program: &Program,
        model: &Model,
        furthest: &Furthest,
        variables: impl Fn(&State) -> BTreeMap<String, String>,
    ) -> Self {
        let look = |state: &State| {
            machine.set_now(state);
            let mut actions = Vec::new();
            attempts(program, &machine.reasons(&model.next), &Around::default(), &mut actions);
            actions.sort_by_key(Attempt::distance);
            StuckState { state: variables(state), actions }
        };
        let mut frontier: Vec<StuckState> = furthest.states.iter().map(look).collect();
        frontier.sort_by_key(|state| state.actions.first().map(Attempt::distance));
        let cursor = furthest.cursor.as_ref().map(|cursor| Reading {
            variable: program.variables()[cursor.variable].clone(),
            at: cursor.at,
            trace: program.excerpt(cursor.trace).2,
            events: cursor.events,
            event: cursor.event.as_ref().map(|event| event.whole(1)),
        });
        Self { cursor, states: furthest.count, frontier }
    }

    /// All of it in at most so many lines.
    pub fn lines(&self, most: usize) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.cursor {
            Some(Reading { at, trace, events, event: Some(event), variable }) => {
                let read = at.saturating_sub(1);
                lines.push(format!(
                    "{read} of {events} events are explained, and no step explains the next ({variable} = {at}):"
                ));
                lines.push(format!("  {trace}[{at}] = {}", cut(event, 3 * VALUE)));
            }
            _ => lines.push("No action can be taken:".to_owned()),
        }
        let Some(state) = self.frontier.first() else { return lines };
        if let Some((first, others)) = state.actions.split_first() {
            let false_ones = match first.failing {
                0 => "its step leads nowhere new".to_owned(),
                1 => "1 conjunct is false".to_owned(),
                more => format!("{more} conjuncts are false"),
            };
            let (name, place) = (first.name(), first.place.rsplit('/').next().unwrap_or_default());
            lines.push(format!("The nearest action is {name} ({place}), {false_ones}:"));
            let others = short(others);
            let left = most.saturating_sub(lines.len());
            // What is told of the others takes a third, if there is so much to tell.
            let apart = if others.is_empty() { 0 } else { (others.len() + 1).min(left / 3) };
            let told = refusal::lines(&first.parts, left - apart, WIDTH, VALUE);
            lines.extend(told.into_iter().map(|line| format!("  {line}")));
            if apart > 1 {
                lines.push("The others:".to_owned());
                let more = others.len().saturating_sub(apart - 1);
                let shown = if more > 0 { apart - 2 } else { others.len() };
                lines.extend(others.iter().take(shown).map(|line| format!("  {}", cut(line, WIDTH))));
                if more > 0 {
                    lines.push(format!("  ... and {} more (--json has all)", others.len() - shown));
                }
            }
        }
        lines
    }
}

impl Attempt {
    /// What leads nowhere new is no candidate, so it comes last.
    fn distance(&self) -> (bool, usize, Reverse<usize>) {
        (self.came == Came::True, self.failing, Reverse(self.holding))
    }

    fn name(&self) -> String {
        let chosen: Vec<String> =
            self.choices.iter().map(|choice| format!(" {{{}}}", cut(choice, VALUE / 2))).collect();
        format!("{}{}", cut(bare(&self.action), NAME), chosen.concat())
    }
}

/// An action without the bullet that it begins with.
fn bare(action: &str) -> &str {
    action.strip_prefix("/\\").unwrap_or(action).trim_start()
}

/// What is around an action.
#[derive(Clone, Default)]
struct Around {
    guards: Vec<Conjunct>,
    holding: usize,
    choices: Vec<String>,
}

/// The actions that a next-state relation, or a part of it, consists of.
fn attempts(program: &Program, reason: &Reason, around: &Around, into: &mut Vec<Attempt>) {
    let mut around = around.clone();
    around.choices.extend(reason.choice.clone());
    if reason.any && reason.acts {
        return reason.parts.iter().for_each(|part| attempts(program, part, &around, into));
    }
    if let Some((guards, inner)) = inner(reason) {
        around.guards.extend(guards.iter().map(|guard| conjunct(program, guard)));
        around.holding += guards.iter().map(|guard| guard.distance().1.0).sum::<usize>();
        return attempts(program, inner, &around, into);
    }
    let (file, line, action) = program.excerpt(reason.site);
    let (failing, Reverse(holding)) = reason.distance();
    let parts = match reason.parts.as_slice() {
        [] => vec![conjunct(program, reason)],
        parts => parts.iter().map(|part| conjunct(program, part)).collect(),
    };
    into.push(Attempt {
        action,
        choices: around.choices,
        place: format!("{file}:{line}"),
        came: conjunct(program, &Reason { parts: Vec::new(), ..reason.clone() }).came,
        failing,
        holding: around.holding + holding,
        parts: around.guards.into_iter().chain(parts).collect(),
    });
}

/// Of conditions with a choice of actions after them, both.
fn inner(reason: &Reason) -> Option<(&[Reason], &Reason)> {
    let at = reason.parts.iter().position(|part| part.acts || part.came != eval::Came::True)?;
    let (guards, inner) = (&reason.parts[..at], &reason.parts[at]);
    let chooses = inner.acts && (inner.any || self::inner(inner).is_some());
    // What comes after a choice may be what does not hold.
    (!reason.any && chooses && inner.came == reason.came).then_some((guards, inner))
}

/// A line on each action; those that differ in choices only, and fail for the same reason, are one.
fn short(actions: &[Attempt]) -> Vec<String> {
    let mut lines: Vec<(String, String, usize)> = Vec::new();
    for attempt in actions {
        let why = match attempt.parts.iter().find_map(first_wrong) {
            Some(wrong) => {
                let operands: Vec<String> =
                    wrong.operands.iter().map(|one| format!("{} = {}", one.text, cut(&one.value, VALUE / 3))).collect();
                let line = wrong.place.rsplit(':').next().unwrap_or_default();
                let with = if operands.is_empty() { String::new() } else { format!(", where {}", operands.join(", ")) };
                format!("line {line}: {}{with}", cut(&wrong.text, NAME))
            }
            None => "its step leads nowhere new".to_owned(),
        };
        match lines.iter_mut().find(|(action, known, _)| *action == attempt.action && *known == why) {
            Some((_, _, count)) => *count += 1,
            None => lines.push((attempt.action.clone(), why, 1)),
        }
    }
    let line = |(action, why, count): &(String, String, usize)| match count {
        1 => format!("{}: {why}", cut(bare(action), NAME / 2)),
        more => format!("{} ({more} choices): {why}", cut(bare(action), NAME / 2)),
    };
    lines.iter().map(line).collect()
}

/// The smallest part that does not hold; of several choices that of the nearest.
fn first_wrong(part: &Conjunct) -> Option<&Conjunct> {
    if !matches!(part.came, Came::False | Came::Failed) {
        return None;
    }
    Some(part.parts.iter().find_map(first_wrong).unwrap_or(part))
}
