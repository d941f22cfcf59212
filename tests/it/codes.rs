//! Every diagnostic code that the source can emit is explained, and nothing else is.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use regex::Regex;
use specgen::base::diag::Diagnostic;
use specgen::knowledge;
use specgen::knowledge::codes;
use specgen::tla::check;
use specgen::tla::check::Library;
use specgen::tla::check::Source;
use specgen::transform;
use specgen::transform::Granularity;
use specgen::transform::Options;
use specgen::transform::lint;

use crate::map::read;
use crate::project::program;
use crate::project::ran;

/// Text of the form of a code that is none: paths.
const PATHS: [&str; 8] = [
    "bin/java",
    "build/bugs",
    "build/check",
    "build/mutants",
    "build/mutations",
    "build/scratch",
    "build/verdicts",
    "build/validate",
];

/// The program's part of a file: without its tests, and without lines of comment.
pub(crate) fn program_of(text: &str) -> String {
    let tests = Regex::new(r"(?m)^#\[cfg\(test\)\]\n(#\[.*\]\n)*mod \w+ \{").unwrap();
    let end = tests.find(text).map_or(text.len(), |found| found.start());
    text[..end].lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whole literals of the form of a code, and what is put together to one at run time.
fn codes_in(text: &str, rooms: &[&str]) -> (BTreeSet<String>, Vec<String>) {
    let text = program_of(text);
    let literal = Regex::new(r#""([a-z]+/[a-z][a-z0-9-]*)""#).unwrap();
    let built = Regex::new(&format!(r#""(?:{})/[a-z0-9-]*\{{[^"]*""#, rooms.join("|"))).unwrap();
    let codes = literal.captures_iter(&text).map(|found| found[1].to_owned());
    let codes = codes.filter(|code| !PATHS.contains(&code.as_str())).collect();
    (codes, built.find_iter(&text).map(|found| found.as_str().to_owned()).collect())
}

/// Each code of the source with the files it is in. Files that list codes emit none by it.
fn emitted(rooms: &[&str]) -> BTreeMap<String, Vec<String>> {
    let mut emitted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in ignore::Walk::new("src").flatten().filter(|e| e.path().extension().is_some_and(|e| e == "rs")) {
        let path = entry.path().to_str().unwrap();
        if path.contains("tests") || path == "src/cli/exit.rs" {
            continue;
        }
        let (found, built) = codes_in(&read(path), rooms);
        assert!(built.is_empty(), "{path}: write codes as whole literals, so that this test sees them: {built:?}");
        for code in found {
            emitted.entry(code).or_default().push(path.to_owned());
        }
    }
    // The codes that a card may have are a list, too.
    emitted.retain(|_, paths| paths.iter().any(|path| path != "src/knowledge/card.rs") || paths.len() > 1);
    emitted
}

#[test]
fn every_code_that_can_be_emitted_is_explained_and_no_other() {
    let entries = codes::all().unwrap();
    let explained: BTreeSet<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
    let mut emitted = emitted(&codes::rooms(&entries));
    // Its own room reports a broken card.
    emitted.entry("knowledge/card".to_owned()).or_default();
    let missing: Vec<_> = emitted.iter().filter(|(code, _)| !explained.contains(code.as_str())).collect();
    assert!(missing.is_empty(), "without an entry in lib/codes: {missing:?}");
    let stale: Vec<_> = explained.iter().filter(|code| !emitted.contains_key(**code)).collect();
    assert!(stale.is_empty(), "explained in lib/codes and emitted nowhere: {stale:?}");
}

#[test]
fn codes_are_found_in_the_program_and_not_in_its_tests() {
    let text = "#[cfg(test)]\nmod tests;\nfn f() { error(\"a/b\", \"c d\"); g(\"bin/java\") }\n// \"c/d\"\n#[cfg(test)]\nmod tests { \"e/f\" }\n";
    let (codes, built) = codes_in(text, &["a"]);
    assert_eq!((codes, built.len()), (BTreeSet::from(["a/b".to_owned()]), 0));
    let (_, built) = codes_in("format!(\"a/{what}\"); format!(\"z/{what}\")", &["a"]);
    assert_eq!(built, ["\"a/{what}\""]);
}

/// The modules of a text, the first of which is the root; what stands before its header belongs to it.
struct Modules(Vec<Source>);

impl Modules {
    fn of(text: &str) -> Self {
        let header = Regex::new(r"(?m)^---- MODULE (\w+)").unwrap();
        let heads: Vec<_> = header.captures_iter(text).map(|found| (found.get(0).unwrap().start(), found)).collect();
        let ends = heads.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
        let starts = std::iter::once(0).chain(heads.iter().skip(1).map(|(start, _)| *start));
        let module = |((start, end), (_, found)): ((usize, usize), &(usize, regex::Captures<'_>))| Source {
            path: format!("{}.tla", &found[1]),
            text: text[start..end].to_owned(),
        };
        Self(starts.zip(ends).zip(&heads).map(module).collect())
    }

    /// What is said of the root, by each command that the room's codes come from.
    fn said(&self, room: &str) -> Vec<Vec<Diagnostic>> {
        let root = &self.0[0];
        let transformed = |granularity| {
            let options = Options { granularity, ..Options::default() };
            transform::transform(&root.text, &root.path, &options).map_or_else(|refused| refused, |done| done.warnings)
        };
        match room {
            "tla" => vec![check::check(root, self).diagnostics, transformed(Granularity::Function)],
            "lint" => vec![lint::lint(root, self)],
            "transform" => {
                [Granularity::Function, Granularity::Yield, Granularity::Statement].map(transformed).to_vec()
            }
            _ => panic!("it is not said here what leads to the codes of {room}"),
        }
    }
}

impl Library for Modules {
    fn find(&self, name: &str) -> Option<Source> {
        self.0.iter().skip(1).find(|source| source.path == format!("{name}.tla")).cloned()
    }
}

#[test]
fn every_text_of_a_code_leads_to_it_and_mended_to_nothing() {
    let mut shown = 0;
    for entry in codes::all().unwrap() {
        let (Some(before), Some(after)) = (&entry.before, &entry.after) else { continue };
        let room = entry.code.split('/').next().unwrap();
        let (before, after) = (Modules::of(before).said(room), Modules::of(after).said(room));
        let by = before.iter().position(|said| said.iter().any(|one| one.code == entry.code));
        let by = by.unwrap_or_else(|| panic!("{}: {before:#?}", entry.code));
        assert!(after[by].is_empty(), "{}: {:#?}", entry.code, after[by]);
        shown += 1;
    }
    assert!(shown > 0);
}

/// Codes of these rooms that no text of a few lines leads to, with the reason.
const WITHOUT_TEXT: [(&str, &str); 9] = [
    ("sany/silent", "about a child"),
    ("sany/timeout", "about a child"),
    ("tla/fix-limit", "a text of great length"),
    ("tla/format-changed", "a defect of the formatter"),
    ("tla/format-too-deep", "a text of great depth"),
    ("tla/format-unstable", "a defect of the formatter"),
    ("tla/parse-too-deep", "a text of great depth"),
    ("tla/parse-too-large", "a text of great length"),
    ("transform/unknown-action", "about the trace mapping"),
];

#[test]
fn every_code_about_text_shows_one() {
    let cards = knowledge::cards().unwrap();
    let mut without = Vec::new();
    for entry in codes::all().unwrap() {
        if let Some(id) = &entry.card {
            let card =
                cards.iter().find(|card| card.id == *id).unwrap_or_else(|| panic!("{}: no card {id}", entry.code));
            assert!(card.is_about(&entry.code), "{}: {id} is about {} and {}", entry.code, card.code, card.sany);
        }
        let is_about_text = ["lint", "sany", "tla", "transform"].contains(&entry.code.split('/').next().unwrap());
        if is_about_text && entry.texts(&cards).is_none() {
            without.push(entry.code);
        }
    }
    without.sort();
    assert_eq!(without, WITHOUT_TEXT.map(|(code, _)| code));
}

#[test]
fn explain_shows_a_text_that_leads_to_the_code_and_the_text_mended() {
    let explain = |arguments: &[&str]| {
        let mut command = program();
        command.arg("explain").args(arguments);
        ran(command)
    };
    let words = explain(&["tla/junction-column"]).out;
    let text = "Text that leads to it, here in M.tla\n             /\\ \\/ b\n              \\/ c\n    ====\n\nMended\n             /\\ \\/ b\n                \\/ c\n    ====\n";
    assert!(words.contains(text), "{words}");
    // That of the card which the entry names.
    let texts = explain(&["--json", "tla/parse-precedence"]).json()["result"]["texts"].clone();
    let cards = knowledge::cards().unwrap();
    let card = cards.iter().find(|card| card.id == "mixed-and-or").unwrap();
    assert_eq!((&texts["before"], &texts["after"]), (&card.before.as_str().into(), &card.after.as_str().into()));
    let none = explain(&["--json", "disk/full"]).json()["result"].clone();
    assert!(none["texts"].is_null() && none["example"].is_string(), "{none}");
}

#[test]
fn explain_shows_a_code_a_room_or_all_without_a_project() {
    let folder = tempfile::tempdir().unwrap();
    let explain = |arguments: &[&str]| {
        let mut command = program();
        command.current_dir(folder.path()).arg("explain").args(arguments);
        ran(command)
    };
    let one = explain(&["llm/rate-limited"]);
    assert_eq!(one.exit, 0, "{one:?}");
    for words in ["asked less often", "For example", "Cause", "What to do", "specgen resume", "exit code is 20"] {
        assert!(one.out.contains(words), "no `{words}` in {}", one.out);
    }
    assert!(explain(&["sany/level"]).out.contains("action-without-box"), "cards of the code are shown");
    let room = explain(&["llm"]).out;
    assert!(room.contains("llm/budget ") && !room.contains("disk/full"));
    let all = explain(&[]).out;
    assert!(codes::all().unwrap().iter().all(|entry| all.contains(&entry.code)));
    let json = explain(&["--json", "llm/budget"]).json();
    assert_eq!((&json["result"]["exit"], &json["result"]["code"]), (&30.into(), &"llm/budget".into()));
    explain(&["--json", "llm/rate-limit"]).failed_once(2, "explain/unknown-code").says("`llm/rate-limited`");
    explain(&["--json", "Raft.tla"]).failed_once(2, "explain/place");
    explain(&["--json", "Raft.tla:1"]).failed_once(2, "config/no-project");
}

#[test]
fn a_failure_names_the_command_that_explains_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program();
    command.current_dir(folder.path()).arg("run");
    let loud = ran(command);
    assert!(loud.err.contains("`specgen explain config/no-project` says more"), "{loud:?}");
    let mut command = program();
    command.current_dir(folder.path()).args(["run", "--quiet"]);
    assert!(!ran(command).err.contains("specgen explain"));
}
