//! Which steps would explain a rejected event, had they been taken before it without an event of their own.

use std::collections::HashSet;

use super::is_limit;
use super::steps::Bound;
use super::steps::Loaded;
use crate::base::diag::Diagnostic;
use crate::eval::Budget;
use crate::eval::Eval;
use crate::eval::Expression;
use crate::eval::Kind;
use crate::eval::Machine;
use crate::eval::Program;
use crate::eval::State;
use crate::eval::Value;
use crate::eval::fingerprint;
use crate::trace::Mapping;
use crate::validate::judge::Job;
use crate::validate::model::Step;
use crate::validate::model::Suggestions;
use crate::validate::model::Told;
use crate::validate::next;

/// More steps without an event are not tried.
const DEPTH: usize = 3;

/// More suggestions are not made.
const MOST: usize = 3;

/// Sets with more elements are not chosen from.
const CHOICES: usize = 1000;

/// An action of the specification with all that it can be taken with.
struct Action {
    name: String,
    place: String,
    told: Told,
    /// The sets that names are chosen from, each over the names before it.
    choices: Vec<Expression>,
    arguments: Vec<Expression>,
    step: Expression,
}

/// Looks for steps from the states before a rejected event, actions that no event tells of first. `None` where there is
/// nothing to be said.
pub(super) fn suggest(job: &Job, loaded: &mut Loaded, event: &Bound, states: &[State]) -> Option<Suggestions> {
    let budget = job.settings.suggest / job.traces.len().max(1) as u64;
    let mut actions: Vec<Action> =
        next::actions(&job.spec).into_iter().filter_map(|action| compiled(job, loaded, action).ok()).collect();
    actions.sort_by_key(|action| action.told == Told::ByEvent);
    let unlogged = actions.iter().filter(|action| action.told != Told::ByEvent).count();
    let mut suggestions = Suggestions::default();
    for some in [&actions[..unlogged], &actions[..]] {
        // Both share the budget: the shorter list is gone through sooner, and is what is more likely.
        let machine = Machine::new(&loaded.program, Budget { steps: budget / 2, ..Budget::default() });
        let mut search = Search { machine, loaded, event, actions: some, found: Vec::new(), over: false, left: false };
        search.run(states);
        suggestions.stopped |= search.over || search.left;
        suggestions.found = search.found;
        if !suggestions.found.is_empty() {
            break;
        }
    }
    (suggestions.stopped || !suggestions.found.is_empty()).then_some(suggestions)
}

fn told(mapping: &Mapping, action: &str) -> Told {
    if mapping.action(action).is_some() {
        Told::ByEvent
    } else if mapping.silent.iter().any(|silent| silent.name == action) {
        Told::Silent
    } else {
        Told::Never
    }
}

fn compiled(job: &Job, loaded: &mut Loaded, action: next::Action) -> Result<Action, Vec<Diagnostic>> {
    let program: &mut Program = &mut loaded.program;
    let names: Vec<&str> = action.choices.iter().map(|(name, _)| name.as_str()).collect();
    let mut choices = Vec::new();
    for (position, (_, set)) in action.choices.iter().enumerate() {
        choices.push(program.expression(set, &names[..position])?);
    }
    let arguments = action.arguments.iter().map(|argument| program.expression(argument, &names));
    let arguments = arguments.collect::<Result<_, _>>()?;
    let step = program.expression(&action.step, &names)?;
    let told = told(&job.mapping, &action.name);
    Ok(Action { name: action.name, place: action.place, told, choices, arguments, step })
}

struct Search<'s, 'p> {
    machine: Machine<'p>,
    loaded: &'s Loaded,
    event: &'s Bound,
    actions: &'s [Action],
    found: Vec<Vec<Step>>,
    /// The budget is used up.
    over: bool,
    /// Something was left out.
    left: bool,
}

impl Search<'_, '_> {
    /// Breadth first, up to the first number of steps that explain the event.
    fn run(&mut self, states: &[State]) {
        let mut seen: HashSet<u64> = states.iter().map(|state| fingerprint(state)).collect();
        let mut frontier: Vec<(State, Vec<Step>)> = states.iter().map(|state| (state.clone(), Vec::new())).collect();
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            for (state, steps) in &frontier {
                for (after, step) in self.steps(state) {
                    if !seen.insert(fingerprint(&after)) {
                        continue;
                    }
                    let steps: Vec<Step> = steps.iter().cloned().chain([step]).collect();
                    if !self.explains(&after) {
                        next.push((after, steps));
                    } else if !self.found.contains(&steps) {
                        self.found.push(steps);
                    }
                    if self.over || self.found.len() == MOST {
                        return;
                    }
                }
            }
            if !self.found.is_empty() {
                return;
            }
            frontier = next;
        }
    }

    /// Whether the event has a step from here.
    fn explains(&mut self, state: &State) -> bool {
        self.machine.set_now(state);
        let step = &self.loaded.steps[self.event.kind].event;
        let after = self.machine.successors_with(step, &self.event.values);
        self.known(after).is_some_and(|states| !states.is_empty())
    }

    /// What has no value suggests nothing, and once the budget is used up nothing has.
    fn known<T>(&mut self, value: Eval<T>) -> Option<T> {
        value.map_err(|fault| self.over |= is_limit(&fault) && fault.kind != Kind::Unsupported).ok()
    }

    fn steps(&mut self, state: &State) -> Vec<(State, Step)> {
        let actions = self.actions;
        let mut found = Vec::new();
        for action in actions {
            for values in self.choices(state, action) {
                if self.over {
                    return found;
                }
                self.machine.set_now(state);
                let after = self.machine.successors_with(&action.step, &values);
                let Some(after) = self.known(after).filter(|after| !after.is_empty()) else { continue };
                let arguments: Option<Vec<String>> = action
                    .arguments
                    .iter()
                    .map(|argument| {
                        let value = self.machine.eval_with(argument, &values);
                        Some(self.known(value)?.to_string())
                    })
                    .collect();
                let Some(arguments) = arguments else { continue };
                let called = match arguments.is_empty() {
                    true => action.name.clone(),
                    false => format!("{}({})", action.name, arguments.join(", ")),
                };
                let step = Step { action: called, place: action.place.clone(), told: action.told };
                found.extend(after.into_iter().map(|state| (state, step.clone())));
            }
        }
        found
    }

    /// All values of the names that an action is over.
    fn choices(&mut self, state: &State, action: &Action) -> Vec<Vec<Value>> {
        let mut all = vec![Vec::new()];
        for set in &action.choices {
            let mut longer = Vec::new();
            for values in all {
                self.machine.set_now(state);
                let set = self.machine.eval_with(set, &values);
                let elements = self.known(set).and_then(|set| elements(&set));
                self.left |= elements.is_none();
                for element in elements.unwrap_or_default() {
                    longer.push(values.iter().cloned().chain([element]).collect());
                }
            }
            all = longer;
        }
        all
    }
}

/// The elements of a set that is not too large.
fn elements(set: &Value) -> Option<Vec<Value>> {
    match set {
        Value::Set(set) if set.items().len() <= CHOICES => Some(set.items().to_vec()),
        Value::Interval(low, high) if i64::from(*high) - i64::from(*low) < CHOICES as i64 => {
            Some((*low..=*high).map(Value::Int).collect())
        }
        _ => None,
    }
}
