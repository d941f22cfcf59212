//! `specgen check`: what it prints, what it ends with, and that no file is too bad for it.

use std::path::Path;

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

#[test]
fn no_file_is_too_bad() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!("---- MODULE Deep ----\nF == {}1\n====\n", "(".repeat(100_000));
    let large = format!("---- MODULE Large ----\n{}====\n", "F == 1 \\* x\n".repeat(3_000_000));
    let cases = [
        (put(folder.path(), "Binary.tla", (0..=255).cycle().take(10_000).collect::<Vec<u8>>()), 13, "disk/not-text"),
        (put(folder.path(), "Deep.tla", deep), 10, "tla/parse-too-deep"),
        (put(folder.path(), "Large.tla", large), 10, "tla/parse-too-large"),
        (put(folder.path(), "Comment.tla", "---- MODULE Comment ----\n\\* the end"), 10, "tla/parse-unclosed-module"),
        (put(folder.path(), "Empty.tla", ""), 10, "tla/parse-no-module"),
        (put(folder.path(), "Ring.tla", "---- MODULE Ring ----\nEXTENDS Ring\n====\n"), 10, "tla/cyclic-modules"),
        (folder.path().join("Nope.tla").display().to_string(), 13, "disk/not-found"),
        (folder.path().display().to_string(), 13, "disk/io"),
    ];
    for (file, code, diagnostic) in cases {
        let ran = check(&["--json", &file]);
        assert_eq!(ran.exit, code, "{file}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(diagnostic), "{file}: {}", ran.out);
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
