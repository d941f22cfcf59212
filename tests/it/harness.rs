//! The harnesses of the examples: the same seed writes the same bytes, another seed another trace.

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::base::process::Exit;
use specgen::base::process::find_program;
use specgen::config;
use specgen::config::Environment;
use specgen::config::Settings;
use specgen::fetch;
use specgen::harness;
use specgen::harness::Harness;
use specgen::instrument;
use specgen::instrument::TraceConfig;
use specgen::source;

use crate::project::here;
use crate::whole::UNDISTURBED;
use crate::whole::Whole;
use crate::whole::say;

/// The harness of an example, built against an instrumented copy of its source.
struct Built {
    _folder: tempfile::TempDir,
    place: Utf8PathBuf,
    settings: Settings,
    harness: Harness,
    runtime: tokio::runtime::Runtime,
}

/// Builds it; a word about what is missing where the language's tools or the source are not to be had.
fn build(example: &str, tool: &str) -> Option<Built> {
    if find_program(tool, "").is_err() {
        say(&format!("skipped: no {tool}"));
        return None;
    }
    let project = Utf8PathBuf::from_path_buf(here("examples").join(example)).unwrap();
    let settings = config::load(&project, &Environment::default(), &[], true).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let source = match runtime.block_on(fetch::fetch(&settings)) {
        Ok(source) => source.root,
        Err(failure) => {
            say(&format!("skipped: no source of {example}: {failure}"));
            return None;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let place = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    let (tree, log) = (place.join("tree"), place.join("build.log"));
    instrumented(&settings, &source, &tree);
    let harness = match runtime.block_on(harness::build(&settings, &tree, &place, &log)) {
        Ok(harness) => harness,
        Err(failure) if failure.to_string().contains("dial tcp") || failure.to_string().contains("offline") => {
            say(&format!("skipped: no packages for the harness of {example}: {failure}"));
            return None;
        }
        Err(failure) => panic!("{failure}"),
    };
    Some(Built { _folder: folder, place, settings, harness, runtime })
}

fn instrumented(settings: &Settings, source: &Utf8Path, tree: &Utf8Path) {
    let mapping = settings.project.join(settings.config.target.trace.as_ref().unwrap());
    let config = TraceConfig::read(&disk::read_text(&mapping).unwrap(), mapping.as_str()).unwrap();
    let files: Vec<Utf8PathBuf> = config.source_files().into_iter().map(Utf8PathBuf::from).collect();
    let outline = source::survey(source, &files).unwrap();
    let mut sources = instrument::Sources::default();
    for file in &files {
        sources.files.insert(file.to_string(), disk::read_text(&source.join(file)).unwrap());
    }
    for file in &config.support {
        sources.support.insert(file.clone(), disk::read_text(&mapping.with_file_name(file)).unwrap());
    }
    let made = instrument::instrument(&config, &outline, &sources).unwrap();
    disk::copy_tree(source, tree).unwrap();
    for (file, text) in &made.files {
        disk::put(&tree.join(file), text).unwrap();
    }
}

impl Built {
    /// The trace of a seed, recorded by a process of its own.
    fn trace(&self, seed: u64, name: &str) -> String {
        let file = self.place.join(format!("{name}.ndjson"));
        let run = self.runtime.block_on(self.harness.record(&self.settings, seed, &file, None)).unwrap();
        assert_eq!(run.exit, Exit::Success, "{}", run.last_words);
        disk::read_text(&file).unwrap()
    }

    /// Records two seeds, one for each number of nodes, each twice.
    fn repeats_itself(&self) {
        let settings = &self.settings.config.harness;
        let (first, second) = (settings.train[0], settings.train[1]);
        assert_ne!(harness::nodes_of(&self.settings, first), harness::nodes_of(&self.settings, second));
        let mut traces = Vec::new();
        for seed in [first, second] {
            let once = self.trace(seed, "once");
            assert_eq!(once.lines().count(), usize::try_from(settings.events).unwrap() + 1, "a header and the events");
            assert!(once == self.trace(seed, "again"), "seed {seed} writes other bytes the second time");
            traces.push(once);
        }
        assert_ne!(traces[0], traces[1]);
        // Of as many nodes as the first has: it is the seed that makes the difference.
        let other = settings.train.iter().copied().find(|seed| {
            *seed != first && harness::nodes_of(&self.settings, *seed) == harness::nodes_of(&self.settings, first)
        });
        let body = |trace: &str| trace.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_ne!(body(&traces[0]), body(&self.trace(other.unwrap(), "other")));
    }
}

#[test]
fn the_same_seed_writes_the_same_bytes_of_etcds_raft() {
    let Some(built) = build("etcd", "go") else { return };
    built.repeats_itself();
    // What the brief's reader is told of every event: the state of the node that it concerns, of a node that is down too.
    let trace = built.trace(1, "states");
    for event in trace.lines().skip(1) {
        let event: serde_json::Value = serde_json::from_str(event).unwrap();
        for field in ["currentTerm", "votedFor", "role", "commitIndex", "lastIndex", "lastTerm"] {
            assert!(!event["state"][field].is_null(), "{field} of {event}");
        }
    }
    assert!(
        ["Crash", "DropMessage", "DuplicateMessage"]
            .iter()
            .all(|name| trace.contains(&format!("\"event\":\"{name}\"")))
    );
}

/// Of simulated threads, the default. The order of real ones is the machine's, so that nothing is promised for them.
#[test]
fn the_same_seed_writes_the_same_bytes_of_the_spin_lock_with_simulated_threads() {
    let Some(built) = build("spinlock", "cargo") else { return };
    built.repeats_itself();
}

#[test]
fn a_harness_that_ends_without_a_trace_is_told_with_where_it_belongs() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    let right = whole.project.text("harness/record.sh");
    whole.project.put("harness/record.sh", "exit 0\n");
    whole.run("resume").failed_once(14, "harness/run").says("`{trace}` in harness.run");
    whole.project.put("harness/record.sh", &right);
    whole.resumes_to(undisturbed);
}
