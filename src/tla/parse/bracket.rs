//! What stands in brackets: parentheses, sets, tuples, functions, records.

use super::Parse;
use super::Parser;
use crate::tla::lex::TokenKind;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Name;
use crate::tla::syntax::Step;
use crate::tla::syntax::Update;

impl Parser<'_> {
    pub(super) fn bracket(&mut self) -> Parse<Expr> {
        let token = self.peek();
        let start = token.span.start;
        let kind = match token.text {
            "(" => {
                self.at += 1;
                let inner = self.expr()?;
                self.expect(")", "to close a parenthesis")?;
                ExprKind::Paren(Box::new(inner))
            }
            "<<" => self.tuple()?,
            "{" => self.set()?,
            "[" => self.square()?,
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(Expr::new(kind, self.span_from(start)))
    }

    fn tuple(&mut self) -> Parse<ExprKind> {
        self.at += 1;
        if self.eat(">>") {
            return Ok(ExprKind::Tuple(Vec::new()));
        }
        let mut parts: Vec<Expr> = Vec::new();
        loop {
            parts.push(self.expr()?);
            if !self.eat(",") {
                break;
            }
            if let Some(last) = parts.last_mut() {
                last.notes.after.extend(self.comments_after());
            }
        }
        if self.is(">>_") && parts.len() == 1 {
            self.at += 1;
            let subscript = self.subscript()?;
            let action = parts.remove(0);
            return Ok(ExprKind::Action(true, Box::new(action), Box::new(subscript)));
        }
        self.expect(">>", "to close a tuple")?;
        Ok(ExprKind::Tuple(parts))
    }

    fn set(&mut self) -> Parse<ExprKind> {
        let opening = self.at;
        self.at += 1;
        if self.deciders[opening] == Some(":") && self.at_bound() {
            let (at, comment) = (self.at, self.comment);
            let bound = self.binding_set()?;
            if self.eat(":") {
                let body = self.expr()?;
                self.expect("}", "to close a set")?;
                return Ok(ExprKind::Filter(Box::new(bound), Box::new(body)));
            }
            (self.at, self.comment) = (at, comment);
        }
        if self.eat("}") {
            return Ok(ExprKind::Set(Vec::new()));
        }
        let first = self.expr()?;
        if self.eat(":") {
            let bounds = self.bounds()?;
            self.expect("}", "to close a set")?;
            return Ok(ExprKind::Map(Box::new(first), bounds));
        }
        let mut parts = vec![first];
        while self.eat(",") {
            if let Some(last) = parts.last_mut() {
                last.notes.after.extend(self.comments_after());
            }
            parts.push(self.expr()?);
        }
        self.expect("}", "to close a set")?;
        Ok(ExprKind::Set(parts))
    }

    /// Whether `x \in` or `<<x, y>> \in` comes next.
    fn at_bound(&self) -> bool {
        if self.real().text != "<<" {
            return self.real().kind == TokenKind::Name && self.ahead(1).text == "\\in";
        }
        let mut n = 1;
        while self.ahead(n).kind == TokenKind::Name && self.ahead(n + 1).text == "," {
            n += 2;
        }
        self.ahead(n).kind == TokenKind::Name && self.ahead(n + 1).text == ">>" && self.ahead(n + 2).text == "\\in"
    }

    fn square(&mut self) -> Parse<ExprKind> {
        let decider = self.deciders[self.at];
        self.at += 1;
        let first = self.peek();
        let named = matches!(first.kind, TokenKind::Name | TokenKind::Keyword);
        match decider {
            Some("|->") if named && self.ahead(1).text == "|->" => Ok(ExprKind::Record(self.fields("|->")?)),
            Some("|->") => {
                let bounds = self.bounds()?;
                self.expect("|->", "after the bounds of a function")?;
                let body = self.expr()?;
                self.expect("]", "to close a function")?;
                Ok(ExprKind::Function(bounds, Box::new(body)))
            }
            Some("EXCEPT") => self.except(),
            Some(":") if named && self.ahead(1).text == ":" => Ok(ExprKind::RecordSet(self.fields(":")?)),
            _ => self.function_set_or_action(),
        }
    }

    fn function_set_or_action(&mut self) -> Parse<ExprKind> {
        let first = self.expr()?;
        if self.eat("->") {
            let to = self.expr()?;
            self.expect("]", "to close a set of functions")?;
            return Ok(ExprKind::FunctionSet(Box::new(first), Box::new(to)));
        }
        self.expect("]_", "after an action, or `->` for a set of functions, or `|->` for a function")?;
        let subscript = self.subscript()?;
        Ok(ExprKind::Action(false, Box::new(first), Box::new(subscript)))
    }

    fn fields(&mut self, between: &'static str) -> Parse<Vec<(Name, Expr)>> {
        let mut fields: Vec<(Name, Expr)> = Vec::new();
        loop {
            let before = self.comments_before();
            let token = self.peek();
            if !matches!(token.kind, TokenKind::Name | TokenKind::Keyword) {
                return Err(self.unexpected("the name of a field"));
            }
            self.at += 1;
            let mut name = Name::new(token.text, token.span);
            name.notes.before = before;
            self.expect(between, "after the name of a field")?;
            let mut value = self.expr()?;
            let more = self.eat(",");
            if more {
                value.notes.after.extend(self.comments_after());
            }
            fields.push((name, value));
            if !more {
                self.expect("]", "to close a record")?;
                return Ok(fields);
            }
        }
    }

    fn except(&mut self) -> Parse<ExprKind> {
        let base = self.expr()?;
        self.expect("EXCEPT", "here")?;
        let mut updates: Vec<Update> = Vec::new();
        loop {
            self.expect("!", "in an update")?;
            let mut path = Vec::new();
            loop {
                if self.eat("[") {
                    path.push(Step::Index(self.list("]", "after an index")?));
                } else if self.eat(".") {
                    let token = self.peek();
                    if !matches!(token.kind, TokenKind::Name | TokenKind::Keyword) {
                        return Err(self.unexpected("the name of a field"));
                    }
                    self.at += 1;
                    path.push(Step::Field(token.text.to_owned()));
                } else {
                    break;
                }
            }
            self.expect("=", "after the path of an update")?;
            let mut value = self.expr()?;
            let more = self.eat(",");
            if more {
                value.notes.after.extend(self.comments_after());
            }
            updates.push(Update { path, value });
            if !more {
                self.expect("]", "to close EXCEPT")?;
                return Ok(ExprKind::Except(Box::new(base), updates));
            }
        }
    }
}
