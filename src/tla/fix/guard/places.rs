//! Spellings that are right in some places alone.

use super::is_declared;
use super::is_defined;
use super::sorts;
use super::spellings;
use crate::base::span::Span;
use crate::tla::fix::view::View;
use crate::tla::fix::walk;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Why the text at `old` of `before` must not become what stands at `new` of `after`.
pub(in crate::tla::fix) fn refusal(before: &View, after: &View, (old, new): (Span, Span)) -> Option<String> {
    let (old_text, new_text) = (&before.text()[old.range()], after.text()[new.range()].trim());
    let why = match (old_text, new_text) {
        ("<", "<<") | (">", ">>") if !is_of_pair(after, new) => "it may compare",
        ("/\\", ",") if !is_between_bounds(after, new) => "an item would become part of a list",
        _ if spellings::conditional(old_text).is_some() && !is_whole_operand(before, old) => {
            "where the condition begins or ends is not known"
        }
        _ if spellings::updated(old_text).is_some() => return refusal_of_update(before, old),
        ("=" | ":=", "==") if !is_definition(after, new) => "the line is part of a formula",
        ("is", "=") | ("is not", "#") if sorts::is_with_set(after, new) => "it may be an element of the set",
        _ => return misplaced(before, old, new_text),
    };
    Some(why.to_owned())
}

/// The same, of what the text before shows: fixers ask it before they propose.
pub(in crate::tla::fix) fn misplaced(view: &View, old: Span, new: &str) -> Option<String> {
    let why = match (&view.text()[old.range()], new) {
        ("//", "\\div") if !is_division(view, old) => "what follows `//` may be a comment",
        ("**", "^") if !is_between_operands(view, old) => "`**` may be a mark of prose",
        ("&" | "&&" | "|" | "||", "/\\" | "\\/") if is_of_sets(view, old) => "sets may be joined",
        ("!", "~") if is_place(view, old) => "`!` may be that of an update",
        ("<>", "#") if wanted_at(view, old).is_some() => "what is always so may be meant",
        ("==", "=") if is_head(view, old) => "a definition would lose its head",
        ("|->" | ":", "->") if follows_quoted_field(view, old) => "the string is the name of a field",
        ("()", "") if is_method(view, old) => "a method is no field",
        ("is", "=") if is_followed(view, old) => "`is not` and `is in` say something else",
        (":", "|->") if is_in(view, old, "{") => return None,
        ("->" | "=>" | ":" | "=", "|->") if !is_in(view, old, "[") => "no record is open",
        ("->" | "::", ":") if !ends_bounds(view, old) => "no bounds end here",
        ("...", "..") if is_only_element(view, old) => "an element of the set would be a set",
        ("IN", "\\in") if !is_between_values(view, old) => "IN may end the definitions of a LET",
        ("in", "\\in") if starts_body(view, old) => "`in` ends the definitions of a LET",
        (":", "==") if !is_of_python(view, old) => "the line is no definition of Python",
        ("<-", "\\in") if !is_bound(view, old) => "`<-` may say what a name is",
        ("->", "=") if !is_updated_place(view, old) => "`->` may lead to a value",
        ("<-", "=") if !follows(view, old, |before| before.is("'")) && !is_updated_place(view, old) => {
            "`<-` may be a choice"
        }
        ("<", "<<") if wanted_at(view, old).is_none() => "`<` may compare",
        (">", ">>") if !is_last(view, old) => "`>` may compare",
        ("[]", "<<>>") if !is_value(view, old) => "`[]` may be before a formula",
        (";", ",") if !is_list(view, old) => "`;` may end what stands before it",
        ("where" | "if", ":") if !is_filter(view, old) => "no set is filtered there",
        ("+=" | "-=", _) if !is_updated_place(view, old) => "no place is updated there",
        ("for", ":") if !is_comprehension(view, old) => "`for` may start a loop",
        _ => return None,
    };
    Some(why.to_owned())
}

/// Why what stands at `old` is no update of a variable.
pub(in crate::tla::fix) fn refusal_of_update(view: &View, old: Span) -> Option<String> {
    (!is_update(view, old)).then(|| "no variable gets this value".to_owned())
}

