//! # Names and levels — what SANY's second half does
//!
//! | reads  | a module, and through a [`Library`] those it extends and instantiates |
//! | writes | diagnostics with stable codes, explained in `lib/codes/tla.yaml`     |
//! | calls  | `tla::tree`, nothing outside `base`                                  |
//! | never  | looks into proofs, or evaluates                                      |
//!
//! The order of work is SANY's: a module is read from top to bottom, and a name is known from its declaration on. A
//! level (constant, state, action, temporal) is found for each definition as a function of its parameters' levels.

pub mod codes;

mod expr;
mod instance;
mod label;
mod level;
mod module;
mod reference;
mod scope;
mod standard;
mod symbol;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::rc::Rc;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla::tree;
use crate::tla::tree::Node;
use crate::tla::tree::Parsed;
use crate::tla::tree::SyntaxError;
use scope::Scope;
use symbol::Id;
use symbol::Name;
use symbol::Names;
use symbol::Symbol;

/// Enough for a tree of [`tree::MAX_DEPTH`] levels in a build without optimisation.
const STACK_BYTES: usize = 64 << 20;

/// Nobody reads more diagnostics than this, and placing each takes time.
const MAX_FINDINGS: usize = 500;

/// Nobody reads a longer message, in bytes; only a name can make it that long.
const MAX_MESSAGE: usize = 4000;

/// A file with a module.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user knows it; its stem is the name the module must have.
    pub path: String,
    /// Its contents.
    pub text: String,
}

/// Where modules come from that are extended or instantiated.
pub trait Library: Sync {
    /// The file of the module called `name`; `None` where there is none. Standard modules need none.
    fn find(&self, name: &str) -> Option<Source>;
}

/// No modules but the standard ones.
pub struct NoLibrary;

impl Library for NoLibrary {
    fn find(&self, _: &str) -> Option<Source> {
        None
    }
}

/// What SANY would say of a module as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No error.
    Clean,
    /// It, or a module it needs, cannot be read.
    ParseError,
    /// It can be read, but names or levels are wrong.
    SemanticError,
}

/// What is wrong with a module.
#[derive(Clone, Debug)]
pub struct Report {
    /// What to say, what SANY would say first first.
    pub diagnostics: Vec<Diagnostic>,
    /// How many errors were found after so many that nobody would read them.
    pub unsaid: usize,
}

impl Report {
    /// Errors in brief.
    pub fn verdict(&self) -> Verdict {
        let mut errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).peekable();
        match (errors.peek().is_some(), errors.any(|d| codes::is_of_parsing(&d.code))) {
            (false, _) => Verdict::Clean,
            (true, true) => Verdict::ParseError,
            (true, false) => Verdict::SemanticError,
        }
    }
}

/// Whether a standard module defines an operator of this name.
pub fn is_standard_operator(name: &str) -> bool {
    !standard::defining(name).is_empty()
}

/// Whether a standard module is called so and defines the operator itself.
pub fn is_of_standard_module(operator: &str, module: &str) -> bool {
    standard::defining(operator).contains(&module)
}

/// The standard modules that define an operator of this name.
pub fn standard_modules_of(operator: &str) -> Vec<&'static str> {
    standard::defining(operator)
}

/// Whether the standard module `module` is `other`, or extends it.
pub fn brings(module: &str, other: &str) -> bool {
    module == other
        || standard::module(module).is_some_and(|found| found.extends.iter().any(|name| brings(name, other)))
}

/// Whether this is a standard module without variables.
pub fn is_stateless_module(name: &str) -> bool {
    standard::module(name).is_some_and(|module| !module.entries.iter().any(|entry| entry.variable))
}

/// Check a module. Never panics, never runs out of stack.
pub fn check(root: &Source, library: &dyn Library) -> Report {
    // A thread of its own, because the caller's stack may be small.
    std::thread::scope(|scope| {
        let run = || Checker::new(library).root(root);
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        thread.expect("a thread can be started").join().expect("the checker does not panic")
    })
}

/// When SANY says it: it stops after each stage that found errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Parsing,
    Modules,
    Names,
    Levels,
}

struct File {
    path: String,
    parsed: Parsed,
    lines: LineIndex,
}

