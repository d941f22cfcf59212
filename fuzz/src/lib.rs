//! What is fuzzed: TLA+ text, its evaluator, the readers of configs and traces, and the ground they stand on, compiled from the
//! program's own files. The rest of the program is left out, so that only this is instrumented and a change is rebuilt in seconds.

#[path = "../../src/base"]
pub mod base {
    pub mod clock;
    pub mod diag;
    pub mod digest;
    pub mod disk;
    pub mod span;
    pub mod spelling;
    pub mod text;
    pub mod yaml;
}

#[path = "../../src/eval/mod.rs"]
pub mod eval;

/// The tracing configuration without the probes that it asks for.
#[path = "../../src/instrument"]
pub mod instrument {
    pub mod lines;
    pub mod model;
    pub mod obligation;
    pub mod predecessor;

    pub use model::*;
    pub use obligation::*;
}

/// The languages by name.
#[path = "../../src/source"]
pub mod source {
    pub mod model;

    pub use model::LanguageName;
}

#[path = "../../src/tla/mod.rs"]
pub mod tla;

#[path = "../../src/trace/mod.rs"]
pub mod trace;
