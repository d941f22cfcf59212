//! A full disk: one diagnostic, and with room again the same bytes as ever.

use std::path::PathBuf;

use specgen::base::disk;

use crate::crash::forget;
use crate::whole::SESSION;
use crate::whole::UNDISTURBED;
use crate::whole::Whole;
use crate::whole::say;

/// A small file system of its own, unmounted with the value.
struct Small {
    at: PathBuf,
}

impl Small {
    /// Mounted in an empty folder; `None` and a word where that is not allowed.
    fn mounted(at: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let mount =
            assert_cmd::Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(&at).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self { at });
        }
        say("skipped: no right to mount a small file system");
        None
    }

    /// Fills it up to so many bytes.
    fn leave(&self, bytes: u64) {
        let ballast = camino::Utf8PathBuf::from_path_buf(self.at.join("ballast")).unwrap();
        disk::remove(&ballast).unwrap();
        let free = disk::free_space(&ballast).unwrap();
        disk::put(&ballast, vec![b'x'; usize::try_from(free - bytes).unwrap()]).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = assert_cmd::Command::new("umount").arg("-l").arg(&self.at).output();
    }
}

const KIB: u64 = 1 << 10;

#[test]
fn a_full_disk_ends_in_one_diagnostic_and_with_room_again_in_the_same_bytes() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::new().unwrap();
    let Some(small) = Small::mounted(whole.project.path(".specgen")) else { return };
    let ballast = whole.project.utf8(".specgen/ballast");
    whole.fill_from(undisturbed);
    // At once; in a text of our own; before a tool that needs room; in a child, which says so in its own way.
    for (stage, left) in [
        ("01-draft", 0),
        ("02-correct", 100 * KIB),
        ("03-instrument", 0),
        ("03-instrument", 24 * KIB),
        ("04-exercise", 8 * KIB),
        ("05-validate", 4 * KIB),
        ("05-validate", 400 * KIB),
        ("06-challenge", 12 * KIB),
        ("07-report", 8 * KIB),
    ] {
        forget(&whole, stage);
        small.leave(left);
        let ran = whole.run("resume");
        ran.failed(30, "disk/full").says("free some space and run `specgen resume`");
        assert_eq!(ran.json()["diagnostics"].as_array().unwrap().len(), 1, "{ran:?}");
        disk::remove(&ballast).unwrap();
        whole.resumes_to(undisturbed);
    }
    assert_eq!(whole.project.calls(), undisturbed.calls);
}

#[test]
fn a_new_session_on_a_full_disk_asks_no_model() {
    if UNDISTURBED.is_none() {
        return;
    }
    let whole = Whole::new().unwrap();
    let Some(small) = Small::mounted(whole.project.path(".specgen")) else { return };
    small.leave(0);
    whole.run("run").failed(30, "disk/full");
    assert_eq!(whole.project.calls(), 0);
}

#[test]
fn a_limit_on_the_size_of_files_is_a_full_disk_too() {
    let Some(undisturbed) = UNDISTURBED.as_ref() else { return };
    let whole = Whole::copy_of(undisturbed);
    let size = disk::read(&whole.project.utf8(&format!("{SESSION}/report.html"))).unwrap().len();
    for (stage, before, blocks) in
        [("07-report", "trap '' XFSZ; ", size / 512 - 2), ("07-report", "", size / 512 - 2), ("03-instrument", "", 1)]
    {
        forget(&whole, stage);
        let limit = format!("{before}ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let ran = whole.run_through(&["sh", "-c", &limit], "resume");
        ran.failed(30, "disk/full");
        assert_eq!(ran.json()["diagnostics"].as_array().unwrap().len(), 1, "{ran:?}");
        whole.resumes_to(undisturbed);
    }
}

/// What cannot be written to standard output is lost, and a script would go on without it.
#[test]
#[cfg(target_os = "linux")]
fn a_result_that_cannot_be_written_is_a_failure() {
    for arguments in ["--json config show", "config show", "schema run", "explain llm/rate-limited"] {
        let line = format!("'{}' {arguments} > /dev/full", env!("CARGO_BIN_EXE_specgen"));
        let ran = assert_cmd::Command::new("sh").args(["-c", &line]).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.code() == Some(30) && said.contains("disk/full"), "{arguments}: {ran:?}");
    }
}
