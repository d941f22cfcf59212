//! # Engine — ask the TLA+ tools and believe only what they said
//!
//! | reads  | a module, its config file                                              |
//! | writes | nothing but a log and a scratch directory that is gone afterwards      |
//! | calls  | SANY and TLC through `base::process`                                   |
//! | never  | takes an exit status, an empty output or a cut-off output for success  |
//! | stops  | the tool ended · the time limit · Ctrl-C                               |

use std::time::Duration;

use async_trait::async_trait;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::process::Bounds;
use crate::base::process::Taking;

mod class;
pub mod config;
mod coverage;
mod distributed;
pub mod evidence;
pub mod judge;
pub mod sany;
mod sany_advice;
pub mod sany_report;
pub mod tlc;
mod tlc_advice;
mod tlc_codes;
pub mod tlc_frame;
pub mod tlc_output;
pub mod tools;

pub use class::Class;
pub use distributed::Distribution;
pub use evidence::Evidence;
pub use tlc_output::Coverage;
pub use tlc_output::CoverageKind;
pub use tlc_output::Region;
pub use tlc_output::State;
pub use tools::Tla2Tools;

/// Something that can parse a module and check a model.
#[async_trait]
pub trait Engine: Send + Sync {
    /// What it is called in reports, with its version where that is known.
    fn name(&self) -> String;

    /// Parses a module and everything it extends. `Err` is for a tool that could not be run at all.
    async fn parse(&self, request: &ParseRequest) -> Result<Parsed, Diagnostic>;

    /// Checks a model; `on_progress` is called as often as the tool reports.
    async fn check(
        &self,
        request: &CheckRequest,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Checked, Diagnostic>;
}

/// What to parse.
#[derive(Clone, Debug)]
pub struct ParseRequest {
    /// The root module, `Name.tla`; what it extends is looked for beside it.
    pub module: Utf8PathBuf,
    /// Give up after this long.
    pub limit: Duration,
    /// Where to keep what the tool printed.
    pub log: Option<Utf8PathBuf>,
}

impl ParseRequest {
    /// With a limit of a minute and no log.
    pub fn new(module: impl Into<Utf8PathBuf>) -> Self {
        Self { module: module.into(), limit: Duration::from_secs(60), log: None }
    }
}

/// What parsing showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Parsed {
    /// The tool said that it processed the root module to the end and complained of nothing.
    Clean {
        /// Every module that was processed, the root last.
        modules: Vec<String>,
        /// Warnings.
        warnings: Vec<Diagnostic>,
    },
    /// At least one error.
    Rejected {
        /// Errors first, then warnings.
        diagnostics: Vec<Diagnostic>,
    },
    /// Neither was said.
    Unknown {
        /// One diagnostic that says why.
        why: Diagnostic,
    },
}

/// What to check.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// The root module.
    pub module: Utf8PathBuf,
    /// Its config file.
    pub config: Utf8PathBuf,
    /// Whether a state without a successor is an error.
    pub deadlock: bool,
    /// How many threads explore; at least 1.
    pub workers: usize,
    /// Random behaviours instead of all states.
    pub simulate: Option<Simulation>,
    /// Collect how often each action was taken, reported every so many minutes and at the end.
    pub coverage: Option<u32>,
    /// Megabytes of heap; the JVM decides where this is `None`.
    pub memory: Option<u32>,
    /// Give up after this long.
    pub limit: Duration,
    /// Whether the run is expected to take longer than some eight seconds: other JVM flags pay off then.
    pub long: bool,
    /// Seed for simulation and fingerprints, so that a run can be repeated.
    pub seed: Option<i64>,
    /// Keep TLC's states and a checkpoint here instead of in a scratch directory; a checkpoint is written at each report.
    pub states: Option<Utf8PathBuf>,
    /// Go on from the checkpoint in this folder.
    pub recover: Option<Utf8PathBuf>,
    /// Let TLC stop by itself at the limit, so that its last counts are whole; it is killed some seconds later.
    pub stops_itself: bool,
    /// What TLC's process group may take; without bounds an interruption is an error.
    pub bounds: Option<Bounds>,
    /// Spread the search over workers of their own; there is neither coverage nor a seed then.
    pub distribution: Option<Distribution>,
    /// Further arguments, handed over as they are.
    pub extra: Vec<String>,
    /// Where to keep what the tool printed.
    pub log: Option<Utf8PathBuf>,
}

impl CheckRequest {
    /// All states, one worker, deadlock is an error, a limit of ten minutes.
    pub fn new(module: impl Into<Utf8PathBuf>, config: impl Into<Utf8PathBuf>) -> Self {
        Self {
            module: module.into(),
            config: config.into(),
            deadlock: true,
            workers: 1,
            simulate: None,
            coverage: None,
            memory: None,
            limit: Duration::from_secs(600),
            long: false,
            seed: None,
            states: None,
            recover: None,
            stops_itself: false,
            bounds: None,
            distribution: None,
            extra: Vec::new(),
            log: None,
        }
    }
}

