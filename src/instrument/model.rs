//! The trace configuration: where probes go, what they record, and how that maps to the spec.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::yaml;
use crate::instrument::lines::Lines;
use crate::instrument::obligation;
use crate::instrument::obligation::Obligation;
use crate::instrument::predecessor;
use crate::source::LanguageName;

/// The format number of [`TraceConfig`] on disk.
pub const FORMAT: u32 = 1;

/// A trace configuration, `trace.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceConfig {
    /// [`FORMAT`].
    pub format: u32,
    /// What is traced, in a word; goes into the trace's header.
    pub system: String,
    /// The language of the probed files; `None` where the file did not say (the older layout has no place for it).
    #[serde(default)]
    pub language: Option<LanguageName>,
    /// The Go package, or the crate, that the emitter joins.
    #[serde(default)]
    pub package: Option<String>,
    /// Rust: the file that declares the crate's modules.
    #[serde(default = "crate_root")]
    pub crate_root: String,
    /// Helper files beside this one that join the package too.
    #[serde(default)]
    pub support: Vec<String>,
    /// Functions and methods of the source that change nothing, so that expressions may call them: a whole name as it is
    /// called, or what stands behind its last dot.
    #[serde(default)]
    pub pure: Vec<String>,
    /// What the state is read from.
    #[serde(default)]
    pub receiver: Option<Receiver>,
    /// Source expression: the node an event belongs to.
    #[serde(default)]
    pub node: Option<String>,
    /// TLA+: the node's name in the `spec` expressions.
    #[serde(default)]
    pub node_parameter: Option<String>,
    /// The probes.
    #[serde(default)]
    pub probes: Vec<Probe>,
    /// What each event records of the node's state.
    #[serde(default)]
    pub state: Vec<StateField>,
    /// What orders the events of a trace.
    #[serde(default, skip_serializing_if = "Order::is_lines")]
    pub order: Order,
    /// The actions of the spec behind the events.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// Actions of the spec that may be taken without an event.
    #[serde(default)]
    pub silent: Vec<Silent>,
    /// What events open and other events close.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation>,
    /// Constants of the spec; the older layout only.
    #[serde(default)]
    pub constants: Vec<Constant>,
    /// Variables of the spec; the older layout only.
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// Internal actions that leave no event; the older layout only.
    #[serde(default)]
    pub interactions: Vec<String>,
    /// Where the file says this.
    #[serde(skip)]
    pub lines: Lines,
}

fn crate_root() -> String {
    "src/lib.rs".to_owned()
}

/// The name that `node` and the state's sources read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// The name.
    pub name: String,
    /// Its type, for the reader; probes must give expressions of it.
    #[serde(rename = "type")]
    pub type_text: String,
    /// Go: the name of a generated function from the receiver to the whole state, for events that no probe writes but
    /// the harness does. It stands in a file of its own, so the state's sources cannot name imported packages then.
    #[serde(default)]
    pub state_function: Option<String>,
}

/// When a probe writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// When the call begins; everything is read there.
    Entry,
    /// When the call ends; event and params are read at entry, node and state at the end. Outermost calls only.
    Exit,
    /// At each return of the function itself; everything is read there.
    BeforeReturn,
    /// Before `statement`.
    BeforeStatement,
    /// After `statement`.
    AfterStatement,
    /// When the critical section ends that `statement` enters, while it is still held; event and params are read when it
    /// has begun. Outermost calls and sections only.
    CriticalSection,
    /// No event: the function's name joins the path of the event under way.
    Path,
}

impl Trigger {
    /// Whether its event, if it writes one, has the times at which what it tells of began and ended.
    fn spans(self) -> bool {
        matches!(self, Self::Exit | Self::CriticalSection | Self::Path)
    }

    /// As in the serialized form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Exit => "exit",
            Self::BeforeReturn => "before_return",
            Self::BeforeStatement => "before_statement",
            Self::AfterStatement => "after_statement",
            Self::CriticalSection => "critical_section",
            Self::Path => "path",
        }
    }

    /// Whether the probe stands at a statement named by its text.
    pub fn at_statement(self) -> bool {
        matches!(self, Self::BeforeStatement | Self::AfterStatement | Self::CriticalSection)
    }
}

