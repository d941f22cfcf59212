//! Validation: is a recorded trace a behaviour of the specification, and if not, where and why not?
//!
//! | reads  | a specification, a mapping, traces                                                     |
//! | writes | generated modules in the folder it is given, one subfolder a run                       |
//! | calls  | TLC through the engine, or the evaluator                                               |
//! | never  | accepts a trace of which its judge did not say that it came to the end, without an error |
//! | stops  | every trace has a verdict                                                              |
//!
//! Many traces share a run. An initial state chooses one; each step takes the action of the next event and compares what
//! was observed. A state whose next event has no step reports itself, so that a rejection rests on evidence too. A second
//! run, for the rejected traces only, walks to that event and prints what the specification says there.

mod apart;
mod clue;
mod data;
mod explain;
mod frontier;
mod judge;
mod junit;
pub mod minimize;
pub mod model;
mod module;
mod native;
mod next;
mod plan;
mod refusal;
pub mod render;
mod run;
mod scan;
pub mod spec;
mod stuck;
mod threads;
mod tlc;

pub use judge::Judge;
pub use judge::LEFT_OUT;
pub use judge::Settings;
pub use judge::judge;
pub use junit::junit;
pub use model::By;
pub use model::Came;
pub use model::Conjunct;
pub use model::Difference;
pub use model::Divergence;
pub use model::DivergenceKind;
pub use model::Frontier;
pub use model::Judged;
pub use model::Operand;
pub use model::Pending;
pub use model::Refusal;
pub use model::Report;
pub use model::SilentSteps;
pub use model::Step;
pub use model::Suggestions;
pub use model::ThreadAt;
pub use model::Told;
pub use model::Verdict;
pub use model::Violated;
pub use model::judges;
pub use module::templates;
pub use module::trace_spec;
pub use next::names as actions;
pub use plan::check;
pub use render::render;
pub use render::render_for_model;
pub use spec::Constant;
pub use spec::ConstantValue;
pub use spec::Specification;
pub use stuck::Attempt;
pub use stuck::Reading;
pub use stuck::Stuck;
pub use stuck::StuckState;
