//! `Init /\ [][Next]_vars /\ ...`, taken apart as TLC does.

use std::collections::HashSet;
use std::rc::Rc;

use super::Compiler;
use super::scope::Binding;
use super::scope::Scope;
use crate::base::diag::Diagnostic;
use crate::base::span::Span;
use crate::eval::code::Code;
use crate::eval::code::Op;
use crate::eval::program::Expression;
use crate::eval::program::Program;
use crate::tla::ops;
use crate::tla::print_expr;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Qualifier;
use crate::tla::visit;

/// A part of a property. What has no part here is TLC's to check.
#[derive(Debug)]
pub enum Part {
    /// True of the first state.
    First(Expression),
    /// `[][A]_v`: the action and its subscript.
    Steps(Expression, Expression),
    /// `[]P`, which a model takes for an invariant.
    Always(Expression),
    /// `[](P => []Q)`.
    AlwaysAfter(Expression, Expression),
    /// `<>P` of behaviours that may stop changing at any time.
    Eventually(Expression),
    /// `P ~> Q` of such behaviours.
    LeadsTo(Expression, Expression),
    /// `P ~> Q`, or `<>Q` where there is no P, of behaviours that go on as long as they can.
    Comes(Option<Expression>, Expression),
}

/// What a specification says of fairness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::eval) enum Fairness {
    /// Nothing.
    No,
    /// `WF_v(Next)` or `SF_v(Next)` of all variables and of its own next-state relation: where a step leads to another state, one is
    /// taken.
    Next,
    /// Something else.
    Other,
}

impl Part {
    /// The same of behaviours that go on as long as they can.
    pub(in crate::eval) fn going_on(self) -> Self {
        match self {
            Self::Eventually(q) => Self::Comes(None, q),
            Self::LeadsTo(p, q) => Self::Comes(Some(p), q),
            other => other,
        }
    }
}

/// What a property consists of.
pub(in crate::eval) fn split_property(program: &mut Program, name: &str) -> Result<Vec<Part>, Vec<Diagnostic>> {
    let mut conjuncts = Vec::new();
    let root = program.root.clone();
    flatten(program, &root, &Expr::name(name, Span::default()), &mut conjuncts);
    let mut parts = Vec::new();
    for (scope, expr) in conjuncts {
        parts.push(part(program, name, &scope, &expr)?);
    }
    Ok(parts)
}

fn part(program: &mut Program, name: &str, scope: &Rc<Scope>, expr: &Expr) -> Result<Part, Vec<Diagnostic>> {
    let message = format!("the property `{name}` has a temporal part that cannot be checked here");
    let other = || vec![Diagnostic::error("eval/unsupported", message.clone()).hint("let TLC check it")];
    let plain = |program: &mut Program, expr: &Expr| {
        if is_temporal(program, scope, expr) || matches!(bare(expr).kind, ExprKind::Action(..)) {
            return Err(other());
        }
        let body = Compiler::expression_in(program, scope, expr, &[])?;
        Ok(Expression { body })
    };
    match &bare(expr).kind {
        ExprKind::Prefix(op, inner) if op == "[]" => match &bare(inner).kind {
            ExprKind::Action(false, action, subscript) => {
                Ok(Part::Steps(plain(program, action)?, plain(program, subscript)?))
            }
            ExprKind::Infix(op, p, q) if op == "=>" => match &bare(q).kind {
                ExprKind::Prefix(op, q) if op == "[]" => Ok(Part::AlwaysAfter(plain(program, p)?, plain(program, q)?)),
                ExprKind::Prefix(op, q) if op == "<>" => Ok(Part::LeadsTo(plain(program, p)?, plain(program, q)?)),
                _ => Ok(Part::Always(plain(program, inner)?)),
            },
            _ => Ok(Part::Always(plain(program, inner)?)),
        },
        ExprKind::Prefix(op, p) if op == "<>" => Ok(Part::Eventually(plain(program, p)?)),
        ExprKind::Infix(op, p, q) if op == "~>" => Ok(Part::LeadsTo(plain(program, p)?, plain(program, q)?)),
        _ => Ok(Part::First(plain(program, expr)?)),
    }
}

/// One conjunct of a specification, in the scope it stands in.
type Conjunct = (Rc<Scope>, Expr);

