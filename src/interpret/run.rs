//! Running statements: from a state to all states that may come of it.

use std::rc::Rc;

use super::Interpreter;
use super::acting::Writing;
use super::program::Binding;
use super::program::Local;
use super::program::Procedure;
use super::program::Stmt;
use super::program::StmtKind;
use super::program::Term;
use super::scope::Scope;
use super::scope::fault;
use crate::base::span::Span;
use crate::eval::Eval;
use crate::eval::Fault;
use crate::eval::Kind;
use crate::eval::State;
use crate::eval::Value;

/// Calls inside calls; deeper ones are said to be too deep and nothing is claimed about them.
const MAX_CALLS: u32 = 400;

/// Outcomes of one statement.
const MAX_OUTCOMES: usize = 100_000;

/// Statements and expressions of one call of an action: each way is followed by itself, and their number may double with every
/// statement while few of them end differently.
const MAX_STEPS: u64 = 500_000;

/// One way in which a statement or an expression may end.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) state: Rc<State>,
    pub(super) value: Value,
}

pub(super) type Outcomes = Eval<Vec<Outcome>>;

/// What goes on from one outcome.
type Then<'a> = &'a mut dyn FnMut(&Rc<State>, &Scope) -> Outcomes;

/// What goes on with the elements of each set.
type WithSets<'a> = &'a mut dyn FnMut(&Rc<State>, &[Vec<Value>]) -> Outcomes;

/// Where a statement runs.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) state: &'a Rc<State>,
    pub(super) scope: &'a Scope,
    /// Calls around it.
    pub(super) depth: u32,
    pub(super) writing: Writing,
}

impl<'a> At<'a> {
    fn in_state<'b>(self, state: &'b Rc<State>) -> At<'b>
    where
        'a: 'b,
    {
        At { state, ..self }
    }

    fn outcome(self, value: Value) -> Vec<Outcome> {
        vec![Outcome { state: self.state.clone(), value }]
    }

    fn done(self) -> Vec<Outcome> {
        self.outcome(Value::Bool(true))
    }
}

impl Interpreter {
    /// Every way in which `stmt` may end. Where it is not `wanted`, a formula is a guard and the value is TRUE.
    pub(super) fn run(&self, stmt: &Stmt, at: At<'_>, wanted: bool) -> Outcomes {
        self.step(stmt.span)?;
        match &stmt.kind {
            StmtKind::Nothing => Ok(at.done()),
            StmtKind::Assign(variable, value) => self.assign(*variable, value, at),
            StmtKind::Pick(variable, set) => self.pick(*variable, set, at),
            StmtKind::Formula(term) if wanted => self.term(term, at),
            StmtKind::Formula(term) => self.guard(term, at),
            StmtKind::Call(name, arguments) => self.call(name, arguments, at, wanted, stmt.span),
            StmtKind::Sequence(list) => self.sequence(list, at, wanted),
            StmtKind::If(condition, yes, no) => self.each(self.term(condition, at)?, |outcome| {
                let branch = if truth(&outcome.value, condition.span())? { yes } else { no };
                self.run(branch, at.in_state(&outcome.state), wanted)
            }),
            StmtKind::Case(arms) => self.case(arms, at, stmt.span, &|body, at| self.run(body, at, wanted)),
            StmtKind::Choice(list) => {
                let mut outcomes = Vec::new();
                for alternative in list {
                    outcomes.extend(self.run(alternative, at, wanted && alternative.acts)?);
                }
                Ok(outcomes)
            }
            StmtKind::Some(bindings, body) => self.bound(bindings, at, &mut |state, scopes| {
                let mut outcomes = Vec::new();
                for scope in scopes {
                    outcomes.extend(self.run(body, At { state, scope, ..at }, wanted)?);
                }
                Ok(outcomes)
            }),
            StmtKind::Each(bindings, body) => {
                self.bound(bindings, at, &mut |state, scopes| self.turns(body, scopes, at.in_state(state)))
            }
            StmtKind::Let(locals, body) => {
                self.with(locals, at, &mut |state, scope| self.run(body, At { state, scope, ..at }, wanted))
            }
        }
    }

