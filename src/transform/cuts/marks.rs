//! Where a procedure is cut: before the statements that begin at some places of the text.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Cutting;
use super::process::Choices;
use crate::base::span::Span;
use crate::tla::syntax::Definition;
use crate::tla::tree;
use crate::tla::tree::TriviaKind;
use crate::transform::facts::Facts;
use crate::transform::read::Refusal;
use crate::transform::stmt::Stmt;
use crate::transform::stmt::StmtKind;

/// Where the statements begin before which there is a cut.
pub(in crate::transform) type Marks = BTreeSet<usize>;

/// The places of the comments `@yield`, and the text with blanks in their place.
pub(in crate::transform) fn comments(text: &str) -> (Vec<Span>, String) {
    let tree = tree::parse(text).tree;
    let mut blank = text.to_owned();
    let mut found = Vec::new();
    for trivia in tree.trivia().iter().filter(|t| matches!(t.kind, TriviaKind::Line | TriviaKind::Block)) {
        let span = Span::new(trivia.start as usize, trivia.end as usize);
        let says = text[span.range()].trim_start_matches(['\\', '*', '(', ' ']).trim_end_matches(['*', ')', ' ', '\r']);
        if says == "@yield" {
            blank.replace_range(span.range(), &" ".repeat(span.range().len()));
            found.push(span);
        }
    }
    (found, blank)
}

/// The statements that the comments stand before.
pub(super) fn placed(
    comments: &[Span],
    definitions: &[&Definition],
    stmts: &BTreeMap<String, Stmt>,
    facts: &Facts<'_>,
) -> Result<Marks, Vec<Refusal>> {
    let mut marks = Marks::new();
    let mut refusals = Vec::new();
    for comment in comments {
        let inside = |d: &&&Definition| d.name.span.start < comment.start && comment.start < d.body.span.end;
        let owner = definitions.iter().find(inside).map(|d| d.name.text.as_str());
        let stmt = owner.filter(|name| !facts.roots.contains(*name)).and_then(|name| stmts.get(name));
        let mut next: Option<usize> = None;
        if let Some(stmt) = stmt {
            stmt.walk(&mut |s| {
                if s.span.start > comment.start && !matches!(s.kind, StmtKind::Seq(_)) {
                    next = Some(next.map_or(s.span.start, |least| least.min(s.span.start)));
                }
            });
        }
        match next {
            Some(start) => {
                marks.insert(start);
            }
            None => refusals.push(Refusal {
                span: *comment,
                code: "transform/idle-mark",
                message: "this mark stands before no statement of a procedure".to_owned(),
                hint: "put it before the statement that another process may precede; Next itself has none",
            }),
        }
    }
    if refusals.is_empty() { Ok(marks) } else { Err(refusals) }
}

/// A cut before each step that acts, but the first of its procedure. The guards before a step belong to it.
pub(super) fn everywhere(stmts: &BTreeMap<String, Stmt>) -> Marks {
    let mut marks = Marks::new();
    stmts.values().for_each(|stmt| {
        mark(stmt, false, &mut marks);
    });
    marks
}

/// Marks in `stmt`; whether something acted after it, given whether something did before.
fn mark(stmt: &Stmt, acted: bool, marks: &mut Marks) -> bool {
    match &stmt.kind {
        StmtKind::Seq(list) => {
            let mut acted = acted;
            let mut guard = None;
            for step in list {
                if let StmtKind::Guard(_) = step.kind {
                    guard = guard.or(Some(step.span.start));
                    continue;
                }
                if acted && is_step(step) {
                    marks.insert(guard.unwrap_or(step.span.start));
                }
                acted = mark(step, acted && !is_step(step), marks) || acted;
                guard = None;
            }
            acted
        }
        StmtKind::If(_, a, b) => mark(a, acted, marks) | mark(b, acted, marks),
        StmtKind::Case(arms) => arms.iter().fold(acted, |all, (_, s)| mark(s, acted, marks) | all),
        StmtKind::Or(list) => list.iter().fold(acted, |all, s| mark(s, acted, marks) | all),
        StmtKind::Exists(_, s) | StmtKind::Let(_, s) => mark(s, acted, marks),
        // Each round begins with a cut.
        StmtKind::Loop(_, s) => {
            let first = s.steps_inside().into_iter().find(|s| !matches!(s.kind, StmtKind::Skip(_)));
            marks.extend(first.map(|s| s.span.start));
            mark(s, false, marks)
        }
        _ => acted || acts(stmt),
    }
}

/// Whether a statement assigns or calls, itself or in a branch.
fn acts(stmt: &Stmt) -> bool {
    let mut found = false;
    stmt.walk(&mut |s| found |= matches!(s.kind, StmtKind::Assign(..) | StmtKind::Pick(..) | StmtKind::Call(..)));
    found
}

/// Whether there is a cut before a statement: it acts, and does not only name locals or repeat.
fn is_step(stmt: &Stmt) -> bool {
    !matches!(stmt.kind, StmtKind::Let(..) | StmtKind::Loop(..) | StmtKind::Seq(_)) && acts(stmt)
}

pub(super) fn is_marked(stmt: &Stmt, marks: &Marks) -> bool {
    marks.contains(&stmt.span.start) && !matches!(stmt.kind, StmtKind::Seq(_))
}

/// Whether there is a cut in `stmt`.
pub(super) fn is_cut(stmt: &Stmt, cutting: &Cutting, marks: &Marks) -> bool {
    let mut found = false;
    stmt.walk(&mut |s| {
        found |= is_marked(s, marks) || matches!(&s.kind, StmtKind::Call(name, _) if cutting.contains(name));
    });
    found
}

/// `cutting` with the procedures that have a mark, or call one that is cut.
pub(super) fn cuts(stmts: &BTreeMap<String, Stmt>, marks: &Marks, choices: &Choices, mut cutting: Cutting) -> Cutting {
    loop {
        let before = cutting.len();
        for (procedure, stmt) in stmts.iter().filter(|(name, _)| !choices.is_dispatcher(name)) {
            if is_cut(stmt, &cutting, marks) {
                cutting.insert(procedure.clone());
            }
        }
        if cutting.len() == before {
            return cutting;
        }
    }
}
