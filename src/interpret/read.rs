//! Reading operators as code, as `docs/iispec.md` has it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::acting::Acting;
use super::acting::Writing;
use super::acting::target;
use super::program::Binding;
use super::program::Local;
use super::program::Operators;
use super::program::Procedure;
use super::program::Pure;
use super::program::Stmt;
use super::program::StmtKind;
use super::program::Term;
use crate::base::span::Span;
use crate::tla::free;
use crate::tla::ops;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// A part of a procedure that has no imperative reading, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) span: Span,
    pub(super) why: String,
}

pub(super) type Read<T> = Result<T, Unreadable>;

fn unreadable<T>(span: Span, why: impl Into<String>) -> Read<T> {
    Err(Unreadable { span, why: why.into() })
}

pub(super) struct Reader<'a> {
    acting: &'a Acting<'a>,
    writing: Writing,
    /// How many names were made up.
    made: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(acting: &'a Acting<'a>, writing: Writing) -> Self {
        Self { acting, writing, made: 0 }
    }

    pub(super) fn procedure(&mut self, definition: &Definition) -> Read<Procedure> {
        let Head::Operator(params, _) = &definition.head else {
            return unreadable(definition.name.span, "a function cannot act");
        };
        if let Some(param) = params.iter().find(|param| param.arity > 0) {
            return unreadable(param.name.span, "a procedure takes values, not operators");
        }
        let body = self.stmt(&definition.body)?;
        let parameters = params.iter().map(|param| param.name.text.clone()).collect();
        Ok(Procedure { parameters, body })
    }

    fn acts(&self, expr: &Expr) -> bool {
        self.acting.acts(expr, self.writing)
    }

    fn calls(&self, expr: &Expr) -> bool {
        self.writing == Writing::Primed && self.acting.calls(expr)
    }

    /// A name that no text can hold.
    fn make_up(&mut self) -> String {
        self.made += 1;
        format!("%{}", self.made)
    }

    /// A statement of its own, as the next-state relation's parts are.
    pub(super) fn stmt(&mut self, expr: &Expr) -> Read<Stmt> {
        let (span, acts) = (expr.span, self.acts(expr));
        let kind = match &expr.kind {
            _ if !acts => self.formula(expr)?,
            ExprKind::Paren(inner) | ExprKind::Label(_, _, inner) => return self.stmt(inner),
            ExprKind::Junction(and, items) => {
                let list = items.iter().map(|item| self.stmt(&item.expr)).collect::<Read<_>>()?;
                if *and { StmtKind::Sequence(list) } else { StmtKind::Choice(list) }
            }
            ExprKind::Infix(op, a, b) if ops::canonical(op) == "/\\" => {
                StmtKind::Sequence(vec![self.stmt(a)?, self.stmt(b)?])
            }
            ExprKind::Infix(op, a, b) if ops::canonical(op) == "\\/" => {
                StmtKind::Choice(vec![self.stmt(a)?, self.stmt(b)?])
            }
            ExprKind::Infix(op, a, b) if op == "=" || op == "\\in" => {
                match target(a, self.writing, &self.acting.variables) {
                    Some(name) => self.assignment(name, a.span, op == "=", b)?,
                    None => self.formula(expr)?,
                }
            }
            ExprKind::Prefix(op, _) if op == "UNCHANGED" => StmtKind::Nothing,
            ExprKind::Name { path, name, args } if path.is_empty() && self.is_procedure(name) => {
                StmtKind::Call(name.clone(), self.arguments(name, args, span)?)
            }
            ExprKind::If(c, a, b) => StmtKind::If(self.term(c)?, Box::new(self.stmt(a)?), Box::new(self.stmt(b)?)),
            ExprKind::Case(arms) => {
                let mut read = Vec::new();
                for arm in arms {
                    let guard = arm.guard.as_ref().map(|guard| self.term(guard)).transpose()?;
                    read.push((guard, self.stmt(&arm.body)?));
                }
                StmtKind::Case(read)
            }
            ExprKind::Let(units, body) => StmtKind::Let(self.locals(units)?, Box::new(self.stmt(body)?)),
            ExprKind::Quant(Quantifier::Some, bounds, body) => {
                StmtKind::Some(self.bindings(bounds, span)?, Box::new(self.stmt(body)?))
            }
            ExprKind::Quant(Quantifier::All, bounds, body) => {
                StmtKind::Each(self.bindings(bounds, span)?, Box::new(self.stmt(body)?))
            }
            _ => self.formula(expr)?,
        };
        Ok(Stmt { kind, span, acts })
    }

    fn is_procedure(&self, name: &str) -> bool {
        self.acting.set(self.writing).contains(name)
    }

    fn assignment(&mut self, name: &str, span: Span, single: bool, value: &Expr) -> Read<StmtKind> {
        let Some(variable) = self.acting.variables.iter().position(|variable| variable == name) else {
            return unreadable(span, format!("`{name}` is assigned and is no variable"));
        };
        let value = self.term(value)?;
        Ok(if single { StmtKind::Assign(variable, value) } else { StmtKind::Pick(variable, value) })
    }

    /// A statement that assigns nothing itself.
    fn formula(&mut self, expr: &Expr) -> Read<StmtKind> {
        let assigning = |e: &Expr| match &e.kind {
            ExprKind::Infix(op, left, _) if op == "=" || op == "\\in" => {
                target(left, Writing::Primed, &[]).is_some() || op == "=" && is_part_of_primed(left)
            }
            _ => false,
        };
        if self.writing == Writing::Primed && visit::any(expr, &assigning) {
            return unreadable(expr.span, "an assignment stands inside a formula");
        }
        self.term(expr).map(StmtKind::Formula)
    }

    fn arguments(&mut self, name: &str, args: &[Expr], span: Span) -> Read<Vec<Term>> {
        let arity = self.acting.definitions.get(name).map_or(0, |definition| definition.params().len());
        if arity != args.len() {
            return unreadable(span, format!("`{name}` takes {arity} arguments"));
        }
        args.iter().map(|arg| self.term(arg)).collect()
    }

    fn bindings(&mut self, bounds: &[Bound], span: Span) -> Read<Vec<Binding>> {
        let mut read = Vec::new();
        for bound in bounds {
            let Some(set) = &bound.set else { return unreadable(span, "statements are quantified without a set") };
            let names = bound.names.iter().map(|name| name.text.clone()).collect();
            read.push(Binding { names, tuple: bound.tuple, set: self.term(set)? });
        }
        Ok(read)
    }

    fn locals(&mut self, units: &[Unit]) -> Read<Vec<Local>> {
        let recursive = units.iter().any(|unit| matches!(unit.kind, UnitKind::Recursive(_)));
        if recursive {
            return self.operators(units).map(|operators| vec![operators]);
        }
        let mut read = Vec::new();
        for unit in units {
            let Some(definition) = unit.definition() else {
                return unreadable(unit.span, "a LET holds more than definitions");
            };
            let plain = matches!(&definition.head, Head::Operator(params, _) if params.is_empty());
            if !plain {
                read.push(self.operators(std::slice::from_ref(unit))?);
                continue;
            }
            if acts_itself(self.acting, &definition.body) {
                return unreadable(definition.name.span, "a local assigns");
            }
            read.push(Local::Value(definition.name.text.clone(), Box::new(self.term(&definition.body)?)));
        }
        Ok(read)
    }

    fn operators(&mut self, units: &[Unit]) -> Read<Local> {
        let mut mentioned = Vec::new();
        let mut names = Vec::new();
        for unit in units {
            let mut calls = false;
            visit::unit_children(unit, &mut |e| {
                calls = calls || self.calls(e);
            });
            mentioned.extend(unit.definition().map(free::free_names_of).unwrap_or_default());
            if calls {
                return unreadable(unit.span, "a local operator calls a procedure");
            }
            names.extend(unit.definition().map(|definition| definition.name.text.clone()));
        }
        Ok(Local::Operators(Rc::new(Operators { units: units.to_vec(), names, mentioned })))
    }

    fn pure(expr: Expr) -> Term {
        let mentioned = free::free_names(&expr).into_iter().collect();
        Term::Pure(Pure { expr, mentioned, compiled: RefCell::new(BTreeMap::new()) })
    }

    /// An expression whose value is needed.
    pub(super) fn term(&mut self, expr: &Expr) -> Read<Term> {
        let evaluated = |e: &Expr| !matches!(&e.kind, ExprKind::Prefix(op, _) if op == "UNCHANGED" || op == "ENABLED");
        if visit::any(expr, &|e| !evaluated(e)) {
            return unreadable(expr.span, "ENABLED or UNCHANGED stands in a value");
        }
        if !self.calls(expr) {
            return Ok(Self::pure(expr.clone()));
        }
        let span = expr.span;
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Label(_, _, inner) => self.term(inner),
            ExprKind::Name { path, name, args } if path.is_empty() && self.is_procedure(name) => {
                Ok(Term::Call(name.clone(), self.arguments(name, args, span)?, span))
            }
            ExprKind::Junction(and, items) => {
                let list = items.iter().map(|item| self.term(&item.expr)).collect::<Read<_>>()?;
                Ok(if *and { Term::And(list, span) } else { Term::Or(list, span) })
            }
            ExprKind::Infix(op, a, b) if matches!(ops::canonical(op), "/\\" | "\\/" | "=>") => {
                let (a, b) = (self.term(a)?, self.term(b)?);
                Ok(match ops::canonical(op) {
                    "/\\" => Term::And(vec![a, b], span),
                    "\\/" => Term::Or(vec![a, b], span),
                    _ => Term::Implies(Box::new(a), Box::new(b), span),
                })
            }
            ExprKind::If(c, a, b) => {
                Ok(Term::If(Box::new(self.term(c)?), Box::new(self.term(a)?), Box::new(self.term(b)?), span))
            }
            ExprKind::Case(arms) => {
                let mut read = Vec::new();
                for arm in arms {
                    let guard = arm.guard.as_ref().map(|guard| self.term(guard)).transpose()?;
                    read.push((guard, self.term(&arm.body)?));
                }
                Ok(Term::Case(read, span))
            }
            ExprKind::Let(units, body) => Ok(Term::Let(self.locals(units)?, Box::new(self.term(body)?))),
            ExprKind::Except(base, _) => self.except(expr, base),
            _ => self.parts(expr),
        }
    }

    /// The parts of `expr` from left to right, then `expr` over their values.
    fn parts(&mut self, expr: &Expr) -> Read<Term> {
        let below = match &expr.kind {
            ExprKind::Quant(_, _, body)
            | ExprKind::Map(body, _)
            | ExprKind::Function(_, body)
            | ExprKind::Filter(_, body)
            | ExprKind::Choose(_, body) => Some(&**body),
            ExprKind::Lambda(..) => Some(expr),
            _ => None,
        };
        if let Some(below) = below.filter(|below| self.calls(below)) {
            return unreadable(below.span, "it is open how often a procedure is called here");
        }
        let mut locals = Vec::new();
        let mut failed = None;
        let whole = visit::map(expr, &mut |part| {
            let keep = below.is_some_and(|below| std::ptr::eq(below, part)) || self.is_operator(part);
            if keep || failed.is_some() {
                return part.clone();
            }
            let name = self.make_up();
            match self.term(part) {
                Ok(term) => locals.push(Local::Value(name.clone(), Box::new(term))),
                Err(error) => failed = Some(error),
            }
            Expr::name(name, part.span)
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(Term::Let(locals, Box::new(Self::pure(whole)))),
        }
    }

    /// Whether a part stands for an operator and not for a value.
    fn is_operator(&self, part: &Expr) -> bool {
        match &part.kind {
            ExprKind::Lambda(..) | ExprKind::Symbol(_) => !self.calls(part),
            ExprKind::Name { path, name, args } if path.is_empty() && args.is_empty() => {
                self.acting.definitions.get(name.as_str()).is_some_and(|d| !d.params().is_empty())
            }
            _ => false,
        }
    }

    /// `[f EXCEPT ![i] = e, ...]`: first `f`, then for each change its index, then the calls in its value. The value itself is
    /// needed only where the index is in the domain.
    fn except(&mut self, expr: &Expr, base: &Expr) -> Read<Term> {
        let ExprKind::Except(_, updates) = &expr.kind else { return self.parts(expr) };
        let mut locals = Vec::new();
        let mut current = self.bind(base, &mut locals)?;
        for update in updates {
            let mut update = update.clone();
            let mut old = current.clone();
            for step in &mut update.path {
                match step {
                    Step::Field(field) => {
                        old = Expr::new(ExprKind::Field(Box::new(old), field.clone()), expr.span);
                    }
                    Step::Index(indices) => {
                        for index in indices.iter_mut() {
                            *index = self.bind(index, &mut locals)?;
                        }
                        old = Expr::new(ExprKind::Apply(Box::new(old), indices.clone()), expr.span);
                    }
                }
            }
            if mentions_at(&update.value) {
                let old = self.bind(&old, &mut locals)?;
                update.value = at_replaced(&update.value, &old);
            }
            let value = self.term(&update.value)?;
            update.value = self.after_calls(value, &mut locals);
            let changed = Expr::new(ExprKind::Except(Box::new(current), vec![update]), expr.span);
            current = self.bind(&changed, &mut locals)?;
        }
        Ok(Term::Let(locals, Box::new(Self::pure(current))))
    }

    /// A name for the value of `expr`, which `locals` gets.
    fn bind(&mut self, expr: &Expr, locals: &mut Vec<Local>) -> Read<Expr> {
        let name = self.make_up();
        locals.push(Local::Value(name.clone(), Box::new(self.term(expr)?)));
        Ok(Expr::name(name, expr.span))
    }

    /// What `term` is once the calls in it have run, which `locals` gets.
    fn after_calls(&mut self, term: Term, locals: &mut Vec<Local>) -> Expr {
        let made_up = |local: &Local| matches!(local, Local::Value(name, _) if name.starts_with('%'));
        match term {
            Term::Pure(pure) => pure.expr,
            Term::Let(parts, body) if parts.iter().all(made_up) => {
                for part in parts {
                    let part = match part {
                        Local::Value(name, term) => {
                            let value = self.after_calls(*term, locals);
                            Local::Value(name, Box::new(Self::pure(value)))
                        }
                        operators @ Local::Operators(_) => operators,
                    };
                    locals.push(part);
                }
                self.after_calls(*body, locals)
            }
            calling => {
                let (name, span) = (self.make_up(), calling.span());
                locals.push(Local::Value(name.clone(), Box::new(calling)));
                Expr::name(name, span)
            }
        }
    }
}

