//! `specgen instrument`: the stage, or with `--check` whether the probes fit, compile, and can be taken out again.

use std::fmt::Write as _;
use std::time::Duration;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::InstrumentArgs;
use super::exit::ExitCode;
use super::stages::Ran;
use super::stages::session_root;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Severity;
use crate::base::disk;
use crate::fetch;
use crate::instrument;
use crate::instrument::Instrumented;
use crate::instrument::TraceConfig;
use crate::instrument::blame;
use crate::instrument::edit;
use crate::pipeline::Goal;
use crate::session::Session;
use crate::source::LanguageName;
use crate::stages;
use crate::stages::shared::compiling;
use crate::stages::shared::compiling::Compiler;
use crate::stages::shared::compiling::Outcome;
use crate::stages::shared::compiling::Step;
use crate::stages::shared::copying;
use crate::stages::shared::judging;
use crate::validate;

/// What came of it.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Shown {
    /// Of a run up to the stage.
    Session(Ran),
    /// Of `--check`.
    Checked(Checked),
}

/// Whether the probes fit.
#[derive(Serialize, JsonSchema)]
pub(super) struct Checked {
    verdict: Verdict,
    /// The language whose tools compiled: go, rust or python; null where the configuration names none.
    #[schemars(with = "Option<String>")]
    language: Option<LanguageName>,
    /// How many probes the configuration has.
    probes: usize,
    /// At how many places they stand; 0 where they could not be inserted.
    points: usize,
    /// The files that are changed or added, relative to the source's root.
    files: Vec<String>,
    /// The runs of compilers, in their order.
    runs: Vec<Run>,
    /// Whether taking `changes.patch` back gives every byte of the source again; null where it did not come to that.
    restored: Option<bool>,
    /// Whether the actions of a specification were compared; they are where the session has one.
    specification: bool,
    /// Everything that is wrong or odd.
    diagnostics: Vec<Diagnostic>,
}

/// What the check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    /// The copy with the probes compiles, and they can be taken out again.
    Fits,
    /// The source does not compile, without any probe.
    SourceRefused,
    /// A probe cannot be inserted, or knows no action.
    ProbesRefused,
    /// The copy with the probes does not compile.
    CopyRefused,
    /// A tool, or something the source needs, is not here, or a limit ended a run.
    Unknown,
}

/// A run of a compiler.
#[derive(Serialize, JsonSchema)]
struct Run {
    of: Of,
    /// The command.
    command: String,
    outcome: Came,
}

/// What was compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Of {
    /// The source as it is.
    Source,
    /// The copy with the probes.
    Copy,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Came {
    /// The compiler accepts it.
    Accepts,
    /// It does not.
    Refuses,
    /// It lacks something that may not be fetched.
    Lacks,
    /// A limit ended it.
    Stopped,
}

/// Runs the stage, or checks.
pub(super) async fn instrument(context: &Context, args: &InstrumentArgs) -> Result<Answer, Failure> {
    if !args.check {
        let (ran, text, exit) = super::stages::reach(context, &context.settings, Goal::Instrument).await?;
        return Ok(Answer::of(&Shown::Session(ran), text).exit(exit));
    }
    let settings = &context.settings;
    let trace = stages::required(settings.config.target.trace.as_deref(), "target.trace")?;
    let path = settings.project.join(trace);
    let config = TraceConfig::read(&disk::read_text(&path)?, path.as_str())?;
    let source = fetch::fetch(settings).await?;
    // Nothing is written beside the source or into the project: either may be read-only.
    let scratch = disk::Scratch::new()?;
    let compiled = scratch.path().join("compiled");
    disk::create_dir(&compiled)?;
    let compiler = Compiler {
        config: &config,
        made: None,
        scratch: &compiled,
        offline: true,
        limit: Duration::from_secs(args.limit),
        memory: args.memory.map(|megabytes| megabytes << 20),
        log: None,
    };
    let place =
        Place { config: &config, beside: path.parent().unwrap_or(&path), root: &source.root, scratch: scratch.path() };
    context.ui.begin("instrument --check");
    let mut check = Check::new(context, compiler);
    check.run(&place).await?;
    let checked = check.checked;
    context.ui.end("done");
    checked.diagnostics.iter().for_each(|diagnostic| context.ui.diagnostic(diagnostic));
    let first = checked.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    let exit = first.map_or(ExitCode::Success, |diagnostic| ExitCode::of_code(&diagnostic.code));
    let text = checked.sentence();
    Ok(Answer::of(&Shown::Checked(checked), text).exit(exit))
}

