//! Traces held against a spec: those of the real system, and those with a mistake.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use camino::Utf8Path;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::config::JudgingEngine;
use crate::instrument::Point;
use crate::instrument::TraceConfig;
use crate::stages;
use crate::stages::Desk;
use crate::trace::Probes;
use crate::trace::Trace;
use crate::trace::mapping::Mapping;
use crate::validate;
use crate::validate::Constant;
use crate::validate::Judge;
use crate::validate::Specification;

/// The file of the stage instrument with the places of its probes.
pub const POINTS: &str = "points.json";

/// The probes of the session's instrumented copy; `None` where there is no such copy yet.
pub fn probes_of(desk: &Desk<'_>, config: &TraceConfig) -> Result<Option<Probes>, Failure> {
    probes_at(&desk.session.folder(stages::INSTRUMENT).join(POINTS), config)
}

/// The probes of an instrumented copy whose points are in `file`, where it is there.
pub fn probes_at(file: &Utf8Path, config: &TraceConfig) -> Result<Option<Probes>, Failure> {
    if !disk::exists(file) {
        return Ok(None);
    }
    let points: Vec<Point> = stages::read_json(file)?;
    Ok(Some(Probes::new(config, &points)))
}

/// The spec with its constants as the mapping gives them.
pub fn specification(config: &TraceConfig, module: &str, text: &str) -> Specification {
    let constants = config
        .constants
        .iter()
        .map(|c| if c.value == "nodes" { Constant::nodes(&c.name) } else { Constant::text(&c.name, &c.value) });
    Specification::new(module, text, constants.collect())
}

/// Who is asked to judge, in a word or two.
pub fn judge_of(desk: &Desk<'_>) -> &'static str {
    match desk.settings.config.validate.engine {
        JudgingEngine::Tlc => "TLC",
        JudgingEngine::Native => "the evaluator",
    }
}

/// A verdict, and how many events of each name the trace has.
pub type Counted = (BTreeMap<String, usize>, validate::Judged);

/// Judges traces and counts their events by kind.
pub async fn judge(
    desk: &Desk<'_>,
    spec: &Specification,
    mapping: &Mapping,
    traces: &Arc<[Trace]>,
    place: &Utf8Path,
) -> Result<Vec<Counted>, Failure> {
    judge_with(desk, spec, mapping, traces, place, Asked::default()).await
}

/// What is asked for beside the verdicts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// The other traces are left once one is rejected.
    pub fail_fast: bool,
    /// Steps that would explain what is rejected.
    pub suggestions: bool,
    /// Behaviours in which the invariants of the settings hold.
    pub invariants: bool,
}

fn invariants(desk: &Desk<'_>) -> Result<Vec<String>, Diagnostic> {
    let named = &desk.settings.config.target.properties;
    if named.is_empty() {
        return Err(Diagnostic::error("config/missing", "target.properties names no invariant")
            .hint("name the invariants in specgen.yaml, or leave `--invariants` out"));
    }
    Ok(named.clone())
}

/// Evaluations for suggestions: about a second of them.
const SUGGEST: u64 = 20_000_000;

/// The same, with more that can be asked for.
pub async fn judge_with(
    desk: &Desk<'_>,
    spec: &Specification,
    mapping: &Mapping,
    traces: &Arc<[Trace]>,
    place: &Utf8Path,
    asked: Asked,
) -> Result<Vec<Counted>, Failure> {
    // A JVM has threads of its own, and memory.
    let (by, cores) = match desk.settings.config.validate.engine {
        JudgingEngine::Tlc => (Judge::Tlc(Arc::new(desk.tools.clone())), 2),
        JudgingEngine::Native => (
            Judge::Native { instead: Some(Arc::new(desk.tools.clone())) },
            std::thread::available_parallelism().map_or(1, usize::from),
        ),
    };
    let settings = validate::Settings {
        cores,
        fail_fast: asked.fail_fast,
        suggest: if asked.suggestions { SUGGEST } else { 0 },
        invariants: if asked.invariants { invariants(desk)? } else { Vec::new() },
        limit: Duration::from_secs(desk.settings.config.check.time_limit),
        memory: Some(desk.settings.config.tlc.memory_mb / 2),
        ..validate::Settings::default()
    };
    let report = validate::judge(&by, spec, mapping, traces, place, &settings).await?;
    let counts = traces.iter().map(|trace| {
        let mut counts = BTreeMap::new();
        for event in &trace.events {
            *counts.entry(event.name.clone()).or_insert(0) += 1;
        }
        counts
    });
    Ok(counts.zip(report.traces).collect())
}
