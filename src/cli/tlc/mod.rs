//! `specgen check --config`: TLC on a model that the front end accepts, with its progress, its verdict and its files.
//! docs/checking.md describes the flow.

pub(super) mod args;
mod folder;
mod grow;
mod stream;
mod words;

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use self::args::TlcArgs;
use super::Context;
use super::exit::ExitCode;
use super::setup;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Bounds;
use crate::behaviour::Behaviour;
use crate::behaviour::Modules;
use crate::engine::CheckRequest;
use crate::engine::Checked;
use crate::engine::Class;
use crate::engine::Coverage;
use crate::engine::Distribution;
use crate::engine::Evidence;
use crate::engine::Outcome;
use crate::engine::Progress;
use crate::engine::Simulation;
use crate::engine::Tla2Tools;
use folder::Folder;
use grow::Grown;

pub(super) use grow::Bound;
pub(super) use stream::Event;

const MEGABYTE: u64 = 1 << 20;

/// What the virtual machine may take beside its heap, at least.
const BESIDE_HEAP: u64 = 512 * MEGABYTE;

/// What came of a model.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Ran {
    /// `holds`, `violated`, `rejected` or `unknown`.
    verdict: &'static str,
    /// Which kind of failure; null where it holds.
    class: Option<Class>,
    /// Its diagnostic code, which `specgen explain` describes.
    code: Option<&'static str>,
    /// The verdict in a sentence.
    message: String,
    /// The config file.
    config: String,
    /// The version line of TLC.
    version: Option<String>,
    /// What `holds` rests on.
    evidence: Option<Evidence>,
    /// How far TLC was when it last said so.
    reached: Progress,
    /// What shows a violation, or led to an error of evaluation.
    counterexample: Option<Behaviour>,
    /// What is wrong, where the verdict is not `holds`.
    diagnostics: Vec<Diagnostic>,
    /// Warnings of TLC, actions that are never taken, and messages that nobody here knows.
    warnings: Vec<Diagnostic>,
    /// How often each action was taken, with --coverage.
    coverage: Vec<Coverage>,
    /// Whether it went on from a checkpoint, so that the counts are not those of an undisturbed run.
    recovered: bool,
    /// Milliseconds from start to end.
    milliseconds: u64,
    /// CPU milliseconds of TLC; null where the system does not tell.
    cpu_milliseconds: Option<u64>,
    /// Peak memory of TLC in bytes; null where the system does not tell.
    peak_memory: Option<u64>,
    /// The folder of the run.
    folder: String,
    /// The files in it.
    files: Vec<String>,
    /// With --grow, how far each of the bounds went.
    grown: Vec<Grown>,
}

/// What to check, and with what.
struct Job<'a> {
    context: &'a Context,
    args: &'a TlcArgs,
    module: &'a Utf8Path,
    config: Utf8PathBuf,
    tools: Tla2Tools,
    folder: Folder,
}

/// Checks the model of one module, and says in words and as an exit code what came of it.
pub(super) async fn check(
    context: &Context,
    module: &Utf8Path,
    args: &TlcArgs,
) -> Result<(Ran, String, ExitCode), Failure> {
    let config = args.config.clone().unwrap_or_else(|| module.with_extension("cfg"));
    let text = disk::read_text(&config).map_err(|error| error.diagnostic())?;
    if args.distributed {
        // Before the folder is opened, which takes what the run before left.
        Distribution::fits(&text)?;
    }
    let (tools, _) = setup::tools(context).await?;
    let folder = Folder::open(module, &config, args.out.as_deref(), args.recover)?;
    if folder.left_checkpoint {
        context.ui.say("the checkpoint of a stopped run is replaced; --recover would have gone on from it");
    }
    let job = Job { context, args, module, config, tools, folder };
    let ran = if args.grow.is_empty() { job.once().await? } else { job.grow(&text).await? };
    let words = words::words(&ran, context.ui.colour());
    let exit = ran.code.map_or(ExitCode::Success, ExitCode::of_code);
    Ok((ran, words, exit))
}

