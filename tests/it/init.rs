//! `specgen init` writes a project that `specgen draft` can begin with, and never writes over anything.

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::config;
use specgen::config::Environment;
use specgen::config::Settings;
use specgen::instrument::TraceConfig;

use crate::project::Ran;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

const QUEUE: &str = "package queue\n\ntype Queue struct {\n\titems []int\n\tlimit int\n}\n\nfunc (q *Queue) Push(x int) bool {\n\t\
    if len(q.items) == q.limit {\n\t\treturn false\n\t}\n\tq.items = append(q.items, x)\n\treturn true\n}\n\nfunc helper() {}\n";

/// A folder with these files, and the program in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            disk::put(&folder.path(name), text).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8Path::from_path(self.0.path()).unwrap().join(name)
    }

    fn text(&self, name: &str) -> String {
        disk::read_text(&self.path(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = program();
        command.current_dir(self.0.path()).arg("--json").args(arguments);
        ran(command)
    }

    fn settings(&self, project: &str) -> Settings {
        config::load(&self.path(project), &Environment::default(), &[], true).unwrap()
    }
}

#[test]
fn one_file_and_two_commands_lead_to_the_prompt() {
    let folder = Folder::with(&[("src/queue.go", QUEUE)]);
    let ran = folder.run(&["init", "mine", "--source", "src/queue.go"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    let target = folder.settings("mine").config.target;
    assert_eq!((target.module.as_deref(), target.source.name.as_str()), (Some("Queue"), "../src"));
    let brief = folder.text("mine/brief.md");
    assert!(brief.contains("| `Push` | `(*Queue).Push`, queue.go:8-14 |"), "{brief}");
    assert!(brief.contains("`items`, `limit`") && !brief.contains("helper"), "{brief}");
    let trace = folder.text("mine/trace/trace.yaml");
    TraceConfig::read(&trace, "trace.yaml").unwrap();
    // Without their marks, the lines in comments are a mapping too, once the reader has put in what stands in <>.
    assert!(trace.contains("# - {name: Push, parameters: [], functions: [\"(*Queue).Push\"]}"), "{trace}");

    let Some(jar) = tools() else { return };
    let ran = folder.run(&["draft", "-C", "mine", "--set", "llm.time_limit=1", "--tla-tools", jar.to_str().unwrap()]);
    ran.failed_once(20, "llm/timeout");
    let handoff = folder.path("mine/.specgen/default/handoff");
    let prompt = disk::files_under(&handoff).unwrap();
    let [prompt] = prompt.as_slice() else { panic!("{prompt:?}") };
    let prompt = disk::read_text(&handoff.join(prompt)).unwrap();
    assert!(prompt.contains("q.items = append(q.items, x)") && prompt.contains(&brief), "{prompt}");
}

#[test]
fn files_of_a_crate_have_the_crate_as_their_root_and_its_build_is_no_source() {
    let lib = "pub struct Gate { open: bool }\nimpl Gate {\n    pub fn shut(&mut self) { self.open = false }\n}\n";
    let files = [("gate/Cargo.toml", "[package]\n"), ("gate/src/lib.rs", lib), ("gate/target/CACHEDIR.TAG", "x")];
    let folder = Folder::with(&files);
    assert_eq!(folder.run(&["init", "gate/spec", "--source", "gate/src/lib.rs"]).exit, 0);
    let target = folder.settings("gate/spec").config.target;
    assert_eq!((target.source.name.as_str(), target.files), ("..", vec![Utf8PathBuf::from("src/lib.rs")]));
    assert!(folder.text("gate/spec/specgen.yaml").contains("language: rust"));
    let found = disk::files_under(&folder.path("gate")).unwrap();
    assert!(!found.iter().any(|file| file.starts_with("target")), "{found:?}");
    assert!(found.iter().any(|file| file == "src/lib.rs"), "{found:?}");
}

#[test]
fn nothing_is_written_over_and_nothing_is_written_where_something_is_wrong() {
    let folder =
        Folder::with(&[("queue.go", QUEUE), ("brief.md", "mine\n"), ("broken/b.go", "package b\nfunc F( {\n")]);
    folder.run(&["init", "--source", "queue.go"]).failed_once(2, "config/exists").says("brief.md");
    assert_eq!(folder.text("brief.md"), "mine\n");
    folder.run(&["init", "new", "--source", "none.go"]).failed_once(13, "disk/not-found");
    folder.run(&["init", "new", "--source", "broken/b.go"]).failed(13, "source/syntax-error");
    folder.run(&["init", "new", "--source", "queue.go", "broken/b.go"]).failed(13, "source/syntax-error");
    folder.run(&["init", "new", "--source", "broken/b.go", "queue.go"]).failed_once(2, "config/sources-apart");
    folder.run(&["init", "new", "--module", "example.com/m"]).failed_once(2, "config/source-not-pinned");
    assert!(!disk::exists(&folder.path("new")) && !disk::exists(&folder.path("specgen.yaml")));
}

#[test]
fn a_project_without_a_source_yet_says_what_is_missing() {
    let folder = Folder::with(&[]);
    assert_eq!(folder.run(&["init"]).exit, 0);
    let ran = folder.run(&["draft"]);
    ran.failed_once(2, "config/missing").says("target.files");
    assert_eq!(ran.json()["diagnostics"][0]["places"][0]["text"], "  files: []");
}
