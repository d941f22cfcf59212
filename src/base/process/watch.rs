//! What a child's whole group takes while it runs, and the bounds on it.

use std::time::Duration;

use camino::Utf8PathBuf;

use super::Exit;
use super::meter;
use crate::base::disk;

/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(500);

/// What a child and its descendants may take together; `None` is no bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of resident memory.
    pub memory: Option<u64>,
    /// The folder it writes to, and how many bytes may lie in there.
    pub folder: Option<(Utf8PathBuf, u64)>,
}

/// What a child and its descendants take at a moment, where the system tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taking {
    /// Bytes of resident memory; pages that processes share count in each.
    pub memory: Option<u64>,
    /// Bytes in the folder of the bounds.
    pub disk: Option<u64>,
}

impl Bounds {
    fn exceeded(&self, taking: Taking) -> Option<Exit> {
        let over =
            |taken: Option<u64>, bound: Option<u64>| taken.zip(bound).is_some_and(|(taken, bound)| taken > bound);
        if over(taking.memory, self.memory) {
            return Some(Exit::TooMuchMemory);
        }
        over(taking.disk, self.folder.as_ref().map(|(_, bytes)| *bytes)).then_some(Exit::TooMuchDisk)
    }
}

/// Bounds, and who is told what is taken.
#[derive(Clone, Copy)]
pub(super) struct Watched<'a> {
    pub(super) bounds: &'a Bounds,
    pub(super) on_look: &'a (dyn Fn(Taking) + Sync),
}

/// Looks again and again, tells what it sees, and ends when a bound is exceeded; without bounds it never does.
pub(super) async fn watch(process: Option<u32>, watched: Option<Watched<'_>>) -> Exit {
    let Some(Watched { bounds, on_look }) = watched else { return std::future::pending().await };
    loop {
        tokio::time::sleep(INTERVAL).await;
        let taking = Taking {
            memory: process.and_then(meter::resident),
            disk: bounds.folder.as_ref().map(|(folder, _)| disk::bytes_under(folder)),
        };
        on_look(taking);
        if let Some(exit) = bounds.exceeded(taking) {
            return exit;
        }
    }
}
