//! From what TLC said to a verdict. Everything here is pure: events, config, exit in; [`Checked`] out.

use std::time::Duration;

use crate::base::diag::Diagnostic;
use crate::base::process::Exit;
use crate::base::text::cut;
use crate::base::text::one_line;
use crate::engine::Checked;
use crate::engine::Class;
use crate::engine::Lasso;
use crate::engine::News;
use crate::engine::Outcome;
use crate::engine::Progress;
use crate::engine::Reason;
use crate::engine::Run;
use crate::engine::Violation;
use crate::engine::ViolationKind;
use crate::engine::Why;
use crate::engine::config::TlcConfig;
use crate::engine::coverage;
use crate::engine::evidence::Claim;
use crate::engine::evidence::Evidence;
use crate::engine::evidence::Missing;
use crate::engine::sany_report;
use crate::engine::sany_report::Sources;
use crate::engine::tlc_advice as advice;
use crate::engine::tlc_frame::Message;
use crate::engine::tlc_output::Counts;
use crate::engine::tlc_output::Event;
use crate::engine::tlc_output::Region;
use crate::engine::tlc_output::State;
use crate::engine::tlc_output::variables;

/// How many printed lines are kept.
const PRINTED_CAP: usize = 10_000;

/// Characters of a state in a message.
const SHOWN: usize = 200;

/// What a run of TLC said, gathered.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    run: Run,
    simulation: bool,
    initial: u64,
    success: Option<String>,
    stats: Option<Counts>,
    finished: bool,
    errors: Vec<Message>,
    lasso: Option<Lasso>,
    stacks: Vec<Vec<Region>>,
    sany: Vec<String>,
    cut: bool,
}

/// What a verdict depends on besides the transcript.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The config's text.
    pub config_text: String,
    /// The config's path, to show.
    pub config_file: String,
    /// Whether deadlock was an error.
    pub deadlock: bool,
    /// Whether simulation was asked for.
    pub simulation: bool,
    /// Whether workers of their own explored.
    pub distributed: bool,
    /// The time limit.
    pub limit: Duration,
    /// Whether TLC was to stop by itself at the limit.
    pub stops_itself: bool,
    /// How the process ended.
    pub exit: Exit,
    /// What it wrote to stderr.
    pub stderr: String,
    /// The modules' texts.
    pub sources: Sources,
}

impl Transcript {
    /// Adds what was said; returns what of it is news.
    pub fn add(&mut self, event: Event, milliseconds: u64) -> Option<News> {
        match event {
            Event::Version(version) => {
                self.run.version = Some(version.clone());
                return Some(News::Started(version));
            }
            Event::Mode { simulation } => self.simulation |= simulation,
            Event::Sany(line) => self.sany.push(line),
            Event::Progress(counts) => return Some(News::Progress(self.reach(counts, milliseconds))),
            Event::Success(text) => self.success = Some(text),
            Event::Stats(counts) => {
                self.stats = Some(counts);
                return Some(News::Progress(self.reach(counts, milliseconds)));
            }
            Event::Depth(depth) => self.run.reached.depth = Some(depth),
            Event::Finished => self.finished = true,
            Event::Error(message) => {
                let told = News::Error(advice::sentence(&message.text).into_owned());
                self.errors.push(message);
                return Some(told);
            }
            Event::Checkpoint => return Some(News::Checkpoint),
            Event::Recovered => return Some(News::Recovered),
            Event::State(state) => self.run.behaviour.push(state),
            Event::Lasso(lasso) => self.lasso = Some(lasso),
            Event::CallStack(regions) => self.stacks.push(regions),
            Event::CoverageStarts => self.run.coverage.clear(),
            Event::Coverage(coverage) => self.run.coverage.push(coverage),
            // Advice on JVM flags is not about the specification; the flags are ours.
            Event::Warning(message) if message.code == 2401 => {}
            Event::Warning(message) => self.warn("tlc/warning", &message),
            Event::Unknown(message) => self.warn("tlc/unknown-message", &message),
            Event::Cut(message) => {
                self.cut = true;
                self.warn("tlc/cut-off", &message);
            }
            Event::Printed(line) => self.print(line),
            // An error's behaviour replaces one that was printed for something else.
            Event::Behaviour => self.run.behaviour.clear(),
            Event::Initial(states) => self.initial = self.initial.max(states.unwrap_or(0)),
            Event::Info(_) => {}
        }
        None
    }

    /// The lines SANY printed inside this run.
    pub fn sany(&self) -> String {
        self.sany.join("\n")
    }

    fn reach(&mut self, counts: Counts, milliseconds: u64) -> Progress {
        let reached = &mut self.run.reached;
        reached.states = counts.states;
        reached.distinct = counts.distinct;
        reached.queue = counts.queue;
        reached.depth = counts.depth.or(reached.depth);
        reached.milliseconds = milliseconds;
        *reached
    }

