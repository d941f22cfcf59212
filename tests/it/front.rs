//! The front end against SANY: recorded verdicts, the real SANY, and texts broken at random.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Stdio;

use proptest::prelude::*;
use regex::Regex;
use specgen::base::diag::Severity;
use specgen::base::disk;
use specgen::tla::check;
use specgen::tla::check::Library;
use specgen::tla::check::Report;
use specgen::tla::check::Source;
use specgen::tla::check::Verdict;
use specgen::tla::tree;

use crate::map::read;
use crate::project::tools;
use crate::properties::slip::slip;
use crate::properties::text::layout_holds;
use crate::properties::text::reading_holds;

pub(crate) const DATA: &str = "../shared/data/syntax";

/// What SANY, or the front end, says of a file: the verdict and the line of the first error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) verdict: Verdict,
    line: Option<usize>,
}

#[expect(clippy::print_stderr, reason = "a test says what it measured and what it lacks")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

pub(crate) struct Beside(pub(crate) PathBuf);

impl Library for Beside {
    fn find(&self, name: &str) -> Option<Source> {
        source(&self.0.join(format!("{name}.tla")))
    }
}

fn source(path: &Path) -> Option<Source> {
    path.exists().then(|| Source { path: path.display().to_string(), text: read(path.to_str().unwrap()) })
}

pub(crate) fn checked(path: &Path) -> Report {
    check::check(&source(path).unwrap(), &Beside(path.parent().unwrap().to_owned()))
}

fn ours(path: &Path) -> Said {
    let report = checked(path);
    let first = report.diagnostics.iter().find(|d| d.severity == Severity::Error);
    Said { verdict: report.verdict(), line: first.and_then(|d| d.places.first()).map(|place| place.line) }
}

/// The files of the data set with their recorded verdicts, or `None` where the data is not there.
pub(crate) fn recorded() -> Option<Vec<(PathBuf, Verdict)>> {
    if !Path::new(DATA).exists() {
        say(&format!("skipped: no {DATA}"));
        return None;
    }
    let table = read(&format!("{DATA}/verdicts.tsv"));
    let row = |line: &str| {
        let mut cells = line.split('\t');
        let path = Path::new(DATA).join(cells.next().unwrap());
        let verdict = match cells.next().unwrap() {
            "0" => Verdict::Clean,
            "2" => Verdict::ParseError,
            "4" => Verdict::SemanticError,
            other => panic!("{other} is no verdict"),
        };
        (path, verdict)
    };
    Some(table.lines().skip(1).map(row).collect())
}

/// Real SANY on files, in one JVM, the standard modules copied to `directory`; `None` without the jar or a JDK.
#[expect(clippy::disallowed_methods, reason = "a test runs SANY as a child to compare with it")]
pub(crate) fn sany(directory: &Path, files: &dyn Fn() -> Vec<PathBuf>) -> Option<BTreeMap<PathBuf, (Said, String)>> {
    let jar = tools()?;
    let scratch = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new("java");
    command.arg(format!("-Djava.io.tmpdir={}", scratch.path().display())).arg("-cp").arg(jar);
    command.args(["-XX:+UseSerialGC", "tests/front/Sany.java"]).arg(directory);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        say("skipped: no java");
        return None;
    };
    let names: Vec<_> = files().iter().map(|file| file.canonicalize().unwrap().display().to_string()).collect();
    let mut stdin = child.stdin.take().unwrap();
    // The child reads names only as fast as it works, and what it prints must be read meanwhile.
    let writer = std::thread::spawn(move || stdin.write_all(names.join("\n").as_bytes()));
    let output = child.wait_with_output().unwrap();
    drop(writer.join().unwrap());
    if !output.status.success() {
        say(&format!("skipped: no JDK that can run a source file: {}", String::from_utf8_lossy(&output.stderr)));
        return None;
    }
    Some(by_file(&String::from_utf8_lossy(&output.stdout)))
}

