//! What validation showed, as data.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::engine::Evidence;
use crate::tla::value::Value;
use crate::trace::model::Event;
use crate::trace::model::Object;

/// The format of [`Report`] and [`Divergence`] on disk.
pub const FORMAT: u32 = 1;

/// The verdicts on some traces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// One a trace, in the order they were given.
    pub traces: Vec<Judged>,
    /// How often TLC ran.
    pub runs: usize,
    /// CPU milliseconds of these runs together, as far as known.
    pub cpu_milliseconds: u64,
}

/// One trace's verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// The trace's file.
    pub trace: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Who came to it.
    pub by: By,
    /// Whether it was come to earlier, with the same specification, mapping and trace, and by the same program.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cached: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(it: &bool) -> bool {
    !*it
}

/// Who judged a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// TLC, as it was asked to.
    #[default]
    Tlc,
    /// The evaluator.
    Native,
    /// TLC, as there is something that the evaluator does not evaluate: what.
    TlcInstead(String),
}

/// Who judged these traces, in a few words.
pub fn judges<'a>(all: impl Iterator<Item = &'a By>) -> String {
    let (mut native, mut instead, mut why) = (false, 0, None);
    for by in all {
        match by {
            By::Tlc => {}
            By::Native => native = true,
            By::TlcInstead(lacks) => {
                instead += 1;
                why.get_or_insert(lacks);
            }
        }
    }
    match (native, why) {
        (true, None) => "judged by the evaluator".to_owned(),
        (true, Some(why)) => format!("judged by the evaluator, {instead} by TLC instead: {why}"),
        (false, Some(why)) => format!("judged by TLC instead of the evaluator: {why}"),
        (false, None) => "judged by TLC".to_owned(),
    }
}

/// The verdict on a trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// The trace is a behaviour of the specification.
    Accepted {
        /// How many events were explained.
        events: usize,
        /// What this rests on.
        evidence: Acceptance,
    },
    /// It is not: some event has no explanation.
    Rejected(Box<Divergence>),
    /// No claim is made.
    Unknown {
        /// Why not.
        why: String,
    },
}

impl Verdict {
    /// Whether asking again, with more time, can only say the same. A verdict that a budget had a part in is none of these.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Accepted { .. } => true,
            Self::Rejected(divergence) => divergence.is_whole(),
            Self::Unknown { .. } => false,
        }
    }
}

/// The grounds of an acceptance: TLC said of this trace that it was consumed, and the run ended with its closing
/// message. Only the judge makes one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acceptance {
    marker: String,
    run: Evidence,
    #[serde(default, skip_serializing_if = "SilentSteps::is_none")]
    silent: SilentSteps,
}

impl Acceptance {
    pub(super) fn new(marker: String, run: Evidence, silent: SilentSteps) -> Self {
        Self { marker, run, silent }
    }

    /// What no event of the trace tells of.
    pub fn silent(&self) -> &SilentSteps {
        &self.silent
    }

    /// The line TLC printed when the trace was consumed.
    pub fn marker(&self) -> &str {
        &self.marker
    }

    /// What the whole run rests on.
    pub fn run(&self) -> &Evidence {
        &self.run
    }
}

/// The silent steps of one behaviour that explains a trace: the one that was found, there may be others with more or fewer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SilentSteps {
    /// How many there are.
    pub steps: usize,
    /// The same by action; empty where TLC judged, which only tells how many there are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_action: BTreeMap<String, usize>,
}

impl SilentSteps {
    fn is_none(&self) -> bool {
        self.steps == 0
    }
}

impl std::fmt::Display for SilentSteps {
    /// In a few words, such as `2 silent steps: Expire 2`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} silent step{}", self.steps, if self.steps == 1 { "" } else { "s" })?;
        let each: Vec<String> = self.by_action.iter().map(|(action, steps)| format!("{action} {steps}")).collect();
        if each.is_empty() { Ok(()) } else { write!(f, ": {}", each.join(", ")) }
    }
}

