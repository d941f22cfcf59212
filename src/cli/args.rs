//! Arguments, with help that teaches.

use camino::Utf8PathBuf;
use clap::Args;
use clap::Parser;
use clap::Subcommand;

/// From the source of a real system to a TLA+ specification that agrees with its execution traces.
#[derive(Debug, Parser)]
#[command(name = "specgen", version, max_term_width = 110, after_help = AFTER_HELP)]
pub(super) struct App {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  specgen doctor                                   what this machine has and lacks
  specgen setup                                    get the TLA+ tools into lib/
  specgen run --project examples/etcd              the whole pipeline on etcd's raft, from recorded model calls
  specgen status --project examples/etcd           which stages are fresh, stale (and why) or missing
  specgen validate --project examples/etcd --trace run.ndjson
  specgen explain --project examples/etcd Raft.tla:120
  specgen check Raft.tla                           syntax, names and levels, in milliseconds and without Java
  specgen fix Raft.tla                             what can be repaired without a model, as a diff; --write does it

Exit codes: 0 done and all verdicts hold, 2 usage or settings, 10 spec rejected or property violated, 11 trace rejected,
12 a repair loop gave up, 13 unreadable input, 14 no verdict, 20 model provider, 21 toolchain, 30 out of budget (resume
is possible), 31 interrupted, 40 session, 70 defect of specgen.";

/// Flags of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Directory that holds specgen.yaml
    #[arg(long, short = 'C', global = true, value_name = "DIR")]
    pub(super) project: Option<Utf8PathBuf>,
    /// Session folder below .specgen/
    #[arg(long, global = true, value_name = "NAME")]
    session: Option<String>,
    /// Model provider: openai, anthropic, command, handoff or replay
    #[arg(long, global = true, value_name = "NAME")]
    provider: Option<String>,
    /// Folder of recorded calls for the provider replay
    #[arg(long, global = true, value_name = "DIR")]
    calls: Option<String>,
    /// A tla2tools.jar of one's own instead of the one in lib/
    #[arg(long, global = true, value_name = "JAR")]
    tla_tools: Option<String>,
    /// Any setting, as `specgen config show` names it; may be repeated
    #[arg(long = "set", global = true, value_name = "PATH=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// One machine-readable JSON object on stdout
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// No progress, only diagnostics and results
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("write it as PATH=VALUE, for example --set tlc.workers=2")?;
    Ok((path.trim().to_owned(), value.to_owned()))
}

impl Global {
    /// All flags that are settings, as dotted paths and YAML text; `--set` comes last and wins.
    pub(super) fn flags(&self) -> Vec<(String, String)> {
        let named = [
            ("session", &self.session),
            ("llm.provider", &self.provider),
            ("llm.calls", &self.calls),
            ("tools.tla_tools", &self.tla_tools),
        ];
        let named = named.into_iter().filter_map(|(path, value)| Some((path.to_owned(), value.clone()?)));
        named.chain(self.set.iter().cloned()).collect()
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Source -> IISpec: survey, analysis, translation, and the syntax loop until SANY is content
    Draft(DraftArgs),
    /// IISpec -> ordinary TLA+ that TLC checks without an error, with its model configuration
    Correct,
    /// Instrumented copy of the source (never the original), compiled, and the trace mapping
    Instrument,
    /// Check recorded traces against the spec; a rejected one is explained
    Validate(ValidateArgs),
    /// All stages in order; stages whose inputs have not changed are skipped
    Run,
    /// Go on where an interrupted run stopped (the same as run: finished stages and paid calls are kept)
    Resume,
    /// Write report.html and summary.md from what is there, and say where
    Report,
    /// For every stage: fresh, stale and because of what, or missing
    Status,
    /// The source lines behind a line of the spec, or an explanation of a diagnostic
    Explain(ExplainArgs),
    /// Syntax, names and levels of a TLA+ module, without Java
    Check(CheckArgs),
    /// Repair a TLA+ module without a model: the smallest edits that lower the number of errors
    Fix(FixArgs),
    /// What the machine has and lacks, and the command that installs what is missing
    Doctor,
    /// Get the TLA+ tools into lib/, checked by digest
    Setup,
    /// Settings and where each value came from
    Config(ConfigArgs),
    /// Completions for a shell, on stdout
    Completions(CompletionsArgs),
    /// The man page, on stdout
    Man,
}

impl Command {
    pub(super) fn needs_project(&self) -> bool {
        !matches!(
            self,
            Self::Check(_)
                | Self::Fix(_)
                | Self::Doctor
                | Self::Setup
                | Self::Config(_)
                | Self::Completions(_)
                | Self::Man
        )
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Draft(_) => "draft",
            Self::Correct => "correct",
            Self::Instrument => "instrument",
            Self::Validate(_) => "validate",
            Self::Run => "run",
            Self::Resume => "resume",
            Self::Report => "report",
            Self::Status => "status",
            Self::Explain(_) => "explain",
            Self::Check(_) => "check",
            Self::Fix(_) => "fix",
            Self::Doctor => "doctor",
            Self::Setup => "setup",
            Self::Config(_) => "config",
            Self::Completions(_) => "completions",
            Self::Man => "man",
        }
    }
}

