//! Whether a condition of Go, Rust or Python makes sure that an access has a value.

use std::sync::LazyLock;

use regex::Regex;

use super::Access;
use super::names;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;

/// What a condition says of something, in the words of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Check {
    /// The key is in it.
    Has(String, String),
    /// The index is less than its length, or at most that.
    Within(String, String),
    /// It is not empty.
    Some(String),
    /// It is there.
    There(String),
}

macro_rules! pattern {
    ($name:ident = $pattern:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("the pattern is a constant"));
    };
}

pattern!(COMMA_OK = r"^\w+,\s*(\w+)\s*:?=\s*(.+)\[(.+)\]\s*;\s*(!?)\s*(\w+)$");
pattern!(LET = r"^let\s+(.+?)\s*=\s*(.+)$");
pattern!(GET = r"^&?(?:mut\s+)?(.+)\.get(?:_mut)?\((.+)\)$");
pattern!(END = r"^(.+)\.(?:front|first|last|back|peek|pop|pop_front|pop_back|pop_first|pop_last)(?:_mut)?\(\)$");
pattern!(HAS = r"^(.+)\.(?:contains_key|contains|has|Has|Contains)\((.+)\)$");
pattern!(EMPTY = r"^(.+)\.(?:is_empty|IsEmpty|Empty|empty)\(\)$");
pattern!(IN = r"^(.+?)\s+(not\s+)?in\s+(.+)$");
pattern!(NONE = r"^(.+?)\s*(==|!=|is not|is)\s*(?:nil|None)$");
pattern!(IS_SOME = r"^(.+)\.(is_some|is_none)\(\)$");
pattern!(AT = r"^(.+)\[(.+)\]$");
pattern!(LENGTH = r"(?:\blen\(([^()]*(?:\(\))?[^()]*)\)|([\w.]+(?:\(\))?)\.(?:len|Len|length|size)\(\))");
pattern!(COMPARED = r"^(.*?)(<=|>=|==|!=|<|>)(.*)$");
pattern!(PATH = r"^[A-Za-z_][\w.]*$");
pattern!(WORD = r"[A-Za-z_]\w*");

/// Whether the access has a value where the condition comes to `holds`.
pub(super) fn is_about(condition: &str, holds: bool, python: bool, access: &Access<'_>) -> bool {
    conjuncts(condition, holds).into_iter().any(|part| {
        let checked = checked(part, holds, python);
        checked.is_some_and(|check| fits(&check, access))
    })
}

/// What is true, or false, by itself if the whole is.
fn conjuncts(condition: &str, holds: bool) -> Vec<&str> {
    let condition = bare(condition);
    let (parting, other) = if holds { (["&&", " and "], ["||", " or "]) } else { (["||", " or "], ["&&", " and "]) };
    let found = |words: [&str; 2]| words.iter().any(|word| split(condition, word).len() > 1);
    let has_parts = parting.iter().find(|word| split(condition, word).len() > 1);
    match has_parts {
        _ if found(other) => Vec::new(),
        Some(word) => split(condition, word),
        None => vec![condition],
    }
}

/// The parts between a word that stands outside of all brackets.
fn split<'c>(text: &'c str, word: &str) -> Vec<&'c str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if depth == 0 && at >= from && text[at..].starts_with(word) => {
                parts.push(text[from..at].trim());
                from = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// Without parentheses around the whole.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    let closes_early = inner.chars().any(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth < 0
    });
    if closes_early { text } else { bare(inner) }
}

fn checked(part: &str, holds: bool, python: bool) -> Option<Check> {
    let part = bare(part);
    let of =
        |captures: &regex::Captures<'_>, n: usize| captures.get(n).map_or("", |one| one.as_str()).trim().to_owned();
    if let Some(found) = COMMA_OK.captures(part) {
        let says = found[1] == found[5] && found[4].is_empty() == holds;
        return says.then(|| Check::Has(of(&found, 2), of(&found, 3)));
    }
    // `not` of Python goes for a whole comparison, `!` for what stands right behind it.
    if let Some(rest) = part.strip_prefix("not ") {
        return checked(rest, !holds, python);
    }
    if let Some(rest) = part.strip_prefix('!') {
        let whole = !COMPARED.is_match(rest) || bare(rest) != rest;
        return whole.then(|| checked(rest, !holds, python)).flatten();
    }
    if let Some(found) = LET.captures(part) {
        let some = ["Some(", "Ok("].iter().any(|start| found[1].starts_with(start));
        return (holds && some).then(|| value(&found[2])).flatten();
    }
    if let Some(value_of) = part.strip_suffix('?') {
        return holds.then(|| value(value_of)).flatten();
    }
    if let Some(found) = NONE.captures(part) {
        let there = matches!(&found[2], "!=" | "is not") == holds;
        return there.then(|| there_of(&found[1]));
    }
    if let Some(found) = IS_SOME.captures(part) {
        return ((&found[2] == "is_some") == holds).then(|| there_of(&found[1]));
    }
    if let Some(found) = EMPTY.captures(part) {
        return (!holds).then(|| Check::Some(of(&found, 1)));
    }
    if let Some(found) = HAS.captures(part) {
        return holds.then(|| Check::Has(of(&found, 1), of(&found, 2)));
    }
    if let Some(found) = length(part, holds) {
        return Some(found);
    }
    if let Some(found) = IN.captures(part).filter(|_| python) {
        return (found.get(2).is_none() == holds).then(|| Check::Has(of(&found, 3), of(&found, 1)));
    }
    (python && holds).then_some(part).filter(|part| PATH.is_match(part)).map(|part| Check::Some(part.to_owned()))
}

