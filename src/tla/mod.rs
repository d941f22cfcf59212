//! # TLA+ — text to tree and back
//!
//! | reads  | the text of a module                                   |
//! | writes | a [`syntax::Module`], or text laid out from one        |
//! | calls  | nothing outside `base`                                 |
//! | never  | resolves names or checks levels: that is SANY's work   |

pub mod check;
pub mod layout;
pub mod lex;
pub mod lower;
pub mod ops;
pub mod parse;
pub mod print;
pub mod shape;
pub mod syntax;
pub mod tree;
pub mod visit;

#[cfg(test)]
mod roundtrip;

pub use parse::Parsed;
pub use parse::parse_module;
pub use print::print_module;
