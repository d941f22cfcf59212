//! Walks over brackets, which in a text with errors need not have counterparts.

use crate::tla::tree::Token;

/// How a token changes the number of brackets that are open.
fn step(token: &Token) -> i32 {
    match token.canonical {
        "(" | "[" | "{" | "<<" => 1,
        ")" | "]" | "}" | ">>" | "]_" | ">>_" => -1,
        _ => 0,
    }
}

/// The index of the bracket that belongs to the one at `at`, going forward.
pub(super) fn closing(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        depth += step(token);
        if depth < 0 || depth == 0 && step(token) < 0 {
            return (depth == 0).then_some(index);
        }
    }
    None
}

/// The same, going back.
pub(super) fn opening(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().take(at + 1).rev() {
        depth -= step(token);
        if depth < 0 || depth == 0 && step(token) > 0 {
            return (depth == 0).then_some(index);
        }
    }
    None
}

/// The index of the bracket around what stands at `at`, or of the first before it that nobody closes.
pub(super) fn enclosing(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0;
    tokens[..at.min(tokens.len())].iter().rposition(|token| {
        depth -= step(token);
        depth < 0
    })
}

/// The indices of the tokens that stand in no bracket of `tokens`, up to the first bracket that none of them opens.
pub(super) fn outside(tokens: &[Token]) -> impl Iterator<Item = usize> {
    let mut depth = 0;
    let shallow = tokens.iter().enumerate().map_while(move |(at, token)| {
        depth += step(token);
        (depth >= 0).then_some((at, depth == 0 && step(token) == 0))
    });
    shallow.filter_map(|(at, is_outside)| is_outside.then_some(at))
}

/// How many things a list holds that starts with the bracket at `open`.
pub(super) fn list_length(tokens: &[Token], open: usize) -> Option<usize> {
    let inside = &tokens[open + 1..closing(tokens, open)?];
    Some(outside(inside).filter(|at| inside[*at].is(",")).count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tla::tree;

    #[test]
    fn brackets_are_found_from_either_side_and_from_inside() {
        let parsed = tree::parse("---- MODULE M ----\nA == (1, [2, {3}], <<4>>) ] 5\n====\n");
        let tokens = parsed.tree.tokens();
        let at =
            |word: &str| tokens.iter().position(|token| &parsed.tree.text()[token.span().range()] == word).unwrap();
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("<<", ">>")] {
            assert_eq!(closing(tokens, at(open)), Some(at(close)));
            assert_eq!(opening(tokens, at(close)), Some(at(open)));
        }
        for (inside, around) in [("1", Some("(")), ("2", Some("[")), ("3", Some("{")), ("4", Some("<<")), ("5", None)] {
            assert_eq!(enclosing(tokens, at(inside)), around.map(at), "{inside}");
        }
        let outside: Vec<usize> = outside(&tokens[at("1")..]).map(|index| index + at("1")).collect();
        assert_eq!(outside, [at("1"), at("1") + 1, at("<<") - 1]);
        assert_eq!((list_length(tokens, at("(")), list_length(tokens, at("{"))), (Some(3), Some(1)));
        // One that nobody opens.
        assert_eq!(opening(tokens, at("5") - 1), None);
        assert_eq!(closing(tokens, at("5") - 1), None);
    }
}
