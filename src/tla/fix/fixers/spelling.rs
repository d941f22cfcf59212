//! Operators as other languages and notations write them.

use std::collections::HashSet;

use super::super::guard;
use super::super::guard::spellings::SPELLINGS;
use super::super::guard::spellings::Where;
use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::walk;
use crate::tla::tree;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// The pairs of these kinds that have `written` on the left.
pub(super) fn known<'a>(written: &'a str, kinds: &'a [Where]) -> impl Iterator<Item = &'static str> + 'a {
    SPELLINGS
        .iter()
        .filter(move |(wrong, _, kind)| *wrong == written && kinds.contains(kind))
        .map(|(_, right, _)| *right)
}

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let text = view.text();
    let mut proposals = Vec::new();
    let words = words(view, problem);
    // The words of a LET or IF read only together.
    let keywords = words.iter().any(|all| all.edits.iter().any(|edit| tree::is_keyword(edit.new.trim())));
    proposals.extend(words.clone().filter(|_| keywords));
    // The wrong operator is what stands there, or what was read as part of an expression just before it; `\setminus` is
    // a backslash and a word, `!=` two symbols.
    for at in [0, 1, 2, 3, 4].into_iter().filter_map(|back| (index + 1).checked_sub(back)) {
        let Some(token) = tokens.get(at).filter(|token| token.kind != TokenKind::Str) else { continue };
        let mut end = token.end;
        let mut spans = vec![token.span()];
        for next in
            tokens[at + 1..].iter().take(3).take_while(|next| next.start == std::mem::replace(&mut end, next.end))
        {
            spans.insert(0, Span::new(token.start as usize, next.end as usize));
        }
        for span in spans {
            let written = &text[span.range()];
            let mut kinds = vec![Where::Bags];
            kinds.extend((problem.code != "tla/arity").then_some(Where::Foreign));
            kinds.extend((at == index && problem.code == "tla/parse-unexpected").then_some(Where::Stop));
            if written == ":=" {
                proposals.extend(assigned(view, at));
            } else {
                let fits = |right: &&str| {
                    fits(view, problem, (written, *right), at) && guard::places::misplaced(view, span, right).is_none()
                };
                proposals.extend(known(written, &kinds).filter(fits).map(|right| spelled(view, span, right)));
            }
        }
    }
    if problem.code == "tla/parse-unexpected" {
        proposals.extend(first_field(view, index));
        proposals.extend(not_in(view, index));
        proposals.extend(colon_of_bound(view, tokens, index));
        proposals.extend(after_bounds(view, problem, index));
        proposals.extend(updated(view, tokens, index));
        proposals.extend(arrow_of_update(view, problem, index));
    }
    proposals.extend(words);
    if problem.code == "tla/unknown-operator" || problem.code == "tla/arity" {
        proposals.extend(of_operator(view, problem));
    }
    proposals.dedup();
    proposals
}

/// Whether a sign of TLA+ is what is wanted at that place, where the sign alone does not say so.
fn fits(view: &View, problem: &Problem, (wrong, right): (&str, &str), at: usize) -> bool {
    let expected = problem.message.split(", found").next().unwrap_or_default();
    let next = view.tokens().get(at + 1).map(|next| (next.kind, view.word(next).to_owned()));
    match (wrong, right) {
        (":" | "|->", "=") | (":", "->") => expected.contains(&format!("`{right}`")),
        ("!", _) => next.is_some_and(|(kind, word)| kind == TokenKind::Name || word == "("),
        _ => true,
    }
}

/// `x' := e` is an equation, and so is `x := e` of a name that is no variable. `x := e` of a variable says what `x` is in
/// the next state where there is a next state, and what it is in the first where the definition is called so.
fn assigned(view: &View, at: usize) -> Option<Proposal> {
    let tokens = view.tokens();
    let (sign, before) = (tokens.get(at)?, tokens.get(at.checked_sub(1)?)?);
    let equation = || Some(spelled(view, sign.span(), "="));
    if view.word(before) == "]" {
        // A place of EXCEPT. `f[i] := e` by itself is no equation of `f`.
        let start = tokens[..at].iter().rposition(|token| token.is("!") || token.is("["))?;
        let first = tokens[..=start].iter().rposition(|token| !token.is("["))?;
        return if tokens[first].is("!") { equation() } else { None };
    }
    if before.kind != TokenKind::Name || !view.is_variable(view.word(before)) {
        return equation();
    }
    let from = view.heads()[..View::index(view.heads(), sign.start as usize)].last()?.start;
    let unit = || tokens.iter().skip_while(|token| token.start < from).take_while(|token| token.start < sign.start);
    let name = unit().next().map(|token| view.word(token))?;
    let after = tokens.iter().skip(at + 1).take_while(|token| token.line == sign.line);
    let below = tokens[at..].iter().skip(1).take_while(|token| !view.is_head(token));
    let next = unit().chain(below).any(|token| token.is("'") || token.is("UNCHANGED"))
        || after.into_iter().any(|token| token.is("UNCHANGED") || view.word(token) == view.word(before));
    if name.contains("Init") {
        return equation();
    }
    next.then(|| Proposal::replace(Span::new(before.end as usize, sign.end as usize), "' ="))
}

