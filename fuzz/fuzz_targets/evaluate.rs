//! Any text: the states of a module with a config behind its end, or the value of an expression.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/properties/evaluation.rs"]
mod evaluation;

fuzz_target!(|bytes: &[u8]| {
    evaluation::evaluation_ends(&String::from_utf8_lossy(bytes));
});
