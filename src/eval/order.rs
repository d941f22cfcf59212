//! The order of values, and where there is none.
//!
//! TLC compares lengths before elements and domains before values, and stops at the first difference; only there can it
//! meet two values it has no order for. `ValueVec.sort`, `SetEnumValue.compareTo` and their like show it.

use std::cmp::Ordering;

use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::text::Text;
use super::value::Domain;
use super::value::Value;

/// The order of two values without lazy parts.
pub(super) fn compare(a: &Value, b: &Value) -> Eval<Ordering> {
    let mut mixed = false;
    let order = total(a, b, &mut mixed);
    if mixed { Err(incomparable(a, b)) } else { Ok(order) }
}

/// Whether two values without lazy parts are the same.
pub fn equal(a: &Value, b: &Value) -> Eval<bool> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(a == b),
        (Value::Str(a), Value::Str(b)) => Ok(a == b),
        // `RecordValue.equals` looks at the other's kind before anything else; the other way round it is a function.
        (Value::Record(_), _) if !is_record_like(b) => Err(incomparable(a, b)),
        _ => Ok(compare(a, b)?.is_eq()),
    }
}

fn is_record_like(value: &Value) -> bool {
    match value {
        Value::Record(_) | Value::Model(_) => true,
        Value::Tuple(tuple) => tuple.items().is_empty(),
        Value::Function(function) => match function.domain() {
            Domain::Set(set) => set.items().iter().all(|key| matches!(key, Value::Str(_))),
            Domain::From(_) => false,
        },
        _ => false,
    }
}

/// In order, each value once.
pub(super) fn normalise(mut items: Vec<Value>) -> Eval<Vec<Value>> {
    let mut mixed = false;
    // Neighbours in the end were compared on the way, so a set with two incomparable elements is always found.
    if !items.is_sorted_by(|a, b| total(a, b, &mut mixed).is_lt()) {
        items.sort_by(|a, b| total(a, b, &mut mixed));
        items.dedup_by(|a, b| total(a, b, &mut mixed).is_eq());
    }
    if mixed {
        let pair = items.windows(2).find_map(|pair| compare(&pair[0], &pair[1]).err());
        return Err(pair.unwrap_or_else(|| Fault::new(Kind::Incomparable, "the elements of a set cannot be compared")));
    }
    Ok(items)
}

/// An error that names both.
pub(super) fn incomparable(a: &Value, b: &Value) -> Box<Fault> {
    Fault::new(
        Kind::Incomparable,
        format!("{} and {} are compared: {} and {}", a.kind_name(), b.kind_name(), a.brief(), b.brief()),
    )
}

/// An order of all values, so that sorting works in any case; `mixed` says that TLC has none for these two.
fn total(a: &Value, b: &Value, mixed: &mut bool) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Str(a), Value::Str(b)) => a.cmp(b),
        (Value::Model(a), Value::Model(b)) if a == b => Ordering::Equal,
        (Value::Model(a), Value::Model(b)) => {
            *mixed |= matches!((model_type(a), model_type(b)), (Some(a), Some(b)) if a != b);
            a.cmp(b)
        }
        // A model value without a type is unlike any other value.
        (Value::Model(a), _) => {
            *mixed |= model_type(a).is_some();
            Ordering::Less
        }
        (_, Value::Model(b)) => {
            *mixed |= model_type(b).is_some();
            Ordering::Greater
        }
        // To TLC a string is a tuple of characters where a tuple is compared with it (`StringValue.toTuple`), and no
        // character can be compared with anything else.
        (Value::Tuple(tuple), Value::Str(text)) => {
            let count = text.as_str().encode_utf16().count();
            *mixed |= tuple.items().len() == count;
            Ordering::Greater
        }
        _ => match (elements(a), elements(b), parts(a), parts(b)) {
            (Some(a), Some(b), ..) => sets(&a, &b, mixed),
            (_, _, Some((keys, items)), Some((other_keys, other_items))) => {
                if std::ptr::eq(items, other_items) {
                    return Ordering::Equal;
                }
                let by_length = items.len().cmp(&other_items.len());
                by_length
                    .then_with(|| by_keys(&keys, &other_keys, items.len(), mixed))
                    .then_with(|| lexical(items, other_items, mixed))
            }
            _ => {
                *mixed = true;
                rank(a).cmp(&rank(b))
            }
        },
    }
}

