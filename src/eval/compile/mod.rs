//! From the syntax of modules to code: names become numbers, once.
//!
//! Definitions are compiled when something first refers to them, so that what a name depends on is known where it is
//! used. What the evaluator cannot do becomes code that fails when it is reached; only a name that is nowhere defined
//! is an error by itself.

mod binding;
mod expr;
mod frame;
mod load;
mod operators;
mod reference;
mod replace;
mod seen;
mod specification;

use std::cell::Cell;
use std::cell::OnceCell;
use std::rc::Rc;

use super::code::Body;
use super::code::Code;
use super::code::Definition;
use super::code::Needs;
use super::code::Op;
use super::error::Kind;
use super::error::Site;
use super::program::File;
use super::program::Program;
use super::program::Setup;
use super::value::Value;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::Span;
use crate::tla::check::Library;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;
use crate::tla::syntax;
use crate::tla::syntax::Expr;
use frame::Frame;
use frame::Local;
pub(super) use load::Scope;
pub use specification::Part;
pub(super) use specification::split_property;
pub(super) use specification::split_specification;

/// Work that is to be done when its result is needed.
enum Entry {
    Pending(Pending),
    /// Being compiled now; it is recursive.
    Underway {
        params: Vec<usize>,
    },
    Done(Rc<Definition>),
}

#[derive(Clone)]
struct Pending {
    name: String,
    scope: Rc<Scope>,
    head: syntax::Head,
    body: Rc<Expr>,
}

/// What turns modules into code.
pub(super) struct Compiler<'a> {
    library: &'a dyn Library,
    setup: &'a Setup,
    program: Program,
    entries: Vec<Entry>,
    modules: load::Modules,
    /// Whether the definition at hand may look at the next state by what it is given: it has a prime or an ENABLED, calls an
    /// operator that it is given, or hands what it is given to a definition that does.
    ahead: bool,
    /// The definitions that are being compiled, innermost last.
    underway: Vec<usize>,
    /// The frames of the definition at hand, outermost first.
    frames: Vec<Frame>,
    scope: Rc<Scope>,
    /// What the config put in the place of something.
    replaced: replace::Replaced,
    /// What is wrong with the modules.
    findings: Vec<Diagnostic>,
}

impl Compiler<'_> {
    fn site(&self, span: Span) -> Site {
        Site { file: self.scope.file, span }
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("code is made in a frame")
    }

    fn code(&self, op: Op, span: Span, needs: Needs) -> Code {
        Code { op, site: self.site(span), needs }
    }

    /// Code that fails when it is evaluated.
    fn fail(&self, kind: Kind, span: Span, message: impl Into<String>) -> Code {
        self.code(Op::Fail(kind, message.into()), span, Needs::FRAME)
    }

    fn unsupported(&self, span: Span, what: &str) -> Code {
        self.fail(Kind::Unsupported, span, format!("{what} cannot be evaluated here"))
    }

    fn constant(&self, value: Value, span: Span) -> Code {
        self.code(Op::Value(value), span, Needs::NOTHING)
    }

    /// An error of the modules themselves.
    fn report(&mut self, code: &str, message: String, site: Site) {
        let File { path, text } = &self.program.files[site.file as usize];
        let place = Place::of(path.as_str(), text, site.span);
        self.findings.push(Diagnostic::error(code, message).at(place));
    }

    /// Make code in a frame of its own.
    fn body(&mut self, make: impl FnOnce(&mut Self) -> Code) -> Body {
        self.frames.push(Frame::default());
        let code = make(self);
        let frame = self.frames.pop().expect("the frame that was pushed");
        Body { code, size: frame.size as usize, captures: frame.captures }
    }

    /// What a body that captures these slots depends on, seen from the frame around it.
    fn needs_of(body: &Body) -> Needs {
        let inner = body.code.needs.without(Needs::FRAME);
        if body.captures.is_empty() { inner } else { inner.and(Needs::FRAME) }
    }

    /// The name as the innermost frame sees it.
    fn local(&mut self, name: &str) -> Option<Local> {
        let at = self.frames.iter().rposition(|frame| frame.find(name).is_some())?;
        let mut local = self.frames[at].find(name)?.clone();
        for frame in &mut self.frames[at + 1..] {
            local = frame.import(&local);
        }
        Some(local)
    }

    /// A number for a definition that is compiled later.
    fn pending(&mut self, pending: Pending) -> usize {
        self.entries.push(Entry::Pending(pending));
        self.entries.len() - 1
    }

    fn done(&mut self, definition: Definition) -> usize {
        self.entries.push(Entry::Done(Rc::new(definition)));
        self.entries.len() - 1
    }

    /// The arities of the parameters of a definition.
    fn params_of(&self, id: usize) -> Vec<usize> {
        match &self.entries[id] {
            Entry::Pending(Pending { head, scope, .. }) => arities(head, scope),
            Entry::Underway { params } => params.clone(),
            Entry::Done(definition) => definition.params.clone(),
        }
    }

    /// Compile a definition if that has not been done; what it depends on and whether it looks at the next state.
    fn require(&mut self, id: usize) -> (Needs, bool) {
        if let Entry::Pending(pending) = &self.entries[id] {
            let pending = pending.clone();
            let params = arities(&pending.head, &pending.scope);
            self.entries[id] = Entry::Underway { params: params.clone() };
            let frames = std::mem::take(&mut self.frames);
            let scope = std::mem::replace(&mut self.scope, pending.scope.clone());
            self.underway.push(id);
            let definition = self.definition(&pending, params);
            self.underway.pop();
            self.scope = scope;
            self.frames = frames;
            self.entries[id] = Entry::Done(Rc::new(definition));
        }
        match &self.entries[id] {
            Entry::Done(definition) => (definition.code.needs, definition.primes),
            // What else it needs, it needs elsewhere in its body.
            _ if self.underway.last() == Some(&id) => (Needs::NOTHING, true),
            // What a definition needs that comes round to itself through others is not known before it is compiled.
            _ => (Needs::STATE.and(Needs::NEXT).and(Needs::WORLD), true),
        }
    }

    /// Whether a definition that was required is another name of a variable.
    fn is_variable(&self, id: usize) -> bool {
        matches!(&self.entries[id], Entry::Done(definition) if matches!(definition.code.op, Op::Variable(_)))
    }

    /// What a definition that was required depends on.
    fn known_needs(&self, id: usize) -> Needs {
        match &self.entries[id] {
            Entry::Done(definition) => definition.code.needs,
            _ => Needs::STATE.and(Needs::NEXT).and(Needs::WORLD),
        }
    }

    fn definition(&mut self, pending: &Pending, params: Vec<usize>) -> Definition {
        let mut frame = Frame::default();
        for param in &pending.scope.params {
            Self::parameter(&mut frame, param);
        }
        if let syntax::Head::Operator(params, _) = &pending.head {
            for param in params {
                Self::parameter(&mut frame, param);
            }
        }
        self.frames.push(frame);
        let outer = std::mem::replace(&mut self.ahead, false);
        let mut code = match &pending.head {
            syntax::Head::Operator(..) => self.expr(&pending.body),
            syntax::Head::Function(bounds) => self.function(Some(&pending.name), bounds, &pending.body),
        };
        let frame = self.frames.pop().expect("the frame that was pushed");
        let primes = std::mem::replace(&mut self.ahead, outer) || code.needs.meets(Needs::NEXT);
        code.needs = code.needs.without(Needs::PARAMETER).without(Needs::FRAME);
        Definition {
            params,
            inherited: pending.scope.params.len(),
            code,
            size: frame.size as usize,
            primes,
            known: OnceCell::new(),
            alternatives: Cell::new(None),
        }
    }

    fn parameter(frame: &mut Frame, param: &syntax::Param) {
        let slot = frame.slot();
        let local = match param.arity {
            0 => Local::Slot(slot, Needs::PARAMETER.and(Needs::FRAME)),
            arity => Local::Operator(slot, arity),
        };
        frame.name(&param.name.text, local);
    }
}

