//! The formatter on real modules: the same tree and comments, stable, and still clean for SANY.

use std::path::Path;
use std::path::PathBuf;

use camino::Utf8Path;
use proptest::prelude::*;
use specgen::base::disk;
use specgen::tla::check::Verdict;
use specgen::tla::format::format;
use specgen::tla::parse_module;
use specgen::tla::print_module;
use specgen::tla::tree;
use specgen::tla::tree::TriviaKind;

use crate::front::Numbers;
use crate::front::checked;
use crate::front::recorded;
use crate::front::sany;
use crate::front::say;
use crate::front::texts;
use crate::map::read;
use crate::project::program;
use crate::project::ran;
use crate::properties::text::layout_holds;

/// The text laid out; `None` if it was refused, and so the same.
fn laid(text: &str) -> Option<String> {
    let laid = layout_holds(text);
    if laid.is_none() {
        let refused = format(text, "M.tla").diagnostics.into_iter().find(|first| first.code.starts_with("tla/format"));
        refused.iter().for_each(|first| say(&first.render(false)));
    }
    laid
}

/// The modules that SANY has found clean, and those that ship with its jar if Java is there.
fn clean(standard: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        recorded().into_iter().flatten().filter(|(_, v)| *v == Verdict::Clean).map(|(p, _)| p).collect();
    drop(sany(standard, &Vec::new));
    let folders =
        [standard, Path::new("tests/front")].into_iter().filter_map(|folder| folder.read_dir().ok()).flatten();
    files
        .extend(folders.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "tla")));
    files.sort();
    files
}

fn text_of(path: &Path) -> String {
    read(path.to_str().unwrap())
}

#[test]
fn real_modules_keep_tree_and_comments_and_stay_clean_for_sany() {
    let standard = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut placed = Vec::new();
    let (mut all, mut refused) = (0, 0);
    for (number, file) in clean(standard.path()).iter().enumerate() {
        let text = text_of(file);
        if !tree::parse(&text).is_clean() {
            continue;
        }
        all += 1;
        let Some(laid) = laid(&text) else {
            say(&format!("left as it is: {}", file.display()));
            refused += 1;
            continue;
        };
        let place = folder.path().join(number.to_string());
        for beside in file.parent().unwrap().read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            if beside.extension().is_some_and(|e| e == "tla") && file.parent().unwrap() != standard.path() {
                disk::put(Utf8Path::from_path(&place.join(beside.file_name().unwrap())).unwrap(), text_of(&beside))
                    .unwrap();
            }
        }
        let path = place.join(file.file_name().unwrap());
        disk::put(Utf8Path::from_path(&path).unwrap(), laid).unwrap();
        placed.push((path, file.clone()));
    }
    say(&format!("{} of {all} modules laid out", all - refused));
    assert!(all > 0 && refused * 10 <= all, "{refused} of {all}");
    let originals: Vec<PathBuf> = placed.iter().flat_map(|(path, file)| [path.clone(), file.clone()]).collect();
    let again = tempfile::tempdir().unwrap();
    let Some(said) = sany(again.path(), &|| originals.clone()) else { return };
    let verdict = |path: &Path| said[&path.canonicalize().unwrap()].0.verdict;
    let mut clean = 0;
    for (path, file) in &placed {
        assert_eq!(verdict(path), verdict(file), "{}", file.display());
        assert_eq!(checked(path).verdict(), checked(file).verdict(), "{}", file.display());
        clean += usize::from(verdict(path) == Verdict::Clean);
    }
    say(&format!("SANY: {clean} of {} laid out modules are clean", placed.len()));
    assert!(clean > 0);
}

