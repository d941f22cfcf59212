//! The program: parse, run, exit.

use std::process::ExitCode;

// Traces and states are many small values, which this one makes and drops faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    specgen::cli::run().into()
}
