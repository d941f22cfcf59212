//! The instrumented copy of a source: of the target's own, and of the same with a planted bug.

use std::time::Duration;

use camino::Utf8Path;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::instrument;
use crate::instrument::TraceConfig;
use crate::source;
use crate::source::LanguageName;
use crate::stages::Desk;

/// How long the compiler may take.
const COMPILE_LIMIT: Duration = Duration::from_secs(600);

/// Compiles every file, then imports the probed modules, the first argument being where they are found.
const COMPILE_PYTHON: &str = "import compileall, importlib, sys
compileall.compile_dir('.', quiet=1) or sys.exit(1)
sys.path.insert(0, sys.argv[1])
for module in sys.argv[2:]: importlib.import_module(module)";

/// Copies `from` to `tree`, instruments it and compiles it.
pub async fn make(desk: &Desk<'_>, from: &Utf8Path, tree: &Utf8Path) -> Result<instrument::Instrumented, Failure> {
    let (config, path) = desk.trace_mapping()?;
    desk.ui.waiting("the copy of the source");
    let beside = path.parent().unwrap_or(&path).to_owned();
    disk::copy_tree(from, tree)?;
    let files: Vec<_> = config.source_files().into_iter().map(camino::Utf8PathBuf::from).collect();
    let failed = || Diagnostic::error("instrument/failed", "the source could not be instrumented");
    let outline = source::survey(from, &files).map_err(|d| Failure::of(d, failed()))?;
    let mut sources = instrument::Sources::default();
    for file in &files {
        sources.files.insert(file.to_string(), disk::read_text(&from.join(file))?);
    }
    for file in &config.support {
        sources.support.insert(file.clone(), disk::read_text(&beside.join(file))?);
    }
    let made = instrument::instrument(&config, &outline, &sources).map_err(|d| Failure::of(d, failed()))?;
    for (file, text) in &made.files {
        disk::put(&tree.join(file), text)?;
    }
    compile(desk, &config, tree).await?;
    Ok(made)
}

async fn compile(desk: &Desk<'_>, config: &TraceConfig, tree: &Utf8Path) -> Result<(), Failure> {
    let log = desk.session.root.join("logs/compile.log");
    let command = match config.language {
        Some(LanguageName::Rust) => {
            // The target folder must not become part of the artefact.
            let target = crate::harness::absolute(&desk.session.root.join("build/check"))?;
            Command::new("cargo").args(["check", "--quiet", "--target-dir"]).arg(target.as_str())
        }
        Some(LanguageName::Python) => {
            // What Python compiles must not become part of the artefact.
            let cache = crate::harness::absolute(&desk.session.root.join("build/check"))?;
            let command = Command::new("python3").env("PYTHONPYCACHEPREFIX", cache.as_str());
            command.args(["-c", COMPILE_PYTHON]).args(instrument::modules(config))
        }
        Some(LanguageName::Go) | None => Command::new("go").args(["build", "./..."]).env("GOWORK", "off"),
    };
    let line = command.line();
    desk.ui.waiting(&format!("the compiler: {line}"));
    let finished = command.directory(tree).limit(COMPILE_LIMIT).log(&log).run().await.map_err(|e| e.diagnostic())?;
    if finished.exit == Exit::Success {
        return Ok(());
    }
    let output = format!("{}\n{}", finished.stderr, finished.stdout);
    let first =
        output.lines().find(|l| l.contains(": ") || l.contains("error")).unwrap_or("no output").trim().to_owned();
    Err(Diagnostic::error("instrument/compile", format!("`{line}` refuses the instrumented copy: {first}"))
        .hint(format!("an expression of the trace mapping may be wrong; the whole output is in {log}"))
        .into())
}
