//! Sequences of statements: each is a definition in a LET, with a name for the state after it, or for the set of the states.

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

/// So many guards of a stage stand one inside the other: each costs two levels of indentation.
const TESTS: usize = 2;

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
    /// Statements one after the other, as a chain of LET definitions: of states, as long as there is one outcome, then of the
    /// sets of states after each statement with several. No definition stands inside another, however many there are.
    pub(super) fn sequence(&mut self, steps: &[&Stmt], at: &str, single: bool) -> Expr {
        let mut chain = Chain::at(at);
        let depth = self.scope.len();
        let mut rest: VecDeque<&Stmt> = steps.iter().copied().collect();
        self.straight(&mut chain, &mut rest, true);
        let last = match rest.front() {
            None if single => None,
            None => Some(node(ExprKind::Set(vec![name(&chain.state)]), AT)),
            Some(end) if single => Some(self.one(end, &chain.state.clone())),
            Some(_) => Some(self.sets(&mut chain, rest)),
        };
        self.scope.truncate(depth);
        finish(chain, last)
    }

    /// Take the statements with one outcome that come first into the chain. A named outcome is in scope in all of `rest` if
    /// the chain is `around` it; else only what uses it and has one outcome itself is taken.
    fn straight(&mut self, chain: &mut Chain, rest: &mut VecDeque<&Stmt>, around: bool) {
        while let Some(first) = rest.front().copied() {
            match &first.kind {
                StmtKind::Bind(outcome, run, then)
                    if self.bodies.is_single(run) && (around || self.bodies.is_single(then)) =>
                {
                    rest.pop_front();
                    chain.waiting.extend(first.notes.before.iter().chain(&first.notes.after).cloned());
                    self.bind(chain, outcome, run);
                    then.steps().into_iter().rev().for_each(|step| rest.push_front(step));
                }
                _ if self.bodies.is_single(first) && !self.bodies.returns(first) => {
                    rest.pop_front();
                    self.link(chain, first);
                }
                _ => return,
            }
        }
    }

    /// The outcomes of `rest`, the first of which may have none or several: what comes after a stage goes on from each of its
    /// states.
    fn sets(&mut self, chain: &mut Chain, mut rest: VecDeque<&Stmt>) -> Expr {
        let mut set = self.stage(&mut rest, &chain.state.clone(), TESTS);
        while !rest.is_empty() {
            self.count += 1;
            let all = format!("{}{}", self.invented.outcomes, self.count);
            chain.units.push(local(&all, set));
            let next = self.fresh_state();
            set = if rest.iter().all(|step| self.bodies.is_single(step)) {
                let steps: Vec<_> = rest.drain(..).collect();
                comprehension(self.sequence(&steps, &next, true), next, name(&all))
            } else {
                let body = self.stage(&mut rest, &next, TESTS);
                union_of(comprehension(body, next, name(&all)))
            };
        }
        set
    }

    /// The outcomes of the statements of `rest` up to the first that may have several, which are taken out of it; so many
    /// `tests` on the way stand one inside the other.
    fn stage(&mut self, rest: &mut VecDeque<&Stmt>, at: &str, tests: usize) -> Expr {
        let mut chain = Chain::at(at);
        self.straight(&mut chain, rest, false);
        let state = chain.state.clone();
        let last = match rest.front().copied() {
            None => node(ExprKind::Set(vec![name(&state)]), AT),
            Some(Stmt { kind: StmtKind::Guard(_), .. }) if tests == 0 => node(ExprKind::Set(vec![name(&state)]), AT),
            Some(Stmt { kind: StmtKind::Guard(_), .. }) => self.tested(rest, &state, tests - 1),
            Some(first) => {
                rest.pop_front();
                let mut set = self.outcomes(first, &state);
                if rest.iter().all(|step| matches!(step.kind, StmtKind::Skip(_))) {
                    for skip in rest.drain(..) {
                        set.notes.after.extend(skip.notes.before.iter().chain(&skip.notes.after).cloned());
                    }
                }
                set
            }
        };
        finish(chain, Some(last))
    }

    /// The outcomes of a stage that begins with guards.
    fn tested(&mut self, rest: &mut VecDeque<&Stmt>, at: &str, tests: usize) -> Expr {
        let mut guards = Vec::new();
        while let Some(Stmt { kind: StmtKind::Guard(guard), notes, .. }) = rest.front().copied() {
            guards.push((guard, notes));
            rest.pop_front();
        }
        let then = if guards.iter().any(|(guard, _)| guard.as_name() == Some("FALSE")) {
            rest.clear();
            node(ExprKind::Set(Vec::new()), AT)
        } else {
            self.stage(rest, at, tests)
        };
        self.guarded(&guards, at, then)
    }

    /// The outcomes of one statement.
    fn outcomes(&mut self, stmt: &Stmt, at: &str) -> Expr {
        let StmtKind::Bind(outcome, run, then) = &stmt.kind else { return self.many(stmt, at) };
        if self.bodies.is_single(run) {
            return self.many(stmt, at);
        }
        let runs = self.many(run, at);
        self.count += 1;
        let all = format!("{}{}", self.invented.outcomes, self.count);
        let next = self.fresh_state();
        let single = self.bodies.is_single(then);
        self.scope.push((outcome.to_owned(), 0));
        let body = self.sequence(&then.steps(), &next, single);
        self.scope.pop();
        let body = let_in(vec![local(&next, state_of(outcome))], body, AT);
        let map = comprehension(body, outcome.to_owned(), name(&all));
        let result = if single { map } else { union_of(map) };
        let mut set = let_in(vec![local(&all, runs)], result, AT);
        set.notes.wrap(stmt.notes.clone());
        set
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
    fn at(state: &str) -> Self {
        Self { units: Vec::new(), state: state.to_owned(), open: None, waiting: Vec::new() }
    }

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
