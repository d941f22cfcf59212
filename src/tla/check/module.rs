//! Modules and their units, from top to bottom.

use std::collections::HashSet;
use std::rc::Rc;

use super::Checker;
use super::Module;
use super::Stage;
use super::label::Around;
use super::level;
use super::scope::By;
use super::symbol::ACTION;
use super::symbol::CONSTANT;
use super::symbol::Class;
use super::symbol::Id;
use super::symbol::Name;
use super::symbol::STATE;
use super::symbol::Slot;
use super::symbol::TEMPORAL;
use super::symbol::level_name;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::TokenKind;

impl Checker<'_> {
    /// Check a module; what it exports.
    pub(super) fn module(&mut self, node: Node<'_>) -> usize {
        for broken in node.children().filter(|child| child.is(Kind::Error)) {
            self.lose(broken);
        }
        for unit in node.children() {
            self.unit(unit);
        }
        self.undefined_recursions(0);
        let module = Module {
            symbols: std::mem::take(&mut self.scope.exports),
            params: std::mem::take(&mut self.scope.params),
            inner: std::mem::take(&mut self.scope.modules),
        };
        self.modules.push(module);
        self.modules.len() - 1
    }

    /// Names in a part that could not be read may be defined there.
    fn lose(&mut self, broken: Node<'_>) {
        for token in broken.all_tokens() {
            match token.kind {
                TokenKind::Name => {
                    let name = self.names.number(broken.token_text(token));
                    self.scope.lost.insert(name);
                }
                // The rest may declare or import anything.
                TokenKind::Keyword if token.is("EXTENDS") || token.is("INSTANCE") => self.scope.incomplete = true,
                _ => {}
            }
        }
    }

    fn unit(&mut self, unit: Node<'_>) {
        if matches!(unit.kind(), Kind::Constants | Kind::Variables | Kind::Assume | Kind::Theorem) {
            self.outside_recursion(unit);
        }
        match unit.kind() {
            Kind::Extends => unit.children().for_each(|name| self.extend(name)),
            Kind::Constants => unit.children().for_each(|name| self.parameter_of_module(name, Class::Constant)),
            Kind::Variables => unit.children().for_each(|name| self.parameter_of_module(name, Class::Variable)),
            Kind::Recursive | Kind::Definition | Kind::ModuleDefinition => {
                let exported = self.definition(unit);
                self.scope.exports.extend(exported);
            }
            Kind::Instance => self.instance_unit(unit),
            Kind::Assume => self.assume(unit),
            Kind::Theorem => self.theorem(unit),
            Kind::Module => self.inner_module(unit),
            _ => {}
        }
    }

    /// Between RECURSIVE and the definitions it announces only definitions may stand.
    fn outside_recursion(&mut self, unit: Node<'_>) {
        let open = self.scope.pending.iter().copied().find(|id| self.symbol(*id).pending == Some(0));
        if let Some(id) = open {
            let text = self.names.text(self.symbol(id).name);
            let message = format!("this stands between the RECURSIVE declaration of `{text}` and its definition");
            self.error(
                unit,
                "tla/recursive",
                message,
                &["only definitions may stand there: move it up or down".to_owned()],
            );
        }
    }

    fn extend(&mut self, name: Node<'_>) {
        let number = self.names.number(name.text());
        let inner = self.scope.modules.get(&number).copied();
        let Some(module) = inner.or_else(|| self.load(name)) else {
            self.scope.incomplete = true;
            return;
        };
        let Module { symbols, params, inner } = &self.modules[module];
        let (symbols, params, inner) = (symbols.clone(), params.clone(), inner.clone());
        if !inner.is_empty() {
            Rc::make_mut(&mut self.scope.modules).extend(inner.iter());
        }
        let exported: HashSet<Id> = self.scope.exports.iter().copied().collect();
        for id in symbols {
            if !self.symbol(id).local {
                self.declare(id, By::Extends);
                self.scope.exports.extend((!exported.contains(&id)).then_some(id));
            }
        }
        for id in params {
            if !self.scope.params.contains(&id) {
                self.scope.params.push(id);
            }
        }
    }

    fn parameter_of_module(&mut self, node: Node<'_>, class: Class) {
        let id = self.declared(node, class);
        if class == Class::Constant {
            self.symbols[id as usize].depends = vec![id];
        }
        self.declare(id, By::Declaration);
        if self.scope.known.get(&self.symbol(id).name) == Some(&id) {
            self.scope.exports.push(id);
            self.scope.params.push(id);
        }
    }

    /// The symbol of a name or a declaration.
    pub(super) fn declared(&mut self, node: Node<'_>, class: Class) -> Id {
        let (text, arity) = declaration(node);
        if text == "@" && class == Class::Variable {
            let hint = "`@` stands for the old value in EXCEPT".to_owned();
            self.error(node, "tla/no-meaning", "`@` cannot be declared".to_owned(), &[hint]);
        }
        let symbol = self.fresh(text, class, arity, node.span());
        self.add(symbol)
    }

    /// A definition or RECURSIVE, of a module or a LET: what it adds to the scope.
    pub(super) fn definition(&mut self, unit: Node<'_>) -> Vec<Id> {
        match unit.kind() {
            Kind::Recursive => {
                let depth = self.scope.lets;
                for node in unit.children() {
                    let id = self.declared(node, Class::Operator);
                    self.symbols[id as usize].pending = Some(depth);
                    self.scope.pending.push(id);
                    self.declare(id, By::Declaration);
                }
                Vec::new()
            }
            Kind::ModuleDefinition => vec![self.module_definition(unit)],
            Kind::Definition => self.operator(unit).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn operator(&mut self, unit: Node<'_>) -> Option<Id> {
        let (head, body) = (unit.child(0)?, unit.child(1)?);
        let local = unit.token().is_some_and(|token| token.is("LOCAL"));
        if head.is(Kind::FunctionHead) {
            return Some(self.function(unit, head, body, local));
        }
        let (text, params) = parameters(head);
        let mark = self.enter();
        let params: Vec<Id> = params.into_iter().map(|param| self.formal(param)).collect();
        self.known_parameters(text, &params);
        self.scope.around.push(Around::default());
        let value = self.expr(body);
        self.scope.around.pop();
        self.leave(mark);
        let name = self.names.number(ops::canonical(text));
        if params.iter().any(|param| self.symbol(*param).name == name) {
            let message = format!("`{text}` is the name of the operator and of a parameter of it");
            self.error(head, "tla/duplicate", message, &["rename the parameter".to_owned()]);
        }
        let recursive = self.known(text).is_some_and(|id| self.symbol(id).pending.is_some());
        let id = self.defined(text, unit, params.len());
        let labels = self.labels(unit);
        let slots = params.iter().map(|param| Slot {
            arity: self.symbol(*param).slots.len(),
            max: self.symbol(*param).max,
            counts: value.depends.contains(param),
        });
        let slots: Vec<Slot> = slots.collect();
        if recursive && let Some(primed) = slots.iter().position(|slot| slot.max < ACTION) {
            let message = format!("parameter {} of the recursive operator `{text}` is primed", primed + 1);
            self.level_error(head, message, "prime the variables in the arguments, not the parameter");
        }
        let symbol = &mut self.symbols[id as usize];
        symbol.labels = labels;
        symbol.slots = slots;
        symbol.level = value.level;
        symbol.depends = value.depends.into_iter().filter(|id| !params.contains(id)).collect();
        symbol.local = local;
        Some(id)
    }

    /// RECURSIVE says how many parameters there are, and the head which of them are operators: SANY knows that in the body,
    /// and not between the two.
    fn known_parameters(&mut self, text: &str, params: &[Id]) {
        let Some(id) = self.known(text).filter(|id| self.symbol(*id).pending.is_some()) else { return };
        let arities: Vec<usize> = params.iter().map(|param| self.symbol(*param).slots.len()).collect();
        let slots = &mut self.symbols[id as usize].slots;
        if slots.len() == arities.len() {
            slots.iter_mut().zip(arities).for_each(|(slot, arity)| slot.arity = arity);
        }
    }

    /// The labels in a definition.
    fn labels(&mut self, unit: Node<'_>) -> Vec<Name> {
        if !unit.all_tokens().iter().any(|token| token.is("::")) {
            return Vec::new();
        }
        let mut labels = Vec::new();
        let mut nodes = vec![unit];
        while let Some(node) = nodes.pop() {
            if let Some(label) = node.child(0).filter(|_| node.is(Kind::Label)).and_then(Node::token) {
                labels.push(self.names.number(node.token_text(label)));
            }
            nodes.extend(node.children());
        }
        labels
    }

    /// A parameter, known from here on.
    pub(super) fn formal(&mut self, node: Node<'_>) -> Id {
        let id = self.declared(node, Class::Parameter);
        self.symbols[id as usize].depends = vec![id];
        self.declare(id, By::Declaration);
        id
    }

    /// `f[x \in S] == e`; the function is known in `e`.
    fn function(&mut self, unit: Node<'_>, head: Node<'_>, body: Node<'_>, local: bool) -> Id {
        let mark = self.enter();
        self.scope.around.push(Around::default());
        let text = head.child(0).map(|name| name.text()).unwrap_or_default();
        let mut value = self.bounds(head.children().filter(|child| child.is(Kind::Bound)));
        let id = self.defined(text, unit, 0);
        let inside = self.expr(body);
        value.join(&inside);
        self.scope.around.pop();
        self.leave(mark);
        let symbol = &mut self.symbols[id as usize];
        (symbol.level, symbol.depends, symbol.local) = (value.level, value.depends, local);
        self.make_known(id);
        id
    }

    /// The symbol a definition gives its meaning to: the one declared RECURSIVE, or a new one.
    pub(super) fn defined(&mut self, text: &str, unit: Node<'_>, arity: usize) -> Id {
        let head = unit.child(0).unwrap_or(unit);
        if let Some(id) = self.known(text).filter(|id| self.symbol(*id).pending.is_some()) {
            let (declared, depth) = (self.symbol(id).slots.len(), self.symbol(id).pending);
            self.symbols[id as usize].pending = None;
            if declared != arity {
                let message =
                    format!("`{text}` is declared RECURSIVE with {declared} parameters and defined with {arity}");
                self.error(head, "tla/recursive", message, &["make the two agree".to_owned()]);
            } else if depth != Some(self.scope.lets) {
                let message = format!("`{text}` is declared RECURSIVE outside of this LET");
                self.error(head, "tla/recursive", message, &["declare it where it is defined".to_owned()]);
            }
            return id;
        }
        if level::built_in(ops::canonical(text)).is_some() {
            self.error(head, "tla/duplicate", format!("`{text}` is built in"), &["choose another symbol".to_owned()]);
        }
        let symbol = self.fresh(text, Class::Operator, arity, head.span());
        let id = self.add(symbol);
        self.declare(id, By::Declaration);
        id
    }

    /// Report what was declared RECURSIVE at this depth of LETs and never defined.
    pub(super) fn undefined_recursions(&mut self, depth: usize) {
        let mut missing = std::mem::take(&mut self.scope.pending);
        missing.retain(|id| self.symbol(*id).pending.is_some());
        self.scope.pending = missing.extract_if(.., |id| self.symbol(*id).pending != Some(depth)).collect();
        missing.retain(|id| !self.scope.lost.contains(&self.symbol(*id).name));
        for id in missing {
            let (name, place) = (self.symbol(id).name, self.symbol(id).place);
            let message = format!("`{}` is declared RECURSIVE but not defined", self.names.text(name));
            let (file, span) = place.unwrap_or_default();
            let hint = "define it after the declaration, in the same module or LET".to_owned();
            self.say(Stage::Names, file, span, "tla/recursive", message, &[hint]);
        }
    }

    fn assume(&mut self, unit: Node<'_>) {
        let mut parts = unit.children();
        let (first, second) = (parts.next(), parts.next());
        let (name, body) = if second.is_some() { (first, second) } else { (None, first) };
        let Some(body) = body else { return };
        self.scope.around.extend(name.map(|_| Around::default()));
        let value = self.expr(body);
        self.scope.around.clear();
        if value.level > CONSTANT {
            let message = format!("an assumption must be constant, but this is {}", level_name(value.level));
            let hint = "assumptions are about constants; a property of variables is an invariant".to_owned();
            self.say(Stage::Levels, self.scope.file, unit.span(), "tla/level", message, &[hint]);
        }
        self.statement(name);
    }

    /// The name of a theorem or an assumption.
    fn statement(&mut self, name: Option<Node<'_>>) {
        if let Some(name) = name {
            let id = self.declared(name, Class::Statement);
            self.declare(id, By::Declaration);
            self.scope.exports.push(id);
        }
    }

    fn theorem(&mut self, unit: Node<'_>) {
        let mut name = None;
        for part in unit.children() {
            match part.kind() {
                Kind::Name => {
                    name = Some(part);
                    self.scope.around.push(Around::default());
                }
                Kind::Proof => {}
                Kind::AssumeProve => {
                    let mark = self.enter();
                    self.assume_prove(part);
                    self.leave(mark);
                }
                _ => drop(self.expr(part)),
            }
        }
        self.scope.around.clear();
        self.statement(name);
    }

    fn assume_prove(&mut self, node: Node<'_>) {
        for part in node.children() {
            match part.kind() {
                Kind::AssumeProve => {
                    let mark = self.enter();
                    self.assume_prove(part);
                    self.leave(mark);
                }
                Kind::New => {
                    if let Some(set) = part.child(1) {
                        let value = self.expr(set);
                        self.check_level(&value, ACTION, set, "the set of a declared symbol");
                    }
                    let level = part.tokens().find_map(|token| match token.canonical {
                        "VARIABLE" | "STATE" => Some(STATE),
                        "ACTION" => Some(ACTION),
                        "TEMPORAL" => Some(TEMPORAL),
                        _ => None,
                    });
                    if let Some(declaration) = part.child(0) {
                        let id = self.declared(declaration, Class::Parameter);
                        self.symbols[id as usize].level = level.unwrap_or(CONSTANT);
                        self.declare(id, By::Declaration);
                    }
                }
                _ => drop(self.expr(part)),
            }
        }
    }

    /// A module inside the module: it sees what stands above it and exports nothing by itself.
    fn inner_module(&mut self, unit: Node<'_>) {
        let text = unit.find(Kind::Header).and_then(|header| header.find(Kind::Name)).map(|name| name.text());
        let name = self.names.number(text.unwrap_or_default());
        if self.scope.modules.contains_key(&name) {
            let message = format!("a module {} is already known here", text.unwrap_or_default());
            self.error(unit, "tla/duplicate", message, &["rename one of the two".to_owned()]);
        }
        let mark = self.enter();
        let exports = std::mem::take(&mut self.scope.exports);
        let params = std::mem::take(&mut self.scope.params);
        let modules = self.scope.modules.clone();
        let outer = std::mem::replace(&mut self.scope.module, name);
        let module = self.module(unit);
        self.scope.module = outer;
        self.scope.modules = modules;
        self.scope.exports = exports;
        self.scope.params = params;
        self.leave(mark);
        Rc::make_mut(&mut self.scope.modules).insert(name, module);
    }
}

/// The name or symbol of a declaration or a name, and how many arguments it takes.
pub(super) fn declaration(node: Node<'_>) -> (&str, usize) {
    let arity = node.tokens().filter(|token| token.is("_")).count();
    let named = node.tokens().find(|token| !["_", "(", ",", ")"].contains(&token.canonical));
    let text =
        named.map_or("", |token| if token.canonical.is_empty() { node.token_text(token) } else { token.canonical });
    (text, arity)
}

/// What a head defines, and its parameters.
fn parameters<'t>(head: Node<'t>) -> (&'t str, Vec<Node<'t>>) {
    let mut parts = head.children();
    match head.kind() {
        Kind::OperatorHead => (parts.next().map(|name| name.text()).unwrap_or_default(), parts.collect()),
        _ => (head.token().map_or("", |token| token.canonical), parts.collect()),
    }
}
