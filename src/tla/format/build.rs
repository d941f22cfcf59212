//! From a tree to instructions for the layout: where a line may break, and where it then goes on.

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
                self.spaced(&elements, self.first(node))
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

    /// A list between brackets, possibly with something before the first bracket or after the last.
    fn bracketed(&mut self, elements: &[Element<'t>], by: usize) {
        let opens = |e: &Element<'_>| ["(", "[", "{", "<<"].iter().any(|open| self.is(*e, open));
        let closes = |e: &Element<'_>| [")", "]", "}", ">>", "]_", ">>_"].iter().any(|close| self.is(*e, close));
        let (Some(open), Some(close)) = (elements.iter().position(opens), elements.iter().rposition(closes)) else {
            return self.each(elements);
        };
        self.each(&elements[..open]);
        self.put(Op::Group);
        self.each(&elements[open..=open]);
        self.put(Op::Nest(by));
        self.aligned(&elements[open + 1..close]);
        self.put(Op::Pop);
        self.each(&elements[close..=close]);
        self.put(Op::End);
        self.each(&elements[close + 1..]);
    }

    /// `a |-> e`, `a : e`, `x, y \in S`.
    fn signed(&mut self, elements: &[Element<'t>]) {
        let sign = elements.iter().position(|e| ["|->", ":", "\\in"].iter().any(|s| self.is(*e, s)));
        let Some(sign) = sign else { return self.each(elements) };
        // The bound of a filter has the colon in it.
        let colon = sign + 1 < elements.len() && elements.last().is_some_and(|e| self.is(*e, ":"));
        let end = elements.len() - usize::from(colon);
        self.each(&elements[..sign]);
        self.put(Op::Space(1));
        self.each(&elements[sign..=sign]);
        self.put(Op::Nest(4));
        self.put(Op::Space(1));
        self.each(&elements[sign + 1..end]);
        self.put(Op::Pop);
        if colon {
            self.put(Op::Space(1));
            self.each(&elements[end..]);
        }
    }

    /// `{x \in S : e}`.
    fn filter(&mut self, elements: &[Element<'t>]) {
        let [open, bound, Element::Node(body), close] = elements else { return self.each(elements) };
        self.each(&[*open, *bound]);
        self.below(2, *body);
        self.each(&[*close]);
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

    fn conditional(&mut self, elements: &[Element<'t>]) {
        let [
            Element::Token(head),
            Element::Node(condition),
            Element::Token(then),
            Element::Node(yes),
            Element::Token(other),
            Element::Node(no),
        ] = elements
        else {
            return self.words(elements);
        };
        let column = |index: usize| self.at(index).column;
        // ELSE stands below THEN, or below IF if it did so.
        let below_if = !self.starts_line(*then) && self.starts_line(*other) && column(*other) <= column(*head) + 2;
        self.put(Op::Group);
        self.branch(*head, *condition);
        self.put(Op::Soft(1));
        if !below_if {
            self.put(Op::Align);
        }
        self.branch(*then, *yes);
        self.put(Op::Soft(1));
        self.token(*other);
        self.put(Op::Space(1));
        if no.is(Kind::If) && self.goes_on_left(*no) {
            self.bare(*no);
        } else {
            // `ELSE ` is as wide as that.
            self.put(Op::Nest(5));
            self.node(*no);
            self.put(Op::Pop);
        }
        if !below_if {
            self.put(Op::Pop);
        }
        self.put(Op::End);
    }

    fn branch(&mut self, word: usize, expr: Node<'t>) {
        self.token(word);
        self.put(Op::Nest(self.at(word).canonical.len() + 1));
        self.put(Op::Space(1));
        self.node(expr);
        self.put(Op::Pop);
    }

    /// Whether this IF after an ELSE is written as `ELSE IF a THEN b`, with the next ELSE below this one.
    fn goes_on_left(&self, node: Node<'t>) -> bool {
        let head = self.first(node);
        let words = self.elements(node);
        let other = words.iter().filter_map(|e| match e {
            Element::Token(index) => Some(*index),
            Element::Node(_) => None,
        });
        let last = other.last().unwrap_or(head);
        !self.starts_line(head) && self.starts_line(last) && self.at(last).column < self.at(head).column
    }

    fn case(&mut self, elements: &[Element<'t>]) {
        self.put(Op::Group);
        self.put(Op::Nest(2));
        for (n, element) in elements.iter().enumerate() {
            if n > 0 {
                self.put(if self.is(*element, "[]") { Op::Soft(1) } else { Op::Space(1) });
            }
            self.each(&[*element]);
        }
        self.put(Op::Pop);
        self.put(Op::End);
    }

    fn locals(&mut self, elements: &[Element<'t>]) {
        let Some(end) = elements.iter().position(|e| self.is(*e, "IN")) else { return self.words(elements) };
        self.put(Op::Group);
        self.each(&elements[..1]);
        self.put(Op::Nest(4));
        self.put(Op::Space(1));
        self.put(Op::Align);
        for (n, definition) in elements[1..end].iter().enumerate() {
            if n > 0 {
                self.put(Op::Soft(1));
            }
            self.each(&[*definition]);
        }
        self.put(Op::Pop);
        self.put(Op::Pop);
        self.put(Op::Soft(1));
        self.each(&elements[end..=end]);
        self.put(Op::Nest(4));
        self.put(Op::SpaceAfterIn);
        self.each(&elements[end + 1..]);
        self.put(Op::Pop);
        self.put(Op::End);
    }

    fn quantifier(&mut self, elements: &[Element<'t>]) {
        let sign = elements.iter().position(|e| self.is(*e, ":")).unwrap_or(elements.len() - 1);
        self.each(&elements[..1]);
        self.put(Op::Space(1));
        self.grouped(&elements[1..sign]);
        self.put(Op::Space(1));
        self.each(&elements[sign..=sign]);
        match elements.get(sign + 1) {
            // `\A x \in S : \E y \in T :` is one head, and its body stands below the first.
            Some(Element::Node(body)) if body.is(Kind::Quantifier) && !self.starts_line(self.first(*body)) => {
                self.put(Op::Group);
                self.put(Op::Soft(1));
                self.put(Op::Below(4));
                self.bare(*body);
                self.put(Op::Pop);
                self.put(Op::End);
            }
            Some(Element::Node(body)) => self.below(4, *body),
            _ => {}
        }
    }

    fn grouped(&mut self, elements: &[Element<'t>]) {
        self.put(Op::Group);
        self.aligned(elements);
        self.put(Op::End);
    }

    /// `CHOOSE x \in S : e`, `a -> e` and what else has a sign before its body.
    fn body_after(&mut self, elements: &[Element<'t>], sign: &str, by: usize) {
        let Some(at) = elements.iter().position(|e| self.is(*e, sign)) else { return self.words(elements) };
        let first_is_word = self.is(elements[0], "CHOOSE") || self.is(elements[0], "LAMBDA");
        self.each(&elements[..usize::from(first_is_word)]);
        if first_is_word {
            self.put(Op::Space(1));
        }
        self.grouped(&elements[usize::from(first_is_word)..at]);
        self.put(Op::Space(1));
        self.each(&elements[at..=at]);
        if let Some(Element::Node(body)) = elements.get(at + 1) {
            self.below(by, *body);
        }
    }

    /// `{x \in S : e}`, `[x \in S |-> e]`, `[S -> T]`.
    fn comprehension(&mut self, elements: &[Element<'t>], sign: &str) {
        let at = elements.iter().position(|e| self.is(*e, sign));
        let (Some(at), Some(Element::Node(body))) = (at, at.and_then(|at| elements.get(at + 1))) else {
            return self.each(elements);
        };
        self.each(&elements[..1]);
        self.put(Op::Nest(2));
        self.grouped(&elements[1..at]);
        self.put(Op::Pop);
        self.put(Op::Space(1));
        self.each(&elements[at..=at]);
        self.below(2, *body);
        self.each(&elements[at + 2..]);
    }

    fn map(&mut self, elements: &[Element<'t>]) {
        let Some(at) = elements.iter().position(|e| self.is(*e, ":")) else { return self.each(elements) };
        self.put(Op::Group);
        self.each(&elements[..1]);
        self.put(Op::Nest(1));
        self.each(&elements[1..at]);
        self.put(Op::Soft(1));
        self.each(&elements[at..=at]);
        self.put(Op::Space(1));
        self.aligned(&elements[at + 1..elements.len() - 1]);
        self.put(Op::Pop);
        self.each(&elements[elements.len() - 1..]);
        self.put(Op::End);
    }

    fn except(&mut self, elements: &[Element<'t>]) {
        let Some(at) = elements.iter().position(|e| self.is(*e, "EXCEPT")) else { return self.each(elements) };
        self.put(Op::Group);
        self.put(Op::Nest(2));
        self.each(&elements[..at]);
        self.put(Op::Soft(1));
        self.each(&elements[at..=at]);
        self.put(Op::Space(1));
        self.aligned(&elements[at + 1..elements.len() - 1]);
        self.put(Op::Pop);
        self.each(&elements[elements.len() - 1..]);
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