#[test]
fn what_the_printer_prints_of_real_modules_is_laid_out_already() {
    let mut count = 0;
    for (file, _) in recorded().into_iter().flatten().filter(|(_, verdict)| *verdict == Verdict::Clean) {
        let parsed = parse_module(&text_of(&file), "M.tla");
        let Some(module) = parsed.module.filter(|_| parsed.diagnostics.is_empty()) else { continue };
        // Comments are where the printer and the author may differ.
        let printed = print_module(&module);
        let formatted = laid(&printed).unwrap_or_else(|| panic!("{}", file.display()));
        let lines = printed.lines().count();
        let diff = similar::TextDiff::from_lines(&printed, &formatted);
        let changed = diff.iter_all_changes().filter(|change| change.tag() == similar::ChangeTag::Delete).count();
        say(&format!("{}: {changed} of {lines} lines", file.display()));
        assert!(changed * 50 <= lines, "{}\n{}", file.display(), diff.unified_diff());
        count += 1;
    }
    say(&format!("{count} printed modules"));
}

#[test]
fn modules_with_disturbed_blanks_keep_tree_and_comments() {
    let blanks = [" ", "  ", "\n", "\n   ", "\n\n\n", "\t", "      ", " \\* c\n ", " (* c *) ", "\r\n"];
    let mut numbers = Numbers(11);
    let mut files: Vec<PathBuf> = recorded().into_iter().flatten().map(|(path, _)| path).collect();
    files.extend(Path::new("tests/front").read_dir().unwrap().map(|entry| entry.unwrap().path()));
    files.push(PathBuf::from("src/tla/testdata/Constructs.tla"));
    files.retain(|path| path.extension().is_some_and(|e| e == "tla") && tree::parse(&text_of(path)).is_clean());
    let (mut clean, mut refused) = (0, 0);
    for round in 0..300 {
        let mut text = text_of(&files[round % files.len()]);
        for _ in 0..4 {
            let tree = tree::parse(&text).tree;
            let blank: Vec<_> = tree.trivia().iter().filter(|piece| piece.kind == TriviaKind::Blank).collect();
            let chosen = blank[numbers.below(blank.len())];
            text.replace_range(chosen.start as usize..chosen.end as usize, blanks[numbers.below(blanks.len())]);
        }
        if tree::parse(&text).is_clean() {
            clean += 1;
            refused += usize::from(laid(&text).is_none());
        }
    }
    say(&format!("{} of {clean} disturbed modules laid out", clean - refused));
    assert!(clean >= 50 && refused * 20 <= clean, "{refused} of {clean}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_laid_out_or_left_alone(text in texts()) {
        for text in [&text, &format!("---- MODULE M ----\n{text}\n====\n")] {
            laid(text);
        }
    }
}

const UGLY: &str = "---- MODULE M ----\nA==1\n====\n";
const GOOD: &str = "---- MODULE M ----\nA == 1\n====\n";

#[test]
fn fmt_prints_checks_and_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| camino::Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    let (ugly, good, broken) = (path("Ugly.tla"), path("Good.tla"), path("Broken.tla"));
    for (file, text) in [(&ugly, UGLY), (&good, GOOD), (&broken, "---- MODULE M ----\nA == (\n====\n")] {
        disk::put(file, text).unwrap();
    }
    let fmt = |arguments: &[&str]| {
        let mut command = program();
        command.arg("fmt").args(arguments);
        ran(command)
    };
    let printed = fmt(&[ugly.as_str()]);
    assert_eq!((printed.exit, printed.out.as_str()), (0, GOOD));
    assert_eq!(fmt(&[ugly.as_str(), good.as_str()]).exit, 2);
    let asked = fmt(&["--check", ugly.as_str(), good.as_str()]);
    assert_eq!((asked.exit, asked.out), (10, format!("{ugly}: would change\n")));
    assert_eq!(disk::read_text(&ugly).unwrap(), UGLY);
    let written = fmt(&["--write", ugly.as_str(), good.as_str()]);
    assert_eq!((written.exit, written.out), (0, format!("{ugly}: laid out\n")));
    assert_eq!(disk::read_text(&ugly).unwrap(), GOOD);
    let refused = fmt(&["--write", broken.as_str()]);
    assert_eq!(refused.exit, 10);
    assert!(refused.err.contains("tla/parse-"), "{}", refused.err);
    assert_eq!(fmt(&["--check", good.as_str()]).exit, 0);
    assert_eq!(fmt(&[path("None.tla").as_str()]).exit, 13);
}
