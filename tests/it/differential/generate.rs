//! Random IISpec modules: small, total for the most part, with every construct of docs/iispec.md in every position.

use std::fmt::Write as _;

use specgen::base::chance::Chance;
use specgen::tla::value::Value;
use specgen::verify::State;

use super::expression::Expressions as _;
use super::expression::Local;
use super::statement::Statements as _;

/// The types of values. Numbers are 0 to 3 and sequences have at most two elements, so that there are few states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    Int,
    Node,
    /// A node or `Nil`.
    Maybe,
    Word,
    Nodes,
    Ints,
    Sequence,
    /// `[n : Int, x : Bool]`, whose fields may be named like variables.
    Record,
    /// `[Node -> Int]`.
    Counts,
    /// `[Node -> [n : Int, x : Bool]]`.
    Records,
    /// `[Node -> Seq(Int)]`.
    Queues,
}

pub(crate) const TYPES: [Type; 12] = [
    Type::Int,
    Type::Bool,
    Type::Counts,
    Type::Sequence,
    Type::Records,
    Type::Nodes,
    Type::Queues,
    Type::Record,
    Type::Maybe,
    Type::Word,
    Type::Ints,
    Type::Node,
];

/// An operator of a module.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    pub(crate) name: String,
    pub(crate) parameters: Vec<Type>,
    /// What its value is, for a function or a procedure that returns one; TRUE has no type of its own.
    pub(crate) returns: Option<Type>,
    pub(crate) acts: bool,
    /// The first parameter bounds its recursion.
    pub(crate) recursive: bool,
    /// The variables that one with each assigned once assigns.
    pub(crate) assigns: Vec<String>,
}

/// What the text of a module is made from.
pub(crate) struct Maker {
    pub(crate) chance: Chance,
    pub(crate) variables: Vec<(String, Type)>,
    pub(crate) operators: Vec<Operator>,
    /// Statements that may still be written in the operator at hand.
    pub(crate) left: usize,
    /// How many names were given to locals.
    pub(crate) locals: usize,
    /// Branches of choice around the place at hand, so that there are not too many successors.
    pub(crate) choices: usize,
    /// Of what assigns each variable once on each path, has no loops and calls nothing for its value: those it may still assign.
    pub(crate) once: Option<Vec<(String, Type)>>,
}

/// A module and states of it.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) states: Vec<State>,
}

/// Names for variables; many are those that the transform would like to make up.
const VARIABLES: [&str; 16] = [
    "count", "st", "log", "State", "pc", "x", "todo", "some", "stack", "st1", "n", "info", "queue", "some1", "a_loop1",
    "done",
];

/// What procedures are called, each with a number behind it.
pub(crate) const PROCEDURES: [&str; 6] = ["send", "bump", "take", "Reset", "apply", "P"];

