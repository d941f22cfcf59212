//! Time: the only file that asks what time it is.

use std::time::Duration;

/// When something happened, as text in artefacts that are not compared byte for byte.
#[expect(clippy::disallowed_methods, reason = "the one place that asks")]
pub fn now() -> jiff::Timestamp {
    // `Timestamp::now` would do, but the ban on `SystemTime::now` should have exactly one exception to look at.
    jiff::Timestamp::try_from(std::time::SystemTime::now()).unwrap_or_default()
}

/// A running stopwatch.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
