//! What is known of a value that is compared with literals: which it may still be.

use std::collections::BTreeSet;

use crate::tla::ops;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;

/// A value that its text shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Literal {
    Text(String),
    Number(i64),
    Truth(bool),
}

/// A comparison with literals.
pub(super) enum Test {
    OneOf(BTreeSet<Literal>),
    AtLeast(i64),
    AtMost(i64),
}

/// What the tests on a path leave of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Known {
    one_of: Option<BTreeSet<Literal>>,
    none_of: BTreeSet<Literal>,
    least: Option<i64>,
    most: Option<i64>,
}

impl Known {
    /// What is left after a test; `None` where nothing is.
    pub(super) fn after(&self, test: &Test, holds: bool) -> Option<Self> {
        let mut left = self.clone();
        match (test, holds) {
            (Test::OneOf(set), true) => {
                left.one_of = Some(match &self.one_of {
                    Some(known) => known.intersection(set).cloned().collect(),
                    None => set.clone(),
                });
            }
            (Test::OneOf(set), false) => left.none_of.extend(set.iter().cloned()),
            (Test::AtLeast(least), true) => left.least = left.least.max(Some(*least)),
            (Test::AtLeast(least), false) => left.at_most(least.checked_sub(1)?),
            (Test::AtMost(most), true) => left.at_most(*most),
            (Test::AtMost(most), false) => left.least = left.least.max(Some(most.checked_add(1)?)),
        }
        let may_be = |literal: &Literal| {
            let fits = match literal {
                Literal::Number(n) => {
                    left.least.is_none_or(|least| least <= *n) && left.most.is_none_or(|most| *n <= most)
                }
                _ => left.least.is_none() && left.most.is_none(),
            };
            fits && !left.none_of.contains(literal)
        };
        let some = match &left.one_of {
            Some(known) => known.iter().any(may_be),
            None => left.least.zip(left.most).is_none_or(|(least, most)| least <= most),
        };
        some.then_some(left)
    }

    fn at_most(&mut self, most: i64) {
        self.most = Some(self.most.map_or(most, |known| known.min(most)));
    }
}

/// The value that a condition compares with literals, the test, and whether it holds where the condition does.
pub(super) fn test(condition: &Expr) -> Option<(&Expr, Test, bool)> {
    let ExprKind::Infix(op, a, b) = &condition.kind else { return None };
    let op = ops::canonical(op);
    if op == "\\in" || op == "\\notin" {
        let ExprKind::Set(parts) = &b.kind else { return None };
        let set = parts.iter().map(literal).collect::<Option<_>>()?;
        return Some((a, Test::OneOf(set), op == "\\in"));
    }
    let (value, literal, turned) = match (literal(a), literal(b)) {
        (None, Some(right)) => (a, right, false),
        (Some(left), None) => (b, left, true),
        _ => return None,
    };
    let number = || match literal {
        Literal::Number(n) => Some(n),
        _ => None,
    };
    // `literal < value` is `value > literal`.
    let (test, holds) = match (op, turned) {
        ("=", _) => (Test::OneOf(BTreeSet::from([literal])), true),
        ("/=", _) => (Test::OneOf(BTreeSet::from([literal])), false),
        ("<", false) | (">", true) => (Test::AtLeast(number()?), false),
        (">", false) | ("<", true) => (Test::AtMost(number()?), false),
        ("\\leq", false) | ("\\geq", true) => (Test::AtMost(number()?), true),
        ("\\geq", false) | ("\\leq", true) => (Test::AtLeast(number()?), true),
        _ => return None,
    };
    Some((value, test, holds))
}

fn literal(expr: &Expr) -> Option<Literal> {
    match &expr.kind {
        ExprKind::Paren(inner) => literal(inner),
        ExprKind::Str(text) => Some(Literal::Text(text.clone())),
        ExprKind::Number(digits) => digits.parse().ok().map(Literal::Number),
        ExprKind::Prefix(op, inner) if op.starts_with('-') => match literal(inner)? {
            Literal::Number(n) => Some(Literal::Number(n.checked_neg()?)),
            _ => None,
        },
        _ => match expr.as_name()? {
            "TRUE" => Some(Literal::Truth(true)),
            "FALSE" => Some(Literal::Truth(false)),
            _ => None,
        },
    }
}
