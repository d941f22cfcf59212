//! Functions: application, fields, domains.

use std::rc::Rc;

use super::Machine;
use super::members::find;
use crate::eval::closure::Key;
use crate::eval::closure::Lambda;
use crate::eval::closure::Slot;
use crate::eval::code::Argument;
use crate::eval::code::Code;
use crate::eval::code::Op;
use crate::eval::code::Pattern;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::text::Text;
use crate::eval::value::Domain;
use crate::eval::value::Form;
use crate::eval::value::Value;

impl Machine<'_> {
    pub(super) fn application(&mut self, function: &Code, argument: &Code) -> Eval<Value> {
        if let Some(item) = self.waiting_item(function, argument) {
            return self.slot_value(&item);
        }
        let function = self.applied_value(function)?;
        let argument = self.value(argument)?;
        match self.select(&function, &argument)? {
            Some(value) => Ok(value),
            None => Err(outside(&function, &argument)),
        }
    }

    /// What stands at a place of a tuple of names that waits, without looking at the others: they have values, or none of
    /// them may be looked at now.
    fn waiting_item(&self, function: &Code, argument: &Code) -> Option<Slot> {
        let (Op::Local(slot), Op::Value(Value::Int(number))) = (&function.op, &argument.op) else { return None };
        let Slot::Thunk(thunk) = self.slot(*slot) else { return None };
        let Op::Tuple(items) = &thunk.body.code.op else { return None };
        if !thunk.captured.iter().all(|slot| matches!(slot, Slot::Value(_) | Slot::Empty)) {
            return None;
        }
        let Op::Local(wanted) = items.get(usize::try_from(number.checked_sub(1)?).ok()?)?.op else { return None };
        let all_names = items.iter().all(|item| matches!(item.op, Op::Local(_) | Op::Value(_)));
        let place = thunk.body.captures.iter().position(|(_, to)| *to == wanted).filter(|_| all_names)?;
        thunk.captured.get(place).cloned()
    }

    /// `function[argument]`; `None` outside of its domain.
    pub(in crate::eval) fn select(&mut self, function: &Value, argument: &Value) -> Eval<Option<Value>> {
        match function {
            Value::Tuple(tuple) => Ok(at(tuple.items(), 1, argument)?),
            Value::Function(function) => match function.domain() {
                Domain::From(low) => at(function.items(), *low, argument),
                Domain::Set(set) if argument.is_solid() => {
                    Ok(find(set.items(), argument)?.map(|index| function.items()[index].clone()))
                }
                Domain::Set(set) => {
                    let argument = self.solid(argument.clone())?;
                    Ok(find(set.items(), &argument)?.map(|index| function.items()[index].clone()))
                }
            },
            Value::Record(record) => match argument {
                Value::Str(name) => Ok(record.field(name).cloned()),
                other => Err(Fault::new(
                    Kind::Undefined,
                    format!("a record is applied to {}: {}", other.kind_name(), other.brief()),
                )),
            },
            Value::Lambda(lambda) => self.select_lambda(function, lambda, argument),
            other => Err(Fault::new(
                Kind::Undefined,
                format!("{} is applied as a function: {}", other.kind_name(), other.brief()),
            )),
        }
    }

    fn select_lambda(&mut self, function: &Value, lambda: &Rc<Lambda>, argument: &Value) -> Eval<Option<Value>> {
        if let Some(explicit) = lambda.explicit.get() {
            let explicit = explicit.clone();
            return self.select(&explicit, argument);
        }
        let key = match lambda.itself.is_some() {
            true => Some(Key(self.solid(argument.clone())?)),
            false => None,
        };
        if let Some(key) = &key
            && let Some(value) = lambda.known.borrow().get(key)
        {
            return Ok(Some(value.clone()));
        }
        let Some(arguments) = self.arguments_of(lambda, argument)? else { return Ok(None) };
        let value = self.in_lambda(function, lambda, |machine| machine.lambda_value(lambda, &arguments))?;
        if let Some(key) = key {
            lambda.known.borrow_mut().insert(key, value.clone());
        }
        Ok(Some(value))
    }

    /// What the names of a function stand for at one point; `None` outside of its domain.
    pub(super) fn arguments_of(&mut self, lambda: &Lambda, argument: &Value) -> Eval<Option<Vec<Value>>> {
        let arguments = match lambda.domains.len() {
            1 => vec![argument.clone()],
            count => match self.sequence(argument)? {
                Some(items) if items.len() == count => items,
                _ => return Ok(None),
            },
        };
        for (domain, argument) in lambda.domains.iter().zip(&arguments) {
            if !self.is_member(argument, domain)? {
                return Ok(None);
            }
        }
        Ok(Some(arguments))
    }

    /// Run with the frame in which the values of a function are computed.
    pub(super) fn in_lambda<T>(
        &mut self,
        function: &Value,
        lambda: &Lambda,
        run: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Eval<T> {
        self.with_prime(lambda.primed, |machine| {
            machine.in_body(&lambda.body, &lambda.captured, |machine| {
                if let Some(slot) = lambda.itself {
                    machine.set(slot, Slot::Value(function.clone()));
                }
                run(machine)
            })
        })
    }

    /// The value at one point, in the frame of the function.
    pub(super) fn lambda_value(&mut self, lambda: &Lambda, arguments: &[Value]) -> Eval<Value> {
        self.bind_arguments(lambda, arguments)?;
        self.value(&lambda.body.code)
    }

    pub(super) fn bind_arguments(&mut self, lambda: &Lambda, arguments: &[Value]) -> Eval<()> {
        let mut pairs = lambda.patterns.iter().zip(arguments);
        pairs.try_for_each(|(pattern, argument)| self.bind(pattern, argument.clone()))
    }

    pub(super) fn field(&mut self, of: &Code, name: &Text) -> Eval<Value> {
        let record = self.value(of)?;
        if let Value::Record(record) = &record
            && let Some(value) = record.field(name)
        {
            return Ok(value.clone());
        }
        match &record {
            // TLC says more of itself than is known here.
            Value::Record(_) if asks_the_search(of) => Err(Fault::new(
                Kind::Unsupported,
                format!("the field `{name}` of what `TLCGet` tells is not known here"),
            )),
            Value::Record(_) => {
                Err(Fault::new(Kind::Undefined, format!("the record has no field `{name}`: {}", record.brief())))
            }
            _ => match self.select(&record, &Value::Str(name.clone()))? {
                Some(value) => Ok(value),
                None => Err(outside(&record, &Value::Str(name.clone()))),
            },
        }
    }

    pub(in crate::eval) fn domain(&mut self, function: &Value) -> Eval<Value> {
        match function {
            Value::Tuple(tuple) => Ok(Value::interval(1, length(tuple.items().len())?)),
            Value::Record(record) => Value::set(record.names().iter().cloned().map(Value::Str).collect()),
            Value::Function(function) => match function.domain() {
                Domain::From(low) => {
                    let high = i64::from(*low) + i64::from(length(function.items().len())?) - 1;
                    Ok(Value::interval(*low, i32::try_from(high).unwrap_or(i32::MAX)))
                }
                Domain::Set(set) => Ok(Value::Set(set.clone())),
            },
            Value::Lambda(lambda) => match (lambda.domains.as_slice(), &lambda.patterns[..]) {
                ([domain], [Pattern::One(_) | Pattern::Tuple(_)]) => Ok(domain.clone()),
                (domains, _) => Ok(Value::lazy(Form::Product(domains.to_vec()))),
            },
            other => Err(super::expr::not(other, "a function")),
        }
    }

    /// The elements of a sequence or tuple, if it is one; also of a function whose domain is `1..n`.
    pub(in crate::eval) fn sequence(&mut self, value: &Value) -> Eval<Option<Vec<Value>>> {
        Ok(match value {
            Value::Tuple(tuple) => Some(tuple.items().to_vec()),
            Value::Function(function) => match function.domain() {
                Domain::From(1) => Some(function.items().to_vec()),
                Domain::Set(set) if set.items().is_empty() => Some(Vec::new()),
                _ => None,
            },
            Value::Record(record) if record.items().is_empty() => Some(Vec::new()),
            Value::Lambda(lambda) => {
                let explicit = self.explicit_function(lambda)?;
                return self.sequence(&explicit);
            }
            _ => None,
        })
    }
}

