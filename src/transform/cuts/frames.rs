//! A procedure as pieces, each of which runs without a break.

use std::collections::BTreeMap;

use super::Cutting;
use super::Invented;
use super::Links;
use super::marks::Marks;
use super::marks::is_cut;
use super::marks::is_marked;
use super::params;
use crate::tla::syntax::Arm;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Name;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::syntax::Update;
use crate::tla::visit;
use crate::transform::facts::Facts;
use crate::transform::loops::first_variable;
use crate::transform::pass::AT;
use crate::transform::pass::define;
use crate::transform::pass::local;
use crate::transform::pass::name;
use crate::transform::pass::node;
use crate::transform::plain::values;
use crate::transform::read::Refusal;
use crate::transform::stmt::Stmt;
use crate::transform::stmt::StmtKind;

/// The field of a frame that names what comes next.
const AT_FIELD: &str = "at";

/// What comes after some statements.
#[derive(Clone)]
enum Then {
    /// The end of the procedure.
    End,
    /// A piece, with the locals that it needs.
    Piece(String, Vec<(String, Expr)>),
}

/// Statements of a sequence that run without a break.
struct Stretch<'s> {
    steps: Vec<&'s Stmt>,
    end: End<'s>,
    /// The piece that comes after it, where that is one of the same sequence.
    piece: Option<String>,
}

/// What a stretch ends with.
enum End<'s> {
    /// The end of the sequence.
    Open,
    /// A statement with cuts in it.
    Cut(&'s Stmt),
    /// A cut before the next statement.
    Mark,
}

