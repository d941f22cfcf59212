//! Values: what an expression can evaluate to.

use std::cell::Cell;
use std::cell::OnceCell;
use std::rc::Rc;

use super::closure::Filter;
use super::closure::Lambda;
use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::hash;
use super::order;
use super::text::Text;

/// A value nests at most this deep, so that no walk over one exhausts a stack.
const MAX_DEPTH: u32 = 1000;

/// A value. Cloning copies a word and counts a reference.
#[derive(Clone, Debug)]
pub enum Value {
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// A number; TLC has no larger ones.
    Int(i32),
    /// `"text"`.
    Str(Text),
    /// A model value of the config. `A_x` is of type `A`.
    Model(Text),
    /// `low..high`, not empty.
    Interval(i32, i32),
    /// `{...}`.
    Set(Rc<Set>),
    /// `<<...>>`.
    Tuple(Rc<Tuple>),
    /// `[a |-> ...]`.
    Record(Rc<Record>),
    /// Any other function that is known at each point of its domain.
    Function(Rc<Function>),
    /// A set that is not enumerated before it has to be.
    Lazy(Rc<Lazy>),
    /// A function whose values are computed when they are asked for.
    Lambda(Rc<Lambda>),
}

/// What is computed once for a value and kept with it.
#[derive(Clone, Debug, Default)]
struct Meta {
    /// 0 as long as it is not known.
    hash: Cell<u64>,
    depth: u32,
    /// Whether no part is lazy.
    solid: bool,
}

impl Meta {
    fn of<'a>(parts: impl Iterator<Item = &'a Value>) -> Eval<Self> {
        let (mut depth, mut solid) = (0, true);
        for part in parts {
            depth = depth.max(part.depth());
            solid &= part.is_solid();
        }
        if depth >= MAX_DEPTH {
            return Err(Fault::new(Kind::TooDeep, format!("a value nests deeper than {MAX_DEPTH} levels")));
        }
        Ok(Self { hash: Cell::new(0), depth: depth + 1, solid })
    }

    /// The parts with one of them replaced, and what is known of them then.
    fn replaced(&self, parts: &[Value], index: usize, part: Value, domain: u32) -> Eval<(Vec<Value>, Self)> {
        let (mut parts, mut meta) = (parts.to_vec(), self.clone());
        meta.replace(&mut parts, index, part, domain)?;
        Ok((parts, meta))
    }

    /// Replace one of the parts, beside a domain of this depth. The others are only looked at where the old one may have been
    /// the deepest, or lazy.
    fn replace(&mut self, parts: &mut [Value], index: usize, part: Value, domain: u32) -> Eval<()> {
        let Some(place) = parts.get_mut(index) else { return Ok(()) };
        let (depth, solid) = (part.depth() + 1, part.is_solid());
        let old = std::mem::replace(place, part);
        if self.solid && old.depth() + 1 < self.depth && depth < MAX_DEPTH {
            *self = Self { hash: Cell::new(0), depth: self.depth.max(depth), solid };
        } else {
            let of = Self::of(parts.iter())?;
            *self = Self { depth: of.depth.max(domain), ..of };
        }
        Ok(())
    }

    fn hash(&self, compute: impl FnOnce() -> u64) -> u64 {
        if self.hash.get() == 0 {
            self.hash.set(compute().max(1));
        }
        self.hash.get()
    }
}

/// Elements in the order of `order`, each once, none of them lazy.
#[derive(Debug)]
pub struct Set {
    items: Vec<Value>,
    meta: Meta,
}

/// A tuple or a sequence.
#[derive(Debug)]
pub struct Tuple {
    items: Vec<Value>,
    meta: Meta,
}

/// Fields in the order of their names, and their values in the same order.
#[derive(Debug)]
pub struct Record {
    names: Rc<[Text]>,
    items: Vec<Value>,
    meta: Meta,
}

/// A domain in order, and the values in the same order.
#[derive(Debug)]
pub struct Function {
    domain: Domain,
    items: Vec<Value>,
    meta: Meta,
}

