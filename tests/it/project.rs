//! A tiny project in a folder of its own, with a shell script in place of a model, and runs of the program on it.

use std::path::Path;
use std::path::PathBuf;

use camino::Utf8PathBuf;
use specgen::base::disk;

const GOOD: &str = include_str!("../data/cli/Counter.tla");

/// An analysis as long as one has to be.
pub(crate) const ANALYSIS: &str = "The counter counts up to three (counter.go:10-11). It has one variable, `n`, which starts at 0 \
    and which only `Up` changes, by one; at three it stays. There is no concurrency, no message and no failure to model, so the \
    action `Up` is all there is.";

/// What is wrong with a counter that counts up to four.
pub(crate) const UNFAITHFUL: &str =
    "```finding\nanswer: unfaithful\nbecause: >-\n  The source: stops at three.\nsource:\n  - counter.go:10\n```\n";

/// The edit that mends it.
pub(crate) const MENDED: &str = "```edit\n<<<<<<< old\n    /\\ n < 4           \\* counter.go:10\n=======\n    \
    /\\ n < 3           \\* counter.go:10\n>>>>>>> new\n```\n";

/// A copy of tests/data/cli that is removed with the value.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The JSON object on stdout; exactly one, of the shape that the command's schema describes.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.out.trim_end().lines().count(), 1, "{self:?}");
        let body = serde_json::from_str(&self.out).unwrap();
        crate::json::fits(&body);
        body
    }

    /// The arguments were not understood: said in words of the library, and in JSON with a code.
    #[track_caller]
    pub(crate) fn failed_as_usage(&self) {
        assert_eq!((self.exit, &self.json()["diagnostics"][0]["code"]), (2, &"config/usage".into()), "{self:?}");
    }

    /// Ended in this exit code and with this diagnostic first, in JSON and in words, and without a panic.
    #[track_caller]
    pub(crate) fn failed(&self, exit: i32, code: &str) -> &Self {
        assert!(!self.err.contains("panicked"), "{self:?}");
        assert_eq!(self.exit, exit, "{self:?}");
        let json = self.json();
        assert_eq!(json["version"], 1);
        assert_eq!(json["ok"], false);
        assert_eq!(json["exit"], exit);
        assert_eq!(json["diagnostics"][0]["code"], code, "{self:?}");
        if code.starts_with("session/") {
            assert!(!json["diagnostics"][0]["places"].as_array().unwrap().is_empty(), "no file is named: {self:?}");
        }
        assert!(self.err.contains(code), "{self:?}");
        self
    }

    /// The same, with this as the only diagnostic, and with something to do about it.
    #[track_caller]
    pub(crate) fn failed_once(&self, exit: i32, code: &str) -> &Self {
        self.failed(exit, code);
        let json = self.json();
        let diagnostics = json["diagnostics"].as_array().unwrap();
        assert_eq!(diagnostics.len(), 1, "{self:?}");
        assert!(!diagnostics[0]["hints"].as_array().unwrap().is_empty(), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.err.contains(words) && self.out.contains(words), "no `{words}` in {self:?}");
        self
    }
}

/// A file of the repository.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A tool is not there: the test is skipped and says so, but `make test`, which gets the tools first, has none skipped.
#[expect(clippy::print_stderr, reason = "a test that needs what may not be there says so")]
pub(crate) fn absent(tool: &str) {
    assert!(std::env::var_os("TOOLS_REQUIRED").is_none(), "there is no {tool}, and TOOLS_REQUIRED is set");
    eprintln!("skipped: no {tool}");
}

/// The pinned jar and Java, or a word about what is missing.
#[expect(clippy::disallowed_methods, reason = "a test reads where the jar is")]
pub(crate) fn tools() -> Option<PathBuf> {
    let named = std::env::var("SPECGEN_TLA_TOOLS").ok().map(PathBuf::from);
    let jar = named.unwrap_or_else(|| here("lib/tla2tools.jar"));
    if !jar.exists() {
        absent("tla2tools.jar");
        return None;
    }
    java().then_some(jar)
}

/// Whether there is a Java; says so where there is none.
pub(crate) fn java() -> bool {
    let found = specgen::toolchain::java::locate(None).is_ok();
    if !found {
        absent("Java");
    }
    found
}