/// Why a trace is no behaviour of the specification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Divergence {
    /// [`FORMAT`].
    pub format: u32,
    /// The trace's file.
    pub trace: String,
    /// Index of the first event that nothing explains, from 0.
    pub event_index: usize,
    /// How many events the trace has.
    pub events: usize,
    /// That event's line in the file.
    pub line: usize,
    /// Its name.
    pub event: String,
    /// Its node.
    pub node: String,
    /// The source line of its probe.
    pub probe: String,
    /// The function of its probe.
    pub function: String,
    /// The functions that ran inside it.
    pub path: Vec<String>,
    /// What it happened with.
    pub params: Object,
    /// What was observed after it.
    pub observed: Object,
    /// What kind of disagreement.
    pub kind: DivergenceKind,
    /// The invariant that is violated by every step that agrees with the event; only where invariants were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub violated: Option<Violated>,
    /// The specification's variables before it, where known.
    #[serde(with = "values")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub before: BTreeMap<String, Value>,
    /// How many states of the specification explain the events before it; `before` is one of them.
    pub candidates: usize,
    /// In how many ways the specification takes the action there, whatever was observed.
    pub ways: usize,
    /// The compared fields that differ, for the ways that come nearest.
    pub differences: Vec<Difference>,
    /// The first condition of the action that does not hold, where one was found.
    pub guard: Option<String>,
    /// What comes nearest to the thing that this condition misses.
    #[serde(default)]
    pub nearest: Option<Nearest>,
    /// Where that thing was made in the real system.
    #[serde(default)]
    pub made: Option<Made>,
    /// What TLC said, for an evaluation error, or why there is no explanation.
    pub message: Option<String>,
    /// The last events before it, oldest first.
    pub previous_events: Vec<Previous>,
    /// Why the action cannot be taken in the states that explain the events before, the one that comes nearest first; only
    /// where the evaluator judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// Steps that would explain the event, had they been taken before it; only where the evaluator judged and there are any, or
    /// the search for them was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestions: Option<Suggestions>,
    /// Where the threads are; only of a trace with intervals, and where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontier: Option<Frontier>,
}

/// How far the threads of a trace with intervals are explained at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Frontier {
    /// How many events are explained, of those that ended.
    pub explained: usize,
    /// The threads, by name.
    pub threads: Vec<ThreadAt>,
}

/// How far a thread is explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThreadAt {
    /// Its name.
    pub thread: String,
    /// How many of its events are explained.
    pub explained: usize,
    /// How many it has.
    pub events: usize,
    /// Its next event, if there is one.
    pub pending: Option<Pending>,
}

/// The next event of a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pending {
    /// Its index, from 0.
    pub event_index: usize,
    /// Its line in the file.
    pub line: usize,
    /// Its name.
    pub event: String,
    /// Its node.
    pub node: String,
    /// What it happened with.
    pub params: Object,
    /// What was observed after it.
    pub observed: Object,
    /// When it began.
    pub start: u64,
    /// When it ended, if it did.
    pub end: Option<u64>,
    /// The thread whose pending event ended before this one began: it has to be explained first.
    pub waits_for: Option<String>,
    /// Why it has no step, where it may come next.
    pub kind: Option<DivergenceKind>,
    /// How many states of the specification there are before it.
    pub candidates: usize,
    /// In how many ways the specification takes the action there, whatever was observed.
    pub ways: usize,
    /// The compared fields that differ, for the ways that come nearest.
    pub differences: Vec<Difference>,
    /// The first condition of the action that does not hold, where one was found.
    pub guard: Option<String>,
    /// Why the action cannot be taken, the state that comes nearest first; only where the evaluator judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
}

impl Divergence {
    /// Whether the explanation came to its end.
    fn is_whole(&self) -> bool {
        let explained = match self.kind {
            DivergenceKind::Unexplained => false,
            // The message is that of the error.
            DivergenceKind::EvaluationError => self.candidates > 0,
            DivergenceKind::StateDiffers
            | DivergenceKind::NotEnabled
            | DivergenceKind::InvariantViolated
            | DivergenceKind::Aborted => self.message.is_none(),
        };
        explained && !self.suggestions.as_ref().is_some_and(|suggestions| suggestions.stopped)
    }
}

/// What would explain an event that nothing explains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suggestions {
    /// Steps in their order, as few as there can be; at most three suggestions of at most three steps.
    pub found: Vec<Vec<Step>>,
    /// Whether not everything was tried.
    pub stopped: bool,
}

/// A step of the specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The action with its arguments.
    pub action: String,
    /// The module's file and the line of its definition.
    pub place: String,
    /// How a trace tells of such steps.
    pub told: Told,
}

/// How a trace tells of the steps of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Not at all.
    Never,
    /// Not at all, and the mapping lists it as silent.
    Silent,
    /// By an event.
    ByEvent,
}

/// Why an action cannot be taken in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// The variables there.
    #[serde(default, with = "values")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub state: BTreeMap<String, Value>,
    /// How many of its conditions do not hold, of those that were reached.
    pub failing: usize,
    /// The action's conjuncts.
    pub parts: Vec<Conjunct>,
}

/// A part of an action, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conjunct {
    /// The module's file and the line.
    pub place: String,
    /// As it stands there, in one line.
    pub text: String,
    /// What it came to.
    pub came: Came,
    /// The choice of a quantifier that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Of one that does not hold, the values of its operands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operands: Vec<Operand>,
    /// Of one that has no value, why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What it consists of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

