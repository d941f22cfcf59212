//! Where definitions start, found before parsing by looking for `==`.
//!
//! TLA+ has no mark between two definitions: what ends the first expression is that `x ==`, `F(a) ==` or `a + b ==`
//! follows. SANY puts a token without text before each such head, and so do we: the end of an expression is then
//! known without parsing, and a parser that lost its way can go on at the next definition.

use super::token::Token;
use super::token::TokenKind;
use crate::tla::ops;

/// The tokens with a [`TokenKind::Break`] before each definition.
pub(super) fn mark(tokens: Vec<Token>) -> Vec<Token> {
    let starts = starts(&tokens);
    let mut marked = Vec::with_capacity(tokens.len() + starts.len());
    let mut next = starts.into_iter().peekable();
    for (index, token) in tokens.into_iter().enumerate() {
        if next.next_if_eq(&index).is_some() {
            let start = token.start;
            marked.push(Token { kind: TokenKind::Break, canonical: "", end: start, ..token });
        }
        marked.push(token);
    }
    marked
}

/// The indices of the first tokens of heads, in order.
fn starts(tokens: &[Token]) -> Vec<usize> {
    let mut starts: Vec<usize> = Vec::new();
    let mut floor = 0;
    for (index, token) in tokens.iter().enumerate() {
        // `==>` is an implication of another language: nothing a definition is equal to begins with `>`.
        let implies = || tokens.get(index + 1).is_some_and(|next| next.is(">") && next.start == token.end);
        if !(token.kind == TokenKind::Symbol && token.is("==")) || implies() {
            continue;
        }
        if let Some(start) = start(tokens, index, floor)
            && !names_a_statement(tokens, start)
            && starts.last().is_none_or(|last| *last < start)
        {
            starts.push(start);
        }
        floor = index + 1;
    }
    starts
}

/// Whether the head is the name of a theorem or an axiom, which is no definition to the parser.
fn names_a_statement(tokens: &[Token], start: usize) -> bool {
    start > 0
        && tokens[start - 1].kind == TokenKind::Keyword
        && ["THEOREM", "AXIOM"].contains(&tokens[start - 1].canonical)
}

/// The first token of the head before the `==` at `def`, not before `floor`.
fn start(tokens: &[Token], def: usize, floor: usize) -> Option<usize> {
    let back = |index: usize| index.checked_sub(1).filter(|at| *at >= floor);
    let last = back(def)?;
    let token = &tokens[last];
    if token.is(")") || token.is("]") {
        let open = opening(tokens, last, floor)?;
        return match back(open) {
            Some(name) if tokens[name].kind == TokenKind::Name => Some(name),
            before => before.map(|_| open),
        };
    }
    if token.kind == TokenKind::Name {
        let Some(before) = back(last) else { return Some(last) };
        let named = back(before).filter(|at| tokens[*at].kind == TokenKind::Name);
        let op = &tokens[before];
        if is_infix(op) {
            return Some(named.unwrap_or(last));
        }
        let substituted = back(before).is_some_and(|at| tokens[at].is("<-"));
        return Some(if is_prefix(op) && !substituted { before } else { last });
    }
    if ops::postfix(token.canonical).is_some() {
        return back(last).or(Some(last));
    }
    Some(last)
}

/// The bracket that opens what the one at `close` closes; round and square ones are not told apart.
fn opening(tokens: &[Token], close: usize, floor: usize) -> Option<usize> {
    let mut depth = 0usize;
    for index in (floor..=close).rev() {
        match tokens[index].canonical {
            ")" | "]" => depth += 1,
            "(" | "[" => {
                depth -= 1;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_infix(token: &Token) -> bool {
    ops::infix(token.canonical).is_some()
}

fn is_prefix(token: &Token) -> bool {
    ops::prefix(token.canonical).is_some() && !is_infix(token)
}
