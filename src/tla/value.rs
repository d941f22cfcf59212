//! TLA+ values as TLC prints them, as data.
//!
//! ```text
//! value    = number | number ".." number | string | TRUE | FALSE | name
//!          | "{" values "}" | "<<" values ">>"
//!          | "[" name "|->" value, .. "]" | "(" value ":>" value "@@" .. ")"
//! ```
//!
//! TLC prints a function whose domain is `1..n` as a sequence, and the empty function as `<< >>`; what it does not
//! tell apart is not told apart here either.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::json;

/// An interval with more elements than this stays an error; TLC prints intervals short where they may be huge.
const MAX_INTERVAL: i64 = 100_000;

/// How deep a value may nest, so that a hostile text ends in an error and not in a full stack.
const MAX_DEPTH: usize = 200;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// A number.
    Int(i64),
    /// `"text"`.
    Str(String),
    /// A model value, also `null` for a variable without a value.
    Model(String),
    /// `{..}`, and an interval `a..b`.
    Set(BTreeSet<Self>),
    /// `<<..>>`.
    Sequence(Vec<Self>),
    /// `[field |-> ..]`.
    Record(BTreeMap<String, Self>),
    /// `(a :> b @@ ..)`.
    Function(BTreeMap<Self, Self>),
}

/// Why a text is not a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a TLA+ value at byte {at}: {message}")]
pub struct ValueError {
    /// Where.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

impl Value {
    /// The same value with every function in it as TLC prints it: as a sequence or a record where it is one.
    #[must_use]
    pub fn canonical(self) -> Self {
        match self {
            Self::Set(items) => Self::Set(items.into_iter().map(Self::canonical).collect()),
            Self::Sequence(items) => Self::Sequence(items.into_iter().map(Self::canonical).collect()),
            Self::Record(fields) => Self::Record(fields.into_iter().map(|(name, v)| (name, v.canonical())).collect()),
            Self::Function(pairs) => {
                Self::of_pairs(pairs.into_iter().map(|(k, v)| (k.canonical(), v.canonical())).collect())
            }
            other => other,
        }
    }

    /// The function with these pairs, as a sequence or a record where it is one.
    pub fn of_pairs(pairs: BTreeMap<Self, Self>) -> Self {
        // Numbers are in order, so that the keys of a sequence are exactly 1, 2, ...
        let in_order = pairs.keys().zip(1..).all(|(key, number)| *key == Self::Int(number));
        if in_order {
            return Self::Sequence(pairs.into_values().collect());
        }
        let name = |key: &Self| if let Self::Str(name) = key { Some(name.clone()) } else { None };
        let fields: Option<BTreeMap<String, Self>> =
            pairs.iter().map(|(key, value)| Some((name(key)?, value.clone()))).collect();
        fields.map_or(Self::Function(pairs), Self::Record)
    }

    /// Reads a value; nothing may follow it.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let mut parser = Parser { text, at: 0 };
        let value = parser.value(0)?;
        parser.space();
        if parser.at < text.len() {
            return Err(parser.error("something follows the value"));
        }
        Ok(value)
    }