/// Random behaviours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// How many; endless (until the limit) where this is `None`.
    pub behaviours: Option<u64>,
    /// States a behaviour, at most.
    pub depth: u64,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// States generated, repetitions included.
    pub states: u64,
    /// Different states; `None` in a simulation, which does not know.
    pub distinct: Option<u64>,
    /// States whose successors are still to be computed.
    pub queue: Option<u64>,
    /// Depth of the search.
    pub depth: Option<u64>,
    /// Milliseconds since the start.
    pub milliseconds: u64,
}

/// What is told while a model is checked.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// TLC runs; its version line.
    Started(String),
    /// TLC reports how far it is.
    Progress(Progress),
    /// What TLC's process group takes, looked at twice a second where it has bounds.
    Taking(Taking),
    /// A checkpoint is written whole.
    Checkpoint,
    /// The states of a checkpoint are read back.
    Recovered,
    /// TLC reports an error; the verdict comes at the end.
    Error(String),
}

/// What a check showed, and what the run was like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// The verdict.
    pub outcome: Outcome,
    /// What else there is to know.
    pub run: Run,
}

/// The verdict on a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Every named invariant and property holds in every reachable state of the model.
    Holds {
        /// What this rests on; it cannot be made up.
        evidence: Evidence,
    },
    /// Something that was named does not hold.
    Violated {
        /// What and how.
        violation: Violation,
    },
    /// The tool could not make sense of the specification or its config.
    Rejected {
        /// What it said.
        diagnostics: Vec<Diagnostic>,
    },
    /// Neither: no claim is made.
    Unknown {
        /// Why not.
        why: Why,
    },
}

/// A counterexample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// What kind of thing is violated.
    pub kind: ViolationKind,
    /// Its name, where the tool gave one (it does not for temporal properties).
    pub name: Option<String>,
    /// What the tool said.
    pub message: String,
    /// The behaviour that shows it, from an initial state on.
    pub behaviour: Vec<State>,
    /// How an infinite behaviour goes on after its last state.
    pub lasso: Option<Lasso>,
    /// Places in the specification that matter, for example where an assertion stands.
    pub diagnostics: Vec<Diagnostic>,
}

/// What kind of thing is violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViolationKind {
    /// An invariant is false in the last state.
    Invariant,
    /// A property of steps is false of the last step.
    ActionProperty,
    /// A temporal property is false of the behaviour.
    Temporal,
    /// The last state has no successor.
    Deadlock,
    /// `Assert` in the specification failed.
    Assertion,
    /// An `ASSUME` is false.
    Assumption,
    /// A postcondition is false.
    Postcondition,
}

impl ViolationKind {
    /// What TLC's message of this number says, where the number alone says it.
    fn of_code(code: u32) -> Option<Self> {
        Some(match code {
            2104 => Self::Assumption,
            2107 | 2110 => Self::Invariant,
            2108 | 2112 => Self::ActionProperty,
            2114 => Self::Deadlock,
            2116 => Self::Temporal,
            _ => return None,
        })
    }
}

/// How an infinite behaviour goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lasso {
    /// Back to the state with this number (from 1), and round again.
    BackTo(u64),
    /// Nothing happens any more.
    Stuttering,
}

/// Why no claim is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The reason, to decide on.
    pub reason: Reason,
    /// The reason, to read.
    pub message: String,
    /// How far it came.
    pub reached: Progress,
}

/// Why no claim is made, to decide on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The time limit.
    TimedOut,
    /// The heap, or the memory that the process group may take.
    OutOfMemory,
    /// The bytes that may lie on disk.
    OutOfDisk,
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// The tool stopped without its closing message.
    Silent,
    /// The closing message came, but not one state was found.
    NoStates,
    /// The closing message came, but the config names nothing to check.
    NothingNamed,
    /// A simulation ended without a violation, which proves nothing.
    Simulated,
    /// A worker of a distributed search found something, and nobody says what.
    FoundByWorker,
    /// Something killed it.
    Killed,
    /// What it said does not fit together.
    Contradiction,
    /// It failed in a way that is not about the specification.
    Failed,
}

/// What a run of the model checker was like, whatever the verdict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The tool's version line.
    pub version: Option<String>,
    /// How far it came.
    pub reached: Progress,
    /// The behaviour it printed, also one that led to an evaluation error.
    pub behaviour: Vec<State>,
    /// What the specification printed.
    pub printed: Vec<String>,
    /// Whether `printed` was cut.
    pub printed_cut: bool,
    /// How often each action was taken.
    pub coverage: Vec<Coverage>,
    /// Warnings, and messages with codes nobody here knows.
    pub warnings: Vec<Diagnostic>,
    /// Milliseconds from start to end.
    pub wall_milliseconds: u64,
    /// CPU milliseconds, where known.
    pub cpu_milliseconds: Option<u64>,
    /// Peak memory in bytes, where known.
    pub peak_memory: Option<u64>,
    /// How the process ended.
    pub exit: Option<crate::base::process::Exit>,
}
