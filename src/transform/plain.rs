//! Procedures that are proper actions already: finding them, and completing their UNCHANGED.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::facts::Facts;
use super::facts::Names;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::span::Span;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::visit;

/// What is known about each procedure besides its body.
pub(super) struct Bodies<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) stmts: BTreeMap<String, Stmt>,
    /// Variables a procedure, or what it calls, may assign.
    pub(super) writes: BTreeMap<String, Names>,
    /// Variables a procedure, or what it calls, reads.
    pub(super) reads: BTreeMap<String, Names>,
    /// Procedures with exactly one outcome.
    pub(super) single: Names,
    /// For a procedure that is called for its value, the name under which it returns.
    pub(super) returning: BTreeMap<String, String>,
    /// Infinite sets from which a statement chooses.
    pub(super) choices: BTreeSet<Span>,
}

/// The variables assigned so far: on some path, and on every path.
#[derive(Clone, Default)]
struct Done {
    may: Names,
    must: Names,
}

impl<'a> Bodies<'a> {
    pub(super) fn new(
        facts: &'a Facts<'a>,
        stmts: BTreeMap<String, Stmt>,
        returning: BTreeMap<String, String>,
    ) -> Self {
        let empty = || stmts.keys().map(|name| (name.clone(), Names::new())).collect::<BTreeMap<_, _>>();
        let single = stmts.keys().cloned().collect();
        let (writes, reads, choices) = (empty(), empty(), BTreeSet::new());
        let mut bodies = Self { facts, writes, reads, single, stmts: BTreeMap::new(), returning, choices };
        for (name, stmt) in &stmts {
            bodies.reads.insert(name.clone(), bodies.own_reads(stmt));
        }
        // Forward and back in turn, since what is called mostly stands on one side.
        let mut order: Vec<_> = stmts.iter().collect();
        loop {
            let mut changed = false;
            for (name, stmt) in order.iter().copied() {
                let writes = bodies.writes_of(stmt);
                changed |= bodies.writes.insert(name.clone(), writes.clone()) != Some(writes);
                let mut reads = bodies.reads[name].clone();
                stmt.walk(&mut |s| {
                    if let StmtKind::Call(callee, _) = &s.kind {
                        reads.extend(bodies.reads.get(callee).into_iter().flatten().cloned());
                    }
                });
                changed |= bodies.reads.insert(name.clone(), reads.clone()) != Some(reads);
                if bodies.single.contains(name) && !bodies.is_single(stmt) {
                    changed |= bodies.single.remove(name);
                }
            }
            if !changed {
                break;
            }
            order.reverse();
        }
        bodies.stmts = stmts;
        bodies
    }

    /// The name of `procedure` in the text, where it may be a form that returns.
    pub(super) fn written<'n>(&'n self, procedure: &'n str) -> &'n str {
        let form = self.returning.iter().find(|(_, form)| *form == procedure);
        form.map_or(procedure, |(written, _)| written)
    }

    /// The expressions that a statement itself evaluates.
    fn own_reads(&self, stmt: &Stmt) -> Names {
        let mut all = Names::new();
        stmt.walk(&mut |s| {
            for expr in values(s) {
                let (reads, primes) = self.facts.reads(expr);
                all.extend(reads);
                all.extend(primes);
            }
        });
        all
    }

    /// The variables that `stmt` may assign.
    pub(super) fn writes_of(&self, stmt: &Stmt) -> Names {
        let mut writes = Names::new();
        stmt.walk(&mut |s| match &s.kind {
            StmtKind::Assign(v, _) | StmtKind::Pick(v, _) => {
                writes.insert(v.clone());
            }
            StmtKind::Call(name, _) => writes.extend(self.writes.get(name).into_iter().flatten().cloned()),
            _ => {}
        });
        writes
    }

