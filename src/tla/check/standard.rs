//! The standard modules, built in as signatures.

use super::symbol::ACTION;
use super::symbol::CONSTANT;
use super::symbol::Level;
use super::symbol::STATE;
use super::symbol::Slot;
use super::symbol::TEMPORAL;

const SIGNATURES: &str = include_str!("standard.txt");

/// A standard module.
#[derive(Debug, Default)]
pub(super) struct Standard {
    pub(super) name: &'static str,
    pub(super) extends: Vec<&'static str>,
    pub(super) entries: Vec<Entry>,
}

/// Something a standard module declares or defines.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) slots: Vec<Slot>,
    pub(super) level: Level,
    pub(super) variable: bool,
    /// Some versions of the module lack it.
    pub(super) newer: bool,
}

/// The module called `name`, if it is a standard one.
pub(super) fn module(name: &str) -> Option<Standard> {
    let mut lines = SIGNATURES.lines().skip_while(|line| header(line).is_none_or(|(found, _)| found != name));
    let (name, extends) = header(lines.next()?)?;
    let lines = lines.take_while(|line| header(line).is_none());
    Some(Standard { name, extends, entries: lines.flat_map(entries).collect() })
}

/// The modules that define `name` themselves.
pub(super) fn defining(name: &str) -> Vec<&'static str> {
    let mut module = "";
    let mut found = Vec::new();
    for line in SIGNATURES.lines() {
        match header(line) {
            Some((header, _)) => module = header,
            None if entries(line).iter().any(|entry| entry.name == name) => found.push(module),
            None => {}
        }
    }
    found
}

fn header(line: &'static str) -> Option<(&'static str, Vec<&'static str>)> {
    let mut words = line.strip_prefix("module ")?.split_whitespace();
    Some((words.next()?, words.filter(|word| *word != "extends").collect()))
}

fn entries(line: &'static str) -> Vec<Entry> {
    let words = line.split_whitespace();
    // The words after these have no parameters of their own.
    let (arity, level) = match line.split_whitespace().next() {
        None | Some("#" | "module") => return Vec::new(),
        Some("infix") => (Some(2), CONSTANT),
        Some("prefix") => (Some(1), CONSTANT),
        Some("variable") => (Some(0), STATE),
        Some("temporal") => (None, TEMPORAL),
        Some("newer") => (None, CONSTANT),
        Some(_) => return words.map(|word| entry(word, None, CONSTANT)).collect(),
    };
    let newer = line.starts_with("newer");
    words.skip(1).map(|word| Entry { newer, ..entry(word, arity, level) }).collect()
}

fn entry(word: &'static str, arity: Option<usize>, level: Level) -> Entry {
    let (name, params) = if arity.is_some() { (word, "") } else { word.split_once('(').unwrap_or((word, "")) };
    // An operator symbol of the standard modules is between values, which no temporal formula is.
    let slots = arity.map_or_else(|| slots(params), |arity| vec![Slot { max: ACTION, ..Slot::of(0) }; arity]);
    Entry { name, slots, level, variable: level == STATE, newer: false }
}

/// `_,_(_,_))` to one slot for each parameter.
fn slots(params: &str) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut inner = false;
    for c in params.chars() {
        match c {
            '_' if inner => slots.last_mut().expect("a parameter stands before its own").arity += 1,
            '_' => slots.push(Slot::of(0)),
            '(' => inner = true,
            ')' => inner = false,
            _ => {}
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_read() {
        let shown = |module: &str, name: &str| -> Vec<usize> {
            let module = super::module(module).unwrap();
            module.entries.iter().find(|e| e.name == name).unwrap().slots.iter().map(|s| s.arity).collect()
        };
        assert_eq!(shown("Sequences", "SelectSeq"), [0, 1]);
        assert_eq!(shown("Folds", "MapThenFoldSet"), [2, 0, 1, 1, 0]);
        assert_eq!(shown("Naturals", "+"), [0, 0]);
        assert_eq!(shown("Integers", "-."), [0]);
        assert_eq!(module("SequencesExt").unwrap().extends.len(), 8);
        assert_eq!(defining("Len"), ["Sequences"]);
        assert!(module("Nope").is_none());
    }

    #[test]
    fn every_module_of_the_promised_list_is_there() {
        for name in [
            "Naturals",
            "Integers",
            "Reals",
            "Sequences",
            "FiniteSets",
            "Bags",
            "TLC",
            "TLCExt",
            "Randomization",
            "Json",
            "IOUtils",
            "SequencesExt",
            "FiniteSetsExt",
            "Functions",
            "Folds",
            "BagsExt",
        ] {
            assert!(!module(name).unwrap().entries.is_empty(), "{name}");
        }
    }
}
