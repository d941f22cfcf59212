//! What is fuzzed: TLA+ text, its evaluator and the ground they stand on, compiled from the program's own files. The rest of the program
//! is left out, so that only this is instrumented and a change is rebuilt in seconds.

#[path = "../../src/base"]
pub mod base {
    pub mod clock;
    pub mod diag;
    pub mod disk;
    pub mod span;
    pub mod text;
}

#[path = "../../src/eval/mod.rs"]
pub mod eval;

#[path = "../../src/tla/mod.rs"]
pub mod tla;
