//! Planted bugs: the source with a patch, instrumented, exercised and judged like the real one.

use std::time::Duration;

use camino::Utf8Path;

use super::model::Bug;
use super::model::Found;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::base::process::ProcessError;
use crate::harness;
use crate::stages::Desk;
use crate::stages::shared::copying;
use crate::stages::shared::judging;
use crate::trace::Probes;
use crate::trace::mapping::Mapping;
use crate::trace::read;
use crate::validate::DivergenceKind;
use crate::validate::Specification;
use crate::validate::Verdict;

/// The harness's status where the system panicked: the trace up to there is whole.
const PANICKED: i32 = 3;

/// What one bug comes to.
pub(super) async fn challenge(
    desk: &Desk<'_>,
    spec: &Specification,
    mapping: &Mapping,
    patch: &Utf8Path,
) -> Result<Bug, Failure> {
    let name = name_of(patch)?.to_owned();
    let place = harness::absolute(&desk.session.root.join("build/bugs").join(&name))?;
    disk::remove(&place)?;
    let source = place.join("source");
    disk::copy_tree(&desk.source.root, &source)?;
    apply(&source, &desk.project(patch)).await?;
    let tree = place.join("tree");
    let made = copying::make(desk, &source, &tree).await?;
    let probes = Probes::new(&desk.trace_mapping()?.0, &made.points);
    desk.ui.waiting(&format!("the harness with {name}"));
    let built =
        harness::build(desk.settings, &tree, &place, &desk.session.root.join("logs").join(format!("bug-{name}.log")))
            .await?;
    let mut traces = Vec::new();
    let mut panicked = Vec::new();
    let seeds = &desk.settings.config.challenge.seeds;
    for seed in seeds {
        desk.ui.waiting(&format!("{name}, seed {seed}"));
        let file = place.join(format!("{seed}.ndjson"));
        let run = built.record(desk.settings, *seed, &file, None).await?;
        match run.exit {
            Exit::Success => {}
            Exit::Failure(PANICKED) => panicked.push(*seed),
            exit => {
                return Err(Diagnostic::error(
                    "harness/run",
                    format!("record seed {seed} with the bug {name}: {exit}: {}", run.last_words),
                )
                .into());
            }
        }
        let options = read::Options { mapping: Some(mapping), allow_truncated: true, probes: Some(&probes) };
        let mut trace = read::read(&file, options)?;
        trace.file = format!("{name}/{seed}.ndjson");
        traces.push(trace);
    }
    desk.ui.waiting(&format!("{} on {} traces with {name}", judging::judge_of(desk), traces.len()));
    let judged = judging::judge(desk, spec, mapping, &traces.into(), &place.join("validate")).await?;
    let verdicts: Vec<&Verdict> = judged.iter().map(|(_, judged)| &judged.verdict).collect();
    Ok(outcome(name, seeds, &verdicts, panicked))
}

/// What a folder is named after, which is removed before the bug is planted.
fn name_of(patch: &Utf8Path) -> Result<&str, Diagnostic> {
    patch.file_stem().filter(|name| !name.starts_with('.')).ok_or_else(|| {
        Diagnostic::error("challenge/patch", format!("`{patch}` has no name to call the bug by"))
            .hint("give the file a name of its own that begins with no dot, as in bugs/vote-twice.patch")
    })
}

fn outcome(name: String, seeds: &[u64], verdicts: &[&Verdict], panicked: Vec<u64>) -> Bug {
    let rejected = seeds.iter().zip(verdicts).filter_map(|(seed, verdict)| match verdict {
        Verdict::Rejected(divergence) => Some((*seed, divergence)),
        Verdict::Accepted { .. } | Verdict::Unknown { .. } => None,
    });
    let rejected: Vec<_> = rejected.collect();
    let unknown = verdicts.iter().filter(|v| matches!(v, Verdict::Unknown { .. })).count();
    // A disagreement says more than a panic that the system noticed by itself.
    let first = rejected.iter().find(|(_, d)| d.kind != DivergenceKind::Aborted).or(rejected.first());
    let found = first.map(|(seed, d)| Found {
        seed: *seed,
        event_index: d.event_index,
        event: d.event.clone(),
        fields: d.differences.iter().map(|difference| difference.field.clone()).collect(),
        kind: d.kind,
    });
    let mut verdict = format!("{} of {} traces rejected", rejected.len(), seeds.len());
    if unknown > 0 {
        verdict = format!("{verdict}, {unknown} without a verdict");
    }
    let expected = "at least one trace rejected".to_owned();
    let judged = found.is_some() || unknown == 0;
    Bug { name, verdict, judged, caught: found.is_some(), found, panicked, expected }
}

/// Applies a patch in `tree` and makes sure that it changed something: inside another repository `git apply` may skip
/// every file and still call it success.
async fn apply(tree: &Utf8Path, patch: &Utf8Path) -> Result<(), Failure> {
    let failed = |why: String| Diagnostic::error("challenge/patch", format!("apply {patch}: {why}"));
    let text = disk::read_text(patch)?;
    let before = disk::sha256_tree(tree)?;
    let above = tree.parent().unwrap_or(tree);
    let run = |command: Command| command.directory(tree).stdin(text.clone()).limit(Duration::from_secs(60)).run();
    let git = Command::new("git").args(["apply", "-p1", "-"]).env("GIT_CEILING_DIRECTORIES", above.as_str());
    let git = git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    let finished = match run(git).await {
        Err(ProcessError::Start { .. }) => run(Command::new("patch").args(["-p1", "--batch"])).await,
        other => other,
    };
    let finished = finished.map_err(|e| e.diagnostic())?;
    if finished.exit != Exit::Success {
        return Err(failed(format!("{}: {}", finished.exit, finished.stderr.trim())).into());
    }
    if disk::sha256_tree(tree)? == before {
        return Err(failed("nothing changed".to_owned()).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_has_a_name_that_is_no_way_out_of_its_folder() {
        assert_eq!(name_of(Utf8Path::new("../bugs/vote-twice.patch")).unwrap(), "vote-twice");
        for bad in ["..", "bugs/..", "...patch", ".patch", "/", ""] {
            assert_eq!(name_of(Utf8Path::new(bad)).unwrap_err().code, "challenge/patch", "{bad}");
        }
    }
}
