//! From instructions to lines. A line break of the input stays; others are made where a line gets too long.

use super::build::Op;
use super::gap::Comment;
use super::gap::Gap;
use super::lines::Lines;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;
use crate::tla::tree::Tree;

/// What stands before a token if its line does not break there.
#[derive(Clone, Copy, Default)]
struct Flat {
    spaces: usize,
    soft: bool,
}

/// A group that has been begun.
struct Group {
    /// One past its last token.
    end: usize,
    /// The tokens before which it may break.
    softs: Vec<usize>,
    broken: bool,
}

/// What the next token is to have before it.
#[derive(Clone, Copy)]
enum Before {
    Spaces(usize),
    Soft(usize),
}

pub(super) struct Renderer<'t> {
    tree: &'t Tree,
    gaps: &'t [Gap],
    width: usize,
    flat: Vec<Flat>,
    indents: Vec<usize>,
    groups: Vec<Group>,
    before: Before,
    opened: Option<usize>,
    /// The last token that has been put.
    last: Option<usize>,
    out: Lines,
    /// The columns of tokens in the output, from 0.
    columns: Vec<usize>,
    /// Tokens that start lines: the column in the input and in the output.
    starts: Vec<(usize, usize)>,
}

fn column(token: &Token) -> usize {
    token.column as usize - 1
}

/// The lines of the module, without what is outside of it.
pub(super) fn render(tree: &Tree, gaps: &[Gap], ops: &[Op], width: usize) -> String {
    let (flat, groups) = prepare(tree, ops);
    let mut renderer = Renderer {
        tree,
        gaps,
        width,
        flat,
        indents: vec![0],
        groups: Vec::new(),
        before: Before::Spaces(0),
        opened: None,
        last: None,
        out: Lines::default(),
        columns: vec![0; tree.tokens().len()],
        starts: Vec::new(),
    };
    let mut groups = groups.into_iter();
    let next = next_tokens(ops);
    for (at, op) in ops.iter().enumerate() {
        match *op {
            Op::Group => renderer.begin_group(groups.next().expect("each group has been prepared"), next[at]),
            op => renderer.step(op, next[at]),
        }
    }
    renderer.out.finish()
}

/// For each instruction the first token after it.
fn next_tokens(ops: &[Op]) -> Vec<Option<usize>> {
    let mut next = vec![None; ops.len()];
    let mut token = None;
    for (at, op) in ops.iter().enumerate().rev() {
        match op {
            Op::Token(index) | Op::Raw { first: index, .. } => token = Some(*index),
            _ => {}
        }
        next[at] = token;
    }
    next
}

/// What stands before each token on one line, and the groups in the order in which they begin.
fn prepare(tree: &Tree, ops: &[Op]) -> (Vec<Flat>, Vec<Group>) {
    let mut flat = vec![Flat::default(); tree.tokens().len()];
    let mut groups: Vec<Group> = Vec::new();
    let mut open = Vec::new();
    let (mut before, mut owner, mut last) = (Flat::default(), None, 0);
    for op in ops {
        match *op {
            Op::Space(spaces) => before = Flat { spaces, soft: false },
            Op::SpaceAfterIn => before = Flat { spaces: 1, soft: false },
            Op::Soft(spaces) => {
                before = Flat { spaces, soft: true };
                owner = open.last().copied();
            }
            Op::Group => {
                open.push(groups.len());
                groups.push(Group { end: 0, softs: Vec::new(), broken: false });
            }
            Op::End => {
                if let Some(group) = open.pop() {
                    groups[group].end = last + 1;
                }
            }
            Op::Token(index) | Op::Raw { first: index, .. } => {
                flat[index] = std::mem::take(&mut before);
                if let Some(group) = owner.take() {
                    groups[group].softs.push(index);
                }
                last = index;
                if let Op::Raw { end, .. } = *op {
                    last = end.max(1) - 1;
                }
            }
            Op::Nest(_) | Op::Align | Op::Below(_) | Op::Shift(_) | Op::Pop => {}
        }
    }
    (flat, groups)
}

