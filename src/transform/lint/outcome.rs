//! What a path of an action has done.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::known::Known;
use crate::base::span::Span;
use crate::tla::syntax::Bound;

/// Where a variable gets its next value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) span: Span,
    /// The call that leads there from the operator that is being followed.
    pub(super) via: Option<Span>,
    /// By UNCHANGED.
    pub(super) kept: bool,
}

impl Site {
    pub(super) fn new(span: Span, kept: bool) -> Self {
        Self { span, via: None, kept }
    }
}

/// A step of a path: a branch taken, an operator entered.
#[derive(Debug)]
struct Step {
    span: Span,
    what: String,
    before: Option<Rc<Self>>,
}

/// What one path, or several that did the same, has done so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// The variables, and the parameters standing for variables, that have their next values.
    pub(super) assigned: BTreeMap<String, Site>,
    /// Variables whose next values were read before that.
    pub(super) needs: BTreeMap<String, Span>,
    /// What is known of conditions, by their texts.
    pub(super) conditions: BTreeMap<String, bool>,
    /// What is known of values that are compared with literals, by their texts.
    pub(super) known: BTreeMap<String, Known>,
    /// Whether there was something that cannot be followed, so that more may be assigned.
    pub(super) opaque: bool,
    trail: Option<Rc<Step>>,
}

impl Outcome {
    /// Know nothing of conditions any more.
    pub(super) fn forget(&mut self) {
        self.conditions.clear();
        self.known.clear();
    }

    /// Know nothing any more of the names that a quantifier binds: the next may bind others of the same name.
    pub(super) fn leave(&mut self, bounds: &[Bound]) {
        let names: Vec<_> = bounds.iter().flat_map(|bound| &bound.names).map(|name| name.text.as_str()).collect();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let speaks = |text: &String| text.split(|c| !word(c)).any(|part| names.contains(&part));
        self.conditions.retain(|text, _| !speaks(text));
        self.known.retain(|text, _| !speaks(text));
    }

    /// One step further.
    pub(super) fn step(&mut self, span: Span, what: impl Into<String>) {
        self.trail = Some(Rc::new(Step { span, what: what.into(), before: self.trail.take() }));
    }

    /// The steps of the path, first to last.
    pub(super) fn steps(&self) -> Vec<(Span, &str)> {
        let mut steps = Vec::new();
        let mut at = self.trail.as_deref();
        while let Some(step) = at {
            steps.push((step.span, step.what.as_str()));
            at = step.before.as_deref();
        }
        steps.reverse();
        steps
    }
}

/// More outcomes than this are not told apart.
const MOST: usize = 256;

/// What outcomes are told apart by: the variables assigned, what is known of conditions and values, whether there may be more.
type Deed = (Vec<String>, BTreeMap<String, bool>, BTreeMap<String, Known>, bool);

/// Outcomes that did the same become one, the first of them.
pub(super) fn merged(outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let mut kept: Vec<Outcome> = Vec::new();
    let mut index: BTreeMap<Deed, usize> = BTreeMap::new();
    for outcome in outcomes {
        let names = outcome.assigned.keys().cloned().collect();
        match index.entry((names, outcome.conditions.clone(), outcome.known.clone(), outcome.opaque)) {
            std::collections::btree_map::Entry::Occupied(at) => {
                let first = &mut kept[*at.get()];
                first.needs.retain(|name, _| outcome.needs.contains_key(name));
            }
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(kept.len());
                kept.push(outcome);
            }
        }
    }
    if kept.len() <= MOST {
        return kept;
    }
    let mut all = kept.into_iter();
    let mut one = all.next().unwrap_or_default();
    for other in all {
        one.assigned.retain(|name, _| other.assigned.contains_key(name));
        one.needs.retain(|name, _| other.needs.contains_key(name));
    }
    one.forget();
    vec![Outcome { opaque: true, ..one }]
}
