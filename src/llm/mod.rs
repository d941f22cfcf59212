//! # Language models — ask one, once, and keep what it said
//!
//! | reads  | records under a calls folder, `config/providers.yaml`, `prompts/*.md` (see [`prompt`])             |
//! | writes | `<calls>/<key>.prompt.md`, `<key>.reply.md`, `<key>.json` ([`record`]); `handoff` also its folder   |
//! | calls  | an HTTP endpoint, a local program, a person or a folder of records, all behind [`Provider`]         |
//! | never  | reads the environment, prints, runs or obeys a reply, or lets a key reach a file or a message       |
//! | stops  | at the budget of the run, after the attempts of [`Retry`], at the first error that would not pass   |
//!
//! A stage builds a [`Request`] and hands it to the [`Client`]. The client looks for a record of the same request
//! first, so that a resumed session never pays twice; then it asks the provider, and writes the record before it
//! returns the reply. A calls folder is therefore also what [`replay`] answers from.

use std::time::Duration;

use async_trait::async_trait;

pub mod anthropic;
pub mod blocks;
pub mod budget;
pub mod catalog;
pub mod client;
pub mod command;
pub mod edits;
mod error;
pub mod handoff;
mod http;
mod key;
pub mod openai;
pub mod prompt;
pub mod record;
pub mod replay;
mod request;
pub mod retry;
mod sse;
#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use budget::Spent;
pub use catalog::Catalog;
pub use client::Client;
pub use error::Kind;
pub use error::LlmError;
pub use error::Next;
pub use http::Limits;
pub use key::Key;
pub use key::scrub;
pub use record::Record;
pub use request::Price;
pub use request::Reply;
pub use request::Request;
pub use request::Usage;
pub use retry::Retry;
pub use retry::Sleeper;

/// A reply longer than this is refused, unless the limits say otherwise: 4 MiB.
pub const REPLY_BYTES: usize = 4 << 20;

/// Something that answers requests. One call of `ask` is one attempt; the [`Client`] does the rest.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The name of the provider in records and messages, for example `anthropic`.
    fn name(&self) -> &str;

    /// What must never appear in a file or a message.
    fn secrets(&self) -> &[Key] {
        &[]
    }

    /// Whether an answer may cost money or count against a quota; `false` for records and people.
    fn charges(&self) -> bool {
        true
    }

    /// Whether a request counts as a call of the budget: where somebody answers, if only a person.
    fn counts(&self) -> bool {
        true
    }

    /// Whether it can answer nothing, whatever is asked.
    fn is_mute(&self) -> bool {
        false
    }

    /// Asks once.
    async fn ask(&self, request: &Request, progress: Progress<'_>) -> Result<Answer, LlmError>;
}

/// What a provider brings back from one attempt.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The reply's text, as it came.
    pub text: String,
    /// What was used, as far as the provider says.
    pub usage: Usage,
    /// The model that answered, as the provider names it.
    pub model: Option<String>,
    /// How long the answer took, where the provider knows better than who waits for it.
    pub took: Option<Duration>,
    /// The record this was taken from, if it was; the client copies it as it is.
    pub record: Option<Record>,
}

/// What happens while a request is under way, for the user interface.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// So many bytes of the reply are here, in this attempt.
    Received {
        /// Bytes of the body so far.
        bytes: usize,
    },
    /// An attempt failed and another follows.
    Retrying {
        /// Which attempt failed, from 1.
        attempt: u32,
        /// How long until the next.
        wait: std::time::Duration,
        /// What went wrong, one line, without secrets.
        why: String,
    },
    /// A person is expected to write a file.
    Waiting {
        /// The request to read.
        prompt: camino::Utf8PathBuf,
        /// The file to write.
        reply: camino::Utf8PathBuf,
    },
}

/// Where events go.
pub type Progress<'a> = &'a (dyn Fn(Event) + Send + Sync);
