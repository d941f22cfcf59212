use super::*;

const SOURCE: &str = r#""""A module."""
from __future__ import annotations

import asyncio


class Node(object):
    @property
    def term(self):
        "The term."
        return self._term

    @staticmethod
    def add(
        a: int,
        *rest: int,
        key=(1, 2),
        **more,
    ) -> int: return a, rest

    async def step(self, m, /, x=3):
        if m:
            return
        try:
            await asyncio.sleep(0)
        finally:
            self.n = 1

    async def values(self):
        yield 1


def outer(n):
    def inner(result): return result
    f = lambda: (yield)
    while n:
        n -= 1  # down
    return inner(n)


def empty(): pass
"#;

pub(super) fn python(probes: &str) -> TraceConfig {
    let rest =
        "language: python\nnode: r.name\nreceiver: {name: r, type: Node}\nstate: [{field: a, source: r.a}]\nprobes:\n";
    TraceConfig::read(&format!("{HEAD}{rest}{probes}"), "trace.yaml").unwrap()
}

fn text(probes: &str) -> String {
    let made = run_in(&python(probes), "node.py", SOURCE).unwrap();
    let new = made.files["node.py"].clone();
    source::survey_text("node.py", &new).unwrap();
    new
}

fn line(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap_or_else(|| panic!("no {part} in\n{text}"))
}

#[test]
fn a_decorator_stands_next_to_the_function() {
    let text = text(
        "- {function: Node.term, file: node.py, trigger: exit, event: Read, receiver: self, params: {t: self.x}}\n",
    );
    let expected = "    @specgen_emit.call(\"node.py\", 9, \"Node.term\", lambda self: (\"Read\", {\"t\": self.x}), \
                    lambda result, self: (lambda r: (r.name, {\"a\": r.a}))(self))";
    let at = line(&text, "specgen_emit.call");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[at - 1..=at + 1], ["    @property", expected, "    def term(self):"]);
}

#[test]
fn the_names_of_all_kinds_of_parameters_are_those_of_the_function() {
    let text = text(
        "- {function: Node.add, file: node.py, trigger: exit, event: Add, receiver: a}\n- {function: Node.step, file: node.py, trigger: exit, event: Step, receiver: self}\n",
    );
    assert!(text.contains("lambda a, rest, key, more: (\"Add\", {}), lambda result, a, rest, key, more:"), "{text}");
    assert!(text.contains("lambda self, m, x: (\"Step\", {}), lambda result, self, m, x:"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    let at = line(&text, "Step");
    assert_eq!(lines[at + 1], "    async def step(self, m, /, x=3):");
}

#[test]
fn the_import_stands_behind_what_comes_first() {
    let text = text("- {function: empty, file: node.py, trigger: path}\n");
    assert_eq!(text.lines().nth(3), Some("import specgen_emit; import asyncio"));
    assert!(text.contains("def empty(): specgen_emit.mark(\"empty\"); pass"), "{text}");
}

#[test]
fn every_return_is_seen_and_the_end() {
    let text = text(
        "- {function: Node.step, file: node.py, trigger: before_return, event: Step, receiver: self}\n- {function: Node.add, file: node.py, trigger: before_return, event: Add, receiver: a}\n",
    );
    let lines: Vec<&str> = text.lines().collect();
    let bare = lines[line(&text, "; return")];
    assert!(
        bare.starts_with("            specgen_emit.returning(None, lambda result: (lambda r: specgen_emit.here("),
        "{bare}"
    );
    let last = line(&text, "self.n = 1") + 1;
    assert!(lines[last].starts_with("        specgen_emit.returning(None"), "{text}");
    assert!(
        text.contains("return specgen_emit.returning((a, rest), lambda result: (lambda r: specgen_emit.here("),
        "{text}"
    );
}

#[test]
fn a_block_gets_a_line_beside_it_and_a_statement_shares_its_own() {
    let probe = |trigger: &str, statement: &str| {
        text(&format!(
            "- {{function: outer, file: node.py, trigger: {trigger}, statement: {statement:?}, event: E, receiver: n}}\n"
        ))
    };
    let shared = probe("after_statement", "n -= 1");
    assert!(shared.contains("        n -= 1; specgen_emit.returning(None") && shared.contains("  # down"), "{shared}");
    let block = probe("before_statement", "while n:\n        n -= 1  # down");
    let at = line(&block, "    while n:");
    assert!(block.lines().nth(at - 1).unwrap().starts_with("    specgen_emit.returning("), "{block}");
}

#[test]
fn what_has_no_one_end_or_takes_the_name_is_refused() {
    for (function, code) in [("Node.values", "instrument/trigger"), ("outer.inner", "instrument/name-taken")] {
        let config =
            python(&format!("- {{function: {function}, file: node.py, trigger: exit, event: E, receiver: n}}\n"));
        assert_eq!(code_of(&config, "node.py", SOURCE), code);
    }
    let config = python("- {function: empty, file: node.py, trigger: entry, event: E, receiver: n, atomic: true}\n");
    assert_eq!(code_of(&config, "node.py", SOURCE), "instrument/trigger");
}

#[test]
fn the_emitter_joins_the_package() {
    let mut config = python("- {function: empty, file: src/pkg/sub/node.py, trigger: path}\n");
    config.package = Some("pkg".to_owned());
    let made = run_in(&config, "src/pkg/sub/node.py", SOURCE).unwrap();
    assert_eq!(made.added.iter().collect::<Vec<_>>(), ["src/pkg/specgen_emit.py"]);
    assert!(made.files["src/pkg/sub/node.py"].contains("from pkg import specgen_emit; import asyncio"));
    assert_eq!(modules(&config), ["src", "pkg.sub.node"]);
    config.package = Some("other".to_owned());
    assert_eq!(run_in(&config, "src/pkg/sub/node.py", SOURCE).unwrap_err()[0].code, "instrument/packages");
}
