//! Under which conditions lines of source run: those of the branches they stand in, and those that left before them.

use tree_sitter::Node;

use super::language_of;
use super::syntax::parse;
use crate::base::diag::Diagnostic;
use crate::base::text::one_line;

/// A condition that decides whether lines run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Its line, from 1.
    pub line: usize,
    /// As written, on one line; of Go with the statement before it, of a pattern as `let PATTERN = VALUE`, of `VALUE?` as that.
    pub condition: String,
    /// Whether it is true where the lines run; else it is false there.
    pub holds: bool,
}

/// The conditions under which the lines `first` to `last` of the file run, outermost first.
///
/// # Errors
/// The language of the file is unknown, or the text is no program.
pub fn guards(path: &str, text: &str, (first, last): (usize, usize)) -> Result<Vec<Guard>, Diagnostic> {
    let tree = parse(language_of(path)?, path, text)?;
    let mut found = Vec::new();
    let lines = Lines { text, first, last };
    lines.below(tree.root_node(), &mut found);
    Ok(found)
}

struct Lines<'t> {
    text: &'t str,
    first: usize,
    last: usize,
}

fn rows(node: Node<'_>) -> (usize, usize) {
    (node.start_position().row + 1, node.end_position().row + 1)
}

impl Lines<'_> {
    fn within(&self, node: Node<'_>) -> bool {
        let (start, end) = rows(node);
        start <= self.first && self.last <= end
    }

    fn on(&self, node: Node<'_>) -> bool {
        let (start, end) = rows(node);
        start <= self.last && self.first <= end
    }

    fn starts_at(&self, node: Node<'_>) -> bool {
        rows(node).0 == self.first
    }

    fn below(&self, node: Node<'_>, found: &mut Vec<Guard>) {
        // What stands on another line than all of them, and does not come before them in their block, decides nothing.
        let before = rows(node).1 < self.first && node.parent().is_some_and(|block| self.within(block));
        if !self.on(node) && !before {
            return;
        }
        self.of(node, found);
        if before {
            return self.statement(node, found);
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            self.below(child, found);
        }
    }

    /// A statement that is an expression in a coat.
    fn statement(&self, node: Node<'_>, found: &mut Vec<Guard>) {
        if node.kind() == "expression_statement"
            && let Some(inner) = node.named_child(0)
        {
            self.of(inner, found);
        }
    }

    fn of(&self, node: Node<'_>, found: &mut Vec<Guard>) {
        let told = match node.kind() {
            "if_statement" | "if_expression" | "elif_clause" | "while_statement" | "while_expression"
            | "for_statement" => self.branches(node),
            "let_declaration" => self.unless(node),
            "match_arm" => self.arm(node),
            "try_expression" if self.starts_at(node) || self.within(node) => Some((node, self.words(node), true)),
            _ => None,
        };
        if let Some((at, condition, holds)) = told {
            found.push(Guard { line: rows(at).0, condition, holds });
        }
    }

    fn words(&self, node: Node<'_>) -> String {
        one_line(self.text.get(node.byte_range()).unwrap_or_default())
    }

    fn branches<'n>(&self, node: Node<'n>) -> Option<(Node<'n>, String, bool)> {
        let condition = node.child_by_field_name("condition")?;
        let body = node.child_by_field_name("consequence").or_else(|| node.child_by_field_name("body"))?;
        let first = node.child_by_field_name("initializer");
        let words = match first {
            Some(first) => format!("{}; {}", self.words(first), self.words(condition)),
            None => self.words(condition),
        };
        let mut cursor = node.walk();
        let others: Vec<Node<'_>> = node.children_by_field_name("alternative", &mut cursor).collect();
        let holds = match () {
            () if others.iter().any(|other| self.within(*other)) => false,
            () if self.starts_at(condition) || self.within(condition) || self.within(body) => true,
            () if others.is_empty() && rows(node).1 < self.first && leaves(body) => false,
            () => return None,
        };
        Some((condition, words, holds))
    }

    /// `let PATTERN = VALUE else { leaves }`
    fn unless<'n>(&self, node: Node<'n>) -> Option<(Node<'n>, String, bool)> {
        node.child_by_field_name("alternative")?;
        let (pattern, value) = (node.child_by_field_name("pattern")?, node.child_by_field_name("value")?);
        Some((node, format!("let {} = {}", self.words(pattern), self.words(value)), true))
    }

    fn arm<'n>(&self, node: Node<'n>) -> Option<(Node<'n>, String, bool)> {
        let pattern = node.child_by_field_name("pattern")?;
        let value = node.parent()?.parent()?.child_by_field_name("value")?;
        let told = || (pattern, format!("let {} = {}", self.words(pattern), self.words(value)), true);
        self.within(node).then(told)
    }
}

