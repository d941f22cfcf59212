//! Values as TLC prints them.

use std::fmt::Display;
use std::fmt::Formatter;
use std::fmt::Result;

use super::value::Domain;
use super::value::Form;
use super::value::Value;

/// How much of a value a message shows, in characters.
const BRIEF: usize = 200;

/// And a behaviour of all values of one variable. A value that shares its parts may be of a length that no memory holds.
const WHOLE: usize = 16 << 20;

impl Value {
    /// The value, or its beginning.
    pub fn brief(&self) -> String {
        self.at_most(BRIEF)
    }

    /// The value, one of `count` that are shown, or as much of it as anybody may want to read.
    pub fn whole(&self, count: usize) -> String {
        self.at_most((WHOLE / count.max(1)).max(BRIEF))
    }

    fn at_most(&self, most: usize) -> String {
        let mut shown = Short { text: String::new(), most };
        // It fails when there is enough.
        let _ = std::fmt::Write::write_fmt(&mut shown, format_args!("{self}"));
        shown.text
    }
}

/// Text up to a length.
struct Short {
    text: String,
    most: usize,
}

impl std::fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> Result {
        let room = self.most.saturating_sub(self.text.len());
        let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= room).unwrap_or(text.len());
        self.text.push_str(&text[..end]);
        if end < text.len() {
            self.text.push_str("...");
            return Err(std::fmt::Error);
        }
        Ok(())
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Bool(value) => f.write_str(if *value { "TRUE" } else { "FALSE" }),
            Self::Int(value) => write!(f, "{value}"),
            Self::Str(text) => write!(f, "\"{}\"", escaped(text.as_str())),
            Self::Model(name) => write!(f, "{name}"),
            Self::Interval(low, high) => write!(f, "{low}..{high}"),
            Self::Set(set) => list(f, "{", set.items(), "}"),
            Self::Tuple(tuple) => list(f, "<<", tuple.items(), ">>"),
            Self::Record(record) => {
                let fields = record.names().iter().zip(record.items());
                list(f, "[", fields.map(|(name, value)| Pair(name, " |-> ", value)), "]")
            }
            Self::Function(function) => match function.domain() {
                Domain::Set(set) if set.items().is_empty() => f.write_str("<< >>"),
                Domain::From(1) => list(f, "<<", function.items(), ">>"),
                Domain::From(low) => pairs(f, *low..=i32::MAX, function.items()),
                Domain::Set(set) if set.items().iter().all(is_name) => {
                    let names = set.items().iter().filter_map(|key| match key {
                        Self::Str(name) => Some(name),
                        _ => None,
                    });
                    list(f, "[", names.zip(function.items()).map(|(name, value)| Pair(name, " |-> ", value)), "]")
                }
                Domain::Set(set) => pairs(f, set.items(), function.items()),
            },
            Self::Lazy(lazy) => match lazy.explicit.get() {
                Some(set) => set.fmt(f),
                None => lazy.form.fmt(f),
            },
            Self::Lambda(lambda) => match lambda.explicit.get() {
                Some(function) => function.fmt(f),
                None => f.write_str("[... |-> ...]"),
            },
        }
    }
}

impl Display for Form {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Nat => f.write_str("Nat"),
            Self::Int => f.write_str("Int"),
            Self::Strings => f.write_str("STRING"),
            Self::Sequences(set) => write!(f, "Seq({set})"),
            Self::Subsets(set) => write!(f, "SUBSET {set}"),
            Self::Functions(from, to) => write!(f, "[{from} -> {to}]"),
            Self::Records(names, sets) => {
                list(f, "[", names.iter().zip(sets).map(|(name, set)| Pair(name, " : ", set)), "]")
            }
            Self::Product(sets) => {
                for (index, set) in sets.iter().enumerate() {
                    write!(f, "{}{set}", if index > 0 { " \\X " } else { "" })?;
                }
                Ok(())
            }
            Self::Union(set) => write!(f, "UNION {set}"),
            Self::Cup(a, b) => write!(f, "({a} \\cup {b})"),
            Self::Cap(a, b) => write!(f, "({a} \\cap {b})"),
            Self::Minus(a, b) => write!(f, "({a} \\ {b})"),
            Self::Unordered(items) => list(f, "{", items, "}"),
            Self::Filter(filter) => write!(f, "{{... \\in {} : ...}}", filter.source),
        }
    }
}

/// Each escape of a string literal, and what it stands for.
const ESCAPES: [(char, char); 6] = [('\\', '\\'), ('"', '"'), ('n', '\n'), ('t', '\t'), ('r', '\r'), ('f', '\u{c}')];

/// What stands between the quotes of a literal, for a string.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match ESCAPES.iter().find(|(_, meant)| *meant == letter) {
            Some((written, _)) => shown.extend(['\\', *written]),
            None => shown.push(letter),
        }
    }
    shown
}

/// The string that a literal stands for, given what stands between its quotes.
pub(super) fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut letters = written.chars();
    while let Some(letter) = letters.next() {
        let meant = if letter == '\\' { letters.next() } else { None };
        match meant {
            Some(escape) => text.push(ESCAPES.iter().find(|(w, _)| *w == escape).map_or(escape, |(_, meant)| *meant)),
            None => text.push(letter),
        }
    }
    text
}

/// Whether it is a string that can be the name of a field.
fn is_name(value: &Value) -> bool {
    let Value::Str(text) = value else { return false };
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.as_str().chars().all(letter) && text.as_str().chars().any(|letter| !letter.is_ascii_digit())
}

struct Pair<A, B>(A, &'static str, B);

impl<A: Display, B: Display> Display for Pair<A, B> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}{}", self.0, self.1, self.2)
    }
}

fn list(f: &mut Formatter<'_>, open: &str, items: impl IntoIterator<Item: Display>, close: &str) -> Result {
    f.write_str(open)?;
    for (index, item) in items.into_iter().enumerate() {
        f.write_str(if index > 0 { ", " } else { "" })?;
        item.fmt(f)?;
    }
    f.write_str(close)
}

fn pairs(f: &mut Formatter<'_>, keys: impl IntoIterator<Item: Display>, values: &[Value]) -> Result {
    f.write_str("(")?;
    for (index, (key, value)) in keys.into_iter().zip(values).enumerate() {
        write!(f, "{}{key} :> {value}", if index > 0 { " @@ " } else { "" })?;
    }
    f.write_str(")")
}
