//! The ground everything stands on: places, diagnostics, text, files, children, clock, chance, printing.

pub mod chance;
pub mod clock;
pub mod diag;
pub mod digest;
pub mod disk;
pub mod process;
pub mod span;
pub mod spelling;
pub mod template;
pub mod text;
pub mod ui;
pub mod yaml;
