//! State passing: statements as expressions over a record that holds every variable.

use super::facts::Facts;
use super::facts::Names;
use super::parts::Parts;
use super::plain::Bodies;
use super::read::Refusal;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use super::stmt::all_notes;
use super::values;
use crate::base::span::Span;
use crate::tla::syntax::Arm;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Name;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Param;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::syntax::Update;
use crate::tla::visit;

pub(super) const AT: Span = Span { start: 0, end: 0 };

/// The names that the output adds to the module.
pub(super) struct Invented {
    /// The record of the state as a parameter: `st`.
    pub(super) state: String,
    /// The record of the variables: `State`.
    pub(super) whole: String,
    /// What a loop has still to do: `todo`.
    pub(super) todo: String,
    /// A set of outcomes: `some`.
    pub(super) outcomes: String,
}

/// What the code generated so far needs.
#[derive(Default)]
pub(super) struct Wanted {
    /// Procedures as operators on states.
    pub(super) procedures: Names,
    /// Functions as operators on states.
    pub(super) functions: Names,
    /// Procedures as actions.
    pub(super) actions: Names,
    /// Whether the record of the variables is used.
    pub(super) whole: bool,
}

pub(super) struct Passer<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) bodies: &'a Bodies<'a>,
    pub(super) invented: &'a Invented,
    pub(super) parts: &'a Parts,
    pub(super) wanted: &'a mut Wanted,
    /// The operator that is being made.
    pub(super) owner: String,
    /// Local names in scope with their arities, outermost first.
    pub(super) scope: Vec<(String, usize)>,
    /// Loops made on the way.
    pub(super) loops: Vec<Unit>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) count: usize,
}

pub(super) fn name(name: &str) -> Expr {
    Expr::name(name, AT)
}

pub(super) fn node(kind: ExprKind, span: Span) -> Expr {
    Expr::new(kind, span)
}

fn paren(expr: Expr) -> Expr {
    let simple = matches!(expr.kind, ExprKind::Name { .. } | ExprKind::Set(_) | ExprKind::Map(..) | ExprKind::Paren(_));
    if simple { expr } else { node(ExprKind::Paren(Box::new(expr)), AT) }
}

/// `name == body` in a LET.
pub(super) fn local(name: &str, body: Expr) -> Unit {
    let span = body.span;
    define(name, Vec::new(), body, span)
}

/// `name(params) == body`.
pub(super) fn define(name: &str, params: Vec<Param>, body: Expr, span: Span) -> Unit {
    let head = Head::Operator(params, Fixity::Named);
    let definition = Definition { local: false, name: Name::new(name, AT), head, body };
    Unit { kind: UnitKind::Definition(Box::new(definition)), span, notes: Notes::default() }
}

/// The name of an operator's version on states.
pub(super) fn on_name(facts: &Facts<'_>, operator: &str) -> String {
    let mut new = format!("{operator}_on");
    while facts.identifiers.contains(&new) {
        new.push('_');
    }
    new
}

