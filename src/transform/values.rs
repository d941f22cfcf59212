//! Calls for a value: each is taken out of its expression and runs before it, in the order of the text.
//!
//! `x' = x + take(s)` becomes `LET old1 == x IN` run `take(s)` as `got1`, then `x' = old1 + got1.value`. A procedure that
//! is called so gets a second form, which ends in `Return`.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::pass::AT;
use super::pass::local;
use super::pass::name;
use super::pass::node;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::span::Span;
use crate::tla::syntax::Arm;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Item;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::syntax::Update;
use crate::tla::visit;

/// The field of an outcome that holds the state.
pub(super) const STATE: &str = "state";
/// The field of an outcome that holds the value.
pub(super) const VALUE: &str = "value";

/// The procedures with every call for a value as a statement of its own.
pub(super) struct Lifted {
    pub(super) stmts: BTreeMap<String, Stmt>,
    /// For a procedure that is called for its value, the name of its form that returns.
    pub(super) returning: BTreeMap<String, String>,
}

/// Take the calls out of all expressions of `stmts`.
pub(super) fn lift(facts: &Facts<'_>, stmts: BTreeMap<String, Stmt>) -> Lifted {
    let mut lifter = Lifter {
        facts,
        outcome: facts.fresh(&["got", "outcome"]),
        before: facts.fresh(&["old", "before"]),
        count: 0,
        returning: BTreeMap::new(),
    };
    let mut lifted = BTreeMap::new();
    for (procedure, stmt) in &stmts {
        lifter.count = 0;
        lifted.insert(procedure.clone(), lifter.stmt(stmt));
    }
    // A form that returns may call others for their values.
    loop {
        let missing = lifter.returning.iter().find(|(_, form)| !lifted.contains_key(*form));
        let Some((procedure, form)) = missing.map(|(procedure, form)| (procedure.clone(), form.clone())) else { break };
        lifter.count = 0;
        let body = lifter.returned(&stmts[&procedure]);
        lifted.insert(form, body);
    }
    Lifted { stmts: lifted, returning: lifter.returning }
}

/// What has to happen before an expression can be evaluated.
enum Before {
    /// Run a statement that returns, and name its outcome.
    Run(String, Stmt),
    /// Keep a value that a later run may change.
    Keep(String, Expr),
}

struct Lifter<'a> {
    facts: &'a Facts<'a>,
    outcome: String,
    before: String,
    count: usize,
    returning: BTreeMap<String, String>,
}

