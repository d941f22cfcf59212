//! A divergence for people and for a model: the same facts, shorter or longer.

use std::fmt::Write as _;

use crate::base::text::one_line;
use crate::tla::value::Value;
use crate::trace::model::Object;
use crate::validate::apart::apart;
use crate::validate::model::Difference;
use crate::validate::model::Divergence;
use crate::validate::model::DivergenceKind;
use crate::validate::model::Part;
use crate::validate::model::Previous;
use crate::validate::model::Step;
use crate::validate::model::Told;
use crate::validate::refusal;
use crate::validate::refusal::cut;
use crate::validate::scan::identifiers;

/// How much is said.
#[derive(Clone, Copy)]
struct Detail {
    /// Characters of one value.
    value: usize,
    /// Variables of the state before.
    variables: usize,
    /// Fields that differ.
    differences: usize,
    /// Whether variables that are not a node's are shown too.
    shared: bool,
    /// Lines of the tree of conditions.
    conditions: usize,
    /// Lines on what is different in a large value.
    apart: usize,
}

/// Values of more characters are told apart below the table.
const CELL: usize = 60;

/// For the terminal: at most some forty lines, what matters first.
pub fn render(divergence: &Divergence) -> String {
    text(divergence, Detail { value: 96, variables: 10, differences: 8, shared: false, conditions: 14, apart: 6 })
}

/// For a model: everything that is known.
pub fn render_for_model(divergence: &Divergence) -> String {
    text(
        divergence,
        Detail { value: 4000, variables: usize::MAX, differences: usize::MAX, shared: true, conditions: 0, apart: 40 },
    )
}

fn text(divergence: &Divergence, detail: Detail) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, divergence, detail);
    out
}

fn write_all(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    writeln!(out, "{}:{}: event {} of {} has no explanation", d.trace, d.line, d.event_index + 1, d.events)?;
    writeln!(out, "  {} on {}", d.event, d.node)?;
    if !d.probe.is_empty() {
        let path: Vec<&str> = std::iter::once(d.function.as_str()).chain(d.path.iter().map(String::as_str)).collect();
        writeln!(out, "  at {} {}", d.probe, cut(&path.join(" > "), detail.value))?;
    } else {
        writeln!(out, "  (the trace does not say which probe wrote it)")?;
    }
    for (name, value) in &d.params {
        writeln!(out, "  {name} = {}", cut(&value.to_string(), detail.value * 3))?;
    }
    writeln!(out)?;
    write_kind(out, d, detail)?;
    write_frontier(out, d, detail)?;
    write_suggestions(out, d, detail)?;
    write_made(out, d, detail)?;
    write_before(out, d, detail)?;
    write_previous(out, d, detail)
}

fn write_kind(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    match d.kind {
        DivergenceKind::StateDiffers => {
            match d.ways {
                1 => writeln!(out, "The specification takes this step, but to another state:")?,
                ways => writeln!(out, "The specification takes this step in {ways} ways, each to another state:")?,
            }
            write_table(out, &d.differences, detail)?;
        }
        DivergenceKind::NotEnabled => {
            writeln!(out, "The specification cannot take this step: {} is not enabled.", d.event)?;
            match &d.guard {
                Some(guard) => writeln!(out, "  does not hold: {}", cut(guard, detail.value * 2))?,
                None => writeln!(out, "  no single condition at its top level is to blame")?,
            }
            write_refusal(out, d, detail)?;
            write_nearest(out, d, detail)?;
            if !d.observed.is_empty() {
                writeln!(out, "  observed after it: {}", cut(&object(&d.observed), detail.value * 3))?;
            }
        }
        DivergenceKind::EvaluationError => writeln!(out, "The specification cannot be evaluated at this step.")?,
        DivergenceKind::Aborted => writeln!(out, "The real call did not return; the specification has no such step.")?,
        DivergenceKind::InvariantViolated => write_violated(out, d, detail)?,
        DivergenceKind::Unexplained => writeln!(out, "No step of the specification agrees with this event.")?,
    }
    if let Some(message) = &d.message {
        writeln!(out, "  {}", cut(message, detail.value * 4))?;
    }
    Ok(())
}

