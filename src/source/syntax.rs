//! Text to tree, and the first place where the text is no program.

use tree_sitter::Node;
use tree_sitter::Parser;
use tree_sitter::Tree;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::Span;
use crate::source::Language;

/// The syntax tree of `text`, or the first error in it.
pub fn parse(language: &dyn Language, path: &str, text: &str) -> Result<Tree, Diagnostic> {
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).expect("the grammars are pinned to versions this tree-sitter loads");
    let tree = parser.parse(text, None).expect("a parser with a language and no limits always gives a tree");
    match first_error(tree.root_node()) {
        None => Ok(tree),
        Some(node) => Err(syntax_error(language, path, text, node)),
    }
}

/// The first node in the order of the text that is missing, or is an error with no error inside it.
fn first_error(root: Node<'_>) -> Option<Node<'_>> {
    if !root.has_error() {
        return None;
    }
    let mut node = root;
    loop {
        if node.is_missing() {
            return Some(node);
        }
        let mut cursor = node.walk();
        let broken = node.children(&mut cursor).find(|child| child.has_error() || child.is_missing());
        match broken {
            Some(child) => node = child,
            None => return Some(node),
        }
    }
}

fn syntax_error(language: &dyn Language, path: &str, text: &str, node: Node<'_>) -> Diagnostic {
    let (message, label) = if node.is_missing() {
        (format!("parse {path}: `{}` is missing", node.kind()), format!("`{}` expected", node.kind()))
    } else {
        (format!("parse {path} as {}", language.name()), "not expected here".to_owned())
    };
    let end = node.end_byte().max(node.start_byte() + 1);
    let place = Place::of(path, text, Span::new(node.start_byte(), end)).label(label);
    Diagnostic::error("source/syntax-error", message).at(place).hint(format!(
        "the file must be complete {} source that compiles; templates and excerpts do not",
        language.name()
    ))
}
