//! Which source lines a piece of a specification was translated from: the citations in its comments.
//!
//! A citation is `FILE:LINE` or `FILE:FIRST-LAST`, in a `\*` comment; one above an operator that also names a function
//! (`\* raft.go:891-900 (*raft).becomeFollower`) says which function the operator stands for. Comments travel through
//! the transform with the statements they stand beside, so the same reading serves every later form of the spec.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Unit;
use crate::tla::visit;

static CITATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([A-Za-z0-9_][\w./-]*\.(?:go|rs|py)):(\d+)(?:-(\d+))?").expect("the pattern is a constant")
});
static DEFINITION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^([A-Za-z_]\w*)\s*(\([^=]*\)|\[[^=]*\])?\s*==").expect("the pattern is a constant"));

static NO_SOURCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\\\*.*\bno source:\s*(\S.*)").expect("the pattern is a constant"));

/// A place in the source that the spec cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// Source file, as the survey names it.
    pub file: String,
    /// First line.
    pub first: usize,
    /// Last line; the first where only one is cited.
    pub last: usize,
    /// The function named behind the citation; only above operators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The line of the spec that holds the citation.
    pub spec_line: usize,
}

/// An operator of the spec and what it cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The operator's name.
    pub operator: String,
    /// First line of the spec that belongs to it, its leading comments included.
    pub first: usize,
    /// Last line.
    pub last: usize,
    /// The function it stands for, if it says so.
    pub function: Option<Citation>,
    /// What its lines cite, in order.
    pub citations: Vec<Citation>,
}

/// What a specification says about where a line of it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// These places of the source.
    Cites(Vec<Citation>),
    /// None, for this reason.
    NoSource(String),
    /// Nothing.
    Nothing,
}

/// The reason that a line of the spec gives in a comment for having no source.
pub fn no_source(line: &str) -> Option<&str> {
    Some(NO_SOURCE.captures(line)?.get(1)?.as_str().trim_end())
}

/// `file`, first and last line of a text that is a citation and nothing else.
pub fn place(text: &str) -> Option<(&str, usize, usize)> {
    let found = CITATION.captures(text).filter(|found| found.get(0).is_some_and(|all| all.as_str() == text))?;
    let first = found[2].parse().ok()?;
    let last = found.get(3).map_or(Some(first), |last| last.as_str().parse().ok())?;
    Some((found.get(1)?.as_str(), first, last))
}

fn comment(line: &str) -> Option<&str> {
    line.find("\\*").map(|at| &line[at + 2..])
}

/// A comment on a line of its own cites if it begins with a citation; else it is a remark that mentions a place.
fn citations_of(line: &str, number: usize) -> Vec<Citation> {
    let Some(comment) = comment(line) else { return Vec::new() };
    let own_line = line.trim_start().starts_with("\\*");
    if own_line && CITATION.find(comment).is_none_or(|first| !comment[..first.start()].trim().is_empty()) {
        return Vec::new();
    }
    let found = CITATION.captures_iter(comment).filter_map(|c| {
        let first = c[2].parse().ok()?;
        let last = c.get(3).map_or(Some(first), |m| m.as_str().parse().ok())?;
        Some(Citation { file: c[1].to_owned(), first, last, function: None, spec_line: number })
    });
    found.collect()
}

/// The citation of a line that stands above an operator and names a function, if it does.
fn function_of(line: &str, number: usize) -> Option<Citation> {
    let trimmed = line.trim_start();
    let comment = trimmed.strip_prefix("\\*")?;
    let found =
        CITATION.captures(comment).filter(|c| c.get(0).is_some_and(|all| comment[..all.start()].trim().is_empty()))?;
    let rest = comment[found.get(0)?.end()..].trim_start();
    // `<Guard as Drop>::drop` is one name.
    let cast = if rest.starts_with('<') { rest.find(">::").unwrap_or_default() } else { 0 };
    let length = rest[cast..].find(char::is_whitespace).map_or(rest.len(), |at| cast + at);
    let name = rest[..length].trim_end_matches([',', '.', ':']);
    let mut citation = citations_of(line, number).into_iter().next()?;
    citation.function = Some(name.to_owned()).filter(|n| !n.is_empty());
    citation.function.is_some().then_some(citation)
}