/// What a value says that is there.
fn value(text: &str) -> Option<Check> {
    let text = text.trim();
    if let Some(found) = GET.captures(text) {
        return Some(Check::Has(found[1].to_owned(), found[2].to_owned()));
    }
    if let Some(found) = END.captures(text) {
        return Some(Check::Some(found[1].to_owned()));
    }
    let path = text.trim_start_matches('&').trim_start_matches("mut ");
    let path = path.trim_end_matches(".as_ref()").trim_end_matches(".as_mut()").trim_end_matches(".clone()");
    PATH.is_match(path).then(|| Check::There(path.to_owned()))
}

fn there_of(text: &str) -> Check {
    let text = text.trim();
    if let Some(found) = AT.captures(text) {
        return Check::Has(found[1].to_owned(), found[2].to_owned());
    }
    value(text).unwrap_or_else(|| Check::There(text.to_owned()))
}

/// A comparison with a length.
fn length(part: &str, holds: bool) -> Option<Check> {
    let compared = COMPARED.captures(part);
    let Some(compared) = compared else {
        let whole = LENGTH.captures(part).filter(|found| found[0] == *part && holds)?;
        return Some(Check::Some(whole.get(1).or(whole.get(2))?.as_str().to_owned()));
    };
    let (left, right) = (compared[1].trim(), compared[3].trim());
    let measured = |side: &str| {
        let found = LENGTH.captures(side)?;
        Some(found.get(1).or(found.get(2))?.as_str().to_owned())
    };
    // The length stands on the right from here on.
    let (other, of, op) = match (measured(left), measured(right)) {
        (None, Some(of)) => (left, of, &compared[2]),
        (Some(of), None) => (right, of, flipped(&compared[2])),
        _ => return None,
    };
    let op = if holds { op } else { opposite(op) };
    match (other, op) {
        ("0", "<" | "!=") | ("1", "<=") => Some(Check::Some(of)),
        (_, "<" | "<=") => Some(Check::Within(of, other.to_owned())),
        _ => None,
    }
}

fn flipped(op: &str) -> &str {
    match op {
        "<" => ">",
        ">" => "<",
        "<=" => ">=",
        ">=" => "<=",
        other => other,
    }
}

fn opposite(op: &str) -> &str {
    match op {
        "<" => ">=",
        ">" => "<=",
        "<=" => ">",
        ">=" => "<",
        "==" => "!=",
        _ => "==",
    }
}

/// Whether what is checked is what is accessed.
fn fits(check: &Check, access: &Access<'_>) -> bool {
    match (access, check) {
        (Access::Index(of, index), Check::Has(checked, key) | Check::Within(checked, key)) => {
            is_called(of, checked) && names(index).iter().any(|name| mentions(key, name))
        }
        (Access::Index(of, index), Check::Some(checked)) => is_called(of, checked) && is_end(index),
        (Access::End(of), Check::Some(checked)) => is_called(of, checked),
        (Access::End(of), Check::Within(checked, key)) => is_called(of, checked) && key == "0",
        (Access::Field(_, name), Check::There(path)) => mentions(path.rsplit('.').next().unwrap_or_default(), name),
        _ => false,
    }
}

/// `1` and `Len(f)`, where a sequence that is not empty has something.
fn is_end(index: &Expr) -> bool {
    matches!(&index.kind, ExprKind::Number(number) if number == "1") || matches!(index.as_call(), Some(("Len", [_])))
}

/// Whether what an expression of the specification is a part of has its name in the text.
fn is_called(expr: &Expr, text: &str) -> bool {
    match &expr.kind {
        ExprKind::Paren(of) | ExprKind::Postfix(_, of) | ExprKind::Apply(of, _) => is_called(of, text),
        ExprKind::Field(_, name) => mentions(text, name),
        _ => expr.as_name().is_some_and(|name| mentions(text, name)),
    }
}

/// Whether one of the identifiers in the text has all words of the name.
fn mentions(text: &str, name: &str) -> bool {
    let wanted = words(name);
    let has = |identifier: &str| {
        let words = words(identifier);
        wanted.iter().all(|word| words.contains(word))
    };
    !wanted.is_empty() && WORD.find_iter(text).any(|found| has(found.as_str()))
}