/// The tokens before `place`, the nearest last, and those after it.
fn around(view: &View, place: Span) -> (&[Token], &[Token]) {
    let tokens = view.tokens();
    (&tokens[..View::index(tokens, place.start)], &tokens[View::index(tokens, place.end)..])
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

/// `[f EXCEPT [!k] = e]`.
fn is_place(view: &View, place: Span) -> bool {
    let (before, _) = around(view, place);
    matches!(before, [.., except, open] if open.is("[") && ["EXCEPT", ",", "!"].contains(&view.word(except)))
}

/// The name behind `place` is all of an operand, and it or what stands before `place` is a set elsewhere.
fn is_of_sets(view: &View, place: Span) -> bool {
    let (before, after) = around(view, place);
    let [right, rest @ ..] = after else { return false };
    let goes_on = rest.first().is_some_and(|next| {
        let relation = ops::infix(next.canonical).is_some_and(|binding| binding.low >= 5);
        relation || ["[", "(", ".", "'", "!"].contains(&next.canonical)
    });
    let is_set = |token: &Token| token.kind == TokenKind::Name && sorts::is_set(view, view.word(token));
    let left = before.last().is_some_and(|left| left.is("}") || is_set(left));
    right.kind == TokenKind::Name && !goes_on && (left || is_set(right))
}

/// No such operator starts or ends the line, as the marks of prose do.
fn is_between_operands(view: &View, place: Span) -> bool {
    let start = view.line_start(place.start);
    let line = view.text()[start..].lines().next().unwrap_or_default().trim();
    !line.starts_with("**") && !line.ends_with("**")
}

/// Whether a definition starts with the line of this `==`, as far right as others at most.
fn is_head(view: &View, place: Span) -> bool {
    let start = view.line_start(place.start);
    if view.text()[start..place.start].contains("==") {
        return false;
    }
    let tokens = view.tokens();
    let Some(first) = tokens.get(View::index(tokens, start)) else { return true };
    let plain = first.kind == TokenKind::Name && first.column <= view.least_column();
    plain || first.start as usize == place.start
}

/// Whether the `==` at `place` makes a definition of a LET, or one of the module that stands no further right than the
/// one above and its list.
fn is_definition(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let heads = view.heads();
    let Some(at) = View::index(heads, place.start + 1).checked_sub(1) else { return true };
    // Definitions of a LET are heads, too.
    if view.is_in_open_let(place.start) {
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
    let first = tokens.get(View::index(tokens, place.end)).filter(|first| is_bullet(first));
    let own =
        first.zip(next).is_some_and(|(first, next)| first.canonical == next.canonical && first.column == next.column);
    let listed = !sign_ends && !own && next.is_some_and(is_bullet);
    !inside && !listed && !is_declared(view, view.word(&head))
}

/// `["name" |->`: a field with quotation marks.
fn follows_quoted_field(view: &View, place: Span) -> bool {
    let (before, _) = around(view, place);
    let [.., open, name] = before else { return false };
    name.kind == TokenKind::Str && (open.is("[") || open.is(","))
}

/// `x.size()`.
fn is_method(view: &View, place: Span) -> bool {
    let (before, _) = around(view, place);
    let [.., dot, name] = before else { return false };
    dot.is(".") || name.kind != TokenKind::Name
}

/// Whether what stands at `at` wants an operand to the right of it, and one that it binds less tightly than anything in it.
pub(in crate::tla::fix) fn wants_operand(tokens: &[Token], at: usize) -> bool {
    let token = tokens[at];
    let before = at.checked_sub(1).map(|at| tokens[at]);
    let assigned = before.is_some_and(|before| before.is("'"));
    ["(", "[", "{", "<<", ",", "==", "|->", "THEN", "ELSE", "IN"].contains(&token.canonical)
        || (token.is("=") && assigned)
}

/// Whether what stands at `place` is all of a value: after a sign that wants one, before one that ends it.
pub(in crate::tla::fix) fn is_whole_operand(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let (start, end) = (View::index(tokens, place.start), View::index(tokens, place.end));
    let is_item = tokens.get(start).is_some_and(|first| first.is("/\\") || first.is("\\/"));
    start > 0 && !is_item && wants_operand(tokens, start - 1) && ends(view, tokens, end)
}

/// Whether the bracket at `place` has its counterpart in the definition.
fn is_of_pair(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, place.start);
    let Some(unit) = view.definition_around(place.start) else { return false };
    let inside = |at: &usize| unit.contains(&(tokens[*at].start as usize));
    let mut depth = 0i32;
    let mut matched = |index: usize| {
        depth += i32::from(tokens[index].is("<<")) - i32::from(tokens[index].is(">>"));
        depth == 0
    };
    if tokens.get(at).is_some_and(|token| token.is("<<")) {
        (at..tokens.len()).take_while(inside).any(&mut matched)
    } else {
        (0..=at.min(tokens.len() - 1)).rev().take_while(inside).any(matched)
    }
}

/// Whether the comma at `place` separates bounds or updates.
fn is_between_bounds(view: &View, place: Span) -> bool {
    let kinds = [Kind::Quantifier, Kind::Map, Kind::Function, Kind::Except];
    view.path(place).last().is_some_and(|node| kinds.contains(&node.kind()))
}

fn is_followed(view: &View, place: Span) -> bool {
    let words = ["not", "in", "a", "an"];
    around(view, place).1.first().is_some_and(|next| words.contains(&view.word(next).to_ascii_lowercase().as_str()))
}

/// Whether the bracket around `place` is `[`.
fn is_in(view: &View, place: Span, bracket: &str) -> bool {
    let tokens = view.tokens();
    walk::enclosing(tokens, View::index(tokens, place.start)).is_some_and(|open| tokens[open].is(bracket))
}

/// `{1...3}`.
fn is_only_element(view: &View, place: Span) -> bool {
    let (before, after) = around(view, place);
    matches!((before, after), ([.., open, _], [_, close, ..]) if open.is("{") && close.is("}"))
}

/// Whether what stands before `place` are the bounds of a quantifier or a choice, or the first part of a set.
fn ends_bounds(view: &View, place: Span) -> bool {
    const BINDERS: &[&str] = &["\\E", "\\A", "\\EE", "\\AA", "CHOOSE", "exists", "forall"];
    let tokens = view.tokens();
    let at = View::index(tokens, place.start);
    let open = walk::enclosing(tokens, at);
    let head = view.heads()[..View::index(view.heads(), place.start)].last().map_or(0, |head| head.start as usize);
    let from = open.map_or(0, |open| open + 1).max(View::index(tokens, head));
    let is_binder = |token: &Token| BINDERS.contains(&token.canonical) || BINDERS.contains(&view.word(token));
    let outside = walk::outside(&tokens[from.min(at)..at]).map(|index| &tokens[from + index]);
    match outside.filter(|token| is_binder(token) || token.is(":") || token.is("==")).last() {
        Some(last) => is_binder(last),
        None => open.is_some_and(|open| {
            let end = walk::closing(tokens, open).unwrap_or(tokens.len());
            tokens[open].is("{") && tokens[open..end].iter().any(|token| token.is("\\in"))
        }),
    }
}

/// Whether no LET above in the definition is without its IN, and what the word stands between is on its line: an element
/// and a set, and no list of bullets.
fn is_between_values(view: &View, place: Span) -> bool {
    let (before, after) = around(view, place);
    let (Some(left), Some(right)) = (before.last(), after.first()) else { return false };
    let word = &view.tokens()[before.len()];
    let on_line = left.line == word.line && right.line == word.line;
    let bullet = right.is("/\\") || right.is("\\/");
    let value = matches!(left.kind, TokenKind::Name | TokenKind::Number | TokenKind::Str)
        || [")", "]", "}", ">>", "'"].contains(&left.canonical);
    on_line && value && !bullet && !view.is_in_open_let(place.start)
}

/// `[][A]v` becomes `[][A]_v`, and `<><<A>>v` becomes `<><<A>>_v`, where `v` is defined.
pub(in crate::tla::fix) fn is_subscripted(view: &View, place: Span, new: &str) -> bool {
    let tokens = view.tokens();
    let close = View::index(tokens, place.start);
    let (Some(bracket), Some(next)) = (tokens.get(close), tokens.get(close + 1)) else { return false };
    let temporal = match (&view.text()[place.range()], new) {
        ("]", "]_") => "[]",
        (">>", ">>_") => "<>",
        _ => return false,
    };
    let opened = walk::opening(tokens, close).and_then(|open| open.checked_sub(1));
    let named = next.is("<<") || is_defined(view, view.word(next)) && !view.is_head(next);
    next.start == bracket.end && named && opened.is_some_and(|before| tokens[before].is(temporal))
}

/// A name between the parentheses of a declaration becomes `_`.
pub(in crate::tla::fix) fn is_undeclared(view: &View, place: Span, new: &str) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, place.start);
    let Some(open) = walk::enclosing(tokens, at).filter(|open| view.word(&tokens[*open]) == "(") else { return false };
    let declares = tokens[..open].iter().rev().find(|token| token.kind == TokenKind::Keyword);
    let list = declares.is_some_and(|token| token.is("RECURSIVE") || token.is("CONSTANT"));
    let names = tokens[..open].iter().rev().take_while(|token| token.kind != TokenKind::Keyword);
    let plain = names
        .into_iter()
        .all(|token| token.kind == TokenKind::Name || ["(", ")", ",", "_"].contains(&view.word(token)));
    new == "_"
        && list
        && plain
        && tokens.get(at).is_some_and(|token| token.kind == TokenKind::Name && token.span() == place)
}

