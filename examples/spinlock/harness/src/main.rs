//! Runs threads over one `spin::mutex::SpinMutex` and writes a trace of what they do to it.
//!
//! It is built against a copy of the crate `spin` that specgen instrumented: `spin::specgen_emit` exists only there.

mod args;
mod prng;
mod real;
mod simulated;

use std::fs::File;
use std::process::ExitCode;

use spin::specgen_emit as trace;

use args::Args;
use args::Threads;

/// What a logical thread has of the mutex.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    Nothing,
    Guard,
    /// The guard was forgotten; only `force_unlock` gives the lock back.
    Forgotten,
}

/// What a logical thread may do next.
#[derive(Clone, Copy)]
enum Act {
    TryLock,
    Lock,
    IsLocked,
    Drop,
    Forget,
    ForceUnlock,
}

/// A thread that has the lock never calls `lock`: it would wait for itself.
fn choices(has: Has) -> &'static [Act] {
    match has {
        Has::Nothing => &[Act::TryLock, Act::TryLock, Act::Lock, Act::IsLocked],
        Has::Guard => &[Act::Drop, Act::Drop, Act::Forget, Act::TryLock, Act::IsLocked],
        Has::Forgotten => &[Act::ForceUnlock, Act::ForceUnlock, Act::TryLock, Act::IsLocked],
    }
}

fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("t{number}")).collect()
}

fn run(args: &Args) -> std::io::Result<()> {
    let mut header = vec![
        ("system", trace::json("spin-mutex")),
        ("nodes", trace::json(&names(args.nodes))),
        ("seed", trace::json(&args.seed)),
    ];
    for (key, value) in &args.header {
        header.push((key.as_str(), trace::json(value.as_str())));
    }
    trace::open(File::create(&args.out)?, &header);
    match args.threads {
        Threads::Simulated => simulated::run(args),
        Threads::Real => real::run(args),
    }
    trace::close()
}

fn main() -> ExitCode {
    let args = match Args::read(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("spinlock-harness: {message}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spinlock-harness: write {}: {error}", args.out);
            ExitCode::FAILURE
        }
    }
}
