//! What SANY and TLC say of the output, where Java and the jar that `specgen setup` gets are there.

use std::path::Path;

use super::Granularity;
use super::Options;
use super::Reading;
use super::defects::CHAINS;
use super::defects::chain;
use super::transform;

/// The jar, or a word that the test is skipped.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the process module comes later, and the tests say what they skip"
)]
fn jar() -> Option<String> {
    let jar = concat!(env!("CARGO_MANIFEST_DIR"), "/lib/tla2tools.jar");
    let java = std::process::Command::new("java").arg("-version").output().is_ok_and(|said| said.status.success());
    let found = java && Path::new(jar).exists();
    if !found {
        println!("skipped: no Java or no {jar}");
    }
    found.then(|| jar.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the process module comes later; the folder is a temporary one")]
fn java(jar: &str, folder: &Path, args: &[&str]) -> String {
    let output = std::process::Command::new("java")
        .current_dir(folder)
        // The stack that TLC has where nobody asks for more.
        .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss1m"])
        .arg(format!("-Djava.io.tmpdir={}", folder.display()))
        .args(["-cp", jar])
        .args(args)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn sany(jar: &str, folder: &Path, module: &str) {
    let said = java(jar, folder, &["tla2sany.SANY", &format!("{module}.tla")]);
    let bad = ["rror", "Abort", "Could not", "Warning"].iter().any(|word| said.contains(word));
    assert!(!bad, "{said}");
    assert!(said.contains(&format!("Semantic processing of module {module}")), "{said}");
}

/// The number of distinct states, from TLC's closing line.
fn tlc(jar: &str, folder: &Path, module: &str, config: &str) -> u64 {
    fs_err::write(folder.join(format!("{module}.cfg")), config).unwrap();
    let config = format!("{module}.cfg");
    let meta = format!("{module}.meta");
    let said =
        java(jar, folder, &["tlc2.TLC", "-deadlock", "-metadir", &meta, "-config", &config, &format!("{module}.tla")]);
    assert!(said.contains("Model checking completed. No error has been found."), "{said}");
    let line = said.lines().find(|line| line.contains("distinct states found, 0 states left")).unwrap();
    let words: Vec<_> = line.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "distinct").unwrap();
    words[at - 1].replace(',', "").parse().unwrap()
}

fn put(folder: &Path, module: &str, text: &str) {
    fs_err::write(folder.join(format!("{module}.tla")), text).unwrap();
}

fn transformed(text: &str, options: &Options) -> String {
    transform(text, "In.tla", options)
        .unwrap_or_else(|all| panic!("{}", all.iter().map(|d| d.render(false)).collect::<String>()))
        .text
}

#[test]
fn the_demo_has_exactly_the_steps_written_by_hand() {
    let Some(jar) = jar() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "Demo", &transformed(include_str!("testdata/Demo.tla"), &Options::default()));
    put(folder, "DemoByHand", include_str!("testdata/DemoByHand.tla"));
    sany(&jar, folder, "Demo");
    let config = |property: &str| format!("CONSTANT Node = {{1, 2}}\nSPECIFICATION Spec\n{property}");
    let made = tlc(&jar, folder, "Demo", &config(""));
    let by_hand = tlc(&jar, folder, "DemoByHand", &config(""));
    assert_eq!(made, by_hand);
    assert!(made > 100, "{made} states are too few to show anything");
    // Each step of one is a step of the other.
    for (one, other) in [("Demo", "DemoByHand"), ("DemoByHand", "Demo")] {
        let module = format!("{one}Refines");
        put(
            folder,
            &module,
            &format!(
                "---- MODULE {module} ----\nEXTENDS {one}\nOther == INSTANCE {other}\nRefined == Other!Spec\n====\n"
            ),
        );
        assert_eq!(tlc(&jar, folder, &module, &config("PROPERTY Refined")), made);
    }
}

#[test]
fn calls_for_a_value_run_in_order_and_only_where_they_matter() {
    let Some(jar) = jar() else { return };
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "Values", &transformed(include_str!("testdata/Values.tla"), &Options::default()));
    sany(&jar, folder.path(), "Values");
    // One state to start from and 19 outcomes; what each is, the invariant says.
    assert_eq!(tlc(&jar, folder.path(), "Values", "SPECIFICATION Spec\nINVARIANT Expected\n"), 20);
}

/// A file that nobody on this project wrote, or a word that it is skipped.
#[expect(clippy::print_stdout, reason = "the tests say what they skip")]
fn example(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cfa").join(name);
    let text = fs_err::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: no {}", path.display());
    }
    text
}

