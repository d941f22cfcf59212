//! The modules Json and IOUtils: what is read from files and from the environment.

use serde_json::Value as Node;

use super::Native;
use super::Run;
use super::operand;
use super::pairs;
use super::sequences;
use super::tlc::unsupported;
use crate::base::disk;
use crate::eval::error::Eval;
use crate::eval::error::Fault;
use crate::eval::error::Kind;
use crate::eval::machine::Machine;
use crate::eval::program::Ended;
use crate::eval::value::Domain;
use crate::eval::value::Value;

pub(super) static JSON: &[Native] = &[
    Native::new("ndJsonDeserialize", &[0], Run::One(read_lines)),
    Native::new("JsonDeserialize", &[0], Run::One(read_one)),
    Native::new("ToJson", &[0], Run::One(to_json)),
    Native::new("ToJsonArray", &[0], Run::One(|_, _| Err(unsupported("ToJsonArray")))),
    Native::new("ToJsonObject", &[0], Run::One(|_, _| Err(unsupported("ToJsonObject")))),
    Native::new("JsonSerialize", &[0, 0], Run::Two(|_, _, _| Err(unsupported("JsonSerialize")))).worldly(),
    Native::new("ndJsonSerialize", &[0, 0], Run::Two(|_, _, _| Err(unsupported("ndJsonSerialize")))).worldly(),
];

pub(super) static IO: &[Native] = &[
    Native::new("IOEnv", &[], Run::None(environment)),
    Native::new("IOEnvGet", &[0], Run::One(variable)),
    Native::new("atoi", &[0], Run::One(to_number)),
    Native::new("zeroPadN", &[0, 0], Run::Two(|_, _, _| Err(unsupported("zeroPadN")))),
    Native::new("IOEnvPermitted", &[0], Run::One(|_, _| Err(unsupported("IOEnvPermitted")))),
    Native::new("IOExec", &[0], Run::One(|machine, command| exec(machine, "IOExec", None, &command))).worldly(),
    Native::new(
        "IOEnvExec",
        &[0, 0],
        Run::Two(|machine, set, command| exec(machine, "IOEnvExec", Some(&set), &command)),
    )
    .worldly(),
    Native::new("IOExecTemplate", &[0, 0], Run::Two(|machine, _, _| Err(template(machine, "IOExecTemplate"))))
        .worldly(),
    Native::new(
        "IOEnvExecTemplate",
        &[0, 0, 0],
        Run::Three(|machine, _, _, _| Err(template(machine, "IOEnvExecTemplate"))),
    )
    .worldly(),
    Native::new("IOSerialize", &[0, 0, 0], Run::Three(|_, _, _, _| Err(unsupported("IOSerialize")))).worldly(),
    Native::new("IODeserialize", &[0, 0], Run::Two(|_, _, _| Err(unsupported("IODeserialize")))).worldly(),
    Native::new("Serialize", &[0, 0, 0], Run::Three(|_, _, _, _| Err(unsupported("Serialize")))).worldly(),
    Native::new("Deserialize", &[0, 0], Run::Two(|_, _, _| Err(unsupported("Deserialize")))).worldly(),
];

fn refused(name: &str) -> Box<Fault> {
    Fault::new(Kind::Unsupported, format!("`{name}` would start a program, which is refused without `--allow-exec`"))
}

/// Whether a template of a command means the same here as in Java is not known.
fn template(machine: &Machine<'_>, name: &str) -> Box<Fault> {
    if machine.exec().is_some() { unsupported(name) } else { refused(name) }
}

/// `[exitValue |-> n, stdout |-> "..", stderr |-> ".."]` of a command with its arguments.
fn exec(machine: &mut Machine<'_>, name: &str, set: Option<&Value>, command: &Value) -> Eval<Value> {
    let Some(exec) = machine.exec() else { return Err(refused(name)) };
    let text = |value: &Value| match value {
        Value::Str(text) => Ok(text.to_string()),
        other => Err(operand(name, "strings", other)),
    };
    let words: Vec<String> = sequences::items(machine, name, command)?.iter().map(text).collect::<Eval<_>>()?;
    let mut variables = Vec::new();
    if let Some(set) = set {
        for (key, value) in pairs(machine, set)?.ok_or_else(|| operand(name, "a record of variables", set))? {
            variables.push((text(&key)?, text(&value)?));
        }
    }
    let shown = words.join(" ");
    let failed = |(kind, why)| Fault::new(kind, format!("`{name}` of `{shown}`: {why}"));
    let Ended { status, stdout, stderr } = (exec.run)(&words, &variables, exec.limit).map_err(failed)?;
    let text = |text: &str| machine.strings().text(text);
    Value::record(vec![
        (text("exitValue"), Value::Int(status)),
        (text("stdout"), Value::Str(text(&stdout))),
        (text("stderr"), Value::Str(text(&stderr))),
    ])
}

fn file(path: &Value) -> Eval<(&str, String)> {
    let Value::Str(path) = path else { return Err(operand("a file", "a string", path)) };
    let text = disk::read_text(camino::Utf8Path::new(path.as_str()));
    let text = text.map_err(|error| Fault::new(Kind::Unreadable, format!("no trace to read: {error}")))?;
    Ok((path.as_str(), text))
}

