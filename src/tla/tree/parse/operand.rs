//! Operands: names, literals, brackets, and what starts with a word.

use super::Parser;
use super::Step;
use super::expr::End;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::TokenKind;

impl Parser {
    pub(super) fn operand(&mut self) -> Step<End> {
        if !self.is_inside() {
            return self.unexpected("an expression");
        }
        let mark = self.mark();
        match self.peek().kind {
            TokenKind::Name | TokenKind::Step => self.reference()?,
            TokenKind::Number => {
                self.bump();
                if self.is(".") && self.ahead(1).kind == TokenKind::Number {
                    self.bump();
                    self.bump();
                }
                self.finish(mark, Kind::Number);
            }
            TokenKind::Str => {
                self.bump();
                self.finish(mark, Kind::Text);
            }
            TokenKind::Keyword => return self.word(),
            TokenKind::Symbol => return self.symbol(),
            _ => return self.unexpected("an expression"),
        }
        Ok(End::Open)
    }

    fn symbol(&mut self) -> Step<End> {
        match self.peek().canonical {
            "/\\" | "\\/" => return self.junction(),
            "\\A" | "\\E" | "\\AA" | "\\EE" => return self.quantifier(),
            "(" => self.paren()?,
            "{" => self.brace()?,
            "[" => self.square()?,
            "<<" => self.angle()?,
            op if op == "-." || ops::infix(op).is_some() || ops::postfix(op).is_some() => self.reference()?,
            _ => return self.unexpected("an expression"),
        }
        Ok(End::Open)
    }

    /// What starts with a reserved word.
    fn word(&mut self) -> Step<End> {
        let mark = self.mark();
        match self.peek().canonical {
            "WF_" | "SF_" => {
                self.fairness()?;
                return Ok(End::Open);
            }
            "IF" => {
                self.bump();
                self.expression()?;
                self.expect("THEN", "after the condition of IF")?;
                self.expression()?;
                self.expect("ELSE", "after THEN")?;
                self.expression()?;
                self.finish(mark, Kind::If);
            }
            "CASE" => self.case()?,
            "LET" => self.locals()?,
            "CHOOSE" => self.choose()?,
            _ => return self.unexpected("an expression"),
        }
        Ok(End::Closed)
    }

    fn case(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        loop {
            let arm = self.mark();
            if self.is("OTHER") && arm.token > mark.token + 1 {
                self.bump();
                self.expect("->", "after `OTHER`")?;
                self.expression()?;
                self.finish(arm, Kind::OtherArm);
                break;
            }
            self.expression()?;
            self.expect("->", "in an arm of CASE")?;
            self.expression()?;
            self.finish(arm, Kind::Arm);
            if !self.eat("[]") {
                break;
            }
        }
        self.finish(mark, Kind::Case);
        Ok(())
    }

    fn locals(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        loop {
            match self.peek().kind {
                TokenKind::Break => self.definition()?,
                TokenKind::Keyword if self.is("LOCAL") => self.definition()?,
                TokenKind::Keyword if self.is("RECURSIVE") => self.recursive()?,
                _ => {
                    return self.unexpected_hint(
                        "a definition after `LET`",
                        "`LET` defines names with `==`: `LET x == e IN ...`",
                    );
                }
            }
            if self.is("IN") {
                break;
            }
            if !self.is_kind(TokenKind::Break) && !self.is("RECURSIVE") && !self.is("LOCAL") {
                return self.unexpected("`IN` or another definition of the LET");
            }
        }
        self.bump();
        self.expression()?;
        self.finish(mark, Kind::Let);
        Ok(())
    }

    fn choose(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        let bound = self.mark();
        if self.is("<<") {
            self.name_tuple()?;
        } else {
            self.name("the name of a bound variable")?;
        }
        if self.eat("\\in") {
            self.expression()?;
        }
        self.finish(bound, Kind::Bound);
        self.expect(":", "in CHOOSE")?;
        self.expression()?;
        self.finish(mark, Kind::Choose);
        Ok(())
    }

    fn quantifier(&mut self) -> Step<End> {
        let mark = self.mark();
        let temporal = self.is("\\AA") || self.is("\\EE");
        self.bump();
        if temporal || self.names_are_ahead() {
            let bound = self.mark();
            loop {
                self.name("the name of a bound variable")?;
                if !self.eat(",") {
                    break;
                }
            }
            self.finish(bound, Kind::Bound);
        } else {
            self.bounds()?;
        }
        self.expect(":", "after the bounds of a quantifier")?;
        self.expression()?;
        self.finish(mark, Kind::Quantifier);
        Ok(End::Closed)
    }

