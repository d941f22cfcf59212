//! Modules: what each makes known to those that extend or instantiate it.

use std::cell::Cell;
use std::cell::OnceCell;
use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::HashSet;
use std::rc::Rc;

use super::Compiler;
use super::Entry;
use super::Pending;
use crate::base::diag::Diagnostic;
use crate::base::span::Span;
use crate::eval::code::Definition;
use crate::eval::error::Site;
use crate::eval::native;
use crate::eval::native::Native;
use crate::eval::program::File;
use crate::tla;
use crate::tla::ops;
use crate::tla::syntax;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Instance;
use crate::tla::syntax::Module;
use crate::tla::syntax::Name;
use crate::tla::syntax::Param;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// What a name of a module stands for.
#[derive(Clone)]
pub(in crate::eval) enum Binding {
    /// A variable.
    Variable(usize),
    /// A definition.
    Definition(usize),
    /// An operator of a standard module.
    Native(&'static Native),
    /// Whatever the root module calls by this name.
    Alias(String),
    /// The definitions of a named instance.
    Instance(Rc<Scope>),
}

/// The names of a module.
#[derive(Default)]
pub(in crate::eval) struct Scope {
    /// Which of the program's files it stands in.
    pub(in crate::eval) file: u32,
    /// The name of its module; empty for a standard one.
    pub(super) module: String,
    /// Whether its definitions are those of the module itself, and not of an instance.
    pub(super) shared: bool,
    /// The parameters of the instance it is, which each of its definitions takes first.
    pub(super) params: Vec<Param>,
    /// Whether something may stand for its variables.
    of_instance: Cell<bool>,
    names: RefCell<HashMap<String, Binding>>,
    /// What the config has replaced, as it was.
    originals: RefCell<HashMap<String, Binding>>,
    /// Those that others see, in order.
    exports: RefCell<Vec<String>>,
    /// Modules inside it.
    inner: RefCell<HashMap<String, Rc<Module>>>,
}

impl Scope {
    /// For a module whose definitions are its own.
    pub(super) fn of(file: u32, module: &str) -> Self {
        Self { file, module: module.to_owned(), shared: true, ..Self::default() }
    }

    pub(super) fn is_of_instance(&self) -> bool {
        self.of_instance.get()
    }

    pub(in crate::eval) fn find(&self, name: &str) -> Option<Binding> {
        self.names.borrow().get(ops::canonical(name)).cloned()
    }

    /// The same as the module has it, whatever the config puts there: what an instance calls `S!name`.
    pub(super) fn original(&self, name: &str) -> Option<Binding> {
        let original = self.originals.borrow().get(ops::canonical(name)).cloned();
        original.or_else(|| self.find(name))
    }

    /// Makes a name known that the config has replaced.
    pub(super) fn replace(&self, name: &str, original: Binding, other: Binding, exported: bool) {
        self.originals.borrow_mut().insert(ops::canonical(name).to_owned(), original);
        self.add(name, other, exported);
    }

    pub(super) fn add(&self, name: &str, binding: Binding, exported: bool) {
        let name = ops::canonical(name).to_owned();
        if exported {
            self.exports.borrow_mut().push(name.clone());
        }
        self.names.borrow_mut().insert(name, binding);
    }

