//! Cutting procedures where another process may run: an IISpec with marks `\* @yield` becomes one without.
//!
//! A process that stops leaves a frame on its stack: the name of what comes next, and the locals that it needs. What
//! is called pushes and what ends pops at the same end, the head. An action starts only where the stack of its process is
//! empty, and `Resume` goes on with the frame on top.

mod fairness;
mod frames;
pub(super) mod marks;
mod process;

use std::collections::BTreeMap;

use super::edits::Edited;
use super::edits::Edits;
use super::facts::Facts;
use super::facts::Names;
use super::pass::AT;
use super::pass::define;
use super::pass::name;
use super::pass::node;
use super::read::Refusal;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::span::Span;
use crate::tla::check;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Item;
use crate::tla::syntax::Name;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Param;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;
use frames::Cutter;
use process::Choices;
use process::Processes;

/// Where procedures are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// Nowhere: each action is one step.
    #[default]
    Function,
    /// At the lines `\* @yield`.
    Yield,
    /// Before each statement that acts, but the first of a procedure.
    Statement,
}

/// The new names.
pub(super) struct Invented {
    /// The variable with the stacks.
    pub(super) stack: String,
    /// The parameter that is the process.
    pub(super) process: String,
    /// The parameter that is a frame.
    pub(super) frame: String,
    /// What a loop has still to do.
    pub(super) todo: String,
    /// The operator that ends a procedure.
    pub(super) end: String,
    /// The action that goes on.
    pub(super) resume: String,
    /// What a stack is made of.
    pub(super) links: Links,
}

/// How frames are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// A sequence, with the operators of the module Sequences.
    Sequence,
    /// A pair of a frame and the stack below it. It needs no module, where the names of Sequences are taken.
    Pairs,
}

impl Links {
    fn of(facts: &Facts<'_>) -> Self {
        let extends = &facts.module.extends;
        if extends.iter().any(|module| check::brings(&module.text, SEQUENCES)) {
            return Self::Sequence;
        }
        let unknown = extends.iter().any(|module| !check::is_stateless_module(&module.text));
        let mut names = facts.identifiers.iter().chain(facts.operators.keys());
        let taken = names.any(|name| check::is_of_standard_module(name, SEQUENCES));
        if unknown || taken { Self::Pairs } else { Self::Sequence }
    }
}

const SEQUENCES: &str = "Sequences";

/// A text with its procedures cut, still an IISpec.
pub(super) struct Cut {
    pub(super) edited: Edited,
    /// What is said of it as warnings: one process only, where there may be several, and fairness that is not all.
    pub(super) doubts: Vec<Refusal>,
}

/// The text with its procedures cut; `None` where there is nothing to cut.
pub(super) fn cut(
    text: &str,
    facts: &Facts<'_>,
    stmts: &BTreeMap<String, Stmt>,
    granularity: Granularity,
    comments: &[Span],
) -> Result<Option<Cut>, Vec<Refusal>> {
    let marks = match granularity {
        Granularity::Function => return Ok(None),
        Granularity::Yield => {
            let definitions: Vec<_> = facts.module.units.iter().filter_map(Unit::definition).collect();
            marks::placed(comments, &definitions, stmts, facts)?
        }
        Granularity::Statement => marks::everywhere(stmts),
    };
    let choices = Choices::of(facts);
    let cutting = marks::cuts(stmts, &marks, &choices, Cutting::new());
    if cutting.is_empty() {
        return Ok(None);
    }
    let called = choices.called(facts).union(&cutting).cloned().collect();
    let cutting = marks::cuts(stmts, &marks, &choices, called);
    let invented = Invented {
        stack: facts.fresh(&["stack", "frames"]),
        process: facts.fresh(&["self", "process"]),
        frame: facts.fresh(&["here", "frame"]),
        todo: facts.fresh(&["rest", "remaining"]),
        end: facts.fresh(&["Return", "EndOfProcedure"]),
        resume: facts.fresh(&["Resume", "ResumeProcess"]),
        links: Links::of(facts),
    };
    let processes = Processes::of(facts, choices, &cutting, granularity)?;
    let mut cutter = Cutter::new(facts, stmts, &cutting, marks, &invented);
    stmts.values().for_each(|stmt| cutter.values(stmt));
    let mut edits = Edits::of(text);
    let mut last = 0;
    for unit in &facts.module.units {
        let Some(definition) = unit.definition() else { continue };
        let procedure = definition.name.text.as_str();
        if cutting.contains(procedure) {
            cutter.procedure(definition);
        }
        // What stands beside a statement of a piece goes with it.
        let whole = Span::new(unit.span.start, super::assemble::end_with_comments(text, unit.span.end));
        let is_cut = cutting.contains(procedure);
        if let Some(process) = processes.running(definition) {
            let body = if is_cut { cutter.started(definition, process.clone()) } else { stmts[procedure].clone() };
            let idle = Expr::infix("=", cutter.stack_of(&process), node(ExprKind::Tuple(Vec::new()), AT));
            let guard = Stmt::new(StmtKind::Guard(idle), AT);
            let body = Stmt::new(StmtKind::Seq(vec![guard, body]), definition.body.span);
            edits.replace(if is_cut { whole } else { unit.span }, &super::action::remade(definition, &body));
            last = last.max(unit.span.end);
        } else if is_cut {
            edits.put(whole, String::new());
            last = last.max(unit.span.end);
        }
    }
    if !cutter.refusals.is_empty() {
        return Err(cutter.refusals);
    }
    let made = cutter.finished();
    let last = super::assemble::end_with_comments(text, last);
    edits.units(last, &made);
    edits.module(facts, &invented, &processes.set);
    let doubts = processes.doubt.into_iter().chain(fairness::doubts(facts, &cutting, &invented.resume)).collect();
    Ok(Some(Cut { edited: edits.applied(), doubts }))
}

