//! One search of a state space by TLC.

use std::time::Duration;

use camino::Utf8Path;

use super::bounds;
use crate::base::diag::Failure;
use crate::config::model::Search;
use crate::engine::CheckRequest;
use crate::engine::Checked;
use crate::engine::Engine as _;
use crate::engine::Progress;
use crate::engine::Simulation;
use crate::stages::Desk;

/// TLC's seed in every search, so that simulation tries the same behaviours every time.
pub const SEED: i64 = 1;

/// Runs `search`, whose MC.tla and config are in `place`; `seconds` is for a search without a limit of its own.
pub async fn explore(
    desk: &Desk<'_>,
    place: &Utf8Path,
    search: &Search,
    seconds: u64,
    what: &str,
) -> Result<Checked, Failure> {
    let config = &desk.settings.config;
    let request = CheckRequest {
        deadlock: config.check.deadlock,
        // More than one worker makes simulation differ from run to run.
        workers: if search.simulate.is_some() { 1 } else { config.tlc.workers as usize },
        simulate: search.simulate.map(|s| Simulation { behaviours: Some(s.behaviours), depth: s.depth }),
        memory: Some(config.tlc.memory_mb),
        limit: Duration::from_secs(search.time_limit.unwrap_or(seconds)),
        long: true,
        seed: Some(SEED),
        log: Some(desk.session.root.join("logs").join(format!("{}.log", what.replace(' ', "-")))),
        ..CheckRequest::new(place.join("MC.tla"), place.join(bounds::config_name(search)))
    };
    let mut on_progress = |p: Progress| {
        let distinct = p.distinct.map_or_else(String::new, |d| format!(", {d} distinct"));
        desk.ui.waiting(&format!("TLC, {what}: {} states{distinct}, {} s", p.states, p.milliseconds / 1000));
    };
    desk.ui.waiting(&format!("TLC, {what}"));
    Ok(desk.tools.check(&request, &mut on_progress).await?)
}
