//! What can go wrong with a call, as data: what kind, what to say, whether another attempt may help.

use std::time::Duration;

use crate::base::diag::Diagnostic;
use crate::base::disk::DiskError;
use crate::llm::key;
use crate::llm::key::Key;
use crate::llm::request::Usage;

/// What kind of trouble; the command line makes its exit code of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The provider could not be reached, or not often enough, or took too long.
    Unreachable,
    /// The provider said no: key, credit, model, request, or the model refused.
    Refused,
    /// What came is not a reply: empty, cut off, too long, of another shape.
    BadReply,
    /// The budget of the run is used up; a resumed run goes on from here.
    Budget,
    /// No record where one is needed, or a record that is damaged.
    Record,
    /// The configuration of the provider cannot work.
    Config,
    /// A file could not be read or written.
    Disk,
}

/// Whether the same request may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It would fail again.
    GiveUp,
    /// After a pause of our own choosing.
    Retry,
    /// Not before this time has passed; the server said so.
    RetryAfter(Duration),
}

/// A failed call.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{diagnostic}")]
pub struct LlmError {
    /// What kind.
    pub kind: Kind,
    /// What to say.
    pub diagnostic: Box<Diagnostic>,
    /// Whether to try again.
    pub next: Next,
    /// What the failed call used all the same, as far as known.
    pub usage: Usage,
}

impl LlmError {
    /// An error that another attempt would only repeat.
    pub fn new(kind: Kind, code: &str, message: impl Into<String>) -> Self {
        Self::of(kind, Diagnostic::error(code, message))
    }

    /// The same from a diagnostic.
    pub fn of(kind: Kind, diagnostic: Diagnostic) -> Self {
        Self { kind, diagnostic: Box::new(diagnostic), next: Next::GiveUp, usage: Usage::default() }
    }

    /// The same with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.diagnostic.hints.push(hint.into());
        self
    }

    /// The same, worth another attempt.
    pub fn retry(mut self) -> Self {
        self.next = Next::Retry;
        self
    }

    /// The same, with what it used.
    pub fn used(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    /// Whether the budget of the run is used up.
    pub fn is_budget(&self) -> bool {
        self.kind == Kind::Budget
    }

    /// The same without secrets, whatever a provider put into it.
    pub(super) fn scrubbed(mut self, secrets: &[Key]) -> Self {
        let hide = |text: &mut String| *text = key::scrub(text, secrets);
        hide(&mut self.diagnostic.message);
        self.diagnostic.hints.iter_mut().for_each(hide);
        for place in &mut self.diagnostic.places {
            hide(&mut place.file);
            hide(&mut place.text);
            hide(&mut place.label);
        }
        self
    }
}

impl From<DiskError> for LlmError {
    fn from(error: DiskError) -> Self {
        Self::of(Kind::Disk, error.diagnostic())
    }
}
