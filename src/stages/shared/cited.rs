//! Whether every logic block of an IISpec says which source lines it was translated from.
//!
//! A logic block is a statement (an assignment, or a call of an operator that assigns) together with the branch that it
//! stands in. It cites if one of its lines has a citation behind it or the comment right above it has; a block that
//! encloses it, up to the nearest branch, may do so for it. What the brief adds and no source line says, such as the loss of
//! a message, has a comment `no source: REASON` in the same places, or once above its operator.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::instrument::TraceConfig;
use crate::provenance;
use crate::source::Found;
use crate::source::Outline;
use crate::source::find;
use crate::stages::Desk;
use crate::tla;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Tree;
use crate::tla::uses;

/// What is missing in a module that parses.
///
/// - `actions`: of each action of the trace configuration, the functions of the source that it stands for; an action that
///   has some cannot say that it has no source.
/// - `outline`: where these functions are.
pub fn missing_citations(
    spec: &str,
    file: &str,
    actions: &BTreeMap<String, Vec<String>>,
    outline: &Outline,
) -> Vec<Diagnostic> {
    let parsed = tla::parse_module(spec, file);
    let Some(module) = &parsed.module else { return Vec::new() };
    let tree = tla::tree::parse(spec).tree;
    let changing = changing(&uses::definitions(module));
    let blocks = provenance::blocks(spec);
    let lines = Lines::new(spec, &blocks);
    let mut missing = Vec::new();
    for definition in definitions(&tree) {
        let Some(name) = name_of(definition).filter(|name| changing.contains(*name)) else { continue };
        let Some(block) = blocks.iter().find(|b| b.operator == name) else { continue };
        let functions = actions.get(name).map_or(&[][..], Vec::as_slice);
        let at = Place::at(file, lines.number(definition), 1, Some(spec));
        if lines.without_source(block.first..lines.number(definition)) {
            if let Some(function) = functions.first() {
                missing.push(
                    Diagnostic::error("draft/no-source-denied", format!("`{name}` is said to have no source"))
                        .at(at)
                        .hint(format!("it stands for `{function}`: write {} above it", head_of(outline, function))),
                );
            }
            continue;
        }
        if block.function.is_none() {
            missing.push(
                Diagnostic::error(
                    "draft/no-function",
                    format!("`{name}` changes the state, and no comment above it names a function of the source"),
                )
                .at(at)
                .hint(
                    "write `\\* FILE:FIRST-LAST FUNCTION` above it, or `\\* no source: REASON` if the source has none",
                ),
            );
            if block.citations.is_empty() {
                continue;
            }
        }
        let mut bare = Vec::new();
        if let Some(body) = definition.children().last() {
            uncited(body, false, &lines, &changing, &mut bare);
        }
        missing.extend(bare.into_iter().map(|line| {
            Diagnostic::error(
                "draft/citation-missing",
                format!("this statement of `{name}` does not say which source line it translates"),
            )
            .at(Place::at(file, line, 1, Some(spec)))
            .hint(
                "write `\\* FILE:LINE` behind it or above it, or `\\* no source: REASON` if the source has no such line",
            )
        }));
    }
    missing
}

/// The comment that names a function, in quotes.
fn head_of(outline: &Outline, function: &str) -> String {
    match find(outline, None, function) {
        Found::One(file, found) => {
            format!("the one line `\\* {}:{}-{} {}`", file.path, found.first_line, found.last_line, found.qualified)
        }
        Found::Many(_) | Found::None(_) => "one line `\\* FILE:FIRST-LAST FUNCTION`".to_owned(),
    }
}

/// The actions of the trace configuration, and the functions of the source that each stands for.
pub fn functions_of_actions(desk: &Desk<'_>) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let Some((mapping, _)) = desk.trace_mapping_if_named()? else { return Ok(BTreeMap::new()) };
    Ok(functions_by_action(&mapping))
}

