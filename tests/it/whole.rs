//! The tiny project made whole: all seven stages, every child of which can be held and killed; and what two sessions
//! have in common.

use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::Duration;

use specgen::base::disk;
use specgen::base::process;

use crate::project::Project;
use crate::project::Ran;
use crate::project::here;
use crate::project::ran;
use crate::project::tools;

/// The folders of a whole session, in order.
pub(crate) const STAGES: [&str; 7] =
    ["01-draft", "02-correct", "03-instrument", "04-exercise", "05-validate", "06-challenge", "07-report"];

/// Where the session lies in the project.
pub(crate) const SESSION: &str = ".specgen/default";

/// What holds times, paths or what can be made again, by ARCHITECTURE.md; everything else is the same after every run.
const TIMED: [&str; 5] = ["events.ndjson", "report.html", "summary.md", "logs/", "build/"];

/// A whole project and the jar it is run with.
pub(crate) struct Whole {
    pub(crate) project: Project,
    jar: PathBuf,
}

/// A session that nothing disturbed: what is in it, and how often the model was asked.
pub(crate) struct Undisturbed {
    pub(crate) whole: Whole,
    pub(crate) files: Vec<(String, String)>,
    pub(crate) calls: usize,
}

/// Made once for all tests; `None` where a tool is missing.
pub(crate) static UNDISTURBED: LazyLock<Option<Undisturbed>> = LazyLock::new(|| {
    let whole = Whole::new()?;
    let ran = whole.run("run");
    assert_eq!(ran.exit, 0, "{ran:?}");
    let (files, calls) = (whole.files(), whole.project.calls());
    assert!(STAGES.iter().all(|stage| files.iter().any(|(file, _)| file.starts_with(stage))), "{files:?}");
    Some(Undisturbed { whole, files, calls })
});

/// Java, Go and the jar, or a word about what is missing.
fn all_tools() -> Option<(PathBuf, String, String)> {
    let jar = tools()?;
    let java = specgen::toolchain::java::locate(None).unwrap();
    let Ok(go) = process::find_program("go", "") else {
        crate::project::absent("Go");
        return None;
    };
    Some((jar, java.into_string(), go.into_string()))
}

impl Whole {
    /// A project whose model errs twice, so that both loops turn.
    pub(crate) fn new() -> Option<Self> {
        let (jar, java, go) = all_tools()?;
        let project = Project::new();
        project.errs_twice();
        let text = |name: &str| {
            disk::read_text(camino::Utf8Path::from_path(&here("tests/data/whole")).unwrap().join(name).as_path())
                .unwrap()
        };
        project.put("stub.sh", &project.text("model.sh"));
        for name in ["model.sh", "moment.sh", "mutations.yaml", "harness/build.sh", "harness/record.sh"] {
            project.put(name, &text(name));
        }
        project.put("src/go.mod", &text("go.mod.txt"));
        project.put("specgen.yaml", &(project.text("specgen.yaml") + &text("more.yaml")));
        for (name, real) in [("java", java), ("go", go)] {
            project.put(&format!("bin/{name}"), &text(&format!("bin/{name}")).replace("REAL", &real));
            executable(&project.path(&format!("bin/{name}")));
        }
        Some(Self { project, jar })
    }

    /// A copy of a session that nothing disturbed, in a project of its own.
    pub(crate) fn copy_of(undisturbed: &Undisturbed) -> Self {
        let whole = Self::new().unwrap();
        whole.fill_from(undisturbed);
        whole
    }

    /// Takes over a session that nothing disturbed.
    pub(crate) fn fill_from(&self, undisturbed: &Undisturbed) {
        disk::copy_tree(&undisturbed.whole.project.utf8(SESSION), &self.project.utf8(SESSION)).unwrap();
        self.project.put("calls.log", &undisturbed.whole.project.text("calls.log"));
    }

