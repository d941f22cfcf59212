//! A rejected trace made smaller: fewer nodes, events and fields, rejected for the same cause.
//!
//! Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002): pieces are left out, large ones
//! first, and every smaller trace is judged like the first. One is only kept if its last event is rejected for the same cause. At the end
//! no single event, node or field can be left out, unless the search was stopped.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::model::Divergence;
use super::model::DivergenceKind;
use super::model::Verdict;
use crate::base::diag::Failure;
use crate::trace::model::Trace;

/// Traces that are judged at once.
const BATCH: usize = 32;

/// What a rejection is about, whatever came before the rejected event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cause {
    /// What kind of disagreement.
    pub kind: DivergenceKind,
    /// The event's name.
    pub event: String,
    /// Its node.
    pub node: String,
    /// The fields that differ.
    pub fields: Vec<String>,
    /// The condition of the action that does not hold.
    pub guard: Option<String>,
    /// What could not be evaluated.
    pub message: Option<String>,
    /// The invariant that is violated, where invariants were asked for.
    pub violated: Option<String>,
}

impl Cause {
    /// The cause of a rejection.
    pub fn of(divergence: &Divergence) -> Self {
        let Divergence { kind, event, node, guard, message, .. } = divergence.clone();
        let mut fields: Vec<String> =
            divergence.differences.iter().map(|difference| difference.field.clone()).collect();
        fields.sort();
        let violated = divergence.violated.as_ref().map(|violated| violated.invariant.clone());
        Self { kind, event, node, fields, guard, message, violated }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimised {
    /// The smallest trace that was found; its last event is the rejected one.
    pub trace: Trace,
    /// Why it and the trace it was made of are rejected.
    pub cause: Cause,
    /// The fields that no event has any more.
    pub fields: Vec<String>,
    /// How many smaller traces were judged.
    pub judged: usize,
    /// Whether it ended before everything was tried.
    pub stopped: bool,
}

/// What a search for a smaller trace asks of others.
pub struct Search<J, C> {
    /// The verdicts on some traces, in their order.
    pub judge: J,
    /// Told of each smaller trace that was found; `false` ends the search.
    pub go_on: C,
    /// Fields of the state that may be left out of all events.
    pub optional: Vec<String>,
}

/// Makes a trace smaller that `divergence` rejects.
///
/// # Errors
/// Those of the judge.
pub async fn minimize<J, C>(trace: &Trace, divergence: &Divergence, search: Search<J, C>) -> Result<Minimised, Failure>
where
    J: AsyncFnMut(Arc<[Trace]>) -> Result<Vec<Verdict>, Failure>,
    C: FnMut(&Trace) -> bool,
{
    let mut smallest = trace.clone();
    // No judge looks further than this, so the cause stays.
    smallest.events.truncate(divergence.event_index + 1);
    let Search { judge, go_on, optional } = search;
    let found =
        Minimised { trace: smallest, cause: Cause::of(divergence), fields: Vec::new(), judged: 0, stopped: false };
    let mut run = Run { judge, go_on, found };
    let verdicts = (run.judge)(vec![run.found.trace.clone()].into()).await?;
    if !run.is_same(&run.found.trace, verdicts.first()) {
        run.found.trace = trace.clone();
    }
    run.goes_on();
    // Large pieces are worth a try once; that nothing more can be left out is seen with single events.
    let mut size = run.found.trace.events.len() / 2;
    loop {
        let before = run.found.trace.clone();
        run.leave_out_nodes().await?;
        run.leave_out_events(size).await?;
        run.leave_out_fields(&optional).await?;
        if run.found.stopped || run.found.trace == before {
            break;
        }
        size = 1;
    }
    Ok(run.found)
}

struct Run<J, C> {
    judge: J,
    go_on: C,
    found: Minimised,
}

impl<J, C> Run<J, C>
where
    J: AsyncFnMut(Arc<[Trace]>) -> Result<Vec<Verdict>, Failure>,
    C: FnMut(&Trace) -> bool,
{
    fn goes_on(&mut self) -> bool {
        if !self.found.stopped && !(self.go_on)(&self.found.trace) {
            self.found.stopped = true;
        }
        !self.found.stopped
    }

    /// Which of these are rejected for the same cause, at their last event.
    async fn same(&mut self, traces: &[Trace]) -> Result<Vec<bool>, Failure> {
        let mut same = Vec::new();
        for batch in traces.chunks(BATCH) {
            if !self.goes_on() {
                break;
            }
            self.found.judged += batch.len();
            let verdicts = match (self.judge)(batch.to_vec().into()).await {
                Ok(verdicts) => verdicts.into_iter().map(Some).collect(),
                // One that no longer fits the mapping, as it has no event that records some field, spoils them all.
                Err(_) => self.one_by_one(batch).await,
            };
            same.extend(batch.iter().zip(&verdicts).map(|(trace, verdict)| self.is_same(trace, verdict.as_ref())));
        }
        same.resize(traces.len(), false);
        Ok(same)
    }

    async fn one_by_one(&mut self, traces: &[Trace]) -> Vec<Option<Verdict>> {
        let mut verdicts = Vec::new();
        for trace in traces {
            let verdict = (self.judge)(vec![trace.clone()].into()).await;
            verdicts.push(verdict.ok().and_then(|verdicts| verdicts.into_iter().next()));
        }
        verdicts
    }

    fn is_same(&self, trace: &Trace, verdict: Option<&Verdict>) -> bool {
        match verdict {
            Some(Verdict::Rejected(divergence)) => {
                divergence.event_index + 1 == trace.events.len() && Cause::of(divergence) == self.found.cause
            }
            Some(Verdict::Accepted { .. } | Verdict::Unknown { .. }) | None => false,
        }
    }

    /// Keeps the trace if it has the same cause; whether it has.
    async fn keep(&mut self, trace: Trace) -> Result<bool, Failure> {
        let same = self.same(std::slice::from_ref(&trace)).await?[0];
        if same {
            self.found.trace = trace;
        }
        Ok(same)
    }

    /// Each node with its events; if it has to stay, its events alone.
    async fn leave_out_nodes(&mut self) -> Result<(), Failure> {
        for node in self.found.trace.header.nodes.clone() {
            if node == self.found.cause.node || self.found.stopped {
                continue;
            }
            let mut without = self.found.trace.clone();
            without.events.retain(|event| event.node != node);
            let silent = (without.events.len() < self.found.trace.events.len()).then(|| without.clone());
            without.header.nodes.retain(|other| *other != node);
            if !self.keep(without).await?
                && let Some(silent) = silent
            {
                self.keep(silent).await?;
            }
        }
        Ok(())
    }

    /// Pieces of the events before the rejected one: of this size first, single events at last, as long as one can be.
    async fn leave_out_events(&mut self, mut size: usize) -> Result<(), Failure> {
        while size > 1 && !self.found.stopped {
            self.leave_out_pieces(size).await?;
            size /= 2;
        }
        while !self.found.stopped && self.leave_out_pieces(1).await? {}
        Ok(())
    }

    /// Whether some piece of this size could be left out.
    async fn leave_out_pieces(&mut self, size: usize) -> Result<bool, Failure> {
        let whole = self.found.trace.clone();
        let last = whole.events.len() - 1;
        let pieces: Vec<std::ops::Range<usize>> =
            (0..last).step_by(size).map(|start| start..(start + size).min(last)).collect();
        let without = |left_out: &[std::ops::Range<usize>]| {
            let mut trace = whole.clone();
            let mut index = 0;
            trace.events.retain(|_| {
                index += 1;
                !left_out.iter().any(|piece| piece.contains(&(index - 1)))
            });
            trace
        };
        let smaller: Vec<Trace> = pieces.iter().map(|piece| without(std::slice::from_ref(piece))).collect();
        let same = self.same(&smaller).await?;
        let mut free: Vec<_> = pieces.into_iter().zip(same).filter(|(_, same)| *same).map(|(piece, _)| piece).collect();
        // What can be left out by itself can often be left out together; if not, half of it.
        while free.len() > 1 {
            if self.keep(without(&free)).await? {
                return Ok(true);
            }
            free.truncate(free.len() / 2);
        }
        match free.first() {
            Some(piece) => {
                self.found.trace = without(std::slice::from_ref(piece));
                Ok(true)
            }
            None => Ok(false),
        }
    }

    async fn leave_out_fields(&mut self, optional: &[String]) -> Result<(), Failure> {
        for field in optional {
            let mut without = self.found.trace.clone();
            for event in &mut without.events {
                event.state.remove(field);
            }
            if without != self.found.trace && !self.found.stopped && self.keep(without).await? {
                self.found.fields.push(field.clone());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::model::Event;
    use crate::trace::model::Header;
    use crate::trace::model::Object;
    use crate::trace::model::Stamp;
    use crate::validate::model::FORMAT;

    fn event(number: u64) -> Event {
        let state = serde_json::json!({"n": number, "seen": number % 3});
        Event {
            line: 0,
            seq: number,
            name: "Add".to_owned(),
            node: format!("n{}", number % 4),
            params: Object::new(),
            state: state.as_object().unwrap().clone(),
            probe: String::new(),
            function: String::new(),
            path: Vec::new(),
            aborted: false,
            stamp: Stamp::default(),
        }
    }

    fn trace(events: u64) -> Trace {
        let nodes = (0..4).map(|number| format!("n{number}")).collect();
        let header = Header { system: "s".to_owned(), nodes, seed: None, extra: std::collections::BTreeMap::new() };
        Trace { file: "t".to_owned(), header, events: (1..=events).map(event).collect(), truncated: false }
    }

    /// The rejection of an event.
    fn divergence(trace: &Trace, event_index: usize, guard: &str) -> Divergence {
        let event = trace.events[event_index].clone();
        Divergence {
            format: FORMAT,
            trace: trace.file.clone(),
            event_index,
            events: trace.events.len(),
            line: event.line,
            event: event.name,
            node: event.node,
            probe: event.probe,
            function: event.function,
            path: event.path,
            params: event.params,
            observed: event.state,
            kind: DivergenceKind::NotEnabled,
            violated: None,
            before: std::collections::BTreeMap::new(),
            candidates: 1,
            ways: 0,
            differences: Vec::new(),
            guard: Some(guard.to_owned()),
            nearest: None,
            made: None,
            message: None,
            previous_events: Vec::new(),
            refusals: Vec::new(),
            suggestions: None,
            frontier: None,
        }
    }

    /// A judge for whom the event `last` is wrong after all of `needed`; without one of them it is, for another cause.
    fn verdict(trace: &Trace, needed: &[u64], last: u64) -> Verdict {
        let at = |seq: u64| trace.events.iter().position(|event| event.seq == seq);
        let Some(end) = at(last) else { return Verdict::Unknown { why: "it is gone".to_owned() } };
        let guard = if needed.iter().all(|seq| at(*seq).is_some()) { "x < 3" } else { "y < 3" };
        Verdict::Rejected(Box::new(divergence(trace, end, guard)))
    }

    async fn minimised(whole: &Trace, needed: &[u64], last: u64, optional: &[&str], limit: usize) -> Minimised {
        let Verdict::Rejected(first) = verdict(whole, needed, last) else { panic!("it is not rejected") };
        let mut asked = 0;
        let search = Search {
            judge: async |traces: Arc<[Trace]>| {
                Ok(traces.iter().map(|trace| verdict(trace, needed, last)).collect::<Vec<_>>())
            },
            go_on: |_: &Trace| {
                asked += 1;
                asked <= limit
            },
            optional: optional.iter().map(|&field| field.to_owned()).collect(),
        };
        minimize(whole, &first, search).await.unwrap()
    }

    fn kept(found: &Minimised) -> Vec<u64> {
        found.trace.events.iter().map(|event| event.seq).collect()
    }

    #[tokio::test]
    async fn only_what_the_cause_needs_is_left() {
        let whole = trace(200);
        let found = minimised(&whole, &[3, 77, 78, 140], 150, &["seen"], usize::MAX).await;
        assert_eq!(kept(&found), [3, 77, 78, 140, 150]);
        assert_eq!((found.stopped, found.fields), (false, vec!["seen".to_owned()]));
        // 3 is of n3, 77 of n1, 78 and 150 of n2, 140 of n0.
        assert_eq!(found.trace.header.nodes.len(), 4);
        assert!(found.trace.events.iter().all(|event| event.state.get("seen").is_none()));
        assert!(found.judged < 400, "{}", found.judged);
    }

    #[tokio::test]
    async fn a_node_without_events_that_count_goes_with_them() {
        let found = minimised(&trace(100), &[4, 8], 12, &[], usize::MAX).await;
        assert_eq!((kept(&found), found.trace.header.nodes), (vec![4, 8, 12], vec!["n0".to_owned()]));
    }

    #[tokio::test]
    async fn a_single_event_can_be_the_whole_cause() {
        let found = minimised(&trace(50), &[], 1, &[], usize::MAX).await;
        assert_eq!(kept(&found), [1]);
        assert_eq!(kept(&minimised(&trace(50), &[], 50, &[], usize::MAX).await), [50]);
    }

    #[tokio::test]
    async fn what_is_stopped_early_has_the_same_cause_and_says_so() {
        let found = minimised(&trace(200), &[3, 77, 78, 140], 150, &[], 6).await;
        assert!(found.stopped && kept(&found).len() > 5);
        assert!([3, 77, 78, 140, 150].iter().all(|seq| kept(&found).contains(seq)), "{:?}", kept(&found));
    }

    #[tokio::test]
    async fn what_the_judge_cannot_judge_is_not_kept() {
        let whole = trace(40);
        let Verdict::Rejected(first) = verdict(&whole, &[5, 6], 30) else { panic!("it is not rejected") };
        let search = Search {
            judge: async |traces: Arc<[Trace]>| {
                // The mapping wants event 9.
                if traces.iter().any(|trace| trace.events.iter().all(|event| event.seq != 9)) {
                    return Err(crate::base::diag::Diagnostic::error("trace/vacuous-check", "no event has it").into());
                }
                Ok(traces.iter().map(|trace| verdict(trace, &[5, 6], 30)).collect())
            },
            go_on: |_: &Trace| true,
            optional: Vec::new(),
        };
        let found = minimize(&whole, &first, search).await.unwrap();
        assert_eq!(kept(&found), [5, 6, 9, 30]);
    }
}