    fn include(&self, other: &Self, exported: bool) {
        for name in other.exports.borrow().iter() {
            if let Some(binding) = other.find(name) {
                self.add(name, binding, exported);
            }
            if let Some(original) = other.originals.borrow().get(name) {
                self.originals.borrow_mut().insert(name.clone(), original.clone());
            }
        }
    }
}

/// Modules that have been read.
#[derive(Default)]
pub(super) struct Modules {
    parsed: HashMap<String, (u32, Rc<Module>)>,
    extended: HashMap<String, Rc<Scope>>,
    /// Files that come with the evaluator.
    shipped: HashSet<u32>,
    /// Definitions that stand for variables of instances.
    put: HashSet<usize>,
    /// How many modules are being read, each because of the one before.
    nesting: usize,
}

impl Modules {
    pub(super) fn is_put(&self, id: usize) -> bool {
        self.put.contains(&id)
    }
}

/// Modules that need each other would be instantiated without end.
const MAX_NESTING: usize = 50;

/// What the constants and variables of an instantiated module are.
type Substitution = HashMap<String, Binding>;

impl Compiler<'_> {
    /// The text of a module, parsed; `None` where there is none or it is broken, which has been said.
    pub(super) fn parsed(&mut self, name: &str, site: Site) -> Option<(u32, Rc<Module>)> {
        if let Some(found) = self.modules.parsed.get(name) {
            return Some(found.clone());
        }
        if let Some(source) = self.library.find(name) {
            return self.parse(name, source.path, source.text);
        }
        let Some(text) = native::text(name) else {
            self.report("eval/no-module", format!("there is no module `{name}` that can be evaluated"), site);
            return None;
        };
        let parsed = self.parse(name, format!("{name}.tla"), text.to_owned());
        self.modules.shipped.extend(parsed.as_ref().map(|(file, _)| *file));
        parsed
    }

    pub(super) fn parse(&mut self, name: &str, path: String, text: String) -> Option<(u32, Rc<Module>)> {
        let parsed = tla::parse_module(&text, &path);
        // What the tree has no place for may be something that TLC can evaluate.
        let unsupported = |diagnostic: &Diagnostic| diagnostic.code == "tla/unsupported";
        self.findings.extend(parsed.diagnostics.into_iter().map(|diagnostic| match unsupported(&diagnostic) {
            true => Diagnostic { code: "eval/unsupported".to_owned(), ..diagnostic },
            false => diagnostic,
        }));
        let module = Rc::new(parsed.module?);
        self.program.strings.see(&text);
        let file = u32::try_from(self.program.files.len()).unwrap_or(u32::MAX);
        self.program.files.push(File { path, text });
        self.modules.parsed.insert(name.to_owned(), (file, module.clone()));
        Some((file, module))
    }

    /// What a module that is extended makes known.
    fn extended(&mut self, name: &str, site: Site) -> Option<Rc<Scope>> {
        if let Some(found) = self.modules.extended.get(name) {
            return Some(found.clone());
        }
        let scope = match self.standard(name) {
            Some(standard) => standard,
            None => {
                let (file, module) = self.parsed(name, site)?;
                let scope = Rc::new(Scope::of(file, name));
                // Known before it is complete, so that modules that need each other end in an error and not in a circle.
                self.modules.extended.insert(name.to_owned(), scope.clone());
                self.module(&module, &scope, None);
                scope
            }
        };
        self.modules.extended.insert(name.to_owned(), scope.clone());
        Some(scope)
    }

    /// A standard module, unless there is a file of that name.
    fn standard(&mut self, name: &str) -> Option<Rc<Scope>> {
        let natives = native::module(name).filter(|_| self.library.find(name).is_none())?;
        let scope = Scope::of(0, "");
        for native in natives {
            self.put(&scope, native.name, Binding::Native(native), native.params.len(), true);
        }
        Some(Rc::new(scope))
    }

    fn is_standard(&self, name: &str) -> bool {
        native::module(name).is_some() && self.library.find(name).is_none()
    }

