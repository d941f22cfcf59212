//! Which names are known, and what happens when one comes twice.

use std::collections::HashMap;
use std::collections::HashSet;
use std::rc::Rc;

use super::Checker;
use super::Stage;
use super::label::Around;
use super::standard;
use super::symbol::CONSTANT;
use super::symbol::Class;
use super::symbol::Id;
use super::symbol::Name;
use super::symbol::STATE;
use super::symbol::Slot;
use super::symbol::Symbol;
use super::symbol::TEMPORAL;
use super::symbol::Value;
use crate::base::diag::Diagnostic;
use crate::base::diag::Severity;
use crate::base::span::Span;
use crate::tla::ops;

/// What is known at a place of a module.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) known: HashMap<Name, Id>,
    /// What to restore when a scope inside is left.
    undo: Vec<(Name, Option<Id>)>,
    /// Modules inside this one.
    pub(super) modules: Rc<HashMap<Name, usize>>,
    /// What the module exports.
    pub(super) exports: Vec<Id>,
    /// Its constants and variables.
    pub(super) params: Vec<Id>,
    pub(super) file: usize,
    pub(super) module: Name,
    /// What has been declared RECURSIVE and may not be defined yet.
    pub(super) pending: Vec<Id>,
    /// How many LETs are open.
    pub(super) lets: usize,
    /// A module it needs is missing, so an unknown name may well be known.
    pub(super) incomplete: bool,
    /// Names in parts that could not be read; they may well be defined there.
    pub(super) lost: HashSet<Name>,
    /// What `@` stands for.
    pub(super) at: Vec<Value>,
    /// The definitions and labels that are open, for the labels in them.
    pub(super) around: Vec<Around>,
}

impl Scope {
    pub(super) fn new(module: Name) -> Self {
        Self {
            known: HashMap::new(),
            undo: Vec::new(),
            modules: Rc::default(),
            exports: Vec::new(),
            params: Vec::new(),
            file: 0,
            module,
            pending: Vec::new(),
            lets: 0,
            incomplete: false,
            lost: HashSet::new(),
            at: Vec::new(),
            around: Vec::new(),
        }
    }
}

/// How a name comes into scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Declaration,
    Extends,
    Instance,
}

