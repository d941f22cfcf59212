//! Why an action cannot be taken, as text: a tree of its conjuncts, what matters first.

use crate::eval;
use crate::eval::Program;
use crate::eval::Reason;
use crate::eval::Site;
use crate::validate::model::Came;
use crate::validate::model::Conjunct;
use crate::validate::model::Operand;

/// The conjuncts in at most so many lines of at most so many characters, values cut to `value`.
pub(super) fn lines(parts: &[Conjunct], most: usize, width: usize, value: usize) -> Vec<String> {
    let mut all = Vec::new();
    for part in parts {
        write(part, 0, value, &mut all);
    }
    let more = all.len().saturating_sub(most);
    if more > 0 {
        // What holds is told last of all.
        let mut left = all.len() + 1 - most;
        for came in [Came::NotReached, Came::True] {
            all.retain(|line| {
                let goes = left > 0 && line.came == came;
                left -= usize::from(goes);
                !goes
            });
        }
        all.truncate(most.saturating_sub(1));
    }
    let mut lines: Vec<String> = all.iter().map(|line| cut(&line.text, width)).collect();
    if more > 0 {
        lines.push("... and more that holds or was not reached (--json has all)".to_owned());
    }
    lines
}

/// A part of an action as data.
pub(super) fn conjunct(program: &Program, reason: &Reason) -> Conjunct {
    let (file, line, text) = program.excerpt(reason.site);
    let operand =
        |(site, value): &(Site, eval::Value)| Operand { text: program.excerpt(*site).2, value: value.whole(1) };
    let (came, message) = match &reason.came {
        eval::Came::True => (Came::True, None),
        eval::Came::False => (Came::False, None),
        eval::Came::NotReached => (Came::NotReached, None),
        eval::Came::Failed(fault) => (Came::Failed, Some(fault.message.clone())),
    };
    Conjunct {
        place: format!("{file}:{line}"),
        text,
        came,
        choice: reason.choice.clone(),
        operands: reason.operands.iter().map(operand).collect(),
        message,
        parts: reason.parts.iter().map(|part| conjunct(program, part)).collect(),
    }
}

struct Line {
    came: Came,
    text: String,
}

fn write(part: &Conjunct, depth: usize, value: usize, into: &mut Vec<Line>) {
    let word = match part.came {
        Came::True => "true",
        Came::False => "FALSE",
        Came::NotReached => "not reached",
        Came::Failed => "no value",
    };
    let line = part.place.rsplit(':').next().unwrap_or_default();
    let indent = "  ".repeat(depth);
    let choice = part.choice.as_ref().map_or_else(String::new, |choice| format!("{{{}}} ", cut(choice, value)));
    let inner = matches!(part.came, Came::False | Came::Failed) && !part.parts.is_empty();
    let text = if inner { cut(&part.text, 40) } else { part.text.clone() };
    into.push(Line { came: part.came, text: format!("{word:<11} {line:>5}  {indent}{choice}{text}") });
    let space = " ".repeat(19 + 2 * depth);
    for operand in &part.operands {
        let text = format!("{space}  {} = {}", operand.text, cut(&operand.value, value));
        into.push(Line { came: part.came, text });
    }
    if let Some(message) = &part.message {
        into.push(Line { came: part.came, text: format!("{space}  {message}") });
    }
    if inner {
        part.parts.iter().for_each(|part| write(part, depth + 1, value, into));
    }
}

/// The beginning of a text that is longer.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(4)).collect();
    format!("{kept} ...")
}
