//! Updates of functions and records as other languages write them.

use super::Problem;
use super::Proposal;
use super::View;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::guard::spellings;
use crate::tla::fix::walk::closing;
use crate::tla::fix::walk::enclosing;
use crate::tla::fix::walk::opening;
use crate::tla::fix::walk::outside;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// `f WITH [k] = e` and `f WITH ![k] = e` inside brackets.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let index = View::index(tokens, problem.span.start);
    let mut proposals = Vec::new();
    let Some(token) = tokens.get(index) else { return proposals };
    if token.is("WITH") || view.word(token) == "with" {
        proposals.extend(with(view, tokens, index));
    }
    proposals.extend(missing_mark(view, tokens, index));
    proposals.extend(next_update(view, tokens, index));
    proposals.extend(unopened(view, tokens, index));
    proposals.extend(unbracketed(view, tokens, index));
    proposals.extend(unmarked(view, problem, tokens, index));
    proposals.extend(changed(view, problem, tokens, index));
    proposals.extend(missing_dot(view, problem, tokens, index));
    proposals.extend(record_in_braces(view, tokens, index));
    proposals.extend(fields_in_braces(view, tokens, index));
    if token.is("OTHER") {
        proposals.push(Proposal::insert(token.start as usize, "[] ").adding(&["[]"]));
    }
    proposals.extend(primed_call(view, tokens, index));
    proposals.extend(call_of_value(view, tokens, index));
    proposals.extend(mixed_fields(view, tokens, index));
    proposals.extend(quoted_value(view, tokens, index));
    proposals.extend(quoted_field(view, tokens, index));
    proposals
}

/// `f[n](m)` is `f[n][m]`, as only a name can be an operator.
fn call_of_value(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let open = tokens.get(index)?;
    let before = tokens[index.checked_sub(1)?];
    if !before.is("]") || view.word(open) != "(" || before.end != open.start {
        return None;
    }
    let close = tokens[closing(tokens, index)?];
    Some(Proposal::replace(open.span(), "[").and(close.span(), "]"))
}

/// `["a": 1, "b": x]`, which is a record and no set of records where a value is a literal.
fn quoted_value(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let open = enclosing(tokens, index).filter(|open| tokens[*open].is("["))?;
    let mut proposal = Proposal::default();
    let mut literal = false;
    for at in parts(tokens, open)? {
        let [name, sign, value] = tokens.get(at..at + 3)? else { return None };
        let quoted = name.kind == TokenKind::Str && view.word(sign) == ":";
        literal |= matches!(value.kind, TokenKind::Number | TokenKind::Str)
            && tokens.get(at + 3).is_some_and(|next| next.is(",") || next.is("]"));
        let right = spellings::field(&[view.word(name), "|->"].concat()).filter(|_| quoted)?;
        proposal = proposal.and(name.span().to(sign.span()), right);
    }
    (literal && !proposal.edits.is_empty()).then_some(proposal)
}

/// `r."field"` is `r.field`, and `["field" |-> e]` is `[field |-> e]`, for all the fields of one record.
fn quoted_field(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let text = view.text();
    let token = tokens.get(index)?;
    let dot = tokens[index.checked_sub(1)?];
    if dot.is(".") && token.kind == TokenKind::Str {
        let span = dot.span().to(token.span());
        return spellings::field(&text[span.range()]).map(|right| Proposal::replace(span, right));
    }
    // Reading stopped at the first sign that is none, after a string that starts a field.
    let open = (0..index).rev().take(400).find(|at| {
        tokens[*at].is("[")
            && tokens[at + 1].kind == TokenKind::Str
            && closing(tokens, *at).is_none_or(|end| end >= index)
    })?;
    let mut proposal = Proposal::default();
    for at in parts(tokens, open)?.filter(|at| tokens[*at].kind == TokenKind::Str) {
        let span = tokens[at].span().to(tokens[at + 1].span());
        proposal = proposal.and(span, spellings::field(&text[span.range()])?);
    }
    (!proposal.edits.is_empty()).then_some(proposal)
}

/// Where the parts of what the bracket at `open` holds begin.
fn parts(tokens: &[Token], open: usize) -> Option<impl Iterator<Item = usize>> {
    // A part has at least a name and its sign; `[]` has none.
    let inside = tokens.get(open + 1..closing(tokens, open)?.checked_sub(1)?)?;
    let inside = outside(inside).map(move |at| open + 1 + at);
    Some(inside.filter(move |at| *at == open + 1 || tokens[at - 1].is(",")))
}

