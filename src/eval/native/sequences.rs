//! Sequences. `Len` and `\o` also take strings, as in TLC.

use super::Native;
use super::Run;
use super::number;
use super::operand;
use crate::eval::closure::Slot;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::machine::Machine;
use crate::eval::machine::length;
use crate::eval::value::Form;
use crate::eval::value::Value;

pub(super) static SEQUENCES: &[Native] = &[
    Native::new("Seq", &[0], Run::One(all)),
    Native::new("Len", &[0], Run::One(len)),
    Native::new("\\o", &[0, 0], Run::Two(concatenation)),
    Native::new("Append", &[0, 0], Run::Two(append)),
    Native::new("Head", &[0], Run::One(head)),
    Native::new("Tail", &[0], Run::One(tail)),
    Native::new("SubSeq", &[0, 0, 0], Run::Three(part)),
    Native::new("SelectSeq", &[0, 1], Run::Applying(select)),
];

pub(super) fn items(machine: &mut Machine<'_>, name: &str, value: &Value) -> Eval<Vec<Value>> {
    machine.sequence(value)?.ok_or_else(|| operand(name, "a sequence", value))
}

/// What is no set has the empty sequence for TLC, too; it is an error once something is looked for in it.
fn all(_: &mut Machine<'_>, set: Value) -> Eval<Value> {
    Ok(Value::lazy(Form::Sequences(set)))
}

fn len(machine: &mut Machine<'_>, value: Value) -> Eval<Value> {
    match &value {
        Value::Str(text) => Ok(Value::Int(length(text.as_str().encode_utf16().count())?)),
        Value::Tuple(tuple) => Ok(Value::Int(length(tuple.items().len())?)),
        _ => Ok(Value::Int(length(items(machine, "Len", &value)?.len())?)),
    }
}

fn concatenation(machine: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    if let (Value::Str(a), Value::Str(b)) = (&a, &b) {
        return Ok(Value::Str(machine.strings().text(&format!("{a}{b}"))));
    }
    let mut all = items(machine, "\\o", &a)?;
    all.extend(items(machine, "\\o", &b)?);
    Value::tuple(all)
}

fn append(machine: &mut Machine<'_>, sequence: Value, last: Value) -> Eval<Value> {
    let mut all = items(machine, "Append", &sequence)?;
    all.push(last);
    Value::tuple(all)
}

fn head(machine: &mut Machine<'_>, sequence: Value) -> Eval<Value> {
    let all = items(machine, "Head", &sequence)?;
    all.into_iter().next().ok_or_else(|| Fault::new(Kind::Undefined, "`Head` of an empty sequence"))
}

fn tail(machine: &mut Machine<'_>, sequence: Value) -> Eval<Value> {
    let mut all = items(machine, "Tail", &sequence)?;
    if all.is_empty() {
        return Err(Fault::new(Kind::Undefined, "`Tail` of an empty sequence"));
    }
    all.remove(0);
    Value::tuple(all)
}

fn part(machine: &mut Machine<'_>, sequence: Value, first: Value, last: Value) -> Eval<Value> {
    let all = items(machine, "SubSeq", &sequence)?;
    let (first, last) = (number("SubSeq", &first)?, number("SubSeq", &last)?);
    if first > last {
        return Value::tuple(Vec::new());
    }
    let range = usize::try_from(i64::from(first) - 1).ok().zip(usize::try_from(last).ok());
    match range.and_then(|(first, last)| all.get(first..last)) {
        Some(part) => Value::tuple(part.to_vec()),
        None => Err(Fault::new(
            Kind::Undefined,
            format!("{first}..{last} is not within the {} elements of a sequence", all.len()),
        )),
    }
}

fn select(machine: &mut Machine<'_>, sequence: Value, test: &Slot) -> Eval<Value> {
    let mut kept = Vec::new();
    for item in items(machine, "SelectSeq", &sequence)? {
        match machine.call(test, &[Slot::Value(item.clone())])? {
            Value::Bool(true) => kept.push(item),
            Value::Bool(false) => {}
            other => return Err(operand("SelectSeq", "a Boolean of its test", &other)),
        }
    }
    Value::tuple(kept)
}
