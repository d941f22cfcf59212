//! Many traces as one literal: what occurs again stands in a table once, and an event is a handful of numbers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use serde_json::Value;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::instrument::FieldKind;
use crate::instrument::Origin;
use crate::instrument::Parameter;
use crate::trace::literal::literal;
use crate::trace::literal::quoted;
use crate::trace::mapping::Mapping;
use crate::trace::mapping::StateField;
use crate::trace::model::Event;
use crate::trace::model::Trace;
use crate::validate::threads::Threads;

/// The traces of one run, encoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Encoded {
    /// The table of values.
    pub(super) values: Vec<String>,
    /// The table of states, without the brackets.
    pub(super) states: Vec<String>,
    /// Of each trace its events, without the brackets.
    pub(super) events: Vec<Vec<String>>,
    /// The kinds of event that occur.
    pub(super) shapes: Vec<Shape>,
    /// Of each shape the probes that wrote its events, with their functions.
    pub(super) probes: Vec<BTreeSet<(String, String)>>,
    /// The columns of the table of states.
    pub(super) columns: Vec<Column>,
    /// With intervals, of each trace its threads.
    pub(super) threads: Vec<Threads>,
}

/// Events of one name with the same arguments given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    /// Index of the action in the mapping.
    pub(super) action: usize,
    /// For each parameter how it is given.
    pub(super) arguments: Vec<Argument>,
    /// The silent actions that may be taken before such an event; what it gives them comes after what it gives its own.
    pub(super) silent: Vec<Hidden>,
}

impl Shape {
    /// How many values such an event gives.
    pub(super) fn given(&self) -> usize {
        let silent = self.silent.iter().flat_map(|hidden| &hidden.arguments);
        self.arguments.iter().chain(silent).filter(|argument| **argument == Argument::Given).count()
    }
}

/// A silent action before an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hidden {
    /// Its index in the mapping.
    pub(super) silent: usize,
    /// For each parameter how it is given.
    pub(super) arguments: Vec<Argument>,
}

/// How a parameter is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Argument {
    /// The event's node.
    Node,
    /// By a parameter of the event: the next of those that are given.
    Given,
    /// Not given.
    Chosen,
}

/// One compared field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Index of the field in the mapping.
    pub(super) field: usize,
    /// The value stands in the row itself; otherwise the row points into the table of values.
    pub(super) inline: bool,
}

/// How many events of a trace are judged: those before a call that did not return.
pub(super) fn judged(trace: &Trace) -> usize {
    trace.events.iter().position(|event| event.aborted).unwrap_or(trace.events.len())
}

/// A table in which everything stands once, numbered from 1.
#[derive(Default)]
struct Table {
    index: BTreeMap<String, usize>,
    items: Vec<String>,
}

impl Table {
    fn put(&mut self, item: String) -> usize {
        if let Some(number) = self.index.get(&item) {
            return *number;
        }
        self.items.push(item.clone());
        self.index.insert(item, self.items.len());
        self.items.len()
    }
}

/// Encodes traces; the error is about a value that the mapping's kind does not fit.
pub(super) fn encode(mapping: &Mapping, traces: &[&Trace]) -> Result<Encoded, Diagnostic> {
    let columns = columns(mapping, traces);
    let actions = Actions::of(mapping);
    let mut values = Table::default();
    let mut states = Table::default();
    let mut shapes: Vec<Shape> = Vec::new();
    let mut probes: Vec<BTreeSet<(String, String)>> = Vec::new();
    let mut all = Vec::with_capacity(traces.len());
    for trace in traces {
        let mut events = Vec::with_capacity(trace.events.len());
        for event in trace.events.iter().take(judged(trace)) {
            let at = |reason: String| unfit(trace, event, &reason);
            let row = row(mapping, &columns, event, &mut values).map_err(at)?;
            let state = row.map_or(0, |row| states.put(row));
            let (shape, given) = actions.arguments(event).map_err(at)?;
            let number = shapes.iter().position(|known| *known == shape).unwrap_or_else(|| {
                shapes.push(shape);
                probes.push(BTreeSet::new());
                shapes.len() - 1
            });
            if !event.probe.is_empty() {
                probes[number].insert((event.probe.clone(), event.function.clone()));
            }
            let mut text = format!("{}, {}, {state}", number + 1, quoted(&event.node));
            for value in given {
                let argument = values.put(literal(value, FieldKind::Scalar).map_err(at)?);
                text.push_str(", ");
                text.push_str(&argument.to_string());
            }
            events.push(text);
        }
        all.push(events);
    }
    let threads = traces.iter().filter(|_| mapping.has_intervals()).map(|trace| Threads::of(trace));
    let threads = threads.collect::<Result<_, _>>()?;
    Ok(Encoded { values: values.items, states: states.items, events: all, shapes, probes, columns, threads })
}

