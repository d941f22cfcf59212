//! `specgen check --config`: TLC with its verdict, its files, its progress, and a run that is stopped and goes on.

use std::io::BufRead as _;
use std::io::BufReader;
use std::process::Child;
use std::process::Stdio;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde_json::Value;
use specgen::base::disk;

use crate::project::Ran;
use crate::project::here;
use crate::project::of_the_caller;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

/// A folder with a module of `tests/data/tlc` and a config.
pub(crate) struct Model {
    _folder: tempfile::TempDir,
    pub(crate) path: Utf8PathBuf,
    pub(crate) module: String,
    pub(crate) config: String,
    jar: String,
}

impl Model {
    /// `None` where there is no Java or no jar.
    pub(crate) fn of(module: &str, config: &str) -> Option<Self> {
        let jar = tools()?.into_os_string().into_string().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        let data = Utf8PathBuf::from_path_buf(here("tests/data/tlc")).unwrap();
        for file in [format!("{module}.tla"), format!("{config}.cfg")] {
            disk::put(&path.join(&file), disk::read(&data.join(&file)).unwrap()).unwrap();
        }
        let file = |name: String| path.join(name).into_string();
        let (module, config) = (file(format!("{module}.tla")), file(format!("{config}.cfg")));
        Some(Self { _folder: folder, path, module, config, jar })
    }

    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let first = ["check", &self.module, "--config", &self.config, "--tla-tools", &self.jar, "--memory", "300"];
        [&first, more].concat()
    }

    pub(crate) fn run(&self, more: &[&str]) -> Ran {
        let mut command = program();
        command.current_dir(&self.path).args(self.arguments(more));
        ran(command)
    }

    /// With programs of `bin` before those of the machine.
    #[expect(clippy::disallowed_methods, reason = "a test gives the program an environment of its own")]
    pub(crate) fn run_with_path(&self, bin: &Utf8Path, more: &[&str]) -> Ran {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = program();
        command.current_dir(&self.path).args(self.arguments(more)).env("PATH", format!("{bin}:{path}"));
        ran(command)
    }

    /// What `--json` says of TLC.
    pub(crate) fn found(&self, exit: i32, more: &[&str]) -> Value {
        let ran = self.run(&[more, &["--json"]].concat());
        assert_eq!(ran.exit, exit, "{ran:?}");
        ran.json()["result"]["tlc"].clone()
    }

    #[expect(clippy::disallowed_methods, reason = "the child is signalled while it runs, as a person would")]
    pub(crate) fn start(&self, more: &[&str]) -> Child {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_specgen"));
        program.current_dir(&self.path).args(self.arguments(more));
        of_the_caller().iter().for_each(|name| {
            program.env_remove(name);
        });
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub(crate) fn folder(&self) -> Utf8PathBuf {
        let name = Utf8Path::new(&self.config).file_stem().unwrap();
        self.path.join(".specgen-check").join(name)
    }
}

#[test]
fn a_model_that_holds_says_what_it_rests_on() {
    let Some(model) = Model::of("Counter", "success") else { return };
    let found = model.found(0, &[]);
    assert_eq!((&found["verdict"], &found["code"]), (&"holds".into(), &Value::Null), "{found:#}");
    assert_eq!(found["evidence"]["distinct_states"], 4);
    assert_eq!(found["files"], serde_json::json!(["result.json", "run.json", "tlc.log"]));
    let words = model.run(&[]);
    assert!(words.out.contains("holds: no error in 4 different states (5 generated, depth 4)"), "{words:?}");
    assert!(words.out.contains("checked: Bounded, Says, deadlock"), "{words:?}");
}

