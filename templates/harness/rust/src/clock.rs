//! Logical time.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::sync::Arc;

/// The time between two ticks, in what the system takes for milliseconds.
pub const PERIOD: i64 = 10;

/// The time of one node, the only one that the system may ask for. It moves at the ticks of its node, and forward or
/// backward where the scheduler lets it jump, so that the clocks of different nodes drift apart. A clone is the same
/// clock; it is atomic only because many a system wants its clock to be `Send`.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn new() -> Clock {
        Clock(Arc::new(AtomicI64::new(1000)))
    }

    pub fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn tick(&self) {
        self.jump(PERIOD);
    }

    pub fn jump(&self, by: i64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }
}
