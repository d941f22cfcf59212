//! Drives the system under test in one process, from one seed, and writes a trace of what it does. The same arguments
//! write the same bytes.
//!
//! Exit status: 0 done; 1 the trace could not be written, or not to its end; 2 wrong usage; 3 the system panicked, and the
//! trace is whole up to there.

mod args;
mod network;
mod prng;
mod scheduler;
mod system;

use std::any::Any;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::panic::catch_unwind;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use ::raft::specgen_emit as trace;

use args::Args;
use scheduler::Scheduler;

/// Why a run did not come to its end.
enum Failure {
    Trace(String),
    Panic(String),
}

fn main() -> ExitCode {
    if std::env::args().any(|word| word == "--help") {
        println!("{}", args::USAGE);
        return ExitCode::SUCCESS;
    }
    let args = match Args::read(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("{}\nharness: {message}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(Failure::Trace(message)) => {
            eprintln!("harness: {message}");
            ExitCode::FAILURE
        }
        Err(Failure::Panic(message)) => {
            eprintln!("harness: panic in the system under test: {message}");
            ExitCode::from(3)
        }
    }
}

/// Writes one trace.
fn run(args: &Args) -> Result<String, Failure> {
    let unwritten = |error: std::io::Error| Failure::Trace(format!("write {}: {error}", args.out));
    let file = File::create(&args.out).map_err(unwritten)?;
    let scheduler = catch_unwind(|| Scheduler::new(args));
    let nodes: Vec<String> = (0..args.nodes).map(system::name).collect();
    let mut header: Vec<(&str, trace::Json)> =
        args.header.iter().map(|(key, value)| (key.as_str(), trace::json(value))).collect();
    header.push(("system", trace::json("tikv-raft")));
    header.push(("seed", trace::json(&args.seed)));
    header.push(("nodes", trace::json(&nodes)));
    trace::open(file, &header);
    let ended = scheduler.and_then(|scheduler| {
        // Never dropped: what the system does then is no part of the run.
        let mut scheduler = ManuallyDrop::new(scheduler);
        catch_unwind(AssertUnwindSafe(|| scheduler.run(args.events).map(|()| scheduler.summary())))
    });
    trace::close().map_err(unwritten)?;
    ended.map_err(|payload| Failure::Panic(said(&*payload)))?.map_err(Failure::Trace)
}

/// What a panic said.
fn said(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
