//! Modules and their units.

use super::List;
use super::Mark;
use super::Parser;
use super::Step;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::SyntaxError;
use crate::tla::tree::TokenKind;

/// The words that start a unit.
pub(super) const UNIT_WORDS: [&str; 10] =
    ["ASSUME", "AXIOM", "CONSTANT", "HIDE", "INSTANCE", "LOCAL", "RECURSIVE", "THEOREM", "USE", "VARIABLE"];

/// How deep modules may nest. Each level takes several frames, here and in the checker.
const MAX_MODULES: usize = 100;

impl Parser {
    pub(super) fn file(&mut self) {
        let mark = self.mark();
        if self.is_kind(TokenKind::Begin) {
            self.module();
        } else {
            let error =
                SyntaxError::new("tla/parse-no-module", self.peek().span(), "there is no `---- MODULE Name ----`");
            self.report(error.hint("a module starts with at least four dashes, `MODULE`, its name, and dashes"));
        }
        self.at = self.tokens.len();
        self.finish(mark, Kind::File);
    }

    /// A module; what is wrong in it stays in it.
    fn module(&mut self) {
        let mark = self.mark();
        self.modules += 1;
        if self.header().is_err() {
            self.skip_to_unit(mark);
        }
        if self.is("EXTENDS") {
            let unit = self.mark();
            if self.extends().is_err() {
                self.skip_to_unit(unit);
                self.finish(unit, Kind::Error);
            } else {
                self.finish(unit, Kind::Extends);
            }
        }
        while !matches!(self.peek().kind, TokenKind::Close | TokenKind::End) {
            self.unit_or_error();
        }
        if !self.is_kind(TokenKind::End) {
            self.bump();
        } else if !self.cut_off {
            let error = SyntaxError::new("tla/parse-unclosed-module", self.last_span(), "the module is never closed");
            self.report(error.hint("end it with a line of at least four equality signs: `====`"));
        }
        self.modules -= 1;
        self.finish(mark, Kind::Module);
    }

    fn inner_module(&mut self) {
        if self.modules < MAX_MODULES {
            return self.module();
        }
        let message = format!("modules nest deeper than {MAX_MODULES} levels");
        let error = SyntaxError::new("tla/parse-too-deep", self.peek().span(), message);
        self.report(error.hint("put the inner modules into files of their own; the rest is not read"));
        self.cut_off = true;
        let mark = self.mark();
        self.at = self.tokens.len() - 1;
        self.finish(mark, Kind::Error);
    }

    /// The last token that has text.
    fn last_span(&self) -> crate::base::span::Span {
        self.tokens.iter().rev().find(|t| t.end > t.start).map(|t| t.span()).unwrap_or_default()
    }

    fn header(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        self.module_name()?;
        if !self.is_kind(TokenKind::Dashes) {
            return self.unexpected("`----` after the name of the module");
        }
        self.bump();
        self.finish(mark, Kind::Header);
        Ok(())
    }

    /// The name of a module, which may be a reserved word.
    fn module_name(&mut self) -> Step {
        if self.is_kind(TokenKind::Keyword) {
            let mark = self.mark();
            self.bump();
            self.finish(mark, Kind::Name);
            return Ok(());
        }
        self.name("the name of a module")
    }

