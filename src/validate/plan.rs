//! Before anything runs: does the mapping say anything, and which traces can share a run?

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::instrument::Origin;
use crate::instrument::Parameter;
use crate::instrument::Silent;
use crate::tla;
use crate::trace::mapping::Action;
use crate::trace::mapping::Mapping;
use crate::trace::model::Event;
use crate::trace::model::Trace;
use crate::validate::scan::Scan;
use crate::validate::scan::identifiers;
use crate::validate::spec::Specification;
use crate::validate::threads;

/// The most that `at_most` of a silent action may say: the search grows with each.
const MOST_SILENT: u32 = 16;

/// What makes the mapping vacuous, wrong, or unfit for these traces; empty if nothing does.
pub fn check(spec: &Specification, mapping: &Mapping, traces: &[Trace]) -> Vec<Diagnostic> {
    let scan = spec.scan();
    let mut found = Vec::new();
    names(spec, mapping, &scan, &mut found);
    fields(mapping, &scan, &mut found);
    for action in &mapping.actions {
        found.extend(check_action(&action.name, &action.parameters, "actions", &action.stated, &scan));
    }
    for silent in &mapping.silent {
        found.extend(check_action(&silent.name, &silent.parameters, "silent", &silent.stated, &scan));
        found.extend(check_silent(silent, mapping));
    }
    if found.is_empty() {
        events(mapping, &scan, traces, &mut found);
        found.extend(threads::check(mapping, traces));
    }
    found
}

fn names(spec: &Specification, mapping: &Mapping, scan: &Scan, found: &mut Vec<Diagnostic>) {
    let name = &mapping.node_parameter;
    if scan.definitions.contains_key(name) || scan.variables.contains(name) {
        let message = format!("the node parameter `{name}` is also a name of the specification");
        found.push(Diagnostic::error("trace/mapping", message).hint("choose another `node_parameter`"));
    }
    if !scan.definitions.contains_key(&spec.init) {
        let message = format!("the initial predicate `{}` is not defined in {}", spec.init, spec.name);
        found.push(Diagnostic::error("trace/mapping", message));
    }
    if spec.modules().any(|(module, _)| module == "TraceData") {
        let message = "a module of the specification is called TraceData";
        found.push(Diagnostic::error("trace/mapping", message).hint("rename it: specgen writes a module of this name"));
    }
}

/// What keeps `text` from being an expression, if anything does.
fn unreadable(text: &str) -> Option<String> {
    let module = format!("---- MODULE Mapping ----\nspecgenText == ({text})\n====\n");
    Some(tla::parse_module(&module, "Mapping.tla").diagnostics.into_iter().next()?.message)
}

fn fields(mapping: &Mapping, scan: &Scan, found: &mut Vec<Diagnostic>) {
    for field in mapping.checked() {
        let name = &field.field;
        let mut wrong = |code: &str, message: String, hint: &str| {
            found.push(Diagnostic::error(code, message).hint(hint).at(field.stated.clone()));
        };
        let texts = || std::iter::once(&field.spec).chain(&field.when);
        if let Some((text, why)) = texts().find_map(|text| Some((text.trim(), unreadable(text)?))) {
            let message = format!("the check of `{name}` is no TLA+ expression: `{text}`: {why}");
            wrong("trace/mapping", message, "write an expression over the specification's variables");
            continue;
        }
        if !scan.mentions_variable(&field.spec) {
            let message = format!("the check of `{name}` mentions no variable: `{}`", field.spec.trim());
            let hint = "compare with an expression over the specification's variables, or set `check: false`";
            wrong("trace/vacuous-check", message, hint);
        }
        if texts().any(|text| scan.mentions_next(text)) {
            let message = format!("the check of `{name}` speaks of the next state");
            wrong("trace/mapping", message, "write it over one state; it is evaluated after the step");
        }
        if mapping.has_intervals() && (!field.local || mapping.is_shared(field)) {
            let message =
                format!("`{name}` is compared just after the step, and another thread may have changed it since");
            let hint = "say `local: true` if only the node's own operations change it, and name the node in `spec`; or set `check: false`, and hand over what was read as an argument of the action";
            wrong("trace/shared-field", message, hint);
        }
    }
    // What a call returned is an argument: with intervals each event is looked at for one.
    if mapping.checked().next().is_none() && !mapping.has_intervals() {
        let message = "the mapping compares no field: every trace whose actions are enabled would be accepted";
        found.push(Diagnostic::error("trace/vacuous-check", message).hint("set `check: true` on some field"));
    }
}