    fn warn(&mut self, code: &str, message: &Message) {
        let text = format!("TLC message {}: {}", message.code, message.text.trim());
        self.run.warnings.push(Diagnostic::warning(code, text));
    }

    fn print(&mut self, line: String) {
        if self.run.printed.len() < PRINTED_CAP {
            self.run.printed.push(line);
        } else {
            self.run.printed_cut = true;
        }
    }

    /// The verdict.
    pub fn judge(mut self, around: &Circumstances) -> Checked {
        self.run.exit = Some(around.exit);
        let config = TlcConfig::parse(&around.config_text);
        self.run.warnings.extend(config.unused(&around.config_file, &around.config_text, &around.sources));
        let outcome = match self.errors.first().cloned() {
            Some(_) if self.out_of_memory(around) => self.unknown(Reason::OutOfMemory, "TLC ran out of memory"),
            Some(error) if is_crash(&error.text) => self.found_by_worker(around).unwrap_or_else(|| {
                self.unknown(Reason::Failed, format!("TLC broke down: {}", advice::sentence(&error.text)))
            }),
            Some(error) => self.failed(&error, around),
            None => self.quiet(around),
        };
        if matches!(outcome, Outcome::Holds { .. }) {
            // A search that was cut short never came to much of the specification.
            self.run.warnings.extend(coverage::never(&self.run.coverage, &around.sources));
        }
        Checked { outcome, run: self.run }
    }

    fn unknown(&self, reason: Reason, message: impl Into<String>) -> Outcome {
        Outcome::Unknown { why: Why { reason, message: message.into(), reached: self.run.reached } }
    }

    fn timed_out(&self, around: &Circumstances) -> Outcome {
        self.unknown(Reason::TimedOut, format!("TLC was not done after {} s", around.limit.as_secs()))
    }

    fn out_of_memory(&self, around: &Circumstances) -> bool {
        let told = |text: &str| text.contains("OutOfMemoryError") || text.contains("Java heap space");
        self.errors.iter().any(|e| e.code == 1001 || e.code == 1002 || told(&e.text)) || told(&around.stderr)
    }

    /// What a worker of a distributed search found is told as a state, without a word on what is wrong with it.
    fn found_by_worker(&self, around: &Circumstances) -> Option<Outcome> {
        let state = self.run.behaviour.last().filter(|_| around.distributed && self.success.is_none())?;
        let message = format!("a worker found a state that breaks something: {}", cut(&one_line(&state.text), SHOWN));
        Some(self.unknown(Reason::FoundByWorker, message))
    }

    /// No error was reported; that alone says nothing.
    fn quiet(&self, around: &Circumstances) -> Outcome {
        if around.exit == Exit::Timeout {
            return self.timed_out(around);
        }
        if self.out_of_memory(around) {
            return self.unknown(Reason::OutOfMemory, "TLC ran out of memory");
        }
        let stopped = match around.exit {
            Exit::TooMuchMemory => Some((Reason::OutOfMemory, "TLC took more memory than it may")),
            Exit::TooMuchDisk => Some((Reason::OutOfDisk, "TLC's states took more room on disk than they may")),
            Exit::Interrupted => Some((Reason::Interrupted, "TLC was interrupted")),
            _ => None,
        };
        if let Some((reason, message)) = stopped {
            return self.unknown(reason, message);
        }
        if let Exit::Signalled(signal) = around.exit {
            return self.unknown(Reason::Killed, format!("signal {signal} killed TLC"));
        }
        if self.cut || !self.finished {
            return self.unknown(Reason::Silent, "TLC stopped without its last message");
        }
        if self.simulation || around.simulation {
            // The counts come from a thread that a short simulation may be over before; TLC ends without them then.
            if self.run.reached.states == 0 && self.initial == 0 {
                return self.unknown(Reason::NoStates, "TLC tried no behaviour");
            }
            return self.unknown(Reason::Simulated, "no violation in the behaviours that were tried");
        }
        if let Some(found) = self.found_by_worker(around) {
            return found;
        }
        let (Some(closing), Some(stats)) = (self.success.clone(), self.stats) else {
            return self.unknown(Reason::Silent, "TLC stopped without saying that it found no error");
        };
        if around.exit != Exit::Success {
            return self.unknown(Reason::Contradiction, format!("TLC found no error, but ended with {}", around.exit));
        }
        let config = TlcConfig::parse(&around.config_text);
        let claim = Claim {
            closing: closing.lines().next().unwrap_or_default().to_owned(),
            states: stats.states,
            distinct_states: stats.distinct.unwrap_or(0),
            // A count that is not given is not zero.
            queue: stats.queue.unwrap_or(1),
            depth: self.run.reached.depth,
            invariants: config.invariants,
            properties: config.properties,
            deadlock: around.deadlock,
            restrictions: config.restrictions,
        };
        match Evidence::new(claim) {
            Ok(evidence) => Outcome::Holds { evidence },
            // Stopped by itself, TLC says that it found no error, with status 0.
            Err(Missing::Queue) if around.stops_itself => self.timed_out(around),
            Err(missing) => self.unknown(reason(missing), missing.to_string()),
        }
    }

