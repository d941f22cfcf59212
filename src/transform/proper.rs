//! Reading as TLA+: only UNCHANGED is completed, and what is said twice is said once.

use std::collections::BTreeMap;

use super::OperatorReport;
use super::Options;
use super::Style;
use super::Transformed;
use super::action::called_as_actions;
use super::action::remade;
use super::assemble::Piece;
use super::assemble::actions;
use super::assemble::operator_report;
use super::assemble::pieces_of;
use super::assemble::write;
use super::conflicts;
use super::conflicts::without_repeats;
use super::endless;
use super::facts::Facts;
use super::facts::Names;
use super::lint;
use super::plain::Bodies;
use super::plain::Completer;
use super::read::Refusal;
use super::stmt::StmtKind;
use super::stmt::acts;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::Span;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;
use crate::tla::check::is_stateless_module;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// The module as TLA+, laid out. What the imperative reading refuses has a meaning there, and is left alone.
///
/// # Errors
/// What no reading makes sense of: conjuncts that contradict each other, recursion that never ends, an unknown action.
pub(super) fn completed(
    text: &str,
    file: &str,
    bodies: &Bodies<'_>,
    options: &Options,
    refusals: &[Refusal],
) -> Result<Transformed, Vec<Diagnostic>> {
    let unknown = refusals.iter().filter(|refusal| refusal.code == "transform/unknown-action").cloned();
    let refused = endless::refusals(bodies).into_iter().chain(unknown);
    let mut wrong = conflicts::found(bodies, text, file);
    wrong.extend(refused.map(|refusal| refusal.diagnostic(text, file)));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let (mut made, left) = complete(text, bodies, options, refusals);
    made.warnings = left.iter().map(|(name, span)| left_alone(name).at(Place::of(file, text, *span))).collect();
    let twice = lint::lint(&Source { path: file.to_owned(), text: text.to_owned() }, &NoLibrary);
    made.warnings.extend(twice.into_iter().filter(|warning| warning.code == "lint/assigned-twice"));
    Ok(made.laid_out(file))
}

fn left_alone(name: &str) -> Diagnostic {
    Diagnostic::warning(
        "transform/left-alone",
        format!("`{name}` stays as it is: it is not known here what it assigns"),
    )
    .hint("`specgen check` says whether it forgets a variable")
}

/// The module with each action complete. What holds something in `refusals`, or calls what does, stays as it is; these are
/// named, with the places that are to blame.
fn complete(
    text: &str,
    bodies: &Bodies<'_>,
    options: &Options,
    refusals: &[Refusal],
) -> (Transformed, Vec<(String, Span)>) {
    let facts = bodies.facts;
    let actions = actions(bodies, options);
    let parts = used_as_parts(bodies, &actions);
    let mut assigns: BTreeMap<String, Names> = BTreeMap::new();
    for name in bodies.stmts.keys() {
        let full = actions.contains(name) && !parts.contains(name);
        assigns.insert(name.clone(), if full { facts.all() } else { Names::new() });
    }
    loop {
        let completer = Completer { bodies, assigns: &assigns };
        let mut next = assigns.clone();
        for (name, stmt) in &bodies.stmts {
            next.entry(name.clone()).or_default().extend(completer.covered(stmt));
        }
        if next == assigns {
            break;
        }
        assigns = next;
    }
    let completer = Completer { bodies, assigns: &assigns };
    let Opaque { names: opaque, causes } = Opaque::of(bodies, refusals);
    let mut report: Vec<OperatorReport> = Vec::new();
    let make = |name: &str, definition: &crate::tla::syntax::Definition| {
        let stmt = bodies.stmts.get(name)?;
        if !actions.contains(name) && !parts.contains(name) || opaque.contains(name) {
            return None;
        }
        let done = completer.complete(&without_repeats(stmt), assigns.get(name)?);
        (done != *stmt).then(|| remade(definition, &done))
    };
    let pieces = pieces_of(text, facts.module, false, |definition| {
        let name = &definition.name.text;
        let unit = make(name, definition);
        let style = if unit.is_some() { Style::Completed } else { Style::Kept };
        report.push(operator_report(bodies, name, actions.contains(name), style));
        match unit {
            Some(unit) => vec![Piece::unit(unit)],
            None => vec![Piece::kept(definition)],
        }
    });
    let (text, origin) = write(text, facts.module, pieces, true);
    let left = causes.into_iter().filter(|(name, _)| actions.contains(name) || parts.contains(name));
    (Transformed { text, origin, report, warnings: Vec::new() }, left.collect())
}

/// Operators of which it is not known what they assign.
struct Opaque {
    names: Names,
    /// For each procedure that is one by itself, and not by another that it calls, the place to blame.
    causes: Vec<(String, Span)>,
}