/// Where things are.
struct Place<'a> {
    config: &'a TraceConfig,
    /// The folder of the configuration, and of its support files.
    beside: &'a Utf8Path,
    /// The source.
    root: &'a Utf8Path,
    scratch: &'a Utf8Path,
}

struct Check<'a> {
    context: &'a Context,
    compiler: Compiler<'a>,
    checked: Checked,
}

impl<'a> Check<'a> {
    fn new(context: &'a Context, compiler: Compiler<'a>) -> Self {
        let checked = Checked {
            verdict: Verdict::Unknown,
            language: compiler.config.language,
            probes: compiler.config.probes.len(),
            points: 0,
            files: Vec::new(),
            runs: Vec::new(),
            restored: None,
            specification: false,
            diagnostics: Vec::new(),
        };
        Self { context, compiler, checked }
    }

    async fn run(&mut self, place: &Place<'_>) -> Result<(), Failure> {
        let (plain, tree) = (place.scratch.join("source"), place.scratch.join("copy"));
        self.checked.diagnostics.extend(copying::copy(place.root, &plain)?);
        disk::copy_tree(&plain, &tree)?;
        let before = disk::sha256_tree(&plain)?;
        let Some(steps) = self.source(&plain).await? else { return Ok(()) };
        let (made, sources) = match copying::instrumented(place.config, place.beside, place.root) {
            Ok(made) => made,
            Err(failure) => {
                self.checked.verdict = Verdict::ProbesRefused;
                self.checked.diagnostics.extend(failure.diagnostics);
                self.correspond()?;
                return Ok(());
            }
        };
        self.checked.points = made.points.len();
        self.checked.files = made.files.keys().cloned().collect();
        self.checked.diagnostics.extend(made.warnings.iter().cloned());
        copying::put(&made, &tree)?;
        self.restores(&made, &tree, &place.scratch.join("restored"), &before)?;
        for step in steps {
            let compiler = Compiler { made: Some(&made), ..self.compiler };
            let ran = copying::run(&self.context.ui, &compiler, step, &tree).await?;
            self.note(Of::Copy, &ran);
            if let Outcome::Refuses(complaints) = &ran.outcome {
                self.checked.verdict = Verdict::CopyRefused;
                let said = blame::diagnostics(place.config, &made, &sources, complaints);
                self.checked.diagnostics.extend(said);
            }
            if ran.outcome != Outcome::Accepts {
                self.checked.diagnostics.extend(compiling::unfinished(&ran, "the copy with the probes"));
                self.correspond()?;
                return Ok(());
            }
        }
        self.correspond()?;
        let wrong = self.checked.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        self.checked.verdict = if wrong { Verdict::ProbesRefused } else { Verdict::Fits };
        Ok(())
    }

