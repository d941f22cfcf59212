//! Loops: `\A x \in S : statements` becomes a recursive operator of its own.

use super::pass::AT;
use super::pass::Passer;
use super::pass::comprehension;
use super::pass::define;
use super::pass::let_in;
use super::pass::local;
use super::pass::name;
use super::pass::node;
use super::pass::union_of;
use super::read::Refusal;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::span::Span;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Name;
use crate::tla::syntax::Param;
use crate::tla::syntax::Unit;

impl Passer<'_> {
    /// A loop: a call of a recursive operator of its own.
    pub(super) fn repeat(&mut self, bounds: &[Bound], body: &Stmt, at: &str, span: Span, single: bool) -> Expr {
        let Some((bound, variable, inner)) = first_variable(bounds, body) else {
            return name(at);
        };
        let set = bound.set.as_ref().map_or_else(|| name(at), |set| self.on(set, at));
        let own: Vec<_> = self.scope.iter().filter(|(name, _)| *name != variable).cloned().collect();
        let free = inner.locals(&own);
        if let Some((operator, _)) = free.iter().find(|(_, arity)| *arity > 0) {
            let message = format!("use the local operator `{operator}` in a loop");
            let hint = "define it at the level of the module";
            self.refusals.push(Refusal { span, code: "transform/local-operator-in-loop", message, hint });
        }
        let number = self.loops.len() + 1;
        let mut helper = format!("{}_loop{number}", self.owner);
        while self.facts.identifiers.contains(&helper) {
            helper.push('_');
        }
        // The place is taken first, so that a loop in the loop gets the next number.
        self.loops.push(local(&helper, name(at)));
        let (state, todo) = (self.invented.state.clone(), self.invented.todo.clone());
        let count = std::mem::replace(&mut self.count, 0);
        let mut names: Vec<_> = free.clone();
        names.push((variable.clone(), 0));
        let outer = std::mem::replace(&mut self.scope, names);
        let again = |from: Expr| {
            let element = node(ExprKind::Set(vec![name(&variable)]), AT);
            let mut args = vec![from, Expr::infix("\\", name(&todo), element)];
            args.extend(free.iter().map(|(n, _)| name(n)));
            Expr::call(helper.clone(), args, AT)
        };
        let step = if single && !self.adds_up(&inner) {
            let body = self.one(&inner, &state);
            let next = self.fresh_state();
            let_in(vec![local(&next, body)], again(name(&next)), AT)
        } else {
            let body = self.many(&inner, &state);
            let next = self.fresh_state();
            self.count += 1;
            let all = format!("{}{}", self.invented.outcomes, self.count);
            let ends = comprehension(again(name(&next)), next, name(&all));
            let end = if single { chosen(&self.fresh_state(), ends) } else { union_of(ends) };
            let_in(vec![local(&all, body)], end, AT)
        };
        self.scope = outer;
        self.count = count;
        let unit = loop_unit(&helper, &variable, (&state, &todo), &free, step, span, single);
        self.loops[number - 1] = unit;
        let mut args = vec![name(at), set];
        args.extend(free.iter().map(|(n, _)| name(n)));
        self.wanted.whole |= at == self.invented.whole;
        Expr::call(helper, args, span)
    }

    /// Whether what TLC puts off in the turns of a loop would add up to a chain as long as all turns of all loops around
    /// and inside together: TLC evaluates a LET where it is needed, and its stack ends after some hundred such steps. What a
    /// set binds, it evaluates at once.
    fn adds_up(&self, turn: &Stmt) -> bool {
        self.bodies.is_long(turn) || self.bodies.is_recursive(&self.owner)
    }
}

/// The definition of a loop.
fn loop_unit(
    helper: &str,
    variable: &str,
    (state, todo): (&str, &str),
    free: &[(String, usize)],
    step: Expr,
    span: Span,
    single: bool,
) -> Unit {
    let empty = || node(ExprKind::Set(Vec::new()), AT);
    let done = if single { name(state) } else { node(ExprKind::Set(vec![name(state)]), AT) };
    let step = let_in(vec![local(variable, chosen(variable, name(todo)))], step, AT);
    let body = ExprKind::If(Box::new(Expr::infix("=", name(todo), empty())), Box::new(done), Box::new(step));
    let mut params = vec![Param::value(state, AT), Param::value(todo, AT)];
    params.extend(free.iter().map(|(n, _)| Param::value(n.clone(), AT)));
    define(helper, params, node(body, AT), span)
}

/// `CHOOSE variable \in set : TRUE`.
fn chosen(variable: &str, set: Expr) -> Expr {
    let bound = Bound { names: vec![Name::new(variable, AT)], tuple: false, set: Some(set) };
    node(ExprKind::Choose(Box::new(bound), Box::new(name("TRUE"))), AT)
}

/// The first variable of a loop's bounds with its set, and the body that loops over the others.
pub(super) fn first_variable(bounds: &[Bound], body: &Stmt) -> Option<(Bound, String, Stmt)> {
    let (first, others) = bounds.split_first()?;
    let mut rest = others.to_vec();
    let variable = first.names.first()?.text.clone();
    if first.tuple {
        let whole = format!("{variable}_all");
        let parts = first.names.iter().enumerate().map(|(n, part)| {
            let index = node(ExprKind::Number((n + 1).to_string()), AT);
            local(&part.text, node(ExprKind::Apply(Box::new(name(&whole)), vec![index]), AT))
        });
        let body = if rest.is_empty() {
            body.clone()
        } else {
            Stmt::new(StmtKind::Loop(rest, Box::new(body.clone())), body.span)
        };
        let inner = Stmt::new(StmtKind::Let(parts.collect(), Box::new(body)), AT);
        return Some((first.clone(), whole, inner));
    }
    if first.names.len() > 1 {
        rest.insert(0, Bound { names: first.names[1..].to_vec(), ..first.clone() });
    }
    let inner =
        if rest.is_empty() { body.clone() } else { Stmt::new(StmtKind::Loop(rest, Box::new(body.clone())), body.span) };
    Some((first.clone(), variable, inner))
}