/// Where the threads are, and what keeps each from going on.
fn write_frontier(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    let Some(frontier) = &d.frontier else { return Ok(()) };
    writeln!(out, "\nNo order of the operations explains more than {} of them:", frontier.explained)?;
    for thread in &frontier.threads {
        write!(out, "  {}: {} of {}", thread.thread, thread.explained, thread.events)?;
        let Some(next) = &thread.pending else {
            writeln!(out)?;
            continue;
        };
        let params = if next.params.is_empty() { String::new() } else { format!(" {}", object(&next.params)) };
        let why = match (&next.waits_for, next.kind) {
            (Some(other), _) => format!("after that of {other}, which ended before it began"),
            (None, Some(DivergenceKind::NotEnabled)) => match &next.guard {
                Some(guard) => format!("not enabled, {} does not hold", cut(guard, detail.value)),
                None => "not enabled".to_owned(),
            },
            (None, Some(DivergenceKind::StateDiffers)) => {
                let one = |difference: &Difference| {
                    let expected = difference.expected.first().map_or("", String::as_str);
                    format!("{} is {expected}, observed {}", difference.field, difference.observed)
                };
                let all: Vec<String> = next.differences.iter().map(one).collect();
                format!("to another state: {}", cut(&all.join("; "), detail.value * 2))
            }
            (None, _) => "no step agrees with it".to_owned(),
        };
        let ended = if next.end.is_none() { " (which did not end)" } else { "" };
        writeln!(out, ", then line {}: {}{}{ended}: {why}", next.line, next.event, cut(&params, detail.value))?;
    }
    Ok(())
}

fn write_violated(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    let Some(violated) = &d.violated else {
        return writeln!(out, "The step leads to a state that violates an invariant.");
    };
    let named = format!("{} ({})", violated.invariant, violated.place);
    match violated.initial {
        true => writeln!(out, "The initial state of the specification violates {named}:")?,
        false => writeln!(out, "The specification takes this step, but to a state that violates {named}:")?,
    }
    for (name, value) in violated.values.iter().take(detail.variables) {
        writeln!(out, "  {name} = {}", cut(&value.to_string(), detail.value * 2))?;
    }
    match violated.values.len().saturating_sub(detail.variables) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

/// For the terminal only: a recorded model was shown the text without it.
fn write_refusal(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    let Some(refusal) = d.refusals.first().filter(|_| detail.conditions > 0) else { return Ok(()) };
    for line in refusal::lines(&refusal.parts, detail.conditions, detail.value + 24, detail.value) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// For the terminal only, for the same reason.
fn write_suggestions(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    let Some(suggestions) = d.suggestions.as_ref().filter(|_| detail.conditions > 0) else { return Ok(()) };
    if suggestions.found.is_empty() {
        return writeln!(
            out,
            "\nThe search for steps without an event that would explain it was stopped; it found none."
        );
    }
    writeln!(out, "\nIt would be explained after steps without an event:")?;
    let step = |step: &Step| {
        let note = match step.told {
            Told::Never => "",
            Told::Silent => ", silent already: not so often, or not here",
            Told::ByEvent => ", which has events",
        };
        format!("{} ({}{note})", cut(&step.action, detail.value), step.place)
    };
    for steps in &suggestions.found {
        let steps: Vec<String> = steps.iter().map(step).collect();
        writeln!(out, "  {}", steps.join(", then "))?;
    }
    writeln!(out, "  add a probe where they happen, or list them under `silent` with `before: [{}]`", d.event)
}

fn write_nearest(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    let Some(near) = &d.nearest else { return Ok(()) };
    let part = |p: &Part| format!("{} = {}, observed {}", p.field, p.there, p.wanted);
    let parts: Vec<String> = near.parts.iter().map(part).collect();
    let text = format!("  nearest to {} in {} is one with {}", near.parameter, near.variable, parts.join("; "));
    writeln!(out, "{}", cut(&text, detail.value * 2))
}

fn write_made(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    let Some(made) = &d.made else { return Ok(()) };
    let (name, by) = (&made.parameter, &made.by);
    write!(out, "\n{name} came out of line {}: {} on {}.", by.line, by.event, by.node)?;
    writeln!(out, "{}", if made.steps.is_empty() { "" } else { " What this node did before that:" })?;
    write_steps(out, &made.steps, detail)
}

/// A table of the fields that differ; the widths are those of its contents.
fn write_table(out: &mut String, differences: &[Difference], detail: Detail) -> std::fmt::Result {
    if differences.is_empty() {
        return writeln!(out, "  (what differs could not be told)");
    }
    let ways = differences.iter().map(|difference| difference.expected.len()).max().unwrap_or(1);
    let mut rows = vec![vec!["field".to_owned(), "observed".to_owned()]];
    rows[0].extend((1..=ways).map(|way| if ways == 1 { "specification".to_owned() } else { format!("way {way}") }));
    rows[0].push("compared with".to_owned());
    for difference in differences.iter().take(detail.differences) {
        let width = if ways == 1 { detail.value / 2 } else { detail.value / 3 };
        let cell = |text: &String| if is_large(difference) { "(below)".to_owned() } else { cut(text, width) };
        let mut row = vec![difference.field.clone(), cell(&difference.observed)];
        row.extend((0..ways).map(|way| difference.expected.get(way).map_or_else(String::new, cell)));
        row.push(cut(&one_line(&difference.spec), detail.value / 2));
        rows.push(row);
    }
    let columns = rows[0].len();
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "  {}", cells.join("  ").trim_end())?;
    }
    match differences.len().saturating_sub(detail.differences) {
        0 => {}
        more => writeln!(out, "  and {more} more")?,
    }
    let large = differences.iter().take(detail.differences).filter(|difference| is_large(difference));
    large.into_iter().try_for_each(|difference| write_apart(out, difference, detail))
}

