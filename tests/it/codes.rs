//! Every diagnostic code that the source can emit is explained, and nothing else is.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use regex::Regex;
use specgen::knowledge::codes;

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
