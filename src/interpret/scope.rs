//! Evaluating expressions without calls, over the locals around them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::Interpreter;
use super::functions::Functions;
use super::functions::without_primes;
use super::program::Operators;
use super::program::Pure;
use crate::base::span::Span;
use crate::eval::Eval;
use crate::eval::Expression;
use crate::eval::Fault;
use crate::eval::Kind;
use crate::eval::Machine;
use crate::eval::Site;
use crate::eval::State;
use crate::eval::Value;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Name;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// The locals of a procedure.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Values, each with the number of operators that it may hide; what has none is an error only where it is needed.
    values: BTreeMap<String, (usize, Eval<Value>)>,
    /// Operators, each with the state in which it stands.
    operators: Vec<(Rc<Operators>, Rc<State>)>,
}

impl Scope {
    pub(super) fn with(&self, name: &str, value: Eval<Value>) -> Self {
        let mut scope = self.clone();
        scope.values.insert(name.to_owned(), (scope.operators.len(), value));
        scope
    }

    pub(super) fn with_operators(&self, operators: &Rc<Operators>, state: &Rc<State>) -> Self {
        let mut scope = self.clone();
        scope.operators.push((operators.clone(), state.clone()));
        scope
    }

    /// Whether a value has taken the name of one of the operators with this number.
    fn hides(&self, name: &str, number: usize) -> bool {
        self.values.get(name).is_some_and(|(over, _)| *over > number)
    }
}

/// What an expression needs of its scope.
struct Needed<'a> {
    values: Vec<(&'a str, &'a Value)>,
    failed: Vec<(&'a str, &'a Fault)>,
    /// Local operators, and whether they stand in the state before.
    operators: Vec<(&'a Operators, bool)>,
    /// The state before, in which some of the operators stand.
    before: Option<&'a Rc<State>>,
}

impl<'a> Needed<'a> {
    fn of(pure: &'a Pure, scope: &'a Scope, state: &Rc<State>) -> Eval<Self> {
        let unsupported = |why| Err(fault(Kind::Unsupported, why, pure.expr.span));
        let own: BTreeSet<&str> = pure.mentioned.iter().map(String::as_str).collect();
        let mut names = own.clone();
        let mut operators = Vec::new();
        let mut before: Option<&Rc<State>> = None;
        let mut by_operators = BTreeSet::new();
        for (number, (group, at)) in scope.operators.iter().enumerate().rev() {
            let hidden = |name: &&String| scope.hides(name, number);
            let wanted = group.names.iter().any(|name| by_operators.contains(name.as_str()));
            if !wanted && !group.names.iter().any(|name| own.contains(name.as_str()) && !hidden(&name)) {
                continue;
            }
            if group.names.iter().any(|name| hidden(&name) && names.contains(name.as_str())) {
                return unsupported("a local operator and a value of its name meet");
            }
            by_operators.extend(group.mentioned.iter().map(String::as_str));
            names.extend(group.mentioned.iter().map(String::as_str));
            let earlier = !Rc::ptr_eq(at, state);
            operators.insert(0, (&**group, earlier));
            if earlier && before.replace(at).is_some_and(|other| !Rc::ptr_eq(other, at)) {
                return unsupported("local operators of two earlier states meet");
            }
        }
        let mut needed = Self { values: Vec::new(), failed: Vec::new(), operators, before };
        for (name, (_, value)) in scope.values.iter().filter(|(name, _)| names.contains(name.as_str())) {
            match value {
                Ok(value) => needed.values.push((name, value)),
                Err(fault) => needed.failed.push((name, fault)),
            }
        }
        Ok(needed)
    }

    fn key(&self) -> String {
        let failed: Vec<&str> = self.failed.iter().map(|(name, _)| *name).collect();
        let operators: Vec<String> = self.operators.iter().map(|(o, b)| format!("{}:{b}", o.names.join(","))).collect();
        format!("{} {}", operators.join(" "), failed.join(" "))
    }