    /// Counts a statement or an expression.
    ///
    /// # Errors
    /// There were too many of them.
    pub(super) fn step(&self, span: Span) -> Eval<()> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            return Err(fault(Kind::TooLong, "there are too many ways through the action", span));
        }
        Ok(())
    }

    /// Goes on from each outcome.
    fn each(&self, outcomes: Vec<Outcome>, mut then: impl FnMut(&Outcome) -> Outcomes) -> Outcomes {
        let mut all = Vec::new();
        for outcome in &outcomes {
            all.extend(then(outcome)?);
            if all.len() > MAX_OUTCOMES {
                return Err(fault(Kind::TooLarge, "there are too many outcomes", Span::default()));
            }
        }
        Ok(all)
    }

    fn guard(&self, term: &Term, at: At<'_>) -> Outcomes {
        let mut outcomes = Vec::new();
        for outcome in self.term(term, at)? {
            if truth(&outcome.value, term.span())? {
                outcomes.push(outcome);
            }
        }
        Ok(outcomes)
    }

    fn assign(&self, variable: usize, value: &Term, at: At<'_>) -> Outcomes {
        self.each(self.term(value, at)?, |outcome| self.put(variable, outcome.value.clone(), &outcome.state, at))
    }

    /// Gives a variable a value. In an initial predicate, one that has a value already is compared.
    fn put(&self, variable: usize, value: Value, state: &Rc<State>, at: At<'_>) -> Outcomes {
        if let (Writing::Initial, Some(old)) = (at.writing, &state[variable]) {
            let same = crate::eval::equal(old, &value)?;
            return Ok(if same { at.in_state(state).done() } else { Vec::new() });
        }
        let mut new: State = (**state).clone();
        new[variable] = Some(value);
        Ok(at.in_state(&Rc::new(new)).done())
    }

    fn pick(&self, variable: usize, set: &Term, at: At<'_>) -> Outcomes {
        self.each(self.term(set, at)?, |outcome| {
            let mut outcomes = Vec::new();
            for element in elements(&outcome.value, set.span())? {
                outcomes.extend(self.put(variable, element, &outcome.state, at)?);
            }
            Ok(outcomes)
        })
    }

    /// The value is that of the last statement, UNCHANGED at the end aside; those before it are statements.
    fn sequence(&self, list: &[Stmt], at: At<'_>, wanted: bool) -> Outcomes {
        let last = list.iter().rposition(|stmt| !matches!(stmt.kind, StmtKind::Nothing));
        let mut outcomes = at.done();
        for (index, stmt) in list.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
            let for_value = wanted && Some(index) == last;
            outcomes = self
                .each(outcomes, |outcome| self.run(stmt, at.in_state(&outcome.state), for_value))
                .map_err(|fault| self.or_disabled(fault, at, |at| self.sequence(&list[index + 1..], at, wanted)))?;
        }
        Ok(outcomes)
    }

    /// The turns of a loop, one in each scope.
    fn turns(&self, body: &Stmt, scopes: &[Scope], at: At<'_>) -> Outcomes {
        let mut outcomes = at.done();
        for (index, scope) in scopes.iter().enumerate() {
            outcomes = self
                .each(outcomes, |outcome| self.run(body, At { state: &outcome.state, scope, ..at }, false))
                .map_err(|fault| self.or_disabled(fault, at, |at| self.turns(body, &scopes[index + 1..], at)))?;
        }
        Ok(outcomes.into_iter().map(|outcome| Outcome { value: Value::Bool(true), ..outcome }).collect())
    }

    /// What to say of an error that `rest` comes after. TLC evaluates a state where it is needed: if a guard in `rest` is
    /// false whatever the state, TLC may find the action disabled and not the error, so that nothing is claimed.
    fn or_disabled(&self, error: Box<Fault>, at: At<'_>, rest: impl FnOnce(At<'_>) -> Outcomes) -> Box<Fault> {
        if error.kind.is_limit() || at.writing == Writing::Initial {
            return error;
        }
        let nothing = Rc::new(vec![None; at.state.len()]);
        match rest(at.in_state(&nothing)) {
            Ok(outcomes) if outcomes.is_empty() => {
                let message =
                    format!("behind an expression without a value a guard is false anyway: {}", error.message);
                Box::new(Fault { kind: Kind::Unsupported, message, site: error.site })
            }
            Err(open) if open.kind.is_limit() => open,
            _ => error,
        }
    }

    /// What to say of an error in a local or an argument that calls. The call has its turn; what is made of its value is
    /// evaluated by TLC where it is needed, which is left open.
    fn in_turn(&self, term: &Term, error: Box<Fault>, at: At<'_>, rest: impl FnOnce(At<'_>) -> Outcomes) -> Box<Fault> {
        if matches!(term, Term::Call(..)) || error.kind.is_limit() {
            return self.or_disabled(error, at, rest);
        }
        let message = format!("what is made of the value of a call has none, and may not be needed: {}", error.message);
        Box::new(Fault { kind: Kind::Unsupported, message, site: error.site })
    }

    fn case<T>(
        &self,
        arms: &[(Option<Term>, T)],
        at: At<'_>,
        span: Span,
        body: &dyn Fn(&T, At<'_>) -> Outcomes,
    ) -> Outcomes {
        match arms {
            [] => Err(fault(Kind::NoCase, "no arm of the CASE applies", span)),
            [(None, last), ..] => body(last, at),
            [(Some(guard), first), rest @ ..] => self.each(self.term(guard, at)?, |outcome| {
                let at = at.in_state(&outcome.state);
                if truth(&outcome.value, guard.span())? { body(first, at) } else { self.case(rest, at, span, body) }
            }),
        }
    }

    /// Goes on with every combination of the bound names, in order, the first bound outermost. The sets are evaluated once.
    fn bound(
        &self,
        bindings: &[Binding],
        at: At<'_>,
        then: &mut dyn FnMut(&Rc<State>, &[Scope]) -> Outcomes,
    ) -> Outcomes {
        self.sets(bindings, Vec::new(), at, &mut |state, sets| {
            let mut scopes = vec![at.scope.clone()];
            for (binding, set) in bindings.iter().zip(sets) {
                scopes = combinations(&scopes, binding, set)?;
            }
            then(state, &scopes)
        })
    }

    fn sets(&self, bindings: &[Binding], known: Vec<Vec<Value>>, at: At<'_>, then: WithSets<'_>) -> Outcomes {
        let Some((first, rest)) = bindings.split_first() else { return then(at.state, &known) };
        self.each(self.term(&first.set, at)?, |outcome| {
            let mut known = known.clone();
            known.push(elements(&outcome.value, first.set.span())?);
            self.sets(rest, known, at.in_state(&outcome.state), then)
        })
    }

    /// Goes on with the locals of a LET. One that does not call is an error only where it is needed.
    fn with(&self, locals: &[Local], at: At<'_>, then: Then<'_>) -> Outcomes {
        let Some((first, rest)) = locals.split_first() else { return then(at.state, at.scope) };
        match first {
            Local::Value(name, term) => {
                if let Term::Pure(pure) = &**term {
                    let scope = at.scope.with(name, self.value(pure, at.state, at.scope));
                    return self.with(rest, At { scope: &scope, ..at }, then);
                }
                let outcomes = match self.term(term, at) {
                    Ok(outcomes) => outcomes,
                    Err(error) => {
                        let scope = at.scope.with(name, Err(error.clone()));
                        let rest = |at: At<'_>| self.with(rest, At { scope: &scope, ..at }, then);
                        return Err(self.in_turn(term, error, at, rest));
                    }
                };
                self.each(outcomes, |outcome| {
                    let scope = at.scope.with(name, Ok(outcome.value.clone()));
                    self.with(rest, At { state: &outcome.state, scope: &scope, ..at }, then)
                })
            }
            Local::Operators(operators) => {
                let scope = at.scope.with_operators(operators, at.state);
                self.with(rest, At { scope: &scope, ..at }, then)
            }
        }
    }

    /// The arguments come before the call; one that does not call is an error only where it is needed.
    fn call(&self, name: &str, arguments: &[Term], at: At<'_>, wanted: bool, span: Span) -> Outcomes {
        let procedures = if at.writing == Writing::Primed { &self.procedures } else { &self.initial };
        let Some(procedure) = procedures.get(name) else {
            return Err(fault(Kind::Unsupported, &format!("`{name}` cannot be run"), span));
        };
        if at.depth >= MAX_CALLS {
            return Err(fault(Kind::TooDeep, &format!("calls nest deeper than {MAX_CALLS}"), span));
        }
        self.arguments(procedure, arguments, Scope::default(), at, wanted)
    }

    fn arguments(&self, procedure: &Procedure, left: &[Term], given: Scope, at: At<'_>, wanted: bool) -> Outcomes {
        let name = procedure.parameters.get(procedure.parameters.len() - left.len());
        let (Some((first, rest)), Some(name)) = (left.split_first(), name) else {
            let inside = At { state: at.state, scope: &given, depth: at.depth + 1, writing: at.writing };
            return self.run(&procedure.body, inside, wanted);
        };
        if let Term::Pure(pure) = first {
            let given = given.with(name, self.value(pure, at.state, at.scope));
            return self.arguments(procedure, rest, given, at, wanted);
        }
        let outcomes = match self.term(first, at) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                let given = given.with(name, Err(error.clone()));
                let rest = |at: At<'_>| self.arguments(procedure, rest, given, at, wanted);
                return Err(self.in_turn(first, error, at, rest));
            }
        };
        self.each(outcomes, |outcome| {
            let given = given.with(name, Ok(outcome.value.clone()));
            self.arguments(procedure, rest, given, at.in_state(&outcome.state), wanted)
        })
    }

    /// Every way in which an expression may be evaluated.
    pub(super) fn term(&self, term: &Term, at: At<'_>) -> Outcomes {
        match term {
            Term::Pure(pure) => Ok(at.outcome(self.value(pure, at.state, at.scope)?)),
            Term::Call(name, arguments, span) => self.call(name, arguments, at, true, *span),
            Term::And(parts, _) => self.until(parts, false, at),
            Term::Or(parts, _) => self.until(parts, true, at),
            Term::Implies(a, b, _) => self.each(self.term(a, at)?, |outcome| {
                let at = at.in_state(&outcome.state);
                if truth(&outcome.value, a.span())? { self.boolean(b, at) } else { Ok(at.done()) }
            }),
            Term::If(condition, yes, no, _) => self.each(self.term(condition, at)?, |outcome| {
                let branch = if truth(&outcome.value, condition.span())? { yes } else { no };
                self.term(branch, at.in_state(&outcome.state))
            }),
            Term::Case(arms, span) => self.case(arms, at, *span, &|body, at| self.term(body, at)),
            Term::Let(locals, body) => {
                self.with(locals, at, &mut |state, scope| self.term(body, At { state, scope, ..at }))
            }
        }
    }

    /// Calls `then` with the statements directly inside `stmt` that are reached, each where it begins.
    pub(super) fn inside(&self, stmt: &Stmt, at: At<'_>, then: &mut dyn FnMut(&Stmt, At<'_>) -> Eval<()>) -> Eval<()> {
        let outcomes = match &stmt.kind {
            StmtKind::If(condition, yes, no) => self.each(self.term(condition, at)?, |outcome| {
                let branch = if truth(&outcome.value, condition.span())? { yes } else { no };
                then(branch, at.in_state(&outcome.state)).map(|()| Vec::new())
            }),
            StmtKind::Case(arms) => {
                let then = std::cell::RefCell::new(then);
                self.case(arms, at, stmt.span, &|body, at| (then.borrow_mut())(body, at).map(|()| Vec::new()))
            }
            StmtKind::Some(bindings, body) => self.bound(bindings, at, &mut |state, scopes| {
                for scope in scopes {
                    then(body, At { state, scope, ..at })?;
                }
                Ok(Vec::new())
            }),
            StmtKind::Let(locals, body) => {
                self.with(locals, at, &mut |state, scope| then(body, At { state, scope, ..at }).map(|()| Vec::new()))
            }
            _ => Ok(Vec::new()),
        };
        outcomes.map(drop)
    }

    fn boolean(&self, term: &Term, at: At<'_>) -> Outcomes {
        let outcomes = self.term(term, at)?;
        for outcome in &outcomes {
            truth(&outcome.value, term.span())?;
        }
        Ok(outcomes)
    }

    /// `/\` or `\/`: the parts up to the first that decides.
    fn until(&self, parts: &[Term], decisive: bool, at: At<'_>) -> Outcomes {
        let Some((first, rest)) = parts.split_first() else { return Ok(at.outcome(Value::Bool(!decisive))) };
        self.each(self.term(first, at)?, |outcome| {
            let at = at.in_state(&outcome.state);
            let decided = truth(&outcome.value, first.span())? == decisive;
            if decided { Ok(at.outcome(Value::Bool(decisive))) } else { self.until(rest, decisive, at) }
        })
    }
}

