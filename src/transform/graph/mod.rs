//! The control-flow graph of a procedure, to look at: DOT for Graphviz, or SVG drawn here.

mod dot;
mod svg;
#[cfg(test)]
mod tests;

use super::facts::Facts;
use super::read;
use super::read::Reader;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::base::diag::Diagnostic;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::base::text::one_line;
use crate::tla::parse_module;
use crate::tla::print_expr;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Unit;
use crate::tla::visit;

pub use self::dot::dot;
pub use self::svg::svg;

/// The control flow of one procedure.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The procedure's name.
    pub name: String,
    /// Its head, with the line on which it begins.
    head: Node,
    body: Part,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// The head of the procedure.
    Start,
    /// An assignment, a call, locals, UNCHANGED.
    Step,
    /// A condition that disables the whole action where it is false.
    Guard,
    /// Where the way parts, or a loop turns.
    Fork,
    /// The end.
    End,
}

/// A node.
#[derive(Clone, Debug)]
struct Node {
    shape: Shape,
    /// What is written in it.
    lines: Vec<String>,
}

/// A part of a graph. As statements nest, so do these, and each has one way in and one way out.
#[derive(Clone, Debug)]
enum Part {
    Step(Node),
    /// One after the other.
    Sequence(Vec<Self>),
    /// One of several ways, each with what is written on it.
    Fork(Node, Vec<(String, Self)>),
    /// The body is done for each element of a set.
    Loop(Node, Box<Self>),
}

/// The control-flow graphs of the procedures of `text`, the contents of `file_name`, in their order.
///
/// # Errors
/// A text that does not parse.
pub fn graphs(text: &str, file_name: &str) -> Result<Vec<Graph>, Vec<Diagnostic>> {
    let parsed = parse_module(text, file_name);
    let Some(module) = parsed.module.filter(|_| parsed.diagnostics.is_empty()) else { return Err(parsed.diagnostics) };
    let facts = Facts::of(&module, read::identifiers(text));
    let lines = LineIndex::new(text);
    let definitions = module.units.iter().filter_map(Unit::definition);
    let procedures = definitions.filter(|definition| facts.is_procedure(&definition.name.text));
    let graph = |definition: &Definition| {
        let body = Reader::new(&facts, false).procedure(definition);
        let drawer = Drawer { lines: &lines };
        let params: Vec<&str> = definition.params().iter().map(|param| param.name.text.as_str()).collect();
        let name = definition.name.text.clone();
        let head = if params.is_empty() { name.clone() } else { format!("{name}({})", params.join(", ")) };
        Graph { name, head: drawer.node(Shape::Start, definition.name.span, &head), body: drawer.part(&body) }
    };
    Ok(procedures.map(graph).collect())
}

impl Graph {
    fn end() -> Node {
        Node { shape: Shape::End, lines: vec!["end".to_owned()] }
    }
}

struct Drawer<'a> {
    lines: &'a LineIndex,
}

impl Drawer<'_> {
    fn node(&self, shape: Shape, span: Span, text: &str) -> Node {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        // What the reader puts in has no place in the text.
        if let (Some(first), true) = (lines.first_mut(), span != Span::default()) {
            first.insert_str(0, &format!("{}: ", self.lines.line(span.start)));
        }
        Node { shape, lines }
    }

    fn step(&self, shape: Shape, stmt: &Stmt) -> Part {
        Part::Step(self.node(shape, stmt.span, &print_expr(&visit::bare(&stmt.to_expr()))))
    }

    fn part(&self, stmt: &Stmt) -> Part {
        match &stmt.kind {
            StmtKind::Guard(_) => self.step(Shape::Guard, stmt),
            StmtKind::Skip(_)
            | StmtKind::Assign(..)
            | StmtKind::Pick(..)
            | StmtKind::Call(..)
            | StmtKind::Return(_) => self.step(Shape::Step, stmt),
            StmtKind::Seq(_) => Part::Sequence(stmt.steps_inside().iter().map(|step| self.part(step)).collect()),
            StmtKind::If(condition, yes, no) => {
                let node = self.node(Shape::Fork, stmt.span, &format!("IF {}", shown(condition)));
                let arms = [("THEN", yes), ("ELSE", no)].map(|(name, arm)| (name.to_owned(), self.part(arm)));
                Part::Fork(node, arms.into())
            }
            StmtKind::Case(arms) => {
                let arm = |(guard, arm): &(Option<Expr>, Stmt)| {
                    (guard.as_ref().map_or_else(|| "OTHER".to_owned(), shown), self.part(arm))
                };
                Part::Fork(self.node(Shape::Fork, stmt.span, "CASE"), arms.iter().map(arm).collect())
            }
            StmtKind::Or(list) => {
                let arms = list.iter().map(|arm| (String::new(), self.part(arm))).collect();
                Part::Fork(self.node(Shape::Fork, stmt.span, "\\/"), arms)
            }
            StmtKind::Exists(bounds, body) => {
                let node = self.node(Shape::Step, stmt.span, &format!("\\E {}", self.bounds(bounds)));
                Part::Sequence(vec![Part::Step(node), self.part(body)])
            }
            StmtKind::Loop(bounds, body) => {
                let node = self.node(Shape::Fork, stmt.span, &format!("\\A {}", self.bounds(bounds)));
                Part::Loop(node, Box::new(self.part(body)))
            }
            StmtKind::Let(units, body) => {
                let mut parts: Vec<Part> = units.iter().filter_map(Unit::definition).map(|d| self.local(d)).collect();
                parts.push(self.part(body));
                Part::Sequence(parts)
            }
            StmtKind::Bind(_, first, rest) => Part::Sequence(vec![self.part(first), self.part(rest)]),
        }
    }

    fn local(&self, definition: &Definition) -> Part {
        let params: Vec<&str> = definition.params().iter().map(|param| param.name.text.as_str()).collect();
        let params = if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
        let text = format!("{}{params} == {}", definition.name.text, shown(&definition.body));
        Part::Step(self.node(Shape::Step, definition.name.span, &text))
    }

    fn bounds(&self, bounds: &[Bound]) -> String {
        let one = |bound: &Bound| {
            let names: Vec<&str> = bound.names.iter().map(|name| name.text.as_str()).collect();
            let names = if bound.tuple { format!("<<{}>>", names.join(", ")) } else { names.join(", ") };
            bound.set.as_ref().map_or_else(|| names.clone(), |set| format!("{names} \\in {}", shown(set)))
        };
        bounds.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

/// An expression on one line.
fn shown(expr: &Expr) -> String {
    one_line(&print_expr(&visit::bare(expr)))
}
