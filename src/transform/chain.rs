//! Sequences of statements: each statement with one outcome is a definition in a LET, with a name for the state after it.

use std::collections::VecDeque;

use super::facts::Names;
use super::pass::AT;
use super::pass::Passer;
use super::pass::comprehension;
use super::pass::except;
use super::pass::let_in;
use super::pass::local;
use super::pass::name;
use super::pass::node;
use super::pass::union_of;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use super::values;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::syntax::Update;

/// A chain of LET definitions that is being built.
struct Chain {
    units: Vec<Unit>,
    /// The state after them.
    state: String,
    /// The state before the last definition and what that definition writes, while it can still be extended.
    open: Option<(String, Names)>,
    /// Comments of statements that left no code.
    waiting: Vec<String>,
}

impl Passer<'_> {
    /// Statements one after the other, as a chain of LET definitions.
    pub(super) fn sequence(&mut self, steps: &[&Stmt], at: &str, single: bool) -> Expr {
        let mut chain = Chain { units: Vec::new(), state: at.to_owned(), open: None, waiting: Vec::new() };
        let depth = self.scope.len();
        let mut rest: VecDeque<&Stmt> = steps.iter().copied().collect();
        while let Some(first) = rest.front().copied() {
            match &first.kind {
                StmtKind::Bind(outcome, run, then) if self.bodies.is_single(run) => {
                    rest.pop_front();
                    chain.waiting.extend(first.notes.before.iter().chain(&first.notes.after).cloned());
                    self.bind(&mut chain, outcome, run);
                    then.steps().into_iter().rev().for_each(|step| rest.push_front(step));
                }
                _ if self.bodies.is_single(first) && !self.bodies.returns(first) => {
                    rest.pop_front();
                    self.link(&mut chain, first);
                }
                _ => break,
            }
        }
        let last = match rest.front() {
            None if single => None,
            None => Some(node(ExprKind::Set(vec![name(&chain.state)]), AT)),
            Some(end) if single => Some(self.one(end, &chain.state.clone())),
            Some(_) => Some(self.after(rest.make_contiguous(), &chain.state.clone())),
        };
        self.scope.truncate(depth);
        finish(chain, last)
    }

    /// Add a run whose outcome is named to the chain.
    fn bind(&mut self, chain: &mut Chain, outcome: &str, run: &Stmt) {
        let mut expr = self.one(run, &chain.state.clone());
        expr.notes.before.splice(0..0, chain.waiting.drain(..));
        chain.units.push(local(outcome, expr));
        chain.state = self.fresh_state();
        chain.units.push(local(&chain.state, state_of(outcome)));
        chain.open = None;
        self.scope.push((outcome.to_owned(), 0));
    }

    /// Add one statement with one outcome to the chain.
    fn link(&mut self, chain: &mut Chain, stmt: &Stmt) {
        if let StmtKind::Skip(_) | StmtKind::Guard(_) = &stmt.kind {
            chain.waiting.extend(stmt.notes.before.iter().chain(&stmt.notes.after).cloned());
            return;
        }
        let mut notes = stmt.notes.clone();
        notes.before.splice(0..0, chain.waiting.drain(..));
        if let StmtKind::Assign(variable, value) = &stmt.kind {
            let base = chain.open.as_ref().map_or_else(|| chain.state.clone(), |(base, _)| base.clone());
            let (updates, reads) = self.updates(variable, value, &base);
            let fits = chain.open.as_ref().is_some_and(|(_, written)| written.is_disjoint(&reads));
            if let (true, Some(unit), Some((_, written))) = (fits, chain.units.last_mut(), chain.open.as_mut()) {
                written.insert(variable.clone());
                extend(unit, updates, notes);
                return;
            }
            let base = chain.state.clone();
            let (updates, _) = self.updates(variable, value, &base);
            let mut expr = except(&base, updates, stmt.span);
            expr.notes.wrap(notes);
            chain.state = self.fresh_state();
            chain.units.push(local(&chain.state, expr));
            chain.open = Some((base, Names::from([variable.clone()])));
            return;
        }
        let mut expr = self.one_kind(stmt, &chain.state.clone());
        expr.notes.wrap(notes);
        chain.state = self.fresh_state();
        chain.units.push(local(&chain.state, expr));
        chain.open = None;
    }

    /// The outcomes of `steps`, the first of which may have none or several.
    fn after(&mut self, steps: &[&Stmt], at: &str) -> Expr {
        let guards = steps.iter().map_while(|s| match &s.kind {
            StmtKind::Guard(e) => Some((e, &s.notes)),
            _ => None,
        });
        let guards: Vec<_> = guards.collect();
        if !guards.is_empty() {
            let rest = if guards.iter().any(|(e, _)| e.as_name() == Some("FALSE")) {
                node(ExprKind::Set(Vec::new()), AT)
            } else {
                self.sequence(&steps[guards.len()..], at, false)
            };
            return self.guarded(&guards, at, rest);
        }
        let (first, rest) = (steps[0], &steps[1..]);
        if let StmtKind::Bind(outcome, run, then) = &first.kind {
            let steps = then.steps().into_iter().chain(rest.iter().copied()).collect();
            let mut set = self.after_run((outcome, run), steps, at);
            set.notes.wrap(first.notes.clone());
            return set;
        }
        let useless = |s: &&Stmt| matches!(s.kind, StmtKind::Skip(_));
        if rest.iter().all(useless) {
            let mut set = self.many(first, at);
            for skip in rest {
                set.notes.after.extend(skip.notes.before.iter().chain(&skip.notes.after).cloned());
            }
            return set;
        }
        let outcomes = self.many(first, at);
        let next = self.fresh_state();
        let single = rest.iter().all(|s| self.bodies.is_single(s));
        let body = self.sequence(rest, &next, single);
        self.count += 1;
        let all = format!("{}{}", self.invented.outcomes, self.count);
        let map = comprehension(body, next, name(&all));
        let result = if single { map } else { union_of(map) };
        let_in(vec![local(&all, outcomes)], result, AT)
    }

    /// The outcomes of `steps` after a run that may have none or several.
    fn after_run(&mut self, (outcome, run): (&str, &Stmt), steps: Vec<&Stmt>, at: &str) -> Expr {
        let outcomes = self.many(run, at);
        let next = self.fresh_state();
        let single = steps.iter().all(|s| self.bodies.is_single(s));
        self.scope.push((outcome.to_owned(), 0));
        let body = self.sequence(&steps, &next, single);
        self.scope.pop();
        self.count += 1;
        let all = format!("{}{}", self.invented.outcomes, self.count);
        let body = let_in(vec![local(&next, state_of(outcome))], body, AT);
        let map = comprehension(body, outcome.to_owned(), name(&all));
        let result = if single { map } else { union_of(map) };
        let_in(vec![local(&all, outcomes)], result, AT)
    }
}