    /// As JSON, in the manner of the ITF format: sequences are arrays and records objects; `#set`, `#map` and `#model`
    /// mark what JSON has no word for.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool(value) => json!(value),
            Self::Int(value) => json!(value),
            Self::Str(value) => json!(value),
            Self::Model(name) => json!({ "#model": name }),
            Self::Set(items) => json!({ "#set": items.iter().map(Self::to_json).collect::<Vec<_>>() }),
            Self::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Self::Record(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), value.to_json())).collect::<Map<_, _>>().into()
            }
            Self::Function(pairs) => {
                let pairs: Vec<_> = pairs.iter().map(|(key, value)| json!([key.to_json(), value.to_json()])).collect();
                json!({ "#map": pairs })
            }
        }
    }

    /// From JSON as [`Value::to_json`] writes it, and from plain JSON; `None` for null and for broken numbers.
    pub fn from_json(json: &serde_json::Value) -> Option<Self> {
        match json {
            serde_json::Value::Null => None,
            serde_json::Value::Bool(value) => Some(Self::Bool(*value)),
            serde_json::Value::Number(number) => number.as_i64().map(Self::Int),
            serde_json::Value::String(text) => Some(Self::Str(text.clone())),
            serde_json::Value::Array(items) => {
                items.iter().map(Self::from_json).collect::<Option<_>>().map(Self::Sequence)
            }
            serde_json::Value::Object(fields) => Self::from_object(fields),
        }
    }

    fn from_object(fields: &Map<String, serde_json::Value>) -> Option<Self> {
        let only = if fields.len() == 1 { fields.iter().next() } else { None };
        match only.map(|(mark, inner)| (mark.as_str(), inner)) {
            Some(("#model", inner)) => Some(Self::Model(inner.as_str()?.to_owned())),
            Some(("#bigint", inner)) => inner.as_str()?.parse().ok().map(Self::Int),
            Some(("#set", inner)) => {
                inner.as_array()?.iter().map(Self::from_json).collect::<Option<_>>().map(Self::Set)
            }
            Some(("#tup", inner)) => Self::from_json(inner),
            Some(("#map", inner)) => {
                let pair =
                    |pair: &serde_json::Value| Some((Self::from_json(pair.get(0)?)?, Self::from_json(pair.get(1)?)?));
                inner.as_array()?.iter().map(pair).collect::<Option<_>>().map(Self::Function)
            }
            _ => {
                let field =
                    |(name, value): (&String, &serde_json::Value)| Some((name.clone(), Self::from_json(value)?));
                fields.iter().map(field).collect::<Option<_>>().map(Self::Record)
            }
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => f.write_str(if *value { "TRUE" } else { "FALSE" }),
            Self::Int(value) => write!(f, "{value}"),
            Self::Str(value) => write!(f, "\"{}\"", escaped(value)),
            Self::Model(name) => f.write_str(name),
            Self::Set(items) => listed(f, "{", items, "}"),
            Self::Sequence(items) => listed(f, "<<", items, ">>"),
            Self::Record(fields) => {
                listed(f, "[", fields.iter().map(|(name, value)| format!("{name} |-> {value}")), "]")
            }
            Self::Function(pairs) if pairs.is_empty() => f.write_str("<<>>"),
            Self::Function(pairs) => {
                let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key} :> {value}")).collect();
                write!(f, "({})", pairs.join(" @@ "))
            }
        }
    }
}

fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(escape).collect()
}

