//! Whole models by TLC and by the evaluator: those of `tests/models`, each module with its configs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde_json::Value;
use specgen::base::clock::Stopwatch;
use specgen::base::disk;
use specgen::base::process::metered;

use crate::front::say;
use crate::project::here;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

/// What TLC found in all models, by `make agreement-models`.
const FINDINGS: &str = include_str!("snapshots/it__models__findings.snap");

/// A config says so of itself, in a comment, where a state without a successor is no error: TLC of 2020 has no word for it.
const NO_DEADLOCK: &str = "--no-deadlock";

/// And so, where it takes the evaluator seconds in a debug build.
const LARGE: &str = "\\* large";

/// TLC goes through every so many of the models in each run of the tests.
const SAMPLE: usize = 4;

/// Errors of evaluation: the evaluator's kind, and TLC's classes of the same.
const KINDS: [(&str, &[&str]); 10] = [
    ("eval/undefined", &["tlc/outside-domain", "tlc/empty-sequence", "tlc/no-such-field", "tlc/not-a-function"]),
    ("eval/incomparable", &["tlc/type-mismatch"]),
    ("eval/not-enumerable", &["tlc/not-enumerable", "tlc/unbounded"]),
    // A set is needed and there is none: TLC says that it cannot be enumerated.
    ("eval/operand", &["tlc/wrong-operand", "tlc/not-a-function", "tlc/not-boolean", "tlc/not-enumerable"]),
    ("eval/overflow", &["tlc/overflow"]),
    ("eval/division", &["tlc/division-by-zero", "tlc/wrong-operand"]),
    ("eval/no-choice", &["tlc/choose-nothing"]),
    ("eval/no-case", &["tlc/case-without-match"]),
    ("eval/assertion", &["tlc/assert"]),
    ("eval/unassigned", &["tlc/initial-incomplete", "tlc/successor-incomplete", "tlc/read-before-assigned"]),
];

/// What an engine found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    /// `holds`, or what is wrong: TLC's class, or the evaluator's kind.
    outcome: String,
    /// The invariant or property that is false, where the engine names it.
    name: Option<String>,
    /// Different states, where all were seen.
    states: Option<u64>,
    /// States of the behaviour that shows what is wrong, where there is one.
    length: Option<usize>,
}

impl Found {
    fn by_tlc(tlc: &Value) -> Self {
        let shown = &tlc["counterexample"];
        let outcome = tlc["code"].as_str().unwrap_or("holds").to_owned();
        // A step that is not completely specified is shown with the state that it does not lead to.
        let partial = usize::from(outcome == "tlc/successor-incomplete");
        Self {
            // Where an action property was instantiated TLC names its place.
            name: text(&shown["violated"]).filter(|name| !name.contains(' ')),
            states: tlc["evidence"]["distinct_states"].as_u64(),
            // What breaks a temporal property is no shortest behaviour.
            length: shown["steps"].as_array().filter(|_| outcome != "tlc/liveness").map(|steps| steps.len() - partial),
            outcome,
        }
    }

    fn by_evaluator(native: &Value) -> Self {
        Self {
            outcome: native["code"].as_str().unwrap_or("holds").to_owned(),
            name: text(&native["counterexample"]["violated"]),
            states: native["code"].is_null().then(|| native["distinct"].as_u64()).flatten(),
            length: native["behaviour"].as_array().map(Vec::len).filter(|length| *length > 0),
        }
    }

    /// A line of the findings.
    fn line(&self) -> String {
        let word = |word: Option<String>| word.unwrap_or_else(|| "-".to_owned());
        let (states, length) = (self.states.map(|n| n.to_string()), self.length.map(|n| n.to_string()));
        format!("{} {} {} {}", self.outcome, word(self.name.clone()), word(states), word(length))
    }