    /// Whether `stmt` has exactly one outcome wherever it is evaluated.
    pub(super) fn is_single(&self, stmt: &Stmt) -> bool {
        let mut single = true;
        stmt.walk(&mut |s| {
            single &= match &s.kind {
                StmtKind::Guard(e) => e.as_name() == Some("TRUE"),
                StmtKind::Pick(..) | StmtKind::Exists(..) | StmtKind::Or(_) => false,
                StmtKind::Call(name, _) => self.single.contains(name),
                _ => true,
            }
        });
        single
    }

    /// The procedures that `stmt` may call, and those that these may.
    pub(super) fn called(&self, stmt: &Stmt) -> Names {
        let mut called = Names::new();
        let mut waiting = vec![stmt];
        while let Some(stmt) = waiting.pop() {
            for name in stmt.calls() {
                if called.insert(name.clone()) {
                    waiting.extend(self.stmts.get(&name));
                }
            }
        }
        called
    }

    /// Whether `procedure` may come to call itself.
    pub(super) fn is_recursive(&self, procedure: &str) -> bool {
        self.stmts.get(procedure).is_some_and(|stmt| self.called(stmt).contains(procedure))
    }

    /// Whether the text of `stmt` does not bound how many statements it runs: there is a loop or recursion in it.
    pub(super) fn is_long(&self, stmt: &Stmt) -> bool {
        let loops = |stmt: &Stmt| {
            let mut found = false;
            stmt.walk(&mut |s| found |= matches!(s.kind, StmtKind::Loop(..)));
            found
        };
        let called = self.called(stmt);
        loops(stmt) || called.iter().any(|name| self.is_recursive(name) || self.stmts.get(name).is_some_and(loops))
    }

    /// Whether `stmt` ends by handing out a value with the state.
    pub(super) fn returns(&self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Return(_) => true,
            StmtKind::Call(name, _) => self.returning.values().any(|returning| returning == name),
            StmtKind::Seq(list) => list.last().is_some_and(|s| self.returns(s)),
            StmtKind::Or(list) => list.iter().any(|s| self.returns(s)),
            StmtKind::If(_, a, b) => self.returns(a) || self.returns(b),
            StmtKind::Case(arms) => arms.iter().any(|(_, s)| self.returns(s)),
            StmtKind::Exists(_, s) | StmtKind::Let(_, s) | StmtKind::Bind(_, _, s) => self.returns(s),
            _ => false,
        }
    }

    /// Whether `stmt` means the same in TLA+ as read imperatively; `calls` allows calls of procedures.
    pub(super) fn is_plain(&self, stmt: &Stmt, calls: bool) -> bool {
        self.differs(stmt, calls).is_none()
    }

    /// Where the two readings of `stmt` part.
    pub(super) fn differs(&self, stmt: &Stmt, calls: bool) -> Option<Span> {
        self.plain(stmt, calls, Done::default()).err()
    }

    fn plain(&self, stmt: &Stmt, calls: bool, mut done: Done) -> Result<Done, Span> {
        if values(stmt).into_iter().any(|e| self.facts.calls(e) || !self.agrees(e, &done)) {
            return Err(stmt.span);
        }
        match &stmt.kind {
            StmtKind::Skip(_) | StmtKind::Guard(_) => {}
            StmtKind::Assign(v, _) | StmtKind::Pick(v, _) => {
                if !done.may.insert(v.clone()) {
                    return Err(stmt.span);
                }
                done.must.insert(v.clone());
            }
            StmtKind::Call(name, _) => {
                let writes = self.writes.get(name).cloned().unwrap_or_default();
                let reads = self.reads.get(name).cloned().unwrap_or_default();
                if !calls || !done.may.is_disjoint(&writes) || !done.may.is_disjoint(&reads) {
                    return Err(stmt.span);
                }
                done.may.extend(writes);
            }
            StmtKind::Loop(..) | StmtKind::Bind(..) | StmtKind::Return(_) => return Err(stmt.span),
            StmtKind::Seq(list) => {
                for s in list {
                    done = self.plain(s, calls, done)?;
                }
            }
            StmtKind::Exists(_, s) | StmtKind::Let(_, s) => done = self.plain(s, calls, done)?,
            StmtKind::If(_, a, b) => done = self.branches([&**a, &**b].into_iter(), calls, &done)?,
            StmtKind::Or(list) => done = self.branches(list.iter(), calls, &done)?,
            StmtKind::Case(arms) => done = self.branches(arms.iter().map(|(_, s)| s), calls, &done)?,
        }
        Ok(done)
    }

    fn branches<'s>(&self, list: impl Iterator<Item = &'s Stmt>, calls: bool, done: &Done) -> Result<Done, Span> {
        let mut joined: Option<Done> = None;
        for stmt in list {
            let one = self.plain(stmt, calls, done.clone())?;
            joined = Some(match joined {
                None => one,
                Some(both) => {
                    let must = both.must.intersection(&one.must).cloned().collect();
                    Done { may: both.may.union(&one.may).cloned().collect(), must }
                }
            });
        }
        Ok(joined.unwrap_or_default())
    }

    /// Whether TLA+ and the imperative reading agree on the value of `expr` after `done`.
    fn agrees(&self, expr: &Expr, done: &Done) -> bool {
        let (reads, primes) = self.facts.reads(expr);
        reads.is_disjoint(&done.may) && primes.is_subset(&done.must) && !self.primes_given(expr)
    }

    /// Whether a prime in `expr` also stands above a name that may be given an expression with variables: in TLA+, it is above
    /// these.
    fn primes_given(&self, expr: &Expr) -> bool {
        let given = |e: &Expr| e.as_call().is_some_and(|(name, _)| self.facts.given.contains(name));
        visit::any(expr, &|e| matches!(&e.kind, ExprKind::Postfix(op, inner) if op == "'" && visit::any(inner, &given)))
    }
}

