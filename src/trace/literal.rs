//! JSON values as TLA+ text.

use serde_json::Value;

use crate::instrument::FieldKind;
use crate::tla::tree;

/// The TLA+ literal of a JSON value; the error says which part has none.
///
/// Numbers must be integers that TLC can hold (32 bits). A list is a sequence, or a set under [`FieldKind::Set`]. An object is
/// a record, which in TLA+ is a function on the set of its keys, so that [`FieldKind::Map`] needs no other text.
pub fn literal(value: &Value, kind: FieldKind) -> Result<String, String> {
    let mut text = String::new();
    match (kind, value) {
        (FieldKind::Set, Value::Array(items)) => list(items, "{", "}", &mut text)?,
        (FieldKind::Set, _) => return Err("a list was expected, to be read as a set".to_owned()),
        (FieldKind::Map, Value::Object(_)) | (FieldKind::Scalar, _) => write(value, &mut text)?,
        (FieldKind::Map, _) => return Err("an object was expected, to be read as a function".to_owned()),
    }
    Ok(text)
}

fn write(value: &Value, text: &mut String) -> Result<(), String> {
    match value {
        Value::Null => return Err("null has no counterpart in TLA+".to_owned()),
        Value::Bool(true) => text.push_str("TRUE"),
        Value::Bool(false) => text.push_str("FALSE"),
        Value::Number(number) => match number.as_i64() {
            Some(n) if n.unsigned_abs() <= i32::MAX as u64 => text.push_str(&n.to_string()),
            Some(n) => return Err(format!("{n} does not fit TLC's 32-bit integers")),
            None => return Err(format!("{number} is not an integer")),
        },
        Value::String(string) => quote(string, text),
        Value::Array(items) => list(items, "<<", ">>", text)?,
        Value::Object(object) if object.is_empty() => text.push_str("<<>>"),
        Value::Object(object) => {
            let record = object.keys().all(|key| is_field(key));
            text.push(if record { '[' } else { '(' });
            for (index, (key, item)) in object.iter().enumerate() {
                if index > 0 {
                    text.push_str(if record { ", " } else { " @@ " });
                }
                if record {
                    text.push_str(key);
                } else {
                    quote(key, text);
                }
                text.push_str(if record { " |-> " } else { " :> " });
                write(item, text)?;
            }
            text.push(if record { ']' } else { ')' });
        }
    }
    Ok(())
}

fn list(items: &[Value], open: &str, close: &str, text: &mut String) -> Result<(), String> {
    text.push_str(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write(item, text)?;
    }
    text.push_str(close);
    Ok(())
}

/// A string literal. What is not printable ASCII is written as `\uXXXX` in the string itself: TLC's reader does not keep
/// such characters, and two different strings must stay different.
pub fn quoted(string: &str) -> String {
    let mut text = String::new();
    quote(string, &mut text);
    text
}

const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

fn quote(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            ' '..='~' => text.push(character),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    text.push_str("\\\\u");
                    (0..4).rev().for_each(|digit| text.push(HEX[usize::from(*unit >> (4 * digit)) & 15]));
                }
            }
        }
    }
    text.push('"');
}

/// Whether `key` can stand as a field name in a record.
pub fn is_field(key: &str) -> bool {
    // Built-in sets and values, and what begins a fairness condition: no keywords, but no names for a field either.
    const MORE: [&str; 9] = ["BOOLEAN", "BOOLEANS", "FALSE", "SF", "SF_", "STRING", "TRUE", "WF", "WF_"];
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !key.starts_with("WF_")
        && !key.starts_with("SF_")
        && !tree::is_keyword(key)
        && !MORE.contains(&key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scalar(value: &Value) -> String {
        literal(value, FieldKind::Scalar).unwrap()
    }

    #[test]
    fn every_kind_of_value_has_its_literal() {
        assert_eq!(scalar(&json!({"b": [1, -2], "a": true})), "[a |-> TRUE, b |-> <<1, -2>>]");
        assert_eq!(scalar(&json!({"n-1": 1, "n2": {}})), "(\"n-1\" :> 1 @@ \"n2\" :> <<>>)");
        assert_eq!(scalar(&json!({"IF": 1})), "(\"IF\" :> 1)");
        assert_eq!(scalar(&json!("a\"b\\c\nd")), r#""a\"b\\c\nd""#);
        assert_eq!(scalar(&json!("é𝄞")), r#""\\u00e9\\ud834\\udd1e""#);
        assert_eq!(literal(&json!(["b", "a"]), FieldKind::Set).unwrap(), "{\"b\", \"a\"}");
        assert_eq!(literal(&json!({"n1": 0}), FieldKind::Map).unwrap(), "[n1 |-> 0]");
    }

    #[test]
    fn what_has_no_literal_is_refused_with_a_reason() {
        assert_eq!(literal(&json!(1.5), FieldKind::Scalar).unwrap_err(), "1.5 is not an integer");
        assert_eq!(literal(&json!([{"a": null}]), FieldKind::Scalar).unwrap_err(), "null has no counterpart in TLA+");
        assert!(literal(&json!(2_147_483_648_i64), FieldKind::Scalar).unwrap_err().contains("32-bit"));
        assert!(literal(&json!(-2_147_483_648_i64), FieldKind::Scalar).is_err());
        assert!(literal(&json!(-2_147_483_647_i64), FieldKind::Scalar).is_ok());
        assert!(literal(&json!({}), FieldKind::Set).is_err());
        assert!(literal(&json!([]), FieldKind::Map).is_err());
    }
}