impl Lifter<'_> {
    fn fresh(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}{}", self.count)
    }

    /// The name of the form of a procedure that returns.
    fn form(&mut self, procedure: &str) -> String {
        if let Some(form) = self.returning.get(procedure) {
            return form.clone();
        }
        let mut form = format!("{procedure}_result");
        while self.facts.identifiers.contains(&form) {
            form.push('_');
        }
        self.returning.insert(procedure.to_owned(), form.clone());
        form
    }

    /// `stmt` with the calls in its expressions run before them.
    fn stmt(&mut self, stmt: &Stmt) -> Stmt {
        self.with_tail(stmt, false)
    }

    /// `stmt` as the end of a procedure that returns.
    fn returned(&mut self, stmt: &Stmt) -> Stmt {
        self.with_tail(stmt, true)
    }

    /// `stmt`; as an end, it hands out its value.
    fn with_tail(&mut self, stmt: &Stmt, end: bool) -> Stmt {
        let made = self.kind(stmt, end);
        Stmt { notes: stmt.notes.clone(), ..made }
    }

    fn kind(&mut self, stmt: &Stmt, end: bool) -> Stmt {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Guard(e) => {
                let kind = if end { StmtKind::Return } else { StmtKind::Guard };
                self.with(e, |_, e| Stmt::new(kind(e), span))
            }
            StmtKind::Assign(variable, e) => {
                let variable = variable.clone();
                let assign = self.with(e, |_, e| Stmt::new(StmtKind::Assign(variable, e), span));
                if end { then_true(assign) } else { assign }
            }
            StmtKind::Pick(variable, e) => {
                let variable = variable.clone();
                let pick = self.with(e, |_, e| Stmt::new(StmtKind::Pick(variable, e), span));
                if end { then_true(pick) } else { pick }
            }
            StmtKind::Call(callee, args) => {
                let callee = if end { self.form(callee) } else { callee.clone() };
                self.with_all(&args.iter().collect::<Vec<_>>(), |_, args| Stmt::new(StmtKind::Call(callee, args), span))
            }
            StmtKind::Seq(list) => self.sequence(list, span, end),
            StmtKind::If(c, a, b) => self.with(c, |this, c| {
                let (a, b) = (this.with_tail(a, end), this.with_tail(b, end));
                Stmt::new(StmtKind::If(c, Box::new(a), Box::new(b)), span)
            }),
            StmtKind::Case(arms) => self.case(arms, span, end),
            StmtKind::Or(list) => {
                let list = list.iter().map(|s| match &s.kind {
                    StmtKind::Guard(e) if end && !self.facts.calls(e) => then_true(s.clone()),
                    _ => self.with_tail(s, end),
                });
                Stmt::new(StmtKind::Or(list.collect()), span)
            }
            StmtKind::Exists(bounds, body) => self.bounded(bounds, |this, bounds| {
                Stmt::new(StmtKind::Exists(bounds, Box::new(this.with_tail(body, end))), span)
            }),
            StmtKind::Loop(bounds, body) => {
                let repeat = self
                    .bounded(bounds, |this, bounds| Stmt::new(StmtKind::Loop(bounds, Box::new(this.stmt(body))), span));
                if end { then_true(repeat) } else { repeat }
            }
            StmtKind::Let(units, body) => self.locals(units, span, |this| this.with_tail(body, end)),
            StmtKind::Skip(_) if end => then_true(stmt.clone()),
            StmtKind::Skip(_) | StmtKind::Bind(..) | StmtKind::Return(_) => stmt.clone(),
        }
    }

    fn sequence(&mut self, list: &[Stmt], span: Span, end: bool) -> Stmt {
        // UNCHANGED at the end of a list says nothing about its value.
        let last = if end { list.iter().rposition(|s| !only_skips(s)) } else { None };
        let mut steps: Vec<_> = match last {
            Some(last) => {
                let mut steps: Vec<_> = list[..last].iter().map(|s| self.stmt(s)).collect();
                steps.push(self.returned(&list[last]));
                steps
            }
            None => list.iter().map(|s| self.stmt(s)).collect(),
        };
        if end && last.is_none() {
            steps.push(returned_true());
        }
        Stmt::new(StmtKind::Seq(steps), span)
    }

    fn case(&mut self, arms: &[(Option<Expr>, Stmt)], span: Span, end: bool) -> Stmt {
        let calling = |(guard, _): &(Option<Expr>, Stmt)| guard.as_ref().is_some_and(|guard| self.facts.calls(guard));
        let split = arms.iter().position(calling).unwrap_or(arms.len());
        let mut made: Vec<_> = arms[..split].iter().map(|(g, s)| (g.clone(), self.with_tail(s, end))).collect();
        // The first condition that calls runs only where those before it are false.
        if let Some(((Some(guard), body), rest)) = arms[split..].split_first() {
            let other = self.with(guard, |this, guard| {
                let mut arms = vec![(Some(guard), this.with_tail(body, end))];
                let other = rest.iter().take_while(|(guard, _)| guard.is_some()).count();
                if other > 0 {
                    arms.push((None, this.case(rest, span, end)));
                } else {
                    arms.extend(rest.iter().map(|(_, s)| (None, this.with_tail(s, end))));
                }
                Stmt::new(StmtKind::Case(arms), span)
            });
            if made.is_empty() {
                return other;
            }
            made.push((None, other));
        }
        Stmt::new(StmtKind::Case(made), span)
    }

    fn locals(&mut self, units: &[Unit], span: Span, body: impl FnOnce(&mut Self) -> Stmt) -> Stmt {
        let calling = |unit: &Unit| unit.definition().is_some_and(|definition| self.facts.calls(&definition.body));
        let Some(at) = units.iter().position(calling) else {
            return Stmt::new(StmtKind::Let(units.to_vec(), Box::new(body(self))), span);
        };
        let (before, rest) = units.split_at(at);
        let made = match rest.split_first().and_then(|(unit, rest)| Some((unit, unit.definition()?, rest))) {
            Some((unit, definition, rest)) => self.with(&definition.body, |this, value| {
                let mut value = Some(value);
                let unit = visit::map_unit(unit, &mut |e| value.take().unwrap_or_else(|| e.clone()));
                let inner = if rest.is_empty() { body(this) } else { this.locals(rest, span, body) };
                Stmt::new(StmtKind::Let(vec![unit], Box::new(inner)), span)
            }),
            None => body(self),
        };
        if before.is_empty() { made } else { Stmt::new(StmtKind::Let(before.to_vec(), Box::new(made)), span) }
    }

    fn bounded(&mut self, bounds: &[Bound], f: impl FnOnce(&mut Self, Vec<Bound>) -> Stmt) -> Stmt {
        let sets: Vec<_> = bounds.iter().filter_map(|bound| bound.set.as_ref()).collect();
        self.with_all(&sets, |this, sets| {
            let mut sets = sets.into_iter();
            let bounds = bounds.iter().map(|b| Bound { set: b.set.as_ref().and_then(|_| sets.next()), ..b.clone() });
            f(this, bounds.collect())
        })
    }

    fn with(&mut self, expr: &Expr, f: impl FnOnce(&mut Self, Expr) -> Stmt) -> Stmt {
        let (before, expr) = self.value(expr);
        let stmt = f(self, expr);
        wrapped(before, stmt)
    }

    fn with_all(&mut self, exprs: &[&Expr], f: impl FnOnce(&mut Self, Vec<Expr>) -> Stmt) -> Stmt {
        let (before, exprs) = self.all(exprs);
        let stmt = f(self, exprs);
        wrapped(before, stmt)
    }

    /// Expressions that are evaluated one after the other.
    fn all(&mut self, exprs: &[&Expr]) -> (Vec<Before>, Vec<Expr>) {
        let last = exprs.iter().rposition(|e| self.facts.calls(e)).unwrap_or(0);
        let mut before = Vec::new();
        let mut made = Vec::new();
        for (n, expr) in exprs.iter().enumerate() {
            let (more, mut value) = self.value(expr);
            before.extend(more);
            let (reads, primes) = self.facts.reads(&value);
            if n < last && !(reads.is_empty() && primes.is_empty()) {
                let kept = self.fresh(&self.before.clone());
                before.push(Before::Keep(kept.clone(), value));
                value = name(&kept);
            }
            made.push(value);
        }
        (before, made)
    }

    /// What has to run before `expr`, and what it is then.
    fn value(&mut self, expr: &Expr) -> (Vec<Before>, Expr) {
        if !self.facts.calls(expr) {
            return (Vec::new(), expr.clone());
        }
        let (before, mut value) = self.value_kind(expr);
        value.notes.wrap(expr.notes.clone());
        (before, value)
    }

    fn value_kind(&mut self, expr: &Expr) -> (Vec<Before>, Expr) {
        match &expr.kind {
            ExprKind::Name { path, name, args } if path.is_empty() && self.facts.is_procedure(name) => {
                let (mut before, args) = self.all(&args.iter().collect::<Vec<_>>());
                let call = Stmt::new(StmtKind::Call(self.form(name), args), expr.span);
                let value = self.run(&mut before, call, expr.span);
                (before, value)
            }
            ExprKind::Infix(op, a, b) if (op == "/\\" || op == "\\/" || op == "=>") && self.facts.calls(b) => {
                let stmt = self.shortcut(op, &[&**a, &**b]);
                self.ran(stmt, expr.span)
            }
            ExprKind::Junction(and, items) if items.iter().skip(1).any(|item| self.facts.calls(&item.expr)) => {
                let items: Vec<_> = items.iter().map(|item: &Item| &item.expr).collect();
                let stmt = self.shortcut(if *and { "/\\" } else { "\\/" }, &items);
                self.ran(stmt, expr.span)
            }
            ExprKind::If(c, a, b) if self.facts.calls(a) || self.facts.calls(b) => {
                let stmt = self.with(c, |this, c| {
                    let (a, b) = (this.end(a), this.end(b));
                    Stmt::new(StmtKind::If(c, Box::new(a), Box::new(b)), expr.span)
                });
                self.ran(stmt, expr.span)
            }
            ExprKind::Case(arms) => {
                let arms = arms.iter().map(|Arm { guard, body }| (guard.clone(), formula(body)));
                let stmt = self.case(&arms.collect::<Vec<_>>(), expr.span, true);
                self.ran(stmt, expr.span)
            }
            ExprKind::Let(units, body) => {
                let stmt = self.locals(units, expr.span, |this| this.end(body));
                self.ran(stmt, expr.span)
            }
            ExprKind::Except(base, updates) => self.except(base, updates, expr.span),
            ExprKind::Quant(..) | ExprKind::Function(..) | ExprKind::Map(..) => self.sets(expr, |kind| match kind {
                ExprKind::Quant(_, bounds, _) | ExprKind::Function(bounds, _) | ExprKind::Map(_, bounds) => {
                    bounds.iter_mut().filter_map(|bound| bound.set.as_mut()).collect()
                }
                _ => Vec::new(),
            }),
            ExprKind::Choose(..) | ExprKind::Filter(..) => self.sets(expr, |kind| match kind {
                ExprKind::Choose(bound, _) | ExprKind::Filter(bound, _) => bound.set.iter_mut().collect(),
                _ => Vec::new(),
            }),
            kind => {
                let mut children = Vec::new();
                visit::children(kind, &mut |child| children.push(child));
                let (before, children) = self.all(&children);
                let mut children = children.into_iter();
                let mut value = visit::map(expr, &mut |e| children.next().unwrap_or_else(|| e.clone()));
                value.notes = Notes::default();
                (before, value)
            }
        }
    }

    /// A quantifier and its like: the calls in its sets run before it.
    fn sets(&mut self, expr: &Expr, sets: fn(&mut ExprKind) -> Vec<&mut Expr>) -> (Vec<Before>, Expr) {
        let mut kind = expr.kind.clone();
        let old: Vec<_> = sets(&mut kind).into_iter().map(|set| set.clone()).collect();
        let (before, new) = self.all(&old.iter().collect::<Vec<_>>());
        sets(&mut kind).into_iter().zip(new).for_each(|(set, new)| *set = new);
        (before, Expr::new(kind, expr.span))
    }

    /// EXCEPT, one update after the other: the base is kept, so that `@` is what it was when its update began. Where nothing
    /// runs in between it stays `@`, which has no value outside of the domain and is not needed there.
    fn except(&mut self, base: &Expr, updates: &[Update], span: Span) -> (Vec<Before>, Expr) {
        let (mut before, mut value) = self.value(base);
        for update in updates {
            let kept = self.fresh(&self.before.clone());
            before.push(Before::Keep(kept.clone(), value));
            let mut index = |e: &Expr| {
                let (more, index) = self.value(e);
                before.extend(more);
                let kept = self.fresh(&self.before.clone());
                before.push(Before::Keep(kept.clone(), index));
                name(&kept)
            };
            let path = update.path.iter().map(|step| match step {
                Step::Field(field) => Step::Field(field.clone()),
                Step::Index(indices) => Step::Index(indices.iter().map(&mut index).collect()),
            });
            let path: Vec<_> = path.collect();
            let old = part(&name(&kept), &path);
            let (more, new) = self.value(&with_at(&update.value, &old));
            before.extend(more);
            let update = Update { path, value: at_again(&new, &old) };
            value = Expr::new(ExprKind::Except(Box::new(name(&kept)), vec![update]), span);
        }
        (before, value)
    }

    /// `expr` as the end of what returns.
    fn end(&mut self, expr: &Expr) -> Stmt {
        let span = expr.span;
        self.with(expr, |_, expr| Stmt::new(StmtKind::Return(expr), span))
    }

    /// A statement that returns, as a value.
    fn ran(&mut self, stmt: Stmt, span: Span) -> (Vec<Before>, Expr) {
        let mut before = Vec::new();
        let value = self.run(&mut before, stmt, span);
        (before, value)
    }

    fn run(&mut self, before: &mut Vec<Before>, stmt: Stmt, span: Span) -> Expr {
        let outcome = self.fresh(&self.outcome.clone());
        before.push(Before::Run(outcome.clone(), stmt));
        node(ExprKind::Field(Box::new(name(&outcome)), VALUE.to_owned()), span)
    }

    /// `/\`, `\/`, `=>` where what comes later is evaluated only if it matters.
    fn shortcut(&mut self, op: &str, items: &[&Expr]) -> Stmt {
        let Some((first, rest)) = items.split_first() else { return returned_true() };
        if rest.is_empty() {
            return self.end(first);
        }
        let span = first.span;
        self.with(first, |this, condition| {
            let rest = Box::new(this.shortcut(op, rest));
            let decided = Box::new(Stmt::new(StmtKind::Return(name(if op == "/\\" { "FALSE" } else { "TRUE" })), span));
            let kind = if op == "\\/" {
                StmtKind::If(condition, decided, rest)
            } else {
                StmtKind::If(condition, rest, decided)
            };
            Stmt::new(kind, span)
        })
    }
}