/// The expressions that `stmt` itself, not a statement inside it, evaluates.
pub(super) fn values(stmt: &Stmt) -> Vec<&Expr> {
    let mut values = Vec::new();
    match &stmt.kind {
        StmtKind::Guard(e)
        | StmtKind::Return(e)
        | StmtKind::Assign(_, e)
        | StmtKind::Pick(_, e)
        | StmtKind::If(e, ..) => values.push(e),
        StmtKind::Call(_, args) => values.extend(args),
        StmtKind::Case(arms) => values.extend(arms.iter().filter_map(|(guard, _)| guard.as_ref())),
        StmtKind::Exists(bounds, _) | StmtKind::Loop(bounds, _) => {
            values.extend(bounds.iter().filter_map(|b| b.set.as_ref()));
        }
        StmtKind::Let(units, _) => {
            units.iter().for_each(|unit| visit::unit_children(unit, &mut |e| values.push(e)));
        }
        StmtKind::Skip(_) | StmtKind::Seq(_) | StmtKind::Or(_) | StmtKind::Bind(..) => {}
    }
    values
}

/// Completes actions: every path assigns every variable once.
pub(super) struct Completer<'a> {
    pub(super) bodies: &'a Bodies<'a>,
    /// What a call of each procedure assigns in the output.
    pub(super) assigns: &'a BTreeMap<String, Names>,
}

