//! The elements of a set, one after the other, in TLC's order.
//!
//! Sets that are given by a rule are gone through without being held: first the smaller subsets, and of tuples,
//! functions and records the last part varies fastest. That is also the order of the values themselves.

use std::rc::Rc;

use super::Machine;
use crate::eval::closure::Filter;
use crate::eval::code::Code;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::text::Text;
use crate::eval::value::Form;
use crate::eval::value::Lazy;
use crate::eval::value::Set;
use crate::eval::value::Value;

/// Where an enumeration stands.
#[derive(Clone)]
pub(in crate::eval) enum Elements {
    Range(i64, i64),
    /// Parts of which may wait.
    Listed(Rc<[Value]>, usize),
    Items(Rc<Set>, usize),
    /// The elements to choose from, and the numbers of the chosen ones; `None` at the end.
    Subsets(Rc<[Value]>, Option<Vec<usize>>),
    Choices(Choices),
    Filter(Rc<Lazy>, Box<Self>),
}

/// One value from each of several lists.
#[derive(Clone)]
pub(in crate::eval) struct Choices {
    shape: Shape,
    lists: Vec<Rc<[Value]>>,
    /// The number of the choice in each list; `None` at the end.
    at: Option<Vec<usize>>,
}

/// What is made of the values that are chosen.
#[derive(Clone)]
enum Shape {
    Tuple,
    Record(Rc<[Text]>),
    Function(Value),
}

impl Machine<'_> {
    pub(super) fn elements_of(&mut self, code: &Code) -> Eval<Elements> {
        let set = self.value(code)?;
        self.elements(&set).map_err(|fault| fault.at(code.site))
    }

    pub(in crate::eval) fn elements(&mut self, set: &Value) -> Eval<Elements> {
        match set {
            Value::Interval(low, high) => Ok(Elements::Range(i64::from(*low), i64::from(*high))),
            Value::Set(set) => Ok(Elements::Items(set.clone(), 0)),
            Value::Lazy(lazy) => match lazy.explicit.get() {
                Some(explicit) => self.elements(&explicit.clone()),
                None => self.lazy_elements(lazy),
            },
            other => Err(super::expr::not(other, "a set")),
        }
    }

    pub(super) fn lazy_elements(&mut self, lazy: &Rc<Lazy>) -> Eval<Elements> {
        let infinite = |name: &str| Err(Fault::new(Kind::NotEnumerable, format!("{name} cannot be enumerated")));
        match &lazy.form {
            Form::Nat => infinite("Nat"),
            Form::Int => infinite("Int"),
            Form::Strings => infinite("STRING"),
            Form::Sequences(_) => infinite("a set of all sequences"),
            Form::Unordered(items) => Ok(Elements::Listed(self.in_order(items)?, 0)),
            Form::Subsets(of) => {
                let items = self.list(of)?;
                Ok(Elements::Subsets(items, Some(Vec::new())))
            }
            Form::Functions(from, to) => {
                let from = self.solid(from.clone())?;
                let count = self.items(&from)?.len();
                // TLC wants a range it could enumerate even where the domain is empty, and does not enumerate it then.
                let to = match (count, to) {
                    (0, Value::Lazy(range)) if !range.form.is_endless() => Rc::from([]),
                    _ => self.list(to)?,
                };
                Ok(Choices::elements(Shape::Function(from), vec![to; count]))
            }
            Form::Records(names, sets) => {
                let lists = self.lists(sets)?;
                Ok(Choices::elements(Shape::Record(names.clone()), lists))
            }
            Form::Product(sets) => {
                let lists = self.lists(sets)?;
                Ok(Choices::elements(Shape::Tuple, lists))
            }
            Form::Filter(Filter { source, .. }) => {
                let source = self.elements(source)?;
                Ok(Elements::Filter(lazy.clone(), Box::new(source)))
            }
            Form::Union(sets) => {
                let mut all = Vec::new();
                for set in self.items(sets)? {
                    all.extend(self.items(&set)?);
                    self.check_count(all.len())?;
                }
                self.collected(all)
            }
            Form::Cup(a, b) => {
                let mut all = self.items(a)?;
                all.extend(self.items(b)?);
                self.collected(all)
            }
            Form::Cap(a, b) => self.selected(a, b, true),
            Form::Minus(a, b) => self.selected(a, b, false),
        }
    }

    fn list(&mut self, set: &Value) -> Eval<Rc<[Value]>> {
        let items = self.items(set)?;
        let items = items.into_iter().map(|item| self.solid(item)).collect::<Eval<Vec<_>>>()?;
        Ok(items.into())
    }

    /// The elements of several sets; what comes after an empty one is not looked at.
    fn lists(&mut self, sets: &[Value]) -> Eval<Vec<Rc<[Value]>>> {
        let mut lists = Vec::new();
        for set in sets {
            let list = self.list(set)?;
            let is_empty = list.is_empty();
            lists.push(list);
            if is_empty {
                break;
            }
        }
        Ok(lists)
    }

    fn collected(&mut self, items: Vec<Value>) -> Eval<Elements> {
        if items.iter().all(Value::is_solid) {
            return self.elements(&Value::set(items)?);
        }
        Ok(Elements::Listed(self.in_order(&items)?, 0))
    }

    fn selected(&mut self, a: &Value, b: &Value, inside: bool) -> Eval<Elements> {
        let mut items = Vec::new();
        for item in self.items(a)? {
            if self.is_member(&item, b)? == inside {
                items.push(item);
            }
        }
        self.collected(items)
    }
}

