//! Run with: rustc --edition 2021 --test -O specgen_emit_test.rs && ./specgen_emit_test

#[path = "specgen_emit.rs"]
mod specgen_emit;

use std::process::Command;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;
use std::{env, fs, thread};

use specgen_emit as emit;
use specgen_emit::{json, Call};

/// There is one trace a process.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// A probed function as the instrumenter leaves it.
fn probed(event: &str, function: &'static str, body: impl FnOnce()) {
    let mut specgen_call = Call::new("f.rs", 3, function);
    if emit::on() {
        specgen_call.begin(event, &[("n", json(&1))]);
    }
    body();
    if specgen_call.open() {
        specgen_call.end("n1", &[("x", json(&true))]);
    }
}

fn file(name: &str) -> String {
    let folder = env::temp_dir().join(format!("specgen-emit-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder.join(name).to_str().unwrap().to_owned()
}

fn record(name: &str, body: impl FnOnce()) -> Vec<String> {
    let path = file(name);
    emit::open(fs::File::create(&path).unwrap(), &[("seed", json(&7)), ("nodes", json(&vec!["n1"]))]);
    body();
    emit::close().unwrap();
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// Runs one test again in a process of its own, with a trace that the environment asks for; its whole lines.
fn child(test: &str, more: &[(&str, &str)]) -> Vec<String> {
    let path = file(test);
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env("CHILD", "1").env("EMIT_TRACE", &path);
    command.env("EMIT_PROCESS", "p1").env("EMIT_NODES", "n1,n2").envs(more.iter().copied());
    command.output().unwrap();
    let text = fs::read_to_string(path).unwrap();
    text.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(|line| line.trim_end().to_owned()).collect()
}

fn is_child() -> bool {
    env::var("CHILD").is_ok()
}

#[test]
fn only_the_outermost_call_emits() {
    let _alone = alone();
    let lines = record("nested", || probed("Outer", "outer", || probed("Inner", "inner", || emit::mark("helper"))));
    let expected = [
        r#"{"specgen_trace":1,"nodes":["n1"],"seed":7}"#,
        r#"{"seq":1,"event":"Outer","node":"n1","params":{"n":1},"state":{"x":true},"probe":"f.rs:3","function":"outer","path":["inner","helper"]}"#,
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_call_that_panics_is_an_event_once_and_says_so() {
    let _alone = alone();
    let lines = record("panic", || {
        let caught = std::panic::catch_unwind(|| probed("E", "e", || panic!("on purpose")));
        assert!(caught.is_err());
        probed("F", "f", || {});
    });
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains(r#""event":"E""#) && lines[1].ends_with(r#""state":{},"probe":"f.rs:3","function":"e","path":[],"aborted":true}"#));
    assert!(lines[2].contains(r#""event":"F""#) && !lines[2].contains("aborted"));
}

#[test]
fn calls_that_may_be_laid_aside_do_not_nest() {
    let _alone = alone();
    let lines = record("tasks", || {
        let (mut one, mut other) = (Call::task("f.rs", 1, "one"), Call::task("f.rs", 2, "other"));
        one.begin("One", &[]);
        other.begin("Other", &[]);
        one.end("n1", &[]);
        drop(other);
    });
    assert!(lines[1].contains("One") && lines[2].contains("Other") && lines[2].contains("aborted"), "{lines:?}");
}

#[test]
fn the_environment_turns_it_on() {
    let _alone = alone();
    if is_child() {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..100).for_each(|_| probed("E", "e", || {})));
            }
        });
        return;
    }
    let lines = child("the_environment_turns_it_on", &[]);
    assert_eq!(lines.len(), 801);
    assert_eq!(lines[0], r#"{"specgen_trace":1,"nodes":["n1","n2"],"process":"p1","system":"system"}"#);
    let mut last = std::collections::BTreeMap::new();
    let number = |line: &str, key: &str| -> u64 {
        let rest = line.split(&format!("\"{key}\":")).nth(1).unwrap().trim_start_matches('"');
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
    };
    for (at, line) in lines[1..].iter().enumerate() {
        let (start, end) = (number(line, "start"), number(line, "end"));
        let before = last.insert(number(line, "thread"), end).unwrap_or(0);
        assert!(number(line, "seq") == at as u64 + 1 && before <= start && start <= end, "{line}");
    }
    assert_eq!(last.len(), 8);
}

#[test]
fn a_killed_process_leaves_whole_lines() {
    let _alone = alone();
    if is_child() {
        for number in 0.. {
            if emit::on() {
                emit::emit("E", "n1", &[("text", json(&"x".repeat(5000)))], &[]);
            }
            if number == 50 {
                std::process::abort();
            }
        }
    }
    let lines = child("a_killed_process_leaves_whole_lines", &[]);
    assert_eq!(lines.len(), 52);
    assert!(lines.iter().all(|line| line.starts_with('{') && line.ends_with('}')));
}

#[test]
fn clocks_go_with_messages() {
    let _alone = alone();
    if is_child() {
        // A process may begin with a message that it receives.
        emit::saw("n1", &[("n3".to_owned(), 4)].into());
        emit::emit("Send", "n1", &[], &[]);
        let sent = emit::clock("n1");
        emit::emit("Work", "n1", &[], &[]);
        emit::saw("n2", &sent);
        emit::emit("Receive", "n2", &[], &[]);
        return;
    }
    let lines = child("clocks_go_with_messages", &[("EMIT_CLOCKS", "1")]);
    assert_eq!(lines.len(), 4, "{lines:?}");
    for (line, clock) in lines[1..].iter().zip([r#"{"n1":1,"n3":4}"#, r#"{"n1":2,"n3":4}"#, r#"{"n1":1,"n2":1,"n3":4}"#]) {
        assert!(line.contains(&format!("\"clock\":{clock}")), "{line}");
    }
}

/// Prints what a probe costs: the best of many short runs, which other work on the machine disturbs least. Run with
/// `--ignored --nocapture`.
#[test]
#[ignore = "it measures"]
fn overhead() {
    let _alone = alone();
    let mut level = 0_u64;
    let mut measure = |name: &str, calls: u32| {
        let mut run = || {
            let begun = Instant::now();
            for _ in 0..calls {
                probed("E", "f", || level = std::hint::black_box(level + 1));
            }
            begun.elapsed().as_nanos() as f64 / f64::from(calls)
        };
        let best = (0..200).map(|_| run()).fold(f64::INFINITY, f64::min);
        println!("rust   {name:<24} {best:>10.1} ns an event");
    };
    measure("off", 20_000);
    emit::open(fs::File::create(file("on")).unwrap(), &[("nodes", json(&vec!["n1"]))]);
    measure("on", 200);
    emit::stamp();
    measure("on, with thread and time", 200);
    emit::close().unwrap();
}
