//! From a tree to instructions for the layout: where a line may break, and where it then goes on.

mod bracket;
mod control;

use super::gap::Gap;
use crate::tla::ops;
use crate::tla::tree::Element;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;
use crate::tla::tree::Tree;

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// The token at an index.
    Token(usize),
    /// Spaces before the next token.
    Space(usize),
    /// One space, two if the token before starts its line: `IN` under `LET`.
    SpaceAfterIn,
    /// A space (or none), or a line break if the line gets too long.
    Soft(usize),
    /// Line breaks go further right, until `Pop`.
    Nest(usize),
    /// Line breaks go to the column of the next token, until `Pop`.
    Align,
    /// Line breaks go further right if the next token starts a line, until `Pop`.
    Below(usize),
    /// The next token goes further right.
    Shift(usize),
    /// Ends `Nest`, `Align` or `Below`.
    Pop,
    /// Its soft breaks break together, until `End`.
    Group,
    /// Ends `Group`.
    End,
    /// The tokens up to an index as they stood, moved with the token at another.
    Raw {
        /// First.
        first: usize,
        /// One past the last.
        end: usize,
        /// The token they stand relative to.
        anchor: usize,
    },
}

pub(super) struct Build<'t> {
    pub(super) tree: &'t Tree,
    pub(super) gaps: &'t [Gap],
    pub(super) ops: Vec<Op>,
}

impl<'t> Build<'t> {
    fn put(&mut self, op: Op) {
        self.ops.push(op);
    }