/// The type of a parameter in the head of a definition becomes a comment.
pub(in crate::tla::fix) fn is_annotation(view: &View, place: Span, new: &str) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, place.start);
    let Some(open) = walk::enclosing(tokens, at).filter(|open| view.word(&tokens[*open]) == "(") else { return false };
    let defined = walk::closing(tokens, open).and_then(|close| tokens.get(close + 1)).is_some_and(|sign| sign.is("=="));
    let head = open.checked_sub(1).is_some_and(|name| view.is_head(&tokens[name]));
    let known = spellings::annotation(&view.text()[place.range()]);
    defined && head && known.is_some_and(|known| known == new)
}

/// A title of Markdown: a line of its own in the first column, in a module that defines no operator of its marks.
pub(in crate::tla::fix) fn is_title(view: &View, place: Span) -> bool {
    let text = &view.text()[place.range()];
    let defines = |mark: &str| {
        let tokens = view.tokens();
        let second = |head: &Token| tokens.get(View::index(tokens, head.end as usize));
        view.heads().iter().any(|head| {
            view.line_start(head.start as usize) != place.start && second(head).is_some_and(|second| second.is(mark))
        })
    };
    spellings::is_title(text) && view.line_start(place.start) == place.start && !["**", "##"].into_iter().any(defines)
}

