//! Runs an owner and stealers over one deque and one injector, each in a thread of the operating system, and writes a trace
//! of their operations with the time of each. The seed names what each thread does; when it does so the machine decides.
//!
//! Exit status: 0 done; 1 the trace could not be written; 2 wrong usage; 3 a thread panicked;
//! 4 not each call is one event.

mod args;
mod gate;
mod prng;
mod work;

use std::fs::File;
use std::process::ExitCode;

use crossbeam_deque::specgen_emit as trace;

use args::Args;

/// Why a run did not come to its end.
enum Failure {
    Trace(std::io::Error),
    Panic,
    Count(String),
}

fn main() -> ExitCode {
    let args = match Args::read(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("{}\nharness: {message}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Trace(error)) => {
            eprintln!("harness: write {}: {error}", args.out);
            ExitCode::FAILURE
        }
        Err(Failure::Panic) => {
            eprintln!("harness: a thread panicked");
            ExitCode::from(3)
        }
        Err(Failure::Count(message)) => {
            eprintln!("harness: {message}");
            ExitCode::from(4)
        }
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    let file = File::create(&args.out).map_err(Failure::Trace)?;
    let mut header: Vec<(&str, trace::Json)> =
        args.header.iter().map(|(key, value)| (key.as_str(), trace::json(value))).collect();
    header.push(("system", trace::json("crossbeam-deque")));
    header.push(("seed", trace::json(&args.seed)));
    header.push(("nodes", trace::json(&work::names(args.nodes))));
    trace::open(file, &header);
    trace::stamp();
    let calls = work::run(args);
    let events = trace::events();
    trace::close().map_err(Failure::Trace)?;
    match calls {
        None => Err(Failure::Panic),
        Some(calls) if calls != events => Err(Failure::Count(format!("{calls} calls, but {events} events"))),
        Some(_) => Ok(()),
    }
}
