//! A counter that grows until it does not fit TLC's integers: a state constraint on it, which is part of the model.
//!
//! A counter is a variable, or a part of one, whose next value is computed from itself. The bound is the value from which the
//! step fails, so that no state is left out from which every step has a value by a smaller one. Anything else that does not
//! fit, as a sum in a property, is left: what it should be is not known here.

use super::Draft;
use super::Proposal;
use super::Trouble;
use super::edit::Edit;
use crate::base::span::Span;
use crate::tla::ops;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::uses;
use crate::tla::visit;

/// For a message of the evaluator that a result of `+`, `*` or `^` does not fit.
pub(super) fn propose(draft: &Draft, module: &Module, trouble: &Trouble) -> Option<Proposal> {
    let (left, right) = operands(&trouble.diagnostic.message)?;
    let blamed = trouble.span?;
    let counters = |definition: &Definition| counter(definition, module, blamed, (left, right));
    let (counter, from) = module.units.iter().filter_map(Unit::definition).find_map(counters)?;
    let mut name = format!("Bounded_{}", counter.variable);
    while draft.module.contains(&name) {
        name.push('_');
    }
    let bound = counter.below(from);
    let variable = &counter.variable;
    let at = draft.module.trim_end().rfind("\n====")? + 1;
    let definition = format!(
        "\n\\* A bound of the search, not of the system: from {from} on, a step of `{variable}` leaves TLC's integers,\n\\* which end at 2147483647. What lies beyond is not seen.\n{name} == {bound}\n"
    );
    let gap = if draft.config.is_empty() || draft.config.ends_with('\n') { "" } else { "\n" };
    let line = format!("{gap}\\* `{variable}` grows without end, and TLC's integers do not\nCONSTRAINT {name}\n");
    Some(Proposal {
        fixer: "overflow",
        why: format!("`{variable}` grows without end; the bound is part of the model, and no step changes"),
        decision: Some(format!("states where `{bound}` is false are not gone on from")),
        module: vec![Edit::at(at, definition)],
        config: vec![Edit::at(draft.config.len(), line)],
    })
}

/// The operands in `the result of A + B does not fit 32 bits`.
fn operands(message: &str) -> Option<(i64, i64)> {
    let inner = message.strip_prefix("the result of ")?.strip_suffix(" does not fit 32 bits")?;
    let mut words = inner.split(' ');
    let (left, operator, right) = (words.next()?, words.next()?, words.next()?);
    let grows = ["+", "*", "^"].contains(&operator) && words.next().is_none();
    grows.then_some((left.parse().ok()?, right.parse().ok()?))
}

/// Where in a variable a counter stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counter {
    variable: String,
    path: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Index,
    Field(String),
}

impl Counter {
    /// That it is smaller, wherever there is one.
    fn below(&self, limit: i64) -> String {
        let (mut all, mut at) = (String::new(), self.variable.clone());
        for (number, part) in self.path.iter().enumerate() {
            match part {
                Part::Index => {
                    let index = format!("i{}", number + 1);
                    all = format!("{all}\\A {index} \\in DOMAIN {at} : ");
                    at = format!("{at}[{index}]");
                }
                Part::Field(name) => at = format!("{at}.{name}"),
            }
        }
        format!("{all}{at} < {limit}")
    }
}

/// The counter whose next value is to blame in a definition, and its value where that fails.
fn counter(definition: &Definition, module: &Module, blamed: Span, values: (i64, i64)) -> Option<(Counter, i64)> {
    let inside = |e: &Expr| e.span.start <= blamed.start && blamed.end <= e.span.end;
    if !inside(&definition.body) {
        return None;
    }
    let variables = uses::variables(module);
    let (mut variable, mut updated, mut sum) = (None, None, None);
    visit::walk(&definition.body, &mut |e| match &e.kind {
        ExprKind::Infix(op, left, right) if inside(right) && matches!(ops::canonical(op), "=" | "\\in") => {
            if let ExprKind::Postfix(prime, of) = &left.kind
                && prime == "'"
            {
                variable = of.as_name().map(str::to_owned);
            }
        }
        ExprKind::Except(of, updates) if inside(e) => {
            let update = updates.iter().find(|update| inside(&update.value));
            updated = of.as_name().zip(update).map(|(of, update)| (of.to_owned(), update.path.clone()));
        }
        ExprKind::Infix(_, a, b) if e.span == blamed => sum = Some((a, b)),
        _ => {}
    });
    let variable = variable?;
    let is_own = |e: &Expr| {
        let found = match (&e.kind, &updated) {
            (ExprKind::At, Some((of, path))) => Some(Counter { variable: of.clone(), path: parts(path) }),
            _ => read(e),
        };
        // A module that it extends may declare the variable.
        found.filter(|one| one.variable == variable && (variables.is_empty() || variables.contains(&one.variable)))
    };
    let (a, b) = sum?;
    let grown = [(a, values.0), (b, values.1)];
    let mut own = grown.into_iter().filter_map(|(e, value)| Some((is_own(e)?, value)));
    own.find(|(_, value)| *value > 0)
}

fn parts(path: &[Step]) -> Vec<Part> {
    let part = |step: &Step| match step {
        Step::Field(name) => Part::Field(name.clone()),
        Step::Index(_) => Part::Index,
    };
    path.iter().map(part).collect()
}

/// `v`, `v[i]`, `v.f` and what is in them.
fn read(expr: &Expr) -> Option<Counter> {
    let with = |of: &Expr, part: Part| {
        let mut counter = read(of)?;
        counter.path.push(part);
        Some(counter)
    };
    match &expr.kind {
        ExprKind::Paren(inner) => read(inner),
        ExprKind::Apply(of, _) => with(of, Part::Index),
        ExprKind::Field(of, name) => with(of, Part::Field(name.clone())),
        _ => Some(Counter { variable: expr.as_name()?.to_owned(), path: Vec::new() }),
    }
}
