//! All logical threads in one real one: a call is a step, and the scheduler says whose turn it is.

use spin::mutex::SpinMutex;
use spin::mutex::SpinMutexGuard;
use spin::specgen_emit as trace;

use crate::Act;
use crate::Has;
use crate::args::Args;
use crate::choices;
use crate::names;
use crate::prng::Prng;

struct Thread<'m> {
    name: String,
    has: Has,
    guard: Option<SpinMutexGuard<'m, u64>>,
}

pub fn run(args: &Args) {
    let mutex: SpinMutex<u64> = SpinMutex::new(0);
    let mut prng = Prng::new(args.seed);
    let name = |name: String| Thread { name, has: Has::Nothing, guard: None };
    let mut threads: Vec<Thread<'_>> = names(args.nodes).into_iter().map(name).collect();
    while trace::events() < args.events {
        let turn = prng.below(threads.len());
        let taken = threads.iter().any(|thread| thread.has != Has::Nothing);
        let thread = &mut threads[turn];
        let act = prng.pick(choices(thread.has));
        // In one real thread, waiting for a taken lock would never end.
        if !(taken && matches!(act, Act::Lock)) {
            trace::name_thread(&thread.name);
            step(&mutex, thread, act);
        }
    }
    // The run is over where the trace ends: a guard that is still held writes no event.
    threads.into_iter().filter_map(|thread| thread.guard).for_each(std::mem::forget);
}

fn step<'m>(mutex: &'m SpinMutex<u64>, thread: &mut Thread<'m>, act: Act) {
    match act {
        Act::TryLock => {
            if let Some(guard) = mutex.try_lock() {
                thread.guard = Some(guard);
                thread.has = Has::Guard;
            }
        }
        Act::Lock => {
            thread.guard = Some(mutex.lock());
            thread.has = Has::Guard;
        }
        Act::IsLocked => {
            mutex.is_locked();
        }
        Act::Drop => {
            thread.guard = None;
            thread.has = Has::Nothing;
        }
        Act::Forget => {
            thread.guard.take().into_iter().for_each(std::mem::forget);
            thread.has = Has::Forgotten;
            trace::emit("Forget", &thread.name, &[], &[]);
        }
        Act::ForceUnlock => {
            // SAFETY: this logical thread has the lock, and its guard is forgotten.
            unsafe { mutex.force_unlock() };
            thread.has = Has::Nothing;
        }
    }
}
