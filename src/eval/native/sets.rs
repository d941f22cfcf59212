//! FiniteSets.

use super::Native;
use super::Run;
use super::operand;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::machine::Machine;
use crate::eval::value::Form;
use crate::eval::value::Value;

pub(super) static FINITE_SETS: &[Native] = &[
    Native::new("IsFiniteSet", &[0], Run::One(is_finite_set)),
    Native::new("Cardinality", &[0], Run::One(cardinality)),
];

fn is_finite_set(machine: &mut Machine<'_>, value: Value) -> Eval<Value> {
    is_finite(machine, &value).map(Value::Bool)
}

fn is_finite(machine: &mut Machine<'_>, value: &Value) -> Eval<bool> {
    let lazy = match value {
        Value::Set(_) | Value::Interval(..) => return Ok(true),
        Value::Lazy(lazy) => lazy.clone(),
        // So says TLC.
        Value::Tuple(_) | Value::Record(_) | Value::Function(_) | Value::Lambda(_) => return Ok(true),
        other => return Err(operand("IsFiniteSet", "a set", other)),
    };
    match &lazy.form {
        Form::Nat | Form::Int | Form::Strings | Form::Sequences(_) => Ok(false),
        Form::Subsets(a) => is_finite(machine, a),
        Form::Union(sets) => {
            if !is_finite(machine, sets)? {
                return Ok(false);
            }
            let mut sets = machine.elements(sets)?;
            while let Some(set) = sets.next(machine)? {
                if !is_finite(machine, &set)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Form::Functions(a, b) | Form::Cup(a, b) => Ok(is_finite(machine, a)? && is_finite(machine, b)?),
        // TLC answers only where one of the two is finite.
        Form::Cap(a, b) => match is_finite(machine, a)? || is_finite(machine, b)? {
            true => Ok(true),
            false => Err(unknown()),
        },
        Form::Minus(a, b) => match (is_finite(machine, a)?, is_finite(machine, b)?) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => Err(unknown()),
        },
        Form::Records(_, sets) | Form::Product(sets) => {
            for set in sets {
                if !is_finite(machine, set)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Form::Unordered(_) => Ok(true),
        Form::Filter(filter) => match is_finite(machine, &filter.source)? {
            true => Ok(true),
            false => Err(unknown()),
        },
    }
}

fn unknown() -> Box<Fault> {
    Fault::new(Kind::NotEnumerable, "whether a part of an infinite set is finite is not known")
}

fn cardinality(machine: &mut Machine<'_>, value: Value) -> Eval<Value> {
    let count = count(machine, &value)?;
    match i32::try_from(count) {
        Ok(count) => Ok(Value::Int(count)),
        Err(_) => {
            Err(Fault::new(Kind::Overflow, format!("the number of elements of {} does not fit 32 bits", value.brief())))
        }
    }
}

/// How many elements there are, counted without holding them where a rule says it; no more than `u64::MAX`.
fn count(machine: &mut Machine<'_>, value: &Value) -> Eval<u64> {
    let lazy = match value {
        Value::Set(set) => return Ok(set.items().len() as u64),
        Value::Interval(low, high) => return Ok((i64::from(*high) - i64::from(*low) + 1).unsigned_abs()),
        Value::Lazy(lazy) => lazy,
        other => return Err(operand("Cardinality", "a set", other)),
    };
    let power = |base: u64, exponent: u64| match u32::try_from(exponent) {
        Ok(exponent) => base.saturating_pow(exponent),
        Err(_) if base < 2 => base,
        Err(_) => u64::MAX,
    };
    match &lazy.form {
        Form::Subsets(of) => Ok(power(2, count(machine, of)?)),
        Form::Functions(from, to) => Ok(power(count(machine, to)?, count(machine, from)?)),
        Form::Records(_, sets) | Form::Product(sets) => {
            let mut product = 1_u64;
            for set in sets {
                product = product.saturating_mul(count(machine, set)?);
            }
            Ok(product)
        }
        _ => Ok(machine.items(value)?.len() as u64),
    }
}
