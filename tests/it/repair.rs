//! Repair without a model, on the broken modules of the data set: how many become clean, and that nothing is lost.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use proptest::prelude::*;
use specgen::base::diag::Severity;
use specgen::base::disk;
use specgen::tla::check;
use specgen::tla::check::NoLibrary;
use specgen::tla::check::Source;
use specgen::tla::check::Verdict;
use specgen::tla::fix::Fixed;
use specgen::tla::tree;

use crate::front::Beside;
use crate::front::DATA;
use crate::front::recorded;
use crate::front::sany;
use crate::front::say;
use crate::front::slips_of;
use crate::front::texts;
use crate::map::read;
use crate::properties::repair::lost;
use crate::properties::repair::repair_holds;
use crate::properties::repair::repaired;
use crate::properties::repair::units;

/// One file and what came of it.
struct Case {
    path: PathBuf,
    /// The code of its first error.
    code: String,
    before: String,
    fixed: Fixed,
    /// What was lost or changed that should not have been.
    wrong: Vec<String>,
}

fn case(path: &Path) -> Case {
    let before = read(path.to_str().unwrap());
    let source = Source { path: path.display().to_string(), text: before.clone() };
    let library = Beside(path.parent().unwrap().to_owned());
    let first = check::check(&source, &library).diagnostics.into_iter().find(|d| d.severity == Severity::Error);
    let (fixed, wrong) = repaired(&source, &library);
    Case { path: path.to_owned(), code: first.map_or_else(String::new, |d| d.code), before, fixed, wrong }
}

/// All files, in two threads.
fn cases() -> Option<Vec<(Case, Verdict)>> {
    let recorded = recorded()?;
    let half = recorded.len() / 2;
    let run =
        |part: &[(PathBuf, Verdict)]| -> Vec<_> { part.iter().map(|(path, verdict)| (case(path), *verdict)).collect() };
    Some(std::thread::scope(|scope| {
        let second = scope.spawn(|| run(&recorded[half..]));
        let mut all = run(&recorded[..half]);
        all.extend(second.join().unwrap());
        all
    }))
}

/// The community modules, which the jar lacks, as SANY sees them: their names with as many parameters.
fn community() -> Vec<(String, String)> {
    let signatures = read("src/tla/check/standard.txt");
    let mut modules: Vec<(String, String)> = Vec::new();
    for line in signatures.lines() {
        if let Some(header) = line.strip_prefix("module ") {
            let name = header.split(' ').next().unwrap().to_owned();
            let extends = header.split_once("extends ").map_or(String::new(), |(_, list)| list.replace(' ', ", "));
            let extends = if extends.is_empty() { extends } else { format!("EXTENDS {extends}\n") };
            modules.push((name.clone(), format!("---- MODULE {name} ----\n{extends}")));
        } else if !line.starts_with(['#']) && !line.starts_with("newer") {
            for entry in line.split_whitespace().filter(|entry| entry.starts_with(char::is_alphabetic)) {
                let (name, parameters) = entry.split_once('(').unwrap_or((entry, ""));
                let mut text = String::new();
                let mut depth = 0;
                for (number, c) in parameters.chars().take(parameters.len().saturating_sub(1)).enumerate() {
                    depth += i32::from(c == '(') - i32::from(c == ')');
                    let is_parameter = c == '_' && depth == 0;
                    if is_parameter {
                        text.extend(["p", &number.to_string()]);
                    } else {
                        text.push(c);
                    }
                }
                let head = if text.is_empty() { name.to_owned() } else { format!("{name}({text})") };
                modules.last_mut().unwrap().1.extend([head.as_str(), " == CHOOSE v : TRUE\n"]);
            }
        }
    }
    let lacking = ["TLCExt", "Folds", "Functions", "FiniteSetsExt", "BagsExt", "SequencesExt"];
    modules.retain(|(name, _)| lacking.contains(&name.as_str()));
    modules.into_iter().map(|(name, text)| (name, format!("{text}====\n"))).collect()
}

