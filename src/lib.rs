//! specgen
pub mod base;
pub mod engine;
pub mod toolchain;
