//! The program that drives the instrumented copy: built beside it, then run once a seed, each run writing one trace.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::base::process::Finished;
use crate::config::Settings;

/// How long a build may take; the first one compiles everything.
const BUILD_LIMIT: Duration = Duration::from_secs(600);

/// A built harness.
#[derive(Clone, Debug)]
pub struct Harness {
    out: Utf8PathBuf,
    tree: Utf8PathBuf,
}

/// One recorded run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// How many nodes it had.
    pub nodes: u32,
    /// How the program ended; a planted bug may make it panic, after which the trace is still whole.
    pub exit: Exit,
    /// The last line it wrote to stderr.
    pub last_words: String,
}

/// Builds the harness of the project against the instrumented copy in `tree`. Everything it makes lies under `scratch`.
pub async fn build(
    settings: &Settings,
    tree: &Utf8Path,
    scratch: &Utf8Path,
    log: &Utf8Path,
) -> Result<Harness, Failure> {
    let config = &settings.config.harness;
    let Some(dir) = &config.dir else {
        return Err(Diagnostic::error(
            "config/no-harness",
            "harness.dir is not set, so there is nothing that could record a trace",
        )
        .hint("give traces of your own with `specgen validate --trace FILE`")
        .into());
    };
    let folder = scratch.join("harness");
    disk::remove(&folder)?;
    disk::copy_tree(&settings.project.join(dir), &folder)?;
    let harness = Harness { out: absolute(&scratch.join("out"))?, tree: absolute(tree)? };
    disk::create_dir(&harness.out)?;
    let mut command = command(&config.build, "harness.build", &|text| harness.fill(text, &[]))?.directory(&folder);
    if let Some(workspace) = go_workspace(&harness.tree, &absolute(&folder)?)? {
        let file = absolute(scratch)?.join("go.work");
        disk::put(&file, workspace)?;
        command = command.env("GOWORK", file.as_str()).env("GOFLAGS", "-mod=readonly");
    }
    let finished = command.limit(BUILD_LIMIT).log(log).run().await.map_err(|e| e.diagnostic())?;
    if finished.exit != Exit::Success {
        return Err(Diagnostic::error(
            "harness/build",
            format!("build the harness: {}: {}", finished.exit, last_words(&finished)),
        )
        .hint(format!("the whole output is in {log}"))
        .into());
    }
    Ok(harness)
}

impl Harness {
    /// Records one trace to the file `trace`, which is there after a run that ended with success.
    /// What the program prints goes to `log`, if one is named.
    pub async fn record(
        &self,
        settings: &Settings,
        seed: u64,
        trace: &Utf8Path,
        log: Option<&Utf8Path>,
    ) -> Result<Run, Failure> {
        let config = &settings.config.harness;
        let nodes = nodes_of(settings, seed);
        let trace = absolute(trace)?;
        let (seed_text, nodes_text, events_text) = (seed.to_string(), nodes.to_string(), config.events.to_string());
        let fields =
            [("seed", seed_text.as_str()), ("nodes", &nodes_text), ("events", &events_text), ("trace", trace.as_str())];
        let command = command(&config.run, "harness.run", &|text| self.fill(text, &fields))?;
        let command = command.limit(Duration::from_secs(config.time_limit));
        let command = log.map_or(command.clone(), |log| command.log(log));
        let finished = command.run().await.map_err(|e| e.diagnostic())?;
        if finished.exit == Exit::Success && !disk::exists(&trace) {
            return Err(Diagnostic::error(
                "harness/run",
                format!("record seed {seed}: success, but there is no trace"),
            )
            .hint("the harness writes the trace to the file that `{trace}` in harness.run stands for")
            .into());
        }
        Ok(Run { seed, nodes, exit: finished.exit, last_words: last_words(&finished) })
    }

    fn fill(&self, text: &str, fields: &[(&str, &str)]) -> String {
        let own = [("out", self.out.as_str()), ("tree", self.tree.as_str())];
        let mut text = text.to_owned();
        for (name, value) in own.iter().chain(fields) {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

/// How many nodes the run of `seed` has: the counts of the settings in turn.
pub fn nodes_of(settings: &Settings, seed: u64) -> u32 {
    let nodes = &settings.config.harness.nodes;
    let position = usize::try_from(seed).unwrap_or(usize::MAX).checked_rem(nodes.len());
    position.and_then(|p| nodes.get(p)).copied().unwrap_or(3)
}

fn command(words: &[String], setting: &str, fill: &dyn Fn(&str) -> String) -> Result<Command, Diagnostic> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Diagnostic::error("config/no-harness", format!("{setting} is empty")));
    };
    Ok(Command::new(fill(program)).args(arguments.iter().map(|a| fill(a))))
}

fn last_words(finished: &Finished) -> String {
    let mut lines = finished.stderr.lines().chain(finished.stdout.lines());
    lines.rfind(|l| !l.trim().is_empty()).unwrap_or("no output").trim().to_owned()
}

/// A path that still means the same in another working directory.
pub fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    let absolute = std::path::absolute(path).ok().and_then(|p| Utf8PathBuf::from_path_buf(p).ok());
    absolute.ok_or_else(|| Diagnostic::error("disk/io", format!("make {path} absolute")).into())
}

/// A go.work that puts the instrumented module in the place of the published one, if `tree` is a Go module.
fn go_workspace(tree: &Utf8Path, harness: &Utf8Path) -> Result<Option<String>, Failure> {
    let Some(module) = disk::read_text_if_there(&tree.join("go.mod"))? else { return Ok(None) };
    // The workspace may not ask for an older language than a module in it.
    let version = module.lines().find_map(|l| l.strip_prefix("go ")).unwrap_or("1.22").trim();
    Ok(Some(format!("go {version}\n\nuse (\n\t{tree}\n\t{harness}\n)\n")))
}