/// One probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Qualified name, as in the survey.
    pub function: String,
    /// File, relative to the root of the source.
    pub file: String,
    /// When.
    pub trigger: Trigger,
    /// The statement's text, for `before_statement`, `after_statement` and `critical_section`; white space does not matter.
    /// Of a Python `with` it is the line with the colon.
    #[serde(default)]
    pub statement: Option<String>,
    /// The event's name.
    #[serde(default)]
    pub event: Option<String>,
    /// Source expression: the event's name; `""` is no event.
    #[serde(default)]
    pub event_expression: Option<String>,
    /// Source expressions: the event's parameters.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Source expression: what the state is read from.
    #[serde(default)]
    pub receiver: Option<String>,
    /// Source expressions that replace those of the state for this probe.
    #[serde(default)]
    pub state: BTreeMap<String, String>,
    /// Rust: no other atomic probe's call happens during this one, so that the trace has the order of the effects.
    #[serde(default)]
    pub atomic: bool,
}

/// One place where something was inserted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The number of its probe in the configuration, from 1.
    pub probe: usize,
    /// The event's name, or the expression that names it; `None` for trigger path.
    pub event: Option<String>,
    /// The function's qualified name.
    pub function: String,
    /// File.
    pub file: String,
    /// Line in the original; in Go and Rust that of the instrumented text, too.
    pub line: usize,
    /// Trigger.
    pub trigger: Trigger,
}

/// How a recorded value is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// As it stands.
    #[default]
    Scalar,
    /// A list compared as a set.
    Set,
    /// A list compared as a bag: a function from its elements to how often each is there, as module Bags has it.
    Bag,
    /// An object compared as a function.
    Map,
}

/// One recorded field of the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateField {
    /// Key in the trace.
    pub field: String,
    /// Source expression.
    pub source: String,
    /// TLA+ expression that must be equal.
    #[serde(default)]
    pub spec: Option<String>,
    /// How it is compared.
    #[serde(default)]
    pub kind: FieldKind,
    /// TLA+: compare only if this holds.
    #[serde(default)]
    pub when: Option<String>,
    /// Whether it is compared at all.
    #[serde(default = "yes")]
    pub check: bool,
    /// Whether an event with a state may leave it out; then it is not compared there.
    #[serde(default)]
    pub optional: bool,
    /// Whether only operations of the event's own thread change it. With intervals no other field is compared.
    #[serde(default, skip_serializing_if = "is_false")]
    pub local: bool,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(it: &bool) -> bool {
    !*it
}

/// What orders the events of a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Their lines.
    #[default]
    Lines,
    /// The times at which they began and ended; what overlaps may have taken effect in either order.
    Intervals,
}

impl Order {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(crate) fn is_lines(&self) -> bool {
        *self == Self::Lines
    }
}

/// An action of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The event's name, and the action's if `stmt` does not say otherwise.
    pub name: String,
    /// Its arguments.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// The source functions it stands for.
    #[serde(default)]
    pub functions: Vec<String>,
    /// Written by the harness, by no probe.
    #[serde(default)]
    pub harness: bool,
    /// TLA+ to use in the place of `name(parameters)`.
    #[serde(default)]
    pub stmt: Option<String>,
}

/// An action of the spec that may be taken without an event, and where: silent steps that nothing constrains would explain
/// nearly every trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silent {
    /// The action's name.
    pub name: String,
    /// Its arguments; `from` is about the event that comes next.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// The source functions it stands for.
    #[serde(default)]
    pub functions: Vec<String>,
    /// The events before which it may be taken.
    #[serde(default)]
    pub before: Vec<String>,
    /// How often it may be taken between two events.
    #[serde(default = "once")]
    pub at_most: u32,
    /// Whether events of the same name are to be expected, too.
    #[serde(default)]
    pub also_logged: bool,
    /// Where the trace configuration says so, where that is known.
    #[serde(skip)]
    pub stated: Option<Place>,
}

