//! Follows the paths of an action.

use std::collections::BTreeMap;

use super::outcome::Outcome;
use super::outcome::Site;
use super::outcome::merged;
use super::scope::Local;
use crate::base::span::Span;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::visit;
use crate::transform::facts::Facts;
use crate::transform::facts::Names;
use crate::transform::facts::conjuncts_of;
use crate::transform::stmt::primed;

/// Something to say of a path.
pub(super) struct Finding {
    pub(super) code: &'static str,
    /// The place of it, then others that belong to it.
    pub(super) places: Vec<Span>,
    pub(super) message: String,
    /// The steps that lead there.
    pub(super) path: Vec<(Span, String)>,
}

/// Rounds in which what a recursive operator does is looked for.
const ROUNDS: usize = 4;

pub(super) struct Paths<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) definitions: BTreeMap<&'a str, &'a Definition>,
    own: &'a Names,
    /// The operators that act.
    pub(super) acting: Names,
    pub(super) text: &'a str,
    /// What each operator does, in terms of its parameters.
    known: BTreeMap<String, Vec<Outcome>>,
    /// Operators that are being followed, and whether they were met again meanwhile.
    open: BTreeMap<String, bool>,
    /// What LETs, quantifiers and parameters bring into scope, innermost last.
    pub(super) locals: Vec<Local<'a>>,
    /// The operator that is being followed.
    inside: Option<&'a Definition>,
    /// The place of everything inside an operator of another module: where it is called.
    pub(super) elsewhere: Option<Span>,
    /// What some path assigns.
    pub(super) changed: Names,
    /// What was found on the way.
    pub(super) found: Vec<Finding>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, module: &'a Module, own: &'a Names, text: &'a str) -> Self {
        let definitions = module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect();
        let mut paths = Self {
            facts,
            definitions,
            own,
            acting: Names::new(),
            text,
            known: BTreeMap::new(),
            open: BTreeMap::new(),
            locals: Vec::new(),
            inside: None,
            elsewhere: None,
            changed: Names::new(),
            found: Vec::new(),
        };
        paths.find_actions();
        paths
    }

    /// The ways an action can go.
    pub(super) fn of(&mut self, expr: &'a Expr) -> Vec<Outcome> {
        self.follow(expr, vec![Outcome::default()])
    }

    fn place(&self, span: Span) -> Span {
        self.elsewhere.unwrap_or(span)
    }

    /// `expr` after `before`.
    fn follow(&mut self, expr: &'a Expr, before: Vec<Outcome>) -> Vec<Outcome> {
        match &expr.kind {
            ExprKind::Paren(e) | ExprKind::Label(_, _, e) => self.follow(e, before),
            ExprKind::Junction(true, items) => {
                items.iter().fold(before, |outcomes, item| self.follow(&item.expr, outcomes))
            }
            ExprKind::Infix(op, a, b) if op == "/\\" => {
                let middle = self.follow(a, before);
                self.follow(b, middle)
            }
            ExprKind::Infix(op, ..) if op == "=>" => self.condition(expr, before),
            _ if !self.acts(expr) => self.condition(expr, before),
            ExprKind::Junction(false, items) => self.branches(items.iter().map(|item| &item.expr), before),
            ExprKind::Infix(op, a, b) if op == "\\/" => self.branches([&**a, &**b].into_iter(), before),
            ExprKind::Infix(op, a, b) if op == "=" || op == "\\in" => self.assign(expr, a, b, before),
            ExprKind::Prefix(_, inner) => self.unchanged(inner, expr.span, before),
            ExprKind::If(c, a, b) => self.either(c, a, b, before),
            ExprKind::Case(arms) => {
                let mut all = Vec::new();
                let mut before = before;
                for (n, arm) in arms.iter().enumerate() {
                    let mut taken = before.clone();
                    if let Some(guard) = &arm.guard {
                        before = self.assumed(guard, false, before);
                        taken = self.assumed(guard, true, taken);
                    }
                    let what = if arm.guard.is_some() { format!("arm {} of CASE", n + 1) } else { "OTHER".to_owned() };
                    all.extend(self.taken(&arm.body, arm.body.span, &what, taken));
                }
                merged(all)
            }
            ExprKind::Let(units, body) => {
                let depth = self.locals.len();
                self.enter(units);
                let after = self.follow(body, before);
                self.locals.truncate(depth);
                after
            }
            ExprKind::Quant(quantifier, bounds, body) => {
                let before = bounds.iter().filter_map(|b| b.set.as_ref()).fold(before, |all, set| self.read(set, all));
                let depth = self.locals.len();
                self.locals.extend(bounds.iter().flat_map(|b| &b.names).map(|name| Local::bound(&name.text)));
                if *quantifier == Quantifier::All {
                    let message = "an assignment below `\\A` is made once for each element".to_owned();
                    self.misplaced(expr.span, message);
                }
                let mut after = self.follow(body, before);
                self.locals.truncate(depth);
                after.iter_mut().for_each(|outcome| outcome.leave(bounds));
                merged(after)
            }
            ExprKind::Name { name, args, .. } => self.call(name, args, expr.span, before),
            _ => self.read(expr, before),
        }
    }

    fn branches(&mut self, list: impl Iterator<Item = &'a Expr>, before: Vec<Outcome>) -> Vec<Outcome> {
        let mut all = Vec::new();
        for (n, expr) in list.enumerate() {
            all.extend(self.taken(expr, expr.span, &format!("alternative {}", n + 1), before.clone()));
        }
        merged(all)
    }

    /// A branch that is taken.
    fn taken(&mut self, expr: &'a Expr, at: Span, what: &str, mut before: Vec<Outcome>) -> Vec<Outcome> {
        self.step(&mut before, at, what);
        self.follow(expr, before)
    }

    fn step(&self, outcomes: &mut [Outcome], at: Span, what: &str) {
        if self.elsewhere.is_none() {
            outcomes.iter_mut().for_each(|outcome| outcome.step(at, what));
        }
    }

    fn misplaced(&mut self, at: Span, message: String) {
        let places = vec![self.place(at)];
        self.found.push(Finding { code: "lint/misplaced", places, message, path: Vec::new() });
    }

    fn either(&mut self, c: &'a Expr, a: &'a Expr, b: &'a Expr, before: Vec<Outcome>) -> Vec<Outcome> {
        let before = self.read(c, before);
        let yes = self.assumed(c, true, before.clone());
        let no = self.assumed(c, false, before);
        let mut all = self.taken(a, a.span, "THEN", yes);
        all.extend(self.taken(b, b.span, "ELSE", no));
        merged(all)
    }

    /// A formula that does not act.
    fn condition(&mut self, expr: &'a Expr, before: Vec<Outcome>) -> Vec<Outcome> {
        let called = expr.as_call().filter(|(name, _)| self.local(name).is_none());
        let definition = called.and_then(|(name, _)| self.definitions.get(name));
        if is_false(expr) || definition.is_some_and(|definition| is_false(&definition.body)) {
            return Vec::new();
        }
        match &expr.kind {
            ExprKind::Infix(op, a, b) if op == "=>" && self.acts(b) => {
                let before = self.read(a, before);
                let mut all = self.assumed(a, false, before.clone());
                self.step(&mut all, a.span, "the left of `=>` false");
                let yes = self.assumed(a, true, before);
                all.extend(self.taken(b, b.span, "what `=>` implies", yes));
                return merged(all);
            }
            ExprKind::Prefix(op, inner) if (op == "~" || op == "ENABLED") && self.acts(inner) => {
                if op == "~" {
                    self.denied(inner, &before);
                }
                return before;
            }
            _ => {}
        }
        if self.hands_over(expr) {
            return blinded(before);
        }
        let read = self.read(expr, before);
        self.assumed(expr, true, read)
    }

    /// An assignment under `~`: none of it can be one.
    fn denied(&mut self, inner: &'a Expr, before: &[Outcome]) {
        let mut found = Vec::new();
        visit::walk(inner, &mut |e| {
            if let ExprKind::Infix(op, left, _) = &e.kind
                && (op == "=" || op == "\\in")
                && let Some(variable) = primed(left).filter(|name| self.facts.is_variable(name))
                && before.iter().any(|outcome| !outcome.assigned.contains_key(variable))
            {
                found.push((e.span, format!("`{variable}'` stands under `~`, where it is not assigned")));
            }
        });
        found.into_iter().for_each(|(at, message)| self.misplaced(at, message));
    }

    /// An expression whose value is needed.
    fn read(&self, expr: &Expr, mut before: Vec<Outcome>) -> Vec<Outcome> {
        let primes = self.primes(expr);
        let span = self.place(expr.span);
        for outcome in &mut before {
            for name in primes.iter().filter(|name| !outcome.assigned.contains_key(*name)).cloned().collect::<Vec<_>>()
            {
                outcome.needs.entry(name).or_insert(span);
            }
        }
        before
    }

    fn assign(&mut self, expr: &'a Expr, target: &'a Expr, value: &'a Expr, before: Vec<Outcome>) -> Vec<Outcome> {
        let before = self.read(value, before);
        let Some(names) = self.assigned(target) else { return blinded(before) };
        if primed(target).is_none_or(|name| !names.contains(name)) {
            self.misplaced(target.span, "TLC takes no tuple apart: an assignment is of one variable".to_owned());
        }
        let site = Site::new(self.place(expr.span), false);
        self.set(&names.into_iter().map(|name| (name, site)).collect::<Vec<_>>(), before)
    }

    fn unchanged(&mut self, inner: &Expr, span: Span, before: Vec<Outcome>) -> Vec<Outcome> {
        let site = Site::new(self.place(span), true);
        match self.variables(inner) {
            Some(names) => self.set(&names.into_iter().map(|name| (name, site)).collect::<Vec<_>>(), before),
            None => blinded(before),
        }
    }

    fn set(&mut self, sites: &[(String, Site)], mut before: Vec<Outcome>) -> Vec<Outcome> {
        for (name, site) in sites {
            if !site.kept {
                self.changed.insert(name.clone());
            }
            for outcome in &mut before {
                match outcome.assigned.get_mut(name) {
                    None => {
                        outcome.assigned.insert(name.clone(), *site);
                    }
                    Some(first) => {
                        let first_site = *first;
                        first.kept &= site.kept;
                        let found = twice(name, first_site, *site);
                        self.found.extend(found.map(|found| Finding { path: led(self.inside, outcome), ..found }));
                    }
                }
            }
        }
        before
    }

    fn call(&mut self, name: &'a str, args: &'a [Expr], span: Span, before: Vec<Outcome>) -> Vec<Outcome> {
        if args.iter().any(|arg| self.acts(arg) || self.hands_over(arg)) {
            return blinded(before);
        }
        let before = args.iter().fold(before, |all, arg| match primed(arg) {
            Some(_) => all,
            None => self.read(arg, all),
        });
        if let Some(local) = self.local(name) {
            return match local.definition {
                Some(definition) => self.call_local(definition, args, span, before),
                None => blinded(before),
            };
        }
        let Some(definition) = self.definitions.get(name).copied() else { return blinded(before) };
        let callee = self.does(definition);
        let foreign = !self.own.contains(name);
        self.all_joined(&before, &callee, (definition, args), span, foreign)
    }

    /// A call of what a LET defines.
    fn call_local(
        &mut self,
        definition: &'a Definition,
        args: &'a [Expr],
        span: Span,
        before: Vec<Outcome>,
    ) -> Vec<Outcome> {
        let depth = self.locals.len();
        // A local operator may call itself; the second time it is not followed.
        self.locals.push(Local::bound(&definition.name.text));
        let params = definition.params();
        self.locals.extend(params.iter().map(|param| Local::bound(&param.name.text)));
        if params.is_empty() {
            let after = self.follow(&definition.body, before);
            self.locals.truncate(depth);
            return after;
        }
        let mut made = self.follow(&definition.body, vec![Outcome::default()]);
        self.locals.truncate(depth);
        made.iter_mut().for_each(Outcome::forget);
        self.all_joined(&before, &made, (definition, args), span, false)
    }

    /// The outcomes `before`, each then with what a call `made`.
    fn all_joined(
        &mut self,
        before: &[Outcome],
        made: &[Outcome],
        (definition, args): (&Definition, &[Expr]),
        span: Span,
        foreign: bool,
    ) -> Vec<Outcome> {
        let at = self.place(span);
        let pairs = before.iter().flat_map(|outcome| made.iter().map(move |made| (outcome, made)));
        merged(pairs.map(|(outcome, made)| self.joined(outcome, made, (definition, args), at, foreign)).collect())
    }

    /// `outcome`, then what a call `made`.
    fn joined(
        &mut self,
        outcome: &Outcome,
        made: &Outcome,
        (definition, args): (&Definition, &[Expr]),
        at: Span,
        foreign: bool,
    ) -> Outcome {
        let mut one = outcome.clone();
        let place = |span: Span| if foreign { at } else { span };
        let steps = made.steps();
        if !foreign && !steps.is_empty() {
            one.step(definition.name.span, format!("`{}`", definition.name.text));
            steps.into_iter().for_each(|(span, what)| one.step(span, what));
        }
        let actual = |name: &str| {
            let position = definition.params().iter().position(|param| param.name.text == name)?;
            args.get(position)
        };
        for (name, span) in &made.needs {
            if !one.assigned.contains_key(name) {
                one.needs.entry(name.clone()).or_insert(place(*span));
            }
        }
        one.opaque |= made.opaque;
        let mut sites = Vec::new();
        for (name, site) in &made.assigned {
            let site = Site { span: place(site.span), via: Some(at), ..*site };
            match actual(name) {
                None => sites.push((name.clone(), site)),
                Some(arg) => match self.variables(arg) {
                    Some(names) if site.kept || names.len() == 1 => {
                        sites.extend(names.into_iter().map(|name| (name, site)));
                    }
                    _ => one.opaque = true,
                },
            }
        }
        self.set(&sites, vec![one]).into_iter().next().unwrap_or_default()
    }

    /// What an operator of the module does.
    fn does(&mut self, definition: &'a Definition) -> Vec<Outcome> {
        let name = definition.name.text.as_str();
        if let Some(again) = self.open.get_mut(name) {
            *again = true;
            return self.known.get(name).cloned().unwrap_or_default();
        }
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let elsewhere = self.elsewhere;
        if !self.own.contains(name) {
            self.elsewhere = elsewhere.or(Some(Span::default()));
        }
        let (locals, inside) = (std::mem::take(&mut self.locals), self.inside.replace(definition));
        for _ in 0..ROUNDS {
            self.locals = definition.params().iter().map(|param| Local::bound(&param.name.text)).collect();
            self.open.insert(name.to_owned(), false);
            let mut made = self.follow(&definition.body, vec![Outcome::default()]);
            // A condition is about the parameters of the call.
            made.iter_mut().for_each(Outcome::forget);
            let made = merged(made);
            let before = self.known.insert(name.to_owned(), made.clone()).map_or(0, |known| known.len());
            if self.open.remove(name) != Some(true) || before == made.len() {
                break;
            }
        }
        (self.locals, self.inside) = (locals, inside);
        self.elsewhere = elsewhere;
        self.known.get(name).cloned().unwrap_or_default()
    }
}