    /// Declare and define what a module has.
    pub(super) fn module(&mut self, module: &Rc<Module>, scope: &Rc<Scope>, given: Option<&Substitution>) {
        if self.modules.nesting >= MAX_NESTING {
            let site = Site { file: scope.file, span: module.name.span };
            let message = format!("modules extend or instantiate each other more than {MAX_NESTING} deep");
            self.report("eval/no-module", message, site);
            return;
        }
        self.modules.nesting += 1;
        scope.of_instance.set(given.is_some());
        let outer = std::mem::replace(&mut self.scope, scope.clone());
        for name in &module.extends {
            let site = self.site(name.span);
            match given {
                // What an instantiated module extends is instantiated with it.
                Some(_) if !self.is_standard(&name.text) => {
                    if let Some((file, extended)) = self.parsed(&name.text, site) {
                        let module = name.text.clone();
                        let shared = self.modules.extended.contains_key(&module);
                        let params = scope.params.clone();
                        let inner = Rc::new(Scope { file, module, shared, params, ..Scope::default() });
                        self.module(&extended, &inner, given);
                        scope.include(&inner, true);
                    }
                }
                _ => {
                    if let Some(extended) = self.extended(&name.text, site) {
                        scope.include(&extended, true);
                        let inner = extended.inner.borrow();
                        scope.inner.borrow_mut().extend(inner.iter().map(|(name, m)| (name.clone(), m.clone())));
                    }
                }
            }
        }
        for unit in &module.units {
            self.unit(&unit.kind, scope, given);
        }
        if self.modules.shipped.contains(&scope.file) {
            for native in native::code(&module.name.text) {
                self.put(scope, native.name, Binding::Native(native), native.params.len(), true);
            }
        } else if self.modules.parsed.get(&module.name.text).is_some_and(|(_, known)| Rc::ptr_eq(known, module)) {
            for (native, exported) in overridden(module) {
                self.put(scope, native.name, Binding::Native(native), native.params.len(), exported);
            }
        }
        self.scope = outer;
        self.modules.nesting -= 1;
    }

    fn unit(&mut self, unit: &UnitKind, scope: &Rc<Scope>, given: Option<&Substitution>) {
        match unit {
            UnitKind::Constants(params) => {
                for param in params {
                    let binding = match given.and_then(|given| given.get(ops::canonical(&param.name.text))) {
                        Some(binding) => binding.clone(),
                        None => self.given(&param.name.text, param.arity, param.name.span),
                    };
                    scope.add(&param.name.text, binding, true);
                }
            }
            UnitKind::Variables(names) => {
                for name in names {
                    let binding = match given.and_then(|given| given.get(&name.text)) {
                        Some(binding) => {
                            if let Binding::Definition(id) = binding {
                                self.modules.put.insert(*id);
                            }
                            binding.clone()
                        }
                        // A parameter of the instance stands for what has its name, and each definition knows it.
                        None if scope.params.iter().any(|param| param.name.text == name.text) => continue,
                        None => {
                            self.program.variables.push(name.text.clone());
                            Binding::Variable(self.program.variables.len() - 1)
                        }
                    };
                    scope.add(&name.text, binding, true);
                }
            }
            UnitKind::Definition(definition) => self.defined(definition, scope),
            UnitKind::Assume { body, .. } => {
                if given.is_none() {
                    self.program.assumptions.push((scope.clone(), Rc::new(body.clone())));
                }
            }
            UnitKind::Instance(instance) => self.instance(instance, scope),
            UnitKind::Module(inner) => {
                let name = inner.name.text.clone();
                scope.inner.borrow_mut().insert(name, Rc::new((**inner).clone()));
            }
            UnitKind::Recursive(_) | UnitKind::Separator | UnitKind::Opaque(_) => {}
        }
    }

    fn defined(&mut self, definition: &syntax::Definition, scope: &Rc<Scope>) {
        let name = &definition.name.text;
        let name = match &definition.head {
            Head::Operator(_, Fixity::Prefix) if name == "-" => "-.",
            _ => name.as_str(),
        };
        let body = Rc::new(definition.body.clone());
        let id = self.pending(Pending {
            name: name.to_owned(),
            scope: scope.clone(),
            head: definition.head.clone(),
            body: body.clone(),
        });
        if matches!(&definition.head, Head::Operator(params, _) if params.is_empty()) {
            self.program.bodies.insert(id, (scope.clone(), body));
        }
        let arity = match &definition.head {
            Head::Operator(params, _) => params.len(),
            Head::Function(_) => 0,
        };
        // What is local to a module, no config can name but that of its own.
        if definition.local && !Rc::ptr_eq(scope, &self.program.root) {
            scope.add(name, Binding::Definition(id), false);
        } else {
            self.put(scope, name, Binding::Definition(id), arity, !definition.local);
        }
    }