    /// The expression with the local operators around it, and with names that fail where they are needed.
    fn expression(&self, expr: &Expr, functions: &Functions) -> Expr {
        let span = expr.span;
        let mut units: Vec<Unit> = self.failed.iter().map(|(name, _)| failing(name, span)).collect();
        let own = self.operators.iter().flat_map(|(group, _)| &group.names).map(String::as_str);
        let locals: BTreeSet<&str> = own.chain(self.values.iter().map(|(name, _)| *name)).collect();
        for (group, earlier) in &self.operators {
            let in_state = |unit: &Unit| match earlier {
                true => functions.unit_before(unit, &locals),
                false => visit::map_unit(unit, &mut without_primes),
            };
            units.extend(group.units.iter().map(in_state));
        }
        let body = without_primes(expr);
        if units.is_empty() { body } else { Expr::new(ExprKind::Let(units, Box::new(body)), span) }
    }
}

impl Interpreter {
    /// The value of an expression in a state: what is primed and what is not are the same.
    pub(super) fn value(&self, pure: &Pure, state: &Rc<State>, scope: &Scope) -> Eval<Value> {
        self.step(pure.expr.span)?;
        let needed = Needed::of(pure, scope, state)?;
        let compiled = self.compiled(pure, &needed)?;
        let values: Vec<Value> = needed.values.iter().map(|(_, value)| (*value).clone()).collect();
        let program = self.program.borrow();
        let mut machine = Machine::new(&program, self.budget);
        machine.set_now(state);
        machine.set_next(needed.before.unwrap_or(state));
        machine.eval_with(&compiled, &values).map_err(|fault| match needed.failed.first() {
            Some((_, first)) if fault.kind == Kind::NoChoice => Box::new((*first).clone()),
            _ => placed(fault, pure.expr.span, self.end),
        })
    }

    fn compiled(&self, pure: &Pure, needed: &Needed<'_>) -> Eval<Rc<Expression>> {
        let key = needed.key();
        if let Some(known) = pure.compiled.borrow().get(&key) {
            return Ok(known.clone());
        }
        let names: Vec<&str> = needed.values.iter().map(|(name, _)| *name).collect();
        let expression = needed.expression(&pure.expr, &self.functions);
        let compiled = self.program.borrow_mut().expression(&expression, &names);
        let compiled = compiled.map_err(|diagnostics| {
            let message = diagnostics.first().map(|first| first.message.clone()).unwrap_or_default();
            fault(Kind::Unsupported, &message, pure.expr.span)
        })?;
        let compiled = Rc::new(compiled);
        pure.compiled.borrow_mut().insert(key, compiled.clone());
        Ok(compiled)
    }
}

/// An error at a place of the module.
pub(super) fn fault(kind: Kind, message: &str, span: Span) -> Box<Fault> {
    Box::new(Fault { kind, message: message.to_owned(), site: Some(Site { file: 0, span }) })
}

/// An error at a place of the text, which ends at `end`: at `span` where it has none in it.
fn placed(mut fault: Box<Fault>, span: Span, end: usize) -> Box<Fault> {
    fault.site = fault.site.filter(|site| site.file > 0 || site.span.start < end).or(Some(Site { file: 0, span }));
    fault
}

/// `name == CHOOSE x \in {} : TRUE`, which is an error where it is evaluated and nothing where it is not.
fn failing(name: &str, span: Span) -> Unit {
    let none = Expr::new(ExprKind::Set(Vec::new()), span);
    let bound = Bound { names: vec![Name::new("%none", span)], tuple: false, set: Some(none) };
    let body = Expr::new(ExprKind::Choose(Box::new(bound), Box::new(Expr::name("TRUE", span))), span);
    let head = Head::Operator(Vec::new(), Fixity::Named);
    let definition = Definition { local: false, name: Name::new(name, span), head, body };
    Unit { kind: UnitKind::Definition(Box::new(definition)), span, notes: Notes::default() }
}
