//! specgen
pub mod base;
pub mod llm;
