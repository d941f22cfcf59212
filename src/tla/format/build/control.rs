//! IF, CASE, LET, quantifiers, and what else has a word or a sign before its body.

use super::Build;
use super::Op;
use crate::tla::tree::Element;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

impl<'t> Build<'t> {
    pub(super) fn conditional(&mut self, elements: &[Element<'t>]) {
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
        // ELSE stands below THEN, or below IF if it did so, or if what is between them starts below IF.
        let did = column(*other) <= column(*head) + 2 || self.starts_line(self.first(*yes));
        let below_if = !self.starts_line(*then) && self.starts_line(*other) && did;
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
        let mut other = words.iter().filter_map(|e| match e {
            Element::Token(index) => Some(*index),
            Element::Node(_) => None,
        });
        let last = other.next_back().unwrap_or(head);
        !self.starts_line(head) && self.starts_line(last) && self.at(last).column < self.at(head).column
    }

    pub(super) fn case(&mut self, elements: &[Element<'t>]) {
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

    pub(super) fn locals(&mut self, elements: &[Element<'t>]) {
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

    pub(super) fn quantifier(&mut self, elements: &[Element<'t>]) {
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

    /// `CHOOSE x \in S : e`, `a -> e` and what else has a sign before its body.
    pub(super) fn body_after(&mut self, elements: &[Element<'t>], sign: &str, by: usize) {
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
}
