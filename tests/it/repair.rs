//! Repair without a model, on the broken modules of the data set: how many become clean, and that nothing is lost.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use specgen::base::diag::Severity;
use specgen::base::disk;
use specgen::tla::check;
use specgen::tla::check::Source;
use specgen::tla::check::Verdict;
use specgen::tla::fix;
use specgen::tla::fix::Fix;
use specgen::tla::fix::Fixed;
use specgen::tla::ops;
use specgen::tla::tree;
use specgen::tla::tree::Kind;
use specgen::tla::tree::Node;
use specgen::tla::tree::TokenKind;

use crate::front::Beside;
use crate::front::DATA;
use crate::front::recorded;
use crate::front::sany;
use crate::front::say;
use crate::map::read;

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

/// The words of a unit, without blanks and comments, each in one spelling.
fn words(node: Node<'_>) -> Vec<String> {
    let tokens = node.all_tokens().iter().filter(|token| token.kind != TokenKind::Break);
    let word = |token: &tree::Token| match token.canonical {
        "" => node.token_text(token).to_owned(),
        canonical => ops::canonical(canonical).to_owned(),
    };
    tokens.map(word).collect()
}

fn units(text: &str) -> Vec<(Kind, std::ops::RangeInclusive<usize>, Vec<String>)> {
    let parsed = tree::parse(text);
    let Some(module) = parsed.tree.root().child(0) else { return Vec::new() };
    let line = |offset: usize| text[..offset].matches('\n').count() + 1;
    let units =
        module.children().map(|unit| (unit.kind(), line(unit.span().start)..=line(unit.span().end), words(unit)));
    units.collect()
}

/// What is wrong with one step, judged without the code that judges inside: definitions that no diagnostic touches
/// must be the same afterwards, apart from names the step gives another spelling.
fn wrong_step(fix: &Fix, path: &Path, before: &str, after: &str) -> Vec<String> {
    let source = Source { path: path.display().to_string(), text: before.to_owned() };
    let report = check::check(&source, &Beside(path.parent().unwrap().to_owned()));
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let lines: Vec<usize> = errors.flat_map(|d| d.places.iter().map(|place| place.line)).collect();
    let (old, new) = (units(before), units(after));
    let mut wrong = Vec::new();
    for (index, (kind, range, words)) in old.iter().enumerate() {
        let kept = [Kind::Definition, Kind::ModuleDefinition, Kind::Assume, Kind::Theorem, Kind::Instance];
        let cut_off = old.get(index + 1).is_some_and(|next| next.0 == Kind::Error);
        if !kept.contains(kind) || cut_off || lines.iter().any(|line| range.contains(line)) {
            continue;
        }
        let renamed = |now: &[String]| {
            fix.fixer == "duplicate"
                && now.len() == words.len()
                && now.iter().zip(words).all(|(now, word)| now == word || without_number(now) == without_number(word))
        };
        if !new.iter().any(|(_, _, now)| now == words || renamed(now)) {
            wrong.push(format!("{}: {} changed line {range:?}: {}", path.display(), fix.fixer, words.join(" ")));
        }
    }
    wrong
}

fn without_number(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The names of definitions, those inside LET and in broken parts included.
fn heads(text: &str) -> BTreeMap<String, usize> {
    let parsed = tree::parse(text);
    let tokens = parsed.tree.tokens();
    let mut heads = BTreeMap::new();
    for pair in tokens.windows(2).filter(|pair| pair[0].kind == TokenKind::Break) {
        *heads.entry(text[pair[1].span().range()].to_owned()).or_default() += 1;
    }
    heads
}

/// The names that are gone. A name that got a digit is there.
fn lost(before: &str, after: &str) -> Vec<String> {
    let (old, new) = (heads(before), heads(after));
    let there =
        |name: &String| new.contains_key(name) || new.keys().any(|now| without_number(now) == without_number(name));
    old.into_keys().filter(|name| !there(name)).collect()
}

fn case(path: &Path) -> Case {
    let before = read(path.to_str().unwrap());
    let source = Source { path: path.display().to_string(), text: before.clone() };
    let library = Beside(path.parent().unwrap().to_owned());
    let first = check::check(&source, &library).diagnostics.into_iter().find(|d| d.severity == Severity::Error);
    let mut wrong = Vec::new();
    let fixed = fix::fix_observed(&source, &library, &mut |fix, before, after| {
        wrong.extend(wrong_step(fix, path, before, after));
    });
    wrong.extend(lost(&before, &fixed.text).into_iter().map(|name| format!("{}: `{name}` is lost", path.display())));
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
    let clean = broken.iter().filter(|(case, _)| case.fixed.verdict == Verdict::Clean).count();
    assert!(clean * 100 >= broken.len() * 60, "{clean} of {}", broken.len());
    let Some(judged) = judged else { return };
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
