//! Arguments, with help that teaches.

use camino::Utf8PathBuf;
use clap::Args;
use clap::Parser;
use clap::Subcommand;

use super::exercise::ExerciseArgs;
use super::harness::HarnessArgs;
use super::tlc::args::TlcArgs;
use super::trace::args::TraceArgs;
use super::trace::args::TraceVerb;
use crate::base::disk;

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
  specgen init mine --source path/to/queue.go      a project for a source of your own; then `specgen draft -C mine`
  specgen run --project examples/etcd              the whole pipeline on etcd's raft, from recorded model calls
  specgen status --project examples/etcd           which stages are fresh, stale (and why), failed or missing
  specgen validate --project examples/etcd --trace run.ndjson
  specgen exercise --project examples/etcd --seeds 1..100
  specgen trace stat run.ndjson                    what happened in a trace, of ours or of others
  specgen explain --project examples/etcd Raft.tla:120
  specgen explain llm/rate-limited                 what a diagnostic means, and what to do
  specgen draft --provider anthropic --model claude-sonnet-5
  specgen check Raft.tla                           syntax, names and levels, in milliseconds and without Java
  specgen fmt --write Raft.tla                     one layout for TLA+, in place
  specgen schema run                               JSON Schema of what `specgen run --json` prints
  specgen fix Raft.tla                             what can be repaired without a model, as a diff; --write does it

Exit codes: 0 done and all verdicts hold, 2 usage or settings, 10 spec rejected or property violated, 11 trace rejected,
12 a repair loop gave up, 13 unreadable input, 14 no verdict, 15 not for the evaluator (`--engine tlc`), 20 model provider,
21 toolchain, 30 out of budget, time or disk space and 31 stopped by Ctrl-C or SIGTERM (`specgen resume` goes on after both), 40 session or recorded call locked,
unreadable or of a newer format, 70 defect of specgen.";

/// How to name who answers, below the help of every command that asks a model.
const ASKING: &str = "\
Who answers (the key stands in the environment only):
  --provider replay                                    recorded calls, for nothing (the default)
  --provider anthropic --model claude-sonnet-5         with ANTHROPIC_API_KEY
  --provider openai --model gpt-5.4                    with OPENAI_API_KEY
  --provider ollama --model qwen3-coder                a server on this machine
  --provider command --set 'llm.command=[llm, -m, x]'  a program: prompt on stdin, reply on stdout
  --provider handoff                                   a person: read prompt.md, write reply.md";

const EXPLAIN_HELP: &str = "\
Examples:
  specgen explain                                  every code and what it means
  specgen explain llm                              those of one room
  specgen explain llm/rate-limited                 what it means, an example, the cause, what to do
  specgen explain --project examples/etcd Raft.tla:120";

const CHECK_HELP: &str = "\
Examples:
  specgen check Raft.tla                                       the front end alone
  specgen check MC.tla --config MC.cfg --workers 2 --limit 3600
  specgen check MC.tla --tlc --simulate --behaviours 1000      random behaviours, with MC.cfg
  specgen check MC.tla --tlc --recover                         go on after Ctrl-C or the end of --limit
  specgen check MC.tla --tlc --grow 'MaxTerm=1..4'             how large the bounds may be
  specgen check Trace.tla --tlc --engine native                by the evaluator, without Java
  specgen check MC.tla --tlc --mutate                          is each invariant put to the test?
  specgen check MC.tla --tlc --fix-runtime                     missing UNCHANGED, constants, endless sets, counters; a diff

TLC stops at Ctrl-C and keeps its last checkpoint; a second Ctrl-C does not wait for it.";

const INIT_HELP: &str = "\
Examples:
  specgen init mine --source path/to/queue.go      files of your own, of one module, crate or folder
  specgen init mine --module go.etcd.io/raft/v3@v3.6.0 --source raft.go log.go
  specgen init mine --module spin@0.10.1 --source src/mutex/spin.rs

Then read mine/brief.md and run `specgen draft -C mine`.";

const CFA_HELP: &str = "\
Examples:
  specgen cfa Raft.tla                             the module with one atomic action for one function (docs/cfa.md)
  specgen cfa Raft.tla --reading imperative        for a text that does not say how it is meant (docs/iispec.md)
  specgen cfa Raft.tla -o out/Raft.tla
  specgen cfa Raft.tla --verify --constant 'Server={s1, s2}' --constant Nil=Nil
  specgen cfa Raft.tla --granularity yield         cut at the lines `\\* @yield`: another process may run there
  specgen cfa Raft.tla --pass sa                   what each operator reads and writes
  specgen cfa Raft.tla --pass vav                  what its actions forget, as `specgen check` says it

Exit codes: 0 done, 10 the module is refused and left as it is, 13 it cannot be read.";

