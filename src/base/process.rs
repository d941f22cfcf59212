//! Children: the only file that starts one. Each gets a group of its own, a limit and, where asked for, a log.
//!
//! The group matters: `go test` and `sh -c` start grandchildren, and killing the child alone leaves them running with
//! our pipes in hand. The whole group is killed on a time-out, when the future is dropped, on Ctrl-C (which a terminal
//! sends to our own group only) and SIGTERM, and by a guard when specgen itself is killed.

use std::ffi::OsString;
use std::future::Future;
use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use process_wrap::tokio::ChildWrapper;
use process_wrap::tokio::CommandWrap;
use serde::Deserialize;
use serde::Serialize;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::disk::DiskError;
use crate::base::disk::Log;
use crate::base::process::guard::Guard;
use crate::base::process::sink::Sink;
use crate::base::process::usage::Usage;
use crate::base::process::usage::look;
use crate::base::process::watch::Watched;

pub use meter::Taken;
pub use meter::metered;

mod error;
mod guard;
mod meter;
mod sink;
mod usage;
mod watch;

pub use error::ProcessError;
pub use error::interruption;
pub use watch::Bounds;
pub use watch::Taking;

/// How much of each of stdout and stderr is kept in memory, and in the log, unless said otherwise.
pub const DEFAULT_OUTPUT_CAP: usize = 64 << 20;

/// How long to wait for the pipes to close once the child has ended; who still holds them then is a grandchild.
const PIPE_GRACE: Duration = Duration::from_millis(300);

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exit {
    /// With status 0.
    Success,
    /// With another status.
    Failure(i32),
    /// It exceeded its time limit and was killed with its group.
    Timeout,
    /// Some signal killed it.
    Signalled(i32),
    /// It wrote more than its output limit and was killed with its group.
    TooMuch,
    /// Its group took more memory than it may and was killed.
    TooMuchMemory,
    /// Its group wrote more to disk than it may and was killed.
    TooMuchDisk,
    /// Ctrl-C or SIGTERM came, and it was killed with its group.
    Interrupted,
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Failure(status) => write!(f, "failure, status {status}"),
            Self::Timeout => f.write_str("timeout"),
            Self::Signalled(signal) => write!(f, "killed by signal {signal}"),
            Self::TooMuch => f.write_str("killed, as it wrote too much"),
            Self::TooMuchMemory => f.write_str("killed, as it took too much memory"),
            Self::TooMuchDisk => f.write_str("killed, as it wrote too much to disk"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

/// What a child left behind.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote to stdout, up to the cap; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// Whether stdout was UTF-8, so that nothing in it was replaced.
    pub stdout_is_text: bool,
    /// What it wrote to stderr, up to the cap.
    pub stderr: String,
    /// Whether the cap cut something off.
    pub truncated: bool,
    /// From start to end.
    pub wall: Duration,
    /// CPU time of the child itself, last seen at most 50 ms before its end; `None` where the system does not tell.
    pub cpu: Option<Duration>,
    /// Peak resident memory of the child itself in bytes, seen as `cpu` is.
    pub peak_memory: Option<u64>,
}

/// Waits until somebody asks for an orderly end, and says how. SIGHUP is left to its default, so that `nohup` works.
pub async fn interrupted() -> &'static str {
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        return tokio::select! {
            () = ctrl_c() => "Ctrl-C",
            _ = terminated.recv() => "SIGTERM",
        };
    }
    ctrl_c().await;
    "Ctrl-C"
}

/// SIGXFSZ, on Linux and macOS: a file would become longer than `ulimit -f` allows.
const FILE_LIMIT: i32 = 25;

/// From now on a write beyond `ulimit -f` is an error like any other; before, it kills the program without a word.
pub fn outlive_file_limit() {
    // Where it cannot be had, the default action of the signal stays.
    #[cfg(unix)]
    let _ = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(FILE_LIMIT));
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the default action of the signal still ends the process.
        std::future::pending::<()>().await;
    }
}

