//! What is known of conditions on a path, so that ways that cannot be are not gone.

use super::known;
use super::outcome::Outcome;
use super::paths::Paths;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::visit;

/// Relations, and those that hold where they do not.
const OPPOSITES: [[&[&str]; 2]; 4] =
    [[&["="], &["#", "/="]], [&["\\in"], &["\\notin"]], [&["<"], &[">=", "\\geq"]], [&[">"], &["<=", "=<", "\\leq"]]];

/// What stands between a value and the literals that it is compared with.
const COMPARISONS: [&str; 11] = ["=", "#", "/=", "\\in", "\\notin", "<", ">", "\\leq", "\\geq", "=<", ">="];

impl Paths<'_> {
    /// The outcomes in which a condition can be so, with the note that it is.
    pub(super) fn assumed(&self, condition: &Expr, holds: bool, before: Vec<Outcome>) -> Vec<Outcome> {
        let before =
            parts(condition, holds).into_iter().fold(before, |all, (part, holds)| self.narrowed(part, holds, all));
        let Some((key, holds)) = self.key(condition, holds) else { return before };
        let fits = |outcome: &Outcome| outcome.conditions.get(&key).is_none_or(|known| *known == holds);
        let mut after: Vec<_> = before.into_iter().filter(fits).collect();
        after.iter_mut().for_each(|outcome| {
            outcome.conditions.insert(key.clone(), holds);
        });
        after
    }

    /// The outcomes in which a comparison with literals can be so, where the module has others of the same value.
    fn narrowed(&self, condition: &Expr, holds: bool, before: Vec<Outcome>) -> Vec<Outcome> {
        let found = known::test(condition).filter(|(value, ..)| {
            let primed = |e: &Expr| matches!(&e.kind, ExprKind::Postfix(..));
            self.elsewhere.is_none() && !visit::any(value, &primed)
        });
        let Some((value, test, as_said)) = found else { return before };
        let Some(text) = self.text.get(value.span.range()) else { return before };
        let is_test = |at: usize| {
            let after = self.text[at + text.len()..].strip_prefix(' ');
            after.is_some_and(|after| COMPARISONS.iter().any(|op| after.starts_with(op)))
        };
        if self.text.match_indices(text).filter(|(at, _)| is_test(*at)).nth(1).is_none() {
            return before;
        }
        let left = |mut outcome: Outcome| {
            let known = outcome.known.get(text).cloned().unwrap_or_default().after(&test, holds == as_said)?;
            outcome.known.insert(text.to_owned(), known);
            Some(outcome)
        };
        before.into_iter().filter_map(left).collect()
    }

    /// The text by which a condition is known again, where it stands in the module more than once: `a # b` is known
    /// as `a = b` that does not hold.
    fn key(&self, condition: &Expr, holds: bool) -> Option<(String, bool)> {
        let (condition, holds) = plain(condition, holds);
        if self.elsewhere.is_some() || visit::any(condition, &|e| matches!(&e.kind, ExprKind::Postfix(..))) {
            return None;
        }
        let text = self.text.get(condition.span.range())?;
        let ExprKind::Infix(op, a, b) = &condition.kind else {
            return self.text.matches(text).nth(1).map(|_| (text.to_owned(), holds));
        };
        let family = OPPOSITES.iter().find(|family| family.iter().flat_map(|ops| ops.iter()).any(|known| known == op));
        let (left, right) = (self.text.get(a.span.range())?, self.text.get(b.span.range())?);
        let Some([same, opposite]) = family else {
            return self.text.matches(text).nth(1).map(|_| (text.to_owned(), holds));
        };
        let times = |op: &&str| self.text.matches(&format!("{left} {op} {right}")).count();
        let count: usize = same.iter().chain(*opposite).map(times).sum();
        let holds = holds == same.contains(&op.as_str());
        (count > 1).then(|| (format!("{left} {} {right}", same[0]), holds))
    }
}

/// What has to hold, or not, for `condition` to hold, or not: the parts of a conjunction, or of a disjunction that does not.
fn parts(condition: &Expr, holds: bool) -> Vec<(&Expr, bool)> {
    let (condition, holds) = plain(condition, holds);
    match &condition.kind {
        ExprKind::Junction(and, items) if *and == holds => {
            items.iter().flat_map(|item| parts(&item.expr, holds)).collect()
        }
        ExprKind::Infix(op, a, b) if op == if holds { "/\\" } else { "\\/" } => {
            [parts(a, holds), parts(b, holds)].concat()
        }
        _ => vec![(condition, holds)],
    }
}

/// A condition without the parentheses and the negations around it.
fn plain(condition: &Expr, holds: bool) -> (&Expr, bool) {
    match &condition.kind {
        ExprKind::Paren(inner) => plain(inner, holds),
        ExprKind::Prefix(op, inner) if op == "~" || op == "\\lnot" || op == "\\neg" => plain(inner, !holds),
        _ => (condition, holds),
    }
}
