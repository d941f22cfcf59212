//! Why an action cannot be taken: its parts in the order in which they are looked at, each with what it came to.
//!
//! This is told of an action that has no successor, and decides nothing. Where an action may go several ways, each is
//! looked at by itself, and what comes after is looked at for the first that holds.

use std::cmp::Reverse;

use super::Machine;
use crate::eval::closure::Slot;
use crate::eval::code::Bind;
use crate::eval::code::Code;
use crate::eval::code::Needs;
use crate::eval::code::Op;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::error::Site;
use crate::eval::program::Expression;
use crate::eval::value::Value;

/// So many choices of a quantifier are told.
const CHOICES: usize = 20;

/// What a part of an action came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Came {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Something before it does not hold.
    NotReached,
    /// It has no value.
    Failed(Box<Fault>),
}

/// A part of an action.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Where it stands.
    pub site: Site,
    /// What it came to.
    pub came: Came,
    /// The choice of a quantifier that this is about.
    pub choice: Option<String>,
    /// Of a part that does not hold, what its own parts are.
    pub operands: Vec<(Site, Value)>,
    /// What it consists of.
    pub parts: Vec<Self>,
    /// Whether one of its parts would be enough.
    pub any: bool,
    /// Whether it may give a variable its next value.
    pub acts: bool,
}

impl Reason {
    fn leaf(site: Site, came: Came) -> Self {
        Self { site, came, choice: None, operands: Vec::new(), parts: Vec::new(), any: false, acts: false }
    }

    fn of(site: Site, parts: Vec<Self>) -> Self {
        let came = parts.iter().find(|part| part.came != Came::True).map_or(Came::True, |part| part.came.clone());
        Self { parts, ..Self::leaf(site, came) }
    }

    /// How many parts do not hold.
    pub fn count(&self) -> usize {
        let own = usize::from(self.parts.is_empty() && !matches!(self.came, Came::True | Came::NotReached));
        own + self.parts.iter().map(Self::count).sum::<usize>()
    }

    /// How far it is from holding: how many parts do not hold, of parts of which one is enough those of the nearest; the fewer the
    /// nearer, and of equally many the more that hold.
    pub fn distance(&self) -> (usize, Reverse<usize>) {
        if self.parts.is_empty() {
            let fails = !matches!(self.came, Came::True | Came::NotReached);
            return (usize::from(fails), Reverse(usize::from(self.came == Came::True)));
        }
        let parts = self.parts.iter().map(Self::distance);
        match self.any {
            true => parts.min().unwrap_or_default(),
            false => parts.fold((0, Reverse(0)), |all, part| (all.0 + part.0, Reverse(all.1.0 + part.1.0))),
        }
    }
}

/// The nearest of several, so many of them.
fn nearest(told: &mut Vec<Reason>, most: usize) {
    told.sort_by_cached_key(Reason::distance);
    told.truncate(most);
}

