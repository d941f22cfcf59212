//! Ways out of a call of Rust that are no `return`: a program with each of them, instrumented and run.

use std::process::Command;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde_json::Value;
use specgen::base::disk;
use specgen::instrument;
use specgen::instrument::Sources;
use specgen::instrument::TraceConfig;
use specgen::source;

const PROGRAM: &str = r#"#![deny(warnings)]
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::task::Poll;

pub struct Node { n: u64, seen: BTreeMap<u64, u64> }

type Said<T> = Result<T, Box<dyn std::error::Error>>;

impl Node {
    pub fn parsed(&mut self, text: &str) -> Said<u64> {
        self.n += 1;
        let n: u64 = text.parse()?;
        let to = &mut self.n;
        *to += text.trim().parse::<u64>()?;
        // What a closure leaves by `?` is the closure.
        let twice = || -> Option<u64> { Some(n.checked_add(n)?) };
        twice();
        if n > 7 { return Err(std::fmt::Error.into()); }
        Ok(n.checked_mul(2).ok_or("too much")?)
    }

    pub fn found(&mut self, key: u64) -> Option<u64> {
        self.n += 1;
        *self.seen.get_mut(&key)? += 1;
        self.seen.get(&key)?.checked_sub(1)?.checked_add(self.seen.get(&(key + 1)).copied()?)
    }

    pub fn polled(&mut self, got: Poll<Option<Result<u64, std::fmt::Error>>>) -> Poll<Result<(), std::fmt::Error>> {
        self.n += 1;
        if let Poll::Ready(Some(n)) = got? { self.n += n; }
        Poll::Ready(Ok(()))
    }

    pub fn flowed(&mut self, stop: bool) -> ControlFlow<u64> {
        self.n += 1;
        (if stop { ControlFlow::Break(3) } else { ControlFlow::Continue(()) })?;
        ControlFlow::Continue(())
    }

    pub fn shown(&mut self, text: &str) -> Said<String> {
        self.n += 1;
        Ok(format!("{}", text.parse::<u64>()?))
    }

    pub fn panicked(&mut self, at: u64) -> Said<()> {
        self.n += 1;
        assert!(self.n != at);
        Ok(())
    }
}

fn main() {
    let mut x = Node { n: 0, seen: BTreeMap::from([(1, 1), (2, 2)]) };
    for text in ["no", " 1", "2", "9"] { let _ = x.parsed(text); }
    for key in 0..3 { x.found(key); }
    let _ = x.polled(Poll::Ready(Some(Err(std::fmt::Error))));
    let _ = x.polled(Poll::Ready(Some(Ok(1))));
    let _ = (x.flowed(true), x.flowed(false));
    for text in ["no", "3"] { let _ = x.shown(text); }
    std::panic::set_hook(Box::new(|_| {}));
    let mut x = std::panic::AssertUnwindSafe(&mut x);
    let _ = std::panic::catch_unwind(move || { let at = x.n + 1; x.panicked(at) });
}
"#;

const FUNCTIONS: [(&str, &str); 6] = [
    ("parsed", "result.is_ok()"),
    ("found", "result.is_some()"),
    ("polled", "matches!(result, std::task::Poll::Ready(Ok(())))"),
    ("flowed", "result.is_continue()"),
    ("shown", "result.is_ok()"),
    ("panicked", "result.is_ok()"),
];

/// The program with a probe of this trigger in each function, run; each event as its name, `+` where the call returned what
/// is good and `-` where not, or `!` where it was aborted, and the node's `n`.
#[expect(clippy::disallowed_methods, reason = "a test runs what it made")]
fn events(trigger: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    disk::put(&root.join("main.rs"), PROGRAM).unwrap();
    let outline = source::survey(root, &[Utf8PathBuf::from("main.rs")]).unwrap();
    let mut sources = Sources::default();
    sources.files.insert("main.rs".to_owned(), PROGRAM.to_owned());
    let probes: Vec<String> = FUNCTIONS
        .iter()
        .map(|(name, good)| {
            format!(
                "- {{function: Node::{name}, file: main.rs, trigger: {trigger}, event: {name}, receiver: self, state: {{good: '{good}'}}}}\n"
            )
        })
        .collect();
    let trace = format!(
        "format: 1\nsystem: s\nlanguage: rust\ncrate_root: main.rs\npure: [is_ok, is_some, is_continue]\nnode: '\"n\"'\nreceiver: {{name: r, type: '&Node'}}\nstate: [{{field: n, source: r.n}}, {{field: good, source: 'true'}}]\nprobes:\n{}",
        probes.concat()
    );
    let config = TraceConfig::read(&trace, "trace.yaml").unwrap();
    let made = instrument::instrument(&config, &outline, &sources).unwrap();
    for (name, text) in &made.files {
        disk::put(&root.join(name), text).unwrap();
    }
    for command in [&["rustc", "--edition", "2021", "-o", "main", "main.rs"][..], &["./main"]] {
        let mut program = Command::new(command[0]);
        program.args(&command[1..]).current_dir(root).env("EMIT_TRACE", root.join("trace.ndjson"));
        let output = program.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command:?}: {said}\n{}", made.files["main.rs"]);
    }
    let trace = disk::read_text(&root.join("trace.ndjson")).unwrap();
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        let name = event["event"].as_str().unwrap();
        match event["state"]["good"].as_bool() {
            _ if event["aborted"] == true => format!("{name}!"),
            Some(good) => format!("{name}{}{}", if good { "+" } else { "-" }, event["state"]["n"]),
            None => panic!("{line}"),
        }
    };
    trace.lines().skip(1).map(event).collect()
}

#[test]
fn a_call_that_leaves_by_a_question_mark_is_an_event_with_what_it_returns() {
    let returned =
        "parsed-1 parsed-2 parsed+5 parsed-15 found-16 found+17 found-18 polled-19 polled+21 flowed-22 flowed+23";
    // Inside a macro there is no place for code, and where a call panics nothing to look at.
    assert_eq!(events("exit").join(" "), format!("{returned} shown! shown+25 panicked!"));
    assert_eq!(events("before_return").join(" "), format!("{returned} shown+25"));
}
