//! Exit codes: the contract with scripts and CI.

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use serde::Serialize;
use serde::Serializer;

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
    /// The evaluator cannot check this; TLC can.
    Unsupported = 15,
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
    ("challenge/", ExitCode::BadInput),
    ("challenge/no-verdict", ExitCode::Unknown),
    ("challenge/survived", ExitCode::TraceRejected),
    ("config/", ExitCode::Usage),
    ("correct/", ExitCode::SpecRejected),
    ("correct/gave-up", ExitCode::GaveUp),
    ("disk/", ExitCode::BadInput),
    ("disk/full", ExitCode::Budget),
    ("draft/", ExitCode::SpecRejected),
    ("draft/attempts-spent", ExitCode::GaveUp),
    ("draft/no-progress", ExitCode::GaveUp),
    ("draft/no-usable-reply", ExitCode::GaveUp),
    ("eval/", ExitCode::SpecRejected),
    ("eval/config", ExitCode::Usage),
    ("eval/no-constant", ExitCode::Usage),
    ("eval/too-deep", ExitCode::Budget),
    ("eval/too-large", ExitCode::Budget),
    ("eval/too-long", ExitCode::Budget),
    ("eval/unreadable", ExitCode::BadInput),
    ("eval/unsupported", ExitCode::Unsupported),
    ("explain/", ExitCode::Usage),
    ("harness/", ExitCode::Toolchain),
    ("harness/run", ExitCode::Unknown),
    ("iispec/", ExitCode::BadInput),
    ("instrument/", ExitCode::BadInput),
    ("instrument/not-restored", ExitCode::Internal),
    ("instrument/offline", ExitCode::Toolchain),
    ("instrument/out-of-memory", ExitCode::Budget),
    ("instrument/out-of-time", ExitCode::Budget),
    ("internal/", ExitCode::Internal),
    ("interpret/", ExitCode::SpecRejected),
    ("knowledge/", ExitCode::Internal),
    ("lint/", ExitCode::SpecRejected),
    ("llm/", ExitCode::Provider),
    ("llm/budget", ExitCode::Budget),
    ("llm/record", ExitCode::Session),
    ("mutation/", ExitCode::SpecRejected),
    ("mutation/no-verdict", ExitCode::Unknown),
    ("mutation/nothing", ExitCode::Unknown),
    ("process/", ExitCode::Unknown),
    ("process/interrupted", ExitCode::Interrupted),
    ("process/program-missing", ExitCode::Toolchain),
    ("sany/", ExitCode::SpecRejected),
    ("session/", ExitCode::Session),
    ("source/", ExitCode::BadInput),
    ("tla/", ExitCode::SpecRejected),
    ("tlc/", ExitCode::SpecRejected),
    ("tlc/contradiction", ExitCode::Unknown),
    ("tlc/explosion", ExitCode::Budget),
    ("tlc/interrupted", ExitCode::Interrupted),
    ("tlc/killed", ExitCode::Unknown),
    ("tlc/no-states", ExitCode::Unknown),
    ("tlc/nothing-named", ExitCode::Unknown),
    ("tlc/out-of-disk", ExitCode::Budget),
    ("tlc/out-of-memory", ExitCode::Budget),
    ("tlc/recover", ExitCode::BadInput),
    ("tlc/silent", ExitCode::Unknown),
    ("tlc/simulated", ExitCode::Unknown),
    ("tlc/system", ExitCode::Unknown),
    ("tlc/timed-out", ExitCode::Budget),
    ("toolchain/", ExitCode::Toolchain),
    ("trace/", ExitCode::BadInput),
    ("transform/", ExitCode::SpecRejected),
    ("validate/", ExitCode::BadInput),
    ("verify/", ExitCode::Unknown),
    ("verify/differs", ExitCode::Internal),
    ("verify/no-constant", ExitCode::Usage),
    ("verify/reading", ExitCode::Usage),
];