/// What is exported by a module.
#[derive(Debug, Default)]
struct Module {
    /// What it and those it extends declare and define, in order.
    symbols: Vec<Id>,
    /// The constants and variables among them, which INSTANCE substitutes.
    params: Vec<Id>,
    /// Modules inside it.
    inner: Rc<HashMap<Name, usize>>,
}

#[derive(Clone, Copy)]
enum Loaded {
    Underway,
    Failed,
    Done(usize),
}

struct Checker<'a> {
    library: &'a dyn Library,
    files: Vec<Rc<File>>,
    names: Names,
    symbols: Vec<Symbol>,
    modules: Vec<Module>,
    loaded: HashMap<String, Loaded>,
    scope: Scope,
    findings: Vec<(Stage, Diagnostic)>,
    unsaid: usize,
}

impl<'a> Checker<'a> {
    fn new(library: &'a dyn Library) -> Self {
        let mut names = Names::default();
        let scope = Scope::new(names.number(""));
        Self {
            library,
            files: Vec::new(),
            names,
            symbols: Vec::new(),
            modules: Vec::new(),
            loaded: HashMap::new(),
            scope,
            findings: Vec::new(),
            unsaid: 0,
        }
    }

    fn root(mut self, source: &Source) -> Report {
        self.file(source.clone());
        // Where precedence is unclear, so is what an operator is applied to.
        if self.findings.iter().any(|(_, found)| found.code == "tla/parse-precedence") {
            self.findings.retain(|(stage, _)| *stage != Stage::Levels);
        }
        self.findings.sort_by_key(|(stage, _)| *stage);
        let diagnostics = self.findings.into_iter().map(|(_, diagnostic)| diagnostic).collect();
        Report { diagnostics, unsaid: self.unsaid }
    }

    /// Read and check a file; the module in it, if it can be used.
    fn file(&mut self, source: Source) -> Option<usize> {
        let stem = source.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.strip_suffix(".tla").unwrap_or(stem).to_owned();
        let parsed = tree::read(&source.text);
        let lines = tree::lines(&source.text);
        let file = Rc::new(File { path: source.path, parsed, lines });
        self.files.push(file.clone());
        let index = self.files.len() - 1;
        for error in &file.parsed.errors {
            let diagnostic = self.of_syntax(index, error);
            self.findings.push((Stage::Parsing, diagnostic));
        }
        self.foreign(index, &file.parsed.tree);
        let module = file.parsed.tree.root().child(0)?;
        let named = module.find(tree::Kind::Header).and_then(|header| header.find(tree::Kind::Name));
        if let Some(name) = named.filter(|name| name.text() != stem) {
            let message = format!("the file is called `{stem}`, but its module is called `{}`", name.text());
            let hint = format!("rename the module to `{stem}` or the file to `{}.tla`", name.text());
            self.say(Stage::Modules, index, name.span(), "tla/module-name", message, &[hint]);
        }
        self.loaded.insert(stem.clone(), Loaded::Underway);
        let name = self.names.number(&stem);
        let outer = std::mem::replace(&mut self.scope, Scope::new(name));
        self.scope.file = index;
        self.built_in();
        let done = self.module(module);
        self.scope = outer;
        let usable = file.parsed.is_clean();
        self.loaded.insert(stem, if usable { Loaded::Done(done) } else { Loaded::Failed });
        usable.then_some(done)
    }

    /// Symbols that only newer versions of SANY read: one warning for all of them.
    fn foreign(&mut self, file: usize, tree: &tree::Tree) {
        let all: Vec<_> = tree.foreign().collect();
        let Some(first) = all.first().filter(|_| !self.is_full()) else { return };
        let message = format!("{} symbols of Unicode, which SANY reads from its version 1.8.0 on", all.len());
        let hint = "`specgen fix` writes them in ASCII".to_owned();
        let diagnostic = Diagnostic::warning("tla/unicode", message).at(self.place(file, first.span())).hint(hint);
        self.findings.push((Stage::Levels, diagnostic));
    }

