//! `--grow`: the same model with larger and larger bounds, as far as the time reaches.

use std::fmt::Write as _;
use std::time::Duration;

use regex::Regex;
use schemars::JsonSchema;
use serde::Serialize;

use super::Job;
use super::Ran;
use super::verdict;
use crate::base::clock::Stopwatch;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::engine::CheckRequest;
use crate::engine::Outcome;
use crate::engine::Reason;

/// A constant and the values it goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Bound {
    name: String,
    first: u32,
    last: u32,
}

/// `NAME=a..b`.
impl std::str::FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (name, range) = text.split_once('=')?;
            let (first, last) = range.split_once("..")?;
            let name = name.trim().to_owned();
            let named = name.chars().all(|c| c == '_' || c.is_alphanumeric()) && !name.is_empty();
            let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            (named && first <= last).then_some(Self { name, first, last })
        };
        read().ok_or_else(|| "write it as NAME=FIRST..LAST, for example --grow 'MaxTerm=1..4'".to_owned())
    }
}

/// One run with one choice of bounds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::cli) struct Grown {
    /// The bounds, `NAME = value`.
    bounds: Vec<String>,
    /// `holds`, `violated`, `rejected` or `unknown`.
    verdict: &'static str,
    /// States generated.
    states: u64,
    /// Different states.
    distinct: Option<u64>,
    /// Depth of the search.
    depth: Option<u64>,
    /// How long it took.
    milliseconds: u64,
}

impl Job<'_> {
    /// Runs until something is wrong, the time is over, or the bounds are at their largest; the last run is the result.
    pub(super) async fn grow(&self, config: &str) -> Result<Ran, Failure> {
        let watch = Stopwatch::start();
        let limit = Duration::from_secs(self.args.limit);
        let mut grown: Vec<Grown> = Vec::new();
        let mut best: Option<Ran> = None;
        for values in steps(&self.args.grow) {
            let left = limit.saturating_sub(watch.elapsed());
            if best.is_some() && left < Duration::from_secs(1) {
                break;
            }
            let bounds: Vec<String> =
                self.args.grow.iter().zip(&values).map(|(bound, value)| format!("{} = {value}", bound.name)).collect();
            self.context.ui.say(&format!("{}, {} s left", bounds.join(", "), left.as_secs()));
            let file = self.folder.path.join("grown.cfg");
            disk::put(&file, with(config, &self.args.grow, &values)).map_err(|error| error.diagnostic())?;
            let request = CheckRequest { stops_itself: true, ..self.request(&file, left) };
            let checked = self.run(&request).await?;
            // A checkpoint of these bounds is none of the config that --recover would go on with.
            disk::remove(&self.folder.states()).map_err(|error| error.diagnostic())?;
            let reached = checked.run.reached;
            grown.push(Grown {
                bounds,
                verdict: verdict(&checked.outcome),
                states: reached.states,
                distinct: reached.distinct,
                depth: reached.depth,
                milliseconds: checked.run.wall_milliseconds,
            });
            let holds = matches!(checked.outcome, Outcome::Holds { .. });
            // Running out of time is how growing ends; what held before that is the result.
            let out_of_time = matches!(&checked.outcome, Outcome::Unknown { why } if why.reason == Reason::TimedOut);
            if best.is_none() || !out_of_time {
                let mut ran = self.told(&checked);
                ran.files = self.folder.keep(&checked.outcome, &ran)?;
                best = Some(ran);
            }
            if !holds {
                break;
            }
        }
        let mut ran = best.expect("the smallest bounds were tried");
        ran.grown = grown;
        self.folder.put_result(&ran)?;
        Ok(ran)
    }
}

/// The bounds of each run: all at their smallest, then one of them raised by one in turn, until all are at their largest.
fn steps(bounds: &[Bound]) -> Vec<Vec<u32>> {
    let mut now: Vec<u32> = bounds.iter().map(|bound| bound.first).collect();
    let mut steps = vec![now.clone()];
    let longest = bounds.iter().map(|bound| bound.last - bound.first).max().unwrap_or(0);
    for _ in 0..longest {
        for (index, bound) in bounds.iter().enumerate() {
            if now[index] < bound.last {
                now[index] += 1;
                steps.push(now.clone());
            }
        }
    }
    steps
}

/// The config with other values for the bounds; what assigns them is replaced, or added at the end.
fn with(config: &str, bounds: &[Bound], values: &[u32]) -> String {
    let mut text = config.to_owned();
    for (bound, value) in bounds.iter().zip(values) {
        let name = &bound.name;
        let assigned =
            Regex::new(&format!(r"\b{name}\s*(?:=|<-)\s*(?:\{{[^}}]*\}}|\S+)")).expect("a name is a pattern");
        text = if assigned.is_match(&text) {
            assigned.replace_all(&text, format!("{name} = {value}")).into_owned()
        } else {
            format!("{}\nCONSTANT {name} = {value}\n", text.trim_end())
        };
    }
    text
}

/// How far it went, a line a run.
pub(super) fn table(grown: &[Grown]) -> String {
    let mut text = String::new();
    for run in grown {
        let number = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  {:<32} {:<9} {:>12} states {:>12} different  depth {:>5}  {:>7.1} s",
            run.bounds.join(", "),
            run.verdict,
            run.states,
            number(run.distinct),
            number(run.depth),
            Duration::from_millis(run.milliseconds).as_secs_f64(),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(text: &str) -> Bound {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_is_a_name_and_two_numbers() {
        assert_eq!(bound("MaxTerm=1..4"), Bound { name: "MaxTerm".to_owned(), first: 1, last: 4 });
        for bad in ["MaxTerm", "MaxTerm=4", "MaxTerm=4..1", "=1..2", "a b=1..2", "N=1..x"] {
            assert!(bad.parse::<Bound>().is_err(), "{bad}");
        }
    }

    #[test]
    fn one_bound_after_the_other_is_raised() {
        assert_eq!(steps(&[bound("A=1..3"), bound("B=2..3")]), [[1, 2], [2, 2], [2, 3], [3, 3]]);
        assert_eq!(steps(&[bound("A=5..5")]), [[5]]);
    }

    #[test]
    fn a_bound_replaces_what_the_config_assigns() {
        let config = "CONSTANTS N = 3 Max <- mc_Max\n  S = {a, b} Nodes = 1\nINIT Init\n";
        let grown =
            with(config, &[bound("N=1..2"), bound("Max=1..9"), bound("S=1..2"), bound("New=1..2")], &[2, 7, 1, 1]);
        assert_eq!(grown, "CONSTANTS N = 2 Max = 7\n  S = 1 Nodes = 1\nINIT Init\nCONSTANT New = 1\n");
    }
}