impl Passer<'_> {
    pub(super) fn fresh_state(&mut self) -> String {
        self.count += 1;
        format!("{}{}", self.invented.state, self.count)
    }

    /// `expr` with every variable read from the state `at`.
    pub(super) fn on(&mut self, expr: &Expr, at: &str) -> Expr {
        let mut new = match &expr.kind {
            ExprKind::Postfix(op, inner) if op == "'" => self.on(inner, at),
            ExprKind::Name { path, name: called, args } if path.is_empty() => self.name_on(expr, called, args, at),
            _ => return visit::map(expr, &mut |e| self.on(e, at)),
        };
        new.notes.wrap(expr.notes.clone());
        new
    }

    fn name_on(&mut self, expr: &Expr, called: &str, args: &[Expr], at: &str) -> Expr {
        if self.facts.is_variable(called) {
            self.wanted.whole |= at == self.invented.whole;
            return node(ExprKind::Field(Box::new(name(at)), called.to_owned()), expr.span);
        }
        let mut args: Vec<_> = args.iter().map(|arg| self.on(arg, at)).collect();
        let reads = self.facts.operators.get(called).filter(|op| !op.reads.is_empty() || !op.primed.is_empty());
        let Some(operator) = reads else {
            return Expr::call(called, args, expr.span);
        };
        self.wanted.functions.insert(called.to_owned());
        self.wanted.whole |= at == self.invented.whole;
        let on = on_name(self.facts, called);
        if operator.arity > 0 && args.is_empty() {
            // An operator given as an argument.
            let params: Vec<_> =
                (1..=operator.arity).map(|n| Param::value(format!("{}_{n}", self.invented.todo), AT)).collect();
            args = params.iter().map(|p| name(&p.name.text)).collect();
            args.insert(0, name(at));
            return node(ExprKind::Lambda(params, Box::new(Expr::call(on, args, AT))), expr.span);
        }
        args.insert(0, name(at));
        Expr::call(on, args, expr.span)
    }

    fn bounds_on(&mut self, bounds: &[Bound], at: &str) -> Vec<Bound> {
        bounds.iter().map(|b| Bound { set: b.set.as_ref().map(|e| self.on(e, at)), ..b.clone() }).collect()
    }

    fn scoped<T>(&mut self, names: impl IntoIterator<Item = (String, usize)>, f: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.scope.len();
        self.scope.extend(names);
        let value = f(self);
        self.scope.truncate(depth);
        value
    }

    /// The state after `stmt`, which has one outcome.
    pub(super) fn one(&mut self, stmt: &Stmt, at: &str) -> Expr {
        let mut expr = self.one_kind(stmt, at);
        expr.notes.wrap(stmt.notes.clone());
        expr
    }

    pub(super) fn one_kind(&mut self, stmt: &Stmt, at: &str) -> Expr {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Skip(_) | StmtKind::Guard(_) | StmtKind::Pick(..) | StmtKind::Or(_) | StmtKind::Exists(..) => {
                node(name(at).kind, span)
            }
            StmtKind::Assign(variable, value) => {
                let (updates, _) = self.updates(variable, value, at);
                except(at, updates, span)
            }
            StmtKind::Call(callee, args) => self.call(callee, args, at, span),
            StmtKind::Seq(_) => self.sequence(&stmt.steps_inside(), at, true),
            StmtKind::If(c, a, b) => {
                let (c, a, b) = (self.on(c, at), self.one(a, at), self.one(b, at));
                node(ExprKind::If(Box::new(c), Box::new(a), Box::new(b)), span)
            }
            StmtKind::Case(arms) => self.case(arms, at, span, Self::one),
            StmtKind::Let(units, body) => self.with_locals(units, at, span, |this| this.one(body, at)),
            StmtKind::Loop(bounds, body) => self.repeat(bounds, body, at, span, true),
            StmtKind::Bind(..) => self.sequence(&[stmt], at, true),
            StmtKind::Return(value) => self.outcome(value, at, span),
        }
    }

    /// The set of the states after `stmt`.
    pub(super) fn many(&mut self, stmt: &Stmt, at: &str) -> Expr {
        if self.bodies.is_single(stmt) {
            let mut one = self.one(stmt, at);
            let notes = std::mem::take(&mut one.notes);
            let mut set = node(ExprKind::Set(vec![one]), stmt.span);
            set.notes = notes;
            return set;
        }
        let mut expr = self.many_kind(stmt, at);
        expr.notes.wrap(stmt.notes.clone());
        expr
    }

    fn many_kind(&mut self, stmt: &Stmt, at: &str) -> Expr {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Guard(e) => {
                let same = node(ExprKind::Set(vec![name(at)]), AT);
                self.guarded(&[(e, &Notes::default())], at, same)
            }
            StmtKind::Pick(variable, set) => {
                self.enumerated(set);
                let set = self.on(set, at);
                let element = self.fresh_state();
                let path = vec![Step::Field(variable.clone())];
                let update = Update { path, value: name(&element) };
                let body = node(ExprKind::Except(Box::new(name(at)), vec![update]), span);
                comprehension(body, element, set)
            }
            StmtKind::Call(callee, args) => self.call(callee, args, at, span),
            StmtKind::Seq(_) => self.sequence(&stmt.steps_inside(), at, false),
            StmtKind::If(c, a, b) => {
                let (c, a, b) = (self.on(c, at), self.many(a, at), self.many(b, at));
                node(ExprKind::If(Box::new(c), Box::new(a), Box::new(b)), span)
            }
            StmtKind::Case(arms) => self.case(arms, at, span, Self::many),
            StmtKind::Or(list) => {
                let sets: Vec<_> = list.iter().map(|s| paren(self.many(s, at))).collect();
                let union = sets.into_iter().reduce(|a, b| Expr::infix("\\cup", a, b));
                let mut union = union.unwrap_or_else(|| node(ExprKind::Set(Vec::new()), span));
                union.span = span;
                union
            }
            StmtKind::Exists(bounds, body) => {
                bounds.iter().filter_map(|bound| bound.set.as_ref()).for_each(|set| self.enumerated(set));
                let sets = self.bounds_on(bounds, at);
                let names: Vec<_> = bounds.iter().flat_map(|b| &b.names).map(|n| (n.text.clone(), 0)).collect();
                let single = self.bodies.is_single(body);
                let body = self.scoped(names, |this| if single { this.one(body, at) } else { this.many(body, at) });
                let map = node(ExprKind::Map(Box::new(body), sets), span);
                if single { map } else { union_of(map) }
            }
            StmtKind::Let(units, body) => self.with_locals(units, at, span, |this| this.many(body, at)),
            StmtKind::Loop(bounds, body) => self.repeat(bounds, body, at, span, false),
            StmtKind::Bind(..) => self.sequence(&[stmt], at, false),
            StmtKind::Skip(_) | StmtKind::Assign(..) | StmtKind::Return(_) => {
                node(ExprKind::Set(vec![self.one(stmt, at)]), span)
            }
        }
    }

    /// Refuse a set without end where all states that may come of its elements are to be collected.
    fn enumerated(&mut self, set: &Expr) {
        if self.bodies.choices.contains(&set.span) {
            let message = "choose from a set without end, and go on from there".to_owned();
            let hint = "say from which finite set: `\\E n \\in 0..Max : ...`, `v' \\in 0..Max`";
            self.refusals.push(Refusal { span: set.span, code: "transform/unbounded", message, hint });
        }
    }

    /// `[state |-> at, value |-> value]`.
    fn outcome(&mut self, value: &Expr, at: &str, span: Span) -> Expr {
        self.wanted.whole |= at == self.invented.whole;
        let fields = [(values::STATE, name(at)), (values::VALUE, self.on(value, at))];
        let fields = fields.map(|(field, value)| (Name::new(field, AT), value));
        node(ExprKind::Record(fields.into()), span)
    }

    /// The name of the operator on states that `procedure` becomes.
    pub(super) fn on_name(&self, procedure: &str) -> String {
        let returns = self.bodies.returning.values().any(|form| form == procedure);
        if returns { procedure.to_owned() } else { on_name(self.facts, procedure) }
    }

    fn call(&mut self, callee: &str, args: &[Expr], at: &str, span: Span) -> Expr {
        self.wanted.procedures.insert(callee.to_owned());
        self.wanted.whole |= at == self.invented.whole;
        let mut args: Vec<_> = args.iter().map(|arg| self.on(arg, at)).collect();
        args.insert(0, name(at));
        Expr::call(self.on_name(callee), args, span)
    }

    fn case(
        &mut self,
        arms: &[(Option<Expr>, Stmt)],
        at: &str,
        span: Span,
        f: fn(&mut Self, &Stmt, &str) -> Expr,
    ) -> Expr {
        let arms = arms.iter().map(|(guard, body)| {
            let guard = guard.as_ref().map(|guard| self.on(guard, at));
            Arm { guard, body: nested_case(f(self, body, at)) }
        });
        node(ExprKind::Case(arms.collect()), span)
    }

    fn with_locals(&mut self, units: &[Unit], at: &str, span: Span, f: impl FnOnce(&mut Self) -> Expr) -> Expr {
        let names: Vec<_> =
            units.iter().filter_map(Unit::definition).map(|d| (d.name.text.clone(), d.params().len())).collect();
        let new = units.iter().map(|unit| visit::map_unit(unit, &mut |e| self.on(e, at))).collect();
        let body = self.scoped(names, f);
        let_in(new, body, span)
    }

    /// The updates of the record that an assignment makes, and the variables read for them.
    pub(super) fn updates(&mut self, variable: &str, value: &Expr, at: &str) -> (Vec<Update>, Names) {
        let (mut reads, primes) = self.facts.reads(value);
        reads.extend(primes);
        let inner = strip(value);
        if let ExprKind::Except(base, updates) = &inner.kind
            && is_variable(base, variable)
        {
            let mut used = Names::new();
            let mut new = Vec::new();
            for update in updates {
                let mut path = vec![Step::Field(variable.to_owned())];
                for step in &update.path {
                    path.push(match step {
                        Step::Field(field) => Step::Field(field.clone()),
                        Step::Index(args) => Step::Index(args.iter().map(|e| self.on(e, at)).collect()),
                    });
                    if let Step::Index(args) = step {
                        args.iter().for_each(|e| used.extend(self.read_names(e)));
                    }
                }
                used.extend(self.read_names(&update.value));
                new.push(Update { path, value: self.on(&update.value, at) });
            }
            let outer = all_notes(base);
            if let Some(last) = new.last_mut() {
                last.value.notes.after.extend(outer.before.into_iter().chain(outer.after));
                last.value.notes.wrap(around(value));
            }
            return (new, used);
        }
        let update = Update { path: vec![Step::Field(variable.to_owned())], value: self.on(value, at) };
        (vec![update], reads)
    }

    fn read_names(&self, expr: &Expr) -> Names {
        let (mut reads, primes) = self.facts.reads(expr);
        reads.extend(primes);
        reads
    }

    /// `IF guards THEN rest ELSE {}`.
    pub(super) fn guarded(&mut self, guards: &[(&Expr, &Notes)], at: &str, rest: Expr) -> Expr {
        let none = || node(ExprKind::Set(Vec::new()), AT);
        let mut items: Vec<_> = Vec::new();
        for (guard, notes) in guards {
            let mut expr = self.on(guard, at);
            expr.notes = Notes::default();
            let mut notes = (*notes).clone();
            notes.wrap(guard.notes.clone());
            items.push(crate::tla::syntax::Item { expr, notes });
        }
        if let [only] = items.as_mut_slice() {
            let mut condition = only.expr.clone();
            condition.notes = std::mem::take(&mut only.notes);
            if condition.as_name() == Some("FALSE") {
                let mut none = none();
                none.notes = condition.notes;
                none.span = condition.span;
                return none;
            }
            return node(ExprKind::If(Box::new(condition), Box::new(rest), Box::new(none())), AT);
        }
        let condition = node(ExprKind::Junction(true, items), AT);
        node(ExprKind::If(Box::new(condition), Box::new(rest), Box::new(none())), AT)
    }
}