impl Maker {
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.chance.below(from.len())]
    }

    /// Once in `often` times.
    pub(crate) fn rarely(&mut self, often: usize) -> bool {
        self.chance.below(often) == 0
    }

    /// A name for a local: new in this module, or one that an earlier operator used, which is out of scope.
    pub(crate) fn local(&mut self, scope: &[Local]) -> String {
        const NAMES: [&str; 10] = ["s", "t", "k", "m", "st2", "todo1", "old", "r", "st3", "e"];
        let taken = |name: &str, maker: &Self| {
            scope.iter().any(|local| local.name == name)
                || maker.variables.iter().any(|(variable, _)| variable == name)
                || maker.operators.iter().any(|operator| operator.name == name)
        };
        let start = self.chance.below(NAMES.len());
        let free = (0..NAMES.len()).map(|i| NAMES[(start + i) % NAMES.len()]).find(|name| !taken(name, self));
        free.map_or_else(
            || {
                self.locals += 1;
                format!("local{}", self.locals)
            },
            str::to_owned,
        )
    }

    fn declare(&mut self) {
        let count = 2 + self.chance.below(3);
        let start = self.chance.below(VARIABLES.len());
        for number in 0..count {
            let name = VARIABLES[(start + number * 5) % VARIABLES.len()];
            let ty = self.pick(&TYPES);
            self.variables.push((name.to_owned(), ty));
        }
    }

    /// Functions, then procedures, then actions; each may call those before it.
    fn operators(&mut self, once: bool) -> String {
        let mut text = String::new();
        for number in 0..1 + self.chance.below(3) {
            text.push_str(&self.function(number));
        }
        let procedures = 1 + self.chance.below(4);
        for number in 0..procedures {
            let name = self.pick(&PROCEDURES);
            let name = format!("{name}{number}");
            text.push_str(&if once { self.part(&name) } else { self.procedure(&name, number > 0) });
        }
        text
    }

    fn function(&mut self, number: usize) -> String {
        let returns = self.pick(&[Type::Int, Type::Bool, Type::Int, Type::Nodes, Type::Sequence]);
        let scope = self.parameters(2);
        let body = self.expression(returns, 3, &scope);
        let name = format!("F{number}");
        let text = format!("\n{} ==\n    {body}\n", head(&name, &scope));
        let parameters = scope.iter().map(|local| local.ty).collect();
        self.operators.push(Operator {
            name,
            parameters,
            returns: Some(returns),
            acts: false,
            recursive: false,
            assigns: Vec::new(),
        });
        text
    }

    fn parameters(&mut self, most: usize) -> Vec<Local> {
        let mut scope: Vec<Local> = Vec::new();
        for _ in 0..self.chance.below(most + 1) {
            let ty = self.pick(&[Type::Node, Type::Int, Type::Node, Type::Bool]);
            let name = self.local(&scope);
            scope.push(Local { name, ty, arguments: None });
        }
        scope
    }

    fn procedure(&mut self, name: &str, calls: bool) -> String {
        let recursive = self.rarely(5);
        let mut scope = Vec::new();
        if recursive {
            scope.push(Local { name: self.local(&scope), ty: Type::Int, arguments: None });
        }
        let more = self.parameters(2);
        scope.extend(
            more.into_iter().filter(|local| scope.iter().all(|other| other.name != local.name)).collect::<Vec<_>>(),
        );
        let returns = if self.rarely(2) {
            Some(self.pick(&[Type::Int, Type::Bool, Type::Bool, Type::Node, Type::Nodes]))
        } else {
            None
        };
        let parameters: Vec<Type> = scope.iter().map(|local| local.ty).collect();
        let operator =
            Operator { name: name.to_owned(), parameters, returns, acts: true, recursive, assigns: Vec::new() };
        self.left = 7;
        self.choices = 0;
        let mut text = String::from("\n");
        let body = if recursive {
            let places: Vec<&str> = scope.iter().map(|_| "_").collect();
            let _ = writeln!(text, "RECURSIVE {name}({})", places.join(", "));
            self.recursion(&operator, &scope)
        } else {
            self.block(&scope, returns, 4, calls)
        };
        let _ = write!(text, "{} ==\n    {body}\n", head(name, &scope));
        self.operators.push(operator);
        text
    }

    /// A short procedure that assigns each variable once on each path.
    fn part(&mut self, name: &str) -> String {
        let scope = self.parameters(2);
        self.left = 1 + self.chance.below(2);
        self.choices = 1;
        self.once = Some(self.variables.clone());
        let body = self.block(&scope, None, 3, true);
        let text = format!("\n{} ==\n    {body}\n", head(name, &scope));
        let left = self.once.take().unwrap_or_default();
        let assigned = self.variables.iter().filter(|variable| !left.contains(variable));
        let assigns = assigned.map(|(name, _)| name.clone()).collect();
        let parameters = scope.iter().map(|local| local.ty).collect();
        let name = name.to_owned();
        self.operators.push(Operator { name, parameters, returns: None, acts: true, recursive: false, assigns });
        text
    }

    fn action(&mut self, number: usize, once: bool) -> (String, String) {
        let scope = self.parameters(1);
        self.left = 8;
        self.choices = 0;
        self.once = once.then(|| self.variables.clone());
        let body = self.block(&scope, None, 4, true);
        let name = format!("Act{number}");
        let text = format!("\n{} ==\n    {body}\n", head(&name, &scope));
        let bound = scope.first().map(|local| match local.ty {
            Type::Node => "Node",
            Type::Bool => "BOOLEAN",
            _ => "0..2",
        });
        let call = match bound {
            Some(set) => format!("\\E v \\in {set} : {name}(v)"),
            None => name,
        };
        (text, call)
    }

    fn next(&mut self, calls: &[String]) -> String {
        let mut text = String::from("\nNext ==\n");
        for call in calls {
            if self.rarely(6) {
                let guard = self.expression(Type::Bool, 1, &[]);
                let _ = writeln!(text, "    \\/ /\\ {guard}\n       /\\ {call}");
            } else {
                let _ = writeln!(text, "    \\/ {call}");
            }
        }
        text
    }
}

