//! Just enough reading of TLA+ text to find variables, definitions and the guards of an action.
//!
//! What is found is used for checks of the mapping and for hints in an explanation, never for a verdict.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A definition at the top level of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// Its formal parameters.
    pub(super) parameters: Vec<String>,
    /// What follows `==`, on as many lines, comments blanked, the first line padded to its column.
    pub(super) body: String,
}

/// What was found in a specification's modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Declared variables, in order.
    pub(super) variables: Vec<String>,
    /// Definitions by name.
    pub(super) definitions: BTreeMap<String, Definition>,
    /// Every identifier that occurs anywhere.
    pub(super) identifiers: BTreeSet<String>,
}

impl Scan {
    /// Reads all modules; the order of variables is that of the texts.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut scan = Self::default();
        for text in texts {
            let text = blank_comments(text);
            scan.variables.extend(variables(&text));
            scan.identifiers.extend(identifiers(&text).map(str::to_owned));
            scan.definitions.extend(definitions(&text));
        }
        scan
    }

    /// Whether `expression` mentions a variable, itself or through definitions.
    pub(super) fn mentions_variable(&self, expression: &str) -> bool {
        self.reaches(expression, |text| identifiers(text).any(|name| self.variables.iter().any(|v| v == name)))
    }

    /// Whether `expression` says something about the next state, itself or through definitions.
    pub(super) fn mentions_next(&self, expression: &str) -> bool {
        self.reaches(expression, |text| {
            without_strings(text).contains('\'')
                || identifiers(text).any(|name| name == "UNCHANGED" || name == "ENABLED")
        })
    }

    fn reaches(&self, expression: &str, found: impl Fn(&str) -> bool) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![expression];
        while let Some(text) = waiting.pop() {
            if found(text) {
                return true;
            }
            for name in identifiers(text) {
                if let Some(definition) = self.definitions.get(name)
                    && seen.insert(name)
                {
                    waiting.push(&definition.body);
                }
            }
        }
        false
    }

    /// The conjuncts of an action's top-level list that only speak of the state before, with their layout.
    pub(super) fn guards(&self, action: &str) -> Vec<String> {
        let Some(definition) = self.definitions.get(action) else { return Vec::new() };
        conjuncts(&definition.body).into_iter().filter(|conjunct| !self.mentions_next(conjunct)).collect()
    }
}

/// The same text with comments and pragmas replaced by spaces, so that lines and columns stay.
pub(super) fn blank_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut in_line = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        if c == '\n' {
            in_line = false;
            in_string = false;
            out.push(c);
        } else if in_line {
            out.push(' ');
        } else if depth > 0 || !in_string && c == '(' && next == Some('*') {
            let (opens, closes) = (c == '(' && next == Some('*'), c == '*' && next == Some(')'));
            out.push(' ');
            if opens || closes {
                depth = if opens { depth + 1 } else { depth - 1 };
                characters.next();
                out.push(' ');
            }
        } else if in_string {
            out.push(c);
            if c == '\\' {
                out.extend(characters.next());
            }
            in_string = c != '"';
        } else if c == '\\' && next == Some('*') {
            in_line = true;
            out.push(' ');
        } else {
            in_string = c == '"';
            out.push(c);
        }
    }
    out
}

fn without_strings(text: &str) -> String {
    text.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

/// The identifiers of a text without comments; strings and field selections (`m.term`) are left out.
pub(super) fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split('"').step_by(2).flat_map(move |part| {
        let mut previous = ' ';
        let mut rest = part;
        std::iter::from_fn(move || {
            loop {
                let first = rest.chars().next()?;
                if !word(first) {
                    previous = first;
                    rest = &rest[first.len_utf8()..];
                    continue;
                }
                let length = rest.find(|c: char| !word(c)).unwrap_or(rest.len());
                let (name, after) = rest.split_at(length);
                let selected = std::mem::replace(&mut previous, 'a') == '.';
                rest = after;
                let lone = !selected && name.chars().any(|c| c.is_ascii_alphabetic());
                if lone {
                    return Some(name);
                }
            }
        })
    })
}

