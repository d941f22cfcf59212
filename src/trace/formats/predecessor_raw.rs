//! What the predecessor's simulator writes: an object a line.
//!
//! | theirs            | ours                                             |
//! |-------------------|--------------------------------------------------|
//! | `action`          | the event's name                                 |
//! | `node_id`, say 2  | the node, `n2`                                   |
//! | `details`, `step` | parameters                                       |
//! | `timestamp`       | the interval, which is a moment                  |
//! | everything else   | the state; `cluster_state` is what the simulator saw of all nodes |

use crate::base::diag::Diagnostic;
use crate::trace::fields::Line;
use crate::trace::model::Event;
use crate::trace::model::Object;
use crate::trace::model::Stamp;

/// A line as an event.
pub(super) fn event(line: Line<'_>) -> Result<Event, Diagnostic> {
    let mut state = line.object()?;
    let lacks = |name| line.lacks(name, "a line of the simulator has `action`, `node_id` and the node's state");
    let name = line.text_of(&mut state, "action")?.ok_or_else(|| lacks("action"))?;
    let node = line.count_of(&mut state, "node_id")?.ok_or_else(|| lacks("node_id"))?;
    let moment = line.count_of(&mut state, "timestamp")?;
    let parameter = |key: &str| Some((key.to_owned(), state.remove(key)?));
    let params: Object = ["details", "step"].into_iter().filter_map(parameter).collect();
    line.values("state", &state)?;
    line.values("params", &params)?;
    let stamp = Stamp { interval: moment.map(|at| (at, at)), ..Stamp::default() };
    Ok(line.event_of(name, format!("n{node}"), params, state, stamp))
}
