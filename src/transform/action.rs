//! Procedures as actions: what can stay a formula stays, the rest goes through a state.

use super::facts::Names;
use super::once;
use super::parts;
use super::parts::Parts;
use super::pass::Passer;
use super::pass::define;
use super::pass::local;
use super::pass::on_name;
use super::plain::Bodies;
use super::plain::Completer;
use super::plain::unchanged;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::span::Span;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Item;
use crate::tla::syntax::Name;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Param;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::visit;

const AT: Span = Span { start: 0, end: 0 };

/// What became of an action.
pub(super) struct Made {
    /// The action; `None` if it can stay as it is written.
    pub(super) action: Option<Unit>,
    /// Operators it needs, to stand before it.
    pub(super) helpers: Vec<Unit>,
    /// Whether it is an ordinary formula.
    pub(super) plain: bool,
}

impl Passer<'_> {
    /// `procedure`, which is what `definition` defines or its form that returns, as an operator on states, with
    /// its loops before it.
    pub(super) fn procedure(&mut self, definition: &Definition, procedure: &str) -> Vec<Unit> {
        self.count = 0;
        self.scope = scope_of(definition);
        procedure.clone_into(&mut self.owner);
        let stmt = &self.bodies.stmts[procedure];
        let state = self.invented.state.clone();
        let body =
            if self.bodies.single.contains(procedure) { self.one(stmt, &state) } else { self.many(stmt, &state) };
        let mut units = std::mem::take(&mut self.loops);
        units.push(self.on_unit(&self.on_name(procedure), definition, body));
        units
    }

    /// A function as an operator on states.
    pub(super) fn function(&mut self, definition: &Definition) -> Unit {
        let state = self.invented.state.clone();
        let body = match &definition.head {
            crate::tla::syntax::Head::Operator(..) => self.on(&definition.body, &state),
            crate::tla::syntax::Head::Function(bounds) => {
                let function = Expr::new(
                    ExprKind::Function(bounds.clone(), Box::new(definition.body.clone())),
                    definition.body.span,
                );
                self.on(&function, &state)
            }
        };
        self.on_unit(&on_name(self.facts, &definition.name.text), definition, body)
    }

    fn on_unit(&self, name: &str, definition: &Definition, body: Expr) -> Unit {
        let mut params = vec![Param::value(self.invented.state.clone(), AT)];
        params.extend(definition.params().iter().cloned());
        define(name, params, body, definition.name.span)
    }

    /// A procedure as an action.
    pub(super) fn action(&mut self, definition: &Definition, stmt: &Stmt, called: bool) -> Made {
        self.count = 0;
        self.scope = scope_of(definition);
        let name = &definition.name.text;
        if let Some(written) = self.as_written(stmt, called) {
            let action = (written != *stmt).then(|| remade(definition, &written));
            return Made { action, helpers: Vec::new(), plain: true };
        }
        let inline = self.facts.roots.contains(name);
        if inline || !has_leaf(self.bodies, self.parts, stmt, called) {
            let action = self.formula(stmt);
            let helpers = std::mem::take(&mut self.loops);
            let made = (action != *stmt).then(|| remade(definition, &action));
            return Made { action: made, helpers, plain: false };
        }
        let (guards, rest) = leading_guards(stmt);
        let rest: Vec<Stmt> = rest.into_iter().cloned().collect();
        let rest = Stmt::new(StmtKind::Seq(rest), stmt.span);
        let single = self.bodies.is_single(if called { stmt } else { &rest });
        let helpers = if called {
            Vec::new()
        } else {
            let state = self.invented.state.clone();
            let body = if single { self.one(&rest, &state) } else { self.many(&rest, &state) };
            let mut units = std::mem::take(&mut self.loops);
            units.push(self.on_unit(&on_name(self.facts, name), definition, body));
            units
        };
        let mut args = vec![Expr::name(self.invented.whole.clone(), AT)];
        args.extend(definition.params().iter().map(|p| Expr::name(p.name.text.clone(), AT)));
        self.wanted.whole = true;
        let after = Expr::call(on_name(self.facts, name), args, AT);
        let mut list: Vec<Stmt> = guards.into_iter().map(|g| self.now_guard(g)).collect();
        list.push(self.assigned(after, single, &self.bodies.writes_of(stmt)));
        let formula = match list.len() {
            1 => list.remove(0),
            _ => Stmt::new(StmtKind::Seq(list), stmt.span),
        };
        Made { action: Some(remade(definition, &formula)), helpers, plain: false }
    }

    /// A procedure that assigns `own` as a part of other actions.
    pub(super) fn part(&mut self, definition: &Definition, stmt: &Stmt, own: &Names) -> Option<Unit> {
        let read = once::with_primes(self.bodies, self.parts, stmt).unwrap_or_else(|| stmt.clone());
        let written = Completer { bodies: self.bodies, assigns: self.parts }.complete_part(&read, own);
        (written != *stmt).then(|| remade(definition, &written))
    }

    fn completed(&self, stmt: &Stmt) -> Stmt {
        Completer { bodies: self.bodies, assigns: self.parts }.complete(stmt, &self.facts.all())
    }

    /// `stmt`, before which nothing was assigned, as the formula it is but for primes and UNCHANGED, where that says what is
    /// meant. Of a procedure that is called, too, and is an operator on states therefore, a second text with primes would be
    /// one too many.
    fn as_written(&self, stmt: &Stmt, called: bool) -> Option<Stmt> {
        if self.bodies.is_plain(stmt, false) {
            return Some(self.completed(stmt));
        }
        let read = if called { None } else { once::with_primes(self.bodies, self.parts, stmt) };
        read.map(|stmt| self.completed(&stmt))
    }

    /// `stmt`, before which nothing was assigned, as an action.
    fn formula(&mut self, stmt: &Stmt) -> Stmt {
        if let Some(written) = self.as_written(stmt, false) {
            return written;
        }
        let kind = match &stmt.kind {
            StmtKind::Call(name, args) => {
                let call = StmtKind::Call(name.clone(), args.iter().map(|arg| self.now(arg)).collect());
                if self.parts.contains_key(name) {
                    let call = Stmt { kind: call, span: stmt.span, notes: stmt.notes.clone() };
                    return self.completed(&call);
                }
                self.wanted.actions.insert(name.clone());
                call
            }
            StmtKind::Seq(_) => return self.formula_of_sequence(stmt),
            StmtKind::If(c, a, b) => {
                let (c, a, b) = (self.now(c), self.formula(a), self.formula(b));
                StmtKind::If(c, Box::new(a), Box::new(b))
            }
            StmtKind::Case(arms) => {
                let arms = arms.iter().map(|(c, s)| (c.as_ref().map(|c| self.now(c)), self.formula(s)));
                StmtKind::Case(arms.collect())
            }
            StmtKind::Or(list) => StmtKind::Or(list.iter().map(|s| self.formula(s)).collect()),
            StmtKind::Exists(bounds, s) => {
                let depth = self.scope.len();
                self.scope.extend(bounds.iter().flat_map(|b| &b.names).map(|n| (n.text.clone(), 0)));
                let bounds =
                    bounds.iter().map(|b| Bound { set: b.set.as_ref().map(|e| self.now(e)), ..b.clone() }).collect();
                let s = self.formula(s);
                self.scope.truncate(depth);
                StmtKind::Exists(bounds, Box::new(s))
            }
            StmtKind::Let(units, s) => {
                let depth = self.scope.len();
                let names = units.iter().filter_map(Unit::definition);
                self.scope.extend(names.map(|d| (d.name.text.clone(), d.params().len())));
                let units = units.iter().map(|u| visit::map_unit(u, &mut |e| self.now(e))).collect();
                let s = self.formula(s);
                self.scope.truncate(depth);
                StmtKind::Let(units, Box::new(s))
            }
            _ => return self.leaf(&[stmt]),
        };
        Stmt { kind, span: stmt.span, notes: stmt.notes.clone() }
    }

    fn formula_of_sequence(&mut self, stmt: &Stmt) -> Stmt {
        let (guards, rest) = leading_guards(stmt);
        let acting: Vec<_> = rest.iter().copied().filter(|s| !is_skip(s)).collect();
        let mut list: Vec<Stmt> = guards.into_iter().map(|g| self.now_guard(g)).collect();
        let mut last = match acting.as_slice() {
            [only] => self.formula(only),
            _ => self.leaf(&rest),
        };
        if acting.len() == 1 {
            for skip in rest.iter().filter(|s| is_skip(s)) {
                last.notes.after.extend(skip.notes.before.iter().chain(&skip.notes.after).cloned());
            }
        }
        list.push(last);
        Stmt { kind: StmtKind::Seq(list), span: stmt.span, notes: stmt.notes.clone() }
    }

    /// Statements through a state, in place.
    fn leaf(&mut self, steps: &[&Stmt]) -> Stmt {
        let single = steps.iter().all(|s| self.bodies.is_single(s));
        let mut writes = Names::new();
        steps.iter().for_each(|s| writes.extend(self.bodies.writes_of(s)));
        let whole = self.invented.whole.clone();
        self.wanted.whole = true;
        let after = self.sequence(steps, &whole, single);
        self.assigned(after, single, &writes)
    }

    /// The action that goes to the state `after`, or to one of the states in it.
    fn assigned(&self, after: Expr, single: bool, writes: &Names) -> Stmt {
        let state = &self.invented.state;
        let mut items = Vec::new();
        for variable in self.facts.variables.iter().filter(|v| writes.contains(*v)) {
            let value = Expr::new(ExprKind::Field(Box::new(Expr::name(state.clone(), AT)), variable.clone()), AT);
            let stmt = Stmt::new(StmtKind::Assign(variable.clone(), value), AT);
            items.push(Item { expr: stmt.to_expr(), notes: Notes::default() });
        }
        let rest: Names = self.facts.all().difference(writes).cloned().collect();
        if !rest.is_empty() {
            items.push(Item { expr: unchanged(self.facts, &rest), notes: Notes::default() });
        }
        let body = Box::new(Expr::new(ExprKind::Junction(true, items), AT));
        let kind = if single {
            ExprKind::Let(vec![local(state, after)], body)
        } else {
            let bound = Bound { names: vec![Name::new(state.clone(), AT)], tuple: false, set: Some(after) };
            ExprKind::Quant(Quantifier::Some, vec![bound], body)
        };
        Stmt::new(StmtKind::Guard(Expr::new(kind, AT)), AT)
    }

    fn now_guard(&mut self, guard: &Stmt) -> Stmt {
        let kind = match &guard.kind {
            StmtKind::Guard(e) => StmtKind::Guard(self.now(e)),
            other => other.clone(),
        };
        Stmt { kind, span: guard.span, notes: guard.notes.clone() }
    }

    /// `expr` where nothing is assigned yet: there, `v'` is `v`.
    fn now(&mut self, expr: &Expr) -> Expr {
        if self.facts.reads(expr).1.is_empty() {
            return expr.clone();
        }
        let whole = self.invented.whole.clone();
        self.on(expr, &whole)
    }
}

