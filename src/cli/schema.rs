//! What `--json` prints: one object a command, of a shape that `specgen schema COMMAND` describes as JSON Schema.
//!
//! The shape is derived from the types that are printed, so the two cannot differ.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::Answer;
use super::args::App;
use super::args::SchemaArgs;
use super::cfa;
use super::check;
use super::doctor;
use super::exercise;
use super::exit::ExitCode;
use super::explain;
use super::fix;
use super::fmt;
use super::harness;
use super::init;
use super::instrument;
use super::report;
use super::settings;
use super::setup;
use super::stages;
use super::status;
use super::tlc;
use super::trace;
use super::validate;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::spelling;

/// Version of the JSON that `--json` prints; it changes when a field changes its meaning or goes.
pub const JSON_VERSION: u32 = 1;

/// A command that came to a result. It may still be a bad one: `ok` and `exit` say so.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Answered<'a, T> {
    /// Version of all these shapes. It grows when a field goes or changes its meaning; a new field does not change it.
    pub(super) version: u32,
    /// The command.
    pub(super) command: &'a str,
    /// Whether `exit` is 0.
    pub(super) ok: bool,
    /// The exit status of the process.
    pub(super) exit: ExitCode,
    /// What the command found.
    pub(super) result: T,
}

/// A command that failed, with the reasons.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Failed<'a> {
    /// Version of all these shapes. It grows when a field goes or changes its meaning; a new field does not change it.
    pub(super) version: u32,
    /// The command; null where the arguments name none.
    pub(super) command: Option<&'a str>,
    /// Always false.
    pub(super) ok: bool,
    /// The exit status of the process, which the first diagnostic decides.
    pub(super) exit: ExitCode,
    /// The reasons, most important first; at least one.
    pub(super) diagnostics: &'a [Diagnostic],
}

/// A text that is a command's whole result.
#[derive(Serialize, JsonSchema)]
pub(super) struct Text {
    /// The text.
    pub(super) text: String,
}

/// What `specgen schema` hands out.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Shown {
    /// Without a command.
    List {
        /// The commands that have a schema.
        commands: Vec<String>,
        /// The exit codes.
        exits: Vec<Exit>,
    },
    /// Of a command.
    Schema {
        /// The schema, of draft 2020-12.
        schema: serde_json::Value,
    },
}

/// An exit code.
#[derive(Serialize, JsonSchema)]
pub(super) struct Exit {
    exit: ExitCode,
    name: String,
    means: String,
}

/// The schema of a command's output, or the commands and the exit codes.
pub(super) fn schema(args: &SchemaArgs) -> Result<Answer, Failure> {
    let Some(command) = &args.command else { return Ok(list()) };
    let Some(schema) = of(command) else {
        let unknown = Diagnostic::error("config/usage", format!("there is no command `{command}`"));
        let near = spelling::nearest(command, commands().iter().map(String::as_str)).map(str::to_owned);
        let hint =
            near.map_or_else(|| "`specgen schema` lists them".to_owned(), |name| format!("did you mean `{name}`?"));
        return Err(unknown.hint(hint).into());
    };
    let text = serde_json::to_string_pretty(&schema).expect("a schema has string keys");
    Ok(Answer::of(&Shown::Schema { schema: schema.to_value() }, text))
}

fn list() -> Answer {
    let exits = ExitCode::ALL.map(|exit| Exit { exit, name: exit.name().to_owned(), means: exit.means().to_owned() });
    let mut text = format!("`specgen COMMAND --json` prints one object (version {JSON_VERSION}) on stdout:\n\n");
    text.push_str("  {\"version\", \"command\", \"ok\", \"exit\", \"result\"}         the command came to a result\n");
    text.push_str("  {\"version\", \"command\", \"ok\", \"exit\", \"diagnostics\"}    it failed\n\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "`specgen schema COMMAND` prints its JSON Schema, for\n\n  {}\n\nExit codes:\n",
        commands().join(" ")
    );
    for Exit { exit, means, .. } in &exits {
        let _ = writeln!(text, "{:>4}  {means}", *exit as u8);
    }
    Answer::of(&Shown::List { commands: commands(), exits: exits.into() }, text)
}

/// Every command, as the argument parser knows them.
pub fn commands() -> Vec<String> {
    let commands = App::command();
    let names = commands.get_subcommands().map(|command| command.get_name().to_owned());
    names.filter(|name| name != "help").collect()
}

/// The JSON Schema of what `specgen COMMAND --json` prints.
pub fn of(command: &str) -> Option<Schema> {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator = settings.into_generator();
    let result = match command {
        "init" => generator.subschema_for::<init::Written>(),
        "draft" | "correct" | "run" | "resume" => generator.subschema_for::<stages::Ran>(),
        "instrument" => generator.subschema_for::<instrument::Shown>(),
        "exercise" => generator.subschema_for::<exercise::Shown>(),
        "harness" => generator.subschema_for::<harness::Written>(),
        "validate" => generator.subschema_for::<validate::Validated>(),
        "trace" => generator.subschema_for::<trace::Shown>(),
        "report" => generator.subschema_for::<report::Reported>(),
        "status" => generator.subschema_for::<status::Shown>(),
        "explain" => generator.subschema_for::<explain::Explained>(),
        "cfa" => generator.subschema_for::<cfa::Shown>(),
        "check" => {
            // The lines of --events come before the result; their shape stands under `$defs`.
            generator.subschema_for::<tlc::Event>();
            generator.subschema_for::<check::Shown>()
        }
        "fmt" => generator.subschema_for::<fmt::Shown>(),
        "fix" => generator.subschema_for::<fix::Shown>(),
        "doctor" => generator.subschema_for::<doctor::Shown>(),
        "setup" => generator.subschema_for::<setup::Shown>(),
        "config" => generator.subschema_for::<settings::Shown>(),
        "schema" => generator.subschema_for::<Shown>(),
        "completions" | "man" => generator.subschema_for::<Text>(),
        _ => return None,
    };
    Some(enveloped(command, &result, generator))
}

/// The object around a result, or around the diagnostics where there is none.
fn enveloped(command: &str, result: &Schema, mut generator: SchemaGenerator) -> Schema {
    let mut answered = <Answered<'_, ()>>::json_schema(&mut generator).to_value();
    let mut failed = Failed::json_schema(&mut generator).to_value();
    answered["title"] = "Answered".into();
    failed["title"] = "Failed".into();
    answered["properties"]["result"] = result.clone().to_value();
    answered["properties"]["command"]["const"] = command.into();
    failed["properties"]["command"] = serde_json::json!({"enum": [command, null]});
    failed["properties"]["ok"]["const"] = false.into();
    failed["properties"]["diagnostics"]["minItems"] = 1.into();
    for shape in [&mut answered, &mut failed] {
        shape["properties"]["version"]["const"] = JSON_VERSION.into();
    }
    let definitions = generator.take_definitions(true);
    schemars::json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("specgen {command} --json"),
        "oneOf": [answered, failed],
        "$defs": definitions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_schema() {
        for command in commands() {
            assert!(of(&command).is_some(), "{command}");
        }
        assert!(of("fly").is_none());
    }
}
