//! Cutting an answer out of a reply: the fenced blocks of Markdown, as models really write them.
//!
//! A block begins with a line of at least three backticks or tildes and a word, and ends with a bare line of at least
//! as many. Models nest blocks with fences of one length, which Markdown does not allow; so a fence with a word inside
//! a block opens an inner block, and the next bare fence closes that one. A fence with a word inside a block that was
//! simply not closed therefore leaves the outer one open, and that is an error, not a guess.

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands after the opening fence, trimmed.
    pub info: String,
    /// The lines between the fences, each ended by `\n` whatever the reply had.
    pub body: String,
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// Whether there is a closing fence.
    pub closed: bool,
}

impl Block {
    /// Whether the first word after the fence is `word`, in any case; `tla+` and `tlaplus` are `tla`.
    pub fn is(&self, word: &str) -> bool {
        let own = self.info.split([' ', '\t', ',', '{', ':']).next().unwrap_or_default().to_ascii_lowercase();
        let plain = |word: &str| match word {
            "tla+" | "tlaplus" => "tla".to_owned(),
            word => word.to_owned(),
        };
        plain(&own) == plain(&word.to_ascii_lowercase())
    }
}

/// A line that may open or close a block.
struct Fence<'a> {
    indent: usize,
    mark: char,
    length: usize,
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let bare = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - bare.len();
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = bare.bytes().take_while(|byte| char::from(*byte) == mark).count();
        let info = bare[length..].trim();
        // "``` x ``` is code in a line" is text.
        (length >= 3 && !info.contains('`')).then_some(Self { indent, mark, length, info })
    }

    fn ends(&self, open: &Self) -> bool {
        self.mark == open.mark && self.length >= open.length && self.info.is_empty()
    }

    fn nests_in(&self, open: &Self) -> bool {
        self.mark == open.mark && self.length >= open.length && !self.info.is_empty()
    }
}

/// The outermost fenced blocks of `text`, in order; the last may be unclosed.
pub fn fenced_blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(Fence<'_>, Block, usize)> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        let fence = Fence::of(line);
        let Some((first, block, depth)) = &mut open else {
            if let Some(fence) = fence {
                let info = fence.info.to_owned();
                let block = Block { info, body: String::new(), line: number + 1, closed: false };
                open = Some((fence, block, 0));
            }
            continue;
        };
        match &fence {
            Some(fence) if fence.ends(first) && *depth == 0 => {
                block.closed = true;
                blocks.extend(open.take().map(|(_, block, _)| block));
                continue;
            }
            Some(fence) if fence.ends(first) => *depth -= 1,
            Some(fence) if fence.nests_in(first) => *depth += 1,
            _ => {}
        }
        let margin = line.bytes().take(first.indent).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        block.body.push_str(&line[margin..]);
        block.body.push('\n');
    }
    // A bare fence with nothing after it is a closing one too many.
    blocks.extend(open.map(|(_, block, _)| block).filter(|b| !b.info.is_empty() || !b.body.trim().is_empty()));
    blocks
}

/// The body of the one block of `reply` that is marked `info`.
///
/// Blocks with other marks do not matter. Where none is marked so, the only unmarked block will do, and a block inside
/// a wrapping `markdown` block. Several blocks with the same body are one; with different bodies they are an error, as
/// nobody can tell which is meant.
pub fn only_block(reply: &str, info: &str) -> Result<String, Diagnostic> {
    let blocks = fenced_blocks(reply);
    let mut found: Vec<Block> = blocks.iter().filter(|block| block.is(info)).cloned().collect();
    if found.is_empty() {
        found = blocks.iter().filter(|block| is_wrapper(block)).flat_map(|block| inside(block, info)).collect();
    }
    if found.is_empty() {
        found = blocks.into_iter().filter(|block| block.info.is_empty()).collect();
    }
    let empty = found.iter().all(|block| block.closed && block.body.trim().is_empty());
    let Some(first) = found.first().filter(|_| !empty) else {
        return Err(Diagnostic::error("llm/no-spec-in-reply", format!("the reply has no block marked `{info}`"))
            .hint(format!("reply with one block that begins with ```{info} and ends with ```")));
    };
    if let Some(block) = found.iter().find(|block| !block.closed) {
        return Err(unclosed(reply, block));
    }
    if found.iter().any(|block| block.body != first.body) {
        let message = format!("the reply has {} different blocks marked `{info}`", found.len());
        let places = found.iter().map(|block| place(reply, block.line));
        return Err(places
            .fold(Diagnostic::error("llm/several-blocks", message), Diagnostic::at)
            .hint("reply with one block that holds all of it"));
    }
    Ok(first.body.clone())
}

fn is_wrapper(block: &Block) -> bool {
    block.info.is_empty() || block.is("markdown") || block.is("md")
}

