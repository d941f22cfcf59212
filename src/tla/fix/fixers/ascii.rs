//! Operators, blanks and quotation marks of Unicode, and strings between other marks than `"`.

use std::collections::BTreeSet;
use std::collections::HashMap;

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard::spellings;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let replaced = |all: &[(Span, String)]| {
        all.iter().fold(Proposal::default(), |proposal, (span, new)| proposal.and(*span, new.as_str()))
    };
    if problem.code == "tla/parse-unexpected" {
        let strings = strings_of_line(view, view.line_start(problem.span.start));
        return if strings.is_empty() { Vec::new() } else { vec![replaced(&strings)] };
    }
    let of_symbols = |other: &Problem| ["tla/parse-lexical", "tla/unicode"].contains(&other.code.as_str());
    if !super::speaks(view, problem, of_symbols) {
        return Vec::new();
    }
    // All at once: what could not be read hides what is wrong behind it.
    let lines: BTreeSet<usize> =
        view.problems.iter().filter(|other| of_symbols(other)).map(|other| view.line_start(other.span.start)).collect();
    let strings: Vec<(Span, String)> = lines.into_iter().flat_map(|start| strings_of_line(view, start)).collect();
    let outside = |span: &Span| {
        let at = strings.partition_point(|(string, _)| string.start <= span.start);
        at.checked_sub(1).is_none_or(|at| strings[at].0.end < span.end)
    };
    let symbols = tokens.iter().filter_map(|token| written(view, token)).filter(|(span, _)| outside(span));
    let all: Vec<(Span, String)> = symbols.chain(strings.iter().cloned()).collect();
    if all.is_empty() { Vec::new() } else { vec![aligned(view, tokens, &all), replaced(&all)] }
}

fn written(view: &View, token: &Token) -> Option<(Span, String)> {
    let right = spellings::ascii(view.word(token)).filter(|_| token.kind != TokenKind::Str)?;
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let text = view.text();
    let joins = letter(right.chars().last()) && letter(text[token.end as usize..].chars().next());
    Some((token.span(), if joins { format!("{right} ") } else { right }))
}

/// A bullet, with the column it had and the one it gets.
struct Bullet {
    old: u32,
    new: u32,
}

/// The symbols replaced, and each line moved as far as the bullet it belongs to: `∧ ∨ a` is a column shorter than
/// `/\ \/ a`, and what stands below the inner bullet has to follow it.
fn aligned(view: &View, tokens: &[Token], all: &[(Span, String)]) -> Proposal {
    let mut proposal = Proposal::default();
    let mut open: Vec<Bullet> = Vec::new();
    let all: HashMap<usize, &(Span, String)> = all.iter().map(|edit| (edit.0.start, edit)).collect();
    let (mut line, mut shift) = (0, 0i64);
    for (at, token) in tokens.iter().enumerate() {
        let bullet = token.is("/\\") || token.is("\\/");
        let first = token.line != line;
        if first {
            line = token.line;
            while open.last().is_some_and(|last| last.old > token.column || (last.old == token.column && !bullet)) {
                open.pop();
            }
            shift = open.last().map_or(0, |last| i64::from(last.new) - i64::from(last.old)).max(0);
            if shift > 0 {
                let start = token.start as usize;
                proposal = proposal.and(Span::new(start, start), " ".repeat(shift as usize));
            }
        }
        if bullet
            && (first || super::shift::opens(tokens, at))
            && open.last().is_none_or(|last| last.old < token.column)
        {
            let new = i64::from(token.column) + shift;
            open.push(Bullet { old: token.column, new: u32::try_from(new).unwrap_or(token.column) });
        }
        if let Some((span, new)) = all.get(&(token.start as usize)) {
            proposal = proposal.and(*span, new.as_str());
            shift += new.chars().count() as i64 - view.text()[span.range()].chars().count() as i64;
        }
    }
    proposal
}

/// The strings between other marks on the line that starts at `start`.
fn strings_of_line(view: &View, start: usize) -> Vec<(Span, String)> {
    let line = view.text()[start..].lines().next().unwrap_or_default();
    let mut all = Vec::new();
    let mut from = 0;
    while let Some((at, open)) = line[from..].char_indices().find(|(_, c)| "“”„«‘'`＂\"".contains(*c)) {
        let at = from + at;
        let inner = at + open.len_utf8();
        from = inner;
        // A prime stands right after what is primed.
        let primed = line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || ")]_'".contains(c));
        let close = line[inner..].char_indices().find(|(_, c)| "”“»’'`＂\"".contains(*c));
        let end = close.map_or(line.trim_end().len(), |(end, c)| inner + end + c.len_utf8());
        if (open == '\'' && primed) || end <= inner {
            continue;
        }
        if let Some(right) = spellings::string(&line[at..end]) {
            all.push((Span::new(start + at, start + end), right));
        }
        from = end;
    }
    all
}