/// A value of an event that does not fit.
pub(super) fn unfit(trace: &Trace, event: &Event, reason: &str) -> Diagnostic {
    let message = format!("event `{}`: {reason}", event.name);
    Diagnostic::error("trace/value", message).at(Place::at(&trace.file, event.line, 1, None))
}

fn columns(mapping: &Mapping, traces: &[&Trace]) -> Vec<Column> {
    let observed = |name: &str| {
        let events = traces.iter().flat_map(|trace| trace.events.iter().take(judged(trace)));
        let states = events.map(|event| &event.state).filter(|state| !state.is_empty());
        let mut values = states.map(|state| state.get(name)).peekable();
        let any = values.peek().is_some();
        any && values.all(|value| value.is_some_and(|value| !value.is_array() && !value.is_object()))
    };
    let checked = mapping.state.iter().enumerate().filter(|(_, field)| field.check);
    checked
        .map(|(index, field)| Column {
            field: index,
            inline: field.kind == FieldKind::Scalar && observed(&field.field),
        })
        .collect()
}

fn row(mapping: &Mapping, columns: &[Column], event: &Event, values: &mut Table) -> Result<Option<String>, String> {
    if event.state.is_empty() {
        return Ok(None);
    }
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let field = &mapping.state[column.field];
        cells.push(match event.state.get(&field.field) {
            None => "0".to_owned(),
            Some(value) => {
                let text = field_literal(field, value)?;
                if column.inline { text } else { values.put(text).to_string() }
            }
        });
    }
    Ok(Some(cells.join(", ")))
}

/// The literal of an observed field.
pub(super) fn field_literal(field: &StateField, value: &Value) -> Result<String, String> {
    literal(value, field.kind).map_err(|reason| format!("field `{}`: {reason}", field.field))
}

/// The actions of a mapping by the names of their events, each with where its arguments are from.
pub(super) struct Actions<'m>(HashMap<&'m str, Behind>);

/// What stands behind events of one name.
struct Behind {
    action: usize,
    origins: Origins,
    silent: Vec<(usize, Origins)>,
}

type Origins = Result<Vec<Origin>, String>;

impl<'m> Actions<'m> {
    pub(super) fn of(mapping: &'m Mapping) -> Self {
        let origins = |parameters: &[Parameter]| parameters.iter().map(Parameter::origin).collect::<Origins>();
        let mut actions = HashMap::new();
        for (index, action) in mapping.actions.iter().enumerate() {
            let silent = mapping.silent.iter().enumerate().filter(|(_, silent)| silent.is_before(&action.name));
            let silent = silent.map(|(index, silent)| (index, origins(&silent.parameters))).collect();
            let behind = Behind { action: index, origins: origins(&action.parameters), silent };
            // Of two with one name the first counts, as everywhere.
            actions.entry(action.name.as_str()).or_insert(behind);
        }
        Self(actions)
    }

    /// The shape of an event, and the values that it gives to its action and to the silent ones before it.
    pub(super) fn arguments<'e>(&self, event: &'e Event) -> Result<(Shape, Vec<&'e Value>), String> {
        let found = self.0.get(event.name.as_str());
        let behind = found.ok_or_else(|| "it is mapped to no action".to_owned())?;
        let mut given = Vec::new();
        let arguments = arguments_of(&behind.origins, event, &mut given)?;
        let mut silent = Vec::with_capacity(behind.silent.len());
        for (index, origins) in &behind.silent {
            silent.push(Hidden { silent: *index, arguments: arguments_of(origins, event, &mut given)? });
        }
        Ok((Shape { action: behind.action, arguments, silent }, given))
    }
}

/// How an event gives the arguments that are from there, and the values.
fn arguments_of<'e>(origins: &Origins, event: &'e Event, given: &mut Vec<&'e Value>) -> Result<Vec<Argument>, String> {
    let argument = |origin: &Origin| match origin {
        Origin::Node => Argument::Node,
        Origin::Chosen => Argument::Chosen,
        Origin::Param(path) => match event.param(path) {
            None => Argument::Chosen,
            Some(value) => {
                given.push(value);
                Argument::Given
            }
        },
    };
    Ok(origins.as_ref().map_err(Clone::clone)?.iter().map(argument).collect())
}
