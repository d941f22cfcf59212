//! Names: what they stand for, and what they are applied to.

use std::rc::Rc;

use super::Compiler;
use super::expr::all;
use super::frame::Local;
use super::load::Binding;
use super::load::Scope;
use crate::base::span::Span;
use crate::eval::code::Argument;
use crate::eval::code::Code;
use crate::eval::code::Needs;
use crate::eval::code::Op;
use crate::eval::code::OperatorCode;
use crate::eval::native::Native;
use crate::eval::value::Value;
use crate::tla::ops;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Param;
use crate::tla::syntax::Qualifier;

impl Compiler<'_> {
    pub(super) fn reference(&mut self, path: &[Qualifier], name: &str, args: &[Expr], span: Span) -> Code {
        if path.is_empty()
            && let Some(local) = self.local(name)
        {
            return self.local_reference(&local, args, span);
        }
        if path.is_empty()
            && let Some(code) = self.word(name, span)
        {
            return code;
        }
        if let Some(code) = self.replaced_reference(path, name, args, span) {
            return code;
        }
        let mut prefix: Vec<Expr> =
            self.scope.params.iter().map(|param| Expr::name(param.name.text.clone(), span)).collect();
        let mut scope = self.scope.clone();
        for part in path {
            match scope.find(&part.name) {
                Some(Binding::Instance(inner)) => {
                    prefix.extend(part.args.iter().cloned());
                    scope = inner;
                }
                // A label, a part of a definition, or an instance of a LET.
                _ => {
                    let what = format!("`{}!{name}`, where `{}` is no instance of the module,", part.name, part.name);
                    return self.unsupported(span, &what);
                }
            }
        }
        let binding = if path.is_empty() { scope.find(name) } else { scope.original(name) };
        match binding.and_then(|binding| self.settled(binding, span)) {
            Some(Binding::Variable(variable)) => self.code(Op::Variable(variable), span, Needs::STATE),
            Some(Binding::Native(native)) => self.call_native(native, args, span),
            Some(Binding::Definition(id)) => {
                let missing = self.params_of(id).len().checked_sub(args.len());
                match missing.and_then(|missing| prefix.get(..missing)) {
                    Some(prefix) => {
                        let args: Vec<Expr> = prefix.iter().chain(args).cloned().collect();
                        self.call(id, &args, Vec::new(), span)
                    }
                    None => self.wrong_count(name, span),
                }
            }
            Some(Binding::Instance(_) | Binding::Alias(_)) | None => self.unknown(name, span),
        }
    }

    /// `S!Name`, where the config has put something else there.
    fn replaced_reference(&mut self, path: &[Qualifier], name: &str, args: &[Expr], span: Span) -> Option<Code> {
        if path.is_empty() || path.iter().any(|part| !part.args.is_empty()) {
            return None;
        }
        let parts: Vec<&str> = path.iter().map(|part| part.name.as_str()).chain([name]).collect();
        let joined = parts.join("!");
        self.scope.find(&joined)?;
        Some(self.reference(&[], &joined, args, span))
    }

    fn found(&mut self, scope: &Rc<Scope>, name: &str, span: Span) -> Option<Binding> {
        let binding = scope.find(name)?;
        self.settled(binding, span)
    }

    /// A name that is nowhere defined, which is an error even where it is not evaluated.
    fn unknown(&mut self, name: &str, span: Span) -> Code {
        let site = self.site(span);
        self.report("eval/unknown-name", format!("`{name}` is nowhere declared or defined"), site);
        self.unsupported(span, "an unknown name")
    }

    fn wrong_count(&mut self, name: &str, span: Span) -> Code {
        let site = self.site(span);
        self.report("eval/arguments", format!("`{name}` takes another number of arguments"), site);
        self.unsupported(span, "a wrong number of arguments")
    }

    /// Names that are words of the language.
    fn word(&mut self, name: &str, span: Span) -> Option<Code> {
        Some(match name {
            "TRUE" => self.constant(Value::Bool(true), span),
            "FALSE" => self.constant(Value::Bool(false), span),
            "BOOLEAN" => self.constant(Value::booleans(), span),
            "STRING" => self.constant(Value::strings(), span),
            _ => return None,
        })
    }

    fn local_reference(&mut self, local: &Local, args: &[Expr], span: Span) -> Code {
        if args.is_empty()
            && let Some(code) = self.local_value(local, span)
        {
            return code;
        }
        match local {
            Local::Lifted(id, captured) => {
                if self.params_of(*id).len() != args.len() {
                    return self.unsupported(span, "an operator without its arguments");
                }
                self.call(*id, args, captured.clone(), span)
            }
            Local::Operator(slot, arity) if args.len() == *arity => {
                self.ahead = true;
                let args: Vec<Argument> = args.iter().map(|arg| self.argument(arg, 0, true)).collect();
                let needs = Needs::FRAME.and(Needs::PARAMETER);
                let needs = args.iter().fold(needs, |needs, arg| needs.and(self.argument_needs(arg)));
                self.code(Op::CallSlot(*slot, args), span, needs)
            }
            _ => self.unsupported(span, "an operator without its arguments"),
        }
    }

    fn call(&mut self, id: usize, args: &[Expr], captured: Vec<(u32, u32)>, span: Span) -> Code {
        let (needs, primes) = self.require(id);
        self.ahead |= primes;
        let params = self.params_of(id);
        let args: Vec<Argument> =
            args.iter().zip(params).map(|(arg, arity)| self.argument(arg, arity, primes)).collect();
        let mut needs = args.iter().fold(needs, |needs, arg| needs.and(self.argument_needs(arg)));
        if !captured.is_empty() {
            needs = needs.and(Needs::FRAME);
        }
        if self.modules.is_put(id) && !self.is_variable(id) {
            needs = needs.and(Needs::PUT);
        }
        self.code(Op::Call(id, args, captured), span, needs)
    }

    /// An operator of a standard module: its values are always needed.
    pub(super) fn call_native(&mut self, native: &'static Native, args: &[Expr], span: Span) -> Code {
        if args.len() != native.params.len() {
            return self.wrong_count(native.name, span);
        }
        let mut list = Vec::new();
        for (arg, arity) in args.iter().zip(native.params) {
            list.push(match arity {
                0 => Argument::Now(self.expr(arg)),
                _ => self.argument(arg, *arity, true),
            });
        }
        let needs = list.iter().fold(native.needs, |needs, arg| needs.and(self.argument_needs(arg)));
        self.code(Op::Native(native, list), span, needs)
    }

    fn argument_needs(&self, arg: &Argument) -> Needs {
        match arg {
            Argument::Now(code) => code.needs,
            Argument::Later(body) => Self::needs_of(body),
            Argument::Operator(code) => match &**code {
                OperatorCode::Definition(id, captured) if captured.is_empty() => self.known_needs(*id),
                OperatorCode::Native(native) => native.needs,
                OperatorCode::Lambda(body) => Self::needs_of(body),
                OperatorCode::Definition(..) | OperatorCode::Slot(_) => Needs::FRAME.and(Needs::PARAMETER),
            },
        }
    }

    /// An argument for a parameter that takes `arity` arguments itself.
    fn argument(&mut self, arg: &Expr, arity: usize, primes: bool) -> Argument {
        if arity > 0 {
            return match self.operator(arg, arity) {
                Some(code) => Argument::Operator(Rc::new(code)),
                None => Argument::Now(self.unsupported(arg.span, "this as an operator")),
            };
        }
        if self.is_cheap(arg, primes) {
            return Argument::Now(self.expr(arg));
        }
        Argument::Later(Rc::new(self.body(|this| this.expr(arg))))
    }

    /// Whether evaluating it early can neither fail nor take time, nor see another state than it should.
    fn is_cheap(&mut self, arg: &Expr, primes: bool) -> bool {
        match &arg.kind {
            ExprKind::Paren(inner) => self.is_cheap(inner, primes),
            ExprKind::Number(_) | ExprKind::Str(_) | ExprKind::At => true,
            ExprKind::Name { path, name, args } if path.is_empty() && args.is_empty() => match self.local(name) {
                Some(local) => matches!(local, Local::Slot(..)),
                None => !primes && matches!(self.scope.find(name), Some(Binding::Variable(_))),
            },
            _ => false,
        }
    }

    /// An expression as an operator.
    fn operator(&mut self, arg: &Expr, arity: usize) -> Option<OperatorCode> {
        match &arg.kind {
            ExprKind::Paren(inner) => self.operator(inner, arity),
            ExprKind::Lambda(params, body) if params.len() == arity => Some(self.lambda(params, body)),
            ExprKind::Symbol(symbol) => self.named_operator(symbol, arity, arg.span),
            ExprKind::Name { path, name, args } if path.is_empty() && args.is_empty() => {
                self.named_operator(name, arity, arg.span)
            }
            ExprKind::Name { path, name, args } if args.is_empty() => {
                // An operator of an instance, or with parameters of one: apply it to names of its own.
                let params: Vec<Param> = (0..arity).map(|n| Param::value(format!("%{n}"), arg.span)).collect();
                let names = params.iter().map(|param| Expr::name(param.name.text.clone(), arg.span)).collect();
                let kind = ExprKind::Name { path: path.clone(), name: name.clone(), args: names };
                Some(self.lambda(&params, &Expr::new(kind, arg.span)))
            }
            _ => None,
        }
    }

    fn lambda(&mut self, params: &[Param], body: &Expr) -> OperatorCode {
        let body = self.body(|this| {
            for param in params {
                let slot = this.frame().slot();
                let needs = Needs::PARAMETER.and(Needs::FRAME);
                this.frame().name(&param.name.text, Local::Slot(slot, needs));
            }
            this.expr(body)
        });
        OperatorCode::Lambda(Rc::new(body))
    }

    fn named_operator(&mut self, name: &str, arity: usize, span: Span) -> Option<OperatorCode> {
        if let Some(local) = self.local(name) {
            return match local {
                Local::Operator(slot, known) if known == arity => Some(OperatorCode::Slot(slot)),
                Local::Lifted(id, captured) if self.params_of(id).len() == arity => {
                    Some(OperatorCode::Definition(id, captured))
                }
                _ => None,
            };
        }
        let scope = self.scope.clone();
        match self.found(&scope, name, span) {
            Some(Binding::Native(native)) if native.params.len() == arity => Some(OperatorCode::Native(native)),
            Some(Binding::Definition(id)) if self.params_of(id).len() == arity => {
                self.require(id);
                Some(OperatorCode::Definition(id, Vec::new()))
            }
            Some(Binding::Definition(_)) => {
                let params: Vec<Param> = (0..arity).map(|n| Param::value(format!("%{n}"), span)).collect();
                let names = params.iter().map(|param| Expr::name(param.name.text.clone(), span)).collect();
                Some(self.lambda(&params, &Expr::call(name, names, span)))
            }
            Some(_) => None,
            None => self.symbol(name, arity, span),
        }
    }

    /// A symbol of the language itself, as in `Fold(\cup, {}, s)`.
    fn symbol(&mut self, name: &str, arity: usize, span: Span) -> Option<OperatorCode> {
        let params: Vec<Param> = (0..arity).map(|n| Param::value(format!("%{n}"), span)).collect();
        let mut names = params.iter().map(|param| Expr::name(param.name.text.clone(), span));
        let expr = match (arity, names.next(), names.next()) {
            (1, Some(a), None) if ops::prefix(name).is_some() => {
                Expr::new(ExprKind::Prefix(name.to_owned(), Box::new(a)), span)
            }
            (2, Some(a), Some(b)) if ops::infix(name).is_some() => Expr::infix(name, a, b),
            _ => return None,
        };
        Some(self.lambda(&params, &expr))
    }

    /// An operator that modules define, applied to operands.
    pub(super) fn defined_operator(&mut self, symbol: &str, operands: &[&Expr], span: Span) -> Code {
        let operands: Vec<Expr> = operands.iter().map(|operand| (*operand).clone()).collect();
        self.reference(&[], symbol, &operands, span)
    }

    /// The operands of a chain of one operator, `a \X b \X c`.
    pub(super) fn chain<'e>(symbol: &str, expr: &'e Expr, into: &mut Vec<&'e Expr>) {
        match &expr.kind {
            ExprKind::Infix(op, a, b) if ops::canonical(op) == symbol => {
                Self::chain(symbol, a, into);
                into.push(b);
            }
            _ => into.push(expr),
        }
    }

    pub(super) fn chained(&mut self, parts: &[&Expr], span: Span, op: impl FnOnce(Vec<Code>) -> Op) -> Code {
        let parts: Vec<Code> = parts.iter().map(|part| self.expr(part)).collect();
        let needs = all(&parts);
        self.code(op(parts), span, needs)
    }
}