fn by_file(printed: &str) -> BTreeMap<PathBuf, (Said, String)> {
    let mut said = BTreeMap::new();
    let (mut path, mut text) = (PathBuf::new(), String::new());
    for line in printed.lines() {
        if let Some(exit) = line.strip_prefix("@@ end ") {
            said.insert(std::mem::take(&mut path), (of_sany(&text, exit == "0"), std::mem::take(&mut text)));
        } else if let Some(name) = line.strip_prefix("@@ ") {
            path = PathBuf::from(name);
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    said
}

fn of_sany(text: &str, finished: bool) -> Said {
    let errors =
        text.find("***Parse Error***").or_else(|| text.find("Lexical error")).or_else(|| text.find("*** Errors:"));
    let verdict = match (finished, errors.is_some()) {
        (false, _) => Verdict::ParseError,
        (true, true) => Verdict::SemanticError,
        (true, false) => Verdict::Clean,
    };
    let line = Regex::new(r"line (\d+)").unwrap().captures(&text[errors.unwrap_or(0)..]);
    Said { verdict, line: line.map(|found| found[1].parse().unwrap()) }
}

#[test]
fn verdicts_agree_with_those_recorded_from_sany() {
    let Some(recorded) = recorded() else { return };
    let different: Vec<_> = recorded
        .iter()
        .map(|(path, verdict)| (path, *verdict, ours(path).verdict))
        .filter(|(_, a, b)| a != b)
        .collect();
    say(&format!("{} of {} verdicts agree", recorded.len() - different.len(), recorded.len()));
    assert!(different.len() * 100 <= recorded.len(), "{different:#?}");
}

#[test]
fn verdicts_and_lines_agree_with_sany() {
    let Some(recorded) = recorded() else { return };
    let directory = tempfile::tempdir().unwrap();
    let Some(said) = sany(directory.path(), &|| recorded.iter().map(|(path, _)| path.clone()).collect()) else {
        return;
    };
    compare(&said, 99, 90);
}

/// Compare, print the table, and hold the shares (in percent) of agreeing verdicts and lines.
fn compare(said: &BTreeMap<PathBuf, (Said, String)>, verdicts: usize, lines: usize) {
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    let (mut all, mut alike, mut placed, mut near) = (0, 0, 0, 0);
    for (path, (theirs, text)) in said {
        // An old jar has no community modules and reads no Unicode operators.
        if text.contains("Cannot find source file") || text.contains("Encountered: \"\\u") {
            continue;
        }
        let ours = ours(path);
        *table.entry(format!("SANY {:?}, here {:?}", theirs.verdict, ours.verdict)).or_default() += 1;
        all += 1;
        alike += usize::from(theirs.verdict == ours.verdict);
        if theirs.verdict != ours.verdict {
            say(&format!("{}: SANY {theirs:?}, here {ours:?}", path.display()));
            continue;
        }
        // SANY names the end of the file for a comment that is never closed.
        if text.contains("possibly open comment") {
            continue;
        }
        if let (Some(theirs), Some(ours)) = (theirs.line, ours.line) {
            placed += 1;
            near += usize::from(theirs.abs_diff(ours) <= 3);
            if theirs.abs_diff(ours) > 3 {
                say(&format!("{}: first error in line {theirs} for SANY, {ours} here", path.display()));
            }
        }
    }
    say(&format!("{table:#?}\n{alike} of {all} verdicts agree; {near} of {placed} first errors within 3 lines"));
    assert!(all > 0 && alike * 100 >= all * verdicts, "{table:#?}");
    assert!(near * 100 >= placed * lines, "{near} of {placed}");
}

/// Deterministic numbers, so that a run can be repeated.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// `text` with one token or some spaces removed, doubled, moved or replaced.
fn mutated(text: &str, numbers: &mut Numbers) -> String {
    const OTHERS: [&str; 20] = [
        "/\\", "\\/", "=", "==", "(", ")", "[", "]", ",", "'", "IN", "LET", "THEN", "\\in", "+", ">>", "}", ":", "!",
        "x",
    ];
    let pieces = Regex::new(r"\s+|\w+|\\\w+|/\\|\\/|==|=>|->|<<|>>|(?s:.)").unwrap();
    let mut tokens: Vec<&str> = pieces.find_iter(text).map(|found| found.as_str()).collect();
    let at = numbers.below(tokens.len());
    match numbers.below(4) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[at]),
        2 => tokens[at] = OTHERS[numbers.below(OTHERS.len())],
        _ => {
            let other = numbers.below(tokens.len());
            tokens.swap(at, other);
        }
    }
    tokens.concat()
}