/// A child to be started: program, arguments and limits.
#[derive(Clone, Debug)]
pub struct Command {
    program: OsString,
    args: Vec<OsString>,
    directory: Option<Utf8PathBuf>,
    set: Vec<(String, OsString)>,
    removed: Vec<String>,
    stdin: Option<String>,
    limit: Option<Duration>,
    log: Option<Utf8PathBuf>,
    output_cap: usize,
    output_limit: usize,
}

impl Command {
    /// `program` with no arguments, no limit and no log; stdin is empty.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            directory: None,
            set: Vec::new(),
            removed: Vec::new(),
            stdin: None,
            limit: None,
            log: None,
            output_cap: DEFAULT_OUTPUT_CAP,
            output_limit: usize::MAX,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Runs in `directory`.
    pub fn directory(mut self, directory: impl Into<Utf8PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Sets a variable on top of the inherited environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.set.push((name.into(), value.into()));
        self
    }

    /// Takes a variable out of the inherited environment.
    pub fn env_remove(mut self, name: impl Into<String>) -> Self {
        self.removed.push(name.into());
        self
    }

    /// What the child reads from stdin.
    pub fn stdin(mut self, text: impl Into<String>) -> Self {
        self.stdin = Some(text.into());
        self
    }

    /// Kills the group after `limit`.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Writes argv, both outputs as they come and the exit to the file at `path`.
    pub fn log(mut self, path: impl Into<Utf8PathBuf>) -> Self {
        self.log = Some(path.into());
        self
    }

    /// Keeps at most `bytes` of each output.
    pub fn output_cap(mut self, bytes: usize) -> Self {
        self.output_cap = bytes;
        self
    }

    /// Kills the group when it has written more than `bytes` to stdout and stderr together.
    pub fn output_limit(mut self, bytes: usize) -> Self {
        self.output_limit = bytes;
        self
    }