impl Edits<'_> {
    /// The variable, where it starts, where it is named, the action that goes on, and the operators of sequences for both.
    fn module(&mut self, facts: &Facts<'_>, invented: &Invented, set: &Expr) {
        let units = &facts.module.units;
        let extends = &facts.module.extends;
        match extends.last() {
            _ if invented.links == Links::Pairs || extends.iter().any(|name| check::brings(&name.text, SEQUENCES)) => {}
            Some(last) => self.insert(last.span.end, ", Sequences".to_owned()),
            None => {
                let header = facts.module.name.span.end;
                let line = self.text[header..].find('\n').map_or(self.text.len(), |newline| header + newline);
                self.insert(line, "\nEXTENDS Sequences".to_owned());
            }
        }
        if let Some(unit) = units.iter().rev().find(|unit| matches!(unit.kind, UnitKind::Variables(_))) {
            let end = super::assemble::end_with_comments(self.text, unit.span.end);
            self.insert(end, format!("\nVARIABLE {}", invented.stack));
        }
        let empty = node(ExprKind::Tuple(Vec::new()), AT);
        let bound =
            Bound { names: vec![Name::new(invented.process.clone(), AT)], tuple: false, set: Some(set.clone()) };
        let stacks = node(ExprKind::Function(vec![bound.clone()], Box::new(empty)), AT);
        let starts = Expr::infix("=", name(&invented.stack), stacks);
        let resume = Expr::call(invented.resume.clone(), vec![name(&invented.process)], AT);
        let resumes = node(ExprKind::Quant(Quantifier::Some, vec![bound], Box::new(resume)), AT);
        let initial = initial(facts);
        for unit in units {
            let Some(definition) = unit.definition() else { continue };
            let own = definition.name.text.as_str();
            if initial.as_deref() == Some(own) {
                self.replace(unit.span, &extended(definition, true, starts.clone()));
            } else if facts.next.contains(own) {
                self.replace(unit.span, &extended(definition, false, resumes.clone()));
            } else {
                self.tuples(definition, facts, invented);
            }
        }
    }

    /// Name the new variable in each tuple of all variables.
    fn tuples(&mut self, definition: &Definition, facts: &Facts<'_>, invented: &Invented) {
        let mut found = Vec::new();
        let mut look = |e: &Expr| {
            if matches!(e.kind, ExprKind::Tuple(_)) && facts.variables_of(e) == Some(facts.all()) {
                found.push(e.span.end);
            }
        };
        look(&definition.body);
        visit::walk(&definition.body, &mut |e| match &e.kind {
            ExprKind::Action(_, _, subscript) | ExprKind::Fair(_, subscript, _) => look(subscript),
            _ => {}
        });
        for end in found {
            if let Some(at) = self.text[..end].rfind(">>") {
                self.insert(at, format!(", {}", invented.stack));
            }
        }
    }
}

/// The name of the initial predicate: the state formula that a specification starts with.
fn initial(facts: &Facts<'_>) -> Option<String> {
    let definitions = facts.module.units.iter().filter_map(Unit::definition);
    let mut found = None;
    for definition in definitions.filter(|d| facts.operators.get(&d.name.text).is_some_and(|op| op.temporal)) {
        let mut conjuncts = Vec::new();
        super::facts::conjuncts_of(&definition.body, &mut conjuncts);
        let boxed = conjuncts.iter().any(|e| matches!(&e.kind, ExprKind::Prefix(op, _) if op == "[]"));
        let state = conjuncts.iter().filter_map(|e| e.as_name());
        let mut state = state.filter(|name| facts.operators.get(*name).is_some_and(|op| !op.temporal));
        found = found.or_else(|| state.next().filter(|_| boxed).map(str::to_owned));
    }
    found.or_else(|| facts.operators.contains_key("Init").then(|| "Init".to_owned()))
}

/// A definition with one more conjunct or disjunct.
fn extended(definition: &Definition, and: bool, more: Expr) -> Unit {
    let item = |expr: Expr| Item { expr, notes: Notes::default() };
    let items = match &definition.body.kind {
        ExprKind::Junction(kind, items) if *kind == and => items.clone(),
        _ => operands(&definition.body, if and { "/\\" } else { "\\/" }).into_iter().cloned().map(item).collect(),
    };
    let items = items.into_iter().chain([item(more)]).collect();
    let body = node(ExprKind::Junction(and, items), definition.body.span);
    define(&definition.name.text, definition.params().to_vec(), body, definition.name.span)
}

/// What `op` stands between.
fn operands<'e>(expr: &'e Expr, op: &str) -> Vec<&'e Expr> {
    match &expr.kind {
        ExprKind::Infix(own, a, b) if own == op && expr.notes.is_empty() => [operands(a, op), operands(b, op)].concat(),
        _ => vec![expr],
    }
}

/// Parameters by their names.
fn params(names: &[&str]) -> Vec<Param> {
    names.iter().map(|name| Param::value(*name, AT)).collect()
}

/// The procedures that are cut: those with a mark, and those that call them.
pub(super) type Cutting = Names;