    fn at(&self, index: usize) -> &'t Token {
        &self.tree.tokens()[index]
    }

    fn token(&mut self, index: usize) {
        if self.at(index).kind != TokenKind::Break {
            self.put(Op::Token(index));
        }
    }

    fn is(&self, element: Element<'_>, canonical: &str) -> bool {
        matches!(element, Element::Token(index) if self.at(index).is(canonical))
    }

    /// The first token of a node that has text.
    fn first(&self, node: Node<'_>) -> usize {
        node.range().find(|index| self.at(*index).kind != TokenKind::Break).unwrap_or(node.range().start)
    }

    fn starts_line(&self, index: usize) -> bool {
        self.gaps[index].breaks
    }

    fn elements(&self, node: Node<'t>) -> Vec<Element<'t>> {
        let mut elements = node.elements();
        elements.retain(|e| !matches!(e, Element::Token(index) if self.at(*index).kind == TokenKind::Break));
        elements
    }

    /// The whole file, without the text outside the module.
    pub(super) fn file(&mut self, root: Node<'t>) {
        for module in root.children() {
            self.module(module);
        }
    }

    fn module(&mut self, module: Node<'t>) {
        for element in self.elements(module) {
            match element {
                Element::Token(index) => self.token(index),
                Element::Node(unit) => self.unit(unit),
            }
        }
    }

    fn unit(&mut self, unit: Node<'t>) {
        match unit.kind() {
            Kind::Module => self.module(unit),
            Kind::Header | Kind::Use | Kind::Error => self.raw(unit, self.first(unit)),
            Kind::Constants | Kind::Variables => {
                let elements = self.elements(unit);
                self.put(Op::Group);
                self.each(&elements[..1]);
                self.put(Op::Nest(4));
                self.put(Op::Soft(1));
                self.aligned(&elements[1..]);
                self.put(Op::Pop);
                self.put(Op::End);
            }
            Kind::Definition | Kind::ModuleDefinition => self.definition(unit),
            _ => self.statement(unit),
        }
    }

    fn raw(&mut self, node: Node<'t>, anchor: usize) {
        self.put(Op::Raw { first: node.range().start, end: node.range().end, anchor });
    }

    /// Words and parts with spaces between them; lines go on further right.
    fn statement(&mut self, unit: Node<'t>) {
        let anchor = self.first(unit);
        self.spaced(&self.elements(unit), anchor);
    }

    fn spaced(&mut self, elements: &[Element<'t>], anchor: usize) {
        self.put(Op::Group);
        self.put(Op::Nest(4));
        for (n, element) in elements.iter().enumerate() {
            if n > 0 && !self.is(*element, ",") {
                let after_comma = self.is(elements[n - 1], ",");
                self.put(if after_comma { Op::Soft(1) } else { Op::Space(1) });
            }
            match element {
                Element::Node(proof) if proof.is(Kind::Proof) => self.raw(*proof, anchor),
                _ => self.each(&[*element]),
            }
            // What is listed stands below its first.
            if matches!(element, Element::Token(at) if ["EXTENDS", "RECURSIVE", "WITH"].contains(&self.at(*at).canonical))
            {
                self.put(Op::Space(1));
                self.aligned(&elements[n + 1..]);
                break;
            }
        }
        self.put(Op::Pop);
        self.put(Op::End);
    }

    /// Elements without spaces between them, apart from after commas, below the first.
    fn aligned(&mut self, elements: &[Element<'t>]) {
        if elements.is_empty() {
            return;
        }
        self.put(Op::Align);
        self.each(elements);
        self.put(Op::Pop);
    }

    /// Elements without spaces between them, apart from after commas.
    fn each(&mut self, elements: &[Element<'t>]) {
        for element in elements {
            match element {
                Element::Token(index) => {
                    self.token(*index);
                    if self.is(*element, ",") {
                        self.put(Op::Soft(1));
                    }
                }
                Element::Node(node) => self.node(*node),
            }
        }
    }

    fn definition(&mut self, unit: Node<'t>) {
        let elements = self.elements(unit);
        let sign = elements.iter().position(|e| self.is(*e, "==")).unwrap_or(0);
        for element in &elements[..sign] {
            self.each(&[*element]);
            self.put(Op::Space(1));
        }
        self.each(&elements[sign..=sign]);
        match &elements[sign + 1..] {
            [Element::Node(body)] => self.below(4, *body),
            instance => {
                self.put(Op::Space(1));
                self.spaced(instance, self.first(unit));
            }
        }
    }

    /// An expression after a space, or on the next line and further right.
    fn below(&mut self, by: usize, body: Node<'t>) {
        self.put(Op::Group);
        self.put(Op::Nest(by));
        self.put(Op::Soft(1));
        self.node(body);
        self.put(Op::Pop);
        self.put(Op::End);
    }

    /// A node; if it is an expression, its lines go on where it starts.
    fn node(&mut self, node: Node<'t>) {
        self.put(Op::Align);
        self.bare(node);
        self.put(Op::Pop);
    }

    fn bare(&mut self, node: Node<'t>) {
        let elements = self.elements(node);
        match node.kind() {
            Kind::Definition | Kind::ModuleDefinition => self.definition(node),
            Kind::Instance | Kind::Recursive | Kind::New | Kind::Substitution => {
                self.spaced(&elements, self.first(node));
            }
            Kind::InfixHead | Kind::PrefixHead | Kind::PostfixHead => self.words(&elements),
            Kind::FunctionHead => self.bracketed(&elements, 1),
            Kind::Declaration if !matches!(elements.first(), Some(Element::Token(at)) if self.at(*at).kind == TokenKind::Name) =>
            {
                self.words(&elements);
            }
            Kind::Arguments => self.bracketed(&elements, 4),
            Kind::Paren => self.bracketed(&elements, 1),
            Kind::Tuple
            | Kind::Set
            | Kind::Brackets
            | Kind::Record
            | Kind::RecordSet
            | Kind::Index
            | Kind::Action
            | Kind::AngleAction => self.bracketed(&elements, 2),
            Kind::RecordField | Kind::RecordSetField | Kind::Bound => self.signed(&elements),
            Kind::Prefix => self.prefix(&elements),
            Kind::Infix => self.infix(node),
            Kind::Junction => self.each(&elements),
            Kind::Item => self.item(&elements),
            Kind::If => self.conditional(&elements),
            Kind::Case => self.case(&elements),
            Kind::Arm | Kind::OtherArm => self.body_after(&elements, "->", 4),
            Kind::Let => self.locals(&elements),
            Kind::Quantifier => self.quantifier(&elements),
            Kind::Choose | Kind::Lambda => self.body_after(&elements, ":", 4),
            Kind::Label => self.body_after(&elements, "::", 2),
            Kind::Filter => self.filter(&elements),
            Kind::Function => self.comprehension(&elements, "|->"),
            Kind::FunctionSet => self.comprehension(&elements, "->"),
            Kind::Map => self.map(&elements),
            Kind::Except => self.except(&elements),
            Kind::Update => self.body_after(&elements, "=", 4),
            Kind::AssumeProve => self.spaced(&elements, self.first(node)),
            _ => self.each(&elements),
        }
    }

    fn words(&mut self, elements: &[Element<'t>]) {
        for (n, element) in elements.iter().enumerate() {
            if n > 0 {
                self.put(Op::Space(1));
            }
            self.each(&[*element]);
        }
    }

    fn prefix(&mut self, elements: &[Element<'t>]) {
        let [Element::Token(op), Element::Node(operand)] = elements else { return self.each(elements) };
        let inner = self.first(*operand);
        let word = |index: usize| self.at(index).canonical.starts_with(|c: char| c == '\\' || c.is_ascii_alphabetic());
        let touches = self.at(*op).end == self.at(inner).start;
        // `- -a` must not become `--a`.
        let tight =
            !word(*op) && if operand.is(Kind::Prefix) { touches } else { !word(inner) || !operand.is(Kind::Prefix) };
        self.token(*op);
        self.put(Op::Space(usize::from(!tight)));
        self.node(*operand);
    }

    /// A chain of operators that bind alike breaks before each of them.
    fn infix(&mut self, node: Node<'t>) {
        let sign = |node: Node<'t>| node.tokens().next().map_or("", |token| token.canonical);
        let chains = |a: &str, b: &str| a == b || (["+", "-"].contains(&a) && ["+", "-"].contains(&b));
        let mut left = node;
        let mut rest = Vec::new();
        while left.is(Kind::Infix) && (rest.is_empty() || chains(sign(left), sign(node))) {
            let elements = self.elements(left);
            let [Element::Node(first), Element::Token(op), Element::Node(last)] = elements[..] else { break };
            rest.push((op, last));
            left = first;
        }
        self.put(Op::Group);
        // An operator that is no bullet of the list before it must stand left of the bullets.
        if left.is(Kind::Junction) && self.at(self.first(left)).is(sign(node)) {
            self.put(Op::Shift(3));
        }
        self.node(left);
        for (op, right) in rest.into_iter().rev() {
            let canonical = self.at(op).canonical;
            let tight = canonical == "..";
            let chained = ops::infix(canonical).is_some_and(|binding| binding.associative);
            let holds = !chained && brackets(right) && !self.starts_line(op);
            match (tight, holds) {
                (true, _) => self.put(Op::Space(0)),
                (_, true) => self.put(Op::Space(1)),
                _ => self.put(Op::Soft(1)),
            }
            self.token(op);
            self.put(Op::Nest(if chained { 0 } else { 4 }));
            self.put(Op::Space(usize::from(!tight)));
            self.node(right);
            self.put(Op::Pop);
        }
        self.put(Op::End);
    }

    fn item(&mut self, elements: &[Element<'t>]) {
        self.each(&elements[..1]);
        self.put(Op::Nest(3));
        self.put(Op::Space(1));
        self.each(&elements[1..]);
        self.put(Op::Pop);
    }

    fn grouped(&mut self, elements: &[Element<'t>]) {
        self.put(Op::Group);
        self.aligned(elements);
        self.put(Op::End);
    }
}

/// Whether a node can break inside, so that a line need not break before it.
fn brackets(node: Node<'_>) -> bool {
    let has_arguments = node.is(Kind::Reference) && node.find(Kind::Arguments).is_some();
    has_arguments
        || matches!(
            node.kind(),
            Kind::Tuple
                | Kind::Set
                | Kind::Record
                | Kind::RecordSet
                | Kind::Function
                | Kind::Except
                | Kind::Filter
                | Kind::Map
                | Kind::FunctionSet
                | Kind::Paren
                | Kind::If
                | Kind::Let
                | Kind::Case
                | Kind::Junction
        )
}