impl Completer<'_> {
    /// `stmt` with UNCHANGED added and removed so that each path assigns exactly `need`.
    pub(super) fn complete(&self, stmt: &Stmt, need: &Names) -> Stmt {
        let cleaned = self.clean(stmt, &Names::new());
        self.fill(&cleaned, need)
    }

    /// `stmt` as a part of actions, which assigns `own` and keeps nothing else.
    pub(super) fn complete_part(&self, stmt: &Stmt, own: &Names) -> Stmt {
        let others = self.bodies.facts.all().difference(own).cloned().collect();
        let cleaned = self.clean(stmt, &others);
        self.fill(&cleaned, own)
    }

    /// Everything that some path assigns or keeps with UNCHANGED.
    pub(super) fn covered(&self, stmt: &Stmt) -> Names {
        let mut covered = self.assigned(stmt);
        stmt.walk(&mut |s| {
            if let StmtKind::Skip(e) = &s.kind {
                covered.extend(self.kept(e));
            }
        });
        covered
    }

    fn assigned(&self, stmt: &Stmt) -> Names {
        let mut assigned = Names::new();
        stmt.walk(&mut |s| match &s.kind {
            StmtKind::Assign(v, _) | StmtKind::Pick(v, _) => {
                assigned.insert(v.clone());
            }
            StmtKind::Call(name, _) => assigned.extend(self.assigns.get(name).into_iter().flatten().cloned()),
            _ => {}
        });
        assigned
    }

    fn kept(&self, skip: &Expr) -> Names {
        match &skip.kind {
            ExprKind::Prefix(_, inner) => self.bodies.facts.variables_of(inner).unwrap_or_default(),
            _ => Names::new(),
        }
    }

    /// Take out of each UNCHANGED what is assigned beside it, or is unchanged already.
    fn clean(&self, stmt: &Stmt, taken: &Names) -> Stmt {
        let inner = |s: &Stmt| Box::new(self.clean(s, taken));
        let kind = match &stmt.kind {
            StmtKind::Skip(e) => {
                let kept = self.kept(e);
                if kept.is_disjoint(taken) {
                    return stmt.clone();
                }
                StmtKind::Skip(self.unchanged(&kept.difference(taken).cloned().collect()))
            }
            StmtKind::Seq(list) => {
                let real: Vec<_> = list.iter().map(|s| self.assigned(s)).collect();
                let mut taken = taken.clone();
                let mut cleaned: Vec<Stmt> = Vec::new();
                for (n, s) in list.iter().enumerate() {
                    let mut forbidden = taken.clone();
                    real.iter()
                        .enumerate()
                        .filter(|(m, _)| *m != n)
                        .for_each(|(_, w)| forbidden.extend(w.iter().cloned()));
                    let s = self.clean(s, &forbidden);
                    taken.extend(self.covered(&s));
                    cleaned.push(s);
                }
                StmtKind::Seq(without_empty(cleaned))
            }
            StmtKind::If(c, a, b) => StmtKind::If(c.clone(), inner(a), inner(b)),
            StmtKind::Case(arms) => StmtKind::Case(arms.iter().map(|(g, s)| (g.clone(), *inner(s))).collect()),
            StmtKind::Or(list) => StmtKind::Or(list.iter().map(|s| *inner(s)).collect()),
            StmtKind::Exists(bounds, s) => StmtKind::Exists(bounds.clone(), inner(s)),
            StmtKind::Loop(bounds, s) => StmtKind::Loop(bounds.clone(), inner(s)),
            StmtKind::Let(units, s) => StmtKind::Let(units.clone(), inner(s)),
            other => other.clone(),
        };
        Stmt { kind, span: stmt.span, notes: stmt.notes.clone() }
    }

    fn fill(&self, stmt: &Stmt, need: &Names) -> Stmt {
        let inner = |s: &Stmt| Box::new(self.fill(s, need));
        let kind = match &stmt.kind {
            StmtKind::Guard(e) if e.as_name() == Some("FALSE") => return stmt.clone(),
            StmtKind::Seq(list) => {
                let real: Vec<_> = list.iter().map(|s| self.assigned(s)).collect();
                let mut covered = Names::new();
                let mut filled = Vec::new();
                for (n, s) in list.iter().enumerate() {
                    let mut own = self.covered(s);
                    covered.extend(own.iter().cloned());
                    // What two steps assign is a conflict already, and UNCHANGED would be one more.
                    own.retain(|v| real.iter().enumerate().all(|(m, w)| m == n || !w.contains(v)));
                    filled.push(self.fill(s, &own));
                }
                let missing: Names = need.difference(&covered).cloned().collect();
                if !missing.is_empty() && !list.iter().any(is_false) {
                    filled.push(Stmt::new(StmtKind::Skip(self.unchanged(&missing)), Span::default()));
                }
                StmtKind::Seq(filled)
            }
            StmtKind::If(c, a, b) => StmtKind::If(c.clone(), inner(a), inner(b)),
            StmtKind::Case(arms) => StmtKind::Case(arms.iter().map(|(g, s)| (g.clone(), *inner(s))).collect()),
            StmtKind::Or(list) => StmtKind::Or(list.iter().map(|s| *inner(s)).collect()),
            StmtKind::Exists(bounds, s) => StmtKind::Exists(bounds.clone(), inner(s)),
            StmtKind::Let(units, s) => StmtKind::Let(units.clone(), inner(s)),
            leaf => return self.fill_leaf(stmt, leaf, need),
        };
        Stmt { kind, span: stmt.span, notes: stmt.notes.clone() }
    }

    fn fill_leaf(&self, stmt: &Stmt, leaf: &StmtKind, need: &Names) -> Stmt {
        let covered = self.covered(stmt);
        let missing: Names = need.difference(&covered).cloned().collect();
        if missing.is_empty() {
            return stmt.clone();
        }
        if let StmtKind::Skip(_) = leaf {
            let skip = self.unchanged(&missing.union(&covered).cloned().collect());
            return Stmt { kind: StmtKind::Skip(skip), span: stmt.span, notes: stmt.notes.clone() };
        }
        let added = Stmt::new(StmtKind::Skip(self.unchanged(&missing)), Span::default());
        Stmt::new(StmtKind::Seq(vec![stmt.clone(), added]), stmt.span)
    }

    /// `UNCHANGED` for a set of variables, by the name of their tuple if they have one.
    pub(super) fn unchanged(&self, names: &Names) -> Expr {
        unchanged(self.bodies.facts, names)
    }
}