/// The domain of a function.
#[derive(Clone, Debug)]
pub enum Domain {
    /// So many numbers from this one on.
    From(i32),
    /// A set.
    Set(Rc<Set>),
}

impl Domain {
    fn depth(&self) -> u32 {
        match self {
            Self::From(_) => 0,
            Self::Set(set) => set.meta.depth,
        }
    }
}

/// A lazy set, and its elements once they have been needed.
#[derive(Debug)]
pub struct Lazy {
    pub(super) form: Form,
    pub(super) explicit: OnceCell<Value>,
}

/// How a lazy set is given.
#[derive(Debug)]
pub enum Form {
    /// `Nat`.
    Nat,
    /// `Int`.
    Int,
    /// `STRING`.
    Strings,
    /// `Seq(S)`.
    Sequences(Value),
    /// `SUBSET S`.
    Subsets(Value),
    /// `[S -> T]`.
    Functions(Value, Value),
    /// `[a : S]`; the fields in order.
    Records(Rc<[Text]>, Vec<Value>),
    /// `S \X T`.
    Product(Vec<Value>),
    /// `UNION S`.
    Union(Value),
    /// `S \cup T`.
    Cup(Value, Value),
    /// `S \cap T`.
    Cap(Value, Value),
    /// `S \ T`.
    Minus(Value, Value),
    /// `{x \in S : p}`.
    Filter(Filter),
    /// Elements that nobody has put in order. That they cannot be is noticed only when somebody has to.
    Unordered(Vec<Value>),
}

impl Set {
    /// The elements in order.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Record {
    /// The names of the fields in order.
    pub fn names(&self) -> &Rc<[Text]> {
        &self.names
    }

    /// The values of the fields in the same order.
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// The place of a field.
    pub fn position(&self, name: &Text) -> Option<usize> {
        // Records are small, and most names are told apart by their pointers.
        self.names.iter().position(|known| known == name)
    }

    /// The value of a field.
    pub fn field(&self, name: &Text) -> Option<&Value> {
        self.position(name).map(|index| &self.items[index])
    }
}

impl Function {
    /// The domain.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The values in the order of the domain.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Tuple {
    /// The elements.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Value {
    /// A set of any values; an error if two of them cannot be compared.
    pub fn set(items: Vec<Self>) -> Eval<Self> {
        Self::sorted_set(order::normalise(items)?)
    }

    /// `{...}` of values without lazy parts. That they cannot be put in order is no error before somebody has to.
    pub fn listed(items: Vec<Self>) -> Eval<Self> {
        match Self::set(items.clone()) {
            Err(fault) if fault.kind == Kind::Incomparable => Ok(Self::lazy(Form::Unordered(items))),
            other => other,
        }
    }

    /// `a :> b @@ ...` of values without lazy parts; of a point that comes twice the first counts.
    pub fn mapping(mut pairs: Vec<(Self, Self)>) -> Eval<Self> {
        let mut mixed = None;
        pairs.sort_by(|(a, _), (b, _)| {
            order::compare(a, b).unwrap_or_else(|fault| {
                mixed.get_or_insert(fault);
                std::cmp::Ordering::Equal
            })
        });
        if let Some(fault) = mixed {
            return Err(fault);
        }
        pairs.dedup_by(|(later, _), (first, _)| order::equal(later, first).unwrap_or(false));
        let (keys, items): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        Self::function(&Self::sorted_set(keys)?, items)
    }

    /// A set of values that are in order already, each once.
    pub(super) fn sorted_set(items: Vec<Self>) -> Eval<Self> {
        let meta = Meta::of(items.iter())?;
        Ok(Self::Set(Rc::new(Set { items, meta })))
    }

    /// `{}`.
    pub fn empty_set() -> Self {
        Self::Set(Rc::new(Set { items: Vec::new(), meta: Meta { depth: 1, solid: true, ..Meta::default() } }))
    }

    /// `low..high`.
    pub fn interval(low: i32, high: i32) -> Self {
        if low > high { Self::empty_set() } else { Self::Interval(low, high) }
    }

    /// `<<...>>`.
    pub fn tuple(items: Vec<Self>) -> Eval<Self> {
        let meta = Meta::of(items.iter())?;
        Ok(Self::Tuple(Rc::new(Tuple { items, meta })))
    }