    fn instance(&mut self, instance: &Instance, scope: &Rc<Scope>) {
        let local = instance.local;
        let (name, params) = match &instance.name {
            Some((name, params)) => (Some(name), params.as_slice()),
            None => (None, &[][..]),
        };
        let named = name.is_some();
        let Some(inner) = self.instantiated(&instance.module, params, &instance.with, scope, named) else { return };
        match name {
            Some(name) => {
                self.put_qualified(scope, &name.text, &inner, !local);
                scope.add(&name.text, Binding::Instance(inner), !local);
            }
            None => scope.include(&inner, !local),
        }
    }

    /// The names of a module whose constants and variables are substituted.
    fn instantiated(
        &mut self,
        module: &Name,
        params: &[Param],
        with: &[(Name, Expr)],
        scope: &Rc<Scope>,
        named: bool,
    ) -> Option<Rc<Scope>> {
        let inner_module = scope.inner.borrow().get(&module.text).cloned();
        let is_inner = inner_module.is_some();
        let (file, module) = match inner_module {
            Some(inner) => (scope.file, inner),
            None => {
                if let Some(standard) = self.standard(&module.text) {
                    return Some(standard);
                }
                let site = self.site(module.span);
                self.parsed(&module.text, site)?
            }
        };
        let params: Vec<Param> = scope.params.iter().chain(params).cloned().collect();
        let outer = Rc::new(Scope { file: scope.file, params: params.clone(), ..Scope::default() });
        outer.names.borrow_mut().clone_from(&scope.names.borrow());
        let mut given = Substitution::new();
        for (name, expr) in with {
            let binding = self.substituted(&name.text, expr, &outer);
            given.insert(ops::canonical(&name.text).to_owned(), binding);
        }
        // What is not substituted stands for what has the same name outside.
        let declarations = self.declarations(&module, MAX_NESTING);
        let plain = !named && declarations.is_empty();
        for name in declarations {
            if !given.contains_key(&name)
                && let Some(binding) = scope.find(&name)
            {
                given.insert(name, binding);
            }
        }
        let of = module.name.text.clone();
        let shared = plain || !is_inner && self.modules.extended.contains_key(&of);
        let inner = Rc::new(Scope { file, module: of, shared, params, ..Scope::default() });
        if is_inner {
            // A module inside a module sees what stands around it, and the modules before it.
            inner.inner.borrow_mut().clone_from(&scope.inner.borrow());
            inner.names.borrow_mut().clone_from(&scope.names.borrow());
        }
        self.module(&module, &inner, Some(&given));
        Some(inner)
    }

    /// What stands for one constant or variable of an instantiated module.
    fn substituted(&mut self, name: &str, expr: &Expr, outer: &Rc<Scope>) -> Binding {
        let plain = match &expr.kind {
            syntax::ExprKind::Symbol(symbol) => Some(symbol.as_str()),
            _ => expr.as_name(),
        };
        let is_parameter = outer.params.iter().any(|param| Some(param.name.text.as_str()) == plain);
        if let Some(found) = plain.filter(|_| !is_parameter).and_then(|plain| outer.find(plain)) {
            return found;
        }
        let (head, body) = match &expr.kind {
            syntax::ExprKind::Lambda(params, body) => (params.clone(), (**body).clone()),
            _ => (Vec::new(), expr.clone()),
        };
        Binding::Definition(self.pending(Pending {
            name: name.to_owned(),
            scope: outer.clone(),
            head: Head::Operator(head, Fixity::Named),
            body: Rc::new(body),
        }))
    }

