//! What stands in brackets, and what a bracket with `_` needs after it.

use super::Parser;
use super::Step;
use crate::tla::tree::Kind;
use crate::tla::tree::SyntaxError;
use crate::tla::tree::TokenKind;

impl Parser {
    pub(super) fn paren(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        self.expression()?;
        self.expect(")", "to close a parenthesis")?;
        self.finish(mark, Kind::Paren);
        Ok(())
    }

    /// `{a, b}`, `{x \in S : p}`, `{e : x \in S}`.
    pub(super) fn brace(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        if self.eat("}") {
            self.finish(mark, Kind::Set);
            return Ok(());
        }
        if self.bounds_are_ahead() {
            return self.filter(mark);
        }
        self.expression()?;
        if self.is(":") {
            self.reject_filter_of_membership();
            self.bump();
            self.bounds()?;
            self.expect("}", "to close a set")?;
            self.finish(mark, Kind::Map);
            return Ok(());
        }
        self.rest_of_set()?;
        self.finish(mark, Kind::Set);
        Ok(())
    }

    /// `x \in S` right after a brace: a filter if a colon follows, else an element.
    fn filter(&mut self, mark: super::Mark) -> Step {
        let bound = self.mark();
        if self.is("<<") {
            self.name_tuple()?;
        } else {
            self.name("a bound variable")?;
        }
        self.expect("\\in", "after a bound variable")?;
        self.expression()?;
        if self.eat(":") {
            self.finish(bound, Kind::Bound);
            self.expression()?;
            self.expect("}", "to close a set")?;
            self.finish(mark, Kind::Filter);
            return Ok(());
        }
        // An element that is a membership: SANY reads it so, too, whatever operators its right side has.
        self.finish(bound, Kind::Bound);
        self.rest_of_set()?;
        self.finish(mark, Kind::Set);
        Ok(())
    }

    fn rest_of_set(&mut self) -> Step {
        if self.eat(",") {
            self.expressions()?;
        }
        self.expect("}", "to close a set")
    }

    /// SANY refuses `{a \in b : x \in S}` where `a` is no name.
    fn reject_filter_of_membership(&mut self) {
        let Some(node) = self.nodes.last().filter(|node| node.kind == Kind::Infix) else { return };
        let direct = (node.first..node.end).find(|index| {
            let children = &self.children[node.children as usize..(node.children + node.count) as usize];
            !children.iter().any(|id| (self.nodes[*id as usize].first..self.nodes[*id as usize].end).contains(index))
        });
        if let Some(token) = direct.map(|index| self.tokens[index as usize])
            && token.is("\\in")
        {
            let message = "a set of the form `{a \\in b : c \\in d}` needs a name before the first `\\in`";
            let error = SyntaxError::new("tla/parse-unexpected", token.span(), message);
            self.report(error.hint("put `a \\in b` into parentheses if it is the element"));
        }
    }

    /// What starts with `[` and is no index.
    pub(super) fn square(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        if self.bounds_are_ahead() {
            self.bounds()?;
            self.expect("|->", "after the bounds of a function")?;
            self.expression()?;
            self.expect("]", "to close a function")?;
            self.finish(mark, Kind::Function);
            return Ok(());
        }
        if self.is_field_name() && self.ahead(1).is("|->") {
            self.fields("|->", Kind::RecordField)?;
            self.finish(mark, Kind::Record);
            return Ok(());
        }
        if self.is_kind(TokenKind::Name) && self.ahead(1).is(":") {
            self.fields(":", Kind::RecordSetField)?;
            self.finish(mark, Kind::RecordSet);
            return Ok(());
        }
        self.expression()?;
        match self.peek().canonical {
            "->" => {
                self.bump();
                self.expression()?;
                self.expect("]", "to close a set of functions")?;
                self.finish(mark, Kind::FunctionSet);
            }
            "EXCEPT" => {
                self.bump();
                self.updates()?;
                self.finish(mark, Kind::Except);
            }
            "]_" => {
                self.bump();
                self.subscript()?;
                self.finish(mark, Kind::Action);
            }
            "]" | "," => {
                self.rest_of_list()?;
                self.finish(mark, Kind::Brackets);
            }
            _ => {
                return self.unexpected_hint(
                    "`|->`, `->`, `EXCEPT`, `:` or `]_` in square brackets",
                    "`[x \\in S |-> e]` is a function, `[f EXCEPT ![i] = e]` an update, `[a |-> e]` a record",
                );
            }
        }
        Ok(())
    }