    fn extends(&mut self) -> Step {
        self.bump();
        loop {
            self.module_name()?;
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    fn unit_or_error(&mut self) {
        let mark = self.mark();
        let start = self.at;
        self.list = List::default();
        self.inner_lists.clear();
        self.depth = 0;
        if self.unit().is_err() {
            if self.at == start {
                self.bump();
            }
            self.skip_to_unit(mark);
            self.finish(mark, Kind::Error);
        }
    }

    /// Go to where the next unit starts: not inside the broken one, so not right of where that started.
    fn skip_to_unit(&mut self, broken: Mark) {
        let column = self.tokens[broken.token].column;
        while !self.is_kind(TokenKind::End) {
            let token = self.peek();
            let starts = match token.kind {
                TokenKind::Close | TokenKind::Dashes | TokenKind::Begin => true,
                TokenKind::Break => token.column <= column,
                TokenKind::Keyword => token.column <= column && UNIT_WORDS.contains(&token.canonical),
                _ => false,
            };
            if starts {
                return;
            }
            self.bump();
        }
    }

    fn unit(&mut self) -> Step {
        let mark = self.mark();
        match self.peek().kind {
            TokenKind::Break => return self.definition(),
            TokenKind::Begin => {
                self.inner_module();
                return Ok(());
            }
            TokenKind::Dashes => {
                self.bump();
                self.finish(mark, Kind::Separator);
                return Ok(());
            }
            TokenKind::Keyword => {}
            _ => return self.stray(),
        }
        match self.peek().canonical {
            "VARIABLE" => {
                self.bump();
                self.names("the name of a variable")?;
                self.finish(mark, Kind::Variables);
            }
            "CONSTANT" => {
                self.bump();
                self.declarations("a constant")?;
                self.finish(mark, Kind::Constants);
            }
            "RECURSIVE" => self.recursive()?,
            "LOCAL" if self.ahead(1).kind == TokenKind::Break => self.definition()?,
            "LOCAL" => {
                self.bump();
                self.instance()?;
                self.finish(mark, Kind::Instance);
            }
            "INSTANCE" => {
                self.instance()?;
                self.finish(mark, Kind::Instance);
            }
            "ASSUME" | "AXIOM" => self.assume()?,
            "THEOREM" => self.theorem()?,
            "USE" | "HIDE" => self.use_or_hide()?,
            _ => return self.stray(),
        }
        Ok(())
    }

    /// Something that starts no unit.
    fn stray(&mut self) -> Step {
        let equals = (1..=8).map(|n| self.ahead(n)).take_while(|t| t.line == self.peek().line).find(|t| t.is("="));
        let hint = match equals {
            Some(_) if self.is_kind(TokenKind::Name) => "a definition is written with `==`",
            _ if self.is("EXTENDS") => "`EXTENDS` stands once, right after the header",
            _ if self.is("IN") => "the `LET` of this `IN` has ended before; look at the definitions above it",
            _ => "the expression before it has ended; an operator, a bracket or a comma may be missing there",
        };
        self.unexpected_hint("a definition, a declaration or `====`", hint)
    }

    fn names(&mut self, what: &str) -> Step {
        loop {
            self.name(what)?;
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    pub(super) fn recursive(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        self.declarations("a recursive operator")?;
        self.finish(mark, Kind::Recursive);
        Ok(())
    }

    fn declarations(&mut self, what: &str) -> Step {
        loop {
            self.declaration(what)?;
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    /// `x`, `F(_, _)`, `_ + _`, `_ ^+`, `-. _`.
    pub(super) fn declaration(&mut self, what: &str) -> Step {
        let mark = self.mark();
        if self.is_kind(TokenKind::Name) {
            self.bump();
            if self.is("(") && self.ahead(1).is("_") {
                self.bump();
                loop {
                    self.expect("_", "for a parameter")?;
                    if !self.eat(",") {
                        break;
                    }
                }
                self.expect(")", "after the parameters")?;
            }
        } else if self.is_prefix_symbol() {
            self.bump();
            self.expect("_", "after a prefix operator")?;
        } else if self.eat("_") {
            let op = self.peek().canonical;
            if ops::infix(op).is_some() {
                self.bump();
                self.expect("_", "after an infix operator")?;
            } else if ops::postfix(op).is_some() {
                self.bump();
            } else {
                return self.unexpected("an infix or postfix operator after `_`");
            }
        } else {
            return self.unexpected(&format!("the name of {what}"));
        }
        self.finish(mark, Kind::Declaration);
        Ok(())
    }

    /// A prefix operator other than the minus that is infix, too.
    pub(super) fn is_prefix_symbol(&self) -> bool {
        let op = self.peek().canonical;
        ops::prefix(op).is_some() && op != "-"
    }

    /// A definition, from `LOCAL` or the mark before its head.
    pub(super) fn definition(&mut self) -> Step {
        let mark = self.mark();
        self.eat("LOCAL");
        if !self.is_kind(TokenKind::Break) {
            return self.unexpected("a definition");
        }
        self.bump();
        let head = self.head()?;
        self.expect("==", "after the head of a definition")?;
        if self.is("INSTANCE") && head == Kind::OperatorHead {
            self.instance()?;
            self.finish(mark, Kind::ModuleDefinition);
            return Ok(());
        }
        self.expression()?;
        self.finish(mark, Kind::Definition);
        Ok(())
    }

    /// What stands before `==`; which kind of head it is.
    fn head(&mut self) -> Step<Kind> {
        let mark = self.mark();
        if !self.is_kind(TokenKind::Name) {
            if !self.is_prefix_symbol() {
                return self.unexpected_hint(
                    "the name or the operator to define",
                    "a head is `F`, `F(x, y)`, `f[x \\in S]` or `a + b`",
                );
            }
            self.bump();
            self.name("the parameter of a prefix operator")?;
            self.finish(mark, Kind::PrefixHead);
            return Ok(Kind::PrefixHead);
        }
        let next = *self.ahead(1);
        self.name("a name")?;
        let kind = if next.is("[") {
            self.bump();
            self.bounds()?;
            self.expect("]", "after the bounds of a function")?;
            Kind::FunctionHead
        } else if ops::postfix(next.canonical).is_some() {
            self.bump();
            Kind::PostfixHead
        } else if ops::infix(next.canonical).is_some() {
            self.bump();
            self.name("the second parameter of an infix operator")?;
            Kind::InfixHead
        } else {
            if self.eat("(") {
                self.declarations("a parameter")?;
                self.expect(")", "after the parameters")?;
            }
            Kind::OperatorHead
        };
        self.finish(mark, kind);
        Ok(kind)
    }

    /// `INSTANCE M WITH x <- e`, without the node around it.
    pub(super) fn instance(&mut self) -> Step {
        self.expect("INSTANCE", "after `LOCAL`")?;
        self.module_name()?;
        if !self.eat("WITH") {
            return Ok(());
        }
        loop {
            let mark = self.mark();
            let op = self.peek().canonical;
            let symbol = self.is_prefix_symbol() || ops::infix(op).is_some() || ops::postfix(op).is_some();
            if !symbol && !self.is_kind(TokenKind::Name) {
                return self.unexpected("the constant or variable to substitute for");
            }
            let name = self.mark();
            self.bump();
            self.finish(name, Kind::Name);
            self.expect("<-", "in a substitution")?;
            self.argument()?;
            self.finish(mark, Kind::Substitution);
            if !(self.is(",") && self.ahead(2).is("<-")) {
                return Ok(());
            }
            self.bump();
        }
    }

    fn assume(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        let after = usize::from(self.is_kind(TokenKind::Break));
        if self.ahead(after).kind == TokenKind::Name && self.ahead(after + 1).is("==") {
            if after > 0 {
                self.bump();
            }
            self.name("a name")?;
            self.bump();
        }
        self.expression()?;
        self.finish(mark, Kind::Assume);
        Ok(())
    }

    fn theorem(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        if self.is_kind(TokenKind::Name) && self.ahead(1).is("==") {
            self.name("a name")?;
            self.bump();
        }
        if self.is("ASSUME") {
            self.assume_prove()?;
        } else {
            self.expression()?;
        }
        self.proof()?;
        self.finish(mark, Kind::Theorem);
        Ok(())
    }

    /// `ASSUME e, NEW x PROVE e`.
    fn assume_prove(&mut self) -> Step {
        self.deeper(|parser| {
            let mark = parser.mark();
            parser.bump();
            loop {
                match parser.peek().canonical {
                    "ASSUME" => parser.assume_prove()?,
                    "NEW" | "CONSTANT" | "VARIABLE" | "STATE" | "ACTION" | "TEMPORAL" => parser.new_symbol()?,
                    _ => parser.expression()?,
                }
                if !parser.eat(",") {
                    break;
                }
            }
            parser.expect("PROVE", "after what is assumed")?;
            parser.expression()?;
            parser.finish(mark, Kind::AssumeProve);
            Ok(())
        })
    }

    fn new_symbol(&mut self) -> Step {
        let mark = self.mark();
        self.eat("NEW");
        if ["CONSTANT", "VARIABLE", "STATE", "ACTION", "TEMPORAL"].contains(&self.peek().canonical) {
            self.bump();
        }
        self.declaration("a symbol")?;
        if self.eat("\\in") {
            self.expression()?;
        }
        self.finish(mark, Kind::New);
        Ok(())
    }
}