fn once() -> u32 {
    1
}

impl Silent {
    /// Whether it may be taken before events of this name.
    pub fn is_before(&self, event: &str) -> bool {
        self.before.iter().any(|name| name == event)
    }
}

/// An argument of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where the event has it: `node` or `params.m.from`.
    #[serde(default)]
    pub from: Option<String>,
    /// TLA+: the set it is chosen from, where the event does not have it.
    #[serde(default)]
    pub source: Option<String>,
}

/// Where an argument comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The event's node.
    Node,
    /// The event's parameter at this path.
    Param(Vec<String>),
    /// The event never has it.
    Chosen,
}

impl Parameter {
    /// What helps where [`Self::origin`] is an error.
    pub const HINT: &str =
        "say where an event has it, as `from: node` or `from: params.m.term`, or with `source` what it is chosen from";

    /// Reads `from`; the error says what is wrong with it, or that nothing says where the argument is from.
    pub fn origin(&self) -> Result<Origin, String> {
        match self.from.as_deref() {
            None if self.source.is_none() => Err("it has neither `from` nor `source`".to_owned()),
            None => Ok(Origin::Chosen),
            Some("node") => Ok(Origin::Node),
            Some(path) => match path.strip_prefix("params.") {
                Some(rest) if rest.split('.').all(|part| !part.is_empty()) => {
                    Ok(Origin::Param(rest.split('.').map(str::to_owned).collect()))
                }
                _ => Err(format!("`{path}` is neither `node` nor `params.` and a path")),
            },
        }
    }
}

/// A constant of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// TLA+: its value.
    pub value: String,
}

/// A variable of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// A named initial shape, for example `node_map_int`.
    #[serde(default)]
    pub default_type: Option<String>,
    /// TLA+: its initial value.
    #[serde(default)]
    pub default_value: Option<String>,
}

impl TraceConfig {
    /// Reads `text`, the contents of `file`, in this layout or in the older one (`spec_name`, `interactions`).
    pub fn read(text: &str, file: &str) -> Result<Self, Diagnostic> {
        let value: serde_yaml::Value = yaml::read(text, file, "instrument/config")?;
        if value.get("format").is_none() && value.get("spec_name").is_some() {
            return predecessor::read(text, file);
        }
        if let Some(format) = value.get("format").and_then(serde_yaml::Value::as_u64)
            && format != u64::from(FORMAT)
        {
            let message = format!("read {file}: format is {format}, this specgen reads {FORMAT}");
            let line = text.lines().position(|line| line.trim_start().starts_with("format")).map_or(1, |at| at + 1);
            let place = Place::at(file, line, 1, Some(text));
            return Err(Diagnostic::error("instrument/config-format", message).at(place).hint("use a newer specgen"));
        }
        let mut config: Self = yaml::read(text, file, "instrument/config")?;
        let Self { probes, state, actions, silent, obligations, .. } = &config;
        let lists = [probes.len(), state.len(), actions.len(), silent.len(), obligations.len()];
        config.lines = Lines::of(text, file, lists);
        for (item, silent) in config.silent.iter_mut().enumerate() {
            silent.stated = config.lines.place(&config.lines.silent, item);
        }
        config.check_probes()?;
        config.check_mapping()?;
        config.check_obligations()?;
        Ok(config)
    }

    /// The files of the source that instrumentation reads and changes.
    pub fn source_files(&self) -> BTreeSet<String> {
        let root = (self.language == Some(LanguageName::Rust)).then(|| self.crate_root.clone());
        self.probes.iter().map(|p| p.file.clone()).chain(root).collect()
    }

    /// What is wrong with an item of a list, such as `lines.probes`.
    fn wrong(&self, lines: &[usize], item: usize, what: impl std::fmt::Display) -> Diagnostic {
        Diagnostic::error("instrument/config", format!("read {}: {what}", self.lines.file))
            .at(self.lines.place(lines, item))
    }

