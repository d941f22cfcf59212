//! What is known of conditions on a path, so that ways that cannot be are not gone.

use super::outcome::Outcome;
use super::paths::Paths;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::visit;

/// Relations, and those that hold where they do not.
const OPPOSITES: [[&[&str]; 2]; 4] =
    [[&["="], &["#", "/="]], [&["\\in"], &["\\notin"]], [&["<"], &[">=", "\\geq"]], [&[">"], &["<=", "=<", "\\leq"]]];

impl Paths<'_> {
    /// The outcomes in which a condition can be so, with the note that it is.
    pub(super) fn assumed(&self, condition: &Expr, holds: bool, before: Vec<Outcome>) -> Vec<Outcome> {
        let Some((key, holds)) = self.key(condition, holds) else { return before };
        let fits = |outcome: &Outcome| outcome.conditions.get(&key).is_none_or(|known| *known == holds);
        let mut after: Vec<_> = before.into_iter().filter(fits).collect();
        after.iter_mut().for_each(|outcome| {
            outcome.conditions.insert(key.clone(), holds);
        });
        after
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
            return (self.text.matches(text).count() > 1).then(|| (text.to_owned(), holds));
        };
        let family = OPPOSITES.iter().find(|family| family.iter().flat_map(|ops| ops.iter()).any(|known| known == op));
        let (left, right) = (self.text.get(a.span.range())?, self.text.get(b.span.range())?);
        let Some([same, opposite]) = family else {
            return (self.text.matches(text).count() > 1).then(|| (text.to_owned(), holds));
        };
        let times = |op: &&str| self.text.matches(&format!("{left} {op} {right}")).count();
        let count: usize = same.iter().chain(*opposite).map(times).sum();
        let holds = holds == same.contains(&op.as_str());
        (count > 1).then(|| (format!("{left} {} {right}", same[0]), holds))
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
