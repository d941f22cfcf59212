//! The verdicts of `validate --trace`: those that were come to before, and of the other traces new ones.

use std::sync::Arc;

use camino::Utf8PathBuf;

use super::args::ValidateArgs;
use super::validate::Against;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::config::JudgingEngine;
use crate::session::Inputs;
use crate::stages::Desk;
use crate::stages::shared::judging;
use crate::stages::shared::verdicts::Cache;
use crate::trace::Trace;
use crate::validate::By;
use crate::validate::Judged;
use crate::validate::LEFT_OUT;
use crate::validate::Verdict;

/// What became of some traces.
pub(super) struct Verdicts {
    /// One a trace, in their order.
    pub(super) verdicts: Vec<Judged>,
    /// What is to be said of the kept ones.
    pub(super) notes: Vec<Diagnostic>,
}

/// The verdicts on traces; `digests` are those of their files.
pub(super) async fn of(
    desk: &Desk<'_>,
    against: &Against,
    traces: &Arc<[Trace]>,
    digests: &[String],
    args: &ValidateArgs,
) -> Result<Verdicts, Failure> {
    let cache = if args.no_cache { None } else { cache(desk, against, args) };
    let mut notes = Vec::new();
    let mut known: Vec<Option<Judged>> = Vec::with_capacity(traces.len());
    for (trace, digest) in traces.iter().zip(digests) {
        let found = cache.as_ref().map_or(Ok(None), |cache| cache.look(&trace.file, digest));
        known.push(found.unwrap_or_else(|note| {
            notes.push(note);
            None
        }));
    }
    let open: Vec<usize> = (0..known.len()).filter(|index| known[*index].is_none()).collect();
    let new = if args.fail_fast && known.iter().flatten().any(|judged| matches!(judged.verdict, Verdict::Rejected(_))) {
        open.iter().map(|index| left_out(desk, &traces[*index])).collect()
    } else {
        judge(desk, against, traces, &open, args).await?
    };
    for (index, judged) in open.into_iter().zip(new) {
        if let Some(cache) = &cache
            && let Err(note) = cache.keep(&digests[index], &judged)
        {
            notes.push(note);
        }
        known[index] = Some(judged);
    }
    notes.extend(cache.and_then(|cache| cache.tidy().err()));
    Ok(Verdicts { verdicts: known.into_iter().flatten().collect(), notes })
}

/// `None` where the program cannot tell which one it is, or a verdict may depend on more than can be digested.
fn cache(desk: &Desk<'_>, against: &Against, args: &ValidateArgs) -> Option<Cache> {
    let program = std::env::current_exe().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok())?;
    let judge = Inputs::from([
        ("engine".to_owned(), judging::judge_of(desk).to_owned()),
        ("program".to_owned(), format!("{}, {}", env!("CARGO_PKG_VERSION"), disk::stamp(&program).ok()?)),
        (
            "invariants".to_owned(),
            if args.invariants { desk.settings.config.target.properties.join(" ") } else { String::new() },
        ),
        // The evaluator may ask TLC.
        ("tools".to_owned(), desk.tools_digest.to_owned()),
    ]);
    Cache::of(desk.session, &against.spec, &against.mapping, judge)
}

fn left_out(desk: &Desk<'_>, trace: &Trace) -> Judged {
    let by = match desk.settings.config.validate.engine {
        JudgingEngine::Tlc => By::Tlc,
        JudgingEngine::Native => By::Native,
    };
    Judged { trace: trace.file.clone(), verdict: Verdict::Unknown { why: LEFT_OUT.to_owned() }, by, cached: false }
}

/// New verdicts on the traces with these indices.
async fn judge(
    desk: &Desk<'_>,
    against: &Against,
    traces: &Arc<[Trace]>,
    open: &[usize],
    args: &ValidateArgs,
) -> Result<Vec<Judged>, Failure> {
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let some = match open.len() == traces.len() {
        true => Arc::clone(traces),
        false => open.iter().map(|index| traces[*index].clone()).collect(),
    };
    let scratch = disk::Scratch::new()?;
    let asked = judging::Asked { fail_fast: args.fail_fast, suggestions: true, invariants: args.invariants };
    let judged = judging::judge_with(desk, &against.spec, &against.mapping, &some, scratch.path(), asked).await?;
    Ok(judged.into_iter().map(|(_, judged)| judged).collect())
}