    /// The program and its arguments as one line to show; words with spaces are quoted.
    pub fn line(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.args);
        words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
    }

    /// Runs it to its end.
    pub async fn run(self) -> Result<Finished, ProcessError> {
        self.run_lines(&mut |_| {}).await
    }

    /// Runs it to its end; `on_line` is given each line of stdout, without its ending, as soon as it is there.
    pub async fn run_lines(self, on_line: &mut (dyn FnMut(&str) + Send)) -> Result<Finished, ProcessError> {
        self.run_until(interrupted, on_line, None).await
    }

    /// The same, within `bounds`: a group that takes more is killed. `on_look` is told twice a second what it takes. An
    /// interruption is no error here: what was printed so far is kept. A second one does not wait for the group's end.
    pub async fn run_within(
        self,
        bounds: &Bounds,
        on_look: &(dyn Fn(Taking) + Sync),
        on_line: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Finished, ProcessError> {
        self.run_until(interrupted, on_line, Some(Watched { bounds, on_look })).await
    }

    /// `interrupt` waits for one interruption, anew each time.
    async fn run_until<I: Future<Output = &'static str> + Send>(
        self,
        interrupt: impl Fn() -> I + Send,
        on_line: &mut (dyn FnMut(&str) + Send),
        watched: Option<Watched<'_>>,
    ) -> Result<Finished, ProcessError> {
        let program = self.program.to_string_lossy().into_owned();
        let log = self.open_log()?;
        let stopwatch = Stopwatch::start();
        let child = self.spawn().map_err(|source| ProcessError::Start { program: program.clone(), source })?;
        let guard = Guard::of(child.id());
        let mut running = Running { child, guard, ended: false, usage: Usage::default() };
        let mut sink = Sink::new(self.output_cap, self.output_limit, log, on_line);
        let limit = self.limit.unwrap_or(Duration::MAX);
        let over = watch::watch(running.child.id(), watched);
        let exit = tokio::select! {
            exit = running.finish(self.stdin, &mut sink) => {
                exit.map_err(|e| e.of(&program))?
            }
            () = sleep(limit) => {
                running.kill().await;
                Exit::Timeout
            }
            exit = over => {
                running.kill().await;
                exit
            }
            signal = interrupt() => {
                tokio::select! {
                    // Dropped, the group is killed as well, but nobody waits for its end.
                    biased;
                    _ = interrupt() => return Err(ProcessError::Interrupted { program, signal }),
                    () = running.kill() => {}
                }
                if watched.is_none() {
                    sink.close("interrupted")?;
                    return Err(ProcessError::Interrupted { program, signal });
                }
                Exit::Interrupted
            }
        };
        sink.close(&exit.to_string())?;
        let by_limit = cfg!(unix) && exit == Exit::Signalled(FILE_LIMIT);
        if by_limit || exit != Exit::Success && sink.kept.iter().any(|output| says_full(output)) {
            return Err(ProcessError::DiskFull { program });
        }
        let (stdout, stdout_is_text) = text(sink.kept[0].split_off(0));
        Ok(Finished {
            exit,
            stdout,
            stdout_is_text,
            stderr: text(sink.kept[1].split_off(0)).0,
            truncated: sink.truncated,
            wall: stopwatch.elapsed(),
            cpu: running.usage.cpu,
            peak_memory: running.usage.peak_memory,
        })
    }

    fn open_log(&self) -> Result<Option<Log>, DiskError> {
        let Some(path) = &self.log else { return Ok(None) };
        let mut log = Log::create(path)?;
        log.write(format!("$ {}\n", self.line()).as_bytes())?;
        Ok(Some(log))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that starts children")]
    fn spawn(&self) -> std::io::Result<Box<dyn ChildWrapper>> {
        let mut wrap = CommandWrap::with_new(&self.program, |command| {
            command.args(&self.args).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            command.stdin(if self.stdin.is_some() {
                std::process::Stdio::piped()
            } else {
                std::process::Stdio::null()
            });
            if let Some(directory) = &self.directory {
                command.current_dir(directory);
            }
            for name in &self.removed {
                command.env_remove(name);
            }
            for (name, value) in &self.set {
                command.env(name, value);
            }
        });
        #[cfg(unix)]
        wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wrap.wrap(process_wrap::tokio::JobObject);
        wrap.spawn()
    }
}

/// Whether an output holds the operating system's words for a full disk, or for a limit on files, which compilers and Java
/// pass on as they are.
fn says_full(output: &[u8]) -> bool {
    const WORDS: [&[u8]; 4] = [
        b"No space left on device",
        b"Disk quota exceeded",
        // As Rust and as Go write it; less could be about a file that a compiler reads.
        b"File too large (os error",
        b": file too large",
    ];
    WORDS.iter().any(|words| output.windows(words.len()).any(|window| window == *words))
}