/// `x += 1` is `x' = x + 1`, and so is `x++`.
fn updated(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    // Below `x++`, the next definition looks like one of `x ++ F`.
    if let [name, step, next, ..] = tokens.get(index..)?
        && ["++", "--"].contains(&view.word(step))
        && next.line > step.line
        && guard::places::refusal_of_update(view, name.span().to(step.span())).is_none()
    {
        let span = name.span().to(step.span());
        let mut proposal = Proposal::replace(span, guard::spellings::updated(&view.text()[span.range()])?);
        proposal.permit.undefines.push(view.word(name).to_owned());
        return Some(proposal);
    }
    let back = |by: usize| index.checked_sub(by).map(|at| tokens[at]);
    let counts = ["++", "--"].contains(&view.word(&back(1)?));
    // `x' = x++` says what `x++` says.
    if counts && let [name, prime, equals, same, step] = tokens.get(index.checked_sub(5)?..index)? {
        let whole = prime.is("'") && equals.is("=") && view.word(name) == view.word(same);
        let right = guard::spellings::updated(&format!("{}{}", view.word(same), view.word(step)))?;
        let span = name.span().to(step.span());
        if whole && guard::places::refusal_of_update(view, span).is_none() {
            return Some(Proposal::replace(span, right));
        }
    }
    let name = if counts { 2 } else { 3 };
    let name = if back(name)?.is("'") { back(name + 1)? } else { back(name)? };
    let span = name.span().to(back(1)?.span());
    let right = guard::spellings::updated(&view.text()[span.range()])?;
    guard::places::refusal_of_update(view, span).is_none().then(|| Proposal::replace(span, right))
}

/// `[f EXCEPT ![k] -> e]` and `[f EXCEPT ![k] <- e]`.
fn arrow_of_update(view: &View, problem: &Problem, index: usize) -> Option<Proposal> {
    let sign = view.tokens().get(index)?;
    let wanted = problem.message.starts_with("expected `=` after the place to update");
    let arrow = ["->", "<-"].contains(&view.word(sign)) && guard::places::misplaced(view, sign.span(), "=").is_none();
    (wanted && arrow).then(|| spelled(view, sign.span(), "="))
}

/// `\A x \in S :: P`, where `S :: P` is read as an expression with a label.
fn after_bounds(view: &View, problem: &Problem, index: usize) -> Option<Proposal> {
    let tokens = view.tokens().get(..index)?;
    let head = view.heads()[..View::index(view.heads(), problem.span.start)].last()?;
    let wanted = problem.message.starts_with("expected `:` after the bounds");
    let inside = tokens.iter().rev().take_while(|token| token.start > head.start);
    let sign = inside
        .into_iter()
        .find(|token| wanted && token.is("::") && guard::places::misplaced(view, token.span(), ":").is_none())?;
    Some(spelled(view, sign.span(), ":"))
}

/// `\A x : S : P`, where `S` is what no formula is: a name that is no formula, a range, or a set in braces.
fn colon_of_bound(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    tokens.get(index).filter(|sign| sign.is(":"))?;
    let from = View::index(tokens, view.definition_around(tokens[index].start as usize)?.start);
    let quantifier = tokens[from..index].iter().rposition(|token| token.is("\\A") || token.is("\\E"))? + from;
    let sign = tokens[quantifier..index].iter().position(|token| token.is(":"))? + quantifier;
    let mut names = tokens[quantifier + 1..sign].iter().enumerate();
    let listed = names.all(|(at, name)| if at % 2 == 0 { name.kind == TokenKind::Name } else { name.is(",") });
    let set = &tokens[sign + 1..index];
    let (first, last) = (set.first()?, set.last()?);
    let standard = |word: &str| ["Nat", "Int", "BOOLEAN", "STRING"].contains(&word);
    let is_set = match set {
        [name] => standard(view.word(name)) || view.is_constant(view.word(name)) || view.is_variable(view.word(name)),
        _ if first.is("{") => walk::closing(set, 0) == Some(set.len() - 1),
        [low, range, high] => {
            let value = |token: &Token| matches!(token.kind, TokenKind::Name | TokenKind::Number);
            range.is("..") && value(low) && value(high)
        }
        _ => first.is("DOMAIN") && set.len() == 2 && last.kind == TokenKind::Name,
    };
    if !listed || !(sign - quantifier).is_multiple_of(2) || !is_set {
        return None;
    }
    // A list that begins on this line would lose the column of its items.
    let end = view.definition_around(tokens[index].start as usize)?.end;
    let rest = &tokens[index..View::index(tokens, end)];
    let below: HashSet<u32> = rest.iter().filter(|item| view.starts_line(item)).map(|item| item.column).collect();
    let mut line = rest.iter().take_while(|token| token.line == tokens[index].line);
    if line.any(|token| (token.is("/\\") || token.is("\\/")) && below.contains(&token.column)) {
        return None;
    }
    let glued = tokens[sign - 1].end == tokens[sign].start;
    Some(Proposal::replace(tokens[sign].span(), if glued { " \\in" } else { "\\in" }))
}

