//! verdicts.json: one verdict a trace, without anything that differs from run to run.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::validate::By;
use crate::validate::Divergence;
use crate::validate::Verdict as TraceVerdict;
use crate::validate::judges;

/// Format number of [`Verdicts`].
pub const FORMAT: u32 = 2;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdicts {
    /// [`FORMAT`].
    pub format: u32,
    /// One a trace.
    pub traces: Vec<Judged>,
    /// Names of the fields that were compared after each event that has a state.
    pub checked: Vec<String>,
}

/// How many traces had which verdict.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Counts {
    /// Behaviours of the spec.
    pub accepted: usize,
    /// Not behaviours of it.
    pub rejected: usize,
    /// Without a verdict.
    pub unknown: usize,
    /// Events of all of them, together.
    pub events: usize,
}

/// One trace.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The trace.
    pub trace: String,
    /// Whether it may teach the spec.
    pub training: bool,
    /// How many events it has, by kind.
    pub events: std::collections::BTreeMap<String, usize>,
    /// The verdict.
    pub verdict: TraceVerdict,
    /// Who came to it.
    #[serde(default)]
    pub by: By,
}

/// All verdicts in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every trace is accepted and the spec was checked.
    AllAccepted,
    /// At least one trace is rejected.
    SomeRejected,
    /// No trace is rejected, and something has no verdict.
    NoVerdict,
}

impl Verdicts {
    fn count(&self, fits: impl Fn(&Judged) -> bool) -> usize {
        self.traces.iter().filter(|t| fits(t)).count()
    }

    /// Accepted traces.
    pub fn accepted(&self) -> usize {
        self.count(|t| matches!(t.verdict, TraceVerdict::Accepted { .. }))
    }

    /// Rejected traces.
    pub fn rejected(&self) -> usize {
        self.count(|t| matches!(t.verdict, TraceVerdict::Rejected(_)))
    }

    /// Events of all traces.
    pub fn events(&self) -> usize {
        self.traces.iter().flat_map(|t| t.events.values()).sum()
    }

    /// Silent steps of the behaviours that explain the accepted traces.
    fn silent_steps(&self) -> usize {
        let steps = |judged: &Judged| match &judged.verdict {
            TraceVerdict::Accepted { evidence, .. } => evidence.silent().steps,
            _ => 0,
        };
        self.traces.iter().map(steps).sum()
    }

    /// As numbers.
    pub fn counts(&self) -> Counts {
        let (accepted, rejected) = (self.accepted(), self.rejected());
        Counts { accepted, rejected, unknown: self.traces.len() - accepted - rejected, events: self.events() }
    }

    /// Why the first trace that is rejected is.
    pub fn first_rejection(&self) -> Option<&Divergence> {
        self.traces.iter().find_map(|judged| match &judged.verdict {
            TraceVerdict::Rejected(divergence) => Some(divergence.as_ref()),
            TraceVerdict::Accepted { .. } | TraceVerdict::Unknown { .. } => None,
        })
    }

    /// In a sentence.
    pub fn sentence(&self) -> String {
        let (all, accepted, rejected) = (self.traces.len(), self.accepted(), self.rejected());
        let unknown = all - accepted - rejected;
        let silent = match self.silent_steps() {
            0 => String::new(),
            steps => format!(", {steps} silent steps"),
        };
        let mut text = format!("{accepted} of {all} traces accepted ({} events{silent})", self.events());
        // Writing to a String cannot fail.
        if rejected > 0 {
            let _ = write!(text, ", {rejected} rejected");
        }
        let why = self.traces.iter().find_map(|t| match &t.verdict {
            TraceVerdict::Unknown { why } => Some(why),
            _ => None,
        });
        if let Some(why) = why {
            let _ = write!(text, ", {unknown} without a verdict: {why}");
        }
        let _ = write!(text, "; {}", judges(self.traces.iter().map(|judged| &judged.by)));
        text
    }

    /// The verdict on all of it; `checked` says whether exhaustive checking found no error.
    pub fn exit_of_all(&self, checked: bool) -> Verdict {
        if self.rejected() > 0 {
            Verdict::SomeRejected
        } else if checked && !self.traces.is_empty() && self.accepted() == self.traces.len() {
            Verdict::AllAccepted
        } else {
            Verdict::NoVerdict
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(each: &[TraceVerdict]) -> Verdicts {
        let judged = |v: &TraceVerdict| Judged {
            trace: "t".to_owned(),
            training: true,
            events: Default::default(),
            verdict: v.clone(),
            by: By::Native,
        };
        Verdicts { format: FORMAT, traces: each.iter().map(judged).collect(), checked: Vec::new() }
    }

    #[test]
    fn no_traces_and_unknown_verdicts_are_no_success() {
        assert_eq!(verdicts(&[]).exit_of_all(true), Verdict::NoVerdict);
        let unknown = TraceVerdict::Unknown { why: "timeout".to_owned() };
        assert_eq!(verdicts(&[unknown]).exit_of_all(true), Verdict::NoVerdict);
    }
}
