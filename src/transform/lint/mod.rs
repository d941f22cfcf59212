//! # Lint — what an action of a TLA+ module forgets or says twice
//!
//! | reads  | a module as TLA+, and the modules it extends |
//! | writes | warnings, each with the path that leads there |
//! | never  | warns of what it cannot follow: an instance, an action handed over as an argument |
//!
//! Every path of an action that Next reaches has to give each variable its next value exactly once. A path is followed through
//! calls, IF, CASE, `\/`, `=>`, LET and quantifiers; paths that have assigned the same variables are one from there on, so
//! that their number stays small.

mod conditions;
mod known;
mod outcome;
mod paths;
mod scope;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Reading;
use super::facts::Facts;
use super::facts::Names;
use super::read::identifiers;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla::check;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::parse_module;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;
use outcome::Outcome;
use paths::Finding;
use paths::Paths;

/// What to look out for in the actions of a module, read as TLA+. Nothing is said of a module that cannot be read, that has no
/// next-state relation, that extends a module that is not there, or that is
/// an IISpec.
pub fn lint(source: &Source, library: &dyn Library) -> Vec<Diagnostic> {
    if super::declared(&source.text, source.text.len()) == Some(Reading::Iispec) {
        return Vec::new();
    }
    let parsed = parse_module(&source.text, &source.path);
    let (Some(mut module), true) = (parsed.module, parsed.diagnostics.is_empty()) else { return Vec::new() };
    let own: Names = module.units.iter().filter_map(Unit::definition).map(|d| d.name.text.clone()).collect();
    let Some(units) = with_extended(&module, library) else { return Vec::new() };
    module.units = units;
    let facts = Facts::of(&module, identifiers(&source.text));
    let paths = Paths::new(&facts, &module, &own, &source.text);
    let acts = |root: &&String| own.contains(*root) && paths.is_action(root);
    let roots: Vec<String> = facts.next.union(&facts.fair).filter(acts).cloned().collect();
    if !facts.next.iter().any(|root| acts(&root)) || facts.variables.is_empty() {
        return Vec::new();
    }
    let mut linter = Linter {
        source,
        lines: LineIndex::new(&source.text),
        definitions: module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect(),
        paths,
        facts: &facts,
        own: &own,
        followed: Names::new(),
        said: BTreeMap::new(),
        blind: false,
    };
    linter.start(&roots);
    linter.never_changed();
    linter.never_reached();
    linter.said.into_values().collect()
}

/// The units of the modules that are extended, before the module's own; `None` where one is not there.
fn with_extended(module: &Module, library: &dyn Library) -> Option<Vec<Unit>> {
    let mut seen = BTreeSet::new();
    let mut units = Vec::new();
    extended(module, library, &mut seen, &mut units)?;
    units.extend(module.units.iter().cloned());
    Some(units)
}

fn extended(module: &Module, library: &dyn Library, seen: &mut BTreeSet<String>, units: &mut Vec<Unit>) -> Option<()> {
    let instances = module.units.iter().filter_map(|unit| match &unit.kind {
        UnitKind::Instance(instance) if instance.name.is_none() => Some(&instance.module),
        _ => None,
    });
    for name in module.extends.iter().chain(instances) {
        if check::is_stateless_module(&name.text) || !seen.insert(name.text.clone()) {
            continue;
        }
        let source = library.find(&name.text)?;
        let other = parse_module(&source.text, &source.path).module?;
        extended(&other, library, seen, units)?;
        units.extend(other.units);
    }
    Some(())
}

struct Linter<'a> {
    source: &'a Source,
    lines: LineIndex,
    definitions: BTreeMap<&'a str, &'a Definition>,
    paths: Paths<'a>,
    facts: &'a Facts<'a>,
    own: &'a Names,
    /// Operators that were gone through on the way to the actions.
    followed: Names,
    /// What there is to say, by place, so that it is said once and in order.
    said: BTreeMap<(usize, &'static str, String), Diagnostic>,
    /// Whether there was something that could not be followed.
    blind: bool,
}

impl<'a> Linter<'a> {
    fn say(&mut self, code: &'static str, span: Span, message: String, more: impl FnOnce(Diagnostic) -> Diagnostic) {
        // A branch that many paths go through is told once.
        let key = (span.start, code, message);
        if !self.said.contains_key(&key) {
            let warning = more(Diagnostic::warning(code, key.2.clone()).at(self.place(span)));
            self.said.insert(key, warning);
        }
    }

    fn place(&self, span: Span) -> Place {
        Place::by(&self.lines, self.source.path.as_str(), &self.source.text, span)
    }

    fn start(&mut self, roots: &[String]) {
        for root in roots {
            if let Some(definition) = self.definitions.get(root.as_str()).copied()
                && self.followed.insert(root.clone())
            {
                self.descend(&definition.body, root);
            }
        }
    }

    /// Go through what only chooses between actions.
    fn descend(&mut self, expr: &'a Expr, owner: &str) {
        match &expr.kind {
            ExprKind::Paren(e) | ExprKind::Label(_, _, e) | ExprKind::Quant(Quantifier::Some, _, e) => {
                self.descend(e, owner);
            }
            ExprKind::Junction(false, items) => {
                items.iter().for_each(|item| self.descend(&item.expr, owner));
            }
            ExprKind::Infix(op, a, b) if op == "\\/" => {
                self.descend(a, owner);
                self.descend(b, owner);
            }
            ExprKind::Name { path, name, .. } if path.is_empty() && self.paths.is_action(name) => {
                let definition = self.definitions[name.as_str()];
                let at = if self.own.contains(name) { definition.name.span } else { expr.span };
                let chooses = matches!(without_quantifiers(&definition.body).kind, ExprKind::Junction(false, _));
                if chooses && self.own.contains(name) && definition.params().iter().all(|p| p.arity == 0) {
                    if self.followed.insert(name.clone()) {
                        self.descend(&definition.body, name);
                    }
                } else {
                    self.action(expr, (name, at));
                }
            }
            _ => self.action(expr, (owner, expr.span)),
        }
    }

