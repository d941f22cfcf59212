//! specgen
pub mod base;
pub mod config;
pub mod session;
pub mod trace;
