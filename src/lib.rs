#![doc = include_str!("../ARCHITECTURE.md")]

pub mod base;
pub mod config;
pub mod engine;
pub mod fetch;
pub mod harness;
pub mod instrument;
pub mod llm;
pub mod provenance;
pub mod session;
pub mod source;
pub mod tla;
pub mod toolchain;
pub mod trace;
pub mod transform;