/// `[a = d, b: e, "c" |-> f]`: each part gives a field its value, each in another notation. In one notation throughout it
/// may be something else, as a set of records.
fn mixed_fields(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let open = enclosing(tokens, index).filter(|open| tokens[*open].is("["))?;
    let mut proposal = Proposal::default();
    let mut signs = Vec::new();
    for at in parts(tokens, open)? {
        let [name, sign] = tokens.get(at..at + 2)? else { return None };
        if !matches!(name.kind, TokenKind::Name | TokenKind::Str) || !["|->", "->", "=", ":"].contains(&view.word(sign))
        {
            return None;
        }
        signs.push(view.word(sign));
        if name.kind == TokenKind::Str {
            let field = spellings::field(&[view.word(name), "|->"].concat())?;
            proposal = proposal.and(name.span().to(sign.span()), field);
        } else if !sign.is("|->") {
            let spaced = if name.end == sign.start { " |->" } else { "|->" };
            proposal = proposal.and(sign.span(), spaced);
        }
    }
    signs.dedup();
    let is_record = signs.len() > 1 || signs == ["|->"];
    (is_record && !proposal.edits.is_empty()).then_some(proposal)
}

fn with(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let last = index.checked_sub(1)?;
    let first = if [")", "]", "}"].contains(&tokens[last].canonical) { opening(tokens, last)? } else { last };
    let mut open = index + 1;
    // `r WITH field = e`, inside the brackets already.
    if tokens.get(open)?.kind == TokenKind::Name
        && tokens.get(open + 1)?.is("=")
        && first > 0
        && tokens[first - 1].is("[")
    {
        let at = tokens[open].start as usize;
        let field = view.word(&tokens[open]);
        // A name that is known may be a place of a function.
        if guard::is_defined(view, field) || view.is_bound_somewhere(field) {
            return None;
        }
        let proposal = Proposal::replace(tokens[index].span(), "EXCEPT").and(Span::new(at, at), "!.");
        return Some(proposal.adding(&["EXCEPT", "!"]).removing(&["WITH", "with"]));
    }
    let marked = view.word(tokens.get(open)?) == "!";
    open += usize::from(marked);
    if !tokens.get(open)?.is("[") {
        return None;
    }
    // The value ends where the brackets around the update do.
    let comma = outside(&tokens[open..]).map(|at| open + at).find(|at| tokens[*at].is(","));
    let end = comma.or_else(|| closing(tokens, enclosing(tokens, open)?))?;
    let start = tokens[first].start as usize;
    let close = tokens[end - 1].end as usize;
    // `[f WITH [k] = e]` has its brackets.
    let inside = first.checked_sub(1).is_some_and(|before| tokens[before].is("["))
        && tokens.get(end).is_some_and(|next| next.is("]"));
    if inside {
        let at = tokens[open].start as usize;
        let proposal = Proposal::replace(tokens[index].span(), "EXCEPT");
        let proposal = if marked { proposal } else { proposal.and(Span::new(at, at), "!") };
        return Some(proposal.adding(&["EXCEPT", "!"]).removing(&["WITH", "with"]));
    }
    let mut proposal = Proposal::insert(start, "[").and(tokens[index].span(), "EXCEPT");
    if !marked {
        let at = tokens[open].start as usize;
        proposal = proposal.and(Span::new(at, at), "!");
    }
    Some(proposal.and(Span::new(close, close), "]").adding(&["EXCEPT", "!"]).removing(&["WITH", "with"]))
}

/// `[f EXCEPT [k] = e]` without its `!`.
fn missing_mark(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let token = tokens.get(index)?;
    let after = tokens[index.checked_sub(1)?];
    let wanted = after.is("EXCEPT") || after.is(",");
    let marked = tokens.get(index + 1).is_some_and(|next| view.word(next) == "!");
    (wanted && !marked && ["[", "."].contains(&view.word(token)))
        .then(|| Proposal::insert(token.start as usize, "!").adding(&["!"]))
}

/// `[r EXCEPT a = 1, b = 2]` is `[r EXCEPT !.a = 1, !.b = 2]`, where no such name is known.
fn unmarked(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    if !problem.message.starts_with("expected `!` for the place to update") {
        return None;
    }
    let open = enclosing(tokens, index)?;
    let inside = outside(&tokens[index..closing(tokens, open)?]).map(|at| index + at);
    let starts = inside.filter(|at| *at == index || tokens[at - 1].is(","));
    let mut proposal = Proposal::default().adding(&["!"]);
    for at in starts {
        let [name, sign] = tokens.get(at..at + 2)? else { return None };
        let known = guard::is_defined(view, view.word(name)) || view.is_bound_somewhere(view.word(name));
        if name.kind != TokenKind::Name || !sign.is("=") || known {
            return None;
        }
        proposal = proposal.and(Span::new(name.start as usize, name.start as usize), "!.");
    }
    Some(proposal)
}

