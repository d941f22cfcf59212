//! Why an action cannot be taken: its parts in the order in which they are looked at, each with what it came to.
//!
//! This is told of an action that has no successor, and decides nothing. Where an action may go several ways, each is
//! looked at by itself, and what comes after is looked at for the first that holds.

use super::Machine;
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
}

impl Reason {
    fn leaf(site: Site, came: Came) -> Self {
        Self { site, came, choice: None, operands: Vec::new(), parts: Vec::new() }
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

    fn told(&mut self, code: &Code) -> Reason {
        self.depth += 1;
        let told = match self.depth > self.budget.depth {
            true => Err(Fault::new(Kind::TooDeep, "an action nests deeper than the budget allows")),
            false => self.told_parts(code),
        };
        self.depth -= 1;
        told.unwrap_or_else(|fault| Reason::leaf(code.site, Came::Failed(fault.at(code.site))))
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
            Op::Or(parts) => self.told_some(code.site, parts.iter(), |machine, part| Ok(machine.told(part)))?,
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
            Op::Call(id, args, captured) if code.needs.meets(Needs::NEXT.and(Needs::PARAMETER)) => {
                let inner = self.in_definition(*id, args, captured, |machine, code| Ok(machine.told(code)))?;
                // What is no list of parts is told as it was called.
                match inner.parts.is_empty() && inner.came != Came::True {
                    true => Reason { site: code.site, ..inner },
                    false => Reason::of(code.site, inner.parts),
                }
            }
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

    /// The first of several that holds, or all of them if none does.
    fn told_some<T>(
        &mut self,
        site: Site,
        all: impl Iterator<Item = T>,
        tell: impl Fn(&mut Self, T) -> Eval<Reason>,
    ) -> Eval<Reason> {
        let before = self.next.clone();
        let mut told = Vec::new();
        for one in all {
            let reason = tell(self, one)?;
            if reason.came == Came::True {
                return Ok(Reason::of(site, vec![reason]));
            }
            told.push(reason);
            let next = before.clone();
            self.set_next(&next);
        }
        told.sort_by_key(Reason::count);
        Ok(Reason { came: Came::False, ..Reason::of(site, told) })
    }

    fn told_choices(&mut self, site: Site, binds: &[Bind], body: &Code) -> Eval<Reason> {
        let sets = binds.iter().map(|bind| self.elements_of(&bind.set)).collect::<Eval<Vec<_>>>()?;
        let choices = self.choices(&sets)?;
        if choices.is_empty() {
            return Ok(Reason::leaf(site, Came::False));
        }
        let mut reason = self.told_some(site, choices.into_iter(), |machine, choice| {
            for (bind, value) in binds.iter().zip(&choice) {
                machine.bind(&bind.pattern, value.clone())?;
            }
            let shown: Vec<String> = choice.iter().map(Value::brief).collect();
            Ok(Reason { choice: Some(shown.join(", ")), ..machine.told(body) })
        })?;
        reason.parts.truncate(CHOICES);
        Ok(reason)
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