fn lexical(a: &[Value], b: &[Value], mixed: &mut bool) -> Ordering {
    a.iter().zip(b).map(|(a, b)| total(a, b, mixed)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The type of a model value: TLC takes the letter before an underscore for it.
pub(super) fn model_type(name: &Text) -> Option<char> {
    let text = name.as_str();
    // Of nearly every name the second byte says it.
    if let [first, second, ..] = text.as_bytes()
        && first.is_ascii()
        && *second != b'_'
    {
        return None;
    }
    let mut letters = text.chars();
    let first = letters.next()?;
    (letters.next() == Some('_')).then_some(first)
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Model(_) => 0,
        Value::Bool(_) => 1,
        Value::Int(_) => 2,
        Value::Str(_) => 3,
        Value::Interval(..) | Value::Set(_) | Value::Lazy(_) => 4,
        Value::Tuple(_) | Value::Record(_) | Value::Function(_) | Value::Lambda(_) => 5,
    }
}

/// The elements of an explicit set.
enum Elements<'a> {
    Range(i32, i32),
    Items(&'a [Value]),
}

fn elements(value: &Value) -> Option<Elements<'_>> {
    match value {
        Value::Interval(low, high) => Some(Elements::Range(*low, *high)),
        Value::Set(set) => Some(Elements::Items(set.items())),
        _ => None,
    }
}

impl Elements<'_> {
    fn len(&self) -> u64 {
        match self {
            Self::Range(low, high) => (i64::from(*high) - i64::from(*low) + 1).unsigned_abs(),
            Self::Items(items) => items.len() as u64,
        }
    }
}

fn sets(a: &Elements<'_>, b: &Elements<'_>, mixed: &mut bool) -> Ordering {
    let by_length = a.len().cmp(&b.len());
    by_length.then_with(|| match (a, b) {
        (Elements::Items(a), Elements::Items(b)) if std::ptr::eq(*a, *b) => Ordering::Equal,
        (Elements::Items(a), Elements::Items(b)) => lexical(a, b, mixed),
        (Elements::Range(a, _), Elements::Range(b, _)) => a.cmp(b),
        (Elements::Range(low, _), Elements::Items(items)) => from(*low, items, mixed),
        (Elements::Items(items), Elements::Range(low, _)) => from(*low, items, mixed).reverse(),
    })
}

/// The numbers from `low` on against as many values.
fn from(low: i32, items: &[Value], mixed: &mut bool) -> Ordering {
    let orders = (low..=i32::MAX).zip(items).map(|(number, item)| total(&Value::Int(number), item, mixed));
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The domain of a function that is known at each point.
enum Keys<'a> {
    From(i32),
    Names(&'a [Text]),
    Values(&'a [Value]),
}

fn parts(value: &Value) -> Option<(Keys<'_>, &[Value])> {
    Some(match value {
        Value::Tuple(tuple) => (Keys::From(1), tuple.items()),
        Value::Record(record) => (Keys::Names(record.names()), record.items()),
        Value::Function(function) => match function.domain() {
            Domain::From(low) => (Keys::From(*low), function.items()),
            Domain::Set(set) => (Keys::Values(set.items()), function.items()),
        },
        _ => return None,
    })
}

/// The order of two functions by how many points they have, and then which; `None` for other values.
pub(super) fn shapes(a: &Value, b: &Value) -> Option<Eval<Ordering>> {
    let ((keys, items), (other_keys, other_items)) = (parts(a)?, parts(b)?);
    let mut mixed = false;
    let by_length = items.len().cmp(&other_items.len());
    let order = by_length.then_with(|| by_keys(&keys, &other_keys, items.len(), &mut mixed));
    Some(if mixed { Err(incomparable(a, b)) } else { Ok(order) })
}

/// Two domains of `count` elements.
fn by_keys(a: &Keys<'_>, b: &Keys<'_>, count: usize, mixed: &mut bool) -> Ordering {
    if count == 0 {
        return Ordering::Equal;
    }
    match (a, b) {
        (Keys::From(a), Keys::From(b)) => a.cmp(b),
        (Keys::Names(a), Keys::Names(b)) => a.cmp(b),
        (Keys::Values(a), Keys::Values(b)) if std::ptr::eq(*a, *b) => Ordering::Equal,
        (Keys::Values(a), Keys::Values(b)) => lexical(a, b, mixed),
        (Keys::From(low), Keys::Values(keys)) => from(*low, keys, mixed),
        (Keys::Values(keys), Keys::From(low)) => from(*low, keys, mixed).reverse(),
        (Keys::Names(names), Keys::Values(keys)) => named(names, keys, mixed),
        (Keys::Values(keys), Keys::Names(names)) => named(names, keys, mixed).reverse(),
        (Keys::From(_), Keys::Names(_)) => {
            *mixed = true;
            Ordering::Less
        }
        (Keys::Names(_), Keys::From(_)) => {
            *mixed = true;
            Ordering::Greater
        }
    }
}

fn named(names: &[Text], keys: &[Value], mixed: &mut bool) -> Ordering {
    let orders = names.iter().zip(keys).map(|(name, key)| total(&Value::Str(name.clone()), key, mixed));
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