/// The blocks marked `info` inside another; they begin one line below its fence.
fn inside(outer: &Block, info: &str) -> Vec<Block> {
    let mut blocks = fenced_blocks(&outer.body);
    blocks.retain(|block| block.is(info));
    for block in &mut blocks {
        block.line += outer.line;
    }
    blocks
}

/// The error for a block without an end.
pub(super) fn unclosed(reply: &str, block: &Block) -> Diagnostic {
    let message = format!("the block marked `{}` has no closing fence", block.info);
    Diagnostic::error("llm/unclosed-block", message)
        .at(place(reply, block.line).label("opened here"))
        .hint("end the block with a line of the same backticks; the reply may have been cut off")
}

/// A line of the reply.
pub(super) fn place(reply: &str, line: usize) -> Place {
    Place::at("reply.md", line, 1, Some(reply))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(reply: &str, info: &str) -> String {
        only_block(reply, info).unwrap_err().code
    }

    #[test]
    fn blocks_keep_their_order_and_marks() {
        let text = "Hi\n```tla\nA\n\n B\n```\ntext ```x``` more\n~~~~ cfg extra\n```\n~~~\n~~~~~\n";
        let blocks: Vec<_> = fenced_blocks(text).into_iter().map(|b| (b.info, b.body, b.line, b.closed)).collect();
        let expected = [("tla", "A\n\n B\n", 2, true), ("cfg extra", "```\n~~~\n", 8, true)];
        assert_eq!(blocks, expected.map(|(info, body, line, closed)| (info.into(), body.into(), line, closed)));
    }

    #[test]
    fn the_marked_block_is_found_among_others() {
        let reply = "```text\nno\n```\n\n```TLA+ Spec.tla\nyes\n```\n```cfg\nno\n```\n";
        assert_eq!(only_block(reply, "tla").unwrap(), "yes\n");
        assert_eq!(only_block(reply, "cfg").unwrap(), "no\n");
        assert_eq!(code(reply, "json"), "llm/no-spec-in-reply");
    }

    #[test]
    fn line_ends_and_indents_do_not_matter() {
        assert_eq!(only_block("a\r\n```tla\r\nx\r\n  y\r\n```\r\n", "tla").unwrap(), "x\n  y\n");
        assert_eq!(only_block("1. so:\n\n   ```tla\n   x\n     y\n\n   ```\n", "tla").unwrap(), "x\n  y\n\n");
    }

    #[test]
    fn nested_blocks_are_found_whatever_the_fences() {
        let same = "```markdown\nHere:\n```tla\nx\n```\nDone.\n```\n";
        let longer = "````md\n```tla\nx\n```\n````\n";
        assert_eq!(only_block(same, "tla").unwrap(), "x\n");
        assert_eq!(only_block(longer, "tla").unwrap(), "x\n");
        assert_eq!(fenced_blocks(same).len(), 1);
    }

    #[test]
    fn an_unmarked_block_will_do_if_it_is_the_only_one() {
        assert_eq!(only_block("```\nx\n```", "tla").unwrap(), "x\n");
        assert_eq!(code("```\nx\n```\n```\ny\n```", "tla"), "llm/several-blocks");
        assert_eq!(code("just words", "tla"), "llm/no-spec-in-reply");
        assert_eq!(code("```tla\n\n```", "tla"), "llm/no-spec-in-reply");
        assert_eq!(code("", "tla"), "llm/no-spec-in-reply");
    }

    #[test]
    fn a_missing_end_is_an_error_and_not_a_guess() {
        assert_eq!(code("```tla\nx\n", "tla"), "llm/unclosed-block");
        let error = only_block("so:\n```tla\nx\n\n```cfg\ny\n```\n", "tla").unwrap_err();
        assert_eq!((error.code.as_str(), error.places[0].line), ("llm/unclosed-block", 2));
    }

    #[test]
    fn a_closing_fence_too_many_does_no_harm() {
        assert_eq!(only_block("```tla\nx\n```\n```\n", "tla").unwrap(), "x\n");
    }

    #[test]
    fn repeated_blocks_are_one_only_if_they_are_the_same() {
        assert_eq!(only_block("```tla\nx\n```\nagain\n```tla\nx\n```", "tla").unwrap(), "x\n");
        let error = only_block("```tla\nx\n```\nbetter\n```tla\ny\n```", "tla").unwrap_err();
        assert_eq!((error.code.as_str(), error.places.len()), ("llm/several-blocks", 2));
    }

    proptest::proptest! {
        #[test]
        fn no_reply_panics_and_no_body_line_is_invented(reply in "([`~]{2,4}[a-z]{0,3}|[ \tx=é]{0,4}|\r?\n){0,30}") {
            for block in fenced_blocks(&reply) {
                for line in block.body.lines() {
                    proptest::prop_assert!(reply.contains(line));
                }
            }
            let _ = only_block(&reply, "x");
        }
    }
}
