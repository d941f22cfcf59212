//! specgen
pub mod base;
pub mod tla;