#[test]
fn a_violation_is_kept_as_text_itf_and_picture() {
    let Some(model) = Model::of("Counter", "invariant") else { return };
    let found = model.found(10, &[]);
    assert_eq!((&found["verdict"], &found["code"]), (&"violated".into(), &"tlc/invariant".into()), "{found:#}");
    let steps = found["counterexample"]["steps"].as_array().unwrap();
    assert_eq!((steps.len(), &steps[3]["action"], &steps[3]["place"]["line"]), (4, &"Up".into(), &7.into()));
    assert_eq!(steps[3]["changes"][1]["path"], "x");
    let text = disk::read_text(&model.folder().join("counterexample.txt")).unwrap();
    assert!(text.lines().count() <= 60 && text.contains("x: 2 -> 3"), "{text}");
    let trace: Value =
        serde_json::from_str(&disk::read_text(&model.folder().join("counterexample.itf.json")).unwrap()).unwrap();
    assert_eq!(trace["states"][3]["x"]["#bigint"], "3");
    assert!(
        disk::read_text(&model.folder().join("counterexample.svg")).unwrap().contains("Invariant Small is violated.")
    );
    // The next run is of another verdict, and leaves nothing of this one behind.
    let config = disk::read_text(Utf8Path::new(&model.config)).unwrap().replace("Small", "Bounded");
    disk::put(Utf8Path::new(&model.config), config).unwrap();
    assert_eq!(model.found(0, &["--no-deadlock"])["files"], serde_json::json!(["result.json", "run.json", "tlc.log"]));
}

#[test]
fn what_gives_no_verdict_is_no_pass() {
    // 8,000,000,000 states: more than any machine explores within its limit.
    let Some(model) = Model::of("Big", "endless") else { return };
    let late = model.found(30, &["--limit", "4"]);
    assert_eq!((&late["verdict"], &late["class"]), (&"unknown".into(), &"timed-out".into()), "{late:#}");
    let simulated = model.found(14, &["--simulate", "--behaviours", "3", "--depth", "4"]);
    assert_eq!(simulated["code"], "tlc/simulated");
    let model = Model::of("Eval", "eval").unwrap();
    let rejected = model.found(10, &[]);
    assert_eq!((&rejected["verdict"], &rejected["code"]), (&"rejected".into(), &"tlc/outside-domain".into()));
    // The state that led to the error is shown.
    assert_eq!(rejected["counterexample"]["steps"][0]["state"]["x"], "0");
    // The front end stops a module that it rejects; TLC does not start.
    disk::put(Utf8Path::new(&model.module), "---- MODULE Eval ----\nInit == y\n====\n").unwrap();
    assert_eq!(model.found(10, &[]), Value::Null);
}

#[test]
fn a_model_that_takes_more_disk_or_memory_than_it_may_is_stopped() {
    let Some(model) = Model::of("Big", "endless") else { return };
    let full = model.found(30, &["--no-deadlock", "--disk", "1"]);
    assert_eq!(full["code"], "tlc/out-of-disk", "{full:#}");
    let Some(model) = Model::of("Odd", "oom") else { return };
    let mut command = program();
    let arguments = model.arguments(&["--json"]);
    // So little heap that TLC starts and cannot build its states.
    command.current_dir(&model.path).args(arguments.iter().map(|word| if *word == "300" { "60" } else { word }));
    let ran = ran(command);
    assert_eq!((ran.exit, &ran.json()["result"]["tlc"]["code"]), (30, &"tlc/out-of-memory".into()), "{ran:?}");
}

#[test]
fn an_action_that_is_never_taken_is_a_warning() {
    let Some(model) = Model::of("Idle", "idle") else { return };
    let found = model.found(0, &["--coverage"]);
    assert_eq!(found["warnings"][0]["code"], "tlc/guard-never-true", "{found:#}");
    assert_eq!(found["warnings"][0]["places"][1]["line"], 15);
    assert_eq!(model.found(0, &[])["warnings"], serde_json::json!([]));
}

