//! Expressions.

use super::Lower;
use super::Lowered;
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
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

impl<'t> Lower<'t> {
    /// A whole expression, with the comments around it.
    pub(super) fn expr(&mut self, node: Node<'t>) -> Lowered<Expr> {
        self.at = node.range().start;
        let first = &self.tree.tokens()[self.at];
        let bullet = first.is("/\\") || first.is("\\/");
        let before = if bullet { Vec::new() } else { self.comments_before() };
        let mut expr = self.operators(node)?;
        self.at = node.range().end;
        expr.notes.wrap(Notes { before, after: self.comments_after() });
        Ok(expr)
    }

    /// An operand, or operators around operands. What is deep on its left is walked without recursion.
    fn operators(&mut self, node: Node<'t>) -> Lowered<Expr> {
        let mut links = Vec::new();
        let mut first = node;
        while matches!(first.kind(), Kind::Infix | Kind::Postfix | Kind::Field | Kind::Index) {
            links.push(first);
            match first.child(0) {
                Some(left) => first = left,
                None => return self.unsupported(node, "this expression"),
            }
        }
        let mut expr = self.operand(first)?;
        while let Some(link) = links.pop() {
            let range = link.range();
            let kind = match link.kind() {
                Kind::Infix => {
                    let op = self.operator_of(link);
                    let Some(right) = link.child(1) else { return self.unsupported(link, "this operator") };
                    ExprKind::Infix(op, Box::new(expr), Box::new(self.operators(right)?))
                }
                Kind::Postfix => ExprKind::Postfix(self.operator_of(link), Box::new(expr)),
                Kind::Index => {
                    let arguments: Vec<_> = link.children().skip(1).collect();
                    ExprKind::Apply(Box::new(expr), self.list(&arguments)?)
                }
                _ => {
                    let field = self.tree.tokens()[range.end - 1];
                    ExprKind::Field(Box::new(expr), self.text(&field).to_owned())
                }
            };
            expr = self.node(kind, link.span())?;
            self.at = range.end;
            if !link.is(Kind::Infix) {
                expr.notes.after = self.comments_after();
            }
        }
        Ok(expr)
    }

    /// The operator of a node, `/\` for `\land`.
    fn operator_of(&self, node: Node<'t>) -> String {
        match self.token_of(node).map_or("", |token| self.text(token)) {
            "\\land" => "/\\",
            "\\lor" => "\\/",
            "-." => "-",
            other => other,
        }
        .to_owned()
    }

    fn operand(&mut self, node: Node<'t>) -> Lowered<Expr> {
        let kind = match node.kind() {
            Kind::Prefix => {
                let op = self.operator_of(node);
                let Some(inner) = node.child(0) else { return self.unsupported(node, "this operator") };
                ExprKind::Prefix(op, Box::new(self.operators(inner)?))
            }
            Kind::Junction => self.junction(node)?,
            Kind::Quantifier => self.quantifier(node)?,
            Kind::If => {
                let [a, b, c] = self.parts(node)?;
                ExprKind::If(a, b, c)
            }
            Kind::Case => self.case(node)?,
            Kind::Let => self.locals(node)?,
            Kind::Choose => {
                let (bound, body) = self.bound_and_body(node)?;
                ExprKind::Choose(bound, body)
            }
            Kind::Fairness => self.fairness(node)?,
            Kind::Label => self.label(node)?,
            _ => return self.primary(node),
        };
        self.node(kind, node.span())
    }

    /// An operand after which comments and suffixes may stand.
    fn primary(&mut self, node: Node<'t>) -> Lowered<Expr> {
        let kind = match node.kind() {
            Kind::Reference => self.reference(node)?,
            Kind::Number => ExprKind::Number(node.tokens().map(|token| self.text(token)).collect()),
            Kind::Text => {
                let text = node.text();
                let inner = text.strip_prefix('"').unwrap_or(text);
                ExprKind::Str(inner.strip_suffix('"').unwrap_or(inner).to_owned())
            }
            _ => self.bracket(node)?,
        };
        let mut expr = self.node(kind, node.span())?;
        self.at = node.range().end;
        expr.notes.after.extend(self.comments_after());
        Ok(expr)
    }

    /// The children of a node, all of them expressions.
    fn parts<const N: usize>(&mut self, node: Node<'t>) -> Lowered<[Box<Expr>; N]> {
        let parts: Vec<Box<Expr>> =
            node.children().map(|part| self.expr(part).map(Box::new)).collect::<Lowered<_>>()?;
        parts.try_into().or_else(|_| self.unsupported(node, "this form"))
    }

    fn junction(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let conjunction = self.tree.tokens()[node.range().start].is("/\\");
        let mut items = Vec::new();
        for item in node.children() {
            self.at = item.range().start;
            let before = self.comments_before();
            let Some(body) = item.child(0) else { continue };
            let expr = self.expr(body)?;
            items.push(Item { expr, notes: Notes { before, after: self.comments_after() } });
        }
        Ok(ExprKind::Junction(conjunction, items))
    }

    fn case(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let mut arms = Vec::new();
        for arm in node.children() {
            let mut parts = arm.children();
            let mut guard = None;
            if arm.is(Kind::Arm)
                && let Some(part) = parts.next()
            {
                let mut lowered = self.expr(part)?;
                // Past the arrow.
                self.at = part.range().end + 1;
                lowered.notes.after.extend(self.comments_after());
                guard = Some(lowered);
            }
            let Some(body) = parts.next() else { return self.unsupported(arm, "this arm") };
            arms.push(Arm { guard, body: self.expr(body)? });
        }
        Ok(ExprKind::Case(arms))
    }

