//! TLC: its command line and its run. What it printed is read in `tlc_output` and judged in `judge`.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use camino::Utf8Path;

use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::process::Command;
use crate::engine::CheckRequest;
use crate::engine::Checked;
use crate::engine::News;
use crate::engine::distributed;
use crate::engine::judge::Circumstances;
use crate::engine::judge::Transcript;
use crate::engine::sany;
use crate::engine::tlc_output::Reader;
use crate::engine::tools::Tla2Tools;

/// How long TLC may take to stop by itself.
const STOPPING: Duration = Duration::from_secs(10);

/// Runs TLC on a model.
pub(super) async fn run(
    tools: &Tla2Tools,
    request: &CheckRequest,
    on_news: &mut (dyn FnMut(News) + Send),
) -> Result<Checked, Diagnostic> {
    let (directory, _) = sany::split(&request.module)?;
    let config_text = disk::read_text(&request.config).map_err(|e| e.diagnostic())?;
    let scratch = tools.scratch()?;
    let command = command(tools, request, &directory, scratch.path());
    let watch = Stopwatch::start();
    let mut reader = Reader::default();
    let mut transcript = Transcript::default();
    // Lines and looks at the process come in turn, but to two callers.
    let on_news = Mutex::new(on_news);
    let tell = |news: News| (on_news.lock().unwrap_or_else(PoisonError::into_inner))(news);
    let mut on_line = |line: &str| {
        let now = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(news) = reader.line(line).and_then(|event| transcript.add(event, now)) {
            tell(news);
        }
    };
    let looked = |taking| tell(News::Taking(taking));
    let running = async {
        match &request.bounds {
            Some(bounds) => command.run_within(bounds, &looked, &mut on_line).await,
            None => command.run_lines(&mut on_line).await,
        }
    };
    let finished = match &request.distribution {
        Some(distribution) => {
            distributed::beside_workers(running, tools, request.memory, distribution, scratch.path()).await?
        }
        None => running.await.map_err(|e| e.diagnostic())?,
    };
    if let Some(event) = reader.end() {
        transcript.add(event, 0);
    }
    if let Some(diagnostic) = sany::java_trouble(tools.jar(), &finished) {
        return Err(diagnostic);
    }
    let around = Circumstances {
        sources: sany::sources(&transcript.sany(), &directory, &request.module),
        config_text,
        config_file: request.config.to_string(),
        deadlock: request.deadlock,
        simulation: request.simulate.is_some(),
        distributed: request.distribution.is_some(),
        limit: request.limit,
        stops_itself: request.stops_itself,
        exit: finished.exit,
        stderr: finished.stderr,
    };
    let mut checked = transcript.judge(&around);
    checked.run.wall_milliseconds = u64::try_from(finished.wall.as_millis()).unwrap_or(u64::MAX);
    checked.run.cpu_milliseconds = finished.cpu.and_then(|cpu| u64::try_from(cpu.as_millis()).ok());
    checked.run.peak_memory = finished.peak_memory;
    Ok(checked)
}

/// The command line. Every switch here is known to every version since 2020.
fn command(tools: &Tla2Tools, request: &CheckRequest, directory: &Utf8Path, scratch: &Utf8Path) -> Command {
    let mut command = tools.java(request.long, request.memory, scratch);
    if request.stops_itself {
        command = command.arg(format!("-Dtlc2.TLC.stopAfter={}", request.limit.as_secs().max(1)));
    }
    if request.states.is_some() {
        // So many milliseconds after the one before: TLC writes one when it reports, so this is at each report.
        command = command.arg("-Dtlc2.TLCGlobals.chkpt=1");
    }
    let states = request.states.clone().unwrap_or_else(|| scratch.join("states"));
    if let Some(distribution) = &request.distribution {
        command = command.args(distribution.server_options());
    }
    let class = if request.distribution.is_some() { distributed::SERVER } else { "tlc2.TLC" };
    let mut command = command
        // `-tool` puts marks around messages.
        .args([class, "-tool"])
        // The default is named after the second, so that two runs in one second collide.
        .args(["-metadir".to_owned(), disk::absolute(&states).into_string()]);
    if request.distribution.is_none() {
        command = command.args(["-workers".to_owned(), request.workers.max(1).to_string()]);
    }
    if !request.deadlock {
        // The switch turns checking OFF. CHECK_DEADLOCK in the config is an error in the 2020 version.
        command = command.arg("-deadlock");
    }
    if let Some(simulation) = request.simulate {
        command = command.arg("-simulate");
        if let Some(behaviours) = simulation.behaviours {
            command = command.arg(format!("num={behaviours}"));
        }
        command = command.args(["-depth".to_owned(), simulation.depth.to_string()]);
    }
    if let Some(minutes) = request.coverage {
        command = command.args(["-coverage".to_owned(), minutes.to_string()]);
    }
    if let Some(checkpoint) = &request.recover {
        command = command.args(["-recover".to_owned(), disk::absolute(checkpoint).into_string()]);
    }
    if let Some(seed) = request.seed {
        command = command.args(["-seed".to_owned(), seed.to_string()]);
    }
    command = command
        .args(&request.extra)
        .args(["-config".to_owned(), disk::absolute(&request.config).into_string()])
        .arg(request.module.file_name().unwrap_or_default())
        .directory(directory)
        .limit(request.limit + if request.stops_itself { STOPPING } else { Duration::ZERO });
    match &request.log {
        Some(log) => command.log(log),
        None => command,
    }
}

#[cfg(test)]
mod tests;
