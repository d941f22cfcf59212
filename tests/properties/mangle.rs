//! What goes wrong in text that is no module: a config, a trace, a mapping, at places that are chosen by number.

/// Words of configs, and what stands in the module that they are bound to.
pub(crate) const CONFIG_WORDS: [&str; 68] = [
    "ACTION_CONSTRAINT",
    "ALIAS",
    "CHECK_DEADLOCK",
    "CONSTANT",
    "CONSTANTS",
    "CONSTRAINT",
    "INIT",
    "INVARIANT",
    "INVARIANTS",
    "NEXT",
    "POSTCONDITION",
    "PROPERTIES",
    "PROPERTY",
    "SPECIFICATION",
    "SYMMETRY",
    "TYPE",
    "VIEW",
    "_PERIODIC",
    "TRUE",
    "FALSE",
    "=",
    "<-",
    "{",
    "}",
    ",",
    "[",
    "]",
    "\"",
    "\"s\"",
    "(*",
    "*)",
    "\\*",
    "\n",
    " ",
    "N",
    "S",
    "m",
    "Op",
    "x",
    "y",
    "Init",
    "Next",
    "Spec",
    "Fair",
    "Odd",
    "Small",
    "Typed",
    "Ahead",
    "Forward",
    "View",
    "Sym",
    "Alias",
    "Always",
    "Steps",
    "Leads",
    "Some",
    "After",
    "Replaced",
    "Param",
    "Deep",
    "Nat",
    "Missing",
    "-1",
    "2147483648",
    "3",
    "s1",
    "\u{e9}",
    "\u{0}",
];

/// Words of traces and mappings.
pub(crate) const TRACE_WORDS: [&str; 88] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\n",
    " ",
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "2147483648",
    "1e400",
    "-9223372036854775808",
    "18446744073709551616",
    "\"\"",
    "\"a b\"",
    "\"\\u0000\"",
    "\"\u{e9}\"",
    "{}",
    "[]",
    "#set",
    "#map",
    "#tup",
    "#bigint",
    "#model",
    "#meta",
    "specgen_trace",
    "system",
    "nodes",
    "seed",
    "seq",
    "event",
    "node",
    "params",
    "state",
    "probe",
    "function",
    "path",
    "aborted",
    "process",
    "step",
    "thread",
    "clock",
    "start",
    "end",
    "action",
    "node_id",
    "tag",
    "trace",
    "details",
    "timestamp",
    "ts",
    "nid",
    "name",
    "role",
    "prop",
    "msg",
    "conf",
    "log",
    "op",
    "Update",
    "args",
    "vars",
    "states",
    "loop",
    "mbt::actionTaken",
    "mbt::nondetPicks",
    "counterexample",
    "State 1: <Initial predicate>",
    "@!@!@STARTMSG 2217:4 @!@!@",
    "@!@!@ENDMSG 2217 @!@!@",
    "/\\ x = ",
    "<<",
    ">>",
    "|->",
    ":>",
    "@@",
    "from: node",
    "from: params.a",
    "kind: set",
    "check: false",
    "\u{1d11e}",
];

/// The text with one part of it removed, doubled, moved or replaced by one of `words`; now and then a line, or all after a place.
pub(crate) fn mangle(text: &str, words: &[&str], choose: &mut dyn FnMut(usize) -> usize) -> String {
    let of_lines = choose(4) == 0;
    let mut parts = if of_lines { text.split_inclusive('\n').collect() } else { parts(text) };
    if parts.is_empty() {
        return words[choose(words.len())].to_owned();
    }
    let at = choose(parts.len());
    match choose(7) {
        0 => drop(parts.remove(at)),
        1 => parts.insert(at, parts[at]),
        2 => parts[at] = words[choose(words.len())],
        3 => parts.insert(at, words[choose(words.len())]),
        4 => parts[at] = parts[choose(parts.len())],
        5 => {
            let other = choose(parts.len());
            parts.swap(at, other);
        }
        _ if choose(4) == 0 => parts.truncate(at),
        _ => parts[at] = "",
    }
    parts.concat()
}

/// Words, runs of white space, and every other character by itself.
fn parts(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        _ if c.is_alphanumeric() || c == '_' => 0,
        _ if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if kind(first) == 2 {
            first.len_utf8()
        } else {
            rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len())
        };
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}
