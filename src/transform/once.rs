//! Procedures that assign each variable once on each path: a formula says the same, in the order of the text, where each read of a
//! value that was just assigned has its prime. A call of a part (`parts`) assigns what the part does.
//!
//! What a branch leaves unassigned, its UNCHANGED assigns (`plain::Completer`), so after a branch all that one of the branches
//! assigns is assigned.

use super::facts::Names;
use super::parts::Parts;
use super::plain::Bodies;
use super::plain::values;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use super::stmt::primed;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Unit;
use crate::tla::visit;

/// `stmt` with those primes; `None` where a variable may be assigned twice, or a prime cannot say what is read.
pub(super) fn with_primes(bodies: &Bodies<'_>, parts: &Parts, stmt: &Stmt) -> Option<Stmt> {
    Once { bodies, parts }.after(stmt, &mut Names::new())
}

struct Once<'a> {
    bodies: &'a Bodies<'a>,
    parts: &'a Parts,
}

impl Once<'_> {
    /// `stmt`, before which `done` is assigned; afterwards `done` is what is assigned then.
    fn after(&self, stmt: &Stmt, done: &mut Names) -> Option<Stmt> {
        if !values(stmt).into_iter().all(|value| self.is_readable(value, done)) {
            return None;
        }
        let kind = match &stmt.kind {
            StmtKind::Skip(e) => StmtKind::Skip(e.clone()),
            StmtKind::Guard(e) if tests_by_equation(e, done) => return None,
            StmtKind::Guard(e) => StmtKind::Guard(reread(e, done)),
            StmtKind::Assign(v, e) => {
                let value = reread(e, done);
                done.insert(v.clone()).then(|| StmtKind::Assign(v.clone(), value))?
            }
            StmtKind::Pick(v, set) => {
                let set = reread(set, done);
                done.insert(v.clone()).then(|| StmtKind::Pick(v.clone(), set))?
            }
            StmtKind::Seq(list) => StmtKind::Seq(list.iter().map(|s| self.after(s, done)).collect::<Option<Vec<_>>>()?),
            StmtKind::If(c, a, b) => {
                let c = reread(c, done);
                let [a, b] = self.branches(&[&**a, &**b], done)?.try_into().ok()?;
                StmtKind::If(c, Box::new(a), Box::new(b))
            }
            StmtKind::Or(list) => StmtKind::Or(self.branches(&list.iter().collect::<Vec<_>>(), done)?),
            StmtKind::Case(arms) => {
                let guards: Vec<_> = arms.iter().map(|(c, _)| c.as_ref().map(|c| reread(c, done))).collect();
                let bodies = self.branches(&arms.iter().map(|(_, s)| s).collect::<Vec<_>>(), done)?;
                StmtKind::Case(guards.into_iter().zip(bodies).collect())
            }
            StmtKind::Exists(bounds, s) => {
                let reread = |b: &Bound| Bound { set: b.set.as_ref().map(|e| reread(e, done)), ..b.clone() };
                let bounds = bounds.iter().map(reread).collect();
                StmtKind::Exists(bounds, Box::new(self.after(s, done)?))
            }
            StmtKind::Let(units, s) => {
                if !units.iter().all(|unit| unit.definition().is_some()) {
                    return None;
                }
                let units: Vec<Unit> =
                    units.iter().map(|unit| visit::map_unit(unit, &mut |e| reread(e, done))).collect();
                StmtKind::Let(units, Box::new(self.after(s, done)?))
            }
            StmtKind::Call(name, args) => {
                let writes = self.parts.get(name)?;
                if !writes.is_disjoint(done) || !self.bodies.reads.get(name)?.is_disjoint(done) {
                    return None;
                }
                let args = args.iter().map(|arg| reread(arg, done)).collect();
                done.extend(writes.iter().cloned());
                StmtKind::Call(name.clone(), args)
            }
            StmtKind::Loop(..) | StmtKind::Bind(..) | StmtKind::Return(_) => return None,
        };
        Some(Stmt { kind, span: stmt.span, notes: stmt.notes.clone() })
    }

    fn branches(&self, list: &[&Stmt], done: &mut Names) -> Option<Vec<Stmt>> {
        let before = done.clone();
        let one = |s: &&Stmt| {
            let mut own = before.clone();
            let made = self.after(s, &mut own);
            done.extend(own);
            made
        };
        list.iter().map(one).collect()
    }

    /// Whether primes on the variables in `done` make `expr` say what is meant.
    fn is_readable(&self, expr: &Expr, done: &Names) -> bool {
        if self.bodies.facts.calls(expr) || !self.bodies.facts.reads(expr).1.is_subset(done) {
            return false;
        }
        let mut readable = true;
        visit::walk(expr, &mut |e| readable &= self.is_node_readable(e, done));
        readable
    }

    fn is_node_readable(&self, expr: &Expr, done: &Names) -> bool {
        let untouched = |expr: &Expr| self.bodies.facts.reads(expr).0.is_disjoint(done);
        match &expr.kind {
            ExprKind::Postfix(op, _) if op == "'" => primed(expr).is_some_and(|v| self.bodies.facts.is_variable(v)),
            ExprKind::Prefix(op, _) if op == "ENABLED" => untouched(expr),
            ExprKind::Action(..) | ExprKind::Fair(..) => untouched(expr),
            // An operator of an instance, which may want a constant.
            ExprKind::Name { path, .. } if !path.is_empty() => untouched(expr),
            // What an operator reads by itself, no prime here can reach; and one of its own may stand above an argument.
            ExprKind::Name { name, .. } => {
                let operator = self.bodies.facts.operators.get(name);
                operator.is_none_or(|operator| operator.reads.is_disjoint(done) && !operator.primes_more)
            }
            _ => true,
        }
    }
}

/// `expr` with a prime on each of the variables in `done`.
fn reread(expr: &Expr, done: &Names) -> Expr {
    match &expr.kind {
        ExprKind::Postfix(op, _) if op == "'" => expr.clone(),
        ExprKind::Name { path, name, args } if path.is_empty() && args.is_empty() && done.contains(name) => {
            let mut inner = expr.clone();
            let notes = std::mem::take(&mut inner.notes);
            let mut read = Expr::new(ExprKind::Postfix("'".to_owned(), Box::new(inner)), expr.span);
            read.notes = notes;
            read
        }
        _ => visit::map(expr, &mut |child| reread(child, done)),
    }
}

/// Whether `expr` compares a variable of `done` as an assignment would name it: with a prime, it would be read as a second one.
fn tests_by_equation(expr: &Expr, done: &Names) -> bool {
    let names = |e: &Expr| name_of(e).is_some_and(|name| done.contains(name));
    visit::any(expr, &|e| match &e.kind {
        ExprKind::Infix(op, left, _) if op == "=" || op == "\\in" => names(left),
        _ => false,
    })
}

fn name_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Paren(inner) => name_of(inner),
        _ => primed(expr).or_else(|| expr.as_name()),
    }
}
