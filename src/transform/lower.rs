//! An IISpec as TLA+: which operators are needed in which form.

use super::OperatorReport;
use super::Options;
use super::Style;
use super::Transformed;
use super::assemble::Body;
use super::assemble::Piece;
use super::assemble::initial_actions;
use super::assemble::operator_report;
use super::assemble::pieces_of;
use super::assemble::write;
use super::facts::Names;
use super::parts;
use super::parts::Parts;
use super::pass::Invented;
use super::pass::Passer;
use super::pass::Wanted;
use super::pass::define;
use super::plain::Bodies;
use super::read::Refusal;
use crate::base::span::Span;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Name;
use crate::tla::syntax::Unit;

/// What became of one definition, where so much of it was wanted.
struct Lowered {
    asked: [bool; 4],
    pieces: Vec<Piece>,
    report: OperatorReport,
    refusals: Vec<Refusal>,
}

impl Wanted {
    /// In which forms the operator `name` is wanted: as an action, on states, returning, as a function on states.
    fn of(&self, bodies: &Bodies<'_>, name: &str) -> [bool; 4] {
        let returning = bodies.returning.get(name).is_some_and(|form| self.procedures.contains(form));
        [self.actions.contains(name), self.procedures.contains(name), returning, self.functions.contains(name)]
    }

    fn add(&mut self, more: Self) {
        self.procedures.extend(more.procedures);
        self.functions.extend(more.functions);
        self.actions.extend(more.actions);
        self.whole |= more.whole;
    }
}

/// What becomes of each definition. One is made anew only where more of it is wanted than before, the last first, for what it
/// calls mostly stands before it.
fn lowered(bodies: &Bodies<'_>, (invented, parts): (&Invented, &Parts), wanted: &mut Wanted) -> Vec<Lowered> {
    let definitions: Vec<_> = bodies.facts.module.units.iter().filter_map(Unit::definition).collect();
    let mut made: Vec<Option<Lowered>> = definitions.iter().map(|_| None).collect();
    loop {
        let mut grown = false;
        for (definition, made) in definitions.iter().zip(&mut made).rev() {
            let asked = wanted.of(bodies, &definition.name.text);
            if made.as_ref().is_some_and(|made| made.asked == asked) {
                continue;
            }
            let mut more = Wanted::default();
            let passer = Passer {
                facts: bodies.facts,
                bodies,
                invented,
                parts,
                wanted: &mut more,
                owner: definition.name.text.clone(),
                scope: Vec::new(),
                loops: Vec::new(),
                refusals: Vec::new(),
                count: 0,
            };
            let (pieces, report, refusals) = operator(passer, definition, wanted);
            wanted.add(more);
            *made = Some(Lowered { asked, pieces, report, refusals });
            grown = true;
        }
        if !grown {
            return made.into_iter().flatten().collect();
        }
    }
}

/// The whole transformation of an IISpec.
pub(super) fn lower(text: &str, bodies: &Bodies<'_>, options: &Options) -> Result<Transformed, Vec<Refusal>> {
    let facts = bodies.facts;
    let invented = Invented {
        state: facts.fresh(&["st", "sys", "cur"]),
        whole: facts.fresh(&["State", "SystemState"]),
        todo: facts.fresh(&["todo", "left"]),
        outcomes: facts.fresh(&["some", "outcomes"]),
    };
    let parts = parts::of(bodies, options);
    let mut wanted = Wanted { actions: initial_actions(bodies, options), ..Wanted::default() };
    let mut made = lowered(bodies, (&invented, &parts), &mut wanted);
    let refusals: Vec<_> = made.iter_mut().flat_map(|made| std::mem::take(&mut made.refusals)).collect();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut report: Vec<_> = made.iter().map(|made| made.report.clone()).collect();
    let mut parts = made.into_iter().map(|made| made.pieces);
    let mut pieces = pieces_of(text, facts.module, true, |_| parts.next().unwrap_or_default());
    drop_unused(bodies, &wanted, &mut pieces, &mut report);
    if wanted.whole {
        pieces.push(Piece::unit(whole(bodies, &invented)));
    }
    let (text, origin) = write(text, facts.module, pieces, false);
    Ok(Transformed { text, origin, report, warnings: Vec::new() })
}

