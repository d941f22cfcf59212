//! Which process runs an action: its first argument, where Next takes that from a set.

use std::collections::BTreeMap;

use super::Cutting;
use crate::tla::shape;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::visit;
use crate::transform::facts::Facts;
use crate::transform::facts::Names;
use crate::transform::pass::AT;
use crate::transform::pass::name;
use crate::transform::pass::node;
use crate::transform::read::Refusal;

/// The processes of a module.
pub(super) struct Processes {
    /// The set of them.
    pub(super) set: Expr,
    /// The actions that they run.
    actions: Names,
    /// Whether there is only one, which no parameter names.
    single: bool,
}

const HINT: &str =
    "give the action its process as the first argument, from a constant set: `\\E p \\in Server : Act(p)`";

impl Processes {
    /// Those that run the actions of a module, some of which are cut.
    pub(super) fn of(facts: &Facts<'_>, cutting: &Cutting) -> Result<Self, Vec<Refusal>> {
        let definitions: BTreeMap<&str, &Definition> =
            facts.module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect();
        let mut finder = Finder { facts, definitions: &definitions, found: BTreeMap::new(), seen: Names::new() };
        for root in &facts.roots {
            finder.look(&definitions[root.as_str()].body, &BTreeMap::new());
        }
        let found = finder.found;
        let refusal = |name: &str, what: &str| Refusal {
            span: definitions[name].name.span,
            code: "transform/no-process",
            message: format!("cut the action `{name}`: {what}"),
            hint: HINT,
        };
        let sets: Vec<_> = found.iter().filter_map(|(action, set)| Some((action, set.as_ref()?))).collect();
        let Some((_, set)) = sets.first() else {
            let string = node(ExprKind::Str("main".to_owned()), AT);
            let set = node(ExprKind::Set(vec![string]), AT);
            return Ok(Self { set, actions: found.into_keys().collect(), single: true });
        };
        let set = (*set).clone();
        let same = |other: &Expr| shape::of_expr(other) == shape::of_expr(&set);
        let mut refusals = Vec::new();
        for (action, own) in found.iter().filter(|(action, _)| cutting.contains(*action)) {
            match own {
                None => refusals.push(refusal(action, "it is not clear which process runs it")),
                Some(own) if !same(own) => {
                    refusals.push(refusal(action, "its processes are another set than those of others"));
                }
                Some(_) => {}
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let actions = found.iter().filter(|(_, own)| own.as_ref().is_some_and(same)).map(|(action, _)| action.clone());
        Ok(Self { actions: actions.collect(), set, single: false })
    }

    /// The process that runs an action, if it is one of a process.
    pub(super) fn running(&self, definition: &Definition) -> Option<Expr> {
        if !self.actions.contains(&definition.name.text) {
            return None;
        }
        if self.single {
            return Some(node(ExprKind::Str("main".to_owned()), AT));
        }
        definition.params().first().map(|param| name(&param.name.text))
    }
}

struct Finder<'a> {
    facts: &'a Facts<'a>,
    definitions: &'a BTreeMap<&'a str, &'a Definition>,
    /// For each action, the set its first argument is taken from.
    found: BTreeMap<String, Option<Expr>>,
    seen: Names,
}

impl Finder<'_> {
    fn look(&mut self, expr: &Expr, sets: &BTreeMap<String, Expr>) {
        match &expr.kind {
            ExprKind::Quant(Quantifier::Some, bounds, body) => {
                let mut sets = sets.clone();
                for bound in bounds {
                    let set = bound.set.as_ref().filter(|set| !bound.tuple && self.constant(set, &sets));
                    for name in &bound.names {
                        match set {
                            Some(set) => sets.insert(name.text.clone(), set.clone()),
                            None => sets.remove(&name.text),
                        };
                    }
                }
                self.look(body, &sets);
            }
            ExprKind::Name { path, name, args } if path.is_empty() && self.facts.is_procedure(name) => {
                let definition = self.definitions[name.as_str()];
                let taken: Vec<_> = args.iter().map(|arg| arg.as_name().and_then(|name| sets.get(name))).collect();
                if chooses(&definition.body) {
                    let inner = definition.params().iter().zip(&taken);
                    let inner = inner.filter_map(|(param, set)| Some((param.name.text.clone(), (*set)?.clone())));
                    if self.seen.insert(name.clone()) {
                        self.look(&definition.body, &inner.collect());
                    }
                } else {
                    let set = taken.first().copied().flatten().cloned();
                    self.found.insert(name.clone(), set);
                }
            }
            kind => visit::children(kind, &mut |child| self.look(child, sets)),
        }
    }

    fn constant(&self, set: &Expr, locals: &BTreeMap<String, Expr>) -> bool {
        let (reads, primes) = self.facts.reads(set);
        let local = visit::any(set, &|e| e.as_name().is_some_and(|name| locals.contains_key(name)));
        reads.is_empty() && primes.is_empty() && !local
    }
}

/// Whether a body only chooses between actions.
fn chooses(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(e) | ExprKind::Label(_, _, e) | ExprKind::Quant(Quantifier::Some, _, e) => chooses(e),
        ExprKind::Junction(and, _) => !*and,
        ExprKind::Infix(op, ..) => op == "\\/",
        _ => false,
    }
}
