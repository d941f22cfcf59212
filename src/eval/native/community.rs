//! The community modules: their operators as TLA+ text, and code for those that a definition would make slow.

use super::Native;
use super::Run;
use super::number;
use super::operand;
use super::pairs;
use super::sequences;
use super::tlc::unsupported;
use crate::eval::closure::Slot;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::machine::Machine;
use crate::eval::machine::length;
use crate::eval::value::Value;

/// The text of a module that comes with the evaluator.
pub(in crate::eval) fn text(name: &str) -> Option<&'static str> {
    Some(match name {
        "BagsExt" => include_str!("community/BagsExt.tla"),
        "FiniteSetsExt" => include_str!("community/FiniteSetsExt.tla"),
        "Folds" => include_str!("community/Folds.tla"),
        "Functions" => include_str!("community/Functions.tla"),
        "SequencesExt" => include_str!("community/SequencesExt.tla"),
        "TLCExt" => include_str!("community/TLCExt.tla"),
        _ => return None,
    })
}

/// What stands in place of the definitions of such a text: the same values, sooner and without depth. Where the published
/// description leaves open in which order an operator is applied, it is the order of the code that TLC has in its place.
pub(in crate::eval) fn code(name: &str) -> &'static [Native] {
    match name {
        "BagsExt" => BAGS,
        "FiniteSetsExt" => FINITE_SETS,
        "Folds" => FOLDS,
        "Functions" => FUNCTIONS,
        "SequencesExt" => SEQUENCES,
        "TLCExt" => TLC,
        _ => &[],
    }
}

static BAGS: &[Native] = &[Native::new("FoldBag", &[2, 0, 0], Run::Slots(fold_bag))];

static FOLDS: &[Native] = &[Native::new("MapThenFoldSet", &[2, 0, 1, 1, 0], Run::Slots(map_then_fold_set))];

static FUNCTIONS: &[Native] = &[
    Native::new("FoldFunction", &[2, 0, 0], Run::Slots(fold_function)),
    Native::new("FoldFunctionOnSet", &[2, 0, 0, 0], Run::Slots(fold_function_on_set)),
];

static FINITE_SETS: &[Native] = &[
    Native::new("FoldSet", &[2, 0, 0], Run::Slots(fold_set)),
    Native::new("Max", &[0], Run::One(|machine, set| extreme(machine, "Max", &set, |a, b| a > b))),
    Native::new("Min", &[0], Run::One(|machine, set| extreme(machine, "Min", &set, |a, b| a < b))),
];

static SEQUENCES: &[Native] = &[
    Native::new("FoldLeft", &[2, 0, 0], Run::Slots(fold_left)),
    Native::new("FoldRight", &[2, 0, 0], Run::Slots(fold_right)),
    Native::new("IsPrefix", &[0, 0], Run::Two(is_prefix)),
    Native::new(
        "SelectInSeq",
        &[0, 1],
        Run::Applying(|machine, s, test| first(machine, "SelectInSeq", &s, test, false)),
    ),
    Native::new(
        "SelectLastInSeq",
        &[0, 1],
        Run::Applying(|machine, s, test| first(machine, "SelectLastInSeq", &s, test, true)),
    ),
    Native::new("ReplaceAllSubSeqs", &[0, 0, 0], Run::Three(|_, _, _, _| Err(unsupported("ReplaceAllSubSeqs")))),
];

