//! The edits of one reply: which of them are made, and why the others are not.

use std::fmt::Write as _;

use serde::Serialize;

use super::reach::Reach;
use crate::base::diag::Diagnostic;
use crate::llm::edits;
use crate::llm::prompt::fence;

/// Format number of `edits.json`.
const FORMAT: u32 = 1;

/// edits.json: what came of a reply.
#[derive(Debug, Serialize)]
pub(super) struct Tried {
    format: u32,
    edits: Vec<TriedEdit>,
    /// Why the reply as a whole is refused, in which case none of its edits is made.
    refused: Vec<Diagnostic>,
}

#[derive(Debug, Serialize)]
struct TriedEdit {
    old: String,
    new: String,
    /// Why this edit is not made.
    refused: Option<Diagnostic>,
}

/// Makes of the edits in `reply` those that may be made to `text`: the record, and the new text if there is one.
pub(super) fn try_edits(reply: &str, text: &str, reach: &Reach<'_>) -> (Tried, Option<String>) {
    let edits = match edits::parse_edits(reply) {
        Ok(edits) => edits,
        Err(refused) => return (Tried { format: FORMAT, edits: Vec::new(), refused: vec![refused] }, None),
    };
    let mut tried = Vec::new();
    let mut made = Vec::new();
    for (index, (place, edit)) in edits::locate_edits(text, &edits).into_iter().zip(&edits).enumerate() {
        let allowed = place.and_then(|place| match reach.objection(index + 1, &place, edit) {
            Some(objection) => Err(objection),
            None => Ok(place),
        });
        let refused = match allowed {
            Ok(place) => {
                made.push((place, edit));
                None
            }
            Err(refused) => Some(refused),
        };
        tried.push(TriedEdit { old: edit.old.clone(), new: edit.new.clone(), refused });
    }
    let after = (!made.is_empty()).then(|| edits::replace(text, &made));
    let refused = after.as_deref().map(|after| reach.losses(after)).unwrap_or_default();
    let after = after.filter(|_| refused.is_empty());
    (Tried { format: FORMAT, edits: tried, refused }, after)
}

impl Tried {
    /// How many edits are refused, or all where the reply is.
    pub(super) fn refused(&self) -> usize {
        let one_by_one = self.edits.iter().filter(|edit| edit.refused.is_some()).count();
        if self.refused.is_empty() { one_by_one } else { self.edits.len().max(1) }
    }

    /// What the next prompt says of this attempt, which was meant against `against`.
    pub(super) fn words(&self, attempt: u32, against: &[Diagnostic]) -> String {
        let mut text = format!("## Attempt {}\n\nAgainst:\n\n", attempt + 1);
        for diagnostic in against.iter().take(5) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "- {diagnostic}");
        }
        if !self.refused.is_empty() {
            let _ = writeln!(text, "\nNothing of the reply was applied: {}", reasons(&self.refused));
        }
        for edit in &self.edits {
            let said = match &edit.refused {
                Some(why) => format!("This edit was refused: {}", reasons(std::slice::from_ref(why))),
                None if self.refused.is_empty() => "This edit was applied:".to_owned(),
                None => "This edit went with it:".to_owned(),
            };
            let _ = write!(text, "\n{said}\n\n{}\n", shown(&edit.old, &edit.new));
        }
        text
    }
}

fn reasons(why: &[Diagnostic]) -> String {
    let one = |diagnostic: &Diagnostic| {
        let hints = diagnostic.hints.iter().map(|hint| format!(" ({hint})")).collect::<String>();
        format!("{}{hints}", diagnostic.message)
    };
    why.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn shown(old: &str, new: &str) -> String {
    fence(&format!("<<<<<<< old\n{old}=======\n{new}>>>>>>> new\n"), "")
}

#[cfg(test)]
mod tests;