#[test]
fn the_small_examples_run() {
    let Some(jar) = jar() else { return };
    // Only pc_example is finite; its states are known: x = 6, y = 15, result = 21, then x = 27.
    let cases = [
        ("uc_example", "x < 30 /\\ y > -5 /\\ y < 5 /\\ z < 5"),
        ("ud_example", "counter < 40 /\\ index < 40"),
        ("pc_example", "x < 100"),
    ];
    for (name, bound) in cases {
        let Some(text) = example(&format!("{name}.tla")) else { continue };
        let text = text.replacen("VARIABLES", "EXTENDS Integers, Sequences\nVARIABLES", 1);
        let folder = tempfile::tempdir().unwrap();
        let options = Options { reading: Some(Reading::Iispec), ..Options::default() };
        put(folder.path(), name, &transformed(&text, &options));
        sany(&jar, folder.path(), name);
        let bounded = format!("---- MODULE Bounded ----\nEXTENDS {name}\nBound == {bound}\n====\n");
        put(folder.path(), "Bounded", &bounded);
        let states = tlc(&jar, folder.path(), "Bounded", "SPECIFICATION Spec\nCONSTRAINT Bound\n");
        assert!(if name == "pc_example" { states == 2 } else { states > 2 }, "{name}: {states}");
    }
}

#[test]
fn the_lock_examples_run_under_both_readings() {
    let Some(jar) = jar() else { return };
    let mutex = "CONSTANTS Threads = {1, 2}\nMutexes = {11}\nValue = {0}\nSPECIFICATION Spec\nCONSTRAINT Bound\n";
    let spin = "CONSTANT Threads = {1, 2}\nSPECIFICATION Spec\n";
    for (name, config) in [("mutex", mutex), ("SpinLock", spin)] {
        let Some(text) = example(&format!("{name}.tla")) else { continue };
        let mut counts = Vec::new();
        for reading in [Reading::Tla, Reading::Iispec] {
            let folder = tempfile::tempdir().unwrap();
            put(folder.path(), name, &transformed(&text, &Options { reading: Some(reading), ..Options::default() }));
            sany(&jar, folder.path(), name);
            let bound =
                if name == "mutex" { "Bound == \\A m \\in Mutexes : Len(queue[m]) < 3" } else { "Bound == TRUE" };
            put(folder.path(), "Bounded", &format!("---- MODULE Bounded ----\nEXTENDS {name}\n{bound}\n====\n"));
            counts.push(tlc(&jar, folder.path(), "Bounded", config));
        }
        assert_eq!(counts[0], counts[1], "{name}");
    }
}

#[test]
fn a_cut_procedure_has_the_steps_written_by_hand() {
    let Some(jar) = jar() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let lost = include_str!("testdata/Lost.tla");
    let config = "CONSTANT Proc = {1, 2, 3}\nSPECIFICATION Spec\n";
    let mut states = Vec::new();
    for granularity in [Granularity::Function, Granularity::Yield, Granularity::Statement] {
        put(folder, "Lost", &transformed(lost, &Options { granularity, ..Options::default() }));
        sany(&jar, folder, "Lost");
        states.push(tlc(&jar, folder, "Lost", config));
    }
    put(folder, "LostByHand", include_str!("testdata/LostByHand.tla"));
    let by_hand = tlc(&jar, folder, "LostByHand", config);
    assert_eq!(states[1], by_hand);
    assert!(states[0] < by_hand && by_hand < states[2], "{states:?}");
}

/// A call that is no tail call is cut where another process may run before its caller goes on: then each caller's locals wait
/// on the stack, and come back in the order of the calls' ends. Where nobody may run in between it stays one step.
#[test]
fn recursion_that_is_cut_goes_on_with_the_locals_of_each_caller() {
    let Some(jar) = jar() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let config = "CONSTANT Proc = {1, 2}\nSPECIFICATION Spec\nINVARIANT Ended\n";
    let ended = |idle: &str| {
        format!(
            "---- MODULE Checked ----\nEXTENDS Nested\nEnded == \\A p \\in Proc : {idle} => \
             log[p] \\in {{<<>>, <<2, 1, 0, 0, 1, 2>>}}\n====\n"
        )
    };
    // Of each process: at the start, after the first step, and after each of the calls went on.
    for (granularity, idle, states) in
        [(Granularity::Function, "TRUE", 2 * 2), (Granularity::Yield, "stack[p] = <<>>", 5 * 5)]
    {
        let options = Options { granularity, ..Options::default() };
        put(folder, "Nested", &transformed(include_str!("testdata/Nested.tla"), &options));
        put(folder, "Checked", &ended(idle));
        sany(&jar, folder, "Nested");
        assert_eq!(tlc(&jar, folder, "Checked", config), states);
    }
}