impl Elements {
    /// At least so many are left; 0 also where nobody knows without looking.
    pub(super) fn count_at_least(&self) -> usize {
        match self {
            Self::Range(low, high) => usize::try_from(high - low + 1).unwrap_or(0),
            Self::Listed(items, at) => items.len().saturating_sub(*at),
            Self::Items(set, at) => set.items().len().saturating_sub(*at),
            Self::Subsets(items, chosen) => chosen.as_ref().map_or(0, |_| items.len().max(1)),
            Self::Choices(choices) => {
                choices.at.as_ref().map_or(0, |_| choices.lists.iter().map(|l| l.len()).max().unwrap_or(1))
            }
            Self::Filter(..) => 0,
        }
    }

    /// The next element; `None` when there is none left.
    pub(in crate::eval) fn next(&mut self, machine: &mut Machine<'_>) -> Eval<Option<Value>> {
        machine.tick()?;
        match self {
            Self::Range(low, high) => {
                if low > high {
                    return Ok(None);
                }
                *low += 1;
                Ok(i32::try_from(*low - 1).ok().map(Value::Int))
            }
            Self::Listed(items, at) => {
                *at += 1;
                Ok(items.get(*at - 1).cloned())
            }
            Self::Items(set, at) => {
                *at += 1;
                Ok(set.items().get(*at - 1).cloned())
            }
            Self::Subsets(items, chosen) => {
                let Some(now) = chosen else { return Ok(None) };
                let subset = Value::sorted_set(now.iter().map(|index| items[*index].clone()).collect())?;
                *chosen = following(now, items.len());
                Ok(Some(subset))
            }
            Self::Choices(choices) => choices.next(),
            Self::Filter(lazy, source) => {
                let Form::Filter(filter) = &lazy.form else { return Ok(None) };
                while let Some(element) = source.next(machine)? {
                    if machine.passes(&element, filter)? {
                        return Ok(Some(element));
                    }
                }
                Ok(None)
            }
        }
    }
}

/// The next choice of as many numbers below `count`, or the first of one more.
fn following(chosen: &[usize], count: usize) -> Option<Vec<usize>> {
    let size = chosen.len();
    let last = (0..size).rev().find(|place| chosen[*place] < count - size + place);
    match last {
        Some(place) => {
            let first = chosen[place] + 1;
            Some(chosen[..place].iter().copied().chain(first..first + size - place).collect())
        }
        None => (size < count).then(|| (0..=size).collect()),
    }
}

impl Choices {
    fn elements(shape: Shape, lists: Vec<Rc<[Value]>>) -> Elements {
        let at = lists.iter().all(|list| !list.is_empty()).then(|| vec![0; lists.len()]);
        Elements::Choices(Self { shape, lists, at })
    }

    fn next(&mut self) -> Eval<Option<Value>> {
        let Some(at) = &mut self.at else { return Ok(None) };
        let items: Vec<Value> = at.iter().zip(&self.lists).map(|(index, list)| list[*index].clone()).collect();
        let more = (0..at.len()).rev().find(|place| at[*place] + 1 < self.lists[*place].len());
        match more {
            Some(place) => {
                at[place] += 1;
                at[place + 1..].fill(0);
            }
            None => self.at = None,
        }
        let value = match &self.shape {
            Shape::Tuple => Value::tuple(items),
            Shape::Record(names) => Value::record_of(names.clone(), items),
            Shape::Function(domain) => Value::function(domain, items),
        };
        value.map(Some)
    }
}
