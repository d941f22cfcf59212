//! Follows the paths of an action.

use std::collections::BTreeMap;

use super::outcome::Outcome;
use super::outcome::Site;
use super::outcome::merged;
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
use crate::transform::stmt::acts;
use crate::transform::stmt::primed;

/// A code, a place, a message, and another place.
pub(super) type Finding = (&'static str, Span, String, Option<Span>);

/// Relations, and those that hold where they do not.
const OPPOSITES: [[&[&str]; 2]; 4] =
    [[&["="], &["#", "/="]], [&["\\in"], &["\\notin"]], [&["<"], &[">=", "\\geq"]], [&[">"], &["<=", "=<", "\\leq"]]];

/// Rounds in which what a recursive operator does is looked for.
const ROUNDS: usize = 4;

pub(super) struct Paths<'a> {
    facts: &'a Facts<'a>,
    definitions: BTreeMap<&'a str, &'a Definition>,
    own: &'a Names,
    text: &'a str,
    /// What each operator does, in terms of its parameters.
    known: BTreeMap<String, Vec<Outcome>>,
    /// Operators that are being followed, and whether they were met again meanwhile.
    open: BTreeMap<String, bool>,
    /// Operators and parameters in scope, innermost last: what a LET defines, else nothing.
    locals: Vec<(&'a str, Option<&'a Definition>)>,
    /// The place of everything inside an operator of another module: where it is called.
    elsewhere: Option<Span>,
    /// What some path assigns.
    pub(super) changed: Names,
    /// What was found on the way.
    pub(super) found: Vec<Finding>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, module: &'a Module, own: &'a Names, text: &'a str) -> Self {
        let definitions = module.units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), d)).collect();
        Self {
            facts,
            definitions,
            own,
            text,
            known: BTreeMap::new(),
            open: BTreeMap::new(),
            locals: Vec::new(),
            elsewhere: None,
            changed: Names::new(),
            found: Vec::new(),
        }
    }

    /// The ways an action can go.
    pub(super) fn of(&mut self, expr: &'a Expr) -> Vec<Outcome> {
        self.follow(expr, vec![Outcome::default()])
    }

    fn place(&self, span: Span) -> Span {
        self.elsewhere.unwrap_or(span)
    }

    fn local(&self, name: &str) -> Option<Option<&'a Definition>> {
        self.locals.iter().rev().find(|(local, _)| *local == name).map(|(_, definition)| *definition)
    }

    fn acts(&self, expr: &Expr) -> bool {
        let local = |name: &str| match self.local(name) {
            Some(Some(definition)) => acts(&definition.body, &|other| other != name && self.facts.is_procedure(other)),
            Some(None) => false,
            None => self.facts.is_procedure(name),
        };
        acts(expr, &local)
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
                self.locals.extend(units.iter().filter_map(Unit::definition).map(|d| (d.name.text.as_str(), Some(d))));
                let after = self.follow(body, before);
                self.locals.truncate(depth);
                after
            }
            ExprKind::Quant(quantifier, bounds, body) => {
                let before = bounds.iter().filter_map(|b| b.set.as_ref()).fold(before, |all, set| self.read(set, all));
                let depth = self.locals.len();
                self.locals.extend(bounds.iter().flat_map(|b| &b.names).map(|name| (name.text.as_str(), None)));
                let after = self.follow(body, before);
                self.locals.truncate(depth);
                if *quantifier == Quantifier::All {
                    let message = "an assignment below `\\A` is made once for each element".to_owned();
                    self.found.push(("lint/misplaced", self.place(expr.span), message, None));
                }
                after
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
        if self.elsewhere.is_none() {
            before.iter_mut().for_each(|outcome| outcome.step(at, what));
        }
        self.follow(expr, before)
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
        if self.facts.calls(expr) {
            // An action in a position in which it cannot be followed, such as an argument.
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
                let message = format!("`{variable}'` stands under `~`, where it is not assigned");
                found.push(("lint/misplaced", self.place(e.span), message, None));
            }
        });
        self.found.extend(found);
    }

    /// The outcomes in which a condition can be so, with the note that it is.
    fn assumed(&self, condition: &Expr, holds: bool, before: Vec<Outcome>) -> Vec<Outcome> {
        let Some((key, holds)) = self.key(condition, holds) else { return before };
        let fits = |outcome: &Outcome| outcome.conditions.get(&key).is_none_or(|known| *known == holds);
        let mut after: Vec<_> = before.into_iter().filter(fits).collect();
        after.iter_mut().for_each(|outcome| {
            outcome.conditions.insert(key.clone(), holds);
        });
        after
    }

    /// The text by which a condition is known again, where it stands in the module more than once: `a # b` is known
    /// as `a = b` that does not hold.
    fn key(&self, condition: &Expr, holds: bool) -> Option<(String, bool)> {
        let (condition, holds) = plain(condition, holds);
        if self.elsewhere.is_some() || visit::any(condition, &|e| matches!(&e.kind, ExprKind::Postfix(..))) {
            return None;
        }
        let text = self.text.get(condition.span.range())?;
        let ExprKind::Infix(op, a, b) = &condition.kind else {
            return (self.text.matches(text).count() > 1).then(|| (text.to_owned(), holds));
        };
        let family = OPPOSITES.iter().find(|family| family.iter().flat_map(|ops| ops.iter()).any(|known| known == op));
        let (left, right) = (self.text.get(a.span.range())?, self.text.get(b.span.range())?);
        let Some([same, opposite]) = family else {
            return (self.text.matches(text).count() > 1).then(|| (text.to_owned(), holds));
        };
        let times = |op: &&str| self.text.matches(&format!("{left} {op} {right}")).count();
        let count: usize = same.iter().chain(*opposite).map(times).sum();
        let holds = holds == same.contains(&op.as_str());
        (count > 1).then(|| (format!("{left} {} {right}", same[0]), holds))
    }

    /// An expression whose value is needed.
    fn read(&self, expr: &Expr, mut before: Vec<Outcome>) -> Vec<Outcome> {
        let (_, primes) = self.facts.reads(expr);
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
        let Some(name) = primed(target) else { return before };
        let before = self.read(value, before);
        if self.facts.is_variable(name) || self.local(name) == Some(None) {
            let site = Site { span: self.place(expr.span), kept: false };
            return self.set(&[(name.to_owned(), site)], before);
        }
        blinded(before)
    }

    fn unchanged(&mut self, inner: &Expr, span: Span, before: Vec<Outcome>) -> Vec<Outcome> {
        let site = Site { span: self.place(span), kept: true };
        let parameter = inner.as_name().filter(|name| self.local(name) == Some(None));
        match (self.facts.variables_of(inner), parameter) {
            (Some(names), _) => self.set(&names.into_iter().map(|name| (name, site)).collect::<Vec<_>>(), before),
            (None, Some(name)) => self.set(&[(name.to_owned(), site)], before),
            (None, None) => blinded(before),
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
                        self.found.extend(twice(name, *first, *site));
                        first.kept &= site.kept;
                    }
                }
            }
        }
        before
    }

    fn call(&mut self, name: &'a str, args: &'a [Expr], span: Span, before: Vec<Outcome>) -> Vec<Outcome> {
        if args.iter().any(|arg| self.acts(arg)) {
            return blinded(before);
        }
        let before = args.iter().fold(before, |all, arg| match primed(arg) {
            Some(_) => all,
            None => self.read(arg, all),
        });
        if let Some(local) = self.local(name) {
            let Some(definition) = local else { return blinded(before) };
            let depth = self.locals.len();
            // A local operator may call itself; the second time it is not followed.
            self.locals.push((name, None));
            self.locals.extend(definition.params().iter().map(|p| (p.name.text.as_str(), None)));
            let after = self.follow(&definition.body, before);
            self.locals.truncate(depth);
            return after;
        }
        let Some(definition) = self.definitions.get(name).copied() else { return blinded(before) };
        let callee = self.does(definition);
        let foreign = !self.own.contains(name);
        let mut after = Vec::new();
        for outcome in before {
            for made in &callee {
                after.push(self.joined(&outcome, made, definition, args, foreign.then(|| self.place(span))));
            }
        }
        merged(after)
    }

    /// `outcome`, then what a call `made`.
    fn joined(
        &mut self,
        outcome: &Outcome,
        made: &Outcome,
        definition: &Definition,
        args: &[Expr],
        at: Option<Span>,
    ) -> Outcome {
        let mut one = outcome.clone();
        let place = |span: Span| at.unwrap_or(span);
        let steps = made.steps();
        if at.is_none() && !steps.is_empty() {
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
            let site = Site { span: place(site.span), ..*site };
            match actual(name) {
                None => sites.push((name.clone(), site)),
                Some(arg) => match (self.facts.variables_of(arg), arg.as_name()) {
                    (Some(names), _) if site.kept || names.len() == 1 => {
                        sites.extend(names.into_iter().map(|name| (name, site)));
                    }
                    (None, Some(parameter)) => sites.push((parameter.to_owned(), site)),
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
        let locals = std::mem::take(&mut self.locals);
        for _ in 0..ROUNDS {
            self.locals = definition.params().iter().map(|param| (param.name.text.as_str(), None)).collect();
            self.open.insert(name.to_owned(), false);
            let mut made = self.follow(&definition.body, vec![Outcome::default()]);
            // A condition is about the parameters of the call.
            made.iter_mut().for_each(|outcome| outcome.conditions.clear());
            let made = merged(made);
            let before = self.known.insert(name.to_owned(), made.clone()).map_or(0, |known| known.len());
            if self.open.remove(name) != Some(true) || before == made.len() {
                break;
            }
        }
        self.locals = locals;
        self.elsewhere = elsewhere;
        self.known.get(name).cloned().unwrap_or_default()
    }
}

/// What to say of a variable that is assigned at both places on one path.
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
    Some((code, second.span, format!("`{name}` is {how} on one path"), Some(first.span)))
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

/// A condition without the parentheses and the negations around it.
fn plain(condition: &Expr, holds: bool) -> (&Expr, bool) {
    match &condition.kind {
        ExprKind::Paren(inner) => plain(inner, holds),
        ExprKind::Prefix(op, inner) if op == "~" || op == "\\lnot" || op == "\\neg" => plain(inner, !holds),
        _ => (condition, holds),
    }
}
