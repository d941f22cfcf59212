//! What stands in brackets: parentheses, sets, tuples, functions, records.

use super::Lower;
use super::Lowered;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Name;
use crate::tla::syntax::Step;
use crate::tla::syntax::Update;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

impl<'t> Lower<'t> {
    pub(super) fn bracket(&mut self, node: Node<'t>) -> Lowered<ExprKind> {
        let mut children = node.children();
        let (first, last) = (node.child(0), children.next_back());
        Ok(match (node.kind(), first, last) {
            (Kind::Paren, Some(inner), _) => ExprKind::Paren(Box::new(self.expr(inner)?)),
            (Kind::Tuple, ..) => ExprKind::Tuple(self.elements(node)?),
            (Kind::Set, ..) => ExprKind::Set(self.elements(node)?),
            (Kind::Filter, ..) => {
                let (bound, body) = self.bound_and_body(node)?;
                ExprKind::Filter(bound, body)
            }
            (Kind::Map, Some(element), _) => {
                let element = Box::new(self.expr(element)?);
                let bounds = node.children().skip(1).map(|bound| self.bound(bound)).collect::<Lowered<_>>()?;
                ExprKind::Map(element, bounds)
            }
            (Kind::Function, _, Some(body)) => {
                let bounds = Self::of_kind(node, Kind::Bound).map(|bound| self.bound(bound)).collect::<Lowered<_>>()?;
                ExprKind::Function(bounds, Box::new(self.expr(body)?))
            }
            (Kind::FunctionSet, Some(from), Some(to)) => {
                let from = Box::new(self.expr(from)?);
                ExprKind::FunctionSet(from, Box::new(self.expr(to)?))
            }
            (Kind::Record, ..) => ExprKind::Record(self.fields(node)?),
            (Kind::RecordSet, ..) => ExprKind::RecordSet(self.fields(node)?),
            (Kind::Except, Some(base), _) => {
                let base = Box::new(self.expr(base)?);
                ExprKind::Except(base, self.updates(node)?)
            }
            (Kind::Action | Kind::AngleAction, Some(action), Some(subscript)) if node.children().len() == 2 => {
                let angle = node.is(Kind::AngleAction);
                let action = Box::new(self.expr(action)?);
                ExprKind::Action(angle, action, Box::new(self.subscript(subscript)?))
            }
            _ => return self.unsupported(node, "this form"),
        })
    }

    /// The elements of a tuple or a set.
    fn elements(&mut self, node: Node<'t>) -> Lowered<Vec<Expr>> {
        let mut elements = Vec::new();
        for child in node.children() {
            let mut element = if child.is(Kind::Bound) { self.membership(child)? } else { self.expr(child)? };
            if self.past(child) {
                element.notes.after.extend(self.comments_after());
            }
            elements.push(element);
        }
        Ok(elements)
    }

    /// `x \in S` as an element of a set.
    fn membership(&mut self, node: Node<'t>) -> Lowered<Expr> {
        let bound = self.bound(node)?;
        let span = node.child(0).map(|name| name.span()).unwrap_or_default();
        let names = bound.names.into_iter().map(|name| Expr::name(name.text, name.span));
        let left = match bound.tuple {
            true => self.node(ExprKind::Tuple(names.collect()), span)?,
            false => names.into_iter().next().unwrap_or_else(|| Expr::name("", span)),
        };
        let Some(set) = bound.set else { return self.unsupported(node, "this element") };
        self.node(ExprKind::Infix("\\in".to_owned(), Box::new(left), Box::new(set)), node.span())
    }

    fn fields(&mut self, node: Node<'t>) -> Lowered<Vec<(Name, Expr)>> {
        let mut fields = Vec::new();
        for field in node.children() {
            self.at = field.range().start;
            let before = self.comments_before();
            let (Some(name), Some(value)) = (field.child(0), field.child(1)) else { continue };
            let mut name = self.name(name);
            name.notes.before = before;
            let mut value = self.expr(value)?;
            if self.past(field) {
                value.notes.after.extend(self.comments_after());
            }
            fields.push((name, value));
        }
        Ok(fields)
    }

    fn updates(&mut self, node: Node<'t>) -> Lowered<Vec<Update>> {
        let mut updates = Vec::new();
        for update in node.children().skip(1) {
            let mut path = Vec::new();
            for step in Self::of_kind(update, Kind::Step) {
                let indices: Vec<_> = step.children().collect();
                path.push(if indices.is_empty() {
                    let field = self.tree.tokens()[step.range().end - 1];
                    Step::Field(self.text(&field).to_owned())
                } else {
                    Step::Index(self.list(&indices)?)
                });
            }
            let Some(value) = update.children().next_back() else { continue };
            let mut value = self.expr(value)?;
            if self.past(update) {
                value.notes.after.extend(self.comments_after());
            }
            updates.push(Update { path, value });
        }
        Ok(updates)
    }

    /// What stands after `]_`, `>>_`, `WF_`.
    pub(super) fn subscript(&mut self, node: Node<'t>) -> Lowered<Expr> {
        let kind = if node.is(Kind::Reference) { self.reference(node)? } else { self.bracket(node)? };
        self.node(kind, node.span())
    }
}
