//! What is in a set, without enumerating more than that takes.

use std::rc::Rc;

use super::Machine;
use super::expr::is_listed;
use super::expr::not;
use crate::eval::closure::Filter;
use crate::eval::code::Code;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::order;
use crate::eval::text::Text;
use crate::eval::value::Domain;
use crate::eval::value::Form;
use crate::eval::value::Lazy;
use crate::eval::value::Value;

impl Machine<'_> {
    /// `value \in set`.
    pub(in crate::eval) fn is_member(&mut self, value: &Value, set: &Value) -> Eval<bool> {
        match set {
            Value::Interval(low, high) => match value {
                Value::Int(n) => Ok(low <= n && n <= high),
                Value::Model(name) if order::model_type(name).is_none() => Ok(false),
                other => Err(order::incomparable(other, &Value::Int(*low))),
            },
            Value::Set(set) => {
                if set.items().is_empty() {
                    return Ok(false);
                }
                if value.is_solid() {
                    return find(set.items(), value).map(|found| found.is_some());
                }
                let value = self.solid(value.clone())?;
                find(set.items(), &value).map(|found| found.is_some())
            }
            Value::Lazy(lazy) => self.is_lazy_member(value, lazy),
            other => Err(not(other, "a set")),
        }
    }

    fn is_lazy_member(&mut self, value: &Value, lazy: &Rc<Lazy>) -> Eval<bool> {
        if let Some(explicit) = lazy.explicit.get() {
            return self.is_member(value, explicit);
        }
        match &lazy.form {
            Form::Nat => match value {
                Value::Int(n) => Ok(*n >= 0),
                other => self.not_in(other, "Nat"),
            },
            Form::Int => match value {
                Value::Int(_) => Ok(true),
                other => self.not_in(other, "Int"),
            },
            Form::Strings => match value {
                Value::Str(_) => Ok(true),
                other => self.not_in(other, "STRING"),
            },
            Form::Sequences(of) => match self.sequence(value)? {
                Some(items) => self.all_in(&items, of),
                None => self.not_in(value, "a set of sequences"),
            },
            Form::Subsets(of) => match value {
                Value::Set(_) | Value::Interval(..) | Value::Lazy(_) => self.is_subset(value, of),
                other => self.not_in(other, "a set of sets"),
            },
            Form::Functions(from, to) => self.is_function_of(value, from, to),
            Form::Records(names, sets) => self.is_record_of(value, names, sets),
            Form::Product(sets) => match self.sequence(value)? {
                Some(items) if items.len() == sets.len() => {
                    for (item, set) in items.iter().zip(sets) {
                        if !self.is_member(item, set)? {
                            return Ok(false);
                        }
                    }
                    Ok(true)
                }
                Some(_) => Ok(false),
                None => self.not_in(value, "a product of sets"),
            },
            Form::Union(sets) => {
                let mut sets = self.elements(sets)?;
                while let Some(set) = sets.next(self)? {
                    if self.is_member(value, &set)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Form::Cup(a, b) => Ok(self.is_member(value, a)? || self.is_member(value, b)?),
            Form::Cap(a, b) => Ok(self.is_member(value, a)? && self.is_member(value, b)?),
            Form::Minus(a, b) => Ok(self.is_member(value, a)? && !self.is_member(value, b)?),
            Form::Unordered(items) => {
                for item in items {
                    if self.equal(value, item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Form::Filter(filter) => Ok(self.is_member(value, &filter.source)? && self.passes(value, filter)?),
        }
    }

    /// Something of a kind that the elements of a set are not of.
    fn not_in(&self, value: &Value, set: &str) -> Eval<bool> {
        match value {
            Value::Model(name) if order::model_type(name).is_none() => Ok(false),
            other => Err(Fault::new(
                Kind::Incomparable,
                format!("{} is looked for in {set}: {}", other.kind_name(), other.brief()),
            )),
        }
    }

    fn all_in(&mut self, values: &[Value], set: &Value) -> Eval<bool> {
        for value in values {
            if !self.is_member(value, set)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_function_of(&mut self, value: &Value, from: &Value, to: &Value) -> Eval<bool> {
        let value = match value {
            Value::Tuple(_) | Value::Record(_) | Value::Function(_) => value.clone(),
            Value::Lambda(lambda) => self.explicit_function(lambda)?,
            other => return self.not_in(other, "a set of functions"),
        };
        let domain = self.domain(&value)?;
        if !self.equal(from, &domain)? {
            return Ok(false);
        }
        self.all_in(items_of(&value), to)
    }

    fn is_record_of(&mut self, value: &Value, names: &Rc<[Text]>, sets: &[Value]) -> Eval<bool> {
        let value = match value {
            Value::Lambda(lambda) => self.explicit_function(lambda)?,
            other => other.clone(),
        };
        match &value {
            Value::Record(record) if record.names() == names => {
                for (item, set) in record.items().iter().zip(sets) {
                    if !self.is_member(item, set)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Value::Record(_) => Ok(false),
            Value::Function(function) => match function.domain() {
                Domain::Set(domain) if domain.items().iter().all(|key| matches!(key, Value::Str(_))) => {
                    let fields = domain.items().iter().zip(function.items()).filter_map(|(key, item)| match key {
                        Value::Str(name) => Some((name.clone(), item.clone())),
                        _ => None,
                    });
                    let record = Value::record(fields.collect())?;
                    self.is_record_of(&record, names, sets)
                }
                _ => self.not_in(&value, "a set of records"),
            },
            other => self.not_in(other, "a set of records"),
        }
    }

    /// Whether an element of its source is in a filtered set.
    pub(super) fn passes(&mut self, value: &Value, filter: &Filter) -> Eval<bool> {
        let Filter { pattern, body, captured, primed, .. } = filter;
        self.with_prime(*primed, |machine| {
            machine.in_body(body, captured, |machine| {
                machine.bind(pattern, value.clone())?;
                machine.truth(&body.code)
            })
        })
    }

    /// `a \subseteq b`.
    pub(in crate::eval) fn is_subset(&mut self, a: &Value, b: &Value) -> Eval<bool> {
        if let (Value::Lazy(a), Value::Lazy(b)) = (a, b)
            && let (Form::Subsets(a), Form::Subsets(b)) = (&a.form, &b.form)
        {
            return self.is_subset(a, b);
        }
        let mut elements = self.elements(a)?;
        while let Some(element) = elements.next(self)? {
            if !self.is_member(&element, b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn cup(&mut self, a: Value, b: Value) -> Eval<Value> {
        match (&a, &b) {
            (Value::Set(left), _) if left.items().is_empty() => Ok(b),
            (_, Value::Set(right)) if right.items().is_empty() => Ok(a),
            (Value::Set(_) | Value::Interval(..), Value::Set(_) | Value::Interval(..)) => {
                let (left, right) = (self.items(&a)?, self.items(&b)?);
                self.check_count(left.len() + right.len())?;
                Value::set(left.iter().chain(right.iter()).cloned().collect())
            }
            _ if is_listed(&a) && is_listed(&b) => {
                let mut items = self.listed(&a)?;
                // The other one is gone through in order, which it may not have.
                for item in self.items(&b)? {
                    if !self.is_member(&item, &a)? {
                        items.push(item);
                    }
                }
                self.check_count(items.len())?;
                self.listed_set(items)
            }
            _ => Ok(Value::lazy(Form::Cup(a, b))),
        }
    }

    pub(super) fn cap(&mut self, a: Value, b: Value) -> Eval<Value> {
        if is_listed(&a) {
            return self.part(&a, &b, true);
        }
        if is_listed(&b) {
            return self.part(&b, &a, true);
        }
        Ok(Value::lazy(Form::Cap(a, b)))
    }

    pub(in crate::eval) fn minus(&mut self, a: Value, b: Value) -> Eval<Value> {
        if is_listed(&a) { self.part(&a, &b, false) } else { Ok(Value::lazy(Form::Minus(a, b))) }
    }

    /// The elements of a listed set, in order where it has one.
    fn listed(&mut self, set: &Value) -> Eval<Vec<Value>> {
        match set {
            Value::Lazy(lazy) => match &lazy.form {
                Form::Unordered(items) => Ok(items.clone()),
                _ => self.items(set),
            },
            _ => self.items(set),
        }
    }

    /// Those elements of `a` that are in `b`, or those that are not.
    fn part(&mut self, a: &Value, b: &Value, inside: bool) -> Eval<Value> {
        if matches!(a, Value::Lazy(_)) {
            let mut items = Vec::new();
            for item in self.listed(a)? {
                if self.is_member(&item, b)? == inside {
                    items.push(item);
                }
            }
            return self.listed_set(items);
        }
        let mut elements = self.elements(a)?;
        let mut items = Vec::new();
        while let Some(element) = elements.next(self)? {
            if self.is_member(&element, b)? == inside {
                items.push(element);
                self.check_count(items.len())?;
            }
        }
        Value::sorted_set(items)
    }

    pub(super) fn union(&mut self, code: &Code) -> Eval<Value> {
        let sets = self.value(code)?;
        let Value::Set(all) = &sets else { return Ok(Value::lazy(Form::Union(sets))) };
        let mut items = Vec::new();
        for set in all.items() {
            match set {
                Value::Set(_) | Value::Interval(..) => items.extend(self.items(set)?.iter().cloned()),
                // It may be that no element is ever asked for.
                _ => return Ok(Value::lazy(Form::Union(sets))),
            }
            self.check_count(items.len())?;
        }
        Value::set(items)
    }

    /// Whether two lazy values are equal or different by how they are given alone.
    pub(super) fn same_form(&mut self, a: &Value, b: &Value) -> Eval<Option<bool>> {
        let (Value::Lazy(a), Value::Lazy(b)) = (a, b) else { return Ok(None) };
        Ok(match (&a.form, &b.form) {
            (Form::Nat, Form::Nat) | (Form::Int, Form::Int) | (Form::Strings, Form::Strings) => Some(true),
            (Form::Subsets(a), Form::Subsets(b)) => Some(self.equal(a, b)?),
            _ => None,
        })
    }
}

/// The values of a function that is known at each point.
pub(super) fn items_of(value: &Value) -> &[Value] {
    match value {
        Value::Tuple(tuple) => tuple.items(),
        Value::Record(record) => record.items(),
        Value::Function(function) => function.items(),
        _ => &[],
    }
}

/// Where a value is among values in order.
pub(super) fn find(items: &[Value], value: &Value) -> Eval<Option<usize>> {
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let order = match (&items[middle], value) {
            // Nearly every domain is one of strings or numbers.
            (Value::Str(a), Value::Str(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (a, b) => order::compare(a, b)?,
        };
        match order {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Ok(Some(middle)),
        }
    }
    Ok(None)
}
