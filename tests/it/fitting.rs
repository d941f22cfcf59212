//! `specgen instrument --check`: on real compilers, what fits, what does not, and whose fault it is.

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde_json::Value;
use specgen::base::disk;

use crate::project::Ran;
use crate::project::go;
use crate::project::program;
use crate::project::ran;

/// A project with a source and probes, and nothing else.
pub(crate) struct Target {
    folder: tempfile::TempDir,
}

const GO: &str = "package thing

// Thing counts.
type Thing struct{ n int }

// Up adds one.
func (t *Thing) Up() int {
\tt.n++
\treturn t.n
}
";

const RUST: &str = "pub struct Thing {
    n: u32,
}

impl Thing {
    pub fn up(&mut self) -> u32 {
        self.n += 1;
        self.n
    }
}
";

const PYTHON: &str = "class Thing:
    def __init__(self):
        self.n = 0

    def up(self):
        self.n += 1
        return self.n
";

pub(crate) const MANIFEST: &str = "[package]\nname = \"thing\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

impl Target {
    pub(crate) fn new(language: &str, files: &[(&str, &str)], trace: &str) -> Self {
        let target = Self { folder: tempfile::tempdir().unwrap() };
        let settings = format!(
            "format: 1\ntarget:\n  language: {language}\n  source: {{kind: path, name: src}}\n  trace: trace/trace.yaml\n"
        );
        target.put("specgen.yaml", &settings);
        for (name, text) in files {
            target.put(&format!("src/{name}"), text);
        }
        target.put("trace/trace.yaml", &format!("format: 1\nsystem: thing\nlanguage: {language}\n{trace}"));
        target
    }

    /// A counter in each language, with the probe's parameter.
    fn counter(language: &str, param: &str) -> Self {
        let (files, function, file, receiver): (&[(&str, &str)], _, _, _) = match language {
            "go" => (&[("thing.go", GO), ("go.mod", "module thing\n\ngo 1.21\n")], "(*Thing).Up", "thing.go", "t"),
            "rust" => (&[("src/lib.rs", RUST), ("Cargo.toml", MANIFEST)], "Thing::up", "src/lib.rs", "self"),
            _ => (&[("thing.py", PYTHON)], "Thing.up", "thing.py", "self"),
        };
        let type_text = if language == "go" { "*Thing" } else { "&Thing" };
        let trace = format!(
            "node: '\"n\"'\nreceiver: {{name: r, type: \"{type_text}\"}}\nprobes:\n- function: {function}\n  file: {file}\n  \
             trigger: exit\n  event: Up\n  receiver: {receiver}\n  params: {{x: {param}}}\nstate:\n- {{field: n, source: r.n}}\n\
             actions:\n- {{name: Up}}\n"
        );
        Self::new(language, files, &trace)
    }

    pub(crate) fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path()).unwrap().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        disk::put(&self.path(name), text).unwrap();
    }

    fn edit(&self, name: &str, old: &str, new: &str) {
        let text = disk::read_text(&self.path(name)).unwrap();
        assert!(text.contains(old), "{text}");
        self.put(name, &text.replace(old, new));
    }

    pub(crate) fn check(&self, more: &[&str]) -> Ran {
        let before = disk::sha256_tree(&self.path("")).unwrap();
        let mut command = program();
        command.current_dir(self.path("")).args(["--json", "instrument", "--check"]).args(more);
        let ran = ran(command);
        assert!(!ran.err.contains("panicked"), "{ran:?}");
        assert_eq!(disk::sha256_tree(&self.path("")).unwrap(), before, "something was written into the project");
        ran
    }

    /// The result of a check that ends so.
    #[track_caller]
    pub(crate) fn came(&self, exit: i32, verdict: &str) -> Value {
        Self::judged(&self.check(&[]), exit, verdict)
    }

    #[track_caller]
    fn judged(ran: &Ran, exit: i32, verdict: &str) -> Value {
        let result = ran.json()["result"].clone();
        assert_eq!((ran.exit, &result["verdict"]), (exit, &verdict.into()), "{ran:?}");
        result
    }
}