/// Every scope with every element of a set bound in it.
fn combinations(scopes: &[Scope], binding: &Binding, set: &[Value]) -> Eval<Vec<Scope>> {
    let mut scopes = scopes.to_vec();
    if binding.tuple {
        let mut all = Vec::new();
        for (scope, element) in scopes.iter().flat_map(|scope| set.iter().map(move |element| (scope, element))) {
            let Value::Tuple(tuple) = element else {
                return Err(fault(Kind::Operand, "a tuple is bound to something else", binding.set.span()));
            };
            if tuple.items().len() != binding.names.len() {
                return Err(fault(Kind::Operand, "a tuple of another length is bound", binding.set.span()));
            }
            let bound = binding.names.iter().zip(tuple.items());
            all.push(bound.fold(scope.clone(), |scope, (name, item)| scope.with(name, Ok(item.clone()))));
        }
        return Ok(all);
    }
    for name in &binding.names {
        let bind = |scope: &Scope| set.iter().map(|element| scope.with(name, Ok(element.clone()))).collect::<Vec<_>>();
        scopes = scopes.iter().flat_map(bind).collect();
    }
    Ok(scopes)
}

/// The elements of a finite set, in the order in which CHOOSE picks.
pub(super) fn elements(value: &Value, span: Span) -> Eval<Vec<Value>> {
    match value {
        Value::Set(set) => Ok(set.items().to_vec()),
        Value::Interval(low, high) => Ok((*low..=*high).map(Value::Int).collect()),
        Value::Lazy(_) => Err(fault(Kind::NotEnumerable, "the set cannot be enumerated", span)),
        _ => Err(fault(Kind::Operand, "this is no set", span)),
    }
}

pub(super) fn truth(value: &Value, span: Span) -> Eval<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        _ => Err(fault(Kind::Operand, "a condition is neither TRUE nor FALSE", span)),
    }
}
