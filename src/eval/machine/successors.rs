//! All states an initial predicate allows, or all successors of a state, as TLC finds them: what stands first is looked
//! at first, and the first `x' = e` or `x' \in S` that is met gives `x` its value in the next state.

use super::Machine;
use super::apply::outside;
use super::elements::Elements;
use super::foregone::Outlook;
use super::made::Search;
use crate::eval::closure::Slot;
use crate::eval::code::Argument;
use crate::eval::code::Bind;
use crate::eval::code::Code;
use crate::eval::code::Needs;
use crate::eval::code::Op;
use crate::eval::code::OperatorCode;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::value::Value;

/// What is still to be satisfied once the formula at hand is.
pub(super) struct Then<'a> {
    goal: Goal<'a>,
    /// The frame it belongs to.
    base: usize,
    rest: Option<&'a Self>,
}

pub(super) enum Goal<'a> {
    /// Each of these.
    All(&'a [Code]),
    /// The formula for each choice of names that is left.
    Each { binds: &'a [Bind], body: &'a Code, left: Vec<Vec<Value>> },
    /// `UNCHANGED` of each of these.
    Same(&'a [Code]),
    /// `~(UNCHANGED e)`.
    Changed(&'a Code),
}

impl Machine<'_> {
    /// Whether there is a step of the action from the state that variables are of.
    pub(super) fn enabled(&mut self, action: &Code) -> Eval<bool> {
        let none = vec![None; self.program.variables.len()];
        let next = std::mem::replace(&mut self.next, none);
        let now = self.primed.then(|| std::mem::replace(&mut self.now, next.clone()));
        let primed = std::mem::replace(&mut self.primed, false);
        (self.now_stamp, self.next_stamp) = (self.stamp(), self.stamp());
        let mut search = Search { one: true, ..Search::steps() };
        let sought = self.seek(action, None, &mut search);
        self.next = next;
        self.now = now.unwrap_or_else(|| std::mem::take(&mut self.now));
        self.primed = primed;
        (self.now_stamp, self.next_stamp) = (self.stamp(), self.stamp());
        sought.map(|()| !search.found.is_empty())
    }

    /// Find all ways to satisfy `code` and then what comes after it.
    pub(super) fn seek(&mut self, code: &Code, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        if search.one && !search.found.is_empty() {
            return Ok(());
        }
        self.tick().map_err(|fault| fault.at(code.site))?;
        self.depth += 1;
        let result = if self.depth > self.budget.depth {
            Err(Fault::new(Kind::TooDeep, "an action nests deeper than the budget allows"))
        } else if self.assigns(code, search.initial) || self.is_recursion(code) {
            self.seek_in(code, rest, search)
        } else {
            self.test(code, rest, search)
        };
        self.depth -= 1;
        result.map_err(|fault| fault.at(code.site))
    }

    /// The same for the body of what was called: of itself it does not say what its parameters stand for.
    fn seek_called(&mut self, code: &Code, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        let next = if search.initial { Needs::STATE } else { Needs::NEXT };
        let open = || self.stack[self.base..].iter().any(|slot| slot.needs().meets(next));
        if !self.assigns(code, search.initial) && open() {
            return self.seek_in(code, rest, search).map_err(|fault| fault.at(code.site));
        }
        self.seek(code, rest, search)
    }

    /// Whether a recursive function is applied in its own body: what it depends on is not known there.
    fn is_recursion(&self, code: &Code) -> bool {
        let Op::Apply(function, _) = &code.op else { return false };
        let Op::Local(slot) = &function.op else { return false };
        matches!(self.slot(*slot), Slot::Value(Value::Lambda(lambda)) if lambda.itself.is_some())
    }

    /// Whether it may give a variable a value.
    pub(super) fn assigns(&self, code: &Code, initial: bool) -> bool {
        let open = Needs::NEXT.and(Needs::PARAMETER);
        code.needs.meets(if initial { open.and(Needs::STATE) } else { open })
    }

    /// Go on if it holds. Where one state is enough TLC goes no further than the first way.
    fn test(&mut self, code: &Code, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        let holds = if search.one { self.truth(code)? } else { self.condition(code)? };
        if holds { self.proceed(rest, search) } else { Ok(()) }
    }

    fn seek_in(&mut self, code: &Code, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        match &code.op {
            Op::And(parts) => self.proceed(Some(&self.then(Goal::All(parts), rest)), search),
            Op::Or(parts) => parts.iter().try_for_each(|part| self.seek(part, rest, search)),
            Op::If(condition, yes, no) => {
                let chosen = if self.truth(condition)? { yes } else { no };
                self.seek(chosen, rest, search)
            }
            Op::Case(arms, other) => {
                for (guard, body) in arms {
                    if self.truth(guard)? {
                        return self.seek(body, rest, search);
                    }
                }
                match other {
                    Some(other) => self.seek(other, rest, search),
                    None => Err(Fault::new(Kind::NoCase, "no arm of the CASE applies, and there is no OTHER")),
                }
            }
            Op::Let(values, body) => {
                self.bind_locals(values);
                self.seek(body, rest, search)
            }
            Op::Quantified(all, binds, body) => self.seek_quantified(*all, binds, body, rest, search),
            Op::Call(id, args, captured) => {
                self.in_definition(*id, args, captured, |machine, code| machine.seek_called(code, rest, search))
            }
            Op::CallSlot(slot, args) => self.seek_operator(code, *slot, args, rest, search),
            Op::Local(slot) => match self.waiting(*slot) {
                Some(thunk) => {
                    let top = self.frame_of(thunk.body.size, &thunk.body.captures, &thunk.captured);
                    self.seek_at(top, &thunk.body.code, rest, search)
                }
                None => self.test(code, rest, search),
            },
            Op::Implies(condition, then) => match self.truth(condition)? {
                true => self.seek(then, rest, search),
                false => self.proceed(rest, search),
            },
            Op::Apply(function, argument) => self.seek_applied(code, function, argument, rest, search),
            Op::Equal(target, value) => match self.target(target, search.initial) {
                Some(variable) if self.assigned(variable, search).is_none() => {
                    let value = self.value(value)?;
                    self.assign(variable, value, rest, search)
                }
                _ => self.test(code, rest, search),
            },
            Op::In(target, set) => match self.target(target, search.initial) {
                Some(variable) if self.assigned(variable, search).is_none() => {
                    let mut elements = self.elements_of(set)?;
                    while let Some(element) = elements.next(self)? {
                        self.assign(variable, element, rest, search)?;
                    }
                    Ok(())
                }
                _ => self.test(code, rest, search),
            },
            Op::Unchanged(e) if !search.initial => self.seek_unchanged(e, rest, search),
            Op::Step(angle, action, subscript) => {
                let goal = if *angle {
                    Goal::Changed(subscript)
                } else {
                    return self.seek_step(action, subscript, rest, search);
                };
                self.seek(action, Some(&self.then(goal, rest)), search)
            }
            _ => self.test(code, rest, search),
        }
    }

    fn then<'a>(&self, goal: Goal<'a>, rest: Option<&'a Then<'a>>) -> Then<'a> {
        Then { goal, base: self.base, rest }
    }

    /// Satisfy what is left.
    fn proceed(&mut self, then: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        let Some(then) = then else { return self.complete(search) };
        let base = std::mem::replace(&mut self.base, then.base);
        let result = match &then.goal {
            Goal::All([]) => self.proceed(then.rest, search),
            Goal::All([last]) => self.seek(last, then.rest, search),
            Goal::All([first, others @ ..]) => {
                let others = Then { goal: Goal::All(others), base: then.base, rest: then.rest };
                self.seek(first, Some(&others), search)
            }
            Goal::Each { binds, body, left } => self.each(binds, body, left, then.rest, search),
            Goal::Same([]) => self.proceed(then.rest, search),
            Goal::Same([first, others @ ..]) => {
                let others = Then { goal: Goal::Same(others), base: then.base, rest: then.rest };
                self.seek_unchanged(first, Some(&others), search)
            }
            Goal::Changed(e) => match self.unchanged(e) {
                Ok(false) => self.proceed(then.rest, search),
                Ok(true) => Ok(()),
                Err(fault) => Err(fault),
            },
        };
        self.base = base;
        result
    }

    /// A state has been found.
    fn complete(&mut self, search: &mut Search) -> Eval<()> {
        let state = if search.initial { &self.now } else { &self.next };
        if let Some(missing) = state.iter().position(Option::is_none).filter(|_| !search.one) {
            let name = &self.program.variables[missing];
            let which = if search.initial { "an initial state" } else { "the next state" };
            return Err(Fault::new(Kind::Unassigned, format!("`{name}` is given no value in {which}")));
        }
        if search.found.len() >= self.budget.successors {
            let what = if search.initial { "there are more than" } else { "a state has more than" };
            let which = if search.initial { "initial states" } else { "successors" };
            return Err(Fault::new(Kind::TooLarge, format!("{what} {} {which}", self.budget.successors)));
        }
        search.found.push(state.clone());
        if let Some(choices) = &mut search.choices {
            choices.push(self.choices_made());
        }
        Ok(())
    }

    fn seek_at(&mut self, top: usize, code: &Code, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        self.in_frame_at(top, |machine| machine.seek_called(code, rest, search))
    }

    /// A frame on top of the stack with what was captured; where it begins.
    fn frame_of(&mut self, size: usize, captures: &[(u32, u32)], captured: &[Slot]) -> usize {
        let top = self.stack.len();
        self.stack.resize(top + size, Slot::Empty);
        for ((_, to), slot) in captures.iter().zip(captured) {
            self.stack[top + *to as usize] = slot.clone();
        }
        top
    }

    /// The value of a function at one point, where that may give a variable a value.
    fn seek_applied(
        &mut self,
        code: &Code,
        function: &Code,
        argument: &Code,
        rest: Option<&Then<'_>>,
        search: &mut Search,
    ) -> Eval<()> {
        let function = self.applied_value(function)?;
        let Value::Lambda(lambda) = &function else { return self.test(code, rest, search) };
        if lambda.primed || lambda.explicit.get().is_some() {
            return self.test(code, rest, search);
        }
        let argument = self.value(argument)?;
        let Some(arguments) = self.arguments_of(lambda, &argument)? else {
            return Err(outside(&function, &argument));
        };
        self.in_lambda(&function, lambda, |machine| {
            machine.bind_arguments(lambda, &arguments)?;
            machine.seek(&lambda.body.code, rest, search)
        })
    }

    fn seek_operator(
        &mut self,
        code: &Code,
        slot: u32,
        args: &[Argument],
        rest: Option<&Then<'_>>,
        search: &mut Search,
    ) -> Eval<()> {
        let Slot::Operator(operator) = self.slot(slot).clone() else { return self.test(code, rest, search) };
        let args: Vec<Slot> = args.iter().map(|arg| self.argument(arg)).collect::<Eval<_>>()?;
        let program = self.program;
        let (body, size, captures) = match &*operator.code {
            OperatorCode::Definition(id, captures) => {
                let definition = &program.definitions[*id];
                (&definition.code, definition.size, captures)
            }
            OperatorCode::Lambda(body) => (&body.code, body.size, &body.captures),
            _ => return self.test(code, rest, search),
        };
        let top = self.frame_of(size, captures, &operator.captured);
        for (place, arg) in self.stack[top..].iter_mut().zip(args) {
            *place = arg;
        }
        self.seek_at(top, body, rest, search)
    }

    fn seek_quantified(
        &mut self,
        all: bool,
        binds: &[Bind],
        body: &Code,
        rest: Option<&Then<'_>>,
        search: &mut Search,
    ) -> Eval<()> {
        let sets = binds.iter().map(|bind| self.elements_of(&bind.set)).collect::<Eval<Vec<_>>>()?;
        if !all {
            return self.seek_some(binds, &sets, body, rest, search);
        }
        let left = self.choices(&sets)?.into_iter().rev().collect();
        self.proceed(Some(&self.then(Goal::Each { binds, body, left }, rest)), search)
    }

    fn seek_some(
        &mut self,
        binds: &[Bind],
        sets: &[Elements],
        body: &Code,
        rest: Option<&Then<'_>>,
        search: &mut Search,
    ) -> Eval<()> {
        let ([bind, others @ ..], [set, other_sets @ ..]) = (binds, sets) else { return self.seek(body, rest, search) };
        if self.foregone(binds, sets, |machine| machine.outlook(body, search.initial)) == Some(Outlook::False) {
            return Ok(());
        }
        let mut elements = set.clone();
        while let Some(element) = elements.next(self)? {
            self.bind(&bind.pattern, element)?;
            self.seek_some(others, other_sets, body, rest, search)?;
        }
        Ok(())
    }

    /// The formula of a `\A` for the next choice, then for those after it.
    fn each(
        &mut self,
        binds: &[Bind],
        body: &Code,
        left: &[Vec<Value>],
        rest: Option<&Then<'_>>,
        search: &mut Search,
    ) -> Eval<()> {
        let Some((choice, left)) = left.split_last() else { return self.proceed(rest, search) };
        binds.iter().zip(choice).try_for_each(|(bind, value)| self.bind(&bind.pattern, value.clone()))?;
        let goal = Goal::Each { binds, body, left: left.to_vec() };
        self.seek(body, Some(&self.then(goal, rest)), search)
    }

    /// One element of each set, in order.
    pub(super) fn choices(&mut self, sets: &[Elements]) -> Eval<Vec<Vec<Value>>> {
        let mut choices = vec![Vec::new()];
        for set in sets {
            let mut items = Vec::new();
            let mut elements = set.clone();
            while let Some(element) = elements.next(self)? {
                items.push(element);
            }
            let longer = |choice: Vec<Value>| {
                let with = |item: &Value| choice.iter().cloned().chain([item.clone()]).collect::<Vec<_>>();
                items.iter().map(with).collect::<Vec<_>>()
            };
            choices = choices.into_iter().flat_map(longer).collect();
            self.check_count(choices.len())?;
        }
        Ok(choices)
    }

    /// `[A]_v`: the action, or nothing of the subscript changes.
    fn seek_step(&mut self, action: &Code, subscript: &Code, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        self.seek(action, rest, search)?;
        self.seek_unchanged(subscript, rest, search)
    }

    fn assigned(&self, variable: usize, search: &Search) -> Option<&Value> {
        let state = if search.initial { &self.now } else { &self.next };
        state.get(variable).and_then(Option::as_ref)
    }

    /// Give a variable a value, go on, and take the value back.
    fn assign(&mut self, variable: usize, value: Value, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        let value = self.solid(value)?;
        self.store(variable, Some(value), search.initial);
        let result = self.proceed(rest, search);
        self.store(variable, None, search.initial);
        result
    }

    pub(super) fn store(&mut self, variable: usize, value: Option<Value>, initial: bool) {
        let state = if initial { &mut self.now } else { &mut self.next };
        state[variable] = value;
        if initial {
            self.now_stamp = self.stamp();
        }
        self.next_stamp = self.stamp();
    }

    /// `UNCHANGED e`: of a name that waits, a definition or a tuple what it consists of, in order.
    fn seek_unchanged(&mut self, code: &Code, rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        let mut variables = Vec::new();
        if self.parts(code, &mut variables) {
            return self.keep_all(&variables, rest, search);
        }
        match &code.op {
            Op::Tuple(items) => self.proceed(Some(&self.then(Goal::Same(items), rest)), search),
            Op::Call(id, args, captured) if self.program.definitions[*id].inherited == args.len() => {
                self.in_definition(*id, args, captured, |machine, code| machine.seek_unchanged(code, rest, search))
            }
            Op::Local(slot) => match self.waiting(*slot) {
                Some(thunk) => {
                    let top = self.frame_of(thunk.body.size, &thunk.body.captures, &thunk.captured);
                    self.in_frame_at(top, |machine| machine.seek_unchanged(&thunk.body.code, rest, search))
                }
                // A value is the same in both.
                None => self.proceed(rest, search),
            },
            _ => {
                if self.unchanged(code)? {
                    self.proceed(rest, search)
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Variables that keep their values.
    fn keep_all(&mut self, variables: &[usize], rest: Option<&Then<'_>>, search: &mut Search) -> Eval<()> {
        let mut given = Vec::new();
        let mut same = true;
        for variable in variables.iter().copied() {
            let Some(now) = self.now.get(variable).and_then(Clone::clone) else {
                let name = &self.program.variables[variable];
                return Err(Fault::new(Kind::Unassigned, format!("`{name}` has no value in the current state")));
            };
            match self.next[variable].clone() {
                None => {
                    self.store(variable, Some(now), false);
                    given.push(variable);
                }
                Some(next) => same = self.equal(&now, &next)?,
            }
            if !same {
                break;
            }
        }
        let result = if same { self.proceed(rest, search) } else { Ok(()) };
        for variable in given {
            self.store(variable, None, false);
        }
        result
    }
}
