//! specgen
pub mod base;
pub mod instrument;
pub mod source;
