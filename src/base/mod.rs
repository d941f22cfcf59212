//! The ground everything stands on: places, diagnostics, files, children, clock, printing.

pub mod diag;
pub mod span;
