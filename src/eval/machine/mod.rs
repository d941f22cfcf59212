//! The evaluator.

mod action;
mod apply;
mod compare;
mod condition;
mod elements;
mod except;
mod expr;
mod force;
mod foregone;
mod guided;
mod made;
mod members;
mod reason;
mod successors;
mod target;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::closure::Operator;
use super::closure::Slot;
use super::closure::Thunk;
use super::closure::needs_with;
use super::code::Argument;
use super::code::Body;
use super::code::Code;
use super::code::Needs;
use super::code::Op;
use super::code::OperatorCode;
use super::code::Pattern;
use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::program::Exec;
use super::program::Expression;
use super::program::Program;
use super::value::Value;
use crate::base::clock::Stopwatch;
pub(super) use apply::length;
pub(super) use elements::Elements;
pub(super) use guided::Choices;
pub(super) use made::Made;
pub use reason::Came;
pub use reason::Reason;

/// The stack an evaluation may need.
const STACK_BYTES: usize = 512 << 20;

/// How much an evaluation may cost.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Expressions that are evaluated.
    pub steps: u64,
    /// Expressions that are being evaluated at once, one inside the other.
    pub depth: u32,
    /// Elements of one set, as TLC's own limit.
    pub elements: usize,
    /// Successors of one state, or initial states.
    pub successors: usize,
    /// From the first evaluation on; it is looked at now and then.
    pub time: Option<Duration>,
}

/// Evaluations a second that an evaluator surely does not exceed.
const STEPS_A_SECOND: u64 = 50_000_000;

/// After so many evaluations the clock is looked at.
const STEPS_A_LOOK: u64 = 1 << 16;

impl Default for Budget {
    fn default() -> Self {
        Self { steps: u64::MAX, depth: 50_000, elements: 1_000_000, successors: 2_000_000, time: None }
    }
}

impl Budget {
    /// What an evaluation may cost that is to end within so many seconds.
    pub fn of_seconds(seconds: u64) -> Self {
        let steps = seconds.saturating_mul(STEPS_A_SECOND);
        Self { steps, time: Some(Duration::from_secs(seconds)), ..Self::default() }
    }
}

/// A state: the values of the variables, in the order of the program's.
pub type State = Vec<Option<Value>>;

/// Run `work` where deep recursion is safe; a machine lives nowhere else.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let result = thread.expect("a thread can be started").join();
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// What evaluates the expressions of a program, in one pair of states at a time.
pub struct Machine<'p> {
    program: &'p Program,
    budget: Budget,
    /// All frames; the one at hand begins at `base`.
    stack: Vec<Slot>,
    base: usize,
    now: State,
    next: State,
    /// Whether variables are those of the next state.
    primed: bool,
    /// Whether what is evaluated is a part of what is only to be applied.
    keep: bool,
    /// Two numbers, each used once, for what has been computed in the current and with the next state.
    now_stamp: u64,
    next_stamp: u64,
    stamps: u64,
    steps: u64,
    /// The number of steps at which the budget is looked at again.
    look: u64,
    since: Stopwatch,
    depth: u32,
    /// What `Print` and `PrintT` showed.
    printed: Vec<String>,
    /// What `TLCSet` put away.
    registers: HashMap<i32, Value>,
    /// What a search says of itself; `None` where there is none.
    facts: Option<Facts>,
    /// Whether what is evaluated may come to nothing, so that it must leave no trace outside.
    trying: bool,
    /// Whether all ways to take an action are told, also where one can be taken.
    all_ways: bool,
}

/// What `TLCGet` knows of a search by name.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// How many states the behaviour to the current one has; 0 where there is none.
    pub level: u64,
    /// States that were made.
    pub generated: u64,
    /// Different states.
    pub distinct: u64,
    /// States that are still to be gone on from.
    pub queue: u64,
    /// The length of the longest shortest behaviour so far.
    pub diameter: u64,
    /// Whether a state without a successor is an error.
    pub deadlock: bool,
    /// When the search began.
    pub since: Stopwatch,
}

impl<'p> Machine<'p> {
    /// A machine without a state; to be used within [`on_large_stack`].
    pub fn new(program: &'p Program, budget: Budget) -> Self {
        let none = vec![None; program.variables.len()];
        Self {
            program,
            budget,
            stack: Vec::new(),
            base: 0,
            now: none.clone(),
            next: none,
            primed: false,
            keep: false,
            now_stamp: 1,
            next_stamp: 2,
            stamps: 2,
            steps: 0,
            look: budget.steps.saturating_add(1).min(STEPS_A_LOOK),
            since: Stopwatch::start(),
            depth: 0,
            printed: Vec::new(),
            registers: HashMap::new(),
            facts: None,
            trying: false,
            all_ways: false,
        }
    }