/// Code, message, and the places as file and line.
fn said(result: &Value, number: usize) -> (String, String, Vec<(String, u64)>) {
    let one = &result["diagnostics"][number];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let places = one["places"].as_array().into_iter().flatten();
    let places = places.map(|p| (text(&p["file"]).trim_start_matches("./").to_owned(), p["line"].as_u64().unwrap()));
    (text(&one["code"]), text(&one["message"]), places.collect())
}

fn languages() -> Vec<&'static str> {
    let mut there = vec!["rust"];
    if go() {
        there.push("go");
    }
    if crate::emitters::python() {
        there.push("python");
    }
    there
}

fn receiver(language: &str) -> &'static str {
    if language == "go" { "t" } else { "self" }
}

#[test]
fn probes_that_fit_compile_and_can_be_taken_out_again() {
    for language in languages() {
        let target = Target::counter(language, &format!("{}.n", receiver(language)));
        let result = target.came(0, "fits");
        assert_eq!((&result["restored"], &result["points"]), (&true.into(), &1.into()), "{result:#}");
        assert_eq!(result["diagnostics"], serde_json::json!([]), "{language}");
        let of: Vec<_> = result["runs"].as_array().unwrap().iter().map(|run| run["of"].as_str().unwrap()).collect();
        let steps = if language == "go" { 2 } else { 1 };
        assert_eq!(of, [vec!["source"; steps], vec!["copy"; steps]].concat());
    }
}

#[test]
fn an_expression_that_does_not_compile_is_shown_where_it_is_written_and_where_it_stands() {
    for (language, line) in [("go", 7), ("rust", 6), ("python", 5)] {
        if !languages().contains(&language) {
            continue;
        }
        let target = Target::counter(language, "nobody.n");
        let result = target.came(13, "copy-refused");
        let (code, message, places) = said(&result, 0);
        assert_eq!(code, "instrument/compile");
        assert!(
            message.starts_with("compile params.x of the exit probe of ") && message.contains("nobody"),
            "{message}"
        );
        let file = &result["files"][0];
        let file = if language == "python" { "thing.py" } else { file.as_str().unwrap() };
        assert_eq!(places[0], ("trace/trace.yaml".to_owned(), 12), "{places:?}");
        assert_eq!(places[1].1, line, "{places:?} {file}");
        assert_eq!(result["diagnostics"][0]["places"][0]["column"], 15);
        // A field of the state is another line.
        target.edit("trace/trace.yaml", "nobody.n", &format!("{}.n", receiver(language)));
        target.edit("trace/trace.yaml", "source: r.n", "source: somebody.n");
        let (_, message, places) = said(&target.came(13, "copy-refused"), 0);
        assert!(message.starts_with("compile state.n of the exit probe of "), "{message}");
        assert_eq!(places[0], ("trace/trace.yaml".to_owned(), 14), "{places:?}");
    }
}

#[test]
fn a_type_that_cannot_be_recorded_is_the_expressions_fault() {
    let target = Target::counter("rust", "(self)");
    let (code, message, places) = said(&target.came(13, "copy-refused"), 0);
    assert!(code == "instrument/compile" && message.contains("ToJson"), "{message}");
    assert_eq!((places[0].1, places[1].1), (12, 6));
}

#[test]
fn a_source_that_does_not_compile_is_said_first_in_the_compilers_words() {
    for (language, file, old, new, words, line) in [
        ("go", "src/thing.go", "t.n++", "t.m++", "t.m undefined", 8),
        ("rust", "src/src/lib.rs", "self.n += 1", "self.m += 1", "no field `m`", 7),
        ("python", "src/thing.py", "self.n += 1", "self.n += (", "SyntaxError", 6),
    ] {
        if !languages().contains(&language) {
            continue;
        }
        let target = Target::counter(language, "nobody.n");
        target.edit(file, old, new);
        let result = target.came(13, "source-refused");
        let (code, message, places) = said(&result, 0);
        assert!(code == "instrument/source" && message.contains(words), "{message}");
        assert_eq!(places, [(file.strip_prefix("src/").unwrap().to_owned(), line)]);
        assert_eq!((&result["restored"], result["runs"].as_array().unwrap().len()), (&Value::Null, 1));
    }
}

