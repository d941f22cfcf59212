//! etcd raft's own traces, as `state_trace.go` of its module writes them under the build tag `with_tla`: a log of JSON
//! lines, of which those with `"tag":"trace"` are events. The predecessor's later traces have the same shape.
//!
//! | theirs                          | ours                                                |
//! |---------------------------------|-----------------------------------------------------|
//! | `event.name`, `event.nid`       | the event's name, its node                          |
//! | `event.state`, `role`, `log`, `conf`, and what else stands there | the state                |
//! | `event.msg`, and each of `event.prop` | the parameters                                |
//! | `ts`                            | the interval, which is a moment                     |

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::trace::fields::Line;
use crate::trace::model::Event;
use crate::trace::model::Stamp;

/// A line as an event; `None` for what else a log holds.
pub(super) fn event(line: Line<'_>) -> Result<Option<Event>, Diagnostic> {
    let mut record = line.object()?;
    if record.get("tag").and_then(Value::as_str) != Some("trace") {
        return Ok(None);
    }
    let moment = record.remove("ts").map(|ts| moment(line, &ts)).transpose()?;
    let Some(mut event) = line.plain_object_of(&mut record, "event")? else { return Err(lacks(line, "event")) };
    let name = line.text_of(&mut event, "name")?.ok_or_else(|| lacks(line, "event.name"))?;
    let node = line.text_of(&mut event, "nid")?.ok_or_else(|| lacks(line, "event.nid"))?;
    let mut params = line.plain_object_of(&mut event, "prop")?.unwrap_or_default();
    params.extend(["msg", "cc"].into_iter().filter_map(|key| Some((key.to_owned(), event.remove(key)?))));
    let mut state = line.plain_object_of(&mut event, "state")?.ok_or_else(|| lacks(line, "event.state"))?;
    state.append(&mut event);
    line.values("state", &state)?;
    line.values("params", &params)?;
    let stamp = Stamp { interval: moment.map(|at| (at, at)), ..Stamp::default() };
    Ok(Some(line.event_of(name, node, params, state, stamp)))
}

fn lacks(line: Line<'_>, name: &str) -> Diagnostic {
    line.lacks(name, "a line with \"tag\":\"trace\" has `event` with `name`, `nid` and `state`")
}

/// Seconds with a fraction, or RFC 3339, in nanoseconds.
fn moment(line: Line<'_>, ts: &Value) -> Result<u64, Diagnostic> {
    let nanoseconds = match ts {
        Value::Number(number) => {
            let seconds = number.as_f64().filter(|seconds| (0.0..1e10).contains(seconds));
            // The fraction has seven digits that mean something; the rest is how it was written.
            seconds.and_then(|seconds| jiff::SignedDuration::try_from_secs_f64(seconds).ok()).map(|d| d.as_nanos())
        }
        Value::String(text) => text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_nanosecond),
        _ => None,
    };
    let nanoseconds = nanoseconds.and_then(|time| u64::try_from(time).ok());
    nanoseconds.ok_or_else(|| line.wrong("ts", "a time: seconds with a fraction, or RFC 3339"))
}
