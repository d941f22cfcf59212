//! Sequences. All of them also take strings, as in TLC.

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

/// A string letter by letter, of which TLC makes another string.
fn letters(value: &Value) -> Option<Vec<u16>> {
    match value {
        Value::Str(text) => Some(text.as_str().encode_utf16().collect()),
        _ => None,
    }
}

fn string(machine: &Machine<'_>, letters: &[u16]) -> Value {
    Value::Str(machine.strings().text(&String::from_utf16_lossy(letters)))
}

fn empty(name: &str) -> Box<Fault> {
    Fault::new(Kind::Undefined, format!("`{name}` of an empty sequence"))
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
    if let (Value::Str(a), Value::Str(b)) = (&sequence, &last) {
        return Ok(Value::Str(machine.strings().text(&format!("{a}{b}"))));
    }
    let mut all = items(machine, "Append", &sequence)?;
    all.push(last);
    Value::tuple(all)
}

fn head(machine: &mut Machine<'_>, sequence: Value) -> Eval<Value> {
    if let Some(all) = letters(&sequence) {
        return all.get(..1).map(|first| string(machine, first)).ok_or_else(|| empty("Head"));
    }
    let all = items(machine, "Head", &sequence)?;
    all.into_iter().next().ok_or_else(|| empty("Head"))
}

fn tail(machine: &mut Machine<'_>, sequence: Value) -> Eval<Value> {
    if let Some(all) = letters(&sequence) {
        return all.get(1..).map(|rest| string(machine, rest)).ok_or_else(|| empty("Tail"));
    }
    let mut all = items(machine, "Tail", &sequence)?;
    if all.is_empty() {
        return Err(empty("Tail"));
    }
    all.remove(0);
    Value::tuple(all)
}

fn part(machine: &mut Machine<'_>, sequence: Value, first: Value, last: Value) -> Eval<Value> {
    let text = letters(&sequence);
    let all = if text.is_some() { Vec::new() } else { items(machine, "SubSeq", &sequence)? };
    let count = text.as_ref().map_or(all.len(), Vec::len);
    let (first, last) = (number("SubSeq", &first)?, number("SubSeq", &last)?);
    let range = if first > last {
        Some(0..0)
    } else {
        usize::try_from(i64::from(first) - 1).ok().zip(usize::try_from(last).ok()).map(|(first, last)| first..last)
    };
    let Some(range) = range.filter(|range| range.end <= count) else {
        let message = format!("{first}..{last} is not within the {count} elements of a sequence");
        return Err(Fault::new(Kind::Undefined, message));
    };
    match &text {
        Some(text) => Ok(string(machine, &text[range])),
        None => Value::tuple(all[range].to_vec()),
    }
}

fn select(machine: &mut Machine<'_>, sequence: Value, test: &Slot) -> Eval<Value> {
    let mut kept = Vec::new();
    let all = match letters(&sequence) {
        Some(letters) => letters.chunks(1).map(|letter| string(machine, letter)).collect(),
        None => items(machine, "SelectSeq", &sequence)?,
    };
    for item in all {
        match machine.call(test, &[Slot::Value(item.clone())])? {
            Value::Bool(true) => kept.push(item),
            Value::Bool(false) => {}
            other => return Err(operand("SelectSeq", "a Boolean of its test", &other)),
        }
    }
    Value::tuple(kept)
}
