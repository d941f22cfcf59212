//! # Language models — requests, prompts, and cutting an answer out of a reply

pub mod blocks;
pub mod edits;
pub mod prompt;
mod request;

pub use request::Price;
pub use request::Reply;
pub use request::Request;
pub use request::Usage;