/// `[at EXCEPT updates]`; a comment after the last update goes after the whole.
pub(super) fn except(at: &str, mut updates: Vec<Update>, span: Span) -> Expr {
    let after = updates.last_mut().map(|last| std::mem::take(&mut last.value.notes.after)).unwrap_or_default();
    let mut expr = node(ExprKind::Except(Box::new(name(at)), updates), span);
    expr.notes.after = after;
    expr
}

pub(super) fn comprehension(body: Expr, variable: String, set: Expr) -> Expr {
    let bound = Bound { names: vec![Name::new(variable, AT)], tuple: false, set: Some(set) };
    node(ExprKind::Map(Box::new(body), vec![bound]), AT)
}

pub(super) fn union_of(sets: Expr) -> Expr {
    let span = sets.span;
    node(ExprKind::Prefix("UNION".to_owned(), Box::new(sets)), span)
}

/// `LET units IN body`; a LET that is the body is joined.
pub(super) fn let_in(mut units: Vec<Unit>, body: Expr, span: Span) -> Expr {
    match body.kind {
        ExprKind::Let(more, inner) if body.notes.before.is_empty() => {
            units.extend(more);
            let mut joined = node(ExprKind::Let(units, inner), span);
            joined.notes = body.notes;
            joined
        }
        _ => node(ExprKind::Let(units, Box::new(body)), span),
    }
}

/// In an arm of CASE, another CASE would take the arms that follow.
fn nested_case(expr: Expr) -> Expr {
    let ends_open = visit::any(&expr, &|e| matches!(e.kind, ExprKind::Case(_)));
    if ends_open { paren(expr) } else { expr }
}

/// `expr` without parentheses around it.
fn strip(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => strip(inner),
        _ => expr,
    }
}

/// The comments of `expr` and of the parentheses around it.
fn around(expr: &Expr) -> Notes {
    let mut notes = match &expr.kind {
        ExprKind::Paren(inner) => around(inner),
        _ => Notes::default(),
    };
    notes.wrap(expr.notes.clone());
    notes
}

/// Whether `expr` is the variable, primed or not.
fn is_variable(expr: &Expr, variable: &str) -> bool {
    super::stmt::primed(expr).or_else(|| expr.as_name()) == Some(variable)
}
