//! Naturals and Integers. TLC's numbers have 32 bits, and what does not fit is an error.

use super::Native;
use super::Run;
use super::number;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::machine::Machine;
use crate::eval::value::Form;
use crate::eval::value::Value;

pub(super) static NATURALS: &[Native] = &[
    Native::new("+", &[0, 0], Run::Two(|_, a, b| arithmetic("+", &a, &b, |a, b| a + b))),
    Native::new("-", &[0, 0], Run::Two(|_, a, b| arithmetic("-", &a, &b, |a, b| a - b))),
    Native::new("*", &[0, 0], Run::Two(|_, a, b| arithmetic("*", &a, &b, |a, b| a * b))),
    Native::new("^", &[0, 0], Run::Two(power)),
    Native::new("%", &[0, 0], Run::Two(remainder)),
    Native::new("\\div", &[0, 0], Run::Two(quotient)),
    Native::new("<", &[0, 0], Run::Two(|_, a, b| relation("<", &a, &b, |a, b| a < b))),
    Native::new(">", &[0, 0], Run::Two(|_, a, b| relation(">", &a, &b, |a, b| a > b))),
    Native::new("\\leq", &[0, 0], Run::Two(|_, a, b| relation("<=", &a, &b, |a, b| a <= b))),
    Native::new("\\geq", &[0, 0], Run::Two(|_, a, b| relation(">=", &a, &b, |a, b| a >= b))),
    Native::new("..", &[0, 0], Run::Two(|_, a, b| Ok(Value::interval(number("..", &a)?, number("..", &b)?)))),
    Native::new("Nat", &[], Run::None(|_| Ok(Value::lazy(Form::Nat)))),
];

pub(super) static INTEGERS: &[Native] = &[
    Native::new("-.", &[0], Run::One(|_, a| arithmetic("-", &Value::Int(0), &a, |a, b| a - b))),
    Native::new("Int", &[], Run::None(|_| Ok(Value::lazy(Form::Int)))),
];

fn arithmetic(name: &str, a: &Value, b: &Value, compute: fn(i64, i64) -> i64) -> Eval<Value> {
    let (a, b) = (number(name, a)?, number(name, b)?);
    let exact = compute(i64::from(a), i64::from(b));
    i32::try_from(exact).map(Value::Int).map_err(|_| overflow(name, a, b))
}

fn overflow(name: &str, a: i32, b: i32) -> Box<Fault> {
    Fault::new(Kind::Overflow, format!("the result of {a} {name} {b} does not fit 32 bits"))
}

fn relation(name: &str, a: &Value, b: &Value, holds: fn(i32, i32) -> bool) -> Eval<Value> {
    Ok(Value::Bool(holds(number(name, a)?, number(name, b)?)))
}

fn power(_: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    let (base, exponent) = (number("^", &a)?, number("^", &b)?);
    if exponent < 0 {
        return Err(Fault::new(Kind::Operand, format!("the exponent of {base} ^ {exponent} is negative")));
    }
    if base == 0 && exponent == 0 {
        return Err(Fault::new(Kind::Operand, "0 ^ 0 is not defined"));
    }
    let exact = i64::from(base).checked_pow(exponent.unsigned_abs());
    let fitting = exact.and_then(|exact| i32::try_from(exact).ok());
    fitting.map(Value::Int).ok_or_else(|| overflow("^", base, exponent))
}

fn remainder(_: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    let (a, b) = (number("%", &a)?, number("%", &b)?);
    if b <= 0 {
        return Err(Fault::new(Kind::Division, format!("the second operand of {a} % {b} is not positive")));
    }
    Ok(Value::Int(a.rem_euclid(b)))
}

/// Rounded down.
fn quotient(_: &mut Machine<'_>, a: Value, b: Value) -> Eval<Value> {
    let (a, b) = (number("\\div", &a)?, number("\\div", &b)?);
    if b == 0 {
        return Err(Fault::new(Kind::Division, format!("{a} is divided by zero")));
    }
    let (dividend, divisor) = (i64::from(a), i64::from(b));
    let toward_zero = dividend / divisor;
    let exact = if dividend % divisor != 0 && (a < 0) != (b < 0) { toward_zero - 1 } else { toward_zero };
    i32::try_from(exact).map(Value::Int).map_err(|_| overflow("\\div", a, b))
}
