//! A session: one folder of plain files, one row a stage in session.json, one writer at a time.
//!
//! ```text
//! .specgen/<session>/
//!   session.json        format, and for each finished stage the digests of its inputs and of its outputs
//!   events.ndjson       append-only: what started, ended, was skipped, with times; nothing reads it but people and the report
//!   calls/              every model call: a session can be replayed from it
//!   logs/               one file a child process
//!   build/              what can be made again; `verdicts` are those on traces that were come to before
//!   01-draft/ ...       artefacts of a stage, whole or absent; `.partial` is a stage that failed, kept to look at;
//!                       `.partial-XXXXXX` is one that was killed, or runs
//! ```

pub mod events;
pub mod manifest;

use std::collections::BTreeMap;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::session::manifest::Manifest;
use crate::session::manifest::Row;

/// Name and digest of everything a stage's result depends on.
pub type Inputs = BTreeMap<String, String>;

/// Whether a stage has to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Its digests still hold.
    Fresh,
    /// It ran, but these changed.
    Stale(Vec<String>),
    /// It never finished.
    Missing,
}

/// An open session folder.
#[derive(Debug)]
pub struct Session {
    /// The folder.
    pub root: Utf8PathBuf,
    lock: Option<disk::Lock>,
}

impl Session {
    /// Opens for writing, creating it where absent; refused while another process writes.
    pub fn open(root: Utf8PathBuf) -> Result<Self, Failure> {
        disk::create_dir(&root)?;
        let Some(lock) = disk::Lock::take(&root.join(".lock"))? else {
            return Err(Diagnostic::error("session/locked", format!("another specgen works on the session {root}"))
                .at(Place::at(root.join(".lock"), 1, 1, None))
                .hint("wait for it to end, or use another session with --set session=NAME")
                .into());
        };
        let session = Self { root, lock: Some(lock) };
        session.manifest()?;
        disk::sweep(&session.root)?;
        disk::sweep(&session.root.join("calls"))?;
        disk::sweep(&session.verdicts())?;
        disk::remove(&session.scratch())?;
        Ok(session)
    }

    /// Whether it was opened to be written to.
    pub fn is_writer(&self) -> bool {
        self.lock.is_some()
    }

    /// Where the TLA+ tools keep what they need while they run; what a killed run left there is removed on opening.
    pub fn scratch(&self) -> Utf8PathBuf {
        self.root.join("build/scratch")
    }

    /// The verdicts that are kept; also who only looks at the session writes there.
    pub fn verdicts(&self) -> Utf8PathBuf {
        self.root.join("build/verdicts")
    }

    /// Opens for reading; never waits and never writes.
    pub fn look(root: Utf8PathBuf) -> Result<Self, Failure> {
        if !disk::exists(&root) {
            return Err(Diagnostic::error("session/missing", format!("no session at {root}"))
                .at(Place::at(root.as_str(), 1, 1, None))
                .hint("`specgen run` makes one")
                .into());
        }
        let session = Self { root, lock: None };
        session.manifest()?;
        Ok(session)
    }

    /// What is recorded of the stages.
    pub fn manifest(&self) -> Result<Manifest, Failure> {
        manifest::read(&self.root.join("session.json"))
    }

    /// The folder of a finished stage.
    pub fn folder(&self, stage: &str) -> Utf8PathBuf {
        self.root.join(stage)
    }

    /// Whether `stage` with these inputs has to run. Its outputs are digested too: a hand-edited artefact makes it stale.
    pub fn freshness(&self, stage: &str, inputs: &Inputs) -> Result<Freshness, Failure> {
        let manifest = self.manifest()?;
        let Some(row) = manifest.stages.get(stage) else { return Ok(Freshness::Missing) };
        if !disk::exists(&self.folder(stage)) {
            return Ok(Freshness::Missing);
        }
        let mut reasons = row.differences(inputs);
        if reasons.is_empty() && disk::sha256_tree(&self.folder(stage))? != row.output {
            reasons.push(changed_files(stage));
        }
        Ok(if reasons.is_empty() { Freshness::Fresh } else { Freshness::Stale(reasons) })
    }

    /// In words, the finished stages whose folders are not as they were written.
    pub fn changed(&self) -> Result<Vec<String>, Failure> {
        let mut changed = Vec::new();
        for (stage, row) in self.manifest()?.stages {
            if !disk::exists(&self.folder(&stage)) || disk::sha256_tree(&self.folder(&stage))? != row.output {
                changed.push(changed_files(&stage));
            }
        }
        Ok(changed)
    }

    /// Starts a stage: an empty folder to write to, which nobody takes for the finished one.
    ///
    /// Its name is new each time. What a killed run started may live a little longer than it did, and must not find the
    /// folder that it was told to write to.
    pub fn begin(&self, stage: &str) -> Result<Utf8PathBuf, Failure> {
        self.clear(stage)?;
        let partial = disk::create_dir_unique(&self.root, &format!("{stage}.partial-"))?;
        events::append(&self.root, stage, events::Kind::Started, None)?;
        Ok(partial)
    }

    /// Ends a stage: its partial folder becomes the stage's, and its row is written.
    ///
    /// A crash between the two leaves a folder without a matching row, which counts as not finished.
    pub fn finish(&self, stage: &str, partial: &Utf8Path, inputs: Inputs, took: events::Took) -> Result<(), Failure> {
        debug_assert!(self.is_writer(), "only a writer finishes stages");
        let output = disk::sha256_tree(partial)?;
        let mut manifest = self.manifest()?;
        if manifest.stages.remove(stage).is_some() {
            manifest::write(&self.root.join("session.json"), &manifest)?;
        }
        disk::remove(&self.folder(stage))?;
        disk::rename(partial, &self.folder(stage))?;
        manifest.stages.insert(stage.to_owned(), Row { inputs, output });
        manifest::write(&self.root.join("session.json"), &manifest)?;
        events::append(&self.root, stage, events::Kind::Finished, Some(took))
    }

