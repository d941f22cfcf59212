//! specgen
pub mod base;
