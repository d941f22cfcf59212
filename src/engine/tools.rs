//! The tla2tools jar as an [`Engine`].

use async_trait::async_trait;
use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::process::Command;
use crate::engine::CheckRequest;
use crate::engine::Checked;
use crate::engine::Engine;
use crate::engine::News;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::engine::Progress;
use crate::engine::sany;
use crate::engine::tlc;

/// What a run of SANY or TLC is not begun without: its copies of the standard modules and its first states.
const SCRATCH_BYTES: u64 = 4 << 20;

/// SANY and TLC out of one jar, each run in a JVM of its own.
#[derive(Clone, Debug)]
pub struct Tla2Tools {
    java: Utf8PathBuf,
    jar: Utf8PathBuf,
    flags: JvmFlags,
    version: Option<String>,
    scratch: Option<Utf8PathBuf>,
}

/// The stack of a thread. With the usual megabyte TLC ends at recursion some ninety calls deep, for example over a set with as
/// many elements. Memory is taken only as far as a thread comes.
const STACK: &str = "-Xss64m";

/// Flags for the JVM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JvmFlags {
    /// For runs of a few seconds: start fast.
    pub short: Vec<String>,
    /// For longer runs: compile well, collect in parallel.
    pub long: Vec<String>,
}

impl Default for JvmFlags {
    fn default() -> Self {
        let owned = |flags: &[&str]| flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self {
            short: owned(&["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", STACK]),
            long: owned(&["-XX:+UseParallelGC", "-Xshare:auto", STACK]),
        }
    }
}

impl Tla2Tools {
    /// `java` is a program, `jar` a tla2tools.jar; neither is looked at before the first run.
    pub fn new(java: impl Into<Utf8PathBuf>, jar: impl Into<Utf8PathBuf>) -> Self {
        // A child gets another directory, so that a relative path would not find the jar.
        let jar = disk::absolute(&jar.into());
        Self { java: java.into(), jar, flags: JvmFlags::default(), version: None, scratch: None }
    }

    /// With other JVM flags.
    pub fn flags(mut self, flags: JvmFlags) -> Self {
        self.flags = flags;
        self
    }

    /// With a version to show in reports.
    pub fn version(mut self, version: Option<String>) -> Self {
        self.version = version;
        self
    }

    /// With another place for scratch directories than the system's: TLC keeps its states there, which can be gigabytes.
    pub fn scratch_in(mut self, directory: impl Into<Utf8PathBuf>) -> Self {
        self.scratch = Some(disk::absolute(&directory.into()));
        self
    }

    /// A new scratch directory. With too little room SANY misses its own standard modules, which looks like a mistake in
    /// the specification, so that it is not even asked.
    pub(super) fn scratch(&self) -> Result<disk::Scratch, Diagnostic> {
        let made = match &self.scratch {
            Some(parent) => {
                disk::require_space(parent, SCRATCH_BYTES)?;
                disk::Scratch::new_in(parent)
            }
            None => disk::Scratch::new(),
        };
        made.map_err(|e| e.diagnostic())
    }

    /// The jar.
    pub fn jar(&self) -> &Utf8Path {
        &self.jar
    }

    /// Checks a model and tells all there is to tell meanwhile.
    pub async fn explore(
        &self,
        request: &CheckRequest,
        on_news: &mut (dyn FnMut(News) + Send),
    ) -> Result<Checked, Diagnostic> {
        tlc::run(self, request, on_news).await
    }

    /// The command up to the class to run. The temporary directory is a fresh one each time: versions up to 1.7.4
    /// unpack the standard modules there under fixed names, so that two JVMs would race.
    pub fn java(&self, long: bool, memory: Option<u32>, scratch: &Utf8Path) -> Command {
        let flags = if long { &self.flags.long } else { &self.flags.short };
        Command::new(self.java.as_str())
            .args(flags)
            .args(memory.map(|megabytes| format!("-Xmx{megabytes}m")))
            .arg(format!("-Djava.io.tmpdir={scratch}"))
            .args(["-cp", self.jar.as_str()])
    }
}

#[async_trait]
impl Engine for Tla2Tools {
    fn name(&self) -> String {
        self.version.clone().unwrap_or_else(|| "tla2tools".to_owned())
    }

    async fn parse(&self, request: &ParseRequest) -> Result<Parsed, Diagnostic> {
        sany::run(self, request).await
    }

    async fn check(
        &self,
        request: &CheckRequest,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Checked, Diagnostic> {
        let mut on_news = |news: News| {
            if let News::Progress(progress) = news {
                on_progress(progress);
            }
        };
        self.explore(request, &mut on_news).await
    }
}