    /// Compiles the source as it is. The steps that it passes; `None` where it does not compile.
    async fn source(&mut self, plain: &Utf8Path) -> Result<Option<Vec<Step>>, Failure> {
        let mut passed = Vec::new();
        for step in self.compiler.steps() {
            let ran = copying::run(&self.context.ui, &self.compiler, *step, plain).await?;
            self.note(Of::Source, &ran);
            match &ran.outcome {
                Outcome::Accepts => passed.push(*step),
                Outcome::Refuses(complaints) if *step == Step::Build => {
                    self.checked.verdict = Verdict::SourceRefused;
                    self.checked.diagnostics.extend(compiling::of_source(&ran, complaints, plain));
                    return Ok(None);
                }
                // What is suspicious in the source is not the probes' doing; the copy is not asked about it.
                Outcome::Refuses(complaints) => {
                    let first = complaints.first().map_or("", |complaint| complaint.message.as_str());
                    let message =
                        format!("`{}` objects to the source itself, so that the copy is not asked: {first}", ran.line);
                    let at = complaints.first().and_then(|complaint| {
                        complaint.of_source(disk::read_text(&plain.join(&complaint.file)).ok().as_deref())
                    });
                    self.checked.diagnostics.push(Diagnostic::warning("instrument/vet", message).at(at));
                }
                Outcome::Lacks(_) | Outcome::Stopped(_) => {
                    self.checked.diagnostics.extend(compiling::unfinished(&ran, "the source"));
                    return Ok(None);
                }
            }
        }
        Ok(Some(passed))
    }

    fn note(&mut self, of: Of, ran: &compiling::Ran) {
        let outcome = match &ran.outcome {
            Outcome::Accepts => Came::Accepts,
            Outcome::Refuses(_) => Came::Refuses,
            Outcome::Lacks(_) => Came::Lacks,
            Outcome::Stopped(_) => Came::Stopped,
        };
        self.checked.runs.push(Run { of, command: ran.line.clone(), outcome });
    }

    /// Takes the patch back in another copy, which is then the source, byte for byte.
    fn restores(&mut self, made: &Instrumented, tree: &Utf8Path, to: &Utf8Path, before: &str) -> Result<(), Failure> {
        disk::copy_tree(tree, to)?;
        let reverted = edit::revert(&made.diff, &|file| disk::read_text(&to.join(file)).ok());
        for (file, text) in reverted.iter().flatten() {
            match text {
                Some(text) => disk::put(&to.join(file), text)?,
                None => disk::remove(&to.join(file))?,
            }
        }
        let restored = reverted.is_some() && disk::sha256_tree(to)? == before;
        self.checked.restored = Some(restored);
        if !restored {
            let message = "taking the patch back does not give the source again";
            let hint = "report it with the source and the configuration: the copy must not be trusted";
            self.checked.diagnostics.push(Diagnostic::error("instrument/not-restored", message).hint(hint));
        }
        Ok(())
    }

    /// Holds probes, actions and the session's specification against each other.
    fn correspond(&mut self) -> Result<(), Failure> {
        let config = self.compiler.config;
        let root = session_root(&self.context.settings);
        let mut actions = Vec::new();
        if let Some(module) = self.context.settings.config.target.module.as_deref().filter(|_| disk::exists(&root)) {
            let session = Session::look(root)?;
            if let Ok(file) = super::validate::newest_spec(&session, module) {
                let spec = judging::specification(config, module, &disk::read_text(&file)?);
                actions = validate::actions(&spec);
                self.checked.specification = true;
            }
        }
        self.checked.diagnostics.extend(instrument::unmatched(config, &actions));
        Ok(())
    }
}

impl Checked {
    fn sentence(&self) -> String {
        let wrong = self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        let what = match self.verdict {
            Verdict::Fits => "the copy with the probes compiles, and without them it is the source again".to_owned(),
            Verdict::SourceRefused => "the source does not compile, without any probe".to_owned(),
            Verdict::ProbesRefused => format!("{wrong} mistake(s) in the probes"),
            Verdict::CopyRefused => format!("the copy with the probes does not compile: {wrong} mistake(s)"),
            Verdict::Unknown => "no verdict: the compiler did not come to one".to_owned(),
        };
        let mut text =
            format!("{} probes at {} places in {} files: {what}", self.probes, self.points, self.files.len());
        for run in &self.runs {
            let of = if run.of == Of::Source { "source" } else { "copy" };
            let came = match run.outcome {
                Came::Accepts => "accepted",
                Came::Refuses => "refused",
                Came::Lacks => "lacks something",
                Came::Stopped => "stopped",
            };
            // Writing to a String cannot fail.
            let _ = write!(text, "\n  {of:<7} {came:<16} {}", run.command);
        }
        text
    }
}