/// A line is a value; empty ones are none, as in TLC.
fn read_lines(machine: &mut Machine<'_>, path: Value) -> Eval<Value> {
    let (path, text) = file(&path)?;
    let mut values = Vec::new();
    for (index, line) in text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        let wrong = |kind: Kind, why: String| Fault::new(kind, format!("{path}:{}: {why}", index + 1));
        let node = serde_json::from_str(line);
        let node: Node = node.map_err(|error| wrong(Kind::Unreadable, format!("not JSON: {error}")))?;
        values.push(value(machine, &node).map_err(|fault| wrong(fault.kind, fault.message))?);
    }
    Value::tuple(values)
}

fn read_one(machine: &mut Machine<'_>, path: Value) -> Eval<Value> {
    let (path, text) = file(&path)?;
    let node: Node = serde_json::from_str(&text)
        .map_err(|error| Fault::new(Kind::Unreadable, format!("{path}: not JSON: {error}")))?;
    value(machine, &node)
}

/// Objects are records, lists tuples. A number that is no integer of 32 bits loses what does not fit, as in TLC
/// (`IntValue.gen(primitive.getAsInt())`).
fn value(machine: &mut Machine<'_>, node: &Node) -> Eval<Value> {
    match node {
        Node::Null => Err(Fault::new(Kind::Undefined, "null has no counterpart in TLA+")),
        Node::Bool(value) => Ok(Value::Bool(*value)),
        Node::Number(number) => cut(number).map(Value::Int),
        Node::String(text) => Ok(Value::Str(machine.strings().text(text))),
        Node::Array(items) => Value::tuple(items.iter().map(|item| value(machine, item)).collect::<Eval<_>>()?),
        Node::Object(fields) => {
            let mut record = Vec::with_capacity(fields.len());
            for (name, item) in fields {
                record.push((machine.strings().text(name), value(machine, item)?));
            }
            Value::record(record)
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are what TLC keeps")]
fn cut(number: &serde_json::Number) -> Eval<i32> {
    let wide = match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) => integer,
        (None, Some(real)) if real.abs() < 9e15 => real.trunc() as i64,
        _ => return Err(Fault::new(Kind::Overflow, format!("{number} does not fit 32 bits"))),
    };
    Ok(wide as i32)
}

fn to_json(machine: &mut Machine<'_>, shown: Value) -> Eval<Value> {
    let shown = machine.solid(shown)?;
    let text = node(machine, &shown)?.to_string();
    Ok(Value::Str(machine.strings().text(&text)))
}

fn node(machine: &mut Machine<'_>, shown: &Value) -> Eval<Node> {
    Ok(match shown {
        Value::Bool(value) => Node::Bool(*value),
        Value::Int(number) => (*number).into(),
        Value::Str(text) | Value::Model(text) => text.as_str().into(),
        Value::Tuple(tuple) => nodes(machine, tuple.items())?,
        Value::Record(record) => {
            let names = record.names().iter().map(|name| name.as_str().to_owned());
            fields(machine, names.collect(), record.items())?
        }
        Value::Function(function) => match function.domain() {
            Domain::From(1) => nodes(machine, function.items())?,
            Domain::From(low) => {
                let names = (*low..).take(function.items().len()).map(|key| key.to_string());
                fields(machine, names.collect(), function.items())?
            }
            Domain::Set(set) => {
                let name = |key: &Value| match key {
                    Value::Str(text) => text.as_str().to_owned(),
                    other => other.to_string(),
                };
                fields(machine, set.items().iter().map(name).collect(), function.items())?
            }
        },
        Value::Set(_) | Value::Interval(..) => {
            let items = machine.items(shown)?;
            nodes(machine, &items)?
        }
        Value::Lazy(_) | Value::Lambda(_) => return Err(operand("ToJson", "a finite value", shown)),
    })
}

fn nodes(machine: &mut Machine<'_>, items: &[Value]) -> Eval<Node> {
    items.iter().map(|item| node(machine, item)).collect::<Eval<Vec<_>>>().map(Node::Array)
}

fn fields(machine: &mut Machine<'_>, names: Vec<String>, items: &[Value]) -> Eval<Node> {
    let mut object = serde_json::Map::new();
    for (name, item) in names.into_iter().zip(items) {
        object.insert(name, node(machine, item)?);
    }
    Ok(Node::Object(object))
}

fn environment(machine: &mut Machine<'_>) -> Eval<Value> {
    let variables = machine.environment()?.iter();
    let text = |text: &String| machine.strings().text(text);
    Value::record(variables.map(|(name, value)| (text(name), Value::Str(text(value)))).collect())
}

fn variable(machine: &mut Machine<'_>, name: Value) -> Eval<Value> {
    let Value::Str(name) = &name else { return Err(operand("IOEnvGet", "a string", &name)) };
    let unset = || Fault::new(Kind::Undefined, format!("the environment has no `{name}`"));
    let value = machine.environment()?.get(name.as_str()).ok_or_else(unset)?;
    Ok(Value::Str(machine.strings().text(value)))
}

fn to_number(_: &mut Machine<'_>, text: Value) -> Eval<Value> {
    let Value::Str(digits) = &text else { return Err(operand("atoi", "a string", &text)) };
    let number = digits.as_str().parse();
    number.map(Value::Int).map_err(|_| Fault::new(Kind::Operand, format!("`atoi` of what is no number: {digits}")))
}
