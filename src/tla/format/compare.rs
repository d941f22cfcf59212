//! Whether two texts are one module: the same tokens, nodes and comments.

use super::gap;
use crate::base::span::Span;
use crate::tla::tree::Node;
use crate::tla::tree::Tree;

/// How two trees differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Where, in the first.
    pub(super) span: Span,
    /// In what.
    pub(super) what: String,
}

/// The first difference between two trees that is not blanks.
pub(super) fn difference(a: &Tree, b: &Tree) -> Option<Difference> {
    tokens(a, b).or_else(|| nodes(a, b)).or_else(|| comments(a, b))
}

fn tokens(a: &Tree, b: &Tree) -> Option<Difference> {
    let text = |tree: &Tree, index: usize| {
        let token = tree.tokens().get(index)?;
        Some((token.kind, tree.text()[token.span().range()].replace("\r\n", "\n")))
    };
    let index = (0..a.tokens().len().max(b.tokens().len())).find(|index| text(a, *index) != text(b, *index))?;
    let span = a.tokens().get(index).map_or_else(Span::default, |token| token.span());
    Some(Difference { span, what: "the layout would change a token".to_owned() })
}

fn nodes(a: &Tree, b: &Tree) -> Option<Difference> {
    let shape = |node: &Node<'_>| (node.kind(), node.range(), node.children().len());
    let mut stack = vec![(a.root(), b.root())];
    while let Some((left, right)) = stack.pop() {
        if shape(&left) != shape(&right) {
            return Some(Difference {
                span: left.span(),
                what: "the layout would change what belongs together".to_owned(),
            });
        }
        stack.extend(left.children().zip(right.children()));
    }
    None
}

fn comments(a: &Tree, b: &Tree) -> Option<Difference> {
    let same = gap::comments(a) == gap::comments(b);
    (!same).then(|| Difference { span: Span::default(), what: "the layout would change a comment".to_owned() })
}

/// How many levels a tree has.
pub(super) fn height(root: Node<'_>) -> usize {
    let mut highest = 0;
    let mut stack = vec![(root, 1)];
    while let Some((node, height)) = stack.pop() {
        highest = highest.max(height);
        stack.extend(node.children().map(|child| (child, height + 1)));
    }
    highest
}
