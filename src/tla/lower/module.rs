//! Modules and their units.

use super::Lower;
use super::Lowered;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Instance;
use crate::tla::syntax::Module;
use crate::tla::syntax::Name;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Param;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::TokenKind;

impl<'t> Lower<'t> {
    pub(super) fn module(&mut self, node: Node<'t>) -> Option<Module> {
        let header = node.find(Kind::Header)?;
        let name = self.name(header.find(Kind::Name)?);
        self.at = header.range().end;
        let (mut opening, mut extends) = (Vec::new(), Vec::new());
        let mut units = Vec::new();
        for child in node.children() {
            match child.kind() {
                Kind::Header => {}
                Kind::Extends => {
                    self.at = child.range().start;
                    opening = self.comments_before();
                    extends = self.names(child);
                }
                Kind::Error => self.drop_comments_of(child),
                _ => match self.unit(child) {
                    Ok(unit) => units.push(unit),
                    Err(error) => {
                        self.errors.push(*error);
                        self.drop_comments_of(child);
                    }
                },
            }
        }
        let range = node.range();
        let last = &self.tree.tokens()[range.end - 1];
        let closed = last.kind == TokenKind::Close;
        self.at = range.end - usize::from(closed);
        let trailing = self.comments_before();
        let end = self.tree.tokens()[self.at].start as usize;
        self.at = range.end;
        Some(Module { preamble: String::new(), name, opening, extends, units, trailing, span: node.span(), end })
    }

    fn drop_comments_of(&mut self, node: Node<'t>) {
        self.at = node.range().end;
        self.comments_before();
    }

    pub(super) fn unit(&mut self, node: Node<'t>) -> Lowered<Unit> {
        self.at = node.range().start;
        let before = self.comments_before();
        let kind = match node.kind() {
            Kind::Constants => UnitKind::Constants(self.params(node.children())),
            Kind::Recursive => UnitKind::Recursive(self.params(node.children())),
            Kind::Variables => UnitKind::Variables(self.names(node)),
            Kind::Assume => self.assume(node)?,
            Kind::Theorem | Kind::Use => self.opaque(node),
            Kind::Instance => UnitKind::Instance(self.instance(node, None)?),
            Kind::ModuleDefinition => self.named_instance(node)?,
            Kind::Definition => self.definition(node)?,
            Kind::Separator => UnitKind::Separator,
            Kind::Module => match self.module(node) {
                Some(module) => UnitKind::Module(Box::new(module)),
                None => return self.unsupported(node, "a module without a header"),
            },
            _ => return self.unsupported(node, "this unit"),
        };
        self.at = node.range().end;
        Ok(Unit { kind, span: node.span(), notes: Notes { before, after: self.comments_after() } })
    }

    fn assume(&mut self, node: Node<'t>) -> Lowered<UnitKind> {
        let name = node.find(Kind::Name).map(|name| self.name(name));
        let Some(body) = node.children().next_back() else { return self.unsupported(node, "an empty assumption") };
        Ok(UnitKind::Assume { name, body: self.expr(body)? })
    }

    /// A theorem with its proof, as text with the comments in it.
    fn opaque(&mut self, node: Node<'t>) -> UnitKind {
        let end = node.span().end;
        self.comment += self.comments[self.comment..].iter().take_while(|comment| comment.start < end).count();
        UnitKind::Opaque(node.text().to_owned())
    }

    fn instance(&mut self, node: Node<'t>, name: Option<(Name, Vec<Param>)>) -> Lowered<Instance> {
        let local = node.token().is_some_and(|token| token.is("LOCAL"));
        let Some(module) = node.find(Kind::Name).map(|module| self.name(module)) else {
            return self.unsupported(node, "an instance of nothing");
        };
        let mut with = Vec::new();
        for substitution in Self::of_kind(node, Kind::Substitution) {
            let (Some(name), Some(body)) = (substitution.child(0), substitution.child(1)) else { continue };
            let name = self.name(name);
            with.push((name, self.argument(body)?));
        }
        Ok(Instance { local, name, module, with })
    }

