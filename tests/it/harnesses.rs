//! `specgen harness init`: what it writes runs at once, and does the same in each language.

use crate::project::Project;
use crate::project::go;
use crate::project::ran;

/// Writes a harness into `made`, and puts what it says into the settings.
fn with_harness(project: &Project) {
    let made = project.run(&["harness", "init", "--set", "harness.dir=made"]);
    assert_eq!(made.exit, 0, "{made:?}");
    let result = made.json()["result"].clone();
    let settings = result["settings"].as_str().unwrap();
    assert!(project.text(result["fill"].as_str().unwrap()).contains("HOLE:"), "{result}");
    let before = project.text("specgen.yaml");
    project.put("specgen.yaml", &format!("{before}{settings}"));
}

/// The counter in Python, traced by what the harness writes alone.
fn in_python() -> Project {
    let project = Project::new();
    let settings =
        project.text("specgen.yaml").replace("language: go", "language: python").replace("counter.go", "counter.py");
    project.put("specgen.yaml", &settings);
    project.put(
        "src/counter.py",
        "class Counter:\n    def __init__(self):\n        self.n = 0\n\n    def up(self):\n        self.n += 1\n",
    );
    let mapping = "format: 1\nsystem: counter\nlanguage: python\nnode: '\"c1\"'\nnode_parameter: s\nprobes:\n- function: Counter.up\n  \
                   file: counter.py\n  trigger: exit\n  event: Up\nactions:\n- name: Up\n  parameters: []\n  functions: [Counter.up]\n";
    project.put("trace/trace.yaml", mapping);
    project
}

fn python() -> bool {
    let mut command = assert_cmd::Command::new("python3");
    let found = command.arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        crate::project::absent("Python");
    }
    found
}

#[test]
fn a_harness_that_was_just_written_writes_the_same_traces_in_go_and_in_python() {
    if !go() || !python() {
        return;
    }
    let projects = [Project::new(), in_python()];
    let traces = projects.each_ref().map(|project| {
        with_harness(project);
        let ran = project.run(&["exercise", "--seeds", "1..3", "--again"]);
        assert_eq!(ran.exit, 0, "{ran:?}");
        let json = ran.json();
        let seeds = json["result"]["seeds"].as_array().unwrap().iter();
        let places: Vec<String> = seeds.map(|seed| seed["place"].as_str().unwrap().to_owned()).collect();
        let checked = specgen_in(project, &places);
        assert_eq!(checked.exit, 0, "{checked:?}");
        places.iter().map(|place| project.text(place)).collect::<Vec<_>>()
    });
    let [in_go, in_python] = &traces;
    assert_eq!(in_go, in_python);
    assert!(in_go.iter().all(|trace| trace.lines().count() > 500), "as many events as the settings ask for");
    assert_ne!(in_go[0], in_go[2]);
}

/// `trace check` without the mapping of the project, which knows none of the toy's events.
fn specgen_in(project: &Project, traces: &[String]) -> crate::project::Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut command = project.command(&["trace", "check"]);
    command.current_dir(folder.path()).args(traces);
    ran(command)
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let project = Project::new();
    let before = project.tree("harness");
    project.run(&["harness", "init"]).failed_once(2, "config/exists");
    assert_eq!(project.tree("harness"), before);
    // What `specgen init` wrote gives way.
    assert_eq!(project.run(&["init", "mine", "--source", "src/counter.go"]).exit, 0);
    let made = project.run(&["harness", "init", "--project", "mine"]);
    assert_eq!(made.exit, 0, "{made:?}");
    assert!(project.text("mine/harness/README.md").contains("HOLE:"));
    // And so does what this command wrote, as long as nobody has changed it.
    assert_eq!(project.run(&["harness", "init", "--project", "mine"]).exit, 0);
    project.put("mine/harness/system.go", "package main\n");
    project.run(&["harness", "init", "--project", "mine"]).failed_once(2, "config/exists");
}

#[test]
fn a_target_that_is_no_package_is_told() {
    let project = Project::new();
    specgen::base::disk::remove(&project.utf8("src/go.mod")).unwrap();
    project.run(&["harness", "init", "--set", "harness.dir=made"]).failed_once(2, "config/no-manifest");
}
