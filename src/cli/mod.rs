//! The command line: global flags, one file a subcommand, results on stdout, words for people on stderr.

pub mod exit;

mod args;
mod cfa;
mod check;
mod correct;
mod desk;
mod doctor;
mod exercise;
mod explain;
mod fix;
mod fmt;
mod harness;
mod init;
mod instrument;
mod mutate;
mod native;
mod report;
mod sarif;
pub mod schema;
mod settings;
mod setup;
mod stages;
mod status;
mod tlc;
mod trace;
mod validate;
mod verdicts;
mod verify;

use std::sync::Arc;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use clap::CommandFactory as _;
use clap::Parser as _;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process;
use crate::base::text::one_line;
use crate::base::ui;
use crate::base::ui::Ui;
use crate::config;
use crate::config::Environment;
use crate::config::Settings;
use args::App;
use args::Command;
use exit::ExitCode;
use schema::Answered;
use schema::Failed;
use schema::JSON_VERSION;

/// What a command hands back: data for `--json`, the same in words, and how to exit.
pub struct Answer {
    /// For `--json`: its text, as a result may be long and as a tree takes ten times the room.
    pub data: Box<RawValue>,
    /// For people; printed to stdout where the command's result is text, empty where stderr has said it all.
    pub text: String,
    /// Success, or a verdict that is none.
    pub exit: ExitCode,
}

impl Answer {
    /// A successful one.
    pub fn of(data: &impl Serialize, text: impl Into<String>) -> Self {
        let data = serde_json::value::to_raw_value(data).expect("answers have string keys");
        Self { data, text: text.into(), exit: ExitCode::Success }
    }

    /// The same with another exit code.
    pub fn exit(mut self, exit: ExitCode) -> Self {
        self.exit = exit;
        self
    }
}

/// What every command is given.
pub struct Context {
    /// Values in force.
    pub settings: Settings,
    /// For people.
    pub ui: Arc<Ui>,
    /// For keys and the caller's colours; read once.
    pub environment: Environment,
}

/// Parses the arguments, runs, prints, and says how to exit.
pub fn run() -> ExitCode {
    let app = match App::try_parse() {
        Ok(app) => app,
        Err(error) => return not_understood(&error),
    };
    let ui = Arc::new(Ui::new(app.global.quiet));
    let json = app.global.json || app.command.streams();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            ui.say(&format!("error: start the runtime: {error}"));
            return ExitCode::Internal;
        }
    };
    let name = app.command.name();
    let (answer, ui) = runtime.block_on(dispatch(app, ui));
    // A child's group is killed when its handle is dropped, which this waits for.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match answer {
        Ok(answer) => match print(&answer, json, name) {
            Ok(()) => answer.exit,
            Err(diagnostic) => {
                ui.diagnostic(&diagnostic);
                ExitCode::of(&diagnostic.into())
            }
        },
        Err(failure) => {
            for diagnostic in &failure.diagnostics {
                ui.diagnostic(diagnostic);
            }
            if name != "explain" {
                ui.say(&format!("`specgen explain {}` says more", failure.code()));
            }
            let exit = ExitCode::of(&failure);
            if json {
                print_failure(Some(name), exit, &failure.diagnostics);
            }
            exit
        }
    }
}

/// Help and version, or what is wrong with the arguments; also as JSON where that is asked for.
fn not_understood(error: &clap::Error) -> ExitCode {
    // It goes to a terminal; where that is closed, nobody is left to be told.
    let _ = error.print();
    if !error.use_stderr() {
        return ExitCode::Success;
    }
    if std::env::args_os().any(|argument| argument == "--json" || argument == "--events") {
        let said = error.to_string();
        // What is missing stands on lines of its own, up to the usage.
        let message = one_line(said.split("\n\n").next().unwrap_or_default().trim_start_matches("error: "));
        let diagnostic = Diagnostic::error("config/usage", message)
            .hint("`specgen --help` lists the commands, `specgen COMMAND --help` its arguments");
        print_failure(None, ExitCode::Usage, &[diagnostic]);
    }
    ExitCode::Usage
}