/// `![k] -= 1` is `![k] = @ - 1`.
fn changed(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    let [sign, equals] = tokens.get(index..index + 2)? else { return None };
    let span = sign.span().to(equals.span());
    let right = [("+=", "= @ +"), ("-=", "= @ -")].iter().find(|(wrong, _)| *wrong == &view.text()[span.range()])?.1;
    let wanted = problem.message.starts_with("expected `=` after the place to update");
    wanted.then(|| Proposal::replace(span, right))
}

/// `x' = f EXCEPT ![k] = e` to the end of its line, where the next item or definition begins.
fn unbracketed(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let [.., prime, equals, name] = tokens.get(..index)? else { return None };
    let assigns = prime.is("'") && equals.is("=") && name.kind == TokenKind::Name && tokens.get(index)?.is("EXCEPT");
    let marked = tokens.get(index + 1).is_some_and(|mark| view.word(mark) == "!");
    let line = tokens[index..].iter().take_while(|token| token.line == name.line);
    let last = index + line.count() - 1;
    let whole =
        !outside(&tokens[index..=last]).any(|at| ["/\\", "\\/", "=>", "<=>"].contains(&tokens[index + at].canonical));
    let ends = tokens.get(last + 1).is_none_or(|next| {
        view.is_head(next)
            || next.kind == TokenKind::Close
            || view.starts_line(next) && (next.is("/\\") || next.is("\\/"))
    });
    let balanced = enclosing(tokens, last + 1) == enclosing(tokens, index);
    (assigns && marked && whole && ends && balanced).then(|| {
        let end = tokens[last].end as usize;
        Proposal::insert(name.start as usize, "[").and(Span::new(end, end), "]")
    })
}

/// `f EXCEPT ![k] = e]`, whose bracket nobody opens.
fn unopened(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let last = index.checked_sub(1)?;
    let mut first = last;
    while tokens[first].is("]") {
        first = opening(tokens, first)?.checked_sub(1)?;
    }
    if !tokens.get(index)?.is("EXCEPT") || tokens[first].kind != TokenKind::Name {
        return None;
    }
    let unit = view.definition_around(tokens[index].start as usize)?;
    let close = tokens
        .iter()
        .enumerate()
        .skip(index)
        .find(|(at, token)| token.is("]") && opening(tokens, *at).is_none_or(|open| !tokens[open].is("[")));
    let (_, close) = close?;
    // Another bracket stands where it should.
    let wrong = first.checked_sub(1).map(|before| tokens[before]);
    if let Some(wrong) = wrong.filter(|wrong| ["{", "<<", "("].contains(&view.word(wrong)))
        && closing(tokens, first - 1).is_some_and(|end| tokens[end].start == close.start)
    {
        return Some(Proposal::replace(wrong.span(), "["));
    }
    unit.contains(&(close.start as usize)).then(|| Proposal::insert(tokens[first].start as usize, "["))
}

/// `[f EXCEPT ![a] = d ![b] = e]` without its comma, or with `/\` for it.
fn next_update(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let (token, before) = (tokens.get(index)?, tokens[index.checked_sub(1)?]);
    let update = tokens.get(index + 1).is_some_and(|next| next.is("[") || next.is("."));
    if view.word(token) != "!" || !update || before.is("EXCEPT") || before.is(",") {
        return None;
    }
    let open = enclosing(tokens, index)?;
    let inside = tokens[open..index].iter().any(|token| token.is("EXCEPT"));
    let comma = || match before.is("/\\") {
        true => Proposal::replace(before.span(), ","),
        false => Proposal::insert(before.end as usize, ","),
    };
    inside.then(comma)
}

