//! Expressions and definitions that bind names.

use std::cell::Cell;
use std::cell::OnceCell;
use std::rc::Rc;

use super::Compiler;
use super::Entry;
use super::frame::Frame;
use super::frame::Local;
use crate::base::span::Span;
use crate::eval::code::Bind;
use crate::eval::code::Body;
use crate::eval::code::Code;
use crate::eval::code::Definition;
use crate::eval::code::Needs;
use crate::eval::code::Op;
use crate::eval::code::Pattern;
use crate::eval::error::Kind;
use crate::tla::syntax;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Name;
use crate::tla::syntax::Param;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;

/// Operators of one LET that may call each other: what they capture has the same places in all of them.
#[derive(Default)]
pub(super) struct Group {
    members: Vec<(String, usize)>,
    /// As many parameters as that one has which has most.
    reserved: usize,
    /// Whether something else is defined between them, which only those below it can see.
    apart: bool,
}

impl Group {
    fn of(&self, name: &str) -> Option<usize> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, id)| *id)
    }
}

impl Compiler<'_> {
    fn pattern(&mut self, names: &[Name]) -> Vec<u32> {
        names.iter().map(|name| self.frame().bind(&name.text, Needs::NOTHING)).collect()
    }

    /// The sets of bounds, seen before any name is bound; `None` if one has no set.
    fn sets(&mut self, bounds: &[Bound]) -> Option<Vec<Code>> {
        let mut sets = Vec::new();
        for bound in bounds {
            let set = bound.set.as_ref()?;
            let count = if bound.tuple { 1 } else { bound.names.len() };
            for _ in 0..count {
                sets.push(self.expr(set));
            }
        }
        Some(sets)
    }

    /// The names of bounds, bound in the frame: as many patterns as there are sets.
    fn patterns(&mut self, bounds: &[Bound]) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for bound in bounds {
            let slots = self.pattern(&bound.names);
            if bound.tuple {
                patterns.push(Pattern::Tuple(slots));
            } else {
                patterns.extend(slots.into_iter().map(Pattern::One));
            }
        }
        patterns
    }

    /// Bounds and what stands in their scope; `None` if one has no set.
    fn bound(&mut self, bounds: &[Bound], body: &Expr) -> Option<(Vec<Bind>, Box<Code>, Needs)> {
        let sets = self.sets(bounds)?;
        let mark = self.frame().enter();
        let patterns = self.patterns(bounds);
        let body = self.boxed(body);
        self.frame().leave(mark);
        let needs = sets.iter().fold(body.needs, |needs, set| needs.and(set.needs));
        let binds = patterns.into_iter().zip(sets).map(|(pattern, set)| Bind { pattern, set });
        Some((binds.collect(), body, needs))
    }

    fn unbounded(&self, span: Span) -> Code {
        self.fail(Kind::NotEnumerable, span, "a name is bound without a set, which TLC cannot evaluate")
    }

    pub(super) fn quantified(&mut self, all: bool, bounds: &[Bound], body: &Expr, span: Span) -> Code {
        match self.bound(bounds, body) {
            Some((binds, body, needs)) => self.code(Op::Quantified(all, binds, body), span, needs),
            None => self.unbounded(span),
        }
    }

    pub(super) fn choose(&mut self, bound: &Bound, body: &Expr, span: Span) -> Code {
        match self.bound(std::slice::from_ref(bound), body) {
            Some((mut binds, body, needs)) if binds.len() == 1 => {
                let bind = Box::new(binds.remove(0));
                self.code(Op::Choose(bind, body), span, needs)
            }
            _ => self.unbounded(span),
        }
    }

    pub(super) fn map(&mut self, element: &Expr, bounds: &[Bound], span: Span) -> Code {
        match self.bound(bounds, element) {
            Some((binds, element, needs)) => self.code(Op::Map(binds, element), span, needs),
            None => self.unbounded(span),
        }
    }

    pub(super) fn filter(&mut self, bound: &Bound, body: &Expr, span: Span) -> Code {
        let Some(set) = &bound.set else { return self.unbounded(span) };
        let set = self.boxed(set);
        let mut pattern = Pattern::One(0);
        let body = self.body(|this| {
            let slots = this.pattern(&bound.names);
            pattern = match slots.as_slice() {
                [slot] if !bound.tuple => Pattern::One(*slot),
                _ => Pattern::Tuple(slots),
            };
            this.expr(body)
        });
        let needs = set.needs.and(Self::needs_of(&body));
        self.code(Op::Filter(set, pattern, Rc::new(body)), span, needs)
    }

    /// `[x \in S |-> e]`, or the right-hand side of `f[x \in S] == e`, in which `f` is known.
    pub(super) fn function(&mut self, name: Option<&str>, bounds: &[Bound], expr: &Expr) -> Code {
        let span = expr.span;
        let Some(sets) = self.sets(bounds) else { return self.unbounded(span) };
        let (mut patterns, mut itself) = (Vec::new(), None);
        let body = self.body(|this| {
            itself = name.map(|name| this.frame().bind(name, Needs::NOTHING));
            patterns = this.patterns(bounds);
            this.expr(expr)
        });
        let needs = sets.iter().fold(Self::needs_of(&body), |needs, set| needs.and(set.needs));
        let op = Op::Function { sets, patterns: patterns.into(), body: Rc::new(body), itself };
        self.code(op, span, needs)
    }

    /// A definition of a LET: a value that waits for its turn, in a slot, or an operator.
    pub(super) fn local_definition(
        &mut self,
        definition: &syntax::Definition,
        group: &Group,
    ) -> Option<(u32, Rc<Body>)> {
        let name = &definition.name.text;
        let recursive = group.of(name).is_some();
        match &definition.head {
            Head::Function(bounds) => {
                let body = self.body(|this| this.function(Some(name), bounds, &definition.body));
                Some(self.waiting(name, body))
            }
            Head::Operator(params, _) if params.is_empty() && !recursive => {
                let body = self.body(|this| this.expr(&definition.body));
                Some(self.waiting(name, body))
            }
            Head::Operator(params, fixity) => {
                let name = if *fixity == Fixity::Prefix && name == "-" { "-." } else { name };
                self.lift(name, params, &definition.body, group);
                None
            }
        }
    }

    fn waiting(&mut self, name: &str, body: Body) -> (u32, Rc<Body>) {
        let needs = Self::needs_of(&body);
        (self.frame().bind(name, needs), Rc::new(body))
    }

    /// The operators of a LET that are declared RECURSIVE, with a number each, so that they can call each other.
    pub(super) fn recursive_group(&mut self, units: &[Unit]) -> Group {
        let declared = units.iter().filter_map(|unit| match &unit.kind {
            UnitKind::Recursive(params) => Some(params),
            _ => None,
        });
        let mut names: Vec<&str> = declared.flatten().map(|param| param.name.text.as_str()).collect();
        names.dedup();
        let mut group = Group::default();
        let is_member = |definition: &syntax::Definition| {
            matches!(definition.head, Head::Operator(..)) && names.contains(&definition.name.text.as_str())
        };
        let definitions: Vec<&syntax::Definition> = units.iter().filter_map(|unit| unit.definition()).collect();
        let first = definitions.iter().position(|definition| is_member(definition));
        let last = definitions.iter().rposition(|definition| is_member(definition));
        let between = first.zip(last).and_then(|(first, last)| definitions.get(first..=last)).unwrap_or_default();
        group.apart = !between.iter().all(|definition| is_member(definition));
        for definition in definitions {
            let Head::Operator(params, _) = &definition.head else { continue };
            if is_member(definition) {
                let params: Vec<usize> = params.iter().map(|param| param.arity).collect();
                group.reserved = group.reserved.max(params.len());
                group.members.push((definition.name.text.clone(), self.entries.len()));
                self.entries.push(Entry::Underway { params });
            }
        }
        group
    }

    /// Make an operator of a LET a definition that takes what it needs of this frame as well.
    fn lift(&mut self, name: &str, params: &[Param], expr: &Expr, group: &Group) {
        let arities: Vec<usize> = params.iter().map(|param| param.arity).collect();
        let known = group.of(name);
        let id = known.unwrap_or(self.entries.len());
        if known.is_none() {
            self.entries.push(Entry::Underway { params: arities.clone() });
        }
        // The first slots are reserved, because calls put arguments there; those that call each other have the same number.
        let reserved = if known.is_some() { group.reserved } else { params.len() };
        self.frames.push(Frame { size: u32::try_from(reserved).unwrap_or(u32::MAX), ..Frame::default() });
        let mut captured = Vec::new();
        if known.is_some() {
            // What it needs is not known before it is compiled, so it gets all there is.
            captured = self.everything();
            let again: Vec<(u32, u32)> = captured.iter().map(|(_, to)| (*to, *to)).collect();
            for (member, id) in group.members.iter().filter(|(member, _)| !group.apart || member == name) {
                self.frame().name(member, Local::Lifted(*id, again.clone()));
            }
        }
        for (slot, param) in (0..).zip(params) {
            let local = match param.arity {
                0 => Local::Slot(slot, Needs::PARAMETER.and(Needs::FRAME)),
                arity => Local::Operator(slot, arity),
            };
            self.frame().name(&param.name.text, local);
        }
        self.underway.push(id);
        let outer = std::mem::replace(&mut self.ahead, false);
        let mut code = self.expr(expr);
        let ahead = std::mem::replace(&mut self.ahead, outer);
        self.underway.pop();
        let frame = self.frames.pop().expect("the frame that was pushed");
        code.needs = code.needs.without(Needs::FRAME);
        if captured.len() < frame.captures.len() {
            captured.clone_from(&frame.captures);
        }
        let primes = ahead || code.needs.meets(Needs::NEXT);
        let size = frame.size as usize;
        let (known, alternatives) = (OnceCell::new(), Cell::new(None));
        let definition = Definition { params: arities, inherited: 0, code, size, primes, known, alternatives };
        self.entries[id] = Entry::Done(Rc::new(definition));
        self.frame().name(name, Local::Lifted(id, captured));
    }

    /// All names of the frames outside, known in the innermost: where they come from and where they are now.
    fn everything(&mut self) -> Vec<(u32, u32)> {
        let names: Vec<String> =
            self.frames.iter().flat_map(|frame| frame.all().map(|(name, _)| name.clone())).collect();
        for name in names {
            if let Some(local) = self.local(&name) {
                self.frame().name(&name, local);
            }
        }
        self.frame().captures.clone()
    }
}
