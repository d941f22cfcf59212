//! The mistakes that can be made in one definition.

use std::collections::BTreeSet;

use super::model::Kind;
use super::splice::Edit;
use crate::base::span::Span;
use crate::base::text::column;
use crate::tla::ops;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Quantifier;
use crate::tla::uses;
use crate::tla::visit;

/// A mistake.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) kind: Kind,
    /// The smallest expression that shows it.
    pub(super) shown: Span,
    pub(super) edit: Edit,
}

/// The mistakes of a definition's body; `acting` are the operators that have primes.
pub(super) fn mistakes(body: &Expr, text: &str, acting: &BTreeSet<String>) -> Vec<Mistake> {
    let mut maker = Maker { text, acting, found: Vec::new() };
    visit::walk(body, &mut |expr| maker.of(expr));
    maker.found.sort_by_key(|mistake| (mistake.edit.span, mistake.kind));
    maker.found.dedup_by(|a, b| a.edit == b.edit);
    maker.found
}

struct Maker<'a> {
    text: &'a str,
    acting: &'a BTreeSet<String>,
    found: Vec<Mistake>,
}

impl Maker<'_> {
    fn of(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Junction(true, items) => items.iter().for_each(|item| self.conjunct(&item.expr)),
            ExprKind::Junction(false, items) => items.iter().for_each(|item| self.disjunct(&item.expr)),
            ExprKind::Infix(op, a, b) => self.infix(expr, op, a, b),
            ExprKind::Number(number) => self.number(expr, number),
            ExprKind::If(condition, ..) => self.branches(expr, condition),
            ExprKind::Quant(quantifier, ..) => self.quantifier(expr, *quantifier),
            _ => {}
        }
    }

    fn add(&mut self, kind: Kind, shown: Span, span: Span, with: impl Into<String>) {
        self.found.push(Mistake { kind, shown, edit: Edit { span, with: with.into() } });
    }

    fn infix(&mut self, expr: &Expr, op: &str, a: &Expr, b: &Expr) {
        match ops::canonical(op) {
            "/\\" => [a, b].into_iter().for_each(|part| self.conjunct(part)),
            "\\/" => [a, b].into_iter().for_each(|part| self.disjunct(part)),
            canonical => match (assigned(canonical, a), opposite(canonical)) {
                (Some(variable), _) => {
                    let with = format!("UNCHANGED {variable}");
                    self.add(Kind::SkipAssignment, expr.span, expr.span, with);
                }
                (None, Some(other)) if !self.acts(expr) => self.comparison(expr, op, [a, b], other),
                _ => {}
            },
        }
    }

    fn comparison(&mut self, expr: &Expr, op: &str, [a, b]: [&Expr; 2], other: &str) {
        let between = self.text.get(a.span.end..b.span.start).unwrap_or_default();
        if let Some(at) = between.find(op) {
            let start = a.span.end + at;
            self.add(Kind::SwapComparison, expr.span, Span::new(start, start + op.len()), other);
        }
    }

    fn conjunct(&mut self, part: &Expr) {
        let is_list = matches!(&part.kind, ExprKind::Infix(op, ..) if ops::canonical(op) == "/\\")
            || matches!(part.kind, ExprKind::Junction(true, _));
        if !is_list && !self.acts(part) && part.as_name() != Some("TRUE") {
            self.add(Kind::DropGuard, part.span, part.span, "TRUE");
        }
    }

    fn disjunct(&mut self, part: &Expr) {
        let is_list = matches!(&part.kind, ExprKind::Infix(op, ..) if ops::canonical(op) == "\\/")
            || matches!(part.kind, ExprKind::Junction(false, _));
        if !is_list && part.as_name() != Some("FALSE") {
            self.add(Kind::DropDisjunct, part.span, part.span, "FALSE");
        }
    }

    fn number(&mut self, expr: &Expr, number: &str) {
        let Ok(number) = number.parse::<u32>() else { return };
        for other in number.checked_sub(1).into_iter().chain(number.checked_add(1)) {
            self.add(Kind::ChangeNumber, expr.span, expr.span, other.to_string());
        }
    }

    fn branches(&mut self, expr: &Expr, condition: &Expr) {
        if self.acts(condition) {
            return;
        }
        let text = &self.text[condition.span.range()];
        let with = if text.contains('\n') {
            // A list keeps its columns on lines of its own.
            format!("~(\n{}{text})", " ".repeat(column(self.text, condition.span.start)))
        } else {
            format!("~({text})")
        };
        self.add(Kind::SwapBranches, expr.span, condition.span, with);
    }

    fn quantifier(&mut self, expr: &Expr, quantifier: Quantifier) {
        let (from, to) = match quantifier {
            Quantifier::All => ("\\A", "\\E"),
            Quantifier::Some => ("\\E", "\\A"),
            Quantifier::TemporalAll | Quantifier::TemporalSome => return,
        };
        let start = expr.span.start;
        if !self.acts(expr) && self.text[start..].starts_with(from) {
            self.add(Kind::SwapQuantifier, expr.span, Span::new(start, start + from.len()), to);
        }
    }

    fn acts(&self, expr: &Expr) -> bool {
        acts(expr, self.acting)
    }
}

/// Whether an expression has a prime, or names an operator that has.
pub(super) fn acts(expr: &Expr, acting: &BTreeSet<String>) -> bool {
    let names = |e: &Expr| matches!(&e.kind, ExprKind::Name { name, .. } if acting.contains(name));
    visit::any(expr, &|e| uses::looks_ahead(e) || names(e))
}

/// The variable of `v' = ..` or `v' \in ..`.
fn assigned<'e>(op: &str, left: &'e Expr) -> Option<&'e str> {
    match &left.kind {
        ExprKind::Postfix(prime, variable) if prime == "'" && ["=", "\\in"].contains(&op) => variable.as_name(),
        _ => None,
    }
}

fn opposite(op: &str) -> Option<&'static str> {
    Some(match op {
        "<" => "<=",
        "<=" | "=<" | "\\leq" => "<",
        ">" => ">=",
        ">=" | "\\geq" => ">",
        "=" => "#",
        "#" | "/=" => "=",
        "\\in" => "\\notin",
        "\\notin" => "\\in",
        _ => return None,
    })
}
