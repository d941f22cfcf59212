//! When to ask again: exponential pauses with full jitter, and `Retry-After` where a server says so.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use crate::base::chance::Chance;
use crate::llm::error::Next;

/// How often and how far apart a request is tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// The longest first pause, in seconds; the longest pause doubles with every attempt.
    pub base_seconds: f64,
    /// The longest pause of our own choosing, in seconds.
    pub cap_seconds: f64,
    /// The longest pause to accept from a server, in seconds; a longer one ends the run, which can be resumed.
    pub longest_wait_seconds: f64,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 5, base_seconds: 1.0, cap_seconds: 60.0, longest_wait_seconds: 600.0 }
    }
}

impl Retry {
    /// How long to wait after attempt number `attempt` (from 1) failed; `None` to give up.
    ///
    /// The pause is drawn evenly between nothing and the longest (*full jitter*), so that programs which failed
    /// together do not come back together. After a `Retry-After` the draw comes on top, up to one base.
    pub fn pause(&self, attempt: u32, next: Next, chance: &mut Chance) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        match next {
            Next::GiveUp => None,
            Next::Retry => {
                let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
                let longest = (self.base_seconds * 2f64.powi(exponent)).min(self.cap_seconds);
                Some(seconds(longest * chance.draw()))
            }
            Next::RetryAfter(wait) if wait > seconds(self.longest_wait_seconds) => None,
            Next::RetryAfter(wait) => Some(wait + seconds(self.base_seconds * chance.draw())),
        }
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// What `Retry-After` says: seconds, or a date as of HTTP; a date that has passed is no wait.
pub fn retry_after(header: &str, now: jiff::Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(wait) = header.parse::<f64>() {
        // Whole seconds by the standard; some servers send fractions.
        return Duration::try_from_secs_f64(wait).ok();
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

/// Waits. Tests bring one that does not.
#[async_trait]
pub trait Sleeper: Send + Sync {
    /// Returns after `time`.
    async fn sleep(&self, time: Duration);
}

/// The real one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asleep;

#[async_trait]
impl Sleeper for Asleep {
    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "1994-11-06T08:49:00Z".parse().unwrap();
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(" 1.5 ", now), Some(Duration::from_millis(1500)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(37)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("-3", now), None);
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn pauses_grow_up_to_the_cap_and_are_jittered_fully() {
        let retry = Retry { attempts: 10, ..Retry::default() };
        let mut chance = Chance::new(1);
        for attempt in 1..10 {
            let longest = f64::min(2f64.powi(i32::try_from(attempt).unwrap() - 1), 60.0);
            let pauses: Vec<f64> =
                (0..200).map(|_| retry.pause(attempt, Next::Retry, &mut chance).unwrap().as_secs_f64()).collect();
            assert!(pauses.iter().all(|pause| *pause < longest));
            assert!(pauses.iter().any(|pause| *pause < longest * 0.1));
            assert!(pauses.iter().any(|pause| *pause > longest * 0.9));
        }
        assert_eq!(retry.pause(10, Next::Retry, &mut chance), None);
    }

    #[test]
    fn the_same_seed_gives_the_same_pauses() {
        let pause = |seed| Retry::default().pause(3, Next::Retry, &mut Chance::new(seed));
        assert_eq!(pause(7), pause(7));
        assert_ne!(pause(7), pause(8));
    }

    #[test]
    fn a_server_that_asks_for_too_long_a_wait_is_given_up() {
        let mut chance = Chance::new(0);
        let wait = |seconds| Next::RetryAfter(Duration::from_secs(seconds));
        assert!(Retry::default().pause(1, wait(30), &mut chance).unwrap() >= Duration::from_secs(30));
        assert_eq!(Retry::default().pause(1, wait(601), &mut chance), None);
        assert_eq!(Retry::default().pause(1, Next::GiveUp, &mut chance), None);
    }
}
