//! Values of the evaluator and values as TLC prints them.

use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::text::Strings;
use super::value;
use super::value::Domain;
use crate::tla::value::Value;

/// The value as TLC prints it; `None` where it has a lazy part, such as an infinite set.
pub fn printed(value: &value::Value) -> Option<Value> {
    let all = |items: &[value::Value]| items.iter().map(printed).collect::<Option<Vec<Value>>>();
    Some(match value {
        value::Value::Bool(value) => Value::Bool(*value),
        value::Value::Int(value) => Value::Int(i64::from(*value)),
        value::Value::Str(text) => Value::Str(text.as_str().to_owned()),
        value::Value::Model(name) => Value::Model(name.as_str().to_owned()),
        value::Value::Interval(low, high) => Value::Set((*low..=*high).map(i64::from).map(Value::Int).collect()),
        value::Value::Set(set) => Value::Set(all(set.items())?.into_iter().collect()),
        value::Value::Tuple(tuple) => Value::Sequence(all(tuple.items())?),
        value::Value::Record(record) => {
            let names = record.names().iter().map(|name| name.as_str().to_owned());
            Value::Record(names.zip(all(record.items())?).collect())
        }
        value::Value::Function(function) => {
            let keys = match function.domain() {
                Domain::From(first) => (*first..).take(function.items().len()).map(|n| Value::Int(n.into())).collect(),
                Domain::Set(set) => all(set.items())?,
            };
            Value::of_pairs(keys.into_iter().zip(all(function.items())?).collect())
        }
        value::Value::Lazy(_) | value::Value::Lambda(_) => return None,
    })
}

/// The same value for the evaluator.
///
/// # Errors
/// A number of more than 32 bits, a set of things that cannot be compared, or too deep a value.
pub fn evaluated(value: &Value, strings: &Strings) -> Eval<value::Value> {
    let all = |items: &mut dyn Iterator<Item = &Value>| {
        items.map(|item| evaluated(item, strings)).collect::<Eval<Vec<value::Value>>>()
    };
    Ok(match value {
        Value::Bool(value) => value::Value::Bool(*value),
        Value::Int(value) => match i32::try_from(*value) {
            Ok(value) => value::Value::Int(value),
            Err(_) => return Err(overflow()),
        },
        Value::Str(text) => value::Value::Str(strings.text(text)),
        Value::Model(name) => value::Value::Model(strings.text(name)),
        Value::Set(items) => value::Value::set(all(&mut items.iter())?)?,
        Value::Sequence(items) => value::Value::tuple(all(&mut items.iter())?)?,
        Value::Record(fields) => {
            let values = all(&mut fields.values())?;
            value::Value::record(fields.keys().map(|name| strings.text(name)).zip(values).collect())?
        }
        Value::Function(pairs) => {
            let keys = all(&mut pairs.keys())?;
            value::Value::mapping(keys.into_iter().zip(all(&mut pairs.values())?).collect())?
        }
    })
}

fn overflow() -> Box<Fault> {
    Fault::new(Kind::Overflow, "a number of a state does not fit 32 bits")
}