#[test]
fn broken_copies_of_good_modules_are_judged_as_sany_judges_them() {
    let directory = tempfile::tempdir().unwrap();
    let copies = tempfile::tempdir().unwrap();
    let Some(good) = sany(directory.path(), &Vec::new) else { return };
    assert!(good.is_empty());
    let mut numbers = Numbers(20_261_121);
    let mut sources: Vec<PathBuf> = directory.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    sources.extend(Path::new("tests/front").read_dir().unwrap().map(|entry| entry.unwrap().path()));
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "tla"));
    sources.sort();
    let mut files = Vec::new();
    for round in 0..400 {
        let text = read(sources[round % sources.len()].to_str().unwrap());
        let (header, rest) = text.split_once("MODULE").unwrap();
        let body = rest.trim_start().split_once(|c: char| !c.is_alphanumeric() && c != '_').unwrap().1;
        let path = copies.path().join(format!("B{round}.tla"));
        let text = format!("{header}MODULE B{round} {}", mutated(body, &mut numbers));
        disk::put(camino::Utf8Path::from_path(&path).unwrap(), &text).unwrap();
        files.push(path);
    }
    let again = tempfile::tempdir().unwrap();
    let Some(said) = sany(again.path(), &|| files.clone()) else { return };
    compare(&said, 98, 97);
}

#[test]
fn the_modules_that_ship_with_the_tools_and_those_of_etcd_are_clean() {
    let directory = tempfile::tempdir().unwrap();
    if sany(directory.path(), &Vec::new).is_none() {
        return;
    }
    let etcd = home().join("go/pkg/mod/go.etcd.io/raft/v3@v3.6.0/tla");
    let clean = |folder: &Path| {
        let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let modules: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == "tla")).collect();
        for file in &modules {
            let report = checked(file);
            assert_eq!(report.verdict(), Verdict::Clean, "{}: {:#?}", file.display(), report.diagnostics);
        }
        modules.len()
    };
    assert!(clean(directory.path()) >= 10);
    if etcd.exists() {
        assert_eq!(clean(&etcd), 3);
    } else {
        say(&format!("skipped: no {}", etcd.display()));
    }
}

#[expect(clippy::disallowed_methods, reason = "the module cache of Go is under the home directory")]
pub(crate) fn home() -> PathBuf {
    PathBuf::from(std::env::var("HOME").unwrap_or_default())
}

#[test]
fn real_files_print_as_they_were_and_so_do_broken_ones() {
    let Some(recorded) = recorded() else { return };
    let mut numbers = Numbers(7);
    for (path, _) in recorded.iter().step_by(5) {
        let text = read(path.to_str().unwrap());
        assert_eq!(tree::parse(&text).tree.print(), text);
        let mut bytes = text.into_bytes();
        for _ in 0..6 {
            let at = numbers.below(bytes.len());
            let length = numbers.below(40).min(bytes.len() - at);
            let piece: Vec<u8> = bytes[at..at + length].to_vec();
            match numbers.below(3) {
                0 => drop(bytes.drain(at..at + length)),
                1 => drop(bytes.splice(at..at, piece)),
                _ => bytes.truncate(bytes.len() - length),
            }
            let broken = String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(tree::parse(&broken).tree.print(), broken);
            let report = check::check(&Source { path: path.display().to_string(), text: broken }, &check::NoLibrary);
            assert!(report.diagnostics.len() < 5000);
        }
    }
}