    /// An error was reported; which kind decides.
    fn failed(&mut self, error: &Message, around: &Circumstances) -> Outcome {
        if let Some(violation) = self.violation(around) {
            return Outcome::Violated { violation };
        }
        match Class::of_error(error) {
            Class::Rejected => self.rejected_by_sany(around),
            Class::System => self.unknown(Reason::Failed, advice::sentence(&error.text).into_owned()),
            class if class.is_config() => {
                let diagnostic = advice::config(class, error, &around.config_file, &around.config_text);
                Outcome::Rejected { diagnostics: vec![diagnostic] }
            }
            _ => Outcome::Rejected { diagnostics: vec![self.evaluation(error, around)] },
        }
    }

    fn rejected_by_sany(&mut self, around: &Circumstances) -> Outcome {
        let mut diagnostics = sany_report::read(&self.sany(), &around.sources).diagnostics;
        if diagnostics.is_empty() {
            let said = self.sany.iter().chain(&self.run.printed).rfind(|line| !line.trim().is_empty());
            let said = said.map_or("nothing more", |line| line.trim());
            diagnostics.push(Diagnostic::error("sany/other", format!("SANY rejected the module: {said}")));
        }
        Outcome::Rejected { diagnostics }
    }

    fn evaluation(&self, error: &Message, around: &Circumstances) -> Diagnostic {
        let stack = self.stack();
        let action = self.run.behaviour.last().and_then(|state| state.location.as_ref());
        advice::evaluation(error, &stack, action, &around.sources)
    }

    /// Where evaluation was, innermost first.
    fn stack(&self) -> Vec<Region> {
        let told = self.errors.iter().filter(|e| e.code == 2147);
        let fingerprint = told.flat_map(|e| crate::engine::tlc_output::regions(&e.text));
        let nested = self.stacks.iter().rev().flat_map(|stack| stack.iter().rev().cloned());
        nested.chain(fingerprint).collect()
    }

    /// The first error that says that something named is false.
    fn violation(&mut self, around: &Circumstances) -> Option<Violation> {
        let (kind, error) = self.errors.iter().find_map(|error| Some((kind(error)?, error.clone())))?;
        let mut behaviour = std::mem::take(&mut self.run.behaviour);
        if behaviour.is_empty() {
            behaviour.extend(initial_state(&error));
        }
        self.run.behaviour.clone_from(&behaviour);
        let mut diagnostics = Vec::new();
        if kind == ViolationKind::Assertion {
            diagnostics.push(self.evaluation(&error, around));
        } else if kind == ViolationKind::Assumption {
            diagnostics.push(advice::assumption(&error, &around.sources));
        }
        Some(Violation {
            kind,
            name: name(&error.text),
            message: advice::sentence(&error.text).into_owned(),
            behaviour,
            lasso: self.lasso,
            diagnostics,
        })
    }
}

/// Whether Java's words for a reference to nothing are all that is said: TLC broke down, which says nothing of the
/// specification. A worker does so where the server has found something and takes its work away.
fn is_crash(text: &str) -> bool {
    text.contains("NullPointerException") || (text.contains("because \"") && text.contains("\" is null"))
}

fn reason(missing: Missing) -> Reason {
    match missing {
        Missing::Closing => Reason::Silent,
        Missing::States => Reason::NoStates,
        Missing::Queue => Reason::Contradiction,
        Missing::Names => Reason::NothingNamed,
    }
}

fn kind(error: &Message) -> Option<ViolationKind> {
    let told = || {
        if error.has(2132) {
            return Some(ViolationKind::Assertion);
        }
        error.text.starts_with("Postcondition").then_some(ViolationKind::Postcondition)
    };
    ViolationKind::of_code(error.code).or_else(told)
}

/// The name in `Invariant N is violated`, `Action property N is violated`, `Evaluating invariant N failed`.
pub(super) fn name(text: &str) -> Option<String> {
    let first = text.lines().next()?;
    let after = [
        "Invariant ",
        "Action property ",
        "Property ",
        "Temporal property ",
        "Evaluating invariant ",
        "Postcondition ",
    ];
    let rest = after.iter().find_map(|prefix| first.strip_prefix(prefix))?;
    let word = rest.split_whitespace().next()?;
    // An action property without a name is given by its place.
    (word != "line" && word != "is").then(|| word.to_owned())
}

/// `Invariant N is violated by the initial state:` and then that state.
fn initial_state(error: &Message) -> Option<State> {
    let (head, body) = error.text.split_once('\n')?;
    if !head.contains("initial state") {
        return None;
    }
    let text = body.trim_end().to_owned();
    Some(State { number: 1, action: None, location: None, variables: variables(&text), text })
}

#[cfg(test)]
mod tests;