fn wrapped(before: Vec<Before>, stmt: Stmt) -> Stmt {
    before.into_iter().rev().fold(stmt, |rest, before| {
        let span = rest.span;
        let kind = match before {
            Before::Run(outcome, stmt) => StmtKind::Bind(outcome, Box::new(stmt), Box::new(rest)),
            Before::Keep(kept, value) => StmtKind::Let(vec![local(&kept, value)], Box::new(rest)),
        };
        Stmt::new(kind, span)
    })
}

fn formula(expr: &Expr) -> Stmt {
    Stmt::new(StmtKind::Guard(expr.clone()), expr.span)
}

fn returned_true() -> Stmt {
    Stmt::new(StmtKind::Return(name("TRUE")), AT)
}

fn then_true(stmt: Stmt) -> Stmt {
    let span = stmt.span;
    Stmt::new(StmtKind::Seq(vec![stmt, returned_true()]), span)
}

/// Whether a statement is UNCHANGED, or a list of nothing else.
fn only_skips(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Skip(_) => true,
        StmtKind::Seq(list) => list.iter().all(only_skips),
        _ => false,
    }
}

/// The part of `base` that a path names.
fn part(base: &Expr, path: &[Step]) -> Expr {
    path.iter().fold(base.clone(), |whole, step| {
        let kind = match step {
            Step::Field(field) => ExprKind::Field(Box::new(whole), field.clone()),
            Step::Index(indices) => ExprKind::Apply(Box::new(whole), indices.clone()),
        };
        node(kind, AT)
    })
}