#[test]
fn what_the_source_needs_and_is_not_here_is_named_and_not_fetched() {
    let target = Target::counter("rust", "self.n");
    target.put("src/Cargo.toml", &format!("{MANIFEST}[dependencies]\nspecgen-no-such-crate = \"1\"\n"));
    let (code, message, _) = said(&target.came(21, "unknown"), 0);
    assert!(code == "instrument/offline" && message.ends_with(": specgen-no-such-crate"), "{message}");
    if go() {
        let target = Target::counter("go", "t.n");
        target.edit("src/thing.go", "package thing\n", "package thing\n\nimport _ \"example.invalid/m\"\n");
        let (code, message, _) = said(&target.came(21, "unknown"), 0);
        assert!(code == "instrument/offline" && message.ends_with(": example.invalid/m"), "{message}");
    }
    if crate::emitters::python() {
        let target = Target::counter("python", "self.n");
        target.edit("src/thing.py", "class Thing:", "import specgen_no_such_module\n\n\nclass Thing:");
        let (code, message, _) = said(&target.came(21, "unknown"), 0);
        assert!(code == "instrument/offline" && message.ends_with(": specgen_no_such_module"), "{message}");
    }
}

#[test]
fn a_vendored_dependency_is_enough() {
    let target = Target::counter("rust", "self.n");
    target.put("src/Cargo.toml", &format!("{MANIFEST}[dependencies]\nhelper = \"1\"\n"));
    target.put(
        "src/.cargo/config.toml",
        "[source.crates-io]\nreplace-with = \"own\"\n[source.own]\ndirectory = \"vendor\"\n",
    );
    target
        .put("src/vendor/helper/Cargo.toml", "[package]\nname = \"helper\"\nversion = \"1.0.0\"\nedition = \"2021\"\n");
    target.put("src/vendor/helper/src/lib.rs", "pub fn one() -> u32 { 1 }\n");
    target.put("src/vendor/helper/.cargo-checksum.json", "{\"files\":{}}");
    target.edit("src/src/lib.rs", "self.n += 1;", "self.n += helper::one();");
    target.came(0, "fits");
}

#[test]
fn a_compiler_that_takes_more_than_it_may_leaves_no_verdict() {
    if !crate::emitters::python() {
        return;
    }
    let target = Target::counter("python", "self.n");
    target.edit("src/thing.py", "class Thing:", "while True:\n    pass\n\n\nclass Thing:");
    let ran = target.check(&["--limit", "1"]);
    let result = Target::judged(&ran, 30, "unknown");
    assert_eq!(said(&result, 0).0, "instrument/out-of-time");
    target.edit("src/thing.py", "while True:\n    pass", "x = bytearray(b\"x\" * (300 << 20))\nwhile True:\n    pass");
    let ran = target.check(&["--memory", "150", "--limit", "60"]);
    assert_eq!(said(&Target::judged(&ran, 30, "unknown"), 0).0, "instrument/out-of-memory");
}

#[test]
fn mistakes_of_the_probes_are_all_told_at_once() {
    if !go() {
        return;
    }
    let target = Target::counter("go", "t.take()");
    target.edit("trace/trace.yaml", "event: Up", "event: Uup");
    let result = target.came(13, "probes-refused");
    let codes: Vec<String> = (0..3).map(|number| said(&result, number).0).collect();
    assert_eq!(codes, ["instrument/side-effect", "instrument/no-action", "instrument/no-probe"]);
}

