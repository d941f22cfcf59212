//! One run of TLC on generated modules, and what its printed lines say.

use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::engine::CheckRequest;
use crate::engine::Checked;
use crate::engine::Engine;
use crate::engine::Evidence;
use crate::engine::Outcome;
use crate::tla::value::Value;
use crate::validate::judge::Settings;
use crate::validate::module::Selection;
use crate::validate::module::Writer;
use crate::validate::spec::Specification;

/// Something a generated module printed about a trace.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Remark {
    /// `accepted`, `stuck`, `before`, `blame` or `way`.
    pub(super) what: String,
    /// The trace's number, from 1.
    pub(super) trace: usize,
    /// The rest.
    pub(super) rest: Vec<Value>,
    /// The line.
    pub(super) line: String,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ending {
    /// With its closing message, and every line is there.
    Closed(Evidence),
    /// TLC could not evaluate something after `cursor` events of `trace`.
    Evaluation {
        /// The trace's number, from 1.
        trace: usize,
        /// How many of its events were explained.
        cursor: usize,
        /// What TLC said.
        message: String,
    },
    /// The same, but it is not known where.
    Lost {
        /// How deep the search was.
        depth: usize,
        /// What TLC said.
        message: String,
    },
    /// In any other way.
    Failed {
        /// What is known of it.
        why: String,
    },
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ran {
    pub(super) ending: Ending,
    pub(super) remarks: Vec<Remark>,
    pub(super) cpu_milliseconds: u64,
}

/// Generates the modules into `folder` and runs TLC on them.
pub(super) async fn run(
    engine: &Arc<dyn Engine>,
    writer: &Writer<'_>,
    spec: &Specification,
    selection: &Selection<'_>,
    place: Place<'_>,
) -> Result<Ran, Diagnostic> {
    let Place { folder, settings, explain } = place;
    let mut texts: Vec<(String, String)> =
        spec.modules().map(|(module, text)| (format!("{module}.tla"), text.to_owned())).collect();
    texts.push(("TraceData.tla".to_owned(), writer.data(selection)?));
    texts.push((format!("{}.tla", writer.trace_module()), writer.trace(selection)?.text));
    let root = if explain { writer.explain_module() } else { writer.trace_module() };
    if explain {
        texts.push((format!("{root}.tla"), writer.explain(selection)?));
    }
    let signature = signature(&texts);
    texts.push((format!("{root}.cfg"), writer.config(selection, explain, &signature)?));
    for (name, text) in &texts {
        disk::put(&folder.join(name), text).map_err(|e| e.diagnostic())?;
    }
    let mut request = CheckRequest::new(folder.join(format!("{root}.tla")), folder.join(format!("{root}.cfg")));
    request.deadlock = false;
    request.limit = settings.limit;
    request.memory = settings.memory;
    request.long = settings.long;
    request.log = Some(folder.join(format!("{root}.log")));
    let checked = engine.check(&request, &mut |_| {}).await?;
    let modules: Vec<&str> = spec.modules().map(|(module, _)| module).collect();
    Ok(read(&checked, &writer.prefix, &signature, &modules, selection.watch))
}

/// What no text of a run can hold, as it depends on all of them: the specification, the mapping and the traces. The same
/// texts give the same, so that a repeated run prints the same lines.
fn signature(texts: &[(String, String)]) -> String {
    let lines: String = texts.iter().flat_map(|(name, text)| [name, "\n", text, "\n"]).collect();
    disk::sha256(lines.as_bytes())
}

/// Where and how to run.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) folder: &'a Utf8PathBuf,
    pub(super) settings: &'a Settings,
    pub(super) explain: bool,
}

fn read(checked: &Checked, prefix: &str, signature: &str, modules: &[&str], watch: Option<(usize, usize)>) -> Ran {
    let remarks: Vec<Remark> = checked.run.printed.iter().filter_map(|line| remark(line, signature)).collect();
    let attributed = |message| attributed(checked, prefix, watch, &remarks, message);
    let ending = match &checked.outcome {
        _ if checked.run.printed_cut => {
            Ending::Failed { why: "the specification printed too much: not all of it was read".to_owned() }
        }
        Outcome::Holds { evidence } => Ending::Closed(evidence.clone()),
        Outcome::Unknown { why } => Ending::Failed { why: why.message.clone() },
        Outcome::Violated { violation } => attributed(violation.message.clone()),
        Outcome::Rejected { diagnostics } => {
            let told: Vec<String> = diagnostics.iter().take(3).map(|diagnostic| told(diagnostic, modules)).collect();
            attributed(told.join("; "))
        }
    };
    Ran { ending, remarks, cpu_milliseconds: checked.run.cpu_milliseconds.unwrap_or(0) }
}

