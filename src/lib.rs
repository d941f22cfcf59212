//! specgen
pub mod base;
pub mod config;
pub mod engine;
pub mod session;
pub mod toolchain;
pub mod trace;
pub mod validate;