/// `x not in S`.
fn not_in(view: &View, index: usize) -> Vec<Proposal> {
    let tokens = view.tokens();
    let near = [index.checked_sub(1), Some(index), index.checked_sub(2)].into_iter().flatten();
    let pairs = near.filter_map(|at| Some(tokens.get(at)?.span().to(tokens.get(at + 1)?.span())));
    let known = |span: Span| {
        let words = view.text()[span.range()].split_whitespace().collect::<Vec<_>>().join(" ");
        known(&words, &[Where::Foreign]).filter(|_| words.contains(' ')).map(|right| spelled(view, span, right)).next()
    };
    pairs.filter_map(known).collect()
}

/// `if c then a else b`, `let a == 1 in a`, `forall a in S` and `\land`: all the words of the definition at once, as none
/// of them reads alone; for the first of the definition's problems.
fn words(view: &View, problem: &Problem) -> Option<Proposal> {
    let definition = view.definition_around(problem.span.start)?;
    let of_words = ["tla/parse-unexpected", "tla/parse-precedence", "tla/unknown-operator"];
    let is_inside = |other: &Problem| {
        of_words.contains(&other.code.as_str())
            && view.definition_around(other.span.start).as_ref() == Some(&definition)
    };
    if !super::speaks(view, problem, is_inside) {
        return None;
    }
    let tokens = view.tokens();
    let problems = view.problems.iter().filter(|other| is_inside(other));
    let stops: HashSet<usize> = problems.map(|other| View::index(tokens, other.span.start)).collect();
    let is_near = |at: usize| (at.saturating_sub(1)..=at + 1).any(|at| stops.contains(&at));
    let mut proposal = Proposal::default();
    let mut lets = 0usize;
    let mut near = false;
    for at in View::index(tokens, definition.start)..View::index(tokens, definition.end) {
        let token = &tokens[at];
        let word = view.word(token);
        let written = token.kind == TokenKind::Name || CONNECTIVES.contains(&token.canonical);
        lets += usize::from(token.is("LET") || word == "let");
        lets = lets.saturating_sub(usize::from(token.is("IN")));
        if let Some(other) = of_c(view, tokens, at) {
            near |= token.is("==") && is_near(at);
            proposal.edits.extend(other.edits);
            proposal.permit.undefines.extend(other.permit.undefines);
            continue;
        }
        if token.is("::") && guard::places::misplaced(view, token.span(), ":").is_none() {
            proposal.edits.extend(spelled(view, token.span(), ":").edits);
            continue;
        }
        let right = if word == "in" && lets > 0 {
            lets -= 1;
            Some("IN".to_owned())
        } else {
            known(word, &[Where::Foreign]).next().map(str::to_owned).or_else(|| keyword(view, tokens, at))
        };
        if let Some(right) = right.filter(|_| written && !guard::is_defined(view, word)) {
            near |= is_near(at) && keyword(view, tokens, at).is_some();
            proposal.edits.extend(spelled(view, token.span(), &right).edits);
        }
    }
    (proposal.edits.len() > 1 || near).then_some(proposal)
}

