//! Probes around critical sections: programs with every way out of one, instrumented and run. The lock says whether it is held
//! when the state is read.

use std::process::Command;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde_json::Value;
use specgen::base::disk;
use specgen::instrument;
use specgen::instrument::Sources;
use specgen::instrument::TraceConfig;
use specgen::source;

/// Puts the probes into a program of one file, runs it, and gives of each event what it is called, whether the lock was held,
/// and whether it was aborted.
#[expect(clippy::disallowed_methods, reason = "a test runs what it made")]
fn events(file: &str, text: &str, trace: &str, run: &[&[&str]]) -> Vec<(String, bool, bool)> {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    disk::put(&root.join(file), text).unwrap();
    let outline = source::survey(root, &[Utf8PathBuf::from(file)]).unwrap();
    let mut sources = Sources::default();
    sources.files.insert(file.to_owned(), text.to_owned());
    let config = TraceConfig::read(trace, "trace.yaml").unwrap();
    let made = instrument::instrument(&config, &outline, &sources).unwrap();
    for (name, text) in &made.files {
        disk::put(&root.join(name), text).unwrap();
    }
    for command in run {
        let mut program = Command::new(command[0]);
        program.args(&command[1..]).current_dir(root).env("EMIT_TRACE", root.join("trace.ndjson"));
        let output = program.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command:?}: {said}\n{}", made.files[file]);
    }
    let trace = disk::read_text(&root.join("trace.ndjson")).unwrap();
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        let aborted = event["aborted"] == true;
        (event["event"].as_str().unwrap().to_owned(), event["state"]["held"] == true, aborted)
    };
    trace.lines().skip(1).map(event).collect()
}

/// Events as they are expected: each name, `!` behind those that were aborted; all with the lock held, where it can be read.
fn expect(events: &[(String, bool, bool)], names: &str, aborted_has_state: bool) {
    let shown: Vec<String> =
        events.iter().map(|(name, _, aborted)| format!("{name}{}", if *aborted { "!" } else { "" })).collect();
    assert_eq!(shown.join(" "), names);
    assert!(events.iter().all(|(_, held, aborted)| *held || (*aborted && !aborted_has_state)), "{events:?}");
}

const GO: &str = r#"package main

import "sync"

type lock struct {
	sync.Mutex
	held bool
}

func (l *lock) Lock()   { l.Mutex.Lock(); l.held = true }
func (l *lock) Unlock() { l.held = false; l.Mutex.Unlock() }

type node struct {
	mu lock
	n  int
}

func (x *node) deferred(m int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if m > 1 {
		return x.n
	}
	x.n += 10 / m
	return x.n
}

func (x *node) explicit(m int) int {
	m++
	x.mu.Lock()
	if m > 2 {
		x.mu.Unlock()
		return 0
	}
	for i := 0; i < 3; i++ { if i == m { continue } }
	x.n++; x.mu.Unlock()
	return x.n
}

func (x *node) late(m int) int {
	x.mu.Lock()
	if m == 1 {
		x.mu.Unlock()
		return 0
	}
	if m == 2 { defer x.mu.Unlock(); return 2 }
	x.mu.Unlock()
	return x.n
}

func (x *node) early(m int) int {
	x.mu.Lock()
	if m == 1 { x.mu.Unlock(); return 0 }
	defer x.mu.Unlock()
	return x.n
}

func (x *node) inside() {
	f := func() {
		x.mu.Lock()
		x.n++
		x.mu.Unlock()
	}
	f()
	f()
}

func main() {
	x := &node{}
	x.deferred(1)
	x.deferred(2)
	func() {
		defer func() { recover() }()
		x.deferred(0)
	}()
	x.explicit(1)
	x.explicit(2)
	for m := 1; m < 4; m++ { x.late(m) }
	x.early(1)
	x.early(2)
	x.inside()
}
"#;

#[test]
fn a_section_of_go_is_one_event_on_every_way_out_of_it() {
    if !crate::project::go() {
        return;
    }
    let probe = |function: &str, event: &str| {
        format!(
            "- {{function: (*node).{function}, file: main.go, trigger: critical_section, statement: x.mu.Lock(), event: {event}, receiver: x}}\n"
        )
    };
    let trace = [
        "format: 1\nsystem: s\nlanguage: go\nnode: '\"n\"'\nreceiver: {name: r, type: '*node'}\n\
         state: [{field: held, source: r.mu.held}]\nprobes:\n"
            .to_owned(),
        probe("deferred", "D"),
        probe("explicit", "E"),
        probe("late", "L"),
        probe("early", "F"),
        probe("inside", "I"),
    ]
    .concat();
    let run: [&[&str]; 2] = [&["go", "mod", "init", "sample"], &["go", "run", "."]];
    expect(&events("main.go", GO, &trace, &run), "D D D! E E L L L F F I I", true);
}