    /// A record; of a field that comes twice the last value counts.
    pub fn record(mut fields: Vec<(Text, Self)>) -> Eval<Self> {
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        fields.reverse();
        fields.dedup_by(|a, b| a.0 == b.0);
        fields.reverse();
        let (names, items): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        Self::record_of(names.into(), items)
    }

    /// A record with fields in order.
    pub(super) fn record_of(names: Rc<[Text]>, items: Vec<Self>) -> Eval<Self> {
        let meta = Meta::of(items.iter())?;
        Ok(Self::Record(Rc::new(Record { names, items, meta })))
    }

    /// A function: a set that is no lazy one, and the values in its order.
    pub fn function(domain: &Self, items: Vec<Self>) -> Eval<Self> {
        let domain = match domain {
            Self::Interval(low, _) => Domain::From(*low),
            Self::Set(set) => match set.items.first() {
                Some(Self::Int(low)) if consecutive(*low, &set.items) => Domain::From(*low),
                _ => Domain::Set(set.clone()),
            },
            _ => return Err(Fault::new(Kind::NotEnumerable, "the domain of a function is not enumerated")),
        };
        Self::function_of(domain, items)
    }

    /// A function on a domain as functions hold it.
    pub(super) fn function_of(domain: Domain, items: Vec<Self>) -> Eval<Self> {
        let meta = Meta::of(items.iter())?;
        let meta = Meta { depth: meta.depth.max(domain.depth()), ..meta };
        Ok(Self::Function(Rc::new(Function { domain, items, meta })))
    }

    pub(super) fn lazy(form: Form) -> Self {
        Self::Lazy(Rc::new(Lazy { form, explicit: OnceCell::new() }))
    }

    fn depth(&self) -> u32 {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Str(_) | Self::Model(_) | Self::Interval(..) => 0,
            Self::Set(set) => set.meta.depth,
            Self::Tuple(tuple) => tuple.meta.depth,
            Self::Record(record) => record.meta.depth,
            Self::Function(function) => function.meta.depth,
            Self::Lazy(lazy) => lazy.form.depth(),
            Self::Lambda(_) => 1,
        }
    }

    /// Whether it can be compared and hashed as it is: nothing in it is lazy, and it has no more elements than TLC counts.
    pub fn is_solid(&self) -> bool {
        match self {
            Self::Tuple(tuple) => tuple.meta.solid,
            Self::Record(record) => record.meta.solid,
            Self::Function(function) => function.meta.solid,
            Self::Lazy(_) | Self::Lambda(_) => false,
            Self::Interval(low, high) => high.checked_sub(*low).is_some_and(|count| count < i32::MAX),
            _ => true,
        }
    }

    /// A sequence, record or function with one of its values replaced: in place where nobody else has it.
    pub(super) fn with_item(self, index: usize, item: Self) -> Eval<Self> {
        match self {
            Self::Tuple(mut tuple) => {
                if let Some(own) = Rc::get_mut(&mut tuple) {
                    own.meta.replace(&mut own.items, index, item, 0)?;
                    return Ok(Self::Tuple(tuple));
                }
                let (items, meta) = tuple.meta.replaced(&tuple.items, index, item, 0)?;
                Ok(Self::Tuple(Rc::new(Tuple { items, meta })))
            }
            Self::Record(mut record) => {
                if let Some(own) = Rc::get_mut(&mut record) {
                    own.meta.replace(&mut own.items, index, item, 0)?;
                    return Ok(Self::Record(record));
                }
                let (items, meta) = record.meta.replaced(&record.items, index, item, 0)?;
                Ok(Self::Record(Rc::new(Record { names: record.names.clone(), items, meta })))
            }
            Self::Function(mut function) => {
                if let Some(own) = Rc::get_mut(&mut function) {
                    own.meta.replace(&mut own.items, index, item, own.domain.depth())?;
                    return Ok(Self::Function(function));
                }
                let (items, meta) = function.meta.replaced(&function.items, index, item, function.domain.depth())?;
                Ok(Self::Function(Rc::new(Function { domain: function.domain.clone(), items, meta })))
            }
            other => Ok(other),
        }
    }

    /// `BOOLEAN`.
    pub(super) fn booleans() -> Self {
        let items = vec![Self::Bool(false), Self::Bool(true)];
        Self::Set(Rc::new(Set { items, meta: Meta { depth: 1, solid: true, ..Meta::default() } }))
    }

    /// `STRING`.
    pub(super) fn strings() -> Self {
        Self::lazy(Form::Strings)
    }

    /// The hash of a value without lazy parts; equal values have the same.
    pub fn hash64(&self) -> u64 {
        match self {
            Self::Bool(value) => hash::pair(1, u64::from(*value)),
            Self::Int(value) => of_int(*value),
            Self::Str(text) => hash::pair(3, text.hash64()),
            Self::Model(name) => hash::pair(4, name.hash64()),
            Self::Interval(low, high) => of_set((*low..=*high).map(of_int)),
            Self::Set(set) => set.meta.hash(|| of_set(set.items.iter().map(Self::hash64))),
            Self::Tuple(tuple) => tuple.meta.hash(|| of_function((1..).map(of_int), &tuple.items)),
            Self::Record(record) => record
                .meta
                .hash(|| of_function(record.names.iter().map(|name| hash::pair(3, name.hash64())), &record.items)),
            Self::Function(function) => function.meta.hash(|| match &function.domain {
                Domain::From(low) => of_function((*low..=i32::MAX).map(of_int), &function.items),
                Domain::Set(set) => of_function(set.items.iter().map(Self::hash64), &function.items),
            }),
            // They are made explicit before anything asks for their hash.
            Self::Lazy(_) | Self::Lambda(_) => 0,
        }
    }

    /// How a message calls a value of this kind.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a Boolean",
            Self::Int(_) => "a number",
            Self::Str(_) => "a string",
            Self::Model(_) => "a model value",
            Self::Interval(..) | Self::Set(_) | Self::Lazy(_) => "a set",
            Self::Tuple(_) => "a sequence",
            Self::Record(_) => "a record",
            Self::Function(_) | Self::Lambda(_) => "a function",
        }
    }
}

