//! The repair cards against the real SANY: every `before` fails as its card says, every `after` is accepted, and the
//! diagnostic that a `before` leads to finds its own card.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::diag::Diagnostic;
use specgen::base::diag::Place;
use specgen::base::disk;
use specgen::config::Environment;
use specgen::knowledge::Card;
use specgen::knowledge::retrieve;
use specgen::knowledge::shipped;

/// What SANY prints first for every file it is given.
const BANNER: &str = "****** SANY2";

/// How many JVMs run at once.
const LANES: usize = 2;

/// Each message that stands for a class of error, the most telling first.
const CLASSES: [(&str, &str); 17] = [
    ("Lexical error", "sany/lexical-error"),
    ("Lexical {error", "sany/lexical-error"),
    ("is not properly indented", "sany/indentation"),
    ("Precedence conflict", "sany/precedence"),
    ("Encountered", "sany/parse-error"),
    ("Was expecting", "sany/parse-error"),
    ("Unknown operator", "sany/unknown-operator"),
    ("Could not find declaration or definition", "sany/unknown-operator"),
    ("different arity than", "sany/arity"),
    ("requires ", "sany/arity"),
    ("already defined or declared", "sany/multiple-definition"),
    ("Multiply-defined symbol", "sany/multiple-definition"),
    ("does not match the name", "sany/name-mismatch"),
    ("Cannot find source file for module", "sany/missing-module"),
    ("evel", "sany/level"),
    ("followed by action not of form", "sany/level"),
    ("has both temporal formula and action", "sany/level"),
];