/// What becomes of one definition.
fn operator(
    mut passer: Passer<'_>,
    definition: &Definition,
    wanted: &Wanted,
) -> (Vec<Piece>, OperatorReport, Vec<Refusal>) {
    let name = definition.name.text.as_str();
    let bodies = passer.bodies;
    let mut pieces = Vec::new();
    let is_action = wanted.actions.contains(name) && !passer.parts.contains_key(name);
    let mut style = Style::Kept;
    let called = wanted.procedures.contains(name);
    match bodies.stmts.get(name) {
        Some(stmt) => {
            let returning = bodies.returning.get(name).filter(|form| wanted.procedures.contains(*form));
            for form in called.then_some(name).into_iter().chain(returning.map(String::as_str)) {
                pieces.extend(passer.procedure(definition, form).into_iter().map(Piece::unit));
                style = Style::StatePassing;
            }
            passer.owner.clone_from(&definition.name.text);
            let kept_use = |(_, op): (&String, &super::facts::Operator)| !op.procedure && op.refs.contains(name);
            if called && bodies.facts.operators.iter().any(kept_use) {
                // ENABLED, for example, needs it as an action still.
                passer.wanted.actions.insert(name.to_owned());
            }
            if let Some(own) = passer.parts.get(name) {
                let part = passer.part(definition, stmt, own);
                style = if part.is_some() { Style::Completed } else { style };
                pieces.push(part.map_or_else(|| Piece::kept(definition), Piece::unit));
            } else if is_action {
                let made = passer.action(definition, stmt, called);
                style = match (&made.action, made.plain) {
                    (None, _) => Style::Kept,
                    (Some(_), true) => Style::Completed,
                    (Some(_), false) if passer.wanted.whole && !made.helpers.is_empty() => Style::StatePassing,
                    (Some(_), false) => {
                        if called {
                            Style::StatePassing
                        } else {
                            Style::Formula
                        }
                    }
                };
                pieces.extend(made.helpers.into_iter().map(Piece::unit));
                pieces.push(made.action.map_or_else(|| Piece::kept(definition), Piece::unit));
            } else if !called && returning.is_none() {
                pieces.push(Piece::kept(definition));
            }
        }
        None => {
            pieces.push(Piece::kept(definition));
            if wanted.functions.contains(name) {
                pieces.push(Piece::unit(passer.function(definition)));
            }
        }
    }
    let report = operator_report(bodies, name, is_action, style);
    (pieces, report, std::mem::take(&mut passer.refusals))
}

/// Take out operators that only served procedures, and now serve nothing.
fn drop_unused(bodies: &Bodies<'_>, wanted: &Wanted, pieces: &mut Vec<Piece>, report: &mut [OperatorReport]) {
    let facts = bodies.facts;
    loop {
        let mut used = Names::new();
        for piece in pieces.iter() {
            let own = piece.defines.as_ref().map(|(name, _)| name.as_str());
            used.extend(piece.refs.iter().filter(|name| Some(name.as_str()) != own).cloned());
        }
        let served = |name: &String| facts.operators.iter().any(|(other, op)| other != name && op.refs.contains(name));
        let unused = pieces.iter().position(|piece| {
            let Body::Copied(_) = piece.body else { return false };
            piece.defines.as_ref().is_some_and(|(name, _)| {
                let replaced =
                    wanted.functions.contains(name) || (facts.is_procedure(name) && !wanted.actions.contains(name));
                replaced && !used.contains(name) && served(name)
            })
        });
        let Some(at) = unused else { return };
        let gone = pieces.remove(at);
        if let Some(next) = pieces.get_mut(at) {
            next.lead.splice(0..0, gone.lead);
        }
        if let Some(line) =
            report.iter_mut().find(|line| gone.defines.as_ref().is_some_and(|(name, _)| *name == line.name))
        {
            line.style = Style::Replaced;
        }
    }
}

/// `State == [x |-> x, ...]`.
fn whole(bodies: &Bodies<'_>, invented: &Invented) -> Unit {
    let at = Span::default();
    let fields = bodies.facts.variables.iter().map(|v| (Name::new(v.clone(), at), Expr::name(v.clone(), at)));
    define(&invented.whole, Vec::new(), Expr::new(ExprKind::Record(fields.collect()), at), at)
}
