//! specgen
pub mod base;
pub mod config;
pub mod provenance;
pub mod session;