fn scope_of(definition: &Definition) -> Vec<(String, usize)> {
    definition.params().iter().map(|p| (p.name.text.clone(), p.arity)).collect()
}

/// The same definition with another body.
pub(super) fn remade(definition: &Definition, stmt: &Stmt) -> Unit {
    let mut unit = define(&definition.name.text, definition.params().to_vec(), stmt.to_expr(), definition.name.span);
    if let crate::tla::syntax::UnitKind::Definition(new) = &mut unit.kind {
        new.local = definition.local;
        new.head = definition.head.clone();
    }
    unit
}

/// Whether an action needs a state somewhere; `called` if it is an operator on states, too.
pub(super) fn has_leaf(bodies: &Bodies<'_>, parts: &Parts, stmt: &Stmt, called: bool) -> bool {
    if bodies.is_plain(stmt, false) || (!called && parts::is_formula(bodies, parts, stmt)) {
        return false;
    }
    let has_leaf = |stmt: &Stmt| has_leaf(bodies, parts, stmt, called);
    match &stmt.kind {
        StmtKind::Call(..) => false,
        StmtKind::Seq(_) => {
            let (_, rest) = leading_guards(stmt);
            let acting: Vec<_> = rest.into_iter().filter(|s| !is_skip(s)).collect();
            match acting.as_slice() {
                [only] => has_leaf(only),
                _ => true,
            }
        }
        StmtKind::If(_, a, b) => has_leaf(a) || has_leaf(b),
        StmtKind::Case(arms) => arms.iter().any(|(_, s)| has_leaf(s)),
        StmtKind::Or(list) => list.iter().any(has_leaf),
        StmtKind::Exists(_, s) | StmtKind::Let(_, s) => has_leaf(s),
        _ => true,
    }
}

