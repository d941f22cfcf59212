//! specgen
pub mod base;
pub mod config;
pub mod session;