/// What to say of a variable that is assigned at both places on one path. Of what a call assigns, the call is shown first.
fn twice(name: &str, first: Site, second: Site) -> Option<Finding> {
    // Inside another module, which is looked at by itself; and UNCHANGED twice is true twice.
    if second.span == Span::default() || (first.kept && second.kept) {
        return None;
    }
    let (code, how) = if first.kept || second.kept {
        ("lint/unchanged-conflict", "both assigned and UNCHANGED")
    } else {
        ("lint/assigned-twice", "assigned twice")
    };
    let mut places = Vec::new();
    for place in [second.via, Some(second.span), first.via, Some(first.span)].into_iter().flatten() {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    Some(Finding { code, places, message: format!("`{name}` is {how} on one path"), path: Vec::new() })
}

/// The steps that lead to where `outcome` is, from the operator that is being followed on.
fn led(inside: Option<&Definition>, outcome: &Outcome) -> Vec<(Span, String)> {
    let first = inside.map(|definition| (definition.name.span, format!("`{}`", definition.name.text)));
    first.into_iter().chain(outcome.steps().into_iter().map(|(span, what)| (span, what.to_owned()))).collect()
}

/// Whether one of the conjuncts of `expr` is FALSE.
fn is_false(expr: &Expr) -> bool {
    let mut conjuncts = Vec::new();
    conjuncts_of(expr, &mut conjuncts);
    conjuncts.iter().any(|conjunct| conjunct.as_name() == Some("FALSE"))
}

fn blinded(mut outcomes: Vec<Outcome>) -> Vec<Outcome> {
    outcomes.iter_mut().for_each(|outcome| outcome.opaque = true);
    outcomes
}