    /// Whether `x, y :` follows.
    fn names_are_ahead(&self) -> bool {
        let mut at = 0;
        while self.ahead(at).kind == TokenKind::Name {
            match self.ahead(at + 1).canonical {
                "," => at += 2,
                ":" => return true,
                _ => return false,
            }
        }
        false
    }

    /// Whether `x, y \in` or `<<...>> \in` follows.
    pub(super) fn bounds_are_ahead(&mut self) -> bool {
        if self.is("<<") {
            let close = self.partner("<<", ">>");
            return close.is_some_and(|close| self.tokens.get(close + 1).is_some_and(|after| after.is("\\in")));
        }
        let mut at = 0;
        while self.ahead(at).kind == TokenKind::Name {
            match self.ahead(at + 1).canonical {
                "," => at += 2,
                "\\in" => return true,
                _ => return false,
            }
        }
        false
    }

    /// `x, y \in S, <<a, b>> \in T`.
    pub(super) fn bounds(&mut self) -> Step {
        loop {
            let mark = self.mark();
            if self.is("<<") {
                self.name_tuple()?;
            } else {
                loop {
                    self.name("the name of a bound variable")?;
                    if !self.eat(",") {
                        break;
                    }
                }
            }
            self.expect("\\in", "after bound variables")?;
            self.expression()?;
            self.finish(mark, Kind::Bound);
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    pub(super) fn name_tuple(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        if !self.is(">>") {
            loop {
                self.name("a name in a tuple of bound variables")?;
                if !self.eat(",") {
                    break;
                }
            }
        }
        self.expect(">>", "after a tuple of bound variables")?;
        self.finish(mark, Kind::NameTuple);
        Ok(())
    }

    /// A name or an operator symbol with its arguments, and what `!` adds to it.
    fn reference(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        if self.arguments_are_ahead() {
            self.arguments()?;
        }
        while self.is("!") {
            self.selector()?;
        }
        self.finish(mark, Kind::Reference);
        Ok(())
    }

    /// Whether arguments follow; `F()` has none, and is an error at its parenthesis.
    fn arguments_are_ahead(&self) -> bool {
        self.is("(") && !self.ahead(1).is(")")
    }

    pub(super) fn arguments(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        loop {
            self.argument()?;
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")", "after the arguments")?;
        self.finish(mark, Kind::Arguments);
        Ok(())
    }

    /// One `!...` of a reference.
    pub(super) fn selector(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        let token = *self.peek();
        let op = token.canonical;
        let symbol = self.is_prefix_symbol() || ops::infix(op).is_some() || ops::postfix(op).is_some();
        if symbol || (token.kind == TokenKind::Name && op != "@") {
            self.bump();
            if self.arguments_are_ahead() {
                self.arguments()?;
            }
        } else if self.arguments_are_ahead() {
            self.arguments()?;
        } else if matches!(op, "<<" | ">>" | ":" | "@") || token.kind == TokenKind::Number {
            self.bump();
        } else {
            return self.unexpected("a name after `!`");
        }
        self.finish(mark, Kind::Selector);
        Ok(())
    }

    /// An argument: an operator symbol, a LAMBDA or an expression.
    pub(super) fn argument(&mut self) -> Step {
        let mark = self.mark();
        let op = self.peek().canonical;
        let symbol = self.is_prefix_symbol() || ops::infix(op).is_some() || ops::postfix(op).is_some();
        if symbol && self.is_inside() && self.ends_argument() {
            self.bump();
            self.finish(mark, Kind::OperatorArgument);
            return Ok(());
        }
        if self.is("LAMBDA") && self.is_inside() {
            return self.lambda();
        }
        self.expression()
    }

    /// Whether what comes after the next token can only follow a whole argument.
    fn ends_argument(&self) -> bool {
        let next = self.ahead(1);
        match next.kind {
            TokenKind::Break | TokenKind::Close | TokenKind::Dashes | TokenKind::Begin => true,
            TokenKind::Keyword => {
                ["LOCAL", "INSTANCE", "THEOREM", "ASSUME", "AXIOM", "CONSTANT", "VARIABLE", "RECURSIVE"]
                    .contains(&next.canonical)
            }
            _ => next.is(",") || next.is(")"),
        }
    }

    fn lambda(&mut self) -> Step {
        self.deeper(|parser| {
            let mark = parser.mark();
            parser.bump();
            loop {
                parser.name("the name of a parameter")?;
                if !parser.eat(",") {
                    break;
                }
            }
            parser.expect(":", "in LAMBDA")?;
            parser.expression()?;
            parser.finish(mark, Kind::Lambda);
            Ok(())
        })
    }
}
