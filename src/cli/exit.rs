//! Exit codes: the contract with scripts and CI.

use crate::base::diag::Failure;

/// What the process's exit status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done; all verdicts hold.
    Success = 0,
    /// Wrong arguments or settings. (2 is also the value clap returns.)
    Usage = 2,
    /// The spec was rejected or violates a property, or the input is no specification.
    SpecRejected = 10,
    /// A trace is not a behaviour of the spec.
    TraceRejected = 11,
    /// The syntax or the runtime loop gave up.
    GaveUp = 12,
    /// An input cannot be read: a source, a trace, a file.
    BadInput = 13,
    /// A verdict could not be reached: silence, a crash of a tool.
    Unknown = 14,
    /// A provider failed or refused.
    Provider = 20,
    /// A tool is missing or is another than the pinned one.
    Toolchain = 21,
    /// Out of time, budget or disk space; `specgen resume` goes on.
    Budget = 30,
    /// Stopped by Ctrl-C or SIGTERM; `specgen resume` goes on.
    Interrupted = 31,
    /// The session or a recorded call is locked, unreadable or of a newer format.
    Session = 40,
    /// A defect of specgen.
    Internal = 70,
}

/// The code prefixes of diagnostics and what they end in; the longest that fits counts.
const BY_PREFIX: &[(&str, ExitCode)] = &[
    ("budget/", ExitCode::Budget),
    ("challenge/", ExitCode::BadInput),
    ("challenge/survived", ExitCode::TraceRejected),
    ("config/", ExitCode::Usage),
    ("correct/gave-up", ExitCode::GaveUp),
    ("disk/", ExitCode::BadInput),
    ("disk/full", ExitCode::Budget),
    ("draft/gave-up", ExitCode::GaveUp),
    ("engine/", ExitCode::Unknown),
    ("explain/", ExitCode::Usage),
    ("harness/", ExitCode::Toolchain),
    ("harness/run", ExitCode::Unknown),
    ("instrument/", ExitCode::BadInput),
    ("interrupted", ExitCode::Interrupted),
    ("llm/", ExitCode::Provider),
    ("llm/budget", ExitCode::Budget),
    ("llm/record", ExitCode::Session),
    ("process/", ExitCode::Unknown),
    ("sany/", ExitCode::SpecRejected),
    ("session/", ExitCode::Session),
    ("source/", ExitCode::BadInput),
    ("tla/", ExitCode::SpecRejected),
    ("tlc/", ExitCode::SpecRejected),
    ("tlc/unknown", ExitCode::Unknown),
    ("toolchain/", ExitCode::Toolchain),
    ("trace/", ExitCode::BadInput),
    ("transform/", ExitCode::SpecRejected),
    ("validate/rejected", ExitCode::TraceRejected),
    ("validate/", ExitCode::BadInput),
    ("validate/unknown", ExitCode::Unknown),
];

impl ExitCode {
    /// The code a failure ends in, by its first diagnostic.
    pub fn of(failure: &Failure) -> Self {
        let code = failure.code();
        let fitting = BY_PREFIX.iter().filter(|(prefix, _)| code.starts_with(prefix));
        fitting.max_by_key(|(prefix, _)| prefix.len()).map_or(Self::Internal, |(_, exit)| *exit)
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::Diagnostic;

    #[test]
    fn the_longest_prefix_decides() {
        let exit = |code: &str| ExitCode::of(&Diagnostic::error(code, "x").into());
        assert_eq!(exit("llm/replay-miss"), ExitCode::Provider);
        assert_eq!(exit("llm/budget-calls"), ExitCode::Budget);
        assert_eq!(exit("llm/record-damaged"), ExitCode::Session);
        assert_eq!((exit("disk/full"), exit("disk/not-found")), (ExitCode::Budget, ExitCode::BadInput));
        assert_eq!(exit("validate/rejected"), ExitCode::TraceRejected);
        assert_eq!(exit("never/heard-of"), ExitCode::Internal);
    }
}
