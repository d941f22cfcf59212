//! What is wrong with a spec, as the model and the user see it.

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::text::cut;
use crate::behaviour::Behaviour;
use crate::behaviour::Modules;
use crate::behaviour::Step;
use crate::engine::State;
use crate::engine::Violation;

/// States of a counterexample shown at its end; what came before is listed by action only.
const STATES_SHOWN: usize = 3;

/// One problem.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// In a line.
    pub(super) title: String,
    /// In full, for the prompt.
    pub(super) text: String,
    /// The same as data, where it has places.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether it is the bounds of the settings that are wrong, which no edit of the spec should have to follow.
    pub(super) bounds: bool,
    /// Whether it comes after a first state with which nothing is wrong, so that Init is no part of it.
    pub(super) begins_well: bool,
    /// What violates a property of the settings: whose mistake that is has to be asked before anything is edited.
    pub(super) counterexample: Option<Box<Behaviour>>,
}

impl Problem {
    /// Rejected traces of the round before.
    pub(super) fn of_traces(divergences: &str) -> Self {
        Self {
            title: "the spec does not explain recorded traces".to_owned(),
            text: format!(
                "Execution traces of the real system were compared with the specification: each event is a step of the action of its name, and after each step \
                 the observed state of its node is compared with the specification's. The traces are right. A divergence is the first event that no such step \
                 explains; all events before it agree, in what is compared. `at` names the functions of the source that ran in it, in order.\n\n{}",
                divergences.trim_end()
            ),
            diagnostics: Vec::new(),
            bounds: false,
            begins_well: false,
            counterexample: None,
        }
    }

    /// Diagnostics of the transform, of SANY or of TLC.
    pub(super) fn of_diagnostics(by: &str, diagnostics: Vec<Diagnostic>) -> Self {
        let shown: Vec<_> = diagnostics.iter().take(12).map(|d| d.render(false)).collect();
        let first = diagnostics.first().map(|d| d.message.clone()).unwrap_or_default();
        Self {
            title: format!("{by}: {first}"),
            text: format!("{by} says:\n\n{}", shown.join("\n\n")),
            diagnostics,
            bounds: false,
            begins_well: false,
            counterexample: None,
        }
    }

    /// A behaviour that violates something: one of `properties`, or what every specification has to keep.
    pub(super) fn of_violation(violation: &Violation, properties: &[String], modules: &Modules) -> Self {
        let name = violation.name.clone().unwrap_or_else(|| violation.message.clone());
        let title = format!("TLC found a behaviour that violates {name}");
        let counterexample = Behaviour::of_violation(violation, modules).filter(|_| properties.contains(&name));
        let text = match &counterexample {
            Some(counterexample) => format!("{title}.\n\n{}", explained(counterexample, &violation.behaviour)),
            None => format!(
                "{title}. Either the specification does something the source does not do, or a bound is missing. The property itself stays as it is.\n\n{}",
                behaviour(&violation.behaviour)
            ),
        };
        let diagnostics = violation.diagnostics.iter().cloned();
        let head = Diagnostic::error("tlc/violated", title.clone());
        Self {
            title,
            text,
            diagnostics: std::iter::once(head).chain(diagnostics).collect(),
            bounds: false,
            begins_well: violation.behaviour.len() > 1,
            counterexample: counterexample.map(Box::new),
        }
    }

    /// The same with the behaviour that led to it: what the variables in a failing expression are, and how they came to be so.
    pub(super) fn on_the_way(mut self, way: Option<&Behaviour>, states: &[State]) -> Self {
        let Some(way) = way.filter(|_| !states.is_empty()) else { return self };
        self.text.push_str("\n\nIt happens in a step from the last state of this behaviour, or in that state itself. ");
        self.text.push_str(&explained(way, states));
        self
    }

    /// The same, found while `first` was being repaired.
    pub(super) fn after(mut self, first: &Self) -> Self {
        self.text.push_str("\n\nThe edits made so far were to mend the following, which has to stay mended.\n\n");
        self.text.push_str(&first.text);
        self
    }

    /// What tells this problem from others, so that the same one twice is seen.
    pub(super) fn mark(&self) -> String {
        format!("problem {}", &disk::sha256(self.text.as_bytes())[..12])
    }
}

/// Differences shown of one step, and the characters of each.
const CHANGES: usize = 20;
const WIDTH: usize = 400;

/// A counterexample as text: every step with what it changes, and the first and the last states whole.
fn explained(counterexample: &Behaviour, states: &[State]) -> String {
    let mut steps = Vec::new();
    for step in &counterexample.steps {
        let function = step.source.iter().find_map(|cited| Some((cited, cited.function.as_ref()?)));
        let from = function.map_or_else(String::new, |(cited, name)| {
            format!(" ({}:{}-{} {name})", cited.file, cited.first, cited.last)
        });
        steps.push(format!("{}. {}{from}", step.number, called(step)));
        steps.extend(step.changes.iter().take(CHANGES).map(|change| format!("   {}", cut(&change.to_string(), WIDTH))));
        if step.changes.len() > CHANGES {
            steps.push(format!("   and {} more", step.changes.len() - CHANGES));
        }
    }
    let from = states.len().saturating_sub(STATES_SHOWN);
    let shown = counterexample.steps.iter().zip(states).enumerate().filter(|(i, _)| *i == 0 || *i >= from);
    let shown: Vec<_> = shown
        .map(|(_, (step, state))| format!("State {} after {}:\n{}", step.number, called(step), state.text))
        .collect();
    format!(
        "Its steps, with what each changes:\n{}\n\nThe first state and the last ones:\n\n```\n{}\n```",
        steps.join("\n"),
        shown.join("\n\n")
    )
}

/// What the step is called in prompts, and has to be called in answers.
pub(super) fn called(step: &Step) -> &str {
    step.action.as_deref().unwrap_or("Initial state")
}

/// A behaviour as text: the actions of all steps, and the last states whole.
fn behaviour(states: &[State]) -> String {
    let name = |s: &State| s.action.clone().unwrap_or_else(|| "Initial state".to_owned());
    let steps: Vec<_> = states.iter().enumerate().map(|(i, s)| format!("{}. {}", i + 1, name(s))).collect();
    let from = states.len().saturating_sub(STATES_SHOWN);
    let last: Vec<_> = states
        .iter()
        .enumerate()
        .skip(from)
        .map(|(i, s)| format!("State {} after {}:\n{}", i + 1, name(s), s.text))
        .collect();
    format!("Steps:\n{}\n\nThe last states:\n\n```\n{}\n```", steps.join("\n"), last.join("\n\n"))
}
