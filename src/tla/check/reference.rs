//! Names with their arguments and selectors.

use super::Checker;
use super::expr::brief;
use super::level;
use super::standard;
use super::symbol::Class;
use super::symbol::Id;
use super::symbol::TEMPORAL;
use super::symbol::Value;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Guessing what was meant looks at every known name; nobody reads so many guesses.
const MAX_GUESSES: usize = 200;
/// Names longer than this, in bytes, are not compared: the time grows with the product of the lengths.
const MAX_GUESSED: usize = 100;
/// How many tokens around an operator are looked at for the arms of a CASE.
const MAX_ARMS: usize = 400;

/// What a reference comes to.
struct Target<'t> {
    id: Id,
    arguments: Vec<Node<'t>>,
    /// It goes on into a part of a definition (`F!1`, `F!label`), which is not followed.
    part: bool,
}

impl Checker<'_> {
    pub(super) fn reference(&mut self, node: Node<'_>) -> Value {
        let Some(token) = node.token() else { return Value::default() };
        if token.is("@") {
            return self.at(node);
        }
        if token.kind == TokenKind::Step {
            return Value::default();
        }
        if token.kind == TokenKind::Symbol && level::built_in(ops::canonical(token.canonical)).is_some() {
            return self.built_in_reference(node, token.canonical);
        }
        match self.target(node) {
            Some(Target { id, arguments, part: false }) => self.apply(id, &arguments, node),
            Some(Target { id, arguments, part: true }) => {
                self.walk(&arguments);
                self.operator_value(id)
            }
            None => {
                let arguments: Vec<_> = arguments_below(node).collect();
                self.walk(&arguments);
                Value::default()
            }
        }
    }

    fn at(&mut self, node: Node<'_>) -> Value {
        if let Some(value) = self.scope.at.last().filter(|_| node.children().len() == 0) {
            return value.clone();
        }
        let message = "`@` stands outside the value of an EXCEPT".to_owned();
        self.error(node, "tla/no-meaning", message, &["`@` is the old value in `[f EXCEPT ![i] = @ + 1]`".to_owned()]);
        Value::default()
    }

    /// `=(a, b)`, or `=` alone where an expression belongs.
    fn built_in_reference(&mut self, node: Node<'_>, op: &'static str) -> Value {
        let op = ops::canonical(op);
        let arguments: Vec<_> = arguments_below(node).collect();
        let Some(operator) = level::built_in(op).filter(|operator| operator.arity == arguments.len()) else {
            let message = format!("`{op}` stands here without its operands");
            self.error(node, "tla/arity", message, &["an expression is missing beside it".to_owned()]);
            self.walk(&arguments);
            return Value::default();
        };
        let operands: Vec<_> = arguments.iter().map(|argument| (self.expr(*argument), *argument)).collect();
        self.apply_built_in(op, operator, &operands, node)
    }

    fn walk(&mut self, arguments: &[Node<'_>]) {
        for argument in arguments {
            match argument.kind() {
                Kind::Lambda => drop(self.lambda(*argument)),
                Kind::OperatorArgument => {}
                Kind::Reference if arguments_below(*argument).next().is_none() => drop(self.target(*argument)),
                _ => drop(self.expr(*argument)),
            }
        }
    }

    /// The symbol a plain name stands for; an unknown one is reported at `node`.
    pub(super) fn named(&mut self, text: &str, node: Node<'_>) -> Option<Id> {
        let id = self.known(text);
        if id.is_none() {
            self.unknown_name(text, node);
        }
        id
    }

    /// Follow a name and what `!` adds to it.
    fn target<'t>(&mut self, node: Node<'t>) -> Option<Target<'t>> {
        self.target_of(node, false)
    }

    /// The same; of an operator that is handed on the parameters of its instance are parameters like its own, and may be left open.
    fn target_of<'t>(&mut self, node: Node<'t>, open: bool) -> Option<Target<'t>> {
        let token = node.token()?;
        let text = if token.kind == TokenKind::Symbol { token.canonical } else { node.token_text(token) };
        let mut id = if token.kind == TokenKind::Symbol {
            let id = self.known(text);
            if id.is_none() {
                self.unknown_operator(ops::canonical(text), node);
            }
            id?
        } else {
            self.named(text, node)?
        };
        let mut arguments: Vec<Node<'t>> = Vec::new();
        arguments.extend(node.find(Kind::Arguments).into_iter().flat_map(|list| list.children().collect::<Vec<_>>()));
        for selector in node.children().filter(|child| child.is(Kind::Selector)) {
            let Some(members) = self.symbol(id).members.clone() else {
                if !matches!(self.symbol(id).class, Class::Operator | Class::Instance | Class::Statement) {
                    let message = format!("`{text}` has no parts: it is a {}", self.symbol(id).class.noun());
                    self.error(
                        node,
                        "tla/no-meaning",
                        message,
                        &["`!` follows a definition or an instance".to_owned()],
                    );
                    return None;
                }
                if !self.is_part(id, selector) {
                    return None;
                }
                if arguments.len() != self.symbol(id).slots.len() && selector.find(Kind::Arguments).is_none() {
                    self.wrong_arity(id, arguments.len(), node);
                    return None;
                }
                return Some(Target { id, arguments, part: true });
            };
            if arguments.len() != self.symbol(id).slots.len() && !(open && arguments.is_empty()) {
                self.wrong_arity(id, arguments.len(), node);
                return None;
            }
            let token = selector.tokens().nth(1)?;
            let text = if token.canonical.is_empty() { selector.token_text(token) } else { token.canonical };
            let name = self.names.number(ops::canonical(text));
            let Some(member) = members.get(&name).copied() else {
                let instance = self.names.text(self.symbol(id).name);
                let message = format!("the module instantiated as `{instance}` defines no `{text}`");
                self.error(selector, "tla/unknown-name", message, &[]);
                return None;
            };
            id = member;
            arguments.extend(
                selector.find(Kind::Arguments).into_iter().flat_map(|list| list.children().collect::<Vec<_>>()),
            );
        }
        Some(Target { id, arguments, part: false })
    }

    /// Whether a selector can be a part of a definition: a position, or a label in it.
    fn is_part(&mut self, id: Id, selector: Node<'_>) -> bool {
        let Some(token) = selector.tokens().nth(1).filter(|token| token.kind == TokenKind::Name && !token.is("@"))
        else {
            return true;
        };
        let text = selector.token_text(token);
        let label = self.names.number(text);
        let found = self.symbol(id).labels.contains(&label);
        if !found {
            let owner = self.names.text(self.symbol(id).name);
            let message = format!("`{owner}` is no instance of a module, and has no label `{text}`");
            let hint = "`!` follows an instance, or names a part of a definition by its label".to_owned();
            self.error(selector, "tla/unknown-name", message, &[hint]);
        }
        found
    }

    /// An operator applied to arguments that have not been checked yet.
    fn apply(&mut self, id: Id, arguments: &[Node<'_>], node: Node<'_>) -> Value {
        let symbol = self.symbol(id);
        if symbol.class == Class::Instance {
            let message = format!("`{}` names an instance of a module, which is no expression", brief(node));
            self.error(node, "tla/no-meaning", message, &["use one of its definitions: `I!F`".to_owned()]);
            return Value::default();
        }
        let slots = symbol.slots.clone();
        if slots.len() != arguments.len() {
            self.wrong_arity(id, arguments.len(), node);
            self.walk(arguments);
            return Value::default();
        }
        let mut values = Vec::with_capacity(arguments.len());
        for (slot, argument) in slots.iter().zip(arguments) {
            let value =
                if slot.arity > 0 { self.operator_argument(slot.arity, *argument) } else { self.expr(*argument) };
            values.push((value, *argument));
        }
        self.apply_values(id, values)
    }

    /// The level of an application, arguments given by theirs.
    pub(super) fn apply_values(&mut self, id: Id, arguments: Vec<(Value, Node<'_>)>) -> Value {
        let symbol = self.symbol(id);
        let mut result = Value { level: symbol.level, depends: symbol.depends.clone() };
        if arguments.is_empty() {
            return result;
        }
        let slots = symbol.slots.clone();
        let text = self.names.text(symbol.name);
        for (slot, (value, argument)) in slots.iter().zip(&arguments) {
            if slot.max < TEMPORAL {
                self.check_level(value, slot.max, *argument, &format!("this parameter of `{text}`"));
            }
            if slot.counts {
                result.join(value);
            }
        }
        result
    }

    /// An argument in a place where an operator with this many arguments belongs.
    pub(super) fn operator_argument(&mut self, arity: usize, node: Node<'_>) -> Value {
        let (found, value) = match node.kind() {
            Kind::Lambda => {
                let count = node.children().filter(|child| child.is(Kind::Name)).count();
                (Some(count), self.lambda(node))
            }
            Kind::OperatorArgument => {
                let op = ops::canonical(node.token().map_or("", |token| token.canonical));
                if let Some(built_in) = level::built_in(op) {
                    (Some(built_in.arity), Value::default())
                } else if let Some(id) = self.known(op) {
                    (Some(self.symbol(id).slots.len()), self.operator_value(id))
                } else {
                    self.unknown_operator(op, node);
                    return Value::default();
                }
            }
            Kind::Reference if arguments_of_last(node).is_none() => match self.target_of(node, true) {
                None => return Value::default(),
                Some(target) => {
                    let symbol = self.symbol(target.id);
                    let first_order = symbol.slots.iter().all(|slot| slot.arity == 0);
                    // An instance is none, and with the arguments of one a definition is none any more, whatever is left open.
                    let whole = target.arguments.is_empty() && symbol.class != Class::Instance;
                    let all = symbol.slots.len() * usize::from(whole);
                    (first_order.then_some(all).filter(|all| *all > 0), self.operator_value(target.id))
                }
            },
            _ => (None, self.expr(node)),
        };
        if found != Some(arity) {
            let what = found.map_or("no operator".to_owned(), |n| format!("an operator of {n} arguments"));
            let message = format!("an operator of {arity} arguments belongs here, `{}` is {what}", brief(node));
            let params = ["x", "y", "z", "u", "v", "w"].iter().take(arity).copied().collect::<Vec<_>>().join(", ");
            self.error(node, "tla/operator-argument", message, &[format!("for example `LAMBDA {params} : e`")]);
        }
        value
    }

    fn lambda(&mut self, node: Node<'_>) -> Value {
        let mark = self.enter();
        let mut own = Vec::new();
        let mut value = Value::default();
        for part in node.children() {
            if part.is(Kind::Name) {
                let id = self.formal(part);
                self.bind(id);
                own.push(id);
            } else {
                value = self.expr(part);
            }
        }
        self.leave(mark);
        value.depends.retain(|id| !own.contains(id));
        value
    }

    pub(super) fn wrong_arity(&mut self, id: Id, found: usize, node: Node<'_>) {
        let symbol = self.symbol(id);
        let (wanted, place) = (symbol.slots.len(), symbol.place);
        let text = self.names.text(symbol.name);
        let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
        let message = format!("`{text}` takes {wanted} {}, but has {found} here", plural(wanted));
        let hint = match (wanted, found) {
            (0, _) => format!("write `{text}` alone; a function is applied by `{text}[e]`"),
            (_, 0) => format!("write `{text}({})`", vec!["e"; wanted].join(", ")),
            _ => String::new(),
        };
        let before = self.findings.len();
        self.error(node, "tla/arity", message, &[]);
        let place = place.map(|(file, span)| self.place(file, span).label("defined here"));
        if let Some((_, diagnostic)) = self.findings.get_mut(before) {
            diagnostic.places.extend(place);
            diagnostic.hints.extend((!hint.is_empty()).then_some(hint));
        }
    }

    fn unknown_name(&mut self, text: &str, node: Node<'_>) {
        let name = self.names.number(text);
        if self.scope.incomplete || self.scope.lost.contains(&name) || self.leaves_unsaid() {
            return;
        }
        let mut hints: Vec<String> = standard::defining(text)
            .iter()
            .take(2)
            .map(|module| format!("`{text}` is defined in the standard module {module}: add it to EXTENDS"))
            .collect();
        if hints.is_empty() && self.findings.len() < MAX_GUESSES {
            hints.extend(self.similar(text).map(|similar| format!("`{similar}` is known here and looks like it")));
        }
        if hints.is_empty() {
            hints.push("declare it, or define it above its first use; what comes below is not known yet".to_owned());
        }
        self.error(node, "tla/unknown-name", format!("`{text}` is not known here"), &hints);
    }

    /// The known name most like `text`, if one is like it at all.
    fn similar(&self, text: &str) -> Option<String> {
        if text.len() > MAX_GUESSED {
            return None;
        }
        let lower = text.to_lowercase();
        let distance = |name: &str| {
            let name = name.to_lowercase();
            if name == lower { 0 } else { edits(&name, &lower) }
        };
        let names = self.scope.known.keys().map(|name| self.names.text(*name));
        let best = names.filter(|name| name.len() <= MAX_GUESSED).map(|name| (distance(&name), name)).min();
        best.filter(|(distance, _)| *distance <= text.len() / 4).map(|(_, name)| name.to_string())
    }

    pub(super) fn unknown_operator(&mut self, op: &str, node: Node<'_>) {
        if self.scope.incomplete || self.leaves_unsaid() {
            return;
        }
        let mut hints: Vec<String> = standard::defining(op)
            .iter()
            .map(|module| format!("it is defined in the standard module {module}: add it to EXTENDS"))
            .collect();
        if op == "|" && is_between_arms(node) {
            hints = vec!["the arms of CASE are separated by `[]`, not by `|`".to_owned()];
        }
        if hints.is_empty() {
            hints
                .push(format!("no standard module defines it; define it by `a {op} b == ...` or write something else"));
        }
        self.error(node, "tla/unknown-operator", format!("the operator `{op}` is not defined"), &hints);
    }
}

/// Whether the operator stands behind CASE, and an arrow behind what it is read with.
fn is_between_arms(node: Node<'_>) -> bool {
    let (tokens, range) = (node.tree().tokens(), node.range());
    let inside = |token: &&Token| token.kind != TokenKind::Break;
    let before = tokens[..range.start].iter().rev().take(MAX_ARMS).take_while(inside);
    let after = tokens[range.end..].iter().take(MAX_ARMS).take_while(inside);
    let mut after = after.take_while(|token| !token.is("|") && !token.is("[]"));
    before.into_iter().any(|token| token.is("CASE")) && after.any(|token| token.is("->"))
}

/// The arguments of a reference and of its selectors.
fn arguments_below<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    node.children().flat_map(|child| match child.kind() {
        Kind::Arguments => child.children().collect::<Vec<_>>(),
        _ => child.find(Kind::Arguments).into_iter().flat_map(|list| list.children().collect::<Vec<_>>()).collect(),
    })
}

/// The arguments that stand last, as in `I!F(x)`.
fn arguments_of_last<'t>(node: Node<'t>) -> Option<Node<'t>> {
    let last = node.children().next_back()?;
    if last.is(Kind::Arguments) { Some(last) } else { last.find(Kind::Arguments) }
}

/// How many insertions, deletions and replacements are between two words.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}
