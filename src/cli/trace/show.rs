//! `specgen trace show`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Shown;
use super::args::TraceShowArgs;
use super::open;
use crate::base::diag::Failure;
use crate::cli::Answer;
use crate::trace::model::Object;
use crate::trace::read;
use crate::trace::select::Selection;

/// How wide a column of values gets.
const WIDTH: usize = 60;

/// Events as a table.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Table {
    /// The file.
    file: String,
    /// The format of the file.
    format: &'static str,
    /// The events that are meant, as many as the limit allows.
    rows: Vec<Row>,
    /// Whether there are more.
    more: bool,
}

/// An event.
#[derive(Serialize, JsonSchema)]
struct Row {
    /// Its number.
    seq: u64,
    /// Its line in the file.
    line: usize,
    /// Its node.
    node: String,
    /// Its thread; empty where it is not known.
    thread: String,
    /// Its name.
    event: String,
    /// Whether the call did not return.
    aborted: bool,
    /// What it happened with.
    params: Object,
    /// What of its node's state is another than the node's event before showed.
    changed: Object,
}

/// Shows.
pub(super) fn show(args: TraceShowArgs) -> Result<Answer, Failure> {
    let mut stream = open(&args.file, &args.reading, None)?;
    let selection: Selection = args.selection.into();
    let mut before: BTreeMap<String, Object> = BTreeMap::new();
    let (mut rows, mut more) = (Vec::new(), false);
    let wrong = read::each(&mut stream, |event| {
        if selection.ends_before(&event) {
            return Ok(ControlFlow::Break(()));
        }
        let known = before.entry(event.node.clone()).or_default();
        let changed = event.state.iter().filter(|(field, value)| known.get(*field) != Some(value));
        let changed: Object = changed.map(|(field, value)| (field.clone(), value.clone())).collect();
        known.extend(changed.clone());
        if !selection.has(&event) {
            return Ok(ControlFlow::Continue(()));
        }
        if rows.len() == args.limit {
            more = true;
            return Ok(ControlFlow::Break(()));
        }
        rows.push(Row {
            seq: event.seq,
            line: event.line,
            node: event.node,
            thread: event.stamp.thread,
            event: event.name,
            aborted: event.aborted,
            params: event.params,
            changed,
        });
        Ok(ControlFlow::Continue(()))
    });
    if !wrong.is_empty() {
        return Err(Failure { diagnostics: wrong });
    }
    let table = Table { file: args.file.to_string(), format: stream.format.name(), rows, more };
    let text = words(&table);
    Ok(Answer::of(&Shown::Events(table), text))
}

fn words(table: &Table) -> String {
    let head = ["seq", "node", "event", "with", "what changed"].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(table.rows.iter().map(cells)).collect();
    let widths: [usize; 4] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for [seq, node, event, with, changed] in &rows {
        let line = format!(
            "{seq:>a$}  {node:b$}  {event:c$}  {with:d$}  {changed}",
            a = widths[0],
            b = widths[1],
            c = widths[2],
            d = widths[3]
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if table.more {
        text.push_str("and more: --limit shows more of them, --events others\n");
    }
    text
}

fn cells(row: &Row) -> [String; 5] {
    let node = if row.thread.is_empty() { row.node.clone() } else { format!("{}/{}", row.node, row.thread) };
    let event = if row.aborted { format!("{} (aborted)", row.event) } else { row.event.clone() };
    [row.seq.to_string(), node, event, short(&row.params), short(&row.changed)]
}

/// Fields in as few letters as they can be told in, cut at the column's width.
fn short(fields: &Object) -> String {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string().replace('"', ""), str::to_owned);
    let fields: Vec<String> = fields.iter().map(|(field, v)| format!("{field}={}", value(v))).collect();
    let text = fields.join(" ");
    if text.chars().count() <= WIDTH { text } else { text.chars().take(WIDTH - 1).chain(['…']).collect() }
}
