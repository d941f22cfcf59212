//! The order of values of which parts wait: as TLC finds it, part by part up to the first difference, and no further.

use std::cmp::Ordering;
use std::rc::Rc;

use super::Machine;
use super::expr::is_listed;
use super::members::items_of;
use crate::eval::error::Eval;
use crate::eval::error::Kind;
use crate::eval::order;
use crate::eval::value::Form;
use crate::eval::value::Lazy;
use crate::eval::value::Value;

/// Two values opened: which is the lesser by its size and domain, and what each is made of.
type Opened = (Ordering, Vec<Value>, Vec<Value>);

impl Machine<'_> {
    /// Whether two values are the same.
    pub(in crate::eval) fn equal(&mut self, a: &Value, b: &Value) -> Eval<bool> {
        if a.is_solid() && b.is_solid() {
            return order::equal(a, b);
        }
        if let Some(known) = self.same_form(a, b)? {
            return Ok(known);
        }
        if let Some((shapes, items, others)) = parts(a, b) {
            for (item, other) in items.iter().zip(others).take_while(|_| shapes.is_eq()) {
                if !self.equal(item, other)? {
                    return Ok(false);
                }
            }
            return Ok(shapes.is_eq());
        }
        if let Some((shapes, items, others)) = self.opened(a, b)? {
            for (item, other) in items.iter().zip(&others).take_while(|_| shapes.is_eq()) {
                if !self.equal(item, other)? {
                    return Ok(false);
                }
            }
            return Ok(shapes.is_eq());
        }
        let (a, b) = (self.solid(a.clone())?, self.solid(b.clone())?);
        order::equal(&a, &b)
    }

    fn compare(&mut self, a: &Value, b: &Value) -> Eval<Ordering> {
        if a.is_solid() && b.is_solid() {
            return order::compare(a, b);
        }
        if let Some((shapes, items, others)) = parts(a, b) {
            for (item, other) in items.iter().zip(others).take_while(|_| shapes.is_eq()) {
                let order = self.compare(item, other)?;
                if order.is_ne() {
                    return Ok(order);
                }
            }
            return Ok(shapes);
        }
        if let Some((shapes, items, others)) = self.opened(a, b)? {
            for (item, other) in items.iter().zip(&others).take_while(|_| shapes.is_eq()) {
                let order = self.compare(item, other)?;
                if order.is_ne() {
                    return Ok(order);
                }
            }
            return Ok(shapes);
        }
        let (a, b) = (self.solid(a.clone())?, self.solid(b.clone())?);
        order::compare(&a, &b)
    }

    /// Of two listed sets, or two functions: which is the lesser by its size and domain alone, and what they are made of. Nothing
    /// of that is computed.
    fn opened(&mut self, a: &Value, b: &Value) -> Eval<Option<Opened>> {
        let is_range = |value: &Value| matches!(value, Value::Interval(..));
        if is_listed(a) && is_listed(b) && !is_range(a) && !is_range(b) {
            let (items, others) = (self.items(a)?, self.items(b)?);
            return Ok(Some((items.len().cmp(&others.len()), items, others)));
        }
        let is_function = |value: &Value| matches!(value, Value::Lambda(_) | Value::Function(_));
        if !is_function(a) || !is_function(b) {
            return Ok(None);
        }
        let (a, b) = (self.at_each_point(a)?, self.at_each_point(b)?);
        let Some(shapes) = order::shapes(&a, &b) else { return Ok(None) };
        Ok(Some((shapes?, items_of(&a).to_vec(), items_of(&b).to_vec())))
    }

    fn at_each_point(&mut self, function: &Value) -> Eval<Value> {
        match function {
            Value::Lambda(lambda) => self.explicit_function(lambda),
            other => Ok(other.clone()),
        }
    }

    /// Values in order, each once. What waits in them is computed only where nothing before it tells two of them apart.
    pub(super) fn in_order(&mut self, items: &[Value]) -> Eval<Rc<[Value]>> {
        let mut sorted: Vec<Value> = Vec::with_capacity(items.len());
        'items: for item in items {
            let (mut low, mut high) = (0, sorted.len());
            while low < high {
                let middle = low + (high - low) / 2;
                match self.compare(item, &sorted[middle])? {
                    Ordering::Less => high = middle,
                    Ordering::Greater => low = middle + 1,
                    Ordering::Equal => continue 'items,
                }
            }
            sorted.insert(low, item.clone());
        }
        Ok(sorted.into())
    }

    /// What TLC's `deepNormalize` meets in a value of a state that `solid` does not: sets and unions that are parts of a rule
    /// are gone through even where the rule, being of nothing, has no element.
    pub(super) fn settle(&mut self, value: &Value) -> Eval<()> {
        match value {
            _ if value.is_solid() => Ok(()),
            Value::Tuple(tuple) => self.settle_all(tuple.items()),
            Value::Record(record) => self.settle_all(record.items()),
            Value::Function(function) => self.settle_all(function.items()),
            Value::Lazy(lazy) => self.settle_set(lazy, value),
            _ => Ok(()),
        }
    }

    fn settle_set(&mut self, lazy: &Rc<Lazy>, set: &Value) -> Eval<()> {
        match &lazy.form {
            Form::Nat | Form::Int | Form::Strings | Form::Sequences(_) => Ok(()),
            Form::Subsets(of) => self.settle(of),
            Form::Union(sets) => {
                self.settle(sets)?;
                match self.elements(set) {
                    Err(fault) if fault.kind != Kind::NotEnumerable => Err(fault),
                    _ => Ok(()),
                }
            }
            Form::Functions(a, b) | Form::Cup(a, b) | Form::Cap(a, b) | Form::Minus(a, b) => {
                self.settle(a)?;
                self.settle(b)
            }
            Form::Records(_, sets) | Form::Product(sets) => self.settle_all(sets),
            Form::Filter(filter) => self.settle(&filter.source),
            Form::Unordered(_) => self.elements(set).map(drop),
        }
    }

    fn settle_all(&mut self, values: &[Value]) -> Eval<()> {
        values.iter().try_for_each(|value| self.settle(value))
    }
}

/// Of two tuples, or two records: which is the lesser by its length and names alone, and what they are made of.
fn parts<'v>(a: &'v Value, b: &'v Value) -> Option<(Ordering, &'v [Value], &'v [Value])> {
    match (a, b) {
        (Value::Tuple(a), Value::Tuple(b)) => {
            let (items, others) = (a.items(), b.items());
            Some((items.len().cmp(&others.len()), items, others))
        }
        (Value::Record(a), Value::Record(b)) => {
            let (items, others) = (a.items(), b.items());
            let shapes = items.len().cmp(&others.len()).then_with(|| a.names().cmp(b.names()));
            Some((shapes, items, others))
        }
        _ => None,
    }
}