    /// The environment in which the children come by.
    #[expect(clippy::disallowed_methods, reason = "a test gives the program an environment of its own")]
    fn environment(&self) -> [(&'static str, String); 2] {
        let path = std::env::var("PATH").unwrap_or_default();
        let here = self.project.path("").to_str().unwrap().trim_end_matches('/').to_owned();
        [("PATH", format!("{here}/bin:{path}")), ("MOMENTS", here)]
    }

    /// The jar.
    pub(crate) fn jar(&self) -> &str {
        self.jar.to_str().unwrap()
    }

    /// Runs to the end.
    pub(crate) fn run(&self, command: &str) -> Ran {
        self.run_through(&[], command)
    }

    /// Runs to the end, as the last arguments of another program if there is one.
    pub(crate) fn run_through(&self, outer: &[&str], command: &str) -> Ran {
        let mut program = match outer.split_first() {
            None => assert_cmd::Command::new(env!("CARGO_BIN_EXE_specgen")),
            Some((first, rest)) => {
                let mut program = assert_cmd::Command::new(first);
                program.args(rest).arg(env!("CARGO_BIN_EXE_specgen"));
                program
            }
        };
        program.current_dir(self.project.path("")).args(["--json", command, "--tla-tools"]).arg(&self.jar);
        crate::project::of_the_caller().iter().for_each(|name| {
            program.env_remove(name);
        });
        program.envs(self.environment()).env_remove("JAVA_HOME");
        ran(program)
    }

    /// Starts without waiting, in a group of its own.
    #[expect(clippy::disallowed_methods, reason = "the test kills the program")]
    pub(crate) fn start(&self, command: &str) -> Child {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_specgen"));
        program.current_dir(self.project.path("")).args(["--json", command, "--tla-tools"]).arg(&self.jar);
        crate::project::of_the_caller().iter().for_each(|name| {
            program.env_remove(name);
        });
        program.envs(self.environment()).env_remove("JAVA_HOME");
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Name and digest of every file that is to be the same after every run.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let files = self.project.tree(SESSION).into_iter().filter(|(f, _)| !TIMED.iter().any(|t| f.starts_with(t)));
        let digest = |(file, digest): (String, String)| {
            if !(file.starts_with("calls/") && file.ends_with(".json")) {
                return (file, digest);
            }
            let mut call: serde_json::Value =
                serde_json::from_str(&self.project.text(&format!("{SESSION}/{file}"))).unwrap();
            call["at"] = "when it was made".into();
            call["seconds"] = 0.into();
            (file, call.to_string())
        };
        files.map(digest).collect()
    }

    /// Goes on to the end, and finds the same files as after a run that nothing disturbed.
    #[track_caller]
    pub(crate) fn resumes_to(&self, undisturbed: &Undisturbed) {
        disk::remove(&self.project.utf8("hold")).unwrap();
        let ran = self.run("resume");
        assert_eq!(ran.exit, 0, "{ran:?}");
        self.is_like(undisturbed);
    }

    /// How many stages have their row.
    pub(crate) fn finished_stages(&self) -> u64 {
        let text = disk::read_text_if_there(&self.project.utf8(SESSION).join("session.json")).unwrap();
        let manifest: serde_json::Value = text.map(|t| serde_json::from_str(&t).unwrap()).unwrap_or_default();
        manifest["stages"].as_object().map_or(0, |rows| rows.len() as u64)
    }

    /// What was the last thing that a stage did.
    pub(crate) fn last_event(&self) -> String {
        let events = disk::read_text_if_there(&self.project.utf8(SESSION).join("events.ndjson")).unwrap();
        let last = events.unwrap_or_default().lines().last().map(serde_json::from_str::<serde_json::Value>);
        match last {
            Some(Ok(event)) => format!("{} {}", event["stage"], event["kind"]),
            Some(Err(_)) => "torn".to_owned(),
            None => "none".to_owned(),
        }
    }

    #[track_caller]
    pub(crate) fn is_like(&self, undisturbed: &Undisturbed) {
        let mine = self.files();
        let differing: Vec<_> = mine.iter().filter(|f| !undisturbed.files.contains(f)).map(|(file, _)| file).collect();
        let missing: Vec<_> = undisturbed.files.iter().filter(|f| !mine.contains(f)).map(|(file, _)| file).collect();
        assert!(differing.is_empty() && missing.is_empty(), "not the same: {differing:?}, {missing:?}");
    }
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Waits until the file is there; `false` where the program ended before.
pub(crate) fn wait_for(path: &Path, child: &mut Child) -> bool {
    loop {
        if path.exists() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return path.exists();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// `kill -9`, as the operating system does when memory is short.
pub(crate) fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What a program that was started has left behind, when it has ended.
pub(crate) fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { exit: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Whether a process with this number runs (a zombie does not).
pub(crate) fn runs(process: &str) -> bool {
    let output = assert_cmd::Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

/// A word to who runs the tests.
#[expect(clippy::print_stderr, reason = "a test that needs what may not be there, or has measured, says so")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