static TLC: &[Native] = &[
    Native::new("TLCGetOrDefault", &[0, 0], Run::Two(get_or)).worldly(),
    Native::new("TLCGetAndSet", &[0, 2, 0, 0], Run::Slots(get_and_set)).worldly(),
    Native::new("AssertError", &[0, 0], Run::Two(|_, _, _| Err(unsupported("AssertError")))).worldly(),
    Native::new("Trace", &[], Run::None(|_| Err(unsupported("Trace")))).worldly(),
    Native::new("CounterExample", &[], Run::None(|_| Err(unsupported("CounterExample")))).worldly(),
    Native::new("ToTrace", &[0], Run::One(|_, _| Err(unsupported("ToTrace")))).worldly(),
    Native::new("TLCModelValue", &[0], Run::One(|_, _| Err(unsupported("TLCModelValue")))).worldly(),
    Native::new("TLCDefer", &[0], Run::One(|_, _| Err(unsupported("TLCDefer")))).worldly(),
    Native::new("PickSuccessor", &[0], Run::One(|_, _| Err(unsupported("PickSuccessor")))).worldly(),
    Native::new("TLCCache", &[0, 0], Run::Two(|_, _, _| Err(unsupported("TLCCache")))).worldly(),
    Native::new("TLCFP", &[0], Run::One(|_, _| Err(unsupported("TLCFP")))).worldly(),
];

/// `op(xn, .. op(x2, op(x1, base)))`.
fn fold_up(machine: &mut Machine<'_>, op: &Slot, base: Value, items: Vec<Value>) -> Eval<Value> {
    items.into_iter().try_fold(base, |folded, item| machine.call(op, &[Slot::Value(item), Slot::Value(folded)]))
}

/// `op(x1, op(x2, .. op(xn, base)))`.
fn fold(machine: &mut Machine<'_>, op: &Slot, base: Value, items: Vec<Value>) -> Eval<Value> {
    items.into_iter().rev().try_fold(base, |folded, item| machine.call(op, &[Slot::Value(item), Slot::Value(folded)]))
}

fn map_then_fold_set(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [op, base, f, choose, set] = args else { return Err(arguments("MapThenFoldSet")) };
    let (base, set) = (machine.slot_value(base)?, machine.slot_value(set)?);
    let mut rest = machine.solid(set)?;
    let mut mapped = Vec::new();
    while !machine.items(&rest)?.is_empty() {
        let chosen = machine.call(choose, &[Slot::Value(rest.clone())])?;
        mapped.push(machine.call(f, &[Slot::Value(chosen.clone())])?);
        let before = machine.items(&rest)?.len();
        let chosen = Value::set(vec![chosen])?;
        rest = machine.minus(rest, chosen)?;
        rest = machine.solid(rest)?;
        if machine.items(&rest)?.len() == before {
            return Err(Fault::new(Kind::Undefined, "`MapThenFoldSet` chooses what is no element of the set"));
        }
    }
    fold(machine, op, base, mapped)
}

fn fold_set(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [op, base, set] = args else { return Err(arguments("FoldSet")) };
    let (base, set) = (machine.slot_value(base)?, machine.slot_value(set)?);
    let set = machine.solid(set)?;
    let items = machine.items(&set)?;
    fold_up(machine, op, base, items)
}

/// `op(op(base, x1), x1) ..`, each element as often as it is in the bag.
fn fold_bag(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [op, base, bag] = args else { return Err(arguments("FoldBag")) };
    let (mut folded, bag) = (machine.slot_value(base)?, machine.slot_value(bag)?);
    let counted = pairs(machine, &bag)?.ok_or_else(|| operand("FoldBag", "a bag", &bag))?;
    for (element, count) in counted {
        let count = number("FoldBag", &count)?;
        if count < 1 {
            return Err(operand("FoldBag", "a bag", &bag));
        }
        for _ in 0..count {
            folded = machine.call(op, &[Slot::Value(folded), Slot::Value(element.clone())])?;
        }
    }
    Ok(folded)
}

fn fold_function(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [op, base, function] = args else { return Err(arguments("FoldFunction")) };
    let (base, function) = (machine.slot_value(base)?, machine.slot_value(function)?);
    let domain = machine.domain(&function)?;
    fold_over(machine, op, base, &function, domain)
}

fn fold_function_on_set(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [op, base, function, set] = args else { return Err(arguments("FoldFunctionOnSet")) };
    let (base, function) = (machine.slot_value(base)?, machine.slot_value(function)?);
    let set = machine.slot_value(set)?;
    fold_over(machine, op, base, &function, set)
}

