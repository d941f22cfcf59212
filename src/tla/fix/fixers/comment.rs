//! Comments of other languages, and lines of prose between definitions.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard::spellings;
use crate::tla::tree::TokenKind;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let text = view.text();
    let start = view.line_start(problem.span.start);
    let line = text[start..].lines().next().unwrap_or_default();
    let mut proposals = Vec::new();
    for (at, _) in line.char_indices().filter(|(at, c)| "/#-;%—".contains(*c) && *at <= problem.span.end - start) {
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
    let before = View::index(&tokens, problem.span.start).checked_sub(1).map(|at| tokens[at].start as usize);
    // `**` and `##` that start a line are read as operators of the definition above.
    let op = problem.quoted(0);
    let unit = view.unit_at(problem.span.start).filter(|_| problem.code == "tla/unknown-operator");
    let inside =
        tokens.iter().filter(|token| unit.is_some_and(|unit| unit.span().range().contains(&(token.start as usize))));
    let marks =
        inside.filter(|token| view.word(token) == op && view.starts_line(token)).map(|token| token.start as usize);
    let near = [Some(problem.span.start), before].into_iter().flatten();
    for start in near.chain(marks).map(|at| view.line_start(at)) {
        proposals.extend(block(view, start));
        proposals.extend(prose(view, start));
    }
    proposals
}

/// All lines of prose around the one that starts at `start`.
fn block(view: &View, start: usize) -> Option<Proposal> {
    let text = view.text();
    let above = std::iter::successors(Some(start), |start| Some(view.line_start(start.checked_sub(1)?)));
    let below = std::iter::successors(Some(start), |start| text[*start..].find('\n').map(|end| start + end + 1));
    let is_blank = |start: &usize| text[*start..].lines().next().is_none_or(|line| line.trim().is_empty());
    let of = |starts: &mut dyn Iterator<Item = usize>| -> Vec<Proposal> {
        let lines = starts.map_while(|start| match prose(view, start) {
            None if is_blank(&start) && start < text.len() => Some(None),
            prose => prose.map(Some),
        });
        lines.flatten().collect()
    };
    let all = of(&mut above.skip(1)).into_iter().chain(of(&mut below.into_iter()));
    all.into_iter().reduce(|all, line| all.with(&line).unwrap_or(all))
}

fn prose(view: &View, start: usize) -> Option<Proposal> {
    let line = view.text()[start..].lines().next().unwrap_or_default();
    let comment = spellings::prose(line.trim())?;
    let at = start + (line.len() - line.trim_start().len());
    let mut proposal = Proposal::replace(Span::new(at, start + line.trim_end().len()), comment);
    // `**Step**` before a definition looks like the head of one of `**`.
    if spellings::is_title(line.trim()) {
        let breaks = view.tree.tokens().windows(2).filter(|pair| pair[0].kind == TokenKind::Break);
        let heads =
            breaks.map(|pair| &pair[1]).filter(|head| (at..start + line.len()).contains(&(head.start as usize)));
        proposal.permit.undefines.extend(heads.map(|head| view.word(head).to_owned()));
    }
    Some(proposal)
}
