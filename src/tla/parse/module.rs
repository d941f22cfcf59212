//! Modules, units and definitions.

use super::Parse;
use super::Parser;
use crate::tla::lex::TokenKind;
use crate::tla::ops;
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

impl Parser<'_> {
    pub(super) fn module(&mut self) -> Parse<Module> {
        let start = self.real().span.start;
        if self.real().kind != TokenKind::Dashes {
            return Err(self.unexpected("the dashes of a module header"));
        }
        self.at += 1;
        self.expect("MODULE", "in a module header")?;
        let name = self.name("the name of the module")?;
        if self.real().kind != TokenKind::Dashes {
            return Err(self.unexpected("dashes after the name of the module"));
        }
        self.at += 1;
        let mut extends = Vec::new();
        if self.eat("EXTENDS") {
            extends = self.names("the name of a module")?;
        }
        let mut units = Vec::new();
        loop {
            if matches!(self.real().kind, TokenKind::Close | TokenKind::End) {
                break;
            }
            let from = self.at;
            match self.unit() {
                Ok(unit) => units.push(unit),
                Err(fault) => {
                    self.faults.push(*fault);
                    self.recover(from);
                }
            }
        }
        let trailing = self.comments_before();
        let end = self.real().span.start;
        if self.real().kind == TokenKind::Close {
            self.at += 1;
        } else {
            let fault = self.unexpected("`====` to close the module");
            self.faults.push(*fault);
        }
        let span = self.span_from(start);
        Ok(Module { preamble: String::new(), name, extends, units, trailing, span, end })
    }

    /// Go to the next token that starts a unit, at least one token on.
    fn recover(&mut self, from: usize) {
        self.columns.clear();
        self.depth = 0;
        self.at = self.at.max(from + 1);
        while !self.starts_unit(1) && !matches!(self.real().kind, TokenKind::Close | TokenKind::End) {
            self.at += 1;
        }
        self.comments_before();
    }

    /// Whether a unit starts at the next token, which must not stand right of `column`.
    fn starts_unit(&self, column: usize) -> bool {
        let token = self.real();
        if token.column > column {
            return false;
        }
        match token.kind {
            TokenKind::Keyword => {
                let starts = ["CONSTANT", "VARIABLE", "ASSUM", "AXIOM", "THEOREM", "LEMMA", "PROPOSITION", "COROLLARY"];
                let exact = ["LOCAL", "RECURSIVE", "INSTANCE", "USE", "HIDE"];
                exact.contains(&token.text) || starts.iter().any(|start| token.text.starts_with(start))
            }
            TokenKind::Dashes => true,
            TokenKind::Name => {
                let next = self.ahead(1);
                let infix = ops::infix(next.text).is_some() && self.ahead(3).text == "==";
                matches!(next.text, "==" | "(" | "[") || infix
            }
            _ => false,
        }
    }

    pub(super) fn unit(&mut self) -> Parse<Unit> {
        let before = self.comments_before();
        let token = self.peek();
        let start = token.span.start;
        let kind = match (token.kind, token.text) {
            (TokenKind::Keyword, "CONSTANT" | "CONSTANTS") => {
                self.at += 1;
                UnitKind::Constants(self.params_list()?)
            }
            (TokenKind::Keyword, "VARIABLE" | "VARIABLES") => {
                self.at += 1;
                UnitKind::Variables(self.names("the name of a variable")?)
            }
            (TokenKind::Keyword, "RECURSIVE") => {
                self.at += 1;
                UnitKind::Recursive(self.params_list()?)
            }
            (TokenKind::Keyword, "ASSUME" | "ASSUMPTION" | "AXIOM") => self.assume()?,
            (TokenKind::Keyword, "THEOREM" | "LEMMA" | "PROPOSITION" | "COROLLARY" | "USE" | "HIDE") => self.opaque(),
            (TokenKind::Keyword, "INSTANCE") => UnitKind::Instance(self.instance(false, None)?),
            (TokenKind::Keyword, "LOCAL") => {
                self.at += 1;
                if self.is("INSTANCE") {
                    UnitKind::Instance(self.instance(true, None)?)
                } else {
                    self.definition(true)?
                }
            }
            (TokenKind::Dashes, _) if self.ahead(1).text == "MODULE" => UnitKind::Module(Box::new(self.module()?)),
            (TokenKind::Dashes, _) => {
                self.at += 1;
                UnitKind::Separator
            }
            _ => self.definition(false)?,
        };
        let span = self.span_from(start);
        let notes = Notes { before, after: self.comments_after() };
        Ok(Unit { kind, span, notes })
    }

    fn assume(&mut self) -> Parse<UnitKind> {
        self.at += 1;
        let mut name = None;
        if self.peek().kind == TokenKind::Name && self.ahead(1).text == "==" {
            name = Some(self.name("the name of an assumption")?);
            self.at += 1;
        }
        Ok(UnitKind::Assume { name, body: self.expr()? })
    }

    /// A theorem with its proof: everything up to what starts a unit at its column.
    fn opaque(&mut self) -> UnitKind {
        let first = self.real();
        self.at += 1;
        while !self.starts_unit(first.column) && !matches!(self.real().kind, TokenKind::Close | TokenKind::End) {
            self.at += 1;
        }
        let span = self.span_from(first.span.start);
        let inside = self.comments[self.comment..].iter().take_while(|comment| comment.span.start < span.end).count();
        self.comment += inside;
        UnitKind::Opaque(self.text[span.range()].to_owned())
    }

    fn instance(&mut self, local: bool, name: Option<(Name, Vec<Param>)>) -> Parse<Instance> {
        self.expect("INSTANCE", "here")?;
        let module = self.name("the name of a module")?;
        let mut with = Vec::new();
        if self.eat("WITH") {
            loop {
                let token = self.peek();
                if token.kind == TokenKind::End {
                    return Err(self.unexpected("a name to substitute"));
                }
                self.at += 1;
                self.expect("<-", "in a substitution")?;
                with.push((Name::new(token.text, token.span), self.argument()?));
                if !self.eat(",") {
                    break;
                }
            }
        }
        Ok(Instance { local, name, module, with })
    }

    fn definition(&mut self, local: bool) -> Parse<UnitKind> {
        let token = self.peek();
        let next = self.ahead(1);
        if ops::prefix(token.text).is_some() && next.kind == TokenKind::Name && self.ahead(2).text == "==" {
            self.at += 1;
            let param = self.value_param()?;
            return self.definition_body(
                local,
                Name::new(token.text, token.span),
                Head::Operator(vec![param], Fixity::Prefix),
            );
        }
        if token.kind != TokenKind::Name {
            return Err(self.unexpected("a definition or a declaration"));
        }
        if ops::infix(next.text).is_some() && next.kind == TokenKind::Symbol && self.ahead(2).kind == TokenKind::Name {
            let left = self.value_param()?;
            self.at += 1;
            let params = vec![left, self.value_param()?];
            return self.definition_body(local, Name::new(next.text, next.span), Head::Operator(params, Fixity::Infix));
        }
        if ops::postfix(next.text).is_some() {
            let param = self.value_param()?;
            self.at += 1;
            return self.definition_body(
                local,
                Name::new(next.text, next.span),
                Head::Operator(vec![param], Fixity::Postfix),
            );
        }
        let name = self.name("a name")?;
        let head = if self.eat("[") {
            let bounds = self.bounds()?;
            self.expect("]", "after the bounds of a function")?;
            Head::Function(bounds)
        } else {
            let params = if self.eat("(") { self.params()? } else { Vec::new() };
            Head::Operator(params, Fixity::Named)
        };
        self.definition_body(local, name, head)
    }

    fn definition_body(&mut self, local: bool, name: Name, head: Head) -> Parse<UnitKind> {
        self.expect("==", "in a definition")?;
        if self.is("INSTANCE") {
            if let Head::Operator(params, Fixity::Named) = head {
                return Ok(UnitKind::Instance(self.instance(local, Some((name, params)))?));
            }
            return Err(self.unexpected("an expression"));
        }
        let body = self.expr()?;
        Ok(UnitKind::Definition(Box::new(Definition { local, name, head, body })))
    }

    fn value_param(&mut self) -> Parse<Param> {
        Ok(Param { name: self.name("the name of a parameter")?, arity: 0, fixity: Fixity::Named })
    }

    /// Parameters up to and with the closing parenthesis.
    fn params(&mut self) -> Parse<Vec<Param>> {
        let params = self.params_list()?;
        self.expect(")", "after the parameters")?;
        Ok(params)
    }

    /// `a, F(_), _+_`, separated by commas.
    fn params_list(&mut self) -> Parse<Vec<Param>> {
        let mut params: Vec<Param> = Vec::new();
        loop {
            let before = self.comments_before();
            let mut param = self.param()?;
            let more = self.eat(",");
            param.name.notes = Notes { before, after: self.comments_after() };
            params.push(param);
            if !more {
                return Ok(params);
            }
        }
    }

    fn param(&mut self) -> Parse<Param> {
        let token = self.peek();
        if token.text == "_" {
            self.at += 1;
            let op = self.peek();
            self.at += 1;
            let infix = self.eat("_");
            let (arity, fixity) = if infix { (2, Fixity::Infix) } else { (1, Fixity::Postfix) };
            return Ok(Param { name: Name::new(op.text, op.span), arity, fixity });
        }
        if ops::prefix(token.text).is_some() && self.ahead(1).text == "_" {
            self.at += 2;
            return Ok(Param { name: Name::new(token.text, token.span), arity: 1, fixity: Fixity::Prefix });
        }
        let mut param = self.value_param()?;
        if self.eat("(") {
            loop {
                self.expect("_", "for a parameter of an operator")?;
                param.arity += 1;
                if !self.eat(",") {
                    break;
                }
            }
            self.expect(")", "after the parameters of an operator")?;
        }
        Ok(param)
    }

    pub(super) fn name(&mut self, what: &str) -> Parse<Name> {
        let token = self.peek();
        if token.kind != TokenKind::Name {
            return Err(self.unexpected(what));
        }
        self.at += 1;
        Ok(Name::new(token.text, token.span))
    }

    /// Names separated by commas, each with the comments around it.
    pub(super) fn names(&mut self, what: &str) -> Parse<Vec<Name>> {
        let mut names = Vec::new();
        loop {
            let before = self.comments_before();
            let mut name = self.name(what)?;
            let more = self.eat(",");
            name.notes = Notes { before, after: self.comments_after() };
            names.push(name);
            if !more {
                return Ok(names);
            }
        }
    }
}