#[test]
fn bounds_grow_until_they_are_at_their_largest_or_the_time_is_over() {
    let Some(model) = Model::of("Big", "big") else { return };
    let found = model.found(0, &["--no-deadlock", "--grow", "Max=1..3"]);
    let grown = found["grown"].as_array().unwrap();
    let distinct: Vec<u64> = grown.iter().map(|run| run["distinct"].as_u64().unwrap()).collect();
    assert_eq!(distinct, [8, 27, 64], "{found:#}");
    assert_eq!((&grown[2]["bounds"][0], &found["evidence"]["distinct_states"]), (&"Max = 3".into(), &64.into()));
    // What held before the time was over is the result.
    let short = model.found(0, &["--no-deadlock", "--grow", "Max=2..2000", "--limit", "6"]);
    assert_eq!(short["verdict"], "holds");
    assert!(short["grown"].as_array().unwrap().len() < 1999);
    // The bounds of the last of them are none of a run without --grow.
    assert!(disk::exists(&model.folder().join("grown.cfg")));
    model.run(&["--limit", "1"]);
    assert!(!disk::exists(&model.folder().join("grown.cfg")));
}

#[test]
fn a_flag_of_tlc_without_a_model_is_not_passed_over() {
    let Some(model) = Model::of("Big", "big") else { return };
    for flags in [&["--grow", "Max=1..3"][..], &["--recover"], &["--limit", "4"], &["--events", "--sarif"]] {
        let mut command = program();
        command.args(["--json", "check", &model.module]).args(flags);
        ran(command).failed_as_usage();
    }
    // The last line of --events is what --json prints, also here.
    let mut command = program();
    command.args(["check", &model.module, "--events"]);
    let message = ran(command).json()["diagnostics"][0]["message"].clone();
    assert!(message.as_str().unwrap().contains("--config <FILE.cfg>|--tlc"), "{message}");
}

/// TLC's first checkpoint comes after three seconds, so the model grows until it lasts that long on this machine: from
/// 753,571 states on. Gives the lines of the stopped run and how many states there are.
#[cfg(unix)]
fn stopped_at_its_first_checkpoint(model: &Model) -> (Vec<Value>, u64) {
    for bound in [90_u64, 140, 200, 300, 400] {
        disk::put(
            Utf8Path::new(&model.config),
            format!("CONSTANT Max = {bound}\nINIT Init\nNEXT Next\nINVARIANT Small\n"),
        )
        .unwrap();
        let mut child = model.start(&["--no-deadlock", "--events"]);
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
            if line["event"] == "checkpoint" {
                assert_cmd::Command::new("kill").args(["-s", "INT", &child.id().to_string()]).assert().success();
            }
            lines.push(line);
        }
        match child.wait().unwrap().code() {
            Some(0) => {}
            Some(31) => return (lines, (bound + 1).pow(3)),
            other => panic!("{other:?} {lines:?}"),
        }
    }
    panic!("every model ended before its first checkpoint");
}

/// Stopped at its first checkpoint, the run goes on from there to the end.
#[test]
#[cfg(unix)]
fn an_interrupted_run_keeps_what_it_has_and_goes_on_from_its_checkpoint() {
    let Some(model) = Model::of("Big", "big") else { return };
    let (mut lines, states) = stopped_at_its_first_checkpoint(&model);
    let of = |event: &str| lines.iter().filter(|line| line["event"] == event).count();
    assert!(of("started") == 1 && of("taking") > 0, "{lines:?}");
    let result = lines.pop().unwrap();
    crate::json::fits(&result);
    assert_eq!(result["result"]["tlc"]["code"], "tlc/interrupted", "{result:#}");

    let module = disk::read_text(Utf8Path::new(&model.module)).unwrap();
    disk::put(Utf8Path::new(&model.module), module.replace("a + 1", "a + 2")).unwrap();
    model.run(&["--recover", "--json"]).failed(13, "tlc/recover").says("Big.tla is not what it was");
    disk::put(Utf8Path::new(&model.module), module).unwrap();

    let found = model.found(0, &["--no-deadlock", "--recover"]);
    assert_eq!((&found["verdict"], &found["recovered"]), (&"holds".into(), &true.into()), "{found:#}");
    // Every state is there; TLC counts some twice after a recovery.
    assert!(found["evidence"]["distinct_states"].as_u64().unwrap() >= states, "{found:#}");
    assert!(!disk::exists(&model.folder().join("states")));
    model.run(&["--recover", "--json"]).failed(13, "tlc/recover").says("there is no checkpoint");
}
