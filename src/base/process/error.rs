//! Why a child could not be run to its end, and that somebody asked for an end.

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::disk::DiskError;

/// Why a child could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It did not start.
    #[error("start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Waiting for it failed.
    #[error("wait for {program}: {source}")]
    Wait {
        /// The program.
        program: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Its log could not be written.
    #[error(transparent)]
    Log(#[from] DiskError),
    /// It failed because there was no room on the disk.
    #[error("run {program}: no space left on the disk that it writes to")]
    DiskFull {
        /// The program.
        program: String,
    },
    /// Ctrl-C or SIGTERM came while it ran; it is killed.
    #[error("stopped by {signal} while {program} ran")]
    Interrupted {
        /// The program.
        program: String,
        /// What came.
        signal: &'static str,
    },
}

impl ProcessError {
    /// As a diagnostic.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Start { program, source } if source.kind() == std::io::ErrorKind::NotFound => {
                Diagnostic::error("process/program-missing", self.to_string()).hint(format!(
                    "install `{program}` or add its directory to PATH; `specgen doctor` shows what is there"
                ))
            }
            Self::Start { .. } | Self::Wait { .. } => Diagnostic::error("process/io", self.to_string()),
            Self::Log(error) => error.diagnostic(),
            Self::DiskFull { .. } => disk::full(self.to_string()),
            Self::Interrupted { .. } => interruption(self.to_string()),
        }
    }
}

/// The diagnostic of a run that was told to stop.
pub fn interruption(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("process/interrupted", message)
        .hint("finished stages and paid calls are kept; `specgen resume` goes on where this stopped")
}
