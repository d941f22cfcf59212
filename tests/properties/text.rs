//! What holds of reading and laying out any text: the property tests try it on some texts, the fuzz target on many.

use specgen::tla::check;
use specgen::tla::check::Source;
use specgen::tla::format::format;
use specgen::tla::parse_module;
use specgen::tla::tree;
use specgen::tla::tree::Tree;
use specgen::tla::tree::TriviaKind;

/// The tree holds every byte, nodes lie inside their parents, errors inside the text, and all that read it come back.
pub(crate) fn reading_holds(text: &str) {
    let parsed = tree::parse(text);
    if text.len() <= 32 << 20 {
        assert_eq!(parsed.tree.print(), text, "the tree prints as the text");
    }
    leaves_cover(&parsed.tree);
    nodes_nest(&parsed.tree);
    for error in &parsed.errors {
        assert!(text.get(error.span.range()).is_some(), "{error:?} lies in the text");
        assert!(error.other.as_ref().is_none_or(|(span, _)| text.get(span.range()).is_some()), "{error:?}");
        assert!(!error.message.is_empty(), "{error:?}");
    }
    let report = check::check(&Source { path: "M.tla".to_owned(), text: text.to_owned() }, &check::NoLibrary);
    let lines = text.split('\n').count();
    for diagnostic in &report.diagnostics {
        assert!(!diagnostic.places.is_empty(), "{diagnostic:?} has a place");
        assert!(diagnostic.places.iter().all(|place| (1..=lines).contains(&place.line)), "{diagnostic:?}");
        assert!(!diagnostic.render(false).is_empty());
    }
    let of_parsing = report.diagnostics.iter().any(|found| found.code.starts_with("tla/parse-"));
    assert_eq!(parsed.is_clean(), !of_parsing, "parser and checker agree: {:?}", report.diagnostics);
    parse_module(text, "M.tla");
}

/// Tokens and what stands between them follow each other without a gap.
fn leaves_cover(tree: &Tree) {
    let mut at = 0;
    for (index, token) in tree.tokens().iter().enumerate() {
        for piece in tree.trivia_before(index) {
            assert_eq!(piece.start, at, "{piece:?}");
            at = piece.end;
        }
        assert_eq!(token.start, at, "{token:?}");
        assert!(token.start <= token.end, "{token:?}");
        at = token.end;
    }
    assert_eq!(at as usize, tree.text().len(), "the last leaf ends the text");
}

fn nodes_nest(tree: &Tree) {
    let mut stack = vec![tree.root()];
    while let Some(node) = stack.pop() {
        let mut at = node.range().start;
        for child in node.children() {
            let range = child.range();
            assert!(
                at <= range.start && range.start <= range.end && range.end <= node.range().end,
                "{:?}",
                node.kind()
            );
            at = range.end;
            stack.push(child);
        }
    }
}

/// All nodes with their tokens, then all comments: what a layout must not change.
pub(crate) fn meaning(text: &str) -> Vec<String> {
    let tree = tree::parse(text).tree;
    let mut all = Vec::new();
    let mut stack = vec![tree.root()];
    while let Some(node) = stack.pop() {
        let words: Vec<_> = node.tokens().map(|token| node.token_text(token)).collect();
        all.push(format!("{:?} {words:?} {}", node.kind(), node.children().len()));
        stack.extend(node.children().rev());
    }
    let comments = tree.trivia().iter().filter(|piece| matches!(piece.kind, TriviaKind::Line | TriviaKind::Block));
    for comment in comments {
        let text = &tree.text()[comment.start as usize..comment.end as usize];
        all.extend(text.lines().map(|line| line.trim().to_owned()));
    }
    all
}

/// The text laid out, with the same tree and comments, and at rest; `None` if it was left alone.
pub(crate) fn layout_holds(text: &str) -> Option<String> {
    let formatted = format(text, "M.tla");
    if !formatted.diagnostics.is_empty() {
        assert_eq!(formatted.text, text, "what is refused is left as it was");
        return None;
    }
    assert_eq!(meaning(text), meaning(&formatted.text), "the layout keeps the meaning");
    assert_eq!(format(&formatted.text, "M.tla").text, formatted.text, "the layout is at rest");
    assert_eq!(formatted.origin.len(), formatted.text.lines().count());
    Some(formatted.text)
}