    /// Ends a stage that failed: what it has written stays to be looked at, under a name that can be told in advance.
    pub fn fail(&self, stage: &str, partial: &Utf8Path, took: events::Took) -> Result<(), Failure> {
        disk::rename(partial, &self.root.join(format!("{stage}.partial")))?;
        events::append(&self.root, stage, events::Kind::Failed, Some(took))
    }

    /// Removes what earlier runs of a stage did not finish; first out of the way, where nobody knows the path to it.
    fn clear(&self, stage: &str) -> Result<(), Failure> {
        let (failed, killed) = (format!("{stage}.partial"), format!("{stage}.partial-"));
        for name in disk::names_in(&self.root)?.iter().filter(|n| **n == failed || n.starts_with(&killed)) {
            disk::create_dir(&self.scratch())?;
            let aside = disk::create_dir_unique(&self.scratch(), "aside-")?;
            disk::rename(&self.root.join(name), &aside.join(name))?;
            disk::remove(&aside)?;
        }
        Ok(())
    }
}

fn changed_files(stage: &str) -> String {
    format!("the files in {stage} were changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("s")).unwrap();
        (folder, path)
    }

    fn inputs(value: &str) -> Inputs {
        Inputs::from([("source".to_owned(), value.to_owned())])
    }

    #[test]
    fn a_finished_stage_is_fresh_until_an_input_or_output_changes() {
        let (_keep, root) = root();
        let session = Session::open(root).unwrap();
        assert_eq!(session.freshness("01-draft", &inputs("a")).unwrap(), Freshness::Missing);
        let partial = session.begin("01-draft").unwrap();
        disk::put(&partial.join("x.txt"), "1").unwrap();
        session.finish("01-draft", &partial, inputs("a"), events::Took::default()).unwrap();
        assert_eq!(session.freshness("01-draft", &inputs("a")).unwrap(), Freshness::Fresh);
        assert_eq!(
            session.freshness("01-draft", &inputs("b")).unwrap(),
            Freshness::Stale(vec!["source changed".to_owned()])
        );
        disk::put(&session.folder("01-draft").join("x.txt"), "2").unwrap();
        assert!(matches!(session.freshness("01-draft", &inputs("a")).unwrap(), Freshness::Stale(_)));
    }

    #[test]
    fn an_interrupted_stage_is_missing() {
        let (_keep, root) = root();
        let session = Session::open(root).unwrap();
        session.begin("01-draft").unwrap();
        assert_eq!(session.freshness("01-draft", &inputs("a")).unwrap(), Freshness::Missing);
    }

    #[test]
    fn what_a_killed_run_started_finds_nothing_to_write_to() {
        let (_keep, root) = root();
        let killed = Session::open(root.clone()).unwrap();
        let old = killed.begin("02-correct").unwrap();
        killed.begin("02-correct.1").unwrap();
        drop(killed);
        let session = Session::open(root.clone()).unwrap();
        let new = session.begin("02-correct").unwrap();
        assert_ne!(old, new);
        assert!(!disk::exists(&old));
        let names = disk::names_in(&root).unwrap();
        assert_eq!(names.iter().filter(|n| n.starts_with("02-correct.1.partial-")).count(), 1, "{names:?}");
    }

    #[test]
    fn a_failed_stage_is_kept_under_its_name_until_it_runs_again() {
        let (_keep, root) = root();
        let session = Session::open(root.clone()).unwrap();
        let partial = session.begin("01-draft").unwrap();
        disk::put(&partial.join("x.txt"), "1").unwrap();
        session.fail("01-draft", &partial, events::Took::default()).unwrap();
        assert_eq!(disk::read_text(&root.join("01-draft.partial/x.txt")).unwrap(), "1");
        assert_eq!(session.freshness("01-draft", &inputs("a")).unwrap(), Freshness::Missing);
        session.begin("01-draft").unwrap();
        assert!(!disk::exists(&root.join("01-draft.partial")));
    }

    #[test]
    fn a_writer_removes_what_a_killed_one_left_half_written() {
        let (_keep, root) = root();
        for file in [
            ".specgen-put-a1",
            "calls/.specgen-put-b2",
            "build/verdicts/.specgen-put-d4",
            "build/scratch/.specgen-c3/states",
        ] {
            disk::put(&root.join(file), "half").unwrap();
        }
        Session::open(root.clone()).unwrap();
        assert_eq!(disk::files_under(&root).unwrap(), [".lock"]);
    }

    #[test]
    fn a_second_writer_is_refused() {
        let (_keep, root) = root();
        let _first = Session::open(root.clone()).unwrap();
        assert_eq!(Session::open(root.clone()).unwrap_err().code(), "session/locked");
        Session::look(root).unwrap();
    }

    #[test]
    fn a_newer_format_is_refused_by_number() {
        let (_keep, root) = root();
        disk::put(&root.join("session.json"), r#"{"format": 9, "unknown": true}"#).unwrap();
        let failure = Session::open(root).unwrap_err();
        assert_eq!(failure.code(), "session/format");
        assert!(failure.to_string().contains("format 9"));
        assert!(failure.diagnostics[0].places[0].file.ends_with("session.json"), "{failure:?}");
    }
}
