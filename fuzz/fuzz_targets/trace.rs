//! Any bytes: a trace in any format, perhaps behind a mapping.

#![no_main]

use std::sync::LazyLock;

use camino::Utf8PathBuf;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

#[path = "../../tests/properties/traces.rs"]
mod traces;

/// One process, one folder: inputs are tried one after the other.
static FOLDER: LazyLock<(TempDir, Utf8PathBuf)> = LazyLock::new(traces::folder);

fuzz_target!(|bytes: &[u8]| {
    traces::trace_holds(&FOLDER.1, &String::from_utf8_lossy(bytes));
});
