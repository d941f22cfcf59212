//! A specification, ready to be evaluated.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::code::Body;
use super::code::Definition;
use super::compile::Compiler;
use super::compile::Scope;
use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::error::Site;
use super::text::Strings;
use super::value::Value;
use crate::base::diag::Diagnostic;
use crate::base::text::one_line;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::syntax::Expr;

/// A file of the program.
#[derive(Debug)]
pub struct File {
    /// As the user knows it.
    pub path: String,
    /// Its contents.
    pub text: String,
}

/// What a config says about constants.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// `N = 3`.
    pub constants: Vec<(String, Constant)>,
    /// `N <- Definition`; also replaces a definition.
    pub replaced: Vec<(String, String)>,
    /// `N <- [Module]Definition`: only what that module defines.
    pub replaced_in: Vec<ReplacedIn>,
    /// What `IOEnv` is; where nobody says so, it is not supported.
    pub environment: Option<BTreeMap<String, String>>,
    /// What `IOExec` may do; where nobody says so, it is refused.
    pub exec: Option<Exec>,
}

/// Runs a program with its arguments, with variables besides those of the environment, and no longer than this; where nothing came
/// of it, what kind of error that is, and why.
pub type Run = fn(&[String], &[(String, String)], Duration) -> Result<Ended, (Kind, String)>;

/// A replacement in one module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedIn {
    /// The module.
    pub module: String,
    /// What it defines.
    pub from: String,
    /// What stands for it: a definition of the specification.
    pub to: String,
}

/// How a specification starts a program. The evaluator itself starts none.
#[derive(Clone, Copy, Debug)]
pub struct Exec {
    /// What runs it.
    pub run: Run,
    /// How long one may take.
    pub limit: Duration,
}

/// What came of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status.
    pub status: i32,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

/// A value as a config can write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// A number.
    Int(i32),
    /// `"text"`.
    Str(String),
    /// A name.
    Model(String),
    /// `{...}`.
    Set(Vec<Self>),
}

impl Constant {
    pub(super) fn to_value(&self, strings: &Strings) -> Result<Value, Fault> {
        Ok(match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Str(text) => Value::Str(strings.text(text)),
            Self::Model(name) => Value::Model(strings.text(name)),
            Self::Set(items) => {
                let items: Vec<Value> = items.iter().map(|item| item.to_value(strings)).collect::<Result<_, _>>()?;
                Value::set(items).map_err(|fault| *fault)?
            }
        })
    }
}

/// A root module with all it needs, compiled.
#[derive(Default)]
pub struct Program {
    pub(super) files: Vec<File>,
    pub(super) variables: Vec<String>,
    pub(super) definitions: Vec<Rc<Definition>>,
    /// Definitions without parameters as they stand in their modules.
    pub(super) bodies: HashMap<usize, (Rc<Scope>, Rc<Expr>)>,
    pub(super) assumptions: Vec<(Rc<Scope>, Rc<Expr>)>,
    pub(super) root: Rc<Scope>,
    pub(super) strings: Strings,
    pub(super) environment: Option<BTreeMap<String, String>>,
    pub(super) exec: Option<Exec>,
}

/// An expression to be evaluated in a program, perhaps many times.
#[derive(Debug)]
pub struct Expression {
    pub(super) body: Body,
}

impl Program {
    /// Read and compile `root` and what it extends and instantiates; to be done on a large stack, as everything else.
    ///
    /// # Errors
    /// Whatever is wrong with the modules, as data; an expression that cannot be evaluated is no error here.
    pub fn load(root: &Source, library: &dyn Library, setup: &Setup) -> Result<Self, Vec<Diagnostic>> {
        Compiler::load(root, library, setup)
    }

    /// Compile an expression over the names of the root module, and `names`, whose values are given when it is
    /// evaluated.
    ///
    /// # Errors
    /// Names that are nowhere defined.
    pub fn expression(&mut self, expr: &Expr, names: &[&str]) -> Result<Expression, Vec<Diagnostic>> {
        Compiler::expression(self, expr, names).map(|body| Expression { body })
    }

    /// The definition of the root module called `name`, applied to nothing.
    ///
    /// # Errors
    /// There is none.
    pub fn definition(&mut self, name: &str) -> Result<Expression, Vec<Diagnostic>> {
        self.expression(&Expr::name(name, crate::base::span::Span::default()), &[])
    }

    /// The assumptions of the root module and of those it extends, in order.
    ///
    /// # Errors
    /// Names that are nowhere defined.
    pub fn assumptions(&mut self) -> Result<Vec<Expression>, Vec<Diagnostic>> {
        let assumptions = self.assumptions.clone();
        let compile = |(scope, expr): &(Rc<Scope>, Rc<Expr>)| Compiler::expression_in(self, scope, expr, &[]);
        assumptions.iter().map(compile).map(|body| body.map(|body| Expression { body })).collect()
    }

    /// The variables, in the order of their declarations.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The table of strings, for making values.
    pub fn strings(&self) -> &Strings {
        &self.strings
    }

    /// The file, the line and the text of a place, spaces made one.
    pub fn excerpt(&self, site: Site) -> (&str, usize, String) {
        let Some(File { path, text }) = self.files.get(site.file as usize) else { return ("", 0, String::new()) };
        let line = text.get(..site.span.range().start).map_or(0, |before| before.matches('\n').count() + 1);
        let said = text.get(site.span.range()).unwrap_or_default();
        (path, line, one_line(said))
    }

    /// What went wrong, to show.
    pub fn diagnostic(&self, fault: &Fault) -> Diagnostic {
        fault.diagnostic(|file| match self.files.get(file as usize) {
            Some(File { path, text }) => (path, text),
            None => ("", ""),
        })
    }

    /// A value as a config writes it.
    ///
    /// # Errors
    /// A set of things that cannot be compared.
    pub fn constant(&self, constant: &Constant) -> Eval<Value> {
        constant.to_value(&self.strings).map_err(Box::new)
    }
}
