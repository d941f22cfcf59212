//! Every stage has its card, and every example has settings that load.

use camino::Utf8PathBuf;
use specgen::config;
use specgen::config::Environment;

use crate::map::read;

const ROWS: [&str; 5] = ["reads", "writes", "calls", "never", "stops"];
const STAGES: [&str; 6] = ["draft", "correct", "instrument", "exercise", "validate", "report"];

/// The rows that the head of a stage's file lacks.
fn missing_rows(text: &str) -> Vec<&'static str> {
    let head: Vec<_> = text.lines().take_while(|l| l.starts_with("//!")).collect();
    let has = |row: &str| {
        head.iter().any(|l| l.strip_prefix("//! | ").and_then(|l| l.split('|').next()).is_some_and(|l| l.trim() == row))
    };
    ROWS.into_iter().filter(|row| !has(row)).collect()
}

#[test]
fn every_stage_says_what_it_reads_writes_calls_never_does_and_when_it_stops() {
    for stage in STAGES {
        let file = format!("src/stages/{stage}.rs");
        let file = if std::path::Path::new(&file).exists() { file } else { format!("src/stages/{stage}/mod.rs") };
        let missing = missing_rows(&read(&file));
        assert!(missing.is_empty(), "{file} lacks the rows {missing:?}");
    }
}

#[test]
fn a_stage_without_a_card_is_found() {
    assert_eq!(missing_rows("//! # Draft\n//!\n//! | reads  | x |\n//! | writes | y |\n"), ["calls", "never", "stops"]);
}

#[test]
fn the_settings_of_every_example_load_and_name_files_that_are_there() {
    let entries = Utf8PathBuf::from("examples").read_dir_utf8().unwrap();
    let folders: Vec<_> = entries.map(|e| e.unwrap().into_path()).filter(|p| p.is_dir()).collect();
    assert!(!folders.is_empty());
    for folder in folders {
        let settings =
            config::load(&folder, &Environment::default(), &[], true).unwrap_or_else(|d| panic!("{folder}: {d}"));
        let target = &settings.config.target;
        for file in [&target.brief, &target.trace].into_iter().flatten() {
            assert!(folder.join(file).exists(), "{folder}: no {file}");
        }
    }
}