/// `raftLogs` and `raft_log` are the words `raft`, `log`.
fn words(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut fresh = true;
    for c in identifier.chars() {
        let starts = c.is_uppercase() && words.last().is_some_and(|word| !word.is_empty());
        if c == '_' {
            fresh = true;
            continue;
        }
        if fresh || starts {
            words.push(String::new());
            fresh = false;
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    for word in &mut words {
        if word.len() > 2 && word.ends_with('s') {
            word.pop();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tla::parse_module;
    use crate::tla::syntax::Unit;

    fn is_guard_of(expression: &str, condition: &str, holds: bool, python: bool) -> bool {
        let text =
            format!("---- MODULE M ----\nEXTENDS Sequences\nVARIABLES raftLog, index, s\nE == {expression}\n====\n");
        let module = parse_module(&text, "M.tla").module.unwrap();
        let body = &module.units.iter().find_map(Unit::definition).unwrap().body;
        is_about(condition, holds, python, &super::super::access(body).unwrap())
    }

    #[test]
    fn a_condition_on_the_same_access_is_its_guard() {
        for (condition, holds) in [
            ("r.index < len(r.raftLog)", true),
            ("uint64(len(r.raft_log)) > index", true),
            ("(index <= self.raft_log.len() - 1 && !closed)", true),
            ("index >= len(r.raftLogs)", false),
            ("closed || index >= len(r.raftLog)", false),
            ("entry, ok := r.raftLog[index]; ok", true),
            ("entry, ok := r.raftLog[index]; !ok", false),
            ("let Some(entry) = self.raft_log.get(index)", true),
            ("self.raft_log.get(index)?", true),
            ("self.raft_log.contains_key(&index)", true),
            ("!self.raft_log.contains_key(&index)", false),
            ("r.raftLog[index] != nil", true),
        ] {
            assert!(is_guard_of("raftLog[s][index]", condition, holds, false), "{condition}");
            assert!(!is_guard_of("raftLog[s][index]", condition, !holds, false), "not {condition}");
            assert!(!is_guard_of("raftLog[s][s]", condition, holds, false), "another index: {condition}");
            assert!(!is_guard_of("index[s][index]", condition, holds, false), "another function: {condition}");
        }
        for condition in ["index in self.raft_log", "not (index not in self.raft_log)"] {
            assert!(is_guard_of("raftLog[index]", condition, true, true), "{condition}");
            assert!(!is_guard_of("raftLog[index]", condition, false, true), "{condition}");
        }
    }

    #[test]
    fn what_is_not_empty_has_its_ends() {
        for (condition, holds) in [
            ("len(r.raftLog) > 0", true),
            ("len(r.raftLog) != 0", true),
            ("0 == len(r.raftLog)", false),
            ("len(r.raftLog) >= 1", true),
            ("self.raft_log.is_empty()", false),
            ("!self.raft_log.is_empty()", true),
            ("let Some(entry) = self.raft_log.pop_front()", true),
            ("self.raft_log.first()?", true),
        ] {
            for expression in ["Head(raftLog[s])", "Tail(raftLog)", "raftLog[Len(raftLog)]", "raftLog[1]"] {
                assert!(is_guard_of(expression, condition, holds, false), "{expression}: {condition}");
                assert!(!is_guard_of(expression, condition, !holds, false), "{expression}: not {condition}");
            }
            assert!(!is_guard_of("raftLog[index]", condition, holds, false), "{condition}");
        }
        assert!(is_guard_of("Head(raftLog)", "self.raft_log", true, true));
        assert!(is_guard_of("Head(raftLog)", "not self.raft_log", false, true));
        assert!(!is_guard_of("Head(raftLog)", "self.raft_log", true, false), "only Python has it so");
    }

    #[test]
    fn what_is_there_has_its_field() {
        for condition in ["m.index != nil", "m.index is not None", "let Some(i) = &m.index", "m.index.is_some()"] {
            assert!(is_guard_of("raftLog.index", condition, true, false), "{condition}");
            assert!(!is_guard_of("raftLog.index", condition, false, false), "{condition}");
            assert!(!is_guard_of("raftLog.term", condition, true, false), "{condition}");
        }
        assert!(!is_guard_of("raftLog.index", "let None = m.index", true, false));
    }

    #[test]
    fn one_of_several_conditions_is_no_guard() {
        assert!(!is_guard_of("raftLog[index]", "index < len(r.raftLog) || closed", true, false));
        assert!(!is_guard_of("raftLog[index]", "index >= len(r.raftLog) && closed", false, false));
        assert!(!is_guard_of("raftLog[index]", "index < len(r.raftLog) && closed || open", true, false));
        assert!(!is_guard_of("raftLog[index]", "!index < len(r.raftLog)", true, false));
    }
}