/// `Drop` is an action of Next and a call in others, `Some` only chooses, and nobody says whose `Take` is; no module is extended
/// that knows sequences.
#[test]
fn a_module_without_processes_is_cut_at_each_statement_as_one_process_that_always_goes_on() {
    let Some(jar) = jar() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = "---- MODULE Alone ----\n\\* specgen: iispec 1\nEXTENDS Naturals\nVARIABLES x, y\nInit == x = 0 /\\ y = {}\n\
                Drop(s) == y' = y \\ {s}\n\
                Add(s) == /\\ x' = s\n          /\\ Drop(s)\n          /\\ y' = y \\cup {s}\n          /\\ Drop(x - 1)\n\
                Take(t) == /\\ x' = 0\n           /\\ IF t > 1 THEN Drop(t) ELSE Add(t + 1)\n\
                Some == \\E s \\in {1, 2} : Add(s) \\/ Drop(s)\n\
                Next == Some \\/ \\E t \\in y : Take(t)\nSpec == Init /\\ [][Next]_<<x, y>>\n====\n";
    let whole = transformed(text, &Options::default());
    put(folder, "Alone", &whole);
    let states = tlc(&jar, folder, "Alone", "SPECIFICATION Spec\n");
    let cut = transform(text, "Alone.tla", &Options { granularity: Granularity::Statement, ..Options::default() });
    let cut = cut.unwrap();
    assert_eq!(cut.warnings.iter().map(|warning| warning.code.as_str()).collect::<Vec<_>>(), ["transform/one-process"]);
    put(folder, "Alone", &cut.text);
    sany(&jar, folder, "Alone");
    put(
        folder,
        "Checked",
        "---- MODULE Checked ----\nEXTENDS Alone\nGoes == stack[\"main\"] # <<>> => ENABLED Resume(\"main\")\n====\n",
    );
    let config = "Checked.cfg";
    fs_err::write(folder.join(config), "SPECIFICATION Spec\nINVARIANT Goes\n").unwrap();
    let said = java(&jar, folder, &["tlc2.TLC", "-deadlock", "-dump", "met", "-config", config, "Checked.tla"]);
    assert!(said.contains("Model checking completed. No error has been found."), "{said}");
    // Where nobody waits it has come where one step comes.
    let met = fs_err::read_to_string(folder.join("met.dump")).unwrap();
    let resting = met.matches("stack = [main |-> <<>>]").count() as u64;
    assert_eq!(resting, states, "{met}");
    assert!(met.matches("State ").count() as u64 > states, "{met}");
}

/// What TLC puts off in the turns of loops must not add up: 343 turns in a chain are more than its stack bears.
#[test]
fn loops_in_loops_and_recursion_with_loops_end_on_the_usual_stack() {
    let Some(jar) = jar() else { return };
    let folder = tempfile::tempdir().unwrap();
    let nested = "Count == \\A i \\in Set, j \\in Set, k \\in Set : x' = x + 1";
    let recursive = "Turn(n) == IF n = 0 THEN UNCHANGED x ELSE Turn(n - 1) /\\ \\A i \\in Set, j \\in Set : x' = x + 1\n\
                     Count == Turn(7)";
    for (module, body) in [("NestedLoops", nested), ("RecursiveLoops", recursive)] {
        let text = format!(
            "---- MODULE {module} ----\n\\* specgen: iispec 1\nEXTENDS Naturals\nVARIABLE x\nSet == 1..7\n\
             Init == x = 0\nRECURSIVE Turn(_)\n{body}\nNext == x = 0 /\\ Count\nCounted == x \\in {{0, 343}}\n====\n"
        );
        let text = if body.contains("Turn") { text } else { text.replace("RECURSIVE Turn(_)\n", "") };
        put(folder.path(), module, &transformed(&text, &Options::default()));
        sany(&jar, folder.path(), module);
        assert_eq!(tlc(&jar, folder.path(), module, "INIT Init\nNEXT Next\nINVARIANT Counted\n"), 2);
    }
}

/// Each chain has some million ways, and few outcomes: equal ones are one from stage to stage.
#[test]
fn chains_of_twenty_branches_are_explored() {
    let Some(jar) = jar() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, branch) in CHAINS {
        put(folder.path(), name, &transformed(&chain(name, branch), &Options::default()));
        sany(&jar, folder.path(), name);
        assert!(tlc(&jar, folder.path(), name, "INIT Init\nNEXT Next\n") > 1, "{name}");
    }
}
