//! The operators of the standard modules, as TLC's own overrides compute them.

mod bags;
mod community;
mod json;
mod numbers;
mod sequences;
mod sets;
mod tlc;

pub(super) use community::code;
pub(super) use community::text;

use super::closure::Slot;
use super::code::Argument;
use super::code::Needs;
use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::machine::Machine;
use super::value::Domain;
use super::value::Value;

/// One operator.
pub(super) struct Native {
    /// Its name, or its symbol in its canonical spelling.
    pub(super) name: &'static str,
    /// For each parameter, how many parameters that has itself.
    pub(super) params: &'static [usize],
    pub(super) needs: Needs,
    run: Run,
}

/// Its code.
enum Run {
    None(fn(&mut Machine<'_>) -> Eval<Value>),
    One(fn(&mut Machine<'_>, Value) -> Eval<Value>),
    Two(fn(&mut Machine<'_>, Value, Value) -> Eval<Value>),
    Three(fn(&mut Machine<'_>, Value, Value, Value) -> Eval<Value>),
    /// A value, and an operator to apply.
    Applying(fn(&mut Machine<'_>, Value, &Slot) -> Eval<Value>),
    /// Values and operators in any order.
    Slots(fn(&mut Machine<'_>, &[Slot]) -> Eval<Value>),
}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The operators a module makes known, those of the modules it extends included.
pub(super) fn module(name: &str) -> Option<Vec<&'static Native>> {
    let lists: &[&'static [Native]] = match name {
        "Naturals" => &[numbers::NATURALS],
        "Integers" => &[numbers::NATURALS, numbers::INTEGERS],
        "Sequences" => &[sequences::SEQUENCES],
        "FiniteSets" => &[sets::FINITE_SETS],
        "Bags" => &[tlc::TLC, bags::BAGS],
        "TLC" => &[tlc::TLC],
        "Json" => &[json::JSON],
        "IOUtils" => &[json::IO],
        _ => return None,
    };
    Some(lists.iter().flat_map(|list| list.iter()).collect())
}

/// The operators of this module itself.
pub(super) fn own(name: &str) -> &'static [Native] {
    match name {
        "Naturals" => numbers::NATURALS,
        "Sequences" => sequences::SEQUENCES,
        "FiniteSets" => sets::FINITE_SETS,
        "Bags" => bags::BAGS,
        "TLC" => tlc::TLC,
        "Json" => json::JSON,
        "IOUtils" => json::IO,
        _ => &[],
    }
}

/// Whether TLC without other jars has code for the operators of a module, and takes it whatever a file of that name says.
pub(super) fn is_in_tlc(name: &str) -> bool {
    !matches!(name, "Json" | "IOUtils")
}

impl Native {
    const fn new(name: &'static str, params: &'static [usize], run: Run) -> Self {
        Self { name, params, needs: Needs::NOTHING, run }
    }

    /// Whether its parameters have these numbers of parameters.
    pub(super) fn takes(&self, arities: impl Iterator<Item = usize>) -> bool {
        self.params.iter().copied().eq(arities)
    }

    /// One that is seen from outside, or sees what is outside.
    const fn worldly(self) -> Self {
        Self { needs: Needs::WORLD, ..self }
    }

    /// What is tried, perhaps in vain, must not be seen from outside.
    fn may_run(&self, machine: &Machine<'_>) -> Eval<()> {
        match self.needs.meets(Needs::WORLD) && machine.is_trying() {
            true => Err(Fault::new(Kind::Unsupported, format!("`{}` is only evaluated where it counts", self.name))),
            false => Ok(()),
        }
    }

    pub(super) fn run_on(&self, machine: &mut Machine<'_>, args: &[Argument]) -> Eval<Value> {
        self.may_run(machine)?;
        match (&self.run, args) {
            (Run::None(run), []) => run(machine),
            (Run::One(run), [Argument::Now(a)]) => {
                let a = machine.value(a)?;
                run(machine, a)
            }
            (Run::Two(run), [Argument::Now(a), Argument::Now(b)]) => {
                let (a, b) = (machine.value(a)?, machine.value(b)?);
                run(machine, a, b)
            }
            _ => {
                let args: Vec<Slot> = args.iter().map(|arg| machine.argument(arg)).collect::<Eval<_>>()?;
                self.run(machine, &args)
            }
        }
    }

    pub(super) fn run(&self, machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
        self.may_run(machine)?;
        match (&self.run, args) {
            (Run::None(run), []) => run(machine),
            (Run::One(run), [a]) => {
                let a = machine.slot_value(a)?;
                run(machine, a)
            }
            (Run::Two(run), [a, b]) => {
                let (a, b) = (machine.slot_value(a)?, machine.slot_value(b)?);
                run(machine, a, b)
            }
            (Run::Three(run), [a, b, c]) => {
                let (a, b, c) = (machine.slot_value(a)?, machine.slot_value(b)?, machine.slot_value(c)?);
                run(machine, a, b, c)
            }
            (Run::Applying(run), [a, operator]) => {
                let a = machine.slot_value(a)?;
                run(machine, a, operator)
            }
            (Run::Slots(run), args) => run(machine, args),
            _ => Err(Fault::new(Kind::Operand, format!("`{}` takes another number of arguments", self.name))),
        }
    }
}

/// An operand of the wrong kind.
fn operand(name: &str, wanted: &str, value: &Value) -> Box<Fault> {
    Fault::new(Kind::Operand, format!("`{name}` needs {wanted}, not {}: {}", value.kind_name(), value.brief()))
}

fn number(name: &str, value: &Value) -> Eval<i32> {
    match value {
        Value::Int(number) => Ok(*number),
        other => Err(operand(name, "a number", other)),
    }
}

/// A function as pairs in the order of its domain; `None` for what is no function.
fn pairs(machine: &mut Machine<'_>, value: &Value) -> Eval<Option<Vec<(Value, Value)>>> {
    let value = match value {
        Value::Lambda(lambda) => machine.explicit_function(lambda)?,
        other => other.clone(),
    };
    Ok(Some(match &value {
        Value::Tuple(tuple) => (1..).map(Value::Int).zip(tuple.items().iter().cloned()).collect(),
        Value::Record(record) => {
            record.names().iter().cloned().map(Value::Str).zip(record.items().iter().cloned()).collect()
        }
        Value::Function(function) => match function.domain() {
            Domain::From(low) => (*low..=i32::MAX).map(Value::Int).zip(function.items().iter().cloned()).collect(),
            Domain::Set(set) => set.items().iter().cloned().zip(function.items().iter().cloned()).collect(),
        },
        _ => return Ok(None),
    }))
}

/// The function with these values; of a point that comes twice the first counts.
fn function(machine: &mut Machine<'_>, pairs: Vec<(Value, Value)>) -> Eval<Value> {
    let mut solid = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        solid.push((machine.solid(key)?, value));
    }
    Value::mapping(solid)
}
