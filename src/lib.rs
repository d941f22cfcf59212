//! specgen
pub mod base;
pub mod config;