/// What keeps the operator `name` from being taken as an action with these parameters; `list` is where the mapping says so.
fn check_action(
    name: &str,
    parameters: &[Parameter],
    list: &str,
    stated: &Option<Place>,
    scan: &Scan,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut wrong = |code: &str, message: String, hint: &str| {
        found.push(Diagnostic::error(code, message).hint(hint).at(stated.clone()));
    };
    match scan.definitions.get(name) {
        None => {
            let message = format!("the mapping names the action `{name}`, which the specification does not define");
            wrong("trace/unmapped-action", message, &format!("define it, or correct the name in `{list}`"));
        }
        Some(definition) if definition.parameters.len() != parameters.len() => {
            let (has, given) = (definition.parameters.len(), parameters.len());
            let message = format!("the action `{name}` has {has} parameters, the mapping gives {given}");
            wrong("trace/mapping", message, "list under `parameters` what the specification's action takes, in order");
        }
        Some(_) if !scan.mentions_next(&format!(" {name} ")) => {
            let message = format!("`{name}` is no action: it assigns no variable");
            wrong("trace/unmapped-action", message, "name an operator of the specification that makes a step");
        }
        Some(_) => {}
    }
    for parameter in parameters {
        let of = format!("the parameter `{}` of `{name}`", parameter.name);
        if let Err(reason) = parameter.origin() {
            wrong("trace/mapping", format!("{of}: {reason}"), Parameter::HINT);
        } else if let Some(why) = parameter.source.as_deref().and_then(unreadable) {
            let message = format!("the source of {of} is no TLA+ expression: {why}");
            wrong("trace/mapping", message, "write a set over the specification's constants and variables");
        }
    }
    found
}

/// What is wrong with where a silent action may be taken. Unconstrained, it would explain what it should not.
fn check_silent(silent: &Silent, mapping: &Mapping) -> Vec<Diagnostic> {
    let name = &silent.name;
    let mut found = Vec::new();
    let mut wrong = |code: &str, message: String, hint: &str| {
        found.push(Diagnostic::error(code, message).hint(hint).at(silent.stated.clone()));
    };
    if silent.before.is_empty() {
        let message = format!("the silent action `{name}` may be taken anywhere");
        wrong("trace/unconstrained-silent", message, "list under `before` the events that need it");
    }
    for event in silent.before.iter().filter(|event| mapping.action(event).is_none()) {
        let message = format!("the silent action `{name}` stands before `{event}`, which is no event of `actions`");
        let hint = mapping.nearest(event).map(|near| format!("did you mean `{near}`?"));
        wrong("trace/silent-event", message, hint.as_deref().unwrap_or("name an event of `actions`"));
    }
    if !(1..=MOST_SILENT).contains(&silent.at_most) {
        let message = format!("the silent action `{name}` may be taken {} times between two events", silent.at_most);
        wrong("trace/silent-bound", message, &format!("give `at_most` a number from 1 to {MOST_SILENT}"));
    }
    if !silent.also_logged && mapping.action(name).is_some() {
        let message = format!("the action `{name}` is both logged and silent");
        let hint = "remove it from `silent`, or say `also_logged: true` there if not every such step is logged";
        wrong("trace/silent-logged", message, hint);
    }
    found
}

/// One diagnostic a kind of event, at the first that shows it.
fn events(mapping: &Mapping, scan: &Scan, traces: &[Trace], found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<(&str, String), Diagnostic> = BTreeMap::new();
    let known = |action| Known { action, needed: needed(mapping, action), telling: telling(mapping, scan, action) };
    let actions: HashMap<&str, Known<'_>> =
        mapping.actions.iter().rev().map(|action| (action.name.as_str(), known(action))).collect();
    for trace in traces {
        for event in &trace.events {
            if let Some(diagnostic) = check_event(mapping, &actions, event) {
                let place = Place::at(&trace.file, event.line, 1, None);
                seen.entry((&event.name, diagnostic.code.clone())).or_insert_with(|| diagnostic.at(place));
            }
        }
    }
    found.extend(seen.into_values());
}

/// An action, as far as its events are checked against it.
struct Known<'m> {
    action: &'m Action,
    needed: Vec<Needed>,
    /// The arguments of which one is enough for an event without a state.
    telling: Vec<Vec<String>>,
}

