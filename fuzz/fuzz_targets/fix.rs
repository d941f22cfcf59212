//! Repair: of any text, and, where the first byte is 255, of a clean module after some slips.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/properties/repair.rs"]
mod repair;
#[path = "../../tests/properties/slip.rs"]
mod slip;

/// Clean modules, as `scripts/fuzz` has gathered them.
static CLEAN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/clean");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect(folder).map(|entry| entry.expect(folder).path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect(folder)).collect()
});

const SLIPS: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let Some((255, choices)) = bytes.split_first() else {
        repair::repair_holds(&String::from_utf8_lossy(bytes));
        return;
    };
    let mut choices = Unstructured::new(choices);
    let mut choose = |limit: usize| choices.choose_index(limit).unwrap_or(0);
    let mut text = CLEAN[choose(CLEAN.len())].clone();
    for _ in 0..=choose(SLIPS) {
        text = slip::slip(&text, &mut choose);
    }
    repair::repair_holds(&text);
});
