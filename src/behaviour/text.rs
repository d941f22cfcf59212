//! A behaviour for a person: at most sixty lines, whatever its length.

use super::Behaviour;
use super::Change;
use super::Step;
use super::cited;
use crate::base::text::cut;
use crate::engine::Lasso;

/// Lines in all.
const LINES: usize = 60;

/// Of these, for the sentence, what is left out, and how it goes on.
const AROUND: usize = 6;

/// Steps that are named where not all can be: so many at the beginning, and so many at the end.
const FIRST: usize = 8;
const LAST: usize = 24;

/// Differences shown of one step.
const CHANGES: usize = 6;

/// Characters of a line.
const WIDTH: usize = 150;

/// The sentence, the steps with what changed, and how it goes on. Where there is no room for all, the last steps have it.
pub fn text(behaviour: &Behaviour) -> String {
    let steps = &behaviour.steps;
    let all = steps.len() <= FIRST + LAST;
    let shown: Vec<usize> =
        if all { (0..steps.len()).collect() } else { (0..FIRST).chain(steps.len() - LAST..steps.len()).collect() };
    let mut room = LINES - AROUND - shown.len();
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for index in shown.iter().rev() {
        let mut lines = details(&steps[*index]);
        if lines.len() > room {
            lines.clear();
        }
        room -= lines.len();
        lines.insert(0, head(&steps[*index]));
        blocks.push(lines);
    }
    blocks.reverse();
    if !all {
        let left_out = steps.len() - FIRST - LAST;
        blocks.insert(FIRST, vec![format!("  ... {left_out} more steps; counterexample.itf.json has all of them")]);
    }
    let mut lines = vec![behaviour.message.clone(), String::new()];
    lines.extend(blocks.concat());
    lines.extend(match behaviour.lasso {
        Some(Lasso::BackTo(number)) => Some(format!("  ==> back to state {number}, and round again for ever")),
        Some(Lasso::Stuttering) => Some("  ==> nothing happens any more".to_owned()),
        None => None,
    });
    lines.iter().map(|line| cut(line, WIDTH)).collect::<Vec<_>>().join("\n")
}

fn head(step: &Step) -> String {
    let action = step.action.as_deref().unwrap_or("initial state");
    let mut head = vec![format!("{:>3}  {action}", step.number)];
    head.extend(step.place.iter().map(|place| format!("{}:{}", place.file, place.line)));
    head.extend(step.source.iter().take(2).map(cited));
    head.join("   ")
}

/// What changed; of an initial state its variables.
fn details(step: &Step) -> Vec<String> {
    let all: Vec<String> = if step.action.is_none() && step.changes.is_empty() {
        step.state.iter().map(|(name, value)| format!("{name} = {value}")).collect()
    } else {
        step.changes.iter().map(Change::to_string).collect()
    };
    let mut lines: Vec<String> = all.iter().take(CHANGES).map(|line| format!("       {line}")).collect();
    if all.len() > CHANGES {
        lines.push(format!("       and {} more", all.len() - CHANGES));
    }
    lines
}