const RUST: &str = r#"use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

pub static HELD: AtomicBool = AtomicBool::new(false);

pub struct Guard;

impl Drop for Guard {
    fn drop(&mut self) { HELD.store(false, Ordering::SeqCst); }
}

pub struct Node { n: RefCell<u32> }

impl Node {
    pub fn lock(&self) -> Guard { HELD.store(true, Ordering::SeqCst); Guard }

    pub fn valued(&self, m: u32) -> Option<u32> {
        let _guard = self.lock();
        if m == 1 { return None; }
        let n = 10u32.checked_div(m)?;
        *self.n.borrow_mut() += n;
        Some(n)
    }

    pub fn dropped(&self, m: u32) -> u32 {
        let guard = self.lock();
        if m > 1 { drop(guard); return 7; }
        match m { 0 => std::mem::drop(guard), _ => { drop(guard) } }
        for _ in 0..2 { if m > 0 { continue; } }
        m
    }

    pub fn looped(&self, m: u32) {
        'out: for i in 0..m {
            let _guard = self.lock();
            if i == 1 { continue; }
            for j in 0..3 { if j == 1 { continue } if j == 2 && i > 2 { break 'out; } }
            *self.n.borrow_mut() += 1
        }
        assert!(m < 9);
    }
}

fn main() {
    let x = Node { n: RefCell::new(0) };
    for m in 0..3 { let _ = x.valued(m); }
    for m in 0..3 { x.dropped(m); }
    x.looped(5);
}
"#;

#[test]
fn a_section_of_rust_is_one_event_on_every_way_out_of_it() {
    let held = "crate::HELD.load(std::sync::atomic::Ordering::SeqCst)";
    let probe = |function: &str, event: &str, statement: &str| {
        format!(
            "- {{function: {function:?}, file: main.rs, trigger: critical_section, statement: '{statement}', event: {event}}}\n"
        )
    };
    let trace = [
        format!("format: 1\nsystem: s\nlanguage: rust\ncrate_root: main.rs\npure: [load]\nnode: '\"n\"'\nstate: [{{field: held, source: {held:?}}}]\nprobes:\n"),
        probe("Node::valued", "V", "let _guard = self.lock();"),
        probe("Node::dropped", "D", "let guard = self.lock()"),
        probe("Node::looped", "L", "let _guard = self.lock();"),
    ]
    .concat();
    let run: [&[&str]; 2] = [&["rustc", "--edition", "2021", "-o", "main", "main.rs"], &["./main"]];
    expect(&events("main.rs", RUST, &trace, &run), "V V V D D D L L L L", false);
}

const PYTHON: &str = r#"import asyncio


class Lock:
    held = False

    def acquire(self):
        self.held = True

    def release(self):
        self.held = False

    def __enter__(self):
        self.acquire()

    def __exit__(self, *error):
        self.release()

    async def __aenter__(self):
        self.acquire()

    async def __aexit__(self, *error):
        self.release()


class Node:
    def __init__(self):
        self.lock = Lock()

    def within(self, m):
        with self.lock:  # until it is done
            if m > 1:
                return m
            self.n = 1 / m

    def both(self, m):
        with (
            open("both", "w") as out,
            self.lock,
        ): out.write(str(m))

    async def waiting(self):
        async with self.lock:
            await asyncio.sleep(0)

    def explicit(self, m):
        self.lock.acquire()
        try:
            if m > 1:
                return 1 / 0
        finally:
            self.lock.release()


x = Node()
for run in [lambda: x.within(1), lambda: x.within(2), lambda: x.within(0), lambda: x.explicit(1), lambda: x.explicit(2)]:
    try:
        run()
    except ZeroDivisionError:
        pass
x.both(1)
asyncio.run(x.waiting())
"#;

#[test]
fn a_section_of_python_is_one_event_on_every_way_out_of_it() {
    if !crate::emitters::python() {
        return;
    }
    let probe = |function: &str, event: &str, statement: &str| {
        format!(
            "- {{function: {function}, file: main.py, trigger: critical_section, statement: {statement:?}, event: {event}, receiver: self}}\n"
        )
    };
    let trace = [
        "format: 1\nsystem: s\nlanguage: python\nnode: '\"n\"'\nreceiver: {name: r, type: Node}\nstate: [{field: held, source: r.lock.held}]\nprobes:\n".to_owned(),
        probe("Node.within", "W", "with self.lock:"),
        probe("Node.both", "B", "with (open(\"both\", \"w\") as out, self.lock,):"),
        probe("Node.waiting", "A", "async with self.lock:"),
        probe("Node.explicit", "E", "self.lock.acquire()"),
    ]
    .concat();
    let run: [&[&str]; 1] = [&["python3", "main.py"]];
    expect(&events("main.py", PYTHON, &trace, &run), "W W W! E E B A", true);
}