fn listed(
    f: &mut std::fmt::Formatter<'_>,
    open: &str,
    items: impl IntoIterator<Item = impl std::fmt::Display>,
    close: &str,
) -> std::fmt::Result {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    write!(f, "{open}{}{close}", items.join(", "))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> ValueError {
        ValueError { at: self.at, message: message.into() }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn skip(&mut self, token: &str) -> bool {
        self.space();
        let there = self.rest().starts_with(token);
        self.at += if there { token.len() } else { 0 };
        there
    }

    fn expect(&mut self, token: &str) -> Result<(), ValueError> {
        if self.skip(token) { Ok(()) } else { Err(self.error(format!("expected `{token}`"))) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, ValueError> {
        if depth > MAX_DEPTH {
            return Err(self.error("nested too deep"));
        }
        self.space();
        if self.skip("<<") {
            return self.list(">>", depth).map(Value::Sequence);
        }
        match self.rest().chars().next() {
            None => Err(self.error("the text ends")),
            Some('{') => {
                self.at += 1;
                Ok(Value::Set(self.list("}", depth)?.into_iter().collect()))
            }
            Some('[') => self.record(depth),
            Some('(') => self.function(depth),
            Some('"') => self.string().map(Value::Str),
            Some(c) if c == '-' || c.is_ascii_digit() => self.number(),
            Some(c) if c == '_' || c.is_alphanumeric() => Ok(self.name()),
            Some(c) => Err(self.error(format!("unexpected `{c}`"))),
        }
    }

    fn list(&mut self, close: &str, depth: usize) -> Result<Vec<Value>, ValueError> {
        let mut items = Vec::new();
        if self.skip(close) {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.skip(close) {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }

    fn record(&mut self, depth: usize) -> Result<Value, ValueError> {
        self.expect("[")?;
        let mut fields = BTreeMap::new();
        loop {
            self.space();
            let name = self.word();
            if name.is_empty() {
                return Err(self.error("expected a field name"));
            }
            self.expect("|->")?;
            fields.insert(name, self.value(depth + 1)?);
            if self.skip("]") {
                return Ok(Value::Record(fields));
            }
            self.expect(",")?;
        }
    }

    fn function(&mut self, depth: usize) -> Result<Value, ValueError> {
        self.expect("(")?;
        let mut pairs = BTreeMap::new();
        loop {
            let key = self.value(depth + 1)?;
            self.expect(":>")?;
            let value = self.value(depth + 1)?;
            // As `@@` has it, the left one counts.
            pairs.entry(key).or_insert(value);
            if self.skip(")") {
                return Ok(Value::Function(pairs));
            }
            self.expect("@@")?;
        }
    }

    fn string(&mut self) -> Result<String, ValueError> {
        let mut found = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((index, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += index + 1;
                    return Ok(found);
                }
                '\\' => match letters.next().map(|(_, escaped)| escaped) {
                    Some('n') => found.push('\n'),
                    Some('t') => found.push('\t'),
                    Some('r') => found.push('\r'),
                    Some('f') => found.push('\u{c}'),
                    Some(other) => found.push(other),
                    None => break,
                },
                other => found.push(other),
            }
        }
        Err(self.error("the string is not closed"))
    }

    fn digits(&mut self) -> Result<i64, ValueError> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with('-'));
        let length = sign + rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[..length].parse().map_err(|_| self.error("not a number that fits"))?;
        self.at += length;
        Ok(number)
    }

    fn number(&mut self) -> Result<Value, ValueError> {
        let first = self.digits()?;
        if !self.skip("..") {
            return Ok(Value::Int(first));
        }
        self.space();
        let last = self.digits()?;
        if last.saturating_sub(first) > MAX_INTERVAL {
            return Err(self.error("the interval is too long"));
        }
        Ok(Value::Set((first..=last).map(Value::Int).collect()))
    }

    fn word(&mut self) -> String {
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let length = self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len());
        let word = self.rest()[..length].to_owned();
        self.at += length;
        word
    }

    fn name(&mut self) -> Value {
        match self.word().as_str() {
            "TRUE" => Value::Bool(true),
            "FALSE" => Value::Bool(false),
            name => Value::Model(name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_tlc_prints_is_read_and_printed_again() {
        let text = r#"[e |-> << >>, f |-> (n1 :> {<<>>, <<1, 2>>} @@ n2 :> {}), n |-> {n1, n2}, s |-> "a\"b\\c", t |-> <<TRUE, -3>>]"#;
        let value = Value::parse(text).unwrap();
        assert_eq!(value.to_string(), text.replace("<< >>", "<<>>"));
        assert_eq!(Value::from_json(&value.to_json()), Some(value));
    }

    #[test]
    fn a_value_over_several_lines_and_an_interval_are_read() {
        let value = Value::parse("<< \"wide\",\n   [ a |-> 1,\n     c |-> 1..3 ] >>").unwrap();
        assert_eq!(value.to_string(), "<<\"wide\", [a |-> 1, c |-> {1, 2, 3}]>>");
        assert_eq!(Value::parse("2..1").unwrap(), Value::Set(BTreeSet::new()));
    }

    #[test]
    fn json_marks_what_it_has_no_word_for() {
        let value = Value::parse("[a |-> {1}, b |-> (2 :> n1), c |-> <<>>]").unwrap();
        insta::assert_compact_json_snapshot!(value.to_json(), @r##"{"a": {"#set": [1]}, "b": {"#map": [[2, {"#model": "n1"}]]}, "c": []}"##);
    }

    #[test]
    fn broken_texts_are_errors_with_a_place() {
        for (text, at) in [
            ("", 0),
            ("<<1, 2", 6),
            ("[a -> 1]", 3),
            ("{1} {2}", 4),
            ("\"a", 0),
            ("99999999999999999999", 0),
            ("(1 @@ 2)", 3),
            ("0..999999999", 12),
            ("[]", 1),
        ] {
            assert_eq!(Value::parse(text).unwrap_err().at, at, "{text}");
        }
        assert!(Value::parse(&"{".repeat(100_000)).is_err());
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            "[ -~é\n\t]{0,8}".prop_map(Value::Str),
            "[a-z][a-z0-9_]{0,5}".prop_map(Value::Model),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::btree_set(inner.clone(), 0..4).prop_map(Value::Set),
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Sequence),
                prop::collection::btree_map("[a-z]{1,4}", inner.clone(), 1..4).prop_map(Value::Record),
                prop::collection::btree_map(inner.clone(), inner, 1..4).prop_map(Value::Function),
            ]
        })
    }

    proptest! {
        #[test]
        fn printing_and_parsing_are_inverse(value in any_value()) {
            prop_assert_eq!(Value::parse(&value.to_string()).unwrap(), value.clone());
            prop_assert_eq!(Value::from_json(&value.to_json()), Some(value));
        }

        #[test]
        fn no_text_panics(text in "[\\[\\](){}<>:@|,.\"\\\\a1é -]{0,40}") {
            let _ = Value::parse(&text);
        }
    }
}
