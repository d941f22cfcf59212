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
use crate::trace::Trace;
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
    let seeds = &desk.settings.config.challenge.seeds;
    let mut runs = Vec::new();
    let mut traces = Vec::new();
    for seed in seeds {
        desk.ui.waiting(&format!("{name}, seed {seed}"));
        let file = place.join(format!("{seed}.ndjson"));
        let run = built.record(desk.settings, *seed, &file, None).await?;
        let ended = match run.exit {
            Exit::Success => Ended::Whole,
            Exit::Failure(PANICKED) => Ended::Panicked,
            Exit::Timeout => Ended::Hung,
            exit => {
                return Err(Diagnostic::error(
                    "harness/run",
                    format!("record seed {seed} with the bug {name}: {exit}: {}", run.last_words),
                )
                .into());
            }
        };
        let options = read::Options { mapping: Some(mapping), allow_truncated: true, probes: Some(&probes) };
        let trace = match ended {
            Ended::Hung => of_hung(&file, options),
            Ended::Whole | Ended::Panicked => Some(read::read(&file, options)?),
        };
        runs.push(Run { seed: *seed, ended, has_trace: trace.is_some() });
        traces.extend(trace.map(|trace| Trace { file: format!("{name}/{seed}.ndjson"), ..trace }));
    }
    desk.ui.waiting(&format!("{} on {} traces with {name}", judging::judge_of(desk), traces.len()));
    let judged = match traces.is_empty() {
        true => Vec::new(),
        false => judging::judge(desk, spec, mapping, &traces.into(), &place.join("validate")).await?,
    };
    let verdicts: Vec<&Verdict> = judged.iter().map(|(_, judged)| &judged.verdict).collect();
    Ok(outcome(name, &runs, &verdicts))
}

/// One seed with the bug.
struct Run {
    seed: u64,
    ended: Ended,
    has_trace: bool,
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// As it should.
    Whole,
    /// The system panicked.
    Panicked,
    /// It took longer than it may, and was killed.
    Hung,
}

/// What a killed run wrote. The first lines of a behaviour are one, so that a rejection of them counts. They are not where
/// operations overlap: one that had begun may have had its effect, and has no line.
fn of_hung(file: &Utf8Path, options: read::Options<'_>) -> Option<Trace> {
    let in_lines = options.mapping.is_some_and(|mapping| mapping.in_lines("a trace that was cut off").is_ok());
    if in_lines { read::read(file, options).ok() } else { None }
}

/// What a folder is named after, which is removed before the bug is planted.
fn name_of(patch: &Utf8Path) -> Result<&str, Diagnostic> {
    patch.file_stem().filter(|name| !name.starts_with('.')).ok_or_else(|| {
        Diagnostic::error("challenge/patch", format!("`{patch}` has no name to call the bug by"))
            .hint("give the file a name of its own that begins with no dot, as in bugs/vote-twice.patch")
    })
}

/// What the seeds come to; `verdicts` are on those of `runs` that have a trace.
fn outcome(name: String, runs: &[Run], verdicts: &[&Verdict]) -> Bug {
    let ended = |how: Ended| runs.iter().filter(|run| run.ended == how).map(|run| run.seed).collect::<Vec<_>>();
    let judged = || runs.iter().filter(|run| run.has_trace).zip(verdicts);
    let rejected: Vec<_> = judged()
        .filter_map(|(run, verdict)| match verdict {
            Verdict::Rejected(divergence) => Some((run.seed, divergence)),
            Verdict::Accepted { .. } | Verdict::Unknown { .. } => None,
        })
        .collect();
    // That the beginning of a run that hung is accepted says nothing of the run.
    let accepted =
        |(run, verdict): &(&Run, &&Verdict)| matches!(verdict, Verdict::Accepted { .. }) && run.ended != Ended::Hung;
    let unknown = runs.len() - rejected.len() - judged().filter(accepted).count();
    // A disagreement says more than a panic that the system noticed by itself.
    let first = rejected.iter().find(|(_, d)| d.kind != DivergenceKind::Aborted).or(rejected.first());
    let found = first.map(|(seed, d)| Found {
        seed: *seed,
        event_index: d.event_index,
        event: d.event.clone(),
        fields: d.differences.iter().map(|difference| difference.field.clone()).collect(),
        kind: d.kind,
    });
    let mut verdict = format!("{} of {} traces rejected", rejected.len(), runs.len());
    if unknown > 0 {
        verdict = format!("{verdict}, {unknown} without a verdict");
    }
    let (panicked, hung) = (ended(Ended::Panicked), ended(Ended::Hung));
    if !hung.is_empty() {
        let seeds = hung.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        verdict = format!("{verdict}; with seed {seeds} it ran longer than harness.time_limit");
    }
    let expected = "at least one trace rejected".to_owned();
    let judged = found.is_some() || unknown == 0;
    Bug { name, verdict, judged, caught: found.is_some(), found, panicked, hung, expected }
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
    fn a_run_that_hung_counts_only_if_it_is_rejected() {
        let run = |seed: u64, ended: Ended, has_trace: bool| Run { seed, ended, has_trace };
        let unknown = Verdict::Unknown { why: "timeout".to_owned() };
        let of = |runs: &[Run], verdicts: &[&Verdict]| {
            let bug = outcome("b".to_owned(), runs, verdicts);
            (bug.caught, bug.judged, bug.hung, bug.verdict)
        };
        let without_trace = of(&[run(1, Ended::Hung, false)], &[]);
        let said = "0 of 1 traces rejected, 1 without a verdict; with seed 1 it ran longer than harness.time_limit";
        assert_eq!(without_trace, (false, false, vec![1], said.to_owned()));
        let (caught, judged, hung, _) = of(&[run(1, Ended::Hung, false), run(2, Ended::Whole, true)], &[&unknown]);
        assert_eq!((caught, judged, hung), (false, false, vec![1]));
    }

    #[test]
    fn a_bug_has_a_name_that_is_no_way_out_of_its_folder() {
        assert_eq!(name_of(Utf8Path::new("../bugs/vote-twice.patch")).unwrap(), "vote-twice");
        for bad in ["..", "bugs/..", "...patch", ".patch", "/", ""] {
            assert_eq!(name_of(Utf8Path::new(bad)).unwrap_err().code, "challenge/patch", "{bad}");
        }
    }
}
