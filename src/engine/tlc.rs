//! TLC: its command line and its run. What it printed is read in `tlc_output` and judged in `judge`.

use camino::Utf8Path;

use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::process::Command;
use crate::engine::CheckRequest;
use crate::engine::Checked;
use crate::engine::Progress;
use crate::engine::judge::Circumstances;
use crate::engine::judge::Transcript;
use crate::engine::sany;
use crate::engine::tlc_output::Reader;
use crate::engine::tools::Tla2Tools;

/// Runs TLC on a model.
pub(super) async fn run(
    tools: &Tla2Tools,
    request: &CheckRequest,
    on_progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Checked, Diagnostic> {
    let (directory, _) = sany::split(&request.module)?;
    let config_text = disk::read_text(&request.config).map_err(|e| e.diagnostic())?;
    let scratch = tools.scratch()?;
    let command = command(tools, request, &directory, scratch.path());
    let watch = Stopwatch::start();
    let mut reader = Reader::default();
    let mut transcript = Transcript::default();
    let mut on_line = |line: &str| {
        let now = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(progress) = reader.line(line).and_then(|event| transcript.add(event, now)) {
            on_progress(progress);
        }
    };
    let finished = command.run_lines(&mut on_line).await.map_err(|e| e.diagnostic())?;
    if let Some(event) = reader.end() {
        transcript.add(event, 0);
    }
    if let Some(diagnostic) = sany::java_trouble(&finished.exit, &finished.stdout, &finished.stderr) {
        return Err(diagnostic);
    }
    let around = Circumstances {
        sources: sany::sources(&transcript.sany(), &directory, &request.module),
        config_text,
        config_file: request.config.to_string(),
        deadlock: request.deadlock,
        simulation: request.simulate.is_some(),
        limit: request.limit,
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
    let mut command = tools
        .java(request.long, request.memory, scratch)
        // `-tool` puts marks around messages.
        .args(["tlc2.TLC", "-tool"])
        // The default is named after the second, so that two runs in one second collide.
        .args(["-metadir".to_owned(), scratch.join("states").into_string()])
        .args(["-workers".to_owned(), request.workers.max(1).to_string()]);
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
    if let Some(seed) = request.seed {
        command = command.args(["-seed".to_owned(), seed.to_string()]);
    }
    command = command
        .args(&request.extra)
        .args(["-config".to_owned(), disk::absolute(&request.config).into_string()])
        .arg(request.module.file_name().unwrap_or_default())
        .directory(directory)
        .limit(request.limit);
    match &request.log {
        Some(log) => command.log(log),
        None => command,
    }
}

#[cfg(test)]
mod tests;
