//! What the config puts in the place of what modules define: `Name <- Other`, `Name = value`, `S!Name <- Other` and
//! `Name <- [Module]Other`.
//!
//! TLC replaces the definition itself, not the name. A module that is extended, by whom ever, or instantiated without a name
//! and without a substitution, has one definition that all of them share; a named instance has definitions of its own, under
//! names such as `S!Name`, while what stands inside them goes on to refer to the shared ones.

use std::rc::Rc;

use super::Compiler;
use super::load::constant_of;
use super::scope::Binding;
use super::scope::Scope;
use crate::base::span::Span;
use crate::eval::code::Needs;
use crate::eval::code::Op;
use crate::eval::error::Kind;
use crate::eval::error::Site;
use crate::eval::program::Constant;

/// What was replaced.
#[derive(Default)]
pub(super) struct Replaced {
    /// The names on the left, with the number of their parameters, in the order in which they were met.
    met: Vec<(String, usize)>,
}

impl Compiler<'_> {
    /// What the config says of a constant that is declared, and its number of parameters.
    pub(super) fn given(&mut self, name: &str, arity: usize, span: Span) -> Binding {
        if let Some(binding) = self.replacement(name, arity, span) {
            return binding;
        }
        let op = Op::Fail(Kind::NoConstant, format!("the constant `{name}` has no value"));
        let code = self.code(op, span, Needs::FRAME);
        Binding::Definition(self.done(constant_of(vec![0; arity], code)))
    }

    /// What stands for a name by the config; where it says two things, the last one, and `<-` before `=`.
    fn replacement(&mut self, name: &str, arity: usize, span: Span) -> Option<Binding> {
        let setup = self.setup;
        if let Some((_, other)) = setup.replaced.iter().rev().find(|(from, to)| from == name && to != name) {
            self.replaced.met.push((name.to_owned(), arity));
            return Some(Binding::Alias(other.clone()));
        }
        let (_, value) = setup.constants.iter().rev().find(|(known, _)| known == name)?;
        Some(self.value_of(value, arity, span))
    }

    fn value_of(&mut self, value: &Constant, arity: usize, span: Span) -> Binding {
        let (op, needs) = match value.to_value(&self.program.strings) {
            Ok(value) => (Op::Value(value), Needs::NOTHING),
            Err(fault) => (Op::Fail(fault.kind, fault.message), Needs::FRAME),
        };
        let code = self.code(op, span, needs);
        // Arguments are taken and not looked at, as TLC does it.
        Binding::Definition(self.done(constant_of(vec![0; arity], code)))
    }

    /// Makes what a module defines known, or what is in its place.
    pub(super) fn put(&mut self, scope: &Scope, name: &str, binding: Binding, arity: usize, exported: bool) {
        let span = Span::default();
        let in_module = self.setup.replaced_in.iter().rev().find(|of| of.module == scope.module && of.from == name);
        if let Some(of) = in_module {
            let to = of.to.clone();
            self.replaced.met.push((format!("{name} <- [{}]", scope.module), arity));
            scope.add(name, Binding::Alias(to), exported);
            return;
        }
        match scope.shared.then(|| self.replacement(name, arity, span)).flatten() {
            Some(other) => scope.replace(name, binding, other, exported),
            None => scope.add(name, binding, exported),
        }
    }

    /// `S!Name <- Other` and `S!Name = value`, for the definitions of an instance that is called `name`.
    pub(super) fn put_qualified(&mut self, scope: &Scope, name: &str, inner: &Scope, exported: bool) {
        let prefix = format!("{name}!");
        let setup = self.setup;
        let replaced = setup.replaced.iter().map(|(from, _)| from);
        let names: Vec<&String> = replaced.chain(setup.constants.iter().map(|(known, _)| known)).collect();
        for from in names {
            let Some(own) = from.strip_prefix(&prefix) else { continue };
            let Some(binding) = inner.original(own) else { continue };
            let arity = self.arity_of(&binding);
            if let Some(other) = self.replacement(from, arity, Span::default()) {
                scope.add(from, other, exported);
            }
        }
    }

    fn arity_of(&self, binding: &Binding) -> usize {
        match binding {
            Binding::Definition(id) => self.params_of(*id).len(),
            Binding::Native(native) => native.params.len(),
            Binding::Variable(_) | Binding::Alias(_) | Binding::Instance(_) => 0,
        }
    }

    /// What a name on the right means, `S!Name` too.
    pub(super) fn of_root(&self, name: &str) -> Option<Binding> {
        let root = &self.program.root;
        let Some((path, own)) = name.rsplit_once('!') else { return root.find(name) };
        let inner = path.split('!').try_fold(root.clone(), |scope: Rc<Scope>, part| match scope.find(part) {
            Some(Binding::Instance(inner)) if inner.params.is_empty() => Some(inner),
            _ => None,
        })?;
        inner.original(own)
    }

    /// Says what of the config cannot be done. TLC checks the same, whether the name is used or not.
    pub(super) fn check_replaced(&mut self, site: Site) {
        let setup = self.setup;
        let of_names = setup.replaced.iter().filter(|(from, to)| from != to);
        let of_names = of_names.map(|(from, to)| (from.clone(), from, to));
        let of_modules =
            setup.replaced_in.iter().map(|of| (format!("{} <- [{}]", of.from, of.module), &of.from, &of.to));
        let all: Vec<(String, &String, &String)> = of_names.chain(of_modules).collect();
        for (key, from, to) in all {
            let Some((_, arity)) = self.replaced.met.iter().find(|(met, _)| *met == key) else {
                let message =
                    format!("the config replaces `{key}`, which the specification neither declares nor defines");
                self.report("eval/config", message, site);
                continue;
            };
            let arity = *arity;
            if setup.replaced.iter().any(|(other, _)| other == to && other != from) {
                let message = format!("the config replaces `{from}` by `{to}`, which it replaces itself");
                self.report("eval/config", message, site);
                continue;
            }
            match self.of_root(to) {
                Some(binding @ (Binding::Definition(_) | Binding::Native(_))) => {
                    let other = self.arity_of(&binding);
                    if other != arity {
                        let message = format!(
                            "`{from}` takes {arity} arguments, and `{to}`, by which the config replaces it, {other}"
                        );
                        self.report("eval/config", message, site);
                    }
                }
                // A constant that is replaced, or a name that the config makes itself.
                Some(Binding::Alias(_)) => {}
                Some(Binding::Variable(_) | Binding::Instance(_)) | None => {
                    let message = format!("the config replaces `{from}` by `{to}`, which is nowhere defined");
                    self.report("eval/config", message, site);
                }
            }
        }
    }
}
