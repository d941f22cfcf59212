//! Comments of other languages, and lines of prose between definitions.

use std::collections::HashSet;

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::guard::spellings;

/// What prose is read as.
pub(super) const CODES: &[&str] = &["tla/parse-unexpected", "tla/parse-lexical", "tla/unknown-operator"];

/// Longer lines are written by no person, so no prose ends them.
const LONGEST_LINE: usize = 1000;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let text = view.text();
    let start = view.line_start(problem.span.start);
    let line = text[start..].lines().next().unwrap_or_default();
    let mut proposals = Vec::new();
    let written = if line.len() <= LONGEST_LINE { line } else { "" };
    for (at, _) in written.char_indices().filter(|(at, c)| "/#-;%—".contains(*c) && *at <= problem.span.end - start) {
        if let Some(comment) = spellings::comment(line[at..].trim_end()) {
            let at = start + at;
            proposals.push(Proposal::replace(Span::new(at, start + line.trim_end().len()), comment));
        }
    }
    if let Some(at) = line.find("/*").map(|at| start + at)
        && let Some(length) = text[at..].find("*/")
        && let Some(comment) = spellings::comment(&text[at..at + length + 2])
    {
        proposals.push(Proposal::replace(Span::new(at, at + length + 2), comment));
    }
    // What stopped the reading, or the line before it, which looked like the beginning of an expression.
    let tokens = view.tokens();
    let before = View::index(tokens, problem.span.start).checked_sub(1).map(|at| tokens[at].start as usize);
    // `**` and `##` that start a line are read as operators of the definition above.
    let op = problem.quoted(0);
    let unit = view.unit_at(problem.span.start).filter(|_| problem.code == "tla/unknown-operator");
    let unit = unit.map(|unit| unit.span()).filter(|unit| {
        let inside = |other: &Problem| unit.range().contains(&other.span.start);
        super::speaks(view, problem, |other| other.code == problem.code && other.quoted(0) == op && inside(other))
    });
    let inside =
        unit.map_or(&tokens[..0], |unit| &tokens[View::index(tokens, unit.start)..View::index(tokens, unit.end)]);
    let marks = inside.iter().filter(|token| view.word(token) == op && view.starts_line(token));
    let near = [Some(problem.span.start), before].into_iter().flatten();
    // The lines above with errors, which speak for the prose they stand in.
    let own = view.line_start(problem.span.start);
    let asked = view.problems.iter().filter(|other| CODES.contains(&other.code.as_str()));
    let asked = asked.map(|other| view.line_start(other.span.start)).filter(|line| *line < own);
    let asked: HashSet<usize> = asked.collect();
    for at in near.chain(marks.map(|token| token.start as usize)) {
        let start = view.line_start(at);
        proposals.extend(block(view, &asked, start));
        proposals.extend(prose(view, start));
    }
    proposals
}

/// All lines of prose around the one that starts at `start`, if none above it has `asked`.
fn block(view: &View, asked: &HashSet<usize>, start: usize) -> Option<Proposal> {
    let text = view.text();
    if asked.contains(&start) {
        return None;
    }
    let line = |start: usize| {
        let text = view.text()[start..].lines().next().filter(|_| start < view.text().len());
        prose(view, start).map(Some).or(text.filter(|line| line.trim().is_empty()).map(|_| None))
    };
    let mut lines = Vec::new();
    for start in std::iter::successors(Some(start), |start| Some(view.line_start(start.checked_sub(1)?))).skip(1) {
        let Some(found) = line(start) else { break };
        if asked.contains(&start) {
            return None;
        }
        lines.extend(found);
    }
    let below = std::iter::successors(Some(start), |start| text[*start..].find('\n').map(|end| start + end + 1));
    lines.extend(below.map_while(line).flatten());
    (!lines.is_empty()).then(|| Proposal::joined(lines))
}

fn prose(view: &View, start: usize) -> Option<Proposal> {
    let line = view.text()[start..].lines().next().unwrap_or_default();
    let comment = spellings::prose(line.trim())?;
    let at = start + (line.len() - line.trim_start().len());
    let mut proposal = Proposal::replace(Span::new(at, start + line.trim_end().len()), comment);
    // `**Step**` before a definition looks like the head of one of `**`.
    if guard::places::is_title(view, proposal.edits[0].span) {
        let heads = view.heads();
        let heads = &heads[View::index(heads, at)..View::index(heads, start + line.len())];
        proposal.permit.undefines.extend(heads.iter().map(|head| view.word(head).to_owned()));
    }
    Some(proposal)
}
