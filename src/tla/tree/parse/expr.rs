//! Expressions: operators by precedence, bulleted lists by column.

use super::List;
use super::Mark;
use super::Parser;
use super::Step;
use crate::base::span::Span;
use crate::tla::ops;
use crate::tla::ops::Binding;
use crate::tla::ops::Grouping;
use crate::tla::tree::Kind;
use crate::tla::tree::SyntaxError;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// The operator left of an operand.
#[derive(Clone, Copy)]
pub(super) struct Left {
    op: &'static str,
    binding: Binding,
    span: Span,
}

/// Whether an operator may follow what has been read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As after a name.
    Open,
    /// Not after IF, LET, a quantifier: their last part takes all that follows.
    Closed,
}

impl Parser {
    /// A whole expression.
    pub(super) fn expression(&mut self) -> Step {
        self.deeper(|parser| parser.binary(None)).map(|_| ())
    }

    /// An operand and the operators after it, as far as the operator on the left lets them.
    fn binary(&mut self, left: Option<Left>) -> Step<End> {
        let mark = self.mark();
        let mut end = self.prefixed(left)?;
        while end == End::Open && self.is_kind(TokenKind::Symbol) && self.is_inside() {
            let token = *self.peek();
            let op = token.canonical;
            if op == "." {
                self.field(mark)?;
            } else if op == "[" {
                self.index(mark)?;
            } else if op == "::" {
                end = self.label(mark)?;
            } else if let Some(binding) = ops::postfix(op) {
                if !self.takes(left, Left { op, binding, span: token.span() }) {
                    break;
                }
                self.bump();
                self.finish(mark, Kind::Postfix);
            } else if let Some(binding) = ops::infix(op) {
                let this = Left { op, binding, span: token.span() };
                if !self.takes(left, this) {
                    break;
                }
                self.warn_of_stray_bullet(mark);
                self.bump();
                end = self.deeper(|parser| parser.binary(Some(this)))?;
                self.finish(mark, Kind::Infix);
            } else {
                break;
            }
        }
        Ok(end)
    }

    /// Whether the operand before `right` belongs to it and not to `left`. A conflict is reported; reading goes on.
    fn takes(&mut self, left: Option<Left>, right: Left) -> bool {
        let Some(left) = left else { return true };
        match ops::group((left.op, left.binding), (right.op, right.binding)) {
            Grouping::Left => false,
            Grouping::Right => true,
            Grouping::Conflict => {
                self.conflict(left, right);
                false
            }
        }
    }

    fn conflict(&mut self, left: Left, right: Left) {
        let message = format!("`{}` and `{}` bind equally tightly, so parentheses are needed", left.op, right.op);
        let hint = match right.op {
            "=" if left.op == "=" => "write `(a = b) /\\ (b = c)`, or `==` if a definition was meant".to_owned(),
            _ => ways(left.op, right.op),
        };
        let error = SyntaxError::new("tla/parse-precedence", left.span, message).hint(hint);
        self.report(error.other(right.span, "the other operator"));
    }

    /// An operand with the prefix operators before it.
    fn prefixed(&mut self, left: Option<Left>) -> Step<End> {
        let token = *self.peek();
        let prefix = ops::prefix(token.canonical).filter(|_| !token.is("-.") && self.is_inside());
        let Some(binding) = prefix else { return self.operand() };
        let this = Left { op: token.canonical, binding, span: token.span() };
        // A minus sign that follows a tighter operator, as in `2 * -1`.
        if let Some(left) = left
            && token.is("-")
            && left.binding.low > binding.high
        {
            self.conflict(left, this);
        }
        let mark = self.mark();
        self.bump();
        let end = self.deeper(|parser| parser.binary(Some(this)))?;
        self.finish(mark, Kind::Prefix);
        Ok(end)
    }

    fn field(&mut self, mark: Mark) -> Step {
        self.bump();
        if !self.is_field_name() || !self.is_inside() {
            return self.unexpected("the name of a field after `.`");
        }
        self.bump();
        self.finish(mark, Kind::Field);
        Ok(())
    }

    /// Whether a field may be called so; reserved words may.
    pub(super) fn is_field_name(&self) -> bool {
        matches!(self.peek().kind, TokenKind::Name | TokenKind::Keyword) || self.is("_")
    }

