//! # Mutation — is each invariant put to the test?
//!
//! | reads  | a module with its config, both as text                                           |
//! | writes | a [`Report`]: mutants of the actions, what each violates, and what no mutant violates |
//! | calls  | `tla` for the places, `eval` for the states                                      |
//! | never  | mutates what a property, a constraint or the initial predicate says              |
//!
//! A specification without an error says little where its invariants are true of everything. A mutant is the
//! specification with one small mistake in its steps; an invariant that no mutant violates is not put to the test by
//! this model. `docs/correct.md` says what is mutated.

mod make;
mod model;
mod run;
mod scope;
mod splice;
#[cfg(test)]
mod tests;
mod twin;

pub use model::Counts;
pub use model::Fate;
pub use model::Kind;
pub use model::Mutant;
pub use model::Property;
pub use model::Report;
pub use model::Standing;
pub use run::Effort;
pub use run::run;
