//! The module TLC.

use super::Native;
use super::Run;
use super::function;
use super::operand;
use super::pairs;
use super::sequences;
use crate::eval::closure::Slot;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::machine::Machine;
use crate::eval::value::Value;

pub(super) static TLC: &[Native] = &[
    Native::new(":>", &[0, 0], Run::Two(single)),
    Native::new("@@", &[0, 0], Run::Two(merged)),
    Native::new("Print", &[0, 0], Run::Two(print)).worldly(),
    Native::new("PrintT", &[0], Run::One(print_line)).worldly(),
    Native::new("Assert", &[0, 0], Run::Two(assert)),
    Native::new("ToString", &[0], Run::One(to_string)),
    Native::new("TLCEval", &[0], Run::One(evaluated)),
    Native::new("Permutations", &[0], Run::One(permutations)),
    Native::new("SortSeq", &[0, 2], Run::Applying(sort)),
    Native::new("JavaTime", &[], Run::None(|_| Err(unsupported("JavaTime")))).worldly(),
    Native::new("TLCGet", &[0], Run::One(get)).worldly(),
    Native::new("TLCSet", &[0, 0], Run::Two(set)).worldly(),
    Native::new("RandomElement", &[0], Run::One(|_, _| Err(unsupported("RandomElement")))).worldly(),
    Native::new("Any", &[], Run::None(|_| Err(unsupported("Any")))),
];

pub(super) fn unsupported(name: &str) -> Box<Fault> {
    Fault::new(Kind::Unsupported, format!("`{name}` cannot be evaluated here"))
}

/// A register, or by its name what a search tells of itself, as TLC does.
fn get(machine: &mut Machine<'_>, key: Value) -> Eval<Value> {
    match key {
        Value::Int(number) => machine
            .register(number)
            .ok_or_else(|| Fault::new(Kind::Undefined, format!("the register {number} has not been set"))),
        Value::Str(name) => match machine.fact(name.as_str()) {
            Some(fact) => fact,
            None => Err(unsupported(&format!("TLCGet(\"{name}\")"))),
        },
        other => Err(unsupported(&format!("TLCGet({other})"))),
    }
}

fn set(machine: &mut Machine<'_>, key: Value, value: Value) -> Eval<Value> {
    match key {
        Value::Int(number) if number >= 0 => {
            let value = machine.solid(value)?;
            machine.set_register(number, value);
            Ok(Value::Bool(true))
        }
        other => Err(unsupported(&format!("TLCSet({other}, ..)"))),
    }
}

fn single(machine: &mut Machine<'_>, key: Value, value: Value) -> Eval<Value> {
    function(machine, vec![(key, value)])
}

fn merged(machine: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    let mut all = pairs(machine, &a)?.ok_or_else(|| operand("@@", "a function", &a))?;
    all.extend(pairs(machine, &b)?.ok_or_else(|| operand("@@", "a function", &b))?);
    function(machine, all)
}

fn print(machine: &mut Machine<'_>, shown: Value, value: Value) -> Eval<Value> {
    let (shown, other) = (machine.solid(shown)?, machine.solid(value.clone())?);
    machine.print(format!("{}  {}", shown.whole(16), other.whole(16)));
    Ok(value)
}

fn print_line(machine: &mut Machine<'_>, shown: Value) -> Eval<Value> {
    let shown = machine.solid(shown)?;
    machine.print(shown.whole(16));
    Ok(Value::Bool(true))
}

fn assert(machine: &mut Machine<'_>, condition: Value, message: Value) -> Eval<Value> {
    match condition {
        Value::Bool(true) => Ok(condition),
        Value::Bool(false) => {
            let message = machine.solid(message)?.whole(16);
            Err(Fault::new(Kind::Assertion, format!("the assertion failed: {message}")))
        }
        other => Err(operand("Assert", "a Boolean", &other)),
    }
}

fn to_string(machine: &mut Machine<'_>, value: Value) -> Eval<Value> {
    let shown = machine.solid(value)?.to_string();
    Ok(Value::Str(machine.strings().text(&shown)))
}

fn evaluated(machine: &mut Machine<'_>, value: Value) -> Eval<Value> {
    machine.solid(value)
}

/// All functions from a set onto itself, each element to another one.
fn permutations(machine: &mut Machine<'_>, set: Value) -> Eval<Value> {
    let set = machine.solid(set)?;
    let items = machine.items(&set)?;
    let mut found = Vec::new();
    let mut order: Vec<usize> = (0..items.len()).collect();
    loop {
        let values = order.iter().map(|index| items[*index].clone()).collect();
        found.push(Value::function(&set, values)?);
        machine.check_count(found.len())?;
        if !advance(&mut order) {
            return Value::set(found);
        }
    }
}

/// The next order of the numbers; whether there was one.
fn advance(order: &mut [usize]) -> bool {
    let Some(place) = order.windows(2).rposition(|pair| pair[0] < pair[1]) else { return false };
    let other = order.iter().rposition(|number| *number > order[place]).unwrap_or(place);
    order.swap(place, other);
    order[place + 1..].reverse();
    true
}

/// By insertion from the left, as TLC does, so that what is not told apart keeps its place and a relation that is no
/// order gives the same result.
fn sort(machine: &mut Machine<'_>, sequence: Value, less: &Slot) -> Eval<Value> {
    let mut sorted: Vec<Value> = Vec::new();
    for item in sequences::items(machine, "SortSeq", &sequence)? {
        let mut place = sorted.len();
        while place > 0 {
            let args = [Slot::Value(item.clone()), Slot::Value(sorted[place - 1].clone())];
            match machine.call(less, &args)? {
                Value::Bool(true) => place -= 1,
                Value::Bool(false) => break,
                other => return Err(operand("SortSeq", "a Boolean of its operator", &other)),
            }
        }
        sorted.insert(place, item);
    }
    Value::tuple(sorted)
}