    fn rest_of_list(&mut self) -> Step {
        if self.eat(",") {
            self.expressions()?;
        }
        self.expect("]", "to close square brackets")
    }

    /// `a |-> e, b |-> e]` or `a : e, b : e]`. Only the first may be a reserved word, as in SANY.
    fn fields(&mut self, sign: &'static str, kind: Kind) -> Step {
        let mut first = true;
        loop {
            let mark = self.mark();
            if first {
                let name = self.mark();
                self.bump();
                self.finish(name, Kind::Name);
            } else {
                self.name("the name of a field")?;
            }
            first = false;
            self.expect(sign, "after the name of a field")?;
            self.expression()?;
            self.finish(mark, kind);
            if !self.eat(",") {
                return self.expect("]", "to close a record");
            }
        }
    }

    /// `![i].a = e, ... ]`.
    fn updates(&mut self) -> Step {
        loop {
            let mark = self.mark();
            self.expect("!", "for the place to update")?;
            self.update_step()?;
            while self.is(".") || self.is("[") {
                self.update_step()?;
            }
            self.expect("=", "after the place to update")?;
            self.expression()?;
            self.finish(mark, Kind::Update);
            if !self.eat(",") {
                return self.expect("]", "to close EXCEPT");
            }
        }
    }

    fn update_step(&mut self) -> Step {
        let mark = self.mark();
        if self.eat(".") {
            if !self.is_field_name() || self.is("@") {
                return self.unexpected("the name of a field after `!.`");
            }
            self.bump();
        } else if self.eat("[") {
            self.expressions()?;
            self.expect("]", "after an index")?;
        } else {
            return self.unexpected_hint("`[` or `.` after `!`", "write `![i] = e` or `!.field = e`");
        }
        self.finish(mark, Kind::Step);
        Ok(())
    }

    pub(super) fn angle(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        if !self.is(">>") && !self.is(">>_") {
            self.expressions()?;
        }
        if self.eat(">>_") {
            self.subscript()?;
            self.finish(mark, Kind::AngleAction);
            return Ok(());
        }
        self.expect(">>", "to close a tuple")?;
        self.finish(mark, Kind::Tuple);
        Ok(())
    }

    /// What stands after `]_`, `>>_`, `WF_`: a name, possibly with arguments, or something in brackets.
    fn subscript(&mut self) -> Step {
        let mark = self.mark();
        match self.peek() {
            token if token.kind == TokenKind::Name => {
                self.bump();
                self.subscript_arguments()?;
                while self.is("!") && self.ahead(1).kind == TokenKind::Name {
                    let selector = self.mark();
                    self.bump();
                    self.bump();
                    self.subscript_arguments()?;
                    self.finish(selector, Kind::Selector);
                }
                self.finish(mark, Kind::Reference);
                Ok(())
            }
            token if token.is("(") => self.paren(),
            token if token.is("{") => self.brace(),
            token if token.is("[") => self.square(),
            token if token.is("<<") => self.angle(),
            _ => self.unexpected("a name or a tuple as subscript"),
        }
    }

    /// Arguments of a name in a subscript; the last parentheses after `WF_v` hold the action, and are left alone.
    fn subscript_arguments(&mut self) -> Step {
        if self.is("(") && !self.ahead(1).is(")") && (!self.in_fairness || self.closes_before_another_parenthesis()) {
            self.arguments()?;
        }
        Ok(())
    }

    /// Whether after the parenthesis that opens here and its closing one `(` or `!` follows.
    fn closes_before_another_parenthesis(&mut self) -> bool {
        let after = self.partner("(", ")").and_then(|close| self.tokens.get(close + 1));
        after.is_some_and(|after| after.is("(") || after.is("!"))
    }

    /// `WF_v(A)`.
    pub(super) fn fairness(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        let outer = std::mem::replace(&mut self.in_fairness, true);
        let read = self.subscript();
        self.in_fairness = outer;
        read?;
        if !self.eat("(") {
            return self.unexpected_hint("`(` and the action of a fairness condition", "write `WF_vars(Action)`");
        }
        self.expression()?;
        self.expect(")", "after the action of a fairness condition")?;
        self.finish(mark, Kind::Fairness);
        Ok(())
    }
}
