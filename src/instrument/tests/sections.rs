//! What is no critical section. Where the events stand is seen by running them: tests/it/sections.rs.

use super::*;

const GO: &str = "package sample

func f(x *node) {
\tx.mu.Lock()
\tdefer func() { x.mu.Unlock() }()
\tx.mu.TryLock()
\tx.mu.RLock()
\tgo x.mu.RUnlock()
\tx.once.Lock()
}
";

const RUST: &str = "struct Node;
impl Node {
    fn f(&self) {
        self.m.lock().unwrap().push(1);
        let (guard, other) = self.both();
        let one = self.m.lock();
    }
}
";

const PYTHON: &str = "def f(x):
    x.lock.acquire()
    x.lock.release
    x.take()
    ok = x.lock.acquire()
    with (x.one,): pass

def g(x):
    with x.lock:
        yield 1

def h(x):
    x.a.acquire()
    x.a.release()
    if x.a.acquire(False): x.a.release()
";

fn refused(config: &dyn Fn(&str) -> TraceConfig, path: &str, text: &str, probe: &str, statement: &str) -> String {
    let config = config(&format!(
        "- {{function: {probe}, file: {path}, trigger: critical_section, statement: '{statement}', event: E, receiver: x}}\n"
    ));
    match run_in(&config, path, text) {
        Ok(made) => panic!("{}", made.files[path]),
        Err(wrong) => format!("{}: {}", wrong[0].code, wrong[0].message.rsplit(": ").next().unwrap_or_default()),
    }
}

#[test]
fn a_section_without_a_lock_or_an_end_is_refused() {
    let go = |statement: &str| refused(&super::go, "n.go", GO, "f", statement);
    assert_eq!(go("x.mu.TryLock()"), "instrument/no-section: `x.mu.TryLock()` does not lock");
    assert_eq!(go("x.mu.Lock()"), "instrument/no-section: `x.mu.Unlock()` is not only said where `x.mu.Lock()` is");
    assert_eq!(go("x.once.Lock()"), "instrument/no-section: nothing here says `x.once.Unlock()` after line 9");
    assert_eq!(go("x.mu.RLock()"), "instrument/no-section: nothing here says `x.mu.RUnlock()` after line 7");
    let python = |statement: &str| refused(&python::python, "n.py", PYTHON, "f", statement);
    assert_eq!(python("x.take()"), "instrument/no-section: `x.take()` takes no lock");
    assert_eq!(python("x.lock.acquire()"), "instrument/no-section: `x.lock` is taken more than once");
    assert_eq!(python("ok = x.lock.acquire()"), "instrument/no-section: `ok=x.lock.acquire()` takes no lock");
    assert_eq!(python("with (x.one,):"), "instrument/no-section: the lock stands alone in brackets");
    let of = |function: &str, statement: &str| refused(&python::python, "n.py", PYTHON, function, statement);
    assert_eq!(of("g", "with x.lock:"), "instrument/no-section: a generator may wait inside a section");
    assert_eq!(of("h", "x.a.acquire()"), "instrument/no-section: `x.a` is taken more than once");
    let rust = |statement: &str| refused(&super::rust, "src/node.rs", RUST, "Node::f", statement);
    assert!(rust("self.m.lock().unwrap().push(1);").ends_with("binds no guard"));
    assert!(rust("let (guard, other) = self.both();").ends_with("binds no guard"));
}

#[test]
fn a_section_is_not_atomic() {
    let probe = "- {function: \"Node::f\", file: src/node.rs, trigger: critical_section, statement: 'let one = self.m.lock();', \
                 event: E, receiver: x, atomic: true}\n";
    assert_eq!(code_of(&super::rust(probe), "src/node.rs", RUST), "instrument/trigger");
}