/// `!field = e` is `!.field = e`, for all the updates of one EXCEPT; `!1 = e` and `!(k) = e` have brackets.
fn missing_dot(view: &View, problem: &Problem, tokens: &[Token], index: usize) -> Option<Proposal> {
    let token = tokens.get(index)?;
    // `!.[k]` is `![k]`.
    if problem.message.contains("after `!.`") && token.is("[") {
        return Some(Proposal::replace(tokens[index.checked_sub(1)?].span(), ""));
    }
    if !problem.message.contains("after `!`") {
        return None;
    }
    // `![k] == e` looks like the head of a definition.
    if token.is("[") {
        let sign = tokens.get(closing(tokens, index)? + 1).filter(|sign| sign.is("=="))?;
        let mut proposal = Proposal::replace(sign.span(), "=");
        proposal.permit.undefines.push("[".to_owned());
        return Some(proposal);
    }
    if token.kind == TokenKind::Number {
        let (start, end) = (token.start as usize, token.end as usize);
        return Some(Proposal::insert(start, "[").and(Span::new(end, end), "]"));
    }
    if view.word(token) == "(" {
        let close = tokens[closing(tokens, index)?];
        return Some(Proposal::replace(token.span(), "[").and(close.span(), "]"));
    }
    // A name that is known is a place of a function, any other is a field.
    let marked = |proposal: Proposal, field: &Token| {
        let known = guard::is_defined(view, view.word(field)) || view.is_bound_somewhere(view.word(field));
        let (start, end) = (field.start as usize, field.end as usize);
        let at = View::index(tokens, start);
        // `!t.from` may be `![t.from]` or `![t].from`.
        let dotted = |at: usize| tokens.get(at + 1).is_some_and(|next| next.is("."));
        let others = view.places(view.word(field)).iter().filter(|other| **other != at);
        if known && dotted(at) && others.into_iter().any(|other| dotted(*other)) {
            return Proposal::default();
        }
        match known {
            true => proposal.and(Span::new(start, start), "[").and(Span::new(end, end), "]"),
            false => proposal.and(Span::new(start, start), "."),
        }
    };
    let mut proposal = marked(Proposal::default(), token);
    for comma in outside(&tokens[index..]).map(|at| index + at).filter(|at| tokens[*at].is(",")) {
        let Some([mark, field]) = tokens.get(comma + 1..comma + 3) else { break };
        if view.word(mark) == "!" && field.kind == TokenKind::Name {
            proposal = marked(proposal, field);
        }
    }
    Some(proposal)
}

/// `{field |-> e}` is `[field |-> e]`.
fn record_in_braces(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let open = index.checked_sub(2)?;
    if !tokens.get(index)?.is("|->") || view.word(&tokens[open]) != "{" {
        return None;
    }
    let close = closing(tokens, open)?;
    Some(Proposal::replace(tokens[open].span(), "[").and(tokens[close].span(), "]"))
}

/// `{type: "a", "val": 3}` is `[type |-> "a", val |-> 3]`: two fields at least, or one with a literal, and nothing that is bound.
fn fields_in_braces(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let open = (0..=index).rev().take(400).find(|at| {
        tokens.get(*at).is_some_and(|token| token.is("{")) && closing(tokens, *at).is_some_and(|end| end >= index)
    })?;
    let close = closing(tokens, open)?;
    let mut proposal = Proposal::replace(tokens[open].span(), "[").and(tokens[close].span(), "]");
    let mut fields = 0;
    for at in parts(tokens, open)? {
        let [name, sign, value, next] = tokens.get(at..at + 4)? else { return None };
        let literal = matches!(value.kind, TokenKind::Number | TokenKind::Str) && (next.is("}") || next.is(","));
        let is_field = matches!(name.kind, TokenKind::Name | TokenKind::Str) && sign.is(":");
        let end = outside(&tokens[at..close]).map(|next| at + next).find(|next| tokens[*next].is(",")).unwrap_or(close);
        let binds = tokens[at..end].iter().any(|token| token.is("\\in") || view.word(token) == "in");
        if !is_field || binds || !literal && name.kind == TokenKind::Name && view.is_bound_somewhere(view.word(name)) {
            return None;
        }
        fields += if literal { 2 } else { 1 };
        let name_to_sign = name.span().to(sign.span());
        proposal = match name.kind {
            TokenKind::Str => proposal.and(name_to_sign, spellings::field(&[view.word(name), "|->"].concat())?),
            _ => proposal.and(sign.span(), if name.end == sign.start { " |->" } else { "|->" }),
        };
    }
    (fields > 1).then_some(proposal)
}

/// `F'(x)` is `F(x)'`.
fn primed_call(view: &View, tokens: &[Token], index: usize) -> Option<Proposal> {
    let token = tokens.get(index)?;
    let prime = tokens[index.checked_sub(1)?];
    if view.word(token) != "(" || !prime.is("'") {
        return None;
    }
    let close = tokens[closing(tokens, index)?];
    let span = prime.span().to(close.span());
    let call = &view.text()[prime.end as usize..close.end as usize];
    let mut proposal = Proposal::replace(span, format!("{call}'"));
    proposal.permit.reorders = true;
    Some(proposal)
}