/// How many parameters each parameter of a definition takes; those of the instance it belongs to come first.
fn arities(head: &syntax::Head, scope: &Scope) -> Vec<usize> {
    let own = match head {
        syntax::Head::Operator(params, _) => params.as_slice(),
        syntax::Head::Function(_) => &[],
    };
    scope.params.iter().chain(own).map(|param| param.arity).collect()
}

impl<'a> Compiler<'a> {
    fn new(library: &'a dyn Library, setup: &'a Setup, program: Program) -> Self {
        Self {
            library,
            setup,
            entries: program.definitions.iter().cloned().map(Entry::Done).collect(),
            modules: load::Modules::default(),
            ahead: false,
            underway: Vec::new(),
            frames: Vec::new(),
            scope: program.root.clone(),
            replaced: replace::Replaced::default(),
            findings: Vec::new(),
            program,
        }
    }

    pub(super) fn load(root: &Source, library: &'a dyn Library, setup: &'a Setup) -> Result<Program, Vec<Diagnostic>> {
        let mut compiler = Self::new(library, setup, Program::default());
        // TLC reads the config before the modules, and strings have the order in which they are first read.
        for (_, value) in &setup.constants {
            let _ = value.to_value(&compiler.program.strings);
        }
        compiler.see_known();
        let Some((file, module)) = compiler.parse("", root.path.clone(), root.text.clone()) else {
            return Err(compiler.findings);
        };
        let scope = Rc::new(Scope::of(file, &module.name.text));
        compiler.program.root = scope.clone();
        compiler.program.environment.clone_from(&setup.environment);
        compiler.program.exec = setup.exec;
        compiler.see_modules(&module, file);
        compiler.module(&module, &scope, None);
        compiler.check_replaced(Site { file, span: module.name.span });
        compiler.finish();
        if compiler.findings.is_empty() { Ok(compiler.program) } else { Err(compiler.findings) }
    }

    pub(super) fn expression(program: &mut Program, expr: &Expr, names: &[&str]) -> Result<Body, Vec<Diagnostic>> {
        let root = program.root.clone();
        Self::expression_in(program, &root, expr, names)
    }

    pub(super) fn expression_in(
        program: &mut Program,
        scope: &Rc<Scope>,
        expr: &Expr,
        names: &[&str],
    ) -> Result<Body, Vec<Diagnostic>> {
        let setup = Setup::default();
        let mut compiler = Compiler::new(&NoLibrary, &setup, std::mem::take(program));
        compiler.scope = scope.clone();
        let body = compiler.body(|this| {
            for name in names {
                this.frame().bind(name, Needs::NOTHING);
            }
            this.expr(expr)
        });
        compiler.finish();
        *program = compiler.program;
        if compiler.findings.is_empty() { Ok(body) } else { Err(compiler.findings) }
    }
}
