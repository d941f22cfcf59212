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
    let of_harness = disk::read_text_if_there(&harness.join("go.mod"))?.unwrap_or_default();
    let versions = [go_version(&module), go_version(&of_harness)];
    let version = versions.into_iter().flatten().max_by_key(|version| age(version)).unwrap_or("1.22");
    Ok(Some(format!("go {version}\n\nuse (\n\t{tree}\n\t{harness}\n)\n")))
}

/// What the `go` line of a go.mod says.
fn go_version(module: &str) -> Option<&str> {
    module.lines().find_map(|line| line.strip_prefix("go ")?.split_whitespace().next())
}

/// Orders versions as Go does: a language (`1.23`) comes before its previews (`1.23rc1`), and these before its releases (`1.23.0`).
fn age(version: &str) -> (Vec<u64>, u64, Vec<u64>) {
    let numbers = |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    let letter = version.find(|c: char| c.is_ascii_alphabetic());
    let (language, preview) = version.split_at(letter.unwrap_or(version.len()));
    let language: Vec<u64> = numbers(language);
    let kind = match (preview.get(..2), language.len()) {
        (Some("rc"), _) => 2,
        (Some(_), _) => 1,
        (None, 0..=2) => 0,
        (None, _) => 3,
    };
    let (minor, patch) = language.split_at(language.len().min(2));
    (minor.to_vec(), kind, [patch, &numbers(preview)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_asks_for_the_newer_language_of_its_modules() {
        let folder = disk::Scratch::new().unwrap();
        let (tree, harness) = (folder.path().join("tree"), folder.path().join("harness"));
        let said = |of_tree: &str, of_harness: Option<&str>| {
            disk::put(&tree.join("go.mod"), format!("module a\n\n{of_tree}\n")).unwrap();
            disk::remove(&harness.join("go.mod")).unwrap();
            if let Some(line) = of_harness {
                disk::put(&harness.join("go.mod"), format!("module b\n\n{line}\n")).unwrap();
            }
            let text = go_workspace(&tree, &harness).unwrap().unwrap();
            text.lines().next().unwrap().to_owned()
        };
        for (of_tree, of_harness, expected) in [
            ("go 1.20", Some("go 1.22"), "go 1.22"),
            ("go 1.22 // for loops", Some("go 1.20"), "go 1.22"),
            ("go 1.9", Some("go 1.20.1"), "go 1.20.1"),
            ("go 1.23", Some("go 1.23rc2"), "go 1.23rc2"),
            ("go 1.23.0", Some("go 1.23rc2"), "go 1.23.0"),
            ("go 1.23rc1", Some("go 1.23beta3"), "go 1.23rc1"),
            ("", Some("go 1.20"), "go 1.20"),
            ("go 1.20", None, "go 1.20"),
            ("", None, "go 1.22"),
        ] {
            assert_eq!(said(of_tree, of_harness), expected, "{of_tree}, {of_harness:?}");
        }
    }
}