/// `UNCHANGED` for a set of variables, by the name of their tuple if they have one.
pub(super) fn unchanged(facts: &Facts<'_>, names: &Names) -> Expr {
    let at = Span::default();
    let alias = facts.alias_of(names).filter(|_| !names.is_empty());
    let mut listed = facts.variables.iter().filter(|v| names.contains(*v)).map(|v| Expr::name(v.clone(), at));
    let tuple = match (alias, names.len()) {
        (Some(alias), _) => Expr::name(alias, at),
        (None, 1) => listed.next().unwrap_or_else(|| Expr::new(ExprKind::Tuple(Vec::new()), at)),
        (None, _) => Expr::new(ExprKind::Tuple(listed.collect()), at),
    };
    Expr::new(ExprKind::Prefix("UNCHANGED".to_owned(), Box::new(tuple)), at)
}

fn is_false(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::Guard(e) if e.as_name() == Some("FALSE"))
}

/// Without the empty UNCHANGED, whose comments go to a neighbour; never without any statement.
fn without_empty(list: Vec<Stmt>) -> Vec<Stmt> {
    let empty = |s: &Stmt| match &s.kind {
        StmtKind::Skip(e) => {
            matches!(&e.kind, ExprKind::Prefix(_, inner) if matches!(&inner.kind, ExprKind::Tuple(parts) if parts.is_empty()))
        }
        _ => false,
    };
    if list.iter().all(&empty) {
        return list.into_iter().take(1).collect();
    }
    let mut kept: Vec<Stmt> = Vec::new();
    let mut waiting = Vec::new();
    for mut s in list {
        if empty(&s) {
            let comments = s.notes.before.drain(..).chain(s.notes.after.drain(..));
            match kept.last_mut() {
                Some(last) => last.notes.after.extend(comments),
                None => waiting.extend(comments),
            }
        } else {
            s.notes.before.splice(0..0, waiting.drain(..));
            kept.push(s);
        }
    }
    kept
}