/// The operators of `spec` in order, each with its comments and citations. Definitions start in the first column, as
/// both our printer and the prompts have it.
pub fn blocks(spec: &str) -> Vec<Block> {
    let lines: Vec<_> = spec.lines().collect();
    let mut found: Vec<Block> = Vec::new();
    let mut leading = 0;
    for (position, line) in lines.iter().enumerate() {
        let number = position + 1;
        if let Some(name) = DEFINITION.captures(line).map(|c| c[1].to_owned()) {
            let first = number - leading;
            let function = (first..number).rev().find_map(|n| function_of(lines[n - 1], n));
            found.push(Block { operator: name, first, last: number, function, citations: Vec::new() });
            leading = 0;
        } else if line.starts_with("\\*") || line.starts_with("RECURSIVE") {
            leading += 1;
        } else if line.trim().is_empty() || line.starts_with("---") || line.starts_with("===") {
            leading = 0;
        } else {
            leading = 0;
            if let Some(block) = found.last_mut() {
                block.last = number;
            }
        }
    }
    for block in &mut found {
        let inside = block.first..=block.last;
        block.citations = inside.flat_map(|n| citations_of(lines[n - 1], n)).collect();
    }
    found
}

/// The operator that holds `line`, and what is said nearest to it: on the line itself; else in the expression that goes on
/// below the line, closest above and then closest below; else the closest above inside the operator.
pub fn behind(spec: &str, line: usize) -> Option<(Block, Said)> {
    let block = blocks(spec).into_iter().find(|b| (b.first..=b.last).contains(&line))?;
    let lines: Vec<_> = spec.lines().collect();
    let said = |number: usize| {
        let cited: Vec<_> = block.citations.iter().filter(|c| c.spec_line == number).cloned().collect();
        let reason = || Some(Said::NoSource(no_source(lines.get(number - 1)?)?.to_owned()));
        if cited.is_empty() { reason() } else { Some(Said::Cites(cited)) }
    };
    // A statement of several lines has its citation where it ends.
    let around = || {
        let (first, last) = going_on(spec, line)?;
        (first..line).rev().find_map(said).or_else(|| (line + 1..=last).find_map(said))
    };
    let above = || (block.first..line).rev().find_map(said);
    let nearest = said(line).or_else(around).or_else(above).unwrap_or(Said::Nothing);
    Some((block, nearest))
}