#[test]
fn every_card_is_true_under_sany_and_found_by_its_own_diagnostic() {
    let Some(jar) = jar() else {
        println!("skipped: no tla2tools.jar");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    let mut wrong = Vec::new();

    let after = run_all(&jar, &folder.join("after"), |card| &card.after);
    for (card, printed) in shipped().iter().zip(&after) {
        let found = read(printed, &card.after);
        if !found.is_empty() || !printed.contains(&format!("Semantic processing of module {}\n", card.module())) {
            wrong.push(format!("{}: after is not accepted: {printed}", card.id));
        }
    }
    let before = run_all(&jar, &folder.join("before"), |card| &card.before);
    for (card, printed) in shipped().iter().zip(&before) {
        let found = read(printed, &card.before);
        if found.first().is_none_or(|first| first.code != card.code) {
            wrong.push(format!("{}: before is not a {}: {printed}", card.id, card.code));
            continue;
        }
        for (what, asked) in [("first", &found[..1]), ("all", &found[..])] {
            let top: Vec<&str> = retrieve(asked, shipped(), 3).into_iter().map(|c| c.id.as_str()).collect();
            if !top.contains(&card.id.as_str()) {
                wrong.push(format!("{}: not found by {what} of its diagnostics: {top:?} for {asked:#?}", card.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} objections\n{}", wrong.len(), wrong.join("\n"));
}

fn jar() -> Option<Utf8PathBuf> {
    let beside = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("lib/tla2tools.jar");
    let named = Environment::of_process().get("SPECGEN_TLA_TOOLS").map(Utf8PathBuf::from);
    Some(named.unwrap_or(beside)).filter(|jar| disk::exists(jar))
}

/// What SANY prints for one text of every card, in the order of the cards.
fn run_all(jar: &Utf8Path, folder: &Utf8Path, text: fn(&Card) -> &str) -> Vec<String> {
    for card in shipped() {
        disk::put(&folder.join(format!("{}.tla", card.module())), text(card)).unwrap();
    }
    let size = shipped().len().div_ceil(LANES);
    std::thread::scope(|scope| {
        let lanes: Vec<_> =
            shipped().chunks(size).map(|cards| scope.spawn(move || run_in_order(jar, folder, cards))).collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
    })
}

/// One JVM takes many modules, but stops at the first that does not parse; the next one begins behind that.
fn run_in_order(jar: &Utf8Path, folder: &Utf8Path, cards: &[Card]) -> Vec<String> {
    let mut printed: Vec<String> = Vec::new();
    while printed.len() < cards.len() {
        let files: Vec<String> = cards[printed.len()..].iter().map(|card| format!("{}.tla", card.module())).collect();
        let output = run(jar, folder, &files);
        let parts: Vec<String> = output.split(BANNER).skip(1).map(str::to_owned).collect();
        assert!(!parts.is_empty() && parts.len() <= files.len(), "SANY printed {output}");
        printed.extend(parts);
    }
    printed
}

#[expect(clippy::disallowed_methods, reason = "a test runs the real SANY as a user would")]
fn run(jar: &Utf8Path, folder: &Utf8Path, files: &[String]) -> String {
    // Two JVMs that share a temporary folder overwrite each other's standard modules.
    let temporary = tempfile::tempdir().unwrap();
    let output = std::process::Command::new("java")
        .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"])
        .arg(format!("-Djava.io.tmpdir={}", temporary.path().display()))
        .args(["-cp", jar.as_str(), "tla2sany.SANY"])
        .args(files)
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The errors in what SANY printed about `text`; just enough of a reader for this test.
fn read(printed: &str, text: &str) -> Vec<Diagnostic> {
    let semantic = printed.split("*** Errors:").nth(1).map(|t| t.split("*** Warnings:").next().unwrap_or(t));
    let messages: Vec<String> = match semantic {
        Some(section) => paragraphs(section.split_once('\n').map_or("", |(_, rest)| rest)),
        None => fatal(printed).into_iter().collect(),
    };
    let place = regex::Regex::new(r"line (\d+), col(?:umn)? (\d+)").unwrap();
    let own = regex::Regex::new(r"\Aline \d+, col \d+ to line \d+, col \d+ of module \w+\s+").unwrap();
    let diagnostic = |message: String| {
        let code = CLASSES.iter().find(|(part, _)| message.contains(part)).map_or("sany/other", |(_, code)| *code);
        let said = own.replace(&message, "");
        let diagnostic = Diagnostic::error(code, said.trim());
        match place.captures(&message) {
            Some(at) => diagnostic.at(Place::at("M.tla", number(&at[1]), number(&at[2]), Some(text))),
            None => diagnostic,
        }
    };
    messages.into_iter().map(diagnostic).collect()
}

fn number(digits: &str) -> usize {
    digits.parse().unwrap()
}

/// Place and message of each semantic error, which SANY separates by blank lines, without those that only repeat.
fn paragraphs(section: &str) -> Vec<String> {
    let mut errors: Vec<String> = Vec::new();
    for line in section.lines().filter(|line| !line.trim().is_empty()) {
        match errors.last_mut() {
            Some(last) if !line.starts_with("line ") => {
                last.push('\n');
                last.push_str(line);
            }
            _ => errors.push(line.to_owned()),
        }
    }
    errors.retain(|error| !error.contains("Couldn't resolve"));
    errors
}

/// The one error that stops the parser, or that is found before it begins.
fn fatal(printed: &str) -> Option<String> {
    if let Some((_, block)) = printed.split_once("***Parse Error***") {
        return block.split("Residual stack trace").next().map(str::to_owned);
    }
    let telling = |line: &&str| CLASSES.iter().any(|(part, _)| line.contains(part));
    let fatal = printed.contains("Lexical") || printed.contains("Fatal errors");
    printed.lines().filter(|_| fatal).find(telling).map(str::to_owned)
}

#[test]
fn a_card_names_what_it_is_about() {
    let mut by_text: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for card in shipped() {
        by_text.entry(&card.symptom).or_default().insert(&card.id);
    }
    by_text.retain(|_, ids| ids.len() > 1);
    assert!(by_text.is_empty(), "cards with one and the same symptom: {by_text:?}");
}
