//! specgen
pub mod base;
pub mod tla;
pub mod transform;