/// Whether what stands before `place` goes on there: it is no prose, then.
pub(super) fn is_wanted(view: &View, place: Span) -> bool {
    let lists = ["CONSTANT", "VARIABLE", "EXTENDS", "RECURSIVE", "ASSUME", "INSTANCE", "LOCAL", "LET", ","];
    follows(view, place, |before| lists.contains(&before.canonical))
}

/// Whether nothing before the token at `at` goes on there.
fn ends(view: &View, tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at) else { return true };
    let bullet = || view.starts_line(next) && (next.is("/\\") || next.is("\\/"));
    [")", "]", "}", ">>", ",", "THEN", "ELSE", "IN"].contains(&next.canonical)
        || matches!(next.kind, TokenKind::Dashes | TokenKind::Close)
        || bullet()
        || view.is_head(next)
        || view.starts_line(next)
            && next.column <= view.least_column()
            && tokens.get(at + 1).is_some_and(|sign| sign.is("=="))
}

/// `x += e`, where `x` is declared and `e` is one word, or `x++` as a whole item.
fn is_update(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let (name, value) = (View::index(tokens, place.start), View::index(tokens, place.end));
    if spellings::counted(&view.text()[place.range()]).is_some() {
        let starts = name
            .checked_sub(1)
            .is_some_and(|before| ["/\\", "\\/", "==", "THEN", "ELSE", "IN"].contains(&tokens[before].canonical));
        let declared = tokens.get(name).is_some_and(|name| view.is_variable(view.word(name)));
        return starts && declared && ends(view, tokens, value);
    }
    let one = tokens.get(value).is_some_and(|value| matches!(value.kind, TokenKind::Name | TokenKind::Number));
    let is_variable = tokens.get(name).is_some_and(|name| view.is_variable(view.word(name)));
    one && ends(view, tokens, value + 1) && is_variable
}

/// `[f EXCEPT ![k] -> e]`: what stands before `place` is what an update is of.
fn is_updated_place(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, place.start);
    let Some(open) = walk::enclosing(tokens, at).filter(|open| tokens[*open].is("[")) else { return false };
    let inside = walk::outside(&tokens[open + 1..at]).map(|index| &tokens[open + 1 + index]);
    let parts = inside.filter(|token| token.is("EXCEPT") || token.is(",") || token.is("=") || token.is("!"));
    parts.last().is_some_and(|last| last.is("!"))
}

/// Whether the token before `place` is such.
fn follows(view: &View, place: Span, is: impl Fn(&Token) -> bool) -> bool {
    around(view, place).0.last().is_some_and(is)
}