/// Flags of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Directory that holds specgen.yaml
    #[arg(long, short = 'C', global = true, value_name = "DIR")]
    pub(super) project: Option<Utf8PathBuf>,
    /// Session folder below .specgen/
    #[arg(long, global = true, value_name = "NAME")]
    session: Option<String>,
    /// Who answers: anthropic, openai, openrouter, ollama, local, command, handoff or replay
    #[arg(long, global = true, value_name = "NAME")]
    provider: Option<String>,
    /// Model to ask; without it the provider's default (config/providers.yaml)
    #[arg(long, global = true, value_name = "NAME")]
    model: Option<String>,
    /// Folder of recorded calls for the provider replay
    #[arg(long, global = true, value_name = "DIR")]
    calls: Option<String>,
    /// Start from this IISpec instead of drafting one
    #[arg(long, global = true, value_name = "FILE")]
    iispec: Option<Utf8PathBuf>,
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
        // A file on the command line is meant from where the command is given; one in specgen.yaml from there.
        let iispec = self.iispec.as_deref().map(|file| disk::absolute(file).into_string());
        let named = [
            ("session", &self.session),
            ("llm.provider", &self.provider),
            ("llm.model", &self.model),
            ("llm.calls", &self.calls),
            ("draft.from", &iispec),
            ("tools.tla_tools", &self.tla_tools),
        ];
        let named = named.into_iter().filter_map(|(path, value)| Some((path.to_owned(), value.clone()?)));
        named.chain(self.set.iter().cloned()).collect()
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// A new project: specgen.yaml, brief.md, trace mapping and harness notes, filled in from a survey of the source
    #[command(after_help = INIT_HELP)]
    Init(InitArgs),
    /// Source -> IISpec: survey, analysis, translation, and the syntax loop until SANY is content
    #[command(after_help = ASKING)]
    Draft(DraftArgs),
    /// IISpec -> ordinary TLA+ that TLC checks without an error, with its model configuration
    #[command(after_help = ASKING)]
    Correct,
    /// Instrumented copy of the source (never the original), compiled; no spec and no model is needed
    Instrument(InstrumentArgs),
    /// Traces of the real system: run the harness on the instrumented copy, once a seed; no spec is needed
    #[command(after_help = super::exercise::HELP)]
    Exercise(ExerciseArgs),
    /// The program that drives the instrumented copy: `init` writes one that runs, with one file to fill in
    Harness(HarnessArgs),
    /// Check recorded traces against the spec; a rejected one is explained
    #[command(after_help = ASKING)]
    Validate(ValidateArgs),
    /// Look at traces, check, convert, merge, cut, minimise and mutate them: ours, and those of others
    Trace(TraceArgs),
    /// All stages in order; stages whose inputs have not changed are skipped
    #[command(after_help = ASKING)]
    Run,
    /// Go on where an interrupted run stopped (the same as run: finished stages and paid calls are kept)
    #[command(after_help = ASKING)]
    Resume,
    /// The summary of a run and where its report.html is; of an unfinished one, what its finished stages say (exit code 14)
    Report,
    /// For every stage: fresh, stale and because of what, failed, or missing
    Status,
    /// What a diagnostic code means and what to do about it, or the source lines behind a line of the spec
    #[command(after_help = EXPLAIN_HELP)]
    Explain(ExplainArgs),
    /// Syntax, names and levels of a TLA+ module, without Java; with --config or --tlc its model by TLC, or by the evaluator
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// One layout for TLA+ modules: same tokens, same comments, same meaning
    Fmt(FmtArgs),
    /// Control flow: make an ordinary TLA+ module of one that is written like a program (an IISpec)
    #[command(after_help = CFA_HELP)]
    Cfa(CfaArgs),
    /// Repair a TLA+ module without a model: the smallest edits that lower the number of errors
    Fix(FixArgs),
    /// What the machine has and lacks, and the command that installs what is missing
    Doctor,
    /// Get the TLA+ tools into lib/, checked by digest
    Setup,
    /// Settings and where each value came from
    Config(ConfigArgs),
    /// The shape of what --json prints, as JSON Schema, and what the exit codes mean
    Schema(SchemaArgs),
    /// Completions for a shell, on stdout
    Completions(CompletionsArgs),
    /// The man page, on stdout
    Man,
}

impl Command {
    /// The command's own flags that are settings.
    pub(super) fn flags(&self) -> Vec<(String, String)> {
        let (setting, engine) = match self {
            Self::Validate(args) => ("validate.engine", args.engine.clone()),
            Self::Cfa(args) => ("verify.engine", args.engine.clone()),
            _ => return Vec::new(),
        };
        engine.into_iter().map(|engine| (setting.to_owned(), engine)).collect()
    }

