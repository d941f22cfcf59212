//! Two conjuncts that both say what a variable becomes, where a text is read as TLA+.
//!
//! To TLA+ the second is a test of the value that the first gives, and may be meant as one: `x' = x + 1 /\ x' \in 0..Max`. It
//! is none where what it says is the same in every state, which is refused, and where it repeats the first, which is dropped.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::facts::Names;
use super::plain::Bodies;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::Span;
use crate::tla::shape;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Unit;
use crate::tla::visit;

/// A conjunct that says what a variable becomes.
#[derive(Clone)]
struct Site<'a> {
    variable: &'a str,
    value: &'a Expr,
    /// Whether it is `\in`.
    choice: bool,
    /// Whether the value may be another one in another state, or for other values of names around it.
    varies: bool,
    span: Span,
}

impl Site<'_> {
    /// Whether the two are no test, whatever the state is.
    fn contradicts(&self, other: &Self) -> bool {
        if self.variable != other.variable {
            return false;
        }
        match (self.choice, other.choice) {
            (false, true) => !self.varies,
            (true, false) => !other.varies,
            _ => !self.varies && !other.varies && shape::of_expr(self.value) != shape::of_expr(other.value),
        }
    }
}

/// An error for each pair of conjuncts that contradict each other, with what to write instead. `text` is that of `file`.
pub(super) fn found(bodies: &Bodies<'_>, text: &str, file: &str) -> Vec<Diagnostic> {
    let mut finder = Finder { bodies, known: BTreeMap::new(), open: Names::new(), pairs: BTreeMap::new() };
    for name in bodies.stmts.keys() {
        finder.procedure(name);
    }
    finder.pairs.values().map(|(first, second)| diagnostic(first, second, text, file)).collect()
}

fn diagnostic(first: &Site<'_>, second: &Site<'_>, text: &str, file: &str) -> Diagnostic {
    let said = |span: Span| text.get(span.range()).unwrap_or_default();
    let value = |site: &Site<'_>| said(site.value.span);
    let variable = first.variable;
    let hint = match (first.choice, second.choice) {
        (false, true) => format!("to test the value write `{} \\in {}`", value(first), value(second)),
        (true, false) => format!("to test the value write `{} \\in {}`", value(second), value(first)),
        (true, true) => {
            format!("for a value of both sets write `{variable}' \\in ({}) \\cap ({})`", value(first), value(second))
        }
        (false, false) => "keep one of them".to_owned(),
    };
    let message =
        format!("`{variable}` gets two next values at once, by `{}` and by `{}`", said(first.span), said(second.span));
    Diagnostic::error("transform/conflict", message)
        .at(Place::of(file, text, second.span))
        .at(Place::of(file, text, first.span))
        .hint(hint)
        .hint("for different cases put them under IF, CASE or `\\/`")
}

struct Finder<'a> {
    bodies: &'a Bodies<'a>,
    /// What each procedure says of variables on every path, as far as it was gone through.
    known: BTreeMap<&'a str, Vec<Site<'a>>>,
    /// Procedures that are being gone through.
    open: Names,
    /// Pairs that contradict each other, in the order of the text.
    pairs: BTreeMap<(usize, usize), (Site<'a>, Site<'a>)>,
}