impl Machine<'_> {
    /// Why an action with names, whose values these are, has no successor; if it has, what is said is that it holds.
    pub fn reason(&mut self, action: &Expression, values: &[Value]) -> Reason {
        let none = vec![None; self.program.variables.len()];
        self.set_next(&none);
        let code = &action.body.code;
        let told = self.in_expression(action, values, |machine| Ok(machine.told(code)));
        told.unwrap_or_else(|fault| Reason::leaf(code.site, Came::Failed(fault)))
    }

    /// The same of all ways to take the action, also where some can be taken.
    pub fn reasons(&mut self, action: &Expression) -> Reason {
        self.all_ways = true;
        let reason = self.reason(action, &[]);
        self.all_ways = false;
        reason
    }

    fn told(&mut self, code: &Code) -> Reason {
        self.depth += 1;
        let told = match self.depth > self.budget.depth {
            true => Err(Fault::new(Kind::TooDeep, "an action nests deeper than the budget allows")),
            false => self.told_parts(code),
        };
        self.depth -= 1;
        let told = told.unwrap_or_else(|fault| Reason::leaf(code.site, Came::Failed(fault.at(code.site))));
        Reason { acts: code.needs.meets(Needs::NEXT), ..told }
    }

    fn told_parts(&mut self, code: &Code) -> Eval<Reason> {
        self.tick()?;
        Ok(match &code.op {
            Op::And(parts) => {
                let mut told: Vec<Reason> = Vec::new();
                for part in parts {
                    let reached = told.last().is_none_or(|last| last.came == Came::True);
                    told.push(if reached { self.told(part) } else { Reason::leaf(part.site, Came::NotReached) });
                }
                Reason::of(code.site, told)
            }
            Op::Or(parts) => {
                self.told_some(code.site, parts.iter(), usize::MAX / 2, |machine, part| Ok(machine.told(part)))?
            }
            Op::Implies(condition, then) if self.truth(condition)? => {
                Reason::of(code.site, vec![Reason::leaf(condition.site, Came::True), self.told(then)])
            }
            Op::If(condition, yes, no) => {
                let chosen = if self.truth(condition)? { yes } else { no };
                self.told(chosen)
            }
            Op::Implies(condition, then) if self.assigns(code, false) => match self.truth(condition)? {
                true => self.told(then),
                false => Reason::leaf(code.site, Came::True),
            },
            Op::Case(arms, other) => {
                for (guard, body) in arms {
                    if self.truth(guard)? {
                        return Ok(self.told(body));
                    }
                }
                match other {
                    Some(other) => self.told(other),
                    None => self.told_leaf(code),
                }
            }
            Op::Let(values, body) => {
                self.bind_locals(values);
                self.told(body)
            }
            Op::Quantified(false, binds, body) => self.told_choices(code.site, binds, body)?,
            // Of what gives no variable a value nobody wants to know why it holds.
            Op::Quantified(true, ..) | Op::Call(..) if !self.assigns(code, false) && self.truth(code)? => {
                Reason::leaf(code.site, Came::True)
            }
            Op::Quantified(true, binds, body) => self.told_all(code.site, binds, body)?,
            Op::Call(id, args, captured) => {
                let inner = self.in_definition(*id, args, captured, |machine, code| Ok(machine.told(code)))?;
                match (self.assigns(code, false), inner.parts.is_empty()) {
                    // What is no list of parts is told as it was called.
                    (true, _) => Reason { site: code.site, ..inner },
                    (false, false) => Reason { site: code.site, operands: self.operands(code), ..inner },
                    (false, true) => Reason { operands: self.operands(code), ..Reason::of(code.site, vec![inner]) },
                }
            }
            Op::Local(slot) => match self.slot(*slot).clone() {
                Slot::Thunk(thunk) if thunk.needs.meets(Needs::NEXT) => {
                    let body = thunk.body.clone();
                    let inner = self.in_body(&body, &thunk.captured, |machine| Ok(machine.told(&body.code)))?;
                    Reason { site: code.site, ..inner }
                }
                _ => self.told_leaf(code),
            },
            Op::Equal(target, value) => match self.target(target, false).filter(|v| self.next[*v].is_none()) {
                Some(variable) => {
                    let value = self.value(value).and_then(|value| self.solid(value))?;
                    self.store(variable, Some(value), false);
                    Reason::leaf(code.site, Came::True)
                }
                None => self.told_leaf(code),
            },
            Op::In(target, set) => match self.target(target, false).filter(|v| self.next[*v].is_none()) {
                Some(variable) => match self.elements_of(set)?.next(self)? {
                    Some(value) => {
                        self.store(variable, Some(value), false);
                        Reason::leaf(code.site, Came::True)
                    }
                    None => Reason::leaf(code.site, Came::False),
                },
                None => self.told_leaf(code),
            },
            Op::Unchanged(e) => {
                let mut variables = Vec::new();
                if !self.parts(e, &mut variables) {
                    return Ok(self.told_leaf(code));
                }
                for variable in variables {
                    if self.next[variable].is_none() {
                        let now = self.now[variable].clone();
                        self.store(variable, now, false);
                    }
                }
                self.told_leaf(code)
            }
            _ => self.told_leaf(code),
        })
    }

    /// The first of several that holds, or if none does so many of them, the nearest first.
    fn told_some<T>(
        &mut self,
        site: Site,
        all: impl Iterator<Item = T>,
        most: usize,
        tell: impl Fn(&mut Self, T) -> Eval<Reason>,
    ) -> Eval<Reason> {
        let before = self.next.clone();
        let mut told = Vec::new();
        let mut taken = None;
        for one in all {
            let reason = tell(self, one)?;
            if reason.came == Came::True && !(self.all_ways && reason.acts) {
                return Ok(Reason { any: true, ..Reason::of(site, vec![reason]) });
            }
            if reason.came == Came::True {
                taken.get_or_insert_with(|| self.next.clone());
            }
            told.push(reason);
            if told.len() >= 2 * most {
                nearest(&mut told, most);
            }
            let next = before.clone();
            self.set_next(&next);
        }
        nearest(&mut told, most);
        let came = if taken.is_some() { Came::True } else { Came::False };
        if let Some(next) = taken {
            self.set_next(&next);
        }
        Ok(Reason { came, any: true, ..Reason::of(site, told) })
    }

    fn told_choices(&mut self, site: Site, binds: &[Bind], body: &Code) -> Eval<Reason> {
        let sets = binds.iter().map(|bind| self.elements_of(&bind.set)).collect::<Eval<Vec<_>>>()?;
        let choices = self.choices(&sets)?;
        if choices.is_empty() {
            let mut operands = Vec::new();
            for set in binds.iter().map(|bind| &bind.set) {
                operands.push((set.site, self.value(set).and_then(|value| self.solid_if_finite(value))?));
            }
            return Ok(Reason { operands, ..Reason::leaf(site, Came::False) });
        }
        self.told_some(site, choices.into_iter(), CHOICES, |machine, choice| machine.told_choice(binds, &choice, body))
    }

    fn told_choice(&mut self, binds: &[Bind], choice: &[Value], body: &Code) -> Eval<Reason> {
        for (bind, value) in binds.iter().zip(choice) {
            self.bind(&bind.pattern, value.clone())?;
        }
        let shown: Vec<String> = choice.iter().map(Value::brief).collect();
        Ok(Reason { choice: Some(shown.join(", ")), ..self.told(body) })
    }

    /// The first choice that does not hold.
    fn told_all(&mut self, site: Site, binds: &[Bind], body: &Code) -> Eval<Reason> {
        let sets = binds.iter().map(|bind| self.elements_of(&bind.set)).collect::<Eval<Vec<_>>>()?;
        for choice in self.choices(&sets)? {
            let reason = self.told_choice(binds, &choice, body)?;
            if reason.came != Came::True {
                return Ok(Reason::of(site, vec![reason]));
            }
        }
        Ok(Reason::leaf(site, Came::True))
    }

    /// A part that is looked at as a whole.
    fn told_leaf(&mut self, code: &Code) -> Reason {
        match self.truth(code) {
            Ok(true) => Reason::leaf(code.site, Came::True),
            Ok(false) => Reason { operands: self.operands(code), ..Reason::leaf(code.site, Came::False) },
            Err(fault) => Reason::leaf(code.site, Came::Failed(fault.at(code.site))),
        }
    }

    /// The values of the parts of an expression, constants left out.
    fn operands(&mut self, code: &Code) -> Vec<(Site, Value)> {
        let parts: Vec<&Code> = match &code.op {
            Op::Not(inner) => return self.operands(inner),
            Op::Equal(a, b) | Op::Differ(a, b) | Op::In(a, b) | Op::NotIn(a, b) | Op::Subset(a, b) => vec![a, b],
            Op::Implies(a, b) | Op::Equivalent(a, b) => vec![a, b],
            Op::Native(_, args) => args.iter().filter_map(crate::eval::code::Argument::code).collect(),
            Op::Apply(function, argument) => vec![function, argument],
            Op::Call(_, args, _) => args.iter().filter_map(crate::eval::code::Argument::code).collect(),
            _ => Vec::new(),
        };
        let mut told = Vec::new();
        for part in parts.into_iter().filter(|part| part.needs != Needs::NOTHING) {
            if let Ok(value) = self.value(part).and_then(|value| self.solid_if_finite(value)) {
                told.push((part.site, value));
            }
        }
        told
    }
}
