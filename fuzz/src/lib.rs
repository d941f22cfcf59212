//! What is fuzzed: TLA+ text and the ground it stands on, compiled from the program's own files. The rest of the program
//! is left out, so that only this is instrumented and a change is rebuilt in seconds.

#[path = "../../src/base"]
pub mod base {
    pub mod diag;
    pub mod disk;
    pub mod span;
}

#[path = "../../src/tla/mod.rs"]
pub mod tla;
