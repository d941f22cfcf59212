//! Expressions: operators by precedence, bulleted lists by column, and what starts with a word.

use super::Fault;
use super::MAX_DEPTH;
use super::MAX_HEIGHT;
use super::Parse;
use super::Parser;
use crate::base::span::Span;
use crate::tla::lex::TokenKind;
use crate::tla::ops;
use crate::tla::ops::Binding;
use crate::tla::ops::Grouping;
use crate::tla::syntax::Arm;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Item;
use crate::tla::syntax::Name;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Param;
use crate::tla::syntax::Qualifier;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;

/// The operator left of an operand.
type Left<'a> = Option<(&'a str, Binding)>;

impl<'a> Parser<'a> {
    /// A whole expression, with the comments around it.
    pub(super) fn expr(&mut self) -> Parse<Expr> {
        let before = if self.at_bullet() { Vec::new() } else { self.comments_before() };
        let mut expr = self.binary(None)?;
        expr.notes.wrap(Notes { before, after: self.comments_after() });
        Ok(expr)
    }

    fn at_bullet(&self) -> bool {
        matches!(canonical(self.peek().text), "/\\" | "\\/") && self.peek().kind == TokenKind::Symbol
    }

    fn node(&self, kind: ExprKind, start: usize) -> Expr {
        Expr::new(kind, self.span_from(start))
    }

