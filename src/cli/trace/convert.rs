//! `specgen trace convert` and `specgen trace cut`: a trace read and written an event at a time.

use std::ops::ControlFlow;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use super::args::TraceConvertArgs;
use super::args::TraceCutArgs;
use super::open;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::cli::Answer;
use crate::trace::formats::Stream;
use crate::trace::formats::to_itf;
use crate::trace::merge;
use crate::trace::model::Event;
use crate::trace::read;
use crate::trace::select::Selection;

/// A trace that was written.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Written {
    /// The file.
    output: String,
    /// The format of what was read.
    from: &'static str,
    /// The format of what was written.
    to: String,
    /// How many events were read.
    read: u64,
    /// How many of them were written.
    written: u64,
    /// Whether the last line was cut off and left out.
    truncated: bool,
}

/// Converts.
pub(super) fn convert(args: &TraceConvertArgs) -> Result<Answer, Failure> {
    let mut stream = open(&args.file, &args.reading, None)?;
    stream.header.system = args.system.clone().unwrap_or(stream.header.system);
    let mut output = disk::Whole::begin(&args.output)?;
    let written = if args.to == "itf" {
        let mut writer = to_itf::Writer::new(args.file.as_str(), &stream.header);
        let written = copy(&mut stream, &Selection::default(), &mut |_, event| {
            output.write(writer.event(&event)?).map_err(|e| e.diagnostic())
        })?;
        output.write(writer.end())?;
        written
    } else {
        output.write(format!("{}\n", stream.header.to_json()))?;
        copy(&mut stream, &Selection::default(), &mut |seq, event| line(&mut output, seq, &event))?
    };
    finish(&args.file, &args.output, &args.to, output, &stream, written)
}

/// Cuts.
pub(super) fn cut(args: TraceCutArgs) -> Result<Answer, Failure> {
    let mut stream = open(&args.file, &args.reading, None)?;
    let process = merge::process_of(&stream.header);
    let mut output = disk::Whole::begin(&args.output)?;
    output.write(format!("{}\n", stream.header.to_json()))?;
    let written = copy(&mut stream, &args.selection.into(), &mut |seq, mut event| {
        // It stays the same event.
        event.stamp.origin.get_or_insert_with(|| (process.clone(), event.seq));
        line(&mut output, seq, &event)
    })?;
    finish(&args.file, &args.output, "specgen", output, &stream, written)
}

fn line(output: &mut disk::Whole, seq: u64, event: &Event) -> Result<(), Diagnostic> {
    output.write(format!("{}\n", event.to_json(seq))).map_err(|e| e.diagnostic())
}

/// Hands on the events that are meant, numbered anew; how many were read, and how many handed on.
fn copy(
    stream: &mut Stream<'_>,
    selection: &Selection,
    write: &mut dyn FnMut(u64, Event) -> Result<(), Diagnostic>,
) -> Result<(u64, u64), Failure> {
    let (mut read, mut written) = (0, 0);
    let wrong = read::each(stream, |event| {
        if selection.ends_before(&event) {
            return Ok(ControlFlow::Break(()));
        }
        read += 1;
        if selection.has(&event) {
            written += 1;
            write(written, event)?;
        }
        Ok(ControlFlow::Continue(()))
    });
    if wrong.is_empty() { Ok((read, written)) } else { Err(Failure { diagnostics: wrong }) }
}

fn finish(
    file: &Utf8Path,
    output: &Utf8Path,
    to: &str,
    whole: disk::Whole,
    stream: &Stream<'_>,
    (read, written): (u64, u64),
) -> Result<Answer, Failure> {
    read::some(file.as_str(), written)?;
    whole.finish()?;
    let text = format!("{output}: {written} of {read} events of {file}\n");
    let (from, to, truncated) = (stream.format.name(), to.to_owned(), stream.truncated());
    let written = Written { output: output.to_string(), from, to, read, written, truncated };
    Ok(Answer::of(&Shown::Written(written), text))
}
