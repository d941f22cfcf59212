//! Where in an action a guard for an expression goes: before the nearest conjunct that holds it.

use std::collections::BTreeSet;

use super::names;
use crate::base::span::Span;
use crate::base::text::column;
use crate::tla::ops;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::uses;
use crate::tla::visit;

/// A place for a guard.
#[derive(Debug)]
pub(super) struct Spot<'m> {
    /// The expression that is guarded.
    pub(super) blamed: &'m Expr,
    /// The operator it stands in.
    pub(super) action: &'m str,
    /// Where the guard goes.
    pub(super) at: usize,
    /// How it is joined to what stands there.
    pub(super) joint: Joint,
}

/// How a guard is joined to the formula after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// Both are items of a list.
    Bullet,
    /// By an operator.
    And,
    /// By an operator, in parentheses that end here: `/\` and `\/` do not mix.
    Parens(usize),
}

/// The place for a guard of what is blamed, or why there is none.
pub(super) fn spot<'m>(
    text: &str,
    module: &'m Module,
    frozen: &BTreeSet<String>,
    blamed: Span,
) -> Result<Spot<'m>, String> {
    let holds = |e: &Expr| e.span.start <= blamed.start && blamed.end <= e.span.end;
    let definitions = uses::definitions(module);
    let definition = module.units.iter().filter_map(Unit::definition).find(|one| holds(&one.body));
    let definition = definition.ok_or("it stands in no definition")?;
    let name = definition.name.text.as_str();
    if frozen.contains(name) {
        return Err(format!("`{name}` is what a property or a bound rests on"));
    }
    let reached = uses::reachable(&definitions, [name.to_owned()]);
    if reached.iter().all(|name| uses::assigned_in(&definitions[name.as_str()].body).is_empty()) {
        return Err(format!("`{name}` is no action, and a guard in it would be a value"));
    }
    let mut found = None;
    visit::walk(&definition.body, &mut |e| {
        if e.span == blamed && !matches!(e.kind, ExprKind::Paren(_)) {
            found = Some(e);
        }
    });
    let expr = found.ok_or("no expression stands exactly there")?;
    let (formula, at, joint) = nearest(text, &definition.body, &holds);
    let hidden = bound_below(formula, expr, &holds);
    if let Some(name) = names(expr).into_iter().find(|name| hidden.contains(*name)) {
        return Err(format!("`{name}` is bound inside of the formula that a guard would stand before"));
    }
    let loose = |op: &str| ["=>", "<=>", "~>", "\\equiv", "-+->"].contains(&ops::canonical(op));
    let joint = match &formula.kind {
        ExprKind::Infix(op, ..) if loose(op) && joint == Joint::And => Joint::Parens(formula.span.end),
        _ => joint,
    };
    Ok(Spot { blamed: expr, action: name, at, joint })
}

/// The innermost formula of an action that holds it, where a guard before that stands, and how the two are joined.
fn nearest<'e>(text: &str, body: &'e Expr, holds: &dyn Fn(&Expr) -> bool) -> (&'e Expr, usize, Joint) {
    let (mut formula, mut at, mut joint) = (body, body.span.start, Joint::And);
    loop {
        let or = matches!(&formula.kind, ExprKind::Infix(op, ..) if ops::canonical(op) == "\\/");
        let next: Option<&Expr> = match &formula.kind {
            ExprKind::Paren(inner)
            | ExprKind::Label(_, _, inner)
            | ExprKind::Let(_, inner)
            | ExprKind::Quant(Quantifier::Some, _, inner) => Some(inner),
            ExprKind::If(_, a, b) => [a, b].into_iter().map(|e| &**e).find(|e| holds(e)),
            ExprKind::Case(arms) => arms.iter().map(|arm| &arm.body).find(|body| holds(body)),
            ExprKind::Infix(op, a, b) if or || ops::canonical(op) == "/\\" => {
                [a, b].into_iter().map(|e| &**e).find(|e| holds(e))
            }
            ExprKind::Junction(_, items) => items.iter().map(|item| &item.expr).find(|item| holds(item)),
            _ => None,
        };
        let Some(next) = next.filter(|next| holds(next)) else { return (formula, at, joint) };
        (at, joint) = match &formula.kind {
            ExprKind::Junction(true, _) => (bullet(text, formula, next), Joint::Bullet),
            _ if or => (next.span.start, Joint::Parens(next.span.end)),
            _ => (next.span.start, Joint::And),
        };
        formula = next;
    }
}

/// Where the item of a list begins: at its bullet, or at the comments above that are its own.
fn bullet(text: &str, list: &Expr, item: &Expr) -> usize {
    let before = &text[list.span.start..item.span.start];
    let mut at = before.rfind("/\\").map_or(list.span.start, |back| list.span.start + back);
    let margin = column(text, at);
    loop {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let Some(above) = text[..start].strip_suffix('\n') else { return at };
        let line = above.rsplit('\n').next().unwrap_or_default();
        let begins = line.len() - line.trim_start().len();
        let alone = text[start..at].trim().is_empty();
        if !alone || !line.trim_start().starts_with("\\*") || column(line, begins) != margin {
            return at;
        }
        at = above.len() - line.len() + begins;
    }
}

/// The names that a formula binds around an expression in it.
fn bound_below<'e>(formula: &'e Expr, expr: &Expr, holds: &dyn Fn(&Expr) -> bool) -> BTreeSet<&'e str> {
    let mut names = BTreeSet::new();
    let mut bind = |bounds: &'e [Bound]| {
        names.extend(bounds.iter().flat_map(|bound| &bound.names).map(|name| name.text.as_str()));
    };
    visit::walk(formula, &mut |e| {
        if !holds(e) || e.span == expr.span {
            return;
        }
        match &e.kind {
            ExprKind::Quant(_, bounds, _) | ExprKind::Function(bounds, _) | ExprKind::Map(_, bounds) => bind(bounds),
            ExprKind::Choose(one, _) | ExprKind::Filter(one, _) => bind(std::slice::from_ref(&**one)),
            _ => {}
        }
    });
    visit::walk(formula, &mut |e| match &e.kind {
        ExprKind::Lambda(params, _) if holds(e) => names.extend(params.iter().map(|one| one.name.text.as_str())),
        ExprKind::Let(units, _) if holds(e) => {
            names.extend(units.iter().filter_map(Unit::definition).map(|one| one.name.text.as_str()));
        }
        _ => {}
    });
    names
}
