//! Probes in every function of systems that nobody here wrote: what is instrumented compiles, and goes away without a trace.
//!
//! `scripts/samples` gets the systems; a test whose system is not there says so.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::process::Command;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::instrument;
use specgen::instrument::Instrumented;
use specgen::instrument::Sources;
use specgen::instrument::TraceConfig;
use specgen::source;

/// A function, its file and, where the trigger wants one, a statement.
type Place = (String, String, Option<String>);

/// A system, and how it is probed.
struct System {
    root: Utf8PathBuf,
    language: &'static str,
    package: Option<&'static str>,
    /// The probed files, relative to the root.
    files: Vec<Utf8PathBuf>,
}

impl System {
    /// The files of the source whose names satisfy `probed`.
    fn new(root: Utf8PathBuf, language: &'static str, probed: impl Fn(&str) -> bool) -> Self {
        let mut files = disk::files_under(&root).unwrap();
        files.retain(|file| probed(file.as_str()));
        Self { root, language, package: None, files }
    }

    fn config(&self, trigger: &str, places: &[Place]) -> TraceConfig {
        let package = self.package.map_or(String::new(), |package| format!("package: {package}\n"));
        let mut text = format!("format: 1\nsystem: x\nlanguage: {}\n{package}node: '\"n\"'\nprobes:\n", self.language);
        for (function, file, statement) in places {
            let statement = statement.as_ref().map_or(String::new(), |text| format!(", statement: {text:?}"));
            text.extend([format!(
                "- {{function: {function:?}, file: {file:?}, trigger: {trigger}, event: E{statement}}}\n"
            )]);
        }
        TraceConfig::read(&text, "trace.yaml").unwrap()
    }

    /// Probes every function that can be; what was made, how many there are, and why others cannot, with how many.
    fn probed(&self, trigger: &str) -> (Instrumented, usize, BTreeMap<String, usize>) {
        self.probed_at(trigger, &|_| vec![None])
    }

    /// The same at the statements that `wanted` finds in the text of a function.
    fn probed_at(
        &self,
        trigger: &str,
        wanted: &dyn Fn(&str) -> Vec<Option<String>>,
    ) -> (Instrumented, usize, BTreeMap<String, usize>) {
        let outline = source::survey(&self.root, &self.files).unwrap();
        let mut places: BTreeSet<Place> = BTreeSet::new();
        for file in &outline.files {
            let text = disk::read_text(&self.root.join(&file.path)).unwrap();
            for function in &file.functions {
                let body = function.body.map_or("", |span| &text[span.start..span.end]);
                let place = |statement| (function.qualified.clone(), file.path.clone(), statement);
                places.extend(wanted(body).into_iter().map(place));
            }
        }
        let mut sources = Sources::default();
        for file in &self.files {
            sources.files.insert(file.to_string(), disk::read_text(&self.root.join(file)).unwrap());
        }
        let mut refused = BTreeMap::new();
        loop {
            let list: Vec<_> = places.iter().cloned().collect();
            match instrument::instrument(&self.config(trigger, &list), &outline, &sources) {
                Ok(made) => return (made, list.len(), refused),
                Err(wrong) => {
                    let before = places.len();
                    for diagnostic in &wrong {
                        *refused.entry(diagnostic.code.clone()).or_insert(0) += 1;
                        places.retain(|(function, file, _)| {
                            !diagnostic.message.contains(&format!("into {function} of {file}: "))
                        });
                    }
                    assert!(places.len() < before, "{wrong:?}");
                }
            }
        }
    }

    /// A copy with the probes in it; they can be taken out again.
    #[expect(clippy::disallowed_methods, reason = "a test runs git")]
    fn copy(&self, made: &Instrumented) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let tree = Utf8Path::from_path(folder.path()).unwrap().join("tree");
        disk::copy_tree(&self.root, &tree).unwrap();
        let before = disk::sha256_tree(&tree).unwrap();
        for (file, text) in &made.files {
            disk::put(&tree.join(file), text).unwrap();
        }
        let with_probes = disk::sha256_tree(&tree).unwrap();
        let patch = folder.path().join("changes.patch");
        disk::put(Utf8Path::from_path(&patch).unwrap(), &made.diff).unwrap();
        for (direction, digest) in [("-R", before), ("-p1", with_probes)] {
            let mut git = Command::new("git");
            let output = git.args(["apply", direction]).arg(&patch).current_dir(&tree).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(disk::sha256_tree(&tree).unwrap(), digest, "{direction}");
        }
        folder
    }
}

#[expect(clippy::print_stderr, reason = "a test says what it has seen")]
fn said(name: &str, trigger: &str, probed: usize, refused: &BTreeMap<String, usize>) {
    eprintln!("{name}: {trigger} probes in {probed} functions, refused: {refused:?}");
}

#[expect(clippy::print_stderr, reason = "a test says why it did not run")]
fn home(below: &str) -> Option<Utf8PathBuf> {
    let home = std::env::home_dir().and_then(|home| Utf8PathBuf::from_path_buf(home).ok())?;
    let path = home.join(below);
    if !disk::exists(&path) {
        eprintln!("skipped: no {path}; `scripts/samples` gets it");
        return None;
    }
    Some(path)
}