/// `def F(a):`.
fn is_of_python(view: &View, place: Span) -> bool {
    let start = view.line_start(place.start);
    view.text()[start..place.start].trim_start().starts_with("def ")
}

/// The names right before `place` are bound by a quantifier, CHOOSE, a set or a function.
fn is_bound(view: &View, place: Span) -> bool {
    let (before, _) = around(view, place);
    let mut back = before.iter().rev().skip_while(|token| token.kind == TokenKind::Name || token.is(","));
    back.next().is_some_and(|opens| ["\\E", "\\A", "CHOOSE", "{", "["].contains(&opens.canonical))
}

/// Whether an operand is wanted at `place`: what stands before it cannot be one.
fn wanted_at(view: &View, place: Span) -> Option<()> {
    let (before, _) = around(view, place);
    let last = before.last()?;
    let value = matches!(last.kind, TokenKind::Name | TokenKind::Number | TokenKind::Str)
        || [")", "]", "}", ">>", "'", "@", "TRUE", "FALSE"].contains(&view.word(last));
    (!value).then_some(())
}

/// Whether what stands at `place` has no operand after it.
fn is_last(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, place.end);
    let operator = |token: &Token| ops::infix(token.canonical).is_some() && ops::prefix(token.canonical).is_none();
    // `x = []` above a definition looks like the head of one of `[]`.
    let is_head = tokens.get(View::index(tokens, place.start)).is_some_and(|first| view.is_head(first));
    is_head || ends(view, tokens, at) || tokens.get(at).is_some_and(|next| operator(next) || next.is(":"))
}

/// Whether `[]` at `place` can be about nothing. What it is compared with is a value; elsewhere the list below it may be
/// what is always so.
fn is_value(view: &View, place: Span) -> bool {
    let listed = around(view, place).1.first().is_some_and(|next| next.is("/\\") || next.is("\\/"));
    let compared = || follows(view, place, |before| before.is("=") || before.is("#"));
    wanted_at(view, place).is_some() && is_last(view, place) && (!listed || compared())
}

/// Whether the word at `place` starts a line below the definitions of a LET.
fn starts_body(view: &View, place: Span) -> bool {
    let blank = view.text()[view.line_start(place.start)..place.start].trim().is_empty();
    blank && view.is_in_open_let(place.start)
}

/// Updates of EXCEPT and the modules of EXTENDS are separated by commas.
fn is_list(view: &View, place: Span) -> bool {
    let (before, after) = around(view, place);
    if after.first().is_some_and(|next| next.kind == TokenKind::Keyword || view.is_head(next)) {
        return false;
    }
    // Between brackets nothing ends.
    let tokens = view.tokens();
    if let Some(open) = walk::enclosing(tokens, before.len())
        && let Some(close) = walk::closing(tokens, open).filter(|close| *close > before.len())
    {
        // A block of C is no set.
        let says = |token: &Token| ["=", "'", "/\\", "\\/"].contains(&token.canonical);
        return !tokens[open].is("{") || !tokens[open..close].iter().any(says);
    }
    let update = after.first().is_some_and(|next| view.word(next) == "!");
    let mut back =
        before.iter().rev().skip_while(|token| token.kind == TokenKind::Name || token.is(",") || token.is(";"));
    update || back.next().is_some_and(|word| word.is("EXTENDS"))
}

/// `{x \in S where P}`.
fn is_filter(view: &View, place: Span) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, place.start);
    let Some(open) = walk::enclosing(tokens, at).filter(|open| tokens[*open].is("{")) else { return false };
    let bound = matches!(&tokens[open + 1..at], [name, sign, ..] if name.kind == TokenKind::Name && sign.is("\\in"));
    bound && !tokens[open..at].iter().any(|token| token.is(":"))
}

/// `{e for x \in S}`: one name, in a set.
fn is_comprehension(view: &View, place: Span) -> bool {
    let (_, after) = around(view, place);
    let named = matches!(after, [name, sign, ..] if name.kind == TokenKind::Name
        && (sign.is("\\in") || view.word(sign) == "in"));
    // What Python has behind an `if` is a part of the set.
    let mut rest = after.iter().take_while(|token| !token.is("}") && !view.is_head(token));
    let filtered = rest.any(|token| view.word(token) == "if");
    let tokens = view.tokens();
    let open = walk::enclosing(tokens, View::index(tokens, place.start));
    named && !filtered && open.is_some_and(|open| tokens[open].is("{"))
}