/// Whether there is a Go; says so where there is none.
#[expect(clippy::disallowed_methods, reason = "a test asks whether there is a Go")]
pub(crate) fn go() -> bool {
    let found = std::process::Command::new("go").arg("version").output().is_ok_and(|o| o.status.success());
    if !found {
        absent("Go");
    }
    found
}

/// The program, in an environment in which nothing of the caller's settings or keys is left.
pub(crate) fn program() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::cargo_bin("specgen").unwrap();
    for name in of_the_caller() {
        command.env_remove(name);
    }
    command
}

/// The caller's settings and keys, by the names of their variables.
#[expect(clippy::disallowed_methods, reason = "a test gives the program an environment of its own")]
pub(crate) fn of_the_caller() -> Vec<std::ffi::OsString> {
    let is_one =
        |name: &std::ffi::OsString| name.to_str().is_some_and(|n| n.starts_with("SPECGEN_") || n.ends_with("_API_KEY"));
    std::env::vars_os().map(|(name, _)| name).filter(is_one).collect()
}

/// `specgen check --tlc` on a module and its config in a folder of their own, where there is no Java.
pub(crate) fn checked((name, module): (&str, &str), config: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let at = |ending: &str| Utf8PathBuf::from_path_buf(folder.path().join(format!("{name}.{ending}"))).unwrap();
    disk::put(&at("tla"), module).unwrap();
    disk::put(&at("cfg"), config).unwrap();
    let mut command = program();
    command.env_remove("JAVA_HOME").env("PATH", "").args(["check", at("tla").as_str(), "--tlc"]).args(more);
    ran(command)
}

/// Runs to the end. A run that hangs is killed and fails the test.
pub(crate) fn ran(mut command: assert_cmd::Command) -> Ran {
    let output = command.timeout(std::time::Duration::from_secs(300)).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { exit: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

impl Project {
    /// A project whose model analyses, translates rightly, and has nothing to repair.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = Self { folder };
        let from = camino::Utf8PathBuf::from_path_buf(here("tests/data/cli")).unwrap();
        disk::copy_tree(&from, &project.utf8("")).unwrap();
        project.put("reply-draft.md", &format!("{ANALYSIS}\n"));
        project.translates(GOOD);
        project.put("reply-repair.md", "nothing to say\n");
        project.put("reply-correct.md", "nothing to say\n");
        project.put("reply-finding.md", "nothing to say\n");
        project
    }

    /// What the model translates to.
    pub(crate) fn translates(&self, spec: &str) {
        self.put("reply-translate.md", &format!("Here it is.\n\n```tla\n{spec}```\n"));
    }

    /// What the model answers to a request for edits of this kind.
    pub(crate) fn edits(&self, kind: &str, old: &str, new: &str) {
        let edit = format!("```edit\n<<<<<<< old\n{old}\n=======\n{new}\n>>>>>>> new\n```\n");
        self.put(&format!("reply-{kind}.md"), &edit);
    }

    /// A model that first writes what SANY does not parse, then what TLC refutes.
    pub(crate) fn errs_twice(&self) {
        self.translates(&GOOD.replace("n < 3  ", "n < 4  ").replace("n' = n + 1  ", "n' = n + one"));
        self.edits("repair", "    /\\ n' = n + one    \\* counter.go:11", "    /\\ n' = n + 1      \\* counter.go:11");
        self.put("reply-finding.md", &format!("{UNFAITHFUL}{MENDED}"));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn utf8(&self, name: &str) -> camino::Utf8PathBuf {
        camino::Utf8PathBuf::from_path_buf(self.path(name)).unwrap()
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        disk::put(&self.utf8(name), text).unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        disk::read_text(&self.utf8(name)).unwrap()
    }

    /// How often the model was asked.
    pub(crate) fn calls(&self) -> usize {
        let log = disk::read_text_if_there(&self.utf8("calls.log")).unwrap();
        log.unwrap_or_default().lines().count()
    }

    /// What lies where, for all files under a folder: the names and the digests.
    pub(crate) fn tree(&self, folder: &str) -> Vec<(String, String)> {
        let root = self.utf8(folder);
        let files = disk::files_under(&root).unwrap();
        files.into_iter().map(|file| (file.to_string(), disk::sha256_file(&root.join(&file)).unwrap())).collect()
    }

    /// The program on this project, with the script as the model and the jar if there is one.
    pub(crate) fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = program();
        command.current_dir(self.folder.path()).arg("--json").args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments))
    }
}