/// The statements of a text that are all of a line, by the first group of a pattern, each once.
fn lines(text: &str, pattern: &str) -> Vec<Option<String>> {
    let pattern = regex::Regex::new(pattern).unwrap();
    let found: BTreeSet<String> = pattern.captures_iter(text).map(|found| found[1].to_owned()).collect();
    found.into_iter().map(Some).collect()
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}

/// Probes a crate of the registry in every way and compiles it, as a dependency of nothing.
#[expect(clippy::disallowed_methods, reason = "a test runs the compiler")]
fn a_crate(name: &str, version: &str, at_least: usize) {
    let Some(registries) = home(".cargo/registry/src") else { return };
    let named = format!("{name}-{version}");
    let found = registries.read_dir_utf8().unwrap().flatten().map(|entry| entry.path().join(&named));
    let Some(root) = found.into_iter().find(|path| disk::exists(path)) else {
        home(&format!(".cargo/registry/src/*/{named}"));
        return;
    };
    let system = System::new(root, "rust", |file| file.starts_with("src/") && file.ends_with(".rs"));
    for trigger in ["exit", "before_return", "entry"] {
        let (made, probed, refused) = system.probed(trigger);
        said(&named, trigger, probed, &refused);
        assert!(probed >= at_least, "{probed}");
        let folder = system.copy(&made);
        let manifest = format!(
            "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[dependencies]\n{name} = {{ path = \"../tree\" }}\n"
        );
        let user = Utf8Path::from_path(folder.path()).unwrap().join("user");
        disk::put(&user.join("Cargo.toml"), manifest).unwrap();
        disk::put(&user.join("src/lib.rs"), "").unwrap();
        let mut cargo = Command::new("cargo");
        // What the crate depends on is compiled once.
        cargo.args(["check", "--offline", "--quiet", "--target-dir"]).arg(crate::project::here("target/samples/check"));
        succeeds(cargo.current_dir(&user));
    }
}

#[test]
fn every_function_of_the_crate_spin_takes_a_probe_or_says_why_not() {
    a_crate("spin", "0.10.1", 150);
}

#[test]
fn every_function_of_the_crate_crossbeam_deque_takes_a_probe_or_says_why_not() {
    a_crate("crossbeam-deque", "0.8.8", 30);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test runs the compiler")]
fn every_function_of_hashicorps_raft_takes_a_probe_or_says_why_not() {
    let Some(root) = home("go/pkg/mod/github.com/hashicorp/raft@v1.7.3") else { return };
    if !crate::project::go() {
        return;
    }
    let probed = |file: &str| !file.contains('/') && file.ends_with(".go") && !file.ends_with("_test.go");
    let system = System::new(root, "go", probed);
    for (trigger, at_least) in [("exit", 300), ("before_return", 300), ("entry", 300), ("critical_section", 40)] {
        let locks = |body: &str| lines(body, r"(?m)^\s*([\w.]+\.R?Lock\(\))$");
        let section = trigger == "critical_section";
        let (made, probed, refused) = if section { system.probed_at(trigger, &locks) } else { system.probed(trigger) };
        said("hashicorp/raft 1.7.3", trigger, probed, &refused);
        assert!(probed >= at_least, "{probed}");
        let folder = system.copy(&made);
        let mut go = Command::new("go");
        let go = go.args(["vet", "."]).current_dir(folder.path().join("tree"));
        succeeds(go.env("GOFLAGS", "-mod=mod").env("GOPROXY", "off").env("GOWORK", "off"));
    }
}

#[test]
#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test runs Python, and says why it did not")]
fn every_function_of_pysyncobj_takes_a_probe_or_says_why_not() {
    let root = Utf8PathBuf::from("target/samples/python");
    if !disk::exists(&root.join("pysyncobj")) || !crate::emitters::python() {
        eprintln!("skipped: no {root}/pysyncobj; `scripts/samples` gets it");
        return;
    }
    let probed = |file: &str| file.starts_with("pysyncobj/") && file.ends_with(".py");
    let system = System { package: Some("pysyncobj"), ..System::new(root, "python", probed) };
    for (trigger, at_least) in [("exit", 300), ("before_return", 300), ("entry", 300), ("critical_section", 5)] {
        let locks = |body: &str| lines(body, r"(?m)^\s*(with [\w.]*[lL]ock:)$");
        let section = trigger == "critical_section";
        let (made, probed, refused) = if section { system.probed_at(trigger, &locks) } else { system.probed(trigger) };
        said("pysyncobj 0.3.17", trigger, probed, &refused);
        assert!(probed >= at_least, "{probed}");
        let folder = system.copy(&made);
        let mut python = Command::new("python3");
        let tree = folder.path().join("tree");
        succeeds(python.args(["-m", "compileall", "-q", "pysyncobj"]).current_dir(&tree));
        let mut python = Command::new("python3");
        succeeds(python.args(["-c", "import pysyncobj, pysyncobj.batteries"]).current_dir(&tree));
    }
}
