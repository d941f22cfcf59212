//! # Eval — what an expression of TLA+ is
//!
//! | reads  | modules as `tla` parses them, what a config says about constants        |
//! | writes | values, or a [`Fault`] with its place                                   |
//! | calls  | `tla`, nothing else outside `base`                                      |
//! | never  | guesses: what it cannot evaluate is an error with a name, as is a budget that is used up |
//!
//! It does what TLC does, also where TLC stops with an error; `docs/eval.md` says what was copied and from where.
//! [`Program::load`] compiles modules, a [`Machine`] evaluates in one thread: values count their references without
//! atomics, and who wants two threads loads the program twice.

mod closure;
mod code;
#[cfg(test)]
mod community_tests;
mod compile;
mod each;
#[cfg(test)]
mod each_tests;
mod error;
mod exchange;
mod explore;
#[cfg(test)]
mod explore_tests;
mod explored;
mod furthest;
mod hash;
mod invariant;
mod look;
mod machine;
mod model;
mod native;
mod order;
mod program;
mod reads;
#[cfg(test)]
mod shortcut_tests;
mod show;
mod symmetry;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod whole;

pub use closure::Filter;
pub use closure::Lambda;
pub use compile::Part;
pub use each::Answer;
pub use each::Asked;
pub use each::Bounds;
pub use each::End;
pub use each::ask;
pub use error::Eval;
pub use error::Fault;
pub use error::Kind;
pub use error::Site;
pub use exchange::evaluated;
pub use exchange::printed;
pub use explore::Search;
pub use explore::explore;
pub use explore::fingerprint;
pub use explored::Explored;
pub use explored::Shows;
pub use explored::Verdict;
pub use furthest::Cursor;
pub use furthest::Furthest;
pub use invariant::Invariant;
pub use machine::Budget;
pub use machine::Came;
pub use machine::Facts;
pub use machine::Machine;
pub use machine::Reason;
pub use machine::State;
pub use machine::on_large_stack;
pub use model::Config;
pub use model::Model;
pub use order::equal;
pub use program::Constant;
pub use program::Ended;
pub use program::Exec;
pub use program::Expression;
pub use program::File;
pub use program::Program;
pub use program::Run;
pub use program::Setup;
pub use text::Strings;
pub use text::Text;
pub use value::Domain;
pub use value::Form;
pub use value::Function;
pub use value::Lazy;
pub use value::Record;
pub use value::Set;
pub use value::Tuple;
pub use value::Value;
