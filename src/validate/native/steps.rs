//! The steps that events describe: compiled once a program, with what an event says bound as values.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value as Json;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::span::Span;
use crate::eval::Config;
use crate::eval::Constant;
use crate::eval::Expression;
use crate::eval::Fault;
use crate::eval::Invariant;
use crate::eval::Program;
use crate::eval::Setup;
use crate::eval::Value;
use crate::instrument::FieldKind;
use crate::tla;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::syntax::Expr;
use crate::trace::bind::bind;
use crate::trace::bind::bind_string;
use crate::trace::mapping::StateField;
use crate::trace::model::Event;
use crate::validate::data;
use crate::validate::data::Actions;
use crate::validate::data::Shape;
use crate::validate::judge::Job;
use crate::validate::module::Writer;
use crate::validate::spec::ConstantValue;
use crate::validate::spec::Specification;
use crate::validate::spec::is_plain;

/// What is the same for all threads.
pub(super) struct Plan {
    prefix: String,
    shapes: Vec<Shape>,
    /// What occurs: a shape, and the positions of the compared fields that were observed.
    kinds: Vec<Kind>,
    /// Of each trace the kinds of its events, in order, each an index.
    events: Vec<Vec<usize>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Kind {
    shape: usize,
    fields: Vec<usize>,
}

impl Plan {
    pub(super) fn of(job: &Job) -> Result<Self, Failure> {
        let prefix = Writer::new(&job.spec, &job.mapping).prefix;
        let mut plan = Self { prefix, shapes: Vec::new(), kinds: Vec::new(), events: Vec::new() };
        let actions = Actions::of(&job.mapping);
        let checked: Vec<&str> = job.mapping.checked().map(|field| field.field.as_str()).collect();
        let mut numbers = HashMap::new();
        for trace in &*job.traces {
            let mut events = Vec::with_capacity(trace.events.len());
            for event in &trace.events[..data::judged(trace)] {
                let unfit = |reason: String| Failure::from(data::unfit(trace, event, &reason));
                let kind = plan.kind(&actions, &checked, event).map_err(unfit)?;
                events.push(match numbers.entry(kind) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        plan.kinds.push(new.key().clone());
                        *new.insert(plan.kinds.len() - 1)
                    }
                });
            }
            plan.events.push(events);
        }
        Ok(plan)
    }

    fn kind(&mut self, actions: &Actions<'_>, checked: &[&str], event: &Event) -> Result<Kind, String> {
        let (shape, _) = actions.arguments(event)?;
        let shape = self.shapes.iter().position(|known| *known == shape).unwrap_or_else(|| {
            self.shapes.push(shape);
            self.shapes.len() - 1
        });
        let observed = checked.iter().enumerate().filter(|(_, field)| event.state.contains_key(**field));
        Ok(Kind { shape, fields: observed.map(|(position, _)| position).collect() })
    }

    /// The names that an expression over a kind of event has, in the order of [`Bound::values`], and how many of them are
    /// given to actions.
    fn names(&self, kind: &Kind, node: &str) -> (Vec<String>, usize) {
        let shape = &self.shapes[kind.shape];
        let given = shape.given();
        let arguments = (1..=given).map(|number| format!("{}A{number}", self.prefix));
        let observed = kind.fields.iter().map(|position| format!("{}R{}", self.prefix, position + 1));
        (std::iter::once(node.to_owned()).chain(arguments).chain(observed).collect(), given + 1)
    }
}

/// An event, ready to be tried.
pub(super) struct Bound {
    /// Which of the program's steps it is.
    pub(super) kind: usize,
    /// Its node, what it gives to the action, what was observed.
    pub(super) values: Vec<Value>,
}

/// A program for traces of the same nodes.
pub(super) struct Loaded {
    pub(super) program: Program,
    pub(super) init: Expression,
    /// Of each kind of event.
    pub(super) steps: Vec<Step>,
    /// How many silent actions the mapping has.
    pub(super) silent: usize,
    /// What has to be true of every state.
    pub(super) invariants: Vec<Invariant>,
    generated: Generated,
}

/// The module of steps, of which nobody has a file.
struct Generated {
    source: Source,
    /// What its comparisons are called, without their number.
    compares: String,
    /// The compared fields, each with its expression and where the mapping states it.
    fields: Vec<(String, String, Option<Place>)>,
}