impl Checker<'_> {
    /// A mark to return to with [`Self::leave`].
    pub(super) fn enter(&self) -> usize {
        self.scope.undo.len()
    }

    pub(super) fn leave(&mut self, mark: usize) {
        if let Some(around) = self.scope.around.last_mut() {
            around.leave(mark);
        }
        while self.scope.undo.len() > mark
            && let Some((name, before)) = self.scope.undo.pop()
        {
            match before {
                Some(id) => self.scope.known.insert(name, id),
                None => self.scope.known.remove(&name),
            };
        }
    }

    pub(super) fn add(&mut self, symbol: Symbol) -> Id {
        self.symbols.push(symbol);
        (self.symbols.len() - 1) as Id
    }

    pub(super) fn symbol(&self, id: Id) -> &Symbol {
        &self.symbols[id as usize]
    }

    /// A fresh symbol of the module being checked, level constant.
    pub(super) fn fresh(&mut self, text: &str, class: Class, arity: usize, span: Span) -> Symbol {
        Symbol {
            name: self.names.number(ops::canonical(text)),
            class,
            slots: vec![Slot::of(0); arity],
            level: if class == Class::Variable { STATE } else { CONSTANT },
            depends: Vec::new(),
            max: TEMPORAL,
            origin: self.scope.module,
            local: false,
            soft: false,
            place: Some((self.scope.file, span)),
            pending: None,
            labels: Vec::new(),
            members: None,
        }
    }

    /// TRUE, FALSE, BOOLEAN and STRING.
    pub(super) fn built_in(&mut self) {
        for text in ["TRUE", "FALSE", "BOOLEAN", "STRING"] {
            let mut symbol = self.fresh(text, Class::Operator, 0, Span::default());
            symbol.place = None;
            let (id, name) = (self.symbols.len() as Id, symbol.name);
            self.symbols.push(symbol);
            self.scope.known.insert(name, id);
        }
    }

    pub(super) fn standard_symbol(&mut self, entry: &standard::Entry, origin: Name) -> Id {
        let class = if entry.variable { Class::Variable } else { Class::Operator };
        let mut symbol = self.fresh(entry.name, class, 0, Span::default());
        symbol.slots.clone_from(&entry.slots);
        symbol.level = entry.level;
        symbol.origin = origin;
        symbol.soft = entry.newer;
        symbol.place = None;
        self.add(symbol)
    }

    /// Make a symbol known. If its name is known already, that is reported as far as SANY minds.
    pub(super) fn declare(&mut self, id: Id, by: By) {
        let name = self.symbol(id).name;
        let before = self.scope.known.get(&name).copied();
        if before == Some(id) {
            return;
        }
        if let Some(old) = before {
            let keeps = self.conflict(id, old, by);
            if keeps {
                return;
            }
        }
        self.make_known(id);
    }

    /// Make a symbol known, whatever has its name.
    pub(super) fn make_known(&mut self, id: Id) {
        let name = self.symbol(id).name;
        let before = self.scope.known.insert(name, id);
        self.scope.undo.push((name, before));
    }

    /// Report that `new` has the name of `old`; whether the name keeps meaning the old one.
    fn conflict(&mut self, new: Id, old: Id, by: By) -> bool {
        let (new, old) = (self.symbol(new).clone(), self.symbol(old).clone());
        let declares = |symbol: &Symbol| matches!(symbol.class, Class::Constant | Class::Variable);
        let alike = new.class == old.class && new.slots.len() == old.slots.len();
        let same = new.class == old.class && new.origin == old.origin && new.class == Class::Operator;
        if old.soft {
            return false;
        }
        let (severity, code) = match by {
            By::Extends | By::Instance if same => return true,
            By::Extends if declares(&new) == declares(&old) => (Severity::Warning, "tla/ambiguous-modules"),
            By::Extends => (Severity::Error, "tla/conflicting-modules"),
            By::Instance if alike => (Severity::Warning, "tla/ambiguous-modules"),
            By::Declaration if (declares(&new) || new.class == Class::Instance) && alike => {
                (Severity::Warning, "tla/duplicate")
            }
            By::Instance | By::Declaration => (Severity::Error, "tla/duplicate"),
        };
        // A parameter of the module that is declared twice is one parameter.
        let keeps = by == By::Extends || (declares(&new) && severity == Severity::Warning);
        if self.is_full() {
            self.unsaid += usize::from(severity == Severity::Error);
            return keeps;
        }
        let text = self.names.text(new.name);
        let owner = self.names.text(old.origin);
        let message = match old.place {
            None if ["TRUE", "FALSE", "BOOLEAN", "STRING"].contains(&&*text) => format!("`{text}` is built in"),
            None => format!("`{text}` is already defined, in the standard module {owner}"),
            Some(_) => format!("`{text}` is already known here, as {} of module {owner}", old.class.noun()),
        };
        let mut diagnostic = Diagnostic::error(code, message);
        diagnostic.severity = severity;
        if let Some((file, span)) = new.place {
            diagnostic = diagnostic.at(self.place(file, span));
        }
        if let Some((file, span)) = old.place {
            diagnostic = diagnostic.at(self.place(file, span).label("first here"));
        }
        diagnostic = diagnostic.hint(match new.class {
            Class::Parameter => "TLA+ does not let an inner name hide an outer one: choose another",
            _ if old.place.is_none() => "use the standard one, or choose another name",
            Class::Operator if matches!(old.class, Class::Constant | Class::Variable | Class::Parameter) => {
                "rename one of the two; a comparison is written with `=`, and `==` defines"
            }
            _ => "remove one of the two, or rename it",
        });
        self.findings.push((Stage::Names, diagnostic));
        keeps
    }

    /// The symbol a name stands for.
    pub(super) fn known(&mut self, text: &str) -> Option<Id> {
        let name = self.names.number(ops::canonical(text));
        self.scope.known.get(&name).copied()
    }
}
