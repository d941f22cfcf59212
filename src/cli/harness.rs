//! `specgen harness init`: a harness that runs and writes a trace at once, with one file to fill in.

use std::fmt::Write as _;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use clap::Args;
use clap::Subcommand;
use schemars::JsonSchema;
use serde::Serialize;
use serde_yaml::Value;

use super::Answer;
use super::Context;
use super::init::harness_notes;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::template;
use crate::config::Settings;
use crate::config::model as config;
use crate::fetch;
use crate::source::LanguageName;
use crate::stages::required;

pub(super) const HELP: &str = "\
Examples:
  specgen harness init                             writes harness/ and says what to add to specgen.yaml
  specgen exercise --seeds 1..3                    runs it: a toy, until harness/system.* is filled in

The harness drives the instrumented copy in one process: a seeded scheduler, a network, clocks, and faults (drop, delay,
duplicate, reorder, partition, crash, restart, clock). Its README.md says what to fill in, at the marks `HOLE:`.";

/// Arguments of harness.
#[derive(Debug, Args)]
pub(super) struct HarnessArgs {
    #[command(subcommand)]
    verb: HarnessVerb,
}

#[derive(Debug, Subcommand)]
enum HarnessVerb {
    /// Write a harness for target.language from a template; nothing that is there is written over
    #[command(after_help = HELP)]
    Init,
}

/// What was written.
#[derive(Serialize, JsonSchema)]
pub(super) struct Written {
    /// The harness's folder.
    #[schemars(with = "String")]
    folder: Utf8PathBuf,
    /// The files in it.
    #[schemars(with = "Vec<String>")]
    files: Vec<Utf8PathBuf>,
    /// The file with what is to be filled in.
    #[schemars(with = "String")]
    fill: Utf8PathBuf,
    /// The section `harness` of specgen.yaml that builds and runs it.
    settings: String,
}

/// What the templates are filled with.
#[derive(Serialize)]
struct Fields {
    /// `system` of the trace's header.
    system: String,
    /// The module, crate or distribution.
    name: String,
    /// Of a published one; else empty.
    version: String,
    /// As source text calls it, where that has another name.
    package: String,
    /// Go: the import path of the package that the emitter is in.
    import: String,
    /// Go: as the target's go.mod has it.
    language_version: String,
}

/// A file of a template, and its text.
type File = (&'static str, &'static str);

macro_rules! files {
    ($language:literal, $($file:literal),+ $(,)?) => {
        &[$(($file, include_str!(concat!("../../templates/harness/", $language, "/", $file)))),+]
    };
}

const GO: &[File] = files!(
    "go",
    "README.md.j2",
    "args.go",
    "clock.go",
    "go.mod.j2",
    "main.go.j2",
    "network.go",
    "prng.go",
    "scheduler.go",
    "system.go.j2",
);
const RUST: &[File] = files!(
    "rust",
    "Cargo.toml.j2",
    "README.md.j2",
    "rustfmt.toml",
    "src/args.rs",
    "src/clock.rs",
    "src/main.rs.j2",
    "src/network.rs",
    "src/prng.rs",
    "src/scheduler.rs",
    "src/system.rs.j2",
);
const PYTHON: &[File] = files!(
    "python",
    "README.md.j2",
    "main.py.j2",
    "specgen_harness/__init__.py",
    "specgen_harness/args.py",
    "specgen_harness/clock.py",
    "specgen_harness/network.py",
    "specgen_harness/prng.py",
    "specgen_harness/scheduler.py",
    "specgen_harness/system.py.j2",
);

/// Writes a harness.
pub(super) async fn harness(context: &Context, args: &HarnessArgs) -> Result<Answer, Failure> {
    let HarnessVerb::Init = args.verb;
    let settings = &context.settings;
    let language = match required(settings.config.target.language.as_ref(), "target.language")? {
        config::Language::Go => LanguageName::Go,
        config::Language::Rust => LanguageName::Rust,
        config::Language::Python => LanguageName::Python,
    };
    let root = fetch::fetch(settings).await?.root;
    let folder = settings.project.join(settings.config.harness.dir.as_deref().unwrap_or("harness".into()));
    let templates = match language {
        LanguageName::Go => GO,
        LanguageName::Rust => RUST,
        LanguageName::Python => PYTHON,
    };
    let fields = fields(settings, language, &root)?;
    let mut files = Vec::new();
    for (name, text) in templates {
        let text = match name.ends_with(".j2") {
            true => template::render(name, text, &fields)?,
            false => (*text).to_owned(),
        };
        files.push((folder.join(name.trim_end_matches(".j2")), text));
    }
    let mut there = Vec::new();
    for (file, text) in &files {
        // What `specgen init` wrote, and nobody has changed, gives way; so does what this command wrote.
        let known = disk::read_text_if_there(file)?;
        if known.is_some_and(|known| known != *text && Some(known) != harness_notes(language)) {
            there.push(file.as_str());
        }
    }
    if !there.is_empty() {
        let message = format!("there is a harness already: {}", there.join(", "));
        return Err(Diagnostic::error("config/exists", message)
            .hint("remove these first, or name another folder: `--set harness.dir=other`")
            .into());
    }
    for (file, text) in &files {
        disk::put(file, text)?;
    }
    let fill = files.iter().map(|(file, _)| file).find(|file| file.file_stem() == Some("system"));
    let fill = fill.cloned().unwrap_or_else(|| folder.clone());
    let settings = of_settings(settings, language, &fields.name);
    let mut text = String::new();
    // Writing to a String cannot fail.
    for (file, _) in &files {
        let _ = writeln!(text, "wrote {file}");
    }
    let _ = write!(
        text,
        "next: put this into specgen.yaml, `specgen exercise --seeds 1..3`, and then fill in {fill} at its marks `HOLE:`\n\n\
         {settings}"
    );
    let files = files.into_iter().map(|(file, _)| file).collect();
    Ok(Answer::of(&Written { folder, files, fill, settings }, text))
}