/// What a part of an action came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Something before it does not hold.
    NotReached,
    /// It has no value.
    Failed,
}

/// A part of a condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Operand {
    /// As it stands in the specification.
    pub text: String,
    /// Its value.
    pub value: String,
}

/// What kind of disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DivergenceKind {
    /// The action can be taken, but leads elsewhere than observed.
    StateDiffers,
    /// The action cannot be taken in any state that explains the events before.
    NotEnabled,
    /// TLC cannot evaluate the specification there.
    EvaluationError,
    /// The real call did not return; no action stands for that.
    Aborted,
    /// The action can be taken and leads to what was observed, but only to states that violate an invariant.
    InvariantViolated,
    /// Nothing explains the event, and the run that was to say why did not end well.
    Unexplained,
}

/// An invariant that is not true of a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Violated {
    /// Its name.
    pub invariant: String,
    /// The module's file and the line of its definition.
    pub place: String,
    /// Whether that is an initial state, before any event.
    pub initial: bool,
    /// The variables that it looks at, in that state.
    #[serde(with = "values")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub values: BTreeMap<String, Value>,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The field.
    pub field: String,
    /// The expression it is compared with.
    pub spec: String,
    /// That expression's value, one for each way to take the action, the nearest way first.
    pub expected: Vec<String>,
    /// What was observed.
    pub observed: String,
}

/// The element of a variable that comes nearest to a parameter that is none of its elements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Nearest {
    /// The parameter.
    pub parameter: String,
    /// The variable.
    pub variable: String,
    /// The element, a record.
    pub element: String,
    /// The fields in which they differ.
    pub parts: Vec<Part>,
}

/// A field in which two records differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// The field.
    pub field: String,
    /// Its value in the real system.
    pub wanted: String,
    /// Its value in the specification.
    pub there: String,
}

/// Where a parameter of an event was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Made {
    /// The parameter.
    pub parameter: String,
    /// The event that brought it forth, without its own parameters.
    pub by: Previous,
    /// The steps of that event's node that may have made it, oldest first.
    pub steps: Vec<Previous>,
}

/// An event before the one that nothing explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Previous {
    /// Its line in the file.
    pub line: usize,
    /// Its name.
    pub event: String,
    /// Its node.
    pub node: String,
    /// What it happened with.
    pub params: Object,
}

impl Previous {
    pub(super) fn of(event: &Event) -> Self {
        let Event { line, name, node, params, .. } = event.clone();
        Self { line, event: name, node, params }
    }
}

/// Variables as JSON in the manner of the ITF format.
mod values {
    use std::collections::BTreeMap;

    use serde::Deserialize as _;
    use serde::Deserializer;
    use serde::Serializer;
    use serde::de::Error as _;

    use crate::tla::value::Value;

    pub(super) fn serialize<S: Serializer>(map: &BTreeMap<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(map.iter().map(|(name, value)| (name, value.to_json())))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<BTreeMap<String, Value>, D::Error> {
        let map = BTreeMap::<String, serde_json::Value>::deserialize(source)?;
        let value = |(name, json): (String, serde_json::Value)| {
            let value = Value::from_json(&json).ok_or_else(|| D::Error::custom(format!("`{name}` is no value")))?;
            Ok((name, value))
        };
        map.into_iter().map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected() -> Divergence {
        let text = r#"{"format": 1, "trace": "t", "event_index": 0, "events": 1, "line": 2, "event": "A", "node": "n",
            "probe": "", "function": "", "path": [], "params": {}, "observed": {}, "kind": "not-enabled", "before": {},
            "candidates": 1, "ways": 0, "differences": [], "guard": null, "message": null, "previous_events": []}"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_rejection_whose_explanation_was_cut_short_is_not_final() {
        let of = |change: fn(&mut Divergence)| {
            let mut divergence = rejected();
            change(&mut divergence);
            Verdict::Rejected(Box::new(divergence)).is_final()
        };
        assert!(of(|_| ()));
        assert!(of(|d| d.suggestions = Some(Suggestions::default())));
        assert!(!of(|d| d.suggestions = Some(Suggestions { stopped: true, ..Suggestions::default() })));
        assert!(!of(|d| d.kind = DivergenceKind::Unexplained));
        assert!(!of(|d| d.message = Some("the run that was to explain the rejection failed".to_owned())));
        let error = |candidates| {
            let kind = DivergenceKind::EvaluationError;
            Verdict::Rejected(Box::new(Divergence {
                kind,
                candidates,
                message: Some("1 + TRUE".to_owned()),
                ..rejected()
            }))
        };
        assert_eq!((error(1).is_final(), error(0).is_final()), (true, false));
        assert!(!Verdict::Unknown { why: "not judged within 1 seconds".to_owned() }.is_final());
    }
}
