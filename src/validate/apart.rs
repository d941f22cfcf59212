//! In what two large values differ, so that nobody has to compare them by eye.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::tla::value::Value;

/// The lines that say how the observed value differs from the specification's, none where they are equal.
///
/// Of a bag and of a set it says which elements only one of them has; of any other function, at which points the two differ,
/// and in what.
pub(super) fn apart(observed: &Value, spec: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare("", observed, spec, &mut lines);
    lines
}

fn compare(at: &str, observed: &Value, spec: &Value, lines: &mut Vec<String>) {
    if let (Value::Set(seen), Value::Set(said)) = (observed, spec) {
        let seen = seen.iter().map(|element| (element, 1)).collect();
        return elements(at, &seen, &said.iter().map(|element| (element, 1)).collect(), lines);
    }
    let (Some(seen), Some(said)) = (pairs(observed), pairs(spec)) else {
        if observed != spec {
            lines.push(format!("{}observed {observed}, specification {spec}", led(at)));
        }
        return;
    };
    if let (Some(seen), Some(said)) = (bag(&seen), bag(&said)) {
        return elements(at, &seen, &said, lines);
    }
    for key in seen.keys().chain(said.keys()).collect::<BTreeSet<_>>() {
        let place = match key {
            Value::Str(name) => format!("{at}.{name}"),
            other => format!("{at}[{other}]"),
        };
        match (seen.get(key), said.get(key)) {
            (Some(seen), Some(said)) => compare(&place, seen, said, lines),
            (Some(seen), None) => lines.push(format!("{}only observed: {seen}", led(&place))),
            (None, Some(said)) => lines.push(format!("{}only in the specification: {said}", led(&place))),
            (None, None) => {}
        }
    }
}

/// The pairs of a function, however it is written.
fn pairs(value: &Value) -> Option<BTreeMap<Value, &Value>> {
    match value {
        Value::Sequence(items) => Some((1..).map(Value::Int).zip(items).collect()),
        Value::Record(fields) => Some(fields.iter().map(|(name, v)| (Value::Str(name.clone()), v)).collect()),
        Value::Function(pairs) => Some(pairs.iter().map(|(key, v)| (key.clone(), v)).collect()),
        _ => None,
    }
}

/// A function from composite values to positive numbers is taken for a bag.
fn bag<'p>(pairs: &'p BTreeMap<Value, &Value>) -> Option<BTreeMap<&'p Value, i64>> {
    let entry = |(key, value): (&'p Value, &&Value)| match (key, value) {
        (Value::Record(_) | Value::Sequence(_) | Value::Function(_), Value::Int(count)) if *count > 0 => {
            Some((key, *count))
        }
        _ => None,
    };
    pairs.iter().map(entry).collect()
}

fn elements(at: &str, seen: &BTreeMap<&Value, i64>, said: &BTreeMap<&Value, i64>, lines: &mut Vec<String>) {
    let more = |of: &BTreeMap<&Value, i64>, than: &BTreeMap<&Value, i64>| -> Vec<(Value, i64)> {
        let rest = |(element, count): (&&Value, &i64)| {
            let more = count - than.get(element).unwrap_or(&0);
            (more > 0).then(|| ((*element).clone(), more))
        };
        of.iter().filter_map(rest).collect()
    };
    let (seen_only, said_only) = (more(seen, said), more(said, seen));
    if let ([(seen, 1)], [(said, 1)]) = (&seen_only[..], &said_only[..])
        && let (Value::Record(a), Value::Record(b)) = (seen, said)
        && a.keys().eq(b.keys())
    {
        lines.push(format!("{}one element differs; observed is {seen}", led(at)));
        for (name, value) in a.iter().filter(|(name, value)| b.get(*name) != Some(value)) {
            compare(format!("{at} its .{name}").trim_start(), value, &b[name], lines);
        }
        return;
    }
    let times = |count: i64| if count == 1 { String::new() } else { format!(" ({count} times)") };
    lines.extend(seen_only.iter().map(|(e, count)| format!("{}only observed: {e}{}", led(at), times(*count))));
    lines.extend(
        said_only.iter().map(|(e, count)| format!("{}only in the specification: {e}{}", led(at), times(*count))),
    );
}

fn led(at: &str) -> String {
    if at.is_empty() { String::new() } else { format!("{at}: ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(observed: &str, spec: &str) -> Vec<String> {
        apart(&Value::parse(observed).unwrap(), &Value::parse(spec).unwrap())
    }

    #[test]
    fn of_a_bag_it_says_what_only_one_has() {
        let (a, b) = ("[to |-> \"n2\", term |-> 1]", "[to |-> \"n3\", term |-> 1]");
        assert!(said(&format!("({a} :> 1 @@ {b} :> 2)"), &format!("({b} :> 2 @@ {a} :> 1)")).is_empty());
        assert_eq!(
            said(&format!("({a} :> 3)"), &format!("({a} :> 1)")),
            [format!("only observed: {} (2 times)", Value::parse(a).unwrap())]
        );
        assert_eq!(
            said("<<>>", &format!("({a} :> 1)")),
            [format!("only in the specification: {}", Value::parse(a).unwrap())]
        );
        assert_eq!(
            said(&format!("({a} :> 1)"), &format!("({b} :> 1)")),
            [
                format!("one element differs; observed is {}", Value::parse(a).unwrap()),
                "its .to: observed \"n2\", specification \"n3\"".to_owned(),
            ]
        );
    }

    #[test]
    fn of_a_function_it_says_where() {
        assert_eq!(
            said("[n1 |-> 1, n2 |-> <<1, 2>>]", "[n1 |-> 1, n2 |-> <<1, 3, 4>>]"),
            [".n2[2]: observed 2, specification 3", ".n2[3]: only in the specification: 4",]
        );
        assert_eq!(said("{1, 2}", "{2, 3}"), ["only observed: 1", "only in the specification: 3"]);
        assert_eq!(said("1", "\"a\""), ["observed 1, specification \"a\""]);
    }
}
