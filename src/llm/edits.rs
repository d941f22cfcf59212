//! Edits as a model writes them: which lines to take out of a text, and which to put in their place.
//!
//! ````text
//! ```edit
//! <<<<<<< old
//! exact old text
//! =======
//! new text
//! >>>>>>> new
//! ```
//! ````
//!
//! Both sides are whole lines. The old ones must stand in the text exactly once; only white space at the ends of lines
//! may differ. All edits of a reply are meant for the text as it was, so their order does not matter and they must not
//! touch the same lines. [`apply_edits`] applies all of them or none.

use std::ops::Range;

use crate::base::diag::Diagnostic;
use crate::llm::blocks;
use crate::llm::blocks::Block;

/// One replacement; each line of both sides ends with `\n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What must be there.
    pub old: String,
    /// What shall be there; empty to remove the old lines.
    pub new: String,
}

/// The edits in all blocks of `reply` that are marked `edit`, in order.
pub fn parse_edits(reply: &str) -> Result<Vec<Edit>, Diagnostic> {
    let blocks: Vec<Block> = blocks::fenced_blocks(reply).into_iter().filter(|block| block.is("edit")).collect();
    if let Some(block) = blocks.iter().find(|block| !block.closed) {
        return Err(blocks::unclosed(reply, block));
    }
    let mut edits = Vec::new();
    for block in &blocks {
        read_block(reply, block, &mut edits)?;
    }
    if edits.is_empty() {
        return Err(Diagnostic::error("llm/no-edits-in-reply", "the reply has no block marked `edit` with an edit")
            .hint("reply with blocks that begin with ```edit; each edit has the lines `<<<<<<< old`, `=======` and `>>>>>>> new`"));
    }
    Ok(edits)
}

/// Which of the three marks a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Old,
    Middle,
    New,
}

impl Mark {
    fn of(line: &str) -> Option<Self> {
        let line = line.trim_end();
        let begins = |mark: &str| line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        match line {
            "=======" => Some(Self::Middle),
            _ if begins("<<<<<<<") => Some(Self::Old),
            _ if begins(">>>>>>>") => Some(Self::New),
            _ => None,
        }
    }
}

fn read_block(reply: &str, block: &Block, edits: &mut Vec<Edit>) -> Result<(), Diagnostic> {
    let wrong = |offset: usize, message: &str| {
        Diagnostic::error("llm/bad-edit", message.to_owned())
            .at(blocks::place(reply, block.line + 1 + offset))
            .hint("an edit is `<<<<<<< old`, the old lines, `=======`, the new lines, `>>>>>>> new`; leave out a last line of `=`")
    };
    let (mut expected, mut begin) = (Mark::Old, 0);
    let (mut old, mut new) = (String::new(), String::new());
    for (offset, line) in block.body.lines().enumerate() {
        match (expected, Mark::of(line)) {
            (Mark::Old, Some(Mark::Old)) => (expected, begin) = (Mark::Middle, offset),
            (Mark::Middle, Some(Mark::Middle)) => expected = Mark::New,
            (Mark::New, Some(Mark::New)) => {
                if old.trim().is_empty() {
                    return Err(wrong(begin, "the edit has no old lines, so it has no place"));
                }
                edits.push(Edit { old: std::mem::take(&mut old), new: std::mem::take(&mut new) });
                expected = Mark::Old;
            }
            (_, Some(_)) => return Err(wrong(offset, "the marks of the edit are not in order")),
            (Mark::Old, None) if line.trim().is_empty() => {}
            (Mark::Old, None) => return Err(wrong(offset, "there is text outside of an edit")),
            (Mark::Middle, None) => old.extend([line, "\n"]),
            (Mark::New, None) => new.extend([line, "\n"]),
        }
    }
    if expected == Mark::Old { Ok(()) } else { Err(wrong(begin, "the edit does not end")) }
}

/// `text` with all `edits` applied, or the reasons why not.
pub fn apply_edits(text: &str, edits: &[Edit]) -> Result<String, Vec<Diagnostic>> {
    let places = locate_edits(text, edits);
    let refused: Vec<Diagnostic> = places.iter().filter_map(|place| place.clone().err()).collect();
    if !refused.is_empty() {
        return Err(refused);
    }
    let located: Vec<_> = places.into_iter().flatten().zip(edits).collect();
    Ok(replace(text, &located))
}

