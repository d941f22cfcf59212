//! Any text: a config of TLC bound to a module of its own, or, behind a module's end, to that one.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/properties/config.rs"]
mod config;

fuzz_target!(|bytes: &[u8]| {
    config::config_holds(&String::from_utf8_lossy(bytes));
});