/// `a != b`, `!(a)` and, behind the `==` of the definition, `a == b`.
fn of_c(view: &View, tokens: &[Token], at: usize) -> Option<Proposal> {
    let token = &tokens[at];
    let next = tokens.get(at + 1).filter(|next| next.start == token.end);
    if view.word(token) == "!" {
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        let operand = before.is_some_and(|before| {
            matches!(before.kind, TokenKind::Name | TokenKind::Number) || [")", "]", "}"].contains(&before.canonical)
        });
        let wanted = before.is_none_or(|before| !before.is("EXCEPT") && !before.is(","));
        return match next.map(|next| view.word(next))? {
            "=" => Some(spelled(view, token.span().to(next?.span()), "#")),
            "(" if !operand && wanted => Some(spelled(view, token.span(), "~")),
            _ => None,
        };
    }
    if token.is("==") && next.is_some_and(|next| next.is(">")) {
        return Some(spelled(view, token.span().to(next?.span()), "=>"));
    }
    let head = view.heads()[..View::index(view.heads(), token.start as usize)].last()?;
    let inside = token.is("==") && !view.starts_line(head) && !view.is_in_open_let(token.start as usize);
    let name = view.word(head);
    // What stands before a field decides whether it is compared.
    if !inside || guard::uses::is_field(view, head) || !guard::uses::is_no_head(view, head) {
        return None;
    }
    let mut proposal = Proposal::replace(token.span(), "=");
    proposal.permit.undefines.push(name.to_owned());
    Some(proposal)
}

/// Connectives of other languages that are symbols.
const CONNECTIVES: &[&str] = &["&&", "||", "\\land", "\\lor"];

/// The reserved word that is written in another case at `at`, where no name can be meant.
fn keyword(view: &View, tokens: &[Token], at: usize) -> Option<String> {
    let written = view.word(&tokens[at]);
    let word = written.to_ascii_uppercase();
    let before = at.checked_sub(1).map_or("", |before| view.word(&tokens[before]));
    let after = tokens.get(at + 1).map_or("", |after| view.word(after));
    let of_name = ["\\in", "in", "|->", "=", "==", ",", "'"].contains(&after) || [".", "!"].contains(&before);
    let reserved = written != word && tree::is_keyword(&word) && !super::reserved::is_of_proofs(&word);
    (reserved && !of_name && !view.is_bound_somewhere(written)).then_some(word)
}

fn spelled(view: &View, span: Span, right: &str) -> Proposal {
    let text = view.text();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let word = letter(right.chars().last()) && letter(text[span.end..].chars().next());
    // A second bullet on the line keeps its column, as those below it do.
    let rest = text[span.end..].trim_start_matches(' ');
    let bullets = |text: &str| CONNECTIVES.iter().chain(&["/\\", "\\/"]).any(|sign| text.starts_with(sign));
    let listed = bullets(right) && bullets(rest);
    let width = if listed { span.end - span.start } else { right.len() + usize::from(word) };
    // `k: e` has no blank before its sign.
    let blank = if right == "|->" && letter(text[..span.start].chars().next_back()) { " " } else { "" };
    Proposal::replace(span, format!("{blank}{right:width$}"))
}

/// `[n -> 1, ...` where the fields of a record are meant.
fn first_field(view: &View, index: usize) -> Option<Proposal> {
    let tokens = view.tokens();
    let open = walk::enclosing(tokens, index).filter(|open| tokens[*open].is("["))?;
    let [name, sign] = tokens.get(open + 1..open + 3)? else { return None };
    let is_field = name.kind == TokenKind::Name && ["->", "=", ":"].contains(&sign.canonical);
    let fits = sign.is("->") || tokens.get(index)?.is("|->");
    // What is a set there may be meant as the set that a field is from.
    let close = walk::closing(tokens, open).unwrap_or(index);
    let of_set = |at: usize| tokens[at].is("->") && guard::sorts::names_set(view, &tokens[at + 1..close]);
    let of_sets = walk::outside(&tokens[open + 1..close]).any(|at| of_set(open + 1 + at));
    (is_field && fits && !of_sets).then(|| spelled(view, sign.span(), "|->"))
}

/// An operator nobody defines: `{x \in S | P}`, `a := b`.
fn of_operator(view: &View, problem: &Problem) -> Vec<Proposal> {
    let op = problem.quoted(0);
    let tokens = view.tokens();
    // Between two lists, only the left one is what the diagnostic shows.
    let (first, last) = (View::index(tokens, problem.span.start), View::index(tokens, problem.span.end));
    let mut here: Vec<&Token> =
        tokens[first..].iter().take(last + 1 - first).filter(|token| view.word(token) == op).collect();
    // Of a left side of several lines the diagnostic shows the first.
    if here.is_empty() {
        let end = view.definition_around(problem.span.start).map_or(0, |unit| unit.end);
        let inside = tokens[first..].iter().take_while(|token| (token.start as usize) < end);
        here.extend(inside.into_iter().find(|token| view.word(token) == op));
    }
    let mut proposals = Vec::new();
    for token in here {
        if op == ":=" {
            proposals.extend(assigned(view, View::index(tokens, token.start as usize)));
            continue;
        }
        let alike = known(op, &[Where::Bags, Where::Foreign]);
        let alike = alike.filter(|right| guard::places::misplaced(view, token.span(), right).is_none());
        proposals.extend(alike.map(|right| spelled(view, token.span(), right)));
    }
    proposals
}
