//! Spellings that are right in some places alone.

use super::is_declared;
use crate::base::span::Span;
use crate::tla::fix::view::View;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Why the text at `old` of `before` must not become what stands at `new` of `after`.
pub(in crate::tla::fix) fn refusal(before: &View, after: &View, (old, new): (Span, Span)) -> Option<String> {
    let (old_text, new_text) = (&before.text()[old.range()], after.text()[new.range()].trim());
    let why = match (old_text, new_text) {
        ("//" | "**" | "==" | "|->" | ":" | "()", _) => return misplaced(before, old, new_text),
        ("=" | ":=", "==") if !is_definition(after, new) => "the line is part of a formula",
        _ => return None,
    };
    Some(why.to_owned())
}

/// The same, of what the text before shows.
pub(in crate::tla::fix) fn misplaced(view: &View, old: Span, new: &str) -> Option<String> {
    let why = match (&view.text()[old.range()], new) {
        ("//", "\\div") if !is_division(view, old) => "what follows `//` may be a comment",
        ("**", "^") if !is_between_operands(view, old) => "`**` may be a mark of prose",
        ("==", "=") if is_head(view, old) => "a definition would lose its head",
        ("|->" | ":", "->") if follows_quoted_field(view, old) => "the string is the name of a field",
        ("()", "") if is_method(view, old) => "a method is no field",
        _ => return None,
    };
    Some(why.to_owned())
}

/// The tokens before `place`, the nearest last, and those after it.
fn around(view: &View, place: Span) -> (Vec<&Token>, Vec<&Token>) {
    let mut before = view.tokens();
    let after = before.split_off(View::index(&before, place.start));
    (before, after.into_iter().skip_while(|token| (token.start as usize) < place.end).collect())
}

/// A number divides: `n // 2`, and nothing but the rest of a formula follows it on its line.
fn is_division(view: &View, place: Span) -> bool {
    let (before, after) = around(view, place);
    let (Some(left), Some(right)) = (before.last(), after.first()) else { return false };
    let operand =
        left.kind == TokenKind::Name || left.kind == TokenKind::Number || [")", "]"].contains(&view.word(left));
    let on_line = after.get(1).filter(|next| next.line == right.line);
    let goes_on = on_line.is_none_or(|next| !matches!(next.kind, TokenKind::Name | TokenKind::Number | TokenKind::Str));
    operand && right.kind == TokenKind::Number && left.line == right.line && goes_on
}

/// Both operands stand on the line of the operator, which none starts or ends as the marks of prose do.
fn is_between_operands(view: &View, place: Span) -> bool {
    let (before, after) = around(view, place);
    let (Some(left), Some(right)) = (before.last(), after.first()) else { return false };
    let start = view.line_start(place.start);
    let line = view.text()[start..].lines().next().unwrap_or_default().trim();
    let same = left.start as usize >= start
        && (right.start as usize) < start + view.text()[start..].find('\n').unwrap_or(usize::MAX - start);
    same && !line.starts_with("**") && !line.ends_with("**")
}

/// Whether a definition starts with the line of this `==`, as far right as others at most.
fn is_head(view: &View, place: Span) -> bool {
    let start = view.line_start(place.start);
    if view.text()[start..place.start].contains("==") {
        return false;
    }
    let tokens = view.tokens();
    let Some(first) = tokens.get(View::index(&tokens, start)) else { return true };
    let least = heads(view).iter().map(|head| head.column).min().unwrap_or(1);
    let plain = first.kind == TokenKind::Name && first.column <= least;
    plain || first.start as usize == place.start
}

/// What stands after the breaks before definitions.
fn heads(view: &View) -> Vec<&Token> {
    view.tree.tokens().windows(2).filter(|pair| pair[0].kind == TokenKind::Break).map(|pair| &pair[1]).collect()
}

/// Whether the `==` at `place` makes a definition of a LET, or one of the module that stands no further right than the
/// one above and its list.
fn is_definition(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let heads = heads(view);
    let Some(at) = heads.iter().rposition(|head| head.start as usize <= place.start) else { return true };
    // Definitions of a LET are heads, too; those of the module stand furthest left.
    let least = heads.iter().map(|head| head.column).min().unwrap_or(1);
    let outer = heads[..=at].iter().rfind(|head| head.column <= least).map_or(0, |head| head.start as usize);
    let since = tokens.iter().filter(|token| (outer..place.start).contains(&(token.start as usize)));
    let depth = since.fold(0i32, |depth, token| depth + i32::from(token.is("LET")) - i32::from(token.is("IN")));
    if depth > 0 {
        return true;
    }
    let head = heads[at];
    let above = at.checked_sub(1).map_or(0, |above| heads[above].start);
    let lines = tokens.iter().filter(|token| (above..head.start).contains(&token.start) && view.starts_line(token));
    let is_bullet = |token: &Token| token.is("/\\") || token.is("\\/");
    let inside =
        lines.into_iter().any(|token| token.column < head.column || is_bullet(token) && token.column <= head.column);
    // What a list follows on the next line may be an item of it.
    let next = tokens.iter().find(|token| token.start as usize > place.end && view.starts_line(token));
    let sign_ends = view.text()[place.end..].lines().next().is_none_or(|rest| rest.trim().is_empty());
    let listed = !sign_ends && next.is_some_and(|next| is_bullet(next));
    !inside && !listed && !is_declared(view, view.word(head))
}

/// `["name" |->`: a field with quotation marks.
fn follows_quoted_field(view: &View, place: Span) -> bool {
    let (before, _) = around(view, place);
    let [.., open, name] = &before[..] else { return false };
    name.kind == TokenKind::Str && (open.is("[") || open.is(","))
}

/// `x.size()`.
fn is_method(view: &View, place: Span) -> bool {
    let (before, _) = around(view, place);
    let [.., dot, name] = &before[..] else { return false };
    dot.is(".") || name.kind != TokenKind::Name
}
