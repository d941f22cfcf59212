//! Values of the evaluator and values as TLC prints them.

use std::collections::BTreeMap;

use crate::eval;
use crate::eval::Domain;
use crate::eval::Eval;
use crate::eval::Strings;
use crate::tla::value::Value;

/// The value as TLC prints it; `None` where it has a lazy part, such as an infinite set.
pub(super) fn printed(value: &eval::Value) -> Option<Value> {
    let all = |items: &[eval::Value]| items.iter().map(printed).collect::<Option<Vec<Value>>>();
    Some(match value {
        eval::Value::Bool(value) => Value::Bool(*value),
        eval::Value::Int(value) => Value::Int(i64::from(*value)),
        eval::Value::Str(text) => Value::Str(text.as_str().to_owned()),
        eval::Value::Model(name) => Value::Model(name.as_str().to_owned()),
        eval::Value::Interval(low, high) => Value::Set((*low..=*high).map(i64::from).map(Value::Int).collect()),
        eval::Value::Set(set) => Value::Set(all(set.items())?.into_iter().collect()),
        eval::Value::Tuple(tuple) => Value::Sequence(all(tuple.items())?),
        eval::Value::Record(record) => {
            let names = record.names().iter().map(|name| name.as_str().to_owned());
            Value::Record(names.zip(all(record.items())?).collect())
        }
        eval::Value::Function(function) => {
            let keys = match function.domain() {
                Domain::From(first) => (*first..).take(function.items().len()).map(|n| Value::Int(n.into())).collect(),
                Domain::Set(set) => all(set.items())?,
            };
            canonical(Value::Function(keys.into_iter().zip(all(function.items())?).collect()))
        }
        eval::Value::Lazy(_) | eval::Value::Lambda(_) => return None,
    })
}

/// The same value for the evaluator.
pub(super) fn evaluated(value: &Value, strings: &Strings) -> Eval<eval::Value> {
    let all = |items: &mut dyn Iterator<Item = &Value>| {
        items.map(|item| evaluated(item, strings)).collect::<Eval<Vec<eval::Value>>>()
    };
    Ok(match value {
        Value::Bool(value) => eval::Value::Bool(*value),
        Value::Int(value) => match i32::try_from(*value) {
            Ok(value) => eval::Value::Int(value),
            Err(_) => return Err(overflow()),
        },
        Value::Str(text) => eval::Value::Str(strings.text(text)),
        Value::Model(name) => eval::Value::Model(strings.text(name)),
        Value::Set(items) => eval::Value::set(all(&mut items.iter())?)?,
        Value::Sequence(items) => eval::Value::tuple(all(&mut items.iter())?)?,
        Value::Record(fields) => {
            let values = all(&mut fields.values())?;
            eval::Value::record(fields.keys().map(|name| strings.text(name)).zip(values).collect())?
        }
        Value::Function(pairs) => {
            let keys = all(&mut pairs.keys())?;
            let mut known: Vec<(eval::Value, eval::Value)> = keys.into_iter().zip(all(&mut pairs.values())?).collect();
            let mut wrong = None;
            known.sort_by(|(a, _), (b, _)| {
                eval::compare(a, b).unwrap_or_else(|fault| {
                    wrong.get_or_insert(fault);
                    std::cmp::Ordering::Equal
                })
            });
            if let Some(fault) = wrong {
                return Err(fault);
            }
            let (keys, values) = known.into_iter().unzip();
            eval::Value::function(&eval::Value::set(keys)?, values)?
        }
    })
}

fn overflow() -> Box<eval::Fault> {
    let message = "a number of a state does not fit 32 bits".to_owned();
    Box::new(eval::Fault { kind: eval::Kind::Overflow, message, site: None })
}

/// The form in which TLC prints a value: a function on `1..n` is a sequence, one on strings a record.
pub(super) fn canonical(value: Value) -> Value {
    match value {
        Value::Set(items) => Value::Set(items.into_iter().map(canonical).collect()),
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(canonical).collect()),
        Value::Record(fields) => Value::Record(fields.into_iter().map(|(name, v)| (name, canonical(v))).collect()),
        Value::Function(pairs) => of_pairs(pairs.into_iter().map(|(k, v)| (canonical(k), canonical(v))).collect()),
        other => other,
    }
}

fn of_pairs(pairs: BTreeMap<Value, Value>) -> Value {
    // Numbers are in order, so that the keys of a sequence are exactly 1, 2, ...
    let in_order = pairs.keys().zip(1..).all(|(key, number)| *key == Value::Int(number));
    if in_order {
        return Value::Sequence(pairs.into_values().collect());
    }
    let name = |key: &Value| if let Value::Str(name) = key { Some(name.clone()) } else { None };
    let fields: Option<BTreeMap<String, Value>> =
        pairs.iter().map(|(key, value)| Some((name(key)?, value.clone()))).collect();
    fields.map_or(Value::Function(pairs), Value::Record)
}
