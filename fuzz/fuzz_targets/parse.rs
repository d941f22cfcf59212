//! Any bytes: the tree, the checker, the lowering, and the layout.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/properties/text.rs"]
mod text;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    text::reading_holds(&text);
    text::layout_holds(&text);
});