    fn named_instance(&mut self, node: Node<'t>) -> Lowered<UnitKind> {
        let Some(head) = node.find(Kind::OperatorHead) else { return self.unsupported(node, "this instance") };
        let mut parts = head.children();
        let Some(name) = parts.next().map(|name| self.name(name)) else {
            return self.unsupported(node, "this instance");
        };
        let params = self.params(parts);
        Ok(UnitKind::Instance(self.instance(node, Some((name, params)))?))
    }

    fn definition(&mut self, node: Node<'t>) -> Lowered<UnitKind> {
        let local = node.token().is_some_and(|token| token.is("LOCAL"));
        let (Some(head), Some(body)) = (node.child(0), node.child(1)) else {
            return self.unsupported(node, "this definition");
        };
        let (name, head) = self.head(head)?;
        let body = self.expr(body)?;
        Ok(UnitKind::Definition(Box::new(Definition { local, name, head, body })))
    }

    fn head(&mut self, node: Node<'t>) -> Lowered<(Name, Head)> {
        let fixity = match node.kind() {
            Kind::FunctionHead => {
                let Some(name) = node.child(0).map(|name| self.name(name)) else {
                    return self.unsupported(node, "this head");
                };
                let bounds = Self::of_kind(node, Kind::Bound).map(|bound| self.bound(bound)).collect::<Lowered<_>>()?;
                return Ok((name, Head::Function(bounds)));
            }
            Kind::PrefixHead => Fixity::Prefix,
            Kind::InfixHead => Fixity::Infix,
            Kind::PostfixHead => Fixity::Postfix,
            _ => {
                let mut parts = node.children();
                let Some(name) = parts.next().map(|name| self.name(name)) else {
                    return self.unsupported(node, "this head");
                };
                let params = self.params(parts);
                return Ok((name, Head::Operator(params, Fixity::Named)));
            }
        };
        let Some(op) = self.token_of(node) else { return self.unsupported(node, "this head") };
        let params = node.children().map(|name| Param { name: self.name(name), arity: 0, fixity: Fixity::Named });
        Ok((Name::new(self.text(op), op.span()), Head::Operator(params.collect(), fixity)))
    }

    /// Declarations separated by commas, each with the comments around it.
    fn params(&mut self, nodes: impl Iterator<Item = Node<'t>>) -> Vec<Param> {
        let mut params = Vec::new();
        for node in nodes {
            self.at = node.range().start;
            let before = self.comments_before();
            let mut param = self.param(node);
            self.past(node);
            param.name.notes = Notes { before, after: self.comments_after() };
            params.push(param);
        }
        params
    }

    fn param(&self, node: Node<'t>) -> Param {
        let tokens: Vec<_> = node.tokens().collect();
        let named = tokens.iter().position(|token| !token.is("_")).unwrap_or(0);
        let arity = tokens.iter().filter(|token| token.is("_")).count();
        let fixity = match (named, arity) {
            _ if tokens[named].kind == TokenKind::Name => Fixity::Named,
            (0, _) => Fixity::Prefix,
            (_, 1) => Fixity::Postfix,
            _ => Fixity::Infix,
        };
        let name = Name::new(self.text(tokens[named]), tokens[named].span());
        Param { name, arity, fixity }
    }

    pub(super) fn name(&self, node: Node<'t>) -> Name {
        Name::new(node.token().map_or("", |token| self.text(token)), node.span())
    }

    /// The names right below a node, each with the comments around it.
    pub(super) fn names(&mut self, node: Node<'t>) -> Vec<Name> {
        let mut names = Vec::new();
        for child in Self::of_kind(node, Kind::Name) {
            self.at = child.range().start;
            let before = self.comments_before();
            let mut name = self.name(child);
            self.past(child);
            name.notes = Notes { before, after: self.comments_after() };
            names.push(name);
        }
        names
    }
}