/// A length as a number of TLA+.
pub(in crate::eval) fn length(count: usize) -> Eval<i32> {
    i32::try_from(count).map_err(|_| Fault::new(Kind::Overflow, format!("{count} does not fit 32 bits")))
}

/// The element with a number, where the first has the number `low`.
fn at(items: &[Value], low: i32, argument: &Value) -> Eval<Option<Value>> {
    match argument {
        Value::Int(number) => {
            let index = i64::from(*number) - i64::from(low);
            Ok(usize::try_from(index).ok().and_then(|index| items.get(index)).cloned())
        }
        other => Err(Fault::new(
            Kind::Undefined,
            format!("a function of numbers is applied to {}: {}", other.kind_name(), other.brief()),
        )),
    }
}

pub(super) fn outside(function: &Value, argument: &Value) -> Box<Fault> {
    Fault::new(Kind::Undefined, format!("{} is not in the domain of {}", argument.brief(), function.brief()))
}

/// Whether it is `TLCGet` of a name.
fn asks_the_search(code: &Code) -> bool {
    let Op::Native(native, args) = &code.op else { return false };
    let is_name = |arg: &Argument| matches!(arg, Argument::Now(Code { op: Op::Value(Value::Str(_)), .. }));
    native.name == "TLCGet" && args.first().is_some_and(is_name)
}
