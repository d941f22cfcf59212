//! The instrumented copy of a source: of the target's own, and of the same with a planted bug.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::disk::Leads;
use crate::base::ui::Ui;
use crate::instrument;
use crate::instrument::Instrumented;
use crate::instrument::Sources;
use crate::instrument::TraceConfig;
use crate::instrument::blame;
use crate::source;
use crate::stages::Desk;
use crate::stages::shared::compiling;
use crate::stages::shared::compiling::Compiler;
use crate::stages::shared::compiling::Outcome;
use crate::stages::shared::compiling::Step;

/// How long the compiler may take.
const COMPILE_LIMIT: Duration = Duration::from_secs(600);

/// Copies `from` to `tree`, instruments it and compiles it.
pub async fn make(desk: &Desk<'_>, from: &Utf8Path, tree: &Utf8Path) -> Result<Instrumented, Failure> {
    let (config, path) = desk.trace_mapping()?;
    desk.ui.waiting("the copy of the source");
    for warning in copy(from, tree)? {
        desk.ui.diagnostic(&warning);
    }
    let log = desk.session.root.join("logs/compile.log");
    let scratch = desk.session.root.join("build/check");
    disk::create_dir(&scratch)?;
    let scratch = crate::harness::absolute(&scratch)?;
    let compiler = Compiler {
        config: &config,
        made: None,
        scratch: &scratch,
        offline: false,
        limit: COMPILE_LIMIT,
        memory: None,
        log: Some(&log),
    };
    let beside = path.parent().unwrap_or(&path);
    let (made, sources) = match instrumented(&config, beside, from) {
        Ok(made) => made,
        Err(failure) => return Err(with_source(desk.ui, compiler, from, failure).await),
    };
    made.warnings.iter().for_each(|warning| desk.ui.diagnostic(warning));
    put(&made, tree)?;
    let ran = run(desk.ui, &Compiler { made: Some(&made), ..compiler }, Step::Build, tree).await?;
    if let Some(diagnostic) = compiling::unfinished(&ran, "the instrumented copy") {
        return Err(diagnostic.hint(format!("the whole output is in {log}")).into());
    }
    if let Outcome::Refuses(complaints) = &ran.outcome {
        let mut diagnostics = blame::diagnostics(&config, &made, &sources, complaints);
        if let Some(first) = diagnostics.first_mut() {
            first.hints.push(format!("`{}` said it; the whole output is in {log}", ran.line));
        }
        return Err(with_source(desk.ui, compiler, from, Failure { diagnostics }).await);
    }
    Ok(made)
}

/// Runs a step, and says so.
pub async fn run(ui: &Ui, compiler: &Compiler<'_>, step: Step, tree: &Utf8Path) -> Result<compiling::Ran, Failure> {
    ui.waiting("the compiler");
    compiler.run(step, tree).await
}

/// Copies `from` to `tree`; a link to a file inside is a file there, and what else is left out is said.
pub fn copy(from: &Utf8Path, tree: &Utf8Path) -> Result<Vec<Diagnostic>, Failure> {
    disk::copy_tree(from, tree)?;
    let mut warnings = Vec::new();
    for link in disk::links_under(from)? {
        let path = &link.path;
        let (what, hint) = match link.leads {
            Leads::ToFile => {
                disk::put(&tree.join(path), disk::read(&from.join(path))?)?;
                continue;
            }
            Leads::ToFolder => ("to a folder of the source".to_owned(), "name the files by the folder itself"),
            Leads::Outside(to) => (
                format!("out of the source, to {to}"),
                "what lies elsewhere is no part of the source; put the file itself there if the source needs it",
            ),
            Leads::Nowhere => ("to nothing".to_owned(), "remove the link if nothing needs it"),
        };
        let message = format!("{path} is not in the copy: it is a symbolic link that leads {what}");
        warnings.push(Diagnostic::warning("instrument/link", message).hint(hint));
    }
    Ok(warnings)
}

/// The instrumented files of the source in `from`; `beside` is the folder of the configuration.
pub fn instrumented(
    config: &TraceConfig,
    beside: &Utf8Path,
    from: &Utf8Path,
) -> Result<(Instrumented, Sources), Failure> {
    let files: Vec<_> = config.source_files().into_iter().map(Utf8PathBuf::from).collect();
    let failed = || Diagnostic::error("instrument/failed", "the source could not be instrumented");
    let outline = source::survey(from, &files).map_err(|d| Failure::of(d, failed()))?;
    let mut sources = Sources::default();
    for file in &files {
        sources.files.insert(file.to_string(), disk::read_text(&from.join(file))?);
    }
    for file in &config.support {
        sources.support.insert(file.clone(), disk::read_text(&beside.join(file))?);
    }
    let made = instrument::instrument(config, &outline, &sources).map_err(|d| Failure::of(d, failed()))?;
    Ok((made, sources))
}

/// Writes what was made into the copy.
pub fn put(made: &Instrumented, tree: &Utf8Path) -> Result<(), Failure> {
    for (file, text) in &made.files {
        disk::put(&tree.join(file), text)?;
    }
    Ok(())
}

/// `failure`, behind what the compiler says of the source itself, where that does not compile either.
async fn with_source(ui: &Ui, compiler: Compiler<'_>, from: &Utf8Path, mut failure: Failure) -> Failure {
    let may_be_the_source = ["instrument/compile", "source/syntax-error"];
    if !failure.diagnostics.iter().any(|diagnostic| may_be_the_source.contains(&diagnostic.code.as_str())) {
        return failure;
    }
    let said: Result<Vec<Diagnostic>, Failure> = async {
        let scratch = disk::Scratch::new()?;
        let tree = scratch.path().join("tree");
        copy(from, &tree)?;
        let ran = run(ui, &Compiler { log: None, ..compiler }, Step::Build, &tree).await?;
        Ok(match &ran.outcome {
            Outcome::Refuses(complaints) => compiling::of_source(&ran, complaints, &tree),
            _ => Vec::new(),
        })
    }
    .await;
    // That the source cannot be looked at is no better reason than the one there is.
    let mut diagnostics = said.unwrap_or_default();
    diagnostics.append(&mut failure.diagnostics);
    Failure { diagnostics }
}
