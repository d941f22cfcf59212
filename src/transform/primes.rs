//! Reads of a value that was just assigned get their prime, where every path has assigned it.
//!
//! `v` and `v'` mean the same in an IISpec, so this changes what the text says as TLA+ and nothing else.

use super::edits::Edited;
use super::edits::Edits;
use super::facts::Names;
use super::plain::Bodies;
use super::plain::values;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::visit;

/// The text with primes.
pub(super) fn primed(text: &str, bodies: &Bodies<'_>) -> Edited {
    let mut primer = Primer { edits: Edits::of(text) };
    for stmt in bodies.stmts.values() {
        primer.after(stmt, Names::new());
    }
    primer.edits.applied()
}

struct Primer<'a> {
    edits: Edits<'a>,
}

impl Primer<'_> {
    /// What is assigned on every path after `stmt`, before which `done` was.
    fn after(&mut self, stmt: &Stmt, mut done: Names) -> Names {
        for value in values(stmt) {
            self.value(value, &done);
        }
        match &stmt.kind {
            StmtKind::Assign(variable, _) | StmtKind::Pick(variable, _) => {
                done.insert(variable.clone());
                done
            }
            StmtKind::Seq(list) => list.iter().fold(done, |done, s| self.after(s, done)),
            StmtKind::If(_, a, b) => self.both([&**a, &**b].into_iter(), &done),
            StmtKind::Case(arms) => self.both(arms.iter().map(|(_, s)| s), &done),
            StmtKind::Or(list) => self.both(list.iter(), &done),
            StmtKind::Exists(_, s) | StmtKind::Let(_, s) => self.after(s, done),
            StmtKind::Loop(_, s) => {
                // The first time round, only what came before the loop is assigned.
                self.after(s, done.clone());
                done
            }
            StmtKind::Skip(_) | StmtKind::Guard(_) | StmtKind::Call(..) | StmtKind::Bind(..) | StmtKind::Return(_) => {
                done
            }
        }
    }

    fn both<'s>(&mut self, branches: impl Iterator<Item = &'s Stmt>, done: &Names) -> Names {
        let ends: Vec<_> = branches.map(|s| self.after(s, done.clone())).collect();
        let all = ends.into_iter().reduce(|a, b| a.intersection(&b).cloned().collect());
        all.unwrap_or_default()
    }

    fn value(&mut self, expr: &Expr, done: &Names) {
        match &expr.kind {
            ExprKind::Postfix(op, _) if op == "'" => return,
            // With a prime this would be an assignment.
            ExprKind::Infix(op, left, right) if (op == "=" || op == "\\in") && is_name(left) => {
                return self.value(right, done);
            }
            ExprKind::Name { path, name, args } if path.is_empty() && args.is_empty() && done.contains(name) => {
                self.edits.insert(expr.span.end, "'".to_owned());
            }
            _ => {}
        }
        visit::children(&expr.kind, &mut |child| self.value(child, done));
    }
}

fn is_name(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_name(inner),
        _ => expr.as_name().is_some(),
    }
}
