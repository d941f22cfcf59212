//! Where threads wait for each other, so that what follows begins in all of them at nearly the same time.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;

/// A barrier that spins: a thread that sleeps comes too late for operations that take less than a microsecond.
pub struct Gate {
    threads: u64,
    arrived: AtomicU64,
    /// The first round in which nothing is done any more.
    last: AtomicU64,
}

impl Gate {
    pub fn new(threads: usize) -> Gate {
        Gate { threads: threads as u64, arrived: AtomicU64::new(0), last: AtomicU64::new(u64::MAX) }
    }

    /// Waits until all threads have come to `round`, counted from 1. Whether there is something to do in it.
    pub fn pass(&self, round: u64) -> bool {
        self.arrived.fetch_add(1, Ordering::SeqCst);
        let mut turns = 0u32;
        while self.arrived.load(Ordering::SeqCst) < round.saturating_mul(self.threads) {
            turns += 1;
            // There may be more threads than cores.
            if turns % 64 == 0 {
                thread::yield_now()
            } else {
                std::hint::spin_loop()
            }
        }
        round < self.last.load(Ordering::SeqCst)
    }

    /// To be called by one thread, before it passes `round`.
    pub fn end_with(&self, round: u64) {
        self.last.store(round, Ordering::SeqCst);
    }

    /// A thread that panics comes to no gate any more: the others are let through.
    pub fn give_up(&self) {
        self.last.store(0, Ordering::SeqCst);
        self.arrived.store(u64::MAX / 2, Ordering::SeqCst);
    }
}
