//! Bags: functions from elements to how often they are in the bag.

use super::Native;
use super::Run;
use super::community::arguments;
use super::function;
use super::number;
use super::operand;
use super::pairs;
use crate::eval::closure::Slot;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::machine::Machine;
use crate::eval::value::Value;

pub(super) static BAGS: &[Native] = &[
    Native::new("EmptyBag", &[], Run::None(|machine| function(machine, Vec::new()))),
    Native::new("IsABag", &[0], Run::One(is_a_bag)),
    Native::new("SetToBag", &[0], Run::One(set_to_bag)),
    Native::new("BagToSet", &[0], Run::One(|machine, bag| machine.domain(&bag))),
    Native::new("BagIn", &[0, 0], Run::Two(bag_in)),
    Native::new("CopiesIn", &[0, 0], Run::Two(copies_in)),
    Native::new("BagCardinality", &[0], Run::One(bag_cardinality)),
    Native::new("(+)", &[0, 0], Run::Two(sum)),
    Native::new("(-)", &[0, 0], Run::Two(difference)),
    Native::new("\\sqsubseteq", &[0, 0], Run::Two(is_sub_bag)),
    Native::new("SubBag", &[0], Run::One(sub_bags)),
    Native::new("BagUnion", &[0], Run::One(union)),
    Native::new("BagOfAll", &[1, 0], Run::Slots(of_all)),
];

fn counted(machine: &mut Machine<'_>, bag: &Value) -> Eval<Vec<(Value, i32)>> {
    let pairs = pairs(machine, bag)?.ok_or_else(|| operand("a bag", "a function", bag))?;
    pairs.into_iter().map(|(key, count)| Ok((key, number("a bag", &count)?))).collect()
}

fn of(machine: &mut Machine<'_>, counted: Vec<(Value, i32)>) -> Eval<Value> {
    let pairs = counted.into_iter().map(|(key, count)| (key, Value::Int(count)));
    function(machine, pairs.collect())
}

fn is_a_bag(machine: &mut Machine<'_>, value: Value) -> Eval<Value> {
    let pairs = pairs(machine, &value)?;
    let all =
        pairs.is_some_and(|pairs| pairs.iter().all(|(_, count)| matches!(count, Value::Int(count) if *count > 0)));
    Ok(Value::Bool(all))
}

fn set_to_bag(machine: &mut Machine<'_>, set: Value) -> Eval<Value> {
    let items = machine.items(&set)?;
    of(machine, items.into_iter().map(|item| (item, 1)).collect())
}

fn copies(machine: &mut Machine<'_>, element: &Value, bag: &Value) -> Eval<i32> {
    let domain = machine.domain(bag)?;
    if !machine.is_member(element, &domain)? {
        return Ok(0);
    }
    match machine.select(bag, element)? {
        Some(count) => number("a bag", &count),
        None => Ok(0),
    }
}

fn bag_in(machine: &mut Machine<'_>, element: Value, bag: Value) -> Eval<Value> {
    let domain = machine.domain(&bag)?;
    machine.is_member(&element, &domain).map(Value::Bool)
}

fn copies_in(machine: &mut Machine<'_>, element: Value, bag: Value) -> Eval<Value> {
    copies(machine, &element, &bag).map(Value::Int)
}

fn bag_cardinality(machine: &mut Machine<'_>, bag: Value) -> Eval<Value> {
    let total: i64 = counted(machine, &bag)?.iter().map(|(_, count)| i64::from(*count)).sum();
    let total = i32::try_from(total).map_err(|_| too_many())?;
    Ok(Value::Int(total))
}

fn too_many() -> Box<Fault> {
    Fault::new(Kind::Overflow, "the number of elements of a bag does not fit 32 bits")
}

fn sum(machine: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    let mut all = Vec::new();
    for (key, count) in counted(machine, &a)? {
        let more = copies(machine, &key, &b)?;
        all.push((key, count.checked_add(more).ok_or_else(too_many)?));
    }
    // Of what is in both, the first counts.
    all.extend(counted(machine, &b)?);
    of(machine, all)
}

fn difference(machine: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    let mut left = Vec::new();
    for (key, count) in counted(machine, &a)? {
        let rest = i64::from(count) - i64::from(copies(machine, &key, &b)?);
        if rest > 0 {
            left.push((key, i32::try_from(rest).map_err(|_| too_many())?));
        }
    }
    of(machine, left)
}

fn is_sub_bag(machine: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    for (key, count) in counted(machine, &a)? {
        if count > copies(machine, &key, &b)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

/// All bags within a bag.
fn sub_bags(machine: &mut Machine<'_>, bag: Value) -> Eval<Value> {
    let mut within: Vec<Vec<(Value, i32)>> = vec![Vec::new()];
    for (key, count) in counted(machine, &bag)? {
        let with = |less: &Vec<(Value, i32)>, copies| [&less[..], &[(key.clone(), copies)]].concat();
        for index in 0..within.len() {
            for copies in 1..=count {
                within.push(with(&within[index], copies));
                machine.check_count(within.len())?;
            }
        }
    }
    let bags = within.into_iter().map(|counted| of(machine, counted)).collect::<Eval<Vec<_>>>()?;
    Value::set(bags)
}

fn union(machine: &mut Machine<'_>, bags: Value) -> Eval<Value> {
    let mut all = of(machine, Vec::new())?;
    for bag in machine.items(&bags)? {
        all = sum(machine, all, bag)?;
    }
    Ok(all)
}

/// What an operator makes of each copy of each element.
fn of_all(machine: &mut Machine<'_>, args: &[Slot]) -> Eval<Value> {
    let [operator, bag] = args else { return Err(arguments("BagOfAll")) };
    let (bag, mut all) = (machine.slot_value(bag)?, of(machine, Vec::new())?);
    for (key, count) in counted(machine, &bag)? {
        let made = machine.call(operator, &[Slot::Value(key)])?;
        let copies = of(machine, vec![(made, count)])?;
        all = sum(machine, all, copies)?;
    }
    Ok(all)
}