/// The lines, from 0 and half-open, that each edit replaces, or the reason why it cannot be made. Of edits that touch the
/// same lines only the first can.
pub fn locate_edits(text: &str, edits: &[Edit]) -> Vec<Result<Range<usize>, Diagnostic>> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut places: Vec<_> = edits.iter().enumerate().map(|(index, edit)| locate(&lines, edit, index + 1)).collect();
    let mut order: Vec<usize> = (0..places.len()).filter(|index| places[*index].is_ok()).collect();
    order.sort_by_key(|index| places[*index].as_ref().map_or(0, |place| place.start));
    let mut last: Option<(usize, usize)> = None;
    for index in order {
        let Ok(place) = &places[index] else { continue };
        match last {
            Some((end, other)) if place.start < end => {
                let (one, two) = (other.min(index) + 1, other.max(index) + 1);
                let message = format!("edits {one} and {two} touch the same lines, from {}", place.start + 1);
                let refused = Diagnostic::error("llm/edits-overlap", message).hint("make one edit of them");
                places[index] = Err(refused);
            }
            _ => last = Some((place.end, index)),
        }
    }
    places
}

/// `text` with edits made where [`locate_edits`] found them.
///
/// New lines get the line end of the lines they replace; all other bytes stay as they are.
pub fn replace(text: &str, edits: &[(Range<usize>, &Edit)]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|(place, _)| place.start);
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for (place, edit) in edits {
        result.extend(lines[done..place.start].iter().copied());
        let ending = if lines[place.start].ends_with("\r\n") { "\r\n" } else { "\n" };
        for line in edit.new.lines() {
            result.extend([line, ending]);
        }
        // A text whose last line has no end keeps it so.
        if place.end == lines.len() && !text.ends_with('\n') && result.ends_with(ending) {
            result.truncate(result.len() - ending.len());
        }
        done = place.end;
    }
    result.extend(lines[done..].iter().copied());
    result
}

/// The lines, from 0 and half-open, that the edit replaces.
fn locate(lines: &[&str], edit: &Edit, number: usize) -> Result<Range<usize>, Diagnostic> {
    let old: Vec<&str> = edit.old.lines().map(str::trim_end).collect();
    let same = |(line, old): (&&str, &&str)| line.trim_end() == *old;
    if old.iter().all(|line| line.is_empty()) {
        return Err(Diagnostic::error("llm/bad-edit", format!("edit {number} has no old lines")));
    }
    if edit.old == edit.new {
        return Err(Diagnostic::error("llm/edit-changes-nothing", format!("edit {number} changes nothing"))
            .hint("leave it out, or make the change"));
    }
    let found: Vec<usize> = lines
        .windows(old.len())
        .enumerate()
        .filter(|(_, window)| window.iter().zip(&old).all(same))
        .map(|(start, _)| start)
        .collect();
    let shown = old.iter().find(|line| !line.is_empty()).copied().unwrap_or_default().trim();
    match found.as_slice() {
        [start] => Ok(*start..start + old.len()),
        [] => {
            let message = format!("edit {number}: the old text, from `{shown}`, is not in the text");
            let error = Diagnostic::error("llm/edit-not-found", message)
                .hint("copy the old lines exactly, with their indents, from the text as it was given");
            Err(match old.iter().zip(nearest(lines, &old)).position(|(old, line)| line.trim_end() != *old) {
                Some(at) => error.hint(format!("the first line that differs is `{}`", old[at].trim())),
                None => error,
            })
        }
        several => {
            let numbers: Vec<String> = several.iter().map(|start| (start + 1).to_string()).collect();
            let message = format!("edit {number}: the old text, from `{shown}`, is at lines {}", numbers.join(", "));
            Err(Diagnostic::error("llm/edit-ambiguous", message).hint("copy more lines before or after it"))
        }
    }
}

