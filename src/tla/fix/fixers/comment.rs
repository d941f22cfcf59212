//! Comments of other languages, and lines of prose between definitions.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard::spellings;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let text = view.text();
    let start = view.line_start(problem.span.start);
    let line = text[start..].lines().next().unwrap_or_default();
    let mut proposals = Vec::new();
    for (at, _) in line.char_indices().filter(|(at, c)| "/#-;".contains(*c) && *at <= problem.span.end - start) {
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
    let trimmed = line.trim();
    if let Some(comment) = spellings::prose(trimmed) {
        let at = start + (line.len() - line.trim_start().len());
        proposals.push(Proposal::replace(Span::new(at, at + trimmed.len()), comment));
    }
    proposals
}
