//! Expressions: which names they use, and their level.

use super::Checker;
use super::level;
use super::scope::By;
use super::symbol::ACTION;
use super::symbol::Class;
use super::symbol::Id;
use super::symbol::Level;
use super::symbol::STATE;
use super::symbol::TEMPORAL;
use super::symbol::Value;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

impl Checker<'_> {
    /// Check an expression; its level.
    pub(super) fn expr(&mut self, node: Node<'_>) -> Value {
        match node.kind() {
            Kind::Reference => self.reference(node),
            Kind::Infix | Kind::Postfix | Kind::Field | Kind::Index => self.spine(node),
            Kind::Prefix => {
                let op = node.token().map_or("", |token| token.canonical);
                let op = if op == "-" { "-." } else { ops::canonical(op) };
                let Some(operand) = node.child(0) else { return Value::default() };
                let value = self.expr(operand);
                self.operator_applied(op, vec![(value, operand)], node)
            }
            Kind::Paren => node.child(0).map_or_else(Value::default, |inner| self.expr(inner)),
            Kind::Junction => self.junction(node),
            Kind::Let => self.locals(node),
            Kind::Quantifier => self.quantifier(node),
            Kind::Choose | Kind::Filter => self.bound_form(node, TEMPORAL - 1),
            Kind::Function => self.bound_form(node, TEMPORAL),
            Kind::Map => self.map(node),
            Kind::Except => self.except(node),
            Kind::Record | Kind::RecordSet => self.record(node),
            Kind::Action | Kind::AngleAction => self.action(node),
            Kind::Fairness => self.of_parts(node, &[STATE, ACTION], Some(TEMPORAL)),
            Kind::If | Kind::Case | Kind::Arm | Kind::OtherArm => self.of_parts(node, &[TEMPORAL; 3], None),
            Kind::Tuple | Kind::FunctionSet => self.of_parts(node, &[ACTION], None),
            Kind::Set => self.set(node),
            Kind::Label => self.label(node),
            Kind::Lambda | Kind::OperatorArgument => {
                let message = format!("`{}` is an operator, but an expression belongs here", brief(node));
                self.error(node, "tla/operator-argument", message, &[]);
                Value::default()
            }
            Kind::Brackets => {
                let message = "square brackets around expressions mean nothing by themselves".to_owned();
                let hint = "a sequence is `<<a, b>>`, a set `{a, b}`, an application `f[a]`".to_owned();
                self.error(node, "tla/no-meaning", message, &[hint]);
                self.of_parts(node, &[], None)
            }
            _ => Value::default(),
        }
    }

    /// An operator with operands that have been checked: built in, or known by its symbol.
    fn operator_applied(&mut self, op: &str, operands: Vec<(Value, Node<'_>)>, node: Node<'_>) -> Value {
        if let Some(built_in) = level::built_in(op) {
            return self.apply_built_in(op, built_in, &operands, node);
        }
        let Some(id) = self.known(op) else {
            self.unknown_operator(op, node);
            return Value::default();
        };
        if self.symbol(id).slots.len() != operands.len() {
            self.wrong_arity(id, operands.len(), node);
            return Value::default();
        }
        self.apply_values(id, operands)
    }

    /// A chain of infix and postfix operators, which can be long and is deep on its left: walked without recursion.
    fn spine(&mut self, node: Node<'_>) -> Value {
        let mut links = vec![node];
        let mut first = node;
        while let Some(left) = first.child(0) {
            first = left;
            if !matches!(left.kind(), Kind::Infix | Kind::Postfix | Kind::Field | Kind::Index) {
                break;
            }
            links.push(left);
        }
        let mut left = first;
        let mut value = self.expr(first);
        while let Some(link) = links.pop() {
            let mut operands = vec![(value, left)];
            for right in link.children().skip(1) {
                let right_value = self.expr(right);
                operands.push((right_value, right));
            }
            value = match link.kind() {
                Kind::Infix | Kind::Postfix => {
                    let op = ops::canonical(link.token().map_or("", |token| token.canonical)).to_owned();
                    self.operator_applied(&op, operands, link)
                }
                _ => {
                    let mut joined = Value::default();
                    for (part, operand) in &operands {
                        self.check_level(part, ACTION, *operand, "a function or record");
                        joined.join(part);
                    }
                    joined
                }
            };
            left = link;
        }
        value
    }

    /// A node whose children are expressions of at most these levels, the last of which holds for all that follow.
    fn of_parts(&mut self, node: Node<'_>, max: &[Level], gives: Option<Level>) -> Value {
        let mut result = Value::default();
        for (index, part) in node.children().enumerate() {
            let value = self.expr(part);
            let max = max.get(index).or(max.last()).copied().unwrap_or(TEMPORAL);
            self.check_level(&value, max, part, form(node.kind()));
            result.join(&value);
        }
        match gives {
            Some(level) => Value::of(level),
            None => result,
        }
    }

    /// `[A]_v`. SANY drops the arguments of a name that is the subscript, as in `[Next]_vars(x)`.
    fn action(&mut self, node: Node<'_>) -> Value {
        let subscript = node.child(1).filter(|subscript| subscript.is(Kind::Reference));
        let Some(arguments) =
            subscript.and_then(|subscript| subscript.child(0)).filter(|first| first.is(Kind::Arguments))
        else {
            return self.of_parts(node, &[ACTION, STATE], Some(ACTION));
        };
        let message = "the subscript ends before these arguments, which SANY ignores".to_owned();
        self.warn(arguments, "tla/no-meaning", message, "write `/\\` or another operator before the parenthesis");
        if let (Some(action), Some(subscript)) = (node.child(0), subscript) {
            let value = self.expr(action);
            self.check_level(&value, ACTION, action, form(node.kind()));
            let text = subscript.token().map_or("", |token| subscript.token_text(token));
            self.named(text, subscript);
        }
        Value::of(ACTION)
    }

    fn junction(&mut self, node: Node<'_>) -> Value {
        let mut result = Value::default();
        let mut parts = Vec::new();
        for item in node.children().filter_map(|item| item.child(0)) {
            let value = self.expr(item);
            result.join(&value);
            parts.push(value);
        }
        let op = node.all_tokens().first().map_or("/\\", |token| token.canonical);
        self.check_mixture(op, &result, parts.iter(), node);
        result
    }

    fn locals(&mut self, node: Node<'_>) -> Value {
        let mark = self.enter();
        self.scope.lets += 1;
        let mut value = Value::default();
        for part in node.children() {
            match part.kind() {
                Kind::Definition | Kind::ModuleDefinition | Kind::Recursive => drop(self.definition(part)),
                _ => value = self.expr(part),
            }
        }
        self.undefined_recursions(self.scope.lets);
        self.scope.lets -= 1;
        self.leave(mark);
        value
    }

    /// The bounds of a quantifier, a function or a set: first their sets, then their names. The level of the sets.
    pub(super) fn bounds<'t>(&mut self, bounds: impl Iterator<Item = Node<'t>>) -> Value {
        let mut result = Value::default();
        let mut names = Vec::new();
        for bound in bounds {
            for part in bound.children() {
                match part.kind() {
                    Kind::Name => names.push(part),
                    Kind::NameTuple => names.extend(part.children()),
                    _ => {
                        let value = self.expr(part);
                        self.check_level_here(&value, ACTION, part, "the set of a bound variable");
                        result.join(&value);
                    }
                }
            }
        }
        for name in names {
            let id = self.declared(name, Class::Parameter);
            self.declare(id, By::Declaration);
            self.bind(id);
        }
        result
    }

    /// Bounds, and an expression in which their names are known.
    fn bound_form(&mut self, node: Node<'_>, max: Level) -> Value {
        let mark = self.enter();
        let mut value = self.bounds(node.children().filter(|child| child.is(Kind::Bound)));
        if let Some(body) = node.children().rfind(|child| !child.is(Kind::Bound)) {
            let inside = self.expr(body);
            self.check_level(&inside, max, body, form(node.kind()));
            value.join(&inside);
        }
        self.leave(mark);
        value
    }

    fn quantifier(&mut self, node: Node<'_>) -> Value {
        let mark = self.enter();
        let sets = self.bounds(node.children().filter(|child| child.is(Kind::Bound)));
        let mut value = node.children().next_back().map_or_else(Value::default, |body| self.expr(body));
        if value.level == TEMPORAL && sets.level == ACTION {
            let message = "the set of a variable of a temporal formula is an action".to_owned();
            self.level_error(node, message, "take a set without primes");
        }
        value.join(&sets);
        self.leave(mark);
        if node.token().is_some_and(|token| token.is("\\AA") || token.is("\\EE")) {
            value.level = TEMPORAL;
        }
        value
    }

    /// `{e : x \in S}`, where the names are known before they stand.
    fn map(&mut self, node: Node<'_>) -> Value {
        let mark = self.enter();
        let mut value = self.bounds(node.children().skip(1));
        if let Some(element) = node.child(0) {
            let inside = self.expr(element);
            self.check_level(&inside, ACTION, element, "a set");
            value.join(&inside);
        }
        self.leave(mark);
        value
    }

    /// `{a, b}`; an element can be a membership the parser took for a bound.
    fn set(&mut self, node: Node<'_>) -> Value {
        let mut result = Value::default();
        for element in node.children() {
            if !element.is(Kind::Bound) {
                let value = self.expr(element);
                self.check_level(&value, ACTION, element, "a set");
                result.join(&value);
                continue;
            }
            for part in element.children() {
                match part.kind() {
                    Kind::Name => {
                        self.named(part.text(), part);
                    }
                    Kind::NameTuple => {
                        for name in part.children() {
                            self.named(name.text(), name);
                        }
                    }
                    _ => drop(self.expr(part)),
                }
            }
        }
        result
    }

    fn except(&mut self, node: Node<'_>) -> Value {
        let mut parts = node.children();
        let mut value = parts.next().map_or_else(Value::default, |base| self.expr(base));
        let base = value.clone();
        for update in parts {
            for part in update.children() {
                let inside = if part.is(Kind::Step) {
                    self.of_parts(part, &[ACTION], None)
                } else {
                    self.scope.at.push(base.clone());
                    let inside = self.expr(part);
                    self.scope.at.pop();
                    inside
                };
                self.check_level(&inside, ACTION, part, "EXCEPT");
                value.join(&inside);
            }
        }
        value
    }

    fn record(&mut self, node: Node<'_>) -> Value {
        let max = if node.is(Kind::Record) { TEMPORAL } else { ACTION };
        let mut seen: Vec<&str> = Vec::new();
        let mut result = Value::default();
        for field in node.children() {
            let (Some(name), Some(body)) = (field.child(0), field.child(1)) else { continue };
            if seen.contains(&name.text()) {
                let message = format!("the field `{}` comes twice", name.text());
                self.error(name, "tla/duplicate-field", message, &["each field has a name of its own".to_owned()]);
            }
            seen.push(name.text());
            let value = self.expr(body);
            self.check_level(&value, max, body, "a set of records");
            result.join(&value);
        }
        result
    }

    /// The level of an operator as an argument: a symbol, a LAMBDA, or a name without its arguments.
    pub(super) fn operator_value(&mut self, id: Id) -> Value {
        let symbol = self.symbol(id);
        Value { level: symbol.level, depends: symbol.depends.clone() }
    }
}

fn form(kind: Kind) -> &'static str {
    match kind {
        Kind::Action => "`[A]_v`",
        Kind::AngleAction => "`<<A>>_v`",
        Kind::Fairness => "a fairness condition",
        Kind::Tuple => "a tuple",
        Kind::FunctionSet => "a set of functions",
        Kind::Choose => "CHOOSE",
        Kind::Filter => "a set",
        _ => "this form",
    }
}

/// The first characters of a node's text.
pub(super) fn brief(node: Node<'_>) -> String {
    let text = node.text();
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() > 30 || line.len() < text.len() {
        line.chars().take(30).chain("...".chars()).collect()
    } else {
        line.to_owned()
    }
}