/// With intervals, what an event gives to its action that the action looks at.
fn telling(mapping: &Mapping, scan: &Scan, action: &Action) -> Vec<Vec<String>> {
    let definition = scan.definitions.get(&action.name).filter(|_| mapping.has_intervals());
    let Some(definition) = definition else { return Vec::new() };
    let looked_at = |formal: &str| identifiers(&definition.body).any(|name| name == formal);
    let pairs = action.parameters.iter().zip(&definition.parameters).filter(|(_, formal)| looked_at(formal));
    let path = |(parameter, _): (&Parameter, _)| match parameter.origin() {
        Ok(Origin::Param(path)) => Some(path),
        _ => None,
    };
    pairs.filter_map(path).collect()
}

/// An argument that an event must have.
struct Needed {
    path: Vec<String>,
    /// Whose it is, in words.
    of: String,
}

/// The arguments that an action, or a silent one before it, has from its event alone.
fn needed(mapping: &Mapping, action: &Action) -> Vec<Needed> {
    let own = action.parameters.iter().map(|parameter| (parameter, "its action".to_owned()));
    let silent = mapping.silent.iter().filter(|silent| silent.is_before(&action.name)).flat_map(|silent| {
        silent.parameters.iter().map(|parameter| (parameter, format!("the silent action `{}` before it", silent.name)))
    });
    let needed = |(parameter, of): (&Parameter, String)| match parameter.origin() {
        Ok(Origin::Param(path)) if parameter.source.is_none() => Some(Needed { path, of }),
        _ => None,
    };
    own.chain(silent).filter_map(needed).collect()
}

fn check_event(mapping: &Mapping, actions: &HashMap<&str, Known<'_>>, event: &Event) -> Option<Diagnostic> {
    let name = &event.name;
    let Some(Known { action, needed, telling }) = actions.get(name.as_str()) else {
        let error = Diagnostic::error("trace/unknown-event", format!("event `{name}` is mapped to no action"));
        return Some(error.hint("add it to `actions` of the tracing configuration"));
    };
    for Needed { path, of } in needed {
        if event.param(path).is_none() {
            let message = format!("event `{name}` has no `params.{}`, which {of} needs", path.join("."));
            let hint = "record it, or give the parameter a `source` to choose it from";
            return Some(Diagnostic::error("trace/missing-parameter", message).hint(hint));
        }
    }
    let told = telling.iter().any(|path| event.param(path).is_some()) || event.stamp.begun.is_some();
    if event.aborted || (action.harness || told) && event.state.is_empty() {
        return None;
    }
    let mut compared = 0;
    let mut missing = Vec::new();
    for field in mapping.checked() {
        if event.state.contains_key(&field.field) {
            compared += 1;
        } else if !field.optional {
            missing.push(format!("`{}`", field.field));
        }
    }
    if compared == 0 && !told {
        let message = format!("event `{name}` has no state that is compared: it would be accepted unseen");
        let hint = "record a field with `check: true`, or mark the action as written by the harness";
        return Some(Diagnostic::error("trace/unchecked-event", message).hint(hint));
    }
    // Left out in silence, a field would count as compared without ever having been.
    if !missing.is_empty() {
        let message = format!("the state of event `{name}` lacks {}, which the mapping compares", missing.join(", "));
        let hint = "record it after every event, or say `optional: true` of it in the mapping: then it is compared where it is recorded";
        return Some(Diagnostic::error("trace/missing-field", message).hint(hint));
    }
    None
}

/// Traces that can share a run, by their index: the same nodes, and not more events than fit well.
pub(super) fn batches(traces: &[Trace], cores: usize, largest: usize) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for (index, trace) in traces.iter().enumerate() {
        groups.entry(&trace.header.nodes).or_default().push(index);
    }
    let total: usize = traces.iter().map(|trace| trace.events.len()).sum();
    let smallest = 2000;
    let wanted = total.div_ceil(cores.max(1)).clamp(smallest, largest.max(smallest));
    let mut batches = Vec::new();
    for group in groups.into_values() {
        let events: usize = group.iter().map(|index| traces[*index].events.len()).sum();
        let parts = events.div_ceil(wanted).max(1);
        let goal = events.div_ceil(parts);
        let mut batch: Vec<usize> = Vec::new();
        let mut size = 0;
        for index in group {
            batch.push(index);
            size += traces[index].events.len();
            if size >= goal {
                batches.push(std::mem::take(&mut batch));
                size = 0;
            }
        }
        if !batch.is_empty() {
            batches.push(batch);
        }
    }
    batches
}
