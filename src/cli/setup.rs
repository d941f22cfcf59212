//! `specgen setup`, and finding the TLA+ tools for every other command.

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::config::Origin;
use crate::engine::Tla2Tools;
use crate::toolchain::Toolchain;
use crate::toolchain::jar;
use crate::toolchain::java;
use crate::toolchain::setup;

/// Folders that may hold `lib/`: the working directory, the project and what is above them, and where the program was built.
fn candidates(context: &Context) -> Vec<Utf8PathBuf> {
    let here = disk::absolute(Utf8Path::new("."));
    let project = disk::absolute(&context.settings.project);
    let program = std::env::current_exe().ok().and_then(|p| Utf8PathBuf::from_path_buf(p).ok()).unwrap_or_default();
    let above = |path: &Utf8Path| path.ancestors().map(Utf8Path::to_owned).collect::<Vec<_>>();
    [above(&here), above(&project), above(&program)].concat()
}

/// The folder the jar is in, or should be put into.
pub(super) fn library(context: &Context) -> Utf8PathBuf {
    let candidates = candidates(context);
    let has = |file: &str| candidates.iter().find(|c| disk::exists(&c.join(file))).map(|c| c.join("lib"));
    let jar = format!("lib/{}", jar::FILE_NAME);
    has(&jar).or_else(|| has("config/toolchain.yaml")).unwrap_or_else(|| disk::absolute(Utf8Path::new("lib")))
}

/// The jar that the settings name, and where they do.
pub(super) fn named(context: &Context) -> Option<jar::Named> {
    let path = context.settings.config.tools.tla_tools.clone()?;
    let by = context.settings.leaves.get("tools.tla_tools").map(|setting| match &setting.origin {
        Origin::Flag(_) => "--tla-tools".to_owned(),
        origin => origin.to_string(),
    });
    Some(jar::Named { path, by: by.unwrap_or_default() })
}

/// Java and a jar, ready to use, and the jar's digest.
pub(super) async fn tools(context: &Context) -> Result<(Tla2Tools, String), Failure> {
    let toolchain = Toolchain::built_in();
    let home = context.environment.get("JAVA_HOME").map(Utf8Path::new);
    let java = java::find(home, java::oldest()).await?;
    let located = jar::locate(&toolchain, named(context).as_ref(), &library(context))?.trusted()?;
    Ok((Tla2Tools::new(java.path, located.path).flags(toolchain.jvm), located.sha256))
}

/// The same for who may not need them: Java is not asked which it is, and neither has to be there.
pub(super) fn tools_at_hand(context: &Context) -> (Tla2Tools, String) {
    let toolchain = Toolchain::built_in();
    let home = context.environment.get("JAVA_HOME").map(Utf8Path::new);
    let java = java::locate(home).unwrap_or_else(|_| "java".into());
    let located = jar::locate(&toolchain, named(context).as_ref(), &library(context)).and_then(jar::Located::trusted);
    match located {
        Ok(located) => (Tla2Tools::new(java, located.path).flags(toolchain.jvm), located.sha256),
        Err(_) => (Tla2Tools::new(java, jar::FILE_NAME), "none".to_owned()),
    }
}

/// The jar that is there now.
#[derive(Serialize, JsonSchema)]
pub(super) struct Shown {
    /// Where it is.
    #[schemars(with = "String")]
    path: Utf8PathBuf,
    /// Its digest.
    sha256: String,
    /// The source it is from; for a named jar of no pinned version, what it said that it is.
    source: String,
    /// Whether it was there before.
    already: bool,
}

/// Gets the TLA+ tools, unless they are there. A jar that was named is looked at instead, and nothing is fetched.
pub(super) async fn setup(context: &Context) -> Result<Answer, Failure> {
    let toolchain = Toolchain::built_in();
    context.ui.begin("setup");
    let installed = match named(context) {
        Some(named) => look_at(context, &toolchain, &named).await?,
        None => install(context, &toolchain).await?,
    };
    let how = if installed.already { "is there" } else { "fetched" };
    context.ui.end(&format!("{how}: {} ({})", installed.path, installed.source));
    Ok(Answer::of(&installed, ""))
}

/// A jar that was named: known by its digest, or asked what it is.
async fn look_at(context: &Context, toolchain: &Toolchain, named: &jar::Named) -> Result<Shown, Failure> {
    let located = jar::locate(toolchain, Some(named), &library(context))?;
    context.ui.waiting(&format!("asking {} what it is", located.path));
    let home = context.environment.get("JAVA_HOME").map(Utf8Path::new);
    let source = jar::identify(toolchain, &located, home).await?;
    Ok(Shown { path: located.path, sha256: located.sha256, source, already: true })
}

/// The pinned jar in its place, fetched unless it is there.
async fn install(context: &Context, toolchain: &Toolchain) -> Result<Shown, Failure> {
    let library = library(context);
    let mut tell = |step: setup::Step| match step {
        setup::Step::Trying(source) => context.ui.waiting(&format!("tla2tools.jar {source}")),
        setup::Step::Refused { why, next: Some(next) } => context.ui.say(&format!("  {why}; next: {next}")),
        // The error that ends it says why.
        setup::Step::Refused { next: None, .. } => {}
        setup::Step::Received(bytes) => context.ui.waiting(&format!("tla2tools.jar, {bytes} bytes so far")),
    };
    let setup::Installed { path, sha256, source, already, .. } = setup::setup(toolchain, &library, &mut tell).await?;
    Ok(Shown { path, sha256, source, already })
}
