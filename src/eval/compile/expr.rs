//! Expressions.

use std::cell::OnceCell;
use std::rc::Rc;

use super::Compiler;
use super::frame::Local;
use crate::base::span::Span;
use crate::eval::code::Body;
use crate::eval::code::Change;
use crate::eval::code::Code;
use crate::eval::code::Needs;
use crate::eval::code::Op;
use crate::eval::error::Kind;
use crate::eval::show::unescaped;
use crate::eval::text::Text;
use crate::eval::value::Value;
use crate::tla::syntax::Arm;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Name;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::syntax::Update;

impl Compiler<'_> {
    pub(in crate::eval) fn expr(&mut self, expr: &Expr) -> Code {
        let code = self.expr_as_is(expr);
        // Worth remembering: it depends on nothing, and there is something to compute.
        let plain = matches!(code.op, Op::Value(_) | Op::Fail(..) | Op::Once(..) | Op::Call(..));
        if code.needs != Needs::NOTHING || plain {
            return code;
        }
        let site = code.site;
        Code { op: Op::Once(Box::new(code), OnceCell::new()), site, needs: Needs::NOTHING }
    }

    pub(super) fn boxed(&mut self, expr: &Expr) -> Box<Code> {
        Box::new(self.expr(expr))
    }

    pub(super) fn list(&mut self, exprs: &[Expr]) -> Vec<Code> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr_as_is(&mut self, expr: &Expr) -> Code {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Label(_, _, inner) => self.expr_as_is(inner),
            ExprKind::Name { path, name, args } => self.reference(path, name, args, span),
            ExprKind::Number(text) => self.number(text, span),
            ExprKind::Str(text) => {
                let text = self.program.strings.text(&unescaped(text));
                self.constant(Value::Str(text), span)
            }
            ExprKind::At => self.reference(&[], "@", &[], span),
            ExprKind::Prefix(op, e) => self.prefix(op, e, span),
            ExprKind::Infix(op, a, b) => self.infix(op, a, b, span),
            ExprKind::Postfix(op, e) => self.postfix(op, e, span),
            ExprKind::Junction(and, items) => {
                let parts: Vec<Code> = items.iter().map(|item| self.expr(&item.expr)).collect();
                let needs = all(&parts);
                self.code(if *and { Op::And(parts) } else { Op::Or(parts) }, span, needs)
            }
            ExprKind::If(a, b, c) => {
                let (a, b, c) = (self.boxed(a), self.boxed(b), self.boxed(c));
                let needs = a.needs.and(b.needs).and(c.needs);
                self.code(Op::If(a, b, c), span, needs)
            }
            ExprKind::Case(arms) => self.case(arms, span),
            ExprKind::Let(units, body) => self.locals(units, body, span),
            ExprKind::Tuple(items) => self.many(items, span, Op::Tuple),
            ExprKind::Set(items) => self.many(items, span, Op::Set),
            ExprKind::Record(fields) => self.record(fields, span, Op::Record),
            ExprKind::RecordSet(fields) => self.record(fields, span, Op::RecordSet),
            ExprKind::FunctionSet(a, b) => self.two(a, b, span, Op::FunctionSet),
            ExprKind::Apply(f, args) => self.apply(f, args, span),
            ExprKind::Field(e, name) => {
                let name = self.program.strings.text(name);
                self.one(e, span, |e| Op::Field(e, name))
            }
            ExprKind::Except(base, updates) => self.except(base, updates, span),
            ExprKind::Action(angle, action, subscript) => {
                self.ahead = true;
                let code = self.two(action, subscript, span, |a, v| Op::Step(*angle, a, v));
                Code { needs: code.needs.put_ahead().and(Needs::STATE).and(Needs::NEXT), ..code }
            }
            _ => self.binding(expr),
        }
    }

    /// Expressions that bind names.
    fn binding(&mut self, expr: &Expr) -> Code {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Quant(Quantifier::All, bounds, body) => self.quantified(true, bounds, body, span),
            ExprKind::Quant(Quantifier::Some, bounds, body) => self.quantified(false, bounds, body, span),
            ExprKind::Choose(bound, body) => self.choose(bound, body, span),
            ExprKind::Filter(bound, body) => self.filter(bound, body, span),
            ExprKind::Map(element, bounds) => self.map(element, bounds, span),
            ExprKind::Function(bounds, body) => self.function(None, bounds, body),
            ExprKind::Quant(..) => self.unsupported(span, "a temporal quantifier"),
            ExprKind::Fair(..) => self.unsupported(span, "a fairness condition"),
            ExprKind::Lambda(..) => self.unsupported(span, "a LAMBDA that is no argument"),
            _ => self.unsupported(span, "this expression"),
        }
    }

    pub(super) fn one(&mut self, e: &Expr, span: Span, op: impl FnOnce(Box<Code>) -> Op) -> Code {
        let e = self.boxed(e);
        let needs = e.needs;
        self.code(op(e), span, needs)
    }

    pub(super) fn two(&mut self, a: &Expr, b: &Expr, span: Span, op: impl FnOnce(Box<Code>, Box<Code>) -> Op) -> Code {
        let (a, b) = (self.boxed(a), self.boxed(b));
        let needs = a.needs.and(b.needs);
        self.code(op(a, b), span, needs)
    }

    fn many(&mut self, items: &[Expr], span: Span, op: impl FnOnce(Vec<Code>) -> Op) -> Code {
        let items = self.list(items);
        let needs = all(&items);
        self.code(op(items), span, needs)
    }

    /// A number; TLC reads no larger ones than 32 bits hold.
    fn number(&mut self, text: &str, span: Span) -> Code {
        let digits = |radix| i32::from_str_radix(&text[2..], radix);
        let value = match text.get(..2) {
            Some("\\b" | "\\B") => digits(2),
            Some("\\o" | "\\O") => digits(8),
            Some("\\h" | "\\H") => digits(16),
            _ if text.contains('.') => return self.unsupported(span, "a decimal number"),
            _ => text.parse(),
        };
        match value {
            Ok(value) => self.constant(Value::Int(value), span),
            Err(_) => self.fail(Kind::Overflow, span, format!("{text} does not fit 32 bits")),
        }
    }

    fn case(&mut self, arms: &[Arm], span: Span) -> Code {
        let (mut guarded, mut other, mut needs) = (Vec::new(), None, Needs::NOTHING);
        for arm in arms {
            let guard = arm.guard.as_ref().map(|guard| self.expr(guard));
            let body = self.expr(&arm.body);
            needs = needs.and(body.needs);
            match guard {
                Some(guard) => {
                    needs = needs.and(guard.needs);
                    guarded.push((guard, body));
                }
                None => other = Some(Box::new(body)),
            }
        }
        self.code(Op::Case(guarded, other), span, needs)
    }

    /// Fields in the order of their names, as records hold them.
    fn record(&mut self, fields: &[(Name, Expr)], span: Span, op: impl FnOnce(Rc<[Text]>, Vec<Code>) -> Op) -> Code {
        let mut named = Vec::new();
        for (name, expr) in fields {
            let name = self.program.strings.text(&name.text);
            named.push((name, self.expr(expr)));
        }
        named.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(twice) = named.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return self.unsupported(span, &format!("a record with two fields `{}`", twice[0].0));
        }
        let (names, items): (Vec<_>, Vec<_>) = named.into_iter().unzip();
        let needs = all(&items);
        self.code(op(names.into(), items), span, needs)
    }

    fn apply(&mut self, f: &Expr, args: &[Expr], span: Span) -> Code {
        let f = self.boxed(f);
        let arg = match args {
            [arg] => self.expr(arg),
            _ => {
                let span = args.iter().fold(span, |span, arg| span.to(arg.span));
                self.many(args, span, Op::Tuple)
            }
        };
        let needs = f.needs.and(arg.needs);
        self.code(Op::Apply(f, Box::new(arg)), span, needs)
    }

    fn except(&mut self, base: &Expr, updates: &[Update], span: Span) -> Code {
        let base = self.boxed(base);
        let mut needs = base.needs;
        let mut changes = Vec::new();
        for update in updates {
            let mut path = Vec::new();
            for step in &update.path {
                let code = match step {
                    Step::Field(name) => {
                        let name = self.program.strings.text(name);
                        self.constant(Value::Str(name), span)
                    }
                    Step::Index(index) if index.len() == 1 => self.expr(&index[0]),
                    Step::Index(index) => self.many(index, span, Op::Tuple),
                };
                needs = needs.and(code.needs);
                path.push(code);
            }
            let mark = self.frame().enter();
            let at = self.frame().bind("@", Needs::NOTHING);
            let value = self.expr(&update.value);
            self.frame().leave(mark);
            needs = needs.and(value.needs);
            changes.push(Change { path, at, value });
        }
        self.code(Op::Except(base, changes), span, needs)
    }

    fn locals(&mut self, units: &[Unit], body: &Expr, span: Span) -> Code {
        let mark = self.frame().enter();
        let mut values = Vec::new();
        let mut wrong = None;
        let recursive = self.recursive_group(units);
        for unit in units {
            match &unit.kind {
                UnitKind::Definition(definition) => {
                    values.extend(self.local_definition(definition, &recursive));
                }
                UnitKind::Recursive(_) | UnitKind::Separator | UnitKind::Opaque(_) => {}
                _ => wrong = Some(self.unsupported(unit.span, "an instance in a LET")),
            }
        }
        let body = self.boxed(body);
        self.frame().leave(mark);
        let inner = values.iter().map(|(_, body): &(u32, Rc<Body>)| Self::needs_of(body));
        let needs = inner.fold(body.needs, Needs::and);
        // The slots of the LET are its own; what it captures shows in the needs of what is inside.
        wrong.unwrap_or_else(|| self.code(Op::Let(values, body), span, needs))
    }

    /// A name of the frame, or what the module knows by it.
    pub(super) fn local_value(&mut self, local: &Local, span: Span) -> Option<Code> {
        match local {
            Local::Slot(slot, needs) => Some(self.code(Op::Local(*slot), span, *needs)),
            Local::Operator(..) | Local::Lifted(..) => None,
        }
    }
}

/// What any of them depends on.
pub(super) fn all(codes: &[Code]) -> Needs {
    codes.iter().fold(Needs::NOTHING, |needs, code| needs.and(code.needs))
}
