//! What a running process has used, read from `/proc` where there is one.

use std::time::Duration;

use camino::Utf8PathBuf;

use crate::base::disk;

/// How often CPU time and memory are looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// What the system says of a running process.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    pub(super) cpu: Option<Duration>,
    pub(super) peak_memory: Option<u64>,
}

/// Looks at the process again and again; tokio reaps a child before anybody could ask what it had used.
pub(super) async fn look(process: Option<u32>, usage: &mut Usage) {
    let Some(process) = process.filter(|_| cfg!(target_os = "linux")) else { return };
    loop {
        let root = Utf8PathBuf::from(format!("/proc/{process}"));
        let seen = Usage {
            cpu: disk::read_text(&root.join("stat")).ok().and_then(|stat| cpu_time(&stat)),
            peak_memory: disk::read_text(&root.join("status")).ok().and_then(|status| peak_memory(&status)),
        };
        usage.cpu = seen.cpu.or(usage.cpu);
        usage.peak_memory = seen.peak_memory.or(usage.peak_memory);
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

/// User and system time out of `/proc/<pid>/stat`, whose second field may hold spaces and parentheses.
pub(super) fn cpu_time(stat: &str) -> Option<Duration> {
    two_times(stat, 11)
}

/// The same of the children that have been waited for, and of theirs.
pub(super) fn cpu_of_children(stat: &str) -> Option<Duration> {
    two_times(stat, 13)
}

/// The sum of two times that stand so many fields behind the name.
fn two_times(stat: &str, behind: usize) -> Option<Duration> {
    // The kernel scales to 100 ticks a second for user space whatever its own rate is.
    const MILLISECONDS_A_TICK: u64 = 10;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(behind);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks()? + ticks()?) * MILLISECONDS_A_TICK))
}

/// The high-water mark of resident memory out of `/proc/<pid>/status`.
fn peak_memory(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