/// `expr` with `at` for `@`. In an EXCEPT inside, what is changed and where belong to the one around it, and the new values
/// have an `@` of their own.
fn with_at(expr: &Expr, at: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::At => at.clone(),
        ExprKind::Except(base, updates) => outside_values(expr, base, updates, |e| with_at(e, at)),
        _ => visit::map(expr, &mut |e| with_at(e, at)),
    }
}

/// `expr` with `@` for `at` again.
fn at_again(expr: &Expr, at: &Expr) -> Expr {
    match &expr.kind {
        _ if expr.kind == at.kind => Expr::new(ExprKind::At, expr.span),
        ExprKind::Except(base, updates) => outside_values(expr, base, updates, |e| at_again(e, at)),
        _ => visit::map(expr, &mut |e| at_again(e, at)),
    }
}

/// The EXCEPT `expr` with `f` of its base and its indices.
fn outside_values(expr: &Expr, base: &Expr, updates: &[Update], f: impl Fn(&Expr) -> Expr) -> Expr {
    let step = |step: &Step| match step {
        Step::Field(field) => Step::Field(field.clone()),
        Step::Index(indices) => Step::Index(indices.iter().map(&f).collect()),
    };
    let update = |update: &Update| Update { path: update.path.iter().map(step).collect(), value: update.value.clone() };
    let kind = ExprKind::Except(Box::new(f(base)), updates.iter().map(update).collect());
    let mut made = Expr::new(kind, expr.span);
    made.notes.clone_from(&expr.notes);
    made
}