    /// An operand and the operators after it, as far as the operator on the left lets them.
    fn binary(&mut self, left: Left<'_>) -> Parse<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep());
        }
        let start = self.peek().span.start;
        let mut expr = self.operand()?;
        loop {
            let token = self.peek();
            let postfix = ops::postfix(token.text);
            let Some(binding) = postfix.or_else(|| ops::infix(token.text)).filter(|_| token.kind == TokenKind::Symbol)
            else {
                break;
            };
            if let Some(left) = left {
                match ops::group(left, (token.text, binding)) {
                    Grouping::Left => break,
                    Grouping::Right => {}
                    Grouping::Conflict => return Err(precedence(left.0, token.text, token.span)),
                }
            }
            if expr.height() > MAX_HEIGHT {
                return Err(self.too_deep());
            }
            self.at += 1;
            let op = canonical(token.text).to_owned();
            if postfix.is_some() {
                expr = self.node(ExprKind::Postfix(op, Box::new(expr)), start);
                expr.notes.after = self.comments_after();
                expr = self.suffixes(expr, start)?;
            } else {
                let right = self.binary(Some((token.text, binding)))?;
                expr = self.node(ExprKind::Infix(op, Box::new(expr), Box::new(right)), start);
            }
        }
        self.depth -= 1;
        Ok(expr)
    }

    fn operand(&mut self) -> Parse<Expr> {
        let token = self.peek();
        let start = token.span.start;
        if self.at_bullet() {
            return self.junction();
        }
        if let Some(binding) = ops::prefix(token.text).filter(|_| token.kind != TokenKind::Str) {
            self.at += 1;
            let inner = self.binary(Some((token.text, binding)))?;
            let op = if token.text == "-." { "-" } else { token.text };
            return Ok(self.node(ExprKind::Prefix(op.to_owned(), Box::new(inner)), start));
        }
        let mut expr = match (token.kind, token.text) {
            (TokenKind::Keyword, _) => return self.word(),
            (TokenKind::Symbol, "\\A" | "\\E" | "\\AA" | "\\EE" | "\\forall" | "\\exists") => return self.quantifier(),
            (TokenKind::Name, _) => self.named(true)?,
            (TokenKind::Number, _) => {
                self.at += 1;
                self.node(ExprKind::Number(token.text.to_owned()), start)
            }
            (TokenKind::Str, _) => {
                self.at += 1;
                let inner = token.text.trim_start_matches('"');
                let inner = inner.strip_suffix('"').unwrap_or(inner);
                let inner = if token.text == "\"\"" { "" } else { inner };
                self.node(ExprKind::Str(inner.to_owned()), start)
            }
            (TokenKind::Symbol, "@") => {
                self.at += 1;
                self.node(ExprKind::At, start)
            }
            (TokenKind::Symbol, _) => self.bracket()?,
            _ => return Err(self.unexpected("an expression")),
        };
        if matches!(expr.kind, ExprKind::Label(..)) {
            return Ok(expr);
        }
        expr.notes.after.extend(self.comments_after());
        self.suffixes(expr, start)
    }

    /// `[i]` and `.field` after a primary.
    fn suffixes(&mut self, mut expr: Expr, start: usize) -> Parse<Expr> {
        loop {
            if expr.height() > MAX_HEIGHT {
                return Err(self.too_deep());
            }
            if self.is("[") {
                self.at += 1;
                let args = self.list("]", "after an index")?;
                expr = self.node(ExprKind::Apply(Box::new(expr), args), start);
            } else if self.is(".") {
                self.at += 1;
                let field = self.peek();
                if !matches!(field.kind, TokenKind::Name | TokenKind::Keyword) {
                    return Err(self.unexpected("the name of a field"));
                }
                self.at += 1;
                expr = self.node(ExprKind::Field(Box::new(expr), field.text.to_owned()), start);
            } else {
                return Ok(expr);
            }
            expr.notes.after = self.comments_after();
        }
    }

    /// A bulleted list: its items are what stands right of the bullets, which share a column.
    fn junction(&mut self) -> Parse<Expr> {
        let bullet = self.peek();
        let op = canonical(bullet.text);
        let mut items = Vec::new();
        loop {
            let before = self.comments_before();
            self.at += 1;
            self.columns.push(bullet.column);
            let expr = self.expr()?;
            self.columns.pop();
            let after = self.comments_after();
            items.push(Item { expr, notes: Notes { before, after } });
            let next = self.peek();
            if canonical(next.text) != op || next.column != bullet.column || next.kind != TokenKind::Symbol {
                return Ok(self.node(ExprKind::Junction(op == "/\\", items), bullet.span.start));
            }
        }
    }

    /// Expressions separated by commas, up to and with `close`.
    pub(super) fn list(&mut self, close: &'static str, whence: &str) -> Parse<Vec<Expr>> {
        let mut list: Vec<Expr> = Vec::new();
        if self.eat(close) {
            return Ok(list);
        }
        loop {
            list.push(self.argument()?);
            let more = self.eat(",");
            if let Some(last) = list.last_mut().filter(|_| more) {
                last.notes.after.extend(self.comments_after());
            }
            if !more {
                self.expect(close, whence)?;
                return Ok(list);
            }
        }
    }

    /// An argument: an expression or an operator symbol.
    pub(super) fn argument(&mut self) -> Parse<Expr> {
        let token = self.peek();
        let symbol =
            ops::infix(token.text).is_some() || ops::prefix(token.text).is_some() || ops::postfix(token.text).is_some();
        if symbol && token.kind != TokenKind::Str && matches!(self.ahead(1).text, "," | ")") {
            self.at += 1;
            return Ok(self.node(ExprKind::Symbol(token.text.to_owned()), token.span.start));
        }
        self.expr()
    }

    /// A name with its qualifiers, and its arguments if they are wanted; or a label.
    pub(super) fn named(&mut self, applied: bool) -> Parse<Expr> {
        let start = self.peek().span.start;
        let mut path = Vec::new();
        loop {
            let name = self.name("a name")?;
            let args = if applied && self.eat("(") { self.list(")", "after the arguments")? } else { Vec::new() };
            if self.is("!") && self.ahead(1).kind == TokenKind::Name {
                self.at += 1;
                path.push(Qualifier { name: name.text, args });
                continue;
            }
            if path.is_empty() && self.is("::") {
                self.at += 1;
                let params =
                    args.iter().filter_map(|arg| arg.as_name().map(|text| Name::new(text, arg.span))).collect();
                let body = self.expr()?;
                return Ok(self.node(ExprKind::Label(name, params, Box::new(body)), start));
            }
            return Ok(self.node(ExprKind::Name { path, name: name.text, args }, start));
        }
    }

    /// What starts with a reserved word; one small function a word, because each nests.
    fn word(&mut self) -> Parse<Expr> {
        let token = self.peek();
        match token.text {
            "IF" => self.conditional(),
            "CASE" => self.case(),
            "LET" => self.locals(),
            "CHOOSE" => self.choice(),
            "LAMBDA" => self.lambda(),
            "WF_" | "SF_" => self.fairness(),
            _ => Err(self.unexpected("an expression")),
        }
    }

    /// The start of the next token, which is skipped.
    fn skip(&mut self) -> usize {
        self.at += 1;
        self.tokens[self.at - 1].span.start
    }

    fn conditional(&mut self) -> Parse<Expr> {
        let start = self.skip();
        let condition = Box::new(self.expr()?);
        self.expect("THEN", "after the condition of IF")?;
        let yes = Box::new(self.expr()?);
        self.expect("ELSE", "after THEN")?;
        let no = Box::new(self.expr()?);
        Ok(self.node(ExprKind::If(condition, yes, no), start))
    }

    fn locals(&mut self) -> Parse<Expr> {
        let start = self.skip();
        let mut units: Vec<Unit> = Vec::new();
        while !self.is("IN") {
            units.push(self.unit()?);
        }
        self.at += 1;
        let after = self.comments_after();
        if let Some(last) = units.last_mut() {
            last.notes.after.extend(after);
        }
        let body = Box::new(self.expr()?);
        Ok(self.node(ExprKind::Let(units, body), start))
    }

    fn choice(&mut self) -> Parse<Expr> {
        let start = self.skip();
        let bound = Box::new(self.one_bound()?);
        self.expect(":", "in CHOOSE")?;
        let body = Box::new(self.expr()?);
        Ok(self.node(ExprKind::Choose(bound, body), start))
    }

    fn lambda(&mut self) -> Parse<Expr> {
        let start = self.skip();
        let names = self.names("the name of a parameter")?;
        self.expect(":", "in LAMBDA")?;
        let params = names.into_iter().map(|name| Param { name, ..Param::value("", Span::default()) }).collect();
        let body = Box::new(self.expr()?);
        Ok(self.node(ExprKind::Lambda(params, body), start))
    }

    fn fairness(&mut self) -> Parse<Expr> {
        let strong = self.is("SF_");
        let start = self.skip();
        let subscript = Box::new(self.subscript()?);
        self.expect("(", "in a fairness condition")?;
        let action = Box::new(self.expr()?);
        self.expect(")", "in a fairness condition")?;
        Ok(self.node(ExprKind::Fair(strong, subscript, action), start))
    }

    fn case(&mut self) -> Parse<Expr> {
        let start = self.skip();
        let mut arms = Vec::new();
        loop {
            let mut guard = if self.eat("OTHER") { None } else { Some(self.expr()?) };
            self.expect("->", "in an arm of CASE")?;
            if let Some(guard) = &mut guard {
                guard.notes.after.extend(self.comments_after());
            }
            arms.push(Arm { guard, body: self.expr()? });
            if !self.eat("[]") {
                return Ok(self.node(ExprKind::Case(arms), start));
            }
        }
    }

    fn quantifier(&mut self) -> Parse<Expr> {
        let token = self.peek();
        self.at += 1;
        let quantifier = match token.text {
            "\\A" | "\\forall" => Quantifier::All,
            "\\E" | "\\exists" => Quantifier::Some,
            "\\AA" => Quantifier::TemporalAll,
            _ => Quantifier::TemporalSome,
        };
        let bounds = self.bounds()?;
        self.expect(":", "after the bounds of a quantifier")?;
        let body = self.expr()?;
        Ok(self.node(ExprKind::Quant(quantifier, bounds, Box::new(body)), token.span.start))
    }

    /// `x, y \in S, <<a, b>> \in T` or `x, y`.
    pub(super) fn bounds(&mut self) -> Parse<Vec<Bound>> {
        let mut bounds = Vec::new();
        loop {
            bounds.push(self.one_bound()?);
            if !self.eat(",") {
                return Ok(bounds);
            }
        }
    }

    fn one_bound(&mut self) -> Parse<Bound> {
        let tuple = self.eat("<<");
        let names = self.names("the name of a bound variable")?;
        if tuple {
            self.expect(">>", "after a tuple of bound variables")?;
        }
        let set = if self.eat("\\in") { Some(self.expr()?) } else { None };
        Ok(Bound { names, tuple, set })
    }

    /// What stands after `]_`, `>>_`, `WF_`: a name without arguments, or something in brackets.
    pub(super) fn subscript(&mut self) -> Parse<Expr> {
        if self.peek().kind == TokenKind::Name { self.named(false) } else { self.bracket() }
    }

    pub(super) fn binding_set(&mut self) -> Parse<Bound> {
        self.one_bound()
    }
}

fn precedence(left: &str, right: &str, span: Span) -> Box<Fault> {
    let message = format!("`{left}` and `{right}` bind equally tightly here");
    Box::new(Fault { code: "tla/precedence", message, span, hint: Some("add parentheses") })
}

/// One spelling for each of the two operators of bulleted lists.
fn canonical(op: &str) -> &str {
    match op {
        "\\land" => "/\\",
        "\\lor" => "\\/",
        other => other,
    }
}
