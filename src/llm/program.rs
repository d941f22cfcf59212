//! The one door to other programs here: text in, text out, within a time.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;

/// How a program failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    /// It could not be started.
    #[error("start: {0}")]
    Start(std::io::Error),
    /// Its output could not be read.
    #[error("read its output: {0}")]
    Read(std::io::Error),
    /// It took longer than allowed and was killed.
    #[error("not done after {0:?}")]
    Timeout(Duration),
    /// It wrote more than allowed and was killed.
    #[error("it wrote too much")]
    TooLarge,
    /// It did not end with success.
    #[error("{status}")]
    Exit {
        /// The operating system's words for how it ended.
        status: String,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
    /// Its output is not UTF-8.
    #[error("its output is not UTF-8 text")]
    NotText,
}

/// Runs `argv` with `stdin`; its standard output if it succeeds. Killed when the time is up, or when dropped.
#[expect(clippy::disallowed_methods, reason = "until the common door to programs takes text on standard input")]
pub(super) async fn run_program(
    argv: &[String],
    stdin: String,
    time_limit: Duration,
    output_limit: usize,
) -> Result<String, ProgramError> {
    let (program, arguments) = argv.split_first().ok_or_else(|| {
        ProgramError::Start(std::io::Error::new(std::io::ErrorKind::InvalidInput, "the command is empty"))
    })?;
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(ProgramError::Start)?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut input), Some(output), Some(mut errors)) = pipes else {
        return Err(ProgramError::Start(std::io::Error::other("no pipes")));
    };
    let write = async move {
        // A program may end, or begin to answer, without reading all of its input.
        let _ = input.write_all(stdin.as_bytes()).await;
        Ok(())
    };
    let read = async move {
        let mut bytes = Vec::new();
        let limit = u64::try_from(output_limit).unwrap_or(u64::MAX);
        output.take(limit.saturating_add(1)).read_to_end(&mut bytes).await.map_err(ProgramError::Read)?;
        if bytes.len() > output_limit { Err(ProgramError::TooLarge) } else { Ok(bytes) }
    };
    let drain = async move {
        let mut tail = Tail::default();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = errors.read(&mut buffer).await {
            tail.push(&buffer[..count]);
        }
        Ok(tail.text())
    };
    let work = async {
        let ((), bytes, stderr) = tokio::try_join!(write, read, drain)?;
        Ok((bytes, stderr, child.wait().await.map_err(ProgramError::Read)?))
    };
    let (bytes, stderr, status) =
        tokio::time::timeout(time_limit, work).await.map_err(|_| ProgramError::Timeout(time_limit))??;
    if !status.success() {
        return Err(ProgramError::Exit { status: status.to_string(), stderr });
    }
    String::from_utf8(bytes).map_err(|_| ProgramError::NotText)
}

/// The last whole lines of something long.
#[derive(Default)]
struct Tail {
    bytes: Vec<u8>,
    cut: bool,
}

impl Tail {
    const KEPT: usize = 1 << 16;

    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > 2 * Self::KEPT {
            self.bytes.drain(..self.bytes.len() - Self::KEPT);
            self.cut = true;
        }
    }

    /// Without the first line where it is cut, as half a key no longer looks like one.
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        match text.split_once('\n') {
            Some((_, rest)) if self.cut => rest.to_owned(),
            None if self.cut => String::new(),
            _ => text.into_owned(),
        }
    }
}
