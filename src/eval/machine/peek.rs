//! Values that lie at hand: they are looked at where they are, and not taken along.

use super::Machine;
use super::members::find;
use crate::eval::closure::Slot;
use crate::eval::code::Code;
use crate::eval::code::Op;
use crate::eval::value::Domain;
use crate::eval::value::Value;

impl Machine<'_> {
    /// The value of an expression that consists of names, fields and applications of values that are known. `None` wherever
    /// something would have to be computed, or is an error: that is found, and said, by [`Machine::value`].
    pub(super) fn peek<'a>(&'a self, code: &'a Code) -> Option<&'a Value> {
        match &code.op {
            Op::Value(value) => Some(value),
            Op::Local(slot) => match self.slot(*slot) {
                Slot::Value(value) => Some(value),
                _ => None,
            },
            Op::Variable(variable) => {
                let state = if self.primed { &self.next } else { &self.now };
                state.get(*variable)?.as_ref()
            }
            Op::Once(_, known) => known.get(),
            Op::Call(id, ..) => self.program.definitions[*id].known.get(),
            Op::Field(record, name) => match self.peek(record)? {
                Value::Record(record) => record.field(name),
                _ => None,
            },
            Op::Apply(function, argument) => part(self.peek(function)?, self.peek(argument)?),
            _ => None,
        }
    }
}

/// `function[argument]`, where both are solid enough for it.
fn part<'a>(function: &'a Value, argument: &Value) -> Option<&'a Value> {
    let nth = |items: &'a [Value], low: i32| match argument {
        Value::Int(number) => items.get(usize::try_from(i64::from(*number) - i64::from(low)).ok()?),
        _ => None,
    };
    match function {
        Value::Tuple(tuple) => nth(tuple.items(), 1),
        Value::Record(record) => match argument {
            Value::Str(name) => record.field(name),
            _ => None,
        },
        Value::Function(function) => match function.domain() {
            Domain::From(low) => nth(function.items(), *low),
            Domain::Set(set) if argument.is_solid() => {
                let index = find(set.items(), argument).ok()??;
                function.items().get(index)
            }
            Domain::Set(_) => None,
        },
        _ => None,
    }
}
