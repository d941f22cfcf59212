//! An access that has no value where the source makes sure that it has one: the condition of the source, before the access.
//!
//! The source says under which condition the access runs, and the specification which lines of the source it was translated
//! from. Where one of these conditions is about what is accessed here (its length, whether a key is in it, whether it is
//! there), the action gets the same condition in the words of TLA+, with the line of the source behind it. Without such a
//! condition nothing is proposed, and it is said why: what the system does there is not known here.

mod condition;
mod place;

use std::collections::BTreeSet;

use super::Draft;
use super::Proposal;
use super::edit::Edit;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::base::text::column;
use crate::base::text::cut;
use crate::provenance;
use crate::provenance::Citation;
use crate::provenance::Said;
use crate::source;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::visit;
use place::Joint;
use place::Spot;

/// Longer conditions are cut in a comment.
const WIDTH: usize = 60;

/// The text of a file of the source, by its name in citations.
pub type Texts<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What has no value.
#[derive(Clone, Debug, PartialEq)]
enum Access<'e> {
    /// `f[i]`
    Index(&'e Expr, &'e Expr),
    /// `Head(q)`, `Tail(q)`
    End(&'e Expr),
    /// `r.f`
    Field(&'e Expr, &'e str),
}

/// A guard of the source, or why there is none.
pub(super) fn propose(
    draft: &Draft,
    module: &Module,
    frozen: &BTreeSet<String>,
    blamed: Option<Span>,
    texts: Option<Texts<'_>>,
) -> Result<Proposal, String> {
    let blamed = blamed.ok_or("it stands in another module")?;
    let texts = texts.ok_or("no source was given, so that nothing is known of its conditions")?;
    let text = draft.module.as_str();
    let spot = place::spot(text, module, frozen, blamed)?;
    let access = access(spot.blamed).ok_or("it is no access to a function, a sequence or a record")?;
    let guard = guard(text, &access);
    let line = LineIndex::new(text).line(blamed.start);
    let cited = match provenance::behind(text, line) {
        Some((_, Said::Cites(cited))) => cited,
        _ => return Err("no comment there says which lines of the source it was translated from".to_owned()),
    };
    let mut searched = Vec::new();
    for citation in &cited {
        let place = format!("{}:{}", citation.file, citation.first);
        let Some(source) = texts(&citation.file) else {
            searched.push(format!("`{place}` is not in the source"));
            continue;
        };
        match behind(citation, &source, &access)? {
            Some(found) => return Ok(proposal(text, &spot, &guard, citation, &found)),
            None => searched.push(format!("`{place}` has no condition on it")),
        }
    }
    Err(searched.join("; "))
}

/// The nearest condition of the source on the access.
fn behind(citation: &Citation, source: &str, access: &Access<'_>) -> Result<Option<source::Guard>, String> {
    let guards = source::guards(&citation.file, source, (citation.first, citation.last))
        .map_err(|wrong| wrong.message.clone())?;
    let python = citation.file.ends_with(".py");
    Ok(guards.into_iter().rev().find(|one| condition::is_about(&one.condition, one.holds, python, access)))
}

/// The expression to blame as an access.
fn access(blamed: &Expr) -> Option<Access<'_>> {
    match &blamed.kind {
        ExprKind::Apply(of, indices) => match indices.as_slice() {
            [index] => Some(Access::Index(of, index)),
            _ => None,
        },
        ExprKind::Field(of, name) => Some(Access::Field(of, name)),
        _ => match blamed.as_call()? {
            ("Head" | "Tail", [of]) => Some(Access::End(of)),
            _ => None,
        },
    }
}

/// That the access has a value.
fn guard(text: &str, access: &Access<'_>) -> String {
    let words = |e: &Expr| text[e.span.range()].to_owned();
    match access {
        Access::Index(of, index) => format!("{} \\in DOMAIN {}", words(index), words(of)),
        Access::End(of) => format!("{} # <<>>", words(of)),
        Access::Field(of, name) => format!("\"{name}\" \\in DOMAIN {}", words(of)),
    }
}

fn proposal(text: &str, spot: &Spot<'_>, guard: &str, citation: &Citation, found: &source::Guard) -> Proposal {
    let not = if found.holds { "" } else { "not " };
    let condition = cut(&found.condition, WIDTH);
    let source = format!("{}:{}", citation.file, found.line);
    let comment = format!("\\* {source}: {not}`{condition}`");
    // What stood here goes on in its column, one line below.
    let margin = " ".repeat(column(text, spot.at));
    let (open, and, close) = match spot.joint {
        Joint::Bullet => ("/\\ ", "", None),
        Joint::And => ("", " /\\", None),
        Joint::Parens(end) => ("(", " /\\", Some(Edit::at(end, ")"))),
    };
    let first = Edit::at(spot.at, format!("{open}{guard}{and}  {comment}\n{margin}"));
    Proposal {
        fixer: "guards",
        why: format!("the source has the same guard at {source}: {not}`{condition}`"),
        decision: Some(format!("`{}` is not taken where `{guard}` is false", spot.action)),
        module: std::iter::once(first).chain(close).collect(),
        config: Vec::new(),
    }
}

/// The names in an expression, those of what it binds among them.
fn names(expr: &Expr) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    visit::walk(expr, &mut |e| {
        if let ExprKind::Name { name, .. } = &e.kind {
            names.insert(name.as_str());
        }
    });
    names
}