    fn of_line(line: &str) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [outcome, name, states, length] = *words else { panic!("no finding: {line}") };
        let there = |word: &str| (word != "-").then(|| word.to_owned());
        Self {
            outcome: outcome.to_owned(),
            name: there(name),
            states: there(states).map(|states| states.parse().unwrap()),
            length: there(length).map(|length| length.parse().unwrap()),
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Whether two are there and differ.
fn other<T: PartialEq>(one: Option<T>, another: Option<T>) -> bool {
    one.zip(another).is_some_and(|(one, another)| one != another)
}

/// What the evaluator found otherwise than TLC. Where TLC shows no behaviour, or no name, there is nothing to compare.
fn differences(tlc: &Found, ours: &Found) -> Vec<&'static str> {
    let kind = KINDS.iter().find(|(kind, _)| *kind == ours.outcome).map(|(_, classes)| *classes);
    let same = kind.map_or(tlc.outcome == ours.outcome, |classes| classes.contains(&tlc.outcome.as_str()));
    [
        (!same, "outcome"),
        (other(tlc.name.as_ref(), ours.name.as_ref()), "name"),
        (tlc.states != ours.states, "states"),
        (other(tlc.length, ours.length), "length"),
    ]
    .into_iter()
    .filter_map(|(differs, what)| differs.then_some(what))
    .collect()
}

fn folder() -> Utf8PathBuf {
    Utf8PathBuf::from_path_buf(here("tests/models")).unwrap()
}

/// The models: the names of the configs with their texts, in order.
fn models() -> BTreeMap<String, String> {
    let names = disk::names_in(&folder()).unwrap();
    let configs = names.iter().filter_map(|file| file.strip_suffix(".cfg"));
    configs.map(|name| (name.to_owned(), disk::read_text(&folder().join(format!("{name}.cfg"))).unwrap())).collect()
}

/// An engine's answer in `--json`, and what it took.
struct Answer {
    found: Found,
    distinct: u64,
    wall: f64,
    cpu: f64,
}

/// The program, or another build of it that the caller names.
fn chosen_program() -> assert_cmd::Command {
    std::env::var_os("SPECGEN").map_or_else(program, assert_cmd::Command::new)
}

/// Has the model in a folder checked by an engine: `tlc` with the jar, or `native`.
fn check(folder: &Utf8Path, name: &str, engine: &str, jar: Option<&Utf8Path>) -> Answer {
    let scratch = tempfile::tempdir().unwrap();
    let (module, _) = name.split_once('.').unwrap_or((name, ""));
    let config = folder.join(format!("{name}.cfg"));
    let mut command = chosen_program();
    command.current_dir(scratch.path()).args(["check", "--json", "--quiet", "--engine", engine]);
    command.arg(folder.join(format!("{module}.tla"))).arg("--config").arg(&config);
    if disk::read_text(&config).unwrap().contains(NO_DEADLOCK) {
        command.arg(NO_DEADLOCK);
    }
    if let Some(jar) = jar {
        command.args(["--tla-tools", jar.as_str(), "--workers", "1", "--memory", "1000", "--out"]);
        command.arg(scratch.path().join("run"));
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let watch = Stopwatch::start();
    let (ran, taken) = runtime.block_on(metered(async { ran(command) }));
    let wall = watch.elapsed().as_secs_f64();
    let json = ran.json();
    let result = &json["result"][engine];
    let found = match engine {
        // It was refused before anybody was asked.
        _ if !result.is_object() => Found { outcome: json["diagnostics"].to_string(), ..Found::default() },
        "tlc" => Found::by_tlc(result),
        _ => Found::by_evaluator(result),
    };
    let distinct = result["distinct"].as_u64().unwrap_or_default();
    Answer { found, distinct, wall, cpu: taken.cpu.unwrap_or(Duration::ZERO).as_secs_f64() }
}

/// What was found, by the name of the model.
fn findings() -> BTreeMap<String, Found> {
    let lines = FINDINGS.split("\n---\n").nth(1).unwrap().lines();
    let found = lines.map(|line| line.split_once(' ').unwrap());
    found.map(|(name, found)| (name.to_owned(), Found::of_line(found))).collect()
}

#[test]
fn the_evaluator_finds_in_each_model_what_tlc_found() {
    let (models, findings) = (models(), findings());
    assert!(models.keys().eq(findings.keys()), "`make agreement-models` has not seen all models");
    let mut wrong = String::new();
    for (name, _) in models.iter().filter(|(_, config)| !config.contains(LARGE)) {
        let ours = check(&folder(), name, "native", None).found;
        let different = differences(&findings[name], &ours);
        if !different.is_empty() {
            writeln!(wrong, "{name}: {different:?}: {} by TLC, {}", findings[name].line(), ours.line()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn tlc_finds_in_a_part_of_the_models_what_it_found() {
    let Some(jar) = tools() else { return };
    let (jar, models, findings) = (Utf8PathBuf::from_path_buf(jar).unwrap(), models(), findings());
    for name in models.iter().filter(|(_, config)| !config.contains(LARGE)).map(|(name, _)| name).step_by(SAMPLE) {
        assert_eq!(check(&folder(), name, "tlc", Some(&jar)).found, findings[name], "{name}");
    }
}

#[test]
#[ignore = "minutes: `make agreement-models`"]
fn both_engines_find_the_same_in_all_models() {
    let Some(jar) = tools() else { return };
    let jar = Utf8PathBuf::from_path_buf(jar).unwrap();
    let (mut lines, mut wrong, mut ratios) = (Vec::new(), String::new(), Vec::new());
    let mut sums = [0.0; 4];
    say("| model | different states | found | TLC wall s | CPU s | evaluator wall s | CPU s | ratio of walls |");
    say("|---|--:|---|--:|--:|--:|--:|--:|");
    for name in models().keys() {
        let tlc = check(&folder(), name, "tlc", Some(&jar));
        let ours = check(&folder(), name, "native", None);
        let different = differences(&tlc.found, &ours.found);
        let outcome = tlc.found.outcome.trim_start_matches("tlc/");
        let times = [tlc.wall, tlc.cpu, ours.wall, ours.cpu];
        sums.iter_mut().zip(times).for_each(|(sum, time)| *sum += time);
        let (distinct, ratio, [a, b, c, d]) = (ours.distinct, tlc.wall / ours.wall, times);
        say(&format!("| {name} | {distinct} | {outcome} | {a:.2} | {b:.2} | {c:.2} | {d:.2} | {ratio:.0} |"));
        ratios.push((ratio, name.clone()));
        if !different.is_empty() {
            writeln!(wrong, "{name}: {different:?}: {} by TLC, {}", tlc.found.line(), ours.found.line()).unwrap();
        }
        lines.push(format!("{name} {}", tlc.found.line()));
    }
    let [a, b, c, d] = sums;
    ratios.sort_by(|one, another| one.0.total_cmp(&another.0));
    let (smallest, of) = &ratios[0];
    say(&format!("| {} models | | | {a:.1} | {b:.1} | {c:.1} | {d:.1} | {:.0} |", lines.len(), a / c));
    say(&format!("smallest ratio of walls: {smallest:.1}, of {of}"));
    assert!(wrong.is_empty(), "{wrong}");
    insta::assert_snapshot!("findings", lines.join("\n"));
}

#[test]
fn each_part_of_a_finding_is_compared() {
    let tlc = Found::of_line("tlc/invariant Safe - 5");
    assert!(differences(&tlc, &tlc).is_empty());
    for (line, what) in [
        ("tlc/deadlock Safe - 5", "outcome"),
        ("eval/undefined Safe - 5", "outcome"),
        ("tlc/invariant Other - 5", "name"),
        ("tlc/invariant Safe 7 5", "states"),
        ("tlc/invariant Safe - 6", "length"),
    ] {
        assert_eq!(differences(&tlc, &Found::of_line(line)), [what], "{line}");
    }
    let undefined = Found::of_line("eval/undefined - - 3");
    assert!(differences(&Found::of_line("tlc/empty-sequence - - 3"), &undefined).is_empty());
    assert_eq!(differences(&Found::of_line("tlc/overflow - - 3"), &undefined), ["outcome"]);
}

/// A mistake in the module that only the evaluator is given.
#[test]
fn a_planted_mistake_is_a_difference() {
    for (name, right, wrong, what) in [
        ("Peterson", "IF Polite THEN Other(p) ELSE turn", "turn", &["outcome", "states"][..]),
        ("Constraints", "y' >= y", "y' >= y - 1", &["states"]),
        ("Hanoi", "pegs[3] # Tower", "pegs[1] = Tower", &["length"]),
        ("Unsafe.divide", "100 \\div (4 - x)", "100 \\div (4 - r.b)", &["outcome"]),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let place = Utf8Path::from_path(scratch.path()).unwrap();
        let file = format!("{}.tla", name.split('.').next().unwrap());
        let text = disk::read_text(&folder().join(&file)).unwrap();
        assert!(text.contains(right), "{name}");
        disk::put(&place.join(&file), text.replace(right, wrong)).unwrap();
        let config = format!("{name}.cfg");
        disk::put(&place.join(&config), disk::read(&folder().join(&config)).unwrap()).unwrap();
        let ours = check(place, name, "native", None).found;
        assert_eq!(differences(&findings()[name], &ours), what, "{name}: {}", ours.line());
    }
}