async fn sleep(limit: Duration) {
    if limit == Duration::MAX {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(limit).await;
}

/// As text, and whether nothing had to be replaced.
fn text(bytes: Vec<u8>) -> (String, bool) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=+.,:/@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// What can go wrong while the child runs.
enum Trouble {
    Io(std::io::Error),
    Log(DiskError),
}

impl Trouble {
    fn of(self, program: &str) -> ProcessError {
        match self {
            Self::Io(source) => ProcessError::Wait { program: program.to_owned(), source },
            Self::Log(error) => ProcessError::Log(error),
        }
    }
}

impl From<DiskError> for Trouble {
    fn from(error: DiskError) -> Self {
        Self::Log(error)
    }
}

/// A started child; dropping it kills the group.
struct Running {
    child: Box<dyn ChildWrapper>,
    guard: Option<Guard>,
    ended: bool,
    usage: Usage,
}

impl Running {
    /// Feeds stdin and reads both outputs until the child has ended and the pipes are closed.
    async fn finish(&mut self, stdin: Option<String>, sink: &mut Sink<'_>) -> Result<Exit, Trouble> {
        let feeding = feed(self.child.stdin().take(), stdin);
        let mut out = self.child.stdout().take();
        let mut err = self.child.stderr().take();
        let process = self.child.id();
        let (usage, child) = (&mut self.usage, &mut self.child);
        let mut ending = Box::pin(async move {
            tokio::select! {
                ended = child.wait() => ended,
                () = look(process, usage) => std::future::pending().await,
            }
        });
        let mut status = None;
        let mut buffers = (vec![0; 1 << 16], vec![0; 1 << 16]);
        tokio::pin!(feeding);
        let mut fed = false;
        let mut grace = None;
        while status.is_none()
            || ((out.is_some() || err.is_some()) && grace.is_none_or(|g: Stopwatch| g.elapsed() < PIPE_GRACE))
        {
            tokio::select! {
                () = &mut feeding, if !fed => fed = true,
                read = fill(&mut out, &mut buffers.0), if out.is_some() => sink.take(0, &buffers.0[..read])?,
                read = fill(&mut err, &mut buffers.1), if err.is_some() => sink.take(1, &buffers.1[..read])?,
                ended = &mut ending, if status.is_none() => {
                    status = Some(ended.map_err(Trouble::Io)?);
                    grace = Some(Stopwatch::start());
                }
                () = tokio::time::sleep(PIPE_GRACE), if status.is_some() => {}
            }
            if sink.is_over() {
                drop(ending);
                self.kill().await;
                return Ok(Exit::TooMuch);
            }
        }
        drop(ending);
        self.ended = true;
        if out.is_some() || err.is_some() {
            // Somebody in the group outlived its leader; the group is not empty, so its number is still ours.
            let _ = self.child.start_kill();
        }
        self.release().await;
        Ok(status.map_or(Exit::Success, exit_of))
    }

    async fn kill(&mut self) {
        let _ = self.child.start_kill();
        let _ = self.child.wait().await;
        self.ended = true;
        self.release().await;
    }

    async fn release(&mut self) {
        if let Some(guard) = self.guard.take() {
            guard.release().await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.child.start_kill();
        }
    }
}

async fn feed(pipe: Option<tokio::process::ChildStdin>, text: Option<String>) {
    if let (Some(mut pipe), Some(text)) = (pipe, text) {
        // A child that does not read its input to the end is within its rights.
        let _ = pipe.write_all(text.as_bytes()).await;
        let _ = pipe.shutdown().await;
    }
}

/// Reads some bytes; at the end, or where reading fails, the pipe is put away.
async fn fill(pipe: &mut Option<impl AsyncRead + Unpin>, buffer: &mut [u8]) -> usize {
    let Some(open) = pipe else { return 0 };
    let read = open.read(buffer).await.unwrap_or(0);
    if read == 0 {
        *pipe = None;
    }
    read
}

#[cfg(unix)]
fn exit_of(status: std::process::ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(0), _) => Exit::Success,
        (Some(code), _) => Exit::Failure(code),
        (None, Some(signal)) => Exit::Signalled(signal),
        (None, None) => Exit::Failure(-1),
    }
}

#[cfg(not(unix))]
fn exit_of(status: std::process::ExitStatus) -> Exit {
    match status.code() {
        Some(0) => Exit::Success,
        code => Exit::Failure(code.unwrap_or(-1)),
    }
}

/// The path of `program` as PATH has it; where it is not there, a diagnostic whose hint is `install`.
pub fn find_program(program: &str, install: &str) -> Result<Utf8PathBuf, Diagnostic> {
    let found = which::which(program).ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
    found.ok_or_else(|| {
        Diagnostic::error("process/program-missing", format!("find `{program}` in PATH: not there")).hint(install)
    })
}

/// Whether `path` names a file that can be run.
pub fn is_program(path: &Utf8Path) -> bool {
    which::which(path).is_ok()
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
