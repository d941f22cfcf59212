//! JSON values as TLA+ text.

use std::borrow::Cow;

use serde_json::Value;

use crate::instrument::FieldKind;
use crate::tla::tree;
use crate::trace::model::Object;

/// The TLA+ literal of a JSON value; the error says which part has none.
///
/// Numbers must be integers that TLC can hold (32 bits). A list is a sequence, or a set under [`FieldKind::Set`]. An object is
/// a record, which in TLA+ is a function on the set of its keys, so that [`FieldKind::Map`] needs no other text; a list under
/// [`FieldKind::Bag`] is the function that counts its elements. An object with the one key `#set`, `#map`, `#tup`, `#bigint` or
/// `#model` is what the ITF format means by it.
pub fn literal(value: &Value, kind: FieldKind) -> Result<String, String> {
    let mut text = String::new();
    match (kind, value) {
        (FieldKind::Set, Value::Array(items)) => list(items, "{", "}", &mut text)?,
        (FieldKind::Set, Value::Object(object)) if mark(object).is_some_and(|(mark, _)| mark == "#set") => {
            write(value, &mut text)?;
        }
        (FieldKind::Set, _) => return Err("a list was expected, to be read as a set".to_owned()),
        (FieldKind::Bag, Value::Array(items)) => bag(items, &mut text)?,
        (FieldKind::Bag, _) => return Err("a list was expected, to be read as a bag".to_owned()),
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
        Value::Object(object) if mark(object).is_some() => marked(object, text)?,
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

/// The one key of an object that says what JSON has no word for, as the ITF format has it, with its value.
pub(super) fn mark(object: &Object) -> Option<(&str, &Value)> {
    let (key, value) = object.iter().next().filter(|(key, _)| object.len() == 1 && key.starts_with('#'))?;
    Some((key, value))
}

fn marked(object: &Object, text: &mut String) -> Result<(), String> {
    let Some((mark, value)) = mark(object) else { return Ok(()) };
    match (mark, value) {
        ("#set", Value::Array(items)) => list(items, "{", "}", text)?,
        ("#tup", Value::Array(items)) => list(items, "<<", ">>", text)?,
        ("#map", Value::Array(pairs)) if pairs.is_empty() => text.push_str("<<>>"),
        ("#map", Value::Array(pairs)) => {
            text.push('(');
            for (index, pair) in pairs.iter().enumerate() {
                let [key, item] = pair.as_array().map(Vec::as_slice).unwrap_or_default() else {
                    return Err("`#map` holds something that is no pair".to_owned());
                };
                text.push_str(if index > 0 { " @@ " } else { "" });
                write(key, text)?;
                text.push_str(" :> ");
                write(item, text)?;
            }
            text.push(')');
        }
        ("#bigint", Value::String(digits)) => {
            let number: i64 = digits.parse().map_err(|_| format!("{digits} does not fit TLC's 32-bit integers"))?;
            write(&number.into(), text)?;
        }
        ("#model", Value::String(name)) if is_field(name) => text.push_str(name),
        _ => return Err(format!("`{mark}` has no counterpart in TLA+, or another value than it should")),
    }
    Ok(())
}

/// `a :> 2 @@ b :> 1`; the empty bag is the function on nothing, which is the empty sequence as well.
fn bag(items: &[Value], text: &mut String) -> Result<(), String> {
    let counted = counts(items)?;
    if counted.is_empty() {
        text.push_str("<<>>");
        return Ok(());
    }
    text.push('(');
    for (index, (item, count)) in counted.into_iter().enumerate() {
        text.push_str(if index > 0 { " @@ " } else { "" });
        write(item, text)?;
        text.push_str(" :> ");
        text.push_str(&count.to_string());
    }
    text.push(')');
    Ok(())
}

/// The different elements of a list, each with how often it is there, in the order of their first places.
///
/// # Errors
/// Elements are told apart by their JSON, so one that could be written in two ways is refused.
pub(super) fn counts(items: &[Value]) -> Result<Vec<(&Value, usize)>, String> {
    let mut counted: Vec<(&Value, usize)> = Vec::new();
    for item in items {
        if !has_one_form(item) {
            return Err(
                "an element of a bag has a mark such as `#set`, or is `{}`: it could be written otherwise".to_owned()
            );
        }
        match counted.iter_mut().find(|(known, _)| *known == item) {
            Some((_, count)) => *count += 1,
            None => counted.push((item, 1)),
        }
    }
    Ok(counted)
}

fn has_one_form(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(has_one_form),
        Value::Object(object) => !object.is_empty() && mark(object).is_none() && object.values().all(has_one_form),
        _ => true,
    }
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
    for character in spelled(string).chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(character),
        }
    }
    text.push('"');
}

/// A string as a specification can hold it, with `\uXXXX` for what it cannot.
pub fn spelled(string: &str) -> Cow<'_, str> {
    let plain = |c: char| matches!(c, ' '..='~' | '\n' | '\r' | '\t');
    if string.chars().all(plain) {
        return Cow::Borrowed(string);
    }
    let mut text = String::new();
    for character in string.chars() {
        if plain(character) {
            text.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            text.push_str("\\u");
            (0..4).rev().for_each(|digit| text.push(HEX[usize::from(*unit >> (4 * digit)) & 15]));
        }
    }
    Cow::Owned(text)
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
        assert_eq!(literal(&json!(["b", "a", "b"]), FieldKind::Bag).unwrap(), "(\"b\" :> 2 @@ \"a\" :> 1)");
        assert_eq!(literal(&json!([]), FieldKind::Bag).unwrap(), "<<>>");
    }

    #[test]
    fn a_mark_says_what_json_has_no_word_for() {
        assert_eq!(scalar(&json!({"#set": [1, {"#tup": [2, "a"]}]})), "{1, <<2, \"a\">>}");
        assert_eq!(literal(&json!({"#set": []}), FieldKind::Set).unwrap(), "{}");
        assert_eq!(scalar(&json!({"#map": [[0, true], [{"#model": "N"}, {"#map": []}]]})), "(0 :> TRUE @@ N :> <<>>)");
        assert_eq!(scalar(&json!({"#bigint": "-7"})), "-7");
        for wrong in
            [json!({"#map": [1]}), json!({"#bigint": "9999999999"}), json!({"#model": "a b"}), json!({"#x": 1})]
        {
            assert!(literal(&wrong, FieldKind::Scalar).is_err(), "{wrong}");
        }
        assert!(literal(&json!({"#tup": []}), FieldKind::Set).is_err());
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
        assert!(literal(&json!({}), FieldKind::Bag).is_err());
        for twofold in [json!([{}, []]), json!([{"a": {"#set": [1, 2]}}]), json!([[{"#tup": [1]}], [[1]]])] {
            assert!(literal(&twofold, FieldKind::Bag).unwrap_err().contains("otherwise"), "{twofold}");
        }
    }
}