    /// The state that variables without a prime are of.
    pub fn set_now(&mut self, state: &[Option<Value>]) {
        self.now.clear();
        self.now.extend_from_slice(state);
        self.now_stamp = self.stamp();
        self.next_stamp = self.stamp();
    }

    /// The state that primed variables are of.
    pub fn set_next(&mut self, state: &[Option<Value>]) {
        self.next.clear();
        self.next.extend_from_slice(state);
        self.next_stamp = self.stamp();
    }

    /// The value of an expression, without lazy parts where it is finite.
    ///
    /// # Errors
    /// It has none, or the budget is used up.
    pub fn eval(&mut self, expression: &Expression) -> Eval<Value> {
        self.eval_with(expression, &[])
    }

    /// The same for an expression with names, whose values these are.
    ///
    /// # Errors
    /// It has none, or the budget is used up.
    pub fn eval_with(&mut self, expression: &Expression, values: &[Value]) -> Eval<Value> {
        let code = &expression.body.code;
        self.in_expression(expression, values, |machine| {
            let value = machine.value(code)?;
            machine.solid_if_finite(value).map_err(|fault| fault.at(code.site))
        })
    }

    /// Run in the frame of an expression whose names have these values.
    fn in_expression<T>(
        &mut self,
        expression: &Expression,
        values: &[Value],
        run: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Eval<T> {
        let size = expression.body.size;
        self.in_frame(size, |machine| {
            for (slot, value) in values.iter().enumerate().take(size) {
                machine.stack[machine.base + slot] = Slot::Value(value.clone());
            }
            run(machine)
        })
    }

    /// Whether a predicate holds.
    ///
    /// # Errors
    /// It has no value, or one that is not Boolean.
    pub fn holds(&mut self, expression: &Expression) -> Eval<bool> {
        self.in_expression(expression, &[], |machine| machine.truth(&expression.body.code))
    }

    /// The program.
    pub(super) fn program(&self) -> &'p Program {
        self.program
    }

    /// The elements of a definition without parameters that is a constant; `None` where that is no sequence.
    pub(super) fn constant_sequence(&mut self, definition: usize) -> Eval<Option<Vec<Value>>> {
        let value = self.in_definition(definition, &[], &[], Self::value)?;
        self.sequence(&value)
    }

    /// What has been printed since this was last asked.
    pub fn printed(&mut self) -> Vec<String> {
        std::mem::take(&mut self.printed)
    }

