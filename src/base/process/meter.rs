//! What a piece of work takes of the machine, this program and all its descendants together, read from `/proc` where there is one.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use camino::Utf8Path;

use super::usage::cpu_of_children;
use super::usage::cpu_time;
use crate::base::disk;

/// How often memory is looked at.
const INTERVAL: Duration = Duration::from_millis(200);

/// What was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// CPU time of this program and of the children that ended meanwhile, with theirs, in steps of 10 ms; `None` where
    /// the system does not tell.
    pub cpu: Option<Duration>,
    /// The greatest sum of resident memory of this program and its descendants, in bytes, looked at every 200 ms: a
    /// shorter peak is missed, and pages that processes share count in each.
    pub peak_memory: Option<u64>,
}

/// Does `work` and says what it took. Two at the same time see each other's.
pub async fn metered<T>(work: impl Future<Output = T>) -> (T, Taken) {
    let before = cpu();
    let of_us = || resident(std::process::id()).unwrap_or(0);
    let peak = Arc::new(AtomicU64::new(of_us()));
    let seen = Arc::clone(&peak);
    // A task of its own, as the work may not yield for seconds.
    let looking = tokio::spawn(async move {
        loop {
            tokio::time::sleep(INTERVAL).await;
            seen.fetch_max(of_us(), Ordering::Relaxed);
        }
    });
    let result = work.await;
    looking.abort();
    peak.fetch_max(of_us(), Ordering::Relaxed);
    let cpu = before.zip(cpu()).map(|(before, after)| after.saturating_sub(before));
    let peak = Some(peak.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0);
    (result, Taken { cpu, peak_memory: peak })
}

fn cpu() -> Option<Duration> {
    let stat = disk::read_text(Utf8Path::new("/proc/self/stat")).ok()?;
    Some(cpu_time(&stat)? + cpu_of_children(&stat)?)
}

/// Resident memory of a process and its descendants now.
pub(super) fn resident(of: u32) -> Option<u64> {
    let memory = |number: u32| disk::read_text(&file(number, "status")).ok().and_then(|status| rss(&status));
    Some(family(&parents()?, of).into_iter().filter_map(memory).sum())
}

/// Every process with its parent.
fn parents() -> Option<BTreeMap<u32, u32>> {
    let processes = disk::folders_in(Utf8Path::new("/proc")).ok()?;
    let numbers = processes.iter().filter_map(|name| name.parse::<u32>().ok());
    // A process may end between two looks.
    let parent_of = |number| Some((number, parent(&disk::read_text(&file(number, "stat")).ok()?)?));
    Some(numbers.filter_map(parent_of).collect())
}

fn file(process: u32, name: &str) -> camino::Utf8PathBuf {
    camino::Utf8PathBuf::from(format!("/proc/{process}/{name}"))
}

/// `of` and everything that descends from it.
fn family(parents: &BTreeMap<u32, u32>, of: u32) -> BTreeSet<u32> {
    let mut family = BTreeSet::from([of]);
    loop {
        let before = family.len();
        let born = parents.iter().filter(|(_, parent)| family.contains(parent)).map(|(child, _)| *child);
        family.extend(born.collect::<Vec<_>>());
        if family.len() == before {
            return family;
        }
    }
}

/// The parent out of `/proc/<pid>/stat`.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn rss(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::process::Command;

    #[test]
    fn the_family_is_all_that_descends_and_nobody_else() {
        let parents = BTreeMap::from([(2, 1), (9, 2), (4, 9), (5, 1), (6, 5)]);
        assert_eq!(family(&parents, 2), BTreeSet::from([2, 4, 9]));
        assert_eq!(parent("7 (a) b) S 42 7 7 0"), Some(42));
    }

    #[tokio::test(flavor = "multi_thread")]
    #[cfg(target_os = "linux")]
    async fn a_grandchild_belongs_to_the_family() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let mut seen = false;
        let mut on_line = |line: &str| {
            let child: u32 = line.parse().unwrap();
            let parents = parents().unwrap();
            seen = family(&parents, std::process::id()).contains(&child) && parents[&child] != std::process::id();
            disk::put(&folder.join("seen"), "").unwrap();
        };
        let script = "sleep 300 & echo $!; while [ ! -e seen ]; do sleep 0.05; done; kill $!";
        let command = Command::new("sh").args(["-c", script]).directory(folder).limit(Duration::from_secs(60));
        command.run_lines(&mut on_line).await.unwrap();
        assert!(seen);
    }

    #[tokio::test(flavor = "multi_thread")]
    #[cfg(target_os = "linux")]
    async fn what_children_take_is_counted() {
        let script = "dd if=/dev/zero of=/dev/null bs=64M count=60; true";
        let (finished, taken) = metered(Command::new("sh").args(["-c", script]).run()).await;
        assert_eq!(finished.unwrap().exit, crate::base::process::Exit::Success);
        assert!(taken.peak_memory.unwrap() > 1 << 20, "{taken:?}");
        assert!(taken.cpu.unwrap() >= Duration::from_millis(20), "{taken:?}");
    }
}