impl Renderer<'_> {
    fn step(&mut self, op: Op, next: Option<usize>) {
        let indent = self.indent();
        match op {
            Op::Token(index) => {
                self.open(index, indent);
                self.put(index);
            }
            Op::Space(spaces) => self.before = Before::Spaces(spaces),
            Op::SpaceAfterIn => self.before = Before::Spaces(1 + usize::from(self.out.is_code(2))),
            Op::Soft(spaces) => self.before = Before::Soft(spaces),
            Op::Nest(by) => self.indents.push(indent + by),
            Op::Align => {
                let column = next.map(|next| self.open(next, indent));
                self.indents.push(column.unwrap_or(indent));
            }
            Op::Below(by) => {
                // The instruction stands after the soft break, which so goes further right.
                let column = next.map(|next| self.open(next, indent + by));
                let starts = next.is_some_and(|next| self.out.starts_with(self.columns[next]));
                self.indents.push(if starts { column.unwrap_or(indent) } else { indent });
            }
            Op::Shift(by) => {
                if let Some(next) = next {
                    self.open(next, indent);
                    self.out.spaces(by);
                    self.columns[next] += by;
                }
            }
            Op::Pop => drop(self.indents.pop()),
            Op::End => drop(self.groups.pop()),
            Op::Raw { first, end, anchor } => self.raw(first, end, anchor),
            Op::Group => {}
        }
    }

    fn indent(&self) -> usize {
        self.indents.last().copied().unwrap_or(0)
    }

    fn begin_group(&mut self, group: Group, next: Option<usize>) {
        let mut group = group;
        if let Some(next) = next {
            let own = group.softs.first() == Some(&next);
            let indent = self.indent();
            if !own {
                self.open(next, indent);
            }
            let here = if own { self.out.column() + self.flat[next].spaces } else { self.columns[next] };
            group.broken = !(own && self.gaps[next].breaks || self.fits(next, group.end, here));
        }
        self.groups.push(group);
    }

    /// Whether the tokens from `first`, which would stand in `column`, fit up to where the line can break after `end`.
    fn fits(&self, first: usize, end: usize, column: usize) -> bool {
        let mut column = column;
        for index in first..self.tree.tokens().len() {
            let token = &self.tree.tokens()[index];
            if token.kind == TokenKind::Break {
                continue;
            }
            if index > first {
                if self.gaps[index].breaks || (index >= end && self.flat[index].soft) {
                    break;
                }
                let comments: usize = self.gaps[index].comments.iter().map(|c| c.width() + 1).sum();
                column += self.spaces(index, self.flat[index].spaces) + comments;
            }
            column += self.text(index).chars().count();
            if column > self.width {
                return false;
            }
        }
        true
    }

    fn text(&self, index: usize) -> &str {
        &self.tree.text()[self.tree.tokens()[index].span().range()]
    }

    /// How many spaces must stand before a token that is to have so many.
    fn spaces(&self, index: usize, wanted: usize) -> usize {
        let Some(last) = (0..index).rev().find(|at| self.tree.tokens()[*at].kind != TokenKind::Break) else { return 0 };
        let touches = self.tree.tokens()[last].end == self.tree.tokens()[index].start;
        if wanted > 0 || touches {
            return wanted;
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let is_sign = |c: char| "+-*/\\<>=|&^%$#@!~.:?'".contains(c) || !(c.is_ascii() || c.is_alphanumeric());
        let is_tuple = |at: usize| ["<<", ">>"].iter().any(|sign| self.tree.tokens()[at].is(sign));
        if is_tuple(last) || is_tuple(index) {
            return 0;
        }
        let (a, b) = (self.text(last).chars().last().unwrap_or(' '), self.text(index).chars().next().unwrap_or(' '));
        // `(*` starts a comment, `(+)` is an operator.
        usize::from(
            (is_word(a) && is_word(b)) || (is_sign(a) && is_sign(b)) || (a == '(' && is_sign(b) && self.ends(index)),
        )
    }

    /// Whether a comma or a parenthesis follows a token: it is an operator as an argument.
    fn ends(&self, index: usize) -> bool {
        self.tree.tokens().get(index + 1).is_some_and(|next| next.is(",") || next.is(")"))
    }

    /// Put what stands before a token; the column the token gets.
    fn open(&mut self, index: usize, indent: usize) -> usize {
        if self.opened == Some(index) {
            return self.columns[index];
        }
        let gap = &self.gaps[index];
        let before = std::mem::replace(&mut self.before, Before::Spaces(0));
        let breaks = self.last.is_some()
            && match before {
                _ if gap.breaks => true,
                Before::Soft(spaces) => self.breaks_softly(index, spaces),
                Before::Spaces(_) => false,
            };
        if breaks {
            self.break_line(index, indent);
        } else {
            let (Before::Spaces(wanted) | Before::Soft(wanted)) = before;
            for comment in &gap.comments {
                self.out.inline(&comment.lines[0].1);
            }
            let spaces = if gap.comments.is_empty() { self.spaces(index, wanted) } else { 1 };
            self.out.spaces(if self.last.is_none() { 0 } else { spaces });
        }
        self.opened = Some(index);
        self.columns[index] = self.out.column();
        if breaks {
            self.starts.push((column(&self.tree.tokens()[index]), self.columns[index]));
        }
        self.columns[index]
    }

    fn breaks_softly(&self, index: usize, spaces: usize) -> bool {
        let Some(group) = self.groups.last() else { return false };
        if group.broken {
            return true;
        }
        let end = group.softs.iter().copied().find(|soft| *soft > index).unwrap_or(group.end);
        !self.fits(index, end, self.out.column() + spaces)
    }

    /// End the line before a token and put the comments that stand between.
    fn break_line(&mut self, index: usize, indent: usize) {
        let gap = &self.gaps[index];
        let token = column(&self.tree.tokens()[index]);
        let mut tail: Option<usize> = None;
        let mut on_line = true;
        for comment in &gap.comments {
            on_line &= comment.after_lines == 0;
            if on_line {
                self.out.trailing(comment.clone(), self.input_end());
                tail = Some(comment.column);
            } else if comment.after_lines == 0 {
                self.out.beside(comment.clone());
            } else if tail == Some(comment.column) {
                self.out.line(blanks(comment.after_lines), 0);
                self.out.trailing(comment.clone(), 0);
            } else {
                tail = None;
                self.out.line(blanks(comment.after_lines), 0);
                self.out.own(comment.clone(), self.comment_column(comment, token, indent));
            }
        }
        let joined =
            gap.lines == 0 && gap.comments.last().is_some_and(|c| !c.ends_line && c.lines.len() == 1) && !on_line;
        if joined && tail.is_none() && !self.is_bullet(index) {
            self.out.join(indent);
        } else {
            self.out.line(blanks(gap.lines), indent);
        }
    }

    fn is_bullet(&self, index: usize) -> bool {
        let token = &self.tree.tokens()[index];
        token.is("/\\") || token.is("\\/")
    }

    /// One past the column in which the last token ended in the input.
    fn input_end(&self) -> usize {
        self.last.map_or(0, |last| column(&self.tree.tokens()[last]) + self.text(last).chars().count())
    }

    /// A comment on a line of its own stands where the token after it does, or with the lines before it that it stood with.
    fn comment_column(&self, comment: &Comment, token: usize, indent: usize) -> usize {
        if comment.column <= token {
            return indent;
        }
        let before = self.starts.iter().rev().take_while(|(input, _)| *input >= comment.column || *input > token);
        let with = before.filter(|(input, _)| *input == comment.column).map(|(_, output)| *output).next();
        with.unwrap_or(indent + comment.column - token)
    }

    fn put(&mut self, index: usize) {
        self.out.code(&self.tree.text()[self.tree.tokens()[index].span().range()]);
        self.last = Some(index);
        self.opened = None;
    }

    /// Tokens as they stood, all moved by as much as the anchor was.
    fn raw(&mut self, first: usize, end: usize, anchor: usize) {
        let tokens = self.tree.tokens();
        let own = |index: &usize| tokens[*index].kind != TokenKind::Break;
        if anchor == first {
            let indent = self.indent();
            self.open(first, indent);
        }
        let starts =
            (first..end).filter(own).filter(|index| self.gaps[*index].breaks).map(|index| column(&tokens[index]));
        let leftmost = starts.min().unwrap_or(column(&tokens[anchor]));
        let (from, to) =
            (column(&tokens[anchor]), self.columns[anchor].max(column(&tokens[anchor]).saturating_sub(leftmost)));
        for index in (first..end).filter(own) {
            let distance = column(&tokens[index]).saturating_sub(self.input_end());
            self.before = Before::Spaces(if self.gaps[index].comments.is_empty() { distance } else { 1 });
            self.open(index, (column(&tokens[index]) + to).saturating_sub(from));
            self.put(index);
        }
        self.before = Before::Spaces(1);
    }
}

/// Blank lines among so many line ends; several become one.
fn blanks(line_ends: usize) -> usize {
    line_ends.saturating_sub(1).min(1)
}