/// A diagnostic in a line. The modules of the specification lie where the run keeps what it needs: of their files, the names say
/// enough. What was generated nobody has, and where something stands there depends on the trace.
fn told(diagnostic: &Diagnostic, modules: &[&str]) -> String {
    let mut diagnostic = diagnostic.clone();
    for place in &mut diagnostic.places {
        place.file = place.file.rsplit('/').next().unwrap_or_default().to_owned();
    }
    diagnostic.places.retain(|place| modules.iter().any(|module| place.file == format!("{module}.tla")));
    diagnostic.to_string()
}

/// The trace and the event that an error belongs to: by the last state that TLC printed with both, or, as it often prints
/// none, by the last state that said it was about to try its event.
fn attributed(
    checked: &Checked,
    prefix: &str,
    watch: Option<(usize, usize)>,
    remarks: &[Remark],
    message: String,
) -> Ending {
    let number = |state: &crate::engine::State, name: &str| -> Option<usize> {
        state.variables.get(&format!("{prefix}{name}"))?.trim().parse().ok()
    };
    // A successor that is not complete may be printed last; only the states before it are states.
    let complete = |state: &&crate::engine::State| !state.variables.values().any(|value| value.trim() == "null");
    let last = checked.run.behaviour.iter().rev().find(complete);
    if let Some((trace, cursor)) = last.and_then(|state| Some((number(state, "Trace")?, number(state, "Cursor")?))) {
        return Ending::Evaluation { trace, cursor, message };
    }
    if checked.run.reached.states == 0 {
        return Ending::Failed { why: message };
    }
    let depth = checked.run.reached.depth.and_then(|depth| usize::try_from(depth).ok()).unwrap_or(0);
    let at = remarks.iter().rfind(|remark| remark.what == "at");
    match (watch, at, at.and_then(|remark| count(remark.rest.first()))) {
        // Beyond the watched range the last remark would be about something else.
        (Some((_, to)), Some(remark), Some(cursor)) if (1..=to).contains(&depth) => {
            Ending::Evaluation { trace: remark.trace, cursor, message }
        }
        _ => Ending::Lost { depth, message },
    }
}

/// What a printed line says: a string that holds the signature of this run and a sequence.
fn remark(line: &str, signature: &str) -> Option<Remark> {
    if !line.starts_with("\"<<\\\"") || !line.contains(signature) {
        return None;
    }
    let Ok(Value::Str(text)) = Value::parse(line) else { return None };
    let Ok(Value::Sequence(signed)) = Value::parse(&text) else { return None };
    let [Value::Str(by), Value::Sequence(said)] = signed.as_slice() else { return None };
    let [Value::Str(what), Value::Int(trace), rest @ ..] = said.as_slice() else { return None };
    (by == signature).then_some(())?;
    Some(Remark { what: what.clone(), trace: usize::try_from(*trace).ok()?, rest: rest.to_vec(), line: text.clone() })
}

/// A count that was printed.
pub(super) fn count(value: Option<&Value>) -> Option<usize> {
    match value {
        Some(Value::Int(number)) => usize::try_from(*number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &str = "9f86d081";

    #[test]
    fn a_remark_is_a_printed_string_with_our_signature() {
        let line = r#""<<\"9f86d081\", <<\"way\", 3, <<<<1>>, <<>>, [a |-> \"x>>\\\"\"]>>>>>>""#;
        let found = remark(line, SIGNATURE).unwrap();
        assert_eq!((found.what.as_str(), found.trace, found.rest.len()), ("way", 3, 1));
        assert_eq!(remark(line, "9f86d082"), None);
        for other in [
            r#"<<"9f86d081", <<"way", 3>>>>"#,
            r#""<<\"mine\", <<\"way\", 3>>>>""#,
            r#""<<\"mine\", <<\"9f86d081\", 3>>>>""#,
            r#""<<\"9f86d081\", \"way\">>""#,
            r#""<<\"9f86d081\", <<\"way\", \"x\">>>>""#,
            r#""9f86d081""#,
        ] {
            assert_eq!(remark(other, SIGNATURE), None, "{other}");
        }
    }

    #[test]
    fn what_is_told_of_a_place_names_its_file_and_not_where_the_run_keeps_it() {
        use crate::base::diag::Place;
        let diagnostic = Diagnostic::error("tlc/evaluation", "no").at(Place::at("/tmp/.x-1/run/Raft.tla", 3, 5, None));
        assert_eq!(told(&diagnostic, &["Log", "Raft"]), "tlc/evaluation: no (Raft.tla:3:5)");
        assert_eq!(told(&diagnostic, &["Log"]), "tlc/evaluation: no");
    }

    #[test]
    fn the_signature_depends_on_every_text_and_on_nothing_else() {
        let texts = |data: &str| vec![("A.tla".to_owned(), "a".to_owned()), ("D.tla".to_owned(), data.to_owned())];
        assert_eq!(signature(&texts("1")), signature(&texts("1")));
        assert_ne!(signature(&texts("1")), signature(&texts("2")));
    }
}
