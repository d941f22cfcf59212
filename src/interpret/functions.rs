//! The module as expressions are evaluated in it: what is primed and what is not are the same, and each function that
//! reads variables has a form besides that reads the state before.
//!
//! The state before is the one in which a local operator stands, and it takes the place of the next state.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::acting::Acting;
use crate::tla::free;
use crate::tla::ops;
use crate::tla::print::print_unit;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Module;
use crate::tla::syntax::Name;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// What reads another state when it is read in the state before.
#[derive(Debug)]
pub(super) struct Functions {
    variables: BTreeSet<String>,
    /// The form of each function that reads the state before.
    before: BTreeMap<String, String>,
}

impl Functions {
    pub(super) fn of(acting: &Acting<'_>, text: &str) -> Self {
        let variables = acting.variables.iter().cloned().collect();
        let reading = acting.reading();
        let mut ending = "_before".to_owned();
        while text.contains(&ending) {
            ending.push('_');
        }
        let form = |(number, name): (usize, &str)| (name.to_owned(), format!("function{number}{ending}"));
        let functions = reading.into_iter().filter(|name| !acting.procedures.contains(name));
        Self { variables, before: functions.enumerate().map(form).collect() }
    }

    /// The text of a module whose definitions hold no primes, with `given` and the forms of its functions behind the last of
    /// them. What stood in it before stands where it stood.
    pub(super) fn text(&self, module: &Module, text: &str, given: &str) -> String {
        let mut primes = BTreeSet::new();
        for unit in &module.units {
            visit::unit_children(unit, &mut |e| find_primes(e, &mut primes));
        }
        let blank = |(at, c): (usize, char)| if primes.contains(&at) { ' ' } else { c };
        let blanked: String = text.char_indices().map(blank).collect();
        let forms: Vec<String> = module.units.iter().filter_map(|unit| self.form(unit)).collect();
        let (head, end) = blanked.split_at(module.end);
        [head, given, "\n", &forms.join("\n\n"), "\n", end].concat()
    }

    /// The form of a function that reads the state before, or the announcement of such forms.
    fn form(&self, unit: &Unit) -> Option<String> {
        let kind = match &unit.kind {
            UnitKind::Recursive(params) => {
                let mut params = params.clone();
                params.retain_mut(|param| match self.before.get(&param.name.text) {
                    Some(form) => {
                        param.name.text.clone_from(form);
                        true
                    }
                    None => false,
                });
                UnitKind::Recursive(Some(params).filter(|params| !params.is_empty())?)
            }
            UnitKind::Definition(definition) => {
                let form = self.before.get(&definition.name.text)?;
                let name = Name::new(form.clone(), definition.name.span);
                let head = match &definition.head {
                    Head::Operator(params, _) => Head::Operator(params.clone(), Fixity::Named),
                    Head::Function(bounds) => Head::Function(bounds.clone()),
                };
                UnitKind::Definition(Box::new(Definition { name, head, ..(**definition).clone() }))
            }
            _ => return None,
        };
        let unit = Unit { kind, ..unit.clone() };
        Some(print_unit(&self.unit_before(&unit, &BTreeSet::new()), None).text)
    }

    /// A definition read in the state before, where `locals` are no names of the module.
    pub(super) fn unit_before(&self, unit: &Unit, locals: &BTreeSet<&str>) -> Unit {
        let mut bound: Vec<&str> = locals.iter().copied().collect();
        bound.extend(unit.definition().map(free::parameters).unwrap_or_default());
        visit::map_unit(unit, &mut |e| {
            free::map_with_bound(&without_primes(e), &bound, &|e, bound| self.node_before(e, bound))
        })
    }

    fn node_before(&self, expr: Expr, bound: &[&str]) -> Expr {
        let form = |name: &str| self.before.get(name).or_else(|| self.before.get(ops::canonical(name))).cloned();
        let call = |name: String, args: Vec<Expr>| Expr::call(name, args, expr.span);
        match &expr.kind {
            ExprKind::Name { path, name, args } if path.is_empty() && !bound.contains(&name.as_str()) => {
                if self.variables.contains(name) {
                    let span = expr.span;
                    return Expr::new(ExprKind::Postfix("'".to_owned(), Box::new(expr)), span);
                }
                form(name).map(|form| call(form, args.clone()))
            }
            ExprKind::Symbol(op) => form(op).map(|form| call(form, Vec::new())),
            ExprKind::Prefix(op, a) | ExprKind::Postfix(op, a) => form(op).map(|form| call(form, vec![(**a).clone()])),
            ExprKind::Infix(op, a, b) => form(op).map(|form| call(form, vec![(**a).clone(), (**b).clone()])),
            _ => None,
        }
        .unwrap_or(expr)
    }
}

fn find_primes(expr: &Expr, primes: &mut BTreeSet<usize>) {
    visit::walk(expr, &mut |e| {
        if matches!(&e.kind, ExprKind::Postfix(op, _) if op == "'") {
            primes.insert(e.span.end - 1);
        }
    });
}

/// An expression as it reads in a state: with a prime or without is the same.
pub(super) fn without_primes(expr: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::Postfix(op, inner) if op == "'" => without_primes(inner),
        _ => visit::map(expr, &mut without_primes),
    }
}