/// Whether a block ends by leaving what it stands in.
fn leaves(block: Node<'_>) -> bool {
    let mut node = block;
    loop {
        match node.kind() {
            "return_statement"
            | "continue_statement"
            | "break_statement"
            | "goto_statement"
            | "raise_statement"
            | "return_expression"
            | "continue_expression"
            | "break_expression" => return true,
            "block" | "statement_list" | "expression_statement" => {}
            _ => return false,
        }
        let mut cursor = node.walk();
        match node.named_children(&mut cursor).filter(|child| !child.is_extra()).last() {
            Some(last) => node = last,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(path: &str, text: &str, line: usize) -> Vec<(usize, String, bool)> {
        let all = guards(path, text, (line, line)).unwrap();
        all.into_iter().map(|one| (one.line, one.condition, one.holds)).collect()
    }

    fn guard(line: usize, condition: &str, holds: bool) -> (usize, String, bool) {
        (line, condition.to_owned(), holds)
    }

    #[test]
    fn lines_of_go_run_under_their_branches_and_after_what_left() {
        let text = "package q

func (q *Queue) take(i int) int {
\tif len(q.items) == 0 {
\t\treturn 0
\t}
\tif n, ok := q.seen[i]; ok {
\t\treturn n
\t} else if i < len(q.items) {
\t\treturn q.items[i]
\t}
\tif q.closed {
\t\tq.log()
\t}
\treturn q.items[0]
}

func other(q *Queue) {
\tif q == nil {
\t\treturn
\t}
}
";
        let empty = guard(4, "len(q.items) == 0", false);
        assert_eq!(told("q.go", text, 8), [empty.clone(), guard(7, "n, ok := q.seen[i]; ok", true)]);
        let not_seen = guard(7, "n, ok := q.seen[i]; ok", false);
        assert_eq!(told("q.go", text, 10), [empty.clone(), not_seen, guard(9, "i < len(q.items)", true)]);
        // What did not leave says nothing of what comes after it, and what left goes for both branches.
        assert_eq!(told("q.go", text, 15), [empty, guard(7, "n, ok := q.seen[i]; ok", false)][..1]);
        assert_eq!(told("q.go", text, 4), [guard(4, "len(q.items) == 0", true)]);
        assert_eq!(told("q.go", text, 3), []);
    }

    #[test]
    fn lines_of_rust_run_under_patterns_too() {
        let text = "impl Log {
    fn at(&self, i: usize) -> Option<u64> {
        if self.entries.is_empty() {
            return None;
        }
        let Some(first) = self.entries.first() else { return None };
        if let Some(entry) = self.entries.get(i) {
            use_it(entry);
        }
        let last = self.queue.pop_front()?;
        match self.map.get(&i) {
            Some(found) => take(found),
            None => nothing(),
        }
    }
}
";
        let before =
            [guard(3, "self.entries.is_empty()", false), guard(6, "let Some(first) = self.entries.first()", true)];
        let with = |more| [&before[..], &[more]].concat();
        assert_eq!(told("log.rs", text, 8), with(guard(7, "let Some(entry) = self.entries.get(i)", true)));
        assert_eq!(told("log.rs", text, 10), with(guard(10, "self.queue.pop_front()?", true)));
        assert_eq!(told("log.rs", text, 12), with(guard(12, "let Some(found) = self.map.get(&i)", true)));
        assert_eq!(told("log.rs", text, 13), with(guard(13, "let None = self.map.get(&i)", true)));
    }

    #[test]
    fn lines_of_python_run_under_their_branches_and_after_what_left() {
        let text = "class Log:
    def at(self, i):
        if not self.entries:
            raise IndexError
        if i in self.seen:
            return self.seen[i]
        elif i < len(self.entries):
            return self.entries[i]
        while self.queue:
            self.queue.pop()
";
        let entries = guard(3, "not self.entries", false);
        assert_eq!(told("log.py", text, 6), [entries.clone(), guard(5, "i in self.seen", true)]);
        let seen = guard(5, "i in self.seen", false);
        assert_eq!(told("log.py", text, 8), [entries.clone(), seen, guard(7, "i < len(self.entries)", true)]);
        assert_eq!(told("log.py", text, 10), [entries, guard(9, "self.queue", true)]);
    }

    #[test]
    fn what_is_no_program_has_no_guards() {
        assert_eq!(guards("q.go", "func (", (1, 1)).unwrap_err().code, "source/syntax-error");
        assert_eq!(guards("q.c", "int x;", (1, 1)).unwrap_err().code, "source/unknown-language");
    }
}
