//! Places inside a function's body.

use tree_sitter::Node;
use tree_sitter::Tree;

use crate::base::diag::Diagnostic;
use crate::instrument::Site;
use crate::instrument::Trigger;

/// What a language calls things inside bodies.
pub(super) struct Words {
    /// Nodes that are functions of their own: their returns are not ours.
    pub(super) boundaries: &'static [&'static str],
    /// Return statements or expressions.
    pub(super) returns: &'static str,
    /// Nodes whose named children are statements.
    pub(super) lists: &'static [&'static str],
}

/// The node of the function's body.
pub(super) fn body<'t>(site: &Site<'_>, tree: &'t Tree) -> Result<Node<'t>, Diagnostic> {
    let node = site.function.body.and_then(|span| tree.root_node().descendant_for_byte_range(span.start, span.end));
    node.ok_or_else(|| {
        site.refuse("instrument/no-body", "it is only declared").hint("name the function that implements it")
    })
}

/// The function's own returns, in the order of the text.
pub(super) fn returns<'t>(body: Node<'t>, words: &Words) -> Vec<Node<'t>> {
    own(body, words, &[words.returns], body.start_byte())
}

/// The function's own nodes of some kinds, from a place on, in the order of the text.
pub(super) fn own<'t>(body: Node<'t>, words: &Words, kinds: &[&str], from: usize) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    walk(body, &mut |node| {
        if kinds.contains(&node.kind()) && node.start_byte() >= from {
            found.push(node);
        }
        !words.boundaries.contains(&node.kind())
    });
    found
}

/// Refuses a critical section of which it is not known where it begins or ends.
pub(super) fn no_section(site: &Site<'_>, what: &str, hint: &str) -> Diagnostic {
    site.refuse("instrument/no-section", what).hint(hint)
}

/// Whether the function has a node of that kind, itself.
pub(super) fn any(body: Node<'_>, words: &Words, kind: &str) -> bool {
    !own(body, words, &[kind], body.start_byte()).is_empty()
}

/// Visits `node` and what is below it, in the order of the text; `visit` says whether to go below. Not by recursion:
/// how deep a source nests is not ours to decide.
fn walk<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>) -> bool) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if visit(node) {
            let mut cursor = node.walk();
            let first = waiting.len();
            waiting.extend(node.named_children(&mut cursor));
            waiting[first..].reverse();
        }
    }
}

/// The one statement whose text is the probe's, white space and a last semicolon aside; in closures too.
pub(super) fn statement<'t>(site: &Site<'_>, body: Node<'t>, words: &Words) -> Result<Node<'t>, Diagnostic> {
    statement_by(site, body, words, &|node| site.text.get(node.byte_range()).unwrap_or_default())
}

/// The same where `shown` is what a statement is named by.
pub(super) fn statement_by<'t, 's>(
    site: &Site<'_>,
    body: Node<'t>,
    words: &Words,
    shown: &dyn Fn(Node<'t>) -> &'s str,
) -> Result<Node<'t>, Diagnostic> {
    let wanted = squeezed(site.probe.statement.as_deref().unwrap_or_default());
    let mut found = Vec::new();
    walk(body, &mut |node| {
        let in_list = node.parent().is_some_and(|p| words.lists.contains(&p.kind()));
        if in_list && squeezed(shown(node)) == wanted {
            found.push(node);
        }
        true
    });
    match found.as_slice() {
        [node] => Ok(*node),
        [] => Err(site
            .refuse("instrument/no-statement", &format!("there is no statement `{wanted}`"))
            .hint("give the whole text of one statement as it stands in the source")),
        many => {
            let lines: Vec<String> = many.iter().map(|n| (n.start_position().row + 1).to_string()).collect();
            Err(site
                .refuse("instrument/ambiguous", &format!("`{wanted}` stands on lines {}", lines.join(", ")))
                .hint("use another trigger, or a statement that stands there once"))
        }
    }
}

pub(super) fn squeezed(text: &str) -> String {
    text.trim().trim_end_matches(';').split_whitespace().collect()
}

/// Where a probe beside a statement goes, and whether it needs a separator after it or before it.
pub(super) fn beside(trigger: Trigger, statement: Node<'_>) -> usize {
    if trigger == Trigger::BeforeStatement { statement.start_byte() } else { statement.end_byte() }
}

/// The line of a node, from 1.
pub(super) fn line(node: Node<'_>) -> usize {
    node.start_position().row + 1
}
