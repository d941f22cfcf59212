//! Every command's `--json` is of the shape that `specgen schema` describes, in success and in failure.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::project::Project;
use crate::project::Ran;
use crate::project::program;
use crate::project::ran;
use crate::whole::UNDISTURBED;
use crate::whole::Whole;

/// The schema as strict as it gets: an object has no field that it does not describe.
fn strict(command: &str) -> Value {
    let mut schema = specgen::cli::schema::of(command).unwrap().to_value();
    let mut extended = BTreeSet::new();
    close(&mut schema, &mut extended);
    // What another shape extends cannot refuse the fields that this one adds.
    for name in extended {
        schema["$defs"][&name].as_object_mut().unwrap().remove("additionalProperties");
    }
    schema
}

fn close(schema: &mut Value, extended: &mut BTreeSet<String>) {
    if let Some(object) = schema.as_object_mut()
        && object.get("properties").is_some_and(Value::is_object)
    {
        match object.get("$ref").and_then(Value::as_str).map(|target| target.trim_start_matches("#/$defs/").to_owned())
        {
            Some(target) => {
                extended.insert(target);
                object.insert("unevaluatedProperties".to_owned(), false.into());
            }
            None => {
                object.entry("additionalProperties").or_insert(false.into());
            }
        }
    }
    match schema {
        Value::Object(object) => object.values_mut().for_each(|value| close(value, extended)),
        Value::Array(array) => array.iter_mut().for_each(|value| close(value, extended)),
        _ => {}
    }
}

