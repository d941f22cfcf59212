//! `specgen check`: what it prints, what it ends with, and that no file is too bad for it.

use std::path::Path;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::disk;

use crate::project::Ran;
use crate::project::program;
use crate::project::ran;

const BROKEN: &str =
    "---- MODULE Broken ----\nVARIABLE x\nInit == x = 0\nNext == x' = y\nStep == (x\nLast == Len(x)\n====\n";

fn put(folder: &Path, name: &str, contents: impl AsRef<[u8]>) -> String {
    let path = Utf8PathBuf::from_path_buf(folder.join(name)).unwrap();
    disk::put(&path, contents).unwrap();
    path.into_string()
}

fn check(arguments: &[&str]) -> Ran {
    let mut command = program();
    command.arg("check").args(arguments);
    ran(command)
}

#[test]
fn every_error_is_printed_with_its_place_and_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let file = put(folder.path(), "Broken.tla", BROKEN);
    let ran = check(&[&file]);
    assert_eq!(ran.exit, 10, "{}", ran.out);
    for words in [
        "error[tla/parse-unexpected]",
        "Broken.tla:4:14",
        "`y` is not known here",
        "Sequences: add it to EXTENDS",
        "errors: 3",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
}

#[test]
fn json_and_sarif_hold_the_same_errors() {
    let folder = tempfile::tempdir().unwrap();
    let file = put(folder.path(), "Broken.tla", BROKEN);
    let json = check(&["--json", &file]).json();
    let diagnostics = json["result"]["files"][0]["diagnostics"].as_array().unwrap();
    assert_eq!(json["result"]["files"][0]["verdict"], "parse-error");
    let sarif: serde_json::Value = serde_json::from_str(&check(&["--sarif", &file]).out).unwrap();
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), diagnostics.len());
    for (result, diagnostic) in results.iter().zip(diagnostics) {
        assert_eq!(result["ruleId"], diagnostic["code"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], diagnostic["places"][0]["line"]);
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
    }
}

#[test]
fn modules_are_found_beside_the_file_and_in_libraries() {
    let (folder, library) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = put(folder.path(), "A.tla", "---- MODULE A ----\nEXTENDS B, C\nF == G + H\n====\n");
    put(folder.path(), "B.tla", "---- MODULE B ----\nEXTENDS Naturals\nG == 1\n====\n");
    put(library.path(), "C.tla", "---- MODULE C ----\nH == 1\n====\n");
    let missing = check(&["--json", &file]);
    assert_eq!(
        (missing.exit, missing.json()["result"]["files"][0]["diagnostics"][0]["code"].as_str()),
        (10, Some("tla/missing-module"))
    );
    let found = check(&[&file, "-I", library.path().to_str().unwrap()]);
    assert_eq!((found.exit, found.out.trim().ends_with("clean")), (0, true), "{}", found.out);
}