    /// What no type can say of probes.
    fn check_probes(&self) -> Result<(), Diagnostic> {
        let wrong = |item: usize, what: &str, hint: &str| {
            let probe = &self.probes[item];
            let what = format!("the {} probe of {} {what}", probe.trigger.word(), probe.function);
            self.wrong(&self.lines.probes, item, what).hint(hint)
        };
        let mut places = BTreeSet::new();
        for (item, probe) in self.probes.iter().enumerate() {
            if probe.trigger.at_statement() != probe.statement.is_some() {
                return Err(wrong(item, "needs `statement`, and only such a probe does", "give the statement's text"));
            }
            let names = usize::from(probe.event.is_some()) + usize::from(probe.event_expression.is_some());
            if names != usize::from(probe.trigger != Trigger::Path) {
                let hint = "a probe has either `event` or `event_expression`; trigger path has neither";
                return Err(wrong(item, "names its event not exactly once", hint));
            }
            if probe.trigger != Trigger::Path && self.receiver.is_some() && probe.receiver.is_none() {
                return Err(wrong(item, "has no `receiver`", "say what the state is read from, as an expression"));
            }
            let known = |field: &&String| self.state.iter().any(|s| s.field == **field);
            if let Some(field) = probe.state.keys().find(|f| !known(f)) {
                let hint = "a probe may only replace sources of fields listed under `state`";
                return Err(wrong(item, &format!("gives the unknown state field `{field}`"), hint));
            }
            if self.order == Order::Intervals && !probe.trigger.spans() {
                let hint = "with `order: intervals` an event says when its operation began and ended: use trigger exit or critical_section";
                return Err(wrong(item, "writes at one moment", hint));
            }
            if !places.insert((&probe.file, &probe.function, probe.trigger, &probe.statement)) {
                return Err(wrong(item, "stands twice", "one probe for one place: leave one of them out"));
            }
        }
        Ok(())
    }

    /// What no type can say of obligations.
    fn check_obligations(&self) -> Result<(), Diagnostic> {
        if let Some((item, what, hint)) = obligation::contradiction(&self.obligations) {
            return Err(self.wrong(&self.lines.obligations, item, what).hint(hint));
        }
        if self.order == Order::Intervals && !self.obligations.is_empty() {
            let what = "obligations are held against the order of the lines, and the mapping says `order: intervals`";
            return Err(self.wrong(&self.lines.obligations, 0, what).hint("leave one of them out"));
        }
        Ok(())
    }

    /// What no type can say of fields and actions.
    fn check_mapping(&self) -> Result<(), Diagnostic> {
        let twice = "its name stands twice: leave one of them out, or give it another name";
        let mut names = BTreeSet::new();
        if let Some(item) = self.state.iter().position(|field| !names.insert(field.field.as_str())) {
            let what = format!("the state has a second field `{}`", self.state[item].field);
            return Err(self.wrong(&self.lines.state, item, what).hint(twice));
        }
        names.clear();
        for (item, action) in self.actions.iter().enumerate() {
            let wrong = |what: String| self.wrong(&self.lines.actions, item, what);
            if !names.insert(&action.name) {
                return Err(wrong(format!("there is a second action `{}`", action.name)).hint(twice));
            }
            if let Some(what) = unknown_origin(&action.name, &action.parameters) {
                return Err(wrong(what).hint(Parameter::HINT));
            }
        }
        for (item, silent) in self.silent.iter().enumerate() {
            if let Some(what) = unknown_origin(&silent.name, &silent.parameters) {
                return Err(self.wrong(&self.lines.silent, item, what).hint(Parameter::HINT));
            }
        }
        Ok(())
    }
}

/// What is wrong with where the first bad argument of an action is from.
fn unknown_origin(action: &str, parameters: &[Parameter]) -> Option<String> {
    let wrong = |parameter: &Parameter| Some((parameter.name.clone(), parameter.origin().err()?));
    let (name, reason) = parameters.iter().find_map(wrong)?;
    Some(format!("the parameter `{name}` of `{action}`: {reason}"))
}
