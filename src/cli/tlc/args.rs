//! Arguments of `specgen check` that are about TLC.

use camino::Utf8PathBuf;
use clap::ArgGroup;
use clap::Args;

use super::Bound;

/// How TLC checks the model, after the front end.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLC")]
#[command(group = ArgGroup::new("the model").args(["config", "tlc"]).multiple(true))]
pub(in crate::cli) struct TlcArgs {
    /// Check the model that this config describes
    #[arg(long, value_name = "FILE.cfg")]
    pub(in crate::cli) config: Option<Utf8PathBuf>,
    /// The same with the config beside the module
    #[arg(long)]
    pub(in crate::cli) tlc: bool,
    /// Who checks it: tlc, or native, the evaluator, which needs no JVM and says what it cannot check (docs/eval.md). It runs trace
    /// specifications of one's own, too (JSON=t.ndjson specgen check TraceRaft.tla --tlc --engine native), and explains a rejection
    #[arg(long, requires = "the model", value_name = "ENGINE", default_value = "tlc", value_parser = ["tlc", "native"])]
    pub(in crate::cli) engine: String,
    /// With --engine native, go on from the newest state first: quick where one behaviour is looked for, as that of a
    /// trace, and a counterexample need not be a shortest
    #[arg(long, requires = "the model")]
    pub(in crate::cli) depth_first: bool,
    /// With --engine native, let the specification start programs by IOExec, each within --limit
    #[arg(long, requires = "the model")]
    pub(in crate::cli) allow_exec: bool,
    /// Threads that explore; the default is tlc.workers
    #[arg(long, requires = "the model", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) workers: Option<u32>,
    /// Heap in megabytes; the default is tlc.memory_mb
    #[arg(long, requires = "the model", value_name = "MB", value_parser = clap::value_parser!(u32).range(16..))]
    pub(in crate::cli) memory: Option<u32>,
    /// What the states may take on disk, in megabytes; the default is half of what is free
    #[arg(long, requires = "the model", value_name = "MB")]
    pub(in crate::cli) disk: Option<u64>,
    /// Give up after so many seconds
    #[arg(long, requires = "the model", value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    pub(in crate::cli) limit: u64,
    /// Seed of the simulation and of the fingerprints; with --mutate, of the choice
    #[arg(long, requires = "the model", value_name = "N")]
    pub(in crate::cli) seed: Option<i64>,
    /// Random behaviours instead of all states; finds violations and proves nothing
    #[arg(long, requires = "the model")]
    pub(in crate::cli) simulate: bool,
    /// States of a random behaviour, at most
    #[arg(long, value_name = "N", default_value_t = 100, requires = "simulate")]
    pub(in crate::cli) depth: u64,
    /// How many random behaviours; endless, up to --limit, without it
    #[arg(long, value_name = "N", requires = "simulate")]
    pub(in crate::cli) behaviours: Option<u64>,
    /// A state without a successor is no error
    #[arg(long, requires = "the model")]
    pub(in crate::cli) no_deadlock: bool,
    /// Count how often each action is taken, and warn of those that never are
    #[arg(long, requires = "the model")]
    pub(in crate::cli) coverage: bool,
    /// Make small mistakes in the steps, one at a time, and tell which invariants notice none (docs/correct.md)
    #[arg(long, requires = "the model", conflicts_with_all = ["simulate", "coverage", "recover", "grow", "distributed", "events"])]
    pub(in crate::cli) mutate: bool,
    /// With --mutate, how many mistakes; of more, --seed chooses
    #[arg(long, value_name = "N", default_value_t = 500, requires = "mutate")]
    pub(in crate::cli) mutants: usize,
    /// With --mutate and --fix-runtime, different states of each search
    #[arg(long, value_name = "N", default_value_t = 20_000, requires = "the model", value_parser = clap::value_parser!(u64).range(1..))]
    pub(in crate::cli) states: u64,
    /// Correct without a language model what has no value when it runs: missing UNCHANGED, constants without a value, sets
    /// without an end, counters that overflow, accesses that the source guards; shown as a diff (docs/correct.md)
    #[arg(long, requires = "the model", conflicts_with_all = ["mutate", "simulate", "coverage", "recover", "grow", "distributed", "events"])]
    pub(in crate::cli) fix_runtime: bool,
    /// With --fix-runtime, write the corrected texts over the module and its config
    #[arg(long, requires = "fix_runtime")]
    pub(in crate::cli) write: bool,
    /// With --fix-runtime, the source that comments of the module cite: its conditions become guards
    #[arg(long, requires = "fix_runtime", value_name = "DIR")]
    pub(in crate::cli) source: Option<Utf8PathBuf>,
    /// Go on from the checkpoint of a run that was stopped
    #[arg(long, requires = "the model", conflicts_with_all = ["simulate", "grow"])]
    pub(in crate::cli) recover: bool,
    /// Raise a constant step by step within --limit; may be repeated
    #[arg(long, requires = "the model", value_name = "NAME=A..B", conflicts_with = "simulate")]
    pub(in crate::cli) grow: Vec<Bound>,
    /// Explore by a TLC server with workers of their own, on this machine or on others (docs/scaling.md)
    #[arg(long, requires = "the model", conflicts_with_all = ["simulate", "grow", "recover", "coverage", "seed"])]
    pub(in crate::cli) distributed: bool,
    /// With --distributed, start so many workers here
    #[arg(long, value_name = "N", default_value_t = 0, requires = "distributed")]
    pub(in crate::cli) workers_local: u32,
    /// With --distributed, start a worker on each of these machines, through ssh
    #[arg(long, value_name = "HOST,HOST", value_delimiter = ',', requires = "distributed")]
    pub(in crate::cli) workers_on: Vec<String>,
    /// With --distributed, the name or address of this machine for workers on others
    #[arg(long, value_name = "HOST", requires = "distributed")]
    pub(in crate::cli) server: Option<String>,
    /// With --distributed, the port of the server; the default is a free one
    #[arg(long, value_name = "PORT", requires = "distributed")]
    pub(in crate::cli) port: Option<u16>,
    /// The folder of the run; the default is .specgen-check/CONFIG beside the module
    #[arg(long, requires = "the model", value_name = "DIR")]
    pub(in crate::cli) out: Option<Utf8PathBuf>,
    /// One JSON object a line on stdout while TLC runs; the last line is what --json prints
    #[arg(long, requires = "the model")]
    pub(in crate::cli) events: bool,
}

impl TlcArgs {
    /// Whether the evaluator is to check it.
    pub(in crate::cli) fn native(&self) -> bool {
        self.asked() && self.engine == "native"
    }

    /// A flag that means nothing to the evaluator, if there is one.
    pub(in crate::cli) fn only_tlc(&self) -> Option<&'static str> {
        self.only_tlc_but(&[])
    }

    /// The same without some.
    pub(in crate::cli) fn only_tlc_but(&self, without: &[&str]) -> Option<&'static str> {
        let flags = [
            ("--workers", self.workers.is_some()),
            ("--memory", self.memory.is_some()),
            ("--disk", self.disk.is_some()),
            ("--seed", self.seed.is_some()),
            ("--simulate", self.simulate),
            ("--coverage", self.coverage),
            ("--recover", self.recover),
            ("--grow", !self.grow.is_empty()),
            ("--distributed", self.distributed),
            ("--out", self.out.is_some()),
            ("--events", self.events),
        ];
        flags.into_iter().find(|(flag, given)| *given && !without.contains(flag)).map(|(flag, _)| flag)
    }

    /// Whether a model is to be checked.
    pub(in crate::cli) fn asked(&self) -> bool {
        self.tlc || self.config.is_some()
    }
}
