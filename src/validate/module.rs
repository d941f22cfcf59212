//! The generated modules, rendered from `templates/tla/`.

use std::collections::BTreeSet;

use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::value::Serde;
use serde::Serialize;
use serde_json::json;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::text::one_line;
use crate::instrument::Parameter;
use crate::instrument::Silent;
use crate::tla::format;
use crate::tla::format::Formatted;
use crate::trace::literal::quoted;
use crate::trace::mapping::Action;
use crate::trace::mapping::Mapping;
use crate::trace::mapping::StateField;
use crate::trace::model::Trace;
use crate::validate::data::Argument;
use crate::validate::data::Encoded;
use crate::validate::data::Hidden;
use crate::validate::data::Shape;
use crate::validate::data::encode;
use crate::validate::scan::Scan;
use crate::validate::spec::Constant;
use crate::validate::spec::ConstantValue;
use crate::validate::spec::Specification;
use crate::validate::spec::is_plain;
use crate::validate::spec::prefix;
use crate::validate::threads::Threads;

/// The number of the TLC register that tells whether the event at hand was explained; high, so as not to meet others.
const REGISTER: u32 = 9173;

const TEMPLATES: [(&str, &str); 6] = [
    ("TraceData.tla", include_str!("../../templates/tla/TraceData.tla.j2")),
    ("Trace.tla", include_str!("../../templates/tla/Trace.tla.j2")),
    ("Trace.cfg", include_str!("../../templates/tla/Trace.cfg.j2")),
    ("Explain.tla", include_str!("../../templates/tla/Explain.tla.j2")),
    ("Steps.tla", include_str!("../../templates/tla/Steps.tla.j2")),
    ("Blame.tla", include_str!("../../templates/tla/Blame.tla.j2")),
];

/// What every run is rendered from, for who wants to know whether it would be rendered alike today.
pub fn templates() -> String {
    TEMPLATES.map(|(_, text)| text).concat()
}

/// What one run is generated from.
pub(super) struct Writer<'a> {
    spec: &'a Specification,
    mapping: &'a Mapping,
    scan: Scan,
    /// What generated names begin with.
    pub(super) prefix: String,
    environment: Environment<'static>,
}

/// Which traces of a batch, and how far.
pub(super) struct Selection<'a> {
    /// The batch.
    pub(super) encoded: &'a Encoded,
    /// The nodes of all its traces.
    pub(super) nodes: &'a [String],
    /// Numbers of the traces to judge, from 1.
    pub(super) selected: &'a [usize],
    /// For an explanation: of each trace how many events come before the one to explain, or with intervals of each of its
    /// threads, as TLA+.
    pub(super) targets: &'a [String],
    /// Whether to look for the first condition of an action that does not hold.
    pub(super) guards: bool,
    /// States with a cursor in this range say so before their next event is tried: the last one that did is the one that
    /// TLC could not get past.
    pub(super) watch: Option<(usize, usize)>,
}

#[derive(Serialize)]
struct ShapeText {
    number: usize,
    event: String,
    /// Where it comes from: the line of the mapping, and the probes.
    source: String,
    call: String,
    guards: Vec<String>,
    formals: String,
    actuals: String,
    silent: Vec<SilentText>,
}

/// A silent action before events of a shape.
#[derive(Serialize)]
struct SilentText {
    /// Its number before such events.
    number: usize,
    /// Its number in the mapping.
    counter: usize,
    at_most: u32,
    source: String,
    call: String,
}

#[derive(Serialize)]
struct CheckText {
    /// The field, and the line of the mapping.
    source: String,
    test: String,
    shown: String,
}

#[derive(Serialize)]
struct ConstantText {
    name: String,
    value: String,
}

/// The name and the text of the trace spec of `traces`, all in one, with the reason where it could not be laid out, as an
/// expression of the mapping that cannot be read. The runs are of the same, each with the events that occur in its part of
/// the traces.
pub fn trace_spec(
    spec: &Specification,
    mapping: &Mapping,
    traces: &[Trace],
) -> Result<(String, Formatted), Diagnostic> {
    let writer = Writer::new(spec, mapping);
    let encoded = encode(mapping, &traces.iter().collect::<Vec<_>>())?;
    let nodes = traces.first().map(|trace| trace.header.nodes.clone()).unwrap_or_default();
    let selected: Vec<usize> = (1..=traces.len()).collect();
    let (encoded, nodes, selected, targets) = (&encoded, nodes.as_slice(), selected.as_slice(), &[][..]);
    let selection = Selection { encoded, nodes, selected, targets, guards: false, watch: None };
    Ok((format!("{}.tla", writer.trace_module()), writer.trace(&selection)?))
}