    /// Whether it only computes. Nothing would look for a signal meanwhile, so the system may end it at once.
    pub(super) fn never_waits(&self) -> bool {
        match self {
            // TLC under `check` looks for signals itself: the first one ends it with a checkpoint.
            Self::Check(_) | Self::Fmt(_) | Self::Fix(_) | Self::Trace(_) => true,
            Self::Cfa(args) => !args.verify,
            _ => false,
        }
    }

    /// Whether it prints JSON as it goes.
    pub(super) fn streams(&self) -> bool {
        matches!(self, Self::Check(args) if args.tlc.events)
    }

    pub(super) fn needs_project(&self) -> bool {
        match self {
            Self::Explain(args) => return args.place().is_some(),
            Self::Trace(TraceArgs { verb: TraceVerb::Minimize(_) | TraceVerb::Mutate(_) }) => return true,
            _ => {}
        }
        !matches!(
            self,
            Self::Check(_)
                | Self::Cfa(_)
                | Self::Init(_)
                | Self::Fmt(_)
                | Self::Fix(_)
                | Self::Doctor
                | Self::Setup
                | Self::Trace(_)
                | Self::Config(_)
                | Self::Schema(_)
                | Self::Completions(_)
                | Self::Man
        )
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Draft(_) => "draft",
            Self::Correct => "correct",
            Self::Instrument(_) => "instrument",
            Self::Exercise(_) => "exercise",
            Self::Harness(_) => "harness",
            Self::Validate(_) => "validate",
            Self::Trace(_) => "trace",
            Self::Run => "run",
            Self::Resume => "resume",
            Self::Report => "report",
            Self::Status => "status",
            Self::Explain(_) => "explain",
            Self::Check(_) => "check",
            Self::Cfa(_) => "cfa",
            Self::Fmt(_) => "fmt",
            Self::Fix(_) => "fix",
            Self::Doctor => "doctor",
            Self::Setup => "setup",
            Self::Config(_) => "config",
            Self::Schema(_) => "schema",
            Self::Completions(_) => "completions",
            Self::Man => "man",
        }
    }
}

/// Arguments of init.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Folder of the new project; made if it is not there. The default is --project, or the current one
    #[arg(value_name = "DIR")]
    pub(super) dir: Option<Utf8PathBuf>,
    /// Files to model; with --module relative to its root
    #[arg(long = "source", value_name = "FILE", num_args = 1..)]
    pub(super) sources: Vec<Utf8PathBuf>,
    /// A published Go module or crate as the source; its sum is looked up and written down
    #[arg(long, value_name = "NAME@VERSION")]
    pub(super) module: Option<String>,
    /// The default is by the files' endings; for --module, a name with a slash is Go's
    #[arg(long, value_name = "LANGUAGE", value_parser = ["go", "rust", "python"])]
    pub(super) language: Option<String>,
}

/// Arguments of draft.
#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    /// Source files, relative to the source's root; the default is target.files of specgen.yaml. Where there is no
    /// specgen.yaml, files of the working directory, which say by themselves what is needed
    #[arg(value_name = "SOURCE")]
    pub(super) sources: Vec<Utf8PathBuf>,
}

/// Arguments of instrument.
#[derive(Debug, Args)]
pub(super) struct InstrumentArgs {
    /// Only look whether the probes fit: compile the source, then a copy with the probes, and take them out again. Asks no
    /// model, fetches nothing and writes nothing that stays
    #[arg(long)]
    pub(super) check: bool,
    /// With --check, how long each run of the compiler may take
    #[arg(long, value_name = "SECONDS", default_value_t = 600, requires = "check", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) limit: u64,
    /// With --check, how much memory each run of the compiler may take with all that it starts
    #[arg(long, value_name = "MB", requires = "check", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) memory: Option<u64>,
}

/// Arguments of validate.
#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// Trace files (NDJSON, docs/trace-format.md), or patterns such as 'traces/*.ndjson'; without it the session's own traces are validated
    /// (operations that overlap are judged by their intervals where the mapping says `order: intervals`: docs/traces.md)
    #[arg(long = "trace", value_name = "FILE", num_args = 1..)]
    pub(super) traces: Vec<Utf8PathBuf>,
    /// Accept a last line that is cut off, as a killed program leaves it
    #[arg(long)]
    pub(super) allow_truncated: bool,
    /// Who judges: TLC, or the evaluator, which needs no JVM (validate.engine)
    #[arg(long, value_name = "ENGINE", value_parser = ["native", "tlc"])]
    pub(super) engine: Option<String>,
    /// Leave the other traces once one is rejected; they have no verdict then
    #[arg(long, requires = "traces")]
    pub(super) fail_fast: bool,
    /// The behaviour that explains a trace has to keep the invariants of target.properties; by the evaluator only
    #[arg(long, requires = "traces")]
    pub(super) invariants: bool,
    /// Judge every trace anew, and keep no verdict for the next time
    #[arg(long, requires = "traces")]
    pub(super) no_cache: bool,
    /// Write the verdicts as JUnit XML as well
    #[arg(long, value_name = "FILE", requires = "traces")]
    pub(super) junit: Option<Utf8PathBuf>,
}

