//! What the interpreter says: states from the initial ones outward and states mixed from these, and their successors.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use crate::base::chance::Chance;
use crate::base::diag::Diagnostic;
use crate::eval;
use crate::eval::Eval;
use crate::eval::Fault;
use crate::eval::evaluated;
use crate::eval::printed;
use crate::interpret::Call;
use crate::interpret::Interpreter;
use crate::tla::check::Source;
use crate::tla::value::Value;
use crate::verify::Specification;
use crate::verify::Wish;
use crate::verify::infinite;
use crate::verify::question::State;

/// What the interpreter says of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// These are the successors.
    Successors(BTreeSet<State>),
    /// An expression has no value.
    Error(Diagnostic),
    /// A budget was used up, or it met what it cannot do: nothing is claimed.
    Nothing(Diagnostic),
}

/// An action in a state.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The number of the state.
    pub state: usize,
    /// The operator.
    pub action: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// What the interpreter says.
    pub said: Said,
}

/// All that the interpreter says of a module.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The variables.
    pub variables: Vec<String>,
    /// The states.
    pub states: Vec<State>,
    /// How many of these were reached from the initial ones.
    pub reached: usize,
    /// What it says of them.
    pub cases: Vec<Expectation>,
}

/// Runs the interpreter; `actions` are the operators that are actions of the output. To be called where deep recursion is
/// safe.
pub(super) fn expect(specification: &Specification, wish: &Wish) -> Result<Expected, Vec<Diagnostic>> {
    let interpreter = interpreter(specification)?;
    let failed = |fault: Box<Fault>| vec![interpreter.diagnostic(&fault)];
    let mut expected = Expected { variables: interpreter.variables().to_vec(), ..Expected::default() };
    let mut known: BTreeSet<State> = BTreeSet::new();
    let mut waiting: VecDeque<State> = VecDeque::new();
    for state in interpreter.initial_states().map_err(failed)? {
        let state = shown(&state).ok_or_else(|| vec![infinite()])?;
        if known.insert(state.clone()) {
            waiting.push_back(state);
        }
    }
    let mut chance = Chance::new(wish.seed);
    let mut run = Run { interpreter: &interpreter, specification, expected: &mut expected };
    while run.expected.states.len() < wish.reached
        && let Some(state) = taken(&mut waiting, &mut chance)
    {
        let successors = run.state(state)?;
        waiting.extend(successors.into_iter().filter(|state| known.insert(state.clone())));
    }
    run.expected.reached = run.expected.states.len();
    let reached: Vec<State> = known.iter().cloned().collect();
    let mixed = mix(&reached, wish.mixed, &mut chance);
    for state in wish.states.iter().cloned().chain(mixed) {
        if known.insert(state.clone()) {
            run.state(state)?;
        }
    }
    Ok(expected)
}

/// By turns the state found first and one of those found last, so that both breadth and depth are seen.
fn taken(waiting: &mut VecDeque<State>, chance: &mut Chance) -> Option<State> {
    const LAST: usize = 10;
    if chance.below(2) == 0 {
        return waiting.pop_front();
    }
    let back = 1 + chance.below(LAST.min(waiting.len().max(1)));
    waiting.remove(waiting.len().checked_sub(back)?)
}

/// The module with the values of its constants behind its last definition.
fn interpreter(specification: &Specification) -> Result<Interpreter, Vec<Diagnostic>> {
    let (setup, given) = specification.setup();
    let source = Source { path: specification.path.clone(), text: specification.iispec.clone() };
    Interpreter::new(source, &given, &setup)
}

struct Run<'a> {
    interpreter: &'a Interpreter,
    specification: &'a Specification,
    expected: &'a mut Expected,
}

impl Run<'_> {
    /// Says what it is about every action in a state, and gives the successors by the next-state relation, or by those actions that have a
    /// value where the relation has none.
    fn state(&mut self, state: State) -> Result<BTreeSet<State>, Vec<Diagnostic>> {
        let number = self.expected.states.len();
        let values: Eval<Vec<Option<eval::Value>>> = {
            let program = self.interpreter.program();
            state.iter().map(|value| evaluated(value, program.strings()).map(Some)).collect()
        };
        let values = values.map_err(|fault| vec![self.interpreter.diagnostic(&fault)])?;
        self.expected.states.push(state);
        let mut cases: BTreeMap<(String, Vec<Value>), Call> = BTreeMap::new();
        // Where finding the calls fails, the next-state relation fails as well.
        for call in self.interpreter.calls(&values).unwrap_or_default() {
            let arguments: Option<Vec<Value>> = call.arguments.iter().map(printed).collect();
            if let (Some(arguments), true) = (arguments, self.specification.actions.contains(&call.action)) {
                cases.insert((call.action.clone(), arguments), call);
            }
        }
        let next = self.interpreter.next();
        cases.insert((next.action.clone(), Vec::new()), next.clone());
        let (mut by_next, mut by_actions) = (None, BTreeSet::new());
        for ((action, arguments), call) in cases {
            let said = self.said(&call, &values);
            match &said {
                Said::Successors(found) if action == next.action => by_next = Some(found.clone()),
                Said::Successors(found) => by_actions.extend(found.iter().cloned()),
                Said::Error(_) | Said::Nothing(_) => {}
            }
            self.expected.cases.push(Expectation { state: number, action, arguments, said });
        }
        // One action without a value leaves the relation without one; what the others lead to is still worth a look.
        Ok(by_next.unwrap_or(by_actions))
    }

    fn said(&self, call: &Call, state: &eval::State) -> Said {
        match self.interpreter.successors(call, state) {
            Ok(states) => match states.iter().map(shown).collect::<Option<BTreeSet<State>>>() {
                Some(states) => Said::Successors(states),
                None => Said::Nothing(infinite()),
            },
            Err(fault) if fault.kind.is_limit() => Said::Nothing(self.interpreter.diagnostic(&fault)),
            Err(fault) => Said::Error(self.interpreter.diagnostic(&fault)),
        }
    }
}

fn shown(state: &eval::State) -> Option<State> {
    state.iter().map(|value| printed(value.as_ref()?)).collect()
}

/// States whose parts are those of states that were reached: each variable has a value that it has somewhere, and a
/// function on a fixed domain at each point one that it has there somewhere. So they are type-correct, and most are reached
/// by nobody.
fn mix(reached: &[State], count: usize, random: &mut Chance) -> Vec<State> {
    let pick = |random: &mut Chance| &reached[random.below(reached.len())];
    if reached.is_empty() {
        return Vec::new();
    }
    let mut mixed = Vec::new();
    for _ in 0..count {
        let width = reached[0].len();
        let value = |variable: usize| {
            let (one, other) = (&pick(random)[variable], &pick(random)[variable]);
            blend(one, other, random)
        };
        mixed.push((0..width).map(value).collect());
    }
    mixed
}

fn blend(one: &Value, other: &Value, random: &mut Chance) -> Value {
    match (one, other) {
        (Value::Function(a), Value::Function(b)) if a.keys().eq(b.keys()) => {
            Value::Function(a.iter().zip(b.values()).map(|((k, a), b)| (k.clone(), blend(a, b, random))).collect())
        }
        (Value::Record(a), Value::Record(b)) if a.keys().eq(b.keys()) => {
            Value::Record(a.iter().zip(b.values()).map(|((k, a), b)| (k.clone(), blend(a, b, random))).collect())
        }
        _ if random.below(2) == 0 => one.clone(),
        _ => other.clone(),
    }
}