impl ExitCode {
    /// All of them, by number.
    pub const ALL: [Self; 14] = [
        Self::Success,
        Self::Usage,
        Self::SpecRejected,
        Self::TraceRejected,
        Self::GaveUp,
        Self::BadInput,
        Self::Unknown,
        Self::Unsupported,
        Self::Provider,
        Self::Toolchain,
        Self::Budget,
        Self::Interrupted,
        Self::Session,
        Self::Internal,
    ];

    /// What it means, in a sentence.
    pub fn means(self) -> &'static str {
        match self {
            Self::Success => "done; all verdicts hold",
            Self::Usage => "wrong arguments or settings",
            Self::SpecRejected => "the spec was rejected or violates a property, or the input is no specification",
            Self::TraceRejected => "a trace is not a behaviour of the spec, or a planted mistake was not noticed",
            Self::GaveUp => "the syntax or the runtime loop gave up",
            Self::BadInput => "an input cannot be read: a source, a trace, a file",
            Self::Unknown => "a verdict could not be reached: silence, a crash of a tool, an unfinished session",
            Self::Unsupported => "the evaluator cannot check this; TLC can (`--engine tlc`)",
            Self::Provider => "a model provider failed or refused",
            Self::Toolchain => "a tool is missing or is another than the pinned one",
            Self::Budget => "out of time, budget or disk space; `specgen resume` goes on",
            Self::Interrupted => "stopped by Ctrl-C or SIGTERM; `specgen resume` goes on",
            Self::Session => "the session or a recorded call is locked, unreadable or of a newer format",
            Self::Internal => "a defect of specgen",
        }
    }

    /// Its name, for programs.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// The code a failure ends in, by its first diagnostic.
    pub fn of(failure: &Failure) -> Self {
        Self::of_code(failure.code())
    }

    /// The code a diagnostic ends in where it ends a run.
    pub fn of_code(code: &str) -> Self {
        let fitting = BY_PREFIX.iter().filter(|(prefix, _)| code.starts_with(prefix));
        fitting.max_by_key(|(prefix, _)| prefix.len()).map_or(Self::Internal, |(_, exit)| *exit)
    }
}

impl Serialize for ExitCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl JsonSchema for ExitCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ExitCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let each = Self::ALL
            .map(|exit| serde_json::json!({"const": exit as u8, "title": exit.name(), "description": exit.means()}));
        schemars::json_schema!({"description": "What the process's exit status means.", "oneOf": each})
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
    fn every_exit_code_is_in_the_list() {
        for (_, exit) in BY_PREFIX {
            assert!(ExitCode::ALL.contains(exit), "{exit:?}");
        }
        assert!(ExitCode::ALL.windows(2).all(|pair| (pair[0] as u8) < pair[1] as u8));
    }

    #[test]
    fn the_longest_prefix_decides() {
        let exit = |code: &str| ExitCode::of(&Diagnostic::error(code, "x").into());
        assert_eq!(exit("llm/replay-miss"), ExitCode::Provider);
        assert_eq!(exit("llm/budget"), ExitCode::Budget);
        assert_eq!(exit("llm/record-damaged"), ExitCode::Session);
        assert_eq!(exit("challenge/survived"), ExitCode::TraceRejected);
        assert_eq!(exit("challenge/no-verdict"), ExitCode::Unknown);
        assert_eq!((exit("disk/full"), exit("disk/not-found")), (ExitCode::Budget, ExitCode::BadInput));
        assert_eq!(exit("process/interrupted"), ExitCode::Interrupted);
        assert_eq!((exit("process/program-missing"), exit("process/io")), (ExitCode::Toolchain, ExitCode::Unknown));
        assert_eq!(exit("never/heard-of"), ExitCode::Internal);
    }

    #[test]
    fn every_code_has_a_prefix_and_every_prefix_a_code() {
        let explained = crate::knowledge::codes::all().unwrap();
        for entry in &explained {
            assert!(BY_PREFIX.iter().any(|(prefix, _)| entry.code.starts_with(prefix)), "{}", entry.code);
        }
        for (prefix, _) in BY_PREFIX {
            assert!(explained.iter().any(|entry| entry.code.starts_with(prefix)), "{prefix} fits no code");
        }
    }
}