/// Arguments of explain.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A diagnostic code (llm/rate-limited), a room of codes (llm), or a line of the session's spec (Raft.tla:120);
    /// nothing for the list of all codes
    #[arg(value_name = "CODE|FILE:LINE")]
    pub(super) what: Option<String>,
}

impl ExplainArgs {
    /// The file and the line, if a place is asked for.
    pub(super) fn place(&self) -> Option<(&str, usize)> {
        let (file, line) = self.what.as_deref()?.rsplit_once(':')?;
        Some((file, line.parse().ok()?))
    }
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
    #[arg(long, conflicts_with_all = ["json", "tlc", "config"])]
    pub(super) sarif: bool,
    #[command(flatten)]
    pub(super) tlc: TlcArgs,
}

/// Arguments of cfa.
#[derive(Debug, Args)]
pub(super) struct CfaArgs {
    /// The module
    #[arg(value_name = "FILE.tla")]
    pub(super) file: Utf8PathBuf,
    /// How the text is meant; without it, as the text itself says (`\* specgen: iispec 1`)
    #[arg(long, value_enum)]
    pub(super) reading: Option<ReadingArg>,
    /// One pass by itself: sa (what each operator reads and writes), pc (cuts), ud (primes), uc (UNCHANGED), vav (the
    /// linter; changes nothing)
    #[arg(long, value_name = "PASS", value_parser = ["all", "sa", "pc", "ud", "uc", "vav"], default_value = "all")]
    pub(super) pass: String,
    /// Where another process may run: between functions, at the lines `\* @yield`, or between statements
    #[arg(long, value_enum, default_value = "function")]
    pub(super) granularity: GranularityArg,
    /// Keep this operator as an action, also where Next does not reach it; may be repeated
    #[arg(long = "action", value_name = "NAME")]
    pub(super) actions: Vec<String>,
    /// Write the module here instead of printing it
    #[arg(long, short, value_name = "FILE.tla")]
    pub(super) output: Option<Utf8PathBuf>,
    /// Only draw how control flows through each operator that acts, and do not transform
    #[arg(long, value_name = "FILE.dot|FILE.svg", conflicts_with_all = ["output", "verify"])]
    pub(super) emit_graph: Option<Utf8PathBuf>,
    /// With --emit-graph, this operator alone
    #[arg(long, value_name = "NAME", requires = "emit_graph")]
    pub(super) operator: Option<String>,
    /// Run the file as it reads, evaluate the result, and compare where each action leads to, state by state. A cut module
    /// (--granularity yield, statement) and a single --pass are not compared
    #[arg(long)]
    pub(super) verify: bool,
    /// With --verify, who evaluates the result: the evaluator, which needs no JVM, or TLC (verify.engine)
    #[arg(long, value_name = "ENGINE", value_parser = ["native", "tlc"], requires = "verify")]
    pub(super) engine: Option<String>,
    /// With --verify, the value of a constant; names in it that the module does not know are model values
    #[arg(long = "constant", value_name = "NAME=VALUE", requires = "verify")]
    pub(super) constants: Vec<String>,
    /// With --verify, how many states from the initial ones outward are looked at, and how many mixed from them
    #[arg(long, value_name = "N", default_value_t = 100, requires = "verify")]
    pub(super) states: usize,
}

/// A reading of a module.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum ReadingArg {
    /// A `/\` list is a sequence of statements, and a variable has its new value once it is assigned
    #[value(alias = "iispec")]
    Imperative,
    /// As TLA+: only UNCHANGED is completed
    Tla,
}

/// Where procedures are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum GranularityArg {
    /// One atomic action for one function
    Function,
    /// A cut at each line `\* @yield`
    Yield,
    /// A cut before each statement
    Statement,
}

/// Arguments of fmt.
#[derive(Debug, Args)]
pub(super) struct FmtArgs {
    /// Modules; `-` is standard input
    #[arg(value_name = "FILE.tla", required = true)]
    pub(super) files: Vec<Utf8PathBuf>,
    /// Write nothing; end with 10 and name the files that would change or cannot be laid out
    #[arg(long, conflicts_with = "write")]
    pub(super) check: bool,
    /// Lay the files out in place instead of printing
    #[arg(long)]
    pub(super) write: bool,
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

/// Arguments of schema.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// The command whose output is described; without it the commands and the exit codes are listed
    pub(super) command: Option<String>,
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
        for code in crate::cli::exit::ExitCode::ALL {
            let number = (code as u8).to_string();
            assert!(AFTER_HELP.split([' ', '\n']).any(|word| word == number), "{code:?} is not in the help");
        }
    }
}