/// Texts nobody would write: what is repeated, so often that no stack holds it, and the code that tells of it; `None` is clean.
fn excesses() -> Vec<(&'static str, String, Option<&'static str>)> {
    const DEEP: usize = 100_000;
    let wrapped =
        |open: &str, inside: &str, close: &str| format!("F == {}{inside}{}", open.repeat(DEEP), close.repeat(DEEP));
    let deep = Some("tla/parse-too-deep");
    let stairs = |n: usize| (0..n).map(|column| format!("{}/\\\n", " ".repeat(column))).collect::<String>();
    let lines = |line: fn(usize) -> String| (0..DEEP).map(line).collect::<String>();
    vec![
        ("Parentheses", wrapped("(", "1", ")"), deep),
        ("Unclosed", wrapped("(", "1", ""), deep),
        ("Squares", wrapped("[", "1", "]"), deep),
        ("Braces", wrapped("{", "", "}"), deep),
        ("Tuples", wrapped("<<", "", ">>"), deep),
        ("Lets", wrapped("LET a == 1 IN ", "1", ""), deep),
        ("Locals", wrapped("LET a == ", "1", " IN 1"), deep),
        ("Ifs", wrapped("IF TRUE THEN 1 ELSE ", "1", ""), deep),
        ("Cases", wrapped("CASE TRUE -> ", "1", ""), deep),
        ("Signs", wrapped("- ", "1", ""), deep),
        ("Negations", wrapped("~", "TRUE", ""), deep),
        ("Quantifiers", wrapped("\\A x \\in {} : ", "TRUE", ""), deep),
        ("Applications", wrapped("F(", "1", ")"), deep),
        ("Updates", wrapped("[f EXCEPT ![1] = ", "1", "]"), deep),
        ("Fairness", wrapped("WF_x(", "x", ")"), deep),
        ("Labels", wrapped("l :: ", "1", ""), deep),
        ("Bullets", format!("F == {}TRUE", "/\\ \\/ ".repeat(DEEP)), deep),
        ("Stairs", format!("F ==\n{}{}TRUE", stairs(3_000), " ".repeat(3_001)), deep),
        ("Modules", "---- MODULE A ----\n".repeat(DEEP), deep),
        ("Comments", format!("{}{}", "(*".repeat(DEEP), "*)".repeat(DEEP)), None),
        ("Chain", format!("F == TRUE{}", " /\\ TRUE".repeat(DEEP)), None),
        ("List", format!("F ==\n{}", "  /\\ TRUE\n".repeat(DEEP)), None),
        ("Openings", lines(|n| format!("F{n} == [<<\n")), Some("tla/parse-unexpected")),
        ("Conflicts", format!("F == 1{}", " => 1".repeat(DEEP)), Some("tla/parse-precedence")),
        ("Ticks", lines(|n| format!("F{n} == \"`\n")), Some("tla/parse-lexical")),
        ("Underscores", format!("F == {}", "_".repeat(DEEP)), Some("tla/parse-unexpected")),
        ("Name", format!("F == {}", "n".repeat(10 * DEEP)), Some("tla/unknown-name")),
        ("Extended", format!("EXTENDS A{}", ", A".repeat(DEEP)), Some("tla/missing-module")),
        ("Doubled", "F == 1\n".repeat(DEEP), Some("tla/duplicate")),
    ]
}

