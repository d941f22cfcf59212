//! The repair cards against our checker and the real SANY: every `before` fails as its card says, every `after` is
//! accepted, and the diagnostic that a `before` leads to finds its own card. How often cards of the right code are found
//! on the data set is printed by `scripts/bench-cards`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of a test, which says when it is skipped")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::diag::Diagnostic;
use specgen::base::diag::Severity;
use specgen::base::disk;
use specgen::config::Environment;
use specgen::engine::sany_report;
use specgen::engine::sany_report::Sources;
use specgen::knowledge::Card;
use specgen::knowledge::Index;
use specgen::knowledge::cards;
use specgen::tla::check::Library;
use specgen::tla::check::NoLibrary;
use specgen::tla::check::Source;

static SHIPPED: LazyLock<Vec<Card>> = LazyLock::new(|| cards().unwrap());
static INDEX: LazyLock<Index<'static>> = LazyLock::new(|| Index::new(&SHIPPED));

/// What SANY prints first for every file it is given.
const BANNER: &str = "****** SANY2";

/// How many JVMs run at once.
const LANES: usize = 2;

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
    for (card, printed) in SHIPPED.iter().zip(&after) {
        let found = read(printed, card, &card.after);
        if !found.is_empty() || !printed.contains(&format!("Semantic processing of module {}\n", card.module())) {
            wrong.push(format!("{}: after is not accepted: {printed}", card.id));
        }
    }
    let before = run_all(&jar, &folder.join("before"), |card| &card.before);
    for (card, printed) in SHIPPED.iter().zip(&before) {
        let found = read(printed, card, &card.before);
        if found.iter().all(|diagnostic| diagnostic.code != card.sany) {
            wrong.push(format!("{}: before is not a {}: {found:#?}", card.id, card.sany));
            continue;
        }
        wrong.extend(not_found(card, &found));
    }
    assert!(wrong.is_empty(), "{} objections\n{}", wrong.len(), wrong.join("\n"));
}

/// Why the diagnostics of a card's `before` do not find the card.
fn not_found(card: &Card, found: &[Diagnostic]) -> Vec<String> {
    let asked = [("first", &found[..1]), ("all", found)];
    let wrong = asked.into_iter().filter_map(|(what, asked)| {
        let top: Vec<&str> = INDEX.best(asked, 3).into_iter().map(|c| c.id.as_str()).collect();
        let missed = !top.contains(&card.id.as_str());
        missed.then(|| format!("{}: not found by {what} of its diagnostics: {top:?} for {asked:#?}", card.id))
    });
    wrong.collect()
}

/// The errors our checker has about a text of a card.
fn check(card: &Card, text: &str) -> Vec<Diagnostic> {
    let source = Source { path: format!("{}.tla", card.module()), text: text.to_owned() };
    errors(&source, &NoLibrary)
}

fn errors(source: &Source, library: &dyn Library) -> Vec<Diagnostic> {
    let mut found = specgen::tla::check::check(source, library).diagnostics;
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    found
}

#[test]
fn every_card_is_true_under_our_checker_and_found_by_its_own_diagnostic() {
    let mut wrong = Vec::new();
    for card in &*SHIPPED {
        let after = check(card, &card.after);
        if !after.is_empty() {
            wrong.push(format!("{}: after is not clean: {after:#?}", card.id));
        }
        let before = check(card, &card.before);
        if before.iter().all(|diagnostic| diagnostic.code != card.code) {
            wrong.push(format!("{}: before is not a {}: {before:#?}", card.id, card.code));
            continue;
        }
        wrong.extend(not_found(card, &before));
    }
    assert!(wrong.is_empty(), "{} objections\n{}", wrong.len(), wrong.join("\n"));
    assert!(SHIPPED.len() >= 60, "{} cards", SHIPPED.len());
}

fn jar() -> Option<Utf8PathBuf> {
    let beside = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("lib/tla2tools.jar");
    let named = Environment::of_process().get("SPECGEN_TLA_TOOLS").map(Utf8PathBuf::from);
    Some(named.unwrap_or(beside)).filter(|jar| disk::exists(jar))
}

/// What SANY prints for one text of every card, in the order of the cards.
fn run_all(jar: &Utf8Path, folder: &Utf8Path, text: fn(&Card) -> &str) -> Vec<String> {
    for card in &*SHIPPED {
        disk::put(&folder.join(format!("{}.tla", card.module())), text(card)).unwrap();
    }
    let size = SHIPPED.len().div_ceil(LANES);
    std::thread::scope(|scope| {
        let lanes: Vec<_> =
            SHIPPED.chunks(size).map(|cards| scope.spawn(move || run_in_order(jar, folder, cards))).collect();
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

/// The errors in what SANY printed about a text of a card.
fn read(printed: &str, card: &Card, text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    sources.add(card.module(), format!("{}.tla", card.module()), Some(text.to_owned()));
    let mut found = sany_report::read(printed, &sources).diagnostics;
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    found
}

#[test]
fn a_card_names_what_it_is_about() {
    let mut by_text: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for card in &*SHIPPED {
        by_text.entry(&card.symptom).or_default().insert(&card.id);
    }
    by_text.retain(|_, ids| ids.len() > 1);
    assert!(by_text.is_empty(), "cards with one and the same symptom: {by_text:?}");
}

/// How often a card of an error's code is found, of the errors of one code.
#[derive(Default)]
struct Rate {
    errors: usize,
    first: usize,
    third: usize,
}

impl Rate {
    fn count(&mut self, code: &str, top: &[&Card]) {
        self.errors += 1;
        self.first += usize::from(top.iter().take(1).any(|card| card.is_about(code)));
        self.third += usize::from(top.iter().any(|card| card.is_about(code)));
    }
}

/// Modules that lie beside a file are not needed: the data set has none that another extends.
fn data_set() -> Vec<Source> {
    let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/syntax");
    let mut files = disk::files_under(&folder).unwrap_or_default();
    files.retain(|file| file.extension() == Some("tla"));
    files.sort();
    let read =
        |file: &Utf8PathBuf| Source { path: file.to_string(), text: disk::read_text(&folder.join(file)).unwrap() };
    files.iter().map(read).collect()
}

#[test]
fn the_card_for_an_error_of_the_data_set_is_among_the_first_three() {
    let sources = data_set();
    if sources.is_empty() {
        println!("skipped: no ../shared/data");
        return;
    }
    let (mut rates, mut whole) = (BTreeMap::<String, Rate>::new(), Rate::default());
    for source in &sources {
        for error in errors(source, &NoLibrary) {
            let top = INDEX.best(std::slice::from_ref(&error), 3);
            rates.entry(error.code.clone()).or_default().count(&error.code, &top);
            whole.count(&error.code, &top);
        }
    }
    println!("| code | cards | errors | a card of the code first | among three |\n|---|--:|--:|--:|--:|");
    for (code, Rate { errors, first, third }) in rates.iter().chain([(&"all".to_owned(), &whole)]) {
        let cards = SHIPPED.iter().filter(|card| card.is_about(code) || code == "all").count();
        println!("| {code} | {cards} | {errors} | {first} | {third} |");
    }
    // Each code that the data set shows has a card, so a miss is one of retrieval.
    assert!(whole.third * 100 >= whole.errors * 95, "{} of {}", whole.third, whole.errors);
}