    /// The constants and variables of a module and of those it extends, so many deep.
    fn declarations(&mut self, module: &Module, depth: usize) -> Vec<String> {
        let mut names = Vec::new();
        for name in &module.extends {
            let site = self.site(name.span);
            if !self.is_standard(&name.text)
                && let Some(depth) = depth.checked_sub(1)
                && let Some((_, extended)) = self.parsed(&name.text, site)
            {
                names.extend(self.declarations(&extended, depth));
            }
        }
        for unit in &module.units {
            match &unit.kind {
                UnitKind::Constants(params) => {
                    names.extend(params.iter().map(|param| ops::canonical(&param.name.text).to_owned()));
                }
                UnitKind::Variables(variables) => names.extend(variables.iter().map(|name| name.text.clone())),
                _ => {}
            }
        }
        names
    }

    /// What a binding is in the end; `None` if it goes in circles or nowhere.
    pub(super) fn settled(&mut self, binding: Binding, span: Span) -> Option<Binding> {
        let mut binding = binding;
        // An expression that is compiled later comes without the setup: one replacement is followed all the same.
        for _ in 0..self.setup.replaced.len() + 2 {
            let Binding::Alias(name) = &binding else { return Some(binding) };
            let Some(found) = self.of_root(name) else { break };
            binding = found;
        }
        let site = self.site(span);
        self.report("eval/unknown-name", "the config replaces this by something that is nowhere defined".into(), site);
        None
    }
}

/// What a file defines that is called like a standard module: TLC reads the file, and has its own code for the operators it
/// knows. For those that it only knows with another jar, a definition that nobody can evaluate is a place for such code.
/// The code, and whether those outside see it.
fn overridden(module: &Module) -> Vec<(&'static Native, bool)> {
    let mut code = Vec::new();
    let name = module.name.text.as_str();
    let natives =
        if name == "Integers" { native::module(name).unwrap_or_default() } else { native::own(name).iter().collect() };
    for definition in module.units.iter().filter_map(|unit| unit.definition()) {
        let Head::Operator(params, fixity) = &definition.head else { continue };
        let own = match fixity {
            Fixity::Prefix if definition.name.text == "-" => "-.",
            _ => ops::canonical(&definition.name.text),
        };
        let Some(native) = natives.iter().copied().find(|native| native.name == own) else { continue };
        // Whatever the number of parameters: TLC stops where another number is given than its code takes.
        let is_place = || native.takes(params.iter().map(|param| param.arity)) && is_placeholder(&definition.body);
        if native::is_in_tlc(name) || is_place() {
            code.push((native, !definition.local));
        }
    }
    code
}

/// TRUE, or a CHOOSE from everything or from an infinite set.
fn is_placeholder(body: &Expr) -> bool {
    let infinite = |e: &Expr| e.as_name().is_some_and(|name| ["Int", "Nat", "STRING"].contains(&name));
    match &body.kind {
        syntax::ExprKind::Paren(inner) => is_placeholder(inner),
        syntax::ExprKind::Choose(bound, _) => bound.set.as_ref().is_none_or(|set| visit::any(set, &infinite)),
        _ => body.as_name() == Some("TRUE"),
    }
}

/// A definition that takes its parameters and does not look at them.
pub(super) fn constant_of(params: Vec<usize>, code: crate::eval::code::Code) -> Definition {
    let size = params.len();
    Definition {
        params,
        inherited: 0,
        code,
        size,
        primes: false,
        known: OnceCell::new(),
        alternatives: Cell::new(None),
    }
}

impl Compiler<'_> {
    /// All definitions, compiled.
    pub(super) fn finish(&mut self) {
        let mut id = 0;
        while id < self.entries.len() {
            self.require(id);
            id += 1;
        }
        let entries = std::mem::take(&mut self.entries);
        let done = entries.into_iter().filter_map(|entry| match entry {
            Entry::Done(definition) => Some(definition),
            _ => None,
        });
        self.program.definitions = done.collect();
    }
}