/// First and last line of the smallest expression, or definition inside a LET, that goes on below `line`. It is looked for
/// in the innermost statement that holds the line: an item of a junction list, or such a definition.
fn going_on(spec: &str, line: usize) -> Option<(usize, usize)> {
    let parsed = tla::parse_module(spec, "");
    let lines = LineIndex::new(spec);
    let ends = |span: Span| (lines.line(span.start), lines.line(span.end.saturating_sub(1)));
    let (mut statements, mut expressions) = (Vec::new(), Vec::new());
    for definition in parsed.module.iter().flat_map(|module| &module.units).filter_map(Unit::definition) {
        visit::walk(&definition.body, &mut |expr| match &expr.kind {
            ExprKind::Junction(_, items) => statements.extend(items.iter().map(|item| ends(item.expr.span))),
            ExprKind::Let(units, _) => {
                statements.extend(units.iter().map(|unit| ends(unit.span)));
                expressions.push(ends(expr.span));
            }
            _ => expressions.push(ends(expr.span)),
        });
    }
    let smallest = |spans: &mut dyn Iterator<Item = (usize, usize)>| spans.min_by_key(|(first, last)| last - first);
    let holds = |(first, last): &(usize, usize)| (*first..=*last).contains(&line);
    let (from, to) = smallest(&mut statements.iter().copied().filter(holds)).unwrap_or((1, usize::MAX));
    let inside = |(first, last): &(usize, usize)| from <= *first && *last <= to;
    let all = expressions.iter().chain(&statements).copied();
    smallest(&mut all.filter(|span| holds(span) && inside(span) && span.1 > line))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "---- MODULE M ----
\\* helper
min(a, b) == IF a <= b THEN a ELSE b

\\* raft.go:891-900 (*raft).becomeFollower
becomeFollower(s, t) ==
    /\\ reset(s, t)            \\* raft.go:893
    /\\ IF t = 0
       THEN x' = 1            \\* raft.go:894-895, tracker/progress.go:12
       ELSE UNCHANGED x
====
";

    #[test]
    fn an_operator_knows_its_function_and_its_citations() {
        let blocks = blocks(SPEC);
        assert_eq!(blocks.len(), 2);
        let follower = &blocks[1];
        assert_eq!((follower.operator.as_str(), follower.first, follower.last), ("becomeFollower", 5, 10));
        let function = follower.function.as_ref().unwrap();
        assert_eq!(
            (function.function.as_deref(), function.first, function.last),
            (Some("(*raft).becomeFollower"), 891, 900)
        );
        let cited: Vec<_> = follower.citations.iter().map(|c| (c.file.as_str(), c.first, c.last)).collect();
        assert_eq!(
            cited,
            [("raft.go", 891, 900), ("raft.go", 893, 893), ("raft.go", 894, 895), ("tracker/progress.go", 12, 12)]
        );
    }

    #[test]
    fn a_remark_that_mentions_a_place_is_no_citation() {
        let spec = "\\* Each call (n.go:4) is a step.\n\\* n.go:1-2, n.go:9 up\nup ==\n    \\* n.go:2\n    x' = 1 \\* as in n.go:3\n";
        let cited: Vec<usize> = blocks(spec)[0].citations.iter().map(|c| c.first).collect();
        assert_eq!(cited, [1, 9, 2, 3]);
    }

    #[test]
    fn a_name_with_a_trait_is_one_name() {
        let named = |line: &str| function_of(line, 1).and_then(|c| c.function);
        assert_eq!(named("\\* m.rs:3-5 <Guard as Drop>::drop, the end").as_deref(), Some("<Guard as Drop>::drop"));
        assert_eq!(named("\\* m.rs:3-5 Guard::drop"), Some("Guard::drop".to_owned()));
        assert_eq!(named("\\* m.rs:3-5"), None);
        assert_eq!(named("\\* the loop of m.rs:3-5 ends"), None);
    }

    /// The operator that holds a line, and the first lines that it cites.
    fn cited(spec: &str, line: usize) -> (String, Vec<usize>) {
        match behind(spec, line).unwrap() {
            (block, Said::Cites(cited)) => (block.operator, cited.iter().map(|c| c.first).collect()),
            other => panic!("no citation: {other:?}"),
        }
    }

    #[test]
    fn a_line_without_a_citation_has_the_nearest_above() {
        assert_eq!(cited(SPEC, 10), ("becomeFollower".to_owned(), vec![894, 12]));
        assert_eq!(cited(SPEC, 6), ("becomeFollower".to_owned(), vec![891]));
        assert_eq!(behind(SPEC, 3).unwrap().1, Said::Nothing);
        assert!(behind(SPEC, 1).is_none());
    }

    #[test]
    fn a_line_of_a_statement_that_ends_below_has_the_citation_there() {
        let spec = "---- MODULE M ----
\\* n.go:1-9 up
up(a) ==
    LET one ==
            IF a
               /\\ TRUE  \\* n.go:2
            THEN [x
                   EXCEPT !.a = 1,  \\* n.go:3
                          !.b = 2]  \\* n.go:4
            ELSE x
        two ==
            call(one,
                 [x
                   EXCEPT !.a = 1,
                          !.b = 2])  \\* n.go:5
    IN  /\\ two
        /\\ one  \\* n.go:6
====
";
        let expected = [
            (3, 1),
            (4, 2),
            (5, 2),
            (6, 2),
            (7, 3),
            (8, 3),
            (9, 4),
            (10, 4),
            (11, 5),
            (12, 5),
            (13, 5),
            (14, 5),
            (15, 5),
            (16, 5),
            (17, 6),
        ];
        for (line, citation) in expected {
            assert_eq!(cited(spec, line).1, [citation], "line {line}");
        }
    }

    #[test]
    fn a_line_that_denies_a_source_has_not_that_of_a_line_above() {
        let spec = "\\* n.go:1-4 up\nup ==\n    /\\ x' = 1 \\* n.go:2\n    /\\ y' = 2 \\* No source: the network.\n    /\\ z' = 3\n";
        for line in [4, 5] {
            assert_eq!(behind(spec, line).unwrap().1, Said::NoSource("the network.".to_owned()));
        }
        assert_eq!(cited(spec, 3).1, [2]);
    }
}
