//! Expressions, in the order in which TLC looks at their parts.

use std::cell::OnceCell;
use std::cell::RefCell;
use std::rc::Rc;

use super::Machine;
use super::STEPS_A_LOOK;
use super::members::find;
use crate::eval::closure::Filter;
use crate::eval::closure::Lambda;
use crate::eval::closure::Slot;
use crate::eval::code::Argument;
use crate::eval::code::Bind;
use crate::eval::code::Body;
use crate::eval::code::Code;
use crate::eval::code::Op;
use crate::eval::code::Pattern;
use crate::eval::code::SetOp;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::order;
use crate::eval::value::Form;
use crate::eval::value::Value;

impl Machine<'_> {
    /// The value of an expression, parts of it perhaps lazy.
    pub(in crate::eval) fn value(&mut self, code: &Code) -> Eval<Value> {
        // What is at hand costs no step.
        match &code.op {
            Op::Value(value) => return Ok(value.clone()),
            Op::Local(slot) => {
                if let Slot::Value(value) = self.slot(*slot) {
                    return Ok(value.clone());
                }
            }
            _ => {}
        }
        self.tick().map_err(|fault| fault.at(code.site))?;
        if matches!(code.op, Op::Variable(_) | Op::Apply(..) | Op::Field(..) | Op::Once(..))
            && let Some(value) = self.peek(code)
        {
            return Ok(value.clone());
        }
        self.depth += 1;
        let result = if self.depth > self.budget.depth {
            Err(Fault::new(Kind::TooDeep, format!("evaluation nests deeper than {} levels", self.budget.depth)))
        } else {
            self.compute(code)
        };
        self.depth -= 1;
        result.map_err(|fault| fault.at(code.site))
    }

    /// Count a step.
    #[inline]
    pub(super) fn tick(&mut self) -> Eval<()> {
        self.steps += 1;
        if self.steps < self.look { Ok(()) } else { self.look_at_budget() }
    }

    #[cold]
    fn look_at_budget(&mut self) -> Eval<()> {
        self.look = self.budget.steps.saturating_add(1).min(self.steps.saturating_add(STEPS_A_LOOK));
        if let Some(time) = self.budget.time.filter(|time| self.since.elapsed() > *time) {
            return Err(Fault::new(Kind::TooLong, format!("evaluation takes longer than {} s", time.as_secs())));
        }
        if self.steps <= self.budget.steps {
            return Ok(());
        }
        Err(Fault::new(Kind::TooLong, format!("evaluation takes more than {} steps", self.budget.steps)))
    }

    fn compute(&mut self, code: &Code) -> Eval<Value> {
        match &code.op {
            Op::Local(slot) => self.local(*slot),
            Op::Variable(variable) => self.variable(*variable),
            Op::Once(code, known) => self.once(code, known),
            Op::Call(id, args, captured) => self.call_definition(*id, args, captured),
            Op::CallSlot(slot, args) => self.call_slot(*slot, args),
            Op::Native(native, args) => native.run_on(self, args),
            Op::If(condition, yes, no) => {
                let chosen = if self.truth(condition)? { yes } else { no };
                self.value(chosen)
            }
            Op::Apply(function, argument) => self.application(function, argument),
            Op::Field(record, name) => self.field(record, name),
            Op::Except(base, changes) => self.except(base, changes),
            Op::Let(values, body) => {
                self.bind_locals(values);
                self.value(body)
            }
            Op::Case(arms, other) => self.case(arms, other.as_deref()),
            Op::Prime(code) => self.prime(code),
            Op::Fail(kind, message) => Err(Fault::new(*kind, message.clone())),
            Op::Choose(bind, body) => self.choose(bind, body),
            Op::Tuple(items) => self.values(items).and_then(Value::tuple),
            Op::Record(names, items) => Value::record_of(names.clone(), self.values(items)?),
            Op::Function { sets, patterns, body, itself } => {
                let function = self.function(sets, patterns, body, *itself)?;
                // TLC computes all values at once if it can, and the function is not only applied.
                match self.keep || itself.is_some() || !function.domains.iter().all(is_listed) {
                    true => Ok(Value::Lambda(function)),
                    false => self.explicit_function(&function),
                }
            }
            _ => self.compute_set(code),
        }
    }

    fn compute_set(&mut self, code: &Code) -> Eval<Value> {
        match &code.op {
            Op::Set(items) => {
                let items = self.values(items)?;
                self.listed_set(items)
            }
            Op::Subsets(set) => {
                let set = self.value(set)?;
                Ok(Value::lazy(Form::Subsets(set)))
            }
            Op::Union(sets) => self.union(sets),
            Op::Domain(function) => {
                let function = self.value(function)?;
                self.domain(&function)
            }
            Op::Product(sets) => {
                let sets = self.values(sets)?;
                Ok(Value::lazy(Form::Product(sets)))
            }
            Op::RecordSet(names, sets) => {
                let sets = self.values(sets)?;
                Ok(Value::lazy(Form::Records(names.clone(), sets)))
            }
            Op::FunctionSet(from, to) => {
                let (from, to) = (self.value(from)?, self.value(to)?);
                Ok(Value::lazy(Form::Functions(from, to)))
            }
            Op::Combine(op, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                self.combine(*op, a, b)
            }
            Op::Filter(set, pattern, body) => self.filter(set, pattern, body),
            Op::Map(binds, element) => self.map(binds, element),
            _ => self.truth(code).map(Value::Bool),
        }
    }

    /// The value of an expression that must be Boolean.
    pub(in crate::eval) fn truth(&mut self, code: &Code) -> Eval<bool> {
        match &code.op {
            Op::Not(e) => Ok(!self.truth(e)?),
            Op::And(parts) => {
                for part in parts {
                    if !self.truth(part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Op::Or(parts) => {
                for part in parts {
                    if self.truth(part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Op::Implies(a, b) => Ok(!self.truth(a)? || self.truth(b)?),
            Op::Equivalent(a, b) => Ok(self.truth(a)? == self.truth(b)?),
            Op::Equal(a, b) => self.equality(a, b).map_err(|fault| fault.at(code.site)),
            Op::Differ(a, b) => self.equality(a, b).map(|same| !same).map_err(|fault| fault.at(code.site)),
            Op::In(a, b) => self.membership(a, b).map_err(|fault| fault.at(code.site)),
            Op::NotIn(a, b) => self.membership(a, b).map(|is| !is).map_err(|fault| fault.at(code.site)),
            Op::Subset(a, b) => self.subset(a, b).map_err(|fault| fault.at(code.site)),
            Op::Quantified(all, binds, body) => self.quantified(*all, binds, body),
            Op::Enabled(action) => self.enabled(action),
            Op::Unchanged(e) => self.unchanged(e).map_err(|fault| fault.at(code.site)),
            Op::Step(angle, action, subscript) => {
                if *angle {
                    Ok(self.truth(action)? && !self.unchanged(subscript)?)
                } else {
                    Ok(self.truth(action)? || self.unchanged(subscript)?)
                }
            }
            _ => match self.value(code)? {
                Value::Bool(value) => Ok(value),
                other => Err(not(&other, "a Boolean").at(code.site)),
            },
        }
    }

    pub(super) fn values(&mut self, codes: &[Code]) -> Eval<Vec<Value>> {
        codes.iter().map(|code| self.value(code)).collect()
    }

    /// A set of these values. That they cannot be put in order, or not be computed, is no error yet.
    pub(super) fn listed_set(&mut self, items: Vec<Value>) -> Eval<Value> {
        if self.keep && !items.iter().all(Value::is_solid) {
            return Ok(Value::lazy(Form::Unordered(items)));
        }
        let solid = items.iter().map(|item| self.solid(item.clone())).collect::<Eval<_>>();
        match solid.and_then(Value::set) {
            Err(fault) if !fault.kind.is_limit() => Ok(Value::lazy(Form::Unordered(items))),
            other => other,
        }
    }

    /// A value that is applied: of a function only one point may be needed, so that no function which is met on the way is
    /// computed as a whole, as in TLC (`EvalControl.KeepLazy`).
    pub(super) fn applied_value(&mut self, code: &Code) -> Eval<Value> {
        let outside = std::mem::replace(&mut self.keep, true);
        let value = self.value(code);
        self.keep = outside;
        value
    }

    fn local(&mut self, slot: u32) -> Eval<Value> {
        let slot = self.slot(slot).clone();
        self.slot_value(&slot)
    }

    fn variable(&self, variable: usize) -> Eval<Value> {
        let (state, which) = if self.primed { (&self.next, "next") } else { (&self.now, "current") };
        let value = state.get(variable).and_then(Clone::clone);
        value.ok_or_else(|| {
            let name = &self.program.variables[variable];
            Fault::new(Kind::Unassigned, format!("`{name}` has no value in the {which} state"))
        })
    }

    fn once(&mut self, code: &Code, known: &OnceCell<Value>) -> Eval<Value> {
        if let Some(value) = known.get() {
            return Ok(value.clone());
        }
        let value = self.value(code)?;
        Ok(known.get_or_init(|| value).clone())
    }

    fn prime(&mut self, code: &Code) -> Eval<Value> {
        if self.primed {
            return Err(Fault::new(Kind::Operand, "a primed expression is primed"));
        }
        self.with_prime(true, |machine| machine.value(code))
    }

    fn call_definition(&mut self, id: usize, args: &[Argument], captured: &[(u32, u32)]) -> Eval<Value> {
        let program = self.program;
        let definition = &program.definitions[id];
        if definition.is_constant() {
            if let Some(value) = definition.known.get() {
                return Ok(value.clone());
            }
            let value = self.in_frame(definition.size, |machine| machine.value(&definition.code))?;
            return Ok(definition.known.get_or_init(|| value).clone());
        }
        self.in_definition(id, args, captured, |machine, code| machine.value(code))
    }

    /// Put arguments where the frame that is called will have them; where that frame begins.
    pub(super) fn arguments(&mut self, args: &[Argument], captured: &[(u32, u32)], size: usize) -> Eval<usize> {
        // They are evaluated before the frame is there, because evaluating uses the stack.
        let mut slots: [Slot; 4] = Default::default();
        let mut more = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let slot = self.argument(arg)?;
            match slots.get_mut(index) {
                Some(place) => *place = slot,
                None => more.push(slot),
            }
        }
        let top = self.stack.len();
        self.stack.extend(slots.into_iter().take(args.len()).chain(more));
        self.stack.resize(top + size, Slot::Empty);
        for (from, to) in captured {
            self.stack[top + *to as usize] = self.slot(*from).clone();
        }
        Ok(top)
    }

    fn call_slot(&mut self, slot: u32, args: &[Argument]) -> Eval<Value> {
        let operator = self.slot(slot).clone();
        let args: Vec<Slot> = args.iter().map(|arg| self.argument(arg)).collect::<Eval<_>>()?;
        self.call(&operator, &args)
    }

    pub(super) fn bind_locals(&mut self, values: &[(u32, Rc<Body>)]) {
        for (slot, body) in values {
            let thunk = self.thunk(body);
            self.set(*slot, thunk);
        }
    }

    fn case(&mut self, arms: &[(Code, Code)], other: Option<&Code>) -> Eval<Value> {
        for (guard, body) in arms {
            if self.truth(guard)? {
                return self.value(body);
            }
        }
        match other {
            Some(other) => self.value(other),
            None => Err(Fault::new(Kind::NoCase, "no arm of the CASE applies, and there is no OTHER")),
        }
    }

    fn choose(&mut self, bind: &Bind, body: &Code) -> Eval<Value> {
        let mut elements = self.elements_of(&bind.set)?;
        while let Some(element) = elements.next(self)? {
            self.bind(&bind.pattern, element.clone())?;
            if self.truth(body)? {
                return Ok(element);
            }
        }
        Err(Fault::new(Kind::NoChoice, "no element of the set satisfies the CHOOSE"))
    }

    fn quantified(&mut self, all: bool, binds: &[Bind], body: &Code) -> Eval<bool> {
        // Every set is evaluated before the first name is bound, as its scope says.
        let sets = binds.iter().map(|bind| self.elements_of(&bind.set)).collect::<Eval<Vec<_>>>()?;
        Ok(self.decided(binds, &sets, body, all)? != all)
    }

    /// Whether one choice of the names decides what a quantifier says: that it is true for `\E`, false for `\A`.
    fn decided(&mut self, binds: &[Bind], sets: &[super::Elements], body: &Code, all: bool) -> Eval<bool> {
        let ([bind, others @ ..], [set, other_sets @ ..]) = (binds, sets) else { return Ok(self.truth(body)? != all) };
        if let Some(same) = self.foregone(binds, sets, |machine| machine.truth(body)) {
            return Ok(same != all);
        }
        let mut elements = set.clone();
        while let Some(element) = elements.next(self)? {
            self.bind(&bind.pattern, element)?;
            if self.decided(others, other_sets, body, all)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Go through all choices of the names until one satisfies `test`.
    pub(super) fn search(
        &mut self,
        binds: &[Bind],
        sets: &[super::Elements],
        test: &mut dyn FnMut(&mut Self) -> Eval<bool>,
    ) -> Eval<bool> {
        let ([bind, binds @ ..], [set, sets @ ..]) = (binds, sets) else { return test(self) };
        let mut elements = set.clone();
        while let Some(element) = elements.next(self)? {
            self.bind(&bind.pattern, element)?;
            if self.search(binds, sets, test)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn map(&mut self, binds: &[Bind], element: &Code) -> Eval<Value> {
        let sets = binds.iter().map(|bind| self.elements_of(&bind.set)).collect::<Eval<Vec<_>>>()?;
        let mut items = Vec::new();
        self.search(binds, &sets, &mut |machine| {
            let value = machine.value(element)?;
            items.push(value);
            machine.check_count(items.len())?;
            Ok(false)
        })?;
        self.listed_set(items)
    }

    fn filter(&mut self, set: &Code, pattern: &Pattern, body: &Rc<Body>) -> Eval<Value> {
        let source = self.value(set)?;
        let captured = self.captured(body);
        if !is_listed(&source) {
            let primed = self.primed;
            let filter = Filter { source, pattern: pattern.clone(), body: body.clone(), captured, primed };
            return Ok(Value::lazy(Form::Filter(filter)));
        }
        let mut elements = self.elements(&source)?;
        let items = self.in_body(body, &captured, |machine| {
            let mut items = Vec::new();
            while let Some(element) = elements.next(machine)? {
                machine.bind(pattern, element.clone())?;
                if machine.truth(&body.code)? {
                    items.push(element);
                }
            }
            Ok(items)
        })?;
        match source {
            Value::Set(set) if set.items().len() == items.len() => Ok(Value::Set(set)),
            Value::Lazy(_) => self.listed_set(items),
            _ => Value::sorted_set(items),
        }
    }

    fn function(
        &mut self,
        sets: &[Code],
        patterns: &Rc<[Pattern]>,
        body: &Rc<Body>,
        itself: Option<u32>,
    ) -> Eval<Rc<Lambda>> {
        let domains = self.values(sets)?;
        Ok(Rc::new(Lambda {
            body: body.clone(),
            captured: self.captured(body),
            patterns: patterns.clone(),
            domains,
            itself,
            primed: self.primed,
            known: RefCell::default(),
            explicit: OnceCell::new(),
        }))
    }

    /// The value of an expression that must be a set.
    pub(super) fn set_value(&mut self, code: &Code) -> Eval<Value> {
        let value = self.value(code)?;
        match value {
            Value::Set(_) | Value::Interval(..) | Value::Lazy(_) => Ok(value),
            other => Err(not(&other, "a set").at(code.site)),
        }
    }

    fn equality(&mut self, a: &Code, b: &Code) -> Eval<bool> {
        self.tick()?;
        if let (Some(a), Some(b)) = (self.peek(a), self.peek(b))
            && a.is_solid()
            && b.is_solid()
        {
            return order::equal(a, b);
        }
        let (a, b) = (self.value(a)?, self.value(b)?);
        self.equal(&a, &b)
    }

    fn membership(&mut self, a: &Code, b: &Code) -> Eval<bool> {
        self.tick()?;
        if let (Some(value), Some(Value::Set(set))) = (self.peek(a), self.peek(b))
            && value.is_solid()
        {
            return if set.items().is_empty() { Ok(false) } else { Ok(find(set.items(), value)?.is_some()) };
        }
        let (value, set) = (self.value(a)?, self.value(b)?);
        self.is_member(&value, &set)
    }

    fn subset(&mut self, a: &Code, b: &Code) -> Eval<bool> {
        let (a, b) = (self.set_value(a)?, self.value(b)?);
        self.is_subset(&a, &b)
    }

    fn combine(&mut self, op: SetOp, a: Value, b: Value) -> Eval<Value> {
        match op {
            SetOp::Cup => self.cup(a, b),
            SetOp::Cap => self.cap(a, b),
            SetOp::Minus => self.minus(a, b),
        }
    }
}

/// A set whose elements are known one by one (`Reducible` in TLC, which goes through such a one as soon as it is filtered or combined).
pub(super) fn is_listed(set: &Value) -> bool {
    match set {
        Value::Lazy(lazy) => matches!(lazy.form, Form::Unordered(_)),
        _ => matches!(set, Value::Set(_) | Value::Interval(..)),
    }
}

/// An operand of the wrong kind.
pub(in crate::eval) fn not(value: &Value, wanted: &str) -> Box<Fault> {
    Fault::new(Kind::Operand, format!("{wanted} is needed and this is {}: {}", value.kind_name(), value.brief()))
}
