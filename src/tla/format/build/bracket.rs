//! What stands in brackets.

use super::Build;
use super::Op;
use crate::tla::tree::Element;

impl<'t> Build<'t> {
    /// A list between brackets, possibly with something before the first bracket or after the last.
    pub(super) fn bracketed(&mut self, elements: &[Element<'t>], by: usize) {
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
    pub(super) fn signed(&mut self, elements: &[Element<'t>]) {
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
    pub(super) fn filter(&mut self, elements: &[Element<'t>]) {
        let [open, bound, Element::Node(body), close] = elements else { return self.each(elements) };
        self.each(&[*open, *bound]);
        self.below(2, *body);
        self.each(&[*close]);
    }

    /// `{x \in S : e}`, `[x \in S |-> e]`, `[S -> T]`.
    pub(super) fn comprehension(&mut self, elements: &[Element<'t>], sign: &str) {
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

    pub(super) fn map(&mut self, elements: &[Element<'t>]) {
        let Some(at) = elements.iter().position(|e| self.is(*e, ":")) else { return self.each(elements) };
        self.put(Op::Group);
        self.each(&elements[..1]);
        self.put(Op::Nest(1));
        self.each(&elements[1..at]);
        self.put(Op::Soft(1));
        self.each(&elements[at..=at]);
        self.rest_aligned(&elements[at + 1..]);
    }

    pub(super) fn except(&mut self, elements: &[Element<'t>]) {
        let Some(at) = elements.iter().position(|e| self.is(*e, "EXCEPT")) else { return self.each(elements) };
        self.put(Op::Group);
        self.put(Op::Nest(2));
        self.each(&elements[..at]);
        self.put(Op::Soft(1));
        self.each(&elements[at..=at]);
        self.rest_aligned(&elements[at + 1..]);
    }

    /// What follows the word in the middle, in one column, and the closing bracket.
    fn rest_aligned(&mut self, elements: &[Element<'t>]) {
        let (inner, closing) = elements.split_at(elements.len().saturating_sub(1));
        self.put(Op::Space(1));
        self.aligned(inner);
        self.put(Op::Pop);
        self.each(closing);
        self.put(Op::End);
    }
}
