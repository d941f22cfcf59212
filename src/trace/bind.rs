//! JSON values as values of the evaluator, by the rules of [`literal`](super::literal): no text is written, none is parsed.

use serde_json::Value as Json;

use crate::eval::Eval;
use crate::eval::Strings;
use crate::eval::Value;
use crate::instrument::FieldKind;
use crate::trace::literal::counts;
use crate::trace::literal::is_field;
use crate::trace::literal::mark;
use crate::trace::literal::spelled;
use crate::trace::model::Object;

/// The value of a JSON value; the error says which part has none.
///
/// # Errors
/// The same values have none that have no literal, and besides them a function on points that cannot be compared.
pub fn bind(value: &Json, kind: FieldKind, strings: &Strings) -> Result<Value, String> {
    let binder = Binder { strings };
    match (kind, value) {
        (FieldKind::Set, Json::Array(items)) => binder.set(items),
        (FieldKind::Set, Json::Object(object)) if mark(object).is_some_and(|(mark, _)| mark == "#set") => {
            binder.value(value)
        }
        (FieldKind::Set, _) => Err("a list was expected, to be read as a set".to_owned()),
        (FieldKind::Bag, Json::Array(items)) => binder.bag(items),
        (FieldKind::Bag, _) => Err("a list was expected, to be read as a bag".to_owned()),
        (FieldKind::Map, Json::Object(_)) | (FieldKind::Scalar, _) => binder.value(value),
        (FieldKind::Map, _) => Err("an object was expected, to be read as a function".to_owned()),
    }
}

/// A string of a trace as the specification sees it.
pub fn bind_string(string: &str, strings: &Strings) -> Value {
    Value::Str(strings.text(&spelled(string)))
}

struct Binder<'s> {
    strings: &'s Strings,
}

impl Binder<'_> {
    fn value(&self, value: &Json) -> Result<Value, String> {
        match value {
            Json::Null => Err("null has no counterpart in TLA+".to_owned()),
            Json::Bool(value) => Ok(Value::Bool(*value)),
            Json::Number(number) => match number.as_i64() {
                Some(n) => int(n),
                None => Err(format!("{number} is not an integer")),
            },
            Json::String(string) => Ok(bind_string(string, self.strings)),
            Json::Array(items) => self.tuple(items),
            Json::Object(object) if object.is_empty() => said(Value::tuple(Vec::new())),
            Json::Object(object) if mark(object).is_some() => self.marked(object),
            Json::Object(object) if object.keys().all(|key| is_field(key)) => {
                let field = |(key, item): (&String, &Json)| Ok((self.strings.text(key), self.value(item)?));
                said(Value::record(object.iter().map(field).collect::<Result<_, String>>()?))
            }
            Json::Object(object) => {
                let pair = |(key, item): (&String, &Json)| Ok((bind_string(key, self.strings), self.value(item)?));
                said(Value::mapping(object.iter().map(pair).collect::<Result<_, String>>()?))
            }
        }
    }

    fn all(&self, items: &[Json]) -> Result<Vec<Value>, String> {
        items.iter().map(|item| self.value(item)).collect()
    }

    fn tuple(&self, items: &[Json]) -> Result<Value, String> {
        said(Value::tuple(self.all(items)?))
    }

    fn set(&self, items: &[Json]) -> Result<Value, String> {
        said(Value::listed(self.all(items)?))
    }

    fn bag(&self, items: &[Json]) -> Result<Value, String> {
        let counted = counts(items)?;
        if counted.is_empty() {
            return self.tuple(&[]);
        }
        let pair =
            |(item, count): (&Json, usize)| Ok((self.value(item)?, int(i64::try_from(count).unwrap_or(i64::MAX))?));
        said(Value::mapping(counted.into_iter().map(pair).collect::<Result<_, String>>()?))
    }

    fn marked(&self, object: &Object) -> Result<Value, String> {
        let Some((mark, value)) = mark(object) else { return said(Value::tuple(Vec::new())) };
        match (mark, value) {
            ("#set", Json::Array(items)) => self.set(items),
            ("#tup", Json::Array(items)) => self.tuple(items),
            ("#map", Json::Array(pairs)) if pairs.is_empty() => self.tuple(&[]),
            ("#map", Json::Array(pairs)) => {
                let pair = |pair: &Json| match pair.as_array().map(Vec::as_slice) {
                    Some([key, item]) => Ok((self.value(key)?, self.value(item)?)),
                    _ => Err("`#map` holds something that is no pair".to_owned()),
                };
                said(Value::mapping(pairs.iter().map(pair).collect::<Result<_, String>>()?))
            }
            ("#bigint", Json::String(digits)) => {
                int(digits.parse().map_err(|_| format!("{digits} does not fit TLC's 32-bit integers"))?)
            }
            ("#model", Json::String(name)) if is_field(name) => Ok(Value::Model(self.strings.text(name))),
            _ => Err(format!("`{mark}` has no counterpart in TLA+, or another value than it should")),
        }
    }
}

fn int(number: i64) -> Result<Value, String> {
    match i32::try_from(number) {
        // The least number of 32 bits cannot be written down in TLA+.
        Ok(n) if n > i32::MIN => Ok(Value::Int(n)),
        _ => Err(format!("{number} does not fit TLC's 32-bit integers")),
    }
}

fn said(value: Eval<Value>) -> Result<Value, String> {
    value.map_err(|fault| fault.message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::eval::printed;
    use crate::tla::value;
    use crate::trace::literal::literal;

    fn agrees(json: &Json, kind: FieldKind) -> bool {
        let bound = bind(json, kind, &Strings::default());
        match (literal(json, kind), bound) {
            (Err(text), Err(bound)) => text == bound,
            (Ok(text), Ok(bound)) => {
                let said = value::Value::parse(&text).map(value::Value::canonical);
                said.is_ok_and(|said| Some(said) == printed(&bound))
            }
            _ => false,
        }
    }

    #[test]
    fn a_value_is_what_its_literal_says() {
        let values = [
            json!(true),
            json!(-7),
            json!(-2_147_483_648_i64),
            json!(2_147_483_648_i64),
            json!(1.5),
            json!(null),
            json!("a\"b\\c\nd"),
            json!("é𝄞"),
            json!([]),
            json!({}),
            json!([[1], ["a", {"b": [], "a": {}}]]),
            json!({"n-1": 1, "n2": {"IF": false}}),
            json!({"#set": [{"#tup": [3, "b"]}, {"#tup": [2, "a"]}]}),
            json!({"#set": [3, 1, 3]}),
            json!({"#map": []}),
            json!({"#map": [[2, true], [0, {"#model": "N"}]]}),
            json!({"#map": [1]}),
            json!({"#bigint": "-7"}),
            json!({"#bigint": "9999999999"}),
            json!({"#model": "a b"}),
            json!({"#x": 1}),
            json!(["n1", "n2", "n1"]),
        ];
        for kind in [FieldKind::Scalar, FieldKind::Set, FieldKind::Map, FieldKind::Bag] {
            for json in &values {
                assert!(agrees(json, kind), "{json} {kind:?}: {:?}", bind(json, kind, &Strings::default()));
            }
        }
        // TLC has no value for a set of things that cannot be compared, once it looks at them.
        let mixed = bind(&json!([1, "a"]), FieldKind::Set, &Strings::default()).unwrap();
        assert_eq!(printed(&mixed), None);
    }
}
