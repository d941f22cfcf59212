//! # TLA+ — text to tree and back
//!
//! | reads  | the text of a module                                                     |
//! | writes | a lossless [`tree`], diagnostics of [`check`], a [`syntax::Module`], text |
//! | calls  | nothing outside `base`                                                   |
//! | never  | evaluates an expression: that is TLC's work                              |
//!
//! There is one parser, [`tree::parse`]. [`parse_module`] lowers its tree to [`syntax`], which programs work on;
//! [`check`] resolves names and levels on the tree itself. `docs/frontend.md` says more.

pub mod check;
pub mod config;
pub mod fix;
pub mod format;
pub mod free;
pub mod layout;
pub mod lower;
pub mod ops;
pub mod print;
pub mod shape;
pub mod syntax;
pub mod tree;
pub mod uses;
pub mod value;
pub mod visit;

#[cfg(test)]
mod roundtrip;

pub use lower::Parsed;
pub use lower::parse_module;
pub use print::print_expr;
pub use print::print_module;