fn variables(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut words = text.split_inclusive(|c: char| c == ',' || c.is_whitespace()).filter(|w| !w.trim().is_empty());
    while let Some(word) = words.next() {
        if !matches!(word.trim(), "VARIABLE" | "VARIABLES") {
            continue;
        }
        let mut more = true;
        while more {
            let Some(item) = words.next() else { break };
            let name = item.trim().trim_end_matches(',');
            if !name.is_empty() {
                found.push(name.to_owned());
            }
            // A comma may stand after a space of its own.
            more = item.trim_end().ends_with(',') || item.trim_start().starts_with(',');
            if !more {
                let mut ahead = words.clone();
                if ahead.next().is_some_and(|next| next.trim_start().starts_with(',')) {
                    more = true;
                }
            }
        }
    }
    found
}

fn definitions(text: &str) -> BTreeMap<String, Definition> {
    let mut found = BTreeMap::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut index = 0;
    while index < lines.len() {
        let Some((name, parameters, column)) = head(lines[index]) else {
            index += 1;
            continue;
        };
        let mut body = vec![format!("{}{}", " ".repeat(column), &lines[index][column..])];
        index += 1;
        while index < lines.len() && (lines[index].trim().is_empty() || lines[index].starts_with([' ', '\t'])) {
            body.push(lines[index].to_owned());
            index += 1;
        }
        while body.last().is_some_and(|line| line.trim().is_empty()) && body.len() > 1 {
            body.pop();
        }
        found.insert(name, Definition { parameters, body: body.join("\n") });
    }
    found
}

/// `Name ==` or `Name(a, b) ==` at the start of a line: name, parameters, and where the body begins.
fn head(line: &str) -> Option<(String, Vec<String>, usize)> {
    let rest = line.strip_prefix("LOCAL ").unwrap_or(line);
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, after) = rest.split_at(length);
    if name.is_empty() {
        return None;
    }
    let equals = line.find("==")?;
    let between = line.get(line.len() - after.len()..equals)?.trim();
    let parameters = match between.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')')?.split(',').map(|p| p.trim().to_owned()).collect(),
        None if between.is_empty() => Vec::new(),
        None => return None,
    };
    Some((name.to_owned(), parameters, equals + 2))
}

/// The items of a `/\` list that makes up the whole body; empty where the body is anything else.
fn conjuncts(body: &str) -> Vec<String> {
    let lines: Vec<&str> = body.lines().skip_while(|line| line.trim().is_empty()).collect();
    let Some(column) = lines.first().and_then(|line| line.find(|c: char| c != ' ')) else { return Vec::new() };
    let mut items: Vec<Vec<String>> = Vec::new();
    for line in lines {
        let starts = line.find(|c: char| c != ' ');
        match starts {
            None => {}
            Some(at) if at == column && line[at..].starts_with("/\\") => {
                items.push(vec![format!("{}{}", " ".repeat(column + 2), &line[column + 2..])]);
            }
            Some(at) if at > column => match items.last_mut() {
                Some(item) => item.push(line.to_owned()),
                None => return Vec::new(),
            },
            // Something stands further left, or is no item of this list: not a plain list.
            Some(_) => return Vec::new(),
        }
    }
    items.into_iter().map(|item| item.join("\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = r#"---- MODULE M ----
EXTENDS Naturals
CONSTANT Server \* VARIABLE no
VARIABLES up, (* a comment (* nested *) *)
    log ,
    net
VARIABLE x
Last(s) == Len(log[s])
Quiet == "up" = "it's"
vars == <<up, log, net, x>>

Step(s, m) ==
    /\ up[s] \* alive
    /\ \E k \in {m} :
         k \in net
    /\ m.up = 1
    /\ Send(s)
    /\ up' = up
Send(s) == UNCHANGED vars
One == x' = 1
===="#;

    fn scan() -> Scan {
        Scan::of(std::iter::once(SPEC))
    }

    #[test]
    fn variables_are_found_through_comments_and_layout() {
        assert_eq!(scan().variables, ["up", "log", "net", "x"]);
    }

    #[test]
    fn a_variable_is_mentioned_directly_or_through_a_definition() {
        let scan = scan();
        assert!(scan.mentions_variable("up[s]"));
        assert!(scan.mentions_variable("Last(s)"));
        assert!(!scan.mentions_variable("Quiet"));
        assert!(!scan.mentions_variable("m.up + \"up\" + s"));
    }

    #[test]
    fn guards_are_the_conjuncts_about_the_state_before() {
        let guards = scan().guards("Step");
        let short: Vec<String> =
            guards.iter().map(|guard| guard.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(short, ["up[s]", r"\E k \in {m} : k \in net", "m.up = 1"]);
        assert_eq!(scan().guards("One"), Vec::<String>::new());
    }
}
