//! What came of a model, for people.

use std::fmt::Write as _;

use super::Ran;
use super::grow;
use crate::behaviour;
use crate::engine::Outcome;

/// The verdict in a sentence.
pub(super) fn sentence(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Holds { evidence } => {
            let claim = evidence.claim();
            let depth = claim.depth.map(|depth| format!(", depth {depth}")).unwrap_or_default();
            format!("no error in {} different states ({} generated{depth})", claim.distinct_states, claim.states)
        }
        Outcome::Violated { violation } => violation.message.lines().next().unwrap_or_default().to_owned(),
        Outcome::Rejected { diagnostics } => {
            diagnostics.first().map_or_else(|| "TLC rejected the model".to_owned(), |first| first.message.clone())
        }
        Outcome::Unknown { why } => why.message.clone(),
    }
}

/// Warnings, what is wrong, the counterexample, and where everything lies.
pub(super) fn words(ran: &Ran, colour: bool) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for warning in &ran.warnings {
        let _ = writeln!(text, "{}\n", warning.render(colour));
    }
    for diagnostic in &ran.diagnostics {
        let _ = writeln!(text, "{}\n", diagnostic.render(colour));
    }
    if let Some(behaviour) = &ran.counterexample {
        let _ = writeln!(text, "{}\n", behaviour::text(behaviour));
    }
    text.push_str(&grow::table(&ran.grown));
    let _ = writeln!(text, "{}: {}: {}", ran.config, ran.verdict, ran.message);
    if let Some(evidence) = &ran.evidence {
        let claim = evidence.claim();
        let mut checked = [claim.invariants.clone(), claim.properties.clone()].concat();
        checked.extend(claim.deadlock.then(|| "deadlock".to_owned()));
        let _ = writeln!(text, "  checked: {}", checked.join(", "));
        if !claim.restrictions.is_empty() {
            let _ = writeln!(text, "  within: {}", claim.restrictions.join(", "));
        }
        if ran.recovered {
            text.push_str("  it went on from a checkpoint, so the counts are not those of an undisturbed run\n");
        }
    } else if ran.verdict == "unknown" {
        let distinct = ran.reached.distinct.map(|distinct| format!(", {distinct} different")).unwrap_or_default();
        let _ = writeln!(text, "  at TLC's last report: {} states{distinct}", ran.reached.states);
    }
    let _ = writeln!(text, "  in {}: {}", ran.folder, ran.files.join(", "));
    text
}
