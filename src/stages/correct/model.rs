//! check.json: what TLC showed. verify.json: whether the spec says what the IISpec does. findings.json: see [`findings`].

pub mod findings;

use serde::Deserialize;
use serde::Serialize;

use crate::config::model::Search;
use crate::config::model::Simulate;
use crate::engine::Outcome;
use crate::engine::Progress;
use crate::engine::Reason;
use crate::stages::shared::explore::SEED;
use crate::verify::Compared;

/// Format number of [`Check`].
pub const FORMAT: u32 = 2;

/// The verdicts of all searches, without anything that differs from run to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// [`FORMAT`].
    pub format: u32,
    /// Invariants that were named in each search.
    pub invariants: Vec<String>,
    /// One a search, in the order of the settings.
    pub searches: Vec<Searched>,
}

/// What one search showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Searched {
    /// Its name; empty where it is the only one and the settings name none.
    pub name: String,
    /// Why it is made.
    pub why: String,
    /// For random behaviours: how many, and of how many states at most.
    pub simulate: Option<Simulate>,
    /// The verdict. How far a search came that ran out of time differs from run to run, so that it is in the log only.
    pub outcome: Outcome,
}

/// What a search comes to, when it found nothing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Every state within the bounds was seen: this many.
    All(u64),
    /// This many random behaviours were tried.
    Simulated(u64),
    /// There is no verdict.
    None,
}

impl Searched {
    /// Of a search, without what differs from run to run.
    pub fn new(search: &Search, mut outcome: Outcome) -> Self {
        if let Outcome::Unknown { why } = &mut outcome {
            let ended = why.reason == Reason::Simulated;
            let lasting = Progress { milliseconds: 0, ..why.reached };
            why.reached = if ended { lasting } else { Progress::default() };
        }
        Self { name: search.name.clone(), why: search.why.clone(), simulate: search.simulate, outcome }
    }

    /// How much was looked at without finding anything wrong.
    pub fn extent(&self) -> Extent {
        match (&self.outcome, self.simulate) {
            (Outcome::Holds { evidence }, None) => Extent::All(evidence.claim().distinct_states),
            (Outcome::Unknown { why }, Some(simulate)) if why.reason == Reason::Simulated => {
                Extent::Simulated(simulate.behaviours)
            }
            _ => Extent::None,
        }
    }

    /// In a sentence.
    pub fn sentence(&self) -> String {
        match (&self.outcome, self.simulate) {
            (Outcome::Holds { evidence }, _) => {
                format!("no violation in {} distinct states, all explored", evidence.claim().distinct_states)
            }
            (Outcome::Violated { violation }, _) => violation.message.clone(),
            (Outcome::Rejected { diagnostics }, _) => {
                format!("TLC rejected the spec: {}", diagnostics.first().map_or("", |d| d.message.as_str()))
            }
            (Outcome::Unknown { why }, Some(simulate)) if why.reason == Reason::Simulated => format!(
                "simulation, not exhaustive: no violation in {} random behaviours of at most {} states ({} states, seed {SEED})",
                simulate.behaviours, simulate.depth, why.reached.states
            ),
            (Outcome::Unknown { why }, _) => format!("no verdict: {}", why.message),
        }
    }
}

/// Format number of [`Verified`].
pub const VERIFIED_FORMAT: u32 = 2;

/// The comparison of the spec with the IISpec it was made of.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// [`VERIFIED_FORMAT`].
    pub format: u32,
    /// What was compared and found equal.
    pub compared: Option<Compared>,
    /// Why nothing was compared.
    pub open: Option<String>,
}

impl Verified {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        match (&self.compared, &self.open) {
            (Some(compared), _) => compared.sentence(),
            (None, why) => format!("not compared: {}", why.as_deref().unwrap_or_default()),
        }
    }
}

/// How far a search came, for the terminal: for one that was stopped this differs from run to run.
pub fn reached(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Unknown { why } if why.reason == Reason::TimedOut => match why.reached.distinct {
            Some(distinct) => format!(", no violation in {distinct} distinct states until then"),
            None => format!(", no violation in {} states until then", why.reached.states),
        },
        _ => String::new(),
    }
}

