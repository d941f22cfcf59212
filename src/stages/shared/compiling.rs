//! The language's own tool on a tree of sources: whether it compiles, and if not, the tool's words with their places.

use std::collections::BTreeSet;
use std::time::Duration;

use camino::Utf8Path;
use regex::Regex;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Bounds;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::base::process::Finished;
use crate::instrument;
use crate::instrument::Instrumented;
use crate::instrument::TraceConfig;
use crate::instrument::blame::Complaint;
use crate::source::LanguageName;

mod cargo;
mod go;
mod python;

/// What a compiler is run with.
#[derive(Clone, Copy)]
pub struct Compiler<'a> {
    /// Whose files are compiled.
    pub config: &'a TraceConfig,
    /// What was inserted into the tree that is compiled; `None` for an untouched one.
    pub made: Option<&'a Instrumented>,
    /// A folder of its own, outside the tree, for what it makes.
    pub scratch: &'a Utf8Path,
    /// Whether it must do without the network.
    pub offline: bool,
    /// How long each run may take.
    pub limit: Duration,
    /// Bytes of memory that each run may take with all that it starts.
    pub memory: Option<u64>,
    /// Where its output goes.
    pub log: Option<&'a Utf8Path>,
}

/// What is asked of a compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// That it accepts all of the tree.
    Build,
    /// Go: that it finds nothing suspicious in the probed packages.
    Vet,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It accepts the tree.
    Accepts,
    /// It does not; at least one complaint.
    Refuses(Vec<Complaint>),
    /// It could not begin, as these are not on this machine and it may not fetch them.
    Lacks(Vec<String>),
    /// It took more than it may.
    Stopped(Exit),
}

/// A run of a compiler.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The command, as one line.
    pub line: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Compiler<'_> {
    /// The steps that the language has.
    pub fn steps(&self) -> &'static [Step] {
        match self.language() {
            LanguageName::Go => &[Step::Build, Step::Vet],
            LanguageName::Rust | LanguageName::Python => &[Step::Build],
        }
    }

    /// Runs one step on `tree`.
    pub async fn run(&self, step: Step, tree: &Utf8Path) -> Result<Ran, Failure> {
        match self.language() {
            LanguageName::Go => go::run(self, step, tree).await,
            LanguageName::Rust => cargo::run(self, tree).await,
            LanguageName::Python => python::run(self, tree).await,
        }
    }

    fn language(&self) -> LanguageName {
        self.config.language.unwrap_or(LanguageName::Go)
    }

    /// The folders of the probed files.
    fn folders(&self) -> BTreeSet<&str> {
        self.config.probes.iter().map(|probe| probe.file.rsplit_once('/').map_or("", |(folder, _)| folder)).collect()
    }

    async fn finish(&self, command: Command, tree: &Utf8Path) -> Result<Finished, Failure> {
        let mut command = command.directory(tree).limit(self.limit);
        if let Some(log) = self.log {
            command = command.log(log);
        }
        let bounds = Bounds { memory: self.memory, folder: None };
        let finished = command.run_within(&bounds, &|_| {}, &mut |_| {}).await.map_err(|error| error.diagnostic())?;
        if finished.exit == Exit::Interrupted {
            return Err(crate::base::process::interruption("stopped while the compiler ran").into());
        }
        Ok(finished)
    }
}

/// What a run says, once it is known what it complains of and what it may not fetch.
fn judged(compiler: &Compiler<'_>, finished: &Finished, complaints: Vec<Complaint>, missing: Vec<String>) -> Outcome {
    match finished.exit {
        Exit::Success => Outcome::Accepts,
        exit => stopped(exit).unwrap_or_else(|| {
            let lacks = compiler.offline && !missing.is_empty();
            if lacks { Outcome::Lacks(missing) } else { refusal(complaints, finished) }
        }),
    }
}

/// What the first groups of the patterns find, each once.
fn named(patterns: &[Regex], said: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for found in patterns.iter().flat_map(|pattern| pattern.captures_iter(said)) {
        if !names.iter().any(|name| *name == found[1]) {
            names.push(found[1].to_owned());
        }
    }
    names
}

/// What limits say, if one of them ended the run.
fn stopped(exit: Exit) -> Option<Outcome> {
    matches!(exit, Exit::Timeout | Exit::TooMuchMemory | Exit::TooMuch | Exit::TooMuchDisk | Exit::Signalled(_))
        .then_some(Outcome::Stopped(exit))
}

/// A refusal; a compiler that gives no reason has at least its last words.
fn refusal(complaints: Vec<Complaint>, finished: &Finished) -> Outcome {
    if !complaints.is_empty() {
        return Outcome::Refuses(complaints);
    }
    let said = format!("{}\n{}", finished.stdout, finished.stderr);
    let line = said.lines().map(str::trim).find(|line| line.starts_with("error") || line.contains(": "));
    let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
    let words = line.or(last).unwrap_or("it gives no reason").to_owned();
    Outcome::Refuses(vec![Complaint::new(format!("{words} ({})", finished.exit))])
}

/// As a diagnostic, that a run was stopped or could not begin; `what` was to be compiled.
pub fn unfinished(ran: &Ran, what: &str) -> Option<Diagnostic> {
    let Ran { line, outcome } = ran;
    match outcome {
        Outcome::Accepts | Outcome::Refuses(_) => None,
        Outcome::Lacks(missing) => Some(
            Diagnostic::error(
                "instrument/offline",
                format!("compile {what} with `{line}`: not on this machine: {}", missing.join(", ")),
            )
            .hint(
                "nothing is fetched here; get it first with the language's own tool (`go mod download`, `cargo fetch`, \
                 `cargo vendor`, `pip install`) and run this again",
            ),
        ),
        Outcome::Stopped(exit @ (Exit::TooMuchMemory | Exit::TooMuchDisk)) => Some(
            Diagnostic::error("instrument/out-of-memory", format!("compile {what} with `{line}`: {exit}"))
                .hint("give it more with --memory MB"),
        ),
        Outcome::Stopped(exit) => {
            Some(Diagnostic::error("instrument/out-of-time", format!("compile {what} with `{line}`: {exit}")).hint(
                "give it more time with --limit SECONDS; the second run is quicker where the tool keeps what it made",
            ))
        }
    }
}

/// What a compiler says of a tree in which nothing is inserted.
pub fn of_source(ran: &Ran, complaints: &[Complaint], tree: &Utf8Path) -> Vec<Diagnostic> {
    let said = complaints.iter().map(|complaint| {
        let text = disk::read_text(&tree.join(&complaint.file)).ok();
        let message =
            format!("the source does not compile, without any probe, by `{}`: {}", ran.line, complaint.message);
        Diagnostic::error("instrument/source", message)
            .at(complaint.of_source(text.as_deref()))
            .hint("mend the source first, or name one that compiles (target.source)")
    });
    said.collect()
}

/// The modules that are imported, behind the folder where they are found.
fn modules(config: &TraceConfig) -> Vec<String> {
    instrument::modules(config)
}