impl Job<'_> {
    /// One run within all bounds.
    async fn once(&self) -> Result<Ran, Failure> {
        let request = CheckRequest {
            recover: self.folder.checkpoint.clone(),
            distribution: self.distribution()?,
            ..self.request(&self.config, Duration::from_secs(self.args.limit))
        };
        let checked = self.run(&request).await?;
        let mut ran = self.told(&checked);
        ran.files = self.folder.keep(&checked.outcome, &ran)?;
        self.folder.put_result(&ran)?;
        Ok(ran)
    }

    /// How the search is spread, where it is; says how other machines join.
    fn distribution(&self) -> Result<Option<Distribution>, Diagnostic> {
        let args = self.args;
        if !args.distributed {
            return Ok(None);
        }
        let server = match &args.server {
            Some(server) => server.clone(),
            None if args.workers_on.is_empty() && args.workers_local > 0 => "127.0.0.1".to_owned(),
            None => {
                return Err(Diagnostic::error("config/usage", "workers on other machines have to find this one").hint(
                    "name it as they know it: `--server HOST`; or start workers here only: `--workers-local N`",
                ));
            }
        };
        let distribution = Distribution {
            server,
            port: args.port.map_or_else(Distribution::free_port, Ok)?,
            local: args.workers_local,
            hosts: args.workers_on.clone(),
            threads: args.workers.unwrap_or(self.context.settings.config.tlc.workers) as usize,
        };
        if args.server.is_some() {
            self.context.ui.say(&format!("a worker on HOST joins by: {}", distribution.worker_line()));
        }
        Ok(Some(distribution))
    }

    /// What every run has in common.
    fn request(&self, config: &Utf8Path, limit: Duration) -> CheckRequest {
        let args = self.args;
        let settings = &self.context.settings.config.tlc;
        let heap = args.memory.unwrap_or(settings.memory_mb);
        let heap_bytes = u64::from(heap) * MEGABYTE;
        let free = disk::free_space(&self.folder.path).unwrap_or(u64::MAX);
        let disk_bytes = args.disk.map_or(free / 2, |megabytes| megabytes * MEGABYTE);
        CheckRequest {
            deadlock: !args.no_deadlock,
            workers: args.workers.unwrap_or(settings.workers) as usize,
            simulate: args.simulate.then_some(Simulation { behaviours: args.behaviours, depth: args.depth }),
            coverage: args.coverage.then_some(1),
            memory: Some(heap),
            limit,
            long: true,
            seed: args.seed,
            states: Some(self.folder.states()),
            log: Some(self.folder.path.join("tlc.log")),
            bounds: Some(Bounds {
                memory: Some(heap_bytes + BESIDE_HEAP.max(heap_bytes / 2)),
                folder: Some((self.folder.states(), disk_bytes)),
            }),
            ..CheckRequest::new(self.module, config)
        }
    }

    /// Runs TLC and shows how it goes.
    async fn run(&self, request: &CheckRequest) -> Result<Checked, Failure> {
        let mut teller = stream::Teller::new(&self.context.ui, self.args.events);
        self.context.ui.begin("TLC");
        let checked = self.tools.explore(request, &mut |news| teller.tell(news)).await;
        let outcome = match &checked {
            Ok(checked) => verdict(&checked.outcome),
            Err(_) => "did not run",
        };
        self.context.ui.end(outcome);
        Ok(checked?)
    }

    fn told(&self, checked: &Checked) -> Ran {
        let Checked { outcome, run } = checked;
        let class = Class::of(outcome);
        Ran {
            verdict: verdict(outcome),
            class,
            code: class.map(Class::code),
            message: words::sentence(outcome),
            config: self.config.to_string(),
            version: run.version.clone(),
            evidence: if let Outcome::Holds { evidence } = outcome { Some(evidence.clone()) } else { None },
            reached: run.reached,
            counterexample: self.counterexample(checked),
            diagnostics: diagnostics(outcome, class),
            warnings: run.warnings.clone(),
            coverage: run.coverage.clone(),
            recovered: self.folder.checkpoint.is_some(),
            milliseconds: run.wall_milliseconds,
            cpu_milliseconds: run.cpu_milliseconds,
            peak_memory: run.peak_memory,
            folder: self.folder.path.to_string(),
            files: Vec::new(),
            grown: Vec::new(),
        }
    }

    /// The behaviour that shows what is wrong, where there is one.
    fn counterexample(&self, checked: &Checked) -> Option<Behaviour> {
        let shows = matches!(checked.outcome, Outcome::Violated { .. } | Outcome::Rejected { .. });
        shows.then(|| Behaviour::of(checked, &self.modules()))?
    }

    /// The modules beside the one that is checked.
    fn modules(&self) -> Modules {
        let beside = disk::beside(self.module);
        let names = disk::names_in(beside).unwrap_or_default();
        let modules = names.iter().filter_map(|name| {
            let module = name.strip_suffix(".tla")?.to_owned();
            let path = beside.join(name);
            Some((module, (path.to_string(), disk::read_text_if_there(&path).ok()??)))
        });
        modules.collect()
    }
}

/// One word for it.
fn verdict(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Holds { .. } => "holds",
        Outcome::Violated { .. } => "violated",
        Outcome::Rejected { .. } => "rejected",
        Outcome::Unknown { .. } => "unknown",
    }
}

/// What is wrong; a violation and a missing verdict have a diagnostic of their class.
fn diagnostics(outcome: &Outcome, class: Option<Class>) -> Vec<Diagnostic> {
    let own = class.map(|class| class.diagnostic(words::sentence(outcome)));
    match outcome {
        Outcome::Holds { .. } => Vec::new(),
        Outcome::Violated { violation } if violation.diagnostics.is_empty() => own.into_iter().collect(),
        Outcome::Violated { violation } => violation.diagnostics.clone(),
        Outcome::Rejected { diagnostics } => diagnostics.clone(),
        Outcome::Unknown { .. } => own.into_iter().collect(),
    }
}