    fn locals(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let mut units: Vec<Unit> = Vec::new();
        let mut children = node.children();
        let Some(body) = children.next_back() else { return self.unsupported(node, "this LET") };
        for unit in children {
            units.push(self.unit(unit)?);
        }
        // Past IN, comments on whose line belong to the last definition.
        self.at = body.range().start;
        let after = self.comments_after();
        if let Some(last) = units.last_mut() {
            last.notes.after.extend(after);
        }
        Ok(ExprKind::Let(units, Box::new(self.expr(body)?)))
    }

    fn quantifier(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let quantifier = match node.token().map_or("", |token| token.canonical) {
            "\\A" => Quantifier::All,
            "\\E" => Quantifier::Some,
            "\\AA" => Quantifier::TemporalAll,
            _ => Quantifier::TemporalSome,
        };
        let bounds = Self::of_kind(node, Kind::Bound).map(|bound| self.bound(bound)).collect::<Lowered<_>>()?;
        let Some(body) = node.children().next_back() else { return self.unsupported(node, "this quantifier") };
        Ok(ExprKind::Quant(quantifier, bounds, Box::new(self.expr(body)?)))
    }

    pub(super) fn bound(&mut self, node: Node<'t>) -> Lowered<Bound> {
        let tuple = node.find(Kind::NameTuple);
        let names = self.names(tuple.unwrap_or(node));
        let set = node.children().next_back().filter(|last| !last.is(Kind::Name) && !last.is(Kind::NameTuple));
        let set = set.map(|set| self.expr(set)).transpose()?;
        Ok(Bound { names, tuple: tuple.is_some(), set })
    }

    /// One bound and an expression.
    pub(super) fn bound_and_body(&mut self, node: Node<'t>) -> Lowered<(Box<Bound>, Box<Expr>)> {
        let (Some(bound), Some(body)) = (node.child(0), node.child(1)) else {
            return self.unsupported(node, "this form");
        };
        let bound = self.bound(bound)?;
        Ok((Box::new(bound), Box::new(self.expr(body)?)))
    }

    fn fairness(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let strong = node.token().is_some_and(|token| token.is("SF_"));
        let (Some(subscript), Some(action)) = (node.child(0), node.child(1)) else {
            return self.unsupported(node, "this fairness condition");
        };
        let subscript = self.subscript(subscript)?;
        Ok(ExprKind::Fair(strong, Box::new(subscript), Box::new(self.expr(action)?)))
    }

    fn label(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let (Some(label), Some(body)) = (node.child(0), node.child(1)) else {
            return self.unsupported(node, "this label");
        };
        let ExprKind::Name { name, args, .. } = self.reference(label)? else {
            return self.unsupported(label, "this label");
        };
        let params = args.iter().filter_map(|arg| arg.as_name().map(|text| Name::new(text, arg.span))).collect();
        let span = self.tree.tokens()[label.range().start].span();
        Ok(ExprKind::Label(Name::new(name, span), params, Box::new(self.expr(body)?)))
    }

    /// A name with its qualifiers and arguments.
    pub(super) fn reference(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let Some(token) = node.token() else { return self.unsupported(node, "this name") };
        if token.is("@") {
            return Ok(ExprKind::At);
        }
        if token.kind == TokenKind::Step {
            return self.unsupported(node, "the number of a proof step");
        }
        let mut path = Vec::new();
        let mut name = self.text(token).to_owned();
        let mut args = self.arguments(node)?;
        for selector in Self::of_kind(node, Kind::Selector) {
            let token: Option<&Token> = selector.tokens().nth(1);
            let named = token.filter(|token| token.kind == TokenKind::Name || self.is_operator(token));
            let Some(token) = named else { return self.unsupported(selector, "a part of a definition") };
            path.push(Qualifier { name: std::mem::replace(&mut name, self.text(token).to_owned()), args });
            args = self.arguments(selector)?;
        }
        Ok(ExprKind::Name { path, name, args })
    }

    fn is_operator(&self, token: &Token) -> bool {
        use crate::tla::ops;
        let op = token.canonical;
        ops::infix(op).is_some() || ops::prefix(op).is_some() || ops::postfix(op).is_some()
    }

    fn arguments(&mut self, node: Node<'t>) -> Lowered<Vec<Expr>> {
        let arguments: Vec<_> = node.find(Kind::Arguments).into_iter().flat_map(|list| list.children()).collect();
        self.list(&arguments)
    }

    /// Arguments separated by commas.
    pub(super) fn list(&mut self, nodes: &[Node<'t>]) -> Lowered<Vec<Expr>> {
        let mut list = Vec::new();
        for node in nodes {
            let mut argument = self.argument(*node)?;
            if self.past(*node) {
                argument.notes.after.extend(self.comments_after());
            }
            list.push(argument);
        }
        Ok(list)
    }

    pub(super) fn argument(&mut self, node: Node<'t>) -> Lowered<Expr> {
        match node.kind() {
            Kind::OperatorArgument => {
                let op = node.token().map_or("", |token| self.text(token)).to_owned();
                self.node(ExprKind::Symbol(op), node.span())
            }
            Kind::Lambda => {
                self.at = node.range().start;
                let before = self.comments_before();
                let params = self.names(node).into_iter();
                let params = params.map(|name| Param { name, ..Param::value("", node.span()) }).collect();
                let Some(body) = node.children().next_back() else { return self.unsupported(node, "this LAMBDA") };
                let body = self.expr(body)?;
                let mut expr = self.node(ExprKind::Lambda(params, Box::new(body)), node.span())?;
                self.at = node.range().end;
                expr.notes.wrap(Notes { before, after: self.comments_after() });
                Ok(expr)
            }
            _ => self.expr(node),
        }
    }
}