impl<'a> Writer<'a> {
    pub(super) fn new(spec: &'a Specification, mapping: &'a Mapping) -> Self {
        let scan = spec.scan();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        for (name, text) in TEMPLATES {
            environment.add_template(name, text).expect("the templates that specgen ships are well-formed");
        }
        Self { spec, mapping, prefix: prefix(&scan, mapping), scan, environment }
    }

    /// The name of the trace specification's module.
    pub(super) fn trace_module(&self) -> String {
        format!("{}Trace", self.spec.name)
    }

    /// The name of the module that explains rejections.
    pub(super) fn explain_module(&self) -> String {
        format!("{}Explain", self.spec.name)
    }

    fn render(&self, template: &str, context: &serde_json::Value) -> Result<String, Diagnostic> {
        let rendered = self.environment.get_template(template).and_then(|t| t.render(Serde(context)));
        // The engine drops the last newline of a template.
        rendered
            .map(|text| text + "\n")
            .map_err(|error| Diagnostic::error("internal/template", format!("render {template}: {error:#}")))
    }

    fn module(&self, template: &str, context: &serde_json::Value) -> Result<Formatted, Diagnostic> {
        self.render(template, context).map(|text| format::format(&text, template))
    }

    /// `TraceData.tla`.
    pub(super) fn data(&self, selection: &Selection<'_>) -> Result<String, Diagnostic> {
        let encoded = selection.encoded;
        let context = json!({ "p": self.prefix, "register": REGISTER, "values": encoded.values, "states": encoded.states, "traces": encoded.events, "targets": selection.targets, "watch": selection.watch.unwrap_or_default(), "silent": self.counters(selection), "threads": threads(selection) });
        Ok(self.module("TraceData.tla", &context)?.text)
    }

    /// `<Module>Trace.tla`.
    pub(super) fn trace(&self, selection: &Selection<'_>) -> Result<Formatted, Diagnostic> {
        let constants: Vec<ConstantText> =
            self.constants(selection).into_iter().filter(|c| !is_plain(&c.value)).collect();
        let context = json!({ "p": self.prefix, "s": self.mapping.node_parameter, "module": self.trace_module(), "spec": self.spec.name, "init": self.spec.init, "constants": constants, "selected": selection.selected, "watching": selection.watch.is_some(), "shapes": self.shapes(selection), "checks": self.checks(selection), "silent": self.counters(selection), "intervals": self.mapping.has_intervals() });
        self.module("Trace.tla", &context)
    }

    /// `<Module>Explain.tla`. Conditions cut out of the specification may not stand alone: then it keeps its layout.
    pub(super) fn explain(&self, selection: &Selection<'_>) -> Result<String, Diagnostic> {
        let context = json!({ "p": self.prefix, "s": self.mapping.node_parameter, "module": self.explain_module(), "trace_module": self.trace_module(), "variables": self.scan.variables, "shapes": self.shapes(selection), "checks": self.checks(selection), "silent": self.counters(selection), "intervals": self.mapping.has_intervals() });
        Ok(self.module("Explain.tla", &context)?.text)
    }

    /// The config of either. The signature is what makes a printed line one of ours.
    pub(super) fn config(
        &self,
        selection: &Selection<'_>,
        explain: bool,
        signature: &str,
    ) -> Result<String, Diagnostic> {
        let bind = |constant: ConstantText| {
            if is_plain(&constant.value) {
                format!("{} = {}", constant.name, constant.value)
            } else {
                format!("{} <- {}Constant_{}", constant.name, self.prefix, constant.name)
            }
        };
        let constants: Vec<String> = self.constants(selection).into_iter().map(bind).collect();
        let next = format!("{}{}", self.prefix, if explain { "ExplainNext" } else { "Next" });
        self.render(
            "Trace.cfg",
            &json!({ "p": self.prefix, "next": next, "constants": constants, "signature": signature }),
        )
    }

    /// How many counters of silent steps there are: none where no event has any before it.
    fn counters(&self, selection: &Selection<'_>) -> usize {
        let any = selection.encoded.shapes.iter().any(|shape| !shape.silent.is_empty());
        if any { self.mapping.silent.len() } else { 0 }
    }

    fn constants(&self, selection: &Selection<'_>) -> Vec<ConstantText> {
        let text =
            |constant: &Constant| ConstantText { name: constant.name.clone(), value: constant.value(selection.nodes) };
        self.spec.constants.iter().map(text).collect()
    }

    fn shapes(&self, selection: &Selection<'_>) -> Vec<ShapeText> {
        let shapes = selection.encoded.shapes.iter().enumerate();
        let probes = &selection.encoded.probes;
        shapes.map(|(index, shape)| self.shape(index + 1, shape, &probes[index], selection.guards)).collect()
    }