impl Generated {
    fn of(job: &Job, plan: &Plan, source: Source) -> Self {
        let field = |field: &StateField| (field.field.clone(), field.spec.trim().to_owned(), field.stated.clone());
        let fields = job.mapping.checked().map(field).collect();
        Self { source, compares: format!("{}Agrees", plan.prefix), fields }
    }

    /// An error in this module as one in what the user has.
    fn translated(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let Some(at) = diagnostic.places.iter().position(|place| place.file == self.source.path) else {
            return diagnostic;
        };
        let place = diagnostic.places.remove(at);
        let before = self.source.text.lines().take(place.line);
        let compares = before.filter_map(|line| line.trim_start().strip_prefix(&self.compares));
        let number = compares.last().and_then(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<usize>().ok()?.checked_sub(1)
        });
        let Some((field, spec, stated)) = number.and_then(|number| self.fields.get(number)) else { return diagnostic };
        diagnostic.message = format!("{}; the field `{field}` is compared with `{spec}`", diagnostic.message);
        if let Some(stated) = stated {
            // A path of this machine reaches no artefact.
            let file = stated.file.rsplit('/').next().unwrap_or_default();
            diagnostic.places.insert(at, Place::at(file, stated.line, stated.column, None));
        }
        diagnostic
    }
}

/// What may be done at an event of a kind.
pub(super) struct Step {
    /// The action together with the comparisons.
    pub(super) event: Expression,
    pub(super) silent: Vec<SilentStep>,
}

/// A silent action before an event.
pub(super) struct SilentStep {
    /// Its index in the mapping.
    pub(super) number: usize,
    pub(super) at_most: u32,
    pub(super) action: Expression,
}

/// What an explanation looks at.
pub(super) struct Look {
    /// The action, whatever was observed.
    pub(super) action: Expression,
    /// One a compared field.
    pub(super) shown: Vec<Expression>,
    /// The number of the first condition that does not hold; `None` where they cannot stand alone.
    pub(super) blame: Option<Expression>,
}

/// The modules of a specification.
struct Modules<'a>(&'a Specification);

impl Library for Modules<'_> {
    fn find(&self, name: &str) -> Option<Source> {
        let (_, text) = self.0.modules().find(|(module, _)| *module == name)?;
        Some(Source { path: format!("{name}.tla"), text: text.to_owned() })
    }
}

impl Loaded {
    pub(super) fn new(job: &Job, plan: &Plan, nodes: &[String]) -> Result<Self, Vec<Diagnostic>> {
        let writer = Writer::new(&job.spec, &job.mapping);
        let (module, text) = writer.steps(&plan.shapes).map_err(|wrong| vec![wrong])?;
        let setup = setup(&job.spec, nodes, &plan.prefix).map_err(|wrong| vec![wrong])?;
        let source = Source { path: format!("{module}.tla"), text };
        let mut program = Program::load(&source, &Modules(&job.spec), &setup)?;
        let generated = Generated::of(job, plan, source);
        let init = program.definition(&job.spec.init)?;
        let node = job.mapping.node_parameter.as_str();
        let mut steps = Vec::with_capacity(plan.kinds.len());
        for kind in &plan.kinds {
            let (names, own) = plan.names(kind, node);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let agrees = kind.fields.iter().map(|position| {
                let cell = format!("{}R{}", plan.prefix, position + 1);
                call(format!("{}Agrees{}", plan.prefix, position + 1), &[node, &cell])
            });
            let action = call(format!("{}Act{}", plan.prefix, kind.shape + 1), &names[..own]);
            let step = agrees.fold(action, |step, agrees| Expr::infix("/\\", step, agrees));
            let event = program.expression(&step, &names)?;
            let mut silent = Vec::new();
            for (position, hidden) in plan.shapes[kind.shape].silent.iter().enumerate() {
                let action = format!("{}Silent{}_{}", plan.prefix, kind.shape + 1, position + 1);
                let action = program.expression(&call(action, &names[..own]), &names)?;
                let at_most = job.mapping.silent[hidden.silent].at_most;
                silent.push(SilentStep { number: hidden.silent, at_most, action });
            }
            steps.push(Step { event, silent });
        }
        let invariants = job.settings.invariants.iter().map(|name| Invariant::of(&mut program, name));
        let invariants = invariants.collect::<Result<_, _>>()?;
        let silent = job.mapping.silent.len();
        Ok(Self { program, init, steps, silent, invariants, generated })
    }

