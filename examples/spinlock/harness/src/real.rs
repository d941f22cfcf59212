//! Each logical thread in a thread of the operating system.

use spin::mutex::SpinMutex;
use spin::specgen_emit as trace;

use crate::Act;
use crate::Has;
use crate::args::Args;
use crate::choices;
use crate::names;
use crate::prng::Prng;

pub fn run(args: &Args) {
    let mutex: SpinMutex<u64> = SpinMutex::new(0);
    std::thread::scope(|scope| {
        for (number, name) in names(args.nodes).into_iter().enumerate() {
            let mutex = &mutex;
            scope.spawn(move || {
                trace::name_thread(&name);
                let prng = Prng::new(args.seed.wrapping_mul(31).wrapping_add(number as u64));
                work(mutex, &name, prng, args.events);
            });
        }
    });
}

/// Steps until there are enough events. A thread gives the lock back before it ends, as another may wait for it.
fn work(mutex: &SpinMutex<u64>, name: &str, mut prng: Prng, events: u64) {
    let (mut has, mut guard) = (Has::Nothing, None);
    while trace::events() < events || has != Has::Nothing {
        let act = match (has, trace::events() < events) {
            (Has::Guard, false) => Act::Drop,
            (Has::Forgotten, false) => Act::ForceUnlock,
            _ => prng.pick(choices(has)),
        };
        match act {
            Act::TryLock => {
                if let Some(new) = mutex.try_lock() {
                    guard = Some(new);
                    has = Has::Guard;
                }
            }
            Act::Lock => {
                guard = Some(mutex.lock());
                has = Has::Guard;
            }
            Act::IsLocked => {
                mutex.is_locked();
            }
            Act::Drop => {
                guard = None;
                has = Has::Nothing;
            }
            Act::Forget => {
                guard.take().into_iter().for_each(std::mem::forget);
                has = Has::Forgotten;
                trace::emit("Forget", name, &[], &[]);
            }
            Act::ForceUnlock => {
                // SAFETY: this thread has the lock, and its guard is forgotten.
                unsafe { mutex.force_unlock() };
                has = Has::Nothing;
            }
        }
        std::thread::yield_now();
    }
}