    fn shape(&self, number: usize, shape: &Shape, probes: &BTreeSet<(String, String)>, guards: bool) -> ShapeText {
        let p = &self.prefix;
        let action: &Action = &self.mapping.actions[shape.action];
        let mut elements = 4..;
        let mut given = || format!("{p}Value({p}E[{}])", elements.next().unwrap_or_default());
        let node = format!("{p}E[2]");
        let (call, actuals) = self.call(&action.name, &action.parameters, &shape.arguments, &node, &mut given);
        let silent = self.silent(shape, &node, &mut given);
        let formals = self.formals(action);
        ShapeText {
            number,
            event: action.name.clone(),
            source: source_of(action, probes),
            call,
            guards: if guards { self.conditions(shape, &formals) } else { Vec::new() },
            formals: list(&formals),
            actuals: list(&actuals),
            silent,
        }
    }

    /// The silent actions before events of a shape.
    fn silent(&self, shape: &Shape, node: &str, given: &mut impl FnMut() -> String) -> Vec<SilentText> {
        let one = |(index, hidden): (usize, &Hidden)| {
            let silent: &Silent = &self.mapping.silent[hidden.silent];
            let (call, _) = self.call(&silent.name, &silent.parameters, &hidden.arguments, node, given);
            let source = std::iter::once(silent.name.clone()).chain(stated(&silent.stated)).collect::<Vec<_>>();
            SilentText {
                number: index + 1,
                counter: hidden.silent + 1,
                at_most: silent.at_most,
                source: source.join(", "),
                call,
            }
        };
        shape.silent.iter().enumerate().map(one).collect()
    }

    /// An action with its arguments, and the arguments.
    fn call(
        &self,
        action: &str,
        parameters: &[Parameter],
        arguments: &[Argument],
        node: &str,
        given: &mut impl FnMut() -> String,
    ) -> (String, Vec<String>) {
        let mut chosen = String::new();
        let mut actuals = Vec::new();
        for (position, (argument, parameter)) in arguments.iter().zip(parameters).enumerate() {
            actuals.push(match argument {
                Argument::Node => node.to_owned(),
                Argument::Given => given(),
                Argument::Chosen => {
                    let name = format!("{}X{}", self.prefix, position + 1);
                    let source = parameter.source.as_deref().unwrap_or("{}");
                    chosen.push_str(&["\\E ", &name, " \\in (", source, ") : "].concat());
                    name
                }
            });
        }
        (format!("{chosen}{action}{}", list(&actuals)), actuals)
    }

    /// The formal parameters of an action.
    fn formals(&self, action: &Action) -> Vec<String> {
        self.scan.definitions.get(&action.name).map(|d| d.parameters.clone()).unwrap_or_default()
    }

    /// The conditions of the action of a shape, where they can be looked at with what its events give.
    fn conditions(&self, shape: &Shape, formals: &[String]) -> Vec<String> {
        let fits = !shape.arguments.contains(&Argument::Chosen) && formals.len() == shape.arguments.len();
        if fits { self.scan.guards(&self.mapping.actions[shape.action].name) } else { Vec::new() }
    }

    /// The name and the text of the module of steps: what an event gives is bound to their parameters, first its node.
    pub(super) fn steps(&self, shapes: &[Shape]) -> Result<(String, String), Diagnostic> {
        let p = &self.prefix;
        let s = &self.mapping.node_parameter;
        let texts = shapes.iter().enumerate().map(|(index, shape)| {
            let action = &self.mapping.actions[shape.action];
            let mut numbers = 1..;
            let mut given = || format!("{p}A{}", numbers.next().unwrap_or_default());
            let (call, _) = self.call(&action.name, &action.parameters, &shape.arguments, s, &mut given);
            let silent = self.silent(shape, s, &mut given);
            let names = (1..=shape.given()).map(|number| format!("{p}A{number}"));
            let own: Vec<String> = std::iter::once(s.clone()).chain(names).collect();
            json!({ "number": index + 1, "source": source_of(action, &BTreeSet::new()), "call": call, "formals": list(&own), "silent": silent })
        });
        let cell = format!("{p}R");
        let checks: Vec<CheckText> = self.mapping.checked().map(|field| check(field, true, &cell, p)).collect();
        let values = self.spec.constants.iter().filter_map(|constant| match &constant.value {
            ConstantValue::Text(_) => Some(ConstantText { name: constant.name.clone(), value: constant.value(&[]) }),
            ConstantValue::Nodes => None,
        });
        let constants: Vec<ConstantText> = values.filter(|constant| !is_plain(&constant.value)).collect();
        let module = format!("{}Steps", self.spec.name);
        let context = json!({ "p": p, "s": s, "module": module, "spec": self.spec.name, "constants": constants, "shapes": texts.collect::<Vec<_>>(), "checks": checks });
        Ok((module, self.render("Steps.tla", &context)?))
    }