    /// What there is to say about an action.
    fn action(&mut self, expr: &'a Expr, (name, at): (&str, Span)) {
        let outcomes = self.paths.of(expr);
        for Finding { code, places, message, path } in std::mem::take(&mut self.paths.found) {
            let Some((first, others)) = places.split_first() else { continue };
            let others: Vec<_> = others.iter().map(|at| self.place(*at)).collect();
            let path = self.shown(path.iter().map(|(span, what)| (*span, what.as_str())));
            self.say(code, *first, message, |warning| {
                let warning = others.into_iter().fold(warning, Diagnostic::at);
                path.into_iter().fold(warning, Diagnostic::hint)
            });
        }
        self.blind |= outcomes.iter().any(|outcome| outcome.opaque);
        let early: Vec<BTreeMap<String, Span>> = outcomes.iter().map(|outcome| outcome.needs.clone()).collect();
        for (variable, span) in early.first().into_iter().flatten() {
            if early.iter().all(|needs| needs.contains_key(variable)) {
                let message = format!("`{variable}'` is read before it is assigned");
                self.say("lint/primed-read", *span, message, |w| {
                    w.hint("TLC evaluates from left to right: assign it before")
                });
            }
        }
        for outcome in &outcomes {
            self.missing(outcome, name, at);
        }
    }

    fn missing(&mut self, outcome: &Outcome, name: &str, at: Span) {
        let missing = self.facts.variables.iter().filter(|v| !outcome.assigned.contains_key(*v));
        let missing: Vec<_> = missing.map(|v| format!("`{v}`")).collect();
        if outcome.opaque || missing.is_empty() {
            return;
        }
        let message = match missing.len() {
            1 => format!("`{name}` leaves {} without a next value", missing[0]),
            _ => format!("`{name}` leaves {} without next values", missing.join(", ")),
        };
        let steps = outcome.steps();
        let span = steps.last().map_or(at, |(span, _)| *span);
        let path = self.shown(steps.into_iter());
        self.say("lint/unassigned", span, message, |warning| {
            path.into_iter().fold(warning, Diagnostic::hint).hint("say UNCHANGED of it there")
        });
    }

    /// A path in words, where it has steps.
    fn shown<'s>(&self, steps: impl Iterator<Item = (Span, &'s str)>) -> Option<String> {
        let steps = steps.map(|(span, what)| format!("{what} (line {})", self.lines.line(span.start)));
        let steps: Vec<_> = steps.collect();
        (!steps.is_empty()).then(|| format!("on the path {}", steps.join(", ")))
    }

    /// Variables that nothing in the module assigns, reached or not.
    fn never_changed(&mut self) {
        if self.blind {
            return;
        }
        let mut assigned = self.paths.changed.clone();
        for definition in self.definitions.values() {
            visit::walk(&definition.body, &mut |e| {
                if let ExprKind::Infix(op, left, _) = &e.kind
                    && (op == "=" || op == "\\in")
                {
                    assigned.extend(self.paths.assigned(left).into_iter().flatten());
                }
            });
        }
        let variables = self.facts.module.units.iter().filter_map(|unit| match &unit.kind {
            UnitKind::Variables(names) => Some(names),
            _ => None,
        });
        let own =
            variables.flatten().filter(|name| self.source.text.get(name.span.range()) == Some(name.text.as_str()));
        let idle: Vec<_> = own.filter(|name| !assigned.contains(&name.text)).collect();
        for name in idle {
            let message = format!("no action ever changes `{}`", name.text);
            let hint = "declare it as a constant, or give it an action";
            self.say("lint/never-changed", name.span, message, |warning| warning.hint(hint));
        }
    }

    /// Actions that nothing leads to. What is made of actions that Next reaches is another next-state relation, for
    /// another module to use.
    fn never_reached(&mut self) {
        let mut reached: Names = self.facts.next.union(&self.facts.fair).cloned().collect();
        loop {
            let known = reached.iter().filter_map(|name| self.facts.operators.get(name));
            let more: Names = known.flat_map(|operator| operator.refs.iter().cloned()).chain(reached.clone()).collect();
            if more.len() == reached.len() {
                break;
            }
            reached = more;
        }
        for name in self.own.iter().filter(|name| self.facts.is_procedure(name) && !reached.contains(*name)) {
            let used = self.facts.operators.iter().any(|(other, op)| other != name && op.refs.contains(name));
            let refs = self.facts.operators.get(name).into_iter().flat_map(|operator| &operator.refs);
            let another = refs.filter(|name| self.facts.is_procedure(name)).any(|name| reached.contains(name));
            if !used && !another {
                let message = format!("`{name}` is an action, and Next does not reach it");
                let span = self.definitions[name.as_str()].name.span;
                let hint = "make it a disjunct of Next, or remove it";
                self.say("lint/unreached", span, message, |warning| warning.hint(hint));
            }
        }
    }
}

fn without_quantifiers(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(e) | ExprKind::Label(_, _, e) | ExprKind::Quant(Quantifier::Some, _, e) => {
            without_quantifiers(e)
        }
        _ => expr,
    }
}