/// The actions of a trace configuration, and the functions that each stands for.
pub(super) fn functions_by_action(mapping: &TraceConfig) -> BTreeMap<String, Vec<String>> {
    mapping.actions.iter().map(|action| (action.name.clone(), action.functions.clone())).collect()
}

/// The operators that assign variables, themselves or through others; fairness and properties are none of them, since
/// they do not stand in an action.
fn changing(definitions: &BTreeMap<&str, &tla::syntax::Definition>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = definitions
        .iter()
        .filter(|(_, d)| !uses::assigned_in(&d.body).is_empty())
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let frame: BTreeSet<&str> = ["Next", "Spec"].into();
    loop {
        let more: Vec<String> = definitions
            .iter()
            .filter(|(name, _)| !found.contains(**name) && !frame.contains(**name))
            .filter(|(_, d)| uses::names_in(&d.body).iter().any(|used| found.contains(used)))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

fn definitions(tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let module = tree.root().find(Kind::Module);
    module.into_iter().flat_map(|m| m.children().filter(|n| n.is(Kind::Definition)))
}

fn name_of(definition: Node<'_>) -> Option<&str> {
    let head = definition.child(0)?;
    head.find(Kind::Name).or(Some(head).filter(|h| h.is(Kind::Name))).map(Node::text)
}

/// The lines of statements below `node` that nothing cites for. `covered`: an enclosing block does.
fn uncited(node: Node<'_>, covered: bool, lines: &Lines<'_>, changing: &BTreeSet<String>, bare: &mut Vec<usize>) {
    if is_statement(node, changing) {
        let first = lines.number(node);
        if !covered && !lines.cited_within(node) && bare.last() != Some(&first) {
            bare.push(first);
        }
        return;
    }
    let covered = covered || lines.cited_at_head(node);
    for (position, child) in node.children().enumerate() {
        // The first child of IF and of an arm is the condition, which the head of the whole cites.
        let branch = matches!(node.kind(), Kind::If | Kind::Arm) && position > 0 || node.is(Kind::OtherArm);
        let covered = if branch { lines.cited_at_head(child) } else { covered };
        uncited(child, covered, lines, changing, bare);
    }
}

fn is_statement(node: Node<'_>, changing: &BTreeSet<String>) -> bool {
    match node.kind() {
        Kind::Infix => {
            let assigned = node.child(0).is_some_and(|left| left.is(Kind::Postfix) && left.text().ends_with('\''));
            assigned && node.token().is_some_and(|op| matches!(node.token_text(op), "=" | "\\in"))
        }
        Kind::Reference => {
            let name = node.text().split('(').next().unwrap_or_default().trim();
            changing.contains(name)
        }
        _ => false,
    }
}

/// Which lines of the spec cite.
struct Lines<'s> {
    text: Vec<&'s str>,
    starts: Vec<usize>,
    citing: BTreeSet<usize>,
}

impl<'s> Lines<'s> {
    fn new(spec: &'s str, blocks: &[provenance::Block]) -> Self {
        let text: Vec<&str> = spec.lines().collect();
        let starts = std::iter::once(0).chain(spec.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let functions: BTreeSet<usize> = blocks.iter().filter_map(|b| Some(b.function.as_ref()?.spec_line)).collect();
        let mut citing: BTreeSet<usize> = blocks.iter().flat_map(|b| &b.citations).map(|c| c.spec_line).collect();
        // The line above an operator cites for the operator as a whole, not for its statements.
        citing.retain(|line| !functions.contains(line));
        citing.extend((1..=text.len()).filter(|n| provenance::no_source(text[n - 1]).is_some()));
        Self { text, starts, citing }
    }

    fn at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    fn number(&self, node: Node<'_>) -> usize {
        self.at(node.span().start)
    }

    fn without_source(&self, mut lines: std::ops::Range<usize>) -> bool {
        lines.any(|n| provenance::no_source(self.text[n - 1]).is_some())
    }

    /// Whether the head of a block cites for all of it. A list is no block, its items are.
    fn cited_at_head(&self, node: Node<'_>) -> bool {
        if node.is(Kind::Junction) {
            return false;
        }
        let first = self.number(node);
        self.citing.contains(&first) || self.cited_above(first)
    }

    fn cited_within(&self, node: Node<'_>) -> bool {
        let (first, last) = (self.number(node), self.at(node.span().end.saturating_sub(1)));
        (first..=last).any(|n| self.citing.contains(&n)) || self.cited_above(first)
    }

    /// Whether the comment lines right above a line cite.
    fn cited_above(&self, line: usize) -> bool {
        let comments = (1..line).rev().take_while(|n| self.text[n - 1].trim_start().starts_with("\\*"));
        comments.into_iter().any(|n| self.citing.contains(&n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "---- MODULE M ----
VARIABLES x, y

\\* n.go:1-9 up
up(s) ==
    /\\ x' = 1                 \\* n.go:2
    /\\ IF s = 1               \\* n.go:3
       THEN /\\ x' = 2         \\* n.go:4
            /\\ y' = 2
       ELSE y' = 3            \\* n.go:6
    /\\ LET z == 1             \\* n.go:7
       IN  y' = z

\\* no source: the network of the brief
lose(m) == y' = m

\\* n.go:11-12 both
both(s) ==
    \\* n.go:12
    /\\ up(s)
    /\\ lose(s)                \\* no source: for the test
Init == x = 0 /\\ y = 0
Next == both(1) \\/ lose(2)
Inv == x = 0
====
";

    fn outline() -> Outline {
        let go = format!("package n\n{}func both() {{\n}}\n", "\n".repeat(9));
        Outline { format: 1, files: vec![crate::source::survey_text("n.go", &go).unwrap()] }
    }

    fn found(spec: &str) -> Vec<(String, usize)> {
        let actions = [("both".to_owned(), vec!["both".to_owned()]), ("lose".to_owned(), Vec::new())].into();
        let all = missing_citations(spec, "M.tla", &actions, &outline());
        all.into_iter().map(|d| (d.code.clone(), d.places[0].line)).collect()
    }

    #[test]
    fn every_statement_of_a_changing_operator_cites_itself_or_through_its_block() {
        assert_eq!(found(SPEC), [("draft/citation-missing".to_owned(), 9)], "only the second line of a branch");
        assert!(found(&SPEC.replace("/\\ y' = 2\n", "/\\ y' = 2 \\* n.go:5\n")).is_empty());
    }

    #[test]
    fn a_module_without_citations_has_a_diagnostic_for_each_changing_operator() {
        let bare: String = SPEC.lines().map(|l| l.split("\\*").next().unwrap().trim_end().to_owned() + "\n").collect();
        let found = found(&bare);
        assert_eq!(found.iter().filter(|(code, _)| code == "draft/no-function").count(), 3, "{found:?}");
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn an_action_with_functions_cannot_do_without_a_source() {
        let denied = SPEC.replace("\\* n.go:11-12 both", "\\* no source: laziness");
        assert!(found(&denied).contains(&("draft/no-source-denied".to_owned(), 18)), "{:?}", found(&denied));
        let actions = [("both".to_owned(), vec!["both".to_owned()])].into();
        let all = missing_citations(&denied, "M.tla", &actions, &outline());
        let hint = all.iter().find(|d| d.code == "draft/no-source-denied").map(|d| d.hints.join(" "));
        assert_eq!(hint.as_deref(), Some("it stands for `both`: write the one line `\\* n.go:11-12 both` above it"));
    }

    #[test]
    fn a_citation_above_an_operator_is_not_one_of_its_statements() {
        let head = SPEC.replace("    /\\ x' = 1                 \\* n.go:2", "    /\\ x' = 1");
        assert!(found(&head).contains(&("draft/citation-missing".to_owned(), 6)));
    }
}