/// `53405` as `53,405`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Check {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.all_states());
        let simulated: Vec<_> = self.searches.iter().filter(|s| matches!(s.extent(), Extent::Simulated(_))).collect();
        for search in simulated {
            parts.push(format!("{}: {}", search.name, search.sentence()));
        }
        for search in self.searches.iter().filter(|s| s.extent() == Extent::None) {
            let name = if search.name.is_empty() { String::new() } else { format!(" ({})", search.name) };
            parts.push(format!("TLC{name}: {}", search.sentence()));
        }
        parts.join("; ")
    }

    /// Of the searches that saw all states within their bounds.
    fn all_states(&self) -> Option<String> {
        let all = |s: &Searched| if let Extent::All(states) = s.extent() { Some(states) } else { None };
        let counts: Vec<u64> = self.searches.iter().filter_map(all).collect();
        let (states, invariants) = (grouped(counts.iter().sum()), self.invariants.len());
        match counts.len() {
            0 => None,
            1 => Some(format!(
                "TLC found no error in {states} distinct states, all explored within the bounds ({invariants} invariants)"
            )),
            // The searches overlap, so this is no number of different states.
            several => Some(format!(
                "TLC found no error in {several} searches ({states} distinct states, each search counted by itself), \
                 all explored within their bounds ({invariants} invariants)"
            )),
        }
    }

    /// Whether everything named was shown to hold: in every search, and at least one saw all states within its bounds.
    pub fn holds(&self) -> bool {
        let extents: Vec<Extent> = self.searches.iter().map(Searched::extent).collect();
        !extents.contains(&Extent::None) && extents.iter().any(|e| matches!(e, Extent::All(_)))
    }

    /// Whether something is wrong with the spec.
    pub fn fails(&self) -> bool {
        self.searches.iter().any(|s| matches!(s.outcome, Outcome::Violated { .. } | Outcome::Rejected { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Evidence;
    use crate::engine::Why;
    use crate::engine::evidence::Claim;

    fn search(name: &str, simulate: Option<Simulate>) -> Search {
        Search { name: name.to_owned(), why: "w".to_owned(), constraint: None, simulate, time_limit: None }
    }

    fn all(name: &str) -> Searched {
        let claim = Claim {
            closing: "No error".to_owned(),
            states: 9,
            distinct_states: 5,
            invariants: vec!["P".to_owned()],
            ..Claim::default()
        };
        Searched::new(&search(name, None), Outcome::Holds { evidence: Evidence::new(claim).unwrap() })
    }

    fn unknown(name: &str, reason: Reason, simulate: Option<Simulate>) -> Searched {
        let reached = Progress { states: 70, distinct: Some(7), milliseconds: 3, ..Progress::default() };
        Searched::new(
            &search(name, simulate),
            Outcome::Unknown { why: Why { reason, message: "m".to_owned(), reached } },
        )
    }

    fn check(searches: Vec<Searched>) -> Check {
        Check { format: FORMAT, invariants: vec!["P".to_owned()], searches }
    }

    const RANDOM: Option<Simulate> = Some(Simulate { behaviours: 20, depth: 30 });

    #[test]
    fn a_simulation_never_counts_as_exhaustive() {
        let simulated = unknown("wide", Reason::Simulated, RANDOM);
        assert_eq!(simulated.extent(), Extent::Simulated(20));
        assert!(!check(vec![simulated.clone()]).holds());
        let both = check(vec![all("small"), simulated]);
        assert!(both.holds());
        let said = "TLC found no error in 5 distinct states, all explored within the bounds (1 invariants); wide: simulation, not exhaustive: no violation in 20 random behaviours of at most 30 states (70 states, seed 1)";
        assert_eq!(both.sentence(), said);
    }

    #[test]
    fn one_search_without_a_verdict_leaves_the_whole_without_one() {
        assert!(check(vec![all("")]).holds());
        assert!(!check(Vec::new()).holds());
        let two = "TLC found no error in 2 searches (10 distinct states, each search counted by itself), all explored within their bounds (1 invariants)";
        assert_eq!(check(vec![all("a"), all("b")]).sentence(), two);
        for (reason, simulate) in [(Reason::TimedOut, None), (Reason::TimedOut, RANDOM), (Reason::Silent, RANDOM)] {
            let check = check(vec![all("a"), unknown("b", reason, simulate)]);
            assert!(!check.holds(), "{reason:?}");
            assert!(check.sentence().ends_with("; TLC (b): no verdict: m"), "{}", check.sentence());
        }
    }

    #[test]
    fn digits_are_grouped_by_three() {
        let all = [0, 7, 999, 1000, 53405, 100_000, 1_234_567].map(grouped);
        assert_eq!(all, ["0", "7", "999", "1,000", "53,405", "100,000", "1,234,567"]);
    }

    #[test]
    fn what_differs_from_run_to_run_is_not_kept() {
        let reached = |s: &Searched| match &s.outcome {
            Outcome::Unknown { why } => why.reached,
            _ => unreachable!(),
        };
        assert_eq!(reached(&unknown("a", Reason::TimedOut, None)), Progress::default());
        let simulated = reached(&unknown("a", Reason::Simulated, RANDOM));
        assert_eq!((simulated.states, simulated.milliseconds), (70, 0));
    }
}