    /// A module with one definition: the number of the first condition of the action of a shape that does not hold, or 0,
    /// over the names of the step; `None` where no condition can be looked at.
    pub(super) fn blame(&self, shape: &Shape) -> Result<Option<String>, Diagnostic> {
        let action = &self.mapping.actions[shape.action];
        let formals = self.formals(action);
        let guards = self.conditions(shape, &formals);
        if guards.is_empty() {
            return Ok(None);
        }
        let mut numbers = 1..;
        let mut given = || format!("{}A{}", self.prefix, numbers.next().unwrap_or_default());
        let node = &self.mapping.node_parameter;
        let (_, actuals) = self.call(&action.name, &action.parameters, &shape.arguments, node, &mut given);
        let context =
            json!({ "p": self.prefix, "guards": guards, "parameters": list(&formals), "actuals": list(&actuals) });
        self.render("Blame.tla", &context).map(Some)
    }

    /// The conditions of the action behind a shape, as they are numbered in the explanation.
    pub(super) fn guard(&self, action: &str, number: usize) -> Option<String> {
        let guards = self.scan.guards(action);
        let text = guards.get(number.checked_sub(1)?)?;
        Some(one_line(text))
    }

    fn checks(&self, selection: &Selection<'_>) -> Vec<CheckText> {
        let p = &self.prefix;
        let columns = selection.encoded.columns.iter().enumerate();
        columns
            .map(|(index, column)| {
                check(&self.mapping.state[column.field], column.inline, &format!("{p}R[{}]", index + 1), p)
            })
            .collect()
    }
}

/// Of each trace with intervals its threads' events, when each event began and ended, and how many ended.
fn threads(selection: &Selection<'_>) -> Vec<serde_json::Value> {
    let never = |ranks: &[(u32, Option<u32>)]| {
        ranks.iter().flat_map(|(start, end)| [*start].into_iter().chain(*end)).max().unwrap_or(0) + 1
    };
    let one = |threads: &Threads| {
        let never = never(&threads.times);
        let events: Vec<Vec<usize>> =
            threads.threads.iter().map(|thread| thread.events.iter().map(|event| event + 1).collect()).collect();
        let times: Vec<(u32, u32)> = threads.times.iter().map(|(start, end)| (*start, end.unwrap_or(never))).collect();
        let names: Vec<String> = threads.threads.iter().map(|thread| quoted(&thread.name)).collect();
        json!({ "events": events, "times": times, "names": names, "never": never, "required": threads.required() })
    };
    selection.encoded.threads.iter().map(one).collect()
}

/// The comparison of a field with a cell of the table of states; where it is not inline, the cell points to the value.
fn check(field: &StateField, inline: bool, cell: &str, p: &str) -> CheckText {
    let spec = field.spec.trim();
    let source: Vec<_> = std::iter::once(field.field.clone()).chain(stated(&field.stated)).collect();
    let source = source.join(", ");
    let compare = if inline {
        format!("({spec})' = {cell}")
    } else {
        format!("IF {cell} = 0 THEN TRUE ELSE ({spec})' = {p}Value({cell})")
    };
    match field.when.as_deref().map(str::trim) {
        None => CheckText { source, test: compare, shown: format!("<<({spec})'>>") },
        Some(when) => CheckText {
            source,
            test: format!("IF ({when})' THEN {compare} ELSE TRUE"),
            shown: format!("IF ({when})' THEN <<({spec})'>> ELSE <<>>"),
        },
    }
}

/// Parameters or arguments, where there are any.
fn list(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) }
}

/// A line of the mapping, with the file's name only: a path of this machine reaches no artefact.
fn stated(place: &Option<Place>) -> Option<String> {
    let place = place.as_ref()?;
    Some(format!("{}:{}", place.file.rsplit('/').next()?, place.line))
}

/// Where an event and its action come from, in the words of a comment: `Step, trace.yaml:210, raft.go:1085 in (*raft).Step`.
fn source_of(action: &Action, probes: &BTreeSet<(String, String)>) -> String {
    let probes = probes.iter().map(|(place, function)| format!("{place} in {function}"));
    let by = action.harness.then(|| "written by the harness".to_owned());
    // The harness has no probe: it names itself in its place.
    let probes = probes.filter(|_| !action.harness);
    let parts = std::iter::once(action.name.clone()).chain(stated(&action.stated)).chain(by).chain(probes);
    parts.collect::<Vec<_>>().join(", ")
}