/// The section that builds and runs the harness.
fn of_settings(settings: &Settings, language: LanguageName, name: &str) -> String {
    let dir = settings.config.harness.dir.as_deref().unwrap_or("harness".into());
    let (build, run) = match language {
        LanguageName::Go => ("[go, build, -o, \"{out}/harness\", .]".to_owned(), "\"{out}/harness\""),
        LanguageName::Rust => {
            let patch = format!("'patch.crates-io.{name}.path=\"{{tree}}\"'");
            (
                format!("[cargo, build, --quiet, --target-dir, \"{{out}}\", --config, {patch}]"),
                "\"{out}/debug/harness\"",
            )
        }
        // Python would write its cache into the instrumented copy, and the order of a set differs from run to run.
        LanguageName::Python => (
            "[cp, -R, ., \"{out}\"]".to_owned(),
            "env, \"PYTHONPATH={tree}\", PYTHONHASHSEED=0, python3, -B, \"{out}/main.py\"",
        ),
    };
    format!(
        "harness:\n  dir: {dir}\n  build: {build}\n  run: [{run}, --seed, \"{{seed}}\", --nodes, \"{{nodes}}\", --events, \
         \"{{events}}\", --out, \"{{trace}}\"]\n  train: [1, 2, 3]\n  judge: [101, 102, 103]\n  nodes: [3, 2]\n  events: 500\n"
    )
}

fn fields(settings: &Settings, language: LanguageName, root: &Utf8Path) -> Result<Fields, Failure> {
    let target = &settings.config.target;
    let mapping = mapping(settings)?;
    let said = |key: &str| mapping.get(key).and_then(Value::as_str).map(str::to_owned);
    let probed = mapping.get("probes").and_then(|probes| probes.get(0)).and_then(|probe| probe.get("file"));
    let first = probed.and_then(Value::as_str).map(Utf8PathBuf::from).or_else(|| target.files.first().cloned());
    let first = first.unwrap_or_default();
    let system = said("system").or_else(|| first.file_stem().map(str::to_owned)).unwrap_or("system".to_owned());
    let system = system.replace('\\', "\\\\").replace('"', "\\\"");
    if system.contains(char::is_control) {
        return Err(
            Diagnostic::error("config/wrong-type", "`system` of the trace mapping has a control character").into()
        );
    }
    let manifest = |name: &str| disk::read_text_if_there(&root.join(name));
    let mut fields = Fields {
        system,
        name: String::new(),
        version: target.source.version.clone().unwrap_or_default(),
        package: said("package").unwrap_or_default(),
        import: String::new(),
        language_version: String::new(),
    };
    let missing = |file: &str, what: &str| {
        Diagnostic::error("config/no-manifest", format!("{root} has no {file} that says {what}"))
            .hint("the harness is built against the target as a package: target.source has to be the package's root")
    };
    match language {
        LanguageName::Go => {
            let text = manifest("go.mod")?.unwrap_or_default();
            let word =
                |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(|word| word.trim().to_owned());
            fields.name = word("module ").ok_or_else(|| missing("go.mod", "the module's path"))?;
            fields.language_version = word("go ").unwrap_or_else(|| "1.22".to_owned());
            let folder = first.parent().filter(|folder| !folder.as_str().is_empty());
            fields.import = folder.map_or(fields.name.clone(), |folder| format!("{}/{folder}", fields.name));
            if fields.package.is_empty() {
                let source = disk::read_text_if_there(&root.join(&first))?.unwrap_or_default();
                let package = source.lines().find_map(|line| line.strip_prefix("package "));
                fields.package = package.and_then(|words| words.split_whitespace().next()).unwrap_or("main").to_owned();
            }
        }
        LanguageName::Rust => {
            let text = manifest("Cargo.toml")?.unwrap_or_default();
            let cargo: toml_edit::DocumentMut = text.parse().map_err(|_| missing("Cargo.toml", "the crate's name"))?;
            let named = |section: &str| Some(cargo.get(section)?.get("name")?.as_str()?.to_owned());
            fields.name = named("package").ok_or_else(|| missing("Cargo.toml", "the crate's name"))?;
            fields.package = named("lib").unwrap_or_else(|| fields.name.replace('-', "_"));
        }
        LanguageName::Python => fields.name = root.file_name().unwrap_or_default().to_owned(),
    }
    Ok(fields)
}

/// The trace mapping as far as it is filled in: it may be the one of `specgen init`, of which nothing is named yet.
fn mapping(settings: &Settings) -> Result<Value, Failure> {
    let file = settings.config.target.trace.as_deref().unwrap_or("trace/trace.yaml".into());
    let text = disk::read_text_if_there(&settings.project.join(file))?.unwrap_or_default();
    Ok(serde_yaml::from_str(&text).unwrap_or(Value::Null))
}
