//! specgen
pub mod base;
pub mod source;
