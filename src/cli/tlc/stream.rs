//! What is told while TLC runs: a line that is kept up to date, and with `--events` a JSON object a line.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::clock::Stopwatch;
use crate::base::process::Taking;
use crate::base::ui;
use crate::base::ui::Ui;
use crate::engine::News;
use crate::engine::Progress;

/// One line of `--events`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Event {
    /// TLC runs.
    Started {
        /// Since the start.
        milliseconds: u64,
        /// Its version line.
        version: String,
    },
    /// TLC reports how far it is: three seconds after the start, then once a minute, and at the end.
    Progress {
        /// States generated, repetitions included.
        states: u64,
        /// Different states; null in a simulation, which does not know.
        distinct: Option<u64>,
        /// States whose successors are still to be computed.
        queue: Option<u64>,
        /// Depth of the search.
        depth: Option<u64>,
        /// Since the start.
        milliseconds: u64,
        /// States generated a second since the report before.
        rate: Option<u64>,
        /// Seconds until the queue is empty if it goes on shrinking as since the report before; null where it does not.
        seconds_left: Option<u64>,
    },
    /// What TLC's process group takes, twice a second.
    Taking {
        /// Since the start.
        milliseconds: u64,
        /// Resident memory in bytes; null where the system does not tell.
        memory: Option<u64>,
        /// States on disk in bytes.
        disk: Option<u64>,
    },
    /// A checkpoint is whole: `--recover` could go on from here.
    Checkpoint {
        /// Since the start.
        milliseconds: u64,
    },
    /// The states of a checkpoint are read back.
    Recovered {
        /// Since the start.
        milliseconds: u64,
    },
    /// TLC reports an error; the verdict stands in the last line.
    Error {
        /// Since the start.
        milliseconds: u64,
        /// What it said.
        message: String,
    },
}

/// Tells.
pub(super) struct Teller<'a> {
    ui: &'a Ui,
    events: bool,
    watch: Stopwatch,
    last: Option<Progress>,
    shown: String,
    taking: Taking,
}

impl<'a> Teller<'a> {
    pub(super) fn new(ui: &'a Ui, events: bool) -> Self {
        let shown = "no report of TLC yet".to_owned();
        Self { ui, events, watch: Stopwatch::start(), last: None, shown, taking: Taking::default() }
    }

    pub(super) fn tell(&mut self, news: News) {
        let event = self.event(news);
        match &event {
            Event::Progress { states, distinct, queue, depth, rate, seconds_left, .. } => {
                let count =
                    |name: &str, number: &Option<u64>| number.map(|n| format!(", {name} {n}")).unwrap_or_default();
                self.shown = format!(
                    "{states} states{}{}{}{}{}",
                    count("distinct", distinct),
                    count("queue", queue),
                    count("depth", depth),
                    count("a second", rate),
                    count("seconds left about", seconds_left),
                );
            }
            Event::Error { message, .. } => self.shown = message.lines().next().unwrap_or_default().to_owned(),
            Event::Started { .. } | Event::Taking { .. } | Event::Checkpoint { .. } | Event::Recovered { .. } => {}
        }
        let megabytes = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |bytes| (bytes >> 20).to_string());
        let Taking { memory, disk } = self.taking;
        self.ui.waiting(&format!("{}; {} MB memory, {} MB disk", self.shown, megabytes(memory), megabytes(disk)));
        if self.events {
            // Where nothing can be written any more, the result at the end says so.
            let _ = ui::result(&serde_json::to_string(&event).expect("events have string keys"));
        }
    }

    fn event(&mut self, news: News) -> Event {
        let milliseconds = u64::try_from(self.watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        match news {
            News::Started(version) => Event::Started { milliseconds, version },
            News::Progress(progress) => {
                let Progress { states, distinct, queue, depth, milliseconds } = progress;
                let (rate, seconds_left) = self.last.map_or((None, None), |last| trend(last, progress));
                self.last = Some(progress);
                Event::Progress { states, distinct, queue, depth, milliseconds, rate, seconds_left }
            }
            News::Taking(taking) => {
                self.taking = taking;
                Event::Taking { milliseconds, memory: taking.memory, disk: taking.disk }
            }
            News::Checkpoint => Event::Checkpoint { milliseconds },
            News::Recovered => Event::Recovered { milliseconds },
            News::Error(message) => Event::Error { milliseconds, message },
        }
    }
}

/// States a second between two reports, and the seconds until the queue is empty if it goes on shrinking.
fn trend(last: Progress, now: Progress) -> (Option<u64>, Option<u64>) {
    let passed = now.milliseconds.saturating_sub(last.milliseconds);
    let rate = now.states.checked_sub(last.states).and_then(|states| (states * 1000).checked_div(passed));
    let left = last.queue.zip(now.queue).and_then(|(before, after)| {
        let shrunk = before.checked_sub(after).filter(|shrunk| *shrunk > 0)?;
        Some(after * passed / shrunk / 1000)
    });
    (rate, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_only_while_the_queue_shrinks() {
        let at =
            |states, queue, milliseconds| Progress { states, queue: Some(queue), milliseconds, ..Progress::default() };
        assert_eq!(trend(at(0, 100, 0), at(5000, 80, 10_000)), (Some(500), Some(40)));
        assert_eq!(trend(at(0, 100, 0), at(5000, 180, 10_000)), (Some(500), None));
        assert_eq!(trend(at(0, 100, 0), at(5000, 100, 0)), (None, None));
    }
}