    fn index(&mut self, mark: Mark) -> Step {
        self.bump();
        if self.bounds_are_ahead() {
            self.bounds()?;
            return self.unexpected_hint(
                "`e` as the argument of a function, not bounds",
                "to apply a function write `f[e]`; put `e` into parentheses if it is `x \\in S`; a function of its own needs a comma or an operator before `[`",
            );
        }
        self.expressions()?;
        self.expect("]", "after the argument of a function")?;
        self.finish(mark, Kind::Index);
        Ok(())
    }

    /// Expressions separated by commas.
    pub(super) fn expressions(&mut self) -> Step {
        loop {
            self.expression()?;
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    /// `l(x) ::` before an expression; what stands left of `::` has been read as one.
    fn label(&mut self, mark: Mark) -> Step<End> {
        let labels =
            self.nodes.last().is_some_and(|node| node.kind == Kind::Reference && node.first == mark.token as u32);
        // Its parameters are names; whether they are the right ones, the checker finds out.
        let plain = |token: &Token| token.kind == TokenKind::Name || ["(", ",", ")", "!"].contains(&token.canonical);
        if !labels || !self.tokens[mark.token..self.at].iter().all(plain) {
            return self.unexpected("a label before `::`");
        }
        self.bump();
        self.expression()?;
        self.finish(mark, Kind::Label);
        Ok(End::Closed)
    }

    /// A bulleted list: its items are what stands right of the bullets, which share a column.
    pub(super) fn junction(&mut self) -> Step<End> {
        let mark = self.mark();
        let bullet = *self.peek();
        let outer = std::mem::replace(&mut self.list, List { column: bullet.column, bullet: bullet.canonical });
        let outer_lists = std::mem::take(&mut self.inner_lists);
        while self.is(bullet.canonical) && self.peek().column == bullet.column {
            let item = self.mark();
            self.bump();
            self.expression()?;
            self.finish(item, Kind::Item);
            self.check_indentation(item);
        }
        self.list = outer;
        self.inner_lists = outer_lists;
        self.inner_lists.push((mark.token, self.at));
        self.finish(mark, Kind::Junction);
        Ok(End::Open)
    }

    /// Every token of an item must stand right of its bullet; lists inside have looked after themselves.
    fn check_indentation(&mut self, item: Mark) {
        let mut at = item.token + 1;
        let mut outside = None;
        for (first, end) in std::mem::take(&mut self.inner_lists).into_iter().chain([(self.at, self.at)]) {
            let mut own = (at..first).map(|index| self.tokens[index]);
            outside = outside.or_else(|| own.find(|t| t.column <= self.list.column && t.kind != TokenKind::Break));
            at = end.max(at);
        }
        if let Some(token) = outside {
            let message =
                format!("`{}` stands at or left of the bullet of the item it belongs to", self.token_text(&token));
            let error = SyntaxError::new("tla/parse-indentation", token.span(), message)
                .hint(format!("move it right of column {}, or close the item before it", self.list.column))
                .other(self.tokens[item.token].span(), "the bullet");
            self.report(error);
        }
    }

    /// Warn of a bullet that is an infix operator, because it stands in another column than the list's.
    fn warn_of_stray_bullet(&mut self, operand: Mark) {
        let token = *self.peek();
        let starts_line = self.at > 0 && self.tokens[self.at - 1].line < token.line;
        if !starts_line || !matches!(token.canonical, "/\\" | "\\/") {
            return;
        }
        let first = self.tokens[operand.token];
        let column = match first.canonical == token.canonical && first.column != token.column {
            true => first.column,
            false if self.list.bullet == token.canonical => self.list.column,
            false => return,
        };
        let message =
            format!("this `{}` is no bullet of the list, whose bullets stand in column {column}", token.canonical);
        let mut warning = SyntaxError::new("tla/junction-column", token.span(), message).hint(format!(
            "move it to column {column} if it starts an item; it is read as an operator inside the item above"
        ));
        warning.warning = true;
        self.report(warning);
    }
}

/// How to write two operators that bind alike.
fn ways(left: &str, right: &str) -> String {
    let spaced =
        |op: &str| if op.starts_with(|c: char| c.is_ascii_alphabetic()) { format!("{op} ") } else { op.to_owned() };
    let is_prefix = ops::infix(left).is_none();
    let before = if is_prefix { spaced(left) } else { format!("a {left} ") };
    match (ops::postfix(right).is_some(), right == "-" && ops::infix(left).is_some()) {
        (true, _) => format!("write `({before}b){right}` or `{before}(b{right})`"),
        (false, true) => format!("write `{before}(-b)` if the minus sign is that of a number"),
        (false, false) => format!("write `({before}b) {right} c` or `{before}(b {right} c)`"),
    }
}