pub(super) struct Cutter<'a> {
    facts: &'a Facts<'a>,
    stmts: &'a BTreeMap<String, Stmt>,
    cutting: &'a Cutting,
    /// The marks that are left.
    marks: Marks,
    invented: &'a Invented,
    /// The procedure that is being cut, and how many pieces it has.
    owner: String,
    count: usize,
    /// Local names with their arities.
    scope: Vec<(String, usize)>,
    pieces: Vec<Unit>,
    labels: Vec<String>,
    pub(super) refusals: Vec<Refusal>,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(
        facts: &'a Facts<'a>,
        stmts: &'a BTreeMap<String, Stmt>,
        cutting: &'a Cutting,
        marks: Marks,
        invented: &'a Invented,
    ) -> Self {
        Self {
            facts,
            stmts,
            cutting,
            marks,
            invented,
            owner: String::new(),
            count: 0,
            scope: Vec::new(),
            pieces: Vec::new(),
            labels: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// The first piece of a procedure, which is given the process and then its own arguments.
    pub(super) fn procedure(&mut self, definition: &Definition) {
        definition.name.text.clone_into(&mut self.owner);
        self.count = 0;
        self.scope = definition.params().iter().map(|p| (p.name.text.clone(), p.arity)).collect();
        let stmts = self.stmts;
        let body = self.pieces_of(&stmts[&self.owner].steps_inside(), &Then::End);
        let mut all = params(&[&self.invented.process]);
        all.extend(definition.params().iter().cloned());
        let unit = define(&self.first(&definition.name.text), all, body.to_expr(), definition.name.span);
        self.pieces.push(unit);
    }

    /// The start of a procedure by a process.
    pub(super) fn started(&self, definition: &Definition, process: Expr) -> Stmt {
        let args = definition.params().iter().map(|p| name(&p.name.text));
        let args = std::iter::once(process).chain(args).collect();
        Stmt::new(StmtKind::Call(self.first(&definition.name.text), args), AT)
    }

    fn first(&self, procedure: &str) -> String {
        self.unused(format!("{procedure}_1"))
    }

    fn unused(&self, mut wanted: String) -> String {
        while self.facts.identifiers.contains(&wanted) {
            wanted.push('_');
        }
        wanted
    }

    /// All pieces, the end of a procedure, and the action that goes on.
    pub(super) fn finished(mut self) -> Vec<Unit> {
        let Invented { process, frame, end, resume, .. } = self.invented;
        let stack = self.stack_of(&name(process));
        let empty = node(ExprKind::Tuple(Vec::new()), AT);
        let arms = self.labels.iter().map(|label| {
            let string = node(ExprKind::Str(label.clone()), AT);
            let field = node(ExprKind::Field(Box::new(name(frame)), AT_FIELD.to_owned()), AT);
            let body = Expr::call(label.clone(), vec![name(process), name(frame)], AT);
            Arm { guard: Some(Expr::infix("=", field, string)), body }
        });
        let dispatch = node(ExprKind::Case(arms.collect()), AT);
        let dispatch = Stmt::new(StmtKind::Guard(dispatch), AT);
        let pop = self.set_stack(self.part("Tail", 2, node(ExprKind::At, AT)));
        let popped = Stmt::new(StmtKind::Seq(vec![pop, dispatch]), AT);
        let head = local(frame, self.part("Head", 1, stack.clone()));
        let popped = Stmt::new(StmtKind::Let(vec![head], Box::new(popped)), AT);
        let nothing = node(ExprKind::Prefix("UNCHANGED".to_owned(), Box::new(name(&self.invented.stack))), AT);
        let nothing = Stmt::new(StmtKind::Skip(nothing), AT);
        let idle = Expr::infix("=", stack.clone(), empty.clone());
        let body = Stmt::new(StmtKind::If(idle, Box::new(nothing), Box::new(popped)), AT);
        self.pieces.push(define(end, params(&[process]), body.to_expr(), AT));
        let waits = Stmt::new(StmtKind::Guard(Expr::infix("#", stack, empty)), AT);
        let goes_on = Stmt::new(StmtKind::Call(end.clone(), vec![name(process)]), AT);
        let body = Stmt::new(StmtKind::Seq(vec![waits, goes_on]), AT);
        self.pieces.push(define(resume, params(&[process]), body.to_expr(), AT));
        self.pieces
    }

    /// `stack[process]`.
    pub(super) fn stack_of(&self, process: &Expr) -> Expr {
        node(ExprKind::Apply(Box::new(name(&self.invented.stack)), vec![process.clone()]), AT)
    }

    fn set_stack(&self, value: Expr) -> Stmt {
        let path = vec![Step::Index(vec![name(&self.invented.process)])];
        let update = vec![Update { path, value }];
        let value = node(ExprKind::Except(Box::new(name(&self.invented.stack)), update), AT);
        Stmt::new(StmtKind::Assign(self.invented.stack.clone(), value), AT)
    }

    /// Leave a frame.
    fn push(&self, piece: &str, saved: &[(String, Expr)]) -> Stmt {
        let (frame, below) = (frame(piece, saved), node(ExprKind::At, AT));
        self.set_stack(match self.invented.links {
            Links::Sequence => Expr::infix("\\o", node(ExprKind::Tuple(vec![frame]), AT), below),
            Links::Pairs => node(ExprKind::Tuple(vec![frame, below]), AT),
        })
    }

    /// The frame on top of a stack, or what is below it: by the operator of sequences, or the number in the pair.
    fn part(&self, operator: &str, number: usize, stack: Expr) -> Expr {
        match self.invented.links {
            Links::Sequence => Expr::call(operator, vec![stack], AT),
            Links::Pairs => {
                let number = node(ExprKind::Number(number.to_string()), AT);
                node(ExprKind::Apply(Box::new(stack), vec![number]), AT)
            }
        }
    }

    fn then(&self, then: &Then) -> Stmt {
        let process = name(&self.invented.process);
        let kind = match then {
            Then::End => StmtKind::Call(self.invented.end.clone(), vec![process]),
            Then::Piece(piece, saved) => StmtKind::Call(piece.clone(), vec![process, frame(piece, saved)]),
        };
        Stmt::new(kind, AT)
    }

    /// `steps` and what comes after them, up to the first cut on each path. The stretches between the cuts of a sequence are
    /// made last to first, for a frame keeps what the piece after it needs; there may be thousands.
    fn pieces_of(&mut self, steps: &[&Stmt], then: &Then) -> Stmt {
        let mut stretches = self.stretches(steps);
        let mut after = then.clone();
        loop {
            let Some(Stretch { steps, end, .. }) = stretches.pop() else { return self.then(&after) };
            let mut made: Vec<Stmt> = steps.into_iter().cloned().collect();
            made.push(match end {
                End::Open => self.then(&after),
                End::Cut(step) => self.cut(step, &after),
                End::Mark => match &after {
                    Then::Piece(piece, saved) => self.push(piece, saved),
                    Then::End => self.then(&after),
                },
            });
            let body = Stmt::new(StmtKind::Seq(made), AT);
            let piece = stretches.last_mut().and_then(|before| before.piece.take());
            let Some(piece) = piece else { return body };
            let saved = self.saved(&body);
            let names: Vec<_> = saved.iter().map(|(name, _)| name.clone()).collect();
            self.define_piece(&piece, &names, &body);
            after = Then::Piece(piece, saved);
        }
    }

    /// The stretches of a sequence, each with the name of the piece that comes after it.
    fn stretches<'s>(&mut self, steps: &[&'s Stmt]) -> Vec<Stretch<'s>> {
        let mut all = Vec::new();
        let mut open = Vec::new();
        let mut n = 0;
        while let Some(step) = steps.get(n).copied() {
            if is_marked(step, &self.marks) {
                self.marks.remove(&step.span.start);
                let piece = Some(self.label());
                all.push(Stretch { steps: std::mem::take(&mut open), end: End::Mark, piece });
                continue;
            }
            n += 1;
            if !is_cut(step, self.cutting, &self.marks) {
                open.push(step);
                continue;
            }
            let idle = steps[n..].iter().all(|s| matches!(s.kind, StmtKind::Skip(_)));
            let piece = (!idle).then(|| self.label());
            all.push(Stretch { steps: std::mem::take(&mut open), end: End::Cut(step), piece });
            if idle {
                return all;
            }
        }
        all.push(Stretch { steps: open, end: End::Open, piece: None });
        all
    }

    /// A statement with a cut in it, and what comes after it.
    fn cut(&mut self, stmt: &Stmt, then: &Then) -> Stmt {
        let kind = match &stmt.kind {
            StmtKind::If(c, a, b) => {
                let a = self.pieces_of(&a.steps_inside(), then);
                StmtKind::If(c.clone(), Box::new(a), Box::new(self.pieces_of(&b.steps_inside(), then)))
            }
            StmtKind::Case(arms) => {
                let arms = arms.iter().map(|(guard, s)| (guard.clone(), self.pieces_of(&s.steps_inside(), then)));
                StmtKind::Case(arms.collect())
            }
            StmtKind::Or(list) => StmtKind::Or(list.iter().map(|s| self.pieces_of(&s.steps_inside(), then)).collect()),
            StmtKind::Exists(bounds, s) => {
                let names = bounds.iter().flat_map(|b| &b.names).map(|name| (name.text.clone(), 0));
                let body = self.scoped(names.collect(), |this| this.pieces_of(&s.steps_inside(), then));
                StmtKind::Exists(bounds.clone(), Box::new(body))
            }
            StmtKind::Let(units, s) => {
                let names = units.iter().filter_map(Unit::definition);
                let names = names.map(|d| (d.name.text.clone(), d.params().len())).collect();
                let body = self.scoped(names, |this| this.pieces_of(&s.steps_inside(), then));
                StmtKind::Let(units.clone(), Box::new(body))
            }
            StmtKind::Call(callee, args) => {
                let args = std::iter::once(name(&self.invented.process)).chain(args.iter().cloned()).collect();
                let call = Stmt::new(StmtKind::Call(self.first(callee), args), stmt.span);
                match then {
                    Then::End => return call,
                    Then::Piece(piece, saved) => StmtKind::Seq(vec![self.push(piece, saved), call]),
                }
            }
            StmtKind::Loop(bounds, body) => return self.repeat(bounds, body, then),
            _ => return self.pieces_of(&stmt.steps_inside(), then),
        };
        Stmt { kind, span: stmt.span, notes: stmt.notes.clone() }
    }

    /// A loop with a cut in it: a piece that does one element and comes back.
    fn repeat(&mut self, bounds: &[Bound], body: &Stmt, then: &Then) -> Stmt {
        let Some((bound, variable, inner)) = first_variable(bounds, body) else { return self.then(then) };
        let piece = self.label();
        // Loops may stand in each other, so each has a name of its own.
        let todo = format!("{}{}", self.invented.todo, self.count);
        let turn = Stmt::new(StmtKind::Let(vec![local(&variable, name(&todo))], Box::new(inner.clone())), AT);
        let mut saved = self.saved(&Stmt::new(StmtKind::Seq(vec![turn, self.then(then)]), AT));
        let element = node(ExprKind::Set(vec![name(&variable)]), AT);
        let left = Expr::infix("\\", name(&todo), element);
        let again = saved.iter().cloned().chain([(todo.clone(), left)]).collect();
        let again = Then::Piece(piece.clone(), again);
        let one = self.scoped(vec![(variable.clone(), 0), (todo.clone(), 0)], |this| {
            this.pieces_of(&inner.steps_inside(), &again)
        });
        let chosen = Bound { names: vec![Name::new(variable.clone(), AT)], tuple: false, set: Some(name(&todo)) };
        let chosen = node(ExprKind::Choose(Box::new(chosen), Box::new(name("TRUE"))), AT);
        let one = Stmt::new(StmtKind::Let(vec![local(&variable, chosen)], Box::new(one)), AT);
        let done = Expr::infix("=", name(&todo), node(ExprKind::Set(Vec::new()), AT));
        let end = self.then(then);
        let body = Stmt::new(StmtKind::If(done, Box::new(end), Box::new(one)), AT);
        let set = bound.set.unwrap_or_else(|| name(&todo));
        let mut names: Vec<_> = saved.iter().map(|(name, _)| name.clone()).collect();
        names.push(todo.clone());
        self.define_piece(&piece, &names, &body);
        saved.push((todo, set));
        self.then(&Then::Piece(piece, saved))
    }

    fn label(&mut self) -> String {
        self.count += 1;
        let label = self.unused(format!("{}_{}", self.owner, self.count + 1));
        self.labels.push(label.clone());
        label
    }

    fn define_piece(&mut self, piece: &str, saved: &[String], body: &Stmt) {
        let Invented { process, frame, .. } = self.invented;
        let field = |field: &String| node(ExprKind::Field(Box::new(name(frame)), field.clone()), AT);
        let locals: Vec<_> = saved.iter().map(|name| local(name, field(name))).collect();
        let body =
            if locals.is_empty() { body.clone() } else { Stmt::new(StmtKind::Let(locals, Box::new(body.clone())), AT) };
        self.pieces.push(define(piece, params(&[process, frame]), body.to_expr(), AT));
    }

    /// The locals in scope that a statement uses, with their values.
    fn saved(&mut self, stmt: &Stmt) -> Vec<(String, Expr)> {
        let needed = stmt.locals(&self.scope);
        if let Some((operator, _)) = needed.iter().find(|(_, arity)| *arity > 0) {
            let message = format!("keep the local operator `{operator}` over a cut");
            let hint = "define it at the level of the module";
            let span = self.stmts[&self.owner].span;
            self.refusals.push(Refusal { span, code: "transform/local-operator-in-loop", message, hint });
        }
        needed.into_iter().map(|(local, _)| (local.clone(), name(&local))).collect()
    }

    /// Refuse a call for its value of what is cut.
    pub(super) fn values(&mut self, stmt: &Stmt) {
        let mut found = Vec::new();
        stmt.walk(&mut |s| {
            for value in values(s) {
                visit::walk(value, &mut |e| {
                    if let Some((name, _)) = e.as_call().filter(|(name, _)| self.cutting.contains(*name)) {
                        found.push((e.span, name.to_owned()));
                    }
                });
            }
        });
        for (span, callee) in found {
            let message = format!("call `{callee}` for its value: another process may run before it is known");
            let hint =
                "take the mark `\\* @yield` out of it, or call it as a statement and keep its result in a variable";
            self.refusals.push(Refusal { span, code: "transform/cut-value", message, hint });
        }
    }

    fn scoped<T>(&mut self, names: Vec<(String, usize)>, f: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.scope.len();
        self.scope.extend(names);
        let made = f(self);
        self.scope.truncate(depth);
        made
    }
}

/// `[at |-> piece, ...]`.
fn frame(piece: &str, saved: &[(String, Expr)]) -> Expr {
    let at = (Name::new(AT_FIELD, AT), node(ExprKind::Str(piece.to_owned()), AT));
    let saved = saved.iter().map(|(field, value)| (Name::new(field.clone(), AT), value.clone()));
    node(ExprKind::Record(std::iter::once(at).chain(saved).collect()), AT)
}
