//! `[f EXCEPT ![a].b = e]`.

use super::Machine;
use super::members::find;
use crate::eval::closure::Slot;
use crate::eval::code::Change;
use crate::eval::code::Code;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::value::Domain;
use crate::eval::value::Value;

impl Machine<'_> {
    pub(super) fn except(&mut self, base: &Code, changes: &[Change]) -> Eval<Value> {
        let mut value = self.value(base)?;
        for change in changes {
            let path = self.values(&change.path)?;
            let mut old = value.clone();
            let mut inside = true;
            for step in &path {
                match self.select(&old, step)? {
                    Some(part) => old = part,
                    None => {
                        inside = false;
                        break;
                    }
                }
            }
            // TLC warns and leaves the value as it is where there is nothing to replace.
            if inside {
                self.set(change.at, Slot::Value(old));
                let new = self.value(&change.value)?;
                value = self.replaced(value, &path, new)?;
            }
        }
        Ok(value)
    }

    /// The value with its part at `path`, which exists, replaced.
    fn replaced(&mut self, value: Value, path: &[Value], new: Value) -> Eval<Value> {
        let [step, rest @ ..] = path else { return Ok(new) };
        let value = match value {
            Value::Lambda(lambda) => match self.explicit_function(&lambda) {
                Err(fault) if fault.kind == Kind::NotEnumerable => {
                    let message = "EXCEPT of a function that is not known at each point cannot be evaluated here";
                    return Err(Fault::new(Kind::Unsupported, message));
                }
                explicit => explicit?,
            },
            other => other,
        };
        let index = match (&value, step) {
            (Value::Tuple(_), Value::Int(number)) => usize::try_from(i64::from(*number) - 1).ok(),
            (Value::Record(record), Value::Str(name)) => record.position(name),
            (Value::Function(function), _) => match (function.domain(), step) {
                (Domain::From(low), Value::Int(number)) => usize::try_from(i64::from(*number) - i64::from(*low)).ok(),
                (Domain::From(_), _) => None,
                (Domain::Set(set), _) => {
                    let step = self.solid(step.clone())?;
                    find(set.items(), &step)?
                }
            },
            _ => None,
        };
        let Some(index) = index else { return Ok(value) };
        let part = super::members::items_of(&value).get(index).cloned();
        let Some(part) = part else { return Ok(value) };
        let part = self.replaced(part, rest, new)?;
        value.with_item(index, part)
    }
}
