//! # Exercise: record traces of the real system
//!
//! | reads  | `03-instrument/tree`, the harness                                     |
//! | writes | `traces/<seed>.ndjson`, `runs.json`                                   |
//! | calls  | the language's build tool, the harness                                |
//! | never  | writes to the harness's own folder or to the source                   |
//! | stops  | every seed has its trace · a run fails · a run exceeds its time limit |

pub mod many;
pub mod model;

use camino::Utf8Path;
use model::FORMAT;
use model::Recorded;
use model::Runs;

use super::Desk;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Exit;
use crate::harness;
use crate::session::Inputs;

/// What the stage depends on.
pub fn inputs(desk: &Desk<'_>) -> Result<Inputs, Failure> {
    let config = &desk.settings.config.harness;
    let mut inputs = Inputs::new();
    let tree = desk.session.manifest()?.stages.get(super::INSTRUMENT).map(|row| row.output.clone()).unwrap_or_default();
    inputs.insert("instrumented copy".to_owned(), tree);
    if let Some(dir) = &config.dir {
        inputs.insert("harness".to_owned(), disk::sha256_tree(&desk.project(dir))?);
    }
    super::setting_inputs(&mut inputs, "harness", config);
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Builds the harness and runs it once a seed.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path) -> Result<String, Failure> {
    let config = &desk.settings.config.harness;
    if config.train.is_empty() && config.judge.is_empty() {
        return Err(Diagnostic::error("config/no-harness", "harness.train and harness.judge name no seed").into());
    }
    let scratch = desk.session.root.join("build");
    desk.ui.waiting("the build of the harness");
    let tree = desk.session.folder(super::INSTRUMENT).join("tree");
    let built =
        harness::build(desk.settings, &tree, &scratch, &desk.session.root.join("logs/harness-build.log")).await?;
    let seeds: Vec<(u64, bool)> =
        config.train.iter().map(|s| (*s, true)).chain(config.judge.iter().map(|s| (*s, false))).collect();
    disk::create_dir(&folder.join("traces"))?;
    let mut runs = Runs { format: FORMAT, runs: Vec::new() };
    for (position, (seed, training)) in seeds.iter().enumerate() {
        desk.ui.waiting(&format!("seed {seed}, {} of {}", position + 1, seeds.len()));
        let trace = format!("traces/{seed}.ndjson");
        let run = built.record(desk.settings, *seed, &folder.join(&trace), None).await?;
        if run.exit != Exit::Success {
            return Err(Diagnostic::error(
                "harness/run",
                format!("record seed {seed}: {}: {}", run.exit, run.last_words),
            )
            .hint("run the harness by hand with this seed; a panic of the unchanged system is a finding of its own")
            .into());
        }
        let sha256 = disk::sha256_file(&folder.join(&trace))?;
        runs.runs.push(Recorded { seed: *seed, nodes: run.nodes, training: *training, trace, sha256 });
    }
    super::write_json(&folder.join("runs.json"), &runs)?;
    Ok(format!("{} traces ({} for training, {} for judging)", seeds.len(), config.train.len(), config.judge.len()))
}