/// The state in an outcome.
fn state_of(outcome: &str) -> Expr {
    node(ExprKind::Field(Box::new(name(outcome)), values::STATE.to_owned()), AT)
}

/// The LET of a chain, or what is left of it when it is short.
fn finish(mut chain: Chain, last: Option<Expr>) -> Expr {
    let set = last.as_ref().is_some_and(|e| matches!(&e.kind, ExprKind::Set(parts) if parts.len() == 1));
    let mut expr = match (last, chain.units.len()) {
        (Some(last), 0) => last,
        (None, 0) => name(&chain.state),
        // A single step needs no name.
        (last, 1) if last.is_none() || set && chain.ends_in(last.as_ref()) => {
            let only = chain.units.pop().and_then(|unit| unit.definition().map(|d| d.body.clone()));
            let mut only = only.unwrap_or_else(|| name(&chain.state));
            if last.is_some() {
                let notes = std::mem::take(&mut only.notes);
                only = node(ExprKind::Set(vec![only]), AT);
                only.notes = notes;
            }
            only
        }
        (last, _) => {
            let result = last.unwrap_or_else(|| name(&chain.state));
            let_in(chain.units, result, AT)
        }
    };
    expr.notes.after.append(&mut chain.waiting);
    expr
}

impl Chain {
    /// Whether `last` is just the set of the last state.
    fn ends_in(&self, last: Option<&Expr>) -> bool {
        match last.map(|e| &e.kind) {
            Some(ExprKind::Set(parts)) => parts.first().and_then(Expr::as_name) == Some(self.state.as_str()),
            _ => false,
        }
    }
}

/// Add updates to the EXCEPT that a unit defines.
fn extend(unit: &mut Unit, more: Vec<Update>, notes: Notes) {
    if let UnitKind::Definition(definition) = &mut unit.kind
        && let ExprKind::Except(base, updates) = &definition.body.kind
        && let Some(at) = base.as_name()
    {
        let mut updates = updates.clone();
        let old = std::mem::take(&mut definition.body.notes);
        if let Some(last) = updates.last_mut() {
            last.value.notes.after.extend(old.after);
        }
        let first = updates.len();
        updates.extend(more);
        updates[first].value.notes.before.splice(0..0, notes.before);
        let mut new = except(at, updates, definition.body.span);
        new.notes.before = old.before;
        new.notes.after.extend(notes.after);
        definition.body = new;
    }
}