fn fold_over(machine: &mut Machine<'_>, op: &Slot, base: Value, function: &Value, set: Value) -> Eval<Value> {
    let set = machine.solid(set)?;
    let mut items = Vec::new();
    for point in machine.items(&set)? {
        match machine.select(function, &point)? {
            Some(value) => items.push(value),
            None => {
                return Err(Fault::new(
                    Kind::Undefined,
                    format!("{} is not in the domain that is folded", point.brief()),
                ));
            }
        }
    }
    fold_up(machine, op, base, items)
}

fn fold_left(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [op, base, sequence] = args else { return Err(arguments("FoldLeft")) };
    let (base, sequence) = (machine.slot_value(base)?, machine.slot_value(sequence)?);
    let items = sequences::items(machine, "FoldLeft", &sequence)?;
    items.into_iter().try_fold(base, |folded, item| machine.call(op, &[Slot::Value(folded), Slot::Value(item)]))
}

fn fold_right(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [op, sequence, base] = args else { return Err(arguments("FoldRight")) };
    let (sequence, base) = (machine.slot_value(sequence)?, machine.slot_value(base)?);
    let items = sequences::items(machine, "FoldRight", &sequence)?;
    fold(machine, op, base, items)
}

fn extreme(machine: &mut Machine<'_>, name: &str, set: &Value, beats: fn(i32, i32) -> bool) -> Eval<Value> {
    if let Value::Interval(low, high) = set {
        return Ok(Value::Int(if beats(*high, *low) { *high } else { *low }));
    }
    let mut best: Option<i32> = None;
    for item in machine.items(set)? {
        match item {
            Value::Int(number) if best.is_none_or(|best| beats(number, best)) => best = Some(number),
            Value::Int(_) => {}
            other => return Err(operand(name, "a set of numbers", &other)),
        }
    }
    let none = || Fault::new(Kind::NoChoice, format!("no element of the set satisfies the CHOOSE of `{name}`"));
    best.map(Value::Int).ok_or_else(none)
}

/// The number of the first element, or of the last, for which the test is true, or 0.
fn first(machine: &mut Machine<'_>, name: &str, sequence: &Value, test: &Slot, last: bool) -> Eval<Value> {
    let mut found = 0;
    // Each is tested, as by the definition, so that an error of one is one here.
    for (index, item) in sequences::items(machine, name, sequence)?.into_iter().enumerate() {
        match machine.call(test, &[Slot::Value(item)])? {
            Value::Bool(true) if found == 0 || last => found = index + 1,
            Value::Bool(_) => {}
            other => return Err(operand(name, "a Boolean of its test", &other)),
        }
    }
    Ok(Value::Int(length(found)?))
}

fn is_prefix(machine: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    let (a, b) = (sequences::items(machine, "IsPrefix", &a)?, sequences::items(machine, "IsPrefix", &b)?);
    if a.len() > b.len() {
        return Ok(Value::Bool(false));
    }
    for (a, b) in a.iter().zip(&b) {
        if !machine.equal(a, b)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn get_or(machine: &mut Machine<'_>, key: Value, default: Value) -> Eval<Value> {
    match key {
        Value::Int(number) => Ok(machine.register(number).unwrap_or(default)),
        other => Err(unsupported(&format!("TLCGetOrDefault({other}, ..)"))),
    }
}

/// The register before, or the default, while `op` of it and the value is put there.
fn get_and_set(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [key, op, value, default] = args else { return Err(arguments("TLCGetAndSet")) };
    let (key, value, default) = (machine.slot_value(key)?, machine.slot_value(value)?, machine.slot_value(default)?);
    let Value::Int(number) = key else { return Err(unsupported(&format!("TLCGetAndSet({key}, ..)"))) };
    let before = machine.register(number).unwrap_or(default);
    let after = machine.call(op, &[Slot::Value(before.clone()), Slot::Value(value)])?;
    let after = machine.solid(after)?;
    machine.set_register(number, after);
    Ok(before)
}

pub(super) fn arguments(name: &str) -> Box<Fault> {
    Fault::new(Kind::Operand, format!("`{name}` takes another number of arguments"))
}
