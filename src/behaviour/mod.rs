//! # Behaviour — a counterexample as data
//!
//! | reads  | what the model checker reported, and the modules it is about                           |
//! | writes | nothing; the views are text for a person, ITF, and a sequence diagram                  |
//! | calls  | provenance, for the source lines behind an action                                      |
//! | never  | guesses: a value that cannot be read is compared and shown as the text that it is      |
//!
//! A step has its action, where that stands in the specification and which source lines it was translated from, and what
//! changed: not "messages differs", but the entry that was added.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::text::one_line;
use crate::engine::Checked;
use crate::engine::Class;
use crate::engine::Lasso;
use crate::engine::Outcome;
use crate::engine::Region;
use crate::engine::State;
use crate::engine::Violation;
use crate::provenance;
use crate::provenance::Citation;
use crate::tla::value::Value;
use action::Actions;

mod action;
mod change;
mod diagram;
mod itf;
mod svg;
mod text;

pub use change::Change;
pub use itf::itf;
pub use svg::svg;
pub use text::text;

/// A counterexample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Behaviour {
    /// Which kind of failure it shows.
    pub class: Class,
    /// Its name, where the tool gave one (TLC does not for temporal properties).
    pub violated: Option<String>,
    /// What the tool said.
    pub message: String,
    /// From an initial state on.
    pub steps: Vec<Step>,
    /// How an infinite behaviour goes on after its last step; null for a finite one.
    pub lasso: Option<Lasso>,
}

/// A state, and the step that led to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its number, from 1.
    pub number: u64,
    /// The action that was taken; null for an initial state, and where the evaluator found the behaviour.
    pub action: Option<String>,
    /// Where the action stands in the specification.
    pub place: Option<Spot>,
    /// The source lines that the action was translated from, where the specification cites them.
    pub source: Vec<Citation>,
    /// What differs from the state before; for an initial state nothing.
    pub changes: Vec<Change>,
    /// Every variable with its value in TLA+.
    pub state: BTreeMap<String, String>,
}

/// The values of a state that could be read. They are read anew where they are needed: a behaviour may have a hundred thousand
/// states.
type Values = BTreeMap<String, Value>;

/// Where an action stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// The module's file, as the modules were given.
    pub file: String,
    /// First line, from 1.
    pub line: usize,
    /// Last line.
    pub last_line: usize,
}

/// The modules of a specification: name to file and text.
pub type Modules = BTreeMap<String, (String, String)>;

impl Behaviour {
    /// What shows a violation, or led to an error of evaluation; `None` where the tool showed no state, as for a false
    /// ASSUME.
    pub fn of(checked: &Checked, modules: &Modules) -> Option<Self> {
        match &checked.outcome {
            Outcome::Violated { violation } => Self::of_violation(violation, modules),
            Outcome::Rejected { diagnostics } => {
                let message = diagnostics.first().map_or("", |first| first.message.as_str());
                Self::made(Class::of(&checked.outcome)?, None, message, &checked.run.behaviour, modules)
            }
            Outcome::Holds { .. } | Outcome::Unknown { .. } => None,
        }
    }

    /// What shows a violation; `None` where the tool showed no state.
    pub fn of_violation(violation: &Violation, modules: &Modules) -> Option<Self> {
        let Violation { kind, behaviour, lasso, name, message, .. } = violation;
        let made = Self::made(Class::of_kind(*kind), name.clone(), message, behaviour, modules)?;
        Some(Self { lasso: *lasso, ..made })
    }

    /// These states, of whatever tool; `None` where there are none.
    pub fn made(
        class: Class,
        violated: Option<String>,
        message: &str,
        states: impl IntoIterator<Item: Borrow<State>>,
        modules: &Modules,
    ) -> Option<Self> {
        let mut steps: Vec<Step> = Vec::new();
        let mut actions = Actions::of(modules);
        let mut before = Values::new();
        for state in states {
            let state = state.borrow();
            let values = Step::read(&state.variables);
            steps.push(Step::after(steps.last(), &before, state, &values, modules, &mut actions));
            before = values;
        }
        let message = message.lines().next().unwrap_or_default().to_owned();
        (!steps.is_empty()).then_some(Self { class, violated, message, steps, lasso: None })
    }

    /// The position of the step that the behaviour goes back to after its last, from 0.
    fn loops_to(&self) -> Option<usize> {
        let Some(Lasso::BackTo(number)) = self.lasso else { return None };
        self.steps.iter().position(|step| step.number == number)
    }
}

impl Step {
    fn read(state: &BTreeMap<String, String>) -> Values {
        state.iter().filter_map(|(name, text)| Some((name.clone(), Value::parse(text).ok()?))).collect()
    }

    fn values(&self) -> Values {
        Self::read(&self.state)
    }

    fn value(&self, name: &str) -> Option<Value> {
        Value::parse(self.state.get(name)?).ok()
    }

    fn after(
        before: Option<&Self>,
        old: &Values,
        state: &State,
        values: &Values,
        modules: &Modules,
        actions: &mut Actions<'_>,
    ) -> Self {
        let text = |(name, text): (&String, &String)| {
            let shown = values.get(name).map_or_else(|| one_line(text), Value::to_string);
            (name.clone(), shown)
        };
        let shown: BTreeMap<String, String> = state.variables.iter().map(text).collect();
        let mut changes = Vec::new();
        for (name, now) in before.iter().flat_map(|_| &shown) {
            let earlier = before.and_then(|before| before.state.get(name));
            match (old.get(name), values.get(name)) {
                (Some(old), Some(new)) => change::compare(name, old, new, &mut changes),
                _ if earlier == Some(now) => {}
                _ => changes.push(Change::Changed {
                    path: name.clone(),
                    before: earlier.cloned().unwrap_or_default(),
                    after: now.clone(),
                }),
            }
        }
        let called = state.location.as_ref().and_then(|region| actions.called(region));
        let (action, region) = match called {
            Some((name, body)) => (Some(name), Some(body)),
            None => (state.action.clone(), state.location.clone()),
        };
        let (place, source) = region.map_or_else(Default::default, |region| behind(&region, modules));
        Self { number: state.number, action, place, source, changes, state: shown }
    }
}

/// Where a region is, and what its lines cite.
fn behind(region: &Region, modules: &Modules) -> (Option<Spot>, Vec<Citation>) {
    let Some((file, text)) = modules.get(&region.module) else {
        let file = format!("{}.tla", region.module);
        return (Some(Spot { file, line: region.line, last_line: region.last_line }), Vec::new());
    };
    let mut source = Vec::new();
    if let Some((block, _)) = provenance::behind(text, region.line) {
        let inside = |citation: &Citation| (region.line..=region.last_line).contains(&citation.spec_line);
        source.extend(block.function);
        source.extend(block.citations.into_iter().filter(inside));
    }
    (Some(Spot { file: file.clone(), line: region.line, last_line: region.last_line }), source)
}

/// `raft.go:891-900`.
fn cited(citation: &Citation) -> String {
    if citation.first == citation.last {
        return format!("{}:{}", citation.file, citation.first);
    }
    format!("{}:{}-{}", citation.file, citation.first, citation.last)
}

#[cfg(test)]
mod tests;