#[test]
#[cfg(unix)]
fn a_read_only_checkout_is_enough() {
    use std::os::unix::fs::PermissionsExt as _;
    if !go() {
        return;
    }
    let target = Target::counter("go", "t.n");
    let all = ["src/thing.go", "src/go.mod", "trace/trace.yaml", "specgen.yaml", "src", "trace", ""];
    let set = |mode| {
        for (number, name) in all.iter().enumerate() {
            let mode = if number < 4 { mode & 0o666 } else { mode };
            std::fs::set_permissions(target.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o555);
    target.came(0, "fits");
    let mode = std::fs::metadata(target.path("src/thing.go")).unwrap().permissions().mode() & 0o777;
    set(0o755);
    assert_eq!(mode, 0o444);
}

#[test]
#[cfg(unix)]
fn a_link_out_of_the_source_is_refused_where_it_is_probed_and_named_where_it_is_not() {
    use std::os::unix::fs::symlink;
    if !go() {
        return;
    }
    let target = Target::counter("go", "t.n");
    target.put("elsewhere/extra.go", "package thing\n\nfunc extra() {}\n");
    symlink(target.path("elsewhere/extra.go"), target.path("src/extra.go")).unwrap();
    symlink("thing.go.txt", target.path("src/dangling")).unwrap();
    let result = target.came(0, "fits");
    let names: Vec<String> = (0..2).map(|number| said(&result, number).1).collect();
    assert!(names[0].starts_with("dangling is not in the copy") && names[0].ends_with("to nothing"), "{names:?}");
    assert!(
        names[1].starts_with("extra.go is not in the copy") && names[1].contains("elsewhere/extra.go"),
        "{names:?}"
    );
    // The probed file itself.
    target.edit("trace/trace.yaml", "file: thing.go", "file: extra.go");
    target.edit("trace/trace.yaml", "(*Thing).Up", "extra");
    let result = target.came(13, "probes-refused");
    assert!((0..4).any(|number| said(&result, number).0 == "source/outside"), "{result:#}");
    // One to a file inside is a file of the copy.
    std::fs::rename(target.path("src/thing.go"), target.path("src/thing.txt")).unwrap();
    symlink("thing.txt", target.path("src/thing.go")).unwrap();
    target.edit("trace/trace.yaml", "file: extra.go", "file: thing.go");
    target.edit("trace/trace.yaml", "function: extra", "function: (*Thing).Up");
    target.came(0, "fits");
}

#[test]
fn what_go_vet_says_of_the_source_is_no_fault_of_the_probes() {
    if !go() {
        return;
    }
    let target = Target::counter("go", "t.n");
    target.edit("src/thing.go", "t.n++", "t.n++\n\tt.n = t.n");
    let result = target.came(0, "fits");
    assert_eq!(said(&result, 0).0, "instrument/vet");
    assert_eq!(result["runs"].as_array().unwrap().len(), 3);
    // A probe that copies a lock is the probe's.
    let target = Target::counter("go", "any(t.mu)");
    target.edit("src/thing.go", "type Thing struct{ n int }", "type Thing struct {\n\tn  int\n\tmu sync.Mutex\n}");
    target.edit("src/thing.go", "package thing\n", "package thing\n\nimport \"sync\"\n");
    let (_, message, places) = said(&target.came(13, "copy-refused"), 0);
    assert!(message.contains("params.x") && message.contains("lock"), "{message}");
    assert_eq!(places[0].1, 12);
}

#[test]
fn the_module_of_a_support_file_is_named_where_it_is_called_by_the_name_of_the_file() {
    if !languages().contains(&"rust") {
        return;
    }
    let target = Target::counter("rust", "crate::task::one()");
    let mapping = disk::read_text(&target.path("trace/trace.yaml")).unwrap();
    target.put("trace/trace.yaml", &format!("{mapping}support: [task.rs]\npure: [one]\n"));
    target.put("trace/task.rs", "//! For the probes.\n\n/// One.\npub fn one() -> u64 {\n    1\n}\n");
    let result = target.came(13, "copy-refused");
    let hints = result["diagnostics"][0]["hints"].as_array().unwrap();
    let hint = "the support file task.rs is the module `crate::specgen_task` of the copy";
    assert!(hints.iter().any(|said| said == hint), "{result:#}");
    target.edit("trace/trace.yaml", "crate::task::", "crate::specgen_task::");
    target.came(0, "fits");
}

#[test]
fn a_loop_that_nothing_breaks_out_of_takes_probes_where_warnings_are_denied() {
    if !languages().contains(&"rust") {
        return;
    }
    let target = Target::counter("rust", "1");
    target.edit(
        "src/src/lib.rs",
        "self.n += 1;\n        self.n\n",
        "loop { self.n += 1; if self.n > 2 { return self.n; } }\n",
    );
    let text = disk::read_text(&target.path("src/src/lib.rs")).unwrap();
    target.put("src/src/lib.rs", &format!("#![deny(warnings)]\n{text}"));
    target.came(0, "fits");
    target.edit("trace/trace.yaml", "trigger: exit", "trigger: before_return");
    target.came(0, "fits");
}