/// The initial predicate and the next-state relation of a specification, and its fairness, which says nothing about safety.
pub(in crate::eval) fn split_specification(
    program: &mut Program,
    name: &str,
) -> Result<(Expression, Expression, Fairness), Vec<Diagnostic>> {
    let wrong = |what: &str| vec![Diagnostic::error("eval/unsupported", format!("`{name}` {what}"))];
    let mut conjuncts = Vec::new();
    let root = program.root.clone();
    if root.find(name).is_none() {
        let message = format!("the config names the specification `{name}`, which is nowhere defined");
        return Err(vec![Diagnostic::error("eval/unknown-name", message)]);
    }
    flatten(program, &root, &Expr::name(name, Span::default()), &mut conjuncts);
    let (mut init, mut next, mut fair) = (Vec::new(), Vec::new(), Vec::new());
    for (scope, expr) in conjuncts {
        match &expr.kind {
            ExprKind::Fair(..) => fair.push((scope, expr)),
            ExprKind::Prefix(op, inner) if op == "[]" => match &bare(inner).kind {
                ExprKind::Action(false, action, _) => next.push((scope, (**action).clone())),
                _ => return Err(wrong("has a temporal part that is no `[][Next]_vars`")),
            },
            ExprKind::Prefix(op, _) if op == "<>" => return Err(wrong("has a temporal part besides its fairness")),
            ExprKind::Infix(op, ..) if op == "~>" => return Err(wrong("has a temporal part besides its fairness")),
            ExprKind::Quant(..) if visit::any(&expr, &|e| matches!(e.kind, ExprKind::Fair(..))) => {
                fair.push((scope, expr));
            }
            _ => init.push((scope, expr)),
        }
    }
    let [(scope, action)] = next.as_slice() else { return Err(wrong("does not have exactly one `[][Next]_vars`")) };
    let fairness = fairness(program, scope, action, &fair)?;
    let body = Compiler::expression_in(program, scope, action, &[])?;
    let next = Expression { body };
    let mut parts = init.into_iter();
    let Some((scope, first)) = parts.next() else { return Err(wrong("has no initial predicate")) };
    let mut all = first;
    for (other, part) in parts {
        if !Rc::ptr_eq(&scope, &other) {
            return Err(wrong("has initial predicates of several modules"));
        }
        all = Expr::infix("/\\", all, part);
    }
    let body = Compiler::expression_in(program, &scope, &all, &[])?;
    Ok((Expression { body }, next, fairness))
}

/// What the fairness of a specification comes to whose next-state relation is `next`.
fn fairness(
    program: &mut Program,
    scope: &Rc<Scope>,
    next: &Expr,
    fair: &[Conjunct],
) -> Result<Fairness, Vec<Diagnostic>> {
    if fair.is_empty() {
        return Ok(Fairness::No);
    }
    for (of, expr) in fair {
        let ExprKind::Fair(_, subscript, action) = &expr.kind else { return Ok(Fairness::Other) };
        if print_expr(bare(action)) != print_expr(bare(next)) || !Rc::ptr_eq(of, scope) {
            return Ok(Fairness::Other);
        }
        let subscript = Compiler::expression_in(program, of, subscript, &[])?;
        let mut variables = HashSet::new();
        if !variables_of(program, &subscript.code, &mut variables) || variables.len() < program.variables.len() {
            return Ok(Fairness::Other);
        }
    }
    Ok(Fairness::Next)
}

/// The variables of a tuple of variables; `false` if it is something else.
fn variables_of(program: &Program, code: &Code, into: &mut HashSet<usize>) -> bool {
    match &code.op {
        Op::Variable(variable) => {
            into.insert(*variable);
            true
        }
        Op::Tuple(items) => items.iter().all(|item| variables_of(program, item, into)),
        Op::Call(id, args, _) if args.is_empty() => variables_of(program, &program.definitions[*id].code, into),
        _ => false,
    }
}

fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

/// The conjuncts of an expression; a name that stands for several is looked into.
fn flatten(program: &Program, scope: &Rc<Scope>, expr: &Expr, into: &mut Vec<Conjunct>) {
    match &expr.kind {
        ExprKind::Paren(inner) => flatten(program, scope, inner, into),
        ExprKind::Junction(true, items) => items.iter().for_each(|item| flatten(program, scope, &item.expr, into)),
        ExprKind::Infix(op, a, b) if ops::canonical(op) == "/\\" => {
            flatten(program, scope, a, into);
            flatten(program, scope, b, into);
        }
        ExprKind::Name { path, name, args } if args.is_empty() => {
            let body = match within(scope, path).and_then(|scope| scope.find(name)) {
                Some(Binding::Definition(id)) => program.bodies.get(&id),
                _ => None,
            };
            match body {
                Some((scope, body)) if is_temporal(program, scope, body) => flatten(program, scope, body, into),
                _ => into.push((scope.clone(), expr.clone())),
            }
        }
        _ => into.push((scope.clone(), expr.clone())),
    }
}

/// The scope of a named instance without parameters.
fn within(scope: &Rc<Scope>, path: &[Qualifier]) -> Option<Rc<Scope>> {
    path.iter().try_fold(scope.clone(), |scope, part| match scope.find(&part.name) {
        Some(Binding::Instance(inner)) if part.args.is_empty() => Some(inner),
        _ => None,
    })
}

/// Whether something temporal stands in an expression, or in what its names stand for.
fn is_temporal(program: &Program, scope: &Rc<Scope>, expr: &Expr) -> bool {
    let mut seen = HashSet::new();
    let mut left = vec![(scope, expr)];
    while let Some((scope, expr)) = left.pop() {
        let mut found = false;
        visit::walk(expr, &mut |e| match &e.kind {
            ExprKind::Fair(..) => found = true,
            ExprKind::Prefix(op, _) => found |= op == "[]" || op == "<>",
            ExprKind::Infix(op, ..) => found |= op == "~>",
            ExprKind::Name { path, name, .. } => {
                if let Some(Binding::Definition(id)) = within(scope, path).and_then(|scope| scope.find(name))
                    && seen.insert(id)
                    && let Some((scope, body)) = program.bodies.get(&id)
                {
                    left.push((scope, &**body));
                }
            }
            _ => {}
        });
        if found {
            return true;
        }
    }
    false
}