fn head(name: &str, scope: &[Local]) -> String {
    let names: Vec<&str> = scope.iter().map(|local| local.name.as_str()).collect();
    if names.is_empty() { name.to_owned() } else { format!("{name}({})", names.join(", ")) }
}

/// Whether the procedures of the module of a seed assign each variable once on each path.
pub(crate) fn is_once(seed: u64) -> bool {
    seed.is_multiple_of(3)
}

/// The module of a seed.
pub(crate) fn module(name: &str, seed: u64) -> Module {
    let mut maker = Maker {
        chance: Chance::new(seed),
        variables: Vec::new(),
        operators: Vec::new(),
        left: 0,
        locals: 0,
        choices: 0,
        once: None,
    };
    maker.declare();
    let names: Vec<&str> = maker.variables.iter().map(|(name, _)| name.as_str()).collect();
    let mut text = format!(
        "---- MODULE {name} ----\n\\* specgen: iispec 1\nEXTENDS Naturals, Sequences, FiniteSets\n\nCONSTANTS Node, Nil\n\nVARIABLES {}\n\nvars == <<{}>>\n\nInit ==\n",
        names.join(", "),
        names.join(", "),
    );
    let states: Vec<State> =
        (0..5).map(|_| maker.variables.clone().iter().map(|(_, ty)| value(*ty, &mut maker.chance)).collect()).collect();
    for ((name, _), value) in maker.variables.iter().zip(&states[0]) {
        let _ = writeln!(text, "    /\\ {name} = {}", init_text(value));
    }
    text.push_str(&maker.operators(is_once(seed)));
    let mut calls = Vec::new();
    for number in 0..1 + maker.chance.below(3) {
        let (definition, call) = maker.action(number, is_once(seed));
        text.push_str(&definition);
        calls.push(call);
    }
    text.push_str(&maker.next(&calls));
    text.push_str("\nSpec == Init /\\ [][Next]_vars\n====\n");
    Module { name: name.to_owned(), text, states }
}

/// The nodes of every module.
pub(crate) const NODES: [&str; 2] = ["n1", "n2"];

fn value(ty: Type, chance: &mut Chance) -> Value {
    let node = |chance: &mut Chance| Value::Model(NODES[chance.below(2)].to_owned());
    let mut each = |make: &mut dyn FnMut(&mut Chance) -> Value| {
        Value::Function(NODES.iter().map(|node| (Value::Model((*node).to_owned()), make(chance))).collect())
    };
    match ty {
        Type::Counts => return each(&mut |chance| value(Type::Int, chance)),
        Type::Records => return each(&mut |chance| value(Type::Record, chance)),
        Type::Queues => return each(&mut |chance| value(Type::Sequence, chance)),
        _ => {}
    }
    match ty {
        Type::Bool => Value::Bool(chance.below(2) == 0),
        Type::Node => node(chance),
        Type::Maybe if chance.below(2) == 0 => Value::Model("Nil".to_owned()),
        Type::Maybe => node(chance),
        Type::Word => Value::Str(["idle", "busy", "gone"][chance.below(3)].to_owned()),
        Type::Nodes => Value::Set((0..chance.below(3)).map(|_| node(chance)).collect()),
        Type::Ints => Value::Set((0..chance.below(3)).map(|_| value(Type::Int, chance)).collect()),
        Type::Sequence => Value::Sequence((0..chance.below(3)).map(|_| value(Type::Int, chance)).collect()),
        Type::Record => Value::Record(
            [("n".to_owned(), value(Type::Int, chance)), ("x".to_owned(), value(Type::Bool, chance))].into(),
        ),
        _ => Value::Int(i64::try_from(chance.below(4)).unwrap()),
    }
}

/// A value as it is written in a module, which does not extend TLC: a function is written as a rule.
fn init_text(value: &Value) -> String {
    match value {
        Value::Function(pairs) => {
            let mut values = pairs.values();
            let first = values.next().map(init_text).unwrap_or_default();
            format!("[i \\in Node |-> {first}]")
        }
        Value::Model(name) if name != "Nil" => "(CHOOSE i \\in Node : TRUE)".to_owned(),
        Value::Set(items) if items.iter().any(|item| matches!(item, Value::Model(_))) => "Node".to_owned(),
        other => other.to_string(),
    }
}
