//! A second pair of eyes: kills a child's group when specgen itself is killed.
//!
//! `kill -9` leaves no moment to clean up, and an orphaned TLC or harness would go on writing into folders that the
//! resumed run makes anew. The guard is a shell that reads a pipe of which we hold the other end. A line means that the
//! child has ended; the end of the pipe without one means that we have.

use process_wrap::tokio::ChildWrapper;
use process_wrap::tokio::CommandWrap;
use tokio::io::AsyncWriteExt as _;

/// `$1` is the group. The signals that end specgen in an orderly way must not end the guard before it.
const SCRIPT: &str = r#"trap '' HUP INT TERM; read -r ended || kill -s KILL -- "-$1""#;

/// Watches over one group for as long as it lives.
#[derive(Debug)]
pub(super) struct Guard {
    watcher: Box<dyn ChildWrapper>,
}

impl Guard {
    /// For the group with this number; `None` where there is no shell, which only means that `kill -9` may leave orphans.
    #[expect(clippy::disallowed_methods, reason = "the guard of a child is one itself")]
    pub(super) fn of(group: Option<u32>) -> Option<Self> {
        let group = group.filter(|_| cfg!(unix))?.to_string();
        let mut wrap = CommandWrap::with_new("sh", |command| {
            command.args(["-c", SCRIPT, "specgen-guard", &group]).current_dir("/");
            command.stdin(std::process::Stdio::piped());
            // Our own outputs may be pipes that somebody reads to their end.
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        });
        // Ctrl-C goes to the terminal's group, `kill -9 -GROUP` to ours.
        #[cfg(unix)]
        wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
        Some(Self { watcher: wrap.spawn().ok()? })
    }

    /// The child has ended: its number may soon be somebody else's.
    pub(super) async fn release(mut self) {
        if let Some(mut pipe) = self.watcher.stdin().take() {
            let _ = pipe.write_all(b"ended\n").await;
        }
        let _ = self.watcher.wait().await;
    }
}
