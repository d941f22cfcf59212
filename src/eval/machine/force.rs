//! From lazy values to explicit ones.

use std::rc::Rc;

use super::Machine;
use super::elements::Elements;
use crate::eval::closure::Lambda;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::value::Form;
use crate::eval::value::Lazy;
use crate::eval::value::Value;

impl Machine<'_> {
    /// The same value without lazy parts.
    pub(in crate::eval) fn solid(&mut self, value: Value) -> Eval<Value> {
        if value.is_solid() {
            return Ok(value);
        }
        match &value {
            Value::Interval(..) => {
                Err(Fault::new(Kind::Overflow, format!("the number of elements of {value} does not fit 32 bits")))
            }
            Value::Lazy(lazy) => self.explicit_set(lazy),
            Value::Lambda(lambda) => {
                let function = self.explicit_function(lambda)?;
                self.solid(function)
            }
            Value::Tuple(tuple) => Value::tuple(self.all_solid(tuple.items())?),
            Value::Record(record) => Value::record_of(record.names().clone(), self.all_solid(record.items())?),
            Value::Function(function) => {
                Value::function_of(function.domain().clone(), self.all_solid(function.items())?)
            }
            _ => Ok(value),
        }
    }

    /// The same where that is possible; an infinite set stays as it is.
    pub(super) fn solid_if_finite(&mut self, value: Value) -> Eval<Value> {
        self.settle(&value)?;
        match self.solid(value.clone()) {
            Err(fault) if fault.kind == Kind::NotEnumerable => Ok(value),
            other => other,
        }
    }

    fn all_solid(&mut self, items: &[Value]) -> Eval<Vec<Value>> {
        items.iter().map(|item| self.solid(item.clone())).collect()
    }

    /// A function with all its values computed; they may have lazy parts.
    pub(in crate::eval) fn explicit_function(&mut self, lambda: &Rc<Lambda>) -> Eval<Value> {
        if let Some(explicit) = lambda.explicit.get() {
            return Ok(explicit.clone());
        }
        let function = Value::Lambda(lambda.clone());
        let domain = match lambda.domains.as_slice() {
            [domain] => domain.clone(),
            domains => Value::lazy(Form::Product(domains.to_vec())),
        };
        let mut elements = self.elements(&domain)?;
        let single = lambda.domains.len() == 1;
        let items = self.in_lambda(&function, lambda, |machine| {
            let mut items = Vec::new();
            while let Some(element) = elements.next(machine)? {
                items.push(match single {
                    true => machine.lambda_value(lambda, &[element])?,
                    false => {
                        let arguments = machine.tuple_items(&element, lambda.domains.len())?;
                        machine.lambda_value(lambda, &arguments)?
                    }
                });
                machine.check_count(items.len())?;
            }
            Ok(items)
        })?;
        let domain = self.solid(domain)?;
        let explicit = Value::function(&domain, items)?;
        Ok(lambda.explicit.get_or_init(|| explicit).clone())
    }

    pub(super) fn explicit_set(&mut self, lazy: &Rc<Lazy>) -> Eval<Value> {
        if let Some(explicit) = lazy.explicit.get() {
            return Ok(explicit.clone());
        }
        let mut elements = self.lazy_elements(lazy)?;
        let mut items = Vec::new();
        while let Some(element) = elements.next(self)? {
            items.push(self.solid(element)?);
            self.check_count(items.len())?;
        }
        let explicit = Value::set(items)?;
        Ok(lazy.explicit.get_or_init(|| explicit).clone())
    }

    /// The elements of a set as a list in order.
    pub(in crate::eval) fn items(&mut self, set: &Value) -> Eval<Vec<Value>> {
        let mut elements: Elements = self.elements(set)?;
        let mut items = Vec::new();
        while let Some(element) = elements.next(self)? {
            items.push(element);
            self.check_count(items.len())?;
        }
        Ok(items)
    }

    pub(in crate::eval) fn check_count(&self, count: usize) -> Eval<()> {
        if count <= self.budget.elements {
            return Ok(());
        }
        Err(Fault::new(Kind::TooLarge, format!("a set has more than {} elements", self.budget.elements)))
    }
}