/// What is wrong with the output of a command, by its schema.
fn objections(body: &Value) -> Vec<String> {
    // Arguments that name no command fail in the shape that every command has.
    let command = body["command"].as_str().unwrap_or("run");
    let validator = jsonschema::draft202012::new(&strict(command)).unwrap();
    validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Holds the output of a command against its schema.
#[track_caller]
pub(crate) fn fits(body: &Value) {
    let objections = objections(body);
    assert!(objections.is_empty(), "{objections:?}\n{body:#}");
}

/// What ran for which command, and whether there was a result.
struct Seen(BTreeSet<(String, bool)>);

impl Seen {
    #[track_caller]
    fn note(&mut self, ran: &Ran, command: &str, succeeds: bool) -> Value {
        assert!(!ran.err.contains("panicked"), "{ran:?}");
        // It looks at the shape, too.
        let json = ran.json();
        assert_eq!(
            (json["command"].as_str(), json["exit"].as_i64()),
            (Some(command), Some(ran.exit.into())),
            "{ran:?}"
        );
        assert_eq!(json.get("result").is_some(), succeeds, "{ran:?}");
        self.0.insert((command.to_owned(), succeeds));
        json
    }
}

/// In a folder without anything.
fn in_empty(arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program();
    command.current_dir(folder.path()).arg("--json").args(arguments);
    ran(command)
}

#[test]
fn every_output_of_every_command_has_the_shape_that_is_documented() {
    let Some(undisturbed) = &*UNDISTURBED else { return };
    let whole = Whole::copy_of(undisturbed);
    let project = &whole.project;
    let mut seen = Seen(BTreeSet::new());
    for command in ["draft", "correct", "instrument", "exercise", "validate", "run", "resume", "report", "status"] {
        seen.note(&whole.run(command), command, true);
        seen.note(&in_empty(&[command]), command, false);
    }
    seen.note(&project.run(&["exercise", "--seeds", "1..2", "--jobs", "2"]), "exercise", true);
    seen.note(&project.run(&["harness", "init", "--set", "harness.dir=made"]), "harness", true);
    seen.note(&in_empty(&["harness", "init"]), "harness", false);
    let jar = whole.jar();
    let trace = format!("{}/04-exercise/traces/1.ndjson", crate::whole::SESSION);
    let pattern = format!("{}/04-exercise/traces/*.ndjson", crate::whole::SESSION);
    let all = project.run(&["validate", "--trace", &pattern, "--tla-tools", jar]);
    assert_eq!(seen.note(&all, "validate", true)["result"]["traces"].as_array().unwrap().len(), 3);
    let accepted = project.run(&["validate", "--trace", &trace, "--tla-tools", jar]);
    assert_eq!(seen.note(&accepted, "validate", true)["result"]["kind"], "traces");
    project.put("wrong.ndjson", &project.text(&trace).replace("\"n\":2", "\"n\":3"));
    let rejected = project.run(&["validate", "--trace", "wrong.ndjson", "--tla-tools", jar]);
    assert_eq!(seen.note(&rejected, "validate", true)["result"]["traces"][0]["verdict"]["verdict"], "rejected");
    for verb in
        [&["check"][..], &["show"], &["stat"], &["convert", "-o", "a"], &["cut", "-o", "b"], &["merge", "-o", "c"]]
    {
        seen.note(&project.run(&[&["trace"], verb, &[trace.as_str()]].concat()), "trace", true);
    }
    let minimized = project.run(&["trace", "minimize", "wrong.ndjson", "-o", "small.ndjson", "--tla-tools", jar]);
    let result = seen.note(&minimized, "trace", true)["result"].clone();
    assert_eq!((&result["kind"], &result["stopped"]), (&"minimized".into(), &false.into()), "{result:#}");
    seen.note(&project.run(&["trace", "minimize", &trace, "-o", "small.ndjson"]), "trace", false);
    every_mutant_is_rejected(project, &mut seen, &trace);
    seen.note(&project.run(&["trace", "check", "wrong.ndjson", "Counter.tla"]), "trace", true);
    seen.note(&in_empty(&["trace", "stat", "absent.ndjson"]), "trace", false);
    seen.note(&project.run(&["explain", "Counter.tla:12"]), "explain", true);
    seen.note(&project.run(&["explain", "Counter.tla:1"]), "explain", true);
    seen.note(&in_empty(&["explain"]), "explain", true);
    seen.note(&in_empty(&["explain", "tlc/violated"]), "explain", true);
    seen.note(&in_empty(&["explain", "no/such"]), "explain", false);
    project.put("Broken.tla", "---- MODULE Broken ----\nVARIABLE x\nInit == x = 0 && x != y\n====\n");
    for command in ["check", "fix", "fmt"] {
        seen.note(&project.run(&[command, "Counter.tla"]), command, true);
        seen.note(&project.run(&[command, "Broken.tla"]), command, true);
        seen.note(&in_empty(&[command, "Absent.tla"]), command, false);
    }
    seen.note(&project.run(&["cfa", "Counter.tla"]), "cfa", true);
    seen.note(&in_empty(&["cfa", "Absent.tla"]), "cfa", false);
    seen.note(&project.run(&["init", "mine", "--source", "src/counter.go"]), "init", true);
    seen.note(&project.run(&["init", "mine", "--source", "src/counter.go"]), "init", false);
    seen.note(&project.run(&["doctor", "--tla-tools", jar]), "doctor", true);
    seen.note(&project.run(&["config", "show"]), "config", true);
    for (command, arguments) in
        [("completions", &["completions", "bash"][..]), ("man", &["man"]), ("schema", &["schema"])]
    {
        seen.note(&in_empty(arguments), command, true);
    }
    seen.note(&in_empty(&["schema", "run"]), "schema", true);
    seen.note(&in_empty(&["schema", "runn"]), "schema", false);
    for command in ["doctor", "config", "completions", "man", "setup"] {
        // These have no input but the settings.
        let arguments = match command {
            "config" => vec!["config", "show"],
            "completions" => vec!["completions", "bash"],
            command => vec![command],
        };
        seen.note(&in_empty(&[&arguments[..], &["--set", "no.such=1"]].concat()), command, false);
    }
    seen.note(&set_up(jar), "setup", true);
    let all = specgen::cli::schema::commands().into_iter().flat_map(|name| [(name.clone(), false), (name, true)]);
    assert_eq!(seen.0, all.collect());
}

/// Setup where the jar is there already.
/// As many as are asked for, each of them rejected within the events that are told.
fn every_mutant_is_rejected(project: &Project, seen: &mut Seen, trace: &str) {
    let mutated = project.run(&["trace", "mutate", trace, "-o", "mutants", "--count", "3"]);
    let result = seen.note(&mutated, "trace", true)["result"].clone();
    let mutants = result["mutants"].as_array().unwrap();
    assert!(result["kind"] == "mutated" && mutants.len() >= 3, "{result:#}");
    for mutant in mutants {
        let judged = project.run(&["validate", "--trace", mutant["output"].as_str().unwrap()]);
        let verdict = seen.note(&judged, "validate", true)["result"]["traces"][0]["verdict"].clone();
        let noticed = verdict["event_index"].as_u64().unwrap();
        let range = mutant["earliest"].as_u64().unwrap()..=mutant["latest"].as_u64().unwrap();
        assert!(verdict["verdict"] == "rejected" && range.contains(&noticed), "{mutant}: {verdict:#}");
    }
    seen.note(&project.run(&["trace", "mutate", trace, "-o", "mutants", "--count", "500"]), "trace", false);
}

fn set_up(jar: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lib")).unwrap();
    std::fs::copy(jar, folder.path().join("lib/tla2tools.jar")).unwrap();
    let mut command = program();
    command.current_dir(folder.path()).args(["--json", "setup"]);
    ran(command)
}

#[test]
fn a_field_that_is_not_described_or_is_missing_is_an_objection() {
    let good = json!({"version": 1, "command": "man", "ok": true, "exit": 0, "result": {"text": "x"}});
    assert!(objections(&good).is_empty());
    for (pointer, value) in
        [("/result/more", json!(1)), ("/result", json!(null)), ("/exit", json!(3)), ("/version", json!(2))]
    {
        let mut bad = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[name] = value;
        assert!(!objections(&bad).is_empty(), "{pointer}");
    }
    let mut bad = good.clone();
    bad["result"].as_object_mut().unwrap().remove("text");
    assert!(!objections(&bad).is_empty());
}

#[test]
fn the_shapes_are_those_that_were_promised() {
    for command in specgen::cli::schema::commands() {
        insta::assert_json_snapshot!(format!("schema_of_{command}"), specgen::cli::schema::of(&command).unwrap());
    }
}

#[test]
fn the_page_on_json_names_every_command_and_every_exit_code() {
    let page = crate::map::read("docs/json.md");
    for command in specgen::cli::schema::commands() {
        assert!(page.contains(&format!("`{command}`")), "{command}");
    }
    for exit in specgen::cli::exit::ExitCode::ALL {
        let row = format!("| {} | `{}` | {} |", exit as u8, exit.name(), exit.means());
        assert!(page.contains(&row), "docs/json.md lacks: {row}");
    }
    let listed = in_empty(&["schema"]).json();
    assert_eq!(listed["result"]["exits"].as_array().unwrap().len(), specgen::cli::exit::ExitCode::ALL.len());
}