    fn of_syntax(&self, file: usize, error: &SyntaxError) -> Diagnostic {
        let make = if error.warning { Diagnostic::warning } else { Diagnostic::error };
        let mut diagnostic = make(error.code.to_owned(), error.message.clone());
        diagnostic = diagnostic.at(self.place(file, error.span));
        if let Some((span, why)) = &error.other {
            diagnostic = diagnostic.at(self.place(file, *span).label(why.as_str()));
        }
        diagnostic.hints.extend(error.hints.iter().cloned());
        diagnostic
    }

    fn place(&self, file: usize, span: Span) -> Place {
        let File { path, parsed, lines } = &*self.files[file];
        Place::by(lines, path.as_str(), parsed.tree.text(), span)
    }

    fn say(&mut self, stage: Stage, file: usize, span: Span, code: &str, message: String, hints: &[String]) {
        if self.leaves_unsaid() {
            return;
        }
        let shown = if message.len() > MAX_MESSAGE { message.chars().take(MAX_MESSAGE / 4).collect() } else { message };
        let mut diagnostic = Diagnostic::error(code, shown).at(self.place(file, span));
        diagnostic.hints.extend(hints.iter().cloned());
        self.findings.push((stage, diagnostic));
    }

    /// An error about a node of the file being checked.
    fn error(&mut self, node: Node<'_>, code: &str, message: String, hints: &[String]) {
        self.say(Stage::Names, self.scope.file, node.span(), code, message, hints);
    }

    /// Whether so much has been found that nothing more is said.
    fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }

    /// Whether the error that would be said now is only counted.
    fn leaves_unsaid(&mut self) -> bool {
        self.unsaid += usize::from(self.is_full());
        self.is_full()
    }

    /// A warning about a node of the file being checked.
    fn warn(&mut self, node: Node<'_>, code: &str, message: String, hint: &str) {
        if self.is_full() {
            return;
        }
        let place = self.place(self.scope.file, node.span());
        self.findings.push((Stage::Names, Diagnostic::warning(code, message).at(place).hint(hint)));
    }

    /// The module called `name`, checked now if it has not been. What is wrong with it is reported at `node`.
    fn load(&mut self, name: Node<'_>) -> Option<usize> {
        let text = name.text();
        match self.loaded.get(text) {
            Some(Loaded::Done(module)) => return Some(*module),
            Some(Loaded::Failed) => return None,
            Some(Loaded::Underway) => {
                let message = format!("module `{text}` needs itself, through the modules it extends or instantiates");
                let hint = "move what both need into a third module that neither of them depends on".to_owned();
                self.say(Stage::Modules, self.scope.file, name.span(), "tla/cyclic-modules", message, &[hint]);
                return None;
            }
            None => {}
        }
        if let Some(source) = self.library.find(text) {
            let found = self.file(source);
            if found.is_none() {
                let message = format!("module `{text}` has errors");
                let hint = "repair that module first; its errors are listed with these".to_owned();
                self.say(Stage::Modules, self.scope.file, name.span(), "tla/broken-module", message, &[hint]);
            }
            return found;
        }
        if let Some(standard) = standard::module(text) {
            let module = self.standard(&standard);
            self.loaded.insert(text.to_owned(), Loaded::Done(module));
            return Some(module);
        }
        self.loaded.insert(text.to_owned(), Loaded::Failed);
        let message = format!("there is no module `{text}`");
        let hint = format!("it is no standard module, and there is no file `{text}.tla` beside this one");
        self.say(Stage::Modules, self.scope.file, name.span(), "tla/missing-module", message, &[hint]);
        None
    }

    /// A standard module and those it extends.
    fn standard(&mut self, standard: &standard::Standard) -> usize {
        let mut module = Module::default();
        for name in &standard.extends {
            let extended = match self.loaded.get(*name) {
                Some(Loaded::Done(extended)) => *extended,
                _ => {
                    let found = standard::module(name).expect("a standard module extends standard modules");
                    let extended = self.standard(&found);
                    self.loaded.insert((*name).to_owned(), Loaded::Done(extended));
                    extended
                }
            };
            module.symbols.extend(&self.modules[extended].symbols);
            module.params.extend(&self.modules[extended].params);
        }
        let origin = self.names.number(standard.name);
        for entry in &standard.entries {
            let id = self.standard_symbol(entry, origin);
            module.symbols.push(id);
            module.params.extend(entry.variable.then_some(id));
        }
        self.modules.push(module);
        self.modules.len() - 1
    }
}