fn print(answer: &Answer, json: bool, name: &str) -> Result<(), Diagnostic> {
    if json {
        let Answer { data, exit, .. } = answer;
        let ok = *exit == ExitCode::Success;
        print_json(&Answered { version: JSON_VERSION, command: name, ok, exit: *exit, result: data })
    } else if answer.text.is_empty() {
        Ok(())
    } else {
        ui::result(&answer.text)
    }
}

fn print_failure(command: Option<&str>, exit: ExitCode, diagnostics: &[Diagnostic]) {
    // The diagnostics are on stderr as well, and the exit code says that it failed.
    let _ = print_json(&Failed { version: JSON_VERSION, command, ok: false, exit, diagnostics });
}

fn print_json(body: &impl Serialize) -> Result<(), Diagnostic> {
    ui::result(&serde_json::to_string(body).expect("answers have string keys"))
}

async fn dispatch(mut app: App, ui: Arc<Ui>) -> (Result<Answer, Failure>, Arc<Ui>) {
    process::outlive_file_limit();
    let environment = Environment::of_process();
    let project = app.global.project.clone().unwrap_or_else(|| Utf8PathBuf::from("."));
    let settings = match settings_of(&mut app, &project, &environment, &ui) {
        Ok(settings) => settings,
        Err(failure) => return (Err(failure), ui),
    };
    let context = Context { settings, ui, environment };
    let answer = if app.command.never_waits() {
        command(&context, app.command).await
    } else {
        tokio::select! {
            answer = command(&context, app.command) => answer,
            signal = process::interrupted() => Err(process::interruption(format!("stopped by {signal}")).into()),
        }
    };
    (answer, context.ui)
}

/// The settings of the project; where there is none, sources that are to be drafted say by themselves what is needed.
fn settings_of(app: &mut App, project: &Utf8Path, environment: &Environment, ui: &Ui) -> Result<Settings, Failure> {
    let flags = [app.command.flags(), app.global.flags()].concat();
    match &mut app.command {
        Command::Draft(args)
            if !args.sources.is_empty()
                && disk::exists(project)
                && !disk::exists(&project.join(config::PROJECT_FILE)) =>
        {
            let settings = init::derived(project, std::mem::take(&mut args.sources), environment, &flags)?;
            ui.say(&format!(
                "no {} in {project}: module, files and brief are taken from the sources; `specgen init --source FILE` \
                 writes them down, to be changed and to go on from",
                config::PROJECT_FILE
            ));
            Ok(settings)
        }
        command => Ok(config::load(project, environment, &flags, command.needs_project())?),
    }
}

async fn command(context: &Context, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Init(args) => init::init(context, args).await,
        Command::Draft(args) => stages::draft(context, args).await,
        Command::Correct => stages::until(context, crate::pipeline::Goal::Correct).await,
        Command::Instrument(args) => instrument::instrument(context, &args).await,
        Command::Exercise(args) => exercise::exercise(context, args).await,
        Command::Harness(args) => harness::harness(context, &args).await,
        Command::Validate(args) => validate::validate(context, args).await,
        Command::Trace(args) => trace::trace(context, args).await,
        Command::Run | Command::Resume => stages::until(context, crate::pipeline::Goal::Report).await,
        Command::Report => report::report(context).await,
        Command::Status => status::status(context).await,
        Command::Explain(args) => explain::explain(context, &args).await,
        Command::Check(args) => check::check(context, &args).await,
        Command::Cfa(args) => cfa::cfa(context, &args).await,
        Command::Fmt(args) => fmt::fmt(context, &args),
        Command::Fix(args) => fix::fix(context, &args),
        Command::Doctor => doctor::doctor(context).await,
        Command::Setup => setup::setup(context).await,
        Command::Config(args) => settings::config(context, &args),
        Command::Schema(args) => schema::schema(&args),
        Command::Completions(args) => {
            let mut text = Vec::new();
            clap_complete::generate(args.shell, &mut App::command(), "specgen", &mut text);
            Ok(texts(&text))
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(App::command()).render(&mut page).expect("writing to memory does not fail");
            Ok(texts(&page))
        }
    }
}

/// A text that is the whole result.
fn texts(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes).into_owned();
    Answer::of(&schema::Text { text: text.clone() }, text)
}