fn is_skip(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Skip(_) => true,
        StmtKind::Guard(e) => e.as_name() == Some("TRUE"),
        _ => false,
    }
}

/// The conditions that come first, and what follows them.
fn leading_guards(stmt: &Stmt) -> (Vec<&Stmt>, Vec<&Stmt>) {
    let steps = match &stmt.kind {
        StmtKind::Seq(list) => list.iter().flat_map(Stmt::steps).collect(),
        _ => vec![stmt],
    };
    let count = steps.iter().take_while(|s| matches!(s.kind, StmtKind::Guard(_))).count();
    let (guards, rest) = steps.split_at(count);
    (guards.to_vec(), rest.to_vec())
}

/// The procedures that `stmt`, before which nothing was assigned, calls as actions.
pub(super) fn called_as_actions(stmt: &Stmt, out: &mut Names) {
    match &stmt.kind {
        StmtKind::Call(name, _) => {
            out.insert(name.clone());
        }
        StmtKind::Seq(_) => {
            let (_, rest) = leading_guards(stmt);
            let acting: Vec<_> = rest.into_iter().filter(|s| !is_skip(s)).collect();
            if let [only] = acting.as_slice() {
                called_as_actions(only, out);
            }
        }
        StmtKind::If(_, a, b) => {
            called_as_actions(a, out);
            called_as_actions(b, out);
        }
        StmtKind::Case(arms) => arms.iter().for_each(|(_, s)| called_as_actions(s, out)),
        StmtKind::Or(list) => list.iter().for_each(|s| called_as_actions(s, out)),
        StmtKind::Exists(_, s) | StmtKind::Let(_, s) => called_as_actions(s, out),
        _ => {}
    }
}