impl Form {
    /// Whether there is no way to go through it, whatever its parts are.
    pub(super) fn is_endless(&self) -> bool {
        matches!(self, Self::Nat | Self::Int | Self::Strings | Self::Sequences(_))
    }

    fn depth(&self) -> u32 {
        1 + match self {
            Self::Nat | Self::Int | Self::Strings | Self::Filter(_) => 0,
            Self::Sequences(a) | Self::Subsets(a) | Self::Union(a) => a.depth(),
            Self::Functions(a, b) | Self::Cup(a, b) | Self::Cap(a, b) | Self::Minus(a, b) => a.depth().max(b.depth()),
            Self::Records(_, parts) | Self::Product(parts) | Self::Unordered(parts) => {
                parts.iter().map(Value::depth).max().unwrap_or(0)
            }
        }
    }
}

fn consecutive(low: i32, items: &[Value]) -> bool {
    let numbers = (i64::from(low)..).zip(items);
    numbers.into_iter().all(|(number, item)| matches!(item, Value::Int(n) if i64::from(*n) == number))
}

fn of_int(value: i32) -> u64 {
    hash::pair(2, u64::from(value.cast_unsigned()))
}

/// A sum, because it does not depend on the order.
fn of_set(items: impl Iterator<Item = u64>) -> u64 {
    let (count, sum) = items.fold((0_u64, 0_u64), |(count, sum), item| (count + 1, sum.wrapping_add(hash::mix(item))));
    hash::pair(hash::pair(5, count), sum)
}

/// The order of fields depends on the table of strings, so this is a sum, too.
fn of_function(keys: impl Iterator<Item = u64>, items: &[Value]) -> u64 {
    let pairs = keys.zip(items).map(|(key, item)| hash::pair(key, item.hash64()));
    hash::pair(hash::pair(6, items.len() as u64), pairs.fold(0, u64::wrapping_add))
}