    /// The program's strings.
    pub fn strings(&self) -> &'p super::text::Strings {
        &self.program.strings
    }

    pub(super) fn register(&self, number: i32) -> Option<Value> {
        self.registers.get(&number).cloned()
    }

    pub(super) fn set_register(&mut self, number: i32, value: Value) {
        self.registers.insert(number, value);
    }

    /// Say how far a search is; what it holds of a state changes with it.
    pub fn tell(&mut self, facts: Facts) {
        self.facts = Some(facts);
        self.next_stamp = self.stamp();
    }

    /// What a search says of itself under this name; `None` where TLC may say something, which is everything where no search
    /// is under way.
    pub(super) fn fact(&self, name: &str) -> Option<Eval<Value>> {
        let Facts { level, generated, distinct, queue, diameter, deadlock, since } = self.facts?;
        let count = |count: u64| match i32::try_from(count) {
            Ok(count) => Ok(Value::Int(count)),
            Err(_) => Err(Fault::new(Kind::Overflow, format!("{count} does not fit 32 bits"))),
        };
        let text = |text: &str| self.program.strings.text(text);
        let record = |fields: Vec<(&str, Eval<Value>)>| {
            let fields = fields.into_iter().map(|(name, value)| Ok((text(name), value?)));
            Value::record(fields.collect::<Eval<_>>()?)
        };
        let duration = || count(since.elapsed().as_secs());
        Some(match name {
            "level" => count(level),
            "generated" => count(generated),
            "distinct" => count(distinct),
            "queue" => count(queue),
            "diameter" => count(diameter),
            "duration" => duration(),
            "config" => record(vec![
                ("mode", Ok(Value::Str(text("bfs")))),
                ("worker", Ok(Value::Int(1))),
                ("deadlock", Ok(Value::Bool(deadlock))),
            ]),
            "stats" => record(vec![
                ("generated", count(generated)),
                ("distinct", count(distinct)),
                ("queue", count(queue)),
                ("diameter", count(diameter)),
                ("duration", duration()),
            ]),
            _ => return None,
        })
    }

    /// The environment of the process.
    ///
    /// # Errors
    /// Nobody said what it is; TLC would look.
    pub(super) fn environment(&self) -> Eval<&'p BTreeMap<String, String>> {
        let unknown = || Fault::new(Kind::Unsupported, "the environment is not known here".to_owned());
        self.program.environment.as_ref().ok_or_else(unknown)
    }

    /// What a program may be started with.
    pub(super) fn exec(&self) -> Option<Exec> {
        self.program.exec
    }

    /// Whether nothing may be done that is seen from outside.
    pub(super) fn is_trying(&self) -> bool {
        self.trying
    }

    pub(super) fn print(&mut self, line: String) {
        self.printed.push(line);
    }

    fn stamp(&mut self) -> u64 {
        self.stamps += 1;
        self.stamps
    }

    /// Run in a new frame. Whatever happens, the frame is gone afterwards.
    fn in_frame<T>(&mut self, size: usize, run: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        let (base, top) = (self.base, self.stack.len());
        self.base = top;
        self.stack.resize(top + size, Slot::Empty);
        let result = run(self);
        self.stack.truncate(top);
        self.base = base;
        result
    }

    /// Run on the code of a definition, with its arguments and what it captured in a frame of its own.
    fn in_definition<T>(
        &mut self,
        id: usize,
        args: &[Argument],
        captured: &[(u32, u32)],
        run: impl FnOnce(&mut Self, &'p Code) -> Eval<T>,
    ) -> Eval<T> {
        let program = self.program;
        let definition = &program.definitions[id];
        let top = self.arguments(args, captured, definition.size)?;
        self.in_frame_at(top, |machine| run(machine, &definition.code))
    }

    /// Run in a frame that is there from `top` on, and gone afterwards.
    fn in_frame_at<T>(&mut self, top: usize, run: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        let base = std::mem::replace(&mut self.base, top);
        let result = run(self);
        self.base = base;
        self.stack.truncate(top);
        result
    }

    fn set(&mut self, slot: u32, content: Slot) {
        let at = self.base + slot as usize;
        self.stack[at] = content;
    }

    fn slot(&self, slot: u32) -> &Slot {
        &self.stack[self.base + slot as usize]
    }

    /// What a body needs of the frame at hand.
    fn captured(&self, body: &Body) -> Box<[Slot]> {
        body.captures.iter().map(|(from, _)| self.slot(*from).clone()).collect()
    }

    /// Run with the frame of a body, filled with what it captured.
    fn in_body<T>(&mut self, body: &Body, captured: &[Slot], run: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        self.in_frame(body.size, |machine| {
            for ((_, to), slot) in body.captures.iter().zip(captured) {
                machine.set(*to, slot.clone());
            }
            run(machine)
        })
    }

    /// Run with variables being those of the next state, or of the current one.
    fn with_prime<T>(&mut self, primed: bool, run: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        let before = std::mem::replace(&mut self.primed, primed);
        let result = run(self);
        self.primed = before;
        result
    }

    /// What a thing computed now stays true of: until one of the states changes.
    fn stamp_of(&self, needs: Needs) -> u64 {
        if needs.meets(Needs::NEXT.and(Needs::WORLD)) || (needs.meets(Needs::STATE) && self.primed) {
            // With primes read as such or not, a thing may differ, so the lowest bit says which.
            self.next_stamp * 2 + u64::from(self.primed)
        } else if needs.meets(Needs::STATE) {
            self.now_stamp * 2
        } else {
            0
        }
    }

    fn force_thunk(&mut self, thunk: &Rc<Thunk>) -> Eval<Value> {
        let stamp = self.stamp_of(thunk.needs);
        if let Some((known, value)) = &*thunk.known.borrow()
            && *known == stamp
        {
            return Ok(value.clone());
        }
        let value = self.in_body(&thunk.body, &thunk.captured, |machine| machine.value(&thunk.body.code))?;
        *thunk.known.borrow_mut() = Some((stamp, value.clone()));
        Ok(value)
    }

    fn thunk(&mut self, body: &Rc<Body>) -> Slot {
        match &body.code.op {
            Op::Value(value) => return Slot::Value(value.clone()),
            Op::Once(_, known) => {
                if let Some(value) = known.get() {
                    return Slot::Value(value.clone());
                }
            }
            _ => {}
        }
        let captured = self.captured(body);
        let needs = needs_with(body.code.needs, &captured);
        Slot::Thunk(Rc::new(Thunk { body: body.clone(), captured, needs, known: None.into() }))
    }

    pub(super) fn argument(&mut self, argument: &Argument) -> Eval<Slot> {
        match argument {
            Argument::Now(Code { op: Op::Local(slot), .. }) => Ok(self.slot(*slot).clone()),
            Argument::Now(code) => match &code.op {
                // It may be the one that is to be given its value.
                Op::Variable(variable) if self.is_unassigned(*variable) => Ok(self.unassigned(code, *variable)),
                _ => self.value(code).map(Slot::Value),
            },
            Argument::Later(body) => Ok(self.thunk(body)),
            Argument::Operator(code) => Ok(self.operator(code)),
        }
    }

    pub(super) fn slot_value(&mut self, slot: &Slot) -> Eval<Value> {
        match slot {
            Slot::Value(value) => Ok(value.clone()),
            Slot::Thunk(thunk) => self.force_thunk(thunk),
            Slot::Operator(_) => Err(Fault::new(Kind::Operand, "an operator is used as a value")),
            Slot::Empty => Err(Fault::new(Kind::Unsupported, "a name is used before it stands for anything")),
        }
    }

    fn operator(&mut self, code: &Rc<OperatorCode>) -> Slot {
        let (captured, needs): (Box<[Slot]>, _) = match &**code {
            OperatorCode::Slot(slot) => return self.slot(*slot).clone(),
            OperatorCode::Definition(id, slots) => {
                let captured = slots.iter().map(|(from, _)| self.slot(*from).clone()).collect();
                (captured, self.program.definitions[*id].code.needs)
            }
            OperatorCode::Lambda(body) => (self.captured(body), body.code.needs),
            OperatorCode::Native(native) => (Box::default(), native.needs),
        };
        let needs = needs_with(needs, &captured);
        Slot::Operator(Rc::new(Operator { code: code.clone(), captured, needs }))
    }

    /// Call an operator that was handed over.
    pub(super) fn call(&mut self, operator: &Slot, args: &[Slot]) -> Eval<Value> {
        let Slot::Operator(operator) = operator else {
            return Err(Fault::new(Kind::Operand, "a value is used as an operator"));
        };
        match &*operator.code {
            OperatorCode::Definition(id, slots) => {
                let program = self.program;
                let definition = &program.definitions[*id];
                self.in_frame(definition.size, |machine| {
                    for (slot, arg) in (0..).zip(args) {
                        machine.set(slot, arg.clone());
                    }
                    for ((_, to), slot) in slots.iter().zip(&operator.captured) {
                        machine.set(*to, slot.clone());
                    }
                    machine.value(&definition.code)
                })
            }
            OperatorCode::Lambda(body) => self.in_body(body, &operator.captured, |machine| {
                for (slot, arg) in (0..).zip(args) {
                    machine.set(slot, arg.clone());
                }
                machine.value(&body.code)
            }),
            OperatorCode::Native(native) => native.run(self, args),
            OperatorCode::Slot(_) => Err(Fault::new(Kind::Operand, "an operator is not known")),
        }
    }

    /// Bind a name, or the names of a tuple.
    fn bind(&mut self, pattern: &Pattern, value: Value) -> Eval<()> {
        match pattern {
            Pattern::One(slot) => self.set(*slot, Slot::Value(value)),
            Pattern::Tuple(slots) => {
                let items = self.tuple_items(&value, slots.len())?;
                for (slot, item) in slots.iter().zip(items) {
                    self.set(*slot, Slot::Value(item));
                }
            }
        }
        Ok(())
    }

    fn tuple_items(&mut self, value: &Value, count: usize) -> Eval<Vec<Value>> {
        match self.sequence(value)? {
            Some(items) if items.len() == count => Ok(items),
            _ => Err(Fault::new(
                Kind::Operand,
                format!("a tuple of {count} names is bound to {}: {}", value.kind_name(), value.brief()),
            )),
        }
    }
}