/// Modules that are clean for SANY, each with its name: those of the jar in `standard`, of the tests, the repaired ones of the cards.
pub(crate) fn good_modules(standard: &Path) -> Vec<(String, String)> {
    let folders = [standard, Path::new("tests/front")].into_iter().filter_map(|folder| folder.read_dir().ok());
    let mut paths: Vec<PathBuf> = folders.flatten().map(|entry| entry.unwrap().path()).collect();
    paths.extend(
        recorded().into_iter().flatten().filter(|(_, verdict)| *verdict == Verdict::Clean).map(|(path, _)| path),
    );
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "tla"));
    paths.sort();
    let stem = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut all: Vec<_> = paths.iter().map(|path| (stem(path), read(path.to_str().unwrap()))).collect();
    all.extend(specgen::knowledge::cards().unwrap().into_iter().map(|card| (card.module().to_owned(), card.after)));
    all
}

/// Copies of good modules after one or two slips, each in a folder of its own.
fn slipped(standard: &Path, folder: &Path, count: usize, seed: u64) -> Vec<PathBuf> {
    let good = good_modules(standard);
    let mut numbers = Numbers(seed);
    let copy = |number: usize| {
        let (name, text) = &good[number % good.len()];
        let mut text = text.clone();
        for _ in 0..=numbers.below(2) {
            text = slip(&text, &mut |limit| numbers.below(limit));
        }
        let path = folder.join(number.to_string()).join(format!("{name}.tla"));
        disk::put(camino::Utf8Path::from_path(&path).unwrap(), &text).unwrap();
        path
    };
    (0..count).map(copy).collect()
}

#[test]
#[ignore = "SANY takes minutes; `make agreement` runs it"]
fn good_modules_after_slips_are_judged_as_sany_judges_them() {
    let standard = tempfile::tempdir().unwrap();
    if sany(standard.path(), &Vec::new).is_none() {
        return;
    }
    // They stay there, to be looked at.
    let folder = Path::new("target/slips");
    let _ = std::fs::remove_dir_all(folder);
    let files = slipped(standard.path(), folder, 3000, 4_711);
    let again = tempfile::tempdir().unwrap();
    let Some(said) = sany(again.path(), &|| files.clone()) else { return };
    compare(&said, 98, 97);
}

/// Texts of pieces that mean something to the lexer, in any order.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    const PIECES: [&str; 52] = [
        "---- MODULE M ----\n",
        "====",
        "EXTENDS Naturals\n",
        "VARIABLE x\n",
        "F == ",
        "G(a, b) == ",
        "\n",
        "\n  ",
        "\t",
        "\r\n",
        "/\\ ",
        "\\/ ",
        "x",
        "x'",
        "1",
        "\"s\"",
        "\"",
        "(",
        ")",
        "[",
        "]",
        "]_",
        "{",
        "}",
        "<<",
        ">>",
        ">>_",
        "LET ",
        " IN ",
        "IF ",
        " THEN ",
        " ELSE ",
        "CASE ",
        "[]",
        " -> ",
        "\\A y \\in ",
        ": ",
        "CHOOSE ",
        "EXCEPT ",
        "![",
        "@",
        " + ",
        " - ",
        " = ",
        "\\* c\n",
        "(* c *)",
        "(*",
        "∈",
        "λ",
        "THEOREM ",
        "<1>2. ",
        "INSTANCE M WITH x <- ",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read_to_a_tree_that_holds_every_byte(text in texts(), raw in any::<String>()) {
        for text in [&text, &raw, &format!("---- MODULE M ----\n{text}\n====\n")] {
            reading_holds(text);
        }
    }

    #[test]
    fn a_module_after_slips_is_read_to_a_tree_that_holds_every_byte_and_laid_out_or_left_alone(
        choice in any::<prop::sample::Index>(),
        slips in 1_usize..6,
        seed in any::<u64>(),
    ) {
        let text = slips_of(choice, slips, seed);
        reading_holds(&text);
        layout_holds(&text);
    }
}

/// One of the good modules that need no Java, after slips.
pub(crate) fn slips_of(choice: prop::sample::Index, slips: usize, seed: u64) -> String {
    let good = good_modules(Path::new("tests/front"));
    let mut numbers = Numbers(seed);
    let mut choose = |limit: usize| numbers.below(limit);
    (0..slips).fold(choice.get(&good).1.clone(), |text, _| slip(&text, &mut choose))
}