/// Which repaired texts SANY takes, and which it cannot judge, having no module they extend; `None` without SANY.
fn judged(cases: &[(Case, Verdict)]) -> Option<BTreeMap<PathBuf, Option<bool>>> {
    let (modules, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut copied: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let community = community();
    for (number, (case, _)) in cases.iter().enumerate() {
        for (name, text) in &community {
            let module = copies.path().join(number.to_string()).join(format!("{name}.tla"));
            disk::put(camino::Utf8Path::from_path(&module).unwrap(), text).unwrap();
        }
        let copy = copies.path().join(number.to_string()).join(case.path.file_name().unwrap());
        disk::put(camino::Utf8Path::from_path(&copy).unwrap(), &case.fixed.text).unwrap();
        copied.insert(copy.canonicalize().unwrap(), case.path.clone());
    }
    let said = sany(modules.path(), &|| copied.keys().cloned().collect())?;
    let verdict = |(copy, (said, text)): (PathBuf, (crate::front::Said, String))| {
        // An old jar reads no Unicode operators.
        let unable = text.contains("Cannot find source file") || text.contains("Encountered: \"\\u");
        let clean = (!unable).then_some(said.verdict == Verdict::Clean);
        if clean == Some(false)
            && cases.iter().any(|(case, _)| case.path == copied[&copy] && case.fixed.verdict == Verdict::Clean)
        {
            say(&format!(
                "{}: {}",
                copied[&copy].display(),
                text.lines()
                    .filter(|l| !l.starts_with("Parsing") && !l.starts_with("Semantic"))
                    .take(12)
                    .collect::<Vec<_>>()
                    .join("\n   ")
            ));
        }
        (copied[&copy].clone(), clean)
    };
    Some(said.into_iter().map(verdict).collect())
}

#[test]
fn most_broken_modules_are_repaired_and_none_loses_a_definition() {
    let Some(all) = cases() else { return };
    let wrong: Vec<_> = all.iter().flat_map(|(case, _)| &case.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (case, _) in all.iter().filter(|(_, verdict)| *verdict == Verdict::Clean) {
        // Of a clean module nothing but the spelling of Unicode operators may change.
        if tree::parse(&case.before).tree.foreign().next().is_none() {
            assert_eq!(case.before, case.fixed.text, "{}", case.path.display());
        }
        let unit = |text: &str| units(text).into_iter().map(|(kind, _, words)| (kind, words)).collect::<Vec<_>>();
        assert_eq!(unit(&case.before), unit(&case.fixed.text), "{}", case.path.display());
    }
    let broken: Vec<_> = all.into_iter().filter(|(_, verdict)| *verdict != Verdict::Clean).collect();
    let judged = judged(&broken);
    print(&broken, judged.as_ref());
    let Some(judged) = judged else { return };
    let clean = judged.values().filter(|said| **said == Some(true)).count();
    assert!(clean * 100 >= broken.len() * 60, "SANY takes {clean} of {}", broken.len());
    let ours = broken.iter().filter(|(case, _)| case.fixed.verdict == Verdict::Clean);
    let refused: Vec<_> = ours.filter(|(case, _)| judged.get(&case.path) == Some(&Some(false))).collect();
    let names: Vec<_> = refused.iter().map(|(case, _)| case.path.display().to_string()).collect();
    assert!(names.len() * 100 <= broken.len(), "SANY refuses what is clean here: {names:#?}");
}

fn print(broken: &[(Case, Verdict)], judged: Option<&BTreeMap<PathBuf, Option<bool>>>) {
    let mut table: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut fixes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for (case, _) in broken {
        let clean = case.fixed.verdict == Verdict::Clean;
        let sany = judged.and_then(|judged| judged.get(&case.path).copied().flatten());
        let no_verdict = judged.is_some_and(|judged| judged.get(&case.path) == Some(&None));
        for key in [case.code.as_str(), "all"] {
            let row = table.entry(key).or_default();
            row[0] += 1;
            row[1] += usize::from(clean);
            row[2] += usize::from(sany == Some(true));
            row[3] += usize::from(clean && no_verdict);
        }
        for fix in &case.fixed.fixes {
            *fixes.entry((fix.fixer, fix.code.as_str())).or_default() += 1;
        }
        if let Some(first) = case.fixed.left.iter().find(|d| d.severity == Severity::Error) {
            *left.entry(first.code.clone()).or_default() += 1;
        }
    }
    say(&format!(
        "{DATA}: first error, files, clean here, clean for SANY, clean here and not judged by SANY (a module it lacks)"
    ));
    for (code, [files, clean, sany, unknown]) in &table {
        say(&format!("{code:28} {files:4} {clean:4} {sany:4} {unknown:4}"));
    }
    say("fixes kept, by fixer and code");
    let mut fixes: Vec<_> = fixes.into_iter().collect();
    fixes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for ((fixer, code), count) in fixes {
        say(&format!("{fixer:12} {code:28} {count:4}"));
    }
    say(&format!("first error left, by code: {left:#?}"));
}

/// Found by fuzzing: the list could not be read before it was repaired, so that `mode ==` looked like a definition.
#[test]
fn what_a_broken_list_declares_is_no_definition() {
    let text = "---- MODULE Unclosed ----\nVARIABLE ; mode\nInit == mode == \"idle\"\n    Next = mode' = \"busy\"\n    Next = mode' = \"busy\"\n====\n";
    repair_holds(text);
    let clean = "---- MODULE M ----\nA == 1\n====\n";
    assert_eq!(lost(clean, "---- MODULE M ----\nCONSTANT A\n====\n"), ["A"]);
    assert_eq!(lost(clean, "---- MODULE M ----\nCONSTANT B\n====\n"), ["A"]);
}

/// Found by fuzzing: `□ ==` looks like the head of a definition, and is written in ASCII afterwards.
#[test]
fn an_operator_in_another_spelling_is_not_lost() {
    repair_holds("---- MODULE Low\0-+m>---\nVARIA\0BLE mode\nTog□ == mode' = if mode = \"on\" then 1 else 2\n====\n");
    let clean = "---- MODULE M ----\n¬ a == a\nF == 1\n====\n";
    assert_eq!(lost(clean, "---- MODULE M ----\n~ a == a\nF == 1\n====\n"), Vec::<String>::new());
    assert_eq!(lost(clean, "---- MODULE M ----\nF == 1\n====\n"), ["~"]);
}

/// Found by fuzzing: a head in the middle of a line, one of whose parameters is called as a variable is.
#[test]
fn a_head_with_parameters_that_nothing_names_before_is_no_equation() {
    let module =
        "---- MODULE M ----\nVARIABLE log\nType == {Fate(last, at, log) == last > log \\/ (at = log\nF == 1\n====\n";
    repair_holds(module);
    let fixed = specgen::tla::fix::fix(&Source { path: "M.tla".to_owned(), text: module.to_owned() }, &NoLibrary);
    assert!(fixed.text.contains("log) =="), "{}", fixed.text);
}

/// Found by fuzzing: `p[i] ==` is an equation of `p` at `i`, and `p[s, b) ==` is neither that nor a head.
#[test]
fn what_another_bracket_closes_is_no_element_that_is_compared() {
    repair_holds(
        "---- MODULE M ----\nTick(s) ==\n    /\\ p[s] = 1\n    /\\ x = [p EXCEPT ![s] = [p[s, b) == p[s] = 2\n====\n",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn repair_of_any_text_ends_loses_nothing_and_makes_nothing_worse(
        text in texts(),
        choice in any::<prop::sample::Index>(),
        slips in 1_usize..6,
        seed in any::<u64>(),
    ) {
        repair_holds(&format!("---- MODULE M ----\n{text}\n====\n"));
        repair_holds(&slips_of(choice, slips, seed));
    }
}