/// Whether `expr` assigns, rather than calls what does.
fn acts_itself(acting: &Acting<'_>, expr: &Expr) -> bool {
    visit::any(expr, &|e| matches!(&e.kind, ExprKind::Prefix(op, _) if op == "UNCHANGED"))
        || acting.acts(expr, Writing::Primed) && !acting.calls(expr)
}

/// Whether `@` of the EXCEPT around `expr` occurs in it.
fn mentions_at(expr: &Expr) -> bool {
    let marked = at_replaced(expr, &Expr::name("%", expr.span));
    visit::any(&marked, &|e| e.as_name() == Some("%"))
}

/// `expr` with `@` replaced. In an EXCEPT inside, only what is changed and where still belong to the one around it.
fn at_replaced(expr: &Expr, old: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::At => old.clone(),
        ExprKind::Except(base, updates) => {
            let mut updates = updates.clone();
            for step in updates.iter_mut().flat_map(|update| &mut update.path) {
                if let Step::Index(indices) = step {
                    indices.iter_mut().for_each(|index| *index = at_replaced(index, old));
                }
            }
            Expr::new(ExprKind::Except(Box::new(at_replaced(base, old)), updates), expr.span)
        }
        _ => visit::map(expr, &mut |child| at_replaced(child, old)),
    }
}

/// Whether `expr` is `v'[i]`, `v'.f` or `v[i]'`.
fn is_part_of_primed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Apply(e, _) | ExprKind::Field(e, _) => {
            target(e, Writing::Primed, &[]).is_some() || is_part_of_primed(e)
        }
        ExprKind::Postfix(op, e) if op == "'" => matches!(e.kind, ExprKind::Apply(..) | ExprKind::Field(..)),
        _ => false,
    }
}