#[test]
fn no_excess_breaks_check_fmt_or_fix() {
    let folder = tempfile::tempdir().unwrap();
    let put = |(name, inside, _): &(&str, String, Option<&str>)| {
        put(folder.path(), &format!("{name}.tla"), format!("---- MODULE {name} ----\n{inside}\n====\n"))
    };
    let excesses = excesses();
    let files: Vec<String> = excesses.iter().map(put).collect();
    let all: Vec<&str> = ["--json"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let checked = check(&all);
    assert_eq!(checked.exit, 10, "{}", checked.err);
    let json = checked.json();
    for ((name, _, code), result) in excesses.iter().zip(json["result"]["files"].as_array().unwrap()) {
        let codes = result["diagnostics"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap());
        let codes: Vec<&str> = codes.collect();
        match code {
            Some(code) => assert!(codes.contains(code), "{name}: {codes:?}"),
            None => assert_eq!(result["verdict"], "clean", "{name}: {codes:?}"),
        }
    }
    for command in [&["fmt", "--check"][..], &["fix"]] {
        let mut child = program();
        child.args(command).args(&all);
        let ran = ran(child);
        assert_eq!(ran.exit, 10, "{command:?}: {}", ran.err);
        assert_eq!(ran.json()["result"]["files"].as_array().unwrap().len(), excesses.len());
    }
}

#[test]
fn no_file_is_too_bad() {
    let folder = tempfile::tempdir().unwrap();
    let large = format!("---- MODULE Large ----\n{}====\n", "F == 1 \\* x\n".repeat(9_000_000));
    assert!(large.len() > 100_000_000);
    let (ring, link) = ("---- MODULE Ring ----\nEXTENDS Link\n====\n", "---- MODULE Link ----\nEXTENDS Ring\n====\n");
    put(folder.path(), "Link.tla", link);
    let binary: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let open = "---- MODULE Open ----\nF == 1\n(* the end";
    let locked = put(folder.path(), "Locked.tla", "---- MODULE Locked ----\n====\n");
    let cases = [
        (put(folder.path(), "Binary.tla", binary), 13, "disk/not-text"),
        (put(folder.path(), "Nul.tla", "\0".repeat(100_000)), 10, "tla/parse-no-module"),
        (put(folder.path(), "Large.tla", large), 10, "tla/parse-too-large"),
        (put(folder.path(), "Comment.tla", "---- MODULE Comment ----\n\\* the end"), 10, "tla/parse-unclosed-module"),
        (put(folder.path(), "Open.tla", open), 10, "tla/parse-lexical"),
        (put(folder.path(), "Empty.tla", ""), 10, "tla/parse-no-module"),
        (folder.path().join("Nope.tla").display().to_string(), 13, "disk/not-found"),
        (folder.path().display().to_string(), 13, "disk/io"),
        (format!("{locked}/Inside.tla"), 13, "disk/"),
    ];
    let only_of_check = [(put(folder.path(), "Ring.tla", ring), 10, "tla/cyclic-modules")];
    for command in [&["check"][..], &["fmt", "--check"], &["fix"]] {
        let cyclic = only_of_check.iter().filter(|_| command[0] == "check");
        for (file, code, diagnostic) in cases.iter().chain(cyclic) {
            // A header is what a text without one gets.
            if command[0] == "fix" && diagnostic.starts_with("tla/parse-") && *diagnostic != "tla/parse-too-large" {
                continue;
            }
            let mut child = program();
            child.args(command).args(["--json", file]);
            let ran = ran(child);
            assert_eq!(ran.exit, *code, "{command:?} {file}: {}{}", ran.out, ran.err);
            assert!(ran.out.contains(diagnostic), "{command:?} {file}: {}", ran.out);
            let json = ran.json();
            if *diagnostic == "tla/parse-too-large" && command[0] == "fix" {
                assert_eq!(json["result"]["files"][0]["diff"], "", "{file}");
            }
            let found = json["diagnostics"].as_array().or(json["result"]["files"][0]["diagnostics"].as_array());
            let found = found.or(json["result"]["files"][0]["left"].as_array()).unwrap();
            assert!(
                found.iter().all(|one| one["places"][0]["line"].is_u64() && one["hints"][0].is_string()),
                "{found:#?}"
            );
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_costs_no_other_its_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let good = put(folder.path(), "Good.tla", "---- MODULE Good ----\nA == 1\n====\n");
    let bad = put(folder.path(), "Bad.tla", "---- MODULE Bad ----\nA == b\n====\n");
    let absent = folder.path().join("Absent.tla").display().to_string();
    let check = |more: &[&str]| {
        let mut child = program();
        child.arg("check").args(more);
        ran(child)
    };
    let all = check(&["--json", &good, &absent, &bad]);
    assert_eq!(all.exit, 13, "{}", all.err);
    let files = all.json()["result"]["files"].clone();
    let verdicts: Vec<_> = files.as_array().unwrap().iter().map(|file| file["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["clean", "unreadable", "semantic-error"]);
    for files in [&[absent.as_str()][..], &[&good, &absent, &bad]] {
        let log = check(&[&["--sarif"], files].concat());
        let sarif: serde_json::Value = serde_json::from_str(&log.out).unwrap();
        assert!(sarif["runs"][0]["results"].to_string().contains("disk/not-found"), "{}", log.out);
        assert_eq!(log.exit, 13);
    }
}

#[test]
fn a_text_that_is_not_read_is_not_written_either() {
    let folder = tempfile::tempdir().unwrap();
    let large = format!("---- MODULE Large ----\n{}====\n", "F == 1 \\* x\n".repeat(3_000_000));
    let file = put(folder.path(), "Large.tla", &large);
    for command in ["fix", "fmt"] {
        let mut child = program();
        child.args([command, "--write", &file]);
        assert_eq!(ran(child).exit, 10, "{command}");
        assert!(disk::read_text(Utf8Path::new(&file)).unwrap() == large, "{command} has changed the file");
    }
}

#[test]
fn fix_prints_a_diff_and_writes_only_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let text = "---- MODULE Broken ----\nVARIABLE x\nInit == x = 0 && x != 1\n====\n";
    let file = put(folder.path(), "Broken.tla", text);
    let run = |arguments: &[&str]| {
        let mut command = program();
        command.arg("fix").args(arguments);
        ran(command)
    };
    let shown = run(&[&file]);
    assert_eq!(shown.exit, 0, "{}", shown.out);
    for words in ["fixed by `spelling`", "-Init == x = 0 && x != 1", "+Init == x = 0 /\\ x # 1", "clean, fixes:"] {
        assert!(shown.out.contains(words), "{words}\n{}", shown.out);
    }
    assert_eq!(crate::map::read(&file), text);
    let json = run(&["--json", "--write", &file]).json();
    assert_eq!(
        (&json["result"]["files"][0]["verdict"], &json["result"]["files"][0]["written"]),
        (&"clean".into(), &true.into())
    );
    assert_eq!(crate::map::read(&file), text.replace("&&", "/\\").replace("!=", "#"));
    let hopeless = put(folder.path(), "Hopeless.tla", "---- MODULE Hopeless ----\nF == Unheard(1)\n====\n");
    assert_eq!(run(&[&hopeless]).exit, 10);
}