    /// What an explanation of an event of this kind looks at.
    pub(super) fn look(&mut self, job: &Job, plan: &Plan, kind: usize) -> Result<Look, Vec<Diagnostic>> {
        let node = job.mapping.node_parameter.as_str();
        let (names, own) = plan.names(&plan.kinds[kind], node);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let named = |what: &str| format!("{}{what}{}", plan.prefix, plan.kinds[kind].shape + 1);
        let action = self.program.expression(&call(named("Act"), &names[..own]), &names)?;
        let mut shown = Vec::new();
        for position in 1..=job.mapping.checked().count() {
            let expr = call(format!("{}Shown{position}", plan.prefix), &[node]);
            shown.push(self.program.expression(&expr, &names)?);
        }
        // Conditions are cut out of the text, and may not stand alone.
        let writer = Writer::new(&job.spec, &job.mapping);
        let blame = writer.blame(&plan.shapes[plan.kinds[kind].shape]).map_err(|wrong| vec![wrong])?;
        let blame = blame.and_then(|text| definition(&text)).and_then(|e| self.program.expression(&e, &names).ok());
        Ok(Look { action, shown, blame })
    }

    /// The judged events of a trace as values.
    pub(super) fn events(&self, job: &Job, plan: &Plan, index: usize) -> Result<Vec<Bound>, Diagnostic> {
        let trace = &job.traces[index];
        let strings = self.program.strings();
        let actions = Actions::of(&job.mapping);
        let checked: Vec<_> = job.mapping.checked().collect();
        // Most of a node's state is as it was at its event before: such a value is not made again.
        let mut last: HashMap<&str, Vec<Option<(&Json, Value)>>> = HashMap::new();
        let mut bound = Vec::with_capacity(plan.events[index].len());
        for (event, kind) in trace.events.iter().zip(&plan.events[index]) {
            let unfit = |reason: String| data::unfit(trace, event, &reason);
            let (_, given) = actions.arguments(event).map_err(unfit)?;
            let mut values = Vec::with_capacity(given.len() + checked.len() + 1);
            values.push(bind_string(&event.node, strings));
            for value in given {
                values.push(bind(value, FieldKind::Scalar, strings).map_err(unfit)?);
            }
            let last = last.entry(&event.node).or_insert_with(|| vec![None; checked.len()]);
            for (field, last) in checked.iter().zip(last) {
                let Some(said) = event.state.get(&field.field) else { continue };
                let value = match last {
                    Some((known, value)) if *known == said => value.clone(),
                    _ => {
                        let named = |reason: String| unfit(format!("field `{}`: {reason}", field.field));
                        let value = bind(said, field.kind, strings).map_err(named)?;
                        last.insert((said, value)).1.clone()
                    }
                };
                values.push(value);
            }
            bound.push(Bound { kind: *kind, values });
        }
        Ok(bound)
    }

    /// An error in a line.
    pub(super) fn told(&self, fault: &Fault) -> String {
        self.generated.translated(self.program.diagnostic(fault)).to_string()
    }
}

fn call(name: String, arguments: &[&str]) -> Expr {
    let argument = |name: &&str| Expr::name(*name, Span::default());
    Expr::call(name, arguments.iter().map(argument).collect(), Span::default())
}

/// What the last definition of a module says, if the module can be read.
fn definition(text: &str) -> Option<Expr> {
    let parsed = tla::parse_module(text, "Blame.tla");
    let module = parsed.module.filter(|_| parsed.diagnostics.is_empty())?;
    Some(module.units.last()?.definition()?.body.clone())
}

/// What the constants of a specification are.
fn setup(spec: &Specification, nodes: &[String], prefix: &str) -> Result<Setup, Diagnostic> {
    let mut setup = Setup::default();
    for constant in &spec.constants {
        let name = constant.name.clone();
        match &constant.value {
            ConstantValue::Nodes => {
                let nodes = nodes.iter().map(|node| Constant::Str(crate::trace::literal::spelled(node).into_owned()));
                setup.constants.push((name, Constant::Set(nodes.collect())));
            }
            ConstantValue::Text(text) if is_plain(text.trim()) => {
                let config = format!("CONSTANT {name} = {}", text.trim());
                setup.constants.extend(Config::parse(&config, "constants")?.setup.constants);
            }
            ConstantValue::Text(_) => setup.replaced.push((name.clone(), format!("{prefix}Constant_{name}"))),
        }
    }
    Ok(setup)
}