impl Opaque {
    fn of(bodies: &Bodies<'_>, refusals: &[Refusal]) -> Self {
        let facts = bodies.facts;
        let foreign = foreign(facts.module);
        let definitions: Vec<&Definition> = facts.module.units.iter().filter_map(Unit::definition).collect();
        let own: BTreeMap<&str, Span> = definitions
            .iter()
            .filter_map(|definition| {
                Some((definition.name.text.as_str(), blamed(definition, facts, refusals, &foreign)?))
            })
            .collect();
        let mut names: Names = own.keys().map(|name| (*name).to_owned()).collect();
        loop {
            let before = names.len();
            let naming = facts.operators.iter().filter(|(_, operator)| !operator.refs.is_disjoint(&names));
            let naming: Vec<String> = naming.map(|(name, _)| name.clone()).collect();
            names.extend(naming);
            if names.len() == before {
                break;
            }
        }
        let by_formula =
            |name: &str| facts.operators[name].refs.iter().any(|r| names.contains(r) && !facts.is_procedure(r));
        let cause = |definition: &&Definition| {
            let name = &definition.name;
            let span = own.get(name.text.as_str()).copied().or_else(|| by_formula(&name.text).then_some(name.span))?;
            Some((name.text.clone(), span))
        };
        let acting = definitions.iter().filter(|definition| facts.is_procedure(&definition.name.text));
        let causes = acting.filter_map(cause).collect();
        Self { names, causes }
    }
}

/// The names of the instances of modules that may have variables.
fn foreign(module: &Module) -> Names {
    let instances = module.units.iter().filter_map(|unit| match &unit.kind {
        UnitKind::Instance(instance) if !is_stateless_module(&instance.module.text) => instance.name.as_ref(),
        _ => None,
    });
    instances.map(|(name, _)| name.text.clone()).collect()
}

/// What hides from us what a definition assigns: a part of it that cannot be read, an operator in a LET of it that assigns, an
/// action of an instance.
fn blamed(definition: &Definition, facts: &Facts<'_>, refusals: &[Refusal], foreign: &Names) -> Option<Span> {
    let body = definition.body.span;
    let inside = |refusal: &&Refusal| body.start <= refusal.span.start && refusal.span.end <= body.end;
    let mut blamed = refusals.iter().find(inside).map(|refusal| refusal.span);
    visit::walk(&definition.body, &mut |e| {
        if let ExprKind::Let(units, _) = &e.kind {
            let mut locals = units.iter().filter_map(Unit::definition);
            let local = locals.find(|local| acts(&local.body, &|name| facts.is_procedure(name)));
            blamed = blamed.or(local.map(|local| local.name.span));
        }
    });
    blamed.or_else(|| action_of(&definition.body, foreign))
}

/// Where `expr`, read as an action, goes on with an operator of one of these instances.
fn action_of(expr: &Expr, foreign: &Names) -> Option<Span> {
    let inside = |e: &Expr| action_of(e, foreign);
    match &expr.kind {
        ExprKind::Paren(e) | ExprKind::Label(_, _, e) | ExprKind::Let(_, e) | ExprKind::Quant(_, _, e) => inside(e),
        ExprKind::Junction(_, items) => items.iter().find_map(|item| inside(&item.expr)),
        ExprKind::Infix(op, a, b) if op == "/\\" || op == "\\/" || op == "=>" => inside(a).or_else(|| inside(b)),
        ExprKind::If(_, a, b) => inside(a).or_else(|| inside(b)),
        ExprKind::Case(arms) => arms.iter().find_map(|arm| inside(&arm.body)),
        ExprKind::Name { path, .. } => path.first().filter(|first| foreign.contains(&first.name)).map(|_| expr.span),
        _ => None,
    }
}

/// Procedures that are called beside other statements that act.
fn used_as_parts(bodies: &Bodies<'_>, actions: &Names) -> Names {
    let mut parts = Names::new();
    for (name, stmt) in &bodies.stmts {
        let mut whole = Names::new();
        called_as_actions(stmt, &mut whole);
        stmt.walk(&mut |s| {
            if let StmtKind::Call(callee, _) = &s.kind
                && !(actions.contains(name) && whole.contains(callee))
            {
                parts.insert(callee.clone());
            }
            if let StmtKind::Seq(list) = &s.kind {
                let calls = list.iter().filter(|s| !matches!(s.kind, StmtKind::Guard(_) | StmtKind::Skip(_)));
                let calls: Vec<_> = calls.collect();
                for call in calls.iter().filter(|_| calls.len() > 1) {
                    parts.extend(call.calls());
                }
            }
        });
    }
    parts
}