/// Arguments of draft.
#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    /// Source files, relative to the source's root; the default is target.files of specgen.yaml
    #[arg(value_name = "SOURCE")]
    pub(super) sources: Vec<Utf8PathBuf>,
}

/// Arguments of validate.
#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// Trace files (NDJSON, docs/trace-format.md); without it the session's own traces are validated
    #[arg(long = "trace", value_name = "FILE", num_args = 1..)]
    pub(super) traces: Vec<Utf8PathBuf>,
    /// Accept a last line that is cut off, as a killed program leaves it
    #[arg(long)]
    pub(super) allow_truncated: bool,
}

/// Arguments of explain.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// FILE:LINE of the session's spec, for example Raft.tla:120
    #[arg(value_name = "FILE:LINE")]
    pub(super) place: String,
}

/// Arguments of check.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Modules; those they extend or instantiate are looked for beside them
    #[arg(value_name = "FILE.tla", required = true)]
    pub(super) files: Vec<Utf8PathBuf>,
    /// Another directory with modules; may be repeated
    #[arg(long = "library", short = 'I', value_name = "DIR")]
    pub(super) libraries: Vec<Utf8PathBuf>,
    /// One SARIF 2.1.0 log on stdout, as code review tools read it
    #[arg(long, conflicts_with = "json")]
    pub(super) sarif: bool,
}

/// Arguments of fix.
#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// Modules; those they extend or instantiate are looked for beside them
    #[arg(value_name = "FILE.tla", required = true)]
    pub(super) files: Vec<Utf8PathBuf>,
    /// Another directory with modules; may be repeated
    #[arg(long = "library", short = 'I', value_name = "DIR")]
    pub(super) libraries: Vec<Utf8PathBuf>,
    /// Write the repaired text over the file
    #[arg(long, conflicts_with = "diff")]
    pub(super) write: bool,
    /// Print what would change, and change nothing (this is the default)
    #[arg(long)]
    pub(super) diff: bool,
}

/// Arguments of config.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    pub(super) verb: ConfigVerb,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigVerb {
    /// Print each value with where it came from
    Show,
}

/// Arguments of completions.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// bash, zsh, fish, elvish or powershell
    pub(super) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        App::command().debug_assert();
    }

    #[test]
    fn exit_codes_of_the_help_are_those_of_the_type() {
        use crate::cli::exit::ExitCode::*;
        for code in [
            Usage,
            SpecRejected,
            TraceRejected,
            GaveUp,
            BadInput,
            Unknown,
            Provider,
            Toolchain,
            Budget,
            Interrupted,
            Session,
            Internal,
        ] {
            let number = (code as u8).to_string();
            assert!(AFTER_HELP.split([' ', '\n']).any(|word| word == number), "{code:?} is not in the help");
        }
    }
}