impl<'a> Finder<'a> {
    fn procedure(&mut self, name: &str) -> Vec<Site<'a>> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let bodies = self.bodies;
        let Some((name, stmt)) = bodies.stmts.get_key_value(name) else { return Vec::new() };
        if !self.open.insert(name.clone()) {
            return Vec::new();
        }
        let mut definitions = bodies.facts.module.units.iter().filter_map(Unit::definition);
        let definition = definitions.find(|definition| definition.name.text == *name);
        let params = definition.into_iter().flat_map(|definition| definition.params());
        let made = self.always(stmt, &params.map(|param| param.name.text.as_str()).collect::<Vec<_>>());
        self.open.remove(name);
        self.known.insert(name, made.clone());
        made
    }

    /// What `stmt` says of variables on every path; `names` are those around it that are bound.
    fn always(&mut self, stmt: &'a Stmt, names: &[&'a str]) -> Vec<Site<'a>> {
        match &stmt.kind {
            StmtKind::Assign(variable, value) | StmtKind::Pick(variable, value) => {
                let choice = matches!(stmt.kind, StmtKind::Pick(..));
                let varies = varies(value, names, self.bodies.facts);
                vec![Site { variable, value, choice, varies, span: stmt.span }]
            }
            StmtKind::Call(name, _) => self.procedure(name),
            StmtKind::Seq(list) => {
                let mut all: Vec<Site<'a>> = Vec::new();
                for step in list {
                    let more = self.always(step, names);
                    self.compare(&all, &more);
                    all.extend(more);
                }
                all
            }
            StmtKind::Exists(bounds, body) => {
                let bound = bounds.iter().flat_map(|bound| &bound.names).map(|name| name.text.as_str());
                self.always(body, &names.iter().copied().chain(bound).collect::<Vec<_>>())
            }
            StmtKind::Let(units, body) => {
                let bound = units.iter().filter_map(Unit::definition).map(|definition| definition.name.text.as_str());
                self.always(body, &names.iter().copied().chain(bound).collect::<Vec<_>>())
            }
            // What stands in a branch is not on every path, and is looked at by itself.
            StmtKind::Loop(bounds, body) => {
                let bound = bounds.iter().flat_map(|bound| &bound.names).map(|name| name.text.as_str());
                self.always(body, &names.iter().copied().chain(bound).collect::<Vec<_>>());
                Vec::new()
            }
            StmtKind::If(_, a, b) => self.branches([&**a, &**b].into_iter(), names),
            StmtKind::Case(arms) => self.branches(arms.iter().map(|(_, arm)| arm), names),
            StmtKind::Or(list) => self.branches(list.iter(), names),
            StmtKind::Skip(_) | StmtKind::Guard(_) | StmtKind::Bind(..) | StmtKind::Return(_) => Vec::new(),
        }
    }

    fn branches(&mut self, list: impl Iterator<Item = &'a Stmt>, names: &[&'a str]) -> Vec<Site<'a>> {
        for stmt in list {
            self.always(stmt, names);
        }
        Vec::new()
    }

    fn compare(&mut self, before: &[Site<'a>], after: &[Site<'a>]) {
        for second in after {
            for first in before.iter().filter(|first| first.contradicts(second)) {
                let places = (second.span.start, first.span.start);
                self.pairs.entry(places).or_insert_with(|| (first.clone(), second.clone()));
            }
        }
    }
}

/// Whether `value` reads a variable, or one of `names`.
pub(super) fn varies(value: &Expr, names: &[&str], facts: &Facts<'_>) -> bool {
    let (reads, primes) = facts.reads(value);
    !reads.is_empty()
        || !primes.is_empty()
        || visit::any(value, &|e| e.as_call().is_some_and(|(name, _)| names.contains(&name)))
}

/// `stmt` without conjuncts that say of a variable what one before them in the same list says.
pub(super) fn without_repeats(stmt: &Stmt) -> Stmt {
    let inner = |stmt: &Stmt| Box::new(without_repeats(stmt));
    let kind = match &stmt.kind {
        StmtKind::Seq(list) => {
            let mut kept: Vec<Stmt> = Vec::new();
            for step in list.iter().map(without_repeats) {
                let same = |other: &&mut Stmt| says_the_same(other, &step);
                match kept.iter_mut().find(same) {
                    Some(first) => first.notes.after.extend(step.notes.before.into_iter().chain(step.notes.after)),
                    None => kept.push(step),
                }
            }
            StmtKind::Seq(kept)
        }
        StmtKind::If(c, a, b) => StmtKind::If(c.clone(), inner(a), inner(b)),
        StmtKind::Case(arms) => StmtKind::Case(arms.iter().map(|(g, s)| (g.clone(), *inner(s))).collect()),
        StmtKind::Or(list) => StmtKind::Or(list.iter().map(without_repeats).collect()),
        StmtKind::Exists(bounds, s) => StmtKind::Exists(bounds.clone(), inner(s)),
        StmtKind::Loop(bounds, s) => StmtKind::Loop(bounds.clone(), inner(s)),
        StmtKind::Let(units, s) => StmtKind::Let(units.clone(), inner(s)),
        other => other.clone(),
    };
    Stmt { kind, span: stmt.span, notes: stmt.notes.clone() }
}

fn says_the_same(one: &Stmt, other: &Stmt) -> bool {
    match (&one.kind, &other.kind) {
        (StmtKind::Assign(v, a), StmtKind::Assign(w, b)) | (StmtKind::Pick(v, a), StmtKind::Pick(w, b)) => {
            v == w && shape::of_expr(a) == shape::of_expr(b)
        }
        _ => false,
    }
}
