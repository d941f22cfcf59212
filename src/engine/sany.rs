//! SANY: its command line, its run, and the verdict on it.

use std::time::Duration;

use camino::Utf8Path;

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::base::process::Finished;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::engine::sany_report;
use crate::engine::sany_report::Report;
use crate::engine::sany_report::Sources;
use crate::engine::tools::Tla2Tools;

/// SANY prints little; more than this is an endless loop.
const OUTPUT_CAP: usize = 8 << 20;

/// Runs SANY on a module.
pub(super) async fn run(tools: &Tla2Tools, request: &ParseRequest) -> Result<Parsed, Diagnostic> {
    let module = &request.module;
    let (directory, name) = split(module)?;
    let scratch = tools.scratch()?;
    let mut command = tools
        .java(false, None, scratch.path())
        .args(["tla2sany.SANY", name.as_str()])
        .directory(&directory)
        .limit(request.limit)
        .output_cap(OUTPUT_CAP);
    if let Some(log) = &request.log {
        command = command.log(log);
    }
    let finished = run_java(command, tools.jar()).await?;
    let printed = format!("{}\n{}", finished.stdout, finished.stderr);
    let sources = sources(&printed, &directory, module);
    let root = module.file_stem().unwrap_or_default();
    Ok(judge(&finished, root, sany_report::read(&finished.stdout, &sources), request.limit))
}

/// Runs a JVM on a jar; one that cannot start is reported as such.
pub(super) async fn run_java(command: Command, jar: &Utf8Path) -> Result<Finished, Diagnostic> {
    let finished = command.run().await.map_err(|e| e.diagnostic())?;
    match java_trouble(jar, &finished) {
        Some(diagnostic) => Err(diagnostic),
        None => Ok(finished),
    }
}

/// Whether the JVM itself, not the tool in it, failed.
pub(super) fn java_trouble(jar: &Utf8Path, finished: &Finished) -> Option<Diagnostic> {
    if finished.exit == Exit::Success {
        return None;
    }
    let said = finished.stderr.lines().chain(finished.stdout.lines()).find(|line| {
        line.contains("Could not find or load main class")
            || line.contains("Unable to access jarfile")
            || line.contains("UnsupportedClassVersionError")
            || line.contains("Could not create the Java Virtual Machine")
            || line.contains("Error occurred during initialization of VM")
    })?;
    let hint = if said.contains("UnsupportedClassVersion") {
        "this jar needs a newer Java; install 11 or later"
    } else if said.contains("main class") || said.contains("jarfile") {
        "the file is not a tla2tools.jar; run `specgen setup`"
    } else {
        "check the memory limit and the JVM flags in config/toolchain.yaml"
    };
    Some(Diagnostic::error("toolchain/java", format!("run java on {jar}: {}", said.trim())).hint(hint))
}

/// The directory and the name of a module file; it must be there.
pub(super) fn split(module: &Utf8Path) -> Result<(camino::Utf8PathBuf, String), Diagnostic> {
    disk::read_text(module).map_err(|e| e.diagnostic())?;
    Ok((disk::beside(module).to_owned(), module.file_name().unwrap_or_default().to_owned()))
}

/// The texts of the modules a run read, shown with paths as the caller knows them.
pub(super) fn sources(printed: &str, directory: &Utf8Path, root: &Utf8Path) -> Sources {
    let mut sources = Sources::default();
    for (module, path) in sany_report::files(printed) {
        let beside = directory.join(format!("{module}.tla"));
        let (shown, text) = match disk::read_text_if_there(&beside) {
            Ok(Some(text)) => (beside.to_string(), Some(text)),
            _ => (format!("{module}.tla"), disk::read_text(Utf8Path::new(&path)).ok()),
        };
        sources.add(module, shown, text);
    }
    if let (Some(module), Ok(text)) = (root.file_stem(), disk::read_text(root)) {
        sources.add(module, root.as_str(), Some(text));
    }
    sources
}

/// The verdict: only what was printed counts, and the exit status can only make it worse.
fn judge(finished: &Finished, root: &str, report: Report, limit: Duration) -> Parsed {
    if report.has_errors() {
        return Parsed::Rejected { diagnostics: report.diagnostics };
    }
    if finished.exit == Exit::Timeout {
        let message = format!("SANY was not done after {} s", limit.as_secs());
        return Parsed::Unknown { why: Diagnostic::error("sany/timeout", message) };
    }
    let whole = report.processed.last().is_some_and(|last| last == root);
    if whole && finished.exit == Exit::Success && !finished.truncated {
        return Parsed::Clean { modules: report.processed, warnings: report.diagnostics };
    }
    let last = finished.stderr.lines().chain(finished.stdout.lines()).rfind(|line| !line.trim().is_empty());
    let message = format!("SANY ended ({}) without saying that it processed {root}", finished.exit);
    let mut why = Diagnostic::error("sany/silent", message);
    if let Some(last) = last {
        why = why.hint(format!("the last it printed: {}", last.trim()));
    }
    Parsed::Unknown { why }
}

#[cfg(test)]
mod tests;
