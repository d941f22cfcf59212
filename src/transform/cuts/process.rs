//! Which process runs an action: its first argument, where Next takes that from a set.

use std::collections::BTreeMap;

use super::Cutting;
use super::Granularity;
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
    /// Why there is only one, where the actions may be those of several.
    pub(super) doubt: Option<Refusal>,
}

const HINT: &str =
    "give the action its process as the first argument, from a constant set: `\\E p \\in Server : Act(p)`";

/// What Next chooses from.
pub(super) struct Choices {
    /// For each action, the set its first argument is taken from.
    actions: BTreeMap<String, Option<Expr>>,
    /// Next-state relations, and operators that only choose between actions for one.
    dispatchers: Names,
}

impl Choices {
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        let dispatchers = dispatchers(facts);
        let definitions = definitions(facts);
        let mut finder = Finder {
            facts,
            definitions: &definitions,
            dispatchers: &dispatchers,
            found: BTreeMap::new(),
            seen: Names::new(),
        };
        for root in &facts.roots {
            finder.look(&definitions[root.as_str()].body, &BTreeMap::new());
        }
        Self { actions: finder.found, dispatchers }
    }

    pub(super) fn is_dispatcher(&self, procedure: &str) -> bool {
        self.dispatchers.contains(procedure)
    }

    /// The actions that procedures call as well: as actions they wait until the process is at rest, as callees they do not.
    pub(super) fn called(&self, facts: &Facts<'_>) -> Names {
        let calls = |action: &String| {
            let mut users = facts.operators.iter().filter(|(_, operator)| operator.refs.contains(action));
            users.any(|(user, _)| user != action && facts.is_procedure(user) && !self.is_dispatcher(user))
        };
        self.actions.keys().filter(|action| calls(action)).cloned().collect()
    }
}

fn definitions<'a>(facts: &Facts<'a>) -> BTreeMap<&'a str, &'a Definition> {
    facts.module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect()
}

fn dispatchers(facts: &Facts<'_>) -> Names {
    let definitions = definitions(facts);
    let chosen = definitions.iter().filter(|(name, d)| facts.is_procedure(name) && is_choice(&d.body, facts));
    let mut found: Names = chosen.map(|(name, _)| (*name).to_owned()).collect();
    found.extend(facts.roots.iter().cloned());
    loop {
        let other = |name: &String| facts.is_procedure(name) && !found.contains(name);
        let users = facts.operators.iter().filter(|(user, _)| other(user));
        let used: Names = users.flat_map(|(_, operator)| operator.refs.iter().cloned()).collect();
        let kept: Names =
            found.iter().filter(|name| facts.roots.contains(*name) || !used.contains(*name)).cloned().collect();
        if kept.len() == found.len() {
            return found;
        }
        found = kept;
    }
}

/// Whether a body is a choice between calls, and nothing else.
fn is_choice(expr: &Expr, facts: &Facts<'_>) -> bool {
    let part = |e: &Expr| is_choice(e, facts) || e.as_call().is_some_and(|(name, _)| facts.is_procedure(name));
    match &expr.kind {
        ExprKind::Paren(e) | ExprKind::Label(_, _, e) => is_choice(e, facts),
        ExprKind::Quant(Quantifier::Some, _, e) => part(e),
        ExprKind::Junction(false, items) => items.iter().all(|item| part(&item.expr)),
        ExprKind::Infix(op, a, b) if op == "\\/" => part(a) && part(b),
        _ => false,
    }
}

impl Processes {
    /// Those that run the actions of a module, some of which are cut. Where it is not clear which these are, it is one at
    /// `Granularity::Statement`, where nobody has said that others may run in between; at `@yield` somebody has.
    pub(super) fn of(
        facts: &Facts<'_>,
        choices: Choices,
        cutting: &Cutting,
        granularity: Granularity,
    ) -> Result<Self, Vec<Refusal>> {
        let definitions = definitions(facts);
        let found = choices.actions;
        let refusal = |name: &str, what: &str| Refusal {
            span: definitions[name].name.span,
            code: "transform/no-process",
            message: format!("cut the action `{name}`: {what}"),
            hint: HINT,
        };
        let sets: Vec<_> = found.iter().filter_map(|(action, set)| Some((action, set.as_ref()?))).collect();
        let Some((_, set)) = sets.first() else {
            return Ok(Self::one(found.into_keys().collect()));
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
        match refusals.first() {
            None => {}
            Some(first) if granularity == Granularity::Statement => {
                let message = "cut all actions as those of one process".to_owned();
                let doubt = Refusal { span: first.span, code: "transform/one-process", message, hint: HINT };
                return Ok(Self { doubt: Some(doubt), ..Self::one(found.into_keys().collect()) });
            }
            Some(_) => return Err(refusals),
        }
        let actions = found.iter().filter(|(_, own)| own.as_ref().is_some_and(same)).map(|(action, _)| action.clone());
        Ok(Self { actions: actions.collect(), set, single: false, doubt: None })
    }

    /// One process, which runs all actions.
    fn one(actions: Names) -> Self {
        let set = node(ExprKind::Set(vec![main()]), AT);
        Self { set, actions, single: true, doubt: None }
    }

    /// The process that runs an action, if it is one of a process.
    pub(super) fn running(&self, definition: &Definition) -> Option<Expr> {
        if !self.actions.contains(&definition.name.text) {
            return None;
        }
        if self.single {
            return Some(main());
        }
        definition.params().first().map(|param| name(&param.name.text))
    }
}

/// The name of a process that is the only one.
fn main() -> Expr {
    node(ExprKind::Str("main".to_owned()), AT)
}

struct Finder<'a> {
    facts: &'a Facts<'a>,
    definitions: &'a BTreeMap<&'a str, &'a Definition>,
    dispatchers: &'a Names,
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
                if self.dispatchers.contains(name) {
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