/// The lines of the text that begin as the old ones do, if there is one such place.
fn nearest<'a>(lines: &'a [&'a str], old: &[&str]) -> impl Iterator<Item = &'a str> + use<'a> {
    let starts: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.trim_end() == old[0]).map(|(start, _)| start).collect();
    let start = if let [start] = starts.as_slice() { *start } else { lines.len() };
    lines[start..].iter().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "---- MODULE M ----\nInit == x = 0\n\nNext ==\n  \\/ x' = 1  \n  \\/ x' = 2\n====\n";

    fn edit(old: &str, new: &str) -> Edit {
        Edit { old: old.into(), new: new.into() }
    }

    fn codes(text: &str, edits: &[Edit]) -> Vec<String> {
        apply_edits(text, edits).unwrap_err().into_iter().map(|d| d.code).collect()
    }

    #[test]
    fn edits_are_read_from_all_their_blocks() {
        let reply = "First:\r\n```edit\r\n<<<<<<< old\r\n a\r\n=======\r\n b\r\n>>>>>>> new\r\n```\r\nthen\n\n\
                     ```edit\n<<<<<<< old\nc\n\nd\n=======\n>>>>>>> new\n\n<<<<<<< SEARCH\ne\n=======\n\nf\n>>>>>>>\n```\n\
                     ```tla\nnot an edit\n```\n";
        let expected = [edit(" a\n", " b\n"), edit("c\n\nd\n", ""), edit("e\n", "\nf\n")];
        assert_eq!(parse_edits(reply).unwrap(), expected);
    }

    #[test]
    fn an_edit_that_is_not_whole_is_refused_where_it_stands() {
        let parse = |body: &str| parse_edits(&format!("x\n```edit\n{body}```\n")).unwrap_err();
        for (body, line) in [
            ("<<<<<<< old\na\n", 3),
            ("<<<<<<< old\na\n=======\nb\n", 3),
            ("<<<<<<< old\na\n=======\nb\n=======\n>>>>>>> new\n", 7),
            ("\n>>>>>>> new\n", 4),
            ("<<<<<<< old\n\n=======\nb\n>>>>>>> new\n", 3),
            ("word\n", 3),
        ] {
            let error = parse(body);
            assert_eq!((error.code.as_str(), error.places[0].line), ("llm/bad-edit", line), "{body}");
        }
        assert_eq!(parse("").code, "llm/no-edits-in-reply");
        assert_eq!(parse_edits("no").unwrap_err().code, "llm/no-edits-in-reply");
        assert_eq!(parse_edits("```edit\n<<<<<<< old\na\n").unwrap_err().code, "llm/unclosed-block");
    }

    #[test]
    fn edits_replace_remove_and_add_lines_in_any_order() {
        let edits = [
            edit("  \\/ x' = 1\n  \\/ x' = 2\n", "  x' = 1\n"),
            edit("Init == x = 0 \n", "Init ==\n  x = 0\n"),
            edit("\nNext ==\n", "Next ==\n"),
        ];
        let expected = "---- MODULE M ----\nInit ==\n  x = 0\nNext ==\n  x' = 1\n====\n";
        assert_eq!(apply_edits(TEXT, &edits).unwrap(), expected);
        assert_eq!(apply_edits(TEXT, &[]).unwrap(), TEXT);
    }

    #[test]
    fn only_white_space_at_the_ends_of_lines_may_differ() {
        assert!(apply_edits(TEXT, &[edit("  \\/ x' = 1\t\n", "")]).is_ok());
        assert_eq!(codes(TEXT, &[edit("\\/ x' = 1\n", "")]), ["llm/edit-not-found"]);
        assert_eq!(codes(TEXT, &[edit("Init == x  = 0\n", "")]), ["llm/edit-not-found"]);
        assert_eq!(codes(TEXT, &[edit("Init\n", "")]), ["llm/edit-not-found"]);
    }

    #[test]
    fn what_is_ambiguous_or_changes_nothing_is_refused_with_its_reason() {
        let errors = apply_edits("a\nb\na\n", &[edit("a\n", "c\n"), edit("b\n", "b\n"), edit("z\n", "")]).unwrap_err();
        let codes: Vec<_> = errors.iter().map(|e| e.code.as_str()).collect();
        assert_eq!(codes, ["llm/edit-ambiguous", "llm/edit-changes-nothing", "llm/edit-not-found"]);
        assert!(errors[0].message.contains("edit 1") && errors[0].message.contains("lines 1, 3"));
    }

    #[test]
    fn a_near_miss_names_the_line_that_differs() {
        let errors = apply_edits(TEXT, &[edit("Next ==\n  \\/ x' = 7\n", "")]).unwrap_err();
        assert!(errors[0].hints.iter().any(|hint| hint.contains("x' = 7")), "{errors:?}");
    }

    #[test]
    fn edits_must_not_touch_the_same_lines() {
        let text = "a\nb\nc\n";
        assert_eq!(codes(text, &[edit("b\nc\n", "x\n"), edit("a\nb\n", "y\n")]), ["llm/edits-overlap"]);
        assert_eq!(apply_edits(text, &[edit("b\n", "x\n"), edit("a\n", "y\n")]).unwrap(), "y\nx\nc\n");
    }

    #[test]
    fn the_text_keeps_its_line_ends() {
        assert_eq!(apply_edits("a\r\nb\r\nc", &[edit("a\n", "x\ny\n")]).unwrap(), "x\r\ny\r\nb\r\nc");
        assert_eq!(apply_edits("a\nb", &[edit("b\n", "c\n")]).unwrap(), "a\nc");
    }

    proptest! {
        #[test]
        fn an_edit_of_a_unique_line_changes_that_line_only(
            before in prop::collection::vec("[ab ]{0,3}", 0..5),
            after in prop::collection::vec("[ab ]{0,3}", 0..5),
            new in prop::collection::vec("[xy]{1,3}", 0..4),
        ) {
            let join = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
            let text = format!("{}old\n{}", join(&before), join(&after));
            let result = apply_edits(&text, &[edit("old\n", &join(&new))]).unwrap();
            prop_assert_eq!(result, format!("{}{}{}", join(&before), join(&new), join(&after)));
        }

        #[test]
        fn no_reply_panics(reply in "(```edit|```|<<<<<<<( old)?|=======|>>>>>>>|a|\r?\n){0,30}", text in "[a\r\n]{0,9}") {
            if let Ok(edits) = parse_edits(&reply) {
                let _ = apply_edits(&text, &edits);
            }
        }
    }
}