/// Whether a value is too long to be compared by eye in a cell of the table, and there is something to say below it.
fn is_large(difference: &Difference) -> bool {
    let long = difference.expected.iter().chain([&difference.observed]).any(|text| text.chars().count() > CELL);
    long && difference.expected.iter().any(|expected| !lines_apart(difference, expected).is_empty())
}

/// In what a value of the specification differs from the observed one; nothing where one of them is none.
fn lines_apart(difference: &Difference, expected: &str) -> Vec<String> {
    match (Value::parse(&difference.observed), Value::parse(expected)) {
        (Ok(observed), Ok(spec)) => apart(&observed, &spec),
        _ => Vec::new(),
    }
}

/// In what a large value differs from the specification's, for each way.
fn write_apart(out: &mut String, difference: &Difference, detail: Detail) -> std::fmt::Result {
    for (way, expected) in difference.expected.iter().enumerate() {
        let lines = lines_apart(difference, expected);
        if lines.is_empty() {
            continue;
        }
        let way = if difference.expected.len() == 1 { String::new() } else { format!(", way {}", way + 1) };
        writeln!(out, "\n  {}{way}:", difference.field)?;
        for line in lines.iter().take(detail.apart) {
            writeln!(out, "    {}", cut(line, detail.value * 3))?;
        }
    }
    Ok(())
}

fn write_before(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    if d.before.is_empty() {
        return Ok(());
    }
    let note = if d.candidates > 1 { format!(" (one of {} states it may be in)", d.candidates) } else { String::new() };
    writeln!(out, "\nThe specification before this step, at {}{note}:", d.node)?;
    // What the disagreement is about comes first.
    let about: Vec<&str> =
        d.differences.iter().map(|difference| &difference.spec).chain(&d.guard).flat_map(|t| identifiers(t)).collect();
    let mut own: Vec<(bool, &String, &Value)> = Vec::new();
    let mut shared = Vec::new();
    for (name, value) in &d.before {
        match at_node(value, &d.node) {
            Some(value) => own.push((!about.contains(&name.as_str()), name, value)),
            None => shared.push((name, value)),
        }
    }
    own.sort_by_key(|(other, name, _)| (*other, *name));
    for (_, name, value) in own.iter().take(detail.variables) {
        writeln!(out, "  {name} = {}", cut(&value.to_string(), detail.value))?;
    }
    if own.len() > detail.variables {
        writeln!(out, "  and {} more", own.len() - detail.variables)?;
    }
    for (name, value) in shared {
        if detail.shared || about.contains(&name.as_str()) || own.is_empty() {
            writeln!(out, "  {name} (not of one node) = {}", cut(&value.to_string(), detail.value * 2))?;
        }
    }
    Ok(())
}

fn write_previous(out: &mut String, d: &Divergence, detail: Detail) -> std::fmt::Result {
    if d.previous_events.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nThe events before it:")?;
    write_steps(out, &d.previous_events, detail)
}

fn write_steps(out: &mut String, steps: &[Previous], detail: Detail) -> std::fmt::Result {
    for previous in steps {
        let params = if previous.params.is_empty() { String::new() } else { object(&previous.params) };
        let line = format!("  line {}: {} on {}  {}", previous.line, previous.event, previous.node, params);
        writeln!(out, "{}", cut(line.trim_end(), detail.value + 24))?;
    }
    Ok(())
}

/// What a variable has for a node, if it is a function on nodes.
fn at_node<'a>(value: &'a Value, node: &str) -> Option<&'a Value> {
    match value {
        Value::Record(fields) => fields.get(node),
        Value::Function(pairs) => pairs.get(&Value::Str(node.to_owned())),
        _ => None,
    }
}

fn object(object: &Object) -> String {
    let fields: Vec<String> = object.iter().map(|(name, value)| format!("{name}={value}")).collect();
    fields.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_below_only_where_something_stands_below() {
        let long = |last: u32| format!("<<{}, {last}>>", ["\"a long value\""; 6].join(", "));
        let of = |expected: &str| {
            let difference = Difference {
                field: "log".to_owned(),
                spec: "log".to_owned(),
                expected: vec![expected.to_owned()],
                observed: long(1),
            };
            let mut out = String::new();
            let detail = Detail { value: 96, variables: 1, differences: 8, shared: false, conditions: 0, apart: 6 };
            write_table(&mut out, &[difference], detail).unwrap();
            out
        };
        let (told, untold) = (of(&long(2)), of("(not compared)"));
        assert!(told.contains("(below)") && told.contains("\n  log:\n"), "{told}");
        assert!(!untold.contains("(below)") && untold.contains("(not compared)"), "{untold}");
    }
}
